/*
 * Trying a text: on the plan as it is, on its own tests, beside the text that is published.
 */
#include <stdlib.h>
#include <string.h>

#include "indicator_explain.h"
#include "indicator_rules.h"
#include "indicator_service.h"
#include "json.h"
#include "lifecycle.h"
#include "lifecycle_rules.h"
#include "observation.h"
#include "protected.h"

enum { PERIODS_COMPARED = 12 };

/* ------------------------------------------------------------------ cells as the interface shows them */

static void move(json_t *to, const json_t *from, const char *name, const char *as)
{
	json_t *value = json_object_get(from, name);

	if (value)
		json_object_set(to, as, value);
}

/* Of which members it is, when it is no total. */
static void add_members(json_t *out, const json_t *cell)
{
	const char *dims = json_string_value(json_object_get(cell, "dims"));

	if (dims && *dims)
		json_object_set_new(out, "dims", indicator_members(dims));
}

static json_t *shown(const json_t *cell)
{
	static const char *const kept[] = { "level", "territory", "period", "state", "reason", "value", "numerator",
					    "denominator", "low", "high", "extra", "flags" };
	json_t *out = json_object(), *expected = json_object_get(cell, "expected");

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		move(out, cell, kept[i], kept[i]);
	move(out, cell, "reason_text", "sentence");
	add_members(out, cell);
	if (expected)	/* of what is withheld nothing is told */
		json_object_set_new(out, "coverage",
				    json_pack("{s:O, s:O}", "received", json_object_get(cell, "received"), "expected",
					      expected));
	return out;
}

/* Members of which nothing was reported have no cell, as in what is kept. */
static bool unheard(const json_t *cell)
{
	const char *dims = json_string_value(json_object_get(cell, "dims"));
	const char *reason = json_string_value(json_object_get(cell, "reason"));

	return dims && *dims && reason && strcmp(reason, "not_reported") == 0;
}

/*
 * A text that rests on sensitive figures is given what publications show of them: nobody has judged it, and it may
 * well be written to find them out.  Invented ones it is given as they are, unless it reads other indicators, whose
 * values are not invented.
 */
static bool on_published(bool *out, struct lifecycle *x, const struct plugin *p, enum trial_data data)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, x->db, Q_plugin_sensitive, (const char *[]){ json_write(x->arena, p->about) }, x->e))
		return false;
	*out = false;
	for (int i = 0; i < db_rows(r); i++)
		*out = *out || data != TRIAL_SYNTHETIC || db_bool(r, i, db_column(r, "read"));
	return true;
}

static struct indicator_work work_of(const struct lifecycle *x, enum trial_data data)
{
	return (struct indicator_work){ .db = *x->db, .host = x->host, .plugins_dir = "", .today = x->today,
					.observed = observations_open(), .invented = data == TRIAL_SYNTHETIC };
}

static void done(struct lifecycle *x, struct indicator_work *work)
{
	observations_close(work->observed);
	x->db->round_trips = work->db.round_trips;
	x->db->db_us = work->db.db_us;
}

bool lifecycle_run_plan(json_t **cells, bool *published, struct lifecycle *x, const struct plugin *p,
			const struct trial *t, struct finding *f)
{
	struct indicator_asked asked = { .plan_id = t->plan_id, .level = t->level, .from = t->from, .to = t->to,
					 .last = t->last, .params = t->params };
	struct indicator_work work;
	json_auto_t *computed = NULL;
	bool ok;

	*cells = NULL;
	if (!on_published(&asked.published, x, p, t->data))
		return false;
	*published = asked.published;
	work = work_of(x, t->data);
	ok = indicator_trial(&computed, &work, p, &asked, f, x->e);
	done(x, &work);
	if (!ok)
		return false;
	*cells = json_array();
	for (size_t i = 0; i < json_array_size(computed); i++) {
		const json_t *cell = json_array_get(computed, i);

		if (!unheard(cell))
			json_array_append_new(*cells, shown(cell));
	}
	return true;
}

static json_t *trial_json(const struct plugin_trial *t)
{
	bool value = t->cell.state == CELL_VALUE && t->finding.code == FINDING_NONE;
	static const char *const states[] = { "value", "missing", "not_applicable", "suppressed" };
	const char *reason = t->finding.code != FINDING_NONE ? "plugin_failed" : t->cell.reason;
	const char *state = states[t->finding.code != FINDING_NONE ? CELL_MISSING : t->cell.state];
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[]}", "test", t->test, "level", t->level, "territory",
				t->territory, "period", t->period, "state", state, "flags");

	if (value)
		json_object_set_new(out, "value", json_real(t->cell.value));
	if (value && (t->cell.has & HAS_NUMERATOR))
		json_object_set_new(out, "numerator", json_real(t->cell.numerator));
	if (value && (t->cell.has & HAS_DENOMINATOR))
		json_object_set_new(out, "denominator", json_real(t->cell.denominator));
	if (value && (t->cell.has & HAS_LOW))
		json_object_set_new(out, "low", json_real(t->cell.low));
	if (value && (t->cell.has & HAS_HIGH))
		json_object_set_new(out, "high", json_real(t->cell.high));
	if (value && t->cell.extra)
		json_object_set_new(out, "extra", json_loads(t->cell.extra, 0, NULL));
	if (!value && reason)
		json_object_set_new(out, "reason", json_string(reason));
	if (!value && t->cell.sentence)
		json_object_set_new(out, "sentence", json_string(t->cell.sentence));
	return out;
}

bool lifecycle_run_tests(json_t **cells, struct lifecycle *x, const struct plugin *p, const char *level,
			 struct finding *f)
{
	struct plugin_trial *trial;
	size_t count;

