/*
 * Targets over HTTP.  Coordinators set them, with where they come from, and change them with a reason.
 */
#include <string.h>

#include "http.h"
#include "indicator.h"
#include "json.h"
#include "target_api.h"
#include "target_rules.h"
#include "target_service.h"
#include "territory.h"

/* ------------------------------------------------------------------ reading */

static const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

bool target_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list list;
	const char *body;

	list_read(&list, rq, "territory period");
	filter_read(filters, rq, "territory", NULL);
	if (req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	if (!err_ok(&rq->err) ||
	    !db_run(&r, &rq->db, Q_target_list,
		    (const char *[]){ plan_param(rq), rq->arg[1], req_as_of(rq), json_write(&rq->arena, filters),
				      list_param(rq, &list) }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	body = arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

static struct target_case of_request(struct req *rq)
{
	return (struct target_case){ &rq->db, &rq->arena, &rq->err, rq->plan_id, rq->arg[1], rq->arg[2] };
}

static bool answer(struct req *rq, int status, const char *as_of)
{
	const struct target_case c = of_request(rq);
	struct target_text now;

	if (!target_read(&now, &c, as_of))
		return false;
	http_etag_version(rq, now.version);
	return http_json(rq, status, now.body);
}

bool target_api_get(struct req *rq)
{
	return answer(rq, 200, req_as_of(rq));
}

/* ------------------------------------------------------------------ writing */

bool target_api_find(struct req *rq)
{
	const struct target_case c = of_request(rq);

	return target_find(rq->object = arena_alloc(&rq->arena, sizeof(struct standing_target)), &c);
}

bool target_api_find_set(struct req *rq)
{
	const struct standing_target *t;

	if (!target_api_find(rq))
		return false;
	t = rq->object;
	return t->id > 0 || err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_TARGET, rq->arg[1], rq->arg[2]);
}

static bool written(struct req *rq, int status)
{
	http_plan_changed(rq);
	if (status == 201)
		http_location(rq, rq->path);
	return answer(rq, status, NULL);
}

bool target_api_put(struct req *rq)
{
	const struct target_case c = of_request(rq);
	const struct standing_target *t = rq->object;

	if (t->id && rq->if_version < 0) {
		err_set(&rq->err, ERR_PRECONDITION, MSG_IF_MATCH_MISSING);
		return err_add_header(&rq->err, "If-Match", MSG_IF_MATCH_MISSING);
	}
	return target_save(&c, t, rq->body, rq->if_version < 0 ? 0 : rq->if_version) && written(rq, t->id ? 200 : 201);
}

bool target_api_withdraw(struct req *rq)
{
	const struct target_case c = of_request(rq);

	return target_withdraw(&c, rq->object, rq->body, rq->if_version) && written(rq, 200);
}

/* ------------------------------------------------------------------ beside the figures */

/* *out: as target_courses.sql gives them, owned; NULL: there are none. */
static bool courses(json_t **out, struct req *rq, const char *code, const char *territory)
{
	db_result_auto *r = NULL;

	*out = NULL;
	if (!db_run(&r, &rq->db, Q_target_courses,
		    (const char *[]){ plan_param(rq), req_as_of(rq), code, territory }, &rq->err) ||
	    !json_parse_any(out, db_text(r, 0, 0), db_length(r, 0, 0), &rq->err))
		return false;
	if (json_array_size(*out) > 0)
		return true;
	json_decref(*out);
	*out = NULL;
	return true;
}

/* The targets themselves, for the answer of one indicator.  Owned. */
static json_t *bare(const json_t *targets, const char *level)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(targets); i++) {
		json_t *target = json_object_get(json_array_get(targets, i), "target");
		const char *code = json_string_value(json_object_get(target, "territory"));

		if (strcmp(territory_level(code), level) == 0)
			json_array_append(out, target);
	}
	return out;
}

bool target_beside_values(const char **body, struct req *rq, const char *level)
{
	json_auto_t *targets = NULL, *answer = NULL;

	if (!courses(&targets, rq, rq->arg[1], req_query(rq, "territory")))
		return false;
	if (!targets)
		return true;
	if (!json_parse(&answer, *body, strlen(*body), &rq->err))
		return false;
	target_tell(json_object_get(answer, "cells"), targets, &rq->arena);
	json_object_set_new(answer, "targets", bare(targets, level));
	*body = json_write(&rq->arena, answer);
	return true;
}

bool target_beside_items(const char **body, struct req *rq)
{
	json_auto_t *targets = NULL, *answer = NULL;

	if (!courses(&targets, rq, NULL, "FR"))
		return false;
	if (!targets)
		return true;
	if (!json_parse(&answer, *body, strlen(*body), &rq->err))
		return false;
	target_tell_items(json_object_get(answer, "items"), targets, &rq->arena);
	*body = json_write(&rq->arena, answer);
	return true;
}
