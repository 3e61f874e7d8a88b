/*
 * The refresh of one plan.
 *
 * What changed comes first: the open period, with those that may still change.
 * Periods that have no values yet follow in refreshes of their own, a few at a
 * time, newest first, so that nobody waits for a long history.  Rows are
 * loaded period by period, once for all indicators, and each indicator computes
 * all its cells in one sandbox: one that fails keeps all its last good values.
 */
#include "indicator_service.h"

#include <stdio.h>
#include <string.h>

#include "alert_service.h"
#include "clock.h"
#include "indicator_explain.h"
#include "indicator_refresh.h"
#include "json.h"
#include "log.h"
#include "protected.h"
#include "text.h"

enum { MISSING_MAX = 4, TRIES_MAX = 3, PING_MS = 1000, TRIAL_MS = 10000, TRIAL_PERIODS_MAX = 36 };

static const char *const frequencies[] = { "month", "quarter", "year" };

/* ------------------------------------------------------------------ cells */

const char *indicator_text(const struct indicator_todo *t, const char *field)
{
	const char *text = json_string_value(json_object_get(t->plugin.about, field));

	return text ? text : "";
}

static bool carries(const struct indicator_todo *t)
{
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(t->plugin.about, "inputs"), name, input) {
		const char *missing = json_string_value(json_object_get(input, "missing"));

		if (missing && strcmp(missing, "carry") == 0)
			return true;
	}
	return false;
}

/* What the row `row` of indicator_rows.sql says of one cell of *t. */
static void add_cell(struct refresh *r, struct indicator_todo *t, const struct indicator_period *p,
		     const struct db_result *rows, int row, const json_t *all)
{
	const char *level = db_text(rows, row, 0), *territory = db_text(rows, row, 1);
	int32_t known = p->last < r->plan.today ? p->last : r->plan.today;
	json_t *inputs = json_object(), *flags = json_array(), *input;
	const char *name;

	json_object_foreach(json_object_get(t->plugin.about, "inputs"), name, input)
		json_object_set_new(inputs, name, indicator_columns(all, json_object_get(input, "columns")));
	if (p->last >= r->plan.today)
		json_array_append_new(flags, json_string("provisional"));
	if (carries(t) && db_bool(rows, row, 6))
		json_array_append_new(flags, json_string("carried"));
	json_array_append_new(t->cells, json_pack("{s:s, s:s, s:s, s:i, s:o}", "territory", territory,
						  "level", level, "period", p->text, "as_of", (int)known,
						  "rows", inputs));
	json_array_append_new(t->about, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "level", level,
						  "territory", territory, "period", p->text, "flags", flags,
						  "expected", (json_int_t)db_i64(rows, row, 4),
						  "received", (json_int_t)db_i64(rows, row, 5)));
}

static void figure(json_t *cell, const char *name, bool given, double value)
{
	if (given)
		json_object_set_new(cell, name, json_real(value));
}

static json_t *protects_of(const struct plugin_cell *cell)
{
	json_t *out = json_array();

	for (size_t i = 0; i < cell->protects_count; i++)
		json_array_append_new(out, json_real(cell->protects[i]));
	return out;
}

/* Says of a value that too few of those behind it were heard; a hole says so by itself. */
static void mark_too_few(json_t *cell)
{
	json_t *flags = json_copy(json_object_get(cell, "flags")), *word = json_string("provisional");
	uint32_t received = (uint32_t)json_integer_value(json_object_get(cell, "received"));
	uint32_t expected = (uint32_t)json_integer_value(json_object_get(cell, "expected"));

	if (indicator_incomplete(received, expected) && !json_equal(json_array_get(flags, 0), word))
		json_array_insert(flags, 0, word);
	json_object_set_new(cell, "flags", flags);	/* a copy: what a cell is about is kept for others */
	json_decref(word);
}

