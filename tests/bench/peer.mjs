/*
 * The peer of the comparison: the same two routes as most teams would write
 * them, with fastify and pg, pooled connections, prepared statements, sessions
 * kept in memory.  A status report is the same transaction as Vigie's, its SQL
 * read from the same files; the dashboard is built from rows at each request.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sql = (name) => readFileSync(new URL(`../../sql/queries/${name}.sql`, import.meta.url), 'utf8')
	.replace(/^\s*--.*$/gm, '').trim();
const queries = Object.fromEntries(['db_context', 'action_find', 'report_save', 'action_get']
	.map((name) => [name, { name, text: sql(name) }]));
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
pg.types.setTypeParser(1082, (day) => day);	/* days stay text */
const contexts = new Map();

const ask = async (client, name, values) => (await client.query({ ...queries[name], values })).rows;

async function inTransaction(context, request, work) {
	const client = await pool.connect();
	try {
		await client.query('begin');
		await ask(client, 'db_context', [context, request]);
		const result = await work(client);
		await client.query('commit');
		return result;
	} catch (error) {
		await client.query('rollback');
		throw error;
	} finally {
		client.release();
	}
}

/* ------------------------------------------------------------------ a status report */

const server = Fastify({ logger: { level: 'error' } });

server.decorateRequest('who', null);
server.addHook('onRequest', async (request, reply) => {
	const secret = request.headers.cookie?.match(/vigie=([^;]+)/)?.[1];
	let context = contexts.get(secret);
	if (!context && secret) {
		const hash = createHash('sha256').update(secret).digest('hex');
		const { rows } = await inTransaction(hash, request.id, (c) => c.query('select vigie_person() as id'));
		if (rows[0].id) contexts.set(secret, context = hash);
	}
	if (!context) return reply.code(401).send({ status: 401 });
	request.who = context;
});

const report = {
	type: 'object', additionalProperties: false, required: ['status'],
	properties: {
		status: { enum: ['not_started', 'in_progress', 'done', 'on_hold', 'dropped', 'carried_over'] },
		progress: { type: ['integer', 'null'], minimum: 0, maximum: 100 },
		confidence: { enum: ['secured', 'achievable', 'support_needed', 'compromised', null] },
		comment: { type: ['string', 'null'], maxLength: 4000 },
	},
};

const sentences = '{}';

