/* Signing in again without leaving the page: what was typed stays where it is. */
import { html, render } from 'lit-html';
import { t } from './i18n.js';
import { currentSession } from './api.js';
import { signInForm } from './sign-in.js';

/* Resolves to the session, or to null when the person closes the dialog. */
export function signInAgain() {
	return new Promise((resolve) => {
		const dialog = document.createElement('dialog');
		const state = { login: currentSession()?.person?.login };
		let session = null;
		dialog.className = 'fr-modal';
		dialog.setAttribute('aria-labelledby', 'again-title');
		const done = (found) => {
			session = found;
			dialog.close();
		};
		const draw = () =>
			render(
				html`<h2 id="again-title">${t('again.title')}</h2>
					<p>${t('again.text')}</p>
					${signInForm(state, draw, done, 'again')}<button
						type="button"
						class="fr-btn fr-btn--tertiary"
						@click=${() => dialog.close()}
					>
						${t('again.cancel')}
					</button>`,
				dialog,
			);
		dialog.addEventListener('close', () => {
			dialog.remove();
			resolve(session);
		});
		draw();
		document.body.append(dialog);
		dialog.showModal();
		dialog.querySelector(state.login ? '[name=password]' : '[name=login]').focus();
	});
}
