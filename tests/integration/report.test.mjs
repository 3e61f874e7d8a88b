/*
 * Status reports: the rules of what is declared, who may, in which order refusals are told, what is kept.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { base, countMarks, countRows, makePlan, PLAN } from './action_data.mjs';
import { dayIn, startServer } from './client.mjs';

let plan, server, carla, as;
const reports = (number) => `${base}/${number}/status-reports`;
const today = dayIn('Europe/Paris');
const dayAfter = (n) => new Date(Date.parse(`${today}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);

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

const version = async (path) => (await carla.get(path)).json.version;
const post = async (who, number, body, options = {}) =>
	who.post(reports(number), body, { ifMatch: await version(`${base}/${number}`), ...options });
const faults = (answer) => (answer.json.errors ?? []).map(({ pointer, parameter, header, code }) => `${pointer ?? parameter ?? header} ${code}`);

describe('a report on an action', () => {
	test('becomes the state of the action, with its history', async () => {
		const answer = await carla.post(reports('1.1'), { status: 'in_progress', progress: 40, confidence: 'support_needed', comment: 'Il manque un appui.' },
			{ ifMatch: 1 });
		assert.equal(answer.status, 201, answer.text);
		assert.match(answer.headers.get('location'), /^\/api\/v1\/plans\/essai-2026\/actions\/1\.1\/status-reports\/\d+$/);
		assert.match(answer.etag, /^"2\.\d{8}\.fr"$/);
		const { number, status, progress, confidence, comment, reported_by: by, reported_at: at, version: v } = answer.json;
		assert.deepEqual([number, status, progress, confidence, comment, v], ['1.1', 'in_progress', 40, 'support_needed', 'Il manque un appui.', 2]);
		assert.deepEqual(by, { id: Number(plan.ids.carla), name: 'Carla Test' });
		assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, at);
		assert.deepEqual((await carla.get(`${base}/1.1`)).json, answer.json);
		const one = await carla.get(answer.headers.get('location'));
		assert.equal(one.json.progress, 40);
		const list = await carla.get(reports('1.1'));
		assert.equal(list.json.total, 1);
		assert.deepEqual(list.json.items[0], one.json);
	});

	test('marks the indicators of the plan for a refresh and leaves a trace with its author', async () => {
		const marks = await countMarks(plan.owner);
		await post(carla, '1.2', { status: 'on_hold', progress: 10, reason: 'Budget gelé' });
		assert.equal(await countMarks(plan.owner), marks + 1);
		const { rows } = await plan.owner.query(`select person_id::text, reason, before ->> 'status' as was, after ->> 'status' as is
			from journal where object = 'action' and number = '1.2' and act = 'update' order by id desc limit 1`);
		assert.deepEqual(rows, [{ person_id: plan.ids.carla, reason: 'Budget gelé', was: 'not_started', is: 'on_hold' }]);
	});

	test('says a whole state: what is left out is not known any more', async () => {
		await post(carla, '2.1', { status: 'in_progress', progress: 30, confidence: 'secured', comment: 'Tout va bien' });
		const answer = await post(carla, '2.1', { status: 'in_progress' });
		assert.deepEqual([answer.json.progress, answer.json.confidence, answer.json.comment], [null, null, null]);
	});

	test('takes null for what is not given', async () => {
		const answer = await post(carla, '2.1', { status: 'in_progress', progress: null, confidence: null, comment: null, reason: null, done_on: null,
			carried_to: null, territory: null, organisation: null });
		assert.equal(answer.status, 201, answer.text);
	});

	test('done is dated today, or on the day given', async () => {
		let answer = await post(carla, '2.1', { status: 'done', progress: 100 });
		assert.equal(answer.json.done_on, today);
		answer = await post(carla, '2.1', { status: 'done', progress: 100, done_on: '2026-10-02' });
		assert.equal(answer.json.done_on, '2026-10-02');
		answer = await post(carla, '2.1', { status: 'in_progress', progress: 90 });
		assert.equal(answer.json.done_on, null);
	});

	test('carried_over names where it goes, and the answer repeats it', async () => {
		const answer = await post(carla, '2.1', { status: 'carried_over', progress: 60, carried_to: { plan: PLAN, measure: '7' } });
		assert.deepEqual(answer.json.carried_to, { plan: PLAN, measure: '7' });
		assert.equal(answer.json.late, false);
	});

	test('“nothing new” repeats the last state and refreshes its date', async () => {
		const before = await post(carla, '2.1', { status: 'in_progress', progress: 55, confidence: 'achievable', comment: 'En bonne voie' });
		const answer = await post(carla, '2.1', { nothing_new: true });
		assert.equal(answer.status, 201, answer.text);
		for (const field of ['status', 'progress', 'confidence', 'comment', 'done_on'])
			assert.equal(answer.json[field], before.json[field], field);
		assert.ok(answer.json.reported_at > before.json.reported_at);
		const { json } = await carla.get(`${reports('2.1')}?limit=1`);
		assert.equal(json.items[0].nothing_new, true);
		assert.equal(json.items[0].progress, 55);
	});

	test('an action nobody spoke of may have nothing new either', async () => {
		const answer = await post(carla, '7.11', { nothing_new: true });
		assert.deepEqual([answer.status, answer.json.status, answer.json.progress], [201, 'not_started', null]);
	});
});

/* name → [body, faults].  The texts are checked in both languages. */
const wrong = {
	'no status': [{ progress: 10 }, ['#/status required']],
	'an empty body': [{}, ['#/status required']],
	'an unknown status': [{ status: 'finished' }, ['#/status bad_choice']],
	'a status that is no text': [{ status: 3 }, ['#/status wrong_type']],
	'progress 101': [{ status: 'in_progress', progress: 101 }, ['#/progress out_of_range']],
	'progress -1': [{ status: 'in_progress', progress: -1 }, ['#/progress out_of_range']],
	'progress 40.5': [{ status: 'in_progress', progress: 40.5 }, ['#/progress out_of_range']],
	'progress as text': [{ status: 'in_progress', progress: '40' }, ['#/progress wrong_type']],
	'progress true': [{ status: 'in_progress', progress: true }, ['#/progress wrong_type']],
	'done without 100': [{ status: 'done', progress: 90 }, ['#/progress done_is_100']],
	'done without progress': [{ status: 'done' }, ['#/progress done_is_100']],
	'100 without done': [{ status: 'in_progress', progress: 100 }, ['#/progress done_is_100']],
	'not started at 10': [{ status: 'not_started', progress: 10 }, ['#/progress not_started_is_0']],
	'a confidence without comment': [{ status: 'in_progress', confidence: 'secured' }, ['#/comment confidence_needs_comment']],
	'an unknown confidence': [{ status: 'in_progress', confidence: 'sunny', comment: 'x' }, ['#/confidence bad_choice']],
	'dropped without reason': [{ status: 'dropped', progress: 10 }, ['#/reason dropped_needs_reason']],
	'dropped with a blank reason': [{ status: 'dropped', reason: '  ' }, ['#/reason empty']],
	'carried over to nowhere': [{ status: 'carried_over' }, ['#/carried_to carried_over_needs_target']],
	'carried over without measure': [{ status: 'carried_over', carried_to: { plan: 'p' } }, ['#/carried_to/measure required']],
	'carried over to an unknown plan': [{ status: 'carried_over', carried_to: { plan: 'plan-2030', measure: '3' } }, ['#/carried_to/plan not_found']],
	'carried over to an unknown measure': [{ status: 'carried_over', carried_to: { plan: PLAN, measure: '99' } }, ['#/carried_to/measure not_found']],
	'carried over to a bad plan code': [{ status: 'carried_over', carried_to: { plan: 'Plan 2', measure: '3' } }, ['#/carried_to/plan bad_code']],
	'carried over to a bad number': [{ status: 'carried_over', carried_to: { plan: 'p', measure: 'a b' } }, ['#/carried_to/measure bad_number']],
	'carried over with more': [{ status: 'carried_over', carried_to: { plan: 'p', measure: '3', mesure: '4' } }, ['#/carried_to/mesure unknown_field']],
	'a target of something else': [{ status: 'on_hold', carried_to: { plan: 'p', measure: '3' } }, ['#/carried_to carried_to_without_carried_over']],
	'a target that is text': [{ status: 'carried_over', carried_to: 'p' }, ['#/carried_to wrong_type']],
	'done tomorrow': [() => ({ status: 'done', progress: 100, done_on: dayAfter(1) }), ['#/done_on done_on_future']],
	'31 June': [{ status: 'done', progress: 100, done_on: '2025-06-31' }, ['#/done_on bad_date']],
	'a French date': [{ status: 'done', progress: 100, done_on: '02/10/2026' }, ['#/done_on bad_date']],
	'a day of what is not done': [{ status: 'in_progress', done_on: '2026-10-02' }, ['#/done_on done_on_without_done']],
	'a comment of 4,001 characters': [{ status: 'in_progress', comment: 'é'.repeat(4001) }, ['#/comment too_long']],
	'a reason of 1,001 characters': [{ status: 'dropped', reason: 'r'.repeat(1001) }, ['#/reason too_long']],
	'a control character': [{ status: 'in_progress', comment: 'a\u0007b' }, ['#/comment bad_text']],
	'an unknown field': [{ status: 'in_progress', progres: 40 }, ['#/progres unknown_field']],
	'nothing new with news': [{ nothing_new: true, progress: 50, status: 'in_progress' }, ['#/progress nothing_new_alone', '#/status nothing_new_alone']],
	'nothing_new as text': [{ nothing_new: 'yes', status: 'in_progress' }, ['#/nothing_new wrong_type']],
	'a territory alone': [{ status: 'in_progress', territory: '93' }, ['#/organisation required']],
	'an organisation alone': [{ status: 'in_progress', organisation: 'DGPN' }, ['#/territory required']],
	'a territory as a number': [{ status: 'in_progress', territory: 93, organisation: 'DGPN' }, ['#/territory wrong_type']],
	'territory 1': [{ status: 'in_progress', territory: '1', organisation: 'DGPN' }, ['#/territory unknown_territory']],
	'territory 20': [{ status: 'in_progress', territory: '20', organisation: 'DGPN' }, ['#/territory unknown_territory']],
	'an unknown organisation': [{ status: 'in_progress', territory: '93', organisation: 'NOBODY' }, ['#/organisation unknown_organisation']],
	'a place where it is not deployed': [{ status: 'in_progress', territory: '2A', organisation: 'DGPN' }, ['#/territory no_deployment']],
	'everything at once': [{ status: 'done', progress: 50, confidence: 'secured', done_on: '2025-02-30', carried_to: { plan: 'p', measure: '1' }, extra: 1 },
		['#/carried_to carried_to_without_carried_over', '#/comment confidence_needs_comment', '#/done_on bad_date', '#/extra unknown_field', '#/progress done_is_100']],
};

