/*
 * Small counts under attack: twenty generated data sets, published month by month with revisions between, read as each
 * role without need to know, and solved for.  No count may be found, and of those from 1 to 9 at least 4 must stay open.
 * Then the same by somebody who knows all counts of one organisation, for the small ones of the other.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sanitized, startServer } from './client.mjs';
import { makePlan } from './action_data.mjs';
import { attack, enough, generator, knownTo, need, othersOf } from './attack.mjs';

/* a sanitizer looks at the server's memory, which one set fills like another */
const SETS = sanitized ? 3 : 20, MONTHS = 13;
const READERS = ['victor', 'ana', 'carla', 'olga'], INSIDER = 'nadia';	/* who sees all that the DGPN reports */
const victims = '/api/v1/series/victims.identified';
/* départements and what they lie in: one region of two, two of one */
const PLACES = { 75: ['75', 'REG-11', 'FR'], 93: ['93', 'REG-11', 'FR'], 13: ['13', 'REG-93', 'FR'], '01': ['01', 'REG-84', 'FR'] };
const ORGANISATIONS = { DGPN: 'police', DGGN: 'gendarmerie' };
const PEOPLE = [['minor', 'female'], ['adult', 'female'], ['adult', 'male']];
let server, data;
const plans = [];

before(async () => {
	server = await startServer();
	data = await makePlan();
	for (let set = 1; set <= SETS; set++) plans.push(await makeSet(set)); // before anybody's rights are remembered
});
after(async () => {
	await data?.owner.end();
	await server?.stop();
});

const periodOf = (m) => `${2023 + Math.floor(m / 12)}-${String(m % 12 + 1).padStart(2, '0')}`;
const keyOf = (c) => [c.period, c.territory, c.organisation, c.age, c.sex].join(' ');

/* ---------------------------------------------------------------- the data */

/* Each set has a temper of its own: mostly ones, mostly nines, around the threshold, mixed, large. */
function countOf(below, temper) {
	if (below(10) < 3) return 0;
	const few = [() => 1 + below(2), () => 8 + below(2), () => 8 + below(6), () => 1 + below(9), () => 1 + below(40)];
	return below(4) ? few[temper]() : few[below(5)]();
}

async function makeSet(number) {
	const plan = `attaque-${number}`;
	await data.owner.query(`with made as (insert into plan (code, title_fr, start_on, end_on) values ($1, $1, '2023-01-01', '2099-12-31') returning id)
		insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		select g.person_id, g.role, m.id, g.organisation_id, g.territories from role_grant g, made m
		 where g.plan_id = $2 and g.person_id = any ($3)`, [plan, data.planId, [...READERS, INSIDER].map((login) => data.ids[login])]);
	return plan;
}

function* cellsOf(period) {
	for (const territory of Object.keys(PLACES))
		for (const organisation of Object.keys(ORGANISATIONS))
			for (const [age, sex] of PEOPLE) yield { period, territory, organisation, age, sex };
}

const rowOf = ({ age, sex, ...cell }, value) => ({ ...cell, dims: { age, sex }, value });

/* Sends and publishes all months, with revisions between; gives the counts as they were when published. */
async function publishSet(plan, below) {
	const coordinator = server.bearer(data.tokens.carla), truth = new Map(), temper = below(5);
	const send = async (rows) => {
		const answer = await coordinator.post(`${victims}/observations?plan=${plan}`, { rows });
		assert.equal(answer.status, 201, answer.text);
	};
	for (let m = 0; m < MONTHS; m++) {
		const rows = [];
		for (const cell of cellsOf(periodOf(m))) {
			if (below(20) === 0) continue; // silent, perhaps late
			const count = countOf(below, temper);
			truth.set(keyOf(cell), { ...cell, count });
			rows.push(rowOf(cell, count));
		}
		// what was published before is revised, and what was silent arrives
		if (m) for (const cell of cellsOf(periodOf(below(m)))) if (below(4) === 0)
			rows.push(rowOf(cell, Math.max(0, (truth.get(keyOf(cell))?.count ?? 3) + below(5) - 2)));
		await send(rows);
		const answer = await coordinator.post(`/api/v1/plans/${plan}/publications`, { period: periodOf(m) });
		assert.equal(answer.status, 201, answer.text);
	}
	return truth;
}

