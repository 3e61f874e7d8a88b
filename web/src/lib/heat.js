/*
 * Heat tables and small maps on canvas: one picture of thousands of cells, in the colours of the page.  A cell is
 * { tint, text, late, blocked }; tints are names of the list below.  Hatching is silence, a dot is “not applicable”,
 * a lock-like bar is “withheld”; what each cell says in words is asked by the page from its row and column.
 */
import { html, nothing } from 'lit-html';
import { Directive, directive } from 'lit-html/directive.js';

const TINTS = {
	0: '--map-0',
	1: '--map-1',
	2: '--map-2',
	3: '--map-3',
	4: '--map-4',
	done: '--done',
	not_started: '--todo-soft',
	on_hold: '--hold',
	carried_over: '--moved',
	dropped: '--dropped',
	ground: '--surface',
	line: '--line',
	hatch: '--hatch',
	ink: '--ink',
	muted: '--muted',
	late: '--late',
	blocked: '--blocked',
	focus: '--focus',
	raised: '--raised',
};

/* The colours as they are now, or as on paper: variables are only known to elements, so that one is asked. */
export function palette(paper) {
	const probe = document.createElement('span');
	document.body.append(probe);
	if (paper) probe.style.colorScheme = 'light';
	const colours = {};
	for (const [name, variable] of Object.entries(TINTS)) {
		probe.style.color = `var(${variable})`;
		colours[name] = getComputedStyle(probe).color;
	}
	probe.remove();
	return colours;
}

/* Fine stripes in a colour, for what is silent. */
function stripes(context, colours, size = 5) {
	const tile = document.createElement('canvas');
	tile.width = tile.height = size;
	const pen = tile.getContext('2d');
	pen.fillStyle = colours.ground;
	pen.fillRect(0, 0, size, size);
	pen.strokeStyle = colours.hatch;
	pen.lineWidth = 1.1;
	pen.beginPath();
	for (const shift of [-size, 0, size]) {
		pen.moveTo(shift, size);
		pen.lineTo(shift + size, 0);
	}
	pen.stroke();
	return context.createPattern(tile, 'repeat');
}

/* The policy of the pages allows no style attribute: the sizes are a style sheet of their own. */
const sizes = new Map();
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
let named = 0;
function arrange() {
	const rules = [];
	for (const [canvas, size] of sizes) {
		if (canvas.isConnected) rules.push(`#${(canvas.id ||= `picture-${++named}`)} { ${size} }`);
		else sizes.delete(canvas);
	}
	sheet.replaceSync(rules.join('\n'));
}

/* A canvas in real pixels, so that lines stay sharp. */
function surface(canvas, width, height) {
	const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
	canvas.width = Math.round(width * ratio);
	canvas.height = Math.round(height * ratio);
	sizes.set(canvas, `width: ${width}px; height: ${height}px`);
	arrange();
	const pen = canvas.getContext('2d');
	pen.scale(ratio, ratio);
	pen.clearRect(0, 0, width, height);
	return pen;
}

const FONT = '12px -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

