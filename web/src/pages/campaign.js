/* The board of a campaign: who has answered, who is late, who is silent; and judging one report, figure by figure. */
import { html, nothing } from 'lit-html';
import { banners, printButton, readPlan, setTitle, start } from '../lib/shell.js';
import { all, Failure, get, path, post } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { instant, percent } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { absent, alert, announce, empty, panel, progress } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { pieces } from '../lib/long-list.js';
import { groupClass, message, persist } from '../lib/write.js';
import { outboxTable, readOutbox } from '../lib/outbox.js';
import { before, bySeries, remarks, thread } from '../lib/figure-thread.js';
import { campaigns, current, dueText, figureName, monthName, readUnit, said, stateBadge, unitPath } from '../lib/monthly.js';

const STATES = ['expected', 'draft', 'submitted', 'returned', 'validated', 'exempt'];
const FILTERS = ['state', 'late', 'organisation'];
const query = () => ({ ...Object.fromEntries(FILTERS.map((name) => [name, param(name)])), as_of: param('as_of') });

async function readBoard(state) {
	const where = path('plans', state.plan.code, 'campaigns', state.month);
	const [{ data, etag }, lines, mails] = await Promise.all([
		get(where, { as_of: param('as_of') }),
		all(`${where}/reports`, query()),
		state.judges ? readOutbox(state.plan.code, state.month) : null,
	]);
	Object.assign(state, { campaign: data, etag, lines, outbox: mails && { lines: mails }, at: new Date().toISOString() });
}

async function readReport(state, unit) {
	const { data, etag } = await readUnit(state.plan.code, state.month, unit);
	state.open = { report: data, etag, returning: null, errors: null, failure: null };
}

async function load({ plan: code, session }) {
	const [plan, list] = await Promise.all([readPlan(code), campaigns(code)]);
	const month = current(list, param('period'));
	const state = { plan, list, month, at: new Date().toISOString() };
	state.judges = session.grants.some(({ role, plan: of }) => role === 'coordinator' && of === code) && !param('as_of');
	state.answers = session.grants.some(({ role, plan: of }) => role === 'contributor' && of === code);
	if (state.judges) {
		state.manager = await import('../lib/campaign-manage.js');
		await state.manager.readManagement(state);
		state.reread = () => Promise.all([month && readBoard(state), state.manager.readManagement(state)]);
	}
	if (!month) return state;
	setTitle(`${t('campaign.title')} – ${monthName(month)}`);
	await readBoard(state);
	if (state.judges && param('territory'))
		await readReport(state, { territory: param('territory'), organisation: param('unit') ?? '' });
	return state;
}

/* ---------------------------------------------------------------- judging */

const address = ({ plan, month, open }) =>
	unitPath(plan.code, month, { territory: open.report.territory, organisation: open.report.organisation.code });

/* After each act the board is read again: its counts have moved. */
async function judge(state, redraw, what, content, text) {
	const { open } = state;
	if (open.busy) return;
	Object.assign(open, { busy: true, errors: null, failure: null });
	redraw();
	try {
		const { data, etag } = await persist(() => post(`${address(state)}/${what}`, content, { etag: open.etag }));
		Object.assign(open, { report: data, etag, returning: null, done: text });
		await readBoard(state);
		announce(text);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		/* Somebody was faster: their version is shown, and what was typed stays. */
		if (failure.status === 412 && failure.problem.current)
			Object.assign(open, { report: failure.problem.current, etag: failure.etag ?? `"${failure.problem.current.version}"` });
		Object.assign(open, { failure, done: null });
		const fault = failure.problem.errors?.find(({ pointer }) => pointer === '#/reason');
		if (failure.status === 422 && fault) Object.assign(open, { failure: null, errors: { reason: fault.detail } });
	}
	open.busy = false;
	redraw();
	document.getElementById(open.errors ? 'c-reason' : 'judged')?.focus();
}

