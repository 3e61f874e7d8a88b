/*
 * What surrounds every screen: header, navigation, banners, footer, and the way a page starts.
 * A page gives `load` (its data) and `view` (its template); the shell signs in, waits and explains refusals.
 */
import { html, nothing, render } from 'lit-html';
import { brand } from 'theme-brand';
import { loadTexts, lang, t, fine, tx } from './i18n.js';
import { currentSession, get, lastRead, path, readSession, signOut } from './api.js';
import { isDark, setLanguage, setScheme, store, stored } from './preferences.js';
import { icon, logo } from './icons.js';
import { announce } from './parts.js';
import { instant, longDay, setZone } from './format.js';
import { link, param, replace } from './url.js';
import { dayField, readDay } from './day-field.js';

const place = (id) => document.getElementById(id);
const other = lang === 'fr' ? 'en' : 'fr';

let current = { page: null, plan: null };

function leave() {
	signOut()
		.catch(() => {})
		.finally(() => location.assign('/sign-in.html'));
}

/* An administrator's account opens no plan: nothing of a plan is offered nor asked for. */
export const administersOnly = ({ grants = [] }) =>
	grants.length > 0 && grants.every(({ role }) => role === 'admin');

/* What is read, what is answered, what few people write: pages by name, in groups. */
const NAVIGATION = [['home', 'actions', 'compare', 'since', 'calendar', 'indicators'], ['tasks', 'campaign'], ['data', 'plugins']];
/* Only contributors have something to answer, only these have plugins to write or to judge. */
const ROLES = { tasks: ['contributor'], plugins: ['analyst', 'coordinator'] };

const mayUse = (name) => !ROLES[name] || currentSession().grants.some(({ role }) => ROLES[name].includes(role));

const navigation = (page) =>
	NAVIGATION.map((group) => group.filter(mayUse)).map(
		(group, i) =>
			html`${group.map(
				(name, j) =>
					html`<li class="fr-nav__item ${i && !j ? 'vg-apart' : ''}">
						<a class="fr-nav__link" href=${link(name === 'home' ? '/' : `/${name}.html`)} aria-current=${page === name ? 'page' : nothing}
							>${t(`nav.${name}`)}</a
						>
					</li>`,
			)}`,
	);

function drawHeader() {
	const { page, plan } = current;
	const person = currentSession()?.person;
	const reads = person && !administersOnly(currentSession());
	const dark = isDark();
	const toggle = ({ currentTarget }) => {
		const open = currentTarget.getAttribute('aria-expanded') !== 'true';
		currentTarget.setAttribute('aria-expanded', String(open));
		place('menu').classList.toggle('vg-open', open);
	};
	const close = (event) => {
		const button = place('header').querySelector('[aria-controls=menu]');
		if (event.key !== 'Escape' || button.getAttribute('aria-expanded') !== 'true') return;
		button.click();
		button.focus();
	};
	render(
		html`<div class="fr-container vg-header" @keydown=${close}>
			<div class="fr-header__brand">
				${brand}<a class="fr-header__home" href="/" aria-label=${t('nav.home_label')}
					>${logo}<span class="fr-header__service-title">Vigie</span></a
				>
				<p class="fr-header__service-tagline">${plan ? fine(plan.title).replace(/(\d)-(?=\d)/g, '$1\u2011') : t('header.tagline')}</p>
			</div>
			<button
				type="button"
				class="fr-btn fr-btn--tertiary vg-menu-button"
				aria-expanded="false"
				aria-controls="menu"
				@click=${toggle}
			>
				${icon('menu')} ${t('nav.menu')}
			</button>
			<div id="menu" class="vg-menu">
				<ul class="fr-header__tools">
					${
						reads
							? html`<li>
									<form class="vg-find" role="search" action="/search.html">
										<input class="fr-input" type="search" name="q" required maxlength="200" aria-label=${t('nav.find')} placeholder=${t('nav.search')} /><button class="fr-btn fr-btn--tertiary" aria-label=${t('nav.search')}>${icon('find')}</button>
									</form>
								</li>`
							: nothing
					}
					<li>
						<button
							type="button"
							class="fr-btn fr-btn--tertiary"
							lang=${other}
							@click=${() => setLanguage(other)}
						>
							${lang === 'fr' ? 'English' : 'Français'}
						</button>
					</li>
					<li>
						<button
							type="button"
							class="fr-btn fr-btn--tertiary"
							@click=${() => {
								setScheme(dark ? 'light' : 'dark');
								drawHeader();
								announce(t(dark ? 'scheme.now_light' : 'scheme.now_dark'));
							}}
						>
							${icon(dark ? 'sun' : 'moon')} ${t(dark ? 'scheme.light' : 'scheme.dark')}
						</button>
					</li>
					${
						person
							? html`<li>
										<a
											class="fr-btn fr-btn--tertiary"
											href="/account.html"
											aria-current=${page === 'account' ? 'page' : nothing}
											>${person.name}</a
										>
									</li>
									<li>
										<button type="button" class="fr-btn fr-btn--tertiary" @click=${leave}>
											${t('nav.sign_out')}
										</button>
									</li>`
							: nothing
					}
				</ul>
				${
					reads
						? html`<nav class="fr-nav" aria-label=${t('nav.label')}>
								<ul class="fr-nav__list">
									${navigation(page)}
								</ul>
							</nav>`
						: nothing
				}
			</div>
		</div>`,
		place('header'),
	);
}

