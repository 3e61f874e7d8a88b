/* Sign-in → home → action 7.2 → report → home, on a wide screen and a phone, light and dark. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, launch, noSidewaysScroll, open, settled, signIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const cases = [
	[1280, 'light', 35],
	[1280, 'dark', 36],
	[390, 'light', 38],
	[390, 'dark', 40],
];
for (const [width, scheme, percent] of cases)
	test(`the whole journey at ${width} px, ${scheme}`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme });
		const look = async (what) => {
			await accessible(page, what);
			await noSidewaysScroll(page, what);
		};
		await page.goto(`${url}/`);
		await page.waitForURL(/sign-in/);
		await page.waitForSelector('#sign-in-login');
		await look('sign-in');
		await signIn(page, account('coordinator'));
		await look('home');
		assert.equal(await page.locator('a.vg-tile').count(), 54, 'each action has its tile');
		assert.equal(await page.locator('#measures').textContent(), '22\u00a0mesures');

		await page.click('a.vg-tile[href$="number=7.2"]');
		await page.waitForURL(/action\.html/);
		await settled(page);
		await look('action');
		const sentence = `Deux réunions tenues ce mois-ci (${width}, ${scheme}).`;
		await page.check('#r-status-in_progress', { force: true });
		await page.fill('#r-progress', String(percent));
		await page.check('#r-confidence-support_needed', { force: true });
		await page.fill('#r-comment', sentence);
		await page.click('.vg-report .fr-btn:has-text("Enregistrer")');
		await page.waitForSelector('#report-saved .fr-alert--success');
		assert.match(
			await page.locator('.vg-timeline li').first().textContent(),
			new RegExp(`${percent}\u202f%[\\s\\S]*Deux réunions`),
		);
		assert.equal(await page.inputValue('#r-comment'), '', 'the form starts again');
		await look('action, saved');

		await page.click('.fr-header__home');
		await settled(page);
		const name = await page.locator('a.vg-tile[href$="number=7.2"]').getAttribute('aria-label');
		assert.match(name, /En cours/);
		await page.waitForFunction(
			() => !document.querySelector('#indicators ~ * .vg-badge--stale, .vg-indicator .vg-badge--stale'),
			null,
			{ timeout: 10000 },
		);
		assert.match(await page.locator('section[aria-labelledby=changes]').textContent(), /Action 7\.2/);
		assert.deepEqual(faults, []);
		await context.close();
	});
