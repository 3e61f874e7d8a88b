/*
 * Indicators: figures that plugins compute from the plan's actions.
 *
 * Values are computed by workers, never while a request is answered: each write
 * that may move a figure leaves a mark in the queue (table job), a worker takes
 * the marks of one plan, computes and keeps the cells that changed, and tells.
 * Until then answers carry the last known value with the flag `stale`.
 *
 * An indicator may declare dimensions (plugin.h): then it has a cell for each of their members beside the total of a
 * territory and period.  Everything that speaks of one value (lists, home page, targets, alerts, comparisons, other
 * indicators, trials) means the total; members come when they are asked for (dims=), in values and explanations, in the
 * same two forms: exact, and protected from what publications show.  One of which nothing was reported has no cell.
 */
#ifndef VIGIE_INDICATOR_H
#define VIGIE_INDICATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct config;
struct plugin_host;
struct req;
struct indicator_worker;

/* ------------------------------------------------------------------ worker */

/*
 * Makes a worker that does nothing yet.  `changed` is told, on the worker's
 * thread, each plan whose values were computed, and 0 when a plugin changed and
 * with it every plan; it may be NULL.  *out is owned
 * (indicator_worker_close); `config` is borrowed.
 */
bool indicator_worker_open(struct indicator_worker **out, const struct config *config,
			   void (*changed)(void *arg, int64_t plan_id), void *arg, struct err *e)
	__attribute__((nonnull(1, 2, 5), warn_unused_result));
void indicator_worker_close(struct indicator_worker *w);

/*
 * Starts the thread: it publishes the indicators that come with the server,
 * then computes what waits, whenever it is woken and at least every second.
 */
bool indicator_worker_start(struct indicator_worker *w, struct err *e)
	__attribute__((nonnull, warn_unused_result));
/* Lets the present refresh end, then stops the thread. */
void indicator_worker_stop(struct indicator_worker *w);

/* There may be work.  Thread-safe; does nothing for NULL. */
void indicator_worker_wake(struct indicator_worker *w);

/* Publishes, then computes all that waits, without a thread.  False: the database was away. */
bool indicator_worker_once(struct indicator_worker *w, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* Since the worker was made, for /metrics; all zero for NULL. */
struct indicator_stats {
	uint64_t refreshes, failures;	/* plans computed; indicators that failed */
	double seconds, last_seconds;	/* of all refreshes; of the last one */
	int64_t pending;		/* plans that waited when it last looked */
	size_t observations;		/* that it keeps in memory (observation.h) */
	uint64_t sandboxes, kills;	/* processes started; processes that had to be stopped */
};
struct indicator_stats indicator_worker_stats(struct indicator_worker *w);

/* `vigie compute [--once]`: a worker of its own, on any machine. */
int indicator_cli_compute(const struct config *config, int argc, char **argv);

/* `vigie demo targets --plan CODE`: illustrative targets; the exit code. */
int indicator_demo_cli(const struct config *config, int argc, char **argv);

/* `vigie target list|set|withdraw …`: by the rules of the interface; the exit code. */
int target_cli(const struct config *config, int argc, char **argv);

/*
 * `vigie plugin …`: where a database is set, `list` tells what is published, `run ID` computes on a
 * plan as it is, graph, develop and docs tell of the texts in force, and import, export, diff, explain,
 * review, approve, return, publish, deprecate, retire are the use cases of the interface; the rest is
 * left to plugin_cli().
 */
int indicator_cli_plugin(const struct config *config, int argc, char **argv);
/* The i-th subcommand of `vigie plugin` that works on what is published, NULL past the last. */
struct plugin_command;
const struct plugin_command *indicator_cli_told(size_t i);
/* True for the words that work on what is published, and so need settings. */
bool indicator_cli_published(const char *word);

/*
 * The cells of all indicators of a plan, one a row, totals and members, as this person may see them; `as_of` NULL:
 * now.  Borrowed from e->arena; without lines.
 */
struct db_session;
struct sheet;
bool indicator_table(struct sheet *out, struct db_session *s, int64_t plan_id, const char *as_of, enum lang lang,
		     struct err *e) __attribute__((nonnull(1, 2, 6), warn_unused_result));

/* ------------------------------------------------------------------ the lab */

/* Where requests that run a plugin wait for a place: lab_parallel, lab_queue, lab_wait_ms. */
struct indicator_lab;
/* *out is owned (indicator_lab_close). */
void indicator_lab_open(struct indicator_lab **out, const struct config *config) __attribute__((nonnull));
void indicator_lab_close(struct indicator_lab *lab);
/* Waits for a place, not for long; ERR_BUSY with Retry-After when there is none.  *host is borrowed. */
bool indicator_lab_enter(struct plugin_host **host, struct indicator_lab *lab, struct err *e)
	__attribute__((nonnull, warn_unused_result));
/* A place if there is one now: for what can do without. */
bool indicator_lab_try(struct plugin_host **host, struct indicator_lab *lab)
	__attribute__((nonnull, warn_unused_result));
void indicator_lab_leave(struct indicator_lab *lab);

/* ------------------------------------------------------------------ handlers */

/*
 * Under which name an answer that holds cells is kept, beginning with `answer`: contributors see their own
 * scope, exact values are nobody else's.  Borrowed from the request's arena.
 */
const char *indicator_api_audience(struct req *rq, const char *answer, bool exact);

bool indicator_api_list(struct req *rq);	/* GET /plans/{plan}/indicators */
bool indicator_api_get(struct req *rq);		/* GET /plans/{plan}/indicators/{id} */
bool indicator_api_explain(struct req *rq);	/* GET …/indicators/{id}/explain */
bool alert_api_list(struct req *rq);		/* GET /plans/{plan}/alerts */
bool alert_api_get(struct req *rq);		/* GET /plans/{plan}/alerts/{id} */
bool target_api_list(struct req *rq);		/* GET …/indicators/{id}/targets */
bool target_api_get(struct req *rq);		/* GET …/targets/{territory} */
bool target_api_put(struct req *rq);		/* PUT …/targets/{territory} */
bool target_api_withdraw(struct req *rq);	/* POST …/targets/{territory}/withdrawal */
bool target_api_find(struct req *rq);		/* 404 where the indicator is not computed */
bool target_api_find_set(struct req *rq);	/* and where there is no target */
bool indicator_api_plugins(struct req *rq);	/* GET /plugins */
bool lifecycle_api_get(struct req *rq);		/* GET /plugins/{id} */
bool lifecycle_api_put(struct req *rq);		/* PUT /plugins/{id} */
bool lifecycle_api_check(struct req *rq);	/* POST …/check */
bool lifecycle_api_test(struct req *rq);	/* POST …/test */
bool lifecycle_api_run(struct req *rq);		/* POST …/run */
bool lifecycle_api_diff(struct req *rq);	/* GET, POST …/diff */
bool lifecycle_api_review(struct req *rq);	/* POST …/review */
bool lifecycle_api_approve(struct req *rq);	/* POST …/approve */
bool lifecycle_api_return(struct req *rq);	/* POST …/return */
bool lifecycle_api_publish(struct req *rq);	/* POST …/publish */
bool lifecycle_api_deprecate(struct req *rq);	/* POST …/deprecate */
bool lifecycle_api_retire(struct req *rq);	/* POST …/retire */
/* Who may: analysts; analysts and coordinators.  The plugin may be unknown to those that begin one. */
bool lifecycle_api_find_writable(struct req *rq);
bool lifecycle_api_find_own(struct req *rq);
bool lifecycle_api_find_judged(struct req *rq);
bool lifecycle_api_find_approvable(struct req *rq);

#endif
