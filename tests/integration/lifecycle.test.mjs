/*
 * The life of a plugin: a draft, what is wrong with it, a review by a second person, a version that never changes, an
 * end that leaves its values readable.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PLAN, addPerson, makePlan } from './action_data.mjs';
import { dayIn, sleep, startServer, vigie } from './client.mjs';
import { RULE, minors } from './lifecycle_data.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.VIGIE_BIN ?? join(root, 'build/vigie');
const slow = /address|thread/.test(binary) ? 6 : 1;
const plugin = (id, word = '') => `/api/v1/plugins/${id}${word && '/'}${word}`;
const ID = 'plan.share_done';

/* A share of actions done: `top` is its numerator, other fields are added as they are. */
const source = ({ version = '1.0.0', top = 'done', id = ID, unit = '%', name = 'Part des actions réalisées', more = '', expected = 50 } = {}) => `
-- Part des actions réalisées.
return indicator {
  id = "${id}", api = 1, version = "${version}",
  name = { fr = "${name}" }, summary = { fr = "Actions réalisées, parmi toutes." },
  unit = "${unit}", decimals = 1, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  sources = { { fr = "Statuts déclarés" } }, limits = { fr = "Toutes les actions pèsent autant." },
  ${more}
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local done, all = 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      all = all + 1
      if a.status == "done" then done = done + 1 end
    end
    if all == 0 then return missing "outside_validity" end
    return { value = 100 * ${top} / all, numerator = ${top}, denominator = all }
  end,
  tests = {
    { name = "une sur deux", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | done
        1.2    | in_progress
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = ${expected} } } },
  },
  changelog = { { "${version}", "2026-11-21", fr = "Première version." } },
}
`;

let server, owner, ana, bea, carla, victor, admin, folder, planId;