describe('a wrong report is refused with field, fault and remedy', () => {
	for (const [name, [given, expected]] of Object.entries(wrong))
		test(name, async () => {
			const body = typeof given === 'function' ? given() : given;
			const rows = await countRows(plan.owner);
			const number = '7.2', ifMatch = await version(`${base}/7.2`);
			const fr = await carla.post(reports(number), body, { ifMatch });
			assert.equal(fr.status, 422, fr.text);
			assert.equal(fr.json.type, '/problems/invalid');
			assert.deepEqual(faults(fr).sort(), [...expected].sort());
			const en = await as('carla').post(`${reports(number)}?lang=en`, body, { ifMatch });
			assert.deepEqual(faults(en), faults(fr));
			for (const [i, fault] of en.json.errors.entries())
				assert.notEqual(fault.detail, fr.json.errors[i].detail);
			assert.deepEqual(await countRows(plan.owner), rows, 'a refusal writes nothing');
		});

	test('the sentences say what would be right', async () => {
		const ifMatch = await version(`${base}/7.2`);
		const said = async (body, lang) => (await carla.post(`${reports('7.2')}?lang=${lang}`, body, { ifMatch })).json.errors[0].detail;
		assert.match(await said({ status: 'done', progress: 90 }, 'fr'), /100/);
		assert.match(await said({ status: 'done', progress: 90 }, 'en'), /set progress to 100/);
		assert.match(await said({ status: 'in_progress', progres: 1 }, 'fr'), /« progress »/);
		assert.match(await said({ status: 'in_progress', territory: '1', organisation: 'DGPN' }, 'fr'), /« 01 »/);
		assert.match(await said({ status: 'in_progress', territory: '20', organisation: 'DGPN' }, 'en'), /2A/);
		assert.match(await said({ status: 'done', progress: 100, done_on: '2025-06-31' }, 'fr'), /2025-06-31/);
	});

	test('malformed bodies: 400 with line and column', async () => {
		const ifMatch = await version(`${base}/7.2`);
		for (const body of ['{"status":"done",', '[]', '{"status":"done","status":"done"}', '{"a":'.repeat(40) + '1' + '}'.repeat(40), '"x"'])
			assert.equal((await carla.post(reports('7.2'), body, { ifMatch })).status, 400, body);
		assert.equal((await carla.post(reports('7.2'), Buffer.from('7b22737461747573223a22ff227d', 'hex'), { ifMatch })).status, 400);
		assert.equal((await carla.post(reports('7.2'), '{"status":"in_progress","comment":"\\u0000"}', { ifMatch })).status, 400);
	});
});

