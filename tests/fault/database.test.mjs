/* The database away, frozen, busy, read-only: what the server says meanwhile, and that it comes back by itself. */
import { test, before, beforeEach, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer, sleep } from '../integration/client.mjs';
import { Cluster, ask, everyThread, otherLines, patience, ready, soak, until, usage } from './harness.mjs';

let cluster, server;
before(async () => {
	cluster = await Cluster.start();
	server = await startServer({ database: cluster.url() });
});
beforeEach(async () => { // whatever the test before left
	cluster.thaw();
	await cluster.up();
	await until(ready(server.port));
});
after(async () => {
	await server?.stop();
	await cluster?.end();
});

/* Asks /readyz again and again until told to stop, or the test ends; gives what came back. */
function asking(t, every = 50) {
	const answers = [];
	let going = true;
	t.after(() => (going = false));
	const turn = async () => {
		while (going) {
			answers.push(await ask(server.port, '/readyz'));
			await sleep(every);
		}
	};
	const turns = Promise.all([turn(), turn(), turn(), turn()]);
	return async () => {
		going = false;
		await turns;
		return answers;
	};
}

const slowest = (answers) => Math.round(Math.max(...answers.map((a) => a.ms)));

function assertRefused(answers) {
	for (const { status, headers, text } of answers) {
		assert.equal(status, 503, text);
		assert.ok(Number(headers['retry-after']) >= 1);
		assert.match(headers['content-type'], /^application\/problem\+json/);
		assert.doesNotMatch(text, /socket|postgres|select|SQLSTATE/i, 'nothing of the database shows');
	}
}

/* Holds a lock in a session of psql until it is let go, or the test ends: one that is left keeps the suite waiting. */
async function lock(t, table) {
	const psql = spawn('psql', ['-XqAt', cluster.url('vigie_owner')], { stdio: ['pipe', 'pipe', 'inherit'] });
	t.after(() => psql.kill());
	psql.stdin.write(`begin; lock table ${table} in access exclusive mode; select 'locked';\n`);
	await once(psql.stdout, 'data');
	return async () => {
		psql.stdin.end('rollback;\n');
		await once(psql, 'close');
	};
}

test('stopped: alive but not ready, memory flat, log calm, back within a second', { timeout: 300_000 }, async (t) => {
	const seconds = soak ? 60 : 8;
	await cluster.down();
	await everyThread(server.port, '/readyz'); // so that each has the buffers it will ever have
	const stop = asking(t);
	await sleep(1000);
	const memory = usage(server.pid), from = server.log.length;
	for (let i = 0; i < seconds; i++) {
		assert.equal((await ask(server.port, '/healthz')).status, 200);
		assert.equal((await ask(server.port, '/')).status, 200, 'pages come from memory');
		await sleep(1000);
	}
	const answers = await stop(), now = usage(server.pid);
	assert.ok(answers.length > seconds * 20);
	assertRefused(answers.slice(8));
	assert.ok(slowest(answers) < 2500 * patience(), `503 took ${slowest(answers)} ms`);
	assert.ok(now.rss - memory.rss < 1024, `memory: ${memory.rss} → ${now.rss} KiB`);
	assert.ok(now.fds <= memory.fds, `descriptors: ${memory.fds} → ${now.fds}`);
	const lines = otherLines(server, from);
	assert.ok(lines.length <= seconds + 1, `${lines.length} lines in ${seconds} s:\n${lines.slice(0, 5).join('\n')}`);

	await cluster.up();
	const took = await until(ready(server.port));
	assert.ok(took < 1000 * patience(), `back after ${took} ms`);
});

test('postmaster killed: 503 at once, back within a second of its return', { timeout: 300_000 }, async (t) => {
	cluster.kill();
	const stop = asking(t);
	await sleep(700);
	const answers = await stop();
	assertRefused(answers.filter((a) => a.status !== 200));
	assert.equal(answers.at(-1).status, 503);
	assert.ok(slowest(answers) < 2500 * patience(), `503 took ${slowest(answers)} ms`);
	await cluster.up();
	const took = await until(ready(server.port));
	assert.ok(took < 1000 * patience(), `back after ${took} ms`);
});

test('one backend killed: back within 3 s', { timeout: 300_000 }, async () => {
	const [pid] = cluster.sql("select pid from pg_stat_activity where usename = 'vigie' and query !~ 'listen'").split('\n');
	process.kill(Number(pid), 'SIGKILL');
	const took = await until(ready(server.port), { ms: 5000 });
	assert.ok(took < 3000 * patience(), `back after ${took} ms`);
});

test('frozen: refused within 5 s, healthy meanwhile, back within a second', { timeout: 300_000 }, async (t) => {
	const stop = asking(t, 0);
	await sleep(300);
	cluster.freeze();
	await sleep(100);
	const health = await ask(server.port, '/healthz');
	assert.ok(health.status === 200 && health.ms < 500 * patience());
	await sleep(7000);
	const threads = usage(server.pid).threads;
	cluster.thaw();
	const took = await until(ready(server.port));
	const answers = await stop();
	assert.ok(answers.some((a) => a.status === 503));
	assertRefused(answers.filter((a) => a.status !== 200));
	assert.ok(slowest(answers) < 5000 * patience(), `an answer took ${slowest(answers)} ms`);
	assert.ok(took < 1000 * patience(), `back after ${took} ms`);
	assert.equal(usage(server.pid).threads, threads);
});

test('every connection busy: 503 within 2.5 s, pages fine, back within a second', { timeout: 300_000 }, async (t) => {
	const release = await lock(t, 'schema_migration');
	const held = Array.from({ length: 8 }, () => ask(server.port, '/readyz'));
	await until(async () => await server.metric('vigie_db_leased') === 8, { ms: 1500 });
	const late = Array.from({ length: 24 }, () => ask(server.port, '/readyz'));
	const page = await ask(server.port, '/');
	assert.ok(page.status === 200 && page.ms < 500 * patience(), `a page took ${page.ms} ms`);
	assertRefused(await Promise.all(late));
	/* a lock is waited for 2 s (lock_timeout); the last ones first connected */
	assert.ok(slowest(await Promise.all(late)) <= 2500 * patience(), `503 took ${slowest(await Promise.all(late))} ms`);
	assertRefused(await Promise.all(held));
	await release();
	const took = await until(ready(server.port));
	assert.ok(took < 1000 * patience(), `back after ${took} ms`);
});
