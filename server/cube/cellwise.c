/*
 * Operators that look at one cell of each argument: arithmetic, masks, choices.
 *
 * Cells go through in blocks, all contiguous, whatever the shapes: what is repeated is written out
 * a block at a time, so that the loops below are plain loops over arrays.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "cells.h"
#include "run.h"

enum { BLOCK = 256, IN_MAX = 3 };

struct cells {
	const double *value;
	const uint8_t *state;
};

/* ------------------------------------------------------------------ rows */

/* An argument seen along the axes of the result. */
struct operand {
	const struct cube *cube;
	size_t step[CUBE_AXES_MAX];	/* cells to go for one step along each axis of the result; 0: repeated */
	size_t at;			/* its cell at the start of the present row */
	double value[BLOCK];		/* what is repeated along the row, written out */
	uint8_t state[BLOCK];
};

static void operand_start(struct operand *o, const struct cube *c, const struct cube *out)
{
	o->cube = c;
	o->at = 0;
	for (size_t i = 0; i < out->axes; i++) {
		int place = cube_axis(c, out->axis[i]->name);

		o->step[i] = place < 0 ? 0 : cube_stride(c, (size_t)place);
	}
}

/* Makes the present row readable in blocks. */
static void operand_row(struct operand *o, size_t inner)
{
	if (inner != 0)
		return;
	for (size_t i = 0; i < BLOCK; i++)
		o->value[i] = o->cube->value[o->at];
	memset(o->state, o->cube->state[o->at], BLOCK);
}

static struct cells operand_block(const struct operand *o, size_t inner, size_t from)
{
	if (inner == 0)
		return (struct cells){ o->value, o->state };
	return (struct cells){ o->cube->value + o->at + from, o->cube->state + o->at + from };
}

/* Next row: the odometer of all axes but the last one. */
static void next_row(struct operand *in, size_t count, const struct cube *out, size_t *place)
{
	for (size_t axis = out->axes - 1; axis-- > 0;) {
		place[axis]++;
		for (size_t i = 0; i < count; i++)
			in[i].at += in[i].step[axis];
		if (place[axis] < out->axis[axis]->count)
			return;
		for (size_t i = 0; i < count; i++)
			in[i].at -= in[i].step[axis] * place[axis];
		place[axis] = 0;
	}
}

/* ------------------------------------------------------------------ kernels */

/* Where two states meet: the higher reason, all flags. */
static void meet(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t x = a[i] & STATE_MASK, y = b[i] & STATE_MASK;

		out[i] = (uint8_t)((x > y ? x : y) | ((a[i] | b[i]) & STATE_FLAGS));
	}
}

/* After a calculation: 0 where there is no value, no infinity, no -0. */
static void settle(double *value, uint8_t *state, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool there = (state[i] & STATE_MASK) == STATE_VALUE, finite = fabs(value[i]) <= DBL_MAX;

		state[i] = there && !finite ? STATE_OUTSIDE_VALIDITY : state[i];
		value[i] = there && finite ? value[i] + 0.0 : 0.0;
	}
}

static void divide(double *value, uint8_t *state, const double *a, const double *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool zero = (state[i] & STATE_MASK) == STATE_VALUE && b[i] == 0;

		value[i] = a[i] / (b[i] == 0 ? 1 : b[i]);
		state[i] = zero ? (uint8_t)((state[i] & STATE_FLAGS) | STATE_ZERO_DENOMINATOR) : state[i];
	}
}

#define EACH(expression)                                                                           \
	for (size_t i = 0; i < n; i++)                                                             \
		value[i] = (expression);                                                           \
	break

static void arithmetic(double *value, uint8_t *state, const struct node *node, const struct cells *in, size_t n)
{
	const double *a = in[0].value, *b = in[1].value;

	meet(state, in[0].state, in[1].state, n);
	switch (node->op) {
	case OP_ADD: EACH(a[i] + b[i]);
	case OP_SUB: EACH(a[i] - b[i]);
	case OP_MUL: EACH(a[i] * b[i]);
	case OP_GE: EACH(a[i] >= b[i]);
	case OP_GT: EACH(a[i] > b[i]);
	case OP_LE: EACH(a[i] <= b[i]);
	case OP_LT: EACH(a[i] < b[i]);
	case OP_EQ: EACH(a[i] == b[i]);
	case OP_AND: EACH(a[i] != 0 && b[i] != 0);
	case OP_OR: EACH(a[i] != 0 || b[i] != 0);
	default:
		divide(value, state, a, b, n);
	}
	settle(value, state, n);
}