/* The cell as indicator_write.sql takes it. */
static void keep_result(struct indicator_todo *t, const json_t *about, const struct plugin_cell *cell)
{
	json_t *out = json_copy((json_t *)(uintptr_t)about);
	bool value = cell->state == CELL_VALUE;

	json_object_set_new(out, "state", json_string(value ? "value" : "missing"));
	figure(out, "value", value, cell->value);
	figure(out, "numerator", value && (cell->has & HAS_NUMERATOR), cell->numerator);
	figure(out, "denominator", value && (cell->has & HAS_DENOMINATOR), cell->denominator);
	figure(out, "low", value && (cell->has & HAS_LOW), cell->low);
	figure(out, "high", value && (cell->has & HAS_HIGH), cell->high);
	if (cell->extra)
		json_object_set_new(out, "extra", json_loads(cell->extra, 0, NULL));
	if (cell->protects_count > 0)	/* read by protected_results(), never kept */
		json_object_set_new(out, "protects", protects_of(cell));
	if (cell->reason)
		json_object_set_new(out, "reason", json_string(cell->reason));
	if (value)
		mark_too_few(out);
	if (cell->sentence)
		json_object_set_new(out, "reason_text", json_string(cell->sentence));
	json_array_append_new(t->results, out);
}

bool indicator_compute(struct refresh *r, struct indicator_todo *t)
{
	const struct plugin_job job = { .cells = t->cells, .params = r->params, .plan = r->plan_frame,
					.wall_ms = r->wall_ms };
	struct plugin_cell *out;
	bool ok;

	if (json_array_size(t->cells) == 0)
		return true;
	ok = plugin_run(&out, r->work->host, r->arena, &t->plugin, &job, &t->finding);
	for (size_t i = 0; ok && i < json_array_size(t->cells); i++)
		keep_result(t, json_array_get(t->about, i), &out[i]);
	if (t->finding.code != V231)
		return true;
	err_cause(r->e, "sandbox: %s", t->finding.arg[0] ? t->finding.arg[0] : "");
	return err_set(r->e, ERR_INTERNAL, MSG_INTERNAL);
}

static bool compute_all(struct refresh *r)
{
	for (size_t i = 0; i < r->count; i++) {
		int64_t began = clock_mono_ms();
		db_result_auto *there = NULL;

		if (!r->todo[i].data && !indicator_compute(r, &r->todo[i]))
			return false;
		/* many that are slow must not look to the database like a client that is gone */
		if (clock_mono_ms() - began > PING_MS &&
		    !db_run(&there, &r->work->db, Q_db_ping, NULL, r->e))
			return false;
	}
	return true;
}

/* ------------------------------------------------------------------ periods */

/* Is it brought to this day?  What this version or engine never computed begins so, whatever the refresh. */
static bool is_present(const struct refresh *r, const struct indicator_todo *t)
{
	return r->present || t->data || t->refreshed_us == 0;
}

/* Decides whether *t computes this period now. */
static bool choose(const struct refresh *r, struct indicator_todo *t, const char *frequency,
		   const struct indicator_period *p, int64_t end_us)
{
	t->chosen = !t->data && strcmp(indicator_text(t, "frequency"), frequency) == 0 &&
		    indicator_due(p, r->plan.today, t->computed, t->refreshed_us, end_us);
	if (!t->chosen)
		return false;
	if (p->last >= r->plan.today || text_in_list(p->text, t->computed))
		return t->chosen = is_present(r, t);
	t->chosen = r->past && t->missing < MISSING_MAX;
	t->missing++;
	t->more = t->more || !t->chosen;
	return t->chosen;
}

static bool add_cells(struct refresh *r, const struct indicator_period *p, const struct db_result *rows)
{
	for (int row = 0; row < db_rows(rows); row++) {
		json_auto_t *all = NULL;

		if (!json_parse_any(&all, db_text(rows, row, 2), db_length(rows, row, 2), r->e))
			return err_set(r->e, ERR_INTERNAL, MSG_INTERNAL);
		for (size_t i = 0; i < r->count; i++)
			if (r->todo[i].chosen && plugin_has_level(r->todo[i].plugin.about, db_text(rows, row, 0)))
				add_cell(r, &r->todo[i], p, rows, row, all);
	}
	return true;
}

/* Is what was known asked for an instant before this one? */
static bool known_before(const struct refresh *r, int64_t us)
{
	int64_t as_of;

	return r->as_of && instant_parse(&as_of, r->as_of) && as_of < us;
}

