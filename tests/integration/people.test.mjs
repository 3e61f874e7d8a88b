/* Accounts, rights, tokens and the journal, through the interface. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { account, importPlans, password, plan, soon, sql } from './accounts.mjs';
import { dayIn, startServer } from './client.mjs';

const api = (path) => `/api/v1${path}`;
const faults = (answer) => answer.json.errors.map(({ pointer, code }) => [pointer, code]);
let server, admin, coordinator;

before(async () => {
	await importPlans();
	server = await startServer({ args: ['--argon2_memory=8192'] });
	await account(server, 'boss', 'Nadia Fontaine', 'admin');
	await account(server, 'second', 'Omar Second', 'admin');
	await account(server, 'coord', 'Anne Leroy', `coordinator --plan ${plan}`);
	admin = await server.signIn('boss', password);
	coordinator = await server.signIn('coord', password);
});
after(async () => {
	if (server) assert.equal(await server.stop(), 0, server.log);
});

test('an administrator makes an account; its person follows the link and signs in', async () => {
	const made = await admin.post(api('/people'), { login: 'p.neuf', name: 'Paule Neuf', lang: 'en' });
	assert.equal(made.status, 201, made.text);
	assert.equal(made.headers.get('location'), '/api/v1/people/p.neuf');
	assert.equal(made.json.link, `${server.url}/sign-in.html?code=${made.json.code}`);
	assert.equal(made.json.person.has_password, false);
	assert.equal((await server.anonymous().post(api('/session/password'), { code: made.json.code, password })).status, 204);
	await server.signIn('p.neuf', password);
	const read = await admin.get(api('/people/p.neuf'));
	assert.deepEqual([read.json.has_password, read.json.lang, read.json.grants], [true, 'en', []]);
	assert.ok(read.json.seen_at);
});

test('what is wrong with a new account is told field by field', async () => {
	const both = await admin.post(api('/people'), { login: '', nam: 'x' });
	assert.deepEqual(faults(both).map(([p]) => p).sort(), ['#/login', '#/nam', '#/name']);
	assert.deepEqual(faults(await admin.post(api('/people'), { login: 'P.Neuf', name: 'x' })), [['#/login', 'login_form']]);
	assert.deepEqual(faults(await admin.post(api('/people'), { login: 'p.neuf', name: 'x' })), [['#/login', 'login_taken']]);
});

test('an account is renamed and disabled under If-Match; the sessions end', async () => {
	const client = await server.signIn('p.neuf', password);
	const { etag, json } = await admin.get(api('/people/p.neuf'));
	assert.equal((await admin.patch(api('/people/p.neuf'), { name: 'Paule Dix' })).status, 428);
	assert.equal((await admin.patch(api('/people/p.neuf'), { name: 'Paule Dix', disabled: true }, { ifMatch: etag })).status, 200);
	assert.equal((await client.get(api('/sessions'))).status, 401);
	const late = await admin.patch(api('/people/p.neuf'), { name: 'Another' }, { ifMatch: json.version });
	assert.deepEqual([late.status, late.json.current.name], [412, 'Paule Dix']);
	const now = await admin.get(api('/people/p.neuf'));
	assert.equal((await admin.patch(api('/people/p.neuf'), { disabled: false }, { ifMatch: now.etag })).json.disabled, false);
	assert.equal((await admin.get(api('/people/nobody'))).status, 404);
	const self = await admin.get(api('/people/boss'));
	assert.equal((await admin.patch(api('/people/boss'), { disabled: true }, { ifMatch: self.etag })).status, 409);
});

test('a right is given with its scope, counts in a session of a new value, and is taken away', async () => {
	let client = await server.signIn('p.neuf', password);
	const path = api(`/plans/${plan}/actions`);
	assert.equal((await client.get(path)).status, 404);
	const given = await admin.post(api('/grants'), { person: 'p.neuf', role: 'contributor', plan, organisation: 'DGPN', territories: ['93', '75'] });
	assert.equal(given.status, 201, given.text);
	assert.deepEqual([given.json.person, given.json.territories, given.json.granted_by.name], ['p.neuf', ['75', '93'], 'Nadia Fontaine']);
	assert.equal((await client.get(path)).status, 401, 'the session from before the right has ended');
	client = await server.signIn('p.neuf', password);
	assert.equal((await client.get(path)).status, 200);
	assert.equal((await admin.post(api('/grants'), { person: 'p.neuf', role: 'contributor', plan, organisation: 'DGPN', territories: ['75', '93'] })).status, 409);
	assert.equal((await admin.delete(api(`/grants/${given.json.id}`))).status, 204);
	assert.equal((await client.get(path)).status, 404);
	assert.equal((await admin.delete(api(`/grants/${given.json.id}`))).status, 404);
});

test('a right that makes no sense is refused with every fault', async () => {
	const give = (body) => admin.post(api('/grants'), body);
	assert.deepEqual(faults(await give({ person: 'p.neuf', role: 'contributor' })).map(([p]) => p),
		['#/plan', '#/organisation', '#/territories']);
	assert.deepEqual(faults(await give({ person: 'p.neuf', role: 'admin', plan })), [['#/plan', 'grant_refuses']]);
	assert.deepEqual(faults(await give({ person: 'no.one', role: 'contributor', plan: 'no-plan', organisation: 'NONE', territories: ['20'] })),
		[['#/person', 'unknown_person'], ['#/plan', 'not_found'], ['#/organisation', 'unknown_organisation'], ['#/territories', 'unknown_territory']]);
	assert.equal((await give({ person: 'p.neuf', role: 'chief', plan })).status, 422);
	assert.equal((await give({ person: 'p.neuf', role: 'contributor', plan, organisation: 'DGPN', territories: ['93', 5, "'; --"] })).status, 422);
	const own = (await admin.get(api('/people/boss'))).json.grants[0];
	assert.equal((await admin.delete(api(`/grants/${own.id}`))).status, 409, 'not one’s own');
});

test('accounts are listed in pages, filtered and sorted', async () => {
	const all = (await admin.get(api('/people?limit=200'))).json;
	assert.equal(all.items.length, all.total);
	assert.deepEqual(all.items.map(({ login }) => login), all.items.map(({ login }) => login).sort());
	const seen = [];
	for (let cursor = ''; ;) {
		const { json } = await admin.get(api(`/people?limit=2&sort=-login${cursor && `&cursor=${cursor}`}`));
		seen.push(...json.items.map(({ login }) => login));
		assert.equal(json.total, all.total);
		cursor = json.next_cursor;
		if (!cursor) break;
	}
	assert.deepEqual(seen, all.items.map(({ login }) => login).reverse());
	assert.deepEqual((await admin.get(api('/people?role=admin'))).json.items.map(({ login }) => login), ['boss', 'second']);
	assert.deepEqual((await admin.get(api(`/people?plan=${plan}`))).json.items.map(({ login }) => login), ['coord']);
	assert.deepEqual((await admin.get(api('/people?q=LEROY'))).json.items.map(({ login }) => login), ['coord']);
	assert.equal((await admin.get(api('/people?disabled=true'))).json.total, 0);
	for (const query of ['limit=0', 'sort=age', 'cursor=x', 'role=chief', 'rol=admin'])
		assert.equal((await admin.get(api(`/people?${query}`))).status, 400, query);
});

test('a token is shown once, kept by hash, and stands for its person', async () => {
	const made = await admin.post(api('/tokens'), { person: 'coord', name: 'nightly export' });
	assert.equal(made.status, 201, made.text);
	const { token, id } = made.json;
	const robot = server.bearer(token);
	assert.equal((await robot.get(api('/session'))).json.person.login, 'coord');
	assert.equal((await robot.get(api('/session'))).json.csrf_token, '');
	assert.equal((await robot.patch(api('/session'), { lang: 'fr' }, { headers: { Origin: null } })).status, 200, 'without origin or token');
	const list = await admin.get(api('/tokens?person=coord'));
	assert.ok(!list.text.includes(token) && token.startsWith(list.json.items[0].prefix));
	assert.ok(list.json.items[0].used_at);
	assert.equal(sql(`select hash from api_token where id = ${id}`), createHash('sha256').update(token).digest('hex'));
	assert.ok(!sql('select t::text from api_token t').includes(token));
	assert.equal((await admin.delete(api(`/tokens/${id}`))).status, 204);
	assert.equal((await robot.get(api('/sessions'))).status, 401);
	assert.equal((await admin.delete(api(`/tokens/${id}`))).status, 404);
});

test('a token to read with writes nothing', async () => {
	const { token } = (await admin.post(api('/tokens'), { person: 'boss', name: 'audit', read_only: true })).json;
	const robot = server.bearer(token);
	assert.equal((await robot.get(api('/people'))).status, 200);
	assert.equal((await robot.post(api('/people'), { login: 'robot.made', name: 'x' })).status, 403);
	assert.equal((await robot.delete(api('/tokens/1'))).status, 403);
});

test('a token lives a year at most, and one that is mistyped is nobody’s', async () => {
	const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
	const make = (expires_on) => admin.post(api('/tokens'), { person: 'coord', name: 'x', expires_on });
	for (const wrong of [day(-1), day(400), '2026-02-30'])
		assert.equal((await make(wrong)).json.errors[0].pointer, '#/expires_on', wrong);
	assert.equal((await admin.post(api('/tokens'), { person: 'no.one', name: 'x' })).json.errors[0].pointer, '#/person');
	const { token } = (await make(day(300))).json;
	for (const wrong of [token.slice(0, -1) + (token.endsWith('0') ? '1' : '0'), token.slice(0, -1), `x${token}`, 'vigie_', '']) {
		const answer = await server.bearer(wrong).get(api('/sessions'));
		const line = new RegExp(`id=${answer.headers.get('x-request-id')} .*`);
		assert.equal(answer.status, 401, wrong);
		await soon(() => line.test(server.log), 'its line in the log');
		assert.doesNotMatch(server.log.match(line)[0], /trips=/, 'the database was not asked');
	}
	sql("update api_token set expires_at = now() where name = 'x'");
	let status = 200;
	for (let i = 0; i < 100 && status === 200; i++) ({ status } = await server.bearer(token).get(api('/sessions')));
	assert.equal(status, 401, 'once expired');
});

test('the journal tells administrators everything and coordinators their plan', async () => {
	const all = await admin.get(api('/journal?limit=200'));
	const acts = new Set(all.json.items.map(({ act }) => act));
	for (const act of ['sign_in', 'insert', 'update', 'password', 'password_code', 'revoke']) assert.ok(acts.has(act), act);
	const ids = all.json.items.map(({ id }) => id);
	assert.deepEqual(ids, [...ids].sort((a, b) => b - a), 'the newest first');
	const mine = await coordinator.get(api('/journal?limit=200'));
	assert.equal(mine.status, 200);
	assert.ok(mine.json.total > 0 && mine.json.items.every((item) => item.plan === plan));
	assert.equal((await coordinator.get(api('/journal?plan=other-plan'))).json.total, 0);
	const one = (await admin.get(api('/journal?object=role_grant&person=boss&act=insert'))).json;
	assert.ok(one.items.length > 0 && one.items.every(({ by, number }) => by.name === 'Nadia Fontaine' && number === 'p.neuf'));
	const first = (await admin.get(api('/journal?limit=1&sort=at'))).json, next = (await admin.get(api(`/journal?limit=1&sort=at&cursor=${first.next_cursor}`))).json;
	assert.ok(next.items[0].id > first.items[0].id);
	assert.equal((await admin.get(api('/journal?since=2099-01-01'))).status, 400);
	for (const [query, parameter, fault] of [['plan=nope', 'plan', 'not_found'], ['since=2026-02-01&until=2026-01-31', 'since', 'since_after_until']]) {
		const refused = await admin.get(api(`/journal?${query}`));
		assert.equal(refused.status, 400, query);
		assert.deepEqual(refused.json.errors.map((e) => [e.parameter, e.code]), [[parameter, fault]]);
	}
	const day = dayIn('Europe/Paris');
	assert.equal((await admin.get(api(`/journal?since=${day}`))).json.total, 0, 'since the end of today');
	assert.equal((await admin.get(api('/journal?until=2020-01-01'))).json.total, 0);
});

test('these lists are for whoever may see them alone, and kept nowhere', async () => {
	for (const path of ['/people', '/people/boss', '/tokens', '/journal']) {
		const answer = await admin.get(api(path));
		assert.equal(answer.headers.get('cache-control'), 'no-store', path);
		assert.equal((await server.anonymous().get(api(path))).status, 401, path);
		if (path !== '/journal') assert.equal((await coordinator.get(api(path))).status, 403, path);
	}
});
