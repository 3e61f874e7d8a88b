/*
 * Formulas: graphs evaluated on the inputs of a level, results as cells.
 */
#include <string.h>

#include "indicator_data.h"
#include "json.h"
#include "protected.h"

static size_t cubes(const struct data *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->inputs; i++)
		count += d->input[i].columns + (d->input[i].cube != NULL);
	return count;
}

bool data_evaluate(struct graph_result *out, struct data *d, bool keep)
{
	struct arena *a = d->r->arena;
	const json_t *dims = json_object_get(d->todo->plugin.about, "dims");
	const char **dim = arena_alloc(a, (json_array_size(dims) + 1) * sizeof *dim);
	struct graph_input *in = arena_alloc(a, (cubes(d) + 1) * sizeof *in);
	const struct indicator_period *last = &d->period[d->periods - 1];
	enum period_step step = strchr(last->text, 'Q') ? STEP_QUARTER : strchr(last->text, '-') ? STEP_MONTH :
				STEP_YEAR;
	struct graph_data data = {
		.territory = d->stage->territory, .period = d->stage->period, .input = in,
		.wanted = axis_periods(a, step, last->text, d->periods), .keep = keep,
		.least = d->shown ? d->shown->least : 0, .dims = dim, .all_dims = true,
	};

	for (size_t i = 0; d->members && i < json_array_size(dims); i++)
		dim[data.dims_count++] = json_string_value(json_array_get(dims, i));

	for (size_t i = 0; i < d->inputs; i++) {
		const struct data_input *one = &d->input[i];

		for (size_t k = 0; k < one->columns; k++)
			in[data.inputs++] = one->column[k];
		if (one->cube)
			in[data.inputs++] = (struct graph_input){
				.name = one->name, .cube = one->cube, .year = one->year };
		if (one->column || (one->cube && one->cube->axis[0] == d->stage->department))
			data.department = d->stage->department;
	}
	return graph_eval(out, a, d->graph, &data, &d->todo->finding);
}

/* A wanted cell: its territory, its period, and its number among the combinations of members; 0: of the total. */
struct at { size_t territory, period, members; };

/* The place of a wanted cell in one of the result's cubes, which may lack an axis. */
static size_t place(const struct cube *c, const struct at *w)
{
	size_t at = 0, members = w->members;

	for (size_t i = c->axes; i-- > 0; ) {
		size_t own = c->axis[i]->kind == AXIS_TERRITORY ? w->territory :
			     c->axis[i]->kind == AXIS_PERIOD ? w->period : members % c->axis[i]->count;

		if (c->axis[i]->kind != AXIS_TERRITORY && c->axis[i]->kind != AXIS_PERIOD)
			members /= c->axis[i]->count;
		at += cube_stride(c, i) * own;
	}
	return at;
}

/* "age=minor;sex=female" */
static const char *members_of(struct arena *a, const struct cube *c, size_t members)
{
	const char *out = "";

	for (size_t i = c->axes; i-- > 0; ) {
		const struct axis *x = c->axis[i];

		if (x->kind == AXIS_TERRITORY || x->kind == AXIS_PERIOD)
			continue;
		out = arena_printf(a, "%s=%s%s%s", x->name, x->member[members % x->count], *out ? ";" : "", out);
		members /= x->count;
	}
	return out;
}

static void figure(json_t *out, const char *name, const struct cube *c, const struct at *w)
{
	size_t at = c ? place(c, w) : 0;

	if (c && (c->state[at] & STATE_MASK) == STATE_VALUE)
		json_object_set_new(out, name, json_real(c->value[at]));
}

static void extras(json_t *out, const struct graph_result *g, const struct at *w)
{
	json_t *all = json_object();

	for (size_t i = 0; i < g->extras; i++) {
		const struct cube *c = g->extra[i].cube;
		size_t at = place(c, w);

		if ((c->state[at] & STATE_MASK) != STATE_VALUE)
			continue;
		if (c->label)
			json_object_set_new(all, g->extra[i].name,
					    json_string(c->label->member[(size_t)c->value[at]]));
		else
			json_object_set_new(all, g->extra[i].name, json_real(c->value[at]));
	}
	if (json_object_size(all) > 0)
		json_object_set_new(out, "extra", all);
	else
		json_decref(all);
}

/* A hole says by itself that figures are missing. */
static bool too_few(uint8_t state, struct cover c)
{
	return (state & STATE_MASK) == STATE_VALUE && indicator_incomplete(c.received, c.expected);
}

static json_t *flags_of(const struct data *d, uint8_t state, struct cover c, size_t period)
{
	json_t *flags = json_array();

	if ((state & STATE_PROVISIONAL) || data_pending(d, period) || too_few(state, c))
		json_array_append_new(flags, json_string("provisional"));
	if (state & STATE_CARRIED)
		json_array_append_new(flags, json_string("carried"));
	return flags;
}

static json_t *cell(const struct data *d, const struct graph_result *g, const struct at *w)
{
	size_t at = place(g->value, w);
	uint8_t state = g->value->state[at];
	struct cover c = cube_cover(g->value, at);
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I}", "level", d->stage->level, "territory",
				d->stage->territory->member[w->territory], "period", d->period[w->period].text,
				"state", state_name(state), "flags", flags_of(d, state, c, w->period),
				"received", (json_int_t)c.received, "expected", (json_int_t)c.expected);

	if (d->members)
		json_object_set_new(out, "dims", json_string(members_of(d->r->arena, g->value, w->members)));
	if ((state & STATE_MASK) == STATE_VALUE) {
		figure(out, "value", g->value, w);
		figure(out, "numerator", g->numerator, w);
		figure(out, "denominator", g->denominator, w);
		figure(out, "low", g->low, w);
		figure(out, "high", g->high, w);
		extras(out, g, w);
	} else if (state_reason(state)) {
		json_object_set_new(out, "reason", json_string(state_reason(state)));
	}
	return out;
}

/* Takes over the cell; false: a declared check does not hold, as the finding says. */
static bool keep_cell(struct data *d, json_t *cell)
{
	struct finding *f = &d->todo->finding;

	json_array_append_new(d->todo->results, cell);
	if (plugin_checks_hold(d->r->arena, d->todo->plugin.about, cell, f))
		return true;
	f->where = arena_printf(d->r->arena, "%s, %s", json_string_value(json_object_get(cell, "territory")),
				json_string_value(json_object_get(cell, "period")));
	return false;
}

bool data_formula(struct data *d)
{
	struct graph_result g = { 0 };

	size_t places = d->stage->territory->count, members;
	struct at w = { 0 };

	if (!data_evaluate(&g, d, false))
		return false;
	members = places && d->periods ? g.value->count / places / d->periods : 0;
	for (w.territory = 0; w.territory < places; w.territory++)
		for (w.members = 0; w.members < members; w.members++)
			for (w.period = 0; w.period < d->periods; w.period++)
				if (!keep_cell(d, cell(d, &g, &w)))
					return false;
	return true;
}
