/*
 * Files in: judged cell by cell before anything is written, then all of it or nothing; what was exported changes nothing.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addPerson, makePlan, PLAN } from './action_data.mjs';
import { soon } from './accounts.mjs';
import { startServer, vigie } from './client.mjs';

const imports = '/api/v1/imports', root = `/api/v1/plans/${PLAN}`;
let server, data;
const as = (login, options) => server.bearer(data.tokens[login], options);
const csv = (...lines) => `${lines.join('\r\n')}\r\n`;
const HEAD = 'number,territory,organisation,status,progress,confidence,comment,done_on';
const send = (login, text, query = '', options = {}) => as(login, options).post(`${imports}?${query}`, text,
	{ type: typeof text === 'string' ? 'text/csv' : undefined, ...options });
const commit = (login, id, options) => as(login).post(`${imports}/${id}/commit`, undefined, options);
const proposed = async (...args) => {
	const answer = await send(...args);
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
};
const cells = (row) => Object.fromEntries(row.cells.map((c) => [c.field, c.state === 'refused' ? c.code : [c.state, c.old, c.new]]));
const action = async (number, login = 'victor') => (await as(login).get(`${root}/actions/${number}`)).json;
/* Everything that an import may write but the import itself. */
const TABLES = ['plan', 'objective', 'measure', 'action', 'action_deployment', 'status_report', 'milestone', 'assignment', 'organisation',
	'figure', 'observation', 'observation_batch', 'role_grant', 'job'];
const state = async () => JSON.stringify((await data.owner.query(TABLES.map((table) =>
	`select '${table}', count(*), md5(string_agg(t::text, ',' order by t.id)) from ${table} t`).join(' union all '))).rows);
const one = async (text) => Object.values((await data.owner.query(text)).rows[0] ?? {})[0];

