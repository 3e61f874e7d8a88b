/*
 * What every write of this folder does around its own rule: conditions before, answer after.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
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

/* ------------------------------------------------------------------ parts of an action */

bool path_id(int64_t *out, struct req *rq, int arg)
{
	const char *text = rq->arg[arg];
	size_t len = strlen(text);

	if (len < 1 || len > 18 || strspn(text, "0123456789") != len)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, text);
	*out = strtoll(text, NULL, 10);
	return true;
}

struct db_call part_call(struct req *rq, enum query query, int64_t id, bool as_of)
{
	const char **params = arena_alloc(&rq->arena, 5 * sizeof *params);

	params[0] = db_param_i64(&rq->arena, rq->plan_id);
	params[1] = rq->arg[1];
	params[2] = db_param_i64(&rq->arena, id);
	params[3] = as_of ? req_as_of(rq) : NULL;
	params[4] = lang_code(rq->lang);
	return (struct db_call){ query, params };
}

bool part_get(struct req *rq, enum query query)
{
	struct document d;
	int64_t id;

	return path_id(&id, rq, 2) &&
	       document_read(&d, rq, part_call(rq, query, id, true), rq->arg[2]) &&
	       document_answer(rq, 200, &d);
}

static bool written(struct req *rq, struct db_call write, enum query read, int64_t *id)
{
	db_result_auto *r = NULL;
	struct document now;

	if (!db_run(&r, &rq->db, write.query, write.params, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return *id && document_read(&now, rq, part_call(rq, read, *id, false), rq->arg[1]) &&
		       overtaken(rq, &now);
	*id = db_i64(r, 0, 0);
	return true;
}

bool part_write(struct req *rq, struct db_call write, enum query read, int64_t id, int status)
{
	struct document d;

	if (!written(rq, write, read, &id))
		return false;
	http_plan_changed(rq);
	if (status == 201)
		http_location(rq, arena_printf(&rq->arena, "%s/%lld", rq->path, (long long)id));
	return document_read(&d, rq, part_call(rq, read, id, false), rq->arg[1]) &&
	       document_answer(rq, status, &d);
}

bool part_same(struct req *rq, enum query read, int64_t id)
{
	struct document d;

	return document_read(&d, rq, part_call(rq, read, id, false), rq->arg[1]) &&
	       document_answer(rq, 200, &d);
}

bool list_answer(struct req *rq, enum query query, const char *sorts, const json_t *filters)
{
	db_result_auto *r = NULL;
	struct list list;

	if (!list_read(&list, rq, sorts))
		return false;
	if (list.id && (!*list.id || strlen(list.id) > 18 ||
			strspn(list.id, "0123456789") != strlen(list.id)))
		return err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
	if (http_cached(rq, "parts"))
		return true;
	if (!db_run(&r, &rq->db, query,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], req_as_of(rq),
				      json_write(&rq->arena, filters), list_param(rq, &list),
				      lang_code(rq->lang), db_param_day(&rq->arena, rq->today) },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	return http_keep(rq, "parts", arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

/* ------------------------------------------------------------------ fields of a body */

enum json_found field_text(const char **out, json_t *fields, const struct json_reader *r,
			   const char *field, unsigned flags, size_t max)
{
	enum json_found found;

	*out = NULL;
	found = json_text(out, r, field, flags, max);
	if (found == JSON_GIVEN)
		json_object_set_new(fields, field, json_string(*out));
	else if (found == JSON_NULL_GIVEN)
		json_object_set_new(fields, field, json_null());
	return found;
}

enum json_found field_day(int32_t *out, json_t *fields, const struct json_reader *r,
			  const char *field, unsigned flags)
{
	enum json_found found;

	*out = DAY_NONE;
	found = json_day(out, r, field, flags);
	if (found == JSON_GIVEN)
		json_object_set_new(fields, field, json_string(day_format(*out).text));
	else if (found == JSON_NULL_GIVEN)
		json_object_set_new(fields, field, json_null());
	return found;
}

/* ------------------------------------------------------------------ organisations */

/* Each text of an object, and of the arrays in it: `what` is called with its pointer. */
static void each_code(struct req *rq, const json_t *object, void *arg,
		      void (*what)(void *arg, struct req *rq, const char *pointer, const char *code))
{
	const char *field;
	json_t *value, *item;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)object, field, value) {
		if (json_is_string(value))
			what(arg, rq, arena_printf(&rq->arena, "#/%s", field), json_string_value(value));
		json_array_foreach(value, i, item)
			if (json_is_string(item))
				what(arg, rq, arena_printf(&rq->arena, "#/%s/%zu", field, i),
				     json_string_value(item));
	}
}

static void collect(void *arg, struct req *rq, const char *pointer, const char *code)
{
	(void)rq;
	(void)pointer;
	json_array_append_new(arg, json_string(code));
}

static void blame(void *arg, struct req *rq, const char *pointer, const char *code)
{
	const struct db_result *unknown = arg;

	for (int i = 0; i < db_rows(unknown); i++)
		if (strcmp(db_text(unknown, i, 0), code) == 0) {
			err_add(&rq->err, pointer, MSG_UNKNOWN_ORGANISATION, code);
			return;
		}
}

bool organisations_check(struct req *rq, const json_t *wanted)
{
	json_auto_t *codes = json_array();
	db_result_auto *unknown = NULL;
	struct err e;

	each_code(rq, wanted, codes, collect);
	if (json_array_size(codes) == 0)
		return true;
	/* faults of the body may be known already: the question must be asked all the same */
	err_init(&e, &rq->arena);
	if (!db_run(&unknown, &rq->db, Q_action_codes,
		    (const char *[]){ json_write(&rq->arena, codes) }, &e)) {
		rq->err = e;
		return false;
	}
	each_code(rq, wanted, unknown, blame);
	return db_rows(unknown) == 0;
}
