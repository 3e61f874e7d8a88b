/*
 * SQL of refreshes and of the plugins that come with the server.
 */
#ifndef VIGIE_INDICATOR_STORE_H
#define VIGIE_INDICATOR_STORE_H

#include "db.h"
#include "finding.h"
#include "plugin.h"

/* What a worker took from the queue. */
struct indicator_job {
	int64_t plan_id;
	int attempts;		/* of the mark that was tried most often */
	bool fresh;		/* something changed; else only the past waits */
	bool whole;		/* the actions of the plan may have changed */
	const char *plugins;	/* numbers of the indicators that were marked, blank-separated; borrowed */
};

struct indicator_plan {
	int64_t id;
	const char *code, *time_zone;
	int32_t start_on, end_on, today;
	int stale_after_days;
	bool archived;
};

/* An indicator to compute. */
struct indicator_todo {
	int64_t plugin_id, version_id;
	struct plugin plugin;		/* plugin_free(); its texts borrowed from the arena */
	const char *computed;		/* periods that have values of this version, by this engine */
	int64_t refreshed_us;		/* 0: never, or not so */
	struct json_t *cells;		/* owned: what waits to be computed, as plugin_run takes it */
	struct json_t *about;		/* owned: beside each, what is kept besides its figures */
	struct json_t *results;		/* owned: as indicator_write.sql takes it */
	struct json_t *shown;		/* owned: in protected form, of published periods; NULL: it has none */
	struct finding finding;		/* why it failed; FINDING_NONE: it did not */
	bool chosen, more;		/* computes the present period; leaves some for later */
	int missing;			/* periods without values so far */
	bool data;			/* reads more than actions: indicator_data() computes it */
	int32_t day;			/* that its values are of; DAY_NONE: none */
	bool done;			/* computed and kept in this refresh */
};

/* Marks the plans whose values are missing, of another day, of another version or by a former engine. */
bool indicator_store_mark_due(struct db_session *s, struct arena *a, int32_t today, struct err *e);
/* How many plans wait, and whether one of them is due now. */
bool indicator_store_pending(int64_t *plans, bool *due, struct db_session *s, struct err *e);

/* Takes the marks of one plan, in the transaction of *s; false without an error: nothing to do. */
bool indicator_store_take(struct indicator_job *out, struct db_session *s, struct arena *a, struct err *e);
bool indicator_store_plan(struct indicator_plan *out, struct db_session *s, struct arena *a,
			  int64_t plan_id, int32_t today, struct err *e);
/* *out: `*count` indicators borrowed from *a, each with what it owns, also when this fails. */
bool indicator_store_todo(struct indicator_todo **out, size_t *count, struct db_session *s,
			  struct arena *a, int64_t plan_id, struct err *e);
/* Does it read anything but the rows of actions, each at its own level? */
bool indicator_store_reads_more(const struct plugin *p);
/*
 * The rows of one period, of every territory, as known at `as_of`, NULL: now; `fine`: the nation has
 * those of deployments, too.  *out is owned.
 */
bool indicator_store_rows(struct db_result **out, struct db_session *s, struct arena *a,
			  int64_t plan_id, const char *as_of, int32_t on_day, int32_t first_day, bool fine,
			  struct err *e);
/* Keeps the results that changed, how far back they go, and with `present` that the values are those of today. */
bool indicator_store_write(struct db_session *s, struct arena *a, const struct indicator_plan *plan,
			   const struct indicator_todo *todo, bool present, struct err *e);
/* Keeps that it failed; *failures: how often in a row; *sensitive: what the finding names may be a count to protect. */
bool indicator_store_failed(int *failures, bool *sensitive, struct db_session *s, struct arena *a, int64_t plan_id,
			    const struct indicator_todo *todo, struct err *e);
/* Another refresh in `wait_s` seconds, whose wait makes no value old. */
bool indicator_store_again(struct db_session *s, struct arena *a, int64_t plan_id, int attempts,
			   int wait_s, struct err *e);
/* The indicators with these ids, blanks between, are computed in a refresh of their own. */
bool indicator_store_mark(struct db_session *s, struct arena *a, int64_t plan_id, const char *plugins,
			  struct err *e);
/* After a refresh was rolled back: its marks wait before they are tried again. */
bool indicator_store_postpone(struct db_session *s, struct arena *a, int64_t plan_id, struct err *e);

/* What is published of a plugin that comes with the server. */
struct indicator_shipped {
	bool known, shipped, newer_active;
	const char *kind;	/* when it is known */
	const char *sha256;	/* of the version asked for; NULL: it is not published */
	const char *on_disk;	/* as noted last; "" */
};
bool indicator_store_shipped(struct indicator_shipped *out, struct db_session *s, struct arena *a,
			     const char *code, const char *version, struct err *e);
bool indicator_store_publish(struct db_session *s, struct arena *a, const struct plugin *p,
			     const char *sha256, struct err *e);
/* `on_disk` is "same", "modified" or "broken", the last with its finding. */
bool indicator_store_on_disk(struct db_session *s, struct arena *a, const char *code,
			     const char *on_disk, const struct finding *f, struct err *e);

#endif
