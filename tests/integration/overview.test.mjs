/*
 * What committees look at across a plan: one territory, all of them side by side, what is due, words looked for
 * everywhere.  Cells of indicators are put there by SQL, so that each is known.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { instant, startServer } from './client.mjs';
import { month, publishGraph, series, today } from './engine_data.mjs';

const base = `/api/v1/plans/${PLAN}`;
const SUM = (id) => ({ inputs: { v: id }, graph: { v: 1, nodes: [{ op: 'input', name: 'v' }], out: { value: 0 } } });
const CHANGES = 'essai.changes', WAITS = 'essai.waits', months = [-4, -3, -2, -1].map(month);
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const fetched = async (login, path) => {
	const answer = await as(login).get(base + path);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
};

/* Of its present version, as a worker would put them there. */
async function cells(code, level, period, values, sensitive = false) {
	for (const [territory, value] of Object.entries(values))
		await data.owner.query(`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, reason, value, sensitive)
			select $1, g.id, v.id, $3, $4, $5, case when $6::float8 is null then 'missing' else 'value' end,
			       case when $6::float8 is null then 'not_reported' end, $6, $7
			  from plugin g join plugin_version v on v.plugin_id = g.id and v.active where g.code = $2`,
		[data.planId, code, level, territory, period, value, sensitive]);
}

/* A report as people make it, so that what is kept of the plan is forgotten. */
async function report(login, number, body, where = '') {
	const { headers } = await as(login).get(`${base}/actions/${number}${where}`);
	const answer = await as(login).post(`${base}/actions/${number}/status-reports`, body, { ifMatch: headers.get('ETag') });
	assert.equal(answer.status, 201, answer.text);
}
const deployed = (login, number, territory, organisation, body) =>
	report(login, number, { territory, organisation, ...body }, `/deployments/${territory}/${organisation}`);

