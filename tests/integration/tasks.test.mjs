/*
 * My tasks: what one person must answer, and no more; each row with the version that its answer names.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from './client.mjs';
import { addPerson, makePlan, PLAN } from './action_data.mjs';

const base = `/api/v1/plans/${PLAN}`;
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const tasks = async (login, query = '') => {
	const answer = await as(login).get(`${base}/tasks${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
};
const named = ({ actions }) => actions.map((a) => [a.action, a.territory, a.organisation?.code ?? null]);
async function made(answer, status = 201) {
	assert.equal((await answer).status, status, (await answer).text);
	return (await answer).json;
}

before(async () => {
	server = await startServer({ args: ['--today=2026-03-05'] });
	data = await makePlan();
	data.tokens.alix = (await addPerson(data.owner, 'alix', 'contributor', data.planId, 'ACSE', ['13'])).token;
	for (const [organisation, territory] of [['DGPN', '93'], ['DGPN', '75'], ['ACSE', '13']])
		await made(as('carla').post(`${base}/roster`, { organisation, territories: [territory], from_on: '2024-01-01' }));
	await made(as('paul').post('/api/v1/series/clients.fines/observations', { rows: [
		{ territory: '93', organisation: 'DGPN', period: '2026-01', value: 10 }, { territory: '93', organisation: 'DGPN', period: '2025-02', value: 0 }] }));
	await made(as('carla').post(`${base}/campaigns`, { period: '2026-02', series: [{ id: 'clients.fines' }, { id: 'networks.suspects' }, { id: 'shelter.places', kinds: ['association'] }] }));
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('a référent has the deployments and the figures of their own units, and nobody else’s', async () => {
	const { today, actions, reports } = await tasks('paul');
	assert.equal(today, '2026-03-05');
	assert.deepEqual(actions.map((a) => [a.action, a.territory, a.organisation.code, a.status, a.late, a.stale, a.awaited, a.version]), [
		['7.2', '93', 'DGPN', 'not_started', false, true, true, 1], ['7.10', '93', 'DGPN', 'not_started', true, true, true, 1]]);
	assert.deepEqual(reports.map((r) => [r.period, r.territory, r.organisation.code, r.state, r.draft, r.version]), [['2026-02', '93', 'DGPN', 'expected', null, 1]]);
	assert.deepEqual(reports[0].figures.map((f) => [f.series, f.state, f.previous_month, f.year_before]), [
		['clients.fines', 'expected', { state: 'value', value: 10 }, { state: 'value', value: 0 }], ['networks.suspects', 'expected', null, null]]);
	assert.deepEqual(named(await tasks('ile')), [['7.2', '75', 'DGPN'], ['7.2', '93', 'DGPN'], ['7.10', '93', 'DGPN']], 'a region holds its départements');
	assert.deepEqual(named(await tasks('gina')), [], 'the gendarmerie deploys nothing in 93');
	const association = await tasks('alix');
	assert.deepEqual([association.actions.length, association.reports.map((r) => r.figures.map((f) => f.series))], [0, [['shelter.places']]]);
});

test('who leads an action nationally reports on the action itself', async () => {
	const led = (await tasks('nadia', '?all=true')).actions.filter((a) => a.territory === null);
	assert.deepEqual(led.map((a) => [a.action, a.organisation, a.late]), [['1.2', null, true]]);
	assert.deepEqual(named(await tasks('carla')), [], 'a coordinator owes no report');
	for (const login of ['victor', 'ana', 'adam']) assert.equal((await as(login).get(`${base}/tasks`)).status, 403, login);
});

test('what was answered is no task any more; all=true still gives it, with the progress of a month and a year before', async () => {
	const [row] = (await tasks('paul')).actions;
	await made(as('paul').post(`${base}/actions/7.2/status-reports`, { territory: '93', organisation: 'DGPN', status: 'in_progress', progress: 40 }, { ifMatch: row.version }));
	/* the server of this suite believes that it is March 2026; the database knows better when this was recorded */
	await data.owner.query(`insert into status_report (plan_id, action_id, deployment_id, status, progress, recorded_at)
		select d.plan_id, d.action_id, d.id, 'in_progress', v.progress, now() - v.age from action_deployment d join action a on a.id = d.action_id,
		(values (20::smallint, interval '40 days'), (5::smallint, interval '400 days')) v (progress, age) where a.number = '7.2' and d.territory = '93'`);
	assert.deepEqual(named(await tasks('paul')), [['7.10', '93', 'DGPN']]);
	const again = (await tasks('paul', '?all=true')).actions.find((a) => a.action === '7.2');
	assert.deepEqual([again.progress, again.month_before, again.year_before, again.version, again.awaited], [40, 20, 5, row.version + 1, false]);
	const bad = await as('paul').get(`${base}/tasks?all=yes`);
	assert.deepEqual([bad.status, bad.json.errors.map((e) => e.parameter)], [400, ['all']]);
});

test('a draft is there as typed, with the version that the next one must name; what was sent leaves', async () => {
	const where = `${base}/campaigns/2026-02/reports/93/DGPN`;
	const figures = (fines) => ({ figures: [{ series: 'clients.fines', typed: fines }, { series: 'networks.suspects', typed: '2' }] });
	await made(as('paul').put(where, figures('douze'), { ifMatch: (await tasks('paul')).reports[0].version }), 200);
	const [report] = (await tasks('ile')).reports.filter((r) => r.territory === '93');
	assert.deepEqual([report.state, report.draft.figures[0].typed, report.draft.saved_by.name], ['draft', 'douze', 'Paul Test'], 'who holds the same unit goes on with it');
	await made(as('paul').put(where, figures('12'), { ifMatch: report.version }), 200);
	await made(as('paul').post(`${where}/submit`, {}, { ifMatch: (await tasks('paul')).reports[0].version }), 200);
	assert.deepEqual((await tasks('paul')).reports, []);
	assert.deepEqual((await tasks('paul', '?all=true')).reports.map((r) => [r.state, r.figures.map((f) => f.value)]), [['submitted', [12, 2]]]);
	const sent = (await tasks('paul', '?all=true')).reports[0];
	await made(as('carla').post(`${where}/return`, { figure: { series: 'clients.fines' }, reason: 'Une virgule ?' }, { ifMatch: sent.version }), 200);
	const [back] = (await tasks('paul')).reports;
	assert.deepEqual([back.state, back.figures.map((f) => f.state), back.figures[0].thread.at(-1).remark], ['returned', ['returned', 'accepted'], 'Une virgule ?']);
});

test('a closed campaign asks nothing any more', async () => {
	const campaign = (await as('carla').get(`${base}/campaigns/2026-02`)).json;
	await made(as('carla').post(`${base}/campaigns/2026-02/close`, {}, { ifMatch: campaign.version }), 200);
	assert.deepEqual((await tasks('paul', '?all=true')).reports, []);
});
