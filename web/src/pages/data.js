/* Files in and out: what can be taken away, and what a file would change, cell by cell, before it is saved. */
import { html, nothing } from 'lit-html';
import { banners, readPlan, start } from '../lib/shell.js';
import { Failure, get, path, post } from '../lib/api.js';
import { fine, has, t } from '../lib/i18n.js';
import { param, replace } from '../lib/url.js';
import { alert, announce, empty, panel } from '../lib/parts.js';
import { instant } from '../lib/format.js';
import { failureAlert } from '../lib/refusal.js';
import { persist } from '../lib/write.js';

const SHOWN = 300;
const FILE_BYTES = 20 * 2 ** 20; /* what the server takes, include/import.h */
const FORMATS = ['csv', 'xlsx', 'ods'];
const DATES = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD-MM-YYYY', 'DD.MM.YYYY'];
const STATES = ['new', 'changed', 'same', 'refused'];
const FILTERS = ['all', 'refused', 'changed', 'new'];

/* ------------------------------------------------------------------ out */

const address = (plan, file, query = {}) => {
	const url = new URL(`/api/v1/plans/${encodeURIComponent(plan.code)}/${file}`, location.origin);
	for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
	return url.pathname + url.search;
};

const downloads = (plan, query, what) =>
	html`<p class="vg-buttons">
		${FORMATS.map(
			(format) =>
				html`<a class="fr-btn fr-btn--secondary" download href=${address(plan, `export.${format}`, { as_of: param('as_of'), ...query })}
					>${format.toUpperCase()}<span class="fr-sr-only"> – ${what}</span></a
				>`,
		)}
	</p>`;

function exports(state, redraw) {
	const { plan, series } = state;
	const choose = ({ target }) => {
		replace({ series: target.value });
		redraw();
	};
	const chosen = series.find(({ id }) => id === param('series')) ?? series[0];
	return html`<h3>${t('data.actions')}</h3>
		<p>${t('data.actions_text')}</p>
		${downloads(plan, {}, t('data.actions'))}
		<h3>${t('data.figures')}</h3>
		<p>${t('data.figures_text')}</p>
		<div class="fr-select-group vg-narrow vg-no-print">
			<label class="fr-label" for="series">${t('data.series')}</label>
			<select class="fr-select" id="series" @change=${choose}>
				${series.map(({ id, name }) => html`<option value=${id} .selected=${id === chosen.id}>${fine(name)}</option>`)}
			</select>
		</div>
		${downloads(plan, { series: chosen.id }, fine(chosen.name))}
		<h3>${t('data.plan')}</h3>
		<p>${t('data.plan_text')}</p>
		<p class="vg-buttons">
			<a class="fr-btn fr-btn--secondary" download="${plan.code}.json" href=${address(plan, 'export.json', { with_status: 'true' })}>JSON</a>
		</p>
		<h3>${t('data.package')}</h3>
		<p>${t('data.package_text')}</p>
		<p class="vg-buttons">
			<a class="fr-btn fr-btn--secondary" download href=${address(plan, 'datapackage.zip', { as_of: param('as_of') })}>ZIP</a>
		</p>`;
}

/* ------------------------------------------------------------------ in */

/* What was chosen or pasted, as the server takes it. */
async function bodyOf(state) {
	const { file, text } = state;
	if (!file) return new Blob([text], { type: 'text/csv' });
	if (file.size > FILE_BYTES) throw new Failure(413, { detail: t('data.too_big', { name: file.name, size: Math.ceil(file.size / 2 ** 20) }) });
	if (/\.xlsx$/i.test(file.name)) {
		const { rowsOf } = await import('../lib/spreadsheet.js');
		return { rows: await rowsOf(file) };
	}
	return new Blob([file], { type: /\.json$/i.test(file.name) ? 'application/json' : 'text/csv' });
}

