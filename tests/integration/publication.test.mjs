/*
 * Publications: a month frozen once, what everybody sees of it from then on, and what no later revision shows.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer, vigie } from './client.mjs';
import { application, refusal } from './accounts.mjs';
import { makePlan, PLAN } from './action_data.mjs';

const victims = '/api/v1/series/victims.identified';
const publications = `/api/v1/plans/${PLAN}/publications`;
let server, data;
const as = (login, options) => server.bearer(data.tokens[login], options);
const victim = (value, more = {}) => ({ territory: '93', organisation: 'DGPN', period: '2024-01', value, dims: { age: 'minor', sex: 'female' }, ...more });
const send = async (rows, login = 'carla') => {
	const answer = await as(login).post(`${victims}/observations`, { rows });
	assert.equal(answer.status, 201, answer.text);
};
const publish = (period, login = 'carla') => as(login).post(publications, { period });
const get = async (login, path, query) => {
	const answer = await as(login).get(`${victims}/${path}?limit=200&${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json.items;
};
const month = (period) => `from=${period}&to=${period}`;
const brief = (cells) => Object.fromEntries(cells.map((c) => [`${c.territory} ${c.organisation} ${c.dims.age}`,
	c.state === 'value' ? c.value : c.reason]));
const totals = async (query, login = 'victor') => Object.fromEntries((await get(login, 'totals', query)).map((t) =>
	[`${t.territory} ${[t.organisation, ...Object.values(t.dims)].filter(Boolean).join('') || 'all'}`, t.value ?? t.state]));
const now = async () => (await data.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as t`)).rows[0].t;

const adult = { age: 'adult', sex: 'female' };
const january = [victim(7), victim(23, { dims: adult }), victim(0, { territory: '75' }), victim(32, { territory: '75', dims: adult }),
	victim(38, { territory: '75', organisation: 'DGGN', dims: adult }),
	victim(4, { territory: '13', organisation: 'DGGN' }),
	victim(undefined, { territory: '01', state: 'missing', reason: 'not_reported' }), victim(undefined, { territory: '2A', state: 'not_applicable' })];

before(async () => {
	server = await startServer();
	data = await makePlan();
	await send(january);
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('before its publication nothing of a month is seen', async () => {
	for (const cell of await get('victor', 'observations', month('2024-01')))
		assert.deepEqual([cell.state, cell.reason, cell.published_at], ['suppressed', 'small_count', undefined]);
	assert.deepEqual(await get('victor', 'totals', ''), []);
});

test('a coordinator publishes a month that is over, once, and the journal says so', async () => {
	for (const login of ['victor', 'ana', 'paul', 'adam']) assert.equal((await publish('2024-01', login)).status, 403, login);
	for (const [period, code] of [['2024', 'bad_period'], ['2024-13', 'bad_period'], ['2190-01', 'period_open'], ['2024-Q1', 'bad_period']]) {
		const answer = await publish(period);
		assert.deepEqual([answer.status, answer.json.errors[0].pointer, answer.json.errors[0].code], [422, '#/period', code]);
	}
	const first = await publish('2024-01');
	assert.equal(first.status, 201, first.text);
	assert.deepEqual([first.json.period, first.json.figures, first.json.suppressed], ['2024-01', 8, 2]);
	const again = await publish('2024-01');
	assert.equal(again.status, 409);
	assert.match(again.json.detail, /déjà publié/);
	const list = (await as('victor').get(publications)).json;
	assert.deepEqual(list.items.map((p) => [p.period, p.published_by.id]), [['2024-01', Number(data.ids.carla)]]);
	const { rows } = await data.owner.query("select person_id, number from journal where object = 'publication'");
	assert.deepEqual(rows, [{ person_id: data.ids.carla, number: '2024-01' }]);
});

test('everybody sees the same protected figures, four states apart', async () => {
	const seen = { '93 DGPN minor': 'small_count', '93 DGPN adult': 25, '75 DGPN minor': 0, '75 DGPN adult': 30, '75 DGGN adult': 40,
		'13 DGGN minor': 'small_count', '01 DGPN minor': 'not_reported', '2A DGPN minor': undefined };
	for (const login of ['victor', 'ana', 'carla', 'olga'])
		assert.deepEqual(brief(await get(login, 'observations', month('2024-01'))), seen, login);
	assert.deepEqual(brief(await get('paul', 'observations', month('2024-01'))), { ...seen, '93 DGPN minor': 7, '93 DGPN adult': 23 });
	assert.equal(brief(await get('ana', 'observations', `${month('2024-01')}&exact=true`))['13 DGGN minor'], 4);
	const rounded = (await get('victor', 'observations', month('2024-01'))).find((c) => c.value === 30);
	assert.deepEqual(rounded.flags, ['rounded']);
	const csv = (await as('victor').get(`${victims}/observations.csv?${month('2024-01')}`)).text;
	assert.match(csv, /,93,DGPN,2024-01,[^,]*,[^,]*,s,suppressed,small_count,/);
	assert.match(csv, /,75,DGPN,2024-01,[^,]*,[^,]*,30,published,,/);
	const back = await as('carla').post(`${victims}/observations.csv`, csv, { type: 'text/csv' });
	assert.equal(back.status, 422, 'a rounded count is never taken for a figure');
});

test('totals are rounded from the true ones, hidden where they would tell their parts', async () => {
	const all = await totals(`${month('2024-01')}&months=1`);
	// 7 + 23: the total would leave little of the 7; 38 + 32 = 70 of two shown parts
	assert.equal(all['93 all'], 'suppressed');
	assert.equal(all['75 all'], 70);
	assert.equal(all['75 gendarmerie'], 40, 'one contribution: itself');
	assert.equal(all['75 minor'], 0);
	assert.equal(all['13 all'], 'suppressed');
	assert.equal(all['REG-93 all'], 'suppressed', 'a region of one département');
	assert.equal(all['01 all'], 'missing');
	assert.equal(all['2A all'], undefined);
	const csv = (await as('victor').get(`${victims}/totals.csv?${month('2024-01')}`)).text;
	assert.match(csv, /^series,territory,organisation,period,months,value,state,reason,received,expected,fictitious,published_at,age,sex,force\r\n/);
	assert.match(csv, /,93,,2024-01,1,s,suppressed,small_count,2,2,false,/);
	assert.match(csv, /,75,,2024-01,1,70,value,,3,3,false,/);
	assert.deepEqual((await get('victor', 'totals', 'months=12')).length, 0);
	assert.equal((await as('victor').get(`${victims}/totals?months=3`)).status, 400);
});

test('later revisions and late arrivals change nothing that was published', async () => {
	const read = async (login) => {
		const answers = await Promise.all(['observations', 'observations.csv', 'totals', 'totals.csv'].map((path) =>
			as(login).get(`${victims}/${path}?${month('2024-01')}`)));
		return answers.map((a) => [a.text, a.etag, a.headers.get('content-length')]);
	};
	const logins = ['victor', 'ana', 'carla', 'olga'];
	const before = await Promise.all(logins.map(read));
	await send([victim(9), victim(41, { dims: adult }), victim(3, { territory: '75' }), victim(12, { territory: '01' })]);
	assert.deepEqual(await Promise.all(logins.map(read)), before);
	assert.equal(brief(await get('paul', 'observations', month('2024-01')))['93 DGPN minor'], 9);
	await send([victim(300, { territory: '2A', organisation: 'DGGN' })]);
	const late = (await get('victor', 'observations', `${month('2024-01')}&territory=2A&organisation=DGGN`))[0];
	assert.deepEqual([late.state, late.published_at], ['suppressed', undefined]);
});

test('as_of finds the publications made by then', async () => {
	await send([victim(17, { period: '2024-02' })]);
	const instant = await now();
	assert.equal((await publish('2024-02')).status, 201);
	const value = async (more) => (await get('victor', 'observations', `${month('2024-02')}${more}`))[0];
	assert.equal((await value('')).value, 15);
	assert.equal((await value(`&as_of=${instant}`)).state, 'suppressed');
	assert.deepEqual(await get('victor', 'totals', `${month('2024-02')}&as_of=${instant}`), []);
	assert.deepEqual((await as('victor').get(`${publications}?as_of=${instant}`)).json.items.map((p) => p.period), ['2024-01']);
	assert.deepEqual((await as('victor').get(publications)).json.items.map((p) => p.period), ['2024-02', '2024-01']);
});

test('sums over twelve months stand on what was published', async () => {
	for (let m = 3; m <= 12; m++) {
		const period = `2024-${String(m).padStart(2, '0')}`;
		await send([victim(6, { period }), victim(20 + m, { period, dims: adult })]);
		assert.equal((await publish(period)).status, 201);
	}
	const year = await totals(`${month('2024-12')}&months=12`);
	// 7 + 17 + 10 × 6 minors as published, not the 9 of January as revised
	assert.equal(year['93 minor'], 85);
	assert.equal(year['75 gendarmerie'], 40);
	assert.deepEqual(await get('victor', 'totals', `${month('2024-11')}&months=12`), []);
});

test('the database lets nobody change a publication or read the counts behind it', async () => {
	for (const change of ['update published_figure set value = 0', 'delete from published_figure', 'update published_total set value = 0',
		'delete from publication', 'update frozen_count set value = 1', 'delete from frozen_count'])
		assert.match(refusal(change, { context: 'service' }), /permission denied for table/, change);
	assert.match(refusal(`insert into published_total (publication_id, plan_id, series_id, territory, dims, months, to_on, state, value,
		received, expected, fictitious) select publication_id, plan_id, series_id, '59', dims, months, to_on, state, value, received, expected,
		fictitious from published_total limit 1`, { context: 'service', url: application }), /is closed/);
	const seen = async (login, table) => {
		await data.owner.query('begin');
		await data.owner.query(`select set_config('vigie.session', (select hash from api_token where person_id = ${data.ids[login]}), true)`);
		const { rows: [{ n }] } = await data.owner.query(`select count(*)::int as n from ${table}`);
		await data.owner.query('rollback');
		return n;
	};
	for (const login of ['victor', 'ana', 'paul', 'adam']) assert.equal(await seen(login, 'frozen_count'), 0, login);
	assert.ok(await seen('carla', 'frozen_count') > 0);
	assert.ok(await seen('victor', 'published_figure') > 0);
	assert.equal(await seen('adam', 'published_figure'), 0);
	assert.equal(await seen('adam', 'published_total'), 0);
	await assert.rejects(data.owner.query(`insert into published_figure (figure_id, publication_id, plan_id, state, value, floor, provisional, fictitious)
		select f.id, p.id, p.plan_id, 'value', 7, 10, false, false from figure f, publication p limit 1`), /protected_count/);
});

test('vigie publication does the same', async () => {
	await send([victim(18, { period: '2025-01' })]);
	const add = (...more) => vigie(['publication', 'add', ...more, '--plan', PLAN]);
	assert.equal((await add('2025-01')).code, 64, 'somebody publishes');
	const done = await add('2025-01', '--as', 'carla', '--json');
	assert.equal(done.code, 0, done.stderr);
	assert.equal(JSON.parse(done.stdout).period, '2025-01');
	const again = await add('2025-01', '--as', 'carla');
	assert.equal(again.code, 1);
	assert.match(again.stderr, /already|déjà/);
	const list = await vigie(['publication', 'list', '--plan', PLAN]);
	assert.match(list.stdout, /^2025-01 .*Carla Test: 1 /m);
	assert.equal(list.stdout.trim().split('\n').length, 13);
});
