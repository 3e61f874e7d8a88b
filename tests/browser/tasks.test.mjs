/*
 * My tasks, as people live them: a gendarme on a phone, an association's contact with a spreadsheet, the keyboard alone;
 * and what must not be lost on the way: a refusal, a conflict, silence, an ended session.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, url, visit } from './browser.mjs';

const REFUSALS = /status of (401|409|412|422)|ERR_INTERNET_DISCONNECTED/;
const person = (login) => JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find((one) => one.login === login);
const martin = () => person('c.martin'); /* DGPN, 93 */
const perrin = () => person('j.perrin'); /* DGGN, 01 */
const benali = () => person('s.benali'); /* ALC, everywhere; expected in 06 */
let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const tasks = async (who) => (await (await client(who))('GET', `/plans/${plan()}/tasks?all=true`)).data;
const rows = (page, grid) => page.locator(`[role=grid]:has([id^=${grid}-0-]) tbody tr`);
const cell = (page, grid, row, label) => rows(page, grid).nth(row).locator(`td[data-label="${label}"]`);
const focused = (page) => page.evaluate(() => document.activeElement.id);
const draftSaved = (page) => page.waitForSelector('.vg-units:has-text("Brouillon enregistré")');
const send = async (page) => {
	await page.click('button:has-text("Envoyer mes réponses")');
	await page.waitForSelector('#tasks-done .fr-alert');
	return page.locator('#tasks-done').textContent();
};
/* What a spreadsheet leaves on the clipboard, then the keys of every day. */
async function pasteBlock(page, text) {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
	await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
	await page.keyboard.press('Control+v');
}

