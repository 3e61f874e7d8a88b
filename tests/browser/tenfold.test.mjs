/*
 * Ten times the plan: 540 actions, 200 people, three years of campaigns.  Home, tasks and compare load with few questions,
 * stay within the budgets of a plan of the usual size, and everything is a key or a click away.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, settled, signIn, url, visit } from './browser.mjs';
import { PLAN, makeTenfold } from './tenfold.mjs';

const CALLS = 3;
const FIRST_LOAD_BYTES = process.env.THEME === 'dsfr' ? 300000 : 60000;
const ELEMENTS = 1500;
const COMPUTED_MS = 120_000;
const KEYS = 6;	/* indicators that home shows */
const SHIFT = 0.1;
const HOME = `/?plan=${PLAN}`, TASKS = `/tasks.html?plan=${PLAN}`, COMPARE = `/compare.html?plan=${PLAN}`;
let browser, state, api;

before(async () => {
	browser = await launch();
	await makeTenfold();
	const ask = await client(account('contributor'));
	api = async (path) => {
		const { status, data } = await ask('GET', `/plans/${PLAN}${path}`);
		assert.equal(status, 200, JSON.stringify(data));
		return data;
	};
	/* values that are there weigh: what is loaded is the same whenever it is looked at */
	for (const end = Date.now() + COMPUTED_MS; ; await new Promise((done) => setTimeout(done, 500))) {
		const { indicators } = await api('/dashboard?brief=true');
		if (indicators.length && indicators.every(({ computed_at: at }) => at)) break;
		assert.ok(Date.now() < end, 'computed in time');
	}
	const { context, page } = await open(browser);
	await signIn(page, account('contributor'), '/account.html');
	state = await context.storageState();
	await context.close();
});
after(() => browser?.close());

async function signedIn(options) {
	const made = await open(browser, options);
	await made.context.addCookies(state.cookies);
	return made;
}

