/* What each role is offered: no more than it may do, and in words when it may not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, url, visit } from './browser.mjs';

const REFUSALS = /status of (401|403|412)/;
let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const referent = () =>
	JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find(({ grants }) =>
		grants.some(({ role, organisation, territories }) =>
			role === 'contributor' && organisation === 'DGPN' && territories.includes('93')),
	);

for (const [width, percent] of [
	[1280, 60],
	[390, 65],
])
	test(`a referent says where 7.2 stands in their département, at ${width} px`, async () => {
		const { context, page, faults } = await open(browser, { width });
		await signIn(page, referent(), '/action.html?number=7.2');
		assert.match(await page.locator('.vg-target').textContent(), /Seine-Saint-Denis – DGPN/);
		assert.equal(await page.locator('#r-target').count(), 0, 'one place to answer for: nothing to choose');
		await page.check('#r-status-in_progress', { force: true });
		await page.fill('#r-progress', String(percent));
		await page.fill('#r-comment', `Réunion locale tenue (${width}).`);
		await page.click('.vg-report .fr-btn:has-text("Enregistrer")');
		await page.waitForSelector('#report-saved .fr-alert--success');
		const latest = await page.locator('.vg-timeline li').first().textContent();
		assert.match(latest, /93[\s\S]*DGPN/);
		assert.ok(latest.includes(`${percent}\u202f%`), latest);
		assert.ok((await page.locator('.vg-target').textContent()).includes(`${percent}\u202f%`));
		await accessible(page, 'a deployment');
		await noSidewaysScroll(page, 'a deployment');
		await visit(page, '/');
		const moved = await page.locator('.vg-change').first().textContent();
		assert.match(moved, new RegExp(`Action 7\\.2[\\s\\S]*93 DGPN[\\s\\S]*${percent}\u202f%`));
		assert.deepEqual(faults, []);
		await context.close();
	});

test('what a referent does not answer for has no form and says who does', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, referent(), '/action.html?number=2.1');
	assert.equal(await page.locator('.vg-report, button:has-text("Signaler un point de blocage")').count(), 0);
	assert.match(await page.locator('#content').textContent(), /Lecture seule[\s\S]*Peuvent répondre/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('a right taken away while typing is refused in words, and nothing typed is lost', async () => {
	const { context, page } = await open(browser, { expected: REFUSALS });
	const who = referent();
	await signIn(page, who, '/action.html?number=7.3');
	await page.check('#r-status-in_progress', { force: true });
	await page.fill('#r-progress', '20');
	await page.fill('#r-comment', 'Tapé avant le retrait du droit.');
	const admin = await client(account('admin'));
	const person = (await admin('GET', `/people/${who.login}`)).data;
	const taken = person.grants[0];
	assert.equal((await admin('DELETE', `/grants/${taken.id}`)).status, 204);
	await page.click('.vg-report .fr-btn:has-text("Enregistrer")');
	await page.waitForSelector('#report-faults .fr-alert--error');
	assert.match(await page.locator('#report-faults').textContent(), /droit|accès|rôle|permet/i);
	assert.equal(await page.inputValue('#r-comment'), 'Tapé avant le retrait du droit.');
	const { role, plan: code, organisation, territories } = taken;
	const given = await admin('POST', '/grants', { person: who.login, role, plan: code, organisation, territories });
	assert.equal(given.status, 201, JSON.stringify(given.data));
	await context.close();
});

for (const lang of ['fr-FR', 'en-GB'])
	test(`an administrator is told what the account is for (${lang})`, async () => {
		const { context, page, faults } = await open(browser, { lang, scheme: 'dark' });
		await signIn(page, account('admin'));
		assert.match(await page.locator('h1').textContent(), /administ/);
		assert.equal(await page.locator('.fr-nav').count(), 0, 'no plan is offered');
		await accessible(page, 'administrator');
		await page.click('#content a.fr-btn');
		await settled(page);
		assert.match(await page.locator('section[aria-labelledby=admin]').textContent(), /vigie user add[\s\S]*c\.martin/);
		await accessible(page, 'administration');
		assert.deepEqual(faults, [], 'nothing is asked for that is refused');
		await context.close();
	});

test('the account page closes another session, and that browser has to sign in again', async () => {
	const who = account('viewer');
	const first = await open(browser);
	await signIn(first.page, who);
	const second = await open(browser);
	await signIn(second.page, who, '/account.html');
	const others = second.page.locator('.vg-session:has-text("Autre session")');
	let left = await others.count();
	assert.ok(left > 0);
	while (left-- > 0) {
		await others.first().locator('button').click();
		await second.page.waitForFunction(
			(count) => document.querySelectorAll('.vg-session').length === count,
			left + 1,
		);
	}
	await first.page.goto(`${url}/`);
	await first.page.waitForURL(/sign-in/);
	assert.deepEqual(second.faults, []);
	await first.context.close();
	await second.context.close();
});

test('a password is changed, a wrong one refused, and a one-time link opens the account again', async () => {
	const { context, page } = await open(browser, { expected: /status of (401|403|409|422)/ });
	const who = account('analyst');
	const chosen = 'une phrase assez longue et inattendue';
	await signIn(page, who, '/account.html');
	await page.fill('#p-current', 'ce n’est pas celui-là');
	await page.fill('#p-password', chosen);
	await page.click('button:has-text("Changer le mot de passe")');
	await page.waitForSelector('#p-faults .fr-alert--error');
	await page.fill('#p-current', who.password);
	await page.fill('#p-password', chosen);
	await page.click('button:has-text("Changer le mot de passe")');
	await page.waitForSelector('.fr-alert--success');
	const code = await (await client(account('admin')))('POST', `/people/${who.login}/password-codes`);
	assert.equal(code.status, 201);
	const link = new URL(code.data.url ?? code.data.link);
	await context.clearCookies();
	await page.goto(url + link.pathname + link.search + link.hash);
	await page.fill('#password', who.password);
	await page.fill('#again', who.password);
	await page.click('form .fr-btn');
	await page.waitForSelector('.fr-alert--success');
	await signIn(page, who);
	await context.close();
});

test('a milestone is marked as reached by who leads the action, and shown to everybody', async () => {
	const api = await client(account('coordinator'));
	const made = await api('POST', `/plans/${plan()}/actions/13.1/milestones`, {
		title_fr: 'Convention signée',
		due_on: '2026-12-15',
	});
	assert.equal(made.status, 201, JSON.stringify(made.data));
	const { context, page, faults } = await open(browser);
	await signIn(page, account('coordinator'), '/action.html?number=13.1');
	await page.click('.vg-milestone button:has-text("Marquer comme atteint")');
	await page.waitForSelector('.vg-milestone:has-text("Atteint le")');
	assert.equal(await page.locator('.vg-milestone button').count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});

test('a day is written the French way whatever the browser speaks, and read back', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('coordinator'), '/action.html?number=14.1');
	await page.check('#r-status-done', { force: true });
	assert.match(await page.inputValue('#r-done_on'), /^\d\d\/\d\d\/\d{4}$/);
	await page.fill('#r-done_on', '02/10/2026');
	await page.click('.vg-report .fr-btn:has-text("Enregistrer")');
	await page.waitForSelector('#report-saved .fr-alert--success');
	assert.match(await page.locator('.vg-timeline li').first().textContent(), /2\u00a0octobre\u00a02026/);
	await visit(page, '/');
	await page.fill('#as-of', '31/06/2026');
	assert.equal(await page.$eval('#as-of', (one) => one.validity.customError), true, '31 June is no day');
	assert.deepEqual(faults, []);
	await context.close();
});
