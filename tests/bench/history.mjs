/*
 * P14: every read of a plan whose history and observations, and the plans beside it, are a hundred times as many, beside
 * itself with those that there are.  Two servers on two databases take turns, read by read, each without its cache and
 * with one connection, whose statements are prepared and planned before the first turn that counts.
 */
import { performance } from 'node:perf_hooks';
import { TIMES, grow, makePast } from '../integration/history_data.mjs';
import { asSuperuser, copyDatabase, dropDatabase } from './scale.mjs';
import { startVigie, stop } from './sides.mjs';

const GOAL = 0.67, WARM = 6, LEAST = 3, PAIRS = 25, READ_MS = 1500, TOLD = 12;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/* The milliseconds of one read. */
async function timed({ url }, path, token) {
	const begun = performance.now();
	const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
	const text = await answer.text();
	if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${text.slice(0, 300)}`);
	return performance.now() - begun;
}

/* In turn; a read that takes long is asked for less often. */
async function compare({ name, path }, few, many, token) {
	const ratios = [], once = [], often = [];
	for (let i = -WARM, end = Infinity; i < LEAST || (i < PAIRS && performance.now() < end); i++) {
		if (i === 0) end = performance.now() + READ_MS;
		const pair = [await timed(few, path, token), await timed(many, path, token)];
		if (i < 0) continue;
		once.push(pair[0]);
		often.push(pair[1]);
		ratios.push(pair[0] / pair[1]);
	}
	return { name, ratios, ratio: median(ratios), once: median(once), many: median(often) };
}

/* The two databases: what there is, and a hundred times its past. */
async function prepare() {
	const few = await copyDatabase('bench_few'), past = await makePast(few);
	const many = await copyDatabase('bench_many', { of: 'bench_few' });
	await grow(many.database, past);
	for (const { database } of [few, many]) await asSuperuser(database, (query) => query('vacuum analyze'));
	return { ...past, few: few.database, many: many.database };
}

export async function pasts() {
	const { reads, token, ...databases } = await prepare(), bare = ['--cache_mb=0', '--pool_size=1'];
	const few = await startVigie('few', bare, databases.few), many = await startVigie('many', bare, databases.many);
	const seen = [];
	for (const read of reads) seen.push(await compare(read, few, many, token));
	await stop(few.child);
	await stop(many.child);
	for (const name of ['bench_few', 'bench_many']) await dropDatabase(name);

	const [worst, ...others] = seen.sort((a, b) => a.ratio - b.ratio), grown = seen.filter((one) => one.ratio < GOAL);
	for (const one of [worst, ...others].slice(0, TOLD))
		console.log(`P14 ${one.name}: ${one.ratio.toFixed(2)} (${one.once.toFixed(1)} ms, then ${one.many.toFixed(1)} ms)`);
	console.log(`P14: ${grown.length} of ${seen.length} reads take more than 1.5 times as long`);
	return [{ id: 'P14', work: `every read, history, plans and observations × ${TIMES}: the one that grows most`,
		reference: 'itself with × 1', goal: GOAL, ratios: worst.ratios, ratio: worst.ratio, met: !grown.length,
		told: { grown, reads: seen.length, half: median(seen.map((one) => one.ratio)) } }];
}
