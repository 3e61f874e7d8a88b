/* One indicator: its value, its course, every territory, its method, and how one value came about. */
import { html, nothing } from 'lit-html';
import { banners, presentButton, printButton, readPlan, setTitle, start } from '../lib/shell.js';
import { all, Failure, get, path } from '../lib/api.js';
import { t, fine, lang } from '../lib/i18n.js';
import { instant, longDay, period, quantity } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { alert, empty, illustrative, panel } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { loadShapes, valueMap } from '../lib/value-map.js';
import { alertsPanel, multiples, targetPanel } from '../lib/targets.js';
import { cellTable, curve, direction, drawing, figure, known, marks, received, standing, unitOf } from '../lib/figures.js';
import { pieces } from '../lib/long-list.js';

const LEVELS = ['department', 'region'];
const PLACES_SHOWN = 30;

const inLang = (texts) => fine(texts?.[lang] ?? texts?.fr ?? '');

async function readLevel(state, level = state.level) {
	const { data } = await get(path('plans', state.plan.code, 'indicators', state.id), {
		as_of: param('as_of'),
		level,
		from: state.period,
		to: state.period,
		exact: state.exact,
	});
	Object.assign(state, { level, cells: data.cells.map((cell) => ({ ...cell, name: state.names.get(cell.territory) ?? cell.territory })) });
}

async function readExplanation(state) {
	try {
		const [{ data }, { explained }] = await Promise.all([
			get(path('plans', state.plan.code, 'indicators', state.id, 'explain'), {
				as_of: param('as_of'),
				territory: state.territory,
				period: state.period,
				exact: state.exact,
			}),
			import('../lib/explanation.js'),
		]);
		/* only a formula has steps: those who look at no other never fetch how they are drawn */
		if (data.calculation) state.draw = (await import('../lib/calculation.js')).calculation;
		Object.assign(state, { explanation: data, explained, lists: {}, failure: null });
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		Object.assign(state, { explanation: null, failure });
	}
}

/* Most indicators have a total alone: those who look at no other never fetch how members are drawn. */
async function readParts(state) {
	const { readMembers, membersPanel } = await import('../lib/members.js');
	await readMembers(state);
	state.parts = membersPanel;
}

/* So are former methods. */
async function readBreaks(state) {
	const { readFormer, breakNotice } = await import('../lib/breaks.js');
	await readFormer(state);
	state.notice = breakNotice;
}

/* Beyond one's own scope an indicator on sensitive counts is rounded, or withheld. */
const isProtected = ({ flags, reason }) => reason === 'small_count' || flags?.includes('rounded');

/* Reads what the page is asked for next: a refusal is told where it was asked, and leaves what stands there. */
async function reading(state, where, redraw, work) {
	try {
		await work();
		state.refusedAt = null;
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		state.refusedAt = { where, failure };
	}
	redraw();
}
const refusedAt = ({ refusedAt: refused }, where) => (refused?.where === where ? failureAlert(refused.failure) : nothing);

/* Opens what is withheld or rounded, for those who may: on this page until it is left, and never in its address. */
async function openExact(state, redraw) {
	try {
		const exact = 'true';
		const { data } = await get(path('plans', state.plan.code, 'indicators', state.id), { as_of: param('as_of'), territory: 'FR', exact });
		Object.assign(state, { exact, trend: data.cells, multiples: null });
		await Promise.all([state.level ? readLevel(state) : null, readExplanation(state), state.parts ? readParts(state) : null]);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		state.refused = failure;
	}
	redraw();
	document.getElementById('exact').focus();
}

function protection(state, redraw) {
	const { exact, refused, mayOpen } = state;
	const hidden = [...state.trend, ...state.cells].some(isProtected);
	if (!exact && !hidden) return nothing;
	return html`<div id="exact" tabindex="-1">
		${exact ? alert('warning', t('figures.exact'), t('figures.exact_hint')) : html`<p class="vg-muted">${t('figures.protected')}</p>`}
		${refused ? failureAlert(refused) : nothing}
		${
			mayOpen && !exact
				? html`<p class="vg-no-print"><button type="button" class="fr-btn fr-btn--secondary" @click=${() => openExact(state, redraw)}>${t('figures.open_exact')}</button></p>`
				: nothing
		}
	</div>`;
}

