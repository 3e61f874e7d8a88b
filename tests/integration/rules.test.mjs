/*
 * The rules that hold in the database itself, against code that is wrong: each constraint of the schema is attacked by
 * SQL, by a role that nothing else holds back, and each right that the application's role must not have is tried by it.
 * A constraint of plans, people or reference lists that nobody attacks here fails the suite, and so does any attack whose
 * constraint is gone.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { makePlan } from './action_data.mjs';

let plan, root, app;
const long = (n) => `repeat('x', ${n + 1})`;
const texts = (...columns) => columns.flatMap(([column, max]) => [`${column} = ''`, `${column} = ${long(max)}`]);
const word = (column) => [`${column} = 'nonsense'`, `${column} = ''`];

const connect = async (url) => {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	await client.query("select set_config('vigie.session', 'service', false)");
	return client;
};
/* The superuser: row-level security and rights stop him nowhere, so that what refuses is the constraint alone. */
const superuser = process.env.TEST_DATABASE_OWNER_URL.replace('//vigie_owner@', '//postgres@');

/* What PostgreSQL answers to a statement that leaves nothing behind: the error, or null. */
async function attempt(client, text) {
	await client.query('begin');
	try {
		await client.query(text);
		return null;
	} catch (e) {
		return e;
	} finally {
		await client.query('rollback');
	}
}

