/*
 * The pool: a fixed number of places for connections, leased one by one.
 *
 * A connection is opened by the caller who needs it, outside the lock.  After a
 * failure one caller at a time may try again, and only when the pause is over;
 * the others are told at once that the database is away.
 */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"

enum { PAUSE_MIN_MS = 50, PAUSE_MAX_MS = 500, POOL_MAX = 256 };

struct db {
	char *url;			/* owned */
	int size, lease_ms, query_ms;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	/* guarded by `lock` */
	struct db_conn *conns;		/* owned; `size` of them */
	bool away;			/* the last attempt to connect failed… */
	enum msg why;			/* …and what is said of it until the next one */
	bool trying;			/* someone is connecting while `away` */
	int pause_ms;
	int64_t try_at_ms;
	struct db_stats stats;
	_Atomic uint64_t queries;
};

static void init_lock(struct db *db)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&db->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&db->freed, &attr);
	pthread_condattr_destroy(&attr);
}

bool db_open(struct db **out, const struct db_config *config, struct err *e)
{
	struct arena scratch;
	struct db_conn *first;
	struct err away;
	struct db *db;

	if (config->pool_size < 1 || config->pool_size > POOL_MAX) {
		err_cause(e, "pool size %d is not between 1 and %d", config->pool_size, POOL_MAX);
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	if (!conn_url_valid(config->url, e))
		return false;
	db = calloc(1, sizeof *db);
	if (!db)
		abort();
	db->url = strdup(config->url);
	db->size = config->pool_size;
	db->lease_ms = config->lease_ms;
	db->query_ms = config->query_ms;
	db->conns = calloc((size_t)db->size, sizeof *db->conns);
	if (!db->url || !db->conns)
		abort();
	init_lock(db);
	*out = db;

	arena_init(&scratch);
	err_init(&away, &scratch);
	if (pool_lease(&first, db, &away))
		pool_return(db, first);
	arena_free(&scratch);
	return true;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (int i = 0; i < db->size; i++)
		conn_close(&db->conns[i]);
	pthread_cond_destroy(&db->freed);
	pthread_mutex_destroy(&db->lock);
	free(db->conns);
	free(db->url);
	free(db);
}

/* A free place, an open one first.  Call with the lock held. */
static struct db_conn *free_place(struct db *db)
{
	struct db_conn *closed = NULL;

	for (int i = 0; i < db->size; i++) {
		struct db_conn *c = &db->conns[i];

		if (c->leased)
			continue;
		if (c->pg)
			return c;
		if (!closed)
			closed = c;
	}
	return closed;
}

static struct timespec deadline_in(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return t;
}

static struct db_conn *wait_for_place(struct db *db)
{
	struct timespec until = deadline_in(db->lease_ms);
	struct db_conn *c;
	bool waited = false;

	pthread_mutex_lock(&db->lock);
	while (!(c = free_place(db))) {
		db->stats.waits += !waited;
		waited = true;
		if (pthread_cond_timedwait(&db->freed, &db->lock, &until) == ETIMEDOUT)
			break;
	}
	if (!c)
		c = free_place(db);
	if (c)
		c->leased = true;
	else
		db->stats.timeouts++;
	pthread_mutex_unlock(&db->lock);
	return c;
}

static void leave(struct db *db, struct db_conn *c)
{
	pthread_mutex_lock(&db->lock);
	c->leased = false;
	pthread_cond_signal(&db->freed);
	pthread_mutex_unlock(&db->lock);
}

/* True when this caller may try to connect now; otherwise *why says what the last attempt met. */
static bool may_try(enum msg *why, struct db *db)
{
	bool may;

	pthread_mutex_lock(&db->lock);
	may = !db->away || (!db->trying && clock_mono_ms() >= db->try_at_ms);
	if (may && db->away)
		db->trying = true;
	*why = db->why;
	pthread_mutex_unlock(&db->lock);
	return may;
}

static void tried(struct db *db, bool connected, enum msg why)
{
	pthread_mutex_lock(&db->lock);
	if (connected) {
		db->away = false;
		db->pause_ms = 0;
		db->stats.reconnects++;
	} else {
		db->away = true;
		db->why = why == MSG_READ_ONLY ? why : MSG_DATABASE_AWAY;
		db->pause_ms = db->pause_ms ? db->pause_ms * 2 : PAUSE_MIN_MS;
		if (db->pause_ms > PAUSE_MAX_MS)
			db->pause_ms = PAUSE_MAX_MS;
		db->try_at_ms = clock_mono_ms() + db->pause_ms;
	}
	db->trying = false;
	pthread_mutex_unlock(&db->lock);
}

/* The server ends a statement a little before we would: then we know that nothing was kept. */
static int statement_ms(const struct db *db)
{
	return db->query_ms - db->query_ms / 10;
}

bool pool_lease(struct db_conn **out, struct db *db, struct err *e)
{
	struct db_conn *c = wait_for_place(db);
	enum msg why;

	if (!c)
		return conn_busy(e, MSG_BUSY);
	if (c->pg && !conn_alive(c->pg))
		conn_close(c);
	if (!c->pg) {
		if (!may_try(&why, db)) {
			leave(db, c);
			err_cause(e, "database away, next attempt soon");
			return conn_busy(e, why);
		}
		c->pg = conn_open(db->url, statement_ms(db), e);
		tried(db, c->pg != NULL, e->msg);
		if (!c->pg) {
			leave(db, c);
			return false;
		}
	}
	*out = c;
	return true;
}

void pool_return(struct db *db, struct db_conn *c)
{
	if (PQstatus(c->pg) != CONNECTION_OK || PQtransactionStatus(c->pg) != PQTRANS_IDLE)
		conn_close(c);
	leave(db, c);
}

int pool_query_ms(const struct db *db)
{
	return db->query_ms;
}

void pool_count_query(struct db *db)
{
	db->queries++;
}

struct db_stats db_stats(struct db *db)
{
	struct db_stats s;

	pthread_mutex_lock(&db->lock);
	s = db->stats;
	s.size = db->size;
	for (int i = 0; i < db->size; i++) {
		s.leased += db->conns[i].leased;
		s.idle += !db->conns[i].leased && db->conns[i].pg;
	}
	pthread_mutex_unlock(&db->lock);
	s.queries = db->queries;
	return s;
}
