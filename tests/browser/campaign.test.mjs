/* The month's report and the coordinators' board: one journey between the two, and what must not be lost on the way. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, visit } from './browser.mjs';
import { publishRule } from './publish.mjs';

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

const month = async () => (await (await client(account('coordinator')))('GET', `/plans/${plan()}/campaigns`)).data.items[0].period;
const units = async () =>
	(await (await client(account('coordinator')))('GET', `/plans/${plan()}/campaigns/${await month()}`)).data.units;
/* The field of one figure, by its series and label. */
const field = (page, series, label) =>
	page.locator(`fieldset:has(legend:has-text("${series}")) .vg-asked:has(.fr-label:text-is("${label ?? series}")) input.fr-input`);
const fines = (page) => field(page, 'Clients verbalisés');
const send = (page) => page.click('button:has-text("Envoyer la remontée")');
const draftSaved = (page) => page.waitForSelector('#monthly-status:has-text("Brouillon enregistré")');
async function fillAll(page, value) {
	const inputs = page.locator('.vg-asked input.fr-input');
	for (let i = 0; i < (await inputs.count()); i++) await inputs.nth(i).fill(String(value));
}

test('a contributor answers on a phone, the coordinator returns one figure, it is corrected, then validated', async () => {
	const before_ = await units();
	const phone = await open(browser, { width: 390, height: 800, scheme: 'dark', expected: REFUSALS });
	await signIn(phone.page, martin(), '/report.html');
	assert.match(await phone.page.locator('#content').textContent(), /Seine-Saint-Denis[\s\S]*Remontée de/);
	await accessible(phone.page, 'an empty report');
	await noSidewaysScroll(phone.page, 'an empty report');

	/* what is no number is told at its field, and the rest stays as typed */
	await fillAll(phone.page, 3);
	await fines(phone.page).fill('douze');
	await draftSaved(phone.page);
	await send(phone.page);
	await phone.page.waitForSelector('#monthly-faults .fr-alert--error');
	assert.match(await phone.page.locator('#monthly-faults').textContent(), /Clients verbalisés[\s\S]*douze[\s\S]*pas un nombre/);
	assert.equal(await fines(phone.page).getAttribute('aria-invalid'), 'true');
	await accessible(phone.page, 'a report with a fault');
	await fines(phone.page).fill('1 200');
	await send(phone.page);
	await phone.page.waitForSelector('#monthly-done .fr-alert--success');
	assert.equal(await phone.page.evaluate(() => document.activeElement.id), 'monthly-done');
	await accessible(phone.page, 'a report that was sent');
	assert.equal((await units()).answered, before_.answered + 1, 'completeness rises');

	const board = await open(browser, { expected: REFUSALS });
	await signIn(board.page, account('coordinator'), '/campaign.html');
	await accessible(board.page, 'the board');
	const shown = await board.page.locator('#count-validated').textContent();
	await board.page.selectOption('#f-state', 'submitted');
	await board.page.waitForURL(/state=submitted/);
	await board.page.click('a:has-text("Seine-Saint-Denis (93) – DGPN")');
	await settled(board.page);
	assert.match(await board.page.locator('.vg-series:has(h3:has-text("Clients verbalisés"))').textContent(), /1\u202f200\s+Envoyée/);
	const returned = board.page.locator('.vg-series:has(h3:has-text("Clients verbalisés")) button:has-text("Renvoyer")');
	await returned.click();
	await board.page.click('.vg-inline button.fr-btn:has-text("Renvoyer")');
	await board.page.waitForSelector('#c-reason-error:not(:empty)');
	await board.page.fill('#c-reason', 'Cent fois plus que d’habitude : une virgule ?');
	await accessible(board.page, 'returning a figure');
	await board.page.click('.vg-inline button.fr-btn:has-text("Renvoyer")');
	await board.page.waitForSelector('#judged .fr-alert--success');
	assert.equal(await board.page.locator('button:has-text("Valider la remontée")').count(), 0, 'a figure is awaited');

	await visit(phone.page, '/report.html');
	assert.match(await phone.page.locator('.vg-returned').textContent(), /une virgule/);
	assert.equal(await phone.page.locator('.vg-asked input.fr-input').count(), 1, 'the others stay accepted');
	assert.match(await phone.page.locator('.vg-series:has(legend:has-text("Auditions de victimes")) .vg-asked').textContent(), /3\s+Accepté/);
	await accessible(phone.page, 'a figure that came back');
	await fines(phone.page).fill('12');
	await send(phone.page);
	await phone.page.waitForSelector('#monthly-done .fr-alert--success');

	await board.page.reload();
	await settled(board.page);
	await board.page.click('button:has-text("Valider la remontée")');
	await board.page.waitForSelector('#judged .fr-alert--success');
	assert.equal(Number(await board.page.locator('#count-validated').textContent()), Number(shown) + 1);
	await board.page.locator('.vg-series:has(h3:has-text("Clients verbalisés")) summary').click();
	assert.match(await board.page.locator('.vg-thread[open]').textContent(), /Accepté[\s\S]*12[\s\S]*Corrigé[\s\S]*Renvoyé[\s\S]*1\u202f200[\s\S]*une virgule/);
	await accessible(board.page, 'a validated report');
	assert.deepEqual([...phone.faults, ...board.faults], []);

	/* and a validated figure may still be revised, with a reason */
	await visit(phone.page, '/report.html');
	const series = phone.page.locator('.vg-series:has(legend:has-text("Clients verbalisés"))');
	await series.locator('button:has-text("Réviser")').click();
	await phone.page.fill('#v-typed', '13');
	await series.locator('.vg-inline button:has-text("Réviser")').click();
	await phone.page.waitForSelector('#v-reason-error:not(:empty)');
	await phone.page.fill('#v-reason', 'Un procès-verbal retrouvé.');
	await series.locator('.vg-inline button:has-text("Réviser")').click();
	await phone.page.waitForSelector('#monthly-done .fr-alert--success');
	assert.match(await series.textContent(), /13/);
	await phone.context.close();
	await board.context.close();
});

