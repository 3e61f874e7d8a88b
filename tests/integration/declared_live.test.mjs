/*
 * A declared test says of given rows what the plan says of the same rows once they are recorded: for every way of missing
 * and what formulas do over holes.  What is live is written down as what a test expects, and the test passes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month } from './engine_data.mjs';

const ID = 'essai.same', LEVELS = { national: ['FR'], region: ['REG-11', 'REG-93'], department: ['93', '75', '13', '01'] };
const MISSING = ['na', 'skip', 'zero', 'carry'];
/* [its input's options, its formula] */
const FORMULAS = {
	plain: ['', 'ctx.series("v")'],
	window: ['', 'ctx.series("v"):rolling(3):sum()'],
	covered: ['', 'ctx.series("v"):rolling(3, { coverage = 0.6 }):sum()'],
	before: ['', 'ctx.series("v") - ctx.series("v"):lag(1)'],
	grown: ['', 'ctx.series("v"):cumsum{ reset = "never" }'],
	spread: [', grain = "department"', 'ctx.series("v"):by("territory"):sum()'],
	middle: [', grain = "department"', 'ctx.series("v"):by("territory"):median()'],
	places: [', grain = "department"', 'ctx.series("v"):ge(2):by("territory"):count()'],
	quarter: ['', 'ctx.series("v"):to("quarter", "sum")'],
	strict: ['', 'ctx.series("v"):to("quarter", "sum", { missing = "na" })'],
	lenient: ['', 'ctx.series("v"):to("quarter", "sum", { missing = "skip" })'],
	inhabited: ['', '1000000 * ctx.series("v") / ctx.series("people")'],
};
const BY_QUARTER = ['quarter', 'strict', 'lenient'];
/* 93 leaves out months and says zero of one; 75 begins late, 13 ends early, 01 never speaks. */
const FIGURES = { 93: { '-7': 4, '-5': 0, '-3': 6, '-1': 2 }, 75: { '-3': 1, '-2': 3, '-1': 5 }, 13: { '-7': 7, '-6': 8, '-5': 9 } };
const SERIES = 'clients.fines', FIRST = -7, LAST = -1;
const told = Object.entries(FIGURES).flatMap(([territory, months]) => Object.entries(months).map(([n, value]) => ({ territory, period: month(Number(n)), value })));

const NONE_YET = (period) => [['national', [`{ territory = "FR", period = "${period}", reason = "not_reported" }`]]];
const table = (rows) => `rows [[\n${rows.map((row) => `        ${row.join(' | ')}`).join('\n')}\n      ]]`;
function source(missing, formula, { frequency, people, tests }) {
	const [options, body] = FORMULAS[formula];
	const inhabited = formula === 'inhabited';
	const given = `["${SERIES}"] = ${table([['department', 'period', 'value'], ...told.map((r) => [r.territory, r.period, r.value])])}${
		inhabited ? `, population = ${table([['department', 'year', 'value'], ...people])}` : ''}`;
	return `return indicator {
  id = "${ID}", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." }, unit = "amendes", direction = "up", kind = "output",
  frequency = "${frequency}", levels = { "national", "region", "department" }, author = "Anne", owner = "Bureau",
  inputs = { v = series "${SERIES}" { missing = "${missing}"${options} }${inhabited ? ', people = reference "population" {}' : ''} },
  formula = function(ctx) return ${body} end,
  tests = { ${tests.map(([level, expect]) => `{ name = "${level}", level = "${level}", given = { ${given} }, expect = { ${expect.join(', ')} } }`).join(',\n    ')} },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
`;
}

let server, data, folder, people;
const ana = () => server.bearer(data.tokens.ana);

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${month(FIRST)}-01`, data.planId]);
	people = (await data.owner.query("select code, population from territory where level = 'department' order by code")).rows.map((r) => [r.code, month(FIRST).slice(0, 4), r.population]);
	people.push(...people.map(([code, , n]) => [code, month(LAST).slice(0, 4), n]).filter(([, year]) => year !== month(FIRST).slice(0, 4)));
	folder = mkdtempSync(join(tmpdir(), 'vigie-declared-'));
	server = await startServer({ args: ['--compute=off'] });
	const sent = await server.bearer(data.tokens.carla).post(`/api/v1/series/${SERIES}/observations`, { rows: told.map((r) => ({ ...r, organisation: 'DGPN' })) });
	assert.equal(sent.status, 201, sent.text);
	const draft = await ana().put(`/api/v1/plugins/${ID}`, { source: source('skip', 'plain', { frequency: 'month', people, tests: NONE_YET('2020-01') }) });
	assert.equal(draft.status, 201, draft.text);
});
after(async () => {
	await data?.owner.end();
	if (folder) rmSync(folder, { recursive: true });
	assert.equal(await server?.stop(), 0, server?.log);
});

const quarterOf = (m) => `${m.slice(0, 4)}-Q${Math.ceil(Number(m.slice(5)) / 3)}`;
const expected = ({ territory, period, state, value, reason }) =>
	`{ territory = "${territory}", period = "${period}", ${state === 'value' ? `value = ${value}` : `reason = "${reason}"`} }`;

for (const missing of MISSING)
	for (const formula of Object.keys(FORMULAS))
		test(`${missing}, ${formula}: a test expects what is live`, async () => {
			const frequency = BY_QUARTER.includes(formula) ? 'quarter' : 'month', at = frequency === 'month' ? (m) => m : quarterOf, tests = [];
			for (const [level, places] of Object.entries(LEVELS)) {
				const text = source(missing, formula, { frequency, people, tests: NONE_YET(at('2020-01')) });
				const answer = await ana().post(`/api/v1/plugins/${ID}/run`, { source: text, data: 'live', plan: PLAN, level, from: at(month(FIRST)), to: at(month(LAST)) });
				assert.equal(answer.status, 200, answer.text);
				assert.ok(answer.json.cells?.length, answer.text);
				tests.push([level, answer.json.cells.filter((c) => places.includes(c.territory) && c.period < at(month(0))).map(expected)]);
			}
			assert.ok(tests.every(([, cells]) => cells.length));
			/* what was before the first figure counts as holes */
			if (`${missing} ${formula}` !== 'na grown') assert.ok(tests.some(([, cells]) => cells.some((c) => c.includes('value = '))));
			const file = join(folder, `${ID}.lua`);
			writeFileSync(file, source(missing, formula, { frequency, people, tests }));
			const { code, stdout, stderr } = await vigie(['plugin', 'test', file]);
			assert.equal(code, 0, `${stdout}${stderr}\n${tests.flat(2).join('\n')}`);
		});
