/*
 * Reads with a hundred times the history, the figures and the plans: each touches at most half as many blocks of the
 * database again, whatever instant it is asked as of.  Counted by the database itself, so that it is the same however
 * busy the machine is.
 */
import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { asSuperuser } from '../bench/scale.mjs';
import { sanitized, startServer } from './client.mjs';
import { grow, makePast } from './history_data.mjs';

const database = process.env.TEST_DATABASE_URL;
const MORE = 1.5, SLACK = 12;	/* each search in an index that is one level higher touches a block more */
const TOLD = 4;	/* for each value that a figure had before, which an explanation tells: itself, and its figure, for the right to see it */
const ROUNDS = 6;	/* the sixth has a plan for any arguments */

let past, server, log;

// ------------------------------------------------------------------ counting

/* The database writes each statement with the blocks that it touched into its log. */
async function countBlocks(query) {
	const name = decodeURIComponent(new URL(database).pathname.slice(1));
	for (const [setting, value] of Object.entries({ session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': '0',
		'auto_explain.log_analyze': 'on', 'auto_explain.log_timing': 'off', 'auto_explain.log_buffers': 'on', jit: 'off' }))
		await query(`alter database ${name} set ${setting} = '${value}'`);
}

function said(from) {
	const size = fstatSync(log).size, bytes = Buffer.alloc(size - from);
	readSync(log, bytes, 0, bytes.length, from);
	return bytes.toString();
}

/* How many values that figures had before an answer tells of. */
const earlier = ({ inputs }) => inputs.flatMap((input) => input.observations?.items ?? []).reduce((sum, { earlier: values = [] }) => sum + values.length, 0);

async function blocks(path) {
	const from = fstatSync(log).size;
	const answer = await server.bearer(past.token).get(path);
	assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
	return said(from).split(/ LOG:  duration: /).slice(1).reduce((sum, statement) => {
		const [, hit = 0, read = 0] = statement.match(/Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/) ?? [];
		return sum + Number(hit ?? 0) + Number(read ?? 0);
	}, path.includes('/explain?') ? -TOLD * earlier(answer.json) : 0);
}

/* Of each read, the fewest of some: a connection's first ones also read what the database keeps of its own tables. */
async function costs(reads) {
	const out = {};
	server = await startServer({ args: ['--pool_size=1', '--cache_mb=0'] });
	for (const { name, path } of reads) {
		const counts = [];
		for (let i = 0; i < ROUNDS; i++) counts.push(await blocks(path));
		out[name] = Math.min(...counts);
	}
	assert.equal(await server.stop(), 0);
	return out;
}

// ------------------------------------------------------------------

/* Blocks are the database's: sanitizers, which look at the program, see the same reads in every other suite. */
const counted = sanitized ? () => {} : test;

before(async () => {
	if (sanitized) return;
	past = await makePast();
	await asSuperuser(database, countBlocks);
	log = openSync(`${process.env.TEST_CLUSTER}/postgres.log`, 'r');
});
after(async () => {
	if (log) closeSync(log);
	await server?.stop();
});

counted('reads cost the same with a hundred times the history, the figures and the plans', async () => {
	const { reads } = past, vacuum = () => asSuperuser(database, (query) => query('vacuum analyze'));
	await vacuum();
	const few = await costs(reads);
	await grow(database, past);
	await vacuum();
	const many = await costs(reads);
	const grown = reads.map(({ name }) => ({ name, few: few[name], many: many[name] }))
		.filter((one) => one.many > MORE * one.few + SLACK).sort((a, b) => b.many / b.few - a.many / a.few);
	assert.deepEqual(grown.map((one) => `${one.name}: ${one.few} blocks, then ${one.many}`), []);
});
