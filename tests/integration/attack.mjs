/*
 * An attack on published counts by linear programming: everything that was read becomes a bound, and GLPK's solver
 * is asked how far apart two tables may be that agree with all of it.
 *
 * knowledge: { cells: [{ low, high }], sums: [{ cells: [number of a cell], low, high }] }
 * targets: [{ cell } or { sum }, need]: two tables must differ there by `need`, or it is found out.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/* A generator of numbers that gives the same ones for the same seed: below(n) is 0..n-1. */
export function generator(seed) {
	let state = BigInt(seed) * 2654435761n + 12345n;
	return function below(n) {
		state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
		return Number((state >> 33n) % BigInt(n));
	};
}

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

/* How far apart two tables may be at many places at once, each place in a direction of its own. */
function apart(folder, knowledge, targets, below) {
	const rows = [], bounds = [];
	table('a', knowledge, rows, bounds);
	table('b', knowledge, rows, bounds);
	targets.forEach((target, i) => {
		const [more, less] = below(2) ? ['a', 'b'] : ['b', 'a'];
		rows.push(`d${i}: ${columnOf(target, more)} - ${columnOf(target, less)} - w${i} >= 0`);
		bounds.push(`0 <= w${i} <= ${target.need}`);
	});
	const values = solve(folder, program(targets.map((_, i) => `+ w${i}`), rows, bounds));
	return targets.map((target) => Math.abs(values.get(columnOf(target, 'a')) - values.get(columnOf(target, 'b'))));
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
 * The targets that the attack finds out, with the width that is left of each; programs: how many were solved.  Many
 * targets share a program as long as that settles them, then fewer, and what is left is asked one by one.
 */
export function attack(everything, targets, below, sizes = [1000, 1000, 60, 12, 3]) {
	// a sum without an upper bound says no more than its cells do
	const asked = new Set(targets.map((target) => target.sum));
	const knowledge = { ...everything, sums: everything.sums.map((s, i) => ({ ...s, silent: s.high === Infinity && !asked.has(i) })) };
	const folder = mkdtempSync(join(tmpdir(), 'vigie-attack.'));
	const tight = 1e-4;
	let left = targets, programs = 0;
	try {
		for (const size of sizes) {
			const still = left;
			left = [];
			for (let i = 0; i < still.length; i += size, programs++) {
				const some = still.slice(i, i + size), far = apart(folder, knowledge, some, below);
				left.push(...some.filter((target, j) => far[j] < target.need - tight));
			}
		}
		programs += 2 * left.length;
		const found = left.map((target) => ({ ...target, width: width(folder, knowledge, target) }))
			.filter((target) => target.width < target.need - tight);
		return { found, programs, alone: left.length };
	} finally {
		rmSync(folder, { recursive: true });
	}
}
