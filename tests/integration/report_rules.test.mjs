/*
 * Rules written in Lua on monthly reports: published like any plugin, asked when a report is saved or sent; what they
 * warn of is shown, what they stop is confirmed with a reason; one that fails holds nothing back.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addPerson, makePlan, PLAN } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';

const base = `/api/v1/plans/${PLAN}`, report = `${base}/campaigns/2026-02/reports/93/DGPN`;
const ID = 'essai.coherence';
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const plugin = (id, word) => `/api/v1/plugins/${id}${word ? `/${word}` : ''}`;
const faults = ({ json }) => Object.fromEntries(json.errors.map((f) => [f.pointer, f.code]));
const said = (r, series) => r.figures.find((f) => f.series === series).findings.map((f) => [f.rule, f.level, f.text]);

/* A rule whose function is `body`. */
const rule = (body, { version = '1.0.0', id = ID, series = ['clients.fines', 'clients.operations', 'victims.identified'] } = {}) => `return rule {
  id = "${id}", api = 1, version = "${version}", name = { fr = "Essai", en = "Trial" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests", series = { ${series.map((s) => `"${s}"`).join(', ')} },
  validate = function(ctx) ${body} end,
  tests = { { name = "rien", period = "2026-02", given = { report = rows [[series | value]] }, expect = {} } },
  changelog = { { "${version}", "2026-02-01", fr = "Version d’essai." } },
}`;
const BODY = `
    local fines, operations = ctx.value("clients.fines"), ctx.value("clients.operations")
    if fines and operations and fines > 0 and operations == 0 then
      return { stop("clients.fines", { fr = fines .. " amendes sans opération.", en = fines .. " fines without operation." }),
               warn("victims.identified", { fr = "À relire.", en = "To read again." }, { age = "adult", sex = "male" }) }
    end
    local before = ctx.before(1, "clients.fines")
    if fines and before and fines > 4 * before then
      return warn("clients.fines", { fr = "Quatre fois plus qu’en janvier." })
    end`;

async function publish(source, id = ID) {
	let etag = (await as('ana').get(plugin(id))).etag;
	const step = async (login, word, body) => {
		const answer = await (word ? as(login).post(plugin(id, word), body, { ifMatch: etag }) : as(login).put(plugin(id), body, etag ? { ifMatch: etag } : {}));
		assert.ok(answer.status < 300, `${word}: ${answer.text}`);
		etag = answer.etag;
		return answer.json;
	};
	await step('ana', '', { source });
	await step('ana', 'review');
	await step('carla', 'approve');
	return step('ana', 'publish');
}

const typed = (fines, operations, more = {}) => ({ figures: [
	{ series: 'clients.fines', typed: fines, ...more }, { series: 'clients.operations', typed: operations },
	...['minor', 'adult', 'unknown'].flatMap((age) => ['female', 'male', 'unknown'].map((sex) => ({ series: 'victims.identified', dims: { age, sex }, typed: '0' }))) ] });
const read = async (login = 'paul', path = report) => (await as(login).get(path)).json;
async function act(what, body, { login = 'paul', status = 200, lang, path = report } = {}) {
	const { version } = await read(login, path);
	const answer = await as(login)[what === 'draft' ? 'put' : 'post'](`${path}${what === 'draft' ? '' : `/${what}`}${lang ? `?lang=${lang}` : ''}`, body, { ifMatch: version });
	assert.equal(answer.status, status, answer.text);
	return answer;
}
const written = async () => (await data.owner.query(`select (select count(*) from report_history)::int as reports, (select count(*) from report_figure)::int as figures,
	(select count(*) from observation)::int as observations`)).rows[0];

