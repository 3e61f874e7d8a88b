/* Values of indicators as people read them: in a sentence, a table, a curve and a map. */
import { html, svg, nothing } from 'lit-html';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { extent } from 'd3-array';
import { t, has, fine } from './i18n.js';
import { decimal, period, quantity } from './format.js';
import { badge } from './parts.js';
import { unitOf } from './classes.js';
import { sized } from './charts.js';
import { icon } from './icons.js';

export const known = (prefix, code) => (has(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : (code ?? ''));

export { unitOf };

/* Zero is a value; silence, “not applicable” and “withheld” have words of their own. */
export function figure(cell, about) {
	if (!cell?.state) return html`<span class="vg-absent">${t('indicator.never')}</span>`;
	if (cell.state === 'value')
		return html`<span class="vg-number">${quantity(cell.value, unitOf(about), about.decimals ?? 1)}</span>`;
	const why = cell.sentence ?? (cell.reason ? known('reason', cell.reason) : null);
	return html`<span class="vg-absent">${known('state', cell.state)}${why ? html` – ${fine(why)}` : nothing}</span>`;
}

export const marks = (flags = []) =>
	flags.map((flag) =>
		flag === 'stale'
			? badge('stale', t('indicator.recomputing'))
			: html`<span class="fr-badge vg-badge vg-badge--not_started">${known('mark', flag)}</span> `,
	);

export const received = ({ coverage }) =>
	coverage?.expected ? t('word.ratio', { a: coverage.received, b: coverage.expected }) : '–';

/* Limits, and what its plugin tells beside the value, a text each; of what is withheld there is nothing. */
export function beside({ state, low, high, extra }, about) {
	if (state === 'suppressed') return [];
	const limit = (value) => quantity(value, unitOf(about), about.decimals ?? 1);
	const pair = (name, value) => t('figures.at', { place: name, value });
	return [
		...(low === undefined || high === undefined
			? Object.entries({ low, high }).flatMap(([name, value]) => (value === undefined ? [] : [pair(t(`figures.graph.result.${name}`), limit(value))]))
			: [pair(t('figures.interval'), t('figures.between', { from: decimal(low, about.decimals ?? 1), to: limit(high) }))]),
		...Object.entries(extra ?? {}).map(([name, value]) =>
			pair(has(`figures.extra.${name}`) ? t(`figures.extra.${name}`) : name.replaceAll('_', ' '), typeof value === 'number' ? decimal(value, 2) : fine(value)),
		),
	];
}

export const direction = (name) =>
	name === 'up' || name === 'down'
		? html`<span class="vg-trend">${icon(name)}${t(`figures.direction.${name}`)}</span>`
		: t('figures.direction.none');

const STANDINGS = { reached: 'done', on_path: 'in_progress', behind: 'late', off_path: 'blocked' };

/* How a figure stands against its path, in words with a colour beside; without a direction there is no colour. */
export const standing = (cell) =>
	cell?.status
		? badge(STANDINGS[cell.status], t(`figures.status.${cell.status}`))
		: html`<span class="vg-absent">${t('figures.status.none')}</span>`;

export const major = (version) => version?.split('.')[0];

/* How the author of an indicator wants it drawn. */
export function drawing({ chart }) {
	const { kind = 'line', map = kind !== 'none' } = chart ?? {};
	return { bars: kind === 'bar', plain: kind === 'none', placesFirst: kind === 'map', map };
}

/*
 * A curve over periods, with a gap wherever there is no value; or `bars` from zero, a hairline for a zero.  Values of two
 * methods are never one line; `former`: what earlier ones showed, each with the period where it ended and the mark of the
 * one that followed.
 */
export function curve(cells, about, label, former = [], bars = false) {
	const height = 240;
	const isShown = ({ state }) => state === 'value';
	const method = ({ version }) => major(version ?? about.version);
	const at = new Map(cells.map((cell, i) => [cell.period, i]));
	const earlier = former.map(({ cells: all, drawn }) => (drawn ? all.filter((cell) => at.has(cell.period)) : []));
	const rules = [...new Set(former.map(({ period: of }) => of))].map((of) => ({
		period: of,
		marks: former.filter((one) => one.period === of).map(({ mark }) => mark).join(', '),
	}));
	const shown = cells.filter(isShown);
	const planned = cells.filter(({ expected }) => expected !== undefined);
	if (shown.length < 2 && ((planned.length < 2 && !bars) || !shown.length)) return nothing;
	const banded = ({ state, low, high }) => state === 'value' && low !== undefined && high !== undefined;
	const limits = shown.filter(banded).flatMap((cell) => [cell.low, cell.high]);
	const [low, high] = extent([...(bars ? [0] : []), ...limits, ...[...shown, ...earlier.flat().filter(isShown)].map(({ value }) => value), ...planned.map(({ expected }) => expected)]);
	return sized('vg-curve-place', (width) => {
		const margin = { top: former.length ? 24 : 12, right: 14, bottom: 26, left: 60 };
		const x = scaleLinear()
			.domain(bars ? [-0.5, cells.length - 0.5] : [0, cells.length - 1])
			.range([margin.left, width - margin.right]);
		const wide = Math.min(48, (x(1) - x(0)) * 0.72);
		const y = scaleLinear()
			.domain(low === high ? [low - 1, high + 1] : [Math.min(0, low), high])
			.nice(4)
			.range([height - margin.bottom, margin.top]);
		const place = ({ period: of }) => x(at.get(of) ?? cells.length - 1);
		const path = line()
			.defined(isShown)
			.x(place)
			.y(({ value }) => y(value));
		const way = line()
			.defined(({ expected }) => expected !== undefined)
			.x(place)
			.y(({ expected }) => y(expected));
		/* between the limits of two neighbours of one method; of a bar its own */
		const band = (a, b) =>
			bars
				? banded(b)
					? `M${place(b)} ${y(b.low)}V${y(b.high)}`
					: ''
				: a && banded(a) && banded(b) && method(a) === method(b)
					? `M${place(a)} ${y(a.low)}L${place(a)} ${y(a.high)}L${place(b)} ${y(b.high)}L${place(b)} ${y(b.low)}Z`
					: '';
		const column = (cell) => {
			const tall = Math.max(2, Math.abs(y(cell.value) - y(0)));
			return svg`<rect class="vg-column ${method(cell) === major(about.version) ? '' : 'vg-column--former'}" x=${place(cell) - wide / 2} y=${cell.value < 0 ? y(0) : y(0) - tall} width=${wide} height=${tall}/>`;
		};
		const step = Math.max(1, Math.ceil(cells.length / Math.max(2, Math.floor(width / 110))));
		const last = shown.at(-1);
		return svg`<svg class="vg-chart" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${label}>
${y.ticks(4).map((tick) => svg`<line class="vg-grid" x1=${margin.left} x2=${width - margin.right} y1=${y(tick)} y2=${y(tick)}/>
<text class="vg-axis" x=${margin.left - 8} y=${y(tick) + 4} text-anchor="end">${quantity(tick, unitOf(about) === '%' ? '%' : '', 2)}</text>`)}
${cells.map((cell, i) => (i % step ? nothing : svg`<text class="vg-axis" x=${x(i)} y=${height - 7} text-anchor=${i || bars ? 'middle' : 'start'}>${period(cell.period)}</text>`))}
${bars ? shown.map(column) : nothing}${limits.length ? svg`<path class=${bars ? 'vg-whisker' : 'vg-band'} d=${cells.map((cell, i) => band(cells[i - 1], cell)).join('')}/>` : nothing}${planned.length > 1 ? svg`<path class="vg-line vg-line--planned" d=${way(cells)}/>` : nothing}${earlier.map((one, i) => (one.length ? svg`<path class="vg-line vg-line--former vg-former-${i}" d=${path(one)}/>` : nothing))}
${bars ? nothing : [...new Set(shown.map(method))].map((one) => svg`<path class="vg-line ${one === major(about.version) ? '' : 'vg-line--former'}" d=${path(cells.map((cell) => (method(cell) === one ? cell : { period: cell.period })))}/>`)}
${rules.map((one) => svg`<line class="vg-break" x1=${place(one)} x2=${place(one)} y1=${margin.top - 8} y2=${height - margin.bottom}/><text class="vg-axis vg-break-name" x=${place(one)} y=${margin.top - 12} text-anchor=${place(one) > width / 2 ? 'end' : 'start'}>${one.marks}</text>`)}
${bars ? nothing : svg`<circle class="vg-dot" cx=${place(last)} cy=${y(last.value)} r="4"/>`}</svg>`;
	});
}

/* What a former method said of a period; of one that came later it said nothing. */
function figureAt({ cells, about }, period) {
	const cell = cells.find((one) => one.period === period);
	return cell ? html`${figure(cell, about)} ${marks(cell.flags)}` : '–';
}

/* The same as rows; without `places`, the cells of one place. */
export function cellTable(cells, about, { caption, places, withTest, what = t('figures.territory'), former = [] } = {}) {
	const more = cells.map((cell) => beside(cell, about));
	const withMore = more.some(({ length }) => length);
	return html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${caption}>
		<table>
			<caption class="fr-sr-only">
				${caption}
			</caption>
			<thead>
				<tr>
					${withTest ? html`<th scope="col">${t('plugins.test')}</th>` : nothing}
					${places ? html`<th scope="col">${what}</th>` : nothing}
					<th scope="col">${t('figures.period')}</th>
					<th scope="col" class="vg-right">${t('figures.value')}</th>
					${former.map(({ name }) => html`<th scope="col" class="vg-right">${name}</th>`)}
					<th scope="col" class="vg-right">${t('figures.parts')}</th>
					<th scope="col" class="vg-right">${t('figures.coverage')}</th>
					${withMore ? html`<th scope="col">${t('figures.beside')}</th>` : nothing}
				</tr>
			</thead>
			<tbody>
				${cells.map(
					(cell, i) =>
						html`<tr>
							${withTest ? html`<td>${fine(cell.test)}</td>` : nothing}
							${places
								? html`<th scope="row">${[places.get(cell.territory) ?? cell.territory, ...Object.values(cell.dims ?? {})].join(' · ')}</th>
										<td class="vg-nowrap">${period(cell.period)}</td>`
								: html`<th scope="row" class="vg-nowrap">${period(cell.period)}</th>`}
							<td class="vg-right">${figure(cell, about)} ${marks(cell.flags)}${cell.version ? html` <span class="vg-muted">${t('figures.version_short', { version: cell.version })}</span>` : nothing}</td>
							${former.map((one) => html`<td class="vg-right">${figureAt(one, cell.period)}</td>`)}
							<td class="vg-right">
								${cell.denominator === undefined ? '–' : `${decimal(cell.numerator ?? 0, 2)} / ${decimal(cell.denominator, 2)}`}
							</td>
							<td class="vg-right">${received(cell)}</td>
							${withMore ? html`<td class="vg-nowrap">${more[i].map((one) => html`<div>${one}</div>`)}</td>` : nothing}
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;
}

/* Values become tints by their place between the lowest and the highest: five classes of the same width. */
export function classes(cells) {
	const shown = cells.filter(({ state }) => state === 'value');
	if (!shown.length) return { cells: cells.map((cell) => ({ ...cell, progress: null })), bounds: [] };
	const [low, high] = extent(shown, ({ value }) => value);
	const place = (value) => (high === low ? 50 : Math.min(99.9, ((value - low) / (high - low)) * 100));
	return {
		cells: cells.map((cell) => ({ ...cell, progress: cell.state === 'value' ? place(cell.value) : null })),
		bounds:
			high === low ? [[low, high, 2]] : [0, 1, 2, 3, 4].map((i) => [low + ((high - low) * i) / 5, low + ((high - low) * (i + 1)) / 5, i]),
	};
}

const swatch = (name) =>
	html`<svg class="vg-swatch" viewBox="0 0 22 14" aria-hidden="true">
		<rect class="vg-map__dept ${name}" x="1" y="1" width="20" height="12" />
	</svg>`;

export const valueLegend = (bounds, about, cells) =>
	html`<ul class="vg-map-legend">
		${bounds.map(
			([from, to, i]) =>
				html`<li>
					${swatch(`vg-map__${i}`)}<span
						>${from === to ? quantity(from, unitOf(about), about.decimals ?? 1) : t('figures.between', { from: decimal(from, about.decimals ?? 1), to: quantity(to, unitOf(about), about.decimals ?? 1) })}</span
					>
				</li>`,
		)}
		<li>${swatch('vg-map__none')}<span>${t('figures.no_value')}</span></li>
		${cells.some(({ state }) => state === 'suppressed') ? html`<li>${swatch('vg-map__hidden')}<span>${t('state.suppressed')}</span></li>` : nothing}
		<li>${swatch('vg-map__na')}<span>${t('state.not_applicable')}</span></li>
	</ul>`;
