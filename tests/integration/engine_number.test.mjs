/*
 * Which engine computed what: values of a former one are computed again once, and only those that differ are kept.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PLAN, connectOwner, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, publishGraph, series, until } from './engine_data.mjs';

const ENGINE = Number((await readFile(new URL('../../include/engine.h', import.meta.url), 'utf8')).match(/ENGINE = (\d+)/)[1]);
const MONTHS = 9;
const indicators = `/api/v1/plans/${PLAN}/indicators`;
const victims = '/api/v1/series/victims.identified';
const input = (name) => ({ op: 'input', name });
const whole = (value, checks = []) => ({ checks, inputs: { v: series('clients.fines') }, graph: { v: 1, nodes: [input('v'), { op: 'const', x: value },
	{ op: 'mul', args: [0, 1] }], out: { value: 2 } } });

/* Reads nothing but actions: its past is computed some months at a time. */
const COUNT = `return indicator {
  id = "essai.count", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." }, unit = "actions", direction = "none", kind = "context",
  frequency = "month", levels = { "national" }, author = "Anne", owner = "Bureau",
  inputs = { a = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx) return #ctx.rows("a") end,
  tests = { { name = "essai", level = "national", given = { actions = rows [[
    number | measure | status
    1.1    | 1       | done
  ]] }, expect = { { territory = "FR", period = "2025-01", value = 1 } } } },
  changelog = { { "1.0.0", "2026-11-29", fr = "Première version." } },
}`;
const IDS = ['essai.after', 'essai.count', 'essai.rate', 'essai.victims'];

let server, data, plugins, folder;
const as = (login) => server.bearer(data.tokens[login]);
const sql = async (text, values) => (await data.owner.query(text, values)).rows;
const start = async () => (server = await startServer({ args: ['--compute=on', folder] }));
const stop = async () => assert.equal(await server.stop(), 0, server.log);
const once = async () => {
	const { code, stderr } = await vigie(['compute', '--once', folder]);
	assert.equal(code, 0, stderr);
	return stderr;
};

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${month(-MONTHS)}-01`, data.planId]);
	await publishGraph(data.owner, 'essai.rate', whole(2));
	await publishGraph(data.owner, 'essai.after', { inputs: { r: { kind: 'indicator_value', id: 'essai.rate@1', missing: 'skip', columns: ['territory', 'period', 'value'] } },
		graph: { v: 1, nodes: [input('r')], out: { value: 0 } } });
	await publishGraph(data.owner, 'essai.victims', { inputs: { v: series('victims.identified') }, graph: { v: 1, nodes: [input('v')], out: { value: 0 } } });
	plugins = await pluginFolder({ 'essai.count': COUNT });
	folder = `--plugins-dir=${plugins.folder}`;
	await start();
	for (const [code, more] of [['clients.fines', {}], ['victims.identified', { dims: { age: 'adult', sex: 'female' } }]]) {
		const answer = await as('carla').post(`/api/v1/series/${code}/observations`, { rows: ['93', '75', '13'].flatMap((territory, i) => [-4, -3, -2].map((n) =>
			({ territory, organisation: 'DGPN', period: month(n), value: 20 + 7 * i - n, ...more }))) });
		assert.equal(answer.status, 201, answer.text);
	}
	assert.equal((await as('carla').post(`/api/v1/plans/${PLAN}/publications`, { period: month(-3) })).status, 201);
	await settled();
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
	await plugins?.remove();
});

/* Until nothing waits, the past included. */
const settled = () => until(async () => (await sql('select (select count(*)::int from indicator_refresh) as done, (select count(*)::int from job) as waits'))[0],
	({ done, waits }) => done === IDS.length && waits === 0, server);

/* What is kept, newest version first: "essai.rate exact 93 2026-08" → [[value, engine], …]. */
async function kept() {
	const out = {};
	for (const r of await sql(`select g.code || ' ' || i.audience || ' ' || i.territory || ' ' || i.period as cell, i.value, i.engine
		from indicator_value i join plugin g on g.id = i.plugin_id order by i.id desc`)) (out[r.cell] ??= []).push([r.value, r.engine]);
	return out;
}
const count = async () => Number((await sql('select count(*) as n from indicator_value'))[0].n);
const refreshes = () => sql(`select g.code, r.engine, r.engine_from, r.refreshed_at::text as at, r.failures from indicator_refresh r
	join plugin g on g.id = r.plugin_id order by g.code`);
const now = async () => (await sql(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`))[0].now;

