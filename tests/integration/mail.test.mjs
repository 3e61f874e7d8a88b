/*
 * Mail: reminders gathered into one message a person, sent to a real mail server, at most once whatever happens to
 * either; what nobody knows is said to be unknown.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { sleep, startServer, vigie } from './client.mjs';
import { addPerson, makePlan, PLAN } from './action_data.mjs';
import { mailServer, refusal } from './smtp.mjs';

const PUBLIC = 'https://vigie.example';
let data, smtp, root;
const settings = (more = {}) => Object.entries({ smtp_url: `smtp://127.0.0.1:${smtp.port}`, smtp_from: 'vigie@mail.example', public_url: PUBLIC,
	smtp_retry_s: 1, today: '2026-03-06', ...more }).map(([name, value]) => `--${name}=${value}`);
const send = async (more, env) => {
	const run = await vigie([...settings(more), 'outbox', 'send', '--once'], { env });
	assert.equal(run.code, 0, run.stderr);
	return run.stdout.trim();
};
const one = async (text, params) => (await data.owner.query(text, params)).rows[0];
/* As if its time had come. */
const due = () => data.owner.query("update mail set due_at = now() where state <> 'sent'");
const states = async () => (await data.owner.query(`select p.login, m.state, m.tries, m.said from mail m join person p on p.id = m.person_id order by m.id`)).rows;
const address = (login, box = `${login}@service.example`) => data.owner.query(`insert into mailbox (person_id, address) values ($1, $2)
	on conflict (person_id) do update set address = excluded.address, version = mailbox.version + 1`, [data.ids[login], box]);

/* A campaign that is due on 20 March, whose only referent is to answer for one département. */
async function campaign(period, login = 'paul', due = '2026-03-20') {
	const { rows: [{ id }] } = await data.owner.query(`insert into campaign (plan_id, period, opens_on, due_on, expects) values ($1, $2, '2026-02-01', $3, '[]') returning id`,
		[data.planId, period, due]);
	await data.owner.query(`insert into expectation (plan_id, campaign_id, territory, organisation_id) select $1, $2, '93', id from organisation where code = 'DGPN'`, [data.planId, id]);
	await data.owner.query(`insert into roster (plan_id, kind, organisation_id, territories, person_id, from_on)
		select $1, 'referent', id, '{93}', $2, '2024-01-01' from organisation where code = 'DGPN'
		and not exists (select from roster where person_id = $2)`, [data.planId, data.ids[login]]);
	return id;
}
/* Something to tell a person, without a campaign's calendar. */
const tell = async (login, key) => data.owner.query(`insert into outbox (plan_id, campaign_id, person_id, kind, key, units)
	select plan_id, id, $1, 'soon', $2, '[{"territory": "93", "organisation": "DGPN"}]' from campaign order by id limit 1`, [data.ids[login], key]);

before(async () => {
	data = await makePlan();
	root = new pg.Client({ connectionString: process.env.TEST_DATABASE_OWNER_URL.replace('//vigie_owner@', '//postgres@') });
	await root.connect();
	await address('paul');
	await address('gina');
});
beforeEach(async () => {
	smtp = await mailServer();
});
afterEach(async () => {
	await smtp.stop();
	await root.query('truncate outbox, mail, roster, expectation, campaign, password_ask cascade');
});
after(async () => {
	await data?.owner.end();
	await root?.end();
});

