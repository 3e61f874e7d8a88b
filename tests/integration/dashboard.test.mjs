/* The home page's document: right at once after a write, as known at any instant, in both languages. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, command, importPlans, password, plan, sql } from './accounts.mjs';
import { instant, startServer } from './client.mjs';

const base = `/api/v1/plans/${plan}`;
const dashboard = `${base}/dashboard`;
let server, victor, carla;

before(async () => {
	await importPlans();
	await command(['plan', 'import', 'sql/seed/demo-deployments.json']);
	/* What is asked of the present month is asked while the plan runs, whenever that is. */
	sql(`update plan set end_on = now() + interval '2 months', version = version + 1
		where code = '${plan}' and end_on < now() + interval '1 month'`);
	server = await startServer();
	await account(server, 'victor', 'Victor Petit', `viewer --plan ${plan}`);
	await account(server, 'carla', 'Carla Roy', `coordinator --plan ${plan}`);
	[victor, carla] = await Promise.all(['victor', 'carla'].map((login) => server.signIn(login, password)));
});
after(async () => {
	if (server) assert.equal(await server.stop(), 0, server.log);
});

/* What is declared, put there as a report does. */
const declare = (number, set) => sql(`update action set ${set}, reported_at = now(), version = version + 1
	where number = '${number}' and plan_id = (select id from plan where code = '${plan}')`);
const declareIn = (number, territory, organisation, set) => sql(`update action_deployment d set ${set}, reported_at = now(),
	version = d.version + 1 from action a, organisation o where a.id = d.action_id and o.id = d.organisation_id
	and a.number = '${number}' and d.territory = '${territory}' and o.code = '${organisation}'
	and d.plan_id = (select id from plan where code = '${plan}')`);
/* SQL behind the server's back is not a write of the server: the cache is told by a change of its own. */
async function touch() {
	const { json } = await carla.get(`${base}/measures/22`);
	const answer = await carla.patch(`${base}/measures/22`, { flagship: !json.flagship }, { ifMatch: json.version });
	assert.equal(answer.status, 200, answer.text);
}

test('a plan of which nobody spoke: zero is not silence', async () => {
	const { json } = await victor.get(dashboard);
	assert.equal(json.situation.progress, 0);
	assert.deepEqual(json.situation.coverage, { received: 54, expected: 54 });
	assert.ok(json.situation.planned > 90);
	assert.equal(json.counts.total, 54);
	assert.equal(json.counts.by_confidence.none, 54);
	assert.equal(json.map.length, 101);
	assert.ok(json.map.every(({ state, reason, progress }) => state === 'missing' && reason === 'not_reported' && progress === null));
	assert.equal(json.map.find(({ territory }) => territory === '93').expected, 27);
	assert.equal(json.map.find(({ territory }) => territory === '13').expected, 54);
	assert.deepEqual(json.counts.departments, { up_to_date: 0, expected: 101 });
	assert.equal(json.objectives.length, 6);
	assert.equal(json.measures.length, 22);
	assert.equal(json.calendar.length, 54);
	assert.deepEqual([...json.calendar].map(({ due_on: due }) => due), [...json.calendar].map(({ due_on: due }) => due).sort());
	assert.deepEqual(json.plan, (await victor.get(base)).json);
	assert.deepEqual(json.warnings, []);
});

test('deployments that an import brings are one line among what changed', async () => {
	const { json } = await victor.get(dashboard);
	const { json: list } = await victor.get(`${base}/changes?field=deployments&limit=200`);
	const lines = json.changes.items.filter(({ field }) => field === 'deployments');
	assert.ok(list.total > 10, 'there are more than the page has lines');
	assert.deepEqual(lines.map(({ object, number }) => [object, number]), [['plan', null]]);
	assert.equal(lines[0].new, list.items.reduce((sum, one) => sum + one.new, 0));
	assert.equal(json.changes.total, (await victor.get(`${base}/changes?limit=1&since=2026-01-01`)).json.total - list.total + 1);
});

test('the trajectory goes from the first month to the last, planned ever upwards to 100', async () => {
	const { trajectory, today, plan: { end_on: end } } = (await victor.get(dashboard)).json;
	assert.deepEqual([trajectory[0].period, trajectory.at(-1).period], ['2024-06', end.slice(0, 7)]);
	assert.equal(trajectory.length, (Number(end.slice(0, 4)) - 2024) * 12 + Number(end.slice(5, 7)) - 5);
	assert.ok(trajectory.every(({ planned }, i) => i === 0 || planned >= trajectory[i - 1].planned));
	assert.equal(trajectory.at(-1).planned, 100);
	for (const { period, actual } of trajectory)
		assert.equal(actual, period === today.slice(0, 7) ? 0 : null, period);
});

