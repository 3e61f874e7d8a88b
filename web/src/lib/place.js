/* A territory's name, and the way to its sheet. */
import { html } from 'lit-html';
import { t, fine } from './i18n.js';
import { link, param } from './url.js';

export const placeText = ({ territory, code = territory, name }) =>
	code === 'FR' ? fine(name) : t('map.place', { name: fine(name), code });

export const placeHref = ({ territory, code = territory }) =>
	link('/territory.html', { plan: param('plan'), code });

export const placeLink = (place) => html`<a class="fr-link" href=${placeHref(place)}>${placeText(place)}</a>`;
