/*
 * A write is whole: the state, its history, its act in the journal, the work that it asks for and the answer kept for its
 * key come together or not at all.  For every kind of write, each table that it writes refuses in turn: nothing of the
 * rest may then have moved.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { base, browser, makePlan, PLAN } from './action_data.mjs';
import { startServer } from './client.mjs';

const root = `/api/v1/plans/${PLAN}`, api = '/api/v1';
let plan, server, db, carla, adam, paul, page;

before(async () => {
	plan = await makePlan();
	server = await startServer();
	[carla, adam, paul] = ['carla', 'adam', 'paul'].map((login) => server.bearer(plan.tokens[login]));
	page = await browser(server, plan.owner, plan.ids.carla);
	db = new pg.Client({ connectionString: process.env.TEST_DATABASE_OWNER_URL.replace('//vigie_owner@', '//postgres@') });
	await db.connect();
	const done = await carla.post(`${base}/2.1/status-reports`, { status: 'done', progress: 100 }, { ifMatch: 1 });
	assert.equal(done.status, 201, done.text);
	await db.query(`with g as (insert into plugin (code, kind, state) values ('essai.cible', 'indicator', 'published') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'x', repeat('0', 64), '{"levels": ["national"]}', true from g`);
});
after(async () => {
	await plan?.owner.end();
	await db?.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

const version = async (client, path) => (await client.get(path)).json.version;
const ids = {};
/* Keeps the id of what a write made, for those that come after it. */
const making = (name, answer) => {
	if (answer.status < 300) ids[name] = answer.headers.get('location')?.split('/').at(-1) ?? answer.json.id;
	return answer;
};
const goal = { baseline: { value: 0, period: '2024' }, target: { value: 100, period: '2026' }, source: 'Comité' };
const state = { status: 'in_progress', progress: 40, confidence: 'support_needed', comment: 'Deux postes vacants' };

