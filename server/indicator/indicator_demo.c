/*
 * vigie demo targets: illustrative targets, and indicators that tell of measures,
 * so that there is something to look at.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "db.h"
#include "indicator.h"
#include "indicator_service.h"
#include "plugin.h"

/* Targets belong to indicators: those that come with the server are published first. */
static bool invent(struct db_session *s, const struct config *config, const char *code, struct err *e)
{
	struct indicator_work work = { .db = *s, .plugins_dir = config->plugins_dir, .today = config->today };
	db_result_auto *plan = NULL, *added = NULL;
	struct indicator_published done;
	bool ok;

	if (!db_run(&plan, s, Q_series_plan, (const char *[]){ code, NULL }, e))
		return false;
	if (db_i64(plan, 0, 1) != 1)
		return err_set(e, ERR_NOT_FOUND, MSG_NO_PLAN, code);
	plugin_host_open(&work.host);
	ok = indicator_publish_shipped(&done, &work, true, e);
	plugin_host_close(work.host);
	return ok && db_run(&added, s, Q_target_demo, (const char *[]){ db_text(plan, 0, 0) }, e);
}

int indicator_demo_cli(const struct config *config, int argc, char **argv)
{
	struct db_session session = { .context = "service", .request_id = "command" };
	const struct db_config database = { .url = config->database_url, .pool_size = 1,
					    .lease_ms = (int)config->lease_ms, .query_ms = (int)config->query_ms };
	struct arena arena;
	struct err e;
	int code;

	if (argc != 4 || strcmp(argv[2], "--plan") != 0) {
		fputs("usage: vigie demo targets --plan CODE\n", stderr);
		return EXIT_USAGE;
	}
	arena_init(&arena);
	err_init(&e, &arena);
	code = db_open(&session.db, &database, &e) && invent(&session, config, argv[3], &e) ? 0 : app_complain(&e);
	db_close(session.db);
	arena_free(&arena);
	return code;
}
