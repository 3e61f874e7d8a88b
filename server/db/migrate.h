/*
 * Migrations, as server/db and its tests see them.
 */
#ifndef VIGIE_DB_MIGRATE_H
#define VIGIE_DB_MIGRATE_H

#include "db.h"

struct migration {
	const char *name;	/* "0001_base" */
	const char *text;	/* SQL */
};

/* The last migration built in; NULL when there is none.  Shared, read-only. */
const struct migration *migration_last(void);

/* db_migrate with a list of one's own. */
bool migrate_list(const char *owner_url, const char *app_role, const struct migration *list,
		  int list_count, struct arena *a, const struct migration_step **steps, int *count,
		  struct err *e);

#endif
