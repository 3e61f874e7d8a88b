/* Import and export of plans by command: preview, all or nothing, nothing twice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { command, sql } from './accounts.mjs';
import { vigie } from './client.mjs';

const plan = 'ocrteh-2024-2026';
const seed = 'sql/seed/ocrteh-2024-2026.json';
const file = () => JSON.parse(readFileSync(new URL(`../../${seed}`, import.meta.url), 'utf8'));
const load = (document, ...words) => vigie(['plan', 'import', '-', '--json', ...words],
	{ input: typeof document === 'string' ? document : JSON.stringify(document) });
const change = (rest, ...words) => load({ format: 'plan/1', code: plan, ...rest }, ...words);

const TABLES = ['plan', 'objective', 'measure', 'action', 'assignment', 'milestone', 'budget_line', 'action_deployment',
	'organisation', 'role_grant', 'job'];
/* Everything that an import could write, as one text. */
const state = () => TABLES.map((table) => sql(`select '${table}', coalesce(md5(string_agg(t::text, ',' order by t.id)), '') from ${table} t`))
	.join('\n') + sql('select count(*) from journal');

test('a dry run of a new plan says what it would do and writes nothing', async () => {
	const before = state();
	const { code, stdout } = await vigie(['plan', 'import', seed, '--dry-run', '--json']);
	assert.equal(code, 0);
	const preview = JSON.parse(stdout);
	assert.equal(preview.new_plan, true);
	assert.deepEqual(preview.counts, { new: 1 + 21 + 6 + 22 + 54, changed: 0, same: 0, refused: 0 });
	assert.equal(state(), before);
});

test('the importer named by --as coordinates the new plan; a stranger is refused', async () => {
	assert.equal((await vigie(['plan', 'import', seed, '--as', 'nobody'])).code, 1);
	assert.equal(sql('select count(*) from plan'), '0');
	sql("insert into person (login, name) values ('carla', 'Carla Roy')");
	await command(['plan', 'import', seed, '--as', 'carla']);
	assert.equal(sql(`select g.role from role_grant g join person p on p.id = g.person_id where p.login = 'carla'`), 'coordinator');
	assert.equal(sql(`select count(*) from journal j join person p on p.id = j.person_id where j.object = 'action'`), '54');
});

test('importing the file again, or an export, changes nothing', async () => {
	await command(['plan', 'import', 'sql/seed/demo-deployments.json']);
	await change({ actions: [{ number: '7.2', due_on: '2027-03-31', reason: 'attente', co_leads: ['DGGN'],
		milestones: [{ title_fr: 'Note', due_on: '2026-01-31' }], budget: [{ planned: 12000.5 }, { funding: 'FIPD', spent: 3 }] }] });
	const before = state();
	for (const words of [['export', plan], ['export', plan, '--with-status']]) {
		const { stdout } = await command(['plan', ...words]);
		const { code, stdout: said } = await load(stdout);
		assert.equal(code, 0);
		assert.deepEqual([JSON.parse(said).counts.new, JSON.parse(said).counts.changed], [0, 0]);
	}
	assert.equal(state(), before);
});

test('an export makes the same plan elsewhere', async () => {
	const { stdout } = await command(['plan', 'export', plan]);
	await load(stdout.replace(`"code": "${plan}"`, '"code": "copy"'));
	assert.equal((await command(['plan', 'export', 'copy'])).stdout.replace('"code": "copy"', `"code": "${plan}"`), stdout);
});

test('only what differs gets a new version', async () => {
	const versions = () => sql(`select string_agg(number || ':' || version, ' ' order by sort_key) from action
		where plan_id = (select id from plan where code = '${plan}')`);
	const before = versions();
	await change({ actions: [{ number: '1.1', title_en: 'Other' }, { number: '1.2' }] });
	assert.equal(versions(), before.replace('1.1:1', '1.1:2'));
});

test('everything wrong is told at once, with its place, and nothing is written', async () => {
	const before = state();
	const bad = file();
	bad.titre = 'x';
	bad.end_on = '2025-06-31';
	bad.measures[3].number = '1';
	bad.measures[5].objective = '9';
	bad.actions[0].lead = 'OCRTE';
	bad.actions[1].weight = 'lourd';
	bad.actions[2].title_fr = 'x'.repeat(301);
	bad.actions[3].due_on = '2027-05-05';
	bad.actions[4].deployments = [{ organisation: 'DGPN', territories: ['1', '20'] }];
	bad.actions[5].origin = 'invented';
	bad.actions[6].title_fr = 'a\u0007';
	const { code, stdout } = await load(bad);
	assert.equal(code, 1);
	const pointers = JSON.parse(stdout).refused.map(({ pointer }) => pointer);
	for (const one of ['#/titre', '#/end_on', '#/measures/3/number', '#/measures/5/objective', '#/actions/0/lead', '#/actions/1/weight',
		'#/actions/2/title_fr', '#/actions/3/due_on', '#/actions/4/deployments/0/territories/0',
		'#/actions/4/deployments/0/territories/1', '#/actions/5/origin', '#/actions/6/title_fr'])
		assert.ok(pointers.includes(one), `${one} in ${pointers}`);
	assert.equal(state(), before);
});

