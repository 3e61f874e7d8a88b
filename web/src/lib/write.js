/*
 * Sending what a person typed: an ended session is renewed in place, and the same sending keeps its key, so
 * that trying again after silence never writes twice.
 */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { currentSession } from './api.js';
import { alert } from './parts.js';
import { failureAlert } from './refusal.js';

/* send() → answer.  Signs in again when needed; throws the refusal otherwise. */
export async function persist(send) {
	const before = currentSession()?.person?.id;
	try {
		return await send();
	} catch (failure) {
		if (failure.status !== 401) throw failure;
		const { signInAgain } = await import('./dialog.js');
		const session = await signInAgain();
		if (!session?.person || session.person.id !== before) throw failure;
		return send();
	}
}

/* `#/carried_to/measure` → carried_to.measure */
const field = (pointer) => (pointer ?? '').replace(/^#?\//, '').replaceAll('/', '.');

/* The faults of a 422 by field; those of no known field under ''. */
export function faults(failure, known) {
	const found = {};
	for (const { pointer, parameter, header, detail } of failure.problem?.errors ?? []) {
		const whole = field(pointer ?? parameter ?? header);
		const name = known.includes(whole) ? whole : (known.find((one) => whole.startsWith(`${one}.`)) ?? '');
		found[name] = found[name] ? `${found[name]} ${detail}` : detail;
	}
	return found;
}

export const message = (errors, name, id) =>
	html`<p class="fr-error-text" id="${id}-error">${errors?.[name] ?? nothing}</p>`;
export const groupClass = (errors, name) => `fr-input-group ${errors?.[name] ? 'fr-input-group--error' : ''}`;

/* The summary above a form: each fault leads to its field. */
export function summary(id, { errors, failure }, labels) {
	const list = Object.entries(errors ?? {});
	return html`<div id=${id} tabindex="-1" class="vg-summary">
		${
			list.length
				? alert(
						'error',
						t('form.faults', { n: list.length }),
						null,
						html`<ul>
							${list.map(
								([name, detail]) =>
									html`<li>
										${
											name
												? html`<a class="fr-link" href="#${labels[name]?.id ?? id}"
															>${labels[name]?.text ?? name}</a
														>${t('form.colon')}`
												: nothing
										}${detail}
									</li>`,
							)}
						</ul>`,
					)
				: failure
					? failureAlert(failure, t('form.not_saved'))
					: nothing
		}
	</div>`;
}
