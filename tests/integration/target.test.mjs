/*
 * Targets: set by the coordinator, never overwritten, and beside every figure how far it came and whether that is
 * where it should be.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { instant, startServer, vigie } from './client.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
let plan, server, carla, victor;

/* An indicator as published, with its values: { 'FR 2025-01': 10 }. */
async function publish(code, direction, values, sensitive = false) {
	const series = sensitive ? 'victims.identified' : 'clients.fines';
	const metadata = { name: { fr: code }, summary: { fr: 'x' }, unit: '%', decimals: 1, direction, kind: 'output', frequency: 'month',
		levels: ['national', 'department'], inputs: { x: { kind: 'series', id: series } } };
	await plan.owner.query(`with g as (insert into plugin (code, kind, state) values ($1, 'indicator', 'published') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'x', repeat('0', 64), $2::jsonb, true from g`, [code, metadata]);
	await plan.owner.query(`insert into indicator_refresh (plan_id, plugin_id, version_id, refreshed_at, day)
		select $1, g.id, v.id, now(), now()::date from plugin g join plugin_version v on v.plugin_id = g.id where g.code = $2`, [plan.planId, code]);
	for (const [place, value] of Object.entries(values)) await say(code, place, value);
}

async function say(code, place, value, audience = 'exact') {
	const [territory, period] = place.split(' ');
	await plan.owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, audience, level, territory, period, state, reason, value)
		select $1, g.id, v.id, $2, case $3 when 'FR' then 'national' else 'department' end, $3, $4,
		       case when $5::float8 is null then 'missing' else 'value' end, case when $5::float8 is null then 'not_reported' end, $5
		  from plugin g join plugin_version v on v.plugin_id = g.id where g.code = $6`, [plan.planId, audience, territory, period, value, code]);
}

before(async () => {
	plan = await makePlan();
	server = await startServer();
	[carla, victor] = ['carla', 'victor'].map((login) => server.bearer(plan.tokens[login]));
	await publish('cible.monte', 'up', { 'FR 2024-12': 0, 'FR 2025-06': 38, 'FR 2025-07': null, 'FR 2025-12': 92, '93 2025-06': 12, '75 2025-06': 50 });
	await publish('cible.baisse', 'down', { 'FR 2025-06': 35 });
	await publish('cible.neutre', 'none', { 'FR 2025-06': 35 });
	await publish('cible.tremble', 'up', { 'FR 2025-01': -6, 'FR 2025-02': -2.5, 'FR 2025-03': 6.5, 'FR 2025-04': 14 });
	await publish('cible.secret', 'up', { 'FR 2025-06': 7 }, true);
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

const goal = (change) => ({ baseline: { value: 0, period: '2024' }, target: { value: 100, period: '2025' }, source: 'Décision du comité, 12 mars', ...change });
const at = (code, territory) => `${indicators}/${code}/targets/${territory}`;
async function set(code, territory, body, ifMatch) {
	const answer = await carla.put(at(code, territory), body, { ifMatch });
	assert.ok(answer.status < 300, answer.text);
	return answer;
}
const cellsOf = async (code, query = '') => (await victor.get(`${indicators}/${code}?${query}`)).json.cells;
const about = (x, y) => assert.ok(Math.abs(x - y) < 1e-9 * Math.max(1, Math.abs(y)), `${x} is not ${y}`);

test('without a target, answers say so and judge nothing', async () => {
	const { json } = await victor.get(indicators);
	assert.deepEqual(json.items.map((i) => i.target), [null, null, null, null, null]);
	const answer = await victor.get(`${indicators}/cible.monte`);
	assert.equal(answer.json.targets, undefined);
	assert.ok(answer.json.cells.every((c) => !('status' in c) && !('progress_rate' in c)));
	assert.deepEqual((await victor.get(`${indicators}/cible.monte/targets`)).json, { items: [], total: 0, next_cursor: null });
	assert.equal((await victor.get(at('cible.monte', 'FR'))).status, 404);
});

test('the coordinator sets one; figures then tell their rate, the path and how they stand', async () => {
	const answer = await set('cible.monte', 'FR', goal());
	assert.equal(answer.status, 201);
	assert.equal(answer.headers.get('location'), at('cible.monte', 'FR'));
	assert.deepEqual({ ...answer.json, set_at: null, set_by: answer.json.set_by.name }, { territory: 'FR', baseline: { value: 0, period: '2024' },
		target: { value: 100, period: '2025' }, path: 'linear', steps: [], source: 'Décision du comité, 12 mars', origin: 'published',
		withdrawn_at: null, set_at: null, set_by: 'Carla Test', reason: null, version: 1, history: [] });
	const [start, june, hole, end] = await cellsOf('cible.monte');
	assert.deepEqual([start.expected, start.progress_rate, start.status], [0, { raw: 0, clipped: 0 }, 'on_path']);
	about(june.expected, 100 * 181 / 365);	/* 30 June is day 181 of the way */
	assert.deepEqual([june.progress_rate.raw, june.status], [38, 'behind']);
	assert.ok(!('status' in hole) && !('progress_rate' in hole), 'no figure, no judgement');
	assert.ok(hole.expected > june.expected, 'the path goes on');
	assert.deepEqual([end.expected, end.progress_rate.raw, end.status], [100, 92, 'on_path']);
	const item = (await victor.get(indicators)).json.items.find((i) => i.id === 'cible.monte');
	assert.deepEqual([item.target, item.baseline, item.progress_rate, item.expected, item.status],
		[{ value: 100, period: '2025', path: 'linear', origin: 'published' }, { value: 0, period: '2024' }, { raw: 92, clipped: 92 }, 100, 'on_path']);
});

test('each territory has its own; the others are not judged', async () => {
	await set('cible.monte', '93', goal({ target: { value: 20, period: '2025' }, path: 'stepped', origin: 'illustrative',
		steps: [{ period: '2025-03', value: 5 }, { period: '2025-05', value: 15 }] }));
	const answer = (await victor.get(`${indicators}/cible.monte?level=department`)).json;
	const cell = Object.fromEntries(answer.cells.map((c) => [c.territory, c]));
	assert.deepEqual([cell['93'].expected, cell['93'].progress_rate.raw, cell['93'].status], [15, 60, 'behind']);
	assert.ok(!('status' in cell['75']));
	assert.deepEqual(answer.targets.map((x) => [x.territory, x.origin]), [['93', 'illustrative']]);
	const list = (await victor.get(`${indicators}/cible.monte/targets`)).json;
	assert.deepEqual(list.items.map((x) => x.territory), ['93', 'FR']);
	assert.equal((await victor.get(`${indicators}/cible.monte/targets?territory=93`)).json.total, 1);
});

test('no colour without a direction, none when the target lies against it, no rate when there is no way to go', async () => {
	await set('cible.neutre', 'FR', goal());
	await set('cible.baisse', 'FR', goal());
	let [cell] = await cellsOf('cible.neutre');
	assert.deepEqual([cell.progress_rate.raw, cell.status], [35, null]);
	[cell] = await cellsOf('cible.baisse');
	assert.equal(cell.status, null, 'up is not where it should go');
	await set('cible.baisse', 'FR', goal({ baseline: { value: 40, period: '2024' }, target: { value: 40, period: '2025' }, reason: 'Stabiliser' }), 1);
	[cell] = await cellsOf('cible.baisse');
	assert.deepEqual([cell.progress_rate, cell.status], [null, null]);
	await set('cible.baisse', 'FR', goal({ baseline: { value: 40, period: '2024' }, target: { value: 36, period: '2025' }, reason: 'Baisser' }), 2);
	[cell] = await cellsOf('cible.baisse');
	assert.deepEqual([cell.progress_rate, cell.status], [{ raw: 125, clipped: 100 }, 'reached'], 'beyond the target: raw and clipped');
});

test('a figure that trembles at an edge keeps its colour, whichever periods are asked for', async () => {
	await set('cible.tremble', 'FR', goal());
	const [january, february, march, april] = await cellsOf('cible.tremble');
	assert.deepEqual([january, february, march, april].map((c) => [(c.expected - c.value).toFixed(1), c.status]),
		[['14.5', 'behind'], ['18.7', 'behind'], ['18.2', 'behind'], ['18.9', 'behind']]);
	await say('cible.tremble', 'FR 2025-02', -5);	/* 21 points: off */
	const told = async (query) => Object.fromEntries((await cellsOf('cible.tremble', query)).map((c) => [c.period, c.status]));
	await set('cible.tremble', 'FR', goal({ reason: 'Même cible' }), 1);	/* answers that were kept know nothing of the new figure */
	const all = { '2025-01': 'behind', '2025-02': 'off_path', '2025-03': 'off_path', '2025-04': 'off_path' };
	assert.deepEqual(await told(''), all, '18.2 and 18.9 behind are not far enough from the edge of 20');
	assert.deepEqual(await told('from=2025-04'), { '2025-04': 'off_path' });
});

test('a change says why, names the version it was made from, and keeps what was', async () => {
	const first = await victor.get(at('cible.monte', 'FR'));
	const before = await instant();
	const body = goal({ target: { value: 80, period: '2026-06' } });
	assert.equal((await carla.put(at('cible.monte', 'FR'), body)).status, 428);
	assert.deepEqual((await carla.put(at('cible.monte', 'FR'), body, { ifMatch: 1 })).json.errors.map((e) => [e.pointer, e.code]), [['#/reason', 'required']]);
	const changed = await set('cible.monte', 'FR', { ...body, reason: 'Révisé au comité de juin' }, 1);
	assert.equal(changed.status, 200);
	assert.deepEqual(changed.json.history.map((x) => [x.target.value, x.version]), [[100, 1]]);
	const late = await carla.put(at('cible.monte', 'FR'), { ...body, reason: 'Trop tard' }, { ifMatch: 1 });
	assert.equal(late.status, 412);
	assert.equal(late.json.current.version, 2);
	const then = (await victor.get(`${at('cible.monte', 'FR')}?as_of=${before}`)).json;
	assert.deepEqual([then.target, then.version, then.history], [first.json.target, 1, []]);
	assert.equal((await cellsOf('cible.monte', `as_of=${before}`)).at(-1).progress_rate.raw, 92);
	about((await cellsOf('cible.monte')).at(-1).progress_rate.raw, 115);
	const { rows } = await plan.owner.query(`select act, number, reason from journal where object = 'target' and number = 'cible.monte/FR' order by id`);
	assert.deepEqual(rows, [{ act: 'insert', number: 'cible.monte/FR', reason: null }, { act: 'update', number: 'cible.monte/FR', reason: 'Révisé au comité de juin' }]);
});

test('a target is withdrawn with a reason, and may be set again', async () => {
	const gone = await carla.post(`${at('cible.monte', '93')}/withdrawal`, { reason: 'Saisie par erreur' }, { ifMatch: 1 });
	assert.equal(gone.status, 200, gone.text);
	assert.ok(gone.json.withdrawn_at);
	assert.ok((await cellsOf('cible.monte', 'territory=93')).every((c) => !('status' in c)));
	assert.equal((await victor.get(`${indicators}/cible.monte/targets`)).json.total, 1);
	assert.equal((await carla.post(`${at('cible.monte', '93')}/withdrawal`, { reason: 'Encore' }, { ifMatch: 2 })).status, 409);
	assert.equal((await carla.post(`${at('cible.monte', '75')}/withdrawal`, { reason: 'x' }, { ifMatch: 1 })).status, 404);
	const again = await set('cible.monte', '93', goal({ reason: 'De nouveau' }), 2);
	assert.deepEqual([again.json.withdrawn_at, again.json.version, again.json.history.length], [null, 3, 2]);
});

test('what cannot be a target is refused, every fault at once', async () => {
	const faults = async (body) => {
		const answer = await carla.put(at('cible.monte', '75'), body);
		assert.equal(answer.status, 422, answer.text);
		return answer.json.errors.map((e) => e.pointer).sort();
	};
	assert.deepEqual(await faults({}), ['#/baseline', '#/source', '#/target']);
	assert.deepEqual(await faults({ baseline: { value: '3', period: '2024-13' }, target: { value: 1e300, period: 'demain' }, source: ' ', path: 'courbe', couleur: 1 }),
		['#/baseline/period', '#/baseline/value', '#/couleur', '#/path', '#/source', '#/target/period', '#/target/value']);
	assert.deepEqual(await faults(goal({ target: { value: 5, period: '2024-06' } })), ['#/target/period']);
	assert.deepEqual(await faults(goal({ path: 'stepped' })), ['#/steps']);
	assert.deepEqual(await faults(goal({ steps: [{ period: '2025-02', value: 1 }] })), ['#/steps']);
	assert.deepEqual(await faults(goal({ path: 'stepped', steps: [{ period: '2025-05', value: 1 }, { period: '2025-02', value: 2 }, 3, { period: '2025', value: 4 }] })),
		['#/steps/1/period', '#/steps/2', '#/steps/3/period']);
	for (const [code, territory, said] of [['cible.rien', 'FR', /cible\.rien/], ['cible.monte', '1', /« 01 »/], ['cible.monte', 'REG-11', /region/], ['cible.monte', 'XX', /XX/]]) {
		const answer = await carla.put(at(code, territory), goal());
		assert.equal(answer.status, 404, `${code} ${territory}`);
		assert.match(answer.json.detail, said);
	}
	assert.equal((await victor.put(at('cible.monte', '75'), goal())).status, 403);
	assert.equal((await victor.get(`${indicators}/cible.rien/targets`)).status, 404);
});

test('commands set, change and withdraw by the same rules, for the person they name', async () => {
	const said = async (code, ...words) => {
		const run = await vigie(['target', ...words]);
		assert.equal(run.code, code, `${words.join(' ')}: ${run.stdout}${run.stderr}`);
		return run.stdout + run.stderr;
	};
	const wanted = ['set', 'cible.monte', '--territory', '75', '--baseline', '10', '--baseline-period', '2024', '--value', '90', '--period', '2026', '--source', 'Feuille de route'];
	await said(64, ...wanted);
	await said(1, ...wanted, '--as', 'victor');
	await said(1, ...wanted, '--as', 'nobody');
	assert.match(await said(1, ...wanted, '--as', 'carla', '--baseline', 'dix', '--step', '2023=3'), /#\/baseline\/value[^]*#\/steps\/0\/period/, 'every fault at once');
	assert.match(await said(0, ...wanted, '--as', 'carla', '--step', '2025=40', '--illustrative'), /^75 +10 \(2024\) → 90 \(2026\) +Feuille de route +v1$/m);
	const set = (await victor.get(at('cible.monte', '75'))).json;
	assert.deepEqual([set.path, set.steps, set.origin, set.set_by.name], ['stepped', [{ period: '2025', value: 40 }], 'illustrative', 'Carla Test']);
	assert.match(await said(1, ...wanted, '--as', 'carla'), /#\/reason/);
	await said(1, ...wanted, '--as', 'carla', '--reason', 'Trop tard', '--version', '7');
	assert.match(await said(0, ...wanted, '--as', 'carla', '--reason', 'Sans étapes', '--version', '1'), /v2$/m);
	assert.match(await said(0, 'list', 'cible.monte'), /^75 /m);
	assert.equal(JSON.parse(await said(0, 'list', 'cible.monte', '--json')).total, 3);
	await said(1, 'list', 'cible.rien');
	await said(1, 'withdraw', 'cible.monte', '--territory', '75', '--as', 'carla');
	const gone = JSON.parse(await said(0, 'withdraw', 'cible.monte', '--territory', '75', '--as', 'carla', '--reason', 'Erreur de département', '--json'));
	assert.deepEqual([gone.reason, gone.version, gone.history.length], ['Erreur de département', 3, 2]);
	await said(1, 'withdraw', 'cible.monte', '--territory', '75', '--as', 'carla', '--reason', 'Encore');
	await said(1, 'withdraw', 'cible.monte', '--territory', '13', '--as', 'carla', '--reason', 'Rien là');
	assert.doesNotMatch(await said(0, 'list', 'cible.monte'), /^75 /m);
});

test('a status gives away no more of a sensitive figure than is shown of it', async () => {
	await set('cible.secret', 'FR', goal());
	let [cell] = await cellsOf('cible.secret');
	assert.deepEqual([cell.state, 'status' in cell, 'progress_rate' in cell], ['suppressed', false, false]);
	const item = (await victor.get(indicators)).json.items.find((i) => i.id === 'cible.secret');
	assert.ok(item.target && !('status' in item) && !('progress_rate' in item), 'the target is no secret');
	[cell] = (await server.bearer(plan.tokens.ana).get(`${indicators}/cible.secret?exact=true`)).json.cells;
	assert.equal(cell.progress_rate.raw, 7, 'for who may see the figure');
});

test('what moved tells a target set, changed, withdrawn and set again: who, from what to what, and why', async () => {
	const since = await instant(), place = at('cible.monte', '13');
	await set('cible.monte', '13', goal());
	await set('cible.monte', '13', goal({ target: { value: 80, period: '2025' }, source: 'Comité de juin', reason: 'Révisé' }), 1);
	assert.equal((await carla.post(`${place}/withdrawal`, { reason: 'Saisie par erreur' }, { ifMatch: 2 })).status, 200);
	await set('cible.monte', '13', goal({ target: { value: 80, period: '2026' }, reason: 'De nouveau' }), 3);
	const url = `/api/v1/plans/${PLAN}/changes?since=${since}`, { json } = await victor.get(url);
	assert.deepEqual(json.items.map((c) => [c.field, c.old, c.new, c.reason]), [
		['value', null, 80, 'De nouveau'], ['period', null, '2026', 'De nouveau'],
		['value', 80, null, 'Saisie par erreur'], ['period', '2025', null, 'Saisie par erreur'],
		['value', 100, 80, 'Révisé'], ['source', 'Décision du comité, 12 mars', 'Comité de juin', 'Révisé'],
		['value', null, 100, null], ['period', null, '2025', null]]);
	for (const c of json.items) assert.deepEqual([c.object, c.number, c.territory, c.by.name], ['target', 'cible.monte', '13', 'Carla Test']);
	assert.equal(json.items[2].at, (await victor.get(place)).json.history[0].withdrawn_at);
	const first = (await victor.get(`${url}&limit=3`)).json, rest = (await victor.get(`${url}&limit=5&cursor=${first.next_cursor}`)).json;
	assert.deepEqual([...first.items, ...rest.items], json.items, 'page by page, too');
	assert.equal((await victor.put(`/api/v1/plans/${PLAN}/follows/territory/13`)).status, 200);
	assert.equal((await victor.get(`${url}&followed=true`)).json.total, 0, 'an indicator is nothing that one follows');
});
