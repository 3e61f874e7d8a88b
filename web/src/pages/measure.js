/* One measure: what it is, how far it is, and its actions. */
import { html, nothing } from 'lit-html';
import { banners, presentButton, printButton, printSource, readPlan, setTitle, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { longDay, percent } from '../lib/format.js';
import { link, param } from '../lib/url.js';
import { confidence, empty, illustrative, organisation, panel, progress, trend, trouble } from '../lib/parts.js';
import { actionsTable } from '../lib/actions-table.js';
import { followButton, readFollow } from '../lib/follow.js';
import { statusBar } from '../lib/status-bar.js';

const OPEN = ['not_started', 'in_progress', 'on_hold'];

/* Where the measure stands, in words: how far, what is done, what is wrong, what comes next. */
function situation({ progress: done, trend: way, actions }, today) {
	const date = html`<time datetime=${today}>${longDay(today)}</time>`;
	const next = actions.items
		.filter(({ status, due_on: due }) => OPEN.includes(status) && due && due >= today)
		.sort((a, b) => a.due_on.localeCompare(b.due_on))[0];
	const sentences = [
		done === null
			? tx('overview.measure.silent', { date })
			: tx('overview.measure.progress', { date, progress: html`<strong>${percent(done)}</strong>`, way: way && way !== 'flat' ? t(`overview.measure.${way}`) : '' }),
		t('overview.measure.done', { n: actions.by_status.done, of: actions.total }),
		trouble(actions, t('overview.measure.no_trouble')),
		next ? t('overview.measure.next', { date: longDay(next.due_on), number: next.number }) : null,
	].filter(Boolean);
	return html`<div class="vg-lead">
		<p class="vg-situation">${sentences.map((one) => html`${one} `)}</p>
	</div>`;
}

const names = (list) => list.map(({ name }) => fine(name)).join(' · ');

start({
	name: 'measure',
	sheets: true,
	texts: { fr: () => import('texts:fr.overview'), en: () => import('texts:en.overview') },
	title: 'word.measure_title',
	async load({ plan: code }) {
		const number = param('number') ?? '';
		const [plan, { data: measure }, follow] = await Promise.all([
			readPlan(code),
			get(path('plans', code, 'measures', number), { as_of: param('as_of') }),
			readFollow(code, 'measure', number),
		]);
		setTitle(`${t('word.measure', { number: measure.number })} – ${fine(measure.title)}`);
		return { plan, measure, follow, at: new Date().toISOString() };
	},
	view(state, context, redraw) {
		const { plan, measure, at } = state;
		const { items = [] } = measure.actions;
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
				${situation(measure, (param('as_of') ?? at).slice(0, 10))}
				<dl class="vg-facts vg-panel">
					${fact(t('word.progress'), html`${progress(measure.progress)}<span class="vg-small">${t('measure.coverage', { n: measure.coverage?.received ?? 0, expected: measure.coverage?.expected ?? measure.actions.total })}</span>`)}
					${fact(t('measure.worst'), confidence(measure.confidence))}${fact(t('word.trend'), trend(measure.trend))}
					${fact(t('word.lead'), measure.lead ? html`${organisation(measure.lead)} <span class="vg-small">${fine(measure.lead.name)}</span>` : organisation(null))}
					${measure.co_leads?.length ? fact(t('action.co_leads'), names(measure.co_leads)) : nothing}
					${measure.partners?.length ? fact(t('action.partners'), names(measure.partners), true) : nothing}
					${measure.basis ? fact(t('measure.basis'), fine(measure.basis)) : nothing}
				</dl>
				${panel('actions', t('word.actions', { n: items.length }), items.length ? html`${statusBar(measure.actions.by_status)}${actionsTable(items, { plan, caption: t('measure.actions_of', { number: measure.number }) })}` : empty(t('calendar.none')))}
				${printSource(at)}
			</div>`;
	},
});
