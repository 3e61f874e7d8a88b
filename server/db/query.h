/*
 * The table of named queries, as server/db and its tests see it.
 */
#ifndef VIGIE_DB_QUERY_H
#define VIGIE_DB_QUERY_H

#include "db.h"

struct query_info {
	const char *name;
	int params;
	const char *text;
};

extern const struct query_info query_table[Q_COUNT];

#endif
