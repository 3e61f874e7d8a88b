/*
 * A member of the steering committee prepares a meeting: from sign-in to the printed document, through what moved, the
 * territories side by side, one of them, what is due, and words looked for.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { accessible, account, client, launch, noSidewaysScroll, open, plan, settled, signIn, url, visit } from './browser.mjs';

let browser, coordinator;
const COMMENT = 'Convention locale <b>signée</b> avec le parquet';

before(async () => {
	browser = await launch();
	coordinator = await client(account('coordinator'));
	for (const [territory, progress] of [['93', 40], ['75', 80], ['13', 20], ['69', 60]]) {
		const action = `/plans/${plan()}/actions/7.2`;
		const { etag } = await coordinator('GET', `${action}/deployments/${territory}/DGPN`);
		const answer = await coordinator(
			'POST',
			`${action}/status-reports`,
			{ territory, organisation: 'DGPN', status: 'in_progress', progress, confidence: 'achievable', comment: COMMENT },
			{ 'If-Match': etag },
		);
		assert.equal(answer.status, 201, JSON.stringify(answer.data));
	}
});
after(() => browser?.close());

const text = (page, where) => page.locator(where).innerText();
const plain = (words) => words.replace(/[\u00a0\u202f]/g, ' ');

/* The page as it comes out of the printer, in words. */
const printed = async (page, order = '-layout') =>
	plain(
		execFileSync('pdftotext', [order, '-', '-'], {
			input: await page.pdf({ preferCSSPageSize: true }),
			encoding: 'utf8',
		}),
	);

test('from sign-in to the printed document', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'));
	await page.click('.fr-nav__link[href*="since"]');
	await settled(page);
	assert.match(plain(await text(page, '.vg-situation')), /^Du .* au .* \d+ actions? (a|ont) bougé\. .*remontées/);
	assert.match(plain(await text(page, '#content')), /7 Animer le réseau des référents/);
	assert.match(await text(page, '#measure-7'), /Animer/);

	await page.click('.fr-nav__link[href*="compare"]');
	await settled(page);
	assert.match(plain(await text(page, '.vg-situation')), /^Au .*, 4 départements ont répondu : avancement médian de/);
	await page.check('#view-table');
	await page.waitForSelector('.vg-wide-table');
	await page.selectOption('#c-place', '93');
	await page.selectOption('#c-place', '75');
	await page.waitForURL(/places=93%2C75/);
	const row = page.locator('.vg-wide-table tr:has(a[href*="number=7.2"])');
	assert.match(plain(await row.innerText()), /En cours, 80 %.*En cours, 40 %/s, 'in the order of the codes');
	await page.click('.vg-wide-table a[href*="code=93"]');
	await settled(page);

	assert.equal(await text(page, 'h1'), 'Seine-Saint-Denis (93)');
	assert.match(plain(await text(page, '.vg-situation')), /au-dessus de la médiane des départements \(.*\), 2ᵉ sur 4\..*déploiements en retard/s);
	await page.selectOption('#peer', '75');
	await page.waitForURL(/peers=75/);
	await page.waitForSelector('.vg-peers .vg-chips button');
	assert.match(plain(await text(page, '.vg-beside')), /Paris \(75\)/);
	await accessible(page, 'a territory with a peer');
	await page.reload();
	await settled(page);
	assert.match(plain(await text(page, '.vg-beside')), /Paris \(75\)/, 'the address is the state');

	const sheet = await printed(page);
	assert.match(sheet, /Seine-Saint-Denis \(93\)/);
	assert.match(sheet, /Paris/, 'with the peers that were chosen');
	assert.match(sheet, /Source : Vigie, situation extraite le \d.*20\d\d.*peers=75/s, 'with its date and its address');
	/* cell by cell, without blanks: a line may end inside <b>signée</b>, where depends on the font */
	const letters = (said) => said.replace(/\s/g, ''), cells = letters(await printed(page, '-raw'));
	for (const word of COMMENT.split(' ')) assert.ok(cells.includes(letters(word)), `what was said is whole: ${word}`);
	assert.doesNotMatch(sheet, /Imprimer|Rechercher|Choisir/, 'without what is only pressed');

	await page.fill('.vg-find input', 'conventions parquet');
	await page.press('.vg-find input', 'Enter');
	await settled(page);
	assert.deepEqual((await page.locator('mark').allInnerTexts()).slice(0, 2), ['Convention', 'parquet']);
	assert.match(await text(page, '#content'), /<b>signée<\/b>/, 'what was typed is shown as typed');
	assert.equal(await page.locator('#content b').count(), 0, 'and never becomes markup');
	await page.locator('#content a[href*="number=7.2"]').first().click();
	await settled(page);
	assert.match(await text(page, 'h1'), /coordination locale/);

	await page.click('.fr-nav__link[href*="calendar"]');
	await settled(page);
	assert.match(plain(await text(page, '.vg-situation')), /échéances? dans les trente jours.*dépassée/s);
	await page.selectOption('#d-only', 'late');
	await page.waitForURL(/only=late/);
	const rows = await page.locator('.vg-due tbody tr').allInnerTexts();
	assert.ok(rows.length > 0 && rows.every((one) => one.includes('En retard')));
	assert.deepEqual(faults, []);
	await context.close();
});

