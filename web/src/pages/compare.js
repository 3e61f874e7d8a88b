/* All territories side by side: actions or indicators by place, as a heat table, as small maps, as a table. */
import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { banners, showPlan, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { decimal, percent, period, quantity } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { absent, announce, empty, panel, statusText } from '../lib/parts.js';
import { CLASSES, classOf, unitOf } from '../lib/classes.js';
import { ROW, cellAt, paintHeat, paintMap, picture } from '../lib/heat.js';
import { heading, onDay, placeLink, placeText, texts } from '../lib/overview.js';

const PAGE = 6;
/* At once: a larger plan is turned over like a book, each page as quick to draw and to read as a plan of the usual size. */
const ROWS = 60;
const VIEWS = ['heat', 'maps', 'table'];
const chosen = () => new Set((param('places') ?? '').split(',').filter(Boolean));
const show = () => (param('show') === 'indicators' ? 'indicators' : 'actions');
const view = () => (VIEWS.includes(param('view')) ? param('view') : 'heat');

/* ------------------------------------------------------------------ cells */

/* An action in one place: [status, mean progress, spoke, deployments, late, blocked]. */
function actionCell(cell) {
	if (!cell) return { tint: 'na', value: null, words: () => t('overview.not_deployed') };
	const [status, progress, spoke, of, late, blocked] = cell;
	const words = () =>
		[
			spoke === 0 ? t('state.missing') : statusText(status),
			spoke && progress !== null && percent(progress),
			of > 1 && t('overview.of_deployments', { n: spoke, of }),
			late && t('flag.late'),
			blocked && t('flag.blocked'),
		]
			.filter(Boolean)
			.join(', ');
	const tint = spoke === 0 ? 'none' : status === 'in_progress' ? String(classOf(progress ?? 0)) : status;
	return { tint, late: late > 0, blocked: blocked > 0, value: spoke ? progress : null, words };
}

/* An indicator in one place: which quarter of the places it lies in.  No quarter is good or bad. */
function indicatorCell(cell, about) {
	if (cell === null) return { tint: 'none', value: null, words: () => t('indicator.never') };
	if (typeof cell === 'string') {
		const tint = { suppressed: 'hidden', missing: 'none', not_applicable: 'na' }[cell];
		return { tint, value: null, words: () => t(`state.${cell}`) };
	}
	const { low, q1, median, q3, high } = about.quartiles;
	const tint = low === high ? 2 : cell < q1 ? 0 : cell < median ? 1 : cell <= q3 ? 3 : 4;
	return {
		tint: String(tint),
		value: cell,
		words: () => quantity(cell, unitOf(about), about.decimals ?? 1),
	};
}

/* What is shown, after filters and in order: rows, columns, the cell of both. */
function tableOf(state) {
	const { data } = state;
	const only = chosen();
	const region = param('region');
	const kept = data.territories
		.map((place, index) => ({ ...place, code: place.territory, index }))
		.filter((place) => (!region || place.region === region) && (!only.size || only.has(place.code)));
	const sort = param('sort') ?? 'code';
	const measures = new Set();
	const rows =
		show() === 'actions'
			? data.actions
					.filter(({ measure }) => !param('measure') || measure === param('measure'))
					.map((action) => ({ ...action, code: action.number, whole: !action.cells, first: !measures.has(action.measure) && measures.add(action.measure) }))
			: data.indicators.map((about) => ({ ...about, code: '', title: about.name }));
	const cell = (row, column) => {
		const { cells, own } = rows[row];
		const value = cells ? cells[columns[column].index] : own;
		return show() === 'actions' ? actionCell(value) : indicatorCell(value, rows[row]);
	};
	const at = rows.findIndex(({ number, id }) => (number ?? id) === param('row'));
	const key = (place) => {
		if (at < 0) return place.progress ?? -1;
		const value = rows[at].cells?.[place.index] ?? null;
		return (Array.isArray(value) ? value[1] : typeof value === 'number' ? value : null) ?? -1;
	};
	const columns =
		sort === 'value' ? [...kept].sort((a, b) => key(b) - key(a)) : sort === 'name' ? [...kept].sort((a, b) => a.name.localeCompare(b.name)) : kept;
	const asked = Number(param('from')); /* by default where the chosen row is */
	const from = Math.floor(Math.max(0, Math.min(rows.length - 1, asked ? asked - 1 : at)) / ROWS) * ROWS;
	return {
		rows: rows.slice(from, from + ROWS),
		columns,
		cell: (row, column) => cell(from + row, column),
		chosenRow: at < from || at >= from + ROWS ? -1 : at - from,
		sorted: at >= 0,
		from,
		of: rows.length,
	};
}

/* ------------------------------------------------------------------ controls */

const option = (value, text, now) => html`<option value=${value} ?selected=${value === now}>${text}</option>`;

const select = (name, label, options, now, change) =>
	html`<div class="fr-input-group">
		<label class="fr-label" for="c-${name}">${label}</label>
		<select class="fr-select" id="c-${name}" name=${name} @change=${change}>
			${options.map(([value, text]) => option(value, text, now ?? ''))}
		</select>
	</div>`;

function controls(state, table, change) {
	const { data } = state;
	const regions = [...new Set(data.territories.map(({ region }) => region).filter(Boolean))].sort();
	const set = ({ target }) => change({ [target.name]: target.value || null, page: null });
	const measures = [...new Set(data.actions.map(({ measure }) => measure))];
	const only = chosen();
	const others = data.territories.filter(({ territory }) => !only.has(territory));
	const keep = (codes) => change({ places: [...codes].join(','), page: null });
	const names = new Map(data.territories.map((place) => [place.territory, placeText(place)]));
	return html`<search class="vg-panel vg-no-print">
		<form class="vg-filters" @submit=${(event) => event.preventDefault()}>
			${select('show', t('overview.compared'), [['', t('overview.actions')], ['indicators', t('nav.indicators')]], param('show'), ({ target }) => change({ show: target.value || null, row: null, page: null }))}
			${select('level', t('figures.level'), [['', t('figures.level.department')], ['region', t('figures.level.region')]], param('level'), ({ target }) => change({ level: target.value || null, region: null, places: null, page: null }, true))}
			${show() === 'actions' ? select('measure', t('word.measure_title'), [['', t('overview.all')], ...measures.map((number) => [number, t('word.measure', { number })])], param('measure'), set) : nothing}
			${regions.length ? select('region', t('overview.region'), [['', t('overview.all')], ...regions.map((code) => [code, state.regions.get(code) ?? code])], param('region'), set) : nothing}
			${select('sort', t('overview.order'), [['', t('overview.by_code')], ['name', t('overview.by_name')], ['value', t(table.sorted ? 'overview.by_row' : 'overview.by_progress')]], param('sort'), set)}
			<div class="fr-input-group">
				<label class="fr-label" for="c-place">${t('overview.keep_only')}</label>
				<select
					class="fr-select"
					id="c-place"
					@change=${({ target }) => {
						keep(new Set([...only, target.value]));
						target.value = '';
					}}
				>
					<option value="">${t('overview.choose')}</option>
					${others.map((place) => option(place.territory, placeText(place)))}
				</select>
			</div>
		</form>
		${
			only.size
				? html`<ul class="vg-chips">
						${[...only].map(
							(code) =>
								html`<li>
									<button type="button" class="fr-btn fr-btn--secondary" @click=${() => keep([...only].filter((one) => one !== code))}>
										${names.get(code) ?? code} <span aria-hidden="true">×</span><span class="fr-sr-only">${t('overview.remove')}</span>
									</button>
								</li>`,
						)}
					</ul>`
				: nothing
		}
	</search>`;
}

function views(change) {
	return html`<fieldset class="fr-segmented vg-no-print">
		<legend class="fr-sr-only">${t('map.view')}</legend>
		${VIEWS.map(
			(name) =>
				html`<div class="fr-segmented__element">
					<input type="radio" name="view" id="view-${name}" .checked=${view() === name} @change=${() => change({ view: name === 'heat' ? null : name, page: null })} /><label class="fr-label" for="view-${name}">${t(`overview.view.${name}`)}</label>
				</div>`,
		)}
	</fieldset>`;
}

/* The way to the other rows of a large plan; on paper, which ones these are. */
function turning(table, change) {
	const { from, of, rows } = table;
	if (rows.length === of) return nothing;
	const turn = (to, key) =>
		html`<button type="button" class="fr-btn fr-btn--secondary vg-no-print" ?disabled=${to < 0 || to >= of} @click=${() => change({ from: to + 1 })}>${t(key)}</button>`;
	return html`<nav class="vg-buttons vg-rows" aria-label=${t('overview.rows_label')}>
		${turn(from - ROWS, 'overview.rows_before')}${turn(from + ROWS, 'overview.rows_after')}
		<span><strong>${t('overview.rows', { from: from + 1, to: from + rows.length, of })}</strong>${rows[0].number ? html` <span class="vg-muted">(${rows[0].number} – ${rows.at(-1).number})</span>` : nothing}</span>
	</nav>`;
}

/* ------------------------------------------------------------------ the heat table */

const mark = (name) => html`<span class="vg-mark-swatch vg-mark-swatch--${name}" aria-hidden="true"></span>`;

const legend = () =>
	html`<ul class="vg-heat-legend">
		${
			show() === 'actions'
				? html`<li>${mark('not_started')}${statusText('not_started')}</li>
						<li>${CLASSES.map((_, i) => mark(`c${i}`))}${t('overview.legend_progress')}</li>
						<li>${mark('done')}${statusText('done')}</li>
						<li>${mark('on_hold')}${statusText('on_hold')}</li>
						<li>${mark('late')}${t('flag.late')}</li>
						<li>${mark('blocked')}${t('flag.blocked')}</li>`
				: html`<li>${[0, 1, 3, 4].map((i) => mark(`c${i}`))}${t('overview.legend_quarters')}</li>
						<li>${mark('hidden')}${t('state.suppressed')}</li>`
		}
		<li>${mark('none')}${t('state.missing')}</li>
		<li>${mark('na')}${t(show() === 'actions' ? 'overview.not_deployed' : 'state.not_applicable')}</li>
	</ul>`;

const rowName = (row) => (row.number ? t('overview.row_action', { number: row.number, title: fine(row.title) }) : fine(row.title));
const sentence = (table, { row, column }) =>
	t('overview.cell', { place: table.rows[row].whole ? t('overview.national') : placeText(table.columns[column]), row: rowName(table.rows[row]), text: table.cell(row, column).words() });

function heat(state, table, change) {
	const { plan } = state.data;
	const room = () => Math.max(300, (document.querySelector('.vg-heat')?.clientWidth ?? 1100) - 8);
	const paint = (canvas, paper) => paintHeat(canvas, table, { room: paper ? 1000 : room(), at: state.at, paper });
	const read = (at, speak) => {
		state.at = at;
		paint(document.querySelector('.vg-heat canvas'));
		const place = document.getElementById('heat-said');
		place.textContent = at ? sentence(table, at) : t('overview.heat_hint');
		if (speak && at) announce(place.textContent);
	};
	const go = ({ row, column }) => {
		const { number, id, whole } = table.rows[row];
		const { code } = table.columns[column];
		if (whole) location.assign(link('/action.html', { plan: plan.code, number }));
		else if (number) location.assign(link('/territory.html', { plan: plan.code, code }));
		else location.assign(link('/indicator.html', { plan: plan.code, id, level: state.data.level, territory: code }));
	};
	const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0], PageDown: [10, 0], PageUp: [-10, 0], Home: [0, -999], End: [0, 999] };
	const key = (event) => {
		const { rows, columns } = table;
		if (event.key === 'Enter' && state.at) return go(state.at);
		if (event.key === 'Escape') return read(null);
		const step = steps[event.key];
		if (!step) return undefined;
		event.preventDefault();
		const now = state.at ?? { row: -step[0], column: -step[1] };
		/* over the end of these rows are the others */
		const row = now.row + step[0];
		const over = row < 0 ? -ROWS : row < rows.length ? 0 : ROWS;
		if (over && table.from + over >= 0 && table.from + over < table.of)
			return change({ from: table.from + over + 1 }, false, { row: row < 0 ? ROWS - 1 : 0, column: now.column });
		const within = (n, end) => Math.max(0, Math.min(end - 1, n));
		read({ row: within(row, rows.length), column: within(now.column + step[1], columns.length) }, true);
		document.querySelector('.vg-heat').scrollTo({ top: state.at.row * ROW - 200 });
		return undefined;
	};
	const point = (event) => event.target.matches('canvas') && cellAt(event, event.target, table, room());
	return html`<p id="heat-said" class="vg-readout vg-no-print" .textContent=${live(state.at ? sentence(table, state.at) : t('overview.heat_hint'))}></p>
		<div
			class="vg-heat"
			tabindex="0"
			role="application"
			aria-roledescription=${t('overview.heat_role')}
			aria-label=${t('overview.heat_label', { rows: table.rows.length, columns: table.columns.length })}
			aria-describedby="heat-keys"
			@keydown=${key}
		>
			<div
				@pointermove=${(event) => read(point(event) || null)}
				@click=${(event) => {
					const at = point(event);
					if (at) read(at, true);
				}}
			>
				${picture(paint, { label: t('overview.heat_label', { rows: table.rows.length, columns: table.columns.length }) })}
			</div>
		</div>
		<p id="heat-keys" class="vg-small vg-no-print">${t('overview.heat_keys')}</p>
		${legend()}
		<ul class="vg-print-only vg-heat-rows">
			${table.rows.map(({ code, title }) => html`<li><span class="vg-ref">${code}</span> ${title}</li>`)}
		</ul>`;
}

