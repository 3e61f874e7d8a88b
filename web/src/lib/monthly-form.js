/*
 * Answering for a month.  What is typed is saved on the server as typed, a moment after the last key; until the server
 * has it, this browser keeps it.  A conflict, an ended session, silence or a refusal lose nothing.
 */
import { html, nothing } from 'lit-html';
import { bothVersions } from './both-versions.js';
import { live } from 'lit-html/directives/live.js';
import { t, fine } from './i18n.js';
import { instant } from './format.js';
import { Failure, post } from './api.js';
import { alert, announce } from './parts.js';
import { icon } from './icons.js';
import { dropDraft, keepDraft, readDraft } from './draft.js';
import { failureAlert, failureText } from './refusal.js';
import { faults, groupClass, message, persist, summary } from './write.js';
import { before, bySeries, remarks, thread } from './figure-thread.js';
import { UNKNOWN, figureKey as key, figureName, isAsked as isOpen, putDraft, said, stateBadge, unitPath } from './monthly.js';

const PAUSE = 900;
const unit = ({ territory, organisation }) => ({ territory, organisation: organisation.code });
const localKey = ({ person, plan, report }) =>
	`${person}.${plan}.${report.period}.${report.territory}.${report.organisation.code}`;
const pick = ({ typed, unknown, confirmed, comment }) => ({ typed, unknown, confirmed, comment });
const stopped = ({ findings }) => findings.some(({ level }) => level === 'stop');
const sendable = ({ report }) =>
	!report.closed_at &&
	report.may.answer &&
	(['expected', 'draft', 'returned'].includes(report.state) || (report.state === 'submitted' && report.nothing_new));

/* What the server has of the draft, by figure. */
function fromDraft(report) {
	const typed = {};
	const unknown = {};
	const confirmed = {};
	for (const item of report.draft?.figures ?? []) {
		if (item.typed) typed[key(item)] = item.typed;
		if (item.state === 'missing') unknown[key(item)] = true;
		if (item.confirmed) confirmed[key(item)] = item.confirmed;
	}
	return { typed, unknown, confirmed, comment: report.draft?.comment ?? report.comment ?? '' };
}

function aim(form, report, etag) {
	Object.assign(form, { report, etag, ...fromDraft(report), dirty: false, conflict: null, errors: null, failure: null });
}

export function monthlyForm({ person, plan, report, etag }) {
	const form = { person, plan, queue: Promise.resolve(), revising: null };
	aim(form, report, etag);
	const local = sendable(form) ? readDraft(localKey(form)) : null;
	if (local) Object.assign(form, { ...pick({ confirmed: {}, ...local }), dirty: true, restored: true });
	addEventListener('pagehide', () => form.dirty && keepDraft(localKey(form), pick(form), true));
	return form;
}

const body = (form) => ({
	figures: form.report.figures.filter(isOpen).map((figure) => {
		const name = key(figure);
		const item = { series: figure.series, dims: figure.dims };
		if (form.unknown[name]) return { ...item, state: 'missing', reason: UNKNOWN };
		return { ...item, typed: form.typed[name]?.trim() || null, confirmed: form.confirmed[name]?.trim() || null };
	}),
	comment: form.comment.trim() || null,
});

/* ---------------------------------------------------------------- saving */

/* Writes follow each other: each one needs the version that the one before made. */
function inTurn(form, work) {
	const turn = form.queue.then(work, work);
	form.queue = turn.catch(() => {});
	return turn;
}

const isConflict = (failure) => failure.status === 412 && failure.problem.current;

function meet(form, failure) {
	form.conflict = failure.problem.current;
	form.conflictTag = failure.etag ?? `"${failure.problem.current.version}"`;
}

const putTyped = (form) =>
	inTurn(form, async () => {
		const content = body(form);
		const { data: report, etag } = await putDraft(form.plan, form.report, content, form.etag);
		Object.assign(form, { report, etag, savedAt: report.draft.saved_at, unsaved: null });
		if (JSON.stringify(body(form)) === JSON.stringify(content)) {
			form.dirty = false;
			dropDraft(localKey(form));
		}
	});

/* Saved quietly while typing: what goes wrong is said beside the button, and tried again with the next key. */
async function saveDraft(form, redraw) {
	if (!form.dirty || form.conflict || form.busy) return;
	try {
		await putTyped(form);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (isConflict(failure)) meet(form, failure);
		else form.unsaved = failureText(failure);
	}
	redraw();
}

function changed(form, redraw) {
	Object.assign(form, { dirty: true, restored: false, done: null });
	keepDraft(localKey(form), pick(form));
	clearTimeout(form.timer);
	form.timer = setTimeout(() => saveDraft(form, redraw), PAUSE);
	redraw();
}

