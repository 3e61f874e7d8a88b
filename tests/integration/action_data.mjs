/*
 * The small plan that the tests of actions read and write, put there by SQL: two objectives, three measures, six
 * actions, people of each role with a token.  Needs TEST_DATABASE_OWNER_URL.
 */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

export const PLAN = 'essai-2026';
export const base = `/api/v1/plans/${PLAN}/actions`;

/* A token as the server makes them: prefix, secret, checksum. */
function makeToken() {
	const body = `vigie_${randomBytes(32).toString('base64url')}`;
	return body + createHash('sha256').update(body).digest('hex').slice(0, 8);
}
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/* A connection that owns the tables and acts as the server itself. */
export async function connectOwner(url = process.env.TEST_DATABASE_OWNER_URL) {
	const owner = new pg.Client({ connectionString: url });
	await owner.connect();
	await owner.query("select set_config('vigie.session', 'service', false), set_config('vigie.request', 'test', false)");
	return owner;
}

const TERRITORIES = [['FR', 'national', 'France', null], ['REG-11', 'region', 'Île-de-France', 'FR'],
	['REG-93', 'region', 'Provence-Alpes-Côte d’Azur', 'FR'], ['93', 'department', 'Seine-Saint-Denis', 'REG-11'],
	['75', 'department', 'Paris', 'REG-11'], ['13', 'department', 'Bouches-du-Rhône', 'REG-93'],
	['01', 'department', 'Ain', 'FR'], ['2A', 'department', 'Corse-du-Sud', 'FR']];

const ORGANISATIONS = [['OCRTEH', 'Office central', 'Central office', 'police'], ['DGPN', 'Police nationale', null, 'police'],
	['DGGN', 'Gendarmerie nationale', null, 'gendarmerie'], ['ACSE', 'Association Ac.Sé', null, 'association']];

/* number, measure, title_fr, title_en, level, lead, start_on, due_on */
const ACTIONS = [
	['1.1', '1', 'Publier l’état annuel de la menace', 'Publish the yearly threat assessment', 'national', 'OCRTEH', '2024-07-01', '2099-12-31'],
	['1.2', '1', 'Élargir la coopération européenne', null, 'national', 'DGPN', '2024-09-01', '2025-06-30'],
	['2.1', '2', 'Former les enquêteurs', 'Train investigators', 'national', 'DGGN', '2024-10-01', '2099-06-30'],
	['7.2', '7', 'Assurer la coordination locale', 'Ensure local coordination', 'department', 'OCRTEH', '2024-10-01', '2099-12-31'],
	['7.10', '7', 'Œuvrer avec les associations', 'Work with associations', 'department', 'OCRTEH', '2024-10-01', '2025-12-31'],
	['7.11', '7', 'Sans échéance', null, 'national', null, null, null],
];
const DEPLOYMENTS = [['7.2', '93', 'DGPN'], ['7.2', '75', 'DGPN'], ['7.2', '13', 'DGGN'], ['7.10', '93', 'DGPN']];

/* login, role, organisation, territories */
const PEOPLE = [
	['carla', 'coordinator', null, []], ['victor', 'viewer', null, []], ['ana', 'analyst', null, []],
	['adam', 'admin', null, []], ['paul', 'contributor', 'DGPN', ['93']], ['ile', 'contributor', 'DGPN', ['REG-11']],
	['gina', 'contributor', 'DGGN', ['93']], ['nadia', 'contributor', 'DGPN', ['FR']], ['olga', 'contributor', 'OCRTEH', ['FR']],
];

async function insertPlace(owner) {
	for (const [code, level, name] of TERRITORIES)
		await owner.query('insert into territory (code, level, name_fr) values ($1, $2, $3) on conflict do nothing', [code, level, name]);
	for (const [code, , , parent] of TERRITORIES)
		if (parent)
			await owner.query(`insert into territory_parent (territory, parent) select $1, $2
				where not exists (select from territory_parent where territory = $1 and to_on is null)`, [code, parent]);
	for (const row of ORGANISATIONS)
		await owner.query('insert into organisation (code, name_fr, name_en, kind) values ($1, $2, $3, $4) on conflict do nothing', row);
}

