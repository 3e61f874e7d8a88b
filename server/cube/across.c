/*
 * Operators that compare cells of one period with each other: ranks, shares, spread, funnels.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "run.h"
#include "stat.h"

/* The cells of a cube by the group in which they are compared, in order. */
struct compared {
	struct cube *groups;	/* one cell a group */
	size_t *begin;		/* of each group in `cell`; one more at the end */
	size_t *cell;
};

static bool is_place(const struct axis *x)
{
	return x->kind == AXIS_TERRITORY || x->kind == AXIS_DEPARTMENT || x->kind == AXIS_ITEM;
}

/* The group of a cell, or -1. */
static int64_t group_of(const struct cube *c, int64_t *const *go, size_t cell)
{
	int64_t group = 0;

	for (size_t i = c->axes; i-- > 0;) {
		int64_t way = go[i][cell % c->axis[i]->count];

		if (way < 0)
			return -1;
		group += way;
		cell /= c->axis[i]->count;
	}
	return group;
}

/* Groups are the cells over `axis`, which the cube has or leads to. */
static struct compared compare(struct arena *a, const struct cube *c, const struct axis *const *axis, size_t axes)
{
	struct compared s = { .groups = cube_new(a, axis, axes) };
	int64_t *go[CUBE_AXES_MAX];

	s.begin = arena_alloc(a, (s.groups->count + 2) * sizeof *s.begin);
	s.cell = arena_alloc(a, (c->count + 1) * sizeof *s.cell);
	cells_ways(a, go, c, s.groups, cube_stride);
	for (size_t cell = 0; cell < c->count; cell++) {
		int64_t group = group_of(c, go, cell);

		if (group >= 0)
			s.begin[group + 2]++;
	}
	for (size_t i = 2; i < s.groups->count + 2; i++)
		s.begin[i] += s.begin[i - 1];
	for (size_t cell = 0; cell < c->count; cell++) {
		int64_t group = group_of(c, go, cell);

		if (group >= 0)
			s.cell[s.begin[group + 1]++] = cell;
	}
	return s;
}

/* Does the series have anything below its territories to compare? */
static bool has_below(const struct cube *c)
{
	for (size_t i = 0; i < c->axes; i++)
		if (c->axis[i]->kind != AXIS_TERRITORY && c->axis[i]->kind != AXIS_PERIOD)
			return true;
	return false;
}

/* The groups that `within` names, always of one period. */
static bool compare_within(struct compared *out, const struct run *r, const struct node *n, const struct cube *c)
{
	const struct axis *axis[2], *periods = run_periods(c), *within = NULL;
	bool by_period = strcmp(n->within, "period") == 0 ||
			 (strcmp(n->within, "territory") == 0 && !has_below(c));
	size_t axes = 0;

	if (!by_period) {
		within = cells_axis_named(c, n->within);
		if (!within && strcmp(n->within, "territory") != 0)
			return finding_set(r->f, V707, n->line, n->within, cube_shape(r->a, c));
	}
	if (within)
		axis[axes++] = within;
	if (periods && within != periods)
		axis[axes++] = periods;
	*out = compare(r->a, c, axis, axes);
	return true;
}

/* The groups of zscore, mad and funnel: everything but the place is the same. */
static bool compare_places(struct compared *out, const struct run *r, const struct node *n, const struct cube *c)
{
	const struct axis *axis[CUBE_AXES_MAX];
	size_t axes = 0;

	for (size_t i = 0; i < c->axes; i++)
		if (!is_place(c->axis[i]))
			axis[axes++] = c->axis[i];
	if (axes == c->axes)
		return run_misfit(r, n, c);
	*out = compare(r->a, c, axis, axes);
	return true;
}

static bool has_value(const struct cube *c, size_t cell)
{
	return (c->state[cell] & STATE_MASK) == STATE_VALUE;
}

/* ------------------------------------------------------------------ ranks and shares */

/* A value to rank: at 12 significant digits, the greater the better. */
struct ranked {
	double value;
	size_t cell;
};

static int better_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

/* The rank of the one at `i` among those from `first` to `end` that are equal. */
static double rank_at(const struct node *n, size_t i, size_t first, size_t end)
{
	switch (n->ties) {
	case TIES_MAX:
		return (double)end;
	case TIES_MEAN:
		return (double)(first + 1 + end) / 2;
	case TIES_FIRST:
		return (double)i + 1;
	default:
		return (double)first + 1;
	}
}