/* What a page asks the server for, how many bytes come in all, and of what. */
async function watched(context, page, work) {
	const wire = await context.newCDPSession(page);
	const calls = [], asked = new Map(), weights = {};
	let bytes = 0;
	await wire.send('Network.enable');
	wire.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
		bytes += encodedDataLength;
		const what = asked.get(requestId);
		weights[what] = (weights[what] ?? 0) + encodedDataLength;
	});
	wire.on('Network.requestWillBeSent', ({ requestId, request }) => {
		const what = request.url.replace(url, '');
		asked.set(requestId, what);
		if (what.startsWith('/api/')) calls.push(what);
	});
	await work();
	await wire.detach();
	return { calls, bytes, weights };
}

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']])
	test(`home, tasks and compare load with ${CALLS} calls at most and fit (${width} px, ${scheme})`, async (t) => {
		const { context, page, faults } = await signedIn({ width, scheme });
		await page.addInitScript(() => {
			globalThis.shift = globalThis.largest = 0;
			new PerformanceObserver((list) => {
				for (const entry of list.getEntries()) globalThis.shift += entry.value;
			}).observe({ type: 'layout-shift', buffered: true });
			new PerformanceObserver((list) => {
				for (const entry of list.getEntries()) globalThis.largest = entry.startTime;
			}).observe({ type: 'largest-contentful-paint', buffered: true });
		});
		/* nobody tells the page that something changed since: what it then asks for again is no part of its loading */
		await context.route('**/api/v1/events', (route) => route.fulfill({ status: 204 }));
		for (const where of [HOME, TASKS, COMPARE, `${COMPARE}&view=maps&row=7.2`, `${COMPARE}&view=table`]) {
			const { calls, bytes, weights } = await watched(context, page, () => visit(page, where));
			const { shift, largest, elements, drawn } = await page.evaluate(() => ({
				shift: globalThis.shift,
				largest: globalThis.largest,
				elements: document.querySelectorAll('*').length,
				drawn: performance.getEntriesByName('heat-drawn').map(({ duration }) => Math.round(duration)),
			}));
			t.diagnostic(`${where}: LCP ${Math.round(largest)} ms, CLS ${shift.toFixed(3)}, ${elements} elements, ${bytes} bytes${drawn.length ? `, the heat table is drawn in ${drawn[0]} ms` : ''}`);
			assert.ok(calls.length <= CALLS, `${where}: ${calls.join(' ')}`);
			assert.ok(elements <= ELEMENTS, `${where}: ${elements} elements`);
			assert.ok(shift <= SHIFT, `${where}: layout shift ${shift}`);
			/* once: of the document itself (some 630 bytes) it is chance whether Chromium tells the bytes or 0 */
			if (where === HOME) t.diagnostic(JSON.stringify(weights));
			if (where === HOME && width === 390) assert.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes`);
			await noSidewaysScroll(page, where);
			if (!where.includes('view=')) await accessible(page, `${where} at ${width} px, ${scheme}`);
		}
		assert.deepEqual(faults, []);
		await context.close();
	});

test('home shows objectives with their sums; one opens by Enter, stays in the address, and leads to its measures', async () => {
	const { context, page, faults } = await signedIn({});
	await visit(page, HOME);
	const { objectives, indicators } = await api('/dashboard?brief=true');
	const { measures, indicators: all } = await api('/dashboard');
	assert.deepEqual([objectives.length, measures.length], [60, 220]);
	const ofPlan = ({ id }) => id.startsWith('plan.'), first = [...all.filter(ofPlan), ...all.filter((one) => !ofPlan(one))].slice(0, KEYS);
	assert.ok(all.length > KEYS && first.every(({ spark }) => spark.length));
	assert.deepEqual(indicators.map(({ id, spark }) => [id, spark]), all.map((one) => [one.id, first.includes(one) ? one.spark : []]), 'curves of those that are shown');
	const rows = page.locator('.vg-panel:has(#measures) tbody');
	assert.equal(await rows.count(), 12, 'no list that grows with the plan');
	const third = page.locator('#objective-3');
	await third.focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('.vg-panel:has(#measures) .vg-tile');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'objective-3');
	const own = measures.filter(({ objective }) => objective === '3');
	assert.deepEqual(await rows.nth(2).locator('a[href*="measure.html"] .vg-ref').allInnerTexts(), own.map(({ number }) => number));
	assert.equal(await rows.nth(2).locator('a.vg-tile').count(), own.reduce((n, { actions }) => n + actions.total, 0));
	await accessible(page, 'an open objective');
	await visit(page, page.url().slice(url.length));
	await page.waitForSelector('.vg-panel:has(#measures) .vg-tile');
	assert.equal(await third.getAttribute('aria-expanded'), 'true', 'the address is the state');
	await third.press('Enter');
	assert.equal(await page.locator('.vg-panel:has(#measures) .vg-tile').count(), 0);
	await page.click('button:has-text("Afficher les 60 objectifs")');
	assert.equal(await rows.count(), 60);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'objective-13', 'the focus is where the list goes on');
	assert.equal(await page.locator('.vg-panel:has(#calendar) tbody tr').count(), 8);
	await page.click('.vg-panel:has(#calendar) a:has-text("540")');
	await page.waitForURL(/actions\.html.*sort=due_on/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('tasks come by the piece: by the button, by the keys, and as a pasted block needs them', async () => {
	const { context, page, faults } = await signedIn({});
	await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
	await visit(page, TASKS);
	const { actions } = await api('/tasks');
	const grid = page.locator('[role=grid]').last(), rows = grid.locator('tbody tr');
	const first = await rows.count();
	assert.ok(first < actions.length, `${first} of ${actions.length}`);
	assert.equal(await grid.getAttribute('aria-rowcount'), String(actions.length + 1));
	await page.click('.vg-panel:has(#actions) button:has-text("lignes de plus")');
	assert.equal(await rows.count(), 2 * first);
	const progress = rows.nth(2 * first - 2).locator('td[data-label="Avancement"]');
	await progress.focus();
	await page.evaluate(() => navigator.clipboard.writeText('10\n20\n30\n140'));
	await page.keyboard.press('Control+v');
	await page.waitForFunction((n) => document.querySelectorAll('[role=grid]:last-of-type tbody tr').length >= n, 2 * first);
	assert.equal(await rows.count(), 2 * first + 2, 'what was pasted below is there');
	assert.match(await rows.last().innerText(), /140/);
	await page.keyboard.press('Control+End');
	assert.equal(await rows.count(), actions.length);
	assert.match(await page.evaluate(() => document.activeElement.id), new RegExp(`^actions-${actions.length - 1}-`));
	assert.deepEqual(faults, []);
	await context.close();
});

test('compare turns its rows over like pages, by button and by key, with the figures of the whole', async () => {
	const { context, page, faults } = await signedIn({});
	const { actions, territories } = await api('/comparison');
	await visit(page, COMPARE);
	const rows = () => page.locator('.vg-rows').innerText();
	const said = async (where = '#heat-said') => (await page.locator(where).innerText()).replace(/\s/g, ' ');
	assert.match(await page.locator('.vg-panel h2').last().innerText(), /540 actions dans 101 territoires/);
	assert.match(await rows(), /Lignes 1 à 60 sur 540/);
	await page.focus('.vg-heat');
	for (let i = 0; i < 7; i++) await page.keyboard.press('PageDown');
	await page.waitForURL(/from=61/);
	assert.match(await rows(), /Lignes 61 à 120 sur 540/);
	await page.keyboard.press('ArrowRight');
	assert.match(await said(), new RegExp(`action ${actions[60].number}\\b`), 'the first of the next page');
	await page.keyboard.press('ArrowUp');
	await page.waitForURL(/from=1(&|$)/);
	assert.match(await said(), new RegExp(`action ${actions[59].number}\\b`), 'and back');

	/* a cell far down says the same as the whole */
	const at = actions.findIndex(({ cells }, i) => i > 480 && cells?.some((cell) => cell?.[2] && cell[1] !== null));
	const column = actions[at].cells.findIndex((cell) => cell?.[2] && cell[1] !== null);
	await visit(page, `${COMPARE}&view=table&row=${actions[at].number}&places=${territories[column].territory}`);
	assert.match(await rows(), new RegExp(`Lignes ${Math.floor(at / 60) * 60 + 1} à`), 'where the row is that the address names');
	const cell = await said(`.vg-wide-table tr:has(a[href$="number=${actions[at].number}"]) td`);
	assert.ok(cell.includes(`${actions[at].cells[column][1]} %`), cell);
	await page.click('.vg-rows button:has-text("Précédentes")');
	await page.waitForURL(/from=/);
	await page.selectOption('#c-measure', actions[at].measure);
	await settled(page);
	assert.equal(await page.locator('.vg-rows').count(), 0, 'the actions of one measure fit');
	assert.equal(await page.locator('.vg-wide-table tbody tr').count(), 1 + actions.filter(({ measure }) => measure === actions[at].measure).length);
	assert.deepEqual(faults, []);
	await context.close();
});
