/*
 * Indicators: computed by workers from what is declared, never lost, never silently old.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PLAN, base, connectOwner, makePlan } from './action_data.mjs';
import { dayIn, instant, sleep, startServer, vigie } from './client.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.VIGIE_BIN ?? join(root, 'build/vigie');
const slow = /address|thread/.test(binary) ? 6 : 1;
const indicators = `/api/v1/plans/${PLAN}/indicators`;
const today = dayIn('Europe/Paris');
const period = today.slice(0, 7);

const workers = new Set(), holders = new Set();

let server, owner, planId, tokens, carla, victor, folder;

before(async () => {
	({ owner, planId, tokens } = await makePlan());
	await owner.query(`update measure set weight = 3, version = version + 1 where plan_id = $1 and number = '7'`, [planId]);
	folder = await mkdtemp(join(tmpdir(), 'vigie-plugins-'));
	await cp(join(root, 'plugins'), folder, { recursive: true });
	// this suite is about the indicators of the plan; those of series and the other kinds of plugins have theirs
	for (const kind of ['alerts', 'mappers', 'rules']) await rm(join(folder, kind), { recursive: true });
	for (const name of await readdir(join(folder, 'indicators'))) {
		if (!['plan.progress.lua', 'plan.on_time.lua', 'plan.median_delay.lua'].includes(name)) await rm(join(folder, 'indicators', name));
	}
	await start();
});

after(async () => {
	for (const release of holders) await release();
	for (const worker of workers) worker.kill('SIGKILL');
	await owner?.end();
	const code = await server?.stop();
	assert.equal(code, 0, server?.log);
	await rm(folder, { recursive: true });
});

async function start(args = []) {
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${folder}`, ...args] });
	carla = server.bearer(tokens.carla);
	victor = server.bearer(tokens.victor);
}

async function restart(args) {
	assert.equal(await server.stop(), 0, server.log);
	await start(args);
}

/* Asks until the answer is as wanted; gives it with the time that took. */
async function until(ask, wanted, ms = 10_000) {
	const began = Date.now();
	for (;;) {
		const answer = await ask();
		if (wanted(answer)) return { answer, ms: Date.now() - began };
		assert.ok(Date.now() - began < ms * slow, `not in time: ${JSON.stringify(answer)?.slice(0, 1500)}\n${server.log.slice(-2000)}`);
		await sleep(20);
	}
}

const list = async () => (await victor.get(indicators)).json.items;
const item = async (id) => (await list()).find((i) => i.id === id);
const fresh = () => until(list, (items) => items.length === 3 && items.every((i) => i.stale === null));
const cells = async (id, query) => (await victor.get(`${indicators}/${id}?${query}`)).json.cells;

async function report(number, body, path = '') {
	const target = path ? `${base}/${number}/deployments/${path}` : `${base}/${number}`;
	const [territory, organisation] = path.split('/');
	const at = await carla.get(target);
	const answer = await carla.post(`${base}/${number}/status-reports`, { ...(path && { territory, organisation }), ...body },
		{ ifMatch: at.etag });
	assert.equal(answer.status, 201, answer.text);
}

const running = (progress) => ({ status: 'in_progress', progress, confidence: 'support_needed', comment: 'Deux postes manquent.' });

/* Nothing can be kept of a refresh while the lock is held: its middle, as long as one likes. */
async function holdRefresh() {
	const holder = await connectOwner();
	await holder.query('begin; lock table indicator_value in share mode');
	const release = async () => {
		holders.delete(release);
		await holder.query('rollback');
		await holder.end();
	};
	holders.add(release);
	return release;
}

const blocked = () => until(async () => (await owner.query(`select count(*)::int as n from pg_locks
	where relation = 'indicator_value'::regclass and database = (select oid from pg_database where datname = current_database()) and not granted`)).rows[0].n, (n) => n === 1);

const marks = async () => (await owner.query(`select count(*)::int as n from job where kind = 'refresh' and plan_id = $1`, [planId])).rows[0].n;

