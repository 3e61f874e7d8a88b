/*
 * Quarters and years: indicators whose periods are longer than those of what they read, on what is recorded, as formulas
 * and as computes; and which observation of a figure an input takes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { instant, startServer, vigie } from './client.mjs';
import { pluginFolder, today, until } from './engine_data.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const YEAR = Number(today.slice(0, 4)) - 1;	/* that is over */
const month = (m) => `${YEAR}-${String(m).padStart(2, '0')}`;
const quarter = (q) => `${YEAR}-Q${q}`;

const plugin = (id, { frequency, input, more = '', body, given, expect, levels = '"national", "region", "department"' }) => `
return indicator {
  id = "${id}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output", frequency = "${frequency}", levels = { ${levels} },
  author = "Anne", owner = "Bureau", ${more}
  inputs = { v = ${input} },
  ${body},
  tests = { { name = "essai", level = "national", given = { ${given} }, expect = { { territory = "FR", ${expect} } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
`;
const fines = (rows) => `["clients.fines"] = rows [[
        department | period  | value
        ${rows}
      ]]`;
const THREE = fines('75 | 2025-01 | 3\n        75 | 2025-02 | 4\n        75 | 2025-03 | 5');
const brought = (frequency) => ({ frequency, input: 'series "clients.fines" { missing = "skip" }', given: THREE,
	body: `formula = function(ctx) return ctx.series("v"):to("${frequency}", "sum", { missing = "skip" }) end` });
const counted = (vintage) => ({ frequency: 'month', input: `series "clients.fines" { missing = "skip"${vintage && `, vintage = "${vintage}"`} }`, given: THREE,
	body: 'formula = function(ctx) return ctx.series("v") end', expect: 'period = "2025-01", value = 3' });
/* A compute that adds up its rows, and tells how many there are and of which period the first one is. */
const added = (frequency, { options = '', input = `series "clients.fines" { missing = "skip"${options} }`, given, ...rest }) => ({ frequency, input, given: given ?? fines(
	['2024-11 | 1', '2024-12 | 2', '2025-01 | 3', '2025-02 | 4', '2025-03 | 5', '2025-05 | 6'].map((r) => `75 | ${r}`).join('\n        ')), body: `compute = function(ctx)
    local sum, known, first, rows = 0, 0, "9999", ctx.rows("v")
    for _, v in ipairs(rows) do
      if v.value then sum = sum + v.value; known = known + 1 end
      if v.period < first then first = v.period end
    end
    if known == 0 then return missing "not_reported" end
    return { value = sum, extra = { rows = #rows, first = first } }
  end`, ...rest });
