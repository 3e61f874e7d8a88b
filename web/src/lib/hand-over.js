/* Every seat of one person to another: first what it would move and lack, then, confirmed, done; what was done stays to be read. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, longDay } from './format.js';
import { idempotencyKey, path, post } from './api.js';
import { link } from './url.js';
import { dayField } from './day-field.js';

const byId = (id) => document.getElementById(id);
const bullets = (items) =>
	html`<ul class="vg-bullets">
		${items.map((item) => html`<li>${item}</li>`)}
	</ul>`;

function seat({ kind, organisation, territories, from_on: from, until_on: until }) {
	const days = until ? `${longDay(from)} – ${longDay(until)}` : t('manage.from_day', { date: longDay(from) });
	return `${t(`manage.kind_${kind}`)}, ${organisation}, ${territories.join(' ')} (${days})`;
}

function lacks({ missing, blockers }, { from, to }, plan) {
	return html`${
			missing.length
				? html`<p>${t('manage.preview_missing', { to })}</p>
						${bullets(missing.map(({ organisation, territory }) => `${organisation}, ${territory}`))}`
				: html`<p>${t('manage.preview_rights', { to })}</p>`
		}
		${
			blockers.length
				? html`<p>${t('manage.preview_blockers', { from })}</p>
						${bullets(blockers.map(({ action, title }) => html`<a class="fr-link" href=${`${link('/action.html', { plan, number: action })}#blockers`}>${t('word.action', { number: action })}</a> – ${fine(title)}`))}`
				: html`<p>${t('manage.preview_no_blockers', { from })}</p>`
		}`;
}

/* `tools` are those of the panel: write, failed, field, button, opener, cancel, typedDay. */
export function handOver(state, redraw, tools) {
	const { manage, plan } = state;
	const { write, failed, field, button, opener, cancel, typedDay } = tools;
	if (manage.open !== 'hand-over') return opener(state, 'hand-over', t('manage.hand_over'), redraw, 'h-from');
	const where = path('plans', plan.code, 'handovers');
	const wish = () => {
		const asked = { from: byId('h-from').value.trim(), to: byId('h-to').value.trim() };
		if (typedDay('h-on')) asked.on = typedDay('h-on');
		return asked;
	};
	const look = async () => {
		manage.preview = null;
		const asked = wish();
		await write(state, 'hand-over', () => post(`${where}/preview`, asked), null, redraw, ({ data }) => {
			Object.assign(manage, { open: 'hand-over', preview: data, asked });
		});
		byId('h-preview')?.focus();
	};
	const { preview } = manage;
	const names = preview && { from: preview.from.name, to: preview.to.name };
	const send = () =>
		write(
			state,
			'hand-over',
			() => post(where, { ...manage.asked, reason: byId('h-reason').value }, { key: idempotencyKey() }),
			t('manage.handed_over', { ...names, n: preview.seats.length }),
			redraw,
			() => {
				manage.preview = null;
				return state.reread();
			},
		);
	/* what is typed anew is looked at anew */
	const changed = () => {
		if (!manage.preview) return;
		manage.preview = null;
		redraw();
	};
	return html`<div class="vg-inline vg-form" id="hand-over" @input=${(event) => event.target.id !== 'h-reason' && changed()}>
		<h3>${t('manage.hand_over')}</h3>
		<p class="vg-muted">${t('manage.hand_over_about')}</p>
		${failed(state, 'hand-over')}
		<div class="vg-pair">
			${['from', 'to'].map((name) => field(`h-${name}`, t(name === 'from' ? 'manage.leaver' : 'manage.successor'), html`<input class="fr-input" id="h-${name}" autocomplete="off" maxlength="64" />`, t('manage.login_hint')))}
			${field('h-on', t('manage.hand_over_on'), dayField({ id: 'h-on', name: 'on', value: '' }), t('manage.hand_over_on_hint'))}
		</div>
		${
			preview
				? html`<section aria-labelledby="h-preview">
						<h4 id="h-preview" tabindex="-1">${t('manage.preview_title', { ...names, date: longDay(preview.on) })}</h4>
						${
							preview.seats.length
								? html`<p>${t('manage.preview_seats', { ...names, n: preview.seats.length })}</p>
										${bullets(preview.seats.map(seat))} ${lacks(preview, names, plan.code)}
										${field('h-reason', t('manage.hand_over_why'), html`<textarea class="fr-input" id="h-reason" rows="2" maxlength="1000"></textarea>`)}`
								: html`<p>${t('manage.preview_none', names)}</p>`
						}
					</section>`
				: nothing
		}
		<div class="vg-buttons">
			${preview?.seats.length ? button(t('manage.hand_over_now', { n: preview.seats.length }), send, { disabled: manage.busy }) : button(t('manage.preview'), look, { disabled: manage.busy })}${cancel(state, redraw)}
		</div>
	</div>`;
}

/* Who took over from whom, the latest first. */
export const handovers = ({ manage, plan }) =>
	manage.handovers.length
		? html`<h3>${t('manage.handovers')}</h3>
				<ul class="vg-list">
					${manage.handovers.map(
						(one) =>
							html`<li>
								<p>${t('manage.handover_line', { from: one.from.name, to: one.to.name, n: one.seats, date: longDay(one.on) })}</p>
								<p class="vg-said">${fine(one.reason)}</p>
								<p class="vg-muted">${t('manage.handover_by', { by: one.by?.name ?? t('manage.command'), at: instant(one.at) })}</p>
								${one.missing.length || one.blockers.length ? lacks(one, { from: one.from.name, to: one.to.name }, plan.code) : nothing}
							</li>`,
					)}
				</ul>`
		: nothing;
