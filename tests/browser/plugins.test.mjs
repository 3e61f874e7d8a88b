/*
 * An analyst's journey: a new indicator in plain Lua, a mistake and its message, its repair, tests, review, approval by
 * a second person, publication, and its value on the page of indicators.  On a wide screen and a phone, light and dark.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, launch, noSidewaysScroll, open, settled, signIn, url, visit } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const VALUE_MS = 120_000;

/* Puts a text in the editor as people do: from the clipboard. */
async function paste(page, text) {
	await page.locator('#editor .cm-content').click();
	await page.keyboard.press('Control+A');
	await page.locator('#editor .cm-content').evaluate((node, value) => {
		const data = new DataTransfer();
		data.setData('text/plain', value);
		node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	}, text);
}

const source = (id, { total = 'total', value = '100 * done / total' } = {}) => `-- Part des actions réalisées, parmi toutes.
return indicator {
  id = "${id}", api = 1, version = "1.0.0",
  name = { fr = "Part des actions réalisées", en = "Share of actions done" },
  summary = { fr = "Actions réalisées, parmi toutes celles du plan." },
  unit = "%", decimals = 1, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  limits = { fr = "Toutes les actions pèsent autant." },
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local done, total = 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      ${total} = ${total} + 1
      if a.status == "done" then done = done + 1 end
    end
    if total == 0 then return missing "outside_validity" end
    return { value = ${value}, numerator = done, denominator = total }
  end,
  tests = {
    { name = "une sur deux", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | done
        1.2    | in_progress
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 50 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version." } },
}
`;

const press = async (page, name, word) => {
	const [answer] = await Promise.all([
		page.waitForResponse((one) => one.request().method() !== 'GET' && one.url().includes(word)),
		page.getByRole('button', { name, exact: true }).click(),
	]);
	await page.waitForFunction(() => !document.querySelector('#content button:disabled'));
	return answer.status();
};

