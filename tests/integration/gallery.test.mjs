/*
 * The gallery on recorded figures: every cell of every indicator against values computed here from what was recorded,
 * and the explanation of each against what is shown.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PLAN, insertPlan, makePlan } from './action_data.mjs';
import { instant, startServer, vigie } from './client.mjs';
import { allCells, computedAnew, computedTogether, month, shuffleRows, today, until } from './engine_data.mjs';

const plan = `/api/v1/plans/${PLAN}`, indicators = `${plan}/indicators`;
const folder = new URL('../../plugins/indicators/', import.meta.url);
const ids = readdirSync(folder).filter((f) => f.endsWith('.lua')).map((f) => f.slice(0, -4));
const formulas = new Set(ids.filter((id) => /^ {2}formula =/m.test(readFileSync(new URL(`${id}.lua`, folder), 'utf8'))));

/* A small country, so that every cell can be asked for. */
const PLACES = { 75: ['75'], 93: ['93'], 13: ['13'], 'REG-11': ['75', '93'], 'REG-93': ['13'], FR: ['75', '93', '13'] };
const PEOPLE = { 75: 2_100_000, 93: 1_650_000, 13: 2_050_000 };
const FIRST = -9;	/* months of the plan, from the first one to the present one */
const months = Array.from({ length: 1 - FIRST }, (_, i) => FIRST + i);
const END = 24;		/* months from now to its planned end */

/* What is recorded: series → département → organisation → members → month → value. */
const silent = undefined;	/* nothing is sent for that month */
const wave = (n, base, swing) => base + (((n * 7 + 40) % 5) + 5) % 5 * swing;
const FIGURES = {
	'victims.identified': { dims: { age: ['minor', 'adult', 'unknown'], sex: ['female'] }, from: -21, by: {
		93: { DGPN: (n, { age }) => (n === -5 ? silent : { minor: wave(n, 1, 1), adult: wave(n + 1, 6, 2), unknown: n % 2 ? 1 : 0 }[age]) },
		75: { DGPN: (n, { age }) => (age === 'unknown' ? 2 : 0) } } },	/* 13 is silent */
	'clients.fines': { from: -33, by: { 93: { DGPN: (n) => wave(n, 4, 3) }, 75: { DGPN: (n) => wave(n, 9, 1), DGGN: (n) => (n > -12 ? 3 : 5) },
		13: { DGPN: (n) => (n === -20 ? 3 : 0) } } },
	'referents.active': { from: -21, by: { 93: { DGPN: () => 2 }, 75: { DGPN: (n) => (n < -3 ? 1 : 0) }, 13: { DGPN: () => 1, DGGN: (n) => (n < -6 ? silent : n === 0 ? 0 : 1) } } },
	'training.participants': { dims: { profession: ['police', 'magistrate'] }, from: -12, by: { 93: { DGPN: (n, { profession }) => (profession === 'police' ? 10 : wave(n, 0, 2)) },
		13: { DGGN: (n) => (n > -3 && n < 0 ? silent : 4) } } },
	'training.sessions': { dims: { profession: ['police', 'magistrate'] }, from: -12, by: { 93: { DGPN: () => 1 }, 13: { DGGN: () => 1 } } },
	'shelter.requests': { from: -15, by: { 13: { ACSE: (n) => wave(n, 12, 4) }, 93: { ACSE: (n) => (n === -4 ? silent : 0) } } },
	'shelter.placements': { from: -15, by: { 13: { ACSE: (n) => wave(n, 3, 5) }, 93: { ACSE: () => 0 } } },
};
/* Campaigns: the due day, and when each unit answered, in days from today; null: none came. */
const CAMPAIGNS = { [-2]: { due: -20, answers: { '93 DGPN': -20, '75 DGPN': 0, '13 DGPN': null, '13 DGGN': null } },
	[-1]: { due: 5, answers: { '93 DGPN': 0, '75 DGPN': null, '13 DGPN': 0, '13 DGGN': null } } };

/*
 * What was known of the actions at the end of each month, where they are carried out (FR: of the action itself): done on its
 * very day, early, late, and not at all, by the first due day and not by a later one.  Nothing new is no news.
 */
const running = (progress) => ({ status: 'in_progress', progress });
const done = (day) => ({ status: 'done', progress: 100, done_on: day });
const rising = (n) => 12 + (n - FIRST) * 7 + (n % 3 ? 2 : 0);
const ACTIONS = [
	{ number: '1.1', measure: 1, told: { FR: (n) => running(rising(n)) } },
	{ number: '1.2', measure: 1, due: '2025-06-30', told: { FR: () => done('2025-06-30') } },
	{ number: '2.1', measure: 2, told: { FR: null } },
	{ number: '7.2', measure: 7, told: { FR: null, 93: (n) => running(rising(n) + 5), 75: null, 13: () => running(null) } },
	{ number: '7.10', measure: 7, due: '2025-12-31', later: '2099-12-31', told: {
		FR: (n) => (n < -4 ? running(60) : done(`${month(-4)}-02`)),
		93: (n) => (n < -6 ? running(80) : done(`${month(-6)}-05`)),
		75: () => done('2025-12-01') } },
	{ number: '7.11', measure: 7, due: '2025-11-15', told: { FR: null, 93: null, 75: () => done('2025-12-20'), 13: null } },
];