	*cells = NULL;
	if (!plugin_try_tests(&trial, &count, x->host, x->arena, p, f))
		return false;
	*cells = json_array();
	for (size_t i = 0; i < count; i++) {
		if (level && strcmp(level, trial[i].level) != 0)
			continue;
		if (trial[i].finding.code != FINDING_NONE && f->code == FINDING_NONE)
			*f = trial[i].finding;
		json_array_append_new(*cells, trial_json(&trial[i]));
	}
	return true;
}

static bool steps_of_plan(json_t **out, struct lifecycle *x, const struct plugin *p, const struct trial *t,
		       const struct plugin_step *of, struct finding *f)
{
	struct indicator_work work;
	struct observation_part window;
	struct explained cell = {
		.plan_id = t->plan_id, .plugin = p, .level = t->level, .territory = of->territory, .dims = "",
		.period = of->period, .params = t->params, .window = &window,
	};
	json_auto_t *told = NULL;
	bool ok;

	if (!on_published(&cell.published, x, p, t->data))
		return false;
	if (!p->graph)
		return true;
	work = work_of(x, t->data);
	ok = indicator_explain(&told, &work, &cell, f, x->e);
	done(x, &work);
	*out = json_incref(json_object_get(told, "calculation"));
	return ok;
}

bool lifecycle_steps(json_t **out, struct lifecycle *x, const struct plugin *p, const struct trial *t,
		     const struct plugin_step *of, struct finding *f)
{
	*out = NULL;
	return t->data == TRIAL_FIXTURES ? plugin_try_steps(out, x->host, x->arena, p, of, f) :
					   steps_of_plan(out, x, p, t, of, f);
}

/* ------------------------------------------------------------------ differences */

static json_t *text_json(const char *version, const struct text_of_plugin *t)
{
	return t->source ? json_pack("{s:s?, s:s}", "version", version, "sha256", t->sha256) : json_null();
}

/* Those that go on reading the values of the former major version, which follow nothing any more. */
static json_t *left_behind(struct arena *a, const struct standing *s, const char *version)
{
	char *rest = s->dependants ? arena_strdup(a, s->dependants) : NULL;
	json_t *out = json_array();

	if (!s->active || !version || strtol(s->active, NULL, 10) == strtol(version, NULL, 10))
		return out;
	for (char *code; rest && (code = strsep(&rest, ", ")); )
		if (*code)
			json_array_append_new(out, json_string(code));
	return out;
}

/* What a text makes of the plan, and its calculation, when it is a formula. */
struct made {
	json_t *cells, *graph;		/* owned */
	const char *version;
	bool published;			/* of what publications show */
};

static bool run_text(struct made *out, struct lifecycle *x, const char *code, const struct text_of_plugin *t,
		     const struct trial *trial, struct finding *f)
{
	struct plugin p;
	bool ok;

	if (!t->source)
		return true;
	if (!plugin_check(&p, x->host, x->arena, code, t->source, t->len, f))
		return false;
	out->version = p.version;
	out->graph = json_incref(p.graph);
	ok = p.kind == PLUGIN_INDICATOR && lifecycle_run_plan(&out->cells, &out->published, x, &p, trial, f);
	plugin_free(&p);
	return ok;
}

void lifecycle_tell_basis(json_t *answer, const struct lifecycle *x, bool published)
{
	if (published)
		protected_tell_basis(answer, x->arena, x->lang);
}

/* Is there no value in them, but cells that are withheld? */
static bool all_withheld(const json_t *cells)
{
	bool all = true;

	for (size_t i = 0; i < json_array_size(cells); i++)
		all = all && strcmp(json_string_value(json_object_get(json_array_get(cells, i), "state")),
				    "suppressed") == 0;
	return all;
}

/* What the draft makes of the last twelve periods, beside what the published text makes of them. */
static json_t *values_json(const struct lifecycle *x, const struct made *before, const struct made *after)
{
	bool published = before->published || after->published;
	bool nothing = published && all_withheld(before->cells) && all_withheld(after->cells);
	json_t *out = nothing ? json_pack("{s:[], s:[]}", "levels", "changes") :
				values_diff(before->cells, after->cells);

	json_object_set_new(out, "withheld", json_boolean(nothing));
	json_object_set_new(out, "periods", json_integer(PERIODS_COMPARED));
	lifecycle_tell_basis(out, x, published);
	return out;
}

bool lifecycle_diff(json_t **out, struct lifecycle *x, const struct standing *s, int64_t plan_id)
{
	const struct trial trial = { .data = TRIAL_LIVE, .plan_id = plan_id, .last = PERIODS_COMPARED };
	struct made before = { 0 }, after = { 0 };
	struct finding f = { 0 };
	bool run;

	if (!s->draft.source)
		return err_set(x->e, ERR_CONFLICT, MSG_NO_DRAFT, s->code);
	run = strcmp(s->kind, "indicator") == 0 && run_text(&before, x, s->code, &s->published, &trial, &f) &&
	      run_text(&after, x, s->code, &s->draft, &trial, &f);
	if (err_ok(x->e))
		*out = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", s->code, "from",
				 text_json(s->active, &s->published), "to", text_json(after.version, &s->draft),
				 "left_behind", left_behind(x->arena, s, after.version), "text",
				 text_diff(x->arena, s->published.source ? s->published.source : "", s->draft.source),
				 "values", run ? values_json(x, &before, &after) : json_null(), "graph",
				 before.graph && after.graph ? graph_diff(x->arena, before.graph, after.graph) :
							       json_null(),
				 "finding", f.code != FINDING_NONE ? finding_json(x->arena, &f, x->lang) : json_null());
	json_decref(before.cells);
	json_decref(before.graph);
	json_decref(after.cells);
	json_decref(after.graph);
	return err_ok(x->e);
}
