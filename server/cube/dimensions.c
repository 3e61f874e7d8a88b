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

/* Which members of the axis are picked. */
static bool picked(const bool **out, const struct run *r, const struct node *n, const struct axis *x,
		   const struct node_pick *p)
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
	*out = taken;
	return true;
}

/* What a pick leaves of each axis of its argument. */
static bool picked_axes(struct cells_picked *out, const struct run *r, const struct node *n, const struct cube *in)
{
	*out = (struct cells_picked){ { NULL } };
	for (size_t i = 0; i < n->wheres; i++) {
		int place = cube_axis(in, n->where[i].dim);

		if (place < 0 || in->axis[place]->kind == AXIS_PERIOD)
			return no_dimension(r, n, in, n->where[i].dim);
		if (!picked(&out->member[place], r, n, in->axis[place], &n->where[i]))
			return false;
	}
	return true;
}

/* The places of the picked members, in the order of the axis. */
static void list_places(struct arena *a, size_t **at, size_t *count, const bool *picked_members, size_t members)
{
	*at = arena_alloc(a, (members + 1) * sizeof **at);
	*count = 0;
	for (size_t i = 0; i < members; i++)
		if (picked_members[i])
			(*at)[(*count)++] = i;
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
	struct cells_picked only;
	size_t axes = 0;
	struct cube *c;

	if (!picked_axes(&only, r, n, in))
		return false;
	for (size_t i = 0; i < in->axes; i++) {
		p.count[i] = in->axis[i]->count;
		if (only.member[i])
			list_places(r->a, &p.at[i], &p.count[i], only.member[i], in->axis[i]->count);
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

/*
 * The cube to group: where the argument is a pick that nothing else reads, what it picks from, so that
 * the picked cells need not be copied first.
 */
static const struct cube *group_source(struct cells_picked *only, const struct run *r, const struct node *n)
{
	const struct node *pick = &r->g->node[n->arg[0]];
	const struct cube *from;

	*only = (struct cells_picked){ { NULL } };
	if (!r->fused[n->arg[0]])
		return run_arg(r, n, 0);
	from = run_arg(r, pick, 0);
	return picked_axes(only, r, pick, from) ? from : NULL;
}

bool run_fuses(const struct graph *g, int pick, int by)
{
	const struct node *p = &g->node[pick], *n = &g->node[by];

	if (p->op != OP_PICK || n->op != OP_BY || n->args > 1)
		return false;
	for (size_t i = 0; i < p->wheres; i++)
		if (names(n, p->where[i].dim) || strcmp(p->where[i].dim, "territory") == 0)
			return false;	/* the narrowed axis is told */
	return true;
}

static bool run_by(const struct cube **out, const struct run *r, const struct node *n)
{
	struct cells_picked only;
	const struct cube *in = group_source(&only, r, n), *weight = n->args > 1 ? run_arg(r, n, 1) : NULL;
	const struct axis *axis[CUBE_AXES_MAX], *periods, *territory;
	bool below = names(n, "department") || names(n, "item"), whole;
	size_t axes = 0;

	if (!in)
		return false;
	periods = run_periods(in);
	whole = periods && names(n, periods->name);	/* the list is complete */
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
	*out = cells_group(r->a, in, axis, axes, (enum cube_over)n->over, n->p, weight, &only);
	return *out || finding_set(r->f, V702, n->line, cube_shape(r->a, in),
				   weight ? cube_shape(r->a, weight) : "—");
}

/* ------------------------------------------------------------------ leaves */

/* A mask of the listed territories; of départements where inputs have that grain. */
static bool run_among(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct axis *x = r->d->territory;
	struct cube *c;

	for (size_t i = 0; i < r->d->inputs; i++)
		if (cube_axis(r->d->input[i].cube, "department") >= 0)
			x = r->d->department;
	c = cube_new(r->a, &x, 1);

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
