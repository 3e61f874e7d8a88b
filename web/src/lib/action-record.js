/*
 * What stands behind an action: its deployments beside what is declared, what was verified, evidence, budget.  Fetched
 * by the action's page once it is there.
 */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { decimal, instant, quantity } from './format.js';
import { all, currentSession, Failure, idempotencyKey, patch, path, post } from './api.js';
import { absent, alert, announce, badge, confidence, empty, flags, panel, progress, statusBadge } from './parts.js';
import { failureText } from './refusal.js';
import { pieces } from './long-list.js';
import { statusBar } from './status-bar.js';
import { persist } from './write.js';
import { link, param } from './url.js';

const MAX_BYTES = 10 * 1024 * 1024;
const AMOUNTS = ['planned', 'committed', 'spent'];
const COLUMNS = ['funding', ...AMOUNTS];

export async function readRecord(self, action) {
	const query = { as_of: param('as_of') };
	const [evidence, verifications, budget, deployments] = await Promise.all([
		all(`${self}/evidence`, query),
		all(`${self}/verifications`, query),
		all(`${self}/budget-lines`, query),
		action.level === 'department' ? all(`${self}/deployments`, { ...query, sort: 'territory' }) : [],
	]);
	return { evidence, verifications, budget, deployments };
}

/* One write: what was refused is told beside the form, and what was typed stays in it. */
async function write(state, part, work, text, redraw) {
	const { record } = state;
	record.failed = null;
	record.busy = part;
	redraw();
	try {
		await persist(work);
		announce(text);
		await state.refreshRecord();
		record.open = null;
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const details = failure.problem?.errors?.map(({ detail }) => detail).filter(Boolean);
		record.failed = { part, text: details?.length ? details.join(' ') : failureText(failure) };
	}
	record.busy = null;
	redraw();
	document.getElementById(record.failed ? `${part}-failed` : part)?.focus();
}

const failed = ({ record }, part) =>
	html`<div id="${part}-failed" tabindex="-1">
		${record.failed?.part === part ? alert('error', t('form.not_saved'), record.failed.text) : nothing}
	</div>`;

/* ---------------------------------------------------------------- verified */

function verificationForm(state, redraw) {
	const send = (verified) => () =>
		write(
			state,
			'verified',
			() =>
				post(
					`${state.self}/verifications`,
					{ verified, remark: document.getElementById('verified-remark').value.trim() || null },
					{ etag: state.etag, key: idempotencyKey() },
				),
			t('record.finding_saved'),
			redraw,
		);
	return html`<div class="vg-form vg-no-print">
		<div class="fr-input-group">
			<label class="fr-label" for="verified-remark">${t('record.remark')}</label
			><textarea class="fr-input" id="verified-remark" rows="2" maxlength="1000"></textarea>
		</div>
		<div class="vg-buttons">
			<button type="button" class="fr-btn" ?disabled=${state.record.busy === 'verified'} @click=${send(true)}>${t('record.verify')}</button
			><button type="button" class="fr-btn fr-btn--secondary" ?disabled=${state.record.busy === 'verified'} @click=${send(false)}>
				${t('record.not_verified')}
			</button>
		</div>
	</div>`;
}

function verification(state, redraw) {
	const { action, record, coordinates } = state;
	if (action.status !== 'done' && !record.verifications.length) return nothing;
	return panel(
		'verified',
		t('record.verification'),
		html`${
			action.status !== 'done'
				? html`<p>${t('record.not_done')}</p>`
				: action.verified
					? html`<p>${badge('done', t('record.verified'))} ${t('record.by', { name: action.verified.by?.name ?? t('history.unknown'), at: instant(action.verified.at) })}</p>
							${action.verified.remark ? html`<p class="vg-text-block vg-quote">${fine(action.verified.remark)}</p>` : nothing}`
					: html`<p>${badge('stale', t('record.unverified'))}</p>`
		}
		${failed(state, 'verified')} ${coordinates && action.status === 'done' ? verificationForm(state, redraw) : nothing}
		${
			record.verifications.length
				? html`<details class="vg-thread">
						<summary>${t('record.findings', { n: record.verifications.length })}</summary>
						<ol class="vg-timeline">
							${record.verifications.map(
								(one) =>
									html`<li>
										<p class="vg-timeline__head">
											<time datetime=${one.at}>${instant(one.at)}</time> ${one.by?.name ?? t('history.unknown')}
										</p>
										<p>${t(one.verified ? 'record.verified' : 'record.found_wanting')}</p>
										${one.remark ? html`<p class="vg-text-block">${fine(one.remark)}</p>` : nothing}
									</li>`,
							)}
						</ol>
					</details>`
				: nothing
		}`,
	);
}

