/*
 * One refresh of one plan, as the files that do parts of it share it.
 */
#ifndef VIGIE_INDICATOR_REFRESH_H
#define VIGIE_INDICATOR_REFRESH_H

#include "indicator_rules.h"
#include "indicator_service.h"
#include "indicator_store.h"
#include "input.h"

struct refresh {
	struct indicator_work *work;
	struct arena *arena;
	struct err *e;
	struct indicator_job job;
	struct indicator_plan plan;
	struct indicator_todo *todo;	/* borrowed from the arena */
	size_t count;
	json_t *plan_frame;		/* owned: what plugins know of the plan */
	int failed;
	bool again;			/* something that failed may be tried again */
	bool more;			/* periods without values remain */
	bool present, past;		/* what it computes; both when something is tried again */
	const json_t *params;		/* of a trial; NULL: the defaults */
	int wall_ms;			/* of a trial; 0: as long as a refresh may take */
	const char *as_of;		/* of a trial, an instant: what was known then; NULL: now */
	bool published;			/* of a trial: sensitive series as publications show them */
};

/* A text of the plugin's description; "" when it has none. */
const char *indicator_text(const struct indicator_todo *t, const char *field);

/*
 * Computes what waits in t->cells in one sandbox; t->results has what came of it, or t->finding
 * says why nothing did.  False only when no sandbox could be started: the machine's fault, not
 * the plugin's.
 */
bool indicator_compute(struct refresh *r, struct indicator_todo *t);

/* Writes what changed of t->results, or that it failed.  False: the database failed. */
bool indicator_keep(struct refresh *r, struct indicator_todo *t);

/*
 * Computes and keeps the indicators that read more than actions, each whole: all its periods, at
 * all its levels.  Those that read others come after them.  After a change in the plan's actions
 * they are only marked, so that what the actions tell by themselves is kept first; and what a
 * second does not suffice for is marked again.  False: the database failed.
 */
bool indicator_data(struct refresh *r);

/*
 * Computes one such indicator for these periods at all its levels and keeps nothing but t->results:
 * with what is known now, or was at the instant `as_of` (NULL: now).  With r->published in protected form, and cells
 * of periods that are not published withheld.  False: as indicator_data().
 */
bool indicator_data_try(struct refresh *r, struct indicator_todo *t, const struct indicator_period *p,
			size_t periods, const char *as_of);

#endif
