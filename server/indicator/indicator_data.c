/*
 * Indicators that read more than actions: what they need is loaded level by level, and
 * each is computed whole.
 */
#include "indicator_data.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "observation.h"
#include "protected.h"
#include "text.h"

enum { DATA_MS = 1000 };	/* given to what reads more than actions in one refresh, one indicator at least */

static const char *const levels[] = { "national", "region", "department" };

/* ------------------------------------------------------------------ which, in which order */

static const json_t *inputs_of(const struct indicator_todo *t)
{
	return json_object_get(t->plugin.about, "inputs");
}

static bool kind_is(const json_t *input, const char *kind)
{
	const char *own = json_string_value(json_object_get(input, "kind"));

	return own && strcmp(own, kind) == 0;
}

/* Does `t` read the values of `other`? */
static bool reads(const struct indicator_todo *t, const struct indicator_todo *other)
{
	const char *name, *id;
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs_of(t), name, input) {
		if (kind_is(input, "cells") && t != other)
			return true;
		id = json_string_value(json_object_get(input, "id"));
		if (kind_is(input, "indicator_value") && id &&
		    strncmp(id, other->plugin.id, strcspn(id, "@")) == 0 &&
		    strlen(other->plugin.id) == strcspn(id, "@"))
			return true;
	}
	return false;
}

static bool reads_kind(const struct indicator_todo *t, const char *kind)
{
	const char *name;
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs_of(t), name, input)
		if (kind_is(input, kind))
			return true;
	return false;
}

/* Was it marked, or is what it shows of another day, version or engine? */
static bool marked(const struct refresh *r, const struct indicator_todo *t)
{
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)t->plugin_id);
	return r->job.attempts > 0 || t->day != r->plan.today || t->refreshed_us == 0 ||
	       text_in_list(id, r->job.plugins) ||
	       (r->job.whole && (reads_kind(t, "actions") || reads_kind(t, "blockers")));
}

/* Does it read what this refresh computes anew? */
static bool touched(const struct refresh *r, const struct indicator_todo *t)
{
	for (size_t i = 0; i < r->count; i++)
		if (reads(t, &r->todo[i]) &&
		    (r->todo[i].data ? r->todo[i].chosen : json_array_size(r->todo[i].results) > 0))
			return true;
	return false;
}

static bool choose_all(struct refresh *r)
{
	bool more = true, any = false;

	for (size_t i = 0; i < r->count; i++) {
		r->todo[i].chosen = r->todo[i].data && marked(r, &r->todo[i]);
		any = any || r->todo[i].chosen;
	}
	while (more) {
		more = false;
		for (size_t i = 0; i < r->count; i++)
			if (r->todo[i].data && !r->todo[i].chosen && touched(r, &r->todo[i]))
				any = more = r->todo[i].chosen = true;
	}
	return any;
}

/* The next one all of whose own inputs are computed; a ring is cut where it is met first. */
static struct indicator_todo *next(struct refresh *r)
{
	struct indicator_todo *first = NULL;

	for (size_t i = 0; i < r->count; i++) {
		struct indicator_todo *t = &r->todo[i];
		bool waits = false;

		if (!t->chosen || t->done)
			continue;
		for (size_t k = 0; k < r->count; k++)
			waits = waits || (k != i && r->todo[k].chosen && !r->todo[k].done &&
					  reads(t, &r->todo[k]));
		if (!waits)
			return t;
		if (!first)
			first = t;
	}
	return first;
}

/* ------------------------------------------------------------------ inputs of one level */

/* Does the formula bring its inputs to longer periods itself? */
static bool brings_to_periods(const json_t *graph)
{
	const json_t *nodes = json_object_get(graph, "nodes");

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const char *op = json_string_value(json_object_get(json_array_get(nodes, i), "op"));

		if (op && strcmp(op, "to") == 0)
			return true;
	}
	return false;
}

static enum period_step wanted_step(const struct data *d)
{
	return period_step_named(indicator_text(d->todo, "frequency"));
}

/* The length of the periods that inputs are laid out in: a compute is given each as it comes. */
static enum period_step input_step(const struct data *d)
{
	const json_t *graph = d->traced ? d->traced : d->todo->plugin.graph;
	enum period_step step = wanted_step(d);

	for (size_t i = 0; (!graph || brings_to_periods(graph)) && i < d->inputs; i++)
		if (d->input[i].step < step)
			step = d->input[i].step;
	return step;
}

/* The length of an input's own periods. */
static enum period_step own_step(const struct data *d, const struct data_input *in)
{
	const char *id = json_string_value(json_object_get(in->declared, "id")), *frequency;

