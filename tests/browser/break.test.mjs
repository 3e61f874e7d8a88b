/* A new major version of an indicator: its page marks where it was put in force, and keeps the former course apart. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';
import { publishPlugin } from './publish.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
const ID = 'essai.amendes', address = `/indicator.html?id=${ID}`, VALUE_MS = 120_000;
const source = (version, value, expected, unit, log) => `return indicator {
  id = "${ID}", api = 1, version = "${version}", name = { fr = "Amendes relevées (exemple fictif)", en = "Fines (fictitious example)" },
  summary = { fr = "Amendes relevées." }, unit = "${unit}", decimals = 0, direction = "none", kind = "output",
  frequency = "month", levels = { "national", "region", "department" }, author = "Tests", owner = "Tests",
  sources = { { fr = "Remontées mensuelles" } }, limits = { fr = "Exemple." },
  inputs = { v = series "clients.fines" { missing = "skip" } },
  formula = function(ctx) return { value = ${value} } end,
  tests = { { name = "trois mois", level = "department", given = { ["clients.fines"] = rows [[
    department | period  | value
    75         | 2025-01 | 3
    75         | 2025-02 | 6
    75         | 2025-03 | 9
  ]] }, expect = { { territory = "75", period = "2025-03", value = ${expected} } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." }${log} } }`;
const SECOND = ', { "2.0.0", "2026-11-29", fr = "Moyenne des trois derniers mois au lieu du seul mois.", en = "Mean of the last three months instead of the month alone." }';
const THIRD = `${SECOND}, { "3.0.0", "2026-11-29", fr = "Pour un mois de 30 jours, par jour." }`;

let browser, api;
async function shown(version) {
	for (const end = Date.now() + VALUE_MS; ; ) {
		const { data } = await api('GET', `/plans/${plan()}/indicators/${ID}?territory=FR`);
		if (data.version === version && !data.stale && data.cells.length > 12 && data.cells.every((cell) => !cell.version)) return data;
		assert.ok(Date.now() < end, `not in time: ${JSON.stringify(data).slice(0, 500)}`);
		await new Promise((done) => setTimeout(done, 200));
	}
}
let first, second;
before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
	api = await client(account('viewer'));
	await publishPlugin(ID, source('1.0.0', 'ctx.series("v")', 9, 'amendes', ''));
	first = await shown('1.0.0');
	await publishPlugin(ID, source('2.0.0', 'ctx.series("v"):rolling(3):mean()', 6, 'amendes', SECOND));
	second = await shown('2.0.0');
});
after(() => browser?.close());

const plain = (text) => text.replace(/\s/g, ' ');
const look = async (page, what) => {
	await accessible(page, what);
	await noSidewaysScroll(page, what);
	await page.locator('section[aria-labelledby=trend]').screenshot({ path: `${screens}/${what}.png` });
};

for (const [width, scheme, lang] of [
	[1280, 'light', 'fr-FR'],
	[1280, 'dark', 'fr-FR'],
	[390, 'light', 'fr-FR'],
	[390, 'dark', 'fr-FR'],
	[320, 'light', 'fr-FR'],
])
	test(`the break at ${width} px, ${scheme}`, async () => {
		const who = await open(browser, { width, scheme, lang });
		const { page } = who, trend = page.locator('section[aria-labelledby=trend]');
		await signIn(page, account('viewer'), address);
		await trend.locator('svg.vg-chart').waitFor();
		const words = plain(await trend.innerText());
		assert.match(words, /Nouvelle méthode depuis le .+ \(version 2\.0\.0\)/i);
		assert.match(words, /Ce qui change : Moyenne des trois derniers mois au lieu du seul mois\./);
		assert.match(words, /ne se comparent pas/);
		assert.equal(await trend.locator('.vg-chart .vg-break').count(), 1, 'one rule, where it was put in force');
		assert.equal(await trend.locator('.vg-chart .vg-break-name').textContent(), 'v2');
		const [former, present] = await Promise.all(['.vg-line--former', '.vg-line:not(.vg-line--former)'].map((line) => trend.locator(`.vg-chart ${line}`).getAttribute('d')));
		assert.notEqual(former, present);
		assert.match(words, /Méthode actuelle \(v2\)[\s\S]*Ancienne méthode \(v1\)/);
		/* the same in the table: each period, with what either method said of it */
		const heads = await trend.locator('thead th').allInnerTexts();
		const column = heads.findIndex((name) => name.includes('Ancienne méthode (v1)'));
		assert.ok(column > 0, heads.join());
		const rows = await trend.locator('tbody tr').evaluateAll((all, at) => all.map((row) => [row.cells[1].innerText, row.cells[at].innerText]), column);
		assert.equal(rows.length, second.cells.length);
		const told = ({ state, value }) => (state === 'value' ? Math.round(value).toLocaleString('fr-FR') : '');
		for (const [i, cell] of [...second.cells].reverse().entries()) {
			assert.ok(plain(rows[i][0]).startsWith(plain(told(cell))), `${cell.period}: ${rows[i]}`);
			assert.ok(plain(rows[i][1]).startsWith(plain(told(first.cells.find(({ period }) => period === cell.period)))), `${cell.period}: ${rows[i]}`);
		}
		await look(page, `indicator-break-${width}-${scheme}`);
		assert.deepEqual(who.faults, []);
		await who.context.close();
	});

test('in English, and as of an instant before there was no break', async () => {
	const who = await open(browser, { lang: 'en-GB' });
	const { page } = who, trend = page.locator('section[aria-labelledby=trend]');
	await signIn(page, account('viewer'), `${address}&lang=en`);
	await trend.locator('svg.vg-chart').waitFor();
	const words = plain(await trend.innerText());
	assert.match(words, /New method since .+ \(version 2\.0\.0\)[\s\S]*What changes: Mean of the last three months[\s\S]*Present method \(v2\)[\s\S]*Former method \(v1\)/i);
	const before = new Date(Date.parse(second.breaks[0].at) - 1).toISOString();
	await visit(page, `${address}&lang=en&as_of=${before}`);
	await trend.locator('svg.vg-chart').waitFor();
	assert.equal(await trend.locator('.vg-break, .vg-line--former').count(), 0);
	assert.ok(!/New method|Former method/i.test(await trend.innerText()));
	assert.deepEqual(who.faults, []);
	await who.context.close();
});

test('a former course in another unit is in the table alone, with its own', async () => {
	await publishPlugin(ID, source('3.0.0', 'ctx.series("v"):rolling(3):mean() / 30', 0.2, 'amendes par jour', THIRD));
	await shown('3.0.0');
	const who = await open(browser, { width: 1280 });
	const { page } = who, trend = page.locator('section[aria-labelledby=trend]');
	await signIn(page, account('viewer'), address);
	await trend.locator('svg.vg-chart').waitFor();
	assert.equal(await trend.locator('.vg-chart .vg-line--former').count(), 0);
	assert.deepEqual(await trend.locator('.vg-chart .vg-break-name').allTextContents(), ['v2, v3'], 'two in one month');
	const words = plain(await trend.innerText());
	assert.match(words, /Ancienne méthode \(v1\)[\s\S]*Ancienne méthode \(v2\)/);
	assert.match(words, /l’ancienne série est dans le tableau seulement/);
	await look(page, 'indicator-break-twice');
	assert.deepEqual(who.faults, []);
	await who.context.close();
});