/* ---------------------------------------------------------------- what is read */

function parse(csv) {
	const [head, ...lines] = csv.trim().split('\r\n').map((line) => line.split(','));
	return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}

/* What all of these people read together: the same for each, or whoever compares would know more. */
async function readAll(plan) {
	const read = async (path) => {
		const texts = await Promise.all(READERS.map(async (login) => {
			const answer = await server.bearer(data.tokens[login]).get(`${victims}/${path}.csv?plan=${plan}`);
			assert.equal(answer.status, 200, answer.text);
			return answer.text;
		}));
		for (const text of texts) assert.equal(text, texts[0]);
		return parse(texts[0]);
	};
	const inside = await server.bearer(data.tokens[INSIDER]).get(`${victims}/totals.csv?plan=${plan}`);
	assert.equal(inside.text, (await server.bearer(data.tokens.victor).get(`${victims}/totals.csv?plan=${plan}`)).text, 'who reports is told the same totals');
	return { figures: (await read('observations')).filter((f) => f.published_at), totals: await read('totals') };
}

const open = (value, least) => (value === 's' ? { low: 1, high: 9 } : { low: Math.max(least, Number(value) - 2), high: Number(value) + 2 });

const add_up = (parts) => parts.reduce((n, c) => n + c.count, 0);

/* What may be concluded, the rules of publication known; an oracle tells which totals of a month the rule itself hides. */
function conclude({ figures, totals }, truth) {
	const cells = [], known = new Map();
	for (const figure of figures) {
		const { count } = truth.get(keyOf(figure));
		if (figure.value === '0') {
			assert.equal(count, 0);
			continue;
		}
		known.set(keyOf(figure), cells.length);
		cells.push({ ...figure, count, ...open(figure.value, 10), hidden: figure.value === 's' });
		assert.ok(count >= cells.at(-1).low && count <= cells.at(-1).high, 'what is shown is true');
	}
	const sums = new Map(), either = [];
	const add = (parts, sum) => {
		// the same cells by another name: the tighter bounds hold
		const key = parts.map((c) => known.get(keyOf(c))), same = sums.get(key.join()) ?? sum;
		assert.ok(sum.count >= sum.low && sum.count <= sum.high, `what is shown is true: ${JSON.stringify(sum)}`);
		sums.set(key.join(), { ...sum, cells: key, shown: sum.shown || same.shown, rider: sum.rider && same.rider, low: Math.max(sum.low, same.low), high: Math.min(sum.high, same.high) });
	};
	for (const total of totals) {
		if (total.state === 'missing') continue;
		const end = Number(total.period.slice(0, 4)) * 12 + Number(total.period.slice(5)) - 1;
		const parts = cells.filter((c) => {
			const at = Number(c.period.slice(0, 4)) * 12 + Number(c.period.slice(5)) - 1;
			return at <= end && at > end - Number(total.months) && PLACES[c.territory].includes(total.territory)
				&& (!total.organisation || total.organisation === c.organisation) && (!total.age || total.age === c.age)
				&& (!total.sex || total.sex === c.sex) && (!total.force || total.force === ORGANISATIONS[c.organisation]);
		});
		const count = add_up(parts), least = parts.reduce((n, c) => n + c.low, 0);
		assert.equal(total.value === '0', count === 0, `a true zero is published, nothing else as one: ${JSON.stringify(total)} ${count} ${JSON.stringify(parts.slice(0,5))}`);
		if (parts.length < 2) continue;
		const { months } = total, shown = total.value !== 's', ruled = enough(parts), of = new Set(parts.map((c) => c.organisation));
		if (shown) {
			add(parts, { months, count, shown, low: Math.max(ruled, Number(total.value) - 2), high: Number(total.value) + 2 });
			// and what each of them may not subtract
			for (const one of of.size > 1 ? of : []) {
				const others = parts.filter((c) => c.organisation !== one);
				add(others, { months, count: add_up(others), rider: true, low: enough(others), high: Infinity });
			}
		} else if (months === '12' || of.size === 1) {
			add(parts, { months, count, shown, low: least, high: months === '1' && count < ruled ? ruled - 1 : Infinity });
		} else {
			// of several organisations one reports too little, and whose counts are all shown does not; which one is not told
			const little = [...of].map((one) => parts.filter((c) => c.organisation === one)).filter((own) => own.some((c) => c.hidden));
			const sum = (own) => ({ months, count: add_up(own), rider: true, low: own.reduce((n, c) => n + c.low, 0), high: enough(own) - 1 });
			add(parts, { months, count, shown, low: least, high: Infinity });
			if (!little.some((own) => add_up(own) < enough(own))) continue; // withheld, and nothing known of it
			if (little.length === 1) add(little[0], sum(little[0]));
			else either.push(little.map((own) => ({ ...sum(own), organisation: own[0].organisation, cells: own.map((c) => known.get(keyOf(c))) })));
		}
	}
	return { cells, sums: [...sums.values()], either };
}