/* One row at least in each table. */
const FILL = `
	insert into plan (code, title_fr, start_on, end_on) values ('autre', 'Autre', '2024-01-01', '2027-01-01');
	insert into objective (plan_id, number, title_fr) select id, '1', 'x' from plan where code = 'autre';
	insert into measure (plan_id, objective_id, number, title_fr) select plan_id, id, '1', 'x' from objective
		where plan_id = (select id from plan where code = 'autre');
	insert into action (plan_id, measure_id, number, title_fr, level) select plan_id, id, '1.1', 'x', 'national' from measure
		where plan_id = (select id from plan where code = 'autre');
	insert into action_deployment (plan_id, action_id, territory, organisation_id)
		select a.plan_id, a.id, '93', o.id from action a, organisation o where o.code = 'DGPN'
		and a.plan_id = (select id from plan where code = 'autre');
	insert into assignment (plan_id, measure_id, organisation_id, role, from_on)
		select m.plan_id, m.id, o.id, 'lead', '2024-07-01' from measure m, organisation o where m.number = '1' and o.code = 'DGPN' and m.plan_id = $plan;
	insert into measure_link (plan_id, measure_id, kind, other_plan) select plan_id, id, 'implements', 'autre' from measure where plan_id = $plan limit 1;
	insert into milestone (plan_id, action_id, title_fr, initial_due_on, due_on) select plan_id, id, 'Jalon', '2026-01-01', '2026-01-01' from action where plan_id = $plan limit 1;
	insert into blocker (plan_id, action_id, kind, title, opened_on, territory, organisation_id)
		select a.plan_id, a.id, 'legal', 'Décret', '2026-01-01', '93', o.id from action a, organisation o where o.code = 'DGPN' and a.plan_id = $plan limit 1;
	insert into evidence (plan_id, action_id, title, url) select plan_id, id, 'Note', 'https://example.org/' from action where plan_id = $plan limit 1;
	insert into budget_line (plan_id, action_id, planned) select plan_id, id, 10 from action where plan_id = $plan limit 1;
	insert into verification (plan_id, action_id, declared_at, verified) select plan_id, id, now(), true from action where plan_id = $plan limit 1;
	insert into status_report (plan_id, action_id, deployment_id, status) select plan_id, action_id, id, 'not_started' from action_deployment where plan_id = $plan limit 1;
	insert into status_report_withdrawal (report_id, plan_id, reason) select id, plan_id, 'Erreur' from status_report;
	insert into plugin (code, kind) values ('essai.un', 'indicator');
	insert into plugin_version (plugin_id, version, source, sha256, metadata, active) select id, '1.0.0', 'x', repeat('0', 64), '{}', true from plugin;
	insert into rule_failure (version_id, finding, counts) select id, '{}', true from plugin_version;
	insert into measure_indicator (plan_id, measure_id, plugin_id) select m.plan_id, m.id, p.id from measure m, plugin p where m.number = '1' and m.plan_id = $plan;
	insert into indicator_refresh (plan_id, plugin_id, version_id, failed_version_id) select $plan, plugin_id, id, id from plugin_version;
	insert into indicator_value (plan_id, plugin_id, version_id, level, territory, period, state, value) select $plan, plugin_id, id, 'national', 'FR', '2026-01', 'value', 1 from plugin_version;
	insert into alert_state (plan_id, plugin_id, version_id, level, territory, period, state, since, value) select $plan, plugin_id, id, 'national', 'FR', '2026-02', 'ok', '2026-01', 1 from plugin_version;
	insert into target (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, source, origin)
		select $plan, id, 'FR', 0, '2024', 100, '2026', 'linear', 'x', 'illustrative' from plugin;
	insert into series (code, position, name_fr, name_en, unit, unit_fr, unit_en, whole, dimensions, level, by_organisation, by_plan, periodicity,
		irregular, over_territories, over_time, delay_days, sensitive, floor, source_fr, source_en)
		values ('essai.serie', 1, 'x', 'x', 'person', 'x', 'x', true, '[]', 'department', true, true, 'month', false, 'sum', 'sum', 1, true, 5, 'x', 'x');
	insert into observation_batch (series_id, plan_id, via, rows, added) select id, $plan, 'api', 1, 1 from series where code = 'essai.serie';
	insert into figure (series_id, sensitive, plan_id, territory, organisation_id, period, from_on, to_on)
		select s.id, true, $plan, '93', o.id, '2026-01', '2026-01-01', '2026-01-31' from series s, organisation o where s.code = 'essai.serie' and o.code = 'DGPN';
	insert into observation (figure_id, batch_id, state, value) select f.id, b.id, 'value', 3 from figure f, observation_batch b;
	insert into roster (plan_id, kind, organisation_id, territories, from_on) select $plan, 'referent', id, '{93}', '2026-01-01' from organisation where code = 'DGPN';
	insert into campaign (plan_id, period, opens_on, due_on, expects) select id, '2026-01', '2026-01-01', '2026-02-10', '[]' from plan;
	insert into expectation (plan_id, campaign_id, territory, organisation_id) select c.plan_id, c.id, case c.plan_id when $plan then '93' else '75' end, o.id from campaign c, organisation o where o.code = 'DGPN';
	insert into report (plan_id, expectation_id, state) select plan_id, id, 'draft' from expectation where plan_id = $plan;
	insert into outbox (plan_id, campaign_id, person_id, kind, key, units) select c.plan_id, c.id, (select min(id) from person), 'soon', c.id::text, '[]' from campaign c where c.plan_id = $plan;
	insert into report_draft (plan_id, expectation_id, body) select plan_id, id, '{}' from expectation where plan_id = $plan;
	insert into report_figure (plan_id, expectation_id, series_id, act, answer, value) select e.plan_id, e.id, s.id, 'submitted', 'value', 3
		from expectation e, series s where e.plan_id = $plan and s.code = 'essai.serie';
	insert into import (plan_id, kind, series_id, sha256, rows, content, preview, basis, refused, person_id)
		select $plan, 'figures', s.id, repeat('0', 64), 1, '{}', '{}', repeat('0', 64), 0, (select min(id) from person) from series s where s.code = 'essai.serie';
	insert into import (plan_id, kind, mapper_version_id, sha256, rows, content, preview, basis, refused, person_id)
		select $plan, 'figures', v.id, repeat('0', 64), 1, '{}', '{}', repeat('0', 64), 0, (select min(id) from person) from plugin_version v;
	insert into credential (person_id, password_hash) select min(id), '$argon2id$v=19$' from person;
	insert into one_time_code (hash, person_id, expires_at) select repeat('a', 64), min(id), now() from person;
	insert into session (hash, person_id, idle_until, expires_at) select repeat('b', 64), min(id), now(), now() from person;
	insert into sign_in_attempt (login, address, ok) values ('x', 'x', false);
	insert into mailbox (person_id, address) select min(id), 'a@service.example' from person;
	insert into mail (message_id, person_id) select '<1@x>', min(id) from person;
	update outbox set mail_id = (select id from mail);
	insert into follow (plan_id, person_id, measure_id, action_id, territory) select $plan, p.id, x.m, x.a, x.t from (select min(id) as id from person) p,
		lateral (select min(id) as m, null::bigint as a, null as t from measure where plan_id = $plan union all
			select null, min(id), null from action where plan_id = $plan union all select null, null, '93') x;
	insert into handover (plan_id, from_id, to_id, on_day, reason, seats) select $plan, min(id), max(id), '2026-01-01', 'Mutation', 1 from person;
	insert into calendar_token (person_id, hash) select min(id), repeat('c', 64) from person;
	insert into password_ask (login, address) values (repeat('0', 64), 'x');
	insert into idempotency_key (person_id, route, key, body_sha256) select min(id), 'x', 'x', 'x' from person;
	insert into job (kind, plan_id) values ('refresh', $plan)`;

before(async () => {
	plan = await makePlan();
	root = await connect(superuser);
	app = await connect(process.env.TEST_DATABASE_URL);
	for (const statement of FILL.split(';\n')) await root.query(statement.replaceAll('$plan', plan.planId));
});
after(async () => {
	for (const client of [plan?.owner, root, app]) await client?.end();
});

/* The state of a report, fields of `change` (SQL) over one that breaks no rule. */
const declared = (change) => Object.entries({ status: "'in_progress'", progress: '40', confidence: 'null', comment: 'null', reason: 'null', done_on: 'null',
	carried_plan: 'null', carried_measure: 'null', ...change }).map(([column, value]) => `${column} = ${value}`).join(', ');
