/* What the monthly report, the coordinators' board and the tasks share: states, months, figures in words. */
import { html, nothing } from 'lit-html';
import { lang, t, fine } from './i18n.js';
import { decimal, instant, longDay } from './format.js';
import { absent, badge } from './parts.js';
import { all, get, lastRead, path, put } from './api.js';

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

export const dueText = ({ due_on: day, closed_at: closed }) =>
	closed ? t('campaign.closed', { at: instant(closed) }) : t('campaign.due', { date: longDay(day) });

export const campaigns = (plan) => all(path('plans', plan, 'campaigns'));

/* The month asked for, else the latest one that is open, else the latest. */
export const current = (list, wanted) =>
	wanted ?? (list.find(({ state }) => state === 'open' || state === 'late') ?? list[0])?.period;

export const unitPath = (plan, month, { territory, organisation }) =>
	path('plans', plan, 'campaigns', month, 'reports', territory, organisation);

/*
 * Keeps what is typed; gives the report as it is then.  The server tells it whole where rules have a word to say, else
 * only that it is done, and the version.
 */
export async function putDraft(plan, report, content, etag) {
	const where = unitPath(plan, report.period, { territory: report.territory, organisation: report.organisation.code });
	const { data, etag: now } = await put(where, content, { etag, minimal: true });
	const kept = data ?? {
		state: report.state === 'expected' ? 'draft' : report.state,
		figures: report.figures.map((figure) => ({ ...figure, findings: [] })),
		draft: { ...content, saved_at: lastRead() },
		version: Number.parseInt(now.slice(1), 10),
	};
	return { data: { ...report, ...kept }, etag: now };
}

export const readUnit = (plan, month, unit) => get(unitPath(plan, month, unit));
