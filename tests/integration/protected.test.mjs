/*
 * The protected form of indicators that rest on sensitive counts: computed from what publications show, and from
 * nothing else.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';
import { month, pluginFolder, population, publishGraph, series, until } from './engine_data.mjs';
import { unzip } from './unzip.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const victims = '/api/v1/series/victims.identified';
const outsiders = ['victor', 'ana', 'carla', 'olga'];
const input = (where) => series('victims.identified', { where });
const node = (op, ...args) => ({ op, args });
const rolled = (arg, n = 12) => ({ op: 'rolling', args: [arg], n, coverage: 0.75, over: 'sum' });

/* What the tests ask: counts and their sum over three months, a share, a rate over a year with its band and rank, another indicator. */
const GRAPHS = {
	'essai.victims': { inputs: { v: input({}) }, graph: { nodes: [{ op: 'input', name: 'v' }, rolled(0, 3)], out: { value: 0, extra: { quarter: 1 } } } },
	'essai.share': { inputs: { m: input({ age: 'minor' }), k: input({ age: ['minor', 'adult'] }), g: input({ age: 'minor', sex: 'female' }) },
		graph: { nodes: [{ op: 'input', name: 'm' }, { op: 'input', name: 'k' }, { op: 'const', x: 100 }, node('mul', 2, 0), node('div', 3, 1), { op: 'input', name: 'g' }],
			out: { value: 4, numerator: 0, denominator: 1, extra: { girls: 5 } }, protects: [0, 1] } },
	'essai.year': { inputs: { v: input({}), people: population },
		graph: { nodes: [{ op: 'input', name: 'v' }, rolled(0), { op: 'input', name: 'people' }, { op: 'const', x: 100000 }, node('mul', 3, 1), node('div', 4, 2),
			{ op: 'poisson', args: [1, 2], part: 'low', per: 100000 }, { op: 'rank', args: [5] }],
			out: { value: 5, numerator: 1, denominator: 2, low: 6, extra: { rank: 7 } }, protects: [0, 1] } },
	'essai.ages': { dims: ['age'], inputs: { v: series('victims.identified', { dims: ['age'] }), k: input({ sex: ['female', 'male', 'unknown'] }) },
		graph: { nodes: [{ op: 'input', name: 'v' }, rolled(0, 3), { op: 'input', name: 'k' }, { op: 'const', x: 100 }, node('mul', 3, 0), node('div', 4, 2)],
			out: { value: 0, extra: { quarter: 1, share: 5 } }, protects: [0] } },
	'essai.again': { inputs: { v: { kind: 'indicator_value', id: 'essai.share@1', missing: 'skip', columns: ['territory', 'period', 'value'] } },
		graph: { nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } },
};

/* In Lua, with a count that no field shows: adults less minors less fifty. */
const REST = `return indicator {
  id = "essai.rest", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai" }, unit = "personnes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" }, author = "Essai", owner = "Essai", confidentiality = { min = 10, on = { "value" } },
  inputs = { m = series "victims.identified" { where = { age = "minor" }, missing = "skip" }, a = series "victims.identified" { where = { age = "adult" }, missing = "skip" } },
  compute = function(ctx)
    local minors, adults = ctx.rows("m")[1].value, ctx.rows("a")[1].value
    if not minors or not adults then return missing "not_reported" end
    return { value = adults, protects = { adults - minors - 50 } }
  end,
  tests = { { name = "essai", level = "department", given = { ["victims.identified"] = rows [[
    department | period  | age   | value
    75         | 2025-01 | minor | 13
    75         | 2025-01 | adult | 70
  ]] }, expect = { { territory = "75", period = "2025-01", value = 70 } } } },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}`;

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${January}-01`, data.planId]); // few periods, soon computed
	for (const [id, { graph, ...of }] of Object.entries(GRAPHS)) await publishGraph(data.owner, id, { ...of, graph: { v: 1, ...graph } });
	plugins = await pluginFolder({ 'essai.rest': REST });
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

/* [territory, organisation, age, sex, value] */
async function send(period, rows) {
	const answer = await as('carla').post(`${victims}/observations`, { rows: rows.map(([territory, organisation, age, sex, value]) =>
		({ territory, organisation, period, value, dims: { age, sex } })) });
	assert.equal(answer.status, 201, answer.text);
}
async function publish(period) {
	const answer = await as('carla').post(`/api/v1/plans/${PLAN}/publications`, { period });
	assert.equal(answer.status, 201, answer.text);
	return answer.json.published_at;
}
const computed = () => until(async () => (await as('victor').get(indicators)).json.items, (items) => items.length === Object.keys(GRAPHS).length + 1
	&& items.every((i) => i.stale === null), server);
async function cellsOf(login, id, query) {
	const answer = await as(login).get(`${indicators}/${id}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.cells;
}
async function cell(login, id, territory, period, more = '') {
	const [found] = await cellsOf(login, id, `territory=${territory}&from=${period}&to=${period}${more}`);
	return found;
}
const brief = (c) => c.value ?? c.reason;
const January = month(-14), monthOf = (n) => month(n - 14);
const FIGURES = [['93', 'DGPN', 'minor', 'female', 7], ['93', 'DGPN', 'adult', 'female', 23], ['75', 'DGPN', 'minor', 'female', 13],
	['75', 'DGPN', 'adult', 'female', 32], ['75', 'DGGN', 'adult', 'female', 38], ['13', 'DGPN', 'minor', 'female', 0], ['13', 'DGPN', 'adult', 'female', 41],
	['01', 'DGGN', 'minor', 'female', 11], ['01', 'DGGN', 'adult', 'female', 12]];

