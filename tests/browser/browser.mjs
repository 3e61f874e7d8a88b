/*
 * What the browser tests share: Chromium, demo accounts, signing in, and the watch kept on every page:
 * no request to another host, no report of the content security policy, no error in the console.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const url = process.env.VIGIE_URL?.replace(/\/$/, '');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'RGAAv4', 'best-practice'] };
/* All that the other scheme changes on a page that was looked at in one. */
export const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
const accounts = () => JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8'));

export const account = (role) =>
	accounts().find(({ grants }) => grants.some((grant) => grant.role === role)) ??
	assert.fail(`no demo account is a ${role}`);
export const plan = () => account('coordinator').grants.find(({ role }) => role === 'coordinator').plan;

/* The shell of Chromium draws the same pages with half the work: it has no window. */
export const launch = () =>
	chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--no-first-run',
		],
	});

/*
 * What each page still waits for, but for the events that it follows for as long as it is open.  A request of which
 * nothing is heard for so long is one whose answer the page reads no more: its end is never told.
 */
const waiting = new WeakMap();
const HEARD_MS = 20_000;
function watch(context) {
	context.on('page', (page) => {
		const state = { requests: new Map(), since: Date.now() };
		const end = (request) => {
			state.requests.delete(request);
			state.since = Date.now();
		};
		waiting.set(page, state);
		page.on('request', (request) => request.resourceType() !== 'eventsource' && state.requests.set(request, Date.now()));
		page.on('requestfinished', end);
		page.on('requestfailed', end);
	});
}
async function idle(page) {
	const state = waiting.get(page);
	const pending = () => [...state.requests.values()].some((begun) => Date.now() - begun < HEARD_MS);
	while (pending() || Date.now() - state.since < 300) await page.waitForTimeout(50);
}

/* A context and what went wrong in it: faults stays empty on a sound page. */
export async function open(
	browser,
	{ width = 1280, height = 900, scale = 1, scheme = 'light', lang = 'fr-FR', expected = /$^/ } = {},
) {
	const context = await browser.newContext({
		viewport: { width, height },
		deviceScaleFactor: scale,
		colorScheme: scheme,
		locale: lang,
		reducedMotion: 'reduce',
	});
	const faults = [];
	watch(context);
	await context.addInitScript(() =>
		addEventListener('securitypolicyviolation', (event) =>
			console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
		),
	);
	context.on('request', (request) => {
		if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
			faults.push(`request to ${request.url()}`);
	});
	context.on('console', (message) => {
		if (message.type() === 'error' && !expected.test(message.text()))
			faults.push(`console: ${message.text()}`);
	});
	context.on('weberror', (error) => faults.push(`script: ${error.error()}`));
	return { context, page: await context.newPage(), faults };
}

/* Through the form, as people do. */
export async function signIn(page, who, next = '/') {
	await page.goto(`${url}/sign-in.html?next=${encodeURIComponent(next)}`);
	await page.fill('#sign-in-login', who.login);
	await page.fill('#sign-in-password', who.password);
	await page.click('form button:not([type=button])');
	await page.waitForURL((address) => address.pathname !== '/sign-in.html');
	await settled(page);
}

export async function settled(page) {
	await page.waitForFunction(
		() => document.querySelector('#content h1') && !document.querySelector('[aria-busy=true]'),
	);
	await idle(page);
}

export async function visit(page, where) {
	await page.goto(url + where);
	await settled(page);
}

export async function accessible(page, what, rules = RULES) {
	if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
	const { violations } = await page.evaluate(
		/* what passes is not described, and there is no film or sound to be looked at beforehand */
		(runOnly) => globalThis.axe.run({ runOnly, resultTypes: ['violations'], preload: false }),
		rules,
	);
	const told = violations.map(
		({ id, nodes }) =>
			`${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
	);
	assert.deepEqual(told, [], what);
}

export async function noSidewaysScroll(page, what) {
	const { content, window } = await page.evaluate(() => ({
		content: document.documentElement.scrollWidth,
		window: innerWidth,
	}));
	assert.ok(content <= window, `${what}: ${content} px of content in ${window} px`);
}

/* A client of the API beside the browser: another person writing at the same time. */
export async function client(who) {
	const headers = { Origin: url, 'Content-Type': 'application/json', Accept: 'application/json' };
	const answer = await fetch(`${url}/api/v1/session`, {
		method: 'POST',
		headers,
		body: JSON.stringify({ login: who.login, password: who.password }),
	});
	assert.equal(answer.status, 200, `signing in as ${who.login}`);
	headers.Cookie = answer.headers.get('set-cookie').split(';')[0]; /* there is one; early Node 18 has no getSetCookie */
	const session = await (await fetch(`${url}/api/v1/session`, { headers })).json();
	headers['X-CSRF-Token'] = session.csrf_token;
	return async (method, path, body, more = {}) => {
		const response = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: { ...headers, ...more },
			body: body && JSON.stringify(body),
		});
		return {
			status: response.status,
			etag: response.headers.get('ETag'),
			data: response.status === 204 ? null : await response.json(),
		};
	};
}

/* The pages there are, for tests that go through all of them. */
export const pages = () => [
	'/',
	'/?view=table',
	'/actions.html?status=not_started',
	'/measure.html?number=7',
	'/gaps.html',
	'/action.html?number=2.1',
	'/action.html?number=7.2',
	'/campaign.html',
	'/report.html',
	'/tasks.html',
	'/territory.html?code=93&peers=75,13',
	'/territory.html?code=REG-11',
	'/compare.html',
	'/compare.html?view=maps&row=7.2',
	'/compare.html?show=indicators&view=table',
	'/since.html',
	'/calendar.html',
	'/search.html?q=victimes',
	'/account.html',
	'/data.html',
	'/indicators.html',
	'/indicator.html?id=plan.progress',
	'/plugins.html',
	'/plugin.html?id=plan.on_time',
	'/legal.html',
	'/accessibility.html',
];
