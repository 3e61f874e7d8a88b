/*
 * Who may do what: every route × every role gives exactly the status expected, a refusal changes nothing, and the
 * database says the same to whoever comes past the server.  A route without an expectation here is a failure.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { account, application, command, importPlans, password, plan, sql } from './accounts.mjs';
import { connectOwner } from './action_data.mjs';
import { sanitized, startServer } from './client.mjs';

/* ---------------------------------------------------------------- who */

const people = {
	norights: [],
	viewer: [`viewer --plan ${plan}`],
	own: [`contributor --plan ${plan} --organisation DGPN --territories 93`],
	wrong: [`contributor --plan ${plan} --organisation DGGN --territories 01`],
	lead: [`contributor --plan ${plan} --organisation OCRTEH --territories FR`],
	analyst: [`analyst --plan ${plan}`],
	coordinator: [`coordinator --plan ${plan}`],
	admin: ['admin'],
	elsewhere: ['coordinator --plan other-plan'],
};
const roles = ['nobody', ...Object.keys(people)];

/* One row of the table of rights; `yes` is the status of whoever may. */
const row = (forbidden, yes) => (role, status) => (yes.includes(role) ? status : role === 'nobody' ? 401 : forbidden(role));
const onPlan = (role) => (role === 'norights' || role === 'elsewhere' ? 404 : 403);
const anywhere = () => 403;
const readers = ['viewer', 'own', 'wrong', 'lead', 'analyst', 'coordinator'];
const rights = {
	open: (role, status) => status,
	person: (role, status) => (role === 'nobody' ? 401 : status),
	read: row(onPlan, readers),
	here: row(onPlan, ['own', 'coordinator']),		/* what is of DGPN in 93 */
	answers: row(onPlan, ['own']),				/* for DGPN in 93 */
	national: row(onPlan, ['lead', 'coordinator']),		/* what OCRTEH leads */
	analyse: row(onPlan, ['analyst', 'coordinator']),
	coordinate: row(onPlan, ['coordinator']),
	somewhere: row(anywhere, [...readers, 'elsewhere']),	/* any right but admin's, on any plan */
	writers: row(anywhere, ['own', 'wrong', 'lead', 'coordinator', 'elsewhere']),	/* figures, on any plan */
	nobodyWrites: row(anywhere, []),
	planWriters: row(onPlan, ['own', 'wrong', 'lead', 'coordinator']),
	analysts: row(anywhere, ['analyst']),
	judges: row(anywhere, ['analyst', 'coordinator', 'elsewhere']),
	coordinators: row(anywhere, ['coordinator', 'elsewhere']),
	admin: row(anywhere, ['admin']),
	journal: row(anywhere, ['admin', 'coordinator', 'elsewhere']),
};

/* ---------------------------------------------------------------- what */

/*
 * Route → right, and the status of whoever may.  What is sent would be refused later, for its body or for want of
 * If-Match, so that those who may write change nothing either.
 */
