/* A coordinator runs a campaign to its close, on pages alone: the roster, opening, a moved due day, a colleague who was faster, closing, opening again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

test('from the roster to the close', async () => {
	const { context, page, faults } = await open(browser, { expected: /status of (409|412|422)/ });
	const api = await client(account('coordinator'));
	const campaigns = `/plans/${plan()}/campaigns`;
	const month = (await api('GET', campaigns)).data.items[0].period;
	await signIn(page, account('coordinator'), `/campaign.html?period=${month}`);
	const done = () => page.waitForSelector('section[aria-labelledby=manage] .fr-alert--success');
	const field = (id, value) => page.fill(`#${id}`, value);

	await page.click('summary:has-text("Annuaire")');
	await page.click('button:has-text("Ajouter un poste")');
	await page.selectOption('#r-kind', 'exempt');
	await page.selectOption('#r-organisation', 'DGGN');
	await field('r-territories', '1 75');
	await accessible(page, 'adding a seat');
	await page.click('.vg-inline button:has-text("Ajouter un poste")');
	await page.waitForSelector('#seat-failed .fr-alert--error');
	assert.match(await page.locator('#seat-failed').textContent(), /01[\s\S]*exempt/, 'every fault at once, with what would be right');
	await field('r-territories', '75');
	await field('r-reason', 'Ressort de la préfecture de police');
	await page.click('.vg-inline button:has-text("Ajouter un poste")');
	await done();

	/* a colleague moves the due day first: both versions are shown */
	await page.click('button:has-text("Modifier")');
	await field('m-due_on', '20/12/2099');
	const now = await api('GET', `${campaigns}/${month}`);
	const moved = await api('PATCH', `${campaigns}/${month}`, { due_on: '2099-12-15', reason: 'Vacances' }, { 'If-Match': now.etag });
	assert.equal(moved.status, 200, JSON.stringify(moved.data));
	await field('m-reason', 'Élections');
	await page.click('#changing button:has-text("Enregistrer")');
	await page.waitForSelector('.vg-conflict');
	assert.match(await page.locator('.vg-conflict').textContent(), /20[\s\S]*2099[\s\S]*15[\s\S]*2099/);
	await accessible(page, 'a conflict on a campaign');
	await page.click('.vg-conflict button:has-text("Enregistrer ma saisie")');
	await done();
	assert.equal((await api('GET', `${campaigns}/${month}`)).data.due_on, '2099-12-20');

	/* closing says what it does, then does it */
	await page.click('button:has-text("Clore")');
	assert.match(await page.locator('#closing').textContent(), /brouillons restent[\s\S]*n’ont rien dit/);
	await accessible(page, 'before closing');
	await noSidewaysScroll(page, 'before closing');
	await page.click('button:has-text("Clore maintenant")');
	await done();
	assert.equal((await api('GET', `${campaigns}/${month}`)).data.state, 'closed');
	await page.click('button:has-text("Rouvrir la campagne")');
	await field('m-reason', 'Une réponse attendue');
	await page.click('#reopening button:has-text("Rouvrir")');
	await done();

	/* the next month, with the figures of the last one */
	await page.click('button:has-text("Ouvrir une campagne")');
	const next = await page.inputValue('#m-period');
	assert.ok(next > month, next);
	await page.click('#opening button:has-text("Ouvrir une campagne")');
	await page.waitForURL(new RegExp(`period=${next}`));
	await settled(page);
	const opened = (await api('GET', `${campaigns}/${next}`)).data;
	assert.deepEqual(opened.series.map(({ id }) => id).sort(), moved.data.series.map(({ id }) => id).sort());
	assert.deepEqual(faults, []);
	await context.close();
});
