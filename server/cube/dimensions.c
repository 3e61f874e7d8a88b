/*
 * Operators that change the axes: pick, by; and leaves that are axes only.
 */
#include <string.h>

#include "cells.h"
#include "run.h"
#include "text.h"

/* ------------------------------------------------------------------ pick */

static bool no_dimension(const struct run *r, const struct node *n, const struct cube *c, const char *dim)
{
	return finding_set(r->f, V707, n->line, dim, cube_shape(r->a, c));
}

/* Places of the picked members on their axis, in its order. */
static bool picked(size_t **at, size_t *count, const struct run *r, const struct node *n,
		   const struct axis *x, const struct node_pick *p)
{
	bool *taken = arena_alloc(r->a, x->count + 1);

	for (size_t i = 0; i < p->members; i++) {
		int32_t place = axis_at(x, p->member[i]);
		char known[200];

		if (place < 0) {
			const char **list = arena_alloc(r->a, (x->count + 1) * sizeof *list);

			memcpy(list, x->member, x->count * sizeof *list);
			text_join(known, sizeof known, list);
			return finding_set(r->f, V708, n->line, p->member[i], p->dim,
					   arena_strdup(r->a, known));
		}
		taken[place] = true;
	}
	*at = arena_alloc(r->a, (x->count + 1) * sizeof **at);
	*count = 0;
	for (size_t i = 0; i < x->count; i++)
		if (taken[i])
			(*at)[(*count)++] = i;
	return true;
}

static const struct axis *narrowed(struct arena *a, const struct axis *x, const size_t *at, size_t count)
{
	struct axis *new = arena_alloc(a, sizeof *new);
	const char **member = arena_alloc(a, (count + 1) * sizeof *member);

	for (size_t i = 0; i < count; i++)
		member[i] = x->member[at[i]];
	*new = (struct axis){ .kind = x->kind, .name = x->name, .count = count, .member = member };
	return new;
}

/* What is left of each axis of the picked cube. */
struct picking {
	size_t *at[CUBE_AXES_MAX];	/* places that are kept; NULL: all */
	size_t count[CUBE_AXES_MAX];
};

/* Copies the kept cells, series by series where periods are whole. */
static void copy_picked(struct cube *out, const struct cube *in, const struct picking *p)
{
	size_t place[CUBE_AXES_MAX] = { 0 }, last = in->axes - 1, width = p->at[last] ? 1 : p->count[last];

	for (size_t o = 0; o < out->count; o += width) {
		size_t cell = 0;

		for (size_t i = 0; i < in->axes; i++)
			cell += (p->at[i] ? p->at[i][place[i]] : place[i]) * cube_stride(in, i);
		memcpy(out->value + o, in->value + cell, width * sizeof *out->value);
		memcpy(out->state + o, in->state + cell, width);
		for (size_t i = width > 1 ? last : in->axes; i-- > 0;) {
			if (++place[i] < p->count[i])
				break;
			place[i] = 0;
		}
	}
}

static bool run_pick(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0);
	const struct axis *axis[CUBE_AXES_MAX];
	struct picking p = { 0 };
	size_t axes = 0;
	struct cube *c;

	for (size_t i = 0; i < n->wheres; i++) {
		int place = cube_axis(in, n->where[i].dim);

		if (place < 0 || in->axis[place]->kind == AXIS_PERIOD)
			return no_dimension(r, n, in, n->where[i].dim);
		if (!picked(&p.at[place], &p.count[place], r, n, in->axis[place], &n->where[i]))
			return false;
	}
	for (size_t i = 0; i < in->axes; i++) {
		if (!p.at[i])
			p.count[i] = in->axis[i]->count;
		if (!p.at[i])
			axis[axes++] = in->axis[i];
		else if (p.count[i] != 1)
			axis[axes++] = narrowed(r->a, in->axis[i], p.at[i], p.count[i]);
	}
	c = cube_new(r->a, axis, axes);
	copy_picked(c, in, &p);
	c->skip = in->skip;
	c->label = in->label;
	for (size_t i = 0; i < in->axes; i++)
		if (p.at[i] && in->axis[i]->kind != AXIS_DIMENSION) {
			*out = c;
			return true;	/* units of other places are not those of this one */
		}
	c->cover = in->cover;
	*out = c;
	return true;
}

