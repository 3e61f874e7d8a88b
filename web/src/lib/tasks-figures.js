/*
 * The figures of open campaigns in the grid of tasks.  What is typed goes to the server's draft of its unit, as typed, a
 * moment after the last key; sending submits the units of which something was said.
 */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, period } from './format.js';
import { Failure, post } from './api.js';
import { absent } from './parts.js';
import { icon } from './icons.js';
import { failureText } from './refusal.js';
import { faults } from './write.js';
import { link } from './url.js';
import { isTyped, makeGrid, note, rebase, restore, settle, value } from './grid.js';
import { UNKNOWN, dueText, figureKey, figureName, isAsked, monthBefore, putDraft, said, stateBadge, unitPath } from './monthly.js';

const PAUSE = 900;
const STATES = { missing: ['?', 'nc', 'non connu', 'unknown'], not_applicable: ['so', 's.o.', 'sans objet', 'na', 'n/a', 'not applicable'] };

/* “?” and “so” are two answers; anything else is a number, which the server reads. */
const stateOf = (text) => Object.keys(STATES).find((state) => STATES[state].includes(text.trim().toLowerCase()));

function answerOf(text) {
	const state = stateOf(text);
	if (state === 'missing') return { state, reason: UNKNOWN };
	return state ? { state } : { typed: text.trim() || null };
}

function textOf(item) {
	if (!item) return '';
	return item.state ? STATES[item.state][0] : (item.typed ?? '');
}

const wordsOf = (figures = []) => new Map(figures.filter(({ confirmed }) => confirmed).map((item) => [figureKey(item), item.confirmed]));

const drafted = (report) => new Map((report.draft?.figures ?? []).map((item) => [figureKey(item), textOf(item)]));

function makeUnit(report) {
	const key = `${report.period}/${report.territory}/${report.organisation.code}`;
	return { key, report, version: report.version, saved: drafted(report), queue: Promise.resolve(), nothingNew: false, said: null, words: wordsOf(report.draft?.figures), stops: new Map() };
}

const open = ({ report, done }) =>
	!done && (['expected', 'draft', 'returned'].includes(report.state) || (report.state === 'submitted' && report.nothing_new));

const unitName = ({ report }) => `${fine(report.name)} – ${report.organisation.code}`;

function makeRow(unit, figure) {
	const key = figureKey(figure);
	return {
		key: `${unit.key}|${key}`,
		name: `${figureName(figure)}, ${unitName(unit)}`,
		unit,
		figure: key,
		get now() {
			return unit.report.figures.find((one) => figureKey(one) === key);
		},
		get stamp() {
			return `${unit.version} ${unit.nothingNew} ${unit.report.state}`;
		},
		get closed() {
			return !open(unit) || Boolean(unit.conflict) || !isAsked(this.now ?? {});
		},
	};
}

/* What an answer says, in the words of the report. */
function answerView(row, text) {
	const { now, unit } = row;
	if (row.closed && now?.answer) return said(now);
	if (unit.nothingNew && !text) return absent(t('campaign.nothing_new'));
	const state = stateOf(text);
	if (state) return absent(t(state === 'missing' ? 'monthly.unknown' : 'monthly.not_applicable'));
	return text ? html`<strong class="vg-number">${text}</strong>` : absent(t('tasks.to_answer'));
}

function headView(row) {
	const { now } = row;
	const remark = now?.state === 'returned' ? now.thread.at(-1)?.remark : null;
	return html`${figureName(now)} <span class="vg-muted">(${now.unit})</span>${
		remark
			? html`<span class="vg-returned vg-block">${icon('warning')} ${t('monthly.returned', { value: now.value ?? '–', remark: fine(remark) })}</span>`
			: nothing
	}`;
}

const columns = (units) => {
	const months = [...new Set(units.map(({ report }) => report.period))];
	const month = (back) => (months.length === 1 ? period(monthBefore(months[0], back)) : t(back === 1 ? 'tasks.month_before' : 'tasks.year_before'));
	return [
		{ id: 'figure', label: t('monthly.figure'), head: true, value: ({ name }) => name, show: headView },
		...(units.length > 1
			? [
					{
						id: 'unit',
						label: t('campaign.unit'),
						value: ({ unit }) => unitName(unit),
						show: ({ unit }) => html`${unitName(unit)}${months.length > 1 ? html`<span class="vg-small vg-block">${period(unit.report.period)}</span>` : nothing}`,
					},
				]
			: []),
		{ id: 'previous', label: month(1), value: ({ now }) => String(now?.previous_month?.value ?? ''), show: ({ now }) => said(now?.previous_month) },
		{ id: 'year', label: month(12), value: ({ now }) => String(now?.year_before?.value ?? ''), show: ({ now }) => said(now?.year_before) },
		{
			id: 'answer',
			label: t('tasks.answer'),
			edit: 'text',
			value: ({ unit, figure }) => unit.saved.get(figure) ?? '',
			show: answerView,
		},
	];
};

