/*
 * What a coordinator expects of an indicator: setting a target, changing it, withdrawing it, each with its reason.
 * Fetched by the indicator's page for whoever coordinates.
 */
import { html, nothing } from 'lit-html';
import { bothVersions } from './both-versions.js';
import { t, fine, loadTexts } from './i18n.js';
import { instant, period } from './format.js';
import { all, Failure, get, path, post, put } from './api.js';
import { alert, announce, illustrative, panel } from './parts.js';
import { failureText } from './refusal.js';
import { faults, groupClass, message, persist, summary } from './write.js';

const LEVELS = ['national', 'region', 'department'];
const FIELDS = ['baseline.value', 'baseline.period', 'target.value', 'target.period', 'path', 'steps', 'source', 'reason'];
const idOf = (name) => `target-${name.replace('.', '-')}`;
const byId = (id) => document.getElementById(id);
const where = (state, ...more) => path('plans', state.plan.code, 'indicators', state.id, 'targets', ...more);

export const prepareTargets = () => loadTexts(false, { fr: () => import('texts:fr.goal'), en: () => import('texts:en.goal') });

/* "12,5" is a number; what is none goes as typed, and the server says what would be right. */
function number(text) {
	const plain = text.trim().replace(/[\s\u202f\u00a0]/g, '').replace(',', '.');
	return plain && Number.isFinite(Number(plain)) ? Number(plain) : text.trim() || undefined;
}
const written = (value) => (typeof value === 'number' ? String(value).replace('.', ',') : (value ?? ''));
const stepsText = (steps) => steps.map((step) => `${step.period} = ${written(step.value)}`).join('\n');
const readSteps = (text) =>
	text
		.split('\n')
		.filter((row) => row.trim())
		.map((row) => {
			const [when, ...rest] = row.split('=');
			return { period: when.trim(), value: number(rest.join('=')) };
		});

/* A target as the fields show it. */
const typedOf = (target) => ({
	'baseline.value': written(target?.baseline.value),
	'baseline.period': target?.baseline.period ?? '',
	'target.value': written(target?.target.value),
	'target.period': target?.target.period ?? '',
	path: target?.path ?? 'linear',
	steps: stepsText(target?.steps ?? []),
	source: target?.source ?? '',
	illustrative: target?.origin === 'illustrative',
	reason: '',
});

function readTyped() {
	const form = new FormData(byId('target-fields'));
	return {
		...Object.fromEntries(FIELDS.map((name) => [name, form.get(name) ?? ''])),
		illustrative: form.get('illustrative') !== null,
	};
}

const bodyOf = (typed, changes) => ({
	baseline: { value: number(typed['baseline.value']), period: typed['baseline.period'].trim() },
	target: { value: number(typed['target.value']), period: typed['target.period'].trim() },
	path: typed.path,
	steps: typed.path === 'stepped' ? readSteps(typed.steps) : [],
	source: typed.source.trim(),
	origin: typed.illustrative ? 'illustrative' : 'published',
	...(changes ? { reason: typed.reason.trim() } : {}),
});

async function openForm(state, territory, redraw) {
	let current = null;
	try {
		current = (await get(where(state, territory))).data;
	} catch (failure) {
		if (failure.status !== 404) throw failure;
	}
	state.goal = { territory, current, typed: typedOf(current) };
	redraw();
	byId('target-form')?.focus();
}

/* What the page shows of it, read again. */
async function reread(state) {
	const [targets, { data: about }] = await Promise.all([
		all(where(state)),
		get(path('plans', state.plan.code, 'indicators', state.id), { territory: 'FR' }),
	]);
	Object.assign(state, { targets, about, trend: about.cells });
}

/* The same fault of several steps is said once. */
function once(failure) {
	const told = new Set();
	const fresh = ({ pointer = '', detail }) => {
		const key = `${pointer.replace(/\/steps\/.*/, '/steps')} ${detail}`;
		return !told.has(key) && told.add(key);
	};
	return { problem: { errors: failure.problem.errors.filter(fresh) } };
}

async function write(state, work, said, redraw) {
	const { goal } = state;
	Object.assign(goal, { busy: true, errors: null, failure: null, refused: null, conflict: null });
	redraw();
	try {
		await persist(work);
		await reread(state);
		state.goal = null;
		state.goalSaid = said;
		announce(said);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		/* 428: there was none when the form was opened */
		const current = failure.status === 428 ? (await get(where(state, goal.territory))).data : failure.status === 412 ? failure.problem.current : null;
		if (current) goal.conflict = { current, work, said };
		else if (goal.withdrawing) goal.refused = failure.problem?.errors?.map(({ detail }) => detail).join(' ') || failureText(failure);
		else if (failure.problem?.errors?.length) goal.errors = faults(once(failure), FIELDS);
		else goal.failure = failure;
		goal.busy = false;
	}
	redraw();
	byId(!state.goal ? 'target-form' : goal.conflict ? 'target-conflict' : goal.withdrawing ? 'target-withdraw-failed' : 'target-faults')?.focus();
}

