/*
 * Saying where an action stands.  The rules are shown as hints; the server decides, and its refusals come
 * back to their fields.  Nothing typed is lost: draft, ended session, conflict, silence.
 */
import { html, nothing } from 'lit-html';
import { bothVersions } from './both-versions.js';
import { live } from 'lit-html/directives/live.js';
import { t, fine } from './i18n.js';
import { instant, percent } from './format.js';
import { Failure, get, idempotencyKey, path, post } from './api.js';
import { alert, announce, confidenceText, statusBadge, statusText, CONFIDENCES } from './parts.js';
import { dayField } from './day-field.js';
import { icon, weather } from './icons.js';
import { dropDraft, keepDraft, readDraft } from './draft.js';
import { faults, groupClass, message, persist, summary } from './write.js';

const ORDER = ['not_started', 'in_progress', 'done', 'on_hold', 'carried_over', 'dropped'];
const FIELDS = ['status', 'progress', 'confidence', 'comment', 'done_on', 'reason', 'carried_to'];
const VALUES = [...FIELDS.slice(0, 6), 'carried_plan', 'carried_measure'];
const labels = () =>
	Object.fromEntries(FIELDS.map((name) => [name, { id: `r-${name}`, text: t(`report.${name}`) }]));

const initial = (item) => ({
	status: item.status ?? 'not_started',
	progress: item.progress ?? '',
	confidence: item.confidence ?? '',
	comment: '',
	done_on: item.done_on ?? '',
	reason: '',
	carried_plan: '',
	carried_measure: '',
});
const pick = (values) => Object.fromEntries(VALUES.map((name) => [name, values[name]]));
const draftKey = (form) => `${form.person}.${form.plan}.${form.number}.${form.target.key}`;

/* One form a page; `target` says for whom: the action itself or one deployment. */
export function reportForm({ person, plan, action, etag, targets, today, plans }) {
	const form = { person, plan: plan.code, number: action.number, targets, plans, today };
	aim(form, targets[0], action, etag);
	addEventListener('pagehide', () => form.dirty && keepDraft(draftKey(form), pick(form), true));
	return form;
}

function aim(form, target, item, etag) {
	Object.assign(form, {
		target,
		item,
		etag,
		...initial(item),
		errors: null,
		failure: null,
		conflict: null,
		dirty: false,
		restored: null,
		key: idempotencyKey(),
	});
	const draft = readDraft(draftKey(form));
	if (draft) Object.assign(form, pick({ ...initial(item), ...draft }), { restored: draft.at, dirty: true });
}

async function choose(form, key, redraw) {
	const target = form.targets.find((one) => one.key === key);
	if (form.dirty) keepDraft(draftKey(form), pick(form), true);
	try {
		const { data, etag } = await get(target.path);
		aim(form, target, data, etag);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		Object.assign(form, { failure, errors: null });
	}
	redraw();
}

function body(form) {
	const values = { status: form.status };
	const { territory, organisation } = form.target;
	if (territory) Object.assign(values, { territory, organisation });
	if (form.progress !== '') values.progress = Number(form.progress);
	if (form.confidence) values.confidence = form.confidence;
	if (form.comment.trim()) values.comment = form.comment.trim();
	if (form.status === 'done' && form.done_on) values.done_on = form.done_on;
	if (form.reason.trim()) values.reason = form.reason.trim();
	if (form.status === 'carried_over')
		values.carried_to = { plan: form.carried_plan, measure: form.carried_measure.trim() };
	return values;
}

/* saved(action, etag) is told of what the server keeps. */
async function submit(form, content, redraw, saved) {
	if (form.busy) return;
	Object.assign(form, { busy: true, errors: null, failure: null });
	redraw();
	const where = path('plans', form.plan, 'actions', form.number, 'status-reports');
	let done = null;
	try {
		done = await persist(() => post(where, content, { etag: form.etag, key: form.key }));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		refused(form, failure);
	}
	form.busy = false;
	if (done) {
		dropDraft(draftKey(form));
		form.dirty = false;
		announce(t('report.saved'));
		await saved(done, form);
	}
	redraw();
	const focus = done ? 'report-saved' : form.conflict ? 'conflict' : 'report-faults';
	document.getElementById(focus)?.focus();
}

