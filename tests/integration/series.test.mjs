/*
 * Series: the catalogue, figures recorded and read, revisions, vintages, as of, rights, small counts, CSV.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant, startServer, vigie } from './client.mjs';
import { month } from './engine_data.mjs';
import { refusal } from './accounts.mjs';
import { makePlan, PLAN } from './action_data.mjs';

const base = '/api/v1/series';
const victims = `${base}/victims.identified/observations`;
const fines = `${base}/clients.fines/observations`;
let server, data;
const as = (login, options) => server.bearer(data.tokens[login], options);
const fine = (value, more = {}) => ({ territory: '93', organisation: 'DGPN', period: '2025-03', value, ...more });
const victim = (value, more = {}) => ({ territory: '93', organisation: 'DGPN', period: '2025-03', value,
	dims: { age: 'minor', sex: 'female' }, ...more });
const send = (login, rows, address = fines) => as(login).post(address, { rows });
const items = async (login, query, address = fines) => {
	const answer = await as(login).get(`${address}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.items;
};
const counted = async () => (await data.owner.query(`select (select count(*) from observation)::int as observations,
	(select count(*) from figure)::int as figures, (select count(*) from observation_batch)::int as batches,
	(select count(*) from job)::int as jobs`)).rows[0];
const faults = (answer) => Object.fromEntries(answer.json.errors.map((f) => [f.pointer, f.code]));

before(async () => {
	server = await startServer();
	data = await makePlan();
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('the catalogue tells each series in both languages', async () => {
	const fr = (await as('victor').get(base)).json, en = (await as('victor').get(`${base}?lang=en`)).json;
	assert.equal(fr.total, fr.items.length);
	const one = (list) => list.items.find((s) => s.id === 'victims.identified');
	assert.equal(one(fr).name, 'Victimes identifiées');
	assert.equal(one(en).name, 'Victims identified');
	assert.deepEqual(one(en).dimensions.map((d) => [d.id, d.derived, d.members.map((m) => m.id)]), [
		['age', null, ['minor', 'adult', 'unknown']], ['sex', null, ['female', 'male', 'unknown']],
		['force', 'organisation', ['police', 'gendarmerie']]]);
	assert.deepEqual([one(en).sensitive, one(en).floor], [true, 10]);
	assert.equal((await as('victor').get(`${base}/clients.fine/observations`)).status, 404);
	assert.match((await as('victor').get(`${base}/clients.fine/observations`)).json.detail, /clients\.fines/);
});

test('what is recorded is read back', async () => {
	const answer = await send('paul', [fine(12), fine(0, { period: '2025-04' }),
		fine(null, { period: '2025-05', state: 'missing', reason: 'not_reported' }),
		fine(undefined, { period: '2025-06', state: 'not_applicable' })]);
	assert.equal(answer.status, 201, answer.text);
	assert.deepEqual([answer.json.new, answer.json.revised, answer.json.same], [4, 0, 0]);
	const cells = await items('victor', 'territory=93');
	assert.deepEqual(cells.map((c) => [c.period, c.state, c.value, c.reason]), [
		['2025-03', 'value', 12, undefined], ['2025-04', 'value', 0, undefined],
		['2025-05', 'missing', undefined, 'not_reported'], ['2025-06', 'not_applicable', undefined, undefined]]);
	assert.deepEqual(cells[0].dims, { force: 'police' });
	assert.equal(cells[0].recorded_by.id, Number(data.ids.paul));
	assert.equal((await items('victor', 'territory=REG-11&from=2025-04&to=2025-05')).length, 2);
	assert.equal((await items('victor', 'territory=REG-93')).length, 0);
});

test('a revision keeps both, and as_of reads the one known then', async () => {
	await send('paul', [fine(5, { period: '2024-01' })]);
	const { rows: [{ now }] } = await data.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`);
	const again = await send('paul', [fine(5, { period: '2024-01' })]);
	assert.deepEqual([again.json.new, again.json.revised, again.json.same], [0, 0, 1]);
	const revised = await send('paul', [fine(9, { period: '2024-01' })]);
	assert.deepEqual([revised.json.new, revised.json.revised, revised.json.same], [0, 1, 0]);
	const read = async (more) => (await items('victor', `from=2024-01&to=2024-01${more}`)).map((c) => [c.value, c.flags]);
	assert.deepEqual(await read(''), [[9, ['revised']]]);
	assert.deepEqual(await read(`&as_of=${now}`), [[5, []]]);
	assert.deepEqual(await read('&as_of=2024-06-01'), []);
	const { rows } = await data.owner.query(`select o.value::int as v from observation o join figure f on f.id = o.figure_id
		where f.period = '2024-01' and f.plan_id = $1 order by o.id`, [data.planId]);
	assert.deepEqual(rows.map((r) => r.v), [5, 9]);
});

test('of several sources and vintages one is retained', async () => {
	await send('carla', [fine(1439, { period: '2024-02', vintage: '2022', source: 'SSMSI' }),
		fine(1401, { period: '2024-02', vintage: '2021', source: 'SSMSI' }),
		fine(1500, { period: '2024-02', vintage: '2023', source: 'presse', secondary: true })]);
	const read = async (more) => (await items('victor', `from=2024-02&to=2024-02${more}`)).map((c) => [c.value, c.vintage, c.retained]);
	assert.deepEqual(await read(''), [[1439, '2022', true]]);
	assert.deepEqual(await read('&vintage=2021'), [[1401, '2021', false]]);
	assert.deepEqual(await read('&vintage=all'), [[1401, '2021', false], [1439, '2022', true], [1500, '2023', false]]);
	await send('carla', [fine(1402, { period: '2024-02', vintage: '2021', source: 'SSMSI' })]);
	assert.deepEqual(await read(''), [[1439, '2022', true]], 'an older vintage revised later is still older');
	await send('carla', [fine(1450, { period: '2024-02', vintage: '2024', source: 'SSMSI' })]);
	assert.deepEqual(await read(''), [[1450, '2024', true]]);
});

test('published figures come with source, vintage and span, for every plan', async () => {
	const address = `${base}/published.ssmsi_victims_all/observations`;
	const cells = await items('victor', 'from=2016&to=2016', address);
	assert.deepEqual(cells.map((c) => [c.value, c.vintage, c.retained]), [[1439, '2022', true]]);
	assert.match(cells[0].source, /^https:/);
	assert.equal((await items('victor', 'from=2016&to=2016&vintage=all', address)).length, 2);
	const [span] = await items('victor', '', `${base}/published.network_suspects/observations`);
	assert.deepEqual([span.period, span.from_on, span.to_on, span.value], ['2018-10', '2018-01-01', '2018-10-31', 650]);
	const [day] = await items('victor', 'territory=75', `${base}/published.psp_active_by_dep/observations`);
	assert.deepEqual([day.period, day.value], ['2024-12-31', 148]);
	const answer = await send('carla', [{ territory: 'FR', period: '2023', value: 1 }], address);
	assert.equal(answer.status, 403);
	const run = await vigie(['migrate']);
	assert.equal(run.code, 0, run.stderr);
	assert.equal((await items('victor', 'from=2016&to=2016&vintage=all', address)).length, 2);
});

test('a meaning that changed is refused while figures stand on it, texts follow', async () => {
	await data.owner.query("begin");
	await data.owner.query("update series set unit = 'persons', name_en = 'Other name', version = version + 1 where code = 'clients.fines'");
	await data.owner.query("commit");
	const run = await vigie(['migrate']);
	assert.equal(run.code, 1);
	assert.match(run.stderr, /clients\.fines/);
	await data.owner.query("update series set unit = 'fines', version = version + 1 where code = 'clients.fines'");
	assert.equal((await vigie(['migrate'])).code, 0);
	const list = (await as('victor').get(`${base}?lang=en`)).json.items;
	assert.equal(list.find((s) => s.id === 'clients.fines').name, 'Sex buyers fined');
});

test('every fault of a batch is told by row, and nothing is written', async () => {
	const was = await counted();
	const answer = await send('carla', [
		victim(1, { territory: '1' }), victim(1, { period: '3/2025' }), victim(1, { period: '2025' }), victim(1, { dims: { age: 'minors', sex: 'female' } }),
		victim(1, { dims: { age: 'minor' } }), victim(1, { dims: { age: 'minor', sex: 'female', force: 'police' } }), victim(-1), victim(1.5),
		victim('x'), victim(undefined), victim(1, { organisation: 'DGPM' }), victim(1, { organisation: 'ACSE' }), victim(1, { territory: 'REG-11' }),
		victim(1, { period: '2190-01' }), victim(null, { state: 'missing' }), victim(1, { valeu: 3 }), victim(1, { dims: { age: 'minor', sex: 'female', colour: 'red' } }), 7,
		victim(2, { territory: '20' })], victims);
	assert.equal(answer.status, 422, answer.text);
	assert.deepEqual(faults(answer), {
		'#/rows/0/territory': 'unknown_territory', '#/rows/1/period': 'bad_period', '#/rows/2/period': 'wrong_periodicity',
		'#/rows/3/dims/age': 'unknown_member', '#/rows/4/dims/sex': 'dimension_missing', '#/rows/5/dims/force': 'derived_dimension',
		'#/rows/6/value': 'negative', '#/rows/7/value': 'fraction', '#/rows/8/value': 'not_a_number', '#/rows/9/value': 'required',
		'#/rows/10/organisation': 'unknown_organisation', '#/rows/11/organisation': 'not_a_force', '#/rows/12/territory': 'wrong_level',
		'#/rows/13/period': 'period_future', '#/rows/14/reason': 'reason_needed', '#/rows/15/valeu': 'unknown_field',
		'#/rows/16/dims/colour': 'unknown_dimension', '#/rows/17': 'wrong_type', '#/rows/18/territory': 'unknown_territory' });
	const said = (pointer) => answer.json.errors.find((f) => f.pointer === pointer).detail;
	assert.match(said('#/rows/0/territory'), /« 01 »/);
	assert.match(said('#/rows/1/period'), /« 2025-03 »/);
	assert.match(said('#/rows/3/dims/age'), /« minor »/);
	assert.match(said('#/rows/10/organisation'), /« DG[PG]N »/);
	const twice = await send('carla', [victim(1), victim(2)], victims);
	assert.deepEqual(faults(twice), { '#/rows/1': 'duplicate' });
	assert.deepEqual(faults(await send('carla', [], victims)), { '#/rows': 'no_rows' });
	assert.deepEqual(faults(await send('carla', Array.from({ length: 5001 }, () => fine(1)))), { '#/rows': 'too_many_rows' });
	assert.deepEqual(await counted(), was);
});

test('figures are written in scope alone', async () => {
	const was = await counted();
	for (const login of ['victor', 'ana', 'adam'])
		assert.equal((await send(login, [fine(1)])).status, 403, login);
	assert.equal((await server.anonymous().post(fines, { rows: [fine(1)] })).status, 401);
	const outside = await send('paul', [fine(1), fine(1, { territory: '75' }), fine(1, { organisation: 'DGGN' })]);
	assert.equal(outside.status, 403);
	assert.deepEqual(Object.keys(faults(outside)), ['#/rows/1', '#/rows/2']);
	assert.deepEqual(await counted(), was);
	assert.equal((await send('ile', [fine(3, { territory: '75' })])).status, 201);
	assert.equal((await send('carla', [fine(4, { territory: '2A', organisation: 'DGGN' })])).status, 201);
	assert.equal((await as('paul').post(`${fines}?plan=autre`, { rows: [fine(1)] })).status, 404);
	assert.equal((await as('adam').get(base)).status, 403);
});

test('a key sent twice records once', async () => {
	const body = { rows: [fine(77, { period: '2024-07' })] };
	const one = await as('paul').post(fines, body, { key: 'once' });
	const two = await as('paul').post(fines, body, { key: 'once' });
	assert.deepEqual([one.status, two.status], [201, 201]);
	assert.deepEqual(two.json, one.json);
	assert.equal((await as('paul').post(fines, { rows: [fine(1)] }, { key: 'once' })).status, 422);
});

test('no exact small count leaves to whom it is not for, by any route', async () => {
	const counts = [7, 3, 47710047]; /* the last longer than any run of digits in an instant */
	assert.equal((await send('paul', counts.map((v, i) => victim(v, { period: `2024-0${i + 1}` })), victims)).status, 201);
	await send('gina', [victim(6, { organisation: 'DGGN', period: '2024-01' })], victims);
	const queries = ['', 'vintage=all', 'vintage=', 'limit=1', 'as_of=2099-01-01', 'from=2024-03', 'territory=93', 'exact=false', 'lang=en'];
	for (const login of ['victor', 'ana', 'carla', 'nadia' /* scope FR of DGPN, checked below */]) {
		for (const query of queries) {
			for (const suffix of ['', '.csv']) {
				if (login === 'nadia' || (suffix && query === 'limit=1')) continue;
				const answer = await as(login).get(`${victims}${suffix}?${query}`);
				if (answer.status === 400) continue;
				assert.equal(answer.status, 200, answer.text);
				assert.doesNotMatch(answer.text.replace(/2024-0\d(-\d\d)?/g, ''), /47710047/);
				if (!suffix) for (const cell of answer.json.items) assert.equal(cell.state, 'suppressed', login);
				else for (const line of answer.text.trim().split('\r\n').slice(1)) assert.match(line, /,s,suppressed,small_count,/);
			}
		}
	}
	// what is withheld is the same whatever the count: neither length nor tag tells
	const before = await as('victor').get(victims), text = (await as('victor').get(`${victims}.csv`)).text;
	await send('paul', [victim(12345054321, { period: '2024-01' })], victims);
	const after = await as('victor').get(victims);
	assert.equal(after.text, before.text);
	assert.equal(after.etag, before.etag);
	assert.equal((await as('victor').get(`${victims}.csv`)).text, text);
	// one's own scope is exact, no more than it
	const own = await items('paul', 'from=2024-01&to=2024-01', victims);
	assert.deepEqual(own.map((c) => [c.organisation, c.state, c.value]), [['DGPN', 'value', 12345054321], ['DGGN', 'suppressed', undefined]]);
	assert.equal((await items('nadia', 'from=2024-02', victims)).filter((c) => c.state === 'value').length, 2);
	// exact=true: who may, with a trace
	for (const login of ['victor', 'paul']) assert.equal((await as(login).get(`${victims}?exact=true`)).status, 403, login);
	const kept = async () => (await data.owner.query("select count(*)::int as n from journal where act = 'read_exact' and object = 'series'")).rows[0].n;
	const was = await kept();
	assert.equal((await items('ana', 'exact=true&from=2024-03&to=2024-03', victims))[0].value, 47710047);
	assert.match((await as('ana').get(`${victims}.csv?exact=true`)).text, /,47710047,value,/);
	assert.equal(await kept(), was + 1, 'once a person, series and hour');
	await items('carla', 'exact=true', victims);
	assert.equal(await kept(), was + 2);
	// nor do the journal and the database itself
	const { rows: journal } = await data.owner.query("select after::text from journal where object = 'observation_batch'");
	assert.ok(journal.every((j) => !/47710047|12345054321/.test(j.after)));
});