/* The cells of one period for all indicators that want it. */
static bool one_period(struct refresh *r, const char *frequency, const struct indicator_period *p)
{
	int64_t end_us = day_end_us(p->last, r->plan.time_zone);
	bool open = p->last >= r->plan.today, wanted = false;
	const char *as_of = open || known_before(r, end_us) ? r->as_of :
			    arena_strdup(r->arena, instant_format(end_us).text);
	db_result_auto *rows = NULL;

	for (size_t i = 0; i < r->count; i++)
		wanted = choose(r, &r->todo[i], frequency, p, end_us) || wanted;
	return !wanted ||
	       (indicator_store_rows(&rows, &r->work->db, r->arena, r->plan.id, as_of,
				     open ? r->plan.today : p->last, p->first, false, r->e) &&
		add_cells(r, p, rows));
}

static bool all_periods(struct refresh *r)
{
	for (size_t i = 0; i < sizeof frequencies / sizeof frequencies[0]; i++) {
		struct indicator_period *p;
		size_t count = indicator_periods(&p, r->arena, frequencies[i], r->plan.start_on,
						 r->plan.today);

		while (count-- > 0)
			if (!one_period(r, frequencies[i], &p[count]))
				return false;
	}
	return compute_all(r);
}

/* ------------------------------------------------------------------ what is kept */

/* A log is read by others than counts are: of sensitive ones it has the code alone, as everybody is told. */
static void tell_failure(struct refresh *r, const struct indicator_todo *t, int failures, bool sensitive)
{
	char line[16], times[16];

	snprintf(line, sizeof line, "%d", t->finding.line);
	snprintf(times, sizeof times, "%d", failures);
	log_event(LOG_WARN, "indicator", "plan", r->plan.code, "id", t->plugin.id, "version",
		  t->plugin.version, "finding", finding_name(t->finding.code), "line", sensitive ? NULL : line,
		  "where", sensitive ? NULL : t->finding.where, "failures", times, "cause",
		  sensitive ? NULL : finding_cause(r->arena, &t->finding, LANG_EN));
}

bool indicator_keep(struct refresh *r, struct indicator_todo *t)
{
	bool sensitive;
	int failures;

	if (t->finding.code == FINDING_NONE) {
		r->more = r->more || (t->more && json_array_size(t->results) > 0);
		return indicator_store_write(&r->work->db, r->arena, &r->plan, t, is_present(r, t), r->e);
	}
	if (!indicator_store_failed(&failures, &sensitive, &r->work->db, r->arena, r->plan.id, t, r->e))
		return false;
	tell_failure(r, t, failures, sensitive);
	r->failed++;
	/* a figure outside its checks stays so until another one comes, which marks it */
	r->again = r->again || (failures < TRIES_MAX && t->finding.code != V408);
	return true;
}

static bool keep_all(struct refresh *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (!r->todo[i].data && !indicator_keep(r, &r->todo[i]))
			return false;
	if (!indicator_data(r))
		return false;
	if (r->more && !indicator_store_again(&r->work->db, r->arena, r->plan.id, 0, 0, r->e))
		return false;
	return !r->again ||
	       indicator_store_again(&r->work->db, r->arena, r->plan.id, r->job.attempts + 1,
				     indicator_backoff_s(r->job.attempts + 1), r->e);
}

/* ------------------------------------------------------------------ the refresh */

static bool load_plan(struct refresh *r)
{
	struct db_session *db = &r->work->db;
	struct day_text start, end;

	if (!indicator_store_plan(&r->plan, db, r->arena, r->job.plan_id, r->work->today, r->e))
		return false;
	r->present = r->job.whole || r->job.attempts > 0;
	r->past = !r->job.fresh || r->job.attempts > 0;
	start = day_format(r->plan.start_on);
	end = day_format(r->plan.end_on);
	r->plan_frame = json_pack("{s:s, s:s, s:i}", "start_on", start.text, "end_on", end.text,
				  "stale_after_days", r->plan.stale_after_days);
	return true;
}

bool indicator_plan_load(struct refresh *r, int64_t plan_id)
{
	r->job.plan_id = plan_id;
	return load_plan(r);
}

static bool load(struct refresh *r)
{
	return load_plan(r) && (r->plan.archived || indicator_store_todo(&r->todo, &r->count, &r->work->db, r->arena,
									 r->plan.id, r->e));
}