/*
 * The one that the list and the home page show: of reported figures not the month under way, of which little came yet.
 * Without it the last cell that says anything: a month that is not published yet does not.
 */
const latest = (trend, item) =>
	trend.find((cell) => cell.period === item?.period) ?? [...trend].reverse().find(({ state }) => state !== 'suppressed') ?? trend.at(-1);

const fact = (label, value) =>
	html`<div>
		<dt>${label}</dt>
		<dd>${value}</dd>
	</div>`;

/* The course as it is wanted, and what its marks say. */
function course({ about, trend, former, drawn: { bars } }) {
	const said = (key) => html`<p class="vg-small">${t(key)}</p>`;
	return html`${curve(trend, about, t('indicator.spark', { name: fine(about.name) }), former, bars)}${trend.some(({ expected }) => expected !== undefined) ? said('figures.dashes') : nothing}${trend.some(({ low, high }) => low !== undefined && high !== undefined) ? said(bars ? 'figures.whiskers' : 'figures.band') : nothing}`;
}

function territories(state, redraw) {
	const { about, cells, level, drawn } = state;
	const mapped = level === 'department' && drawn.map;
	const choose = async ({ target }) => {
		await reading(state, 'territories', redraw, () => readLevel(state, target.value));
		replace({ level: state.level });
		target.value = state.level;
	};
	const levels = LEVELS.filter((name) => about.levels?.includes(name));
	const { shown, more } = pieces(cells, state, redraw, PLACES_SHOWN);
	return panel(
		'territories',
		t('figures.territories', { period: period(cells[0]?.period ?? state.period) }),
		html`${refusedAt(state, 'territories')}${cells.length
			? html`<div class=${mapped ? 'vg-two' : ''}>
					${mapped ? valueMap(cells, about, true) : nothing}
					<div>
						${cellTable(shown, about, { caption: t('figures.table'), places: new Map(cells.map((cell) => [cell.territory, t('map.place', { name: cell.name, code: cell.territory })])) })}${more}
					</div>
				</div>`
			: empty(t('figures.none'))}`,
		{
			aside:
				levels.length > 1
					? html`<search class="vg-choose vg-no-print"
								><label class="vg-inline-label" for="level">${t('figures.level')}</label
								><select id="level" class="fr-select vg-narrow" @change=${choose}>
									${levels.map((name) => html`<option value=${name} ?selected=${name === level}>${t(`figures.level.${name}`)}</option>`)}
								</select></search
							>`
					: nothing,
		},
	);
}

function explanation(state, redraw) {
	const { explanation: data, names, trend } = state;
	const ask = async (event) => {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		Object.assign(state, { territory: form.get('territory'), period: form.get('period') });
		replace({ territory: state.territory, period: state.period });
		await Promise.all([readExplanation(state), state.level && reading(state, 'territories', redraw, () => readLevel(state))]);
		redraw();
		document.getElementById('explain').focus();
	};
	return panel(
		'explain',
		t('figures.explain'),
		html`<form class="vg-ask vg-no-print" @submit=${ask}>
				<div class="fr-input-group">
					<label class="fr-label" for="x-territory">${t('figures.territory')}</label>
					<select class="fr-select" id="x-territory" name="territory">
						${[...names].map(([code, name]) => html`<option value=${code} ?selected=${code === state.territory}>${t('map.place', { name, code })}</option>`)}
					</select>
				</div>
				<div class="fr-input-group">
					<label class="fr-label" for="x-period">${t('figures.period')}</label>
					<select class="fr-select" id="x-period" name="period">
						${[...trend].reverse().map((cell) => html`<option value=${cell.period} ?selected=${cell.period === state.period}>${period(cell.period)}</option>`)}
					</select>
				</div>
				<button class="fr-btn fr-btn--secondary">${t('figures.explain_ask')}</button>
			</form>
			${state.failure ? failureAlert(state.failure) : nothing}
			${data ? state.explained(state, redraw) : nothing}`,
	);
}