test('an unchanged dashboard is not sent twice, a changed one at once', async () => {
	const first = await victor.get(dashboard);
	assert.equal((await victor.get(dashboard, { headers: { 'If-None-Match': first.etag } })).status, 304);
	const { json: was } = await carla.get(`${base}/measures/6`);
	const patch = await carla.patch(`${base}/measures/6`, { title_fr: 'Un autre titre', lead: 'DGGN', reason: 'COPIL' }, { ifMatch: was.version });
	assert.equal(patch.status, 200, patch.text);
	const second = await victor.get(dashboard, { headers: { 'If-None-Match': first.etag } });
	assert.equal(second.status, 200);
	const measure = second.json.measures.find(({ number }) => number === '6');
	assert.deepEqual([measure.title, measure.lead.code], ['Un autre titre', 'DGGN']);
	assert.equal(second.json.changes.items.find(({ field }) => field === 'lead').new, 'DGGN');
	assert.equal(second.json.changes.items[0].by.name, 'Carla Roy');
});

test('what was known before a change of title, lead and date stays readable', async () => {
	const before = await instant();
	const { json: now } = await victor.get(dashboard);
	const action = now.calendar.find(({ number }) => number === '1.1');
	await command(['plan', 'import', '--as', 'carla', '-'], { input: JSON.stringify({ format: 'plan/1', code: plan,
		measures: [{ number: '1', lead: 'SIRASCO' }],
		actions: [{ number: '1.1', title_fr: 'Titre révisé', due_on: '2027-06-30', reason: 'retard', lead: 'DGGN' }] }) });
	await touch();
	const changed = (await victor.get(dashboard)).json;
	const revised = changed.calendar.find(({ number }) => number === '1.1');
	assert.deepEqual([revised.title, revised.due_on, revised.initial_due_on, revised.lead.code],
		['Titre révisé', '2027-06-30', action.initial_due_on, 'DGGN']);
	const then = (await victor.get(`${dashboard}?as_of=${before}`)).json;
	assert.deepEqual(then.calendar, now.calendar);
	assert.deepEqual(then.measures, now.measures);
	assert.equal(then.as_of.slice(0, 23), before.slice(0, 23));
	const early = await victor.get(`${dashboard}?as_of=2020-01-01`);
	assert.equal(early.status, 404);
});

test('progress is the weighted mean of what counts, and coverage says what was left out', async () => {
	declare('2.1', "status = 'in_progress', progress = 40, confidence = 'support_needed', comment = 'x'");
	declare('2.2', "status = 'in_progress', progress = null");
	await touch();
	const { json } = await victor.get(dashboard);
	const measure = json.measures.find(({ number }) => number === '2');
	const others = measure.actions.total - 2;
	assert.deepEqual(measure.coverage, { received: others + 1, expected: others + 2 });
	assert.equal(measure.progress, 40 / (others + 1));
	assert.equal(measure.confidence, 'support_needed');
	declare('2.2', "status = 'dropped', progress = null, reason = 'sans objet'");
	await touch();
	const after = (await victor.get(dashboard)).json.measures.find(({ number }) => number === '2');
	assert.deepEqual(after.coverage, { received: others + 1, expected: others + 1 });
	assert.equal(after.actions.by_status.dropped, 1);
});

test('every action of a measure dropped: no progress, not a zero', async () => {
	for (const number of ['3.1', '3.2', '3.3']) declare(number, "status = 'dropped', progress = null, reason = 'sans objet'");
	await touch();
	const measure = (await victor.get(dashboard)).json.measures.find(({ number }) => number === '3');
	assert.equal(measure.actions.by_status.dropped, measure.actions.total);
	assert.equal(measure.progress, null);
});

