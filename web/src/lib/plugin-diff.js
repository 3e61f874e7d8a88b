/* What a draft changes: its values, the steps of its calculation, its text.  Fetched when they are compared. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { period, quantity } from './format.js';
import { alert, empty } from './parts.js';
import { unitOf } from './figures.js';
import { finding } from './plugin-parts.js';
import { options, part, title } from './calculation.js';

const OPS = { '+': 'plugins.added', '-': 'plugins.removed' };

const hunk = ({ before, after, lines }) => {
	const at = { '-': before, '+': after };
	let [old, now] = [at['-'], at['+']];
	return html`<tbody class="vg-hunk">
		${lines.map(({ op, text }) => {
			const [left, right] = [op === '+' ? '' : old++, op === '-' ? '' : now++];
			return html`<tr class="vg-op vg-op--${op === '+' ? 'added' : op === '-' ? 'removed' : 'same'}">
				<td class="vg-right">${left}</td>
				<td class="vg-right">${right}</td>
				<td>${OPS[op] ? html`<span class="fr-sr-only">${t(OPS[op])}</span><span aria-hidden="true">${op}</span>` : ' '}</td>
				<td><code>${text}</code></td>
			</tr>`;
		})}
	</tbody>`;
};

const textDiff = ({ text, from, to }) =>
	html`<p>
			${t('plugins.text_changes', { added: text.added, removed: text.removed, from: from?.version ?? t('plugins.nothing'), to: to.version ?? '–' })}
		</p>
		${
			text.hunks.length
				? html`<div class="fr-table vg-scroll vg-diff" tabindex="0" role="region" aria-label=${t('plugins.text_diff')}>
						<table>
							<caption class="fr-sr-only">
								${t('plugins.text_diff')}
							</caption>
							<thead class="fr-sr-only">
								<tr>
									<th scope="col">${t('plugins.before')}</th>
									<th scope="col">${t('plugins.after')}</th>
									<th scope="col">${t('plugins.sign')}</th>
									<th scope="col">${t('plugins.text')}</th>
								</tr>
							</thead>
							${text.hunks.map(hunk)}
						</table>
					</div>`
				: nothing
		}`;

/* Between two percentages the difference is in points. */
const signed = (value, about) => {
	const n = about.unit === '%' ? t('plugins.changes.points', { n: Number(value.toFixed(2)) }) : quantity(value, unitOf(about), 2);
	return `${value > 0 ? '+' : ''}${n}`;
};

const levelSentence = ({ level, territories, changed, largest }, about) =>
	changed
		? t(`plugins.changes.${level}`, {
				n: territories,
				largest: largest === null ? t('plugins.changes.unsized') : t('plugins.changes.largest', { value: signed(largest, about) }),
			})
		: t('plugins.changes.none', { level: t(`figures.level.${level}`) });

function valueDiff({ values, finding: why }, about, go) {
	if (!values) return why ? finding(why, go) : empty(t('plugins.no_values'));
	if (values.withheld) return empty(t('plugins.withheld'));
	const amount = (value) => (value === null ? html`<span class="vg-absent">${t('figures.no_value')}</span>` : quantity(value, unitOf(about), 2));
	return html`${values.basis_text ? alert('info', fine(values.basis_text)) : nothing}
		<ul class="vg-bullets">
			${values.levels.filter(({ cells, changed }) => cells || changed).map((level) => html`<li>${levelSentence(level, about)} ${level.beside ? t('plugins.changes.beside', { n: level.beside }) : nothing}</li>`)}
		</ul>
		${
			values.changes.length
				? html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('plugins.value_diff')}>
						<table>
							<caption class="fr-sr-only">
								${t('plugins.value_diff')}
							</caption>
							<thead>
								<tr>
									<th scope="col">${t('figures.territory')}</th>
									<th scope="col">${t('figures.period')}</th>
									<th scope="col" class="vg-right">${t('plugins.before')}</th>
									<th scope="col" class="vg-right">${t('plugins.after')}</th>
									<th scope="col">${t('plugins.changes.others')}</th>
								</tr>
							</thead>
							<tbody>
								${values.changes.map(
									(one) =>
										html`<tr>
											<th scope="row">${[one.territory, ...Object.values(one.dims ?? {})].join(' · ')}</th>
											<td class="vg-nowrap">${period(one.period)}</td>
											<td class="vg-right">${amount(one.before)}</td>
											<td class="vg-right">${amount(one.after)}</td>
											<td>${one.beside.map(part).join(', ')}</td>
										</tr>`,
								)}
							</tbody>
						</table>
					</div>`
				: nothing
		}`;
}

/* ---------------------------------------------------------------- steps of the calculation */

const MARKS = { added: '+', removed: '−', changed: '≠', rewired: '↷' };

const named = (node) => (node.op === 'result' ? t('plugins.graph.result', { part: part(node.name) }) : `${node.step}. ${title(node)}`);
const reads = (node) => (node.args ?? []).map((one) => one + 1).join(', ') || '–';
const settings = (node) => (node.op === 'input' || node.op === 'const' ? title(node) : options(node) || title(node));

function what({ change, before, after }) {
	if (change === 'changed') return t('plugins.graph.from_to', { from: settings(before), to: settings(after) });
	if (change === 'rewired') return t('plugins.graph.reads', { from: reads(before), to: reads(after) });
	return options(after ?? before);
}

/* Which steps came, went, or differ; what only follows from these is left out. */
const graphDiff = ({ before, after, changes }) =>
	html`<h3>${t('plugins.graph.diff')}</h3>
		<p>${changes.length ? t('plugins.graph.counts', { before, after }) : t('plugins.graph.same')}</p>
		${
			changes.length
				? html`<ul class="vg-list vg-list--tight" id="graph-diff">
						${changes.map((one) => {
							const node = one.after ?? one.before;
							return html`<li>
								<p>
									<span aria-hidden="true">${MARKS[one.change]}</span> <strong>${t(`plugins.graph.${one.change}`)}</strong> ${named(node)}
									${node.line ? html`<span class="vg-muted">${t('figures.graph.line', { n: node.line })}</span>` : nothing}
								</p>
								${what(one) ? html`<p class="vg-small">${what(one)}</p>` : nothing}
							</li>`;
						})}
					</ul>`
				: nothing
		}`;

export const differences = (diff, about, go) =>
	html`${diff.left_behind.length ? alert('warning', t('plugins.left_behind'), t('plugins.left_behind.hint', { list: diff.left_behind.join(', ') })) : nothing}
		<h3>${t('plugins.value_diff')}</h3>
		<p class="vg-small">${t('plugins.last_periods', { n: diff.values?.periods ?? 12 })}</p>
		${valueDiff(diff, about, go)}
		${diff.graph ? graphDiff(diff.graph) : nothing}
		<h3>${t('plugins.text_diff')}</h3>
		${textDiff(diff)}`;
