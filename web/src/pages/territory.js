/* One territory: where its deployments and figures stand, beside the others, and who answers for it. */
import { html, nothing } from 'lit-html';
import { banners, setTitle, showPlan, start } from '../lib/shell.js';
import { get, path } from '../lib/api.js';
import { t, tx, fine } from '../lib/i18n.js';
import { decimal, longDay, percent, period, quantity, shortDay } from '../lib/format.js';
import { link, param, replace } from '../lib/url.js';
import { absent, actionLink, alert, announce, badge, confidence, decision, due, empty, flags, panel, progress, statusBadge } from '../lib/parts.js';
import { statusBar } from '../lib/status-bar.js';
import { sparkline } from '../lib/charts.js';
import { followButton, readFollow } from '../lib/follow.js';
import { figure, unitOf } from '../lib/figures.js';
import { heading, onDay, placeLink, placeText, strip, texts } from '../lib/overview.js';

const PEERS_MAX = 5;
const ANSWERS = { expected: 'not_started', draft: 'stale', submitted: 'in_progress', returned: 'blocked', validated: 'done', exempt: 'carried_over' };
const peerCodes = () => (param('peers') ?? '').split(',').filter(Boolean);

async function read(code) {
	const wanted = param('code') ?? 'FR';
	const { data } = await get(path('plans', code, 'territories', wanted), { as_of: param('as_of'), peers: param('peers') });
	showPlan(data.plan);
	setTitle(placeText(data.territory));
	return data;
}

/* ------------------------------------------------------------------ in words */

function standing({ progress: own, quartiles, rank, territory }) {
	if (!quartiles || own.progress === null || quartiles.n < 3) return '';
	const way = own.progress > quartiles.median ? 'above' : own.progress < quartiles.median ? 'below' : 'equal';
	return t(`overview.${way}_median.${territory.level}`, { n: rank.place, median: percent(quartiles.median), place: rank.place, of: rank.of });
}

/* The situation of the territory in a few sentences, written from the figures. */
function situation(data) {
	const { counts, progress: own, referents, reports } = data;
	const sentences = [];
	if (own.state === 'not_applicable') sentences.push(tx('overview.nothing_deployed', { date: onDay(data) }));
	else if (own.state === 'missing') sentences.push(tx('overview.nobody_spoke', { date: onDay(data), n: counts.deployments }));
	else
		sentences.push(
			tx('overview.progress', { date: onDay(data), progress: html`<strong>${percent(own.progress)}</strong>`, compared: standing(data) }),
			t('overview.spoke', { n: counts.reported, of: counts.deployments }),
		);
	const troubles = [counts.late && t('overview.late', { n: counts.late }), counts.blocked && t('overview.blocked', { n: counts.blocked })].filter(Boolean);
	if (troubles.length) sentences.push(t('home.sentence', { text: troubles.join(` ${t('word.and')} `) }));
	const vacant = referents.units - referents.held - referents.exempt;
	if (vacant > 0) sentences.push(t('overview.vacant', { n: vacant }));
	const due = reports.filter(({ expected }) => expected > 0);
	if (due.length) {
		const all = due.reduce((sum, one) => sum + one.expected, 0);
		const answered = due.reduce((sum, one) => sum + one.answered, 0);
		sentences.push(t('overview.answered', { n: answered, of: all, months: due.length }));
	}
	return html`<div class="vg-lead">
		<p class="vg-situation">${sentences.map((one) => html`${one} `)}</p>
		${own.progress === null ? nothing : progress(own.progress)}
	</div>`;
}

/* ------------------------------------------------------------------ peers */

