/*
 * What is expected of an indicator, on its page: target, path, standing, alerts, places side by side, the steps of the
 * calculation.  And two journeys of analysts: a ratio by recipe, and a draft that comes back with a reason.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, visit } from './browser.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
let browser;
before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
});
after(() => browser?.close());

const VALUE_MS = 120_000;
const panel = (page, name) => page.locator(`section[aria-labelledby=${name}]`);

async function whenComputed(page, address, wanted) {
	for (const end = Date.now() + VALUE_MS; ; ) {
		await visit(page, address);
		if (await wanted()) return;
		assert.ok(Date.now() < end, `not in time: ${address}`);
	}
}

for (const [width, scheme] of [
	[1280, 'light'],
	[1280, 'dark'],
	[390, 'light'],
	[390, 'dark'],
])
	test(`target, alerts, places and steps at ${width} px, ${scheme}`, async () => {
		const who = await open(browser, { width, scheme });
		const { page } = who;
		const look = async (what) => {
			await accessible(page, what);
			await noSidewaysScroll(page, what);
			await page.screenshot({ path: `${screens}/${what}-${width}-${scheme}.png`, fullPage: true });
		};
		await signIn(page, account('viewer'), '/indicator.html?id=plan.progress');
		await whenComputed(page, '/indicator.html?id=plan.progress', async () => {
			await page.waitForTimeout(300);	/* the curve is drawn once its width is known */
			return (await panel(page, 'target').locator('.vg-badge').count()) && panel(page, 'trend').locator('.vg-line--planned').count();
		});
		const said = await panel(page, 'target').innerText();
		assert.match(said, /Valeur initiale\s+0\s%\s+juin\s2024/);
		assert.match(said, /Cible\s+100\s%\s+déc\.\s2026/);
		assert.match(said, /En retard|Très en retard|Sur la trajectoire|Cible atteinte/);
		assert.match(said, /illustratif/, 'a target that nobody decided says so');
		assert.match(said, /Seine-Saint-Denis[\s\S]*par étapes/);
		assert.equal(await panel(page, 'trend').locator('.vg-line--planned').count(), 1, 'the path is beside the course');
		await panel(page, 'multiples').locator('summary').click();
		await panel(page, 'multiples').locator('.vg-multiples li, .vg-empty').first().waitFor();
		await look('indicator-target');

		await whenComputed(page, '/indicator.html?id=plan.on_time', () => panel(page, 'alerts').count());
		assert.match(await panel(page, 'alerts').innerText(), /Échéances du plan non tenues|Aucune alerte|Sans donnée/);
		await look('indicator-alerts');

		await whenComputed(page, '/indicator.html?id=plan.forecast_end', () => panel(page, 'explain').locator('.vg-graph').count());
		const steps = panel(page, 'explain').locator('.vg-step');
		assert.ok((await steps.count()) >= 2);
		await steps.first().focus();
		await page.keyboard.press('Enter');
		assert.equal(await steps.first().getAttribute('aria-pressed'), 'true');
		await panel(page, 'explain').getByRole('region', { name: 'Valeurs de l’étape' }).waitFor();
		await panel(page, 'explain').locator('summary', { hasText: 'Les étapes en tableau' }).click();
		assert.equal(await panel(page, 'explain').getByRole('region', { name: 'Les étapes en tableau' }).locator('tbody tr').count(), await steps.count(), 'as many rows as steps');
		await look('indicator-steps');
		assert.deepEqual(who.faults, []);
		await who.context.close();
	});

