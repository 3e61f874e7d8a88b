/* One action: where it stands, why, since when; and the form that says where it stands now. */
import { html, nothing } from 'lit-html';
import { banners, printButton, readPlan, setTitle, start } from '../lib/shell.js';
import { all, Failure, get, patch, path } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { dayOf, instant, longDay } from '../lib/format.js';
import { link, param } from '../lib/url.js';
import {
	absent,
	alert,
	announce,
	confidence,
	due,
	empty,
	flags,
	illustrative,
	organisation,
	panel,
	progress,
	statusBadge,
} from '../lib/parts.js';
import { reportForm, reportView, rest } from '../lib/report-form.js';
import { blockersView } from '../lib/blockers.js';
import { failureAlert } from '../lib/refusal.js';
import { persist } from '../lib/write.js';
import { followButton, readFollow } from '../lib/follow.js';
import { historyView } from '../lib/history.js';
import { icon } from '../lib/icons.js';

const FIRST_PLACES = 30;

/* What is not there on this server, or not for this person, is left out of the page. */
const optional = (promise, otherwise) =>
	promise.catch((failure) => {
		if (failure instanceof Failure && [403, 404, 405, 501].includes(failure.status)) return otherwise;
		throw failure;
	});

/* For whom this person may answer: the action itself, and the deployments of their organisation and place. */
async function findTargets({ grants = [] }, plan, action) {
	const own = grants.filter((grant) => grant.plan === plan.code);
	const self = path('plans', plan.code, 'actions', action.number);
	const targets = [];
	const leads = [action.lead, ...(action.co_leads ?? [])].map((lead) => lead?.code);
	const coordinator = own.some(({ role }) => role === 'coordinator');
	if (
		coordinator ||
		own.some(
			({ role, organisation: code, territories = [] }) =>
				role === 'contributor' && territories.includes('FR') && leads.includes(code),
		)
	)
		targets.push({ key: '', label: t('report.national'), path: self, coordinator });
	if (action.level !== 'department') return targets;
	for (const grant of own.filter(({ role }) => role === 'contributor')) {
		const rows = await optional(all(`${self}/deployments`, { organisation: grant.organisation }), []);
		for (const row of rows.filter(
			(one) => one.organisation === grant.organisation && inside(one, grant.territories),
		))
			targets.push({
				key: `${row.territory}-${row.organisation}`,
				territory: row.territory,
				organisation: row.organisation,
				label: t('report.deployment', { place: row.name ?? row.territory, organisation: row.organisation }),
				path: `${self}${path('deployments', row.territory, row.organisation)}`,
			});
	}
	return targets;
}

const inside = ({ territory, region }, territories = []) =>
	territories.includes('FR') || territories.includes(territory) || territories.includes(region);

async function load({ plan: code, session }) {
	const number = param('number') ?? '';
	const self = path('plans', code, 'actions', number);
	const query = { as_of: param('as_of') };
	const [plan, { data: action, etag }, reports, behind, follow] = await Promise.all([
		readPlan(code),
		get(self, query),
		optional(all(`${self}/status-reports`, query), null),
		import('../lib/action-record.js'),
		readFollow(code, 'action', number),
	]);
	setTitle(`${t('word.action', { number })} – ${fine(action.title)}`);
	const targets = param('as_of') ? [] : await findTargets(session, plan, action);
	const state = { plan, action, etag, reports, self, targets, behind, follow, blockers: {}, at: new Date().toISOString() };
	/* the deployments come in pieces, a short one first */
	state.record = { shown: FIRST_PLACES, ...(await behind.readRecord(self, action)) };
	state.leads = targets.some(({ territory }) => !territory);
	state.coordinates = targets.some(({ coordinator }) => coordinator);
	state.refreshRecord = () => refresh(state);
	if (targets.length) {
		const first = targets[0].territory ? await get(targets[0].path) : { data: action, etag };
		const plans = await optional(all('/plans'), []);
		state.form = reportForm({
			person: session.person.id,
			plan,
			action: first.data,
			etag: first.etag,
			targets,
			plans,
			today: dayOf(state.at),
		});
		state.form.number = action.number;
	}
	return state;
}

