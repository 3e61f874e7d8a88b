/*
 * The worker: when to look for work, and what is told afterwards.
 *
 * It is woken by changes made here and by those heard from elsewhere; since a
 * command may change a plan without telling, it also looks by itself.
 */
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "clock.h"
#include "config.h"
#include "indicator.h"
#include "indicator_service.h"
#include "indicator_store.h"
#include "log.h"
#include "observation.h"
#include "turns.h"

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
	struct turns turns;
	bool published;			/* the thread's own, as what follows */
	int tries;			/* of the publication */
	int64_t publish_ms, due_ms;	/* when each was last done */
	bool untidy;			/* has computed since memory was last given back */
	_Atomic uint64_t refreshes, failures, us, last_us;
	_Atomic int64_t pending;
	_Atomic size_t observations;
};

static int work(void *arg);

bool indicator_worker_open(struct indicator_worker **out, const struct config *config,
			   void (*changed)(void *arg, int64_t plan_id), void *arg, struct err *e)
{
	struct indicator_worker *w = calloc(1, sizeof *w);

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
	turns_open(&w->turns, work, w);
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
	turns_close(&w->turns);
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
	w->observations = observations_kept(w->observed).rows;
	w->untidy = true;
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

/* A refresh takes some tens of megabytes for a moment, which the C library would keep for the next one. */
static void tidy(struct indicator_worker *w)
{
	if (w->untidy)
		malloc_trim(0);
	w->untidy = false;
}

static int work(void *arg)
{
	bool away, again = told_turn(arg, &away);

	if (!again)
		tidy(arg);
	return again ? 0 : away ? AWAY_MS : LOOK_MS;
}

bool indicator_worker_start(struct indicator_worker *w, struct err *e)
{
	return turns_start(&w->turns, e);
}

void indicator_worker_stop(struct indicator_worker *w)
{
	if (w)
		turns_stop(&w->turns);
}

void indicator_worker_wake(struct indicator_worker *w)
{
	if (w)
		turns_wake(&w->turns);
}

bool indicator_worker_once(struct indicator_worker *w, struct err *e)
{
	while (turn(w, e) || (err_ok(e) && !w->published))
		if (!w->published)
			turns_rest(&w->turns, LOOK_MS);
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
		.last_seconds = (double)w->last_us / 1e6, .pending = w->pending, .observations = w->observations,
		.sandboxes = c.runs, .kills = c.kills,
	};
}
