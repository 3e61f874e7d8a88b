/* Clients that vanish, that never end, that are many at the door, and a stop while they are all there. */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { raw, startServer, sleep, statuses } from '../integration/client.mjs';
import { ask, everyThread, patience, percentile, soak, until, usage } from './harness.mjs';

const CRLF = '\r\n', H = `Host: 127.0.0.1${CRLF}`, JSON_TYPE = `Content-Type: application/json${CRLF}`;
const largest = readdirSync('web/dist/assets').map((name) => ({ name, size: statSync(`web/dist/assets/${name}`).size }))
	.filter(({ name }) => !name.endsWith('.gz')).sort((a, b) => b.size - a.size)[0];

let server;
before(async () => {
	server = await startServer();
});
after(() => server?.stop());

/* A connection that sends `head`, waits for `bytes` of the answer (0: none) and is gone, in one of two ways. */
function vanish(head, bytes, brutal) {
	return new Promise((resolve) => {
		let seen = 0;
		const socket = net.connect(server.port, '127.0.0.1');
		const go = () => {
			if (brutal) socket.resetAndDestroy();
			else socket.destroy();
		};
		socket.on('error', () => {});
		socket.on('close', resolve);
		socket.on('connect', () => socket.write(head, () => bytes || setTimeout(go, 2)));
		socket.on('data', (data) => {
			seen += data.length;
			if (seen >= bytes) go();
		});
	});
}

async function vanishing(times) {
	const body = `POST /api/v1/session HTTP/1.1${CRLF}${H}${JSON_TYPE}Content-Length: 2000${CRLF}${CRLF}{"login":`;
	const chunk = `POST /api/v1/session HTTP/1.1${CRLF}${H}${JSON_TYPE}Transfer-Encoding: chunked${CRLF}${CRLF}ff${CRLF}{"lo`;
	const asset = `GET /assets/${largest.name} HTTP/1.1${CRLF}${H}${CRLF}`;
	const ways = [[body, 0], [chunk, 0], [asset, 1], [asset.repeat(40), 1], ['GET / HT', 0]];
	for (let i = 0; i < times; i += 50)
		await Promise.all(Array.from({ length: 50 }, (_, j) => vanish(...ways[j % ways.length], j % 2 === 0)));
}

const settled = () => until(async () => await server.metric('vigie_http_connections') <= 1, { what: 'connections at rest' });

/*
 * Each thread keeps the buffers of what it has met, and which thread meets what is chance: a thousand clients vanish
 * again until a thousand more take no more memory.  What a client leaves behind grows with each thousand.
 */
test('clients vanish in the middle 1,000 times: descriptors and memory come back', { timeout: 300_000 }, async () => {
	const grew = ({ rss }, before) => rss > before.rss * 1.01 + 128;
	await everyThread(server.port, `/assets/${largest.name}`);
	let start, end = usage(server.pid);
	for (let i = 0; i < 20 && (i < 2 || grew(end, start)); i++) {
		start = end;
		await vanishing(1000);
		await settled();
		end = usage(server.pid);
	}
	assert.equal(end.fds, start.fds);
	assert.equal(end.threads, start.threads);
	assert.ok(!grew(end, start), `memory: ${start.rss} → ${end.rss} KiB`);
	assert.equal((await ask(server.port, '/healthz')).status, 200);
});

test('a body announced with 1 GB is refused within a second, without its memory', { timeout: 300_000 }, async () => {
	const start = usage(server.pid);
	for (const [length, wanted] of [['999999999', 413], ['1073741824', 400]]) {
		const { text, closed, ms } = await raw(server.port, [`POST /api/v1/session HTTP/1.1${CRLF}${H}${JSON_TYPE}` +
			`Content-Length: ${length}${CRLF}${CRLF}`, Buffer.alloc(1 << 20, 32), Buffer.alloc(1 << 20, 32)]);
		assert.deepEqual(statuses(text), [wanted]);
		assert.ok(closed && ms < 1000 * patience(), `after ${ms} ms`);
	}
	assert.ok(usage(server.pid).rss - start.rss < 2048);
});

