/*
 * The client of all tests over HTTP: starts the server under test, signs in,
 * sends requests, and holds every answer against /api/v1/openapi.json.
 *
 *	const server = await startServer();
 *	const alice = await server.signIn('alice', 'password');
 *	const answer = await alice.patch('/api/v1/plans/p/actions/1', { comment: 'x' }, { ifMatch: 3 });
 *	assert.equal(answer.status, 200);       answer.json, answer.headers, answer.text
 *	await server.stop();
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.VIGIE_BIN ?? join(root, 'build/vigie');
export const sanitized = /address|thread/.test(binary);

/*
 * Starts `vigie serve` on a free port and waits until it says that it is ready.  Only a suite about indicators has them
 * computed: a worker takes jobs away and changes answers between two looks at them, at a time of its own choosing.
 */
export async function startServer({ args = [], env = {}, database = process.env.TEST_DATABASE_URL } = {}) {
	const child = spawn(binary, ['serve', '--port=0', '--compute=off', ...args], {
		cwd: root,
		env: { ...process.env, DATABASE_URL: database, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const server = new Server(child);
	await server.ready();
	return server;
}

/* `vigie compute`, which computes beside others until it is stopped: { log, stop }. */
export async function startWorker(args = []) {
	const worker = new Server(spawn(binary, ['compute', ...args], {
		cwd: root,
		env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL },
		stdio: ['ignore', 'pipe', 'pipe'],
	}));
	assert.equal(await worker.begun(), 'computing');
	return worker;
}

/* Runs `vigie` with these arguments to its end: { code, stdout, stderr }. */
export async function vigie(args, { env = {}, input = '' } = {}) {
	const child = spawn(binary, args, {
		cwd: root,
		env: { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL,
			DATABASE_OWNER_URL: process.env.TEST_DATABASE_OWNER_URL, ...env },
	});
	let stdout = '', stderr = '';
	child.stdout.on('data', (d) => (stdout += d));
	child.stderr.on('data', (d) => (stderr += d));
	child.stdin.on('error', () => {});
	child.stdin.end(input);
	const [code] = await once(child, 'close');
	return { code, stdout, stderr };
}

/* An instant with nothing in its millisecond: what was recorded before is before it, what is recorded next is after it. */
export async function instant() {
	await sleep(3);
	const at = new Date().toISOString();
	await sleep(3);
	return at;
}

/* The day that it is in a zone, "2026-11-21".  From its parts: how a locale writes a day changes between releases of ICU. */
export function dayIn(timeZone) {
	const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts();
	return ['year', 'month', 'day'].map((type) => parts.find((part) => part.type === type).value).join('-');
}

class Server {
	constructor(child) {
		this.child = child;
		this.pid = child.pid;
		this.log = '';
		this.stdout = '';
		this.closed = once(child, 'close');
		child.stderr.on('data', (d) => (this.log += d));
		child.stdout.on('data', (d) => (this.stdout += d));
	}

	/* What it says when it is ready. */
	async begun() {
		const end = Date.now() + (sanitized ? 60_000 : 15_000);
		while (!/^ready: (\S+)$/m.test(this.stdout)) {
			if (this.child.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
			if (Date.now() > end) throw new Error(`the server is not ready: ${this.log}`);
			await sleep(10);
		}
		return this.stdout.match(/^ready: (\S+)$/m)[1];
	}

	async ready() {
		this.url = await this.begun();
		this.port = Number(new URL(this.url).port);
		this.openapi = await (await fetch(`${this.url}/api/v1/openapi.json`)).json();
		this.contract = new Contract(this.openapi);
	}

	/* A client that nobody is signed in with. */
	anonymous(options) {
		return new Client(this, options);
	}

	/* A client signed in by cookie, its CSRF token in hand. */
	async signIn(login, password, options) {
		const client = new Client(this, options);
		const answer = await client.post('/api/v1/session', { login, password });
		assert.equal(answer.status, 200, answer.text);
		const session = await client.get('/api/v1/session');
		client.csrf = session.json.csrf_token;
		client.session = session.json;
		return client;
	}

	/* A client with an API token. */
	bearer(token, options) {
		return new Client(this, { ...options, token });
	}

	/* The value of a counter of /metrics, the sum over its labels. */
	async metric(name) {
		const text = await (await fetch(`${this.url}/metrics`)).text();
		return text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
			.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
	}

	/* SIGTERM, then the exit code. */
	async stop(signal = 'SIGTERM') {
		if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
		const [code] = await this.closed;
		return code;
	}
}

/* What openapi.json promises, asked of one answer. */
class Contract {
	constructor(document) {
		this.document = document;
		this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
		this.ajv.addSchema({ $id: 'https://vigie.invalid/openapi', ...document });
		this.validators = new Map();
	}

	/* The operation of a path: literal segments win over arguments. */
	operation(method, path) {
		const wanted = path.split('/');
		const fits = Object.keys(this.document.paths).filter((pattern) => {
			const segments = pattern.split('/');
			return segments.length === wanted.length &&
				segments.every((s, i) => s === wanted[i] || (s.startsWith('{') && wanted[i] !== ''));
		});
		fits.sort((a, b) => (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0));
		return fits.length ? this.document.paths[fits[0]][method.toLowerCase()] : undefined;
	}

	validator(ref) {
		if (!this.validators.has(ref))
			this.validators.set(ref, this.ajv.compile({ $ref: `https://vigie.invalid/openapi${ref}` }));
		return this.validators.get(ref);
	}

	check(method, path, answer) {
		const said = `${method} ${path} → ${answer.status}`;
		for (const [name] of answer.headers)
			assert.ok(!name.toLowerCase().startsWith('access-control-'), `${said}: ${name}`);
		assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f]{16}$/, said);
		assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', said);
		if (answer.status >= 400) return this.checkProblem(said, answer);
		if (method === 'HEAD' || answer.status === 304 || answer.status === 204) {
			assert.equal(answer.text, '', said);
			return;
		}
		const operation = this.operation(method, path);
		if (!operation || method === 'OPTIONS') return;
		const promised = operation.responses[answer.status] ??
			operation.responses[Object.keys(operation.responses).find((s) => s.startsWith('2'))];
		const schema = promised?.content?.['application/json']?.schema;
		if (!schema) return;
		assert.match(answer.headers.get('content-type') ?? '', /^application\/json; charset=utf-8$/, said);
		this.validate(schema.$ref, said, answer.json);
	}

	checkProblem(said, answer) {
		const type = answer.headers.get('content-type') ?? '';
		if (type.startsWith('text/html')) return; // the page of an unknown address
		assert.equal(type, 'application/problem+json; charset=utf-8', said);
		assert.equal(answer.headers.get('cache-control'), 'no-store', said);
		if (answer.text === '') return; // HEAD
		this.validate('#/components/schemas/Problem', said, answer.json);
		assert.equal(answer.json.status, answer.status, said);
		assert.equal(answer.json.instance, `/requests/${answer.headers.get('x-request-id')}`, said);
	}

	validate(ref, said, value) {
		const validate = this.validator(ref);
		if (!validate(value))
			assert.fail(`${said} is not ${ref}: ${JSON.stringify(validate.errors.slice(0, 5))}\n` +
				JSON.stringify(value).slice(0, 600));
	}
}

class Client {
	constructor(server, { token, lang = 'fr' } = {}) {
		this.server = server;
		this.token = token;
		this.lang = lang;
		this.cookie = undefined;
		this.csrf = undefined;
	}

	headersFor(method, { body, type, ifMatch, key, headers = {} }) {
		const h = { 'Accept-Language': this.lang };
		if (this.cookie) h.Cookie = this.cookie;
		if (this.token) h.Authorization = `Bearer ${this.token}`;
		if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) {
			h.Origin = this.server.url;
			if (this.csrf) h['X-CSRF-Token'] = this.csrf;
		}
		if (body !== undefined) h['Content-Type'] = type ?? 'application/json';
		if (ifMatch !== undefined) h['If-Match'] = typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch;
		if (key !== undefined) h['Idempotency-Key'] = key;
		for (const [name, value] of Object.entries(headers)) {
			if (value === null) delete h[Object.keys(h).find((n) => n.toLowerCase() === name.toLowerCase()) ?? name];
			else h[name] = value;
		}
		return h;
	}

	/*
	 * Sends a request and checks the answer against the contract.  A `body` that
	 * is no text is sent as JSON; a header given as null is left out.
	 */
	async request(method, path, options = {}) {
		const { body } = options;
		const response = await fetch(this.server.url + path, {
			method,
			redirect: 'manual',
			headers: this.headersFor(method, options),
			body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ?
				body : JSON.stringify(body),
		});
		const answer = { status: response.status, headers: response.headers, text: await response.text() };
		if (/json/.test(response.headers.get('content-type') ?? '') && answer.text !== '')
			answer.json = JSON.parse(answer.text);
		answer.etag = response.headers.get('etag');
		const set = response.headers.get('set-cookie');
		if (set) this.cookie = set.split(';')[0];
		this.server.contract.check(method, path.split('?')[0], answer);
		return answer;
	}

	get(path, options) {
		return this.request('GET', path, options);
	}
	post(path, body, options) {
		return this.request('POST', path, { ...options, body });
	}
	put(path, body, options) {
		return this.request('PUT', path, { ...options, body });
	}
	patch(path, body, options) {
		return this.request('PATCH', path, { ...options, body });
	}
	delete(path, options) {
		return this.request('DELETE', path, options);
	}
}

/*
 * Sends bytes as they are (one text, or several with a pause in between) and
 * gives all that came back until the server closed, or until `ms` passed in
 * silence: { text, closed, ms }.
 */
export function raw(port, bytes, { ms = 1500, pause = 20, end = false } = {}) {
	return new Promise((resolve) => {
		const began = Date.now();
		const socket = net.connect(port, '127.0.0.1');
		const pieces = [];
		let timer;
		const done = (closed) => {
			clearTimeout(timer);
			socket.destroy();
			resolve({ text: Buffer.concat(pieces).toString('latin1'), closed, ms: Date.now() - began });
		};
		const wait = () => {
			clearTimeout(timer);
			timer = setTimeout(() => done(false), ms);
		};
		socket.on('data', (d) => {
			pieces.push(d);
			wait();
		});
		socket.on('end', () => done(true));
		socket.on('close', () => done(true));
		socket.on('error', () => {});
		socket.on('connect', async () => {
			wait();
			for (const piece of Array.isArray(bytes) ? bytes : [bytes]) {
				if (socket.destroyed) break;
				socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
				await sleep(pause);
			}
			if (end) socket.end();
		});
	});
}

/* The status of each answer in what raw() received. */
export function statuses(text) {
	return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1]));
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