test('nothing is shown of a month that is not published, by whatever question', async () => {
	await send(January, FIGURES);
	await computed();
	for (const login of outsiders)
		for (const id of Object.keys(GRAPHS))
			for (const c of (await cellsOf(login, id, `level=department&from=${January}&to=${January}`)).filter((c) => FIGURES.some(([t]) => t === c.territory)))
				assert.deepEqual([c.state, c.reason, c.flags, c.coverage], ['suppressed', 'small_count', [], undefined], id);
	assert.deepEqual((await data.owner.query("select count(*)::int as n from indicator_value where audience = 'protected'")).rows, [{ n: 0 }]);
});

let first;
test('a publication marks what rests on its series, and everybody without need to know sees the same', async () => {
	first = await publish(January);
	await computed();
	const seen = {};
	for (const login of outsiders) {
		for (const id of Object.keys(GRAPHS)) {
			const cells = await Promise.all(['FR', '93', '75', '13', '01', 'REG-11', 'REG-93'].map((t) => cell(login, id, t, January)));
			seen[id] ??= cells;
			assert.deepEqual(cells, seen[id], `${login} ${id}`);
		}
	}
	const shown = Object.fromEntries(Object.entries(seen).map(([id, cells]) => [id, cells.map(brief)]));
	// exact: 177; 30, 83, 41, 23; 113, 41
	assert.deepEqual(shown['essai.victims'].slice(1, 5), [30, 85, 40, 25].map((v, i) => (i === 0 ? shown['essai.victims'][1] : v)));
	assert.deepEqual(shown['essai.victims'].every((v) => v === 'small_count' || v % 5 === 0), true);
	// minors: 7 hidden, 13, 0, 11
	assert.deepEqual(shown['essai.share'].slice(1, 5), ['small_count', 100 * 15 / 85, 0, 100 * 10 / 20]);
	assert.deepEqual(shown['essai.again'], shown['essai.share'], 'by another indicator too');
	assert.deepEqual(seen['essai.share'].slice(1, 5).map((c) => c.extra?.girls), [undefined, 15, 0, 10], 'no totals by two dimensions: from figures');
	assert.deepEqual(shown['essai.year'], Array(7).fill('small_count'), 'eleven of its months are not published');
	assert.deepEqual(seen['essai.share'][2].flags, ['rounded']);
	assert.deepEqual(seen['essai.share'][1], { territory: '93', period: January, state: 'suppressed', reason: 'small_count', flags: [] });
});

test('the home page and the list tell everybody the last published month alone', async () => {
	const home = await Promise.all(['carla', ...outsiders].map(async (login) => (await as(login).get(`/api/v1/plans/${PLAN}/dashboard`)).json.indicators));
	for (const items of home) assert.deepEqual(items, home[0]);
	for (const items of [home[0], (await as('carla').get(indicators)).json.items]) {
		const victims = items.find((i) => i.id === 'essai.victims'), year = items.find((i) => i.id === 'essai.year');
		assert.deepEqual([victims.period, victims.state, victims.value % 5, victims.flags], [January, 'value', 0, ['provisional', 'rounded']], 'few départements told anything');
		assert.deepEqual([year.period, year.state, year.value, year.reason], [January, 'suppressed', null, 'small_count']);
	}
});

