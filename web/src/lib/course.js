/* Where a plan or a measure stands against what was planned: in words, month after month, and action by action. */
import { html, nothing } from 'lit-html';
import { t } from './i18n.js';
import { decimal, longDay, percent, period } from './format.js';
import { CONFIDENCES, confidenceText, empty, panel } from './parts.js';
import { weather } from './icons.js';
import { sized, trajectory, twin } from './charts.js';
import { statusBar } from './status-bar.js';

/* The end of a sentence on progress: how far that is from the path; nothing where no path was planned. */
export function compared(done, planned) {
	if (planned === null) return '';
	const gap = Math.round((done - planned) * 10) / 10;
	if (gap === 0) return t('home.on_path', { planned: percent(planned) });
	const n = Math.abs(gap);
	return t(gap < 0 ? 'home.behind' : 'home.ahead', { planned: percent(planned), n, points: decimal(n) });
}

/* The course month after month against the path; `planned`: of `day`. */
export function course(points, planned, day) {
	const last = points.filter(({ actual }) => actual !== null && actual !== undefined).pop();
	const end = points[points.length - 1];
	return panel(
		'trajectory',
		t('trajectory.title'),
		points.length === 0
			? empty(t('trajectory.empty'))
			: html` <ul class="vg-keys">
						<li>
							<span class="vg-key" aria-hidden="true"></span>${t('trajectory.actual')}
							<strong>${last ? percent(last.actual) : t('progress.none')}</strong
							>${last ? html` <span class="vg-muted">${period(last.period)}</span>` : nothing}
						</li>
						<li>
							<span class="vg-key vg-key--planned" aria-hidden="true"></span>${t('trajectory.planned')}
							<strong>${percent(planned ?? end.planned)}</strong>
							<span class="vg-muted">${longDay(day)}</span>
						</li>
					</ul>
					${sized('vg-chart-place', trajectory(points, day))}
					${twin(t('trajectory.table'), async () => (await import('./home-tables.js')).trajectoryTable(points))}`,
	);
}

/* Actions by status, and by the confidence that was declared with it. */
export function distribution(counts) {
	const given = CONFIDENCES.reduce((sum, name) => sum + (counts.by_confidence[name] ?? 0), 0);
	return html`<section class="vg-panel vg-distribution" aria-labelledby="by-status">
		<div>
			<h2 id="by-status">${t('home.by_status', { n: counts.total })}</h2>
			${statusBar(counts.by_status)}
		</div>
		<div>
			<h2>${t('home.by_confidence')}</h2>
			${given === 0 ? empty(t('home.no_confidence')) : nothing}
			<ul class="vg-weathers">
				${CONFIDENCES.map(
					(name) =>
						html`<li class=${counts.by_confidence[name] ? '' : 'vg-zero'}>
							${weather(name)}<span
								><strong>${decimal(counts.by_confidence[name] ?? 0)}</strong> ${confidenceText(name)}</span
							>
						</li>`,
				)}
				<li class="vg-zero">
					${weather('none')}<span
						><strong>${decimal(counts.by_confidence.none ?? 0)}</strong> ${confidenceText(null)}</span
					>
				</li>
			</ul>
		</div>
	</section>`;
}
