/*
 * Lists that indicators read: actions in formulas and row by row, blockers, and the answers that campaigns expect.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PLAN, base, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, today, until } from './engine_data.mjs';

const plan = `/api/v1/plans/${PLAN}`, indicators = `${plan}/indicators`;
const HEAD = (id) => `id = "${id}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context", frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau", changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },`;
const TESTS = `tests = { { name = "essai", level = "national",
    given = { actions = rows [[
      number | status      | progress
      1.1    | in_progress | 40
    ]], fine = rows [[
      number | territory | status      | progress
      7.2    | 93        | in_progress | 40
    ]] },
    expect = { { territory = "FR", period = "2025-01", value = 40, numerator = 1, denominator = 1, extra = { running = 1, fine = 1 } } } } },`;
const INPUTS = `inputs = { actions = actions { columns = { "number", "status", "progress" }, missing = "carry" },
    fine = actions { columns = { "number", "status", "progress" }, missing = "carry", grain = "department" } },`;
/* The same twice: as a formula over the frame, as a loop over the rows. */
const FORMULA = `return indicator { ${HEAD('essai.frame')} ${INPUTS}
  formula = function(ctx)
    local a, fine = ctx.actions(), ctx.actions("fine")
    local told = ~a.progress:is_missing()
    return { value = a.progress:where(told):by("territory"):mean(), numerator = a:where(told):by("territory"):count(),
      denominator = a:by("territory"):count(),
      extra = { running = a:where(a.status:eq("in_progress")):by("territory"):count(), fine = fine:by("territory"):count() } }
  end, ${TESTS} }`;
const COMPUTE = `return indicator { ${HEAD('essai.loop')} ${INPUTS}
  compute = function(ctx)
    local sum, told, running = 0, 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      if a.progress then sum, told = sum + a.progress, told + 1 end
      if a.status == "in_progress" then running = running + 1 end
    end
    if told == 0 then return missing "not_reported" end
    return { value = sum / told, numerator = told, denominator = #ctx.rows("actions"),
      extra = { running = running, fine = #ctx.rows("fine") } }
  end, ${TESTS} }`;

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);

