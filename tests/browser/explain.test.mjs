/*
 * How a value came about, on its page: the figures that it rests on with who sent them, when, and what was sent before;
 * what was shown before; the lines of a roster; limits and complements beside the value.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, visit } from './browser.mjs';
import { publishPlugin } from './publish.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
const plain = (text) => text.replace(/\s/g, ' ');
const FINES = 'clients.fines_trend', RETURNS = 'reports.completeness', PROGRESS = 'plan.progress', BAND = 'essai.bande', VALUE_MS = 120_000;
const SOURCE = `return indicator {
  id = "${BAND}", api = 1, version = "1.0.0", name = { fr = "Amendes et leur bande (exemple fictif)" }, summary = { fr = "Amendes relevées." },
  unit = "amendes", decimals = 0, direction = "none", kind = "output", frequency = "month", levels = { "national", "region", "department" },
  author = "Tests", owner = "Tests", sources = { { fr = "Remontées mensuelles" } }, limits = { fr = "Exemple." },
  inputs = { v = series "clients.fines" { missing = "skip" } },
  formula = function(ctx)
    local v = ctx.series("v")
    return { value = v, low = v - 20, high = v + 30, extra = { sent_twice = 2 * v } }
  end,
  tests = { { name = "un mois", level = "department", given = { ["clients.fines"] = rows [[
    department | period  | value
    75         | 2025-01 | 3
  ]] }, expect = { { territory = "75", period = "2025-01", value = 3, low = -17, high = 33, extra = { sent_twice = 6 } } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } } }`;
let browser, viewer, fines, returns, reported;

async function told(id, wanted) {
	const where = `/plans/${plan()}/indicators/${id}`;
	for (const end = Date.now() + VALUE_MS; ; ) {
		const { data: about } = await viewer('GET', `${where}?territory=FR`);
		const at = about.cells?.filter(({ state }) => state === 'value').at(-1)?.period;
		if (at && !about.stale) {
			const { data } = await viewer('GET', `${where}/explain?territory=FR&period=${at}`);
			if (wanted(data)) return data;
		}
		assert.ok(Date.now() < end, `not in time: ${id}`);
		await new Promise((done) => setTimeout(done, 200));
	}
}

/* A figure of the demo that is sent again, with another value. */
before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
	viewer = await client(account('viewer'));
	const { inputs } = await told(FINES, () => true);
	const { territory, organisation, period, value } = inputs[0].observations.items.find(({ state }) => state === 'value');
	const coordinator = await client(account('coordinator'));
	const answer = await coordinator('POST', '/series/clients.fines/observations', {
		rows: [{ territory, organisation, period, value: value + 100 }],
	});
	assert.equal(answer.status, 201, JSON.stringify(answer.data));
	fines = await told(FINES, ({ previous, inputs: [{ observations }] }) => previous && observations.items.some(({ changed }) => changed));
	returns = await told(RETURNS, ({ inputs: [{ given }] }) => given);
	const number = '3.1', action = `/plans/${plan()}/actions/${number}`;
	for (const percent of [47, 48]) {
		const { etag } = await coordinator('GET', action);
		const { status, data } = await coordinator('POST', `${action}/status-reports`, { status: 'in_progress', progress: percent }, { 'If-Match': etag });
		assert.equal(status, 201, JSON.stringify(data));
	}
	const last = ({ inputs: [{ reports }] }) => reports.items.find((one) => one.number === number);
	reported = last(await told(PROGRESS, (data) => last(data)?.progress === 48));
});
after(() => browser?.close());

const explain = (page) => page.locator('section[aria-labelledby=explain]');
const look = async (page, what, width, scheme) => {
	await accessible(page, what);
	await noSidewaysScroll(page, what);
	await explain(page).screenshot({ path: `${screens}/${what}-${width}-${scheme}.png` });
};
/* One at a time, for what opens is no more among those that are closed; each has its table once it has opened. */
const unfold = async (page) => {
	const closed = explain(page).locator('details:not([open]) > summary'), empty = explain(page).locator('details[open]:not(:has(table))');
	for (let n = await closed.count(); n > 0; n = await closed.count()) {
		await closed.first().click();
		while ((await closed.count()) === n) await page.waitForTimeout(20);
	}
	while (await empty.count()) await page.waitForTimeout(20);
};

