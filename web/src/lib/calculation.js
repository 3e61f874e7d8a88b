/*
 * A calculation as a graph: inputs on the left, the result on the right.  A step is chosen by a click or from the
 * keyboard and shows its values; the table below says the same in rows.
 */
import { html, svg, nothing } from 'lit-html';
import { t, has, fine } from './i18n.js';
import { decimal, period } from './format.js';
import { known } from './figures.js';

const BOX = { width: 150, height: 44, across: 46, down: 16, edge: 12 };
const SIGNS = { add: '+', sub: '−', mul: '×', div: '÷' };
const SKIPPED = new Set(['op', 'args', 'line', 'shape', 'cells', 'name', 'x', 'step']);

/* What a step does, in words where there are some. */
export function title({ op, name, x, over, n }) {
	if (op === 'input') return name;
	if (op === 'const') return decimal(x, 3);
	if (SIGNS[op]) return SIGNS[op];
	if (op === 'rolling') return t('figures.graph.rolling', { over: known('figures.graph', over), n });
	return has(`figures.graph.${op}`) ? t(`figures.graph.${op}`) : op;
}

export const part = (figure) => (has(`figures.graph.result.${figure}`) ? t(`figures.graph.result.${figure}`) : figure);

export const options = (node) =>
	Object.entries(node)
		.filter(([key]) => !SKIPPED.has(key))
		.map(([key, value]) => `${key} : ${typeof value === 'object' ? Object.values(value).flat().join(', ') : value}`)
		.join(' · ');

function value(cell) {
	if (cell.state === 'value') return cell.text ?? decimal(cell.value, 3);
	return html`<span class="vg-absent">${known('state', cell.state)}${cell.reason ? ` – ${known('reason', cell.reason)}` : ''}</span>`;
}

const summary = ({ cells = [] }) => (cells.length === 1 ? value(cells[0]) : cells.length ? t('figures.graph.cells', { n: cells.length }) : '');

/* Steps that the result needs, each in the column after the last of its operands. */
function layout({ nodes, out }) {
	const wanted = new Set();
	const visit = (at) => {
		if (wanted.has(at)) return;
		wanted.add(at);
		(nodes[at].args ?? []).forEach(visit);
	};
	Object.values(out).flat().filter(Number.isInteger).forEach(visit);
	if (!wanted.size) nodes.forEach((_, at) => wanted.add(at));
	const rows = [];
	const placed = new Map();
	for (const at of [...wanted].sort((a, b) => a - b)) {
		const column = Math.max(0, ...(nodes[at].args ?? []).map((one) => placed.get(one).column + 1));
		rows[column] = (rows[column] ?? 0) + 1;
		placed.set(at, { column, row: rows[column] - 1 });
	}
	return {
		placed,
		width: rows.length * (BOX.width + BOX.across) - BOX.across + 2 * BOX.edge,
		height: Math.max(...rows) * (BOX.height + BOX.down) - BOX.down + 2 * BOX.edge,
		tallest: Math.max(...rows),
		rows,
	};
}

const cellRows = ({ cells = [] }) =>
	html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('figures.graph.values')}>
		<table>
			<caption class="fr-sr-only">
				${t('figures.graph.values')}
			</caption>
			<thead>
				<tr>
					<th scope="col">${t('figures.graph.at')}</th>
					<th scope="col" class="vg-right">${t('figures.value')}</th>
				</tr>
			</thead>
			<tbody>
				${cells.slice(0, 60).map(
					(cell) =>
						html`<tr>
							<th scope="row">${Object.entries(cell.at ?? {}).map(([axis, member]) => (axis === 'period' ? period(member) : member)).join(' · ') || t('figures.graph.here')}</th>
							<td class="vg-right">${value(cell)}</td>
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;

/* `chosen` is a step; choose(step) shows another. */
export function calculation(graph, chosen, choose) {
	const { placed, width, height, tallest, rows } = layout(graph);
	const results = Object.fromEntries(Object.entries(graph.out).filter(([, at]) => Number.isInteger(at)).map(([figure, at]) => [at, figure]));
	const at = (step) => {
		const { column, row } = placed.get(step);
		return {
			x: BOX.edge + column * (BOX.width + BOX.across),
			y: BOX.edge + (row + (tallest - rows[column]) / 2) * (BOX.height + BOX.down),
		};
	};
	const steps = [...placed.keys()];
	const shown = placed.has(chosen) ? chosen : steps.at(-1);
	const edge = (from, to) => {
		const a = at(from);
		const b = at(to);
		const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
		return svg`<path class="vg-edge" d="M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}"/>`;
	};
	const key = (event, step) => {
		if (event.key !== 'Enter' && event.key !== ' ') return;
		event.preventDefault();
		choose(step);
	};
	const name = (step) => [title(graph.nodes[step]), results[step] ? part(results[step]) : ''].filter(Boolean).join(', ');
	const box = (step) => {
		const { x, y } = at(step);
		const node = graph.nodes[step];
		return svg`<g class="vg-step vg-step--${node.op === 'input' ? 'input' : results[step] ? 'result' : 'plain'}" tabindex="0" role="button" aria-pressed=${step === shown ? 'true' : 'false'} @click=${() => choose(step)} @keydown=${(event) => key(event, step)}>
	<rect x=${x} y=${y} width=${BOX.width} height=${BOX.height} rx="4"/>
	<text x=${x + 8} y=${y + 18}>${cut(`${step + 1}. ${name(step)}`)}</text><text class="vg-step__value" x=${x + 8} y=${y + 35}>${node.cells?.length === 1 && node.cells[0].state === 'value' ? value(node.cells[0]) : node.cells?.length > 1 ? t('figures.graph.cells', { n: node.cells.length }) : '–'}</text></g>`;
	};
	return html`<div class="vg-scroll vg-graph" tabindex="0" role="region" aria-label=${t('figures.graph')}>
			<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="group" aria-label=${t('figures.graph')}>
				${steps.flatMap((step) => (graph.nodes[step].args ?? []).map((from) => edge(from, step)))}${steps.map(box)}
			</svg>
		</div>
		<div aria-live="polite">
			<h4>${t('figures.graph.step', { n: shown + 1, name: name(shown) })}</h4>
			<p class="vg-small vg-muted">${[graph.nodes[shown].line ? t('figures.graph.line', { n: graph.nodes[shown].line }) : null, options(graph.nodes[shown]) || null, graph.nodes[shown].shape].filter(Boolean).map(fine).join(' · ')}</p>
			${cellRows(graph.nodes[shown])}
		</div>
		<details class="vg-twin">
			<summary>${t('figures.graph.table')}</summary>
			<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('figures.graph.table')}>
				<table>
					<caption class="fr-sr-only">
						${t('figures.graph.table')}
					</caption>
					<thead>
						<tr>
							<th scope="col">${t('figures.graph.number')}</th>
							<th scope="col">${t('figures.graph.what')}</th>
							<th scope="col">${t('figures.graph.from')}</th>
							<th scope="col" class="vg-right">${t('figures.value')}</th>
						</tr>
					</thead>
					<tbody>
						${steps.map(
							(step) =>
								html`<tr>
									<th scope="row">${step + 1}</th>
									<td>${name(step)}</td>
									<td>${(graph.nodes[step].args ?? []).map((one) => one + 1).join(', ') || '–'}</td>
									<td class="vg-right">${summary(graph.nodes[step])}</td>
								</tr>`,
						)}
					</tbody>
				</table>
			</div>
		</details>`;
}

const cut = (text) => (text.length > 21 ? `${text.slice(0, 20)}…` : text);