test('in one’s own scope and opened it stays exact', async () => {
	assert.deepEqual(brief(await cell('paul', 'essai.victims', '93', January)), 30);
	assert.equal(brief(await cell('paul', 'essai.share', '93', January)), 100 * 7 / 30);
	assert.equal(brief(await cell('paul', 'essai.share', '75', January)), 100 * 15 / 85);
	assert.equal(brief(await cell('ana', 'essai.share', '75', January, '&exact=true')), 100 * 13 / 83);
	assert.deepEqual((await cell('ana', 'essai.share', '75', January, '&exact=true')).flags, []);
});

test('a count that a calculation names in protects hides what rests on it, for who may not see it exactly', async () => {
	const shown = await Promise.all(['75', '93', '13', '01'].map((t) => cell('victor', 'essai.rest', t, January)));
	assert.deepEqual(shown.map(brief), ['small_count', 'small_count', 40, 10], '70 less 15 less 50 is 5; 7 minors are hidden; 40 and 10 rest on −10 and −50');
	assert.ok(shown.every((c) => c.protects === undefined));
	const exact = await cell('ana', 'essai.rest', '75', January, '&exact=true');
	assert.deepEqual([exact.value, exact.protects], [70, undefined]);
	const { rows } = await data.owner.query("select count(*)::int as n from indicator_value v join plugin g on g.id = v.plugin_id where g.code = 'essai.rest' and v::text like '%protects%'");
	assert.deepEqual(rows, [{ n: 0 }]);
});

/* What everybody is told of a cell of January, the same for all. */
async function explained(id, territory) {
	const answers = await Promise.all(outsiders.map((login) => as(login).get(`${indicators}/${id}/explain?territory=${territory}&period=${January}`)));
	for (const { status, text } of answers) assert.deepEqual([status, text], [200, answers[0].text]);
	const { json } = answers[0];
	assert.ok(json.inputs.every((i) => i.rows.length === 0 && !i.observations), 'nothing of who sent what');
	return json;
}
const steps = ({ calculation: { nodes } }) => nodes.map(({ op, cells }) => [op, ...cells.map((c) => c.value ?? c.reason)].join(' '));
/* 13 minors and 70 adults are published as 15, 70 and 85 */
const SHARE_STEPS = ['input 15', 'input 85', 'const 100', 'mul 1500', `div ${1500 / 85}`, 'input 15'];

test('a hidden cell explains its formula and its reason, a shown one how it comes out of what everybody may see', async () => {
	const hidden = await explained('essai.share', '93'), shown = await explained('essai.share', '75');
	assert.deepEqual(hidden.cell, { territory: '93', period: January, state: 'suppressed', reason: 'small_count', flags: [] });
	assert.deepEqual([shown.cell.value, shown.cell.numerator, shown.cell.denominator, shown.previous], [100 * 15 / 85, 15, 85, null]);
	assert.deepEqual([hidden.summary, shown.summary], ['essai.share', 'essai.share']);
	assert.deepEqual([hidden.calculation, hidden.agrees, hidden.basis], [undefined, undefined, undefined]);
	assert.ok(hidden.inputs.every((i) => !i.given));
	assert.deepEqual([steps(shown), shown.agrees, shown.basis], [SHARE_STEPS, true, 'published']);
	assert.match(shown.basis_text, /chiffres publiés/);
	assert.deepEqual(steps(await explained('essai.victims', '01')), ['input small_count small_count 25', 'rolling small_count'], 'nothing of months that are not published');
	const rows = await explained('essai.rest', '13');
	assert.deepEqual([rows.agrees, rows.basis, ...rows.inputs.map((i) => i.given.value)], [true, 'published', [40], [0]]);
	assert.deepEqual((await explained('essai.rest', '75')).inputs.map((i) => i.given), [undefined, undefined]);
	const exact = (await as('ana').get(`${indicators}/essai.share/explain?territory=75&period=${January}&exact=true`)).json;
	assert.deepEqual([steps(exact)[0], exact.basis], ['input 13', undefined]);
});

