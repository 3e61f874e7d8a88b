/* Small pieces that several screens share: badges, weather, progress, messages. */
import { html, svg, nothing } from 'lit-html';
import { icon, weather } from './icons.js';
import { has, t, fine, tx } from './i18n.js';
import { longDay, percent, shortDay } from './format.js';
import { link } from './url.js';

export const STATUSES = ['done', 'in_progress', 'not_started', 'on_hold', 'carried_over', 'dropped'];
export const CONFIDENCES = ['secured', 'achievable', 'support_needed', 'compromised'];

/* Words for codes that come from the server, which may know newer ones. */
export const word = (prefix, name) => (has(`${prefix}.${name}`) ? t(`${prefix}.${name}`) : name);

export const statusText = (status) => word('status', status);

/* What is not there is said in words, and looks different from a value. */
export const absent = (text) => html`<span class="vg-absent">${text}</span>`;

export const badge = (kind, text) =>
	html`<span class="fr-badge vg-badge vg-badge--${kind}">${icon(kind)}${text}</span>`;

export const statusBadge = (status) => badge(status, statusText(status));

/* What the dates and blockers say, beside what was declared. */
export const flags = ({ late, blocked, stale }) =>
	html`${late ? badge('late', t('flag.late')) : nothing}
	${blocked ? badge('blocked', t('flag.blocked')) : nothing}${stale ? badge('stale', t('flag.stale')) : nothing}`;

export const confidenceText = (name) => word('confidence', name ?? 'none');

export const confidence = (name) =>
	html`<span class="vg-confidence ${name ? '' : 'vg-absent'}"
		>${weather(name ?? 'none')}${confidenceText(name)}</span
	>`;

export const trend = (name) =>
	name
		? html`<span class="vg-trend">${icon(name)}${word('trend', name)}</span>`
		: html`<span class="vg-absent">${t('trend.none')}</span>`;

/* A number, and beside it a bar that repeats it.  null is “not given”, never an empty bar. */
export const progress = (value, planned) =>
	value === null || value === undefined
		? html`<span class="vg-absent">${t('progress.none')}</span>`
		: html`<span class="vg-progress"
				><strong class="vg-number">${percent(value)}</strong>
				<svg class="vg-progress__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
					<rect class="vg-done" width=${Math.max(0, Math.min(100, value))} height="8" />
					${planned === undefined || planned === null ? nothing : svg`<rect class="vg-mark" x=${Math.min(99.7, planned)} width=".3" height="8"/>`}
				</svg></span
			>`;

/* In one sentence how many actions are late and how many blocked, or what to say when none is. */
export function trouble({ late, blocked }, none) {
	const overdue = t('home.late_are', { n: late });
	if (late && blocked) return t('home.late_and_blocked', { late: overdue, blocked: t('home.blocked_are', { n: blocked }) });
	if (late) return t('home.sentence', { text: overdue });
	return blocked ? t('home.sentence', { text: t('home.blocked_only', { n: blocked }) }) : none;
}

export const illustrative = (origin) =>
	origin === 'illustrative'
		? html`<span class="vg-origin" title=${t('origin.title')}>${t('origin.illustrative')}</span>`
		: nothing;

export const organisation = (item) =>
	item
		? html`<abbr class="vg-abbr" title=${fine(item.name)}>${item.code}</abbr>`
		: html`<span class="vg-absent">${t('lead.none')}</span>`;

export const actionLink = (plan, { number, title }) =>
	html`<a class="fr-link" href=${link('/action.html', { plan, number })}
		><span class="vg-ref">${number}</span> ${fine(title)}</a
	>`;

/* The date in force, and the first one when it moved. */
export const due = ({ due_on: now, initial_due_on: first }, long) => {
	const show = long ? longDay : shortDay;
	if (!now) return html`<span class="vg-absent">${t('due.none')}</span>`;
	return html`<time datetime=${now}>${show(now)}</time>${
			first && first !== now
				? html` <span class="vg-revised"
						>${tx('due.initial', { date: html`<time datetime=${first}>${show(first)}</time>` })}</span
					>`
				: nothing
		}`;
};

/* What is asked for, and of whom. */
export const decision = ({ decision_needed: what, decision_from: from }) =>
	html`<span class="vg-muted">${t('kind.decision_needed')}</span> ${fine(what)}
		${from ? html`<span class="vg-muted">(${fine(from.name)})</span>` : nothing}`;

export const alert = (kind, title, body, extra) =>
	html`<div class="fr-alert fr-alert--${kind}">
		${icon(kind === 'success' ? 'done' : kind === 'info' ? 'info' : 'warning')}
		<div>
			<p class="fr-alert__title">${title}</p>
			${body ? html`<p>${body}</p>` : nothing}${extra ?? nothing}
		</div>
	</div>`;

export const panel = (id, title, body, { aside = nothing, className = '' } = {}) =>
	html`<section class="vg-panel ${className}" aria-labelledby=${id}>
		<div class="vg-panel__head">
			<h2 id=${id} tabindex="-1">${title}</h2>
			${aside}
		</div>
		${body}
	</section>`;

export const empty = (text) => html`<p class="vg-empty">${text}</p>`;

export function announce(text) {
	const place = document.getElementById('announce');
	place.textContent = '';
	requestAnimationFrame(() => {
		place.textContent = text;
	});
}