test('the database itself shows a viewer no observation of a sensitive series', async () => {
	const seen = async (login) => {
		await data.owner.query('begin');
		await data.owner.query(`select set_config('vigie.session', (select hash from api_token where person_id = ${data.ids[login]}), true)`);
		const { rows: [{ n }] } = await data.owner.query(`select count(*)::int as n from observation o join figure f on f.id = o.figure_id where f.sensitive`);
		await data.owner.query('rollback');
		return n;
	};
	assert.equal(await seen('victor'), 0);
	assert.equal(await seen('olga'), 0);
	assert.ok(await seen('paul') > 0);
	assert.ok(await seen('ana') > await seen('paul'));
	for (const change of ['update observation set value = 0', 'delete from observation', 'update figure set dims = \'\'', 'delete from figure'])
		assert.match(refusal(change, { context: 'service' }), /permission denied for table/);
});

test('CSV goes in and out', async () => {
	const text = '\uFEFFterritory;organisation;period;value;qualifier\r\n01;DGPN;2024-09;12;"a;b ""c"""\r\n2A;DGPN;2024-09;0;=1+1\r\n\r\n';
	const sent = await as('carla').post(`${fines}.csv`, text, { type: 'text/csv' });
	assert.equal(sent.status, 201, sent.text);
	assert.equal(sent.json.new, 2);
	const out = await as('victor').get(`${fines}.csv?from=2024-09&to=2024-09`);
	assert.equal(out.headers.get('content-type'), 'text/csv; charset=utf-8');
	const lines = out.text.trim().split('\r\n');
	assert.match(lines[1], /^clients\.fines,01,DGPN,2024-09,2024-09-01,2024-09-30,12,value,,"a;b ""c""",/);
	assert.match(lines[2], /^clients\.fines,2A,.*,"'=1\+1",/);
	const back = await as('carla').post(`${fines}.csv`, out.text, { type: 'text/csv; charset=utf-8' });
	assert.deepEqual([back.status, back.json.same], [201, 2], 'an export imported changes nothing');
	const ads = await as('carla').post(`${base}/ads.daily/observations.csv`, 'territory;organisation;period;value\nFR;OCRTEH;2024-09;1234,5\n', { type: 'text/csv' });
	assert.equal(ads.status, 201, ads.text);
	assert.equal((await items('victor', '', `${base}/ads.daily/observations`))[0].value, 1234.5);
	const bad = await as('carla').post(`${fines}.csv`, 'territory,organisation,period,value\n1,DGPN,2024-09,1\n\n01,DGPN,2024-09,s\n01,DGPN\n01,DGPN,2024-10,douze\n', { type: 'text/csv' });
	assert.deepEqual(faults(bad), { '#/lines/5': 'csv_cells' });
	const told = async (text) => (await as('carla').post(`${fines}.csv?lang=fr`, text, { type: 'text/csv' })).json.errors.map((f) => [f.pointer, f.code, f.detail]);
	const large = await told('territory;organisation;period;value\n01;DGPN;2024-09;3,5\n01;DGPN;2024-10;99999999999999999999\n01;DGPN;2024-11;-2,0\n');
	assert.deepEqual(large.map(([pointer, code, detail]) => [pointer, code, /« ?([^»]+?) ?»/.exec(detail)[1].trim()]),
		[['#/lines/2/value', 'fraction', '3,5'], ['#/lines/3/value', 'out_of_range', '99999999999999999999'], ['#/lines/4/value', 'negative', '-2,0']], 'as it was written');
	const worse = await as('carla').post(`${fines}.csv`, 'territory,organisation,period,value\n1,DGPN,2024-09,1\n\n01,DGPN,2024-09,s\n01,DGPN,2024-10,douze\n', { type: 'text/csv' });
	assert.deepEqual(faults(worse), { '#/lines/2/territory': 'unknown_territory', '#/lines/4/value': 'suppressed_input', '#/lines/5/value': 'not_a_number' });
	for (const [body, pointer, code] of [['territory,valeur\n', '#/lines/1', 'unknown_column'], ['territory,period\n"93,2024-01\n', '#/lines/2', 'csv_quote']]) {
		const answer = await as('carla').post(`${fines}.csv`, body, { type: 'text/csv' });
		assert.deepEqual([answer.status, answer.json.errors[0].pointer, answer.json.errors[0].code], [422, pointer, code]);
	}
	assert.equal((await as('carla').post(`${fines}.csv`, new Uint8Array([0x74, 0xe9]), { type: 'text/csv' })).json.detail.includes('UTF-8'), true);
	assert.equal((await as('carla').post(`${fines}.csv`, '{}')).status, 415);
});

