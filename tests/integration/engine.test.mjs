/*
 * The engine: indicators that read series, populations, blockers and each other, from the figures that are recorded.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, base, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, population, publishGraph, series, today, until } from './engine_data.mjs';
import { unzip } from './unzip.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const fines = '/api/v1/series/clients.fines/observations';

/* A compute that reads a series, blockers and another indicator; its extras tell what it was given. */
const COMPUTE = `
return indicator {
  id = "essai.rows", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = { times = param.integer { default = 1, min = 1, max = 9 } },
  inputs = {
    v = series "clients.fines" { missing = "skip", lookback = 2, dims = { "force" } },
    b = blockers { columns = { "number", "opened_on", "kind" } },
    r = roster "monthly_report" {},
    rate = indicator_value "essai.rate@1" { missing = "skip" },
  },
  compute = function(ctx)
    local sum, police, rows, said = 0, 0, 0, 0
    for _, v in ipairs(ctx.rows("v")) do
      rows = rows + 1
      if v.value then
        sum = sum + v.value
        said = said + 1
        if v.force == "police" then police = police + v.value end
      end
    end
    local rate = ctx.rows("rate")[1]
    if said == 0 then return missing "not_reported" end
    return { value = sum * ctx.params.times, extra = { rows = rows, police = police, blockers = #ctx.rows("b"), roster = #ctx.rows("r"),
             rate = rate and rate.value or -1 } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | force  | value
        75         | 2025-01 | police | 3
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 3 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
`;

/* 100,000 · the fines of two months / population. */
const RATE = {
	inputs: { fines: series('clients.fines'), people: population },
	graph: { v: 1, nodes: [{ op: 'input', name: 'fines' }, { op: 'rolling', args: [0], n: 2, over: 'sum' },
		{ op: 'input', name: 'people' }, { op: 'const', x: 100000 }, { op: 'mul', args: [3, 1] }, { op: 'div', args: [4, 2] }],
	out: { value: 5, numerator: 1, denominator: 2 } },
};

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);

before(async () => {
	data = await makePlan();
	await data.owner.query('update territory set population = 1000000 + ascii(code) * 1000 where level = $1', ['department']);
	await publishGraph(data.owner, 'essai.rate', RATE);
	plugins = await pluginFolder({ 'essai.rows': COMPUTE });
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
});

after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