function returning(state, figure, redraw) {
	const { open } = state;
	const send = () =>
		judge(
			state,
			redraw,
			'return',
			{ ...(figure && { figure: { series: figure.series, dims: figure.dims } }), reason: open.returning.reason.trim() || null },
			t('campaign.returned_done'),
		);
	return html`<div class="vg-inline vg-form">
		<div class=${groupClass(open.errors, 'reason')}>
			<label class="fr-label" for="c-reason"
				>${t('campaign.reason')} <span class="vg-required">${t('form.required')}</span></label
			><textarea
				class="fr-input"
				id="c-reason"
				rows="2"
				maxlength="1000"
				aria-describedby="c-reason-error"
				.value=${open.returning.reason}
				@input=${({ target }) => {
					open.returning.reason = target.value;
				}}
			></textarea>
			${message(open.errors, 'reason', 'c-reason')}
		</div>
		<div class="vg-buttons">
			<button type="button" class="fr-btn" ?disabled=${open.busy} @click=${send}>${t('campaign.return')}</button
			><button
				type="button"
				class="fr-btn fr-btn--secondary"
				@click=${() => {
					open.returning = null;
					redraw();
				}}
			>
				${t('form.cancel')}
			</button>
		</div>
	</div>`;
}

function returnButton(state, at, name, redraw) {
	const { open } = state;
	const begin = () => {
		open.returning = { at, reason: '' };
		redraw();
		document.getElementById('c-reason').focus();
	};
	return html`<button type="button" class="fr-btn fr-btn--tertiary" @click=${begin}>
		${t('campaign.return')}<span class="fr-sr-only"> ${name}</span>
	</button>`;
}

function figure(state, one, redraw) {
	const { open } = state;
	const may = one.answer && ['submitted', 'returned'].includes(open.report.state) && one.state !== 'returned';
	return html`<div class="vg-asked">
		<p class="fr-label">${one.label ?? fine(one.name)}</p>
		<p class="vg-asked__row">${said(one.answer ? one : null)} ${one.answer ? stateBadge(one) : nothing}</p>
		<p class="fr-hint-text">${before(one, state.month)}</p>
		${remarks(one, nothing, one.confirmed)} ${thread(one)}
		${open.returning?.at === one.at ? returning(state, one, redraw) : may ? returnButton(state, one.at, figureName(one), redraw) : nothing}
	</div>`;
}

function report(state, redraw) {
	const { open } = state;
	const { report: it } = open;
	const waits = it.state === 'submitted';
	return html`<div id="judged" tabindex="-1">
			${open.done ? alert('success', open.done) : nothing}${open.failure ? failureAlert(open.failure, t('form.not_saved')) : nothing}
		</div>
		<p>
			${stateBadge(it)}
			${it.submitted_at ? html`<span class="vg-muted">${t('campaign.sent_by', { name: it.submitted_by?.name ?? t('history.unknown'), at: instant(it.submitted_at) })}</span>` : nothing}
		</p>
		${it.nothing_new ? html`${alert('info', t('monthly.is_nothing_new'))}${waits ? (open.returning ? returning(state, null, redraw) : returnButton(state, -1, '', redraw)) : nothing}` : nothing}
		${it.comment ? html`<p class="vg-text-block vg-quote">${fine(it.comment)}</p>` : nothing}
		${bySeries(it.figures).map(
			(series) =>
				html`<section class="vg-series">
					<h3>${fine(series.name)} <span class="vg-muted">(${series.unit})</span></h3>
					<div class="vg-asks">${series.rows.map((one) => figure(state, one, redraw))}</div>
				</section>`,
		)}
		${
			waits
				? html`<div class="vg-buttons vg-no-print">
						<button
							type="button"
							class="fr-btn"
							?disabled=${open.busy}
							@click=${() => judge(state, redraw, 'validate', undefined, t('campaign.validated_done'))}
						>
							${t('campaign.validate')}
						</button>
					</div>`
				: nothing
		}`;
}

/* ---------------------------------------------------------------- the board */