const FIGURES = '/api/v1/series/{id}/observations';
const PLAN = '/api/v1/plans/{plan}', ACTION = `${PLAN}/actions/{number}`;
const CAMPAIGN = `${PLAN}/campaigns/{period}`, REPORT = `${CAMPAIGN}/reports/{territory}/{organisation}`;
const unit = { period: '2026-01', territory: '93', organisation: 'DGPN' };
const body = { surprise: 1 };
const expectations = {
	'GET /healthz': ['open', 200],
	'GET /readyz': ['open', 200],
	'GET /metrics': ['open', 200],
	'GET /api/v1/openapi.json': ['open', 200],
	'GET /api/v1/events': ['person', 200, { query: '?once=true' }],
	'POST /api/v1/session': ['open', 422, { body }],
	'GET /api/v1/session': ['open', 200],
	'PATCH /api/v1/session': ['person', 422, { body }],
	'DELETE /api/v1/session': ['person', 204, { fresh: true }],
	'PUT /api/v1/session/password': ['person', 422, { body }],
	'POST /api/v1/session/password': ['open', 422, { body }],
	'GET /api/v1/session/password-links': ['open', 200],
	'POST /api/v1/session/password-links': ['open', 422, { body }],
	'GET /api/v1/session/mail': ['person', 200],
	'PATCH /api/v1/session/mail': ['person', 422, { body }],
	'GET /api/v1/session/calendar': ['person', 200],
	'POST /api/v1/session/calendar': ['person', 201, { writes: true }],
	'DELETE /api/v1/session/calendar': ['person', 204, { writes: true }],
	'GET /api/v1/calendar.ics': ['open', 401],
	'GET /api/v1/sessions': ['person', 200],
	'DELETE /api/v1/sessions/{id}': ['person', 404, { id: 0 }],
	'GET /api/v1/people': ['admin', 200],
	'POST /api/v1/people': ['admin', 422, { body }],
	'GET /api/v1/people/{login}': ['admin', 200, { login: 'viewer' }],
	'PATCH /api/v1/people/{login}': ['admin', 428, { login: 'viewer', body }],
	'POST /api/v1/people/{login}/password-codes': ['admin', 404, { login: 'no.one' }],
	'POST /api/v1/grants': ['admin', 422, { body }],
	'DELETE /api/v1/grants/{id}': ['admin', 404, { id: 0 }],
	'GET /api/v1/tokens': ['admin', 200],
	'POST /api/v1/tokens': ['admin', 422, { body }],
	'DELETE /api/v1/tokens/{id}': ['admin', 404, { id: 0 }],
	'GET /api/v1/journal': ['journal', 200],

	'GET /api/v1/territories': ['person', 200],
	'GET /api/v1/organisations': ['person', 200],
	'GET /api/v1/plans': ['somewhere', 200],
	[`GET ${PLAN}`]: ['read', 200],
	[`PATCH ${PLAN}`]: ['coordinate', 428, { body }],
	[`GET ${PLAN}/dashboard`]: ['read', 200],
	[`GET ${PLAN}/changes`]: ['read', 200],
	[`GET ${PLAN}/follows`]: ['read', 200],
	[`GET ${PLAN}/follows/{kind}/{code}`]: ['read', 200, { kind: 'territory', code: '93' }],
	[`PUT ${PLAN}/follows/{kind}/{code}`]: ['read', 404, { kind: 'measure', code: 'none' }],
	[`DELETE ${PLAN}/follows/{kind}/{code}`]: ['read', 404, { kind: 'measure', code: 'none' }],
	[`GET ${PLAN}/export.json`]: ['read', 200],
	...Object.fromEntries(['csv', 'xlsx', 'ods'].map((kind) => [`GET ${PLAN}/export.${kind}`, ['read', 200]])),
	[`GET ${PLAN}/datapackage.zip`]: ['read', 200],
	[`GET ${PLAN}/objectives`]: ['read', 200],
	[`GET ${PLAN}/measures`]: ['read', 200],
	[`GET ${PLAN}/measures/{number}`]: ['read', 200, { number: '7' }],
	[`PATCH ${PLAN}/measures/{number}`]: ['coordinate', 428, { number: '7', body }],

	[`GET ${PLAN}/actions`]: ['read', 200],
	[`GET ${PLAN}/measures/{number}/indicators`]: ['read', 200, { number: '7' }],
	[`PUT ${PLAN}/measures/{number}/indicators/{id}`]: ['coordinate', 404, { number: '7', id: 'no.such' }],
	[`DELETE ${PLAN}/measures/{number}/indicators/{id}`]: ['coordinate', 404, { number: '7', id: 'no.such' }],
	[`GET ${PLAN}/gaps`]: ['read', 200],

	[`GET ${ACTION}`]: ['read', 200],
	[`PATCH ${ACTION}`]: ['coordinate', 428, { body }],
	[`GET ${ACTION}/status-reports`]: ['read', 200],
	[`POST ${ACTION}/status-reports`]: [
		['here', 428, { body: { nothing_new: true, territory: '93', organisation: 'DGPN' } }],
		['national', 428, { number: '1.1', body: { nothing_new: true } }],
	],
	[`GET ${ACTION}/status-reports/{id}`]: ['read', 200, { of: 'status_report' }],
	[`POST ${ACTION}/status-reports/{id}/withdrawal`]: [
		['here', 422, { of: 'status_report', body }],
		['coordinate', 422, { of: 'report_of_another', body }],
	],
	[`GET ${ACTION}/deployments`]: ['read', 200],
	[`GET ${ACTION}/deployments/{territory}/{organisation}`]: ['read', 200, { territory: '93', organisation: 'DGPN' }],
	[`PUT ${ACTION}/deployments/{territory}/{organisation}`]: ['coordinate', 200, { territory: '93', organisation: 'DGPN' }],
	[`GET ${ACTION}/milestones`]: ['read', 200],
	[`POST ${ACTION}/milestones`]: ['coordinate', 422, { body }],
	[`GET ${ACTION}/milestones/{id}`]: ['read', 200, { number: '1.1', of: 'milestone' }],
	[`PATCH ${ACTION}/milestones/{id}`]: ['national', 428, { number: '1.1', of: 'milestone', body: { done_on: '2026-01-01' } }],
	[`GET ${ACTION}/blockers`]: ['read', 200],
	[`POST ${ACTION}/blockers`]: ['here', 422, { body: { territory: '93', organisation: 'DGPN', surprise: 1 } }],
	[`GET ${ACTION}/blockers/{id}`]: ['read', 200, { of: 'blocker' }],
	[`PATCH ${ACTION}/blockers/{id}`]: ['here', 428, { of: 'blocker', body }],
	[`GET ${ACTION}/evidence`]: ['read', 200],
	[`POST ${ACTION}/evidence`]: ['national', 422, { number: '1.1', body }],
	[`GET ${ACTION}/evidence/{id}`]: ['read', 200, { number: '1.1', of: 'evidence' }],
	[`GET ${ACTION}/evidence/{id}/file`]: ['read', 200, { number: '1.1', of: 'evidence' }],
	[`GET ${ACTION}/verifications`]: ['read', 200],
	[`POST ${ACTION}/verifications`]: ['coordinate', 428, { body }],
	[`GET ${ACTION}/budget-lines`]: ['read', 200],
	[`POST ${ACTION}/budget-lines`]: ['coordinate', 422, { body }],
	[`GET ${ACTION}/budget-lines/{id}`]: ['read', 200, { number: '1.1', of: 'budget' }],
	[`PATCH ${ACTION}/budget-lines/{id}`]: ['coordinate', 428, { number: '1.1', of: 'budget', body }],
	[`GET ${PLAN}/blockers`]: ['read', 200],
	[`GET ${PLAN}/milestones`]: ['read', 200],

	[`GET ${PLAN}/indicators`]: ['read', 200],
	[`GET ${PLAN}/indicators/{id}`]: ['read', 404, { id: 'no.such' }],
	[`GET ${PLAN}/indicators/{id}/explain`]: ['read', 404, { id: 'no.such', query: '?territory=FR&period=2026-01' }],
	[`GET ${PLAN}/alerts`]: ['read', 200],
	[`GET ${PLAN}/alerts/{id}`]: ['read', 404, { id: 'no.such' }],
	[`GET ${PLAN}/indicators/{id}/targets`]: ['read', 200, { id: 'of.everybody' }],
	[`GET ${PLAN}/indicators/{id}/targets/{territory}`]: ['read', 200, { id: 'of.everybody', territory: 'FR' }],
	[`PUT ${PLAN}/indicators/{id}/targets/{territory}`]: [
		['coordinate', 428, { id: 'of.everybody', territory: 'FR', body }],
		['coordinate', 422, { id: 'of.everybody', territory: '93', body }],
	],
	[`POST ${PLAN}/indicators/{id}/targets/{territory}/withdrawal`]: ['coordinate', 428, { id: 'of.everybody', territory: 'FR', body }],
	[`GET ${PLAN}/publications`]: ['read', 200],
	[`POST ${PLAN}/publications`]: ['coordinate', 422, { body: { period: '2190-01' } }],
	...Object.fromEntries(['', '.csv'].map((suffix) => [`GET /api/v1/series/{id}/totals${suffix}`, [
		['somewhere', 200, { id: 'victims.identified' }],
		['read', 200, { id: 'victims.identified', query: `?plan=${plan}` }],
	]])),
	[`GET ${PLAN}/campaigns`]: ['read', 200],
	[`POST ${PLAN}/campaigns`]: ['coordinate', 422, { body }],
	[`GET ${CAMPAIGN}`]: ['read', 200, unit],
	[`PATCH ${CAMPAIGN}`]: ['coordinate', 428, { ...unit, body }],
	[`POST ${CAMPAIGN}/close`]: ['coordinate', 428, unit],
	[`GET ${CAMPAIGN}/reports`]: ['read', 200, unit],
	[`GET ${REPORT}`]: ['here', 200, unit],
	[`PUT ${REPORT}`]: ['answers', 428, { ...unit, body }],
	[`POST ${REPORT}/submit`]: ['answers', 428, unit],
	[`POST ${REPORT}/nothing-new`]: ['answers', 428, unit],
	[`POST ${REPORT}/validate`]: ['coordinate', 428, unit],
	[`POST ${REPORT}/return`]: ['coordinate', 428, { ...unit, body }],
	[`POST ${REPORT}/revise`]: ['here', 428, { ...unit, body }],
	[`GET ${PLAN}/handovers`]: ['read', 200],
	[`POST ${PLAN}/handovers`]: ['coordinate', 422, { body }],
	[`POST ${PLAN}/handovers/preview`]: ['coordinate', 422, { body }],
	[`GET ${PLAN}/outbox`]: ['coordinate', 200],
	[`POST ${PLAN}/outbox/{id}/send`]: ['coordinate', 404, { id: 0 }],
	[`GET ${PLAN}/roster`]: ['read', 200],
	[`POST ${PLAN}/roster`]: ['coordinate', 422, { body }],
	[`PATCH ${PLAN}/roster/{id}`]: ['coordinate', 428, { of: 'seat', body }],
	[`GET ${PLAN}/tasks`]: ['planWriters', 200],
	[`GET ${PLAN}/territories/{code}`]: ['read', 200, { code: '93' }],
	[`GET ${PLAN}/comparison`]: ['read', 200],
	[`GET ${PLAN}/calendar`]: ['read', 200],
	[`GET ${PLAN}/search`]: ['read', 200, { query: '?q=victimes' }],
	'GET /api/v1/series': ['somewhere', 200],
	...Object.fromEntries(['', '.csv'].flatMap((suffix) => [
		[`GET ${FIGURES}${suffix}`, [
			['somewhere', 200, { id: 'victims.identified' }],
			['read', 200, { id: 'victims.identified', query: `?plan=${plan}` }],
			['somewhere', 200, { id: 'published.ssmsi_suspects' }],
		]],
		[`POST ${FIGURES}${suffix}`, [
			['writers', suffix ? 415 : 422, { id: 'victims.identified', body }],
			['planWriters', suffix ? 415 : 422, { id: 'victims.identified', query: `?plan=${plan}`, body }],
			['nobodyWrites', 403, { id: 'published.ssmsi_suspects', body }],
		]],
	])),
	'GET /api/v1/imports': ['writers', 200],
	'POST /api/v1/imports': ['writers', 422, { body }],
	'GET /api/v1/imports/{id}': ['writers', 404, { id: 0 }],
	'POST /api/v1/imports/{id}/commit': ['writers', 404, { id: 0 }],
	'GET /api/v1/plugins': ['somewhere', 200],
	'GET /api/v1/plugins/{id}': ['somewhere', 404, { id: 'no.such' }],
	'PUT /api/v1/plugins/{id}': ['analysts', 422, { id: 'no.such', body }],
	...Object.fromEntries(['check', 'test', 'run'].map((word) => [`POST /api/v1/plugins/{id}/${word}`, ['analysts', 422, { id: 'no.such', body }]])),
	...Object.fromEntries(['review', 'publish'].map((word) => [`POST /api/v1/plugins/{id}/${word}`, ['analysts', 428, { id: 'of.nobody' }]])),
	'POST /api/v1/plugins/{id}/approve': ['judges', 428, { id: 'of.nobody' }],
	'POST /api/v1/plugins/{id}/return': ['judges', 428, { id: 'of.nobody', body }],
	...Object.fromEntries(['deprecate', 'retire'].map((word) => [`POST /api/v1/plugins/{id}/${word}`, ['judges', 428, { id: 'of.nobody', body }]])),
	'GET /api/v1/plugins/{id}/diff': ['judges', 409, { id: 'of.nobody' }],
	'POST /api/v1/plugins/{id}/diff': ['judges', 409, { id: 'of.nobody' }],
};