/* What is written, how, and the tables where it leaves something. */
const TRACE = ['journal', 'job'];
const WRITES = [
	[`PATCH ${root}`, async () => carla.patch(root, { title_fr: 'Un autre titre', reason: 'Essai' }, { ifMatch: await version(carla, root) }), ['plan', 'plan_history', ...TRACE]],
	[`PATCH ${root}/measures/{number}`, async () => carla.patch(`${root}/measures/7`, { weight: 2, lead: 'DGPN' }, { ifMatch: await version(carla, `${root}/measures/7`) }),
		['measure', 'measure_history', 'assignment', 'assignment_history', ...TRACE]],
	[`PATCH ${base}/{number}`, async () => carla.patch(`${base}/1.1`, { due_on: '2026-11-30', reason: 'Retard', lead: 'DGPN', partners: ['ACSE'] }, { ifMatch: await version(carla, `${base}/1.1`) }),
		['action', 'action_history', 'assignment', 'assignment_history', ...TRACE]],
	[`POST ${base}/{number}/status-reports`, async () => making('report', await carla.post(`${base}/7.2/status-reports`, state,
		{ ifMatch: await version(carla, `${base}/7.2`), key: 'rapport' })), ['action', 'action_history', 'status_report', 'idempotency_key', ...TRACE]],
	[`POST ${base}/{number}/status-reports`, async () => paul.post(`${base}/7.2/status-reports`, { ...state, territory: '93', organisation: 'DGPN' },
		{ ifMatch: await version(paul, `${base}/7.2/deployments/93/DGPN`) }), ['action_deployment', 'action_deployment_history', 'status_report', ...TRACE]],
	[`POST ${base}/{number}/status-reports/{id}/withdrawal`, () => carla.post(`${base}/7.2/status-reports/${ids.report}/withdrawal`, { reason: 'Erreur' }, { key: 'retrait' }),
		['action', 'action_history', 'status_report_withdrawal', 'idempotency_key', ...TRACE]],
	[`PUT ${base}/{number}/deployments/{territory}/{organisation}`, () => carla.put(`${base}/7.2/deployments/01/DGGN`, {}),
		['action', 'action_history', 'action_deployment', 'action_deployment_history', ...TRACE]],
	[`POST ${base}/{number}/milestones`, async () => making('milestone', await carla.post(`${base}/7.2/milestones`, { title_fr: 'Jalon', due_on: '2026-12-01' }, { key: 'jalon' })),
		['milestone', 'milestone_history', 'idempotency_key', 'journal']],
	[`PATCH ${base}/{number}/milestones/{id}`, async () => carla.patch(`${base}/7.2/milestones/${ids.milestone}`, { due_on: '2027-01-15', reason: 'Retard' }, { ifMatch: 1 }),
		['milestone', 'milestone_history', 'journal']],
	[`POST ${base}/{number}/blockers`, async () => making('blocker', await carla.post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Décret attendu' }, { key: 'blocage' })),
		['blocker', 'blocker_history', 'idempotency_key', ...TRACE]],
	[`PATCH ${base}/{number}/blockers/{id}`, () => carla.patch(`${base}/7.2/blockers/${ids.blocker}`, { closed_reason: 'Publié' }, { ifMatch: 1 }),
		['blocker', 'blocker_history', ...TRACE]],
	[`POST ${base}/{number}/verifications`, async () => carla.post(`${base}/2.1/verifications`, { verified: true }, { ifMatch: await version(carla, `${base}/2.1`), key: 'vu' }),
		['verification', 'verification_history', 'idempotency_key', 'journal']],
	[`POST ${base}/{number}/budget-lines`, async () => making('line', await carla.post(`${base}/7.2/budget-lines`, { funding: 'BOP 176', planned: 1000 }, { key: 'ligne' })),
		['budget_line', 'budget_line_history', 'idempotency_key', ...TRACE]],
	[`PATCH ${base}/{number}/budget-lines/{id}`, () => carla.patch(`${base}/7.2/budget-lines/${ids.line}`, { spent: 10 }, { ifMatch: 1 }), ['budget_line', 'budget_line_history', ...TRACE]],
	[`PUT ${root}/measures/{number}/indicators/{id}`, () => carla.put(`${root}/measures/7/indicators/essai.cible`, {}), ['measure_indicator', 'measure_indicator_history', 'journal']],
	[`DELETE ${root}/measures/{number}/indicators/{id}`, () => carla.delete(`${root}/measures/7/indicators/essai.cible`), ['measure_indicator', 'measure_indicator_history', 'journal']],
	[`POST ${base}/{number}/evidence`, () => carla.post(`${base}/7.2/evidence`, { title: 'Note', url: 'https://example.org/note' }, { key: 'lien' }),
		['evidence', 'evidence_history', 'idempotency_key', 'journal']],
	[`POST ${base}/{number}/evidence`, () => carla.post(`${base}/7.2/evidence?file_name=note.txt`, 'Bonjour', { type: 'text/plain' }), ['evidence', 'evidence_history', 'journal']],
	[`PUT ${root}/indicators/{id}/targets/{territory}`, () => carla.put(`${root}/indicators/essai.cible/targets/FR`, goal), ['target', 'target_history', 'journal']],
	[`PUT ${root}/indicators/{id}/targets/{territory}`, () => carla.put(`${root}/indicators/essai.cible/targets/FR`, { ...goal, reason: 'Révision' }, { ifMatch: 1 }),
		['target', 'target_history', 'journal']],
	[`POST ${root}/indicators/{id}/targets/{territory}/withdrawal`, () => carla.post(`${root}/indicators/essai.cible/targets/FR/withdrawal`, { reason: 'Erreur' }, { ifMatch: 2 }),
		['target', 'target_history', 'journal']],
	[`PUT ${root}/follows/{kind}/{code}`, () => carla.put(`${root}/follows/action/7.2`), ['follow', 'follow_history']],
	[`DELETE ${root}/follows/{kind}/{code}`, () => carla.delete(`${root}/follows/action/7.2`), ['follow', 'follow_history']],
	[`PATCH ${api}/session/mail`, () => carla.patch(`${api}/session/mail`, { followed: 'daily' }), ['mailbox', 'mailbox_history', 'journal']],
	[`POST ${api}/session/calendar`, () => page.post(`${api}/session/calendar`), ['calendar_token', 'journal']],
	[`DELETE ${api}/session/calendar`, () => carla.delete(`${api}/session/calendar`), ['calendar_token', 'journal']],
	[`POST ${api}/people`, () => adam.post(`${api}/people`, { login: 'nouveau', name: 'Nouvelle Personne' }), ['person', 'person_history', 'one_time_code', 'journal']],
	[`PATCH ${api}/people/{login}`, async () => adam.patch(`${api}/people/nouveau`, { name: 'Autre Nom' }, { ifMatch: await version(adam, `${api}/people/nouveau`) }),
		['person', 'person_history', 'journal']],
	[`PATCH ${api}/people/{login}`, async () => adam.patch(`${api}/people/nouveau`, { mail: 'nouveau@service.example' }, { ifMatch: await version(adam, `${api}/people/nouveau`) }),
		['person', 'person_history', 'mailbox', 'mailbox_history', 'journal']],
	[`POST ${api}/people/{login}/password-codes`, () => adam.post(`${api}/people/nouveau/password-codes`), ['one_time_code', 'journal']],
	[`POST ${api}/grants`, async () => making('grant', await adam.post(`${api}/grants`, { person: 'nouveau', role: 'viewer', plan: PLAN })), ['role_grant', 'role_grant_history', 'journal']],
	[`DELETE ${api}/grants/{id}`, () => adam.delete(`${api}/grants/${ids.grant}`), ['role_grant', 'role_grant_history', 'journal']],
	[`POST ${api}/tokens`, async () => making('token', await adam.post(`${api}/tokens`, { person: 'nouveau', name: 'essai' })), ['api_token', 'journal']],
	[`DELETE ${api}/tokens/{id}`, () => adam.delete(`${api}/tokens/${ids.token}`), ['api_token', 'journal']],
	[`POST ${api}/series/{id}/observations`, () => paul.post(`${api}/series/clients.fines/observations`,
		{ rows: [{ territory: '93', organisation: 'DGPN', period: '2025-03', value: 3 }] }, { key: 'mars' }), ['figure', 'observation', 'observation_batch', 'idempotency_key', 'journal']],
	[`POST ${api}/series/{id}/observations.csv`, () => paul.post(`${api}/series/clients.fines/observations.csv`,
		'territory,organisation,period,value\n93,DGPN,2025-04,4\n', { type: 'text/csv' }), ['figure', 'observation', 'observation_batch', 'journal']],
	[`POST ${api}/imports`, async () => making('import', await carla.post(`${api}/imports`, 'number,status,progress\n1.2,in_progress,10\n', { type: 'text/csv', key: 'fichier' })),
		['import', 'idempotency_key', 'journal']],
	[`POST ${api}/imports/{id}/commit`, () => carla.post(`${api}/imports/${ids.import}/commit`), ['import', 'action', 'action_history', 'status_report', ...TRACE]],
];

/* Every row of every table; when somebody was last seen is no business of a write. */
async function everything() {
	const { rows } = await db.query(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`);
	const all = {};
	for (const { relname } of rows)
		all[relname] = (await db.query(`select coalesce(md5(string_agg(r, '|' order by r)), '') as sum
			from (select (to_jsonb(t) - 'used_at' - 'seen_at')::text as r from ${relname} t) x`)).rows[0].sum;
	return all;
}
const different = (a, b) => Object.keys(a).filter((table) => a[table] !== b[table]);

for (const [place, [name, write, tables]] of WRITES.entries())
	test(`${name.replace(root, '…')} (${tables[0]}): all of it or nothing`, async () => {
		const before = await everything();
		for (const table of tables) {
			/* what is there already stays; nothing new may come, and nothing may change */
			await db.query(`alter table ${table} add constraint blocked check (false) not valid`);
			try {
				const answer = await write();
				assert.ok(answer.status >= 400, `${table} refused, and the answer is ${answer.status}`);
			} finally {
				await db.query(`alter table ${table} drop constraint blocked`);
			}
			assert.deepEqual(different(before, await everything()), [], `${table} refused: these moved all the same`);
		}
		const answer = await write();
		assert.ok(answer.status >= 200 && answer.status < 300, `write ${place}: ${answer.status} ${answer.text}`);
		assert.deepEqual(different(before, await everything()).sort(), [...tables].sort(), 'the tables that it writes');
	});

test('no kind of write of plans, people and figures is left out', () => {
	const covered = new Set(WRITES.map(([name]) => name.replace(PLAN, '{plan}')));
	const known = Object.entries(server.openapi.paths).flatMap(([path, operations]) =>
		Object.keys(operations).filter((method) => /^(post|put|patch|delete)$/.test(method)).map((method) => `${method.toUpperCase()} ${path}`));
	const ours = known.filter((name) => /\/(people|grants|tokens|imports|series)\b|\/plans\/\{plan\}($|\/(measures|actions|indicators)\b)/.test(name));
	assert.ok(ours.length >= 19);
	assert.deepEqual(ours.filter((name) => !covered.has(name)), []);
});
