/* Two hundred people of whom a month's report is asked, police and gendarmerie of a hundred départements, and what they type. */
import assert from 'node:assert/strict';
import { PLAN, addPerson } from '../integration/action_data.mjs';

export const PERIOD = '2026-02';
const FORCES = ['DGPN', 'DGGN'];

export const PEOPLE = 200;

/* One person a unit: { territory, organisation, login, token } */
async function seats({ owner, planId }) {
	const { rows: units } = await owner.query(`select t.code as territory, o.code as organisation from territory t, organisation o
		where t.level = 'department' and o.code = any ($1) order by 1, 2 limit $2`, [FORCES, PEOPLE]);
	for (const [i, unit] of units.entries()) {
		unit.login = `person.${i}`;
		unit.token = (await addPerson(owner, unit.login, 'contributor', planId, unit.organisation, [unit.territory])).token;
	}
	return units;
}

/* The people and their open campaign, on a plan of makePlan. */
export async function openStorm(server, data) {
	const units = await seats(data), carla = server.bearer(data.tokens.carla), plan = `/api/v1/plans/${PLAN}`;
	const territories = [...new Set(units.map((u) => u.territory))];
	for (const organisation of FORCES)
		assert.equal((await carla.post(`${plan}/roster`, { organisation, territories, from_on: '2024-01-01' })).status, 201);
	const opened = await carla.post(`${plan}/campaigns`,
		{ period: PERIOD, series: [{ id: 'clients.fines' }], opens_on: '2026-03-01', due_on: '2099-12-31' });
	assert.equal(opened.status, 201, opened.text);
	return units;
}

export const reportOf = (unit) => `/api/v1/plans/${PLAN}/campaigns/${PERIOD}/reports/${unit.territory}/${unit.organisation}`;

export const draftOf = (typed, comment) => ({ figures: [{ series: 'clients.fines', typed }], comment });
