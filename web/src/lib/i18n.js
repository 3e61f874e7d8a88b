/*
 * Texts: t('key', {values}) from the catalogue of the page's language.  A text with plural forms is an
 * object keyed by the plural categories of the language and is chosen by the value `n`.
 */
const catalogues = {
	fr: [() => import('texts:fr.common'), () => import('texts:fr.sheets')],
	en: [() => import('texts:en.common'), () => import('texts:en.sheets')],
};

export const lang = document.documentElement.lang === 'en' ? 'en' : 'fr';
const plural = new Intl.PluralRules(lang);
const number = new Intl.NumberFormat(lang === 'en' ? 'en-GB' : 'fr-FR');
const texts = {};

/* The common texts, with `sheets` those of lists and forms, and the page's own: { fr: () => import(…), en }. */
export async function loadTexts(sheets, own) {
	const parts = [...catalogues[lang].slice(0, sheets ? 2 : 1), ...(own ? [own[lang]] : [])];
	Object.assign(texts, ...(await Promise.all(parts.map((part) => part()))).map((part) => part.default));
}

/* Is there such a text?  For words that come from the server and may be newer than this page. */
export const has = (key) => key in texts;

function pattern(key, n) {
	const text = texts[key];
	if (text === undefined) return key;
	return typeof text === 'string' ? text : (text[plural.select(n)] ?? text.other);
}

const shown = (value) => (typeof value === 'number' ? number.format(value) : (value ?? ''));

export const t = (key, values = {}) =>
	pattern(key, values.n).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));

/* The same with values that are templates: the parts, in order, for lit-html to lay out. */
export const tx = (key, values) =>
	pattern(key, values.n)
		.split(/\{(\w+)\}/)
		.map((part, i) => (i % 2 ? shown(values[part]) : part));

/* Titles arrive typed by hand: French ones get their apostrophes and narrow spaces here. */
export const fine = (text) =>
	lang !== 'fr' || !text
		? (text ?? '')
		: text
				.replace(/'/g, '’')
				.replace(/ (?=[;!?])/g, '\u202f')
				.replace(/(\d) (?=\d{3}\b)/g, '$1\u202f')
				.replace(/ (?=[:%])/g, '\u00a0')
				.replace(/« /g, '«\u202f')
				.replace(/ »/g, '\u202f»');
