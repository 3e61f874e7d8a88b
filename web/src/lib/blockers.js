/* What stands in the way: the open blockers, closing one, opening one. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { daysBetween, longDay } from './format.js';
import { all, Failure, idempotencyKey, patch, path, post } from './api.js';
import { announce, badge, decision, empty } from './parts.js';
import { faults, groupClass, message, persist, summary } from './write.js';

const KINDS = ['arbitration', 'resource', 'legal', 'partner', 'technical', 'other'];
const FIELDS = ['kind', 'title', 'description', 'decision_needed', 'decision_from', 'closed_reason'];
const labels = (id) =>
	Object.fromEntries(FIELDS.map((name) => [name, { id: `${id}-${name}`, text: t(`blocker.${name}`) }]));

async function send(state, write, changed, redraw, focus) {
	Object.assign(state, { errors: null, failure: null, busy: true });
	redraw();
	try {
		await persist(write);
		Object.assign(state, { open: false, values: {}, busy: false });
		announce(t('blocker.saved'));
		await changed();
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		Object.assign(state, {
			failure,
			busy: false,
			errors: failure.status === 422 ? faults(failure, FIELDS) : null,
		});
	}
	redraw();
	document.getElementById(state.failure ? focus : 'blockers')?.focus();
}

function input(state, id, name, { required, rows, max, set }) {
	const common = { id: `${id}-${name}`, value: state.values[name] ?? '' };
	return html`<div class=${groupClass(state.errors, name)}>
		<label class="fr-label" for=${common.id}
			>${t(`blocker.${name}`)}${required ? html` <span class="vg-required">${t('form.required')}</span>` : nothing}</label
		>
		${
			rows
				? html`<textarea
						class="fr-input"
						id=${common.id}
						name=${name}
						rows=${rows}
						maxlength=${max}
						.value=${common.value}
						aria-describedby="${common.id}-error"
						@input=${set}
					></textarea>`
				: html`<input
						class="fr-input"
						id=${common.id}
						name=${name}
						maxlength=${max}
						.value=${common.value}
						aria-describedby="${common.id}-error"
						@input=${set}
					/>`
		}${message(state.errors, name, common.id)}
	</div>`;
}

const setter =
	(state) =>
	({ target }) => {
		state.values[target.name] = target.value;
	};

function closing(blocker, where, states, changed, redraw) {
	const state = (states[blocker.id] ??= { values: {} });
	const id = `close-${blocker.id}`;
	if (!state.open)
		return html`<button
			type="button"
			class="fr-btn fr-btn--tertiary vg-no-print"
			@click=${() => {
				state.open = true;
				redraw();
				document.getElementById(`${id}-closed_reason`).focus();
			}}
		>
			${t('blocker.close')}<span class="fr-sr-only"> ${fine(blocker.title)}</span>
		</button>`;
	const submit = (event) => {
		event.preventDefault();
		send(
			state,
			() =>
				patch(
					`${where}/${blocker.id}`,
					{ closed_reason: (state.values.closed_reason ?? '').trim() },
					{ etag: `"${blocker.version}"` },
				),
			changed,
			redraw,
			`${id}-faults`,
		);
	};
	return html`<form class="vg-form vg-inline" novalidate @submit=${submit}>
		${summary(`${id}-faults`, state, labels(id))}${input(state, id, 'closed_reason', { required: true, rows: 2, max: 1000, set: setter(state) })}
		<div class="vg-buttons">
			<button class="fr-btn" ?disabled=${state.busy}>${t('blocker.close_submit')}</button
			><button
				type="button"
				class="fr-btn fr-btn--tertiary"
				@click=${() => {
					state.open = false;
					redraw();
				}}
			>
				${t('form.cancel')}
			</button>
		</div>
	</form>`;
}

function opening(where, states, target, changed, redraw) {
	const state = (states.new ??= { values: {} });
	const show = async () => {
		state.open = true;
		redraw();
		document.getElementById('b-title').focus();
		state.organisations ??= await all('/organisations').catch(() => []);
		redraw();
	};
	if (!state.open)
		return html`<button type="button" class="fr-btn fr-btn--secondary vg-no-print" @click=${show}>
			${t('blocker.open')}
		</button>`;
	const set = setter(state);
	const submit = (event) => {
		event.preventDefault();
		const values = Object.fromEntries(
			Object.entries({ kind: 'arbitration', ...state.values })
				.map(([name, value]) => [name, value.trim()])
				.filter(([, value]) => value),
		);
		const { territory, organisation } = target ?? {};
		state.key ??= idempotencyKey();
		send(
			state,
			() => post(where, { ...values, ...(territory && { territory, organisation }) }, { key: state.key }),
			async () => {
				state.key = null;
				await changed();
			},
			redraw,
			'b-faults',
		);
	};
	return html`<form class="vg-form vg-inline" novalidate @submit=${submit}>
		<h3>${t('blocker.open')}</h3>
		${summary('b-faults', state, labels('b'))}
		${input(state, 'b', 'title', { required: true, max: 300, set })}
		<div class=${groupClass(state.errors, 'kind')}>
			<label class="fr-label" for="b-kind">${t('blocker.kind')}</label
			><select class="fr-select" id="b-kind" name="kind" @change=${set}>
				${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === (state.values.kind ?? 'arbitration')}>${t(`kind.${kind}`)}</option>`)}</select
			>${message(state.errors, 'kind', 'b-kind')}
		</div>
		${input(state, 'b', 'description', { rows: 3, max: 4000, set })}${input(state, 'b', 'decision_needed', { rows: 2, max: 1000, set })}
		<div class=${groupClass(state.errors, 'decision_from')}>
			<label class="fr-label" for="b-decision_from">${t('blocker.decision_from')}</label
			><select class="fr-select" id="b-decision_from" name="decision_from" @change=${set}>
				<option value="">${t('blocker.nobody')}</option>
				${(state.organisations ?? []).map(({ code, name }) => html`<option value=${code} ?selected=${code === state.values.decision_from}>${code} – ${fine(name)}</option>`)}</select
			>${message(state.errors, 'decision_from', 'b-decision_from')}
		</div>
		<div class="vg-buttons">
			<button class="fr-btn" ?disabled=${state.busy}>${t('blocker.open_submit')}</button
			><button
				type="button"
				class="fr-btn fr-btn--tertiary"
				@click=${() => {
					state.open = false;
					redraw();
				}}
			>
				${t('form.cancel')}
			</button>
		</div>
	</form>`;
}

const opened = ({ opened_on: day, opened_by: by, territory }, today) =>
	[t('blocker.since', { date: longDay(day), n: daysBetween(day, today) }), by?.name, territory]
		.filter(Boolean)
		.join(' · ');

/* A blocker of one deployment is closed by who answers for it, one of the action by who answers for the action. */
const answersFor = (targets, { territory, organisation }) =>
	targets.some(
		(one) =>
			one.coordinator ||
			(one.territory ?? null) === (territory ?? null) &&
				(!territory || one.organisation === organisation),
	);

export function blockersView({ plan, action, states, mayWrite, targets, target, today }, changed, redraw) {
	const where = path('plans', plan.code, 'actions', action.number, 'blockers');
	const open = (action.blockers ?? []).filter(({ closed_on: closed }) => !closed);
	return html`${
		open.length
			? html`<ul class="vg-list">
					${open.map(
						(blocker) =>
							html`<li class="vg-blocker">
								<div class="vg-badges">
									${badge('blocked', t(`kind.${blocker.kind}`))}
									<span class="vg-muted">${opened(blocker, today)}</span>
								</div>
								<h3>${fine(blocker.title)}</h3>
								${blocker.description ? html`<p class="vg-text-block">${fine(blocker.description)}</p>` : nothing}
								${blocker.decision_needed ? html`<p>${decision(blocker)}</p>` : nothing}
								${answersFor(targets, blocker) ? closing(blocker, where, states, changed, redraw) : nothing}
							</li>`,
					)}
				</ul>`
			: empty(t('blocker.none'))
	}
	${mayWrite ? opening(where, states, target, changed, redraw) : nothing}`;
}
