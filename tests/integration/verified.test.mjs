/*
 * Declared done is not verified; what an action costs; which indicators tell of a measure; and what the plan lacks:
 * without lead, without indicator, without cost, silent départements.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instant, startServer } from './client.mjs';
import { base, makePlan, PLAN } from './action_data.mjs';

const root = `/api/v1/plans/${PLAN}`;
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const faults = (problem) => Object.fromEntries(problem.errors.map((f) => [f.pointer, f.code]));
async function made(promise, status = 201) {
	const answer = await promise;
	assert.equal(answer.status, status, answer.text);
	return answer.json;
}
/* What moved since an instant, latest first: the columns that are asked for. */
const moved = async (since, ...columns) => (await made(as('victor').get(`${root}/changes?since=${since}`), 200)).items
	.map((c) => columns.map((name) => (name === 'by' ? c.by.name : c[name])));
const action = async (number, query = '') => (await as('victor').get(`${base}/${number}${query}`)).json;
const report = async (number, body) => made(as('carla').post(`${base}/${number}/status-reports`, body, { ifMatch: (await action(number)).version }));
const verify = async (number, body, status = 201) =>
	made(as('carla').post(`${base}/${number}/verifications`, body, { ifMatch: (await action(number)).version }), status);

before(async () => {
	server = await startServer();
	data = await makePlan();
	await data.owner.query(`with g as (insert into plugin (code, kind, state) values ('essai.indice', 'indicator', 'published') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active) select id, '1.0.0', 'x', repeat('0', 64), $1, true from g`,
	[{ levels: ['national'], name: { fr: 'Indice' }, unit: '%', decimals: 1, direction: 'up', kind: 'output', frequency: 'month' }]);
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('only what is declared done is verified, by a coordinator, with a date and a name', async () => {
	assert.equal((await verify('1.1', { verified: true }, 409)).type, '/problems/conflict');
	await report('1.1', { status: 'done', progress: 100 });
	assert.equal((await action('1.1')).verified, null, 'declared is not verified');
	assert.deepEqual(faults(await verify('1.1', { verified: false }, 422)), { '#/remark': 'reason_needed' });
	const { version } = await action('1.1');
	assert.equal((await as('carla').post(`${base}/1.1/verifications`, { verified: true })).status, 428);
	assert.equal((await as('carla').post(`${base}/1.1/verifications`, { verified: true }, { ifMatch: version - 1 })).status, 412);
	assert.equal((await as('olga').post(`${base}/1.1/verifications`, { verified: true }, { ifMatch: version })).status, 403, 'who leads it does not verify it');
	const found = await verify('1.1', { verified: true, remark: 'Rapport vu le 3 mars' });
	assert.deepEqual([found.verified.by.name, found.verified.remark, found.version], ['Carla Test', 'Rapport vu le 3 mars', version]);
});

test('a finding is taken back with a reason, and a new declaration is verified anew; all of it stays', async () => {
	const before_ = await instant();
	await verify('1.1', { verified: false, remark: 'Annexe manquante' });
	assert.equal((await action('1.1')).verified, null);
	assert.equal((await action('1.1', `?as_of=${before_}`)).verified.by.name, 'Carla Test', 'what was known then');
	await verify('1.1', { verified: true });
	await report('1.1', { status: 'in_progress', progress: 90 });
	assert.equal((await action('1.1')).verified, null);
	await report('1.1', { status: 'done', progress: 100 });
	assert.equal((await action('1.1')).verified, null, 'the other declaration was verified, this one is not');
	const { items } = (await as('victor').get(`${base}/1.1/verifications`)).json;
	assert.deepEqual(items.map((v) => [v.verified, v.remark]), [[true, null], [false, 'Annexe manquante'], [true, 'Rapport vu le 3 mars']]);
});

test('what moved tells what was found and what was taken back: who, from what to what, and why', async () => {
	const since = await instant();
	await verify('1.1', { verified: true, remark: 'Annexe reçue' });
	await verify('1.1', { verified: false, remark: 'Annexe non signée' });
	assert.deepEqual(await moved(since, 'object', 'number', 'field', 'old', 'new', 'by', 'reason'), [
		['action', '1.1', 'verified', true, false, 'Carla Test', 'Annexe non signée'],
		['action', '1.1', 'verified', null, true, 'Carla Test', 'Annexe reçue']], 'nothing was found of this declaration before');
	const { items: [last] } = (await as('victor').get(`${root}/changes?since=${since}&object=action&field=verified`)).json;
	assert.equal(last.at, (await as('victor').get(`${base}/1.1/verifications`)).json.items[0].at);
});

test('budget lines by funding: planned, committed, spent; zero is costed, nothing is not', async () => {
	assert.equal((await action('2.1')).budget.costed, false);
	const line = await made(as('carla').post(`${base}/2.1/budget-lines`, { funding: 'BOP 176', planned: 0 }));
	assert.deepEqual([line.funding, line.planned, line.committed, line.currency], ['BOP 176', 0, null, 'EUR']);
	assert.equal((await action('2.1')).budget.costed, true, 'zero is an amount');
	assert.equal((await as('carla').post(`${base}/2.1/budget-lines`, { funding: 'BOP 176', planned: 5 })).status, 409, 'once each');
	const bad = await as('carla').post(`${base}/2.1/budget-lines`, { planned: -1, spent: 'mille', currency: 'euro', who: 1 });
	assert.deepEqual([bad.status, Object.keys(faults(bad.json)).sort()], [422, ['#/currency', '#/planned', '#/spent', '#/who']], bad.text);
	const where = `${base}/2.1/budget-lines/${line.id}`;
	assert.equal((await as('carla').patch(where, { spent: 3 })).status, 428);
	const changed = await made(as('carla').patch(where, { planned: 1000.5, spent: 3 }, { ifMatch: line.version }), 200);
	assert.deepEqual([changed.planned, changed.spent, changed.version], [1000.5, 3, 2]);
	const late = await as('carla').patch(where, { spent: 4 }, { ifMatch: line.version });
	assert.deepEqual([late.status, late.json.current.spent], [412, 3]);
	assert.equal((await as('paul').post(`${base}/2.1/budget-lines`, { planned: 1 })).status, 403);
	assert.deepEqual((await action('2.1')).budget, { planned: 1000.5, committed: null, spent: 3, currency: 'EUR', costed: true });
	const changes = (await as('victor').get(`${root}/changes?since=2024-01-01&object=budget&number=2.1`)).json.items;
	assert.deepEqual(changes.filter((c) => c.field === 'planned').map((c) => [c.old, c.new]), [[0, 1000.5], [null, 0]], 'each amount is kept');
});

test('a coordinator says which indicators tell of a measure; a link taken away is still there as of then', async () => {
	const links = `${root}/measures/7/indicators`, since = await instant();
	assert.deepEqual((await made(as('carla').put(`${links}/essai.indice`, {}), 200)).items, [{ id: 'essai.indice' }]);
	assert.deepEqual((await made(as('carla').put(`${links}/essai.indice`, {}), 200)).items.length, 1, 'twice is once');
	assert.equal((await as('carla').put(`${links}/no.such`, {})).status, 404);
	const then = await instant();
	assert.deepEqual((await made(as('carla').delete(`${links}/essai.indice`), 200)).items, []);
	assert.deepEqual((await as('victor').get(`${links}?as_of=${then}`)).json.items, [{ id: 'essai.indice' }]);
	const told = async (query) => (await made(as('victor').get(`${root}/indicators?${query}`), 200)).items.map(({ id }) => id);
	assert.deepEqual([await told('measure=7'), await told(`measure=7&as_of=${then}`), await told('measure=1')], [[], ['essai.indice'], []],
		'a measure’s indicators with their figures, as of then');
	await made(as('carla').put(`${links}/essai.indice`, {}), 200);
	assert.deepEqual(await moved(since, 'object', 'number', 'field', 'old', 'new', 'by'), [
		['measure', '7', 'indicator', null, 'essai.indice', 'Carla Test'],
		['measure', '7', 'indicator', 'essai.indice', null, 'Carla Test'],
		['measure', '7', 'indicator', null, 'essai.indice', 'Carla Test']], 'what moved: linked, taken away, linked again; twice is once');
});

test('what the plan lacks: the four counts, the same as the lists that show them', async () => {
	const gaps = await made(as('victor').get(`${root}/gaps`), 200);
	assert.deepEqual(gaps.measures, { total: 3, without_lead: 3, without_indicator: 2, without_cost: 2 });
	assert.deepEqual(gaps.actions, { total: 6, without_lead: 1, without_cost: 5 });
	assert.deepEqual([gaps.departments.expected, gaps.departments.silent, gaps.departments.items.map((d) => d.territory)], [3, 3, ['13', '75', '93']]);
	for (const [list, without, n] of [['measures', 'lead', 3], ['measures', 'indicator', 2], ['measures', 'cost', 2], ['actions', 'lead', 1], ['actions', 'cost', 5]])
		assert.equal((await made(as('victor').get(`${root}/${list}?without=${without}`), 200)).total, n, `${list} without ${without}`);
	assert.equal((await as('victor').get(`${root}/actions?without=indicator`)).status, 400);
	const one = (await as('paul').get(`${base}/7.2/deployments/93/DGPN`)).json;
	await made(as('paul').post(`${base}/7.2/status-reports`, { territory: '93', organisation: 'DGPN', status: 'in_progress', progress: 10 }, { ifMatch: one.version }));
	assert.deepEqual((await made(as('victor').get(`${root}/gaps`), 200)).departments.items.map((d) => d.territory), ['13', '75'], 'heard at once');
});
