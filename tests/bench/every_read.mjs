/*
 * Every read of the interface, as the description of the routes lists them: what each costs is compared with what it
 * cost before.  A route whose arguments are not known here is an error, so that none is forgotten.
 */

/* What reads no plan, series or indicator, or computes a draft rather than read. */
const OTHERS = /^\/(healthz|readyz|metrics)$|\/diff$|^\/api\/v1\/(openapi\.json|events|sessions?|people|tokens)(\/|$)/;

const folderOf = (path, name) => path.slice(0, path.indexOf(`/{${name}}`)).split('/').at(-1);

/*
 * [{ name, path }], each route as of now and, where it can be asked, as of `asOf`.  `known` gives the arguments: by
 * "folder/argument", as "milestones/id", or by the argument alone.
 */
export function everyRead(openapi, known, asOf) {
	return Object.entries(openapi.paths).filter(([path, { get }]) => get && !OTHERS.test(path)).flatMap(([path, { get }]) => {
		const filled = path.replace(/\{(\w+)\}/g, (all, name) => {
			const value = known[`${folderOf(path, name)}/${name}`] ?? known[name];
			if (value === undefined) throw new Error(`no value for {${name}} of ${path}`);
			return encodeURIComponent(value);
		}) + (known.queries?.[path] ?? '');
		const then = get.parameters?.some((one) => one.name === 'as_of');
		return [{ name: path, path: filled }, ...(then ? [{ name: `${path} as of`,
			path: `${filled}${filled.includes('?') ? '&' : '?'}as_of=${encodeURIComponent(asOf)}` }] : [])];
	});
}