/* ---------------------------------------------------------------- the database, asked often */

const cellsOf = ({ rows: [row] }) => (row ?? []).join('|');
const ask = async (text) => cellsOf(await db.query({ text, rowMode: 'array' }));

/* All but what serves the asking itself: sessions and their prolongation, attempts, the journal of refusals. */
const checksumOf = (tables) => `select md5(concat_ws(',', ${tables.map((t) =>
	`(select coalesce(sum(hashtextextended(t::text, 0)), 0) || ':' || count(*) from ${t} t)`).join(', ')}))`;

let server, db, app, checksum;
const clients = {}, objects = {};

const insert = (table, columns, values, from) =>
	Number(sql(`insert into ${table} (plan_id, action_id, ${columns}) select a.plan_id, a.id, ${values} from ${from} returning id`));

before(async () => {
	await importPlans();
	await command(['plan', 'import', new URL('../../sql/seed/demo-deployments.json', import.meta.url).pathname]);
	server = await startServer({ args: ['--argon2_memory=8192'] });
	clients.nobody = server.anonymous();
	for (const [login, grants] of Object.entries(people)) {
		await account(server, login, `Person ${login.toUpperCase()}`, ...grants);
		clients[login] = await server.signIn(login, password);
	}
	const action = (number) => `action a join plan p on p.id = a.plan_id and p.code = '${plan}' and a.number = '${number}'`;
	const deployed = `${action('7.2')} join action_deployment d on d.action_id = a.id and d.territory = '93'
		join organisation o on o.id = d.organisation_id and o.code = 'DGPN'`;
	const report = (by) => insert('status_report', 'deployment_id, status, progress, person_id',
		`d.id, 'in_progress', 10, (select id from person where login = '${by}')`, deployed);
	objects.status_report = report('own');
	objects.report_of_another = report('lead');
	objects.blocker = insert('blocker', 'territory, organisation_id, kind, title, opened_on', "'93', o.id, 'legal', 'x', '2026-01-01'", deployed);
	objects.milestone = insert('milestone', 'title_fr, initial_due_on, due_on', "'x', '2026-01-01', '2026-01-01'", action('1.1'));
	objects.budget = insert('budget_line', 'planned', '10', action('1.1'));
	objects.evidence = insert('evidence', 'title, file_name, media_type, bytes, sha256', "'x', 'x.txt', 'text/plain', 'x', repeat('0', 64)", action('1.1'));
	sql(`with p as (insert into plugin (code, kind, state) values ('of.nobody', 'rule', 'published') returning id)
		insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
		select id, '1.0.0', 'return indicator {}', repeat('0', 64), '{}', true from p`);
	sql(`with p as (insert into plugin (code, kind, state) values ('of.everybody', 'indicator', 'retired') returning id),
		v as (insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
			select id, '1.0.0', 'return indicator {}', repeat('1', 64), '{"levels": ["national", "department"]}', true from p)
		insert into target (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, source, origin)
		select l.id, p.id, 'FR', 0, '2024', 100, '2026', 'linear', 'x', 'illustrative' from p, plan l where l.code = '${plan}'`);
	sql(`insert into campaign (plan_id, period, opens_on, due_on, expects) select id, '2026-01', '2026-01-01', '2026-02-10', '[{"series": "victims.identified", "kinds": ["police"]}]'
		from plan where code = '${plan}'`);
	sql("insert into expectation (plan_id, campaign_id, territory, organisation_id) select c.plan_id, c.id, '93', o.id from campaign c, organisation o where o.code = 'DGPN'");
	objects.seat = Number(sql(`insert into roster (plan_id, kind, organisation_id, territories, from_on) select p.id, 'referent', o.id, '{93}', '2026-01-01'
		from plan p, organisation o where p.code = '${plan}' and o.code = 'DGPN' returning id`));
	[db, app] = [await connectOwner(), await connectOwner(application)];
	const tables = sql("select tablename from pg_tables where schemaname = 'public'").split('\n')
		.filter((t) => !['session', 'sign_in_attempt', 'journal'].includes(t));
	checksum = () => ask(checksumOf(tables));
});
after(async () => {
	await Promise.all([db?.end(), app?.end()]);
	if (server) assert.equal(await server.stop(), 0, server.log);
});

