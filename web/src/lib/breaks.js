/*
 * Where the method of an indicator changed: what a former one showed last stands beside the present course and is never
 * joined to it.  Fetched by the page of an indicator that has a break.
 */
import { html, svg, nothing } from 'lit-html';
import { get, path } from './api.js';
import { t, fine } from './i18n.js';
import { longDay } from './format.js';
import { param } from './url.js';
import { alert } from './parts.js';
import { major, unitOf } from './figures.js';

/* state.former: each break, with what the version before it showed of the whole country last. */
export async function readFormer(state) {
	const { about, id, plan } = state;
	state.former = await Promise.all(
		about.breaks.map(async (one) => {
			const { data } = await get(path('plans', plan.code, 'indicators', id), {
				as_of: param('as_of'),
				territory: 'FR',
				major: major(one.former),
			});
			/* of another unit or another step there is no place on the same axes */
			const drawn = unitOf(data) === unitOf(about) && data.frequency === about.frequency;
			return { ...one, about: data, cells: data.cells, drawn, name: t('figures.former', { version: major(one.former) }), mark: t('figures.version_short', { version: major(one.version) }) };
		}),
	);
}

const swatch = (mark) => html`<svg class="vg-swatch" viewBox="0 0 22 14" aria-hidden="true">${mark}</svg>`;
const stroke = (name = '') => swatch(svg`<path class="vg-line ${name}" d="M2 7H20"/>`);

/* Since when, what is different, and how to tell one from the other. */
export const breakNotice = ({ former, about }) =>
	html`<div class="vg-breaks">${former.map((one) =>
		alert(
			'info',
			t('figures.break', { date: longDay(one.at), version: one.version }),
			t('figures.break_text', { former: one.former }),
			html`${one.changes ? html`<p>${t('figures.break_changes', { text: fine(one.changes) })}</p>` : nothing}${one.drawn ? nothing : html`<p>${t('figures.break_unit')}</p>`}`,
		),
	)}<ul class="vg-legend">
			<li>${stroke()}${t('figures.present', { version: major(about.version) })}</li>
			${former.map((one, i) => (one.drawn ? html`<li>${stroke(`vg-line--former vg-former-${i}`)}${one.name}</li>` : nothing))}
			<li>${swatch(svg`<path class="vg-break" d="M11 0V14"/>`)}${t('figures.break_rule', { marks: former.map(({ mark }) => mark).join(', ') })}</li>
		</ul></div>`;
