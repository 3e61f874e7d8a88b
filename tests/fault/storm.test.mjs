/* The evening before a report is due: two hundred people type at once, and nothing that was kept is lost. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePlan } from '../integration/action_data.mjs';
import { startServer } from '../integration/client.mjs';
import { sleep, soak } from './harness.mjs';
import { PEOPLE, draftOf, openStorm, reportOf } from './seats.mjs';

const ROUNDS = soak ? 50 : 5, PATIENCE_MS = 120_000;
let server, data, units;

before(async () => {
	data = await makePlan();
	server = await startServer();
	units = await openStorm(server, data);
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

/*
 * Types and types again; who is told that the server is busy keeps the text and sends it anew, as the page does.  Every
 * other one asks to be told no more than that it is kept, as the page does too.
 */
async function types(unit, n) {
	const headers = n % 2 ? { Prefer: 'return=minimal' } : {};
	const client = server.bearer(unit.token), path = reportOf(unit), end = Date.now() + PATIENCE_MS;
	let { version } = (await again(() => client.get(path), end)).json;
	for (let round = 1; round <= ROUNDS; round++) {
		unit.said = `${unit.login}, ${round}`;
		const body = draftOf(String(round), unit.said);
		const answer = await again(() => client.put(path, body, { ifMatch: version, headers }), end);
		if (answer.status === 204) {
			version = Number.parseInt(answer.etag.slice(1), 10);
			continue;
		}
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
		if (answer?.status === 200 || answer?.status === 204 || (answer?.status === 412 && lost)) return answer;
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
	const first = await server.bearer(units[0].token).get(reportOf(units[0]));
	assert.equal(first.json.draft.comment, units[0].said);
});