let server, data;
const as = (login) => server.bearer(data.tokens[login]);
const day = (n) => new Date(Date.parse(`${today}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);

async function smallCountry(owner) {
	for (const table of ['territory', 'territory_parent']) await owner.query(`alter table ${table} no force row level security`);
	await owner.query('truncate observation, observation_batch, figure cascade');	/* the published ones that come with it */
	await owner.query('delete from territory_parent where not territory = any ($1)', [Object.keys(PLACES)]);
	await owner.query('delete from territory where not code = any ($1)', [Object.keys(PLACES)]);
	for (const [code, n] of Object.entries(PEOPLE)) await owner.query('update territory set population = $2 where code = $1', [code, n]);
	for (const table of ['territory', 'territory_parent']) await owner.query(`alter table ${table} force row level security`);
}

/* The actions, as if it had been reported in each month what ACTIONS says of it. */
async function pastOfPlan(owner, planId) {
	await owner.query('update plan set start_on = $1, end_on = $2, version = version + 1 where id = $3',
		[`${month(FIRST)}-01`, `${month(END)}-01`, planId]);
	for (const { number, due, later = due } of ACTIONS.filter((a) => a.due))
		await owner.query(`update action set initial_due_on = $3, due_on = $4, change_reason = 'Essai', version = version + 1
			where plan_id = $1 and number = $2`, [planId, number, due, later]);
	await owner.query(`insert into action_deployment (plan_id, action_id, territory, organisation_id)
		select a.plan_id, a.id, place, o.id from action a, organisation o,
			(values ('7.10', '75'), ('7.11', '93'), ('7.11', '75'), ('7.11', '13')) d (number, place)
		 where a.plan_id = $1 and a.number = d.number and o.code = 'DGPN'`, [planId]);
	for (const table of ['plan', 'objective', 'measure', 'action', 'action_deployment', 'assignment'])
		await owner.query(`insert into ${table}_history select t.*, $2::timestamptz from ${table} t where t.${table === 'plan' ? 'id' : 'plan_id'} = $1`,
			[planId, `${month(FIRST - 1)}-05`]);
	for (const { number, told } of ACTIONS)
		for (const [place, at] of Object.entries(told).filter(([, f]) => f))
			for (const n of [FIRST - 1, ...months].filter((m) => changes(at, m))) {
				const table = place === 'FR' ? 'action' : 'action_deployment', when = n ? `${month(n)}-10` : new Date().toISOString();
				const of = `select t.id from ${table} t join action a on a.id = t.${place === 'FR' ? 'id' : 'action_id'}
					where a.plan_id = $1 and a.number = $2 ${place === 'FR' ? '' : `and t.territory = '${place}'`}`;
				await owner.query(`insert into ${table}_history select (jsonb_populate_record(t, $3)).*, $4::timestamptz from ${table} t
					where id in (${of})`, [planId, number, { ...at(n), reported_at: when }, when]);
				await owner.query(`update ${table} t set status = r.status, progress = r.progress, done_on = r.done_on,
					reported_at = r.reported_at, version = t.version + 1 from jsonb_populate_record(null::${table}, $3) r
					where t.id in (${of})`, [planId, number, { ...at(n), reported_at: when }]);
			}
}
/* Is anything told of it in this month that was not known before? */
const changes = (at, n) => n < FIRST || JSON.stringify(at(n)) !== JSON.stringify(at(n - 1));

function* combinations(dims = {}) {
	const [[name, members] = [], ...rest] = Object.entries(dims);
	if (!name) return yield {};
	for (const m of members) for (const other of combinations(Object.fromEntries(rest))) yield { [name]: m, ...other };
}
async function record(code) {
	for (const [id, { dims, from, by }] of Object.entries(FIGURES)) {
		const rows = [];
		for (const [territory, organisations] of Object.entries(by))
			for (const [organisation, f] of Object.entries(organisations))
				for (let n = from; n <= 0; n++)
					for (const members of combinations(dims))
						if (f(n, members) !== silent)
							rows.push({ territory, organisation, period: month(n), value: f(n, members), ...(dims && { dims: members }) });
		const answer = await as('carla').post(`/api/v1/series/${id}/observations?plan=${code}`, { rows });
		assert.equal(answer.status, 201, answer.text);
	}
}
async function ask(login, send, path, body, status, options) {
	const answer = await as(login)[send](path, body, options);
	assert.equal(answer.status, status, answer.text);
	return answer.json;
}
async function campaigns(code, planId) {
	const at = `/api/v1/plans/${code}`;
	for (const fields of [{ organisation: 'DGPN', territories: ['93', '75', '13'] }, { organisation: 'DGGN', territories: ['13', '93'] },
		{ kind: 'exempt', organisation: 'DGGN', territories: ['93'], reason: 'Préfecture de police' }])
		await ask('carla', 'post', `${at}/roster`, { from_on: '2024-01-01', ...fields }, 201);
	for (const [n, { due, answers }] of Object.entries(CAMPAIGNS)) {
		await ask('carla', 'post', `${at}/campaigns`, { period: month(Number(n)), series: [{ id: 'clients.fines' }], due_on: day(due), opens_on: day(due - 10) }, 201);
		for (const [unit, when] of Object.entries(answers).filter(([, came]) => came !== null)) {
			const [territory, organisation] = unit.split(' '), path = `${at}/campaigns/${month(Number(n))}/reports/${territory}/${organisation}`;
			const { version } = (await as('nadia').get(path)).json;
			await ask('nadia', 'post', `${path}/nothing-new`, {}, 200, { ifMatch: version });
			/* it came earlier than it can be sent here: whoever answers next has it computed */
			if (when < 0) await data.owner.query(`update report r set answered_at = $3, version = r.version + 1 from expectation e join organisation o on o.id = e.organisation_id
				where e.id = r.expectation_id and r.plan_id = $4 and e.territory = $1 and o.code = $2`, [territory, organisation, `${day(when)}T12:00:00Z`, planId]);
		}
	}
}

before(async () => {
	data = await makePlan();
	await smallCountry(data.owner);
	await pastOfPlan(data.owner, data.planId);
	server = await startServer({ args: ['--compute=on'] });
	await record(PLAN);
	await campaigns(PLAN, data.planId);
	delays = Object.fromEntries((await data.owner.query('select code, delay_days from series')).rows.map((s) => [s.code, s.delay_days]));
	await until(async () => (await as('ana').get(indicators)).json.items, (items) => items.length === ids.length && items.every((i) => i.stale === null), server);
	await until(async () => (await data.owner.query('select count(*)::int as n from job')).rows[0].n, (n) => n === 0, server);	/* the past, too */
});
after(async () => {
	await data?.owner.end();
	if (server) assert.equal(await server.stop(), 0, server.log);
});

// ------------------------------------------------------------------ the same, from what was recorded

const sum = (list) => list.reduce((a, b) => a + b, 0);
/* The figures of a territory in the months `from` to `to`, those of some members only; undefined: nobody reported. */
function figures(id, place, from, to, wanted = () => true) {
	const { dims, by, from: first } = FIGURES[id], out = [];
	for (const [territory, organisations] of Object.entries(by))
		for (const f of PLACES[place].includes(territory) ? Object.values(organisations) : [])
			for (let n = Math.max(from, first); n <= to; n++)
				for (const members of combinations(dims)) if (wanted(members) && f(n, members) !== silent) out.push(f(n, members));
	return out.length ? sum(out) : undefined;
}
/* Of whoever ever told anything there of a series: how many months were told, of those from `from` to `to`. */
function told(id, place, from, to) {
	const { dims, by, from: first } = FIGURES[id], out = { received: 0, expected: 0 };
	/* a département that never told anything was expected to, once a month */
	out.expected += (to - from + 1) * PLACES[place].filter((d) => !by[d]).length;
	for (const [territory, organisations] of Object.entries(by))
		for (const f of PLACES[place].includes(territory) ? Object.values(organisations) : [])
			for (let n = from; n <= to; n++) {
				out.expected++;
				if (n >= first && [...combinations(dims)].some((members) => f(n, members) !== silent)) out.received++;
			}
	return out;
}
const ratio = (a, b, per = 100) => (b === 0 ? { reason: 'zero_denominator' } : { value: per * a / b, numerator: a, denominator: b });
const short = { reason: 'coverage_below_minimum' };
const dayNumber = (text) => Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
const lastDay = (n) => Math.min(dayNumber(`${month(n + 1)}-01`) - 1, dayNumber(today));
/* The rows of a place: the actions themselves in the nation, elsewhere what its départements make of them. */
const rows = (place, n) => ACTIONS.flatMap(({ number, measure, due, told }) => Object.entries(told)
	.filter(([where]) => (place === 'FR' ? where === 'FR' : where !== 'FR' && PLACES[place].includes(where)))
	.map(([, at]) => ({ number, measure, due, ...(at ? { ...at(n), heard: lastHeard(at, n) } : { progress: 0 }) })));
/* The day of the last news of it. */
function lastHeard(at, n) {
	while (!changes(at, n)) n--;
	return n ? dayNumber(`${month(n)}-10`) : dayNumber(today);
}
const overdue = (place, n) => rows(place, n).filter(({ due }) => due && dayNumber(due) <= lastDay(n));
const delay = (n) => (r) => Math.max(0, (r.done_on ? dayNumber(r.done_on) : lastDay(n)) - dayNumber(r.due));
const mean = (list) => sum(list) / list.length;
const units = (place, n) => Object.entries(CAMPAIGNS[n]?.answers ?? {}).filter(([unit]) => PLACES[place].includes(unit.split(' ')[0]));


/* Garwood's limits, where the tails of the Poisson law itself, added up, leave 2.5 % on each side. */
function garwood(k) {
	const upTo = (last, mean) => {
		let term = Math.exp(-mean), all = 0;
		for (let i = 0; i <= last; term *= mean / ++i) all += term;
		return all;
	};
	const where = (last, share) => {
		let [a, b] = [0, 4 * k + 20];
		for (let i = 0; i < 100; i++) upTo(last, (a + b) / 2) > share ? a = (a + b) / 2 : b = (a + b) / 2;
		return a;
	};
	return [k ? where(k - 1, 0.975) : 0, where(k, 0.025)];
}
function quantile(list, p) {
	const x = [...list].sort((a, b) => a - b), at = (x.length - 1) * p, i = Math.floor(at);
	return x[i] + (at - i) * ((x[i + 1] ?? x[i]) - x[i]);
}
const theilSen = (points) => quantile(points.flatMap(([x, y], i) => points.slice(i + 1).map(([u, v]) => (v - y) / (u - x))), 0.5);
/* Spiegelhalter's funnel (Stat. Med. 2005): standardised, the outer tenths drawn in, inflated by what is left of the spread. */
function funnel(place, n) {
	const kind = (p) => p.replace(/[-\d].*/, ''), peers = Object.keys(PLACES).filter((p) => kind(p) === kind(place));
	const units = peers.map((p) => [p, figures('victims.identified', p, n - 11, n), sum(PLACES[p].map((d) => PEOPLE[d]))]).filter(([, k]) => k !== undefined);
	if (units.length < 2) return {};
	const mean = sum(units.map(([, k]) => k)) / sum(units.map(([, , people]) => people));
	const raw = units.map(([p, k, people]) => [p, (k / people - mean) / Math.sqrt(mean / people)]), all = raw.map(([, z]) => z);
	const [least, most] = [quantile(all, 0.1), quantile(all, 0.9)];
	const spread = Math.max(1, sum(all.map((z) => Math.min(most, Math.max(least, z)) ** 2)) / all.length);
	const z = Object.fromEntries(raw)[place] / Math.sqrt(spread);
	return { z, atypical: Math.abs(z) > 3.0902323061678 ? 1 : 0 };	/* of 99.8 % */
}
/* Where a least-squares line meets the goal, with Fieller's 90 % limits as the roots of their quadratic; t from printed tables. */
function reached(points, goal) {
	const t = { 9: 1.894578605061305, 10: 1.8595480375228424 }[points.length], many = points.length;
	const [mx, my] = [0, 1].map((i) => sum(points.map((p) => p[i])) / many), sxx = sum(points.map(([x]) => (x - mx) ** 2));
	const b = sum(points.map(([x, y]) => (x - mx) * (y - my))) / sxx;
	const noise = sum(points.map(([x, y]) => (y - my - b * (x - mx)) ** 2)) / (many - 2) * t * t, d = goal - my;
	const [p, q, r] = [b * b - noise / sxx, -2 * d * b, d * d - noise / many], root = Math.sqrt(q * q - 4 * p * r);
	return [(-q - root) / (2 * p), d / b, (-q + root) / (2 * p)].map((x) => mx + x);
}

const EXPECTED = {
	'plan.progress': (place, n) => {
		const all = rows(place, n), said = all.filter((r) => r.progress !== null);
		const measures = [...new Set(said.map((r) => r.measure))].map((m) => mean(said.filter((r) => r.measure === m).map((r) => r.progress)));
		const recent = said.filter((r) => r.heard > lastDay(n) - 92).length;
		return { value: mean(measures), numerator: sum(measures), denominator: measures.length,
			extra: { recent_share: 100 * recent / said.length, without_progress: all.length - said.length } };
	},
	'plan.on_time': (place, n) => {
		const due = overdue(place, n);
		return due.length ? ratio(due.filter((r) => r.done_on && r.done_on <= r.due).length, due.length) : { reason: 'not_due_yet' };
	},
	'plan.median_delay': (place, n) => {
		const due = overdue(place, n), unfinished = due.filter((r) => !r.done_on);
		return due.length ? { value: quantile(due.map(delay(n)), 0.5), denominator: due.length,
			extra: { unfinished_share: 100 * unfinished.length / due.length } } : { reason: 'not_due_yet' };
	},
	'plan.forecast_end': (place, n) => {
		const points = months.filter((m) => m <= n && m > n - 12).map((m) => [m, EXPECTED['plan.progress'](place, m).value]);
		if (points.length < 9) return { reason: 'too_few_points' };
		if (points.every(([, y]) => y === points[0][1])) return { reason: 'no_trend' };
		const [low, value, high] = reached(points, 100).map((m) => m - END);
		return { value, low, high };
	},
	'victims.share_minors': (place, n) => {
		const of = (...ages) => figures('victims.identified', place, n - 11, n, ({ age }) => ages.includes(age));
		if (of('minor') === undefined) return short;
		return { ...ratio(of('minor'), of('minor', 'adult')), extra: { unknown: 100 * of('unknown') / of('minor', 'adult', 'unknown') } };
	},
	'victims.per_100k': (place, n) => {
		const victims = figures('victims.identified', place, n - 11, n);
		if (victims === undefined) return short;
		const people = sum(PLACES[place].map((d) => PEOPLE[d]));
		const [low, high] = garwood(victims).map((k) => 100_000 * k / people);
		return { ...ratio(victims, people, 100_000), low, high, extra: funnel(place, n) };	/* one alone has nobody to stand beside */
	},
	'clients.fines_trend': (place, n) => {
		const [now, past] = [figures('clients.fines', place, n - 11, n), figures('clients.fines', place, n - 23, n - 12)];
		if (now + past < 20) return { state: 'not_applicable' };
		const points = Array.from({ length: 24 }, (_, i) => [i, figures('clients.fines', place, n - 23 + i, n - 23 + i)]);
		return { value: 100 * (now - past) / past, numerator: now - past, denominator: past, extra: { last_12: now, slope: theilSen(points) } };
	},
	'referents.covered': (place, n) => {
		const active = (d, organisation) => FIGURES['referents.active'].by[d][organisation]?.(n) ?? 0;
		const covered = PLACES[place].filter((d) => active(d, 'DGPN') >= 1 && (active(d, 'DGGN') >= 1 || ['75', '93'].includes(d)));
		return { ...ratio(covered.length, PLACES[place].length), extra: { uncovered: PLACES[place].length - covered.length } };
	},
	'reports.completeness': (place, n) => {
		const all = units(place, n);
		return all.length ? ratio(all.filter(([, when]) => when !== null).length, all.length) : { reason: 'not_due_yet' };
	},
	'reports.timeliness': (place, n) => {
		const last = CAMPAIGNS[n]?.due, due = units(place, n).filter(([, when]) => when !== null || last < 0);
		const inTime = due.filter(([, when]) => when !== null && when <= last);
		return due.length ? ratio(inTime.length, due.length) : { reason: 'not_due_yet' };
	},
	'training.participants': (place, n) => {
		const value = figures('training.participants', place, FIRST, n);
		return value === undefined ? { reason: 'not_reported' } : { value, extra: { sessions: figures('training.sessions', place, FIRST, n) } };
	},
	'shelter.response_rate': (place, n) => {
		const [got, asked] = ['shelter.placements', 'shelter.requests'].map((id) => figures(id, place, n - 2, n));
		return asked === undefined ? short : { ...ratio(got, asked), extra: { unmet: asked - got, above: got > asked ? 1 : 0 } };
	},
};

/* Who is behind a value, over all the months that it rests on; nobody where it rests on other indicators. */
const nobody = () => ({ received: 0, expected: 0 });
const heard = (place, n) => ({ received: rows(place, n).filter((r) => r.heard).length, expected: rows(place, n).length });
const answered = (place, n) => ({ received: units(place, n).filter(([, when]) => when !== null).length, expected: units(place, n).length });
const COVERAGE = {
	'plan.progress': heard, 'plan.on_time': heard, 'plan.median_delay': heard, 'plan.forecast_end': nobody, 'quality.provisional': nobody,
	'victims.share_minors': (place, n) => told('victims.identified', place, n - 11, n),
	'victims.per_100k': (place, n) => told('victims.identified', place, n - 11, n),
	'clients.fines_trend': (place, n) => told('clients.fines', place, n - 11, n),	/* as many in the year before */
	'referents.covered': (place, n) => told('referents.active', place, n, n),
	'reports.completeness': answered, 'reports.timeliness': answered,
	'training.participants': (place, n) => told('training.participants', place, FIRST, n),
	'shelter.response_rate': (place, n) => told('shelter.requests', place, n - 2, n),
};
/* The month is open, or its figures are due later; less than four fifths of them came for a value; an answer may still come; one of the values it rests on is. */
const SERIES_OF = { 'victims.share_minors': 'victims.identified', 'victims.per_100k': 'victims.identified', 'clients.fines_trend': 'clients.fines',
	'referents.covered': 'referents.active', 'training.participants': 'training.participants', 'shelter.response_rate': 'shelter.requests' };
function provisional(id, n, { territory, state, coverage: { received, expected } }) {
	const delay = delays[SERIES_OF[id]] ?? 0, open = dayNumber(`${month(n + 1)}-01`) - 1 + delay >= dayNumber(today);
	const rested = id === 'plan.forecast_end' && state === 'value' && Array.from({ length: 12 }, (_, i) => known['plan.progress'][`${territory} ${month(n - i)}`])
		.some((cell) => cell?.state === 'value' && cell.flags.includes('provisional'));
	return open || rested || (id.startsWith('reports.') && expected > 0 && CAMPAIGNS[n].due >= 0) || (state === 'value' && 5 * received < 4 * expected);
}

let delays;	/* series → days after a month until its figures are due */
const known = {};	/* id → "93 2026-03" → cell */
async function cells(id, query = '', more = () => '') {
	const out = {};
	for (const level of ['national', 'region', 'department']) {
		const answer = await as('ana').get(`${indicators}/${id}?level=${level}&exact=true${query}`);
		assert.equal(answer.status, 200, answer.text);
		for (const cell of answer.json.cells) out[`${cell.territory} ${cell.period}${more(cell)}`] = cell;
	}
	return out;
}
const close = (a, b) => (a === undefined || b === undefined ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

function agree(id, key, cell, want) {
	const said = `${id} ${key}: ${JSON.stringify(cell)}, expected ${JSON.stringify(want)}`;
	assert.equal(cell.state, want.state ?? (want.reason ? 'missing' : 'value'), said);
	assert.equal(cell.reason, want.reason, said);
	if (cell.state !== 'value') return;
	for (const field of ['value', 'numerator', 'denominator', 'low', 'high']) assert.ok(close(cell[field], want[field]), `${said}: ${field}`);
	assert.deepEqual(Object.keys(cell.extra ?? {}).sort(), Object.keys(want.extra ?? {}).sort(), said);
	for (const [name, value] of Object.entries(want.extra ?? {})) assert.ok(close(cell.extra[name], value), `${said}: ${name}`);
}
/* Of each cell, whatever its state. */
function trusted(id, place, n, cell) {
	const coverage = COVERAGE[id](place, n), said = `${id} ${place} ${month(n)}: ${JSON.stringify(cell)}`;
	assert.deepEqual(cell.coverage, coverage, said);
	assert.equal(cell.flags.includes('provisional'), provisional(id, n, cell), said);
}

for (const id of ids.filter((i) => i !== 'quality.provisional'))
	test(`${id} is what the recorded figures give, in every cell`, async () => {
		for (const one of id === 'plan.forecast_end' ? [id, 'plan.progress'] : [id]) known[one] ??= await cells(one);
		assert.equal(Object.keys(known[id]).length, Object.keys(PLACES).length * months.length, 'every territory and month');
		for (const place of Object.keys(PLACES))
			for (const n of months) {
				const key = `${place} ${month(n)}`;
				agree(id, key, known[id][key], EXPECTED[id](place, n));
				trusted(id, place, n, known[id][key]);
			}
	});

/* What is told by members beside its total. */
const MEMBERS = { 'training.participants': {
	dimension: 'profession', members: FIGURES['training.participants'].dims.profession,
	value: (place, n, is) => figures('training.participants', place, FIRST, n, is),
	extra: (place, n, is) => ({ sessions: figures('training.sessions', place, FIRST, n, is) }),
} };
const parts = {};	/* id → "93 2026-03 police" → cell */
for (const [id, { dimension, members, value, extra }] of Object.entries(MEMBERS))
	test(`${id} by ${dimension} is what the recorded figures give, in every cell, and adds up to its total`, async () => {
		parts[id] = await cells(id, `&dims=${dimension}`, (c) => ` ${c.dims[dimension]}`);
		const expected = {};
		for (const place of Object.keys(PLACES))
			for (const n of months)
				for (const member of members) {
					const is = (m) => m[dimension] === member, own = value(place, n, is), key = `${place} ${month(n)} ${member}`;
					if (own === undefined) continue;
					expected[key] = { value: own, extra: extra(place, n, is) };
					trusted(id, place, n, parts[id][key]);
				}
		assert.deepEqual(Object.keys(parts[id]).sort(), Object.keys(expected).sort(), 'a member of which nothing was reported has no cell');
		for (const [key, want] of Object.entries(expected)) agree(id, key, parts[id][key], want);
		for (const [key, total] of Object.entries(known[id]))
			if (total.state === 'value') assert.ok(close(total.value, sum(members.map((m) => parts[id][`${key} ${m}`].value))), key);
	});

test('members are asked for by name; without asking there is the total alone', async () => {
	const id = 'training.participants', ask = async (query) => as('ana').get(`${indicators}/${id}?${query}`);
	const { dims, cells: totals } = (await ask('territory=93')).json;
	assert.deepEqual(dims.map((d) => [d.id, d.name, d.members.length, d.members[0]]), [['profession', 'Profession', 8, { id: 'police', name: 'policiers' }]]);
	assert.ok(totals.every((c) => c.dims === undefined) && totals.length === months.length);
	const police = (await ask('territory=93&dims=profession=police')).json.cells;
	assert.ok(police.length === months.length && police.every((c) => c.dims.profession === 'police'));
	assert.deepEqual((await ask(`territory=93&dims=profession&as_of=${await instant()}&method=current`)).json.cells.map((c) => [c.period, c.dims.profession, c.value]),
		(await ask('territory=93&dims=profession')).json.cells.map((c) => [c.period, c.dims.profession, c.value]), 'by today’s method too');
	for (const wrong of ['age', 'profession=pilot', 'profession;profession', 'profession=police;profession=magistrate', ''])
		for (const query of [`dims=${wrong}`]) {
			const { status, json } = await ask(query);
			assert.deepEqual([status, json.errors[0].parameter, /profession=police/.test(json.errors[0].detail)], [400, 'dims', true], wrong);
		}
	const none = await as('ana').get(`${indicators}/clients.fines_trend?dims=force`);
	assert.deepEqual([none.status, none.json.errors[0].parameter], [400, 'dims']);
	assert.equal((await as('ana').get(`${indicators}/${id}/explain?territory=93&period=${month(0)}&dims=profession=lawyer`)).status, 404);
});

/* Everybody reads this one: of those that rest on sensitive counts only their protected form counts, and nothing is published here. */
const SENSITIVE = ['victims.share_minors', 'victims.per_100k', 'shelter.response_rate'];
test('quality.provisional counts what may still move among the cells of all the others', async () => {
	known['quality.provisional'] = await cells('quality.provisional');
	for (const [key, cell] of Object.entries(known['quality.provisional'])) {
		const others = ids.filter((i) => i !== 'quality.provisional' && !SENSITIVE.includes(i)).map((i) => known[i][key]), shown = others.filter((c) => c.state === 'value');
		const moving = shown.filter((c) => c.flags.includes('provisional') || c.flags.includes('carried'));
		agree('quality.provisional', key, cell, { ...ratio(moving.length, shown.length), extra: { without_value: others.length - shown.length } });
		trusted('quality.provisional', key.split(' ')[0], months.find((n) => month(n) === cell.period), cell);
	}
});

test('the recorded figures leave none of them with one outcome alone', () => {
	for (const id of ids) {
		const outcomes = new Set(Object.values(known[id]).map((c) => c.value?.toFixed(3) ?? c.reason ?? c.state));
		assert.ok(outcomes.size >= 4, `${id}: ${[...outcomes]}`);
	}
	assert.ok(Object.keys(PLACES).some((place) => months.some((n) => {
		const days = overdue(place, n).map(delay(n));
		return !close(quantile(days, 0.5), mean(days));
	})), 'a median is no mean there');
});

test('every cell of the gallery is explained, and its explanation agrees with it', async () => {
	const all = ids.flatMap((id) => Object.entries(known[id]).map(([key, cell]) => [id, ...key.split(' '), cell]));
	assert.equal(all.length, ids.length * Object.keys(PLACES).length * months.length);
	for (const [id, { dimension }] of Object.entries(MEMBERS))
		for (const [key, cell] of Object.entries(parts[id])) {
			const [territory, period, member] = key.split(' ');
			all.push([id, territory, `${period}&dims=${dimension}=${member}`, cell]);
		}
	/* sanitizers look at the program, and slow it down: every seventh cell shows them the same code */
	const step = /build\/[a-z]+\/vigie$/.test(process.env.VIGIE_BIN) ? 1 : 7;
	for (const [id, territory, period, cell] of all.filter((_, i) => i % step === 0)) {
		const answer = await as('ana').get(`${indicators}/${id}/explain?territory=${territory}&period=${period}&exact=true`);
		assert.equal(answer.status, 200, answer.text);
		const { agrees, calculation, cell: shown } = answer.json, said = `${id} ${territory} ${period}: ${answer.text}`.slice(0, 2000);
		assert.equal(agrees, true, said);
		assert.deepEqual(shown, cell, said);
		assert.equal(calculation !== undefined, formulas.has(id), said);
		if (!calculation) continue;
		/* a cell without a value is explained, too: the steps lead to its reason */
		const { extra: extras, ...parts } = calculation.out, step = (node) => calculation.nodes[node].cells[0];
		assert.deepEqual([step(parts.value).state, step(parts.value).reason], [cell.state, cell.reason], said);
		if (cell.state !== 'value') continue;
		for (const field of ['value', 'numerator', 'denominator', 'low', 'high'])
			assert.ok(close(parts[field] === undefined ? undefined : step(parts[field]).value, cell[field]), `${said}: ${field}`);
		for (const [name, node] of Object.entries(extras ?? {})) assert.ok(close(step(node).value, cell.extra?.[name]), `${said}: ${name}`);
		for (const name of Object.keys(cell.extra ?? {})) assert.ok(extras?.[name] !== undefined, `${said}: ${name}`);
	}
});

test('the sentence of a formula stands under its figure, filled with what is shown there, and not under a hidden one', async () => {
	const told = async (login, id, more = '') => {
		const answer = await as(login).get(`${indicators}/${id}/explain?territory=93&period=${month(-1)}${more}`);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};
	const french = (x) => x.toLocaleString('fr', { maximumFractionDigits: 1 });
	const { cell, note } = await told('ana', 'victims.share_minors', '&exact=true');
	assert.equal(note, `${french(cell.numerator)} mineurs sur ${french(cell.denominator)} victimes d'âge connu ; âge inconnu : ${french(cell.extra.unknown)} %.`);
	const hidden = await told('victor', 'victims.share_minors');
	assert.deepEqual([hidden.cell.state, hidden.note], ['suppressed', undefined]);
	assert.equal((await told('ana', 'referents.covered')).note, undefined, 'a formula without a sentence');
});

