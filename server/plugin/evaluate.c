/*
 * Evaluate: fixtures as cubes, the graph evaluated on them, its cells read.
 */
#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "frame_cube.h"
#include "gather.h"
#include "json.h"
#include "series_cube.h"

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const struct axis *axis_of(struct arena *a, enum axis_kind kind, const char *name,
				  const char **member, size_t n)
{
	struct axis *axis = arena_alloc(a, sizeof *axis);
	size_t kept = 0;

	qsort(member, n, sizeof *member, by_text);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || strcmp(member[i], member[kept - 1]) != 0)
			member[kept++] = member[i];
	}
	*axis = (struct axis){ .kind = kind, .name = name, .count = kept, .member = member };
	return axis;
}

/* All territories of the level. */
static const struct axis *territory_axis(struct arena *a, const char *level)
{
	size_t n = 0;
	const char **member;

	while (territory_department(n))
		n++;
	member = arena_alloc(a, (n + 1) * sizeof *member);
	for (size_t i = 0; i < n; i++)
		member[i] = strcmp(level, "national") == 0 ? "FR" :
			    strcmp(level, "region") == 0   ? territory_region(i) :
							     territory_department(i);
	return axis_of(a, AXIS_TERRITORY, "territory", member, n);
}

/* All départements, each linked to the territory of the level that holds it. */
static const struct axis *department_axis(struct arena *a, const struct axis *territory,
					  const char *level)
{
	struct axis *axis;
	struct axis_link *link = arena_alloc(a, sizeof *link);
	int32_t *at;
	const char **member;
	size_t n = 0;

	while (territory_department(n))
		n++;
	member = arena_alloc(a, (n + 1) * sizeof *member);
	for (size_t i = 0; i < n; i++)
		member[i] = territory_department(i);
	axis = arena_alloc(a, sizeof *axis);
	*axis = *axis_of(a, AXIS_DEPARTMENT, "department", member, n);
	at = arena_alloc(a, (n + 1) * sizeof *at);
	for (size_t i = 0; i < axis->count; i++) {
		at[i] = -1;
		for (size_t k = 0; k < territory->count; k++) {
			if (territory_covers(territory->member[k], level, axis->member[i]))
				at[i] = (int32_t)k;
		}
	}
	*link = (struct axis_link){ .to = territory, .at = at };
	axis->link = link;
	axis->links = 1;
	return axis;
}

/* ------------------------------------------------------------------ periods */

/* The earliest month of which any table tells. */
static int earliest(const json_t *tables, int otherwise)
{
	const char *name;
	json_t *table;

	json_object_foreach((json_t *)(uintptr_t)tables, name, table) {
		const json_t *periods = json_object_get(table, "period");

		for (size_t i = 0; i < json_array_size(periods); i++) {
			const char *text = json_string_value(json_array_get(periods, i));
			int month = text ? period_month(text) : -1;

			if (month >= 0 && month < otherwise)
				otherwise = month;
		}
	}
	return otherwise;
}

/* The periods of the inputs: from the look-back of the graph to the last wanted one. */
static const struct axis *input_periods(const struct evaluation *e, struct arena *a,
					const struct graph *g, enum period_step step)
{
	const json_t *inputs = json_object_get(e->p->about, "inputs");
	const char *end = period_ending(a, e->last, step), *name;
	int from = period_month(e->first), to = period_month(end);
	size_t back = 0;
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs, name, input) {
		size_t own = graph_lookback(g, name, step);

		if (own == GRAPH_ALL)	/* and one of which no table tells: on a plan there are ten years of them */
			own = (size_t)(from - earliest(e->tables, from)) / step + 1;
		back = own > back ? own : back;
	}
	return axis_periods(a, step, end, (size_t)(to - from) / step + 1 + back);
}

static enum period_step input_step(const struct evaluation *e)
{
	enum period_step step = period_step_named(json_string_value(json_object_get(e->p->about, "frequency")));
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(e->p->about, "inputs"), name, input) {
		enum period_step own = gather_step(input, json_object_get(e->tables, name), step);

		step = own < step ? own : step;
	}
	return step;
}

/* ------------------------------------------------------------------ evaluation */

/* The declaration of an input with the dimensions that it keeps in this evaluation.  Owned. */
static json_t *keeping(struct arena *a, const struct evaluation *e, const struct graph *g, const char *name,
		       json_t *input, bool members)
{
	const char *const *dims = plugin_dims(a, e->p->about, g, name, members);
	json_t *out = json_copy(input), *list = json_array();

	for (; *dims; dims++)
		json_array_append_new(list, json_string(*dims));
	json_object_set_new(out, "dims", list);
	return out;
}

/* Brings the tables to the axes of *d and evaluates: with each member of the result's dimensions, or without them. */
static bool evaluate_form(struct graph_result *out, struct evaluation *e, struct arena *a, const struct graph *g,
			  struct graph_data d, bool members, struct finding *f)
{
	const json_t *inputs = json_object_get(e->p->about, "inputs"), *dims = json_object_get(e->p->about, "dims");
	struct graph_input *list = arena_alloc(a, (json_object_size(inputs) + 1) * COLUMN_COUNT_MAX * sizeof *list);
	const char **dim = arena_alloc(a, (json_array_size(dims) + 1) * sizeof *dim);
	const char *name;
	json_t *input;

