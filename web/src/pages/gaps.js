/* What earlier plans were reproached with, counted: without lead, without indicator, without cost, silent départements. */
import { html, nothing } from 'lit-html';
import { banners, printButton, readPlan, start } from '../lib/shell.js';
import { all, Failure, get, path, put } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { instant, longDay } from '../lib/format.js';
import { link, param } from '../lib/url.js';
import { absent, announce, empty, illustrative, panel } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { persist } from '../lib/write.js';

const LISTS = [
	['lead', 'measures'],
	['lead', 'actions'],
	['indicator', 'measures'],
	['cost', 'measures'],
	['cost', 'actions'],
];

async function read(state) {
	const where = path('plans', state.plan.code);
	const query = { as_of: param('as_of') };
	const [gaps, ...lists] = await Promise.all([
		get(`${where}/gaps`, query),
		...LISTS.map(([without, kind]) => all(`${where}/${kind}`, { ...query, without, sort: 'number' })),
	]);
	Object.assign(state, { gaps: gaps.data, lists, at: new Date().toISOString() });
}

async function load({ plan: code, session }) {
	const plan = await readPlan(code);
	const coordinates =
		!param('as_of') && session.grants.some(({ role, plan: of }) => role === 'coordinator' && of === code);
	const state = { plan, coordinates, indicators: [] };
	const [indicators] = await Promise.all([
		coordinates ? all(path('plans', code, 'indicators')).catch(() => []) : [],
		read(state),
	]);
	state.indicators = indicators;
	return state;
}

/* A measure gets an indicator from here. */
async function linkIndicator(state, measure, redraw) {
	const id = document.getElementById(`i-${measure}`)?.value;
	if (!id) return;
	state.failure = null;
	try {
		await persist(() => put(path('plans', state.plan.code, 'measures', measure, 'indicators', id), {}));
		announce(t('gaps.linked'));
		await read(state);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		state.failure = failure;
	}
	redraw();
	document.getElementById('indicator').focus();
}

function chooser(state, { number }, redraw) {
	if (!state.coordinates || !state.indicators.length) return nothing;
	return html`<span class="vg-ask vg-no-print"
		><span class="fr-input-group"
			><label class="fr-label fr-sr-only" for="i-${number}">${t('gaps.indicator_of', { number })}</label
			><select class="fr-select" id="i-${number}">
				<option value="">${t('gaps.choose')}</option>
				${state.indicators.map(({ id, name }) => html`<option value=${id}>${fine(name)}</option>`)}
			</select></span
		><button
			type="button"
			class="fr-btn fr-btn--secondary"
			@click=${() => linkIndicator(state, number, redraw)}
		>
			${t('gaps.link')}<span class="fr-sr-only"> ${t('word.measure', { number })}</span>
		</button></span
	>`;
}

const row = (state, kind, item, extra) =>
	html`<li>
		<a
			class="fr-link"
			href=${link(kind === 'actions' ? '/action.html' : '/measure.html', { plan: state.plan.code, number: item.number })}
			><span class="vg-ref">${item.number}</span> ${fine(item.title)}</a
		>
		${illustrative(item.origin)} ${extra}
	</li>`;

function list(state, at, redraw) {
	const [without, kind] = LISTS[at];
	const items = state.lists[at];
	const title = html`<h3>${t(`gaps.${kind}`, { n: items.length })}</h3>`;
	if (!items.length) return html`${title}<p class="vg-muted">${t('gaps.none')}</p>`;
	return html`${title}
		<ul class="vg-list vg-list--tight">
			${items.map((item) => row(state, kind, item, without === 'indicator' ? chooser(state, item, redraw) : nothing))}
		</ul>`;
}

const silent = ({ plan, gaps: { departments } }) =>
	departments.items.length
		? html`<ul class="vg-list vg-list--tight vg-columns">
				${departments.items.map(
					(one) =>
						html`<li>
							<a class="fr-link" href=${link('/territory.html', { plan: plan.code, code: one.territory })}
								>${fine(one.name)} (${one.territory})</a
							>
							<span class="vg-small">${one.last_reported_at ? t('gaps.heard', { at: instant(one.last_reported_at) }) : absent(t('gaps.never'))}</span>
						</li>`,
				)}
			</ul>`
		: empty(t('gaps.none'));

const count = (id, n, of, text) =>
	html`<div>
		<dt><a class="fr-link" href="#${id}">${text}</a></dt>
		<dd><strong class="vg-number">${n}</strong> <span class="vg-muted">${t('word.of', { total: of })}</span></dd>
	</div>`;

function page(state, redraw) {
	const { gaps, plan } = state;
	return html`<div class="vg-top">
			<div>
				<h1>${t('gaps.title')}</h1>
				<p class="vg-muted">${t('gaps.about')} <span class="vg-capital">${t('actions.on', { date: longDay(param('as_of') ?? state.at) })}.</span></p>
			</div>
			<div class="vg-tools">${printButton()}</div>
		</div>
		<div class="vg-panel">
			<dl class="vg-facts">
				${count('lead', gaps.measures.without_lead + gaps.actions.without_lead, gaps.measures.total + gaps.actions.total, t('gaps.lead'))}
				${count('indicator', gaps.measures.without_indicator, gaps.measures.total, t('gaps.indicator'))}
				${count('cost', gaps.actions.without_cost, gaps.actions.total, t('gaps.cost'))}
				${count('silent', gaps.departments.silent, gaps.departments.expected, t('gaps.silent'))}
			</dl>
		</div>
		${state.failure ? failureAlert(state.failure, t('form.not_saved')) : nothing}
		${panel('lead', t('gaps.lead'), html`${list(state, 0, redraw)}${list(state, 1, redraw)}`)}
		${panel('indicator', t('gaps.indicator'), list(state, 2, redraw))}
		${panel('cost', t('gaps.cost'), html`${list(state, 3, redraw)}${list(state, 4, redraw)}`)}
		${panel('silent', t('gaps.silent'), html`<p class="vg-muted">${t('gaps.silent_about', { n: gaps.departments.after_days })}</p>${silent(state)}`)}
		<p><a class="fr-link" href=${link('/actions.html', { plan: plan.code, without: 'cost' })}>${t('gaps.in_list')}</a></p>`;
}

start({
	name: 'gaps',
	sheets: true,
	texts: { fr: () => import('texts:fr.gaps'), en: () => import('texts:en.gaps') },
	title: 'gaps.title',
	load,
	view: (state, context, redraw) =>
		html`${banners(state.plan)}
			<div class="fr-container vg-board">${page(state, redraw)}</div>`,
});