before(async () => {
	let tokens;
	({ owner, planId, tokens } = await makePlan());
	const second = await addPerson(owner, 'bea', 'analyst', planId, null, []);
	folder = await mkdtemp(join(tmpdir(), 'vigie-plugins-'));
	await cp(join(root, 'plugins'), folder, { recursive: true });
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`, '--lab_parallel=1', '--lab_queue=0'] });
	[ana, carla, victor, admin, bea] = [tokens.ana, tokens.carla, tokens.victor, tokens.adam, second.token].map((token) => server.bearer(token));
	await until(() => victor.get(plugin('plan.on_time')), (a) => a.status === 200);
});

after(async () => {
	await owner?.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await rm(folder, { recursive: true });
});

async function until(ask, wanted, ms = 120_000) {
	const end = Date.now() + ms * slow;
	for (;;) {
		const answer = await ask();
		if (wanted(answer)) return answer;
		assert.ok(Date.now() < end, `not in time: ${JSON.stringify(answer)?.slice(0, 800)}\n${server.log.slice(-2000)}`);
		await sleep(30);
	}
}

/* A person asks for the next state, having just read the present one. */
async function ask(who, id, word, body, status = 200) {
	const seen = await who.get(plugin(id));
	const answer = await who.post(plugin(id, word), body, { ifMatch: seen.etag ?? 0 });
	assert.equal(answer.status, status, `${word}: ${answer.text}`);
	return answer;
}

async function save(who, text, id = ID, status) {
	const seen = await who.get(plugin(id));
	const answer = await who.put(plugin(id), { source: text }, seen.status === 200 ? { ifMatch: seen.etag } : {});
	assert.equal(answer.status, status ?? (seen.status === 200 ? 200 : 201), answer.text);
	return answer;
}

async function publish(text, id = ID) {
	await save(ana, text, id);
	await ask(ana, id, 'review');
	await ask(carla, id, 'approve');
	return ask(ana, id, 'publish');
}

const codes = (answer) => (answer.json.errors ?? []).map(({ code }) => code);

// ------------------------------------------------------------------ specification

test('a draft is its author’s alone until it is put to review', async () => {
	const made = await save(ana, 'return indicator { id = 1');
	assert.equal(made.json.state, 'draft');
	assert.equal(made.json.draft.state, 'draft');
	assert.equal(made.json.draft.mine, true);
	for (const other of [bea, carla, victor]) {
		assert.equal((await other.get(plugin(ID))).status, 404);
		assert.ok(!(await other.get('/api/v1/plugins')).json.items.some(({ id }) => id === ID));
	}
	assert.equal((await bea.post(plugin(ID, 'check'), {})).status, 404);
	const other = await bea.put(plugin(ID), { source: 'x' });
	assert.equal(other.status, 409, other.text);
	assert.equal(other.json.errors, undefined);
	assert.match(other.json.detail, /Ana/);
});

test('what is wrong is told with its line and a remedy, and nothing is refused for that', async () => {
	const { json } = await ana.post(plugin(ID, 'check'), {});
	assert.equal(json.readable, false);
	assert.equal(json.ok, false);
	assert.ok(json.findings[0].line >= 1);
	assert.ok(json.findings[0].remedy.length > 10);
	const failing = (await ana.post(plugin(ID, 'test'), { source: source({ top: 'all' }) })).json;
	assert.equal(failing.readable, true);
	assert.equal(failing.failed, 1);
	assert.equal(failing.tests[0].name, 'une sur deux');
	assert.equal(failing.tests[0].state, 'failed');
	assert.match(failing.tests[0].finding.cause, /100/);
	assert.deepEqual(failing.refusals.map(({ code }) => code), ['test_fails']);
	const fine = (await ana.post(plugin(ID, 'test'), { source: source() })).json;
	assert.deepEqual([fine.ok, fine.failed, fine.change, fine.version], [true, 0, null, '1.0.0']);
	assert.ok(fine.tests.some(({ automatic, state }) => automatic && state === 'passed'));
	assert.equal((await ana.post(plugin(ID, 'check'), { source: 3 })).status, 422);
});

test('a draft whose tests fail is not put to review', async () => {
	await save(ana, source({ top: 'all' }));
	const refused = await ask(ana, ID, 'review', undefined, 409);
	assert.deepEqual(codes(refused), ['test_fails']);
	await save(ana, source().replace(/tests = \{[\s\S]*?\n {2}\},\n/, ''));
	assert.deepEqual(codes(await ask(ana, ID, 'review', undefined, 409)), ['plugin_finding']);
	assert.equal((await ana.get(plugin(ID))).json.draft.state, 'draft');
});

test('a draft is returned from review with a reason that its author sees, and by nobody else’s hand than a second person’s', async () => {
	const id = 'essai.rendu';
	const read = async (who) => (await who.get(plugin(id))).etag;
	const back = async (who, reason, status) => {
		const answer = await who.post(plugin(id, 'return'), { reason }, { ifMatch: await read(who) });
		assert.equal(answer.status, status, answer.text);
		return answer;
	};
	assert.equal((await ana.put(plugin(id), { source: source().replaceAll(ID, id) })).status, 201);
	await back(ana, 'Trop tôt', 403);
	await ask(ana, id, 'review');
	assert.deepEqual((await back(bea, ' ', 422)).json.errors.map((e) => e.pointer), ['#/reason']);
	const seen = (await back(bea, 'Le dénominateur compte aussi les actions abandonnées.', 200)).json;
	assert.deepEqual([seen.state, seen.draft.state, seen.draft.returned.reason, seen.draft.returned.by.name], ['draft', 'draft', 'Le dénominateur compte aussi les actions abandonnées.', 'Bea Test']);
	const mine = (await ana.get(plugin(id))).json;
	assert.equal(mine.draft.returned.reason, 'Le dénominateur compte aussi les actions abandonnées.');
	assert.equal((await carla.get(plugin(id))).status, 404, 'a draft again');
	assert.equal((await ana.put(plugin(id), { source: `${source().replaceAll(ID, id)}-- mieux\n` }, { ifMatch: await read(ana) })).status, 200);
	assert.equal((await bea.get(plugin(id))).status, 404, 'what is written after it is no business of who returned it');
	assert.ok((await ana.get(plugin(id))).json.draft.returned, 'the reason stays while it is mended');
	await ask(ana, id, 'review');
	assert.equal((await ana.get(plugin(id))).json.draft.returned, undefined);
	await ask(bea, id, 'approve');
	await back(carla, 'Une question encore.', 200);
	assert.equal((await ask(ana, id, 'publish', undefined, 409)).status, 409, 'the approval is gone');
	const { rows } = await owner.query("select act, reason from journal where object = 'plugin_draft' and number = $1 and act = 'return' order by id", [id]);
	assert.deepEqual(rows.map((r) => r.reason), ['Le dénominateur compte aussi les actions abandonnées.', 'Une question encore.']);
});

test('it runs on its own tables, and on the plan as it is', async () => {
	await save(ana, source());
	const own = (await ana.post(plugin(ID, 'run'), { data: 'fixtures' })).json;
	assert.deepEqual(own.cells.map(({ test: name, territory, period, value, numerator }) => [name, territory, period, value, numerator]),
		[['une sur deux', 'FR', '2026-03', 50, 1]]);
	const banded = source().replace('denominator = all }', 'denominator = all, low = 40, high = 60, extra = { left = all - done } }');
	const [beside] = (await ana.post(plugin(ID, 'run'), { data: 'fixtures', source: banded })).json.cells;
	assert.deepEqual([beside.low, beside.high, beside.extra], [40, 60, { left: 1 }]);
	const live = (await ana.post(plugin(ID, 'run'), { data: 'live', level: 'department', plan: PLAN })).json;
	const there = live.cells.filter(({ state }) => state === 'value').map(({ territory }) => territory).sort();
	assert.deepEqual(there, ['13', '75', '93']);
	assert.equal(live.finding, null);
	const wrong = (await ana.post(plugin(ID, 'run'), { data: 'live', source: source({ top: 'nothing.there' }) })).json;
	assert.deepEqual(wrong.cells, []);
	assert.ok(wrong.finding.line > 10);
	const told = await ana.post(plugin(ID, 'run'), { level: 'city', from: 'x', data: 'live', plan: 'no-such' });
	assert.equal(told.status, 422);
	assert.deepEqual(told.json.errors.map(({ pointer }) => pointer), ['#/level', '#/from', '#/plan']);
	assert.equal((await ana.post(plugin(ID, 'run'), { data: 'live', from: '1999-01', to: '1999-02' })).status, 422);
	assert.equal((await ana.post(plugin(ID, 'run'), { data: 'live', params: { unknown: 1 } })).json.finding.code.slice(0, 1), 'V');
	/* its tests have a plan, periods and parameters of their own */
	const both = await ana.post(plugin(ID, 'run'), { data: 'fixtures', params: { least: 2 }, from: '2026-01' });
	assert.deepEqual([both.status, both.json.errors.map(({ pointer, code }) => [pointer, code])], [422, [['#/from', 'not_accepted'], ['#/params', 'not_accepted']]]);
});

test('nobody approves their own, and a text saved again is no longer approved', async () => {
	const seen = await ask(ana, ID, 'review');
	assert.equal(seen.json.state, 'review');
	assert.equal(seen.json.draft.tests[0].state, 'passed');
	assert.equal((await ask(ana, ID, 'approve', undefined, 403)).json.detail, 'Personne n’approuve son propre texte : demandez à quelqu’un d’autre.');
	assert.equal((await ask(ana, ID, 'publish', undefined, 409)).json.title, 'L’état actuel ne le permet pas');
	assert.equal((await bea.get(plugin(ID))).json.draft.source, source());
	assert.equal((await victor.get(plugin(ID))).status, 404);
	const approved = await ask(bea, ID, 'approve');
	assert.equal(approved.json.draft.state, 'approved');
	assert.equal(approved.json.draft.approved_by.name, 'Bea Test');
	await ask(carla, ID, 'approve', undefined, 409);
	const again = await save(ana, source({ name: 'Part réalisée' }));
	assert.equal(again.json.draft.state, 'draft');
	assert.equal(again.json.draft.approved_by, undefined);
	assert.equal((await carla.get(plugin(ID))).status, 404);
});

test('it is published once a second person approved, and its values appear', async () => {
	await ask(ana, ID, 'review');
	await ask(carla, ID, 'approve');
	await ask(carla, ID, 'publish', undefined, 403);
	const done = await ask(ana, ID, 'publish');
	assert.deepEqual([done.json.state, done.json.version, done.json.draft], ['published', '1.0.0', null]);
	assert.equal(done.json.versions[0].published_by.name, 'Ana Test');
	const value = await until(async () => (await victor.get(`/api/v1/plans/${PLAN}/indicators/${ID}?territory=FR`)).json,
		(json) => json.cells?.some(({ state }) => state === 'value'));
	assert.equal(value.version, '1.0.0');
	const { rows } = await owner.query(`select act, person_id is not null as known, after from journal
		where object in ('plugin', 'plugin_draft') and number = $1 order by id`, [ID]);
	assert.ok(rows.length >= 10 && rows.every(({ known }) => known));
	assert.ok(rows.every(({ after: kept }) => !JSON.stringify(kept).includes('return indicator')), 'the journal tells texts by their hash');
	const history = await owner.query(`select count(*)::int as n from plugin_draft_history h join plugin p on p.id = h.plugin_id
		where p.code = $1 and h.source like '%return indicator%'`, [ID]);
	assert.ok(history.rows[0].n >= 6);
});

test('a published version never changes, and its number says how much the next one does', async () => {
	await assert.rejects(owner.query("set role vigie; update plugin_version set source = 'x'"), /permission denied/);
	await owner.query('reset role');
	const told = async (text) => (await ana.post(plugin(ID, 'check'), { source: text })).json;
	const same = await told(source({ name: 'Part réalisée' }));
	assert.deepEqual([same.change, same.refusals[0].code], ['none', 'same_text']);
	const named = await told(source());
	assert.deepEqual([named.change, named.fields, named.refusals[0].code], ['patch', 'name', 'version_taken']);
	assert.equal((await told(source({ version: '1.0.1' }))).ok, true);
	const calculated = await told(source({ version: '1.0.1', top: '(all - 1)', name: 'Part réalisée' }));
	assert.deepEqual([calculated.change, calculated.fields, calculated.refusals[0].code], ['minor', 'compute', 'version_minor']);
	assert.match(calculated.refusals[0].detail, /1\.1\.0/);
	const unit = await told(source({ version: '1.9.0', unit: 'points' }));
	assert.deepEqual([unit.change, unit.fields, unit.refusals[0].code], ['major', 'unit', 'version_major']);
	assert.equal((await told(source({ version: '2.0.0', unit: 'points' }))).ok, true);
	assert.equal((await told(source({ version: '0.9.0' }))).refusals[0].code, 'version_below');
	await save(ana, source({ version: '1.0.1', unit: 'points' }));
	assert.deepEqual(codes(await ask(ana, ID, 'review', undefined, 409)), ['version_major']);
});

test('the reviewer sees the text and the values that change', async () => {
	await save(ana, source({ version: '1.1.0', top: '(all - 1)', name: 'Part réalisée' }));
	const { json } = await ana.get(`${plugin(ID, 'diff')}?plan=${PLAN}`);
	assert.deepEqual([json.from.version, json.to.version], ['1.0.0', '1.1.0']);
	const lines = json.text.hunks.flatMap((hunk) => hunk.lines);
	assert.ok(lines.some(({ op, text }) => op === '+' && text.includes('100 * (all - 1) / all')));
	assert.equal(lines.filter(({ op }) => op === '+').length, json.text.added);
	const department = json.values.levels.find(({ level }) => level === 'department');
	assert.equal(department.territories, 1, '93 alone has two deployments: the others stay at zero');
	assert.equal(department.largest, 50);
	const [national] = json.values.changes.filter(({ level }) => level === 'national');
	assert.equal(national.before, 0);
	assert.ok(Math.abs(national.after - 500 / 6) < 1e-9);
	assert.equal(json.values.withheld, false);
	assert.equal((await carla.get(plugin(ID, 'diff'))).status, 409, 'a draft is nobody else’s yet');
	await ask(ana, ID, 'review');
	assert.equal((await carla.get(plugin(ID, 'diff'))).json.to.version, '1.1.0');
	await ask(carla, ID, 'approve');
	await ask(ana, ID, 'publish');
	assert.deepEqual((await victor.get(plugin(ID))).json.versions.map(({ version, active }) => [version, active]), [['1.1.0', true], ['1.0.0', false]]);
	await until(async () => (await victor.get(`/api/v1/plans/${PLAN}/indicators/${ID}?territory=FR`)).json.cells.at(-1),
		(cell) => Math.abs(cell.value - 500 / 6) < 1e-9);
});

test('writes say what they have read, and who comes second gets what there is now', async () => {
	assert.equal((await ana.put(plugin(ID), { source: 'x' })).status, 428);
	const { etag, json } = await ana.get(plugin(ID));
	await save(ana, 'return 1');
	const late = await ana.put(plugin(ID), { source: 'return 2' }, { ifMatch: etag });
	assert.equal(late.status, 412);
	assert.equal(late.json.current.draft.source, 'return 1');
	assert.equal((await ana.post(plugin(ID, 'retire'), {}, { ifMatch: etag })).status, 412);
	assert.equal((await ana.post(plugin(ID, 'retire'), {})).status, 428);
	assert.equal((await ana.post(plugin(ID, 'review'))).status, 428);
	assert.equal((await ana.put(plugin('nodots'), { source: 'x' })).status, 422);
	assert.equal((await ana.put(plugin('a.b'), { source: 'é'.repeat(40_000) })).status, 422);
	assert.equal(json.state, 'published');
});

test('a plugin that another reads is not retired; a retired one keeps its values', async () => {
	const reader = await owner.query(`with p as (insert into plugin (code, kind, state) values ('plan.reader', 'indicator', 'published') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'x', repeat('0', 64), $1, true from p returning plugin_id`,
	[JSON.stringify({ levels: [], frequency: 'month', inputs: { done: { kind: 'indicator_value', id: `${ID}@1` } } })]);
	const compared = async (version) => {
		await save(ana, source({ version, unit: version > '2' ? 'points' : '%' }));
		return (await ana.get(plugin(ID, 'diff'))).json.left_behind;
	};
	assert.deepEqual([await compared('2.0.0'), await compared('1.9.0')], [['plan.reader'], []], 'who stays with the former major version is told before it is published');
	const ended = await ask(carla, ID, 'deprecate', { reason: 'Remplacée par plan.on_time.' });
	assert.deepEqual([ended.json.state, ended.json.reason, ended.json.dependants], ['deprecated', 'Remplacée par plan.on_time.', ['plan.reader']]);
	const kept = await ask(carla, ID, 'retire', {}, 409);
	assert.match(kept.json.detail, /plan\.reader/);
	await owner.query("update plugin set state = 'retired' where id = $1", [reader.rows[0].plugin_id]);
	assert.equal((await ask(ana, ID, 'retire', {})).json.state, 'retired');
	await ask(ana, ID, 'retire', {}, 409);
	const list = (await victor.get(`/api/v1/plans/${PLAN}/indicators`)).json.items;
	assert.ok(!list.some(({ id }) => id === ID), 'it is not shown among the others');
	const values = (await victor.get(`/api/v1/plans/${PLAN}/indicators/${ID}?territory=FR`)).json.cells;
	assert.ok(values.some(({ state }) => state === 'value'));
});

test('a text of the gallery that was changed here says that its file differs', async () => {
	const id = 'plan.on_time', text = (await readFile(join(root, 'plugins/indicators', `${id}.lua`), 'utf8')).replaceAll('1.0.0', '1.0.1');
	const done = await publish(text, id);
	assert.deepEqual([done.json.version, done.json.state], ['1.0.1', 'published']);
	assert.equal(await server.stop(), 0);
	await writeFile(join(folder, 'indicators', `${id}.lua`), text.replace('Vigie', 'Autre'));
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`, '--lab_parallel=1', '--lab_queue=0'] });
	for (const client of [ana, bea, carla, victor, admin]) client.server = server;
	const seen = await until(() => victor.get(plugin(id)), ({ json }) => json.on_disk === 'modified');
	assert.deepEqual([seen.json.version, seen.json.source], ['1.0.1', text]);
});

