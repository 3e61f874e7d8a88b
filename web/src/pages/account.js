/* Who I am here: rights in words, language and colours, open sessions, password. */
import { html, nothing } from 'lit-html';
import { administersOnly, setTitle, start } from '../lib/shell.js';
import { all, Failure, get, path, put, remove } from '../lib/api.js';
import { lang, t, fine, has } from '../lib/i18n.js';
import { instant } from '../lib/format.js';
import { scheme, setLanguage, setScheme } from '../lib/preferences.js';
import { alert, announce, empty, panel } from '../lib/parts.js';
import { failureAlert } from '../lib/refusal.js';
import { administration } from '../lib/admin.js';
import { calendarAddress, readCalendar } from '../lib/calendar-address.js';
import { followsView, mailChoices, readFollows } from '../lib/mail-choices.js';
import { faults, groupClass, message, persist, summary } from '../lib/write.js';

const optional = (promise, otherwise) =>
	promise.catch((failure) => {
		if (failure instanceof Failure && [403, 404, 405, 501].includes(failure.status)) return otherwise;
		throw failure;
	});

function grant({ role, plan, organisation, territories = [] }, { plans, places }) {
	const where = territories.map((code) =>
		code === 'FR' ? t('account.everywhere') : (places.get(code) ?? code),
	);
	const title = plans.get(plan);
	return html`<li>
		<strong>${has(`role.${role}`) ? t(`role.${role}`) : role}</strong
		>${plan ? html` – ${title ? fine(title) : plan}` : nothing}
		${organisation ? html`<span class="vg-muted vg-block">${t('account.for', { organisation, where: where.length ? new Intl.ListFormat(lang).format(where) : t('account.nowhere') })}</span>` : nothing}
		<span class="vg-muted vg-block">${has(`role.${role}.may`) ? t(`role.${role}.may`) : nothing}</span>
	</li>`;
}

const radio = (name, value, current, text, change, textLang) =>
	html`<div class="fr-segmented__element">
		<input
			type="radio"
			id="${name}-${value}"
			name=${name}
			.checked=${current === value}
			@change=${() => change(value)}
		/><label class="fr-label" for="${name}-${value}" lang=${textLang ?? nothing}>${text}</label>
	</div>`;

function preferences(redraw) {
	const colours = (value) => {
		setScheme(value);
		redraw();
		announce(t(`account.scheme.${value}`));
	};
	return html`<div class="vg-form">
		<fieldset>
			<legend class="fr-label">${t('account.language')}</legend>
			<div class="fr-segmented">
				${radio('lang', 'fr', lang, 'Français', setLanguage, 'fr')}${radio('lang', 'en', lang, 'English', setLanguage, 'en')}
			</div>
		</fieldset>
		<fieldset>
			<legend class="fr-label">${t('account.scheme')}</legend>
			<div class="fr-segmented">
				${['system', 'light', 'dark'].map((value) => radio('scheme', value, scheme(), t(`account.scheme.${value}`), colours))}
			</div>
		</fieldset>
	</div>`;
}

/* Browser and system in words, of what a browser says of itself; each also names those that it descends from. */
const BROWSERS = { Edg: 'Edge', OPR: 'Opera', Firefox: 'Firefox', Chrome: 'Chrome', Version: 'Safari' };
const SYSTEMS = { Android: 'Android', iPhone: 'iOS', iPad: 'iOS', Windows: 'Windows', 'Mac OS': 'macOS', Linux: 'Linux' };
function device(agent) {
	const browser = Object.keys(BROWSERS).find((name) => agent.includes(`${name}/`));
	if (!browser) return agent;
	const [version] = agent.split(`${browser}/`)[1].split('.');
	const system = Object.keys(SYSTEMS).find((name) => agent.includes(name));
	return `${BROWSERS[browser]} ${version}${system ? `, ${SYSTEMS[system]}` : ''}`;
}

function sessions(state, redraw) {
	const revoke = async (one) => {
		try {
			await persist(() => remove(path('sessions', String(one.id))));
			if (one.current) {
				location.assign('/sign-in.html');
				return;
			}
			state.sessions = state.sessions.filter(({ id }) => id !== one.id);
			state.sessionFailure = null;
			announce(t('account.revoked'));
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			state.sessionFailure = failure;
		}
		redraw();
		document.getElementById('sessions').focus();
	};
	if (!state.sessions) return empty(t('account.no_sessions'));
	return html`${state.sessionFailure ? failureAlert(state.sessionFailure) : nothing}
		<ul class="vg-list">
			${state.sessions.map(
				(one) =>
					html`<li class="vg-session">
						<div>
							<p><strong>${one.current ? t('account.this_session') : t('account.other_session')}</strong></p>
							<p class="vg-muted">
								${t('account.opened', { at: instant(one.created_at) })}${one.seen_at ? html` · ${t('account.seen', { at: instant(one.seen_at) })}` : nothing}${one.user_agent ? html`<span class="vg-block" title=${one.user_agent}>${device(one.user_agent)}</span>` : nothing}
							</p>
						</div>
						<button type="button" class="fr-btn fr-btn--secondary" @click=${() => revoke(one)}>
							${t('account.revoke')}<span class="fr-sr-only"> ${instant(one.created_at)}</span>
						</button>
					</li>`,
			)}
		</ul>`;
}

