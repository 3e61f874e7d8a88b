/*
 * What goes wrong while indicators are computed: told in a sentence, nothing half-written, the others unaffected.
 */
import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PLAN, countMarks, makePlan } from './action_data.mjs';
import { startServer, vigie } from './client.mjs';
import { month, pluginFolder, publishGraph, series, until } from './engine_data.mjs';

const indicators = `/api/v1/plans/${PLAN}/indicators`;
const input = (name) => ({ op: 'input', name });
const value = (...nodes) => ({ v: 1, nodes, out: { value: nodes.length - 1 } });
const other = (id) => ({ kind: 'indicator_value', id, missing: 'skip', columns: ['territory', 'period', 'value'] });
const GRAPHS = {
	'essai.bounded': { inputs: { v: series('clients.fines') }, graph: value(input('v')), checks: [{ field: 'value', max: 100 }] },
	'essai.secret': { inputs: { v: series('victims.identified') }, graph: value(input('v')), checks: [{ field: 'value', max: 100 }] },
	'essai.ratio': { inputs: { v: series('clients.fines'), w: series('clients.operations') }, graph: value(input('v'), input('w'), { op: 'div', args: [0, 1] }) },
	'essai.empty': { inputs: { v: series('training.sessions') }, graph: value(input('v'), { op: 'rolling', args: [0], n: 3, over: 'sum' }) },
	'essai.first': { inputs: { v: series('clients.fines') }, graph: value(input('v')) },
	'essai.second': { inputs: { r: other('essai.first@1') }, graph: value(input('r')) },
	'essai.gone': { inputs: { v: series('no.such_series') }, graph: value(input('v')) },
};
const broken = ['essai.gone'];

let server, data, plugins;
const as = (login) => server.bearer(data.tokens[login]);

before(async () => {
	data = await makePlan();
	await data.owner.query(`update plan set start_on = $1, version = version + 1 where id = $2`, [`${month(-2)}-01`, data.planId]);
	for (const [id, graph] of Object.entries(GRAPHS)) await publishGraph(data.owner, id, graph);
	plugins = await pluginFolder({});
	server = await startServer({ args: ['--compute=on', `--plugins-dir=${plugins.folder}`] });
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
	await plugins?.remove();
});

const list = async () => Object.fromEntries((await as('victor').get(indicators)).json.items.map((i) => [i.id, i]));
const computed = (...failing) => until(list, (all) => Object.values(all).every((i) =>
	([...broken, ...failing].includes(i.id) ? ['failed', 'quarantined'].includes(i.stale?.reason) : i.stale === null)), server);
async function observe(id, territory, n, more = {}) {
	const answer = await as('carla').post(`/api/v1/series/${id}/observations`,
		{ rows: [{ territory, organisation: 'DGPN', period: month(-1), value: n, ...more }] });
	assert.equal(answer.status, 201, answer.text);
}
async function cell(id, territory) {
	const answer = await as('carla').get(`${indicators}/${id}?territory=${territory}&from=${month(-1)}&to=${month(-1)}&exact=true`);
	assert.equal(answer.status, 200, answer.text);
	const { state, reason, value: v } = answer.json.cells[0];
	return state === 'value' ? v : reason;
}

test('a value outside its declared checks is refused: the last good ones stay, with the reason', async () => {
	await observe('clients.fines', '93', 60);
	await observe('clients.fines', '75', 30);
	await computed();
	assert.deepEqual([await cell('essai.bounded', 'FR'), await cell('essai.bounded', '93')], [90, 60]);
	await observe('clients.fines', '93', 80);
	const { 'essai.bounded': bounded } = await computed('essai.bounded');
	assert.deepEqual([bounded.stale.reason, bounded.stale.finding.code], ['failed', 'V408']);
	assert.equal(bounded.stale.finding.cause, '« value » vaut 110, hors de ce que « checks » permet (≤ 100).');
	assert.equal(bounded.stale.finding.where, `FR, ${month(-1)}`);
	assert.deepEqual([await cell('essai.bounded', 'FR'), await cell('essai.bounded', '93')], [90, 60], 'no level without the others');
	assert.equal(await cell('essai.first', '93'), 80, 'the others are computed');
	/* wrong figures are no fault of the plugin: however many, the right one is computed */
	for (const wrong of [81, 82, 83]) {
		await observe('clients.fines', '93', wrong);
		await until(list, (all) => all['essai.bounded'].stale.finding.cause.includes(`vaut ${wrong + 30},`), server);
	}
	await observe('clients.fines', '93', 70);
	await computed();
	assert.deepEqual([await cell('essai.bounded', 'FR'), await cell('essai.bounded', '93')], [100, 70]);
});

