/*
 * The evening before a report is due: two hundred people save drafts at once, each a report of their own, beside pgbench
 * with the statement that keeps one.  What is right then is proved by fault/storm.test.mjs.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEOPLE, draftOf, openStorm, reportOf } from '../fault/seats.mjs';
import { PLAN, makePlan } from '../integration/action_data.mjs';
import { startServer } from '../integration/client.mjs';
import { pgbench, write } from './load.mjs';
import { asSuperuser, copyDatabase, dropDatabase } from './scale.mjs';
import { scratch, startVigie, stop } from './sides.mjs';
import { script, settled } from './works.mjs';

const CLIENTS = 64;	/* of pgbench: a cluster takes a hundred connections */

/* Each unit with its expectation and the version of its report now. */
const list = (database, units) => asSuperuser(database, async (query) => {
	const now = await query(`select e.id, e.territory, o.code as organisation, coalesce(d.version, 0)::int as drafts, 1 + coalesce(r.version, 0) + coalesce(d.version, 0) as version
		from expectation e join organisation o on o.id = e.organisation_id left join report r on r.expectation_id = e.id left join report_draft d on d.expectation_id = e.id`);
	return units.map((unit) => ({ ...unit, ...now.find((one) => one.territory === unit.territory && one.organisation === unit.organisation) }));
});

async function draftsByHttp(vigie, now) {
	const file = join(scratch, 'drafts');
	writeFileSync(file, now.map((unit) => `${reportOf(unit)} "${unit.version}.20260101.fr" ${unit.token}\n`).join(''));
	return write(vigie.url, { file, kind: 'draft', clients: PEOPLE });
}

/* Who asks and what is written to, by pgbench's own number of the client. */
const choose = (now) => `\\if :begun = 0\nselect (array[${now.map((unit) => unit.id)}])[:client_id + 1] as p1, ` +
	`(array[${now.map((unit) => `'${createHash('sha256').update(unit.token).digest('hex')}'`)}])[:client_id + 1] as context\n\\gset\n\\set begun 1\n\\endif\n`;

const kept = (units) => units.reduce((sum, unit) => sum + unit.drafts, 0);

/* A draft that was kept otherwise than we count is a fault. */
async function draftsBySql(database, look) {
	const before = await look();
	const body = JSON.stringify(draftOf('12', 'Two patrols wrote no fine yet.'));
	const { file, variables: { p1, context, ...others } } = script('campaign_draft_save', ['', body, null], { before: choose(before) });
	const done = await pgbench(database, file, { clients: CLIENTS, variables: { ...others, begun: 0 } });
	const more = kept(await look()) - kept(before);
	if (more !== done.transactions) throw new Error(`pgbench made ${done.transactions} transactions, ${more} drafts were kept`);
	return done.rate;
}

export async function storms(compare) {
	const { database, ownerUrl } = await copyDatabase('bench_storm'), data = await makePlan(PLAN, ownerUrl);
	const server = await startServer({ database }), units = await openStorm(server, data);
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