/* `mapper`: the one that reads the sheet, of a foreign make; dates are then its own matter. */
const query = ({ plan, file, dates, mapper }) => ({
	plan: file && /\.json$/i.test(file.name) ? undefined : plan.code,
	file_name: file?.name,
	date_format: mapper || dates === DATES[0] ? undefined : dates,
	mapper: mapper || undefined,
});

async function working(state, redraw, work, focus) {
	Object.assign(state, { busy: true, failure: null });
	redraw();
	try {
		await persist(work);
	} catch (failure) {
		state.failure = failure instanceof Failure ? failure : new Failure(422, { detail: t('data.unreadable') });
		if (failure.status === 412 && failure.problem.current) state.proposed = failure.problem.current;
	}
	state.busy = false;
	redraw();
	document.getElementById(state.failure ? 'data-failure' : focus).focus();
}

const propose = (state, redraw) =>
	working(
		state,
		redraw,
		async () => {
			const body = await bodyOf(state);
			state.proposed = (await post('/imports', body, { query: query(state) })).data;
			replace({ show: state.proposed.preview.counts.cells.refused ? 'refused' : null });
			announce(t('data.judged'));
		},
		'preview',
	);

const commit = (state, redraw) =>
	working(
		state,
		redraw,
		async () => {
			state.proposed = (await post(path('imports', String(state.proposed.id), 'commit'))).data;
			announce(t('data.saved'));
		},
		'preview',
	);

function chooser(state, redraw) {
	const submit = (event) => {
		event.preventDefault();
		propose(state, redraw);
	};
	const choose = ({ target }) => {
		state.file = target.files[0] ?? null;
		redraw();
	};
	const type = ({ target }) => {
		state.text = target.value;
		redraw();
	};
	return html`<form class="vg-form" @submit=${submit}>
		<div class="fr-upload-group">
			<label class="fr-label" for="file"
				>${t('data.file')}<span class="fr-hint-text">${t('data.file_hint')}</span></label
			>
			<input class="fr-upload" type="file" id="file" accept=".csv,.tsv,.txt,.xlsx,.json" @change=${choose} />
		</div>
		<div class="fr-input-group">
			<label class="fr-label" for="pasted"
				>${t('data.pasted')}<span class="fr-hint-text">${t('data.pasted_hint')}</span></label
			>
			<textarea class="fr-input vg-pasted" id="pasted" rows="5" spellcheck="false" ?disabled=${!!state.file} .value=${state.text} @input=${type}></textarea>
		</div>
		<div class="fr-select-group vg-narrow">
			<label class="fr-label" for="dates">${t('data.dates')}</label>
			<select class="fr-select" id="dates" ?disabled=${!!state.mapper} @change=${({ target }) => (state.dates = target.value)}>
				${DATES.map((one) => html`<option value=${one} .selected=${one === state.dates}>${t(`data.date.${DATES.indexOf(one)}`)}</option>`)}
			</select>
		</div>
		${mapperChoice(state, redraw)}
		<p class="fr-hint-text">${t('data.rules')}</p>
		<p class="vg-buttons">
			<button class="fr-btn" ?disabled=${state.busy || !(state.file || state.text.trim())}>${t(state.busy ? 'data.busy' : 'data.judge')}</button>
		</p>
		<div id="data-failure" tabindex="-1">
			${state.failure ? failureAlert(state.failure, t('data.failed')) : nothing}
			${faultList(state.failure)}
		</div>
	</form>`;
}

/* Which mapper reads the sheet: none for our own columns. */
function mapperChoice(state, redraw) {
	if (!state.mappers.length) return nothing;
	const choose = ({ target }) => {
		state.mapper = target.value;
		redraw();
	};
	const chosen = state.mappers.find(({ id }) => id === state.mapper);
	return html`<div class="fr-select-group">
		<label class="fr-label" for="mapper">${t('data.mapper')}<span class="fr-hint-text">${t('data.mapper_hint')}</span></label>
		<select class="fr-select" id="mapper" @change=${choose}>
			<option value="" .selected=${!state.mapper}>${t('data.mapper_none')}</option>
			${state.mappers.map(({ id, name }) => html`<option value=${id} .selected=${id === state.mapper}>${fine(name)}</option>`)}
		</select>
		${chosen ? html`<p class="fr-hint-text">${fine(chosen.summary)} <a href="plugin.html?id=${chosen.id}">${t('data.mapper_more')}</a></p>` : nothing}
	</div>`;
}