test('of an indicator on sensitive counts the reason names no figure', async () => {
	const wrong = 1_234_567; /* longer than any run of digits in an instant, where 103 once was by chance */
	await observe('victims.identified', '93', wrong, { dims: { age: 'minor', sex: 'female' } });
	const { 'essai.secret': secret } = await computed('essai.secret');
	assert.equal(secret.stale.finding.code, 'V408');
	assert.ok(!JSON.stringify(secret).includes(String(wrong)), JSON.stringify(secret));
	const told = server.log.split('\n').filter((line) => / event=indicator .* id=essai\.secret /.test(line));
	assert.ok(told.length > 0 && told.every((line) => line.includes('finding=V408') && !line.includes(String(wrong)) && !line.includes('cause=')), told.join('\n'));
	await observe('victims.identified', '93', 3, { dims: { age: 'minor', sex: 'female' } });
	await computed();
	assert.equal(await cell('essai.secret', '93'), 3);
});

test('a division by zero is a state with its reason, not a number', async () => {
	await observe('clients.operations', '93', 0);
	await observe('clients.operations', '75', 15);
	await computed();
	assert.deepEqual([await cell('essai.ratio', '93'), await cell('essai.ratio', '75')], ['zero_denominator', 2]);
	assert.equal(await cell('essai.ratio', '13'), 'not_reported');
});

test('a series that nobody ever reported is missing everywhere', async () => {
	const answer = await as('victor').get(`${indicators}/essai.empty?level=department`);
	assert.ok(answer.json.cells.length > 100);
	assert.deepEqual([...new Set(answer.json.cells.map((c) => `${c.state} ${c.reason}`))], ['missing not_reported']);
});

test('an input that is not in the catalogue fails its indicator alone', async () => {
	const { 'essai.gone': gone } = await computed();
	assert.equal(gone.stale.finding.code, 'V341');
	assert.match(gone.stale.finding.cause, /no\.such_series/);
	assert.equal(gone.state, null);
});

test('a retired input keeps its last values, and what reads them too', async () => {
	assert.equal(await cell('essai.second', '93'), 70);
	await data.owner.query(`update plugin set state = 'retired', version = version + 1 where code = 'essai.first'`);
	await observe('clients.fines', '93', 71);
	await until(list, (all) => !all['essai.first'] || all['essai.first'].stale !== undefined, server);
	const all = await until(list, (now) => now['essai.bounded']?.stale !== undefined && now['essai.ratio']?.stale === null, server);
	assert.ok(all['essai.second'], 'still there');
	assert.equal(await cell('essai.second', '93'), 70, 'the last value of what was retired');
	assert.equal(await cell('essai.first', '93'), 70, 'and it can be read');
});

test('two that read each other end: each is computed from what the other last said', async () => {
	await publishGraph(data.owner, 'essai.ring_a', { inputs: { r: other('essai.ring_b@1'), v: series('clients.fines') },
		graph: value(input('r'), { op: 'fill', args: [0], x: 0 }, input('v'), { op: 'add', args: [1, 2] }) });
	await publishGraph(data.owner, 'essai.ring_b', { inputs: { r: other('essai.ring_a@1') }, graph: value(input('r')) });
	await observe('clients.fines', '75', 31);
	await until(list, (all) => all['essai.ring_a']?.state && all['essai.ring_b']?.state, server);
	assert.equal(typeof await cell('essai.ring_a', '75'), 'number');
});

