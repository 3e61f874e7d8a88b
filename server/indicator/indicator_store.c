/*
 * SQL of refreshes and of the plugins that come with the server.
 */
#include "indicator_store.h"

#include <string.h>

#include "clock.h"
#include "engine.h"
#include "json.h"

/* ------------------------------------------------------------------ queue */

bool indicator_store_mark_due(struct db_session *s, struct arena *a, int32_t today, struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_job_mark_due,
		      (const char *[]){ db_param_day(a, today), db_param_i64(a, ENGINE) }, e);
}

bool indicator_store_pending(int64_t *plans, bool *due, struct db_session *s, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_job_pending, NULL, e))
		return false;
	*plans = db_i64(r, 0, 0);
	*due = db_bool(r, 0, 1);
	return true;
}

bool indicator_store_take(struct indicator_job *out, struct db_session *s, struct arena *a, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_job_take, NULL, e) || db_rows(r) == 0)
		return false;
	*out = (struct indicator_job){ db_i64(r, 0, 0), (int)db_i64(r, 0, 1), db_bool(r, 0, 2),
				       db_bool(r, 0, 3), arena_strdup(a, db_text(r, 0, 4)) };
	return true;
}

bool indicator_store_again(struct db_session *s, struct arena *a, int64_t plan_id, int attempts,
			   int wait_s, struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_job_again,
		      (const char *[]){ db_param_i64(a, plan_id), db_param_i64(a, attempts),
					db_param_i64(a, wait_s) }, e);
}

bool indicator_store_mark(struct db_session *s, struct arena *a, int64_t plan_id, const char *plugins,
			  struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_job_mark_plugins, (const char *[]){ db_param_i64(a, plan_id), plugins }, e);
}

bool indicator_store_postpone(struct db_session *s, struct arena *a, int64_t plan_id, struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_job_postpone, (const char *[]){ db_param_i64(a, plan_id) }, e);
}

/* ------------------------------------------------------------------ refresh */

static int32_t day_at(const struct db_result *r, const char *column)
{
	const char *text = db_text(r, 0, db_column(r, column));
	int32_t day = DAY_NONE;

	return text && day_parse(&day, text) ? day : DAY_NONE;
}

static const char *copy(struct arena *a, const struct db_result *r, int row, const char *column)
{
	return arena_strdup(a, db_text(r, row, db_column(r, column)));
}

bool indicator_store_plan(struct indicator_plan *out, struct db_session *s, struct arena *a,
			  int64_t plan_id, int32_t today, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_indicator_plan,
		    (const char *[]){ db_param_i64(a, plan_id), db_param_day(a, today) }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NOT_FOUND, db_param_i64(a, plan_id));
	*out = (struct indicator_plan){
		.id = plan_id,
		.code = copy(a, r, 0, "code"),
		.time_zone = copy(a, r, 0, "time_zone"),
		.start_on = day_at(r, "start_on"),
		.end_on = day_at(r, "end_on"),
		.today = day_at(r, "today"),
		.stale_after_days = (int)db_i64(r, 0, db_column(r, "stale_after_days")),
		.archived = db_bool(r, 0, db_column(r, "archived")),
	};
	return true;
}

bool indicator_store_reads_more(const struct plugin *p)
{
	const char *name, *kind;
	json_t *input;

	json_object_foreach(json_object_get(p->about, "inputs"), name, input) {
		kind = json_string_value(json_object_get(input, "kind"));
		if ((kind && strcmp(kind, "actions") != 0) || json_object_get(input, "grain"))
			return true;
	}
	return p->graph != NULL;
}

static bool read_todo(struct indicator_todo *out, struct arena *a, const struct db_result *r, int row,
		      struct err *e)
{
	const char *at = db_text(r, row, db_column(r, "refreshed_at"));
	const char *metadata = db_text(r, row, db_column(r, "metadata"));
	const char *graph = db_text(r, row, db_column(r, "graph"));
	const char *day = db_text(r, row, db_column(r, "day"));

	*out = (struct indicator_todo){
		.plugin_id = db_i64(r, row, db_column(r, "id")),
		.version_id = db_i64(r, row, db_column(r, "version_id")),
		.plugin = { .id = copy(a, r, row, "code"), .version = copy(a, r, row, "version"),
			    .source = copy(a, r, row, "source"),
			    .source_len = db_length(r, row, db_column(r, "source")) },
		.computed = copy(a, r, row, "periods"), .day = DAY_NONE,
		.cells = json_array(), .about = json_array(), .results = json_array(),
	};
	if (day && !day_parse(&out->day, day))
		return false;
	if (!json_parse(&out->plugin.about, metadata, strlen(metadata), e) ||
	    (graph && !json_parse(&out->plugin.graph, graph, strlen(graph), e)))
		return false;
	out->data = indicator_store_reads_more(&out->plugin);
	return !at || instant_parse(&out->refreshed_us, at);
}

bool indicator_store_todo(struct indicator_todo **out, size_t *count, struct db_session *s,
			  struct arena *a, int64_t plan_id, struct err *e)
{
	db_result_auto *r = NULL;

