/*
 * An analyst's journey: a new indicator in plain Lua, a mistake and its message, its repair, tests, review, approval by
 * a second person, publication, and its value on the page of indicators.  On a wide screen and a phone, light and dark.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, launch, noSidewaysScroll, open, settled, signIn, url, visit } from './browser.mjs';
import { publishPlugin } from './publish.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
let browser;
before(async () => {
	mkdirSync(screens, { recursive: true });
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

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']])
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
		const underlined = page.locator('#editor .cm-lintRange-error');
		assert.match((await underlined.allTextContents()).join(''), /totl/, 'what fails when it runs is underlined, too');
		await look(page, 'a mistake');
		assert.equal(await press(page, 'Demander une relecture', '/review'), 409);
		assert.match(await page.locator('#refused').innerText(), /une sur deux/);

		await paste(page, source(id).replace('owner = "OCRTEH",', 'owner = "OCRTEH"'));
		await verdict.getByText('Une erreur est à corriger').waitFor();
		assert.match(await verdict.innerText(), /Ligne \d+[\s\S]*À faire/);
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
		await second.page.getByRole('button', { name: 'Voir ce qui serait publié' }).click(); /* there is no version yet to compare it with */
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
	const proposed = page.locator('#editor .cm-tooltip-autocomplete');
	/* of compute, of a rule and of a mapper, the options of a description, an operator and a test, their values, the catalogue */
	for (const [typed, word] of [
		['ctx.per', 'ctx.period_end'], ['ctx.bef', 'ctx.before'], ['ctx.mon', 'ctx.month'], ['look', 'lookback'],
		['levels = { "national", "de', 'department'], ['a.status == "on', 'on_hold'], ['series "victims.', 'victims.identified'],
		['where = { age = "mi', 'minor'], ['s:rolling(12, { cov', 'coverage'], ['s:rank{ ties = "me', 'mean'], ['tol', 'tolerance'],
	]) {
		await page.keyboard.type(`\n${typed}`);
		await proposed.getByText(word, { exact: true }).waitFor();
		await page.keyboard.press('Escape');
		await proposed.waitFor({ state: 'detached' });
	}
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.id), '', 'the editor was left');
	assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
	assert.deepEqual(faults, []);
	await context.close();
});

test('a text that is begun is not left by mistake, before it is first saved either', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('analyst'), '/plugin.html?id=plan.begun&new=blank');
	await page.waitForSelector('#editor .cm-content');
	const asked = [];
	page.on('dialog', (dialog) => {
		asked.push(dialog.type());
		dialog.accept();
	});
	await visit(page, '/plugin.html?id=plan.begun&new=blank');
	assert.deepEqual(asked, [], 'nothing was written');
	await page.waitForSelector('#editor .cm-content');
	await page.locator('#editor .cm-content').click();
	await page.keyboard.type('-- ');
	await visit(page, '/plugins.html');
	assert.deepEqual(asked, ['beforeunload']);
	assert.deepEqual(faults, []);
	await context.close();
});

test('what is no longer to be used says so wherever it is read, with the reason, and who reads it is told', async () => {
	const id = 'plan.ended', reason = 'Remplacé par plan.progress.';
	await publishPlugin(id, source(id));
	await publishPlugin('plan.reader', source('plan.reader').replace('inputs = {', `inputs = { ended = indicator_value "${id}@1" { missing = "skip" },`));
	const { context, page, faults } = await open(browser);
	await signIn(page, account('coordinator'), `/plugin.html?id=${id}`);
	await page.waitForSelector('#editor .cm-content');
	const end = page.locator('details', { has: page.locator('#reason') });
	await end.locator('summary').click();
	assert.match(await end.innerText(), /plan\.reader/, 'who would be left behind');
	await page.fill('#reason', reason);
	assert.equal(await press(page, 'Déprécier', '/deprecate'), 200);
	await page.locator('.fr-alert', { hasText: reason }).waitFor();
	await visit(page, '/plugins.html');
	const row = page.locator('tr', { has: page.locator(`a[href*="id=${id}"]`) });
	assert.match(await row.innerText(), /déprécié[\s\S]*OCRTEH/i, 'state and owner');
	await visit(page, `/indicator.html?id=${id}`);
	assert.match(await page.locator('.fr-alert', { hasText: 'déprécié' }).innerText(), /plan\.progress/);
	for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark']]) {
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme });
		await accessible(page, 'a deprecated indicator');
		await noSidewaysScroll(page, 'a deprecated indicator');
		await page.screenshot({ path: `${screens}/indicator-deprecated-${width}-${colorScheme}.png` });
	}
	assert.deepEqual(faults, []);
	await context.close();
});

