/*
 * Evaluating a graph: its nodes in order, then the results at the wanted periods.
 */
#include <string.h>

#include "cells.h"
#include "protect.h"
#include "run.h"

/* ------------------------------------------------------------------ leaves */

static bool run_input(const struct cube **out, const struct run *r, const struct node *n)
{
	for (size_t i = 0; i < r->d->inputs; i++) {
		const struct graph_input *in = &r->d->input[i];

		if (strcmp(in->name, n->name) == 0 && !in->column == !n->column &&
		    (!n->column || strcmp(in->column, n->column) == 0)) {
			*out = in->cube;
			return true;
		}
	}
	return finding_set(r->f, V704, n->line,
			   n->column ? arena_printf(r->a, "%s.%s", n->name, n->column) : n->name);
}

const struct cube *run_year(const struct run *r, size_t node)
{
	const struct node *n = &r->g->node[node];
	const struct cube *out = NULL, *of, **cube;
	struct run pick = *r;

	for (size_t i = 0; n->op == OP_INPUT && i < r->d->inputs; i++)
		if (strcmp(r->d->input[i].name, n->name) == 0)
			return r->d->input[i].year;
	if (n->op != OP_PICK || !(of = run_year(r, (size_t)n->arg[0])))
		return NULL;
	cube = arena_alloc(r->a, r->g->nodes * sizeof *cube);
	cube[n->arg[0]] = of;
	pick.cube = cube;
	return run_dimensions(&out, &pick, n) ? out : NULL;
}

const struct axis *run_periods(const struct cube *c)
{
	return c->axes && c->axis[c->axes - 1]->kind == AXIS_PERIOD ? c->axis[c->axes - 1] : NULL;
}

bool run_misfit(const struct run *r, const struct node *n, const struct cube *c)
{
	return finding_set(r->f, V706, n->line, node_op_name(n->op),
			   cube_shape(r->a, c));
}

static bool run_node(const struct cube **out, const struct run *r, const struct node *n)
{
	switch (n->op) {
	case OP_INPUT:
	case OP_ACTIONS:
		return run_input(out, r, n);
	case OP_CONST:
	case OP_PERIOD_END:
	case OP_AMONG:
	case OP_COVERAGE:
	case OP_PICK:
	case OP_BY:
		return run_dimensions(out, r, n);
	case OP_CARRY:
	case OP_LAG:
	case OP_DIFF:
	case OP_ROLLING:
	case OP_CUMSUM:
	case OP_TO:
	case OP_YOY:
		return run_time(out, r, n);
	case OP_RANK:
	case OP_SHARE_OF_TOTAL:
	case OP_ZSCORE:
	case OP_MAD:
	case OP_FUNNEL:
		return run_across(out, r, n);
	case OP_WILSON:
	case OP_POISSON:
	case OP_RATE_RATIO:
	case OP_THEIL_SEN:
	case OP_REACH:
		return run_estimate(out, r, n);
	default:
		return run_cellwise(out, r, n);
	}
}

/* ------------------------------------------------------------------ what it costs */

/* About how many figures of one period stand beside each other: the départements. */
enum { BESIDE = 101 };

/* How often each of `n` figures is read when they are sorted: log2 n, rounded up, and once to copy it. */
static uint64_t sorting(uint64_t n)
{
	uint64_t times = 1;

	for (uint64_t most = 1; most < n; most *= 2)
		times++;
	return times;
}

/* About how many figures are read for one cell. */
static uint64_t cell_cost(const struct node *n)
{
	uint64_t window = n->n > 0 ? (uint64_t)n->n : 1;

	switch (n->op) {
	case OP_ROLLING:
		return n->over == OVER_MEDIAN ? window * sorting(window) : window;
	case OP_BY:
		return n->over == OVER_MEDIAN || n->over == OVER_QUANTILE ? sorting(BESIDE) : 1;
	case OP_RANK:
		return sorting(BESIDE);
	case OP_MAD:	/* the figures, then their distances */
		return 2 * sorting(BESIDE);
	case OP_THEIL_SEN:	/* every pair, sorted */
		return window * window * 4;
	case OP_REACH:
		return n->points > 0 ? (uint64_t)n->points * 4 : TREND_MAX;
	case OP_WILSON:
	case OP_POISSON:
	case OP_RATE_RATIO:
	case OP_FUNNEL:
		return 100;
	default:
		return 1;
	}
}

