/*
 * A grid that is filled in like a spreadsheet: arrow keys, typing, Enter and F2, a block pasted from a spreadsheet,
 * undo and redo.  Cells keep what was typed, as typed; what may be said of a cell stands in it.  On a narrow screen its
 * rows are stacked; touching a cell opens its field.
 *
 * columns: { id, label, value(row) → text, show(row, text) → template, edit: 'text' | 'long' | 'choice' | 'toggle',
 *   choices: [[value, text]], read(pasted) → text, also(row, text) → { column: text } that goes with it,
 *   fault(text) → what is wrong with it }; without `edit` it is only read, with `head` it names its row.
 * rows: { key, closed: nothing may be typed, stamp: changes when anything else of the row that is shown does }.
 * changed(rows): called after each change with the rows that it touched.
 */
import { html, nothing } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { live } from 'lit-html/directives/live.js';
import { t } from './i18n.js';
import { pieces } from './long-list.js';

const PAGE = 10;
/* So many rows at once: the others come on asking, with the arrow keys, or as something is typed or refused there. */
const PIECE = 28;
const keyOf = (row, column) => `${row.key}\t${column.id}`;

export function makeGrid({ id, label, columns, rows, changed }) {
	const first = Math.max(0, columns.findIndex(({ edit }) => edit));
	return { id, label, columns, rows, changed, typed: new Map(), notes: new Map(), past: [], future: [], at: [0, first], editing: null, left: null };
}

const columnOf = (grid, id) => grid.columns.find((column) => column.id === id);
export const isOpen = (row, column) => Boolean(row && column?.edit && !row.closed);

/* What stands in a cell: what was typed, else what was there. */
export const valueOf = (grid, row, column) => grid.typed.get(keyOf(row, column)) ?? column.value(row) ?? '';
export const value = (grid, row, id) => valueOf(grid, row, columnOf(grid, id));
export const isTyped = (grid, row) => grid.columns.some((column) => grid.typed.has(keyOf(row, column)));

export function note(grid, row, id, text) {
	const key = `${row.key}\t${id}`;
	if (text) grid.notes.set(key, text);
	else grid.notes.delete(key);
}

/* What was there is now this: typed cells that say the same are no longer typed. */
export function rebase(grid, row) {
	for (const column of grid.columns)
		if (grid.typed.get(keyOf(row, column)) === (column.value(row) ?? '')) grid.typed.delete(keyOf(row, column));
}

/* Forgets what was typed in a row: it was sent, or given up. */
export function settle(grid, row) {
	for (const column of grid.columns) {
		grid.typed.delete(keyOf(row, column));
		grid.notes.delete(keyOf(row, column));
	}
	const other = (step) => step.every(([key]) => !key.startsWith(`${row.key}\t`));
	grid.past = grid.past.filter(other);
	grid.future = grid.future.filter(other);
}

/* ---------------------------------------------------------------- changing, undoing */

function put(grid, row, column, text) {
	const key = keyOf(row, column);
	if (text === (column.value(row) ?? '')) grid.typed.delete(key);
	else grid.typed.set(key, text);
	note(grid, row, column.id, column.fault?.(text));
}

/* One step, which one undo takes back.  changes: [[row, column, text]] */
export function change(grid, changes) {
	const step = [];
	const touched = new Set();
	const one = (row, column, text) => {
		if (!isOpen(row, column) || valueOf(grid, row, column) === text) return;
		step.push([keyOf(row, column), valueOf(grid, row, column), text]);
		put(grid, row, column, text);
		touched.add(row);
	};
	for (const [row, column, text] of changes) {
		one(row, column, text);
		for (const [id, also] of Object.entries(column.also?.(row, text) ?? {})) one(row, columnOf(grid, id), also);
	}
	if (!step.length) return;
	grid.past.push(step);
	grid.future = [];
	grid.changed([...touched]);
}

export const toggle = (grid, row, id) => change(grid, [[row, columnOf(grid, id), value(grid, row, id) ? '' : '1']]);

/* Texts that were kept elsewhere come back, as typed, without a step to undo. */
export function restore(grid, row, texts) {
	for (const [id, text] of Object.entries(texts)) put(grid, row, columnOf(grid, id), text);
}

/* What was typed in a row, by column. */
export const typedOf = (grid, row) =>
	Object.fromEntries(
		grid.columns.filter((column) => grid.typed.has(keyOf(row, column))).map((column) => [column.id, valueOf(grid, row, column)]),
	);

