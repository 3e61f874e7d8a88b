/* What stands behind an action: evidence that is what it says, what was verified by whom, what it costs, where it is deployed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

test('a coordinator adds evidence and a budget, verifies what is declared done; a file that is not what it says is refused', async () => {
	const api = await client(account('coordinator'));
	const self = `/plans/${plan()}/actions/7.2`;
	const done = await api('POST', `${self}/status-reports`, { status: 'done', progress: 100 }, { 'If-Match': (await api('GET', self)).etag });
	assert.equal(done.status, 201);
	const { context, page, faults } = await open(browser, { expected: /status of (415|422)/ });
	await signIn(page, account('coordinator'), '/action.html?number=7.2');
	assert.match(await page.locator('section[aria-labelledby=verified]').textContent(), /Déclarée réalisée, pas encore vérifiée/);
	const deployed = await page.locator('section[aria-labelledby=deployments]').textContent();
	assert.match(deployed, /Déclaré pour l’action[\s\S]*Réalisée[\s\S]*divergent[\s\S]*Ain \(01\)/);
	await accessible(page, 'an action with what stands behind it');
	await noSidewaysScroll(page, 'an action');

	await page.click('button:has-text("Ajouter un justificatif")');
	await page.fill('#evidence-title', 'Compte rendu');
	await page.setInputFiles('#evidence-file', { name: 'compte-rendu.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>non</html>') });
	await accessible(page, 'adding evidence');
	await page.click('.vg-inline button:has-text("Ajouter un justificatif")');
	await page.waitForSelector('#evidence-failed .fr-alert--error');
	assert.equal(await page.inputValue('#evidence-title'), 'Compte rendu', 'what was typed stays');
	await page.setInputFiles('#evidence-file', { name: 'compte-rendu.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%essai') });
	await page.click('.vg-inline button:has-text("Ajouter un justificatif")');
	await page.waitForSelector('section[aria-labelledby=evidence] a:has-text("Compte rendu")');
	assert.match(await page.locator('section[aria-labelledby=evidence]').textContent(), /compte-rendu\.pdf[\s\S]*SHA-256 [0-9a-f]{64}/);
	const [download] = await Promise.all([page.waitForEvent('download'), page.click('section[aria-labelledby=evidence] a:has-text("Compte rendu")')]);
	assert.equal(download.suggestedFilename(), 'compte-rendu.pdf');

	await page.fill('#verified-remark', 'Compte rendu lu');
	await page.click('button:has-text("Vérifier")');
	await page.waitForSelector('section[aria-labelledby=verified] .vg-badge--done');
	assert.match(await page.locator('section[aria-labelledby=verified]').textContent(), /Vérifiée[\s\S]*par [\s\S]*Compte rendu lu/);

	await page.click('button:has-text("Ajouter une ligne")');
	await page.fill('#budget-funding', 'BOP 176');
	await page.fill('#budget-planned', '12 000,50');
	await page.click('section[aria-labelledby=budget] button:has-text("Enregistrer")');
	await page.waitForSelector('section[aria-labelledby=budget] th:has-text("BOP 176")');
	await page.click('section[aria-labelledby=budget] button:has-text("Modifier")');
	await page.fill('#budget-spent', '300');
	await page.click('section[aria-labelledby=budget] button:has-text("Enregistrer")');
	await page.waitForSelector('section[aria-labelledby=budget] td:has-text("300")');
	await page.click('summary:has-text("Historique des montants")');
	await page.waitForSelector('section[aria-labelledby=budget] li:has-text("12\u202f000,5")');
	await accessible(page, 'a budget with its history');
	assert.deepEqual(faults, []);
	await context.close();
});

test('a reader sees all of it and changes nothing, on a phone too', async () => {
	const { context, page, faults } = await open(browser, { width: 320, height: 800, scheme: 'dark' });
	await signIn(page, account('viewer'), '/action.html?number=7.2');
	assert.equal(await page.locator('button:has-text("Ajouter")').count(), 0);
	await accessible(page, 'read on a phone');
	await noSidewaysScroll(page, 'read on a phone');
	await visit(page, '/gaps.html');
	assert.deepEqual(faults, []);
	await context.close();
});