const state = (prefix, tell, length) => ({
	[`${prefix}_status`]: [declared({ status: "'late'" }), declared({ status: "'blocked'" }), declared({ status: "''" })],
	[`${prefix}_progress`]: [declared({ progress: '101' }), declared({ progress: '-1' })],
	[`${prefix}_confidence`]: [declared({ confidence: "'sunny'", comment: "'x'" })],
	[`${prefix}_done_is_100`]: [declared({ status: "'done'", progress: '99', done_on: "'2026-01-01'" }), declared({ progress: '100' }),
		declared({ status: "'done'", progress: 'null', done_on: "'2026-01-01'" })],
	[`${prefix}_done_has_day`]: [declared({ status: "'done'", progress: '100' }), declared({ done_on: "'2026-01-01'" })],
	[`${prefix}_not_started_is_0`]: [declared({ status: "'not_started'", progress: '1' })],
	[`${prefix}_confidence_says_why`]: [declared({ confidence: "'secured'" })],
	[`${prefix}_dropped_says_why`]: [declared({ status: "'dropped'" })],
	[`${prefix}_carried_says_where`]: [declared({ status: "'carried_over'" }), declared({ carried_plan: "'autre'", carried_measure: "'1'" })],
	[`${prefix}_carried_says_both`]: [declared({ status: "'carried_over'", carried_plan: "'autre'" })],
	[`${prefix}_comment_says`]: [declared({ comment: "''" }), declared({ comment: "E' \\n'" })],
	[`${prefix}_reason_says`]: [declared({ reason: "' '" })],
	[`${tell}_comment_${length}`]: [declared({ comment: long(4000) })],
	[`${tell}_reason_${length}`]: [declared({ reason: long(1000) })],
});
const number = ["number = '7..2'", "number = ''", "number = '7.é'", `number = ${long(20)}`];
const hash = ["hash = 'short'"];

