/*
 * What the files of server/action share: the things as a write knows them, the
 * documents that answers show, and lists.
 */
#ifndef VIGIE_ACTION_PARTS_H
#define VIGIE_ACTION_PARTS_H

#include "action.h"
#include "http.h"
#include "json.h"
#include "req.h"

/* An action as a write must know it; texts are borrowed from the request's arena. */
struct action {
	int64_t id, version;
	bool national;			/* level; otherwise it is deployed in départements */
	bool archived;			/* its plan is: nothing may be written any more */
	bool may, may_any;		/* report on it; on it or on one of its deployments */
	struct action_dates dates;
	struct action_state state;
};

/* Where an action is deployed, or is not (id 0). */
struct deployment {
	int64_t id, version;
	bool place_known, organisation_known, is_department;
	bool may;
	struct action_state state;
};

/* A whole resource as JSON text, borrowed from the request's arena. */
struct document {
	int64_t version, changes;	/* of itself; of the parts that it shows */
	const char *body;
};

/* 404 when the plan has no such action. */
bool action_load(struct action *out, struct req *rq, const char *number);
bool deployment_load(struct deployment *out, struct req *rq, const struct action *a,
		     const char *territory, const char *organisation);

/* Queries that give documents, ready for a pipeline; parameters borrowed from the request's arena. */
struct db_call action_call(struct req *rq, const char *number, bool as_of);
struct db_call deployment_call(struct req *rq, const char *number, const char *territory,
			       const char *organisation, bool as_of);
/* The first row of such a query; false when there is none. */
bool document_take(struct document *out, struct req *rq, const struct db_result *r);
/* Runs one; 404 naming `what` when there is no row. */
bool document_read(struct document *out, struct req *rq, struct db_call call, const char *what);

/* Answers a document with its ETag, "version.day.lang" or "version.day.lang.changes". */
bool document_answer(struct req *rq, int status, const struct document *d);

/* 428 without If-Match, 412 with the document of `current` unless it names `version`. */
bool precondition(struct req *rq, int64_t version, struct db_call current);
/* 412 with *d: somebody was faster than this write. */
bool overtaken(struct req *rq, const struct document *d);
/* 409 when the plan is archived. */
bool writable(struct req *rq, const struct action *a);

/* A state as the jsonb parameter of the queries that save one. */
const char *state_param(struct req *rq, const struct action_state *s);

#endif