function choice(state, redraw) {
	const { data } = state;
	const chosen = peerCodes();
	const level = data.territory.level;
	const others = data.places.filter(({ code }) => code !== data.territory.code && !chosen.includes(code));
	const change = async (codes, said) => {
		replace({ peers: codes.join(',') });
		state.data = await read(state.plan);
		redraw();
		announce(said);
	};
	const add = ({ target }) => {
		const place = data.places.find(({ code }) => code === target.value);
		target.value = '';
		if (place) change([...chosen, place.code], t('overview.peer_added', { name: placeText(place) }));
	};
	return html`<div class="vg-peers vg-no-print">
		<div class="fr-input-group">
			<label class="fr-label" for="peer">${t(`overview.compare_with.${level}`)}</label>
			<select class="fr-select" id="peer" ?disabled=${chosen.length >= PEERS_MAX} @change=${add}>
				<option value="">${t(chosen.length >= PEERS_MAX ? 'overview.peers_full' : 'overview.choose')}</option>
				${others.map((place) => html`<option value=${place.code}>${placeText(place)}</option>`)}
			</select>
		</div>
		<ul class="vg-chips">
			${data.peers.map(
				(peer) =>
					html`<li>
						<button
							type="button"
							class="fr-btn fr-btn--secondary"
							@click=${() => change(chosen.filter((code) => code !== peer.territory), t('overview.peer_removed', { name: placeText(peer) }))}
						>
							${placeText(peer)} <span aria-hidden="true">×</span
							><span class="fr-sr-only">${t('overview.remove')}</span>
						</button>
					</li>`,
			)}
		</ul>
	</div>`;
}

const told = (cell) =>
	cell.state === 'value' ? percent(cell.progress) : absent(t(cell.state === 'not_applicable' ? 'state.not_applicable' : 'state.missing'));

/* Everything that compares: the declared progress first, then each indicator, in the same columns. */
function comparison(state, redraw) {
	const { data } = state;
	const { territory, quartiles, peers } = data;
	const compared = territory.level !== 'national';
	const head = (text, right) => html`<th scope="col" class=${right ? 'vg-right' : nothing}>${text}</th>`;
	const number = (item, value) => quantity(value, unitOf(item), item.decimals ?? 1);
	const row = (item) =>
		html`<tr>
			<th scope="row">
				<a class="fr-link" href=${link('/indicator.html', { plan: param('plan'), id: item.id, level: compared ? territory.level : null, territory: territory.code, period: item.period })}>${fine(item.name)}</a>
				<span class="vg-small vg-block">${period(item.period)}</span>
			</th>
			<td data-label=${t('figures.value')} class="vg-right">
				${item.state === 'value' ? html`<strong>${figure(item, item)}</strong>` : figure(item, item)}
				${item.per_100k === null ? nothing : html`<span class="vg-small vg-block">${t('overview.per_100k', { value: decimal(item.per_100k, 2) })}</span>`}
			</td>
			<td data-label=${t('word.trend')}>${sparkline((item.trend ?? []).map(({ period: at, value }) => ({ period: at, value })), t('indicator.spark', { name: fine(item.name) }))}</td>
			${
				compared
					? html`<td data-label=${t('overview.median')} class="vg-right">
								${item.quartiles ? number(item, item.quartiles.median) : absent('–')}
								${item.quartiles && item.quartiles.q1 !== item.quartiles.q3 ? html`<span class="vg-small vg-block">${t('overview.half', { from: number(item, item.quartiles.q1), to: number(item, item.quartiles.q3) })}</span>` : nothing}
								${item.quartiles_per_100k ? html`<span class="vg-small vg-block">${t('overview.per_100k', { value: decimal(item.quartiles_per_100k.median, 2) })}</span>` : nothing}
							</td>
							<td class="vg-strip-cell">${strip(item.quartiles, item.state === 'value' ? item.value : null, item.peers.map(({ value }) => value))}</td>`
					: nothing
			}
			${item.peers.map(
				(peer, i) =>
					html`<td class="vg-right" data-label=${placeText(peers[i])}>
						${figure({ state: peer.state, value: peer.value }, item)}${peer.per_100k === null ? nothing : html`<span class="vg-small vg-block">${t('overview.per_100k', { value: decimal(peer.per_100k, 2) })}</span>`}
					</td>`,
			)}
		</tr>`;
	return panel(
		'figures',
		t(compared ? `overview.beside.${territory.level}` : 'overview.figures'),
		html`${compared ? choice(state, redraw) : nothing}
			<div class="fr-table vg-cards">
				<table class="vg-beside">
					<caption class="fr-sr-only">
						${t('overview.beside_caption', { name: placeText(territory) })}
					</caption>
					<thead>
						<tr>
							${head(t('overview.what'))}${head(placeText(territory), true)}${head(t('word.trend'))}
							${compared ? html`${head(t('overview.median'), true)}${head(t('overview.position'))}` : nothing}
							${peers.map((peer) => head(placeText(peer), true))}
						</tr>
					</thead>
					<tbody>
						<tr>
							<th scope="row">
								${t('overview.declared')}
								<span class="vg-small vg-block">${shortDay(data.as_of ?? data.today)}</span>
							</th>
							<td data-label=${t('figures.value')} class="vg-right"><strong>${told(data.progress)}</strong></td>
							<td></td>
							${
								compared
									? html`<td data-label=${t('overview.median')} class="vg-right">
												${quartiles ? percent(quartiles.median) : absent('–')}
												${quartiles ? html`<span class="vg-small vg-block">${t('overview.half', { from: percent(quartiles.q1), to: percent(quartiles.q3) })}</span>` : nothing}
											</td>
											<td class="vg-strip-cell">${strip(quartiles, data.progress.progress, peers.map((peer) => peer.progress))}</td>`
									: nothing
							}
							${peers.map((peer) => html`<td class="vg-right" data-label=${placeText(peer)}>${told(peer)}</td>`)}
						</tr>
						${data.indicators.map(row)}
					</tbody>
				</table>
			</div>
			${compared ? html`<p class="vg-small vg-legend-line">${strip({ n: 9, low: 0, q1: 3, median: 5, q3: 7, high: 10 }, 6, [8.6])} ${t('overview.strip_legend')}</p>` : nothing}`,
	);
}

