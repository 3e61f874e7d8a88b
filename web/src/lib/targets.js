/* What is expected of an indicator and what watches it: its target, its alerts, and its course place by place. */
import { html, svg, nothing } from 'lit-html';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { extent } from 'd3-array';
import { t, fine } from './i18n.js';
import { instant, longDay, percent, period, quantity } from './format.js';
import { badge, empty, illustrative, panel } from './parts.js';
import { standing, unitOf } from './figures.js';

const ALERTS = { alert: 'blocked', warning: 'late', error: 'stale', no_data: 'not_started', ok: 'done' };

const amount = (value, about) => quantity(value, unitOf(about), about.decimals ?? 1);

export const alertBadge = (state) => badge(ALERTS[state], t(`figures.alert.${state}`));

const fact = (label, value) =>
	html`<div>
		<dt>${label}</dt>
		<dd>${value}</dd>
	</div>`;

const stepsTable = (steps, about) =>
	html`<div class="fr-table">
		<table>
			<caption class="fr-sr-only">
				${t('figures.steps')}
			</caption>
			<thead>
				<tr>
					<th scope="col">${t('figures.period')}</th>
					<th scope="col" class="vg-right">${t('figures.expected')}</th>
				</tr>
			</thead>
			<tbody>
				${steps.map((step) => html`<tr><th scope="row">${period(step.period)}</th><td class="vg-right">${amount(step.value, about)}</td></tr>`)}
			</tbody>
		</table>
	</div>`;

