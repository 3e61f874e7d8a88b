/*
 * A plan of which everything can be read, the reads of it, and a hundred times its past.
 */
import assert from 'node:assert/strict';
import { everyRead } from '../bench/every_read.mjs';
import { asSuperuser, lengthen, multiplyPlans, reviseFigures } from '../bench/scale.mjs';
import { command } from './accounts.mjs';
import { addPerson, browser, connectOwner } from './action_data.mjs';
import { sleep, startServer } from './client.mjs';

const PLAN = 'ocrteh-2024-2026', PLACE = '93', FORCE = 'DGPN', MONTH = '2025-03';
const plan = `/api/v1/plans/${PLAN}`, action = `${plan}/actions/7.2`;

export const TIMES = 100;

/* A coordinator who also reports for every place. */
async function coordinator(owner, planId) {
	const carla = await addPerson(owner, 'carla', 'coordinator', planId, null, []);
	await owner.query(`insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		select $1, 'contributor', $2, id, '{FR}' from organisation where code = $3`, [carla.id, planId, FORCE]);
	return carla;
}

/* One of everything that can be read, at least. */
async function everything(carla) {
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
const cells = (owner, planId) => owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, value, received, expected)
	select $1, g.id, v.id, t.level, t.code, to_char(m, 'YYYY-MM'), 'value', 12, 1, 1
	  from plugin g join plugin_version v on v.plugin_id = g.id and v.active, territory t, generate_series(timestamp '2024-10-01', '2025-03-01', '1 month') m
	 where g.kind = 'indicator' and t.code in ('FR', '93', '75', '13', '01', '2A', '59', '69', '33', '31', '06', '44', '67')`, [planId]);

/* What was known of each action month by month since the plan began: a course has as many months however long the history. */
const course = (database, planId) => asSuperuser(database, (query) => query(`insert into action_history overriding user value
	select v.* from plan p, generate_series(p.start_on, now(), '1 month') m, action_history h
	 cross join lateral jsonb_populate_record(h, jsonb_build_object('known_from', m)) v
	 where p.id = $1 and h.plan_id = p.id and h.version = 1 and m < h.known_from`, [planId]));

/* Arguments of the routes. */
async function known(owner, planId) {
	const first = async (table) => (await owner.query(`select max(id)::int as id from ${table} where plan_id = $1`, [planId])).rows[0].id;
	return { plan: PLAN, number: '7.2', 'measures/number': '7', territory: PLACE, organisation: FORCE, period: MONTH, code: PLACE, kind: 'territory',
		'status-reports/id': await first('status_report'), 'milestones/id': await first('milestone'), 'blockers/id': await first('blocker'),
		'evidence/id': await first('evidence'), 'budget-lines/id': await first('budget_line'), 'imports/id': await first('import'),
		'indicators/id': 'clients.fines_trend', 'alerts/id': 'plan.on_time_low', 'plugins/id': 'plan.progress', 'series/id': 'clients.fines' };
}

/* What some must be asked with. */
const queries = (asOf, token) => {
	const since = new Date(Date.parse(asOf) - 30 * 60_000).toISOString();
	return { '/api/v1/plans/{plan}/search': '?q=victimes', '/api/v1/calendar.ics': `?token=${token}`, '/api/v1/plans/{plan}/changes': `?since=${since}&until=${asOf}`,
		'/api/v1/plans/{plan}/actions/{number}/status-reports': '?limit=3',
		'/api/v1/journal': `?plan=${PLAN}&since=${since}&until=${asOf}`,
		'/api/v1/plans/{plan}/indicators/{id}/explain': `?territory=${PLACE}&period=${MONTH}`,
		...Object.fromEntries(['observations', 'observations.csv', 'totals', 'totals.csv'].map((what) => [`/api/v1/series/{id}/${what}`, `?plan=${PLAN}`])) };
};

/*
 * Fills an empty database: { planId, token, reads, asOf }, somebody who may read, all that there is to read, and the
 * instant as of which some of it is asked.
 */
export async function makePast({ database = process.env.TEST_DATABASE_URL, ownerUrl = process.env.TEST_DATABASE_OWNER_URL } = {}) {
	const env = { DATABASE_URL: database, DATABASE_OWNER_URL: ownerUrl };
	await command(['plan', 'import', new URL('../../sql/seed/ocrteh-2024-2026.json', import.meta.url).pathname], { env });
	await command(['demo', 'targets', '--plan', PLAN], { env });
	const owner = await connectOwner(ownerUrl);
	const planId = Number((await owner.query('select id from plan where code = $1', [PLAN])).rows[0].id);
	const { id, token } = await coordinator(owner, planId), server = await startServer({ database });
	await everything(async (method, path, body, options) => {
		const answer = await server.bearer(token)[method](path, body, options);
		assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
		return answer.json;
	});
	const calendar = (await (await browser(server, owner, id)).post('/api/v1/session/calendar')).json.token;
	assert.equal(await server.stop(), 0);
	await cells(owner, planId);
	await course(database, planId);
	await asSuperuser(database, (query) => reviseFigures(query, planId, 2)); // so that what tells of a revision has one to tell of
	const asOf = (await owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as t`)).rows[0].t;
	const reads = everyRead(server.openapi, { ...await known(owner, planId), queries: queries(asOf, calendar) }, asOf);
	await owner.end();
	await sleep(20);
	return { planId, token, reads, asOf };
}

/* A hundred times the history, the figures and the plans. */
export const grow = (database, { planId, asOf }) => asSuperuser(database, async (query) => {
	await multiplyPlans(query, planId, TIMES);
	await lengthen(query, asOf, TIMES);
	await reviseFigures(query, planId, TIMES);
	/* as often sent, and in the other plans made up */
	await query(`insert into observation_batch (series_id, plan_id, via, rows, added, fictitious)
		select series_id, plan_id, via, rows, 0, plan_id is distinct from $1 and plan_id is not null from observation_batch, generate_series(2, $2::int)`, [planId, TIMES]);
});