/* Cells that say again what the one before them said. */
async function doubles() {
	const { rows } = await owner.query(`select territory, period, value from (
		select *, row(state, reason, value, numerator, denominator, extra, flags, received, expected, version_id)::text as now,
		       lag(row(state, reason, value, numerator, denominator, extra, flags, received, expected, version_id)::text)
		         over (partition by plan_id, plugin_id, territory, period order by known_from, id) as before
		  from indicator_value) c where now = before`);
	return rows;
}

// ------------------------------------------------------------------ the same figures, computed otherwise

const gone = (row) => ['dropped', 'carried_over'].includes(row.status);
const close = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

function progressOf(rows) {
	const kept = rows.filter((r) => !gone(r));
	if (!kept.length) return { reason: 'outside_validity' };
	const measures = new Map();
	for (const r of kept) {
		const p = r.status === 'done' ? 100 : r.status === 'not_started' ? 0 : r.progress;
		if (p === null) continue;
		const m = measures.get(r.measure) ?? { sum: 0, weight: 0 };
		m.sum += p * r.weight;
		m.weight += r.weight;
		measures.set(r.measure, m);
	}
	const weightOf = (m) => (m === '7' ? 3 : 1);
	const total = [...measures.keys()].reduce((n, m) => n + weightOf(m), 0);
	return { value: [...measures].reduce((n, [m, { sum, weight }]) => n + weightOf(m) * sum / weight, 0) / total };
}

const dueRows = (rows) => rows.filter((r) => r.initial_due_on && r.initial_due_on <= today);

function onTimeOf(rows) {
	const due = dueRows(rows);
	if (!due.length) return { reason: 'not_due_yet' };
	return { value: 100 * due.filter((r) => r.done_on && r.done_on <= r.initial_due_on).length / due.length };
}

function medianDelayOf(rows) {
	const days = (a, b) => Math.round((Date.parse(a) - Date.parse(b)) / 86_400_000);
	const delays = dueRows(rows).filter((r) => !gone(r))
		.map((r) => Math.max(0, days(r.done_on && r.done_on <= today ? r.done_on : today, r.initial_due_on)))
		.sort((a, b) => a - b);
	if (!delays.length) return { reason: 'not_due_yet' };
	const middle = Math.floor(delays.length / 2);
	return { value: delays.length % 2 ? delays[middle] : (delays[middle - 1] + delays[middle]) / 2 };
}

const formulas = { 'plan.progress': progressOf, 'plan.on_time': onTimeOf, 'plan.median_delay': medianDelayOf };

async function nationalRows() {
	const { json } = await victor.get(base);
	return Promise.all(json.items.map(async (a) => (await victor.get(`${base}/${a.number}`)).json));
}

/* The deployments as they are declared, with what belongs to their action. */
async function deploymentRows() {
	const { rows } = await owner.query(`select d.territory, a.number, m.number as measure, a.weight::float as weight, d.status,
		d.progress, to_char(d.done_on, 'YYYY-MM-DD') as done_on, to_char(a.initial_due_on, 'YYYY-MM-DD') as initial_due_on
		from action_deployment d join action a on a.id = d.action_id join measure m on m.id = a.measure_id where d.plan_id = $1`, [planId]);
	return rows;
}

const regionOf = { 93: 'REG-11', 75: 'REG-11', 13: 'REG-93' };

async function checkAll() {
	const national = await nationalRows(), local = await deploymentRows();
	for (const [id, formula] of Object.entries(formulas)) {
		const wanted = { FR: formula(national) };
		for (const t of ['93', '75', '13', '01']) wanted[t] = formula(local.filter((r) => r.territory === t));
		for (const t of ['REG-11', 'REG-93']) wanted[t] = formula(local.filter((r) => regionOf[r.territory] === t));
		for (const level of ['national', 'region', 'department'])
			for (const cell of await cells(id, `level=${level}&from=${period}`)) {
				const want = wanted[cell.territory];
				if (!want) continue;
				assert.equal(cell.state, want.reason ? 'missing' : 'value', `${id} ${cell.territory}`);
				if (want.reason) assert.equal(cell.reason, want.reason, `${id} ${cell.territory}`);
				else close(cell.value, want.value);
				delete wanted[cell.territory];
			}
		assert.deepEqual(Object.keys(wanted), [], `${id}: cells that are not there`);
	}
}

