/*
 * How a value came about, over HTTP: the query tells the method, the rows of actions and what was
 * shown before; the cell is computed again, for this reader, with every step and all else that was read.
 */
#include <string.h>

#include "app.h"
#include "http.h"
#include "indicator.h"
#include "indicator_api.h"
#include "indicator_explain.h"
#include "indicator_rules.h"
#include "json.h"
#include "lifecycle.h"
#include "observation.h"

#define OBSERVATIONS_MAX "500"

/* What indicator_explain.sql gave. */
struct told {
	struct req *rq;
	json_t *body;			/* owned */
	struct plugin plugin;		/* owned: about, graph */
	const char *level, *before;	/* borrowed from the arena */
	struct observation_part window;
};

static bool required(struct req *rq, const char *name)
{
	return req_query(rq, name) || err_add_param(&rq->err, name, MSG_REQUIRED_PARAMETER);
}

static const char *column(struct req *rq, const struct db_result *r, const char *name)
{
	return arena_strdup(&rq->arena, db_text(r, 0, db_column(r, name)));
}

static bool parsed(json_t **out, const char *text, struct err *e)
{
	return !text || json_parse_any(out, text, strlen(text), e);
}

static bool take(struct told *t, const struct db_result *r)
{
	struct req *rq = t->rq;

	t->level = column(rq, r, "level");
	t->before = column(rq, r, "before");
	t->plugin.id = column(rq, r, "code");
	t->plugin.version = column(rq, r, "version");
	t->plugin.source = column(rq, r, "source");
	t->plugin.source_len = strlen(t->plugin.source);
	return parsed(&t->body, db_text(r, 0, 0), &rq->err) &&
	       parsed(&t->plugin.about, column(rq, r, "metadata"), &rq->err) &&
	       parsed(&t->plugin.graph, column(rq, r, "graph"), &rq->err);
}

/* ------------------------------------------------------------------ what else was read */

static bool add_observations(struct told *t, json_t *input)
{
	struct req *rq = t->rq;
	const char *name = json_string_value(json_object_get(input, "name"));
	const json_t *declared = json_object_get(json_object_get(t->plugin.about, "inputs"), name);
	const json_t *where = json_object_get(declared, "where");
	db_result_auto *r = NULL;
	json_t *rows = NULL;

	if (!db_run(&r, &rq->db, Q_indicator_explain_observations,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id),
				      json_string_value(json_object_get(declared, "id")), req_as_of(rq),
				      req_query(rq, "territory"), db_param_day(&rq->arena, t->window.from_on),
				      db_param_day(&rq->arena, t->window.to_on),
				      json_is_object(where) ? json_write(&rq->arena, where) : "{}", t->before,
				      OBSERVATIONS_MAX }, &rq->err) ||
	    !parsed(&rows, db_text(r, 0, 0), &rq->err))
		return false;
	json_object_set_new(input, "observations", rows);
	return true;
}

static bool add_inputs(struct told *t, const json_t *given)
{
	json_t *inputs = json_object_get(t->body, "inputs");

	for (size_t i = 0; i < json_array_size(inputs); i++) {
		json_t *input = json_array_get(inputs, i);
		const char *kind = json_string_value(json_object_get(input, "kind"));
		const char *name = json_string_value(json_object_get(input, "name"));

		if (kind && strcmp(kind, "actions") != 0 && json_object_get(given, name))
			json_object_set(input, "given", json_object_get(given, name));
		if (kind && strcmp(kind, "series") == 0 && !add_observations(t, input))
			return false;
	}
	return true;
}

static bool same_text(const json_t *a, const json_t *b, const char *name)
{
	const char *x = json_string_value(json_object_get(a, name)), *y = json_string_value(json_object_get(b, name));

	return !x || !y ? !x && !y : strcmp(x, y) == 0;
}

static bool same_figure(const json_t *a, const json_t *b, const char *name)
{
	const json_t *x = json_object_get(a, name), *y = json_object_get(b, name);

	return !x || !y ? !x && !y : figure_same(json_number_value(x), json_number_value(y));
}