before(async () => {
	data = await makePlan();
	Object.assign(data.tokens, Object.fromEntries(await Promise.all([['sara', 'ACSE', ['FR']]].map(async ([login, organisation, territories]) =>
		[login, (await addPerson(data.owner, login, 'contributor', data.planId, organisation, territories)).token]))));
	/* the mapper alone is published, and nothing computed: every other test looks at what an import wrote */
	const folder = mkdtempSync(join(tmpdir(), 'vigie-mappers-'));
	cpSync('plugins/mappers', join(folder, 'mappers'), { recursive: true });
	assert.equal((await vigie(['compute', '--once', `--plugins-dir=${folder}`])).code, 0);
	rmSync(folder, { recursive: true });
	server = await startServer();
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('a file of status reports is judged cell by cell, and nothing is written', async () => {
	const text = csv(HEAD, '1.1,,,in_progress,40,achievable,Deux pays répondent,', '7.2,93,DGPN,in_progress,20,,,', '7.11,,,,,,,',
		'9.9,,,done,100,,,', '1.2,,,done,90,sunny,,31/06/2026', '7.2,1,DGPN,in_progress,,,,', '7.2,75,,in_progress,x,,,');
	const before = await state();
	const it = await proposed('carla', text, 'file_name=avancement.csv');
	assert.equal(await state(), before);
	assert.deepEqual([it.kind, it.plan, it.file_name, it.rows, it.state], ['status', PLAN, 'avancement.csv', 7, 'preview']);
	assert.equal(it.sha256, createHash('sha256').update(text).digest('hex'));
	assert.equal(it.created_by.id, Number(data.ids.carla));
	assert.deepEqual(it.preview.counts.rows, { new: 0, changed: 2, same: 1, refused: 4 });
	const [first, second, ...refused] = it.preview.items;
	assert.deepEqual([first.line, first.number, first.state, first.title], [2, '1.1', 'changed', 'Publier l’état annuel de la menace']);
	assert.deepEqual(cells(first), { status: ['changed', 'not_started', 'in_progress'], progress: ['changed', null, 40],
		confidence: ['changed', null, 'achievable'], comment: ['changed', null, 'Deux pays répondent'] });
	assert.deepEqual([second.object, second.territory, second.organisation], ['deployment', '93', 'DGPN']);
	assert.deepEqual(refused.map(cells), [{ number: 'not_found' },
		{ status: ['changed', 'not_started', 'done'], progress: 'done_is_100', confidence: 'bad_choice', done_on: 'bad_date' },
		{ territory: 'no_deployment' }, { organisation: 'required' }]);
	assert.equal(refused[1].cells.find((c) => c.field === 'done_on').given, '31/06/2026');
	assert.deepEqual(it.preview.warnings.map((w) => [w.line, w.field, w.code]), [[7, 'territory', 'territory_mapped']]);
	assert.match(it.preview.warnings[0].detail, /« 1 ».*« 01 »/);
	const no = await commit('carla', it.id);
	assert.deepEqual([no.status, no.json.code], [409, 'import_refused']);
	assert.equal(await state(), before);
	assert.deepEqual((await as('carla').get(`${imports}/${it.id}`)).json, it);
});

test('committing writes all of it: state, reports, journal; an empty cell changes nothing, a mark erases', async () => {
	const it = await proposed('carla', csv(HEAD, '1.1,,,in_progress,40,achievable,"Deux pays, « oui »\n=1+1",', '7.2,93,DGPN,done,100,,,2026-03-31'));
	const done = await commit('carla', it.id, { key: 'une-fois' });
	assert.equal(done.status, 200, done.text);
	assert.equal(done.json.state, 'committed');
	assert.equal((await commit('carla', it.id, { key: 'une-fois' })).text, done.text);
	assert.equal((await commit('carla', it.id)).json.code, 'import_committed');
	const a = await action('1.1');
	assert.deepEqual([a.status, a.progress, a.confidence, a.comment], ['in_progress', 40, 'achievable', 'Deux pays, « oui »\n=1+1']);
	const d = (await as('victor').get(`${root}/actions/7.2/deployments/93/DGPN`)).json;
	assert.deepEqual([d.status, d.progress, d.done_on], ['done', 100, '2026-03-31']);
	const reports = (await as('victor').get(`${root}/actions/1.1/status-reports`)).json;
	assert.deepEqual([reports.total, reports.items[0].by?.id ?? reports.items[0].reported_by?.id], [1, Number(data.ids.carla)]);
	assert.equal(await one(`select act || ' ' || number from journal where object = 'import' order by id desc limit 1`), 'commit status');
	const next = await proposed('carla', csv('number;progress;confidence;comment', '1.1;45;#vide;'));
	assert.deepEqual(cells(next.preview.items[0]), { progress: ['changed', 40, 45], confidence: ['changed', 'achievable', null] });
	await commit('carla', next.id);
	const b = await action('1.1');
	assert.deepEqual([b.progress, b.confidence, b.comment], [45, null, a.comment]);
	const wrong = await proposed('carla', csv('number;status', '1.1;#vide'));
	assert.deepEqual(cells(wrong.preview.items[0]), { status: 'not_null' });
});

test('days in the format that the file declares, never guessed; 31 June is refused', async () => {
	const text = csv('number,territory,organisation,status,progress,done_on', '7.2,75,DGPN,done,100,03/02/2026');
	const day = async (query) => cells((await proposed('carla', text, query)).preview.items[0]).done_on;
	assert.equal(await day(''), 'bad_date');
	assert.deepEqual(await day('date_format=DD/MM/YYYY'), ['changed', null, '2026-02-03']);
	assert.deepEqual(await day('date_format=MM/DD/YYYY'), ['changed', null, '2026-03-02']);
	const june = await proposed('carla', text.replace('03/02', '31/06'), 'date_format=DD/MM/YYYY');
	assert.equal(cells(june.preview.items[0]).done_on, 'bad_date');
	assert.equal((await send('carla', text, 'date_format=D/M/Y')).json.errors[0].parameter, 'date_format');
});

test('rows of a spreadsheet, sent as JSON, are read as the same file', async () => {
	const it = await proposed('carla', { rows: [['number', 'territory', 'organisation', 'progress', 'status'], [7.2, 75, 'DGPN', 30, 'in_progress'],
		[null, null, null], ['7.10', '93', 'DGPN', 12.5, null]] });
	assert.deepEqual(it.preview.items.map((row) => [row.line, row.number, row.territory]), [[2, '7.2', '75'], [4, '7.10', '93']]);
	assert.equal(cells(it.preview.items[1]).progress, 'wrong_type');
});

test('Windows-1252 is read, and what is no file of rows is refused whole', async () => {
	const latin = new Uint8Array(Buffer.from(csv('number;comment', '1.2;Préfecture n\u0092ayant \u0080'), 'latin1'));
	const it = await proposed('carla', latin, '', { type: 'text/csv' });
	assert.equal(it.preview.items[0].cells[0].new, 'Préfecture n’ayant €');
	for (const [text, code] of [['number,etat\n1.1,x\n', 'unknown_column'], ['number\n1.1\n', 'required'], ['number,status\n', 'no_rows'],
		['a,b\n1,2\n', 'import_kind'], ['number,status\n"1.1,x\n', 'csv_quote'], ['number,number,status\n1,1,x\n', 'duplicate']]) {
		const answer = await send('carla', text);
		assert.ok(answer.status === 422 || answer.status === 400, answer.text);
		assert.equal(answer.json.errors[0].code, code, text);
	}
	for (const [text, told, ...meant] of [['number\n', /./], ['Série;Département;Organisation;Mois;Valeur\nclients.fines;93;DGPN;2026-03;3\n', /première ligne/,
		['Série', 'series'], ['Département', 'territory'], ['Organisation', 'organisation'], ['Mois', 'period'], ['Valeur', 'value']],
	['territory,period,value\n93,2026-03,3\n', /une colonne « series »/]]) {
		const { json } = await send('carla', text, `plan=${PLAN}&lang=fr`);
		assert.match(json.detail, told);
		assert.doesNotMatch(JSON.stringify(json.errors), /kind=|series=/, 'whoever has a file writes no address');
		assert.deepEqual(json.errors.filter(({ code }) => code === 'unknown_column').map(({ detail }) => [...detail.matchAll(/« ([^»]+) »/g)].map(([, word]) => word.trim())), meant);
	}
	const empty = await send('carla', '', 'lang=fr');
	assert.deepEqual([empty.status, empty.json.code], [400, 'body_missing']);
	assert.match(empty.json.detail, /Le fichier est vide.*les noms de ses colonnes sur la première ligne/, 'a file is no JSON object');
	assert.equal((await send('carla', { lignes: [] })).json.errors[0].code, 'unknown_field');
	assert.equal((await as('carla').post(imports, 'x', { type: 'text/plain' })).status, 415);
	assert.equal((await send('carla', csv('number,status', '1.1,done'), 'kind=journal')).json.errors[0].parameter, 'kind');
	assert.equal((await send('carla', 'x'.repeat((20 << 20) + 1))).status, 413);
	assert.equal((await send('carla', csv('number,status', ...Array(10001).fill('1.1,done')))).status, 413);
});

test('a contributor imports within the scope; the same rows of others do no harm, changes to them are refused', async () => {
	const it = await proposed('paul', csv('number,territory,organisation,status,progress', '7.2,93,DGPN,done,100', '7.2,75,DGPN,,', '7.10,93,DGPN,in_progress,5',
		'7.2,13,DGGN,in_progress,5', '1.1,,,in_progress,45'));
	assert.deepEqual(it.preview.items.map((row) => [row.line, row.state, ...row.cells.filter((c) => c.code).map((c) => c.code)]),
		[[4, 'changed'], [5, 'refused', 'out_of_scope']], 'the line of the action itself says what is there already');
	const fine = await proposed('paul', csv('number,territory,organisation,status,progress', '7.10,93,DGPN,in_progress,5'));
	assert.equal((await as('carla').get(`${imports}/${fine.id}`)).status, 404, 'what a file holds is its sender’s');
	assert.equal((await commit('carla', fine.id)).status, 404);
	assert.equal((await commit('paul', fine.id)).status, 200);
	for (const [login, status] of [['victor', 403], ['ana', 403], ['adam', 403]]) {
		assert.equal((await send(login, csv('number,status', '1.1,done'))).status, status, login);
		assert.equal((await as(login).get(imports)).status, status, login);
	}
	assert.equal((await server.anonymous().post(imports, 'x', { type: 'text/csv' })).status, 401);
	assert.equal((await send('paul', csv('number,status', '1.1,done'), 'plan=autre')).status, 404);
	assert.deepEqual((await as('paul').get(imports)).json.items.map((i) => [i.id, i.state]), [[fine.id, 'committed'], [it.id, 'preview']]);
});

test('what moved since the preview is not written over: 412, with what the file would do now', async () => {
	const it = await proposed('carla', csv('number,status,progress', '2.1,in_progress,10', '1.2,in_progress,10'));
	const before = (await action('2.1')).version;
	assert.equal((await as('carla').post(`${root}/actions/1.2/status-reports`, { status: 'in_progress', progress: 70 },
		{ ifMatch: (await action('1.2')).version })).status, 201);
	const no = await commit('carla', it.id);
	assert.deepEqual([no.status, no.json.code], [412, 'import_moved']);
	assert.deepEqual(cells(no.json.current.preview.items[1]).progress, ['changed', 70, 10]);
	assert.equal((await action('2.1')).version, before, 'nothing of the rest either');
	const again = await proposed('carla', csv('number,status,progress', '2.1,in_progress,10', '1.2,in_progress,10'));
	assert.equal((await commit('carla', again.id)).status, 200);
	assert.equal((await action('1.2')).progress, 10);
});

test('a preview expires, and the next one takes it away', async () => {
	const it = await proposed('gina', csv('number,status', '1.1,in_progress'));
	await data.owner.query(`update import set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where id = ${it.id}`);
	assert.equal((await as('gina').get(`${imports}/${it.id}`)).json.state, 'expired');
	assert.equal((await commit('gina', it.id)).json.code, 'import_expired');
	await proposed('gina', csv('number,status', '1.1,in_progress'));
	assert.equal((await as('gina').get(`${imports}/${it.id}`)).status, 404);
});

test('figures: new, revised, the same, refused; in one’s scope alone; an empty cell is no answer', async () => {
	const head = 'series,territory,organisation,period,value,state,reason,qualifier';
	const first = await proposed('carla', csv(head, 'clients.fines,93,DGPN,2025-03,12,,,', 'clients.fines,2A,DGGN,2025-03,0,,,', 'clients.fines,75,DGPN,2025-03,,missing,not_reported,'));
	assert.deepEqual([first.kind, first.series], ['figures', 'clients.fines']);
	assert.deepEqual(first.preview.counts.rows, { new: 3, changed: 0, same: 0, refused: 0 });
	assert.equal((await commit('carla', first.id)).status, 200);
	const text = csv(head, 'clients.fines,93,DGPN,2025-03,13,,,', 'clients.fines,2a,DGGN,2025-03,0,,,', 'clients.fines,75,DGPN,2025-03,,,,',
		'clients.fines,1,DGPN,2025-03,1.5,,,', 'clients.fines,13,DGPN,2025-13,4,,,', 'clients.fines,13,DGPM,2025-03,s,,,', 'clients.fines,93,DGPN,2025-03,14,,,');
	const it = await proposed('carla', text);
	assert.deepEqual(it.preview.items.map((row) => [row.line, row.state, ...row.cells.filter((c) => c.code).map((c) => `${c.field} ${c.code}`)]),
		[[2, 'changed'], [5, 'refused', 'value fraction'], [6, 'refused', 'period bad_period'], [7, 'refused', 'organisation unknown_organisation', 'value suppressed_input'],
			[8, 'refused', 'territory duplicate']]);
	assert.deepEqual(it.preview.items[0].cells, [{ field: 'value', state: 'changed', old: 12, new: 13 }]);
	assert.deepEqual(it.preview.counts.rows, { new: 0, changed: 1, same: 2, refused: 4 });
	const own = await proposed('paul', csv(head, 'clients.fines,93,DGPN,2025-03,13,,,', 'clients.fines,2A,DGGN,2025-03,0,,,', 'clients.fines,75,DGPN,2025-03,7,,,'));
	assert.deepEqual(own.preview.items.map((row) => [row.territory, row.state]), [['93', 'changed'], ['75', 'refused']]);
	assert.equal((await send('carla', csv('territory,period,value', '93,2025-03,1'))).json.errors[0].parameter, 'series');
	assert.equal((await send('carla', csv('territory,period,value', '93,2025-03,1'), 'series=clients.fine')).status, 404);
	assert.equal((await send('carla', csv('territory,period,value', 'FR,2024,1'), 'series=published.ssmsi_suspects')).status, 403);
});

test('figures exported by anybody can be imported, and change nothing', async () => {
	const victim = (territory, value) => ({ territory, organisation: 'DGPN', period: '2024-01', value, dims: { age: 'minor', sex: 'female' } });
	assert.equal((await as('carla').post('/api/v1/series/victims.identified/observations', { rows: [victim('93', 7), victim('75', 23), victim('13', 0)] })).status, 201);
	for (const series of ['victims.identified', 'clients.fines'])
		for (const login of ['carla', 'paul']) {
			const out = await as(login).get(`/api/v1/series/${series}/observations.csv?plan=${PLAN}`);
			const it = await proposed(login, out.text);
			assert.deepEqual(it.preview.items, [], `${series} of ${login}`);
			const before = await state();
			assert.equal((await commit(login, it.id)).status, 200);
			assert.equal(await state(), before);
		}
	const seen = async () => Number(await one(`select count(*) from journal where act = 'read_exact' and number = 'victims.identified' and person_id = ${data.ids.carla}`));
	assert.equal(await seen(), 1, 'a coordinator’s preview shows exact counts beside the file’s: the journal has it, once an hour');
});

/* A sheet as an association keeps it: its own columns, names and months; association.shelter reads it. */
const SHELTER = 'Département;Mois;Demandes reçues;Personnes mises à l\'abri;Places ouvertes';
const mapped = 'mapper=association.shelter&file_name=suivi.csv';
const shelter = async (login) => Object.fromEntries(await Promise.all(['requests', 'placements', 'places'].map(async (name) =>
	[name, (await as(login).get(`/api/v1/series/shelter.${name}/observations?plan=${PLAN}&from=2026-01&to=2026-02`)).json.items
		.map((o) => [o.territory, o.period, o.organisation, o.state === 'value' ? o.value : o.reason])])));

test('a foreign spreadsheet is read by a mapper: several series at once, each refusal at its own cell', async () => {
	const before = await state();
	const bad = await proposed('sara', csv(SHELTER, 'Seine-Saint-Denis;janvier 2026;12;14;40', 'Seine;février 2026;une dizaine;2;',
		'1;02/2026;3;nc;', 'TOTAL;;15;16;40', '75;2026-02;5;;'), mapped);
	assert.equal(await state(), before);
	assert.deepEqual([bad.kind, bad.series, bad.mapper, bad.rows], ['figures', null, { id: 'association.shelter', version: '1.0.0' }, 5]);
	const refused = bad.preview.items.filter((row) => row.state === 'refused');
	assert.deepEqual(refused.map((row) => [row.line, row.cells.map((c) => [c.field, c.given])]),
		[[3, [['Département', 'Seine'], ['Demandes reçues', 'une dizaine']]]]);
	assert.match(refused[0].cells[0].detail, /« Seine » n’est pas un département/);
	assert.deepEqual(bad.preview.items.map((row) => [row.line, row.series]), [[2, 'shelter.requests'], [2, 'shelter.placements'],
		[2, 'shelter.places'], [3, undefined], [4, 'shelter.requests'], [4, 'shelter.placements'], [6, 'shelter.requests']]);
	assert.deepEqual(bad.preview.warnings.map((w) => [w.line, w.field]), [[2, 'Personnes mises à l\'abri']], 'more placed than asked: told, and read');
	assert.equal((await commit('sara', bad.id)).status, 409);

	const it = await proposed('sara', csv(SHELTER, 'Seine-Saint-Denis;janvier 2026;12;9;40', '1;02/2026;3;nc;'), mapped);
	assert.deepEqual(it.preview.counts.rows, { new: 5, changed: 0, same: 0, refused: 0 });
	assert.ok(it.preview.items.every((row) => row.organisation === 'ACSE'), 'the only organisation that she answers for');
	assert.equal((await commit('sara', it.id)).status, 200);
	assert.deepEqual(await shelter('sara'), { requests: [['93', '2026-01', 'ACSE', 12], ['01', '2026-02', 'ACSE', 3]],
		placements: [['93', '2026-01', 'ACSE', 9], ['01', '2026-02', 'ACSE', 'not_reported']], places: [['93', '2026-01', 'ACSE', 40]] });
	assert.deepEqual((await as('sara').get(imports)).json.items[0].mapper, { id: 'association.shelter', version: '1.0.0' });
	const again = await proposed('sara', csv(SHELTER, 'Seine-Saint-Denis;janvier 2026;12;10;40', '1;02/2026;3;nc;'), mapped);
	assert.deepEqual(again.preview.counts.rows, { new: 0, changed: 1, same: 4, refused: 0 });
});

test('a mapper says nothing on a file that it cannot read, and writes in nobody else’s name', async () => {
	const refused = async (login, text, query, status, where) => {
		const { status: got, json } = await send(login, text, query);
		assert.deepEqual([got, json.errors.map((e) => e.parameter ?? e.pointer)], [status, [where]], JSON.stringify(json));
		return json.errors[0].detail;
	};
	const fine = csv(SHELTER, '93;2026-01;1;1;1');
	assert.match(await refused('sara', fine, 'mapper=association.shelte', 400, 'mapper'), /Publiés : association\.shelter\./);
	assert.match(await refused('sara', fine.replace('Mois', 'Moi'), mapped, 422, '#/lines/1'), /« Moi »/);
	await refused('sara', fine, `${mapped}&series=shelter.requests`, 400, 'series');
	await refused('sara', fine, `${mapped}&kind=status`, 400, 'kind');
	await refused('sara', { format: 'plan/1' }, mapped, 400, 'mapper');
	await refused('sara', csv(HEAD, '1.1,,,done,100,,,'), 'organisation=ACSE', 400, 'organisation');
	const other = await proposed('sara', fine, `${mapped}&organisation=DGPN`);
	assert.equal(other.preview.counts.rows.refused, 3);
});

test('a plan: new and changed objects, faults by object; who imports a new plan coordinates it', async () => {
	const document = { format: 'plan/1', code: 'nouveau-2027', title_fr: 'Nouveau plan', start_on: '2027-01-01', end_on: '2029-12-31',
		objectives: [{ number: '1', title_fr: 'Un' }], measures: [{ number: '1', objective: '1', title_fr: 'Mesure' }],
		actions: [{ number: '1.1', measure: '1', title_fr: 'Agir', level: 'national', start_on: '2027-02-01', due_on: '2027-06-31' }] };
	const bad = await proposed('carla', document);
	assert.deepEqual([bad.kind, bad.plan], ['plan', 'nouveau-2027']);
	assert.deepEqual(bad.preview.items.filter((row) => row.state === 'refused').map((row) => [row.object, row.number, cells(row)]),
		[['action', '1.1', { due_on: 'bad_date' }]]);
	assert.equal((await commit('carla', bad.id)).status, 409);
	document.actions[0].due_on = '2027-06-30';
	const it = await proposed('carla', document);
	assert.deepEqual(it.preview.counts.rows, { new: 4, changed: 0, same: 0, refused: 0 });
	assert.equal(await one("select count(*) from plan where code = 'nouveau-2027'"), '0');
	const done = await commit('carla', it.id);
	assert.equal(done.status, 200, done.text);
	await soon(async () => (await as('carla').get('/api/v1/plans/nouveau-2027')).status === 200, 'the importer sees the plan');
	const mine = await as('carla').patch('/api/v1/plans/nouveau-2027', { title_fr: 'Plan 2027', reason: 'Essai' }, { ifMatch: 1 });
	assert.equal(mine.status, 200, mine.text);
	const changed = await proposed('carla', { format: 'plan/1', code: 'nouveau-2027', actions: [{ number: '1.1', title_fr: 'Agir vite' }] });
	assert.deepEqual(cells(changed.preview.items[0]), { title_fr: ['changed', 'Agir', 'Agir vite'] });
	const out = (await as('carla').get('/api/v1/plans/nouveau-2027/export.json')).json;
	assert.deepEqual((await proposed('carla', out)).preview.items, []);
	for (const login of ['paul', 'victor']) assert.equal((await send(login, document)).status, 403, login);
	assert.equal((await send('paul', { ...document, code: PLAN }, 'kind=plan')).status, 403);
	assert.equal((await send('carla', document, `plan=${PLAN}`)).json.errors[0].code, 'other_plan');
	const { rows: [{ id }] } = await data.owner.query("select id from plan where code = 'nouveau-2027'");
	const elsa = server.bearer((await addPerson(data.owner, 'elsa', 'coordinator', id, null, [])).token);
	const taken = await elsa.post(imports, { ...document, code: PLAN });
	assert.equal((await elsa.post(`${imports}/${taken.json.id}/commit`)).status, 409, 'a code that somebody else has');
});

test('ten thousand rows are judged at once: every fault by its cell, nothing written', async () => {
	const lines = Array.from({ length: 10000 }, (_, i) => `93,DGPN,${2000 + (i % 25)}-${String(1 + (i % 12)).padStart(2, '0')},${i % 100 ? i : 'x'},2024-${i}`);
	const before = await state();
	const it = await proposed('carla', csv('territory,organisation,period,value,vintage', ...lines), `series=clients.fines&plan=${PLAN}`);
	assert.deepEqual(it.preview.counts.rows, { new: 9900, changed: 0, same: 0, refused: 100 });
	assert.deepEqual(it.preview.items.filter((row) => row.state === 'refused').map((row) => row.line), Array.from({ length: 100 }, (_, i) => 100 * i + 2));
	assert.equal(await state(), before);
});

test('vigie import does the same: a preview, then all or nothing', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'vigie-import-')), file = join(folder, 'f.csv');
	try {
		writeFileSync(file, csv('number,status,progress', '7.11,in_progress,15'));
		const run = (...words) => vigie(['import', file, '--plan', PLAN, '--as', 'carla', ...words]);
		const dry = await run('--dry-run', '--json');
		assert.equal(dry.code, 0, dry.stderr);
		assert.equal(JSON.parse(dry.stdout).counts.rows.changed, 1);
		assert.equal((await action('7.11')).progress, null);
		assert.equal((await run()).code, 0);
		await soon(async () => (await action('7.11')).progress === 15, 'the server serves what the command wrote');
		writeFileSync(file, csv('number,status,progress', '7.11,done,15'));
		const refused = await run();
		assert.deepEqual([refused.code, /progress: /.test(refused.stdout)], [1, true]);
		assert.equal((await vigie(['import', file, '--plan', PLAN, '--as', 'personne'])).code, 1);
		assert.equal((await vigie(['import'])).code, 64);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
