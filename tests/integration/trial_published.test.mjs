/*
 * Trying a text on sensitive series, and comparing its values before it is published: what publications show is all that
 * it is given, so that what a draft shows is a function of what everybody may read, whatever the draft was written for.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder } from './engine_data.mjs';
import { RULE } from './lifecycle_data.mjs';

const victims = '/api/v1/series/victims.identified';
const WORLDS = ['monde-a', 'monde-b'], MONTHS = 6, ID = 'essai.victimes';
const monthOf = (n) => month(n - MONTHS - 1);	/* five published, one that is not, the open one */
const OPEN = MONTHS - 1;
const PLACES = ['FR', '75', '93', '13', '01'];

/* The same in all: [territory, organisation, age, sex, count], more of them each month; and what is under it. */
const SAME = (n) => [['75', 'DGPN', 'adult', 'female', 40 + 5 * n], ['75', 'DGPN', 'minor', 'female', 20 + 10 * (n % 3)], ['01', 'DGGN', 'adult', 'male', 12 + 5 * n],
	['01', 'DGGN', 'minor', 'female', 0]];
const DIFFERENT = {
	'monde-a': { hidden: [['93', 'DGPN', 'minor', 'female', 6], ['13', 'DGPN', 'adult', 'female', 7]], later: 41, open: [7, 80] },
	'monde-b': { hidden: [['93', 'DGPN', 'minor', 'female', 7], ['13', 'DGPN', 'adult', 'female', 6]], later: 95, open: [33, 2] },
	'monde-nu': { hidden: [['93', 'DGPN', 'minor', 'female', 6], ['13', 'DGPN', 'adult', 'female', 7]], later: 41, open: [7, 80] },
};

const GIVEN = `["victims.identified"] = rows [[
        department | period  | age   | sex    | value
        75         | 2025-01 | minor | female | 10
        13         | 2025-01 | minor | female | 5
      ]]`;
const text = ({ version = '1.0.0', id = ID, inputs = MINORS, calculation, rule = RULE, expect = 'value = 15', more = '', given = GIVEN }) => `
return indicator {
  id = "${id}", api = 1, version = "${version}",
  name = { fr = "Victimes" }, summary = { fr = "Victimes identifiées." },
  unit = "persons", decimals = 0, direction = "none", kind = "impact",
  frequency = "month", levels = { "national", "department" },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées" } }, limits = { fr = "Identification, non prévalence." }, ${rule} ${more}
  inputs = { ${inputs} },
  ${calculation},
  tests = {
    { name = "deux départements", level = "national",
      given = { ${given} },
      expect = { { territory = "FR", period = "2025-01", ${expect} } } },
  },
  changelog = { { "${version}", "2026-11-21", fr = "Version." } },
}
`;
const victimsOf = (where, more = '') => `series "victims.identified" { where = { ${where} }, missing = "skip"${more} }`;
const MINORS = `v = ${victimsOf('age = "minor"')}`;
const ALL = `v = ${victimsOf('')}`;
const formula = (body) => `formula = function(ctx) ${body} end`;
const PUBLISHED = text({ calculation: formula('local v = ctx.series("v") return { value = v, numerator = v }') });
const SUMMED = text({ version: '1.1.0', calculation: formula('local v = ctx.series("v") + ctx.series("v"):lag(1) return { value = v, numerator = v }'), expect: 'state = "missing"' });

