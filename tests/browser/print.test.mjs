/*
 * Every page on paper: A4, everything that it says and nothing that is pressed, inside the margins, no row of a table
 * cut by the end of a sheet, and at its foot the day, the filters in force and where it comes from.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { account, launch, open, pages, signIn, visit } from './browser.mjs';

const A4 = { width: 595, height: 842 };
const MARGINS = { x: (12 / 25.4) * 72, y: (14 / 25.4) * 72 };
const nameOf = (where) => where.replace(/\?.*/, '').slice(1) || 'index.html';
/* Some with filters, which paper must tell. */
const FILTERED = ['/actions.html?measure=7&late=true', '/calendar.html?only=late', '/compare.html?view=table&region=REG-11', '/since.html?object=action'];

/* One address for every page that is built: those that all tests go through, and the rest under its own name. */
function everyPage() {
	const built = readdirSync(fileURLToPath(new URL('../../web/dist/', import.meta.url))).filter((file) => file.endsWith('.html'));
	assert.ok(built.length > 20, 'the pages are there');
	const known = [...pages(), ...FILTERED];
	return built.flatMap((file) => {
		const found = known.filter((where) => nameOf(where) === file);
		return found.length ? found : [file === '404.html' ? '/nowhere.html' : `/${file}`];
	});
}

/* Whose pages they are: contributors have something to answer, coordinators see the most of the rest. */
const ROLES = { 'report.html': 'contributor', 'tasks.html': 'contributor' };
let browser;
const pageOf = new Map();
before(async () => {
	browser = await launch();
	for (const role of ['coordinator', 'contributor']) {
		const { page } = await open(browser, { scheme: 'dark', expected: /404/ });
		await signIn(page, account(role));
		pageOf.set(role, page);
	}
});
after(() => browser?.close());

/*
 * Marks the first and the last words of each row, so that they are found again on paper: §12¶ is in row 12.  Small
 * enough to move nothing.
 */
const markRows = () => {
	let n = 0;
	const mark = (cell, first) => {
		const sign = document.createElement('span');
		sign.style.fontSize = '1px';
		sign.textContent = ` §${n}¶ `;
		if (first) cell.prepend(sign);
		else cell.append(sign);
	};
	for (const row of document.querySelectorAll('#content tbody tr')) {
		if (!row.checkVisibility() || !row.cells.length) continue;
		mark(row.cells[0], true);
		for (const cell of row.cells) mark(cell, false);
		n++;
	}
	return n;
};

/* The filters that are chosen, as the screen shows them. */
const chosenFilters = () =>
	[...document.querySelectorAll('#content search :is(select, input)')]
		.filter(({ labels, type, checked, value }) => labels.length && (type === 'checkbox' ? checked : value))
		.map(({ type, labels, selectedOptions, value }) => (type === 'checkbox' ? labels[0].innerText : (selectedOptions?.[0].text ?? value)));

/* What the page says to whoever looks at it, answers in its fields included; what only screen readers are told is not printed. */
const saidOnPaper = () => {
	const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('.fr-sr-only');
	const walk = document.createTreeWalker(document.querySelector('#content'), NodeFilter.SHOW_TEXT);
	const words = [];
	while (walk.nextNode()) if (shown(walk.currentNode.parentElement) && !walk.currentNode.parentElement.closest('svg, select, textarea')) words.push(walk.currentNode.data);
	for (const one of document.querySelectorAll('#content :is(input:not([type=radio], [type=checkbox]), textarea)')) if (shown(one)) words.push(one.value);
	return words.join(' ');
};

