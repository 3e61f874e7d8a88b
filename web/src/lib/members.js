/* What an indicator tells by members beside its total, for the nation: fetched by the page of one that has some. */
import { html } from 'lit-html';
import { get, path } from './api.js';
import { t, fine } from './i18n.js';
import { period } from './format.js';
import { param, replace } from './url.js';
import { empty, panel } from './parts.js';
import { cellTable, curve } from './figures.js';
import { multiples } from './targets.js';

const keyOf = ({ dims }) => Object.entries(dims).map((pair) => pair.join('=')).sort().join(';');

export async function readMembers(state) {
	const { dims } = state.about;
	const { data } = await get(path('plans', state.plan.code, 'indicators', state.id), {
		as_of: param('as_of'),
		territory: 'FR',
		dims: dims.map(({ id }) => id).join(';'),
		exact: state.exact,
	});
	const names = new Map(dims.flatMap(({ id, members }) => members.map((one) => [`${id}=${one.id}`, one.name])));
	const named = new Map(data.cells.map((cell) => [keyOf(cell), fine(keyOf(cell).split(';').map((pair) => names.get(pair) ?? pair).join(', '))]));
	/* in the place of territories: what is drawn and listed is the same */
	state.members = { names: named, cells: data.cells.map((cell) => ({ ...cell, territory: keyOf(cell) })) };
}

/* One member as a curve with its table, or all of them as small curves with a table of the last period. */
export function membersPanel(state, redraw) {
	const { about, members } = state;
	const chosen = members.names.has(param('member')) ? param('member') : '';
	const by = about.dims.map(({ name }) => fine(name).toLocaleLowerCase()).join(', ');
	const what = about.dims.map(({ name }) => fine(name)).join(', ');
	const choose = ({ target }) => {
		replace({ member: target.value || null });
		redraw();
	};
	const own = members.cells.filter(({ territory }) => territory === chosen);
	const last = members.cells.reduce((latest, cell) => (cell.period > latest ? cell.period : latest), '');
	return panel(
		'members',
		t('figures.members', { by }),
		!members.cells.length
			? empty(t('figures.none'))
			: chosen
				? html`${curve(own, about, t('indicator.spark', { name: members.names.get(chosen) }))}${cellTable([...own].reverse(), about, { caption: t('figures.members_course', { name: members.names.get(chosen) }) })}`
				: html`${multiples(members.cells, about, members.names)}${cellTable(
						members.cells.filter((cell) => cell.period === last),
						about,
						{ caption: t('figures.members_table', { period: period(last) }), places: members.names, what },
					)}`,
		{
			aside: html`<label class="vg-inline-label" for="member">${t('figures.member')}</label
				><select id="member" class="fr-select vg-narrow" @change=${choose}>
					<option value="" ?selected=${!chosen}>${t('figures.members_all')}</option>
					${[...members.names].map(([key, name]) => html`<option value=${key} ?selected=${key === chosen}>${name}</option>`)}
				</select>`,
		},
	);
}
