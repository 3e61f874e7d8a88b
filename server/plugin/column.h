/*
 * Columns: what the rows of each kind of input may hold (include/plugin_api.def, and the
 * dimensions of plugins/series.json).
 */
#ifndef VIGIE_PLUGIN_COLUMN_H
#define VIGIE_PLUGIN_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_DAY, COLUMN_BOOL, COLUMN_PERIOD, COLUMN_PLACE };

struct column {
	const char *name;
	enum column_type type;
	bool optional;		/* may be missing in real data */
	const char *words;	/* the only texts accepted, blank-separated; "": any */
};

enum { COLUMN_COUNT_MAX = 40 };

/* The columns that rows of one input may hold; the texts are static. */
struct columns {
	struct column at[COLUMN_COUNT_MAX];
	const char *name[COLUMN_COUNT_MAX + 1];		/* NULL-terminated */
	size_t count;
};

/* `input` is the declaration, its kind (and, for a series, its id) already checked. */
void columns_of(struct columns *out, const struct json_t *input);

/* The column of that name, or NULL. */
const struct column *column_find(const struct columns *all, const char *name);

/* True when a column of that name holds days, whatever the input. */
bool column_is_day(const char *name);

/* True when the information may be missing from real rows, whatever the input. */
bool column_is_optional(const char *name);

#endif