test('a later revision changes nothing that is published; the next publication adds its month, its year, no more', async () => {
	const ids = ['essai.victims', 'essai.share'];
	const read = async () => Promise.all(ids.map((id) => cellsOf('victor', id, `level=department&from=${January}&to=${January}`)));
	const kept = await read();
	await send(January, [['75', 'DGPN', 'minor', 'female', 29], ['93', 'DGPN', 'minor', 'female', 50]]);
	for (let n = 1; n < 13; n++) {
		await send(monthOf(n), FIGURES);
		if (n < 12) await publish(monthOf(n));
	}
	await computed();
	assert.deepEqual(await read(), kept);
	assert.equal(brief(await cell('carla', 'essai.victims', '75', January, '&exact=true')), 99);
	assert.deepEqual(steps(await explained('essai.share', '75')), SHARE_STEPS, 'and its explanation neither');
	// over twelve months the published sums, which stand on January as it was, and what they do not tell is not told
	const december = monthOf(11), { items } = (await as('victor').get(`${victims}/totals?months=12&from=${december}&to=${december}&limit=200`)).json;
	for (const { territory, state, value } of items.filter((t) => !t.organisation && Object.keys(t.dims).length === 0)) {
		const year = await cell('victor', 'essai.year', territory, december);
		const each = (await cell('victor', 'essai.victims', territory, december)).value; // all months but the first are alike
		if (state === 'value') assert.equal(year.numerator, value, territory);
		else assert.ok(year.state === 'suppressed' || year.numerator === 12 * each, territory);
		if (year.state === 'value') assert.ok(year.low < year.value && year.extra.rank > 0);
	}
	assert.equal((await cell('victor', 'essai.year', '75', december)).numerator, 995, '12 × 83');
	assert.equal((await cell('victor', 'essai.victims', '75', december)).extra.quarter, 3 * 85);
	assert.equal(brief(await cell('victor', 'essai.victims', '75', monthOf(12))), 'small_count', 'not published yet');
});

/* So that whoever solves for the counts has no more to go by than integration/protection.test.mjs attacks. */
test('every number that is shown follows from the published totals alone', async () => {
	const csv = (await as('victor').get(`${victims}/totals.csv?plan=${PLAN}`)).text, [head, ...lines] = csv.trim().split('\r\n').map((l) => l.split(','));
	const told = new Map();
	for (const line of lines) {
		const t = Object.fromEntries(head.map((name, i) => [name, line[i]]));
		if (!t.organisation && !t.sex && !t.force) told.set([t.territory, t.period, t.months, t.age].join(' '), t.value === 's' ? null : Number(t.value));
	}
	const total = (place, n, age = '', months = 1) => told.get([place, monthOf(n), months, age].join(' '));
	const small = (n) => n === null || (n > 0 && n < 10);
	let shown = 0;
	for (const place of ['FR', 'REG-11', 'REG-93', '93', '75', '13', '01'])
		for (let n = 0; n < 12; n++) {
			const [count, share, year] = await Promise.all(['victims', 'share', 'year'].map((id) => cell('victor', `essai.${id}`, place, monthOf(n))));
			assert.equal(count.value ?? null, total(place, n));
			const three = n < 2 ? [null] : [total(place, n), total(place, n - 1), total(place, n - 2)];
			if (count.value !== undefined) assert.equal(count.extra?.quarter ?? null, three.includes(null) ? null : three[0] + three[1] + three[2]);
			const minors = total(place, n, 'minor'), adults = total(place, n, 'adult'), hidden = small(minors) || small(adults);
			assert.deepEqual([share.state, share.numerator, share.denominator], hidden ? ['suppressed', undefined, undefined] : ['value', minors, minors + adults]);
			if (year.state === 'value') assert.ok([total(place, n, '', 12), 12 * total(place, n)].includes(year.numerator) && n === 11);
			shown += (count.state === 'value') + (share.state === 'value') + (year.state === 'value');
		}
	assert.ok(shown > 60, `${shown} are shown`);
});

