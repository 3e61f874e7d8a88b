/*
 * How a cell came about, computed again with every step kept: for the one who asks, with what they
 * may read.
 */
#include <string.h>

#include "clock.h"
#include "indicator_explain.h"
#include "json.h"
#include "observation.h"
#include "protected.h"

enum { WALL_MS = 2000 };

/* ------------------------------------------------------------------ steps of a formula */

/* May the values of other territories matter to this one? */
static bool looks_across(const json_t *graph)
{
	static const char *const across[] = { "rank", "share_of_total", "zscore", "mad", "funnel", "by", "among" };
	const json_t *nodes = json_object_get(graph, "nodes");

	for (size_t i = 0; i < json_array_size(nodes); i++)
		for (size_t k = 0; k < sizeof across / sizeof *across; k++) {
			const char *op = json_string_value(json_object_get(json_array_get(nodes, i), "op"));

			if (op && strcmp(op, across[k]) == 0)
				return true;
		}
	return false;
}

/* ------------------------------------------------------------------ the cell */

static json_t *find_cell(const json_t *cells, const char *territory, const char *dims)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		json_t *cell = json_array_get(cells, i);
		const char *own = json_string_value(json_object_get(cell, "dims"));

		if (strcmp(json_string_value(json_object_get(cell, "territory")), territory) == 0 &&
		    strcmp(own ? own : "", dims) == 0)
			return cell;
	}
	return NULL;
}

static bool explain_formula(json_t **out, struct data *d, struct graph_place w, const char *dims)
{
	const json_t *graph = d->traced ? d->traced : d->todo->plugin.graph;
	struct graph_result g;

	if (!data_evaluate(&g, d, true) || !data_formula(d))
		return false;
	*out = json_pack("{s:o, s:O?, s:s?}", "calculation", graph_steps(d->r->arena, graph, &g, &w), "recomputed",
			 find_cell(d->todo->results, d->stage->territory->member[w.territory], dims), "note",
			 graph_note(d->graph));
	return true;
}

static bool explain_compute(json_t **out, struct data *d, const char *territory)
{
	struct indicator_todo *t = d->todo;
	json_t *cell, *about;

	if (!data_cells(d))
		return false;
	cell = json_incref(find_cell(t->cells, territory, ""));
	about = json_incref(find_cell(t->about, territory, ""));
	json_decref(t->cells);
	json_decref(t->about);
	t->cells = json_pack("[o*]", cell);
	t->about = json_pack("[o*]", about);
	if (!indicator_compute(d->r, t))
		return false;
	*out = json_pack("{s:O?, s:O?}", "given", json_object_get(cell, "rows"), "recomputed",
			 find_cell(t->results, territory, ""));
	return true;
}

static bool explain(json_t **out, struct data *d, const struct explained *x)
{
	json_auto_t *members = indicator_members(x->dims);
	struct graph_place w = { .period = x->period, .members = members };
	size_t count = 0;
	int32_t *place, at;

	if (!data_open(d, x->level))
		return false;
	count = d->stage->period->count;
	at = axis_at(d->stage->territory, x->territory);
	if (at < 0)
		return err_set(d->r->e, ERR_NOT_FOUND, MSG_NO_CELL, d->todo->plugin.id, x->territory, x->period);
	w.territory = (size_t)at;
	place = arena_alloc(d->r->arena, (d->stage->department->count + 1) * sizeof *place);
	for (size_t i = 0; i < d->stage->department->count; i++)
		place[i] = d->stage->place[i * count + count - 1];
	w.place = place;
	x->window->from_on = d->stage->first[0];
	x->window->to_on = d->stage->last[count - 1];
	return d->graph ? explain_formula(out, d, w, x->dims) : explain_compute(out, d, x->territory);
}

bool indicator_explain(json_t **out, struct indicator_work *w, const struct explained *x, struct finding *f,
		       struct err *e)
{
	struct input_catalogue catalogue = { 0 };
	struct indicator_todo t = { .plugin = *x->plugin, .computed = "", .cells = json_array(),
				    .about = json_array(), .results = json_array() };
	struct refresh r = { .work = w, .arena = e->arena, .e = e, .todo = &t, .count = 1, .wall_ms = WALL_MS,
			     .params = x->params };
	struct indicator_period p = { 0 };
	struct protection shown;
	struct data d = { .r = &r, .todo = &t, .catalogue = &catalogue, .as_of = x->as_of, .as_of_us = INT64_MAX,
			  .period = &p, .periods = 1, .members = *x->dims, .part = true };
	bool ok;

	*out = NULL;
	snprintf(p.text, sizeof p.text, "%s", x->period);
	ok = period_days(&p.first, &p.last, x->period) && (!x->as_of || instant_parse(&d.as_of_us, x->as_of));
	if (strcmp(x->level, "national") != 0 && (!t.plugin.graph || !looks_across(t.plugin.graph)))
		d.only = x->territory;
	ok = ok && indicator_plan_load(&r, x->plan_id) && indicator_go_back(&r, x->as_of) &&
	     (!x->published || protected_open(&shown, &r, &t, x->as_of));
	d.shown = x->published ? &shown : NULL;
	ok = ok && input_store_open(&catalogue, &w->db, e) && explain(out, &d, x);
	data_close(&d);
	input_store_close(&catalogue);
	json_decref(t.cells);
	json_decref(t.about);
	json_decref(t.results);
	json_decref(r.plan_frame);
	*f = t.finding;
	return ok;
}