/* Fines over some months, for each operation. */
const fines = ({ version = '1.0.0', n = 3, more = '' } = {}) => `
return indicator {
  id = "clients.ratio", api = 1, version = "${version}",
  name = { fr = "Verbalisations par opération" }, summary = { fr = "Verbalisations rapportées aux opérations." },
  unit = "verbalisations", decimals = 1, direction = "none", kind = "output",
  frequency = "month", levels = { "national", "department" },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  inputs = { fines = series "clients.fines" { missing = "skip" }, operations = series "clients.operations" { missing = "skip" } },
  formula = function(ctx)
    local fines = ctx.series("fines"):rolling(${n}, { coverage = 0.3 }):sum()${more}
    local operations = ctx.series("operations"):rolling(3, { coverage = 0.3 }):sum()
    return { value = fines / operations, numerator = fines, denominator = operations }
  end,
  tests = {
    { name = "vingt pour quatre", level = "department",
      given = {
        ["clients.fines"] = rows [[
          department | period  | value
          75         | 2025-01 | 20
          13         | 2025-01 | 7
        ]],
        ["clients.operations"] = rows [[
          department | period  | value
          75         | 2025-01 | 4
          13         | 2025-01 | 7
        ]] },
      expect = { { territory = "75", period = "2025-01", value = 5 }, { territory = "13", period = "2025-01", value = 1 } } },
  },
  changelog = { { "${version}", "2026-11-21", fr = "Version." } },
}
`;