test('a command computes with other parameters than the defaults, on what is recorded', async () => {
	const opened = ['--exact', '--as', 'ana'];
	const run = async (id, ...words) => {
		const { code, stdout, stderr } = await vigie(['plugin', 'run', id, '--period', month(-1), '--json', ...words]);
		assert.equal(code, 0, stderr);
		return Object.fromEntries(JSON.parse(stdout).map((c) => [`${c.level === 'national' ? 'FR' : c.territory}${c.dims ? ` ${c.dims}` : ''}`, c]));
	};
	const counted = (from) => ['minor', 'adult'].map((age) => figures('victims.identified', '93', from, -1, (m) => m.age === age));
	for (const [set, from] of [[[], -12], [['--set', 'window=1'], -1], [['--set=window=3'], -3]]) {
		const [minors, adults] = counted(from), cell = (await run('victims.share_minors', '--level=department', ...opened, ...set))[93];
		assert.ok(close(cell.value, 100 * minors / (minors + adults)), `${set}: ${JSON.stringify(cell)}`);
	}
	assert.deepEqual([(await run('referents.covered', '--territory=93', '--set', 'exempt='))[93].value, (await run('referents.covered', '--territory=93', '--set', 'exempt=93,75'))[93].value], [0, 100]);
	const { code, stderr } = await vigie(['plugin', 'run', 'victims.share_minors', '--set', 'window=99', '--lang', 'en', ...opened]);
	assert.equal(code, 1);
	assert.match(stderr, /V602.*\n.*\n.*a whole number from 1 to 36\./);
});