// ------------------------------------------------------------------ specification

test('lists of indicators and of plugins are sorted, filtered and given by pages, as all lists are', async () => {
	await fresh();
	const ids = ['plan.median_delay', 'plan.on_time', 'plan.progress'];
	for (const path of [indicators, '/api/v1/plugins']) {
		const got = async (query) => {
			const answer = await victor.get(`${path}?${query}`);
			assert.equal(answer.status, 200, answer.text);
			return answer.json;
		};
		const named = (page) => page.items.map((i) => i.id);
		assert.deepEqual(named(await got('sort=-id')), [...ids].reverse(), path);
		const names = (await got('sort=name')).items.map((i) => i.name);
		assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, 'fr')));
		const seen = [];
		for (let cursor = ''; cursor !== null;) {
			const page = await got(`limit=1&sort=name${cursor && `&cursor=${cursor}`}`);
			assert.equal(page.total, 3);
			seen.push(...named(page));
			cursor = page.next_cursor;
		}
		assert.deepEqual([...seen].sort(), ids, 'every one once');
		const { next_cursor: cursor } = await got('limit=1');
		for (const [query, parameter] of [['limit=0', 'limit'], ['sort=nam', 'sort'], [`sort=-id&cursor=${cursor}`, 'cursor'], ['kind=alarm', 'kind'], ['limi=1', 'limi']])
			assert.deepEqual((await victor.get(`${path}?${query}`)).json.errors.map((e) => e.parameter), [parameter], `${path}?${query}`);
	}
	const found = async (path, query) => (await victor.get(`${path}?${query}`)).json.items.map((i) => i.id);
	const all = await list();
	assert.deepEqual(await found(indicators, 'direction=up'), all.filter((i) => i.direction === 'up').map((i) => i.id));
	assert.deepEqual(await found(indicators, 'frequency=year'), []);
	assert.deepEqual(await found(indicators, 'level=region&kind=output'), all.filter((i) => i.levels.includes('region') && i.kind === 'output').map((i) => i.id));
	assert.deepEqual(await found('/api/v1/plugins', 'state=published&kind=indicator'), ids);
	assert.deepEqual(await found('/api/v1/plugins', 'state=retired'), []);
});

test('an indicator that fails in one plan is in quarantine there, and everywhere once it fails everywhere', async () => {
	await fresh();
	const text = await readFile(join(root, 'sql/queries/indicator_failed.sql'), 'utf8');
	await owner.query('begin');
	const { rows: [{ other }] } = await owner.query(`insert into plan (code, title_fr, start_on, end_on)
		values ('voisin', 'Voisin', '2024-01-01', '2027-01-01') returning id as other`);
	const { rows: [one] } = await owner.query(`select plugin_id, version_id from indicator_refresh r join plugin p on p.id = r.plugin_id
		where r.plan_id = $1 and p.code = 'plan.progress'`, [planId]);
	await owner.query(`insert into indicator_refresh (plan_id, plugin_id, version_id, refreshed_at, day) values ($1, $2, $3, now(), now())`,
		[other, one.plugin_id, one.version_id]);
	const fail = async (plan) => {
		for (let n = 0; n < 3; n++) await owner.query(text, [plan, one.plugin_id, one.version_id, '{"fr": "x", "en": "x"}', '{}', false, 1]);
		return (await owner.query(`select p.state, indicator_stale($1, p.id) as here, indicator_stale($2, p.id) as there from plugin p
			where p.id = $3`, [planId, other, one.plugin_id])).rows[0];
	};
	assert.deepEqual(await fail(planId), { state: 'published', here: 'quarantined', there: null });
	assert.deepEqual(await fail(other), { state: 'quarantined', here: 'quarantined', there: 'quarantined' });
	await owner.query('rollback');
});

