/* What the monthly report and the coordinators' board share: states, figures in words, the thread of a figure. */
import { html, nothing } from 'lit-html';
import { lang, t, fine } from './i18n.js';
import { decimal, instant, longDay, period } from './format.js';
import { absent, badge } from './parts.js';
import { all, get, path } from './api.js';
import { icon } from './icons.js';

const KINDS = {
	expected: 'not_started',
	draft: 'stale',
	submitted: 'in_progress',
	returned: 'blocked',
	accepted: 'done',
	validated: 'done',
	exempt: 'carried_over',
};

export const stateBadge = ({ state, late }) =>
	html`<span class="vg-badges"
		>${badge(KINDS[state], t(`monthly.state.${state}`))}${late ? badge('late', t('flag.late')) : nothing}</span
	>`;

/* “octobre 2026” */
export const monthName = (value) =>
	new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'fr-FR', {
		month: 'long',
		year: 'numeric',
		timeZone: 'UTC',
	}).format(new Date(`${value}-15T12:00:00Z`));

/* The month that lies `months` before. */
export function monthBefore(value, months) {
	const day = new Date(`${value}-15T12:00:00Z`);
	day.setUTCMonth(day.getUTCMonth() - months);
	return day.toISOString().slice(0, 7);
}

/* Zero, no answer, not applicable and silence are four texts. */
export function said(cell) {
	if (!cell) return absent(t('monthly.silence'));
	const state = cell.answer ?? cell.state;
	if (state === 'value') return html`<strong class="vg-number">${decimal(cell.value, 2)}</strong>`;
	return absent(t(state === 'missing' ? 'monthly.unknown' : 'monthly.not_applicable'));
}

/* What names a figure within its report. */
export const figureKey = ({ series, dims }) =>
	`${series}|${Object.entries(dims ?? {})
		.sort()
		.map((pair) => pair.join('='))
		.join(';')}`;

export const isAsked = ({ asked, state }) => asked && (state === 'expected' || state === 'returned');

/* Why a figure is missing when whoever answers does not know it. */
export const UNKNOWN = 'not_reported';

export const figureName = ({ name, label }) => (label ? `${fine(name)} – ${label}` : fine(name));

export const before = (figure, month) =>
	html`<span class="vg-nowrap"
			>${period(monthBefore(month, 1))}${t('form.colon')}${said(figure.previous_month)}<span aria-hidden="true"> ·</span></span
		>
		<span class="vg-nowrap"
			>${period(monthBefore(month, 12))}${t('form.colon')}${said(figure.year_before)}</span
		>`;

/* What the rules say of a figure; `word`: why it was sent all the same. */
export const remarks = ({ findings }, id, word) =>
	findings.length || word
		? html`<ul class="vg-remarks" id=${id}>
				${findings.map(
					({ level, text }) =>
						html`<li class="vg-returned">
							${icon('warning')} <strong>${t(`monthly.finding.${level}`)}</strong> ${fine(text)}
						</li>`,
				)}
				${word ? html`<li>${t('monthly.confirmed', { word: fine(word) })}</li>` : nothing}
			</ul>`
		: nothing;

/* Every act on a figure, the latest first. */
export const thread = ({ thread: acts }) =>
	acts.length < 2
		? nothing
		: html`<details class="vg-thread">
				<summary>${t('monthly.thread', { n: acts.length })}</summary>
				<ol class="vg-timeline">
					${[...acts].reverse().map(
						(act) =>
							html`<li>
								<p class="vg-timeline__head">
									<time datetime=${act.at}>${instant(act.at)}</time> ${act.by?.name ?? t('history.unknown')}
								</p>
								<p>${t(`monthly.act.${act.act}`)} ${said(act)}</p>
								${act.confirmed ? html`<p class="vg-text-block">${t('monthly.confirmed', { word: fine(act.confirmed) })}</p>` : nothing}
								${act.remark ? html`<p class="vg-text-block">${fine(act.remark)}</p>` : nothing}
							</li>`,
					)}
				</ol>
			</details>`;

/* The figures of a report by series, each with its place in the report. */
export function bySeries(figures) {
	const groups = new Map();
	figures.forEach((figure, at) => {
		if (!groups.has(figure.series)) groups.set(figure.series, { ...figure, rows: [] });
		groups.get(figure.series).rows.push({ ...figure, at });
	});
	return [...groups.values()];
}

export const dueText = ({ due_on: day, closed_at: closed }) =>
	closed ? t('campaign.closed', { at: instant(closed) }) : t('campaign.due', { date: longDay(day) });

export const campaigns = (plan) => all(path('plans', plan, 'campaigns'));

/* The month asked for, else the latest one that is open, else the latest. */
export const current = (list, wanted) =>
	wanted ?? (list.find(({ state }) => state === 'open' || state === 'late') ?? list[0])?.period;

export const unitPath = (plan, month, { territory, organisation }) =>
	path('plans', plan, 'campaigns', month, 'reports', territory, organisation);

export const readUnit = (plan, month, unit) => get(unitPath(plan, month, unit));