test('a département is on the map once it spoke, up to date once all its deployments did', async () => {
	declareIn('7.2', '93', 'DGPN', "status = 'done', progress = 100, done_on = current_date");
	await touch();
	const { map, counts } = (await victor.get(dashboard)).json;
	const cell = map.find(({ territory }) => territory === '93');
	assert.equal(cell.state, 'value');
	assert.deepEqual([cell.reported, cell.expected], [1, 27]);
	assert.ok(cell.progress > 0 && cell.progress < 100);
	assert.equal(counts.departments.up_to_date, 0);
	sql(`update action_deployment set reported_at = now(), version = version + 1 where territory = '93'
		and plan_id = (select id from plan where code = '${plan}')`);
	await touch();
	assert.equal((await victor.get(dashboard)).json.counts.departments.up_to_date, 1);
});

test('what asks for a decision comes by age', async () => {
	for (const [number, kind, day, needed] of [['1.1', 'arbitration', '2026-03-01', null], ['1.2', 'technical', '2026-02-01', null],
		['2.1', 'resource', '2026-01-01', 'deux postes']])
		sql(`insert into blocker (plan_id, action_id, kind, title, opened_on, decision_needed) select plan_id, id, '${kind}', 'Blocage ${number}',
			'${day}', ${needed ? `'${needed}'` : 'null'} from action where number = '${number}'
			and plan_id = (select id from plan where code = '${plan}')`);
	await touch();
	const { json } = await victor.get(dashboard);
	assert.deepEqual(json.to_decide.map(({ action }) => action), ['2.1', '1.1']);
	assert.equal(json.to_decide_total, 2);
	assert.equal(json.counts.blocked, 3);
	assert.ok(json.to_decide[0].blocker.age_days > json.to_decide[1].blocker.age_days);
});

test('expected counts that do not hold are a warning', async () => {
	const { json: was } = await carla.get(base);
	await carla.patch(base, { expected: { objectives: 6, measures: 30, actions: 54 } }, { ifMatch: was.version });
	assert.deepEqual((await victor.get(dashboard)).json.warnings,
		[{ code: 'count_mismatch', object: 'measures', entered: 22, expected: 30 }]);
});

test('both languages, each its own answer', async () => {
	const [fr, en] = [await victor.get(dashboard), await victor.get(`${dashboard}?lang=en`)];
	assert.equal(fr.json.objectives[0].title, 'Mieux connaître la TEHES');
	assert.equal(en.json.objectives[0].title, 'Know trafficking for sexual exploitation better');
	assert.notEqual(fr.etag, en.etag);
});

test('another plan changes nothing here', async () => {
	assert.equal((await victor.get('/api/v1/plans/other-plan/dashboard')).status, 404);
	const { json } = await victor.get(dashboard);
	assert.ok(json.changes.items.every(({ number }) => number !== 'other-plan'));
});

/* What was known of action 2.1 in a month that is over, as its history keeps it. */
const knownIn = (period, set) => sql(`insert into action_history overriding system value
	select (jsonb_populate_record(h, jsonb_build_object('history_id', nextval(pg_get_serial_sequence('action_history', 'history_id')),
	                                                    'known_from', '${period}-10T10:00:00Z', 'reason', null) || '${JSON.stringify(set)}')).*
	  from action_history h join action a on a.id = h.id where a.number = '2.1' and a.plan_id = (select id from plan where code = '${plan}')
	 order by h.history_id limit 1`);
const pointsOf = async (number, query = '') => (await victor.get(`${base}/measures/${number}${query}`)).json;

test('the course of one measure, month after month, from what was known at the end of each', async () => {
	knownIn('2026-06', { status: 'in_progress', progress: 15 });
	knownIn('2026-08', { status: 'in_progress', progress: 30 });
	await touch();
	const { trajectory, progress, planned } = await pointsOf('2');
	const { json: home } = await victor.get(dashboard);
	assert.deepEqual(trajectory.map(({ period }) => period), home.trajectory.map(({ period }) => period), 'from the first month of the plan to its last');
	const at = (period) => trajectory.find((one) => one.period === period);
	assert.deepEqual(['2026-05', '2026-06', '2026-07', '2026-08', '2026-09'].map((period) => at(period).actual), [null, 15, 15, 30, 30]);
	assert.equal(at(home.today.slice(0, 7)).actual, progress, 'the present month: now');
	assert.equal(trajectory.at(-1).planned, 100);
	assert.ok(planned > 0 && planned <= 100 && at(home.today.slice(0, 7)).planned >= planned, 'planned for today lies on the path');
});

