/*
 * How one value came about: what was shown before, the calculation and all that it was given, with who said it.  Fetched
 * with the first explanation.
 */
import { html, nothing } from 'lit-html';
import { t, has, fine, lang } from './i18n.js';
import { decimal, instant, percent, period, shortDay } from './format.js';
import { alert, badge, confidenceText, statusText } from './parts.js';
import { beside, figure, known, major, marks, received } from './figures.js';
import { pieces } from './long-list.js';
import { param } from './url.js';

const ROWS_SHOWN = 15;
const PIECE = 60;
const FIRST = ['number', 'territory', 'organisation', 'period'];
const DAY_MS = 86400000;

const absent = html`<span class="vg-absent">–</span>`;
const word = (key, otherwise) => (has(key) ? t(key) : (otherwise ?? ''));
const isNone = (value) => value === null || value === undefined;

const fact = (label, value) =>
	html`<div>
		<dt>${label}</dt>
		<dd>${value}</dd>
	</div>`;

/* ------------------------------------------------------------------ lists */

/* Rows under their columns; a long list is folded behind its count, made when it is opened, and comes in pieces. */
function list(label, columns, rows, state, redraw) {
	const long = rows.length > ROWS_SHOWN;
	const holder = (state.lists[label] ??= { printing: true });
	const { shown, more } = long ? pieces(rows, holder, redraw, PIECE) : { shown: rows, more: nothing };
	const open = ({ currentTarget }) => {
		if (!currentTarget.open || holder.opened) return;
		holder.opened = true;
		redraw();
	};
	const table = html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${label}>
			<table>
				<caption class="fr-sr-only">
					${label}
				</caption>
				<thead>
					<tr>
						${columns.map(({ name, right }) => html`<th scope="col" class=${right ? 'vg-right' : ''}>${name}</th>`)}
					</tr>
				</thead>
				<tbody>
					${shown.map((row) => html`<tr>${columns.map(({ of, right }) => html`<td class=${right ? 'vg-right' : ''}>${of(row)}</td>`)}</tr>`)}
				</tbody>
			</table>
		</div>
		${more}`;
	return long
		? html`<details class="vg-twin" @toggle=${open}>
				<summary>${t('figures.rows', { n: rows.length })}</summary>
				${holder.opened ? table : nothing}
			</details>`
		: html`<p class="vg-small">${t('figures.rows', { n: rows.length })}</p>
				${rows.length ? table : nothing}`;
}

/* What a column of a plugin holds, as people read it. */
const SHOWN = {
	territory: (code, { names }) => names.get(code) ?? code,
	period: (value) => period(value),
	status: (value) => statusText(value),
	confidence: (value) => confidenceText(value),
	state: (value) => known('state', value),
	kind: (value) => known('kind', value),
	level: (value) => known('figures.level', value),
	year: (value) => String(value),
};

function reading(key, value, state) {
	if (isNone(value)) return absent;
	if (typeof value === 'boolean') return t(value ? 'figures.yes' : 'figures.no');
	if (/_on$/.test(key)) return shortDay(typeof value === 'number' ? new Date(value * DAY_MS).toISOString().slice(0, 10) : value);
	if (SHOWN[key]) return SHOWN[key](value, state);
	return typeof value === 'number' ? decimal(value, 3) : fine(String(value));
}

const columnOf = (key, state, sample) => ({
	name: word(`figures.column.${key}`, key),
	right: typeof sample === 'number' && !/_on$/.test(key),
	of: (row) => reading(key, row[key], state),
});

const columnsOf = (keys, rows, state) =>
	[...new Set([...FIRST.filter((key) => keys.includes(key)), ...keys])].map((key) => columnOf(key, state, rows.find((row) => !isNone(row[key]))?.[key]));

/* Columns of one length, as the calculation was given them, turned into rows. */
function turned(columns) {
	const height = Math.max(0, ...Object.values(columns).map((column) => column.length));
	return Array.from({ length: height }, (_, i) => Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column[i]])));
}

/* ------------------------------------------------------------------ one input */

const said = ({ state, value, reason, fictitious }) =>
	html`${state === 'value' ? decimal(value, 3) : html`<span class="vg-absent">${known('state', state)}${reason ? ` – ${known('reason', reason)}` : ''}</span>`} ${fictitious ? marks(['fictitious']) : nothing}`;

const who = ({ recorded_by: by, recorded_at: at }) =>
	by ? t('figures.said_by', { by: by.name, at: instant(at) }) : instant(at);

/* The file of all figures of the series, territory and months. */
function whole(series, { from, to }, { plan, explanation, exact }) {
	const { territory } = explanation;
	const query = { plan: plan.code, territory: territory === 'FR' ? '' : territory, from, to, as_of: param('as_of'), exact };
	const asked = Object.entries(query).filter(([, value]) => value);
	return `/api/v1/series/${encodeURIComponent(series)}/observations.csv?${new URLSearchParams(asked)}`;
}

/* Figures as they were sent: each with who said it and when, and what was said of it before; then of whom there is none. */
function observations({ of: series, observations: figures }, label, state, redraw) {
	const { total, items, silent: none } = figures;
	const dims = [...new Set(items.flatMap((one) => Object.keys(one.dims)))];
	const columns = [
		columnOf('territory', state),
		columnOf('organisation', state),
		columnOf('period', state),
		...dims.map((dim) => ({ name: word(`figures.column.${dim}`, dim), of: (one) => one.dims[dim] ?? absent })),
		{
			name: t('figures.value'),
			right: true,
			of: (one) =>
				html`${said(one)} ${one.provisional ? marks(['provisional']) : nothing} ${one.changed ? badge('late', t('figures.changed')) : nothing}`,
		},
		{ name: t('figures.said'), of: who },
		{
			name: t('figures.earlier'),
			of: ({ earlier }) => (earlier ?? []).map((one) => html`<div>${said(one)} <span class="vg-muted">${who(one)}</span></div>`),
		},
	];
	return html`<h4>${t('figures.observations')}</h4>
		${list(label, columns, items, state, redraw)}${
			total > items.length
				? html`<p class="vg-small">${t('figures.more_rows', { n: total - items.length })} <a class="fr-link fr-link--sm" download href=${whole(series, figures, state)}>${t('figures.all_rows')}</a></p>`
				: nothing
		}${none.length ? html`<p class="vg-small">${t('figures.silent', { n: none.length, list: none.join(', ') })}</p>` : nothing}`;
}

/* What people reported of the actions, or answered for a month: each with who did and when, and what was reported before. */
function reports({ total, items }, label, state, redraw) {
	const answered = ({ state: at, nothing_new: none }) => `${t(`monthly.state.${at}`)}${none ? `, ${t('campaign.nothing_new')}` : ''}`;
	const said = (one) => (one.status ? html`${statusText(one.status)}${isNone(one.progress) ? nothing : html`, ${percent(one.progress, 0)}`}` : answered(one));
	const columns = [
		...(items[0].status ? ['number', 'territory', 'organisation'] : ['territory', 'organisation', 'period']).map((key) => columnOf(key, state)),
		{ name: t('figures.reported'), of: (one) => html`${said(one)} ${one.changed ? badge('late', t('figures.changed')) : nothing}` },
		{ name: t('figures.said'), of: who },
		{ name: t('figures.earlier'), of: ({ earlier }) => (earlier ?? []).map((one) => html`<div>${said(one)} <span class="vg-muted">${who(one)}</span></div>`) },
	];
	return html`<h4>${t('figures.reports')}</h4>
		${list(label, columns, items, state, redraw)}${total > items.length ? html`<p class="vg-small">${t('figures.more_rows', { n: total - items.length })}</p>` : nothing}`;
}

const isRead = ({ rows, given, observations: figures }) => rows.length || given || figures;

/* Why nothing of an input is here. */
function silent({ kind }, { cell, calculation }) {
	if (calculation && kind !== 'actions') return t('figures.in_steps');
	return cell.reason === 'small_count' || cell.flags.includes('rounded') ? t('figures.not_shown') : t('figures.rows', { n: 0 });
}

function input(one, state, redraw) {
	const { name, kind, of, rows, given } = one;
	const title = t('figures.input', { name, kind: word(`figures.input_kind.${kind}`, kind) });
	const table = (label, keys, all) => list(`${title}, ${label}`, columnsOf(keys, all, state), all, state, redraw);
	return html`<h3>${title}</h3>
		${of ? html`<p class="vg-small vg-muted">${of}</p>` : nothing}
		${rows.length ? table(t('figures.given'), Object.keys(rows[0]), rows) : nothing}
		${given ? html`<h4>${t('figures.given')}</h4>${table(t('figures.given'), Object.keys(given), turned(given))}` : nothing}
		${one.observations ? observations(one, `${title}, ${t('figures.observations')}`, state, redraw) : nothing}
		${one.reports?.total ? reports(one.reports, `${title}, ${t('figures.reports')}`, state, redraw) : nothing}
		${isRead(one) ? nothing : html`<p class="vg-small">${silent(one, state.explanation)}</p>`}`;
}

/* ------------------------------------------------------------------ the value */

/* Of another method the unit may be another one: its figure stands alone. */
function before({ previous, version, unit, decimals }) {
	const about = major(previous.version) === major(version) ? { unit, decimals } : { unit: '', decimals };
	return html`${figure(previous.cell, about)} <span class="vg-muted">${t('figures.shown_until', { at: instant(previous.known_from), version: previous.version })}</span>`;
}

function parameters(params, { plugin }) {
	const label = (key) => {
		const { label: texts, unit } = plugin?.metadata?.params?.[key] ?? {};
		return { text: fine(texts?.[lang] ?? texts?.fr ?? key), unit };
	};
	const value = (one) =>
		isNone(one) ? absent : typeof one === 'number' ? decimal(one, 3) : typeof one === 'boolean' ? t(one ? 'figures.yes' : 'figures.no') : [one].flat().join(', ');
	return html`<h3>${t('figures.params')}</h3>
		<dl class="vg-facts">
			${Object.entries(params).map(([key, one]) => fact(label(key).text, html`${value(one)} ${fine(label(key).unit ?? '')}`))}
		</dl>`;
}

/* state.explanation, in full; state.draw(calculation, step, choose) draws the steps of a formula. */
export function explained(state, redraw) {
	const { explanation: data } = state;
	const { cell, params = {} } = data;
	const more = beside(cell, data);
	return html`<dl class="vg-facts">
			${fact(t('figures.value'), figure(cell, data))}
			${more.length ? fact(t('figures.beside'), more.map((one) => html`<div>${one}</div>`)) : nothing}
			${cell.denominator === undefined ? nothing : fact(t('figures.parts'), `${decimal(cell.numerator ?? 0, 2)} / ${decimal(cell.denominator, 2)}`)}
			${fact(t('figures.coverage'), received(cell))}
			${fact(t('figures.known'), data.as_of ? instant(data.as_of) : t('figures.now'))}
			${data.previous ? fact(t('figures.before'), before(data)) : nothing}
			${fact(t('figures.version'), data.version)}
			${fact(t('figures.hash'), html`<span class="vg-hash">${data.sha256.slice(0, 16)}…</span>`)}
			${data.engine ? fact(t('figures.engine'), data.engine) : nothing}
		</dl>
		${data.fictitious ? html`<p class="vg-small">${t('figures.fictitious')}</p>` : nothing}
		${data.note ? html`<p class="vg-small">${fine(data.note)}</p>` : nothing}
		${data.agrees === false ? alert('warning', t('figures.disagrees'), t('figures.disagrees_why')) : nothing}
		${Object.keys(params).length ? parameters(params, state) : nothing}
		${data.basis_text ? html`<p class="vg-small">${fine(data.basis_text)}</p>` : nothing}
		${
			data.calculation
				? html`<h3>${t('figures.graph')}</h3>
						${state.draw(data.calculation, state.step, (step) => {
							state.step = step;
							redraw();
						})}`
				: data.inputs.some(isRead)
					? html`<p class="vg-small">${t('figures.graph.none')}</p>`
					: nothing
		}
		${data.inputs.map((one) => input(one, state, redraw))}`;
}
