/*
 * What every page owes whoever reads it, at every width, in both schemes and in every state it can be in: it is
 * accessible, fits, holds still while it comes, and says what is going on.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COLOURS, accessible, account, launch, noSidewaysScroll, open, pages, settled, signIn, url, visit } from './browser.mjs';

const WIDTHS = [320, 390, 768, 1280];
const SHIFT = 0.1; /* the bound of a good cumulative layout shift */
const ELEMENTS = 1500;
/* Pages that show whole tables: actions × départements, and the 101 départements as rows when asked for. */
const HEAVY = new Map([
	['/compare.html', 8000],
	['/?view=table', 2000],
]);
const nameOf = (where) => where.replace(/\?.*/, '');

let browser, state;
before(async () => {
	browser = await launch();
	state = await stateOf('coordinator');
});
after(() => browser?.close());

async function stateOf(role) {
	const { context, page } = await open(browser);
	const who = account(role);
	await page.goto(`${url}/sign-in.html`);
	await signIn(page, who, role === 'admin' ? '/account.html' : '/');
	const cookies = await context.storageState();
	await context.close();
	return cookies;
}

async function signedIn(options, from = state) {
	const made = await open(browser, options);
	await made.context.addCookies(from.cookies);
	return made;
}

test('the list of pages that tests go through holds every page that is built', () => {
	const built = readdirSync(fileURLToPath(new URL('../../web/dist/', import.meta.url))).filter((file) =>
		file.endsWith('.html'),
	);
	const tried = new Set(pages().map((where) => nameOf(where).slice(1) || 'index.html'));
	assert.deepEqual(
		built.filter((file) => !tried.has(file) && !['404.html', 'sign-in.html'].includes(file)),
		[],
	);
});

for (const [scheme, rules] of [['light'], ['dark', COLOURS]])
	test(`every page is accessible and fits at ${WIDTHS.join(', ')} px (${scheme})`, async () => {
		/* each in a context of its own: one renderer that lived through all of them once crashed */
		for (const where of pages()) {
			const { context, page, faults } = await signedIn({ scheme });
			await visit(page, where);
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: 900 });
				await noSidewaysScroll(page, `${where} at ${width} px`);
				await accessible(page, `${where} at ${width} px, ${scheme}`, rules);
			}
			assert.deepEqual(faults, [], where);
			await context.close();
		}
	});

/* A state of a page at each width, in either scheme by turns. */
async function soundEverywhere(page, what) {
	for (const [i, width] of WIDTHS.entries()) {
		const colorScheme = i % 2 ? 'dark' : 'light';
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme });
		await noSidewaysScroll(page, `${what}, ${width} px`);
		await accessible(page, `${what}, ${width} px, ${colorScheme}`);
	}
}
const OF_NO_PLAN = /legal|accessibility|account/;

/* Everything that is pressed, as if the mouse were over each. */
async function hoverAll(page) {
	const wire = await page.context().newCDPSession(page);
	for (const domain of ['DOM', 'CSS']) await wire.send(`${domain}.enable`);
	const { root } = await wire.send('DOM.getDocument');
	const { nodeIds } = await wire.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'a, button, summary' });
	for (const nodeId of nodeIds) await wire.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses: ['hover'] });
	return nodeIds.length;
}

test('what is pressed can be read under the mouse, too', async () => {
	for (const scheme of ['light', 'dark']) {
		const { context, page } = await signedIn({ scheme });
		for (const where of ['/actions.html', '/compare.html?view=maps', '/plugin.html?id=plan.on_time']) {
			await visit(page, where);
			assert.ok((await hoverAll(page)) > 10, where);
			await accessible(page, `${where}, hovered, ${scheme}`);
		}
		await context.close();
	}
});

