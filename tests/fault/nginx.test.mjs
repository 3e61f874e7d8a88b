/* The real nginx with the configuration that is shipped, in front of the server: names, addresses, slow and idle clients. */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { startServer, sleep, statuses } from '../integration/client.mjs';
import { ask, folder, freePort, patience, percentile, sql, until } from './harness.mjs';
import { fill } from './writers.mjs';

const NAME = 'vigie.example', CRLF = '\r\n';
const SECRET = `vgc_${'s'.repeat(40)}`; // as if it were the token of a calendar
const dir = folder('nginx');
let server, nginx, plain, secure, people;

const insecure = { rejectUnauthorized: false, servername: NAME }; // the certificate is our own

/* The shipped file with ports, names and folders of this test, and nothing else changed. */
function configuration() {
	const text = readFileSync('server/deploy/nginx.conf', 'utf8')
		.replace(/^\tlisten \[::\].*$|^\t\tlisten \[::\].*$/gm, '') // not every machine has IPv6
		.replace(/listen 80;/, `listen 127.0.0.1:${plain};`)
		.replace(/listen 443 /g, `listen 127.0.0.1:${secure} `)
		.replace('server 127.0.0.1:8080', `server 127.0.0.1:${server.port}`)
		.replaceAll('VIGIE.EXAMPLE', NAME)
		.replaceAll('/etc/ssl/vigie', dir)
		.replaceAll('/var/log/nginx', dir)
		.replace('/run/nginx.pid', `${dir}/nginx.pid`);
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((i) => `${i}_temp_path ${dir}/${i};`).join(' ');
	return text.replace(/^http \{$/m, `http { ${temporary}`);
}

/* One request over TLS, from any address of the loopback network: { status, headers, text, ms }. */
function get(path, { method = 'GET', headers = {}, body, from = '127.0.0.1', ms = 10_000 } = {}) {
	return new Promise((resolve) => {
		const began = performance.now();
		const done = (answer) => resolve({ ...answer, ms: performance.now() - began });
		const request = https.request({ ...insecure, host: '127.0.0.1', port: secure, localAddress: from, path, method, agent: false, timeout: ms,
			headers: { Host: NAME, ...headers } }, (response) => {
			const pieces = [];
			response.on('data', (piece) => pieces.push(piece));
			response.on('end', () => done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() }));
		});
		request.on('timeout', () => request.destroy());
		request.on('error', () => done({ status: 0 }));
		request.end(body);
	});
}

/* Bytes as they are, over TLS; all that came back until the end or a silence. */
function rawTls(bytes, ms = 1500) {
	return new Promise((resolve) => {
		const socket = tls.connect({ ...insecure, host: '127.0.0.1', port: secure }, () => socket.write(bytes));
		let text = '';
		const timer = setTimeout(() => socket.destroy(), ms);
		socket.on('data', (data) => (text += data.toString('latin1')));
		socket.on('error', () => {});
		socket.on('close', () => {
			clearTimeout(timer);
			resolve(text);
		});
	});
}

before(async () => {
	people = await fill(process.env.TEST_DATABASE_URL);
	server = await startServer({ args: ['--trusted-proxy=127.0.0.1', `--public-url=https://${NAME}`] });
	[plain, secure] = [await freePort(), await freePort()];
	chmodSync(dir, 0o711);
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
		'-subj', `/CN=${NAME}`, '-keyout', `${dir}/key.pem`, '-out', `${dir}/certificate.pem`], { stdio: 'ignore' });
	writeFileSync(`${dir}/nginx.conf`, configuration());
	nginx = spawn('nginx', ['-c', `${dir}/nginx.conf`, '-e', `${dir}/error.log`, '-g', 'daemon off;'], { stdio: ['ignore', 'inherit', 'pipe'] });
	let said = '';
	nginx.stderr.on('data', (data) => (said += data));
	await until(async () => {
		assert.equal(nginx.exitCode, null, said);
		return (await get('/healthz')).status === 200;
	}, { what: 'nginx' });
});
after(async () => {
	if (nginx?.exitCode === null) {
		nginx.kill('SIGTERM');
		await once(nginx, 'close');
	}
	await server?.stop();
	rmSync(dir, { recursive: true, force: true });
});

