/*
 * Series: what territories told, brought to the cells of a stage.
 */
#include <string.h>

#include "input_told.h"

/* The cells of a level as they are added up: place × rows × periods. */
struct level {
	const struct layout *l;
	const struct axis *place;	/* territory or département */
	bool fine;
	struct cell_sum *sum;
	struct cover *cover;		/* place × periods */
	int opens;			/* as input_opening() */
};

/* Where a département, or the nation (-2), counts in a period; -1: nowhere. */
static int32_t place_of(const struct level *v, int32_t department, size_t p)
{
	const struct input_stage *st = v->l->stage;

	if (department < 0)
		return st->territory == st->places->national && !v->fine ? 0 : -1;
	return v->fine ? department : st->place[(size_t)department * v->l->periods + p];
}

static void add_territory(struct level *v, const struct told *told, int32_t department)
{
	const struct layout *l = v->l;

	for (size_t p = 0; p < l->periods; p++) {
		int32_t at = place_of(v, department, p);
		struct cell_sum *sum;
		struct cover *cover;

		if (at < 0)
			continue;
		sum = v->sum + (size_t)at * l->rows * l->periods + p;
		cover = v->cover + (size_t)at * l->periods + p;
		for (size_t cell = 0; cell < l->rows * l->periods; cell += l->periods)
			cell_sum_add(&sum[cell], &told->sum[cell + p], l->over_parts);
		cover->expected += told->cover[p].expected;
		cover->received += told->cover[p].received;
	}
}

static double result(const struct level *v, const struct cell_sum *s)
{
	double sum = s->sum + s->rest;

	return v->l->over_parts == PARTS_MEAN ? sum / s->values : sum;
}

static void put(const struct level *v, struct cube *c, size_t at)
{
	const struct cell_sum *s = &v->sum[at];
	int own = v->l->own_at[at % v->l->periods];
	bool hole = s->seen & SEEN_HOLE, holed = hole && v->l->missing == MISSING_NA;

	if (s->seen & SEEN_HIDDEN && !holed)
		cube_put_missing(c, at, STATE_SUPPRESSED);
	else if (s->values && !holed)
		cube_put(c, at, result(v, s), s->flags);
	else if (!s->values && s->seen & SEEN_REFUSED && !hole)
		cube_put_missing(c, at, STATE_NOT_APPLICABLE);
	else if (!s->values && !(s->seen & SEEN_EMPTY) && v->l->missing == MISSING_ZERO && v->opens >= 0 &&
		 own >= v->opens)
		cube_put(c, at, 0, 0);
	else if (s->seen & SEEN_EMPTY)
		cube_put_missing(c, at, STATE_EMPTY);
}

/* Over place × dimensions × periods. */
static struct cube *empty_cube(const struct level *v)
{
	const struct axis *axis[CUBE_AXES_MAX] = { v->place };
	size_t axes = 1;

	for (size_t i = 0; i < v->l->dims; i++)
		axis[axes++] = v->l->dim[i];
	axis[axes++] = v->l->stage->period;
	return cube_new(v->l->a, axis, axes);
}

static void add_all(struct level *v, struct observation_set *set)
{
	struct telling *t = input_telling(v->l, set);

	v->opens = input_opening(t);
	for (size_t i = 0; i < observation_territories(set); i++) {
		const struct told *told = input_told(t, i);

		if (told)
			add_territory(v, told, v->l->department_of[i]);
	}
}

/* Is this combination of members asked for, whoever tells it?  Not every territory has both forces. */
static bool asked_of_any(const struct layout *l, size_t combination)
{
	for (size_t f = 0; f < FORCES; f++)
		if (l->row_of[f][combination] >= 0)
			return true;
	return false;
}

/* Was anything of this territory known, of the members that the input keeps? */
static bool heard_of(const struct level *v, size_t territory)
{
	struct observation_rows rows = observation_rows_of(v->l->set, territory);
	struct observation_cursor c = { .set = v->l->set, .as_of_us = v->l->stage->as_of_us };
	struct observation o;

	c.at = rows.at;
	c.end = rows.end;
	while (observation_next(&o, &c))
		if (asked_of_any(v->l, o.dims))
			return true;
	return false;
}

/* Where others told, a département of which nobody ever told anything asked is one unit that did not answer. */
static void add_silent(struct level *v)
{
	const struct layout *l = v->l;
	size_t departments = l->stage->places->department->count;
	uint32_t own = l->over_time == TIME_LAST ? 1 : (uint32_t)l->own_count;
	bool *heard = arena_alloc(l->a, departments + 1), any = false;

	for (size_t i = 0; i < observation_territories(l->set); i++)
		if (l->department_of[i] >= 0 && heard_of(v, i))
			any = heard[l->department_of[i]] = true;
	for (size_t d = 0; any && d < departments; d++)
		for (size_t p = 0; !heard[d] && p < l->periods; p++) {
			int32_t at = place_of(v, (int32_t)d, p);

			if (at >= 0)
				v->cover[(size_t)at * l->periods + p].expected += own;
		}
}

const struct cube *input_series(const struct input_stage *st, struct observation_set *set,
				const struct input_series *series, const json_t *input,
				const char *const *dims, bool **apart)
{
	struct level v = { .l = input_layout(st, set, series, input, dims),
			   .fine = json_object_get(input, "grain") != NULL };
	struct cube *c;

	v.place = v.fine ? st->department : st->territory;
	c = empty_cube(&v);
	c->skip = v.l->missing != MISSING_NA;
	c->cover = v.cover = arena_alloc(st->arena, (v.place->count * v.l->periods + 1) * sizeof *v.cover);
	v.sum = arena_alloc(st->arena, (c->count + 1) * sizeof *v.sum);
	if (v.l->periods) {
		add_all(&v, set);
		add_silent(&v);
	}
	for (size_t i = 0; i < c->count; i++)
		put(&v, c, i);
	if (apart)
		*apart = arena_alloc(st->arena, c->count + 1);
	for (size_t i = 0; apart && i < c->count; i++)
		(*apart)[i] = v.sum[i].seen & SEEN_APART;
	return c;
}
