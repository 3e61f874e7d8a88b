/* Pages of plain text: both languages are in the HTML, the reader's is shown. */
import { start } from '../lib/shell.js';
import { lang } from '../lib/i18n.js';

for (const block of document.querySelectorAll('#content > [data-lang]'))
	block.hidden = block.dataset.lang !== lang;
const name =
	{ '/legal.html': 'legal', '/accessibility.html': 'accessibility' }[location.pathname] ?? 'not-found';
start({ name, title: `${name.replace('-', '_')}.title`, open: true });
