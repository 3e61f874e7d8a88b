import assert from 'node:assert/strict';
import { account, client } from './browser.mjs';

/* A plugin of these tests alone, by the life of plugins. */
export async function publishPlugin(id, source) {
	const [analyst, coordinator] = await Promise.all([client(account('analyst')), client(account('coordinator'))]);
	const { etag } = await analyst('GET', `/plugins/${id}`);
	let answer = await analyst('PUT', `/plugins/${id}`, { source }, etag ? { 'If-Match': etag } : {});
	for (const [who, word] of [[analyst, 'review'], [coordinator, 'approve'], [analyst, 'publish']])
		answer = await who('POST', `/plugins/${id}/${word}`, undefined, { 'If-Match': answer.etag });
	assert.equal(answer.status, 200, JSON.stringify(answer.data));
}

/* A rule: it stops 4 321 fines and wonders at 77 hearings. */
export const publishRule = () =>
	publishPlugin('essai.navigateur', `return rule { id = "essai.navigateur", api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai" }, author = "Tests", owner = "Tests",
  series = { "clients.fines", "hearings.total" },
  validate = function(ctx)
    local said = {}
    if ctx.value("clients.fines") == 4321 then table.insert(said, stop("clients.fines", { fr = "4 321 amendes en un mois : est-ce une faute de frappe ?" })) end
    if ctx.value("hearings.total") == 77 then table.insert(said, warn("hearings.total", { fr = "Beaucoup d’auditions : à relire." })) end
    return said
  end,
  tests = { { name = "rien", period = "2026-01", given = { report = rows [[series | value]] }, expect = {} } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } } }`);
