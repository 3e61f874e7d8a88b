/* Refusals in words: one sentence each, what to do next, and the number of the request so that it can be quoted. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { alert } from './parts.js';

/* One sentence for a refusal, the number of the request with it so that it can be quoted. */
export function failureText(failure) {
	const { status, problem = {}, retryAfter } = failure;
	const known = { 0: 'offline', 401: 'signed_out', 403: 'forbidden', 404: 'not_found', 501: 'not_there' }[
		status
	];
	const detail = problem.detail ?? (status === 403 || status === 409 ? problem.title : undefined);
	const text =
		known && !(detail && (status === 403 || problem.code === 'unknown_territory'))
			? t(`failure.${known}`)
			: (detail ?? (status === 429 || status === 503 ? t('failure.busy') : t('failure.other', { status })));
	return retryAfter && /^\d+$/.test(retryAfter)
		? `${text} ${t('failure.retry', { n: Number(retryAfter) })}`
		: text;
}

export const failureAlert = (failure, title = t('failure.title')) =>
	alert(
		'error',
		title,
		failureText(failure),
		failure.problem?.instance
			? html`<p class="fr-hint-text">
					${t('failure.request', { id: failure.problem.instance.replace(/^\/requests\//, '') })}
				</p>`
			: nothing,
	);

const page = (title, body, buttons) =>
	html`<div class="fr-container">
		<h1>${title}</h1>
		${body}
		<p class="vg-buttons">${buttons}</p>
	</div>`;

const home = () => html`<a class="fr-btn fr-btn--secondary" href="/">${t('nav.home_label')}</a>`;
const account = (text, place = '') => html`<a class="fr-btn" href="/account.html${place}">${text}</a>`;

/* Why a page cannot be shown. */
export function explanation(failure) {
	if (failure.administrator)
		return page(
			t('page.admin'),
			html`<p>${t('page.admin_text')}</p>
				<p>${t('page.admin_read')}</p>`,
			account(t('page.admin_go'), '#admin'),
		);
	if (failure.planless)
		return page(t('page.no_plan'), html`<p>${t('page.no_plan_detail')}</p>`, account(t('page.account')));
	const code = { 403: 'forbidden', 404: 'not_found' }[failure.status];
	return page(
		t(code ? `page.${code}` : 'page.failed'),
		failureAlert(failure),
		html`<button type="button" class="fr-btn" @click=${() => location.reload()}>${t('page.retry')}</button
			>${home()}`,
	);
}
