/*
 * One connection: how it is opened, kept clean and waited for.  Only server/db
 * includes this.
 *
 * All waiting is done here with poll(2) and a deadline of our own: a database
 * that is frozen or cut off must not hold a thread.
 */
#ifndef VIGIE_DB_CONN_H
#define VIGIE_DB_CONN_H

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "query.h"

struct db_conn {
	PGconn *pg;			/* owned; NULL while closed */
	bool prepared[Q_COUNT];		/* statements this connection knows */
	bool leased;			/* guarded by the pool's lock */
};

/* What can end a wait. */
enum wait_end { WAIT_READY, WAIT_DEADLINE, WAIT_BROKEN };

/*
 * Opens a connection with the settings every connection of ours has, added to
 * those of `url` unless it says otherwise; at most two seconds a host.
 * `statement_ms` 0 sets no limit.  NULL on failure, with the reason in *e.
 */
PGconn *conn_open(const char *url, int statement_ms, struct err *e);

/* False, with the reason in *e, when `url` is not a connection string at all. */
bool conn_url_valid(const char *url, struct err *e);

/* Closes it and forgets what it had prepared. */
void conn_close(struct db_conn *c);

/* True when an idle connection is still there: notices a server that closed it. */
bool conn_alive(PGconn *pg);

/* Waits until PQgetResult would not block; sends what is still to be sent meanwhile. */
enum wait_end conn_wait(PGconn *pg, int64_t deadline_ms);

/* ERR_BUSY with Retry-After. Always false. */
bool conn_busy(struct err *e, enum msg msg);

#endif
