/* Pictograms, drawn here.  They never stand alone: the text is beside them, or named by `label`. */
import { html, svg, nothing } from 'lit-html';

const strokes = {
	not_started: svg`<circle cx="8" cy="8" r="5.5"/>`,
	in_progress: svg`<circle cx="8" cy="8" r="5.5"/><path class="vg-fill" d="M8 4.5a3.5 3.5 0 0 1 0 7z"/>`,
	done: svg`<path d="M3 8.5l3.3 3.3L13 4.6"/>`,
	on_hold: svg`<path d="M5.5 3.5v9M10.5 3.5v9"/>`,
	dropped: svg`<path d="M4 4l8 8M12 4l-8 8"/>`,
	carried_over: svg`<path d="M2.5 8h10M8.5 4l4 4-4 4"/>`,
	late: svg`<path d="M13.8 8a5.8 5.8 0 1 1-11.6 0a5.8 5.8 0 1 1 11.6 0M8 4.8V8l2.3 1.6"/>`,
	blocked: svg`<path d="M13.8 8a5.8 5.8 0 1 1-11.6 0a5.8 5.8 0 1 1 11.6 0M4.6 8h6.8"/>`,
	stale: svg`<circle cx="8" cy="8" r="5.8" stroke-dasharray="2.2 2.2"/><path d="M8 4.8v3.7M8 10.9v.3"/>`,
	up: svg`<path d="M3 11.5l4-4 2.5 2.5L13 5.5M9.5 5H13v3.5"/>`,
	down: svg`<path d="M3 4.5l4 4L9.5 6 13 10.500M9.5 11H13V7.5"/>`,
	flat: svg`<path d="M2.5 8h10.500M9.5 4.500L13 8l-3.5 3.5"/>`,
	rise: svg`<path d="M8 12.5v-9M4 7.5l4-4 4 4"/>`,
	fall: svg`<path d="M8 3.5v9M4 8.5l4 4 4-4"/>`,
	sun: svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.500v1.600M8 12.900v1.600M1.5 8h1.600M12.9 8h1.600M3.4 3.400l1.1 1.100M11.5 11.500l1.1 1.100M3.4 12.600l1.1-1.100M11.5 4.500l1.1-1.1"/>`,
	moon: svg`<path d="M13 9.800A5.6 5.6 0 0 1 6.2 3a5.6 5.6 0 1 0 6.8 6.800z"/>`,
	print: svg`<path d="M4.5 6V2.500h7V6M4.5 11.500h-2v-5h11v5h-2M4.5 9.500h7v4h-7z"/>`,
	info: svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.300v3.700M8 4.900v.3"/>`,
	warning: svg`<path d="M8 2.200l6.2 11.300H1.800zM8 6.500v3.300M8 11.600v.3"/>`,
	clock: svg`<path d="M8 2.500a5.5 5.5 0 1 0 5.5 5.500M8 5v3l2 1.500M13.5 2.500v3h-3"/>`,
	calendar: svg`<path d="M2.5 4h11v9.500h-11zM2.5 7h11M5.5 2.500v3M10.5 2.500v3"/>`,
	find: svg`<path d="M11.3 11.300L14 14M12 7.200a4.8 4.8 0 1 1-9.600 0a4.8 4.8 0 1 1 9.600 0"/>`,
	menu: svg`<path d="M2.5 4.500h11M2.5 8h11M2.5 11.500h11"/>`,
	star: svg`<path class="vg-fill" d="M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.200L8 11.400l-3.7 2.1.8-4.200L2 6.400l4.2-.5z"/>`,
};

export const icon = (name, label) =>
	html`<svg
		class="vg-icon"
		viewBox="0 0 16 16"
		role=${label ? 'img' : nothing}
		aria-label=${label ?? nothing}
		aria-hidden=${label ? nothing : 'true'}
		fill="none"
		stroke="currentColor"
		stroke-width="1.7"
		stroke-linecap="round"
		stroke-linejoin="round"
	>
		${strokes[name]}
	</svg>`;

/* The weather of PILOTE: sun, sun behind a cloud, cloud, storm. */
const CLOUD = 'M7 20.500a4.5 4.5 0 0 1-.4-9 6 6 0 0 1 11.3-1.300A5.2 5.2 0 0 1 18.5 20.500z';
const weathers = {
	secured: svg`<circle class="vg-sun" cx="12" cy="12" r="5"/><path class="vg-ray" d="M12 2v2.600M12 19.400V22M2 12h2.600M19.4 12H22M4.9 4.900l1.9 1.900M17.2 17.200l1.9 1.900M4.9 19.100l1.9-1.900M17.2 6.800l1.9-1.9"/>`,
	achievable: svg`<circle class="vg-sun" cx="8.5" cy="8.5" r="4"/><path class="vg-ray" d="M8.5 1.300v1.500M1.3 8.500h1.500M3.4 3.400l1.1 1.100M13.6 3.400l-1.1 1.1"/><path class="vg-cloud" d=${CLOUD}/>`,
	support_needed: svg`<path class="vg-cloud vg-cloud--grey" transform="translate(0 -2)" d=${CLOUD}/>`,
	compromised: svg`<path class="vg-cloud vg-cloud--dark" transform="translate(0 -4.5)" d=${CLOUD}/><path class="vg-bolt" d="M12.8 13.500L9 18.800h2.700L10.6 23l4.3-5.700h-2.800l1.7-3.800z"/>`,
	none: svg`<circle class="vg-no-weather" cx="12" cy="12" r="8"/><path class="vg-no-weather" d="M8.5 12h7"/>`,
};

export const weather = (name) =>
	html`<svg class="vg-weather" viewBox="0 0 24 24" aria-hidden="true">
		${weathers[name] ?? weathers.none}
	</svg>`;

export const logo = html`<svg class="vg-logo" viewBox="0 0 32 32" aria-hidden="true">
	<rect class="vg-logo__ground" width="32" height="32" rx="5" />
	<path class="vg-logo__mark" d="M7 9l9 15 9-15" />
	<circle class="vg-logo__light" cx="16" cy="9.5" r="2.6" />
</svg>`;