/* ------------------------------------------------------------------ small maps */

function maps(state, table, change) {
	if (state.data.level !== 'department') return empty(t('overview.maps_departments'));
	const columns = new Map(table.columns.map((place, i) => [place.code, i]));
	const tint = (row) => (code) => (columns.has(code) ? table.cell(row, columns.get(code)).tint : 'na');
	const paint = (row, size) => (canvas, paper) => paintMap(canvas, state.shapes, tint(row), { size, paper });
	const count = (row) => {
		const cells = table.columns.map((_, i) => table.cell(row, i));
		const told = cells.filter(({ value }) => value !== null);
		return t('overview.told', { n: told.length, of: cells.filter((cell) => cell.tint !== 'na').length });
	};
	const at = table.chosenRow;
	return html`${
			at < 0 || table.rows[at].whole
				? nothing
				: html`<div class="vg-chosen-map">
						${picture(paint(at, 420), { label: t('overview.map_of', { name: rowName(table.rows[at]) }) })}
						<div>
							<h3>${rowName(table.rows[at])}</h3>
							<p class="vg-muted">${count(at)}${table.rows[at].period ? html` – ${period(table.rows[at].period)}` : nothing}</p>
							<ol class="vg-lowest">
								${table.columns
									.map((place, i) => [place, table.cell(at, i)])
									.filter(([, cell]) => cell.value !== null)
									.sort(([, a], [, b]) => b.value - a.value)
									.slice(0, 12)
									.map(([place, cell]) => html`<li>${placeLink(place)} <strong>${table.rows[at].number ? percent(cell.value) : cell.words()}</strong></li>`)}
							</ol>
						</div>
					</div>`
		}
		<ul class="vg-multiples">
			${table.rows.map((row, i) =>
				row.whole
					? nothing
					: html`<li>
						<button type="button" class="vg-multiple" aria-pressed=${String(i === at)} @click=${() => change({ row: i === at ? null : (row.number ?? row.id) })}>
							${picture(paint(i, 150), { label: t('overview.map_of', { name: rowName(row) }) })}
							<span class="vg-multiple__title">${row.number ? html`<span class="vg-ref">${row.number}</span> ` : nothing}${fine(row.title)}</span>
							<span class="vg-small">${count(i)}</span>
						</button>
					</li>`,
			)}
		</ul>
		${legend()}`;
}

