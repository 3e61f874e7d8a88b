/* What the two pages of plugins share, and the parts of one that are only shown: tests, differences, versions. */
import { html, nothing } from 'lit-html';
import { t, fine, has } from './i18n.js';
import { instant, period, quantity } from './format.js';
import { badge, empty } from './parts.js';
import { unitOf } from './figures.js';

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

/* ---------------------------------------------------------------- differences */

const OPS = { '+': 'plugins.added', '-': 'plugins.removed' };

const hunk = ({ before, after, lines }) => {
	const at = { '-': before, '+': after };
	let [old, now] = [at['-'], at['+']];
	return html`<tbody class="vg-hunk">
		${lines.map(({ op, text }) => {
			const [left, right] = [op === '+' ? '' : old++, op === '-' ? '' : now++];
			return html`<tr class="vg-op vg-op--${op === '+' ? 'added' : op === '-' ? 'removed' : 'same'}">
				<td class="vg-right">${left}</td>
				<td class="vg-right">${right}</td>
				<td>${OPS[op] ? html`<span class="fr-sr-only">${t(OPS[op])}</span><span aria-hidden="true">${op}</span>` : ' '}</td>
				<td><code>${text}</code></td>
			</tr>`;
		})}
	</tbody>`;
};

const textDiff = ({ text, from, to }) =>
	html`<p>
			${t('plugins.text_changes', { added: text.added, removed: text.removed, from: from?.version ?? t('plugins.nothing'), to: to.version ?? '–' })}
		</p>
		${
			text.hunks.length
				? html`<div class="fr-table vg-scroll vg-diff" tabindex="0" role="region" aria-label=${t('plugins.text_diff')}>
						<table>
							<caption class="fr-sr-only">
								${t('plugins.text_diff')}
							</caption>
							<thead class="fr-sr-only">
								<tr>
									<th scope="col">${t('plugins.before')}</th>
									<th scope="col">${t('plugins.after')}</th>
									<th scope="col">${t('plugins.sign')}</th>
									<th scope="col">${t('plugins.text')}</th>
								</tr>
							</thead>
							${text.hunks.map(hunk)}
						</table>
					</div>`
				: nothing
		}`;

const signed = (value, about) => `${value > 0 ? '+' : ''}${quantity(value, unitOf(about), 2)}`;

const levelSentence = ({ level, territories, changed, largest }, about) =>
	changed
		? t(`plugins.changes.${level}`, {
				n: territories,
				largest: largest === null ? t('plugins.changes.unsized') : t('plugins.changes.largest', { value: signed(largest, about) }),
			})
		: t('plugins.changes.none', { level: t(`figures.level.${level}`) });

function valueDiff({ values, finding: why }, about, go) {
	if (!values) return why ? finding(why, go) : empty(t('plugins.no_values'));
	if (values.withheld) return empty(t('plugins.withheld'));
	const amount = (value) => (value === null ? html`<span class="vg-absent">${t('figures.no_value')}</span>` : quantity(value, unitOf(about), 2));
	return html`<ul class="vg-bullets">
			${values.levels.filter(({ cells, changed }) => cells || changed).map((level) => html`<li>${levelSentence(level, about)}</li>`)}
		</ul>
		${
			values.changes.length
				? html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('plugins.value_diff')}>
						<table>
							<caption class="fr-sr-only">
								${t('plugins.value_diff')}
							</caption>
							<thead>
								<tr>
									<th scope="col">${t('figures.territory')}</th>
									<th scope="col">${t('figures.period')}</th>
									<th scope="col" class="vg-right">${t('plugins.before')}</th>
									<th scope="col" class="vg-right">${t('plugins.after')}</th>
								</tr>
							</thead>
							<tbody>
								${values.changes.map(
									(one) =>
										html`<tr>
											<th scope="row">${one.territory}</th>
											<td class="vg-nowrap">${period(one.period)}</td>
											<td class="vg-right">${amount(one.before)}</td>
											<td class="vg-right">${amount(one.after)}</td>
										</tr>`,
								)}
							</tbody>
						</table>
					</div>`
				: nothing
		}`;
}

export const differences = (diff, about, go) =>
	html`<h3>${t('plugins.value_diff')}</h3>
		<p class="vg-small">${t('plugins.last_periods', { n: diff.values?.periods ?? 12 })}</p>
		${valueDiff(diff, about, go)}
		<h3>${t('plugins.text_diff')}</h3>
		${textDiff(diff)}`;

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