test('a coordinator sets a target, is told every fault, settles a conflict and withdraws it with a reason', async () => {
	const where = '/indicator.html?id=plan.on_time', form = (page) => panel(page, 'target-form');
	const coordinator = await open(browser, { width: 390, expected: /status of 4(04|12|22)/ });
	const { page } = coordinator;
	const look = async (what) => {
		for (const [width, scheme] of [[390, 'light'], [1280, 'dark'], [390, 'dark'], [1280, 'light']]) {
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme: scheme });
			await accessible(page, what);
			await noSidewaysScroll(page, what);
			await form(page).screenshot({ path: `${screens}/${what}-${width}-${scheme}.png` });
		}
	};
	const send = async (name, wanted) => {
		const [answer] = await Promise.all([
			page.waitForResponse((one) => one.request().method() !== 'GET' && one.url().includes('/targets/75')),
			form(page).getByRole('button', { name, exact: true }).click(),
		]);
		assert.equal(answer.status(), wanted, await answer.text());
		await page.waitForFunction(() => !document.querySelector('#content button:disabled'));
	};
	await signIn(page, account('coordinator'), where);
	await form(page).getByLabel('Territoire').selectOption('75');
	await form(page).getByRole('button', { name: 'Fixer ou modifier' }).click();
	await page.fill('#target-baseline-value', 'quarante');
	await page.fill('#target-baseline-period', '2025-06');
	await page.fill('#target-target-value', '62,5');
	await page.fill('#target-target-period', '2024-12');
	await form(page).getByLabel('Par étapes').check();
	await page.fill('#target-steps', '2025-12 = 50\n2026-03');
	await send('Fixer la cible', 422);
	const faults = form(page).locator('#target-faults');
	assert.match(await faults.innerText(), /Valeur de départ[\s\S]*À atteindre en[\s\S]*Étapes[\s\S]*D’où elle vient/);
	assert.equal(await page.inputValue('#target-target-value'), '62,5', 'what was typed stays');
	await look('target-faults');
	await page.fill('#target-baseline-value', '40');
	await page.fill('#target-target-period', '2026-12');
	await page.fill('#target-steps', '2025-12 = 50');
	await page.fill('#target-source', 'Comité de pilotage du 12 novembre');
	await send('Fixer la cible', 201);
	await form(page).getByText('La cible est enregistrée.').waitFor();
	assert.match(await panel(page, 'target').innerText(), /Paris \(75\)\s+40\s%[\s\S]*62,5\s%[\s\S]*par étapes/);

	await form(page).getByLabel('Territoire').selectOption('75');
	await form(page).getByRole('button', { name: 'Fixer ou modifier' }).click();
	await page.fill('#target-target-value', '70');
	await page.fill('#target-reason', 'Plus ambitieux');
	const other = await client(account('coordinator'));
	const meanwhile = await other('PUT', `/plans/${plan()}/indicators/plan.on_time/targets/75`, { baseline: { value: 40, period: '2025-06' }, target: { value: 65, period: '2026-12' },
		source: 'Comité du 19 novembre', reason: 'Arrondie' }, { 'If-Match': '"1"' });
	assert.equal(meanwhile.status, 200, JSON.stringify(meanwhile.data));
	await send('Modifier la cible', 412);
	const both = await form(page).locator('#target-conflict').innerText();
	assert.match(both, /Arrondie[\s\S]*Valeur à atteindre\s+70\s+65[\s\S]*par étapes\s+linéaire/);
	await look('target-conflict');
	await send('Enregistrer ma saisie', 200);
	await form(page).getByText('La cible est enregistrée.').waitFor();

	await form(page).getByLabel('Territoire').selectOption('75');
	await form(page).getByRole('button', { name: 'Fixer ou modifier' }).click();
	await form(page).locator('summary', { hasText: 'versions précédentes' }).click();
	assert.match(await form(page).innerText(), /De 40 \(juin\s2025\) à 65 \(déc\.\s2026\)[\s\S]*Arrondie/);
	await form(page).locator('summary', { hasText: 'Retirer la cible' }).click();
	await send('Retirer la cible', 422);
	await page.fill('#target-withdrawal', 'Fixée pour le mauvais département');
	await look('target-withdraw');
	await send('Retirer la cible', 200);
	await form(page).getByText('La cible est retirée.').waitFor();
	assert.doesNotMatch(await panel(page, 'target').innerText(), /Paris/);
	assert.deepEqual(coordinator.faults, []);
	await coordinator.context.close();

	const reader = await open(browser);
	await signIn(reader.page, account('viewer'), where);
	await panel(reader.page, 'target').waitFor();
	assert.equal(await form(reader.page).count(), 0, 'readers are offered no form');
	await reader.context.close();
});

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

const press = async (who, name, word) => {
	const [answer] = await Promise.all([
		who.waitForResponse((one) => one.request().method() !== 'GET' && one.url().includes(word)),
		who.getByRole('button', { name, exact: true }).click(),
	]);
	await who.waitForFunction(() => !document.querySelector('#content button:disabled'));
	assert.equal(answer.status(), 200, name);
};
const ratioOf = (id) => readFileSync(new URL('../../plugins/recipes/ratio.lua', import.meta.url), 'utf8').replaceAll('@ID@', id);
const TODAY = /"(@TODAY@|\d{4}-\d\d-\d\d)", fr/;
const named = (text) => text.replace(TODAY, '"2026-11-21", fr').replace('À nommer', 'Auditions accompagnées').replaceAll('À remplir', 'Cellule');
const SUMMARY = 'À décrire : ce qui est compté, sur quelle durée.';
const described = (text, months) =>
	text.replace(SUMMARY, `Sur ${months} mois, part des auditions accompagnées.`);