test('a command opens what rests on sensitive counts for somebody who may, by name, with a trace', async () => {
	const run = (id, words, LANG) => vigie(['plugin', 'run', id, '--level', 'department', '--period', month(-1), '--json', ...words], { env: { LANG } });
	const kept = async () => (await data.owner.query(`select p.login, j.number from journal j join person p on p.id = j.person_id
		where j.act = 'read_exact' and j.object = 'plugin' and j.number like 'victims.%' and p.login = 'carla' order by j.id`)).rows;
	for (const [words, said] of [
		...['paul', 'victor', 'nobody'].map((login) => [['--exact', '--as', login],
			[new RegExp(`« ${login} » n’est ni analyste ni coordinateur`), new RegExp(`“${login}” is neither an analyst nor a coordinator`)]])])
		for (const [i, lang] of ['fr_FR.UTF-8', 'C'].entries()) {
			const { code, stdout, stderr } = await run('victims.per_100k', words, lang);
			assert.deepEqual([code, stdout], [1, ''], `${words}: no figure`);
			assert.match(stderr, said[i]);
		}
	for (const words of [[], ['--as', 'carla']])
		for (const [lang, said] of [['fr', /chiffres publiés[\s\S]*« victims\.per_100k », ajoutez --exact --as LOGIN/], ['en', /published figures[\s\S]*“victims\.per_100k”, add --exact --as LOGIN/]]) {
			const { code, stdout, stderr } = await run('victims.per_100k', [...words, '--lang', lang]);
			assert.deepEqual([code, JSON.parse(stdout).filter(({ state }) => state !== 'suppressed')], [0, []], 'of what is not published, no figure');
			assert.match(stderr, said);
		}
	assert.equal((await run('victims.per_100k', ['--exact'])).code, 64, 'who asks must be said');
	assert.deepEqual(await kept(), [], 'what is refused opens nothing');
	const { code, stdout, stderr } = await run('victims.per_100k', ['--exact', '--as=carla']);
	assert.equal(code, 0, stderr);
	assert.equal(JSON.parse(stdout).find((c) => c.territory === '93').state, 'value');
	assert.deepEqual(await kept(), [{ login: 'carla', number: 'victims.per_100k' }]);
	const open = await run('referents.covered', ['--exact', '--as', 'victor']);
	assert.equal(open.code, 0, 'what is not sensitive is anybody’s');
	assert.equal((await kept()).length, 1);
});

