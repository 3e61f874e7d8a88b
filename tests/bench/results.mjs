/*
 * What is told at the end: a table for the terminal, and RESULTS.md for those
 * who come later.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { TIMES } from '../integration/history_data.mjs';

/* Under 10 two digits after the point matter, the first two that are not 0 of what is far below a goal; above they are noise. */
const figure = (ratio) => (ratio < 0.1 ? ratio.toPrecision(2) : ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0));
const verdict = (row) => (row.met ? 'yes' : 'NO');
const goal = (row) => (row.clients ? '0 starved' : `≥ ${row.goal}`);
const measured = (row) => (row.clients ? `${row.starved} starved` : figure(row.ratio));
const range = (row) => (row.clients ? '' : `${figure(Math.min(...row.ratios))} to ${figure(Math.max(...row.ratios))}`);

export function printTable(rows) {
	const cells = rows.map((r) => [r.id, r.work, r.reference, measured(r), range(r), goal(r), verdict(r)]);
	const head = ['', 'work', 'reference', 'ratio', 'range', 'goal', 'met'];
	const widths = head.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i].length)));
	for (const line of [head, ...cells])
		console.log(line.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());
}

const markdown = (rows) => ['| # | Work | Reference | Ratio | Lowest to highest | Goal | Met |', '|---|---|---|---|---|---|---|',
	...rows.map((r) => `| ${r.id} | ${r.work} | ${r.reference} | **${measured(r)}** | ${range(r)} | ${goal(r)} | ${verdict(r)} |`)].join('\n');

function packageVersions() {
	const wanted = ['libcivetweb1', 'libpq5', 'postgresql-15', 'nginx-light', 'wrk', 'nodejs'];
	const known = execFileSync('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...wanted], { encoding: 'utf8' });
	const npm = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).devDependencies;
	return [...known.trim().split('\n'), `fastify ${npm.fastify}`, `pg ${npm.pg}`];
}

/* Why a goal is missed, and what was tried, for those that are missed: notes.json, by id. */
function reasons(rows) {
	const notes = JSON.parse(readFileSync(new URL('notes.json', import.meta.url), 'utf8'));
	const missed = [...new Set(rows.filter((r) => !r.met).map((r) => r.id))];
	if (!missed.length) return 'All goals are met.';
	return missed.map((id) => `**${id}**: ${notes[id] ?? 'not looked into yet.'}`).join('\n\n');
}

/* How long until the new value is readable, in words. */
const refreshed = (rows) => rows.filter((r) => r.id === 'P10').map(({ told: { name, once, many, longest } }) =>
	`* P10: after a ${name} the new values of all the indicators that it moves are readable ${once.toFixed(0)} ms later, and ${many.toFixed(0)} ms
  later with a hundred times the figures. Nobody waits on it: the longest of the reads of the home page meanwhile took ${longest.toFixed(0)} ms.`).join('\n');

const named = ({ name, ratio, once, many }) => `\`${name}\` ${figure(ratio)} (${once.toFixed(1)} ms, then ${many.toFixed(1)} ms)`;

/* What grows with the past, read by read. */
const grown = (rows) => rows.filter((r) => r.id === 'P14').map(({ told }) =>
	`* P14: ${told.reads} reads, each asked in turn of two servers without cache (3 to 25 pairs), one on a database with a hundred times the past of the other;
  half of them keep a ratio of ${figure(told.half)} or more. Slower than the goal: ${told.grown.map(named).join('; ') || 'none'}.`).join('\n');

