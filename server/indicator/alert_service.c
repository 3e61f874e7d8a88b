/*
 * Judging the alerts of a plan after a refresh.
 */
#include "alert_service.h"

#include <string.h>

#include "alert_rules.h"
#include "json.h"
#include "plugin.h"

static const char *at(const struct db_result *r, int row, const char *column)
{
	return db_text(r, row, db_column(r, column));
}

static bool judge(struct refresh *r, const struct db_result *todo, int row)
{
	const char *metadata = at(todo, row, "metadata"), *cells = at(todo, row, "cells");
	json_auto_t *about = NULL, *values = NULL, *states = NULL;
	db_result_auto *written = NULL;
	struct alert_rule rule;

	if (!json_parse(&about, metadata, strlen(metadata), r->e) ||
	    !json_parse_any(&values, cells, strlen(cells), r->e))
		return err_set(r->e, ERR_INTERNAL, MSG_INTERNAL);
	plugin_alert_rule(&rule, about);
	states = alert_states(&rule, values, db_bool(todo, row, db_column(todo, "broken")));
	return db_run(&written, &r->work->db, Q_alert_write,
		      (const char *[]){ db_param_i64(r->arena, r->plan.id), at(todo, row, "id"),
					at(todo, row, "version_id"), db_param_day(r->arena, r->plan.today),
					json_write(r->arena, states) }, r->e);
}

bool alerts_judge(struct refresh *r)
{
	db_result_auto *todo = NULL;

	if (!db_run(&todo, &r->work->db, Q_alert_todo, (const char *[]){ db_param_i64(r->arena, r->plan.id) }, r->e))
		return false;
	for (int row = 0; row < db_rows(todo); row++)
		if (!judge(r, todo, row))
			return false;
	return true;
}