test('indicators that come with the server are published and computed soon after it starts', async () => {
	const { answer } = await fresh();
	assert.deepEqual(answer.map((i) => i.id), ['plan.median_delay', 'plan.on_time', 'plan.progress']);
	const progress = answer[2];
	assert.equal(progress.value, 0);
	assert.equal(progress.period, period);
	assert.deepEqual(progress.flags, ['provisional']);
	assert.deepEqual(progress.coverage, { received: 0, expected: 6 });
	assert.equal(progress.unit, '%');
	const { json } = await victor.get('/api/v1/plugins');
	assert.equal(json.total, 3);
	assert.deepEqual(json.items.map((p) => [p.id, p.state, p.shipped, p.on_disk]),
		answer.map((i) => [i.id, 'published', true, 'same']));
	const one = (await victor.get('/api/v1/plugins/plan.progress')).json;
	assert.equal(one.source, await readFile(join(root, 'plugins/indicators/plan.progress.lua'), 'utf8'));
	await checkAll();
});

test('every month since the plan began has its cells, and those before anything was known say so', async () => {
	const months = [];
	for (let m = 2024 * 12 + 5; m <= Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1; m++)
		months.push(`${Math.floor(m / 12)}-${String(m % 12 + 1).padStart(2, '0')}`);
	const { answer } = await until(() => cells('plan.progress', 'territory=FR'), (c) => c.length === months.length, 60_000);
	assert.deepEqual(answer.map((c) => c.period), months);
	for (const cell of answer.slice(0, -1)) {
		assert.equal(cell.state, 'missing');
		assert.equal(cell.reason, 'outside_validity');
		assert.deepEqual(cell.flags, []);
	}
});

test('a report moves plan.progress within 2 s, and the answer is stale until then', async () => {
	await fresh();
	const release = await holdRefresh();
	await report('7.2', running(40));
	const old = await item('plan.progress');
	assert.equal(old.value, 0);
	assert.ok(old.flags.includes('stale'));
	assert.equal(old.stale.reason, 'pending');
	const [newest] = (await cells('plan.progress', `territory=FR&from=${period}`)).slice(-1);
	assert.ok(newest.flags.includes('stale'));
	await release();
	await fresh();

	await report('7.2', running(60));
	const wanted = progressOf(await nationalRows()).value;
	const { ms } = await until(() => item('plan.progress'), (i) => {
		assert.ok(i.flags.includes('stale') || Math.abs(i.value - wanted) < 1e-9, `${i.value} is shown as ${wanted}`);
		return !i.flags.includes('stale');
	});
	assert.ok(ms < 2000 * slow, `${ms} ms`);
	assert.equal((await item('plan.progress')).coverage.received, 1);
});

test('an overdue action reported done moves plan.on_time and plan.median_delay', async () => {
	const { answer: [delay, onTime] } = await fresh();
	assert.equal(onTime.value, 0);
	await report('1.2', { status: 'done', progress: 100, done_on: '2025-06-30', comment: 'Faite à temps, dite tard.' });
	const { answer: [delayAfter, onTimeAfter] } = await fresh();
	assert.equal(onTimeAfter.value, 50);
	assert.equal(onTimeAfter.numerator, 1);
	assert.ok(delayAfter.value < delay.value, `${delayAfter.value} after ${delay.value}`);
	await checkAll();
});

test('values agree with another computation for nation, regions and départements', async () => {
	await report('7.2', running(30), '93/DGPN');
	await report('7.2', { status: 'done', progress: 100, done_on: today }, '75/DGPN');
	await report('7.10', { status: 'dropped', reason: 'Reprise ailleurs.' }, '93/DGPN');
	await fresh();
	await checkAll();
	const [region] = await cells('plan.progress', `level=region&territory=REG-11&from=${period}`);
	close(region.value, 65);
	assert.deepEqual(region.coverage, { received: 2, expected: 2 });
});

