/* The address is the state of the page: read it, link with it, change it without a reload. */

export const params = () => new URLSearchParams(location.search);
export const param = (name) => params().get(name);

/* An address with the date being looked at carried along, and without empty parameters. */
export function link(file, values = {}) {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries({ as_of: param('as_of'), ...values }))
		if (value !== null && value !== undefined && value !== '' && value !== false) search.set(name, value);
	const text = search.toString();
	return text ? `${file}?${text}` : file;
}

export function replace(values) {
	const search = params();
	for (const [name, value] of Object.entries(values)) {
		if (value === null || value === undefined || value === '' || value === false) search.delete(name);
		else search.set(name, value);
	}
	const text = search.toString();
	history.replaceState(null, '', (text ? `?${text}` : location.pathname) + location.hash);
}
