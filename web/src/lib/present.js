/*
 * For the meeting room: the blocks of a page one at a time, in large type.  Arrows turn, Escape ends; which block is
 * shown is in the address.  While it runs, and only then, the session is kept alive by asking for it; the server
 * ends it all the same when its longest time is over.
 */
import { html, nothing, render } from 'lit-html';
import { readSession } from './api.js';
import styles from 'style:present';
import { loadTexts, t } from './i18n.js';
import { param, replace } from './url.js';
import { announce } from './parts.js';

const KEEP_MS = 5 * 60_000;
const BLOCKS =
	'.vg-lead, .vg-figures, .vg-distribution, .vg-facts, .vg-panel:not(.vg-panel .vg-panel, .vg-distribution, .vg-facts, search)';

const root = document.documentElement;
let running = null;

const blocks = () => [...document.querySelectorAll(BLOCKS)].filter((one) => one.closest('#content') && one.textContent.trim());

/* What stands on the way to the block stays, the rest is out of sight. */
function mark(at) {
	const all = blocks();
	running.at = Math.max(0, Math.min(all.length - 1, at));
	for (const one of document.querySelectorAll('[data-slide]')) delete one.dataset.slide;
	const current = all[running.at];
	for (let one = current; one && one.id !== 'content'; one = one.parentElement) one.dataset.slide = one === current ? 'on' : 'way';
	const title = current.querySelector('h2')?.textContent.trim() || document.querySelector('#content h1').textContent.trim();
	replace({ present: running.at + 1 });
	draw(all.length, title);
	scrollTo(0, 0);
	announce(t('present.slide', { n: running.at + 1, of: all.length, title }));
}

function draw(of, title) {
	const turn = (by, sign, key) =>
		html`<button type="button" class="fr-btn fr-btn--tertiary" aria-label=${t(key)} @click=${() => mark(running.at + by)}>${sign}</button>`;
	render(
		html`<h1 class="vg-present__title">
				${document.querySelector('#content h1').textContent.trim()}<span class="vg-muted">${running.at === 0 ? nothing : title}</span>
			</h1>
			${running.lost ? html`<p role="alert">${t('present.lost')}</p>` : nothing}
			<div class="vg-present__turn">
				${turn(-1, '←', 'present.before')}<span>${running.at + 1} / ${of}</span>${turn(1, '→', 'present.after')}
				<button type="button" class="fr-btn fr-btn--secondary" @click=${end}>${t('present.end')}</button>
			</div>`,
		running.bar,
	);
}

const TURNS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -999, End: 999 };

function key(event) {
	if (event.key === 'Escape') return end();
	const by = TURNS[event.key];
	if (!by || event.target.matches('input, select, textarea, .vg-heat') || (event.key === ' ' && event.target.matches('button, a, summary'))) return undefined;
	event.preventDefault();
	return mark(running.at + by);
}

async function keep() {
	if (document.visibilityState !== 'visible') return;
	try {
		running.lost = !(await readSession(true)).person;
	} catch {
		running.lost = true;
	}
	if (running?.lost) mark(running.at);
}

function end() {
	clearInterval(running.timer);
	document.removeEventListener('keydown', key);
	running.bar.remove();
	running = null;
	delete root.dataset.presenting;
	for (const one of document.querySelectorAll('[data-slide]')) delete one.dataset.slide;
	replace({ present: null });
	if (document.fullscreenElement) document.exitFullscreen();
	document.getElementById('present')?.focus();
	announce(t('present.ended'));
}

const texts = { fr: () => import('texts:fr.present'), en: () => import('texts:en.present') };
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
document.adoptedStyleSheets.push(sheet);

/* `asked`: somebody pressed the button, so that the whole screen may be taken. */
export async function present(asked) {
	if (running || !blocks().length) return;
	if (asked) root.requestFullscreen?.().catch(() => {});
	await loadTexts(false, texts);
	const bar = document.createElement('aside');
	bar.className = 'vg-present';
	bar.setAttribute('aria-label', t('present.label'));
	document.body.append(bar);
	running = { at: 0, bar, lost: false, timer: setInterval(keep, KEEP_MS) };
	root.dataset.presenting = '';
	document.addEventListener('keydown', key);
	mark((Number(param('present')) || 1) - 1);
}