/* Every CHECK of the schema: constraint → changes of a row that it must refuse. */
const CHECKS = {
	action: {
		...state('action', 'action', 'check'), action_dates: ["start_on = '2026-02-01', due_on = '2026-01-31'"],
		action_change_reason_check: [`change_reason = ${long(1000)}`], action_level_check: word('level'), action_number_check: number,
		action_origin_check: word('origin'), action_title_en_check: texts(['title_en', 300]), action_title_fr_check: texts(['title_fr', 300]),
		action_weight_check: ['weight = 0', 'weight = -1', 'weight = 1001'],
	},
	action_deployment: state('deployment', 'action_deployment', 'check'),
	status_report: state('report', 'report', 'length'),
	alert_state: {
		alert_state_level_check: word('level'), alert_state_period: ["period = '2026-13'"], alert_state_state_check: ["state = 'calm'"],
		alert_state_since: ["since = '2026-03'"], alert_state_value_check: ["value = 'infinity'"],
		alert_state_rests_on_a_value: ['value = null', "state = 'no_data'", "state = 'error'"],
	},
	api_token: { api_token_check: ["expires_at = created_at + interval '367 days'"], api_token_hash_check: hash, api_token_name_check: texts(['name', 100]) },
	assignment: {
		assignment_dates: ["until_on = from_on - 1"], assignment_role_check: word('role'),
		assignment_one_object: ['measure_id = null, action_id = null', 'measure_id = (select min(id) from measure), action_id = (select min(id) from action)'],
	},
	blocker: {
		blocker_closed_reason_check: [`closed_on = opened_on, closed_reason = ${long(1000)}`], blocker_closed_says_why: ['closed_on = opened_on', "closed_reason = 'x'"],
		blocker_dates: ["closed_on = opened_on - 1, closed_reason = 'x'"], blocker_decision_needed_check: [`decision_needed = ${long(1000)}`],
		blocker_description_check: [`description = ${long(4000)}`], blocker_kind_check: word('kind'), blocker_title_check: texts(['title', 300]),
	},
	budget_line: {
		budget_line_committed_check: ['committed = -1'], budget_line_currency_check: ["currency = 'euro'", "currency = ''"],
		budget_line_funding_check: [`funding = ${long(200)}`], budget_line_planned_check: ['planned = -0.01'], budget_line_spent_check: ['spent = -1'],
	},
	calendar_token: { calendar_token_hash_check: hash },
	campaign: {
		campaign_change_reason_check: [`change_reason = ${long(1000)}`], campaign_dates: ['due_on = opens_on - 1'], campaign_expects_check: ["expects = '{}'"],
		campaign_period_check: ["period = '2026-13'", "period = '2026'", "period = ''"],
	},
	credential: { credential_password_hash_check: ["password_hash = 'in clear'"] },
	evidence: {
		evidence_bytes_check: ["url = null, file_name = 'x', media_type = 'x', sha256 = repeat('0', 64), bytes = convert_to(repeat('x', 10485761), 'UTF8')"],
		evidence_file_is_named: ["url = null, bytes = 'x', media_type = 'x', sha256 = repeat('0', 64)", "url = null, bytes = 'x', file_name = 'x', sha256 = repeat('0', 64)"],
		evidence_file_name_check: texts(['file_name', 200]), evidence_link_or_file: ['url = null', "bytes = 'x', file_name = 'x', media_type = 'x', sha256 = repeat('0', 64)"],
		evidence_sha256_check: ["sha256 = 'short'"], evidence_title_check: texts(['title', 300]),
		evidence_url_check: ["url = 'javascript:alert(1)'", "url = 'ftp://x'", "url = 'https://' || repeat('x', 2000)"],
	},
	expectation: { expectation_reason: ["exempt_reason = ' '", `exempt_reason = ${long(1000)}`] },
	figure: { figure_check: ['from_on = to_on + 1'], figure_period_check: ["period = '2026-13'", "period = '2026-1'", "period = '2026-Q5'"] },
	import: {
		import_basis_check: ["basis = 'short'"], import_expires_later: ['expires_at = created_at'], import_file_name: texts(['file_name', 255]),
		import_kind_check: word('kind'), import_plan: ['plan_id = null'], import_refused_check: ['refused = -1'], import_rows_check: ['rows = -1', 'rows = 10001'],
		import_series: ["kind = 'status'", 'series_id = null', 'mapper_version_id = (select id from plugin_version)'], import_sha256_check: ["sha256 = 'short'"], import_whole: ['committed_at = now(), refused = 1'],
	},
	indicator_value: {
		indicator_value_audience_check: word('audience'), indicator_value_level_check: word('level'), indicator_value_period_check: ["period = '2026-13'", "period = ''"],
		indicator_value_protected: ["audience = 'protected'"],
		indicator_value_reason: ["state = 'missing', value = null", "reason = 'x'", "state = 'suppressed', value = null"],
		indicator_value_state: ['value = null', "state = 'missing', reason = 'x', value = 0", "state = 'not_applicable'"],
		indicator_value_state_check: ["state = 'nonsense', value = null"], indicator_value_value_check: ["value = 'infinity'", "value = '-infinity'", "value = 'nan'"],
	},
	job: { job_kind_check: word('kind') },
	measure: {
		measure_change_reason_check: [`change_reason = ${long(1000)}`], measure_number_check: number, measure_origin_check: word('origin'),
		measure_title_en_check: texts(['title_en', 300]), measure_title_fr_check: texts(['title_fr', 300]), measure_weight_check: ['weight = 0', 'weight = 1001'],
	},
	measure_link: { measure_link_kind_check: word('kind') },
	milestone: {
		milestone_change_reason_check: [`change_reason = ${long(1000)}`], milestone_title_en_check: texts(['title_en', 300]), milestone_title_fr_check: texts(['title_fr', 300]),
	},
	objective: {
		objective_number_check: number, objective_origin_check: word('origin'), objective_title_en_check: texts(['title_en', 300]),
		objective_title_fr_check: texts(['title_fr', 300]),
	},
	observation: {
		observation_qualifier_check: [`qualifier = ${long(500)}`], observation_rank_check: ['rank = 1', 'rank = -2'],
		observation_reason: ["state = 'missing', value = null", "reason = 'x'"], observation_reason_check: [`state = 'missing', value = null, reason = ${long(300)}`],
		observation_source_check: [`source = ${long(500)}`], observation_state: ['value = null', "state = 'not_applicable'", "state = 'missing', reason = 'x', value = 0"],
		observation_state_check: ["state = 'nonsense', value = null"], observation_value_check: ['value = -1', 'value = 1e15'], observation_vintage_check: [`vintage = ${long(40)}`],
	},
	observation_batch: { observation_batch_via_check: word('via') },
	one_time_code: { one_time_code_hash_check: hash },
	organisation: {
		organisation_code_check: ["code = 'petit'", "code = ''", `code = upper(${long(32)})`], organisation_kind_check: word('kind'),
		organisation_name_en_check: [`name_en = ${long(300)}`], organisation_name_fr_check: texts(['name_fr', 300]),
	},
	follow: { follow_one_thing: ['measure_id = null, action_id = null, territory = null', "action_id = (select min(id) from action), territory = '93'"] },
	handover: { handover_reason: ["reason = ' '", `reason = ${long(1000)}`], handover_seats_check: ['seats = 0'], handover_two_people: ['to_id = from_id'] },
	mail: { mail_message_id_check: ["message_id = 'x'", `message_id = ${long(300)}`], mail_said_check: [`said = ${long(500)}`], mail_tries_check: ['tries = -1'] },
	mailbox: { mailbox_address: ["address = ''", "address = 'a'", "address = 'a@b c'", "address = 'a@b' || chr(10) || 'Bcc: c@d'", "address = '<a@b>'", "address = 'a@b.'",
		"address = 'a@' || repeat('b.', 127) || 'c'"], mailbox_followed_check: word('followed') },
	outbox: { outbox_about: ["plan_id = null", "campaign_id = null", "kind = 'password'"], outbox_key_check: texts(['key', 200]), outbox_kind_check: word('kind'), outbox_span: ["since = now(), until = now() + interval '1 s'", 'until = now()'], outbox_units_check: ["units = '{}'"] },
	person: { person_lang_check: word('lang'), person_login_check: ["login = 'A B'", "login = ''", `login = ${long(64)}`], person_name_check: texts(['name', 200]) },
	password_ask: { password_ask_login_check: ["login = 'short'"] },
	plan: {
		plan_change_reason_check: [`change_reason = ${long(1000)}`], plan_code_check: ["code = 'Majuscule'", "code = ''", `code = ${long(63)}`],
		plan_dates: ['end_on = start_on', 'end_on = start_on - 1'], plan_expected_actions_check: ['expected_actions = -1'],
		plan_expected_measures_check: ['expected_measures = -1'], plan_expected_objectives_check: ['expected_objectives = -1'],
		plan_stale_after_days_check: ['stale_after_days = 0', 'stale_after_days = 3661'], plan_title_en_check: texts(['title_en', 300]), plan_title_fr_check: texts(['title_fr', 300]),
		plan_time_zone: ["time_zone = 'Europe/Atlantis'"],
	},
	plugin: {
		plugin_code_check: ["code = 'A'", "code = 'a..b'", `code = ${long(80)}`], plugin_kind_check: word('kind'), plugin_on_disk_check: word('on_disk'), plugin_state_check: word('state'),
	},
	plugin_version: {
		plugin_version_sha256_check: ["sha256 = 'short'"], plugin_version_source_check: [`source = ${long(65536)}`], plugin_version_version_check: ["version = '1.0'", "version = 'v1.0.0'"],
	},
	report: {
		report_answered: ["state = 'submitted'", "state = 'returned', submitted_at = now()", "state = 'submitted', answered_at = now()"],
		report_change_reason_check: [`change_reason = ${long(1000)}`], report_comment_check: [`comment = ${long(4000)}`], report_state_check: ["state = 'late', answered_at = now(), submitted_at = now()"],
		report_validated: ["state = 'validated', answered_at = now(), submitted_at = now()", 'validated_at = now()'],
	},
	report_draft: { report_draft_body_check: ["body = '[]'"], report_draft_findings: ["findings = '{}'"] },
	rule_failure: { rule_failure_finding: ["finding = '[]'"] },
	report_figure: {
		report_figure_findings: ["findings = '{}'"], report_figure_confirmed: ["confirmed = ' '", `confirmed = ${long(1000)}`],
		report_figure_act_check: word('act'), report_figure_answer: ['value = null', "answer = 'not_applicable'"], report_figure_answer_check: ["answer = 'nonsense', value = null"],
		report_figure_missing: ["answer = 'missing', value = null", "reason = 'x'"], report_figure_reason_check: [`answer = 'missing', value = null, reason = ${long(300)}`],
		report_figure_remark: ["remark = ' '", `remark = ${long(1000)}`], report_figure_says_why: ["act = 'returned'", "act = 'revised'"], report_figure_value_check: ['value = -1', 'value = 1e15'],
	},
	roster: {
		roster_dates: ['until_on = from_on - 1'], roster_exempt_says_why: ["kind = 'exempt'"], roster_kind_check: word('kind'),
		roster_person: ["kind = 'deputy'", "kind = 'exempt', reason = 'x', person_id = (select min(id) from person)"],
		roster_reason: ["reason = ' '", `reason = ${long(1000)}`], roster_territories: ["territories = '{}'"],
	},
	role_grant: {
		role_grant_role_check: ["role = 'king'"],
		role_grant_scope: ["role = 'admin', organisation_id = null", "role = 'viewer', plan_id = null, organisation_id = null", "role = 'contributor', organisation_id = null",
			"role = 'contributor', organisation_id = (select min(id) from organisation), territories = '{}'", "role = 'coordinator', organisation_id = (select min(id) from organisation)"],
	},
	schema_migration: { schema_migration_sha256_check: ["sha256 = 'short'", "sha256 = repeat('g', 64)"] },
	series: {
		series_code_check: ["code = 'onlyone'", "code = 'A.b'", `code = 'a.' || ${long(80)}`], series_delay_days_check: ['delay_days = -1', 'delay_days = 1001'],
		series_dimensions_check: ["dimensions = '{}'"], series_floor: ['floor = null', 'sensitive = false'], series_floor_check: ['floor = 4'], series_level_check: word('level'),
		series_name_en_check: texts(['name_en', 300]), series_name_fr_check: texts(['name_fr', 300]), series_over_territories_check: word('over_territories'),
		series_over_time_check: word('over_time'), series_periodicity_check: word('periodicity'), series_sensitive: ['by_plan = false'], series_unit_check: ["unit = 'Per Cent'", "unit = ''"],
	},
	session: { session_hash_check: hash },
	status_report_withdrawal: { status_report_withdrawal_reason_check: texts(['reason', 1000]) },
	target: {
		target_baseline: ["baseline = 'nan'", "baseline = '-infinity'", 'baseline = 1e15'], target_baseline_period: ["baseline_period = '2026-13'", "baseline_period = ''"],
		target_change_reason_check: [`change_reason = ${long(1000)}`], target_origin_check: word('origin'), target_path_check: word('path'),
		target_period: ["period = 'demain'", "period = '2026-Q5'"], target_periods: ["period = '2024'", "period = '2024-12'", "period = '2023'"],
		target_source: ["source = ' '", `source = ${long(1000)}`], target_steps: ["path = 'stepped'", `steps = '[{"period": "2025", "value": 1}]'`, "steps = '{}'"],
		target_value: ["value = 'nan'", "value = 'infinity'"], target_withdrawn_says_why: ['withdrawn_at = now()', "withdrawn_at = now(), change_reason = ' '"],
	},
	territory: {
		territory_code_check: ["code = '1'", "code = '20'", "code = '977a'", "code = 'REG-1'"], territory_level_check: word('level'), territory_population_check: ['population = 0'],
	},
	verification: { verification_remark: ["remark = ' '", `remark = ${long(1000)}`], verification_says_why: ['verified = false'] },
	territory_parent: { territory_parent_check: ['to_on = from_on'] },
};