/* ------------------------------------------------------------------ the table */

/* A page of places at a time: every cell in words. */
function pages(state, table, change) {
	const last = Math.max(1, Math.ceil(table.columns.length / PAGE));
	const page = Math.min(last, Math.max(1, Number(param('page')) || 1));
	const from = (page - 1) * PAGE;
	const shown = table.columns.slice(from, from + PAGE);
	const { plan } = state.data;
	const turn = (to, key) =>
		html`<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${to < 1 || to > last} @click=${() => change({ page: to === 1 ? null : to })}>${t(key)}</button>`;
	const name = (row) =>
		row.number
			? html`<a class="fr-link" href=${link('/action.html', { plan: plan.code, number: row.number })}><span class="vg-ref">${row.number}</span> ${fine(row.title)}</a>`
			: html`<a class="fr-link" href=${link('/indicator.html', { plan: plan.code, id: row.id })}>${fine(row.title)}</a><span class="vg-small vg-block">${period(row.period)}</span>`;
	return html`<div class="fr-table" tabindex="0" role="region" aria-label=${t('overview.table', { from: from + 1, to: from + shown.length, of: table.columns.length })}>
			<table class="vg-wide-table">
				<caption class="fr-sr-only">
					${t('overview.table', { from: from + 1, to: from + shown.length, of: table.columns.length })}
				</caption>
				<thead>
					<tr>
						<th scope="col">${t(show() === 'actions' ? 'word.action_title' : 'figures.name')}</th>
						${shown.map((place) => html`<th scope="col">${placeLink(place)}</th>`)}
					</tr>
				</thead>
				<tbody>
					<tr>
						<th scope="row">${t('overview.declared')}</th>
						${shown.map((place) => html`<td>${place.state === 'value' ? percent(place.progress) : absent(t(place.state === 'missing' ? 'state.missing' : 'state.not_applicable'))}</td>`)}
					</tr>
					${table.rows.map(
						(row, r) =>
							html`<tr>
								<th scope="row">${name(row)}</th>
								${row.whole ? html`<td colspan=${shown.length}>${t('overview.national')} – ${table.cell(r, 0).words()}</td>` : shown.map((_, i) => {
									const cell = table.cell(r, from + i);
									return html`<td>${cell.value === null ? absent(cell.words()) : cell.words()}</td>`;
								})}
							</tr>`,
					)}
				</tbody>
			</table>
		</div>
		<p class="vg-buttons">
			${turn(page - 1, 'overview.before')}${turn(page + 1, 'overview.after')}
			<span class="vg-muted">${t('overview.page', { n: page, of: last })}</span>
		</p>`;
}

