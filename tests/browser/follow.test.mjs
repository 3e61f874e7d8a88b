/* What one has of one's own: following a measure, an action, a département, what moved in it alone; the address of one's calendar. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { dayIn } from '../integration/client.mjs';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, visit } from './browser.mjs';

const picture = process.env.SCREENS && ((page, name) => page.screenshot({ path: `build/screens/${name}.png`, fullPage: true }));
let browser;
before(async () => {
	if (picture) mkdirSync('build/screens', { recursive: true });
	browser = await launch();
});
after(() => browser?.close());

for (const [width, scheme, lang, role] of [[1280, 'light', 'fr-FR', 'viewer'], [390, 'dark', 'en-GB', 'analyst']])
	test(`a ${role} follows what is on a page, by keyboard, and no more (${width} px, ${lang})`, async () => {
		const english = lang === 'en-GB';
		const { context, page, faults } = await open(browser, { width, scheme, lang });
		await signIn(page, account(role), '/measure.html?number=7');
		const button = page.locator('#follow');
		for (const [where, name] of [['/measure.html?number=7', 'measure'], ['/action.html?number=2.1', 'action'], ['/territory.html?code=93', 'territory']]) {
			await visit(page, where);
			assert.equal((await button.textContent()).trim(), english ? 'Follow' : 'Suivre');
			await button.focus();
			await page.keyboard.press('Enter');
			await page.waitForFunction((text) => document.querySelector('#follow').textContent.includes(text), english ? 'You follow' : 'Vous suivez');
			await page.waitForFunction(() => /courriel|mail/.test(document.getElementById('announce').textContent));
			assert.equal(await page.evaluate(() => document.activeElement.id), 'follow', 'the keyboard stays where it was');
			await accessible(page, name);
			await noSidewaysScroll(page, name);
			await picture?.(page, `follow-${name}-${width}-${scheme}`);
		}
		await page.reload();
		await settled(page);
		assert.match(await button.textContent(), english ? /You follow/ : /Vous suivez/);
		await visit(page, `/territory.html?code=93&as_of=${dayIn('Europe/Paris')}`);
		assert.equal(await button.count(), 0, 'a day is looked at, not followed');

		await visit(page, '/account.html');
		const list = page.locator('section:has(#follows)');
		assert.equal(await list.locator('li').count(), 3);
		await page.check('#digest-daily', { force: true });
		await page.waitForFunction(() => document.getElementById('announce').textContent !== '');
		await accessible(page, 'the account page');
		await noSidewaysScroll(page, 'the account page');
		await picture?.(page, `follow-account-${width}-${scheme}`);
		const stop = list.locator('li', { hasText: 'Seine-Saint-Denis' }).locator('button');
		await stop.press('Enter');
		await page.waitForFunction(() => document.querySelectorAll('section:has(#follows) li').length === 2);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'follows');
		await page.reload();
		await settled(page);
		assert.equal(await list.locator('li').count(), 2);
		assert.ok(await page.isChecked('#digest-daily'));

		const api = await client(account('coordinator'));
		for (const number of ['2.1', '1.1']) {
			const { etag } = await api('GET', `/plans/${plan()}/actions/${number}`);
			const said = await api('POST', `/plans/${plan()}/actions/${number}/status-reports`, { status: 'in_progress', progress: 20 + (width % 7) }, { 'If-Match': etag });
			assert.equal(said.status, 201, JSON.stringify(said.data));
		}
		await list.locator('a', { hasText: english ? 'What moved in it' : 'Ce qui y a bougé' }).click();
		await settled(page);
		assert.ok(await page.isChecked('#followed'));
		const moves = page.locator('.vg-moves');
		assert.match((await moves.allTextContents()).join(), /Action 2\.1/);
		assert.doesNotMatch((await moves.allTextContents()).join(), /Action 1\.1/);
		await accessible(page, 'what moved');
		await noSidewaysScroll(page, 'what moved');
		await picture?.(page, `follow-since-${width}-${scheme}`);
		await page.uncheck('#followed', { force: true });
		await page.waitForFunction(() => /Action 1\.1/.test(document.querySelector('main').textContent));
		assert.equal(new URL(page.url()).searchParams.get('followed'), null, 'the address is the state');
		assert.deepEqual(faults, []);
		await context.close();
	});

for (const [width, scheme, lang] of [[1280, 'dark', 'fr-FR'], [390, 'light', 'en-GB']])
	test(`the address of one’s calendar is made, shown once, and revoked, by keyboard (${width} px, ${lang})`, async () => {
		const english = lang === 'en-GB';
		const { context, page, faults } = await open(browser, { width, scheme, lang });
		await signIn(page, account('viewer'), '/calendar.html');
		await page.click(`a:has-text("${english ? 'In my own calendar' : 'Dans mon agenda'}")`);
		await settled(page);
		const panel = page.locator('section[aria-labelledby=calendar]');
		await panel.locator('button').press('Enter');
		await page.waitForSelector('#calendar-address');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'calendar-address');
		const address = await page.inputValue('#calendar-address');
		const feed = await fetch(address);
		assert.equal(feed.status, 200);
		assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n[\s\S]*\/actions\/7\.2@/);
		await accessible(page, 'the address of a calendar');
		await noSidewaysScroll(page, 'the address of a calendar');
		await picture?.(page, `calendar-address-${width}-${scheme}`);
		await page.reload();
		await settled(page);
		assert.equal(await page.locator('#calendar-address').count(), 0, 'shown once');
		assert.match(await panel.textContent(), english ? /counts until\s\d+\s\w+\s20\d\d\.\s+Read on/ : /vaut jusqu’au\s\d+\S*\s\S+\s20\d\d\.\s+Lue le/);
		await panel.locator('button').last().press('Enter');
		await page.waitForFunction(() => document.querySelectorAll('section[aria-labelledby=calendar] button').length === 1);
		assert.equal((await fetch(address)).status, 401);
		await accessible(page, 'without an address');
		assert.deepEqual(faults, []);
		await context.close();
	});