test('the measures together make the course of the plan', async () => {
	const { json: home } = await victor.get(dashboard);
	const courses = await Promise.all(home.measures.map(({ number }) => pointsOf(number)));
	const mean = (values) => {
		const known = values.filter(({ value }) => value !== null);
		return known.length ? known.reduce((sum, { value, weight }) => sum + value * weight, 0) / known.reduce((sum, { weight }) => sum + weight, 0) : null;
	};
	const near = (a, b, what) => assert.ok(a === b || Math.abs(a - b) < 1e-9, `${what}: ${a}, ${b}`);
	home.trajectory.forEach((point, i) => {
		for (const field of ['planned', 'actual'])
			near(mean(courses.map(({ trajectory, weight }) => ({ value: trajectory[i][field], weight }))), point[field], `${field} ${point.period}`);
	});
	near(mean(courses.map(({ planned, weight }) => ({ value: planned, weight }))), home.situation.planned, 'planned today');
	assert.deepEqual([courses[2].planned, courses[2].trajectory.at(-1).planned], [null, null], 'measure 3, whose actions were all dropped, has no path');
});

test('the course of a measure as of an instant is what was known then', async () => {
	const before = await instant();
	const was = await pointsOf('2');
	declare('2.1', "status = 'in_progress', progress = 90");
	await touch();
	const now = await pointsOf('2');
	const { today } = (await victor.get(dashboard)).json;
	const actual = ({ trajectory }) => trajectory.find(({ period }) => period === today.slice(0, 7)).actual;
	assert.ok(actual(now) > actual(was));
	const then = await pointsOf('2', `?as_of=${before}`);
	assert.deepEqual([then.trajectory, then.planned], [was.trajectory, was.planned]);
});

test('brief leaves out of a large plan what grows with it, of a small one nothing; objectives have their sums', async () => {
	const { json: whole } = await victor.get(dashboard);
	for (const query of ['?brief=true', '?brief=false'])
		assert.deepEqual({ ...(await victor.get(`${dashboard}${query}`)).json, generated_at: whole.generated_at }, whole);
	const wrong = await victor.get(`${dashboard}?brief=yes`);
	assert.deepEqual([wrong.status, wrong.json.errors[0].parameter], [400, 'brief']);

	const file = join(mkdtempSync(join(tmpdir(), 'vigie-large-')), 'plan.json');
	const numbers = [...Array(61).keys()].map((n) => String(n + 1));
	writeFileSync(file, JSON.stringify({
		format: 'plan/1', code: 'large-2020', title_fr: 'Grand plan', start_on: '2020-01-01', end_on: '2049-12-31',
		objectives: ['1', '2', '3'].map((number) => ({ number, title_fr: `Objectif ${number}` })),
		measures: numbers.map((number) => ({ number, objective: number === '61' ? '2' : '1', title_fr: `Mesure ${number}`, weight: number === '1' ? 3 : 1 })),
		actions: numbers.map((number) => ({ number: `${number}.1`, measure: number, title_fr: `Action ${number}`, level: 'national', due_on: number < 10 ? '2020-03-15' : '2049-09-15' })),
	}));
	await command(['plan', 'import', file]);
	await command(['user', 'grant', 'victor', 'viewer', '--plan', 'large-2020']);
	sql(`update action set status = 'done', progress = 100, done_on = '2020-02-01', reported_at = now(), version = version + 1 where number in ('1.1', '2.1')
		and plan_id = (select id from plan where code = 'large-2020')`);
	const large = `/api/v1/plans/large-2020/dashboard`;
	const reader = await server.signIn('victor', password);
	const { json: all } = await reader.get(large), { json: brief } = await reader.get(`${large}?brief=true`);
	assert.deepEqual([all.measures.length, all.calendar.length, brief.measures.length, brief.calendar.length], [61, 61, 0, 10]);
	assert.deepEqual(brief.calendar, all.calendar.filter(({ status }) => status !== 'done').slice(0, 10), 'the open ones that are due first');
	assert.deepEqual({ ...brief, measures: 0, calendar: 0, generated_at: 0 }, { ...all, measures: 0, calendar: 0, generated_at: 0 });
	const sums = brief.objectives.map(({ measures, progress, actions }) => [measures, progress === null ? null : Math.round(progress * 100) / 100, actions]);
	assert.deepEqual(sums, [
		[60, 6.45, { total: 60, done: 2, late: 7, blocked: 0 }], /* (3 + 1) of 62 weights are done */
		[1, 0, { total: 1, done: 0, late: 0, blocked: 0 }],
		[0, null, { total: 0, done: 0, late: 0, blocked: 0 }],
	]);
});
