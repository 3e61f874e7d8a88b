/*
 * How a value came about: the query tells the method, the rows of actions and what was shown before; the cell is
 * computed again, for this reader, with every step and all else that was read.  A value that is shown in protected form
 * is computed again from what publications show, which everybody may read, and its steps are told where they lead to
 * the value shown.
 */
#include <string.h>

#include "clock.h"
#include "explain_service.h"
#include "indicator_explain.h"
#include "indicator_rules.h"
#include "json.h"
#include "observation.h"
#include "protected.h"

#define OBSERVATIONS_MAX "500"
#define REPORTS_MAX "500"

/* What indicator_explain.sql gave. */
struct told {
	const struct explain_asked *q;
	struct arena *a;
	struct err *e;
	json_t *body;			/* owned */
	struct plugin plugin;		/* owned: about, graph */
	bool closed;			/* told in protected form alone */
	const char *level, *before;	/* borrowed from the arena */
	struct observation_part window;
};

static const char *column(struct told *t, const struct db_result *r, const char *name)
{
	return arena_strdup(t->a, db_text(r, 0, db_column(r, name)));
}

static bool parsed(json_t **out, const char *text, struct err *e)
{
	return !text || json_parse_any(out, text, strlen(text), e);
}

static bool take(struct told *t, const struct db_result *r)
{
	t->level = column(t, r, "level");
	t->before = column(t, r, "before");
	t->closed = db_bool(r, 0, db_column(r, "closed"));
	t->plugin.id = column(t, r, "code");
	t->plugin.version = column(t, r, "version");
	t->plugin.source = column(t, r, "source");
	t->plugin.source_len = strlen(t->plugin.source);
	return parsed(&t->body, db_text(r, 0, 0), t->e) &&
	       parsed(&t->plugin.about, column(t, r, "metadata"), t->e) &&
	       parsed(&t->plugin.graph, column(t, r, "graph"), t->e);
}

/* ------------------------------------------------------------------ what else was read */

/* "2026-03", the month of a day of the window; NULL: there is none. */
static const char *month_of(struct told *t, int32_t day)
{
	return day == DAY_NONE ? NULL : arena_memdup(t->a, day_format(day).text, 7);
}

static bool add_observations(struct told *t, json_t *input)
{
	const struct explain_asked *q = t->q;
	const char *name = json_string_value(json_object_get(input, "name"));
	const json_t *declared = json_object_get(json_object_get(t->plugin.about, "inputs"), name);
	const json_t *where = json_object_get(declared, "where");
	db_result_auto *r = NULL;
	json_t *rows = NULL;

	if (!db_run(&r, q->db, Q_indicator_explain_observations,
		    (const char *[]){ db_param_i64(t->a, q->plan_id),
				      json_string_value(json_object_get(declared, "id")), q->as_of,
				      q->territory, db_param_day(t->a, t->window.from_on),
				      db_param_day(t->a, t->window.to_on),
				      json_is_object(where) ? json_write(t->a, where) : "{}", t->before,
				      OBSERVATIONS_MAX }, t->e) ||
	    !parsed(&rows, db_text(r, 0, 0), t->e))
		return false;
	json_object_update_new(rows, json_pack("{s:s*, s:s*}", "from", month_of(t, t->window.from_on), "to",
					       month_of(t, t->window.to_on)));
	json_object_set_new(input, "observations", rows);
	return true;
}

/* Rows of actions are what their last reports said: whose, when, and after what. */
static bool add_reports(struct told *t, json_t *input)
{
	const struct explain_asked *q = t->q;
	const char *name = json_string_value(json_object_get(input, "name"));
	const json_t *declared = json_object_get(json_object_get(t->plugin.about, "inputs"), name);
	bool deployed = strcmp(t->level, "national") != 0 || json_object_get(declared, "grain");
	db_result_auto *r = NULL;
	json_t *rows = NULL;

	if (!db_run(&r, q->db, Q_indicator_explain_reports,
		    (const char *[]){ db_param_i64(t->a, q->plan_id),
				      json_string_value(json_object_get(t->body, "as_of")), q->territory,
				      json_string_value(json_object_get(t->body, "on_day")), db_param_bool(deployed),
				      t->before, REPORTS_MAX }, t->e) ||
	    !parsed(&rows, db_text(r, 0, 0), t->e))
		return false;
	json_object_set_new(input, "reports", rows);
	return true;
}

/* Rows of a roster are answers: whose, when, and after which. */
static bool add_answers(struct told *t, json_t *input)
{
	const json_t *given = json_object_get(input, "given");
	db_result_auto *r = NULL;
	json_t *rows = NULL;

	if (!given)
		return true;
	if (!db_run(&r, t->q->db, Q_indicator_explain_answers,
		    (const char *[]){ db_param_i64(t->a, t->q->plan_id), t->q->as_of, json_write(t->a, given),
				      t->before, REPORTS_MAX }, t->e) ||
	    !parsed(&rows, db_text(r, 0, 0), t->e))
		return false;
	json_object_set_new(input, "reports", rows);
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
		if (!kind || t->closed)		/* who sent what is told beside exact figures alone */
			continue;
		if (strcmp(kind, "series") == 0 && !add_observations(t, input))
			return false;
		if (strcmp(kind, "actions") == 0 && !add_reports(t, input))
			return false;
		if (strcmp(kind, "roster") == 0 && !add_answers(t, input))
			return false;
	}
	return true;
}

static bool same_text(const json_t *a, const char *name, const json_t *b, const char *as)
{
	const char *x = json_string_value(json_object_get(a, name)), *y = json_string_value(json_object_get(b, as));

	return !x || !y ? !x && !y : strcmp(x, y) == 0;
}