/* ---------------------------------------------------------------- every route × every role */

const routesOf = (document) => Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

test('every route has an expectation', () => {
	const missing = routesOf(server.openapi).filter((route) => !expectations[route]);
	assert.deepEqual(missing, [], 'say here who may call these');
});

test('what is open is what was meant to be open', () => {
	const open = routesOf(server.openapi).filter((route) => {
		const [method, path] = route.split(' ');
		return server.openapi.paths[path][method.toLowerCase()]['x-access'] === 'open';
	});
	assert.deepEqual(open.filter((route) => [expectations[route]].flat()[0] !== 'open'), []);
});

function addressOf(path, { of, ...values }) {
	const known = { plan, number: '7.2', id: objects[of], ...values };
	return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(known[name] ?? assert.fail(`${path}: which ${name}?`)));
}

test('every route gives every role exactly its status, and a refusal changes nothing', { timeout: 600_000 }, async (t) => {
	let before_ = await checksum();
	for (const route of routesOf(server.openapi)) {
		const [method, path] = route.split(' ');
		const cases = Array.isArray(expectations[route]?.[0]) ? expectations[route] : [expectations[route] ?? ['open', 0]];
		await t.test(route, async () => {
			for (const [right, allowed, options = {}] of cases) {
				for (const role of roles) {
					const client = options.fresh && role !== 'nobody' ? await server.signIn(role, password) : clients[role];
					const answer = await client.request(method, addressOf(path, options) + (options.query ?? ''), { body: options.body });
					assert.equal(answer.status, rights[right](role, allowed), `${role}: ${answer.text.slice(0, 300)}`);
					/* one's own, without a body that could be refused: those who may do it */
					if (!options.writes) continue;
					if (answer.status < 300) before_ = await checksum();
					assert.equal(await checksum(), before_, `${role} was answered ${answer.status} and something changed`);
				}
				assert.equal(await checksum(), before_, 'nobody may change anything by this, and something changed');
			}
		});
		before_ = await checksum();
	}
});

