/*
 * Indicators for the tests of the engine: files in a folder of their own, formulas as stored graphs, and a server that
 * computes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectOwner } from './action_data.mjs';
import { dayIn, sleep, startWorker, vigie } from './client.mjs';

export const today = dayIn('Europe/Paris');

/* The month `n` months after (before when negative) the present one. */
export function month(n) {
	const at = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 + n;
	return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String(at % 12 + 1).padStart(2, '0')}`;
}

/* A folder of plugins that has these indicators: { id: text }. */
export async function pluginFolder(files) {
	const folder = await mkdtemp(join(tmpdir(), 'vigie-plugins-'));
	await mkdir(join(folder, 'indicators'));
	for (const [id, text] of Object.entries(files)) await writeFile(join(folder, 'indicators', `${id}.lua`), text);
	return { folder, remove: () => rm(folder, { recursive: true }) };
}

/* Publishes an indicator whose calculation is a graph, as a formula leaves it. */
export async function publishGraph(owner, id, { inputs, graph, version = '1.0.0', frequency = 'month',
	levels = ['national', 'region', 'department'], params = {}, checks = [], dims, name = id, unit = '%', changelog = [],
	confidentiality }) {
	const metadata = { id, version, frequency, levels, inputs, params, checks, ...(dims && { dims }), ...(confidentiality && { confidentiality }), unit, changelog, decimals: 1, direction: 'none', kind: 'context',
		name: { fr: name }, summary: { fr: id }, sources: [], limits: { fr: id } };
	const source = `-- ${id} ${version}`, sha256 = createHash('sha256').update(source).digest('hex');
	await owner.query(`insert into plugin (code, kind, state, shipped) values ($1, 'indicator', 'published', false)
		on conflict (code) do nothing`, [id]);
	await owner.query(`update plugin_version v set active = false from plugin g where g.id = v.plugin_id and g.code = $1`, [id]);
	await owner.query(`insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, $2, $3, $4, $5, true from plugin where code = $1`, [id, version, source, sha256, metadata]);
	await owner.query('insert into plugin_graph (sha256, graph) values ($1, $2)', [sha256, graph]);
}

/* A series input as a checked description has it. */
export const series = (id, more = {}) => ({ kind: 'series', id, where: {}, dims: [], missing: 'skip', agg: 'sum', over_time: 'sum',
	vintage: 'retained', columns: ['territory', 'period', 'value'], ...more });
export const population = { kind: 'reference', id: 'population', columns: ['territory', 'year', 'value'] };

/* Asks until the answer is as wanted, and gives it. */
export async function until(ask, wanted, server, ms = 120_000) {
	const end = Date.now() + ms;
	for (;;) {
		const answer = await ask();
		if (wanted(answer)) return answer;
		if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(answer)?.slice(0, 1500)}\n${server.log.slice(-3000)}`);
		await sleep(50);
	}
}

const forget = async (owner) => {
	for (const table of ['indicator_value', 'indicator_refresh']) await owner.query(`truncate ${table}`);
};

/*
 * Every byte of what was computed: each version of each cell, exact and protected; `back` counts its versions from the
 * one that stands, 1.
 */
export async function allCells(owner) {
	const { rows } = await owner.query(`select p.code as plan, g.code, i.audience, i.level, i.territory, i.period, i.dims,
		row_number() over (partition by i.plan_id, i.plugin_id, i.audience, i.territory, i.period, i.dims order by i.known_from desc, i.id desc)::int as back,
		i.state, i.reason, i.reason_text, i.value::text as value, i.numerator::text as numerator, i.denominator::text as denominator, i.low::text as low,
		i.high::text as high, i.extra::text as extra, i.flags, i.received, i.expected
		from indicator_value i join plugin g on g.id = i.plugin_id join plan p on p.id = i.plan_id order by 1, 2, 3, 4, 5, 6, 7, 8`);
	return rows.map((r) => JSON.stringify(r));
}

/* Forgets all values and has them computed by one worker, alone. */
export async function computedAnew(owner, args = []) {
	await forget(owner);
	const { code, stderr } = await vigie(['compute', '--once', ...args]);
	assert.equal(code, 0, stderr);
	return allCells(owner);
}

/*
 * The same by several workers side by side, as they left it.  One plan is computed by one of them at a time, so that there
 * must be several plans; all wait until each worker is there, and more than one of them has to have computed some.
 */
export async function computedTogether(owner, workers, args = []) {
	await forget(owner);
	const { rows: plans } = await owner.query(`insert into job (kind, plan_id) select 'refresh', id from plan where archived_at is null
		returning plan_id, pg_advisory_lock(hashtextextended('refresh', plan_id))`);
	const all = await Promise.all(Array.from({ length: workers }, () => startWorker(args)));
	try {
		await owner.query("select pg_advisory_unlock_all(), pg_notify('vigie', '*')");
		const left = async () => (await owner.query('select count(*)::int as n from job')).rows[0].n;
		await until(left, (n) => n === 0, all[0], 500_000);
	} finally {
		for (const worker of all) assert.equal(await worker.stop(), 0, worker.log);
	}
	const did = all.map(({ log }) => new Set([...log.matchAll(/ event=refresh plan=(\S+) /g)].map(([, plan]) => plan)));
	assert.ok(did.filter((one) => one.size > 0).length > 1, `one worker computed all ${plans.length} plans`);
	return allCells(owner);
}

/* All tables with the same rows, in another order on the disk: by chance where they are numbered, else the wrong way round. */
export async function shuffleRows() {
	const admin = await connectOwner();
	const { rows } = await admin.query(`select c.conrelid::regclass::text as name,
		case when string_agg(a.attname, ',') = 'id' then 'md5(id::text)' else string_agg(quote_ident(a.attname) || ' desc', ', ') end as other
		from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
		where c.contype = 'p' and c.connamespace = 'public'::regnamespace and pg_relation_size(c.conrelid) > 0 group by c.conrelid order by 1`);
	for (const { name, other } of rows)
		await admin.query(`create index other_order on ${name} (${other}); cluster ${name} using other_order; drop index other_order`);
	const { rows: [{ moved }] } = await admin.query(`select count(*) filter (where id < before)::float / count(*) as moved
		from (select id, lag(id) over (order by ctid) as before from observation) o`);
	assert.ok(moved > 0.2, 'they are in another order');
	await admin.end();
}