test('as_of gives what was shown then', async () => {
	await fresh();
	const before = await item('plan.progress'), at = await instant();
	await sleep(20);
	await report('2.1', running(80));
	await fresh();
	const now = await item('plan.progress');
	assert.notEqual(now.value, before.value);
	const then = (await victor.get(`${indicators}?as_of=${at}`)).json.items.find((i) => i.id === 'plan.progress');
	assert.equal(then.value, before.value);
	assert.equal(then.stale, null);
	const [cell] = await cells('plan.progress', `territory=FR&from=${period}&as_of=${at}`);
	assert.equal(cell.value, before.value);
	for (const [words, value] of [[['--as-of', at], before.value], [[`--as-of=${today}`], now.value], [[], now.value]]) {
		const run = await vigie(['plugin', 'run', 'plan.progress', '--json', ...words]);
		assert.equal(JSON.parse(run.stdout)[0].value, value, `computed again by a command, ${words}`);
	}
	const early = (await victor.get(`${indicators}/plan.progress?as_of=2024-07-01`)).json;
	assert.deepEqual(early.cells, []);
	assert.equal((await victor.get(`${indicators}?as_of=2999-01-01`)).status, 400);
});

test('a value explains itself with the rows that it was computed from', async () => {
	await fresh();
	const { json } = await victor.get(`${indicators}/plan.progress/explain?territory=FR&period=${period}`);
	assert.equal(json.version, '1.0.0');
	assert.match(json.summary, /Moyenne pondérée/);
	assert.equal(json.cell.value, json.cell.numerator / json.cell.denominator);
	assert.equal(json.inputs.length, 1);
	const { rows } = json.inputs[0];
	assert.deepEqual(rows.map((r) => r.number), ['1.1', '1.2', '2.1', '7.2', '7.10', '7.11']);
	assert.equal(rows[3].progress, 60);
	close(progressOf(rows.map((r) => ({ ...r, weight: Number(r.weight) }))).value, json.cell.value);
	const local = (await victor.get(`${indicators}/plan.progress/explain?territory=REG-11&period=${period}&lang=en`)).json;
	assert.deepEqual(local.inputs[0].rows.map((r) => `${r.number} ${r.territory} ${r.organisation}`),
		['7.2 75 DGPN', '7.2 93 DGPN', '7.10 93 DGPN']);
	assert.match(local.summary, /Weighted mean/);
	const past = (await victor.get(`${indicators}/plan.progress/explain?territory=FR&period=2025-01`)).json;
	assert.deepEqual(past.inputs[0].rows, []);
	assert.deepEqual(past.inputs[0].reports, { total: 0, items: [] }, 'nobody had reported yet');
	assert.equal(past.as_of, '2025-01-31T22:59:59.999999Z');
});

