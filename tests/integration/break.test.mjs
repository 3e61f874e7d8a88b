/*
 * A major version of an indicator measures something else: where it was put in force is told, what was shown before stays
 * readable as it was, and nobody sees more of it than was shown to them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';
import { month, pluginFolder, publishGraph, series, today, until } from './engine_data.mjs';
import { unzip } from './unzip.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const January = month(-3), February = month(-2);
/* The values of a series, `factor` times. */
const times = (id, factor, more = {}) => ({ inputs: { v: series(id, more) },
	graph: { v: 1, nodes: [{ op: 'input', name: 'v' }, { op: 'const', x: factor }, { op: 'mul', args: [0, 1] }], out: { value: 2 } } });
const FINES = 'essai.fines', VICTIMS = 'essai.victims', CLOSES = 'essai.closes', OPENS = 'essai.opens', MOVES = 'essai.moves', NARROWS = 'essai.narrows';
const victims = { age: 'minor', sex: 'female' };

let server, data, plugins, then;
const as = (login) => server.bearer(data.tokens[login]);

async function read(login, id, query = '') {
	const answer = await as(login).get(`${indicators}/${id}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}
const brief = ({ value, reason }) => value ?? reason;
async function cell(login, id, territory, period, more = '') {
	const { cells: [found] } = await read(login, id, `territory=${territory}&from=${period}&to=${period}${more}`);
	return found && brief(found);
}
async function send(id, rows, dims = {}, more = {}) {
	const answer = await as('carla').post(`/api/v1/series/${id}/observations`, { rows: rows.map(([territory, organisation, period, value]) =>
		({ ...more, territory, organisation, period, value, dims })) });
	assert.equal(answer.status, 201, answer.text);
}
async function publishMonth(period) {
	const answer = await as('carla').post(`/api/v1/plans/${PLAN}/publications`, { period });
	assert.equal(answer.status, 201, answer.text);
}
const list = async () => Object.fromEntries((await as('victor').get(indicators)).json.items.map((i) => [i.id, i]));
const computed = (...failing) => until(list, (all) => Object.values(all).length === 6 && Object.values(all).every((i) =>
	(failing.includes(i.id) ? ['failed', 'quarantined'].includes(i.stale?.reason) : i.stale === null)), server);
/* The versions that what is shown was computed with, of all levels. */
const kept = async (id) => (await data.owner.query(`select v.version, count(*)::int as n from plugin g
	cross join lateral (select distinct on (i.audience, i.territory, i.period) i.version_id from indicator_value i
		where i.plugin_id = g.id order by i.audience, i.territory, i.period, i.known_from desc, i.id desc) c
	join plugin_version v on v.id = c.version_id where g.code = $1 group by 1 order by 1`, [id])).rows.map(({ version }) => version);
/* Without what targets say of it. */
const bare = ({ targets, ...about }) => ({ ...about, cells: about.cells.map(({ expected, progress_rate, status, ...c }) => c) });
const now = async () => (await data.owner.query(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`)).rows[0].at;

