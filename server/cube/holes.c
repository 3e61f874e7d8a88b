/*
 * Holes of an input, as its declaration wants them.
 */
#include "cube.h"

/* The cells of one group of `complete`: those that differ along some of the axes only. */
struct members {
	size_t count;		/* product of those axes */
	size_t axis[CUBE_AXES_MAX], axes;
};

static size_t member_cell(const struct cube *c, const struct members *m, size_t first, size_t which)
{
	for (size_t i = m->axes; i-- > 0;) {
		size_t count = c->axis[m->axis[i]]->count;

		first += which % count * cube_stride(c, m->axis[i]);
		which /= count;
	}
	return first;
}

/* Is this cell the first one of its group? */
static bool is_first(const struct cube *c, const struct members *m, size_t cell)
{
	for (size_t i = 0; i < m->axes; i++)
		if (cell / cube_stride(c, m->axis[i]) % c->axis[m->axis[i]]->count != 0)
			return false;
	return true;
}

static bool is_missing(uint8_t state)
{
	uint8_t s = state & STATE_MASK;

	return s != STATE_VALUE && s < STATE_NOT_APPLICABLE;
}

void cube_complete(struct cube *c, const char *const *dims, size_t count)
{
	struct members m = { .count = 1 };

	for (size_t i = 0; i < count; i++) {
		int axis = cube_axis(c, dims[i]);

		if (axis < 0 || m.axes == CUBE_AXES_MAX)
			continue;
		m.axis[m.axes++] = (size_t)axis;
		m.count *= c->axis[axis]->count;
	}
	for (size_t cell = 0; cell < c->count && m.axes; cell++) {
		bool hole = false;

		if (!is_first(c, &m, cell))
			continue;
		for (size_t i = 0; i < m.count; i++)
			hole = hole || is_missing(c->state[member_cell(c, &m, cell, i)]);
		for (size_t i = 0; hole && i < m.count; i++) {
			size_t at = member_cell(c, &m, cell, i);

			if ((c->state[at] & STATE_MASK) == STATE_VALUE)
				cube_put_missing(c, at, STATE_NOT_REPORTED);
		}
	}
}

static void fill_zero(struct cube *c, size_t row, size_t first, size_t last)
{
	for (size_t t = first; t <= last; t++)
		if ((c->state[row + t] & STATE_MASK) == STATE_NOT_REPORTED)
			cube_put(c, row + t, 0, c->state[row + t]);
}

static void fill_carry(struct cube *c, size_t row, size_t last)
{
	bool known = false;
	size_t from = 0;

	for (size_t t = 0; t <= last; t++) {
		uint8_t state = c->state[row + t] & STATE_MASK;

		if (state != STATE_NOT_REPORTED) {
			known = state == STATE_VALUE;
			from = t;
		} else if (known) {
			cube_put(c, row + t, c->value[row + from], c->state[row + from] | STATE_CARRIED);
		}
	}
}

void cube_fill(struct cube *c, enum cube_missing how, size_t first, size_t last)
{
	size_t periods = c->axes ? c->axis[c->axes - 1]->count : 0;

	c->skip = how != MISSING_NA;
	if (periods == 0 || c->axis[c->axes - 1]->kind != AXIS_PERIOD || (how != MISSING_ZERO && how != MISSING_CARRY))
		return;
	last = last < periods ? last : periods - 1;
	for (size_t row = 0; row < c->count; row += periods) {
		if (how == MISSING_ZERO)
			fill_zero(c, row, first, last);
		else
			fill_carry(c, row, last);
	}
}