function step(grid, from, to, side) {
	const taken = from.pop();
	if (!taken) return false;
	const rows = new Map(grid.rows.map((row) => [row.key, row]));
	const touched = new Set();
	const order = side === 1 ? [...taken].reverse() : taken;
	for (const entry of order) {
		const [key, id] = entry[0].split('\t');
		const row = rows.get(key);
		put(grid, row, columnOf(grid, id), entry[side]);
		touched.add(row);
		grid.at = [grid.rows.indexOf(row), grid.columns.findIndex((column) => column.id === id)];
	}
	to.push(taken);
	grid.changed([...touched]);
	return true;
}
export const undo = (grid) => step(grid, grid.past, grid.future, 1);
export const redo = (grid) => step(grid, grid.future, grid.past, 2);

/* ---------------------------------------------------------------- a block from a spreadsheet */

/* Lines and cells of a copied block; a cell with line breaks is quoted, as spreadsheets do. */
export function readBlock(text) {
	const lines = [[]];
	let cell = '';
	let quoted = false;
	const end = () => {
		lines.at(-1).push(cell);
		cell = '';
	};
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (quoted) {
			if (c !== '"') cell += c;
			else if (text[i + 1] === '"') cell += text[++i];
			else quoted = false;
		} else if (c === '"' && cell === '') quoted = true;
		else if (c === '\t') end();
		else if (c === '\n') {
			end();
			lines.push([]);
		} else if (c !== '\r') cell += c;
	}
	end();
	if (lines.length > 1 && lines.at(-1).length === 1 && lines.at(-1)[0] === '') lines.pop();
	return lines;
}

/* Puts a block where the cursor is.  An empty cell changes nothing; what finds no place is kept in `left`, to be seen. */
function place(grid, block) {
	const [top, current] = grid.at;
	const from = grid.columns[current].edit ? current : grid.columns.findIndex(({ edit }) => edit);
	const changes = [];
	const over = [];
	block.forEach((line, i) => {
		const row = grid.rows[top + i];
		const rest = line.filter((text, j) => {
			const column = grid.columns[from + j];
			if (text.trim() === '') return false;
			if (!isOpen(row, column)) return true;
			changes.push([row, column, column.read?.(text.trim()) ?? text.trim()]);
			return false;
		});
		if (rest.length) over.push(rest.join('\t'));
	});
	change(grid, changes);
	grid.left = over.length ? { lines: over.length, of: block.length, text: over.join('\n') } : null;
	grid.pasted = changes.length;
}

/* ---------------------------------------------------------------- keys */

const fieldOf = (grid) => document.getElementById(`${grid.id}-field`);
export const focusCell = (grid) => document.getElementById(`${grid.id}-${grid.at[0]}-${grid.at[1]}`)?.focus();

const clamp = (n, max) => Math.max(0, Math.min(max, n));
function move(grid, down, right) {
	grid.at = [clamp(grid.at[0] + down, grid.rows.length - 1), clamp(grid.at[1] + right, grid.columns.length - 1)];
}

const here = (grid) => [grid.rows[grid.at[0]], grid.columns[grid.at[1]]];

/* Opens the field of the cell, with its text or with the first key that was typed. */
function begin(grid, redraw, text) {
	const [row, column] = here(grid);
	if (!isOpen(row, column)) return;
	if (column.edit === 'toggle') {
		change(grid, [[row, column, valueOf(grid, row, column) ? '' : '1']]);
		redraw();
		focusCell(grid);
		return;
	}
	const choice = column.edit === 'choice' && text && column.choices.find(([, word]) => word.toLowerCase().startsWith(text.toLowerCase()));
	grid.editing = { text: choice ? choice[0] : column.edit === 'choice' ? valueOf(grid, row, column) : (text ?? valueOf(grid, row, column)) };
	redraw();
	const field = fieldOf(grid);
	field.focus();
	if (text === undefined) field.select?.();
}

/* Takes what is in the field; `then` moves on, null leaves the focus where it went. */
function commit(grid, redraw, then) {
	const [row, column] = here(grid);
	const text = fieldOf(grid)?.value.trim() ?? '';
	grid.editing = null;
	change(grid, [[row, column, text]]);
	if (then) move(grid, ...then);
	redraw();
	if (then) focusCell(grid);
}

function cancel(grid, redraw) {
	grid.editing = null;
	redraw();
	focusCell(grid);
}