	*count = 0;
	if (!db_run(&r, s, Q_indicator_todo,
		    (const char *[]){ db_param_i64(a, plan_id), db_param_i64(a, ENGINE) }, e))
		return false;
	*out = arena_alloc(a, ((size_t)db_rows(r) + 1) * sizeof **out);
	while (*count < (size_t)db_rows(r)) {
		int row = (int)(*count)++;

		if (!read_todo(&(*out)[row], a, r, row, e))
			return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	return true;
}

bool indicator_store_rows(struct db_result **out, struct db_session *s, struct arena *a,
			  int64_t plan_id, const char *as_of, int32_t on_day, int32_t first_day, bool fine,
			  struct err *e)
{
	return db_run(out, s, Q_indicator_rows,
		      (const char *[]){ db_param_i64(a, plan_id), as_of, db_param_day(a, on_day),
					db_param_day(a, first_day), db_param_bool(fine) }, e);
}

/* The first of the periods that were computed; NULL: none was. */
static const char *first_period(const struct indicator_todo *todo)
{
	const char *first = NULL;

	for (size_t i = 0; i < json_array_size(todo->results); i++) {
		const char *period = json_string_value(json_object_get(json_array_get(todo->results, i), "period"));

		if (!first || strcmp(period, first) < 0)
			first = period;
	}
	return first;
}

bool indicator_store_write(struct db_session *s, struct arena *a, const struct indicator_plan *plan,
			   const struct indicator_todo *todo, bool present, struct err *e)
{
	const char *plan_id = db_param_i64(a, plan->id), *plugin_id = db_param_i64(a, todo->plugin_id);
	const char *version_id = db_param_i64(a, todo->version_id), *engine = db_param_i64(a, ENGINE);
	const char *first = first_period(todo);
	const char *shown = todo->shown ? json_write(a, todo->shown) : NULL;
	struct db_result *r[2] = { NULL };
	const struct db_call calls[] = {
		{ Q_indicator_write, (const char *[]){ plan_id, plugin_id, version_id, json_write(a, todo->results),
						       shown, engine } },
		present ? (struct db_call){ Q_indicator_refreshed, (const char *[]){ plan_id, plugin_id, version_id,
							   db_param_day(a, plan->today), engine, first } } :
			  (struct db_call){ Q_indicator_reached, (const char *[]){ plan_id, plugin_id, first,
								   version_id, engine } },
	};
	bool ok = db_run_all(r, s, calls, present || first ? 2 : 1, e);

	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

/*
 * In both languages, since nobody knows yet who will read it.  `hidden`: without what it names, which
 * may be a figure that not everybody may see, and without its line, which may stand for one.
 */
static const char *finding_text(struct arena *a, const struct finding *all, bool hidden)
{
	const struct finding bare = { .code = all->code, .arg = { "…", "…", "…" } };
	const struct finding *f = hidden ? &bare : all;
	json_auto_t *both = json_pack("{s:o, s:o}", "fr", finding_json(a, f, LANG_FR), "en",
				      finding_json(a, f, LANG_EN));

	return json_write(a, both);
}

bool indicator_store_failed(int *failures, bool *sensitive, struct db_session *s, struct arena *a,
			    int64_t plan_id, const struct indicator_todo *todo, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_indicator_failed,
		    (const char *[]){ db_param_i64(a, plan_id), db_param_i64(a, todo->plugin_id),
				      db_param_i64(a, todo->version_id),
				      finding_text(a, &todo->finding, false),
				      finding_text(a, &todo->finding, true),
				      db_param_bool(todo->finding.code == V408), db_param_i64(a, ENGINE) }, e))
		return false;
	*failures = (int)db_i64(r, 0, 0);
	*sensitive = db_bool(r, 0, 1);
	return true;
}

/* ------------------------------------------------------------------ plugins that come with the server */

bool indicator_store_shipped(struct indicator_shipped *out, struct db_session *s, struct arena *a,
			     const char *code, const char *version, struct err *e)
{
	db_result_auto *r = NULL;

	*out = (struct indicator_shipped){ .on_disk = "" };
	if (!db_run(&r, s, Q_plugin_shipped, (const char *[]){ code, version }, e))
		return false;
	if (db_rows(r) == 0)
		return true;
	out->known = true;
	out->shipped = db_bool(r, 0, db_column(r, "shipped"));
	out->newer_active = db_bool(r, 0, db_column(r, "older"));
	out->kind = copy(a, r, 0, "kind");
	out->sha256 = copy(a, r, 0, "sha256");
	if (!db_null(r, 0, db_column(r, "on_disk")))
		out->on_disk = copy(a, r, 0, "on_disk");
	return true;
}

bool indicator_store_publish(struct db_session *s, struct arena *a, const struct plugin *p,
			     const char *sha256, struct err *e)
{
	struct db_result *r[3] = { NULL };
	const struct db_call calls[] = {
		{ Q_plugin_publish, (const char *[]){ p->id, plugin_kind_name(p->kind) } },
		{ Q_plugin_deactivate, (const char *[]){ p->id, p->version } },
		{ Q_plugin_version_add, (const char *[]){ p->id, p->version, p->source, sha256,
							  json_write(a, p->about),
							  p->graph ? json_write(a, p->graph) : NULL } },
	};
	bool ok = db_run_all(r, s, calls, 3, e);

	for (int i = 0; i < 3; i++)
		db_result_free(r[i]);
	return ok;
}

bool indicator_store_on_disk(struct db_session *s, struct arena *a, const char *code,
			     const char *on_disk, const struct finding *f, struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_plugin_on_disk,
		      (const char *[]){ code, on_disk, f ? finding_text(a, f, false) : NULL }, e);
}