const cases = [
	[1280, 'light'],
	[1280, 'dark'],
	[390, 'light'],
	[390, 'dark'],
];
for (const [width, scheme] of cases)
	test(`an indicator from its first mistake to its value at ${width} px, ${scheme}`, async () => {
		const id = `plan.done_${width}_${scheme}`;
		const refusals = /status of (409|422|403)/;
		const analyst = await open(browser, { width, scheme, expected: refusals });
		const second = await open(browser, { width, scheme, expected: refusals });
		const { page } = analyst;
		const look = async (who, what) => {
			await accessible(who, what);
			await noSidewaysScroll(who, what);
		};
		await signIn(page, account('analyst'), '/plugins.html');
		await look(page, 'plugins');
		await page.fill('#new-id', id);
		await page.getByRole('button', { name: 'Commencer' }).click();
		await page.waitForSelector('#editor .cm-content');
		await settled(page);

		await paste(page, source(id, { total: 'totl' }));
		await page.getByText('Une erreur est à corriger').or(page.getByText('Aucune erreur de lecture')).waitFor();
		assert.equal(await press(page, 'Vérifier et tester', '/test'), 200);
		const verdict = page.locator('#verdict');
		assert.match(await verdict.innerText(), /une sur deux/);
		assert.match(await page.locator('section[aria-labelledby=tests]').innerText(), /Ligne 14/);
		await look(page, 'a mistake');
		assert.equal(await press(page, 'Demander une relecture', '/review'), 409);
		assert.match(await page.locator('#refused').innerText(), /une sur deux/);

		await paste(page, source(id).replace('owner = "OCRTEH",', 'owner = "OCRTEH"'));
		await verdict.getByText('Une erreur est à corriger').waitFor();
		assert.match(await verdict.innerText(), /Ligne \d+[\s\S]*À faire/);
		const underlined = page.locator('#editor .cm-lintRange-error');
		assert.match((await underlined.allTextContents()).join(''), /OCRTEH|limits/, 'the line at fault is underlined in the text');
		await paste(page, source(id));
		await verdict.getByText('Aucune erreur de lecture').waitFor();
		assert.equal(await underlined.count(), 0);
		assert.equal(await press(page, 'Vérifier et tester', '/test'), 200);
		assert.match(await verdict.innerText(), /Tous les tests passent/);
		await page.selectOption('#t-data', 'live');
		await page.fill('#t-from', '2026-06');
		assert.equal(await press(page, 'Calculer', '/run'), 200);
		await page.locator('section[aria-labelledby=try] table').waitFor();
		await page.selectOption('#t-level', 'department');
		assert.equal(await press(page, 'Calculer', '/run'), 200);
		await page.locator('section[aria-labelledby=try] svg.vg-map').waitFor();
		assert.equal(await page.locator('section[aria-labelledby=try] .vg-map__dept[data-code]').count() > 100, true);
		await page.locator('section[aria-labelledby=try] .vg-map path[data-code="51"]').click();
		assert.match(await page.locator('#map-said').innerText(), /Marne/, 'a trial is not left by a click');
		await look(page, 'tests and a trial');
		assert.equal(await press(page, 'Demander une relecture', '/review'), 200);
		await page.getByText('Une deuxième personne doit approuver').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Approuver' }).count(), 0, 'not one’s own');

		await signIn(second.page, account('coordinator'), `/plugin.html?id=${id}`);
		await second.page.waitForSelector('#editor .cm-content');
		await second.page.getByRole('button', { name: 'Comparer avec la version publiée' }).click();
		await second.page.getByRole('region', { name: 'Différences du texte' }).waitFor();
		await look(second.page, 'what changes');
		assert.equal(await press(second.page, 'Approuver', '/approve'), 200);

		await visit(page, `/plugin.html?id=${id}`);
		await page.getByText('Approuvé par').waitFor();
		assert.equal(await press(page, 'Publier', '/publish'), 200);
		await page.getByText('Ce texte est publié').waitFor();
		await look(page, 'published');

		for (const end = Date.now() + VALUE_MS; ; ) {
			await visit(page, `/indicator.html?id=${id}`);
			if (await page.locator('.vg-facts .vg-number').count()) break;
			assert.ok(Date.now() < end, 'its value does not come');
		}
		assert.match(await page.locator('h1').innerText(), /Part des actions réalisées/);
		await look(page, 'its value');
		await page.getByRole('button', { name: 'Expliquer' }).click();
		await page.getByText('Empreinte du texte').waitFor();
		await visit(page, '/indicators.html');
		assert.match(await page.locator('table').innerText(), /Part des actions réalisées/);
		await look(page, 'indicators');
		assert.deepEqual(analyst.faults, []);
		assert.deepEqual(second.faults, []);
		await analyst.context.close();
		await second.context.close();
	});

test('the editor proposes the words of the contract and lets go of the keyboard', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('analyst'), '/plugin.html?id=plan.words&new=yes');
	await page.waitForSelector('#editor .cm-content');
	await page.locator('#editor .cm-content').click();
	await page.keyboard.press('Control+End');
	await page.keyboard.type('\nctx.per');
	await page.locator('#editor .cm-tooltip-autocomplete').getByText('ctx.period_end').waitFor();
	await page.keyboard.press('Escape');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.id), '', 'the editor was left');
	assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
	assert.deepEqual(faults, []);
	await context.close();
});

test('who only reads sees the text and no step', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/plugin.html?id=plan.progress');
	await page.waitForSelector('#editor .cm-content');
	assert.equal(await page.locator('#content button:not([aria-expanded])').count(), 0);
	assert.match(await page.locator('#editor-help').innerText(), /se lit seulement/);
	assert.equal(await page.evaluate(() => fetch('/plugins.html').then((one) => one.status)), 200);
	await page.goto(`${url}/plugins.html`);
	await settled(page);
	assert.equal(await page.locator('#new-id').count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});
