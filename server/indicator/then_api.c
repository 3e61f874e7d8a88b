/*
 * What was known then, with today's method: computed for the one who asks, with what they may read.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "indicator_api.h"
#include "indicator_rules.h"
#include "indicator_service.h"
#include "indicator_store.h"
#include "json.h"
#include "lifecycle.h"
#include "observation.h"

enum { PERIODS_MAX = 36 };

static const char *text(const json_t *cell, const char *field)
{
	const char *value = json_string_value(json_object_get(cell, field));

	return value ? value : "";
}

static int by_place(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int order = strcmp(text(x, "territory"), text(y, "territory"));

	order = order != 0 ? order : strcmp(text(x, "period"), text(y, "period"));
	return order != 0 ? order : strcmp(text(x, "dims"), text(y, "dims"));
}

/* A result as answers show a cell. */
static json_t *shown(const json_t *cell)
{
	static const char *const kept[] = { "territory", "period", "state", "reason", "value", "numerator",
					    "denominator", "low", "high", "extra", "flags" };
	const json_t *sentence = json_object_get(cell, "reason_text");
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (json_object_get(cell, kept[i]))
			json_object_set(out, kept[i], json_object_get(cell, kept[i]));
	if (*text(cell, "dims"))
		json_object_set_new(out, "dims", indicator_members(text(cell, "dims")));
	if (sentence)
		json_object_set(out, "sentence", (json_t *)(uintptr_t)sentence);
	json_object_set_new(out, "coverage", json_pack("{s:O, s:O}", "received", json_object_get(cell, "received"),
						       "expected", json_object_get(cell, "expected")));
	return out;
}

static json_t *all_shown(struct req *rq, const json_t *cells)
{
	json_t **sorted = arena_alloc(&rq->arena, (json_array_size(cells) + 1) * sizeof(json_t *));
	const char *only = req_query(rq, "territory"), *asked = req_query(rq, "dims");
	json_t *out = json_array();
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(cells); i++) {
		json_t *cell = json_array_get(cells, i);
		const char *dims = text(cell, "dims");

		if ((!only || strcmp(text(cell, "territory"), only) == 0) &&
		    (asked ? indicator_has_members(dims, asked) && strcmp(text(cell, "reason"), "not_reported") != 0 :
			     !*dims))
			sorted[n++] = cell;
	}
	qsort(sorted, n, sizeof *sorted, by_place);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, shown(sorted[i]));
	return out;
}

/* The active version, as plugins are run. */
static bool load(struct plugin *p, struct req *rq)
{
	struct arena *a = &rq->arena;
	db_result_auto *r = NULL;
	const char *graph;

	*p = (struct plugin){ 0 };
	if (!db_run(&r, &rq->db, Q_indicator_method, (const char *[]){ rq->arg[1] }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	p->id = arena_strdup(a, db_text(r, 0, 0));
	p->version = arena_strdup(a, db_text(r, 0, 1));
	p->source = arena_strdup(a, db_text(r, 0, 2));
	p->source_len = strlen(p->source);
	graph = db_text(r, 0, 4);
	return json_parse_any(&p->about, db_text(r, 0, 3), db_length(r, 0, 3), &rq->err) &&
	       (!graph || json_parse_any(&p->graph, graph, strlen(graph), &rq->err));
}

static bool compute(json_t **cells, struct req *rq, const struct plugin *p, const char *level)
{
	struct indicator_work work = { .db = rq->db, .plugins_dir = "", .today = rq->app->config->today };
	const char *from = req_query(rq, "from"), *to = req_query(rq, "to");
	const struct indicator_asked asked = { .plan_id = rq->plan_id, .level = level, .from = from, .to = to,
					       .last = from || to ? 0 : PERIODS_MAX, .as_of = req_as_of(rq) };
	struct finding f = { 0 };
	bool ok;

	if (!indicator_lab_enter(&work.host, rq->app->lab, &rq->err))
		return false;
	work.observed = observations_open();
	ok = indicator_trial(cells, &work, p, &asked, &f, &rq->err);
	observations_close(work.observed);
	indicator_lab_leave(rq->app->lab);
	rq->db.round_trips = work.db.round_trips;
	rq->db.db_us = work.db.db_us;
	if (ok || !err_ok(&rq->err))
		return ok;
	return err_set(&rq->err, ERR_CONFLICT, MSG_METHOD_FAILS, p->id, finding_cause(&rq->arena, &f, rq->lang));
}

/* The present method may read other series than the one that was in force then. */
static bool mark(json_t *answer, struct req *rq)
{
	db_result_auto *r = NULL;
	bool ok = db_run(&r, &rq->db, Q_indicator_opens,
			 (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1] }, &rq->err);

	if (ok)
		json_object_set_new(answer, "fictitious", json_boolean(db_bool(r, 0, db_column(r, "fictitious"))));
	return ok;
}

/* The whole answer is of one method: the present one, of which there is no break. */
static void describe(json_t *answer, const struct plugin *p, enum lang lang)
{
	static const char *const told[] = { "unit", "decimals", "direction", "kind", "frequency", "levels", "chart" };
	const json_t *name = json_object_get(p->about, "name");
	json_t *own = json_object_get(name, lang_code(lang));

	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (json_object_get(p->about, told[i]))
			json_object_set(answer, told[i], json_object_get(p->about, told[i]));
	json_object_set(answer, "name", own ? own : json_object_get(name, "fr"));
	json_object_set_new(answer, "version", json_string(p->version));
	json_object_set_new(answer, "breaks", json_array());
	json_object_set_new(answer, "method", json_string("current"));
	json_object_set_new(answer, "computed_at", json_null());
}

bool indicator_api_then(const char **body, struct req *rq, const char *level)
{
	json_t *answer = NULL, *cells = NULL;
	struct plugin p;
	bool ok = load(&p, rq) && json_parse_any(&answer, *body, strlen(*body), &rq->err) &&
		  mark(answer, rq) && compute(&cells, rq, &p, level);

	if (ok) {
		json_object_set_new(answer, "cells", all_shown(rq, cells));
		describe(answer, &p, rq->lang);
		*body = json_write(&rq->arena, answer);
	}
	json_decref(answer);
	json_decref(cells);
	json_decref(p.about);
	json_decref(p.graph);
	return ok;
}
