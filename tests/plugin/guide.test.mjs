/*
 * The guide of plugins/README.md works as it is written: each of its blocks is run or put into a file that is tested, in
 * its order, in a folder that has `build/vigie` and `plugins` as a reader's has.  A block that no step takes is a failure.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const guide = readFileSync('plugins/README.md', 'utf8');
const blocks = [...guide.matchAll(/^```(lua)?\n([^]*?)^```$/gm)].map(([, lua, text]) => ({ lua: Boolean(lua), text, taken: false }));
/* The one block of Lua, or of commands, in which this is written. */
function block(words, lua = true) {
	const found = blocks.filter((b) => b.lua === lua && b.text.includes(words));
	assert.equal(found.length, 1, `blocks with “${words}”`);
	found[0].taken = true;
	return found[0].text;
}

let folder;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'vigie-guide-'));
	mkdirSync(join(folder, 'build'));
	symlinkSync(resolve(process.env.VIGIE_BIN ?? 'build/vigie'), join(folder, 'build/vigie'));
	cpSync('plugins', join(folder, 'plugins'), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/DATABASE/.test(name)));
const file = (id) => join(folder, `plugins/indicators/${id}.lua`);
/* A command as it is written, without what is said of it after three blanks. */
function run(line) {
	const { status, stdout, stderr } = spawnSync('sh', ['-c', line.replace(/ {3,}[^-]*$/, '')], { cwd: folder, env: plain, encoding: 'utf8' });
	assert.equal(status, 0, `${line}\n${stdout}${stderr}`);
	return stdout;
}
const commands = (words) => block(words, false).trim().split('\n');
/* A file of the gallery with another text for some of its fields, up to the line that closes each. */
function change(id, fields) {
	let text = readFileSync(file(id), 'utf8');
	for (const [name, value] of Object.entries(fields)) {
		const old = new RegExp(`^  ${name} *= .*(\\n(?!  \\S).*)*\\n(  (\\}|end),\\n)?`, 'm');
		assert.match(text, old, name);
		text = text.replace(old, () => value.replace(/^(?=\S)/gm, '  '));
	}
	writeFileSync(file(id), text);
}

test('a recipe becomes one’s own indicator, developed, proved and run', () => {
	for (const line of commands('--recipe ratio')) run(line);
	const inputs = block('accompagnees = series'), developed = block('local accompagnees');
	change('auditions.part', { inputs, formula: block('formula = ratio'), tests: `tests = {\n${block('le national est un rapport de sommes')}},\n` });
	run('build/vigie plugin test auditions.part');
	const words = (text) => text.replace(/\s+/g, ' ').trim();
	assert.ok(words(run('build/vigie plugin develop auditions.part')).includes(words(developed).replace(/,$/, '')), 'what the recipe stands for');
	change('auditions.part', { formula: developed });
	const rows = block('75         | 2025-03 | 30', false);
	writeFileSync(join(folder, 'lignes.txt'), rows);
	writeFileSync(join(folder, 'total.txt'), rows.replace('30', '40'));
	const [, , tried] = commands('vigie plugin check auditions.part').map(run);
	assert.match(tried, /^75 +2025-03 +75(\.0)? /m);
	run('build/vigie plugin graph auditions.part');
});

test('in ordinary Lua', () => {
	run('build/vigie plugin new guide.compte --recipe blank');
	const body = block('ctx.rows("actions")'), [inputs, compute] = body.split(/^(?=compute)/m);
	change('guide.compte', { inputs, compute, tests: `tests = { { name = "une sur deux", level = "national",
		given = { actions = rows [[
			confidence
			secured
			achievable
			
		]] }, expect = { { territory = "FR", period = "2026-03", value = 50, numerator = 1, denominator = 2 } } } },\n` });
	run('build/vigie plugin test guide.compte');
});

test('what is not shown of small counts', () => {
	const written = block('audience = "public"').replace('given = { … }', `given = { ["victims.identified"] = rows [[
		department | period  | age     | value
		13         | 2025-01 | minor   | 7
		13         | 2025-01 | adult   | 30
		13         | 2025-01 | unknown | 0
	]] }`);
	change('victims.share_minors', { tests: `tests = {\n${written}},\n` });
	run('build/vigie plugin test victims.share_minors');
});

test('each operator of the table is one', () => {
	const [, table] = /\| Pour… \| Écrivez \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(guide), lines = [];
	for (const [, cell] of table.matchAll(/^\|.*\| (.*) \|$/gm))
		for (const [, code] of cell.matchAll(/`([^`]+)`/g))
			if (code.includes('(') || code.includes('{')) lines.push(`local _ = ${cell.includes('grain') ? code.replace(/^s/, 'd') : code}`);
	assert.ok(lines.length >= 14, lines.join('\n'));
	run('build/vigie plugin new guide.tout --recipe ratio');
	change('guide.tout', { inputs: `  inputs = {
    s = series "victims.identified" { missing = "skip", dims = { "age" } }, d = series "clients.fines" { missing = "skip", grain = "department" },
    k = series "hearings.accompanied" { missing = "skip" }, n = series "hearings.total" { missing = "skip" }, pop = reference "population" {},
  },\n`, formula: `  formula = function(ctx)
    local s, d, k, n, pop = ctx.series("s"), ctx.series("d"), ctx.series("k"), ctx.series("n"), ctx.series("pop")
    ${lines.join('\n    ')}
    return { value = 100 * k / n, numerator = k, denominator = n }
  end,\n` });
	run('build/vigie plugin check guide.tout');
});

test('an alert', () => {
	for (const line of commands('--kind alert')) run(line);
});

test('nothing else is written that nobody tries', () => {
	block('victims.share_minors --period', false); /* on a server: integration/gallery.test.mjs */
	assert.deepEqual(blocks.filter(({ taken }) => !taken).map(({ text }) => text), []);
});
