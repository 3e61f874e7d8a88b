/*
 * Reads with a hundred times the history, the figures and the plans: each but some touches at most half as many blocks of
 * the database again.  Counted by the database itself, so that it is the same however busy the machine is.
 */
import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { everyRead } from '../bench/every_read.mjs';
import { asSuperuser, lengthen, multiplyPlans } from '../bench/scale.mjs';
import { command } from './accounts.mjs';
import { addPerson, browser, connectOwner } from './action_data.mjs';
import { sanitized, sleep, startServer } from './client.mjs';

const PLAN = 'ocrteh-2024-2026', TIMES = 100, PLACE = '93', FORCE = 'DGPN', MONTH = '2025-03';
const plan = `/api/v1/plans/${PLAN}`, action = `${plan}/actions/7.2`;
const database = process.env.TEST_DATABASE_URL;
const SLACK = 12;	/* a few blocks more come with an index that is one level higher */
const ROUNDS = sanitized ? 2 : 6;	/* the sixth has a plan for any arguments */

/*
 * What still reads more than its answer needs, each to be mended: the versions of every cell, not the latest alone; all
 * reports and moves, for their number; the deadlines of an action and the figures of a series as of an instant.
 */
const STILL_GROWING = ['plans/{plan}/comparison', 'plans/{plan}/territories/{code}', 'plans/{plan}/dashboard', 'plans/{plan}/indicators',
	'plans/{plan}/indicators/{id}', 'plans/{plan}/indicators/{id}/explain', 'plans/{plan}/indicators/{id}/targets',
	'plans/{plan}/indicators/{id}/targets/{territory}', 'plans/{plan}/measures/{number}/indicators', 'plans/{plan}/measures/{number}',
	'plans/{plan}/measures/{number}/course', 'plans/{plan}/actions/{number}/status-reports', 'plans/{plan}/export.json', 'plans/{plan}/datapackage.zip',
	'plans/{plan}/changes',
	'plans/{plan}/tasks', 'plans/{plan}/calendar', 'organisations', 'series/{id}/observations', 'series/{id}/observations.csv',
	'journal'].map((path) => `/api/v1/${path}`);
let owner, planId, tokens, server, log;

const superuser = (work) => asSuperuser(database, work);
async function ask(login, method, path, body, options) {
	const answer = await server.bearer(tokens[login])[method](path, body, options);
	assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
	return answer.json;
}
const carla = (method, path, body, options) => ask('carla', method, path, body, options);

// ------------------------------------------------------------------ what there is

/* A coordinator who also reports for every place. */
async function people() {
	const carla = await addPerson(owner, 'carla', 'coordinator', planId, null, []);
	tokens = { carla: carla.token };
	await owner.query(`insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		select $1, 'contributor', $2, id, '{FR}' from organisation where code = $3`, [carla.id, planId, FORCE]);
}

/* One of everything that can be read, at least. */
async function everything() {
	for (const progress of [10, 20, 30]) {
		const { version } = await carla('get', action);
		await carla('post', `${action}/status-reports`, { status: 'in_progress', progress }, { ifMatch: version });
	}
	await carla('put', `${action}/deployments/${PLACE}/${FORCE}`, {});
	await carla('post', `${action}/milestones`, { title_fr: 'Premier jalon', due_on: '2026-06-30' });
	await carla('post', `${action}/blockers`, { kind: 'legal', title: 'Décret attendu' });
	await carla('post', `${action}/evidence?file_name=note.csv&title=Note`, 'a;b\n', { type: 'text/csv' });
	await carla('post', `${action}/budget-lines`, { funding: 'BOP 176', planned: 1000 });
	await carla('put', `${plan}/indicators/clients.fines_trend/targets/${PLACE}`, { baseline: { value: 0, period: '2024-10' }, target: { value: 5, period: '2026-12' }, source: 'Essai' });
	await carla('put', `${plan}/measures/7/indicators/plan.progress`, {});
	await carla('post', `${plan}/roster`, { kind: 'referent', organisation: FORCE, territories: [PLACE, '13', '75'], from_on: '2024-07-01' });
	await carla('post', `${plan}/campaigns`, { period: MONTH, series: [{ id: 'clients.fines' }], opens_on: '2025-04-01', due_on: '2025-04-15' });
	const report = `${plan}/campaigns/${MONTH}/reports/${PLACE}/${FORCE}`;
	await carla('post', `${report}/nothing-new`, {}, { ifMatch: (await carla('get', report)).version });
	for (const series of ['clients.fines', 'victims.identified']) {
		const members = series === 'clients.fines' ? [undefined] : ['minor', 'adult'].map((age) => ({ age, sex: 'female' }));
		const rows = ['93', '75', '13', '01', '2A', '59', '69', '33', '31', '06', '44', '67'].flatMap((territory) => ['2025-01', '2025-02', MONTH]
			.flatMap((period) => members.map((dims) => ({ territory, organisation: FORCE, period, value: 12, ...(dims && { dims }) }))));
		await carla('post', `/api/v1/series/${series}/observations?plan=${PLAN}`, { rows });
	}
	await carla('post', `${plan}/publications`, { period: '2025-01' });
	await carla('post', `/api/v1/imports?kind=figures&plan=${PLAN}&series=clients.fines&file_name=f.csv`,
		'territory;organisation;period;value\n93;DGPN;2025-03;13\n', { type: 'text/csv' });
}

