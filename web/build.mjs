/*
 * Builds the pages: one esbuild pass over src/ and the theme, then the HTML from html/layout.html.
 * It refuses to finish when a shape is missing or a budget is exceeded.
 */
import { build, transform } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const theme = process.env.THEME ?? 'neutre';
const dist = join(here, 'dist');
const KB = 1000;
/* What a theme does not have it takes from the neutral one. */
const ofTheme = (file) => [theme, 'neutre'].map((name) => join('themes', name, file)).find((path) => existsSync(join(here, path)));

/* The pages there are: file name → module of src/pages.  A page without a module is plain text. */
const pages = {
	'index.html': 'home',
	'sign-in.html': 'sign-in',
	'actions.html': 'actions',
	'action.html': 'action',
	'measure.html': 'measure',
	'gaps.html': 'gaps',
	'territory.html': 'territory',
	'compare.html': 'compare',
	'since.html': 'since',
	'calendar.html': 'calendar',
	'search.html': 'search',
	'report.html': 'report',
	'campaign.html': 'campaign',
	'tasks.html': 'tasks',
	'data.html': 'data',
	'account.html': 'account',
	'indicators.html': 'indicators',
	'indicator.html': 'indicator',
	'plugins.html': 'plugins',
	'plugin.html': 'plugin',
	'legal.html': 'text',
	'accessibility.html': 'text',
	'404.html': 'text',
};
/* Pages with lists and forms: they take the second style sheet and all texts. */
const SHEETS = new Set([
	'actions',
	'action',
	'measure',
	'gaps',
	'account',
	'sign-in',
	'indicators',
	'indicator',
	'plugins',
	'plugin',
	'report',
	'campaign',
	'tasks',
	'territory',
	'compare',
	'since',
	'calendar',
	'search',
	'data',
]);
/* Pages that are bundled apart from the others, in groups: what they share would cut the first visit, and each other, into more parts. */
const APART = [
	['indicators', 'indicator', 'plugins', 'plugin'],
	['tasks', 'campaign', 'gaps', 'data'],
	['territory', 'compare', 'since', 'calendar', 'search'],
];
/* Pages whose text is written by hand, once a language. */
const texts = { 'legal.html': 'legal', 'accessibility.html': 'accessibility', '404.html': 'not-found' };

/* A page may have a style sheet of its own beside those: pages/NAME.css of the theme. */
const sheetOf = (name) => `pages/${name}.css`;
const hasSheet = (name) => ofTheme(sheetOf(name)) !== undefined;

/* Texts that only lists and sheets use: kept out of the first load. */
const SHEET_TEXTS =
	/^(account|action|actions|admin|again|blocker|campaign|choose|conflict|deployment|failure|figures|follow|form|history|level|milestone|monthly|report|role|sign_in)\.|^measure\.(actions_of|basis|worst)$|^page\.(?!address|filters|is$|loading|present|print|source)/;
/* Groups of texts that only pages which ask for them by name fetch: start({ texts: { fr: () => import('texts:fr.GROUP'), … } }). */
const OWN_TEXTS = ['data', 'gaps', 'goal', 'large', 'manage', 'overview', 'plugins', 'present', 'record', 'start', 'tasks'];

/*
 * gzip -9 bytes: own code and libraries of a page; all that a first visit fetches but the JSON, which is 7 of its 60 KB,
 * and but the fonts of the State's theme, which are 175 of its 300.
 */
const PAGE_SCRIPT_BUDGET = 25 * KB;
const FIRST_LOAD_BUDGET = (theme === 'dsfr' ? 115 : 52.5) * KB;

/* The editor of plugins, fetched by the page once it is there. */
const EDITOR_BUDGET = 120 * KB;

const read = (...parts) => readFile(join(here, ...parts), 'utf8');
const fail = (message) => {
	throw new Error(message);
};

async function checkShapes() {
	const { shapes } = JSON.parse(await read('src', 'departement-shapes.json'));
	const count = Object.keys(shapes).length;
	if (count !== 101) fail(`departement-shapes.json has ${count} shapes; 101 are expected`);
}

/* The part of the texts that a key belongs to. */
function partOf(key) {
	const [group] = key.split('.');
	if (OWN_TEXTS.includes(group)) return group;
	return SHEET_TEXTS.test(key) ? 'sheets' : 'common';
}