/* The most cells that an argument has; of a fused pick, what it picks from. */
static uint64_t argument_cells(const struct run *r, const struct node *n)
{
	uint64_t most = 1;

	for (int k = 0; k < n->args; k++) {
		int at = n->arg[k];

		while (r->fused[at])
			at = r->g->node[at].arg[0];
		most = r->cube[at]->count > most ? r->cube[at]->count : most;
	}
	return most;
}

static bool spend(struct graph_budget *b, const struct run *r, const struct node *n, uint64_t cost)
{
	if (cost > b->left) {
		b->left = 0;
		return finding_set(r->f, V710, n->line,
				   arena_printf(r->a, "%llu", (unsigned long long)(b->most / 1000000)));
	}
	b->left -= cost;
	return true;
}

/* ------------------------------------------------------------------ small counts */

static bool is_small(const struct cube *c, size_t cell, double least)
{
	return (c->state[cell] & STATE_MASK) == STATE_VALUE && protect_small(c->value[cell], least);
}

/* The cube without its small counts: itself when it has none. */
static const struct cube *without_small(struct arena *a, const struct cube *c, double least)
{
	struct cube *out = NULL;

	for (size_t cell = 0; cell < c->count; cell++) {
		if (!is_small(c, cell, least))
			continue;
		if (!out) {
			out = cube_new(a, c->axis, c->axes);
			memcpy(out->value, c->value, c->count * sizeof *c->value);
			memcpy(out->state, c->state, c->count);
			out->cover = c->cover;
			out->skip = c->skip;
			out->label = c->label;
		}
		cube_put_missing(out, cell, STATE_SUPPRESSED);
	}
	return out ? out : c;
}

static void hide_small(const struct run *r, size_t node)
{
	for (size_t i = 0; r->d->least > 0 && i < r->g->protects_count; i++)
		if ((size_t)r->g->protects[i] == node && r->cube[node])
			r->cube[node] = without_small(r->a, r->cube[node], r->d->least);
}

/* ------------------------------------------------------------------ results */

static bool axis_is_declared(const struct graph_data *d, const struct axis *x)
{
	if (x->kind == AXIS_TERRITORY || x->kind == AXIS_PERIOD)
		return true;
	for (size_t i = 0; i < d->dims_count; i++)
		if (x->kind != AXIS_ITEM && strcmp(x->name, d->dims[i]) == 0)
			return true;
	return false;
}

/* "territory × period × age", what a result may be. */
static const char *declared_shape(const struct run *r)
{
	const char *text = "territory × period";

	for (size_t i = 0; i < r->d->dims_count; i++)
		text = arena_printf(r->a, "%s × %s", text, r->d->dims[i]);
	return text;
}

/* The value of `c` in the cell of `out`; periods go by their names. */
static size_t cell_in(const struct cube *c, const struct cube *out, size_t cell, const int32_t *period)
{
	size_t at = 0;

	for (size_t i = out->axes; i-- > 0;) {
		size_t place = cell % out->axis[i]->count;
		int axis = cube_axis(c, out->axis[i]->name);

		cell /= out->axis[i]->count;
		if (out->axis[i]->kind == AXIS_PERIOD && run_periods(c)) {
			if (period[place] < 0)
				return SIZE_MAX;
			at += (size_t)period[place];
		} else if (axis >= 0) {
			at += place * cube_stride(c, (size_t)axis);
		}
	}
	return at;
}

/* The units behind each cell of the result. */
static void give_cover(struct arena *a, struct cube *given, const struct cube *c, const int32_t *period)
{
	given->cover = arena_alloc(a, (cells_units(given) + 1) * sizeof *given->cover);
	for (size_t cell = 0; cell < given->count; cell++) {
		size_t at = cell_in(c, given, cell, period);

		if (at != SIZE_MAX)
			given->cover[cells_unit_of(given, cell)] = cube_cover(c, at);
	}
}

/* Has the result every dimension that it is to have? */
static bool has_declared(const struct run *r, const struct cube *value)
{
	for (size_t i = 0; r->d->all_dims && i < r->d->dims_count; i++)
		if (cube_axis(value, r->d->dims[i]) < 0)
			return false;
	return true;
}