/* What the worker would have kept: cells of every indicator by territory and month. */
const cells = (query) => query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, value, received, expected)
	select $1, g.id, v.id, t.level, t.code, to_char(m, 'YYYY-MM'), 'value', 12, 1, 1
	  from plugin g join plugin_version v on v.plugin_id = g.id and v.active, territory t, generate_series(timestamp '2024-10-01', '2025-03-01', '1 month') m
	 where g.kind = 'indicator' and t.code in ('FR', '93', '75', '13', '01', '2A', '59', '69', '33', '31', '06', '44', '67')`, [planId]);

/* Arguments of the routes. */
async function known() {
	const first = async (table) => (await owner.query(`select max(id)::int as id from ${table} where plan_id = $1`, [planId])).rows[0].id;
	return { plan: PLAN, number: '7.2', 'measures/number': '7', territory: PLACE, organisation: FORCE, period: MONTH, code: PLACE, kind: 'territory',
		'status-reports/id': await first('status_report'), 'milestones/id': await first('milestone'), 'blockers/id': await first('blocker'),
		'evidence/id': await first('evidence'), 'budget-lines/id': await first('budget_line'), 'imports/id': await first('import'),
		'indicators/id': 'clients.fines_trend', 'alerts/id': 'plan.on_time_low', 'plugins/id': 'plan.progress', 'series/id': 'clients.fines' };
}

// ------------------------------------------------------------------ counting

/* The database writes each statement with the blocks that it touched into its log. */
async function countBlocks(query) {
	const name = decodeURIComponent(new URL(database).pathname.slice(1));
	for (const [setting, value] of Object.entries({ session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': '0',
		'auto_explain.log_analyze': 'on', 'auto_explain.log_timing': 'off', 'auto_explain.log_buffers': 'on', jit: 'off' }))
		await query(`alter database ${name} set ${setting} = '${value}'`);
}

function said(from) {
	const size = fstatSync(log).size, bytes = Buffer.alloc(size - from);
	readSync(log, bytes, 0, bytes.length, from);
	return bytes.toString();
}

async function blocks(path) {
	const from = fstatSync(log).size;
	const answer = await server.bearer(tokens.carla).get(path);
	assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
	return said(from).split(/ LOG:  duration: /).slice(1).reduce((sum, statement) => {
		const [, hit = 0, read = 0] = statement.match(/Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/) ?? [];
		return sum + Number(hit ?? 0) + Number(read ?? 0);
	}, 0);
}

/* Of each read, the fewest of some: a connection's first ones also read what the database keeps of its own tables. */
async function costs(reads) {
	const out = {};
	server = await startServer({ args: ['--pool_size=1', '--cache_mb=0'] });
	for (const { name, path } of reads) {
		const counts = [];
		for (let i = 0; i < ROUNDS; i++) counts.push(await blocks(path));
		out[name] = Math.min(...counts);
	}
	assert.equal(await server.stop(), 0);
	return out;
}

// ------------------------------------------------------------------

before(async () => {
	await command(['plan', 'import', new URL('../../sql/seed/ocrteh-2024-2026.json', import.meta.url).pathname]);
	await command(['demo', 'targets', '--plan', PLAN]);
	owner = await connectOwner();
	planId = Number((await owner.query('select id from plan where code = $1', [PLAN])).rows[0].id);
	await people();
	server = await startServer();
	await everything();
	assert.equal(await server.stop(), 0);
	await superuser(cells);
	await superuser(countBlocks);
	log = openSync(`${process.env.TEST_CLUSTER}/postgres.log`, 'r');
});
after(async () => {
	if (log) closeSync(log);
	await owner?.end();
	await server?.stop();
});

test('most reads cost the same with a hundred times the history, the figures and the plans', async () => {
	const asOf = (await owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as t`)).rows[0].t;
	const since = new Date(Date.parse(asOf) - 30 * 60_000).toISOString();
	server = await startServer();
	const { openapi } = server, arguments_ = await known();
	const { rows: [{ id }] } = await owner.query("select id from person where login = 'carla'");
	const { token } = (await (await browser(server, owner, id)).post('/api/v1/session/calendar')).json;
	assert.equal(await server.stop(), 0);
	arguments_.queries = { '/api/v1/plans/{plan}/search': '?q=victimes', '/api/v1/calendar.ics': `?token=${token}`, '/api/v1/plans/{plan}/changes': `?since=${since}&until=${asOf}`,
		'/api/v1/journal': `?plan=${PLAN}&since=${since}&until=${asOf}`,
		'/api/v1/plans/{plan}/indicators/{id}/explain': `?territory=${PLACE}&period=${MONTH}`,
		...Object.fromEntries(['observations', 'observations.csv', 'totals', 'totals.csv'].map((what) => [`/api/v1/series/{id}/${what}`, `?plan=${PLAN}`])) };
	const reads = everyRead(openapi, arguments_, asOf);
	await sleep(20);
	await superuser((query) => query('vacuum analyze'));
	const few = await costs(reads);
	await superuser(async (query) => {
		await multiplyPlans(query, planId, TIMES);
		await lengthen(query, asOf, TIMES);
		await query('vacuum analyze');
	});
	const many = await costs(reads);
	const grown = reads.map(({ name }) => ({ name, few: few[name], many: many[name] }))
		.filter((one) => one.many > 1.5 * one.few + SLACK).sort((a, b) => b.many / b.few - a.many / a.few);
	const heeded = grown.filter((one) => !STILL_GROWING.includes(one.name.replace(/ as of$/, '')));
	assert.deepEqual(heeded.map((one) => `${one.name}: ${one.few} blocks, then ${one.many}`), []);
});
