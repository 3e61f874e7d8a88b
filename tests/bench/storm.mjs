/*
 * The evening before a report is due: two hundred people save drafts at once, each a report of their own and as the page
 * does it, beside pgbench with the statement that keeps one.  What is right then is proved by fault/storm.test.mjs.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEOPLE, PERIOD, draftOf, openStorm, reportOf } from '../fault/seats.mjs';
import { PLAN, makePlan } from '../integration/action_data.mjs';
import { dayIn, startServer } from '../integration/client.mjs';
import { pgbench, write } from './load.mjs';
import { asSuperuser, copyDatabase, dropDatabase } from './scale.mjs';
import { scratch, startVigie, stop } from './sides.mjs';
import { script, settled } from './works.mjs';

const CLIENTS = 64;	/* of pgbench: a cluster takes a hundred connections */

/* Each unit with its expectation and the version of its report now. */
const list = (database, units) => asSuperuser(database, async (query) => {
	const now = await query(`select e.plan_id, e.territory, o.code as organisation, coalesce(d.version, 0)::int as drafts, 1 + coalesce(r.version, 0) + coalesce(d.version, 0) as version
		from expectation e join organisation o on o.id = e.organisation_id left join report r on r.expectation_id = e.id left join report_draft d on d.expectation_id = e.id`);
	return units.map((unit) => ({ ...unit, ...now.find((one) => one.territory === unit.territory && one.organisation === unit.organisation) }));
});

/* The first word makes a report too, and moves its version by two: nobody begins while it is measured. */
async function begin(server, unit) {
	const answer = await server.bearer(unit.token).put(reportOf(unit), draftOf('1', null), { ifMatch: 1 });
	if (answer.status !== 200) throw new Error(answer.text);
}

async function draftsByHttp(vigie, now) {
	const file = join(scratch, 'drafts');
	writeFileSync(file, now.map((unit) => `${reportOf(unit)} "${unit.version}.20260101.fr" ${unit.token}\n`).join(''));
	return write(vigie.url, { file, kind: 'draft', clients: PEOPLE });
}

/* Who asks and what is written to, by pgbench's own number of the client. */
const choose = (now) => {
	const one = (value, name) => `(array[${now.map((unit) => `'${value(unit)}'`)}])[:client_id + 1] as ${name}`;
	const of = [one((unit) => unit.territory, 'p3'), one((unit) => unit.organisation, 'p4'), one((unit) => unit.version, 'p5'),
		one((unit) => createHash('sha256').update(unit.token).digest('hex'), 'context')];
	return `\\if :begun = 0\nselect ${of.join(', ')}\n\\gset\n\\set begun 1\n\\endif\n`;
};

const kept = (units) => units.reduce((sum, unit) => sum + unit.drafts, 0);

/* A draft that was kept otherwise than we count is a fault. */
async function draftsBySql(database, look) {
	const before = await look();
	const body = JSON.stringify(draftOf('12', 'Two patrols wrote no fine yet.'));
	const { file, variables: { p3, p4, p5, context, ...others } } = script('campaign_draft_keep',
		[before[0].plan_id, PERIOD, '', '', 0, dayIn('Europe/Paris'), body, 'f', null], { before: choose(before), after: '\\set p5 :p5 + 1\n' });
	const done = await pgbench(database, file, { clients: CLIENTS, variables: { ...others, begun: 0 } });
	const more = kept(await look()) - kept(before);
	if (more !== done.transactions) throw new Error(`pgbench made ${done.transactions} transactions, ${more} drafts were kept`);
	return done.rate;
}

export async function storms(compare) {
	const { database, ownerUrl } = await copyDatabase('bench_storm'), data = await makePlan(PLAN, ownerUrl);
	const server = await startServer({ database }), units = await openStorm(server, data);
	for (const unit of units) await begin(server, unit);
	await server.stop();
	await data.owner.end();
	const vigie = await startVigie('storm', [], database), look = () => settled(() => list(database, units));
	const done = await compare({ id: 'storm', work: `drafts, ${PEOPLE} people at once`, goal: 0.5,
		reference: `pgbench, the one statement that keeps a draft, ${CLIENTS} clients`,
		sides: [async () => draftsByHttp(vigie, await look()), () => draftsBySql(database, look)] });
	await stop(vigie.child);
	await dropDatabase('bench_storm');
	return [done];
}
