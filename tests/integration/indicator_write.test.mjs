/*
 * Keeping the cells of an indicator costs a search for each, also where the database has statistics that know nothing of it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, publishGraph, series } from './engine_data.mjs';

const SERIES = 'training.participants', MONTHS = 6, ORGANISATION = 'DGPN';
const BLOCKS = 30;	/* of the indexes that grow by a cell, and of the one that is searched */
const INPUT = { graph: { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } };
let data, plugins, settings;

before(async () => {
	data = await makePlan();
	const { owner } = data;
	await owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${month(-MONTHS)}-01`, data.planId]);
	plugins = await pluginFolder({});
	settings = [`--plugins-dir=${plugins.folder}`];
	const server = await startServer({ args: [...settings, '--compute=off'] });
	const { rows: places } = await owner.query("select code from territory where level = 'department'");
	const { rows: [{ professions }] } = await owner.query(`select array(select m ->> 'id' from jsonb_array_elements(d -> 'members') m) as professions
		from series s cross join jsonb_array_elements(s.dimensions) d where s.code = $1 and d ->> 'id' = 'profession'`, [SERIES]);
	for (let n = -MONTHS; n < 0; n++) {
		const answer = await server.bearer(data.tokens.carla).post(`/api/v1/series/${SERIES}/observations?plan=${PLAN}`, { rows: places.flatMap(({ code: territory }) =>
			professions.map((profession, i) => ({ territory, organisation: ORGANISATION, period: month(n), dims: { profession }, value: i + 1 }))) });
		assert.equal(answer.status, 201, answer.text);
	}
	assert.equal(await server.stop(), 0, server.log);
});
after(async () => {
	await data?.owner.end();
	await plugins?.remove();
});

async function compute() {
	const { code, stderr } = await vigie(['compute', '--once', ...settings]);
	assert.equal(code, 0, stderr);
}
async function searched() {
	await data.owner.query('select pg_stat_force_next_flush()');
	const { rows } = await data.owner.query("select sum(idx_blks_hit + idx_blks_read)::int as n from pg_statio_user_indexes where relname = 'indicator_value'");
	return rows[0].n;
}
const kept = async (id) => (await data.owner.query('select count(*)::int as n from indicator_value i join plugin g on g.id = i.plugin_id where g.code = $1', [id])).rows[0].n;

test('each cell is searched for once, whatever the statistics say of its indicator', async (t) => {
	await publishGraph(data.owner, 'essai.known', { ...INPUT, dims: ['profession'], inputs: { v: series(SERIES, { dims: ['profession'] }) } });
	await compute();
	assert.ok(await kept('essai.known') > 5000);
	await data.owner.query('analyze indicator_value');	/* the other one is not among what is seen */
	const before = await searched();
	await publishGraph(data.owner, 'essai.new', { ...INPUT, dims: ['profession'], inputs: { v: series(SERIES, { dims: ['profession'] }) } });
	await compute();
	const cells = await kept('essai.new'), reads = await searched() - before;
	t.diagnostic(`${cells} cells, ${(reads / cells).toFixed(1)} blocks of indexes a cell`);
	assert.ok(cells > 5000, `${cells}`);
	assert.ok(reads < BLOCKS * cells, `${reads / cells} blocks of indexes a cell`);
});