for (const [width, scheme, lang] of [
	[1280, 'light', 'fr-FR'],
	[390, 'dark', 'fr-FR'],
	[320, 'light', 'en-GB'],
])
	test(`what a value rests on at ${width} px, ${scheme}, ${lang}`, async () => {
		const who = await open(browser, { width, scheme, lang });
		const { page } = who, french = lang === 'fr-FR';
		await signIn(page, account('viewer'), `/indicator.html?id=${FINES}&territory=FR&period=${fines.period}`);
		await explain(page).locator('.vg-graph').waitFor();
		let text = plain(await explain(page).innerText());
		assert.match(text, french ? /Affiché avant .*\(depuis le .*, version 1\.0\.0\)/ : /Shown before .*\(since .*, version 1\.0\.0\)/);
		assert.match(text, french ? /pente par mois : -?[\d,]+/ : /slope per month: -?[\d.]+/, 'what the plugin tells beside the value');
		assert.match(text, french ? /Certains des chiffres sur lesquels cet indicateur repose sont fictifs/ : /Some of the figures that this indicator rests on are fictitious/);
		const { items } = fines.inputs[0].observations;
		await explain(page).locator('summary', { hasText: plain(`${items.length}`) }).first().click();
		const row = explain(page).locator('tbody tr', { hasText: french ? 'modifié depuis' : 'changed since' }).first();
		text = plain(await row.innerText());
		const changed = items.find((one) => one.changed);
		for (const part of [changed.recorded_by.name, changed.organisation, changed.value.toLocaleString(lang), changed.earlier[0].value.toLocaleString(lang)])
			assert.ok(text.includes(plain(part)), `${part} in ${text}`);
		assert.deepEqual([text.match(french ? /fictif/g : /fictitious/g).length, changed.fictitious, changed.earlier.map((one) => one.fictitious)], [1, false, [true]], 'what was made up is marked');
		await look(page, 'explain-series', width, scheme);

		await page.goto(page.url().replace(FINES, RETURNS).replace(/period=[\d-]+/, `period=${returns.period}`));
		const n = returns.inputs[0].given.organisation.length;
		await explain(page).locator('summary', { hasText: french ? 'lignes lues' : 'rows read' }).first().waitFor();
		text = plain(await explain(page).innerText());
		assert.ok(text.includes(plain(`${n.toLocaleString(lang)} ${french ? 'lignes lues' : 'rows read'}`)), `${n} lines in ${text}`);
		assert.match(text, french ? /Entrée « expected » \(remontées attendues\)/ : /Input “expected” \(expected returns\)/);
		await unfold(page);
		const head = await explain(page).locator('thead').first().innerText();
		assert.match(plain(head), french ? /Territoire.*Organisation.*Période.*Échéance.*Reçue le/i : /Territory.*Organisation.*Period.*Due.*Received on/i);
		assert.match(plain(await explain(page).locator('tbody').first().innerText()), / 202\d/, 'days are days');
		const { items: [answer] } = returns.inputs[0].reports;
		text = plain(await explain(page).locator('tbody').last().innerText());
		assert.ok(text.includes(plain(answer.organisation)), `${answer.organisation} in ${text}`);
		assert.match(text, french ? /Envoyée.* 202\d/s : /Sent.* 202\d/s, 'an answer, with its state and its day');
		await look(page, 'explain-roster', width, scheme);

		await page.goto(page.url().replace(RETURNS, PROGRESS).replace(/&period=[\d-]+/, ''));
		await explain(page).locator('h4', { hasText: french ? 'Comptes rendus derrière ces lignes' : 'Reports behind these rows' }).waitFor();
		await unfold(page);
		text = plain(await explain(page).locator('tbody tr', { hasText: reported.recorded_by.name }).filter({ hasText: reported.number }).last().innerText());
		const shares = [reported, ...reported.earlier].map(({ progress }) => progress ?? []).flat();
		assert.deepEqual(shares.slice(0, 2), [48, 47]);
		for (const share of shares) assert.ok(text.includes(plain((share / 100).toLocaleString(lang, { style: 'percent' }))), `${share} in ${text}`);
		await look(page, 'explain-reports', width, scheme);
		assert.deepEqual(who.faults, []);
		await who.context.close();
	});