test('a gendarme answers for the month on a phone: figures, an action that moved, nothing new for the others', async () => {
	const { context, page, faults } = await open(browser, { width: 390, height: 800, scheme: 'dark', expected: REFUSALS });
	await signIn(page, perrin(), '/tasks.html');
	const asked = await tasks(perrin());
	assert.equal(await rows(page, 'actions').count(), asked.actions.length);
	const figures = await rows(page, 'figures').count();
	assert.equal(figures, asked.reports[0].figures.length);
	await accessible(page, 'tasks on a phone');
	await noSidewaysScroll(page, 'tasks on a phone');

	/* touching a cell opens its field; Enter leads to the next one */
	await cell(page, 'figures', 0, 'Réponse').click();
	for (let i = 0; i < figures; i++) {
		await page.keyboard.type(i === 1 ? '?' : String(i));
		await page.keyboard.press('Enter');
	}
	assert.match(await cell(page, 'figures', 1, 'Réponse').textContent(), /non connu/);
	await draftSaved(page);

	await cell(page, 'actions', 0, 'Statut').click();
	await page.selectOption('#actions-field', 'in_progress');
	await cell(page, 'actions', 0, 'Avancement').click();
	await page.fill('#actions-field', '30');
	await cell(page, 'actions', 0, 'Commentaire').click();
	await page.fill('#actions-field', 'Réunion tenue avec le parquet.');
	for (let i = 1; i < asked.actions.length; i++) await cell(page, 'actions', i, 'Rien de nouveau').click();
	await noSidewaysScroll(page, 'a field open on a phone');
	assert.match(await send(page), new RegExp(`${asked.actions.length + 1} réponses sont envoyées`));
	assert.equal(await focused(page), 'tasks-done');
	await accessible(page, 'everything sent');

	const now = await tasks(perrin());
	assert.deepEqual(now.reports.map((r) => [r.state, r.figures[0].value, r.figures[1].answer]), [['submitted', 0, 'missing']]);
	const first = now.actions.find((a) => a.action === asked.actions[0].action);
	assert.deepEqual([first.status, first.progress, first.comment, first.version], ['in_progress', 30, 'Réunion tenue avec le parquet.', asked.actions[0].version + 1]);
	assert.ok(now.actions.every((a) => a.reported_at && !a.stale && !a.awaited), 'each one is answered');
	await page.reload();
	await settled(page);
	assert.match(await page.locator('#content').textContent(), /Rien n’attend de réponse/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('an association’s contact pastes from a spreadsheet: what fits is there, what does not is said and given back', async () => {
	const { context, page, faults } = await open(browser, { expected: REFUSALS });
	await signIn(page, benali(), '/tasks.html');
	const n = await rows(page, 'figures').count();
	assert.ok(n >= 2, `${n} figures`);
	await cell(page, 'figures', 0, 'Réponse').focus();
	await pasteBlock(page, Array.from({ length: 101 }, (_, i) => `${i + 1}`).join('\r\n') + '\r\n');
	await page.waitForSelector('#figures-left');
	assert.equal(await focused(page), 'figures-left');
	assert.match(await page.locator('#figures-left').textContent(), new RegExp(`${101 - n} lignes collées sur 101`));
	assert.equal(await page.inputValue('#figures-left-text'), Array.from({ length: 101 - n }, (_, i) => `${n + i + 1}`).join('\n'));
	assert.match(await cell(page, 'figures', n - 1, 'Réponse').textContent(), new RegExp(`^\\s*${n}\\s*$`));
	await accessible(page, 'a block too large');
	await page.click('button:has-text("J’ai vu")');
	await draftSaved(page);

	/* one undo takes the whole block back, one redo puts it there again */
	await page.keyboard.press('Control+z');
	assert.match(await cell(page, 'figures', 0, 'Réponse').textContent(), /à saisir/);
	await page.keyboard.press('Control+y');
	assert.match(await cell(page, 'figures', 0, 'Réponse').textContent(), /^\s*1\s*$/);

	/* a word that is no number is told at its cell by the server, and the rest stays */
	await cell(page, 'figures', 1, 'Réponse').focus();
	await pasteBlock(page, 'douze');
	assert.match(await send(page), /1 réponse est à revoir/);
	assert.match(await cell(page, 'figures', 1, 'Réponse').textContent(), /douze[\s\S]*pas un nombre/);
	assert.equal(await cell(page, 'figures', 1, 'Réponse').getAttribute('aria-invalid'), 'true');
	await accessible(page, 'a refused cell');
	await cell(page, 'figures', 1, 'Réponse').click();
	await page.fill('#figures-field', '1 200');
	await page.keyboard.press('Enter');
	assert.match(await send(page), /1 réponse est envoyée/);
	const [report] = (await tasks(benali())).reports;
	assert.deepEqual([report.state, ...report.figures.map((f) => f.value)], ['submitted', ...Array.from({ length: n }, (_, i) => (i === 1 ? 1200 : i + 1))]);
	assert.deepEqual(faults, []);
	await context.close();
});

test('the keyboard alone: arrows, typing, F2, Escape, Enter, a block of words, nothing new in one key', async () => {
	const { context, page, faults } = await open(browser, { expected: REFUSALS });
	await signIn(page, martin(), '/tasks.html');
	const at = await page.evaluate(() => [...document.querySelectorAll('[role=grid] [tabindex="0"]')].map((e) => e.id));
	assert.equal(at.length, 2, 'one stop of the Tab key for each grid');
	await page.focus('#actions-0-2');
	await page.keyboard.press('ArrowRight');
	assert.equal(await focused(page), 'actions-0-3');
	await page.keyboard.type('45');
	await page.keyboard.press('Enter');
	assert.equal(await focused(page), 'actions-1-3', 'Enter goes down');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('F2');
	assert.equal(await page.inputValue('#actions-field'), '45');
	await page.keyboard.type('6');
	await page.keyboard.press('Escape');
	assert.match(await cell(page, 'actions', 0, 'Avancement').textContent(), /45/);
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('ArrowDown');
	await pasteBlock(page, 'En cours\t20 %\tAppuis nécessaires\tIl manque un local.\nréalisée\t\t\t\nen panne\t\t\t');
	assert.match(await rows(page, 'actions').nth(1).textContent(), /En cours[\s\S]*20[\s\S]*Appuis nécessaires[\s\S]*Il manque un local/);
	assert.match(await rows(page, 'actions').nth(2).textContent(), /Réalisée[\s\S]*100/, 'done is done whole');
	assert.match(await cell(page, 'actions', 3, 'Statut').textContent(), /en panne[\s\S]*n’est pas une réponse possible/);
	await page.focus('#actions-3-2');
	await page.keyboard.press('Delete');
	await page.keyboard.press('Control+z');
	await page.keyboard.press('Control+z');
	assert.match(await cell(page, 'actions', 1, 'Avancement').textContent(), /Non renseigné/, 'the block is taken back whole');
	await page.keyboard.press('Control+y');
	await page.keyboard.press('Control+Home');
	assert.equal(await focused(page), 'actions-0-0');
	await page.keyboard.press('Control+End');
	await page.keyboard.press('=');
	const last = (await rows(page, 'actions').count()) - 1;
	assert.match(await cell(page, 'actions', last, 'Rien de nouveau').textContent(), /oui/);
	await accessible(page, 'a grid being filled');

	/* the word that is none is refused by the server too, the others are taken */
	const before_ = await tasks(martin());
	assert.match(await send(page), /réponses sont envoyées[\s\S]*à revoir/);
	const now = await tasks(martin());
	assert.deepEqual([now.actions[1].status, now.actions[1].progress, now.actions[1].confidence], ['in_progress', 20, 'support_needed']);
	assert.equal(now.actions[last - 1].version, before_.actions[last].version + 1, 'one row is done and gone');
	assert.deepEqual(faults, []);
	await context.close();
});

test('silence, a reload, an ended session and a colleague lose nothing, and nothing is written twice', async () => {
	const { context, page } = await open(browser, { expected: REFUSALS });
	await signIn(page, martin(), '/tasks.html?all=true');
	const [first, second] = (await tasks(martin())).actions;
	await cell(page, 'actions', 0, 'Commentaire').click();
	await page.fill('#actions-field', 'Écrit dans le train');
	await page.keyboard.press('Enter');
	await cell(page, 'figures', 0, 'Réponse').click();
	await context.setOffline(true);
	await page.fill('#figures-field', '7');
	await page.keyboard.press('Enter');
	assert.match(await send(page), /n’est pas partie/);
	await context.setOffline(false);
	await page.reload();
	await settled(page);
	assert.match(await page.locator('#content').textContent(), /gardée par ce navigateur/);
	assert.match(await cell(page, 'actions', 0, 'Commentaire').textContent(), /Écrit dans le train/);
	assert.match(await cell(page, 'figures', 0, 'Réponse').textContent(), /7/);
	await draftSaved(page);

	/* a colleague reports on the same deployment meanwhile */
	const other = await client(martin());
	const body = { territory: first.territory, organisation: first.organisation.code, status: 'on_hold', progress: 5 };
	const answer = await other('POST', `/plans/${plan()}/actions/${first.action}/status-reports`, body, { 'If-Match': `"${first.version}"` });
	assert.equal(answer.status, 201, JSON.stringify(answer.data));
	await send(page);
	await page.waitForSelector('.vg-conflict');
	assert.match(await page.locator('.vg-conflict').textContent(), /Écrit dans le train[\s\S]*/);
	assert.match(await page.locator('.vg-conflict').textContent(), /Suspendue/);
	await accessible(page, 'a conflict in the grid');
	await page.click('.vg-conflict button:has-text("Garder ma saisie")');

	/* the session ends: signing in again in place, then it is sent */
	await context.clearCookies();
	await page.click('button:has-text("Envoyer mes réponses")');
	await page.waitForSelector('dialog[open]');
	await page.fill('#again-password', martin().password);
	await page.keyboard.press('Enter');
	await page.waitForSelector('#tasks-done .fr-alert');
	const now = (await tasks(martin())).actions;
	assert.deepEqual([now[0].comment, now[0].version], ['Écrit dans le train', first.version + 2], 'once, after the colleague');
	assert.equal(now[1].version, second.version);
	await context.close();
});

for (const [width, scheme, lang] of [[1280, 'dark', 'en-GB'], [320, 'light', 'fr-FR']])
	test(`tasks at ${width} px, ${scheme}, ${lang}`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme, lang });
		await signIn(page, martin(), '/tasks.html?all=true');
		await accessible(page, 'tasks');
		await noSidewaysScroll(page, 'tasks');
		assert.deepEqual(faults, []);
		await context.close();
	});

