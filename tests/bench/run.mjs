/*
 * make bench: the speed goals, each as a ratio of Vigie to its reference, both
 * measured in turn within one run.  Prints a table and writes RESULTS.md.
 * tests/run.sh gives a database with the demonstration data (TEST_DATABASE_URL),
 * its accounts (VIGIE_DEMO) and the program (VIGIE_BIN).
 *
 *	run.mjs [P1 P5 storm …]   only these works; RESULTS.md is then left alone
 */
import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';
import { pasts } from './history.mjs';
import { imports } from './imports.mjs';
import { SECONDS, thinkers } from './load.mjs';
import { million } from './million.mjs';
import { refreshes } from './refresh.mjs';
import { printTable, writeResults } from './results.mjs';
import { PLAN, signIn, startNginx, startPeer, startVigie, stop, stopAll } from './sides.mjs';
import { storms } from './storm.mjs';
import { columns, formulas, reads, rows, writes } from './works.mjs';

const ROUNDS = 5, COORDINATOR = 'a.leroy', LIMIT_MS = 1_500_000;
const only = new Set(process.argv.slice(2));
const wanted = (id) => !only.size || only.has(id);

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/* By number, then what has none. */
const place = ({ id }) => Number(id.slice(1)) || Number.MAX_SAFE_INTEGER;

/* A first turn that does not count warms both sides; then they take turns. */
async function compare({ sides: [ours, theirs], ...work }) {
	const ratios = [];
	await ours();
	await theirs();
	for (let i = 0; i < ROUNDS; i++) {
		const a = await ours();
		ratios.push(a / await theirs());
	}
	const ratio = median(ratios);
	console.log(`${work.id} ${work.work}: ${ratio.toFixed(2)}`);
	return { ...work, ratios, ratio, met: ratio >= work.goal };
}

async function thinking(vigie, person) {
	const clients = 256, think = 300;
	const seen = await thinkers(`${vigie.url}/api/v1/plans/${PLAN}/dashboard`,
		{ headers: { ...person.read, 'Accept-Encoding': 'gzip' }, clients, think });
	console.log(`P13: ${seen.answers} answers, ${seen.starved} starved, ms: half ${seen.p50.toFixed(1)}, 95 % ` +
		`${seen.p95.toFixed(1)}, 99 % ${seen.p99.toFixed(1)}, last ${seen.max.toFixed(1)}; ${seen.closed} asked to connect anew`);
	return { id: 'P13', work: `${clients} keep-alive clients thinking ${think} ms`, reference: '—', clients, think, ...seen,
		met: seen.starved === 0 };
}

/* The dashboard as it is now, with what nginx needs to give the same. */
async function realDashboard(url, person) {
	const answer = await fetch(`${url}/api/v1/plans/${PLAN}/dashboard`, { headers: { ...person.read, 'Accept-Encoding': 'identity' } });
	if (answer.status !== 200) throw new Error(`the dashboard answers ${answer.status}: ${await answer.text()}`);
	return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

async function main() {
	const load = loadavg()[0], done = [];
	const vigie = await startVigie('vigie');
	const person = await signIn(vigie.url, COORDINATOR);
	const { bytes, headers } = await realDashboard(vigie.url, person);
	const [plan] = await rows(`select id, (now() at time zone time_zone)::date::text as today from plan where code = $1`, [PLAN]);
	const sides = { vigie, person, plan, etag: headers.get('etag').replace(/"$/, '.gz"'),
		uncached: await startVigie('uncached', ['--cache_mb=0']), peer: await startPeer(),
		nginx: await startNginx(bytes, headers) };

	for (const work of reads(sides)) if (wanted(work.id)) done.push(await compare(work));
	await stop(sides.nginx.child);
	await stop(sides.uncached.child);
	if (wanted('P13')) done.push(await thinking(vigie, person));
	for (const work of formulas()) if (wanted(work.id)) done.push(await compare(work));
	for (const work of writes(sides)) if (wanted(work.id)) done.push(await compare(work));
	await stop(vigie.child);
	await stop(sides.peer.child);
	if (wanted('P15')) done.push(...await imports(compare));
	if (wanted('storm')) done.push(...await storms(compare));
	if (wanted('P14')) done.push(...await pasts());
	if (wanted('P10') || wanted('P12')) done.push(...await refreshes(wanted, compare));
	if (wanted('P9') || wanted('P11'))
		for (const work of columns(await million())) if (wanted(work.id)) done.push(await compare(work));
	done.sort((a, b) => place(a) - place(b));
	console.log();
	printTable(done);
	if (!only.size) writeResults(done, { bytes: bytes.length, compressed: gzipSync(bytes).length, rounds: ROUNDS, seconds: SECONDS, load });
}

async function end(status) {
	await stopAll();
	process.exit(status);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end(1));
setTimeout(() => { console.error('the bench takes more than twenty-five minutes'); end(1); }, LIMIT_MS).unref();
main().then(() => end(0), (error) => { console.error(error); end(1); });
