/*
 * Columns of actions, from include/plugin_api.def.
 */
#include <stddef.h>
#include <string.h>

#include "column.h"

#define API_KEPT(lib, name)
#define API_MEMBER(lib, name, function)
#define API_GLOBAL(name, function)
#define API_LATER(name, what)
#define API_CTX(name)
#define API_PLAN(name)

static const struct column columns[] = {
#define API_COLUMN(name, type, optional, words) { name, type, optional, words },
#include "gen/plugin_api.inc"
#undef API_COLUMN
};

static const char *const names[] = {
#define API_COLUMN(name, type, optional, words) name,
#include "gen/plugin_api.inc"
#undef API_COLUMN
	NULL
};

const struct column *column_find(const char *name)
{
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		if (strcmp(columns[i].name, name) == 0)
			return &columns[i];
	}
	return NULL;
}

const char *const *column_names(void)
{
	return names;
}