test('a trial tells every step of one cell, a comparison the steps that differ', async () => {
	const id = 'clients.ratio', run = async (body) => (await ana.post(plugin(id, 'run'), body)).json;
	await save(ana, fines(), id);
	const cell = { territory: '75', period: '2025-01', test: 'vingt pour quatre' };
	const { calculation, cells } = await run({ data: 'fixtures', level: 'department', steps: cell });
	assert.deepEqual(cells.map(({ value }) => value), [5, 1]);
	const told = calculation.nodes.map(({ op, cells: own }) => [op, own.at(-1).value]);
	assert.deepEqual(told.map(([op]) => op).sort(), ['div', 'input', 'input', 'rolling', 'rolling']);
	assert.equal(told[calculation.out.value][1], 5);
	assert.equal(told[calculation.out.numerator][1], 20, 'what it was in that place, not in the other');
	assert.equal((await run({ data: 'fixtures', steps: { ...cell, test: 'un autre' } })).calculation, undefined);
	const live = await run({ data: 'live', plan: PLAN, level: 'national', steps: { territory: 'FR', period: '2025-01' } });
	assert.ok(live.calculation.nodes.every(({ cells: own }) => own.length > 0));
	assert.equal((await ana.post(plugin(ID, 'run'), { data: 'fixtures', steps: { territory: 'FR', period: '2026-03', test: 'une sur deux' } })).json.calculation, undefined, 'a compute has none');
	const wrong = await ana.post(plugin(id, 'run'), { steps: { territory: '1', period: 'demain', other: 1 } });
	assert.deepEqual([wrong.status, wrong.json.errors.map(({ pointer }) => pointer).sort()], [422, ['#/steps/other', '#/steps/period', '#/steps/territory']]);
	await ask(ana, id, 'review');
	assert.equal((await carla.get(plugin(id, 'diff'))).json.graph, null, 'nothing is published to compare with');
	await ask(carla, id, 'approve');
	await ask(ana, id, 'publish');
	await save(ana, fines({ version: '1.1.0', n: 6, more: ':clip(0, 1000)' }), id);
	const { graph } = (await ana.get(`${plugin(id, 'diff')}?plan=${PLAN}`)).json;
	assert.deepEqual([graph.before, graph.after], [5, 6]);
	const changed = graph.changes.map(({ change, before, after }) => [change, (after ?? before).op]);
	assert.deepEqual(changed.filter(([, op]) => op !== 'result'), [['changed', 'rolling'], ['added', 'clip'], ['rewired', 'div']]);
	const rolling = graph.changes.find(({ change }) => change === 'changed');
	assert.deepEqual([rolling.before.n, rolling.after.n], [3, 6]);
});