test('what moved is told in words of the page’s language, what was withdrawn included, and one block at a time in the meeting room', async () => {
	const root = `/plans/${plan()}`;
	const change = async (method, path, body, of) => {
		const { etag } = of ? await coordinator('GET', root + of) : {};
		const answer = await coordinator(method, root + path, body, etag ? { 'If-Match': etag } : {});
		assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.data)}`);
		return answer.data;
	};
	await change('PATCH', '/measures/12', { flagship: true, reason: 'Choix du comité' }, '/measures/12');
	await change('PATCH', '/measures/12', { flagship: false }, '/measures/12');
	await change('POST', '/actions/13.1/status-reports', { status: 'carried_over', progress: 20, carried_to: { plan: plan(), measure: '12' } }, '/actions/13.1');
	await change('POST', '/actions/13.2/status-reports', { status: 'in_progress', progress: 90 }, '/actions/13.2');
	const { items: [report] } = (await coordinator('GET', `${root}/actions/13.2/status-reports`)).data;
	await change('POST', `/actions/13.2/status-reports/${report.id}/withdrawal`, { reason: 'Saisie sur la mauvaise action' });
	const blocker = await change('POST', '/actions/13.2/blockers', { kind: 'resource', title: 'Deux postes vacants' });
	await change('PATCH', `/actions/13.2/blockers/${blocker.id}`, { kind: 'legal' }, `/actions/13.2/blockers/${blocker.id}`);
	await change('POST', '/actions/13.2/budget-lines', { funding: 'BOP 176', planned: 12000.5 });

	await change('POST', '/actions/14.1/status-reports', { status: 'done', progress: 100 }, '/actions/14.1');
	await change('POST', '/actions/14.1/verifications', { verified: true }, '/actions/14.1');
	await change('POST', '/actions/14.1/verifications', { verified: false, remark: 'Annexe manquante' }, '/actions/14.1');
	await change('PUT', '/measures/13/indicators/clients.fines_trend', {});
	await change('DELETE', '/measures/13/indicators/clients.fines_trend');
	const target = '/indicators/clients.fines_trend/targets/2A', goal = { baseline: { value: 0, period: '2024' }, target: { value: 1.5, period: '2026-12' }, source: 'Essai' };
	await change('PUT', target, goal);
	await change('PUT', target, { ...goal, path: 'stepped', steps: [{ period: '2025', value: 0.5 }], reason: 'Par étapes' }, target);
	await change('POST', `${target}/withdrawal`, { reason: 'Saisie par erreur' }, target);

	for (const [lang, told] of [
		['fr-FR', ['réalisation vérifiée oui → non', 'Annexe manquante', '(2A) – cible 1,5, à atteindre en déc. 2026', 'trajectoire linéaire → par étapes', 'cible 1,5 → ', 'mesure phare non → oui', 'mesure d’accueil 12', 'remontée retirée', 'Saisie sur la mauvaise action', 'nature Moyens → Juridique', 'budget prévu 12 000,5']],
		['en-GB', ['completion verified yes → no', '(2A) – target 1.5, to be reached in Dec 2026', 'target 1.5 → ', 'flagship no → yes', 'receiving measure 12', 'report withdrawn', 'Saisie sur la mauvaise action', 'kind Resources → Legal', 'planned budget 12,000.5']],
	]) {
		const { context, page, faults } = await open(browser, { lang });
		await signIn(page, account('viewer'), '/since.html');
		const said = plain(await text(page, '#content')).replace(/\s+/g, ' ').replace(/→ (devient|becomes|to) /g, '→ ');
		for (const words of told) assert.ok(said.includes(words), `${words} in: ${said}`);
		assert.doesNotMatch(said, /\b(true|false|[a-z]+_[a-z_]+)\b/, 'no name or value as machines write it');
		await page.click('#present');
		await page.waitForSelector('.vg-present');
		assert.match(plain(await text(page, '[data-slide=on]')), lang === 'fr-FR' ? /ont bougé/ : /moved/);
		assert.deepEqual(faults, []);
		await context.close();
	}
});

test('the heat table is walked with the keyboard alone, and says each cell', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/compare.html');
	await page.focus('.vg-heat');
	await page.keyboard.press('ArrowRight');
	const first = await text(page, '#heat-said');
	assert.match(plain(first), /^action nationale – action 1\.1/);
	for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
	await page.keyboard.press('End');
	assert.match(plain(await text(page, '#heat-said')), /^Mayotte \(976\) – action/);
	await page.keyboard.press('Escape');
	assert.match(await text(page, '#heat-said'), /Survolez/);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await page.waitForURL(/territory\.html\?.*code=01/);
	await settled(page);
	const drawn = await (async () => {
		await visit(page, '/compare.html');
		return page.evaluate(() => performance.getEntriesByName('heat-drawn').map(({ duration }) => Math.round(duration)));
	})();
	console.log(`the heat table of 54 × 101 is drawn in ${drawn.join(', ')} ms`);
	assert.ok((await page.evaluate(() => document.querySelectorAll('*').length)) <= 8000);
	const same = await page.locator('.vg-heat canvas').evaluate((canvas) => {
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		return new Set(data).size < 4;
	});
	assert.ok(!same, 'something is drawn');
	assert.deepEqual(faults, []);
	await context.close();
});

test('a click on a département of the map of the home page opens its sheet, a touch tells its value', async () => {
	for (const [hasTouch, press] of [[false, 'click'], [true, 'tap']]) {
		const context = await browser.newContext({ hasTouch, viewport: { width: 1280, height: 900 } });
		const page = await context.newPage();
		await page.goto(`${url}/sign-in.html`);
		await page.fill('#sign-in-login', account('viewer').login);
		await page.fill('#sign-in-password', account('viewer').password);
		await page.click('form button:not([type=button])');
		await page.locator('.vg-map path[data-code="51"]')[press]();
		if (hasTouch) await page.waitForFunction(() => /Marne \(51\)/.test(document.getElementById('map-readout').textContent));
		else await page.waitForURL(/territory\.html\?(.*&)?code=51/);
		assert.equal(new URL(page.url()).pathname, hasTouch ? '/' : '/territory.html');
		await context.close();
	}
});

test('small maps choose the row of the large one; sorting by it is in the address', async () => {
	const { context, page, faults } = await open(browser);
	await signIn(page, account('viewer'), '/compare.html?view=maps');
	await page.locator('.vg-multiple', { hasText: '7.2' }).click();
	await page.waitForURL(/row=7\.2/);
	assert.match(plain(await text(page, '.vg-chosen-map')), /4 sur 101 renseignés[\s\S]*Paris \(75\)\s*80 %/);
	await page.selectOption('#c-sort', 'value');
	await page.check('#view-table');
	await page.waitForSelector('.vg-wide-table');
	assert.match(await text(page, '.vg-wide-table thead'), /Paris[\s\S]*Seine-Saint-Denis[\s\S]*Rhône[\s\S]*Bouches/);
	await page.selectOption('#c-level', 'region');
	await page.waitForFunction(() => /Île-de-France/.test(document.querySelector('.vg-wide-table')?.innerText));
	assert.deepEqual(faults, []);
	await context.close();
});

test('in the meeting room: one block at a time by the keyboard, and the session kept alive on purpose alone', async () => {
	const { context, page, faults } = await open(browser);
	await page.clock.install();
	await signIn(page, account('viewer'));
	const asked = [];
	page.on('request', (request) => request.url().includes('/session') && asked.push(request.method()));
	await page.clock.fastForward('20:00');
	assert.deepEqual(asked, [], 'a page that is only open prolongs nothing');
	await page.click('#present');
	await page.waitForSelector('.vg-present');
	assert.match(await text(page, '.vg-present'), /1 \/ \d+/);
	const seen = () => page.locator('#content [data-slide=on]').count();
	assert.equal(await seen(), 1);
	assert.equal(await page.locator('#content .vg-indicator').first().isVisible(), false);
	await page.keyboard.press('ArrowRight');
	assert.match(page.url(), /present=2/);
	await page.keyboard.press('End');
	assert.match(await text(page, '.vg-present'), /(\d+) \/ \1/);
	await accessible(page, 'presenting');
	await page.clock.fastForward('06:00');
	await page.waitForTimeout(500);
	assert.deepEqual(asked, ['GET'], 'it asks for the session, nothing else');
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('.vg-present').count(), 0);
	assert.equal(await page.locator('#content .vg-indicator').first().isVisible(), true);
	await page.clock.fastForward('20:00');
	assert.equal(asked.length, 1, 'and no more once it is over');
	await visit(page, '/measure.html?number=7&present=1');
	assert.match(plain(await text(page, '[data-slide=on]')), /la mesure est réalisée à|personne n’a encore dit/);
	assert.deepEqual(faults, []);
	await context.close();
});

test('each role is offered the pages that it may use', async () => {
	for (const [role, plugins] of [['viewer', 0], ['contributor', 0], ['analyst', 1], ['coordinator', 1]]) {
		const { context, page } = await open(browser);
		await signIn(page, account(role));
		assert.equal(await page.locator('.fr-nav__link[href*="plugins"]').count(), plugins, role);
		assert.equal(await page.locator('.fr-nav__link[href*="compare"]').count(), 1, role);
		await context.close();
	}
});

test('on a phone: the menu opens, nothing scrolls sideways, in the dark as in the light', async () => {
	for (const scheme of ['light', 'dark']) {
		const { context, page, faults } = await open(browser, { width: 390, scheme });
		await signIn(page, account('viewer'));
		await page.click('.vg-menu-button');
		const wide = async (place) => (await page.locator(place).boundingBox()).width;
		assert.ok((await wide('.vg-find .fr-input')) > 0.8 * (await wide('#menu')), 'the field of the search takes the room there is');
		await page.click('.fr-nav__link[href*="calendar"]');
		await settled(page);
		await noSidewaysScroll(page, 'the calendar');
		await visit(page, '/territory.html?code=FR');
		await noSidewaysScroll(page, 'the nation');
		await accessible(page, `the nation, ${scheme}`);
		assert.deepEqual(faults, []);
		await context.close();
	}
});

test('an unknown code, a bad date and no words say what would be right', async () => {
	const { context, page } = await open(browser, { expected: /404|400/ });
	await signIn(page, account('viewer'));
	await visit(page, '/territory.html?code=1');
	assert.match(await text(page, '#content'), /« 01 »/);
	await visit(page, '/since.html?since=2026-13-40');
	assert.match(await text(page, '#content'), /2026-13-40|jour|date/i);
	await visit(page, '/search.html?q=introuvable');
	assert.match(await text(page, '#content'), /Essayez un seul mot/);
	await context.close();
});
