/*
 * The objectives of a plan too large to show each measure on the home page: their sums, and under the one that somebody
 * opens its measures, fetched then.  The address says which is open.  How measures are shown (`as`: the pieces of
 * home-measures.js) is handed in: a part of its own for what two share would weigh on the first load of every plan.
 */
import { html, nothing } from 'lit-html';
import { all, Failure, path } from './api.js';
import { fine, loadTexts, t } from './i18n.js';
import { announce, panel, progress } from './parts.js';
import { link, param, replace } from './url.js';

await loadTexts(false, { fr: () => import('texts:fr.large'), en: () => import('texts:en.large') });

const SHORT = 12;
const open = { number: param('objective'), of: null, measures: [], actions: new Map(), said: null, every: false };

async function read(data, redraw, as) {
	const { number } = open;
	const of = data.generated_at;
	Object.assign(open, { of, said: open.measures.length ? null : t('page.loading') });
	const ask = (what) => all(path('plans', data.plan.code, what), { objective: number, as_of: param('as_of') });
	let found;
	try {
		const [measures, actions] = await Promise.all([ask('measures'), ask('actions')]);
		found = { measures, actions: as.byMeasure(actions), said: null };
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const [{ failureText }] = await Promise.all([import('./refusal.js'), loadTexts(true)]);
		found = { said: failureText(failure) };
	}
	if (open.number !== number || open.of !== of) return;
	Object.assign(open, found);
	announce(open.said ?? t('word.measures', { n: open.measures.length }));
	redraw();
}

function group(data, objective, redraw, as) {
	const { number, actions: sums } = objective;
	const here = open.number === number;
	if (here && open.of !== data.generated_at) read(data, redraw, as);
	const toggle = (event) => {
		event.preventDefault();
		Object.assign(open, { number: here ? null : number, of: null, measures: [], said: null });
		replace({ objective: open.number });
		redraw();
	};
	return html`<tbody>
		<tr>
			<th scope="row" class="vg-measure">
				<a
					class="fr-link"
					id="objective-${number}"
					href=${link('/', { plan: data.plan.code, objective: number })}
					aria-expanded=${String(here)}
					@click=${toggle}
					><span class="vg-ref" aria-hidden="true">${here ? '▾' : '▸'}</span><strong>${fine(objective.title)}</strong></a
				>
				<span class="vg-muted">${t('word.objective', { number })} · ${t('word.measures', { n: objective.measures })}</span>
			</th>
			<td data-label=${t('measure.actions')}><div>${t('large.actions', { n: sums.total, done: sums.done })}</div>${as.late(sums)}</td>
			<td class="vg-quiet"></td>
			<td class="vg-quiet"></td>
			<td data-label=${t('word.progress')} class="vg-progress-cell">${progress(objective.progress)}</td>
		</tr>
		${here ? open.measures.map((measure) => as.measureRow(measure, open.actions, data.plan.code)) : nothing}
		${here && open.said ? html`<tr><td colspan="5">${open.said}</td></tr>` : nothing}
	</tbody>`;
}

export function objectives(data, redraw, as) {
	const list = data.objectives;
	/* the one that the address names is among those that are shown */
	const end = Math.max(SHORT, list.findIndex(({ number }) => number === open.number) + 1);
	const shown = open.every ? list : list.slice(0, end);
	const all = () => {
		open.every = true;
		redraw();
		document.getElementById(`objective-${list[shown.length].number}`).focus();
	};
	return panel(
		'measures',
		t('large.title', { n: list.length, measures: data.plan.counts.measures.entered }),
		html`${as.table(data, shown.map((objective) => group(data, objective, redraw, as)), t('large.objective'))}
			${shown.length < list.length ? html`<p class="vg-buttons vg-no-print"><button type="button" class="fr-btn fr-btn--secondary" @click=${all}>${t('large.all', { n: list.length })}</button></p>` : nothing}`,
		{ aside: html`<p class="vg-muted">${t('large.hint')}</p>` },
	);
}
