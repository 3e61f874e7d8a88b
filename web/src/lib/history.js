/* Everything that was said about an action, the latest first, with who and why. */
import { html, nothing } from 'lit-html';
import { t, fine } from './i18n.js';
import { instant, longDay, percent } from './format.js';
import { confidence, empty, statusBadge } from './parts.js';

function entry(report) {
	const place = report.territory ? [report.territory, report.organisation].filter(Boolean).join(' – ') : null;
	return html`<li class=${report.withdrawn ? 'vg-withdrawn' : ''}><p class="vg-timeline__head"><time datetime=${report.at}><strong>${instant(report.at)}</strong></time> ${report.by?.name ?? t('history.unknown')}${place ? html` <span class="vg-muted">${place}</span>` : nothing}</p>
${report.nothing_new ? html`<p>${t('history.nothing_new')}</p>` : html`<div class="vg-badges">${statusBadge(report.status)}${report.progress === null || report.progress === undefined ? html`<span class="vg-absent">${t('progress.none')}</span>` : html`<strong class="vg-number">${percent(report.progress)}</strong>`}${report.confidence ? confidence(report.confidence) : nothing}</div>`}
${report.done_on ? html`<p>${t('history.done_on', { date: longDay(report.done_on) })}</p>` : nothing}
${report.carried_to ? html`<p>${t('history.carried_to', { plan: report.carried_to.plan ?? '', measure: report.carried_to.measure ?? '' })}</p>` : nothing}
${report.comment ? html`<p class="vg-text-block">${fine(report.comment)}</p>` : nothing}
${report.reason ? html`<p class="vg-text-block"><span class="vg-muted">${t('history.reason')}</span> ${fine(report.reason)}</p>` : nothing}
${report.withdrawn ? html`<p class="vg-text-block">${t('history.withdrawn', { name: report.withdrawn.by?.name ?? '', at: instant(report.withdrawn.at) })} ${fine(report.withdrawn.reason)}</p>` : nothing}</li>`;
}

export function historyView(reports) {
	if (!reports) return empty(t('history.unavailable'));
	if (!reports.length) return empty(t('history.none'));
	const latest = [...reports].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
	return html`<ol class="vg-timeline">${latest.map(entry)}</ol>`;
}
