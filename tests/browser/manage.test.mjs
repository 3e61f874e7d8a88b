/* A coordinator runs a campaign to its close, on pages alone: the roster, opening, a moved due day, a colleague who was faster, closing, opening again. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn } from './browser.mjs';

const picture = process.env.SCREENS && ((page, name) => page.screenshot({ path: `build/screens/${name}.png`, fullPage: true }));
let browser;
before(async () => {
	if (picture) mkdirSync('build/screens', { recursive: true });
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

const person = (organisation, territory) => JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8'))
	.find(({ grants }) => grants.some((grant) => grant.role === 'contributor' && grant.organisation === organisation && grant.territories.includes(territory)));

for (const [width, scheme, lang] of [[1280, 'light', 'fr-FR'], [390, 'dark', 'en-GB']])
	test(`every seat of one person goes to another: first what it moves, then, confirmed, done (${width} px, ${lang})`, async () => {
		const english = lang === 'en-GB', [leaver, successor] = english ? [person('DGGN', '01'), person('DGPN', '93')] : [person('DGPN', '93'), person('DGGN', '01')];
		const { context, page, faults } = await open(browser, { width, scheme, lang, expected: /status of (409|422)/ });
		await signIn(page, account('coordinator'), '/campaign.html');
		await page.click('.vg-panel summary:has-text("Annuaire"), .vg-panel summary:has-text("Roster")');
		await page.click(`button:has-text("${english ? 'Hand over every seat' : 'Transmettre tous les postes'}")`);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'h-from');
		await page.fill('#h-from', 'personne');
		await page.fill('#h-to', successor.login);
		const look = page.locator(`#hand-over button:has-text("${english ? 'See what would change' : 'Voir ce qui changerait'}")`);
		await look.click();
		await page.waitForSelector('#hand-over-failed .fr-alert--error');
		assert.match(await page.locator('#hand-over-failed').textContent(), /personne/);
		await page.fill('#h-from', leaver.login);
		await look.click();
		await page.waitForSelector('#h-preview');
		const preview = await page.locator('#hand-over').textContent();
		assert.match(preview, english ? /go(es)? to .+:/ : /pass(e|ent) à .+/);
		assert.match(preview, english ? /Rights that .+ lacks/ : /Droits qui manquent/);
		await accessible(page, 'a hand-over before it is confirmed');
		await noSidewaysScroll(page, 'a hand-over before it is confirmed');
		await picture?.(page, `handover-preview-${width}-${scheme}`);
		/* what is typed anew is looked at anew */
		await page.fill('#h-on', '31/12/2098');
		assert.equal(await page.locator('#h-preview').count(), 0);
		await page.fill('#h-on', '');
		await look.click();
		const now = page.locator('#hand-over .vg-buttons button').first();
		await page.waitForSelector('#h-preview');
		await now.click();
		await page.waitForSelector('#hand-over-failed .fr-alert--error');
		await page.fill('#h-reason', 'Mutation (exemple fictif)');
		await now.click();
		await page.waitForSelector('section[aria-labelledby=manage] .fr-alert--success');
		const panel = await page.locator('section[aria-labelledby=manage]').textContent();
		assert.match(panel, /Mutation \(exemple fictif\)/);
		const { data } = await (await client(account('coordinator')))('GET', `/plans/${plan()}/handovers`);
		assert.equal(data.items[0].reason, 'Mutation (exemple fictif)');
		await accessible(page, 'hand-overs that were done');
		await picture?.(page, `handover-done-${width}-${scheme}`);
		assert.deepEqual(faults, []);
		await context.close();
	});

test('a deputy is told for which unit, and for whom, the report answers', async () => {
	const api = await client(account('coordinator'));
	const who = person('DGPN', '93');
	const seat = await api('POST', `/plans/${plan()}/roster`, { kind: 'deputy', organisation: 'DGPN', territories: ['75'], person: who.login, from_on: '2024-01-01' });
	assert.equal(seat.status, 201, JSON.stringify(seat.data));
	const { context, page, faults } = await open(browser, { width: 390 });
	await signIn(page, who, '/report.html');
	const unit = page.locator('a', { hasText: 'Paris (75)' });
	assert.match(await unit.locator('xpath=..').textContent(), /suppléance/);
	await unit.click();
	await settled(page);
	assert.match(await page.locator('.fr-alert--info').first().textContent(), /Vous répondez par suppléance pour Paris \(75\)/);
	await accessible(page, 'the report of a deputy');
	await noSidewaysScroll(page, 'the report of a deputy');
	await picture?.(page, 'deputy-390-light');
	assert.deepEqual(faults, []);
	await context.close();
});
