/* What one wants to be written: kept as soon as it is chosen. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { Failure, patch } from './api.js';
import { alert, announce } from './parts.js';
import { failureAlert } from './refusal.js';
import { persist } from './write.js';

/* state.mail: { choices, failure }, choices as GET /session/mail gives them. */
export function mailChoices(state, redraw) {
	const { choices, failure } = state.mail;
	const choose = async (change) => {
		try {
			const { data } = await persist(() => patch('/session/mail', change));
			state.mail = { choices: data };
			announce(t('account.mail_kept'));
		} catch (refusal) {
			if (!(refusal instanceof Failure)) throw refusal;
			state.mail = { choices: { ...choices }, failure: refusal };
		}
		redraw();
	};
	return html`<div class="vg-form">
		${failure ? failureAlert(failure) : nothing}
		${choices.sends ? nothing : alert('info', t('account.mail_off'))}
		<p>${choices.address ? html`${t('account.mail_address')} <strong>${choices.address}</strong>` : t('account.mail_no_address')}</p>
		<div class="fr-checkbox-group">
			<input
				type="checkbox"
				id="mail-reminders"
				.checked=${choices.reminders}
				@change=${({ target }) => choose({ reminders: target.checked })}
			/><label class="fr-label" for="mail-reminders"
				>${t('account.mail_reminders')} <span class="fr-hint-text">${t('account.mail_reminders_hint')}</span></label
			>
		</div>
	</div>`;
}