const PASSWORD_FIELDS = ['current', 'password'];
const labels = () =>
	Object.fromEntries(PASSWORD_FIELDS.map((name) => [name, { id: `p-${name}`, text: t(`account.${name}`) }]));

function password(state, redraw) {
	const submit = async (event) => {
		event.preventDefault();
		const form = event.currentTarget;
		const values = new FormData(form);
		Object.assign(state.password, { errors: null, failure: null, done: false });
		try {
			await persist(() =>
				put('/session/password', { current: values.get('current'), password: values.get('password') }),
			);
			state.password.done = true;
			form.reset();
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			Object.assign(state.password, {
				failure,
				errors: failure.status === 422 ? faults(failure, PASSWORD_FIELDS) : null,
			});
		}
		redraw();
		document.getElementById('p-faults').focus();
	};
	const field = (name, autocomplete, hint) =>
		html`<div class=${groupClass(state.password.errors, name)}>
			<label class="fr-label" for="p-${name}"
				>${t(`account.${name}`)}${hint ? html`<span class="fr-hint-text">${hint}</span>` : nothing}</label
			>
			<input
				class="fr-input"
				type="password"
				id="p-${name}"
				name=${name}
				autocomplete=${autocomplete}
				required
				aria-describedby="p-${name}-error"
			/>${message(state.password.errors, name, `p-${name}`)}
		</div>`;
	return html`<form class="vg-form vg-narrow" @submit=${submit}>
		${summary('p-faults', state.password, labels())}${state.password.done ? alert('success', t('account.password_changed')) : nothing}
		<input
			class="fr-sr-only"
			type="text"
			name="login"
			autocomplete="username"
			tabindex="-1"
			aria-hidden="true"
			.value=${state.login}
		/>
		${field('current', 'current-password')}${field('password', 'new-password', t('choose.hint'))}<button
			class="fr-btn"
		>
			${t('account.change_password')}
		</button>
	</form>`;
}

start({
	name: 'account',
	sheets: true,
	title: 'account.title',
	planless: true,
	async load({ session }) {
		setTitle(t('account.title'));
		const administers = (session.grants ?? []).some(({ role }) => role === 'admin');
		const [plans, territories, list, people, choices] = await Promise.all([
			administersOnly(session) ? [] : optional(all('/plans'), []),
			optional(all('/territories'), []),
			optional(
				get('/sessions').then(({ data }) => data.items),
				null,
			),
			administers ? all('/people') : null,
			get('/session/mail'),
		]);
		return {
			login: session.person.login,
			follows: await optional(readFollows(plans), []),
			calendar: plans.length ? await optional(readCalendar(), null) : null,
			sessions: list,
			people,
			password: {},
			mail: { choices: choices.data },
			plans: new Map(plans.map(({ code, title }) => [code, title])),
			places: new Map(territories.map(({ code, name }) => [code, name])),
		};
	},
	view(state, { session }, redraw) {
		const { person, grants = [] } = session;
		return html`<div class="fr-container vg-account">
			<div class="vg-top">
				<div>
					<h1>${person.name}</h1>
					<p class="vg-muted">${t('account.login', { login: person.login })}</p>
				</div>
			</div>
			<div class="vg-columns">
				${panel(
					'grants',
					t('account.grants'),
					grants.length
						? html`<ul class="vg-list">
								${grants.map((one) => grant(one, state))}
							</ul>`
						: empty(t('account.no_grant')),
				)}
				${panel('preferences', t('account.preferences'), preferences(redraw), { className: 'vg-no-print' })}
				${panel('mail', t('account.mail'), mailChoices(state, redraw), { className: 'vg-no-print' })}
				${state.follows.length ? panel('follows', t('account.followed'), followsView(state, redraw)) : nothing}
				${state.calendar ? panel('calendar', t('account.calendar'), calendarAddress(state, redraw)) : nothing}
				${panel('sessions', t('account.sessions'), sessions(state, redraw))}
				${panel('password', t('account.password_title'), password(state, redraw), { className: 'vg-no-print' })}
			</div>
			${state.people ? administration(state.people) : nothing}
		</div>`;
	},
});