test('a sensitive input needs a rule, and of what is not published of it a trial tells nothing', async () => {
	const id = 'victims.minors';
	await save(ana, minors(), id);
	assert.deepEqual(codes(await ask(ana, id, 'review', undefined, 409)), ['plugin_finding']);
	const { json: { readable, findings: [finding] } } = await ana.post(plugin(id, 'check'), { source: minors() });
	assert.deepEqual([readable, finding.code, /minors = series/.test(minors().split('\n')[finding.line - 1])], [false, 'V359', true], 'as the command line says it');
	await save(ana, minors(RULE), id);
	const { json } = await ana.post(plugin(id, 'run'), { data: 'live', from: '2025-01', to: '2025-03' });
	assert.equal(json.finding, null);
	assert.ok(json.cells.length > 0 && json.cells.every(({ state, value }) => state === 'suppressed' && value === undefined));
	const own = (await ana.post(plugin(id, 'run'), { data: 'fixtures' })).json.cells;
	assert.deepEqual(own.map(({ value }) => value), [15], 'its own tables are nobody’s secret');
	const cell = { territory: 'FR', period: '2025-01' };
	const { calculation } = (await ana.post(plugin(id, 'run'), { data: 'live', from: '2025-01', to: '2025-03', steps: cell })).json;
	assert.equal(calculation, undefined, 'nor do its steps tell it');
	const { nodes } = (await ana.post(plugin(id, 'run'), { data: 'fixtures', steps: { ...cell, test: 'deux départements' } })).json.calculation;
	assert.deepEqual(nodes.map(({ op, cells }) => [op, cells[0].value]), [['input', 15]]);
	assert.equal((await ask(ana, id, 'review')).json.draft.state, 'review');
	const { values } = (await carla.get(plugin(id, 'diff'))).json;
	assert.deepEqual([values.withheld, values.basis, values.changes], [true, 'published', []]);
});

