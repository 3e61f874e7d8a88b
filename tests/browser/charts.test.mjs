/* How an author wants an indicator drawn: a line or bars, a map or none, territories first, nothing but tables. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';
import { publishPlugin } from './publish.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
const VALUE_MS = 120_000;
const CHARTS = { bar: '{ kind = "bar", map = false }', map: '{ kind = "map" }', none: '{ kind = "none" }' };
const source = (kind) => `return indicator {
  id = "essai.${kind}", api = 1, version = "1.0.0", name = { fr = "Amendes relevées, ${kind} (exemple fictif)" },
  summary = { fr = "Amendes relevées." }, unit = "amendes", decimals = 0, direction = "none", kind = "output",
  frequency = "month", levels = { "national", "region", "department" }, author = "Tests", owner = "Tests",
  inputs = { v = series "clients.fines" { missing = "skip" } },
  formula = function(ctx) local v = ctx.series("v") return { value = v, low = v - 20, high = v + 20 } end,
  chart = ${CHARTS[kind]},
  tests = { { name = "un mois", level = "department", given = { ["clients.fines"] = rows [[
    department | period  | value
    75         | 2025-01 | 3
  ]] }, expect = { { territory = "75", period = "2025-01", value = 3, low = -17, high = 23 } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } } }`;

let browser, api;
const cellsOf = {};
async function computed(id) {
	for (const end = Date.now() + VALUE_MS; ; ) {
		const { data } = await api('GET', `/plans/${plan()}/indicators/${id}?territory=FR`);
		if (!data.stale && data.cells?.length > 12) return data;
		assert.ok(Date.now() < end, `not in time: ${JSON.stringify(data).slice(0, 500)}`);
		await new Promise((done) => setTimeout(done, 200));
	}
}
before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
	api = await client(account('viewer'));
	for (const kind of Object.keys(CHARTS)) await publishPlugin(`essai.${kind}`, source(kind));
	for (const kind of Object.keys(CHARTS)) cellsOf[kind] = await computed(`essai.${kind}`);
});
after(() => browser?.close());

const section = (page, name) => page.locator(`section[aria-labelledby=${name}]`);
const order = (page) => page.$$eval('section[aria-labelledby]', (all) => all.map((one) => one.getAttribute('aria-labelledby')));

test('the description of a chart is served with the values', () => {
	assert.deepEqual(cellsOf.bar.chart, { kind: 'bar', map: false });
	assert.deepEqual(cellsOf.map.chart, { kind: 'map' });
	assert.deepEqual(cellsOf.none.chart, { kind: 'none' });
});

for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']])
	test(`bars and no map at ${width} px, ${scheme}`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('viewer'), '/indicator.html?id=essai.bar');
		const trend = section(page, 'trend'), bars = trend.locator('.vg-column');
		await bars.first().waitFor();
		const values = cellsOf.bar.cells.filter(({ state }) => state === 'value');
		assert.equal(await bars.count(), values.length, 'one bar a value');
		assert.equal(await trend.locator('path.vg-line, .vg-dot').count(), 0, 'and no line');
		const tall = await bars.evaluateAll((all) => all.map((one) => Number(one.getAttribute('height'))));
		const [most, least] = [Math.max, Math.min].map((of) => of(...values.map(({ value }) => value)));
		assert.ok(Math.abs(Math.max(...tall) / Math.min(...tall) - most / least) < 0.02, 'heights are from zero');
		assert.match(await trend.innerText(), /Traits verticaux/);
		assert.equal((await trend.locator('.vg-whisker').getAttribute('d')).split('M').length - 1, values.length);
		const places = section(page, 'territories');
		assert.equal(await places.locator('.vg-map').count(), 0);
		assert.ok(await places.locator('tbody tr').count() > 20, 'the table is there');
		await accessible(page, 'bars');
		await noSidewaysScroll(page, 'bars');
		await page.screenshot({ path: `${screens}/chart-bar-${width}-${scheme}.png`, fullPage: true });
		assert.deepEqual(faults, []);
		await context.close();
	});

test('the method sheet is read by who knows no Lua, in French and in English', async () => {
	for (const [width, scheme, lang, said] of [
		[1280, 'light', 'fr-FR', ['Résultat = 100 × A ÷ B', 'A = somme de « Victimes identifiées (mineurs) » sur 12 mois', 'si 75 % des périodes', '12 mois par défaut', 'un effectif de 1 à 9', 'ni couleur ni jugement']],
		[390, 'dark', 'en-GB', ['Result = 100 × A ÷ B', 'A = sum of “Victims identified (minors)” over 12 months', 'at least 75 % of its periods', 'a count from 1 to 9', 'neither colour nor judgement']],
	]) {
		const { context, page, faults } = await open(browser, { width, scheme, lang });
		await signIn(page, account('viewer'), '/indicator.html?id=victims.share_minors');
		const sheet = section(page, 'method');
		await sheet.waitFor();
		const words = (await sheet.innerText()).replace(/\s/g, ' ');
		for (const one of said) assert.ok(words.includes(one), `${one}\n${words}`);
		assert.ok((await page.locator('*').count()) <= 1500);
		await accessible(page, 'a method sheet');
		await noSidewaysScroll(page, 'a method sheet');
		await sheet.screenshot({ path: `${screens}/method-${width}-${scheme}.png` });
		assert.deepEqual(faults, []);
		await context.close();
	}
});

test('territories come first where the author says so, and tables alone where there is nothing to draw', async () => {
	const { context, page, faults } = await open(browser, { width: 1280, scheme: 'light' });
	await signIn(page, account('viewer'), '/indicator.html?id=essai.map');
	await page.locator('svg.vg-map').first().waitFor();
	const first = await order(page);
	assert.ok(first.indexOf('territories') < first.indexOf('trend'), first.join());
	assert.ok(await section(page, 'trend').locator('path.vg-line').count() > 0);

	await visit(page, '/indicator.html?id=essai.none');
	await section(page, 'trend').locator('table').waitFor();
	assert.equal(await page.locator('.vg-chart, svg.vg-map').count(), 0);
	const last = await order(page);
	assert.ok(last.indexOf('trend') < last.indexOf('territories') && !last.includes('multiples'), last.join());

	await visit(page, '/indicator.html?id=clients.fines_trend');
	await page.locator('svg.vg-map').first().waitFor();
	assert.equal(await page.locator('.vg-column').count(), 0, 'the shipped ones are lines with a map');
	assert.deepEqual(faults, []);
	await context.close();
});

test('a trial is drawn as the text in the editor says', { timeout: 120_000 }, async () => {
	const { context, page, faults } = await open(browser, { width: 1280, scheme: 'light' });
	await signIn(page, account('analyst'), '/plugin.html?id=essai.bar');
	await page.waitForSelector('#editor .cm-content');
	await page.selectOption('#t-data', 'live');
	const tryAs = async (level) => {
		await page.selectOption('#t-level', level);
		await Promise.all([page.waitForResponse((one) => one.url().includes('/run')), page.getByRole('button', { name: 'Calculer', exact: true }).click()]);
		await section(page, 'try').locator('table').waitFor();
	};
	await tryAs('national');
	await section(page, 'try').locator('.vg-column').first().waitFor();
	await tryAs('department');
	await section(page, 'try').locator('tbody tr').nth(30).waitFor();
	assert.equal(await section(page, 'try').locator('.vg-map').count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});
