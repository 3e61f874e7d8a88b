/*
 * The cells of indicators by their latest version: the relation that says which cells there are gives, whoever asks and as
 * of whatever instant, what a search through all versions gives.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { PLAN, connectOwner, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';
import { month, publishGraph, series } from './engine_data.mjs';

const SUM = (id) => ({ inputs: { v: id }, graph: { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } });
const READERS = ['service', 'carla', 'ana', 'victor', 'paul', 'nadia', ''];
const KEY = 'plan_id, plugin_id, audience, level, dims, territory, period';
let data, app;

const contextOf = (who) => (data.tokens[who] ? createHash('sha256').update(data.tokens[who]).digest('hex') : who);
const as = (who) => app.query("select set_config('vigie.session', $1, false)", [contextOf(who)]);

/* The same history each time: numbers that only look random. */
function numbers(seed) {
	let state = seed;
	return (below) => {
		state = (state * 1103515245 + 12345) % 2147483648;
		return Math.floor(state / 65536) % below;
	};
}

/* Versions of some cells in an order of their own: known late or at the same instant, of members, in both forms, of sensitive counts or not. */
async function history(seed, versions) {
	const next = numbers(seed), rows = [], one = (list) => list[next(list.length)];
	for (let i = 0; i < versions; i++) {
		const [level, territory] = one([['national', 'FR'], ['department', '93'], ['department', '75'], ['region', 'REG-11']]);
		const state = one(['value', 'value', 'value', 'missing']), sensitive = next(3) === 0;
		rows.push({ code: one(['essai.open', 'essai.closed']), audience: sensitive && next(2) ? 'protected' : 'exact', level, territory,
			period: one(['2026-01', '2026-02', '2026-Q1', '2025']), dims: one(['', '', 'sex=female']), state, reason: state === 'missing' ? 'not_reported' : null,
			value: state === 'value' ? next(100) : null, sensitive, at: `2026-06-${String(1 + next(9)).padStart(2, '0')}T00:00:00Z` });
	}
	await data.owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, audience, level, territory, period, dims, state, reason, value, sensitive, known_from)
		select $1, g.id, v.id, r.audience, r.level, r.territory, r.period, r.dims, r.state, r.reason, r.value, r.sensitive, r.at
		  from jsonb_to_recordset($2) r (code text, audience text, level text, territory text, period text, dims text, state text, reason text,
		                                 value float8, sensitive boolean, at timestamptz)
		  join plugin g on g.code = r.code join plugin_version v on v.plugin_id = g.id and v.active`, [data.planId, JSON.stringify(rows)]);
}

/* The versions that stand, found through all of them, and by one search a cell. */
const through = async (plain, at) => (await app.query(`select distinct on (${KEY}) id from indicator_value
	where (not $1::boolean or not sensitive) and known_from <= coalesce($2::timestamptz, 'infinity') order by ${KEY}, known_from desc, id desc`, [plain, at])).rows;
const searched = async (plain, at) => (await app.query(`select i.id from (select distinct ${KEY} from indicator_cell) c
	cross join lateral indicator_version(c.plan_id, c.plugin_id, c.audience, c.dims, c.territory, c.period, $1::boolean, $2::timestamptz) i
	order by ${KEY.replaceAll(/(\w+)/g, 'c.$1')}`, [plain, at])).rows;

async function same(what) {
	let most = 0;
	for (const who of READERS) {
		await as(who);
		for (const plain of [false, true])
			for (const at of [null, '2026-06-01T00:00:00Z', '2026-06-04T00:00:00Z', '2026-06-08T12:00:00Z', '2020-01-01T00:00:00Z']) {
				const rows = await through(plain, at);
				assert.deepEqual(await searched(plain, at), rows, `${what}: ${who || 'nobody'}, ${plain}, ${at}`);
				most = Math.max(most, rows.length);
			}
	}
	return most;
}

before(async () => {
	data = await makePlan();
	await publishGraph(data.owner, 'essai.open', SUM(series('clients.fines')));
	await publishGraph(data.owner, 'essai.closed', SUM(series('victims.identified')));
	await data.owner.query(`insert into publication (plan_id, period, from_on, to_on) select $1, to_char(m, 'YYYY-MM'), m, m + interval '1 month' - interval '1 day'
		from generate_series(timestamp '2025-01-01', '2026-03-01', '1 month') m`, [data.planId]);
	app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
});
after(async () => {
	await app?.end();
	await data?.owner.end();
});

test('of each cell the version that stands is found, whatever came late, was revised or became sensitive', async () => {
	for (const seed of [1, 2, 3, 4]) {
		await history(seed, 120);
		assert.ok(await same(`after history ${seed}`) > 20);
	}
});

test('nobody is told of a cell of which they may see no version, and nobody writes which there are', async () => {
	await as('');
	assert.equal((await app.query('select 1 from indicator_cell')).rowCount, 0);
	for (const who of READERS) {
		await as(who);
		const keys = (table) => app.query(`select distinct ${KEY}, sensitive from ${table} order by ${KEY}, sensitive`);
		assert.deepEqual((await keys('indicator_cell')).rows, (await keys('indicator_value')).rows, who);
	}
	for (const who of ['service', 'carla'])
		for (const text of ["insert into indicator_cell select * from indicator_cell limit 1", "update indicator_cell set period = '2020'", 'delete from indicator_cell', 'truncate indicator_cell']) {
			await as(who);
			await assert.rejects(app.query(text), { code: '42501' }, `${who}: ${text}`);
		}
});

test('two writers of the same new cells wait for one another, and what is rolled back leaves none', async () => {
	const [first, second] = [await connectOwner(), await connectOwner()];
	const put = (client, value, territories, at) => client.query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, value, known_from)
		select $1, g.id, v.id, 'department', t, '2024-07', 'value', $2, $4 from plugin g join plugin_version v on v.plugin_id = g.id and v.active, unnest($3::text[]) t
		 where g.code = 'essai.open'`, [data.planId, value, territories, at]);
	const shown = async () => (await app.query(`select i.territory, i.value from indicator_cell c join plugin g on g.id = c.plugin_id and g.code = 'essai.open'
		cross join lateral indicator_version(c.plan_id, c.plugin_id, 'exact', '', c.territory, c.period, true, null) i
		where c.period = '2024-07' order by 1`)).rows;
	try {
		await as('victor');
		await first.query('begin');
		await second.query('begin');
		await put(first, 1, ['93', '75'], '2026-07-02T00:00:00Z');
		const waiting = put(second, 2, ['75', '93'], '2026-07-01T00:00:00Z');
		assert.deepEqual(await shown(), []);
		await first.query('rollback');
		await waiting;
		assert.deepEqual(await shown(), []);
		await second.query('commit');
		assert.deepEqual(await shown(), [{ territory: '75', value: 2 }, { territory: '93', value: 2 }]);
		await first.query('begin');
		await second.query('begin');
		await put(first, 3, ['13', '93'], '2026-07-04T00:00:00Z');
		const after = put(second, 4, ['93', '13'], '2026-07-03T00:00:00Z');
		await first.query('commit');
		await after;
		await second.query('commit');
		assert.deepEqual(await shown(), [{ territory: '13', value: 3 }, { territory: '75', value: 2 }, { territory: '93', value: 3 }], 'the last known, not the last to write');
		await same('after two writers');
	} finally {
		await first.end();
		await second.end();
	}
});