/* Ranks of one group; `ranked` has room for it. */
static void rank_group(struct cube *out, const struct cube *in, const struct node *n, const size_t *cell,
		       size_t count, struct ranked *ranked)
{
	size_t values = 0;

	for (size_t i = 0; i < count; i++) {
		double value = figure_round(in->value[cell[i]]);

		if (has_value(in, cell[i]))
			ranked[values++] = (struct ranked){ n->order == 0 ? value : -value, cell[i] };
		else
			cube_put_missing(out, cell[i], in->state[cell[i]] & STATE_MASK);
	}
	qsort(ranked, values, sizeof *ranked, better_first);
	for (size_t first = 0, end; first < values; first = end) {
		for (end = first + 1; end < values && ranked[end].value == ranked[first].value;)
			end++;
		for (size_t i = first; i < end; i++)
			cube_put(out, ranked[i].cell, rank_at(n, i, first, end), in->state[ranked[i].cell]);
	}
}

/* The sum of a group and the state of that sum. */
static uint8_t total_of(double *total, const struct cube *in, const size_t *cell, size_t count, double *sample)
{
	uint8_t worst = STATE_VALUE, flags = 0;
	size_t values = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t state = in->state[cell[i]] & STATE_MASK;

		if (state == STATE_VALUE) {
			sample[values++] = in->value[cell[i]];
			flags |= in->state[cell[i]] & STATE_FLAGS;
		} else if (state != STATE_NOT_APPLICABLE && (state == STATE_SUPPRESSED || !in->skip) && state > worst) {
			worst = state;
		}
	}
	*total = stat_sum(sample, values);
	return worst != STATE_VALUE ? worst : *total == 0 ? STATE_ZERO_DENOMINATOR : flags;
}

static void share_group(struct cube *out, const struct cube *in, const size_t *cell, size_t count, double *sample)
{
	double total;
	uint8_t state = total_of(&total, in, cell, count, sample);

	for (size_t i = 0; i < count; i++) {
		uint8_t met = has_value(in, cell[i]) ? cells_meet(state, in->state[cell[i]]) : in->state[cell[i]];

		if ((met & STATE_MASK) == STATE_VALUE)
			cube_put(out, cell[i], in->value[cell[i]] / total, met);
		else
			cube_put_missing(out, cell[i], met & STATE_MASK);
	}
}

/* ------------------------------------------------------------------ spread */

/* The values of a group; a hidden one hides the group.  Returns their number, SIZE_MAX: hidden. */
static size_t values_of(double *sample, const struct cube *in, const size_t *cell, size_t count)
{
	size_t values = 0;

	for (size_t i = 0; i < count; i++) {
		if ((in->state[cell[i]] & STATE_MASK) == STATE_SUPPRESSED)
			return SIZE_MAX;
		if (has_value(in, cell[i]))
			sample[values++] = in->value[cell[i]];
	}
	return values;
}

static void zscore_group(struct cube *out, const struct cube *in, const size_t *cell, size_t count, double *sample)
{
	size_t values = values_of(sample, in, cell, count);
	double mean = 0, deviation = 0;
	uint8_t state = values == SIZE_MAX ? STATE_SUPPRESSED
		      : !stat_deviation(&mean, &deviation, sample, values) ? STATE_TOO_FEW_POINTS
		      : deviation == 0 ? STATE_ZERO_DENOMINATOR : STATE_VALUE;

	for (size_t i = 0; i < count; i++)
		if (!has_value(in, cell[i]))
			cube_put_missing(out, cell[i], in->state[cell[i]] & STATE_MASK);
		else if (state != STATE_VALUE)
			cube_put_missing(out, cell[i], state);
		else
			cube_put(out, cell[i], (in->value[cell[i]] - mean) / deviation, in->state[cell[i]]);
}

static void mad_group(struct cube *out, size_t group, const struct cube *in, const size_t *cell, size_t count,
		      double *sample)
{
	size_t values = values_of(sample, in, cell, count);

	if (values == SIZE_MAX)
		cube_put_missing(out, group, STATE_SUPPRESSED);
	else if (values == 0)
		cube_put_missing(out, group, STATE_TOO_FEW_POINTS);
	else
		cube_put(out, group, stat_mad(sample, values), 0);
}