static bool same_figure(const json_t *a, const json_t *b, const char *name)
{
	const json_t *x = json_object_get(a, name), *y = json_object_get(b, name);

	return !x || !y ? !x && !y : figure_same(json_number_value(x), json_number_value(y));
}

/* Complements are figures, one may be a text. */
static bool same_extra(const json_t *a, const json_t *b)
{
	const json_t *x = json_object_get(a, "extra"), *y = json_object_get(b, "extra");
	bool same = json_object_size(x) == json_object_size(y);
	const char *name;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)x, name, one)
		same = same && (json_is_number(one) && json_is_number(json_object_get(y, name)) ?
				same_figure(x, y, name) : json_equal(one, json_object_get(y, name)));
	return same;
}

/* Is what is shown what comes out now, of as many answers?  Otherwise something changed and waits to be computed. */
static bool agrees(const json_t *shown, const json_t *now)
{
	static const char *const figures[] = { "value", "numerator", "denominator", "low", "high" };
	const json_t *coverage = json_object_get(shown, "coverage");
	bool same = same_text(shown, "state", now, "state") && same_text(shown, "reason", now, "reason") &&
		    same_text(shown, "sentence", now, "reason_text") && same_extra(shown, now) &&
		    same_figure(coverage, now, "received") && same_figure(coverage, now, "expected");

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		same = same && same_figure(shown, now, figures[i]);
	return same;
}

/* The sentence of the formula, with the figures that are shown. */
static void add_note(struct told *t, const json_t *graph)
{
	const char *sentence = json_string_value(json_object_get(graph, "note"));
	const char *note = indicator_note(t->a, sentence, json_object_get(t->body, "cell"),
					  (int)json_integer_value(json_object_get(t->body, "decimals")), t->q->lang);

	if (note)
		json_object_set_new(t->body, "note", json_string(note));
}

static bool compute_again(struct told *t, struct plugin_host *host)
{
	const struct explain_asked *q = t->q;
	struct indicator_work work = { .db = *q->db, .host = host, .plugins_dir = "", .today = q->fixed_day };
	const struct explained x = {
		.plan_id = q->plan_id, .plugin = &t->plugin, .level = t->level, .as_of = q->as_of,
		.territory = q->territory, .period = q->period, .window = &t->window, .dims = q->dims,
		.published = t->closed,
	};
	struct finding f = { 0 };
	json_auto_t *steps = NULL;
	const json_t *now;
	bool ok, same;

	work.observed = observations_open();
	ok = indicator_explain(&steps, &work, &x, &f, t->e);
	observations_close(work.observed);
	q->db->round_trips = work.db.round_trips;
	q->db->db_us = work.db.db_us;
	if (!ok)		/* one whose calculation fails has its last good value, and its reason in `stale` */
		return err_ok(t->e);
	now = json_object_get(steps, "recomputed");
	same = now && agrees(json_object_get(t->body, "cell"), now);
	if (t->closed && !same)
		return true;
	if (t->closed)
		protected_tell_basis(t->body, t->a, q->lang);
	if (json_object_get(steps, "calculation"))
		json_object_set(t->body, "calculation", json_object_get(steps, "calculation"));
	add_note(t, steps);
	if (now)
		json_object_set_new(t->body, "agrees", json_boolean(same));
	return add_inputs(t, json_object_get(steps, "given"));
}

static bool with_host(struct told *t)
{
	struct plugin_host *host;
	bool ok;

	if (!t->q->enter(&host, t->q->arg, t->e))
		return false;
	ok = compute_again(t, host);
	t->q->leave(t->q->arg);
	return ok;
}

static bool has_value(const struct told *t)
{
	return json_object_get(json_object_get(t->body, "cell"), "value") != NULL;
}

static bool complete(struct told *t, const struct db_result *r)
{
	if (!take(t, r))
		return false;
	if (t->closed && json_array_size(json_object_get(t->plugin.graph, "reads")) == 0)
		add_note(t, t->plugin.graph);	/* one that looked at the level may say another sentence here */
	return (t->closed && !has_value(t)) || with_host(t);
}

/* Why there is none: perhaps it has no such members. */
static bool no_cell(const struct explain_asked *q, struct err *e)
{
	const char *known;
	json_auto_t *dims = NULL;
	db_result_auto *r = NULL;

	if (*q->dims) {
		if (!db_run(&r, q->db, Q_indicator_members, (const char *[]){ q->code, lang_code(q->lang) }, e))
			return false;
		if (db_rows(r) > 0 && !json_parse_any(&dims, db_text(r, 0, 0), db_length(r, 0, 0), e))
			return false;
		if (dims && !indicator_asked_members(&known, e->arena, q->dims, dims))
			return err_add_param(e, "dims", *known ? MSG_BAD_CHOICE : MSG_NO_DIMS, q->dims, known);
	}
	return err_set(e, ERR_NOT_FOUND, MSG_NO_CELL, q->code, q->territory, q->period);
}

bool explain(json_t **out, const struct explain_asked *q, struct err *e)
{
	struct told t = { .q = q, .a = e->arena, .e = e };
	db_result_auto *r = NULL;
	bool ok;

	if (!db_run(&r, q->db, Q_indicator_explain,
		    (const char *[]){ db_param_i64(e->arena, q->plan_id), q->code, lang_code(q->lang), q->as_of,
				      q->territory, q->period, db_param_day(e->arena, q->first),
				      db_param_day(e->arena, q->last), db_param_day(e->arena, q->today),
				      db_param_bool(q->exact), q->dims }, e))
		return false;
	if (db_rows(r) == 0)
		return no_cell(q, e);
	ok = complete(&t, r);
	if (ok)
		*out = json_incref(t.body);
	json_decref(t.body);
	json_decref(t.plugin.about);
	json_decref(t.plugin.graph);
	return ok;
}
