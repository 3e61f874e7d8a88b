/* A count of actions by status, as one bar and in words. */
import { html, svg, nothing } from 'lit-html';
import { STATUSES, statusText } from './parts.js';
import { icon } from './icons.js';

/* How many of each status: proportional segments, then the same in words. */
export function statusBar(counts, { words = true } = {}) {
	const parts = STATUSES.map((status) => ({ status, n: counts[status] ?? 0 })).filter(({ n }) => n);
	const total = parts.reduce((sum, { n }) => sum + n, 0);
	const x = (n) => (1000 * n) / (total || 1);
	let from = 0;
	return html`<div class="vg-status-bar">
		<svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
			<rect class="vg-track" width="1000" height="12" />
			${parts.map(({ status, n }) => {
				const start = x(from);
				from += n;
				return svg`<rect class="vg-bar vg-bar--${status}" x=${start} width=${Math.max(0, x(from) - start - (from < total ? 3 : 0))} height="12"/>`;
			})}</svg
		>${
			words
				? html`<ul class="vg-legend">
						${parts.map(
							({ status, n }) =>
								html`<li>
									${icon(status)}<span><strong>${n}</strong> ${statusText(status)}</span>
								</li>`,
						)}
					</ul>`
				: nothing
		}
	</div>`;
}