test('what waits for a person is one message, and a second run sends nothing', async () => {
	await campaign('2026-01', 'paul', '2026-03-08');
	await campaign('2026-02');
	assert.match(await send(), /^sent 1, later 0, failed 0, unknown 0$/);
	const [mail] = smtp.mails;
	assert.deepEqual([mail.from, mail.to], ['vigie@mail.example', ['paul@service.example']]);
	assert.equal(mail.headers.subject, 'Vigie – 2 sujets vous attendent');
	assert.equal(mail.headers.from, 'Vigie <vigie@mail.example>');
	assert.equal(mail.headers.to, '<paul@service.example>');
	assert.match(mail.headers['message-id'], /^<[0-9a-f-]{36}@vigie\.example>$/);
	assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 600_000, mail.headers.date);
	assert.equal(mail.headers['list-unsubscribe'], `<${PUBLIC}/account.html#mail>`);
	assert.match(mail.body, /^Bonjour Paul Test,\n\nPlan d’essai, remontée de janvier 2026\u00a0: plus que quelques jours, elle est à rendre le 8 mars 2026\.\n {2}– Seine-Saint-Denis \(93\), Police nationale\u00a0: pas encore de réponse\n/);
	assert.match(mail.body, /remontée de février 2026\u00a0: à rendre au plus tard le 20 mars 2026\./);
	assert.match(mail.body, new RegExp(`\n${PUBLIC}/report\\.html\\?plan=${PLAN}&period=2026-02\n`));
	assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 78 && /^[\x20-\x7e]*$/.test(line)), 'lines that any server takes');
	assert.match(await send(), /^sent 0,/);
	assert.match(await send({ today: '2026-03-07' }), /^sent 0,/);
	assert.equal(smtp.mails.length, 1);
});

test('the person’s language is that of the mail; the person’s choice is kept', async () => {
	await campaign('2026-02');
	await data.owner.query("update person set lang = 'en', version = version + 1 where login = 'paul'");
	await send();
	assert.equal(smtp.mails[0].headers.subject, 'Vigie – Report for February 2026: due on 20 March 2026');
	assert.match(smtp.mails[0].body, /^Hello Paul Test,\n\nTrial plan, report for February 2026: due on 20 March 2026 at the latest\.\n/);
	await data.owner.query("update person set lang = 'fr', version = version + 1 where login = 'paul'");
	await data.owner.query("update mailbox set reminders = false, version = version + 1 where person_id = $1", [data.ids.paul]);
	assert.match(await send({ today: '2026-03-18' }), /^sent 0,/, 'declined');
	await data.owner.query("update mailbox set reminders = true, version = version + 1 where person_id = $1", [data.ids.paul]);
	assert.match(await send({ today: '2026-03-18' }), /^sent 1,/, 'and wanted again while it is news');
	await tell('nadia', 'k1');
	await tell('gina', 'k2');
	await data.owner.query("update outbox set created_at = now() - interval '4 days' where key = 'k2'");
	assert.match(await send({ today: '2026-03-18' }), /^sent 0,/, 'no address; too old to be news');
});

test('what was answered before the message went out is not asked for', async () => {
	const id = await campaign('2026-02');
	await tell('paul', 'k1');
	await data.owner.query("update campaign set closed_at = now(), version = version + 1 where id = $1", [id]);
	assert.match(await send(), /^sent 0,/);
	assert.deepEqual((await states()).map((m) => m.state), ['dropped']);
});

test('a server that says later is asked later, before the text and after it', async () => {
	await campaign('2026-02');
	smtp.onRcpt = () => refusal(450, 'busy');
	assert.match(await send(), /^sent 0, later 1,/);
	const [first] = await states();
	assert.deepEqual([first.state, first.tries], ['queued', 1]);
	assert.match(first.said, /450 busy/);
	assert.match(await send(), /^sent 0, later 0,/, 'not yet');
	smtp.onRcpt = () => null;
	smtp.onData = () => refusal(451, 'disk full');
	await sleep(1100);
	assert.match(await send(), /^sent 0, later 1,/);
	assert.match((await states())[0].said, /451 disk full/);
	smtp.onData = () => null;
	assert.equal((await one('select round(extract(epoch from due_at - changed_at))::int as s from mail')).s, 4, 'each wait is longer');
	await due();
	assert.match(await send(), /^sent 1,/);
	assert.deepEqual((await states()).map((m) => [m.state, m.tries]), [['sent', 3]]);
	assert.equal(smtp.mails.length, 1);
});

test('a server that says no is not asked again, and the others get theirs', async () => {
	await campaign('2026-02');
	await tell('gina', 'k1');
	smtp.onRcpt = (to) => (to.startsWith('gina') ? refusal(550, 'no such mailbox') : null);
	assert.match(await send(), /^sent 1, later 0, failed 1, unknown 0$/);
	const said = Object.fromEntries((await states()).map((m) => [m.login, m]));
	assert.equal(said.paul.state, 'sent');
	assert.equal(said.gina.state, 'failed');
	assert.match(said.gina.said, /550 no such mailbox/);
	await tell('paul', 'k2');
	smtp.onData = () => refusal(554, 'spam');
	assert.match(await send(), /^sent 0, later 0, failed 1, unknown 0$/);
	await due();
	assert.match(await send(), /^sent 0, later 0, failed 0, unknown 0$/);
});

