/*
 * Blockers: opened where somebody answers for the action, closed with a reason, and what they make of the action.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, countRows, makePlan } from './action_data.mjs';
import { dayIn, startServer } from './client.mjs';

let plan, server, carla, as;
const where = `${base}/7.2/blockers`;
const today = dayIn('Europe/Paris');
const dayAfter = (n) => new Date(Date.parse(`${today}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
const faults = (answer) => (answer.json.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();

before(async () => {
	plan = await makePlan();
	server = await startServer();
	as = (login, lang) => server.bearer(plan.tokens[login], { lang });
	carla = as('carla');
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('a blocker is opened, shown with the action, changed, closed, opened again', async () => {
	const made = await carla.post(where, { kind: 'arbitration', title: 'Deux services, un budget', description: 'Détail', decision_needed: 'Qui paie ?',
		decision_from: 'OCRTEH', opened_on: '2026-10-01' });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual({ ...made.json, id: 0 }, { id: 0, kind: 'arbitration', title: 'Deux services, un budget', description: 'Détail',
		decision_needed: 'Qui paie ?', decision_from: { code: 'OCRTEH', name: 'Office central' }, opened_on: '2026-10-01',
		opened_by: { id: Number(plan.ids.carla), name: 'Carla Test' }, closed_on: null, closed_reason: null, territory: null, organisation: null, version: 1 });
	const path = made.headers.get('location');
	assert.deepEqual((await carla.get(path)).json, made.json);
	let action = (await carla.get(`${base}/7.2`)).json;
	assert.equal(action.blocked, true);
	assert.deepEqual(action.blockers, [made.json]);
	assert.equal(action.version, 1, 'the action itself may still be reported on');
	assert.deepEqual((await carla.get(`${base}?blocked=true`)).json.items.map((a) => a.number), ['7.2']);

	const changed = await carla.patch(path, { kind: 'resource', description: null, decision_from: null }, { ifMatch: made.etag });
	assert.deepEqual([changed.json.kind, changed.json.description, changed.json.decision_from, changed.json.version], ['resource', null, null, 2]);
	assert.equal((await carla.patch(path, { closed_reason: 'x' }, { ifMatch: 1 })).status, 412);
	assert.equal((await carla.patch(path, { closed_reason: 'x' })).status, 428);

	const closed = await carla.patch(path, { closed_reason: 'Arbitré par le cabinet' }, { ifMatch: 2 });
	assert.deepEqual([closed.status, closed.json.closed_on, closed.json.closed_reason], [200, today, 'Arbitré par le cabinet']);
	action = (await carla.get(`${base}/7.2`)).json;
	assert.deepEqual([action.blocked, action.blockers], [false, []]);
	assert.equal((await carla.get(`${where}?open=false`)).json.total, 1);
	assert.equal((await carla.get(`${where}?open=true`)).json.total, 0);

	const reopened = await carla.patch(path, { closed_reason: null }, { ifMatch: 3 });
	assert.deepEqual([reopened.json.closed_on, reopened.json.closed_reason], [null, null]);
	const dated = await carla.patch(path, { closed_reason: 'Levé', closed_on: '2026-10-15' }, { ifMatch: 4 });
	assert.equal(dated.json.closed_on, '2026-10-15');
	const { rows: [{ n }] } = await plan.owner.query("select count(*)::int as n from journal where object = 'blocker' and object_id = $1", [made.json.id]);
	assert.equal(n, 5);
});

test('a contributor opens and closes where they answer, nowhere else', async () => {
	const body = { kind: 'partner', title: 'Le partenaire local se retire', territory: '93', organisation: 'DGPN' };
	const made = await as('paul').post(where, body);
	assert.equal(made.status, 201, made.text);
	assert.deepEqual([made.json.territory, made.json.organisation, made.json.opened_by.name, made.json.opened_on], ['93', 'DGPN', 'Paul Test', today]);
	assert.equal((await carla.get(`${base}/7.2/deployments/93/DGPN`)).json.blocked, true);
	assert.equal((await carla.get(`${base}/7.2/deployments/75/DGPN`)).json.blocked, false);
	const rows = await countRows(plan.owner);
	for (const login of ['gina', 'victor', 'ana', 'adam', 'olga']) {
		assert.equal((await as(login).post(where, body)).status, 403, login);
		assert.equal((await as(login).patch(made.headers.get('location'), { closed_reason: 'x' }, { ifMatch: 1 })).status, 403, login);
	}
	assert.equal((await as('paul').post(where, { kind: 'other', title: 'Tout' })).status, 403);
	assert.equal((await as('paul').post(where, { ...body, territory: '75' })).status, 403);
	assert.deepEqual(await countRows(plan.owner), rows);
	assert.equal((await as('ile').patch(made.headers.get('location'), { closed_reason: 'Résolu' }, { ifMatch: 1 })).status, 200);
	assert.equal((await as('olga').post(where, { kind: 'other', title: 'National' })).status, 201);
	assert.deepEqual((await carla.get(`${where}?territory=REG-11&organisation=DGPN&kind=partner`)).json.items.map((b) => b.id), [made.json.id]);
});

test('wrong blockers are refused with all their faults, in both languages', async () => {
	const cases = [
		[{}, ['#/kind required', '#/title required']],
		[{ kind: 'money', title: ' ' }, ['#/kind bad_choice', '#/title empty']],
		[{ kind: 'legal', title: 'x'.repeat(301), description: 'x'.repeat(4001), decision_needed: 'x'.repeat(1001) },
			['#/decision_needed too_long', '#/description too_long', '#/title too_long']],
		[{ kind: 'legal', title: 'x', decision_from: 'NOBODY', titel: 1 }, ['#/decision_from unknown_organisation', '#/titel unknown_field']],
		[{ kind: 'legal', title: 'x', opened_on: dayAfter(1) }, ['#/opened_on as_of_future']],
		[{ kind: 'legal', title: 'x', opened_on: '2025-06-31', territory: '1', organisation: 'XX' },
			['#/opened_on bad_date', '#/organisation unknown_organisation', '#/territory unknown_territory']],
		[{ kind: 'legal', title: 'x', territory: '93' }, ['#/organisation required']],
		[{ kind: 'legal', title: 'x', territory: '2A', organisation: 'DGPN' }, ['#/territory no_deployment']],
	];
	const rows = await countRows(plan.owner);
	for (const [body, expected] of cases) {
		const fr = await carla.post(where, body), en = await carla.post(`${where}?lang=en`, body);
		assert.equal(fr.status, 422, fr.text);
		assert.deepEqual(faults(fr), expected);
		assert.deepEqual(faults(en), expected);
		assert.notEqual(fr.json.errors[0].detail, en.json.errors[0].detail);
	}
	assert.deepEqual(await countRows(plan.owner), rows);
	assert.equal((await carla.post(`${base}/9.9/blockers`, {})).status, 404);
});

test('closing has its rules', async () => {
	const { headers } = await carla.post(where, { kind: 'other', title: 'À fermer', opened_on: '2026-10-01' });
	const path = headers.get('location');
	for (const [body, expected] of [
		[{ closed_on: today }, ['#/closed_reason reason_needed']],
		[{ closed_on: '2026-09-30', closed_reason: 'x' }, ['#/closed_on days_reversed']],
		[{ closed_on: dayAfter(1), closed_reason: 'x' }, ['#/closed_on as_of_future']],
		[{ closed_reason: ' ' }, ['#/closed_reason empty']],
		[{ closed_reason: null, closed_on: today }, ['#/closed_reason reason_needed']],
		[{ title: null, kind: 'x', opened_on: today }, ['#/kind bad_choice', '#/opened_on unknown_field', '#/title not_null']],
	]) {
		const answer = await carla.patch(path, body, { ifMatch: 1 });
		assert.equal(answer.status, 422, JSON.stringify(body));
		assert.deepEqual(faults(answer), expected);
	}
	const same = await carla.patch(path, {}, { ifMatch: 1 });
	assert.deepEqual([same.status, same.json.version], [200, 1], 'a change that names nothing makes no version');
	for (const title of ['facture\u202Efdp', 'a\u009B31mb', 'a\u0080'])
		assert.deepEqual(faults(await carla.patch(path, { title }, { ifMatch: 1 })), ['#/title bad_text'], JSON.stringify(title));
	assert.equal((await carla.get(path)).json.version, 1);
	assert.equal((await carla.patch(`${base}/7.10/blockers/${path.split('/').pop()}`, { closed_reason: 'x' }, { ifMatch: 1 })).status, 404);
});

test('the list is paged, the latest opened first', async () => {
	const all = (await carla.get(`${where}?limit=200`)).json.items;
	assert.deepEqual(all.map((b) => b.opened_on), all.map((b) => b.opened_on).sort().reverse());
	const paged = [];
	for (let cursor = ''; cursor !== null;) {
		const { json } = await carla.get(`${where}?limit=1${cursor && `&cursor=${cursor}`}`);
		paged.push(...json.items);
		cursor = json.next_cursor;
	}
	assert.deepEqual(paged, all);
});
