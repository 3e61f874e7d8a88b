/* Plans, measures, what changed and the reference lists, read and changed over HTTP. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { account, command, importPlans, password, plan, sql } from './accounts.mjs';
import { instant, startServer } from './client.mjs';

const base = `/api/v1/plans/${plan}`;
let server, camille, carla, adam;

before(async () => {
	await importPlans();
	server = await startServer();
	await account(server, 'camille', 'Camille Martin', `viewer --plan ${plan}`);
	await account(server, 'carla', 'Carla Roy', `coordinator --plan ${plan}`);
	await account(server, 'adam', 'Adam Petit', 'admin');
	[camille, carla, adam] = await Promise.all(['camille', 'carla', 'adam'].map((login) => server.signIn(login, password)));
});
after(async () => {
	if (server) assert.equal(await server.stop(), 0, server.log);
});

/* ---------------------------------------------------------------- plans */

test('the list has the plans that the person may read, and no other', async () => {
	const { json } = await camille.get('/api/v1/plans');
	assert.deepEqual(json.items.map(({ code }) => code), [plan]);
	assert.equal(json.total, 1);
	assert.equal((await adam.get('/api/v1/plans')).status, 403);
	assert.equal((await server.anonymous().get('/api/v1/plans')).status, 401);
	assert.equal((await camille.get('/api/v1/plans/other-plan')).status, 404);
});

test('a plan has its counts, expected and entered', async () => {
	const { json, etag } = await camille.get(base);
	assert.equal(json.lead, 'OCRTEH');
	assert.deepEqual(json.counts.objectives, { expected: 6, entered: 6 });
	assert.deepEqual(json.counts.measures, { expected: 22, entered: 22 });
	assert.equal(json.counts.actions.entered, 54);
	assert.equal(json.counts.actions.by_status.not_started, 54);
	assert.deepEqual(json.illustrative, { measures: 22, actions: 54 });
	assert.equal(json.fictitious, false);
	assert.match(etag, /^"1\./);
	assert.equal((await camille.get(base, { headers: { 'If-None-Match': etag } })).status, 304);
});

test('titles are in the language asked', async () => {
	assert.match((await camille.get(base)).json.title, /^Plan national/);
	assert.match((await camille.get(`${base}?lang=en`)).json.title, /^National plan/);
});

test('the coordinator changes the plan, nobody else, and only from the version read', async () => {
	const body = { title_en: 'Plan 2024-2026', stale_after_days: 60, reason: 'réunion de juin' };
	assert.equal((await camille.patch(base, body, { ifMatch: 1 })).status, 403);
	assert.equal((await carla.patch(base, body)).status, 428);
	const before = await instant();
	const answer = await carla.patch(base, body, { ifMatch: 1 });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.title_en, 'Plan 2024-2026');
	assert.equal(answer.json.version, 2);
	const late = await carla.patch(base, { stale_after_days: 30 }, { ifMatch: 1 });
	assert.equal(late.status, 412);
	assert.equal(late.json.current.stale_after_days, 60);
	const then = await camille.get(`${base}?as_of=${before}&lang=en`);
	assert.match(then.json.title, /^National plan/);
	assert.equal(then.json.stale_after_days, 45);
});

test('every fault of a change is told by its own field', async () => {
	const { status, json } = await carla.patch(base, { title_fr: null, start_on: '2025-06-31', lead: 'OCRTE', titre: 'x', measures: [] },
		{ ifMatch: 2, headers: { 'Accept-Language': 'en' } });
	assert.equal(status, 422);
	assert.deepEqual(json.errors.map(({ pointer }) => pointer).sort(), ['#/lead', '#/measures', '#/start_on', '#/title_fr', '#/titre']);
	assert.equal((await camille.get(base)).json.version, 2);
});

/* ---------------------------------------------------------------- measures */

