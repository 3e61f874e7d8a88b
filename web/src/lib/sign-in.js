/* The sign-in form, on its own page and in the dialog that opens when a session has ended. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { alert } from './parts.js';
import { failureText } from './refusal.js';
import { signIn } from './api.js';

const words = (failure) => (failure.status === 401 ? t('sign_in.refused') : failureText(failure));

/* state: {failure, busy, login}; done(session) once signed in. */
export function signInForm(state, redraw, done, prefix = 'sign-in') {
	const submit = async (event) => {
		event.preventDefault();
		const form = new FormData(event.target);
		state.busy = true;
		state.failure = null;
		redraw();
		try {
			const session = await signIn(form.get('login').trim(), form.get('password'));
			state.busy = false;
			done(session);
		} catch (failure) {
			if (failure.status === undefined) throw failure;
			state.busy = false;
			state.failure = failure;
			redraw();
			document.getElementById(`${prefix}-error`)?.focus();
		}
	};
	return html`<form class="vg-form" @submit=${submit}>
		<div id="${prefix}-error" tabindex="-1">
			${state.failure ? alert('error', t('sign_in.failed'), words(state.failure)) : nothing}
		</div>
		<div class="fr-input-group">
			<label class="fr-label" for="${prefix}-login">${t('sign_in.login')}</label>
			<input
				class="fr-input"
				id="${prefix}-login"
				name="login"
				autocomplete="username"
				autocapitalize="none"
				spellcheck="false"
				required
				.value=${state.login ?? ''}
			/>
		</div>
		<div class="fr-input-group">
			<label class="fr-label" for="${prefix}-password">${t('sign_in.password')}</label>
			<input
				class="fr-input"
				id="${prefix}-password"
				name="password"
				type="password"
				autocomplete="current-password"
				required
			/>
		</div>
		<button class="fr-btn" ?disabled=${state.busy}>
			${t(state.busy ? 'sign_in.busy' : 'sign_in.submit')}
		</button>
	</form>`;
}
