/* What one wants to be written, and what one follows: kept as soon as it is chosen. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { all, Failure, patch, path, remove } from './api.js';
import { longDay } from './format.js';
import { link } from './url.js';
import { alert, announce, empty } from './parts.js';
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
	<fieldset>
			<legend class="fr-label">${t('account.digest')}<span class="fr-hint-text">${t('account.digest_hint')}</span></legend>
			<div class="fr-segmented">
				${['daily', 'weekly', 'never'].map(
					(often) =>
						html`<div class="fr-segmented__element">
							<input
								type="radio"
								id="digest-${often}"
								name="digest"
								.checked=${choices.followed === often}
								@change=${() => choose({ followed: often })}
							/><label class="fr-label" for="digest-${often}">${t(`account.digest.${often}`)}</label>
						</div>`,
				)}
			</div>
		</fieldset>
	</div>`;
}

/* ------------------------------------------------------------------ what one follows */

const PAGES = {
	measure: (plan, number) => link('/measure.html', { plan, number }),
	action: (plan, number) => link('/action.html', { plan, number }),
	territory: (plan, code) => link('/territory.html', { plan, code }),
};

/* Of each plan: { plan, items } */
export const readFollows = (plans) =>
	Promise.all(plans.map(async ({ code }) => ({ plan: code, items: await all(path('plans', code, 'follows')) })));

/* state.follows as readFollows gives it; state.followFailure */
export function followsView(state, redraw) {
	const stop = async (list, one) => {
		state.followFailure = null;
		try {
			await persist(() => remove(path('plans', list.plan, 'follows', one.kind, one.code)));
			list.items = list.items.filter((other) => other !== one);
			announce(t('follow.dropped'));
		} catch (refusal) {
			if (!(refusal instanceof Failure)) throw refusal;
			state.followFailure = refusal;
		}
		redraw();
		document.getElementById('follows').focus();
	};
	const lists = state.follows.filter(({ items }) => items.length);
	const item = (list, one) =>
		html`<li class="vg-session">
			<div>
				<p>
					<a class="fr-link" href=${PAGES[one.kind](list.plan, one.code)}
						>${one.kind === 'territory' ? `${fine(one.title)} (${one.code})` : html`${t(`word.${one.kind}`, { number: one.code })} – ${fine(one.title)}`}</a
					>
				</p>
				<p class="vg-muted">${t('account.followed_since', { date: longDay(one.from_at) })}</p>
			</div>
			<button type="button" class="fr-btn fr-btn--secondary" @click=${() => stop(list, one)}>
				${t('account.followed_stop')}<span class="fr-sr-only"> ${fine(one.title)}</span>
			</button>
		</li>`;
	return html`${state.followFailure ? failureAlert(state.followFailure) : nothing}
		${
			lists.length
				? lists.map(
						(list) =>
							html`<ul class="vg-list">
									${list.items.map((one) => item(list, one))}
								</ul>
								<p><a class="fr-btn fr-btn--tertiary" href=${link("/since.html", { plan: list.plan, followed: "true" })}>${t('account.followed_moves')}</a></p>`,
					)
				: empty(t('account.followed_none'))
		}`;
}