static double round_to(double x, int digits)
{
	double scale = pow(10, digits), y = x * scale;

	return isfinite(y) ? round(y) / scale : x;
}

static void of_one(double *value, uint8_t *state, const struct node *node, const struct cells *in, size_t n)
{
	const double *a = in[0].value;

	memcpy(state, in[0].state, n);
	switch (node->op) {
	case OP_NEG: EACH(-a[i]);
	case OP_ABS: EACH(fabs(a[i]));
	case OP_SQRT: EACH(sqrt(a[i]));
	case OP_LOG: EACH(log(a[i]));
	case OP_CLIP: EACH(a[i] < node->a ? node->a : a[i] > node->b ? node->b : a[i]);
	case OP_BETWEEN: EACH(a[i] >= node->a && a[i] <= node->b);
	case OP_NOT: EACH(a[i] == 0);
	default: EACH(round_to(a[i], node->n));
	}
	settle(value, state, n);
}

#undef EACH

/* Missing or not is itself known; what does not apply or is hidden stays so. */
static void is_missing(double *value, uint8_t *state, const struct cells *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t s = in[0].state[i] & STATE_MASK;
		bool other = s == STATE_NOT_APPLICABLE || s == STATE_SUPPRESSED;

		value[i] = s != STATE_VALUE && !other;
		state[i] = other ? in[0].state[i] : (uint8_t)(in[0].state[i] & STATE_FLAGS);
	}
}

static void fill(double *value, uint8_t *state, const struct node *node, const struct cells *in, size_t n)
{
	is_missing(value, state, in, n);
	for (size_t i = 0; i < n; i++)
		value[i] = value[i] != 0 ? node->x : in[0].value[i];
}

/* The mask's state where it has no value; else what it points to. */
static void choose(double *value, uint8_t *state, const struct cells *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct cells *from = (in[0].state[i] & STATE_MASK) != STATE_VALUE ? &in[0]
					 : in[0].value[i] != 0 ? &in[1] : &in[2];

		value[i] = from == &in[0] ? 0 : from->value[i];
		state[i] = from == &in[0] ? in[0].state[i]
					  : (uint8_t)(from->state[i] | (in[0].state[i] & STATE_FLAGS));
	}
}

/* What the mask refuses, or does not know, is as if it had never been. */
static void where(double *value, uint8_t *state, const struct cells *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t mask = in[1].state[i] & STATE_MASK;
		bool in_it = mask == STATE_VALUE && in[1].value[i] != 0;

		value[i] = in_it ? in[0].value[i] : 0;
		state[i] = in_it ? (uint8_t)(in[0].state[i] | (in[1].state[i] & STATE_FLAGS))
			 : mask == STATE_SUPPRESSED ? STATE_SUPPRESSED : STATE_NOT_APPLICABLE;
	}
}

static void kernel(double *value, uint8_t *state, const struct node *node, const struct cells *in, size_t n)
{
	if (node->op == OP_IS_MISSING)
		is_missing(value, state, in, n);
	else if (node->op == OP_FILL)
		fill(value, state, node, in, n);
	else if (node->op == OP_CHOOSE)
		choose(value, state, in, n);
	else if (node->op == OP_WHERE)
		where(value, state, in, n);
	else if (node->args == 2)
		arithmetic(value, state, node, in, n);
	else
		of_one(value, state, node, in, n);
}

/* ------------------------------------------------------------------ the loop */

static bool all_alike(const struct operand *in, size_t count, const struct cube *out)
{
	for (size_t i = 0; i < count; i++)
		if (in[i].cube->count != out->count && in[i].cube->count != 1)
			return false;
	return true;
}

static void run_rows(struct cube *out, struct operand *in, size_t count, const struct node *n)
{
	size_t place[CUBE_AXES_MAX] = { 0 }, last = out->axes ? out->axes - 1 : 0;
	bool flat = out->axes == 0 || all_alike(in, count, out);
	size_t width = flat ? out->count : out->axis[last]->count, rows = width ? out->count / width : 0;

	for (size_t row = 0; row < rows; row++) {
		size_t inner[IN_MAX];

		for (size_t i = 0; i < count; i++) {
			inner[i] = flat ? in[i].cube->count > 1 : in[i].step[last];
			operand_row(&in[i], inner[i]);
		}
		for (size_t from = 0; from < width; from += BLOCK) {
			size_t cells = width - from < BLOCK ? width - from : BLOCK, at = row * width + from;
			struct cells block[IN_MAX];

			for (size_t i = 0; i < count; i++)
				block[i] = operand_block(&in[i], inner[i], from);
			kernel(out->value + at, out->state + at, n, block, cells);
		}
		if (!flat && row + 1 < rows)
			next_row(in, count, out, place);
	}
}

