/*
 * Following: a measure, an action, a territory, each for oneself; the digest of what moved in it, one message a person,
 * in the person's language, at most once, of what the person may still read.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { dayIn, instant, startServer, vigie } from './client.mjs';
import { base, makePlan, PLAN } from './action_data.mjs';
import { mailServer } from './smtp.mjs';

const root = `/api/v1/plans/${PLAN}`, PUBLIC = 'https://vigie.example';
/* A day whose week begins with it, so that daily and weekly digests are due alike: what moves now lies before it. */
const later = (days) => new Date(Date.parse(`${dayIn('Europe/Paris')}T12:00:00Z`) + days * 86_400_000);
const day = (date) => date.toISOString().slice(0, 10);
const ahead = Array.from({ length: 7 }, (_, i) => later(i + 1));
const MONDAY = day(ahead.find((date) => date.getUTCDay() === 1)), TUESDAY = day(new Date(Date.parse(MONDAY) + 86_400_000));
let data, server, carla, paul, victor, smtp, superuser;

const send = async (today = MONDAY) => {
	const run = await vigie([`--smtp_url=smtp://127.0.0.1:${smtp.port}`, '--smtp_from=vigie@mail.example', `--public_url=${PUBLIC}`, `--today=${today}`, 'outbox', 'send', '--once']);
	assert.equal(run.code, 0, run.stderr);
	return Number(/^sent (\d+),/.exec(run.stdout)[1]);
};
const mailOf = (login) => smtp.mails.find(({ to }) => to[0].startsWith(`${login}@`));
const choose = (login, followed) => data.owner.query('update mailbox set followed = $2, version = version + 1 where person_id = $1 and followed <> $2', [data.ids[login], followed]);
/* As if what was told so far had been told a moment ago, not at a midnight to come. */
const pass = () => data.owner.query("update outbox set since = now() - interval '1 s', until = now() where kind = 'followed'");
async function report(number, body) {
	const { etag } = await carla.get(`${base}/${number}${body.territory ? `/deployments/${body.territory}/${body.organisation}` : ''}`);
	const answer = await carla.post(`${base}/${number}/status-reports`, body, { ifMatch: etag });
	assert.equal(answer.status, 201, answer.text);
}

before(async () => {
	data = await makePlan();
	superuser = new pg.Client({ connectionString: process.env.TEST_DATABASE_OWNER_URL.replace('//vigie_owner@', '//postgres@') });
	await superuser.connect();
	for (const login of ['paul', 'victor', 'gina', 'adam'])
		await data.owner.query('insert into mailbox (person_id, address) values ($1, $2)', [data.ids[login], `${login}@service.example`]);
	server = await startServer();
	[carla, paul, victor] = ['carla', 'paul', 'victor'].map((login) => server.bearer(data.tokens[login]));
});
beforeEach(async () => {
	smtp = await mailServer();
});
afterEach(async () => {
	await smtp.stop();
	await superuser.query('truncate outbox, mail, follow, follow_history cascade');
});
after(async () => {
	await server?.stop();
	await data?.owner.end();
	await superuser?.end();
});

test('a measure, an action and a territory are followed and no more, by whoever reads the plan; the same again changes nothing', async () => {
	const nobody = await paul.get(`${root}/follows/measure/7`);
	assert.deepEqual(nobody.json, { kind: 'measure', code: '7', title: 'Mesure 7', followed: false, from_at: null });
	for (const thing of ['measure/7', 'action/7.2', 'territory/93', 'territory/REG-11']) {
		const answer = await paul.put(`${root}/follows/${thing}`);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.followed, true);
		assert.equal(answer.headers.get('cache-control'), 'no-store');
		assert.deepEqual((await paul.put(`${root}/follows/${thing}`)).json, answer.json, 'since the same instant');
	}
	const list = await paul.get(`${root}/follows`);
	assert.deepEqual(list.json.items.map(({ kind, code, title }) => [kind, code, title]), [['action', '7.2', 'Assurer la coordination locale'], ['measure', '7', 'Mesure 7'],
		['territory', '93', 'Seine-Saint-Denis'], ['territory', 'REG-11', 'Île-de-France']]);
	assert.equal((await paul.delete(`${root}/follows/measure/7`)).json.followed, false);
	assert.equal((await paul.delete(`${root}/follows/measure/7`)).json.followed, false);
	assert.equal((await paul.delete(`${root}/follows/measure/1`)).json.followed, false, 'what was never followed');
	assert.equal((await paul.get(`${root}/follows`)).json.total, 3);
	assert.equal((await victor.get(`${root}/follows`)).json.total, 0, 'everybody for oneself');
	const { rows } = await data.owner.query('select followed, version from follow_history order by history_id');
	assert.deepEqual(rows.map((r) => [r.followed, Number(r.version)]), [[true, 1], [true, 1], [true, 1], [true, 1], [false, 2]]);
});

