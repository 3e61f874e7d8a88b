/*
 * What the handlers of plans and measures share: answers with versions, lists,
 * and a change through the rules of a whole file.
 */
#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "id.h"
#include "patch.h"
#include "text.h"

enum { HASH_CHARS = 12 };

const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

const char *today_param(struct req *rq)
{
	return db_param_day(&rq->arena, rq->today);
}

static const char *body_of(struct req *rq, const struct db_result *r)
{
	return arena_strdup(&rq->arena, db_text(r, 0, db_column(r, "body")));
}

bool answer_versioned(struct req *rq, const struct db_result *r, const char *what)
{
	const char *body;
	char hash[65];
	size_t len;

	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, what);
	body = body_of(rq, r);
	id_sha256(hash, body, strlen(body));
	http_etag_version(rq, db_i64(r, 0, db_column(r, "version")));
	len = strlen(rq->etag);
	snprintf(rq->etag + len - 1, sizeof rq->etag - len + 1, ".%.*s\"", HASH_CHARS, hash);
	return http_json(rq, 200, body);
}

bool answer_list(struct req *rq, enum query query, const char *const *params)
{
	db_result_auto *r = NULL;
	const char *body;

	if (!db_run(&r, &rq->db, query, params, &rq->err))
		return false;
	body = body_of(rq, r);
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

/* 412 with what is there now. */
static bool overtaken(struct req *rq, const struct db_result *now, const char *what)
{
	if (db_rows(now) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, what);
	err_set(&rq->err, ERR_CHANGED, MSG_CHANGED);
	rq->err.current = body_of(rq, now);
	return false;
}

bool find_version(struct req *rq, struct db_call find, const char *what)
{
	db_result_auto *r = NULL;
	int64_t *version = arena_alloc(&rq->arena, sizeof *version);

	if (!db_run(&r, &rq->db, find.query, find.params, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, what);
	*version = db_i64(r, 0, db_column(r, "version"));
	rq->object = version;
	return true;
}

bool change_begin(struct req *rq, struct db_call get, const char *what)
{
	db_result_auto *now = NULL;

	if (rq->if_version == *(const int64_t *)rq->object)
		return true;
	return db_run(&now, &rq->db, get.query, get.params, &rq->err) && overtaken(rq, now, what);
}

/* The body as the only object of a plan/1 document, without what may not change. */
static json_t *document_of(struct req *rq, const struct change *change)
{
	json_t *object = json_object(), *value;
	const char *key;

	json_object_foreach(rq->body, key, value)
		if (text_in_list(key, change->known))
			json_object_set(object, key, value);
	if (!change->list) {
		json_object_set_new(object, "format", json_string("plan/1"));
		json_object_set_new(object, "code", json_string(rq->arg[0]));
		return object;
	}
	json_object_set_new(object, "number", json_string(change->number));
	return json_pack("{s:s, s:s, s:[o]}", "format", "plan/1", "code", rq->arg[0], change->list,
			 object);
}

/* The fields that may not change, told after the faults of those that may. */
static bool told_unknown(struct req *rq, const struct change *change, bool found)
{
	struct json_reader r = { rq->body, "#", &rq->err };

	if (found)
		json_only(&r, change->known);
	return err_ok(&rq->err);
}

static bool has_unknown(struct req *rq, const struct change *change)
{
	const char *key;
	json_t *value;

	json_object_foreach(rq->body, key, value)
		if (!text_in_list(key, change->known))
			return true;
	return false;
}

bool change_write(struct req *rq, const struct change *change)
{
	json_auto_t *document = document_of(rq, change);
	bool unknown = has_unknown(rq, change), ok;
	struct plan_patch patch = { .find = change->find.query, .params = change->find.params,
				    .version = rq->if_version, .dry_run = unknown };
	db_result_auto *now = NULL;

	ok = plan_patch(&patch, &rq->db, document, change->list ? "#/measures/0" : "#", rq->lang,
			&rq->err);
	if (!patch.overtaken && (!told_unknown(rq, change, unknown) || !ok))
		return false;
	if (patch.wrote)
		http_plan_changed(rq);
	if (!db_run(&now, &rq->db, change->get.query, change->get.params, &rq->err))
		return false;
	return patch.overtaken ? overtaken(rq, now, change->what) :
	       answer_versioned(rq, now, change->what);
}
