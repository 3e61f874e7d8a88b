/* What moved in the plan between two days, measure by measure: who, what, from which value to which, and why. */
import { html, nothing } from 'lit-html';
import { banners, presentButton, printButton, showPlan, start } from '../lib/shell.js';
import { all, Failure, get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { decimal, longDay, period } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { announce, empty, panel } from '../lib/parts.js';
import { dayField, readDay } from '../lib/day-field.js';
import { failureAlert } from '../lib/refusal.js';
import { acts, changeItem } from '../lib/changes.js';
import { texts } from '../lib/overview.js';

const KINDS = ['status_report', 'blocker', 'milestone', 'evidence', 'action', 'measure', 'target', 'plan'];

/* Thirty days before a day. */
const monthBefore = (day) => new Date(Date.parse(`${day}T12:00:00Z`) - 30 * 86400000).toISOString().slice(0, 10);

/* What a target says, in words. */
const SAY = {
	value: (value) => decimal(value, 2),
	baseline: (value) => decimal(value, 2),
	period,
	baseline_period: period,
	path: (value) => t(`figures.path.${value}`),
	steps: (steps) => steps.map((step) => `${period(step.period)}${t('form.colon')}${decimal(step.value, 2)}`).join(' ; ') || null,
	origin: (value) => t(`overview.target_origin.${value}`),
};
const said = (value, say) => (value === null || !say ? value : say(value));

/* Indicators by their names, and targets in words: the server tells codes and values. */
async function inWords(items, plan) {
	const about = ({ object, field }) => object === 'target' || field === 'indicator';
	if (!items.some(about)) return items;
	const names = new Map((await all(path('plans', plan, 'indicators'))).map(({ id, name }) => [id, name]));
	const named = (code) => code && (names.get(code) ?? code);
	return items.map((item) => {
		if (!about(item)) return item;
		const { object, field, number, old, new: now } = item;
		if (object !== 'target') return { ...item, old: named(old), new: named(now) };
		return { ...item, name: named(number), field: `target_${field}`, old: said(old, SAY[field]), new: said(now, SAY[field]) };
	});
}

async function read(state) {
	const since = param('since') ?? monthBefore(param('until') ?? state.calendar.today);
	const until = param('until') ?? state.calendar.today;
	Object.assign(state, { since, until });
	const plan = state.calendar.plan.code;
	try {
		const [items, before, after] = await Promise.all([
			all(path('plans', plan, 'changes'), { since, until, followed: param('followed') }),
			all('/plans', { as_of: since }), /* where a plan that was not there yet is no fault */
			get(path('plans', plan), { as_of: until }),
		]);
		/* the counts of the whole plan say nothing of what one follows */
		const counts = param('followed') ? {} : { before: before.find(({ code }) => code === plan)?.counts.actions, after: after.data.counts.actions };
		Object.assign(state, { items: await inWords(items, plan), before: null, after: null, ...counts, failure: null });
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		Object.assign(state, { items: [], failure });
	}
}

/* ------------------------------------------------------------------ in words */

const count = (items, fits) => items.filter(fits).length;

/* What happened, as a sentence made of what there is to say. */
function situation(state) {
	const { items, before, after, since, until } = state;
	const dates = { since: html`<time datetime=${since}>${longDay(since)}</time>`, until: html`<time datetime=${until}>${longDay(until)}</time>` };
	if (!items.length) return html`<div class="vg-lead"><p class="vg-situation">${tx('overview.nothing_moved', dates)}</p></div>`;
	const touched = new Set(items.filter(({ object, number }) => number && !['measure', 'objective', 'target'].includes(object)).map(({ number }) => number));
	const spoken = new Set(items.filter(({ field, object }) => ['action', 'deployment'].includes(object) && ['status', 'progress', 'comment', 'confidence'].includes(field)).map(({ at, number, territory }) => `${at} ${number} ${territory}`));
	const facts = [
		[spoken.size, 'overview.moved.reports'],
		[count(items, ({ object, field, old }) => object === 'blocker' && field === 'title' && old === null), 'overview.moved.opened'],
		[count(items, ({ object, field, new: now }) => object === 'blocker' && field === 'closed_on' && now), 'overview.moved.closed'],
		[count(items, ({ field, object }) => field === 'due_on' && object === 'action'), 'overview.moved.dates'],
		[count(items, ({ field }) => field === 'withdrawn'), 'overview.moved.withdrawn'],
	].filter(([n]) => n);
	const done = before && after && before.by_status.done !== after.by_status.done ? t('overview.moved.done', { before: before.by_status.done, after: after.by_status.done }) : null;
	const late = before && after && before.late !== after.late ? t('overview.moved.late', { before: before.late, after: after.late }) : null;
	return html`<div class="vg-lead"><p class="vg-situation">
		${tx('overview.moved', { ...dates, n: touched.size, actions: html`<strong>${t('word.actions', { n: touched.size })}</strong>` })}
		${facts.length ? t('home.sentence', { text: facts.map(([n, key]) => t(key, { n })).join(', ') }) : nothing}
		${done ? html` ${done}` : nothing} ${late}
	</p></div>`;
}

/* ------------------------------------------------------------------ groups */

/* Acts under the measure that they concern; what concerns the whole plan comes last. */
function groups({ items, calendar }) {
	const of = new Map(calendar.actions.map(({ number, measure }) => [number, measure]));
	const found = new Map(calendar.measures.map((measure) => [measure.number, { measure, acts: [] }]));
	const plan = { measure: null, acts: [] };
	for (const act of acts(items)) {
		const [{ object, number }] = act;
		const measure = object === 'measure' ? number : object === 'objective' || object === 'plan' ? null : (of.get(number) ?? null);
		(found.get(measure) ?? plan).acts.push(act);
	}
	return [...found.values(), plan].filter((group) => group.acts.length);
}

/* What a target is of; any other change says so itself. */
const aim = ({ object, name, number, territory }, plan) =>
	object === 'target' ? html`<a class="fr-link" href=${link('/indicator.html', { plan, id: number })}>${fine(name)}</a> (${territory})` : undefined;

const group = ({ measure, acts: list }, plan) =>
	panel(
		measure ? `measure-${measure.number}` : 'whole-plan',
		measure
			? html`<a class="fr-link" href=${link('/measure.html', { plan, number: measure.number })}><span class="vg-ref">${measure.number}</span> ${fine(measure.title)}</a>`
			: t('overview.whole_plan'),
		html`<ul class="vg-list vg-list--tight">
			${list.map((act) => changeItem(act, plan, aim(act[0], plan)))}
		</ul>`,
		{ aside: html`<span class="vg-muted">${t('overview.acts', { n: list.length })}</span>`, className: 'vg-moves' },
	);

function form(state, change) {
	const submit = (event) => {
		event.preventDefault();
		const values = new FormData(event.currentTarget);
		const since = readDay(values.get('since'));
		const until = readDay(values.get('until'));
		if (since && until) change({ since, until: until === state.calendar.today ? null : until });
	};
	return html`<search class="vg-panel vg-no-print">
		<form class="vg-ask vg-between" @submit=${submit}>
			<div>
				<label class="fr-label" for="since">${t('overview.from')}</label>
				${dayField({ id: 'since', name: 'since', value: state.since, max: state.calendar.today, required: true })}
			</div>
			<div>
				<label class="fr-label" for="until">${t('overview.until')}</label>
				${dayField({ id: 'until', name: 'until', value: state.until, max: state.calendar.today, required: true })}
			</div>
			<div class="fr-checkbox-group">
				<input
					type="checkbox"
					id="followed"
					.checked=${param('followed') === 'true'}
					@change=${({ target }) => change({ followed: target.checked ? 'true' : null })}
				/><label class="fr-label" for="followed">${t('overview.followed_only')}</label>
			</div>
			<button class="fr-btn">${t('overview.show')}</button>
			<p class="fr-hint-text">${t('overview.since_hint')}</p>
		</form>
	</search>`;
}

start({
	name: 'since',
	sheets: true,
	texts,
	title: 'nav.since',
	async load({ plan }) {
		const { data: calendar } = await get(path('plans', plan, 'calendar'));
		showPlan(calendar.plan);
		const state = { calendar };
		await read(state);
		return state;
	},
	view(state, context, redraw) {
		const { plan } = state.calendar;
		const change = async (values) => {
			replace(values);
			await read(state);
			redraw();
			announce(t('overview.found_moves', { n: state.items.length }));
		};
		const object = param('object');
		const items = object ? state.items.filter((item) => item.object === object) : state.items;
		const shown = groups({ ...state, items });
		const objects = [...new Set(state.items.map((item) => item.object))].sort((a, b) => KINDS.indexOf(a) - KINDS.indexOf(b));
		const pick = ({ target }) => {
			replace({ object: target.value || null });
			redraw();
		};
		return html`${banners(plan)}
			<div class="fr-container">
				<div class="vg-top">
					<h1>${t('overview.since_title')}</h1>
					<div class="vg-tools">${presentButton()}${printButton()}</div>
				</div>
				${form(state, change)}
				${
					state.failure
						? failureAlert(state.failure)
						: html`${situation(state)}
								${
									objects.length > 1
										? html`<search class="fr-input-group vg-narrow vg-no-print">
												<label class="fr-label" for="object">${t('overview.what_moved')}</label>
												<select class="fr-select" id="object" @change=${pick}>
													<option value="">${t('overview.all')}</option>
													${objects.map((name) => html`<option value=${name} ?selected=${name === object}>${t(`overview.object.${name}`)}</option>`)}
												</select>
											</search>`
										: nothing
								}
								${shown.length ? shown.map((one) => group(one, plan.code)) : empty(t('home.no_change'))}`
				}
			</div>`;
	},
});
