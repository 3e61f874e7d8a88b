/* The mark of the State, which its pages must carry. */
import { html } from 'lit-html';

export const brand = html`<div class="fr-header__logo">
	<p class="fr-logo">République<br />Française</p>
</div>`;