/* ---------------------------------------------------------------- sending */

const FIELDS = ['value', 'reason', 'confirmed'];
const known = ({ report }) => [...report.figures.flatMap((_, at) => FIELDS.map((name) => `figures.${at}.${name}`)), 'reason', 'confirmed'];
const labels = ({ report }) =>
	Object.fromEntries([
		...report.figures.map((figure, at) => [`figures.${at}.value`, { id: `f-${at}`, text: figureName(figure) }]),
		...report.figures.map((figure, at) => [`figures.${at}.confirmed`, { id: `f-${at}-word`, text: figureName(figure) }]),
		['confirmed', { id: 'v-word', text: t('monthly.confirm') }],
		['reason', { id: 'v-reason', text: t('monthly.why') }],
	]);

/* work(report's address) → the report as it is afterwards. */
async function act(form, redraw, text, work) {
	if (form.busy) return;
	clearTimeout(form.timer);
	Object.assign(form, { busy: true, errors: null, failure: null, done: null });
	redraw();
	try {
		const { data, etag } = await persist(() => work(unitPath(form.plan, form.report.period, unit(form.report))));
		dropDraft(localKey(form));
		aim(form, data, etag);
		Object.assign(form, { done: text, revising: null });
		announce(text);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (form.dirty) keepDraft(localKey(form), pick(form), true);
		if (isConflict(failure)) meet(form, failure);
		else Object.assign(form, { failure, errors: failure.status === 422 ? faults(failure, known(form)) : null });
	}
	form.busy = false;
	redraw();
	document.getElementById(form.conflict ? 'conflict' : form.done ? 'monthly-done' : 'monthly-faults')?.focus();
}

const send = (form, redraw) =>
	act(form, redraw, t('monthly.sent'), async (where) => {
		await putTyped(form);
		return post(`${where}/submit`, undefined, { etag: form.etag });
	});

const nothingNew = (form, redraw) =>
	act(form, redraw, t('monthly.sent_nothing_new'), (where) =>
		post(`${where}/nothing-new`, undefined, { etag: form.etag }),
	);

function revise(form, redraw, figure) {
	const { typed, reason, word } = form.revising;
	return act(form, redraw, t('monthly.revised'), (where) =>
		post(
			`${where}/revise`,
			{
				figure: { series: figure.series, dims: figure.dims },
				typed: typed.trim() || null,
				reason: reason.trim() || null,
				confirmed: word.trim() || null,
			},
			{ etag: form.etag },
		),
	);
}

/* ---------------------------------------------------------------- showing */

function conflict(form, redraw) {
	const theirs = fromDraft(form.conflict);
	const by = form.conflict.draft?.saved_by ?? form.conflict.submitted_by;
	const rows = form.report.figures
		.filter(isOpen)
		.map((figure) => [figureName(figure), form.typed[key(figure)] || '–', theirs.typed[key(figure)] || '–'])
		.filter(([, a, b]) => a !== b);
	const keepMine = () => {
		Object.assign(form, { report: form.conflict, etag: form.conflictTag, conflict: null, dirty: true });
		redraw();
		saveDraft(form, redraw);
		document.getElementById('monthly').focus();
	};
	const takeTheirs = () => {
		const mine = pick(form);
		aim(form, form.conflict, form.conflictTag);
		form.mine = mine;
		dropDraft(localKey(form));
		redraw();
		document.getElementById('monthly').focus();
	};
	return html`<section class="vg-conflict" aria-labelledby="conflict">
		<h3 id="conflict" tabindex="-1">${icon('warning')} ${t('monthly.conflict')}</h3>
		<p>${by ? t('monthly.conflict_by', { name: by.name }) : t('conflict.text')}</p>
		${rows.length ? bothVersions(t('monthly.conflict'), rows, { of: t('monthly.figure') }) : nothing}
		<div class="vg-buttons">
			<button type="button" class="fr-btn" @click=${keepMine}>${t('conflict.keep_mine')}</button
			><button type="button" class="fr-btn fr-btn--secondary" @click=${takeTheirs}>
				${t('conflict.take_theirs')}
			</button>
		</div>
	</section>`;
}