test('whoever may report reports where the scope reaches, and nowhere else', async () => {
	const scopes = { own: [['93', 'DGPN']], wrong: [['01', 'DGGN']], lead: [], viewer: [], analyst: [],
		coordinator: [['93', 'DGPN'], ['01', 'DGGN'], ['75', 'DGPN'], ['01', 'DGPN']] };
	for (const [role, mine] of Object.entries(scopes))
		for (const place of [['93', 'DGPN'], ['01', 'DGGN'], ['75', 'DGPN'], ['01', 'DGPN']]) {
			const before_ = await checksum();
			const version = await ask(`select d.version from action_deployment d join action a on a.id = d.action_id
				join plan p on p.id = a.plan_id join organisation o on o.id = d.organisation_id
				where p.code = '${plan}' and a.number = '7.2' and d.territory = '${place[0]}' and o.code = '${place[1]}'`);
			const answer = await clients[role].post(`/api/v1/plans/${plan}/actions/7.2/status-reports`,
				{ territory: place[0], organisation: place[1], nothing_new: true }, { ifMatch: Number(version) });
			const may = mine.some((m) => m.join() === place.join());
			assert.equal(answer.status, may ? 201 : 403, `${role} ${place}: ${answer.text.slice(0, 300)}`);
			assert.equal((await checksum()) === before_, !may, `${role} ${place}`);
		}
});