/* Another plan of which the same is recorded. */
async function anotherPlan(code) {
	const planId = await insertPlan(data.owner, code);
	await data.owner.query(`insert into role_grant (person_id, role, plan_id, organisation_id, territories)
		select person_id, role, $1, organisation_id, territories from role_grant where plan_id = $2`, [planId, data.planId]);
	await pastOfPlan(data.owner, planId);
	await record(code);
	await campaigns(code, planId);
	await publishYear(code);
}
async function publishYear(code) {
	for (let n = -12; n < 0; n++) await ask('carla', 'post', `/api/v1/plans/${code}/publications`, { period: month(n) }, 201);
}

test('the whole gallery comes out the same, byte for byte: computed again, from rows in another order, by four workers', async () => {
	await publishYear(PLAN);
	assert.equal(await server.stop(), 0, server.log);
	server = undefined;
	/* the cells that stand: which there were on the way depends on which worker came first */
	const standing = (rows, code = PLAN) => rows.filter((r) => r.includes('"back":1,') && r.includes(`"plan":"${code}"`))
		.map((r) => r.replace(`"plan":"${code}"`, '"plan":"…"'));
	const first = standing(await computedAnew(data.owner));
	for (const id of ids) assert.ok(first.some((r) => r.includes(`"code":"${id}","audience":"exact"`) && r.includes('"state":"value"')), id);
	assert.ok(first.some((r) => r.includes('"audience":"protected"') && r.includes('"state":"value"')), 'published forms, too');
	assert.deepEqual(standing(await computedAnew(data.owner)), first);
	await shuffleRows();
	assert.deepEqual(standing(await computedAnew(data.owner)), first);

	/* one plan is computed by one worker at a time: four of them share three plans of which the same is recorded */
	const copies = ['essai-2', 'essai-3'];
	server = await startServer();
	for (const code of copies) await anotherPlan(code);
	assert.equal(await server.stop(), 0, server.log);
	server = undefined;
	const together = await computedTogether(data.owner, 4);
	for (const code of [PLAN, ...copies]) assert.deepEqual(standing(together, code), first, code);
	assert.deepEqual((await vigie(['compute', '--once'])).code, 0);
	assert.deepEqual(await allCells(data.owner), together, 'nothing was left to one alone');
});
