/* Numbers and dates as people read them.  A day has no zone; an instant is shown in the plan's. */
import { lang, t } from './i18n.js';

const locale = lang === 'en' ? 'en-GB' : 'fr-FR';
let zone = 'Europe/Paris';

export function setZone(name) {
	if (name) zone = name;
}

const formats = new Map();
function dates(options) {
	const key = JSON.stringify(options);
	if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
	return formats.get(key);
}

/* Noon, so that no zone can move it to another day. */
const noon = (day) => new Date(`${day}T12:00:00Z`);
const isDay = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value);

const LONG = { day: 'numeric', month: 'long', year: 'numeric' };
const SHORT = { day: 'numeric', month: 'short', year: 'numeric' };

/* French writes the first of a month “1er”. */
const first = (text) => (lang === 'fr' ? text.replace(/^1 /, '1ᵉʳ ') : text).replace(/ /g, '\u00a0');

function day(value, options) {
	if (!value) return '';
	return first(
		isDay(value)
			? dates({ ...options, timeZone: 'UTC' }).format(noon(value))
			: dates({ ...options, timeZone: zone }).format(new Date(value)),
	);
}

export const longDay = (value) => day(value, LONG);
export const shortDay = (value) => day(value, SHORT);

export function instant(value) {
	if (!value) return '';
	const time = dates({ hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(value));
	return t('format.instant', { day: shortDay(value), time });
}

export function period(value) {
	if (!value) return '';
	const quarter = /^(\d{4})-Q(\d)$/.exec(value);
	if (quarter) return t('format.quarter', { year: quarter[1], quarter: quarter[2] });
	return /^\d{4}-\d{2}$/.test(value)
		? dates({ month: 'short', year: 'numeric', timeZone: 'UTC' })
				.format(noon(`${value}-15`))
				.replace(/ /g, '\u00a0')
		: value;
}

export function decimal(value, digits = 1) {
	return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

export function quantity(value, unit, digits = 1) {
	if (value === null || value === undefined) return '';
	const figure = decimal(value, digits);
	if (!unit) return figure;
	return lang === 'en' && unit === '%' ? `${figure}%` : `${figure}\u202f${unit}`;
}

export const percent = (value, digits = 1) => quantity(value, '%', digits);

/* The plan's day at an instant, as a day; the first ten letters of an instant are the day in UTC, another one at night. */
export const dayOf = (at) => (isDay(at) ? at : new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(at)));

/* Days from a to b, both days or instants. */
export function daysBetween(a, b) {
	const at = (value) => (isDay(value) ? noon(value) : new Date(value));
	return Math.round((at(b) - at(a)) / 86400000);
}
