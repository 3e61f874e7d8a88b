/*
 * An attack on published counts by linear programming: everything that was read becomes a bound, and GLPK's solver
 * is asked how far apart two tables may be that agree with all of it.
 *
 * knowledge: { cells: [{ low, high }], sums: [{ cells: [number of a cell], low, high }] }
 * targets: [{ cell } or { sum }, need, count]: two tables must differ there by `need`, or it is found out.  The true
 * counts are only used to know a first table that agrees.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IDLE = 2; // programs about many places in a row that settle none of them

/* A generator of numbers that gives the same ones for the same seed: below(n) is 0..n-1. */
export function generator(seed) {
	let state = BigInt(seed) * 2654435761n + 12345n;
	return function below(n) {
		state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
		return Number((state >> 33n) % BigInt(n));
	};
}

/* ---------------------------------------------------------------- what may be concluded, and by whom */

/*
 * The least that a total may be which is shown in spite of hidden parts.  Knowledge is of counts that are not zero:
 * { count, low, high, hidden, organisation }, with sums as above and the true `count` of each.
 */
export const enough = (parts) => parts.reduce((n, c) => n + c.low, parts.some((c) => c.hidden) ? 9 : 0);
/* What must stay open of a count. */
export const need = (count) => (count < 10 ? 4 : 1);
/*
 * The same to somebody who knows every count of an organisation as it was when it was published.  `either`: of what several
 * organisations report one is too little for their total to be shown; what is not hidden for one's own sake is so for that
 * of the other.
 */
export const knownTo = (organisation, { cells, sums, either }) => ({
	cells: cells.map((c) => (c.organisation === organisation ? { ...c, low: c.count, high: c.count } : c)),
	sums: [...sums, ...either.filter((all) => all.every((sum) => sum.organisation !== organisation || sum.count > sum.high))
		.flatMap((all) => all.filter((sum) => sum.organisation !== organisation))],
});
/* And what may be found of the others. */
export const othersOf = (organisation, { cells, sums }) => [
	...cells.flatMap((c, cell) => (c.organisation === organisation ? [] : [{ cell, need: need(c.count), count: c.count }])),
	...sums.flatMap((s, sum) => (s.count < 10 && s.cells.every((c) => cells[c].organisation !== organisation)
		? [{ sum, need: need(s.count), count: s.count }] : [])),
];

/* ---------------------------------------------------------------- the programs */

/* Values of the columns of the best solution, by name. */
function solve(folder, text) {
	const problem = join(folder, 'problem.lp'), solution = join(folder, 'solution.txt');
	writeFileSync(problem, text);
	const log = execFileSync('glpsol', ['--lp', problem, '-o', solution], { encoding: 'utf8' });
	if (!/OPTIMAL (LP )?SOLUTION FOUND|OPTIMAL SOLUTION FOUND/.test(log)) throw new Error(`no solution: ${log.slice(-400)}`);
	const columns = readFileSync(solution, 'utf8').split(/^\s+No\. Column name.*$/m)[1];
	return new Map([...columns.matchAll(/^\s*\d+\s+([a-z]\w*)\s+[A-Z]+\s+(\S+)/gm)].map((m) => [m[1], Number(m[2])]));
}

/* One table that agrees, its columns marked by a letter: x number of cell, t number of sum. */
function table(mark, { cells, sums }, rows, bounds) {
	cells.forEach((c, i) => bounds.push(`${c.low} <= x${mark}${i} <= ${c.high}`));
	sums.forEach((s, i) => {
		if (s.silent) return;
		rows.push(`r${mark}${i}: ${s.cells.map((c) => `+ x${mark}${c}`).join(' ')} - t${mark}${i} = 0`);
		bounds.push(s.high === Infinity ? `t${mark}${i} >= ${s.low}` : `${s.low} <= t${mark}${i} <= ${s.high}`);
	});
}

const program = (objective, rows, bounds) =>
	`Maximize\n obj: ${objective.join('\n ')}\nSubject To\n ${rows.join('\n ')}\nBounds\n ${bounds.join('\n ')}\nEnd\n`;
const columnOf = (target, mark) => (target.cell === undefined ? `t${mark}${target.sum}` : `x${mark}${target.cell}`);

/*
 * Two tables, as far apart at many places at once as each needs, in a direction of its own: a place that others keep
 * from going far may even go back.
 */
function apart(folder, knowledge, targets, below) {
	const rows = [], bounds = [];
	table('a', knowledge, rows, bounds);
	table('b', knowledge, rows, bounds);
	targets.forEach((target, i) => {
		const [more, less] = below(2) ? ['a', 'b'] : ['b', 'a'];
		rows.push(`d${i}: ${columnOf(target, more)} - ${columnOf(target, less)} - w${i} >= 0`);
		bounds.push(`-inf <= w${i} <= ${target.need}`);
	});
	return solve(folder, program(targets.map((_, i) => `+ w${i}`), rows, bounds));
}

/* The width of what is possible at one place. */
function width(folder, knowledge, target) {
	const rows = [], bounds = [];
	table('a', knowledge, rows, bounds);
	const ends = ['+', '-'].map((sign) =>
		solve(folder, program([`${sign} ${columnOf(target, 'a')}`], rows, bounds)).get(columnOf(target, 'a')));
	return ends[0] - ends[1];
}

/*
 * The targets that the attack finds out, with the width that is left of each; programs: how many were solved.  The true
 * table agrees with what is known, and so does each that is found: what is possible lies between the least and the most
 * of all these.  What many places together did not settle is asked one by one.
 */
export function attack(everything, targets, below) {
	const asked = new Set(targets.map((target) => target.sum));
	const saysNoMore = (s) => s.high === Infinity && s.low <= s.cells.reduce((n, c) => n + everything.cells[c].low, 0);	/* than its cells do */
	const knowledge = { ...everything, sums: everything.sums.map((s, i) => ({ ...s, silent: saysNoMore(s) && !asked.has(i) })) };
	const folder = mkdtempSync(join(tmpdir(), 'vigie-attack.'));
	const tight = 1e-4;
	let left = targets.map((target) => ({ ...target, least: target.count, most: target.count })), programs = 0, idle = 0;
	try {
		for (; left.length && idle < IDLE; programs++) {
			const values = apart(folder, knowledge, left, below);
			for (const target of left) {
				const here = ['a', 'b'].map((mark) => values.get(columnOf(target, mark)));
				target.least = Math.min(target.least, ...here);
				target.most = Math.max(target.most, ...here);
			}
			const open = left.length;
			left = left.filter(({ least, most, need }) => !(most - least >= need - tight));
			idle = left.length < open ? 0 : idle + 1;
		}
		programs += 2 * left.length;
		const found = left.map((target) => ({ ...target, width: width(folder, knowledge, target) }))
			.filter((target) => target.width < target.need - tight);
		return { found, programs };
	} finally {
		rmSync(folder, { recursive: true });
	}
}
