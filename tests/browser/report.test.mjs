/* Reporting when things go wrong: nothing typed is ever lost. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, open, plan, settled, signIn } from './browser.mjs';

const REFUSALS = /status of (4\d\d|503)|ERR_INTERNET_DISCONNECTED/;
let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

async function onAction(number) {
	const made = await open(browser, { expected: REFUSALS });
	await signIn(made.page, account('coordinator'), `/action.html?number=${number}`);
	await made.page.waitForSelector('.vg-report');
	return made;
}

const save = (page) => page.click('.vg-report .fr-btn:has-text("Enregistrer")');

async function type(page, { status = 'in_progress', progress, comment }) {
	await page.check(`#r-status-${status}`, { force: true });
	await page.fill('#r-progress', String(progress));
	await page.fill('#r-comment', comment);
}

test('a change made meanwhile shows both versions, and what was typed is kept', async () => {
	const { context, page, faults } = await onAction('3.1');
	await type(page, { progress: 15, comment: 'Ma phrase, tapée pendant ce temps.' });
	const api = await client(account('coordinator'));
	const where = `/plans/${plan()}/actions/3.1`;
	const { etag } = await api('GET', where);
	const other = await api(
		'POST',
		`${where}/status-reports`,
		{ status: 'in_progress', progress: 55, comment: 'Version de l’autre.' },
		{ 'If-Match': etag },
	);
	assert.equal(other.status, 201);

	await save(page);
	await page.waitForSelector('.vg-conflict');
	const shown = await page.locator('.vg-conflict').textContent();
	for (const text of ['Ma phrase, tapée pendant ce temps.', 'Version de l’autre.', '15', '55'])
		assert.ok(shown.includes(text), text);
	assert.equal(
		await page.evaluate(() => document.activeElement.id),
		'conflict',
		'the focus is on the conflict',
	);
	await accessible(page, 'conflict');

	await page.click('button:has-text("Repartir de la version actuelle")');
	assert.equal(await page.inputValue('#r-progress'), '55');
	await page.click('button:has-text("La reprendre")');
	assert.equal(await page.inputValue('#r-comment'), 'Ma phrase, tapée pendant ce temps.');
	await save(page);
	await page.waitForSelector('#report-saved .fr-alert--success');
	assert.equal((await api('GET', where)).data.progress, 15);
	assert.deepEqual(faults, []);
	await context.close();
});

test('a session that ends while typing is renewed in place', async () => {
	const { context, page } = await onAction('3.2');
	await type(page, { progress: 25, comment: 'Tapé avant la fin de la session.' });
	await context.clearCookies();
	await save(page);
	await page.waitForSelector('dialog[open]');
	await accessible(page, 'dialog');
	assert.equal(await page.inputValue('#again-login'), account('coordinator').login);
	await page.keyboard.press('Escape');
	await page.waitForSelector('#report-faults .fr-alert--error');
	assert.equal(await page.inputValue('#r-comment'), 'Tapé avant la fin de la session.');
	await save(page);
	await page.waitForSelector('dialog[open]');
	await page.fill('#again-password', account('coordinator').password);
	await page.keyboard.press('Enter');
	await page.waitForSelector('#report-saved .fr-alert--success');
	assert.match(
		await page.locator('.vg-timeline li').first().textContent(),
		/Tapé avant la fin de la session/,
	);
	await context.close();
});

test('what was typed is found again after leaving, and can be discarded', async () => {
	const { context, page } = await onAction('4.1');
	await type(page, { progress: 33, comment: 'Brouillon à retrouver.' });
	await page.reload();
	await settled(page);
	assert.equal(await page.inputValue('#r-comment'), 'Brouillon à retrouver.');
	assert.equal(await page.inputValue('#r-progress'), '33');
	await page.click('button:has-text("L’effacer")');
	assert.equal(await page.inputValue('#r-comment'), '');
	await page.reload();
	await settled(page);
	assert.equal(await page.inputValue('#r-comment'), '');
	await context.close();
});

test('without network nothing is lost, and the same sending is not written twice', async () => {
	const { context, page } = await onAction('4.2');
	await type(page, { progress: 44, comment: 'Envoyé dans un tunnel.' });
	await context.setOffline(true);
	await save(page);
	await page.waitForSelector('#report-faults .fr-alert--error');
	assert.match(await page.locator('#report-faults').textContent(), /ne répond pas/);
	await context.setOffline(false);
	await save(page);
	await page.waitForSelector('#report-saved .fr-alert--success');
	assert.equal(await page.locator('.vg-timeline li:has-text("Envoyé dans un tunnel.")').count(), 1);
	await context.close();
});

test('a refused field is named, explained and one link away', async () => {
	const { context, page } = await onAction('5.1');
	await page.check('#r-status-in_progress', { force: true });
	await page.fill('#r-progress', '10');
	await page.check('#r-confidence-secured', { force: true });
	await save(page);
	await page.waitForSelector('#report-faults .fr-alert--error');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'report-faults');
	await accessible(page, 'faults');
	await page.click('#report-faults a[href="#r-comment"]');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'r-comment');
	assert.notEqual(await page.locator('#r-comment-error').textContent(), '');
	assert.equal(await page.getAttribute('#r-comment', 'aria-invalid'), 'true');
	await context.close();
});

test('“nothing new” is one press', async () => {
	const { context, page, faults } = await onAction('5.2');
	await type(page, { progress: 12, comment: 'Un premier point.' });
	await save(page);
	await page.waitForSelector('#report-saved .fr-alert--success');
	const before = await page.locator('.vg-timeline > li').count();
	await page.click('button:has-text("Rien de nouveau")');
	await page.waitForFunction(
		(count) => document.querySelectorAll('.vg-timeline > li').length === count + 1,
		before,
	);
	assert.match(await page.locator('.vg-timeline > li').first().textContent(), /Rien de nouveau/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('a blocker is opened and closed from the page', async () => {
	const { context, page, faults } = await onAction('6.1');
	await page.click('button:has-text("Signaler un point de blocage")');
	await page.fill('#b-title', 'Salle de formation indisponible');
	await page.fill('#b-decision_needed', 'Trouver un autre site');
	await page.click('.vg-inline button:has-text("Signaler")');
	await page.waitForSelector('.vg-blocker:has-text("Salle de formation indisponible")');
	await page.click('.vg-blocker:has-text("Salle de formation") button:has-text("Lever")');
	await page.fill('.vg-blocker textarea', 'Une salle a été prêtée par l’école.');
	await page.click('.vg-blocker button:has-text("Lever le point de blocage")');
	await page.waitForFunction(() => !document.body.innerText.includes('Salle de formation indisponible'));
	assert.deepEqual(faults, []);
	await context.close();
});

test('someone who may only read sees no form', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/action.html?number=7.2');
	assert.equal(await page.locator('.vg-report').count(), 0);
	assert.match(await page.locator('#content').textContent(), /Lecture seule/);
	assert.deepEqual(faults, []);
	await context.close();
});
