/*
 * Hostile scripts in the place where the server itself looks for indicators: each ends within a second, and whoever asks
 * meanwhile is answered.  First as files of the gallery, which are checked and tested before they are published; then as
 * published versions, which a refresh computes.  plugin/test_hostile.c says what becomes of each script by itself.
 * Runs alone: it holds seconds against the clock.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makePlan, PLAN } from './action_data.mjs';
import { sleep, startServer } from './client.mjs';
import { series } from './engine_data.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const scripts = readdirSync(join(root, 'tests/plugin/hostile')).filter((name) => name.endsWith('.lua'));
/* sanitized programs have neither the jail's limits nor its speed: some scripts are enough for them */
const sanitized = /address|thread/.test(process.env.VIGIE_BIN ?? '');
const used = sanitized ? scripts.filter((_, n) => n % 8 === 0) : scripts;
const id = (name) => name.replace(/\.lua$/, '');
const QUIET_MS = 3000;
/* how many times as long one may wait, a deadline for safety; no shorter than for who waits 25 ms on the quiet server */
const SAFE = 20, LEAST_MS = 25;
const isFormula = (name) => name.startsWith('hostile.formula_');

let plan, folder, server;
let second;	/* of an idle machine: the work of others, not that of this test, stretches it */
let quiet;	/* how long one in a hundred waits on a server that has nothing else to do */

before(async () => {
	second = 1000 * (sanitized ? 10 : 1) * Math.max(1, loadavg()[0] / cpus().length);
	plan = await makePlan();
	folder = mkdtempSync(join(tmpdir(), 'vigie-hostile-'));
	mkdirSync(join(folder, 'indicators'));
});
after(async () => {
	await plan?.owner.end();
	rmSync(folder, { recursive: true, force: true });
});
/* also when the test failed: a server that is left keeps the suite waiting */
afterEach(async () => {
	const ended = server;
	server = null;
	if (ended) assert.equal(await ended.stop(), 0, ended.log);
});

/* One reader: asks one address after the other until it is told to stop; what it was answered, { status, ms }. */
function reader(paths, token) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }), answers = [];
	let going = true;
	const ask = (path) => new Promise((resolve) => {
		const request = http.get({ host: '127.0.0.1', port: server.port, path, agent, timeout: 30_000, headers: { Authorization: `Bearer ${token}` } }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode));
		});
		request.on('timeout', () => request.destroy(new Error('silence')));
		request.on('error', (e) => resolve(e.message));
	});
	const all = (async () => {
		for (let n = 0; going; n++) {
			const begun = performance.now(), status = await ask(paths[n % paths.length]);
			answers.push({ status, ms: performance.now() - begun });
		}
		agent.destroy();
		return answers;
	})();
	return () => {
		going = false;
		return all;
	};
}

/* While eight people read, waits until `done`; every reader must have been answered, every time.  Gives what 99 % waited, in ms. */
async function whileRead(t, done, what) {
	const paths = ['/readyz', `/api/v1/plans/${PLAN}/dashboard`, `/api/v1/plans/${PLAN}/indicators`, `/api/v1/plans/${PLAN}/actions?sort=-due_on`];
	const readers = Array.from({ length: 8 }, (_, n) => reader([...paths.slice(n % 4), ...paths.slice(0, n % 4)], plan.tokens.victor));
	const end = Date.now() + 300_000;
	for (; !await done(); await sleep(20)) assert.ok(Date.now() < end, `${what}\n${server.log.slice(-3000)}`);
	const waits = [];
	for (const stop of readers) {
		const answers = await stop();
		assert.ok(answers.length > 0);
		assert.deepEqual(answers.filter(({ status }) => status !== 200), [], `of ${answers.length} answers`);
		waits.push(...answers.map(({ ms }) => ms));
	}
	waits.sort((a, b) => a - b);
	const at = (share) => waits[Math.ceil(share * waits.length) - 1];
	t.diagnostic(`${waits.length} answers, ms: half ${at(0.5).toFixed(0)}, 99 % ${at(0.99).toFixed(0)}, the last ${at(1).toFixed(0)}`);
	return at(0.99);
}
/* The same, held against what they wait on the quiet server: a deadline for safety, far from what is measured. */
async function whileReadSafely(t, done, what) {
	const waited = await whileRead(t, done, what);
	t.diagnostic(`${(waited / quiet).toFixed(1)} times what they wait on the quiet server`);
	assert.ok(waited <= SAFE * Math.max(quiet, LEAST_MS), `one in a hundred waited ${waited.toFixed(0)} ms and more; ${quiet.toFixed(0)} on the quiet server`);
}

/* Seconds of CPU of the server's children that ended, the sandboxes. */
const childrenCpu = () => {
	const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return (Number(fields[13]) + Number(fields[14])) / 100;
};

test('there are sixty of them at least, of every kind of attack', () => {
	assert.ok(scripts.length >= 60);
});