test('a series that is sensitive on this server alone needs a rule there', async () => {
	const id = 'essai.sensible', mark = (...to) => owner.query("update series set sensitive = $1, floor = $2, version = version + 1 where code = 'agreements.signed'", to);
	const text = (rule = '') => minors(rule).replace('victims.minors', id).replaceAll('victims.identified', 'agreements.signed').replace('where = { age = "minor" }, ', '')
		.replace(/\| age +\|/, '|').replaceAll('| minor |', '|');
	await save(ana, text(), id);
	await mark(true, 10);
	try {
		assert.deepEqual(codes(await ask(ana, id, 'review', undefined, 409)), ['sensitive_rule']);
		await save(ana, text(RULE), id);
		await ask(ana, id, 'review');
	} finally {
		await mark(false, null);
	}
});

test('an indicator does not read its own values, by way of others either', async () => {
	const id = 'plan.ring';
	await owner.query(`with p as (insert into plugin (code, kind, state) values ('plan.between', 'indicator', 'retired') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'x', repeat('0', 64), $1, true from p`,
	[JSON.stringify({ levels: [], frequency: 'month', inputs: { a: { kind: 'indicator_value', id: `${id}@1` } } })]);
	const text = source({ id }).replace('inputs = { actions', 'inputs = { between = indicator_value "plan.between@1" { missing = "skip" }, actions');
	for (const [lang, said] of [['fr', '« plan.ring » lirait ses propres valeurs, par « plan.between » : retirez cette entrée.'],
		['en', '“plan.ring” would read its own values, by way of “plan.between”: take that input out.']]) {
		const { json } = await ana.post(`${plugin(id, 'check')}?lang=${lang}`, { source: text });
		assert.deepEqual([json.readable, json.ok, json.refusals.map(({ code }) => code)], [true, false, ['plugin_ring', 'retired_indicator']]);
		assert.equal(json.refusals[0].detail, said);
	}
});

test('an indicator reads what somebody published, with that major version; what is retired only if it did before', async () => {
	const put = (code, state, metadata) => owner.query(`with p as (insert into plugin (code, kind, state) values ($1, 'indicator', $2) returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'x', repeat('1', 64), $3, true from p`, [code, state, JSON.stringify({ levels: [], frequency: 'month', ...metadata })]);
	const refused = async (other, lang = 'fr', id = 'plan.reads') => {
		const text = source({ id }).replace('inputs = { actions', `inputs = { other = indicator_value "${other}" { missing = "skip" }, actions`);
		const { json } = await ana.post(`${plugin(id, 'check')}?lang=${lang}`, { source: text });
		assert.equal(json.readable, true, JSON.stringify(json));
		return json.refusals.map(({ code, detail }) => [code, detail]);
	};
	await put('plan.older', 'deprecated', {});
	await put('plan.reads_on', 'published', { inputs: { other: { kind: 'indicator_value', id: 'plan.between@1' } } });
	assert.deepEqual(await refused('plan.older@1'), []);
	assert.deepEqual(await refused('plan.between@1'), [['retired_indicator',
		'L’entrée « plan.between@1 » est un indicateur retiré, dont les valeurs ne changent plus : lisez celui qui le remplace.']]);
	assert.deepEqual(await refused('plan.between@1', 'en'), [['retired_indicator',
		'The input “plan.between@1” is a retired indicator, whose values no longer change: read the one that replaces it.']]);
	assert.ok(!(await refused('plan.between@1', 'fr', 'plan.reads_on')).some(([code]) => code === 'retired_indicator'));
	assert.deepEqual(await refused('plan.between@2'), [['unknown_indicator',
		'L’entrée « plan.between@2 » ne désigne aucun indicateur publié : vérifiez son identifiant et sa version majeure, ou publiez-le d’abord.']]);
	assert.deepEqual(await refused('plan.betwen@1', 'en'), [['unknown_indicator',
		'The input “plan.betwen@1” is no published indicator: check its id and its major version, or publish it first.']]);
	await owner.query(`update plugin set state = 'retired' where code in ('plan.older', 'plan.reads_on')`); /* texts that nobody can read */
});