test('a batch with wrong codes, unknown members or a row twice records nothing and moves no indicator', async () => {
	const was = (await data.owner.query('select count(*)::int as n from observation')).rows[0].n, marks = await countMarks(data.owner);
	const good = { territory: '93', organisation: 'DGPN', period: month(-1), value: 5, dims: { age: 'minor', sex: 'female' } };
	const answer = await as('carla').post('/api/v1/series/victims.identified/observations', { rows: [good, { ...good, territory: '1' },
		{ ...good, period: '2026-13' }, { ...good, dims: { age: 'child', sex: 'female' } }, { ...good, value: 'many' }] });
	assert.equal(answer.status, 422, answer.text);
	assert.deepEqual(Object.fromEntries(answer.json.errors.map((e) => [e.pointer, e.code])), { '#/rows/1/territory': 'unknown_territory',
		'#/rows/2/period': 'bad_period', '#/rows/3/dims/age': 'unknown_member', '#/rows/4/value': 'not_a_number' });
	const twice = await as('carla').post('/api/v1/series/victims.identified/observations', { rows: [good, { ...good, value: 6 }] });
	assert.deepEqual([twice.status, twice.json.errors.map((e) => [e.pointer, e.code])], [422, [['#/rows/1', 'duplicate']]], twice.text);
	assert.equal((await data.owner.query('select count(*)::int as n from observation')).rows[0].n, was);
	assert.equal(await countMarks(data.owner), marks);
	for (const [question, code] of [['territory=1', 'unknown_territory'], ['from=2026-13', 'bad_period'], ['level=town', 'bad_choice']]) {
		const asked = await as('victor').get(`${indicators}/essai.first?${question}`);
		assert.deepEqual([asked.status, asked.json.errors[0].code], [400, code], asked.text);
	}
});