	if (in->series)
		return in->series->step;
	if (strcmp(in->kind, "reference") == 0)
		return STEP_YEAR;
	if (strcmp(in->kind, "roster") == 0)
		return STEP_MONTH;
	frequency = strcmp(in->kind, "indicator_value") == 0 ? input_store_frequency(d->catalogue, id ? id : "") : NULL;
	return frequency ? period_step_named(frequency) : wanted_step(d);
}

/* Periods of the stage before those of the first wanted one that a compute is given of an input. */
static size_t given_before(const struct data *d, const struct data_input *in, enum period_step step)
{
	size_t back = (in->lookback - 1) * ((size_t)in->step / (size_t)step);
	size_t inside = (size_t)wanted_step(d) / (size_t)step;

	return back >= inside ? back - inside + 1 : 0;
}

/* Periods before the first wanted one. */
static size_t lookback(const struct data *d, enum period_step step)
{
	size_t most = 0;

	for (size_t i = 0; i < d->inputs; i++) {
		size_t own = d->graph ? graph_lookback(d->graph, d->input[i].name, step) :
					given_before(d, &d->input[i], step);

		if (own == GRAPH_ALL)		/* ten years before the plan: longer than any series is kept */
			own = (size_t)(120 / (int)step);
		most = own > most ? own : most;
	}
	return most;
}

static bool read_inputs(struct data *d)
{
	const char *name;
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs_of(d->todo), name, input) {
		struct data_input *to = &d->input[d->inputs];
		const char *id = json_string_value(json_object_get(input, "id"));

		if (d->inputs == DATA_INPUTS_MAX)
			break;
		*to = (struct data_input){ .name = name, .declared = input,
					   .kind = json_string_value(json_object_get(input, "kind")) };
		if (strcmp(to->kind, "series") == 0 &&
		    !(to->series = input_store_series(d->catalogue, id ? id : "")))
			return finding_set(&d->todo->finding, V341, 0, id);
		to->step = own_step(d, to);
		to->lookback = plugin_lookback(d->todo->plugin.about, input, d->r->params);
		if (to->lookback == 0)
			to->lookback = wanted_step(d) > to->step ? (size_t)wanted_step(d) / (size_t)to->step : 1;
		d->inputs++;
	}
	return true;
}

static const struct input_stage *make_stage(struct data *d, const char *level)
{
	struct arena *a = d->r->arena;
	enum period_step step = input_step(d), wanted = wanted_step(d);
	size_t inside = d->periods * ((size_t)wanted / (size_t)step);
	const char *last = period_ending(a, d->period[d->periods - 1].text, step);
	const struct axis *axis;

	d->before = lookback(d, step);
	axis = axis_periods(a, step, last, inside + d->before);
	return axis ? input_stage(a, &d->catalogue->places, level, axis, d->as_of_us) : NULL;
}

static const char *const *dims_of(struct data *d, const struct data_input *in)
{
	return plugin_dims(d->r->arena, d->todo->plugin.about, d->graph, in->name, d->members);
}

/* Holes that are filled rest on figures from long before. */
static bool fills(const struct data_input *in)
{
	const char *missing = json_string_value(json_object_get(in->declared, "missing"));

	return missing && (strcmp(missing, "carry") == 0 || strcmp(missing, "zero") == 0);
}

static bool load_observations(struct observation_set **out, struct data *d, const struct data_input *in)
{
	int64_t plan_id = in->series->by_plan ? d->r->plan.id : 0;
	bool retained = input_retained(in->declared), whole = fills(in) || !retained;
	int32_t last = d->stage->last[d->stage->period->count - 1];
	struct observation_part part = {
		.territory = fills(in) ? NULL : d->only,	/* zeros begin where anybody reported */
		.from_on = whole || in->series->step > axis_step(d->stage->period) ? DAY_NONE : d->stage->first[0],
		.to_on = retained ? last : DAY_NONE,		/* whoever has a first or a named vintage is heard of */
		.as_of = d->as_of,
		.standing = retained,
	};

	if (d->r->work->invented)
		return observations_invent(out, d->r->work->observed, &d->r->work->db, in->series->code, plan_id,
					   &(struct observation_days){ d->stage->first[0] - (fills(in) ? 366 : 0),
								       last, d->r->plan.today }, d->r->e);
	return d->part ? observations_read(out, d->r->work->observed, &d->r->work->db, in->series->id, plan_id,
					   &part, d->r->e) :
			 observations_load(out, d->r->work->observed, &d->r->work->db, in->series->id, plan_id,
					   d->r->e);
}