test('what is not there is said, with what a code may have meant', async () => {
	for (const [thing, said] of [['measure/99', /99/], ['action/7', /7/], ['objective/1', /objective/], ['territory/1', /« 01 »/], ['territory/XX', /Territoire inconnu/]])
		for (const answer of [await paul.get(`${root}/follows/${thing}`), await paul.put(`${root}/follows/${thing}`), await paul.delete(`${root}/follows/${thing}`)]) {
			assert.equal(answer.status, 404, thing);
			assert.match(answer.json.detail, said);
		}
	assert.equal((await data.owner.query('select from follow')).rowCount, 0);
});

test('changes are asked for with what one follows alone: a measure stands for its actions, a territory for what happens there', async () => {
	const since = await instant();
	await report('1.1', { status: 'in_progress', progress: 10 });
	await report('7.2', { status: 'in_progress', progress: 30 });
	await report('7.10', { territory: '93', organisation: 'DGPN', status: 'in_progress', progress: 5 });
	const blocker = await carla.post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Décret', territory: '75', organisation: 'DGPN' });
	assert.equal(blocker.status, 201, blocker.text);
	const found = async (client) => {
		const { status, json } = await client.get(`${root}/changes?since=${since}&followed=true`);
		assert.equal(status, 200);
		assert.equal(json.total, json.items.length);
		return [...new Set(json.items.map(({ number, territory }) => [number, territory].filter(Boolean).join(' ')))].sort();
	};
	assert.deepEqual(await found(paul), []);
	await paul.put(`${root}/follows/territory/93`);
	assert.deepEqual(await found(paul), ['7.10 93']);
	await paul.put(`${root}/follows/territory/75`);
	assert.deepEqual(await found(paul), ['7.10 93', '7.2'], 'the blocker in Paris, told with its action');
	await paul.put(`${root}/follows/action/1.1`);
	assert.deepEqual(await found(paul), ['1.1', '7.10 93', '7.2']);
	await victor.put(`${root}/follows/measure/7`);
	assert.deepEqual(await found(victor), ['7.10 93', '7.2']);
	assert.ok((await victor.get(`${root}/changes?since=${since}`)).json.total > (await victor.get(`${root}/changes?since=${since}&followed=true`)).json.total);
	assert.equal((await victor.get(`${root}/changes?followed=yes`)).status, 400);
});

test('one digest a person: first value and last, thing by thing, no text that somebody wrote; never twice, nothing when nothing moved', async () => {
	await paul.put(`${root}/follows/action/7.2`);
	await paul.put(`${root}/follows/territory/93`);
	await victor.put(`${root}/follows/action/2.1`);
	await report('7.2', { status: 'in_progress', progress: 40, confidence: 'achievable', comment: 'Madame Durand est très aidée' });
	await report('7.2', { status: 'in_progress', progress: 60, confidence: 'support_needed', comment: 'Il manque un local' });
	await report('7.10', { territory: '93', organisation: 'DGPN', status: 'in_progress', progress: 20 });
	await carla.post(`${base}/7.2/blockers`, { kind: 'legal', title: 'Titre à garder', description: 'Texte à garder' });
	assert.equal(await send(), 1, 'nothing moved for victor');
	const { headers, body } = mailOf('paul');
	assert.equal(headers.subject, 'Vigie – Ce qui a bougé dans ce que vous suivez');
	assert.match(body, /^Bonjour Paul Test,\n\nPlan d’essai, (du|le) .+\u00a0: ce qui a bougé dans ce que vous suivez\.\n\nAction 7\.2 – Assurer la coordination locale\n/);
	assert.match(body, / {2}– avancement\u00a0: 30\u00a0% → 60\u00a0%\n/);
	assert.match(body, / {2}– météo\u00a0: appuis nécessaires\n/);
	assert.match(body, / {2}– points de blocage ouverts\u00a0: 1\n/);
	assert.match(body, /Action 7\.10 – Œuvrer avec les associations \(Seine-Saint-Denis, DGPN\)\n( {2}– .*\n)* {2}– avancement\u00a0: 5\u00a0% → 20\u00a0%\n/);
	assert.match(body, new RegExp(`\n${PUBLIC}/since\\.html\\?plan=${PLAN}&since=[0-9-]{10}&until=[0-9-]{10}&followed=true\n`));
	assert.doesNotMatch(body, /Durand|local\b|à garder/, 'texts stay where rights are looked at');
	assert.equal(await send(), 0);
	assert.equal(await send(), 0, 'a third run neither');
	await pass();
	assert.equal(await send(TUESDAY), 0, 'weekly: not again this week');
	assert.equal(smtp.mails.length, 1);
});