/* After a write: the action and what stands behind it again, the form from the new version. */
async function refresh(state) {
	const [{ data, etag }, reports, record] = await Promise.all([
		get(state.self),
		optional(all(`${state.self}/status-reports`), null),
		state.behind.readRecord(state.self, state.action),
	]);
	Object.assign(state, { action: data, etag, reports, at: new Date().toISOString() });
	Object.assign(state.record, record, { changes: null });
}

async function saved(state, form) {
	await refresh(state);
	if (form.target.territory) {
		const { data, etag } = await get(form.target.path);
		rest(form, data, etag);
	} else rest(form, state.action, state.etag);
}

function firstDue({ initial_due_on: first, due_on: now }) {
	if (!first) return absent(t('due.none'));
	const unmoved = html` <span class="vg-small">${t('action.unmoved')}</span>`;
	return html`${longDay(first)}${first === now ? unmoved : nothing}`;
}

function facts({ action }) {
	const fact = (label, value) =>
		html`<div>
			<dt>${label}</dt>
			<dd>${value}</dd>
		</div>`;
	return html`<dl class="vg-facts vg-facts--side">
		${fact(t('word.lead'), action.lead ? html`${organisation(action.lead)} <span class="vg-small">${fine(action.lead.name)}</span>` : organisation(null))}
		${
			action.co_leads?.length
				? fact(
						t('action.co_leads'),
						html`<ul>
							${action.co_leads.map(({ name }) => html`<li>${fine(name)}</li>`)}
						</ul>`,
					)
				: nothing
		}
		${fact(
			t('action.partners'),
			action.partners?.length
				? html`<ul>
						${action.partners.map(({ name }) => html`<li>${fine(name)}</li>`)}
					</ul>`
				: absent(t('action.no_partner')),
		)}
		${fact(t('action.start'), action.start_on ? longDay(action.start_on) : absent(t('action.not_given')))}
		${fact(t('action.due_now'), action.due_on ? longDay(action.due_on) : absent(t('due.none')))}
		${fact(t('action.due_first'), firstDue(action))}
		${action.done_on ? fact(t('field.done_on'), longDay(action.done_on)) : nothing}
		${fact(t('action.deliverable'), action.deliverable ? fine(action.deliverable) : absent(t('action.not_given')))}
		${fact(t('action.level'), t(`level.${action.level}`))}
	</dl>`;
}

/* Who leads the action says when a milestone is reached. */
function reach(state, milestone, changed, redraw) {
	const send = async () => {
		const where = `${state.self}${path('milestones', String(milestone.id))}`;
		state.milestoneFailure = null;
		try {
			await persist(() => patch(where, { done_on: state.form.today }, { etag: `"${milestone.version}"` }));
			announce(t('milestone.saved'));
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			state.milestoneFailure = failure;
		}
		await changed();
		redraw();
		document.getElementById('milestones').focus();
	};
	return html`<button type="button" class="fr-btn fr-btn--tertiary vg-no-print" @click=${send}>
		${t('milestone.reached')}<span class="fr-sr-only"> ${fine(milestone.title)}</span>
	</button>`;
}

function milestones(state, changed, redraw) {
	const list = state.action.milestones ?? [];
	const leads = state.targets.some(({ territory }) => !territory);
	return list.length === 0
		? empty(t('milestone.none'))
		: html`${state.milestoneFailure ? failureAlert(state.milestoneFailure, t('form.not_saved')) : nothing}
				<ul class="vg-list vg-list--tight">
				${list.map(
					(milestone) =>
						html`<li class="vg-milestone">
							${icon(milestone.done_on ? 'done' : 'not_started')}
							<div>
								<p>${fine(milestone.title)}</p>
								<p class="vg-muted">
									${milestone.done_on ? t('milestone.done', { date: longDay(milestone.done_on) }) : nothing}
									${due(milestone, true)}
								</p>
								${leads && !milestone.done_on ? reach(state, milestone, changed, redraw) : nothing}
							</div>
						</li>`,
				)}
			</ul>`;
}

