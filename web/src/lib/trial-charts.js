/* A trial on the plan, drawn: the course of one territory, and the map of the last period that has values. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { period } from './format.js';
import { all } from './api.js';
import { curve, drawing } from './figures.js';
import { loadShapes, valueMap } from './value-map.js';

const isValue = ({ state }) => state === 'value';

/* The nation, or else whoever has most values. */
function course(cells) {
	const of = new Map();
	for (const cell of cells) of.set(cell.territory, [...(of.get(cell.territory) ?? []), cell]);
	const values = (list) => list.filter(isValue).length;
	return of.get('FR') ?? [...of.values()].reduce((best, list) => (values(list) > values(best) ? list : best));
}

/* `answer`: what the server says of a trial; its cells are in the order of their periods.  With the names for its table. */
export async function trialCharts(answer) {
	const { bars, plain, placesFirst, map } = drawing(answer);
	const [places] = await Promise.all([all('/territories'), map && answer.cells[0].level === 'department' ? loadShapes() : null]);
	const names = new Map(places.map(({ code, name }) => [code, fine(name)]));
	const totals = answer.cells.filter(({ dims }) => !dims);
	const one = course(totals), name = names.get(one[0].territory) ?? one[0].territory;
	const last = totals.filter(isValue).map((cell) => cell.period).sort().at(-1);
	const mapped = totals.filter((cell) => cell.period === last).map((cell) => ({ ...cell, name: names.get(cell.territory) ?? cell.territory }));
	const parts = [
		answer.cells[0].level === 'department' && last && map
			? html`<div>
					<h3>${t('plugins.try_map', { period: period(last) })}</h3>
					${valueMap(mapped, answer)}
				</div>`
			: null,
		!plain && one.filter(isValue).length > (bars ? 0 : 1)
			? html`<div>
					<h3>${t('plugins.try_course', { name })}</h3>
					${curve(one, answer, t('plugins.try_course', { name }), [], bars)}
				</div>`
			: null,
	];
	const shown = (placesFirst ? parts : parts.reverse()).filter(Boolean);
	return { charts: html`<div class=${shown.length > 1 ? 'vg-two' : ''}>${shown}</div>`, names };
}
