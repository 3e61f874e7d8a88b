/*
 * A day, typed and shown the way the page's language writes it, whatever the browser's own language is.
 * The calendar of the browser is one press away where there is one.
 */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { icon } from './icons.js';

/* 2026-03-31 ↔ 31/03/2026; what is no day stays as it was typed. */
export const written = (day) => (day ?? '').replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$3/$2/$1');

export function readDay(text) {
	const typed = text.trim();
	const [, d, m, y] = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(typed) ?? [];
	const day = y ? `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}` : typed;
	const time = Date.parse(`${day}T12:00:00Z`);
	/* 31 June would become 1 July */
	return /^\d{4}-\d{2}-\d{2}$/.test(day) && time && new Date(time).toISOString().startsWith(day) ? day : null;
}

/* change(day, typed): day is null while what is typed is none. */
export function dayField({ id, name, value, max, invalid, describedby, required, change }) {
	const judge = (input) => {
		const day = readDay(input.value);
		const empty = !required && !input.value.trim();
		input.setCustomValidity(
			day ? (max && day > max ? t('day.late', { max: written(max) }) : '') : empty ? '' : t('day.bad'),
		);
		change?.(day, input.value);
	};
	const picked = ({ target }) => {
		const input = document.getElementById(id);
		input.value = written(target.value);
		judge(input);
	};
	return html`<span class="vg-day"
		><input
			class="fr-input vg-date"
			id=${id}
			name=${name}
			inputmode="numeric"
			autocomplete="off"
			size="10"
			maxlength="10"
			placeholder=${t('day.format')}
			?required=${required}
			.value=${written(value)}
			aria-describedby=${describedby ?? nothing}
			aria-invalid=${invalid ? 'true' : nothing}
			@input=${({ target }) => judge(target)}
		/><button
			type="button"
			class="fr-btn fr-btn--tertiary vg-day__pick"
			aria-label=${t('day.pick')}
			@click=${({ currentTarget }) => currentTarget.nextElementSibling.showPicker?.()}
		>
			${icon('calendar')}</button
		><input
			class="vg-day__native"
			type="date"
			tabindex="-1"
			aria-hidden="true"
			max=${max ?? nothing}
			.value=${readDay(written(value)) ?? ''}
			@change=${picked}
	/></span>`;
}