/* ---------------------------------------------------------------- evidence */

/* The bytes as they are; what they call themselves counts only when the server agrees. */
async function upload(where, file, title) {
	const url = new URL(`/api/v1${where}`, location.origin);
	url.searchParams.set('file_name', file.name);
	if (title) url.searchParams.set('title', title);
	url.searchParams.set('lang', document.documentElement.lang);
	let response;
	try {
		response = await fetch(url, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/octet-stream',
				'X-CSRF-Token': currentSession().csrf_token,
				'Idempotency-Key': idempotencyKey(),
			},
			body: file,
		});
	} catch {
		throw new Failure(0);
	}
	if (!response.ok) throw new Failure(response.status, await response.json().catch(() => ({})), response.headers);
}

function evidenceForm(state, redraw) {
	const field = (name) => document.getElementById(`evidence-${name}`);
	const add = () => {
		const [file] = field('file').files;
		const [title, url] = ['title', 'url'].map((name) => field(name).value.trim());
		if (file && file.size > MAX_BYTES) {
			state.record.failed = { part: 'evidence', text: t('record.too_large') };
			return redraw();
		}
		const where = `${state.self}/evidence`;
		return write(
			state,
			'evidence',
			() => (file ? upload(where, file, title) : post(where, { title: title || null, url: url || null }, { key: idempotencyKey() })),
			t('record.evidence_saved'),
			redraw,
		);
	};
	return html`<div class="vg-inline vg-form">
		<div class="fr-input-group">
			<label class="fr-label" for="evidence-title">${t('record.evidence_title')}</label
			><input class="fr-input" id="evidence-title" maxlength="300" />
		</div>
		<div class="fr-input-group">
			<label class="fr-label" for="evidence-file"
				>${t('record.file')} <span class="fr-hint-text">${t('record.file_hint')}</span></label
			><input
				class="fr-input"
				id="evidence-file"
				type="file"
				accept=".pdf,.png,.jpg,.jpeg,.odt,.ods,.docx,.xlsx,.txt,.csv"
			/>
		</div>
		<div class="fr-input-group">
			<label class="fr-label" for="evidence-url">${t('record.url')}</label
			><input class="fr-input" id="evidence-url" type="url" inputmode="url" maxlength="2000" placeholder="https://" />
		</div>
		<div class="vg-buttons">
			<button type="button" class="fr-btn" ?disabled=${state.record.busy === 'evidence'} @click=${add}>${t('record.add_evidence')}</button
			>${cancel(state, redraw)}
		</div>
	</div>`;
}

const opener = (state, name, text, redraw, focus) =>
	html`<button
		type="button"
		class="fr-btn fr-btn--tertiary vg-no-print"
		@click=${() => {
			state.record.open = name;
			redraw();
			document.getElementById(focus)?.focus();
		}}
	>
		${text}
	</button>`;

const cancel = (state, redraw) =>
	html`<button
		type="button"
		class="fr-btn fr-btn--secondary"
		@click=${() => {
			Object.assign(state.record, { open: null, failed: null });
			redraw();
		}}
	>
		${t('form.cancel')}
	</button>`;

const size = (bytes) => quantity(Math.max(1, Math.round(bytes / 1024)), t('record.kib'), 0);

