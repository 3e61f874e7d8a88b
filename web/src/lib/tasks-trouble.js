/* What stands in the way of sending the tasks: somebody else's changes, and figures that a rule wants confirmed. */
import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { bothVersions } from './both-versions.js';
import { t } from './i18n.js';
import { icon } from './icons.js';

const conflictView = (conflict, redraw) => {
	const choose = (what) => () => {
		conflict[what]();
		redraw();
		document.getElementById('tasks-title').focus();
	};
	return html`<section class="vg-conflict" aria-label=${conflict.name}>
		<h2>${icon('warning')} ${t('tasks.conflict', { name: conflict.name })}</h2>
		<p>${conflict.by ? t('monthly.conflict_by', { name: conflict.by.name }) : t('conflict.text')}</p>
		${bothVersions(
			conflict.name,
			conflict.rows.map(([name, mine, theirs]) => [name, mine || '–', theirs || '–']),
		)}
		<div class="vg-buttons">
			<button type="button" class="fr-btn" @click=${choose('mine')}>${t('tasks.keep_mine')}</button
			><button type="button" class="fr-btn fr-btn--secondary" @click=${choose('theirs')}>
				${t('conflict.take_theirs')}
			</button>
		</div>
	</section>`;
};

/* Each figure that a rule stopped, what it wonders at, and the word that it is right all the same. */
const stopsView = (stops) =>
	html`<section class="vg-conflict" aria-labelledby="to-confirm">
		<h2 id="to-confirm">${icon('warning')} ${t('tasks.to_confirm', { n: stops.length })}</h2>
		<p>${t('tasks.to_confirm_text')}</p>
		${stops.map(
			(stop, i) =>
				html`<div class="fr-input-group">
					<label class="fr-label" for="word-${i}"><strong>${stop.name}</strong>${t('form.colon')}${stop.typed}<span class="vg-block">${t('monthly.confirm')}</span></label>
					<p class="fr-error-text" id="word-${i}-why">${stop.why}</p>
					<textarea
						class="fr-input vg-full"
						id="word-${i}"
						rows="2"
						maxlength="1000"
						aria-describedby="word-${i}-why"
						.value=${live(stop.word)}
						@input=${({ target }) => stop.say(target.value)}
					></textarea>
				</div>`,
		)}
	</section>`;

export const troubleView = ({ conflicts, stops }, redraw) =>
	html`${stops.length ? stopsView(stops) : nothing}${conflicts.map((conflict) => conflictView(conflict, redraw))}`;
