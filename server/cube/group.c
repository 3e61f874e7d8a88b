/*
 * Grouping: a cube over fewer or coarser axes.
 *
 * Cells are taken in their order, so every sum has one order whatever the rows came in.  Where
 * periods are kept, whole series are added at once: loops over arrays, a compensation a cell.
 */
#include <math.h>
#include <string.h>

#include "cells.h"
#include "stat.h"

/* What has been seen of a group. */
enum { SEEN_VALUE = 1, SEEN_MISSING = 2, SEEN_OTHER = 4, SEEN_SUPPRESSED = 8 };

/* Doubles: a page, where the processor stops looking ahead by itself; a line of its cache. */
enum { AHEAD = 512, LINE = 8 };

struct grouping {
	const struct cube *in;
	struct cube *out;
	enum cube_over over;
	int64_t *go[CUBE_AXES_MAX];	/* as cells_ways() */
	double *rest;			/* compensation, or the sum of the weights */
	double *true_cells;		/* of a share */
	uint32_t *values;		/* cells that have one */
	uint8_t *seen, *worst, *flags;	/* worst: the highest missing state */
	bool plain;			/* every cell of `in` is a value without a flag */
	size_t row, row_count;		/* rows added to the groups from `row` on but not counted yet */
};

/* ------------------------------------------------------------------ axes */

/* How axis `x` is reached from axis `from`: places of its members, NULL: the same axis.  False: not at all. */
static bool reaches(const int32_t **at, const struct axis *from, const struct axis *x)
{
	*at = NULL;
	if (axis_same(from, x))
		return true;
	for (size_t i = 0; i < from->links; i++)
		if (axis_same(from->link[i].to, x)) {
			*at = from->link[i].at;
			return true;
		}
	return false;
}

/* Adds the way from axis `from` of the input to axis `to` of the result. */
static void add_way(int64_t *go, const struct axis *from, const int32_t *at, size_t stride)
{
	for (size_t m = 0; m < from->count; m++) {
		int64_t place = at ? at[m] : (int64_t)m;

		go[m] = place < 0 || go[m] < 0 ? -1 : go[m] + place * (int64_t)stride;
	}
}

bool cells_ways(struct arena *a, int64_t *go[CUBE_AXES_MAX], const struct cube *in, const struct cube *out,
		size_t (*stride)(const struct cube *, size_t))
{
	for (size_t i = 0; i < in->axes; i++)
		go[i] = arena_alloc(a, (in->axis[i]->count + 1) * sizeof **go);
	for (size_t k = 0; k < out->axes; k++) {
		size_t i = 0;
		const int32_t *at;

		while (i < in->axes && !reaches(&at, in->axis[i], out->axis[k]))
			i++;
		if (i == in->axes)
			return false;
		add_way(go[i], in->axis[i], at, stride(out, k));
	}
	return true;
}

const struct axis *cells_axis_named(const struct cube *c, const char *name)
{
	int own = cube_axis(c, name);

	if (own >= 0)
		return c->axis[own];
	for (size_t i = 0; i < c->axes; i++)
		for (size_t k = 0; k < c->axis[i]->links; k++)
			if (strcmp(c->axis[i]->link[k].to->name, name) == 0)
				return c->axis[i]->link[k].to;
	return NULL;
}

/* ------------------------------------------------------------------ adding */

static void take_value(struct grouping *g, size_t o, double x)
{
	double *sum = &g->out->value[o];

	switch (g->over) {
	case OVER_MIN:
		*sum = g->values[o] == 0 || x < *sum ? x : *sum;
		break;
	case OVER_MAX:
		*sum = g->values[o] == 0 || x > *sum ? x : *sum;
		break;
	case OVER_FIRST:
		*sum = g->values[o] == 0 ? x : *sum;
		break;
	case OVER_COUNT:
	case OVER_SHARE:
		*sum += x != 0;
		break;
	default:
		cells_add(sum, &g->rest[o], &x, 1);
	}
	g->values[o]++;
}

static void take_state(struct grouping *g, size_t o, uint8_t state)
{
	uint8_t s = state & STATE_MASK;

	if (s == STATE_VALUE) {
		g->seen[o] |= SEEN_VALUE;
		g->flags[o] |= state & STATE_FLAGS;
	} else if (s == STATE_SUPPRESSED) {
		g->seen[o] |= SEEN_SUPPRESSED;
	} else if (s == STATE_NOT_APPLICABLE) {
		g->seen[o] |= SEEN_OTHER;
	} else {
		g->seen[o] |= SEEN_MISSING;
		if (g->worst[o] < s)
			g->worst[o] = s;
	}
}

