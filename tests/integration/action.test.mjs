/*
 * Actions: the list with its filters, pages and sorts, one action, its description changed, its deployments,
 * milestones and evidence, and where what is declared disagrees with what is derived.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { base, countRows, makePlan } from './action_data.mjs';
import { dayIn, startServer } from './client.mjs';

let plan, server, carla, as;
const today = dayIn('Europe/Paris');

before(async () => {
	plan = await makePlan();
	server = await startServer();
	as = (login, lang) => server.bearer(plan.tokens[login], { lang });
	carla = as('carla');
});
after(async () => {
	await plan?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

const one = async (number) => (await carla.get(`${base}/${number}`)).json;
const report = async (number, body) => carla.post(`${base}/${number}/status-reports`, body, { ifMatch: (await one(number)).version });
const reportAt = async (number, territory, organisation, body) => carla.post(`${base}/${number}/status-reports`, { territory, organisation, ...body },
	{ ifMatch: (await carla.get(`${base}/${number}/deployments/${territory}/${organisation}`)).json.version });
const patch = async (number, body, who = carla) => who.patch(`${base}/${number}`, body, { ifMatch: (await one(number)).version });
const numbers = async (query) => {
	const answer = await carla.get(`${base}?limit=200&${query}`);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.total, answer.json.items.length);
	return answer.json.items.map((a) => a.number);
};
const faults = (answer) => (answer.json.errors ?? []).map(({ pointer, parameter, header, code }) => `${pointer ?? parameter ?? header} ${code}`).sort();

describe('the list of actions', () => {
	test('counts as people count, with everything that a row shows', async () => {
		assert.deepEqual(await numbers(''), ['1.1', '1.2', '2.1', '7.2', '7.10', '7.11']);
		const { json, etag } = await carla.get(`${base}?limit=1`);
		const { reported_at: at, ...item } = json.items[0];
		assert.deepEqual(item, { number: '1.1', title: 'Publier l’état annuel de la menace', title_fr: 'Publier l’état annuel de la menace',
			title_en: 'Publish the yearly threat assessment', origin: 'illustrative', measure: '1', objective: '1', level: 'national',
			lead: { code: 'OCRTEH', name: 'Office central' }, start_on: '2024-07-01', initial_due_on: '2099-12-31', due_on: '2099-12-31', done_on: null,
			status: 'not_started', progress: null, confidence: null, comment: null, late: false, stale: true, blocked: false, version: 1 });
		assert.equal(at, null);
		assert.equal((await carla.get(`${base}?limit=1`, { headers: { 'If-None-Match': etag } })).status, 304);
	});

	test('every role that may read the plan reads it; admin and strangers do not', async () => {
		for (const login of ['victor', 'ana', 'paul', 'olga']) assert.equal((await as(login).get(base)).status, 200, login);
		assert.equal((await as('adam').get(base)).status, 403);
		assert.equal((await server.anonymous().get(base)).status, 401);
		assert.equal((await carla.get('/api/v1/plans/nowhere/actions')).status, 404);
	});

	test('is right immediately after a write, by the cache too', async () => {
		const { etag } = await carla.get(base);
		await report('1.1', { status: 'in_progress', progress: 10 });
		const answer = await carla.get(base, { headers: { 'If-None-Match': etag } });
		assert.equal(answer.status, 200);
		assert.equal(answer.json.items[0].progress, 10);
	});

	test('filters', async () => {
		const cases = { 'measure=7': ['7.2', '7.10', '7.11'], 'objective=1': ['1.1', '1.2', '2.1'], 'lead=DGGN': ['2.1'], 'lead=ACSE': [],
			'status=in_progress': ['1.1'], 'status=done': [], 'confidence=none': ['1.1', '1.2', '2.1', '7.2', '7.10', '7.11'], 'confidence=secured': [],
			'late=true': ['1.2', '7.10'], 'late=false': ['1.1', '2.1', '7.2', '7.11'], 'blocked=true': [], 'blocked=false&measure=1': ['1.1', '1.2'],
			'stale=true': ['1.2', '2.1', '7.2', '7.10', '7.11'], 'stale=false': ['1.1'], 'territory=93': ['7.2', '7.10'], 'territory=13': ['7.2'],
			'territory=REG-11': ['7.2', '7.10'], 'territory=2A': [], 'measure=7&late=true': ['7.10'] };
		for (const [query, expected] of Object.entries(cases)) assert.deepEqual(await numbers(query), expected, query);
		assert.deepEqual(await numbers('territory=FR'), ['1.1', '1.2', '2.1', '7.2', '7.10', '7.11']);
	});

	test('search: without accents, case or ligatures, each word anywhere in either language', async () => {
		const cases = { menace: ['1.1'], 'ETAT ANNUEL': ['1.1'], 'annuel état': ['1.1'], 'l\'etat': ['1.1'], elargir: ['1.2'], ÉLARGIR: ['1.2'],
			oeuvrer: ['7.10'], 'Œuvrer': ['7.10'], threat: ['1.1'], '7.1': ['7.10', '7.11'], zzz: [], '': ['1.1', '1.2', '2.1', '7.2', '7.10', '7.11'],
			'%': [], '.*': [], "'; drop table action; --": [] };
		for (const [q, expected] of Object.entries(cases)) assert.deepEqual(await numbers(`q=${encodeURIComponent(q)}`), expected, q);
	});

	test('sorts both ways, what has no value last', async () => {
		assert.deepEqual(await numbers('sort=due_on'), ['1.2', '7.10', '2.1', '1.1', '7.2', '7.11']);
		assert.deepEqual(await numbers('sort=-due_on'), ['1.1', '7.2', '2.1', '7.10', '1.2', '7.11']);
		assert.deepEqual(await numbers('sort=-number'), ['7.11', '7.10', '7.2', '2.1', '1.2', '1.1']);
		assert.deepEqual((await numbers('sort=progress'))[0], '1.1');
		assert.deepEqual((await numbers('sort=-reported_at'))[0], '1.1');
		for (const sort of ['title', 'measure', 'lead', 'start_on', 'status', 'confidence', 'reported_at', '-title', '-status', '-confidence'])
			assert.equal((await numbers(`sort=${sort}`)).length, 6, sort);
		const titles = (await carla.get(`${base}?sort=title`)).json.items.map((a) => a.title);
		assert.deepEqual(titles, [...titles].sort((a, b) => a.localeCompare(b, 'fr')));
	});

	test('pages hold every action once, whatever the sort', async () => {
		for (const sort of ['number', '-number', 'due_on', '-due_on', 'progress', '-status', 'lead', '-reported_at']) {
			const found = [];
			for (let cursor = ''; cursor !== null;) {
				const { json } = await carla.get(`${base}?limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`);
				assert.equal(json.total, 6);
				found.push(...json.items.map((a) => a.number));
				cursor = json.next_cursor;
			}
			assert.deepEqual(found, await numbers(`sort=${sort}`), sort);
		}
	});

	test('wrong parameters are 400, each named, with what is near', async () => {
		const cases = { 'sort=progres': ['sort unknown_sort'], 'sort=zzz': ['sort bad_choice'], 'limit=0': ['limit out_of_range'], 'limit=201': ['limit out_of_range'],
			'status=finished': ['status bad_choice'], 'late=yes': ['late bad_choice'], 'territory=1': ['territory unknown_territory'],
			'territory=20': ['territory unknown_territory'], 'measure=99': ['measure unknown_code'], 'lead=XX': ['lead unknown_code'], 'objective=9': ['objective unknown_code'],
			'cursor=abc': ['cursor bad_cursor'], 'statut=done': ['statut unknown_parameter'], 'status=done&status=on_hold': ['status repeated_parameter', 'status repeated_parameter'],
			'late=x&blocked=y&limit=x&sort=zzz': ['blocked bad_choice', 'late bad_choice', 'limit out_of_range', 'sort bad_choice'],
			'as_of=2199-01-01': ['as_of as_of_future'], 'as_of=2025-06-31': ['as_of bad_as_of'] };
		for (const [query, expected] of Object.entries(cases)) {
			const answer = await carla.get(`${base}?${query}`);
			assert.equal(answer.status, 400, query);
			const found = faults(answer);
			assert.deepEqual(query.includes('&status=') ? [...new Set(found)] : found, query.includes('&status=') ? [...new Set(expected)] : expected, query);
		}
		assert.match((await carla.get(`${base}?sort=progres`)).json.detail, /« progress »/);
		assert.match((await as('carla').get(`${base}?sort=progres&lang=en`)).json.detail, /“progress”/);
	});

	test('a cursor belongs to its filters, sort and plan', async () => {
		const { json: { next_cursor: cursor } } = await carla.get(`${base}?limit=2`);
		assert.equal((await carla.get(`${base}?limit=3&cursor=${cursor}`)).status, 200);
		for (const query of ['sort=title', 'measure=7', 'late=true', 'sort=-number'])
			assert.equal((await carla.get(`${base}?limit=2&cursor=${cursor}&${query}`)).status, 400, query);
	});

	test('titles come in the language asked for', async () => {
		const title = async (lang) => (await carla.get(`${base}?lang=${lang}`)).json.items.slice(0, 2).map((a) => a.title);
		assert.deepEqual(await title('en'), ['Publish the yearly threat assessment', 'Élargir la coopération européenne']);
		assert.equal((await title('fr'))[0], 'Publier l’état annuel de la menace');
	});
});

describe('one action', () => {
	test('has all its parts', async () => {
		const answer = await carla.get(`${base}/7.2`);
		assert.match(answer.etag, /^"1\.\d{8}\.fr"$/);
		assert.match((await carla.get(`${base}/7.2?lang=en`)).etag, /^"1\.\d{8}\.en"$/);
		assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
		const { json } = answer;
		assert.deepEqual(json.deployments, { total: 3, by_status: { not_started: 3, in_progress: 0, done: 0, on_hold: 0, dropped: 0, carried_over: 0 }, progress: null });
		assert.deepEqual(json.budget, { planned: null, committed: null, spent: null, currency: 'EUR', costed: false });
		assert.deepEqual([json.blockers, json.milestones, json.co_leads, json.partners, json.disagreement], [[], [], [], [], null]);
		assert.equal((await carla.get(`${base}/7.2`, { headers: { 'If-None-Match': answer.etag } })).status, 304);
	});
	test('unknown: 404 that repeats the number', async () => {
		const answer = await carla.get(`${base}/9.9`);
		assert.equal(answer.status, 404);
		assert.match(answer.json.detail, /9\.9/);
	});
	test('a budget is added up over its lines', async () => {
		const add = (planned, spent, funding) => plan.owner.query(`insert into budget_line (plan_id, action_id, funding, planned, spent)
			select plan_id, id, $3, $1, $2 from action where plan_id = $4 and number = '1.2'`, [planned, spent, funding, plan.planId]);
		await add(1000.5, null, 'State');
		await add(500, 20, 'Europe');
		assert.deepEqual((await one('1.2')).budget, { planned: 1500.5, committed: null, spent: 20, currency: 'EUR', costed: true });
	});
	test('a cached copy does not survive a change of its parts', async () => {
		const { etag, json } = await carla.get(`${base}/7.2`);
		await reportAt('7.2', '93', 'DGPN', { status: 'in_progress', progress: 10 });
		const answer = await carla.get(`${base}/7.2`, { headers: { 'If-None-Match': etag } });
		assert.equal(answer.status, 200);
		assert.equal(answer.json.deployments.by_status.in_progress, 1);
		assert.equal(answer.json.version, json.version, 'and reporting on the action goes on');
		assert.equal((await carla.post(`${base}/7.2/status-reports`, { nothing_new: true }, { ifMatch: answer.etag })).status, 201);
	});
});

describe('where declared and derived disagree', () => {
	const codes = async (number) => (await one(number)).disagreement?.codes ?? null;
	test('both are shown, with a sentence', async () => {
		await report('7.10', { status: 'done', progress: 100 });
		const { disagreement: fr } = await one('7.10');
		assert.deepEqual(fr.codes, ['done_but_deployments']);
		assert.deepEqual(fr.declared, { status: 'done', progress: 100, confidence: null });
		assert.deepEqual(fr.derived, { progress: null, late: false, blocked: false, deployments: { total: 1, open: 1 } });
		const { disagreement: en } = (await carla.get(`${base}/7.10?lang=en`)).json;
		assert.match(fr.detail, /réalisée/);
		assert.match(en.detail, /declared done/);
	});
	test('ends when the deployments are done', async () => {
		await reportAt('7.10', '93', 'DGPN', { status: 'done', progress: 100 });
		assert.equal(await codes('7.10'), null);
	});
	test('all deployments done, the action not', async () => {
		await report('7.10', { status: 'in_progress', progress: 95 });
		assert.deepEqual(await codes('7.10'), ['open_but_deployments']);
	});
	test('10 points from the mean of what is known, not 9', async () => {
		await reportAt('7.2', '93', 'DGPN', { status: 'in_progress', progress: 40 });
		await reportAt('7.2', '75', 'DGPN', { status: 'in_progress', progress: 60 });
		for (const [progress, expected] of [[59, null], [60, ['progress_differs']], [41, null], [40, ['progress_differs']], [50, null]]) {
			await report('7.2', { status: 'in_progress', progress });
			assert.deepEqual(await codes('7.2'), expected, String(progress));
		}
		assert.equal((await one('7.2')).deployments.progress, 50);
	});
	test('what is dropped or carried over does not count', async () => {
		await reportAt('7.2', '75', 'DGPN', { status: 'dropped', progress: 60, reason: 'Sans objet' });
		assert.equal((await one('7.2')).deployments.progress, 40);
		assert.deepEqual(await codes('7.2'), ['progress_differs']);
	});
	test('not started, but begun in a département', async () => {
		await report('7.2', { status: 'not_started' });
		assert.deepEqual(await codes('7.2'), ['not_started_but_begun']);
	});
	test('secured, but late', async () => {
		await report('1.2', { status: 'in_progress', progress: 50, confidence: 'secured', comment: 'Tout ira bien' });
		assert.deepEqual(await codes('1.2'), ['secured_but_late']);
		await report('1.2', { status: 'in_progress', progress: 50, confidence: 'achievable', comment: 'Cela ira' });
		assert.equal(await codes('1.2'), null);
	});
	test('secured or done, but blocked', async () => {
		await carla.post(`${base}/2.1/blockers`, { kind: 'legal', title: 'Texte non publié' });
		await report('2.1', { status: 'in_progress', progress: 50, confidence: 'secured', comment: 'Tout ira bien' });
		assert.deepEqual(await codes('2.1'), ['secured_but_blocked']);
		await report('2.1', { status: 'done', progress: 100, confidence: 'secured', comment: 'Fait' });
		assert.deepEqual(await codes('2.1'), ['done_but_blocked']);
	});
});

describe('the description of an action', () => {
	test('changes by field; the rest stays', async () => {
		const before = await one('1.1');
		const answer = await patch('1.1', { title_en: 'Yearly assessment', weight: 2.5, deliverable_fr: 'Un rapport', start_on: '2024-08-01' });
		assert.equal(answer.status, 200, answer.text);
		assert.match(answer.etag, new RegExp(`^"${before.version + 1}\\.`));
		assert.deepEqual(answer.json, { ...before, title_en: 'Yearly assessment', weight: 2.5, deliverable: 'Un rapport', deliverable_fr: 'Un rapport',
			start_on: '2024-08-01', version: before.version + 1 });
		assert.deepEqual(await one('1.1'), answer.json);
	});
	test('null erases what may be empty', async () => {
		const { json } = await patch('1.1', { title_en: null, deliverable_fr: null });
		assert.deepEqual([json.title_en, json.deliverable], [null, null]);
	});
	test('a moved due date needs its reason and keeps the first one', async () => {
		assert.deepEqual(faults(await patch('1.1', { due_on: '2027-03-31' })), ['#/reason reason_needed']);
		const { json } = await patch('1.1', { due_on: '2027-03-31', reason: 'La loi est en retard' });
		assert.deepEqual([json.due_on, json.initial_due_on], ['2027-03-31', '2099-12-31']);
		const { rows } = await plan.owner.query("select reason, after from journal where object = 'action' and number = '1.1' order by id desc limit 1");
		assert.deepEqual(rows, [{ reason: 'La loi est en retard', after: { due_on: '2027-03-31' } }]);
		assert.equal((await patch('1.1', { due_on: '2027-03-31' })).status, 200, 'the same date is not a move');
		assert.deepEqual(faults(await patch('1.1', { due_on: null })), ['#/reason reason_needed']);
	});
	test('a first due date needs none, and is the initial one', async () => {
		const { json } = await patch('7.11', { due_on: '2027-06-30' });
		assert.deepEqual([json.due_on, json.initial_due_on], ['2027-06-30', '2027-06-30']);
	});
	test('who carries it changes with dates; who did before stays in the history', async () => {
		let answer = await patch('1.1', { lead: 'DGPN', co_leads: ['DGGN'], partners: ['ACSE', 'OCRTEH'] });
		assert.equal(answer.status, 200, answer.text);
		const codes = ({ lead, co_leads: co, partners }) => [lead?.code ?? null, co.map((o) => o.code), partners.map((o) => o.code)];
		assert.deepEqual(codes(answer.json), ['DGPN', ['DGGN'], ['ACSE', 'OCRTEH']]);
		answer = await patch('1.1', { lead: 'ACSE' });
		assert.deepEqual(codes(answer.json), ['ACSE', ['DGGN'], ['OCRTEH']], 'one role each');
		answer = await patch('1.1', { lead: null, partners: [] });
		assert.deepEqual(codes(answer.json), [null, ['DGGN'], []]);
		const { rows } = await plan.owner.query(`select o.code, s.role, s.from_on::text, s.until_on::text from assignment s
			join organisation o on o.id = s.organisation_id join action a on a.id = s.action_id
			where a.plan_id = $1 and a.number = '1.1' order by s.id`, [plan.planId]);
		assert.deepEqual(rows[0], { code: 'OCRTEH', role: 'lead', from_on: '2024-06-26', until_on: today });
		assert.deepEqual(rows.filter((r) => r.until_on === null).map((r) => r.code), ['DGGN']);
	});
	test('what is reported is refused with the way to go', async () => {
		const answer = await patch('1.1', { status: 'done', progress: 100, confidence: 'secured', comment: 'x', done_on: today });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer), ['comment', 'confidence', 'done_on', 'progress', 'status'].map((f) => `#/${f} use_status_report`));
		assert.match(answer.json.errors[0].detail, /status-reports/);
	});
	test('wrong fields, all at once', async () => {
		const rows = await countRows(plan.owner);
		const answer = await patch('1.1', { title_fr: '', title_en: 'x'.repeat(301), weight: 0, start_on: '2025-06-31', due_on: 5, lead: 'XX', partners: ['DGPN', 'YY', 3],
			co_leads: ['DGPN'], initial_due_on: '2025-01-01', number: '2', titel_fr: 'x' });
		assert.equal(answer.status, 422);
		assert.deepEqual(faults(answer), ['#/due_on wrong_type', '#/initial_due_on initial_stays', '#/lead unknown_organisation', '#/number by_import', '#/partners/0 two_roles',
			'#/partners/1 unknown_organisation', '#/partners/2 wrong_type', '#/start_on bad_date', '#/title_en too_long', '#/title_fr empty', '#/titel_fr unknown_field',
			'#/weight out_of_range'].sort());
		assert.deepEqual(await countRows(plan.owner), rows);
		assert.deepEqual(faults(await patch('1.1', { lead: ['DGPN'], partners: 'DGPN', weight: 'x', title_fr: null })),
			['#/lead wrong_type', '#/partners wrong_type', '#/title_fr not_null', '#/weight wrong_type']);
		assert.deepEqual(faults(await patch('1.2', { due_on: '2020-01-01', reason: 'x' })), ['#/due_on days_reversed']);
	});
	test('only by the coordinator, on the version read', async () => {
		for (const login of ['victor', 'ana', 'adam', 'paul', 'olga']) assert.equal((await patch('1.1', { title_en: 'x' }, as(login))).status, 403, login);
		assert.equal((await carla.patch(`${base}/1.1`, { title_en: 'x' })).status, 428);
		const answer = await carla.patch(`${base}/1.1`, { title_en: 'x' }, { ifMatch: 1 });
		assert.equal(answer.status, 412);
		assert.deepEqual(answer.json.current, await one('1.1'));
		assert.equal((await carla.patch(`${base}/9.9`, { title_en: 'x' }, { ifMatch: 1 })).status, 404);
	});
	test('nothing to change makes no version', async () => {
		const { version } = await one('1.1');
		assert.equal((await patch('1.1', {})).json.version, version);
	});
});

describe('deployments', () => {
	const where = `${base}/7.10/deployments`;
	test('are made by the coordinator, once', async () => {
		let answer = await carla.put(`${where}/2A/DGGN`, {});
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual([answer.json.territory, answer.json.name, answer.json.organisation, answer.json.status], ['2A', 'Corse-du-Sud', 'DGGN', 'not_started']);
		assert.equal(answer.headers.get('location'), `${where}/2A/DGGN`);
		answer = await carla.put(`${where}/2A/DGGN`);
		assert.equal(answer.status, 200);
		assert.match(answer.etag, /^"1\./);
		for (const login of ['victor', 'ana', 'paul', 'olga']) assert.equal((await as(login).put(`${where}/13/DGGN`, {})).status, 403, login);
	});
	test('unknown codes are 404 with a hint; a rule against it is 409', async () => {
		assert.match((await carla.put(`${where}/1/DGPN`, {})).json.detail, /« 01 »/);
		for (const path of ['1/DGPN', '99/DGPN', '93/XX']) assert.equal((await carla.put(`${where}/${path}`, {})).status, 404, path);
		for (const path of ['FR/DGPN', 'REG-11/DGPN']) assert.equal((await carla.put(`${where}/${path}`, {})).status, 409, path);
		assert.equal((await carla.put(`${base}/1.1/deployments/93/DGPN`, {})).status, 409);
		assert.equal((await carla.put(`${where}/93/DGPN`, { status: 'done' })).status, 422);
		assert.equal((await carla.get(`${where}/93/DGGN`)).status, 404);
	});
	test('are listed, filtered and sorted', async () => {
		const list = async (query) => (await carla.get(`${where}?${query}`)).json.items.map((d) => d.territory);
		assert.deepEqual(await list(''), ['2A', '93']);
		assert.deepEqual(await list('sort=-territory'), ['93', '2A']);
		assert.deepEqual(await list('territory=REG-11'), ['93']);
		assert.deepEqual(await list('organisation=DGGN'), ['2A']);
		assert.deepEqual(await list('status=done'), ['93']);
		const { json } = await carla.get(`${where}?limit=1`);
		assert.equal(json.total, 2);
		assert.equal((await carla.get(`${where}?limit=1&cursor=${json.next_cursor}`)).json.items[0].territory, '93');
		const empty = await carla.get(`${where}?limit=1&cursor=${json.next_cursor.slice(0, 16)}1f`);
		assert.deepEqual([empty.status, empty.json.errors?.[0].code], [400, 'bad_cursor']);
	});
});

describe('milestones', () => {
	const where = `${base}/1.2/milestones`;
	let made;
	test('are set by the coordinator', async () => {
		made = await carla.post(where, { title_fr: 'Accord signé', title_en: 'Agreement signed', due_on: '2027-01-31' });
		assert.equal(made.status, 201, made.text);
		assert.deepEqual({ ...made.json, id: 0 }, { id: 0, title: 'Accord signé', title_fr: 'Accord signé', title_en: 'Agreement signed',
			initial_due_on: '2027-01-31', due_on: '2027-01-31', done_on: null, version: 1 });
		assert.deepEqual((await carla.get(made.headers.get('location'))).json, made.json);
		assert.deepEqual((await one('1.2')).milestones, [made.json]);
		assert.equal((await as('olga').post(where, { title_fr: 'x', due_on: today })).status, 403);
	});
	test('are refused with their faults', async () => {
		assert.deepEqual(faults(await carla.post(where, { due_on: '2025-06-31', done_on: '2199-01-01', x: 1 })),
			['#/done_on done_on_future', '#/due_on bad_date', '#/title_fr required', '#/x unknown_field']);
		const twice = await carla.post(where, { title_fr: 'Accord signé', due_on: today });
		assert.deepEqual([twice.status, ...faults(twice)], [409, '#/title_fr already_exists']);
	});
	test('move with a reason; who leads says when they are reached', async () => {
		const path = made.headers.get('location');
		assert.deepEqual(faults(await carla.patch(path, { due_on: '2027-02-28' }, { ifMatch: 1 })), ['#/reason reason_needed']);
		const moved = await carla.patch(path, { due_on: '2027-02-28', reason: 'Retard' }, { ifMatch: 1 });
		assert.deepEqual([moved.json.due_on, moved.json.initial_due_on, moved.json.version], ['2027-02-28', '2027-01-31', 2]);
		assert.equal((await carla.patch(path, { done_on: today }, { ifMatch: 1 })).status, 412);
		assert.equal((await carla.patch(path, { done_on: today })).status, 428);
		assert.equal((await as('nadia').patch(path, { title_fr: 'x' }, { ifMatch: 2 })).status, 403);
		assert.equal((await as('olga').patch(path, { done_on: today }, { ifMatch: 2 })).status, 403);
		const done = await as('nadia').patch(path, { done_on: today }, { ifMatch: 2 });
		assert.deepEqual([done.status, done.json.done_on], [200, today]);
		assert.equal((await carla.get(`${where}?done=true`)).json.total, 1);
		assert.equal((await carla.get(`${where}?done=false`)).json.total, 0);
	});
});

describe('evidence', () => {
	const where = `${base}/1.1/evidence`;
	const zip = (...names) => Buffer.from(`PK\u0003\u0004${' '.repeat(26)}${names.join(' ')}`, 'latin1');
	const odf = (type) => Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(26), Buffer.from(`mimetypeapplication/vnd.oasis.opendocument.${type}PK`)]);
	const files = {
		'rapport.pdf': [Buffer.from('%PDF-1.7\n…'), 'application/pdf'], 'photo.PNG': [Buffer.from('89504e470d0a1a0a00', 'hex'), 'image/png'],
		'photo.jpeg': [Buffer.from('ffd8ffe000', 'hex'), 'image/jpeg'], 'lettre.odt': [odf('text'), 'application/vnd.oasis.opendocument.text'],
		'table.ods': [odf('spreadsheet'), 'application/vnd.oasis.opendocument.spreadsheet'],
		'note.docx': [zip('[Content_Types].xml', 'word/document.xml'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
		'table.xlsx': [zip('[Content_Types].xml', 'xl/workbook.xml'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
		'note.txt': [Buffer.from('Été\r\n'), 'text/plain'], 'données 2026.csv': [Buffer.from('\ufeffa;b\n1;2\n'), 'text/csv'],
	};
	const upload = (name, bytes, who = carla, type = 'application/octet-stream') =>
		who.post(`${where}?file_name=${encodeURIComponent(name)}`, bytes, { type });

	test('is a link', async () => {
		const answer = await carla.post(where, { title: 'Le rapport', url: 'https://example.org/rapport?a=1' });
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual([answer.json.title, answer.json.url, answer.json.file, answer.json.added_by.name], ['Le rapport', 'https://example.org/rapport?a=1', null, 'Carla Test']);
		assert.deepEqual((await carla.get(answer.headers.get('location'))).json, answer.json);
		for (const url of ['javascript:alert(1)', 'ftp://x', 'https://', 'https:///x', 'https://a b', 'x', 'https://a/"><script>',
			'https://gouv.fr@evil.example/', 'https://user:secret@example.org/', 'https://example.org/\u202Agpj.exe', 'https://example.org/\u2066'])
			assert.deepEqual(faults(await carla.post(where, { title: 'x', url })), ['#/url bad_url'], url);
		assert.deepEqual(faults(await carla.post(where, { titre: 'x' })), ['#/title required', '#/titre unknown_field', '#/url required']);
		assert.equal((await carla.post(where, '{')).status, 400);
	});
	test('or a file, given back byte by byte and never shown by a browser', async () => {
		for (const [name, [bytes, type]] of Object.entries(files)) {
			const answer = await upload(name, bytes);
			assert.equal(answer.status, 201, `${name}: ${answer.text}`);
			assert.deepEqual(answer.json.file, { name, media_type: type, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
			const file = await fetch(`${server.url}${answer.headers.get('location')}/file`, { headers: { Authorization: `Bearer ${plan.tokens.victor}` } });
			assert.equal(file.status, 200);
			assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes, name);
			assert.equal(file.headers.get('content-type'), type);
			assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
			assert.match(file.headers.get('content-disposition'), /^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.%~-]+$/);
			assert.match(file.headers.get('content-security-policy'), /default-src 'none'/);
		}
		assert.equal((await carla.get(`${where}?kind=file&limit=200`)).json.total, Object.keys(files).length);
		assert.equal((await carla.get(`${where}?kind=link`)).json.total, 1);
	});
	test('whose bytes are what its name says', async () => {
		const refused = { 'page.html': Buffer.from('<script>'), 'x.pdf': Buffer.from('<html>'), 'x.png': files['photo.jpeg'][0], 'x.docx': files['table.xlsx'][0],
			'x.txt': Buffer.from([65, 0, 66]), 'x.csv': Buffer.from([0xff, 0xfe, 65]), 'x.odt': files['table.ods'][0], pdf: files['rapport.pdf'][0],
			'x.xlsx': zip('[Content_Types].xml', 'xl/workbook.xml', 'xl/vbaProject.bin'), 'x.svg': Buffer.from('<svg/>'), 'x.exe': Buffer.from('MZ') };
		for (const [name, bytes] of Object.entries(refused)) assert.equal((await upload(name, bytes)).status, 415, name);
		for (const name of ['../x.pdf', 'a/b.pdf', '.pdf', 'a"b.pdf', 'x'.repeat(197) + '.pdf', '', 'facture\u202Efdp.pdf', 'a\u2067b.pdf', 'a\u009Bb.pdf'])
			assert.equal((await upload(name, files['rapport.pdf'][0])).status, 400, name);
		assert.equal((await upload('x.pdf', files['rapport.pdf'][0], carla, 'text/html')).status, 415);
		assert.equal((await upload('x.pdf', '')).status, 400);
	});
	test('of at most 10 MB', async () => {
		const full = Buffer.alloc(10_485_760, 'a');
		const { status, json } = await upload('plein.txt', full);
		assert.equal(status, 201);
		const { rows: [kept] } = await plan.owner.query(`select h.sha256, h.bytes, j.after from evidence_history h
			join journal j on j.object = 'evidence' and j.object_id = h.id where h.id = $1`, [json.id]);
		assert.deepEqual([kept.sha256, kept.bytes, kept.after.sha256, kept.after.bytes], [json.file.sha256, null, json.file.sha256, undefined]);
		assert.equal((await upload('trop.txt', Buffer.alloc(10_485_761, 'a'))).status, 413);
	});
	test('added by coordinators and by who leads; read by all who read the plan', async () => {
		for (const login of ['victor', 'ana', 'paul', 'olga']) {
			assert.equal((await as(login).post(where, { title: 'x', url: 'https://example.org' })).status, 403, login);
			assert.equal((await as(login).get(where)).status, 200, login);
		}
		assert.equal((await as('nadia').post(`${base}/1.2/evidence`, { title: 'x', url: 'https://example.org' })).status, 201);
		assert.equal((await carla.get(`${where}/999999/file`)).status, 404);
		assert.equal((await carla.get(`${base}/1.2/evidence/1/file`)).status, 404);
	});
});
