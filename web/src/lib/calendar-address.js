/* The address by which a program of calendars fetches what is due: made, shown once, taken back. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { Failure, get, post, remove } from './api.js';
import { instant, longDay } from './format.js';
import { alert, announce } from './parts.js';
import { failureAlert } from './refusal.js';
import { persist } from './write.js';

const WHERE = '/session/calendar';

export const readCalendar = async () => (await get(WHERE)).data;

/* state.calendar: as readCalendar gives it, with `address` once made and `failure`. */
export function calendarAddress(state, redraw) {
	const { calendar } = state;
	const act = async (work, text, focus) => {
		try {
			const { data } = await persist(work);
			state.calendar = { ...(await readCalendar()), address: data?.address };
			announce(text);
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			state.calendar = { ...calendar, failure };
		}
		redraw();
		document.getElementById(state.calendar.failure ? 'calendar' : focus).focus();
	};
	const make = () => act(() => post(WHERE), t('account.calendar_made'), 'calendar-address');
	const revoke = () => act(() => remove(WHERE), t('account.calendar_revoked'), 'calendar');
	const copy = async () => {
		const field = document.getElementById('calendar-address');
		field.select();
		try {
			await navigator.clipboard.writeText(field.value);
			announce(t('account.copied'));
		} catch {
			/* it is selected: the keyboard copies it */
		}
	};
	const until = () => t('account.calendar_until', { date: longDay(calendar.expires_at) });
	return html`<div class="vg-form">
		${calendar.failure ? failureAlert(calendar.failure) : nothing}
		<p>${t('account.calendar_about')}</p>
		${
			calendar.address
				? html`${alert('success', t('account.calendar_made'), t('account.calendar_once'))}
						<div class="fr-input-group">
							<label class="fr-label" for="calendar-address">${t('account.calendar_address')}</label>
							<input class="fr-input" id="calendar-address" readonly .value=${calendar.address} />
						</div>
						<p class="vg-muted">${until()}</p>`
				: calendar.active
					? html`<p class="vg-muted">${t('account.calendar_since', { at: instant(calendar.created_at) })} ${until()} ${calendar.used_at ? t('account.calendar_used', { at: instant(calendar.used_at) }) : t('account.calendar_unused')}</p>`
					: nothing
		}
		<div class="vg-buttons">
			${calendar.address ? html`<button type="button" class="fr-btn" @click=${copy}>${t('account.copy')}</button>` : html`<button type="button" class="fr-btn fr-btn--secondary" @click=${make}>${t(calendar.active ? 'account.calendar_again' : 'account.calendar_make')}</button>`}
			${calendar.active ? html`<button type="button" class="fr-btn fr-btn--secondary" @click=${revoke}>${t('account.calendar_revoke')}</button>` : nothing}
		</div>
	</div>`;
}