describe('refusals come in their order', () => {
	const wrongBody = { status: 'done', progress: 1 };
	test('401, 404, 403, 415, 400, 428, 412, 422', async () => {
		assert.equal((await server.anonymous().post(reports('7.2'), wrongBody)).status, 401);
		assert.equal((await carla.post('/api/v1/plans/nowhere/actions/7.2/status-reports', wrongBody)).status, 404);
		assert.equal((await carla.post(reports('9.9'), wrongBody)).status, 404);
		for (const login of ['victor', 'ana', 'adam'])
			assert.equal((await as(login).post(reports('7.2'), wrongBody)).status, 403, login);
		assert.equal((await carla.post(reports('7.2'), 'x', { type: 'text/plain' })).status, 415);
		assert.equal((await carla.post(reports('7.2'), '{')).status, 400);
		const missing = await carla.post(reports('7.2'), wrongBody);
		assert.deepEqual([missing.status, missing.json.errors[0].header], [428, 'If-Match']);
		const old = await carla.post(reports('7.2'), wrongBody, { ifMatch: 999 });
		assert.equal(old.status, 412);
		assert.deepEqual(old.json.current, (await carla.get(`${base}/7.2`)).json);
		assert.equal((await post(carla, '7.2', wrongBody)).status, 422);
	});

	test('a wrong If-Match is 400, as_of on a write too', async () => {
		assert.equal((await carla.post(reports('7.2'), wrongBody, { ifMatch: 'three' })).status, 400);
		assert.equal((await carla.post(`${reports('7.2')}?as_of=2026-01-01`, wrongBody, { ifMatch: 1 })).status, 400);
	});

	test('409 when the plan is archived, after what the body says', async () => {
		await plan.owner.query('update plan set archived_at = now(), version = version + 1 where id = $1', [plan.planId]);
		try {
			assert.equal((await post(carla, '7.2', wrongBody)).status, 422);
			const answer = await post(carla, '7.2', { status: 'in_progress' });
			assert.deepEqual([answer.status, answer.json.code], [409, 'plan_archived']);
		} finally {
			await plan.owner.query('update plan set archived_at = null, version = version + 1 where id = $1', [plan.planId]);
		}
	});
});

