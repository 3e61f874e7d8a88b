/* Long lists are shown in pieces, so that a phone is not given two hundred rows at once; paper gets all of them. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';

const PIECE = 60;

/* What to show of the items, and the button for the next piece; the page's state remembers how many were asked for. */
export function pieces(items, state, redraw, size = PIECE) {
	const shown = Math.min(items.length, state.shown ?? size);
	const left = items.length - shown;
	const show = (n) => {
		state.shown = n;
		redraw();
	};
	if (!state.printing) {
		state.printing = true;
		addEventListener('beforeprint', () => show(Infinity));
	}
	const next = Math.min(left, size);
	return {
		shown: items.slice(0, shown),
		more: left
			? html`<p class="vg-buttons vg-no-print">
					<button type="button" class="fr-btn fr-btn--secondary" @click=${() => show(shown + size)}>
						${t('page.more', { n: next })}</button
					><span class="vg-muted">${t('page.shown', { n: shown, of: items.length })}</span>
				</p>`
			: nothing,
	};
}
