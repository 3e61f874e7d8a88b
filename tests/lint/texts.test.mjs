/* The two catalogues of the pages say the same things, each in its own typography. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../web/src/', import.meta.url));
const catalogue = (lang) => JSON.parse(readFileSync(join(src, 'i18n', `${lang}.json`), 'utf8'));
const fr = catalogue('fr');
const en = catalogue('en');
const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));
const all = (texts) => Object.entries(texts).flatMap(([key, text]) => forms(text).map((one) => [key, one]));
const names = (text) =>
	new Set(
		[
			...forms(text)
				.join(' ')
				.matchAll(/\{(\w+)\}/g),
		].map(([, name]) => name),
	);

const code = ['.', 'lib', 'pages']
	.flatMap((folder) =>
		readdirSync(join(src, folder))
			.filter((file) => file.endsWith('.js'))
			.map((file) => readFileSync(join(src, folder, file), 'utf8')),
	)
	.join('\n');
const KEY = '[a-z][a-z_-]*\\.[a-z_.]+';
const groups = new Set(Object.keys(fr).map((key) => key.split('.')[0]));
const literal = new Set(
	[...code.matchAll(new RegExp(`['"\`](${KEY})['"\`]`, 'g'))]
		.map(([, key]) => key)
		.filter((key) => groups.has(key.split('.')[0])),
);
/* t(`status.${x}`), and word('status', x) or known('reason', x), which make such keys */
const prefixes = [
	...[...code.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{/g)].map(([, prefix]) => prefix),
	...[...code.matchAll(/\b(?:word|known)\('([a-z_]+)'/g)].map(([, group]) => `${group}.`),
	'legal.',
	'accessibility.',
	'not_found.',
];

test('the same keys, values and plural texts in both', () => {
	assert.deepEqual(Object.keys(fr), Object.keys(en));
	for (const key of Object.keys(fr))
		assert.deepEqual([...names(fr[key])].sort(), [...names(en[key])].sort(), key);
});

test('every plural form of each language is there', () => {
	for (const [lang, texts] of [
		['fr', fr],
		['en', en],
	])
		for (const [key, text] of Object.entries(texts))
			if (typeof text !== 'string')
				assert.deepEqual(
					Object.keys(text).sort(),
					[...new Intl.PluralRules(lang).resolvedOptions().pluralCategories].sort(),
					`${lang} ${key}`,
				);
});

test('no key is missing', () => {
	assert.deepEqual(
		[...literal].filter((key) => !(key in fr)),
		[],
	);
});

test('no key is unused', () => {
	assert.deepEqual(
		Object.keys(fr).filter((key) => !literal.has(key) && !prefixes.some((prefix) => key.startsWith(prefix))),
		[],
	);
});

test('French has its narrow spaces, guillemets and apostrophes', () => {
	for (const [key, text] of all(fr)) {
		assert.doesNotMatch(
			text,
			/[^\u202f\s«][;!?](?=\s|$)/,
			`${key}: a narrow no-break space goes before ; ! ?`,
		);
		assert.doesNotMatch(text, / [:;!?»]|« /, `${key}: a plain space where a no-break one goes`);
		assert.doesNotMatch(text, /['"]/, `${key}: typewriter quotes`);
	}
	for (const [key, text] of all(en))
		assert.doesNotMatch(text, /[\u202f]|['"]/, `${key}: English has no narrow spaces nor typewriter quotes`);
});

test('a label of a command brings its own colon, before which French has a space', () => {
	const server = fileURLToPath(new URL('../../server/', import.meta.url));
	const sources = readdirSync(server, { recursive: true }).filter((file) => file.endsWith('.c')).map((file) => [file, readFileSync(join(server, file), 'utf8')]);
	assert.ok(sources.length > 100);
	const LABEL = String.raw`(?:\b\w*(?:say|words)\([^"]*|fr \? |LANG_FR \?\s*)`;
	const found = (pattern) => sources.flatMap(([file, text]) => [...text.matchAll(new RegExp(pattern, 'g'))].map(([said]) => `${file}: ${said}`));
	assert.deepEqual(found(String.raw`"%s:[^"]*",\s*${LABEL}"`), [], 'the colon is of the format');
	const french = found(String.raw`${LABEL}"(?:[^"\\]|\\.)*:(?:\\n)?"`);
	assert.ok(french.length > 6);
	assert.deepEqual(french.filter((text) => /[^ \u00a0]:(?:\\n)?"$/.test(text)), []);
});