/* What the owner alone may do: the tables as a former program left them. */
async function rewrite(...statements) {
	const admin = await connectOwner(), tables = ['indicator_value', 'indicator_refresh'];
	for (const table of tables) await admin.query(`alter table ${table} no force row level security`);
	for (const one of statements) await admin.query(one);
	for (const table of tables) await admin.query(`alter table ${table} force row level security`);
	await admin.end();
}
const engineWas = (engine) => rewrite(`update indicator_refresh set engine = ${engine}`, `update indicator_value set engine = ${engine}`);
const computedWrong = (code, audience, territory, period) => `update indicator_value set value = value + 5 where audience = '${audience}'
	and territory = '${territory}' and period = '${period}' and plugin_id = (select id from plugin where code = '${code}')`;

async function explain(login, id, territory, period, more = '') {
	const answer = await as(login).get(`${indicators}/${id}/explain?territory=${territory}&period=${period}${more}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

/* All that a publication is, as rows and as answers. */
async function published() {
	const rows = [];
	for (const t of ['publication', 'published_figure', 'published_total', 'frozen_count'])
		rows.push(...await sql(`select string_agg(x::text, chr(10) order by x::text) as all from ${t} x`));
	const answers = await Promise.all([`/api/v1/plans/${PLAN}/publications`, `${victims}/totals?plan=${PLAN}`, `${victims}/observations?plan=${PLAN}`].map(async (path) => {
		const answer = await as('victor').get(path);
		assert.equal(answer.status, 200, answer.text);
		return answer.text;
	}));
	assert.ok(rows.every(({ all }) => all?.length > 10) && answers[1].includes('"value"'));
	return [...rows.map(({ all }) => all), ...answers];
}

test('each refresh and each kept cell has the number of its engine, and the explanation tells it', async () => {
	assert.deepEqual((await refreshes()).map((r) => [r.code, r.engine, r.engine_from]), IDS.map((id) => [id, ENGINE, month(-MONTHS)]));
	assert.ok(Object.values(await kept()).every((versions) => versions.every(([, engine]) => engine === ENGINE)));
	assert.equal((await explain('victor', 'essai.rate', '93', month(-3))).engine, ENGINE);
	assert.match((await vigie(['plugin', 'explain', 'essai.rate', '--territory', '93', '--period', month(-3), '--as', 'victor'])).stdout,
		new RegExp(`^essai\\.rate 1\\.0\\.0, moteur ${ENGINE}  93 `));
	assert.match((await vigie(['version'])).stdout, new RegExp(`engine ${ENGINE}$`, 'm'));
});

test('a restart computes again what a former engine computed, keeps what differs, and publications stay byte for byte', async () => {
	const right = await kept(), frozen = await published(), before = await count();
	const wrong = [['essai.rate', 'exact', '93', month(-3)], ['essai.after', 'exact', '93', month(-3)], ['essai.count', 'exact', 'FR', month(-MONTHS)],
		['essai.count', 'exact', 'FR', month(-1)], ['essai.victims', 'protected', '93', month(-3)]];
	await stop();
	await engineWas(ENGINE - 1);
	await rewrite(...wrong.map((w) => computedWrong(...w)));
	const then = await now();
	await start();
	await until(refreshes, (all) => all.every((r) => r.engine === ENGINE), server);
	await settled();

	assert.equal(await count(), before + wrong.length);
	for (const [cell, versions] of Object.entries(await kept())) {
		const value = right[cell][0][0], changed = wrong.some((w) => w.join(' ') === cell);
		assert.deepEqual(versions, [...(changed ? [[value, ENGINE], [value + 5, ENGINE - 1]] : [[value, ENGINE - 1]]), ...right[cell].slice(1).map(([v]) => [v, ENGINE - 1])], cell);
	}
	assert.deepEqual((await refreshes()).map((r) => [r.engine, r.engine_from]), IDS.map(() => [ENGINE, month(-MONTHS)]), 'each as far back as the plan');
	assert.deepEqual(await published(), frozen);

	const told = await explain('victor', 'essai.rate', '93', month(-3));
	assert.deepEqual([told.engine, told.agrees, told.previous.engine, told.previous.cell.value - told.cell.value], [ENGINE, true, ENGINE - 1, 5]);
	const shown = await explain('victor', 'essai.rate', '93', month(-3), `&as_of=${then}`);
	assert.deepEqual([shown.engine, shown.agrees, shown.cell.value], [ENGINE - 1, false, told.cell.value + 5]);
	const same = await explain('victor', 'essai.rate', '75', month(-3));
	assert.deepEqual([same.engine, same.agrees], [ENGINE, true], 'computed again, the same, and not kept twice');
	const hidden = await explain('victor', 'essai.victims', '93', month(-3));
	assert.deepEqual([hidden.engine, hidden.previous.engine], [ENGINE, ENGINE - 1]);
});

test('values from before the number was noted are computed again once, and then left alone', async () => {
	await stop();
	const before = await count();
	await rewrite('update indicator_refresh set engine = null, engine_from = null', 'update indicator_value set engine = null');
	assert.match(await once(), /event=refresh/);
	assert.equal(await count(), before);
	const done = await refreshes();
	assert.deepEqual(done.map((r) => [r.engine, r.engine_from]), IDS.map(() => [ENGINE, month(-MONTHS)]));
	assert.doesNotMatch(await once(), /event=refresh/);
	assert.deepEqual(await refreshes(), done);
	await start();
	const told = await explain('victor', 'essai.count', 'FR', month(-MONTHS)), then = await explain('victor', 'essai.count', 'FR', month(-MONTHS), `&as_of=${await now()}`);
	assert.deepEqual([told.engine, then.engine], [ENGINE, null]);
});

test('the past waits in the queue: until it was reached, an explanation tells the engine that kept the value', async () => {
	await stop();
	await rewrite(`update indicator_value set engine = ${ENGINE - 1}`, `update indicator_refresh set engine_from = '${month(-3)}'`);
	await start();
	for (const [n, engine] of [[-2, ENGINE], [-3, ENGINE], [-4, ENGINE - 1]]) assert.equal((await explain('victor', 'essai.count', 'FR', month(n))).engine, engine, n);
	assert.equal((await as('carla').get(indicators)).status, 200);
});

test('what a later engine computed is left to it: two servers side by side do not take turns', async () => {
	await stop();
	await engineWas(ENGINE + 1);
	const before = await refreshes();
	assert.doesNotMatch(await once(), /event=refresh/);
	assert.deepEqual(await refreshes(), before);
	await engineWas(ENGINE);
	await start();
});

test('what failed in a former engine is tried again, and its quarantine ends', async () => {
	await stop();
	const state = async () => (await sql("select state from plugin where code = 'essai.rate'"))[0].state;
	const failed = (engine) => rewrite(`update indicator_refresh set failed_since = now(), failures = 3, failed_version_id = version_id, finding = '{}', failed_engine = ${engine}
		where plugin_id = (select id from plugin where code = 'essai.rate')`, "update plugin set state = 'quarantined' where code = 'essai.rate'");
	await failed(ENGINE);
	await once();
	assert.equal(await state(), 'quarantined', 'the same engine would fail again');
	for (const engine of [ENGINE - 1, null]) {
		await failed(engine);
		await once();
		assert.deepEqual([await state(), (await refreshes()).find((r) => r.code === 'essai.rate').failures], ['published', 0]);
	}
	await start();
});
