/* Everything that was said about an action, the latest first, with who and why. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, longDay, percent } from './format.js';
import { absent, confidence, empty, statusBadge } from './parts.js';

const paragraph = (text) => html`<p class="vg-text-block">${text}</p>`;

const declared = ({ status, progress, confidence: weather }) =>
	html`<div class="vg-badges">
		${statusBadge(status)}
		${progress === null ? absent(t('progress.none')) : html`<strong class="vg-number">${percent(progress)}</strong>`}
		${weather ? confidence(weather) : nothing}
	</div>`;

const withdrawal = ({ by, at, reason }) =>
	paragraph(`${t('history.withdrawn', { name: by.name, at: instant(at) })} ${fine(reason)}`);

function entry(report) {
	const place = report.territory ? [report.territory, report.organisation].filter(Boolean).join(' – ') : null;
	return html`<li class=${report.withdrawn ? 'vg-withdrawn' : ''}>
		<p class="vg-timeline__head">
			<time datetime=${report.at}><strong>${instant(report.at)}</strong></time>
			${report.by?.name ?? t('history.unknown')}${place ? html` <span class="vg-muted">${place}</span>` : nothing}
		</p>
		${report.nothing_new ? paragraph(t('history.nothing_new')) : declared(report)}
		${report.done_on ? paragraph(t('history.done_on', { date: longDay(report.done_on) })) : nothing}
		${report.carried_to ? paragraph(t('history.carried_to', report.carried_to)) : nothing}
		${report.comment ? paragraph(fine(report.comment)) : nothing}
		${report.reason ? paragraph(`${t('history.reason')} ${fine(report.reason)}`) : nothing}
		${report.withdrawn ? withdrawal(report.withdrawn) : nothing}
	</li>`;
}

export function historyView(reports) {
	if (!reports) return empty(t('history.unavailable'));
	if (!reports.length) return empty(t('history.none'));
	const latest = [...reports].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
	return html`<ol class="vg-timeline">
		${latest.map(entry)}
	</ol>`;
}