const list = async () => (await as('victor').get(indicators)).json.items;
const settled = () => until(list, (items) => items.length === 2 && items.every((i) => i.stale === null), server);
async function cells(id, query) {
	const answer = await as('victor').get(`${indicators}/${id}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.cells;
}
async function cell(id, territory, period) {
	const [one] = await cells(id, `territory=${territory}&from=${period}&to=${period}`);
	return one;
}
async function observe(rows, more = {}) {
	const answer = await as('carla').post(fines, { rows: rows.map(([territory, organisation, n, value]) => ({ ...more, territory, organisation,
		period: month(n), ...(value === null ? { state: 'missing', reason: 'absent' } : { value }) })) });
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
}
const people = async (codes) => Number((await data.owner.query(`select sum(population)::int as n from territory
	where level = 'department' and code = any ($1)`, [codes])).rows[0].n);
const close = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test('figures are summed to each level, then the formula is evaluated', async () => {
	await observe([['93', 'DGPN', -3, 10], ['93', 'DGGN', -3, 5], ['75', 'DGPN', -3, 7], ['13', 'DGPN', -3, 1],
		['93', 'DGPN', -2, 20], ['93', 'DGGN', -2, 0], ['75', 'DGPN', -2, 3], ['13', 'DGPN', -2, null]]);
	await settled();
	const paris = await people(['75', '93']);
	const department = await cell('essai.rate', '93', month(-2));
	assert.equal(department.numerator, 35);
	close(department.value, 100000 * 35 / await people(['93']));
	const region = await cell('essai.rate', 'REG-11', month(-2));
	assert.equal(region.numerator, 45);
	assert.ok(region.denominator >= paris, 'its whole population, also where nothing was reported');
	close(region.value, 100000 * 45 / region.denominator);
	const nation = await cell('essai.rate', 'FR', month(-2));
	assert.equal(nation.numerator, 46);
	close(nation.value, 100000 * 46 / nation.denominator);
});

test('coverage counts who is heard of and every département that never was, in all the months behind a value', async () => {
	for (const id of ['essai.rate', 'essai.rows']) {
		/* 93 by both forces, 75 and 13 by one each, which told nothing in the second month; 98 départements that never told anything */
		assert.deepEqual((await cell(id, 'FR', month(-2))).coverage, { received: 7, expected: 2 * (4 + 98) }, id);
		assert.deepEqual((await cell(id, 'FR', month(-2))).flags, ['provisional'], `${id}: four places of 101`);
		assert.deepEqual((await cell(id, 'REG-11', month(-2))).coverage, { received: 6, expected: 2 * (3 + 6) }, id);
		assert.deepEqual((await cell(id, '93', month(-2))).coverage, { received: 4, expected: 4 }, id);
		assert.deepEqual((await cell(id, '93', month(-2))).flags, [], `${id}: all of them`);
		assert.deepEqual((await cell(id, '13', month(-2))).coverage, { received: 1, expected: 2 }, id);
		assert.deepEqual((await cell(id, '13', month(-2))).flags, ['provisional'], `${id}: one of two`);
		assert.deepEqual((await cell(id, 'FR', month(-1))).coverage, { received: 3, expected: 2 * (4 + 98) }, `${id}: a month that nobody told`);
		const silent = await cell(id, '01', month(-2));
		assert.deepEqual([silent.state, silent.reason, silent.coverage, silent.flags], ['missing', 'not_reported', { received: 0, expected: 2 }, []],
			`${id}: a hole says by itself what is missing`);
	}
});

test('a compute is given the rows of its cell', async () => {
	const one = await cell('essai.rows', '93', month(-2));
	assert.equal(one.value, 35);
	assert.equal(one.extra.rows, 4, 'two months, two forces');
	assert.equal(one.extra.police, 30);
	assert.equal(one.extra.roster, 0);
	close(one.extra.rate, (await cell('essai.rate', '93', month(-2))).value);
	assert.equal((await cell('essai.rows', 'REG-11', month(-2))).value, 45);
	assert.equal((await cell('essai.rows', '01', month(-2))).reason, 'not_reported');
});

test('a new figure moves what rests on it, and nothing else', async () => {
	const before = (await data.owner.query('select count(*)::int as n from indicator_value')).rows[0].n;
	await observe([['75', 'DGPN', -2, 4]]);
	await settled();
	assert.equal((await cell('essai.rate', '75', month(-2))).numerator, 11);
	assert.equal((await cell('essai.rows', '75', month(-2))).value, 11);
	close((await cell('essai.rows', '75', month(-2))).extra.rate, (await cell('essai.rate', '75', month(-2))).value);
	const { rows } = await data.owner.query(`select g.code, i.territory, i.period from indicator_value i join plugin g on g.id = i.plugin_id
		order by i.id offset $1`, [before]);
	/* two months of the rate (and what reads it) at three levels each */
	assert.deepEqual([...new Set(rows.map((r) => r.territory))].sort(), ['75', 'FR', 'REG-11']);
	assert.deepEqual([...new Set(rows.map((r) => r.period))].sort(), [month(-2), month(-1)]);
	assert.equal(rows.length, 12);
});

test('the mark is kept by the statement that keeps the figure', async () => {
	const marks = async () => (await data.owner.query(`select g.code from job j join plugin g on g.id = j.plugin_id
		where j.plan_id = $1 order by 1`, [data.planId])).rows.map((r) => r.code);
	await data.owner.query('begin; lock table indicator_value in share mode');
	try {
		await observe([['13', 'DGPN', -2, 6]]);
		assert.deepEqual([...new Set(await marks())], ['essai.rate', 'essai.rows']);
		const shown = (await list()).find((i) => i.id === 'essai.rate');
		assert.deepEqual([shown.stale.reason, shown.flags.includes('stale')], ['pending', true]);
		assert.equal((await observe([['13', 'DGPN', -2, 6]])).same, 1);
	} finally {
		await data.owner.query('rollback');
	}
	await settled();
	assert.equal((await cell('essai.rate', '13', month(-2))).numerator, 7);
});

test('blockers are counted where they are', async () => {
	const at = await as('carla').get(`${base}/7.2`);
	const answer = await as('carla').post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Base légale', territory: '93', organisation: 'DGPN' },
		{ ifMatch: at.etag });
	assert.equal(answer.status, 201, answer.text);
	await observe([['93', 'DGPN', 0, 1], ['75', 'DGPN', 0, 1]]);
	await settled();
	assert.equal((await cell('essai.rows', '93', month(0))).extra.blockers, 1);
	assert.equal((await cell('essai.rows', 'REG-11', month(0))).extra.blockers, 1);
	assert.equal((await cell('essai.rows', '75', month(0))).extra.blockers, 0);
	assert.ok((await cell('essai.rows', '93', month(0))).flags.includes('provisional'), 'the month is open');
});

// ------------------------------------------------------------------ explanation

async function explain(id, territory, period, more = '') {
	const answer = await as('victor').get(`${indicators}/${id}/explain?territory=${territory}&period=${period}${more}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

test('a formula is explained step by step, down to the figures and who sent them', async () => {
	for (const territory of ['93', 'REG-11', 'FR', '75', '01']) {
		const told = await explain('essai.rate', territory, month(-2));
		assert.equal(told.agrees, true, territory);
		const { nodes, out } = told.calculation;
		assert.deepEqual(nodes.map((n) => n.op), ['input', 'rolling', 'input', 'const', 'mul', 'div']);
		const result = nodes[out.value].cells;
		assert.equal(result.length, 1);
		assert.equal(result[0].value, told.cell.value);
		assert.equal(result[0].reason, told.cell.reason);
		assert.equal(nodes[out.numerator].cells[0].value, told.cell.numerator);
	}
	const told = await explain('essai.rate', '93', month(-2));
	assert.deepEqual(told.calculation.nodes[0].cells.map((c) => [c.at.period, c.value]), [[month(-3), 15], [month(-2), 20]]);
	const { observations, of, kind } = told.inputs.find((i) => i.name === 'fines');
	assert.deepEqual([kind, of, observations.total], ['series', 'clients.fines', 4]);
	assert.deepEqual(observations.items.map((o) => [o.period, o.organisation, o.value]),
		[[month(-2), 'DGGN', 0], [month(-2), 'DGPN', 20], [month(-3), 'DGGN', 5], [month(-3), 'DGPN', 10]]);
	assert.ok(observations.items.every((o) => o.recorded_by.id === Number(data.ids.carla)));
	// where they are too many to be told one by one, all of them are under the months that are read
	const { from, to } = observations, file = await as('victor').get(`${fines}.csv?plan=${PLAN}&territory=93&from=${from}&to=${to}`);
	assert.deepEqual([from, to], [month(-3), month(-2)]);
	assert.equal(file.text.trim().split('\r\n').length, 1 + observations.total);
	assert.equal(told.sha256.length, 64);
	// and of whom there is none, where others told
	const silent = async (territory) => (await explain('essai.rate', territory, month(-2))).inputs.find((i) => i.name === 'fines').observations.silent;
	assert.deepEqual(observations.silent, []);
	assert.deepEqual([await silent('01'), (await silent('REG-84')).length], [['01'], 12], 'also where nobody told anything');
	assert.deepEqual(await silent('REG-11'), ['77', '78', '91', '92', '94', '95']);
	const all = await silent('FR');
	assert.deepEqual([all.length, ['13', '75', '93'].filter((code) => all.includes(code))], [98, []]);
});

/* What the file of the whole plan says of the figures that each indicator rests on. */
async function madeUp() {
	const response = await fetch(`${server.url}/api/v1/plans/${PLAN}/datapackage.zip`, { headers: { Authorization: `Bearer ${data.tokens.victor}` } });
	const [head, ...lines] = unzip(Buffer.from(await response.arrayBuffer()))['indicators.csv'].text.trim().split('\r\n').map((l) => l.split(','));
	assert.ok(lines.length > 200);
	assert.equal(head.at(-1), 'fictitious'); // extra, before it, may hold commas
	return [...new Set(lines.map((l) => `${l[head.indexOf('indicator')]} ${l.at(-1)}`))].sort();
}

/* What each answer and the command say of it, each asked twice: the second time it may have been kept. */
async function marks(id) {
	const words = ['plugin', 'run', id, '--level', 'department'], then = encodeURIComponent(new Date().toISOString());
	const [json, lines, english] = await Promise.all([['--json'], [], ['--lang', 'en']].map((more) => vigie([...words, ...more])));
	const own = JSON.parse(json.stdout).map((c) => c.fictitious);
	assert.ok(own.length > 90, json.stderr);
	const said = [own.every(Boolean), own.some(Boolean), /^Certains des chiffres sur lesquels il repose sont fictifs\.$/m.test(lines.stdout),
		/^Some of the figures that it rests on are fictitious\.$/m.test(english.stdout)];
	for (const more of ['', '', `?as_of=${then}`, `?as_of=${then}&method=current`, '?level=department&exact=false'])
		said.push((await as('victor').get(`${indicators}/${id}${more}`)).json.fictitious);
	for (let i = 0; i < 2; i++) said.push((await list()).find((item) => item.id === id).fictitious);
	return [...new Set(said)];
}

test('an indicator says whether figures that it rests on were made up, as soon as one is, though no value moves', async () => {
	const validators = async () => Promise.all([indicators, `${indicators}/essai.rate`].map(async (path) => (await as('victor').get(path)).etag));
	for (const id of ['essai.rate', 'essai.rows']) assert.deepEqual(await marks(id), [false], id);
	assert.deepEqual(await madeUp(), ['essai.rate false', 'essai.rows false']);
	const before = await validators();
	await observe([['13', 'DGPN', -3, 1]], { fictitious: true });
	for (const id of ['essai.rate', 'essai.rows']) assert.deepEqual(await marks(id), [true], id);
	assert.deepEqual(await madeUp(), ['essai.rate true', 'essai.rows true']);
	const now = await validators();
	assert.ok(before.every((etag, i) => etag && etag !== now[i]), `${before} ${now}`);
	await settled();
});

test('what changed since the value shown before is told, and what of it was made up', async () => {
	await observe([['93', 'DGPN', -2, 22]], { fictitious: true });
	await settled();
	const told = await explain('essai.rate', '93', month(-2));
	assert.equal(told.cell.numerator, 37);
	assert.equal(told.previous.cell.numerator, 35);
	const { items } = told.inputs.find((i) => i.name === 'fines').observations, changed = items.filter((o) => o.changed);
	assert.equal(told.fictitious, true);
	assert.deepEqual(items.map((o) => o.fictitious), [false, true, false, false]);
	assert.equal(changed[0].earlier[0].fictitious, false);
	assert.deepEqual(changed.map((o) => [o.period, o.organisation, o.value, o.earlier.map((e) => e.value)]), [[month(-2), 'DGPN', 22, [20]]]);
	const then = await explain('essai.rate', '93', month(-2), `&as_of=${encodeURIComponent(told.previous.known_from)}`);
	assert.deepEqual([then.cell.numerator, then.agrees], [35, true]);
});

test('a compute is explained by the rows it was given', async () => {
	const told = await explain('essai.rows', '93', month(-2));
	const given = told.inputs.find((i) => i.name === 'v').given;
	assert.deepEqual(given.period, [month(-3), month(-3), month(-2), month(-2)]);
	assert.deepEqual(given.force, ['gendarmerie', 'police', 'gendarmerie', 'police']);
	assert.deepEqual(given.value, [5, 10, 0, 22]);
	assert.equal(told.inputs.find((i) => i.name === 'v').observations.total, 4);
	assert.equal(told.calculation, undefined);
});

test('an explanation says of a value that it waits, too, when only its complements or its coverage changed', async () => {
	const at = await as('carla').get(`${base}/7.2`);
	await data.owner.query('begin; lock table indicator_value in share mode');	/* nothing is computed meanwhile */
	try {
		for (const id of ['essai.rate', 'essai.rows']) assert.equal((await explain(id, '75', month(0))).agrees, true, id);
		const answer = await as('carla').post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Convention', territory: '75', organisation: 'DGPN' },
			{ ifMatch: at.etag });
		assert.equal(answer.status, 201, answer.text);
		assert.equal((await explain('essai.rows', '75', month(0))).agrees, false, 'one blocker more, the same value');
		assert.equal((await explain('essai.rate', '75', month(0))).agrees, true);
		await observe([['75', 'DGGN', 0, 0]]);
		for (const id of ['essai.rate', 'essai.rows']) {
			const told = await explain(id, '75', month(-2));
			assert.deepEqual([told.agrees, told.cell.coverage.expected], [false, 2], `${id}: one more of whom figures are expected`);
		}
	} finally {
		await data.owner.query('rollback');
	}
	await settled();
	for (const id of ['essai.rate', 'essai.rows'])
		for (const territory of ['75', 'REG-11', 'FR'])
			for (const n of [-3, -2, -1, 0]) assert.equal((await explain(id, territory, month(n))).agrees, true, `${id} ${territory} ${n}`);
	assert.deepEqual((await cell('essai.rate', '75', month(-2))).coverage, { received: 2, expected: 4 }, 'whoever is heard of, whenever that was');
});

test('the command explains what the interface explains, in full as JSON and in lines to read', async () => {
	for (const id of ['essai.rate', 'essai.rows']) {
		const words = ['plugin', 'explain', id, '--territory', '93', '--period', month(-2), '--as', 'victor'];
		const [whole, lines, english] = await Promise.all([['--json'], [], ['--lang', 'en']].map((more) => vigie([...words, ...more])));
		assert.deepEqual([whole.code, lines.code, english.code], [0, 0, 0], whole.stderr + lines.stderr);
		assert.deepEqual(JSON.parse(whole.stdout), await explain(id, '93', month(-2)), id);
		assert.match(lines.stdout, /^  93 DGPN \d{4}-\d\d police 22 \(fictif\)  \S+Z Carla.* < 20$/m, 'who sent what, and what was said before');
		assert.match(lines.stdout, id === 'essai.rate' ? /^ +2 +rolling +#1\t37$/m : /^ +territory=93 period=\S+ force=police value=22$/m);
		assert.match(lines.stdout + english.stdout, id === 'essai.rate' ? /affiché avant : [\s\S]*shown before: / : /paramètres : times=1[\s\S]*parameters: times=1/);
		assert.match(lines.stdout, /^Certains des chiffres sur lesquels il repose sont fictifs\.$/m);
		assert.match(english.stdout, /^Some of the figures that it rests on are fictitious\.$[^]* police 22 \(fictitious\)  /m);
		assert.match(lines.stdout, /^couverture, reçu \/ attendu : 4 \/ 4$/m);
		assert.match(english.stdout, new RegExp(`^coverage, received / expected: 4 / 4\nknown on: \\S+Z\ntext \\(sha256\\): ${JSON.parse(whole.stdout).sha256}$`, 'm'));
		const region = await vigie(['plugin', 'explain', id, '--territory', 'REG-11', '--period', month(-2), '--as', 'victor']);
		assert.match(region.stdout, /^  6 départements sans chiffre : 77 78 91 92 94 95$/m, region.stderr);
	}
});

test('a command that computes says what is wrong, in the language that it is asked to speak', async () => {
	const refused = async (...words) => {
		const { code, stderr, stdout } = await vigie(['plugin', ...words], { env: { LANG: 'fr_FR.UTF-8' } });
		assert.equal(stdout, '');
		return [code, stderr];
	};
	const said = (...words) => refused('run', 'essai.rows', ...words);
	for (const [words, status, texts] of [
		[['--as-of', '31/03/2026'], 1, ['« 31/03/2026 » n’est ni un jour (AAAA-MM-JJ) ni un instant']],
		[['--as-of=2026-02-30'], 1, ['n’est ni un jour']],
		[['--as-of', '2199-01-01'], 1, ['dans le futur']],
		[['--set', 'window=6'], 1, ['V601', '« window » n’existe pas', 'Paramètres : times (un nombre entier de 1 à 9).']],
		[['--set', 'times=10'], 1, ['V602', 'Elle doit être un nombre entier de 1 à 9.']],
		[['--set', 'times=2.5'], 1, ['V602']], [['--set', 'times=deux'], 1, ['V602']],
		[['--set', 'times'], 64, ['--set window=6']], [['--set'], 64, ['--as-of 2026-03-31']],
		[['--set', 'times=10', '--lang=en'], 1, ['It must be a whole number from 1 to 9.']],
		[['--as-of', month(-20)], 1, ['AAAA-MM-JJ']], [['--period', '2026-13'], 1, ['Période incorrecte : « 2026-13 »']],
		[['--as-of', '2020-01-01'], 1, ['essai.rows n’a pas de valeur']],
	]) {
		const [code, text] = await said(...words);
		assert.equal(code, status, `${words}: ${text}`);
		for (const one of texts) assert.ok(text.includes(one), `${words}: ${text}`);
	}
	assert.match((await said('--set', 'x=1', '--as-of', '2026-01-01', '--plan', 'nowhere'))[1], /nowhere/);
	const explained = ['explain', 'essai.rate', '--territory', 'FR', '--period', '1999-01'];
	for (const [more, text] of [[[], /n’a pas de valeur pour FR, 1999-01/], [['--lang', 'en'], /has no value for FR, 1999-01/],
		[['--dims', 'profesion=police'], /« profesion=police » n’est pas accepté/]]) assert.match((await refused(...explained, ...more))[1], text);
});

test('what was shown, what was known then with the method of today, what is known now', async () => {
	const at = async () => (await data.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`)).rows[0].now;
	const then = await at(), inhabitants = await people(['13']);
	await publishGraph(data.owner, 'essai.rate', { ...RATE, version: '1.1.0',
		graph: { ...RATE.graph, nodes: RATE.graph.nodes.map((n) => (n.op === 'const' ? { op: 'const', x: 1000000 } : n)) } });
	await observe([['13', 'DGPN', -2, 9]]);
	const items = await until(list, (all) => all.every((i) => i.stale === null) && all.find((i) => i.id === 'essai.rate').version === '1.1.0', server);
	assert.equal(items.length, 2);
	const ask = async (more) => {
		const answer = await as('victor').get(`${indicators}/essai.rate?territory=13&from=${month(-2)}&to=${month(-2)}${more}`);
		assert.equal(answer.status, 200, answer.text);
		return [answer.json.cells[0].value, answer.json.cells[0].numerator, answer.json.method];
	};
	const [shown, known, now] = [await ask(`&as_of=${then}`), await ask(`&as_of=${then}&method=current`), await ask('')];
	close(shown[0], 100000 * 7 / inhabitants);
	close(known[0], 1000000 * 7 / inhabitants);
	close(now[0], 1000000 * 10 / inhabitants);
	assert.deepEqual([shown[1], known[1], now[1]], [7, 7, 10]);
	assert.deepEqual([shown[2], known[2], now[2]], [undefined, 'current', undefined]);

	const rows = await as('victor').get(`${indicators}/essai.rows?level=department&from=${month(-3)}&to=${month(-2)}&as_of=${then}&method=current`);
	assert.equal(rows.status, 200, rows.text);
	assert.equal(rows.json.cells.find((c) => c.territory === '13' && c.period === month(-2)).value, 7);
	assert.equal((await cell('essai.rows', '13', month(-2))).value, 10);
	for (const bad of ['method=current', `as_of=${then}&method=other`])
		assert.equal((await as('victor').get(`${indicators}/essai.rate?${bad}`)).status, 400);

	const run = async (...words) => {
		const { code, stdout, stderr } = await vigie(['plugin', 'run', 'essai.rows', '--level', 'department', '--json', ...words]);
		assert.equal(code, 0, stderr);
		return JSON.parse(stdout);
	};
	const shownOf = (cells) => cells.map((c) => [c.territory, c.period, c.state, c.value]).sort();
	assert.deepEqual(shownOf(await run('--period', month(-2), '--as-of', then)), shownOf(rows.json.cells.filter((c) => c.period === month(-2))), 'the command, too');
	const [at13] = await run('--territory=13', `--period=${month(-2)}`, `--as-of=${then}`, '--set', 'times=3');
	assert.equal(at13.value, 21);
	assert.equal((await run('--territory=13', `--period=${month(-2)}`, `--as-of=${today}`))[0].value, 10, 'today is now');
	const rate = await vigie(['plugin', 'run', 'essai.rate', '--territory=13', '--period', month(-2), '--as-of', then, '--json']);
	close(JSON.parse(rate.stdout)[0].value, known[0]);
});

test('what was known then is marked by the figures that the method it is computed with reads', async () => {
	const then = (await data.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`)).rows[0].now;
	await publishGraph(data.owner, 'essai.rate', { ...RATE, version: '2.0.0', inputs: { ...RATE.inputs, fines: series('training.sessions') } });
	for (const [more, made] of [['', true], ['&method=current', false]])
		assert.equal((await as('victor').get(`${indicators}/essai.rate?as_of=${then}${more}`)).json.fictitious, made, more);
});
