/*
 * The shape in which several cubes meet.
 */
#include <string.h>

#include "cells.h"
#include "run.h"

static bool same_member_lists(const struct cube *c, const struct axis *x)
{
	for (size_t i = 0; i < c->axes; i++)
		if (c->axis[i]->kind == x->kind && strcmp(c->axis[i]->name, x->name) == 0)
			return axis_same(c->axis[i], x);
	return true;
}

static bool is_place(const struct axis *x)
{
	return x->kind == AXIS_TERRITORY || x->kind == AXIS_DEPARTMENT || x->kind == AXIS_ITEM;
}

/* May the axis join those of `c`?  At most one place and one length of periods. */
static bool joins(const struct cube *c, const struct axis *x)
{
	for (size_t i = 0; i < c->axes; i++) {
		const struct axis *y = c->axis[i];

		if (((is_place(x) && is_place(y)) || x->kind == AXIS_PERIOD) &&
		    (x->kind == y->kind || is_place(x)) && strcmp(x->name, y->name) != 0)
			return false;
	}
	return same_member_lists(c, x);
}

static bool has_axis(const struct cube *c, const struct axis *x)
{
	return cube_axis(c, x->name) >= 0;
}

/* "age[minor]": the shape with the members of the dimensions, where names alone would look equal. */
static const char *full_shape(const struct run *r, const struct cube *c, const struct cube *other)
{
	const char *text = cube_shape(r->a, c);

	for (size_t i = 0; i < c->axes; i++) {
		const struct axis *x = c->axis[i];

		if (same_member_lists(other, x))
			continue;
		text = arena_printf(r->a, "%s (%s:", text, x->name);
		for (size_t k = 0; k < x->count && k < 4; k++)
			text = arena_printf(r->a, "%s %s%s", text, x->member[k], k + 1 < x->count ? "," : "");
		text = arena_printf(r->a, "%s%s)", text, x->count > 4 ? " …" : "");
	}
	return text;
}

/* True when both have the same axes but for dimensions, and so the same units. */
static bool same_units(const struct cube *a, const struct cube *b)
{
	if (cells_units(a) != cells_units(b))
		return false;
	for (size_t i = 0; i < a->axes; i++)
		if (a->axis[i]->kind != AXIS_DIMENSION && !has_axis(b, a->axis[i]))
			return false;
	return true;
}

/* The units of those that count them; where several do, the smaller share of each. */
static void join_cover(struct arena *a, struct cube *out, const struct cube *const *in, size_t count)
{
	struct cover *cover = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!in[i]->cover || in[i]->cover == out->cover || !same_units(in[i], out))
			continue;
		if (!out->cover) {
			out->cover = in[i]->cover;
			continue;
		}
		if (!cover) {
			cover = arena_alloc(a, (cells_units(out) + 1) * sizeof *cover);
			memcpy(cover, out->cover, cells_units(out) * sizeof *cover);
			out->cover = cover;
		}
		for (size_t u = 0; u < cells_units(out); u++)
			cover[u] = cube_worse(cover[u], in[i]->cover[u]);
	}
}

bool run_join(struct cube **out, const struct run *r, const struct node *n, const struct cube *const *in,
	      size_t count)
{
	const struct axis *axis[CUBE_AXES_MAX] = { NULL };
	size_t axes = 0;
	struct cube *c;
	bool skip = true, any = false;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++)
			for (size_t j = 0; j < in[i]->axes; j++)
				if (!joins(in[k], in[i]->axis[j]))
					return finding_set(r->f, V702, n->line, full_shape(r, in[k], in[i]),
							   full_shape(r, in[i], in[k]), node_op_name(n->op));
		for (size_t j = 0; j < in[i]->axes; j++) {
			bool known = false;

			for (size_t k = 0; k < i; k++)
				known = known || has_axis(in[k], in[i]->axis[j]);
			if (!known && axes == CUBE_AXES_MAX)
				return finding_set(r->f, V703, n->line, cube_shape(r->a, in[i]));
			if (!known)
				axis[axes++] = in[i]->axis[j];
		}
		/* what `where` asks of each cell has no holes that its sums could trip over */
		skip = skip && (in[i]->skip || in[i]->axes == 0 || (n->op == OP_WHERE && i == 1));
		any = any || in[i]->axes > 0;
	}
	c = cube_new(r->a, axis, axes);
	c->skip = skip && any;
	join_cover(r->a, c, in, count);
	*out = c;
	return true;
}
