/*
 * Operators that estimate: intervals cell by cell, trends along the periods.
 */
#include <math.h>
#include <string.h>

#include "cells.h"
#include "run.h"
#include "stat.h"

static double part_of(const struct estimate *e, int part)
{
	return part == PART_LOW ? e->low : part == PART_HIGH ? e->high : e->value;
}

/* ------------------------------------------------------------------ cell by cell */

/* One interval from the arguments `x`; no answer is a division by nothing or numbers that cannot be. */
static uint8_t interval(double *out, const struct node *n, const double *x)
{
	struct estimate e;
	bool known;

	if (n->op == OP_WILSON) {
		if (x[1] == 0)
			return STATE_ZERO_DENOMINATOR;
		known = stat_wilson(&e, x[0], x[1], n->level);
	} else if (n->op == OP_POISSON) {
		if (n->args > 1 && x[1] == 0)
			return STATE_ZERO_DENOMINATOR;
		known = stat_poisson(&e, x[0], n->level) && (n->args == 1 || x[1] > 0);
	} else {
		if (x[1] == 0 || (n->args == 4 && (x[2] == 0 || x[3] == 0)))
			return STATE_ZERO_DENOMINATOR;
		known = stat_rate_ratio(&e, x[0], x[1], n->args == 4 ? x[2] : 1, n->args == 4 ? x[3] : 1, n->level);
	}
	if (!known)
		return STATE_OUTSIDE_VALIDITY;
	*out = part_of(&e, n->part);
	if (n->op == OP_POISSON && n->args > 1)
		*out = *out / x[1] * n->per;
	return STATE_VALUE;
}

static bool run_intervals(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in[ARGS_MAX];
	struct cube *c;

	for (int i = 0; i < n->args; i++)
		in[i] = run_arg(r, n, i);
	if (!run_join(&c, r, n, in, (size_t)n->args))
		return false;
	for (int i = 0; i < n->args; i++)
		in[i] = cells_repeated(r->a, c, in[i]);
	for (size_t cell = 0; cell < c->count; cell++) {
		uint8_t met = STATE_VALUE;
		double x[ARGS_MAX] = { 0 }, value = 0;

		for (int i = 0; i < n->args; i++) {
			x[i] = in[i]->value[cell];
			met = cells_meet(met, in[i]->state[cell]);
		}
		if ((met & STATE_MASK) == STATE_VALUE)
			met |= interval(&value, n, x);
		if ((met & STATE_MASK) == STATE_VALUE)
			cube_put(c, cell, value, met);
		else
			cube_put_missing(c, cell, met & STATE_MASK);
	}
	*out = c;
	return true;
}

/* ------------------------------------------------------------------ trends */

/* The values of the window that ends at `t`; times are places on the axis.  SIZE_MAX: one is hidden. */
static size_t window_points(double *time, double *value, const struct cube *c, size_t row, size_t t, size_t window)
{
	size_t n = 0;

	for (size_t k = t + 1 < window ? 0 : t + 1 - window; k <= t; k++) {
		uint8_t state = c->state[row + k] & STATE_MASK;

		if (state == STATE_SUPPRESSED)
			return SIZE_MAX;
		if (state == STATE_VALUE) {
			time[n] = (double)k;
			value[n++] = c->value[row + k];
		}
	}
	return n;
}

/* Slopes by Theil and Sen of each window; three quarters of its periods must be there, and two at least. */
static void theil_sen_row(struct cube *out, const struct cube *in, const struct node *n, size_t row,
			  size_t periods, double *work)
{
	size_t window = (size_t)n->n, least = (window * 3 + 3) / 4;

	for (size_t t = 0; t < periods; t++) {
		size_t points = window_points(work, work + window, in, row, t, window);
		struct estimate e;

		if (points == SIZE_MAX)
			cube_put_missing(out, row + t, STATE_SUPPRESSED);
		else if (points < 2 || points < least ||
			 !stat_theil_sen(&e, work, work + window, points, n->level, work + 2 * window))
			cube_put_missing(out, row + t, STATE_TOO_FEW_POINTS);
		else
			cube_put(out, row + t, part_of(&e, n->part), in->state[row + t] & STATE_FLAGS);
	}
}

