/*
 * The actions and deployments in the grid of tasks.  Each row is a status report: kept in this browser until it is sent,
 * sent whole, each with a key of its own so that trying again after silence never writes twice.
 */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, percent } from './format.js';
import { Failure, idempotencyKey, path, post } from './api.js';
import { absent, confidence, confidenceText, CONFIDENCES, due, flags, badge, statusBadge, statusText } from './parts.js';
import { icon } from './icons.js';
import { failureText } from './refusal.js';
import { faults } from './write.js';
import { link } from './url.js';
import { isTyped, makeGrid, note, restore, settle, toggle, typedOf, value } from './grid.js';

/* Dropping or carrying over says more than a row can hold: the action's page asks it. */
const STATUSES = ['not_started', 'in_progress', 'on_hold', 'done'];
const FIELDS = ['status', 'progress', 'confidence', 'comment', 'nothing_new'];

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
const statuses = () => STATUSES.map((code) => [code, statusText(code)]);
const confidences = () => [['', confidenceText(null)], ...CONFIDENCES.map((code) => [code, confidenceText(code)])];

/* A pasted word becomes its code; one that is not known stays as it is, and is said. */
const reader = (choices) => (text) => choices.find(([code, word]) => code === fold(text) || fold(word) === fold(text))?.[0] ?? text;
const chooser = (choices) => (text) =>
	choices.some(([code]) => code === text) ? null : t('tasks.not_a_choice', { text, choices: choices.map(([, word]) => word).join(', ') });

function makeRow(task) {
	const place = task.territory ? `${fine(task.name)} – ${task.organisation.code}` : t('report.national');
	return {
		key: `${task.action}|${task.territory ?? ''}|${task.organisation?.code ?? ''}`,
		name: `${task.action}, ${place}`,
		place,
		task,
		version: task.version,
		closed: false,
		get stamp() {
			return `${this.version} ${this.said?.text ?? ''}`;
		},
	};
}

/* What became of the last answer. */
function stateView({ said, task }) {
	if (said) return html`<span class="vg-block ${said.kind === 'error' ? 'fr-error-text' : ''}">${said.kind === 'sent' ? icon('done') : nothing} ${said.text}</span>`;
	return task.reported_at ? html`<span class="vg-small vg-block">${t('tasks.said', { at: instant(task.reported_at) })}</span>` : nothing;
}

const headView = (plan) => (row) =>
	html`<a class="fr-link" tabindex="-1" href=${link('/action.html', { plan, number: row.task.action })}
			><span class="vg-ref">${row.task.action}</span> ${fine(row.task.title)}</a
		><span class="vg-small vg-block">${row.place}</span>
		<span class="vg-badges">${flags(row.task)}${row.task.awaited ? badge('not_started', t('tasks.awaited')) : nothing}</span>
		${stateView(row)}`;

const was = (value_) => (value_ === null ? absent(t('progress.none')) : percent(value_));
const beforeView = ({ task }) =>
	html`<span class="vg-nowrap">${t('tasks.month_ago')} ${was(task.month_before)}</span>
		<span class="vg-nowrap vg-block">${t('tasks.year_ago')} ${was(task.year_before)}</span>
		<span class="vg-small vg-block">${t('word.due')}${t('form.colon')}${due(task)}</span>`;

const columns = (plan) => [
	{ id: 'action', label: t('word.action_title'), head: true, value: ({ name }) => name, show: headView(plan) },
	{ id: 'before', label: t('tasks.before'), value: ({ task }) => String(task.month_before ?? ''), show: beforeView },
	{
		id: 'status',
		label: t('word.status'),
		edit: 'choice',
		choices: statuses(),
		value: ({ task }) => task.status,
		show: (_, text) => (STATUSES.includes(text) ? statusBadge(text) : text),
		read: reader(statuses()),
		fault: chooser(statuses()),
		/* what is done is done whole */
		also: (_, text) => (text === 'done' ? { progress: '100' } : {}),
	},
	{
		id: 'progress',
		label: t('word.progress'),
		edit: 'text',
		value: ({ task }) => String(task.progress ?? ''),
		show: (_, text) => (/^\d+$/.test(text) ? html`<strong class="vg-number">${percent(Number(text))}</strong>` : text || absent(t('progress.none'))),
		read: (text) => text.replace(/\s*%$/, ''),
	},
	{
		id: 'confidence',
		label: t('word.confidence'),
		edit: 'choice',
		choices: confidences(),
		value: ({ task }) => task.confidence ?? '',
		show: (_, text) => (text === '' || CONFIDENCES.includes(text) ? confidence(text || null) : text),
		read: reader(confidences()),
		fault: chooser(confidences()),
	},
	{
		id: 'comment',
		label: t('monthly.comment'),
		edit: 'long',
		value: ({ task }) => task.comment ?? '',
		show: (_, text) => (text ? html`<span class="vg-clamp">${fine(text)}</span>` : absent(t('tasks.none'))),
	},
	{
		id: 'nothing_new',
		label: t('report.nothing_new'),
		edit: 'toggle',
		value: () => '',
		show: (_, text) => (text ? html`${icon('done')} ${t('tasks.yes')}` : absent(t('tasks.no'))),
		read: (text) => (/^(x|1|oui|yes|=)$/i.test(text) ? '1' : ''),
	},
];

