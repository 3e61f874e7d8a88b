/*
 * Small counts under attack through indicators: what counts, shares, rates, rolling sums, medians, ranks and breakdowns
 * of them show to everybody, solved for; and two plans that differ in hidden counts alone, which nothing may tell apart.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makePlan } from './action_data.mjs';
import { attack, enough, generator, knownTo, need, othersOf } from './attack.mjs';
import { instant, sanitized, sleep, startServer, vigie } from './client.mjs';
import { pluginFolder, population, publishGraph, series, until } from './engine_data.mjs';
import { unzip } from './unzip.mjs';

/* a sanitizer looks at the server's memory, which one set fills like another */
const SETS = sanitized ? 1 : 20, MONTHS = 13;
const READERS = ['victor', 'ana', 'carla', 'olga'], INSIDER = 'nadia';	/* who sees all that the DGPN reports */
const victims = '/api/v1/series/victims.identified';
/* départements and what they lie in: one region of two, two of one */
const PLACES = { 75: ['75', 'REG-11', 'FR'], 93: ['93', 'REG-11', 'FR'], 13: ['13', 'REG-93', 'FR'], '01': ['01', 'REG-84', 'FR'] };
const LEVELS = { national: ['FR'], region: ['REG-11', 'REG-93', 'REG-84'], department: Object.keys(PLACES) };
const TERRITORIES = Object.values(LEVELS).flat();
const WORLDS = ['monde-a', 'monde-b'];
const SET_PLANS = Array.from({ length: SETS }, (_, i) => `attaque-${i + 1}`);

const input = (where, more) => series('victims.identified', { where, ...more });
const node = (op, ...args) => ({ op, args });
const rolled = (arg, n) => ({ op: 'rolling', args: [arg], n, coverage: 0.75, over: 'sum' });
const GRAPHS = {
	'essai.count': { inputs: { v: input({}) }, graph: { nodes: [{ op: 'input', name: 'v' }, rolled(0, 3), { op: 'rank', args: [0] }],
		out: { value: 0, extra: { quarter: 1, rank: 2 } }, protects: [0, 1] } },
	'essai.share': { inputs: { m: input({ age: 'minor' }), k: input({ age: ['minor', 'adult'] }), g: input({ age: 'minor', sex: 'female' }) },
		graph: { nodes: [{ op: 'input', name: 'm' }, { op: 'input', name: 'k' }, { op: 'const', x: 100 }, node('mul', 2, 0), node('div', 3, 1), { op: 'input', name: 'g' }],
			out: { value: 4, numerator: 0, denominator: 1, extra: { girls: 5 } }, protects: [0, 1, 5] } },
	'essai.year': { inputs: { v: input({}), people: population },
		graph: { nodes: [{ op: 'input', name: 'v' }, rolled(0, 12), { op: 'input', name: 'people' }, { op: 'const', x: 100000 }, node('mul', 3, 1), node('div', 4, 2),
			{ op: 'poisson', args: [1, 2], part: 'low', per: 100000 }], out: { value: 5, low: 6 }, protects: [0, 1] } },
	'essai.median': { levels: ['national', 'region'], inputs: { v: input({}, { grain: 'department' }) },
		graph: { nodes: [{ op: 'input', name: 'v' }, { op: 'by', args: [0], dims: [], over: 'median' }], out: { value: 1 }, protects: [0] } },
	'essai.ages': { dims: ['age'], inputs: { v: input({}, { dims: ['age'] }) }, graph: { nodes: [{ op: 'input', name: 'v' }], out: { value: 0 }, protects: [0] } },
	'essai.again': { inputs: { v: { kind: 'indicator_value', id: 'essai.count@1', missing: 'skip', columns: ['territory', 'period', 'value'] } },
		graph: { nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } },
};

/*
 * The same in Lua, of rows: a cell of which one row is not shown is not computed, so one reads ages of a month, the other
 * a few months.
 */