const drawFooter = () =>
	render(
		html`<div class="fr-container">
			<p class="fr-footer__content">${t('footer.about')}</p>
			<ul class="fr-footer__bottom">
				<li><a class="fr-footer__link" href="/accessibility.html">${t('footer.accessibility')}</a></li>
				<li><a class="fr-footer__link" href="/legal.html">${t('footer.legal')}</a></li>
			</ul>
		</div>`,
		place('footer'),
	);

function drawSkipLinks() {
	render(
		html`<nav class="fr-skiplinks" aria-label=${t('skip.label')}>
			<a class="fr-link" href="#content">${t('skip.content')}</a>
		</nav>`,
		place('skip'),
	);
}

/* Whose past is on screen, and the way back to now. */
function pastBanner() {
	const past = param('as_of');
	if (!past) return nothing;
	const back = new URL(location.href);
	back.searchParams.delete('as_of');
	return html`<div class="fr-notice fr-notice--warning">
		<div class="fr-container">
			<p>
				${icon('clock')}
				<span>${t('past.text', { date: past.length > 10 ? instant(past) : longDay(past) })}</span>
				<a class="fr-link" href=${back.pathname + back.search}>${t('past.back')}</a>
			</p>
		</div>
	</div>`;
}

/* Titles that are not the official text say so, with how many there are; so does a plan with figures made up. */
function illustrativeBanner(plan) {
	const { measures = 0, actions = 0 } = plan?.illustrative ?? {}, titles = measures + actions;
	if (!titles && !plan?.fictitious) return nothing;
	const what = [
		measures && t('word.measures', { n: measures }),
		actions && t('word.actions', { n: actions }),
	].filter(Boolean);
	return html`<div class="fr-notice">
		<div class="fr-container">
			<p>
				${icon('info')}<span
					>${titles ? tx('origin.banner', { what: what.join(` ${t('word.and')} `), n: titles }) : nothing}
					${plan.fictitious ? t('origin.fictitious') : nothing}</span
				>
			</p>
		</div>
	</div>`;
}

export const banners = (plan) => html`${pastBanner()}${illustrativeBanner(plan)}`;

/* The plan in the address, else the last one seen, else the first that this person has a grant on. */
async function findPlan(session) {
	const known = new Set((session.grants ?? []).map(({ plan }) => plan).filter(Boolean));
	const wanted = param('plan') ?? stored('vigie.plan');
	if (param('plan') || (wanted && known.has(wanted))) return wanted;
	if (known.size) return [...known][0];
	const { data } = await get('/plans');
	return data.items[0]?.code ?? null;
}

export const toSignIn = () =>
	location.assign(
		`/sign-in.html?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`,
	);

export function setTitle(text) {
	document.title = `${text} – Vigie`;
}

const waiting = (title) =>
	html`<div class="fr-container vg-waiting" aria-busy="true">
		<h1 class="fr-sr-only">${t(title)}</h1>
		<p>${t('page.loading')}</p>
	</div>`;

