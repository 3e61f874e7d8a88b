/*
 * Runs before the page is painted: the colours and the language that this person chose.
 * A plain script without imports; lib/preferences.js writes what it reads.
 */
{
	const root = document.documentElement;
	const stored = (name) => {
		try {
			return localStorage.getItem(name);
		} catch {
			return null;
		}
	};
	const scheme = stored('vigie.scheme');
	if (scheme === 'light' || scheme === 'dark') root.dataset.frScheme = scheme;
	const lang = stored('vigie.lang') ?? (/^en\b/.test(navigator.language) ? 'en' : 'fr');
	root.lang = lang === 'en' ? 'en' : 'fr';
}