before(async () => {
	data = await makePlan();
	await data.owner.query('update plan set start_on = $1, version = version + 1 where id = $2', [`${January}-01`, data.planId]);
	await publishGraph(data.owner, FINES, times('clients.fines', 1));
	await publishGraph(data.owner, VICTIMS, times('victims.identified', 1));
	await publishGraph(data.owner, CLOSES, times('clients.fines', 1));
	await publishGraph(data.owner, OPENS, times('victims.identified', 1));
	await publishGraph(data.owner, MOVES, times('shelter.requests', 1));
	await publishGraph(data.owner, NARROWS, times('shelter.requests', 1));
	plugins = await pluginFolder({});
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
	await send('clients.fines', [['93', 'DGPN', January, 60], ['75', 'DGPN', January, 30], ['93', 'DGPN', February, 70]]);
	await send('victims.identified', [['93', 'DGPN', January, 7], ['75', 'DGPN', January, 42], ['93', 'DGPN', February, 13], ['75', 'DGPN', February, 32]], victims);
	await send('shelter.requests', [['93', 'DGPN', January, 11], ['93', 'ACSE', January, 20]]);
	await publishMonth(January);
	await computed();
	const set = await as('carla').put(`${indicators}/${FINES}/targets/FR`, { baseline: { value: 0, period: January }, target: { value: 100, period: today.slice(0, 7) }, source: 'Décision du comité' });
	assert.equal(set.status, 201, set.text);
	then = await now();
	const more = { version: '2.0.0', changelog: [{ version: '1.0.0', on: today, fr: 'Première version.' },
		{ version: '2.0.0', on: today, fr: 'Compte aussi les rappels.', en: 'Counts reminders, too.' }] };
	await publishGraph(data.owner, FINES, { ...times('clients.fines', 10), ...more, unit: 'amendes' });
	await publishGraph(data.owner, VICTIMS, { ...times('victims.identified', 10), version: '2.0.0' });
	await publishGraph(data.owner, CLOSES, { ...times('victims.identified', 1), version: '2.0.0' });
	await publishGraph(data.owner, OPENS, { ...times('clients.fines', 1), version: '2.0.0' });
	await publishGraph(data.owner, NARROWS, { ...times('victims.identified', 1), version: '2.0.0' });
	/* not computed: what is shown stays that of the version before */
	await publishGraph(data.owner, MOVES, { ...times('victims.identified', 1), version: '2.0.0', checks: [{ field: 'value', max: 1 }] });
	await computed(MOVES);
	for (const id of [FINES, VICTIMS, CLOSES, OPENS, NARROWS]) await until(() => kept(id), (versions) => versions.includes('2.0.0'), server);
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

test('the values of an indicator say in which version, and where another method was put in force', async () => {
	const about = await read('victor', FINES, 'territory=FR');
	assert.deepEqual([about.version, about.unit, about.cells.map(brief).slice(0, 2)], ['2.0.0', 'amendes', [900, 700]]);
	assert.ok(about.cells.every((c) => c.version === undefined), 'all of the version of the answer');
	const [{ at, ...told }, ...others] = about.breaks;
	assert.deepEqual([told, others], [{ period: today.slice(0, 7), version: '2.0.0', former: '1.0.0', changes: 'Compte aussi les rappels.' }, []]);
	assert.ok(at > then);
	assert.equal((await read('victor', FINES, 'territory=FR&lang=en')).breaks[0].changes, 'Counts reminders, too.');
	assert.equal((await read('victor', VICTIMS)).breaks[0].changes, null, 'its author said nothing');
});

test('what the former major version showed last stays readable, as of then and by its number', async () => {
	const former = await read('victor', FINES, 'territory=FR&major=1');
	assert.deepEqual([former.version, former.unit, former.cells.map(brief).slice(0, 2), former.breaks, former.computed_at], ['1.0.0', '%', [90, 70], [], null]);
	assert.deepEqual(bare(await read('victor', FINES, `territory=FR&as_of=${then}`)), former, 'what we showed then');
	assert.deepEqual(await read('victor', FINES, 'territory=FR&major=2'), bare(await read('victor', FINES, 'territory=FR')));
	assert.deepEqual((await read('victor', FINES, `territory=FR&major=1&as_of=${then}`)).cells, former.cells);
	const explained = (await as('victor').get(`${indicators}/${FINES}/explain?territory=FR&period=${January}&as_of=${then}`)).json;
	assert.deepEqual([explained.version, explained.unit, explained.cell.value], ['1.0.0', '%', 90]);
	/* computed now with the present method, what was known then is of one method throughout */
	const current = await read('victor', FINES, `territory=FR&as_of=${then}&method=current`);
	assert.deepEqual([current.version, current.unit, current.breaks, current.cells.map(brief).slice(0, 2)], ['2.0.0', 'amendes', [], [900, 700]]);
});

test('a target that was set for the former method judges no value of the present one until it is set again', async () => {
	const at = `${indicators}/${FINES}/targets/FR`;
	const told = async (query = '') => {
		const { cells, targets: [{ former }] } = await read('victor', FINES, `territory=FR${query}`);
		const item = (await as('victor').get(`${indicators}?${query.slice(1)}`)).json.items.find(({ id }) => id === FINES);
		const listed = (await as('victor').get(`${indicators}/${FINES}/targets?${query.slice(1)}`)).json.items[0].former;
		assert.equal(listed, former);
		assert.equal(item.target.value, 100, 'it stays in sight');
		return [former, cells.some((c) => 'status' in c), cells.some((c) => 'progress_rate' in c), cells.some((c) => 'expected' in c), 'expected' in item];
	};
	assert.deepEqual(await told(), [true, false, false, false, false]);
	assert.deepEqual(await told(`&as_of=${then}`), [undefined, true, true, true, true], 'as of then it was of the method in force');
	const { json, etag } = await as('carla').get(at);
	const again = await as('carla').put(at, { baseline: json.baseline, target: json.target, source: json.source, reason: 'Vaut aussi pour la nouvelle méthode' }, { ifMatch: etag });
	assert.equal(again.status, 200, again.text);
	assert.deepEqual(await told(), [undefined, true, true, true, true]);
});

test('a major version that there is not is refused with those that there are', async () => {
	const refused = async (query) => {
		const { status, json } = await as('victor').get(`${indicators}/${FINES}?lang=en&${query}`);
		return [status, json.errors.map(({ parameter, detail }) => `${parameter}: ${detail}`)];
	};
	for (const major of ['3', '1.0.0', '', '-1', 'x'])
		assert.deepEqual(await refused(`major=${major}`), [400, [`major: “${major}” is not accepted. Possible values: 1, 2.`]]);
	assert.deepEqual(await refused(`major=2&as_of=${then}`), [400, ['major: “2” is not accepted. Possible values: 1.']]);
	assert.equal((await refused(`major=1&method=current&as_of=${then}`))[0], 400);
	assert.equal((await as('victor').get(`${indicators}/essai.none?major=1`)).status, 404);
});

test('a minor version is no break', async () => {
	await publishGraph(data.owner, FINES, { ...times('clients.fines', 10), version: '2.1.0', unit: 'amendes' });
	await until(() => kept(FINES), (versions) => versions.join() === '2.1.0', server);
	await computed(MOVES);
	const about = await until(() => read('victor', FINES, 'territory=FR'), ({ version, stale }) => version === '2.1.0' && !stale, server);
	assert.deepEqual(about.breaks.map(({ version, former }) => [former, version]), [['1.0.0', '2.0.0']]);
	assert.deepEqual(await read('victor', FINES, 'territory=FR&major=2'), bare(about));
});

test('a plan that began under the present version has no break', async () => {
	await data.owner.query(`insert into plan (code, title_fr, start_on, end_on) values ('essai-plus-tard', 'Plus tard', $1, '2099-12-31')`, [`${February}-01`]);
	await data.owner.query(`insert into role_grant (person_id, role, plan_id) select $1, 'viewer', id from plan where code = 'essai-plus-tard'`, [data.ids.victor]);
	const { json } = await as('victor').get(`/api/v1/plans/essai-plus-tard/indicators/${FINES}`);
	assert.deepEqual(json.breaks, []);
});

test('beyond one’s own scope the former values are those that publications showed by then', async () => {
	await publishMonth(February);
	await computed(MOVES);
	assert.deepEqual([await cell('victor', VICTIMS, '75', January), await cell('victor', VICTIMS, '75', February)], [400, 300], 'ten times 40 and 30');
	for (const login of ['victor', 'ana', 'carla', 'olga']) {
		const [shown, hidden, later] = await Promise.all([['75', January], ['93', January], ['75', February]].map(([t, p]) => cell(login, VICTIMS, t, p, '&major=1')));
		assert.deepEqual([shown, hidden, later], [40, 'small_count', 'small_count'], login);
	}
	assert.equal(await cell('paul', VICTIMS, '93', January, '&major=1'), 7, 'exact in one’s own scope');
	assert.equal(await cell('paul', VICTIMS, '75', January, '&major=1'), 40);
	const opened = async () => (await data.owner.query("select count(*)::int as n from journal where act = 'read_exact'")).rows[0].n;
	const before = await opened();
	assert.equal(await cell('ana', VICTIMS, '93', January, '&major=1&exact=true'), 7);
	assert.equal((await as('victor').get(`${indicators}/${VICTIMS}?major=1&exact=true`)).status, 403);
	assert.equal(await cell('ana', OPENS, '93', January, '&major=1&exact=true'), 7);
	assert.equal(await opened(), before + 2, 'such a read is in the journal, also of what rests on no sensitive count any more');
});

test('who may see the former values is a matter of what they rest on, and not of what the present ones rest on', async () => {
	/* fines, which everybody sees, and then victims */
	assert.deepEqual([await cell('victor', CLOSES, '93', January), await cell('victor', CLOSES, '93', January, '&major=1')], ['small_count', 60]);
	const known = await read('victor', CLOSES, `territory=93&as_of=${then}&method=current`);
	assert.deepEqual([known.method, known.version, brief(known.cells[0])], [undefined, '1.0.0', 60], 'not computed for who may not read what it would rest on');
	/* victims, and then fines */
	assert.deepEqual([await cell('victor', OPENS, '93', January), await cell('victor', OPENS, '93', January, '&major=1')], [60, 'small_count']);
	assert.equal(await cell('victor', OPENS, '75', January, `&as_of=${then}`), 40);
	for (const query of ['', '&dims=age', `&as_of=${then}`, '&major=1']) {
		const { status, text } = await as('victor').get(`${indicators}/${OPENS}?level=department${query}`);
		assert.ok(status === 400 || !/"value"\s*:\s*(7|42|13|32)\b/.test(text), query);
	}
});

test('a value that is left from a former version says so, and is nobody’s own by the series of the present one', async () => {
	/* requests of two organisations in 93, one of which is Paul’s; victims there come from his alone, but are not computed */
	for (const period of [January, February]) {
		const { version, cells } = await read('ana', MOVES, `territory=93&from=${period}&to=${period}&exact=true`);
		assert.deepEqual([version, cells[0].version], ['2.0.0', '1.0.0']);
	}
	assert.equal(await cell('ana', MOVES, '93', January, '&exact=true'), 31);
	for (const query of ['', '&major=1', `&as_of=${then}`])
		for (const login of ['paul', 'gina', 'victor']) {
			assert.notEqual(await cell(login, MOVES, '93', January, query), 31, `${login} ${query}`);
			const sheet = (await as(login).get(`/api/v1/plans/${PLAN}/territories/93?${query.startsWith('&as_of') ? query.slice(1) : ''}`)).json.indicators.find(({ id }) => id === MOVES);
			assert.ok(![sheet, ...sheet?.trend ?? []].some((one) => one?.value === 31), `${login} ${query}`);
		}
	const explained = await as('paul').get(`${indicators}/${MOVES}/explain?territory=93&period=${January}`);
	assert.ok(explained.status === 404 || explained.json.cell.value !== 31, explained.text);
});

test('what was shown before a cell is told to those alone who might see it then', async () => {
	const previous = async (login, id, more = '') => {
		const answer = await as(login).get(`${indicators}/${id}/explain?territory=93&period=${January}${more}`);
		assert.equal(answer.status, 200, answer.text);
		return answer.json.previous && `${answer.json.previous.version} ${brief(answer.json.previous.cell)}`;
	};
	for (const login of ['victor', 'ana', 'carla', 'olga', 'gina']) assert.equal(await previous(login, OPENS), null, login);
	assert.equal(await previous('paul', OPENS), '1.0.0 7', 'his own figure');
	assert.equal(await previous('carla', OPENS, '&exact=true'), '1.0.0 7');
	assert.equal(await previous('victor', CLOSES), null);
	assert.equal(await previous('victor', FINES), '2.0.0 600');
	for (const login of ['paul', 'victor', 'ana']) assert.ok(!/31/.test(await previous(login, NARROWS)), login);
	assert.equal(await previous('ana', NARROWS, '&exact=true'), '1.0.0 31');
});

test('what is taken away says of each value which version gave it', async () => {
	const versions = async (query) => {
		const response = await fetch(`${server.url}/api/v1/plans/${PLAN}/datapackage.zip${query}`, { headers: { Authorization: `Bearer ${data.tokens.carla}` } });
		const [head, ...lines] = unzip(Buffer.from(await response.arrayBuffer()))['indicators.csv'].text.trim().split('\r\n').map((l) => l.split(','));
		const at = (name) => head.indexOf(name);
		const of = (id) => new Set(lines.filter((l) => l[at('indicator')] === id && l[at('value')] !== '').map((l) => l[at('version')]));
		return [FINES, VICTIMS, MOVES].map((id) => [...of(id)].join());
	};
	assert.deepEqual(await versions(''), ['2.1.0', '2.0.0', '1.0.0']);
	assert.deepEqual(await versions(`?as_of=${then}`), ['1.0.0', '1.0.0', '1.0.0']);
});

test('figures made up mark the values of each version that reads them, and of no other', async () => {
	const said = async () => {
		const items = await list(), values = await Promise.all([[MOVES], [MOVES, `as_of=${then}`], [NARROWS], [NARROWS, `as_of=${then}`], [NARROWS, 'major=1']]
			.map((words) => read('victor', ...words)));
		return [items[MOVES], items[NARROWS], ...values].map(({ fictitious }) => fictitious);
	};
	assert.deepEqual(await said(), [false, false, false, false, false, false, false]);
	await send('shelter.requests', [['93', 'DGPN', January, 11]], {}, { fictitious: true });
	/* what is shown of MOVES is left from the version that reads them; NARROWS reads victims since */
	assert.deepEqual(await said(), [true, false, true, true, false, true, true]);
});