/* The first period whose value is at the goal or beyond, up to `t`; SIZE_MAX: none. */
static size_t reached_at(const struct cube *in, const struct cube *goal, const struct node *n, size_t row, size_t t)
{
	for (size_t k = 0; k <= t; k++)
		if ((in->state[row + k] & STATE_MASK) == STATE_VALUE &&
		    (n->direction == 0 ? in->value[row + k] >= goal->value[row + t]
				       : in->value[row + k] <= goal->value[row + t]))
			return k;
	return SIZE_MAX;
}

/* Periods from the current one, or from the named one, to place `at` of the axis. */
static double counted(double at, size_t t, const struct node *n, const struct axis *periods)
{
	int months, step = (int)axis_step(periods);

	if (!n->from)
		return at - (double)t;
	months = period_month(n->from) - period_month(periods->member[0]);
	return at - floor((double)months / step);
}

static uint8_t reach_cell(double *value, const struct cube *in, const struct cube *goal, const struct node *n,
			  size_t row, size_t t, double *work)
{
	size_t window = (size_t)n->points, least = n->min ? (size_t)n->min : (window * 3 + 3) / 4, points, reached;
	uint8_t met = cells_meet(in->state[row + t], goal->state[row + t]);
	const struct axis *periods = run_periods(in);
	struct estimate e;

	if ((met & STATE_MASK) != STATE_VALUE)
		return met & STATE_MASK;
	reached = reached_at(in, goal, n, row, t);
	if (reached != SIZE_MAX) {
		*value = counted((double)reached, t, n, periods);
		return met;
	}
	points = window_points(work, work + window, in, row, t, window);
	if (points == SIZE_MAX)
		return STATE_SUPPRESSED;
	if (points < least)
		return STATE_TOO_FEW_POINTS;
	switch (stat_reach(&e, work, work + window, points, goal->value[row + t], n->direction == 0 ? 1 : -1,
			   n->level)) {
	case REACH_TOO_FEW:
		return STATE_TOO_FEW_POINTS;
	case REACH_NO_TREND:
		return STATE_NO_TREND;
	case REACH_DATE:
		break;
	}
	*value = counted(part_of(&e, n->part), t, n, periods);
	return met;
}

static bool run_reach(struct cube *c, const struct run *r, const struct node *n, const struct cube *in,
		      double *work)
{
	const struct cube *goal = cells_repeated(r->a, in, run_arg(r, n, 1));
	size_t periods = run_periods(in)->count;

	if (!goal)
		return finding_set(r->f, V702, n->line, cube_shape(r->a, in), cube_shape(r->a, run_arg(r, n, 1)));
	for (size_t cell = 0; cell < in->count; cell++) {
		double value = 0;
		uint8_t state = reach_cell(&value, in, goal, n, cell - cell % periods, cell % periods, work);

		if ((state & STATE_MASK) == STATE_VALUE)
			cube_put(c, cell, value, state);
		else
			cube_put_missing(c, cell, state);
	}
	return true;
}

static bool run_trend(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0);
	const struct axis *periods = run_periods(in);
	size_t window = n->op == OP_REACH ? (size_t)n->points : (size_t)n->n;
	struct cube *c;
	double *work;

	if (!periods || in->label)
		return run_misfit(r, n, in);
	c = cube_new(r->a, in->axis, in->axes);
	work = arena_alloc(r->a, (2 * window + window * window / 2 + 2) * sizeof *work);
	run_window_cover(r->a, c, in, window > 0 ? window - 1 : 0, 0);
	c->skip = in->skip;
	*out = c;
	if (n->op == OP_REACH)
		return run_reach(c, r, n, in, work);
	for (size_t row = 0; row < in->count; row += periods->count)
		theil_sen_row(c, in, n, row, periods->count, work);
	return true;
}

bool run_estimate(const struct cube **out, const struct run *r, const struct node *n)
{
	return n->op == OP_THEIL_SEN || n->op == OP_REACH ? run_trend(out, r, n) : run_intervals(out, r, n);
}
