/* Every page: accessible, well-formed, light enough, in both languages; quality.test.mjs has widths, schemes and states. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import {
	accessible,
	account,
	client,
	launch,
	open,
	pages,
	plan,
	settled,
	signIn,
	url,
	visit,
} from './browser.mjs';

/* The theme of the State's services brings its fonts. */
const FIRST_LOAD_BYTES = process.env.THEME === 'dsfr' ? 300000 : 60000;
const ELEMENTS = 1500;
let browser, state, ids; /* ids: of plugins, which look like keys of texts */
before(async () => {
	browser = await launch();
	const { data } = await (await client(account('coordinator')))('GET', '/plugins?limit=200');
	ids = new Set(data.items.map(({ id }) => id));
	const { context, page } = await open(browser);
	await signIn(page, account('coordinator'));
	state = await context.storageState();
	await context.close();
});
after(() => browser?.close());

async function signedIn(options) {
	const made = await open(browser, options);
	await made.context.addCookies(state.cookies);
	return made;
}

const checker = new HtmlValidate({
	extends: ['html-validate:standard'],
	rules: {
		/* Void elements and doctype are the browser's own writing here, and rows of a layout table have a role. */
		'void-style': 'off',
		'doctype-style': 'off',
		'no-trailing-whitespace': 'off',
		'attribute-boolean-style': 'off',
		'attribute-empty-style': 'off',
		'long-title': 'off',
		'require-sri': 'off',
		'no-implicit-button-type': 'off',
		'prefer-native-element': 'off',
		'no-inline-style': 'error',
		'tel-non-breaking': 'off',
	},
});

for (const lang of ['fr-FR', 'en-GB'])
	test(`every page is accessible and well-formed (${lang})`, async () => {
		const { context, page, faults } = await signedIn({ lang });
		for (const where of pages()) {
			await visit(page, where);
			await accessible(page, where);
			const { results } = await checker.validateString(await page.content());
			assert.deepEqual(
				results.flatMap(({ messages }) =>
					messages.map(({ ruleId, message, line }) => `${where} ${line}: ${ruleId}: ${message}`),
				),
				[],
			);
			const text = await page.evaluate(() => document.body.innerText);
			const keys = text.match(/\b(home|word|status|report|action|map|measure|page)\.[a-z_]+\b/g) ?? [];
			assert.deepEqual(
				keys.filter((key) => !ids.has(key)),
				[],
				`${where} shows the key of a missing text`,
			);
			assert.equal(await page.evaluate(() => document.documentElement.lang), lang.slice(0, 2));
			if (where === '/')
				assert.match(
					text,
					lang === 'fr-FR' ? /Mieux connaître la TEHES/ : /Know trafficking for sexual exploitation better/,
					'the plan speaks the language of the page, not that of the account',
				);
		}
		assert.deepEqual(faults, []);
		await context.close();
	});

test('what is pressed is at least 40 px high, links in a sentence apart', async () => {
	const { context, page } = await signedIn({ width: 390 });
	for (const where of pages()) {
		await visit(page, where);
		const small = await page.$$eval(
			'button, .fr-btn, input:not(.fr-sr-only), select, summary, .vg-tile[href], .fr-nav__link, .fr-footer__link',
			(all) =>
				all
					.filter(
						(one) =>
							one.checkVisibility() && one.type !== 'checkbox' && one.getBoundingClientRect().height < 39.5,
					)
					.map((one) => `${one.outerHTML.slice(0, 120)} ${one.getBoundingClientRect().height}`),
		);
		assert.deepEqual(small, [], where);
	}
	await context.close();
});