const expected = (period, value, rows, first) => `period = "${period}", value = ${value}, extra = { rows = ${rows}, first = "${first}" }`;
const FILES = {
	'essai.months': plugin('essai.months', added('quarter', { expect: expected('2025-Q1', 12, 3, '2025-01') })),
	'essai.back': plugin('essai.back', added('quarter', { options: ', lookback = 4', expect: expected('2025-Q1', 14, 4, '2024-12') })),
	'essai.window': plugin('essai.window', added('quarter', { options: ', lookback = "window"', more: 'params = { window = param.integer { default = 2, min = 1, max = 12 } },',
		expect: expected('2025-Q1', 9, 2, '2025-02') })),
	'essai.all': plugin('essai.all', added('year', { expect: expected('2025', 18, 12, '2025-01') })),
	'essai.ninth': plugin('essai.ninth', added('year', { options: ', lookback = 9', expect: expected('2025', 6, 9, '2025-04') })),
	'essai.of': plugin('essai.of', added('quarter', { input: 'indicator_value "essai.retained@1" { missing = "skip", lookback = 4 }', given: `["essai.retained"] = rows [[
        territory | period  | value
        FR        | 2024-11 | 1
        FR        | 2024-12 | 2
        FR        | 2025-02 | 4
      ]]`, expect: expected('2025-Q1', 6, 4, '2024-12') })),
	'essai.quarters': plugin('essai.quarters', added('year', { input: 'indicator_value "essai.quarter@1" { missing = "skip" }', given: `["essai.quarter"] = rows [[
        territory | period  | value
        FR        | 2024-Q4 | 1
        FR        | 2025-Q1 | 2
        FR        | 2025-Q4 | 4
      ]]`, expect: expected('2025', 6, 4, '2025-Q1') })),
	'essai.years': plugin('essai.years', added('quarter', { levels: '"national"', input: 'series "support.people" { missing = "skip", lookback = 2 }', given: `["support.people"] = rows [[
        period | value
        2023   | 1
        2024   | 2
        2025   | 4
      ]]`, expect: expected('2025-Q1', 6, 2, '2024') })),
	'essai.quarter': plugin('essai.quarter', { ...brought('quarter'), expect: 'period = "2025-Q1", value = 12' }),
	'essai.year': plugin('essai.year', { ...brought('year'), expect: 'period = "2025", value = 12' }),
	/* nothing is brought to quarters by the formula: the series says itself how it is put together */
	'essai.plain': plugin('essai.plain', { ...brought('quarter'), body: 'formula = function(ctx) return ctx.series("v") - ctx.series("v"):lag(1) end',
		expect: 'period = "2025-Q1", reason = "not_reported"' }),
	'essai.victims': plugin('essai.victims', { frequency: 'quarter', input: 'series "victims.identified" { missing = "skip" }',
		more: 'confidentiality = { min = 10, on = { "value" } },', body: 'formula = function(ctx) local v = ctx.series("v"):to("quarter", "sum", { missing = "skip" }) return { value = v, numerator = v } end',
		given: `["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 30
      ]]`, expect: 'period = "2025-Q1", value = 30' }),
	'essai.given': plugin('essai.given', added('quarter', { input: 'series "victims.identified" { missing = "skip" }', more: 'confidentiality = { min = 10, on = { "value" } },',
		given: `["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 30
      ]]`, expect: expected('2025-Q1', 30, 3, '2025-01') })),
	'essai.day': plugin('essai.day', { ...brought('quarter'), expect: 'period = "2025-Q1", value = 20178',
		body: 'formula = function(ctx) return ctx.series("v"):to("quarter", "sum", { missing = "skip" }) * 0 + ctx.as_of end' }),
	'essai.retained': plugin('essai.retained', counted('')),
	'essai.first': plugin('essai.first', counted('first')),
	'essai.last': plugin('essai.last', counted('last')),
	'essai.named': plugin('essai.named', counted('2024')),
};

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);
async function send(id, rows) {
	const answer = await as('carla').post(`/api/v1/series/${id}/observations`, { rows });
	assert.equal(answer.status, 201, answer.text);
}
const row = (territory, organisation, m, value, more = {}) => ({ territory, organisation, period: month(m), value, ...more });
async function read(id, query, login = 'victor') {
	const answer = await as(login).get(`${indicators}/${id}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}
const brief = ({ value, reason }) => value ?? reason;
const values = async (id, territory, from, to, login) => (await read(id, `territory=${territory}&from=${from}&to=${to}`, login)).cells.map(brief);

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${YEAR}-01-01`, data.planId]);
	plugins = await pluginFolder(FILES);
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
	await send('clients.fines', [1, 2, 3, 4, 6].flatMap((m) => [row('93', 'DGPN', m, 10 * m), row('75', 'DGPN', m, m)]));
	await send('clients.fines', [row('93', 'DGPN', 1, 12)]);
	await send('clients.fines', [row('93', 'DGPN', 2, 500, { vintage: '2024' })]);
	const dims = { age: 'minor', sex: 'female' };
	await send('support.people', [0, 1, 2].map((n) => ({ territory: 'FR', organisation: 'DGPN', period: `${YEAR - n}`, value: 10 ** n })));
	await send('victims.identified', [row('93', 'DGPN', 1, 11, { dims }), row('93', 'DGPN', 2, 13, { dims }), row('75', 'DGPN', 3, 4, { dims })]);
	await until(async () => (await as('victor').get(indicators)).json.items, (items) => items.length === Object.keys(FILES).length && items.every((i) => i.stale === null), server);
	await until(async () => (await data.owner.query('select count(*)::int as n from job')).rows[0].n, (n) => n === 0, server);
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

test('months are brought to quarters and years at each level, as far as they were reported', async () => {
	const ours = [12 + 500 + 30, 40 + 60], paris = [6, 10];
	assert.deepEqual(await values('essai.quarter', '93', quarter(1), quarter(3)), [...ours, 'not_reported']);
	assert.deepEqual(await values('essai.quarter', 'FR', quarter(1), quarter(2)), ours.map((n, i) => n + paris[i]));
	assert.deepEqual(await values('essai.quarter', 'REG-11', quarter(1), quarter(2)), ours.map((n, i) => n + paris[i]));
	assert.deepEqual(await values('essai.year', '93', `${YEAR}`, `${YEAR}`), [ours[0] + ours[1]]);
});

test('without :to the series says how its months make a quarter; earlier periods are quarters then', async () => {
	assert.deepEqual(await values('essai.plain', '93', quarter(1), quarter(3)), ['not_reported', -442, 'not_reported']);
});