/* Small curves of the regions, or of the départements of one; fetched when they are wanted. */
function smallMultiples(state, redraw) {
	const { about, regions } = state;
	if (!about.levels?.includes('region') && !about.levels?.includes('department')) return nothing;
	const places = [
		...(about.levels.includes('region') ? [['', t('figures.level.region')]] : []),
		...(about.levels.includes('department') ? regions.map(({ code, name }) => [code, t('figures.departments_of', { name: fine(name) })]) : []),
	];
	const show = (code) =>
		reading(state, 'multiples', redraw, async () => {
			const level = code ? 'department' : 'region';
			const { data } = await get(path('plans', state.plan.code, 'indicators', state.id), { as_of: param('as_of'), level, exact: state.exact });
			const within = new Set(state.places.filter(({ parent }) => parent === code).map((one) => one.code));
			state.multiples = { code, cells: code ? data.cells.filter(({ territory }) => within.has(territory)) : data.cells };
		});
	const choose = async ({ target }) => {
		await show(target.value);
		target.value = state.multiples?.code ?? places[0][0];
	};
	const open = ({ currentTarget }) => currentTarget.open && !state.multiples && show(places[0][0]);
	return panel(
		'multiples',
		t('figures.multiples'),
		html`<details class="vg-twin" @toggle=${open}>
			<summary>${t('figures.multiples_show')}</summary>
			<label class="vg-inline-label" for="multiples-of">${t('figures.multiples_of')}</label>
			<select id="multiples-of" class="fr-select vg-narrow" @change=${choose}>
				${places.map(([code, name]) => html`<option value=${code} ?selected=${code === state.multiples?.code}>${name}</option>`)}
			</select>
			${refusedAt(state, 'multiples')}
			${state.multiples ? multiples(state.multiples.cells, about, state.names) : state.refusedAt?.where === 'multiples' ? nothing : html`<p>${t('page.loading')}</p>`}
		</details>`,
	);
}

/* What is no longer kept up is told where its values are read, with the reason, which says what replaces it. */
const ended = ({ plugin, about }) =>
	['deprecated', 'retired', 'quarantined'].includes(plugin?.state) && about.stale?.reason !== plugin.state
		? alert('warning', t(`figures.ended.${plugin.state}`), plugin.reason ? fine(plugin.reason) : null)
		: nothing;

const bullets = (texts) => html`<ul class="vg-bullets">${texts.map((one) => html`<li>${one}</li>`)}</ul>`;

function method({ plugin, about }) {
	const sheet = plugin?.metadata;
	if (!sheet) return nothing;
	return panel(
		'method',
		t('figures.method'),
		html`<dl class="vg-facts">
				${fact(t('figures.kind'), known('figures.kind', about.kind))}
				${fact(t('figures.better'), direction(about.direction))}
				${fact(t('figures.frequency'), known('figures.frequency', about.frequency))}
				${fact(t('plugins.owner'), fine(sheet.owner ?? '–'))}${fact(t('plugins.author'), fine(sheet.author ?? '–'))}
				${fact(t('figures.version'), html`<a class="fr-link" href=${link('/plugin.html', { id: plugin.id })}>${plugin.version}</a>`)}
			</dl>
			<h3>${t('figures.summary')}</h3>
			<p class="vg-text-block">${inLang(sheet.summary)}</p>
			${sheet.limits ? html`<h3>${t('figures.limits')}</h3><p class="vg-text-block">${inLang(sheet.limits)}</p>` : nothing}
			${sheet.sources?.length ? html`<h3>${t('figures.sources')}</h3>${bullets(sheet.sources.map(inLang))}` : nothing}
			${plugin.method.map(({ title, lines }) => html`<h3>${title}</h3>${bullets(lines.map(fine))}`)}`,
	);
}

async function load({ plan: code, session }) {
	const id = param('id') ?? '';
	const where = path('plans', code, 'indicators', id);
	const as_of = param('as_of');
	const [plan, { data: about }, items, places, plugin, targets, alerts] = await Promise.all([
		readPlan(code),
		get(where, { as_of, territory: 'FR' }),
		all(path('plans', code, 'indicators'), { as_of }),
		all('/territories'),
		get(path('plugins', id))
			.then(({ data }) => data)
			.catch(() => null),
		all(path('plans', code, 'indicators', id, 'targets'), { as_of }),
		get(path('plans', code, 'alerts'), { as_of, indicator: id, limit: 200 }).then(({ data }) => data),
		loadShapes(),
	]);
	const trend = about.cells;
	const levels = LEVELS.filter((name) => about.levels?.includes(name));
	const state = {
		id,
		plan,
		about,
		plugin,
		trend,
		item: items.find((one) => one.id === id) ?? null,
		targets,
		alerts,
		places,
		regions: places.filter((one) => one.level === 'region'),
		step: null,
		drawn: drawing(about),
		names: new Map(places.map((one) => [one.code, fine(one.name)])),
		level: levels.includes(param('level')) ? param('level') : levels[0],
		territory: param('territory') ?? 'FR',
		period: param('period') ?? latest(trend, items.find((one) => one.id === id))?.period ?? null,
		cells: [],
		at: new Date().toISOString(),
		mayOpen: session.grants.some(({ role, plan: of }) => of === code && (role === 'analyst' || role === 'coordinator')),
	};
	setTitle(fine(about.name));
	if (!as_of && session.grants.some(({ role, plan: of }) => role === 'coordinator' && of === code)) {
		state.goals = await import('../lib/target-form.js');
		await state.goals.prepareTargets();
	}
	if (state.period)
		await Promise.all([state.level ? readLevel(state) : null, readExplanation(state), about.dims.length ? readParts(state) : null, about.breaks.length ? readBreaks(state) : null]);
	return state;
}