const script = (id, { reads, by, shares, rows }) => `return indicator {
  id = "${id}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai" }, unit = "personnes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" }, author = "Essai", owner = "Essai", confidentiality = { min = 10, on = { "value" } },
  inputs = { v = series "victims.identified" { ${reads}, missing = "skip" } },
  compute = function(ctx)
    local of = { all = 0, minor = 0, adult = 0, unknown = 0 }
    for _, row in ipairs(ctx.rows("v")) do of[${by}] = of[${by}] + (row.value or 0) end
    return { value = of.all + of.minor + of.adult + of.unknown${shares} }
  end,
  tests = { { name = "essai", level = "department", given = { ["victims.identified"] = rows [[
    department | period | age | value
    ${rows.join('\n    ')}
  ]] }, expect = { { territory = "75", period = "2025-01", value = 83 } } } },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}`;
const COMPUTED = {
	'essai.given': { reads: 'dims = { "age" }', by: 'row.age', shares: ', numerator = of.minor, denominator = of.adult', rows: ['75 | 2025-01 | minor | 13', '75 | 2025-01 | adult | 70'] },
	'essai.recent': { reads: 'lookback = 3', by: '"all"', shares: '', rows: ['75 | 2024-12 | adult | 13', '75 | 2025-01 | adult | 70'] },
};
const ALL = { ...GRAPHS, ...Object.fromEntries(Object.keys(COMPUTED).map((id) => [id, {}])) };

/* Between the counts of 93 in the two worlds: on exact ones it would be raised in one of them. */
const ALERT = { on: 'essai.count@1', levels: Object.keys(LEVELS), when: { above: 3.5 }, for_periods: 1 };

let server, data, plugins, settings;
const as = (login) => server.bearer(data.tokens[login]);
const periodOf = (m) => `${2023 + Math.floor(m / 12)}-${String(m % 12 + 1).padStart(2, '0')}`;
const monthOf = (period) => (Number(period.slice(0, 4)) - 2023) * 12 + Number(period.slice(5)) - 1;

async function makeAnother(code) {
	await data.owner.query(`with made as (insert into plan (code, title_fr, start_on, end_on, lead_id) select $1, 'Essai', '2023-01-01', '2099-12-31', lead_id
			from plan where id = $2 returning id)
		insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		select g.person_id, g.role, m.id, g.organisation_id, g.territories from role_grant g, made m
		 where g.plan_id = $2 and g.person_id = any ($3)`, [code, data.planId, [...READERS, INSIDER].map((login) => data.ids[login])]);
}