function proof(state, { id, title, url, file, added_at: at, added_by: by }) {
	const where = file ? `/api/v1${state.self}/evidence/${id}/file` : url;
	return html`<li>
		<p><a class="fr-link" href=${where} rel="noopener noreferrer" download=${file ? file.name : nothing}>${fine(title)}</a></p>
		<p class="vg-small">
			${file ? t('record.file_about', { name: file.name, size: size(file.bytes) }) : t('record.link_about')}
			${t('record.by', { name: by?.name ?? t('history.unknown'), at: instant(at) })}
		</p>
		${file ? html`<p class="vg-small vg-hash">SHA-256 ${file.sha256}</p>` : nothing}
	</li>`;
}

function evidence(state, redraw) {
	const { record } = state;
	return panel(
		'evidence',
		t('record.evidence'),
		html`${record.evidence.length ? html`<ul class="vg-list vg-list--tight">${record.evidence.map((one) => proof(state, one))}</ul>` : empty(t('record.no_evidence'))}
		${failed(state, 'evidence')}
		${
			state.leads
				? record.open === 'evidence'
					? evidenceForm(state, redraw)
					: opener(state, 'evidence', t('record.add_evidence'), redraw, 'evidence-title')
				: nothing
		}`,
	);
}

/* ---------------------------------------------------------------- budget */

/* Amounts as typed: blanks and a decimal comma are read; nothing is “not known”, which is not zero. */
function amount(text) {
	const plain = text.replace(/[\s\u00a0\u202f€]/g, '').replace(',', '.');
	if (plain === '') return null;
	return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
}

function budgetForm(state, line, redraw) {
	const typed = (name) => document.getElementById(`budget-${name}`).value;
	const amounts = () => Object.fromEntries(AMOUNTS.map((name) => [name, amount(typed(name))]));
	const where = `${state.self}/budget-lines`;
	const send = () =>
		write(
			state,
			'budget',
			() =>
				line
					? patch(`${where}/${line.id}`, amounts(), { etag: `"${line.version}"` })
					: post(where, { funding: typed('funding').trim() || null, ...amounts() }, { key: idempotencyKey() }),
			t('record.budget_saved'),
			redraw,
		);
	return html`<div class="vg-inline vg-form">
		${
			line
				? html`<p><strong>${line.funding || t('record.no_funding')}</strong></p>`
				: html`<div class="fr-input-group">
						<label class="fr-label" for="budget-funding">${t('record.funding')}</label
						><input class="fr-input" id="budget-funding" maxlength="200" />
					</div>`
		}
		${AMOUNTS.map(
			(name) =>
				html`<div class="fr-input-group">
					<label class="fr-label" for="budget-${name}">${t(`record.${name}`)}</label
					><input
						class="fr-input"
						id="budget-${name}"
						inputmode="decimal"
						autocomplete="off"
						.value=${line?.[name] === null || line?.[name] === undefined ? '' : String(line[name])}
					/>
				</div>`,
		)}
		<div class="vg-buttons">
			<button type="button" class="fr-btn" ?disabled=${state.record.busy === 'budget'} @click=${send}>${t('record.save')}</button
			>${cancel(state, redraw)}
		</div>
	</div>`;
}

function budgetHistory(state, redraw) {
	const { record } = state;
	const read = async () => {
		if (record.changes) return;
		record.changes = await all(path('plans', state.plan.code, 'changes'), {
			since: state.plan.start_on,
			object: 'budget',
			number: state.action.number,
		}).catch(() => []);
		redraw();
	};
	const told = (value) => (typeof value === 'number' ? decimal(value, 2) : (value ?? '–'));
	return html`<details class="vg-thread" @toggle=${read}>
		<summary>${t('record.budget_history')}</summary>
		<ol class="vg-timeline">
			${(record.changes ?? []).map(
				(change) =>
					html`<li>
						<p class="vg-timeline__head">
							<time datetime=${change.at}>${instant(change.at)}</time> ${change.by?.name ?? t('history.unknown')}
						</p>
						<p>
							${COLUMNS.includes(change.field) ? t(`record.${change.field}`) : change.field}${t('form.colon')}${told(change.old)} →
							${told(change.new)}
						</p>
					</li>`,
			)}
		</ol>
	</details>`;
}