function refused(form, failure) {
	if (form.dirty) keepDraft(draftKey(form), pick(form), true);
	/* After silence the same sending may have been recorded: it keeps its key. */
	if (failure.status !== 0 && failure.status !== 503) form.key = idempotencyKey();
	if (failure.status === 412 && failure.problem.current) {
		form.conflict = failure.problem.current;
		form.conflictTag = failure.etag ?? `"${failure.problem.current.version}"`;
		return;
	}
	form.failure = failure;
	if (failure.status === 422) form.errors = faults(failure, FIELDS);
}

/* Both versions side by side; either can be kept, and the typed one can be had back. */
function conflict(form, redraw, send) {
	const now = form.conflict;
	const rows = [
		['status', statusText(form.status), statusText(now.status)],
		[
			'progress',
			form.progress === '' ? t('progress.none') : percent(Number(form.progress)),
			now.progress === null ? t('progress.none') : percent(now.progress),
		],
		['confidence', confidenceText(form.confidence || null), confidenceText(now.confidence)],
		['comment', form.comment || t('state.none'), now.comment ? fine(now.comment) : t('state.none')],
	];
	const keepMine = () => {
		form.etag = form.conflictTag;
		form.conflict = null;
		send();
	};
	const takeTheirs = () => {
		const mine = pick(form);
		form.etag = form.conflictTag;
		Object.assign(form, { item: now, ...initial(now), conflict: null, mine });
		redraw();
		document.getElementById('r-comment').focus();
	};
	return html`<section class="vg-conflict" aria-labelledby="conflict">
		<h3 id="conflict" tabindex="-1">${icon('warning')} ${t('conflict.title')}</h3>
		<p>
			${now.reported_by ? t('conflict.by', { name: now.reported_by.name, at: instant(now.reported_at) }) : t('conflict.text')}
		</p>
		${bothVersions(
			t('conflict.title'),
			rows.map(([name, mine, theirs]) => [t(`report.${name}`), mine, theirs]),
			{ of: html`<span class="fr-sr-only">${t('conflict.field')}</span>`, mark: true },
		)}
		<div class="vg-buttons">
			<button type="button" class="fr-btn" @click=${keepMine}>${t('conflict.keep_mine')}</button
			><button type="button" class="fr-btn fr-btn--secondary" @click=${takeTheirs}>
				${t('conflict.take_theirs')}
			</button>
		</div>
	</section>`;
}

const choice = (name, value, current, picture, text, change) =>
	html`<div class="fr-radio-rich">
		<input
			type="radio"
			id="r-${name}-${value || 'none'}"
			name=${name}
			value=${value}
			.checked=${live(current === value)}
			@change=${change}
		/>
		<label class="fr-label" for="r-${name}-${value || 'none'}">${picture}<span>${text}</span></label>
	</div>`;

function progressField(form, set) {
	return html`<div class=${groupClass(form.errors, 'progress')}>
		<label class="fr-label" for="r-progress"
			>${t('report.progress')} <span class="fr-hint-text">${t('report.progress_hint')}</span></label
		>
		<div class="vg-percent">
			<input
				class="fr-input"
				type="number"
				id="r-progress"
				name="progress"
				min="0"
				max="100"
				step="1"
				inputmode="numeric"
				.value=${live(String(form.progress))}
				aria-describedby="r-progress-error"
				aria-invalid=${form.errors?.progress ? 'true' : nothing}
				@input=${set}
			/><span aria-hidden="true">%</span>
			<input
				class="vg-range"
				type="range"
				min="0"
				max="100"
				step="5"
				aria-label=${t('report.progress_slider')}
				.value=${live(String(form.progress || 0))}
				name="progress"
				@input=${set}
			/>
		</div>
		${message(form.errors, 'progress', 'r-progress')}
	</div>`;
}

