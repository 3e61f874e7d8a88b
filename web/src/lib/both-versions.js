/* A conflict shown: what was typed beside what somebody else made of it meanwhile. */
import { html } from 'lit-html';
import { t } from './i18n.js';

/* Rows are [name, mine, theirs], ready to be shown; `of` heads their names, `mark` points at those that differ. */
export const bothVersions = (caption, rows, { of = t('conflict.field'), mark = false } = {}) =>
	html`<div class="fr-table">
		<table>
			<caption class="fr-sr-only">
				${caption}
			</caption>
			<thead>
				<tr>
					<th scope="col">${of}</th>
					<th scope="col">${t('conflict.mine')}</th>
					<th scope="col">${t('conflict.theirs')}</th>
				</tr>
			</thead>
			<tbody>
				${rows.map(
					([name, mine, theirs]) =>
						html`<tr class=${mark && mine !== theirs ? 'vg-differs' : ''}>
							<th scope="row">${name}</th>
							<td>${mine}</td>
							<td>${theirs}</td>
						</tr>`,
				)}
			</tbody>
		</table>
	</div>`;
