/*
 * Monthly reports under kill -9 of the server and of PostgreSQL, in the middle of drafts and submissions: state, figures and
 * observations of a report are there together or not at all, and what was acknowledged is there, once.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePlan, PLAN } from '../integration/action_data.mjs';
import { startServer } from '../integration/client.mjs';
import { ask, Cluster, freePort, ready, sleep, soak, until } from './harness.mjs';

const base = `/api/v1/plans/${PLAN}`;
const SERIES = ['clients.fines', 'clients.operations'];
const PERIODS = Array.from({ length: soak ? 36 : 14 }, (_, i) => `${2023 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, '0')}`);
const PLACES = ['93', '75', '13', '01', '2A'];
let cluster, server, data, port;
const start = async () => (server = await startServer({ database: cluster.url(), args: ['--today=2026-03-05', `--port=${port}`] }));

/* { status, json }; status 0 when nobody answered. */
async function call(login, method, path, body, version) {
	const answer = await ask(port, path, { method, body: body && JSON.stringify(body), headers: { Authorization: `Bearer ${data.tokens[login]}`,
		...(body && { 'Content-Type': 'application/json' }), ...(version !== undefined && { 'If-Match': `"${version}"` }) } });
	return { status: answer.status, json: answer.text ? JSON.parse(answer.text) : null };
}

before(async () => {
	cluster = await Cluster.start();
	process.env.TEST_DATABASE_OWNER_URL = cluster.url('vigie_owner');
	port = await freePort();
	data = await makePlan();
	data.owner.on('error', () => {}); /* it dies with PostgreSQL */
	await start();
	const made = async (path, body) => assert.equal((await call('carla', 'POST', path, body)).status, 201, path);
	await made(`${base}/roster`, { organisation: 'DGPN', territories: PLACES, person: 'nadia', from_on: '2020-01-01' });
	for (const period of PERIODS) await made(`${base}/campaigns`, { period, series: SERIES.map((id) => ({ id })) });
});
after(async () => {
	await server?.stop();
	await data?.owner.end().catch(() => {});
	await cluster?.end();
});

/* What was acknowledged: unit → the values that were sent. */
const drafted = new Map(), sent = new Map();

/* Answers for a unit as a page does: reads, keeps a draft, sends; begins again whatever became of it. */
async function answerFor(unit, values, stopped) {
	const path = `${base}/campaigns/${unit.period}/reports/${unit.territory}/DGPN`, name = `${unit.period}/${unit.territory}`;
	while (!stopped()) {
		const now = await call('nadia', 'GET', path);
		if (now.status === 200 && now.json.state === 'submitted') return;
		if (now.status === 200) {
			const kept = await call('nadia', 'PUT', path, { figures: SERIES.map((series, i) => ({ series, typed: String(values[i]) })) }, now.json.version);
			if (kept.status === 200) {
				drafted.set(name, values);
				const done = await call('nadia', 'POST', `${path}/submit`, undefined, kept.json.version);
				if (done.status === 200) sent.set(name, values);
				else assert.ok([0, 412, 503].includes(done.status), `${name}: ${done.status} ${JSON.stringify(done.json)}`);
			} else assert.ok([0, 412, 503].includes(kept.status), `${name}: ${kept.status} ${JSON.stringify(kept.json)}`);
		} else assert.ok([0, 503].includes(now.status), `${name}: ${now.status} ${JSON.stringify(now.json)}`);
		await sleep(5);
	}
}

/* Every report as the database has it. */
const reports = () => JSON.parse(cluster.sql(`select json_agg(x) from (
	select c.period || '/' || e.territory as name, coalesce(r.state, 'expected') as state, d.body #>> '{figures,0,typed}' as typed,
	       (select json_agg(f.value::int order by s.code) from report_figure f join series s on s.id = f.series_id where f.expectation_id = e.id) as figures,
	       (select json_agg(o.value::int order by s.code) from observation o join figure g on g.id = o.figure_id join series s on s.id = g.series_id
	         where g.plan_id = e.plan_id and g.territory = e.territory and g.period = c.period) as observations
	  from expectation e join campaign c on c.id = e.campaign_id left join report r on r.expectation_id = e.id
	  left join report_draft d on d.expectation_id = e.id where e.plan_id = (select id from plan where code = '${PLAN}')) x`));

function compare(wanted) {
	let whole = 0;
	for (const { name, state, typed, figures, observations } of reports()) {
		const values = wanted.get(name);
		if (state === 'submitted') {
			assert.deepEqual([figures, observations], [values, values], `${name}: sent, with every figure, once`);
			whole++;
		} else {
			assert.deepEqual([figures, observations], [null, null], `${name}: ${state}, and no figure of it`);
			assert.ok(!sent.has(name), `${name} was acknowledged`);
			if (drafted.has(name)) assert.equal(typed, String(drafted.get(name)[0]), `${name}: the draft that was acknowledged`);
		}
	}
	for (const name of sent.keys()) assert.ok(wanted.has(name));
	return whole;
}

test('killed in the middle of drafts and submissions, each report is whole or not there, and what was acknowledged is', { timeout: soak ? 900_000 : 300_000 }, async (t) => {
	const units = PERIODS.flatMap((period) => PLACES.map((territory) => ({ period, territory })));
	const wanted = new Map(units.map((unit, i) => [`${unit.period}/${unit.territory}`, [i + 1, 1000 + i]]));
	let over = false, next = 0;
	t.after(() => (over = true));
	const working = Promise.all(Array.from({ length: 4 }, async () => {
		while (next < units.length && !over) {
			const unit = units[next++];
			await answerFor(unit, wanted.get(`${unit.period}/${unit.territory}`), () => over);
		}
	}));
	const died = [];
	working.catch((e) => died.push(e));
	const fault = async (kill) => {
		const before_ = sent.size;
		if (before_ === units.length) return false;
		await until(() => sent.size > before_ || died.length > 0, { what: 'writers at work', ms: 30_000 });
		await sleep(Math.random() * 60);
		await kill();
		await until(ready(port), { ms: 30_000 });
		compare(wanted);
		return true;
	};
	let faults = 0;
	for (let i = 0; i < (soak ? 40 : 8); i++) {
		faults += await fault(async () => {
			await server.stop('SIGKILL');
			await start();
		});
		if (i % 4 === 3)
			faults += await fault(async () => {
				cluster.kill();
				await sleep(300);
				await cluster.up();
			});
	}
	await working;
	assert.deepEqual(died, []);
	assert.equal(compare(wanted), units.length, 'in the end everybody has answered');
	t.diagnostic(`${faults} kills, ${units.length} reports, ${sent.size} acknowledged`);
	assert.ok(faults >= 6, 'most kills fell while reports were being sent');
});
