/* An indicator told by members beside its total: small curves of all, one chosen with its table, the address says which. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
const plain = (text) => text.replace(/\s/g, ' ');
let browser, names, police; /* of the members with a value, and the months of one of them, as the interface tells them */

before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
	const api = await client(account('viewer'));
	const { data } = await api('GET', `/plans/${plan()}/indicators/training.participants?dims=profession&territory=FR`);
	const told = new Set(data.cells.map(({ dims }) => dims.profession));
	names = data.dims[0].members.filter(({ id }) => told.has(id)).map(({ name }) => name);
	police = data.cells.filter(({ dims }) => dims.profession === 'police');
	assert.ok(names.length > 1 && police.length > 12, 'the demo has figures of several years by profession');
});
after(() => browser?.close());

for (const [width, scheme] of [
	[1280, 'light'],
	[390, 'dark'],
])
	test(`members at ${width} px, ${scheme}`, async () => {
		const who = await open(browser, { width, scheme });
		const { page } = who, members = page.locator('section[aria-labelledby=members]');
		await signIn(page, account('viewer'), '/indicator.html?id=training.participants');
		await members.locator('.vg-multiples li').first().waitFor();
		assert.deepEqual((await members.locator('.vg-multiples__name').allInnerTexts()).sort(), [...names].sort(), 'those of which something was reported');
		assert.equal(await members.locator('tbody tr').count(), names.length, 'a table beside the curves');
		await accessible(page, 'indicator-members');
		await noSidewaysScroll(page, 'indicator-members');
		await members.screenshot({ path: `${screens}/indicator-members-${width}-${scheme}.png` });

		await page.getByLabel('Valeur affichée').selectOption({ label: 'policiers' });
		await page.waitForFunction(() => new URLSearchParams(location.search).get('member') === 'profession=police');
		await members.locator('svg.vg-chart').waitFor();
		assert.equal(await members.locator('tbody tr').count(), police.length, 'each month since the first report has its row, the present one included');
		const last = police.at(-1).value.toLocaleString('fr-FR');
		assert.ok(plain(await members.locator('tbody').innerText()).includes(plain(last)), `${last} in the table`);
		await accessible(page, 'indicator-member');
		await members.screenshot({ path: `${screens}/indicator-member-${width}-${scheme}.png` });
		const { search } = new URL(page.url());
		await visit(page, `/indicator.html${search}`);
		await members.locator('svg.vg-chart').waitFor();
		assert.equal(await page.getByLabel('Valeur affichée').inputValue(), 'profession=police', 'the address is the state');
		assert.deepEqual(who.faults, []);
		await who.context.close();
	});