test('who only reads sees the text and no step', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/plugin.html?id=plan.progress');
	assert.match(await page.locator('.fr-notice').first().textContent(), /Certains chiffres sont fictifs/, 'what it changes is told in the figures of the plan');
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

/* All that the editor holds: it draws only the lines in sight. */
const editorText = (page) => page.locator('#editor .cm-content').evaluate((node) => node.cmTile?.view?.state.doc.toString() ?? node.cmView?.view?.state.doc.toString() ?? node.innerText);

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']])
	test(`a recipe gives way to its code, and comes again by one step back, at ${width} px, ${scheme}`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('analyst'), '/plugin.html?id=plan.developed&new=ratio');
		await page.waitForSelector('#editor .cm-content');
		await settled(page);
		const before = await editorText(page);
		assert.match(before, /formula = ratio \{/);
		const develop = page.getByRole('button', { name: 'Développer la recette' });
		await develop.click();
		await page.waitForFunction(() => /Ctrl\+Z la rétablit/.test(document.body.innerText));
		const code = await editorText(page);
		assert.match(code, /formula = function\(ctx\)\n    local \w+ = ctx\.series\(/);
		assert.doesNotMatch(code, /formula = ratio/);
		assert.equal(await develop.count(), 0, 'nothing is left to develop');
		assert.equal(await press(page, 'Vérifier et tester', '/test'), 200);
		assert.match(await page.locator('#verdict').innerText(), /encore à écrire\s: name, summary, author, owner/, 'what it does is right, what it says is left to its author');
		const told = await page.locator('section', { has: page.locator('#tests') }).innerText();
		assert.match(told, /passe/i);
		assert.doesNotMatch(told, /échoue/i);
		await accessible(page, 'a recipe developed');
		await noSidewaysScroll(page, 'a recipe developed');
		await page.screenshot({ path: `${screens}/plugin-developed-${width}-${scheme}.png`, fullPage: true });
		await page.locator('#editor .cm-content').focus();
		await page.keyboard.press('Control+z');
		await page.getByRole('button', { name: 'Développer la recette' }).waitFor();
		assert.equal(await editorText(page), before);
		assert.deepEqual(faults, []);
		await context.close();
	});

test('parameters make a form, a trial computes with what it says, and a bound is refused in words', async () => {
	const id = 'plan.parameters';
	const params = `params = {
    factor = param.number { default = 1, min = 0.5, max = 2, unit = "fois", label = { fr = "Facteur" } },
    base = param.choice { default = "faible", choices = { "faible", "forte" }, label = { fr = "Base" } },
    more = param.boolean { default = false, label = { fr = "Ajouter mille" } },
    since = param.date { default = "2025-01-01", min = "2024-01-01", max = "2026-12-31", label = { fr = "Depuis" } },
    level = param.choice { default = 3, choices = { 3, 7 }, label = { fr = "Pas" } },
  },
  inputs =`;
	const text = source(id, { value: '10 * ctx.params.factor + (ctx.params.base == "forte" and 100 or 0) + (ctx.params.more and 1000 or 0) + (ctx.params.since - ctx.day("2025-01-01")) + ctx.params.level - 3' })
		.replace('inputs =', params)
		.replace('value = 50', 'value = 10');
	for (const [width, scheme] of [[1280, 'dark'], [390, 'light']]) {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('analyst'), `/plugin.html?id=${id}&new=blank`);
		await page.waitForSelector('#editor .cm-content');
		await paste(page, text);
		assert.equal(await press(page, 'Vérifier et tester', '/test'), 200);
		assert.match(await page.locator('#verdict').innerText(), /Tous les tests passent/);
		const form = page.locator('section[aria-labelledby=try] form');
		const factor = form.getByLabel('Facteur');
		assert.equal(await factor.count(), 0, 'tests have parameters of their own');
		await form.getByLabel('Données').selectOption('live');
		assert.match(await form.innerText(), /Facteur\s+fois, de 0[.,]5 à 2/, 'the unit and the bounds are told');
		assert.deepEqual([await factor.inputValue(), await form.getByLabel('Base').inputValue(), await form.getByLabel('Ajouter mille').isChecked()], ['1', 'faible', false]);

		const since = form.getByLabel('Depuis');
		assert.deepEqual(await since.evaluate(({ type, min, max, value, required }) => [type, min, max, value, required]), ['date', '2024-01-01', '2026-12-31', '2025-01-01', true]);
		assert.match(await form.innerText(), /Depuis\s+de\s1ᵉʳ\sjanv\.\s2024\sà\s31\sdéc\.\s2026/, 'bounds of a day as people read them');

		await since.fill('2027-01-01');
		assert.equal(await since.evaluate((node) => node.validity.rangeOverflow), true);
		await since.fill('2025-01-02');
		await form.getByLabel('Pas').selectOption('7');
		await factor.fill('2');
		await form.getByLabel('Base').selectOption('forte');
		await form.locator('label', { hasText: 'Ajouter mille' }).click();
		const [asked] = await Promise.all([page.waitForRequest((one) => one.url().includes('/run')), press(page, 'Calculer', '/run')]);
		assert.deepEqual(asked.postDataJSON().params, { factor: 2, base: 'forte', more: true, since: '2025-01-02', level: 7 });
		const shown = page.locator('section[aria-labelledby=try] table');
		await shown.waitFor();
		assert.match(await shown.innerText(), /1\s125\s%/, '10 × 2 + 100 + 1000 + 1 + 7 − 3');
		await accessible(page, 'a form of parameters');
		await noSidewaysScroll(page, 'a form of parameters');
		await page.screenshot({ path: `${screens}/plugin-parameters-${width}-${scheme}.png`, fullPage: true });

		let sent = 0;
		page.on('request', (one) => (sent += one.url().includes('/run')));
		await factor.fill('2.5');
		await page.getByRole('button', { name: 'Calculer', exact: true }).click();
		assert.equal(await factor.evaluate((node) => node.validity.rangeOverflow && /2/.test(node.validationMessage)), true);
		assert.equal(sent, 0, 'the form itself refuses it');
		await factor.evaluate((node) => node.removeAttribute('max'));
		assert.equal(await press(page, 'Calculer', '/run'), 200);
		const refused = page.locator('section[aria-labelledby=try] .fr-alert');
		await refused.waitFor();
		assert.match(await refused.innerText(), /factor[\s\S]*0,5|factor[\s\S]*0\.5/, 'the server says which one, and its bounds');
		assert.equal(await shown.count(), 0, 'nothing was computed');
		await page.screenshot({ path: `${screens}/plugin-bound-${width}-${scheme}.png`, fullPage: true });
		assert.deepEqual(faults, []);
		await context.close();
	}
});

