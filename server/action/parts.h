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

/* A number of the path; 404 when it is none. */
bool path_id(int64_t *out, struct req *rq, int arg);
/* The query of one part (milestone, blocker…) of the action in the path, by its id. */
struct db_call part_call(struct req *rq, enum query query, int64_t id, bool as_of);
/* Answers GET of the part whose id is the third argument of the path. */
bool part_get(struct req *rq, enum query query);
/*
 * Runs a write and reads the part that it names: its id is the write's result, or `id` when
 * that is not 0.  412 with the part as it is when the write found another version.
 */
bool part_write(struct req *rq, struct db_call write, enum query read, int64_t id, int status);

/* Answers the part as it is: what a change that names nothing changes. */
bool part_same(struct req *rq, enum query read, int64_t id);

/*
 * Reads a text or a day into *fields under its own name, null included where `flags` allow it.
 * The text is borrowed from the body; NULL and DAY_NONE when it is null or absent.
 */
enum json_found field_text(const char **out, json_t *fields, const struct json_reader *r,
			   const char *field, unsigned flags, size_t max);
enum json_found field_day(int32_t *out, json_t *fields, const struct json_reader *r,
			  const char *field, unsigned flags);

/* The codes of `wanted` (text fields and arrays of texts of an object) that no organisation has: faults. */
bool organisations_check(struct req *rq, const json_t *wanted);

/* Answers a list of parts of the action in the path: `query` as milestone_list. */
bool list_answer(struct req *rq, enum query query, const char *sorts, const json_t *filters);

#endif
