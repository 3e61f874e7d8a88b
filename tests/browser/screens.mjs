/*
 * Pictures of the pages of the demo plan, to be looked at: every page in build/screens/, at 1280 and 390 pixels, light
 * and dark, and the home page for the README.  A dozen reports are written first, each with a comment that says that it
 * is an example, so that the pictures show a plan at work.
 */
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { account, client, launch, open, plan, settled, signIn, url } from './browser.mjs';

const LIMIT_BYTES = 200 * 1000;
const COMMENT = 'Exemple fictif';
const REPORTS = [
	['1.1', { status: 'done', progress: 100, confidence: 'secured' }],
	['2.1', { status: 'in_progress', progress: 60, confidence: 'support_needed' }],
	['4.1', { status: 'in_progress', progress: 75, confidence: 'achievable' }],
	['6.1', { status: 'done', progress: 100, confidence: 'secured' }],
	['6.2', { status: 'in_progress', progress: 45, confidence: 'achievable' }],
	['7.1', { status: 'done', progress: 100, confidence: 'secured' }],
	['7.2', { status: 'in_progress', progress: 40, confidence: 'support_needed' }],
	['9.1', { status: 'in_progress', progress: 30, confidence: 'compromised' }],
	['11.1', { status: 'done', progress: 100, confidence: 'secured' }],
	['12.1', { status: 'in_progress', progress: 80, confidence: 'achievable' }],
	['15.2', { status: 'on_hold', progress: 20, confidence: 'compromised' }],
	['17.1', { status: 'in_progress', progress: 55, confidence: 'support_needed' }],
	['21.1', { status: 'in_progress', progress: 65, confidence: 'achievable' }],
];
const BLOCKERS = [
	['9.1', { kind: 'resource', title: 'Formateurs indisponibles', decision_needed: 'Financer deux sessions', opened_on: '2026-10-12' }],
	['15.2', { kind: 'legal', title: 'Convention à revoir', decision_needed: 'Arbitrer entre deux rédactions', opened_on: '2026-11-02' }],
];
const PLACES = ['01', '06', '13', '31', '33', '34', '35', '38', '44', '59', '67', '69', '75', '83', '92', '93', '94', '971', '974'];

async function fill() {
	const api = await client(account('coordinator'));
	const said = async (number, where, body) => {
		const action = `/plans/${plan()}/actions/${number}`;
		const { etag } = await api('GET', action + where);
		const answer = await api('POST', `${action}/status-reports`, { comment: COMMENT, ...body }, { 'If-Match': etag });
		assert.equal(answer.status, 201, JSON.stringify(answer.data));
	};
	for (const [i, territory] of PLACES.entries())
		await said('7.2', `/deployments/${territory}/DGPN`, {
			territory,
			organisation: 'DGPN',
			status: 'in_progress',
			progress: 10 + ((i * 37) % 85),
		});
	for (const [number, report] of REPORTS) await said(number, '', report);
	for (const [number, blocker] of BLOCKERS) {
		const answer = await api('POST', `/plans/${plan()}/actions/${number}/blockers`, {
			description: COMMENT,
			...blocker,
		});
		assert.equal(answer.status, 201, JSON.stringify(answer.data));
	}
}

/* Name, address, and who looks at it: nobody before the sign-in page. */
const PAGES = [
	['home', '/', 'coordinator'],
	['actions', '/actions.html', 'coordinator'],
	['actions-late', '/actions.html?late=true', 'viewer'],
	['measure', '/measure.html?number=9', 'viewer'],
	['gaps', '/gaps.html', 'coordinator'],
	['action', '/action.html?number=9.1', 'coordinator'],
	['action-deployed', '/action.html?number=7.2', 'contributor'],
	['territory', '/territory.html?code=13&peers=75,69', 'viewer'],
	['region', '/territory.html?code=REG-93', 'viewer'],
	['compare', '/compare.html', 'viewer'],
	['compare-maps', '/compare.html?view=maps&row=7.2', 'viewer'],
	['compare-table', '/compare.html?show=indicators&view=table', 'viewer'],
	['since', '/since.html', 'viewer'],
	['calendar', '/calendar.html', 'viewer'],
	['search', '/search.html?q=victimes', 'viewer'],
	['indicators', '/indicators.html', 'viewer'],
	['indicator', '/indicator.html?id=plan.progress', 'viewer'],
	['plugins', '/plugins.html', 'analyst'],
	['plugin', '/plugin.html?id=plan.on_time', 'analyst'],
	['tasks', '/tasks.html', 'contributor'],
	['report', '/report.html', 'contributor'],
	['campaign', '/campaign.html', 'coordinator'],
	['data', '/data.html', 'contributor'],
	['account', '/account.html', 'contributor'],
	['admin', '/', 'admin'],
	['legal', '/legal.html', 'viewer'],
	['accessibility', '/accessibility.html', 'viewer'],
	['not-found', '/nowhere.html', 'viewer'],
];

/* One sign-in a role and look; each page whole, however long. */
async function album(browser, folder) {
	mkdirSync(folder, { recursive: true });
	for (const width of [1280, 390])
		for (const scheme of ['light', 'dark']) {
			const looks = { width, scheme, expected: /404/ };
			const { page, context } = await open(browser, looks);
			await page.goto(`${url}/sign-in.html`);
			await settled(page);
			await page.screenshot({ path: `${folder}/sign-in-${width}-${scheme}.png`, fullPage: true });
			await context.close();
			for (const role of new Set(PAGES.map((one) => one[2]))) {
				const { page, context } = await open(browser, looks);
				await signIn(page, account(role));
				for (const [name, address] of PAGES.filter((one) => one[2] === role)) {
					await page.goto(url + address);
					await settled(page);
					await page.screenshot({ path: `${folder}/${name}-${width}-${scheme}.png`, fullPage: true });
				}
				await context.close();
			}
		}
}

const target = fileURLToPath(new URL('../../web/home.png', import.meta.url));
const folder = fileURLToPath(new URL('../../build/screens', import.meta.url));
const browser = await launch();
try {
	await fill();
	const { page } = await open(browser, { width: 1280, height: 1600, scale: 0.68 });
	await signIn(page, account('coordinator'));
	/* The history of a new plan is computed first, which takes a minute on a busy machine. */
	await page.waitForFunction(() => !document.querySelector('.vg-indicator .vg-badge--stale'), undefined, { timeout: 180_000 });
	await page.screenshot({ path: target });
	const { size } = statSync(target);
	if (size > LIMIT_BYTES) throw new Error(`${target}: ${size} bytes, ${LIMIT_BYTES} at most`);
	console.log(`${target}: ${size} bytes`);
	await album(browser, folder);
	console.log(`${folder}: every page`);
} finally {
	await browser.close();
}
