/* Server-sent events: a page hears that its plan changed, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addPerson, base, makePlan, PLAN } from './action_data.mjs';
import { startServer } from './client.mjs';

const PLACES = 3; // a quarter of the threads
let plan, server, adminToken;

before(async () => {
	plan = await makePlan();
	({ token: adminToken } = await addPerson(plan.owner, 'ada', 'admin', null, null, []));
	server = await startServer({ args: ['--threads=12'] });
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

/* A stream and what it tells: next() gives the next event, or null once the server ended it. */
async function follow(login, token = plan.tokens[login]) {
	const stop = new AbortController();
	const response = await fetch(`${server.url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` }, signal: stop.signal });
	const reader = response.body.getReader();
	let text = '';
	return {
		response,
		async next() {
			for (;;) {
				const event = /^event: (\w+)\ndata: (.*)\n\n/m.exec(text);
				if (event) {
					text = text.slice(event.index + event[0].length);
					return { type: event[1], ...JSON.parse(event[2]) };
				}
				const { done, value } = await reader.read();
				if (done) return null;
				text += Buffer.from(value).toString();
			}
		},
		end: () => stop.abort(),
	};
}

/* A place is free again once the server noticed, at the next event, that its reader went away. */
async function places(count) {
	const end = Date.now() + 30_000;
	while ((await server.metric('vigie_http_streams')) > PLACES - count) {
		assert.ok(Date.now() < end, 'the places of readers who left are not given back');
		await report();
	}
}

async function report() {
	const carla = server.bearer(plan.tokens.carla);
	const { json: { version } } = await carla.get(`${base}/1.1`);
	const answer = await carla.post(`${base}/1.1/status-reports`, { status: 'in_progress', progress: 10 }, { ifMatch: version });
	assert.equal(answer.status, 201, answer.text);
}

test('the present version of each of one’s plans comes first, a later one after each change', async () => {
	const stream = await follow('victor');
	assert.equal(stream.response.status, 200);
	assert.equal(stream.response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
	assert.equal(stream.response.headers.get('cache-control'), 'no-store');
	const first = await stream.next();
	assert.deepEqual({ ...first, version: 0 }, { type: 'plan', plan: PLAN, version: 0 });
	await report();
	const second = await stream.next();
	assert.equal(second.plan, PLAN);
	assert.ok(second.version > first.version);
	stream.end();
	await places(PLACES);
});

test('asked once, the versions are told and the answer ends', async () => {
	const victor = server.bearer(plan.tokens.victor);
	const before = await victor.get('/api/v1/events?once=true');
	assert.equal(before.status, 200);
	await report();
	const after = await victor.get('/api/v1/events?once=true');
	assert.notEqual(after.text, before.text);
	assert.equal((await victor.get('/api/v1/events?once=maybe')).status, 400);
	assert.equal((await server.anonymous().get('/api/v1/events')).status, 401);
});

test('who has no plan hears of none', async () => {
	const answer = await server.bearer(adminToken).get('/api/v1/events?once=true');
	assert.equal(answer.status, 200);
	assert.doesNotMatch(answer.text, /data:/);
});

test('who loses the right to read hears nothing more: the stream ends', async () => {
	const { token } = await addPerson(plan.owner, 'vera', 'viewer', plan.planId, null, []);
	const stream = await follow('vera', token);
	assert.ok(await stream.next());
	await plan.owner.query("update person set disabled_at = now(), version = version + 1 where login = 'vera'");
	let heard;
	do {
		await report();
		heard = await stream.next();
	} while (heard);
	assert.equal(heard, null);
	await places(PLACES);
});

test('a quarter of the threads may follow, the next is told to come back later, and the others are served', async () => {
	const streams = await Promise.all(Array.from({ length: PLACES }, () => follow('victor')));
	for (const stream of streams) assert.equal(stream.response.status, 200);
	const late = await server.bearer(plan.tokens.victor).get('/api/v1/events');
	assert.equal(late.status, 503);
	assert.ok(Number(late.headers.get('retry-after')) > 0);
	assert.equal((await server.bearer(plan.tokens.victor).get('/api/v1/events?once=true')).status, 200);
	for (const stream of streams) stream.end();
	await places(PLACES);
	const stream = await follow('victor');
	assert.equal(stream.response.status, 200);
	stream.end();
	await places(PLACES);
});

test('a stop waits for nobody who follows', async () => {
	const own = server;
	const stream = await follow('victor');
	assert.ok(await stream.next());
	assert.equal(await own.stop(), 0, own.log);
	assert.equal(await stream.next().catch(() => null), null);
	server = await startServer({ args: ['--threads=12'] });
});