/* Faults of the file as a whole: its columns, a parameter.  What was told above is not said again. */
function faultList(failure) {
	const more = failure?.problem?.errors?.filter(({ detail }) => detail !== failure.problem.detail) ?? [];
	return more.length
		? html`<ul class="vg-bullets">
				${more.slice(0, 20).map(({ detail }) => html`<li>${fine(detail)}</li>`)}
			</ul>`
		: nothing;
}

/* ------------------------------------------------------------------ the preview */

const fieldText = (name) => (has(`data.field.${name}`) ? t(`data.field.${name}`) : name);
const shown = (value) =>
	value === null || value === undefined || value === ''
		? html`<span class="vg-absent">${t('data.nothing')}</span>`
		: html`<span class="vg-wrap">${String(value)}</span>`;

const place = (row) =>
	[row.number, row.period, row.territory, row.organisation].filter(Boolean).join(' · ');

function cellRow(row, cell, first, span, names) {
	return html`<tr>
		${first
			? html`<th scope="rowgroup" rowspan=${span}>
					${row.line ? html`<span class="vg-muted">${t('data.line', { line: String(row.line) })}</span>` : nothing}
					<span class="vg-block"><strong>${place(row)}</strong></span>
					${row.series ? html`<span class="vg-block">${fine(names[row.series] ?? row.series)}</span>` : nothing}
					${row.title ? html`<span class="vg-muted vg-block">${fine(row.title)}</span>` : nothing}
				</th>`
			: nothing}
		${cell
			? html`<td data-label=${t('data.cell')}>${fieldText(cell.field)}</td>
					<td data-label=${t('data.state')}><span class="fr-badge vg-cell-${cell.state}">${t(`data.state.${cell.state}`)}</span></td>
					<td data-label=${t('data.change')}>
						${cell.state === 'refused'
							? html`${cell.given === null || cell.detail.includes(cell.given) ? nothing : html`<strong>${t('data.given', { given: cell.given })}</strong> `}${fine(cell.detail)}`
							: cell.state === 'new'
								? shown(cell.new)
								: html`${shown(cell.old)} <span aria-hidden="true">→</span><span class="fr-sr-only">${t('data.becomes')}</span> <strong>${shown(cell.new)}</strong>`}
					</td>`
			: html`<td colspan="3" data-label=${t('data.state')}><span class="fr-badge vg-cell-${row.state}">${t(`data.state.${row.state}`)}</span></td>`}
	</tr>`;
}

function table(items, filter, names) {
	const kept = items
		.filter(({ state }) => filter === 'all' || state === filter)
		.map((row) => ({ row, cells: row.cells.filter(({ state }) => (filter === 'refused' ? state === filter : state !== 'same')) }));
	if (!kept.length) return empty(t('data.none'));
	return html`<div class="fr-table vg-preview" tabindex="0" role="region" aria-label=${t('data.cells')}>
			<table>
				<thead>
					<tr>
						<th scope="col">${t('data.row')}</th>
						<th scope="col">${t('data.cell')}</th>
						<th scope="col">${t('data.state')}</th>
						<th scope="col">${t('data.change')}</th>
					</tr>
				</thead>
				${kept
					.slice(0, SHOWN)
					.map(
						({ row, cells }) =>
							html`<tbody>
								${(cells.length ? cells : [null]).map((cell, i) => cellRow(row, cell, i === 0, cells.length || 1, names))}
							</tbody>`,
					)}
			</table>
		</div>
		${kept.length > SHOWN ? html`<p class="vg-muted">${t('data.more', { n: kept.length - SHOWN })}</p>` : nothing}`;
}