test('measures are listed in the order in which people count, a page at a time', async () => {
	const first = await camille.get(`${base}/measures?limit=10`);
	assert.deepEqual(first.json.items.map(({ number }) => number), ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
	assert.equal(first.json.total, 22);
	const second = await camille.get(`${base}/measures?limit=10&cursor=${first.json.next_cursor}`);
	assert.equal(second.json.items[0].number, '11');
	const last = await camille.get(`${base}/measures?limit=10&cursor=${second.json.next_cursor}`);
	assert.equal(last.json.items.length, 2);
	assert.equal(last.json.next_cursor, null);
	assert.equal((await camille.get(`${base}/measures?objective=1`)).json.items.every(({ objective }) => objective === '1'), true);
	const wrong = await camille.get(`${base}/measures?objectiv=1`);
	assert.equal(wrong.status, 400);
	assert.match(wrong.json.errors[0].detail, /objective/);
});

test('a measure shows who carries it and its actions', async () => {
	const { json } = await camille.get(`${base}/measures/1`);
	assert.equal(json.lead.code, 'OCRTEH');
	assert.deepEqual(json.partners.map(({ code }) => code), ['SIRASCO', 'DGGN']);
	assert.deepEqual(json.actions.items.map(({ number }) => number.split('.')[0]), Array(json.actions.total).fill('1'));
	assert.equal((await camille.get(`${base}/measures/99`)).status, 404);
});

test('a lead changes with its date and reason, and what was known before stays readable', async () => {
	const before = await instant();
	const { json: was } = await carla.get(`${base}/measures/1`);
	const answer = await carla.patch(`${base}/measures/1`, { lead: 'SIRASCO', title_fr: 'Partager la menace', reason: 'transfert' },
		{ ifMatch: was.version });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.lead.code, 'SIRASCO');
	assert.deepEqual(answer.json.partners.map(({ code }) => code), ['DGGN']);
	assert.equal(answer.json.version, was.version + 1);
	const then = await camille.get(`${base}/measures/1?as_of=${before}`);
	assert.equal(then.json.lead.code, 'OCRTEH');
	assert.equal(then.json.title, was.title);
	assert.deepEqual(then.json.partners, was.partners);
	assert.equal(sql(`select count(*) from assignment a join organisation o on o.id = a.organisation_id
		where o.code = 'OCRTEH' and a.role = 'lead' and a.measure_id is not null and a.until_on is not null`), '1');
});

test('a change of lead alone moves the version: two editors cannot both be right', async () => {
	const { json: was } = await carla.get(`${base}/measures/2`);
	const first = await carla.patch(`${base}/measures/2`, { lead: 'DGGN' }, { ifMatch: was.version });
	assert.equal(first.status, 200, first.text);
	const second = await carla.patch(`${base}/measures/2`, { lead: 'DGPN' }, { ifMatch: was.version });
	assert.equal(second.status, 412);
	assert.equal(second.json.current.lead.code, 'DGGN');
});

test('one organisation has one role', async () => {
	const { json: was } = await carla.get(`${base}/measures/3`);
	const { status, json } = await carla.patch(`${base}/measures/3`, { lead: 'DGPN', partners: ['DGPN', 'NADA'] }, { ifMatch: was.version });
	assert.equal(status, 422);
	assert.deepEqual(json.errors.map(({ pointer, code }) => [pointer, code]),
		[['#/partners/1', 'unknown_organisation'], ['#/partners', 'two_roles']]);
});

test('an archived plan changes no more', async () => {
	sql(`update plan set archived_at = now(), version = version + 1 where code = '${plan}'`);
	const { json: was } = await carla.get(`${base}/measures/4`);
	const answer = await carla.patch(`${base}/measures/4`, { weight: 2 }, { ifMatch: was.version });
	assert.equal(answer.status, 409);
	sql(`update plan set archived_at = null, version = version + 1 where code = '${plan}'`);
});

/* ---------------------------------------------------------------- what changed */

test('changes tell each field, by whom and why; a change of lead is one', async () => {
	const { json } = await camille.get(`${base}/changes?object=measure&number=1`);
	const lead = json.items.find(({ field }) => field === 'lead');
	assert.deepEqual([lead.old, lead.new, lead.reason, lead.by.name], ['OCRTEH', 'SIRASCO', 'transfert', 'Carla Roy']);
	assert.ok(json.items.some(({ field, new: now }) => field === 'title_fr' && now === 'Partager la menace'));
	assert.ok(!json.items.some(({ field }) => ['version', 'change_reason', 'sort_key'].includes(field)));
});

test('the load of a plan is one change', async () => {
	const { json } = await camille.get(`${base}/changes?limit=200`);
	assert.equal(json.items.filter(({ old, field }) => field === 'title' && old === null).length, 1);
});

