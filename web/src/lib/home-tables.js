/* The tables that repeat the pictures of the home page: fetched when somebody asks for one. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { percent, period, shortDay } from './format.js';
import { placeLink } from './place.js';

export const trajectoryTable = (points) =>
	html`<div class="fr-table">
			<table>
				<caption class="fr-sr-only">
					${t('trajectory.title')}
				</caption>
				<thead>
					<tr>
						<th scope="col">${t('word.month')}</th>
						<th scope="col" class="vg-right">${t('trajectory.planned')}</th>
						<th scope="col" class="vg-right">${t('trajectory.actual')}</th>
					</tr>
				</thead>
				<tbody>
					${points.map(
						(p) =>
							html`<tr>
								<th scope="row">${period(p.period)}</th>
								<td class="vg-right">${percent(p.planned)}</td>
								<td class="vg-right">
									${p.actual === null ? html`<span class="vg-absent">${t('state.none')}</span>` : percent(p.actual)}
								</td>
							</tr>`,
					)}
				</tbody>
			</table>
		</div>`;

/* The same as rows: every département, in the order of the codes. */
export const mapTable = (cells) =>
	html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('map.table')}>
		<table>
			<caption class="fr-sr-only">
				${t('map.table')}
			</caption>
			<thead>
				<tr>
					<th scope="col">${t('map.department')}</th>
					<th scope="col" class="vg-right">${t('word.progress')}</th>
					<th scope="col" class="vg-right">${t('map.answers')}</th>
					<th scope="col">${t('map.last')}</th>
				</tr>
			</thead>
			<tbody>
				${cells.map(
					(cell) =>
						html`<tr>
							<th scope="row">${placeLink(cell)}</th>
							<td class="vg-right ${cell.state === 'value' ? '' : 'vg-absent'}">
								${cell.state === 'value' ? percent(cell.progress) : t(cell.state === 'not_applicable' ? 'state.not_applicable' : 'state.missing')}
							</td>
							<td class="vg-right">
								${cell.expected ? t('word.ratio', { a: cell.reported, b: cell.expected }) : nothing}
							</td>
							<td class=${cell.last_reported_at ? '' : 'vg-absent'}>
								${cell.last_reported_at ? shortDay(cell.last_reported_at) : t('map.never')}
							</td>
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;
