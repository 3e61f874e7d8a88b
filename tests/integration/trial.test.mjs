/* Trying a text on invented figures: what it gives, and that nothing that was reported is read. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PLAN, makePlan } from './action_data.mjs';
import { startServer } from './client.mjs';
import { RULE, minors } from './lifecycle_data.mjs';

let server, owner, ana, carla;

before(async () => {
	let tokens;
	({ owner, tokens } = await makePlan());
	server = await startServer();
	[ana, carla] = [tokens.ana, tokens.carla].map((token) => server.bearer(token));
});
after(async () => {
	await owner?.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

async function run(id, body) {
	const answer = await ana.post(`/api/v1/plugins/${id}/run`, { plan: PLAN, ...body });
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

test('a trial on invented figures shows what sensitive series would give, and reads none that was reported', async () => {
	const id = 'victims.minors', tried = async (more) => run(id, { data: 'synthetic', source: minors(RULE), ...more });
	const first = await tried({ level: 'department' }), told = first.cells.filter(({ state }) => state === 'value');
	assert.deepEqual([first.data, first.finding], ['synthetic', null]);
	assert.ok(new Set(told.map(({ territory }) => territory)).size > 80, `${told.length} cells with a value`);
	assert.ok(first.cells.some(({ state, reason }) => state === 'missing' && reason === 'not_reported'), 'some are silent');
	const months = [...new Set(first.cells.map(({ period }) => period))];
	assert.ok(months.length === 13 && told.every(({ period }) => period < months.at(-1)), 'a year, when no period is asked for; nothing is known of the open month');
	const where = told.at(-1), [before] = first.cells.filter((c) => c.territory === where.territory && c.period === where.period);
	const sent = await carla.post(`/api/v1/series/victims.identified/observations`, { rows: [{ territory: where.territory, organisation: 'DGPN', period: where.period, value: 99_999,
		dims: { age: 'minor', sex: 'female' } }] });
	assert.equal(sent.status, 201, sent.text);
	const again = await tried({ level: 'department' });
	assert.deepEqual(again.cells, first.cells, 'the same, whatever is reported');
	assert.ok(before.value < 99_999);
	const national = await tried({ from: where.period, to: where.period, steps: { territory: 'FR', period: where.period } });
	assert.equal(national.cells[0].value, told.filter(({ period }) => period === where.period).reduce((sum, { value }) => sum + value, 0));
	assert.equal(national.calculation.nodes[0].cells[0].value, national.cells[0].value, 'its steps tell of the same figures');
});

test('a trial tells members beside totals, and a comparison which of them differ', async () => {
	const id = 'training.participants', text = await readFile(new URL(`../../plugins/indicators/${id}.lua`, import.meta.url), 'utf8');
	const { cells } = await run(id, { data: 'synthetic', source: text, from: '2026-10', to: '2026-10' });
	const totals = cells.filter(({ dims }) => !dims), members = cells.filter(({ dims }) => dims);
	assert.deepEqual([totals.length, new Set(members.map(({ dims }) => dims.profession)).size], [1, 8]);
	assert.equal(members.reduce((sum, { value }) => sum + value, 0), totals[0].value);
});