test('daily, weekly or not at all; the next digest begins where the last one ended', async () => {
	await paul.put(`${root}/follows/measure/2`);
	await victor.put(`${root}/follows/measure/2`);
	await choose('paul', 'daily');
	await choose('victor', 'never');
	await report('2.1', { status: 'in_progress', progress: 10 });
	assert.equal(await send(), 1);
	assert.match(mailOf('paul').body, /avancement\u00a0: 10\u00a0%/);
	await pass();
	smtp.mails.length = 0;
	await report('2.1', { status: 'in_progress', progress: 20 });
	assert.equal(await send(), 0, 'the digest of that day was sent');
	assert.equal(await send(TUESDAY), 1);
	assert.match(mailOf('paul').body, /avancement\u00a0: 10\u00a0% → 20\u00a0%/, 'only what is new');
	await choose('paul', 'weekly');
	await choose('victor', 'weekly');
	await superuser.query("delete from outbox where kind = 'followed'; delete from mail");
	smtp.mails.length = 0;
	assert.equal(await send(TUESDAY), 2, 'the week that ended on Sunday, whichever day it is told');
});

test('what moved before one followed is no news; what is followed no more, or may not be read any more, is not told', async () => {
	await report('2.1', { status: 'in_progress', progress: 30 });
	await paul.put(`${root}/follows/measure/2`);
	assert.equal(await send(), 0);
	await report('2.1', { status: 'in_progress', progress: 40 });
	const gina = server.bearer(data.tokens.gina);
	await gina.put(`${root}/follows/action/2.1`);
	await victor.put(`${root}/follows/action/2.1`);
	await report('2.1', { status: 'in_progress', progress: 50 });
	await victor.delete(`${root}/follows/action/2.1`);
	await data.owner.query('update role_grant set revoked_at = now() where person_id = $1', [data.ids.gina]);
	assert.equal(await send(), 1);
	assert.match(mailOf('paul').body, /avancement\u00a0: 30\u00a0% → 50\u00a0%/);
	await data.owner.query('update role_grant set revoked_at = null where person_id = $1', [data.ids.gina]);
	/* the right goes between the digest and its sending */
	await data.owner.query("insert into outbox (plan_id, person_id, kind, key, units, since, until) values ($1, $2, 'followed', 'k', '[]', now() - interval '1 h', now())", [data.planId, data.ids.gina]);
	await data.owner.query('update role_grant set revoked_at = now() where person_id = $1', [data.ids.gina]);
	assert.equal(await send(), 0);
	assert.equal((await data.owner.query("select state from mail where person_id = $1", [data.ids.gina])).rows[0].state, 'dropped');
	await data.owner.query('update role_grant set revoked_at = null where person_id = $1', [data.ids.gina]);
});

test('neither the journal nor the outbox shows what somebody follows', async () => {
	await paul.put(`${root}/follows/action/1.1`);
	await paul.delete(`${root}/follows/action/1.1`);
	assert.equal((await data.owner.query("select from journal where object = 'follow'")).rowCount, 0);
	await data.owner.query("insert into outbox (plan_id, person_id, kind, key, units, since, until) values ($1, $2, 'followed', 'o', '[\"action/1.1\"]', now() - interval '1 h', now())",
		[data.planId, data.ids.paul]);
	const { rows: [{ id }] } = await data.owner.query("select id from outbox where key = 'o'");
	assert.deepEqual((await carla.get(`${root}/outbox`)).json.items.filter((line) => line.person.name === 'Paul Test'), []);
	assert.equal((await carla.post(`${root}/outbox/${id}/send`)).status, 404);
});