/* `texts:fr.common`, `texts:fr.sheets` and `texts:fr.GROUP` are parts of src/i18n/fr.json. */
const catalogues = {
	name: 'catalogues',
	setup(pass) {
		pass.onResolve({ filter: /^texts:/ }, ({ path }) => ({ path, namespace: 'texts' }));
		pass.onLoad({ filter: /.*/, namespace: 'texts' }, async ({ path }) => {
			const [, lang, part] = /^texts:(\w+)\.(\w+)$/.exec(path);
			const texts = Object.entries(JSON.parse(await read('src', 'i18n', `${lang}.json`)));
			const own = texts.filter(([key]) => partOf(key) === part);
			if (!own.length) fail(`no text of ${lang}.json belongs to the part ${part}`);
			return { contents: JSON.stringify(Object.fromEntries(own)), loader: 'json' };
		});
	},
};

/*
 * What the editor of plugins proposes, from the descriptions that the server itself is built from: what Lua sees in a
 * plugin, the options of each description, the series of the catalogue.  A word is { label, detail, values }: values are
 * the texts that it may be given or compared with, if these are known.
 */
async function pluginWords() {
	const seen = (await read('..', 'include', 'plugin_api.def'))
		.split('\n')
		.map((row) => row.split('|').map((part) => part.trim()))
		.flatMap(([kind, name, ...rest]) => {
			const detail = rest.at(-1);
			const words = (text) => text.split(' ').filter(Boolean);
			if (['kept', 'member', 'global'].includes(kind)) return [{ label: name, detail, values: [] }];
			if (['ctx', 'formula', 'validate', 'sheet'].includes(kind)) return [{ label: `ctx.${name}`, detail, values: [] }];
			if (kind === 'method') return [{ label: `:${name.split('.')[1]}`, detail, values: [] }];
			if (kind === 'plan') return [{ label: `ctx.plan.${name}`, detail, values: [] }];
			if (kind === 'figure') return [{ label: name, detail, values: quoted(rest[0]) }];
			if (kind === 'column') return [{ label: name, detail, values: words(rest.at(-2)) }];
			return kind === 'field' ? [{ label: rest[0], detail, values: words(rest.at(-2)) }] : [];
		});
	const options = [...(await read('..', 'server', 'plugin', 'classes.lua')).matchAll(/^---@field (\w+)\?? ([^#\n]*)(?:# (.*))?$/gm)].map(
		([, label, type, detail = '']) => ({ label, detail, values: quoted(type) }),
	);
	const catalogue = JSON.parse(await read('..', 'plugins', 'series.json'));
	const known = [
		{ label: 'series', values: catalogue.series.map(({ id }) => id) },
		...catalogue.dimensions.map(({ id, fr, members }) => ({ label: id, detail: fr, values: members.map((member) => member.id) })),
		{ label: 'dims', values: catalogue.dimensions.map(({ id }) => id) },
	];
	if (seen.length < 40 || options.length < 40) fail('plugin_api.def, classes.lua: the words of plugins were not found');
	const words = new Map();
	for (const { label, detail = '', values } of [...seen, ...options, ...known]) {
		const word = words.get(label);
		words.set(label, { label, detail: word?.detail || detail, values: [...new Set([...(word?.values ?? []), ...values])] });
	}
	return [...words.values()].map(({ values, ...word }) => (values.length ? { ...word, values } : word));
}
const quoted = (type) => [...type.matchAll(/"([^"]+)"/g)].map(([, word]) => word);

/* `plugin:words`, and `plugin:beginnings`: the texts that a new plugin may begin with, the recipes of the command line. */
const plugins = {
	name: 'plugins',
	setup(pass) {
		pass.onResolve({ filter: /^plugin:/ }, ({ path }) => ({ path, namespace: 'plugin' }));
		pass.onLoad({ filter: /words$/, namespace: 'plugin' }, async () => ({ contents: JSON.stringify(await pluginWords()), loader: 'json' }));
		pass.onLoad({ filter: /beginnings$/, namespace: 'plugin' }, async () => {
			const files = await readdir(join(here, '..', 'plugins', 'recipes'));
			const texts = files.map(async (file) => [file.replace(/\.lua$/, ''), await read('..', 'plugins', 'recipes', file)]);
			return { contents: JSON.stringify(Object.fromEntries(await Promise.all(texts))), loader: 'json' };
		});
	},
};

/* `style:NAME` is a sheet of the theme as text, for what is only fetched when somebody asks for it. */
const styles = {
	name: 'styles',
	setup(pass) {
		pass.onResolve({ filter: /^style:/ }, ({ path }) => ({ path, namespace: 'style' }));
		pass.onLoad({ filter: /.*/, namespace: 'style' }, async ({ path }) => {
			const css = await read(ofTheme(`${path.slice('style:'.length)}.css`));
			return { contents: (await transform(css, { loader: 'css', minify: true })).code, loader: 'text' };
		});
	},
};

/* The shapes travel without their notice, which LEGAL.txt carries. */
const shapes = {
	name: 'shapes',
	setup(pass) {
		pass.onLoad({ filter: /departement-shapes\.json$/ }, async ({ path }) => ({
			contents: JSON.stringify({ shapes: JSON.parse(await readFile(path, 'utf8')).shapes }),
			loader: 'json',
		}));
	},
};

/* The reader of spreadsheets unpacks on the page's own thread: see src/lib/unzip.js. */
const unpacking = {
	name: 'unpacking',
	setup(pass) {
		pass.onResolve({ filter: /^fflate$/ }, ({ importer }) =>
			/[\\/]read-excel-file[\\/]/.test(importer) ? { path: join(here, 'src', 'lib', 'unzip.js') } : undefined,
		);
	},
};

/*
 * Of d3-scale, what no scale of ours asks for is left out: the English formats of its ticks, and the search among
 * more than two bounds.
 */
const scales = {
	name: 'scales',
	setup(pass) {
		const instead = ({ importer }) =>
			/[\\/]d3-scale[\\/]src[\\/](linear|continuous)\.js$/.test(importer) ? { path: join(here, 'src', 'lib', 'd3-numbers.js') } : undefined;
		pass.onResolve({ filter: /^\.\/tickFormat\.js$/ }, instead);
		pass.onResolve({ filter: /^d3-array$/ }, (asked) => (/continuous\.js$/.test(asked.importer) ? instead(asked) : undefined));
	},
};

/*
 * The layout of the templates is for people: line breaks stay, indentation does not travel.  A break before the end of a
 * button would be one more item of its row, with a gap before it.
 */
const indentation = {
	name: 'indentation',
	setup(pass) {
		pass.onLoad({ filter: /[\\/]src[\\/](lib|pages)[\\/][^\\/]+\.js$/ }, async ({ path }) => ({
			contents: (await readFile(path, 'utf8')).replace(/\s+(?=<\/button>)/g, '').replace(/\n\s+/g, '\n'),
			loader: 'js',
		}));
	},
};

/* One pass: what its pages share is cut into parts that they all fetch. */
async function pass(names, others = []) {
	return build({
		absWorkingDir: here,
		entryPoints: [...names.map((name) => join(here, 'src', 'pages', `${name}.js`)), ...others],
		outdir: join(dist, 'assets'),
		entryNames: '[name]-[hash]',
		chunkNames: 'part-[hash]',
		assetNames: '[name]-[hash]',
		loader: { '.svg': 'copy', '.woff2': 'copy', '.woff': 'empty' },
		plugins: [catalogues, plugins, styles, shapes, unpacking, scales, indentation],
		alias: { 'theme-brand': `./${ofTheme('brand.js')}`, 'd3-interpolate': './src/lib/d3-numbers.js', 'd3-path': './src/lib/d3-path.js' },
		bundle: true,
		splitting: true,
		format: 'esm',
		target: 'es2022',
		minify: true,
		charset: 'utf8',
		legalComments: 'none',
		metafile: true,
		logLevel: 'warning',
	});
}

/* A theme may have a plain script that runs before the page is painted. */
const themeScript = [join(here, 'themes', theme, 'theme.js')].filter(existsSync);

async function bundle() {
	const names = [...new Set(Object.values(pages))];
	const [first, ...others] = [
		await pass(
			names.filter((name) => !APART.flat().includes(name)),
			[
				join(here, 'src', 'early.js'),
				join(here, 'src', 'icon.svg'),
				...['theme.css', 'sheets.css', ...names.filter(hasSheet).map(sheetOf)].map((file) => join(here, ofTheme(file))),
				...themeScript,
			],
		),
		...(await Promise.all(APART.map((group) => pass(group)))),
	].map(({ metafile }) => metafile);
	return {
		metafile: {
			inputs: Object.assign({}, first.inputs, ...others.map(({ inputs }) => inputs)),
			outputs: Object.assign({}, ...others.map(({ outputs }) => outputs), first.outputs),
		},
	};
}

/* What the build made of a source file: its address and everything it imports at once. */
function outputs(metafile) {
	const bySource = new Map();
	for (const [path, output] of Object.entries(metafile.outputs))
		if (output.entryPoint) bySource.set(output.entryPoint, path);
	const address = (path) => '/' + path.slice('dist/'.length);
	const closure = (path, seen = new Set()) => {
		if (seen.has(path)) return seen;
		seen.add(path);
		for (const { path: next, kind } of metafile.outputs[path].imports)
			if (kind === 'import-statement') closure(next, seen);
		return seen;
	};
	return {
		address: (source) => address(bySource.get(source) ?? fail(`nothing was built from ${source}`)),
		files: (source) => [...closure(bySource.get(source) ?? fail(`nothing was built from ${source}`))],
		addressOf: address,
		lazy: (end) =>
			bySource.get([...bySource.keys()].find((key) => key.endsWith(end))) ??
			fail(`nothing was built from ${end}`),
	};
}

async function writePages(out) {
	const layout = await read('html', 'layout.html');
	for (const [file, name] of Object.entries(pages)) {
		const source = `src/pages/${name}.js`;
		const [, ...imports] = out.files(source);
		const text = texts[file]
			? (await read('html', `${texts[file]}.fr.html`)) + (await read('html', `${texts[file]}.en.html`))
			: '';
		const values = {
			page: name,
			text: text.trim(),
			style: ['theme.css', ...(SHEETS.has(name) ? ['sheets.css'] : []), ...(hasSheet(name) ? [sheetOf(name)] : [])]
				.map((sheet) => `<link rel="stylesheet" href="${out.address(ofTheme(sheet))}">`)
				.join('\n'),
			early: ['src/early.js', ...themeScript.map(() => `themes/${theme}/theme.js`)]
				.map((source) => `<script src="${out.address(source)}"></script>`)
				.join('\n'),
			icon: out.address('src/icon.svg'),
			script: out.address(source),
			preload: imports.map((path) => `<link rel="modulepreload" href="${out.addressOf(path)}">`).join('\n'),
		};
		const html = layout.replace(
			/\{\{(\w+)\}\}/g,
			(_, key) => values[key] ?? fail(`layout: unknown {{${key}}}`),
		);
		await writeFile(join(dist, file), html);
	}
}

/* The licences of what is shipped: packages found in the bundle, and the map's notice. */
async function writeLicences(metafile) {
	const folders = new Set(
		Object.keys(metafile.inputs)
			.map((path) => /^(?:themes\/[^/]+\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
			.filter(Boolean),
	);
	const parts = [await read('html', 'LEGAL-head.txt')];
	for (const folder of [...folders].sort()) {
		const { name, version, license } = JSON.parse(await read(folder, 'package.json'));
		const licence =
			(await readdir(join(here, folder))).find((file) => /^licen[cs]e/i.test(file)) ??
			fail(`${name} has no licence file`);
		parts.push(`${name} ${version} (${license})\n\n${await read(folder, licence)}`);
	}
	await writeFile(
		join(dist, 'LEGAL.txt'),
		parts.map((part) => part.trim()).join(`\n\n${'-'.repeat(72)}\n\n`) + '\n',
	);
}

async function checkBudgets(out) {
	const weigh = async (path) => gzipSync(await readFile(join(here, path)), { level: 9 }).length;
	const sum = async (paths) => (await Promise.all(paths.map(weigh))).reduce((a, b) => a + b, 0);
	const report = [];
	for (const name of new Set(Object.values(pages))) {
		const bytes = await sum(out.files(`src/pages/${name}.js`));
		report.push(`${name} ${(bytes / KB).toFixed(1)}`);
		if (bytes > PAGE_SCRIPT_BUDGET) fail(`${name}: ${bytes} bytes of script, ${PAGE_SCRIPT_BUDGET} at most`);
	}
	const editor = await sum(out.files('src/lib/lua-editor.js'));
	if (editor > EDITOR_BUDGET) fail(`the editor: ${editor} bytes, ${EDITOR_BUDGET} at most`);
	report.push(`editor ${(editor / KB).toFixed(1)}`);
	const first = await sum([
		...out.files('src/pages/home.js'),
		'dist/index.html',
		...['src/early.js', ofTheme('theme.css')].map((source) => 'dist' + out.address(source)),
		out.lazy('fr.common'),
		out.lazy('departement-shapes.json'),
	]);
	if (first > FIRST_LOAD_BUDGET) fail(`first load: ${first} bytes before JSON, ${FIRST_LOAD_BUDGET} at most`);
	console.log(
		`pages: script KB gzip: ${report.join(', ')}; first load before JSON ${(first / KB).toFixed(1)}`,
	);
}

if (!existsSync(join(here, 'themes', theme, 'theme.css'))) fail(`there is no theme ${theme}`);
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await checkShapes();
const { metafile } = await bundle();
const out = outputs(metafile);
await writePages(out);
await writeLicences(metafile);
await checkBudgets(out);
