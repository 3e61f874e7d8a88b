/*
 * The same figures give the same values, byte for byte: computed twice, loaded in another order, by one worker or four.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePlan } from './action_data.mjs';
import { computedAnew, computedTogether, month, pluginFolder, population, publishGraph, series, shuffleRows } from './engine_data.mjs';

const MONTHS = 10;
const other = (id, missing) => ({ kind: 'indicator_value', id, missing, columns: ['territory', 'period', 'value'] });
const ROWS = `
return indicator {
  id = "essai.rows", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context", frequency = "month", levels = { "national", "region" },
  author = "Anne", owner = "Bureau",
  inputs = { v = series "clients.fines" { missing = "carry", lookback = 3, dims = { "force" } } },
  compute = function(ctx)
    local sum = 0
    for _, v in ipairs(ctx.rows("v")) do sum = sum + (v.value or 0) / 3 end
    return sum
  end,
  tests = { { name = "essai", level = "national",
    given = { ["clients.fines"] = rows [[
      department | period  | force  | value
      75         | 2025-01 | police | 3
    ]] },
    expect = { { territory = "FR", period = "2025-01", value = 1 } } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
`;

let owner, plugins;

before(async () => {
	({ owner } = await makePlan());
	await owner.query(`update territory set population = 300000 + ascii(right(code, 1)) * 7919 where level = 'department'`);
	await publishGraph(owner, 'essai.rate', {
		inputs: { fines: series('clients.fines'), people: population },
		graph: { v: 1, nodes: [{ op: 'input', name: 'fines' }, { op: 'rolling', args: [0], n: 5, coverage: 0.5, over: 'sum' },
			{ op: 'input', name: 'people' }, { op: 'div', args: [1, 2] }, { op: 'log', args: [3] }, { op: 'theil_sen', args: [0], n: 9, part: 'slope' }],
		out: { value: 3, numerator: 1, denominator: 2, extra: { log: 4, slope: 5 } } },
	});
	await publishGraph(owner, 'essai.mean', { levels: ['national', 'region'], inputs: { v: series('clients.fines', { agg: 'mean', missing: 'carry' }) },
		graph: { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } });
	await publishGraph(owner, 'essai.after', { levels: ['national', 'region'], inputs: { r: other('essai.rate@1', 'skip'), m: other('essai.mean@1', 'carry') },
		graph: { v: 1, nodes: [{ op: 'input', name: 'r' }, { op: 'input', name: 'm' }, { op: 'mul', args: [0, 1] }], out: { value: 2 } } });
	plugins = await pluginFolder({ 'essai.rows': ROWS });
	await owner.query(`insert into plan (code, title_fr, start_on, end_on, lead_id)
		select 'autre-' || n, 'Autre', '${month(-MONTHS)}-01', '2099-12-31', lead_id from plan, generate_series(1, 3) n`);
	await owner.query(`update plan set archived_at = now(), version = version + 1 where code not like 'autre-%'`);
	/* figures that no binary number holds exactly, so that another order of summing shows */
	await owner.query(`insert into figure (series_id, sensitive, plan_id, territory, organisation_id, period, from_on, to_on)
		select s.id, false, p.id, t.code, o.id, to_char(m, 'YYYY-MM'), m::date, (m + interval '1 month - 1 day')::date
		  from series s, plan p, territory t, organisation o, generate_series(timestamp '${month(-MONTHS)}-01', '${month(-1)}-01', '1 month') m
		 where s.code = 'clients.fines' and p.code like 'autre-%' and t.level = 'department' and o.code in ('DGPN', 'DGGN')
		   and hashtext(t.code || o.code || m) % 7 <> 0`);
	for (let i = 0; i < 6; i++)
		await owner.query(`with b as (insert into observation_batch (series_id, plan_id, via, rows, added)
			select f.series_id, f.plan_id, 'command', count(*), count(*) from figure f where f.plan_id is not null group by 1, 2 returning id, plan_id)
			insert into observation (figure_id, batch_id, recorded_at, vintage, state, value)
			select f.id, b.id, timestamptz '2026-01-01' + (f.id % 11) * interval '1 hour', ($1::int % 2)::text, 'value', abs(hashtext(f.key::text || $1)) % 100000 / 10.3
			from b join figure f on f.plan_id = b.plan_id where f.id % 6 = $1 or f.id % 5 = 0`, [i]);
});

after(async () => {
	await owner?.end();
	await plugins?.remove();
});

const computed = () => computedAnew(owner, [`--plugins-dir=${plugins.folder}`]);
let first;

test('twice', { timeout: 600_000 }, async () => {
	first = await computed();
	assert.ok(first.length > 3 * 100 * MONTHS, `${first.length} cells`);
	assert.ok(first.filter((r) => r.includes('"state":"value"')).length > first.length / 2);
	assert.deepEqual(await computed(), first);
});

test('by four workers, which share three plans', { timeout: 600_000 }, async () => {
	assert.deepEqual(await computedTogether(owner, 4, [`--plugins-dir=${plugins.folder}`]), first);
});

test('with rows in another order', { timeout: 600_000 }, async () => {
	await shuffleRows();
	assert.deepEqual(await computed(), first);
});