before(async () => {
	data = await makePlan();
	await data.owner.query(`update plan set start_on = $1, version = version + 1 where id = $2`, [`${month(-2)}-01`, data.planId]);
	const gallery = async (id) => [id, await readFile(new URL(`../../plugins/indicators/${id}.lua`, import.meta.url), 'utf8')];
	plugins = await pluginFolder(Object.fromEntries([['essai.frame', FORMULA], ['essai.loop', COMPUTE],
		await gallery('reports.completeness'), await gallery('reports.timeliness')]));
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

const settled = () => until(async () => (await as('victor').get(indicators)).json.items,
	(items) => items.length === 4 && items.every((i) => i.stale === null), server);
async function cell(id, territory, period) {
	const answer = await as('victor').get(`${indicators}/${id}?territory=${territory}&from=${period}&to=${period}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.cells[0];
}
async function explain(id, territory, period) {
	const answer = await as('victor').get(`${indicators}/${id}/explain?territory=${territory}&period=${period}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}
async function report(number, progress, where = {}) {
	const path = `${base}/${number}`, at = await as('carla').get(where.territory ? `${path}/deployments/${where.territory}/${where.organisation}` : path);
	const answer = await as('carla').post(`${path}/status-reports`, { ...where, status: 'in_progress', progress }, { ifMatch: at.etag });
	assert.equal(answer.status, 201, answer.text);
}
const figures = ({ state, value, numerator, denominator, extra }) => [state, value, numerator, denominator, extra];

test('a formula reads the rows of actions of its territory, and deployments where it wants the fine grain', async () => {
	await report('1.1', 40);
	await report('2.1', 60);
	await report('7.2', 50, { territory: '93', organisation: 'DGPN' });
	await report('7.2', 20, { territory: '75', organisation: 'DGPN' });
	await settled();
	for (const id of ['essai.frame', 'essai.loop']) {
		assert.deepEqual(figures(await cell(id, 'FR', month(0))), ['value', 50, 2, 6, { running: 2, fine: 4 }], id);
		assert.deepEqual(figures(await cell(id, 'REG-11', month(0))), ['value', 35, 2, 3, { running: 2, fine: 3 }], id);
		assert.deepEqual(figures(await cell(id, '93', month(0))), ['value', 50, 1, 2, { running: 1, fine: 2 }], id);
		assert.deepEqual((await cell(id, 'FR', month(0))).coverage, { received: 2, expected: 6 }, id);
		assert.deepEqual((await cell(id, '93', month(0))).flags, ['provisional'], id);
	}
	const nobody = await cell('essai.frame', '13', month(0));
	assert.equal(nobody.value, undefined, 'one row, which never spoke');
	assert.equal((await cell('essai.frame', 'FR', month(-1))).value, undefined, 'nothing was known then');
});

test('both kinds are explained with their rows, and agree with what is shown', async () => {
	for (const territory of ['FR', 'REG-11', '93', '75', '13', '01']) {
		assert.equal((await explain('essai.frame', territory, month(0))).agrees, true, territory);
		assert.equal((await explain('essai.loop', territory, month(0))).agrees, true, territory);
	}
	const told = await explain('essai.frame', '93', month(0));
	const progress = told.calculation.nodes.find((n) => n.op === 'actions' && n.column === 'progress' && n.input === 'actions');
	assert.deepEqual(progress.cells.map((c) => [c.at.item, c.value]),
		[['7.10|93|DGPN', undefined], ['7.2|93|DGPN', 50]]);
	assert.deepEqual((await explain('essai.frame', 'FR', month(0))).inputs.map((i) => i.rows.length), [6, 4]);
});

// ------------------------------------------------------------------ who had to answer

const SERIES = [{ id: 'clients.fines' }];
async function change(path, body, status, options, send = 'post', login = 'carla') {
	const answer = await as(login)[send](path, body, options);
	assert.equal(answer.status, status, answer.text);
	return answer.json;
}
const day = (n) => new Date(Date.parse(`${today}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
async function answer(period, territory, organisation) {
	const path = `${plan}/campaigns/${period}/reports/${territory}/${organisation}`;
	const { version } = (await as('nadia').get(path)).json;
	await change(`${path}/nothing-new`, {}, 200, { ifMatch: version }, 'post', 'nadia');
}
const rate = async (id, territory, period) => {
	const { state, value, reason, numerator, denominator } = await cell(id, territory, period);
	return state === 'value' ? [value, numerator, denominator] : reason;
};

test('nobody is expected before a campaign asks', async () => {
	assert.equal(await rate('reports.completeness', 'FR', month(-1)), 'not_due_yet');
});

test('completeness counts the answers that came of those expected, exempt units left out', async () => {
	for (const fields of [{ organisation: 'DGPN', territories: ['93', '75', '13'] }, { organisation: 'DGGN', territories: ['93', '13'] },
		{ kind: 'exempt', organisation: 'DGGN', territories: ['93'], reason: 'Préfecture de police' }])
		await change(`${plan}/roster`, { from_on: '2024-01-01', ...fields }, 201);
	await change(`${plan}/campaigns`, { period: month(-1), series: SERIES, due_on: day(-1) }, 201);
	await settled();
	assert.deepEqual(await rate('reports.completeness', 'FR', month(-1)), [0, 0, 4]);
	await answer(month(-1), '93', 'DGPN');
	await answer(month(-1), '13', 'DGPN');
	await settled();
	assert.deepEqual(await rate('reports.completeness', 'FR', month(-1)), [50, 2, 4]);
	assert.deepEqual(await rate('reports.completeness', 'REG-11', month(-1)), [50, 1, 2]);
	assert.deepEqual(await rate('reports.completeness', '93', month(-1)), [100, 1, 1]);
	assert.deepEqual(await rate('reports.completeness', '75', month(-1)), [0, 0, 1]);
	assert.equal(await rate('reports.completeness', '01', month(-1)), 'not_due_yet');
	assert.deepEqual((await cell('reports.completeness', 'FR', month(-1))).coverage, { received: 2, expected: 4 });
});

test('timeliness knows the day an answer came, also after the end of its period', async () => {
	assert.deepEqual(await rate('reports.timeliness', 'FR', month(-1)), [0, 0, 4], 'both came today, due yesterday');
	const { version } = (await as('carla').get(`${plan}/campaigns/${month(-1)}`)).json;
	await change(`${plan}/campaigns/${month(-1)}`, { due_on: day(3), reason: 'Jours fériés' }, 200, { ifMatch: version }, 'patch');
	await settled();
	assert.deepEqual(await rate('reports.timeliness', 'FR', month(-1)), [100, 2, 2], 'the others may still come in time');
	assert.ok((await cell('reports.timeliness', 'FR', month(-1))).flags.includes('provisional'));
});

test('a roster that changes is followed by what rests on it, and explained', async () => {
	await change(`${plan}/roster`, { organisation: 'ACSE', territories: ['13'], from_on: '2024-01-01' }, 201);
	await settled();
	assert.deepEqual(await rate('reports.completeness', '13', month(-1)), [50, 1, 2], 'the campaign was not asked to follow');
	const { version } = (await as('carla').get(`${plan}/campaigns/${month(-1)}`)).json;
	await change(`${plan}/campaigns/${month(-1)}`, { follow_roster: true }, 200, { ifMatch: version }, 'patch');
	await settled();
	assert.deepEqual(await rate('reports.completeness', '13', month(-1)), [100 / 3, 1, 3]);
	const told = await explain('reports.completeness', '13', month(-1));
	assert.equal(told.agrees, true);
	assert.deepEqual(told.inputs[0].given.organisation, ['ACSE', 'DGGN', 'DGPN']);
	assert.deepEqual(told.inputs[0].given.received_on.map((d) => d !== null), [false, false, true]);
});

test('answers behind a roster are told: whose, when, which sending it is, and what was sent before', async () => {
	const behind = async (territory, more = '') => (await explain('reports.completeness', territory, `${month(-1)}${more}`)).inputs[0].reports;
	const told = ({ total, items }) => [total, ...items.map((r) => [r.territory, r.organisation, r.period, r.state, r.nothing_new, r.revision, r.recorded_by.name,
		(r.earlier ?? []).map((e) => [e.state, e.nothing_new, e.recorded_by.name])])];
	const first = ['13', 'DGPN', month(-1), 'submitted', true, 1, 'Nadia Test', []];
	assert.deepEqual(told(await behind('13')), [1, first]);
	assert.deepEqual(told(await behind('FR')), [2, first, ['93', 'DGPN', ...first.slice(2)]]);
	assert.deepEqual(told(await behind('75')), [0], 'nobody answered');
	assert.ok((await behind('FR')).items.every((r) => r.changed === false), 'both before the roster changed');
	const then = (await data.owner.query('select now() at time zone $1 as at', ['UTC'])).rows[0].at.toISOString();
	const path = `${plan}/campaigns/${month(-1)}/reports/13/DGPN`, version = async () => (await as('carla').get(path)).json.version;
	await change(path, { figures: [{ series: 'clients.fines', state: 'missing', reason: 'not_reported' }] }, 200, { ifMatch: await version() }, 'put', 'nadia');
	assert.deepEqual(told(await behind('13')), [1, first], 'what is typed is no answer');
	await change(`${path}/submit`, {}, 200, { ifMatch: await version() }, 'post', 'nadia');
	await change(`${path}/return`, { figure: { series: 'clients.fines' }, reason: 'À compléter' }, 200, { ifMatch: await version() });
	const second = ['13', 'DGPN', month(-1), 'returned', false, 2, 'Nadia Test', [['submitted', true, 'Nadia Test']]];
	assert.deepEqual(told(await behind('13')), [1, second]);
	assert.equal((await behind('13')).items[0].changed, true);
	const { stdout } = await vigie(['plugin', 'explain', 'reports.completeness', '--territory=13', `--period=${month(-1)}`, '--as=victor']);
	assert.match(stdout, /^  \d{4}-\d\d 13 DGPN returned  \S+Z Nadia Test < submitted nothing_new$/m);
	assert.deepEqual(told(await behind('13', `&as_of=${then}`)), [1, first], 'as it was known');
});