/* ------------------------------------------------------------------ deployments */

const said = ({ reported_at: at, reported_by: by, stale }) =>
	at
		? html`<time datetime=${at}>${shortDay(at)}</time>${by ? html`<span class="vg-small vg-block">${by.name}</span>` : nothing}${stale ? html`<span class="vg-small vg-block">${t('flag.stale')}</span>` : nothing}`
		: absent(t('map.never'));

/* Units that never spoke of an action are told in one line. */
function together(items) {
	const silent = items.filter((item) => !item.reported_at && !item.blocked);
	if (silent.length < 2) return items.map((item) => ({ ...item, units: [item] }));
	const spoke = items.filter((item) => !silent.includes(item)).map((item) => ({ ...item, units: [item] }));
	return [...spoke, { ...silent[0], units: silent }];
}

const unit = ({ organisation, organisation_name: name }) => html`<abbr class="vg-abbr" title=${fine(name)}>${organisation}</abbr> `;

/* What is deployed here: how far in all, then rows.  A column is { text, right }. */
const deployed = ({ counts, actions, territory }, columns, rows) =>
	panel(
		'deployments',
		t('overview.deployments', { n: counts.deployments }),
		actions.length
			? html`${statusBar(counts.by_status)}
					<div class="fr-table vg-cards">
						<table>
							<caption class="fr-sr-only">
								${t('overview.deployments_of', { name: placeText(territory) })}
							</caption>
							<thead>
								<tr>
									${columns.map(({ text, right }) => html`<th scope="col" class=${right ? 'vg-right' : nothing}>${text}</th>`)}
								</tr>
							</thead>
							<tbody>
								${rows}
							</tbody>
						</table>
					</div>`
			: empty(t('overview.no_deployment')),
	);

function deployments(data) {
	const { actions, plan } = data;
	const rows = actions.flatMap((action) =>
		together(action.items).map(
			(item, i, all) =>
				html`<tr>
					${i ? nothing : html`<th scope="row" rowspan=${all.length}>${actionLink(plan.code, action)}<span class="vg-small vg-block">${t('word.due')} ${due(action)}</span></th>`}
					<td data-label=${t('overview.organisation')}>${item.units.map(unit)}</td>
					<td data-label=${t('word.status')} class="vg-statuses">${statusBadge(item.status)} ${flags({ late: item.late, blocked: item.blocked })}</td>
					<td data-label=${t('word.progress')}>${progress(item.progress)}</td>
					<td data-label=${t('word.confidence')}>${item.confidence ? confidence(item.confidence) : absent(t('confidence.none'))}${item.comment ? html`<p class="vg-said">${fine(item.comment)}</p>` : nothing}</td>
					<td data-label=${t('map.last')} class="vg-nowrap">${said(item)}</td>
				</tr>`,
		),
	);
	return deployed(
		data,
		[
			{ text: t('word.action_title') },
			{ text: t('overview.organisation') },
			{ text: t('word.status') },
			{ text: t('word.progress') },
			{ text: t('word.confidence') },
			{ text: t('map.last') },
		],
		rows,
	);
}