/* The last words are left out where there is no room. */
function fitted(pen, text, room) {
	if (pen.measureText(text).width <= room) return text;
	let cut = text;
	while (cut.length > 1 && pen.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
	return `${cut.trimEnd()}…`;
}

function paintCell(pen, cell, colours, silence, x, y, w, h) {
	if (!cell || cell.tint === 'na') {
		pen.fillStyle = colours.ground;
		pen.fillRect(x, y, w, h);
		pen.fillStyle = colours.hatch;
		pen.beginPath();
		pen.arc(x + w / 2, y + h / 2, 0.9, 0, 7);
		pen.fill();
		return;
	}
	pen.fillStyle = cell.tint === 'none' ? silence : cell.tint === 'hidden' ? colours.raised : colours[cell.tint];
	pen.fillRect(x, y, w, h);
	if (cell.tint === 'hidden') {
		pen.fillStyle = colours.muted;
		pen.fillRect(x + 2, y + h / 2 - 1, w - 4, 2);
	}
	if (cell.late) {
		pen.fillStyle = colours.late;
		pen.beginPath();
		pen.moveTo(x + w, y);
		pen.lineTo(x + w, y + Math.min(7, h));
		pen.lineTo(x + w - Math.min(7, w), y);
		pen.fill();
	}
	if (cell.blocked) {
		pen.fillStyle = colours.blocked;
		pen.fillRect(x, y + h - 3, w, 3);
	}
}

export const ROW = 18;
const HEAD = 40;

/* How wide each part is in the room there is. */
export function measure(columns, room) {
	const label = room < 640 ? 110 : Math.min(330, Math.round(room * 0.28));
	const cell = Math.max(8, Math.min(30, Math.floor((room - label) / Math.max(1, columns))));
	return { label, cell, width: label + cell * columns, head: HEAD };
}

/* table: { rows: [{ code, title, first, whole }], columns: [{ code }], cell(row, column) }.  at: the cell that is looked at. */
export function paintHeat(canvas, table, { room, at, paper = false }) {
	const begun = performance.now();
	const { rows, columns, cell: of } = table;
	const { label, cell, width } = measure(columns.length, room);
	const height = HEAD + rows.length * ROW + 1;
	const colours = palette(paper);
	const pen = surface(canvas, width, height);
	const silence = stripes(pen, colours);
	if (paper) {
		pen.fillStyle = colours.ground;
		pen.fillRect(0, 0, width, height);
	}
	pen.font = FONT;
	pen.textBaseline = 'middle';
	const gap = cell > 10 ? 1 : 0.5;
	rows.forEach((row, r) => {
		const y = HEAD + r * ROW;
		if (row.first && r) {
			pen.fillStyle = colours.muted;
			pen.fillRect(0, y - 0.5, width, 1);
		}
		pen.fillStyle = at?.row === r ? colours.ink : colours.muted;
		pen.font = at?.row === r ? `bold ${FONT}` : FONT;
		pen.fillText(fitted(pen, `${row.code}  ${row.title}`, label - 10), 0, y + ROW / 2);
		/* What is no place's own is one band. */
		if (row.whole) paintCell(pen, of(r, 0), colours, silence, label, y + 6, cell * columns.length - gap, ROW - 12);
		else columns.forEach((column, c) =>
			paintCell(pen, of(r, c), colours, silence, label + c * cell, y + gap / 2, cell - gap, ROW - gap),
		);
	});
	pen.font = `${cell < 11 ? 9 : 11}px "Segoe UI", "Noto Sans", Arial, sans-serif`;
	columns.forEach((column, c) => {
		pen.save();
		pen.translate(label + c * cell + cell / 2, HEAD - 5);
		pen.rotate(-Math.PI / 2);
		pen.fillStyle = at?.column === c ? colours.ink : colours.muted;
		pen.fillText(column.code.replace('REG-', 'R'), 0, 0);
		pen.restore();
	});
	if (at) {
		pen.strokeStyle = colours.focus;
		pen.lineWidth = 2.5;
		pen.strokeRect(label + at.column * cell - 1, HEAD + at.row * ROW - 1, cell + 1, ROW + 1);
	}
	performance.measure('heat-drawn', { start: begun, end: performance.now() });
	return { width, height };
}

/* The cell under a point of the canvas, or null. */
export function cellAt(event, canvas, table, room) {
	const { label, cell } = measure(table.columns.length, room);
	const box = canvas.getBoundingClientRect();
	const column = Math.floor((event.clientX - box.left - label) / cell);
	const row = Math.floor((event.clientY - box.top - HEAD) / ROW);
	return column >= 0 && row >= 0 && column < table.columns.length && row < table.rows.length ? { row, column } : null;
}

const PARIS = ['75', '92', '93', '94'];
const OVERSEAS = ['971', '972', '973', '974', '976'];
const paths = new Map();
const shapeOf = (shapes, code) => {
	if (!paths.has(code)) paths.set(code, new Path2D(shapes[code]));
	return paths.get(code);
};

/* A small map: the land, Paris and its suburbs enlarged, the overseas départements in a row below. */
export function paintMap(canvas, shapes, tintOf, { size = 150, paper = false } = {}) {
	const colours = palette(paper);
	const pen = surface(canvas, size, size * 1.12);
	const silence = stripes(pen, colours, 4);
	const scale = size / 1030;
	const put = (code, x, y, factor) => {
		pen.save();
		pen.translate(x, y);
		pen.scale(factor, factor);
		const tint = tintOf(code);
		pen.fillStyle = tint === 'none' ? silence : tint === 'hidden' ? colours.raised : tint === 'na' ? colours.ground : colours[tint];
		pen.fill(shapeOf(shapes, code));
		pen.strokeStyle = tint === 'na' ? colours.hatch : colours.ground;
		pen.lineWidth = (tint === 'na' ? 0.5 : 0.6) / factor;
		pen.stroke(shapeOf(shapes, code));
		pen.restore();
	};
	for (const code of Object.keys(shapes)) if (code.length === 2) put(code, 0, 0, scale);
	for (const code of PARIS) put(code, (90 - 501.5 * 3.6) * scale, (90 - 235 * 3.6) * scale, 3.6 * scale);
	OVERSEAS.forEach((code, i) => put(code, (20 + i * 200) * scale, 1030 * scale, 1.5 * scale));
}

/* Canvases that draw themselves when they are there, when their data changes, with the scheme, and for paper. */
const drawn = new Map();
const again = (paper) => {
	for (const [canvas, paint] of drawn) {
		if (canvas.isConnected) paint(canvas, paper);
		else drawn.delete(canvas);
	}
};
new MutationObserver(() => again(false)).observe(document.documentElement, { attributeFilter: ['data-fr-scheme'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => again(false));
addEventListener('resize', () => again(false));
addEventListener('beforeprint', () => again(true));
addEventListener('afterprint', () => again(false));

const paintedBy = directive(
	class extends Directive {
		render() {
			return nothing;
		}
		update({ element }, [paint]) {
			drawn.set(element, paint);
			requestAnimationFrame(() => element.isConnected && paint(element, false));
			return this.render();
		}
	},
);

export const picture = (paint, { className = '', label }) =>
	html`<canvas class=${className} role="img" aria-label=${label} ${paintedBy(paint)}></canvas>`;