before(async () => {
	data = await makePlan();
	const { owner, planId, ids } = data;
	await publishGraph(owner, 'essai.open', SUM(series('clients.fines')));
	await publishGraph(owner, 'essai.closed', SUM(series('victims.identified')));
	await owner.query(`update plugin_version v set metadata = metadata || '{"unit": "verbalisations"}' from plugin g where g.id = v.plugin_id and g.code = 'essai.open'`);
	await owner.query(`insert into indicator_refresh (plan_id, plugin_id, version_id, refreshed_at, day)
		select $1, g.id, v.id, now(), $2 from plugin g join plugin_version v on v.plugin_id = g.id`, [planId, today]);
	await cells('essai.open', 'department', month(-2), { 93: 8, 75: 12 });
	await cells('essai.open', 'department', month(-1), { 93: 10, 75: 20, 13: 30, '2A': 40, '01': null });
	await cells('essai.open', 'region', month(-1), { 'REG-11': 30 });
	await cells('essai.open', 'national', month(-1), { FR: 100 });
	for (const [level, values] of [['department', { 93: 1, 75: 2 }], ['region', { 'REG-11': 3 }], ['national', { FR: 3 }]])
		await cells('essai.open', level, month(0), values); /* what came before the month has ended */
	await cells('essai.closed', 'department', month(-1), { 93: 3, 75: 4 }, true);
	/* two that change their method: of one its newest month is computed again, of the other an earlier one */
	for (const id of [CHANGES, WAITS]) {
		await publishGraph(owner, id, { ...SUM(series('clients.fines')), name: 'Parts' });
		for (const [i, period] of months.entries())
			for (const [level, values] of [['department', { 93: i + 1, 75: i + 2 }], ['national', { FR: 10 * (i + 1) }]]) await cells(id, level, period, values);
	}
	({ rows: [{ then: data.then }] } = await owner.query('select instant_json(clock_timestamp()) as then'));
	for (const [id, period] of [[CHANGES, months[3]], [WAITS, months[1]]]) {
		await publishGraph(owner, id, { ...SUM(series('clients.fines')), version: '2.0.0', name: 'Nombres', unit: 'amendes' });
		for (const [level, values] of [['department', { 93: 900, 75: 700 }], ['national', { FR: 4000 }]]) await cells(id, level, period, values);
	}
	await owner.query(`insert into roster (plan_id, kind, organisation_id, territories, person_id, reason, from_on)
		select $1, k, (select id from organisation where code = o), t, p, r, '2024-01-01'
		  from (values ('referent', 'DGPN', '{93}'::text[], $2::bigint, null), ('referent', 'DGPN', '{75}', null, null),
		               ('exempt', 'DGGN', '{75,93}', null, 'Zone de police')) as x (k, o, t, p, r)`, [planId, ids.paul]);
	({ rows: [{ begun: data.begun }] } = await owner.query('select instant_json(clock_timestamp()) as begun'));
	server = await startServer();
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

/* ---------------------------------------------------------------- one territory */

test('a département says its deployments, and that nobody has spoken is neither zero nor nothing to do', async () => {
	const seine = await fetched('victor', '/territories/93');
	assert.deepEqual(seine.territory.parent, { code: 'REG-11', name: 'Île-de-France' });
	assert.deepEqual(seine.actions.map(({ number, items }) => [number, items.map(({ organisation, status }) => [organisation, status])]),
		[['7.2', [['DGPN', 'not_started']]], ['7.10', [['DGPN', 'not_started']]]]);
	assert.deepEqual([seine.progress.state, seine.progress.progress, seine.rank], ['missing', null, null]);
	assert.equal(seine.counts.late, 1, 'the deployment of 7.10 is late by its date');
	const ain = await fetched('victor', '/territories/01');
	assert.deepEqual([ain.progress.state, ain.actions, ain.counts.deployments], ['not_applicable', [], 0]);
});

test('right after a report it stands beside the others: median, quartiles, rank, chosen peers', async () => {
	const said = { status: 'in_progress', confidence: 'achievable', comment: 'Réunions hebdomadaires au parquet' };
	await deployed('paul', '7.2', '93', 'DGPN', { ...said, progress: 40 });
	await deployed('carla', '7.2', '75', 'DGPN', { ...said, progress: 80, comment: 'Convention signée' });
	const sheet = await fetched('victor', '/territories/93?peers=75,13');
	assert.equal(sheet.progress.progress, 20, 'one of two deployments spoke of 40, the other has not begun');
	assert.deepEqual(sheet.quartiles, { n: 2, low: 20, q1: 35, median: 50, q3: 65, high: 80 });
	assert.deepEqual(sheet.rank, { place: 2, of: 2 });
	assert.deepEqual(sheet.peers.map(({ territory, state }) => [territory, state]), [['75', 'value'], ['13', 'missing']]);
	assert.equal(sheet.actions[0].items[0].comment, said.comment);
	assert.deepEqual(sheet.actions[0].items[0].reported_by.name, 'Paul Test');
});

test('its indicators: the trend, the quartiles of the same period, per 100,000 for what is counted', async () => {
	const { indicators, territory } = await fetched('victor', '/territories/93?peers=01,2A');
	const open = indicators.find(({ id }) => id === 'essai.open');
	assert.deepEqual([open.state, open.value, open.period], ['value', 10, month(-1)]);
	assert.deepEqual(open.trend.map(({ value }) => value), [8, 10]);
	assert.deepEqual(open.quartiles, { n: 4, low: 10, q1: 17.5, median: 25, q3: 32.5, high: 40 });
	assert.equal(open.per_100k, 10 * 100000 / territory.population);
	assert.equal(open.quartiles_per_100k.n, 4);
	assert.deepEqual(open.peers.map(({ territory: t, state, reason }) => [t, state, reason]),
		[['01', 'missing', 'not_reported'], ['2A', 'value', null]]);
});

test('what rests on sensitive counts is withheld, comparison included; in one’s own scope it is read', async () => {
	const closed = async (login, code) => (await fetched(login, `/territories/${code}?peers=75`)).indicators.find(({ id }) => id === 'essai.closed');
	for (const login of ['victor', 'ana', 'carla']) {
		const hidden = await closed(login, '93');
		assert.deepEqual([hidden.state, hidden.value, hidden.reason, hidden.quartiles], ['suppressed', null, 'small_count', null], login);
		assert.deepEqual(hidden.peers.map(({ state, value }) => [state, value]), [['suppressed', null]]);
	}
	const own = await closed('paul', '93');
	assert.deepEqual([own.state, own.value, own.quartiles.n], ['value', 3, 1], 'a reader’s median is made of what that reader may see');
	assert.deepEqual(own.peers.map(({ state, value }) => [state, value]), [['suppressed', null]]);
	assert.equal((await closed('victor', '93')).value, null, 'an answer kept for one reader is not given to another');
});

test('who answers for it: held, vacant and exempt seats', async () => {
	const { referents } = await fetched('victor', '/territories/93');
	assert.deepEqual([referents.units, referents.held, referents.exempt], [2, 1, 1]);
	assert.deepEqual(referents.items.map(({ organisation, exempt_reason: why, people }) => [organisation.code, why, people.map(({ person }) => person?.name)]),
		[['DGGN', 'Zone de police', []], ['DGPN', null, ['Paul Test']]]);
	const paris = await fetched('victor', '/territories/75');
	assert.deepEqual([paris.referents.units, paris.referents.held], [2, 0]);
});

test('a campaign shows who answered, who is exempt, who is silent', async () => {
	const opened = await as('carla').post(`${base}/campaigns`, { period: month(-1), opens_on: `${month(-1)}-01`, due_on: `${month(-1)}-15`, series: [{ id: 'clients.fines' }] });
	assert.equal(opened.status, 201, opened.text);
	const { reports } = await fetched('victor', '/territories/93');
	assert.deepEqual(reports.map(({ period, expected, answered, on_time: onTime }) => [period, expected, answered, onTime]), [[month(-1), 1, 0, 0]]);
	assert.deepEqual(reports[0].units, [{ organisation: 'DGGN', state: 'exempt', late: false }, { organisation: 'DGPN', state: 'expected', late: true }]);
});

test('a region and the nation: their places, actions by deployments, no list of people of the whole country', async () => {
	const region = await fetched('victor', '/territories/REG-11');
	assert.deepEqual(region.actions.map(({ number, deployments, items }) => [number, deployments.total, deployments.reported, items.length]),
		[['7.2', 2, 2, 0], ['7.10', 1, 0, 0]]);
	assert.ok(region.within.some(({ territory, progress }) => territory === '75' && progress === 80));
	assert.ok(region.within.every(({ territory }) => !territory.startsWith('REG')));
	assert.equal(region.progress.progress, 40, '60 of 7.2 and 0 of 7.10, of one measure, weigh by deployment');
	const nation = await fetched('victor', '/territories/FR');
	assert.deepEqual([nation.quartiles, nation.rank, nation.referents.items], [null, null, []]);
	assert.ok(nation.within.length > 10 && nation.within.every(({ territory }) => territory.startsWith('REG')));
	assert.equal(nation.counts.deployments, 4);
});

test('as of an instant it says what was known then; an ETag spares the rest', async () => {
	const then = await fetched('victor', `/territories/93?as_of=${encodeURIComponent(data.begun)}`);
	assert.deepEqual([then.progress.state, then.reports, then.counts.reported], ['missing', [], 0]);
	assert.equal((await fetched('victor', '/territories/93')).progress.state, 'value');
	const first = await as('victor').get(`${base}/territories/93`);
	const again = await as('victor').get(`${base}/territories/93`, { headers: { 'If-None-Match': first.headers.get('ETag') } });
	assert.equal(again.status, 304);
});

test('a code that is none is told with the one that is meant, peers too', async () => {
	const answer = await as('victor').get(`${base}/territories/1`);
	assert.equal(answer.status, 404);
	assert.match(answer.json.detail, /« 01 »/);
	const faults = await as('victor').get(`${base}/territories/93?peers=1,2A,xx`);
	assert.equal(faults.status, 400);
	assert.deepEqual(faults.json.errors.map(({ parameter }) => parameter), ['peers', 'peers']);
	assert.equal((await as('victor').get(`${base}/territories/93?peers=01,02,03,04,05,06`)).json.errors[0].code, 'too_many_places');
});

/* ---------------------------------------------------------------- all of them */

test('the comparison: a cell an action and place, null where it is not deployed', async () => {
	const { territories, actions, indicators } = await fetched('victor', '/comparison');
	assert.equal(territories.length, 101);
	const at = (code) => territories.findIndex(({ territory }) => territory === code);
	const action = (number) => actions.find((one) => one.number === number);
	assert.deepEqual(action('7.2').cells[at('93')], ['in_progress', 40, 1, 1, 0, 0]);
	assert.deepEqual(action('7.10').cells[at('93')], ['not_started', 0, 0, 1, 1, 0]);
	assert.equal(action('7.2').cells[at('01')], null);
	assert.deepEqual([action('1.1').cells, action('1.1').own], [null, ['not_started', 0, 0, 1, 0, 0]], 'a national action has no deployments');
	assert.equal(territories[at('93')].region, 'REG-11');
	const open = indicators.find(({ id }) => id === 'essai.open');
	assert.deepEqual(['93', '01', '02'].map((code) => open.cells[at(code)]), [10, 'missing', null]);
	assert.equal(open.quartiles.median, 25);
	const closed = indicators.find(({ id }) => id === 'essai.closed');
	assert.ok(closed.cells.every((cell) => cell === 'suppressed'));
	assert.equal((await fetched('paul', '/comparison')).indicators.find(({ id }) => id === 'essai.closed').cells[at('93')], 3);
});

test('two organisations in one place: begun when one is, done when all are', async () => {
	const put = await as('carla').put(`${base}/actions/7.2/deployments/93/DGGN`, {});
	assert.ok([200, 201].includes(put.status), put.text);
	const cell = async () => {
		const { territories, actions } = await fetched('victor', '/comparison');
		return actions.find(({ number }) => number === '7.2').cells[territories.findIndex(({ territory }) => territory === '93')];
	};
	assert.deepEqual(await cell(), ['in_progress', 20, 1, 2, 0, 0]);
	await deployed('carla', '7.2', '93', 'DGGN', { status: 'done', progress: 100 });
	assert.deepEqual(await cell(), ['in_progress', 70, 2, 2, 0, 0]);
	await deployed('carla', '7.2', '93', 'DGPN', { status: 'done', progress: 100 });
	assert.deepEqual(await cell(), ['done', 100, 2, 2, 0, 0]);
});

test('regions are compared by the deployments of their départements', async () => {
	const { territories, actions } = await fetched('victor', '/comparison?level=region');
	const cell = actions.find(({ number }) => number === '7.2').cells[territories.findIndex(({ territory }) => territory === 'REG-11')];
	assert.deepEqual([cell[2], cell[3]], [3, 3]);
	assert.equal((await as('victor').get(`${base}/comparison?level=national`)).status, 400);
});

/* ---------------------------------------------------------------- what is due */

test('the calendar has actions, milestones and monthly reports by day, the late ones marked', async () => {
	const added = await as('carla').post(`${base}/actions/7.2/milestones`, { title_fr: 'Premier bilan', due_on: '2025-03-31' });
	assert.equal(added.status, 201, added.text);
	const { items, measures, actions } = await fetched('victor', '/calendar');
	assert.deepEqual(items.map(({ on }) => on), items.map(({ on }) => on).sort());
	assert.deepEqual(items.filter(({ kind }) => kind === 'milestone').map(({ title, action, measure, late }) => [title, action, measure, late]),
		[['Premier bilan', '7.2', '7', true]]);
	assert.ok(items.find(({ kind, action }) => kind === 'action' && action === '1.2').late);
	assert.ok(!items.some(({ action }) => action === '7.11'), 'without a date it is in no month');
	assert.ok(items.find(({ kind }) => kind === 'campaign').late);
	assert.deepEqual(measures.map(({ number }) => number), ['1', '2', '7']);
	assert.equal(actions.find(({ number }) => number === '7.11').measure, '7');
});

/* ---------------------------------------------------------------- words */

const found = async (login, q, more = '') => fetched(login, `/search?q=${encodeURIComponent(q)}${more}`);
const what = ({ items }) => items.map(({ kind, code, action, territory }) => [kind, code ?? action, ...(kind === 'comment' ? [territory] : [])]);

test('words are found whatever their accents, endings and capitals', async () => {
	for (const words of ['enquêteurs', 'ENQUETEUR', 'former enquêteur', 'enquet'])
		assert.deepEqual(what(await found('victor', words))[0], ['action', '2.1'], words);
	assert.deepEqual(what(await found('victor', 'oeuvrer'))[0], ['action', '7.10']);
});

test('what people said is found with its place; withdrawn or replaced words are not', async () => {
	assert.deepEqual(what(await found('victor', 'conventions')), [['comment', '7.2', '75']]);
	await deployed('carla', '7.2', '75', 'DGPN', { status: 'in_progress', progress: 85, comment: 'Point mensuel' });
	assert.deepEqual(what(await found('victor', 'conventions')), []);
	const { status } = await as('paul').post(`${base}/actions/7.2/blockers`, { kind: 'legal', title: 'Logiciel en panne', territory: '93', organisation: 'DGPN' });
	assert.equal(status, 201);
	assert.deepEqual(what(await found('victor', 'logiciels')), [['blocker', '7.2']]);
});

test('a number or a code as typed comes first: action, territory, organisation, indicator', async () => {
	assert.deepEqual(what(await found('victor', '7.2'))[0], ['action', '7.2']);
	assert.deepEqual(what(await found('victor', '93'))[0], ['territory', '93']);
	assert.deepEqual(what(await found('victor', 'dgpn'))[0], ['organisation', 'DGPN']);
	assert.deepEqual(what(await found('victor', 'essai.open'))[0], ['indicator', 'essai.open']);
	assert.deepEqual(what(await found('victor', 'seine saint denis'))[0], ['territory', '93']);
});

test('kinds are counted, one can be kept, pages follow each other, words to mark are told', async () => {
	const all = await found('victor', 'coordination locale associations bouches', '&kind=action');
	assert.deepEqual(all.items, []);
	const many = await found('victor', 'mesure');
	assert.deepEqual([many.kinds, many.total], [{ measure: 3 }, 3]);
	assert.ok(many.words.includes('mesur'));
	const first = await found('victor', 'mesure', '&limit=2');
	assert.equal(first.items.length, 2);
	const rest = await found('victor', 'mesure', `&limit=2&cursor=${first.next_cursor}`);
	assert.deepEqual([...first.items, ...rest.items].map(({ code }) => code).sort(), ['1', '2', '7']);
	assert.deepEqual(Object.keys((await found('victor', 'mesure', '&kind=territory')).kinds), []);
});

test('nothing typed is a fault, signs alone find nothing, and no sign breaks the search', async () => {
	for (const q of ['', '   ']) assert.equal((await as('victor').get(`${base}/search?q=${q}`)).status, 400);
	assert.equal((await as('victor').get(`${base}/search`)).status, 400);
	assert.equal((await as('victor').get(`${base}/search?q=${'x'.repeat(201)}`)).status, 400);
	for (const q of ['!!!', '%', "';--", '<script>', '& | :*', '"', '\\', '🦊'])
		assert.equal((await found('victor', q)).total, 0, q);
	assert.equal((await found('victor', '<b>mesure</b>')).total, 0, 'every word must be there');
});

test('who has no right on a plan finds nothing in it', async () => {
	assert.equal((await as('adam').get(`${base}/search?q=mesure`)).status, 403);
	assert.equal((await server.anonymous().get(`${base}/territories/93`)).status, 401);
});

test('of reported figures the last month that has ended is shown first; the one under way stays in the course', async () => {
	const { items } = await fetched('victor', '/indicators'), { indicators } = await fetched('victor', '/dashboard');
	for (const shown of [items, indicators].map((all) => all.find(({ id }) => id === 'essai.open')))
		assert.deepEqual([shown.period, shown.value], [month(-1), 100]);
	const { cells: course } = await fetched('victor', '/indicators/essai.open');
	assert.deepEqual(course.map(({ period, value }) => [period, value]), [[month(-1), 100], [month(0), 3]]);
	await publishGraph(data.owner, 'essai.first', SUM(series('training.sessions')));
	await cells('essai.first', 'national', month(0), { FR: 7 });
	const first = (await fetched('victor', `/indicators?as_of=${await instant()}`)).items.find(({ id }) => id === 'essai.first');
	assert.deepEqual([first.period, first.value], [month(0), 7], 'when there is nothing else');
});

/* ---------------------------------------------------------------- methods that change */

const shown = async (where, id, query = '') => {
	const answer = await fetched('victor', `${where}?${query}`);
	return (answer.items ?? answer.indicators).find((one) => one.id === id);
};
const course = (points) => points.map(({ period, value }) => `${period} ${value}`);
const [, second, third, last] = months;

test('a course is of the method that gave the value shown, in its unit: no line joins two of them', async () => {
	const home = async (id) => {
		const { value, unit, version, spark } = await shown('/dashboard', id), listed = await shown('/indicators', id);
		assert.deepEqual([listed.value, listed.unit, listed.version], [value, unit, version]);
		return [value, unit, version, course(spark)];
	};
	assert.deepEqual(await home(CHANGES), [4000, 'amendes', '2.0.0', [`${last} 4000`]]);
	assert.deepEqual(await home(WAITS), [40, '%', '1.0.0', [`${third} 30`, `${last} 40`]], 'nothing from before the month that another one gave');
	const sheet = async (id) => {
		const { value, unit, per_100k: rate, trend } = await shown('/territories/93', id);
		return [value, unit, rate, course(trend)];
	};
	assert.deepEqual(await sheet(CHANGES), [900, 'amendes', null, [`${last} 900`]]);
	assert.deepEqual(await sheet(WAITS), [4, '%', null, [`${third} 3`, `${last} 4`]]);
	assert.deepEqual([(await shown('/comparison', CHANGES)).unit, (await shown('/comparison', WAITS)).unit], ['amendes', '%']);
	/* small curves by territory are drawn from these: each value of another version than the answer's says so */
	const { version, cells: every } = await fetched('victor', `/indicators/${WAITS}?level=department&territory=93`);
	assert.deepEqual([version, every.map((cell) => `${cell.period} ${cell.value} ${cell.version ?? version}`)],
		['2.0.0', [`${months[0]} 1 1.0.0`, `${second} 900 2.0.0`, `${third} 3 1.0.0`, `${last} 4 1.0.0`]]);
});

test('as of an instant before another method they bear the name and the unit of the one in force then', async () => {
	for (const id of [CHANGES, WAITS]) {
		const then = `as_of=${encodeURIComponent(data.then)}`;
		for (const [where, query] of [['/dashboard', then], ['/indicators', then], ['/territories/93', then], ['/comparison', then]]) {
			const { name, unit } = await shown(where, id, query), { name: present } = await shown(where, id);
			assert.deepEqual([name, unit, present], ['Parts', '%', 'Nombres'], where);
		}
		const { version, value, spark } = await shown('/dashboard', id, then);
		assert.deepEqual([version, value, course(spark)], ['1.0.0', 40, months.map((period, i) => `${period} ${10 * (i + 1)}`)]);
		assert.deepEqual(course((await shown('/territories/93', id, then)).trend), months.map((period, i) => `${period} ${i + 1}`));
	}
});