/* Counts the whole rows that were added to one run of groups; the next ones go to those from `o` on. */
static void count_rows(struct grouping *g, size_t o, size_t n)
{
	for (size_t i = 0; g->row_count > 0 && i < n; i++) {
		g->values[g->row + i] += (uint32_t)g->row_count;
		g->seen[g->row + i] |= SEEN_VALUE;
	}
	g->row = o;
	g->row_count = 0;
}

/* A run of cells whose groups are neighbours too. */
static void take_row(struct grouping *g, size_t o, size_t cell, size_t n)
{
	const double *x = g->in->value + cell;
	const uint8_t *state = g->in->state + cell;

	if ((g->over == OVER_SUM || g->over == OVER_MEAN) && n > 1 && (g->plain || cells_plain(state, n))) {
		if (o != g->row)
			count_rows(g, o, n);
		g->row_count++;
		for (size_t i = AHEAD; i < AHEAD + n && cell + i < g->in->count; i += LINE)
			__builtin_prefetch(x + i);
		cells_add(g->out->value + o, g->rest + o, x, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		take_state(g, o + i, state[i]);
		if ((state[i] & STATE_MASK) == STATE_VALUE)
			take_value(g, o + i, x[i]);
	}
}

/* ------------------------------------------------------------------ going through */

/* Are neighbours along the last axis neighbours in the result too, all of them? */
static bool keeps_rows(const struct grouping *g, size_t last, size_t width)
{
	for (size_t i = 0; i < width; i++)
		if (g->go[last][i] != (int64_t)i)
			return false;
	return width > 1;
}

/* Calls `take` with each cell of `in` and its place in `out`, in order, in runs of neighbours. */
static void go_through(struct grouping *g, void (*take)(struct grouping *g, size_t o, size_t cell, size_t n))
{
	const struct cube *in = g->in;
	size_t last = in->axes ? in->axes - 1 : 0, width = in->axes ? in->axis[last]->count : 1;
	size_t place[CUBE_AXES_MAX] = { 0 };
	bool whole = in->axes > 0 && keeps_rows(g, last, width);

	for (size_t cell = 0; cell < in->count; cell += width) {
		int64_t o = 0;

		for (size_t i = 0; i < last && o >= 0; i++)
			o = g->go[i][place[i]] < 0 ? -1 : o + g->go[i][place[i]];
		if (o >= 0 && whole)
			take(g, (size_t)o, cell, width);
		for (size_t i = 0; i < width && o >= 0 && !whole; i++)
			if (in->axes == 0 || g->go[last][i] >= 0)
				take(g, (size_t)(o + (in->axes ? g->go[last][i] : 0)), cell + i, 1);
		for (size_t i = last; i-- > 0;) {
			if (++place[i] < in->axis[i]->count)
				break;
			place[i] = 0;
		}
	}
	count_rows(g, 0, width);
}

/* ------------------------------------------------------------------ sorted and weighted groups */

struct sorting {
	struct grouping g;
	size_t *begin;		/* of each group in `sample` */
	double *sample;
};

static void count_values(struct grouping *g, size_t o, size_t cell, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		take_state(g, o + i, g->in->state[cell + i]);
		g->values[o + i] += (g->in->state[cell + i] & STATE_MASK) == STATE_VALUE;
	}
}

static void keep_values(struct grouping *g, size_t o, size_t cell, size_t n)
{
	struct sorting *s = (struct sorting *)g;

	for (size_t i = 0; i < n; i++)
		if ((g->in->state[cell + i] & STATE_MASK) == STATE_VALUE)
			s->sample[s->begin[o + i]++] = g->in->value[cell + i];
}

static void quantiles(struct arena *a, struct grouping *g, double p)
{
	struct sorting s = { .g = *g };
	size_t total = 0;

	go_through(g, count_values);
	s.begin = arena_alloc(a, (g->out->count + 1) * sizeof *s.begin);
	for (size_t o = 0; o < g->out->count; o++) {
		s.begin[o] = total;
		total += g->values[o];
	}
	s.sample = arena_alloc(a, (total + 1) * sizeof *s.sample);
	go_through(&s.g, keep_values);
	for (size_t o = 0; o < g->out->count; o++)	/* `begin` has moved to the end of each group */
		if (g->values[o] > 0)
			g->out->value[o] = stat_quantile(s.sample + s.begin[o] - g->values[o], g->values[o], p);
}

struct weighing {
	struct grouping g;
	const struct cube *weighted, *weight;	/* over the axes of `in` */
};

