/*
 * The smallest count that an indicator shows: the strictest of its own rule, of the floors of its series and of the rules of
 * the indicators that it reads.  Counts of 10 to 19 where one of these says 20.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, publishGraph, series, until } from './engine_data.mjs';
import { RULE } from './lifecycle_data.mjs';
import { unzip } from './unzip.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const outsiders = ['victor', 'ana', 'carla', 'olga'];
const January = month(-3);
const node = (op, ...args) => ({ op, args });
const input = (name) => ({ op: 'input', name });
const ages = { m: series('victims.identified', { where: { age: 'minor' } }), a: series('victims.identified', { where: { age: 'adult' } }) };
const suspects = (force) => ({ v: series('networks.suspects', force && { where: { force: [force] } }) });
const value = (id) => ({ kind: 'indicator_value', id, missing: 'skip', columns: ['territory', 'period', 'value'] });
const PLAIN = { nodes: [input('v')], out: { value: 0, numerator: 0 }, protects: [0] };
const TOLD = { nodes: [input('v')], out: { value: 0 } };
/* What two indicators differ by, as a part of the first. */
const REST = (whole, part) => ({ inputs: { w: value(whole), p: value(part) },
	graph: { nodes: [input('w'), input('p'), node('sub', 0, 1), { op: 'const', x: 100 }, node('mul', 3, 2), node('div', 4, 0)], out: { value: 5, numerator: 2, denominator: 0 } } });
const STRICT = { confidentiality: { min: 20, on: ['numerator'] } };

/* Of a series whose floor is 20: a difference, one that is a numerator, a ratio of two large counts close to each other, one beside a large count. */
const OF_TWENTY = {
	'vingt.difference': { inputs: ages, graph: { nodes: [input('m'), input('a'), node('sub', 1, 0)], out: { value: 2 }, protects: [0, 1, 2] } },
	'vingt.part': { inputs: ages, graph: { nodes: [input('m'), input('a'), node('sub', 1, 0), node('div', 2, 1)], out: { value: 3, numerator: 2, denominator: 1 }, protects: [0, 1] } },
	'vingt.ratio': { inputs: ages, graph: { nodes: [input('m'), input('a'), node('div', 0, 1)], out: { value: 2, numerator: 0, denominator: 1 }, protects: [0, 1] } },
	'vingt.beside': { inputs: ages, graph: { nodes: [input('m'), input('a'), node('sub', 1, 0)], out: { value: 1, extra: { more: 2 } }, protects: [0, 1, 2] } },
};
/* Of one whose floor is 10: those that say nothing, one that says 20, and what reads them. */
const OF_TEN = {
	'dix.all': { inputs: suspects(), graph: PLAIN }, 'dix.police': { inputs: suspects('police'), graph: PLAIN },
	'dix.rest': REST('dix.all@1', 'dix.police@1'),
	'dix.strict': { inputs: suspects(), graph: PLAIN, ...STRICT },
	'dix.strict_rest': REST('dix.strict@1', 'dix.police@1'),
	'dix.copy': { inputs: { v: value('dix.strict@1') }, graph: TOLD },
	'dix.copy_rest': REST('dix.copy@1', 'dix.police@1'),
};
const GRAPHS = { ...OF_TWENTY, ...OF_TEN };

/* In Lua, with a count that no field shows; its own rule says less than the series. */
const LUA = (id, rule, calculation) => `return indicator {
  id = "${id}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai" }, unit = "personnes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" }, author = "Essai", owner = "Essai", ${rule}
  inputs = { m = series "victims.identified" { where = { age = "minor" }, missing = "skip" }, a = series "victims.identified" { where = { age = "adult" }, missing = "skip" } },
  ${calculation},
  tests = { { name = "essai", level = "department", given = { ["victims.identified"] = rows [[
    department | period  | age   | value
    75         | 2025-01 | minor | 23
    75         | 2025-01 | adult | 70
  ]] }, expect = { { territory = "75", period = "2025-01", value = 70 } } } },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}`;
const CALCULATION = `compute = function(ctx)
    local minors, adults = ctx.rows("m")[1].value, ctx.rows("a")[1].value
    if not minors or not adults then return missing "not_reported" end
    return { value = adults, protects = { adults - minors } }
  end`;
