/* The measures under their objectives, each with its actions as tiles that lead to them. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { decimal } from './format.js';
import { link } from './url.js';
import { confidence, empty, organisation, panel, progress, statusText, trend } from './parts.js';
import { icon } from './icons.js';

const kind = (action) => (action.blocked ? 'blocked' : action.late ? 'late' : action.status);

const tile = (action, plan) => {
	const state = [
		statusText(action.status),
		action.late && t('flag.late'),
		action.blocked && t('flag.blocked'),
	]
		.filter(Boolean)
		.join(', ');
	return html`<a
		class="vg-tile vg-badge--${kind(action)}"
		href=${link('/action.html', { plan, number: action.number })}
		title="${fine(action.title)} (${state})"
		aria-label=${t('measure.tile', { number: action.number, title: fine(action.title), state })}
		>${icon(kind(action))}${action.number}</a
	>`;
};

/* How many answers are behind a rate is said when some are missing. */
const partial = (coverage) =>
	coverage && coverage.received < coverage.expected
		? html`<span class="vg-small"
				>${t('measure.coverage', { n: coverage.received, expected: coverage.expected })}</span
			>`
		: nothing;

/* How many are late or blocked, when there are any. */
const late = ({ late: n, blocked }) =>
	n || blocked
		? html`<span class="vg-small">${[n && t('measure.late', { n }), blocked && t('measure.blocked', { n: blocked })].filter(Boolean).join(' · ')}</span>`
		: nothing;

/* actions: all of them, by measure. */
function measureRow(measure, actions, plan) {
	return html`<tr>
		<th scope="row" class="vg-measure">
			<a class="fr-link" href=${link('/measure.html', { plan, number: measure.number })}
				><span class="vg-ref">${measure.number}</span>${fine(measure.title)}</a
			>
			<span class="vg-muted"
				>${organisation(measure.lead)}${measure.flagship ? html` · <span class="vg-flagship">${icon('star')} ${t('measure.flagship')}</span>` : nothing}</span
			>
		</th>
		<td data-label=${t('measure.actions')}>
			<span class="vg-tiles">${actions.get(measure.number)?.map((action) => tile(action, plan))}</span
			>${late(measure.actions)}
		</td>
		<td class=${measure.confidence ? '' : 'vg-quiet'} data-label=${t('word.confidence')}>${confidence(measure.confidence)}</td>
		<td class=${measure.trend ? '' : 'vg-quiet'} data-label=${t('word.trend')}>${trend(measure.trend)}</td>
		<td data-label=${t('word.progress')} class="vg-progress-cell">
			${progress(measure.progress)}${partial(measure.coverage)}
		</td>
	</tr>`;
}

const order = (a, b) => a.number.localeCompare(b.number, 'en', { numeric: true });

/* Actions in the order of their numbers, by measure. */
function byMeasure(actions) {
	const found = new Map();
	for (const action of [...actions].sort(order))
		found.set(action.measure, [...(found.get(action.measure) ?? []), action]);
	return found;
}

const table = (data, groups, first = t('word.measure_title')) =>
	html`<div class="fr-table vg-cards vg-cards--compact">
		<table>
			<caption class="fr-sr-only">
				${t('measure.caption', { n: data.plan.counts.measures.entered, objectives: decimal(data.objectives.length) })}
			</caption>
			<thead>
				<tr>
					<th scope="col">${first}</th>
					<th scope="col">${t('measure.actions')}</th>
					<th scope="col">${t('word.confidence')}</th>
					<th scope="col">${t('word.trend')}</th>
					<th scope="col">${t('word.progress')}</th>
				</tr>
			</thead>
			${groups}
		</table>
	</div>`;

/* What the objectives of a large plan are shown with: see home-objectives.js. */
export const pieces = { byMeasure, late, measureRow, table };

export function measures(data) {
	const actions = byMeasure(data.calendar);
	const group = (objective) => {
		const own = data.measures.filter((measure) => measure.objective === objective.number);
		return html`<tbody>
			<tr class="vg-group">
				<th scope="rowgroup" colspan="5">
					<span class="vg-group__number">${t('word.objective', { number: objective.number })}</span>
					${fine(objective.title)} <span class="vg-muted">${t('word.measures', { n: own.length })}</span>
				</th>
			</tr>
			${own.map((measure) => measureRow(measure, actions, data.plan.code))}
		</tbody>`;
	};
	const keys = ['done', 'in_progress', 'not_started', 'late', 'blocked'];
	return panel(
		'measures',
		t('measure.title', { n: data.measures.length }),
		data.measures.length === 0 ? empty(t('measure.none')) : table(data, data.objectives.map(group)),
		{
			aside: html`<ul class="vg-legend">
				${keys.map((name) => html`<li><span class="vg-tile vg-tile--key vg-badge--${name}">${icon(name)}</span>${['late', 'blocked'].includes(name) ? t(`flag.${name}`) : statusText(name)}</li>`)}
			</ul>`,
		},
	);
}