describe('contributors report within their scope', () => {
	const state = { status: 'in_progress', progress: 20 };
	const at = (territory, organisation) => ({ ...state, territory, organisation });
	const etagOf = async (territory, organisation) => version(`${base}/7.2/deployments/${territory}/${organisation}`);

	test('on the deployment of their département and organisation', async () => {
		const answer = await as('paul').post(reports('7.2'), at('93', 'DGPN'), { ifMatch: await etagOf('93', 'DGPN') });
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual([answer.json.territory, answer.json.organisation, answer.json.progress, answer.json.reported_by.name],
			['93', 'DGPN', 20, 'Paul Test']);
		const { json } = await carla.get(`${base}/7.2/deployments/93/DGPN`);
		assert.deepEqual(json, answer.json);
	});
	test('on all départements of their region, and of the nation', async () => {
		for (const login of ['ile', 'nadia'])
			for (const territory of ['93', '75'])
				assert.equal((await as(login).post(reports('7.2'), at(territory, 'DGPN'), { ifMatch: await etagOf(territory, 'DGPN') })).status, 201);
	});
	test('elsewhere 403, whatever the body says and before If-Match', async () => {
		const rows = await countRows(plan.owner);
		for (const [login, territory, organisation] of [['paul', '75', 'DGPN'], ['paul', '13', 'DGGN'], ['gina', '93', 'DGPN'], ['ile', '13', 'DGGN']])
			for (const body of [at(territory, organisation), { status: 'done', progress: 3, territory, organisation }]) {
				const answer = await as(login).post(reports('7.2'), body);
				assert.deepEqual([answer.status, ...faults(answer)], [403], `${login} ${territory} ${organisation}`);
			}
		assert.deepEqual(await countRows(plan.owner), rows);
	});
	test('the action itself: only who leads it, with a national scope', async () => {
		assert.equal((await post(as('paul'), '7.2', state)).status, 403);
		assert.equal((await post(as('nadia'), '7.2', state)).status, 403);
		assert.equal((await post(as('olga'), '7.2', state)).status, 201);
		assert.equal((await post(as('nadia'), '1.2', state)).status, 201);
	});
	test('nothing of an action that is not theirs: 403 before the body is read', async () => {
		assert.equal((await as('paul').post(reports('1.1'), '{')).status, 403);
	});
	test('412 carries the deployment as it is', async () => {
		const answer = await as('paul').post(reports('7.2'), at('93', 'DGPN'), { ifMatch: 1 });
		assert.equal(answer.status, 412);
		assert.deepEqual(answer.json.current, (await carla.get(`${base}/7.2/deployments/93/DGPN`)).json);
	});
});

