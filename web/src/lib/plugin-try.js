/* Trying a text: a form made from its parameters, then the cells, drawn (trial-charts.js) and as a table. */
import { html, nothing } from 'lit-html';
import { t, fine, lang } from './i18n.js';
import { shortDay } from './format.js';
import { cellTable } from './figures.js';
import { empty, alert } from './parts.js';
import { finding } from './plugin-parts.js';
import { failureAlert } from './refusal.js';

const FRANCE = { get: (code) => (code === 'FR' ? t('figures.level.national') : undefined) };

const name = (key, { label }) => fine(label?.[lang] ?? label?.fr ?? key);

const field = (id, text, input, hint = nothing) =>
	html`<div class="fr-input-group">
		<label class="fr-label" for=${id}>${text}${hint}</label>${input}
	</div>`;

/* One field of the form, by the type of the parameter. */
function paramField([key, def]) {
	const id = `p-${key}`;
	const bound = (one) => (def.type === 'date' ? shortDay(one) : one);
	const hint = html` <span class="fr-hint-text">${[def.unit, def.min !== undefined && def.max !== undefined ? t('plugins.bounds', { min: bound(def.min), max: bound(def.max) }) : null].filter(Boolean).join(', ')}</span>`;
	if (def.type === 'boolean')
		return html`<div class="fr-checkbox-group">
			<input type="checkbox" id=${id} name=${id} ?checked=${def.default} /><label class="fr-label" for=${id}
				>${name(key, def)}</label
			>
		</div>`;
	if (def.type === 'choice')
		return field(
			id,
			name(key, def),
			html`<select class="fr-select" id=${id} name=${id}>
				${(def.choices ?? []).map((one) => html`<option value=${one} ?selected=${one === def.default}>${one}</option>`)}
			</select>`,
		);
	const number = def.type === 'integer' || def.type === 'number';
	return field(
		id,
		name(key, def),
		html`<input
			class="fr-input"
			id=${id}
			name=${id}
			type=${number ? 'number' : def.type === 'date' ? 'date' : 'text'}
			?required=${def.type !== 'departments'}
			min=${def.min ?? nothing}
			max=${def.max ?? nothing}
			step=${def.type === 'integer' ? 1 : number ? 'any' : nothing}
			value=${Array.isArray(def.default) ? def.default.join(' ') : (def.default ?? '')}
		/>`,
		hint,
	);
}

function readParams(form, defs) {
	const out = {};
	for (const [key, def] of Object.entries(defs ?? {})) {
		const value = form.get(`p-${key}`);
		if (def.type === 'boolean') out[key] = value !== null;
		else if (def.type === 'integer' || def.type === 'number') out[key] = Number(value);
		else if (def.type === 'departments') out[key] = (value ?? '').split(/[\s,;]+/).filter(Boolean);
		else if (def.type === 'choice') out[key] = def.choices.find((one) => String(one) === value);
		else out[key] = value;
	}
	return out;
}

const choice = (id, label, key, options, chosen) =>
	field(
		id,
		label,
		html`<select class="fr-select" id=${id} name=${key}>
			${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
		</select>`,
	);

/* The result in sight: what was computed, or why not. */
function result({ tried }, go) {
	if (!tried) return nothing;
	if (tried.failure) return failureAlert(tried.failure);
	const { answer } = tried;
	return html`${answer.finding ? alert('error', t('plugins.try_failed'), null, finding(answer.finding, go)) : nothing}
		${
			answer.cells.length
				? html`${answer.data === 'synthetic' ? alert('info', t('plugins.invented')) : nothing}
						${answer.basis_text ? alert('info', fine(answer.basis_text)) : nothing}
						${tried.drawn?.charts ?? nothing}
						${cellTable(answer.cells, answer, { caption: t('plugins.result'), withTest: answer.data === 'fixtures', places: tried.drawn?.names ?? FRANCE })}`
				: answer.finding
					? nothing
					: empty(t('figures.none'))
		}`;
}

/* run(body) asks the server; the text is the one of the editor.  Tests bring periods and parameters of their own. */
export function tryForm(state, run, go, redraw) {
	const about = state.judgement?.metadata ?? state.plugin?.draft?.metadata ?? state.plugin?.metadata;
	const params = Object.entries(about?.params ?? {});
	const levels = about?.levels?.length ? about.levels : ['national'];
	const submit = (event) => {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		run({
			data: form.get('data'),
			level: form.get('level'),
			params: onPlan ? readParams(form, about?.params) : undefined,
			from: (onPlan && form.get('from')) || undefined,
			to: (onPlan && form.get('to')) || undefined,
			plan: onPlan ? state.plan : undefined,
		});
	};
	const onPlan = (state.tryData ?? 'fixtures') !== 'fixtures';
	const choose = ({ target }) => {
		if (target.id !== 't-data') return;
		state.tryData = target.value;
		redraw();
	};
	return html`<form class="vg-ask" @submit=${submit} @change=${choose}>
			${choice('t-data', t('plugins.data'), 'data', [
				['fixtures', t('plugins.data.fixtures')],
				['synthetic', t('plugins.data.synthetic')],
				['live', t('plugins.data.live')],
			])}
			${choice('t-level', t('figures.level'), 'level', levels.map((one) => [one, t(`figures.level.${one}`)]))}
			${onPlan ? html`${field('t-from', t('plugins.from'), html`<input class="fr-input" id="t-from" name="from" placeholder="2026-01" pattern="[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?" />`)}
			${field('t-to', t('plugins.to'), html`<input class="fr-input" id="t-to" name="to" placeholder="2026-11" pattern="[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?" />`)}
			${params.map(paramField)}` : nothing}
			<button class="fr-btn fr-btn--secondary" ?disabled=${state.trying}>${t('plugins.try')}</button>
		</form>
		<div aria-live="polite">${result(state, go)}</div>`;
}
