/* The button that follows what a page shows, or follows it no more; what one follows is one's own affair. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { Failure, get, path, put, remove } from './api.js';
import { param } from './url.js';
import { icon } from './icons.js';
import { announce } from './parts.js';
import { failureAlert } from './refusal.js';
import { persist } from './write.js';

/* Whether the person follows it: { where, followed, failure }; null on a page of the past, or where nothing can be followed. */
export async function readFollow(plan, kind, code) {
	if (param('as_of')) return null;
	const where = path('plans', plan, 'follows', kind, code);
	try {
		return { where, followed: (await get(where)).data.followed };
	} catch (failure) {
		if (failure instanceof Failure) return null;
		throw failure;
	}
}

export function followButton(state, redraw) {
	const { follow } = state;
	if (!follow) return nothing;
	const toggle = async () => {
		try {
			const { data } = await persist(() => (follow.followed ? remove(follow.where) : put(follow.where)));
			Object.assign(follow, { followed: data.followed, failure: null });
			announce(t(follow.followed ? 'follow.followed' : 'follow.dropped'));
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			follow.failure = failure;
		}
		redraw();
	};
	return html`<button id="follow" type="button" class="fr-btn fr-btn--secondary" @click=${toggle}>
			${follow.followed ? icon('done') : nothing} ${t(follow.followed ? 'follow.on' : 'follow.off')}</button
		>${follow.failure ? failureAlert(follow.failure) : nothing}`;
}
