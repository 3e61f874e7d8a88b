/*
 * The worker: when to look for work, and what is told afterwards.
 *
 * It is woken by changes made here and by those heard from elsewhere; since a
 * command may change a plan without telling, it also looks by itself.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "indicator.h"
#include "indicator_service.h"
#include "indicator_store.h"
#include "log.h"
#include "observation.h"

enum {
	LOOK_MS = 1000,		/* between two looks at the queue */
	DUE_MS = 5000,		/* between two looks for what the day or a version made old */
	AWAY_MS = 2000,		/* pause when the database fails */
	TRIES_MAX = 10,		/* of the publication, on a machine too busy for it */
	QUERY_MS = 60000,	/* deadline of a query: those of a refresh are the heavy ones */
};

struct indicator_worker {
	struct db *db;			/* owned: its one connection is held during a refresh */
	struct plugin_host *host;	/* owned */
	struct observations *observed;	/* owned */
	struct indicator_work work;
	struct arena arena;		/* of one turn */
	void (*changed)(void *arg, int64_t plan_id);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool running, woken, stopping;	/* the last two are guarded by `lock` */
	bool published;			/* the thread's own, as what follows */
	int tries;			/* of the publication */
	int64_t publish_ms, due_ms;	/* when each was last done */
	_Atomic uint64_t refreshes, failures, us, last_us;
	_Atomic int64_t pending;
};

bool indicator_worker_open(struct indicator_worker **out, const struct config *config,
			   void (*changed)(void *arg, int64_t plan_id), void *arg, struct err *e)
{
	struct indicator_worker *w = calloc(1, sizeof *w);
	pthread_condattr_t attr;

	if (!w)
		abort();
	if (!db_open(&w->db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = QUERY_MS }, e)) {
		free(w);
		return false;
	}
	plugin_host_open(&w->host);
	w->observed = observations_open();
	w->work = (struct indicator_work){
		.db = { .db = w->db, .context = "service", .request_id = "" },
		.host = w->host, .observed = w->observed, .plugins_dir = config->plugins_dir, .today = config->today,
	};
	w->changed = changed;
	w->arg = arg;
	arena_init(&w->arena);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	*out = w;
	return true;
}

void indicator_worker_close(struct indicator_worker *w)
{
	if (!w)
		return;
	plugin_host_close(w->host);
	observations_close(w->observed);
	db_close(w->db);
	arena_free(&w->arena);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* ------------------------------------------------------------------ one turn */

/* Computes one plan.  False: nothing was there, or the database failed (*e). */
static bool refresh_one(struct indicator_worker *w, struct err *e)
{
	int64_t began_ns = clock_mono_ns(), us;
	struct indicator_done done;

	if (!indicator_refresh(&done, &w->work, e) || !done.plan_id)
		return false;
	us = (clock_mono_ns() - began_ns) / 1000;
	w->refreshes++;
	w->failures += (uint64_t)done.failed;
	w->us += (uint64_t)us;
	w->last_us = (uint64_t)us;
	if (w->changed)
		w->changed(w->arg, done.plan_id);
	return true;
}

static bool publish(struct indicator_worker *w, struct err *e)
{
	struct indicator_published done;
	bool ok = indicator_publish_shipped(&done, &w->work, ++w->tries == TRIES_MAX, e);

	if (done.changed && w->changed)
		w->changed(w->arg, 0);
	w->published = ok && !done.undecided;
	if (ok)
		w->publish_ms = clock_mono_ms();
	else
		w->tries--;	/* the database was away: that says nothing of the files */
	if (done.changed)
		w->due_ms = 0;
	return ok;
}

static bool prepare(struct indicator_worker *w, struct err *e)
{
	int64_t now = clock_mono_ms();

	if (!w->published && (!w->publish_ms || now >= w->publish_ms + DUE_MS) && !publish(w, e))
		return false;
	if (w->due_ms && now < w->due_ms + DUE_MS)
		return true;
	w->due_ms = now;
	return indicator_store_mark_due(&w->work.db, e->arena, w->work.today, e);
}

/* True: look again at once.  False: nothing was there, or the database failed (*e). */
static bool turn(struct indicator_worker *w, struct err *e)
{
	int64_t pending;
	bool due = false;

	if (!prepare(w, e) || !indicator_store_pending(&pending, &due, &w->work.db, e))
		return false;
	w->pending = pending;
	return due && refresh_one(w, e);
}

/* A turn with an arena of its own; failures are told here. */
static bool told_turn(struct indicator_worker *w, bool *away)
{
	struct err e;
	bool again;

	err_init(&e, &w->arena);
	again = turn(w, &e);
	*away = !err_ok(&e);
	if (*away)
		log_event(e.code == ERR_BUSY ? LOG_WARN : LOG_ERROR, "compute", "type", err_type(e.code),
			  "cause", e.cause[0] ? e.cause : NULL);
	arena_reset(&w->arena);
	return again;
}

/* ------------------------------------------------------------------ thread */

static void rest(struct indicator_worker *w, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&w->lock);
	while (!w->woken && !w->stopping &&
	       pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT)
		;
	w->woken = false;
	pthread_mutex_unlock(&w->lock);
}

static bool stopping(struct indicator_worker *w)
{
	bool stop;

	pthread_mutex_lock(&w->lock);
	stop = w->stopping;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

static void *work_thread(void *arg)
{
	struct indicator_worker *w = arg;

	while (!stopping(w)) {
		bool away;

		if (!told_turn(w, &away))
			rest(w, away ? AWAY_MS : LOOK_MS);
	}
	return NULL;
}

bool indicator_worker_start(struct indicator_worker *w, struct err *e)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);	/* signals are for the main thread */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, work_thread, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	w->running = rc == 0;
	if (rc == 0)
		return true;
	err_cause(e, "worker: %s", strerror(rc));
	return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
}

void indicator_worker_stop(struct indicator_worker *w)
{
	if (!w || !w->running)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->running = false;
}

void indicator_worker_wake(struct indicator_worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->woken = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

bool indicator_worker_once(struct indicator_worker *w, struct err *e)
{
	while (turn(w, e) || (err_ok(e) && !w->published))
		if (!w->published)
			rest(w, LOOK_MS);
	return err_ok(e);
}

struct indicator_stats indicator_worker_stats(struct indicator_worker *w)
{
	struct plugin_counters c;

	if (!w)
		return (struct indicator_stats){ 0 };
	plugin_counters(&c, w->host);
	return (struct indicator_stats){
		.refreshes = w->refreshes, .failures = w->failures, .seconds = (double)w->us / 1e6,
		.last_seconds = (double)w->last_us / 1e6, .pending = w->pending,
		.sandboxes = c.runs, .kills = c.kills,
	};
}
