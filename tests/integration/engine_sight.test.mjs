/*
 * Indicators that rest on sensitive counts: withheld beyond one's own scope, by the interface and by row-level security.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';
import { month, pluginFolder, publishGraph, series, until } from './engine_data.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const victims = '/api/v1/series/victims.identified/observations';

const SUM = (id) => ({ inputs: { v: id }, graph: { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } });

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);
const sensitive = ['essai.victims', 'essai.twice'];

before(async () => {
	data = await makePlan();
	await publishGraph(data.owner, 'essai.victims', SUM(series('victims.identified')));
	await publishGraph(data.owner, 'essai.twice', SUM({ kind: 'indicator_value', id: 'essai.victims@1', missing: 'skip',
		columns: ['territory', 'period', 'value'] }));
	plugins = await pluginFolder({});
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
});

after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

async function observe(rows, more = {}) {
	const answer = await as('carla').post(victims, { rows: rows.map(([territory, organisation, value]) => ({ ...more, territory, organisation,
		period: month(-2), value, dims: { age: 'minor', sex: 'female' } })) });
	assert.equal(answer.status, 201, answer.text);
	await until(async () => (await as('victor').get(indicators)).json.items, (items) => items.length === 2 && items.every((i) => i.stale === null), server);
}
async function cell(login, id, territory, more = '') {
	const answer = await as(login).get(`${indicators}/${id}?territory=${territory}&from=${month(-2)}&to=${month(-2)}${more}`);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.cells.length, 1);
	const { state, value, reason } = answer.json.cells[0];
	return [state, value ?? reason];
}
const hidden = ['suppressed', 'small_count'];

test('what rests on a sensitive count, itself or by another indicator, is withheld from whoever has no need to know', async () => {
	await observe([['93', 'DGPN', 3], ['75', 'DGPN', 0]]);
	for (const id of sensitive) {
		for (const login of ['victor', 'gina', 'ana', 'carla'])
			for (const territory of ['93', '75', 'REG-11', 'FR', '01'])
				assert.deepEqual(await cell(login, id, territory), hidden, `${login} ${id} ${territory}`);
		const all = await as('victor').get(`${indicators}/${id}?level=department`);
		assert.ok(all.json.cells.length > 100);
		assert.ok(all.json.cells.every((c) => c.state === 'suppressed' && c.value === undefined && c.coverage === undefined));
	}
	for (const login of ['victor', 'ana'])
		for (const item of (await as(login).get(indicators)).json.items)
			assert.deepEqual([item.state, item.value, item.reason, item.coverage], ['suppressed', null, 'small_count', { received: 0, expected: 0 }]);
});

test('analysts and coordinators open it, which the journal keeps once; others may not', async () => {
	const opened = async () => (await data.owner.query(`select count(*)::int as n from journal where act = 'read_exact' and object = 'plugin'`)).rows[0].n;
	assert.equal(await opened(), 0);
	for (const login of ['ana', 'carla']) {
		assert.deepEqual(await cell(login, 'essai.victims', '93', '&exact=true'), ['value', 3]);
		assert.deepEqual(await cell(login, 'essai.victims', 'FR', '&exact=true'), ['value', 3]);
		assert.deepEqual(await cell(login, 'essai.victims', '75', '&exact=true'), ['value', 0]);
	}
	assert.equal(await opened(), 2);
	assert.deepEqual(await cell('ana', 'essai.victims', '93'), hidden, 'not without asking');
	for (const login of ['victor', 'paul'])
		assert.equal((await as(login).get(`${indicators}/essai.victims?exact=true`)).status, 403);
	assert.equal((await as('ana').get(`${indicators}/essai.victims?exact=perhaps`)).status, 400);
});

test('contributors see cells that hold nothing but their own figures', async () => {
	assert.deepEqual(await cell('paul', 'essai.victims', '93'), ['value', 3]);
	assert.deepEqual(await cell('paul', 'essai.victims', '75'), hidden, 'beyond the territory');
	assert.deepEqual(await cell('ile', 'essai.victims', '75'), ['value', 0]);
	assert.deepEqual(await cell('gina', 'essai.victims', '93'), hidden, 'of another organisation');
	await observe([['93', 'DGGN', 2]]);
	assert.deepEqual(await cell('paul', 'essai.victims', '93'), hidden, 'a total with others would tell theirs');
	assert.deepEqual(await cell('carla', 'essai.victims', '93', '&exact=true'), ['value', 5]);
});

test('row-level security says the same to a handler that forgets', async () => {
	const app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
	try {
		const seen = async (login) => {
			await app.query('select set_config($1, $2, false)', ['vigie.session', createHash('sha256').update(data.tokens[login]).digest('hex')]);
			return (await app.query('select distinct territory from indicator_value where sensitive order by 1')).rows.map((r) => r.territory);
		};
		assert.deepEqual(await seen('victor'), []);
		assert.deepEqual(await seen('paul'), ['93']);
		assert.ok((await seen('ana')).length > 100);
	} finally {
		await app.end();
	}
});

test('a withheld cell tells its method, not its operands', async () => {
	const ask = (login, more = '') => as(login).get(`${indicators}/essai.victims/explain?territory=93&period=${month(-2)}${more}`);
	for (const login of ['victor', 'paul', 'ana']) {
		const { json, status, text } = await ask(login);
		assert.equal(status, 200, text);
		assert.deepEqual([json.cell.state, json.cell.reason, json.calculation, json.previous, json.known_from], ['suppressed', 'small_count', undefined, null, null]);
		assert.ok(json.inputs.every((i) => i.rows.length === 0 && !i.observations && !i.given));
	}
	const { json } = await ask('ana', '&exact=true');
	assert.deepEqual([json.cell.value, json.agrees, json.inputs[0].observations.total], [5, true, 2]);
	assert.equal((await ask('victor', '&exact=true')).status, 403);
	assert.equal((await ask('victor', '').then(() => as('victor').get(`${indicators}/essai.victims/explain?territory=93&period=1999-01`))).status, 404);
});

test('figures made up mark what rests on them, withheld or not, alike for everybody', async () => {
	const logins = ['victor', 'paul', 'gina', 'ana', 'carla'];
	const said = async () => [...new Set((await Promise.all(logins.flatMap((login) => [
		as(login).get(indicators).then(({ json }) => json.items.map((i) => i.fictitious)),
		...sensitive.map((id) => as(login).get(`${indicators}/${id}?level=department`).then(({ json }) => json.fictitious)),
		...sensitive.map((id) => as(login).get(`${indicators}/${id}/explain?territory=93&period=${month(-2)}`).then(({ json }) => json.fictitious)),
	]))).flat())];
	assert.deepEqual(await said(), [false]);
	await observe([['01', 'DGPN', 4]], { fictitious: true });
	assert.deepEqual(await said(), [true]);
});