function filters(counts, filter, redraw) {
	const choose = (value) => {
		replace({ show: value === 'all' ? null : value });
		redraw();
	};
	return html`<fieldset class="vg-filter">
		<legend class="fr-label">${t('data.show')}</legend>
		<div class="fr-segmented">
			${FILTERS.map(
				(value) =>
					html`<div class="fr-segmented__element">
						<input type="radio" id="show-${value}" name="show" .checked=${filter === value} @change=${() => choose(value)} /><label
							class="fr-label"
							for="show-${value}"
							>${t(`data.show.${value}`)}${value === 'all' ? nothing : html` (${counts[value]})`}</label
						>
					</div>`,
			)}
		</div>
	</fieldset>`;
}

function verdict(proposed, state, redraw) {
	const { counts } = proposed.preview;
	if (proposed.state === 'committed')
		return alert('success', t('data.saved'), t('data.saved_text', { at: instant(proposed.committed_at) }));
	if (counts.cells.refused) return alert('error', t('data.refused', { n: counts.cells.refused }), t('data.refused_text'));
	const changes = counts.rows.new + counts.rows.changed;
	return html`${alert('info', changes ? t('data.ready', { n: changes }) : t('data.no_change'), null)}
	${changes
		? html`<p class="vg-buttons">
				<button type="button" class="fr-btn" ?disabled=${state.busy || state.failure?.status === 412} @click=${() => commit(state, redraw)}>
					${t('data.commit')}
				</button>
			</p>`
		: nothing}`;
}

function preview(state, redraw) {
	const { proposed } = state;
	const { counts, items, warnings } = proposed.preview;
	const filter = FILTERS.includes(param('show')) ? param('show') : 'all';
	return panel(
		'preview',
		t('data.preview'),
		html`<p>
				${proposed.file_name ? html`<strong>${proposed.file_name}</strong> – ` : nothing}${STATES.map((one) => t(`data.count.${one}`, { n: counts.rows[one] })).join(', ')}.
				<span class="vg-muted">${t('data.as_of', { at: instant(proposed.created_at), until: instant(proposed.expires_at) })}</span>
			</p>
			${verdict(proposed, state, redraw)}
			${warnings.length
				? html`<details class="vg-warnings" ?open=${warnings.length < 6}>
						<summary>${t('data.warnings', { n: warnings.length })}</summary>
						<ul>
							${warnings.slice(0, SHOWN).map(({ line, detail }) => html`<li>${line ? `${t('data.line', { line: String(line) })} – ` : nothing}${fine(detail)}</li>`)}
						</ul>
					</details>`
				: nothing}
			${items.length ? html`${filters(counts.rows, filter, redraw)}${table(items, filter, Object.fromEntries(state.series.map(({ id, name }) => [id, name])))}` : nothing}`,
	);
}

const mayImport = ({ session, plan }) =>
	session.grants.some(({ role, plan: of }) => of === plan && ['contributor', 'coordinator'].includes(role));

start({
	name: 'data',
	title: 'data.title',
	sheets: true,
	texts: { fr: () => import('texts:fr.data'), en: () => import('texts:en.data') },
	async load(context) {
		const imports = mayImport(context);
		const [plan, series, mappers] = await Promise.all([
			readPlan(context.plan),
			get('/series'),
			imports ? get('/plugins', { kind: 'mapper', limit: '200' }) : null,
		]);
		return {
			plan,
			series: series.data.items,
			imports,
			mappers: mappers?.data.items.filter(({ version }) => version) ?? [],
			mapper: '',
			file: null,
			text: '',
			dates: DATES[0],
		};
	},
	view(state, context, redraw) {
		return html`${banners(state.plan)}
			<div class="fr-container vg-data">
				<div class="vg-top"><h1>${t('data.title')}</h1></div>
				${panel('out', t('data.out'), exports(state, redraw))}
				${state.imports ? panel('in', t('data.in'), chooser(state, redraw)) : nothing}
				${state.proposed ? preview(state, redraw) : nothing}
			</div>`;
	},
});