/* Tables whose every constraint must be attacked here, and whose every change must make the next version; others may be proved elsewhere. */
const CORE = ['action', 'action_deployment', 'assignment', 'blocker', 'budget_line', 'evidence', 'measure', 'measure_indicator', 'measure_link', 'milestone', 'objective', 'organisation',
	'person', 'plan', 'role_grant', 'status_report', 'status_report_withdrawal', 'target', 'territory', 'territory_parent'];

/* What each table has of constraints of one kind, names in order. */
const constraints = async (type) => (await root.query(`select r.relname as tbl, c.conname as name, c.conrelid::regclass as relation,
		array(select a.attname::text from unnest(c.conkey) with ordinality k (n, at) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by k.at) as columns,
		array(select format_type(a.atttypid, null) from unnest(c.conkey) with ordinality k (n, at) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by k.at) as types
	from pg_constraint c join pg_class r on r.oid = c.conrelid
	where c.connamespace = 'public'::regnamespace and c.contype = $1 and r.relname !~ '_history$' order by 1, 2`, [type])).rows;
const columnsOf = async (table) => (await root.query(`select attname as name, attnotnull as required, attidentity <> '' as identity, attgenerated <> '' as generated
	from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`, [table])).rows;

/* The tables that have something to attack: those of FILL, and more if migrations or triggers put rows there. */
const filled = async (list) => {
	const all = [];
	for (const one of list) if ((await root.query(`select 1 from ${one.tbl} limit 1`)).rows.length) all.push(one);
	return all;
};