/* A part of the result over territory × dims × wanted periods. */
static bool give(const struct cube **out, const struct run *r, int node, const struct cube *value)
{
	const struct cube *c = r->cube[node];
	const struct axis *axis[CUBE_AXES_MAX] = { r->d->territory, r->d->wanted }, *periods = run_periods(c);
	size_t axes = 2;
	int32_t *period;
	struct cube *given;

	for (size_t i = 0; i < c->axes; i++)
		if (!axis_is_declared(r->d, c->axis[i]) ||
		    (c->axis[i]->kind != AXIS_PERIOD && c->axis[i]->kind != AXIS_TERRITORY &&
		     cube_axis(value, c->axis[i]->name) < 0))
			return finding_set(r->f, V705, r->g->node[node].line, cube_shape(r->a, c),
					   declared_shape(r));
	for (size_t i = 0; i < value->axes; i++)
		if (value->axis[i]->kind != AXIS_TERRITORY && value->axis[i]->kind != AXIS_PERIOD &&
		    axes < CUBE_AXES_MAX)
			axis[axes++] = value->axis[i];
	if (!axis[1])
		axis[1] = run_periods(value) ? run_periods(value) : r->d->period;
	period = arena_alloc(r->a, (axis[1]->count + 1) * sizeof *period);
	for (size_t i = 0; periods && i < axis[1]->count; i++)
		period[i] = axis_at(periods, axis[1]->member[i]);
	given = cube_new(r->a, axis, axes);
	for (size_t cell = 0; cell < given->count; cell++) {
		size_t at = cell_in(c, given, cell, period);

		if (at != SIZE_MAX) {
			given->value[cell] = c->value[at];
			given->state[cell] = c->state[at];
		}
	}
	given->label = c->label;
	give_cover(r->a, given, c, period);
	*out = given;
	return true;
}

static bool give_all(struct graph_result *out, const struct run *r)
{
	const struct graph *g = r->g;
	const struct cube *value = r->cube[g->value];
	struct {
		int node;
		const struct cube **cube;
	} const part[] = { { g->value, &out->value }, { g->numerator, &out->numerator },
			   { g->denominator, &out->denominator }, { g->low, &out->low }, { g->high, &out->high } };

	if (!has_declared(r, value))
		return finding_set(r->f, V705, g->node[g->value].line, cube_shape(r->a, value), declared_shape(r));
	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (part[i].node >= 0 && !give(part[i].cube, r, part[i].node, value))
			return false;
	for (size_t i = 0; i < g->extras; i++) {
		out->extra[i].name = g->extra[i].name;
		if (!give(&out->extra[i].cube, r, g->extra[i].node, value))
			return false;
		out->extras++;
	}
	return true;
}

/* Picks that only groups read, and nobody wants to see. */
static const bool *find_fused(struct arena *a, const struct graph *g, bool keep)
{
	bool *fused = arena_alloc(a, g->nodes);
	const int told[] = { g->value, g->numerator, g->denominator, g->low, g->high };

	for (size_t i = 0; !keep && i < g->nodes; i++)
		fused[i] = g->node[i].op == OP_PICK;
	for (size_t i = 0; i < g->nodes; i++)
		for (int k = 0; k < g->node[i].args; k++)
			if (!run_fuses(g, g->node[i].arg[k], (int)i))
				fused[g->node[i].arg[k]] = false;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (told[i] >= 0)
			fused[told[i]] = false;
	for (size_t i = 0; i < g->extras; i++)
		fused[g->extra[i].node] = false;
	return fused;
}

bool graph_eval(struct graph_result *out, struct arena *a, const struct graph *g, const struct graph_data *d,
		struct finding *f)
{
	struct run r = { a, g, d, f, arena_alloc(a, g->nodes * sizeof *r.cube), find_fused(a, g, d->keep) };

	struct graph_budget own = { GRAPH_BUDGET, GRAPH_BUDGET }, *b = d->budget ? d->budget : &own;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < g->nodes; i++) {
		const struct node *n = &g->node[i];

		if (!r.fused[i] && !(spend(b, &r, n, argument_cells(&r, n) * cell_cost(n)) &&
				     run_node(&r.cube[i], &r, n) && spend(b, &r, n, r.cube[i]->count)))
			return false;
		hide_small(&r, i);
	}
	out->node = d->keep ? r.cube : NULL;
	return give_all(out, &r);
}
