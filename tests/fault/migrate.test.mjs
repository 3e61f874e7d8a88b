/* A migration cut at any statement, on either side of the wire: run again, it completes, and nothing is half-made. */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vigie, sleep } from '../integration/client.mjs';
import { Cluster, soak } from './harness.mjs';

let cluster, whole, statements;
const env = (name) => ({ DATABASE_URL: cluster.url('vigie', name), DATABASE_OWNER_URL: cluster.url('vigie_owner', name) });

function create(name) {
	cluster.sql(`drop database if exists ${name} with (force)`, { database: 'postgres' });
	cluster.sql(`create database ${name} owner vigie_owner template template0`, { database: 'postgres' });
	cluster.sql(`grant connect on database ${name} to vigie`, { database: 'postgres' });
}

/* All that the migrations make, without what the test itself has put beside it. */
function dump(name) {
	const text = execFileSync('pg_dump', ['--schema-only', '--schema=public', '-d', cluster.url('postgres', name)], { encoding: 'utf8' });
	return text.split('\n').filter((line) => !/^(--|\\|$)/.test(line)).join('\n') +
		cluster.sql('select name, sha256 from schema_migration order by name', { database: name });
}

/* Counts the statements that change the schema, and ends the session at number `at`; the count survives a rollback. */
function cutAt(name, at) {
	cluster.sql(`create schema if not exists cut; grant usage on schema cut to public;
		create sequence if not exists cut.n; grant all on sequence cut.n to public;
		create or replace function cut.tick() returns event_trigger language plpgsql as
			$$ begin if nextval('cut.n') = ${at} then perform pg_terminate_backend(pg_backend_pid()); end if; end $$;
		drop event trigger if exists cut;
		create event trigger cut on ddl_command_start execute function cut.tick();`, { database: name });
}

before(async () => {
	cluster = await Cluster.start();
	whole = dump('vigie');
	create('counted');
	cutAt('counted', 0);
	assert.equal((await vigie(['migrate'], { env: env('counted') })).code, 0);
	statements = Number(cluster.sql('select last_value from cut.n', { database: 'counted' }));
});
after(() => cluster?.end());

test('the server ends the session at a statement: status 69, and the next run completes', { timeout: soak ? 3_600_000 : 300_000 }, async () => {
	assert.ok(statements > 100, `${statements} statements`);
	const step = soak ? 1 : Math.ceil(statements / 10);
	for (let at = 1; at <= statements; at += step) {
		create('cut');
		cutAt('cut', at);
		const first = await vigie(['migrate'], { env: env('cut') });
		assert.equal(first.code, 69, `statement ${at}: ${first.stderr}`);
		const again = await vigie(['migrate'], { env: env('cut') });
		assert.equal(again.code, 0, `statement ${at}: ${again.stderr}`);
		assert.equal(dump('cut'), whole, `statement ${at}`);
	}
});

test('the command is killed at a moment: the next run completes', { timeout: soak ? 3_600_000 : 300_000 }, async () => {
	for (let ms = 5; ms < 400; ms += soak ? 3 : 60) {
		create('cut');
		const child = spawn(process.env.VIGIE_BIN, ['migrate'], { env: { ...process.env, ...env('cut') }, stdio: 'ignore' });
		const ended = once(child, 'close');
		await sleep(ms);
		child.kill('SIGKILL');
		await ended;
		const again = await vigie(['migrate'], { env: env('cut') });
		assert.equal(again.code, 0, `after ${ms} ms: ${again.stderr}`);
		assert.equal(dump('cut'), whole, `after ${ms} ms`);
	}
});

test('two at once: one waits, both succeed, each step is done once', { timeout: 300_000 }, async () => {
	create('cut');
	const both = await Promise.all([vigie(['migrate'], { env: env('cut') }), vigie(['migrate'], { env: env('cut') })]);
	for (const { code, stderr } of both) assert.equal(code, 0, stderr);
	assert.equal(dump('cut'), whole);
	const done = both.map(({ stdout }) => stdout.split('\n').filter(Boolean).length);
	assert.equal(done[0] + done[1], Number(cluster.sql('select count(*) from schema_migration', { database: 'cut' })));
});