static void take_weighted(struct grouping *g, size_t o, size_t cell, size_t n)
{
	struct weighing *w = (struct weighing *)g;

	for (size_t i = 0; i < n; i++) {
		uint8_t state = w->weighted->state[cell + i];

		take_state(g, o + i, state);
		if ((state & STATE_MASK) != STATE_VALUE)
			continue;
		g->values[o + i]++;
		cells_add(&g->out->value[o + i], &g->rest[o + i], &w->weighted->value[cell + i], 1);
		cells_add(&g->true_cells[o + i], &g->true_cells[g->out->count + o + i], &w->weight->value[cell + i],
			  1);
	}
}

/* Σ w·x / Σ w over the cells where both are there. */
static bool weighted_means(struct arena *a, struct grouping *g, const struct cube *weight)
{
	struct weighing w = { .g = *g };

	if (!weight)
		return false;
	w.weight = cells_repeated(a, g->in, weight);
	w.weighted = w.weight ? cells_product(a, g->in, w.weight) : NULL;
	if (!w.weighted)
		return false;
	w.g.true_cells = arena_alloc(a, (2 * g->out->count + 1) * sizeof *w.g.true_cells);
	go_through(&w.g, take_weighted);
	g->true_cells = w.g.true_cells;
	return true;
}

/* ------------------------------------------------------------------ results */

static uint8_t state_of_group(const struct grouping *g, size_t o)
{
	bool skip = g->in->skip || g->over == OVER_SIZE || g->over == OVER_FIRST;

	if (g->seen[o] & SEEN_SUPPRESSED)
		return STATE_SUPPRESSED;
	if (g->seen[o] & SEEN_MISSING && !skip)
		return g->worst[o];
	if (g->over == OVER_SIZE || (g->over == OVER_COUNT && !(g->seen[o] & SEEN_MISSING)))
		return g->flags[o];
	if (g->over == OVER_SHARE && g->values[o] == 0 && !(g->seen[o] & SEEN_MISSING))
		return STATE_ZERO_DENOMINATOR;
	if (g->seen[o] & SEEN_VALUE)
		return g->flags[o];
	return g->seen[o] & SEEN_MISSING ? g->worst[o] : g->seen[o] ? STATE_NOT_APPLICABLE : STATE_NOT_REPORTED;
}

static void finish(struct grouping *g, size_t o)
{
	double value = g->out->value[o] + g->rest[o];
	uint8_t state = state_of_group(g, o);

	if ((state & STATE_MASK) != STATE_VALUE) {
		cube_put_missing(g->out, o, state);
		return;
	}
	if (g->over == OVER_MEAN || g->over == OVER_SHARE)
		value /= g->values[o];
	else if (g->over == OVER_SIZE)
		value = g->values[o];
	else if (g->over == OVER_WMEAN)
		value /= g->true_cells[o] + g->true_cells[g->out->count + o];
	if (g->over == OVER_WMEAN && g->true_cells[o] + g->true_cells[g->out->count + o] == 0)
		cube_put_missing(g->out, o, STATE_ZERO_DENOMINATOR);
	else
		cube_put(g->out, o, value, state);
}

/* Members that are not picked go nowhere. */
static void leave_out(int64_t *go[CUBE_AXES_MAX], const struct cube *in, const struct cells_picked *only)
{
	for (size_t i = 0; only && i < in->axes; i++)
		for (size_t m = 0; only->member[i] && m < in->axis[i]->count; m++)
			if (!only->member[i][m])
				go[i][m] = -1;
}

/* ------------------------------------------------------------------ units */

/*
 * Units of the periods of one place and organisation, whose cells are neighbours: `rows` of
 * dimensions, of which `in_it` tells those that count (NULL: all).
 */
static void cover_block(struct cover *out, const uint8_t *state, size_t rows, size_t periods, const bool *in_it,
			uint8_t *received, uint8_t *expected)
{
	memset(received, 0, periods);
	memset(expected, 0, periods);
	for (size_t row = 0; row < rows; row++, state += periods) {
		if (in_it && !in_it[row])
			continue;
		for (size_t t = 0; t < periods; t++) {
			received[t] |= (state[t] & (STATE_MASK | STATE_CARRIED)) == STATE_VALUE;
			expected[t] |= (state[t] & STATE_MASK) != STATE_NOT_APPLICABLE;
		}
	}
	for (size_t t = 0; t < periods; t++) {
		out[t].received += received[t];
		out[t].expected += expected[t];
	}
}

/* Which rows of dimensions are picked; NULL: all. */
static bool *picked_rows(struct arena *a, const struct cube *in, const struct cells_picked *only, size_t rows)
{
	bool *in_it = arena_alloc(a, rows + 1), any = false;

	memset(in_it, true, rows);
	for (size_t row = 0; only && row < rows; row++) {
		size_t rest = row;

		for (size_t i = in->axes - 1; i-- > 0;) {
			if (in->axis[i]->kind != AXIS_DIMENSION)
				continue;
			if (only->member[i] && !only->member[i][rest % in->axis[i]->count])
				any = true, in_it[row] = false;
			rest /= in->axis[i]->count;
		}
	}
	return any ? in_it : NULL;
}

