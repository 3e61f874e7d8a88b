/* The evening before a report is due: two hundred people type at once, and nothing that was kept is lost. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from '../integration/action_data.mjs';
import { startServer } from '../integration/client.mjs';
import { sleep, soak } from './harness.mjs';

const PERIOD = '2026-02', PEOPLE = 200, ROUNDS = soak ? 50 : 5, PATIENCE_MS = 120_000;
const reports = `/api/v1/plans/${PLAN}/campaigns/${PERIOD}/reports`;
let server, data, units;

/* A token as the server makes them. */
function token() {
	const body = `vigie_${randomBytes(32).toString('base64url')}`;
	return body + createHash('sha256').update(body).digest('hex').slice(0, 8);
}

/* One person a unit: police and gendarmerie of a hundred départements. */
async function seats() {
	const { rows: places } = await data.owner.query(`select t.code as territory, o.code as organisation, o.id from territory t, organisation o
		where t.level = 'department' and o.code in ('DGPN', 'DGGN') order by 1, 2 limit $1`, [PEOPLE]);
	for (const [i, unit] of places.entries()) {
		Object.assign(unit, { token: token(), login: `person.${i}` });
		await data.owner.query(`with p as (insert into person (login, name, lang) values ($1, $1, 'fr') returning id), g as (
				insert into role_grant (person_id, role, plan_id, organisation_id, territories) select id, 'contributor', $2, $3, array[$4] from p)
			insert into api_token (person_id, hash, name, prefix, expires_at) select id, $5, 'test', $6, now() + interval '1 day' from p`,
		[unit.login, data.planId, unit.id, unit.territory, createHash('sha256').update(unit.token).digest('hex'), unit.token.slice(0, 12)]);
	}
	return places;
}

before(async () => {
	data = await makePlan();
	units = await seats();
	server = await startServer();
	const carla = server.bearer(data.tokens.carla), places = [...new Set(units.map((u) => u.territory))];
	for (const organisation of ['DGPN', 'DGGN'])
		assert.equal((await carla.post(`/api/v1/plans/${PLAN}/roster`, { organisation, territories: places, from_on: '2024-01-01' })).status, 201);
	const opened = await carla.post(`/api/v1/plans/${PLAN}/campaigns`,
		{ period: PERIOD, series: [{ id: 'clients.fines' }], opens_on: '2026-03-01', due_on: '2099-12-31' });
	assert.equal(opened.status, 201, opened.text);
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

/* Types and types again; who is told that the server is busy keeps the text and sends it anew, as the page does. */
async function types(unit) {
	const client = server.bearer(unit.token), path = `${reports}/${unit.territory}/${unit.organisation}`, end = Date.now() + PATIENCE_MS;
	let { version } = (await again(() => client.get(path), end)).json;
	for (let round = 1; round <= ROUNDS; round++) {
		unit.said = `${unit.login}, ${round}`;
		const body = { figures: [{ series: 'clients.fines', typed: String(round) }], comment: unit.said };
		const answer = await again(() => client.put(path, body, { ifMatch: version }), end);
		/* an answer that was lost on its way: the next one says what was kept, which must be this */
		const kept = answer.status === 412 ? answer.json.current : answer.json;
		assert.equal(kept.draft?.comment, unit.said, answer.text);
		({ version } = kept);
	}
}

/* Until there is an answer: what comes to nothing may be sent again. */
async function again(send, end) {
	let lost = false;
	for (;; await sleep(200)) {
		const answer = await send().catch((error) => {
			assert.equal(error.message, 'fetch failed');
			return null;
		});
		if (answer?.status === 200 || (answer?.status === 412 && lost)) return answer;
		assert.ok((!answer || answer.status === 503) && Date.now() < end, `${answer?.status} ${answer?.text}`);
		lost ||= !answer;
	}
}

test('two hundred people save drafts at once: every last one is there, also after the server is killed', { timeout: 300_000 }, async () => {
	assert.equal(units.length, PEOPLE);
	await Promise.all(units.map(types));
	await server.stop('SIGKILL');
	const { rows } = await data.owner.query(`select e.territory, o.code as organisation, d.body ->> 'comment' as comment, d.body #>> '{figures,0,typed}' as typed,
			d.version::int as version, p.login
		from report_draft d join expectation e on e.id = d.expectation_id join organisation o on o.id = e.organisation_id join person p on p.id = d.saved_by
		order by 1, 2`);
	assert.deepEqual(rows.map(({ territory, organisation, comment, typed, login }) => ({ territory, organisation, comment, typed, login })),
		units.map(({ territory, organisation, said, login }) => ({ territory, organisation, comment: said, typed: String(ROUNDS), login })));
	assert.ok(rows.every((one) => one.version === ROUNDS), 'each one kept once');
	server = await startServer();
	const first = await server.bearer(units[0].token).get(`${reports}/${units[0].territory}/${units[0].organisation}`);
	assert.equal(first.json.draft.comment, units[0].said);
});
