/* The dashboard: everything on it comes from one answer of the server. */
import { html, nothing } from 'lit-html';
import { banners, datePicker, presentButton, printButton, showPlan, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t, tx, fine, has } from '../lib/i18n.js';
import { decimal, instant, longDay, percent, shortDay } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import {
	alert,
	announce,
	decision,
	empty,
	panel,
	progress,
	trouble,
} from '../lib/parts.js';
import { compared, course, distribution } from '../lib/course.js';
import { describe, legend, loadShapes, map } from '../lib/map.js';
import { measures, pieces } from '../lib/home-measures.js';
import { indicators, recomputing } from '../lib/home-indicators.js';
import { calendar } from '../lib/home-calendar.js';
import { acts, changeItem } from '../lib/changes.js';

const day = ({ as_of: past, today }) => past ?? today;

/* More than these would push the map out of sight; the rest is one link away. */
const DECISIONS = 5;
const CHANGES = 6;

/* Where the plan stands, in one sentence written from the figures. */
function situation(data) {
	const { progress: done, planned, coverage } = data.situation;
	const date = html`<time datetime=${day(data)}>${longDay(day(data))}</time>`;
	let first;
	if (done === null)
		first = tx('home.no_progress', { date, n: coverage.received, expected: coverage.expected });
	else {
		first = tx('home.progress', { date, progress: html`<strong>${percent(done)}</strong>`, compared: compared(done, planned) });
	}
	return html`<p class="vg-situation">${first} ${trouble(data.counts, t('home.no_problem'))}</p>
		${done !== null && coverage.received < coverage.expected ? html`<p class="fr-hint-text">${t('home.coverage', { n: coverage.received, expected: coverage.expected })}</p>` : nothing}`;
}

function figures(data) {
	const { counts } = data;
	const { plan } = data;
	const actions = (values) => link('/actions.html', { plan: plan.code, ...values });
	const open = counts.by_status;
	const card = (href, kind, value, total, label, detail) =>
		html`<li>
			<a class="vg-figure vg-figure--${kind}" href=${href}>
				<span class="vg-figure__value"
					><strong>${decimal(value)}</strong
					>${total === null ? nothing : html`<span class="vg-figure__total">${t('word.of', { total })}</span>`}</span
				>
				<span class="vg-figure__label">${label}</span><span class="vg-figure__detail">${detail}</span></a
			>
		</li>`;
	const doing = [
		t('home.in_progress', { n: open.in_progress }),
		t('home.not_started', { n: open.not_started }),
	].join(', ');
	const asked = t('home.blocked_detail', { n: data.to_decide_total ?? data.to_decide.length });
	const { up_to_date: fresh, expected } = counts.departments;
	const silent = t('home.departments_detail', { n: expected - fresh });
	const table = `${link('/', { plan: param('plan'), view: 'table' })}#departments`;
	return html`<ul class="vg-figures" aria-label=${t('home.figures', { date: longDay(day(data)) })}>
		${card(actions({ status: 'done' }), 'done', counts.done, counts.total, t('home.done', { n: counts.total }), doing)}
		${card(actions({ late: 'true' }), 'late', counts.late, null, t('home.late', { n: counts.late }), t('home.late_detail'))}
		${card(actions({ blocked: 'true' }), 'blocked', counts.blocked, null, t('home.blocked', { n: counts.blocked }), asked)}
		${card(table, 'departments', fresh, expected, t('home.departments', { n: expected }), silent)}
	</ul>`;
}

