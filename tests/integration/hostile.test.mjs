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
import { connectOwner, makePlan, PLAN } from './action_data.mjs';
import { sleep, startServer } from './client.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const scripts = readdirSync(join(root, 'tests/plugin/hostile')).filter((name) => name.endsWith('.lua'));
/* sanitized programs have neither the jail's limits nor its speed: some scripts are enough for them */
const sanitized = /address|thread/.test(process.env.VIGIE_BIN ?? '');
const used = sanitized ? scripts.filter((_, n) => n % 8 === 0) : scripts;
const id = (name) => name.replace(/\.lua$/, '');
/* A deadline is of an idle machine: others' work stretches it. */
const second = () => 1000 * (sanitized ? 10 : 1) * Math.max(1, loadavg()[0] / cpus().length);

let plan, folder, server;

before(async () => {
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

/* One reader: asks one address after the other until it is told to stop; what it was answered. */
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
		for (let n = 0; going; n++) answers.push(await ask(paths[n % paths.length]));
		agent.destroy();
		return answers;
	})();
	return () => {
		going = false;
		return all;
	};
}

/* While eight people read, waits until `done`; every reader must have been answered, every time. */
async function whileRead(done, what) {
	const paths = ['/readyz', `/api/v1/plans/${PLAN}/dashboard`, `/api/v1/plans/${PLAN}/indicators`, `/api/v1/plans/${PLAN}/actions?sort=-due_on`];
	const readers = Array.from({ length: 8 }, (_, n) => reader([...paths.slice(n % 4), ...paths.slice(0, n % 4)], plan.tokens.victor));
	const end = Date.now() + 300_000;
	for (; !done(); await sleep(20)) assert.ok(Date.now() < end, `${what}\n${server.log.slice(-3000)}`);
	for (const stop of readers) {
		const answers = await stop();
		assert.ok(answers.length > 0);
		assert.deepEqual(answers.filter((status) => status !== 200), [], `of ${answers.length} answers`);
	}
}

/* Seconds of CPU of the server's children that ended, the sandboxes. */
const childrenCpu = () => {
	const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return (Number(fields[13]) + Number(fields[14])) / 100;
};

test('there are sixty of them at least, of every kind of attack', () => {
	assert.ok(scripts.length >= 60);
});

test('as files of the gallery: none is published, each is told within a second, every reader is answered', async () => {
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
	await whileRead(look, 'each script is told');
	assert.deepEqual([...told.keys()].sort(), used.map(id).sort());
	assert.ok([...told.values()].every((line) => /state=(broken|"not checked yet"|unreadable)/.test(line)), [...told.values()].join('\n'));
	assert.ok(slowest.ms <= second(), `${slowest.name}: ${slowest.ms} ms`);
	assert.ok(childrenCpu() <= used.length * (sanitized ? 10 : 1), `${childrenCpu()} s of CPU for ${used.length} scripts`);
	assert.equal((await plan.owner.query('select count(*)::int as n from plugin')).rows[0].n, 0, 'none is published');
});

test('as published versions: a refresh ends, tells each, and every reader is answered', async () => {
	const owner = await connectOwner();
	for (const name of readdirSync(join(folder, 'indicators'))) rmSync(join(folder, 'indicators', name));
	const publishable = used.filter((name) => {
		const bytes = readFileSync(join(root, 'tests/plugin/hostile', name));
		return bytes.length <= 65536 && !bytes.includes(0) && bytes.equals(Buffer.from(bytes.toString()));
	});
	const about = { name: { fr: 'Essai' }, unit: '%', decimals: 0, direction: 'up', kind: 'output', frequency: 'month', levels: ['national'],
		inputs: { actions: { kind: 'actions', columns: ['status'], missing: 'carry' } } };
	for (const name of publishable) {
		const source = readFileSync(join(root, 'tests/plugin/hostile', name), 'utf8');
		const { rows: [{ id: plugin }] } = await owner.query("insert into plugin (code, kind, state) values ($1, 'indicator', 'published') returning id", [id(name)]);
		await owner.query("insert into plugin_version (plugin_id, version, source, sha256, metadata, active) values ($1, '1.0.0', $2, $3, $4, true)",
			[plugin, source, createHash('sha256').update(source).digest('hex'), about]);
	}
	await owner.query("insert into job (kind, plan_id) values ('refresh', $1)", [plan.planId]);
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`] });
	await whileRead(() => / event=refresh .* of=present /.test(server.log), 'the refresh ends');
	await owner.query("update plugin set state = 'retired'");
	const [, count, failed] = / event=refresh .* of=present indicators=(\d+) failed=(\d+)/.exec(server.log);
	assert.deepEqual([Number(count), Number(failed)], [publishable.length, publishable.length], 'each is told to have failed');
	for (const name of publishable) assert.match(server.log, new RegExp(` event=indicator .* id=${id(name).replaceAll('.', '\\.')} .*finding=`), name);
	assert.ok(childrenCpu() <= publishable.length * (sanitized ? 20 : 2));
	const { rows: [{ n }] } = await owner.query("select count(*)::int as n from indicator_value where state = 'value'");
	assert.equal(n, 0);
	await owner.end();
});