export function makeFigures({ plan, reports }, redraw, keep) {
	const units = reports.map(makeUnit);
	const rows = units.flatMap((unit) => unit.report.figures.filter(({ asked }) => asked).map((figure) => makeRow(unit, figure)));
	const figures = { plan, units };
	figures.grid = makeGrid({
		id: 'figures',
		label: t('monthly.figures'),
		columns: columns(units),
		rows,
		changed: (touched) => {
			/* what is typed again is to be confirmed again */
			for (const { unit, figure } of touched) for (const kept of [unit.words, unit.stops]) kept.delete(figure);
			for (const unit of new Set(touched.map((row) => row.unit))) soon(figures, unit, redraw, keep);
			keep();
		},
	});
	/* “Nothing new” is an answer of the whole unit, as long as no figure of it was said. */
	figures.grid.nothingNew = ({ unit }) => {
		if (mayBeNothingNew(figures, unit)) unit.nothingNew = !unit.nothingNew;
		else unit.said = { kind: 'error', text: t('tasks.not_nothing_new') };
	};
	return figures;
}

const rowsOf = ({ grid }, unit) => grid.rows.filter((row) => row.unit === unit);
const answers = (figures, unit) => rowsOf(figures, unit).filter((row) => value(figures.grid, row, 'answer'));
const mayBeNothingNew = (figures, unit) =>
	open(unit) && unit.report.figures.every(({ state }) => state === 'expected') && answers(figures, unit).length === 0;
const isDirty = (figures, unit) => unit.worded || rowsOf(figures, unit).some((row) => isTyped(figures.grid, row));
export const dirtyUnits = (figures) => figures.units.filter((unit) => isDirty(figures, unit));
export const unitsToSend = (figures) =>
	figures.units.filter((unit) => open(unit) && !unit.conflict && (unit.nothingNew || answers(figures, unit).length > 0));

/* ---------------------------------------------------------------- saving */

/* Writes of a unit follow each other: each one needs the version that the one before made. */
function inTurn(unit, work) {
	const turn = unit.queue.then(work, work);
	unit.queue = turn.catch(() => {});
	return turn;
}

const etag = ({ typedOn, version }) => `"${typedOn ?? version}"`;
const where = (plan, { report }) => unitPath(plan, report.period, { territory: report.territory, organisation: report.organisation.code });

function take(figures, unit, report) {
	Object.assign(unit, { report: { ...unit.report, ...report }, version: report.version, typedOn: null });
	for (const row of rowsOf(figures, unit)) rebase(figures.grid, row);
}

const putTyped = (figures, unit) =>
	inTurn(unit, async () => {
		const texts = new Map(rowsOf(figures, unit).filter((row) => !row.closed).map((row) => [row.figure, value(figures.grid, row, 'answer')]));
		const items = unit.report.figures
			.filter((figure) => texts.has(figureKey(figure)))
			.map((figure) => ({
				series: figure.series,
				dims: figure.dims,
				...answerOf(texts.get(figureKey(figure))),
				confirmed: unit.words.get(figureKey(figure))?.trim() || null,
			}));
		unit.worded = false;
		const comment = unit.report.draft?.comment ?? unit.report.comment;
		const { data } = await putDraft(figures.plan, unit.report, { figures: items, comment }, etag(unit));
		unit.saved = texts;
		take(figures, unit, data);
		unit.said = { kind: 'saved', text: t('monthly.draft_saved', { at: instant(data.draft.saved_at) }) };
	});

/* Somebody else wrote meanwhile: both versions are shown, and whoever typed chooses. */
function refused(figures, unit, failure) {
	if (failure.status === 412 && failure.problem.current) {
		unit.conflict = failure.problem.current;
		unit.said = { kind: 'error', text: t('monthly.conflict') };
		return;
	}
	const known = unit.report.figures.flatMap((_, at) => ['value', 'reason', 'confirmed'].map((name) => `figures.${at}.${name}`));
	const found = failure.status === 422 ? faults(failure, known) : {};
	unit.report.figures.forEach((figure, at) => {
		const row = rowsOf(figures, unit).find((one) => one.figure === figureKey(figure));
		const why = found[`figures.${at}.confirmed`];
		if (why) unit.stops.set(figureKey(figure), why);
		if (row) note(figures.grid, row, 'answer', found[`figures.${at}.value`] ?? found[`figures.${at}.reason`] ?? why);
	});
	unit.said = { kind: 'error', text: found[''] ?? (failure.status === 422 ? t('tasks.see_cells') : failureText(failure)) };
}

/* Saved a moment after the last key. */
function soon(figures, unit, redraw, keep) {
	Object.assign(unit, { nothingNew: false, said: null, typedOn: unit.typedOn ?? unit.version });
	clearTimeout(unit.timer);
	unit.timer = setTimeout(() => save(figures, unit, redraw, keep), PAUSE);
}

async function save(figures, unit, redraw, keep) {
	if (unit.busy || unit.conflict || !open(unit) || !isDirty(figures, unit)) return;
	try {
		await putTyped(figures, unit);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (failure.status === 412) refused(figures, unit, failure);
		else unit.said = { kind: 'error', text: t('monthly.unsaved', { why: failureText(failure) }) };
	}
	keep();
	redraw();
}

