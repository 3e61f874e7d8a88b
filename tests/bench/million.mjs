/*
 * A million rows for the works that read so many.  The database is changed for good: these works come last.
 */
import { readFileSync } from 'node:fs';
import { asSuperuser } from './scale.mjs';

/* Resident memory of a process, MB. */
export const memoryOf = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;

/* A million rows to be summed, and a million observations of a plan of their own to be loaded: ten of each figure. */
export function million() {
	return asSuperuser(process.env.TEST_DATABASE_URL, async (query) => {
		await query(`create table bench_row as select (i % 101)::smallint as department, (i / 101 % 36)::smallint as period,
			(i / 3636 % 3)::smallint as age, (abs(hashint4(i)) % 9)::float8 as value from generate_series(1, 1000000) i`);
		await query('vacuum analyze bench_row');
		await query('grant select on bench_row to vigie');
		const [{ series }] = await query(`select id as series from series where code = 'clients.operations'`);
		const [{ id }] = await query(`insert into plan (code, title_fr, start_on, end_on) values ('bench', 'Bench', '2024-01-01', '2027-01-01') returning id`);
		await query(`insert into observation_batch (series_id, plan_id, via, rows, added) select $1, $2, 'command', 62500, 62500 from generate_series(1, 16)`, [series, id]);
		await query(`insert into figure (series_id, sensitive, plan_id, territory, organisation_id, period, from_on, to_on)
			select $1, false, $2, t.code, o.id, to_char(m, 'YYYY-MM'), m::date, (m + interval '1 month - 1 day')::date
			  from (select code from territory where level = 'department' order by code limit 100) t,
			       (select id from organisation order by id limit 10) o, generate_series(timestamp '2017-01-01', '2025-04-01', '1 month') m`, [series, id]);
		await query(`insert into observation (figure_id, batch_id, recorded_at, vintage, state, value)
			select f.id, (select min(b.id) from observation_batch b where b.plan_id = $1) + (row_number() over () - 1) / 62500, now() - n * interval '1 day', '', 'value', f.id % 97
			  from (select id from figure where plan_id = $1 order by id) f, generate_series(1, 10) n`, [id]);
		for (const table of ['observation', 'figure']) await query(`vacuum analyze ${table}`);
		return { series, plan: id };
	});
}
