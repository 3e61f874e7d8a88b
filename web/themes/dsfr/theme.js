/*
 * Before the page is painted: the design system reads light or dark from data-fr-theme, our pages say system, light or
 * dark in data-fr-scheme.
 */
{
	const root = document.documentElement;
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const tell = () => {
		const { frScheme } = root.dataset;
		root.dataset.frTheme = frScheme === 'dark' || (frScheme === 'system' && dark.matches) ? 'dark' : 'light';
	};
	new MutationObserver(tell).observe(root, { attributeFilter: ['data-fr-scheme'] });
	dark.addEventListener('change', tell);
	/* Paper is light. */
	addEventListener('beforeprint', () => (root.dataset.frTheme = 'light'));
	addEventListener('afterprint', tell);
	tell();
}