/* ---------------------------------------------------------------- the same, past the server */

const contextOf = (role) => (role === 'nobody' ? '' : createHash('sha256').update(clients[role].cookie.split('=')[1]).digest('hex'));

/* One statement, in a transaction that is rolled back: its first row, or the code by which PostgreSQL refuses it. */
async function attempt(role, text) {
	await app.query("select set_config('vigie.session', $1, false)", [contextOf(role)]);
	await app.query('begin');
	try {
		return { cells: cellsOf(await app.query({ text, rowMode: 'array' })) };
	} catch (error) {
		return { refused: error };
	} finally {
		await app.query('rollback');
	}
}
async function asked(role, text) {
	const { cells, refused } = await attempt(role, text);
	if (refused) throw refused;
	return cells;
}

/* Reference lists that whoever is signed in reads, and what is written while nobody is known. */
const unprotected = ['organisation_history', 'schema_migration', 'sign_in_attempt', 'territory', 'territory_parent'];

test('every table is protected by a policy, closed to the application, or open on purpose', () => {
	const bare = sql(`select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind in ('r', 'p', 'm')
		  and not (c.relrowsecurity and exists (select 1 from pg_policy where polrelid = c.oid))
		  and has_any_column_privilege((select rolname from pg_roles where rolname = 'vigie'), c.oid, 'select, insert, update')
		order by 1`).split('\n');
	assert.deepEqual(bare.filter((name) => !unprotected.includes(name)), []);
	const planned = sql(`select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'plan_id'
		join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind = 'r' and not a.attisdropped and not c.relrowsecurity`);
	assert.equal(planned, '', 'whatever belongs to a plan is protected');
});