/* ------------------------------------------------------------------ by */

static bool names(const struct node *n, const char *axis)
{
	for (size_t i = 0; i < n->lists; i++)
		if (strcmp(n->list[i], axis) == 0)
			return true;
	return false;
}

static void keep(const struct axis **axis, size_t *axes, const struct axis *x)
{
	for (size_t i = 0; i < *axes; i++)
		if (axis[i] == x)
			return;
	if (*axes < CUBE_AXES_MAX)
		axis[(*axes)++] = x;
}

static bool run_by(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0), *weight = n->args > 1 ? run_arg(r, n, 1) : NULL;
	const struct axis *axis[CUBE_AXES_MAX], *periods = run_periods(in), *territory;
	bool whole = periods && names(n, periods->name);	/* the list is complete */
	bool below = names(n, "department") || names(n, "item");
	size_t axes = 0;

	if (in->label && n->over != OVER_FIRST && n->over != OVER_SIZE)
		return run_misfit(r, n, in);
	territory = cells_axis_named(in, "territory");
	if (territory && !whole && !below)
		keep(axis, &axes, territory);
	if (periods)
		keep(axis, &axes, periods);
	for (size_t i = 0; i < n->lists; i++) {
		const struct axis *x = cells_axis_named(in, n->list[i]);

		if (!x)
			return no_dimension(r, n, in, n->list[i]);
		keep(axis, &axes, x);
	}
	*out = cube_group(r->a, in, axis, axes, (enum cube_over)n->over, n->p, weight);
	return *out || finding_set(r->f, V702, n->line, cube_shape(r->a, in),
				   weight ? cube_shape(r->a, weight) : "—");
}

/* ------------------------------------------------------------------ leaves */

/* A mask of the listed territories; of départements where inputs have that grain. */
static bool run_among(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct axis *x = r->d->department ? r->d->department : r->d->territory;
	struct cube *c = cube_new(r->a, &x, 1);

	for (size_t i = 0; i < x->count; i++)
		cube_put(c, i, names(n, x->member[i]), 0);
	*out = c;
	return true;
}

static bool run_const(const struct cube **out, const struct run *r, const struct node *n)
{
	struct cube *c = cube_new(r->a, NULL, 0);

	cube_put(c, 0, n->x, 0);
	if (n->name) {
		struct axis *label = arena_alloc(r->a, sizeof *label);

		*label = (struct axis){ .kind = AXIS_DIMENSION, .name = "text", .count = 1, .member = &n->name };
		c->label = label;
	}
	*out = c;
	return true;
}

static bool run_period_end(const struct cube **out, const struct run *r)
{
	struct cube *c = cube_new(r->a, &r->d->period, 1);
	int step = (int)axis_step(r->d->period);

	for (size_t i = 0; i < c->count; i++)
		cube_put(c, i, period_first_day(period_month(r->d->period->member[i]) + step) - 1, 0);
	*out = c;
	return true;
}

static bool run_coverage(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0);
	const struct axis *axis[CUBE_AXES_MAX];
	size_t axes = 0;
	struct cube *c;

	for (size_t i = 0; i < in->axes; i++)
		if (in->axis[i]->kind != AXIS_DIMENSION)
			axis[axes++] = in->axis[i];
	c = cube_new(r->a, axis, axes);
	for (size_t unit = 0; unit < c->count; unit++) {
		struct cover cover = cells_cover(in, unit);

		if (cover.expected > 0)
			cube_put(c, unit, (double)cover.received / cover.expected, 0);
		else
			cube_put_missing(c, unit, STATE_NOT_APPLICABLE);
	}
	*out = c;
	return true;
}

bool run_dimensions(const struct cube **out, const struct run *r, const struct node *n)
{
	switch (n->op) {
	case OP_CONST:
		return run_const(out, r, n);
	case OP_PERIOD_END:
		return run_period_end(out, r);
	case OP_AMONG:
		return run_among(out, r, n);
	case OP_COVERAGE:
		return run_coverage(out, r, n);
	case OP_PICK:
		return run_pick(out, r, n);
	default:
		return run_by(out, r, n);
	}
}