test('more than a hundred faults are all told', async () => {
	const bad = { actions: Array.from({ length: 1500 }, (_, i) => ({ number: `x.${i}`, measure: 'none' })) };
	const { code, stdout } = await change(bad);
	assert.equal(code, 1);
	const { counts, refused } = JSON.parse(stdout);
	assert.equal(refused.length, 1500 * 3);
	assert.equal(counts.refused, refused.length);
});

test('what is no JSON, no object or no plan is refused in a sentence', async () => {
	for (const text of ['', '{', '[]', '{"format":"plan/2","code":"p"}', '{"a":1,"a":2}', '{"format":"plan/1"}', '"\u0000"',
		'['.repeat(5000)]) {
		const { code, stdout, stderr } = await load(text);
		assert.equal(code, 1, text.slice(0, 40));
		assert.ok(stderr || JSON.parse(stdout).refused.length, text.slice(0, 40));
	}
	assert.equal((await vigie(['plan', 'import', '/nowhere.json'])).code, 1);
	assert.equal((await vigie(['plan', 'import'])).code, 64);
	assert.equal((await vigie(['plan', 'import', '-', '--dryrun'])).code, 64);
	assert.equal((await vigie(['plan', 'list'], { env: { DATABASE_URL: 'postgresql:///vigie?host=/nowhere' } })).code, 69);
});

test('expected counts that do not hold, a renamed organisation, a date outside the plan: warnings', async () => {
	const { code, stdout } = await change({ expected: { objectives: 6, measures: 18, actions: 54 },
		organisations: [{ code: 'DGPN', name_fr: 'Police nationale' }],
		actions: [{ number: '1.2', start_on: '2020-01-01' }] }, '--dry-run');
	assert.equal(code, 0);
	assert.deepEqual(JSON.parse(stdout).warnings.map((one) => one.code).sort(), ['count_mismatch', 'organisation_changed', 'outside_plan']);
});

test('a moved date keeps the first one and its reason; a lead that changes keeps its dates', async () => {
	await change({ actions: [{ number: '1.1', due_on: '2027-06-30', reason: 'arbitrage', lead: 'DGPN' }] });
	assert.equal(sql(`select initial_due_on || ' ' || due_on || ' ' || change_reason from action where number = '1.1'
		and plan_id = (select id from plan where code = '${plan}')`), '2026-12-31 2027-06-30 arbitrage');
	assert.equal(sql(`select string_agg(o.code || ':' || (s.until_on is null), ' ' order by s.id) from assignment s
		join organisation o on o.id = s.organisation_id join action a on a.id = s.action_id
		where a.number = '1.1' and s.role = 'lead' and a.plan_id = (select id from plan where code = '${plan}')`), 'OCRTEH:false DGPN:true');
});

test('two imports of one plan at once: one after the other, both whole', async () => {
	const runs = await Promise.all([1, 2, 3, 4].map((n) => change({ actions: [{ number: '2.1', title_en: `Title ${n}` }, { number: '2.2', title_en: `Title ${n}` }] })));
	assert.ok(runs.every(({ code }) => code === 0));
	assert.equal(sql(`select count(distinct title_en) from action where number in ('2.1', '2.2')
		and plan_id = (select id from plan where code = '${plan}')`), '1');
});

test('ten thousand actions are imported and compared again', { timeout: 120_000 }, async () => {
	const big = { format: 'plan/1', code: 'big', title_fr: 'Grand plan', start_on: '2025-01-01', end_on: '2026-12-31',
		objectives: [{ number: '1', title_fr: 'Objectif' }],
		measures: Array.from({ length: 100 }, (_, i) => ({ number: `${i + 1}`, objective: '1', title_fr: `Mesure ${i + 1}`, lead: 'DGPN' })),
		actions: Array.from({ length: 10_000 }, (_, i) => ({ number: `${i % 100 + 1}.${Math.floor(i / 100) + 1}`, measure: `${i % 100 + 1}`,
			title_fr: `Action ${i}`, level: 'national', lead: 'DGPN', partners: ['DGGN'], start_on: '2025-01-01', due_on: '2026-06-30' })) };
	const first = JSON.parse((await load(big)).stdout);
	assert.equal(first.counts.new, 10_102);
	const again = JSON.parse((await load(big)).stdout);
	assert.deepEqual(again.counts, { new: 0, changed: 0, same: 10_102, refused: 0 });
});

test('the list of plans', async () => {
	const { stdout } = await command(['plan', 'list', '--json']);
	assert.deepEqual(JSON.parse(stdout).items.map(({ code }) => code).sort(), ['big', 'copy', plan]);
	assert.match((await command(['plan', 'list'])).stdout, /ocrteh-2024-2026 .*22 measures .*54 actions/);
	assert.equal((await vigie(['plan', 'export', 'nothing'])).code, 1);
});
