/* My tasks: one row a thing to answer, filled in like a spreadsheet; nothing typed is lost, everything is sent at once. */
import { html, nothing } from 'lit-html';
import { banners, readPlan, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { link, param } from '../lib/url.js';
import { alert, announce, empty, panel } from '../lib/parts.js';
import { dropDraft, keepDraft, readDraft } from '../lib/draft.js';
import { failureText } from '../lib/refusal.js';
import { persist } from '../lib/write.js';
import { focusCell, gridView, leftView, redo, undo } from '../lib/grid.js';
import {
	dirtyUnits,
	figureConflicts,
	giveBackFigures,
	keepFigures,
	makeFigures,
	sendUnit,
	stopsOf,
	unitsToSend,
	unitsView,
} from '../lib/tasks-figures.js';
import {
	actionConflicts,
	dirtyRows,
	giveBackActions,
	keepActions,
	makeActions,
	rowsToSend,
	sendRow,
} from '../lib/tasks-actions.js';

const AT_ONCE = 4;

async function load({ plan: code, session }) {
	const [plan, { data }] = await Promise.all([
		readPlan(code),
		get(path('plans', code, 'tasks'), { all: param('all') === 'true' ? 'true' : undefined }),
	]);
	const coordinates = session.grants.some(({ role, plan: of }) => role === 'coordinator' && of === code);
	return { plan, data, coordinates, draft: `${session.person.id}.${code}.tasks` };
}

function prepare(state, redraw) {
	const { plan, data } = state;
	const keep = (now = false) => {
		const kept = { actions: keepActions(state.actions), figures: keepFigures(state.figures) };
		if (Object.keys(kept.actions).length || Object.keys(kept.figures).length) keepDraft(state.draft, kept, now);
		else dropDraft(state.draft);
		state.done = null;
	};
	state.keep = keep;
	state.figures = makeFigures({ plan: plan.code, reports: data.reports }, redraw, keep);
	state.actions = makeActions({ plan: plan.code, tasks: data.actions }, keep);
	for (const { grid } of [state.figures, state.actions])
		grid.afterPaste = () => {
			announce(t('tasks.pasted', { n: grid.pasted }));
			if (grid.left) document.getElementById(`${grid.id}-left`).focus();
		};
	const kept = readDraft(state.draft);
	if (kept)
		state.restored =
			giveBackActions(state.actions, kept.actions) + giveBackFigures(state.figures, kept.figures, redraw, keep) > 0;
	addEventListener('pagehide', () => keep(true));
}

/* ---------------------------------------------------------------- sending */

const jobsOf = ({ figures, actions }) => [
	...unitsToSend(figures).map((unit) => (guard) => sendUnit(figures, unit, guard)),
	...rowsToSend(actions).map((row) => (guard) => sendRow(actions, row, guard)),
];

/* Nothing more is tried once nobody answers, or once the session ended and was not renewed. */
const stops = (failure) => failure && [0, 401, 429, 503].includes(failure.status);

async function sendAll(state, redraw) {
	if (state.busy) return;
	const jobs = jobsOf(state);
	Object.assign(state, { busy: true, done: null });
	redraw();
	let refused = 0;
	let sent = 0;
	let stopped = null;
	const run = async (job, guard) => {
		const failure = await job(guard);
		if (failure) refused += 1;
		else sent += 1;
		if (stops(failure)) stopped = failure;
		redraw();
	};
	const queue = [...jobs];
	/* the first one alone: it renews an ended session for all */
	if (queue.length) await run(queue.shift(), persist);
	const worker = async () => {
		while (queue.length && !stopped) await run(queue.shift(), (send) => send());
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	state.keep(true);
	Object.assign(state, { busy: false, done: { sent, refused, left: queue.length, stopped } });
	redraw();
	document.getElementById('tasks-done')?.focus();
}

function result({ done }) {
	if (!done) return nothing;
	const parts = [
		done.sent ? t('tasks.sent', { n: done.sent }) : null,
		done.refused ? t('tasks.refused', { n: done.refused }) : null,
		done.left ? t('tasks.unsent', { n: done.left }) : null,
	].filter(Boolean);
	const fine = !done.refused && !done.left;
	return alert(fine ? 'success' : 'warning', parts.join(' ') || t('tasks.nothing_typed'), done.stopped ? failureText(done.stopped) : null);
}

/* ---------------------------------------------------------------- showing */

/* What is shown of conflicts and of figures to confirm is fetched when there is one; tried again when that fails. */
function troubleView(state, trouble, redraw) {
	if (!trouble.conflicts.length && !trouble.stops.length) return nothing;
	if (state.trouble) return state.trouble.troubleView(trouble, redraw);
	import('../lib/tasks-trouble.js').then(
		(part) => {
			state.trouble = part;
			redraw();
		},
		() => {},
	);
	return nothing;
}

function undoButtons(grid, redraw) {
	const button = (work, key, list) => html`<button
		type="button"
		class="fr-btn fr-btn--tertiary"
		?disabled=${list.length === 0}
		@click=${() => {
			work(grid);
			redraw();
			focusCell(grid);
		}}
	>
		${t(key)}
	</button>`;
	return html`<span class="vg-undo">${button(undo, 'tasks.undo', grid.past)}${button(redo, 'tasks.redo', grid.future)}</span>`;
}

const section = (id, title, part, before, redraw) =>
	panel(
		id,
		title,
		html`${before}
			<p class="fr-hint-text" id="${id}-help">${t(`tasks.help_${id}`)} ${t('tasks.help_keys')}</p>
			${leftView(part.grid, redraw)} ${gridView(part.grid, redraw, `${id}-help`)}`,
		{ aside: undoButtons(part.grid, redraw) },
	);

function page(state, redraw) {
	const { figures, actions, plan, coordinates } = state;
	const rows = figures.grid.rows.length + actions.grid.rows.length;
	const waiting = dirtyRows(actions).length + unitsToSend(figures).length;
	const trouble = {
		conflicts: [...figureConflicts(figures, redraw, state.keep), ...actionConflicts(actions, state.keep)],
		stops: stopsOf(figures, redraw, state.keep),
	};
	const all = param('all') === 'true';
	return html`<div class="vg-top">
			<div>
				<h1 id="tasks-title" tabindex="-1">${t('tasks.title')}</h1>
				<p class="vg-muted">${rows ? t('tasks.count', { n: rows }) : t('tasks.none_left')}</p>
			</div>
			<div class="vg-tools">
				<a class="fr-btn fr-btn--secondary" href=${link('/tasks.html', { plan: plan.code, all: all ? null : 'true' })}
					>${t(all ? 'tasks.only_due' : 'tasks.all')}</a
				>
			</div>
		</div>
		${state.restored ? alert('info', t('monthly.restored')) : nothing}
		${troubleView(state, trouble, redraw)}
		${rows === 0 ? empty(coordinates ? t('tasks.coordinator') : t('tasks.come_back')) : nothing}
		${figures.grid.rows.length ? section('figures', t('monthly.figures'), figures, unitsView(figures, redraw), redraw) : nothing}
		${actions.grid.rows.length ? section('actions', t('tasks.actions'), actions, nothing, redraw) : nothing}
		${
			rows
				? html`<div class="vg-send vg-no-print">
						<div id="tasks-done" tabindex="-1">${result(state)}</div>
						<p class="vg-muted" role="status">
							${state.busy ? t('form.saving') : waiting ? t('tasks.waiting', { n: waiting }) : t('tasks.nothing_waits')}
							${dirtyUnits(figures).length ? t('monthly.saving') : nothing}
						</p>
						<button type="button" class="fr-btn" ?disabled=${state.busy || waiting === 0} @click=${() => sendAll(state, redraw)}>
							${t('tasks.send')}
						</button>
					</div>`
				: nothing
		}`;
}

start({
	name: 'tasks',
	sheets: true,
	texts: { fr: () => import('texts:fr.tasks'), en: () => import('texts:en.tasks') },
	title: 'nav.tasks',
	load,
	view(state, context, redraw) {
		if (!state.figures) prepare(state, redraw);
		return html`${banners(state.plan)}
			<div class="fr-container vg-tasks">${page(state, redraw)}</div>`;
	},
});