const FORMULA = `formula = function(ctx) local m, a = ctx.series("m"), ctx.series("a") return { value = a, extra = { more = a - m } } end`;

/* Minors and adults: 15 and 10 apart, 40 and 25 apart; all of the DGPN. */
const VICTIMS = [['75', 60, 75], ['13', 60, 70], ['93', 40, 80], ['01', 50, 75]];
const HIDDEN = ['75', '13'], SHOWN = ['93', '01'];
/* What the police and the gendarmerie say: the latter 15 and 30. */
const FORMER = 'hearings.total';	/* of the same counts; read by former versions alone */
const SUSPECTS = [['75', 45, 15], ['93', 50, 30], ['13', 18, 0], ['01', 23, 0]];

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);

async function send(id, rows) {
	const answer = await as('carla').post(`/api/v1/series/${id}/observations`, { rows });
	assert.equal(answer.status, 201, answer.text);
}
const ids = () => [...Object.keys(GRAPHS), 'vingt.rest'];
/* Nobody waits any more, whoever marked it. */
const refreshed = () => until(async () => (await data.owner.query('select count(*)::int as n from job')).rows[0].n, (n) => n === 0, server);
const computed = () => until(async () => (await as('victor').get(indicators)).json.items, (items) => items.length === ids().length && items.every((i) => i.stale === null), server);
async function cell(login, id, territory, more = '') {
	const answer = await as(login).get(`${indicators}/${id}?territory=${territory}&from=${January}&to=${January}${more}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.cells[0];
}
const brief = (c) => c.value ?? c.reason;
const all = (id, places, login = 'victor', more = '') => Promise.all(places.map(async (place) => brief(await cell(login, id, place, more))));
const explained = async (id, territory) => (await as('victor').get(`${indicators}/${id}/explain?territory=${territory}&period=${January}`)).json;
async function method(id, lang = 'fr') {
	const { json } = await as('victor').get(`/api/v1/plugins/${id}?lang=${lang}`);
	return json.method.find(({ title }) => /^Confiden/.test(title)).lines.join('\n');
}

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${January}-01`, data.planId]);
	await data.owner.query("update series set floor = 20, version = version + 1 where code = 'victims.identified'");
	for (const [id, { graph, ...of }] of Object.entries(GRAPHS)) await publishGraph(data.owner, id, { ...of, graph: { v: 1, ...graph } });
	plugins = await pluginFolder({ 'vingt.rest': LUA('vingt.rest', RULE, CALCULATION) });
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
	await send('victims.identified', VICTIMS.flatMap(([territory, ...counts]) => counts.map((count, i) =>
		({ territory, organisation: 'DGPN', period: January, value: count, dims: { age: ['minor', 'adult'][i], sex: 'female' } }))));
	for (const id of ['networks.suspects', FORMER]) await send(id, SUSPECTS.flatMap(([territory, ...counts]) => counts.map((count, i) =>
		({ territory, organisation: ['DGPN', 'DGGN'][i], period: January, value: count }))));
	const answer = await as('carla').post(`/api/v1/plans/${PLAN}/publications`, { period: January });
	assert.equal(answer.status, 201, answer.text);
	await computed();
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

test('a difference of 10 to 19 of a series whose floor is 20 is shown in no form', async () => {
	for (const login of outsiders) {
		assert.deepEqual(await all('vingt.difference', [...HIDDEN, ...SHOWN], login), ['small_count', 'small_count', 40, 25]);
		assert.deepEqual(await all('vingt.part', [...HIDDEN, ...SHOWN], login), ['small_count', 'small_count', 40 / 80, 25 / 75]);
		assert.deepEqual(await all('vingt.ratio', [...HIDDEN, ...SHOWN], login), ['small_count', 'small_count', 40 / 80, 50 / 75], 'the complement');
		assert.deepEqual(await all('vingt.rest', [...HIDDEN, ...SHOWN], login), ['small_count', 'small_count', 80, 75], 'what a compute protects');
		assert.deepEqual(await all('vingt.beside', [...HIDDEN, ...SHOWN], login), [75, 70, 80, 75]);
		for (const place of HIDDEN) assert.equal((await cell(login, 'vingt.beside', place)).extra?.more ?? null, null, 'nor beside a value');
	}
	assert.deepEqual(await all('vingt.difference', HIDDEN, 'ana', '&exact=true'), [15, 10], 'opened it is exact');
	const { rows } = await data.owner.query(`select distinct v.territory, v.value, v.numerator, v.extra from indicator_value v join plugin g on g.id = v.plugin_id
		where v.audience = 'protected' and g.code like 'vingt.%' and v.territory = any ($1) and (v.value in (10, 15) or v.numerator in (10, 15) or v.extra ->> 'more' in ('10', '15'))`, [HIDDEN]);
	assert.deepEqual(rows, [], 'nor is it kept');
});

