/* One line of “what moved”: when, what, from which value to which, why. */
import { html, nothing } from 'lit-html';
import { t, has, fine } from './i18n.js';
import { percent, shortDay } from './format.js';
import { confidenceText, statusText } from './parts.js';
import { link } from './url.js';

function shown(field, value) {
	if (value === null || value === undefined || value === '') return t('state.none');
	if (field === 'status') return statusText(value);
	if (field === 'confidence') return confidenceText(value);
	if (field === 'progress') return percent(value);
	if (/_on$/.test(field)) return shortDay(value);
	return typeof value === 'object'
		? (value.name ?? value.code ?? JSON.stringify(value))
		: fine(String(value));
}

const move = ({ field, old, new: now }) =>
	html`<span class="vg-old">${shown(field, old)}</span> <span aria-hidden="true">→</span
		><span class="fr-sr-only">${t('change.to')}</span> <strong>${shown(field, now)}</strong>`;

export function changeItem(item, plan) {
	const pages = {
		action: 'action',
		measure: 'measure',
		blocker: 'action',
		milestone: 'action',
		deployment: 'action',
		status_report: 'action',
	};
	const page = pages[item.object];
	const where = link(`/${page}.html`, { plan, number: item.number });
	const name = t(page === 'measure' ? 'word.measure' : 'word.action', { number: item.number ?? '' });
	const field = item.field ? (has(`field.${item.field}`) ? t(`field.${item.field}`) : item.field) : null;
	return html`<li class="vg-change">
		<time class="vg-muted" datetime=${item.at}>${shortDay(item.at)}</time>
		<div>
			<p>
				${page && item.number ? html`<a class="fr-link" href=${where}>${name}</a>` : name}
				${item.object === 'blocker' ? t('change.blocker') : nothing}
				${field ? html`– ${field} ${move(item)}` : nothing}
			</p>
			${item.reason ? html`<p class="vg-muted">${fine(item.reason)}</p>` : nothing}
		</div>
	</li>`;
}
