/* One measure: what it is, how far it is month after month, what its indicators say, and its actions. */
import { html, nothing } from 'lit-html';
import { banners, presentButton, printButton, readPlan, setTitle, start } from '../lib/shell.js';
import { all, get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { dayOf, longDay, percent, period, quantity } from '../lib/format.js';
import { link, param } from '../lib/url.js';
import { CONFIDENCES, absent, confidence, empty, illustrative, organisation, panel, progress, trend, trouble } from '../lib/parts.js';
import { actionsTable } from '../lib/actions-table.js';
import { followButton, readFollow } from '../lib/follow.js';
import { compared, course, distribution } from '../lib/course.js';
import { figure, marks, standing, unitOf } from '../lib/figures.js';

const OPEN = ['not_started', 'in_progress', 'on_hold'];

/* How its indicators stand against their paths, counted: the best first. */
function standings(indicators) {
	const list = ['reached', 'on_path', 'behind', 'off_path', 'none']
		.map((name) => [name, indicators.filter(({ status = 'none' }) => status === name).length])
		.filter(([, n]) => n)
		.map(([name, n]) => t(`overview.measure.${name}`, { n }));
	return list.length ? t('overview.measure.indicators', { list: list.join(', ') }) : null;
}

/* Where the measure stands, in words: how far, what is done, what is wrong, what comes next. */
function situation({ progress: done, planned, trend: way, actions }, indicators, today) {
	const date = html`<time datetime=${today}>${longDay(today)}</time>`;
	const first = (found) => actions.items.filter(found).sort((a, b) => a.due_on.localeCompare(b.due_on))[0];
	const oldest = first(({ late }) => late);
	const next = first(({ status, due_on: due }) => OPEN.includes(status) && due && due >= today);
	const sentences = [
		done === null
			? tx('overview.measure.silent', { date })
			: tx('overview.measure.progress', {
					date,
					progress: html`<strong>${percent(done)}</strong>`,
					compared: compared(done, planned),
					way: way && way !== 'flat' ? t(`overview.measure.${way}`) : '',
				}),
		actions.total ? t(actions.by_status.done ? 'overview.measure.done' : 'overview.measure.none_done', { n: actions.by_status.done, of: actions.total }) : null,
		trouble(actions, t('overview.measure.no_trouble')),
		oldest ? t('overview.measure.oldest', { date: longDay(oldest.due_on), number: oldest.number }) : null,
		standings(indicators),
		next ? t('overview.measure.next', { date: longDay(next.due_on), number: next.number }) : null,
	].filter(Boolean);
	return html`<div class="vg-lead">
		<p class="vg-situation">${sentences.map((one) => html`${one} `)}</p>
	</div>`;
}

/* Its indicators: the last figure with its date, what is aimed at by when, and how the two compare. */
function keyIndicators(measure, indicators, coordinates) {
	const row = (item) =>
		html`<tr>
			<th scope="row"><a class="fr-link" href=${link('/indicator.html', { id: item.id })}>${fine(item.name)}</a></th>
			<td data-label=${t('figures.value')}>
				${figure(item, item)}${item.period ? html` <span class="vg-muted">${period(item.period)}</span>` : nothing} ${marks(item.flags)}
			</td>
			<td data-label=${t('figures.target')}>
				${
					item.target
						? html`<span class="vg-number">${quantity(item.target.value, unitOf(item), item.decimals)}</span> <span class="vg-muted">${period(item.target.period)}</span> ${illustrative(item.target.origin)}`
						: absent(t('indicator.no_target'))
				}
			</td>
			<td data-label=${t('figures.standing')}>${standing(item)}</td>
		</tr>`;
	return panel(
		'indicators',
		t('indicator.title'),
		indicators.length
			? html`<div class="fr-table vg-cards">
					<table>
						<caption class="fr-sr-only">
							${t('indicator.title')}
						</caption>
						<thead>
							<tr>
								<th scope="col">${t('figures.name')}</th>
								<th scope="col">${t('figures.value')}</th>
								<th scope="col">${t('figures.target')}</th>
								<th scope="col">${t('figures.standing')}</th>
							</tr>
						</thead>
						<tbody>
							${indicators.map(row)}
						</tbody>
					</table>
				</div>`
			: html`${empty(t('overview.measure.no_indicator'))}${coordinates ? html`<p class="vg-no-print"><a class="fr-link" href=${link('/gaps.html')}>${t('overview.measure.link_one')}</a></p>` : nothing}`,
	);
}

/* Its actions by the confidence last declared; none: nothing was. */
const counted = ({ total, by_status: statuses, items }) => ({
	total,
	by_status: statuses,
	by_confidence: Object.fromEntries([...CONFIDENCES, 'none'].map((name) => [name, items.filter((one) => (one.confidence ?? 'none') === name).length])),
});

const names = (list) => list.map(({ name }) => fine(name)).join(' · ');

start({
	name: 'measure',
	sheets: true,
	texts: { fr: () => import('texts:fr.overview'), en: () => import('texts:en.overview') },
	title: 'word.measure_title',
	async load({ plan: code }) {
		const number = param('number') ?? '';
		const [plan, { data: measure }, indicators, follow] = await Promise.all([
			readPlan(code),
			get(path('plans', code, 'measures', number), { as_of: param('as_of') }),
			all(path('plans', code, 'indicators'), { as_of: param('as_of'), measure: number }),
			readFollow(code, 'measure', number),
		]);
		setTitle(`${t('word.measure', { number: measure.number })} – ${fine(measure.title)}`);
		return { plan, measure, indicators, follow, at: new Date().toISOString() };
	},
	view(state, { session }, redraw) {
		const { plan, measure, indicators, at } = state;
		const { items = [] } = measure.actions;
		const today = dayOf(param('as_of') ?? at);
		const coordinates = session.grants.some(({ role, plan: of }) => role === 'coordinator' && of === plan.code);
		const fact = (label, value, wide) =>
			html`<div class=${wide ? 'vg-wide' : nothing}>
				<dt>${label}</dt>
				<dd>${value}</dd>
			</div>`;
		return html`${banners(plan)}
			<div class="fr-container">
				<nav class="fr-breadcrumb" aria-label=${t('nav.trail')}>
					<ol>
						<li><a class="fr-link" href=${link('/', { plan: plan.code })}>${t('nav.home')}</a></li>
						<li aria-current="page">${t('word.measure', { number: measure.number })}</li>
					</ol>
				</nav>
				<div class="vg-top">
					<div>
						<p class="vg-eyebrow">
							${t('word.objective', { number: measure.objective })}${measure.flagship ? html` · ${t('measure.flagship')}` : nothing}
							${illustrative(measure.origin)}
						</p>
						<h1><span class="vg-ref">${measure.number}</span> ${fine(measure.title)}</h1>
					</div>
					<div class="vg-tools">${followButton(state, redraw)}${presentButton()}${printButton()}</div>
				</div>
				${situation(measure, indicators, today)}
				<dl class="vg-facts vg-panel">
					${fact(t('word.progress'), html`${progress(measure.progress, measure.planned)}<span class="vg-small">${t('measure.coverage', { n: measure.coverage?.received ?? 0, expected: measure.coverage?.expected ?? measure.actions.total })}</span>`)}
					${fact(t('measure.worst'), confidence(measure.confidence))}${fact(t('word.trend'), trend(measure.trend))}
					${fact(t('word.lead'), measure.lead ? html`${organisation(measure.lead)} <span class="vg-small">${fine(measure.lead.name)}</span>` : organisation(null))}
					${measure.co_leads?.length ? fact(t('action.co_leads'), names(measure.co_leads)) : nothing}
					${measure.partners?.length ? fact(t('action.partners'), names(measure.partners), true) : nothing}
					${measure.basis ? fact(t('measure.basis'), fine(measure.basis)) : nothing}
				</dl>
				${items.length ? distribution(counted(measure.actions)) : nothing}
				${course(measure.trajectory, measure.planned, today)}
				${keyIndicators(measure, indicators, coordinates)}
				${panel('actions', t('word.actions', { n: items.length }), items.length ? actionsTable(items, { plan, caption: t('measure.actions_of', { number: measure.number }) }) : empty(t('calendar.none')))}
			</div>`;
	},
});
