/* The journey with the keyboard alone, the focus always visible. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, launch, open, settled, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const focused = (page) =>
	page.evaluate(() => {
		const one = document.activeElement;
		const seen = one.matches('input[type=radio]') ? (one.nextElementSibling ?? one) : one;
		const box = one.getBoundingClientRect();
		return {
			id: one.id,
			text: (one.getAttribute('aria-label') ?? one.textContent ?? '').trim(),
			tag: one.tagName,
			outline: getComputedStyle(seen).outlineStyle,
			shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
		};
	});

/* Tab until something fits; each stop must be on screen with a visible outline. */
async function tabTo(page, fits, limit = 160) {
	for (let i = 0; i < limit; i++) {
		await page.keyboard.press('Tab');
		const now = await focused(page);
		if (now.tag === 'BODY') continue;
		assert.notEqual(now.outline, 'none', `the focus shows on ${now.tag} ${now.id} ${now.text.slice(0, 60)}`);
		assert.ok(now.shown, `the focus is on screen on ${now.tag} ${now.id} ${now.text.slice(0, 60)}`);
		if (fits(now)) return now;
	}
	return assert.fail('the keyboard does not reach it');
}

test('sign in, open action 7.2, report, come back', async () => {
	const { context, page, faults } = await open(browser);
	const who = account('coordinator');
	await page.goto(`${url}/`);
	await page.waitForSelector('#sign-in-login');
	await tabTo(page, ({ id }) => id === 'sign-in-login');
	await page.keyboard.type(who.login);
	await page.keyboard.press('Tab');
	await page.keyboard.type(who.password);
	await page.keyboard.press('Enter');
	await page.waitForURL((address) => address.pathname === '/');
	await settled(page);

	await page.keyboard.press('Tab');
	assert.match((await focused(page)).text, /Aller au contenu/, 'the skip link comes first');
	await page.keyboard.press('Enter');
	await tabTo(page, ({ text }) => /^Action 7\.2,/.test(text));
	await page.keyboard.press('Enter');
	await page.waitForURL(/action\.html/);
	await page.waitForSelector('.vg-report');

	await tabTo(page, ({ id }) => id.startsWith('r-status-'));
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowLeft');
	for (let i = 0; i < 6 && (await focused(page)).id !== 'r-status-in_progress'; i++)
		await page.keyboard.press('ArrowDown');
	await tabTo(page, ({ id }) => id === 'r-progress');
	await page.keyboard.press('Control+a');
	await page.keyboard.type('41');
	await tabTo(page, ({ id }) => id.startsWith('r-confidence-'));
	for (let i = 0; i < 6 && (await focused(page)).id !== 'r-confidence-achievable'; i++)
		await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Space');
	await tabTo(page, ({ id }) => id === 'r-comment');
	await page.keyboard.type('Saisi au clavier seul.');
	await tabTo(page, ({ text }) => text === 'Enregistrer');
	await page.keyboard.press('Enter');
	await page.waitForSelector('#report-saved .fr-alert--success');
	assert.equal((await focused(page)).id, 'report-saved', 'the focus goes to the good news');
	assert.match(
		await page.locator('.vg-timeline li').first().textContent(),
		/41\u202f%[\s\S]*Saisi au clavier seul/,
	);
	assert.deepEqual(faults, []);
	await context.close();
});

test('on a phone the menu opens and closes with the keyboard', async () => {
	const { context, page } = await open(browser, { width: 390 });
	await page.goto(`${url}/legal.html`);
	await page.waitForSelector('[aria-controls=menu]');
	await page.focus('[aria-controls=menu]');
	await page.keyboard.press('Enter');
	assert.ok(await page.locator('#menu').isVisible());
	await page.keyboard.press('Tab');
	await page.keyboard.press('Escape');
	assert.ok(!(await page.locator('#menu').isVisible()));
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-controls')), 'menu');
	await context.close();
});