test('down to the reports: who said what of each row, when, after what, and what is new since the value shown before', async () => {
	await report('2.1', running(30));
	await fresh();
	const at = await instant();
	await report('2.1', running(45));
	await report('7.2', running(66), '93/DGPN');
	await fresh();
	const behind = async (query) => (await victor.get(`${indicators}/plan.progress/explain?period=${period}&${query}`)).json.inputs[0];
	const { rows, reports } = await behind('territory=FR');
	assert.equal(reports.total, reports.items.length);
	const two = reports.items.find(({ number }) => number === '2.1');
	assert.equal(two.progress, rows.find(({ number }) => number === '2.1').progress);
	assert.deepEqual(reports.items.filter((one) => one.changed).map(({ number }) => number), ['2.1']);
	const { items } = (await victor.get(`${base}/2.1/status-reports?territory=FR`)).json;
	assert.ok(items.length > 1);
	assert.deepEqual([two, ...two.earlier].map((one) => [one.status, one.progress, one.recorded_at, one.recorded_by]),
		items.filter((one) => !one.withdrawn).slice(0, 6).map(({ status, progress, at: when, by }) => [status, progress, when, by]));
	const then = (await behind(`territory=FR&as_of=${at}`)).reports.items.find(({ number }) => number === '2.1');
	assert.equal(then.progress, 30);
	for (const place of ['FR', '93', 'REG-11']) {
		const { rows: given, reports: { items: said } } = await behind(`territory=${place}`);
		const key = ({ number, territory, organisation }) => [number, territory, organisation ?? null].join();
		const rowOf = new Map(given.map((row) => [key(row), row]));
		assert.deepEqual(said.map((one) => [key(one), one.status, one.progress]),
			said.map(key).map((name) => [name, rowOf.get(name)?.status, rowOf.get(name)?.progress ?? undefined]), place);
		assert.equal(said.some((one) => key(one) === '7.2,93,DGPN' && one.progress === 66), place !== 'FR', place);
	}
	assert.equal((await carla.post(`${base}/2.1/status-reports/${items[0].id}/withdrawal`, { reason: 'Trop tôt' })).status, 201);
	const after = await behind('territory=FR');
	assert.equal(after.reports.items.find(({ number }) => number === '2.1').progress, 30, 'what is withdrawn holds no longer');
});

test('what is asked wrongly is told', async () => {
	const wrong = async (path, status, code) => {
		const answer = await victor.get(path);
		assert.equal(answer.status, status, path);
		assert.equal(answer.json.errors?.[0].code ?? answer.json.code, code, answer.text);
	};
	await wrong(`${indicators}/plan.progress?level=city`, 400, 'bad_choice');
	await wrong(`${indicators}/plan.progress?territory=1`, 400, 'unknown_territory');
	await wrong(`${indicators}/plan.progress?territory=93&level=region`, 400, 'level_of_territory');
	await wrong(`${indicators}/plan.progress?from=2026-13`, 400, 'bad_period');
	await wrong(`${indicators}/plan.progress?teritory=93`, 400, 'unknown_parameter');
	await wrong(`${indicators}/plan.progress/explain?territory=93`, 400, 'required');
	await wrong(`${indicators}/plan.progress/explain?territory=93&period=1999-01`, 404, 'no_cell');
	await wrong(`${indicators}/plan.unknown`, 404, 'not_found');
	await wrong('/api/v1/plugins/plan.unknown', 404, 'not_found');
	assert.equal((await server.bearer(tokens.adam).get(indicators)).status, 403);
	assert.equal((await server.bearer(tokens.adam).get('/api/v1/plugins')).status, 403);
	assert.equal((await server.anonymous().get(indicators)).status, 401);
});

test('commands list what is published and compute it on the plan as it is', async () => {
	await fresh();
	const listed = await vigie(['plugin', 'list']);
	assert.equal(listed.code, 0, listed.stderr);
	assert.match(listed.stdout, /^plan\.progress +1\.0\.0 +published +same +Avancement du plan$/m);
	assert.equal(JSON.parse((await vigie(['plugin', 'list', '--json'])).stdout).total, 3);
	const run = async (...words) => JSON.parse((await vigie(['plugin', 'run', 'plan.progress', '--json', ...words])).stdout);
	const [national] = await run();
	assert.equal(national.value, (await item('plan.progress')).value);
	const [region, ...none] = await run('--level=region', '--territory', 'REG-11');
	assert.deepEqual(none, []);
	assert.equal(region.value, (await cells('plan.progress', `territory=REG-11&from=${period}`))[0].value);
	assert.equal((await run('--period', '2025-01'))[0].reason, 'outside_validity');
	const text = await vigie(['plugin', 'run', 'plan.progress', '--territory=93']);
	assert.match(text.stdout, /^93 +\d{4}-\d{2} +[\d.]+ %/);
	assert.equal((await vigie(['plugin', 'run', 'plan.unknown'])).code, 1);
	assert.equal((await vigie(['plugin', 'run', 'plan.progress', '--level=city'])).code, 64);
	assert.equal((await vigie(['plugin', 'run', 'plan.progress', '--plan=nowhere'])).code, 1);
	const files = await vigie(['plugin', 'list', '--dir', join(folder, 'indicators')]);
	assert.match(files.stdout, /✓ plan\.progress/);
});

