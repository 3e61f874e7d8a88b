/*
 * Database: a bounded pool of PostgreSQL connections and named queries.
 *
 * There is no function that takes SQL.  A query is a file of sql/queries, known
 * here by its name; parameters are text, and so are results but those of
 * db_fetch().  Every call goes out as one pipeline: the person's context
 * (row-level security and the journal read it), then the query, in one implicit
 * transaction and one round trip.
 */
#ifndef VIGIE_DB_H
#define VIGIE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

struct json_t;
struct db;		/* the pool */
struct db_conn;
struct db_result;

enum query {
#define QUERY(name, params, text) Q_##name,
#include "gen/queries.inc"
#undef QUERY
	Q_COUNT
};

struct db_config {
	const char *url;	/* libpq connection string of the application's role */
	int pool_size;		/* connections at most */
	int lease_ms;		/* how long a caller waits for a free connection */
	int query_ms;		/* deadline of one round trip, kept by the client */
};

/*
 * Makes the pool and tries the first connection.  Succeeds even when the
 * database is away: calls then fail with ERR_BUSY until it is back.  *out is
 * owned (db_close).  Thread-safe from then on.
 */
bool db_open(struct db **out, const struct db_config *config, struct err *e)
	__attribute__((nonnull, warn_unused_result));
void db_close(struct db *db);

/* True when a connection answers now and the schema is the one built in. */
bool db_ready(struct db *db, struct err *e) __attribute__((nonnull, warn_unused_result));

struct db_stats { int size, leased, idle; uint64_t waits, timeouts, reconnects, queries; };
struct db_stats db_stats(struct db *db);

/*
 * Whose call it is.  Every store function takes one.  `tx` is NULL for calls
 * that stand alone; between db_begin and db_commit all calls share it.
 */
struct db_session {
	struct db *db;		/* borrowed */
	const char *context;	/* hex hash of a session or token; "service"; "service:LOGIN"; "" nobody */
	const char *request_id;	/* for the journal; "" outside a request */
	struct db_conn *tx;	/* owned by the session until commit or rollback */
	int64_t db_us;		/* microseconds spent waiting for the database, for the log */
	int round_trips;
};

/*
 * Runs `query` with its text parameters (NULL is SQL null; as many as the query
 * has).  *out is owned (db_result_free, or db_result_auto).  Errors: ERR_BUSY
 * with Retry-After when no connection is free in time, the database is away or
 * the deadline passes; ERR_INVALID or ERR_CONFLICT by the table of constraints;
 * ERR_DISK_FULL; ERR_INTERNAL otherwise, with SQLSTATE in e->cause.
 */
bool db_run(struct db_result **out, struct db_session *s, enum query query,
	    const char *const *params, struct err *e)
	__attribute__((nonnull(1, 2, 5), warn_unused_result));

/* Several queries in one pipeline and one transaction; all or none.  out[i] as db_run, NULL on failure. */
struct db_call { enum query query; const char *const *params; };
bool db_run_all(struct db_result **out, struct db_session *s, const struct db_call *calls,
		int count, struct err *e) __attribute__((nonnull, warn_unused_result));

/*
 * The same for a read of many rows, whose cells come in binary form, so that no number is
 * written and read as text.  They are read by db_binary_…() below, never by db_i64() and its like;
 * db_text() still reads texts.
 */
bool db_fetch(struct db_result **out, struct db_session *s, enum query query,
	      const char *const *params, struct err *e)
	__attribute__((nonnull(1, 2, 5), warn_unused_result));

/*
 * An explicit transaction, for a use case that must read, decide and write as
 * one.  Commit keeps nothing when *e says already that something failed.  Roll
 * back is safe at any time and does nothing without db_begin.
 */
bool db_begin(struct db_session *s, struct err *e) __attribute__((nonnull, warn_unused_result));
bool db_commit(struct db_session *s, struct err *e) __attribute__((nonnull, warn_unused_result));
void db_rollback(struct db_session *s);

int db_rows(const struct db_result *r);
/* Cell as text, NULL for SQL null; borrowed from *r.  Columns count from 0. */
const char *db_text(const struct db_result *r, int row, int column);
size_t db_length(const struct db_result *r, int row, int column);
/* Cell as a number or truth; SQL null gives 0 and false. */
int64_t db_i64(const struct db_result *r, int row, int column);
double db_f64(const struct db_result *r, int row, int column);
bool db_bool(const struct db_result *r, int row, int column);
bool db_null(const struct db_result *r, int row, int column);
/* Cells of db_fetch(); SQL null gives 0.  Whole: int2, int4, int8, boolean. */
int64_t db_binary_whole(const struct db_result *r, int row, int column);
double db_binary_f64(const struct db_result *r, int row, int column);	/* float8 */
int32_t db_binary_day(const struct db_result *r, int row, int column);	/* date: days since 1970 */
int64_t db_binary_us(const struct db_result *r, int row, int column);	/* timestamptz: since 1970 */
/* Column number by name; ends the process when the query has no such column (a build error). */
int db_column(const struct db_result *r, const char *name);

void db_result_free(struct db_result *r);
static inline void db_result_cleanup(struct db_result **r)
{
	db_result_free(*r);
}
#define db_result_auto __attribute__((cleanup(db_result_cleanup))) struct db_result

/* Parameters from numbers.  Borrowed from *a. */
const char *db_param_i64(struct arena *a, int64_t value);
const char *db_param_day(struct arena *a, int32_t day);	/* DAY_NONE: NULL */
static inline const char *db_param_bool(bool value)
{
	return value ? "t" : "f";
}

/*
 * Migrations: the files of sql/migrations, in order, each in one transaction,
 * under an advisory lock, with its SHA-256 kept.  `owner_url` is the owner's
 * connection; `app_role` is granted what the application needs.
 */
struct migration_step { const char *name, *sha256, *state; /* "applied", "pending" */ };
bool db_migrate(const char *owner_url, const char *app_role, struct arena *a,
		const struct migration_step **steps, int *count, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/*
 * Listens on its own connection for what other servers and commands changed.
 * `heard` runs on the listener's thread with the topic ("plan:3", "auth");
 * after each reconnect it runs with "*": anything may have changed.
 */
struct db_listener;
bool db_listen(struct db_listener **out, const char *url,
	       void (*heard)(void *arg, const char *topic), void *arg, struct err *e)
	__attribute__((nonnull(1, 2, 3, 5), warn_unused_result));
/* Tells the others, coalesced: at most one NOTIFY a topic each 50 ms. */
void db_tell(struct db_listener *l, const char *topic);
/* True while the listener is connected: what is cached may be trusted. */
bool db_listening(const struct db_listener *l);
void db_listen_stop(struct db_listener *l);

#endif
