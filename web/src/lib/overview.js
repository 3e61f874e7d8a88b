/* What the pages that look across a plan share: their texts, links to places, the line that says where a value stands. */
import { html, svg, nothing } from 'lit-html';
import { scaleLinear } from 'd3-scale';
import { t } from './i18n.js';
import { longDay } from './format.js';
import { placeLink, placeText } from './place.js';
import { datePicker, printButton } from './shell.js';

export const texts = { fr: () => import('texts:fr.overview'), en: () => import('texts:en.overview') };

export { placeLink, placeText };

/* The top of such a page: where it is, its name, the day that is looked at. */
export const heading = ({ trail = [], eyebrow = nothing, title, data, tools = nothing }) =>
	html`${
			trail.length
				? html`<nav class="fr-breadcrumb" aria-label=${t('nav.trail')}>
						<ol>
							${trail.map(([href, text]) => html`<li><a class="fr-link" href=${href}>${text}</a></li>`)}
							<li aria-current="page">${title}</li>
						</ol>
					</nav>`
				: nothing
		}
		<div class="vg-top">
			<div>
				<p class="vg-eyebrow">${eyebrow}</p>
				<h1>${title}</h1>
			</div>
			<div class="vg-tools">${datePicker(data.today)}${tools}${printButton()}</div>
		</div>`;

/* The day that a page shows, as a template. */
export const onDay = (data) => {
	const day = data.as_of ?? data.today;
	return html`<time datetime=${day}>${longDay(day)}</time>`;
};

/*
 * Where a value stands among the places of its level: the whole span, the middle half, the median, the peers as
 * open dots, the value itself.  The numbers are beside it; the picture repeats them.
 */
export function strip(quartiles, value, peers = []) {
	if (!quartiles || quartiles.n < 2) return nothing;
	const known = peers.filter((one) => one !== null && one !== undefined);
	const ends = [quartiles.low, quartiles.high, ...known, ...(value === null ? [] : [value])];
	const low = Math.min(...ends);
	const high = Math.max(...ends);
	const x = scaleLinear()
		.domain(low === high ? [low - 1, high + 1] : [low, high])
		.range([6, 154]);
	return html`<svg class="vg-strip" viewBox="0 0 160 20" aria-hidden="true">
		<line class="vg-strip__span" x1=${x(quartiles.low)} x2=${x(quartiles.high)} y1="10" y2="10" />
		<rect
			class="vg-strip__half"
			x=${x(quartiles.q1)}
			width=${Math.max(1, x(quartiles.q3) - x(quartiles.q1))}
			y="5"
			height="10"
		/>
		<line class="vg-strip__median" x1=${x(quartiles.median)} x2=${x(quartiles.median)} y1="3" y2="17" />
		${known.map((one) => svg`<circle class="vg-strip__peer" cx=${x(one)} cy="10" r="3.6"/>`)}
		${value === null ? nothing : svg`<circle class="vg-dot" cx=${x(value)} cy="10" r="4.8"/>`}
	</svg>`;
}