static void drop(struct refresh *r)
{
	for (size_t i = 0; i < r->count; i++) {
		plugin_free(&r->todo[i].plugin);
		json_decref(r->todo[i].cells);
		json_decref(r->todo[i].about);
		json_decref(r->todo[i].results);
		json_decref(r->todo[i].shown);
	}
	json_decref(r->plan_frame);
}

static void tell_done(const struct refresh *r, int64_t ms)
{
	char took[24], count[16], failed[16];

	snprintf(took, sizeof took, "%lld", (long long)ms);
	snprintf(count, sizeof count, "%zu", r->count);
	snprintf(failed, sizeof failed, "%d", r->failed);
	log_event(LOG_INFO, "refresh", "plan", r->plan.code, "of", r->present ? "present" : "past",
		  "indicators", count, "failed", failed, "ms", took);
}

/* The marks of a refresh that could not be kept wait, so that the plan does not block the others. */
static void postpone(struct refresh *r)
{
	struct arena scratch;
	struct err e;

	arena_init(&scratch);
	err_init(&e, &scratch);
	if (!indicator_store_postpone(&r->work->db, &scratch, r->job.plan_id, &e))
		log_event(LOG_DEBUG, "postpone", "cause", e.cause);
	arena_free(&scratch);
}

bool indicator_refresh(struct indicator_done *out, struct indicator_work *w, struct err *e)
{
	struct refresh r = { .work = w, .arena = e->arena, .e = e };
	int64_t began = clock_mono_ms();
	bool ok = true;

	*out = (struct indicator_done){ 0 };
	if (!db_begin(&w->db, e))
		return false;
	if (indicator_store_take(&r.job, &w->db, r.arena, e)) {
		ok = load(&r) && all_periods(&r) && keep_all(&r) && alerts_judge(&r) && db_commit(&w->db, e);
		if (ok) {
			*out = (struct indicator_done){ r.plan.id, r.failed };
			tell_done(&r, clock_mono_ms() - began);
		}
		drop(&r);
	}
	db_rollback(&w->db);
	if (!ok)
		postpone(&r);
	return err_ok(e);
}

/* ------------------------------------------------------------------ one indicator, nothing kept */

/* Where only what is published is read, periods end with the last one that is, if any is. */
static bool until_published(size_t *count, struct refresh *r, const struct indicator_todo *t,
			    const struct indicator_period *p)
{
	struct protection shown;
	size_t n = *count;

	if (!r->published)
		return true;
	if (!protected_open(&shown, r, t, r->as_of))
		return false;
	while (n > 0 && !protected_period(&shown, p[n - 1].text))
		n--;
	*count = n > 0 ? n : *count;
	return true;
}

/* The period of that name, or the last one; *out is NULL when there is none. */
static bool find_period(const struct indicator_period **out, struct refresh *r, const struct indicator_todo *t,
			const char *name)
{
	struct indicator_period *p;
	size_t count = indicator_periods(&p, r->arena, indicator_text(t, "frequency"), r->plan.start_on,
					 r->plan.today);

	*out = NULL;
	if (!name && !until_published(&count, r, t, p))
		return false;
	for (size_t i = count; i-- > 0 && !*out; )
		if (!name || strcmp(p[i].text, name) == 0)
			*out = &p[i];
	return true;
}

static bool try_one(struct refresh *r, const char *id, const char *name)
{
	const struct indicator_period *p = NULL;
	struct indicator_todo *t = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->todo[i].plugin.id, id) == 0)
			t = &r->todo[i];
	if (!t)
		return err_set(r->e, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	if (!find_period(&p, r, t, name))
		return false;
	if (!p)
		return err_set(r->e, ERR_NOT_FOUND, MSG_NO_CELL, id, r->plan.code, name ? name : "");
	if (t->data)
		return indicator_data_try(r, t, p, 1, r->as_of);
	t->computed = "";
	return one_period(r, indicator_text(t, "frequency"), p) && indicator_compute(r, t);
}

bool indicator_try(json_t **out, json_t **about, struct indicator_work *w, const char *id,
		   const struct indicator_asked *asked, struct finding *f, struct err *e)
{
	struct refresh r = { .work = w, .arena = e->arena, .e = e,
			     .job = { .plan_id = asked->plan_id, .attempts = 1 }, .params = asked->params,
			     .published = asked->published };
	bool ok = load(&r) && indicator_go_back(&r, asked->as_of) && try_one(&r, id, asked->from);

	for (size_t i = 0; ok && i < r.count; i++)
		if (strcmp(r.todo[i].plugin.id, id) == 0) {
			*f = r.todo[i].finding;
			*out = json_incref(r.todo[i].results);
			*about = json_incref(r.todo[i].plugin.about);
		}
	drop(&r);
	return ok && f->code == FINDING_NONE;
}