/* What somebody writes who wants to know: each is one of many. */
const HOSTILE = {
	figures: text({ inputs: ALL, calculation: formula('return { value = ctx.series("v") }') }),
	girls: text({ inputs: `v = ${victimsOf('age = "minor", sex = "female"')}`, calculation: formula('return { value = ctx.series("v") }') }),
	differences: text({ inputs: `${ALL}, m = ${victimsOf('age = "minor"')}`, calculation: formula(`local v, m = ctx.series("v"), ctx.series("m")
		return { value = v - m, numerator = m, denominator = v, extra = { times = v * 1000, apart = v - m - m } }`) }),
	moves: text({ inputs: ALL, calculation: formula(`local v = ctx.series("v")
		return { value = v:rolling(3, { coverage = 0.3 }):sum() - v:lag(1), extra = { rank = v:rank(), more = v:diff(1), share = v:share_of_total() } }`) }),
	thresholds: text({ inputs: ALL, calculation: formula('local v = ctx.series("v") return { value = choose(v:ge(4), v * 0 + 1, v * 0) }') }),
	places: text({ inputs: `v = ${victimsOf('', ', grain = "department"')}`, calculation: formula('return { value = ctx.series("v"):ge(4):by("territory"):count() }') }),
	lowRule: text({ inputs: ALL, rule: 'confidentiality = { min = 5, on = { "value" } },', calculation: formula('return { value = ctx.series("v") }') }),
	rows: text({ inputs: `v = series "victims.identified" { dims = { "age", "sex" }, missing = "skip" }`, calculation: `compute = function(ctx)
		local said, n = "", 0
		for _, r in ipairs(ctx.rows("v")) do if r.value then n = n + r.value said = said .. r.age .. r.sex .. r.value .. " " end end
		return { value = n, extra = { said = said } } end` }),
	cries: text({ inputs: ALL, calculation: 'compute = function(ctx) local v = ctx.rows("v")[1].value if v and v > 0 then error("v" .. v) end return { value = 0 } end' }),
	waits: text({ inputs: ALL, calculation: 'compute = function(ctx) local v = ctx.rows("v")[1].value if v and v < 10 and v > 0 then while true do end end return { value = 0 } end' }),
	checks: text({ inputs: ALL, more: 'checks = { value = { min = 0, max = 45 } },', calculation: formula('return { value = ctx.series("v") }') }),
	reads: text({ id: 'essai.lecture', inputs: `v = indicator_value "${ID}@1" { missing = "skip" }`, calculation: formula('return { value = ctx.series("v") }'),
		given: `["${ID}"] = rows [[\n territory | period | value\n FR | 2025-01 | 15\n ]]` }),
};

let server, data, plugins, kept;
const as = (login) => server.bearer(data.tokens[login]);
const plugin = (id, word = '') => `/api/v1/plugins/${id}${word && '/'}${word}`;