const figures = ({ campaign: { units } }) =>
	html`<dl class="vg-facts">
		<div>
			<dt>${t('campaign.completeness')}</dt>
			<dd id="completeness">${progress(units.completeness)}</dd>
			<dd class="vg-small">${t('campaign.answered', { n: units.answered, of: units.expected })}</dd>
		</div>
		<div>
			<dt>${t('campaign.timeliness')}</dt>
			<dd>${progress(units.timeliness)}</dd>
		</div>
		${['validated', 'returned', 'draft', 'silent', 'late', 'exempt'].map(
			(name) =>
				html`<div>
					<dt>${t(`campaign.count.${name}`)}</dt>
					<dd id="count-${name}"><strong class="vg-number">${units[name]}</strong></dd>
				</div>`,
		)}
	</dl>`;

const organisations = ({ campaign }) =>
	html`<div class="fr-table vg-cards vg-cards--pairs">
		<table>
			<caption class="fr-sr-only">
				${t('campaign.by_organisation')}
			</caption>
			<thead>
				<tr>
					${['campaign.organisation', 'campaign.count.expected', 'campaign.count.answered', 'campaign.completeness', 'campaign.timeliness', 'campaign.count.validated', 'campaign.count.late'].map((name) => html`<th scope="col">${t(name)}</th>`)}
				</tr>
			</thead>
			<tbody>
				${campaign.by_organisation.map(
					({ organisation, units }) =>
						html`<tr>
							<th scope="row">${fine(organisation.name)}</th>
							<td data-label=${t('campaign.count.expected')}>${units.expected}</td>
							<td data-label=${t('campaign.count.answered')}>${units.answered}</td>
							<td data-label=${t('campaign.completeness')}>
								${units.completeness === null ? absent('–') : percent(units.completeness, 0)}
							</td>
							<td data-label=${t('campaign.timeliness')}>
								${units.timeliness === null ? absent('–') : percent(units.timeliness, 0)}
							</td>
							<td data-label=${t('campaign.count.validated')}>${units.validated}</td>
							<td data-label=${t('campaign.count.late')}>${units.late}</td>
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;

const people = (list) =>
	list.map(
		({ kind, person }) =>
			html`<span class="vg-block"
				>${person ? person.name : absent(t('campaign.vacant'))}${kind === 'deputy' ? html` <span class="vg-muted">${t('campaign.deputy')}</span>` : nothing}</span
			>`,
	);

const sent = (line) =>
	line.nothing_new
		? html`${t('campaign.nothing_new')}<span class="vg-small vg-block">${instant(line.submitted_at)}</span>`
		: line.submitted_at
			? html`<time datetime=${line.submitted_at}>${instant(line.submitted_at)}</time>`
			: absent(line.exempt_reason ? fine(line.exempt_reason) : t('campaign.not_sent'));

function lines(state, redraw) {
	const row = (line) => {
		const values = { plan: state.plan.code, period: state.month, territory: line.territory, unit: line.organisation.code };
		const name = html`${fine(line.name)} (${line.territory}) – ${line.organisation.code}`;
		return html`<tr>
			<th scope="row">
				${state.judges && line.state !== 'exempt' ? html`<a class="fr-link" href="${link('/campaign.html', values)}#judge">${name}</a>` : name}
			</th>
			<td data-label=${t('word.status')}>${stateBadge(line)}</td>
			<td data-label=${t('campaign.sent')}>${sent(line)}</td>
			<td data-label=${t('campaign.people')}>${people(line.people)}</td>
		</tr>`;
	};
	if (!state.lines.length) return empty(t('campaign.no_line'));
	const { shown, more } = pieces(state.lines, state, redraw);
	return html`<div class="fr-table vg-cards vg-cards--pairs">
		<table>
			<caption class="fr-sr-only">
				${t('campaign.lines')}
			</caption>
			<thead>
				<tr>
					${['campaign.unit', 'word.status', 'campaign.sent', 'campaign.people'].map((name) => html`<th scope="col">${t(name)}</th>`)}
				</tr>
			</thead>
			<tbody>
				${shown.map(row)}
			</tbody>
		</table>
	</div>
	${more}`;
}

