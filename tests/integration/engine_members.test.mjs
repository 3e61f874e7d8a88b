/*
 * Coverage of an input that keeps some members of a dimension: who told others alone has not answered, but who has no
 * such force is not waited for.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, publishGraph, series } from './engine_data.mjs';

const GIVEN = month(-2);
let data, plugins, server, places;

before(async () => {
	data = await makePlan();
	const { owner } = data, graph = { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } };
	await owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${month(-3)}-01`, data.planId]);
	await publishGraph(owner, 'essai.police', { inputs: { v: series('training.participants', { where: { profession: ['police'] } }) }, graph });
	await publishGraph(owner, 'essai.gendarmerie', { inputs: { v: series('clients.fines', { where: { force: ['gendarmerie'] } }) }, graph });
	places = (await owner.query("select code from territory where level = 'department' order by code")).rows.map((row) => row.code);
	plugins = await pluginFolder({});
	server = await startServer({ args: [`--plugins-dir=${plugins.folder}`, '--compute=off'] });
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

async function send(code, where, organisation, dims) {
	const rows = where.map((territory) => ({ territory, organisation, period: GIVEN, dims, value: 1 }));
	const answer = await server.bearer(data.tokens.carla).post(`/api/v1/series/${code}/observations?plan=${PLAN}`, { rows });
	assert.equal(answer.status, 201, answer.text);
}
async function nation(id) {
	const done = await vigie(['compute', '--once', `--plugins-dir=${plugins.folder}`]);
	assert.equal(done.code, 0, done.stderr);
	const { json } = await server.bearer(data.tokens.victor).get(`/api/v1/plans/${PLAN}/indicators/${id}?territory=FR&from=${GIVEN}&to=${GIVEN}`);
	return json.cells[0];
}

test('a département that told other members alone is waited for, like one that told nothing', async () => {
	await send('training.participants', places.slice(0, 70), 'DGPN', { profession: 'police' });
	const silent = await nation('essai.police');
	assert.deepEqual([silent.value, silent.coverage, silent.flags], [70, { received: 70, expected: 101 }, ['provisional']]);
	await send('training.participants', places.slice(70), 'DGPN', { profession: 'gendarmerie' });
	const others = await nation('essai.police');
	assert.deepEqual([others.value, others.coverage, others.flags], [70, { received: 70, expected: 101 }, ['provisional']]);
});

test('a département without gendarmerie is not waited for where gendarmerie is counted', async () => {
	await send('clients.fines', places.slice(0, 90), 'DGGN', {});
	await send('clients.fines', places.slice(90), 'DGPN', {});
	const { value, coverage, flags } = await nation('essai.gendarmerie');
	assert.deepEqual([value, coverage, flags], [90, { received: 90, expected: 90 }, []]);
});