/* Of a region or the nation: each action by how far its deployments are. */
function byAction(data) {
	const { actions, plan } = data;
	const row = (action) => {
		const { deployments: of } = action;
		return html`<tr>
			<th scope="row">${actionLink(plan.code, action)}</th>
			<td data-label=${t('overview.by_status')} class="vg-bar-cell">${statusBar(of.by_status, { words: false })}<span class="vg-small">${t('overview.done_of', { n: of.by_status.done, of: of.total })}</span></td>
			<td data-label=${t('word.progress')}>${progress(of.progress)}</td>
			<td data-label=${t('map.answers')} class="vg-right">${t('word.ratio', { a: of.reported, b: of.total })}</td>
			<td data-label=${t('flag.late')}>${of.late ? badge('late', decimal(of.late)) : absent('0')}</td>
			<td data-label=${t('flag.blocked')}>${of.blocked ? badge('blocked', decimal(of.blocked)) : absent('0')}</td>
		</tr>`;
	};
	return deployed(
		data,
		[
			{ text: t('word.action_title') },
			{ text: t('overview.by_status') },
			{ text: t('word.progress') },
			{ text: t('map.answers'), right: true },
			{ text: t('flag.late') },
			{ text: t('flag.blocked') },
		],
		actions.map(row),
	);
}

function places(data) {
	if (!data.within.length) return nothing;
	const row = (cell) =>
		html`<tr>
			<th scope="row">${placeLink(cell)}</th>
			<td data-label=${t('word.progress')}>${cell.state === 'value' ? progress(cell.progress) : told(cell)}</td>
			<td data-label=${t('map.answers')} class="vg-right">${cell.expected ? t('word.ratio', { a: cell.reported, b: cell.expected }) : absent('–')}</td>
			<td data-label=${t('map.last')}>${cell.last_reported_at ? shortDay(cell.last_reported_at) : absent(t('map.never'))}</td>
		</tr>`;
	return panel(
		'places',
		t(`overview.within.${data.territory.level}`),
		html`<div class="fr-table vg-cards">
			<table>
				<caption class="fr-sr-only">
					${t(`overview.within.${data.territory.level}`)}
				</caption>
				<thead>
					<tr>
						<th scope="col">${t('figures.territory')}</th>
						<th scope="col">${t('word.progress')}</th>
						<th scope="col" class="vg-right">${t('map.answers')}</th>
						<th scope="col">${t('map.last')}</th>
					</tr>
				</thead>
				<tbody>
					${data.within.map(row)}
				</tbody>
			</table>
		</div>`,
	);
}

/* ------------------------------------------------------------------ people and reports */

function referents({ referents: of, territory }) {
	const people = (unit) =>
		unit.exempt_reason
			? html`${absent(t('overview.exempt'))} ${fine(unit.exempt_reason)}`
			: unit.people.map(({ kind, person }) => html`<span class="vg-block">${person ? person.name : absent(t('overview.seat_vacant'))}${kind === 'deputy' ? html` <span class="vg-muted">${t('overview.deputy')}</span>` : nothing}</span>`);
	const item = (unit) =>
		html`<li class="vg-referent">
			<strong>${unit.organisation.code}</strong>
			<div>
				<span class="vg-small vg-block">${territory.level === 'department' ? nothing : html`${unit.territory} – `}${fine(unit.organisation.name)}</span>
				${people(unit)}
			</div>
		</li>`;
	const summary = html`<p class="vg-muted">${t('overview.seats', { n: of.held, of: of.units - of.exempt })}${of.exempt ? html` – ${t('overview.exempt_units', { n: of.exempt })}` : nothing}</p>`;
	return panel(
		'referents',
		t('overview.referents'),
		of.units
			? html`${summary}${of.items.length ? html`<ul class="vg-list vg-list--tight">
							${of.items.map(item)}
						</ul>` : nothing}`
			: empty(t('overview.no_referent')),
	);
}