function text(form, name, set, { rows, required, max, hint }) {
	const length = form[name].length;
	return html`<div class=${groupClass(form.errors, name)}>
		<label class="fr-label" for="r-${name}"
			>${t(`report.${name}`)}${required ? html` <span class="vg-required">${t('form.required')}</span>` : nothing}
			${hint ? html`<span class="fr-hint-text">${hint}</span>` : nothing}</label
		>
		<textarea
			class="fr-input"
			id="r-${name}"
			name=${name}
			rows=${rows}
			maxlength=${max}
			.value=${live(form[name])}
			aria-describedby="r-${name}-error r-${name}-count"
			aria-invalid=${form.errors?.[name] ? 'true' : nothing}
			@input=${set}
		></textarea>
		<p class="fr-hint-text vg-count" id="r-${name}-count">${t('form.count', { n: length, max })}</p>
		${message(form.errors, name, `r-${name}`)}
	</div>`;
}

const reason = (form, set) =>
	text(form, 'reason', set, { rows: 2, required: form.status === 'dropped', max: 1000 });

const doneOn = (form, set) =>
	html`<div class=${groupClass(form.errors, 'done_on')}>
		<label class="fr-label" for="r-done_on">${t('report.done_on')}</label>
		${dayField({
			id: 'r-done_on',
			name: 'done_on',
			value: form.done_on,
			max: form.today,
			describedby: 'r-done_on-error',
			invalid: form.errors?.done_on,
			change: (day, typed) => set({ target: { name: 'done_on', value: day ?? typed } }),
		})}
		${message(form.errors, 'done_on', 'r-done_on')}
	</div>`;

function carriedTo(form, set) {
	return html`<fieldset
		class=${groupClass(form.errors, 'carried_to')}
		id="r-carried_to"
		tabindex="-1"
		aria-describedby="r-carried_to-error"
	>
		<legend class="fr-label">${t('report.carried_to')}</legend>
		<div class="vg-pair">
			<div class="fr-input-group">
				<label class="fr-label" for="r-carried_plan">${t('report.carried_plan')}</label
				><input
					class="fr-input"
					id="r-carried_plan"
					name="carried_plan"
					list="r-plans"
					.value=${live(form.carried_plan)}
					@input=${set}
				/><datalist id="r-plans">
					${form.plans.map(({ code, title }) => html`<option value=${code}>${fine(title)}</option>`)}
				</datalist>
			</div>
			<div class="fr-input-group">
				<label class="fr-label" for="r-carried_measure">${t('report.carried_measure')}</label
				><input
					class="fr-input"
					id="r-carried_measure"
					name="carried_measure"
					.value=${live(form.carried_measure)}
					@input=${set}
				/>
			</div>
		</div>
		${message(form.errors, 'carried_to', 'r-carried_to')}
	</fieldset>`;
}

/* Choosing a status proposes what goes with it; the person may still type otherwise and read why not. */
function follow(form, status) {
	if (status === 'done') {
		form.progress = 100;
		form.done_on ||= form.today;
	} else if (status === 'not_started') form.progress = 0;
	else if (Number(form.progress) === 100)
		form.progress = form.item.progress === 100 ? '' : (form.item.progress ?? '');
}