/* Between this file and the database alone: sanitizers, which look at the program, have nothing to see there. */
const bySql = sanitized ? () => {} : test;

bySql('by SQL reference lists are read by anybody and written by who may', async () => {
	for (const [role, organisations] of [['viewer', 0], ['coordinator', 'some']]) {
		assert.ok(Number(await asked(role, 'select count(*) from organisation')) > 0, role);
		const renamed = Number(await asked(role, `with w as (update organisation set version = version + 1 returning 1) select count(*) from w`));
		assert.equal(renamed > 0, organisations === 'some', role);
		const ended = Number(await asked(role, `with w as (update plugin set state = state returning 1) select count(*) from w`));
		assert.equal(ended > 0, role === 'coordinator', role);
	}
});

bySql('by SQL each role sees its plans and nothing of the others', async () => {
	const tables = sql(`select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'plan_id'
		join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind = 'r' and not a.attisdropped
		  and c.relname not in ('journal', 'job', 'role_grant', 'role_grant_history') order by 1`).split('\n');
	const count = (where) => tables.map((t) => `(select count(*) from ${t} where plan_id ${where} (select id from plan where code = '${plan}'))`).join(', ');
	const all = sql(`select ${count('=')}`);
	assert.ok(tables.length >= 20 && all.split('|').filter((n) => n !== '0').length >= 12, all);
	const id = sql(`select id from plan where code = '${plan}'`);
	for (const role of roles) {
		const visible = await asked(role, `select ${tables.map((t) => `(select count(*) from ${t} where plan_id = ${id})`).join(', ')}`);
		const others = await asked(role, `select ${tables.map((t) => `(select count(*) from ${t} where plan_id <> ${id})`).join(', ')}`);
		const none = all.replace(/\d+/g, '0');
		assert.equal(visible, readers.includes(role) ? all : none, role);
		if (role !== 'elsewhere') assert.equal(others, none, `${role} sees another plan`);
		else assert.notEqual(others, none);
		assert.equal(await asked(role, 'select string_agg(code, \',\') from plan'),
			readers.includes(role) ? plan : role === 'elsewhere' ? 'other-plan' : '');
	}
});