/* ------------------------------------------------------------------ texts */

/* The texts of both lists, in order. */
static const struct axis *both_lists(struct arena *a, const struct axis *x, const struct axis *y)
{
	struct axis *both = arena_alloc(a, sizeof *both);
	const char **member = arena_alloc(a, (x->count + y->count + 1) * sizeof *member);
	size_t i = 0, k = 0;

	*both = *x;
	both->member = member;
	both->count = 0;
	while (i < x->count || k < y->count) {
		int order = i == x->count ? 1 : k == y->count ? -1 : strcmp(x->member[i], y->member[k]);

		member[both->count++] = order <= 0 ? x->member[i] : y->member[k];
		i += order <= 0;
		k += order >= 0;
	}
	return both;
}

/* `c` with the places of a list that has all of its texts. */
static const struct cube *relabelled(struct arena *a, const struct cube *c, const struct axis *label)
{
	struct cube *new = cube_new(a, c->axis, c->axes);

	memcpy(new->state, c->state, c->count);
	for (size_t i = 0; i < c->count; i++)
		if ((c->state[i] & STATE_MASK) == STATE_VALUE)
			new->value[i] = axis_at(label, c->label->member[(size_t)c->value[i]]);
	new->skip = c->skip;
	new->cover = c->cover;
	new->label = label;
	return new;
}

/* Texts can be chosen, kept, asked whether they are there, and be equal; nothing else. */
static bool texts_fit(const struct axis **label, const struct run *r, const struct node *n, const struct cube **in)
{
	int first = n->op == OP_CHOOSE ? 1 : 0, last = n->op == OP_WHERE ? 0 : n->args - 1;

	*label = NULL;
	for (int i = 0; i < n->args; i++) {
		if (!in[i]->label)
			continue;
		if (i < first || i > last ||
		    (n->op != OP_EQ && n->op != OP_CHOOSE && n->op != OP_WHERE && n->op != OP_IS_MISSING))
			return run_misfit(r, n, in[i]);
		if (last == first + 1 && !in[i == first ? last : first]->label)
			return run_misfit(r, n, in[i == first ? last : first]);
		*label = in[first]->label;
	}
	if (!*label)
		return true;
	if (last == first + 1 && !axis_same(in[first]->label, in[last]->label))
		*label = both_lists(r->a, in[first]->label, in[last]->label);
	for (int i = first; i <= last; i++)
		if (!axis_same(in[i]->label, *label))
			in[i] = relabelled(r->a, in[i], *label);
	return true;
}

static bool tells_units(const struct cube *c)
{
	for (size_t unit = 0; c->cover && unit < cells_units(c); unit++)
		if (c->cover[unit].expected > 0)
			return true;
	return false;
}

/* Units that a mask leaves out for when or where they are, and not for a figure that was told, were not asked. */
static void leave_units(struct arena *a, struct cube *c, const struct cube *mask)
{
	size_t units = cells_units(c);
	struct cover *cover;
	bool *stays;

	if (!c->cover || tells_units(mask))
		return;
	cover = arena_alloc(a, (units + 1) * sizeof *cover);
	stays = arena_alloc(a, units + 1);
	for (size_t cell = 0; cell < c->count; cell++)
		if ((c->state[cell] & STATE_MASK) != STATE_NOT_APPLICABLE)
			stays[cells_unit_of(c, cell)] = true;
	for (size_t unit = 0; unit < units; unit++)
		if (stays[unit])
			cover[unit] = c->cover[unit];
	c->cover = cover;
}

bool run_cellwise(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *cube[IN_MAX];
	struct operand *in = arena_alloc(r->a, IN_MAX * sizeof *in);
	const struct axis *label;
	struct cube *c;

	for (int i = 0; i < n->args; i++)
		cube[i] = run_arg(r, n, i);
	if (!texts_fit(&label, r, n, cube))
		return false;
	if (!run_join(&c, r, n, cube, (size_t)n->args))
		return false;
	for (int i = 0; i < n->args; i++)
		operand_start(&in[i], cube[i], c);
	run_rows(c, in, (size_t)n->args, n);
	c->label = n->op == OP_CHOOSE || n->op == OP_WHERE ? label : NULL;
	if (n->op == OP_WHERE)
		leave_units(r->a, c, cube[1]);
	*out = c;
	return true;
}
