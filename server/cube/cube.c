/*
 * Cubes: cells along axes, their states, and what they are told as.
 */
#include "cube.h"

#include <math.h>
#include <string.h>

/* ------------------------------------------------------------------ states */

static const char *const reasons[STATE_MASK + 1] = {
	[STATE_NOT_REPORTED] = "not_reported",
	[STATE_EMPTY] = "not_reported",
	[STATE_NOT_DUE_YET] = "not_due_yet",
	[STATE_TOO_FEW_POINTS] = "too_few_points",
	[STATE_NO_TREND] = "no_trend",
	[STATE_COVERAGE_BELOW_MINIMUM] = "coverage_below_minimum",
	[STATE_ZERO_DENOMINATOR] = "zero_denominator",
	[STATE_OUTSIDE_VALIDITY] = "outside_validity",
	[STATE_PLUGIN_FAILED] = "plugin_failed",
	[STATE_OTHER] = "other",
	[STATE_SUPPRESSED] = "small_count",
};

const char *state_name(uint8_t state)
{
	switch (state & STATE_MASK) {
	case STATE_VALUE:
		return "value";
	case STATE_NOT_APPLICABLE:
		return "not_applicable";
	case STATE_SUPPRESSED:
		return "suppressed";
	default:
		return "missing";
	}
}

const char *state_reason(uint8_t state)
{
	return reasons[state & STATE_MASK];
}

uint8_t state_of_reason(const char *reason)
{
	for (uint8_t i = 0; i < STATE_SUPPRESSED; i++)
		if (reasons[i] && strcmp(reasons[i], reason) == 0)
			return i;
	return STATE_VALUE;
}

/* ------------------------------------------------------------------ cubes */

static int axis_order(const struct axis *a, const struct axis *b)
{
	return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->name, b->name);
}

struct cube *cube_new(struct arena *a, const struct axis *const *axis, size_t axes)
{
	struct cube *c = arena_alloc(a, sizeof *c);

	c->count = 1;
	for (size_t i = 0; i < axes && i < CUBE_AXES_MAX; i++) {
		size_t at = c->axes++;

		for (; at > 0 && axis_order(c->axis[at - 1], axis[i]) > 0; at--)
			c->axis[at] = c->axis[at - 1];
		c->axis[at] = axis[i];
		c->count *= axis[i]->count;
	}
	c->value = arena_alloc(a, c->count * sizeof *c->value);
	c->state = arena_alloc(a, c->count);
	memset(c->state, STATE_NOT_REPORTED, c->count);
	return c;
}

int cube_axis(const struct cube *c, const char *name)
{
	for (size_t i = 0; i < c->axes; i++)
		if (strcmp(c->axis[i]->name, name) == 0)
			return (int)i;
	return -1;
}

size_t cube_stride(const struct cube *c, size_t i)
{
	size_t stride = 1;

	while (++i < c->axes)
		stride *= c->axis[i]->count;
	return stride;
}

void cube_put(struct cube *c, size_t cell, double value, unsigned flags)
{
	if (!isfinite(value)) {
		cube_put_missing(c, cell, STATE_OUTSIDE_VALIDITY);
		return;
	}
	c->value[cell] = value + 0.0;	/* not -0 */
	c->state[cell] = (uint8_t)(STATE_VALUE | (flags & STATE_FLAGS));
}

void cube_put_missing(struct cube *c, size_t cell, enum state state)
{
	c->value[cell] = 0;
	c->state[cell] = (uint8_t)state;
}

const char *cube_shape(struct arena *a, const struct cube *c)
{
	const char *text = "", *after = "";

	for (size_t i = 0; i < c->axes; i++) {
		const struct axis *x = c->axis[i];

		if (x->kind == AXIS_DIMENSION || x->kind == AXIS_PERIOD)
			continue;
		text = arena_printf(a, "%s%s%s", text, *text ? " × " : "", x->name);
	}
	for (size_t i = 0; i < c->axes; i++) {
		const struct axis *x = c->axis[i];

		if (x->kind == AXIS_PERIOD)
			text = arena_printf(a, "%s%s%s", text, *text ? " × " : "", x->name);
		else if (x->kind == AXIS_DIMENSION)
			after = arena_printf(a, "%s × %s", after, x->name);
	}
	text = arena_printf(a, "%s%s", text, after);
	return strncmp(text, " × ", 4) == 0 ? text + 4 : *text ? text : "—";
}
