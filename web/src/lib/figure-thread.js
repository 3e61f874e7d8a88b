/* A figure of a report and what was said of it: the months before, the rules' remarks, every act on it. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, period } from './format.js';
import { icon } from './icons.js';
import { monthBefore, said } from './monthly.js';

export const before = (figure, month) =>
	[1, 12].map(
		(ago) =>
			html`<span class="vg-block"
				>${period(monthBefore(month, ago))}${t('form.colon')}${said(ago === 1 ? figure.previous_month : figure.year_before)}</span
			>`,
	);

/* What the rules say of a figure; `word`: why it was sent all the same. */
export const remarks = ({ findings }, id, word) =>
	findings.length || word
		? html`<ul class="vg-remarks" id=${id}>
				${findings.map(
					({ level, text }) =>
						html`<li class="vg-returned">
							${icon('warning')} <strong>${t(`monthly.finding.${level}`)}</strong> ${fine(text)}
						</li>`,
				)}
				${word ? html`<li>${t('monthly.confirmed', { word: fine(word) })}</li>` : nothing}
			</ul>`
		: nothing;

/* Every act on a figure, the latest first. */
export const thread = ({ thread: acts }) =>
	acts.length < 2
		? nothing
		: html`<details class="vg-thread">
				<summary>${t('monthly.thread', { n: acts.length })}</summary>
				<ol class="vg-timeline">
					${[...acts].reverse().map(
						(act) =>
							html`<li>
								<p class="vg-timeline__head">
									<time datetime=${act.at}>${instant(act.at)}</time> ${act.by?.name ?? t('history.unknown')}
								</p>
								<p>${t(`monthly.act.${act.act}`)} ${said(act)}</p>
								${act.confirmed ? html`<p class="vg-text-block">${t('monthly.confirmed', { word: fine(act.confirmed) })}</p>` : nothing}
								${act.remark ? html`<p class="vg-text-block">${fine(act.remark)}</p>` : nothing}
							</li>`,
					)}
				</ol>
			</details>`;

/* The figures of a report by series, each with its place in the report. */
export function bySeries(figures) {
	const groups = new Map();
	figures.forEach((figure, at) => {
		if (!groups.has(figure.series)) groups.set(figure.series, { ...figure, rows: [] });
		groups.get(figure.series).rows.push({ ...figure, at });
	});
	return [...groups.values()];
}
