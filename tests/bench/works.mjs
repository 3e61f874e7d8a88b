/*
 * What is compared with what.  Each work has two sides that take turns, A B A B;
 * a side does its work for two seconds and gives how many times a second.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import pg from 'pg';
import { get, pgbench, pgbenchQuery, write } from './load.mjs';
import { COLUMN_ROWS, FORMULA_ROWS, SIZES, memoryOf } from './million.mjs';
import { PLAN, root, run, scratch } from './sides.mjs';

const DASHBOARD = `/api/v1/plans/${PLAN}/dashboard`;
const CLIENTS = 16;

const query = (name) => readFileSync(join(root, `sql/queries/${name}.sql`), 'utf8');

/* Reads as a command of the server does, seeing every plan. */
export async function rows(text, values = []) {
	const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await client.connect();
	try {
		await client.query("select set_config('vigie.session', 'service', false)");
		return (await client.query(text, values)).rows;
	} finally {
		await client.end();
	}
}

/*
 * A pgbench script of one query in the pipeline that Vigie sends: who is
 * asking, then the query, one round trip.  `before` and `after` are pgbench's
 * own commands around it.
 */
export function script(name, params, { context = null, before = '', after = '' }) {
	const file = join(scratch, `${name}.pgbench`);
	const text = pgbenchQuery(query(name), params);
	const who = pgbenchQuery(query('db_context'), []).replace(':p1', ':context').replace(':p2', ':request');
	writeFileSync(file, `${before}\\startpipeline\n${who}\n${text}\n\\endpipeline\n${after}`);
	const variables = Object.fromEntries(params.map((p, i) => [`p${i + 1}`, p]));
	return { file, variables: { ...variables, context, request: 'bench' } };
}

/* ------------------------------------------------------------------ reads */

export function reads({ vigie, uncached, peer, nginx, person, etag, plan }) {
	const url = vigie.url + DASHBOARD, headers = person.read;
	const gzip = { ...headers, 'Accept-Encoding': 'gzip' };
	const sql = script('dashboard_get', dashboardParameters(plan), { context: person.context });
	const cached = (connections, head = headers) => () => get(url, { headers: head, connections });
	const file = (connections, head = {}) => () => get(nginx.url, { headers: head, connections });
	const zip = { 'Accept-Encoding': 'gzip' };

	return [
		{ id: 'P1', work: 'dashboard, kept ready, 16 clients', reference: 'nginx, a static file of the same bytes and headers',
			goal: 0.85, sides: [cached(16), file(16)] },
		{ id: 'P1', work: 'dashboard, kept ready, 64 clients', reference: 'the same', goal: 0.85, sides: [cached(64), file(64)] },
		{ id: 'P2', work: 'dashboard compressed, 16 clients', reference: 'nginx with gzip_static', goal: 0.85,
			sides: [cached(16, gzip), file(16, zip)] },
		{ id: 'P2', work: 'dashboard compressed, 64 clients', reference: 'the same', goal: 0.85,
			sides: [cached(64, gzip), file(64, zip)] },
		{ id: 'P3', work: 'dashboard, not modified (304)', reference: 'Vigie, the whole dashboard compressed (200)', goal: 0.95,
			sides: [cached(16, { ...gzip, 'If-None-Match': etag }), cached(16, gzip)] },
		{ id: 'P4', work: 'dashboard, built at each request (cache_mb=0)', reference: 'pgbench, the same SQL and context',
			goal: 0.6, sides: [() => get(uncached.url + DASHBOARD, { headers }),
				async () => (await pgbench(process.env.TEST_DATABASE_URL, sql.file, sql)).rate] },
		{ id: 'P7', work: 'dashboard, kept ready', reference: 'fastify and pg, built from rows', goal: 15,
			sides: [cached(16), () => get(peer.url + DASHBOARD, { headers })] },
	];
}

/* As plan_api gives them: plan, as_of, today, language, whether a large plan is cut. */
function dashboardParameters({ id, today }) {
	return [id, null, today, 'fr', 'f'];
}

/* ------------------------------------------------------------------ formulas */

/* One of the programs beside this file, the first number that it says. */
async function program(name, ...args) {
	const { stdout } = await promisify(execFile)(join(dirname(process.env.VIGIE_BIN), `tests/bench/${name}`), args.map(String));
	return Number(stdout.split(' ')[0]);
}
/* For a second of its own processor time. */
const formula = (side, times) => () => program('formula', side, times, 1);
const many = (number, times) => `${(number * times).toLocaleString('en')} observations (× ${times})`;

export function formulas() {
	const loop = 'a loop in C over columns, without missing cells, vintages and cover';
	const beside = (side, times) => ({ id: 'P8', reference: loop, goal: 0.5, sides: [formula(side, times), formula('loop', times)] });
	return [...SIZES.map((times) => ({ ...beside('next', times),
		work: `formula over ${many(FORMULA_ROWS, times)}, after a revision, from columns to values by département` })),
	{ ...beside('first', 100), work: 'the same × 100, the first time: all of it summed' },
	{ ...beside('cells', 100), work: 'the formula alone, over the same observations laid out as cells before' }];
}

/* How many times a second, for a second at least. */
async function rate(work) {
	const begun = performance.now();
	let times = 0;
	for (; performance.now() - begun < 1000; times++) await work();
	return times * 1000 / (performance.now() - begun);
}

/* The same share, from a table of as many rows. */
const share = (table) => `select department, period, 100 * sum(value) filter (where age = 1) / nullif(sum(value) filter (where age <> 2), 0)
	from ${table} group by department, period`;

