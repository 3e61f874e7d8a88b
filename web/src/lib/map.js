/*
 * The 101 départements: metropolitan France, a lens on Paris and its inner suburbs, five overseas insets.
 * Classes of value have their own tint; “no data” is hatched, “not applicable” dotted and “withheld” blank, never tinted.
 */
import { html, svg } from 'lit-html';
import { t } from './i18n.js';
import { decimal, percent } from './format.js';
import { CLASSES, classOf } from './classes.js';
import { link, param } from './url.js';

let shapes = null;
export async function loadShapes() {
	shapes = (await import('../departement-shapes.json')).default.shapes;
}

const PARIS = ['75', '92', '93', '94'];
const OVERSEAS = ['971', '972', '973', '974', '976'];

export function tint({ state, progress }) {
	if (state === 'not_applicable') return 'vg-map__na';
	if (state === 'suppressed') return 'vg-map__hidden';
	if (state !== 'value' || progress === null) return 'vg-map__none';
	return `vg-map__${classOf(progress)}`;
}

/* The sentence for one département: the four kinds of silence are said apart. */
export function describe(cell) {
	const place = t('map.place', { name: cell.name, code: cell.territory });
	if (cell.state === 'value')
		return t('map.value', {
			place,
			value: percent(cell.progress),
			reported: cell.reported,
			expected: cell.expected,
		});
	return t('map.silent', {
		place,
		reason: t(`state.${cell.state}`),
	});
}

/* Insets and lens are enlarged; their hatching is drawn smaller, to look the same. */
const HATCHES = { hatch: 1, 'hatch-inset': 0.6, 'hatch-lens': 0.22 };
const hatch = ([id, scale]) => svg`<pattern id=${id} width="9" height="9" patternUnits="userSpaceOnUse"
patternTransform="rotate(45) scale(${scale})"><rect class="vg-hatch__ground" width="9" height="9"/>
<rect class="vg-hatch__line" width="2.6" height="9"/></pattern>`;

/* `leads`: a click opens the sheet of the territory. */
export function map(cells, onPoint, leads) {
	if (!shapes) return html`<div class="vg-map"></div>`;
	const byCode = new Map(cells.map((cell) => [cell.territory, cell]));
	const one = (code) => {
		const cell = byCode.get(code) ?? { territory: code, name: code, state: 'missing', progress: null };
		return svg`<path class="vg-map__dept ${tint(cell)}" data-code=${code} d=${shapes[code]}/>`;
	};
	const inset = (
		code,
		i,
	) => svg`<g class="vg-inset" transform="translate(8 ${478 + i * 106}) scale(1.7)">${one(code)}</g>
<text class="vg-map__text" x="116" y=${530 + i * 106}>${code}</text>`;
	const land = Object.keys(shapes).filter((code) => code.length === 2);
	const point = ({ target }) => {
		const cell = byCode.get(target.dataset?.code);
		onPoint(cell ?? null);
	};
	/* A finger that touches wants to read first; by keyboard the table beside the map leads to the same. */
	const open = (event) => {
		const { code } = event.target.dataset;
		if (leads && code && event.pointerType !== 'touch') location.assign(link('/territory.html', { plan: param('plan'), code }));
		else point(event);
	};
	return html`<svg
		class="vg-map ${leads ? 'vg-map--leads' : ''}"
		viewBox="-6 -6 1024 1024"
		role="img"
		aria-label=${t('map.label')}
		@pointerover=${point}
		@pointerleave=${() => onPoint(null)}
		@click=${open}
	>
		<defs>
			${Object.entries(HATCHES).map(hatch)}
			<pattern id="dots" width="12" height="12" patternUnits="userSpaceOnUse">
				<rect class="vg-hatch__ground" width="12" height="12" />
				<circle class="vg-hatch__line" cx="6" cy="6" r="2" />
			</pattern>
			<clipPath id="lens"><circle cx="96" cy="98" r="88" /></clipPath>
		</defs>
		${land.map(one)}
		<circle class="vg-map__lens" cx="96" cy="98" r="88" />
		<g class="vg-lens" clip-path="url(#lens)">
			<g transform="translate(96 98) scale(4.6) translate(-501.5 -235)">${PARIS.map(one)}</g>
		</g>
		<text class="vg-map__text" x="198" y="40">${t('map.paris')}</text>
		<text class="vg-map__text" x="198" y="74">${t('map.suburbs')}</text>
		${OVERSEAS.map(inset)}
	</svg>`;
}

const swatch = (name) =>
	html`<svg class="vg-swatch" viewBox="0 0 22 14" aria-hidden="true">
		<rect class="vg-map__dept ${name}" x="1" y="1" width="20" height="12" />
	</svg>`;

export function legend(cells) {
	const count = (name) => cells.filter((cell) => tint(cell) === name).length;
	const row = (name, text) =>
		html`<li>${swatch(name)}<span>${text}</span><span class="vg-number">${decimal(count(name))}</span></li>`;
	return html`<ul class="vg-map-legend">
		${CLASSES.map((least, i) =>
			row(
				`vg-map__${i}`,
				i === 0
					? t('map.below', { to: percent(CLASSES[1]) })
					: i === CLASSES.length - 1
						? t('map.above', { from: percent(least) })
						: t('map.between', { from: least, to: percent(CLASSES[i + 1]) }),
			),
		)}
		${row('vg-map__none', t('state.missing'))}${row('vg-map__na', t('state.not_applicable'))}
	</ul>`;
}
