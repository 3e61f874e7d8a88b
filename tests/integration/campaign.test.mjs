/*
 * Campaigns: the roster, who is expected, drafts, reports sent, validated or returned figure by figure, completeness.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer, vigie } from './client.mjs';
import { addPerson, makePlan, PLAN } from './action_data.mjs';

const base = `/api/v1/plans/${PLAN}`, campaigns = `${base}/campaigns`;
const SERIES = [{ id: 'clients.fines' }, { id: 'networks.suspects' }, { id: 'shelter.places', kinds: ['association'] }];
let server, data;
const as = (login, options) => server.bearer(data.tokens[login], options);
const at = (period, territory = '93', organisation = 'DGPN') => `${campaigns}/${period}/reports/${territory}/${organisation}`;
const typed = (fines, suspects, more = {}) => ({ figures: [{ series: 'clients.fines', typed: fines }, { series: 'networks.suspects', typed: suspects }], ...more });
const read = async (login, period, ...where) => (await as(login).get(at(period, ...where))).json;
/* Does something to a report as it is now; gives the report. */
async function act(login, period, what, body, { status = 200, where = [], version } = {}) {
	const now = version ?? (await read(login, period, ...where)).version;
	const send = what === 'draft' ? 'put' : 'post';
	const answer = await as(login)[send](`${at(period, ...where)}${what === 'draft' ? '' : `/${what}`}`, body, { ifMatch: now });
	assert.equal(answer.status, status, answer.text);
	return answer.json;
}
const units = async (period) => (await as('victor').get(`${campaigns}/${period}`)).json.units;
const figures = async (series) => (await as('carla').get(`/api/v1/series/${series}/observations?exact=true&territory=93&limit=200`)).json.items;
const faults = (problem) => Object.fromEntries(problem.errors.map((f) => [f.pointer, f.code]));
/* Every row of what a report writes: what must not change by a refusal. */
const written = async () => (await data.owner.query(`select (select count(*) from report_history)::int as reports, (select count(*) from report_figure)::int as figures,
	(select count(*) from observation)::int as observations, (select sum(version) from report_draft)::int as drafts`)).rows[0];

async function seat(fields) {
	const answer = await as('carla').post(`${base}/roster`, { from_on: '2024-01-01', ...fields });
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
}
async function open(period, fields = {}) {
	const answer = await as('carla').post(campaigns, { period, series: SERIES, ...fields });
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
}

/* A second plan, without people of its own. */
async function makePlanBeside(code) {
	const { rows: [{ id }] } = await data.owner.query(`insert into plan (code, title_fr, start_on, end_on)
		values ($1, 'Plan vide', '2024-06-26', '2099-12-31') returning id`, [code]);
	return { planId: id };
}

