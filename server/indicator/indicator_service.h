/*
 * The refresh of one plan, and the publication of the plugins that come with
 * the server: what a worker does.  Blocks; never on a thread of HTTP.
 */
#ifndef VIGIE_INDICATOR_SERVICE_H
#define VIGIE_INDICATOR_SERVICE_H

#include "db.h"

struct json_t;
struct observations;
struct plugin_host;

/* What a worker works with. */
struct indicator_work {
	struct db_session db;		/* context "service" */
	struct plugin_host *host;	/* borrowed */
	struct observations *observed;	/* borrowed: what is known of series */
	const char *plugins_dir;	/* borrowed */
	int32_t today;			/* fixed day, or DAY_NONE: the real one of each plan */
	bool invented;			/* series are not what was reported, but what observations_invent() makes */
};

/* What came of indicator_refresh(). */
struct indicator_done {
	int64_t plan_id;	/* 0: there was nothing to do */
	int failed;		/* indicators */
};

/*
 * Computes the plan that waits longest, in one transaction with the removal of
 * its marks: whatever happens, either both are kept or the marks are still
 * there.  The transaction stays open during the computation, which holds one
 * connection and keeps the marks visible to readers as "pending".  False: the
 * database failed and nothing was kept; its marks then wait a little.
 */
bool indicator_refresh(struct indicator_done *out, struct indicator_work *w, struct err *e);

/* Which cells of an indicator to show; NULL: all of them, as_of now, members totals. */
struct indicator_wanted {
	int64_t plan_id;
	const char *code, *level, *as_of, *territory, *from, *to;
	const char *members;		/* {profession=police}; {}: those of all members */
	bool exact;			/* opened: beyond one's own scope, too */
	enum lang lang;
};

/* What indicator_values.sql says of them, as this person may see them.  *out is owned. */
struct db_result;
bool indicator_values(struct db_result **out, struct db_session *s, const struct indicator_wanted *q, struct err *e);

/* What to compute, and keep nothing of it. */
struct indicator_asked {
	int64_t plan_id;
	const char *level;		/* NULL: all that the text has */
	const char *from, *to;		/* periods; NULL: the present one */
	int last;			/* instead: so many periods up to the present one; 0: from, to */
	const struct json_t *params;	/* NULL: the defaults */
	const char *as_of;		/* instant: with what was known then; NULL: now */
	bool published;			/* sensitive series as publications show them: protected.h */
};

/*
 * Computes one published indicator for the period asked->from, NULL: the open one, or the last one that publications
 * show, with its parameters and what was known at its instant, and keeps nothing; level, `to` and `last` are not read.
 * *out: its cells as indicator_write.sql takes them, owned (json_decref), and what describes it in *about, owned too.
 * False with *f filled when the plugin fails; ERR_NOT_FOUND names what is not there.
 */
struct finding;
bool indicator_try(struct json_t **out, struct json_t **about, struct indicator_work *w, const char *id,
		   const struct indicator_asked *asked, struct finding *f, struct err *e);

/*
 * Computes a checked text on what is known of a plan now, or was at asked->as_of, and keeps
 * nothing; in ten seconds at most.  Cells of members of its dimensions have "dims".  Periods that are not asked for by
 * name end with the last one that publications show, when these alone are read.
 * *out: its cells as indicator_write.sql takes them, owned.  False with *f filled when the plugin
 * fails.  ERR_INVALID when there are more than 36 periods, or none.
 */
struct plugin;
bool indicator_trial(struct json_t **out, struct indicator_work *w, const struct plugin *p,
		     const struct indicator_asked *asked, struct finding *f, struct err *e);

/*
 * Checks each file of plugins_dir/indicators.  A good one whose version is not
 * published yet is, when its tests pass; the same version with another text is
 * told and left alone; a broken one is told, and its last good values stay.
 * One that a busy machine did not get through in time is neither: it is left for
 * another try, unless this is the last.  False: the database failed.
 */
struct indicator_published {
	bool changed;		/* what is answered of plugins or indicators */
	bool undecided;		/* some file waits for another try */
};
bool indicator_publish_shipped(struct indicator_published *out, struct indicator_work *w, bool last_try,
			       struct err *e);

#endif