/* The national target with how far the last figure came; the numbers repeat the picture of the trend. */
export function targetPanel({ about, targets, trend, names }) {
	const own = targets.find(({ territory }) => territory === 'FR');
	const last = trend.findLast(({ progress_rate: rate }) => rate !== undefined);
	if (!targets.length) return nothing;
	return panel(
		'target',
		t('figures.target'),
		html`${
				own
					? html`<dl class="vg-facts">
								${fact(t('figures.baseline'), html`${amount(own.baseline.value, about)} <span class="vg-muted">${period(own.baseline.period)}</span>`)}
								${fact(t('figures.target'), html`<strong>${amount(own.target.value, about)}</strong> <span class="vg-muted">${period(own.target.period)}</span> ${illustrative(own.origin)}`)}
								${
									last
										? html`${fact(t('figures.expected_at', { period: period(last.period) }), amount(last.expected, about))}
											${fact(
												t('figures.progress_rate'),
												last.progress_rate
													? html`${percent(last.progress_rate.clipped)}${last.progress_rate.raw === last.progress_rate.clipped ? nothing : html` <span class="vg-muted">${t('figures.raw_rate', { value: percent(last.progress_rate.raw) })}</span>`}`
													: t('figures.no_way'),
											)}
											${fact(t('figures.standing'), standing(last))}`
										: nothing
								}
								${fact(t('figures.path'), t(`figures.path.${own.path}`))}
							</dl>
							${own.former ? html`<p>${t('figures.target_former')}</p>` : nothing}${own.steps.length ? stepsTable(own.steps, about) : nothing}
							<p class="vg-small">${fine(own.source)} ${t('figures.target_set', { by: own.set_by?.name ?? t('figures.target_system'), at: longDay(own.set_at) })}${own.reason ? html` ${fine(own.reason)}` : nothing}</p>`
					: nothing
			}
			${
				targets.length > (own ? 1 : 0)
					? html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('figures.targets_elsewhere')}>
							<table>
								<caption class="fr-sr-only">
									${t('figures.targets_elsewhere')}
								</caption>
								<thead>
									<tr>
										<th scope="col">${t('figures.territory')}</th>
										<th scope="col" class="vg-right">${t('figures.baseline')}</th>
										<th scope="col" class="vg-right">${t('figures.target')}</th>
										<th scope="col">${t('figures.path')}</th>
									</tr>
								</thead>
								<tbody>
									${targets
										.filter((one) => one !== own)
										.map(
											(one) =>
												html`<tr>
													<th scope="row">${t('map.place', { name: names.get(one.territory) ?? one.territory, code: one.territory })}</th>
													<td class="vg-right">${amount(one.baseline.value, about)} <span class="vg-muted">${period(one.baseline.period)}</span></td>
													<td class="vg-right">${amount(one.target.value, about)} <span class="vg-muted">${period(one.target.period)}</span></td>
													<td>${t(`figures.path.${one.path}`)} ${illustrative(one.origin)}</td>
												</tr>`,
										)}
								</tbody>
							</table>
						</div>`
					: nothing
			}`,
	);
}

/* What watches it: the gravest first, calm places only counted. */
export function alertsPanel({ alerts, names, about }) {
	if (!alerts?.total) return nothing;
	const grave = alerts.items.filter(({ state }) => state !== 'ok' && state !== 'no_data');
	const count = (state) => alerts.items.filter((one) => one.state === state).length;
	const limit = ({ when }) =>
		when.above === undefined ? t('figures.alert.below', { value: amount(when.below, about) }) : t('figures.alert.above', { value: amount(when.above, about) });
	return panel(
		'alerts',
		t('figures.alerts'),
		html`<ul class="vg-badges">
				${Object.keys(ALERTS)
					.filter(count)
					.map((state) => html`<li>${alertBadge(state)} ${count(state)}</li>`)}
			</ul>
			${
				grave.length
					? html`<div class="fr-table vg-scroll" tabindex="0" role="region" aria-label=${t('figures.alert.table')}>
							<table>
								<caption class="fr-sr-only">
									${t('figures.alert.table')}
								</caption>
								<thead>
									<tr>
										<th scope="col">${t('figures.territory')}</th>
										<th scope="col">${t('figures.alert.state')}</th>
										<th scope="col">${t('figures.alert.since')}</th>
										<th scope="col" class="vg-right">${t('figures.value')}</th>
										<th scope="col">${t('figures.alert.watch')}</th>
									</tr>
								</thead>
								<tbody>
									${grave.slice(0, 30).map(
										(one) =>
											html`<tr>
												<th scope="row">${t('map.place', { name: names.get(one.territory) ?? one.territory, code: one.territory })}</th>
												<td>${alertBadge(one.state)}</td>
												<td class="vg-nowrap">${period(one.since)}</td>
												<td class="vg-right">${one.value === null ? html`<span class="vg-absent">–</span>` : amount(one.value, about)}</td>
												<td>${fine(one.name)}, ${limit(one)}</td>
											</tr>`,
									)}
								</tbody>
							</table>
						</div>`
					: html`<p>${t('figures.alert.calm')}</p>`
			}
			${grave.length > 30 ? html`<p class="vg-small">${t('figures.more_rows', { n: grave.length - 30 })}</p>` : nothing}
			<p class="vg-small">${t('figures.alert.judged', { at: instant(alerts.items[0].known_from) })}</p>`,
	);
}

/* ---------------------------------------------------------------- small multiples */

const WIDTH = 132;
const HEIGHT = 44;

function small(cells, bounds, label) {
	const [low, high] = bounds;
	const x = scaleLinear().domain([0, Math.max(1, cells.length - 1)]).range([4, WIDTH - 4]);
	const y = scaleLinear().domain(low === high ? [low - 1, high + 1] : [low, high]).range([HEIGHT - 5, 5]);
	const path = line()
		.defined(({ state }) => state === 'value')
		.x((_, i) => x(i))
		.y(({ value }) => y(value));
	const last = cells.findLastIndex(({ state }) => state === 'value');
	return html`<svg class="vg-small-one" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
		<path class="vg-grid" d="M4 ${HEIGHT - 5}H${WIDTH - 4}" /><path class="vg-line" d=${path(cells)} />
		${last < 0 ? nothing : svg`<circle class="vg-dot" cx=${x(last)} cy=${y(cells[last].value)} r="2.6"/>`}
	</svg>`;
}

/* One small curve a place, all on the same scale, each with its last figure in text; the table of territories is their twin. */
export function multiples(cells, about, names) {
	const places = byPlace(cells);
	const shown = cells.filter(({ state }) => state === 'value');
	if (shown.length < 2) return empty(t('figures.none'));
	const bounds = extent(shown, ({ value }) => value);
	return html`<p class="vg-small">${t('figures.same_scale', { low: amount(bounds[0], about), high: amount(bounds[1], about) })}</p>
		<ul class="vg-multiples">
			${[...places].map(([code, own]) => {
				const last = own.findLast(({ state }) => state === 'value');
				const name = names.get(code) ?? code;
				return html`<li>
					<span class="vg-multiples__name">${name}</span>${small(own, bounds, t('indicator.spark', { name }))}
					<span>${last ? html`<strong>${amount(last.value, about)}</strong> <span class="vg-muted">${period(last.period)}</span>` : html`<span class="vg-absent">${t('figures.no_value')}</span>`}</span>
				</li>`;
			})}
		</ul>`;
}

function byPlace(cells) {
	const out = new Map();
	for (const cell of cells) out.set(cell.territory, [...(out.get(cell.territory) ?? []), cell]);
	return out;
}
