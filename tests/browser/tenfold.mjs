/*
 * A plan of ten times the size: 540 actions in 220 measures, 200 people who hold its seats, three years of campaigns, and
 * what was said of it, all invented.  The demo plan ten times over, brought in by the commands and the interface that
 * everybody has.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { month } from '../integration/engine_data.mjs';
import { account, client } from './browser.mjs';

export const PLAN = 'decuple-2024-2026';
const TIMES = 10, PEOPLE = 200, MONTHS = 36, AT_ONCE = 6;
const SPOKEN = 4000; /* deployments of which something was said */
const seed = (name) => JSON.parse(readFileSync(new URL(`../../sql/seed/${name}.json`, import.meta.url)));
const FORCES = ['DGPN', 'DGGN'], NOT_DGGN = ['75', '92', '93', '94'];

const vigie = (...args) =>
	execFileSync(process.env.VIGIE_BIN, args, { env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL }, encoding: 'utf8' });

/* Numbers of the nth copy: those of the first, and as many further. */
function tenfoldPlan() {
	const one = seed('ocrteh-2024-2026');
	const deployments = new Map(seed('demo-deployments').actions.map(({ number, deployments: list }) => [number, list]));
	const copies = [...Array(TIMES).keys()];
	const later = (number, n, by) => String(Number(number) + n * by);
	const action = (number, n) => number.replace(/^\d+/, (measure) => later(measure, n, one.measures.length));
	const all = (list, change) => copies.flatMap((n) => list.map((item) => ({ ...item, ...change(item, n) })));
	return {
		...one,
		code: PLAN,
		expected: Object.fromEntries(Object.entries(one.expected).map(([what, n]) => [what, n * TIMES])),
		objectives: all(one.objectives, ({ number }, n) => ({ number: later(number, n, one.objectives.length), origin: 'illustrative' })),
		measures: all(one.measures, ({ number, objective }, n) => ({
			number: later(number, n, one.measures.length),
			objective: later(objective, n, one.objectives.length),
		})),
		actions: all(one.actions, ({ number, measure }, n) => ({
			number: action(number, n),
			measure: later(measure, n, one.measures.length),
			deployments: deployments.get(number),
		})),
	};
}

/* Each at once with a few others. */
async function each(items, work) {
	const queue = [...items.entries()];
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		for (let next = queue.shift(); next; next = queue.shift()) await work(next[1], next[0]);
	}));
}

const made = (api) => async (path, body, headers) => {
	const answer = await api('POST', path, body, headers);
	assert.ok([200, 201].includes(answer.status), `${path}: ${JSON.stringify(answer.data)}`);
	return answer;
};

/* One seat a person, as many places for each force as it has, until the people are used up. */
async function seats(departments, admin, coordinator) {
	const places = FORCES.flatMap((force) =>
		departments.filter((code) => force !== 'DGGN' || !NOT_DGGN.includes(code)).map((code) => [force, code]));
	await each(places.concat(places).slice(0, PEOPLE), async ([organisation, code], i) => {
		const login = `personne.${i + 1}`, territories = [code];
		await admin('/people', { login, name: `Personne Inventée ${i + 1}` });
		await admin('/grants', { person: login, role: 'contributor', plan: PLAN, organisation, territories });
		await coordinator(`/plans/${PLAN}/roster`, { kind: i < places.length ? 'referent' : 'deputy', organisation, territories, person: login, from_on: `${months()[0]}-01` });
	});
}

const months = () => [...Array(MONTHS).keys()].map((back) => month(-back)).reverse();

/* A month after the other: all but the last are over. */
async function campaigns(coordinator) {
	const series = ['victims.identified', 'clients.fines', 'hearings.total', 'shelter.requests'].map((id) => ({ id }));
	for (const period of months()) {
		const { etag } = await coordinator(`/plans/${PLAN}/campaigns`, { period, series });
		if (period !== months().at(-1)) await coordinator(`/plans/${PLAN}/campaigns/${period}/close`, undefined, { 'If-Match': etag });
	}
}

/* What was said, as a spreadsheet: of each action, and of some thousand deployments. */
function reports(plan, departments) {
	const says = (n) => ['in_progress,' + (5 + (n * 37) % 90), 'done,100', 'not_started,', 'on_hold,20', 'in_progress,60'][n % 5];
	const own = plan.actions.map(({ number }, n) => `${number},,,${says(n)}`);
	const deployed = plan.actions.flatMap(({ number, deployments }) => (deployments ? departments.map((code) => `${number},${code},DGPN`) : []));
	const every = Math.ceil(deployed.length / SPOKEN);
	return ['number,territory,organisation,status,progress', ...own, ...deployed.filter((_, n) => n % every === 0).map((place, n) => `${place},${says(n)}`)].join('\n');
}

/* Makes it on the running server.  The people of the demonstration have the rights there that they have in the demo plan. */
export async function makeTenfold() {
	const folder = mkdtempSync(join(tmpdir(), 'vigie-tenfold-'));
	const file = (name, text) => {
		writeFileSync(join(folder, name), text);
		return join(folder, name);
	};
	const plan = tenfoldPlan();
	vigie('plan', 'import', file('plan.json', JSON.stringify(plan)));
	const admin = made(await client(account('admin')));
	const grant = (who, role, more = {}) => admin('/grants', { person: who.login, role, plan: PLAN, ...more });
	await grant(account('coordinator'), 'coordinator');
	await grant(account('viewer'), 'viewer');
	await grant(account('contributor'), 'contributor', { organisation: 'DGPN', territories: ['93'] });
	const api = await client(account('coordinator'));
	const coordinator = made(api);
	const { data } = await api('GET', '/territories?level=department&limit=200');
	const departments = data.items.map(({ code }) => code);
	await seats(departments, admin, coordinator);
	await campaigns(coordinator);
	vigie('import', file('status.csv', reports(plan, departments)), '--plan', PLAN, '--kind', 'status', '--as', account('coordinator').login);
	for (const [n, { number }] of plan.actions.filter((_, i) => i % 9 === 0).entries())
		await coordinator(`/plans/${PLAN}/actions/${number}/blockers`, {
			kind: 'resource', title: 'Formateurs indisponibles', decision_needed: n % 2 ? 'Financer deux sessions' : null, opened_on: `2025-0${1 + n % 9}-12`,
		});
}
