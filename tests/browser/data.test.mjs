/* Files in and out: a contact of an association brings a spreadsheet in, sees what is refused and why, repairs it, saves it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, url } from './browser.mjs';

const REFUSALS = /status of (401|409|412|422)/;
const benali = () => JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find((one) => one.login === 's.benali'); /* ALC, everywhere */
let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const HEAD = 'territory;organisation;period;value;series';
const row = (territory, value) => `${territory};ALC;2023-07;${value};shelter.requests`;
const sheet = (...rows) => ({ name: 'hebergement.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${[HEAD, ...rows].join('\r\n')}\r\n`) });
const judge = async (page) => {
	await page.click('button:has-text("Voir l’aperçu")');
	await page.waitForSelector('#preview:focus, #data-failure:focus');
};
const figures = async () => {
	const { data } = await (await client(benali()))('GET', `/series/shelter.requests/observations?plan=${plan()}&from=2023-07&to=2023-07`);
	return Object.fromEntries(data.items.map((one) => [one.territory, one.value]));
};

test('an association’s contact imports a spreadsheet, sees one refused cell with its reason, repairs it and saves', async () => {
	const { page, faults } = await open(browser, { expected: REFUSALS });
	await signIn(page, benali(), '/data.html');
	await accessible(page, 'nothing chosen yet');
	let sent = 0;
	page.on('request', (request) => request.url().includes('/imports') && sent++);
	await page.setInputFiles('#file', { name: 'trop.csv', mimeType: 'text/csv', buffer: Buffer.alloc(20 * 2 ** 20 + 1, 'a') });
	await judge(page);
	assert.match(await page.locator('#data-failure').textContent(), /«\u202ftrop\.csv\u202f» fait 21\u00a0Mo\u00a0: 20\u00a0Mo au plus/);
	assert.equal(sent, 0, 'more than the server takes is not sent');
	await page.setInputFiles('#file', sheet(row('6', 12), row('13', 'douze'), row('2A', 0)));
	await judge(page);
	assert.match(await page.locator('.fr-alert--error').textContent(), /1 cellule refusée/);
	assert.equal(new URL(page.url()).searchParams.get('show'), 'refused');
	const refused = page.locator('.vg-preview tbody');
	assert.equal(await refused.count(), 1);
	assert.match(await refused.textContent(), /Ligne 3[\s\S]*13[\s\S]*valeur[\s\S]*refusé[\s\S]*«\u202fdouze\u202f»[\s\S]*pas un nombre/);
	assert.deepEqual(await page.locator('[for=show-new], [for=show-refused]').allInnerTexts(), ['Refusées (1)', 'Nouvelles (2)'], 'rows, as the sentence above says');
	assert.match(await page.locator('.vg-warnings').textContent(), /Ligne 2[\s\S]*06/, 'what the spreadsheet stripped is put back, and said');
	assert.equal(await page.locator('button:has-text("Enregistrer")').count(), 0);
	await accessible(page, 'a preview with a refused cell');
	await page.check('#show-all', { force: true });
	assert.equal(await refused.count(), 3);
	assert.deepEqual(await figures(), {}, 'nothing is written yet');

	await page.setInputFiles('#file', sheet(row('6', 12), row('13', 10), row('2A', 0)));
	await judge(page);
	assert.match(await page.locator('.fr-alert--info').textContent(), /3 lignes seront enregistrées/);
	await page.click('button:has-text("Enregistrer")');
	await page.waitForSelector('.fr-alert--success');
	assert.deepEqual(await figures(), { '06': 12, 13: 10, '2A': 0 });
	await accessible(page, 'an import that was saved');
	assert.deepEqual(faults, []);
	await page.context().close();
});

test('on a phone, in the dark: cells pasted, a conflict shown with what the file would do now', async () => {
	const { page, faults } = await open(browser, { width: 390, height: 800, scheme: 'dark', expected: REFUSALS });
	await signIn(page, account('coordinator'), '/data.html');
	await page.fill('#pasted', 'number\tstatus\tprogress\n3.1\tin_progress\t20\n');
	await judge(page);
	await accessible(page, 'a preview on a phone');
	await noSidewaysScroll(page, 'a preview on a phone');
	const api = await client(account('coordinator'));
	const action = `/plans/${plan()}/actions/3.1`;
	const { etag } = await api('GET', action);
	assert.equal((await api('POST', `${action}/status-reports`, { status: 'in_progress', progress: 70 }, { 'If-Match': etag })).status, 201);
	await page.click('button:has-text("Enregistrer")');
	await page.waitForSelector('#data-failure:focus .fr-alert--error');
	assert.match(await page.locator('.vg-preview').textContent(), /70[\s\S]*20/);
	await judge(page);
	await page.click('button:has-text("Enregistrer")');
	await page.waitForSelector('.fr-alert--success');
	assert.equal((await api('GET', action)).data.progress, 20);
	await page.setViewportSize({ width: 320, height: 800 });
	await noSidewaysScroll(page, 'at 320 pixels');
	assert.deepEqual(faults, []);
	await page.context().close();
});

test('a sheet with an association’s own columns is read by a mapper, refused cells named by its columns', async () => {
	const { page, faults } = await open(browser, { width: 390, height: 800, expected: REFUSALS });
	await signIn(page, benali(), '/data.html');
	await page.selectOption('#mapper', 'association.shelter');
	assert.ok(await page.locator('#dates').isDisabled(), 'the mapper reads the months itself');
	const own = (...rows) => ['Département\tMois\tDemandes reçues\tPersonnes mises à l\'abri\tPlaces ouvertes', ...rows].join('\n');
	await page.fill('#pasted', own('Corrèze\tjuin 2024\tbeaucoup\t3\t8'));
	await judge(page);
	assert.match(await page.locator('.vg-preview').textContent(), /Ligne 2[\s\S]*Demandes reçues[\s\S]*refusé[\s\S]*n’est pas un nombre entier/);
	await accessible(page, 'a preview by a mapper');
	await noSidewaysScroll(page, 'a preview by a mapper');
	await page.fill('#pasted', own('Corrèze\tjuin 2024\t5\t3\t8'));
	await judge(page);
	assert.match(await page.locator('.fr-alert--info').textContent(), /3 lignes seront enregistrées/);
	assert.match(await page.locator('.vg-preview').textContent(), /2024-06 · 19 · ALC[\s\S]*Demandes d.hébergement/);
	await page.click('button:has-text("Enregistrer")');
	await page.waitForSelector('.fr-alert--success');
	const { data } = await (await client(benali()))('GET', `/series/shelter.placements/observations?plan=${plan()}&from=2024-06&to=2024-06&territory=19`);
	assert.deepEqual(data.items.filter((one) => one.organisation === 'ALC').map((one) => one.value), [3]);
	assert.deepEqual(faults, []);
	await page.context().close();
});

test('what is taken away as XLSX is read in the browser and changes nothing', async () => {
	const { page, faults } = await open(browser, { expected: REFUSALS });
	await signIn(page, account('coordinator'), '/data.html');
	const address = await page.locator('a[download][href*="export.xlsx"]').first().getAttribute('href');
	const file = await page.request.get(url + address);
	assert.equal(file.status(), 200);
	await page.setInputFiles('#file', { name: 'actions.xlsx', mimeType: file.headers()['content-type'], buffer: await file.body() });
	await judge(page);
	assert.equal((await page.locator('#data-failure').textContent()).trim(), '');
	assert.match(await page.locator('.fr-alert--info').textContent(), /ne change rien/);
	await page.setInputFiles('#file', { name: 'faux.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('pas un classeur') });
	await judge(page);
	assert.match(await page.locator('#data-failure').textContent(), /n’a pas pu être lu/);
	assert.deepEqual(faults, []);
	await page.context().close();
});

test('a file that is refused whole is told once, in words of its columns; what is new is counted by rows', async () => {
	const { page, faults } = await open(browser, { expected: /status of (400|422)/ });
	await signIn(page, account('coordinator'), '/data.html');
	await page.fill('#pasted', 'Série;Département;Organisation;Mois;Valeur\nclients.fines;93;DGPN;2026-03;3\n');
	await judge(page);
	const told = await page.locator('#data-failure').innerText();
	assert.equal(told.match(/ne disent pas ce que contient le fichier/g).length, 1, told);
	assert.deepEqual((await page.locator('#data-failure li').allInnerTexts()).map((text) => /dire «\s(\w+)\s»/.exec(text)?.[1]), ['series', 'territory', 'organisation', 'period', 'value'], told);
	await accessible(page, 'a file that is refused whole');
	await page.setInputFiles('#file', { name: 'vide.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) });
	await judge(page);
	assert.match(await page.locator('#data-failure').innerText(), /Le fichier est vide/);
	await page.setInputFiles('#file', []);
	await page.fill('#pasted', 'series;territory;organisation;period;value;qualifier\nclients.fines;93;DGPN;2023-01;3;relevé à la main\nclients.fines;75;DGPN;2023-01;4;\nclients.fines;13;DGPN;2023-01;99999999999999999999;\n');
	await judge(page);
	assert.match(await page.locator('.vg-preview').innerText(), /«\s99999999999999999999\s» est trop grand/);
	assert.doesNotMatch(await page.locator('.vg-preview').innerText(), /e\+20/);
	assert.deepEqual(await page.locator('[for=show-new], [for=show-refused]').allInnerTexts(), ['Refusées (1)', 'Nouvelles (2)']);
	await page.check('#show-new', { force: true });
	assert.equal(await page.locator('.vg-preview tbody').count(), 2);
	assert.deepEqual(faults, []);
	await page.context().close();
});

test('who only reads takes away and is offered no import', async () => {
	const { page } = await open(browser);
	await signIn(page, account('viewer'), '/data.html');
	await settled(page);
	assert.equal(await page.locator('#file').count(), 0);
	assert.ok((await page.locator('a[download]').count()) >= 7);
	await page.selectOption('#series', 'clients.fines');
	assert.equal(new URL(page.url()).searchParams.get('series'), 'clients.fines');
	await page.context().close();
});