/* ------------------------------------------------------------------ funnel */

/* Counts and populations of the units that have both; `work` has room for three times `count`. */
static uint8_t funnel_of(struct funnel *f, const struct cube *k, const struct cube *pop, const size_t *cell,
			 size_t count, double *work)
{
	size_t units = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t met = cells_meet(k->state[cell[i]], pop->state[cell[i]]);

		if ((met & STATE_MASK) == STATE_SUPPRESSED)
			return STATE_SUPPRESSED;
		if ((met & STATE_MASK) != STATE_VALUE || !(pop->value[cell[i]] > 0))
			continue;
		work[units] = k->value[cell[i]];
		work[count + units++] = pop->value[cell[i]];
	}
	return stat_funnel(f, work, work + count, units, work + 2 * count) ? STATE_VALUE : STATE_TOO_FEW_POINTS;
}

static void funnel_group(struct cube *out, const struct cube *k, const struct cube *pop, const struct node *n,
			 const size_t *cell, size_t count, double *work)
{
	struct funnel f = { 0 };
	uint8_t state = funnel_of(&f, k, pop, cell, count, work);

	for (size_t i = 0; i < count; i++) {
		uint8_t met = cells_meet(k->state[cell[i]], pop->state[cell[i]]);
		double people = pop->value[cell[i]];
		struct estimate limits;

		if ((met & STATE_MASK) == STATE_VALUE)
			met = state != STATE_VALUE ? state : people > 0 ? met : STATE_ZERO_DENOMINATOR;
		if ((met & STATE_MASK) != STATE_VALUE) {
			cube_put_missing(out, cell[i], met & STATE_MASK);
			continue;
		}
		limits = stat_funnel_limits(&f, people, n->level);
		cube_put(out, cell[i], n->part == PART_Z ? stat_funnel_z(&f, k->value[cell[i]], people)
				     : n->per * (n->part == PART_LOW ? limits.low : limits.high), met);
	}
}

/* Both arguments of funnel over the same axes. */
static bool funnel_inputs(const struct cube **k, const struct cube **pop, const struct run *r, const struct node *n)
{
	const struct cube *in[2] = { run_arg(r, n, 0), run_arg(r, n, 1) };
	struct cube *all;

	if (!run_join(&all, r, n, in, 2))
		return false;
	*k = cells_repeated(r->a, all, in[0]);
	*pop = cells_repeated(r->a, all, in[1]);
	return true;
}

/* ------------------------------------------------------------------ all */

bool run_across(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0), *pop = NULL;
	bool within = n->op == OP_RANK || n->op == OP_SHARE_OF_TOTAL;
	struct compared s = { 0 };
	struct ranked *ranked;
	struct cube *c;
	double *work;

	if (in->label)
		return run_misfit(r, n, in);
	if (n->op == OP_FUNNEL && !funnel_inputs(&in, &pop, r, n))
		return false;
	if (!(within ? compare_within(&s, r, n, in) : compare_places(&s, r, n, in)))
		return false;
	c = n->op == OP_MAD ? s.groups : cube_new(r->a, in->axis, in->axes);
	work = arena_alloc(r->a, (3 * in->count + 3) * sizeof *work);
	ranked = arena_alloc(r->a, (in->count + 1) * sizeof *ranked);
	for (size_t group = 0; group < s.groups->count; group++) {
		const size_t *cell = s.cell + s.begin[group];
		size_t count = s.begin[group + 1] - s.begin[group];

		if (n->op == OP_RANK)
			rank_group(c, in, n, cell, count, ranked);
		else if (n->op == OP_SHARE_OF_TOTAL)
			share_group(c, in, cell, count, work);
		else if (n->op == OP_ZSCORE)
			zscore_group(c, in, cell, count, work);
		else if (n->op == OP_MAD)
			mad_group(c, group, in, cell, count, work);
		else
			funnel_group(c, in, pop, n, cell, count, work);
	}
	c->skip = in->skip;
	c->cover = n->op != OP_MAD ? in->cover :
		   cube_group(r->a, in, c->axis, c->axes, OVER_SUM, 0, NULL)->cover;
	*out = c;
	return true;
}