test('the first load of the home page is light, and nothing jumps', async () => {
	const { context, page, faults } = await signedIn({});
	const wire = await context.newCDPSession(page);
	let bytes = 0;
	const seen = [];
	await wire.send('Network.enable');
	wire.on(
		'Network.responseReceived',
		({ response }) => response.url.startsWith(url) && seen.push(response.url.slice(url.length)),
	);
	wire.on('Network.dataReceived', ({ encodedDataLength }) => {
		bytes += encodedDataLength;
	});
	await page.addInitScript(() => {
		globalThis.shift = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) globalThis.shift += entry.value;
		}).observe({ type: 'layout-shift', buffered: true });
	});
	await visit(page, '/');
	assert.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes, ${FIRST_LOAD_BYTES} at most:\n${seen.join('\n')}`);
	const elements = await page.evaluate(() => document.querySelectorAll('*').length);
	assert.ok(elements <= ELEMENTS, `${elements} elements, ${ELEMENTS} at most`);
	const shift = await page.evaluate(() => globalThis.shift);
	assert.ok(shift <= 0.1, `layout shift ${shift}`);
	assert.deepEqual(faults, []);
	await context.close();
});

test('the address is the state: filters, sort, table and colours come back', async () => {
	const { context, page } = await signedIn({});
	await visit(page, '/actions.html');
	assert.equal(await page.locator('.vg-cards tbody tr').count(), 54);
	await page.selectOption('#f-measure', '7');
	await page.waitForFunction(() => document.querySelectorAll('.vg-cards tbody tr').length === 3);
	await page.click('.vg-sort:has-text("Échéance")');
	await page.waitForURL(/sort=due_on/);
	await page.reload();
	await page.waitForSelector('.vg-cards tbody tr');
	assert.equal(await page.locator('.vg-cards tbody tr').count(), 3);
	assert.match(await page.locator('.vg-cards tbody tr').first().textContent(), /7\.1/);
	await visit(page, '/');
	await page.check('#view-table', { force: true });
	await page.waitForURL(/view=table/);
	await page.reload();
	await page.waitForSelector('[role=region] tbody tr');
	assert.equal(await page.locator('[role=region] tbody tr').count(), 101);
	await page.click('button:has-text("Thème sombre")');
	await page.reload();
	assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
	await context.close();
});

test('the past says so, shows what was known, cannot be changed, and leads back to now', async () => {
	const api = await client(account('coordinator'));
	const where = `/plans/${plan()}/actions/16.1`;
	const say = async (progress) => {
		const { etag } = await api('GET', where);
		const body = { status: 'in_progress', progress };
		const answer = await api('POST', `${where}/status-reports`, body, { 'If-Match': etag });
		assert.equal(answer.status, 201);
		return answer.data.reported_at;
	};
	const then = await say(10);
	await say(55);
	const { context, page, faults } = await signedIn({});
	await visit(page, `/action.html?number=16.1&as_of=${encodeURIComponent(then)}`);
	assert.match(await page.locator('.vg-standing').textContent(), /10\u202f%/);
	assert.equal(await page.locator('.vg-report, .vg-blocker button, .vg-milestone button').count(), 0);
	assert.match(await page.locator('.fr-notice--warning').textContent(), /passé/);
	await accessible(page, 'the past');
	await page.click('.fr-header__home');
	await settled(page);
	await visit(page, `/?as_of=${encodeURIComponent(then)}`);
	assert.match(await page.locator('.fr-notice--warning').textContent(), /passé/);
	await page.click('a.vg-tile[href*="number=16.1"]');
	await page.waitForURL(/as_of=/);
	await settled(page);
	await page.click('.fr-notice--warning a');
	await page.waitForSelector('.vg-report');
	assert.match(await page.locator('.vg-standing').textContent(), /55\u202f%/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('each chart has its table, each figure its date, illustrative titles and figures made up say so', async () => {
	const { context, page, faults } = await signedIn({});
	await visit(page, '/');
	assert.match(await page.locator('.fr-notice').first().textContent(), /22\smesures et 54\sactions sont illustratifs/);
	assert.match(await page.locator('.fr-notice').first().textContent(), /Certains chiffres sont fictifs, à titre de démonstration/);
	await page.click('.vg-twin > summary');
	await page.waitForSelector('.vg-twin tbody tr');
	assert.equal(await page.locator('.vg-twin tbody tr').count(), 31, 'a row for each month of the plan');
	const today = await page.inputValue('#as-of');
	assert.match(today, /^\d\d\/\d\d\/\d{4}$/);
	assert.ok((await page.locator('.vg-situation time').getAttribute('datetime')).startsWith(today.slice(6)));
	for (const text of await page.locator('.vg-indicator').allTextContents()) assert.match(text, /20\d\d[\s\S]*Calculé le/);
	for (const where of ['/indicators.html', '/indicator.html?id=clients.fines_trend', '/territory.html?code=93', '/compare.html', '/measure.html?number=7']) {
		await visit(page, where);
		assert.match(await page.locator('.fr-notice').first().textContent(), /Certains chiffres sont fictifs, à titre de démonstration/, where);
	}
	assert.deepEqual(faults, []);
	await context.close();
});

test('a plan without an action explains what to do next', async () => {
	const code = 'empty-2027';
	const file = join(mkdtempSync(join(tmpdir(), 'vigie-')), 'plan.json');
	const counts = { objectives: 2, measures: 5, actions: 9 };
	writeFileSync(
		file,
		JSON.stringify({
			format: 'plan/1',
			code,
			title_fr: 'Plan vide',
			title_en: 'Empty plan',
			start_on: '2027-01-01',
			end_on: '2029-12-31',
			expected: counts,
		}),
	);
	execFileSync(process.env.VIGIE_BIN, ['plan', 'import', file, '--as', account('coordinator').login], {
		env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL },
	});
	const { context, page, faults } = await signedIn({ width: 390 });
	await visit(page, `/?plan=${code}`);
	assert.match(await page.locator('#content').innerText(), /On en attend 9, dans 5 mesures/);
	assert.deepEqual(
		await page.locator('.vg-panel ol a').evaluateAll((all) => all.map((one) => new URL(one.href).pathname)),
		['/data.html', '/campaign.html', '/campaign.html'],
	);
	assert.equal(await page.locator('.vg-map, .vg-figures').count(), 0, 'no charts of nothing');
	await accessible(page, 'an empty plan');
	assert.deepEqual(faults, []);
	await context.close();
});
