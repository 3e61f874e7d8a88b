/* make run's script: it starts, keeps, shares and ends what it says it does. */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const script = 'server/deploy/run.sh';
const home = mkdtempSync('/tmp/vigie-run.');
const groups = new Set();
const { DATABASE_URL, DATABASE_OWNER_URL, ...plain } = process.env;

/* Starts the script in a process group of its own, and waits for its `ready:` line or its end. */
async function start(env = {}) {
	const child = spawn(script, { env: { ...plain, VIGIE_HOME: home, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
	const run = { child, out: '', url: undefined, ended: once(child, 'close').then(([code]) => code) };
	groups.add(child.pid);
	const ready = new Promise((resolve) => {
		const hear = (data) => {
			run.out += data;
			run.url = /^ready: (\S+)$/m.exec(run.out)?.[1];
			if (run.url) resolve();
		};
		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
	});
	await Promise.race([ready, run.ended]);
	return run;
}

const interrupt = async (run) => {
	process.kill(-run.child.pid, 'SIGINT');
	const code = await run.ended;
	groups.delete(run.child.pid);
	return code;
};

/* Processes that live in the cluster, or were started by the script. */
function left(pid) {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => {
		try {
			const group = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[2];
			return group === String(pid) || readlinkSync(`/proc/${name}/cwd`).startsWith(home);
		} catch {
			return false;
		}
	});
}

const addresses = () => Object.fromEntries(execFileSync('server/deploy/cluster.sh', ['url', join(home, 'cluster')], { encoding: 'utf8' })
	.trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
const sql = (text, url = addresses().DATABASE_OWNER_URL) =>
	execFileSync('psql', ['-XqAtv', 'ON_ERROR_STOP=1', url, '-c', text], { encoding: 'utf8' }).trim();

let blocker;
before(async () => {
	blocker = createServer().listen(0, '127.0.0.1');
	await once(blocker, 'listening');
});
after(() => {
	blocker.close();
	for (const pid of groups) try { process.kill(-pid, 'SIGKILL'); } catch { /* it has ended */ }
	spawnSync('server/deploy/cluster.sh', ['stop', join(home, 'cluster')]);
	rmSync(home, { recursive: true, force: true });
});

test('starts from nothing and answers; Ctrl-C leaves no process', { timeout: 120_000 }, async () => {
	const run = await start({ PORT: '0' });
	assert.ok(run.url, run.out);
	assert.equal((await fetch(`${run.url}/readyz`)).status, 200);
	const beside = spawnSync('bash', ['-c', 'export $(server/deploy/run.sh url) && build/vigie plan list'], { env: { ...plain, VIGIE_HOME: home }, encoding: 'utf8' });
	assert.match(run.out, /^commands beside it: export \$\(VIGIE_HOME=\S+ server\/deploy\/run\.sh url\)/m);
	assert.doesNotMatch(run.out, /WARNING/, 'PostgreSQL’s own tables are no matter of whoever begins');
	assert.match(beside.stdout, /ocrteh-2024-2026/, `commands find its database: ${beside.stderr}`);
	sql('create table kept as select 7 as n');
	assert.deepEqual(sql(`set vigie.session = 'service'; select o.code, count(distinct f.period),
		max(f.period) = to_char(now() at time zone 'Europe/Paris' - interval '1 month', 'YYYY-MM'), bool_and(v.fictitious),
		count(distinct f.territory) between 90 and 100 from observation v join figure f on f.id = v.figure_id join series s on s.id = f.series_id
		join organisation o on o.id = f.organisation_id join observation_batch b on b.id = v.batch_id and b.via = 'demo'
		where s.code = 'clients.fines' group by 1 order by 1`).split('\n'),
		['DGGN|36|t|t|t', 'DGPN|36|t|t|t'], 'three years of fictitious figures of either force, some départements silent');
	assert.equal(sql("set vigie.session = 'service'; select count(*) from publication"), '12');
	const begun = Date.now();
	assert.equal(await interrupt(run), 0, run.out);
	assert.ok(Date.now() - begun < 10_000, 'it ends within seconds');
	assert.deepEqual(left(run.child.pid), []);
});

test('takes the next port when its own is taken, says so, and has kept the data', { timeout: 120_000 }, async () => {
	const { port } = blocker.address();
	const run = await start({ PORT: String(port) });
	assert.ok(run.url, run.out);
	assert.notEqual(run.url, `http://127.0.0.1:${port}`);
	assert.match(run.out, new RegExp(`^port ${port} is taken`, 'm'));
	assert.equal(sql('select n from kept'), '7');

	const second = await start({ PORT: '0' });
	assert.equal(await second.ended, 1, 'a second one on the same data is refused');
	assert.match(second.out, /already running/);
	groups.delete(second.child.pid);
	assert.equal((await fetch(`${run.url}/readyz`)).status, 200, 'and the first one does not notice');
	assert.equal(await interrupt(run), 0, run.out);
});

test('starts again after everything was killed', { timeout: 120_000 }, async () => {
	const first = await start({ PORT: '0' });
	assert.ok(first.url, first.out);
	const postmaster = Number(readFileSync(join(home, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
	process.kill(-first.child.pid, 'SIGKILL');
	process.kill(postmaster, 'SIGKILL');
	await first.ended;
	groups.delete(first.child.pid);
	const second = await start({ PORT: '0' });
	assert.ok(second.url, second.out);
	assert.equal(sql('select n from kept'), '7');
	assert.equal(await interrupt(second), 0, second.out);
	assert.deepEqual(left(second.child.pid), []);
});

test('uses a database that it is given, without demonstration accounts, and leaves it running', { timeout: 120_000 }, async () => {
	const { TEST_DATABASE_URL: url, TEST_DATABASE_OWNER_URL: owner } = process.env;
	const other = join(home, 'other');
	const run = await start({ PORT: '0', VIGIE_HOME: other, DATABASE_URL: url, DATABASE_OWNER_URL: owner });
	assert.ok(run.url, run.out);
	assert.ok(!existsSync(join(other, 'cluster')), 'no cluster of its own');
	assert.ok(!existsSync(join(other, 'demo.json')), 'no demonstration accounts');
	assert.equal(await interrupt(run), 0, run.out);
	assert.equal(sql('select 1', url), '1');

	const half = await start({ VIGIE_HOME: other, DATABASE_URL: url });
	assert.equal(await half.ended, 1, 'one address without the other is refused');
	assert.match(half.out, /go together/);
	groups.delete(half.child.pid);
});

const signIn = async (url, { login, password }) =>
	(await fetch(`${url}/api/v1/session`, {
		method: 'POST', headers: { 'Content-Type': 'application/json', Origin: url }, body: JSON.stringify({ login, password }),
	})).status;

test('makes demonstration accounts there when asked to, which work the next time too', { timeout: 120_000 }, async () => {
	const other = join(home, 'demo');
	const env = { PORT: '0', VIGIE_HOME: other, DEMO: '1', DATABASE_URL: process.env.TEST_DATABASE_URL, DATABASE_OWNER_URL: process.env.TEST_DATABASE_OWNER_URL };
	const first = await start(env);
	assert.ok(first.url, first.out);
	assert.equal(statSync(join(other, 'demo.json')).mode & 0o777, 0o600);
	const people = JSON.parse(readFileSync(join(other, 'demo.json'), 'utf8'));
	const roles = new Set(people.flatMap(({ grants }) => grants.map(({ role }) => role)));
	assert.deepEqual([...roles].sort(), ['admin', 'analyst', 'contributor', 'coordinator', 'viewer']);
	for (const one of people) assert.equal(await signIn(first.url, one), 200, one.login);
	assert.equal(await interrupt(first), 0, first.out);
	const second = await start(env);
	assert.ok(second.url, second.out);
	assert.equal(await signIn(second.url, people[0]), 200);
	assert.equal(await interrupt(second), 0, second.out);
});

test('reset asks, and deletes only after a yes', { timeout: 60_000 }, () => {
	const reset = (answer) => spawnSync(script, ['reset'], { env: { ...plain, VIGIE_HOME: home }, input: answer }).status;
	assert.equal(reset('no\n'), 1);
	assert.equal(reset(''), 1);
	assert.ok(statSync(join(home, 'cluster/data')).isDirectory());
	assert.equal(reset('yes\n'), 0);
	assert.ok(!existsSync(join(home, 'cluster')));
});