test('a refresh keeps only the cells that changed', async () => {
	await fresh();
	const count = async () => (await owner.query('select count(*)::int as n from indicator_value')).rows[0].n;
	const before = await count();
	await report('7.2', { nothing_new: true });
	await fresh();
	assert.equal(await count(), before);
	await report('7.2', running(65), '93/DGPN');
	await fresh();
	assert.equal(await count(), before + 2, '93 and its region');
	assert.deepEqual(await doubles(), []);
});

test('the metrics tell of refreshes', async () => {
	assert.ok(await server.metric('vigie_indicator_refresh_seconds') > 0);
	assert.ok(await server.metric('vigie_indicator_refreshes_total') > 3);
	assert.equal(await server.metric('vigie_jobs_pending'), 0);
});

// ------------------------------------------------------------------ plugins that go wrong

const file = (id) => join(folder, 'indicators', `${id}.lua`);
async function rewrite(id, change) {
	await writeFile(file(id), change(await readFile(join(root, `plugins/indicators/${id}.lua`), 'utf8')));
}

test('a broken file stops nothing: the last good value stays, with the reason', async () => {
	await fresh();
	const good = await item('plan.progress');
	await rewrite('plan.progress', (text) => text.replace('kind = "output"', 'kind = = "output"'));
	await restart();
	const { answer } = await until(() => item('plan.progress'), (i) => i.stale?.reason === 'broken');
	assert.equal(answer.value, good.value);
	assert.ok(answer.flags.includes('stale'));
	assert.match(answer.stale.finding.code, /^V\d{3}$/);
	assert.ok(answer.stale.finding.remedy.length > 0);
	await report('2.1', running(85));
	await until(() => item('plan.on_time'), (i) => i.stale === null);
	assert.equal((await item('plan.progress')).value, good.value);
	assert.equal((await victor.get('/api/v1/plugins/plan.progress')).json.on_disk, 'broken');

	await rewrite('plan.progress', (text) => text);
	await restart();
	await fresh();
	await checkAll();
});

test('what another process finds of a file is answered at once', async () => {
	await fresh();
	const elsewhere = await mkdtemp(join(tmpdir(), 'vigie-plugins-'));
	await cp(folder, elsewhere, { recursive: true });
	await writeFile(join(elsewhere, 'indicators/plan.progress.lua'), 'return indicator {');
	const compute = (dir) => vigie(['compute', '--once', `--plugins-dir=${dir}`]);
	assert.equal((await compute(elsewhere)).code, 0);
	const { ms } = await until(() => item('plan.progress'), (i) => i.stale?.reason === 'broken');
	assert.ok(ms < 1000 * slow, `${ms} ms`);
	assert.equal((await compute(folder)).code, 0);
	await fresh();
	await rm(elsewhere, { recursive: true });
});

test('a file that differs from its published version is told and not reloaded', async () => {
	const { sha256 } = (await victor.get('/api/v1/plugins/plan.on_time')).json;
	await rewrite('plan.on_time', (text) => text.replace('value = 100 * on_time / due', 'value = 50 * on_time / due')
		.replace('value = 100 / 3', 'value = 50 / 3').replaceAll('value = 100, ', 'value = 50, '));
	await restart();
	const { answer } = await until(async () => (await victor.get('/api/v1/plugins/plan.on_time')).json, (p) => p.on_disk !== 'same');
	assert.equal(answer.on_disk, 'modified');
	assert.equal(answer.sha256, sha256);
	await fresh();
	assert.equal((await item('plan.on_time')).value, 50);
	assert.match(server.log, /modified on disk/);
	await rewrite('plan.on_time', (text) => text);
});