test('nothing new takes one tap, and says that it is an answer', async () => {
	const { context, page, faults } = await open(browser, { width: 390, height: 800 });
	await signIn(page, perrin(), '/report.html');
	await page.click('button:has-text("Rien")');
	await page.waitForSelector('#monthly-done .fr-alert--success');
	assert.match(await page.locator('#content').textContent(), /rien à signaler ce mois-ci/);
	await accessible(page, 'nothing new');
	assert.deepEqual(faults, []);
	await context.close();
});

test('what a rule warns of is told at its figure; what it stops is sent with a reason, which the coordinator reads', async () => {
	await publishRule();
	const phone = await open(browser, { width: 390, height: 800, expected: REFUSALS });
	await signIn(phone.page, perrin(), '/report.html');
	await fillAll(phone.page, 3);
	await fines(phone.page).fill('4 321');
	await field(phone.page, 'Auditions de victimes').fill('77');
	await phone.page.waitForSelector('.vg-remarks:has-text("À confirmer.")');
	assert.match(await phone.page.locator('.vg-series:has-text("Auditions de victimes") .vg-remarks').textContent(), /À vérifier\.\s+Beaucoup d’auditions/);
	await accessible(phone.page, 'remarks of rules');
	await noSidewaysScroll(phone.page, 'remarks of rules');
	await phone.page.screenshot({ path: 'build/screens/rules-390-light.png', fullPage: true });

	await send(phone.page);
	await phone.page.waitForSelector('#monthly-faults .fr-alert--error');
	assert.match(await phone.page.locator('#monthly-faults').textContent(), /Clients verbalisés[\s\S]*faute de frappe[\s\S]*confirmez-le/);
	const word = phone.page.locator('.vg-asked textarea');
	assert.equal(await word.count(), 1);
	assert.equal(await word.getAttribute('aria-invalid'), 'true');
	await accessible(phone.page, 'a figure to confirm');
	await word.fill('Opération nationale du 12.');
	await draftSaved(phone.page);
	/* another figure is confirmed anew */
	await fines(phone.page).fill('4321');
	assert.equal(await word.inputValue(), '');
	await word.fill('Opération nationale du 12, vérifiée.');
	await send(phone.page);
	await phone.page.waitForSelector('#monthly-done .fr-alert--success');
	assert.match(await phone.page.locator('#content').textContent(), /Confirmé[\s\S]*Opération nationale du 12, vérifiée/);
	await phone.context.close();

	const board = await open(browser, { scheme: 'dark' });
	await signIn(board.page, account('coordinator'), '/campaign.html?territory=01&unit=DGGN');
	assert.match(await board.page.locator('.vg-series:has(h3:has-text("Clients verbalisés"))').textContent(), /faute de frappe[\s\S]*Confirmé[\s\S]*vérifiée/);
	await accessible(board.page, 'a confirmed figure on the board');
	await board.page.screenshot({ path: 'build/screens/rules-1280-dark.png', fullPage: true });
	assert.deepEqual(board.faults, []);
	await board.context.close();
});