test('changes have a beginning, an end and pages', async () => {
	const before = await instant();
	const { json: was } = await carla.get(`${base}/measures/5`);
	await carla.patch(`${base}/measures/5`, { weight: 3, flagship: !was.flagship }, { ifMatch: was.version });
	const between = await instant();
	await carla.patch(`${base}/measures/5`, { weight: 4 }, { ifMatch: was.version + 1 });
	const all = await camille.get(`${base}/changes?since=${before}`);
	assert.deepEqual(all.json.items.map(({ field }) => field).sort(), ['flagship', 'weight', 'weight']);
	assert.equal((await camille.get(`${base}/changes?since=${before}&until=${between}`)).json.total, 2);
	const page = await camille.get(`${base}/changes?since=${before}&limit=1`);
	const next = await camille.get(`${base}/changes?since=${before}&limit=1&cursor=${page.json.next_cursor}`);
	assert.notDeepEqual(next.json.items, page.json.items);
	assert.deepEqual(all.json.items.slice(0, 2), [...page.json.items, ...next.json.items]);
	assert.equal((await camille.get(`${base}/changes?since=2999-01-01`)).status, 400);
	assert.equal((await camille.get(`${base}/changes?since=2026-02-01&until=2026-01-31`)).json.errors[0].code, 'since_after_until');
});

test('a cursor that was tampered with is a bad parameter', async () => {
	for (const path of ['changes', 'measures', 'actions']) {
		const { json: { next_cursor: cursor } } = await camille.get(`${base}/${path}?limit=1`);
		assert.ok(cursor, path);
		for (const text of ['\x1f', 'x\x1fx', '\x1f1', 'x\x1f99999999999999999999', 'x\x1f1:99999999999999999999',
			'2026-11-21T20:36:16.291100Z\x1f1', '2026-11-21T20:36:16.291100Z\x1f1:', "'\x1f'"]) {
			const url = `${base}/${path}?limit=1&cursor=${cursor.slice(0, 16)}${Buffer.from(text).toString('hex')}`;
			const { status, json } = await camille.get(url);
			assert.ok(status === 200 || json.errors?.[0].code === 'bad_cursor', `${path} ${JSON.stringify(text)}: ${status}`);
			if (path === 'changes') assert.equal(status, 400, JSON.stringify(text));
		}
	}
});

test('a withdrawn report is told with its reason', async () => {
	const id = sql(`insert into status_report (plan_id, action_id, status, progress) select plan_id, id, 'in_progress', 10
		from action where number = '2.1' and plan_id = (select id from plan where code = '${plan}') returning id`);
	sql(`insert into status_report_withdrawal (report_id, plan_id, reason) select id, plan_id, 'erreur de saisie'
		from status_report where id = ${id}`);
	const { json } = await camille.get(`${base}/changes?object=status_report&number=2.1`);
	assert.deepEqual(json.items.map(({ field, reason }) => [field, reason]), [['withdrawn', 'erreur de saisie']]);
});

/* ---------------------------------------------------------------- reference lists */

test('the territories are those of the file: 101 départements, 18 regions and the nation', async () => {
	const file = JSON.parse(readFileSync(new URL('../../sql/seed/departements.json', import.meta.url)));
	const { json } = await camille.get('/api/v1/territories?limit=200');
	assert.equal(json.total, 120);
	const known = new Map(json.items.map((one) => [one.code, one]));
	for (const { code, name, region_code: region, population } of file.departements) {
		const { source, ...rest } = known.get(code);
		assert.deepEqual(rest, { code, level: 'department', name, parent: `REG-${region}`, population });
		assert.ok(source);
	}
	assert.equal((await camille.get('/api/v1/territories?level=region')).json.total, 18);
	assert.equal((await camille.get('/api/v1/territories?parent=REG-94')).json.total, 2);
	const wrong = await camille.get('/api/v1/territories?parent=94x');
	assert.equal(wrong.status, 400);
	const hint = await camille.get('/api/v1/territories?parent=1');
	assert.match(hint.json.errors[0].detail, /01/);
});

test('organisations are listed with their kind', async () => {
	const { json } = await camille.get('/api/v1/organisations?kind=gendarmerie');
	assert.ok(json.items.some(({ code }) => code === 'DGGN'));
	assert.ok(json.items.every(({ kind }) => kind === 'gendarmerie'));
});

/* ---------------------------------------------------------------- export */

test('the export over HTTP is the one of the command line', async () => {
	const { text } = await camille.get(`${base}/export.json`);
	assert.equal(text, (await command(['plan', 'export', plan])).stdout);
});
