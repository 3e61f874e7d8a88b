/* The steps of a calculation for one cell of a trial, with what each came to.  Fetched with the first trial. */
import { html, nothing } from 'lit-html';
import { calculation } from './calculation.js';
import { t, fine } from './i18n.js';
import { period } from './format.js';
import { failureAlert } from './refusal.js';

const CELLS_SHOWN = 300;

const name = ({ test, territory, period: at }) => [test && fine(test), territory === 'FR' ? t('figures.level.national') : territory, period(at)].filter(Boolean).join(' · ');

/* ask(steps) tries the same again with the steps of one cell. */
export function steps(state, ask, redraw) {
	const { cells, data, basis } = state.tried.answer;
	const withheld = (cell) => basis === 'published' && cell.state === 'suppressed'; // its reason is all that is told of it
	const shown = cells.filter((cell) => !cell.dims && !withheld(cell)).slice(0, CELLS_SHOWN);
	if (!shown.length) return nothing;
	const first = data !== 'fixtures' ? Math.max(0, shown.findLastIndex(({ territory, state: is }) => territory === 'FR' && is === 'value')) : 0;
	const show = async (at) => {
		const { test, territory, period: when } = shown[at];
		const told = await ask(data !== 'fixtures' ? { territory, period: when } : { territory, period: when, test });
		state.steps = { ...told, at, chosen: null };
		redraw();
	};
	const { graph, failure, at, chosen } = state.steps ?? {};
	const open = ({ currentTarget }) => currentTarget.open && !state.steps && show(first);
	return html`<details class="vg-twin" id="steps-of" @toggle=${open}>
		<summary>${t('figures.graph')}</summary>
		<div class="vg-ask">
			<div class="fr-input-group">
				<label class="fr-label" for="steps-cell">${t('plugins.steps_cell')}</label>
				<select class="fr-select" id="steps-cell" @change=${({ target }) => show(Number(target.value))}>
					${shown.map((cell, i) => html`<option value=${i} ?selected=${i === (at ?? first)}>${name(cell)}</option>`)}
				</select>
			</div>
		</div>
		${failure ? failureAlert(failure) : nothing}
		${
			graph
				? html`<h3>${name(shown[at])}</h3>
						${calculation(graph, chosen, (step) => {
							state.steps.chosen = step;
							redraw();
						})}`
				: state.steps && !failure
					? html`<p class="vg-small">${t('figures.graph.none')}</p>`
					: nothing
		}
	</details>`;
}
