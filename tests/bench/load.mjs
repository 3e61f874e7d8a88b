/*
 * Load generators: wrk for HTTP, pgbench for SQL, and for clients that think a
 * small one of our own, since wrk cannot say which connection waits.  Each
 * gives requests (or transactions) a second and fails on any answer that is
 * not the expected one: a fast refusal is no result.
 */
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { run } from './sides.mjs';

export const SECONDS = 2;

/* As server/db opens its connections: machine code for one query would take longer than the query. */
const PGOPTIONS = '-c jit=off';

/* The one beside the server that runs: Debian's wrapper would choose by clusters that are not ours. */
const versions = readdirSync('/usr/lib/postgresql').map(Number).sort((a, b) => b - a);
const PGBENCH = `/usr/lib/postgresql/${versions[0]}/bin/pgbench`;

function number(text, pattern, command) {
	const found = text.match(pattern);
	if (!found) throw new Error(`${command} says:\n${text}`);
	return Number(found[1]);
}

const headerArguments = (headers) => Object.entries(headers).flatMap(([k, v]) => ['-H', `${k}: ${v}`]);

/* GET from `connections` keep-alive clients. */
export async function get(url, { headers = {}, connections = 16 } = {}) {
	const { stdout } = await run('wrk', ['-t2', `-c${connections}`, `-d${SECONDS}s`,
		'--timeout', '10s', ...headerArguments(headers), url]);
	if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url} answers badly:\n${stdout}`);
	return number(stdout, /Requests\/sec:\s+([\d.]+)/, 'wrk');
}

/* Status reports, or drafts of monthly ones, from as many clients as `file` has lines; see write.lua. */
export async function write(url, { headers = {}, file, kind = 'report', clients = 16 }) {
	const { stdout } = await run('wrk', [`-t${clients}`, `-c${clients}`, `-d${SECONDS}s`, '--timeout', '10s',
		'-s', new URL('write.lua', import.meta.url).pathname, ...headerArguments(headers), url, '--', file, kind]);
	const [, kept, busy, refused, status, seconds] =
		stdout.match(/kept (\d+) busy (\d+) refused (\d+) status (\d+) seconds ([\d.]+)/)?.map(Number) ?? [];
	if (!kept || refused || /Socket errors/.test(stdout))
		throw new Error(`what is written is refused with ${status}:\n${stdout}`);
	if (busy) console.log(`${kept} kept, ${busy} told to come back`);
	return kept / seconds;
}

/*
 * The text of a query of sql/queries, as pgbench takes it.  A parameter is a
 * variable p1, p2…, or null.  pgbench also takes `:word` inside quotes for a
 * variable, so that a colon there is written as what it is.
 */
export function pgbenchQuery(sql, params) {
	return sql.replace(/^\s*--.*$/gm, '')
		.replace(/'(?:[^']|'')*'/g, (quoted) => quoted.replace(/:(?=\w)/g, "' || chr(58) || '"))
		.replace(/\$(\d+)/g, (all, n) => (params[n - 1] === null ? 'null' : `:p${n}`))
		.trim();
}

/* Transactions a second of a script, prepared, by `clients` connections. */
export async function pgbench(database, file, { variables = {}, clients = 16 } = {}) {
	const definitions = Object.entries(variables).filter(([, v]) => v !== null).flatMap(([k, v]) => ['-D', `${k}=${v}`]);
	const { stdout, stderr } = await run(PGBENCH, ['-n', '-M', 'prepared', `-c${clients}`, '-j2', `-T${SECONDS}`,
		...definitions, '-f', file, database], { env: { PGOPTIONS } });
	if (/aborted|ERROR/.test(stderr)) throw new Error(`pgbench fails:\n${stderr}`);
	return { rate: number(stdout, /tps = ([\d.]+)/, 'pgbench'),
		transactions: number(stdout, /actually processed: (\d+)/, 'pgbench') };
}

/*
 * `clients` that each ask, wait for the whole answer, think `think` ms and ask
 * again on the same connection, or on a new one when the server closed it.
 * What each waited is kept; one is starved when it got nothing for two seconds.
 */
export async function thinkers(url, { headers = {}, clients = 256, think = 300, seconds = 10 } = {}) {
	const all = Array.from({ length: clients }, () => new Thinker(new URL(url), headers, think));
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
	for (const one of all) one.stop();
	const waits = all.flatMap((one) => one.waits).sort((a, b) => a - b);
	const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
	const bad = all.flatMap((one) => one.bad);
	if (bad.length) throw new Error(`clients that think are answered badly: ${bad[0]}`);
	return { answers: waits.length, starved: all.filter((one) => one.starved()).length,
		closed: all.reduce((sum, one) => sum + one.closed, 0),
		p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

class Thinker {
	constructor(url, headers, think) {
		this.url = url;
		this.request = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n` +
			Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join('') + '\r\n';
		Object.assign(this, { think, waits: [], bad: [], closed: 0, stopped: false, asked: 0 });
		this.timer = setTimeout(() => this.ask(), Math.random() * think);
	}

	ask() {
		this.asked = performance.now();
		this.received = [];
		if (!this.socket) this.connect();
		this.socket.write(this.request);
	}

	connect() {
		const socket = net.connect(Number(this.url.port), this.url.hostname);
		this.socket = socket;
		socket.setNoDelay(true);
		socket.on('data', (bytes) => this.take(bytes));
		socket.on('error', () => {});
		socket.on('close', () => {
			if (this.socket !== socket) return;
			this.socket = null;
			if (this.asked && !this.stopped) this.bad.push('the connection ended before the answer');
		});
	}

	take(bytes) {
		this.received.push(bytes);
		const answer = Buffer.concat(this.received);
		const end = answer.indexOf('\r\n\r\n');
		if (end < 0) return;
		const head = answer.toString('latin1', 0, end);
		if (answer.length < end + 4 + Number(head.match(/^content-length: (\d+)/im)?.[1] ?? 0)) return;
		if (!/^HTTP\/1.1 200 /.test(head)) this.bad.push(head.split('\r\n')[0]);
		this.waits.push(performance.now() - this.asked);
		this.asked = 0;
		if (/^connection: close/im.test(head)) {
			this.closed++;
			this.socket.destroy();
			this.socket = null;
		}
		this.timer = setTimeout(() => this.ask(), this.think);
	}

	stop() {
		this.stopped = true;
		this.pending = this.asked ? performance.now() - this.asked : 0;
		clearTimeout(this.timer);
		this.socket?.destroy();
	}

	starved() {
		return !this.waits.length || Math.max(this.pending, ...this.waits) > 2000;
	}
}