test('a ratio by recipe, from its choice to its value in fewer than ten steps of its author, each page opened counted', async () => {
	const id = 'essai.ratio', where = `/plugin.html?id=${id}`;
	const analyst = await open(browser), second = await open(browser);
	const { page } = analyst;
	let steps = 0;
	const step = async (does) => {
		steps++;
		return does();
	};
	await signIn(page, account('analyst'), '/plugins.html');
	await step(() => page.fill('#new-id', id));
	await step(() => page.selectOption('#new-recipe', 'ratio'));
	await step(() => page.getByRole('button', { name: 'Commencer' }).click());
	await page.waitForSelector('#editor .cm-content');
	await settled(page);
	const begun = (await page.locator('#editor .cm-line').allTextContents()).join('\n');
	assert.equal(begun.replace(TODAY, '"@TODAY@", fr').trimEnd(), ratioOf(id).trimEnd(), 'the recipe is in the editor');
	const recipe = named(begun).replaceAll('hearings.accompanied', 'clients.operations').replaceAll('hearings.total', 'clients.fines')
		.replace('check.between("value", 0, 100)', 'check.at_least("value", 0)');
	await step(() => paste(page, described(recipe, 12)));	/* of series that are not sensitive: everybody sees its value */
	await step(() => press(page, 'Vérifier et tester', '/test'));
	assert.match(await page.locator('#verdict').innerText(), /Tous les tests passent/);
	await step(() => press(page, 'Demander une relecture', '/review'));

	await signIn(second.page, account('coordinator'), where);
	await second.page.waitForSelector('#editor .cm-content');
	await press(second.page, 'Approuver', '/approve');

	await step(() => visit(page, where));
	await step(() => press(page, 'Publier', '/publish'));
	await page.getByText('Ce texte est publié').waitFor();
	await step(() => page.getByRole('link', { name: 'Voir ses valeurs' }).click());
	await page.waitForURL((address) => address.pathname === '/indicator.html');
	await page.locator('.vg-facts .vg-big', { hasText: /^\d+(,\d)?\s%$/ }).waitFor({ timeout: VALUE_MS });
	await accessible(page, 'first values');
	assert.ok(steps < 10, `${steps} steps`);
	await visit(page, where);

	/* its next version: every step of a trial, and which steps differ from what is published */
	const look = async (what, part) => {
		for (const [width, scheme] of [[390, 'light'], [1280, 'dark'], [1280, 'light']]) {
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme: scheme });
			await accessible(page, what);
			await noSidewaysScroll(page, what);
			await panel(page, part).screenshot({ path: `${screens}/${what}-${width}-${scheme}.png` });
		}
	};
	await paste(page, described(recipe.replaceAll('0.1.0', '1.0.0').replace('default = 12', 'default = 6'), 6));
	await press(page, 'Enregistrer le brouillon', '/plugins/');
	await press(page, 'Calculer', '/run');
	await panel(page, 'try').locator('#steps-of summary').first().click();
	const boxes = panel(page, 'try').locator('.vg-step');
	await boxes.first().waitFor();
	await boxes.first().focus();
	await page.keyboard.press('Enter');
	assert.equal(await boxes.first().getAttribute('aria-pressed'), 'true');
	await panel(page, 'try').getByRole('region', { name: 'Valeurs de l’étape' }).waitFor();
	await look('plugin-steps', 'try');
	await page.getByRole('button', { name: 'Comparer avec la version publiée' }).click();
	await page.locator('#graph-diff').waitFor();
	assert.match(await page.locator('#graph-diff').innerText(), /Réglée autrement[\s\S]*n : 12[\s\S]*→[\s\S]*n : 6/);
	await look('plugin-graph-diff', 'changes');
	assert.deepEqual([analyst.faults, second.faults], [[], []]);
	await analyst.context.close();
	await second.context.close();
});

test('a draft that comes back with a reason, which its author sees, mends and publishes', async () => {
	const id = 'essai.retour', where = `/plugin.html?id=${id}`, recipe = named(ratioOf(id));
	const writes = await client(account('analyst'));
	const { etag } = await writes('PUT', `/plugins/${id}`, { source: recipe.replace(SUMMARY, 'Part des auditions accompagnées.') });
	assert.equal((await writes('POST', `/plugins/${id}/review`, undefined, { 'If-Match': etag })).status, 200);
	const analyst = await open(browser), second = await open(browser);
	const { page } = analyst;
	await signIn(second.page, account('coordinator'), where);
	await second.page.waitForSelector('#editor .cm-content');
	await second.page.fill('#return-reason', 'Dites sur quelle durée, dans le résumé.');
	await accessible(second.page, 'before a return');
	await press(second.page, 'Renvoyer à l’auteur', '/return');

	await signIn(page, account('analyst'), where);
	await page.getByText('Dites sur quelle durée, dans le résumé.').waitFor();
	await accessible(page, 'returned');
	await page.waitForSelector('#editor .cm-content');
	await paste(page, described(recipe, 12));
	await press(page, 'Demander une relecture', '/review');
	await visit(second.page, where);
	await second.page.waitForSelector('#editor .cm-content');
	await press(second.page, 'Approuver', '/approve');
	await visit(page, where);
	await press(page, 'Publier', '/publish');
	await page.getByText('Ce texte est publié').waitFor();
	assert.deepEqual([analyst.faults, second.faults], [[], []]);
	await analyst.context.close();
	await second.context.close();
});