/* What does not belong on paper, while it is laid out for it. */
const onPaper = () => {
	const shown = [...document.querySelectorAll('#content *')].filter((one) => one.checkVisibility({ visibilityProperty: true }));
	const says = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''} ${one.textContent.trim().slice(0, 40)}`;
	return {
		scheme: getComputedStyle(document.documentElement).colorScheme,
		pressed: [...document.querySelectorAll('button:not(.vg-sort, .vg-multiple), nav, .fr-btn, input, select, textarea')]
			.filter((one) => one.checkVisibility() && !one.closest('.vg-answers, .vg-tasks'))
			.map(says),
		cut: shown
			.filter((one) => !one.closest('.fr-sr-only, svg') && one.clientWidth > 0)
			.filter((one) => {
				const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
				return (
					(overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 2) ||
					(overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 2) ||
					(textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth)
				);
			})
			.map(says),
	};
};

/* Words with their places, sheet by sheet. */
function readPdf(pdf) {
	const text = execFileSync('pdftotext', ['-bbox', '-', '-'], { input: pdf, encoding: 'utf8', maxBuffer: 1 << 28 });
	const plain = (word) => word.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'").replace(/&amp;/g, '&');
	return text.split('<page ').slice(1).map((sheet) => {
		const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(sheet);
		const words = [...sheet.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g)].map(
			([, x, y, right, bottom, word]) => ({ x: +x, y: +y, right: +right, bottom: +bottom, word: plain(word).normalize('NFKC') }),
		);
		return { width: +width, height: +height, words };
	});
}

const squeeze = (text) => text.normalize('NFKC').replace(/[\s\u00ad\u200b]+/g, '');

for (const where of everyPage())
	test(`${where} on paper`, async () => {
		const page = pageOf.get(ROLES[nameOf(where)] ?? 'coordinator');
		await visit(page, where);
		const filters = await page.evaluate(chosenFilters);
		await page.emulateMedia({ media: 'print' });
		const said = await page.evaluate(saidOnPaper);
		const rows = await page.evaluate(markRows);
		const sheets = readPdf(await page.pdf({ preferCSSPageSize: true }));
		await page.setViewportSize({ width: 703, height: 1000 });
		const screen = await page.evaluate(onPaper);
		await page.emulateMedia({ media: null });
		await page.setViewportSize({ width: 1280, height: 900 });

		assert.equal(screen.scheme, 'light', 'paper is light');
		assert.deepEqual(screen.pressed, [], 'nothing to press');
		assert.deepEqual(screen.cut, [], 'nothing is cut by its frame');
		for (const [i, { width, height, words }] of sheets.entries()) {
			assert.deepEqual([Math.round(width), Math.round(height)], [A4.width, A4.height], 'A4');
			assert.ok(words.length > 4, `sheet ${i + 1} is not blank`);
			const inside = ({ x, y, right, bottom }) => x > MARGINS.x - 1 && right < width - MARGINS.x + 1 && y > MARGINS.y - 1 && bottom < height - MARGINS.y + 1;
			const outside = words.filter((word) => !inside(word)).map(({ word }) => word);
			assert.deepEqual(outside, ['Vigie', String(i + 1), '/', String(sheets.length)], `sheet ${i + 1}: within the margins, but for its number`);
		}
		const paper = squeeze(sheets.map(({ words }) => words.map(({ word }) => word).join('')).join(''));
		/* a line may end after a hyphen, where depends on the font, and the next column may then come before the rest */
		const there = (part) => paper.toLowerCase().includes(part.toLowerCase());
		const lost = [...new Set(said.split(/\s+/).map(squeeze))].filter((word) => word && !there(word) && !word.split(/(?<=-)/).every(there));
		assert.deepEqual(lost, [], 'every word of the page');
		const sheetsOf = new Map();
		for (const [i, { words }] of sheets.entries())
			for (const [, row] of words.map(({ word }) => word).join('').matchAll(/§(\d+)¶/g)) sheetsOf.set(row, new Set([...(sheetsOf.get(row) ?? []), i + 1]));
		assert.equal(sheetsOf.size, rows, 'every row is there');
		assert.deepEqual([...sheetsOf].filter(([, on]) => on.size > 1), [], 'no row goes over the end of a sheet');
		assert.match(paper, /Source:Vigie,situationextraitele\d+\S*20\d\d/, 'the day it was read');
		assert.ok(paper.includes(squeeze(`Adresse : ${page.url()}`)), 'where it comes from');
		const foot = paper.slice(paper.lastIndexOf('Source:'));
		assert.deepEqual(filters.filter((text) => !foot.includes(squeeze(text))), [], 'the filters in force');
	});