test('a server that is away is waited for', async () => {
	await campaign('2026-02');
	await smtp.stop();
	assert.match(await send(), /^sent 0, later 1,/);
	await smtp.start(smtp.port);
	await due();
	assert.match(await send(), /^sent 1,/);
});

test('a server that dies between the text and its answer leaves the message unknown; it goes out again on purpose alone, under the same name', async () => {
	await campaign('2026-02');
	let name;
	smtp.onData = async (mail) => {
		name = mail.headers['message-id'];
		assert.equal((await states())[0].state, 'sending', 'marked before the text was there');
		await smtp.kill();
		return null;
	};
	assert.match(await send(), /^sent 0, later 0, failed 0, unknown 1$/);
	assert.equal((await states())[0].state, 'unknown');
	smtp.mails.length = 0;
	smtp.onData = () => null;
	await smtp.start(smtp.port);
	await due();
	assert.match(await send(), /^sent 0, later 0, failed 0, unknown 0$/);
	await data.owner.query("update mail set state = 'queued', due_at = now()");
	assert.match(await send(), /^sent 1,/);
	assert.equal(smtp.mails[0].headers['message-id'], name);
});

test('two senders at once send each message once', async () => {
	await campaign('2026-02');
	for (let i = 0; i < 6; i++) {
		const login = `double${i}`;
		data.ids[login] ??= (await addPerson(data.owner, login, 'contributor', data.planId, 'DGPN', ['93'])).id;
		await address(login);
		await tell(login, `k${i}`);
	}
	smtp.onData = () => sleep(30);
	await Promise.all([send(), send(), send()]);
	assert.equal(smtp.mails.length, 7);
	assert.equal(new Set(smtp.mails.map((m) => m.headers['message-id'])).size, 7);
	assert.deepEqual((await states()).map((m) => m.state), Array(7).fill('sent'));
});

test('a sender that is killed under its text has sent nothing twice: the message is unknown', async () => {
	const id = await campaign('2026-02');
	let held, seen;
	const there = new Promise((resolve) => (seen = resolve));
	smtp.onData = () => {
		seen();
		return new Promise((resolve) => (held = resolve));
	};
	const server = await startServer({ args: settings() });
	await there;
	await server.stop('SIGKILL');
	held(null);
	assert.equal((await states())[0].state, 'sending');
	smtp.onData = () => null;
	const before_ = smtp.mails.length;
	assert.match(await send(), /^sent 0, later 0, failed 0, unknown 0$/, 'its sender might still be at it');
	await data.owner.query("update mail set changed_at = now() - interval '10 minutes'");
	assert.match(await send(), /^sent 0, later 0, failed 0, unknown 1$/);
	assert.equal((await states())[0].state, 'unknown');
	assert.equal(smtp.mails.length, before_);
	assert.ok(id);
});

test('a sender that is killed before its text is followed by another', async () => {
	await campaign('2026-02');
	await data.owner.query("insert into mail (message_id, person_id, tries, due_at) values ('<a@b>', $1, 1, now() + interval '65 s')", [data.ids.paul]);
	await tell('paul', 'k1');
	await data.owner.query("update outbox set mail_id = (select id from mail)");
	assert.match(await send({ today: '2026-02-01' }), /^sent 0,/, 'somebody tries');
	await data.owner.query("update mail set due_at = now() - interval '1 s'");
	assert.match(await send({ today: '2026-02-01' }), /^sent 1,/);
	assert.equal(smtp.mails[0].headers['message-id'], '<a@b>');
});

test('the server sends by itself, answers while the mail server hangs, and ends in time', async () => {
	await campaign('2026-02');
	let seen;
	const there = new Promise((resolve) => (seen = resolve));
	smtp.onData = () => {
		seen();
		return new Promise(() => {});
	};
	const server = await startServer({ args: settings() });
	await there;
	assert.equal((await server.anonymous().get('/api/v1/session')).status, 200);
	const began = Date.now();
	assert.equal(await server.stop(), 0, server.log);
	assert.ok(Date.now() - began < 20_000, 'the sender does not wait for ever');
	assert.equal((await states())[0].state, 'unknown');
});