/* ------------------------------------------------------------------ the page */

/* Who is ahead, who is silent, in a sentence. */
function situation({ data }) {
	const told = data.territories.filter(({ progress }) => progress !== null);
	const silent = data.territories.filter(({ state }) => state === 'missing').length;
	if (!told.length) return html`<p class="vg-situation">${tx('overview.all_silent', { date: onDay(data), n: silent })}</p>`;
	const ordered = [...told].sort((a, b) => a.progress - b.progress);
	const middle = (ordered[Math.floor((ordered.length - 1) / 2)].progress + ordered[Math.ceil((ordered.length - 1) / 2)].progress) / 2;
	const ends = told.length > 1 ? t('overview.between', { low: percent(ordered[0].progress), first: placeText(ordered[0]), high: percent(ordered.at(-1).progress), last: placeText(ordered.at(-1)) }) : '';
	return html`<p class="vg-situation">
		${tx(`overview.spread.${data.level}`, { date: onDay(data), n: told.length, median: html`<strong>${percent(middle)}</strong>` })} ${ends}
		${silent ? t(`overview.silent.${data.level}`, { n: silent }) : nothing}
	</p>`;
}

async function read(plan) {
	const { data } = await get(path('plans', plan, 'comparison'), { as_of: param('as_of'), level: param('level') });
	showPlan(data.plan);
	return data;
}

