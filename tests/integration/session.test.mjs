/* Signing in, sessions, passwords and what protects them, on the real server and database. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { account, application, command, grant, importPlans, password, plan, refusal, soon, sql } from './accounts.mjs';
import { sleep, startServer } from './client.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const secretOf = (client) => client.cookie.split('=')[1];
const forgetFailures = () => sql('delete from sign_in_attempt');
const attempts = (login) => Number(sql(`select count(*) from sign_in_attempt where login = '${sha256(login)}'`));
const status = async (client) => (await client.get('/api/v1/sessions')).status;

let server;

before(async () => {
	await importPlans();
	server = await startServer({ args: [`--trusted_proxy=127.0.0.1`] });
	await account(server, 'c.martin', 'Camille Martin', `contributor --plan ${plan} --organisation DGPN --territories 93`);
	await account(server, 'v.petit', 'Victor Petit');
});
after(async () => {
	if (server) assert.equal(await server.stop(), 0, server.log);
});

/* ---------------------------------------------------------------- the session */

test('nobody is told that nobody is signed in', async () => {
	const answer = await server.anonymous().get('/api/v1/session');
	assert.equal(answer.text, '{"person":null}');
	assert.equal(answer.headers.get('cache-control'), 'no-store');
	assert.equal(await status(server.anonymous()), 401);
});

test('signing in sets exactly this cookie and tells who, which rights, which token', async () => {
	const client = server.anonymous();
	const answer = await client.post('/api/v1/session', { login: 'c.martin', password });
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('set-cookie'), /^vigie=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
	assert.equal(answer.headers.get('cache-control'), 'no-store');
	assert.deepEqual((await client.get('/api/v1/session')).json, answer.json);
	const id = Number(sql("select id from person where login = 'c.martin'"));
	assert.deepEqual({ ...answer.json, csrf_token: '' }, {
		person: { id, login: 'c.martin', name: 'Camille Martin' }, csrf_token: '', lang: 'fr',
		grants: [{ role: 'contributor', plan, organisation: 'DGPN', territories: ['93'] }],
	});
	assert.match(answer.json.csrf_token, /^[0-9a-f]{64}$/);
	assert.ok(!answer.text.includes(secretOf(client)), 'the secret is in the cookie alone');
});

test('the login is read whatever its case', async () => {
	assert.equal((await server.anonymous().post('/api/v1/session', { login: 'C.Martin', password })).status, 200);
});

