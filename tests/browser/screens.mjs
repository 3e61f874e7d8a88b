/*
 * The picture of the home page for the README, taken again from the demo plan.  A dozen reports are written first,
 * each with a comment that says that it is an example, so that the picture shows a plan at work.
 */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { account, client, launch, open, plan, signIn } from './browser.mjs';

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

const target = fileURLToPath(new URL('../../web/home.png', import.meta.url));
const browser = await launch();
try {
	await fill();
	const { page } = await open(browser, { width: 1280, height: 1600, scale: 0.68 });
	await signIn(page, account('coordinator'));
	await page.waitForFunction(() => !document.querySelector('.vg-indicator .vg-badge--stale'));
	await page.screenshot({ path: target });
	const { size } = statSync(target);
	if (size > LIMIT_BYTES) throw new Error(`${target}: ${size} bytes, ${LIMIT_BYTES} at most`);
	console.log(`${target}: ${size} bytes`);
} finally {
	await browser.close();
}
