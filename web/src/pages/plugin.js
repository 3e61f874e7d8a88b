/* One plugin: its text and what is wrong with it, its tests, a trial, what it changes, and the steps to publication. */
import { html, nothing } from 'lit-html';
import { banners, readPlan, setTitle, start } from '../lib/shell.js';
import { Failure, get, path, post, put } from '../lib/api.js';
import { t, fine, lang } from '../lib/i18n.js';
import { instant } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { alert, announce, panel } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { persist } from '../lib/write.js';
import { diskBadge, finding, roles, stateBadge, tests, versions } from '../lib/plugin-parts.js';
import { tryForm } from '../lib/plugin-try.js';

const CHECK_MS = 900;
const where = (id, word) => path(...['plugins', id, word].filter(Boolean));

/* One that is just begun is not asked for: nobody knows it yet. */
async function read(state) {
	if (param('new') && state.analyst) return Object.assign(state, { plugin: null, etag: null });
	try {
		const { data, etag } = await get(where(state.id));
		Object.assign(state, { plugin: data, etag });
	} catch (failure) {
		if (failure.status !== 404 || !state.analyst) throw failure;
		Object.assign(state, { plugin: null, etag: null });
	}
	return state;
}

const dirty = (state) => state.editor && state.editor.text() !== state.saved;
/* More than what the page began with: it would be lost. */
const changed = (state) => dirty(state) && (state.plugin || state.editor.text() !== state.begin);

/* The reader's own draft, or the published text to begin one with; others' drafts are only read. */
const writable = ({ analyst, plugin }) => analyst && (!plugin?.draft || plugin.draft.mine) && plugin?.state !== 'retired';

/* What a new plugin begins with: the recipe that the address names, or a count. */
async function beginning(id) {
	const { default: texts } = await import('plugin:beginnings');
	return (texts[param('new')] ?? texts.blank).replaceAll('@ID@', id).replaceAll('@TODAY@', new Intl.DateTimeFormat('sv-SE').format(new Date()));
}

/* What the server says of the text as it is in the editor. */
async function judge(state, word, redraw, asking = word === 'test') {
	const asked = ++state.asked;
	clearTimeout(state.timer);	/* a check that waits would put this answer aside */
	if (asking) Object.assign(state, { busy: true, failure: null });
	redraw();
	try {
		const { data } = await persist(() => post(where(state.id, word), { source: state.editor.text() }));
		if (asked !== state.asked) return;
		Object.assign(state, { judgement: data, tested: word === 'test' ? data : null, busy: false });
		state.editor.mark(data.findings[0] ?? data.tests?.find((one) => one.finding)?.finding ?? null);
		if (word === 'test') announce(t(data.ok ? 'plugins.all_fine' : 'plugins.not_fine'));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (asked !== state.asked) return;
		/* a crowd in the lab is no news for who is typing */
		Object.assign(state, { busy: false, failure: !asking && failure.status === 503 ? null : failure });
	}
	redraw();
}

