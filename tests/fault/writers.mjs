/*
 * Writers who keep a list of what they were told, and the comparison of that
 * list with what the database has.
 *
 *	const people = await fill(cluster.url);
 *	const writers = new Writers(server, await server.signIn(people.coordinator…));
 *	writers.start(8);
 *	…a fault…
 *	await writers.stop();
 *	writers.compare((text) => cluster.sql(text));
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { vigie, sleep } from '../integration/client.mjs';
import { ask, folder } from './harness.mjs';

const PLAN = 'ocrteh-2024-2026';
const actions = `/api/v1/plans/${PLAN}/actions`;

/* Loads the plan and people; gives the accounts: [{ login, password, grants }]. */
export async function fill(url) {
	const dir = folder('people'), env = { DATABASE_URL: url };
	try {
		for (const args of [['plan', 'import', `sql/seed/${PLAN}.json`], ['demo', 'people', '--plan', PLAN, '--out', `${dir}/people.json`]]) {
			const { code, stderr } = await vigie(args, { env });
			assert.equal(code, 0, stderr);
		}
		return JSON.parse(readFileSync(`${dir}/people.json`));
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
}

/* A client signed in as somebody with this role. */
export async function signInAs(server, people, role) {
	const { login, password } = people.find(({ grants }) => grants.some((grant) => grant.role === role));
	return server.signIn(login, password);
}

/* Eight writers on six actions: three of them are in each other's way. */
const numbers = ['1.1', '1.2', '2.1', '2.2', '2.3', '3.1', '3.1', '3.1'];

export class Writers {
	static made = 0;	/* each crowd signs its own reports */

	constructor(server, client) {
		this.port = server.port;
		this.headers = { Cookie: client.cookie, 'X-CSRF-Token': client.csrf, Origin: server.url };
		this.agent = new http.Agent({ keepAlive: true });
		this.kept = new Set();		/* answered 201 */
		this.refused = new Set();	/* answered that nothing was saved */
		this.open = new Set();		/* nobody could say */
		this.statuses = {};
		this.strange = [];
		this.slowest = 0;
		this.count = 0;
		this.name = `writer ${Writers.made++}.`;
	}

	start(number = 8) {
		this.going = true;
		this.turns = Array.from({ length: number }, (_, i) => this.write(i));
	}

	async stop() {
		this.going = false;
		await Promise.all(this.turns);
		this.agent.destroy();
	}

	async ask(path, options = {}) {
		const answer = await ask(this.port, path, { agent: this.agent, ...options, headers: { ...this.headers, ...options.headers } });
		this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
		this.slowest = Math.max(this.slowest, answer.ms);
		return answer;
	}

	/* The version of an action, as soon as somebody tells. */
	async version(number) {
		for (;;) {
			const answer = await this.ask(`${actions}/${number}`, { headers: { 'Cache-Control': 'no-cache' } });
			if (answer.status === 200) return JSON.parse(answer.text).version;
			if (answer.status && answer.status !== 503) this.strange.push(answer.text);
			if (!this.going) return undefined;
			await sleep(30);
		}
	}

	async write(i) {
		const number = numbers[i % numbers.length];
		let version = await this.version(number);
		while (this.going && version !== undefined) {
			const comment = `${this.name}${i}, report ${this.count++}`, keyed = this.count % 2 === 0;
			const body = JSON.stringify({ status: 'in_progress', progress: this.count % 90, confidence: 'achievable', comment,
				...(this.padding && { reason: this.padding }) });
			const report = () => this.ask(`${actions}/${number}/status-reports`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', 'If-Match': `"${version}"`, ...(keyed && { 'Idempotency-Key': comment.replaceAll(' ', '-') }) },
				body,
			});
			let answer = await report();
			/* with a key it is safe to say it again until there is an answer */
			for (let again = 0; keyed && this.isOpen(answer) && again < 400; again++) {
				await sleep(25);
				answer = await report();
			}
			this.note(comment, answer);
			version = answer.status === 201 ? JSON.parse(answer.text).version : await this.version(number);
		}
	}

	isOpen(answer) {
		return answer.status === 0 || answer.status === 503;
	}

	note(comment, answer) {
		const problem = answer.status >= 400 ? JSON.parse(answer.text) : {};
		if (answer.status === 201) this.kept.add(comment);
		else if (answer.status === 0 || problem.code === 'database_unsure') this.open.add(comment);
		else if (answer.status === 412 || answer.status === 503 || answer.status === 507) this.refused.add(comment);
		else this.strange.push(`${answer.status} ${answer.text}`);
	}

	/* Nothing acknowledged is missing, nothing is doubled, nothing refused is there, and no report is half-written. */
	compare(sql) {
		const rows = (text) => JSON.parse(sql(`select coalesce(json_agg(to_json(q)), '[]') from (${text}) q`));
		const none = (list, what) => assert.deepEqual(list.slice(0, 5), [], `${list.length} ${what}`);
		const found = new Map(rows(`select comment, count(*)::int as n from status_report where comment like '${this.name}%' group by comment`)
			.map(({ comment, n }) => [comment, n]));
		assert.deepEqual(this.strange.slice(0, 3), []);
		none([...this.kept].filter((comment) => !found.has(comment)), 'acknowledged and missing');
		none([...found].filter(([, n]) => n !== 1), 'doubled');
		none([...this.refused].filter((comment) => found.has(comment)), 'refused and kept');
		none([...found.keys()].filter((comment) => !this.kept.has(comment) && !this.open.has(comment)), 'never asked for');
		none(rows(`
			select r.comment as report, h.comment as history, j.after ->> 'comment' as journal
			  from (select * from status_report where comment like '${this.name}%') r
			  full join (select * from action_history where comment like '${this.name}%') h
			    on h.id = r.action_id and h.comment = r.comment and h.known_from = r.recorded_at and h.progress = r.progress
			  full join (select * from journal where object = 'action' and after ->> 'comment' like '${this.name}%') j
			    on j.object_id = r.action_id and j.after ->> 'comment' = r.comment and j.at = r.recorded_at
			   and j.request_id = r.request_id and j.person_id = r.person_id
			 where r.comment is null or h.comment is null or j.after is null`), 'half-written');
		none(rows(`
			select a.number, a.version, count(r.id) as reports
			  from action a left join status_report r on r.action_id = a.id
			 group by a.id having a.version <> 1 + count(r.id)
			     or a.comment is distinct from (array_agg(r.comment order by r.recorded_at desc, r.id desc))[1]`), 'state and reports differ');
		none(rows(`select key from idempotency_key where status is distinct from 201`), 'half-kept answers');
	}

	toString() {
		return `${this.kept.size} acknowledged, ${this.refused.size} refused, ${this.open.size} open; answers ${JSON.stringify(this.statuses)}`;
	}
}
