/* The plugins: their state, whose they are, whether their file differs; and the way to a new one. */
import { html, nothing } from 'lit-html';
import { start } from '../lib/shell.js';
import { all } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { shortDay } from '../lib/format.js';
import { link } from '../lib/url.js';
import { empty, panel } from '../lib/parts.js';
import { diskBadge, roles, stateBadge } from '../lib/plugin-parts.js';

const row = (item) =>
	html`<tr>
		<th scope="row">
			<a class="fr-link" href=${link('/plugin.html', { id: item.id })}>${item.name ? fine(item.name) : item.id}</a>
			<span class="vg-small vg-block vg-muted">${item.id}</span>
		</th>
		<td data-label=${t('plugins.state')}>
			<span class="vg-badges"
				>${stateBadge(item.state)}${item.draft && item.version ? stateBadge(item.draft.state) : nothing}${diskBadge(item.on_disk)}</span
			>
		</td>
		<td data-label=${t('plugins.version')}>${item.version ?? '–'}</td>
		<td data-label=${t('plugins.owner')}>${fine(item.owner ?? item.draft?.author.name ?? '–')}</td>
		<td data-label=${t('plugins.date')} class="vg-nowrap">
			${item.published_at ? shortDay(item.published_at) : item.draft ? shortDay(item.draft.saved_at) : '–'}
		</td>
	</tr>`;

/* The recipes of plugins/recipes/: nobody starts from an empty function. */
const RECIPES = ['blank', 'ratio', 'share', 'rate', 'change', 'delay', 'rule', 'mapper', 'alert'];

const begin = () =>
	panel(
		'new',
		t('plugins.new'),
		html`<form
			class="vg-ask"
			@submit=${(event) => {
				event.preventDefault();
				const form = new FormData(event.currentTarget);
				location.assign(link('/plugin.html', { id: form.get('id').trim(), new: form.get('recipe') }));
			}}
		>
			<div class="fr-input-group">
				<label class="fr-label" for="new-id"
					>${t('plugins.id')} <span class="fr-hint-text">${t('plugins.id_hint')}</span></label
				>
				<input
					class="fr-input"
					id="new-id"
					name="id"
					required
					maxlength="80"
					pattern="[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+"
					autocapitalize="none"
					spellcheck="false"
				/>
			</div>
			<div class="fr-input-group">
				<label class="fr-label" for="new-recipe">${t('plugins.recipe')}</label>
				<select class="fr-select" id="new-recipe" name="recipe">
					${RECIPES.map((one) => html`<option value=${one}>${t(`plugins.recipe.${one}`)}</option>`)}
				</select>
			</div>
			<button class="fr-btn">${t('plugins.begin')}</button>
		</form>`,
		{ className: 'vg-no-print' },
	);

start({
	name: 'plugins',
	sheets: true,
	texts: { fr: () => import('texts:fr.plugins'), en: () => import('texts:en.plugins') },
	title: 'nav.plugins',
	load: async ({ session }) => ({ items: await all('/plugins'), ...roles(session) }),
	view({ items, analyst }) {
		return html`<div class="fr-container">
			<div class="vg-top">
				<div>
					<h1>${t('plugins.title')}</h1>
					<p class="vg-muted">${t('plugins.intro')}</p>
				</div>
			</div>
			${
				items.length
					? html`<div class="vg-panel">
							<div class="fr-table vg-cards vg-cards--pairs">
								<table>
									<caption class="fr-sr-only">
										${t('plugins.title')}
									</caption>
									<thead>
										<tr>
											<th scope="col">${t('plugins.name')}</th>
											<th scope="col">${t('plugins.state')}</th>
											<th scope="col">${t('plugins.version')}</th>
											<th scope="col">${t('plugins.owner')}</th>
											<th scope="col">${t('plugins.date')}</th>
										</tr>
									</thead>
									<tbody>
										${items.map(row)}
									</tbody>
								</table>
							</div>
						</div>`
					: empty(t('plugins.none'))
			}
			${analyst ? begin() : nothing}
		</div>`;
	},
});