test('pages hold still while they come; how long they take is told', async (t) => {
	const { context, page } = await signedIn({});
	await page.addInitScript(() => {
		globalThis.shift = 0;
		globalThis.largest = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) globalThis.shift += entry.value;
		}).observe({ type: 'layout-shift', buffered: true });
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) globalThis.largest = entry.startTime;
		}).observe({ type: 'largest-contentful-paint', buffered: true });
	});
	const over = [];
	for (const where of pages()) {
		await visit(page, where);
		const { shift, largest, elements } = await page.evaluate(() => ({
			shift: globalThis.shift,
			largest: globalThis.largest,
			elements: document.querySelectorAll('*').length,
		}));
		t.diagnostic(`${where}: LCP ${Math.round(largest)} ms, CLS ${shift.toFixed(3)}, ${elements} elements`);
		if (shift > SHIFT) over.push(`${where}: layout shift ${shift}, ${SHIFT} at most`);
		const most = HEAVY.get(where) ?? HEAVY.get(nameOf(where)) ?? ELEMENTS;
		if (elements > most) over.push(`${where}: ${elements} elements, ${most} at most`);
	}
	assert.deepEqual(over, []);
	await context.close();
});

test('while it waits for its data a page says so, and is accessible', async () => {
	const { context, page } = await signedIn({ width: 390 });
	let release;
	const held = new Promise((resolve) => (release = resolve));
	await context.route(/\/api\/v1\/(?!session)/, async (route) => {
		await held;
		await route.continue().catch(() => {});
	});
	for (const where of pages().filter((one) => !OF_NO_PLAN.test(one))) {
		await page.goto(url + where);
		await page.waitForSelector('[aria-busy=true]');
		await soundEverywhere(page, `${where}, waiting`);
	}
	release();
	await context.close();
});

test('without the network a page says what to do, keeps its frame, and is accessible', async () => {
	const { context, page } = await signedIn({ width: 390, expected: /Failed to load resource|ERR_/ });
	let away = true;
	await context.route(/\/api\/v1\/(?!session)/, (route) => (away ? route.abort('internetdisconnected') : route.continue()));
	for (const where of pages().filter((one) => !OF_NO_PLAN.test(one))) {
		away = true;
		await page.goto(url + where);
		await page.waitForSelector('#content h1');
		await settled(page);
		assert.ok((await page.locator('#content').innerText()).length > 40, where);
		assert.ok(await page.locator('#content').getByRole('button').or(page.locator('#content a')).count(), `${where} offers a way on`);
		await soundEverywhere(page, `${where}, offline`);
	}
	await context.close();
});

test('in a plan in which there is nothing yet each page says so, and what it is asked for that is not there', async () => {
	const code = 'nothing-yet-2027';
	const document = { format: 'plan/1', code, title_fr: 'Plan encore vide', title_en: 'Plan still empty', start_on: '2026-01-01', end_on: '2029-12-31' };
	execFileSync(process.env.VIGIE_BIN, ['plan', 'import', '-', '--as', account('coordinator').login], {
		input: JSON.stringify(document),
		env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL },
	});
	const { context, page, faults } = await signedIn({ expected: /status of 404/ });
	for (const where of pages().filter((one) => !OF_NO_PLAN.test(one))) {
		await visit(page, `${where}${where.includes('?') ? '&' : '?'}plan=${code}`);
		assert.ok((await page.locator('#content').innerText()).length > 40, where);
		assert.ok(await page.locator('#content').getByRole('button').or(page.locator('#content a')).count(), `${where} offers a way on`);
		await soundEverywhere(page, `${where}, of an empty plan`);
	}
	assert.deepEqual(faults, []);
	await context.close();
});

test('whoever may not see a page is told so and shown where to go', async () => {
	const { context, page } = await signedIn({ width: 390, expected: /Failed to load resource/ }, await stateOf('admin'));
	for (const where of pages().filter((one) => !OF_NO_PLAN.test(one))) {
		await page.goto(url + where);
		await page.waitForSelector('#content h1');
		await settled(page);
		assert.ok(await page.locator('#content a').count(), `${where} leads on`);
		await soundEverywhere(page, `${where}, forbidden`);
	}
	await context.close();
});