function reports({ reports: list, territory, plan }) {
	const department = territory.level === 'department';
	const state = ({ organisation, state: name, late }) =>
		html`<span class="vg-badges"
			><span class="vg-small">${organisation}</span>${badge(ANSWERS[name], t(`overview.answer.${name}`))}${late ? badge('late', t('flag.late')) : nothing}</span
		>`;
	const row = (one) =>
		html`<tr>
			<th scope="row"><a class="fr-link" href=${link('/campaign.html', { plan: plan.code, period: one.period })}>${period(one.period)}</a></th>
			<td data-label=${t('overview.received')} class="vg-right">${one.expected ? t('word.ratio', { a: one.answered, b: one.expected }) : absent('–')}</td>
			<td data-label=${t('overview.on_time')} class="vg-right">${one.expected ? decimal(one.on_time) : absent('–')}</td>
			${department ? html`<td data-label=${t('overview.states')}>${one.units.map(state)}</td>` : nothing}
		</tr>`;
	return panel(
		'reports',
		t('overview.reports'),
		list.length
			? html`<div class="fr-table vg-cards">
					<table>
						<caption class="fr-sr-only">
							${t('overview.reports')}
						</caption>
						<thead>
							<tr>
								<th scope="col">${t('word.month')}</th>
								<th scope="col" class="vg-right">${t('overview.received')}</th>
								<th scope="col" class="vg-right">${t('overview.on_time')}</th>
								${department ? html`<th scope="col">${t('overview.states')}</th>` : nothing}
							</tr>
						</thead>
						<tbody>
							${list.map(row)}
						</tbody>
					</table>
				</div>`
			: empty(t('overview.no_report')),
	);
}

const blockers = ({ blockers: list, plan }) =>
	list.length
		? panel(
				'blockers',
				t('overview.blockers', { n: list.length }),
				html`<ul class="vg-list">
					${list.map(
						({ action, title, blocker }) =>
							html`<li>
								<a class="fr-link vg-item__title" href=${`${link('/action.html', { plan: plan.code, number: action })}#blockers`}>${fine(blocker.title)}</a>
								<p>${blocker.decision_needed ? decision(blocker) : t(`kind.${blocker.kind}`)}</p>
								<p class="vg-muted">
									${t('word.action', { number: action })} – ${fine(title)} – ${t('overview.since', { date: longDay(blocker.opened_on) })} – ${blocker.territory} ${blocker.organisation}
								</p>
							</li>`,
					)}
				</ul>`,
			)
		: nothing;

/* ------------------------------------------------------------------ the page */

function trail({ territory }) {
	const steps = [[link('/compare.html', { plan: param('plan') }), t('nav.compare')]];
	if (territory.level !== 'national') steps.push([link('/territory.html', { plan: param('plan'), code: 'FR' }), t('overview.france')]);
	if (territory.level === 'department' && territory.parent)
		steps.push([link('/territory.html', { plan: param('plan'), code: territory.parent.code }), fine(territory.parent.name)]);
	return steps;
}

start({
	name: 'compare',
	sheets: true,
	texts,
	title: 'overview.territory',
	async load({ plan }) {
		const [data, follow] = await Promise.all([read(plan), readFollow(plan, 'territory', param('code') ?? 'FR')]);
		return { plan, data, follow };
	},
	view(state, context, redraw) {
		const { data } = state;
		const { territory } = data;
		const facts = [t(`overview.level.${territory.level}`), territory.population ? t('overview.population', { n: territory.population }) : null].filter(Boolean);
		return html`${banners(data.plan)}
			<div class="fr-container">
				${heading({ trail: trail(data), eyebrow: facts.join(' · '), title: placeText(territory), data, tools: followButton(state, redraw) })}
				${situation(data)}
				${data.plan.archived_at ? alert('info', t('overview.archived')) : nothing}
				${comparison(state, redraw)}
				${territory.level === 'department' ? deployments(data) : html`${places(data)}${byAction(data)}`}
				${blockers(data)}
				<div class="vg-columns">${referents(data)}${reports(data)}</div>
				${territory.source ? html`<p class="vg-small">${fine(territory.source)}</p>` : nothing}
			</div>`;
	},
});