/* Does the indicator that is read rest on a sensitive series? */
static bool protected_asked_of(bool *out, struct data *d, const struct data_input *in)
{
	json_auto_t *inputs = json_pack("{s:O}", in->name, in->declared);

	return protected_asked(out, d->r, inputs);
}

static bool load_input(struct data *d, struct data_input *in)
{
	struct db_session *db = &d->r->work->db;
	struct observation_set *set;
	bool sensitive = false;

	if (in->series) {
		if (d->shown && in->series->sensitive && !d->r->work->invented)
			return protected_series(d, in, dims_of(d, in));
		if (!load_observations(&set, d, in))
			return false;
		in->cube = input_series(d->stage, set, in->series, in->declared, dims_of(d, in), NULL);
	} else if (strcmp(in->kind, "reference") == 0) {
		in->cube = input_population(d->stage, json_object_get(in->declared, "by") != NULL);
	} else if (strcmp(in->kind, "indicator_value") == 0) {
		return (!d->shown || protected_asked_of(&sensitive, d, in)) &&
		       input_store_values(&in->cube, d->stage, db, d->r->plan.id, in->declared, sensitive, d->as_of,
					  d->r->e);
	} else if (d->graph && strcmp(in->kind, "actions") == 0) {
		return data_frame(d, in);
	}
	return true;
}

int32_t data_known_until(const struct data *d, const struct indicator_period *p)
{
	return p->last < d->r->plan.today ? p->last : d->r->plan.today;
}

/* The graph of this level: the one that is stored; another trace when it looked at the level, the day or the plan. */
static bool read_graph(struct data *d, const char *level)
{
	const struct plugin *p = &d->todo->plugin;
	const json_t *graph = p->graph;

	if (!graph)
		return true;
	data_close(d);
	if (json_array_size(json_object_get(graph, "reads")) > 0 || json_object_size(d->r->params) > 0) {
		const struct plugin_view view = { level, d->r->params, d->r->plan_frame,
						  data_known_until(d, &d->period[d->periods - 1]) };

		if (!plugin_trace(&d->traced, d->r->work->host, d->r->arena, p, &view, &d->todo->finding))
			return false;
		graph = d->traced;
	}
	return graph_read(&d->graph, d->r->arena, graph, &d->todo->finding);
}

void data_close(struct data *d)
{
	json_decref(d->traced);
	d->traced = NULL;
}

bool data_open(struct data *d, const char *level)
{
	d->inputs = 0;
	if (!read_inputs(d) || !read_graph(d, level))
		return false;
	d->stage = make_stage(d, level);
	if (!d->stage)
		return finding_set(&d->todo->finding, V225, 0);
	for (size_t i = 0; i < d->inputs; i++)
		if (!load_input(d, &d->input[i]))
			return false;
	return true;
}

/* ------------------------------------------------------------------ trust */

size_t data_place(const struct data *d, size_t period)
{
	size_t inside = (d->stage->period->count - d->before) / d->periods;

	return d->before + (period + 1) * inside - 1;
}

bool data_pending(const struct data *d, size_t period)
{
	int32_t last = d->period[period].last;

	for (size_t i = 0; i < d->inputs; i++)
		if (d->input[i].series && d->period[period].last + d->input[i].series->delay_days > last)
			last = d->period[period].last + d->input[i].series->delay_days;
	return last >= d->r->plan.today;
}

/* ------------------------------------------------------------------ one indicator */

/* The total of a level, or what there is by members. */
static bool one_level(struct data *d, const char *level, bool members)
{
	bool ok;

	d->members = members;
	ok = data_open(d, level) && (d->graph ? data_formula(d) : data_cells(d));
	data_close(d);
	return ok;
}

static bool reads_day(const json_t *graph)
{
	const json_t *reads = json_object_get(graph, "reads");

	for (size_t i = 0; i < json_array_size(reads); i++)
		if (strcmp(json_string_value(json_array_get(reads, i)), "as_of") == 0)
			return true;
	return false;
}

/* A formula that looks at the day has another trace for each period, as a compute is given the day of each. */
static bool each_period(struct data *d, const char *level, bool members)
{
	const struct indicator_period *all = d->period;
	size_t periods = d->periods;
	bool ok = true;

	if (!reads_day(d->todo->plugin.graph))
		return one_level(d, level, members);
	d->periods = 1;
	for (size_t i = 0; i < periods && ok; i++) {
		d->period = all + i;
		ok = one_level(d, level, members);
	}
	d->period = all;
	d->periods = periods;
	return ok;
}