/* A row, what is wrong in it; then what is said of it, in French and in English. */
const SAID = [
	[{ territory: '1' }, 'territory', 'Territoire inconnu : « 1 ». Écrivez « 01 ».', 'Unknown territory: “1”. Write “01”.'],
	[{ territory: 'Paris' }, 'territory', 'Territoire inconnu : « Paris ». Écrivez FR, REG-93 ou un code de département tel que 01, 2A ou 971.',
		'Unknown territory: “Paris”. Write FR, REG-93 or a département code such as 01, 2A or 971.'],
	[{ territory: '20' }, 'territory', '« 20 » n’est plus un département : écrivez « 2A » (Corse-du-Sud) ou « 2B » (Haute-Corse).',
		'“20” is no département any more: write “2A” (Corse-du-Sud) or “2B” (Haute-Corse).'],
	[{ territory: 'REG-11' }, 'territory', '« REG-11 » n’est pas un département : cette série se compte par département, écrivez par exemple 93, 2A ou 971.',
		'“REG-11” is no département: this series is counted by département, write for example 93, 2A or 971.'],
	[{ period: '2026-13' }, 'period', 'Période incorrecte : « 2026-13 ». Écrivez par exemple 2026-03.', 'Wrong period: “2026-13”. Write for example 2026-03.'],
	[{ period: '3/2026' }, 'period', 'Période incorrecte : « 3/2026 ». Vouliez-vous dire « 2026-03 » ?', 'Wrong period: “3/2026”. Did you mean “2026-03”?'],
	[{ period: '2026' }, 'period', '« 2026 » n’est pas un mois : cette série est mensuelle, écrivez par exemple 2026-03.',
		'“2026” is no month: this series is monthly, write for example 2026-03.'],
	[{ period: '2190-01' }, 'period', 'La période 2190-01 n’a pas encore commencé : donnez une période en cours ou passée.',
		'The period 2190-01 has not begun yet: give one that is going on or over.'],
	[{ dims: { age: 'minors', sex: 'female' } }, 'dims/age', '« minors » n’existe pas dans cette dimension. Vouliez-vous dire « minor » ?',
		'“minors” does not exist in this dimension. Did you mean “minor”?'],
	[{ dims: { age: 'x', sex: 'female' } }, 'dims/age', '« x » n’existe pas dans cette dimension. Valeurs possibles : minor, adult, unknown.',
		'“x” does not exist in this dimension. Possible values: minor, adult, unknown.'],
	[{ dims: { age: 'minor' } }, 'dims/sex', 'La dimension « sex » manque. Valeurs possibles : female, male, unknown.',
		'The dimension “sex” is missing. Possible values: female, male, unknown.'],
	[{ dims: { age: 'minor', sex: 'female', colour: 'red' } }, 'dims/colour', 'Dimension inconnue : « colour ». Dimensions de cette série : age, sex.',
		'Unknown dimension: “colour”. Dimensions of this series: age, sex.'],
	[{ value: 'many' }, 'value', '« many » n’est pas un nombre : écrivez-le sans espace, unité ni guillemets, par exemple 1200 ou 12.5.',
		'“many” is not a number: write it without blank, unit or quotes, for example 1200 or 12.5.'],
	[{ value: -1 }, 'value', '« -1 » est négatif : un compte vaut 0 ou plus.', '“-1” is negative: a count is 0 or more.'],
	[{ value: 1.5 }, 'value', '« 1.5 » ne convient pas : cette série compte des unités entières, écrivez un nombre sans décimales.',
		'“1.5” will not do: this series counts whole units, write a number without decimals.'],
	[{ value: 1e15 }, 'value', '« 1e+15 » est trop grand : il faut moins d’un million de milliards (10^15).',
		'“1e+15” is too large: it must be less than a million billion (10^15).'],
	[{ value: null }, 'value', 'Donnez un nombre, ou bien « state » (missing ou not_applicable). Un vide n’est pas zéro.',
		'Give a number, or else “state” (missing or not_applicable). Nothing is not zero.'],
	[{ organisation: 'DGPM' }, 'organisation', 'Organisation inconnue : « DGPM ». Vouliez-vous dire « DGPN » ?', 'Unknown organisation: “DGPM”. Did you mean “DGPN”?'],
	[{ organisation: 'POLICE' }, 'organisation', 'Organisation inconnue : « POLICE ». Écrivez son code, par exemple DGPN.',
		'Unknown organisation: “POLICE”. Write its code, for example DGPN.'],
	[{ organisation: 'ACSE' }, 'organisation', '« ACSE » n’est ni de la police ni de la gendarmerie : cette série ne compte qu’elles, écrivez par exemple DGPN ou DGGN.',
		'“ACSE” is neither police nor gendarmerie: this series counts these only, write for example DGPN or DGGN.'],
];
/* The same of a file: its text, the line. */
const HEAD = 'territory,organisation,period,value\n';
const SAID_OF_FILES = [
	[`${HEAD}93,DGPN,2026-01,1\n\n93,DGPN,2026-01,2\n`, '4', 'C’est le même chiffre qu’à la ligne 2 : ne gardez qu’une des deux lignes.',
		'This is the same figure as on line 2: keep one of the two lines.'],
	[`${HEAD}93,DGPN,2026-01,1 200\n`, '2/value', '« 1 200 » n’est pas un nombre : écrivez-le sans espace, unité ni guillemets, par exemple 1200 ou 12.5.',
		'“1 200” is not a number: write it without blank, unit or quotes, for example 1200 or 12.5.'],
	[`${HEAD}93,DGPN,2026-01\n`, '2', 'Cette ligne a 3 cellules, l’en-tête en a 4 : un séparateur manque ou est en trop. Un texte qui en contient se met entre guillemets.',
		'This line has 3 cells, the header has 4: a separator is missing or one too many. A text that holds one goes between quotes.'],
	[`${HEAD}93,"DGPN,2026-01,1\n`, '2', 'Un guillemet ouvert à cette ligne n’est pas refermé, ou du texte le suit. Un guillemet qui fait partie d’un texte se double.',
		'A quote opened on this line is not closed, or text follows it. A quote that is part of a text is doubled.'],
	['territory,period,period,value\n93,2026-01,2026-01,1\n', '1', 'La colonne « period » figure deux fois : enlevez-en une.',
		'The column “period” is there twice: take one out.'],
	['territory,organisation,value\n93,DGPN,1\n', '1', 'La colonne « period » manque : ajoutez-la, son nom sur la première ligne.',
		'The column “period” is missing: add it, with its name on the first line.'],
	[`${'x,'.repeat(69)}x\n1\n`, '1', 'Ce fichier a 70 colonnes : 64 au plus. Enlevez celles qui ne servent pas.',
		'This file has 70 columns: at most 64. Take out those that are of no use.'],
];