export function makeActions({ plan, tasks }, keep) {
	const actions = { plan };
	actions.grid = makeGrid({
		id: 'actions',
		label: t('nav.actions'),
		columns: columns(plan),
		rows: tasks.map(makeRow),
		changed: (touched) => {
			for (const row of touched) Object.assign(row, { said: null, idem: idempotencyKey() });
			keep();
		},
	});
	actions.grid.nothingNew = (row) => toggle(actions.grid, row, 'nothing_new');
	return actions;
}

export const rowsToSend = ({ grid }) => grid.rows.filter((row) => !row.conflict && isTyped(grid, row));
export const dirtyRows = ({ grid }) => grid.rows.filter((row) => isTyped(grid, row));

const whole = (text) => (/^\d{1,3}$/.test(text) ? Number(text) : text);

function report(grid, row) {
	const { territory, organisation } = row.task;
	const to = territory ? { territory, organisation: organisation.code } : {};
	if (value(grid, row, 'nothing_new')) return { ...to, nothing_new: true };
	const of = (id) => value(grid, row, id).trim() || null;
	return { ...to, status: of('status'), progress: of('progress') && whole(of('progress')), confidence: of('confidence'), comment: of('comment') };
}

function refused(actions, row, failure) {
	if (failure.status === 412 && failure.problem.current) {
		Object.assign(row, { conflict: failure.problem.current, said: { kind: 'error', text: t('conflict.title') } });
		return;
	}
	const found = failure.status === 422 ? faults(failure, FIELDS) : {};
	for (const id of FIELDS) note(actions.grid, row, id, found[id]);
	row.said = { kind: 'error', text: found[''] ?? (failure.status === 422 ? t('tasks.see_cells') : failureText(failure)) };
}

const taken = ({ status, progress, confidence: weather, comment, reported_at, version }) => ({
	status,
	progress,
	confidence: weather,
	comment,
	reported_at,
	version,
});

/* Sends one row; gives the refusal, or null when it was taken. */
export async function sendRow(actions, row, guard) {
	try {
		const { data } = await guard(() =>
			post(path('plans', actions.plan, 'actions', row.task.action, 'status-reports'), report(actions.grid, row), {
				etag: `"${row.version}"`,
				key: row.idem,
			}),
		);
		settle(actions.grid, row);
		row.task = { ...row.task, ...taken(data), late: data.late, stale: data.stale, awaited: false };
		Object.assign(row, { version: data.version, said: { kind: 'sent', text: t('tasks.sent_row') } });
		return null;
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		refused(actions, row, failure);
		return failure;
	}
}

const shown = { status: statusText, confidence: (code) => confidenceText(code || null), progress: (text) => (text === '' ? '' : `${text} %`), comment: fine };

export const actionConflicts = (actions, keep) =>
	actions.grid.rows
		.filter(({ conflict }) => conflict)
		.map((row) => {
			const now = row.conflict;
			const resolve = () => {
				row.task = { ...row.task, ...taken(now) };
				Object.assign(row, { version: now.version, conflict: null, said: null, idem: idempotencyKey() });
			};
			return {
				name: row.name,
				by: now.reported_by,
				rows: ['status', 'progress', 'confidence', 'comment']
					.map((id) => [t(id === 'comment' ? 'monthly.comment' : `word.${id}`), value(actions.grid, row, id), String(now[id] ?? ''), id])
					.filter(([, a, b]) => a !== b)
					.map(([name, a, b, id]) => [name, shown[id](a), shown[id](b)]),
				mine: () => {
					const texts = FIELDS.map((id) => [id, value(actions.grid, row, id)]);
					resolve();
					restore(actions.grid, row, Object.fromEntries(texts));
					keep();
				},
				theirs: () => {
					settle(actions.grid, row);
					resolve();
					keep();
				},
			};
		});

/* What this browser keeps of the rows until they are sent; and back from there. */
export const keepActions = ({ grid }) =>
	Object.fromEntries(
		grid.rows.filter((row) => isTyped(grid, row)).map((row) => [row.key, { texts: typedOf(grid, row), version: row.version, idem: row.idem }]),
	);

export function giveBackActions({ grid }, kept = {}) {
	const rows = grid.rows.filter(({ key }) => kept[key]);
	for (const row of rows) {
		const { texts, version, idem } = kept[row.key];
		Object.assign(row, { version, idem });
		restore(grid, row, texts);
	}
	return rows.length;
}
