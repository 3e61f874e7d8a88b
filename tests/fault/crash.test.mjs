/* kill -9 of the server, of one backend and of PostgreSQL, and a PostgreSQL that is frozen, under eight writers: what was acknowledged is there, once. */
import { test, before, beforeEach, after } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { startServer, sleep } from '../integration/client.mjs';
import { Cluster, patience, ready, soak, until } from './harness.mjs';
import { Writers, fill, signInAs } from './writers.mjs';

let cluster, people, server, writers;
before(async () => {
	cluster = await Cluster.start();
	people = await fill(cluster.url());
	server = await startServer({ database: cluster.url() });
});
after(async () => {
	await server?.stop();
	await cluster?.end();
});
beforeEach(async () => {
	await until(ready(server.port));
	cluster.sql("set session_replication_role = 'replica'; update action set comment = null, confidence = null, version = 1; " +
		'truncate status_report_withdrawal, status_report, journal, action_history, idempotency_key');
	writers = new Writers(server, await signInAs(server, people, 'coordinator'));
});

/* Lets the writers write, checks what they were told. */
async function writing(t, fault) {
	t.after(() => writers.stop());
	writers.start(8);
	await until(() => writers.kept.size > 20, { what: 'writers at work' });
	await fault();
	const before = writers.kept.size;
	await until(() => writers.kept.size > before + 20, { what: 'writers at work again' });
	await writers.stop();
	t.diagnostic(String(writers));
	writers.compare((text) => cluster.sql(text));
}

/* Processes of the program under test. */
function programs() {
	const program = realpathSync(process.env.VIGIE_BIN);
	return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
		try {
			return readlinkSync(`/proc/${pid}/exe`) === program;
		} catch {
			return false;
		}
	});
}

test('the server killed', { timeout: soak ? 900_000 : 300_000 }, async (t) => {
	await writing(t, async () => {
		for (let i = 0; i < (soak ? 20 : 8); i++) {
			const killed = performance.now();
			await server.stop('SIGKILL');
			server = await startServer({ database: cluster.url(), args: [`--port=${writers.port}`] });
			await until(ready(writers.port));
			const took = performance.now() - killed;
			assert.ok(took < 2000 * patience(), `serving again after ${Math.round(took)} ms`);
			const before = writers.kept.size;
			await until(() => writers.kept.size > before + 10, { what: 'writers at work' });
			await sleep(Math.random() * 300);
		}
	});
	await server.stop('SIGKILL');
	await until(() => programs().length === 0, { ms: 2000, what: 'no process is left behind' });
	server = await startServer({ database: cluster.url(), args: [`--port=${writers.port}`] });
});

test('one backend killed: 503 only while PostgreSQL restarts, less than 3 s', { timeout: 300_000 }, async (t) => {
	await writing(t, async () => {
		for (let i = 0; i < (soak ? 20 : 4); i++) {
			const pids = cluster.sql("select pid from pg_stat_activity where usename = 'vigie'").split('\n');
			process.kill(Number(pids[i % pids.length]), 'SIGKILL');
			const killed = performance.now(), before = writers.kept.size;
			await until(() => writers.kept.size > before + 20, { what: 'writers at work' });
			assert.ok(performance.now() - killed < 3000 * patience(), `${performance.now() - killed} ms`);
		}
	});
	assert.ok(writers.slowest < 5000 * patience(), `an answer took ${Math.round(writers.slowest)} ms`);
});

test('one session ended by the database: its writer is told, the others do not notice', { timeout: 300_000 }, async (t) => {
	await writing(t, async () => {
		for (let i = 0; i < 20; i++) {
			cluster.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'vigie' order by random() limit 1");
			await sleep(50);
		}
	});
});

test('the postmaster killed and started again', { timeout: soak ? 900_000 : 300_000 }, async (t) => {
	await writing(t, async () => {
		for (let i = 0; i < (soak ? 20 : 3); i++) {
			cluster.kill();
			await sleep(500);
			await cluster.up();
			const took = await until(ready(server.port));
			assert.ok(took < 1000 * patience(), `first 200 after ${Math.round(took)} ms`);
			const before = writers.kept.size;
			await until(() => writers.kept.size > before + 10, { what: 'writers at work' });
		}
	});
	assert.ok(writers.slowest < 5000 * patience(), `an answer took ${Math.round(writers.slowest)} ms`);
});

test('the database frozen for longer than any deadline, then thawed', { timeout: 300_000 }, async (t) => {
	t.after(() => cluster.thaw());
	await writing(t, async () => {
		cluster.freeze();
		const last = sleep(6000), answer = await writers.ask('/api/v1/plans/ocrteh-2024-2026/actions/4.1/status-reports', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'If-Match': '"1"', 'Idempotency-Key': 'begun-while-frozen' },
			body: '{"status":"in_progress","progress":40}',
		});
		assert.equal(answer.status, 503);
		assert.ok(answer.ms < 5000 * patience(), `a report that came meanwhile took ${Math.round(answer.ms)} ms`);
		await last;
		cluster.thaw();
	});
	assert.ok(writers.slowest < 5000 * patience(), `an answer took ${Math.round(writers.slowest)} ms`);
});
