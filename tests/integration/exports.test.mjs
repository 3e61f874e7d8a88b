/*
 * Files out: CSV, XLSX and ODS of a plan's actions and of figures.  What was exported can be imported and changes nothing.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makePlan, PLAN } from './action_data.mjs';
import { instant, startServer } from './client.mjs';
import { unzip } from './unzip.mjs';

const root = `/api/v1/plans/${PLAN}`;
let server, data, early;
const as = (login, options) => server.bearer(data.tokens[login], options);
const LONG = `=SOMME(A1)\n  deux  blancs, « guillemets » "droits" ; <b>&amp;</b>\n${'Très long. '.repeat(300)}fin`.slice(0, 4000);

const file = async (login, path) => {
	const response = await fetch(`${server.url}${root}/${path}`, { headers: { Authorization: `Bearer ${data.tokens[login]}`, 'Accept-Language': 'fr' } });
	assert.equal(response.status, 200);
	return { type: response.headers.get('content-type'), name: response.headers.get('content-disposition'), bytes: Buffer.from(await response.arrayBuffer()) };
};
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };
const plain = (xml) => xml.replace(/&(lt|gt|quot|apos|amp);/g, (e) => ENTITIES[e]);

/* The rows of the first sheet, as a spreadsheet program would hand them on. */
function ofXlsx(files) {
	const shared = [...files['xl/sharedStrings.xml'].text.matchAll(/<si><t[^>]*>([^]*?)<\/t><\/si>/g)].map((m) => plain(m[1]));
	return [...files['xl/worksheets/sheet1.xml'].text.matchAll(/<row[^>]*>([^]*?)<\/row>/g)].map(([, row]) => {
		const cells = [];
		for (const [, letters, attributes, value] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)><v>([^<]*)<\/v><\/c>/g))
			cells[[...letters].reduce((n, c) => 26 * n + c.charCodeAt(0) - 64, 0) - 1] = /t="s"/.test(attributes) ? shared[value] : Number(value);
		return Array.from(cells, (cell) => cell ?? null);
	});
}
function ofOds(files) {
	const table = files['content.xml'].text.match(/<table:table [^>]*>([^]*?)<\/table:table>/)[1];
	return [...table.matchAll(/<table:table-row>([^]*?)<\/table:table-row>/g)].map(([, row]) =>
		[...row.matchAll(/<table:table-cell(?:\/>|([^>]*)>([^]*?)<\/table:table-cell>)/g)].map(([, attributes, text]) => text === undefined ? null :
			/float/.test(attributes) ? Number(attributes.match(/office:value="([^"]*)"/)[1]) :
				plain(text.replaceAll('</text:p><text:p>', '\n').replace(/<\/?text:p>/g, '').replaceAll('<text:s/>', ' ').replaceAll('<text:tab/>', '\t'))));
}
const imported = async (login, body, query = '') => {
	const answer = await as(login).post(`/api/v1/imports?plan=${PLAN}${query}`, body, { type: typeof body === 'string' ? 'text/csv' : undefined });
	assert.equal(answer.status, 201, answer.text);
	return answer.json.preview;
};

before(async () => {
	data = await makePlan();
	server = await startServer();
	early = await instant();
	const report = async (number, body, path = '') => {
		const { version } = (await as('carla').get(`${root}/actions/${number}${path}`)).json;
		const answer = await as('carla').post(`${root}/actions/${number}/status-reports`, body, { ifMatch: version });
		assert.equal(answer.status, 201, answer.text);
	};
	await report('1.1', { status: 'in_progress', progress: 40, confidence: 'achievable', comment: LONG });
	await report('1.2', { status: 'dropped', reason: "'+guillemet" });
	await report('2.1', { status: 'carried_over', carried_to: { plan: PLAN, measure: '7' } });
	await report('7.2', { status: 'done', progress: 100, done_on: '2026-03-31', territory: '93', organisation: 'DGPN' }, '/deployments/93/DGPN');
});
after(async () => {
	await data?.owner.end();
	assert.equal(await server?.stop(), 0, server?.log);
});

