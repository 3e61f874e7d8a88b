/*
 * Places: which département counts in which territory, and when.
 */
#include <string.h>

#include "clock.h"
#include "input.h"
#include "plugin.h"

const struct axis *input_level(const struct input_places *p, const char *level)
{
	return strcmp(level, "national") == 0 ? p->national :
	       strcmp(level, "region") == 0 ? p->region : p->department;
}

int32_t input_region(const struct input_places *p, size_t department, int32_t day)
{
	for (size_t i = 0; i < p->parents; i++) {
		const struct input_parent *up = &p->parent[i];

		if (up->department == department && up->from_on <= day &&
		    (up->to_on == DAY_NONE || up->to_on > day))
			return up->region;
	}
	return -1;
}

const struct input_organisation *input_organisation(const struct input_places *p, int64_t id)
{
	size_t low = 0, high = p->organisations;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (p->organisation[mid].id == id)
			return &p->organisation[mid];
		if (p->organisation[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int32_t place_of(const struct input_stage *st, size_t department, int32_t day)
{
	if (st->territory == st->places->national)
		return 0;
	if (st->territory == st->places->department)
		return (int32_t)department;
	return input_region(st->places, department, day);
}

/* The départements as a finer axis: they belong to what they belong to at the end of the last period. */
static const struct axis *fine_axis(const struct input_stage *st)
{
	size_t n = st->places->department->count, periods = st->period->count;
	struct axis *fine = arena_alloc(st->arena, sizeof *fine);
	struct axis_link *link = arena_alloc(st->arena, sizeof *link);
	int32_t *at = arena_alloc(st->arena, n * sizeof *at);

	for (size_t d = 0; d < n; d++)
		at[d] = periods ? st->place[d * periods + periods - 1] : -1;
	*link = (struct axis_link){ st->territory, at };
	*fine = *st->places->department;
	fine->kind = AXIS_DEPARTMENT;
	fine->name = "department";
	fine->link = link;
	fine->links = 1;
	return fine;
}

struct input_stage *input_stage(struct arena *a, const struct input_places *places, const char *level,
				const struct axis *period, int64_t as_of_us)
{
	struct input_stage *st = arena_alloc(a, sizeof *st);
	size_t departments = places->department->count;

	*st = (struct input_stage){ .arena = a, .places = places, .level = level, .period = period,
				    .territory = input_level(places, level), .as_of_us = as_of_us };
	st->first = arena_alloc(a, (period->count + 1) * sizeof *st->first);
	st->last = arena_alloc(a, (period->count + 1) * sizeof *st->last);
	st->place = arena_alloc(a, (departments * period->count + 1) * sizeof *st->place);
	for (size_t p = 0; p < period->count; p++)
		if (!period_days(&st->first[p], &st->last[p], period->member[p]))
			st->first[p] = st->last[p] = 0;
	for (size_t d = 0; d < departments; d++)
		for (size_t p = 0; p < period->count; p++)
			st->place[d * period->count + p] = place_of(st, d, st->last[p]);
	st->department = fine_axis(st);
	return st;
}

/* ------------------------------------------------------------------ population */

const struct cube *input_population(const struct input_stage *st, bool fine)
{
	const struct axis *axes[] = { fine ? st->department : st->territory, st->period };
	struct cube *c = cube_new(st->arena, axes, 2);
	size_t periods = st->period->count;

	c->skip = true;
	c->cover = arena_alloc(st->arena, (c->count + 1) * sizeof *c->cover);	/* nobody reports it */
	for (size_t d = 0; d < st->places->department->count; d++)
		for (size_t p = 0; p < periods; p++) {
			int32_t at = fine ? (int32_t)d : st->place[d * periods + p];

			/* whole numbers: no order of summation changes them */
			if (at >= 0 && st->places->population[d] > 0)
				cube_put(c, (size_t)at * periods + p,
					 c->value[(size_t)at * periods + p] + st->places->population[d], 0);
		}
	return c;
}