test('a conflict, an ended session and silence keep what was typed', async () => {
	const { context, page } = await open(browser, { expected: REFUSALS });
	const address = `/report.html?territory=06&organisation=ALC`;
	await signIn(page, benali(), address);
	const first = page.locator('.vg-asked input.fr-input').first();
	await first.fill('4');
	await draftSaved(page);

	/* somebody else of the unit types meanwhile */
	const other = await client(benali());
	const where = `/plans/${plan()}/campaigns/${await month()}/reports/06/ALC`;
	const now = await other('GET', where);
	const { series, dims } = now.data.figures[0];
	const put = await other('PUT', where, { figures: [{ series, dims, typed: '9' }] }, { 'If-Match': now.etag });
	assert.equal(put.status, 200, JSON.stringify(put.data));
	await first.fill('5');
	await page.waitForSelector('.vg-conflict');
	assert.match(await page.locator('.vg-conflict').textContent(), /5[\s\S]*9/);
	await accessible(page, 'a conflict');
	await page.click('button:has-text("Enregistrer ma saisie")');
	await draftSaved(page);
	assert.equal((await other('GET', where)).data.draft.figures[0].typed, '5');

	/* silence: this browser keeps it, and gives it back after a reload */
	await context.setOffline(true);
	await first.fill('6');
	await page.waitForSelector('#monthly-status .fr-error-text');
	await context.setOffline(false);
	await page.reload();
	await settled(page);
	assert.equal(await first.inputValue(), '6');

	/* the session ends: signing in again in place, then it is sent */
	await fillAll(page, 6);
	await draftSaved(page);
	await context.clearCookies();
	await send(page);
	await page.waitForSelector('dialog[open]');
	await page.fill('#again-password', benali().password);
	await page.keyboard.press('Enter');
	await page.waitForSelector('#monthly-done .fr-alert--success');
	assert.equal((await other('GET', where)).data.figures[0].value, 6);
	await context.close();
});

for (const [width, scheme, lang] of [[1280, 'dark', 'en-GB'], [390, 'light', 'fr-FR'], [320, 'light', 'fr-FR']])
	test(`the board and the report at ${width} px, ${scheme}, ${lang}`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme, lang });
		await signIn(page, account('coordinator'), '/campaign.html');
		await accessible(page, 'the board');
		await noSidewaysScroll(page, 'the board');
		const { data } = await (await client(account('coordinator')))('GET', `/plans/${plan()}/campaigns/${await month()}/reports?state=submitted`);
		const [line] = data.items;
		await visit(page, `/campaign.html?territory=${line.territory}&unit=${line.organisation.code}`);
		await accessible(page, 'a report on the board');
		await noSidewaysScroll(page, 'a report on the board');
		assert.deepEqual(faults, []);
		await context.close();
	});

test('a reader sees who has answered, and no figure of anybody', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/campaign.html?state=submitted');
	assert.ok((await page.locator('#completeness').textContent()).includes('%'));
	assert.equal(await page.locator('section[aria-labelledby=lines] th[scope=row] a').count(), 0);
	await visit(page, '/report.html');
	assert.match(await page.locator('#content').textContent(), /Aucune remontée ne vous est demandée/);
	await accessible(page, 'nothing asked');
	assert.deepEqual(faults, []);
	await context.close();
});

test('the report is answered with the keyboard alone', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, martin(), '/campaign.html');
	await page.locator('a:has-text("Ma remontée")').focus();
	await page.keyboard.press('Enter');
	await page.waitForURL(/report\.html/);
	await settled(page);
	const reached = new Set();
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press('Tab');
		reached.add(await page.evaluate(() => document.activeElement.closest('.vg-asked') && 'figure'));
	}
	assert.ok(reached.has('figure'), 'each figure has something to reach');
	assert.deepEqual(faults, []);
	await context.close();
});
