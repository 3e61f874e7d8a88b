/*
 * Private to server/plan: what its handlers share.
 */
#ifndef VIGIE_PLAN_ANSWER_H
#define VIGIE_PLAN_ANSWER_H

#include "db.h"
#include "http.h"
#include "json.h"

/*
 * Answers the first row of a query that gives `version` and `body`.  The ETag is
 * the version, which If-Match compares, and a hash: what is counted changes
 * without a new version.  404 naming `what` without a row.
 */
bool answer_versioned(struct req *rq, const struct db_result *r, const char *what);

/* Answers the `body` of a query that gives one list. */
bool answer_list(struct req *rq, enum query query, const char *const *params);

/* The request's plan as a parameter, and today. */
const char *plan_param(struct req *rq);
const char *today_param(struct req *rq);

/* Looks for what a request is to change, for change_begin.  404 naming `what` without a row. */
bool find_version(struct req *rq, struct db_call find, const char *what);

/* 412 with what `get` gives unless If-Match names the version that find_version found. */
bool change_begin(struct req *rq, struct db_call get, const char *what);

/* A change of one object. */
struct change {
	const char *known;		/* the fields that may change, blank-separated */
	const char *list, *number;	/* "measures" and which; NULL: the plan itself */
	struct db_call find;		/* gives version and archived */
	struct db_call get;		/* gives version and body, to answer with */
	const char *what;		/* as 404 names it */
};

/*
 * Writes the body of the request over that object, by the rules of a whole file,
 * if nobody changed it since it was read; then answers it.  412 with it otherwise.
 */
bool change_write(struct req *rq, const struct change *change);

#endif