start({
	name: 'compare',
	sheets: true,
	texts,
	title: 'nav.compare',
	async load({ plan }) {
		const [data, regions, { default: france }] = await Promise.all([
			read(plan),
			get('/territories', { level: 'region', limit: 50 }),
			import('../departement-shapes.json'),
		]);
		return { data, plan, at: null, shapes: france.shapes, regions: new Map(regions.data.items.map(({ code, name }) => [code, fine(name)])) };
	},
	view(state, context, redraw) {
		const { data } = state;
		const table = tableOf(state);
		const change = async (values, again, at = null) => {
			replace('measure' in values || 'show' in values ? { from: null, ...values } : values);
			state.at = at;
			if (again) state.data = await read(state.plan);
			redraw();
			const now = tableOf(state);
			announce(t('overview.shown', { rows: now.rows.length, columns: now.columns.length }));
		};
		const body = { heat: () => heat(state, table, change), maps: () => maps(state, table, change), table: () => pages(state, table, change) };
		return html`${banners(data.plan)}
			<div class="fr-container">
				${heading({ eyebrow: t('overview.compare_eyebrow'), title: t('overview.compare'), data, tools: html`<a class="fr-btn fr-btn--secondary" href=${link('/territory.html', { plan: data.plan.code, code: 'FR' })}>${t('overview.france')}</a>` })}
				${situation(state)} ${controls(state, table, change)}
				${panel(
					'comparison',
					t(show() === 'actions' ? 'overview.actions_by_place' : 'overview.indicators_by_place', { rows: decimal(table.of), columns: decimal(table.columns.length) }),
					table.rows.length && table.columns.length ? html`${turning(table, change)}${body[view()]()}` : empty(t('overview.nothing_kept')),
					{ aside: views(change) },
				)}
			</div>`;
	},
});