test('nor is it in an explanation, a file that is taken away, or the trial of a text', async () => {
	for (const id of ['vingt.difference', 'vingt.part', 'vingt.ratio', 'vingt.rest']) {
		const hidden = await explained(id, '75');
		assert.deepEqual([hidden.cell.state, hidden.cell.numerator, hidden.calculation], ['suppressed', undefined, undefined], id);
		assert.ok(hidden.inputs.every((i) => !i.given));
	}
	for (const [place, told] of [['75', 'small_count'], ['93', 40]]) {
		const beside = await explained('vingt.beside', place);
		assert.deepEqual([beside.calculation.nodes.map(({ cells: [c] }) => brief(c))[2], beside.agrees], [told, true]);
	}

	const response = await fetch(`${server.url}/api/v1/plans/${PLAN}/datapackage.zip`, { headers: { Authorization: `Bearer ${data.tokens.victor}` } });
	const [head, ...lines] = unzip(Buffer.from(await response.arrayBuffer()))['indicators.csv'].text.trim().split('\r\n').map((l) => l.split(','));
	const rows = lines.map((l) => Object.fromEntries(head.map((name, i) => [name, l[i]]))).filter((r) => r.period === January);
	for (const id of ['vingt.difference', 'vingt.part', 'vingt.ratio', 'vingt.rest'])
		assert.deepEqual(HIDDEN.map((place) => rows.find((r) => r.indicator === id && r.territory === place)).map((r) => [r.state, r.value, r.numerator]),
			HIDDEN.map(() => ['suppressed', '', '']), id);
	assert.ok(rows.filter((r) => r.indicator === 'vingt.beside' && HIDDEN.includes(r.territory)).every((r) => !/1[05]/.test(r.extra)));

	for (const calculation of [CALCULATION, FORMULA]) {
		const { status, json, text } = await as('ana').post('/api/v1/plugins/vingt.essai/run', { source: LUA('vingt.essai', RULE, calculation), data: 'live', plan: PLAN,
			level: 'department', from: January, to: January });
		assert.equal(status, 200, text);
		const tried = HIDDEN.map((place) => json.cells.find((c) => c.territory === place && c.period === January));
		if (calculation === CALCULATION) assert.deepEqual(tried.map((c) => c.state), ['suppressed', 'suppressed']);
		else assert.deepEqual(tried.map((c) => [c.value, c.extra?.more ?? null]), [[75, null], [70, null]]);
	}
	const run = await vigie(['plugin', 'run', 'vingt.difference', '--level', 'department', '--period', January, '--json', `--plugins-dir=${plugins.folder}`]);
	assert.equal(run.code, 0, run.stderr);
	assert.match(run.stdout, /"value": 40\b/);
	assert.doesNotMatch(run.stdout, /"value": 1[05]\b/);
});

test('who reads an indicator is as strict as it is, through others too', async () => {
	assert.deepEqual(await all('dix.rest', ['75', '93']), [100 * 15 / 60, 100 * 30 / 80], '10 to 19 is shown where everything says 10');
	for (const id of ['dix.strict_rest', 'dix.copy_rest']) {
		assert.deepEqual(await all(id, ['75', '93']), ['small_count', 100 * 30 / 80], id);
		assert.deepEqual([(await explained(id, '75')).calculation, (await explained(id, '93')).agrees], [undefined, true]);
	}
	assert.deepEqual(await all('dix.strict', ['75', '93']), [60, 80]);
	assert.deepEqual([await all('dix.all', ['13', '01']), await all('dix.strict', ['13', '01'])], [[20, 25], ['small_count', 25]], '18 is shown as 20, 23 as 25');
});

