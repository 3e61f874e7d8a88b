/* Mail on the pages: what was told to whom, sent again on purpose; what one wants to be written; a forgotten password. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { sleep, startServer } from '../integration/client.mjs';
import { mailServer } from '../integration/smtp.mjs';

/* A server of its own beside the demo's, on the same database: it sends mail to the mail server of the test. */
const port = await new Promise((resolve) => {
	const listener = net.createServer().listen(0, '127.0.0.1', () => {
		const { port: free } = listener.address();
		listener.close(() => resolve(free));
	});
});
process.env.VIGIE_URL = `http://127.0.0.1:${port}`;
const { accessible, account, launch, noSidewaysScroll, open, signIn, url, visit } = await import('./browser.mjs');

let browser, server, smtp, owner;
before(async () => {
	browser = await launch();
	smtp = await mailServer();
	owner = new pg.Client({ connectionString: process.env.TEST_DATABASE_OWNER_URL });
	await owner.connect();
	await owner.query("select set_config('vigie.session', 'service', false)");
	await owner.query(`insert into mailbox (person_id, address) select id, login || '@service.example' from person where login in ('c.martin', 'j.perrin')`);
	const told = `insert into outbox (plan_id, campaign_id, person_id, kind, key, units, mail_id)
		select k.plan_id, k.id, p.id, $1, $1 || p.login, '[{"territory": "93", "organisation": "DGPN"}]', $3
		from person p, (select * from campaign order by period desc limit 1) k where p.login = $2`;
	const mail = async (login, state, said) => (await owner.query(`insert into mail (message_id, person_id, state, tries, said)
		select '<' || $2 || '.' || login || '@vigie.example>', id, $2, 1, $3 from person where login = $1 returning id`, [login, state, said])).rows[0].id;
	await owner.query(told, ['soon', 'c.martin', await mail('c.martin', 'unknown', 'Server closed the connection')]);
	await owner.query(told, ['before', 'j.perrin', await mail('j.perrin', 'failed', '550 no such mailbox')]);
	await owner.query(told, ['before', 'c.martin', await mail('c.martin', 'sent', '250 ok')]);
	await owner.query(told, ['before', 's.benali', null]);
	/* a day on which nobody is to be reminded by the calendar */
	const { rows: [{ day }] } = await owner.query('select (due_on - 20)::text as day from campaign order by period desc limit 1');
	server = await startServer({ args: [`--today=${day}`, `--port=${port}`, `--public_url=${url}`, `--smtp_url=smtp://127.0.0.1:${smtp.port}`, '--smtp_from=vigie@mail.example', '--smtp_retry_s=1'] });
});
after(async () => {
	await browser?.close();
	await server?.stop();
	await smtp?.stop();
	await owner?.end();
});

async function until(wanted, what) {
	for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) if (await wanted()) return;
	assert.fail(`${what}: not within half a minute`);
}

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']])
	test(`the coordinator sees what was told to whom, at ${width} px`, async () => {
		const { context, page, faults } = await open(browser, { width, scheme });
		await signIn(page, account('coordinator'), '/campaign.html');
		const panel = page.locator('section:has(#outbox)');
		assert.match(await panel.textContent(), /Un message est peut-être arrivé, peut-être pas/);
		assert.deepEqual((await panel.locator('.fr-badge').allTextContents()).map((s) => s.trim()).sort(), ['Arrivée inconnue', 'Envoyé', 'Sans adresse', 'Échec'].sort());
		assert.equal(await panel.locator('button').count(), 2, 'only what failed or nobody knows is sent again');
		await accessible(page, 'the outbox');
		await noSidewaysScroll(page, 'the outbox');
		mkdirSync('build/screens', { recursive: true });
		await panel.screenshot({ path: `build/screens/outbox-${width}-${scheme}.png` });
		assert.deepEqual(faults, []);
		await context.close();
	});

test('a message of which nobody knows goes out again when the coordinator wants it', async () => {
	const { context, page, faults } = await open(browser);
	/* the person still owes an answer, or there would be nothing to tell */
	await signIn(page, account('coordinator'), '/campaign.html');
	await page.click('section:has(#outbox) tr:has-text("Arrivée inconnue") button');
	await until(async () => (await page.locator('section:has(#outbox) .fr-badge:has-text("Arrivée inconnue")').count()) === 0, 'the new state');
	await until(async () => (await owner.query("select 1 from mail where message_id like '<unknown.%' and state in ('sent', 'dropped')")).rowCount === 1, 'the sending');
	assert.deepEqual(faults, []);
	await context.close();
});

test('people choose what they are written', async () => {
	for (const [width, scheme] of [[1280, 'light'], [390, 'dark']]) {
		const { context, page, faults } = await open(browser, { width, scheme });
		const login = 'c.martin', who = JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find((one) => one.login === login);
		await signIn(page, who, '/account.html');
		assert.match(await page.locator('section:has(#mail)').textContent(), /c\.martin@service\.example/);
		const wants = !(await page.isChecked('#mail-reminders'));
		await page.setChecked('#mail-reminders', wants, { force: true });
		await until(async () => (await owner.query("select 1 from mailbox b join person p on p.id = b.person_id where p.login = $1 and b.reminders = $2", [login, wants])).rowCount === 1, 'the choice');
		await visit(page, '/account.html');
		assert.equal(await page.isChecked('#mail-reminders'), wants);
		await accessible(page, 'choices');
		await noSidewaysScroll(page, 'choices');
		await page.locator('section:has(#mail)').screenshot({ path: `build/screens/mail-choices-${width}-${scheme}.png` });
		assert.deepEqual(faults, []);
		await context.close();
	}
});

test('a forgotten password: a link comes by mail, whoever asked reads the same', async () => {
	const { context, page, faults } = await open(browser, { width: 390, scheme: 'dark' });
	const ask = async (login) => {
		await page.goto(`${url}/sign-in.html`);
		await page.click('summary:has-text("Mot de passe oublié")');
		await page.fill('#link-login', login);
		await accessible(page, 'asking for a link');
		await page.click('button:has-text("Recevoir un lien")');
		await page.waitForSelector('#link-result .fr-alert--success');
		return page.locator('#link-result').textContent();
	};
	const before_ = smtp.mails.length;
	assert.equal(await ask('j.perrin'), await ask('personne'));
	await page.screenshot({ path: 'build/screens/sign-in-link-390-dark.png', fullPage: true });
	await until(() => smtp.mails.slice(before_).some(({ to }) => to[0] === 'j.perrin@service.example'), 'the link');
	const { body } = smtp.mails.slice(before_).find(({ to }) => to[0] === 'j.perrin@service.example');
	await page.goto(/^http\S+sign-in\.html\?code=\S+$/m.exec(body)[0]);
	await page.fill('#password', 'quatre mots bien choisis');
	await page.fill('#again', 'quatre mots bien choisis');
	await page.click('.fr-btn:has-text("mot de passe")');
	await page.waitForSelector('#choose-result .fr-alert--success');
	assert.deepEqual(faults, []);
	await context.close();
});