describe('a withdrawn report', () => {
	const withdraw = (who, number, id, body = { reason: 'Erreur de saisie' }, options) =>
		who.post(`${reports(number)}/${id}/withdrawal`, body, options);
	const idOf = (answer) => answer.headers.get('location').split('/').pop();
	let first, second;

	beforeEach(async () => {
		first = await post(carla, '7.10', { status: 'in_progress', progress: 25 });
		second = await post(carla, '7.10', { status: 'on_hold', progress: 30, reason: 'Attente' });
	});

	test('gives the state of the latest one that stands, is not erased, and says why', async () => {
		const answer = await withdraw(carla, '7.10', idOf(second));
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual([answer.json.status, answer.json.progress, answer.json.reason, answer.json.reported_at],
			['in_progress', 25, null, first.json.reported_at]);
		assert.equal(answer.json.version, second.json.version + 1);
		const { json } = await carla.get(`${reports('7.10')}/${idOf(second)}`);
		assert.equal(json.progress, 30);
		assert.equal(json.withdrawn.reason, 'Erreur de saisie');
		assert.equal(json.withdrawn.by.name, 'Carla Test');
	});
	test('leaves the state alone when a later one stands', async () => {
		const answer = await withdraw(carla, '7.10', idOf(first));
		assert.deepEqual([answer.json.status, answer.json.progress], ['on_hold', 30]);
	});
	test('leads back to the beginning when none is left', async () => {
		const { json } = await carla.get(`${reports('7.10')}?limit=200`);
		let answer;
		for (const { id, withdrawn } of json.items)
			if (!withdrawn) answer = await withdraw(carla, '7.10', id);
		assert.deepEqual([answer.json.status, answer.json.progress, answer.json.reported_at, answer.json.reported_by], ['not_started', null, null, null]);
	});
	test('gives way to the report that the list shows first, whichever began first', async () => {
		const { rows: [{ id: action }] } = await plan.owner.query("select id from action where plan_id = $1 and number = '7.11'", [plan.planId]);
		await plan.owner.query(`insert into status_report (plan_id, action_id, status, progress, recorded_at)
			values ($1, $2, 'in_progress', 30, now()), ($1, $2, 'in_progress', 20, now() - interval '1 microsecond')`, [plan.planId, action]);
		const last = await post(carla, '7.11', { status: 'in_progress', progress: 50 });
		const answer = await withdraw(carla, '7.11', idOf(last));
		assert.equal(answer.status, 201, answer.text);
		assert.equal(answer.json.progress, 30);
		assert.deepEqual((await carla.get(reports('7.11'))).json.items.slice(0, 3).map((r) => r.progress), [50, 30, 20]);
	});
	test('is withdrawn once', async () => {
		assert.equal((await withdraw(carla, '7.10', idOf(second))).status, 201);
		const again = await withdraw(carla, '7.10', idOf(second));
		assert.deepEqual([again.status, again.json.code], [409, 'already_withdrawn']);
	});
	test('needs a reason, exists, and is of that action', async () => {
		assert.deepEqual(faults(await withdraw(carla, '7.10', idOf(second), {})), ['#/reason required']);
		assert.deepEqual(faults(await withdraw(carla, '7.10', idOf(second), { reason: 'x'.repeat(1001), why: 1 })), ['#/why unknown_field', '#/reason too_long']);
		for (const id of ['999999', 'x', '0x1', '99999999999999999999'])
			assert.equal((await withdraw(carla, '7.10', id)).status, 404, id);
		assert.equal((await withdraw(carla, '1.1', idOf(second))).status, 404);
	});
	test('by its author in scope or the coordinator, nobody else', async () => {
		const where = `${base}/7.10/deployments/93/DGPN`;
		const report = await as('paul').post(reports('7.10'), { status: 'in_progress', progress: 5, territory: '93', organisation: 'DGPN' },
			{ ifMatch: await version(where) });
		for (const login of ['victor', 'ana', 'adam', 'gina', 'ile', 'nadia'])
			assert.equal((await withdraw(as(login), '7.10', idOf(report))).status, 403, login);
		assert.equal((await withdraw(as('paul'), '7.10', idOf(second))).status, 403);
		const answer = await withdraw(as('paul'), '7.10', idOf(report));
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual([answer.json.territory, answer.json.status, answer.json.progress], ['93', 'not_started', null]);
	});
});