test('by members nothing is told that the published totals of these members do not tell', async () => {
	const read = (login, query = '') => cellsOf(login, 'essai.ages', `level=department&dims=age${query}`);
	const kept = await read('victor'), exact = await read('ana', '&exact=true');
	for (const login of outsiders) assert.deepEqual(await read(login), kept);
	const csv = (await as('victor').get(`${victims}/totals.csv?plan=${PLAN}`)).text, [head, ...lines] = csv.trim().split('\r\n').map((l) => l.split(','));
	const told = new Map(lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])))
		.filter((t) => !t.organisation && !t.sex && !t.force && t.months === '1').map((t) => [[t.territory, t.period, t.age].join(' '), t.value]));
	const states = { value: 0, suppressed: 0 };
	for (const { territory, period, dims, state, value, extra, coverage, ...rest } of kept) {
		const of = (age) => told.get([territory, period, age].join(' ')), own = of(dims.age);
		assert.ok(period <= monthOf(11), 'of published months alone');
		assert.equal(state, own === 's' ? 'suppressed' : 'value', `${territory} ${period} ${dims.age}`);
		if (state === 'value') assert.deepEqual([value, rest.flags, extra?.share], [Number(own), ['rounded'], of('') === 's' || of('') === '0' ? undefined : 100 * own / of('')]);
		else assert.deepEqual([value, extra, coverage, rest.reason], [undefined, undefined, undefined, 'small_count']);
		states[state]++;
	}
	assert.ok(states.value > 20 && states.suppressed > 5, JSON.stringify(states));
	const at = (cells, ...of) => cells.find((c) => [c.territory, c.period, c.dims.age].join() === of.join());
	assert.deepEqual([at(kept, '93', January, 'minor').state, at(exact, '93', January, 'minor').value], ['suppressed', 50]);
	assert.equal(at(await read('paul'), '93', January, 'minor').value, 50, 'exact in one’s own scope');
	assert.equal(at(await read('paul'), '75', January, 'minor').value, 15);
	const explained = (await as('victor').get(`${indicators}/essai.ages/explain?territory=93&period=${January}&dims=age=minor`)).json;
	assert.deepEqual([explained.cell.state, explained.calculation, explained.inputs.every((i) => !i.observations)], ['suppressed', undefined, true]);
});

test('what is taken away in one file is what each reader is shown, cell by cell', async () => {
	for (const login of ['carla', 'victor']) {
		const response = await fetch(`${server.url}/api/v1/plans/${PLAN}/datapackage.zip`, { headers: { Authorization: `Bearer ${data.tokens[login]}` } });
		const [head, ...lines] = unzip(Buffer.from(await response.arrayBuffer()))['indicators.csv'].text.trim().split('\r\n').map((l) => l.split(','));
		const rows = lines.map((l) => Object.fromEntries(head.map((name, i) => [name, l[i]])));
		for (const level of ['national', 'department']) {
			const { cells } = (await as(login).get(`${indicators}/essai.share?level=${level}`)).json;
			assert.ok(cells.length > 0);
			assert.deepEqual(rows.filter((r) => r.indicator === 'essai.share' && r.level === level && !r.dims).map((r) => [r.territory, r.period, r.value || r.reason]),
				cells.map((c) => [c.territory, c.period, String(c.value ?? c.reason)]), `${login} ${level}`);
		}
		for (const id of ['essai.share', 'essai.year']) {
			const { cells } = (await as(login).get(`${indicators}/${id}?level=department`)).json;
			const beside = rows.filter((r) => r.indicator === id && r.level === 'department').map((r) => [r.state, r.low && Number(r.low), r.high,
				r.extra && JSON.parse(r.extra.slice(1, -1).replaceAll('""', '"'))]);
			assert.deepEqual(beside, cells.map((c) => [c.state, ...(c.state === 'suppressed' ? ['', '', ''] :
				[c.low ?? '', '', c.extra ?? ''])]), `${login} ${id}: limits and complements, of no withheld cell`);
		}
		const { cells } = (await as(login).get(`${indicators}/essai.ages?level=department&dims=age`)).json;
		assert.deepEqual(rows.filter((r) => r.indicator === 'essai.ages' && r.level === 'department' && r.dims).map((r) => [r.territory, r.period, r.dims, r.value || r.reason]),
			cells.map((c) => [c.territory, c.period, `age=${c.dims.age}`, String(c.value ?? c.reason)]), login);
	}
});

test('as_of finds the publications made by then', async () => {
	const at = (instant) => cell('victor', 'essai.victims', '75', monthOf(1), `&as_of=${instant}`);
	assert.equal(brief(await at(first)), 'small_count');
	assert.equal(brief(await cell('victor', 'essai.victims', '75', monthOf(1))), 85);
});

test('row-level security and the database say the same to whoever forgets', async () => {
	const app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
	try {
		const session = (who) => app.query("select set_config('vigie.session', $1, false)", [who]);
		await session(createHash('sha256').update(data.tokens.victor).digest('hex'));
		const { rows } = await app.query('select distinct audience, (select 1 from publication p where p.period = i.period) as published from indicator_value i where sensitive');
		assert.deepEqual(rows, [{ audience: 'protected', published: 1 }]);
		await session('service');
		await assert.rejects(app.query(`insert into indicator_value (plan_id, plugin_id, version_id, audience, sensitive, level, territory, period, state, value)
			select plan_id, plugin_id, version_id, audience, sensitive, level, territory, $1, 'value', 3 from indicator_value where audience = 'protected' limit 1`,
		[monthOf(12)]), /not published/);
	} finally {
		await app.end();
	}
});
