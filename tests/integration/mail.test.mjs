/*
 * Mail: reminders gathered into one message a person, sent to a real mail server, at most once whatever happens to
 * either; what nobody knows is said to be unknown.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
	await root.query('truncate outbox, mail, roster, expectation, campaign cascade');
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

test('what was sent stays sent, whoever writes', async () => {
	await campaign('2026-02');
	await send();
	for (const state of ['queued', 'sending', 'failed', 'unknown', 'dropped'])
		await assert.rejects(data.owner.query('update mail set state = $1', [state]), { constraint: 'mail_moves' }, state);
	assert.equal((await one('select count(*)::int as n from outbox where mail_id is null')).n, 0);
});
