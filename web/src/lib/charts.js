/*
 * Charts: d3 gives the geometry, lit-html writes the marks.  Each has its numbers in text beside it;
 * the picture itself is one image with a sentence.  Widths are real pixels, so that letters keep their size.
 */
import { html, svg, nothing, render } from 'lit-html';
import { Directive, directive } from 'lit-html/directive.js';
import { scaleLinear } from 'd3-scale';
import { line, curveMonotoneX } from 'd3-shape';
import { extent, max } from 'd3-array';
import { t } from './i18n.js';
import { percent, period } from './format.js';

const drawn = new WeakMap();
const observer = new ResizeObserver((entries) => {
	for (const { target, contentRect } of entries)
		if (contentRect.width) render(drawn.get(target)(Math.floor(contentRect.width)), target);
});

/* A place that is drawn at its own width, and again when that changes. */
const draw = directive(
	class extends Directive {
		render() {
			return nothing;
		}
		update({ element }, [chart]) {
			drawn.set(element, chart);
			observer.unobserve(element);
			observer.observe(element);
			return this.render();
		}
	},
);

export const sized = (className, chart) => html`<div class=${className} ${draw(chart)}></div>`;

const DAY = 86400000;
const time = (day) => Date.parse(`${day}T00:00:00Z`);

/* A small curve; gaps where there is no value. */
export function sparkline(points, label) {
	const known = points.filter(({ value }) => value !== null && value !== undefined);
	if (known.length < 2) return nothing;
	const [low, high] = extent(known, ({ value }) => value);
	const x = scaleLinear()
		.domain([0, points.length - 1])
		.range([3, 117]);
	const y = scaleLinear()
		.domain(low === high ? [low - 1, high + 1] : [low, high])
		.range([29, 4]);
	const path = line()
		.defined(({ value }) => value !== null && value !== undefined)
		.x((_, i) => x(i))
		.y(({ value }) => y(value));
	const last = known[known.length - 1];
	return html`<svg class="vg-sparkline" viewBox="0 0 120 33" role="img" aria-label=${label}>
		<path class="vg-line" d=${path(points)} />
		<circle class="vg-dot" cx=${x(points.lastIndexOf(last))} cy=${y(last.value)} r="3" />
	</svg>`;
}

/* Progress month after month against what was planned. */
export function trajectory(points, today) {
	const height = 320;
	const at = ({ period: month }) => time(`${month}-01`) + 27 * DAY;
	const actual = points.filter(({ actual: value }) => value !== null && value !== undefined);
	const last = actual[actual.length - 1];
	return (width) => {
		const margin = { top: 16, right: 14, bottom: 26, left: 44 };
		const top = Math.max(20, max(points, (p) => Math.max(p.planned ?? 0, p.actual ?? 0)) ?? 0);
		const x = scaleLinear()
			.domain(extent(points, at))
			.range([margin.left, width - margin.right]);
		const y = scaleLinear()
			.domain([0, top])
			.nice(4)
			.range([height - margin.bottom, margin.top]);
		const planned = line()
			.defined((p) => p.planned !== null)
			.x((p) => x(at(p)))
			.y((p) => y(p.planned))
			.curve(curveMonotoneX);
		const real = line()
			.x((p) => x(at(p)))
			.y((p) => y(p.actual))
			.curve(curveMonotoneX);
		const years = points.filter(({ period: p }) => p.endsWith('-01') || (width > 520 && p.endsWith('-07')));
		const now = Math.min(x.range()[1], x(time(today)));
		const level = (
			tick,
		) => svg`<line class="vg-grid" x1=${margin.left} x2=${width - margin.right} y1=${y(tick)} y2=${y(tick)}/>
<text class="vg-axis" x=${margin.left - 8} y=${y(tick) + 4} text-anchor="end">${percent(tick)}</text>`;
		const month = (p) => {
			const at = Math.max(margin.left, x(time(`${p.period}-01`)));
			return svg`<text class="vg-axis" x=${at} y=${height - 7} text-anchor="middle">${period(p.period)}</text>`;
		};
		return svg`<svg class="vg-chart" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${t('trajectory.label')}>
${y.ticks(4).map(level)}
${years.map(month)}
${actual.length > 1 ? svg`<path class="vg-area" d="${real(actual)}V${y(0)}H${x(at(actual[0]))}Z"/>` : nothing}
<line class="vg-now" x1=${now} x2=${now} y1=${margin.top} y2=${y(0)}/>
<path class="vg-line vg-line--planned" d=${planned(points)}/>
${actual.length ? svg`<path class="vg-line" d=${real(actual)}/><circle class="vg-dot" cx=${x(at(last))} cy=${y(last.actual)} r="4.5"/>` : nothing}</svg>`;
	};
}

/* One action on the plan's time line: its span, how much is done, its due date, today. */
export function span(action, start, end, today) {
	const x = scaleLinear()
		.domain([time(start), time(end)])
		.range([0, 200])
		.clamp(true);
	const from = x(time(action.start_on ?? start));
	const to = x(time(action.due_on ?? end));
	const width = Math.max(2, to - from);
	const kind = action.blocked ? 'blocked' : action.late ? 'late' : action.status;
	const first =
		action.initial_due_on && action.initial_due_on !== action.due_on ? x(time(action.initial_due_on)) : null;
	const now = x(time(today));
	return html`<svg class="vg-span" viewBox="0 0 200 20" preserveAspectRatio="none" aria-hidden="true">
		<rect class="vg-span__whole" x=${from} y="5" width=${width} height="10" />
		<rect
			class="vg-bar vg-bar--${kind}"
			x=${from}
			y="5"
			width=${(width * (action.progress ?? 0)) / 100}
			height="10"
		/>
		${first === null ? nothing : svg`<line class="vg-first" x1=${first} x2=${first} y1="3" y2="17"/>`}
		<line class="vg-now" x1=${now} x2=${now} y1="0" y2="20" />
	</svg>`;
}

/* The years under the time lines. */
export function spanAxis(start, end) {
	const x = scaleLinear()
		.domain([time(start), time(end)])
		.range([0, 100]);
	const years = [];
	for (let year = Number(start.slice(0, 4)) + 1; year <= Number(end.slice(0, 4)); year++) years.push(year);
	return html`<svg class="vg-span-axis" width="100%" height="16" aria-hidden="true">
		${years.map((year) => svg`<text class="vg-axis" x="${x(time(`${year}-01-01`))}%" y="12">${year}</text>`)}
	</svg>`;
}

/* A table that repeats a chart, made when it is opened. */
export const twin = (label, draw) =>
	html`<details
		class="vg-twin"
		@toggle=${async ({ currentTarget }) => {
			const place = currentTarget.querySelector('div');
			if (currentTarget.open) render(await draw(), place);
		}}
	>
		<summary>${label}</summary>
		<div class="vg-twin__table"></div>
	</details>`;
