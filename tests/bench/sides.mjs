/*
 * What is measured and what it is measured against, each started here and
 * stopped here: Vigie, nginx, and the peer of peer.mjs.  Logs are written to
 * files by Vigie and by nginx alike, a line a request, as both do in service.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, chmodSync, mkdirSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const PLAN = 'ocrteh-2024-2026';
export const scratch = mkdtempSync('/tmp/vigie-bench.');
chmodSync(scratch, 0o755);		/* nginx's workers are another account's */
const running = new Set();

/* ------------------------------------------------------------------ processes */

function start(command, args, { env = {}, out = 'pipe', err = 'pipe' } = {}) {
	const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', out, err] });
	running.add(child);
	child.once('close', () => running.delete(child));
	return child;
}

/* Runs a program to its end; fails when it does. */
export async function run(command, args, options) {
	const child = start(command, args, options);
	let stdout = '', stderr = '';
	child.stdout.on('data', (d) => (stdout += d));
	child.stderr.on('data', (d) => (stderr += d));
	const [code] = await Promise.race([once(child, 'close'), once(child, 'error').then(([e]) => { throw e; })]);
	if (code !== 0) throw new Error(`${command} ends with ${code}:\n${stdout}${stderr}`);
	return { stdout, stderr };
}

export async function stop(child) {
	if (!running.has(child)) return;
	const closed = once(child, 'close');
	child.kill('SIGTERM');
	const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
	await closed;
	clearTimeout(late);
}

export async function stopAll() {
	await Promise.all([...running].map(stop));
	rmSync(scratch, { recursive: true, force: true });
}

const log = (name) => openSync(join(scratch, name), 'w');

async function until(what, child, condition) {
	for (let i = 0; i < 1000; i++) {
		if (child.exitCode !== null) break;
		const found = await condition();
		if (found) return found;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error(`${what} does not start; its log is\n${readFileSync(join(scratch, `${what}.log`), 'utf8').slice(-2000)}`);
}

async function freePort() {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

const listening = (port) => new Promise((resolve) => {
	const socket = net.connect(port, '127.0.0.1');
	socket.on('connect', () => { socket.destroy(); resolve(true); });
	socket.on('error', () => resolve(false));
});

/* ------------------------------------------------------------------ Vigie */

/*
 * The program with its defaults, but for two: indicators are computed
 * elsewhere, since no reference computes any, and what `args` says.
 */
export async function startVigie(name, args = [], database = process.env.TEST_DATABASE_URL) {
	let said = '';
	const child = start(process.env.VIGIE_BIN ?? join(root, 'build/vigie'), ['serve', '--port=0', '--compute=off', ...args],
		{ env: { DATABASE_URL: database, VIGIE_LOG_LEVEL: 'info' }, err: log(`${name}.log`) });
	child.stdout.on('data', (d) => (said += d));
	const url = await until(name, child, () => said.match(/^ready: (\S+)$/m)?.[1]);
	return { child, url };
}

/* Headers of someone signed in: `read` for reads, `write` for changes; `context` as the database knows them. */
export async function signIn(url, login) {
	const { password } = JSON.parse(readFileSync(process.env.VIGIE_DEMO, 'utf8')).find((one) => one.login === login);
	const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', body: JSON.stringify({ login, password }),
		headers: { 'Content-Type': 'application/json', Origin: url } });
	if (answer.status !== 200) throw new Error(`${login} cannot sign in: ${answer.status} ${await answer.text()}`);
	const cookie = answer.headers.get('set-cookie').split(';')[0];
	const { csrf_token } = await answer.json();
	return { read: { Cookie: cookie }, write: { Cookie: cookie, Origin: url, 'X-CSRF-Token': csrf_token },
		context: createHash('sha256').update(cookie.slice(cookie.indexOf('=') + 1)).digest('hex') };
}

/* ------------------------------------------------------------------ nginx */

/* Headers that nginx writes itself, or that belong to one side of compression. */
const own = new Set(['date', 'content-length', 'content-type', 'content-encoding', 'etag', 'connection', 'keep-alive',
	'x-request-id']);

/* One static file with the bytes and the headers of an answer of Vigie's; the url of it. */
export async function startNginx(bytes, headers) {
	const port = await freePort();
	const added = [...headers].filter(([k]) => !own.has(k)).map(([k, v]) => `add_header ${k} "${v}";`).join('\n\t\t');
	mkdirSync(join(scratch, 'www'));
	writeFileSync(join(scratch, 'www/dashboard'), bytes);
	writeFileSync(join(scratch, 'www/dashboard.gz'), gzipSync(bytes, { level: 6 }));
	writeFileSync(join(scratch, 'nginx.conf'), `
daemon off; pid ${scratch}/nginx.pid; error_log ${scratch}/nginx.log;
worker_processes auto;
events { worker_connections 1024; }
http {
	access_log ${scratch}/nginx-access.log;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((k) => `${k}_temp_path ${scratch}/${k};`).join(' ')}
	sendfile on; tcp_nopush on; open_file_cache max=10; gzip_static on;
	keepalive_requests 1000000000; default_type "application/json; charset=utf-8";
	server {
		listen 127.0.0.1:${port};
		root ${scratch}/www;
		add_header X-Request-Id $request_id;
		${added}
	}
}
`);
	const child = start('/usr/sbin/nginx', ['-e', join(scratch, 'nginx.log'), '-c', join(scratch, 'nginx.conf')],
		{ out: 'ignore', err: log('nginx-start.log') });
	await until('nginx', child, () => listening(port));
	return { child, url: `http://127.0.0.1:${port}/dashboard` };
}

/* ------------------------------------------------------------------ the peer */

export async function startPeer() {
	const port = await freePort();
	const child = start(process.execPath, [join(root, 'tests/bench/peer.mjs'), String(port)],
		{ env: { NODE_ENV: 'production', DATABASE_URL: process.env.TEST_DATABASE_URL, PGOPTIONS: '-c jit=off' }, out: log('peer.log') });
	await until('peer', child, () => listening(port));
	return { child, url: `http://127.0.0.1:${port}` };
}