/* What the same totals would tell if they were only hidden from 1 to 9 and rounded. */
const roundedOnly = ({ cells, sums }) => ({ cells, sums: sums.map((s) => {
	const shown = 5 * Math.round(s.count / 5);
	return { ...s, ...(s.count < 10 ? { low: 1, high: 9 } : { low: Math.max(10, shown - 2), high: shown + 2 }) };
}) });

const targetsOf = ({ cells, sums }) => [
	...cells.map((c, cell) => ({ cell, need: need(c.count), count: c.count })),
	...sums.flatMap((s, sum) => (s.high < Infinity || s.count < 10 ? [{ sum, need: need(s.count), count: s.count }] : [])),
];

test('no count is found out by linear programming over all that is published', { timeout: 900_000 }, async (t) => {
	const sets = [];
	for (const [i, plan] of plans.entries()) {
		const below = generator(i + 1), truth = await publishSet(plan, below);
		sets.push({ plan, below, knowledge: conclude(await readAll(plan), truth) });
	}
	const all = (of) => sets.reduce((n, { knowledge }) => n + of(knowledge), 0);
	const small = all(({ cells }) => cells.filter((c) => c.count < 10).length), rolled = all(({ sums }) => sums.filter((s) => s.months === '12' && !s.rider).length);
	const shown = all(({ sums }) => sums.filter((s) => s.shown).length), hidden = all(({ sums }) => sums.filter((s) => !s.shown && !s.rider).length);
	t.diagnostic(`${all(({ cells }) => cells.length)} counts, ${small} of them small; ${shown} totals shown, ${hidden} hidden, ${rolled} over twelve months`);
	assert.ok(small > 100 * plans.length && shown > 50 * plans.length && rolled > 20 * plans.length, 'there is something to find');

	let programs = 0;
	for (const { plan, below, knowledge } of sets) {
		const done = attack(knowledge, targetsOf(knowledge), below);
		programs += done.programs;
		assert.deepEqual(done.found, [], `${plan}: found out`);
	}
	t.diagnostic(`${programs} programs`);

	// who reports knows more: of the others nothing small is found with it, of the rest some
	let exact = 0;
	for (const { plan, below, knowledge } of sets)
		for (const organisation of Object.keys(ORGANISATIONS)) {
			const { found } = attack(knownTo(organisation, knowledge), othersOf(organisation, knowledge), below);
			assert.deepEqual(found.filter((target) => target.count < 10), [], `${plan}: found out by ${organisation}`);
			exact += found.length;
		}
	t.diagnostic(`${exact} counts from 10 on found by who knows those of the other organisation`);
	// the same attack succeeds where totals are only rounded: it is no blunt one
	const { knowledge, below } = sets[0];
	const { found } = attack(roundedOnly(knowledge), targetsOf(knowledge).filter((target) => target.cell < 60), below);
	assert.ok(found.some((target) => target.width < 0.5), 'rounding alone is found out');
});
