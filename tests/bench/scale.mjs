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