const versionOf = ({ current }) => (current ? `"${current.version}"` : undefined);

function save(state, redraw) {
	const { goal } = state;
	goal.typed = readTyped();
	return write(
		state,
		(etag = versionOf(goal)) => put(where(state, goal.territory), bodyOf(goal.typed, Boolean(goal.current)), { etag }),
		t('goal.saved'),
		redraw,
	);
}

function withdraw(state, redraw) {
	const { goal } = state;
	goal.typed = readTyped();
	goal.typed.withdrawal = byId('target-withdrawal').value;
	return write(
		state,
		(etag = versionOf(goal)) => post(where(state, goal.territory, 'withdrawal'), { reason: goal.typed.withdrawal.trim() }, { etag }),
		t('goal.withdrawn'),
		redraw,
	);
}

/* ---------------------------------------------------------------- what is shown */

const LABELS = () => ({
	'baseline.value': t('goal.baseline_value'),
	'baseline.period': t('goal.baseline_period'),
	'target.value': t('goal.target_value'),
	'target.period': t('goal.target_period'),
	path: t('figures.path'),
	steps: t('goal.steps'),
	source: t('goal.source'),
	reason: t('goal.reason'),
});

const field = ({ goal }, name, { hint, rows } = {}) =>
	html`<div class=${groupClass(goal.errors, name)}>
		<label class="fr-label" for=${idOf(name)}>${LABELS()[name]}${hint ? html` <span class="fr-hint-text">${hint}</span>` : nothing}</label>
		${
			rows
				? html`<textarea class="fr-input" id=${idOf(name)} name=${name} rows=${rows} maxlength="1000" aria-describedby="${idOf(name)}-error" .value=${goal.typed[name]}></textarea>`
				: html`<input class="fr-input" id=${idOf(name)} name=${name} autocomplete="off" inputmode=${name.endsWith('value') ? 'decimal' : nothing} aria-describedby="${idOf(name)}-error" .value=${goal.typed[name]} />`
		}
		${message(goal.errors, name, idOf(name))}
	</div>`;

function pathField(state, redraw) {
	const { goal } = state;
	const choose = (value) => () => {
		goal.typed = { ...readTyped(), path: value };
		redraw();
	};
	const one = (value) =>
		html`<div class="fr-radio-rich">
			<input type="radio" id="target-path-${value}" name="path" value=${value} .checked=${goal.typed.path === value} @change=${choose(value)} /><label class="fr-label" for="target-path-${value}"
				>${t(`goal.path.${value}`)}</label
			>
		</div>`;
	return html`<fieldset class="fr-fieldset" id="target-path">
			<legend class="fr-label">${t('figures.path')}</legend>
			<div class="vg-asks">${one('linear')}${one('stepped')}</div>
		</fieldset>
		${goal.typed.path === 'stepped' ? field(state, 'steps', { hint: t('goal.steps_hint'), rows: 4 }) : nothing}`;
}

function conflict(state, redraw) {
	const { goal } = state;
	if (!goal.conflict) return nothing;
	const { current, work, said } = goal.conflict;
	const mine = goal.typed;
	const theirs = typedOf(current);
	const labels = LABELS();
	const show = (typed, name) => (name === 'path' ? t(`figures.path.${typed.path}`) : typed[name]) || '–';
	const rows = FIELDS.filter((name) => name !== 'reason').map((name) => [labels[name], show(mine, name), show(theirs, name)]);
	return html`<div id="target-conflict" tabindex="-1">
		${alert(
			'warning',
			t('goal.conflict'),
			t('conflict.by', { name: current.set_by?.name ?? t('figures.target_system'), at: instant(current.set_at) }),
			html`${current.reason ? html`<p class="vg-quote">${fine(current.reason)}</p>` : nothing}
				${current.withdrawn_at ? html`<p>${t('goal.is_withdrawn', { at: instant(current.withdrawn_at) })}</p>` : nothing}
				${bothVersions(t('goal.conflict'), rows, { mark: true })}
				<p class="vg-buttons">
					<button type="button" class="fr-btn" ?disabled=${goal.busy} @click=${() => {
						Object.assign(goal, { current, typed: { ...goal.typed, ...readTyped() } });
						write(state, () => work(`"${current.version}"`), said, redraw);
					}}>
						${t(goal.withdrawing ? 'goal.withdraw_still' : 'conflict.keep_mine')}
					</button>
					<button type="button" class="fr-btn fr-btn--secondary" @click=${() => {
						state.goal = { territory: goal.territory, current, typed: theirs };
						redraw();
						byId('target-form')?.focus();
					}}>
						${t('conflict.take_theirs')}
					</button>
				</p>`,
		)}
	</div>`;
}