const failing = (text) => text.replaceAll('1.0.0', '1.0.1').replace('columns = { "initial_due_on"', 'columns = { "number", "initial_due_on"')
	.replace('local due, on_time = 0, 0', 'local due, on_time = 0, 0\n    for _, a in ipairs(ctx.rows("actions")) do if a.number == "7.11" then error("cas imprévu") end end');

test('a version that fails keeps the last good values and is put in quarantine; a better one ends that', async () => {
	await fresh();
	const good = await item('plan.on_time');
	await rewrite('plan.on_time', failing);
	await restart();
	const { answer } = await until(() => item('plan.on_time'), (i) => ['failed', 'quarantined'].includes(i.stale?.reason));
	assert.equal(answer.value, good.value);
	assert.equal(answer.version, '1.0.0');
	assert.ok(answer.stale.finding.where.includes('FR'));
	assert.equal((await item('plan.progress')).stale, null, 'the others are computed');
	await until(() => item('plan.on_time'), (i) => i.stale?.reason === 'quarantined', 20_000);
	assert.equal((await victor.get('/api/v1/plugins/plan.on_time')).json.state, 'quarantined');

	await rewrite('plan.on_time', (text) => text.replaceAll('1.0.0', '1.0.2'));
	await restart();
	await fresh();
	assert.equal((await item('plan.on_time')).version, '1.0.2');
	assert.equal((await victor.get('/api/v1/plugins/plan.on_time')).json.state, 'published');
	const { versions } = (await victor.get('/api/v1/plugins/plan.on_time')).json;
	assert.deepEqual(versions.map((v) => [v.version, v.active]), [['1.0.2', true], ['1.0.1', false], ['1.0.0', false]]);
});

// ------------------------------------------------------------------ workers that die, workers that share

async function startWorker() {
	const child = spawn(binary, ['compute', `--plugins-dir=${folder}`], {
		cwd: root, env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL }, stdio: ['ignore', 'pipe', 'pipe'],
	});
	workers.add(child);
	child.on('close', () => workers.delete(child));
	child.log = '';
	child.ended = once(child, 'close');
	child.stderr.on('data', (d) => (child.log += d));
	await once(child.stdout, 'data');
	return child;
}

async function stopWorker(worker) {
	worker.kill('SIGTERM');
	assert.deepEqual(await worker.ended, [0, null], worker.log);
}

test('a worker killed in the middle of a refresh leaves its work to the next', async () => {
	await fresh();
	await restart(['--compute=off']);
	const first = await startWorker();
	const release = await holdRefresh();
	await report('2.1', running(90));
	await blocked();
	first.kill('SIGKILL');
	await first.ended;
	assert.equal(await marks(), 1);
	assert.ok((await item('plan.progress')).flags.includes('stale'));
	await release();
	await sleep(200);
	assert.equal(await marks(), 1);

	const second = await startWorker();
	await fresh();
	await checkAll();
	assert.deepEqual(await doubles(), []);
	await stopWorker(second);
});

test('two workers share the queue: every change is computed, nothing twice', async () => {
	const two = await Promise.all([startWorker(), startWorker()]);
	const refreshes = () => two.map((w) => w.log.match(/event=refresh .*of=present/g)?.length ?? 0);
	for (let i = 0; i < 12; i++) {
		await report('7.11', running(i + 1));
		await report('7.2', running(i + 70), '13/DGGN');
	}
	await fresh();
	await checkAll();
	assert.deepEqual(await doubles(), []);
	assert.equal(await marks(), 0);
	const [a, b] = refreshes();
	assert.ok(a + b >= 1 && a + b <= 24, `${a} and ${b} refreshes for 24 reports`);
	await Promise.all(two.map(stopWorker));
});
