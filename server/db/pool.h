/*
 * The pool, as run.c sees it.
 */
#ifndef VIGIE_DB_POOL_H
#define VIGIE_DB_POOL_H

#include "conn.h"

/*
 * A live, clean connection: no transaction open, nothing unread.  Borrowed from
 * the pool until pool_return.  ERR_BUSY when none is free within lease_ms or the
 * database is away.
 */
bool pool_lease(struct db_conn **out, struct db *db, struct err *e);

/* Gives it back; one that is not clean is closed. */
void pool_return(struct db *db, struct db_conn *c);

/* Deadline of one round trip. */
int pool_query_ms(const struct db *db);

void pool_count_query(struct db *db);

#endif
