/*
 * Idempotency-Key: one effect and one answer for a key, however often it is sent.
 *
 * The key's row, the effect and the kept answer are one transaction, committed
 * before the answer leaves: after a crash either all of it is there or nothing.
 * A parallel duplicate waits on the row until the first one ends.
 */
#include <string.h>

#include "id.h"
#include "internal.h"

/* What makes two requests the same: method, address and body. */
static void fingerprint(char out[65], struct exchange *x)
{
	struct req *rq = &x->rq;
	struct buffer b;

	buffer_init(&b, &rq->arena, rq->raw_body_bytes + 512);
	buffer_format(&b, "%s %s\n%s\n", rq->method, rq->path, x->query_text ? x->query_text : "");
	if (rq->raw_body)
		buffer_add(&b, rq->raw_body, rq->raw_body_bytes);
	id_sha256(out, b.bytes, b.len);
}

/* The kept answer, sent again. */
static bool replay(struct req *rq, struct db_result *r, const char *hash)
{
	const char *etag = db_text(r, 0, db_column(r, "etag"));
	const char *location = db_text(r, 0, db_column(r, "location"));
	const char *body = db_text(r, 0, db_column(r, "body"));

	if (strcmp(db_text(r, 0, db_column(r, "body_sha256")), hash) != 0) {
		err_set(&rq->err, ERR_INVALID, MSG_IDEMPOTENCY_OTHER_BODY);
		return err_add_header(&rq->err, "Idempotency-Key", MSG_IDEMPOTENCY_OTHER_BODY);
	}
	rq->status = (int)db_i64(r, 0, db_column(r, "status"));
	if (etag)
		strncpy(rq->etag, etag, sizeof rq->etag - 1);
	if (location)
		http_location(rq, location);
	rq->answer = arena_strdup(&rq->arena, body ? body : "");
	rq->answer_bytes = strlen(rq->answer);
	return true;
}

static bool keep(struct req *rq)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_idempotency_keep,
		      (const char *[]){ db_param_i64(&rq->arena, rq->user.id), rq->route->path,
					rq->idempotency_key, db_param_i64(&rq->arena, rq->status),
					rq->etag[0] ? rq->etag : NULL, rq->location,
					arena_memdup(&rq->arena, rq->answer ? rq->answer : "",
						     rq->answer_bytes) },
		      &rq->err);
}

static bool in_transaction(struct exchange *x)
{
	struct req *rq = &x->rq;
	db_result_auto *r = NULL;
	char hash[65];

	fingerprint(hash, x);
	if (!db_run(&r, &rq->db, Q_idempotency_claim,
		    (const char *[]){ db_param_i64(&rq->arena, rq->user.id), rq->route->path,
				      rq->idempotency_key, hash }, &rq->err))
		return false;
	if (!db_bool(r, 0, db_column(r, "fresh")))
		return access_find_late(x) && replay(rq, r, hash);
	return exchange_act(x) && keep(rq);
}

bool idempotent_act(struct exchange *x)
{
	struct req *rq = &x->rq;

	if (!rq->idempotency_key || !rq->user.id)
		return exchange_act(x);
	if (!db_begin(&rq->db, &rq->err))
		return false;
	if (in_transaction(x) && db_commit(&rq->db, &rq->err))
		return true;
	db_rollback(&rq->db);
	x->changed_count = 0;
	return false;
}