test('in a plan west of the server a digest ends at a midnight that is past there', async () => {
	await data.owner.query("update plan set time_zone = 'America/Cayenne', version = version + 1 where id = $1", [data.planId]);
	await choose('paul', 'daily');
	await paul.put(`${root}/follows/action/2.1`);
	await report('2.1', { status: 'in_progress', progress: 55 });
	assert.equal(await send(TUESDAY), 1);
	const { rows: [{ ended }] } = await data.owner.query("select until = $1::timestamp at time zone 'America/Cayenne' as ended from outbox where kind = 'followed'", [MONDAY]);
	assert.ok(ended, 'Tuesday has not begun there when it has here');
	await data.owner.query("update plan set time_zone = 'Europe/Paris', version = version + 1 where id = $1", [data.planId]);
	await choose('paul', 'weekly');
});

test('what is again as it was is not told, and a digest that never went out is told by the next one', async () => {
	await choose('paul', 'daily');
	await report('2.1', { status: 'in_progress', progress: 60 });
	await paul.put(`${root}/follows/measure/2`);
	for (const progress of [70, 60]) await report('2.1', { status: 'in_progress', progress });
	assert.equal(await send(), 0, 'there and back');
	await superuser.query("truncate outbox, mail cascade");
	await report('2.1', { status: 'in_progress', progress: 80 });
	await data.owner.query(`insert into outbox (plan_id, person_id, kind, key, units, since, until, created_at)
		values ($1, $2, 'followed', 'x', '[]', now() - interval '1 h', now(), now() - interval '4 days')`, [data.planId, data.ids.paul]);
	assert.equal(await send(TUESDAY), 1);
	assert.match(mailOf('paul').body, /avancement\u00a0: 60\u00a0% → 80\u00a0%/);
	await choose('paul', 'weekly');
});

test('a digest and a reminder that wait together are one message, in the language of the person', async () => {
	await data.owner.query("update person set lang = 'en', version = version + 1 where login = 'paul'");
	await paul.put(`${root}/follows/action/1.1`);
	await report('1.1', { status: 'done', progress: 100 });
	await data.owner.query(`with c as (insert into campaign (plan_id, period, opens_on, due_on, expects) values ($1, '2026-01', '2026-01-01', $3::date + 2, '[]') returning id),
		e as (insert into expectation (plan_id, campaign_id, territory, organisation_id) select $1, c.id, '93', o.id from c, organisation o where o.code = 'DGPN')
		insert into roster (plan_id, kind, organisation_id, territories, person_id, from_on) select $1, 'referent', id, '{93}', $2, '2024-01-01' from organisation where code = 'DGPN'`,
	[data.planId, data.ids.paul, MONDAY]);
	assert.equal(await send(), 1);
	const { headers, body } = mailOf('paul');
	assert.equal(headers.subject, 'Vigie – 2 subjects wait for you');
	assert.match(body, /report for January 2026: only a few days left/);
	assert.match(body, /Action 1\.1 – Publish the yearly threat assessment\n {2}– status: in progress → done\n {2}– progress: 10\u00a0% → 100\u00a0%\n/);
});

test('how often one is told is one’s own choice', async () => {
	assert.equal((await victor.get('/api/v1/session/mail')).json.followed, 'weekly');
	const answer = await victor.patch('/api/v1/session/mail', { followed: 'daily' });
	assert.deepEqual([answer.status, answer.json.followed, answer.json.reminders], [200, 'daily', true]);
	assert.equal((await victor.patch('/api/v1/session/mail', { reminders: false })).json.followed, 'daily', 'the other choice stays');
	const wrong = await victor.patch('/api/v1/session/mail', { followed: 'hourly' });
	assert.deepEqual([wrong.status, wrong.json.errors[0].pointer], [422, '#/followed']);
});

test('the database keeps it, too: nobody sees, makes or changes what somebody else follows, nor follows in a plan that he may not read', async () => {
	await victor.put(`${root}/follows/measure/7`);
	const app = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
	await app.connect();
	try {
		const as = (login) => app.query("select set_config('vigie.session', $1, false)", [createHash('sha256').update(data.tokens[login]).digest('hex')]);
		const insert = (login) => app.query("insert into follow (plan_id, person_id, territory) values ($1, $2, '75')", [data.planId, data.ids[login]]);
		await as('paul');
		for (const table of ['follow', 'follow_history']) assert.equal((await app.query(`select from ${table}`)).rowCount, 0, table);
		assert.equal((await app.query('update follow set followed = false, version = version + 1')).rowCount, 0);
		await assert.rejects(insert('victor'), { code: '42501' });
		await as('adam');
		await assert.rejects(insert('adam'), { code: '42501' });
		await as('victor');
		assert.equal((await app.query('select from follow')).rowCount, 1);
		await insert('victor');
	} finally {
		await app.end();
	}
});