const lastReport = ({ reported_at: at, reported_by: by }) =>
	html`<time datetime=${at}>${instant(at)}</time>${
			by ? html`<span class="vg-small vg-block">${by.name}</span>` : nothing
		}`;

const disagreement = ({ disagreement: what }) =>
	alert('warning', t('action.disagreement'), fine(typeof what === 'string' ? what : what.detail));

function top({ action }) {
	return html`<div class="vg-panel vg-standing">
		<div class="vg-badges">${statusBadge(action.status)}${flags(action)}</div>
		<dl class="vg-facts">
			<div>
				<dt>${t('word.progress')}</dt>
				<dd>${progress(action.progress)}</dd>
			</div>
			<div>
				<dt>${t('word.confidence')}</dt>
				<dd>${confidence(action.confidence)}</dd>
			</div>
			<div>
				<dt>${t('word.due')}</dt>
				<dd>${due(action, true)}</dd>
			</div>
			<div>
				<dt>${t('actions.reported')}</dt>
				<dd>${action.reported_at ? lastReport(action) : absent(t('map.never'))}</dd>
			</div>
		</dl>
		${action.comment ? html`<p class="vg-text-block vg-quote">${fine(action.comment)}</p>` : nothing}
		${action.disagreement ? disagreement(action) : nothing}
	</div>`;
}

start({
	name: 'action',
	sheets: true,
	texts: { fr: () => import('texts:fr.record'), en: () => import('texts:en.record') },
	title: 'word.action_title',
	load,
	view(state, { session }, redraw) {
		const { plan, action, form } = state;
		const changed = () => refresh(state);
		const mayWrite = Boolean(form);
		const today = form?.today ?? dayOf(param('as_of') ?? state.at);
		return html`${banners(plan)}
			<div class="fr-container">
				<nav class="fr-breadcrumb" aria-label=${t('nav.trail')}>
					<ol>
						<li><a class="fr-link" href=${link('/', { plan: plan.code })}>${t('nav.home')}</a></li>
						<li>
							<a class="fr-link" href=${link('/measure.html', { plan: plan.code, number: action.measure })}
								>${t('word.measure', { number: action.measure })}</a
							>
						</li>
						<li aria-current="page">${t('word.action', { number: action.number })}</li>
					</ol>
				</nav>
				<div class="vg-top">
					<div>
						<p class="vg-eyebrow">
							${t('word.action', { number: action.number })} ${illustrative(action.origin)}
						</p>
						<h1>${fine(action.title)}</h1>
					</div>
					<div class="vg-tools">${followButton(state, redraw)}${printButton()}</div>
				</div>
				<div class="vg-action">
					<div class="vg-action__main">
						${top(state)}
						${
							form
								? panel(
										'report',
										t('report.title'),
										reportView(form, redraw, () => saved(state, form)),
										{ className: 'vg-no-print' },
									)
								: html`<p class="vg-muted">
										${param('as_of') ? t('report.past') : t('report.read_only', { name: session.person.name })}
									</p>`
						}
						${panel('blockers', t('blocker.title'), blockersView({ plan, action, states: state.blockers, mayWrite, targets: state.targets, target: form?.target, today }, changed, redraw))}
						${state.behind.recordMain(state, redraw)}
						${panel('history', t('history.title'), historyView(state.reports), { aside: state.reports?.length ? html`<p class="vg-muted">${t('history.count', { n: state.reports.length })}</p>` : nothing })}
						${state.behind.recordEnd(state, redraw)}
					</div>
					<div class="vg-action__side">
						${panel('facts', t('action.facts'), facts(state))}${panel('milestones', t('milestone.title'), milestones(state, changed, redraw))}${state.behind.recordSide(state, redraw)}
					</div>
				</div>
			</div>`;
	},
});