export function reportView(form, redraw, saved) {
	const set = ({ target }) => {
		form[target.name] = target.value;
		if (target.name === 'status') follow(form, target.value);
		form.dirty = true;
		form.restored = null;
		form.justSaved = null;
		keepDraft(draftKey(form), pick(form));
		redraw();
	};
	const send = () => submit(form, body(form), redraw, saved);
	const nothingNew = () => {
		const { territory, organisation } = form.target;
		submit(form, { nothing_new: true, ...(territory && { territory, organisation }) }, redraw, saved);
	};
	const forget = () => {
		dropDraft(draftKey(form));
		aim(form, form.target, form.item, form.etag);
		redraw();
	};
	const giveBack = () => {
		Object.assign(form, form.mine, { mine: null, dirty: true });
		redraw();
	};
	return html`<div id="report-saved" tabindex="-1">
			${form.justSaved ? alert('success', t('report.saved'), t('report.saved_at', { at: instant(form.justSaved) })) : nothing}
		</div>
		${form.conflict ? conflict(form, redraw, send) : nothing}
		<form
			class="vg-form vg-report"
			novalidate
			@submit=${(event) => {
				event.preventDefault();
				send();
			}}
		>
			${summary('report-faults', form, labels())}
			${
				form.restored
					? html`<div class="fr-alert fr-alert--info">
							${icon('info')}
							<div>
								<p>${t('report.restored', { at: instant(form.restored) })}</p>
								<button type="button" class="fr-btn fr-btn--tertiary" @click=${forget}>
									${t('report.forget')}
								</button>
							</div>
						</div>`
					: nothing
			}
			${
				form.mine
					? html`<div class="fr-alert fr-alert--info">
							${icon('info')}
							<div>
								<p>${t('conflict.kept')}</p>
								<button type="button" class="fr-btn fr-btn--tertiary" @click=${giveBack}>
									${t('conflict.give_back')}
								</button>
							</div>
						</div>`
					: nothing
			}
			${
				form.targets.length > 1
					? html`<div class="fr-input-group">
							<label class="fr-label" for="r-target">${t('report.target')}</label
							><select
								class="fr-select"
								id="r-target"
								@change=${({ target }) => choose(form, target.value, redraw)}
							>
								${form.targets.map(({ key, label }) => html`<option value=${key} ?selected=${key === form.target.key}>${label}</option>`)}
							</select>
						</div>`
					: form.target.territory
						? html`<p class="vg-target">
								${t('report.for')} <strong>${form.target.label}</strong> ${statusBadge(form.item.status)}
								${form.item.progress === null ? nothing : html`<span class="vg-number">${percent(form.item.progress)}</span>`}
							</p>`
						: nothing
			}
			<div class="vg-nothing-new">
				<div>
					<p><strong>${t('report.nothing_new_title')}</strong></p>
					<p class="vg-muted">
						${form.item.reported_at ? t('report.last', { at: instant(form.item.reported_at), status: statusText(form.item.status) }) : t('report.never')}
					</p>
				</div>
				<button type="button" class="fr-btn fr-btn--secondary" ?disabled=${form.busy} @click=${nothingNew}>
					${icon('done')} ${t('report.nothing_new')}
				</button>
			</div>
			<fieldset
				class=${groupClass(form.errors, 'status')}
				id="r-status"
				tabindex="-1"
				aria-describedby="r-status-error"
			>
				<legend class="fr-label">${t('report.status')}</legend>
				<div class="vg-choices">
					${ORDER.map((status) => choice('status', status, form.status, icon(status), statusText(status), set))}
				</div>
				${message(form.errors, 'status', 'r-status')}
			</fieldset>
			${progressField(form, set)} ${form.status === 'done' ? doneOn(form, set) : nothing}
			${form.status === 'carried_over' ? carriedTo(form, set) : nothing}
			${form.status === 'dropped' || form.errors?.reason ? reason(form, set) : nothing}
			<fieldset
				class=${groupClass(form.errors, 'confidence')}
				id="r-confidence"
				tabindex="-1"
				aria-describedby="r-confidence-error"
			>
				<legend class="fr-label">
					${t('report.confidence')}<span class="fr-hint-text">${t('report.confidence_hint')}</span>
				</legend>
				<div class="vg-choices vg-choices--weather">
					${[...CONFIDENCES, ''].map((name) => choice('confidence', name, form.confidence, weather(name || 'none'), confidenceText(name || null), set))}
				</div>
				${message(form.errors, 'confidence', 'r-confidence')}
			</fieldset>
			${text(form, 'comment', set, { rows: 4, required: Boolean(form.confidence), max: 4000, hint: t('report.comment_hint') })}
			<div class="vg-buttons">
				<button class="fr-btn" ?disabled=${form.busy}>
					${t(form.busy ? 'form.saving' : 'report.submit')}</button
				><span class="vg-muted">${form.dirty ? t('report.draft') : nothing}</span>
			</div>
		</form>`;
}

/* After a saving: the form starts again from what the server now holds. */
export function rest(form, item, etag) {
	aim(form, form.target, item, etag);
	Object.assign(form, { justSaved: item.reported_at ?? new Date().toISOString(), mine: null });
}