	for (size_t i = 0; members && i < json_array_size(dims); i++)
		dim[d.dims_count++] = json_string_value(json_array_get(dims, i));
	d.dims = dim;
	d.all_dims = true;
	d.input = list;
	json_object_foreach((json_t *)(uintptr_t)inputs, name, input) {
		const json_t *table = json_object_get(e->tables, name);
		struct placing at = { .territory = d.territory, .department = d.department,
				      .period = d.period, .level = e->level, .home = e->home,
				      .least = e->least };
		const struct cube *cube, *year;
		const char *kind = json_string_value(json_object_get(input, "kind"));
		json_auto_t *kept = keeping(a, e, g, name, input, members);

		if (strcmp(kind, "actions") == 0) {
			d.inputs += frame_cubes(list + d.inputs, a, name, input, table, &at);
		} else {
			cube = series_cube(&year, a, strcmp(kind, "series") == 0 ? kept : input, table, &at);
			list[d.inputs++] = (struct graph_input){ .name = name, .cube = cube, .year = year };
		}
	}
	return graph_eval(out, a, g, &d, f);
}

bool evaluate(struct evaluation *e, struct arena *a, struct finding *f)
{
	enum period_step freq = period_step_named(json_string_value(json_object_get(e->p->about, "frequency")));
	struct graph_data data = { .least = e->least, .keep = e->keep, .budget = e->budget };
	const struct graph *g;

	if (!graph_read(&g, a, e->graph, f))
		return false;
	e->territory = data.territory = territory_axis(a, e->level);
	e->department = data.department = department_axis(a, e->territory, e->level);
	data.period = input_periods(e, a, g, input_step(e));
	e->wanted = data.wanted = axis_periods(a, freq, e->last,
					       (size_t)(period_month(e->last) - period_month(e->first)) / freq + 1);
	return evaluate_form(&e->result, e, a, g, data, false, f) &&
	       (json_array_size(json_object_get(e->p->about, "dims")) == 0 ||
		evaluate_form(&e->member, e, a, g, data, true, f));
}

/* ------------------------------------------------------------------ results */

struct place {
	const char *territory, *period;
	const json_t *members;		/* NULL: the total */
};

/* SIZE_MAX: the result has no such member. */
static size_t place_of(const struct evaluation *e, const struct cube *c, const struct place *p)
{
	size_t at = 0;

	for (size_t i = 0; i < c->axes; i++) {
		const struct axis *x = c->axis[i];
		const char *own = x->kind == AXIS_TERRITORY ? p->territory : x->kind == AXIS_PERIOD ? p->period :
				  json_string_value(json_object_get(p->members, x->name));
		int32_t place = axis_at(x->kind == AXIS_TERRITORY ? e->territory :
					x->kind == AXIS_PERIOD ? e->wanted : x, own ? own : "");

		if (place < 0 && x->kind == AXIS_DIMENSION)
			return SIZE_MAX;
		at += (size_t)(place < 0 ? 0 : place) * cube_stride(c, i);
	}
	return at;
}

/* The figure of one cell; false: there is none. */
static bool figure(json_t *to, const char *name, const struct evaluation *e, const struct cube *c,
		   const struct place *p)
{
	size_t at = c ? place_of(e, c, p) : 0;

	if (!c || (c->state[at] & STATE_MASK) != STATE_VALUE)
		return false;
	if (c->label)
		json_object_set_new(to, name, json_string(c->label->member[(size_t)c->value[at]]));
	else
		json_object_set_new(to, name, json_real(c->value[at]));
	return true;
}

bool evaluated_cell(struct plugin_cell *out, struct arena *a, const struct evaluation *e,
		    const char *territory, const char *period, const json_t *members, struct finding *f)
{
	const json_t *dims = json_object_get(e->p->about, "dims");
	bool apart = json_object_get(members, json_string_value(json_array_get(dims, 0)));
	const struct graph_result *r = apart ? &e->member : &e->result;
	const struct place p = { territory, period, apart ? members : NULL };
	const struct cube *const parts[] = { r->value, r->numerator, r->denominator, r->low, r->high };
	static const char *const names[] = { "value", "numerator", "denominator", "low", "high" };
	size_t at = place_of(e, r->value, &p);
	json_auto_t *body = json_object();
	json_t *extra = json_object();
	uint8_t state = at == SIZE_MAX ? STATE_NOT_APPLICABLE : r->value->state[at];

	if ((state & STATE_MASK) == STATE_NOT_APPLICABLE || (state & STATE_MASK) == STATE_SUPPRESSED) {
		json_decref(extra);
		*out = (state & STATE_MASK) == STATE_SUPPRESSED ? cell_hidden() :
			(struct plugin_cell){ .state = CELL_NOT_APPLICABLE };
		return true;
	}
	for (size_t i = 0; i < r->extras; i++)
		figure(extra, r->extra[i].name, e, r->extra[i].cube, &p);
	json_object_set_new(body, "extra", extra);
	if ((state & STATE_MASK) != STATE_VALUE)
		json_object_set_new(body, "missing", json_string(state_reason(state)));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		figure(body, names[i], e, parts[i], &p);
	if (!cell_read(out, a, e->p->about, body, f))
		return false;
	cell_protect(out, e->least);
	return true;
}

static uint64_t hash(uint64_t h, const struct graph_result *r)
{
	const struct cube *const parts[] = { r->value, r->numerator, r->denominator, r->low, r->high };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		h = parts[i] ? cube_hash(h, parts[i]) : h;
	for (size_t i = 0; i < r->extras; i++)
		h = cube_hash(h, r->extra[i].cube);
	return h;
}

uint64_t evaluated_hash(const struct evaluation *e)
{
	return hash(hash(0, &e->result), &e->member);
}
