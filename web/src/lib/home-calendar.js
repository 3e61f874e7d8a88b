/* What is due: the late first, then by date, with each action's span on the plan's time line. */
import { html } from 'lit-html';
import { t } from './i18n.js';
import { percent } from './format.js';
import { link, replace } from './url.js';
import { actionLink, due, empty, flags, organisation, panel, statusBadge } from './parts.js';
import { span, spanAxis } from './charts.js';

const SHORT_LIST = 8;

export function calendar(data, state, redraw) {
	const { plan, today } = data;
	const { entered } = plan.counts.actions;
	const large = data.calendar.length < entered;
	const all = !large && state.calendar === 'all';
	const open = data.calendar.filter(({ status }) => !['done', 'dropped', 'carried_over'].includes(status));
	const rows = all ? data.calendar : open.slice(0, SHORT_LIST);
	const row = (action) =>
		html`<tr>
			<th scope="row">${actionLink(plan.code, action)}</th>
			<td data-label=${t('word.lead')}>${organisation(action.lead)}</td>
			<td data-label=${t('word.due')} class="vg-nowrap">${due(action)}</td>
			<td data-label=${t('word.status')}>
				${statusBadge(action.status)} ${flags({ late: action.late, blocked: action.blocked })}
			</td>
			<td class="vg-span-cell" data-label=${t('word.progress')}>
				<div class="vg-span-row">
					${action.progress === null ? html`<span class="vg-absent vg-small">${t('progress.none_short')}</span>` : html`<span class="vg-number vg-small">${percent(action.progress)}</span>`}${span(action, plan.start_on, plan.end_on, today)}
				</div>
			</td>
		</tr>`;
	const toggle = () => {
		state.calendar = all ? null : 'all';
		replace({ calendar: state.calendar });
		redraw();
	};
	return panel(
		'calendar',
		t('calendar.title'),
		data.calendar.length === 0
			? empty(t('calendar.none'))
			: html`<div class="fr-table vg-cards vg-cards--compact">
						<table>
							<caption class="fr-sr-only">
								${t(all ? 'calendar.all' : 'calendar.next', { n: rows.length })}
							</caption>
							<thead>
								<tr>
									<th scope="col">${t('word.action_title')}</th>
									<th scope="col">${t('word.lead')}</th>
									<th scope="col">${t('word.due')}</th>
									<th scope="col">${t('word.status')}</th>
									<th scope="col" class="vg-span-cell">
										${t('word.progress')}${spanAxis(plan.start_on, plan.end_on)}
									</th>
								</tr>
							</thead>
							<tbody>
								${rows.map(row)}
							</tbody>
						</table>
					</div>
					<p class="vg-buttons">
						${large ? html`<a class="fr-btn fr-btn--secondary" href=${link('/actions.html', { plan: plan.code, sort: 'due_on' })}>${t('calendar.more', { n: entered })}</a>` : html`<button
							type="button"
							class="fr-btn fr-btn--secondary"
							aria-expanded=${String(all)}
							@click=${toggle}
						>
							${t(all ? 'calendar.fewer' : 'calendar.more', { n: entered })}
						</button>`}
					</p>`,
		{ aside: html`<p class="vg-muted">${t(all ? 'calendar.all' : 'calendar.next', { n: rows.length })}</p>` },
	);
}