server.post('/api/v1/plans/:plan/actions/:number/status-reports', { schema: { body: report } }, (request, reply) =>
	inTransaction(request.who, request.id, async (client) => {
		const plan = (await client.query({ name: 'plan_id', text: 'select id from plan where code = $1',
			values: [request.params.plan] })).rows[0];
		const [action] = plan ? await ask(client, 'action_find', [plan.id, request.params.number]) : [];
		if (!action) return reply.code(404).send({ status: 404 });
		if (!action.may) return reply.code(403).send({ status: 403 });
		const version = Number(request.headers['if-match']?.match(/^"(\d+)/)?.[1]);
		if (version !== Number(action.version))
			return reply.code(412).send({ status: 412, current: { version: Number(action.version) } });
		const [saved] = await ask(client, 'report_save',
			[plan.id, request.params.number, version, JSON.stringify(request.body), false]);
		if (!saved) return reply.code(412).send({ status: 412 });
		const [now] = await ask(client, 'action_get',
			[plan.id, request.params.number, new Date().toISOString().slice(0, 10), 'fr', sentences]);
		return reply.code(201).header('ETag', `"${now.version}.fr"`).type('application/json').send(now.body);
	}));

/* ------------------------------------------------------------------ the dashboard */

const tables = {
	plan: 'select * from plan where id = $1',
	objectives: 'select * from objective where plan_id = $1 order by sort_key',
	measures: 'select * from measure where plan_id = $1 order by sort_key',
	actions: 'select * from action where plan_id = $1 order by due_on, sort_key',
	leads: `select s.measure_id, s.action_id, o.code, o.name_fr as name
	          from assignment s join organisation o on o.id = s.organisation_id
	         where s.plan_id = $1 and s.role = 'lead' and s.until_on is null`,
	places: `select territory, count(*)::int as expected, count(reported_at)::int as reported,
	                avg(progress) filter (where reported_at is not null)::float as progress, max(reported_at) as last_reported_at
	           from action_deployment where plan_id = $1 group by territory`,
	blockers: 'select * from blocker where plan_id = $1 and closed_on is null order by opened_on',
	changes: `select at, object, number, before, after, reason from journal
	           where plan_id = $1 and act = 'update' order by at desc limit 10`,
	departments: "select code, name_fr as name from territory where level = 'department' order by code",
	indicators: `select distinct on (plugin_id, period) plugin_id, period, state, reason, value from indicator_value
	              where plan_id = $1 and level = 'national' order by plugin_id, period, id desc`,
};

const mean = (numbers) => (numbers.length ? numbers.reduce((a, b) => a + b, 0) / numbers.length : null);
const open = new Set(['not_started', 'in_progress', 'on_hold']);

function groupBy(rows, key) {
	const groups = new Map();
	for (const row of rows) groups.has(row[key]) ? groups.get(row[key]).push(row) : groups.set(row[key], [row]);
	return groups;
}

function countBy(rows, key, values) {
	const counts = Object.fromEntries(values.map((v) => [v, 0]));
	for (const row of rows) counts[row[key] ?? 'none'] = (counts[row[key] ?? 'none'] ?? 0) + 1;
	return counts;
}

function dashboard(t, today) {
	const [plan] = t.plan;
	const stale = (a) => !a.reported_at || Date.now() - a.reported_at > plan.stale_after_days * 864e5;
	const blocked = new Set(t.blockers.map((b) => b.action_id));
	const leadOf = (key) => new Map(t.leads.filter((l) => l[key]).map((l) => [l[key], { code: l.code, name: l.name }]));
	const measureLead = leadOf('measure_id'), actionLead = leadOf('action_id');
	const measureOf = new Map(t.measures.map((m) => [m.id, m]));
	const calendar = t.actions.map((a) => ({ number: a.number, title: a.title_fr, origin: a.origin,
		measure: measureOf.get(a.measure_id).number, level: a.level, lead: actionLead.get(a.id) ?? null,
		start_on: a.start_on, initial_due_on: a.initial_due_on, due_on: a.due_on, done_on: a.done_on, status: a.status,
		progress: a.progress, confidence: a.confidence, late: a.due_on < today && open.has(a.status), stale: stale(a),
		blocked: blocked.has(a.id), reported_at: a.reported_at }));
	const summary = (items) => ({ total: items.length, by_status: countBy(items, 'status', ['not_started', 'in_progress']),
		late: items.filter((a) => a.late).length, blocked: items.filter((a) => a.blocked).length,
		stale: items.filter((a) => a.stale).length });
	const progress = (items) => mean(items.filter((a) => a.progress !== null).map((a) => a.progress));
	const byMeasure = groupBy(calendar, 'measure'), places = new Map(t.places.map((p) => [p.territory, p]));
	return {
		plan, today, generated_at: new Date(), situation: { progress: progress(calendar) },
		counts: { ...summary(calendar), by_confidence: countBy(calendar, 'confidence', ['secured', 'none']) },
		to_decide: t.blockers.slice(0, 10), changes: t.changes, objectives: t.objectives, indicators: t.indicators, calendar,
		map: t.departments.map(({ code, name }) => ({ ...places.get(code), territory: code, name })),
		measures: t.measures.map((m) => {
			const items = byMeasure.get(m.number) ?? [];
			return { number: m.number, title: m.title_fr, origin: m.origin, flagship: m.flagship,
				lead: measureLead.get(m.id) ?? null, progress: progress(items), actions: summary(items) };
		}),
	};
}

server.get('/api/v1/plans/:plan/dashboard', (request) =>
	inTransaction(request.who, request.id, async (client) => {
		const { id } = (await client.query({ name: 'plan_id', text: 'select id from plan where code = $1',
			values: [request.params.plan] })).rows[0];
		const t = {};
		for (const [name, text] of Object.entries(tables))
			t[name] = (await client.query({ name, text, values: text.includes('$1') ? [id] : [] })).rows;
		return dashboard(t, new Date().toISOString().slice(0, 10));
	}));

await server.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
