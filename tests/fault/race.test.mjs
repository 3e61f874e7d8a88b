/* The same thing said many times at once, and two people who change the same thing: one effect, and everybody is told. */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from '../integration/client.mjs';
import { rows, soak } from './harness.mjs';
import { fill, signInAs } from './writers.mjs';

const base = '/api/v1/plans/ocrteh-2024-2026/actions';
let server, people, first, second;
const reports = (comment) => rows(`select 1 from set_config('vigie.session', 'service', false), status_report where comment = '${comment}'`).length;
const version = async (number) => (await first.get(`${base}/${number}`)).json.version;

before(async () => {
	people = await fill(process.env.TEST_DATABASE_URL);
	server = await startServer();
	first = await signInAs(server, people, 'coordinator');
	second = await signInAs(server, people, 'coordinator');
});
after(() => server?.stop());

test('one Idempotency-Key fifty times at once: one report, one answer, also after a restart', { timeout: 300_000 }, async () => {
	const body = { status: 'in_progress', progress: 12, confidence: 'achievable', comment: 'said fifty times' };
	const options = { key: 'fifty', ifMatch: await version('1.1') };
	const answers = await Promise.all(Array.from({ length: 50 }, () => first.post(`${base}/1.1/status-reports`, body, options)));
	/* those who wait too long for the first one are told to come back, and get the same */
	for (const answer of answers.filter(({ status }) => status !== 503)) {
		assert.equal(answer.status, 201, answer.text);
		assert.equal(answer.text, answers.find(({ status }) => status === 201).text);
		assert.equal(answer.headers.get('location'), answers.find(({ status }) => status === 201).headers.get('location'));
	}
	assert.ok(answers.filter(({ status }) => status === 201).length >= 40, answers.map(({ status }) => status).join(' '));
	assert.equal(reports('said fifty times'), 1);

	const { port } = server;
	await server.stop('SIGKILL');
	server = await startServer({ args: [`--port=${port}`] });
	first.server = second.server = server;
	const again = await first.post(`${base}/1.1/status-reports`, body, options);
	assert.equal(again.status, 201);
	assert.equal(again.text, answers.find(({ status }) => status === 201).text);
	assert.equal(again.etag, answers.find(({ status }) => status === 201).etag);
	const other = await first.post(`${base}/1.1/status-reports`, { ...body, progress: 13 }, options);
	assert.equal(other.status, 422);
	assert.equal(other.json.errors[0].code, 'idempotency_other_body');
	assert.equal(reports('said fifty times'), 1);
});

test('two writers with the same version, again and again: exactly one is kept each time', { timeout: 300_000 }, async () => {
	let now = await version('1.2');
	for (let i = 0; i < (soak ? 1000 : 150); i++) {
		const comment = `round ${i}`;
		const answers = await Promise.all([first, second].map((who, j) => who.post(`${base}/1.2/status-reports`,
			{ status: 'in_progress', progress: j ? 20 : 10, confidence: 'secured', comment }, { ifMatch: now })));
		const kept = answers.filter(({ status }) => status === 201), told = answers.filter(({ status }) => status === 412);
		assert.equal(kept.length, 1, answers.map(({ status, text }) => `${status} ${text.slice(0, 200)}`).join('\n'));
		assert.equal(told.length, 1);
		assert.equal(told[0].json.current.progress, kept[0].json.progress, 'the other sees what is there now');
		now = kept[0].json.version;
		if (i % 50 === 0) assert.equal(reports(comment), 1);
	}
});