bySql('by SQL each role writes what its scope reaches: role × département × organisation', async () => {
	const id = sql(`select id from plan where code = '${plan}'`);
	const where = `where plan_id = ${id} and action_id = (select id from action where plan_id = ${id} and number = '7.2')`; // the one deployed everywhere
	const reach = (role) => asked(role, `with w as (update action_deployment set version = version + 1 ${where}
		returning territory, organisation_id) select coalesce(string_agg(distinct w.territory || ' ' || o.code, ','
		order by w.territory || ' ' || o.code), '') from w join organisation o on o.id = w.organisation_id`);
	const every = sql(`select string_agg(distinct d.territory || ' ' || o.code, ',' order by d.territory || ' ' || o.code)
		from action_deployment d join organisation o on o.id = d.organisation_id ${where}`);
	assert.ok(every.split(',').length > 190);
	const expected = { own: '93 DGPN', wrong: '01 DGGN', coordinator: every };
	for (const role of roles) assert.equal(await reach(role), expected[role] ?? '', role);
	sql("update role_grant set territories = '{REG-11}' where person_id = (select id from person where login = 'own')");
	assert.equal(await reach('own'), ['75', '77', '78', '91', '92', '93', '94', '95'].map((t) => `${t} DGPN`).join(), 'a region holds its départements');
	sql("update role_grant set territories = '{93}' where person_id = (select id from person where login = 'own')");
	for (const role of roles) {
		const actions = await asked(role, `with w as (update action set version = version + 1 where plan_id = ${id} returning number, id)
			select count(*) from w`);
		const led = sql(`select count(*) from assignment s join organisation o on o.id = s.organisation_id where s.plan_id = ${id}
			and s.action_id is not null and o.code = 'OCRTEH' and s.role in ('lead', 'co_lead') and s.until_on is null`);
		assert.equal(actions, role === 'coordinator' ? '54' : role === 'lead' ? led : '0', role);
	}
});

bySql('by SQL nobody but those who may gives rights, makes accounts, writes the plan or figures', async () => {
	const id = sql(`select id from plan where code = '${plan}'`);
	const may = {
		[`insert into role_grant (person_id, role, plan_id) values (1, 'coordinator', ${id})`]: ['admin'],
		[`insert into role_grant (person_id, role) values (1, 'admin')`]: ['admin'],
		[`insert into person (login, name) values ('forged', 'x')`]: ['admin'],
		[`insert into objective (plan_id, number, title_fr) values (${id}, '99', 'x')`]: ['coordinator'],
		[`insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, reason)
			values (${id}, 1, 1, 'national', 'FR', '2026', 'missing', 'x')`]: [],
		[`insert into plan (code, title_fr, start_on, end_on) values ('forged', 'x', '2026-01-01', '2027-01-01')`]: ['coordinator', 'elsewhere'],
		[`insert into target (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, source, origin)
			select ${id}, id, '93', 0, '2024', 100, '2026', 'linear', 'x', 'published' from plugin where code = 'of.everybody'`]: ['coordinator'],
		[`insert into plugin (code, kind) values ('forged.one', 'rule')`]: ['analyst'],
		[`insert into plugin_version (plugin_id, version, source, sha256, metadata, published_by)
			select id, '2.0.0', 'x', repeat('0', 64), '{}', vigie_person() from plugin`]: [],
		[`insert into plan_history select p.*, now() from plan p`]: [],
		[`insert into role_grant_history select g.*, now() from role_grant g`]: [],
	};
	for (const [text, allowed] of Object.entries(may))
		for (const role of roles) {
			const { refused } = await attempt(role, text);
			if (allowed.includes(role)) assert.equal(refused, undefined, `${role}: ${text}`);
			else assert.match(refused ? `${refused.code}: ${refused.message}` : 'it was allowed',
				/42501|23503: insert or update on table "indicator_value"/, `${role}: ${text}`);
		}
	for (const role of roles)
		assert.equal((await asked(role, "with w as (update person set name = 'forged', version = version + 1 returning login) select coalesce(string_agg(login, ','), '') from w"))
			.split(',').filter((login) => login && login !== role).length > 0, role === 'admin', `${role} renames others`);
	for (const role of roles)
		assert.equal(await asked(role, 'with w as (update role_grant set revoked_at = now() returning 1) select count(*) > 0 from w'),
			String(role === 'admin'), `${role} takes rights away`);
});

test('a session that has ended sees nothing by SQL either', async () => {
	const client = await server.signIn('coordinator', password);
	const context = createHash('sha256').update(client.cookie.split('=')[1]).digest('hex');
	const seen = () => sql('select count(*) from action', { url: application, context });
	assert.equal(seen(), '54');
	await client.delete('/api/v1/session');
	assert.equal(seen(), '0');
});