before(async () => {
	data = await makePlan();
	for (const code of Object.keys(DIFFERENT))
		await data.owner.query(`with made as (insert into plan (code, title_fr, start_on, end_on, lead_id) select $1, 'Essai', $2, '2099-12-31', lead_id
				from plan where id = $3 returning id)
			insert into role_grant (person_id, role, plan_id, organisation_id, territories)
			select g.person_id, g.role, m.id, g.organisation_id, g.territories from role_grant g, made m
			 where g.plan_id = $3 and g.person_id = any ($4)`, [code, `${monthOf(0)}-01`, data.planId, ['victor', 'ana', 'carla', 'paul'].map((login) => data.ids[login])]);
	await data.owner.query('update plan set archived_at = now(), version = version + 1 where id = $1', [data.planId]);
	plugins = await pluginFolder({});
	server = await startServer({ args: [`--plugins-dir=${plugins.folder}`] });
	for (const plan of Object.keys(DIFFERENT)) await makeWorld(plan);
	await save(PUBLISHED);
	for (const [who, word] of [['ana', 'review'], ['carla', 'approve'], ['ana', 'publish']]) {
		const seen = await as(who).get(plugin(ID)), answer = await as(who).post(plugin(ID, word), undefined, { ifMatch: seen.etag });
		assert.equal(answer.status, 200, answer.text);
	}
	await compute();
	await save(SUMMED);
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

async function save(source) {
	const seen = await as('ana').get(plugin(ID)), answer = await as('ana').put(plugin(ID), { source }, seen.status === 200 ? { ifMatch: seen.etag } : {});
	assert.ok(answer.status === 200 || answer.status === 201, answer.text);
}
async function compute() {
	const done = await vigie(['compute', '--once', `--plugins-dir=${plugins.folder}`]);
	assert.equal(done.code, 0, done.stderr);
}
async function send(plan, period, rows) {
	const answer = await as('carla').post(`${victims}/observations?plan=${plan}`, { rows: rows.map(([territory, organisation, age, sex, value]) =>
		({ territory, organisation, period, value, dims: { age, sex } })) });
	assert.equal(answer.status, 201, answer.text);
}
async function publish(plan, period) {
	const answer = await as('carla').post(`/api/v1/plans/${plan}/publications`, { period });
	assert.equal(answer.status, 201, answer.text);
}
async function makeWorld(plan) {
	const { hidden, later, open } = DIFFERENT[plan];
	for (let n = 0; n < OPEN; n++) {
		await send(plan, monthOf(n), [...SAME(n), ...hidden]);
		if (plan !== 'monde-nu') await publish(plan, monthOf(n));
	}
	await send(plan, monthOf(1), [['75', 'DGPN', 'adult', 'female', later], ['93', 'DGPN', 'minor', 'female', later]]);	/* a revision after publication */
	await send(plan, monthOf(OPEN), [['75', 'DGPN', 'adult', 'female', open[0]], ['13', 'DGPN', 'minor', 'female', open[1]]]);	/* a month that is not published */
}

async function run(plan, source, more = {}, tries = 5) {
	const answer = await as('ana').post(plugin(/id = "(.+?)"/.exec(source)[1], 'run'), { source, data: 'live', plan, from: monthOf(0), to: monthOf(OPEN + 1), ...more },
		{ headers: { 'Accept-Encoding': 'identity' } });
	assert.equal(answer.status, 200, answer.text);
	/* a machine with too much to do stops a text that has no fault; one that waits for something is stopped each time */
	return answer.json.finding?.code === 'V223' && tries > 1 ? run(plan, source, more, tries - 1) : answer;
}
async function diff(plan, tries = 5) {
	const answer = await as('ana').get(`${plugin(ID, 'diff')}?plan=${plan}`, { headers: { 'Accept-Encoding': 'identity' } });
	return answer.json.finding?.code === 'V223' && tries > 1 ? diff(plan, tries - 1) : answer;
}

/* What everybody reads of one month: "93 2026-05" → number or null, of all or of one age. */
async function publishedTotals(plan, age = '') {
	const csv = (await as('victor').get(`${victims}/totals.csv?plan=${plan}`)).text, [head, ...lines] = csv.trim().split('\r\n').map((l) => l.split(','));
	return new Map(lines.map((l) => Object.fromEntries(head.map((name, i) => [name, l[i]]))).filter((t) => !t.organisation && !t.sex && !t.force && t.age === age && t.months === '1')
		.map((t) => [`${t.territory} ${t.period}`, t.value === '' || t.value === 's' ? null : Number(t.value)]));
}

// ------------------------------------------------------------------ what it tells

test('a comparison over a sensitive series tells what changes of the published figures, as computed from these by hand', async () => {
	const { json } = await diff('monde-a'), told = await publishedTotals('monde-a', 'minor'), { values } = json;
	assert.equal(json.finding, null);
	assert.deepEqual([values.withheld, values.basis], [false, 'published']);
	assert.match(values.basis_text, /chiffres publiés/);
	const expected = [];
	for (const place of PLACES)
		for (let n = 0; n < OPEN; n++) {
			const [now, last] = [n, n - 1].map((k) => told.get(`${place} ${monthOf(k)}`) ?? null);
			const both = now === null || last === null ? null : now + last;
			if (now !== both) expected.push([place, monthOf(n), now, both]);
		}
	const key = ([place, period]) => `${place} ${period}`, sorted = (list) => list.toSorted((a, b) => key(a).localeCompare(key(b)));
	assert.deepEqual(sorted(values.changes.map((c) => [c.territory, c.period, c.before, c.after]).filter(([, , ...both]) => both.some((x) => x !== null))), sorted(expected));
	const sizes = expected.filter(([place, , now, both]) => place !== 'FR' && both !== null && now !== null).map(([, , now, both]) => both - now);
	assert.ok(sizes.length >= 4, 'there is something to see');
	const department = values.levels.find(({ level }) => level === 'department');
	assert.equal(department.largest, Math.max(...sizes));
	assert.match((await as('ana').get(`${plugin(ID, 'diff')}?plan=monde-a&lang=en`)).json.values.basis_text, /published figures/);
});

test('a trial shows the form in which everybody will see it, with its steps, and says so', async () => {
	const states = new Set();
	for (const level of ['national', 'department']) {
		const { json } = await run('monde-a', PUBLISHED, { level }), seen = (await as('victor').get(`/api/v1/plans/monde-a/indicators/${ID}?level=${level}&to=${monthOf(OPEN + 1)}`)).json.cells;
		assert.deepEqual([json.finding, json.basis, json.data], [null, 'published', 'live']);
		const shown = json.cells.map(({ territory, period, state, reason, value, numerator, flags }) => ({ territory, period, state, reason, value, numerator, flags }));
		for (const cell of seen) {
			const { territory, period, state, reason, value, numerator, flags } = cell;
			assert.deepEqual(shown.find((c) => c.territory === territory && c.period === period), { territory, period, state, reason, value, numerator, flags });
		}
		for (const { state } of seen) states.add(state);
	}
	assert.ok(states.has('value') && states.has('suppressed'), 'there is something to see, and to withhold');
	const last = (await run('monde-a', PUBLISHED, { level: 'department', from: undefined, to: undefined })).json.cells;
	assert.deepEqual([...new Set(last.map(({ period }) => period))], [monthOf(OPEN - 1)], 'the last published month, when none is named');
	const { cells, calculation } = (await run('monde-a', SUMMED, { level: 'department', steps: { territory: '75', period: monthOf(2) } })).json;
	const told = await publishedTotals('monde-a', 'minor'), at = (n) => told.get(`75 ${monthOf(n)}`);
	assert.equal(cells.find(({ territory, period }) => territory === '75' && period === monthOf(2)).value, at(1) + at(2));
	assert.deepEqual(calculation.nodes.map(({ op, cells: own }) => [op, own.at(-1).value]), [['input', at(2)], ['lag', at(1)], ['add', at(1) + at(2)]]);
	const plain = text({ inputs: 'people = reference "population" { year = "start_of_period" }', rule: '', calculation: formula('return { value = ctx.series("people") }'), given: 'people = rows [[\n department | year | value\n 75 | 2025 | 10\n ]]', expect: 'value = 10' });
	const other = (await run('monde-a', plain)).json;
	assert.deepEqual([other.finding, other.basis], [null, undefined], 'of what rests on no sensitive series nothing is said');
});

test('of months that are not published nothing is told, to analysts and coordinators either', async () => {
	const nothing = ({ territory, period, ...rest }, why) => assert.deepEqual(rest, { level: rest.level, state: 'suppressed', reason: 'small_count', flags: [] }, `${why} ${territory} ${period}`);
	for (const [name, source] of Object.entries(HOSTILE)) {
		if (name === 'cries' || name === 'checks') continue;	/* what stops them is published */
		for (const level of ['national', 'department']) {
			const { json } = await run('monde-a', source, { level, from: monthOf(OPEN), to: monthOf(OPEN), steps: { territory: level === 'national' ? 'FR' : '75', period: monthOf(OPEN) } });
			assert.deepEqual([json.finding, json.basis], [null, 'published'], name);
			for (const cell of json.cells) nothing(cell, name);
			assert.equal(json.calculation, undefined, `${name}: the reason is all that is told of a cell that is withheld`);
			for (const cell of (await run('monde-nu', source, { level })).json.cells) nothing(cell, name);
		}
	}
	const { values } = (await diff('monde-nu')).json;
	assert.deepEqual([values.withheld, values.basis, values.changes], [true, 'published', []]);
	assert.equal((await as('paul').post(plugin(ID, 'run'), { source: PUBLISHED, data: 'live', plan: 'monde-a' })).status, 403);
});

// ------------------------------------------------------------------ what it is asked by whoever wants to know

test('a draft that passes figures on shows those that everybody reads, no other', async () => {
	const totals = await publishedTotals('monde-a');
	for (const name of ['figures', 'lowRule']) {
		let shown = 0;
		for (const level of ['national', 'department'])
			for (const { territory, period, value } of (await run('monde-a', HOSTILE[name], { level })).json.cells) {
				if (PLACES.includes(territory)) assert.equal(value ?? null, period < monthOf(OPEN) ? totals.get(`${territory} ${period}`) ?? null : null, `${name} ${territory} ${period}`);
				else assert.equal(value, undefined);
				shown += value !== undefined;
			}
		assert.ok(shown > 10, `${name}: ${shown}`);
	}
	const noRule = (await run('monde-a', text({ inputs: ALL, rule: '', calculation: formula('return { value = ctx.series("v") }') }), { level: 'department' })).json;
	assert.deepEqual([noRule.finding.code, noRule.cells ?? []], ['V359', []], 'a draft without a rule is not computed');
	const csv = (await as('victor').get(`${victims}/observations.csv?plan=monde-a`)).text, figures = new Set(csv.match(/,(\d+),published/g).map((f) => f.split(',')[1]));
	const said = (await run('monde-a', HOSTILE.rows, { level: 'department' })).json.cells.flatMap(({ extra }) => extra?.said.match(/\d+/g) ?? []);
	assert.ok(said.length > 10, 'rows are passed on');
	for (const number of said) assert.ok(figures.has(number), `${number} is no published figure`);
	const { finding } = (await run('monde-a', HOSTILE.cries, { level: 'department' })).json;
	assert.ok(figures.has(/v(\d+)/.exec(JSON.stringify(finding))?.[1]), JSON.stringify(finding));
	assert.ok(!['7', '6', '41'].some((exact) => new RegExp(`\\bv${exact}\\b`).test(JSON.stringify(finding))), 'a message passes none on, either');
});

/* Every question about one plan that a draft may put, with what is compared of its answer. */
async function exits(plan) {
	const out = [];
	const keep = (name, answer) => {
		assert.ok(answer.json.finding === null || /cries|checks/.test(name), `${name}: ${answer.text.slice(0, 800)}`);
		out.push([name, answer.status, answer.text, answer.headers.get('content-length'), answer.etag]);
	};
	for (const [name, source] of Object.entries({ PUBLISHED, SUMMED, ...HOSTILE }))
		for (const level of ['national', 'department'])
			for (const n of [1, OPEN])
				keep(`${name} ${level} ${n}`, await run(plan, source, { level, steps: { territory: level === 'national' ? 'FR' : '93', period: monthOf(n) } }));
	for (const name of ['reads', 'figures']) keep(`${name} synthetic`, await run(plan, HOSTILE[name], { data: 'synthetic', level: 'department', from: undefined, to: undefined }));
	for (let least = 1; least < 10; least++)	/* many texts, each with another threshold */
		keep(`from ${least} on`, await run(plan, HOSTILE.thresholds.replace('ge(4)', `ge(${least})`), { level: 'department' }));
	keep('diff', await diff(plan));
	return out;
}

test('two plans that differ in what is hidden or not published alone are told apart by no trial and no comparison', { timeout: 600_000 }, async () => {
	const [a, b] = [await exits('monde-a'), await exits('monde-b')];
	for (const [i, one] of a.entries()) assert.deepEqual(b[i], one, one[0]);
	kept = a;
	assert.ok(a.filter(([, , body]) => /"state":"value"/.test(body)).length > 20, 'there is something to compare');
	/* what is read with the right to it does tell them apart: the comparison is no blunt one */
	const exact = await Promise.all(WORLDS.map(async (plan) => (await as('carla').get(`/api/v1/plans/${plan}/indicators/${ID}?level=department&exact=true`)).json.cells));
	assert.notDeepEqual(exact[0], exact[1]);
});

test('whatever is revised under a publication changes not a byte of them; another publication does', { timeout: 600_000 }, async () => {
	for (let n = 0; n <= OPEN; n++) await send('monde-a', monthOf(n), [['93', 'DGPN', 'minor', 'female', 50 + n], ['75', 'DGPN', 'adult', 'female', 400], ['13', 'DGGN', 'minor', 'male', 77]]);
	await compute();
	const now = await exits('monde-a');
	for (const [i, one] of kept.entries()) assert.deepEqual(now[i], one, one[0]);
	await publish('monde-a', monthOf(OPEN));
	await compute();
	assert.notEqual((await diff('monde-a')).text, kept.find(([name]) => name === 'diff')[2]);
});

test('steps are asked for at a place of the level that is computed', async () => {
	const answer = await as('ana').post(plugin(ID, 'run'), { source: PUBLISHED, data: 'live', plan: 'monde-a', from: monthOf(1), to: monthOf(1), level: 'national', steps: { territory: '93', period: monthOf(1) } });
	assert.deepEqual([answer.status, answer.json.code], [404, 'no_cell'], answer.text);
});

// ------------------------------------------------------------------ the command

test('the command computes on what is published, says so, and opens nothing', async () => {
	const opened = async () => (await data.owner.query("select count(*)::int as n from journal where act = 'read_exact'")).rows[0].n, before = await opened();
	const words = ['plugin', 'run', ID, '--plan', 'monde-b', '--level', 'department', '--json'];
	for (const who of [[], ['--as', 'carla'], ['--as', 'victor']]) {
		const { code, stdout, stderr } = await vigie([...words, '--period', monthOf(2), '--lang', 'en', ...who]);
		assert.equal(code, 0, stderr);
		assert.match(stderr, /published figures[\s\S]*--exact --as LOGIN/);
		const cells = JSON.parse(stdout), told = await publishedTotals('monde-b', 'minor');
		for (const place of PLACES.slice(1)) assert.equal(cells.find(({ territory }) => territory === place).value ?? null, told.get(`${place} ${monthOf(2)}`) ?? null, place);
	}
	const last = JSON.parse((await vigie(words)).stdout);
	assert.equal(last[0].period, monthOf(OPEN - 1));
	for (const cell of JSON.parse((await vigie([...words, '--period', monthOf(OPEN)])).stdout)) assert.deepEqual([cell.state, cell.value], ['suppressed', undefined]);
	assert.equal(await opened(), before);
	const shown = await vigie(['plugin', 'diff', ID, '--as', 'ana', '--plan', 'monde-b', '--lang', 'fr']);
	assert.match(shown.stdout, /chiffres publiés/, shown.stderr);
	assert.match(shown.stdout, /^département .*, au plus \+\d+/m);
});

// ------------------------------------------------------------------ another method since

test('a former major version stays as closed as it was, though the one in force rests on no sensitive series', { timeout: 600_000 }, async () => {
	await save(text({ version: '2.0.0', inputs: 'v = reference "population" { year = "start_of_period" }', rule: '', calculation: formula('return { value = ctx.series("v") }'), given: 'v = rows [[\n department | year | value\n 75 | 2025 | 10\n ]]', expect: 'value = 10' }));
	for (const [who, word] of [['ana', 'review'], ['carla', 'approve'], ['ana', 'publish']]) {
		const seen = await as(who).get(plugin(ID)), answer = await as(who).post(plugin(ID, word), undefined, { ifMatch: seen.etag });
		assert.equal(answer.status, 200, answer.text);
	}
	await compute();
	const { json } = await run('monde-b', HOSTILE.reads, { level: 'department' }), told = await publishedTotals('monde-b', 'minor');
	assert.deepEqual([json.finding, json.basis], [null, 'published']);
	assert.ok(json.cells.some(({ value }) => value > 0), 'what was published is read');
	for (const { territory, period, value } of json.cells) assert.equal(value ?? null, period < monthOf(OPEN) ? told.get(`${territory} ${period}`) ?? null : null, `${territory} ${period}`);
	const rests = async (id) => (await data.owner.query('select indicator_sensitive($1) as on', [{ inputs: { v: { kind: 'indicator_value', id } } }])).rows[0].on;
	assert.deepEqual([await rests(`${ID}@1`), await rests(`${ID}@2`)], [true, false], 'what reads it, too');
});