test('chunks without end are refused within a second, without their memory', { timeout: 300_000 }, async () => {
	const start = usage(server.pid), began = Date.now();
	const socket = net.connect(server.port, '127.0.0.1');
	let answer = '', sent = 0, most = 0;
	socket.on('data', (data) => (answer += data));
	socket.on('error', () => {});
	const closed = new Promise((resolve) => socket.once('close', resolve));
	socket.write(`POST /api/v1/session HTTP/1.1${CRLF}${H}${JSON_TYPE}Transfer-Encoding: chunked${CRLF}${CRLF}`);
	const chunk = `4000${CRLF}${' '.repeat(0x4000)}${CRLF}`;
	const pour = () => {
		if (Date.now() - began > 10_000) socket.destroy();
		if (socket.destroyed) return;
		most = Math.max(most, usage(server.pid).rss);
		sent += chunk.length;
		socket.write(chunk, () => setImmediate(pour)); // lets what came in be read in between
	};
	pour();
	await closed;
	assert.deepEqual(statuses(answer), [413]);
	assert.ok(Date.now() - began < 1500 * patience(), `after ${Date.now() - began} ms and ${sent} bytes`);
	assert.ok(most - start.rss < 2048, `memory: ${start.rss} → ${most} KiB`);
});

test('a storm of sign-ins: bounded memory, 503 for the excess, other routes answer', { timeout: 300_000 }, async () => {
	const own = await startServer({ args: ['--trusted-proxy=127.0.0.1'] });
	await everyThread(own.port, '/healthz');
	const start = usage(own.pid), seconds = soak ? 60 : 6, pending = [], probes = [];
	let most = 0;
	for (let i = 0; i < seconds * 50; i++) {
		for (let j = 0; j < 4; j++) {
			const n = i * 4 + j; // one person and one address each, so that no throttle helps
			pending.push(ask(own.port, '/api/v1/session', { method: 'POST', ms: 30_000,
				headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
				body: JSON.stringify({ login: `storm${n}`, password: 'correct horse battery staple' }) }));
		}
		if (i % 5 === 0) probes.push(ask(own.port, ['/', '/healthz'][i % 2]));
		if (i % 10 === 0) most = Math.max(most, usage(own.pid).rss);
		await sleep(20);
	}
	const answers = await Promise.all(pending), health = await Promise.all(probes);
	const count = (status) => answers.filter((a) => a.status === status).length;
	assert.equal(count(401) + count(429) + count(503), answers.length, JSON.stringify(answers.find((a) => ![401, 429, 503].includes(a.status))));
	assert.ok(count(401) > 0, 'some are looked at');
	assert.ok(count(503) > 0, 'the excess is refused');
	assert.ok(answers.filter((a) => a.status === 503).every((a) => Number(a.headers['retry-after']) >= 1));
	assert.ok(most - start.rss < 150 * 1024, `memory: ${start.rss} → ${most} KiB`);
	assert.ok(health.every((a) => a.status === 200));
	const slow = percentile(health.map((a) => a.ms), 0.99);
	assert.ok(slow < 1000 * patience(), `other routes: ${Math.round(slow)} ms at the 99th percentile`);
	await own.stop();
});

test('a stop under load: each request that the server saw is answered', { timeout: 300_000 }, async () => {
	const own = await startServer({ args: ['--pool-size=20'] });
	const psql = spawn('psql', ['-XqAt', process.env.TEST_DATABASE_OWNER_URL], { stdio: ['pipe', 'pipe', 'inherit'] });
	psql.stdin.write("begin; lock table schema_migration in access exclusive mode; select 'locked';\n");
	await once(psql.stdout, 'data');

	const before = own.log.length;
	let answered = 0, going = true;
	const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
	const clients = Array.from({ length: 16 }, async (_, i) => {
		while (going) {
			const { status } = await ask(own.port, i % 2 ? '/' : '/healthz', { agent: i % 4 < 2 ? agent : false });
			if (status) answered++;
			else await sleep(20);
		}
	});
	await until(() => answered > 50, { what: 'clients that are answered' });
	const waiting = Array.from({ length: 16 }, () => ask(own.port, '/readyz'));
	const sending = Array.from({ length: 16 }, () => raw(own.port,
		[`POST /api/v1/session HTTP/1.1${CRLF}${H}${JSON_TYPE}Content-Length: 2${CRLF}${CRLF}`, '{', '}'], { pause: 500 }));
	await sleep(300);
	const began = Date.now(), stopped = own.stop();
	await sleep(700);
	psql.stdin.end('rollback;\n');
	for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 200, answer.text);
	for (const { text } of await Promise.all(sending)) assert.deepEqual(statuses(text), [422]);
	assert.equal(await stopped, 0);
	assert.ok(Date.now() - began < 10_000 * patience());
	going = false;
	await Promise.all(clients);
	agent.destroy();
	const seen = own.log.slice(before).split('\n').filter((line) => / event=request /.test(line)).length;
	assert.equal(answered + 32, seen);
});