/* Of an indicator that was never computed there is nothing to see yet: its first values come in by themselves. */
async function awaitValues(state, context, redraw) {
	if (state.about.computed_at || param('as_of')) return;
	const live = await import('../lib/live.js');
	live.follow(context.plan, async () => {
		if (state.about.computed_at) return;
		const { data } = await get(path('plans', context.plan, 'indicators', state.id), { territory: 'FR' });
		if (!data.computed_at) return;
		Object.assign(state, await load(context));
		redraw();
	});
}

start({
	name: 'indicators',
	sheets: true,
	texts: { fr: () => import('texts:fr.plugins'), en: () => import('texts:en.plugins') },
	title: 'nav.indicators',
	load,
	drawn: awaitValues,
	view(state, context, redraw) {
		const { plan, about, item, trend, at, drawn } = state;
		const places = state.level && state.period ? territories(state, redraw) : nothing;
		const last = latest(trend, item);
		const target = item?.target;
		return html`${banners(plan)}
			<div class="fr-container">
				<nav class="fr-breadcrumb" aria-label=${t('nav.trail')}>
					<ol>
						<li><a class="fr-link" href=${link('/indicators.html')}>${t('nav.indicators')}</a></li>
						<li aria-current="page">${about.id}</li>
					</ol>
				</nav>
				<div class="vg-top">
					<h1>${fine(about.name)}</h1>
					<div class="vg-tools">${presentButton()}${printButton()}</div>
				</div>
				${about.stale && about.stale.reason !== 'pending' ? alert('warning', t(`figures.stale.${about.stale.reason}`), about.stale.finding?.cause) : nothing}
				${ended(state)}${protection(state, redraw)}
				<dl class="vg-facts vg-panel">
					${fact(t('figures.latest'), html`<strong class="vg-big">${figure(last, about)}</strong> ${marks([...(last?.flags ?? []), ...(about.fictitious ? ['fictitious'] : [])])}`)}
					${fact(t('figures.period'), last ? period(last.period) : '–')}
					${fact(t('figures.target'), target === null || target === undefined ? t('indicator.no_target') : html`${quantity(target.value, unitOf(about), about.decimals ?? 1)} <span class="vg-muted">${period(target.period)}</span> ${illustrative(target.origin)}`)}
					${last?.status ? fact(t('figures.standing'), standing(last)) : nothing}
					${fact(t('figures.coverage'), last ? received(last) : '–')}
					${fact(t('figures.computed'), about.computed_at ? instant(about.computed_at) : t('indicator.never'))}
				</dl>
				${drawn.placesFirst ? places : nothing}${panel(
					'trend',
					t('figures.trend'),
					trend.length
						? html`${state.notice?.(state)}${drawn.plain ? nothing : course(state)}${cellTable([...trend].reverse(), about, { caption: t('figures.trend_table'), former: state.former })}`
						: empty(t('figures.none')),
				)}
				${state.parts?.(state, redraw) ?? nothing}${targetPanel(state)}${state.goals ? state.goals.targetForm(state, redraw) : nothing}${alertsPanel(state)}
				${drawn.placesFirst ? nothing : places}${drawn.plain ? nothing : smallMultiples(state, redraw)}${method(state)}
				${state.period ? explanation(state, redraw) : nothing}
				<p class="vg-small vg-capital">${t('actions.on', { date: longDay(param('as_of') ?? at) })}</p>
			</div>`;
	},
});