/* A name of this machine that is not one of the three that count as it: curl resolves *.localhost itself. */
test('away from this machine TLS is required, with a certificate that is trusted', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'vigie-mail.'));
	try {
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=mail.localhost',
			'-addext', 'subjectAltName=DNS:mail.localhost', '-keyout', join(dir, 'key'), '-out', join(dir, 'cert')], { stdio: 'ignore' });
		const elsewhere = () => ({ smtp_url: `smtp://mail.localhost:${smtp.port}` });
		await campaign('2026-02');
		let asked = 0;
		smtp.onRcpt = () => (asked++, null);
		assert.match(await send(elsewhere()), /^sent 0, later 1,/, 'a server without TLS');
		await smtp.stop();
		smtp = await mailServer({ key: readFileSync(join(dir, 'key')), cert: readFileSync(join(dir, 'cert')), disabledCommands: [], authOptional: false,
			onAuth: ({ username, password }, session, answer) => answer(username === 'vigie' && password === 'le secret' ? null : new Error('wrong'), { user: username }) });
		smtp.onRcpt = () => (asked++, null);
		await due();
		assert.match(await send(elsewhere()), /^sent 0, later 1,/, 'a certificate that nobody knows');
		assert.equal(asked, 0);
		await due();
		writeFileSync(join(dir, 'secret'), 'smtp_password = le secret\n', { mode: 0o600 });
		assert.match(await send({ ...elsewhere(), smtp_user: 'vigie', smtp_ca_file: join(dir, 'cert'), config: join(dir, 'secret') }), /^sent 1,/);
		assert.deepEqual([smtp.mails[0].user, smtp.mails[0].secure], ['vigie', true]);
	} finally {
		rmSync(dir, { recursive: true });
	}
});

test('a wrong password is no fault of the message; the secret is in no argument and in no line of the log', async () => {
	await smtp.stop();
	smtp = await mailServer({ disabledCommands: ['STARTTLS'], authOptional: false, allowInsecureAuth: true, authMethods: ['PLAIN'],
		onAuth: ({ password }, session, answer) => answer(password === 'tres secret' ? null : new Error('wrong'), { user: 'vigie' }) });
	await campaign('2026-02');
	assert.match(await send({ smtp_user: 'vigie' }, { VIGIE_SMTP_PASSWORD: 'autre' }), /^sent 0, later 1, failed 0,/);
	await due();
	const server = await startServer({ args: settings({ smtp_user: 'vigie', log_level: 'debug' }), env: { VIGIE_SMTP_PASSWORD: 'tres secret' } });
	for (let i = 0; i < 300 && !smtp.mails.length; i++) await sleep(50);
	assert.equal(smtp.mails.length, 1);
	assert.ok(!readFileSync(`/proc/${server.pid}/cmdline`, 'latin1').includes('secret'));
	await server.stop();
	assert.ok(!server.log.includes('tres secret') && !server.log.includes('paul@service.example'), server.log);
	const shown = await vigie(['config', ...settings({ smtp_user: 'vigie' })], { env: { VIGIE_SMTP_PASSWORD: 'tres secret' } });
	assert.match(shown.stdout, /^smtp_password = \*\*\*$/m);
	const argued = await vigie(['config', '--smtp-password=x']);
	assert.deepEqual([argued.code, /file or in the environment/.test(argued.stderr)], [64, true], argued.stderr);
	for (const [wrong, why] of [[{ smtp_url: 'smtp://u:p@host' }, /smtp_user/], [{ smtp_from: 'Vigie <a@b>' }, /smtp_from/], [{ public_url: '' }, /public_url/], [{ smtp_user: 'x' }, /smtp_password/]]) {
		const run = await vigie([...settings(wrong), 'outbox', 'send', '--once']);
		assert.equal(run.code, 64, JSON.stringify(wrong));
		assert.match(run.stderr, why);
	}
});

