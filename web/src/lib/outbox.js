/* What was told to whom by mail, and what became of it; what nobody knows is sent again on purpose alone. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { all, Failure, path, post } from './api.js';
import { instant } from './format.js';
import { alert, announce, badge, empty } from './parts.js';
import { failureAlert } from './refusal.js';
import { persist } from './write.js';

/* How each state is drawn; its words are campaign.mail.STATE. */
const LOOK = {
	sent: 'done',
	failed: 'blocked',
	unknown: 'late',
	no_address: 'stale',
	expired: 'stale',
	declined: 'dropped',
	dropped: 'dropped',
	queued: 'not_started',
	waiting: 'not_started',
	sending: 'in_progress',
};
const AGAIN = ['failed', 'unknown'];

const where = (plan) => path('plans', plan, 'outbox');

/* The lines of a month; those that want a decision come first. */
export async function readOutbox(plan, period) {
	const lines = (await all(where(plan))).filter((line) => line.period === period);
	return [...lines.filter(({ state }) => AGAIN.includes(state)), ...lines.filter(({ state }) => !AGAIN.includes(state))];
}

/* state.outbox: { lines, failure } */
export function outboxTable(state, redraw) {
	const { outbox, plan, month } = state;
	const again = async (line) => {
		outbox.failure = null;
		try {
			await persist(() => post(`${where(plan.code)}/${line.id}/send`, {}));
			announce(t('campaign.mail_again_done', { name: line.person.name }));
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			outbox.failure = failure;
		}
		outbox.lines = await readOutbox(plan.code, month);
		redraw();
		document.getElementById('outbox')?.focus();
	};
	const row = (line) =>
		html`<tr>
			<th scope="row">${fine(line.person.name)}</th>
			<td data-label=${t('campaign.mail_what')}>${t(`campaign.mail_kind.${line.kind}`)}<span class="vg-small vg-block">${t('campaign.mail_units', { n: line.units })}</span></td>
			<td data-label=${t('word.status')}>
				${badge(LOOK[line.state], t(`campaign.mail.${line.state}`))}${AGAIN.includes(line.state) && line.said ? html`<span class="vg-small vg-block" lang="en">${line.said}</span>` : nothing}
			</td>
			<td data-label=${t('campaign.mail_when')}>${instant(line.changed_at ?? line.created_at)}</td>
			<td class="vg-no-print">
				${
					AGAIN.includes(line.state)
						? html`<button type="button" class="fr-btn fr-btn--secondary" @click=${() => again(line)}>
								${t('campaign.mail_again')}<span class="fr-sr-only"> ${line.person.name}</span>
							</button>`
						: nothing
				}
			</td>
		</tr>`;
	const unknown = outbox.lines.filter(({ state: word }) => word === 'unknown').length;
	return html`${outbox.failure ? failureAlert(outbox.failure) : nothing}
	${unknown ? alert('warning', t('campaign.mail_unknown', { n: unknown }), t('campaign.mail_unknown_text')) : nothing}
	${
		outbox.lines.length
			? html`<div class="fr-table vg-cards vg-cards--pairs">
					<table>
						<caption class="fr-sr-only">
							${t('campaign.mails')}
						</caption>
						<thead>
							<tr>
								${['admin.person', 'campaign.mail_what', 'word.status', 'campaign.mail_when'].map((name) => html`<th scope="col">${t(name)}</th>`)}
								<th scope="col" class="vg-no-print"><span class="fr-sr-only">${t('campaign.mail_again')}</span></th>
							</tr>
						</thead>
						<tbody>
							${outbox.lines.map(row)}
						</tbody>
					</table>
				</div>`
			: empty(t('campaign.mail_none'))
	}`;
}