/* Changes one row of a table as careful code would, the version included. */
async function change(table, set, where = 'true') {
	const versioned = (await columnsOf(table)).some((c) => c.name === 'version') && !/\bversion =/.test(set);
	return attempt(root, `update ${table} set ${set}${versioned && table !== 'plugin_version' ? ', version = version + 1' : ''}
		where ctid = (select ctid from ${table} where ${where} limit 1)`);
}
const refused = (error, code, name, what) => {
	assert.ok(error, `${what}: it was accepted`);
	assert.equal(`${error.code} ${error.constraint}`, `${code} ${name}`, `${what}: ${error.message}`);
};

test('the attacks start from rows that break no rule', async () => {
	for (const { tbl } of await constraints('p')) {
		const { rows } = await root.query(`select count(*)::int as n from ${tbl}`);
		assert.ok(rows[0].n > 0 || !(tbl in CHECKS), `${tbl} is empty`);
	}
	for (const table of Object.keys(CHECKS)) {
		const { name } = (await columnsOf(table)).find((c) => !c.identity && !c.generated && c.name !== 'version');
		assert.equal(await change(table, `${name} = ${name}`), null, table);
	}
	assert.equal(await change('status_report', declared({ status: "'done'", progress: '100', done_on: "'2026-01-01'" })), null);
	assert.equal(await change('action', declared({ status: "'dropped'", reason: "'x'" })), null);
});

test('every CHECK refuses what it is there for', async () => {
	const known = (await constraints('c')).map((c) => `${c.tbl}.${c.name}`).sort();
	const attacked = Object.entries(CHECKS).flatMap(([table, names]) => Object.keys(names).map((name) => `${table}.${name}`)).sort();
	assert.deepEqual(attacked.filter((name) => !known.includes(name)), [], 'each attack has its constraint');
	assert.deepEqual(known.filter((name) => CORE.includes(name.split('.')[0]) && !attacked.includes(name)), [], 'each constraint is attacked');
	for (const [table, names] of Object.entries(CHECKS))
		for (const [name, attacks] of Object.entries(names))
			for (const set of attacks) {
				const said = await change(table, set);
				if (name === 'plan_time_zone') assert.equal(said?.code, '22023', 'the zone is looked up by the check itself');
				else refused(said, '23514', name, `${table}: ${set.slice(0, 120)}`);
			}
	assert.equal((await attempt(root, "select 'age==minor'::dims_text")).constraint, 'dims_text_check');
});

