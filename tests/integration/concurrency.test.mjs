/*
 * Many at once: nobody's report is lost or doubled, and the same sending has one effect and one answer.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';

let plan, server, carla, as;
const heavy = /address|thread/.test(process.env.VIGIE_BIN ?? '') ? 4 : 1;
const reports = (number) => `${base}/${number}/status-reports`;

async function start() {
	server = await startServer();
	as = (login) => server.bearer(plan.tokens[login]);
	carla = as('carla');
}
before(async () => {
	plan = await makePlan();
	await start();
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

const countOf = async (number) => {
	const { rows: [{ n }] } = await plan.owner.query(`select count(*)::int as n from status_report r join action a on a.id = r.action_id
		where a.plan_id = $1 and a.number = $2`, [plan.planId, number]);
	return n;
};

test('two writers with the same ETag: one is kept, the other is told, round after round', async () => {
	const rounds = 60 / heavy;
	for (let round = 0; round < rounds; round++) {
		const { json: { version } } = await carla.get(`${base}/1.1`);
		const answers = await Promise.all([10, 20].map((progress) =>
			carla.post(reports('1.1'), { status: 'in_progress', progress }, { ifMatch: version })));
		assert.deepEqual(answers.map((a) => a.status).sort(), [201, 412], `round ${round}`);
		const [kept, told] = answers[0].status === 201 ? answers : [answers[1], answers[0]];
		assert.equal(told.json.current.progress, kept.json.progress);
		assert.equal(told.json.current.version, kept.json.version);
		assert.deepEqual((await carla.get(`${base}/1.1`)).json, kept.json);
	}
	assert.equal(await countOf('1.1'), rounds);
});

test('eight writers that read, write and try again: every acknowledged report is there, once', async () => {
	const acknowledged = [];
	await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
		for (let n = 0; n < 12 / heavy;) {
			const { json: { version } } = await carla.get(`${base}/1.2`);
			const comment = `écrit par ${writer}, ${n}`;
			const answer = await carla.post(reports('1.2'), { status: 'in_progress', comment }, { ifMatch: version });
			assert.ok([201, 412].includes(answer.status), answer.text);
			if (answer.status !== 201) continue;
			acknowledged.push(comment);
			n++;
		}
	}));
	const { rows } = await plan.owner.query(`select r.comment from status_report r join action a on a.id = r.action_id
		where a.plan_id = $1 and a.number = '1.2' order by r.id`, [plan.planId]);
	assert.deepEqual(rows.map((r) => r.comment).sort(), [...acknowledged].sort());
	const { rows: history } = await plan.owner.query(`select version::int from action_history h where plan_id = $1 and number = '1.2' order by version`, [plan.planId]);
	assert.deepEqual(history.map((h) => h.version), Array.from({ length: acknowledged.length + 1 }, (_, i) => i + 1));
});

test('the same key fifty times at once: one row, one answer', async () => {
	const { json: { version } } = await carla.get(`${base}/2.1`);
	const body = { status: 'in_progress', progress: 33, comment: 'Une seule fois' };
	const answers = await Promise.all(Array.from({ length: 50 }, () => carla.post(reports('2.1'), body, { ifMatch: version, key: 'same-key' })));
	const busy = answers.filter((a) => a.status === 503), done = answers.filter((a) => a.status === 201);
	assert.equal(busy.length + done.length, 50, answers.map((a) => a.status).join(' '));
	assert.ok(done.length > 0);
	assert.equal(new Set(done.map((a) => `${a.text} ${a.etag} ${a.headers.get('location')}`)).size, 1);
	assert.equal(await countOf('2.1'), 1);

	const other = await carla.post(reports('2.1'), { ...body, progress: 34 }, { ifMatch: version, key: 'same-key' });
	assert.deepEqual([other.status, other.json.errors[0].header], [422, 'Idempotency-Key']);
	assert.equal((await as('olga').post(reports('2.1'), body, { ifMatch: version, key: 'same-key' })).status, 403, 'a key is its owner’s');

	assert.equal(await server.stop(), 0, server.log);
	await start();
	const replay = await carla.post(reports('2.1'), body, { ifMatch: version, key: 'same-key' });
	assert.deepEqual([replay.status, replay.text, replay.etag], [201, done[0].text, done[0].etag]);
	assert.equal(await countOf('2.1'), 1);
});

test('a refusal keeps no key: the corrected report may use it', async () => {
	const { json: { version } } = await carla.get(`${base}/7.11`);
	assert.equal((await carla.post(reports('7.11'), { status: 'done' }, { ifMatch: version, key: 'again' })).status, 422);
	assert.equal((await carla.post(reports('7.11'), { status: 'done', progress: 100 }, { ifMatch: version, key: 'again' })).status, 201);
});

test('keys of more than a day ago go with the next ones, a person’s own alone', async () => {
	const rows = async (where) => (await plan.owner.query(`select count(*)::int as n from idempotency_key where ${where}`)).rows[0].n;
	const keep = (login, key, age) => plan.owner.query(`insert into idempotency_key (person_id, route, key, body_sha256, status, created_at)
		values ($1, 'x', $2, 'x', 200, now() - $3::interval)`, [plan.ids[login], key, age]);
	for (let i = 0; i < 5; i++) await keep('carla', `old-${i}`, `${25 + i} hours`);
	await keep('carla', 'recent', '23 hours');
	await keep('olga', 'old-other', '30 days');
	const send = async (key) => {
		const { json: { version } } = await carla.get(`${base}/7.11`);
		const answer = await carla.post(reports('7.11'), { status: 'done', progress: 100 }, { ifMatch: version, key });
		assert.equal(answer.status, 201, answer.text);
	};
	await send('first');
	assert.equal(await rows("key like 'old-_'"), 3, 'at most two at once');
	assert.equal(await rows("key in ('old-4', 'old-3')"), 0, 'the oldest first');
	await send('second');
	await send('third');
	assert.equal(await rows("key like 'old-_'"), 0);
	assert.equal(await rows("key in ('recent', 'old-other', 'first', 'second', 'third')"), 5);
});

test('a key of more than a day ago may be used anew', async () => {
	const { json: { version } } = await carla.get(`${base}/7.11`);
	const body = { status: 'done', progress: 100, comment: 'Encore' };
	assert.equal((await carla.post(reports('7.11'), body, { ifMatch: version, key: 'daily' })).status, 201);
	await plan.owner.query("update idempotency_key set created_at = now() - interval '25 hours' where key = 'daily'");
	assert.equal((await carla.post(reports('7.11'), { ...body, comment: 'Le lendemain' }, { ifMatch: version + 1, key: 'daily' })).status, 201);
});

test('an answer is not repeated to somebody who lost the right to ask', async () => {
	const { json: { version } } = await carla.get(`${base}/7.11`);
	const body = { status: 'done', progress: 100, comment: 'Une fois' };
	const send = () => carla.post(reports('7.11'), body, { ifMatch: version, key: 'before' });
	assert.equal((await send()).status, 201);
	const { rows: grants } = await plan.owner.query('update role_grant set revoked_at = now() where person_id = $1 and revoked_at is null returning id', [plan.ids.carla]);
	await plan.owner.query("insert into role_grant (person_id, role, plan_id, organisation_id, territories) select $1, 'contributor', $2, id, '{01}' from organisation limit 1", [plan.ids.carla, plan.planId]);
	let refused;
	for (let i = 0; i < 200 && refused?.status !== 403; i++) refused = await send();
	assert.equal(refused.status, 403, 'her rights were taken away');
	await plan.owner.query('update role_grant set revoked_at = case when id = any ($2) then null else now() end where person_id = $1 and (id = any ($2) or revoked_at is null)', [plan.ids.carla, grants.map((g) => g.id)]);
	let again;
	for (let i = 0; i < 200 && again?.status !== 201; i++) again = await send();
	assert.equal(again.status, 201);
});

test('a withdrawal and reports at the same time never leave an older state', async () => {
	for (let round = 0; round < 20 / heavy; round++) {
		const { json: { version } } = await carla.get(`${base}/7.10`);
		const first = await carla.post(reports('7.10'), { status: 'in_progress', progress: 1 + round }, { ifMatch: version });
		const [next, back] = await Promise.all([
			carla.post(reports('7.10'), { status: 'on_hold', progress: 50 }, { ifMatch: first.json.version }),
			carla.post(`${first.headers.get('location')}/withdrawal`, { reason: 'Erreur' })]);
		assert.equal(back.status, 201, back.text);
		assert.ok([201, 412].includes(next.status), next.text);
		const { json: now } = await carla.get(`${base}/7.10`);
		const standing = (await carla.get(`${reports('7.10')}?limit=200`)).json.items.find((r) => r.withdrawn === null);
		assert.deepEqual([now.status, now.progress, now.reported_at], standing ? [standing.status, standing.progress, standing.at] : ['not_started', null, null]);
	}
});

test('fifty coordinators changing who leads: one lead at the end, and no gap in the history', async () => {
	const codes = ['OCRTEH', 'DGPN', 'DGGN', 'ACSE'];
	await Promise.all(Array.from({ length: 50 / heavy }, async (_, i) => {
		const { json: { version } } = await carla.get(`${base}/7.2`);
		const answer = await carla.patch(`${base}/7.2`, { lead: codes[i % 4], partners: [codes[(i + 1) % 4]] }, { ifMatch: version });
		assert.ok([200, 412, 503].includes(answer.status), answer.text);
	}));
	const { rows } = await plan.owner.query(`select role from assignment s join action a on a.id = s.action_id
		where a.plan_id = $1 and a.number = '7.2' and s.until_on is null order by role`, [plan.planId]);
	assert.deepEqual(rows.map((r) => r.role), ['lead', 'partner']);
});
