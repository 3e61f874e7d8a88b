/* What the two pages of plugins share, and the parts of one that are only shown: tests, differences, versions. */
import { html, nothing } from 'lit-html';
import { t, fine, has } from './i18n.js';
import { instant } from './format.js';
import { badge, empty } from './parts.js';

const BADGES = {
	draft: 'not_started',
	review: 'on_hold',
	approved: 'in_progress',
	published: 'done',
	deprecated: 'late',
	retired: 'dropped',
	quarantined: 'blocked',
};

export const stateBadge = (state) => badge(BADGES[state] ?? 'not_started', t(`plugins.state.${state}`));

export const diskBadge = (onDisk) =>
	onDisk === 'modified' || onDisk === 'broken' ? badge('late', t(`plugins.disk.${onDisk}`)) : nothing;

export const roles = ({ grants = [] }) => ({
	analyst: grants.some(({ role }) => role === 'analyst'),
	judge: grants.some(({ role }) => role === 'analyst' || role === 'coordinator'),
});

/* Cause, remedy, and where: a line that leads to the editor. */
export const finding = (one, go) =>
	html`<p>
			${
				one.line
					? html`<button type="button" class="fr-btn fr-btn--tertiary vg-line" @click=${() => go?.(one.line)}>
							${t('plugins.line', { n: one.line })}
						</button>`
					: nothing
			}${fine(one.cause)}
		</p>
		<p class="vg-small"><strong>${t('plugins.remedy')}</strong> ${fine(one.remedy)}</p>
		${one.where ? html`<p class="vg-small vg-muted">${fine(one.where)}</p>` : nothing}
		${
			one.detail
				? html`<details class="vg-twin">
						<summary>${t('plugins.detail')}</summary>
						<p class="vg-small vg-hash">${one.detail}</p>
					</details>`
				: nothing
		}`;

const testName = ({ name, automatic }) =>
	automatic && has(`plugins.${name}`) ? t(`plugins.${name}`) : fine(name);

export const tests = (list, go) =>
	list.length
		? html`<ul class="vg-list vg-list--tight">
				${list.map(
					(one) =>
						html`<li>
							<p class="vg-test">
								${badge({ passed: 'done', failed: 'blocked', skipped: 'stale' }[one.state], t(`plugins.test.${one.state}`))}
								<span>${testName(one)}</span>${one.automatic ? html`<span class="vg-small vg-muted">${t('plugins.automatic')}</span>` : nothing}
							</p>
							${one.finding ? finding(one.finding, go) : nothing}
						</li>`,
				)}
			</ul>`
		: empty(t('plugins.no_tests'));

export const versions = (list) =>
	html`<ul class="vg-list vg-list--tight">
		${list.map(
			(one) =>
				html`<li>
					<strong>${one.version}</strong> ${one.active ? badge('done', t('plugins.active')) : nothing}
					<span class="vg-muted"
						>${t('plugins.published', { at: instant(one.published_at), by: one.published_by?.name ?? t('plugins.by_server') })}</span
					>
				</li>`,
		)}
	</ul>`;
