/* Language, colours and drafts of this browser.  Storage may be refused: everything then works, unremembered. */

export function stored(name) {
	try {
		return localStorage.getItem(name);
	} catch {
		return null;
	}
}

export function store(name, value) {
	try {
		if (value === null) localStorage.removeItem(name);
		else localStorage.setItem(name, value);
		return true;
	} catch {
		return false;
	}
}

export const scheme = () => document.documentElement.dataset.frScheme;

export function setScheme(name) {
	document.documentElement.dataset.frScheme = name;
	store('vigie.scheme', name === 'system' ? null : name);
}

export const isDark = () =>
	scheme() === 'dark' || (scheme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);

export function setLanguage(lang) {
	store('vigie.lang', lang);
	location.reload();
}