test('the method tells the number that is in force', async () => {
	for (const id of [...Object.keys(OF_TWENTY), 'vingt.rest', 'dix.strict']) assert.match(await method(id), /ne voit pas un effectif de 1 à 19 ;/, id);
	for (const id of ['dix.copy', 'dix.strict_rest', 'dix.copy_rest']) assert.match(await method(id), /Protégé comme les indicateurs qu’il lit\.\n.*un effectif de 1 à 19 ;/, id);
	for (const id of ['dix.all', 'dix.police', 'dix.rest']) assert.match(await method(id), /un effectif de 1 à 9 ;/, id);
	assert.match(await method('dix.copy_rest', 'en'), /does not see a count from 1 to 19;/);
	assert.match(await method('dix.strict'), /masqué quand l’un de ceux-ci l’est : le numérateur, le complément, le dénominateur/, 'whatever its own file names');
});

test('the rule of the major version that is read stays, and one that is tightened reaches who reads it', async () => {
	await publishGraph(data.owner, 'dix.strict', { inputs: suspects(), graph: { v: 1, ...PLAIN }, version: '2.0.0' });
	await publishGraph(data.owner, 'dix.police', { inputs: suspects('police'), graph: { v: 1, ...PLAIN }, version: '1.1.0', ...STRICT });
	await data.owner.query("insert into job (kind, plan_id) values ('refresh', $1)", [data.planId]);
	await refreshed();
	assert.match(await method('dix.strict'), /un effectif de 1 à 9 ;/);
	assert.deepEqual(await all('dix.copy_rest', ['75', '93']), ['small_count', 100 * 30 / 80], 'of dix.strict@1');
	assert.deepEqual(await all('dix.rest', ['75', '93']), ['small_count', 100 * 30 / 80], 'of dix.police@1, tightened');
});

test('a floor that the catalogue changes is followed at once', async () => {
	await data.owner.query("update series set floor = 5, version = version + 1 where code = 'networks.suspects'");
	const run = await vigie(['migrate']);	/* says 10 of both */
	assert.equal(run.code, 0, run.stderr);
	const { rows } = await data.owner.query("select code, floor from series where code in ('victims.identified', 'networks.suspects') order by 1");
	assert.deepEqual(rows.map((r) => r.floor), [10, 10]);
	await refreshed();
	assert.deepEqual(await all('vingt.difference', [...HIDDEN, ...SHOWN]), [15, 10, 40, 25]);
	assert.match(await method('vingt.difference'), /un effectif de 1 à 9 ;/);
});

test('by who reads a former major version, too, which alone read the series', async () => {
	const hearings = (force) => series(FORMER, force && { where: { force: [force] } });
	const publish = async (version, of) => {
		for (const [id, v] of Object.entries(of)) await publishGraph(data.owner, id, { inputs: { v }, graph: { v: 1, ...PLAIN }, version });
		await data.owner.query("insert into job (kind, plan_id) values ('refresh', $1)", [data.planId]);
		await refreshed();
	};
	await data.owner.query('update series set floor = 20, version = version + 1 where code = $1', [FORMER]);
	const { graph, inputs } = REST('essai.whole@1', 'essai.part@1');
	await publishGraph(data.owner, 'essai.of_former', { inputs, graph: { v: 1, ...graph } });
	await publish('1.0.0', { 'essai.whole': hearings(), 'essai.part': hearings('police') });
	await publish('2.0.0', { 'essai.whole': suspects().v, 'essai.part': suspects('police').v });
	assert.deepEqual(await all('essai.of_former', ['75', '93']), ['small_count', 100 * 30 / 80]);
	assert.equal((await vigie(['migrate'])).code, 0);
	await refreshed();
	assert.deepEqual(await all('essai.of_former', ['75', '93']), [100 * 15 / 60, 100 * 30 / 80]);
});
