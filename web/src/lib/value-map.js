/* The map of an indicator: départements tinted by their value, the one pointed at told in words, a legend. */
import { html } from 'lit-html';
import { t } from './i18n.js';
import { quantity } from './format.js';
import { describe, map } from './map.js';
import { classes, unitOf, valueLegend } from './figures.js';

export { loadShapes } from './map.js';

const sentence = (cell, about) =>
	cell.state === 'value'
		? t('figures.at', {
				place: t('map.place', { name: cell.name, code: cell.territory }),
				value: quantity(cell.value, unitOf(about), about.decimals ?? 1),
			})
		: describe({ ...cell, progress: null });

/* Of the cells of one period, each with the name of its territory.  `leads`: see map(). */
export function valueMap(cells, about, leads) {
	const { cells: tinted, bounds } = classes(cells);
	const hint = t(leads ? 'map.hint_leads' : 'map.hint');
	const point = (cell) => {
		const place = document.getElementById('map-said');
		if (place) place.textContent = cell?.name ? sentence(cell, about) : hint;
	};
	return html`<div>
		${map(tinted, point, leads)}
		<p id="map-said" class="vg-small">${hint}</p>
		${valueLegend(bounds, about, cells)}
	</div>`;
}