function filters(state, redraw) {
	const change = async ({ target }) => {
		replace({ [target.name]: target.type === 'checkbox' ? (target.checked ? 'true' : '') : target.value });
		await readBoard(state);
		redraw();
		announce(t('campaign.shown', { n: state.lines.length }));
	};
	const select = (name, label, options) =>
		html`<div class="fr-input-group">
			<label class="fr-label" for="f-${name}">${label}</label
			><select class="fr-select" id="f-${name}" name=${name} @change=${change}>
				<option value="">${t('actions.any')}</option>
				${options.map(([value, text]) => html`<option value=${value} ?selected=${value === param(name)}>${text}</option>`)}
			</select>
		</div>`;
	return html`<search class="vg-filters vg-no-print">
		${select(
			'state',
			t('word.status'),
			STATES.map((name) => [name, t(`monthly.state.${name}`)]),
		)}
		${select(
			'organisation',
			t('campaign.organisation'),
			state.campaign.by_organisation.map(({ organisation: { code, name } }) => [code, fine(name)]),
		)}
		<div class="fr-checkbox-group">
			<input type="checkbox" id="f-late" name="late" .checked=${param('late') === 'true'} @change=${change} /><label
				class="fr-label"
				for="f-late"
				>${t('flag.late')}</label
			>
		</div>
	</search>`;
}

function months({ plan, list, month }) {
	if (list.length < 2) return nothing;
	return html`<nav aria-label=${t('campaign.months')} class="vg-no-print">
		<ul class="vg-checks">
			${list.map(
				({ period }) =>
					html`<li>
						<a
							class="fr-link"
							href=${link('/campaign.html', { plan: plan.code, period })}
							aria-current=${period === month ? 'page' : nothing}
							>${monthName(period)}</a
						>
					</li>`,
			)}
		</ul>
	</nav>`;
}

function page(state, redraw) {
	const { plan, month, campaign, open } = state;
	const manage = state.manager ? state.manager.manageView(state, redraw) : nothing;
	if (!month) return html`<h1>${t('campaign.title')}</h1>${empty(t('campaign.none'))}${manage}`;
	return html`<div class="vg-top">
			<div>
				<h1>${t('campaign.heading', { month: monthName(month) })}</h1>
				<p class="vg-muted">${dueText(campaign)}</p>
				${campaign.published_at ? html`<p class="vg-muted">${t('campaign.published', { at: instant(campaign.published_at) })}</p>` : nothing}
			</div>
			<div class="vg-tools">
				${state.answers ? html`<a class="fr-btn" href=${link('/report.html', { plan: plan.code, period: month })}>${t('campaign.my_report')}</a>` : nothing}${printButton()}
			</div>
		</div>
		${months(state)}
		${open ? panel('judge', `${fine(open.report.name)} (${open.report.territory}) – ${open.report.organisation.code}`, report(state, redraw), { aside: html`<a class="fr-link" href=${link('/campaign.html', { plan: plan.code, period: month })}>${t('campaign.back')}</a>` }) : nothing}
		${panel('counts', t('campaign.counts'), figures(state))} ${manage}
		${panel('organisations', t('campaign.by_organisation'), organisations(state))}
		${panel('lines', t('campaign.lines'), html`${filters(state, redraw)}${lines(state, redraw)}`)}
		${state.outbox ? panel('outbox', t('campaign.mails'), outboxTable(state, redraw)) : nothing}`;
}

start({
	name: 'campaign',
	sheets: true,
	texts: { fr: () => import('texts:fr.manage'), en: () => import('texts:en.manage') },
	title: 'campaign.title',
	load,
	view: (state, context, redraw) =>
		html`${banners(state.plan)}
			<div class="fr-container vg-board">${page(state, redraw)}</div>`,
});
