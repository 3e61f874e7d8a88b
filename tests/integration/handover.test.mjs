/*
 * Who takes over from whom: every seat of one person goes to another with a dated trace; a deputy acts for a seat while it
 * is theirs, and not a day longer.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dayIn, startServer, vigie } from './client.mjs';
import { addPerson, makePlan, PLAN } from './action_data.mjs';

const base = `/api/v1/plans/${PLAN}`, roster = `${base}/roster`, handovers = `${base}/handovers`;
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const today = dayIn('Europe/Paris'), other = (days) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
const faults = (problem) => Object.fromEntries(problem.errors.map((f) => [f.pointer, f.code]));

async function seat(fields) {
	const answer = await as('carla').post(roster, { from_on: '2024-01-01', ...fields });
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
}
const seats = async () => (await as('victor').get(`${roster}?limit=200`)).json.items.filter(({ person }) => person)
	.map((s) => [s.person.name.split(' ')[0], s.kind, s.territories.join(), s.from_on, s.until_on]).sort();

before(async () => {
	server = await startServer();
	data = await makePlan();
	data.tokens.sacha = (await addPerson(data.owner, 'sacha', 'contributor', data.planId, 'DGPN', ['93'])).token;
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('what cannot be handed over is refused with every fault, and nothing moves', async () => {
	await seat({ organisation: 'DGPN', territories: ['93', '75'], person: 'paul' });
	await seat({ kind: 'deputy', organisation: 'DGPN', territories: ['13'], person: 'paul', from_on: other(30), until_on: other(60) });
	await seat({ organisation: 'DGPN', territories: ['01'], person: 'paul', until_on: '2025-01-31' });
	const before_ = await seats(), carla = as('carla');
	const bad = await carla.post(handovers, { from: 'nobody', to: 'personne', on: '2026-02-30', reason: ' ' });
	assert.deepEqual([bad.status, faults(bad.json)], [422, { '#/on': 'bad_date', '#/reason': 'empty' }], bad.text);
	const unknown = await carla.post(handovers, { from: 'nobody', to: 'personne', reason: 'Mutation' });
	assert.deepEqual([unknown.status, Object.keys(faults(unknown.json))], [422, ['#/from', '#/to']], unknown.text);
	assert.deepEqual(faults((await carla.post(handovers, { from: 'paul', to: 'paul', reason: 'Mutation' })).json), { '#/to': 'not_oneself' });
	const nothing = await carla.post(handovers, { from: 'victor', to: 'sacha', reason: 'Mutation' });
	assert.deepEqual([nothing.status, nothing.json.type], [409, '/problems/conflict'], nothing.text);
	for (const login of ['victor', 'paul', 'ana', 'adam']) assert.equal((await as(login).post(handovers, { from: 'paul', to: 'sacha', reason: 'x' })).status, 403, login);
	assert.deepEqual(await seats(), before_);
});

test('what a hand-over would move is said first: seats, open blockers, rights that are missing; nothing is written', async () => {
	const opened = await as('paul').post(`${base}/actions/7.2/blockers`, { kind: 'legal', title: 'Décret attendu', territory: '93', organisation: 'DGPN' });
	assert.equal(opened.status, 201, opened.text);
	const before_ = await seats(), carla = as('carla');
	const { status, json } = await carla.post(`${handovers}/preview`, { from: 'paul', to: 'sacha', on: today });
	assert.equal(status, 200);
	assert.deepEqual([json.from.name, json.to.name, json.on], ['Paul Test', 'Sacha Test', today]);
	assert.deepEqual(json.seats.map((s) => [s.kind, s.organisation, s.territories.join(), s.from_on, s.until_on]), [['deputy', 'DGPN', '13', other(30), other(60)], ['referent', 'DGPN', '93,75', today, null]]);
	assert.deepEqual(json.missing, [{ territory: '13', organisation: 'DGPN' }, { territory: '75', organisation: 'DGPN' }]);
	assert.deepEqual(json.blockers.map(({ action, title }) => [action, title]), [['7.2', 'Décret attendu']]);
	assert.deepEqual((await carla.post(`${handovers}/preview`, { from: 'victor', to: 'sacha' })).json.seats, []);
	assert.deepEqual(Object.keys(faults((await carla.post(`${handovers}/preview`, { from: 'nobody', to: 'personne' })).json)), ['#/from', '#/to']);
	assert.deepEqual(await seats(), before_);
	assert.equal((await as('victor').get(handovers)).json.total, 0);
});

test('every seat that is held, or will be, goes to the successor from that day on; the past stays', async () => {
	const answer = await as('carla').post(handovers, { from: 'paul', to: 'sacha', on: today, reason: 'Mutation à Lyon' });
	assert.equal(answer.status, 201, answer.text);
	const { from, to, on, reason, seats: n, by, missing } = answer.json;
	assert.deepEqual([from.name, to.name, on, reason, n, by.name], ['Paul Test', 'Sacha Test', today, 'Mutation à Lyon', 2, 'Carla Test']);
	assert.deepEqual(missing, [{ territory: '13', organisation: 'DGPN' }, { territory: '75', organisation: 'DGPN' }], 'rights are an administrator’s to give');
	assert.deepEqual(await seats(), [
		['Paul', 'referent', '01', '2024-01-01', '2025-01-31'], ['Paul', 'referent', '93,75', '2024-01-01', other(-1)],
		['Sacha', 'deputy', '13', other(30), other(60)], ['Sacha', 'referent', '93,75', today, null]].sort());
	assert.equal((await as('carla').post(handovers, { from: 'paul', to: 'sacha', reason: 'Encore' })).status, 409, 'nothing is left to hand over');
	assert.deepEqual((await as('victor').get(handovers)).json.items.map((h) => [h.from.name, h.seats]), [['Paul Test', 2]]);
	const { rows } = await data.owner.query("select number, after ->> 'to' as successor, reason from journal where object = 'handover'");
	assert.deepEqual(rows, [{ number: 'paul', successor: 'sacha', reason: 'Mutation à Lyon' }]);
	const { rows: known } = await data.owner.query("select count(*)::int as n from roster_history where person_id = $1", [data.ids.paul]);
	assert.ok(known[0].n >= 4, 'who held what, and until when, is kept');
});

test('by command, in somebody’s name', async () => {
	const run = await vigie(['campaign', 'hand-over', 'sacha', '--to', 'paul', '--reason', 'Retour', '--on', today, '--plan', PLAN, '--as', 'carla', '--json']);
	assert.equal(run.code, 0, run.stderr);
	assert.deepEqual([JSON.parse(run.stdout).seats, JSON.parse(run.stdout).by.name], [2, 'Carla Test']);
	assert.equal((await vigie(['campaign', 'hand-over', 'sacha', '--to', 'paul', '--reason', 'Retour', '--plan', PLAN])).code, 1);
	assert.equal((await vigie(['campaign', 'hand-over', 'sacha', '--plan', PLAN])).code, 1, 'without a successor');
});

test('a deputy acts for the seat during its dates: before, after and elsewhere he may not', async () => {
	await seat({ organisation: 'DGPN', territories: ['75'], from_on: '2024-01-01' });
	const opened = await as('carla').post(`${base}/campaigns`, { period: today.slice(0, 7), series: [{ id: 'clients.fines' }] });
	assert.equal(opened.status, 201, opened.text);
	const unit = `${base}/campaigns/${today.slice(0, 7)}/reports/75/DGPN`, sacha = as('sacha');
	const draft = async () => {
		const { json } = await as('nadia').get(unit);
		return (await sacha.put(unit, { figures: [], comment: 'pour mon collègue' }, { ifMatch: json.version })).status;
	};
	assert.equal(await draft(), 403, 'no seat');
	const deputy = await seat({ kind: 'deputy', organisation: 'DGPN', territories: ['75'], person: 'sacha', from_on: other(-2), until_on: other(2) });
	assert.equal(await draft(), 200, 'while the seat is his');
	const action = `${base}/actions/7.2`, where = { territory: '75', organisation: 'DGPN' };
	const version = (await sacha.get(`${action}/deployments/75/DGPN`)).json.version;
	assert.equal((await sacha.post(`${action}/status-reports`, { ...where, nothing_new: true }, { ifMatch: version })).status, 201, 'deployments, too');
	const ended = await as('carla').patch(`${roster}/${deputy.id}`, { until_on: other(-1) }, { ifMatch: deputy.version });
	assert.equal(ended.status, 200, ended.text);
	assert.equal(await draft(), 403, 'his days are over');
	/* whoever has no right on the plan's reports, or is of another organisation, gets none by the roster */
	await seat({ kind: 'deputy', organisation: 'DGPN', territories: ['75'], person: 'gina', from_on: other(-2) });
	await seat({ kind: 'deputy', organisation: 'DGPN', territories: ['75'], person: 'victor', from_on: other(-2) });
	const { json } = await as('nadia').get(unit);
	for (const login of ['gina', 'victor']) assert.equal((await as(login).put(unit, { figures: [], comment: 'x' }, { ifMatch: json.version })).status, 403, login);
});
