/* What is being typed is kept in this browser until it is saved, a draft for each person and form. */
import { store, stored } from './preferences.js';

let timer = null;

export function readDraft(key) {
	try {
		return JSON.parse(stored(`vigie.draft.${key}`));
	} catch {
		return null;
	}
}

export const dropDraft = (key) => {
	clearTimeout(timer);
	store(`vigie.draft.${key}`, null);
};

/* Written at once when the page goes away, else when the typing pauses. */
export function keepDraft(key, values, now = false) {
	clearTimeout(timer);
	const write = () =>
		store(`vigie.draft.${key}`, JSON.stringify({ at: new Date().toISOString(), ...values }));
	if (now) write();
	else timer = setTimeout(write, 250);
}
