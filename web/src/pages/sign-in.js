/* Sign-in; and, with ?code=, the choice of a password with a one-time link. */
import { html, nothing } from 'lit-html';
import { start } from '../lib/shell.js';
import { t } from '../lib/i18n.js';
import { logo } from '../lib/icons.js';
import { alert } from '../lib/parts.js';
import { failureText } from '../lib/refusal.js';
import { get, post } from '../lib/api.js';
import { param } from '../lib/url.js';
import { signInForm } from '../lib/sign-in.js';

/* Only an address of this site: `//elsewhere` and other schemes go home. */
function next() {
	const wanted = param('next') ?? '/';
	const url = new URL(wanted, location.origin);
	return url.origin === location.origin && wanted.startsWith('/')
		? url.pathname + url.search + url.hash
		: '/';
}

function chooseForm(state, redraw) {
	const submit = async (event) => {
		event.preventDefault();
		const form = new FormData(event.target);
		state.failure = null;
		state.mismatch = form.get('password') !== form.get('again');
		if (state.mismatch) {
			redraw();
			document.getElementById('again').focus();
			return;
		}
		try {
			await post('/session/password', { code: param('code'), password: form.get('password') });
			history.replaceState(null, '', '/sign-in.html');
			state.chosen = true;
		} catch (failure) {
			if (failure.status === undefined) throw failure;
			state.failure = failure;
		}
		redraw();
		document.getElementById('choose-result')?.focus();
	};
	const field = state.failure?.problem?.errors?.find(({ pointer }) => /password/.test(pointer ?? ''));
	return html`<p>${t('choose.intro')}</p>
		<form class="vg-form" @submit=${submit}>
			<div id="choose-result" tabindex="-1">
				${state.failure && !field ? alert('error', t('choose.failed'), failureText(state.failure)) : nothing}
			</div>
			<div class="fr-input-group ${field ? 'fr-input-group--error' : ''}">
				<label class="fr-label" for="password"
					>${t('choose.password')} <span class="fr-hint-text">${t('choose.hint')}</span></label
				>
				<input
					class="fr-input"
					id="password"
					name="password"
					type="password"
					autocomplete="new-password"
					minlength="15"
					maxlength="128"
					required
					aria-describedby="password-error"
					aria-invalid=${field ? 'true' : nothing}
				/>
				<p id="password-error" class="fr-error-text">${field?.detail ?? nothing}</p>
			</div>
			<div class="fr-input-group ${state.mismatch ? 'fr-input-group--error' : ''}">
				<label class="fr-label" for="again">${t('choose.again')}</label>
				<input
					class="fr-input"
					id="again"
					name="again"
					type="password"
					autocomplete="new-password"
					required
					aria-describedby="again-error"
					aria-invalid=${state.mismatch ? 'true' : nothing}
				/>
				<p id="again-error" class="fr-error-text">${state.mismatch ? t('choose.mismatch') : nothing}</p>
			</div>
			<button class="fr-btn">${t('choose.submit')}</button>
		</form>`;
}

/* A link by mail, where there is a mail server: what is said afterwards is the same whoever asked. */
function linkForm(state, redraw) {
	const submit = async (event) => {
		event.preventDefault();
		state.link.failure = null;
		try {
			await post('/session/password-links', { login: new FormData(event.target).get('link-login').trim() });
			state.link.asked = true;
		} catch (failure) {
			if (failure.status === undefined) throw failure;
			state.link.failure = failure;
		}
		redraw();
		document.getElementById('link-result').focus();
	};
	return html`<details class="vg-thread">
		<summary>${t('sign_in.link_title')}</summary>
		<div id="link-result" tabindex="-1">
			${state.link.asked ? alert('success', t('sign_in.link_asked'), t('sign_in.link_asked_text')) : nothing}${state.link.failure ? alert('error', t('sign_in.link_failed'), failureText(state.link.failure)) : nothing}
		</div>
		${
			state.link.asked
				? nothing
				: html`<form class="vg-form" @submit=${submit}>
						<div class="fr-input-group">
							<label class="fr-label" for="link-login">${t('sign_in.login')}</label
							><input
								class="fr-input"
								id="link-login"
								name="link-login"
								autocomplete="username"
								autocapitalize="none"
								spellcheck="false"
								required
							/>
						</div>
						<button class="fr-btn fr-btn--secondary">${t('sign_in.link_submit')}</button>
					</form>`
		}
	</details>`;
}

start({
	name: 'sign-in',
	sheets: true,
	title: 'sign_in.title',
	open: true,
	load: async () => ({
		/* A server that cannot say offers none: signing in is what this page is for. */
		link: await get('/session/password-links').then(
			({ data }) => (data.offered ? {} : null),
			() => null,
		),
	}),
	view(state, { session }, redraw) {
		const choosing = param('code') && !state.chosen;
		return html`<div class="fr-container vg-narrow">
			<div class="vg-sign-in">
				${logo}
				<h1>${t(choosing ? 'choose.title' : 'sign_in.title')}</h1>
				${
					choosing
						? chooseForm(state, redraw)
						: html`<p>${t('sign_in.intro')}</p>
								${state.chosen ? html`<div id="choose-result" tabindex="-1">${alert('success', t('choose.done'))}</div>` : nothing}
								${session.person ? html`<p>${t('sign_in.already', { name: session.person.name })} <a class="fr-link" href="/">${t('nav.home_label')}</a></p>` : nothing}
								${signInForm(state, redraw, () => location.assign(next()))}
								${state.link ? linkForm(state, redraw) : html`<p class="fr-hint-text">${t('sign_in.forgotten')}</p>`}`
				}
			</div>
		</div>`;
	},
});
