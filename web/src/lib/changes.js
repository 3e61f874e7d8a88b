/* “What moved”: one line an act, with when, what, from which value to which, who and why. */
import { html, nothing } from 'lit-html';
import { t, has, fine } from './i18n.js';
import { decimal, instant, percent, shortDay } from './format.js';
import { confidenceText, statusText } from './parts.js';
import { link } from './url.js';

/* What is rare has its words on the pages that tell everything alone: they would weigh on the first load. */
const keyOf = (...keys) => keys.find(has);
const nameOf = (field) => keyOf(`field.${field}`, `overview.field.${field}`);

function shown(field, value) {
	if (value === null || value === undefined || value === '') return null;
	if (field === 'status') return statusText(value);
	if (field === 'confidence') return confidenceText(value);
	if (field === 'progress') return percent(value);
	if (/_on$/.test(field)) return shortDay(value);
	if (/_at$/.test(field)) return instant(value);
	if (typeof value === 'boolean') return t(value ? 'overview.yes' : 'overview.no');
	if (typeof value === 'number') return decimal(value, 2);
	const word = /^(kind|level|origin)$/.test(field) && keyOf(`${field}.${value}`, `overview.${field}.${value}`);
	if (word) return t(word);
	return typeof value === 'object'
		? (value.name ?? value.code ?? Object.values(value).join(', '))
		: fine(String(value));
}

/* Something that begins or ends has its own words. */
const EVENTS = {
	'blocker title': 'change.blocker_opened',
	'milestone title': 'change.milestone_added',
	'evidence title': 'change.evidence_added',
	'blocker closed_on': 'change.blocker_closed',
	'milestone done_on': 'change.milestone_done',
};

function move({ object, field, old, new: now }) {
	if (field === 'deployments') return t('change.deployments', { n: now });
	if (field === 'withdrawn') return t('change.withdrawn');
	const event = old === null && now !== null && EVENTS[`${object} ${field}`];
	if (event) return field === 'title' ? html`${t(event)} <strong>${fine(now)}</strong>` : t(event);
	if (!field || (field === 'title' && old === null))
		return html`${t('change.added')} <strong>${shown(field, now)}</strong>`;
	const before = shown(field, old);
	const name = nameOf(field);
	if (!name) return t('change.other');
	return html`${t(name)}
		${before === null ? nothing : html`<span class="vg-old">${before}</span> <span aria-hidden="true">→</span><span class="fr-sr-only"> ${t('change.to')}</span>`}
		<strong>${shown(field, now) ?? t('state.none')}</strong>`;
}

const same = (a, b) =>
	['at', 'object', 'number', 'territory', 'organisation'].every((name) => a[name] === b[name]);

/* The rows of one act, which the server tells field by field, put together again. */
export function acts(items) {
	const found = [];
	for (const item of items) {
		const last = found[found.length - 1];
		if (last && same(last[0], item)) last.push(item);
		else found.push([item]);
	}
	return found;
}

function subject({ object, number, territory, organisation }, plan) {
	if (!number || object === 'plan') return t('change.plan');
	const page = object === 'measure' ? 'measure' : 'action';
	const name = object === 'objective' ? 'word.objective' : `word.${page}`;
	const place = [territory, organisation].filter(Boolean).join(' ');
	const text = t(name, { number });
	return html`${object === 'objective' ? text : html`<a class="fr-link" href=${link(`/${page}.html`, { plan, number })}>${text}</a>`}${place ? html` (${place})` : nothing}`;
}

export function changeItem(act, plan, about = subject(act[0], plan)) {
	const [first] = act;
	const comment = act.find(({ field, new: now }) => field === 'comment' && now)?.new;
	const moves = act.filter(({ field }) => field !== 'comment');
	const reason = act.find((one) => one.reason)?.reason;
	return html`<li class="vg-change">
		<time class="vg-muted" datetime=${first.at}>${shortDay(first.at)}</time>
		<div>
			<p>
				${about}${moves.map((one, i) => html`${i ? ', ' : ' – '}${move(one)}`)}${moves.length ? nothing : html` – ${t('change.comment')}`}
			</p>
			${comment ? html`<p class="vg-said">${fine(comment)}</p>` : nothing}
			${reason ? html`<p class="vg-muted">${fine(reason)}</p>` : nothing}
			${first.by ? html`<p class="vg-muted vg-by">${first.by.name}</p>` : nothing}
		</div>
	</li>`;
}