function editingKey(grid, redraw, event) {
	const { key } = event;
	const choice = here(grid)[1].edit === 'choice';
	if (event.isComposing || (key === 'Enter' && event.altKey)) return false;
	if (key === 'Escape') cancel(grid, redraw);
	else if (key === 'Enter') commit(grid, redraw, [event.shiftKey ? -1 : 1, 0]);
	else if (key === 'Tab') commit(grid, redraw, [0, event.shiftKey ? -1 : 1]);
	else if (!choice && (key === 'ArrowDown' || key === 'ArrowUp')) commit(grid, redraw, [key === 'ArrowDown' ? 1 : -1, 0]);
	else return false;
	return true;
}

const MOVES = {
	ArrowDown: [1, 0],
	ArrowUp: [-1, 0],
	ArrowRight: [0, 1],
	ArrowLeft: [0, -1],
	PageDown: [PAGE, 0],
	PageUp: [-PAGE, 0],
	Home: [0, -Infinity],
	End: [0, Infinity],
};

function navigate(grid, redraw, down, right) {
	move(grid, down, right);
	redraw();
	focusCell(grid);
}

function commandKey(grid, redraw, { key, shiftKey }) {
	const name = key.toLowerCase();
	if (name === 'z' && !shiftKey) undo(grid);
	else if (name === 'y' || (name === 'z' && shiftKey)) redo(grid);
	else if (key === 'Home') return navigate(grid, redraw, -Infinity, -Infinity) ?? true;
	else if (key === 'End') return navigate(grid, redraw, Infinity, Infinity) ?? true;
	else return false;
	redraw();
	focusCell(grid);
	return true;
}

/* One key says of a row that there is nothing new. */
const NOTHING_NEW = '=';

function cellKey(grid, redraw, event) {
	const { key, target } = event;
	if (MOVES[key]) navigate(grid, redraw, ...MOVES[key]);
	else if (key === 'Enter' && target.querySelector('a')) target.querySelector('a').click();
	else if (key === 'Enter' || key === 'F2' || (key === ' ' && here(grid)[1].edit === 'toggle')) begin(grid, redraw);
	else if (key === 'Delete' || key === 'Backspace') {
		change(grid, [[...here(grid), '']]);
		redraw();
	} else if (key === NOTHING_NEW && grid.nothingNew) {
		grid.nothingNew(here(grid)[0]);
		redraw();
		focusCell(grid);
	} else if (key.length === 1) begin(grid, redraw, key);
	else return false;
	return true;
}

function keydown(grid, redraw, event) {
	const handled = grid.editing
		? editingKey(grid, redraw, event)
		: event.target.matches('[role=gridcell], [role=rowheader]') &&
			(event.ctrlKey || event.metaKey ? commandKey(grid, redraw, event) : !event.altKey && cellKey(grid, redraw, event));
	if (handled) event.preventDefault();
}

function paste(grid, redraw, event) {
	const block = readBlock(event.clipboardData.getData('text/plain'));
	/* one cell goes into the field, as anywhere */
	if (grid.editing && block.length === 1 && block[0].length === 1) return;
	event.preventDefault();
	grid.editing = null;
	place(grid, block);
	redraw();
	grid.afterPaste?.();
	if (!grid.left) focusCell(grid);
}

function copy(grid, event) {
	if (grid.editing) return;
	event.preventDefault();
	event.clipboardData.setData('text/plain', valueOf(grid, ...here(grid)));
}

/* ---------------------------------------------------------------- showing */

const set = (grid, r, c) => {
	if (!grid.editing) grid.at = [r, c];
};

function field(grid, column, redraw, label, described) {
	const leave = () => grid.editing && commit(grid, redraw, null);
	const id = `${grid.id}-field`;
	if (column.edit === 'choice')
		return html`<select
			class="fr-select"
			id=${id}
			aria-label=${label}
			@blur=${leave}
		>
			${column.choices.map(([code, word]) => html`<option value=${code} ?selected=${code === grid.editing.text}>${word}</option>`)}
		</select>`;
	if (column.edit === 'long')
		return html`<textarea
			class="fr-input"
			id=${id}
			rows="3"
			maxlength="4000"
			aria-label=${label}
			aria-describedby=${described}
			.value=${live(grid.editing.text)}
			@input=${({ target }) => {
				grid.editing.text = target.value;
			}}
			@blur=${leave}
		></textarea>`;
	return html`<input
		class="fr-input"
		id=${id}
		inputmode="decimal"
		autocomplete="off"
		maxlength="100"
		aria-label=${label}
		aria-describedby=${described}
		.value=${live(grid.editing.text)}
		@input=${({ target }) => {
			grid.editing.text = target.value;
		}}
		@blur=${leave}
	/>`;
}

