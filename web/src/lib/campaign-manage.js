/*
 * What a coordinator does with campaigns: opening, changing and closing them, and the roster of who answers for what.
 * Fetched by the board for whoever coordinates.
 */
import { html, nothing } from 'lit-html';
import { bothVersions } from './both-versions.js';
import { t, fine } from './i18n.js';
import { dayOf, longDay } from './format.js';
import { all, Failure, get, idempotencyKey, patch, path, post } from './api.js';
import { absent, alert, announce, panel } from './parts.js';
import { dayField, readDay, written } from './day-field.js';
import { failureText } from './refusal.js';
import { handOver, handovers } from './hand-over.js';
import { persist } from './write.js';
import { link } from './url.js';
import { pieces } from './long-list.js';
import { monthBefore, monthName } from './monthly.js';

const KINDS = ['referent', 'deputy', 'exempt'];
const byId = (id) => document.getElementById(id);
const typedDay = (id) => {
	const text = byId(id).value.trim();
	return text ? (readDay(text) ?? text) : null;
};

export async function readManagement(state) {
	const where = path('plans', state.plan.code);
	const [seats, passed, organisations, series] = await Promise.all([
		all(`${where}/roster`),
		all(`${where}/handovers`),
		all('/organisations'),
		get('/series').then(({ data }) => data.items),
	]);
	state.manage = Object.assign(state.manage ?? {}, {
		seats,
		handovers: passed,
		organisations,
		series: series.filter(({ by_organisation, by_plan, level, periodicity }) => by_organisation && by_plan && level === 'department' && periodicity === 'month'),
	});
}

/* One write: refusals are told beside their form, and what was typed stays there. */
async function write(state, part, work, text, redraw, after) {
	const { manage } = state;
	Object.assign(manage, { failed: null, conflict: null, busy: true });
	redraw();
	try {
		const answer = await persist(work);
		Object.assign(manage, { open: null, closing: false, done: text });
		if (text) announce(text);
		await after(answer);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (failure.status === 412 && failure.problem.current) manage.conflict = { part, current: failure.problem.current, again: work };
		else {
			const details = failure.problem?.errors?.map(({ detail }) => detail).filter(Boolean);
			manage.failed = { part, text: details?.length ? details.join(' ') : failureText(failure) };
		}
	}
	manage.busy = false;
	redraw();
	byId(manage.conflict ? 'manage-conflict' : manage.failed ? `${part}-failed` : 'manage')?.focus();
}

const failed = ({ manage }, part) =>
	html`<div id="${part}-failed" tabindex="-1">
		${manage.failed?.part === part ? alert('error', t('form.not_saved'), manage.failed.text) : nothing}
	</div>`;

const button = (text, click, { kind = '', disabled = false } = {}) =>
	html`<button type="button" class="fr-btn ${kind}" ?disabled=${disabled} @click=${click}>${text}</button>`;

function opener(state, name, text, redraw, focus) {
	return button(
		text,
		() => {
			Object.assign(state.manage, { open: name, done: null, failed: null });
			redraw();
			byId(focus)?.focus();
		},
		{ kind: 'fr-btn--secondary' },
	);
}

const cancel = (state, redraw) =>
	button(
		t('form.cancel'),
		() => {
			Object.assign(state.manage, { open: null, closing: false, failed: null, conflict: null, preview: null });
			redraw();
			byId('manage')?.focus();
		},
		{ kind: 'fr-btn--tertiary' },
	);

const field = (id, label, control, hint) =>
	html`<div class="fr-input-group">
		<label class="fr-label" for=${id}>${label} ${hint ? html`<span class="fr-hint-text">${hint}</span>` : nothing}</label>${control}
	</div>`;

const check = (id, label, checked) =>
	html`<div class="fr-checkbox-group">
		<input type="checkbox" id=${id} .checked=${checked} /><label class="fr-label" for=${id}>${label}</label>
	</div>`;

/* ---------------------------------------------------------------- opening */

const nextMonth = ({ list }) => (list.length ? monthBefore(list[0].period, -1) : dayOf(Date.now()).slice(0, 7));

