/*
 * What the fault tests share: a private cluster that may be killed, frozen and
 * stopped, and a look at the server from outside (memory, descriptors, log).
 *
 *	const cluster = await Cluster.start();
 *	const server = await startServer({ database: cluster.url() });
 *	cluster.freeze();
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, chmodSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sleep, vigie } from '../integration/client.mjs';

export { sleep };
export const soak = !!process.env.SOAK;
const run = promisify(execFile);
const script = 'server/deploy/cluster.sh';

/* A process that is gone says nothing. */
const quietly = (act) => {
	try {
		return act();
	} catch {
		return undefined;
	}
};

/* A new folder beside the cluster of the suites: run.sh stops what it finds there, should a test not come to its end. */
export const folder = (name) => mkdtempSync(join(process.env.TEST_CLUSTER ? dirname(process.env.TEST_CLUSTER) : '/tmp', `${name}.`));

export class Cluster {
	/* Starts an empty cluster of its own and migrates its database. */
	static async start({ settings = [], dir = folder('fault'), migrate = true } = {}) {
		const cluster = new Cluster();
		cluster.dir = dir;
		cluster.settings = settings.flatMap((setting) => ['-c', setting]);
		chmodSync(dir, 0o711);
		await cluster.up();
		if (migrate) {
			const { code, stderr } = await vigie(['migrate'],
				{ env: { DATABASE_URL: cluster.url(), DATABASE_OWNER_URL: cluster.url('vigie_owner') } });
			if (code !== 0) throw new Error(`the migrations do not run: ${stderr}`);
		}
		return cluster;
	}

	get pg() {
		return join(this.dir, 'pg');
	}

	async up() {
		const { stdout } = await run(script, ['start', this.pg, ...this.settings]);
		this.address = /^DATABASE_URL=(.*)$/m.exec(stdout)[1];
	}

	async down() {
		await run(script, ['stop', this.pg]);
	}

	/* Whatever became of it: stops it and removes its folder. */
	async end() {
		this.thaw();
		await this.down();
		rmSync(this.dir, { recursive: true, force: true });
	}

	url(role = 'vigie', database = 'vigie') {
		return this.address.replace('//vigie@', `//${role}@`).replace(/\/vigie$/, `/${database}`);
	}

	sql(text, options) {
		return sql(text, this.url(options?.role ?? 'postgres', options?.database));
	}

	/* The postmaster and its children. */
	members() {
		return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid))
			.filter((pid) => quietly(() => readlinkSync(`/proc/${pid}/cwd`)) === join(this.pg, 'data')).map(Number);
	}

	postmaster() {
		return Number(readFileSync(join(this.pg, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
	}

	kill() {
		process.kill(this.postmaster(), 'SIGKILL');
	}

	/* Nothing of it runs any more, and nothing knows. */
	freeze() {
		this.members().forEach((pid) => quietly(() => process.kill(pid, 'SIGSTOP')));
	}

	thaw() {
		this.members().forEach((pid) => quietly(() => process.kill(pid, 'SIGCONT')));
	}
}

/* What psql prints, unaligned. */
export function sql(text, url = process.env.TEST_DATABASE_OWNER_URL) {
	return execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', url, '-c', text],
		{ encoding: 'utf8', env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' } }).trim();
}

/* A query whose rows are JSON values. */
export const rows = (text, url) =>
	JSON.parse(sql(`select coalesce(json_agg(to_json(q)), '[]') from (${text}) q`, url));

/* One request on a connection of its own: { status, ms, headers, text }, or status 0 when there was no answer. */
export function ask(port, path, { method = 'GET', headers = {}, body, ms = 10_000, agent = false, host = '127.0.0.1' } = {}) {
	return new Promise((resolve) => {
		const began = performance.now();
		const done = (answer) => resolve({ ...answer, ms: performance.now() - began });
		const request = http.request({ host, port, path, method, headers, agent, timeout: ms }, (response) => {
			const pieces = [];
			response.on('data', (piece) => pieces.push(piece));
			response.on('error', () => done({ status: 0 }));
			response.on('end', () => done({ status: response.statusCode, headers: response.headers,
				text: Buffer.concat(pieces).toString() }));
		});
		request.on('timeout', () => request.destroy());
		request.on('error', () => done({ status: 0 }));
		request.end(body);
	});
}

/* Has each of the server's threads answer once: that many connections are open at the same time. */
export async function everyThread(port, path, threads = 320) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: threads });
	await Promise.all(Array.from({ length: threads }, () => ask(port, path, { agent })));
	agent.destroy();
}

/*
 * The figures that tests hold the server to are those of a machine that does nothing else.  On a busy one everything
 * takes longer, by as much as others wait for a processor.
 */
export const patience = () => Math.max(1, loadavg()[0] / cpus().length);

/* Asks until `wanted` says yes; the milliseconds it took. */
export async function until(wanted, { ms = 10_000, every = 20, what = 'it' } = {}) {
	const began = performance.now();
	for (;;) {
		if (await wanted()) return performance.now() - began;
		if (performance.now() - began > ms * patience()) throw new Error(`${what}: not within ${ms} ms`);
		await sleep(every);
	}
}

export const ready = (port) => async () => (await ask(port, '/readyz', { ms: 1000 })).status === 200;

/* Memory in KiB and open descriptors of a process. */
export function usage(pid) {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return { rss: Number(/VmRSS:\s+(\d+)/.exec(status)[1]), fds: readdirSync(`/proc/${pid}/fd`).length,
		threads: Number(/Threads:\s+(\d+)/.exec(status)[1]) };
}

/* Lines of a server's log since `from` that are not one request each. */
export const otherLines = (server, from = 0) =>
	server.log.slice(from).split('\n').filter((line) => line && !/ event=request /.test(line));

export const percentile = (values, p) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];

/* A port that is free now. */
export async function freePort() {
	const listener = net.createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => listener.once('listening', resolve));
	const { port } = listener.address();
	await new Promise((resolve) => listener.close(resolve));
	return port;
}
