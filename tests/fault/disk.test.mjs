/*
 * A database that cannot write: the disk full under it, or read-only.  The disk is a small file system of our own, in a
 * mount namespace that only this test sees: the test starts itself again inside.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer, sleep } from '../integration/client.mjs';
import { Cluster, ask, folder, patience, ready, until, usage } from './harness.mjs';
import { Writers, fill, signInAs } from './writers.mjs';

const MEGABYTES = 160;

/* Root mounts in a namespace of its own; others need one of users too, and are themselves again inside. */
function enter(dir) {
	const { uid, gid } = { uid: process.getuid(), gid: process.getgid() };
	const mount = `mount -t tmpfs -o size=${MEGABYTES}m,mode=711 none '${dir}'`;
	const inside = uid === 0 ? 'exec "$@"' : `exec unshare --user --map-user=${uid} --map-group=${gid} "$@"`;
	return spawnSync('unshare', [...(uid === 0 ? [] : ['--user', '--map-root-user']), '--mount', 'sh', '-c', `${mount} && ${inside}`, 'sh',
		process.execPath, '--test-reporter=spec', fileURLToPath(import.meta.url)],
	{ env: { ...process.env, SMALL_DISK: dir, NODE_TEST_CONTEXT: undefined }, encoding: 'utf8', timeout: 300_000 });
}

const dir = process.env.SMALL_DISK;
if (dir) inside();
else {
	test('in a mount namespace', { timeout: 300_000 }, (t) => {
		const small = folder('disk');
		const run = enter(small);
		rmSync(small, { recursive: true });
		if (/unshare|mount:/.test(run.stderr) && !run.stdout) return t.skip(`no small disk can be mounted here: ${run.stderr.trim()}`);
		t.diagnostic(run.stdout.split('\n').filter((line) => /✔|acknowledged/.test(line)).join('\n'));
		assert.equal(run.status, 0, run.stdout + run.stderr);
	});
}

function inside() {
	let cluster, people, server;
	const ballast = join(dir, 'ballast');

	before(async () => {
		cluster = await Cluster.start({ dir, settings: ['max_wal_size=48MB', 'min_wal_size=32MB'] });
		people = await fill(cluster.url());
		server = await startServer({ database: cluster.url() });
	});
	after(async () => {
		await server?.stop();
		await cluster?.down();
	});

	/* Fills what is left of the disk. */
	function fillDisk() {
		const file = openSync(ballast, 'w'), piece = Buffer.alloc(1 << 20);
		try {
			for (;;) writeSync(file, piece);
		} catch (error) {
			assert.equal(error.code, 'ENOSPC');
		}
		closeSync(file);
	}

	/* Fills the disk under eight writers until `met`, frees it again, and compares what they were told with what is there. */
	async function suffer(t, met) {
		const writers = new Writers(server, await signInAs(server, people, 'coordinator'));
		t.after(() => writers.stop());
		writers.padding = 'é'.repeat(900); // so that pages fill quickly
		writers.start(8);
		await until(() => writers.kept.size > 20, { what: 'writers at work' });
		const memory = usage(server.pid).rss;
		fillDisk();
		await until(() => met(writers), { ms: 40_000, every: 100, what: 'the disk is full' });
		for (let i = 0; i < 20; i++) {
			assert.equal((await ask(server.port, '/healthz')).status, 200);
			assert.equal((await ask(server.port, '/')).status, 200);
			await sleep(50);
		}
		rmSync(ballast);
		await cluster.up(); // without room for its log PostgreSQL ends; whoever watches it starts it again
		const back = await until(ready(server.port), { ms: 20_000, what: 'ready again' });
		const kept = writers.kept.size;
		await until(() => writers.kept.size > kept + 20, { ms: 20_000, what: 'writers at work again' });
		await writers.stop();
		t.diagnostic(`${writers}, back after ${Math.round(back)} ms`);
		writers.compare((text) => cluster.sql(text));
		assert.ok(back < 1000 * patience(), `back after ${back} ms`);
		assert.ok(usage(server.pid).rss - memory < 8 * 1024);
	}

	test('no room for tables: 507, nothing of what was refused, and it goes on by itself', { timeout: 300_000 }, (t) =>
		suffer(t, (writers) => writers.statuses[507] > 20));

	test('no room for the log of PostgreSQL, which then ends: 503, nothing half-written', { timeout: 300_000 }, (t) =>
		suffer(t, (writers) => {
			try { // takes a new file of the log each time
				cluster.sql("select pg_logical_emit_message(true, 'fill', 'log'); select pg_switch_wal()");
			} catch { /* that is what it is for */ }
			return writers.statuses[503] > 20;
		}));

	test('read-only: said so, nothing kept, and it goes on by itself', { timeout: 300_000 }, async () => {
		const client = await signInAs(server, people, 'coordinator');
		const action = '/api/v1/plans/ocrteh-2024-2026/actions/7.2';
		const { json } = await client.get(action);
		const reports = () => cluster.sql('select count(*) from status_report');
		const report = () => client.post(`${action}/status-reports`, { status: 'in_progress', progress: 10 }, { ifMatch: json.version });
		const before = reports();
		const readOnly = (state) => {
			cluster.sql(`alter system set default_transaction_read_only = ${state}`, { database: 'postgres' });
			cluster.sql('select pg_reload_conf()');
		};
		readOnly('on');
		await sleep(200);
		for (let i = 0; i < 20; i++) { // on the connections that there were, then on new ones
			const answer = await report();
			assert.equal(answer.status, 503, answer.text);
			assert.equal(answer.json.code, 'read_only', answer.text);
			assert.ok(Number(answer.headers.get('retry-after')) >= 1);
			await sleep(30);
		}
		assert.equal((await ask(server.port, '/healthz')).status, 200);
		assert.equal((await ask(server.port, '/readyz')).status, 503);
		assert.equal(reports(), before);
		readOnly('off');
		const back = await until(ready(server.port));
		assert.ok(back < 1000 * patience(), `back after ${back} ms`);
		assert.equal((await report()).status, 201);
	});
}