test('each refusal names its place, what was written and what would be right, in French and in English', async () => {
	const good = { territory: '93', organisation: 'DGPN', period: '2026-01', value: 5, dims: { age: 'minor', sex: 'female' } };
	const victims = '/api/v1/series/victims.identified/observations', told = (answer) => answer.json.errors.map((e) => [e.pointer, e.detail]);
	for (const lang of ['fr', 'en']) {
		const words = (said) => said.at(lang === 'fr' ? -2 : -1);
		const rows = SAID.map(([wrong]) => ({ ...good, ...wrong }));
		assert.deepEqual(told(await as('carla').post(`${victims}?lang=${lang}`, { rows })), SAID.map((one, i) => [`#/rows/${i}/${one[1]}`, words(one)]));
		for (const one of SAID_OF_FILES) {
			const answer = await as('carla').post(`/api/v1/series/clients.fines/observations.csv?lang=${lang}`, one[0], { type: 'text/csv' });
			assert.deepEqual([answer.status, ...told(answer)], [422, [`#/lines/${one[1]}`, words(one)]], answer.text);
		}
		const large = await as('carla').post(`${victims}?lang=${lang}`, { rows: [good], reason: 'x'.repeat(2 << 20) });
		assert.deepEqual([large.status, large.json.detail], [413, lang === 'fr' ? 'Ce qui est envoyé dépasse 2 Mio : réduisez-le, ou envoyez-le en plusieurs fois.' :
			'What is sent is over 2 MiB: make it smaller, or send it in several parts.']);
	}
});

test('a file of 1 GB is refused before it is read whole, figures and plugins alike', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'vigie-big-')), csv = join(folder, 'big.csv'), lua = join(folder, 'essai.big.lua');
	try {
		for (const path of [csv, lua]) {
			const file = await open(path, 'w');
			await file.truncate(2 ** 30);
			await file.close();
		}
		for (const [lang, words] of [['fr_FR.UTF-8', /big\.csv dépasse 64 Mio : vérifiez que c’est le bon, ou coupez-le en plusieurs\./],
			['C', /big\.csv is over 64 MiB: check that it is the right one, or cut it into several\./]]) {
			const figures = await vigie(['series', 'import', csv, '--series', 'clients.fines', '--as', 'carla'], { env: { LANG: lang } });
			assert.equal(figures.code, 1, figures.stdout);
			assert.match(figures.stderr, words);
		}
		const absent = await vigie(['series', 'import', join(folder, 'none.csv'), '--series', 'clients.fines', '--as', 'carla'], { env: { LANG: 'fr' } });
		assert.match(absent.stderr, /none\.csv n’existe pas : vérifiez son nom et son dossier\./);
		const draft = await vigie(['plugin', 'import', lua, '--as', 'carla'], { env: { LANG: 'fr' } });
		assert.match(draft.stderr, /essai\.big\.lua dépasse 64 Kio/);
		const plugin = await vigie(['plugin', 'check', lua]);
		assert.deepEqual([plugin.code, /65536/.test(plugin.stdout + plugin.stderr)], [2, true], plugin.stdout + plugin.stderr);
	} finally {
		await rm(folder, { recursive: true });
	}
});