test('pages follow each other without a gap', async () => {
	const all = await items('victor', 'limit=200');
	const seen = [];
	for (let cursor = ''; cursor !== null;) {
		const answer = await as('victor').get(`${fines}?limit=3${cursor && `&cursor=${cursor}`}`);
		assert.equal(answer.json.total, all.length);
		seen.push(...answer.json.items);
		cursor = answer.json.next_cursor;
	}
	assert.deepEqual(seen, all);
	assert.equal((await as('victor').get(`${fines}?from=03/2025`)).json.errors[0].code, 'bad_period');
	assert.equal((await as('victor').get(`${fines}?teritory=93`)).status, 400);
});

/* Pages of the database touched by one page of figures, as of `asOf`: what a read costs, whatever else the machine does. */
async function cost(asOf) {
	const text = readFileSync(new URL('../../sql/queries/observation_page.sql', import.meta.url), 'utf8').replace(/^--.*$/gm, '');
	const { rows: [{ id }] } = await data.owner.query("select id from series where code = 'agreements.signed'");
	const { rows } = await data.owner.query(`prepare page as ${text}`).then(() => data.owner.query(`explain (analyze, buffers, format json)
		execute page(${id}, ${data.planId}, ${asOf ? `'${asOf}'` : 'null'}, '{}', false, '{"limit": 50, "hash": "x"}')`));
	await data.owner.query('deallocate page');
	const { Plan: plan } = rows[0]['QUERY PLAN'][0];
	return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

test('a read costs the same with a hundred times the history', async () => {
	const rows = ['2025-01', '2025-02', '2025-03'].flatMap((period) => ['93', '75', '13', '01', '2A', '59', '69', '33', '31', '06', '44', '67']
		.map((territory) => ({ territory, organisation: 'DGPN', period, value: 1 })));
	assert.equal((await send('carla', rows, `${base}/agreements.signed/observations`)).status, 201);
	await data.owner.query('analyze figure, observation');
	const now = (await data.owner.query('select clock_timestamp()::text as t')).rows[0].t;
	const few = [await cost(null), await cost(now)];
	await data.owner.query(`insert into observation (figure_id, batch_id, recorded_at, state, value)
		select o.figure_id, o.batch_id, o.recorded_at + n * interval '1 millisecond', 'value', n
		  from observation o join figure f on f.id = o.figure_id join series s on s.id = f.series_id, generate_series(1, 99) n
		 where s.code = 'agreements.signed'`);
	await data.owner.query('analyze figure, observation');
	const many = [await cost(null), await cost(now)];
	for (const i of [0, 1]) assert.ok(many[i] <= 1.5 * few[i], `${many[i]} blocks after ${few[i]}`);
	assert.equal((await items('victor', 'limit=1', `${base}/agreements.signed/observations`))[0].value, 99);
});

test('the same by command', async () => {
	const run = (words, options) => vigie(['series', ...words], options);
	const folder = mkdtempSync(join(tmpdir(), 'vigie-series-'));
	assert.match((await run(['list'])).stdout, /^victims\.identified +month +department/m);
	assert.equal(JSON.parse((await run(['list', '--json'])).stdout).items[0].id, 'victims.identified');
	const place = ['--territory', '01', '--organisation', 'DGGN', '--period', '2025-08'];
	const one = await run(['observe', 'victims.identified', ...place, '--dim', 'age=minor', '--dim', 'sex=male', '--value', '4', '--as', 'carla', '--json']);
	assert.equal(one.code, 0, one.stderr);
	assert.deepEqual({ ...JSON.parse(one.stdout), batch: 0 }, { batch: 0, new: 1, revised: 0, same: 0 });
	assert.equal((await data.owner.query(`select person_id from observation_batch where id = ${JSON.parse(one.stdout).batch}`)).rows[0].person_id, data.ids.carla);
	const hidden = await run(['export', 'victims.identified', '--territory', '01']);
	assert.match(hidden.stdout, /^victims\.identified,01,DGGN,2025-08,2025-08-01,2025-08-31,s,suppressed,small_count,/m);
	assert.equal((await run(['export', 'victims.identified', '--exact'])).code, 64, 'who asks must be said');
	const opened = async () => (await data.owner.query("select count(*)::int as n from journal where act = 'read_exact' and person_id = any ($1)", [[data.ids.victor, data.ids.paul]])).rows[0].n;
	for (const login of ['victor', 'paul']) {
		for (const id of ['victims.identified', 'clients.fines']) {
			const refused = await run(['export', id, '--exact', '--as', login]);
			assert.deepEqual([refused.code, refused.stdout], [1, ''], `${login}, as by exact=true: ${refused.stderr}`);
			assert.match(refused.stderr, new RegExp(`“${login}” is neither an analyst nor a coordinator of this plan`));
		}
	}
	assert.equal(await opened(), 0, 'nothing was opened');
	assert.match((await run(['export', 'victims.identified', '--territory', '01', '--exact', '--as', 'carla'])).stdout, /2025-08-31,4,value,/);
	const wrong = await run(['observe', 'clients.fines', ...place, '--value', '1.5']);
	assert.equal(wrong.code, 1);
	assert.match(wrong.stderr, /whole units/);
	assert.equal((await run(['observe', 'clients.fines', ...place])).code, 64);
	assert.equal((await run(['observe', 'clients.fine', ...place, '--value', '1'])).code, 1);
	writeFileSync(join(folder, 'f.csv'), 'territory;organisation;period;value\n01;DGGN;2025-09;3\n2A;DGGN;2025-09;0\n');
	const file = await run(['import', join(folder, 'f.csv'), '--series', 'clients.fines', '--as', 'carla']);
	assert.equal(file.code, 0, file.stderr);
	assert.match(file.stdout, /2 new/);
	writeFileSync(join(folder, 'f.csv'), 'territory;organisation;period;value\n01;DGGN;2025-10;3\n1;DGGN;2025-10;0\n');
	const refused = await run(['import', join(folder, 'f.csv'), '--series', 'clients.fines']);
	assert.equal(refused.code, 1);
	assert.match(refused.stderr, /#\/lines\/3\/territory/);
	assert.equal((await items('victor', 'from=2025-10&to=2025-10')).length, 0, 'all or nothing');
	assert.equal((await run(['import', join(folder, 'none.csv'), '--series', 'clients.fines'])).code, 1);
	rmSync(folder, { recursive: true });
});

test('a file that says which force a figure is of must say what its organisation is', async () => {
	const head = 'territory,organisation,period,value,force\n', was = await counted();
	const post = (text, lang = 'fr') => as('carla').post(`${fines}.csv?plan=${PLAN}&lang=${lang}`, head + text, { type: 'text/csv' });
	const wrong = await post('92,DGPN,2024-11,3,polce\n92,DGPN,2024-12,3,gendarmerie\n92,DGGN,2024-12,3,gendarmerie\n92,DGGN,2024-11,3,\n');
	assert.equal(wrong.status, 422, wrong.text);
	assert.deepEqual(faults(wrong), { '#/lines/2/dims/force': 'unknown_member', '#/lines/3/dims/force': 'other_dimension' });
	assert.match(wrong.json.errors[0].detail, /« polce » n’existe pas.*« police »/);
	assert.match(wrong.json.errors[1].detail, /« DGPN » est police, la ligne dit « gendarmerie »/);
	assert.match((await post('92,DGPN,2024-12,3,gendarmerie\n', 'en')).json.errors[0].detail, /“DGPN” is police/);
	assert.deepEqual(await counted(), was);
	const folder = mkdtempSync(join(tmpdir(), 'vigie-series-'));
	writeFileSync(join(folder, 'f.csv'), `${head}92,DGPN,2024-12,3,gendarmerie\n`);
	const refused = await vigie(['series', 'import', join(folder, 'f.csv'), '--series', 'clients.fines', '--as', 'carla']);
	assert.equal(refused.code, 1);
	assert.match(refused.stderr, /#\/lines\/2\/dims\/force/);
	rmSync(folder, { recursive: true });
	const answer = await as('carla').post(`/api/v1/imports?plan=${PLAN}&series=clients.fines&lang=fr`, `${head}92,DGPN,2024-12,3,gendarmerie\n92,DGGN,2024-12,3,gendarmerie\n`, { type: 'text/csv' });
	assert.equal(answer.status, 201, answer.text);
	assert.deepEqual(answer.json.preview.items.map((row) => row.cells.filter(({ code }) => code).map(({ field, given, code }) => [field, given, code])),
		[[['force', 'gendarmerie', 'other_dimension']], []]);
	assert.equal((await post('92,DGPN,2024-12,3,police\n92,DGGN,2024-12,4,\n')).status, 201);
	const out = (await as('carla').get(`${fines}.csv?plan=${PLAN}&territory=92`)).text;
	assert.match(out, /,police\r\n/);
	assert.deepEqual((await as('carla').post(`${fines}.csv?plan=${PLAN}`, out, { type: 'text/csv' })).json.same, 2, 'what exports say is so');
});

test('invented figures at a scale are so many times the data, each marked', async () => {
	const sown = [];
	for (const [plan, ...words] of [['echelle-1', 'figures'], ['echelle-2', 'figures', '--scale', '2'], ['echelle-3', '--scale', '1']]) {
		const { rows: [{ id }] } = await data.owner.query(`insert into plan (code, title_fr, start_on, end_on)
			values ($1, 'Échelle', '2024-01-01', '2099-12-31') returning id`, [plan]);
		const run = await vigie(['demo', ...words, '--months', '2', '--plan', plan]);
		assert.equal(run.code, 0, run.stderr);
		sown.push((await data.owner.query(`select count(*)::int as n, bool_and(o.fictitious) as marked,
			md5(string_agg(concat_ws(' ', s.code, f.territory, g.code, f.period, f.dims, o.recorded_at, o.value), ','
				order by o.recorded_at, s.code, f.territory, g.code, f.period, f.dims) filter (where g.code !~ '^FICTIF-')) as first,
			count(*) filter (where g.code ~ '^FICTIF-2-')::int as further, array_agg(distinct g.code order by g.code) as organisations
			from observation o join figure f on f.id = o.figure_id join series s on s.id = f.series_id join organisation g on g.id = f.organisation_id
			join observation_batch b on b.id = o.batch_id where b.via = 'demo' and b.plan_id = $1`, [id])).rows[0]);
		assert.ok(run.stdout.startsWith(`${sown.at(-1).n} `), run.stdout);
	}
	const [one, two, same] = sown;
	assert.ok(one.marked && two.marked);
	assert.deepEqual(one.organisations, ['DGGN', 'DGPN'], 'police and gendarmerie; nobody else is in this plan');
	assert.deepEqual([two.organisations.length, one.further], [2 * one.organisations.length, 0]);
	assert.equal(two.first, one.first, 'what there is once stays as it was');
	assert.ok(Math.abs(two.further / one.n - 1) < 0.1, `${two.further} beside ${one.n}: silences are not the same twice`);
	assert.deepEqual(same, one, 'the name of figures may be left out');
	for (const words of [['--scale', '0'], ['--scale', '2', 'people'], ['--scale', 'deux'], []])
		assert.equal((await vigie(['demo', ...words])).code, 64, words.join(' '));
});

test('invented figures follow from their seed and say that they are', async () => {
	const sum = async (planId) => (await data.owner.query(`select md5(string_agg(concat_ws(' ', s.code, f.territory, f.organisation_id, f.period, f.dims,
		o.recorded_at, o.value), ',' order by o.recorded_at, s.code, f.territory, f.organisation_id, f.period, f.dims)) as sum, count(*)::int as n,
		bool_and(o.fictitious) as marked, count(*) filter (where o.value = 0)::int as zeros, count(*) filter (where observation_revises(o))::int as revised,
		count(distinct f.territory)::int as territories
		from observation o join figure f on f.id = o.figure_id join series s on s.id = f.series_id join observation_batch b on b.id = o.batch_id
		where b.via = 'demo' and b.plan_id = $1`, [planId])).rows[0];
	const sums = [], marked = async (more = '') => (await as('victor').get(`/api/v1/plans/${PLAN}${more}`)).json.fictitious;
	const before = await instant();
	assert.equal(await marked(), false);
	for (const [seed, plan, ...more] of [['1', PLAN], ['1', 'semis-2'], ['2', 'semis-3', '--published', '2']]) {
		const { rows: [{ id }] } = await data.owner.query(`with made as (insert into plan (code, title_fr, start_on, end_on)
			values ($1, 'Semis', '2024-01-01', '2099-12-31') on conflict do nothing returning id)
			select id from made union all select id from plan where code = $1`, [plan]);
		const sow = () => vigie(['demo', 'figures', '--seed', seed, '--months', '4', '--plan', plan, ...more]);
		const run = await sow();
		assert.equal(run.code, 0, run.stderr);
		assert.equal((await sow()).code, 1, 'once is enough');
		sums.push(await sum(id));
		const { rows } = await data.owner.query('select period from publication where plan_id = $1 order by period', [id]);
		assert.deepEqual(rows.map(({ period }) => period), more.length ? [month(-2), month(-1)] : [], 'published when asked for, the last months that have ended');
	}
	assert.equal(await marked(), true, 'the plan says so, for every page');
	assert.equal(await marked(`?as_of=${before}`), true, 'whatever instant is shown: they are dated before they were made up');
	const cells = await items('victor', 'limit=200&territory=59', `${base}/training.sessions/observations`);
	assert.ok(cells.length > 8 && cells.every((c) => c.flags.includes('fictitious')));
	const lines = (await as('victor').get(`${base}/training.sessions/observations.csv?territory=59`)).text.trim().split('\r\n');
	const column = lines[0].split(',').indexOf('fictitious');
	assert.ok(lines.length > 8 && lines.slice(1).every((line) => line.split(',')[column] === 'true'));
	assert.equal(sums[0].sum, sums[1].sum);
	assert.notEqual(sums[0].sum, sums[2].sum);
	assert.ok(sums[0].marked && sums[0].zeros > 1000 && sums[0].revised > 20 && sums[0].territories > 90, JSON.stringify(sums[0]));
});