test('commands do the same, for the person they name', async () => {
	const id = 'plan.by_command', file = join(folder, `${id}.lua`);
	const said = async (code, ...words) => {
		const run = await vigie(['plugin', ...words]);
		assert.equal(run.code, code, `${words.join(' ')}: ${run.stdout}${run.stderr}`);
		return run.code === 0 ? run.stdout : run.stderr;
	};
	await writeFile(file, source({ id }));
	await said(64, 'import', file);
	await said(1, 'import', file, '--as', 'victor');
	await said(1, 'import', file, '--as', 'nobody');
	assert.match(await said(0, 'import', file, '--as', 'ana'), /plan\.by_command: draft/);
	await said(1, 'publish', id, '--as', 'ana');
	await said(0, 'review', id, '--as=ana');
	await said(1, 'approve', id, '--as', 'ana');
	await said(64, 'return', id, '--as', 'carla');
	await said(1, 'return', id, '--as', 'ana', '--reason', 'Le sien');
	assert.match(await said(0, 'return', id, '--as', 'carla', '--reason', 'Une phrase de plus dans « limits ».'), /plan\.by_command: draft/);
	assert.equal((await ana.get(plugin(id))).json.draft.returned.reason, 'Une phrase de plus dans « limits ».');
	await said(1, 'return', id, '--as', 'carla', '--reason', 'Encore');
	await said(0, 'review', id, '--as=ana');
	const diff = JSON.parse(await said(0, 'diff', id, '--as', 'carla', '--plan', PLAN, '--json'));
	assert.deepEqual([diff.from, diff.to.version], [null, '1.0.0']);
	assert.match(await said(0, 'diff', id, '--as', 'carla', '--plan', PLAN), /^national +(1 cellule sur \d+ change|\d+ cellules sur \d+ changent), dans 1 territoire(,.*)?$[^]*^@@ -1 \+1 @@$/m);
	await said(0, 'approve', id, '--as', 'carla');
	await said(0, 'publish', id, '--as', 'ana');
	assert.equal(await said(0, 'export', id), source({ id }));
	assert.match(await said(1, 'graph', id), /plan\.by_command: ce plugin n’a pas de formule/, 'what is published, in no file of this folder');
	assert.match(await said(0, 'docs', id), /^## .*\n\n`plan\.by_command` · 1\.0\.0 · /);
	assert.match(await said(0, 'docs', '--lang=en'), /^# Method sheets\n\n(.*\n)*`plan\.by_command` · 1\.0\.0 · /);
	assert.match(await said(1, 'docs', 'plan.of_nobody'), /aucun plugin de ce nom/);
	assert.match(await said(0, 'docs', file), /plan\.by_command/, 'a path is a file as ever');
	assert.match(await said(0, 'graph', 'clients.fines_trend'), /^clients\.fines_trend /, 'and so is what is not published');
	await until(() => victor.get(`/api/v1/plans/${PLAN}/indicators/${id}?territory=FR`), ({ json }) => json.cells?.length > 0);
	const cell = (await victor.get(`/api/v1/plans/${PLAN}/indicators/${id}?territory=FR`)).json.cells.at(-1);
	const why = JSON.parse(await said(0, 'explain', id, '--territory', 'FR', '--period', cell.period, '--json'));
	assert.equal(why.cell.value, cell.value);
	await said(1, 'explain', id, '--territory', 'FR', '--period', '1999-01');
	const then = ['explain', id, '--territory', 'FR', '--period', cell.period, '--as-of'];
	assert.match(await said(0, ...then, dayIn('Europe/Paris')), /^= /m);
	assert.match(await said(1, ...then, '2024-01-01'), /has no value|n’a pas de valeur/);
	for (const wrong of ['hier', '2199-01-01']) assert.match(await said(1, ...then, wrong), /as_of/);
	assert.match(await said(0, 'retire', id, '--as', 'carla', '--reason', 'Essai terminé.'), /retired/);
	assert.equal((await victor.get(plugin(id))).json.reason, 'Essai terminé.');
});

test('no more requests run plugins at once than there are places: the others are told when to come back', async () => {
	await save(ana, source(), 'plan.crowd');
	const answers = await Promise.all(Array.from({ length: 12 }, () => ana.post(plugin('plan.crowd', 'test'), {})));
	const busy = answers.filter(({ status }) => status === 503);
	assert.ok(answers.every(({ status }) => status === 200 || status === 503));
	assert.ok(answers.some(({ status }) => status === 200) && busy.length > 0);
	for (const one of busy) assert.ok(Number(one.headers.get('retry-after')) > 0);
	assert.equal((await ana.post(plugin('plan.crowd', 'test'), {})).status, 200, 'the place is free again');
});

test('readers and administrators write, judge and try nothing', async () => {
	for (const who of [victor, admin]) {
		assert.equal((await who.put(plugin('a.b'), { source: 'x' })).status, 403);
		for (const word of ['check', 'test', 'run']) assert.equal((await who.post(plugin(ID, word), {})).status, 403, word);
		for (const word of ['review', 'approve', 'publish']) assert.equal((await who.post(plugin(ID, word), undefined, { ifMatch: 1 })).status, 403, word);
		assert.equal((await who.get(plugin(ID, 'diff'))).status, 403);
	}
	assert.equal((await carla.post(plugin(ID, 'test'), {})).status, 403, 'coordinators judge, they do not write');
	assert.equal((await carla.put(plugin('a.b'), { source: 'x' })).status, 403);
});

/* A recipe and the code that takes its place in the text. */
async function developed(id, text) {
	const { json } = await ana.post(plugin(id, 'check'), { source: text });
	assert.deepEqual(json.findings, [], id);
	return json.developed;
}

test('a recipe gives way in its text to the code that it stands for, which gives the same bytes', async () => {
	const shipped = (await readdir(join(root, 'plugins/recipes'))).map((file) => ['plugins/recipes', file, `essai.${file.slice(0, -4)}`]);
	const good = (await readdir(join(root, 'tests/plugin/good'))).filter((file) => file.startsWith('good.recipe_')).map((file) => ['tests/plugin/good', file, file.slice(0, -4)]);
	const seen = new Set();
	for (const [from, file, id] of [...shipped, ...good]) {
		const text = (await readFile(join(root, from, file), 'utf8')).replaceAll('@ID@', id).replaceAll('@TODAY@', '2026-11-21');
		const recipe = /formula = (?!function)(\w+) \{/.exec(text)?.[1];
		const code = await developed(id, text);
		assert.equal(code !== undefined, recipe !== undefined, `${file}: only a recipe is developed`);
		if (!recipe) continue;
		seen.add(recipe);
		const [head, tail] = code.split(/formula = function\(ctx\)\n[\s\S]*?\n  end,/);
		assert.equal(text.replace(/formula = .*,/, ''), head + tail, `${file}: everything else stays as it was written`);
		assert.equal(await developed(id, code), undefined, `${file}: nothing is left to develop`);
		for (const level of ['national', 'region', 'department']) {
			const before = await ana.post(plugin(id, 'run'), { source: text, level });
			const after = await ana.post(plugin(id, 'run'), { source: code, level });
			assert.equal(before.status, 200, before.text);
			assert.equal(after.text, before.text, `${file}, ${level}`);
			if (level === 'national') assert.ok(before.json.cells.length > 0, file);
		}
		assert.equal((await ana.post(plugin(id, 'test'), { source: code })).json.failed, 0, file);
	}
	assert.deepEqual([...seen].sort(), ['change', 'delay', 'rate', 'ratio', 'share', 'sum', 'weighted_mean']);
});

test('nobody reviews a text of a recipe whose name, summary and owner are still to be written', async () => {
	for (const file of await readdir(join(root, 'plugins/recipes'))) {
		const id = 'essai.unfinished', text = (await readFile(join(root, 'plugins/recipes', file), 'utf8')).replaceAll('@ID@', id).replaceAll('@TODAY@', '2026-11-21');
		const refused = async (source) => (await ana.post(plugin(id, 'check'), { source })).json.refusals.find(({ code }) => code === 'unfinished')?.detail;
		assert.equal(await refused(text), 'Des textes du modèle sont encore à écrire : name, summary, author, owner.', file);
		assert.equal(await refused(text.replaceAll('À remplir', 'Cellule').replace('À décrire', 'Part')), 'Des textes du modèle sont encore à écrire : name.', file);
	}
});

test('a recipe is developed where the indicator itself has it, however it is written', async () => {
	const text = await readFile(join(root, 'tests/plugin/good/good.recipe_ratio.lua'), 'utf8');
	const id = 'good.recipe_ratio';
	const call = /formula = (ratio \{.*\}),/.exec(text)[1];
	const plain = await developed(id, text);
	const bracketed = text.replace(call, call.replace('ratio {', 'ratio({').replace(/\}$/, '})'));
	assert.equal(await developed(id, bracketed), plain);
	const commented = text.replace('return indicator {', '-- formula = ratio { "x" },\nreturn indicator {');
	assert.match(await developed(id, commented), /^-- formula = ratio \{ "x" \},\nreturn indicator/);
	assert.equal(await developed(id, text.replace('return indicator {', `local usual = ${call}\nreturn indicator {`).replace(`formula = ${call}`, 'formula = usual')), undefined);
});