test('on the quiet server every reader is answered', async (t) => {
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`] });
	const end = Date.now() + QUIET_MS;
	quiet = await whileRead(t, () => Date.now() > end, 'time passes');
});

test('as files of the gallery: none is published, each is told within a second, every reader is answered', async (t) => {
	for (const name of used) copyFileSync(join(root, 'tests/plugin/hostile', name), join(folder, 'indicators', name));
	const told = new Map();
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`, '--log-level=debug'] });
	let last = Date.now(), slowest = { ms: 0 }, seen = 0;
	const look = () => {
		for (const line of server.log.slice(seen).split('\n').slice(0, -1)) {
			seen += line.length + 1;
			const [, name] = / event=plugin id=(\S+) state=/.exec(line) ?? [];
			if (!name) continue;
			const at = Date.parse(/^time=(\S+)/.exec(line)?.[1] ?? '');
			if (!told.has(name) && at - last > slowest.ms) slowest = { ms: at - last, name };
			last = at;
			told.set(name, line);
		}
		return told.size === used.length;
	};
	await whileReadSafely(t, look, 'each script is told');
	assert.deepEqual([...told.keys()].sort(), used.map(id).sort());
	assert.ok([...told.values()].every((line) => /state=(broken|"not checked yet"|unreadable)/.test(line)), [...told.values()].join('\n'));
	t.diagnostic(`the slowest is ${slowest.name}: ${slowest.ms} ms of ${second.toFixed(0)}`);
	assert.ok(slowest.ms <= second, `${slowest.name}: ${slowest.ms} ms`);
	assert.ok(childrenCpu() <= used.length * (sanitized ? 10 : 1), `${childrenCpu()} s of CPU for ${used.length} scripts`);
	assert.equal((await plan.owner.query('select count(*)::int as n from plugin')).rows[0].n, 0, 'none is published');
});

test('as published versions: a refresh ends, tells each, and every reader is answered', async (t) => {
	const { owner } = plan;
	for (const name of readdirSync(join(folder, 'indicators'))) rmSync(join(folder, 'indicators', name));
	const publishable = used.filter((name) => {
		const bytes = readFileSync(join(root, 'tests/plugin/hostile', name));
		return bytes.length <= 65536 && !bytes.includes(0) && bytes.equals(Buffer.from(bytes.toString()));
	});
	const about = { name: { fr: 'Essai' }, unit: '%', decimals: 0, direction: 'up', kind: 'output', frequency: 'month', levels: ['national'] };
	/* a formula whose graph says that it looks at the level is asked again for each: its text runs as that of a compute does */
	const graph = { v: 1, reads: ['level'], nodes: [{ op: 'input', name: 'f' }], out: { value: 0 } };
	for (const name of publishable) {
		const source = readFileSync(join(root, 'tests/plugin/hostile', name), 'utf8'), sha256 = createHash('sha256').update(source).digest('hex');
		const inputs = !isFormula(name) ? { actions: { kind: 'actions', columns: ['status'], missing: 'carry' } } :
			{ f: series('clients.fines', { missing: 'zero', ...(source.includes('grain = "department"') && { grain: 'department' }) }) };
		const { rows: [{ id: plugin }] } = await owner.query("insert into plugin (code, kind, state) values ($1, 'indicator', 'published') returning id", [id(name)]);
		await owner.query("insert into plugin_version (plugin_id, version, source, sha256, metadata, active) values ($1, '1.0.0', $2, $3, $4, true)",
			[plugin, source, sha256, { ...about, inputs }]);
		if (isFormula(name)) await owner.query('insert into plugin_graph (sha256, graph) values ($1, $2)', [sha256, graph]);
	}
	await owner.query("insert into job (kind, plan_id) values ('refresh', $1)", [plan.planId]);
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`] });
	const waiting = async () => (await owner.query("select count(*)::int as n from job where kind = 'refresh' and not_before <= now()")).rows[0].n;
	await whileReadSafely(t, async () => / event=refresh .* of=present /.test(server.log) && await waiting() === 0, 'the refreshes end');
	await owner.query("update plugin set state = 'retired'");
	const told = (name) => new RegExp(` event=indicator .* id=${id(name).replaceAll('.', '\\.')} .*finding=(V\\d+)`).exec(server.log)?.[1];
	const silent = publishable.filter((name) => !told(name)).map(id);
	/* two harm nobody by what they compute: an infinity is no value, and parallel windows are within their budget */
	assert.deepEqual(silent.filter((name) => !['hostile.formula_infinity', 'hostile.formula_parallel'].includes(name)), []);
	const [, count, failed] = / event=refresh .* of=present indicators=(\d+) failed=(\d+)/.exec(server.log);
	assert.deepEqual([Number(count), Number(failed)], [publishable.length, publishable.filter((name) => !isFormula(name)).length], 'each is told to have failed');
	assert.ok(childrenCpu() <= publishable.length * (sanitized ? 20 : 2));
	const { rows: kept } = await owner.query("select distinct g.code from indicator_value v join plugin g on g.id = v.plugin_id where v.state = 'value'");
	assert.deepEqual(kept.map(({ code }) => code).filter((code) => !silent.includes(code)), []);
});