/* A server whose mail server is this test's; reminders of the day are made by itself. */
async function served(act) {
	const server = await startServer({ args: settings() });
	const as = (login) => server.bearer(data.tokens[login]);
	try {
		return await act(as, server);
	} finally {
		assert.equal(await server.stop(), 0, server.log);
	}
}
/* Until `wanted` gives something; what it gives. */
async function until(wanted, what) {
	for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
		const found = await wanted();
		if (found) return found;
	}
	throw new Error(`${what}: not within a minute`);
}

test('coordinators see what was told to whom and what became of it, and send again what nobody knows, on purpose', async () => {
	await campaign('2026-02');
	await tell('nadia', 'k1');
	await served(async (as) => {
		const outbox = `/api/v1/plans/${PLAN}/outbox`, carla = as('carla');
		await until(() => smtp.mails.length, 'the reminder');
		const board = await until(async () => {
			const { json } = await carla.get(outbox);
			return json.items.some((line) => line.state === 'sent') && json;
		}, 'the board');
		assert.deepEqual(board.items.map((line) => [line.person.name, line.kind, line.period, line.units, line.state, line.tries]).sort(),
			[['Nadia Test', 'soon', '2026-02', 1, 'no_address', 0], ['Paul Test', 'before', '2026-02', 1, 'sent', 1]]);
		const line = board.items.find(({ state }) => state === 'sent');
		assert.equal(line.message_id, smtp.mails[0].headers['message-id']);
		assert.ok(!JSON.stringify(board).includes('service.example'), 'addresses are no business of the board');
		const early = await carla.post(`${outbox}/${line.id}/send`, {});
		assert.deepEqual([early.status, early.json.detail], [409, 'Seul un message en échec, ou dont nul ne sait s’il est arrivé, se renvoie.']);
		assert.equal((await carla.post(`${outbox}/${board.items.find(({ state }) => state === 'no_address').id}/send`)).status, 409);
		await root.query("alter table mail disable trigger mail_moves; update mail set state = 'unknown'; alter table mail enable trigger mail_moves");
		assert.deepEqual((await carla.get(`${outbox}?state=unknown`)).json.items.map(({ id }) => id), [line.id]);
		const again = await carla.post(`${outbox}/${line.id}/send`, {});
		assert.deepEqual([again.status, again.json.state], [200, 'queued'], again.text);
		await until(() => smtp.mails.length === 2, 'the second one');
		assert.equal(smtp.mails[1].headers['message-id'], line.message_id);
		const { n } = await one("select count(*)::int as n from journal where act = 'send_again' and number = $1 and person_id = $2", [line.message_id, data.ids.carla]);
		assert.equal(n, 1, 'who wanted it is kept');
		assert.equal((await carla.get(`${outbox}?state=nonsense`)).status, 400);
		for (const login of ['victor', 'ana', 'adam', 'paul']) assert.equal((await as(login).get(outbox)).status, 403, login);
	});
});