test('behind https the cookie is bound to the host and to https', async () => {
	const https = await startServer({ args: ['--public_url=https://vigie.example'] });
	const answer = await https.anonymous().post('/api/v1/session', { login: 'c.martin', password },
		{ headers: { Origin: 'https://vigie.example' } });
	assert.match(answer.headers.get('set-cookie'),
		/^__Host-vigie=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
	const pair = answer.headers.get('set-cookie').split(';')[0];
	const who = async (cookie) => (await https.anonymous().get('/api/v1/session', { headers: { Cookie: cookie } })).json.person;
	assert.equal((await who(pair)).login, 'c.martin');
	assert.equal(await who(pair.replace('__Host-', '')), null, 'the other name counts for nothing');
	assert.equal(await https.stop(), 0);
});

test('signing in again makes a new secret and ends the session that it replaces', async () => {
	const client = await server.signIn('c.martin', password);
	const old = client.cookie;
	await client.post('/api/v1/session', { login: 'c.martin', password });
	assert.notEqual(client.cookie, old);
	assert.equal(await status(client), 200);
	client.cookie = old;
	assert.equal(await status(client), 401);
});

test('signing out ends the session at once and takes the cookie away', async () => {
	const client = await server.signIn('c.martin', password);
	const secret = client.cookie;
	const answer = await client.delete('/api/v1/session');
	assert.equal(answer.status, 204);
	assert.equal(answer.headers.get('set-cookie'), 'vigie=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
	client.cookie = secret;
	assert.equal(await status(client), 401);
});

test('one sees one’s own sessions and ends them one by one', async () => {
	const here = await server.signIn('v.petit', password, { lang: 'en' });
	const there = server.anonymous();
	await there.post('/api/v1/session', { login: 'v.petit', password }, { headers: { 'User-Agent': 'another browser' } });
	const { json } = await here.get('/api/v1/sessions');
	assert.equal(json.items.length, json.total);
	assert.deepEqual(json.items.map((s) => s.current), [false, true], 'the newest first');
	assert.equal(json.items[0].user_agent, 'another browser');
	assert.equal((await here.delete(`/api/v1/sessions/${json.items[0].id}`)).status, 204);
	assert.equal(await status(there), 401);
	assert.equal((await here.delete(`/api/v1/sessions/${json.items[0].id}`)).status, 404);
	assert.equal((await here.delete('/api/v1/sessions/x')).status, 404);
	const stranger = await server.signIn('c.martin', password);
	assert.equal((await stranger.delete(`/api/v1/sessions/${json.items[1].id}`)).status, 404, 'never somebody else’s');
	assert.equal(await status(here), 200);
});

test('the language chosen is kept and spoken', async () => {
	const client = await server.signIn('v.petit', password, { lang: 'en' });
	assert.equal((await client.patch('/api/v1/session', { lang: 'en' })).json.lang, 'en');
	assert.equal((await client.get('/api/v1/session')).json.lang, 'en');
	assert.equal((await client.patch('/api/v1/session', { lang: 'de' })).status, 422);
	assert.match((await client.delete('/api/v1/sessions/0')).json.detail, /^Nothing here/);
	assert.equal((await client.patch('/api/v1/session', { lang: 'fr' })).json.lang, 'fr');
});

/* ---------------------------------------------------------------- ends that come from elsewhere */

for (const [what, act, undo] of [
	['idle for too long', "update session set idle_until = now() where hash = '$'"],
	['older than it may be', "update session set expires_at = now() where hash = '$'"],
	['revoked', "update session set revoked_at = now() where hash = '$'"],
	['of a disabled person', "update person set disabled_at = now(), version = version + 1 where login = 'v.petit'",
		"update person set disabled_at = null, version = version + 1 where login = 'v.petit'"],
])
	test(`a session ${what} is nobody’s`, async () => {
		const client = await server.signIn('v.petit', password);
		assert.equal(await status(client), 200);
		sql(act.replace('$', sha256(secretOf(client))));
		await soon(async () => (await status(client)) === 401, '401');
		assert.equal((await client.get('/api/v1/session')).text, '{"person":null}');
		if (undo) {
			assert.equal((await server.anonymous().post('/api/v1/session', { login: 'v.petit', password })).status, 401,
				'nor can a disabled person sign in');
			sql(undo);
			forgetFailures();
		}
	});

test('a right taken counts at the next request; one that is given wants a session of a new value', async () => {
	const client = await server.signIn('v.petit', password), bystander = await server.signIn('c.martin', password);
	const rights = async (who) => (await who.get('/api/v1/session')).json.grants.map(({ role }) => role).join();
	assert.equal(await rights(client), '');
	await grant('v.petit', `analyst --plan ${plan}`);
	await soon(async () => (await status(client)) === 401, 'the value from before the right no longer counts');
	assert.equal(await status(bystander), 200);
	const again = await server.signIn('v.petit', password);
	assert.notEqual(again.cookie, client.cookie);
	assert.equal(await rights(again), 'analyst');
	await command(['user', 'revoke', 'v.petit', 'analyst', '--plan', plan]);
	await soon(async () => (await rights(again)) === '', 'no right');
});

test('a session is prolonged by use, and written seldom', async () => {
	const client = await server.signIn('v.petit', password);
	const at = sha256(secretOf(client));
	const left = () => Number(sql(`select round(extract(epoch from idle_until - now())) from session where hash = '${at}'`));
	sql(`update session set idle_until = now() + interval '10 minutes' where hash = '${at}'`);
	await soon(async () => (await status(client)) === 200 && left() < 601, 'a request');
	assert.ok(left() <= 600, 'seen a moment ago: not written again');
	sql(`update session set seen_at = now() - interval '61 seconds' where hash = '${at}'`);
	sql("select pg_notify('vigie', 'auth')");
	await soon(async () => (await status(client)) === 200 && left() > 1700, 'half an hour again');
	sql(`update session set seen_at = now() - interval '61 seconds', expires_at = now() + interval '5 minutes' where hash = '${at}'`);
	await soon(async () => (await status(client)) === 200 && left() <= 300, 'never beyond its end');
});

/* ---------------------------------------------------------------- changes from other sites */

test('a change by cookie needs our origin and the token of this very session', async () => {
	const client = await server.signIn('c.martin', password);
	const other = await server.signIn('c.martin', password);
	const change = async (headers) => (await client.patch('/api/v1/session', { lang: 'fr' }, { headers })).status;
	assert.equal(await change({}), 200);
	assert.equal(await change({ 'X-CSRF-Token': null }), 403);
	assert.equal(await change({ 'X-CSRF-Token': 'x' }), 403);
	assert.equal(await change({ 'X-CSRF-Token': other.csrf }), 403);
	assert.equal(await change({ Origin: null }), 403);
	assert.equal(await change({ Origin: 'https://evil.example' }), 403);
	assert.equal(await change({ Origin: 'null' }), 403);
	assert.equal(await change({ Origin: null, 'Sec-Fetch-Site': 'cross-site' }), 403);
	assert.equal(await change({ 'Sec-Fetch-Site': 'cross-site' }), 403);
	assert.equal(await change({ Origin: null, 'Sec-Fetch-Site': 'same-origin' }), 200);
	for (const site of ['cross-site', 'same-site', 'none'])
		assert.equal((await server.anonymous().post('/api/v1/session', { login: 'c.martin', password },
			{ headers: { Origin: null, 'Sec-Fetch-Site': site } })).status, 403, `signing in from ${site}`);
	assert.equal((await client.patch('/api/v1/session', '{"lang":"fr"}', { type: 'text/plain' })).status, 415);
	const foreign = await server.anonymous().post('/api/v1/session', { login: 'c.martin', password },
		{ headers: { Origin: 'https://evil.example' } });
	assert.equal(foreign.status, 403, 'nor is anybody signed in from another site');
	assert.equal(foreign.headers.get('set-cookie'), null);
});

/* ---------------------------------------------------------------- wrong passwords */

test('an unknown login, a wrong password and a disabled account get the same answer in the same time', async () => {
	forgetFailures();
	const told = async (login) => {
		const began = performance.now();
		const { status: code, json, headers } = await server.anonymous().post('/api/v1/session', { login, password: 'wrong' });
		return { ms: performance.now() - began, said: [code, json.type, json.title, json.detail, json.code, headers.get('set-cookie')] };
	};
	const known = [], unknown = [];
	for (let i = 0; i < 4; i++) {
		known.push(await told('c.martin'));
		unknown.push(await told('nobody.here'));
	}
	assert.equal(known[0].said[0], 401);
	for (const one of [...known, ...unknown]) assert.deepEqual(one.said, known[0].said);
	const fastest = (list) => Math.min(...list.map(({ ms }) => ms));
	const ratio = fastest(unknown) / fastest(known);
	assert.ok(ratio > 0.5 && ratio < 2, `unknown takes ${ratio} times as long`);
	forgetFailures();
});

test('of many wrong passwords few are looked at; the right one works from elsewhere, and here after a wait', async () => {
	const from = (address) => ({ headers: { 'X-Forwarded-For': address } });
	const answers = [];
	forgetFailures();
	const wrong = (i) => server.anonymous().post('/api/v1/session', { login: 'v.petit', password: `wrong ${i}` }, from('203.0.113.1'));
	for (let i = 0; i < 5; i++) answers.push(await wrong(i));
	answers.push(...await Promise.all(Array.from({ length: 60 }, (_, i) => wrong(i))));
	assert.deepEqual([...new Set(answers.map((a) => a.status))].sort(), [401, 429]);
	assert.ok(attempts('v.petit') <= 6, `${attempts('v.petit')} were looked at`);
	const right = await server.anonymous().post('/api/v1/session', { login: 'v.petit', password }, from('203.0.113.1'));
	assert.equal(right.status, 429, 'the right one waits too');
	assert.match(right.headers.get('retry-after'), /^(1[0-5]|[1-9]|30)$/);
	assert.match(right.json.detail, /réessayez dans \d+ s/);
	const elsewhere = await server.anonymous().post('/api/v1/session', { login: 'v.petit', password }, from('203.0.113.2'));
	assert.equal(elsewhere.status, 200);
	sql("update sign_in_attempt set at = at - interval '40 seconds'");
	assert.equal((await server.anonymous().post('/api/v1/session', { login: 'v.petit', password }, from('203.0.113.1'))).status, 200);
	forgetFailures();
});

test('an address with fifty failures waits, whatever the account', async () => {
	forgetFailures();
	sql("insert into sign_in_attempt (login, address, ok, at) select 'x' || i, '203.0.113.9', false, now() - interval '5 minutes' from generate_series(1, 50) i");
	const answer = await server.anonymous().post('/api/v1/session', { login: 'c.martin', password }, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
	assert.equal(answer.status, 429);
	assert.ok(Number(answer.headers.get('retry-after')) > 500 && Number(answer.headers.get('retry-after')) <= 600);
	assert.equal((await server.anonymous().post('/api/v1/session', { login: 'c.martin', password }, { headers: { 'X-Forwarded-For': '203.0.113.10' } })).status, 200);
	forgetFailures();
});

test('an address that nobody vouches for is the peer’s own', async () => {
	const plain = await startServer();
	await plain.anonymous().post('/api/v1/session', { login: 'nobody.at.all', password: 'x' }, { headers: { 'X-Forwarded-For': '198.51.100.1' } });
	assert.equal(sql(`select address from sign_in_attempt where login = '${sha256('nobody.at.all')}'`), '127.0.0.1');
	assert.equal(await plain.stop(), 0);
	forgetFailures();
});

test('when too many wait for a password hash the next are told to come back', async () => {
	const narrow = await startServer({ args: ['--argon2_parallel=1', '--argon2_queue=1'] });
	const answers = await Promise.all(Array.from({ length: 12 }, () =>
		narrow.anonymous().post('/api/v1/session', { login: 'c.martin', password })));
	const count = (code) => answers.filter((a) => a.status === code).length;
	assert.ok(count(200) >= 1 && count(503) >= 1 && count(200) + count(503) === 12, answers.map((a) => a.status).join());
	assert.ok(answers.every((a) => a.status === 200 || Number(a.headers.get('retry-after')) > 0));
	assert.equal((await narrow.anonymous().post('/api/v1/session', { login: 'c.martin', password })).status, 200);
	assert.equal(await narrow.stop(), 0);
});

test('what is sent to sign in is checked like any body', async () => {
	const answer = await server.anonymous().post('/api/v1/session', { login: 5, pasword: 'x' });
	assert.equal(answer.status, 422);
	assert.deepEqual(answer.json.errors.map((e) => e.pointer).sort(), ['#/login', '#/password', '#/pasword']);
});

/* ---------------------------------------------------------------- passwords and one-time links */

test('a one-time code sets the password once', async () => {
	await account(server, 'o.once', 'Odile Once');
	const { stdout } = await command(['user', 'passwd', 'o.once', '--json']);
	const { code, link } = JSON.parse(stdout);
	assert.match(link, /^http:\/\/[^ ]+\/sign-in\.html\?code=[A-Za-z0-9_-]{43}$/);
	const use = (value, word) => server.anonymous().post('/api/v1/session/password', { code: value, password: word });
	const open = await server.signIn('o.once', password);
	const weak = await use(code, 'azertyuiop12345');
	assert.equal(weak.status, 422);
	assert.equal(weak.json.errors[0].pointer, '#/password');
	assert.equal((await use(code, 'deux girafes sans parapluie')).status, 204, 'a refused password does not spend it');
	const again = await use(code, 'trois girafes sans parapluie');
	assert.equal(again.status, 422);
	assert.deepEqual(again.json.errors.map((e) => [e.pointer, e.code]), [['#/code', 'code_spent']]);
	assert.equal(await status(open), 401, 'every session has ended');
	await server.signIn('o.once', 'deux girafes sans parapluie');
	assert.equal((await server.anonymous().post('/api/v1/session', { login: 'o.once', password })).status, 401);
});

test('a code that is invented, replaced or too old counts for nothing', async () => {
	const make = async () => JSON.parse((await command(['user', 'passwd', 'o.once', '--json'])).stdout).code;
	const use = async (code) => (await server.anonymous().post('/api/v1/session/password', { code, password: 'quatre girafes et un parapluie' })).status;
	const first = await make(), second = await make();
	assert.equal(await use(first), 422);
	assert.equal(await use('A'.repeat(43)), 422);
	sql(`update one_time_code set expires_at = now() where hash = '${sha256(second)}'`);
	assert.equal(await use(second), 422);
	const third = await make();
	await command(['user', 'disable', 'o.once']);
	assert.equal(await use(third), 422, 'nor one of a disabled person');
	await command(['user', 'enable', 'o.once']);
	assert.equal(await use(third), 204);
});

test('one changes one’s password knowing the present one; other sessions end', async () => {
	forgetFailures();
	const here = await server.signIn('o.once', 'quatre girafes et un parapluie');
	const there = await server.signIn('o.once', 'quatre girafes et un parapluie');
	const change = (current, word) => here.put('/api/v1/session/password', { current, password: word });
	const wrong = await change('not this one', 'cinq girafes et un parapluie');
	assert.deepEqual([wrong.status, wrong.json.errors[0].pointer], [422, '#/current']);
	for (const [word, code] of [['court', 'password_short'], ['é'.repeat(129), 'password_long'],
		['motdepasse123456', 'password_common'], ['o.once aime la pluie', 'password_personal']]) {
		const answer = await change('quatre girafes et un parapluie', word);
		assert.deepEqual([answer.status, answer.json.errors[0].pointer, answer.json.errors[0].code], [422, '#/password', code]);
	}
	assert.equal((await change('quatre girafes et un parapluie', 'cinq girafes et un parapluie')).status, 204);
	assert.equal(await status(here), 200);
	assert.equal(await status(there), 401);
});

/* ---------------------------------------------------------------- what is kept */

test('passwords are kept as Argon2id, secrets as their hash, neither within reach of the application', async () => {
	const client = await server.signIn('c.martin', password);
	assert.match(sql("select password_hash from credential c join person p on p.id = c.person_id where p.login = 'c.martin'"),
		/^\$argon2id\$v=19\$m=65536,t=2,p=1\$/);
	assert.equal(sql(`select count(*) from session where hash = '${sha256(secretOf(client))}'`), '1');
	for (const table of ['credential', 'session', 'one_time_code', 'api_token', 'calendar_token'])
		for (const text of [`select * from ${table}`, `update ${table} set person_id = 1`, `delete from ${table}`,
			`insert into ${table} default values`])
			for (const context of ['', 'service', sha256(secretOf(client))])
				assert.match(refusal(text, { context }) ?? 'it was allowed', /42501/, `${text} as ${context}`);
	await sleep(50); // psql blocked this process: it learns now which connections were closed meanwhile
});

test('the functions that touch secrets ask who is asking', async () => {
	const mine = sha256(secretOf(await server.signIn('c.martin', password)));
	for (const context of ['', mine]) {
		assert.match(refusal("select code_create('c.martin', repeat('0', 64), 60)", { context }), /VG403/);
		assert.match(refusal("select password_give('c.martin', '$argon2id$x')", { context }), /VG403/);
	}
	assert.match(refusal("select password_give('c.martin', '$argon2id$x')", { context: 'service' }), /VG403/, 'no demonstration account');
	assert.match(refusal("select password_change('$argon2id$x')"), /VG401/);
	assert.equal(sql('select count(*) from session_own()', { url: application, context: '' }), '0');
});

test('acts are in the journal, refusals once a minute, secrets never', async () => {
	await account(server, 'j.noir', 'Jules Noir');
	const last = sql('select max(id) from journal');
	const sign = (login, word) => server.anonymous().post('/api/v1/session', { login, password: word });
	for (let i = 0; i < 3; i++) assert.equal((await sign('j.noir', 'my other secret')).status, 401);
	for (let i = 0; i < 3; i++) assert.equal((await sign('typed my password here', 'x')).status, 401);
	const client = await server.signIn('j.noir', password), secret = secretOf(client);
	for (let i = 0; i < 3; i++)
		assert.equal((await client.patch('/api/v1/session', { lang: 'fr' }, { headers: { 'X-CSRF-Token': 'x' } })).status, 403);
	await client.delete('/api/v1/session');
	assert.deepEqual(sql(`select j.act, j.object from journal j join person p on p.id = j.person_id
		where p.login = 'j.noir' and j.id > ${last} order by j.id`).split('\n'),
	['sign_in_refused|session', 'sign_in|session', 'refused|PATCH /api/v1/session', 'sign_out|session']);
	assert.equal(sql(`select count(*) > 0, coalesce(min(gap) >= interval '1 minute', true) from (
		select at - lag(at) over (order by at) as gap from journal where act = 'sign_in_refused' and person_id is null) g`), 't|t');
	const all = sql('select j::text from journal j union all select a::text from sign_in_attempt a');
	for (const one of [password, 'my other secret', 'typed my password here', secret, client.csrf, '$argon2id'])
		assert.ok(!all.includes(one), 'a secret is in the journal');
	for (const one of [password, 'my other secret', 'typed my password here', secret])
		assert.ok(!server.log.includes(one), 'a secret is in the log');
	forgetFailures();
});

test('the journal is only added to, even by its owner', () => {
	const before = sql('select count(*), max(id) from journal');
	sql("delete from journal; update journal set act = 'forged'");
	assert.equal(sql('select count(*), max(id) from journal'), before);
	assert.equal(sql("select count(*) from journal where act = 'forged'"), '0');
	assert.match(refusal('delete from journal', { context: 'service' }), /42501/);
	assert.match(refusal("update journal set act = 'forged'", { context: 'service' }), /42501/);
});

test('nobody writes in the journal for somebody else or for another day, nor sets a password unseen', async () => {
	const person = sql("select id from person where login = 'c.martin'");
	const mine = sha256(secretOf(await server.signIn('c.martin', password)));
	const state = 'select (select count(*) from journal), (select string_agg(password_hash, $$$$ order by person_id) from credential)';
	const kept = sql(state);
	for (const context of ['', 'service', mine])
		for (const text of [`insert into journal (act, object, person_id) values ('forged', 'x', ${person} + 1)`,
			`insert into journal (act, object, person_id, at) values ('forged', 'x', vigie_person(), '2020-01-01')`,
			`select journal_act('sign_in', 'session', 1, ${person}, null)`,
			`select credential_keep(${person}, '$argon2id$v=19$m=65536,t=2,p=1$forged')`])
			assert.match(refusal(text, { context }) ?? 'it was allowed', /42501/, `${text} as ${context}`);
	assert.equal(sql(state), kept);
});

test('signing in forgets what has served: answers kept, sessions, codes, attempts', async () => {
	await account(server, 'o.ancien', 'Odile Ancien', `viewer --plan ${plan}`);
	const id = sql("select id from person where login = 'o.ancien'");
	sql(`insert into session (hash, person_id, created_at, seen_at, idle_until, expires_at)
		select lpad(n::text, 64, 'f'), ${id}, now() - n * interval '1 day', now() - n * interval '1 day', now() - n * interval '1 day', now() - n * interval '1 day'
		  from generate_series(33, 31, -1) n;
		insert into one_time_code (hash, person_id, expires_at) values (repeat('a', 64), ${id}, now() - interval '31 days'), (repeat('b', 64), ${id}, now() - interval '29 days');
		insert into sign_in_attempt (at, login, address, ok) values (now() - interval '31 days', 'odile', '', false), (now() - interval '29 days', 'odile', '', false);
		insert into idempotency_key (person_id, route, key, body_sha256, created_at) values (${id}, 'x', 'old', 'x', now() - interval '25 hours'), (${id}, 'x', 'new', 'x', now() - interval '23 hours')`);
	const seen = sql(`select max(seen_at) from session where person_id = ${id}`);
	assert.equal((await server.anonymous().post('/api/v1/session', { login: 'c.martin', password })).status, 200);
	assert.equal(sql(`select string_agg(ltrim(hash, 'f'), ' ' order by hash) from session where hash like 'ffff%'`), '31', 'the last one stays');
	assert.equal(sql(`select max(seen_at) from session where person_id = ${id}`), seen, 'when she was last here is still known');
	assert.equal(sql(`select string_agg(left(hash, 1), ' ') from one_time_code where hash in (repeat('a', 64), repeat('b', 64))`), 'b');
	assert.equal(sql(`select count(*) from sign_in_attempt where login = 'odile'`), '1');
	assert.equal(sql(`select string_agg(key, ' ') from idempotency_key where person_id = ${id}`), 'new');
	assert.match(refusal('select forget_expired(1)') ?? 'it was allowed', /42501/, 'not for the application to call by itself');
});

/* ---------------------------------------------------------------- the command line */

test('accounts by command: exit codes, both languages, what is wrong and what would be right', async () => {
	const fr = { LANG: 'fr_FR.UTF-8' }, en = { LANG: 'C' };
	assert.match((await command(['user'], { code: 64, env: fr })).stderr, /crée un compte/);
	assert.match((await command(['user', 'add'], { code: 64, env: en })).stderr, /makes an account/);
	assert.match((await command(['user', 'add', 'Éloïse', '--name', 'Éloïse'], { code: 1, env: fr })).stderr, /minuscules sans accent/);
	assert.match((await command(['user', 'add', 'c.martin', '--name', 'Another'], { code: 1, env: en })).stderr, /taken already/);
	assert.match((await command(['user', 'passwd', 'no.one'], { code: 1, env: en })).stderr, /no\.one/);
	const scope = await command(['user', 'grant', 'v.petit', 'contributor', '--plan', plan], { code: 1, env: en });
	assert.match(scope.stderr, /needs organisation[^]*needs territories/);
	const names = ['--plan', 'no-plan', '--organisation', 'NONE', '--territories', '1'];
	const unknown = await command(['user', 'grant', 'v.petit', 'contributor', ...names], { code: 1, env: en });
	assert.match(unknown.stderr, /no-plan[^]*NONE[^]*“01”/);
	await grant('v.petit', `viewer --plan ${plan}`);
	assert.match((await command(['user', 'grant', 'v.petit', 'viewer', '--plan', plan], { code: 1, env: en })).stderr, /already/);
	const { items } = JSON.parse((await command(['user', 'list', '--json'])).stdout);
	assert.deepEqual(items.find(({ login }) => login === 'v.petit').grants.map(({ role, plan: p }) => [role, p]), [['viewer', plan]]);
	await command(['user', 'revoke', 'v.petit']);
	assert.equal((await command(['user', 'revoke', 'v.petit'], { code: 1 })).stdout, '');
	assert.equal((await command(['user', 'list', '--as', 'no.one'], { code: 1 })).stdout, '');
	await command(['user', 'list'], { code: 69, env: { DATABASE_URL: 'postgresql://vigie@%2Fnowhere/vigie' } });
	await grant('v.petit', `viewer --plan ${plan} --as c.martin`);
	assert.equal(sql("select p.login from role_grant g join person p on p.id = g.granted_by order by g.id desc limit 1"), 'c.martin');
});
