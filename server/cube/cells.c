/*
 * Cells repeated and multiplied; the reporting units behind them.
 */
#include "cells.h"

/* ------------------------------------------------------------------ cells */

struct cube *cells_repeated(struct arena *a, const struct cube *like, const struct cube *small)
{
	struct cube *out = cube_new(a, like->axis, like->axes);
	size_t step[CUBE_AXES_MAX] = { 0 };

	for (size_t i = 0; i < small->axes; i++) {
		int axis = cube_axis(like, small->axis[i]->name);

		if (axis < 0 || !axis_same(like->axis[axis], small->axis[i]))
			return NULL;
		step[axis] = cube_stride(small, i);
	}
	for (size_t cell = 0; cell < out->count; cell++) {
		size_t rest = cell, at = 0;

		for (size_t i = out->axes; i-- > 0;) {
			at += rest % out->axis[i]->count * step[i];
			rest /= out->axis[i]->count;
		}
		out->value[cell] = small->value[at];
		out->state[cell] = small->state[at];
	}
	out->skip = small->skip;
	return out;
}

struct cube *cells_product(struct arena *a, const struct cube *x, const struct cube *y)
{
	struct cube *out = cube_new(a, x->axis, x->axes);

	for (size_t i = 0; i < out->count; i++) {
		uint8_t state = cells_meet(x->state[i], y->state[i]);

		if ((state & STATE_MASK) == STATE_VALUE)
			cube_put(out, i, x->value[i] * y->value[i], state);
		else
			cube_put_missing(out, i, state);
	}
	return out;
}

/* ------------------------------------------------------------------ units */

size_t cells_units(const struct cube *c)
{
	size_t units = 1;

	for (size_t i = 0; i < c->axes; i++)
		if (c->axis[i]->kind != AXIS_DIMENSION)
			units *= c->axis[i]->count;
	return units;
}

size_t cells_unit_stride(const struct cube *c, size_t i)
{
	size_t stride = 1;

	if (c->axis[i]->kind == AXIS_DIMENSION)
		return 0;
	while (++i < c->axes)
		if (c->axis[i]->kind != AXIS_DIMENSION)
			stride *= c->axis[i]->count;
	return stride;
}

size_t cells_unit_of(const struct cube *c, size_t cell)
{
	size_t unit = 0;

	for (size_t i = c->axes; i-- > 0;) {
		unit += cell % c->axis[i]->count * cells_unit_stride(c, i);
		cell /= c->axis[i]->count;
	}
	return unit;
}

struct cover cells_cover(const struct cube *c, size_t unit)
{
	size_t first = 0, step = 1, inner = 1, dims = 1;
	struct cover cover = { 0, 0 };

	if (c->cover)
		return c->cover[unit];
	for (size_t i = c->axes; i-- > 0;) {	/* dimensions are neighbours in the order of axes */
		size_t count = c->axis[i]->count;

		if (c->axis[i]->kind == AXIS_DIMENSION) {
			step = dims == 1 ? inner : step;
			dims *= count;
		} else {
			first += unit % count * inner;
			unit /= count;
		}
		inner *= count;
	}
	for (size_t k = 0; k < dims && first + k * step < c->count; k++) {
		uint8_t state = c->state[first + k * step];

		if ((state & STATE_MASK) != STATE_NOT_APPLICABLE)
			cover.expected = 1;
		if ((state & (STATE_MASK | STATE_CARRIED)) == STATE_VALUE)
			cover.received = 1;
	}
	return cover;
}

struct cover cube_worse(struct cover a, struct cover b)
{
	bool less = (uint64_t)b.received * a.expected < (uint64_t)a.received * b.expected;

	return b.expected > 0 && (a.expected == 0 || less) ? b : a;
}

struct cover cube_cover(const struct cube *c, size_t cell)
{
	return cells_cover(c, cells_unit_of(c, cell));
}