before(async () => {
	server = await startServer({ args: ['--today=2026-03-05'] });
	data = await makePlan();
	data.tokens.remi = (await addPerson(data.owner, 'remi', 'contributor', data.planId, 'DGGN', ['93'])).token;
	for (const [organisation, person] of [['DGPN', 'paul'], ['DGGN', 'remi']]) {
		const seat = await as('carla').post(`${base}/roster`, { from_on: '2024-01-01', organisation, territories: ['93'], person });
		assert.equal(seat.status, 201, seat.text);
	}
	const opened = await as('carla').post(`${base}/campaigns`, { period: '2026-02', due_on: '2026-03-20',
		series: [{ id: 'clients.fines' }, { id: 'clients.operations' }, { id: 'victims.identified' }] });
	assert.equal(opened.status, 201, opened.text);
	for (const [login, organisation, value] of [['paul', 'DGPN', 3], ['remi', 'DGGN', 1000]]) {
		const row = await as(login).post('/api/v1/series/clients.fines/observations', { rows: [{ territory: '93', organisation, period: '2026-01', value }] });
		assert.ok(row.status < 300, row.text);
	}
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('without a rule a report is saved and sent as ever', async () => {
	const saved = (await act('draft', typed('5', '0'))).json;
	assert.deepEqual(saved.figures.map((f) => [f.findings, f.confirmed]), saved.figures.map(() => [[], null]));
});

test('a rule is checked, tested, approved by a second person and published like an indicator', async () => {
	const bad = await as('ana').put(plugin(ID), { source: rule('return warn("clients.fine", { fr = "a" })') });
	assert.equal(bad.status, 201, bad.text);
	assert.equal(bad.json.kind, 'rule');
	const checked = await as('ana').post(plugin(ID, 'test'), { source: rule('return warn("clients.fine", { fr = "a" })') });
	assert.match(checked.json.refusals[0].detail, /clients\.fines/, 'the nearest name');
	const published = await publish(rule(BODY));
	assert.deepEqual([published.kind, published.state, published.version, published.unit, published.failures], ['rule', 'published', '1.0.0', null, []]);
	assert.equal((await as('victor').get('/api/v1/plugins?kind=rule')).json.items[0].id, ID);
	assert.ok(!(await as('victor').get(`${base}/indicators`)).json.items.some((i) => i.id === ID), 'it is no indicator');
	const run = await as('ana').post(plugin(ID, 'run'), { data: 'live' });
	assert.deepEqual([run.status, run.json.cells, run.json.finding.code], [200, [], 'V605'], run.text);
	const other = rule(BODY, { version: '2.0.0' }).replace('return rule {', 'return mapper {').replace('validate = function(ctx)', 'columns = { "a" }, row = function(ctx, r)')
		.replace('period = "2026-02", given = { report', 'given = { sheet');
	const judged = await as('ana').post(plugin(ID, 'check'), { source: other });
	assert.deepEqual(judged.json.refusals.map((r) => r.code), ['other_kind'], judged.text);
});

test('what is saved is answered with what the rules say, figure by figure, in the reader’s language', async () => {
	const saved = (await act('draft', typed('5', '0'))).json;
	assert.deepEqual(said(saved, 'clients.fines'), [[ID, 'stop', '5.0 amendes sans opération.']]);
	assert.deepEqual(saved.figures.filter((f) => f.findings.length).map((f) => [f.series, f.dims]),
		[['clients.fines', {}], ['victims.identified', { age: 'adult', sex: 'male' }]]);
	assert.deepEqual(said((await as('paul').get(`${report}?lang=en`)).json, 'clients.fines'), [[ID, 'stop', '5.0 fines without operation.']]);
	assert.deepEqual(said((await act('draft', typed('13', '2'))).json, 'clients.fines'), [[ID, 'warn', 'Quatre fois plus qu’en janvier.']]);
	assert.deepEqual(said((await act('draft', typed('12', '2'))).json, 'clients.fines'), [], 'three in January, by this unit alone');
	assert.deepEqual(said((await act('draft', typed('douze', '2'))).json, 'clients.fines'), [], 'no number yet');
	const { version } = await read(), headers = { Prefer: 'return=minimal' };
	const told = await as('paul').put(report, typed('13', '2'), { ifMatch: version, headers });
	assert.deepEqual([told.status, said(told.json, 'clients.fines').length], [200, 1], 'also to whoever would rather hear less');
	const silent = await as('paul').put(report, typed('12', '2'), { ifMatch: version + 1, headers });
	assert.deepEqual([silent.status, silent.text], [204, '']);
	assert.deepEqual(said(await read(), 'clients.fines'), [], 'what was said before is gone');
	const body = { figures: [{ typed: '3' }] };
	assert.deepEqual(faults(await act('draft', body, { status: 422 })), { '#/figures/0/series': 'required' });
});

test('a figure that is stopped is not sent without a reason, and nothing is half written', async () => {
	await act('draft', typed('5', '0'));
	const before_ = await written();
	const refused = await act('submit', undefined, { status: 422 });
	assert.deepEqual(faults(refused), { '#/figures/0/confirmed': 'rule_stops' });
	assert.match(refused.json.errors[0].detail, /^5\.0 amendes sans opération\. Corrigez/);
	assert.match((await act('submit', undefined, { status: 422, lang: 'en' })).json.errors[0].detail, /^5\.0 fines without operation\. Correct/);
	assert.deepEqual(faults(await act('draft', typed('5', '0', { confirmed: '  ' }), { status: 422 })), { '#/figures/0/confirmed': 'empty' }, 'blanks are no reason');
	await act('draft', typed('cinq', '0', { confirmed: null }));
	assert.deepEqual(faults(await act('submit', undefined, { status: 422 })), { '#/figures/0/value': 'not_a_number' });
	const now = await written();
	assert.deepEqual([now.figures, now.observations], [before_.figures, before_.observations]);
});

test('confirmed with a reason it is sent; the reason stays with the figure and the coordinator reads it', async () => {
	await act('draft', typed('5', '0', { confirmed: 'Opération comptée par le 75.' }));
	const sent = (await act('submit')).json;
	assert.equal(sent.state, 'submitted');
	const seen = await read('carla'), fines = seen.figures[0];
	assert.deepEqual([fines.confirmed, said(seen, 'clients.fines')[0][1], fines.thread[0].confirmed], ['Opération comptée par le 75.', 'stop', 'Opération comptée par le 75.']);
	assert.deepEqual(seen.figures.filter((f) => f.findings.length).map((f) => f.series), ['clients.fines', 'victims.identified'], 'what was only warned of is kept too');
	assert.equal((await act('validate', undefined, { login: 'carla' })).json.figures[0].confirmed, 'Opération comptée par le 75.', 'and stays when it is accepted');
	assert.equal(seen.figures[1].confirmed, null);
});

test('a revised figure is checked as well', async () => {
	const figure = { series: 'clients.fines' };
	const refused = await act('revise', { figure, typed: '6', reason: 'Un de plus' }, { status: 422 });
	assert.deepEqual(faults(refused), { '#/confirmed': 'rule_stops' });
	const revised = (await act('revise', { figure, typed: '6', reason: 'Un de plus', confirmed: 'Toujours le 75.' })).json;
	assert.deepEqual([revised.figures[0].value, revised.figures[0].confirmed], [6, 'Toujours le 75.']);
	assert.deepEqual(faults(await act('revise', { figure: { series: 3 }, typed: 6 }, { status: 422 })), { '#/figure/series': 'wrong_type', '#/reason': 'required', '#/typed': 'wrong_type', '#/value': 'required' });
});

test('a broken rule holds nothing back: it is told in the log and on its page, without a figure, and stopped after three times', async () => {
	await publish(rule('if ctx.value("clients.fines") then error("secret " .. ctx.value("clients.fines")) end', { version: '1.1.0' }));
	const path = `${base}/campaigns/2026-02/reports/93/DGGN`;
	for (let n = 1; n <= 4; n++) {
		const saved = (await act('draft', typed('7', '0'), { login: 'remi', path })).json;
		assert.deepEqual(said(saved, 'clients.fines'), []);
		const page = (await as('ana').get(plugin(ID))).json;
		assert.deepEqual([page.failures.length, page.state], [Math.min(n, 3), n < 3 ? 'published' : 'quarantined']);
		assert.deepEqual(page.failures.map((f) => [f.code, f.counts]), page.failures.map(() => ['V221', true]));
	}
	assert.equal((await act('submit', undefined, { login: 'remi', path })).json.state, 'submitted');
	assert.ok(server.log.includes(` event=rule id=${ID} version=1.1.0 state=failed finding=V221 line=4`), 'told in the log');
	const { rows } = await data.owner.query('select string_agg(finding::text, \' \') as told from rule_failure');
	assert.doesNotMatch(rows[0].told, /secret|7\./, 'analysts read of the failure, never of the figure');
	assert.ok(!server.log.includes('secret'));
	assert.deepEqual((await as('victor').get(plugin(ID))).json.failures, [], 'readers have nothing to mend');
	assert.equal((await as('ana').get('/api/v1/plugins?state=quarantined')).json.items[0].id, ID);
	assert.equal((await publish(rule(BODY, { version: '1.2.0' }))).state, 'published', 'the next version is asked again');
});

test('a rule that never ends is given up, the report goes on', async () => {
	await publish(rule('if ctx.value("clients.fines") then while true do end end', { version: '1.3.0' }));
	const figure = { series: 'clients.fines' };
	const revised = (await act('revise', { figure, typed: '8', reason: 'Deux de plus' })).json;
	assert.deepEqual([revised.figures[0].value, revised.figures[0].findings], [8, []]);
	assert.match((await as('ana').get(plugin(ID))).json.failures[0].code, /^V2(15|16|23)$/);
});

test('while no place is free to run it, a rule is not asked: the report is saved and sent, and the log tells', async () => {
	await publish(rule(BODY, { version: '1.4.0' }));
	const opened = await as('carla').post(`${base}/campaigns`, { period: '2026-01', due_on: '2026-03-20', series: ['clients.fines', 'clients.operations', 'victims.identified'].map((id) => ({ id })) });
	assert.equal(opened.status, 201, opened.text);
	const small = await startServer({ args: ['--today=2026-03-05', '--lab_parallel=1', '--lab_queue=2', '--lab_wait_ms=50'] });
	let over = false, runs = 0;
	const endless = rule('while true do end', { version: '9.0.0', id: 'essai.sans_fin' });
	/* whoever tries plugins without a pause: one runs, the others wait */
	const holders = Array.from({ length: 3 }, async () => {
		while (!over) {
			const { status } = await small.bearer(data.tokens.ana).post(plugin('essai.sans_fin', 'test'), { source: endless });
			assert.ok([200, 503].includes(status), String(status));
			runs += status === 200;
		}
	});
	try {
		assert.equal((await as('ana').put(plugin('essai.sans_fin'), { source: endless })).status, 201);
		const paul = small.bearer(data.tokens.paul), path = `${base}/campaigns/2026-01/reports/93/DGPN`;
		const untold = () => small.log.split('event=rule state="not asked: no place"').length - 1;
		let saved, told;
		do {
			const { version } = (await paul.get(path)).json;
			told = untold();
			saved = await paul.put(path, typed('5', '0'), { ifMatch: version });
			assert.equal(saved.status, 200, saved.text);
			assert.equal(saved.json.figures.find(({ series }) => series === 'clients.fines').findings.length === 0, untold() > told, 'either asked, or told in the log');
		} while (untold() === told);
		/* asked, it would be stopped for want of a reason, as in a moment when a place is free */
		let sent;
		do {
			told = untold();
			sent = await paul.post(`${path}/submit`, undefined, { ifMatch: (await paul.get(path)).json.version });
			assert.ok(sent.status === 422 || untold() > told, `${sent.status} ${sent.text}`);
		} while (sent.status === 422);
		assert.deepEqual([sent.status, sent.json.state, sent.json.figures[0].value, sent.json.figures[0].confirmed], [200, 'submitted', 5, null], sent.text);
	} finally {
		over = true;
		await Promise.all(holders);
		assert.equal(await small.stop(), 0, small.log);
	}
	assert.ok(runs > 0, 'the place was taken');
});

test('a retired rule is asked no more', async () => {
	await publish(rule(BODY, { version: '1.5.0' }));
	const { etag } = await as('carla').get(plugin(ID));
	const ended = await as('carla').post(plugin(ID, 'retire'), { reason: 'Essai terminé' }, { ifMatch: etag });
	assert.equal(ended.status, 200, ended.text);
	const revised = (await act('revise', { figure: { series: 'clients.fines' }, typed: '9', reason: 'Encore' })).json;
	assert.deepEqual(revised.figures[0].findings, []);
});

test('by SQL a reader tells no failure of a rule in the past, and sees none', async () => {
	const { createHash } = await import('node:crypto');
	const { default: pg } = await import('pg');
	const app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
	const { rows: [{ id }] } = await data.owner.query('select id from plugin_version limit 1');
	const as_ = (login) => app.query("select set_config('vigie.session', $1, false)", [login ? createHash('sha256').update(data.tokens[login]).digest('hex') : '']);
	await as_('victor');
	assert.equal((await app.query('select count(*)::int as n from rule_failure')).rows[0].n, 0);
	const tell = (at) => app.query(`insert into rule_failure (version_id, finding, counts, at) values ($1, '{}', true, ${at})`, [id]);
	await assert.rejects(tell("now() - interval '1 day'"), /row-level security/);
	await as_('');
	await assert.rejects(tell('now()'), /row-level security/);
	await as_('ana');
	assert.ok((await app.query('select count(*)::int as n from rule_failure')).rows[0].n > 3);
	await assert.rejects(app.query('delete from rule_failure'), /permission denied/);
	await app.end();
});

test('the rule and the mapper that come with the server are published by its worker', async () => {
	/* beside no indicator, whose values would take their time */
	const folder = await mkdtemp(join(tmpdir(), 'vigie-gallery-'));
	for (const part of ['rules', 'mappers']) await cp(join(root, 'plugins', part), join(folder, part), { recursive: true });
	await mkdir(join(folder, 'indicators'));
	const run = await vigie([`--plugins-dir=${folder}`, 'compute', '--once']);
	await rm(folder, { recursive: true });
	assert.equal(run.code, 0, run.stderr);
	const of = async (kind) => (await as('victor').get(`/api/v1/plugins?kind=${kind}`)).json.items.filter((i) => i.shipped).map((i) => [i.id, i.state, i.on_disk]);
	assert.deepEqual(await of('rule'), [['report.coherence', 'published', 'same']]);
	assert.deepEqual(await of('mapper'), [['association.shelter', 'published', 'same']]);
});
