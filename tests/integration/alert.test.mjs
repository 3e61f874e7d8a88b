/*
 * Alerts: written as plugins, published like them, judged after each refresh, kept with their history.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PLAN, addPerson, base, makePlan } from './action_data.mjs';
import { instant, sleep, startServer } from './client.mjs';
import { month } from './engine_data.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const slow = /address|thread/.test(process.env.VIGIE_BIN ?? '') ? 6 : 1;
const alerts = `/api/v1/plans/${PLAN}/alerts`;
const period = month(0), lastMonth = month(-1);
let plan, server, carla, victor, ana, folder;

before(async () => {
	plan = await makePlan();
	/* three months are enough of a past */
	await plan.owner.query("update plan set start_on = now() - interval '2 months', version = version + 1 where id = $1", [plan.planId]);
	const other = await addPerson(plan.owner, 'alice', 'analyst', plan.planId, null, []);
	folder = await mkdtemp(join(tmpdir(), 'vigie-plugins-'));
	for (const place of ['indicators', 'alerts']) await mkdir(join(folder, place));
	for (const file of ['indicators/plan.on_time.lua', 'alerts/plan.on_time_low.lua']) await cp(join(root, 'plugins', file), join(folder, file));
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`] });
	[carla, victor, ana] = ['carla', 'victor', 'ana'].map((login) => server.bearer(plan.tokens[login]));
	plan.alice = server.bearer(other.token);
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	if (folder) await rm(folder, { recursive: true });
});

async function until(ask, wanted) {
	for (const end = Date.now() + 15_000 * slow; ;) {
		const answer = await ask();
		if (wanted(answer)) return answer;
		assert.ok(Date.now() < end, `not in time: ${JSON.stringify(answer)?.slice(0, 1500)}\n${server.log.slice(-1500)}`);
		await sleep(50);
	}
}
const list = async (query = '') => (await victor.get(`${alerts}?${query}`)).json.items;
const one = async (territory) => (await list(`territory=${territory}`))[0];

/* The figure of last month, as if it had been computed then. */
const sayLastMonth = (value) => plan.owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, value)
	select $1, g.id, v.id, 'national', 'FR', $2, 'value', $3 from plugin g join plugin_version v on v.plugin_id = g.id and v.active
	where g.code = 'plan.on_time'`, [plan.planId, lastMonth, value]);
const refresh = () => plan.owner.query("insert into job (kind, plan_id) values ('refresh', $1)", [plan.planId]);

test('the alert that comes with the server is published and judged: one month warns, two in a row alert', async () => {
	const first = await until(() => one('FR'), (a) => a?.state === 'warning');
	assert.deepEqual([first.value, first.since, first.indicator.id, first.when, first.for_periods], [0, period, 'plan.on_time', { below: 50, warning: 60 }, 2]);
	await until(async () => (await plan.owner.query('select count(*)::int as n from job')).rows[0].n, (n) => n === 0);	/* the past, too */
	await sayLastMonth(0);
	await refresh();
	const { since } = await until(() => one('FR'), (a) => a.state === 'alert');
	assert.equal(since, period);
	const { json } = await victor.get(`${alerts}/plan.on_time_low?territory=FR`);
	assert.deepEqual(json.states.slice(-3).map((s) => s.state), ['no_data', 'warning', 'alert']);
	assert.equal((await victor.get(`${alerts}/plan.nothing`)).status, 404);
	const plugin = (await victor.get('/api/v1/plugins?kind=alert')).json.items[0];
	assert.deepEqual([plugin.id, plugin.kind, plugin.state], ['plan.on_time_low', 'alert', 'published']);
});

test('the gravest come first; they are filtered by state, indicator, level and territory', async () => {
	const items = await until(() => list(), (all) => all.length > 3);
	const gravity = ['alert', 'warning', 'error', 'no_data', 'ok'];
	const order = items.map((a) => gravity.indexOf(a.state));
	assert.deepEqual(order, [...order].sort((a, b) => a - b));
	assert.deepEqual([...new Set((await list('level=department')).map((a) => a.level))], ['department']);
	assert.ok((await list('state=no_data')).every((a) => a.state === 'no_data' && a.value === null));
	assert.deepEqual(await list('indicator=plan.progress'), []);
	assert.deepEqual((await victor.get(`${alerts}?state=calm&sort=color`)).json.errors.map((e) => e.parameter), ['sort', 'state']);
});

