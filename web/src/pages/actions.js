/* The list of actions.  Its filters live in the address and the server applies them. */
import { html, nothing } from 'lit-html';
import { banners, printButton, readPlan, start } from '../lib/shell.js';
import { all, Failure, get, path } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { longDay } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { announce, empty, statusText, STATUSES } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { actionsTable } from '../lib/actions-table.js';

const FILTERS = ['q', 'objective', 'measure', 'status', 'lead', 'late', 'blocked', 'without'];
const filters = () => Object.fromEntries(FILTERS.map((name) => [name, param(name) ?? '']));

/* Only the latest question counts: a slow answer to an earlier one is dropped. */
async function read(state) {
	const query = { ...filters(), sort: param('sort'), as_of: param('as_of') };
	const asked = ++state.asked;
	try {
		const items = await all(path('plans', state.plan.code, 'actions'), query);
		if (asked === state.asked) Object.assign(state, { items, failure: null });
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (asked === state.asked) Object.assign(state, { items: [], failure });
	}
	return asked === state.asked;
}

const select = (name, label, options, change) =>
	html`<div class="fr-input-group">
		<label class="fr-label" for="f-${name}">${label}</label>
		<select class="fr-select" id="f-${name}" name=${name} @change=${change}>
			<option value="">${t('actions.any')}</option>
			${options.map(([value, text]) => html`<option value=${value} ?selected=${value === (param(name) ?? '')}>${text}</option>`)}
		</select>
	</div>`;

const check = (name, label, change) =>
	html`<div class="fr-checkbox-group">
		<input
			type="checkbox"
			id="f-${name}"
			name=${name}
			.checked=${param(name) === 'true'}
			@change=${change}
		/><label class="fr-label" for="f-${name}">${label}</label>
	</div>`;

function active(state) {
	const words = {
		status: statusText,
		late: () => t('flag.late'),
		blocked: () => t('flag.blocked'),
		without: (what) => t(`actions.without.${what}`),
		measure: (number) => t('word.measure', { number }),
		objective: (number) => t('word.objective', { number }),
	};
	return FILTERS.filter((name) => param(name)).map((name) => [
		name,
		words[name]?.(param(name)) ?? fine(param(name)),
	]);
}

start({
	name: 'actions',
	sheets: true,
	title: 'nav.actions',
	async load({ plan: code }) {
		const [plan, measures, dashboard] = await Promise.all([
			readPlan(code),
			all(path('plans', code, 'measures'), { as_of: param('as_of') }).catch(() => []),
			get(path('plans', code, 'dashboard'), { as_of: param('as_of') })
				.then(({ data }) => data)
				.catch(() => null),
		]);
		const state = {
			plan,
			measures,
			objectives: dashboard?.objectives ?? [],
			leads: leads(dashboard?.calendar ?? []),
			items: [],
			asked: 0,
			at: new Date().toISOString(),
		};
		await read(state);
		return state;
	},
	view(state, context, redraw) {
		const { plan, items, failure } = state;
		const update = async (values) => {
			replace(values);
			redraw();
			if (!(await read(state))) return;
			redraw();
			announce(t('actions.found', { n: state.items.length }));
		};
		const change = ({ target }) =>
			update({ [target.name]: target.type === 'checkbox' ? target.checked && 'true' : target.value });
		const search = (event) => {
			event.preventDefault();
			update({ q: new FormData(event.currentTarget).get('q').trim() });
		};
		const chosen = active(state);
		return html`${banners(plan)}
			<div class="fr-container">
				<div class="vg-top">
					<h1>${t('actions.title')}</h1>
					<div class="vg-tools">
						<a class="fr-btn fr-btn--secondary" href=${link('/gaps.html', { plan: state.plan.code })}>${t('actions.gaps')}</a
						>${printButton()}
					</div>
				</div>
				<search class="vg-panel vg-no-print">
					<form class="vg-filters" @submit=${search}>
						<div class="fr-input-group vg-filters__q">
							<label class="fr-label" for="f-q">${t('actions.q')}</label>
							<div class="vg-search">
								<input
									class="fr-input"
									type="search"
									id="f-q"
									name="q"
									maxlength="100"
									.value=${param('q') ?? ''}
								/><button class="fr-btn fr-btn--secondary">${t('actions.search')}</button>
							</div>
						</div>
						${select(
							'objective',
							t('actions.objective'),
							state.objectives.map(({ number, title }) => [number, `${number} – ${fine(title)}`]),
							change,
						)}
						${select(
							'measure',
							t('word.measure_title'),
							state.measures.map(({ number, title }) => [number, `${number} – ${fine(title)}`]),
							change,
						)}
						${select(
							'status',
							t('word.status'),
							STATUSES.map((status) => [status, statusText(status)]),
							change,
						)}
						${select('lead', t('word.lead'), state.leads, change)}
						${select(
							'without',
							t('actions.lacks'),
							['lead', 'cost'].map((what) => [what, t(`actions.without.${what}`)]),
							change,
						)}
						<div class="vg-checks">
							${check('late', t('flag.late'), change)}${check('blocked', t('flag.blocked'), change)}
						</div>
					</form>
				</search>
				<div class="vg-result">
					<p>
						<strong>${t('actions.found', { n: items.length })}</strong
						>${chosen.length ? html`<span class="vg-muted"> – ${chosen.map(([, text]) => text).join(', ')}</span>` : nothing}
						<span class="vg-muted"> – ${t('actions.on', { date: longDay(param('as_of') ?? state.at) })}</span>
					</p>
					${
						chosen.length
							? html`<button
									type="button"
									class="fr-btn fr-btn--tertiary vg-no-print"
									@click=${() => {
										update(Object.fromEntries(FILTERS.map((name) => [name, null])));
									}}
								>
									${t('actions.clear')}
								</button>`
							: nothing
					}
				</div>
				${
					failure
						? failureAlert(failure)
						: items.length === 0
							? empty(t('actions.no_match'))
							: html`<div class="vg-panel">
									${actionsTable(items, { plan, caption: t('actions.found', { n: items.length }), sort: param('sort') ?? 'number', onSort: (sort) => update({ sort: sort === 'number' ? null : sort }) })}
								</div>`
				}
			</div>`;
	},
});

function leads(actions) {
	const found = new Map(
		actions.filter(({ lead }) => lead).map(({ lead }) => [lead.code, `${lead.code} – ${fine(lead.name)}`]),
	);
	return [...found].sort(([a], [b]) => a.localeCompare(b));
}
