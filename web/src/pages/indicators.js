/* All indicators of the plan, with their latest national value. */
import { html, nothing } from 'lit-html';
import { banners, printButton, readPlan, start } from '../lib/shell.js';
import { all, path } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { instant, period } from '../lib/format.js';
import { link, param } from '../lib/url.js';
import { empty } from '../lib/parts.js';
import { direction, figure, known, marks, received } from '../lib/figures.js';

const row = (item) =>
	html`<tr>
		<th scope="row">
			<a class="fr-link" href=${link('/indicator.html', { id: item.id })}>${fine(item.name)}</a>
			<span class="vg-small vg-block vg-muted">${item.id}</span>
		</th>
		<td data-label=${t('figures.value')}>${figure(item, item)} ${marks([...item.flags, ...(item.fictitious ? ['fictitious'] : [])])}</td>
		<td data-label=${t('figures.period')} class="vg-nowrap">${item.period ? period(item.period) : '–'}</td>
		<td data-label=${t('figures.coverage')}>${received(item)}</td>
		<td data-label=${t('figures.kind')}>${known('figures.kind', item.kind)}</td>
		<td data-label=${t('figures.better')}>${direction(item.direction)}</td>
		<td data-label=${t('figures.computed')} class="vg-nowrap">
			${item.computed_at ? instant(item.computed_at) : t('indicator.never')}
		</td>
	</tr>`;

start({
	name: 'indicators',
	sheets: true,
	texts: { fr: () => import('texts:fr.plugins'), en: () => import('texts:en.plugins') },
	title: 'nav.indicators',
	async load({ plan: code }) {
		const [plan, items] = await Promise.all([
			readPlan(code),
			all(path('plans', code, 'indicators'), { as_of: param('as_of') }),
		]);
		return { plan, items, at: new Date().toISOString() };
	},
	view({ plan, items, at }) {
		return html`${banners(plan)}
			<div class="fr-container">
				<div class="vg-top">
					<h1>${t('figures.title')}</h1>
					<div class="vg-tools">${printButton()}</div>
				</div>
				${
					items.length
						? html`<div class="vg-panel">
								<div class="fr-table vg-cards">
									<table>
										<caption class="fr-sr-only">
											${t('figures.title')}
										</caption>
										<thead>
											<tr>
												<th scope="col">${t('figures.name')}</th>
												<th scope="col">${t('figures.value')}</th>
												<th scope="col">${t('figures.period')}</th>
												<th scope="col">${t('figures.coverage')}</th>
												<th scope="col">${t('figures.kind')}</th>
												<th scope="col">${t('figures.better')}</th>
												<th scope="col">${t('figures.computed')}</th>
											</tr>
										</thead>
										<tbody>
											${items.map(row)}
										</tbody>
									</table>
								</div>
							</div>`
						: empty(t('indicator.none'))
				}
			</div>`;
	},
});