const hasRecipe = (state) => /\bformula\s*=\s*(?!function)\w+\s*[({]/.test(state.editor?.text());

/* The recipe gives way to the code that it stands for, as the server writes it; one step back brings it again. */
async function develop(state, redraw) {
	const text = state.editor.text();
	await judge(state, 'check', redraw, true);
	const { developed } = state.judgement ?? {};
	if (!developed || state.failure || text !== state.editor.text()) return;
	state.editor.replace(developed);
	redraw();
	announce(t('plugins.developed'));
}

async function act(state, write, said, redraw) {
	Object.assign(state, { busy: true, failure: null });
	redraw();
	try {
		const { data, etag } = await persist(write);
		Object.assign(state, { plugin: data, etag, diff: null });
		announce(t(said));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		state.failure = failure;
	}
	state.busy = false;
	redraw();
	if (state.failure) document.getElementById('refused')?.focus();
	return !state.failure;
}

async function save(state, redraw) {
	const text = state.editor.text();
	const ok = await act(state, () => put(where(state.id), { source: text }, { etag: state.etag }), 'plugins.saved', redraw);
	if (ok) {
		state.saved = text;
		replace({ new: null });
	}
	redraw();
	return ok;
}

/* ---------------------------------------------------------------- parts */

const verdict = (state) => {
	const { judgement } = state;
	const fault = judgement?.findings[0];
	if (fault) return alert('error', t('plugins.fault'), null, finding(fault, state.editor?.go));
	if (judgement?.refusals.length)
		return alert(
			'warning',
			t('plugins.refused'),
			null,
			html`<ul class="vg-bullets">
				${judgement.refusals.map(({ detail }) => html`<li>${fine(detail)}</li>`)}
			</ul>`,
		);
	return judgement ? alert('success', t(state.tested ? 'plugins.all_fine' : 'plugins.no_fault'), null) : nothing;
};

function editorPanel(state, redraw) {
	const open = writable(state);
	return panel(
		'text',
		t('plugins.text'),
		html`<p class="vg-small" id="editor-help">${open ? t('plugins.editor_help') : t('plugins.read_only')}</p>
			<div id="editor" class="vg-editor"></div>
			<div id="verdict" role="status">${verdict(state)}</div>
			${
				open
					? html`<p class="vg-buttons">
							<button type="button" class="fr-btn" ?disabled=${state.busy} @click=${() => judge(state, 'test', redraw)}>
								${t('plugins.run_tests')}
							</button>
							<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${state.busy} @click=${() => save(state, redraw)}>
								${t('plugins.save')}
							</button>
							${
								hasRecipe(state)
									? html`<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${state.busy} @click=${() => develop(state, redraw)}>
											${t('plugins.develop')}
										</button>`
									: nothing
							}
							<span class="vg-muted">${dirty(state) ? t('plugins.unsaved') : nothing}</span>
						</p>`
					: nothing
			}`,
	);
}

const testsPanel = (state) => {
	const list = state.tested?.tests ?? state.plugin?.draft?.tests;
	return list ? panel('tests', t('plugins.tests'), tests(list, state.editor?.go)) : nothing;
};

/* What a trial tells of one cell more. */
const stepsBy = (again) => async (steps) => {
	try {
		return { graph: (await again(steps)).data.calculation };
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		return { failure };
	}
};

function tryPanel(state, redraw) {
	const run = async (body) => {
		state.trying = true;
		redraw();
		try {
			const source = state.editor.text();
			const again = (steps) => persist(() => post(where(state.id, 'run'), { ...body, source, steps }));
			const [{ data }, { steps }] = await Promise.all([again(), import('../lib/plugin-steps.js')]);
			const onPlan = data.data !== 'fixtures' && data.cells.length > 0;
			state.steps = null;
			if (data.finding) state.editor.mark(data.finding);
			/* only a trial on the plan is drawn: those who look at no other never fetch how */
			state.tried = {
				answer: data,
				drawn: onPlan && (await import('../lib/trial-charts.js').then(({ trialCharts }) => trialCharts(data))),
				steps: () => steps(state, stepsBy(again), redraw),
			};
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			state.tried = { failure };
		}
		state.trying = false;
		redraw();
	};
	const { tried } = state;
	return panel('try', t('plugins.try_title'), html`${tryForm(state, run, state.editor?.go, redraw)}${tried?.steps ? tried.steps() : nothing}`, { className: 'vg-no-print' });
}

function diffPanel(state, redraw) {
	const compare = async () => {
		Object.assign(state, { comparing: true, diffFailure: null });
		redraw();
		try {
			const [{ data }, { differences }] = await Promise.all([get(where(state.id, 'diff'), { plan: state.plan }), import('../lib/plugin-diff.js')]);
			Object.assign(state, { diff: data, differences });
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			state.diffFailure = failure;
		}
		state.comparing = false;
		redraw();
	};
	const about = state.plugin.draft.metadata ?? state.judgement?.metadata ?? state.plugin.metadata ?? {};
	return panel(
		'changes',
		t('plugins.changes'),
		html`<p class="vg-buttons">
				<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${state.comparing} @click=${compare}>
					${t(state.comparing ? 'plugins.comparing' : state.plugin.version ? 'plugins.compare' : 'plugins.compare_new')}
				</button>
			</p>
			${state.diffFailure ? failureAlert(state.diffFailure) : nothing}
			${state.diff ? state.differences(state.diff, about, state.editor?.go) : nothing}`,
	);
}

const refusal = ({ failure }) =>
	failure
		? html`<div id="refused" tabindex="-1">
				${failureAlert(failure, t('plugins.not_done'))}
				${
					failure.status === 409 && failure.problem.errors?.length > 1
						? html`<ul class="vg-bullets">
								${failure.problem.errors.map(({ detail }) => html`<li>${fine(detail)}</li>`)}
							</ul>`
						: nothing
				}
			</div>`
		: nothing;

/* What may be done next, by whom; what may not is said rather than hidden. */
function steps(state, redraw) {
	const { plugin, analyst, judge: judges } = state;
	const draft = plugin?.draft;
	const step = (word, said, body) => act(state, () => post(where(state.id, word), body, { etag: state.etag }), said, redraw);
	const button = (word, said, kind = '') =>
		html`<button type="button" class="fr-btn ${kind}" ?disabled=${state.busy} @click=${() => step(word, said)}>
			${t(`plugins.do.${word}`)}
		</button>`;
	const review = async () => {
		if ((!dirty(state) && draft) || (await save(state, redraw))) await step('review', 'plugins.in_review');
	};
	const giveBack = (event) => {
		event.preventDefault();
		step('return', 'plugins.returned', { reason: new FormData(event.currentTarget).get('reason').trim() });
	};
	const end = (event) => {
		event.preventDefault();
		const reason = new FormData(event.currentTarget).get('reason').trim();
		step(event.submitter.value, 'plugins.ended', reason ? { reason } : {});
	};
	const endable = judges && ['published', 'deprecated', 'quarantined'].includes(plugin?.state);
	return panel(
		'steps',
		t('plugins.steps'),
		html`${refusal(state)}
			${draft ? html`<p>${stateBadge(draft.state)} ${t('plugins.draft_of', { name: draft.author.name, at: instant(draft.saved_at) })}</p>` : nothing}
			${draft?.approved_by ? html`<p>${t('plugins.approved_by', { name: draft.approved_by.name, at: instant(draft.approved_at) })}</p>` : nothing}
			<p class="vg-buttons">
				${
					writable(state) && (draft?.state === 'draft' || dirty(state))
						? html`<button type="button" class="fr-btn" ?disabled=${state.busy} @click=${review}>${t('plugins.do.review')}</button>`
						: nothing
				}
				${draft?.state === 'review' && !draft.mine && judges ? button('approve', 'plugins.approved') : nothing}
				${draft?.state === 'approved' && analyst ? button('publish', 'plugins.now_published') : nothing}
			</p>
			${
				draft && draft.state !== 'draft' && !draft.mine && judges
					? html`<form @submit=${giveBack}>
							<div class="fr-input-group">
								<label class="fr-label" for="return-reason">${t('plugins.return_reason')}</label>
								<textarea class="fr-input" id="return-reason" name="reason" rows="3" maxlength="1000" required></textarea>
							</div>
							<button class="fr-btn fr-btn--secondary" ?disabled=${state.busy}>${t('plugins.do.return')}</button>
						</form>`
					: nothing
			}
			${draft?.state === 'review' && draft.mine ? html`<p>${t('plugins.wait_second')}</p>` : nothing}
			${!draft && plugin?.state === 'published' ? html`<p>${t('plugins.is_published')}</p>` : nothing}
			${
				endable
					? html`<details class="vg-twin">
							<summary>${t('plugins.end')}</summary>
							<form class="vg-form" @submit=${end}>
							<div class="fr-input-group">
								<label class="fr-label" for="reason"
									>${t('plugins.reason')}
									${plugin.dependants.length ? html`<span class="fr-hint-text">${t('plugins.dependants', { list: plugin.dependants.join(', ') })}</span>` : nothing}</label
								>
								<input class="fr-input" id="reason" name="reason" maxlength="1000" />
							</div>
							${plugin.state === 'deprecated' ? nothing : html`<button class="fr-btn fr-btn--secondary" value="deprecate" ?disabled=${state.busy}>${t('plugins.do.deprecate')}</button>`}
							<button class="fr-btn fr-btn--secondary" value="retire" ?disabled=${state.busy}>${t('plugins.do.retire')}</button>
							</form>
						</details>`
					: nothing
			}`,
		{ className: 'vg-no-print vg-steps' },
	);
}

start({
	name: 'plugins',
	sheets: true,
	texts: { fr: () => import('texts:fr.plugins'), en: () => import('texts:en.plugins') },
	title: 'nav.plugins',
	async load({ session, plan }) {
		const state = { id: param('id') ?? '', plan, asked: 0, judgement: null, ...roles(session) };
		/* trials and differences are of the plan's figures */
		[state.about] = await Promise.all([plan ? readPlan(plan).catch(() => null) : null, read(state)]);
		state.saved = state.plugin?.draft?.source ?? state.plugin?.source ?? '';
		state.begin = state.saved || (await beginning(state.id));
		setTitle(state.plugin?.name ? fine(state.plugin.name) : state.id);
		return state;
	},
	async drawn(state, context, redraw) {
		const { luaEditor } = await import('../lib/lua-editor.js');
		state.editor = luaEditor(document.getElementById('editor'), {
			text: state.begin,
			label: t('plugins.editor'),
			onChange() {
				clearTimeout(state.timer);
				state.timer = setTimeout(() => writable(state) && judge(state, 'check', redraw), CHECK_MS);
			},
		});
		state.editor.lock(!writable(state));
		addEventListener('beforeunload', (event) => changed(state) && writable(state) && event.preventDefault());
		redraw();
	},
	view(state, context, redraw) {
		const { plugin, id } = state;
		const about = plugin?.draft?.metadata ?? plugin?.metadata;
		const watched = plugin?.kind === 'indicator' ? id : plugin?.metadata?.on?.split('@')[0];
		const name = about?.name?.[lang] ?? about?.name?.fr ?? id;
		return html`${state.about ? banners(state.about) : nothing}<div class="fr-container">
			<nav class="fr-breadcrumb" aria-label=${t('nav.trail')}>
				<ol>
					<li><a class="fr-link" href=${link('/plugins.html')}>${t('nav.plugins')}</a></li>
					<li aria-current="page">${id}</li>
				</ol>
			</nav>
			<div class="vg-top">
				<div>
					<h1>${fine(name)}</h1>
					<p class="vg-badges">
						${plugin ? html`${stateBadge(plugin.state)}${diskBadge(plugin.on_disk)}` : stateBadge('draft')}
						<span class="vg-muted"
							>${[plugin?.version, plugin?.owner ?? about?.owner].filter(Boolean).map(fine).join(' · ')}</span
						>
						${plugin?.version && watched ? html`<a class="fr-link" href=${link('/indicator.html', { id: watched })}>${t('plugins.see_values')}</a>` : nothing}
					</p>
				</div>
			</div>
			${plugin?.reason ? alert('info', t(`plugins.state.${plugin.state}`), fine(plugin.reason)) : nothing}
			${plugin?.draft?.returned ? alert('warning', t('plugins.returned_by', { name: plugin.draft.returned.by.name, at: instant(plugin.draft.returned.at) }), fine(plugin.draft.returned.reason)) : nothing}
			${plugin?.on_disk === 'modified' ? alert('warning', t('plugins.disk.modified'), t('plugins.disk_text')) : nothing}
			<div class="vg-action vg-plugin">
				<div class="vg-action__main">
					${editorPanel(state, redraw)}${testsPanel(state)}${state.analyst ? tryPanel(state, redraw) : nothing}
					${plugin?.draft && state.judge ? diffPanel(state, redraw) : nothing}
				</div>
				<div class="vg-action__side">
					${state.analyst || state.judge ? steps(state, redraw) : nothing}
					${plugin?.versions.length ? panel('versions', t('plugins.versions'), versions(plugin.versions)) : nothing}
				</div>
			</div>
		</div>`;
	},
});