/* Where unit `unit` of the input goes among those of the result; -1: nowhere. */
static int64_t unit_goes(const struct cube *in, int64_t *const *go, size_t unit)
{
	int64_t o = 0;

	for (size_t i = in->axes; i-- > 0;) {
		if (in->axis[i]->kind == AXIS_DIMENSION)
			continue;
		if (go[i][unit % in->axis[i]->count] < 0)
			return -1;
		o += go[i][unit % in->axis[i]->count];
		unit /= in->axis[i]->count;
	}
	return o;
}

/* Do units stay as they are?  Then so does what is known of them; by cells, while these stay. */
static bool keeps_units(const struct cube *out, const struct cube *in, const struct cells_picked *only)
{
	for (size_t i = 0; i < in->axes; i++)
		if ((in->axis[i]->kind != AXIS_DIMENSION || !in->cover) &&
		    (cube_axis(out, in->axis[i]->name) < 0 || (only && only->member[i])))
			return false;
	return true;
}

/* Units are added where places, organisations or periods go; dimensions have none of their own. */
static void group_cover(struct arena *a, struct cube *out, const struct cube *in, const struct cells_picked *only)
{
	int64_t *go[CUBE_AXES_MAX] = { 0 };
	size_t units = cells_units(in), last = in->axes - 1, periods, rows;
	bool by_rows = !in->cover && in->axes > 0 && units > 0 && in->axis[last]->kind == AXIS_PERIOD &&
		       out->axes > 0 && out->axis[out->axes - 1] == in->axis[last];
	uint8_t *seen;
	bool *in_it;

	if (in->axes == 0 || keeps_units(out, in, only)) {
		out->cover = in->cover;
		return;
	}
	out->cover = arena_alloc(a, (cells_units(out) + 1) * sizeof *out->cover);
	cells_ways(a, go, in, out, cells_unit_stride);
	leave_out(go, in, only);
	for (size_t unit = 0; !by_rows && unit < units; unit++) {
		int64_t o = unit_goes(in, go, unit);
		struct cover one = cells_cover(in, unit);

		if (o >= 0) {
			out->cover[o].received += one.received;
			out->cover[o].expected += one.expected;
		}
	}
	if (!by_rows)
		return;
	periods = in->axis[last]->count;
	rows = in->count / units;
	in_it = picked_rows(a, in, only, rows);
	seen = arena_alloc(a, 2 * periods);
	for (size_t unit = 0; unit < units; unit += periods) {
		int64_t o = unit_goes(in, go, unit);

		if (o >= 0)
			cover_block(out->cover + o, in->state + unit * rows, rows, periods, in_it, seen,
				    seen + periods);
	}
}

/* ------------------------------------------------------------------ all */

struct cube *cells_group(struct arena *a, const struct cube *c, const struct axis *const *to, size_t axes,
			 enum cube_over over, double p, const struct cube *weight, const struct cells_picked *only)
{
	struct cube *out = cube_new(a, to, axes);
	struct grouping g = { .in = c, .out = out, .over = over };
	size_t n = out->count + 1;

	if (!cells_ways(a, g.go, c, out, cube_stride))
		return NULL;
	leave_out(g.go, c, only);
	g.plain = cells_plain(c->state, c->count);
	g.rest = arena_alloc(a, n * sizeof *g.rest);
	g.values = arena_alloc(a, n * sizeof *g.values);
	g.seen = arena_alloc(a, 3 * n);
	g.worst = g.seen + n;
	g.flags = g.worst + n;
	if (over == OVER_MEDIAN || over == OVER_QUANTILE)
		quantiles(a, &g, over == OVER_MEDIAN ? 0.5 : p);
	else if (over != OVER_WMEAN)
		go_through(&g, take_row);
	else if (!weighted_means(a, &g, weight))
		return NULL;
	for (size_t o = 0; o < out->count; o++)
		finish(&g, o);
	out->skip = c->skip;
	out->label = over == OVER_FIRST || over == OVER_MIN || over == OVER_MAX ? c->label : NULL;
	group_cover(a, out, c, only);
	return out;
}

struct cube *cube_group(struct arena *a, const struct cube *c, const struct axis *const *to, size_t axes,
			enum cube_over over, double p, const struct cube *weight)
{
	return cells_group(a, c, to, axes, over, p, weight, NULL);
}
