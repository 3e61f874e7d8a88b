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

/*
 * Where the cells of a result are read: for each member of each of its axes, how far in `c` it goes; -1: nowhere.
 * Periods go by their names, whatever the result has besides is the same in all of `c`.
 */
static void find_ways(struct arena *a, int64_t *go[CUBE_AXES_MAX], const struct cube *c, const struct cube *out,
		      size_t (*stride)(const struct cube *, size_t))
{
	const struct axis *periods = run_periods(c);

	for (size_t i = 0; i < out->axes; i++) {
		const struct axis *x = out->axis[i];
		bool by_name = x->kind == AXIS_PERIOD && periods;
		int own = by_name ? (int)c->axes - 1 : cube_axis(c, x->name);
		int64_t step = own < 0 ? 0 : (int64_t)stride(c, (size_t)own);

		go[i] = arena_alloc(a, (x->count + 1) * sizeof **go);
		for (size_t m = 0; m < x->count; m++) {
			int64_t place = by_name ? axis_at(periods, x->member[m]) : (int64_t)m;

			go[i][m] = place < 0 ? -1 : place * step;
		}
	}
}

/* The place that these ways lead to; -1: nowhere. */
static int64_t way_to(const struct cube *out, int64_t *const *go, const size_t *place)
{
	int64_t at = 0;

	for (size_t i = 0; i < out->axes; i++) {
		if (go[i][place[i]] < 0)
			return -1;
		at += go[i][place[i]];
	}
	return at;
}

/* The next cell of the cube. */
static void step_on(const struct cube *c, size_t *place)
{
	for (size_t i = c->axes; i-- > 0;) {
		if (++place[i] < c->axis[i]->count)
			return;
		place[i] = 0;
	}
}

/* Values and states out of `c`, and the units behind each cell. */
static void read_cells(struct arena *a, struct cube *given, const struct cube *c)
{
	int64_t *cell_go[CUBE_AXES_MAX] = { NULL }, *unit_go[CUBE_AXES_MAX] = { NULL };
	int64_t *own_unit[CUBE_AXES_MAX] = { NULL };
	size_t place[CUBE_AXES_MAX] = { 0 };

	find_ways(a, cell_go, c, given, cube_stride);
	find_ways(a, unit_go, c, given, cells_unit_stride);
	find_ways(a, own_unit, given, given, cells_unit_stride);
	given->cover = arena_alloc(a, (cells_units(given) + 1) * sizeof *given->cover);
	for (size_t cell = 0; cell < given->count; cell++, step_on(given, place)) {
		int64_t at = way_to(given, cell_go, place);

		if (at < 0)
			continue;
		given->value[cell] = c->value[at];
		given->state[cell] = c->state[at];
		given->cover[way_to(given, own_unit, place)] = cells_cover(c, (size_t)way_to(given, unit_go, place));
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
	const struct axis *axis[CUBE_AXES_MAX] = { r->d->territory, r->d->wanted };
	size_t axes = 2;
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
	given = cube_new(r->a, axis, axes);
	read_cells(r->a, given, c);
	given->label = c->label;
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
