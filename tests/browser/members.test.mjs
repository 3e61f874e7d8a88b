/* An indicator told by members beside its total: small curves of all, one chosen with its table, the address says which. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { month } from '../integration/engine_data.mjs';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, signIn, visit } from './browser.mjs';

const screens = fileURLToPath(new URL('../../build/screens', import.meta.url));
const VALUE_MS = 120_000;
const FIGURES = { police: 12, magistrate: 5 };
let browser;

before(async () => {
	mkdirSync(screens, { recursive: true });
	browser = await launch();
	const api = await client(account('coordinator'));
	for (const series of ['training.participants', 'training.sessions']) {
		const rows = [6, 5, 4, 3, 2, 1].flatMap((n) => Object.entries(FIGURES).map(([profession, value]) => ({ territory: '93', organisation: 'DGPN',
			period: month(-n), value: series === 'training.sessions' ? 1 : value + n, dims: { profession } })));
		const answer = await api('POST', `/series/${series}/observations?plan=${plan()}`, { rows });
		assert.equal(answer.status, 201, JSON.stringify(answer.data));
	}
	for (const end = Date.now() + VALUE_MS; ; ) {
		const { data } = await api('GET', `/plans/${plan()}/indicators/training.participants?dims=profession&territory=FR`);
		if (data.cells.length >= 12) return;
		assert.ok(Date.now() < end, `not in time: ${JSON.stringify([data.stale, data.cells]).slice(0, 1500)}`);
		await new Promise((go) => setTimeout(go, 200));
	}
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
		assert.deepEqual((await members.locator('.vg-multiples__name').allInnerTexts()).sort(), ['magistrats', 'policiers'], 'those of which something was reported');
		assert.equal(await members.locator('tbody tr').count(), 2, 'a table beside the curves');
		await accessible(page, 'indicator-members');
		await noSidewaysScroll(page, 'indicator-members');
		await members.screenshot({ path: `${screens}/indicator-members-${width}-${scheme}.png` });

		await page.getByLabel('Valeur affichée').selectOption({ label: 'policiers' });
		await page.waitForFunction(() => new URLSearchParams(location.search).get('member') === 'profession=police');
		await members.locator('svg.vg-chart').waitFor();
		assert.equal(await members.locator('tbody tr').count(), 7, 'each month since the first report has its row, the present one included');
		assert.match((await members.locator('tbody').innerText()).replace(/\s/g, ' '), /93/, 'added up: 6 × 12 + 21');
		await accessible(page, 'indicator-member');
		await members.screenshot({ path: `${screens}/indicator-member-${width}-${scheme}.png` });
		const { search } = new URL(page.url());
		await visit(page, `/indicator.html${search}`);
		await members.locator('svg.vg-chart').waitFor();
		assert.equal(await page.getByLabel('Valeur affichée').inputValue(), 'profession=police', 'the address is the state');
		assert.deepEqual(who.faults, []);
		await who.context.close();
	});