export async function insertPlan(owner, code) {
	const { rows: [{ id }] } = await owner.query(`insert into plan (code, title_fr, title_en, start_on, end_on, lead_id)
		select $1, 'Plan d’essai', 'Trial plan', '2024-06-26', '2099-12-31', id from organisation where code = 'OCRTEH' returning id`, [code]);
	for (const number of ['1', '2'])
		await owner.query('insert into objective (plan_id, number, title_fr) values ($1, $2, $3)', [id, number, `Objectif ${number}`]);
	for (const [number, objective] of [['1', '1'], ['2', '1'], ['7', '2']])
		await owner.query(`insert into measure (plan_id, objective_id, number, title_fr)
			select $1, id, $2, $3 from objective where plan_id = $1 and number = $4`, [id, number, `Mesure ${number}`, objective]);
	for (const [number, measure, fr, en, level, lead, start, due] of ACTIONS) {
		await owner.query(`insert into action (plan_id, measure_id, number, title_fr, title_en, level, start_on, initial_due_on, due_on)
			select $1, id, $2, $3, $4, $5, $6, $7, $7 from measure where plan_id = $1 and number = $8`, [id, number, fr, en, level, start, due, measure]);
		if (lead)
			await owner.query(`insert into assignment (plan_id, action_id, organisation_id, role, from_on)
				select $1, a.id, o.id, 'lead', '2024-06-26' from action a, organisation o
				where a.plan_id = $1 and a.number = $2 and o.code = $3`, [id, number, lead]);
	}
	for (const [number, territory, organisation] of DEPLOYMENTS)
		await owner.query(`insert into action_deployment (plan_id, action_id, territory, organisation_id)
			select $1, a.id, $3, o.id from action a, organisation o where a.plan_id = $1 and a.number = $2 and o.code = $4`,
		[id, number, territory, organisation]);
	return id;
}

/* Puts a person there with one grant; gives a token. */
export async function addPerson(owner, login, role, planId, organisation, territories) {
	const token = makeToken();
	const { rows: [{ id }] } = await owner.query(`insert into person (login, name, lang) values ($1, $2, 'fr') returning id`,
		[login, `${login[0].toUpperCase()}${login.slice(1)} Test`]);
	await owner.query(`insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		values ($1, $2, $3, (select id from organisation where code = $4), $5)`, [id, role, role === 'admin' ? null : planId, organisation, territories]);
	await owner.query(`insert into api_token (person_id, hash, name, prefix, expires_at)
		values ($1, $2, 'test', $3, now() + interval '1 day')`, [id, sha256(token), token.slice(0, 12)]);
	return { id, token };
}

/* A client signed in by cookie, as a browser is; these people have no password. */
export async function browser(server, owner, id) {
	const secret = randomBytes(32).toString('base64url'), client = server.anonymous();
	await owner.query(`insert into session (hash, person_id, idle_until, expires_at) values ($1, $2, now() + interval '1 hour', now() + interval '1 hour')`,
		[sha256(secret), id]);
	client.cookie = `vigie=${secret}`;
	client.csrf = (await client.get('/api/v1/session')).json.csrf_token;
	return client;
}

/* The plan and its people: { owner, planId, tokens: { login: token }, ids } */
export async function makePlan(code = PLAN, url = process.env.TEST_DATABASE_OWNER_URL) {
	const owner = await connectOwner(url);
	await insertPlace(owner);
	const planId = await insertPlan(owner, code);
	const tokens = {}, ids = {};
	for (const [login, role, organisation, territories] of PEOPLE)
		({ token: tokens[login], id: ids[login] } = await addPerson(owner, login, role, planId, organisation, territories));
	return { owner, planId, tokens, ids };
}

/* How many marks were ever left for the worker, who removes them. */
export async function countMarks(owner) {
	const { rows: [{ n }] } = await owner.query("select case when is_called then last_value else 0 end::int as n from job_id_seq");
	return n;
}

/* How many rows each table of business has: what a refusal must not change. */
export async function countRows(owner) {
	const { rows: [row] } = await owner.query(`select (select count(*) from action_history)::int as action,
		(select count(*) from action_deployment_history)::int as deployment, (select count(*) from status_report)::int as report,
		(select count(*) from status_report_withdrawal)::int as withdrawal, (select count(*) from blocker_history)::int as blocker,
		(select count(*) from milestone_history)::int as milestone, (select count(*) from evidence_history)::int as evidence,
		(select count(*) from assignment_history)::int as assignment,
		(select count(*) from idempotency_key)::int as key`);
	return row;
}