describe('the list of reports', () => {
	test('newest first, by pages, filtered by place', async () => {
		for (const progress of [1, 2, 3, 4, 5]) await post(carla, '1.2', { status: 'in_progress', progress });
		const all = (await carla.get(`${reports('1.2')}?limit=200`)).json;
		assert.deepEqual(all.items.slice(0, 5).map((r) => r.progress), [5, 4, 3, 2, 1]);
		const paged = [];
		for (let cursor = ''; cursor !== null;) {
			const { json } = await carla.get(`${reports('1.2')}?limit=2${cursor && `&cursor=${cursor}`}`);
			assert.equal(json.total, all.total);
			paged.push(...json.items);
			cursor = json.next_cursor;
		}
		assert.deepEqual(paged, all.items);
		assert.deepEqual((await carla.get(`${reports('1.2')}?sort=at&limit=200`)).json.items, [...all.items].reverse());
		const places = async (query) => new Set((await carla.get(`${reports('7.2')}?limit=200&${query}`)).json.items.map((r) => r.territory));
		assert.deepEqual(await places('territory=75'), new Set(['75']));
		assert.deepEqual(await places('territory=REG-11'), new Set(['93', '75']));
		assert.deepEqual(await places('territory=FR'), new Set([null]));
		assert.deepEqual(await places('organisation=DGGN'), new Set([]));
		assert.equal((await carla.get(`${reports('7.2')}?territory=1`)).status, 400);
	});
	test('wrong cursors, limits and sorts: 400', async () => {
		const { json: { next_cursor: cursor } } = await carla.get(`${reports('1.2')}?limit=2`);
		for (const query of ['cursor=x', `cursor=${cursor}0`, `cursor=${cursor}&sort=at`, `cursor=${cursor}&territory=93`, 'limit=0', 'limit=201', 'limit=x',
			'limit=-1', 'sort=date', `cursor=${cursor.slice(0, 16)}611f61`, `cursor=${cursor.slice(0, 16)}${'f'.repeat(40)}`, 'page=2'])
			assert.equal((await carla.get(`${reports('1.2')}?${query}`)).status, 400, query);
		assert.equal((await carla.get(`${base}/2.1/status-reports?cursor=${cursor}`)).status, 400);
	});
	test('of an unknown action: 404', async () => {
		assert.equal((await carla.get(reports('9.9'))).status, 404);
	});
});
