/* A dashboard that stays open shows what others report, and does not move what is being read. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, open, plan, settled, signIn } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

async function report(number, progress) {
	const api = await client(account('coordinator'));
	const action = `/plans/${plan()}/actions/${number}`;
	const { etag } = await api('GET', action);
	const body = { status: progress === 100 ? 'done' : 'in_progress', progress };
	const answer = await api('POST', `${action}/status-reports`, body, { 'If-Match': etag });
	assert.equal(answer.status, 201, JSON.stringify(answer.data));
}

const done = (page) => page.locator('.vg-figure--done strong').textContent();

test('what somebody else reports comes in by itself, with its time, and nothing that is read moves', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'));
	const before = Number(await done(page));
	const read = page.locator('#indicators');
	const table = page.locator('.vg-twin table');
	await page.locator('.vg-twin').evaluate((twin) => (twin.open = true));
	await table.waitFor();
	const figures = await table.textContent();
	await read.scrollIntoViewIfNeeded();
	const place = (await read.boundingBox()).y;
	await report('1.2', 100);
	await page.waitForFunction((n) => Number(document.querySelector('.vg-figure--done strong').textContent) === n, before + 1);
	assert.match(await page.locator('.vg-updated').textContent(), /actualisé le/);
	assert.ok(Math.abs((await read.boundingBox()).y - place) <= 1, 'the reader keeps his place');
	assert.notEqual(await table.textContent(), figures, 'an open table follows, too');
	await settled(page);
	await accessible(page, 'home, brought up to date');
	assert.deepEqual(faults, []);
	await context.close();
});

test('the past stays as it was', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), `/?as_of=${new Date(Date.now() - 1000).toISOString()}`);
	const requests = [];
	page.on('request', (request) => requests.push(request.url()));
	const before = await page.locator('.vg-figures').textContent();
	await report('1.1', 20);
	const other = await open(browser);
	await signIn(other.page, account('viewer'));
	await report('1.1', 30);
	await other.page.waitForSelector('.vg-updated');
	assert.equal(await page.locator('.vg-figures').textContent(), before);
	assert.deepEqual(requests.filter((one) => one.includes('/events')), []);
	assert.deepEqual([...faults, ...other.faults], []);
	await other.context.close();
	await context.close();
});