/* Sends what was said of a unit; gives whether it was taken.  `guard` renews an ended session. */
export async function sendUnit(figures, unit, guard) {
	clearTimeout(unit.timer);
	unit.busy = true;
	try {
		const path = where(figures.plan, unit);
		if (!unit.nothingNew) await guard(() => putTyped(figures, unit));
		const { data } = await guard(() =>
			inTurn(unit, () => post(`${path}/${unit.nothingNew ? 'nothing-new' : 'submit'}`, undefined, { etag: `"${unit.version}"` })),
		);
		unit.done = true;
		take(figures, unit, data);
		unit.said = { kind: 'sent', text: t(unit.nothingNew ? 'monthly.sent_nothing_new' : 'monthly.sent') };
		for (const row of rowsOf(figures, unit)) settle(figures.grid, row);
		return null;
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		refused(figures, unit, failure);
		return failure;
	} finally {
		unit.busy = false;
	}
}

/* ---------------------------------------------------------------- what rules stop */

export const stopsOf = (figures, redraw, keep) =>
	figures.units.filter(open).flatMap((unit) =>
		rowsOf(figures, unit)
			.filter(({ figure }) => unit.stops.has(figure))
			.map(({ figure, name }, i, rows) => ({
				name,
				typed: value(figures.grid, rows[i], 'answer'),
				why: unit.stops.get(figure),
				word: unit.words.get(figure) ?? '',
				say: (word) => {
					unit.words.set(figure, word);
					unit.worded = true;
					soon(figures, unit, redraw, keep);
					keep();
				},
			})),
	);

/* ---------------------------------------------------------------- conflicts */

export const figureConflicts = (figures, redraw, keep) =>
	figures.units
		.filter(({ conflict }) => conflict)
		.map((unit) => {
			const theirs = drafted(unit.conflict);
			const rows = rowsOf(figures, unit);
			const agree = () => {
				const { conflict } = unit;
				Object.assign(unit, { conflict: null, saved: theirs, said: null });
				take(figures, unit, conflict);
			};
			return {
				name: unitName(unit),
				by: unit.conflict.draft?.saved_by ?? unit.conflict.submitted_by,
				rows: rows
					.map((row) => [row.name, value(figures.grid, row, 'answer'), theirs.get(row.figure) ?? ''])
					.filter(([, a, b]) => a !== b),
				mine: () => {
					agree();
					save(figures, unit, redraw, keep);
				},
				theirs: () => {
					agree();
					for (const row of rows) settle(figures.grid, row);
					keep();
				},
			};
		});

/* ---------------------------------------------------------------- the units */

export const unitsView = (figures, redraw) =>
	html`<ul class="vg-list vg-list--tight vg-units">
		${figures.units.map((unit, at) => {
			const { report } = unit;
			const may = mayBeNothingNew(figures, unit);
			return html`<li class="vg-session">
				<span>
					<a
						class="fr-link"
						href=${link('/report.html', { plan: figures.plan, period: report.period, territory: report.territory, organisation: report.organisation.code })}
						>${unitName(unit)}, ${period(report.period)}</a
					>
					<span class="vg-small vg-block">${dueText(report)}</span>
					${unit.said ? html`<span class=${unit.said.kind === 'error' ? 'fr-error-text' : 'vg-small vg-block'}>${unit.said.text}</span>` : nothing}
				</span>
				<span class="vg-badges"
					>${stateBadge(report)}${
						may
							? html`<span class="fr-checkbox-group"
									><input
										type="checkbox"
										id="nothing-${at}"
										.checked=${unit.nothingNew}
										@change=${({ target }) => {
											unit.nothingNew = target.checked;
											redraw();
										}}
									/><label class="fr-label" for="nothing-${at}"
										>${t('campaign.nothing_new')}<span class="fr-sr-only"> ${unitName(unit)}</span></label
									></span
								>`
							: nothing
					}</span
				>
			</li>`;
		})}
	</ul>`;

/* What this browser keeps of the figures until the server has them; and back from there. */
export const keepFigures = (figures) =>
	Object.fromEntries(
		dirtyUnits(figures).map((unit) => [
			unit.key,
			{
				version: unit.typedOn ?? unit.version,
				texts: Object.fromEntries(rowsOf(figures, unit).map((row) => [row.figure, value(figures.grid, row, 'answer')])),
				words: [...unit.words],
			},
		]),
	);

export function giveBackFigures(figures, kept = {}, redraw, keep) {
	const units = figures.units.filter(({ key }) => kept[key]);
	for (const unit of units) {
		const { version, texts, words } = kept[unit.key];
		Object.assign(unit, { typedOn: version, words: new Map(words), worded: true });
		for (const row of rowsOf(figures, unit))
			if (!row.closed && row.figure in texts) restore(figures.grid, row, { answer: texts[row.figure] });
		save(figures, unit, redraw, keep);
	}
	return units.length;
}