/* What a rule stops is sent with a word of whoever answers; what is typed again is to be confirmed again. */
function word(form, figure, redraw) {
	const name = key(figure);
	const id = `f-${figure.at}-word`;
	const field = `figures.${figure.at}.confirmed`;
	if (!stopped(figure) && !form.errors?.[field]) return nothing;
	return html`<div class=${groupClass(form.errors, field)}>
		<label class="fr-label" for=${id}>${t('monthly.confirm')}<span class="fr-sr-only"> ${figureName(figure)}</span></label
		><textarea
			class="fr-input vg-full"
			id=${id}
			rows="2"
			maxlength="1000"
			.value=${live(form.confirmed[name] ?? '')}
			aria-describedby="${id}-error"
			aria-invalid=${form.errors?.[field] ? 'true' : nothing}
			@input=${({ target }) => {
				form.confirmed[name] = target.value;
				changed(form, redraw);
			}}
		></textarea>
		${message(form.errors, field, id)}
	</div>`;
}

function openFigure(form, figure, redraw) {
	const name = key(figure);
	const id = `f-${figure.at}`;
	const field = `figures.${figure.at}.value`;
	const remark = figure.state === 'returned' ? figure.thread.at(-1)?.remark : null;
	return html`<div class="vg-asked ${groupClass(form.errors, field)}">
		<label class="fr-label" for=${id}>${figure.label ?? fine(figure.name)}</label>
		${
			remark
				? html`<p class="vg-returned" id="${id}-remark">
						${icon('warning')} ${t('monthly.returned', { value: figure.value ?? '–', remark: fine(remark) })}
					</p>`
				: nothing
		}
		<div class="vg-asked__row">
			<input
				class="fr-input"
				id=${id}
				inputmode="decimal"
				autocomplete="off"
				maxlength="100"
				.value=${live(form.typed[name] ?? '')}
				?disabled=${form.unknown[name]}
				aria-describedby="${id}-before ${id}-error${remark ? ` ${id}-remark` : ''}${figure.findings.length ? ` ${id}-said` : ''}"
				aria-invalid=${form.errors?.[field] ? 'true' : nothing}
				@input=${({ target }) => {
					form.typed[name] = target.value;
					delete form.confirmed[name];
					changed(form, redraw);
				}}
			/>
			<span class="fr-checkbox-group"
				><input
					type="checkbox"
					id="${id}-unknown"
					aria-label=${t('monthly.unknown_of', { name: figureName(figure) })}
					.checked=${live(Boolean(form.unknown[name]))}
					@change=${({ target }) => {
						form.unknown[name] = target.checked;
						changed(form, redraw);
					}}
				/><label class="fr-label" for="${id}-unknown">${t('monthly.unknown')}</label></span
			>
		</div>
		<p class="fr-hint-text" id="${id}-before">${before(figure, form.report.period)}</p>
		${message(form.errors, field, id)} ${remarks(figure, `${id}-said`)} ${word(form, figure, redraw)}
	</div>`;
}

function reviseForm(form, figure, redraw) {
	const set = ({ target }) => {
		form.revising[target.name] = target.value;
	};
	return html`<div class="vg-inline vg-form">
		<div class="fr-input-group">
			<label class="fr-label" for="v-typed">${t('monthly.new_value')}</label
			><input class="fr-input" id="v-typed" name="typed" inputmode="decimal" autocomplete="off" @input=${set} />
		</div>
		<div class=${groupClass(form.errors, 'reason')}>
			<label class="fr-label" for="v-reason"
				>${t('monthly.why')} <span class="vg-required">${t('form.required')}</span></label
			><textarea
				class="fr-input"
				id="v-reason"
				name="reason"
				rows="2"
				maxlength="1000"
				aria-describedby="v-reason-error"
				@input=${set}
			></textarea>
			${message(form.errors, 'reason', 'v-reason')}
		</div>
		${
			form.errors?.confirmed || form.revising.word
				? html`<div class=${groupClass(form.errors, 'confirmed')}>
						<label class="fr-label" for="v-word">${t('monthly.confirm')}</label
						><textarea
							class="fr-input"
							id="v-word"
							name="word"
							rows="2"
							maxlength="1000"
							aria-describedby="v-word-error"
							@input=${set}
						></textarea>
						${message(form.errors, 'confirmed', 'v-word')}
					</div>`
				: nothing
		}
		<div class="vg-buttons">
			<button type="button" class="fr-btn" ?disabled=${form.busy} @click=${() => revise(form, redraw, figure)}>
				${t('monthly.revise')}</button
			><button
				type="button"
				class="fr-btn fr-btn--secondary"
				@click=${() => {
					form.revising = null;
					redraw();
				}}
			>
				${t('form.cancel')}
			</button>
		</div>
	</div>`;
}

