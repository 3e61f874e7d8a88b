/*
 * /calendar.ics: what is due in the plans of a person, as programs of calendars fetch it, by an address that opens nothing
 * else and that its owner takes back at once.  What a program sees is read by ical.js, which is Thunderbird's.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { startServer } from './client.mjs';
import { base, browser, makePlan, PLAN } from './action_data.mjs';

const FEED = '/api/v1/calendar.ics', MINE = '/api/v1/session/calendar';
let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const nobody = () => server.anonymous();
const fetched = (token, options) => nobody().get(`${FEED}?token=${token}`, options);
async function make(login) {
	const answer = await (await browser(server, data.owner, data.ids[login])).post(MINE);
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
}
const events = (text) => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
const ofUid = (text, uid) => events(text).find((event) => event.uid.startsWith(`${PLAN}/${uid}@`));

before(async () => {
	data = await makePlan();
	server = await startServer();
	await data.owner.query("insert into campaign (plan_id, period, opens_on, due_on, expects) values ($1, '2026-10', '2026-11-01', '2026-11-10', '[]')", [data.planId]);
	const milestone = await as('carla').post(`${base}/7.2/milestones`, { title_fr: 'Convention, signée; « vue »', due_on: '2026-06-30' });
	assert.equal(milestone.status, 201, milestone.text);
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('actions, milestones and campaigns that are due, all-day, under names that stay', async () => {
	const { token, address } = await make('victor');
	assert.equal(address, `${server.url}${FEED}?token=${token}`);
	const answer = await fetched(token);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
	assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
	const calendar = new ICAL.Component(ICAL.parse(answer.text));
	assert.deepEqual([calendar.name, calendar.getFirstPropertyValue('version'), calendar.getFirstPropertyValue('x-wr-calname')], ['vcalendar', '2.0', 'Vigie – échéances']);
	const found = events(answer.text);
	assert.equal(found.length, 7, 'five actions with a due date, a milestone, a campaign');
	assert.equal(new Set(found.map(({ uid }) => uid)).size, 7);
	const action = ofUid(answer.text, 'actions/7.10');
	assert.deepEqual([action.summary, action.startDate.toString(), action.endDate.toString(), action.startDate.isDate], ['Action 7.10 – Œuvrer avec les associations', '2025-12-31', '2026-01-01', true]);
	assert.equal(action.component.getFirstPropertyValue('url'), `${server.url}/action.html?plan=${PLAN}&number=7.10`);
	assert.match(action.description, /^Plan d’essai/);
	const milestone = found.find(({ uid }) => uid.includes('/milestones/'));
	assert.equal(milestone.summary, 'Jalon de l’action 7.2 – Convention, signée; « vue »', 'commas and semicolons come back');
	assert.equal(ofUid(answer.text, 'campaigns/2026-10').startDate.toString(), '2026-11-10');
	assert.equal(ofUid(answer.text, 'actions/7.11'), undefined, 'without a due date there is none to show');
});

test('every line ends with CRLF and has 75 octets at most, no character cut; long and awkward titles come back whole', async () => {
	const title = `${'Élaborer, « partager » ; évaluer\\réviser '.repeat(6)}🙂 fin`;
	const { json } = await as('carla').get(`${base}/1.1`);
	assert.equal((await as('carla').patch(`${base}/1.1`, { title_fr: title }, { ifMatch: json.version })).status, 200);
	const { text } = await fetched((await make('paul')).token);
	assert.ok(text.endsWith('END:VCALENDAR\r\n'));
	assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/);
	for (const line of text.split('\r\n')) {
		assert.ok(Buffer.byteLength(line) <= 75, line);
		assert.ok(!line.includes('\ufffd'), line);
	}
	assert.equal(ofUid(text, 'actions/1.1').summary, `Action 1.1 – ${title}`);
});

test('what changes is told by version and instant, in place; what is done says so, what was dropped is gone', async () => {
	const { token } = await make('victor');
	const before_ = await fetched(token), old = ofUid(before_.text, 'actions/2.1');
	const again = await fetched(token, { headers: { 'If-None-Match': before_.etag } });
	assert.equal(again.status, 304, 'the same, at the next look');
	const carla = as('carla');
	const action = await carla.get(`${base}/2.1`);
	const moved = await carla.patch(`${base}/2.1`, { due_on: '2098-06-30', reason: 'Retard' }, { ifMatch: action.json.version });
	assert.equal(moved.status, 200, moved.text);
	const now = await fetched(token, { headers: { 'If-None-Match': before_.etag } });
	assert.equal(now.status, 200);
	const event = ofUid(now.text, 'actions/2.1');
	assert.equal(event.uid, old.uid);
	assert.equal(event.startDate.toString(), '2098-06-30');
	assert.match(event.description, /Échéance initiale\u00a0: 2099-06-30/);
	assert.ok(event.sequence > old.sequence);
	assert.ok(event.component.getFirstPropertyValue('last-modified').compare(old.component.getFirstPropertyValue('last-modified')) >= 0);
	const said = async (number, body) => {
		const { json } = await carla.get(`${base}/${number}`);
		assert.equal((await carla.post(`${base}/${number}/status-reports`, body, { ifMatch: json.version })).status, 201);
	};
	await said('1.2', { status: 'done', progress: 100 });
	await said('7.10', { status: 'dropped', reason: 'Sans objet' });
	const { text } = await fetched(token);
	assert.match(ofUid(text, 'actions/1.2').summary, /\(fait\)$/);
	assert.equal(ofUid(text, 'actions/7.10'), undefined);
});

test('the language is the person’s; a title that is not the official one says so', async () => {
	await data.owner.query("update person set lang = 'en', version = version + 1 where login = 'ana'");
	await data.owner.query("update action set origin = 'illustrative', version = version + 1 where number = '7.2'");
	const { text } = await fetched((await make('ana')).token);
	assert.match(text, /X-WR-CALNAME:Vigie – what is due/);
	assert.match(ofUid(text, 'actions/7.2').description, /^Trial plan\nTitle and date are illustrative/);
});

test('one token a person, shown once, kept as its hash, taken back at once', async () => {
	const paul = as('paul');
	const first = (await make('paul')).token;
	assert.deepEqual([(await paul.get(MINE)).json.active, (await paul.get(MINE)).json.used_at], [true, null]);
	const { created_at: from, expires_at: until } = (await paul.get(MINE)).json;
	const [year, rest] = [Number(from.slice(0, 4)), from.slice(4)];
	assert.equal(until, from.startsWith('02-29', 5) ? `${year + 1}-02-28${rest.slice(6)}` : `${year + 1}${rest}`, 'for a year');
	assert.equal((await fetched(first)).status, 200);
	assert.ok((await paul.get(MINE)).json.used_at, 'that a program fetched it is seen');
	assert.ok(!(await paul.get(MINE)).text.includes(first));
	const { rows } = await data.owner.query('select t::text as row, hash from calendar_token t where revoked_at is null and person_id = $1', [data.ids.paul]);
	assert.deepEqual(rows.map(({ hash }) => hash), [createHash('sha256').update(first).digest('hex')]);
	assert.ok(!rows[0].row.includes(first));
	const second = (await make('paul')).token;
	assert.equal((await fetched(first)).status, 401, 'the one before no longer counts');
	assert.equal((await fetched(second)).status, 200);
	assert.equal((await paul.delete(MINE)).status, 204);
	const gone = await fetched(second);
	assert.equal(gone.status, 401);
	assert.match(gone.json.detail, /page de votre compte/);
	assert.deepEqual((await paul.get(MINE)).json, { active: false, created_at: null, used_at: null, expires_at: null });
	assert.equal((await paul.delete(MINE)).status, 204, 'the same again');
	const { rows: acts } = await data.owner.query("select act from journal where object = 'calendar_token' and number = 'paul' order by id desc limit 3");
	assert.deepEqual(acts.map(({ act }) => act), ['revoke', 'insert', 'insert']);
	assert.ok(!server.log.includes(second) && !server.log.includes(first), 'no token in the log');
});

test('it opens the calendar and nothing else, and nothing else opens the calendar', async () => {
	const { token } = await make('carla');
	const bearer = server.bearer(token);
	for (const where of [`/api/v1/plans/${PLAN}`, '/api/v1/plans', '/api/v1/sessions', MINE]) assert.equal((await bearer.get(where)).status, 401, where);
	assert.equal((await bearer.post(`${base}/1.1/status-reports`, { nothing_new: true }, { ifMatch: 1 })).status, 401);
	assert.equal((await nobody().get(`/api/v1/plans?token=${token}`)).status, 400, 'no other route knows the word');
	for (const wrong of ['', data.tokens.carla, token.slice(0, -1), `${token}x`, 'x']) assert.equal((await fetched(wrong)).status, 401, wrong);
	assert.equal((await nobody().get(FEED)).status, 401);
	assert.equal((await as('carla').get(FEED)).status, 401, 'not even a session of one’s own');
	assert.equal((await nobody().get(`${FEED}?token=${token}&plan=x`)).status, 400);
});

test('what the person may no longer read is no longer there', async () => {
	const { token } = await make('gina');
	assert.ok(events((await fetched(token)).text).length > 0);
	await data.owner.query('update role_grant set revoked_at = now() where person_id = $1', [data.ids.gina]);
	assert.equal(events((await fetched(token)).text).length, 0);
	await data.owner.query('update person set disabled_at = now(), version = version + 1 where id = $1', [data.ids.gina]);
	assert.equal((await fetched(token)).status, 401);
	assert.equal(events((await fetched((await make('adam')).token)).text).length, 0, 'administrators read no plan');
});

test('it is made signed in on a page: a token of the interface makes nothing that outlives it', async () => {
	const answer = await as('paul').post(MINE);
	assert.equal(answer.status, 403);
	assert.match(answer.json.detail, /page de votre compte/);
	assert.equal((await as('paul').get(MINE)).json.active, false);
});

test('it ends after a year, with the password and with the account', async () => {
	const counts = async ({ token }) => (await fetched(token)).status === 200;
	const { owner, ids } = data;
	const year = await make('paul');
	const { rows: [{ kept }] } = await owner.query("select expires_at = created_at + interval '1 year' as kept from calendar_token where person_id = $1 and revoked_at is null", [ids.paul]);
	assert.ok(kept);
	await owner.query("update calendar_token set expires_at = now() where person_id = $1 and revoked_at is null", [ids.paul]);
	const late = await fetched(year.token);
	assert.deepEqual([late.status, late.json.detail], [401, (await fetched('x')).json.detail], 'as one that never was');
	assert.equal((await as('paul').get(MINE)).json.active, false);

	const password = await make('paul');
	assert.ok(await counts(password));
	const code = createHash('sha256').update('code').digest('hex');
	await owner.query("insert into one_time_code (hash, person_id, expires_at) values ($1, $2, now() + interval '1 h')", [code, ids.paul]);
	await owner.query("select code_use($1, '$argon2id$v=19$')", [code]);
	assert.ok(!await counts(password), 'a new password');

	const account = await make('paul');
	for (const disabled of ['now()', 'null']) {
		await owner.query(`update person set disabled_at = ${disabled}, version = version + 1 where id = $1`, [ids.paul]);
		assert.ok(!await counts(account), `disabled: ${disabled}`);
	}
});
