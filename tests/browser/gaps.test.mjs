/* The page of what earlier plans were reproached with: a coordinator links an indicator with a measure there. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';

const picture = process.env.SCREENS && ((page, name) => page.screenshot({ path: `build/screens/${name}.png`, fullPage: true }));
let browser;
before(async () => {
	if (picture) mkdirSync('build/screens', { recursive: true });
	browser = await launch();
});
after(() => browser?.close());

const count = async (page) => Number(await page.locator('dl.vg-facts a[href="#indicator"]').locator('xpath=../..').locator('.vg-number').textContent());

for (const [width, scheme, lang, number, id] of [[1280, 'light', 'fr-FR', '3', 'plan.progress'], [390, 'dark', 'en-GB', '4', 'plan.on_time']])
	test(`an indicator is linked with measure ${number}, by keyboard (${width} px, ${lang})`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme, lang, expected: /ERR_INTERNET_DISCONNECTED|ERR_FAILED/ });
		await signIn(page, account('coordinator'), '/gaps.html');
		const row = page.locator('section[aria-labelledby=indicator] li', { has: page.locator(`#i-${number}`) });
		const before_ = await count(page);
		/* nothing chosen: nothing is done */
		await row.locator('button').press('Enter');
		assert.equal(await row.count(), 1);
		await page.selectOption(`#i-${number}`, id);
		await accessible(page, 'before linking');
		await noSidewaysScroll(page, 'before linking');
		/* silence: told, and the choice stays */
		await context.setOffline(true);
		await row.locator('button').press('Enter');
		await page.waitForSelector('.fr-alert--error');
		assert.equal(await page.inputValue(`#i-${number}`), id);
		await accessible(page, 'a link that was not kept');
		await context.setOffline(false);
		await row.locator('button').press('Enter');
		await page.waitForFunction((where) => !document.getElementById(where), `i-${number}`);
		assert.equal(await page.locator('.fr-alert--error').count(), 0);
		assert.match(await page.locator('#announce').textContent(), lang === 'en-GB' ? /linked/i : /lié|relié|associé|rattaché/i);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'indicator', 'the keyboard stays at the list');
		assert.equal(await count(page), before_ - 1);
		await accessible(page, 'after linking');
		await picture?.(page, `gaps-linked-${width}-${scheme}`);
		const kept = await (await client(account('viewer')))('GET', `/plans/${plan()}/measures/${number}/indicators`);
		assert.ok(JSON.stringify(kept.data).includes(`"${id}"`), JSON.stringify(kept.data));
		await visit(page, '/gaps.html');
		assert.equal(await page.locator(`#i-${number}`).count(), 0, 'it stays linked');
		assert.deepEqual(faults, []);
		await context.close();
	});

test('whoever does not coordinate sees what is missing, and no form', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/gaps.html');
	assert.ok((await count(page)) > 0);
	assert.equal(await page.locator('section[aria-labelledby=indicator] select').count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});
