/* A figure that a rule stops, in the grid of tasks: it is told, and sent with a reason or mended, without leaving the grid. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn } from './browser.mjs';
import { publishRule } from './publish.mjs';

const perrin = () => JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find(({ login }) => login === 'j.perrin'); /* DGGN, 01 */
const FINES = 'Clients verbalisés';
const WORD = 'Opération nationale du 12.';
let browser;
before(async () => {
	browser = await launch();
	await publishRule();
});
after(() => browser?.close());

const row = (page) => page.locator('[role=grid]:has([id^=figures-0-]) tbody tr', { hasText: FINES });
const answer = (page) => row(page).locator('td[data-label="Réponse"]');
const word = (page) => page.locator('.vg-conflict textarea');
const draftSaved = (page) => page.waitForSelector('.vg-units:has-text("Brouillon enregistré")');
async function type(page, text) {
	await answer(page).click();
	await page.fill('#figures-field', text);
	await page.keyboard.press('Enter');
}
async function send(page) {
	await page.click('button:has-text("Envoyer mes réponses")');
	await page.waitForSelector('#tasks-done .fr-alert');
	return page.locator('#tasks-done').textContent();
}

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']])
	test(`it is told at its cell and asks for a word, which is kept (${width} px, ${scheme})`, async () => {
		const { context, page, faults } = await open(browser, { width, height: 800, scheme, expected: /status of 422/ });
		await signIn(page, perrin(), '/tasks.html');
		assert.equal(await word(page).count(), 0);
		const cells = page.locator('[role=grid]:has([id^=figures-0-]) tbody td[data-label="Réponse"]');
		for (let i = 0; i < (await cells.count()); i++) {
			await cells.nth(i).click();
			await page.fill('#figures-field', '3');
			await page.keyboard.press('Enter');
		}
		await type(page, '4321');
		assert.match(await send(page), /à revoir/);
		await page.waitForSelector('#to-confirm');
		assert.match(await page.locator('.vg-conflict').textContent(), /Un chiffre à confirmer[\s\S]*Clients verbalisés[\s\S]*4321[\s\S]*faute de frappe/);
		assert.equal(await answer(page).getAttribute('aria-invalid'), 'true');
		assert.match(await answer(page).textContent(), /faute de frappe/);
		await accessible(page, 'a figure to confirm in the grid');
		await noSidewaysScroll(page, 'a figure to confirm in the grid');
		await page.screenshot({ path: `build/screens/tasks-rule-${width}-${scheme}.png`, fullPage: true });

		await word(page).fill(WORD);
		await draftSaved(page);
		/* another figure is another question */
		await type(page, '5');
		assert.equal(await word(page).count(), 0, 'nothing is to be confirmed any more');
		await type(page, '4321');
		await send(page);
		await page.waitForSelector('#to-confirm');
		assert.equal(await word(page).inputValue(), '');
		await word(page).fill(WORD);
		await draftSaved(page);
		assert.deepEqual(faults, []);
		await context.close();
	});

test('the word is there again after a reload, goes out with the figure, and whoever judges reads it', async () => {
	const { context, page, faults } = await open(browser, { expected: /status of 422/ });
	await signIn(page, perrin(), '/tasks.html');
	assert.match(await send(page), /envoyée/, 'confirmed on another device, it is not asked for again');
	const coordinator = await client(account('coordinator'));
	const { data: list } = await coordinator('GET', `/plans/${plan()}/campaigns`);
	const { data: report } = await coordinator('GET', `/plans/${plan()}/campaigns/${list.items[0].period}/reports/01/DGGN`);
	const figure = report.figures.find(({ series }) => series === 'clients.fines');
	assert.deepEqual([report.state, figure.value, figure.confirmed], ['submitted', 4321, WORD]);
	await settled(page);
	assert.equal(await word(page).count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});
