/* One measure as the committee reads it: in words, month after month, by its indicators and its actions. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dayIn } from '../integration/client.mjs';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, visit } from './browser.mjs';

const MEASURE = '/measure.html?number=9';
let browser, coordinator;

before(async () => {
	browser = await launch();
	coordinator = await client(account('coordinator'));
	const action = `/plans/${plan()}/actions/9.1`;
	const { etag } = await coordinator('GET', action);
	const report = { status: 'in_progress', progress: 30, confidence: 'compromised', comment: 'Exemple fictif' };
	assert.equal((await coordinator('POST', `${action}/status-reports`, report, { 'If-Match': etag })).status, 201);
});
after(() => browser?.close());

const plain = (words) => words.replace(/[\u00a0\u202f]/g, ' ');
const text = async (page, where) => plain(await page.locator(where).innerText());

test('without an indicator it says so, and shows coordinators where one is linked', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('coordinator'), MEASURE);
	assert.match(await text(page, 'section[aria-labelledby=indicators]'), /Aucun indicateur n’est encore rattaché/);
	await page.click('text=Rattacher un indicateur');
	await settled(page);
	assert.match(page.url(), /gaps\.html/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('its course, indicators with target and standing, and actions; as of a day, what was known then', async () => {
	assert.equal((await coordinator('PUT', `/plans/${plan()}/measures/9/indicators/plan.progress`, {})).status, 200);
	const { data: measure } = await coordinator('GET', `/plans/${plan()}/measures/9`);
	const { data: { items: [indicator] } } = await coordinator('GET', `/plans/${plan()}/indicators?measure=9`);
	const percent = (value) => `${value.toFixed(value % 1 ? 1 : 0).replace('.', ',')} %`;

	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), MEASURE);
	const situation = await text(page, '.vg-situation');
	assert.match(situation, new RegExp(`^Au .* ${dayIn('Europe/Paris').slice(0, 4)}, la mesure est réalisée à ${percent(measure.progress)} pour ${percent(measure.planned)} prévus, soit .* points? de retard`));
	assert.match(situation, /La plus en retard, l’action 9\.\d, devait être réalisée le \d+(er)? \S+ 20\d\d\./);
	assert.match(situation, /Indicateurs : 1 /);

	await page.click('.vg-twin > summary');
	await page.waitForSelector('.vg-twin tbody tr');
	const rows = await page.locator('.vg-twin tbody tr').allInnerTexts();
	assert.equal(rows.length, measure.trajectory.length, 'a row for each month of the plan');
	/* none has a figure once the plan is over in which nobody spoke */
	measure.trajectory.forEach(({ actual }, i) => assert.ok(plain(rows[i]).endsWith(actual === null ? 'rien' : percent(actual)), rows[i]));

	const row = page.locator('section[aria-labelledby=indicators] tbody tr');
	assert.equal(await row.count(), 1);
	const cells = (await row.locator('th, td').allInnerTexts()).map(plain);
	assert.equal(cells[0], indicator.name);
	assert.match(cells[1], /\d %.*20\d\d/s, 'the figure and its date');
	assert.match(cells[2], /\d %.*20\d\d/s, 'the target and its date');
	assert.match(cells[3], /^(Cible atteinte|Sur la trajectoire|En retard sur la trajectoire|Très en retard|sans jugement)$/i);

	const confidences = await page.locator('.vg-weathers strong').allInnerTexts();
	assert.equal(confidences.reduce((sum, n) => sum + Number(n), 0), measure.actions.total, 'each action once');
	assert.equal(await page.locator('section[aria-labelledby=actions] tbody tr').count(), measure.actions.total);
	await accessible(page, 'a measure with its indicator');
	await page.setViewportSize({ width: 320, height: 800 });
	await noSidewaysScroll(page, 'a measure at 320 px');

	const before = new Date().toISOString();
	await coordinator('DELETE', `/plans/${plan()}/measures/9/indicators/plan.progress`);
	await visit(page, `${MEASURE}&as_of=${before}`);
	assert.equal(await row.count(), 1, 'linked then');
	await visit(page, MEASURE);
	assert.equal(await row.count(), 0);
	assert.deepEqual(faults, []);
	await context.close();
});

test('at night the day is already the plan’s own, not yet that of the zero meridian', async () => {
	const { context, page, faults } = await open(browser), utc = dayIn('UTC');
	await page.clock.setFixedTime(`${utc}T23:30:00Z`);
	await signIn(page, account('viewer'), MEASURE);
	const told = await page.locator('.vg-situation time').first().getAttribute('datetime');
	assert.equal(Date.parse(told) - Date.parse(utc), 86_400_000, told);
	assert.deepEqual(faults, []);
	await context.close();
});
