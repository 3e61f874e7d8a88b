/* What an administrator may do, and the accounts there are. */
import { html, nothing } from 'lit-html';
import { t, fine, has } from './i18n.js';
import { instant } from './format.js';
import { absent, panel } from './parts.js';

const ACTS = [
	['admin.people_text', 'vigie user add'],
	['admin.grants_text', 'vigie user grant'],
	['admin.password_text', 'vigie user passwd'],
	['admin.off_text', 'vigie user disable'],
	['admin.journal_text', 'GET /api/v1/journal'],
];

const right = ({ role, plan, organisation, territories }) =>
	[has(`role.${role}`) ? t(`role.${role}`) : role, plan, organisation, territories.join(' ')]
		.filter(Boolean)
		.join(' · ');

const rights = ({ grants }) =>
	grants.length
		? grants.map((one) => html`<span class="vg-block">${right(one)}</span>`)
		: absent(t('admin.no_right'));

const row = (one) =>
	html`<tr>
		<th scope="row">${fine(one.name)}<span class="vg-small vg-block">${one.login}</span></th>
		<td data-label=${t('admin.rights')}>${rights(one)}</td>
		<td data-label=${t('admin.seen')}>
			${one.disabled ? absent(t('admin.disabled')) : one.seen_at ? instant(one.seen_at) : absent(t('admin.never'))}
		</td>
	</tr>`;

export const administration = (people) =>
	panel(
		'admin',
		t('admin.title'),
		html`<p>${t('admin.where')}</p>
			<ul class="vg-list vg-list--tight">
				${ACTS.map(([text, command]) => html`<li>${t(text)}${t('form.colon')}<code>${command}</code></li>`)}
			</ul>
			${
				people
					? html`<h3>${t('admin.accounts', { n: people.length })}</h3>
							<div class="fr-table vg-cards vg-cards--pairs">
								<table>
									<caption class="fr-sr-only">
										${t('admin.accounts', { n: people.length })}
									</caption>
									<thead>
										<tr>
											<th scope="col">${t('admin.person')}</th>
											<th scope="col">${t('admin.rights')}</th>
											<th scope="col">${t('admin.seen')}</th>
										</tr>
									</thead>
									<tbody>
										${people.map(row)}
									</tbody>
								</table>
							</div>`
					: nothing
			}`,
	);