test('a report that brings the figure back ends the alert, and what was told stays known', async () => {
	const before_ = await instant();
	for (const number of ['1.2', '7.10']) await plan.owner.query(`update action set status = 'done', progress = 100, done_on = '2025-06-15', version = version + 1
		where plan_id = $1 and number = $2`, [plan.planId, number]);
	const at = await carla.get(`${base}/1.1`);
	assert.equal((await carla.post(`${base}/1.1/status-reports`, { nothing_new: true }, { ifMatch: at.etag })).status, 201);
	const now = await until(() => one('FR'), (a) => a.state === 'ok');
	assert.deepEqual([now.value, now.period], [100, period]);
	const then = (await victor.get(`${alerts}?territory=FR&as_of=${before_}`)).json.items[0];
	assert.deepEqual([then.state, then.value], ['alert', 0]);
	const { rows } = await plan.owner.query(`select s.state from alert_state s join plugin g on g.id = s.plugin_id
		where s.plan_id = $1 and territory = 'FR' and period = $2 order by s.id`, [plan.planId, period]);
	assert.deepEqual(rows.map((r) => r.state), ['warning', 'alert', 'ok'], 'each judgement once');
});

test('an alert is an error, not calm, while its indicator fails', async () => {
	await plan.owner.query(`update indicator_refresh r set failed_since = clock_timestamp(), failures = 3, failed_version_id = r.version_id, failed_engine = r.engine,
		finding = '{"fr": {"code": "V201", "cause": "x", "remedy": "x"}, "en": {"code": "V201", "cause": "x", "remedy": "x"}}'
		from plugin g where g.id = r.plugin_id and g.code = 'plan.on_time' and r.plan_id = $1`, [plan.planId]);
	await refresh();
	const broken = await until(() => one('FR'), (a) => a.state === 'error');
	assert.equal(broken.value, null);
	const { json } = await victor.get(`${alerts}/plan.on_time_low?territory=FR`);
	assert.equal(json.states.at(-2).state, 'warning', 'earlier periods stay judged');
});

test('an analyst writes one; a mistake has its words, a second person approves, retiring what it watches is refused', async () => {
	const where = '/api/v1/plugins/essai.retards';
	const shipped = await readFile(join(root, 'plugins/alerts/plan.on_time_low.lua'), 'utf8');
	const text = shipped.replace('plan.on_time_low', 'essai.retards').replace('below = 50, warning = 60', 'below = 50, warning = 40');
	assert.equal((await ana.put(where, { source: text })).status, 201);
	let said = (await ana.post(`${where}/check`, {})).json;
	assert.deepEqual([said.ok, said.findings[0].code], [false, 'V354']);
	assert.match(said.findings[0].remedy, /au-dessus de la limite/);
	said = (await ana.post(`${where}/test`, { source: text.replace('warning = 40', 'warning = 60').replace('plan.on_time@1', 'plan.on_time@7') })).json;
	assert.deepEqual([said.ok, said.refusals.map((r) => r.code)], [false, ['unknown_indicator']]);
	const good = text.replace('warning = 40', 'warning = 60');
	const read = async () => (await ana.get(where)).etag;
	assert.equal((await ana.put(where, { source: good }, { ifMatch: await read() })).status, 200);
	const run = (await ana.post(`${where}/run`, { data: 'live' })).json;
	assert.deepEqual([run.cells, run.finding.code], [[], 'V604']);
	assert.equal((await ana.post(`${where}/review`, undefined, { ifMatch: await read() })).status, 200);
	const diff = await ana.get(`${where}/diff`);
	assert.deepEqual([diff.status, diff.json.values, diff.json.finding], [200, null, null]);
	assert.equal((await plan.alice.post(`${where}/approve`, undefined, { ifMatch: (await plan.alice.get(where)).etag })).status, 200);
	const published = await ana.post(`${where}/publish`, undefined, { ifMatch: await read() });
	assert.deepEqual([published.status, published.json.kind, published.json.state], [200, 'alert', 'published'], published.text);
	const states = await until(() => list('sort=id'), (all) => all.some((a) => a.id === 'essai.retards'));
	assert.ok(states.length > 0);
	const retired = await ana.post('/api/v1/plugins/plan.on_time/retire', { reason: 'x' }, { ifMatch: (await ana.get('/api/v1/plugins/plan.on_time')).etag });
	assert.equal(retired.status, 409);
	assert.match(retired.json.detail, /essai\.retards/);
});