test('every reference refuses what is not there, and what belongs to another plan', async () => {
	const foreign = await filled(await constraints('f'));
	assert.ok(foreign.length >= 60);
	for (const { tbl, name, columns, types } of foreign) {
		const last = columns.at(-1), bad = types.at(-1) === 'text' ? "'nowhere'" : types.at(-1) === 'boolean' ? `not ${last}` : '-1';
		const chosen = await root.query(`select 1 from ${tbl} where ${last} is not null limit 1`);
		const said = await change(tbl, `${last} = ${bad}`, chosen.rows.length ? `${last} is not null` : 'true');
		/* a row that leaves its plan leaves its parent and its parts, too: any of these may be told first */
		if (last === 'plan_id') assert.equal(said?.code, '23503', `${tbl}.plan_id: ${said?.message ?? 'it was accepted'}`);
		else refused(said, '23503', name, `${tbl}.${last} = ${bad}`);
		if (columns.length === 2 && columns[0] === 'plan_id') {
			const parent = { measure_id: 'measure', action_id: 'action', objective_id: 'objective', deployment_id: 'action_deployment', report_id: 'status_report',
				campaign_id: 'campaign', expectation_id: 'expectation' }[last];
			if (parent === 'status_report') continue; /* its own plan_id is moved below */
			const other = `(select id from ${parent} where plan_id = (select id from plan where code = 'autre'))`;
			refused(await change(tbl, `${last} = ${other}`, `${last} is not null and plan_id = ${plan.planId}`), '23503', name, `${tbl}.${last} of another plan`);
		}
	}
	refused(await change('status_report_withdrawal', "plan_id = (select id from plan where code = 'autre')"), '23503',
		'status_report_withdrawal_plan_id_report_id_fkey', 'a withdrawal moved to another plan');
});

test('every uniqueness refuses the second', async () => {
	const { rows: unique } = await root.query(`select r.relname as tbl, i.indexrelid::regclass::text as name, i.indisprimary as is_primary,
			array(select a.attname::text from unnest(i.indkey::int2[]) k join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k) as columns
		from pg_index i join pg_class r on r.oid = i.indrelid where r.relnamespace = 'public'::regnamespace and i.indisunique and r.relname !~ '_history$'`);
	/* where a plain copy of a row meets another uniqueness first: what the copy has otherwise, and which row is copied */
	const apart = {
		assignment_once: { change: { role: "'partner'" }, where: 'action_id is not null' },
		assignment_one_lead_of_action: { change: { organisation_id: "(select id from organisation where code = 'ACSE')" }, where: "action_id is not null and role = 'lead'" },
		assignment_one_lead_of_measure: { change: { organisation_id: "(select id from organisation where code = 'ACSE')" }, where: "measure_id is not null and role = 'lead'" },
		plugin_version_plugin_id_version_key: { change: { active: 'false' } }, plugin_version_one_active: { change: { version: "'9.9.9'" } },
		calendar_token_one: { change: { hash: "repeat('d', 64)" } }, session_id_key: { change: { hash: "repeat('c', 64)" }, identity: true },
	};
	for (const { tbl, name, is_primary: isPrimary, columns } of await filled(unique)) {
		const primary = unique.find((u) => u.tbl === tbl && u.is_primary).columns;
		if (!isPrimary && primary.every((c) => columns.includes(c))) continue; /* for references alone: the primary key is within */
		const all = await columnsOf(tbl), { change: other = {}, where = 'true', identity = isPrimary } = apart[name] ?? {};
		const copied = all.filter((c) => !c.generated && (identity || !c.identity)).map((c) => c.name);
		const said = await attempt(root, `insert into ${tbl} (${copied}) overriding system value
			select ${copied.map((c) => other[c] ?? c)} from ${tbl} where ${where} limit 1`);
		refused(said, '23505', name, `${tbl}: a copy`);
	}
});

test('what must be there cannot be left out', async () => {
	for (const { tbl } of await filled(await constraints('p')))
		for (const { name, required, identity, generated } of await columnsOf(tbl)) {
			if (!required || identity || generated || tbl === 'journal' || (name === 'version' && !CORE.includes(tbl))) continue;
			const said = await change(tbl, `${name} = null`);
			assert.ok(said?.code === '23502' || ['next_version', 'initial_due_on_stays'].includes(said?.constraint),
				`${tbl}.${name}: ${said?.message ?? 'it was accepted'}`);
		}
});

