/*
 * What every write of this folder does around its own rule: conditions before, answer after.
 */
#include <stdio.h>
#include <string.h>

#include "parts.h"

/*
 * What an action shows beside its own columns (blockers, deployments…) changes
 * without a new version of the action, so that reporting is not held up by it;
 * If-Match compares the version alone, but a cached copy must not survive.
 */
static void set_etag(struct req *rq, const struct document *d)
{
	size_t len;

	http_etag_version(rq, d->version);
	len = strlen(rq->etag);
	if (d->changes > 0)
		snprintf(rq->etag + len - 1, sizeof rq->etag - len + 1, ".%lld\"", (long long)d->changes);
}

bool document_answer(struct req *rq, int status, const struct document *d)
{
	set_etag(rq, d);
	return http_json(rq, status, d->body);
}

bool precondition(struct req *rq, int64_t version, struct db_call current)
{
	struct document now;

	if (rq->if_version < 0) {
		err_set(&rq->err, ERR_PRECONDITION, MSG_IF_MATCH_MISSING);
		return err_add_header(&rq->err, "If-Match", MSG_IF_MATCH_MISSING);
	}
	if (rq->if_version == version)
		return true;
	return document_read(&now, rq, current, "") && overtaken(rq, &now);
}

bool overtaken(struct req *rq, const struct document *d)
{
	err_set(&rq->err, ERR_CHANGED, MSG_CHANGED);
	rq->err.current = d->body;
	return false;
}

bool writable(struct req *rq, const struct action *a)
{
	return !a->archived || err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
}
