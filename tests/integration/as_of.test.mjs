/*
 * Reading as of an instant: what was known then, of actions and of all their parts.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, connectOwner, makePlan, PLAN } from './action_data.mjs';
import { dayIn, instant, sleep, startServer } from './client.mjs';

let plan, server, carla;
const moments = [];

const version = async (path) => (await carla.get(path)).json.version;
const report = async (number, body) => {
	const answer = await carla.post(`${base}/${number}/status-reports`, body, { ifMatch: await version(`${base}/${number}`) });
	assert.equal(answer.status, 201, answer.text);
	return answer;
};
const READS = ['', '/7.2', '/7.2/status-reports', '/7.2/deployments', '/7.2/blockers', '/7.2/milestones', '/7.2/evidence', '?late=true', '?lead=DGPN',
	'?q=nouveau', '?status=done', '?sort=-progress&limit=3'];

/* Remembers what every read answers now, and when that was. */
async function remember() {
	await sleep(5);
	const { rows: [{ at }] } = await plan.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`);
	const answers = {};
	for (const path of READS) answers[path] = (await carla.get(base + path)).json;
	await sleep(5);
	moments.push({ at, answers });
}

before(async () => {
	plan = await makePlan();
	server = await startServer();
	carla = server.bearer(plan.tokens.carla);
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('each past moment reads today as it read then', async () => {
	await remember();
	await report('7.2', { status: 'in_progress', progress: 40, confidence: 'support_needed', comment: 'Premier état' });
	await remember();
	const patch = await carla.patch(`${base}/7.2`, { title_fr: 'Un titre nouveau', due_on: '2025-01-31', reason: 'Avancée', lead: 'DGPN', partners: ['ACSE'] },
		{ ifMatch: await version(`${base}/7.2`) });
	assert.equal(patch.status, 200, patch.text);
	await remember();
	const blocker = await carla.post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Décret attendu' });
	const milestone = await carla.post(`${base}/7.2/milestones`, { title_fr: 'Jalon', due_on: '2026-12-01' });
	await carla.post(`${base}/7.2/evidence`, { title: 'Note', url: 'https://example.org/note' });
	await remember();
	await report('7.2', { territory: null, status: 'done', progress: 100 });
	await carla.patch(blocker.headers.get('location'), { closed_reason: 'Publié' }, { ifMatch: 1 });
	await carla.patch(milestone.headers.get('location'), { due_on: '2027-01-15', reason: 'Retard' }, { ifMatch: 1 });
	await carla.put(`${base}/7.2/deployments/01/DGGN`, {});
	await remember();
	const last = (await carla.get(`${base}/7.2/status-reports`)).json.items[0];
	const { status } = await carla.post(`${base}/7.2/status-reports/${last.id}/withdrawal`, { reason: 'Trop tôt' });
	assert.equal(status, 201);
	await remember();

	for (const { at, answers } of moments)
		for (const path of READS) {
			const answer = await carla.get(`${base}${path}${path.includes('?') ? '&' : '?'}as_of=${at}`);
			assert.equal(answer.status, 200, answer.text);
			const { next_cursor: cursor, ...then } = answer.json, { next_cursor: before, ...expected } = answers[path];
			assert.deepEqual(then, expected, `${path} as of ${at}`);
			assert.equal(cursor === null, before === null);
		}
});

test('the moments differ where something happened', () => {
	const states = moments.map(({ answers: { '/7.2': a } }) => [a.title, a.status, a.progress, a.lead.code, a.due_on, a.blocked, a.milestones[0]?.due_on, a.deployments.total]);
	assert.deepEqual(states, [
		['Assurer la coordination locale', 'not_started', null, 'OCRTEH', '2099-12-31', false, undefined, 3],
		['Assurer la coordination locale', 'in_progress', 40, 'OCRTEH', '2099-12-31', false, undefined, 3],
		['Un titre nouveau', 'in_progress', 40, 'DGPN', '2025-01-31', false, undefined, 3],
		['Un titre nouveau', 'in_progress', 40, 'DGPN', '2025-01-31', true, '2026-12-01', 3],
		['Un titre nouveau', 'done', 100, 'DGPN', '2025-01-31', false, '2027-01-15', 4],
		['Un titre nouveau', 'in_progress', 40, 'DGPN', '2025-01-31', false, '2027-01-15', 4],
	]);
	const withdrawn = moments.map(({ answers: { '/7.2/status-reports': list } }) => list.items.map((r) => r.withdrawn !== null));
	assert.deepEqual(withdrawn, [[], [false], [false], [false], [false, false], [true, false]]);
});

test('before it was known, an action is not there', async () => {
	for (const path of ['/7.2', '/7.2/status-reports', '/7.2/blockers', '/7.2/deployments/93/DGPN'])
		assert.equal((await carla.get(`${base}${path}?as_of=2020-01-01`)).status, 404, path);
	const { json } = await carla.get(`${base}?as_of=2020-01-01`);
	assert.deepEqual(json, { items: [], total: 0, next_cursor: null });
});

test('today means now; a day that is no day, or is to come, is 400', async () => {
	const today = dayIn('Europe/Paris');
	assert.deepEqual((await carla.get(`${base}/7.2?as_of=${today}`)).json, (await carla.get(`${base}/7.2`)).json);
	for (const bad of ['2025-06-31', 'yesterday', '', '2199-01-01', '2199-01-01T00:00:00Z', '20250101'])
		assert.equal((await carla.get(`${base}/7.2?as_of=${bad}`)).status, 400, bad);
});

test('late is judged on the day read, in the plan’s zone', async () => {
	/* Known since long ago: the action was due on 30 June 2025. */
	await plan.owner.query(`insert into action_history select a.*, '2025-01-01' from action a where a.plan_id = $1 and a.number = '1.2'`, [plan.planId]);
	await plan.owner.query(`insert into measure_history select m.*, '2025-01-01' from measure m where m.plan_id = $1`, [plan.planId]);
	await plan.owner.query(`insert into objective_history select o.*, '2025-01-01' from objective o where o.plan_id = $1`, [plan.planId]);
	await plan.owner.query(`insert into plan_history select p.*, '2025-01-01' from plan p where p.id = $1`, [plan.planId]);
	for (const [at, late] of [['2025-06-30', false], ['2025-06-30T21:59:59Z', false], ['2025-06-30T22:00:00Z', true], ['2025-07-01', true]]) {
		assert.equal((await carla.get(`${base}/1.2?as_of=${at}`)).json.late, late, at);
		assert.equal((await carla.get(`${base}?as_of=${at}`)).json.items.find((a) => a.number === '1.2').late, late, at);
	}
});

test('organisations and people are named as of the date, and a name that changes changes what was kept', async () => {
	const report = await carla.post(`${base}/7.2/blockers`, { kind: 'arbitration', title: 'Arbitrage', decision_from: 'DGPN' });
	assert.equal(report.status, 201, report.text);
	const root = `/api/v1/plans/${PLAN}`;
	const names = { [`${base}/7.2`]: (a) => [a.lead.name, a.blockers[0].decision_from.name], [base]: (l) => l.items.find((a) => a.number === '7.2').lead.name,
		[`${root}/dashboard`]: (d) => [d.calendar.find((a) => a.number === '7.2').lead.name, d.to_decide[0].blocker.decision_from.name],
		[`${base}/7.2/deployments/93/DGPN`]: (d) => d.organisation_name, [`${base}/7.2/blockers`]: (l) => l.items[0].decision_from.name,
		'/api/v1/organisations': (l) => l.items.find((o) => o.code === 'DGPN').name, [`${root}/export.json`]: (p) => p.organisations.find((o) => o.code === 'DGPN').name_fr };
	const read = async (query = '') => {
		const all = {};
		for (const [path, name] of Object.entries(names)) {
			const answer = await carla.get(path + query);
			assert.equal(answer.status, 200, `${path}: ${answer.text}`);
			all[path] = { name: name(answer.json), etag: answer.etag };
		}
		return all;
	};
	const first = await read(), before = await instant();
	await plan.owner.query("update organisation set name_fr = 'Un autre nom', version = version + 1 where code = 'DGPN'");
	for (const end = Date.now() + 10_000; (await read())[`${root}/dashboard`].name[0] !== 'Un autre nom';)
		assert.ok(Date.now() < end, 'what was kept is forgotten');
	const now = await read(), then = await read(`?as_of=${before}`);
	for (const path of Object.keys(names)) {
		assert.deepEqual(then[path].name, first[path].name, `${path} as of before`);
		assert.notDeepEqual(now[path].name, first[path].name, `${path} now`);
		assert.notEqual(now[path].etag, first[path].etag, `${path} has another ETag`);
	}
});

test('the rules of a past day are those that the plan had then', async () => {
	const before = await instant();
	const stale = async (query = '') => (await carla.get(`${base}/7.10${query}`)).json.stale;
	const there = async (query = '') => (await carla.get(`${base}/7.10/deployments/93/DGPN${query}`)).json.stale;
	assert.deepEqual([await stale(), await there()], [true, true]);
	await plan.owner.query('update plan set stale_after_days = 3660, version = version + 1 where id = $1', [plan.planId]);
	assert.deepEqual([await stale(), await there()], [false, false]);
	assert.deepEqual([await stale(`?as_of=${before}`), await there(`?as_of=${before}`)], [true, true]);
	await plan.owner.query('update plan set stale_after_days = 45, version = version + 1 where id = $1', [plan.planId]);
});

test('a day is the plan’s own, wherever the server is', async () => {
	const dashboard = `/api/v1/plans/${PLAN}/dashboard`;

	/* 25 hours apart: there is always a day between them */
	for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
		await plan.owner.query('update plan set time_zone = $2, version = version + 1 where id = $1', [plan.planId, zone]);
		const today = async () => (await carla.get(dashboard)).json.today;
		for (const end = Date.now() + 10_000; (await today()) !== dayIn(zone);) assert.ok(Date.now() < end, `${zone}: ${await today()}`);
	}
	const [first, last] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].map(dayIn);
	assert.equal((await carla.get(`${base}/7.2?as_of=${last}`)).status, 200, 'today there');
	assert.equal((await carla.get(`${base}/7.2?as_of=${first}`)).status, 400, 'to come there');
	assert.equal((await carla.get(`/api/v1/plans/${PLAN}/changes?until=${first}`)).status, 400);
	await plan.owner.query("update plan set time_zone = 'Europe/Paris', version = version + 1 where id = $1", [plan.planId]);
});

test('a place belongs to the region of today, not to one that it is to join or has left', async () => {
	await plan.owner.query('begin');
	const holds = async () => (await plan.owner.query(`select territory_within('93', 'REG-11') as here, territory_within('93', 'REG-93') as there,
		array(select territories_within('REG-93')) @> '{93}' as listed`)).rows[0];
	assert.deepEqual(await holds(), { here: true, there: false, listed: false });
	await plan.owner.query(`update territory_parent set to_on = current_date + 30 where territory = '93' and to_on is null`);
	await plan.owner.query(`insert into territory_parent (territory, parent, from_on) values ('93', 'REG-93', current_date + 30)`);
	assert.deepEqual(await holds(), { here: true, there: false, listed: false }, 'until the day comes');
	await plan.owner.query(`update territory_parent set to_on = current_date where territory = '93' and parent = 'REG-11'`);
	await plan.owner.query(`update territory_parent set from_on = current_date where territory = '93' and parent = 'REG-93'`);
	assert.deepEqual(await holds(), { here: false, there: true, listed: true });
	await plan.owner.query('rollback');
});

test('who writes last is the last in the history, though he began first', async () => {
	const slow = await connectOwner();
	const write = (client, title) => client.query(`update action set title_fr = $1, version = version + 1
		where number = '1.2' and plan_id = (select id from plan where code = $2)`, [title, PLAN]);
	await slow.query('begin');
	await slow.query('select now()');
	await sleep(5);
	await write(plan.owner, 'Écrit d’abord');
	await write(slow, 'Écrit ensuite');
	await slow.query('commit');
	await slow.end();
	const at = await instant();
	assert.equal((await carla.get(`${base}/1.2`)).json.title_fr, 'Écrit ensuite');
	assert.equal((await carla.get(`${base}/1.2?as_of=${at}`)).json.title_fr, 'Écrit ensuite');
});