test('each change makes the next version, and the first due date stays', async () => {
	const { rows: tracked } = await root.query(`select substring(r.relname from '^(.*)_history$') as tbl from pg_class r
		join pg_attribute a on a.attrelid = r.oid and a.attname = 'version'
		where r.relnamespace = 'public'::regnamespace and r.relname ~ '_history$' order by 1`);
	const versioned = tracked.map((t) => t.tbl).filter((tbl) => CORE.includes(tbl) || tbl === 'series');
	assert.ok(versioned.length >= 14);
	for (const tbl of versioned)
		for (const version of ['version', 'version + 2', 'version - 1'])
			refused(await change(tbl, `version = ${version}`), '23514', 'next_version', `${tbl}: version = ${version}`);
	for (const tbl of ['action', 'milestone'])
		for (const day of ['initial_due_on + 1', ...(tbl === 'action' ? ['null'] : [])])
			refused(await change(tbl, `initial_due_on = ${day}`, 'initial_due_on is not null'), '23514', 'initial_due_on_stays', `${tbl}: initial_due_on = ${day}`);
});

/* What nobody else may see leaves no act where administrators read. */
const UNSEEN = ['follow'];

test('whoever writes, each row written leaves its version in the history and its act in the journal', async () => {
	for (const { tbl } of (await root.query(`select substring(relname from '^(.*)_history$') as tbl from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relname ~ '_history$'`)).rows) {
		const counted = `select (select count(*) from ${tbl}_history)::int as history, (select count(*) from journal where object = '${tbl}')::int as journal`;
		await root.query('begin');
		const { rows: [first] } = await root.query(counted);
		const column = (await columnsOf(tbl)).find((c) => c.name === 'version') ? 'version = version + 1' : 'plan_id = plan_id';
		const { rowCount } = await root.query(`update ${tbl} set ${column}`);
		const { rows: [now] } = await root.query(counted);
		await root.query('rollback');
		assert.ok(rowCount > 0 || !CORE.includes(tbl), tbl);
		assert.deepEqual(now, { history: first.history + rowCount, journal: first.journal + (UNSEEN.includes(tbl) ? 0 : rowCount) }, tbl);
	}
});

/* What the application's role may do in each table beside reading; everything else is refused, whoever is signed in. */
const RIGHTS = {
	'insert, update': ['action', 'action_deployment', 'assignment', 'blocker', 'budget_line', 'campaign', 'evidence', 'expectation', 'follow', 'indicator_refresh', 'mailbox', 'measure',
		'measure_indicator', 'measure_link', 'milestone', 'objective', 'organisation', 'person', 'plan', 'plugin', 'report', 'report_draft', 'role_grant', 'roster', 'series', 'target'],
	insert: ['alert_state', 'figure', 'handover', 'indicator_value', 'journal', 'mail', 'observation', 'observation_batch', 'outbox', 'plugin_version', 'report_figure', 'rule_failure', 'sign_in_attempt', 'status_report', 'status_report_withdrawal', 'verification'],
	'delete, insert, update': ['idempotency_key', 'import', 'job'],
	'': ['indicator_cell'],
};

test('the application’s role may insert, change and delete what it must, and truncate nothing', async () => {
	const { rows: tables } = await root.query(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`);
	assert.ok(tables.length >= 50);
	for (const context of ['', 'service', createHash('sha256').update(plan.tokens.carla).digest('hex')]) {
		await app.query("select set_config('vigie.session', $1, false)", [context]);
		for (const { name } of tables) {
			const columns = (await columnsOf(name)).filter((c) => !c.generated && !c.identity).map((c) => c.name), [column] = columns;
			const statements = { delete: `delete from ${name} where false`, insert: `insert into ${name} (${columns}) select ${columns.map(() => 'null')} where false`,
				update: `update ${name} set ${column} = null where false`, truncate: `truncate ${name}` };
			const listed = /_history$/.test(name) || name in CHECKS || Object.values(RIGHTS).some((tables) => tables.includes(name));
			const may = Object.keys(RIGHTS).find((rights) => RIGHTS[rights].includes(name)) ?? '';
			for (const [act, text] of Object.entries(statements)) {
				const said = await attempt(app, text);
				if (!listed && act !== 'truncate') continue; /* proved where the table is */
				if (may.split(', ').includes(act)) assert.equal(said, null, `${act} ${name}`);
				else assert.equal(said?.code, '42501', `${act} ${name} as '${context}': ${said?.message ?? 'it was accepted'}`);
			}
		}
	}
	await app.query("select set_config('vigie.session', 'service', false)");
	const { rows: [{ owns }] } = await root.query(`select count(*)::int as owns from pg_class where relowner = 'vigie'::regrole`);
	assert.equal(owns, 0, 'it owns nothing');
	assert.equal((await attempt(app, 'alter table action disable trigger all')).code, '42501');
	assert.equal((await attempt(app, "set session_replication_role = 'replica'")).code, '42501');
	assert.equal(await attempt(app, 'update plugin_version set active = false where false'), null, 'which version counts may change');
	assert.equal((await attempt(app, "update plugin_version set source = 'x' where false")).code, '42501', 'its text may not');
	assert.equal((await attempt(app, "update import set preview = '{}' where false")).code, '42501', 'what was proposed stays as it was');
});
