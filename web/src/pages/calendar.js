/* What is due, month by month: actions, milestones, monthly reports; the late ones first said, never hidden. */
import { html, nothing } from 'lit-html';
import { banners, showPlan, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { dayOf, period, shortDay } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { announce, badge, empty, flags, organisation, panel, statusBadge } from '../lib/parts.js';
import { icon } from '../lib/icons.js';
import { monthName } from '../lib/monthly.js';
import { heading, onDay, texts } from '../lib/overview.js';

const FILTERS = ['kind', 'measure', 'lead', 'only'];
const KINDS = ['action', 'milestone', 'campaign'];
const ENDED = ['done', 'dropped', 'carried_over'];

const isDone = ({ kind, status, done_on: done }) => Boolean(done) || (kind === 'action' && ENDED.includes(status));

function kept(data) {
	const only = param('only');
	return data.items.filter(
		(item) =>
			(!param('kind') || item.kind === param('kind')) &&
			(!param('measure') || item.measure === param('measure')) &&
			(!param('lead') || item.lead?.code === param('lead')) &&
			(only === 'late' ? item.late : only === 'open' ? !isDone(item) : true),
	);
}

function byMonth(items) {
	const months = new Map();
	for (const item of items) {
		const month = item.on.slice(0, 7);
		if (!months.has(month)) months.set(month, []);
		months.get(month).push(item);
	}
	return [...months];
}

/* ------------------------------------------------------------------ in words */

function situation(data) {
	const today = dayOf(data.as_of ?? data.today);
	const soon = new Date(Date.parse(`${today}T12:00:00Z`) + 30 * 86400000).toISOString().slice(0, 10);
	const late = data.items.filter((item) => item.late).length;
	const next = data.items.filter((item) => item.on >= today && item.on <= soon && !isDone(item));
	return html`<p class="vg-situation">
		${tx('overview.due_soon', { date: onDay(data), n: next.length, due: html`<strong>${t('overview.dates', { n: next.length })}</strong>` })}
		${late ? t('overview.overdue', { n: late }) : t('overview.none_overdue')}
	</p>`;
}

function filters(data, change) {
	const leads = [...new Map(data.items.filter(({ lead }) => lead).map(({ lead }) => [lead.code, fine(lead.name)]))].sort();
	const set = ({ target }) => change({ [target.name]: target.value || null });
	const select = (name, label, options) =>
		html`<div class="fr-input-group">
			<label class="fr-label" for="d-${name}">${label}</label>
			<select class="fr-select" id="d-${name}" name=${name} @change=${set}>
				<option value="">${t('overview.all')}</option>
				${options.map(([value, text]) => html`<option value=${value} ?selected=${value === param(name)}>${text}</option>`)}
			</select>
		</div>`;
	return html`<search class="vg-panel vg-no-print">
		<form class="vg-filters" @submit=${(event) => event.preventDefault()}>
			${select('kind', t('overview.kind'), KINDS.map((kind) => [kind, t(`overview.due.${kind}`)]))}
			${select('measure', t('word.measure_title'), data.measures.map(({ number, title }) => [number, `${number} – ${fine(title)}`]))}
			${select('lead', t('word.lead'), leads.map(([code, name]) => [code, `${code} – ${name}`]))}
			${select('only', t('overview.only'), [['late', t('overview.only_late')], ['open', t('overview.only_open')]])}
		</form>
	</search>`;
}

/* How full each month is, and the way to it. */
function strip(months, today) {
	const most = Math.max(...months.map(([, items]) => items.length));
	const one = ([month, items]) => {
		const late = items.filter((item) => item.late).length;
		return html`<li class=${month === today.slice(0, 7) ? 'vg-month--now' : nothing}>
			<a href="#m-${month}">
				<svg class="vg-month__bar" viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
					<rect class="vg-bar vg-bar--in_progress" x="1" width="8" y=${40 - (40 * items.length) / most} height=${(40 * items.length) / most} />
					<rect class="vg-bar vg-bar--late" x="1" width="8" y=${40 - (40 * late) / most} height=${(40 * late) / most} />
				</svg>
				<span>${period(month)}<span class="fr-sr-only"> – ${t('overview.dates', { n: items.length })}</span></span>
			</a>
		</li>`;
	};
	return html`<ul class="vg-months vg-no-print">
		${months.map(one)}
	</ul>`;
}

function row(item, plan) {
	const target =
		item.kind === 'campaign'
			? html`<a class="fr-link" href=${link('/campaign.html', { plan, period: item.title })}>${t('overview.reports_of', { month: monthName(item.title) })}</a>`
			: html`<a class="fr-link" href=${`${link('/action.html', { plan, number: item.action })}${item.kind === 'milestone' ? '#milestones' : ''}`}>${item.kind === 'action' ? html`<span class="vg-ref">${item.action}</span> ` : nothing}${fine(item.title)}</a>${item.kind === 'milestone' ? html` <span class="vg-muted">${t('word.action', { number: item.action })}</span>` : nothing}`;
	const state = isDone(item)
		? item.kind === 'action'
			? statusBadge(item.status)
			: badge('done', t(item.kind === 'campaign' ? 'overview.closed' : 'overview.reached'))
		: item.kind === 'action'
			? html`${statusBadge(item.status)}${flags({ late: item.late, blocked: item.blocked })}`
			: item.late
				? flags({ late: true })
				: badge('not_started', t('overview.to_come'));
	return html`<tr>
		<td data-label=${t('word.due')} class="vg-nowrap">
			<time datetime=${item.on}>${shortDay(item.on)}</time>${item.initial_on && item.initial_on !== item.on ? html`<span class="vg-small vg-block">${t('due.initial', { date: shortDay(item.initial_on) })}</span>` : nothing}
		</td>
		<td data-label=${t('overview.kind')} class="vg-nowrap"><span class="vg-kind">${icon(item.kind === 'action' ? 'done' : item.kind === 'milestone' ? 'star' : 'calendar')}${t(`overview.due.${item.kind}`)}</span></td>
		<th scope="row">${target}</th>
		<td data-label=${t('word.lead')}>${item.kind === 'campaign' ? nothing : organisation(item.lead)}</td>
		<td data-label=${t('word.status')}><span class="vg-badges">${state}</span></td>
	</tr>`;
}

const month = ([name, items], plan) =>
	panel(
		`m-${name}`,
		html`<span class="vg-capital">${monthName(name)}</span>`,
		html`<div class="fr-table vg-cards vg-cards--pairs">
			<table class="vg-due">
				<caption class="fr-sr-only">
					${t('overview.month_has', { month: monthName(name), n: items.length })}
				</caption>
				<thead>
					<tr>
						<th scope="col">${t('word.due')}</th>
						<th scope="col">${t('overview.kind')}</th>
						<th scope="col">${t('overview.what')}</th>
						<th scope="col">${t('word.lead')}</th>
						<th scope="col">${t('word.status')}</th>
					</tr>
				</thead>
				<tbody>
					${items.map((item) => row(item, plan))}
				</tbody>
			</table>
		</div>`,
		{ aside: html`<span class="vg-muted">${t('overview.dates', { n: items.length })}</span>` },
	);

start({
	name: 'calendar',
	sheets: true,
	texts,
	title: 'nav.calendar',
	async load({ plan }) {
		const { data } = await get(path('plans', plan, 'calendar'), { as_of: param('as_of') });
		showPlan(data.plan);
		return data;
	},
	view(data, context, redraw) {
		const items = kept(data);
		const months = byMonth(items);
		const change = (values) => {
			replace(values);
			redraw();
			announce(t('overview.dates', { n: kept(data).length }));
		};
		const filtered = FILTERS.some((name) => param(name));
		return html`${banners(data.plan)}
			<div class="fr-container">
				${heading({ eyebrow: t('overview.calendar_eyebrow'), title: t('overview.calendar'), data, tools: html`<a class="fr-btn fr-btn--secondary" href="/account.html#calendar">${t('overview.in_my_calendar')}</a>` })}
				${situation(data)} ${filters(data, change)}
				${
					months.length
						? html`${filtered ? html`<p class="vg-muted">${t('overview.dates', { n: items.length })}</p>` : nothing}${strip(months, data.today)}${months.map((one) => month(one, data.plan.code))}`
						: empty(t(filtered ? 'overview.no_date_fits' : 'overview.no_date'))
				}
			</div>`;
	},
});
