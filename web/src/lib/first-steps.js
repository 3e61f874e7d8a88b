/* What to do next with a plan that has no action yet, in place of charts of nothing. */
import { html, nothing } from 'lit-html';
import { currentSession } from './api.js';
import { loadTexts, t } from './i18n.js';
import { link } from './url.js';
import { panel } from './parts.js';

await loadTexts(false, { fr: () => import('texts:fr.start'), en: () => import('texts:en.start') });

const STEPS = [
	['plan', '/data.html'],
	['roster', '/campaign.html'],
	['campaign', '/campaign.html'],
];

export function firstSteps(plan) {
	const coordinates = currentSession().grants.some(({ role, plan: of }) => role === 'coordinator' && of === plan.code);
	const { objectives, measures, actions } = plan.counts;
	const expected = [objectives, measures, actions].every(({ expected: n }) => n)
		? html`<p class="vg-muted">
				${t('start.expected', { objectives: objectives.expected, measures: measures.expected, actions: actions.expected })}
			</p>`
		: nothing;
	return panel(
		'start',
		t('start.title'),
		coordinates
			? html`${expected}
					<ol class="vg-list">
						${STEPS.map(
							([name, file], i) =>
								html`<li class="vg-item">
									<span class="vg-age"><strong>${i + 1}</strong></span>
									<div>
										<a class="fr-link vg-item__title" href=${link(file, { plan: plan.code })}>${t(`start.${name}`)}</a>
										<p class="vg-muted">${t(`start.${name}_how`)}</p>
									</div>
								</li>`,
						)}
					</ol>
					<p class="vg-small">${t('start.people')}</p>`
			: html`${expected}
					<p>${t('start.wait')}</p>`,
	);
}