test('pages and the interface come through, by HTTP/1.1 and HTTP/2', async () => {
	const page = await get('/', { headers: { 'Accept-Encoding': 'gzip' } });
	assert.equal(page.status, 200);
	assert.equal(page.headers['content-encoding'], 'gzip');
	assert.match(page.headers['content-security-policy'], /default-src 'none'/);
	assert.equal(page.headers['strict-transport-security'], 'max-age=31536000');
	assert.equal(page.headers.server.includes('/'), false, 'no version of nginx');
	assert.equal((await get('/', { headers: { 'If-None-Match': page.headers.etag, 'Accept-Encoding': 'gzip' } })).status, 304);
	const problem = await get('/api/v1/plans/none');
	assert.equal(problem.status, 401);
	assert.match(problem.headers['content-type'], /^application\/problem\+json/);

	const session = http2.connect(`https://127.0.0.1:${secure}`, insecure);
	const stream = session.request({ ':path': '/healthz', ':authority': NAME });
	const [headers] = await once(stream, 'response');
	assert.equal(headers[':status'], 200);
	stream.resume();
	await once(stream, 'end');
	session.close();
});

test('plain HTTP is sent to https, a foreign name gets no answer, /metrics is not shown', async () => {
	const moved = await ask(plain, '/actions?x=1', { headers: { Host: 'elsewhere.example' } });
	assert.equal(moved.status, 301);
	assert.equal(moved.headers.location, `https://${NAME}/actions?x=1`);
	await assert.rejects(new Promise((resolve, reject) => {
		const socket = tls.connect({ host: '127.0.0.1', port: secure, rejectUnauthorized: false, servername: 'other.example' }, resolve);
		socket.on('error', reject);
	}));
	assert.equal((await get('/metrics')).status, 404);
	const calendar = await ask(plain, `/api/v1/calendar.ics?token=${SECRET}`, { headers: { Host: NAME } });
	assert.deepEqual([calendar.status, calendar.headers.location], [404, undefined], 'a token that came in clear is not repeated');
});

