/*
 * When a figure is due: a value may still move until the longest delay of the series that it rests on has passed since the
 * end of its period, the last day included; on the next it has settled by itself.  A formula and a compute say alike what
 * they rest on: what is due, what was sent as provisional, what was carried.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { pluginFolder } from './engine_data.mjs';

const plugin = (id, inputs, body, given, { frequency = 'month', period = '2025-01', value = 3, levels = '"national"' } = {}) => `
return indicator {
  id = "${id}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output", frequency = "${frequency}", levels = { ${levels} },
  author = "Anne", owner = "Bureau",
  inputs = { ${inputs} },
  ${body},
  tests = { { name = "essai", level = "national", given = { ${given} }, expect = { { territory = "FR", period = "${period}", value = ${value} } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
`;
const FINES = 'v = series "clients.fines" { missing = "skip" }', ADS = 'a = series "ads.daily" { missing = "skip" }';
const ONE = '["clients.fines"] = rows [[\n        department | period  | value\n        75         | 2025-01 | 3\n      ]]';
const DAILY = '["ads.daily"] = rows [[\n        period  | value\n        2025-01 | 3\n      ]]';
const plain = (name) => `formula = function(ctx) return ctx.series("${name}") end`;
const counted = (name) => `compute = function(ctx)
    local row = ctx.rows("${name}")[1]
    if not row or not row.value then return missing "not_reported" end
    return row.value
  end`;
const CARRIED = FINES.replace('skip', 'carry');
/* Delays of the catalogue: 30 days of fines, 10 of advertisements, 180 of the yearly survey. */
const FILES = {
	'essai.fines': plugin('essai.fines', FINES, plain('v'), ONE, { levels: '"national", "department"' }),
	'essai.rows': plugin('essai.rows', FINES, counted('v'), ONE),
	'essai.held': plugin('essai.held', CARRIED, plain('v'), ONE),
	'essai.holding': plugin('essai.holding', CARRIED, counted('v'), ONE),
	'essai.ads': plugin('essai.ads', ADS, plain('a'), DAILY),
	'essai.both': plugin('essai.both', `${FINES}, ${ADS}`, 'formula = function(ctx) return ctx.series("v") + ctx.series("a") end', `${ONE}, ${DAILY}`, { value: 6 }),
	'essai.of': plugin('essai.of', 'f = indicator_value "essai.fines@1" { missing = "skip" }', counted('f'),
		'["essai.fines"] = rows [[\n        territory | period  | value\n        FR        | 2025-01 | 3\n      ]]'),
	'essai.survey': plugin('essai.survey', 'v = series "support.people" { missing = "skip" }', plain('v'),
		'["support.people"] = rows [[\n        period | value\n        2025   | 3\n      ]]', { frequency: 'year', period: '2025' }),
};

let server, data, plugins, settings;

before(async () => {
	data = await makePlan();
	await data.owner.query(`update plan set start_on = '2025-11-01', version = version + 1 where code = $1`, [PLAN]);	/* five months are enough */
	plugins = await pluginFolder(FILES);
	settings = [`--plugins-dir=${plugins.folder}`];
	server = await startServer({ args: [...settings, '--compute=off', '--today=2026-07-15'] });
	const carla = server.bearer(data.tokens.carla), organisation = 'DGPN';
	/* all but 01, which never tells anything */
	const { rows: others } = await data.owner.query("select code as territory from territory where level = 'department' and code not in ('01', '93')");
	const all = (period) => others.map(({ territory }) => ({ territory, period, value: 0 }));
	for (const [id, rows] of [['clients.fines', [{ territory: '93', period: '2026-01', value: 4 }, ...all('2026-01')]],
		['clients.fines', [{ territory: '93', period: '2025-11', value: 5, provisional: true }, ...all('2025-11')]],
		['ads.daily', [{ territory: 'FR', period: '2026-01', value: 2 }]], ['support.people', [{ territory: 'FR', period: '2025', value: 9 }]]]) {
		const answer = await carla.post(`/api/v1/series/${id}/observations`, { rows: rows.map((row) => ({ organisation, ...row })) });
		assert.equal(answer.status, 201, answer.text);
	}
});

after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

async function cell(id, period, territory = 'FR') {
	const answer = await server.bearer(data.tokens.victor).get(`/api/v1/plans/${PLAN}/indicators/${id}?territory=${territory}&from=${period}&to=${period}`);
	assert.equal(answer.status, 200, answer.text);
	const [{ state, value, reason, flags }] = answer.json.cells;
	return [state, value ?? reason, flags];
}
async function run(day, ...words) {
	const { code, stdout, stderr } = await vigie([`--today=${day}`, ...settings, ...words]);
	assert.equal(code, 0, stderr);
	return stdout;
}

test('a value is provisional until its last series is due, and settles by itself the day after', async () => {
	for (const [day, flags] of [['2026-03-02', ['provisional']], ['2026-03-03', []]]) {
		await run(day, 'compute', '--once');
		for (const [id, value] of [['essai.fines', 4], ['essai.rows', 4], ['essai.both', 6], ['essai.of', 4]])
			assert.deepEqual(await cell(id, '2026-01'), ['value', value, flags], `${id} on ${day}`);
		assert.deepEqual(await cell('essai.fines', '2026-01', '01'), ['missing', 'not_reported', flags], `what nobody reported, on ${day}`);
		assert.deepEqual(await cell('essai.ads', '2026-01'), ['value', 2, []], 'due since the tenth of February');
		assert.deepEqual(await cell('essai.survey', '2025'), ['value', 9, ['provisional']], 'due at the end of June');
	}
});

test('the command says so of a day as well', async () => {
	for (const [day, flags] of [['2026-02-10', ['provisional']], ['2026-02-11', []]])
		assert.deepEqual(JSON.parse(await run(day, 'plugin', 'run', 'essai.ads', '--period', '2026-01', '--plan', PLAN, '--json')).map((c) => c.flags), [flags], day);
});

test('a compute rests on what its rows do, like a formula', async () => {
	for (const id of ['essai.fines', 'essai.rows', 'essai.of'])
		assert.deepEqual(await cell(id, '2025-11'), ['value', 5, ['provisional']], `${id}: sent as provisional`);
	for (const id of ['essai.held', 'essai.holding'])
		assert.deepEqual(await cell(id, '2025-12'), ['value', 5, ['provisional', 'carried']], id);
});