test('limits are beside each value and a band on the curve; of what is withheld there are none', async () => {
	await publishPlugin(BAND, SOURCE);
	const { cell } = await told(BAND, () => true);
	assert.deepEqual([cell.low, cell.high, cell.extra], [cell.value - 20, cell.value + 30, { sent_twice: 2 * cell.value }]);
	const who = await open(browser, { width: 1280, scheme: 'dark', expected: /status of 503/ });
	const { page } = who, trend = page.locator('section[aria-labelledby=trend]');
	await signIn(page, account('viewer'), `/indicator.html?id=${BAND}`);
	await trend.locator('svg .vg-band').waitFor();
	const amount = (value) => plain(value.toLocaleString('fr-FR'));
	const first = plain(await trend.locator('tbody tr', { hasText: 'intervalle' }).first().innerText());
	assert.ok(first.includes(`intervalle : de ${amount(cell.low)} à ${amount(cell.high)} amendes`), first);
	assert.ok(first.includes(`sent twice : ${amount(2 * cell.value)}`), first);

	/* what cannot be read when another level is chosen is told there; what stands there stays, and says which it is */
	const places = page.locator('section[aria-labelledby=territories]'), shown = await page.locator('#level').inputValue();
	const stood = await places.locator('tbody').innerText(), other = shown === 'region' ? 'department' : 'region';
	const failing = (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"Réessayez plus tard."}' });
	await page.route(`**/indicators/${BAND}?*level=${other}*`, failing);
	await page.selectOption('#level', other);
	await places.locator('.fr-alert--error', { hasText: 'Réessayez plus tard.' }).waitFor();
	assert.deepEqual([await page.locator('#level').inputValue(), await places.locator('tbody').innerText()], [shown, stood]);
	assert.equal(new URL(page.url()).searchParams.get('level'), shown);
	await page.unroute(`**/indicators/${BAND}?*level=${other}*`, failing);
	await page.selectOption('#level', other);
	await places.locator('.fr-alert--error').waitFor({ state: 'detached' });
	assert.notEqual(await places.locator('tbody').innerText(), stood);
	await accessible(page, 'indicator-limits');
	await noSidewaysScroll(page, 'indicator-limits');
	await trend.screenshot({ path: `${screens}/indicator-limits-1280-dark.png` });

	const { period } = await told('victims.per_100k', ({ basis }) => basis === 'published');
	await visit(page, '/indicator.html?id=victims.per_100k');
	const rows = (await page.locator('#content tbody tr').allInnerTexts()).map(plain);
	const withheld = rows.filter((text) => /Masqué/.test(text));
	assert.ok(withheld.length > 12 && withheld.every((text) => !/intervalle|écart z|atypique/.test(text)), withheld.join('\n'));
	assert.ok(rows.some((text) => /arrondi.*intervalle : de 0 à [\d,]+ pour 100 000/.test(text)), 'a true zero is told with its limits');
	const { data: { cells } } = await viewer('GET', `/plans/${plan()}/indicators/victims.per_100k?territory=FR`);
	await visit(page, `/indicator.html?id=victims.per_100k&territory=FR&period=${cells.find(({ state }) => state === 'suppressed').period}`);
	assert.match(plain(await explain(page).innerText()), /Les lignes lues ne sont pas montrées/);

	/* what is shown of published counts is explained by them */
	await visit(page, `/indicator.html?id=victims.per_100k&territory=FR&period=${period}`);
	await explain(page).locator('.vg-graph').waitFor();
	const text = plain(await explain(page).innerText());
	assert.match(text, /Calculé sur les chiffres publiés : arrondis.*Étapes du calcul/s);
	assert.doesNotMatch(text, /ne sont pas montrées/);
	await look(page, 'explain-protected', 1280, 'dark');
	assert.deepEqual(who.faults, []);
	await who.context.close();
});

test('exact figures are opened by who may, on that page alone, with a trace; others find no way to', { timeout: 240_000 }, async () => {
	const address = '/indicator.html?id=victims.per_100k';
	for (const [width, scheme] of [[1280, 'light'], [390, 'dark']]) {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('viewer'), address);
		await page.locator('#exact').waitFor();
		assert.match(plain(await page.locator('#exact').innerText()), /Arrondi|Masqué/);
		assert.equal(await page.getByRole('button', { name: 'Ouvrir les chiffres exacts' }).count(), 0);
		await context.close();
		assert.deepEqual(faults, []);
	}
	for (const [width, scheme] of [[1280, 'dark'], [390, 'light']]) {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('analyst'), address);
		const places = page.locator('section[aria-labelledby=territories]'), hidden = places.locator('tbody .vg-absent', { hasText: 'masqué' });
		await places.locator('table').waitFor();
		assert.ok(await hidden.count() > 0, 'small counts are withheld');
		await page.getByRole('button', { name: 'Ouvrir les chiffres exacts' }).click();
		await page.locator('#exact').getByText('inscrite au journal').waitFor();
		assert.equal(await hidden.count(), 0);
		assert.doesNotMatch(plain(await explain(page).innerText()), /Masqué|arrondi|ne sont pas montrées/i, 'the calculation is of what the page shows');
		assert.doesNotMatch(page.url(), /exact/);
		await accessible(page, 'exact figures');
		await noSidewaysScroll(page, 'exact figures');
		assert.deepEqual(await page.locator('.vg-facts dd').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)), [], 'no fact runs over its neighbour');
		await page.screenshot({ path: `${screens}/indicator-exact-${width}-${scheme}.png` });
		await page.reload();
		await places.locator('table').waitFor();
		assert.ok(await hidden.count() > 0, 'protected again');
		await context.close();
		assert.deepEqual(faults, []);
	}
});

