/*
 * A hundred times the past: what was recorded, declared and computed, said again and again, by SQL in bulk, so that what
 * a read costs can be compared with what it cost before.  Nothing that is known now changes by it, but for the number
 * of things that were said, and figures may.
 */
import pg from 'pg';

/* As the superuser, without triggers: rows whose constraints are known to hold. */
export async function asSuperuser(database, work) {
	const client = new pg.Client({ connectionString: database.replace('//vigie@', '//postgres@') });
	await client.connect();
	try {
		await client.query('set session_replication_role = replica');
		return await work(async (text, values) => (await client.query(text, values)).rows);
	} finally {
		await client.end();
	}
}

/*
 * A copy of a database under another name, beside it, or a new one: migrated and empty, as every suite begins with.
 * Nobody may be connected to what is copied.  { database, ownerUrl }, its addresses.
 */
export async function copyDatabase(name, { of = 'vigie' } = {}) {
	const named = (address) => address.replace(/\/[^/]*$/, `/${name}`);
	await asSuperuser(process.env.TEST_DATABASE_URL, (query) => query(`create database ${name} template ${of} owner vigie_owner`));
	return { database: named(process.env.TEST_DATABASE_URL), ownerUrl: named(process.env.TEST_DATABASE_OWNER_URL) };
}

export const dropDatabase = (name) =>
	asSuperuser(process.env.TEST_DATABASE_URL, (query) => query(`drop database if exists ${name} with (force)`));

/*
 * Each observation of a plan `times` times: revisions that follow it, one more than it at the end.  In batches of one
 * transaction, so that workers who keep observations in memory read what is new and no more.
 */
export async function reviseFigures(query, planId, times) {
	await query(`with first as (
		select b.series_id, o.figure_id, o.recorded_at, o.vintage, o.source, o.rank, o.value, o.provisional, o.fictitious
		  from observation o join observation_batch b on b.id = o.batch_id where b.plan_id = $1 and o.state = 'value'
	), batch as (
		insert into observation_batch (series_id, plan_id, via, rows, added)
		select series_id, $1, 'demo', count(*) * ($2 - 1), count(*) * ($2 - 1) from first group by series_id returning id, series_id
	)
	insert into observation (figure_id, batch_id, recorded_at, source, vintage, rank, state, value, provisional, fictitious)
	select f.figure_id, b.id, f.recorded_at + n * interval '1 second', f.source, f.vintage, f.rank, 'value', f.value + n % 2, f.provisional, f.fictitious
	  from first f join batch b using (series_id), generate_series(1, $2 - 1) n`, [planId, times]);
	await query('vacuum analyze observation, observation_batch');
}

/* ------------------------------------------------------------------ the past of everything else */

const SHIFT = 1_000_000;	/* between the ids of one plan and those of its copy */
/* What belongs to people and to the server rather than to a plan, or has a key of its own. */
const OTHERS = ['role_grant', 'job', 'outbox', 'import', 'report_draft', 'follow'];

/* Tables with what may be written into them: [{ table, columns: [{ name, type }] }]. */
const columnsOf = (query, tables) => query(`select c.relname as table, json_agg(json_build_object('name', a.attname,
		'type', format_type(a.atttypid, a.atttypmod), 'identity', a.attidentity <> '') order by a.attnum) as columns
	from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
	where c.relnamespace = 'public'::regnamespace and c.relname = any ($1) group by 1 order by 1`, [tables]);

/*
 * Every version that there was of anything, each report and each cell `times` times: half of them known long before, half
 * after `since`, an instant between what is there and now.  What is asked as of it has the same answer.  The journal
 * grows before alone: what moved lately is no history.  Of copies of the plan only what there is.
 */
export async function lengthen(query, since, times, { cells = 'true' } = {}) {
	const histories = (await query(`select relname as name from pg_class where relname like '%\\_history' and relkind = 'r'`)).map((t) => t.name);
	const kept = { status_report: 'recorded_at', indicator_value: 'known_from', alert_state: 'known_from', journal: 'at', verification: 'at' };
	for (const { table, columns } of await columnsOf(query, [...histories, ...Object.keys(kept)])) {
		const time = kept[table] ?? 'known_from', own = columns.filter((c) => c.name === time || !c.identity);
		const before = `t.${time} - n * interval '40 days'`, after = `greatest(t.${time}, $1::timestamptz) + n * interval '1 millisecond'`;
		await query(`insert into ${table} (${own.map((c) => `"${c.name}"`)})
			select ${own.map((c) => (c.name === time ? `case when n % 2 = 0 or '${table}' = 'journal' then ${before} else ${after} end` : `t."${c.name}"`))}
			  from ${table} t, generate_series(1, $2::int - 1) n where t.id < ${SHIFT} and ${table === 'indicator_value' ? cells : 'true'}`, [since, times]);
	}
}

/* As many plans, each with all that the one has, and the versions of it. */
export async function multiplyPlans(query, planId, times) {
	const links = await query(`with recursive t (rel) as (
		select 'plan'::regclass union
		select c.conrelid::regclass from pg_constraint c join t on c.confrelid = t.rel and c.contype = 'f' and not c.conrelid::regclass::text = any ($1))
		select rel::text as table, coalesce((select array_agg(distinct a.attname::text) from pg_constraint c, unnest(c.conkey) k join pg_attribute a on a.attnum = k
			where c.conrelid = rel and a.attrelid = rel and c.contype = 'f' and c.confrelid in (select rel from t)), '{}') as links from t`, [OTHERS]);
	const shifted = Object.fromEntries(links.flatMap(({ table, links: own }) => [[table, ['id', ...own]], [`${table}_history`, ['id', ...own]]]));
	for (const { table, columns } of await columnsOf(query, Object.keys(shifted))) {
		const own = columns.filter((c) => c.name !== 'history_id'), whose = table.startsWith('plan_') || table === 'plan' ? 't.id' : 't.plan_id';
		const mine = own.some((c) => c.name === 'plan_id') || table.startsWith('plan') ? `${whose} = $1` : `$1::bigint is not null and t.id < ${SHIFT}`;
		await query(`insert into ${table} (${own.map((c) => `"${c.name}"`)}) overriding system value
			select ${own.map(({ name }) => (shifted[table].includes(name) ? `t."${name}" + n * ${SHIFT}` :
				/^plan(_history)?$/.test(table) && name === 'code' ? 't.code || n' : `t."${name}"`))}
			  from ${table} t, generate_series(1, $2::int - 1) n where ${mine}`, [planId, times]);
	}
}