test('CSV of the actions: each row has its source, its date and the notice of an illustrative title', async () => {
	const { text, headers } = await as('victor').get(`${root}/export.csv`);
	assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.match(headers.get('content-disposition'), /^attachment; filename="essai-2026-actions\.csv"$/);
	const [head, first] = text.split('\r\n');
	assert.match(head, /^number,title,territory,organisation,status,progress,confidence,comment,.*,origin,notice,source,exported_at$/);
	assert.match(first, /^1\.1,/);
	assert.match(text, /,illustrative,Titre illustratif : le texte officiel n’est pas publié\.,Plan d’essai \(essai-2026\),20\d\d-\d\d-\d\dT/);
	assert.match((await as('victor', { lang: 'en' }).get(`${root}/export.csv?lang=en`)).text, /Illustrative title/);
	assert.match(text, /,"'=SOMME\(A1\)\n/, 'what a spreadsheet would run is neutralised');
	assert.ok(text.includes(LONG.slice(-200).replaceAll('"', '""')), 'a long text is whole');
	assert.match(text, /\r\n7\.2,[^\r]*,93,DGPN,done,100,,,,2026-03-31,/);
});

test('an export imported changes nothing, whatever its format', async () => {
	for (const login of ['carla', 'paul']) {
		const csv = await imported(login, (await as('victor').get(`${root}/export.csv`)).text);
		assert.deepEqual([csv.items, csv.counts.rows.same], [[], 10], `CSV by ${login}`);
		assert.deepEqual(csv.warnings.map((w) => w.code), ['column_not_read']);
		for (const [extension, read] of [['xlsx', ofXlsx], ['ods', ofOds]]) {
			const rows = read(unzip((await file('victor', `export.${extension}`)).bytes));
			const preview = await imported(login, { rows });
			assert.deepEqual([preview.items, preview.counts.rows.same], [[], 10], `${extension} by ${login}`);
		}
	}
});

test('spreadsheets: typed cells, the long text whole, a second sheet that says what it is', async () => {
	const xlsx = await file('victor', 'export.xlsx'), sheets = unzip(xlsx.bytes);
	assert.match(xlsx.type, /spreadsheetml\.sheet$/);
	const rows = ofXlsx(sheets);
	assert.deepEqual(rows[1].slice(0, 8), ['1.1', 'Publier l’état annuel de la menace', null, null, 'in_progress', 40, 'achievable', LONG]);
	assert.doesNotMatch(sheets['xl/worksheets/sheet1.xml'].text, /<f>/, 'no formula');
	assert.ok(sheets['xl/sharedStrings.xml'].text.includes('Titre illustratif'));
	assert.ok(sheets['xl/workbook.xml'].text.includes('À lire'));
	const ods = await file('victor', 'export.ods'), parts = unzip(ods.bytes);
	assert.equal(ods.type, 'application/vnd.oasis.opendocument.spreadsheet');
	assert.deepEqual(Object.keys(parts), ['mimetype', 'content.xml', 'META-INF/manifest.xml']);
	assert.deepEqual([parts.mimetype.method, parts.mimetype.local, parts.mimetype.text], [0, 0, ods.type]);
	assert.deepEqual(ofOds(parts)[1], rows[1].concat(Array(27 - rows[1].length).fill(null)).map((c, i) => (i === 26 ? ofOds(parts)[1][26] : c)));
});

test('spreadsheets that are asked for at once are each whole', async () => {
	const all = await Promise.all(Array.from({ length: 12 }, (_, i) => file('victor', `export.${i % 3 ? 'xlsx' : 'ods'}`)));
	const [ods, xlsx] = [ofOds, ofXlsx].map((read, i) => read(unzip(all[i].bytes)).map((row) => row.slice(0, 8)));
	assert.deepEqual(ods, xlsx);
	for (const [i, { bytes }] of all.entries()) assert.deepEqual((i % 3 ? ofXlsx : ofOds)(unzip(bytes)).map((row) => row.slice(0, 8)), xlsx);
});

test('figures of a series: codes stay 01 and 2A, withheld ones are s for who may not see them', async () => {
	const row = (territory, value) => ({ territory, organisation: 'DGPN', period: '2024-01', value, dims: { age: 'minor', sex: 'female' } });
	assert.equal((await as('carla').post('/api/v1/series/victims.identified/observations', { rows: [row('01', 7), row('2A', 0), row('93', 23)] })).status, 201);
	const rows = async (login) => ofXlsx(unzip((await file(login, 'export.xlsx?series=victims.identified')).bytes)).slice(1).map((r) => [r[1], r[6]]);
	assert.deepEqual(await rows('victor'), [['01', 's'], ['2A', 's'], ['93', 's']]);
	assert.deepEqual(await rows('paul'), [['01', 's'], ['2A', 's'], ['93', 23]]);
	assert.deepEqual((await imported('paul', { rows: ofOds(unzip((await file('paul', 'export.ods?series=victims.identified')).bytes)) })).items, []);
	assert.equal((await as('victor').get(`${root}/export.csv?series=victims.identified`)).text, (await as('victor').get(`/api/v1/series/victims.identified/observations.csv?plan=${PLAN}`)).text);
	assert.equal((await as('victor').get(`${root}/export.xlsx?series=victims`)).status, 404);
});

test('as of an instant, and by role', async () => {
	assert.match((await as('victor').get(`${root}/export.csv?as_of=2025-01-01`)).text, /^number,title[^\r]*\r\n$/, 'the plan was not there yet');
	for (const extension of ['csv', 'xlsx', 'ods']) {
		assert.equal((await as('adam').get(`${root}/export.${extension}`)).status, 403);
		assert.equal((await server.anonymous().get(`${root}/export.${extension}`)).status, 401);
	}
});

test('the whole plan in one file: every table described column by column, of one instant, hashes included', async () => {
	const { type, name, bytes } = await file('victor', 'datapackage.zip');
	assert.equal(type, 'application/zip');
	assert.match(name, new RegExp(`filename="${PLAN}.zip"`));
	const files = unzip(bytes), about = JSON.parse(files['datapackage.json'].text);
	assert.equal(Object.keys(files)[0], 'datapackage.json');
	assert.deepEqual([about.profile, about.name], ['data-package', PLAN]);
	assert.match(about.description, /illustratif/, 'what is illustrative says so here too');
	assert.doesNotMatch(about.description, /fictifs/);
	assert.deepEqual(about.resources.map((r) => r.path).sort(), Object.keys(files).slice(1).sort());
	for (const r of about.resources) {
		const text = files[r.path].text;
		assert.match(r.name, /^[a-z0-9._-]+$/);
		assert.equal(r.bytes, Buffer.byteLength(text), r.path);
		assert.equal(r.hash, `sha256:${createHash('sha256').update(text).digest('hex')}`, r.path);
		if (r.schema) assert.deepEqual(r.schema.fields.map((f) => f.name), text.split('\r\n')[0].split(','), r.path);
	}
	const field = (path, column) => about.resources.find((r) => r.path === path).schema.fields.find((f) => f.name === column).type;
	assert.deepEqual([field('actions.csv', 'number'), field('actions.csv', 'progress'), field('actions.csv', 'due_on'), field('actions.csv', 'late'),
		field('territories.csv', 'population')], ['string', 'integer', 'date', 'boolean', 'integer']);
	const beside = about.resources.find((r) => r.path === 'indicators.csv').schema.fields.slice(-4);
	assert.deepEqual(beside.map((f) => [f.name, f.type]), [['low', 'number'], ['high', 'number'], ['extra', 'string'], ['fictitious', 'boolean']]);
	assert.ok(beside.every((f) => f.description), 'what a name alone does not tell is described');
	assert.equal(JSON.parse(files['plan.json'].text).code, PLAN);
	assert.ok(files['organisations.csv'].text.includes('DGPN'));
	assert.deepEqual(files['indicators.csv'].text.split('\r\n')[0].split(',').slice(0, 7), ['indicator', 'version', 'level', 'territory', 'period', 'dims', 'value']);
	const same = await imported('carla', unzip((await file('carla', 'datapackage.zip')).bytes)['actions.csv'].text);
	assert.deepEqual([same.counts.rows.new, same.counts.rows.changed, same.counts.rows.refused], [0, 0, 0]);
});

test('the whole plan in one file says when figures of it were made up', async () => {
	await data.owner.query(`insert into observation_batch (series_id, plan_id, via, rows, added, fictitious)
		select s.id, p.id, 'demo', 1, 1, true from series s, plan p where s.code = 'clients.fines' and p.code = $1`, [PLAN]);
	const { bytes } = await file('victor', 'datapackage.zip');
	assert.match(JSON.parse(unzip(bytes)['datapackage.json'].text).description, /chiffres fictifs, et ses indicateurs en sont tirés/);
});

test('a package holds what its reader may see, and the past as it was known', async () => {
	const figures = async (login, query = '') => unzip((await file(login, `datapackage.zip${query}`)).bytes)['figures/victims.identified.csv']?.text;
	const own = await as('carla').get(`${root}/export.csv?series=victims.identified`);
	assert.equal(await figures('carla'), own.text, 'the same table as its own export');
	assert.equal(await figures('victor'), (await as('victor').get(`${root}/export.csv?series=victims.identified`)).text);
	const { text } = unzip((await file('victor', `datapackage.zip?as_of=${early}`)).bytes)['actions.csv'];
	assert.ok(!text.includes('guillemets') && !text.includes('in_progress'), 'nobody had reported then');
});

test('a series too long for one file takes several, each of whole periods; what cannot be cut is named, and all else is there', async () => {
	const row = (period, territory) => ({ territory, organisation: 'DGPN', period, value: 12, dims: { age: 'minor', sex: 'female' } });
	const added = await as('carla').post('/api/v1/series/victims.identified/observations', { rows: [row('2024-02', '01'), row('2024-02', '2A'), row('2024-03', '93')] });
	assert.equal(added.status, 201, added.text);
	const [head, ...lines] = (await as('carla').get(`${root}/export.csv?series=victims.identified`)).text.trim().split('\r\n');
	assert.deepEqual(lines.map((line) => line.match(/2024-\d\d(?!-)/)[0]), ['2024-01', '2024-01', '2024-01', '2024-02', '2024-02', '2024-03']);
	for (const [rows, cut] of [[3, [3, 3]], [4, [3, 3]], [5, [5, 1]], [6, null], [2, []]]) {
		const short = await startServer({ args: [`--package_rows=${rows}`] });
		try {
			const response = await fetch(`${short.url}${root}/datapackage.zip`, { headers: { Authorization: `Bearer ${data.tokens.carla}`, 'Accept-Language': 'fr' } });
			assert.equal(response.status, 200);
			const files = unzip(Buffer.from(await response.arrayBuffer())), about = JSON.parse(files['datapackage.json'].text);
			const parts = about.resources.filter(({ path }) => path.startsWith('figures/victims.identified'));
			const text = ({ path }) => files[path].text.trim().split('\r\n');
			assert.deepEqual(parts.map(({ path }) => path), cut ? cut.map((_, i) => `figures/victims.identified-${i + 1}.csv`) : ['figures/victims.identified.csv']);
			assert.deepEqual(parts.map((part) => text(part).length - 1), cut ?? [6]);
			if (parts.length) assert.deepEqual(parts.flatMap((part) => text(part).slice(1)), lines);
			for (const part of parts) {
				assert.equal(text(part)[0], head);
				assert.equal(part.hash, `sha256:${createHash('sha256').update(files[part.path].text).digest('hex')}`);
				assert.equal(/\(partie \d\)$/.test(part.title), Boolean(cut), part.title);
			}
			assert.equal(/à demander par période : .*victims\.identified/.test(about.description), rows === 2);
			assert.ok(files['actions.csv'] && files['indicators.csv'] && files['plan.json'], 'all else is there');
		} finally {
			assert.equal(await short.stop(), 0, short.log);
		}
	}
});