function withdrawal(state, redraw) {
	const { goal } = state;
	if (!goal.current || goal.current.withdrawn_at) return nothing;
	return html`<details class="vg-twin" ?open=${Boolean(goal.withdrawing)} @toggle=${({ currentTarget }) => (goal.withdrawing = currentTarget.open)}>
		<summary>${t('goal.withdraw')}</summary>
		<div class="vg-form">
			<p class="vg-small">${t('goal.withdraw_about')}</p>
			<div id="target-withdraw-failed" tabindex="-1">
				${goal.refused ? alert('error', t('form.not_saved'), goal.refused) : nothing}
			</div>
			<div class="fr-input-group">
				<label class="fr-label" for="target-withdrawal">${t('goal.withdraw_reason')}</label>
				<textarea class="fr-input" id="target-withdrawal" rows="2" maxlength="1000" .value=${goal.typed.withdrawal ?? ''}></textarea>
			</div>
			<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${goal.busy} @click=${() => withdraw(state, redraw)}>${t('goal.withdraw')}</button>
		</div>
	</details>`;
}

function form(state, redraw) {
	const { goal, names } = state;
	const labels = LABELS();
	const place = t('map.place', { name: names.get(goal.territory) ?? goal.territory, code: goal.territory });
	const submit = (event) => {
		event.preventDefault();
		goal.withdrawing = false;
		save(state, redraw);
	};
	return html`<div class="vg-form">
		<h3>${t(goal.current ? 'goal.change_of' : 'goal.new_of', { place })}</h3>
		${goal.current?.withdrawn_at ? alert('info', t('goal.is_withdrawn', { at: instant(goal.current.withdrawn_at) }), fine(goal.current.reason ?? '')) : nothing}
		${conflict(state, redraw)}
		${summary('target-faults', goal, Object.fromEntries(FIELDS.map((name) => [name, { id: idOf(name), text: labels[name] }])))}
		<form id="target-fields" class="vg-form" novalidate @submit=${submit}>
			<div class="vg-asks">${field(state, 'baseline.value', { hint: state.about.unit })}${field(state, 'baseline.period', { hint: t('goal.period_hint') })}</div>
			<div class="vg-asks">${field(state, 'target.value', { hint: state.about.unit })}${field(state, 'target.period', { hint: t('goal.period_hint') })}</div>
			${pathField(state, redraw)} ${field(state, 'source', { hint: t('goal.source_hint'), rows: 2 })}
			<div class="fr-checkbox-group">
				<input type="checkbox" id="target-illustrative" name="illustrative" .checked=${goal.typed.illustrative} /><label class="fr-label" for="target-illustrative">${t('goal.illustrative')}</label>
			</div>
			${goal.current ? field(state, 'reason', { hint: t('goal.reason_hint'), rows: 2 }) : nothing}
			<p class="vg-buttons">
				<button class="fr-btn" ?disabled=${goal.busy}>${t(goal.current ? 'goal.change' : 'goal.set')}</button>
				<button type="button" class="fr-btn fr-btn--tertiary" @click=${() => {
					state.goal = null;
					redraw();
					byId('target-form')?.focus();
				}}>${t('form.cancel')}</button>
			</p>
		</form>
		${withdrawal(state, redraw)} ${history(state)}
	</div>`;
}

/* What it was before, with why it changed. */
const history = ({ goal }) =>
	goal.current?.history.length
		? html`<details class="vg-thread">
				<summary>${t('goal.history', { n: goal.current.history.length })}</summary>
				<ol class="vg-timeline">
					${goal.current.history.map(
						(one) =>
							html`<li>
								<p class="vg-timeline__head"><time datetime=${one.set_at}>${instant(one.set_at)}</time> ${one.set_by?.name ?? t('figures.target_system')}</p>
								<p>${t('goal.was', { from: written(one.baseline.value), since: period(one.baseline.period), to: written(one.target.value), by: period(one.target.period) })} ${illustrative(one.origin)}</p>
								${one.reason ? html`<p class="vg-text-block">${fine(one.reason)}</p>` : nothing}
							</li>`,
					)}
				</ol>
			</details>`
		: nothing;

const choosable = ({ about, places }) =>
	places.filter(({ level }) => about.levels?.includes(level)).sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.code.localeCompare(b.code));

export function targetForm(state, redraw) {
	const { goal, targets, names } = state;
	const has = new Set(targets.map(({ territory }) => territory));
	const open = (event) => {
		event.preventDefault();
		state.goalSaid = null;
		openForm(state, new FormData(event.currentTarget).get('territory'), redraw);
	};
	const name = (code) => `${t('map.place', { name: names.get(code) ?? code, code })}${has.has(code) ? ` – ${t('goal.has')}` : ''}`;
	return panel(
		'target-form',
		t('goal.title'),
		html`${state.goalSaid ? alert('success', state.goalSaid, null) : nothing}
			${
				goal
					? form(state, redraw)
					: html`<form class="vg-ask" @submit=${open}>
							<div class="fr-input-group">
								<label class="fr-label" for="target-place">${t('figures.territory')}</label>
								<select class="fr-select" id="target-place" name="territory">
									${choosable(state).map(({ code }) => html`<option value=${code}>${name(code)}</option>`)}
								</select>
							</div>
							<button class="fr-btn fr-btn--secondary">${t('goal.open')}</button>
						</form>`
			}`,
		{ className: 'vg-no-print' },
	);
}