test('coverage counts each month of a quarter or a year, however the months came together', async () => {
	/* two units told January to April, and June; 99 départements never told anything */
	const silent = 99;
	for (const [id, period, territory, coverage] of [
		...['essai.quarter', 'essai.months', 'essai.plain'].flatMap((of) => [[of, quarter(2), '93', [2, 3]], [of, quarter(2), 'FR', [4, 3 * (2 + silent)]]]),
		...['essai.year', 'essai.all'].flatMap((of) => [[of, `${YEAR}`, '93', [5, 12]], [of, `${YEAR}`, 'FR', [10, 12 * (2 + silent)]]]),
		['essai.quarter', quarter(1), '93', [3, 3]], ['essai.quarter', quarter(1), 'FR', [6, 3 * (2 + silent)]], ['essai.months', quarter(1), 'FR', [6, 3 * (2 + silent)]],
		['essai.years', quarter(1), 'FR', [2, 2]]]) {
		const [cell] = (await read(id, `territory=${territory}&from=${period}&to=${period}`)).cells;
		assert.deepEqual([cell.coverage.received, cell.coverage.expected], coverage, `${id} ${period} ${territory}`);
		assert.equal(cell.flags.includes('provisional'), coverage[0] < coverage[1], `${id} ${period} ${territory}`);
	}
});

const given = async (id, territory, period) => {
	const [cell] = (await read(id, `territory=${territory}&from=${period}&to=${period}`)).cells;
	return cell.reason ?? [cell.value, cell.extra.rows, cell.extra.first];
};

test('a compute of a quarter or a year is given the months of it', async () => {
	assert.deepEqual(await given('essai.months', '93', quarter(1)), [12 + 500 + 30, 3, month(1)]);
	assert.deepEqual(await given('essai.months', 'FR', quarter(2)), [40 + 60 + 10, 3, month(4)]);
	assert.deepEqual(await given('essai.months', '93', quarter(3)), 'not_reported');
	assert.deepEqual(await given('essai.all', '93', `${YEAR}`), [12 + 500 + 30 + 40 + 60, 12, month(1)]);
});

test('its look-back counts the periods of what it reads: months of a monthly series or indicator, years of a yearly one', async () => {
	assert.deepEqual(await given('essai.back', '93', quarter(2)), [30 + 40 + 60, 4, month(3)]);
	assert.deepEqual(await given('essai.back', 'REG-11', quarter(2)), [33 + 44 + 66, 4, month(3)]);
	assert.deepEqual(await given('essai.back', '93', quarter(1)), [12 + 500 + 30, 4, `${YEAR - 1}-12`], 'before the first figure there are rows without a value');
	assert.deepEqual(await given('essai.ninth', '93', `${YEAR}`), [40 + 60, 9, month(4)]);
	assert.deepEqual(await given('essai.of', '93', quarter(2)), [30 + 40 + 60, 4, month(3)]);
	assert.deepEqual(await given('essai.years', 'FR', quarter(2)), [1 + 10, 2, `${YEAR - 1}`]);
	const [first, second] = await values('essai.quarter', '93', quarter(1), quarter(2));
	assert.deepEqual(await given('essai.quarters', '93', `${YEAR}`), [first + second, 4, quarter(1)], 'a year over quarters ends with its fourth');
});

test('a look-back that is a parameter is what the parameter is set to', async () => {
	assert.deepEqual(await given('essai.window', '93', quarter(1)), [500 + 30, 2, month(2)]);
	const run = (...set) => vigie(['plugin', 'run', 'essai.window', `--plugins-dir=${plugins.folder}`, '--level=department', '--territory=93', '--period', quarter(2), ...set, '--json']);
	const { code, stdout, stderr } = await run('--set', 'window=5');
	assert.deepEqual([code, JSON.parse(stdout || '[]').map(({ value, extra }) => [value, extra.rows, extra.first])], [0, [[500 + 30 + 40 + 60, 5, month(2)]]], stderr);
	const refused = await run('--set', 'window=1000000000');
	assert.deepEqual([refused.code, refused.stdout], [1, ''], refused.stderr);
});

test('a level, a place or a period that an indicator has not is refused by its name', async () => {
	const wrong = async (code, said, ...words) => {
		const refused = await vigie(['plugin', 'run', 'essai.window', `--plugins-dir=${plugins.folder}`, ...words], { env: { LANG: 'en_GB' } });
		assert.deepEqual([refused.code, refused.stdout], [code, ''], words.join(' '));
		assert.match(refused.stderr, said);
	};
	await wrong(64, /--level city\?[^]*national\|region\|department/, '--level=city');
	await wrong(1, /--territory: Unknown territory: “999”\. Write FR/, '--level', 'department', '--territory', '999');
	await wrong(1, /--territory: FR is of level national/, '--level', 'department', '--territory', 'FR');
	await wrong(1, /1999-01/, '--period', '1999-01');
});

