/*
 * How one value came about: what the interface and the command both tell.
 */
#ifndef VIGIE_EXPLAIN_SERVICE_H
#define VIGIE_EXPLAIN_SERVICE_H

#include "db.h"
#include "indicator.h"

struct json_t;
struct plugin_host;

struct explain_asked {
	struct db_session *db;		/* whose context is the person's */
	int64_t plan_id;
	const char *code, *territory, *period;
	const char *dims;		/* members, "profession=police"; "": the total */
	const char *as_of;		/* instant; NULL: now */
	int32_t first, last;		/* days of the period */
	int32_t today;			/* of the plan */
	int32_t fixed_day;		/* DAY_NONE: the real one */
	bool exact;			/* opened, and in the journal already */
	enum lang lang;
	/* Lends what runs plugins, where the value may be computed again; false with *e. */
	bool (*enter)(struct plugin_host **host, void *arg, struct err *e);
	void (*leave)(void *arg);
	void *arg;
};

/*
 * The body of GET …/explain, owned.  What rests on sensitive counts beyond the person's own scope, unless opened, is
 * told by its method and its protected form alone; a value that is shown, also by steps computed from what publications
 * show.  ERR_NOT_FOUND: there is no such cell.
 */
bool explain(struct json_t **out, const struct explain_asked *q, struct err *e)
	__attribute__((nonnull, warn_unused_result));

#endif