function budget(state, redraw) {
	const { record, action, coordinates } = state;
	const money = (line, name) =>
		line[name] === null ? absent(t('action.not_given')) : quantity(line[name], line.currency === 'EUR' ? '€' : line.currency, 2);
	const table = html`<div class="fr-table vg-cards">
		<table>
			<caption class="fr-sr-only">
				${t('action.budget')}
			</caption>
			<thead>
				<tr>
					${COLUMNS.map((name) => html`<th scope="col">${t(`record.${name}`)}</th>`)}
					${coordinates ? html`<td></td>` : nothing}
				</tr>
			</thead>
			<tbody>
				${record.budget.map(
					(line) =>
						html`<tr>
							<th scope="row">${line.funding || t('record.no_funding')}</th>
							${AMOUNTS.map((name) => html`<td data-label=${t(`record.${name}`)}>${money(line, name)}</td>`)}
							${coordinates ? html`<td>${opener(state, `budget-${line.id}`, html`${t('record.change')}<span class="fr-sr-only"> ${line.funding}</span>`, redraw, 'budget-planned')}</td>` : nothing}
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;
	const editing = record.budget.find(({ id }) => record.open === `budget-${id}`);
	return panel(
		'budget',
		t('action.budget'),
		html`${action.budget.costed ? nothing : html`<p>${badge('stale', t('action.not_costed'))}</p>`}
		${record.budget.length ? table : nothing} ${failed(state, 'budget')}
		${editing || record.open === 'budget' ? budgetForm(state, editing, redraw) : coordinates ? opener(state, 'budget', t('record.add_line'), redraw, 'budget-funding') : nothing}
		${record.budget.length ? budgetHistory(state, redraw) : nothing}`,
	);
}

/* ---------------------------------------------------------------- deployments */

function deployments(state, redraw) {
	const { action, record, plan } = state;
	if (action.level !== 'department') return nothing;
	const sum = action.deployments;
	const { shown, more } = pieces(record.deployments, record, redraw);
	const place = (one) => html`<a class="fr-link" href=${link('/territory.html', { plan: plan.code, code: one.territory })}
			>${fine(one.name)} (${one.territory})</a
		>
		<span class="vg-muted">${one.organisation}</span>`;
	return panel(
		'deployments',
		t('deployment.title'),
		sum.total === 0
			? empty(t('deployment.none'))
			: html`<dl class="vg-facts">
						<div>
							<dt>${t('record.declared')}</dt>
							<dd class="vg-badges">${statusBadge(action.status)}</dd>
							<dd>${progress(action.progress)}</dd>
						</div>
						<div>
							<dt>${t('record.deployed')}</dt>
							<dd>${t('deployment.total', { n: sum.total })}</dd>
							<dd>${progress(sum.progress === null ? null : Math.round(sum.progress))}</dd>
						</div>
					</dl>
					${action.disagreement ? alert('warning', t('action.disagreement'), fine(action.disagreement.detail)) : html`<p class="vg-muted">${t('record.agrees')}</p>`}
					${statusBar(sum.by_status)}
					<div class="fr-table vg-cards">
						<table>
							<caption class="fr-sr-only">
								${t('deployment.title')}
							</caption>
							<thead>
								<tr>
									${['record.place', 'word.status', 'word.progress', 'word.confidence', 'record.last'].map((name) => html`<th scope="col">${t(name)}</th>`)}
								</tr>
							</thead>
							<tbody>
								${shown.map(
									(one) =>
										html`<tr>
											<th scope="row">${place(one)}</th>
											<td data-label=${t('word.status')}>
												<span class="vg-badges">${statusBadge(one.status)}${flags(one)}</span>
											</td>
											<td data-label=${t('word.progress')}>${progress(one.progress)}</td>
											<td data-label=${t('word.confidence')}>${confidence(one.confidence)}</td>
											<td data-label=${t('record.last')}>
												${one.reported_at ? html`<time datetime=${one.reported_at}>${instant(one.reported_at)}</time>` : absent(t('map.never'))}
											</td>
										</tr>`,
								)}
							</tbody>
						</table>
					</div>
					${more}`,
	);
}

export const recordMain = (state, redraw) => html`${verification(state, redraw)}${budget(state, redraw)}`;
export const recordEnd = deployments;
export const recordSide = evidence;
