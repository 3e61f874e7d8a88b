/*
 * A result, inside server/db.
 */
#ifndef VIGIE_DB_RESULT_H
#define VIGIE_DB_RESULT_H

#include <libpq-fe.h>

#include "db.h"

/* Takes over `pg`.  Owned (db_result_free). */
struct db_result *result_new(PGresult *pg);

#endif