test('another period that is explained is the period of the table of territories, too; what cannot be read then stays under its own', async () => {
	const who = await open(browser, { width: 1280, expected: /status of 503/ });
	const { page } = who;
	await signIn(page, account('viewer'), `/indicator.html?id=${FINES}`);
	const places = page.locator('section[aria-labelledby=territories]'), select = page.locator('#x-period');
	const told = async () => [plain(await places.locator('h2').innerText()), plain(await places.locator('tbody').innerText())];
	const ask = async (of) => {
		await select.selectOption(of);
		await explain(page).getByRole('button', { name: 'Expliquer' }).click();
		await page.waitForURL((address) => address.searchParams.get('period') === of);
		await settled(page);
	};
	const periods = await select.locator('option').evaluateAll((all) => all.map(({ value }) => value));
	const [first, earlier, third] = [await select.inputValue(), ...periods.filter((of) => of !== null).slice(8, 10)];
	assert.notEqual(first, earlier);
	await ask(earlier);
	const [heading, rows] = await told();
	await page.reload();
	await settled(page);
	assert.deepEqual([heading, rows], await told());
	await page.route(`**/indicators/${FINES}?*level=*`, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"Réessayez plus tard."}' }));
	await ask(third);
	await places.locator('.fr-alert--error', { hasText: 'Réessayez plus tard.' }).waitFor();
	assert.deepEqual(await told(), [heading, rows]);
	assert.deepEqual(who.faults, []);
	await who.context.close();
});

test('how an indicator stands fits its place, and no number breaks inside a word', async () => {
	const { context, page, faults } = await open(browser, { width: 1280 });
	await signIn(page, account('viewer'), '/indicator.html?id=training.participants');
	const badges = page.locator('.vg-facts .vg-badge');
	/* whatever is said of the figures of the day: the longest */
	const said = await badges.evaluateAll((all) => all.map((one) => {
		const text = [...one.childNodes].findLast(({ nodeType, data }) => nodeType === 3 && data.trim());
		return text && /trajectoire/.test(text.data) ? (text.data = 'En retard sur la trajectoire') : null;
	}));
	assert.equal(said.filter(Boolean).length, 2, 'in the head and in the panel of the target');
	for (const width of [1280, 768, 390, 320]) {
		await page.setViewportSize({ width, height: 900 });
		await noSidewaysScroll(page, `a standing at ${width}`);
		assert.deepEqual(await page.locator('.vg-facts dd').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)), [], `no fact runs over its neighbour at ${width}`);
		const broken = await page.locator('.vg-big .vg-number').evaluate((one) => {
			const range = document.createRange(), text = [...one.childNodes].find(({ nodeType, data }) => nodeType === 3 && data.trim());
			return [...text.data.matchAll(/\S+/g)].map(({ 0: word, index }) => {
				range.setStart(text, index);
				range.setEnd(text, index + word.length);
				return range.getClientRects().length > 1 ? word : null;
			}).filter(Boolean);
		});
		assert.deepEqual(broken, [], `at ${width}`);
		await page.locator('.vg-facts').first().screenshot({ path: `${screens}/indicator-standing-${width}.png` });
	}
	assert.deepEqual(faults, []);
	await context.close();
});

test('on a map what is withheld is told apart from what nobody sent', async () => {
	const { context, page, faults } = await open(browser, { width: 1280 });
	await signIn(page, account('viewer'), '/indicator.html?id=victims.per_100k&level=department');
	const map = page.locator('section[aria-labelledby=territories]');
	assert.ok(await map.locator('svg.vg-map .vg-map__hidden').count() > 3);
	assert.equal(await map.locator('.vg-map-legend li', { hasText: 'masqué' }).locator('.vg-map__hidden').count(), 1);
	await map.locator('svg.vg-map .vg-map__hidden').first().hover();
	assert.match(await page.locator('#map-said').innerText(), /Masqué/);
	await accessible(page, 'a map with what is withheld');
	await map.screenshot({ path: `${screens}/indicator-map-withheld.png` });
	await visit(page, '/indicator.html?id=training.participants&level=department');
	assert.equal(await map.locator('.vg-map-legend li', { hasText: 'masqué' }).count(), 0, 'where nothing is withheld the legend does not speak of it');
	assert.deepEqual(faults, []);
	await context.close();
});
