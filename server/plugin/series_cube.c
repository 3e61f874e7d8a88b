/*
 * Series of fixtures as cubes.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "gather.h"
#include "series_cube.h"

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The members of a declared dimension, only those of `where`. */
static const struct axis *dimension_axis(struct arena *a, const json_t *input, const char *id)
{
	const json_t *only = json_object_get(json_object_get(input, "where"), id);
	struct axis *axis = arena_alloc(a, sizeof *axis);
	const char **member = arena_alloc(a, MEMBERS_MAX * sizeof *member);
	char *words = arena_strdup(a, dimension_find(id)->words), *rest = NULL;
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(only) && n < MEMBERS_MAX; i++)
		member[n++] = json_string_value(json_array_get(only, i));
	for (char *w = strtok_r(words, " ", &rest); !only && w && n < MEMBERS_MAX; w = strtok_r(NULL, " ", &rest))
		member[n++] = w;
	qsort(member, n, sizeof *member, by_text);
	*axis = (struct axis){ .kind = AXIS_DIMENSION, .name = arena_strdup(a, id), .count = n, .member = member };
	return axis;
}

struct filling {
	struct arena *arena;
	const struct gather *g;
	const json_t *dims;
	struct cube *cube, *year;	/* year: NULL when exact */
	const char *level;
	enum period_step step;		/* of the table's own periods */
};

static void fill(struct filling *f, size_t cell)
{
	const char *member[DIMENSIONS_MAX] = { NULL }, *where = "FR", *period = "";
	struct gathered one;

	for (size_t i = 0; i < f->cube->axes; i++) {
		const struct axis *axis = f->cube->axis[i];
		const char *own = axis->member[cell / cube_stride(f->cube, i) % axis->count];

		if (axis->kind == AXIS_PERIOD)
			period = f->step > axis_step(axis) ? period_ending(f->arena, own, f->step) : own;
		else if (axis->kind != AXIS_DIMENSION)
			where = own;
		for (size_t d = 0; d < json_array_size(f->dims); d++) {
			if (axis->kind == AXIS_DIMENSION &&
			    strcmp(axis->name, json_string_value(json_array_get(f->dims, d))) == 0)
				member[d] = own;
		}
	}
	one = gather_cell(f->g, where, f->level, period, member);
	if (one.hidden)
		cube_put_missing(f->cube, cell, STATE_SUPPRESSED);
	else if (one.has)
		cube_put(f->cube, cell, one.value, one.carried ? STATE_CARRIED : 0);
	if (!f->year)
		return;
	one = gather_year(f->g, where, f->level, period, member);
	if (one.has && !one.hidden)
		cube_put(f->year, cell, one.value, 0);
}

const struct cube *series_cube(const struct cube **year, struct arena *a, const json_t *input,
			       const json_t *table, const struct placing *at)
{
	bool fine = json_object_get(input, "grain") || json_object_get(input, "by");
	const char *missing = json_string_value(json_object_get(input, "missing"));
	const struct axis *axes[CUBE_AXES_MAX] = { fine ? at->department : at->territory, at->period };
	struct filling f = { .arena = a, .dims = json_object_get(input, "dims"),
			     .level = fine ? "department" : at->level,
			     .step = gather_step(input, table, axis_step(at->period)) };
	size_t n = 2;

	for (size_t i = 0; i < json_array_size(f.dims) && n < CUBE_AXES_MAX; i++)
		axes[n++] = dimension_axis(a, input, json_string_value(json_array_get(f.dims, i)));
	f.g = gather_open(a, input, table, at->least);
	f.cube = cube_new(a, axes, n);
	*year = f.year = at->least > 0 ? cube_new(a, axes, n) : NULL;
	f.cube->skip = !missing || strcmp(missing, "na") != 0;
	for (size_t i = 0; i < f.cube->count; i++)
		fill(&f, i);
	return f.cube;
}