/* All levels of the wanted periods.  False: the database failed, or there was no sandbox. */
static bool all_levels(struct data *d)
{
	struct indicator_todo *t = d->todo;
	bool dims = json_array_size(json_object_get(t->plugin.about, "dims")) > 0;

	for (size_t i = 0; d->periods && i < sizeof levels / sizeof *levels; i++)
		if (plugin_has_level(t->plugin.about, levels[i]) &&
		    !(each_period(d, levels[i], false) && (!dims || each_period(d, levels[i], true))))
			return err_ok(d->r->e);		/* else its finding tells */
	return t->plugin.graph || indicator_compute(d->r, t);
}

static bool all_periods(struct data *d)
{
	struct indicator_period *p;

	d->periods = indicator_periods(&p, d->r->arena, indicator_text(d->todo, "frequency"),
				       d->r->plan.start_on, d->r->plan.today);
	d->period = p;
	return all_levels(d);
}

/* The same from what publications show, of the periods that they show: t->shown. */
static bool protect(struct data *d)
{
	struct indicator_todo *t = d->todo;
	json_t *exact = t->results;
	struct protection p;
	bool ok;

	json_array_clear(t->cells);
	json_array_clear(t->about);
	t->results = json_array();
	ok = protected_open(&p, d->r, t, d->as_of);
	d->shown = &p;
	while (ok && d->periods > 0 && !protected_period(&p, d->period[d->periods - 1].text))
		d->periods--;
	for (; ok && d->periods > 0 && !protected_period(&p, d->period->text); d->periods--)
		d->period++;
	ok = ok && all_levels(d);
	t->shown = ok ? protected_results(d, t->results, false) : NULL;
	json_decref(t->results);
	t->results = exact;
	return ok;
}

static bool both(struct data *d)
{
	bool sensitive;

	return all_periods(d) && protected_asked(&sensitive, d->r, inputs_of(d->todo)) &&
	       (!sensitive || d->todo->finding.code != FINDING_NONE || protect(d));
}

/* Until the time given to one refresh has passed: what changes meanwhile must not wait for all of them. */
static bool data_all(struct refresh *r, const struct input_catalogue *catalogue)
{
	int64_t end = clock_mono_ms() + DATA_MS;
	struct indicator_todo *t;

	while ((t = next(r)) != NULL) {
		struct data d = { .r = r, .todo = t, .catalogue = catalogue, .as_of_us = INT64_MAX };

		if (!both(&d) || !indicator_keep(r, t))
			return false;
		t->done = true;
		if (clock_mono_ms() > end)
			break;
	}
	return true;
}

static bool compute_chosen(struct refresh *r)
{
	struct input_catalogue catalogue = { 0 };
	bool ok = input_store_open(&catalogue, &r->work->db, r->e) && data_all(r, &catalogue);

	input_store_close(&catalogue);
	return ok;
}

/* What was chosen and is not computed yet has refreshes of its own. */
static bool leave_rest(struct refresh *r)
{
	const char *left = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (r->todo[i].chosen && r->todo[i].data && !r->todo[i].done)
			left = arena_printf(r->arena, "%s%s%lld", left ? left : "", left ? " " : "",
					    (long long)r->todo[i].plugin_id);
	return !left || indicator_store_mark(&r->work->db, r->arena, r->plan.id, left, r->e);
}

bool indicator_data(struct refresh *r)
{
	bool first = r->job.whole && r->job.attempts == 0;

	/* After a change in the actions their own indicators are kept at once; what rests on them follows. */
	return !choose_all(r) || ((first || compute_chosen(r)) && leave_rest(r));
}

/* The same for a trial, of every wanted period; the exact form is not computed at all. */
static bool try_published(struct data *d)
{
	struct indicator_todo *t = d->todo;
	struct protection p;
	json_t *computed;

	if (!protected_open(&p, d->r, t, d->as_of))
		return false;
	d->shown = &p;
	if (!all_levels(d))
		return false;
	computed = t->results;
	t->results = protected_results(d, computed, true);
	json_decref(computed);
	return true;
}

bool indicator_data_try(struct refresh *r, struct indicator_todo *t, const struct indicator_period *p,
			size_t periods, const char *as_of)
{
	struct input_catalogue catalogue = { 0 };
	struct data d = { .r = r, .todo = t, .catalogue = &catalogue, .as_of_us = INT64_MAX, .as_of = as_of,
			  .period = p, .periods = periods };
	bool ok = (!as_of || instant_parse(&d.as_of_us, as_of)) &&
		  input_store_open(&catalogue, &r->work->db, r->e) &&
		  (r->published ? try_published(&d) : all_levels(&d));

	input_store_close(&catalogue);
	return ok;
}
