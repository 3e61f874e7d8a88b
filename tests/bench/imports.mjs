/*
 * P15: a file of ten thousand figures, judged and previewed, then committed, over HTTP, beside psql's COPY of the rows
 * that this made into another table of the same columns, constraints and indexes.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PLAN, makePlan } from '../integration/action_data.mjs';
import { asSuperuser, copyDatabase, dropDatabase } from './scale.mjs';
import { run, scratch, startVigie, stop } from './sides.mjs';

const ROWS = 10_000, SERIES = 'clients.fines', FORCE = 'DGPN', WHO = 'nadia';
const COLUMNS = 'figure_id, batch_id, recorded_at, source, vintage, rank, state, value, reason, qualifier, provisional, fictitious';

/* A hundred months of every département. */
async function csv(query) {
	const rows = await query(`select t.code || ',${FORCE},' || to_char(m, 'YYYY-MM') || ',' || (abs(hashtext(t.code || m)) % 97) as line
		from territory t, generate_series(timestamp '2017-01-01', '2025-04-01', '1 month') m
		where t.level = 'department' order by m, t.code limit ${ROWS}`);
	return ['territory,organisation,period,value', ...rows.map((row) => row.line), ''].join('\r\n');
}

/* The same numbers are given again to what is written the next time. */
const empty = (query) => query('truncate figure, observation_batch, import restart identity cascade');

async function post(url, token, body) {
	const answer = await fetch(url, { method: 'POST', body, headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'text/csv' }) } });
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${text.slice(0, 300)}`);
	return JSON.parse(text);
}

/* How many times a second, of one time. */
async function once(work) {
	const begun = performance.now();
	await work();
	return 1000 / (performance.now() - begun);
}

export async function imports(compare) {
	const { database, ownerUrl } = await copyDatabase('bench_import'), { owner, tokens } = await makePlan(PLAN, ownerUrl);
	await owner.end();
	const superuser = (work) => asSuperuser(database, work), file = join(scratch, 'rows'), text = await superuser(csv);
	const psql = (command) => run('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-d', database.replace('//vigie@', '//postgres@'), '-c', command]);
	const vigie = await startVigie('import', [], database), address = `${vigie.url}/api/v1/imports`;
	const bring = async () => {
		const { id, preview } = await post(`${address}?kind=figures&plan=${PLAN}&series=${SERIES}&file_name=bench.csv`, tokens[WHO], text);
		if (preview.counts.rows.new !== ROWS) throw new Error(`the preview counts ${JSON.stringify(preview.counts.rows)}`);
		await post(`${address}/${id}/commit`, tokens[WHO]);
	};
	await superuser(empty);
	await bring();
	await psql(`\\copy (select ${COLUMNS} from observation order by id) to '${file}'`);
	await superuser((query) => query(`create table bench_observation (like observation including all, foreign key (figure_id) references figure,
		foreign key (batch_id) references observation_batch)`));
	const done = await compare({ id: 'P15', work: `import of ${ROWS.toLocaleString('en')} rows, check and commit`, goal: 0.1,
		reference: 'psql, COPY of the same rows into the same kind of table',
		sides: [async () => (await superuser(empty), once(bring)), () => once(() => psql(`\\copy bench_observation (${COLUMNS}) from '${file}'`))] });
	await stop(vigie.child);
	await dropDatabase('bench_import');
	return [done];
}
