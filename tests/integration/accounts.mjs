/*
 * What the tests about people share: psql, plans to have rights on, accounts made the way administrators make them.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, vigie } from './client.mjs';

export const owner = process.env.TEST_DATABASE_OWNER_URL;
export const application = process.env.TEST_DATABASE_URL;
export const plan = 'ocrteh-2024-2026';
export const password = 'le chat dort sous la pluie';

/* Runs SQL and gives its rows, cells separated by | : as the owner, in the context of the server's own commands. */
export function sql(text, { url = owner, context = 'service' } = {}) {
	return execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', `set vigie.session = '${context}'`, '-c', text, url],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/* What PostgreSQL answers when it refuses. */
export function refusal(text, { url = application, context = '' } = {}) {
	const run = spawnSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-c',
		`set vigie.session = '${context}'`, '-c', text, url], { encoding: 'utf8' });
	return run.status === 0 ? null : run.stderr;
}

/* `vigie` with these words; the exit code must be 0 unless another is expected. */
export async function command(words, { code = 0, env, input } = {}) {
	const run = await vigie(words, { env, input });
	assert.equal(run.code, code, `${words.join(' ')}: ${run.stdout}${run.stderr}`);
	return run;
}

/* The seed plan, and the same under another code. */
export async function importPlans() {
	const seed = new URL('../../sql/seed/ocrteh-2024-2026.json', import.meta.url);
	await command(['plan', 'import', seed.pathname]);
	const folder = mkdtempSync(join(tmpdir(), 'vigie-plan-'));
	writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...JSON.parse(readFileSync(seed, 'utf8')), code: 'other-plan' }));
	await command(['plan', 'import', join(folder, 'other.json')]);
	rmSync(folder, { recursive: true });
}

/* grants: ['viewer --plan p', …] */
export async function grant(login, ...grants) {
	for (const one of grants) await command(['user', 'grant', login, ...one.split(' ')]);
}

/* An account with a password set through its one-time link. */
export async function account(server, login, name, ...grants) {
	const { stdout } = await command(['user', 'add', login, '--name', name, '--json']);
	const answer = await server.anonymous().post('/api/v1/session/password', { code: JSON.parse(stdout).code, password });
	assert.equal(answer.status, 204, answer.text);
	await grant(login, ...grants);
}

/* Waits until `holds` does: what another process did is heard within moments. */
export async function soon(holds, what, ms = 2000) {
	for (const end = Date.now() + ms; !(await holds()); await sleep(10))
		assert.ok(Date.now() < end, `${what} within ${ms} ms`);
}
