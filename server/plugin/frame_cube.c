/*
 * Actions of fixtures as cubes: items × periods.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "frame_cube.h"

static const char *cell_text(const json_t *table, const char *column, size_t row)
{
	const char *text = json_string_value(json_array_get(json_object_get(table, column), row));

	return text ? text : "";
}

static size_t height_of(const json_t *table)
{
	const char *key;
	json_t *column;

	json_object_foreach((json_t *)(uintptr_t)table, key, column)
		return json_array_size(column);
	return 0;
}

/* A row that comes back in several periods is one item; without periods each row is its own. */
static const char *item_of(struct arena *a, const json_t *table, size_t row)
{
	if (!json_object_get(table, "period"))
		return arena_printf(a, "%06zu", row);
	return arena_printf(a, "%s|%s|%s", cell_text(table, "number", row), cell_text(table, "territory", row),
			    cell_text(table, "organisation", row));
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const struct axis *text_axis(struct arena *a, const char *name, const char **member, size_t n)
{
	struct axis *axis = arena_alloc(a, sizeof *axis);
	size_t kept = 0;

	qsort(member, n, sizeof *member, by_text);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || strcmp(member[i], member[kept - 1]) != 0)
			member[kept++] = member[i];
	}
	*axis = (struct axis){ .kind = AXIS_ITEM, .name = name, .count = kept, .member = member };
	return axis;
}

static int32_t place_of(const struct placing *at, const char *territory)
{
	if (*territory == '\0')
		territory = at->home;
	for (size_t k = 0; k < at->territory->count; k++) {
		if (territory_covers(at->territory->member[k], at->level, territory))
			return (int32_t)k;
	}
	return -1;
}

static const struct axis *item_axis(struct arena *a, const json_t *table, const struct placing *at)
{
	size_t n = height_of(table);
	const char **member = arena_alloc(a, (n + 1) * sizeof *member);
	struct axis *axis = arena_alloc(a, sizeof *axis);
	struct axis_link *link = arena_alloc(a, sizeof *link);
	int32_t *to = arena_alloc(a, (n + 1) * sizeof *to);

	for (size_t i = 0; i < n; i++)
		member[i] = item_of(a, table, i);
	*axis = *text_axis(a, "item", member, n);
	for (size_t i = 0; i < n; i++) {
		int32_t item = axis_at(axis, item_of(a, table, i));

		if (item >= 0)
			to[item] = place_of(at, cell_text(table, "territory", i));
	}
	*link = (struct axis_link){ .to = at->territory, .at = to };
	axis->link = link;
	axis->links = 1;
	return axis;
}

/* The words of a column, as the axis that its values are places of. */
static const struct axis *labels(struct arena *a, const json_t *column)
{
	size_t n = 0;
	const char **word = arena_alloc(a, (json_array_size(column) + 1) * sizeof *word);

	for (size_t i = 0; i < json_array_size(column); i++) {
		if (json_is_string(json_array_get(column, i)))
			word[n++] = json_string_value(json_array_get(column, i));
	}
	return text_axis(a, "label", word, n);
}

static void put(struct cube *c, size_t cell, const json_t *v, bool zero)
{
	if (json_is_string(v))
		cube_put(c, cell, axis_at(c->label, json_string_value(v)), 0);
	else if (json_is_boolean(v))
		cube_put(c, cell, json_is_true(v) ? 1 : 0, 0);
	else if (json_is_number(v))
		cube_put(c, cell, json_number_value(v), 0);
	else if (zero)
		cube_put(c, cell, 0, 0);
	else
		cube_put_missing(c, cell, STATE_NOT_REPORTED);
}

static const struct cube *column_cube(struct arena *a, const struct axis *item, const json_t *table,
				      const char *name, const json_t *input, const struct placing *at)
{
	const json_t *column = json_object_get(table, name);
	const char *missing = json_string_value(json_object_get(input, "missing"));
	const struct axis *axes[] = { item, at->period };
	struct cube *c = cube_new(a, axes, 2);
	struct columns all;
	const struct column *def;

	columns_of(&all, input);
	def = column_find(&all, name);
	c->skip = strcmp(missing, "na") != 0;
	if (def->type == COLUMN_TEXT || def->type == COLUMN_PLACE)
		c->label = labels(a, column);
	for (size_t cell = 0; cell < c->count; cell++)	/* periods without the row leave it out */
		cube_put_missing(c, cell, STATE_NOT_APPLICABLE);
	for (size_t r = 0; r < json_array_size(column); r++) {
		int32_t to = axis_at(item, item_of(a, table, r));
		const char *when = cell_text(table, "period", r);
		bool zero = strcmp(missing, "zero") == 0 && def->type == COLUMN_NUMBER;

		for (size_t p = 0; to >= 0 && p < at->period->count; p++) {
			if (*when == '\0' || strcmp(when, at->period->member[p]) == 0)
				put(c, (size_t)to * cube_stride(c, 0) + p * cube_stride(c, 1),
				    json_array_get(column, r), zero);
		}
	}
	return c;
}

size_t frame_cubes(struct graph_input *out, struct arena *a, const char *name, const json_t *input,
		   const json_t *table, const struct placing *at)
{
	const json_t *columns = json_object_get(input, "columns");
	const struct axis *item = item_axis(a, table, at);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *column = json_string_value(json_array_get(columns, i));

		out[n++] = (struct graph_input){ .name = name, .column = column,
						 .cube = column_cube(a, item, table, column, input, at) };
	}
	return n;
}
