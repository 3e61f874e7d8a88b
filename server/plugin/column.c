/*
 * Columns, from include/plugin_api.def and the catalogue of series.
 */
#include <jansson.h>
#include <string.h>

#include "catalogue.h"
#include "column.h"


static const struct {
	const char *kind;
	struct column column;
} fields[] = {
#define API_COLUMN(name, type, optional, words) { "actions", { name, type, optional, words } },
#define API_FIELD(kind, name, type, optional, words) { kind, { name, type, optional, words } },
#include "gen/plugin_api.inc"
};

enum { FIELDS = sizeof fields / sizeof *fields };

static void add(struct columns *out, const struct column *column)
{
	if (out->count >= COLUMN_COUNT_MAX)
		return;
	out->at[out->count] = *column;
	out->name[out->count++] = column->name;
	out->name[out->count] = NULL;
}

/* The dimensions of all of `series`, but those that nobody types. */
static void add_typed(struct columns *out, const json_t *series)
{
	for (size_t i = 0; i < json_array_size(series); i++) {
		const struct dimension_def *dims[DIMENSIONS_MAX + 1];

		series_dimensions(dims, catalogue_find(json_string_value(json_array_get(series, i))));
		for (int d = 0; dims[d]; d++)
			if (!dims[d]->derived && !column_find(out, dims[d]->id))
				add(out, &(struct column){ dims[d]->id, COLUMN_TEXT, true, dims[d]->words });
	}
}

void columns_of(struct columns *out, const json_t *input)
{
	const json_t *reports = json_object_get(input, "series");
	const char *kind = json_string_value(json_object_get(input, "kind"));
	const struct series_def *series = catalogue_find(json_string_value(json_object_get(input, "id")));

	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };

	*out = (struct columns){ 0 };
	if (series)
		series_dimensions(dims, series);
	for (int i = 0; i < FIELDS; i++) {
		struct column column = fields[i].column;

		if (strcmp(fields[i].kind, kind) != 0)
			continue;
		for (int d = 0; series && strcmp(column.name, "value") == 0 && dims[d]; d++)
			add(out, &(struct column){ dims[d]->id, COLUMN_TEXT, false, dims[d]->words });
		if (reports && strcmp(column.name, "value") == 0)
			add_typed(out, reports);
		if (reports && strcmp(column.name, "series") == 0)
			column.words = json_string_value(json_object_get(input, "words"));
		add(out, &column);
	}
}

const struct column *column_find(const struct columns *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++) {
		if (strcmp(all->at[i].name, name) == 0)
			return &all->at[i];
	}
	return NULL;
}

bool column_is_day(const char *name)
{
	for (int i = 0; i < FIELDS; i++) {
		if (strcmp(fields[i].column.name, name) == 0)
			return fields[i].column.type == COLUMN_DAY;
	}
	return false;
}

bool column_is_optional(const char *name)
{
	for (int i = 0; i < FIELDS; i++) {
		if (strcmp(fields[i].column.name, name) == 0)
			return fields[i].column.optional;
	}
	return false;
}