test('sign-in: a __Host- cookie, and only the public address may write', async () => {
	const { login, password } = people[0];
	const body = JSON.stringify({ login, password }), type = { 'Content-Type': 'application/json' };
	const foreign = await get('/api/v1/session', { method: 'POST', body, headers: { ...type, Origin: 'https://evil.example' } });
	assert.equal(foreign.status, 403);
	const answer = await get('/api/v1/session', { method: 'POST', body, headers: { ...type, Origin: `https://${NAME}` } });
	assert.equal(answer.status, 200, answer.text);
	assert.match(answer.headers['set-cookie'][0], /^__Host-vigie=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
	const cookie = answer.headers['set-cookie'][0].split(';')[0];
	const who = await get('/api/v1/session', { headers: { Cookie: cookie } });
	assert.equal(JSON.parse(who.text).person.login, login);
	assert.equal(JSON.parse((await get('/api/v1/session', { headers: { Cookie: cookie.replace('__Host-', '') } })).text).person, null);
});

test('the address of a client is the one that nginx saw, whatever the client writes', async () => {
	const wrong = (from, headers = {}) => get('/api/v1/session', { method: 'POST', from,
		headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify({ login: 'nobody', password: 'wrong password here' }) });
	await wrong('127.0.7.7', { 'X-Forwarded-For': '203.0.113.9' });
	const direct = await ask(server.port, '/metrics', { headers: { 'X-Forwarded-For': '203.0.113.9' } });
	assert.equal(direct.status, 403, 'from the proxy itself the header counts');
	assert.equal(sql("select distinct address from sign_in_attempt where login = encode(sha256('nobody'), 'hex')"), '127.0.7.7');
});

test('two requests in one are never forwarded as two', { timeout: 300_000 }, async () => {
	const H = `Host: ${NAME}${CRLF}`, hidden = `GET /hidden HTTP/1.1${CRLF}${H}${CRLF}`;
	const attempts = {
		'length and chunks': `POST /api/v1/session HTTP/1.1${CRLF}${H}Content-Length: 4${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
		'two lengths': `POST /api/v1/session HTTP/1.1${CRLF}${H}Content-Length: 0${CRLF}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
		'signed length': `POST /api/v1/session HTTP/1.1${CRLF}${H}Content-Length: +${hidden.length}${CRLF}${CRLF}${hidden}`,
		'folded coding': `POST /api/v1/session HTTP/1.1${CRLF}${H}Transfer-Encoding:${CRLF} chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
		'blank before colon': `POST /api/v1/session HTTP/1.1${CRLF}${H}Transfer-Encoding : chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
		'chunks in HTTP/1.0': `POST /api/v1/session HTTP/1.0${CRLF}${H}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
		'identity coding': `POST /api/v1/session HTTP/1.1${CRLF}${H}Transfer-Encoding: identity${CRLF}Content-Length: 0${CRLF}${CRLF}`,
		'body on GET': `GET /healthz HTTP/1.1${CRLF}${H}Content-Length: ${hidden.length}${CRLF}Connection: close${CRLF}${CRLF}${hidden}`,
		'line feeds in the path': `GET /healthz%0d%0aX:%20y HTTP/1.1${CRLF}${H}Connection: close${CRLF}${CRLF}`,
		'hop-by-hop': `GET /healthz HTTP/1.1${CRLF}${H}Connection: close, Content-Length${CRLF}Upgrade: websocket${CRLF}${CRLF}`,
		'no host': `GET /healthz HTTP/1.1${CRLF}${CRLF}`,
		'two hosts': `GET /healthz HTTP/1.1${CRLF}${H}Host: other${CRLF}${CRLF}`,
	};
	await sleep(200); // an answer leaves before its line is written
	for (const [name, bytes] of Object.entries(attempts)) {
		const from = server.log.length;
		const answers = statuses(await rawTls(bytes));
		await sleep(20);
		const seen = server.log.slice(from).split('\n').filter((line) => / event=request /.test(line)).length;
		assert.ok(answers.length <= 1, `${name}: ${answers}`);
		assert.ok(seen <= 1, `${name}: the server saw ${server.log.slice(from)}`);
		assert.doesNotMatch(server.log.slice(from), /status=500/, name);
	}
});

/* What nginx says in vigie's place reads as vigie's own word, in the reader's language. */
function isProblem({ status, headers, text }, type, title) {
	assert.match(headers['content-type'], /^application\/problem\+json/);
	const problem = JSON.parse(text);
	assert.equal(problem.type, type);
	assert.equal(problem.title, title);
	assert.equal(problem.status, status);
	assert.match(problem.instance, /^\/requests\/[0-9a-f]{32}$/);
	assert.ok(problem.detail.length > 20);
}

test('a body that is too large is refused at the door', async () => {
	const large = { method: 'POST', headers: { 'Content-Type': 'application/json', 'Content-Length': 1_000_000, 'Accept-Language': 'en' } };
	isProblem(await get('/api/v1/session', large), '/problems/too-large', 'Too large');
	const answer = await rawTls(`POST /api/v1/session HTTP/1.1${CRLF}Host: ${NAME}${CRLF}Content-Type: application/json${CRLF}Content-Length: 1000000${CRLF}${CRLF}`);
	assert.deepEqual(statuses(answer), [413]);
});

test('passwords are limited at the door, who is signed in may be asked by every page', async () => {
	const many = (method, path, body) => Promise.all(Array.from({ length: 40 }, () => get(path, { method, body, from: '127.0.8.8',
		headers: { 'Content-Type': 'application/json' } })));
	const refused = (answers) => answers.filter(({ status }) => status === 429).length;
	assert.equal(refused(await many('GET', '/api/v1/session')), 0);
	const attempts = await many('POST', '/api/v1/session', '{}');
	assert.ok(refused(attempts) >= 20);
	const one = attempts.find(({ status }) => status === 429);
	isProblem(one, '/problems/too-many', 'Trop de demandes');
	assert.equal(one.headers['retry-after'], '5');
	assert.ok(refused(await many('POST', '/api/v1/session/password', '{}')) >= 20);
});

/* Asks now and then while `crowd` is there: the times, and how many were refused. */
async function probing(crowd, seconds) {
	const probes = [];
	const end = Date.now() + seconds * 1000;
	while (Date.now() < end) {
		probes.push(get(['/', '/healthz', '/api/v1/session'][probes.length % 3], { from: `127.0.9.${1 + probes.length % 200}` }));
		await sleep(40);
	}
	const answers = await Promise.all(probes);
	const fine = answers.filter(({ status, ms }) => status === 200 && ms < 1000 * patience()).length;
	const slow = Math.round(percentile(answers.map(({ ms }) => ms), 0.99));
	assert.ok(fine >= answers.length * 0.99, `${crowd}: ${fine} of ${answers.length} answered within a second, ${slow} ms at the 99th percentile`);
	return `${crowd}: ${fine} of ${answers.length} answered within a second, ${slow} ms at the 99th percentile`;
}

/* Opens `count` connections from as many addresses, a few at a time. */
async function crowd(count, open) {
	const sockets = [];
	for (let i = 0; i < count; i += 50)
		await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, j) => new Promise((resolve) => {
			const socket = open(`127.1.${(i + j) >> 8}.${1 + ((i + j) & 127)}`, resolve);
			socket.on('error', () => resolve());
			socket.on('data', () => {});
			sockets.push(socket);
		})));
	return sockets;
}

const overTls = (from, resolve) => tls.connect({ ...insecure, host: '127.0.0.1', port: secure, localAddress: from }, resolve);

test('1,000 slow headers and 1,000 slow bodies: the others do not notice', { timeout: 300_000 }, async (t) => {
	const slow = {
		headers: [`GET / HTTP/1.1${CRLF}Host: ${NAME}${CRLF}`, `X-a: b${CRLF}`],
		bodies: [`POST /api/v1/session HTTP/1.1${CRLF}Host: ${NAME}${CRLF}Content-Type: application/json${CRLF}Content-Length: 1000${CRLF}${CRLF}`, ' '],
	};
	const sockets = await crowd(1000, overTls);
	for (const [what, [head, drop]] of Object.entries(slow)) {
		const more = what === 'headers' ? sockets : await crowd(1000, overTls);
		more.forEach((socket) => socket.write(head));
		const dropping = setInterval(() => more.forEach((socket) => socket.writable && socket.write(drop)), 900);
		t.after(() => clearInterval(dropping));
		const open = more.filter((socket) => !socket.destroyed).length;
		assert.ok(open >= 500, `${open} of 1,000 are there, the others were given up`);
		const connections = await server.metric('vigie_http_connections');
		assert.ok(connections < 64, `the server itself has ${connections} connections`);
		t.diagnostic(await probing(`slow ${what}`, 4));
		clearInterval(dropping);
		more.forEach((socket) => socket.destroy());
	}
});

test('10,000 idle connections, or as many as descriptors allow: the others do not notice', { timeout: 300_000 }, async (t) => {
	const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || 20_000;
	const count = Math.min(10_000, descriptors - 500);
	const sockets = await crowd(count, (from, resolve) => net.connect({ host: '127.0.0.1', port: secure, localAddress: from }, resolve));
	const open = sockets.filter((socket) => !socket.destroyed).length;
	assert.ok(open >= count * 0.99, `${open} of ${count} are open`);
	t.diagnostic(await probing(`${open} idle`, 3));
	assert.ok(await server.metric('vigie_http_connections') < 64);
	sockets.forEach((socket) => socket.destroy());
});

test('two servers, restarted one after the other under load: nobody is refused', { timeout: 300_000 }, async () => {
	const args = ['--trusted-proxy=127.0.0.1', `--public-url=https://${NAME}`];
	let second = await startServer({ args });
	writeFileSync(`${dir}/nginx.conf`, configuration().replace(/^(\s*)(server 127.0.0.1):\d+(.*)$/m, `$1$2:${server.port}$3$1$2:${second.port}$3`));
	nginx.kill('SIGHUP');
	await sleep(500);
	const answers = [];
	let going = true;
	const clients = Array.from({ length: 4 }, async (_, i) => {
		while (going) {
			answers.push(await get(['/', '/api/v1/session'][answers.length % 2], { from: `127.0.11.${1 + i}` }));
			await sleep(30);
		}
	});
	const restart = async (one) => {
		assert.equal(await one.stop(), 0);
		const again = await startServer({ args: [...args, `--port=${one.port}`] });
		const asked = async () => /requests_total\{[^}]*route="(?!\/metrics|\/api\/v1\/openapi)/.test(await (await fetch(`${again.url}/metrics`)).text());
		await until(asked, { every: 100, what: 'nginx sends it requests again' });
		return again;
	};
	for (let i = 0; i < 2; i++) {
		server = await restart(server);
		second = await restart(second);
	}
	going = false;
	await Promise.all(clients);
	await second.stop();
	assert.deepEqual(answers.filter(({ status }) => status !== 200).map(({ status, text }) => `${status} ${text}`), []);
	assert.ok(answers.length > 200);
});

test('the only server restarted behind nginx: 503 at most for a moment, then as before', { timeout: 300_000 }, async () => {
	writeFileSync(`${dir}/nginx.conf`, configuration());
	nginx.kill('SIGHUP');
	await sleep(500);
	const { port } = server;
	await server.stop();
	const down = await get('/healthz');
	isProblem(down, '/problems/busy', 'Service momentanément indisponible');
	assert.equal(down.status, 503);
	assert.equal(down.headers['retry-after'], '5');
	const calendar = (from) => get(`/api/v1/calendar.ics?token=${SECRET}`, { from });
	assert.equal((await calendar()).status, 503);
	const flood = await Promise.all(Array.from({ length: 300 }, () => calendar('127.0.12.1')));
	assert.ok(flood.some(({ status }) => status === 429), 'the limits hold there, too');
	server = await startServer({ args: ['--trusted-proxy=127.0.0.1', `--public-url=https://${NAME}`, `--port=${port}`] });
	const took = await until(async () => (await get('/healthz')).status === 200, { every: 100 });
	assert.ok(took < 4000 * patience(), `${took} ms`);
});

test('the token of a calendar is in no log, whatever went wrong with the request', () => {
	const logs = ['error.log', 'vigie.log'].map((name) => readFileSync(`${dir}/${name}`, 'utf8'));
	assert.match(logs[0], /request: "GET \/healthz/, 'other requests that failed are');
	assert.match(logs[1], /"GET \/api\/v1\/calendar\.ics" 503 /);
	assert.match(logs[1], /"GET \/api\/v1\/calendar\.ics" 429 /);
	for (const text of [...logs, server.log]) assert.equal(text.includes(SECRET), false);
});
