/*
 * Rows for the works that read ten thousand of them and a hundred times as many.  The database is changed for good: these
 * works come last.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { asSuperuser } from './scale.mjs';

/* The observations of one time: what formula.c makes, and what is loaded into columns. */
export const FORMULA_ROWS = 10_908, COLUMN_ROWS = 10_000;
export const SIZES = [1, 100];

/* Resident memory of a process and of those that it started, MB. */
export function memoryOf(pid) {
	const own = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
	const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean));
	return children.reduce((sum, child) => sum + memoryOf(child), own);
}

/* A table with the rows of formula.c to be summed: its name. */
async function summed(query, times) {
	const name = `bench_row_${times}`;
	await query(`create table ${name} as select (i % 101)::smallint as department, (i / 101 % 36)::smallint as period,
		(i / 3636 % 3)::smallint as age, (abs(hashint4(i)) % 9)::float8 as value from generate_series(1, ${FORMULA_ROWS * times}) i`);
	await query(`vacuum analyze ${name}`);
	await query(`grant select on ${name} to vigie`);
	return name;
}

/* A plan of its own with observations to be loaded, ten of each figure: { series, plan, batches }, ids. */
async function observed(query, times) {
	const rows = COLUMN_ROWS * times, batch = Math.min(rows, 62_500), months = times, first = `date '2025-05-01' - interval '${months} months'`;
	const [{ series }] = await query(`select id as series from series where code = 'clients.operations'`);
	const [{ id }] = await query(`insert into plan (code, title_fr, start_on, end_on) values ('bench-${times}', 'Bench', '2024-01-01', '2027-01-01') returning id`);
	const batches = (await query(`insert into observation_batch (series_id, plan_id, via, rows, added) select $1, $2, 'command', $3::int, $3::int from generate_series(1, $4::int) returning id`,
		[series, id, batch, Math.ceil(rows / batch)])).map((one) => one.id);
	await query(`insert into figure (series_id, sensitive, plan_id, territory, organisation_id, period, from_on, to_on)
		select $1, false, $2, t.code, o.id, to_char(m, 'YYYY-MM'), m::date, (m + interval '1 month - 1 day')::date
		  from (select code from territory where level = 'department' order by code limit 100) t,
		       (select id from organisation order by id limit 10) o, generate_series(${first}, timestamp '2025-04-01', '1 month') m`, [series, id]);
	await query(`insert into observation (figure_id, batch_id, recorded_at, vintage, state, value)
		select f.id, ${batches[0]} + (row_number() over () - 1) / ${batch}, now() - n * interval '1 day', '', 'value', f.id % 97
		  from (select id from figure where plan_id = $1 order by id) f, generate_series(1, 10) n`, [id]);
	return { series, plan: id, batches };
}

/* [{ times, table, series, plan, batches }], by size. */
export function million() {
	return asSuperuser(process.env.TEST_DATABASE_URL, async (query) => {
		const made = [];
		for (const times of SIZES) made.push({ times, table: await summed(query, times), ...await observed(query, times) });
		for (const table of ['observation', 'figure', 'observation_batch']) await query(`vacuum analyze ${table}`);
		return made;
	});
}
