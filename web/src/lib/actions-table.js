/* Actions as rows: the same table on the list and on a measure's page. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { shortDay } from './format.js';
import { absent, actionLink, confidence, due, flags, organisation, progress, statusBadge } from './parts.js';
import { icon } from './icons.js';

const COLUMNS = [
	['number', 'word.action_title'],
	[null, 'word.lead'],
	['due_on', 'word.due'],
	[null, 'word.status'],
	['progress', 'word.progress'],
	[null, 'word.confidence'],
	['reported_at', 'actions.reported'],
];

function heading([field, key], sort, onSort) {
	if (!field || !onSort) return html`<th scope="col">${t(key)}</th>`;
	const way = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : nothing;
	return html`<th scope="col" aria-sort=${way}>
		<button type="button" class="vg-sort" @click=${() => onSort(sort === field ? `-${field}` : field)}>
			${t(key)}${way === nothing ? nothing : icon(way === 'ascending' ? 'rise' : 'fall')}
		</button>
	</th>`;
}

function lastReport({ reported_at: at, stale }) {
	if (!at) return absent(t('map.never'));
	const old = html`<span class="vg-small vg-block">${t('flag.stale')}</span>`;
	return html`<time datetime=${at}>${shortDay(at)}</time>${stale ? old : nothing}`;
}

export function actionsTable(items, { plan, caption, sort, onSort }) {
	const row = (action) =>
		html`<tr>
			<th scope="row">${actionLink(plan.code, action)}</th>
			<td data-label=${t('word.lead')}>${organisation(action.lead)}</td>
			<td data-label=${t('word.due')}>${due(action)}</td>
			<td class="vg-status-cell" data-label=${t('word.status')}>
				<span class="vg-badges"
					>${statusBadge(action.status)}${flags({ late: action.late, blocked: action.blocked })}</span
				>
			</td>
			<td data-label=${t('word.progress')} class="vg-progress-cell">${progress(action.progress)}</td>
			<td data-label=${t('word.confidence')}>${confidence(action.confidence)}</td>
			<td data-label=${t('actions.reported')} class="vg-nowrap">${lastReport(action)}</td>
		</tr>`;
	return html`<div class="fr-table vg-cards">
		<table>
			<caption class="fr-sr-only">
				${caption}
			</caption>
			<thead>
				<tr>
					${COLUMNS.map((column) => heading(column, sort, onSort))}
				</tr>
			</thead>
			<tbody>
				${items.map(row)}
			</tbody>
		</table>
	</div>`;
}