/* How many times a second a statement is done, on a connection that is open already. */
async function asked(text) {
	const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await client.connect();
	try {
		return await rate(() => client.query(text));
	} finally {
		await client.end();
	}
}

/* What columns are made of, as observation_load.sql reads it. */
const copy = (batches) => `copy (select f.territory, coalesce(f.organisation_id, 0), f.from_on, f.to_on, f.dims::text, o.recorded_at, o.vintage,
	o.rank, o.state, o.value::double precision, o.provisional, o.fictitious from observation o join figure f on f.id = o.figure_id
	where o.batch_id = any ('{${batches}}'::bigint[]) order by o.id)
	to stdout (format binary)`;

/* How many times a second psql copies: so many times in one process that beginning it does not count. */
async function copied({ batches, times }) {
	const turns = Math.ceil(10 / times), again = Array.from({ length: turns }, () => ['-c', copy(batches)]).flat();
	return turns * await rate(() => run('psql', ['-Xq', '-o', '/dev/null', '-d', process.env.TEST_DATABASE_URL,
		'-c', "select set_config('vigie.session', 'service', false)", ...again]));
}

export function columns(made) {
	return [
		...made.flatMap(({ times, table }) => [
			{ side: 'next', work: `formula over ${many(FORMULA_ROWS, times)}, after a revision, from columns to values by département` },
			{ side: 'first', work: `the same × ${times}, the first time: all of it summed` },
		].map(({ side, work }) => ({ id: 'P9', work, reference: 'SQL, the aggregate over a table of as many rows', goal: 30,
			sides: [formula(side, times), () => asked(share(table))] }))),
		...made.map((one) => ({ id: 'P11', work: `load ${many(COLUMN_ROWS, one.times)} into columns`, reference: 'psql, COPY of the same rows in binary form',
			goal: 0.83, sides: [() => program('columns', one.series, one.plan), () => copied(one)] })),
	];
}

/*
 * Memory of both while they answer 16 clients: how many times less Vigie takes, once 16 bytes for each of the
 * observations that its worker keeps are set aside.
 */
export function memory({ vigie, peer, person, observations }) {
	const loaded = (side, kept) => async () => {
		await get(side.url + DASHBOARD, { headers: person.read });
		return 1 / (memoryOf(side.child.pid) - kept * 16 / 2 ** 20);	/* neither gives any back so soon */
	};
	return { id: 'P12', work: `memory under load, 16 clients, with ${observations.toLocaleString('en')} observations kept (times less)`,
		reference: 'fastify and pg', goal: 2.86, sides: [loaded(vigie, observations), loaded(peer, 0)] };
}

/* ------------------------------------------------------------------ writes */

/* One action for each client, with its present version. */
const list = () => rows(`select a.id, a.number, a.version from action a join plan p on p.id = a.plan_id
	where p.code = $1 and a.status <> 'done' order by a.sort_key limit ${CLIENTS}`, [PLAN]);

/* wrk ends with requests on their way: versions count when they no longer move. */
export async function settled(list) {
	for (let before = await list(); ; ) {
		await new Promise((resolve) => setTimeout(resolve, 500));
		const now = await list();
		if (JSON.stringify(now) === JSON.stringify(before)) return now;
		before = now;
	}
}

const actions = () => settled(list);

/* Reports by HTTP, to Vigie or to the peer, each client from the version that the database has now. */
async function reportTo(url, person) {
	const file = join(scratch, 'actions');
	const now = await actions();
	writeFileSync(file, now.map((a) => `/api/v1/plans/${PLAN}/actions/${a.number}/status-reports "${a.version}.20260101.fr"\n`).join(''));
	return write(url, { headers: person.write, file, clients: CLIENTS });
}

/* A client's action and version, chosen once by pgbench's own number of the client. */
const choose = (now) => `\\if :begun = 0\nselect (array[${now.map((a) => `'${a.number}'`)}])[:client_id + 1] as p2, ` +
	`(array[${now.map((a) => a.version)}])[:client_id + 1] as p3\n\\gset\n\\set begun 1\n\\endif\n`;

/* The statement alone.  A version that moved otherwise than we count would keep nothing, and is a fault. */
async function reportBySql(person, plan) {
	const now = await actions();
	const state = '{"status":"in_progress","progress":42,"confidence":"achievable",' +
		'"comment":"The training of the second group has begun."}';
	const { file, variables } = script('report_save', [plan.id, '', 0, state, 'f'], { context: person.context,
		before: choose(now), after: '\\set p3 :p3 + 1\n' });
	const { p2, p3, ...others } = variables;
	const done = await pgbench(process.env.TEST_DATABASE_URL, file, { clients: CLIENTS, variables: { ...others, begun: 0 } });
	const sum = (list) => list.reduce((total, a) => total + Number(a.version), 0);
	const kept = sum(await actions()) - sum(now);
	if (kept !== done.transactions) throw new Error(`pgbench made ${done.transactions} transactions, ${kept} reports were kept`);
	return done.rate;
}

export function writes({ vigie, peer, person, plan }) {
	const ours = () => reportTo(vigie.url, person);

	return [
		{ id: 'P5', work: 'status report, 16 clients', reference: 'pgbench, the one statement that writes it, 16 clients', goal: 0.6,
			sides: [ours, () => reportBySql(person, plan)] },
		{ id: 'P6', work: 'status report, 16 clients', reference: 'fastify and pg, the same transaction', goal: 2,
			sides: [ours, () => reportTo(peer.url, person)] },
	];
}