function toDecide(data) {
	const total = data.to_decide_total ?? data.to_decide.length;
	const items = data.to_decide.slice(0, DECISIONS);
	const everything = link('/actions.html', { plan: data.plan.code, blocked: 'true' });
	const one = ({ action, title, blocker }) =>
		html`<li class="vg-item">
			<div class="vg-item__side">
				<span class="vg-age"
					><strong>${decimal(blocker.age_days ?? 0)}</strong>
					${t('word.days', { n: blocker.age_days ?? 0 })}</span
				>
			</div>
			<div>
				<a
					class="fr-link vg-item__title"
					href=${`${link('/action.html', { plan: data.plan.code, number: action })}#blockers`}
					>${fine(blocker.title)}</a
				>
				<p>${blocker.decision_needed ? decision(blocker) : t(`kind.${blocker.kind}`)}</p>
				<p class="vg-muted">${t('word.action', { number: action })} – ${fine(title)}</p>
			</div>
		</li>`;
	return panel(
		'to-decide',
		t('home.to_decide'),
		items.length
			? html`<ul class="vg-list">
						${items.map(one)}
					</ul>
					${total > items.length ? html`<p><a class="fr-link" href=${everything}>${t('home.all_blocked', { n: total })}</a></p>` : nothing}`
			: empty(t('home.nothing_to_decide')),
	);
}

function changes(data) {
	const { since, total } = data.changes;
	const items = acts(data.changes.items).slice(0, CHANGES);
	const rest = total - items.reduce((sum, act) => sum + act.length, 0);
	return panel(
		'changes',
		since ? t('home.since', { date: shortDay(since) }) : t('home.changes'),
		items.length
			? html`<ul class="vg-list vg-list--tight">
						${items.map((act) => changeItem(act, data.plan.code))}
					</ul>
					${rest > 0 ? html`<p class="vg-muted">${t('home.more_changes', { n: rest })}</p>` : nothing}`
			: empty(t('home.no_change')),
	);
}

function departments(data, state, redraw) {
	const table = state.view === 'table' && state.tables;
	const choose = (view) => async () => {
		if (view === 'table') state.tables = await import('../lib/home-tables.js');
		state.view = view;
		replace({ view: view === 'table' ? 'table' : null });
		redraw();
	};
	const point = (cell) => {
		const text = document.getElementById('map-readout');
		text.textContent = cell ? describe(cell) : t('map.hint_leads');
	};
	const lowest = data.map
		.filter(({ state: s }) => s === 'value')
		.sort((a, b) => a.progress - b.progress)
		.slice(0, 5);
	const option = (view, label) =>
		html`<div class="fr-segmented__element">
			<input
				type="radio"
				name="view"
				id="view-${view}"
				.checked=${(view === 'table') === Boolean(table)}
				@change=${choose(view)}
			/><label class="fr-label" for="view-${view}">${label}</label>
		</div>`;
	return panel(
		'departments',
		t('map.title'),
		table
			? table.mapTable(data.map)
			: html`<div class="vg-map-layout">
					<div>
						${map(data.map, point, true)}
						<p id="map-readout" class="vg-readout">${t('map.hint_leads')}</p>
					</div>
					<div>
						<h3>${t('map.legend')}</h3>
						${legend(data.map)}
						${
							lowest.length
								? html`<h3>${t('map.lowest')}</h3>
										<ol class="vg-lowest">
											${lowest.map((cell) => html`<li><a class="fr-link" href=${link('/territory.html', { code: cell.territory })}>${t('map.place', { name: cell.name, code: cell.territory })}</a> <strong class="vg-number">${percent(cell.progress)}</strong></li>`)}
										</ol>`
								: nothing
						}
					</div>
				</div>`,
		{
			aside: html`<fieldset class="fr-segmented">
				<legend class="fr-sr-only">${t('map.view')}</legend>
				${option('map', t('map.map'))}${option('table', t('map.as_table'))}
			</fieldset>`,
		},
	);
}

/* What grows with the plan is left out of a large one. */
const read = (plan) => get(path('plans', plan, 'dashboard'), { as_of: param('as_of'), brief: true });

/*
 * The page follows the plan: whatever anybody changes comes in by itself.  Nodes stay where they are, and the browser
 * keeps the place that is being read, so that only figures move.
 */
async function follow(held, plan, redraw) {
	if (param('as_of')) return;
	const live = await import('../lib/live.js');
	live.follow(plan, async () => {
		const { data, etag } = await read(plan);
		if (etag === held.etag) return;
		const settled = recomputing(held.data) && !recomputing(data);
		Object.assign(held, { data, etag, updated: true });
		redraw();
		if (settled) announce(t('home.updated'));
	});
}

const warnings = ({ warnings: list = [] }) =>
	list.map((item) =>
		alert(
			'warning',
			item.code === 'count_mismatch' && has(`warning.${item.object}`)
				? t(`warning.${item.object}`, { n: item.entered, expected: item.expected })
				: (item.detail ?? item.code),
		),
	);

start({
	name: 'home',
	title: 'home.title',
	async load({ plan }) {
		const view = param('view');
		const [{ data, etag }, tables] = await Promise.all([
			read(plan),
			view === 'table' ? import('../lib/home-tables.js') : null,
			loadShapes(),
		]);
		showPlan(data.plan);
		const { actions, measures: all } = data.plan.counts;
		const first = actions.entered ? null : await import('../lib/first-steps.js');
		const large = data.measures.length < all.entered ? await import('../lib/home-objectives.js') : null;
		return { data, etag, first, large, state: { view, tables, calendar: param('calendar') } };
	},
	drawn: (held, { plan }, redraw) => follow(held, plan, redraw),
	view({ data, first, large, state, updated }, context, redraw) {
		const { plan } = data;
		return html`${banners(plan)}
			<div class="fr-container">
				<div class="vg-top">
					<div>
						<p class="vg-eyebrow">
							${t('home.eyebrow', { from: longDay(plan.start_on), to: longDay(plan.end_on) })}
							${updated ? html`<span class="vg-updated">${t('home.updated_at', { at: instant(data.generated_at) })}</span>` : nothing}
						</p>
						<h1>${t('home.heading')}</h1>
					</div>
					<div class="vg-tools">${datePicker(data.today)}${presentButton()}${printButton()}</div>
				</div>
				${
					first && !plan.counts.actions.entered
						? first.firstSteps(plan)
						: html`<div class="vg-lead">
									${situation(data)}${data.situation.progress === null ? nothing : progress(data.situation.progress, data.situation.planned)}
								</div>
								${warnings(data)}${figures(data)}${distribution(data.counts)}
								<div class="vg-columns">${toDecide(data)}${changes(data)}</div>
								<div class="vg-columns vg-columns--map">${course(data.trajectory, data.situation.planned, day(data).slice(0, 10))}${departments(data, state, redraw)}</div>
								${large ? large.objectives(data, redraw, pieces) : measures(data)} ${indicators(data)} ${calendar(data, state, redraw)}`
				}
			</div>`;
	},
});