function cell(grid, row, r, column, c, redraw) {
	const id = `${grid.id}-${r}-${c}`;
	const active = grid.at[0] === r && grid.at[1] === c;
	const tab = active && !grid.editing ? '0' : '-1';
	if (column.head)
		return html`<th id=${id} role="rowheader" scope="row" tabindex=${tab}>${column.show(row)}</th>`;
	const may = isOpen(row, column);
	const text = valueOf(grid, row, column);
	const said = grid.notes.get(keyOf(row, column));
	const about = said ? `${id}-note` : nothing;
	const touch = () => {
		if (!may || (grid.editing && active)) return;
		grid.at = [r, c];
		begin(grid, redraw);
	};
	return html`<td
		id=${id}
		role="gridcell"
		tabindex=${tab}
		class=${[may ? 'vg-cell' : '', grid.typed.has(keyOf(row, column)) ? 'vg-typed' : '', said ? 'vg-refused' : ''].join(' ')}
		data-label=${column.label}
		aria-readonly=${may ? 'false' : 'true'}
		aria-invalid=${said ? 'true' : nothing}
		aria-describedby=${about}
		@click=${touch}
	>
		${
			grid.editing && active
				? field(grid, column, redraw, `${column.label} – ${row.name}`, about)
				: html`<span class="vg-cell__value">${column.show(row, text)}</span>`
		}${said ? html`<span class="fr-error-text" id="${id}-note">${said}</span>` : nothing}
	</td>`;
}

/* Hundreds of rows: only those are drawn again of which something changed. */
function stampOf(grid, row, r) {
	const active = grid.at[0] === r ? `${grid.at[1]}${grid.editing ? 'e' : ''}` : '';
	const cells = grid.columns.map((column) => `${valueOf(grid, row, column)}\t${grid.notes.get(keyOf(row, column)) ?? ''}`);
	return [active, row.closed, row.stamp, ...cells].join('\n');
}

/* The rows that are there, never fewer than before; and the button for more. */
function piece(grid, redraw) {
	const told = (row) => grid.columns.some((column) => grid.typed.has(keyOf(row, column)) || grid.notes.has(keyOf(row, column)));
	const last = grid.rows.reduce((end, row, r) => (told(row) ? r + 1 : end), 0);
	grid.shown = Math.max(grid.shown ?? PIECE, grid.at[0] + 1, last);
	return pieces(grid.rows, grid, redraw, PIECE);
}

export function gridView(grid, redraw, help) {
	const { shown, more } = piece(grid, redraw);
	return html`<div class="fr-table vg-cards vg-grid">
		<table
			role="grid"
			aria-label=${grid.label}
			aria-describedby=${help}
			aria-rowcount=${grid.rows.length + 1}
			@keydown=${(event) => keydown(grid, redraw, event)}
			@paste=${(event) => paste(grid, redraw, event)}
			@copy=${(event) => copy(grid, event)}
			@focusin=${({ target }) => {
				const at = /-(\d+)-(\d+)$/.exec(target.id);
				if (at) set(grid, Number(at[1]), Number(at[2]));
			}}
		>
			<thead role="rowgroup">
				<tr role="row">
					${grid.columns.map((column) => html`<th role="columnheader" scope="col">${column.label}</th>`)}
				</tr>
			</thead>
			<tbody role="rowgroup">
				${shown.map((row, r) =>
					guard(
						[stampOf(grid, row, r)],
						() =>
							html`<tr role="row" class=${row.closed ? 'vg-closed' : ''}>
								${grid.columns.map((column, c) => cell(grid, row, r, column, c, redraw))}
							</tr>`,
					),
				)}
			</tbody>
		</table>
	</div>
	${more}`;
}

/* What a paste found no place for: said, and given back. */
export const leftView = (grid, redraw) =>
	grid.left
		? html`<div class="fr-alert fr-alert--warning vg-left" id="${grid.id}-left" tabindex="-1">
				<div>
					<p class="fr-alert__title">${t('tasks.left', { n: grid.left.lines, of: grid.left.of })}</p>
					<p>${t('tasks.left_text')}</p>
					<label class="fr-label" for="${grid.id}-left-text">${t('tasks.left_label')}</label>
					<textarea class="fr-input" id="${grid.id}-left-text" readonly rows="4" .value=${grid.left.text}></textarea>
					<button
						type="button"
						class="fr-btn fr-btn--secondary"
						@click=${() => {
							grid.left = null;
							redraw();
							focusCell(grid);
						}}
					>
						${t('tasks.left_seen')}
					</button>
				</div>
			</div>`
		: nothing;