function standing(form, figure, redraw) {
	const { report } = form;
	const may = report.may.answer && figure.answer && ['submitted', 'validated'].includes(report.state);
	const begin = () => {
		form.revising = { at: figure.at, typed: '', reason: '', word: '' };
		redraw();
		document.getElementById('v-typed').focus();
	};
	return html`<div class="vg-asked">
		<p class="fr-label">${figure.label ?? fine(figure.name)}</p>
		<p class="vg-asked__row">${said(figure.answer ? figure : null)} ${figure.answer ? stateBadge(figure) : nothing}</p>
		<p class="fr-hint-text">${before(figure, report.period)}</p>
		${remarks(figure, nothing, figure.confirmed)} ${thread(figure)}
		${
			form.revising?.at === figure.at
				? reviseForm(form, figure, redraw)
				: may
					? html`<button type="button" class="fr-btn fr-btn--tertiary" id="f-${figure.at}" @click=${begin}>
							${t('monthly.revise')}<span class="fr-sr-only"> ${figureName(figure)}</span>
						</button>`
					: nothing
		}
	</div>`;
}

const figures = (form, redraw) =>
	bySeries(form.report.figures).map(
		(series) =>
			html`<fieldset class="vg-series">
				<legend>
					<strong>${fine(series.name)}</strong> <span class="vg-muted">(${series.unit})</span>
					${series.note ? html`<span class="fr-hint-text vg-block">${fine(series.note)}</span>` : nothing}
				</legend>
				<div class="vg-asks">
					${series.rows.map((figure) => (sendable(form) && isOpen(figure) ? openFigure(form, figure, redraw) : standing(form, figure, redraw)))}
				</div>
			</fieldset>`,
	);

function status(form) {
	if (form.unsaved) return html`<span class="fr-error-text">${t('monthly.unsaved', { why: form.unsaved })}</span>`;
	if (form.dirty) return t('monthly.saving');
	const at = form.savedAt ?? form.report.draft?.saved_at;
	return at ? t('monthly.draft_saved', { at: instant(at) }) : nothing;
}

const comment = (form, redraw) =>
	html`<div class="fr-input-group">
		<label class="fr-label" for="m-comment"
			>${t('monthly.comment')} <span class="fr-hint-text">${t('monthly.comment_hint')}</span></label
		><textarea
			class="fr-input"
			id="m-comment"
			rows="3"
			maxlength="4000"
			.value=${live(form.comment)}
			@input=${({ target }) => {
				form.comment = target.value;
				changed(form, redraw);
			}}
		></textarea>
	</div>`;

const giveBack = (form, redraw) =>
	html`<div class="fr-alert fr-alert--info">
		${icon('info')}
		<div>
			<p>${t('conflict.kept')}</p>
			<button
				type="button"
				class="fr-btn fr-btn--tertiary"
				@click=${() => {
					Object.assign(form, form.mine, { mine: null });
					changed(form, redraw);
				}}
			>
				${t('conflict.give_back')}
			</button>
		</div>
	</div>`;

export function monthlyView(form, redraw) {
	const { report } = form;
	const may = sendable(form);
	const first = report.figures.every(({ state }) => state === 'expected');
	return html`<div id="monthly-done" tabindex="-1">${form.done ? alert('success', form.done) : nothing}</div>
		${report.nothing_new ? alert('info', t('monthly.is_nothing_new')) : nothing}
		${report.exempt_reason ? alert('info', t('monthly.exempt'), fine(report.exempt_reason)) : nothing}
		${form.conflict ? conflict(form, redraw) : nothing}
		<form
			class="vg-form vg-answers"
			novalidate
			@submit=${(event) => {
				event.preventDefault();
				send(form, redraw);
			}}
		>
			${summary('monthly-faults', form, labels(form))}
			${form.errors && form.failure?.status !== 422 ? failureAlert(form.failure) : nothing}
			${form.restored ? alert('info', t('monthly.restored')) : nothing} ${form.mine ? giveBack(form, redraw) : nothing}
			${
				may && first
					? html`<div class="vg-nothing-new vg-no-print">
							<div>
								<p><strong>${t('monthly.nothing_new_title')}</strong></p>
								<p class="vg-muted">${t('monthly.nothing_new_text')}</p>
							</div>
							<button
								type="button"
								class="fr-btn fr-btn--secondary"
								?disabled=${form.busy}
								@click=${() => nothingNew(form, redraw)}
							>
								${icon('done')} ${t('report.nothing_new')}
							</button>
						</div>`
					: nothing
			}
			${figures(form, redraw)}
			${
				may
					? html`${comment(form, redraw)}
							<div class="vg-buttons">
								<button class="fr-btn" ?disabled=${form.busy}>${t(form.busy ? 'form.saving' : 'monthly.send')}</button
								><span class="vg-muted" id="monthly-status">${status(form)}</span>
							</div>`
					: report.comment
						? html`<p class="vg-text-block vg-quote">${fine(report.comment)}</p>`
						: nothing
			}
		</form>`;
}