before(async () => {
	data = await makePlan();
	const { owner } = data;
	for (const table of ['territory', 'territory_parent']) await owner.query(`alter table ${table} no force row level security`);
	await owner.query('truncate observation, observation_batch, figure cascade');
	await owner.query('delete from territory_parent where not territory = any ($1)', [TERRITORIES]);
	await owner.query('delete from territory where not code = any ($1)', [TERRITORIES]);
	for (const table of ['territory', 'territory_parent']) await owner.query(`alter table ${table} force row level security`);
	for (const [id, { graph, ...of }] of Object.entries(GRAPHS)) await publishGraph(owner, id, { ...of, graph: { v: 1, ...graph } });
	await owner.query(`with p as (insert into plugin (code, kind, state, shipped) values ('essai.alert', 'alert', 'published', false) returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active) select id, '1.0.0', 'return alert {}', repeat('a', 64), $1, true from p`,
	[{ ...ALERT, id: 'essai.alert', version: '1.0.0', name: { fr: 'Essai' }, summary: { fr: 'Essai' }, limits: { fr: 'Essai' } }]);
	for (const code of [...SET_PLANS, ...WORLDS]) await makeAnother(code);
	await owner.query('update plan set archived_at = now(), version = version + 1 where id = $1', [data.planId]);
	plugins = await pluginFolder(Object.fromEntries(Object.entries(COMPUTED).map(([id, of]) => [id, script(id, of)])));
	settings = [`--plugins-dir=${plugins.folder}`, '--today=2024-02-10'];	/* no month is computed that nothing is published of */
	server = await startServer({ args: settings });
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

async function ask(login, path, status = 200, options) {
	const answer = await as(login).get(path, options);
	assert.equal(answer.status, status, `${path}: ${answer.text}`);
	return answer;
}
async function send(plan, rows) {
	const answer = await as('carla').post(`${victims}/observations?plan=${plan}`, { rows: rows.map(({ age, sex, count, ...cell }) => ({ ...cell, dims: { age, sex }, value: count })) });
	assert.equal(answer.status, 201, answer.text);
}
async function publish(plan, m) {
	const answer = await as('carla').post(`/api/v1/plans/${plan}/publications`, { period: periodOf(m) });
	assert.equal(answer.status, 201, answer.text);
}
async function compute() {
	const done = await vigie(['compute', '--once', ...settings]);
	assert.equal(done.code, 0, done.stderr);
}

/* ---------------------------------------------------------------- counts by chance, published month by month */

const PEOPLE = [['minor', 'female'], ['adult', 'female'], ['adult', 'male']];
const ORGANISATIONS = ['DGPN', 'DGGN'];
const keyOf = (c) => [c.period, c.territory, c.organisation, c.age, c.sex].join(' ');
function countOf(below, temper) {
	if (below(10) < 3) return 0;
	const few = [() => 1 + below(2), () => 8 + below(2), () => 8 + below(6), () => 1 + below(9), () => 1 + below(40)];
	return below(4) ? few[temper]() : few[below(5)]();
}
const truths = {};	/* plan → key → cell as it was when it was published */
async function publishMonth(plan, m, below) {
	const rows = [];
	for (const territory of Object.keys(PLACES))
		for (const organisation of ORGANISATIONS)
			for (const [age, sex] of PEOPLE) rows.push({ period: periodOf(m), territory, organisation, age, sex, count: countOf(below, truths[plan].temper) });
	for (const cell of rows) truths[plan].cells.set(keyOf(cell), cell);
	// what was published before is revised
	const revised = m ? [...truths[plan].cells.values()].filter((c) => c.period === periodOf(below(m)) && below(4) === 0)
		.map((c) => ({ ...c, count: Math.max(0, c.count + below(5) - 2) })) : [];
	await send(plan, [...rows, ...revised]);
	await publish(plan, m);
}

/* ---------------------------------------------------------------- what is read */

/* Every cell of every indicator, byte by byte the same for each reader, or whoever compares would know more. */
async function readAll(plan, [login, ...others], more = '') {
	const out = [];
	for (const [id, { levels = Object.keys(LEVELS), dims }] of Object.entries(ALL))
		for (const level of levels)
			for (const members of dims ? ['', '&dims=age'] : ['']) {
				const path = `/api/v1/plans/${plan}/indicators/${id}?level=${level}${members}${more}`, { json, text } = await ask(login, path);
				for (const other of others) {
					const answer = await fetch(server.url + path, { headers: { 'Accept-Language': 'fr', Authorization: `Bearer ${data.tokens[other]}` } });
					assert.equal(await answer.text(), text, `${path}: ${other}`);
				}
				out.push(...json.cells.filter((c) => monthOf(c.period) < MONTHS).map((c) => ({ ...c, id })));
			}
	return out;
}
async function csvOf(plan, kind) {
	const { text } = await ask('victor', `${victims}/${kind}.csv?plan=${plan}`), [head, ...lines] = text.trim().split('\r\n').map((l) => l.split(','));
	return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}
const figuresOf = async (plan, truth) => (await csvOf(plan, 'observations')).filter((f) => f.published_at)
	.map((f) => ({ ...truth.get(keyOf(f)), shown: f.value }));
/* Where a sum over twelve months is published as such; elsewhere it is put together from twelve that are. */
const yearsOf = async (plan) => new Set((await csvOf(plan, 'totals'))
	.filter((t) => t.months === '12' && t.value !== 's' && !t.organisation && !t.age && !t.sex && !t.force).map((t) => `${t.territory} ${t.period}`));

/*
 * The published totals that a number which an indicator shows is the sum of, as what each of them counts; without a value:
 * the one total that is hidden there.  A median is one of its counts, which is no sum: it has no part in this.
 */
function* claims(c) {
	const m = monthOf(c.period), any = () => true, is = (age) => (x) => x.age === age;
	const here = (first, last, fits) => (x) => PLACES[x.territory].includes(c.territory) && fits(x)
		&& monthOf(x.period) >= first && monthOf(x.period) <= last;
	const now = (fits = any) => here(m, m, fits);
	const monthly = (months) => Array.from({ length: months }, (_, i) => here(m - i, m - i, any));
	assert.ok(c.value !== undefined || c.state === 'suppressed' || c.id in COMPUTED, JSON.stringify(c));
	if (c.id === 'essai.count' || c.id === 'essai.again' || (c.id === 'essai.ages' && !c.dims)) yield { value: c.value, of: [now()] };
	if (c.id === 'essai.ages' && c.dims) yield { value: c.value, of: [now(is(c.dims.age))] };
	if (c.id in COMPUTED) {	/* why one has no value may be its script's choice */
		if (c.value !== undefined) yield { value: c.value, of: c.id === 'essai.given' ? [now(is('minor')), now(is('adult'))] : monthly(3) };
		if (c.numerator !== undefined) yield { value: c.numerator, of: [now(is('minor'))] };
		if (c.denominator !== undefined) yield { value: c.denominator, of: [now(is('adult'))] };
		return;
	}
	if (c.extra?.quarter !== undefined) yield { value: c.extra.quarter, of: monthly(3) };
	if (c.numerator !== undefined && c.id === 'essai.share') yield { value: c.numerator, of: [now(is('minor'))] };
	if (c.denominator !== undefined && c.id === 'essai.share') yield { value: c.denominator, of: [now(is('minor')), now(is('adult'))] };
	if (c.extra?.girls !== undefined) yield { value: c.extra.girls, each: now((x) => x.age === 'minor' && x.sex === 'female') };
	if (c.id === 'essai.year' && c.value !== undefined)
		yield { value: Math.round(c.value * c.people / 100_000), of: c.published ? [here(m - 11, m, any)] : monthly(12) };
}

const addUp = (parts) => parts.reduce((n, c) => n + c.count, 0);
const organisations = (parts) => [...new Set(parts.map((c) => c.organisation))];

/*
 * What is known of all counts from figures and indicators together.  `bounds` says what a reader concludes of a number
 * and of the totals that it is made of, those that count nothing left out.
 */
function conclude(figures, cells, bounds) {
	const counts = figures.filter((f) => f.count > 0).map((f) => ({ ...f, hidden: f.shown === 's',
		...(f.shown === 's' ? { low: 1, high: 9 } : { low: Math.max(10, Number(f.shown) - 2), high: Number(f.shown) + 2 }) }));
	const numbers = new Map(counts.map((x, i) => [x, i])), sums = new Map(), either = new Map();
	const numbersOf = (parts) => parts.map((x) => numbers.get(x)).sort((a, b) => a - b);
	for (const c of cells)
		for (const { value, each, of } of claims(c)) {
			const totals = (each ? counts.filter(each).map((x) => [x]) : of.map((is) => counts.filter(is))).filter((parts) => parts.length);
			if (totals.length === 0) continue;
			for (const { parts, low, high, rider, either: all } of bounds(value, totals, of?.length === 1)) {
				const count = addUp(parts), key = numbersOf(parts);
				assert.ok(count >= low && count <= high, `what is shown is true: ${JSON.stringify(c)} ${count} ${low} ${high}`);
				const same = sums.get(key.join()) ?? { low: 0, high: Infinity }, audited = same.audited || (of?.length === 1 && !rider);
				sums.set(key.join(), { cells: key, count, audited, low: Math.max(same.low, low), high: Math.min(same.high, high) });
				if (all) either.set(key.join(), all.map((one) => ({ ...one, organisation: one.parts[0].organisation,
					count: addUp(one.parts), cells: numbersOf(one.parts) })));
			}
		}
	return { cells: counts, sums: [...sums.values()], either: [...either.values()] };
}

const ofEach = (parts) => organisations(parts).map((one) => parts.filter((c) => c.organisation === one));
const least = (parts) => parts.reduce((n, c) => n + c.low, 0);

/* Of several organisations one reports too little, and whose counts are all shown does not; which one is not told. */
function hidden(parts, ruled) {
	const all = ofEach(parts), little = all.filter((own) => own.some((c) => c.hidden));
	const row = (own) => ({ parts: own, low: least(own), high: enough(own) - 1, rider: true });
	if (all.length === 1) return [{ parts, low: least(parts), high: addUp(parts) < ruled ? ruled - 1 : Infinity }];
	const open = { parts, low: least(parts), high: Infinity };
	if (!little.some((own) => addUp(own) < enough(own))) return [open];	/* withheld, and nothing known of it */
	return little.length === 1 ? [open, row(little[0])] : [{ ...open, either: little.map(row) }];
}

/*
 * The rules of publication known: a total that is shown is one rounding away and as large as the rule wants it, and so is
 * what it tells of all but one organisation.  An oracle tells which totals of a month the rule itself hides.
 */
function published(value, totals) {
	const parts = totals.flat(), ruled = totals.reduce((n, of) => n + enough(of), 0);
	if (value === undefined) return hidden(parts, ruled);
	const off = 2 * totals.length, riders = totals.flatMap((of) => {
		const all = organisations(of);
		return all.length < 2 ? [] : all.map((one) => of.filter((c) => c.organisation !== one));
	});
	return [{ parts, low: Math.max(ruled, value - off), high: value ? value + off : 0 },
		...riders.map((others) => ({ parts: others, low: enough(others), high: Infinity, rider: true }))];
}
/* What the same totals would tell if they were only hidden from 1 to 9 and rounded; or if they were exact. */
function roundedOnly(_, totals, single) {
	const parts = totals.flat(), count = addUp(parts), shown = 5 * Math.round(count / 5);
	if (!single) return [{ parts, low: 0, high: Infinity }];
	return [{ parts, ...(count < 10 ? { low: 1, high: 9 } : { low: Math.max(10, shown - 2), high: shown + 2 }) }];
}
const exactly = (value, totals) => [{ parts: totals.flat(), low: value ?? 0, high: value ?? Infinity }];

const targetsOf = ({ cells, sums }) => [...cells.map((c, cell) => ({ cell, need: need(c.count), count: c.count })),
	...sums.flatMap((s, sum) => (s.audited ? [{ sum, need: need(s.count), count: s.count }] : []))];

test('no count is found out by linear programming over all that indicators show, publication after publication', { timeout: 900_000 }, async (t) => {
	const belows = SET_PLANS.map((_, i) => generator(100 + i)), followed = SET_PLANS.slice(0, 2);
	SET_PLANS.forEach((plan, i) => (truths[plan] = { temper: belows[i](5), cells: new Map() }));
	const archive = (archived) => data.owner.query('update plan set archived_at = case when $1 then now() end, version = version + 1 where code = any ($2)', [archived, SET_PLANS.slice(followed.length)]);
	await archive(true);
	const publishAll = (plans, from, to) => Promise.all(plans.map(async (plan) => {
		for (let m = from; m < to; m++) await publishMonth(plan, m, belows[SET_PLANS.indexOf(plan)]);
	}));
	await publishAll(followed, 0, 6);
	await compute();
	const early = await Promise.all(followed.map((plan) => readAll(plan, ['victor'], `&to=${periodOf(5)}`)));
	const then = await instant();
	await archive(false);
	await Promise.all([publishAll(followed, 6, MONTHS), publishAll(SET_PLANS.slice(followed.length), 0, MONTHS)]);
	await compute();
	for (const [i, plan] of followed.entries()) {
		assert.deepEqual(await readAll(plan, ['victor'], `&to=${periodOf(5)}`), early[i], 'a later publication changes no earlier cell');
		assert.deepEqual(await readAll(plan, ['carla'], `&to=${periodOf(5)}&as_of=${then}`), early[i], 'and as_of finds what was shown');
	}
	const people = Object.fromEntries((await data.owner.query('select code, population from territory')).rows.map((r) => [r.code, r.population]));
	const inside = (place) => Object.keys(PLACES).filter((d) => PLACES[d].includes(place)).reduce((n, d) => n + people[d], 0);
	/* every set as the first and as another of them in turn, the followed ones as each, who reports among them */
	const readersOf = (i) => (i < followed.length ? [...READERS, INSIDER] : [READERS[0], READERS[1 + i % 3]]);
	const read = [];	/* all of it first: connections do not outlast the solver */
	for (const [i, plan] of SET_PLANS.entries()) {
		const years = await yearsOf(plan), aside = (cells) => cells.map((c) => ({ ...c, people: inside(c.territory), published: years.has(`${c.territory} ${c.period}`) }));
		read.push({ plan, below: belows[i], figures: await figuresOf(plan, truths[plan].cells), cells: aside(await readAll(plan, readersOf(i))),
			exact: i === 0 ? aside(await readAll(plan, ['carla'], '&exact=true')) : null });
	}
	for (const id of Object.keys(COMPUTED)) {
		const values = read.flatMap(({ cells }) => cells.filter((c) => c.id === id && c.value !== undefined));
		t.diagnostic(`${values.length} values of ${id}`);
		assert.ok(values.length > SETS, `${id}: what is computed is shown, so that it may be attacked`);
	}
	let counts = 0, small = 0, shown = 0, programs = 0, exact = 0;
	for (const set of read) {
		const { plan, below } = set, knowledge = conclude(set.figures, set.cells, published), done = attack(knowledge, targetsOf(knowledge), below);
		assert.deepEqual(done.found, [], `${plan}: found out`);
		counts += knowledge.cells.length;
		small += knowledge.cells.filter((c) => c.count < 10).length;
		shown += knowledge.sums.filter((s) => s.high < Infinity).length;
		programs += done.programs;
		/* who reports knows more: of the others nothing small is found with it, of the rest some */
		for (const organisation of ORGANISATIONS) {
			const { found, programs: more } = attack(knownTo(organisation, knowledge), othersOf(organisation, knowledge), below);
			assert.deepEqual(found.filter((target) => target.count < 10), [], `${plan}: found out by ${organisation}`);
			exact += found.length;
			programs += more;
		}
	}
	/* the same attack succeeds where numbers are only rounded, and on the exact form: it is no blunt one */
	const { figures, exact: opened, below } = read[0];
	const open = conclude(figures, opened.filter((c) => c.id !== 'essai.year'), roundedOnly), rounded = attack(open, targetsOf(open), below).found;
	assert.ok(rounded.some((target) => target.width < 0.5), 'rounding alone is found out');
	assert.ok(rounded.filter((target) => target.count < 10).length > 20, `many are: ${rounded.length}`);
	const last = periodOf(MONTHS - 1);	/* never revised */
	const known = conclude(figures.filter((f) => f.period === last), opened.filter((c) => c.id === 'essai.ages' && c.period === last), exactly);
	assert.ok(attack(known, targetsOf(known), below).found.length > 2, 'what is exact gives its parts away');
	t.diagnostic(`${counts} counts, ${small} of them small, ${shown} sums shown, ${programs} programs; ${exact} counts from 10 on found by who knows those of the other organisation`);
	assert.ok(small > 100 * SETS && shown > 50 * SETS, 'there is something to find');
});

/* ---------------------------------------------------------------- two worlds */

/* What is the same in both: [territory, organisation, age, sex, count]; and what differs, under what is hidden or not yet published. */
const SAME = [['75', 'DGPN', 'adult', 'female', 40], ['01', 'DGGN', 'adult', 'male', 12], ['01', 'DGGN', 'minor', 'female', 0]];
const DIFFERENT = {
	'monde-a': { hidden: [['93', 'DGPN', 'minor', 'female', 3], ['13', 'DGPN', 'adult', 'female', 2]], later: 41, open: [7, 80],
		revised: [['93', 'DGPN', 'minor', 'female', 2], ['13', 'DGPN', 'adult', 'female', 3]] },	/* of the same sum as before */
	'monde-b': { hidden: [['93', 'DGPN', 'minor', 'female', 4], ['13', 'DGPN', 'adult', 'female', 1]], later: 95, open: [33, 2],
		revised: [['93', 'DGPN', 'minor', 'female', 9], ['13', 'DGPN', 'adult', 'female', 6]] },
};
const toRows = (period, list) => list.map(([territory, organisation, age, sex, count]) => ({ period, territory, organisation, age, sex, count }));

/*
 * Both are made in the same steps; `steps` are the instants between them: an answer that tells when something happened
 * may tell the step alone.  What is heard of a step: how many numbers further each plan is told to be; of a computation,
 * that it is further, since two that come close together may be told as one.
 */
const steps = [], heard = {};
async function step(does) {
	for (const plan of WORLDS) {
		const from = await versionOf(plan);
		await does(plan, DIFFERENT[plan]);
		(heard[plan] ??= []).push(await versionOf(plan) - from);
	}
	steps.push(await instant());
}
const eventsOf = async (login) => (await ask(login, '/api/v1/events?once=true')).text;
const versionOf = async (plan) => Number((await eventsOf('victor')).match(new RegExp(`"plan":"${plan}","version":(\\d+)`))[1]);

async function computeBoth() {
	const told = () => Promise.all(WORLDS.map(versionOf)), first = await told();
	await compute();
	await until(told, (now) => now.every((n, i) => n > first[i]), server);
	steps.push(await instant());
}

async function makeWorlds() {
	for (let m = 0; m < 3; m++) {
		await step((plan, { hidden }) => send(plan, toRows(periodOf(m), [...SAME, ...hidden])));
		await step((plan) => publish(plan, m));
	}
	await computeBoth();
	await step((plan, { later }) => send(plan, toRows(periodOf(2), [['75', 'DGPN', 'adult', 'female', later]])));	/* a revision after publication */
	await step((plan, { revised }) => send(plan, toRows(periodOf(2), revised)));	/* and one of what was hidden */
	await step((plan, { open }) => send(plan, toRows(periodOf(3), [['75', 'DGPN', 'adult', 'female', open[0]], ['13', 'DGPN', 'minor', 'female', open[1]]])));	/* a month that is not published */
	await step(async (plan) => {
		for (const [id, territory] of [['essai.count', 'FR'], ['essai.count', '93'], ['essai.share', 'FR']]) {
			const answer = await as('carla').put(`/api/v1/plans/${plan}/indicators/${id}/targets/${territory}`, { baseline: { value: 10, period: '2023-01' },
				target: { value: 90, period: '2026-12' }, source: 'Comité' });
			assert.equal(answer.status, 201, answer.text);
		}
	});
}

function* exits(plan) {
	const at = `/api/v1/plans/${plan}`, period = periodOf(2);
	yield* ['id', '-id', 'period', '-name'].map((sort) => `${at}/indicators?sort=${sort}`);
	yield `${at}/dashboard`;
	for (const level of ['region', 'department']) yield `${at}/comparison?level=${level}`;
	for (const territory of TERRITORIES) yield `${at}/territories/${territory}`;
	for (const [id, { dims, levels = Object.keys(LEVELS) }] of Object.entries(ALL)) {
		for (const level of levels) {
			yield `${at}/indicators/${id}?level=${level}`;
			yield `${at}/indicators/${id}?level=${level}&as_of=${steps[8]}`;
			yield `${at}/indicators/${id}?level=${level}&as_of=${steps[8]}&method=current`;
			if (dims) yield `${at}/indicators/${id}?level=${level}&dims=age`;
		}
		yield `${at}/indicators/${id}/targets`;
		for (const territory of levels.includes('department') ? TERRITORIES : ['FR', 'REG-11'])
			for (const p of [period, periodOf(3)]) yield `${at}/indicators/${id}/explain?territory=${territory}&period=${p}`;
		if (dims) yield `${at}/indicators/${id}/explain?territory=FR&period=${period}&dims=age=adult`;
	}
	yield `${at}/alerts`;
	for (const territory of TERRITORIES) yield `${at}/alerts/essai.alert?territory=${territory}`;
	yield `${victims}/observations?plan=${plan}&limit=200`;
	yield `${victims}/totals?plan=${plan}&limit=200`;
	for (const kind of ['observations', 'totals']) yield `${victims}/${kind}.csv?plan=${plan}`;
	yield `${at}/export.csv?series=victims.identified`;
	yield `${at}/search?q=essai`;
	for (const kind of ['changes', 'publications', 'calendar', 'export.json?with_status=true']) yield `${at}/${kind}`;
	for (const kind of ['xlsx', 'ods'])
		for (const query of ['', '?series=victims.identified']) yield `${at}/export.${kind}${query}`;
	yield `${at}/datapackage.zip`;
}

/* Without the name of the plan and, of the instants at which things were done, all but the step. */
const plain = (text) => text.replaceAll(/monde-[ab]/g, 'monde').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => `step ${steps.filter((end) => end < at).length}`)
	.replaceAll(/"(id|batch|figure)":\d+/g, '"$1":0');
/* A file is each of its parts; the digests that it tells of them are theirs. */
function plainParts(bytes) {
	const files = unzip(bytes), about = files['datapackage.json'];
	for (const { path, hash } of about ? JSON.parse(about.text).resources : []) {
		assert.equal(hash, `sha256:${createHash('sha256').update(files[path].text).digest('hex')}`, path);
		about.text = about.text.replace(hash, 'digest');
	}
	return JSON.stringify(Object.entries(files).map(([name, { text }]) => [name, plain(text), text.length]));
}

/* A validator is a function of the text that is shown, or the same in both. */
const validator = ({ etag, text }) => etag?.replace(createHash('sha256').update(text).digest('hex').slice(0, 24), 'text');

/* What is told of an exit, and whether who has it already is told so. */
async function tellAll(login, path) {
	const headers = { 'Accept-Language': 'fr', 'Accept-Encoding': 'identity', Authorization: `Bearer ${data.tokens[login]}` };	/* compressed, instants that differ change the length */
	const answer = await fetch(server.url + path, { headers }), bytes = Buffer.from(await answer.arrayBuffer()), etag = answer.headers.get('etag');
	assert.equal(answer.status, 200, `${path}: ${bytes}`);
	const file = bytes.subarray(0, 2).equals(Buffer.from('PK')), text = bytes.toString();
	const again = etag && login === READERS[0] ? (await fetch(server.url + path, { headers: { ...headers, 'If-None-Match': etag } })).status : 0;
	return [file ? plainParts(bytes) : plain(text), file || answer.headers.get('content-length'),
		...['content-type', 'cache-control', 'vary'].map((name) => answer.headers.get(name)), validator({ etag, text }), again].map(String);
}
async function differing(login, paths) {
	const out = [];
	for (const path of paths) {
		const [a, b] = await Promise.all(WORLDS.map((plan) => tellAll(login, path.replace('/monde', `/${plan}`).replace('plan=monde', `plan=${plan}`))));
		a.forEach((told, i) => {
			let at = 0;
			while (at < told.length && told[at] === b[i][at]) at++;
			if (told !== b[i]) out.push([path, told, b[i]].map((text, n) => (n ? text.slice(Math.max(0, at - 200), at + 200) : text)));
		});
	}
	return out;
}

test('two plans that differ in hidden counts alone are told apart by no answer, length, order, validator, file or event', async () => {
	await sleep(100);	/* connections that ended while the solver ran are seen to have */
	await makeWorlds();
	assert.deepEqual(await differing(READERS[0], [...exits('monde')].filter((path) => /indicators\?|dashboard|alerts|changes|level=\w+$|explain.*2023-0[34]/.test(path))), [], 'before it is computed');
	await computeBoth();
	assert.deepEqual(heard[WORLDS[0]], heard[WORLDS[1]], 'as much is heard of either');
	const states = Object.fromEntries((await ask('victor', '/api/v1/plans/monde-a/alerts')).json.items.map((a) => [a.territory, a.state]));
	assert.deepEqual([states['75'], states['93']], ['alert', 'no_data'], 'one is raised on what is shown, none on what is hidden');
	for (const login of READERS) assert.deepEqual(await differing(login, [...exits('monde')]), [], login);
	const { calculation } = (await ask('victor', `/api/v1/plans/monde-a/indicators/essai.count/explain?territory=75&period=${periodOf(2)}`)).json;
	assert.equal(calculation.nodes.length, 3, 'the steps of what is shown among them');
	assert.deepEqual(await differing(READERS[0], [3, 6, 8].map((n) => `/api/v1/plans/monde/datapackage.zip?as_of=${steps[n]}`)), [], 'then');
	for (const login of READERS) {
		const [a, b] = WORLDS.map((plan) => new RegExp(`event: plan\ndata: {"plan":"${plan}","version":\\d+}\n\n`));
		const events = await eventsOf(login);
		assert.ok(a.test(events) && b.test(events), events);
		assert.equal(events.replace(a, '').replace(b, '').replaceAll(/event: plan\ndata: {"plan":"[\w-]+","version":\d+}\n\n/g, ''), 'retry: 3000\n\n', 'nothing else is told');
	}
	/* who opens them sees that they differ: the comparison is no blunt one */
	const opened = await Promise.all(WORLDS.map(async (plan) => plain((await ask('carla', `/api/v1/plans/${plan}/indicators/essai.count?level=department&exact=true`)).text)));
	assert.notEqual(opened[0], opened[1]);
});
