/* Words looked for in everything of a plan.  What is found is marked by text nodes: nothing typed becomes markup. */
import { html, nothing } from 'lit-html';
import { banners, readPlan, setTitle, start } from '../lib/shell.js';
import { Failure, get, path } from '../lib/api.js';
import { t, fine } from '../lib/i18n.js';
import { link, param, replace } from '../lib/url.js';
import { announce, empty, panel } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { placeText, texts } from '../lib/overview.js';

const AROUND = 130;
const LIMIT = 100;

const fold = (text) => text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/œ/g, 'oe').replace(/æ/g, 'ae');

/* The text cut into words and what lies between; which words begin with one of the stems. */
function marked(text, stems) {
	const parts = text.split(/([\p{L}\p{N}]+)/u);
	const hit = parts.map((part, i) => i % 2 === 1 && stems.some((stem) => fold(part).startsWith(stem)));
	return { parts, hit };
}

const shown = ({ parts, hit }) => parts.map((part, i) => (hit[i] ? html`<mark>${part}</mark>` : part));

/* The neighbourhood of the first word that was found. */
function excerpt(text, stems) {
	const whole = marked(fine(text), stems);
	const first = Math.max(0, whole.hit.indexOf(true));
	let from = first;
	for (let length = 0; from > 0 && length < AROUND / 2; from--) length += whole.parts[from - 1].length;
	let to = first;
	for (let length = 0; to < whole.parts.length && length < AROUND * 1.5; to++) length += whole.parts[to].length;
	return html`${from > 0 ? '… ' : nothing}${shown({ parts: whole.parts.slice(from, to), hit: whole.hit.slice(from, to) })}${to < whole.parts.length ? ' …' : nothing}`;
}

function address({ kind, code, action, territory }, plan) {
	if (kind === 'measure') return link('/measure.html', { plan, number: code });
	if (kind === 'objective') return link('/actions.html', { plan, objective: code });
	if (kind === 'indicator') return link('/indicator.html', { plan, id: code });
	if (kind === 'territory') return link('/territory.html', { plan, code: territory });
	if (kind === 'organisation') return link('/actions.html', { plan, lead: code });
	const place = { blocker: '#blockers', milestone: '#milestones', evidence: '#evidence', comment: '#history' }[kind] ?? '';
	return link('/action.html', { plan, number: action }) + place;
}

function result(item, stems, plan) {
	const about = [
		item.kind !== 'action' && item.action && t('word.action', { number: item.action }),
		item.kind !== 'territory' && [item.territory, item.kind === 'organisation' ? null : item.organisation].filter(Boolean).join(' '),
	].filter(Boolean);
	const name = item.kind === 'territory' ? placeText({ code: item.code, name: item.title }) : fine(item.title);
	return html`<li>
		<a class="fr-link vg-item__title" href=${address(item, plan)}>
			${item.code && item.kind !== 'territory' ? html`<span class="vg-ref">${item.code}</span> ` : nothing}${shown(marked(name, stems))}
		</a>
		${item.text ? html`<p>${excerpt(item.text, stems)}</p>` : nothing}
		${about.length ? html`<p class="vg-muted">${about.join(' – ')}</p>` : nothing}
	</li>`;
}

async function read(state) {
	const q = (param('q') ?? '').trim();
	setTitle(q ? t('overview.search_for', { q }) : t('nav.search'));
	if (!q) return Object.assign(state, { found: null, failure: null });
	try {
		const { data } = await get(path('plans', state.plan.code, 'search'), { q, kind: param('kind'), limit: LIMIT });
		return Object.assign(state, { found: data, failure: null });
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		return Object.assign(state, { found: null, failure });
	}
}

start({
	name: 'search',
	sheets: true,
	texts,
	title: 'nav.search',
	async load({ plan: code }) {
		const state = { plan: await readPlan(code), at: new Date().toISOString() };
		return read(state);
	},
	view(state, context, redraw) {
		const { plan, found, failure } = state;
		const change = async (values) => {
			replace(values);
			await read(state);
			redraw();
			announce(state.found ? t('overview.found', { n: state.found.total }) : '');
		};
		const submit = (event) => {
			event.preventDefault();
			change({ q: new FormData(event.currentTarget).get('q').trim(), kind: null });
		};
		const groups = grouped(found?.items ?? []);
		const kinds = Object.entries(found?.kinds ?? {});
		return html`${banners(plan)}
			<div class="fr-container">
				<h1>${t('overview.search')}</h1>
				<search class="vg-panel vg-no-print">
					<form @submit=${submit}>
						<label class="fr-label" for="q">${t('overview.search_label')}</label>
						<div class="vg-search">
							<input class="fr-input" type="search" id="q" name="q" maxlength="200" required .value=${param('q') ?? ''} />
							<button class="fr-btn">${t('nav.search')}</button>
						</div>
						<p class="fr-hint-text">${t('overview.search_hint')}</p>
					</form>
				</search>
				${failure ? failureAlert(failure) : nothing}
				${
					found
						? html`<div class="vg-result">
									<p><strong>${t('overview.found', { n: found.total })}</strong>${found.total > found.items.length ? html` <span class="vg-muted">${t('overview.found_first', { n: found.items.length })}</span>` : nothing}</p>
									${param('kind') ? html`<button type="button" class="fr-btn fr-btn--tertiary" @click=${() => change({ kind: null })}>${t('overview.all_kinds')}</button>` : nothing}
								</div>
								${
									found.total === 0
										? empty(t('overview.found_nothing'))
										: kinds
												.filter(([kind]) => groups.has(kind))
												.map(([kind, n]) =>
													panel(
														`kind-${kind}`,
														t(`overview.kind.${kind}`),
														html`<ul class="vg-list">
															${groups.get(kind).map((item) => result(item, found.words, plan.code))}
														</ul>`,
														{ aside: html`<span class="vg-muted">${t('overview.found', { n })}</span>` },
													),
												)
								}`
						: nothing
				}
			</div>`;
	},
});

function grouped(items) {
	const groups = new Map();
	for (const item of items) groups.set(item.kind, [...(groups.get(item.kind) ?? []), item]);
	return groups;
}
