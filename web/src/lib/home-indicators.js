/* Key indicators: last value, its period, its curve, how fresh and how complete it is. */
import { html, nothing } from 'lit-html';
import { t, fine, has } from './i18n.js';
import { instant, period, quantity } from './format.js';
import { empty, panel } from './parts.js';
import { sparkline } from './charts.js';
import { icon } from './icons.js';
import { link } from './url.js';

const known = (prefix, code) => (has(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : code);

/* Zero is a value; silence, “not applicable” and “withheld” have words and looks of their own. */
function value({ state, value: figure, unit, decimals, reason }) {
	if (state === 'value' && figure !== null && figure !== undefined)
		return html`<strong class="vg-indicator__value"
			>${quantity(figure, known('unit', unit), decimals ?? 1)}</strong
		>`;
	return html`<span class="vg-absent vg-indicator__value vg-state--${state}">${known('state', state)}</span
		>${reason ? html`<p class="vg-muted">${known('reason', reason)}</p>` : nothing}`;
}

const target = ({ target: value, unit, decimals = 1 }) =>
	value === null || value === undefined
		? t('indicator.no_target')
		: t('indicator.target', { value: quantity(value, known('unit', unit), decimals) });

const coverage = ({ coverage: { received = 0, expected } = {} }) =>
	expected ? t('indicator.coverage', { a: received, b: expected }) : null;

const mark = (kind, text, picture = nothing) =>
	html`<span class="fr-badge vg-badge vg-badge--${kind}">${picture}${text}</span>`;

function card(item) {
	const { flags = [] } = item;
	return html`<li class="vg-indicator">
		<h3><a class="fr-link" href=${link('/indicator.html', { id: item.id })}>${fine(item.name)}</a></h3>
		<div class="vg-indicator__body">
			<div>${value(item)}<p class="vg-muted">${item.period ? period(item.period) : nothing}</p></div>
			${sparkline(item.spark ?? [], t('indicator.spark', { name: item.name }))}
		</div>
		<p class="vg-small">${[target(item), coverage(item)].filter(Boolean).join(' · ')}</p>
		<p class="vg-small">
			${flags.includes('stale') ? mark('stale', t('indicator.recomputing'), icon('clock')) : nothing}
			${flags.filter((flag) => flag !== 'stale').map((flag) => mark('not_started', known('mark', flag)))}
			${item.computed_at ? t('indicator.computed', { at: instant(item.computed_at) }) : t('indicator.never')}
		</p>
	</li>`;
}

/* The plan's own first, and no more than a glance takes in: the others are one link away. */
const KEYS = 6;
const keys = (all) => {
	const own = ({ id }) => id.startsWith('plan.');
	return [...all.filter(own), ...all.filter((item) => !own(item))].slice(0, KEYS);
};

export const indicators = (data) =>
	panel(
		'indicators',
		t('indicator.title'),
		data.indicators.length
			? html`<ul class="vg-indicators">
						${keys(data.indicators).map(card)}
					</ul>
					${data.indicators.length > KEYS ? html`<p><a class="fr-link" href=${link('/indicators.html', { plan: data.plan.code })}>${t('nav.indicators')} (${data.indicators.length})</a></p>` : nothing}`
			: empty(t('indicator.none')),
	);

/* Is a value shown that is being computed again? */
export const recomputing = (data) => data.indicators.some(({ flags = [] }) => flags.includes('stale'));