/* Is what is shown what comes out now?  Otherwise a figure changed and waits to be computed. */
static bool agrees(const json_t *shown, const json_t *now)
{
	static const char *const figures[] = { "value", "numerator", "denominator", "low", "high" };
	bool same = same_text(shown, now, "state") && same_text(shown, now, "reason");

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		same = same && same_figure(shown, now, figures[i]);
	return same;
}

/* The members of the cell, "" when it is a total. */
static const char *members(struct req *rq)
{
	const char *dims = req_query(rq, "dims");

	return dims ? dims : "";
}

/* The sentence of the formula, with the figures that are shown. */
static void add_note(struct told *t, const json_t *graph)
{
	const char *sentence = json_string_value(json_object_get(graph, "note"));
	const char *note = indicator_note(&t->rq->arena, sentence, json_object_get(t->body, "cell"),
					  (int)json_integer_value(json_object_get(t->body, "decimals")), t->rq->lang);

	if (note)
		json_object_set_new(t->body, "note", json_string(note));
}

static bool compute_again(struct told *t)
{
	struct req *rq = t->rq;
	struct indicator_work work = { .db = rq->db, .plugins_dir = "", .today = rq->app->config->today };
	const struct explained x = {
		.plan_id = rq->plan_id, .plugin = &t->plugin, .level = t->level, .as_of = req_as_of(rq),
		.territory = req_query(rq, "territory"), .period = req_query(rq, "period"), .window = &t->window,
		.dims = members(rq),
	};
	struct finding f = { 0 };
	json_auto_t *steps = NULL;
	bool ok;

	if (!indicator_lab_enter(&work.host, rq->app->lab, &rq->err))
		return false;
	work.observed = observations_open();
	ok = indicator_explain(&steps, &work, &x, &f, &rq->err);
	observations_close(work.observed);
	indicator_lab_leave(rq->app->lab);
	rq->db.round_trips = work.db.round_trips;
	rq->db.db_us = work.db.db_us;
	if (!ok)		/* one whose calculation fails has its last good value, and its reason in `stale` */
		return err_ok(&rq->err);
	if (json_object_get(steps, "calculation"))
		json_object_set(t->body, "calculation", json_object_get(steps, "calculation"));
	add_note(t, steps);
	if (json_object_get(steps, "recomputed"))
		json_object_set_new(t->body, "agrees", json_boolean(agrees(json_object_get(t->body, "cell"),
									   json_object_get(steps, "recomputed"))));
	return add_inputs(t, json_object_get(steps, "given"));
}

static bool answer(struct told *t, const struct db_result *r, const char *key)
{
	bool closed = db_bool(r, 0, db_column(r, "closed")), ok = take(t, r);

	if (ok && !closed)
		ok = compute_again(t);
	else if (ok && json_array_size(json_object_get(t->plugin.graph, "reads")) == 0)
		add_note(t, t->plugin.graph);	/* one that looked at the level may say another sentence here */
	ok = ok && http_keep(t->rq, key, json_write(&t->rq->arena, t->body));
	json_decref(t->body);
	json_decref(t->plugin.about);
	json_decref(t->plugin.graph);
	return ok;
}

bool indicator_api_explain(struct req *rq)
{
	const char *period = req_query(rq, "period"), *key;
	struct told t = { .rq = rq };
	db_result_auto *r = NULL;
	int32_t first, last;
	bool fine = required(rq, "territory") && indicator_api_territory(rq), exact = false;

	fine = required(rq, "period") && indicator_api_period(rq, "period") && fine;
	if (!fine || !period_days(&first, &last, period) || !indicator_api_exact(&exact, rq))
		return false;
	key = indicator_api_audience(rq, "explain", exact);
	if (http_cached(rq, key))
		return true;
	if (!db_run(&r, &rq->db, Q_indicator_explain,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1],
				      lang_code(rq->lang), req_as_of(rq),
				      req_query(rq, "territory"), period,
				      db_param_day(&rq->arena, first), db_param_day(&rq->arena, last),
				      db_param_day(&rq->arena, rq->today), db_param_bool(exact), members(rq) },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_CELL, rq->arg[1],
			       req_query(rq, "territory"), period);
	return answer(&t, r, key);
}