test('what rests on sensitive series is tried on the published figures, and on invented ones, with its map and its course, and a notice', { timeout: 120_000 }, async () => {
	for (const [width, scheme] of [[1280, 'light'], [390, 'dark']]) {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('analyst'), '/plugin.html?id=victims.per_100k');
		await page.waitForSelector('#editor .cm-content');
		const form = page.locator('section[aria-labelledby=try] form'), answer = page.locator('section[aria-labelledby=try] [aria-live]');
		await form.getByLabel('Données').selectOption('live');
		await page.selectOption('#t-level', 'department');
		assert.equal(await press(page, 'Calculer', '/run'), 200);
		await answer.getByText('Calculé sur les chiffres publiés').waitFor();
		assert.match(await answer.locator('table').first().innerText(), /Arrondi/i, 'in the form in which everybody sees them');
		await page.screenshot({ path: `${screens}/plugin-published-${width}-${scheme}.png`, fullPage: true });
		await form.getByLabel('Données').selectOption('synthetic');
		assert.equal(await press(page, 'Calculer', '/run'), 200);
		await answer.getByText('Chiffres inventés').waitFor();
		await answer.locator('svg.vg-map').waitFor();
		assert.ok(await answer.locator('.vg-map path[data-code]').count() > 90);
		assert.match(await answer.locator('table').first().innerText(), /pour 100\s000|\d,\d/);
		await accessible(page, 'invented figures');
		await noSidewaysScroll(page, 'invented figures');
		await page.screenshot({ path: `${screens}/plugin-invented-${width}-${scheme}.png`, fullPage: true });
		assert.deepEqual(faults, []);
		await context.close();
	}
});