before(async () => {
	server = await startServer({ args: ['--today=2026-03-05'] });
	data = await makePlan();
	data.tokens.remi = (await addPerson(data.owner, 'remi', 'contributor', data.planId, 'DGPN', ['93'])).token;
	data.tokens.alix = (await addPerson(data.owner, 'alix', 'contributor', data.planId, 'ACSE', ['13'])).token;
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

test('without anybody in the roster nothing can be asked', async () => {
	const answer = await as('carla').post(campaigns, { period: '2026-02', series: SERIES });
	assert.deepEqual([answer.status, answer.json.type], [409, '/problems/conflict'], answer.text);
});

test('the roster says who answers for what, from when to when', async () => {
	await seat({ organisation: 'DGPN', territories: ['93', '75', '13'], person: 'paul' });
	await seat({ kind: 'deputy', organisation: 'DGPN', territories: ['93'], person: 'remi' });
	await seat({ organisation: 'DGGN', territories: ['REG-11'] });
	await seat({ kind: 'exempt', organisation: 'DGGN', territories: ['75', '92', '93', '94'], reason: 'Ressort de la préfecture de police' });
	await seat({ organisation: 'ACSE', territories: ['13'], person: 'alix' });
	const left = await seat({ organisation: 'ACSE', territories: ['01'], person: 'alix' });
	const ended = await as('carla').patch(`${base}/roster/${left.id}`, { until_on: '2025-12-31' }, { ifMatch: left.version });
	assert.equal(ended.json.until_on, '2025-12-31', ended.text);
	assert.equal((await as('carla').patch(`${base}/roster/${left.id}`, { until_on: null }, { ifMatch: left.version })).status, 412);
	const list = (await as('victor').get(`${base}/roster`)).json;
	assert.deepEqual(list.items.map((s) => [s.organisation.code, s.kind]), [['ACSE', 'referent'], ['ACSE', 'referent'], ['DGGN', 'exempt'], ['DGGN', 'referent'],
		['DGPN', 'deputy'], ['DGPN', 'referent']]);
	const bad = await as('carla').post(`${base}/roster`, { kind: 'exempt', organisation: 'DGNP', territories: ['1'], person: 'nobody', until_on: '2020-01-01' });
	assert.deepEqual([bad.status, faults(bad.json)], [422, { '#/organisation': 'unknown_organisation', '#/territories/0': 'unknown_territory',
		'#/person': 'not_accepted', '#/until_on': 'days_reversed', '#/reason': 'reason_needed' }], bad.text);
});

test('a campaign expects the units of the roster in its month, exemptions with their reason', async () => {
	const campaign = await open('2026-02');
	assert.deepEqual([campaign.opens_on, campaign.due_on, campaign.state], ['2026-02-01', '2026-03-10', 'open']);
	assert.deepEqual(campaign.series.map((s) => [s.id, s.kinds]), [['clients.fines', ['police', 'gendarmerie']], ['networks.suspects', ['police', 'gendarmerie']],
		['shelter.places', ['association']]]);
	/* Île-de-France has eight départements; four of them are exempt */
	assert.deepEqual(campaign.units, { expected: 8, answered: 0, on_time: 0, validated: 0, returned: 0, draft: 0, silent: 8, late: 0, exempt: 4, completeness: 0, timeliness: 0 });
	const lines = (await as('victor').get(`${campaigns}/2026-02/reports?territory=93`)).json.items;
	assert.deepEqual(lines.map((l) => [l.organisation.code, l.state, l.exempt_reason, l.people.map((p) => p.kind)]), [
		['DGGN', 'exempt', 'Ressort de la préfecture de police', ['referent']], ['DGPN', 'expected', null, ['referent', 'deputy']]]);
	assert.equal((await as('carla').post(campaigns, { period: '2026-02', series: SERIES })).status, 409, 'once a month');
	const bad = await as('carla').post(campaigns, { period: '2026-2', due_on: '2026-02-30', series: [{ id: 'ads.daily' }, { id: 'clients.fines', kinds: ['navy'] }] });
	assert.deepEqual([bad.status, faults(bad.json)], [422, { '#/period': 'bad_period', '#/due_on': 'bad_date', '#/series/0/id': 'series_not_asked', '#/series/1/kinds': 'bad_choice' }], bad.text);
	assert.equal((await as('carla').post(campaigns, { period: '2026-01', series: SERIES, due_on: '2025-12-31' })).status, 422);
	assert.equal((await as('victor').get(`${campaigns}/2020-01`)).status, 404);
	const lyon = await as('carla').get(at('2026-02', '69', 'DGPN'));
	assert.equal(lyon.status, 404, 'nothing is expected there');
});

test('a draft is kept as typed, whoever of the unit types it', async () => {
	const blank = await read('paul', '2026-02');
	assert.deepEqual([blank.state, blank.draft, blank.figures.map((f) => [f.series, f.state])], ['expected', null, [['clients.fines', 'expected'], ['networks.suspects', 'expected']]]);
	const draft = await act('paul', '2026-02', 'draft', typed('12 oops', null, { comment: 'à finir' }));
	assert.deepEqual([draft.state, draft.draft.figures[0].typed, draft.draft.comment, draft.draft.saved_by.name], ['draft', '12 oops', 'à finir', 'Paul Test']);
	assert.equal((await read('remi', '2026-02')).draft.figures[0].typed, '12 oops', 'the deputy goes on with it');
	assert.equal((await units('2026-02')).draft, 1);
	const refused = await act('remi', '2026-02', 'submit', {}, { status: 422 });
	assert.deepEqual(faults(refused), { '#/figures/0/value': 'not_a_number', '#/figures/1/value': 'required' });
	assert.equal((await read('remi', '2026-02')).draft.figures[0].typed, '12 oops', 'a refusal loses nothing');
});

test('whoever would rather hear less than the report is told that the draft is kept, and its version', async () => {
	const { version } = await read('paul', '2026-02'), headers = { Prefer: 'return=minimal' };
	const kept = await as('paul').put(at('2026-02'), typed('12', null, { comment: 'à finir' }), { ifMatch: version, headers });
	assert.deepEqual([kept.status, kept.text, kept.headers.get('preference-applied')], [204, '', 'return=minimal']);
	const now = await read('paul', '2026-02');
	assert.deepEqual([now.version, now.draft.figures[0].typed, now.state], [version + 1, '12', 'draft']);
	assert.match(kept.etag, new RegExp(`^"${version + 1}\\.`), 'what the next one names');
	const told = (answer) => [answer.status, answer.json.type ?? null, answer.json.current?.version ?? null];
	assert.deepEqual(told(await as('paul').put(at('2026-02'), typed('13'), { ifMatch: version, headers })), [412, '/problems/changed', version + 1]);
	assert.deepEqual(told(await as('paul').put(at('2026-02'), { figures: 3 }, { ifMatch: version + 1, headers })), [422, '/problems/invalid', null]);
	assert.equal((await as('alix').put(at('2026-02'), typed('13'), { ifMatch: version + 1, headers })).status, 403);
	const again = await as('paul').put(at('2026-02'), typed('12'), { ifMatch: kept.etag });
	assert.deepEqual([again.status, again.json.version, again.headers.get('preference-applied')], [200, version + 2, null]);
});

test('two referents on one report: the second one is told, and sees what the first one typed', async () => {
	const seen = (await read('paul', '2026-02')).version, before_ = await written();
	await act('remi', '2026-02', 'draft', typed('13', '2'), { version: seen });
	const late = await act('paul', '2026-02', 'draft', typed('14', '2'), { version: seen, status: 412 });
	assert.equal(late.current.draft.figures[0].typed, '13');
	assert.equal((await as('paul').put(at('2026-02'), typed('14', '2'))).status, 428);
	assert.equal((await written()).drafts, before_.drafts + 1);
});

test('what is sent becomes observations, provisional until it is accepted', async () => {
	await as('paul').post('/api/v1/series/clients.fines/observations', { rows: [
		{ territory: '93', organisation: 'DGPN', period: '2026-01', value: 10 }, { territory: '93', organisation: 'DGPN', period: '2025-02', value: 0 }] });
	await act('paul', '2026-02', 'draft', typed(' 1 234 ', '5'));
	const sent = await act('paul', '2026-02', 'submit');
	assert.deepEqual([sent.state, sent.draft, sent.submitted_by.name], ['submitted', null, 'Paul Test']);
	assert.deepEqual(sent.figures.map((f) => [f.state, f.value, f.previous_month, f.year_before]), [
		['submitted', 1234, { state: 'value', value: 10 }, { state: 'value', value: 0 }], ['submitted', 5, null, null]]);
	assert.deepEqual((await figures('clients.fines')).filter((c) => c.period === '2026-02').map((c) => [c.value, c.flags]), [[1234, ['provisional']]]);
	assert.deepEqual((await figures('networks.suspects')).map((c) => [c.value, c.recorded_by.name]), [[5, 'Paul Test']]);
	assert.deepEqual([(await units('2026-02')).answered, (await units('2026-02')).completeness], [1, 12.5]);
	assert.equal((await act('paul', '2026-02', 'draft', typed('1', '1'), { status: 409 })).type, '/problems/conflict', 'sent is sent');
});

test('one figure is returned with a reason, the others stay accepted; the correction is validated', async () => {
	const returned = await act('carla', '2026-02', 'return', { figure: { series: 'clients.fines' }, reason: 'Cent fois plus qu’en janvier ?' });
	assert.deepEqual([returned.state, returned.figures.map((f) => f.state)], ['returned', ['returned', 'accepted']]);
	assert.equal((await act('carla', '2026-02', 'validate', {}, { status: 409 })).type, '/problems/conflict');
	assert.deepEqual((await figures('networks.suspects'))[0].flags, ['revised'], 'accepted: no longer provisional');
	const mine = await read('paul', '2026-02');
	assert.equal(mine.figures[0].thread.at(-1).remark, 'Cent fois plus qu’en janvier ?');
	/* what stands may be repeated, not changed beside */
	await act('paul', '2026-02', 'draft', typed('12', '6'));
	assert.deepEqual(faults(await act('paul', '2026-02', 'submit', undefined, { status: 422 })), { '#/figures/1/value': 'figure_stands' });
	await act('paul', '2026-02', 'draft', typed('12', '5'));
	assert.deepEqual((await act('paul', '2026-02', 'submit')).figures.map((f) => f.state), ['submitted', 'accepted']);
	const valid = await act('carla', '2026-02', 'validate');
	assert.deepEqual([valid.state, valid.figures.map((f) => [f.state, f.value])], ['validated', [['accepted', 12], ['accepted', 5]]]);
	assert.deepEqual(valid.figures[0].thread.map((a) => [a.act, a.value]), [['submitted', 1234], ['returned', 1234], ['corrected', 12], ['accepted', 12]]);
	assert.deepEqual((await figures('clients.fines')).filter((c) => c.period === '2026-02').map((c) => [c.value, c.flags]), [[12, ['revised']]]);
	assert.equal((await units('2026-02')).validated, 1);
	const { rows } = await data.owner.query(`select count(*)::int as n from journal where act = 'read_exact' and object = 'report' and number = '2026-02/93/DGPN'`);
	assert.equal(rows[0].n, 1, 'the coordinator read exact figures: kept once an hour');
});

test('a validated figure is revised with a reason, and both are kept', async () => {
	const bare = await act('paul', '2026-02', 'revise', { figure: { series: 'clients.fines' }, typed: '15' }, { status: 422 });
	assert.deepEqual(faults(bare), { '#/reason': 'required' });
	const revised = await act('paul', '2026-02', 'revise', { figure: { series: 'clients.fines' }, typed: '15', reason: 'Trois procès-verbaux oubliés' });
	assert.deepEqual([revised.state, revised.figures[0].state, revised.figures[0].value], ['submitted', 'submitted', 15]);
	assert.deepEqual(revised.figures[0].thread.slice(-2).map((a) => [a.act, a.value, a.remark]), [['accepted', 12, null], ['revised', 15, 'Trois procès-verbaux oubliés']]);
	await act('carla', '2026-02', 'validate');
	const missing = await act('paul', '2026-02', 'revise', { figure: { series: 'shelter.places' }, typed: '1', reason: 'x' }, { status: 422 });
	assert.deepEqual(faults(missing), { '#/figure': 'no_figure' });
});

test('nothing new is an answer, neither zero nor silence', async () => {
	const before_ = await written();
	const answer = await act('nadia', '2026-02', 'nothing-new', undefined, { where: ['13'] });
	assert.deepEqual([answer.state, answer.nothing_new, answer.figures.map((f) => f.answer)], ['submitted', true, [null, null]]);
	const now = await written();
	assert.deepEqual([now.observations, now.figures], [before_.observations, before_.figures]);
	assert.equal((await units('2026-02')).answered, 2);
	/* and it may still become figures, until somebody validates it */
	await act('nadia', '2026-02', 'draft', { figures: [{ series: 'clients.fines', state: 'missing', reason: 'not_reported' }, { series: 'networks.suspects', state: 'not_applicable' }] }, { where: ['13'] });
	const sent = await act('nadia', '2026-02', 'submit', undefined, { where: ['13'] });
	assert.deepEqual([sent.nothing_new, sent.figures.map((f) => [f.answer, f.reason])], [false, [['missing', 'not_reported'], ['not_applicable', null]]]);
	assert.equal((await act('nadia', '2026-02', 'nothing-new', undefined, { where: ['13'], status: 409 })).type, '/problems/conflict');
});

test('only whoever answers for a unit, or judges it, reads and writes it', async () => {
	const before_ = await written();
	for (const [login, status] of [['gina', 403], ['victor', 403], ['ana', 403], ['adam', 403]]) {
		assert.equal((await as(login).get(at('2026-02'))).status, status, login);
		for (const [what, body] of [['', typed('1', '1')], ['/submit'], ['/nothing-new'], ['/validate'], ['/return', { reason: 'x' }], ['/revise', { reason: 'x' }]])
			assert.equal((await as(login)[what ? 'post' : 'put'](`${at('2026-02')}${what}`, body, { ifMatch: 1 })).status, status, `${login} ${what}`);
	}
	assert.equal((await as('carla').put(at('2026-02', '75'), typed('1', '1'), { ifMatch: 1 })).status, 403, 'coordinators judge, they do not answer');
	assert.equal((await as('paul').post(`${at('2026-02')}/validate`, undefined, { ifMatch: 1 })).status, 403);
	assert.equal((await as('paul').put(at('2026-02', '1'), typed('1', '1'), { ifMatch: 1 })).status, 404, '1 is no département');
	assert.deepEqual(await written(), before_);
});

test('a fault of the series refuses the whole, and nothing is half written', async () => {
	await act('ile', '2026-02', 'draft', { figures: [{ series: 'clients.fines', typed: '3' }, { series: 'networks.suspects', typed: '2,5' }] }, { where: ['75'] });
	const before_ = await written();
	assert.deepEqual(faults(await act('ile', '2026-02', 'submit', undefined, { where: ['75'], status: 422 })), { '#/figures/1/value': 'fraction' });
	assert.deepEqual(await written(), before_);
	assert.equal((await read('ile', '2026-02', '75')).draft.figures[1].typed, '2,5');
});

test('somebody disabled in the middle of a draft loses access; the draft stays for the next one', async () => {
	const { version } = (await as('adam').get('/api/v1/people/ile')).json;
	assert.equal((await as('adam').patch('/api/v1/people/ile', { disabled: true }, { ifMatch: version })).status, 200);
	assert.equal((await as('ile').get(at('2026-02', '75'))).status, 401);
	const left = await read('nadia', '2026-02', '75');
	assert.deepEqual([left.draft.figures[0].typed, left.draft.saved_by.name], ['3', 'Ile Test']);
});

test('a campaign edited while open keeps what was typed and sent', async () => {
	const now = (await as('carla').get(`${campaigns}/2026-02`)).json;
	assert.equal((await as('carla').patch(`${campaigns}/2026-02`, { due_on: '2026-03-12' }, { ifMatch: now.version })).status, 422, 'a moved day says why');
	const changed = await as('carla').patch(`${campaigns}/2026-02`, { due_on: '2026-03-04', reason: 'Avancé', series: [{ id: 'clients.operations' }, { id: 'networks.suspects' }] }, { ifMatch: now.version });
	assert.equal(changed.status, 200, changed.text);
	assert.equal((await as('carla').patch(`${campaigns}/2026-02`, { deployments: false }, { ifMatch: now.version })).status, 412);
	const open_ = await read('nadia', '2026-02', '75');
	assert.deepEqual([open_.late, open_.figures.map((f) => f.series), open_.draft.figures.map((f) => f.series)],
		[true, ['clients.operations', 'networks.suspects'], ['clients.fines', 'networks.suspects']]);
	const sent = await read('paul', '2026-02');
	assert.deepEqual(sent.figures.map((f) => [f.series, f.asked, f.value]), [['clients.operations', true, null], ['networks.suspects', true, 5], ['clients.fines', false, 15]]);
	assert.deepEqual([(await units('2026-02')).late, (await as('victor').get(`${campaigns}/2026-02`)).json.state], [6, 'late']);
});

test('an answer after the closure is refused and nothing typed is lost; reopening says why', async () => {
	let now = (await as('carla').get(`${campaigns}/2026-02`)).json;
	assert.equal((await as('victor').post(`${campaigns}/2026-02/close`, undefined, { ifMatch: now.version })).status, 403);
	now = (await as('carla').post(`${campaigns}/2026-02/close`, undefined, { ifMatch: now.version })).json;
	assert.equal(now.state, 'closed');
	// closing publishes the month, in the same transaction
	const { items: [published] } = (await as('victor').get(`/api/v1/plans/${PLAN}/publications`)).json;
	assert.deepEqual([published.period, published.published_by.id, now.published_at], ['2026-02', Number(data.ids.carla), published.published_at]);
	const { rows: [same] } = await data.owner.query('select c.closed_at = p.published_at as same from campaign c join publication p using (plan_id, period)');
	assert.equal(same.same, true);
	for (const [what, body] of [['draft', typed('9', '9')], ['submit'], ['nothing-new']])
		assert.match((await act('nadia', '2026-02', what, body, { where: ['75'], status: 409 })).detail, /close/);
	assert.equal((await read('nadia', '2026-02', '75')).draft.figures[0].typed, '3');
	assert.equal((await as('carla').patch(`${campaigns}/2026-02`, { closed: false }, { ifMatch: now.version })).status, 422);
	now = await as('carla').patch(`${campaigns}/2026-02`, { closed: false, reason: 'Retard du 75' }, { ifMatch: now.version });
	assert.equal(now.json.state, 'late', now.text);
	await act('nadia', '2026-02', 'draft', { figures: [{ series: 'clients.operations', typed: '1' }, { series: 'networks.suspects', typed: '2' }] }, { where: ['75'] });
	await act('nadia', '2026-02', 'submit', undefined, { where: ['75'] });
	const counts = await units('2026-02');
	assert.deepEqual([counts.answered, counts.on_time], [3, 0], 'the due day was moved before all of them');
	// a month that is published already is no fault, nor is it published anew
	const { version } = (await as('carla').get(`${campaigns}/2026-02`)).json;
	const again = await as('carla').post(`${campaigns}/2026-02/close`, undefined, { ifMatch: version });
	assert.deepEqual([again.status, again.json.published_at], [200, published.published_at], again.text);
	assert.equal((await as('carla').patch(`${campaigns}/2026-02`, { closed: false, reason: 'Encore' }, { ifMatch: again.json.version })).json.state, 'late');
});

test('completeness by organisation and by département adds up, and reads as of any instant', async () => {
	const campaign = (await as('victor').get(`${campaigns}/2026-02`)).json;
	for (const parts of [campaign.by_organisation, campaign.by_territory])
		for (const name of ['expected', 'answered', 'on_time', 'validated', 'late', 'exempt'])
			assert.equal(parts.reduce((sum, p) => sum + p.units[name], 0), campaign.units[name], name);
	assert.deepEqual(campaign.by_organisation.map((p) => [p.organisation.code, p.units.expected, p.units.answered]), [['ACSE', 1, 0], ['DGGN', 4, 0], ['DGPN', 3, 3]]);
	const { rows: [{ t }] } = await data.owner.query(`select to_char(min(known_from) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as t from campaign_history`);
	const then = await as('victor').get(`${campaigns}/2026-02?as_of=${t}`);
	assert.deepEqual([then.json.units.silent, then.json.due_on], [8, '2026-03-10'], then.text);
	/* due later than all answers, whoever answered was on time */
	const { json: { units: all, ...later } } = await as('carla').patch(`${campaigns}/2026-02`, { due_on: '2099-12-31', reason: 'Essai' }, { ifMatch: campaign.version });
	assert.deepEqual([all.answered, all.on_time, all.timeliness], [3, 3, 37.5]);
	assert.deepEqual(later.by_organisation.map((p) => [p.organisation.code, p.units.on_time, p.units.timeliness]), [['ACSE', 0, 0], ['DGGN', 0, 0], ['DGPN', 3, 100]]);
	const { units: seine } = later.by_territory.find(({ territory }) => territory === '93');
	assert.deepEqual([seine.on_time, seine.timeliness], [1, 100], 'exempt units count for nothing');
});

test('the roster may be followed later: new units are expected, none is forgotten', async () => {
	await seat({ organisation: 'ACSE', territories: ['2A'], person: 'alix' });
	const { version, units: { expected } } = (await as('carla').get(`${campaigns}/2026-02`)).json;
	const followed = await as('carla').patch(`${campaigns}/2026-02`, { follow_roster: true }, { ifMatch: version });
	assert.equal(followed.json.units.expected, expected + 1, followed.text);
});

test('reminders go to the outbox: fourteen days before, three before, two after, then the coordinators; never twice', async () => {
	await data.owner.query("update campaign set due_on = '2026-03-20', version = version + 1 where plan_id = $1 and period = '2026-02'", [data.planId]);
	const remind = async (day) => {
		const run = await vigie([`--today=${day}`, 'campaign', 'remind', '2026-02', '--plan', PLAN]);
		assert.equal(run.code, 0, run.stderr);
		return run.stdout.trim().split('\n').filter(Boolean).map((line) => line.split(/ +/));
	};
	assert.deepEqual(await remind('2026-03-05'), [], 'fifteen days before');
	const first = await remind('2026-03-06');
	assert.deepEqual(first, [['alix', 'before', '2']], 'vacant seats, exempt units and those that answered are not told');
	assert.deepEqual(await remind('2026-03-06'), [], 'a second run adds nothing');
	assert.deepEqual(await remind('2026-03-07'), [], 'nor does the day after');
	assert.deepEqual([await remind('2026-03-18'), await remind('2026-03-18')], [[['alix', 'soon', '2']], []], 'a missed day is made up for, once');
	assert.deepEqual(await remind('2026-03-21'), []);
	assert.deepEqual(await remind('2026-03-22'), [['alix', 'after', '2']]);
	const [[login, kind, units]] = await remind('2026-03-27');
	assert.deepEqual([login, kind], ['carla', 'escalation']);
	assert.ok(Number(units) > 2, 'the coordinator is told of vacant seats too');
	assert.deepEqual(await remind('2026-03-28'), []);
	const two = await Promise.all([remind('2026-03-28'), remind('2026-03-28')]);
	assert.deepEqual(two, [[], []]);
	const { rows } = await data.owner.query('select count(*)::int as n, count(distinct key)::int as keys from outbox where plan_id = $1', [data.planId]);
	assert.deepEqual(rows[0], { n: 4, keys: 4 });
});

test('by SQL a reader sees no draft and no figure of a report', async () => {
	const { createHash } = await import('node:crypto');
	const { default: pg } = await import('pg');
	const app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
	const seen = async (login) => {
		await app.query("select set_config('vigie.session', $1, false)", [createHash('sha256').update(data.tokens[login]).digest('hex')]);
		return (await app.query('select (select count(*) from report_figure)::int as figures, (select count(*) from report_draft)::int as drafts, (select count(*) from report)::int as reports')).rows[0];
	};
	const all = await seen('carla');
	assert.ok(all.figures > 10 && all.drafts > 2 && all.reports > 2, JSON.stringify(all));
	for (const login of ['victor', 'ana', 'gina']) assert.deepEqual(await seen(login), { figures: 0, drafts: 0, reports: all.reports }, login);
	const own = await seen('remi');
	assert.ok(own.figures > 0 && own.figures < all.figures && own.drafts === 1, JSON.stringify(own));
	await app.end();
});

test('the demonstration opens the month with a few answers, all of them fictitious, and once', async () => {
	const today = '--today=2026-03-05', code = 'essai-vide';
	const { planId } = await makePlanBeside(code);
	for (let i = 0; i < 2; i++) assert.equal((await vigie([today, 'demo', 'campaign', '--plan', code])).code, 0);
	const status = JSON.parse((await vigie([today, 'campaign', 'status', '2026-03', '--plan', code, '--json'])).stdout);
	assert.deepEqual([status.state, status.units.answered, status.units.validated, status.units.returned, status.units.draft], ['open', 10, 3, 1, 1]);
	const { rows } = await data.owner.query(`select bool_and(o.fictitious) as marked, count(*)::int as n, count(*) filter (where not o.provisional)::int as final
		from observation o join figure f on f.id = o.figure_id where f.plan_id = $1`, [planId]);
	assert.ok(rows[0].marked && rows[0].n > 50, JSON.stringify(rows[0]));
	assert.equal((await vigie(['demo', 'campaign', '--plan', 'no-such'])).code, 1);
	assert.equal((await vigie(['demo', 'campaign'])).code, 64);
});

test('the command line opens, shows and closes by the same rules', async () => {
	const today = ['--today=2026-03-05'];
	const refused = await vigie([...today, 'campaign', 'open', '2026-02', '--plan', PLAN, '--as', 'carla']);
	assert.equal(refused.code, 1, refused.stdout);
	const opened = await vigie([...today, 'campaign', 'open', '2026-03', '--plan', PLAN, '--as', 'carla', '--due', '2026-04-08', '--json']);
	assert.equal(opened.code, 0, opened.stderr);
	assert.deepEqual([JSON.parse(opened.stdout).due_on, JSON.parse(opened.stdout).series.length], ['2026-04-08', 2], 'asks what the last one asked');
	const shown = await vigie([...today, 'campaign', 'status', '2026-03', '--plan', PLAN], { env: { LANG: 'C' } });
	assert.match(shown.stdout, /^all +9 +0 +0 %/m);
	assert.equal((await vigie([...today, 'campaign', 'close', '2026-03', '--plan', PLAN, '--as', 'carla'])).code, 0);
	assert.equal((await vigie([...today, 'campaign', 'close', '2026-03', '--plan', PLAN, '--as', 'carla'])).code, 1);
	const list = JSON.parse((await vigie(['campaign', 'list', '--plan', PLAN, '--json'])).stdout);
	assert.deepEqual(list.items.map((c) => [c.period, c.state]), [['2026-03', 'closed'], ['2026-02', 'late']]);
	assert.equal((await vigie(['campaign'])).code, 64);
});
