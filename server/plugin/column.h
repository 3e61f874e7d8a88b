/*
 * Columns: the catalogue of what rows of actions may hold (include/plugin_api.def).
 */
#ifndef VIGIE_PLUGIN_COLUMN_H
#define VIGIE_PLUGIN_COLUMN_H

#include <stdbool.h>
#include <stdint.h>

enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_DAY, COLUMN_BOOL };

struct column {
	const char *name;
	enum column_type type;
	bool optional;		/* may be missing in real data */
	const char *words;	/* the only texts accepted, blank-separated; "": any */
};

enum { COLUMN_COUNT_MAX = 40 };

/* The column of that name (static), or NULL. */
const struct column *column_find(const char *name);

/* All names, NULL-terminated.  Static. */
const char *const *column_names(void);

#endif