/* The page's place; what the server's page says there goes away the first time. */
let filled = false;
function fill(template) {
	const main = place('content');
	if (!filled) main.textContent = '';
	filled = true;
	render(template, main);
}

/* What is only needed when something is refused is fetched then. */
async function explain(failure) {
	if (failure.status === 401) return toSignIn();
	const [{ explanation }] = await Promise.all([import('./refusal.js'), loadTexts(true)]);
	return fill(explanation(failure));
}

/*
 * Starts a page.  options: name; title (its key); open (needs nobody signed in); planless (needs no plan);
 * sheets (needs the texts of lists and forms); texts (a group of its own, see i18n.js); load(context) → data;
 * view(data, context, redraw) → template; drawn(data, context) after the first time.
 */
export async function start({ name, title, open, planless, sheets, texts, load, view, drawn }) {
	current.page = name;
	const [session] = await Promise.all([readSession().catch((failure) => ({ failure })), loadTexts(sheets, texts)]);
	setTitle(t(title));
	drawSkipLinks();
	drawHeader();
	drawFooter();
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawHeader);
	addEventListener('beforeprint', drawFoot);
	if (session.failure && !open) return explain(session.failure);
	if (!open && !session.person) return toSignIn();
	if (view) fill(waiting(title));
	try {
		if (!open && !planless && administersOnly(session)) return explain({ administrator: true });
		const context = { session, plan: open || planless ? null : await findPlan(session) };
		if (!open && !planless && !context.plan) return explain({ planless: true });
		const data = await load?.(context);
		const redraw = () => fill(view(data, context, redraw));
		if (view) redraw();
		drawn?.(data, context, redraw);
		if (param('present')) startPresenting();
		if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
	} catch (failure) {
		if (failure.status === undefined) throw failure;
		explain(failure);
	}
	return undefined;
}

/* Called by pages once the plan is known: its name in the header, its zone for the instants. */
export function showPlan(plan) {
	current.plan = plan;
	setZone(plan.time_zone);
	store('vigie.plan', plan.code);
	drawHeader();
}

export const readPlan = async (code) => {
	const { data } = await get(path('plans', code), { as_of: param('as_of') });
	showPlan(data);
	return data;
};

/* Looking at the plan on another day: the date goes to the address. */
export const datePicker = (today) =>
	html`<form
		class="vg-as-of"
		@submit=${(event) => {
			event.preventDefault();
			const day = readDay(new FormData(event.target).get('as_of'));
			replace({ as_of: day === today ? null : day });
			location.reload();
		}}
	>
		<label class="fr-label" for="as-of">${t('past.label')}</label>
		${dayField({ id: 'as-of', name: 'as_of', value: param('as_of')?.slice(0, 10) ?? today, max: today, required: true })}
		<button class="fr-btn fr-btn--secondary">${t('past.show')}</button>
	</form>`;

export const printButton = () =>
	html`<button type="button" class="fr-btn fr-btn--secondary" @click=${() => print()}>
		${icon('print')} ${t('page.print')}
	</button>`;

const startPresenting = async (asked) => (await import('./present.js')).present(asked);

export const presentButton = () =>
	html`<button id="present" type="button" class="fr-btn fr-btn--secondary" @click=${() => startPresenting(true)}>
		${t('page.present')}
	</button>`;

/* What stands in a control of the page's <search>, in words; nothing where it asks for nothing. */
const asked = ({ labels: [label], type, checked, selectedOptions, value }) =>
	label && (type === 'checkbox' ? checked && label.textContent : value && `${label.textContent}${t('page.is')}${selectedOptions?.[0].text ?? value}`);

/* At the foot of what is printed: when it was read, what was filtered, where it comes from. */
function drawFoot() {
	const filters = [...document.querySelectorAll('#content search :is(select, input)')].map(asked).filter(Boolean);
	place('paper').textContent = [
		t('page.source', { at: instant(lastRead()) }),
		filters.length ? t('page.filters', { list: filters.join(', ') }) : '',
		t('page.address', { address: location.href }),
	].join(' ');
}