test('who has nothing to answer is told where to look', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('coordinator'), '/tasks.html');
	assert.match(await page.locator('#content').textContent(), /Remontées/);
	assert.equal(await page.locator('nav a:has-text("Mes tâches")').count(), 0, 'the menu offers it to contributors alone');
	await accessible(page, 'no task');
	await visit(page, '/campaign.html');
	assert.deepEqual(faults, []);
	await context.close();
});

test('two hundred rows stay usable', async () => {
	const admin = await client(account('admin'));
	const given = await admin('POST', '/grants', { person: 'c.martin', role: 'contributor', plan: plan(), organisation: 'DGPN', territories: ['REG-11', 'REG-93', 'REG-84'] });
	assert.equal(given.status, 201, JSON.stringify(given.data));
	const { context, page, faults } = await open(browser);
	await signIn(page, martin(), '/tasks.html?all=true');
	/* they come by the piece: to the end and back, and all of them are there */
	await page.focus('#actions-0-3');
	await page.keyboard.press('Control+End');
	const n = await rows(page, 'actions').count();
	assert.ok(n >= 200, `${n} rows`);
	await page.focus('#actions-0-3');
	const times = await page.evaluate(async () => {
		const ms = [];
		for (let i = 0; i < 40; i++) {
			const began = performance.now();
			document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
			ms.push(performance.now() - began);
			await new Promise(requestAnimationFrame);
		}
		return ms.sort((a, b) => a - b);
	});
	console.log(`an arrow key in a grid of ${n} rows: ${times[20].toFixed(1)} ms (median), ${times[38].toFixed(1)} ms (95 %)`);
	assert.equal(await focused(page), 'actions-40-3');
	await pasteBlock(page, Array.from({ length: 150 }, () => '10').join('\n'));
	assert.match(await cell(page, 'actions', 189, 'Avancement').textContent(), /10/);
	assert.deepEqual(faults, []);
	await context.close();
});
