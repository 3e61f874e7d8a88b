/*
 * P10: how long after a report until every indicator that it moves is readable with its new value, with the history
 * that there is and with a hundred times as much; and how long readers wait meanwhile.  P12: the memory of that server,
 * whose worker keeps the observations that indicators are made of, beside a peer that keeps none.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { asSuperuser, reviseFigures } from './scale.mjs';
import { PLAN, run, signIn, startPeer, startVigie, stop } from './sides.mjs';
import { memory } from './works.mjs';

const ROUNDS = 3, TIMES = 100, MONTHS = 4, FORCE = 'DGPN', PERSON = 'a.leroy';
const database = process.env.TEST_DATABASE_URL, plan = `/api/v1/plans/${PLAN}`;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function ask(vigie, headers, path, { method = 'GET', body, version } = {}) {
	const answer = await fetch(vigie.url + path, { method, body: body && JSON.stringify(body), headers: { ...headers,
		...(body && { 'Content-Type': 'application/json' }), ...(version && { 'If-Match': `"${version}"` }) } });
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
	return JSON.parse(text);
}

/* No indicator waits any more: the values that are read are those of everything written. */
async function fresh(vigie, person) {
	while ((await ask(vigie, person.read, `${plan}/indicators`)).items.some((one) => one.stale)) await sleep(10);
}

/* The queue is empty: the past is computed, too. */
async function settled() {
	await asSuperuser(database, async (query) => {
		while ((await query('select count(*)::int as n from job'))[0].n) await sleep(100);
	});
}

/* A status report on one action, of which half the indicators are made. */
async function declare(vigie, person, round) {
	const { number } = (await ask(vigie, person.read, `${plan}/actions?limit=1`)).items[0];
	const { version } = await ask(vigie, person.read, `${plan}/actions/${number}`);
	await ask(vigie, person.write, `${plan}/actions/${number}/status-reports`, { method: 'POST', version,
		body: { status: 'in_progress', progress: 20 + round } });
}

/* The month's report of one unit, whose figures the other half is made of. */
async function answer(vigie, person) {
	const [{ period }] = (await ask(vigie, person.read, `${plan}/campaigns?limit=1`)).items;
	const { items: [unit] } = await ask(vigie, person.read,
		`${plan}/campaigns/${period}/reports?state=expected&organisation=${FORCE}&limit=1`);
	const path = `${plan}/campaigns/${period}/reports/${unit.territory}/${FORCE}`;
	const { version, figures } = await ask(vigie, person.read, path);
	const draft = await ask(vigie, person.write, path, { method: 'PUT', version,
		body: { figures: figures.map(({ series, dims }) => ({ series, dims, typed: '3' })) } });
	await ask(vigie, person.write, `${path}/submit`, { method: 'POST', version: draft.version, body: {} });
}

/* Reads the home page again and again until told to end; the longest wait, ms. */
function reader(vigie, person) {
	let longest = 0, on = true;
	const done = (async () => {
		for (; on; await sleep(20)) {
			const begun = performance.now();
			await ask(vigie, person.read, `${plan}/dashboard`);
			longest = Math.max(longest, performance.now() - begun);
		}
		return longest;
	})();
	return () => { on = false; return done; };
}

/* From the answer to the report until nothing is stale: ms of each round, and the longest read meanwhile. */
async function measure(vigie, person, report) {
	const waits = [];
	let longest = 0;
	for (let round = 0; round <= ROUNDS; round++) {	/* the first one does not count */
		await settled();
		await report(vigie, person, round);
		const begun = performance.now(), end = reader(vigie, person);
		await fresh(vigie, person);
		const wait = performance.now() - begun, read = await end();
		if (round) {
			waits.push(wait);
			longest = Math.max(longest, read);
		}
	}
	return { waits, ms: median(waits), longest };
}

/* The plan's figures of some months, and somebody who may report on any action and for every police unit. */
async function prepare() {
	await run(process.env.VIGIE_BIN, ['demo', 'figures', '--months', String(MONTHS)], { env: { DATABASE_URL: database } });
	return asSuperuser(database, async (query) => {
		const [{ id }] = await query('select id from plan where code = $1', [PLAN]);
		await query(`insert into role_grant (person_id, role, plan_id, organisation_id, territories)
			select p.id, 'contributor', $1, o.id, '{FR}' from person p, organisation o where p.login = $2 and o.code = $3`,
		[id, PERSON, FORCE]);
		return id;
	});
}

/* How many observations the server keeps, once it has computed with all that there are. */
async function kept(vigie, person) {
	await settled();
	await answer(vigie, person);
	await fresh(vigie, person);
	await settled();
	return Number((await (await fetch(`${vigie.url}/metrics`)).text()).match(/^vigie_observations (\d+)/m)[1]);
}

function compared(name, once, many) {
	const ratios = once.waits.map((ms, i) => ms / many.waits[i]), ratio = median(ratios), longest = Math.max(once.longest, many.longest);
	console.log(`P10 ${name}: readable after ${once.ms.toFixed(0)} ms, after ${many.ms.toFixed(0)} ms with ${TIMES} times ` +
		`the history; longest read meanwhile ${longest.toFixed(0)} ms`);
	return { id: 'P10', work: `indicators readable after a ${name}, history × ${TIMES}`, reference: 'itself with history × 1',
		goal: 0.67, ratios, ratio, met: ratio >= 0.67, told: { name, once: once.ms, many: many.ms, longest } };
}

export async function refreshes(wanted, compare) {
	const planId = await prepare(), kinds = [['status report', declare], ["month's report", answer]];
	const vigie = await startVigie('computing', ['--compute=on']), person = await signIn(vigie.url, PERSON), peer = await startPeer();
	const seen = {}, done = [];
	for (const times of [1, TIMES]) {
		if (times > 1) await asSuperuser(database, (query) => reviseFigures(query, planId, times));
		if (wanted('P10')) for (const [name, report] of kinds) (seen[name] ??= []).push(await measure(vigie, person, report));
		if (wanted('P12')) done.push(await compare(memory({ vigie, peer, person, observations: await kept(vigie, person) })));
	}
	for (const [name, [once, many]] of Object.entries(seen)) done.push(compared(name, once, many));
	await stop(vigie.child);
	await stop(peer.child);
	return done;
}