test('the migration finds the cells that there were before it', async () => {
	const text = readFileSync(new URL('../../sql/migrations/0060_indicator_cell.sql', import.meta.url), 'utf8');
	const [, fill] = text.match(/-- Those that there are already\.\n(do \$\$[\s\S]*?\$\$;)/);
	const count = async () => (await data.owner.query('select count(*)::int as n from indicator_cell')).rows[0].n;
	const there = await count();
	await data.owner.query('begin');
	await data.owner.query('truncate indicator_cell');
	await data.owner.query("select set_config('vigie.session', '', true)");
	await data.owner.query(fill);
	await data.owner.query("select set_config('vigie.session', 'service', true)");
	assert.ok(there > 20);
	assert.equal(await count(), there);
	await data.owner.query('commit');
	await same('filled anew');
});

test('the newest period of an indicator is the last in which a value stands, not one that was taken back', async () => {
	const tell = (period, value) => data.owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, reason, value)
		select $1, g.id, v.id, 'department', '13', $2, case when $3::float8 is null then 'missing' else 'value' end,
		       case when $3::float8 is null then 'not_reported' end, $3
		  from plugin g join plugin_version v on v.plugin_id = g.id and v.active where g.code = 'essai.taken'`, [data.planId, period, value]);
	await publishGraph(data.owner, 'essai.taken', SUM(series('clients.fines')));
	await tell(month(-2), 5);
	await tell(month(-1), 7);
	const server = await startServer({ args: ['--cache_mb=0'] });
	try {
		const newest = async (query = '') => {
			const { json } = await server.bearer(data.tokens.victor).get(`/api/v1/plans/${PLAN}/territories/13${query}`);
			const { period, value } = json.indicators.find((one) => one.id === 'essai.taken');
			return [period, value];
		};
		assert.deepEqual(await newest(), [month(-1), 7]);
		const { rows: [{ then }] } = await data.owner.query('select instant_json(clock_timestamp()) as then');
		await tell(month(-1), null);
		assert.deepEqual(await newest(), [month(-2), 5]);
		assert.deepEqual(await newest(`?as_of=${then}`), [month(-1), 7], 'as it was known');
	} finally {
		assert.equal(await server.stop(), 0);
	}
});