test('people choose what they are written; the address is given by administrators alone', async () => {
	await served(async (as) => {
		const paul = as('paul'), adam = as('adam'), mine = '/api/v1/session/mail';
		assert.deepEqual((await paul.get(mine)).json, { address: 'paul@service.example', reminders: true, followed: 'weekly', sends: true });
		assert.deepEqual((await paul.patch(mine, { reminders: false })).json, { address: 'paul@service.example', reminders: false, followed: 'weekly', sends: true });
		assert.equal((await paul.patch(mine, { reminders: true })).json.reminders, true);
		assert.equal((await paul.patch(mine, { address: 'x@y.example' })).status, 422);
		assert.deepEqual((await as('nadia').get(mine)).json, { address: null, reminders: true, followed: 'weekly', sends: true });
		assert.equal((await as('nadia').patch(mine, { reminders: true })).status, 200, 'before there is an address');
		const account = await adam.get('/api/v1/people/nadia');
		const bad = await adam.patch('/api/v1/people/nadia', { mail: 'Nadia <n@service.example>' }, { ifMatch: account.json.version });
		assert.deepEqual([bad.status, bad.json.errors[0].pointer, bad.json.errors[0].code], [422, '#/mail', 'mail_address']);
		const given = await adam.patch('/api/v1/people/nadia', { mail: 'nadia@service.example' }, { ifMatch: account.json.version });
		assert.equal(given.json.mail, 'nadia@service.example', given.text);
		assert.deepEqual((await as('nadia').get(mine)).json, { address: 'nadia@service.example', reminders: true, followed: 'weekly', sends: true });
		const gone = await adam.patch('/api/v1/people/nadia', { mail: null }, { ifMatch: given.json.version });
		assert.equal(gone.json.mail, null);
	});
	const set = await vigie(['user', 'mail', 'nadia', 'nadia@service.example', '--as', 'adam']);
	assert.equal(set.code, 0, set.stderr);
	assert.equal((await vigie(['user', 'mail', 'nadia', 'nadia'])).code, 1);
	const erased = await vigie(['user', 'mail', 'nadia', 'none']);
	assert.equal(erased.code, 0, erased.stderr);
	/* the same by SQL, as that person */
	await data.owner.query('begin');
	await data.owner.query("select set_config('vigie.session', $1, true)", [createHash('sha256').update(data.tokens.paul).digest('hex')]);
	await assert.rejects(data.owner.query("update mailbox set address = 'thief@elsewhere.example', version = version + 1 where person_id = $1", [data.ids.paul]), { code: 'VG403' });
	await data.owner.query('rollback');
});

test('a forgotten password: the link comes by mail, the answer says nothing of who there is', async () => {
	await served(async (as, server) => {
		const links = '/api/v1/session/password-links', nobody = server.anonymous(), from = { headers: { Origin: PUBLIC } };
		assert.deepEqual((await nobody.get(links)).json, { offered: true });
		const answers = [];
		for (const login of ['paul', 'no.one', 'nadia']) answers.push(await nobody.post(links, { login }, from));
		assert.deepEqual(answers.map((a) => [a.status, a.text]), Array(3).fill([204, '']));
		const mail = await until(() => smtp.mails[0], 'the link');
		assert.deepEqual(mail.to, ['paul@service.example']);
		assert.equal(mail.headers.subject, 'Vigie – Choisissez votre mot de passe');
		assert.match(mail.body, /Votre identifiant est paul\. /);
		const code = /sign-in\.html\?code=(\S+)/.exec(mail.body)[1];
		const { n } = await one('select count(*)::int as n from mail m join outbox o on o.mail_id = m.id where to_jsonb(m)::text || to_jsonb(o)::text like $1', [`%${code}%`]);
		assert.equal(n, 0, 'no secret waits in the queue');
		assert.equal((await nobody.post('/api/v1/session/password', { code, password: 'une phrase assez longue' }, from)).status, 204);
		assert.equal((await nobody.post('/api/v1/session', { login: 'paul', password: 'une phrase assez longue' }, from)).status, 200);
		/* three an hour for each, ten in a quarter of an hour from one place */
		for (let i = 0; i < 7; i++) assert.equal((await nobody.post(links, { login: 'Paul' }, from)).status, 204);
		const many = await nobody.post(links, { login: 'paul' }, from);
		assert.deepEqual([many.status, Number(many.headers.get('retry-after')) > 0], [429, true], many.text);
		await until(async () => (await one('select count(*)::int as n from password_ask where not done')).n === 0, 'the wishes');
		assert.ok((await one("select count(*)::int as n from outbox where kind = 'password'")).n <= 3);
		await until(async () => (await one("select count(*)::int as n from mail where state <> 'sent'")).n === 0, 'the mails');
		assert.ok(smtp.mails.length <= 3);
	});
	const off = await startServer();
	assert.deepEqual((await off.anonymous().get('/api/v1/session/password-links')).json, { offered: false });
	assert.equal((await off.anonymous().post('/api/v1/session/password-links', { login: 'paul' })).status, 501);
	await off.stop();
});

test('what was sent stays sent, whoever writes', async () => {
	await campaign('2026-02');
	await send();
	for (const state of ['queued', 'sending', 'failed', 'unknown', 'dropped'])
		await assert.rejects(data.owner.query('update mail set state = $1', [state]), { constraint: 'mail_moves' }, state);
	assert.equal((await one('select count(*)::int as n from outbox where mail_id is null')).n, 0);
});