test('the day that a formula looks at is that of each period, as its tests and a compute have it', async () => {
	const lastOf = (q) => Date.UTC(YEAR, 3 * q, 0) / 86_400_000;
	assert.deepEqual(await values('essai.day', '93', quarter(1), quarter(2)), [lastOf(1), lastOf(2)]);
	const explained = (await as('victor').get(`${indicators}/essai.day/explain?territory=93&period=${quarter(1)}`)).json;
	assert.deepEqual([explained.agrees, explained.cell.value], [true, lastOf(1)]);
});

test('the rows of a compute of a quarter are explained', async () => {
	const explained = (await as('victor').get(`${indicators}/essai.back/explain?territory=93&period=${quarter(2)}`)).json;
	assert.deepEqual([explained.agrees, explained.cell.value, explained.inputs.find(({ name }) => name === 'v').given.period], [true, 130, [3, 4, 5, 6].map(month)]);
});

test('a cell of a quarter is explained, told as of then, computed by command and measured against its target', async () => {
	const explained = (await as('victor').get(`${indicators}/essai.quarter/explain?territory=93&period=${quarter(1)}`)).json;
	assert.deepEqual([explained.agrees, explained.cell.value, explained.calculation.nodes.map(({ op }) => op)], [true, 542, ['input', 'to']]);
	const then = await read('essai.quarter', `territory=93&from=${quarter(1)}&to=${quarter(2)}&as_of=${await instant()}&method=current`);
	assert.deepEqual([then.method, then.cells.map(brief)], ['current', [542, 100]]);
	const { code, stdout, stderr } = await vigie(['plugin', 'run', 'essai.quarter', `--plugins-dir=${plugins.folder}`, '--level=department', '--territory=93', '--period', quarter(2), '--json']);
	assert.deepEqual([code, JSON.parse(stdout || '[]').map(({ value }) => value)], [0, [100]], stderr);
	const set = await as('carla').put(`${indicators}/essai.quarter/targets/93`, { baseline: { value: 0, period: quarter(1) }, target: { value: 300, period: quarter(4) }, source: 'Décision du comité' });
	assert.equal(set.status, 201, set.text);
	const [, second, third] = (await read('essai.quarter', `territory=93&from=${quarter(1)}&to=${quarter(3)}`)).cells;
	/* the path is by days, from the last of one quarter to the last of the other */
	for (const [cell, days] of [[second, 91], [third, 91 + 92]]) assert.ok(Math.abs(cell.expected - 300 * days / (91 + 92 + 92)) < 1e-9, `${cell.expected}`);
	assert.deepEqual([second.status, third.status], ['on_path', undefined]);
});

test('a quarter of a sensitive series shows to others what publications of its months show', async () => {
	assert.deepEqual(await values('essai.victims', '93', quarter(1), quarter(1), 'paul'), [24], 'exact in one’s own scope');
	assert.deepEqual(await values('essai.victims', '93', quarter(1), quarter(1)), ['small_count'], 'nothing is published');
	for (const m of [1, 2, 3]) {
		const answer = await as('carla').post(`/api/v1/plans/${PLAN}/publications`, { period: month(m) });
		assert.equal(answer.status, 201, answer.text);
	}
	const shown = await until(() => values('essai.victims', '93', quarter(1), quarter(1)), ([one]) => one !== 'small_count', server);
	assert.deepEqual(shown, [25], '10 and 15, rounded each');
	assert.deepEqual(await values('essai.victims', '75', quarter(1), quarter(1)), ['small_count'], 'four are hidden');
	await until(() => given('essai.given', '93', quarter(1)), (one) => one !== 'small_count', server);
	assert.deepEqual(await given('essai.given', '93', quarter(1)), [25, 3, month(1)], 'a compute is given the same');
	assert.deepEqual(await given('essai.given', '75', quarter(1)), 'small_count');
});

test('an input takes the observation that it names: the retained one, the first, the last, that of a vintage', async () => {
	const told = async (id) => (await values(id, '93', month(1), month(3)));
	assert.deepEqual(await told('essai.retained'), [12, 500, 30]);
	assert.deepEqual(await told('essai.first'), [10, 20, 30]);
	assert.deepEqual(await told('essai.last'), [12, 500, 30]);
	assert.deepEqual(await told('essai.named'), ['not_reported', 500, 'not_reported']);
});
