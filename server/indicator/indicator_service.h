/*
 * The refresh of one plan, and the publication of the plugins that come with
 * the server: what a worker does.  Blocks; never on a thread of HTTP.
 */
#ifndef VIGIE_INDICATOR_SERVICE_H
#define VIGIE_INDICATOR_SERVICE_H

#include "db.h"

struct plugin_host;

/* What a worker works with. */
struct indicator_work {
	struct db_session db;		/* context "service" */
	struct plugin_host *host;	/* borrowed */
	const char *plugins_dir;	/* borrowed */
	int32_t today;			/* fixed day, or DAY_NONE: the real one of each plan */
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

/*
 * Checks each file of plugins_dir/indicators.  A good one whose version is not
 * published yet is, when its tests pass; the same version with another text is
 * told and left alone; a broken one is told, and its last good values stay.
 * *changed: what is answered of plugins or indicators is another than before.
 * False: the database failed.
 */
bool indicator_publish_shipped(bool *changed, struct indicator_work *w, struct err *e);

#endif
