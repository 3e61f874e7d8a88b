/* The month's report of one département and organisation, made for a phone. */
import { html, nothing } from 'lit-html';
import { banners, readPlan, setTitle, start } from '../lib/shell.js';
import { all, path } from '../lib/api.js';
import { lang, t, fine } from '../lib/i18n.js';
import { link, param } from '../lib/url.js';
import { alert, badge, empty, panel, statusText } from '../lib/parts.js';
import { campaigns, current, dueText, monthName, readUnit, stateBadge } from '../lib/monthly.js';
import { monthlyForm, monthlyView } from '../lib/monthly-form.js';

const deputises = ({ people }, me) => people.some(({ kind, person }) => kind === 'deputy' && person?.id === me.id);

/* Who acts for somebody else is told for whom. */
function deputyNotice(report, me) {
	if (!deputises(report, me)) return nothing;
	const unit = `${fine(report.name)} (${report.territory}) – ${fine(report.organisation.name)}`;
	const names = report.people.filter(({ kind, person }) => kind === 'referent' && person).map(({ person }) => person.name);
	return alert('info', names.length ? t('monthly.deputy_of', { unit, name: new Intl.ListFormat(lang).format(names) }) : t('monthly.deputy', { unit }));
}

/* The units for which this person may answer. */
async function findUnits({ grants = [], person: me }, plan, month) {
	const mine = grants.filter(({ role, plan: code }) => role === 'contributor' && code === plan);
	const found = new Map();
	for (const { organisation, territories } of mine)
		for (const territory of territories)
			for (const line of await all(path('plans', plan, 'campaigns', month, 'reports'), { organisation, territory }))
				if (line.state !== 'exempt') found.set(`${line.territory}/${line.organisation.code}`, line);
	/* a deputy acts for a seat beyond his own départements, within an organisation of his */
	for (const organisation of new Set(mine.map(({ organisation: code }) => code)))
		for (const line of await all(path('plans', plan, 'campaigns', month, 'reports'), { organisation }))
			if (line.state !== 'exempt' && deputises(line, me)) found.set(`${line.territory}/${line.organisation.code}`, { ...line, deputy: true });
	return [...found.values()];
}

async function load({ plan: code, session }) {
	const [plan, list] = await Promise.all([readPlan(code), campaigns(code)]);
	const month = current(list, param('period'));
	if (!month) return { plan };
	const units = await findUnits(session, code, month);
	const wanted = param('territory')
		? { territory: param('territory'), organisation: param('organisation') ?? '' }
		: units.length === 1
			? { territory: units[0].territory, organisation: units[0].organisation.code }
			: null;
	setTitle(`${t('monthly.title')} – ${monthName(month)}`);
	const state = { plan, month, units };
	if (!wanted) return state;
	const { data, etag } = await readUnit(code, month, wanted);
	return Object.assign(state, { form: monthlyForm({ person: session.person.id, plan: code, report: data, etag }) });
}

/* Who has nothing to answer may want to know who has. */
const nothingAsked = (plan, text) =>
	html`${empty(text)}
		<p><a class="fr-link" href=${link('/campaign.html', { plan: plan.code })}>${t('nav.campaign')}</a></p>`;

const chooser = ({ plan, month, units }) =>
	units.length
		? html`<ul class="vg-list">
				${units.map(
					(unit) =>
						html`<li class="vg-session">
							<a
								class="fr-link"
								href=${link('/report.html', { plan: plan.code, period: month, territory: unit.territory, organisation: unit.organisation.code })}
								>${fine(unit.name)} (${unit.territory}) – ${unit.organisation.code}</a
							>${unit.deputy ? html`<span class="vg-muted">${t('monthly.deputy_mark')}</span>` : nothing}${stateBadge(unit)}
						</li>`,
				)}
			</ul>`
		: nothingAsked(plan, t('monthly.no_unit'));

const deployments = (plan, list) =>
	html`<ul class="vg-list vg-list--tight">
		${list.map(
			({ action, title, status, answered }) =>
				html`<li class="vg-session">
					<a class="fr-link" href=${link('/action.html', { plan, number: action })}
						><span class="vg-ref">${action}</span> ${fine(title)}</a
					><span class="vg-badges"
						>${badge(status, statusText(status))}${answered ? badge('done', t('monthly.deployment_said')) : nothing}</span
					>
				</li>`,
		)}
	</ul>`;

function page(state, redraw, me) {
	const { plan, month, form } = state;
	if (!month) return html`<h1>${t('monthly.title')}</h1>${nothingAsked(plan, t('campaign.none'))}`;
	if (!form)
		return html`<h1>${t('monthly.heading', { month: monthName(month) })}</h1>
			${panel('units', t('monthly.choose'), chooser(state))}`;
	const { report } = form;
	return html`<div class="vg-top">
			<div>
				<p class="vg-eyebrow">${fine(report.name)} (${report.territory}) – ${fine(report.organisation.name)}</p>
				<h1>${t('monthly.heading', { month: monthName(month) })}</h1>
				<p>${stateBadge(report)} <span class="vg-muted">${dueText(report)}</span></p>
			</div>
		</div>
		${deputyNotice(report, me)} ${panel('monthly', t('monthly.figures'), monthlyView(form, redraw))}
		${report.deployments.length ? panel('monthly-deployments', t('deployment.title'), deployments(plan.code, report.deployments)) : nothing}
		${state.units.length > 1 ? panel('units', t('monthly.others'), chooser(state)) : nothing}`;
}

start({
	name: 'report',
	sheets: true,
	title: 'monthly.title',
	load,
	view: (state, { session }, redraw) =>
		html`${banners(state.plan)}
			<div class="fr-container vg-monthly">${page(state, redraw, session.person)}</div>`,
});