export function writeResults(rows, { bytes, compressed, rounds, seconds, load }) {
	const [cpu] = cpus(), p13 = rows.find((r) => r.clients);
	writeFileSync(new URL('RESULTS.md', import.meta.url), `# Speed: the last run of \`make bench\`

${new Date().toISOString().slice(0, 10)}, on ${cpu.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB,
Debian ${readFileSync('/etc/debian_version', 'utf8').trim()}, Linux ${release()}. Other work on the machine: a load of ${load.toFixed(1)} before the first measure.

${markdown(rows)}

How to read it. A ratio is how many times a second Vigie does the work, divided by how many times the reference does it
on the same machine in the same minute. The two take turns of ${seconds} seconds unless said, ${rounds} times each; the ratio is the median of the
pairs, beside the lowest and the highest. Load generator, server and database share the cores, so figures a second mean
nothing elsewhere and are not kept. The database writes to disk (\`fsync\` on); all is on the loopback interface.

* The dashboard is the real one: ${bytes.toLocaleString('en')} bytes, ${compressed.toLocaleString('en')} compressed, asked for by someone signed in.
* Vigie and nginx both write a line a request to a log file. nginx has a process a core; fastify has one process and 16
  database connections, as Vigie has.
* Indicators are not computed meanwhile (\`compute=off\`): no reference does that.
* P4 builds the answer at each request because the server was started with \`cache_mb=0\`. pgbench sends the same query
  with the same parameters, after the statement that says who is asking, in one round trip.
* P5 and P6: each client reports on an action of its own and names in If-Match the version it was given last. History and
  journal are written by triggers on every side. pgbench only sends the statement that writes, which checks the right to
  report; Vigie and fastify also read the whole action back and answer with it. fastify finds the action before it writes.
${refreshed(rows)}
${grown(rows)}
* P15: one file of 10,000 new figures a turn, sent as CSV, its preview read whole, then committed. COPY fills a table with the
  columns, constraints, foreign keys and indexes of \`observation\`; Vigie also writes the figures that these are of.
* storm: two hundred people, each with a report and a token of their own, who prefer to hear no more than that it is kept, as the page
  does; who is told that the server is busy waits 200 ms and sends the draft again, and only what is kept counts. pgbench sends who is
  asking and the one statement, which sees for itself whether the draft may be kept; Vigie also holds the report before it.
* P8, P9 and P11: × 1 is some ten thousand observations, × 100 a million; turns are of one second. P8 and P9 begin with columns of
  observations in memory, as a worker keeps them: 101 départements × 36 months × 3 ages, × 100 also by 2 sexes and 50 organisations. After
  a revision of one figure, one département each turn, its sums alone are made anew; the first time those of all. The loop and SQL read
  bare rows of as many figures at each turn. The formula and the loop count their own processor time, SQL the clock's. P11 copies ten times in one psql at × 1, so that beginning it hardly counts.
* P12 compares resident memory, that of processes that the server started included (the goal of at most 0.35 is at least 2.86 times less),
  once 16 bytes an observation are set aside. Columns are kept by the worker that computes indicators, in the memory of the server as it
  is by default; with \`compute=off\` beside \`vigie compute\` the latter keeps them, and a server none. These are the servers of P10.
* P10 is measured with four months of made-up figures, where \`make run\` makes up thirty-six: with those it takes longer.
* P10 and P14 grow in depth: every figure is said ${TIMES} times, which is what a history does, and in P14 the plans beside this one, each
  with its figures, are ${TIMES} times as many. More figures of one plan, as \`vigie demo --scale\` writes them, are no history, and to
  write a hundred times as many as a command does would take minutes that this run does not have.
* P13: ${p13.clients} clients ask for the dashboard, think for ${p13.think} ms and ask again on the same connection; a client is starved
  when it gets nothing for two seconds. ${p13.answers} answers; half came within ${p13.p50.toFixed(1)} ms, 95 % within
  ${p13.p95.toFixed(1)} ms, 99 % within ${p13.p99.toFixed(1)} ms, the last within ${p13.max.toFixed(1)} ms. Above three quarters of its connections Vigie asks
  clients to connect anew, which happened ${p13.closed} times.

## Goals that are not met

${reasons(rows)}

## Versions

${packageVersions().map((line) => `* ${line}`).join('\n')}
`);
}