function openForm(state, redraw) {
	const { manage, plan, list } = state;
	const asked = new Map((list[0]?.series ?? []).map((one) => [one.id, one.kinds]));
	const send = () => {
		const chosen = manage.series.filter(({ id }) => byId(`s-${id}`).checked);
		const wish = {
			period: byId('m-period').value.trim(),
			deployments: byId('m-deployments').checked,
			series: chosen.map(({ id }) => (asked.has(id) ? { id, kinds: asked.get(id) } : { id })),
		};
		for (const name of ['opens_on', 'due_on']) if (typedDay(`m-${name}`)) wish[name] = typedDay(`m-${name}`);
		return write(
			state,
			'opening',
			() => post(path('plans', plan.code, 'campaigns'), wish, { key: idempotencyKey() }),
			t('manage.opened'),
			redraw,
			() => location.assign(link('/campaign.html', { plan: plan.code, period: wish.period })),
		);
	};
	return html`<div class="vg-inline vg-form" id="opening">
		<h3>${t('manage.open')}</h3>
		<p class="vg-muted">${t('manage.open_about')}</p>
		${failed(state, 'opening')}
		<div class="vg-pair">
			${field('m-period', t('word.month'), html`<input class="fr-input" id="m-period" maxlength="7" .value=${nextMonth(state)} />`, t('manage.period_hint'))}
			${field('m-opens_on', t('manage.opens_on'), dayField({ id: 'm-opens_on', name: 'opens_on', value: '' }), t('manage.opens_hint'))}
			${field('m-due_on', t('manage.due_on'), dayField({ id: 'm-due_on', name: 'due_on', value: '' }), t('manage.due_hint'))}
		</div>
		<fieldset class="vg-series">
			<legend>${t('manage.series')}</legend>
			<div class="vg-checks">${manage.series.map(({ id, name }) => check(`s-${id}`, fine(name), asked.has(id)))}</div>
		</fieldset>
		${check('m-deployments', t('manage.deployments'), true)}
		<div class="vg-buttons">${button(t('manage.open'), send, { disabled: manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

/* ---------------------------------------------------------------- changing, closing */

const campaignPath = ({ plan, month }) => path('plans', plan.code, 'campaigns', month);

/* What was typed over the version seen, and what somebody else made of it meanwhile. */
function conflict(state, redraw) {
	const { manage } = state;
	if (!manage.conflict) return nothing;
	const { current, part, mine = {}, again } = manage.conflict;
	const rows = ['opens_on', 'due_on', 'deployments', 'until_on', 'state']
		.filter((name) => name in current)
		.map((name) => [name, name in mine ? mine[name] : (state.campaign?.[name] ?? null), current[name]]);
	const show = (value) => (typeof value === 'boolean' ? t(value ? 'manage.yes' : 'manage.no') : /^\d{4}-\d{2}-\d{2}$/.test(value ?? '') ? longDay(value) : (value ?? '–'));
	const keep = () => {
		const etag = `"${current.version}"`;
		return write(state, part, () => again(etag), t('manage.saved'), redraw, state.reread);
	};
	const take = async () => {
		Object.assign(manage, { conflict: null, open: null });
		await state.reread();
		redraw();
		byId('manage').focus();
	};
	return html`<section class="vg-conflict" aria-labelledby="manage-conflict">
		<h3 id="manage-conflict" tabindex="-1">${t('manage.conflict')}</h3>
		${bothVersions(
			t('manage.conflict'),
			rows.map(([name, own, theirs]) => [t(`manage.${name}`), show(own), show(theirs)]),
		)}
		<div class="vg-buttons">
			${button(t('conflict.keep_mine'), keep)}${button(t('conflict.take_theirs'), take, { kind: 'fr-btn--secondary' })}
		</div>
	</section>`;
}

function changeForm(state, redraw) {
	const { campaign, manage } = state;
	const send = () => {
		const change = { deployments: byId('m-deployments').checked };
		for (const name of ['opens_on', 'due_on']) change[name] = typedDay(`m-${name}`);
		if (byId('m-reason').value.trim()) change.reason = byId('m-reason').value.trim();
		if (byId('m-follow').checked) change.follow_roster = true;
		const work = (etag = state.etag) => patch(campaignPath(state), change, { etag });
		return write(state, 'changing', work, t('manage.saved'), redraw, state.reread).then(() => {
			if (manage.conflict) manage.conflict.mine = change;
			redraw();
		});
	};
	return html`<div class="vg-inline vg-form" id="changing">
		<h3>${t('manage.change')}</h3>
		${failed(state, 'changing')}
		<div class="vg-pair">
			${field('m-opens_on', t('manage.opens_on'), dayField({ id: 'm-opens_on', name: 'opens_on', value: campaign.opens_on }))}
			${field('m-due_on', t('manage.due_on'), dayField({ id: 'm-due_on', name: 'due_on', value: campaign.due_on }))}
		</div>
		${field('m-reason', t('manage.reason'), html`<textarea class="fr-input" id="m-reason" rows="2" maxlength="1000"></textarea>`, t('manage.reason_hint'))}
		${check('m-deployments', t('manage.deployments'), campaign.deployments)} ${check('m-follow', t('manage.follow'), false)}
		<div class="vg-buttons">${button(t('manage.save'), send, { disabled: manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

/* Closing says what it does before it does it. */
function closing(state, redraw) {
	const { campaign, manage } = state;
	const { units } = campaign;
	const waiting = units.answered - units.validated - units.returned;
	const send = () =>
		write(
			state,
			'closing',
			(etag = state.etag) => post(`${campaignPath(state)}/close`, undefined, { etag }),
			t('manage.closed'),
			redraw,
			state.reread,
		);
	return html`<div class="vg-inline" id="closing">
		<h3>${t('manage.close')}</h3>
		${failed(state, 'closing')}
		<p>${t('manage.close_about')}</p>
		<ul class="vg-bullets">
			<li>${t('manage.close_silent', { n: units.silent })}</li>
			<li>${t('manage.close_drafts', { n: units.draft })}</li>
			<li>${t('manage.close_returned', { n: units.returned })}</li>
			<li>${t('manage.close_waiting', { n: Math.max(0, waiting) })}</li>
		</ul>
		<div class="vg-buttons">${button(t('manage.close_now'), send, { disabled: manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

function reopening(state, redraw) {
	const send = () => {
		const change = { closed: false, reason: byId('m-reason').value.trim() || null };
		return write(state, 'reopening', (etag = state.etag) => patch(campaignPath(state), change, { etag }), t('manage.reopened'), redraw, state.reread);
	};
	return html`<div class="vg-inline vg-form" id="reopening">
		<h3>${t('manage.reopen')}</h3>
		${failed(state, 'reopening')}
		${field('m-reason', t('manage.reason'), html`<textarea class="fr-input" id="m-reason" rows="2" maxlength="1000"></textarea>`)}
		<div class="vg-buttons">${button(t('manage.reopen'), send, { disabled: state.manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

/* ---------------------------------------------------------------- the roster */

function seatForm(state, redraw) {
	const { manage, plan } = state;
	const send = () => {
		const seat = {
			kind: byId('r-kind').value,
			organisation: byId('r-organisation').value,
			territories: byId('r-territories').value.split(/[\s,;]+/).filter(Boolean),
			person: byId('r-person').value.trim() || null,
			reason: byId('r-reason').value.trim() || null,
		};
		if (typedDay('r-from_on')) seat.from_on = typedDay('r-from_on');
		if (typedDay('r-until_on')) seat.until_on = typedDay('r-until_on');
		return write(
			state,
			'seat',
			() => post(path('plans', plan.code, 'roster'), seat, { key: idempotencyKey() }),
			t('manage.seat_saved'),
			redraw,
			state.reread,
		);
	};
	return html`<div class="vg-inline vg-form">
		<h3>${t('manage.add_seat')}</h3>
		${failed(state, 'seat')}
		<div class="vg-pair">
			${field('r-kind', t('manage.kind'), html`<select class="fr-select" id="r-kind">${KINDS.map((kind) => html`<option value=${kind}>${t(`manage.kind_${kind}`)}</option>`)}</select>`)}
			${field('r-organisation', t('campaign.organisation'), html`<select class="fr-select" id="r-organisation">${manage.organisations.map(({ code, name }) => html`<option value=${code}>${code} – ${fine(name)}</option>`)}</select>`)}
			${field('r-territories', t('manage.territories'), html`<input class="fr-input" id="r-territories" autocomplete="off" />`, t('manage.territories_hint'))}
			${field('r-person', t('manage.person'), html`<input class="fr-input" id="r-person" autocomplete="off" maxlength="64" />`, t('manage.person_hint'))}
			${field('r-from_on', t('manage.from_on'), dayField({ id: 'r-from_on', name: 'from_on', value: '' }))}
			${field('r-until_on', t('manage.until_on'), dayField({ id: 'r-until_on', name: 'until_on', value: '' }))}
		</div>
		${field('r-reason', t('manage.exempt_reason'), html`<input class="fr-input" id="r-reason" maxlength="1000" />`, t('manage.exempt_hint'))}
		<div class="vg-buttons">${button(t('manage.add_seat'), send, { disabled: manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

function endSeat(state, seat, redraw) {
	const { manage, plan } = state;
	if (manage.open !== `seat-${seat.id}`)
		return opener(state, `seat-${seat.id}`, html`${t('manage.end')}<span class="fr-sr-only"> ${seatName(seat)}</span>`, redraw, 'r-end');
	const send = () => {
		const change = { until_on: typedDay('r-end') };
		const work = (etag = `"${seat.version}"`) => patch(path('plans', plan.code, 'roster', String(seat.id)), change, { etag });
		return write(state, 'seat', work, t('manage.seat_ended'), redraw, state.reread).then(() => {
			if (manage.conflict) manage.conflict.mine = change;
			redraw();
		});
	};
	return html`<div class="vg-form">
		${failed(state, 'seat')}
		${field('r-end', t('manage.until_on'), dayField({ id: 'r-end', name: 'end', value: seat.until_on ?? written('') }), t('manage.end_hint'))}
		<div class="vg-buttons">${button(t('manage.end'), send, { disabled: manage.busy })}${cancel(state, redraw)}</div>
	</div>`;
}

const seatName = ({ person, organisation, territories }) => `${person?.name ?? t('campaign.vacant')}, ${organisation.code}, ${territories.join(' ')}`;

function roster(state, redraw) {
	const { shown, more } = pieces(state.manage.seats, state.manage, redraw);
	return html`<div class="fr-table vg-cards vg-cards--pairs">
			<table>
				<caption class="fr-sr-only">
					${t('manage.roster')}
				</caption>
				<thead>
					<tr>
						${['manage.person', 'manage.kind', 'campaign.organisation', 'manage.territories', 'manage.from_on', 'manage.until_on'].map((name) => html`<th scope="col">${t(name)}</th>`)}
						<td></td>
					</tr>
				</thead>
				<tbody>
					${shown.map(
						(seat) =>
							html`<tr>
								<th scope="row">${seat.person?.name ?? absent(seat.kind === 'exempt' ? fine(seat.reason) : t('campaign.vacant'))}</th>
								<td data-label=${t('manage.kind')}>${t(`manage.kind_${seat.kind}`)}</td>
								<td data-label=${t('campaign.organisation')}>${seat.organisation.code}</td>
								<td data-label=${t('manage.territories')}>${seat.territories.join(', ')}</td>
								<td data-label=${t('manage.from_on')}>${longDay(seat.from_on)}</td>
								<td data-label=${t('manage.until_on')}>${seat.until_on ? longDay(seat.until_on) : absent(t('manage.open_end'))}</td>
								<td>${endSeat(state, seat, redraw)}</td>
							</tr>`,
					)}
				</tbody>
			</table>
		</div>
		${more}
		${state.manage.open === 'seat' ? seatForm(state, redraw) : opener(state, 'seat', t('manage.add_seat'), redraw, 'r-kind')}
		${handOver(state, redraw, { write, failed, field, button, opener, cancel, typedDay })} ${handovers(state)}`;
}

/* ---------------------------------------------------------------- the panel */

export function manageView(state, redraw) {
	const { manage, campaign, month } = state;
	const closed = campaign?.closed_at;
	const forms = { opening: openForm, changing: changeForm, closing, reopening };
	const form = forms[manage.open];
	return panel(
		'manage',
		t('manage.title'),
		html`${manage.done ? alert('success', manage.done) : nothing} ${conflict(state, redraw)}
			<div class="vg-buttons">
				${campaign && !closed ? opener(state, 'changing', t('manage.change_month', { month: monthName(month) }), redraw, 'm-due_on') : nothing}
				${campaign && !closed ? opener(state, 'closing', t('manage.close_month', { month: monthName(month) }), redraw, 'closing') : nothing}
				${closed ? opener(state, 'reopening', t('manage.reopen'), redraw, 'm-reason') : nothing}
				${opener(state, 'opening', t('manage.open'), redraw, 'm-period')}
			</div>
			${form ? form(state, redraw) : nothing}
			<details
				class="vg-thread"
				@toggle=${({ target }) => {
					manage.unfolded = target.open;
					redraw();
				}}
			>
				<summary>${t('manage.roster_count', { n: manage.seats.length })}</summary>
				${manage.unfolded ? roster(state, redraw) : nothing}
			</details>`,
		{ className: 'vg-no-print' },
	);
}