/* ------------------------------------------------------------------ a text that is not published */

/* The first and the last period asked for, by their place in `p`; ERR_INVALID when that is nothing. */
static bool asked_periods(size_t *from, size_t *to, struct refresh *r, const struct indicator_asked *asked,
			  const struct indicator_period *p, size_t count)
{
	size_t last = (size_t)asked->last;

	*from = count;
	*to = count;
	if (last > 0) {
		*from = count > last ? count - last : 0;
		return count > 0;
	}
	for (size_t i = 0; i < count; i++) {
		bool after = !asked->from || strcmp(p[i].text, asked->from) >= 0;
		bool before = !asked->to || strncmp(p[i].text, asked->to, strlen(asked->to)) <= 0;

		if (after && before && *from == count)
			*from = i;
		if (after && before)
			*to = i + 1;
	}
	if (!asked->from && !asked->to && count > 0)
		*from = count - 1;
	if (*from >= *to || *to - *from > TRIAL_PERIODS_MAX)
		return asked->as_of ? err_add_param(r->e, "from", MSG_TRIAL_PERIODS, "36") :
				      err_add(r->e, "#/from", MSG_TRIAL_PERIODS, "36");
	return true;
}

bool indicator_go_back(struct refresh *r, const char *as_of)
{
	int64_t us;
	int32_t day;

	if (!as_of)
		return true;
	if (!instant_parse(&us, as_of))
		return err_set(r->e, ERR_INTERNAL, MSG_INTERNAL);
	day = (int32_t)(us / 86400000000) - 1;
	while (day_end_us(day, r->plan.time_zone) < us)
		day++;
	r->plan.today = day < r->plan.today ? day : r->plan.today;
	r->as_of = as_of;
	return true;
}

static bool run_trial(struct refresh *r, const struct indicator_asked *asked)
{
	const char *frequency = indicator_text(r->todo, "frequency");
	struct indicator_period *p;
	size_t count = indicator_periods(&p, r->arena, frequency, r->plan.start_on, r->plan.today), from, to;

	if (!asked->from && !asked->to && !until_published(&count, r, r->todo, p))
		return false;
	if (!asked_periods(&from, &to, r, asked, p, count))
		return err_ok(r->e);	/* a plan that has not begun has no value */
	if (r->todo->data)
		return indicator_data_try(r, r->todo, p + from, to - from, r->as_of);
	for (size_t i = from; i < to; i++) {
		r->todo->computed = p[i].text;	/* wanted, whatever else is missing */
		if (!one_period(r, frequency, &p[i]))
			return false;
	}
	return indicator_compute(r, r->todo);
}

bool indicator_trial(json_t **out, struct indicator_work *w, const struct plugin *p,
		     const struct indicator_asked *asked, struct finding *f, struct err *e)
{
	struct indicator_todo t = { .plugin = *p, .computed = "", .cells = json_array(), .about = json_array(),
				    .results = json_array() };
	struct refresh r = { .work = w, .arena = e->arena, .e = e, .job = { .plan_id = asked->plan_id,
		.attempts = 1 },
			     .todo = &t, .count = 1, .params = asked->params, .wall_ms = TRIAL_MS,
			     .published = asked->published };
	bool ok;

	t.data = indicator_store_reads_more(p);
	t.plugin.tests = json_incref(p->tests);
	t.plugin.graph = json_incref(p->graph);
	t.plugin.about = json_copy(p->about);
	if (asked->level)
		json_object_set_new(t.plugin.about, "levels", json_pack("[s]", asked->level));
	ok = load_plan(&r) && indicator_go_back(&r, asked->as_of) && run_trial(&r, asked);
	*f = t.finding;
	*out = json_incref(t.results);
	drop(&r);
	if (!ok || f->code != FINDING_NONE) {
		json_decref(*out);
		*out = NULL;
	}
	return ok && f->code == FINDING_NONE;
}
