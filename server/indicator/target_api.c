/*
 * Targets over HTTP.  Coordinators set them, with where they come from, and change them with a reason.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "http.h"
#include "id.h"
#include "indicator.h"
#include "json.h"
#include "plugin.h"
#include "target_api.h"
#include "target_rules.h"
#include "territory.h"

enum { TEXT_MAX = 1000, STEPS_MAX = 60, PERIOD_MAX = 10 };
#define FIGURE_MAX 999999999999999.0

/* What a write must know. */
struct standing_target {
	int64_t plugin_id, id, version;	/* the last two 0: there is none yet */
	bool withdrawn, archived;
};

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

static bool read_now(struct db_result **out, struct req *rq, const char *as_of)
{
	return db_run(out, &rq->db, Q_target_get,
		      (const char *[]){ plan_param(rq), rq->arg[1], rq->arg[2], as_of }, &rq->err);
}

static const char *body_of(struct req *rq, const struct db_result *r)
{
	int column = db_column(r, "body");

	return arena_memdup(&rq->arena, db_text(r, 0, column), db_length(r, 0, column));
}

static bool answer(struct req *rq, int status, const char *as_of)
{
	db_result_auto *r = NULL;

	if (!read_now(&r, rq, as_of))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_TARGET, rq->arg[1], rq->arg[2]);
	http_etag_version(rq, db_i64(r, 0, db_column(r, "version")));
	return http_json(rq, status, body_of(rq, r));
}

bool target_api_get(struct req *rq)
{
	return answer(rq, 200, req_as_of(rq));
}

/* ------------------------------------------------------------------ which one is written */

/* The territory exists and the indicator is computed there, or 404 with what would be right. */
static bool computed_there(struct req *rq, const char *levels)
{
	const char *level = territory_level(rq->arg[2]), *meant = territory_meant(rq->arg[2]);

	if (!level && meant)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_TERRITORY_HINT, rq->arg[2], meant);
	if (!level)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_UNKNOWN_TERRITORY, rq->arg[2]);
	return (levels && strstr(levels, arena_printf(&rq->arena, "\"%s\"", level))) ||
	       err_set(&rq->err, ERR_NOT_FOUND, MSG_TARGET_LEVEL, rq->arg[1], level);
}

bool target_api_find(struct req *rq)
{
	struct standing_target *t = arena_alloc(&rq->arena, sizeof *t);
	db_result_auto *r = NULL;

	rq->object = t;
	if (!db_run(&r, &rq->db, Q_target_find, (const char *[]){ plan_param(rq), rq->arg[1], rq->arg[2] }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	*t = (struct standing_target){
		.plugin_id = db_i64(r, 0, db_column(r, "plugin_id")), .id = db_i64(r, 0, db_column(r, "id")),
		.version = db_i64(r, 0, db_column(r, "version")), .withdrawn = db_bool(r, 0, db_column(r, "withdrawn")),
		.archived = db_bool(r, 0, db_column(r, "archived")),
	};
	return computed_there(rq, db_text(r, 0, db_column(r, "levels")));
}

bool target_api_find_set(struct req *rq)
{
	const struct standing_target *t;

	if (!target_api_find(rq))
		return false;
	t = rq->object;
	return t->id > 0 || err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_TARGET, rq->arg[1], rq->arg[2]);
}

/* ------------------------------------------------------------------ the body of a write */

/* {"value", "period"} of `field`, into *fields as `value` and `period`; the period's last day, or DAY_NONE. */
static int32_t read_point(json_t *fields, const struct json_reader *outer, const char *field, const char *value_as,
			  const char *period_as)
{
	struct json_reader r = { NULL, json_pointer(outer, field), outer->e };
	int32_t first, last = DAY_NONE;
	const char *period;
	double value;

	if (json_object_in(&r.object, outer, field, JSON_REQUIRED) != JSON_GIVEN)
		return DAY_NONE;
	json_only(&r, "value period");
	if (json_decimal(&value, &r, "value", JSON_REQUIRED, -FIGURE_MAX, FIGURE_MAX) == JSON_GIVEN)
		json_object_set_new(fields, value_as, json_real(value));
	if (json_text(&period, &r, "period", JSON_REQUIRED, PERIOD_MAX) != JSON_GIVEN)
		return DAY_NONE;
	json_object_set_new(fields, period_as, json_string(period));
	if (!period_days(&first, &last, period)) {
		err_add(outer->e, json_pointer(&r, "period"), MSG_BAD_PERIOD, period);
		return DAY_NONE;
	}
	return last;
}

/* One step, which comes after `before` and before `end`; its last day. */
static int32_t read_step(json_t *steps, const struct json_reader *r, int32_t before, int32_t end)
{
	json_t *step = json_object();
	const char *period;
	int32_t first, last = DAY_NONE;
	double value;

	json_only(r, "period value");
	if (json_decimal(&value, r, "value", JSON_REQUIRED, -FIGURE_MAX, FIGURE_MAX) == JSON_GIVEN)
		json_object_set_new(step, "value", json_real(value));
	if (json_text(&period, r, "period", JSON_REQUIRED, PERIOD_MAX) == JSON_GIVEN) {
		json_object_set_new(step, "period", json_string(period));
		if (!period_days(&first, &last, period))
			err_add(r->e, json_pointer(r, "period"), MSG_BAD_PERIOD, period);
		else if (last <= before || (end != DAY_NONE && last >= end))
			err_add(r->e, json_pointer(r, "period"), MSG_TARGET_STEP);
	}
	json_array_append_new(steps, step);
	return last;
}

static void read_path(json_t *fields, const struct json_reader *r, int32_t start, int32_t end)
{
	json_t *steps = json_array(), *item;
	const char *path = "linear";
	const json_t *given = NULL;
	size_t i;

	json_choice(&path, r, "path", 0, "linear stepped");
	json_array_in(&given, r, "steps", 0);
	if (strcmp(path, "linear") == 0 && json_array_size(given) > 0)
		err_add(r->e, "#/steps", MSG_TARGET_NO_STEPS);
	if (strcmp(path, "stepped") == 0 && (json_array_size(given) == 0 || json_array_size(given) > STEPS_MAX))
		err_add(r->e, "#/steps", MSG_TARGET_STEPS, "60");
	json_array_foreach((json_t *)(uintptr_t)given, i, item) {
		struct json_reader step = { item, arena_printf(r->e->arena, "#/steps/%zu", i), r->e };
		int32_t day;

		if (i >= STEPS_MAX)
			break;
		if (!json_is_object(item)) {
			err_add(r->e, step.base, MSG_WANT_OBJECT);
			continue;
		}
		day = read_step(steps, &step, start, end);
		start = day == DAY_NONE ? start : day;
	}
	json_object_set_new(fields, "path", json_string(path));
	json_object_set_new(fields, "steps", steps);
}

static void read_target(json_t *fields, struct req *rq, bool changes)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *source = NULL, *origin = "published", *reason = NULL;
	int32_t start, end;

	json_only(&r, "baseline target path steps source origin reason");
	start = read_point(fields, &r, "baseline", "baseline", "baseline_period");
	end = read_point(fields, &r, "target", "value", "period");
	if (start != DAY_NONE && end != DAY_NONE && end <= start)
		err_add(&rq->err, "#/target/period", MSG_TARGET_PERIODS);
	read_path(fields, &r, start, end);
	json_text(&source, &r, "source", JSON_REQUIRED, TEXT_MAX);
	json_choice(&origin, &r, "origin", 0, "published illustrative");
	json_text(&reason, &r, "reason", changes ? JSON_REQUIRED : JSON_NULLABLE, TEXT_MAX);
	json_object_set_new(fields, "source", source ? json_string(source) : json_null());
	json_object_set_new(fields, "origin", json_string(origin));
	json_object_set_new(fields, "reason", reason ? json_string(reason) : json_null());
}

/* ------------------------------------------------------------------ writing */

/* 412 with the target as it is now. */
static bool overtaken(struct req *rq)
{
	db_result_auto *now = NULL;

	if (!read_now(&now, rq, NULL))
		return false;
	err_set(&rq->err, ERR_CHANGED, MSG_CHANGED);
	rq->err.current = db_rows(now) > 0 ? body_of(rq, now) : NULL;
	return false;
}

static bool written(struct req *rq, const struct db_result *r, int status)
{
	if (db_rows(r) == 0)
		return overtaken(rq);
	http_plan_changed(rq);
	if (status == 201)
		http_location(rq, rq->path);
	return answer(rq, status, NULL);
}

bool target_api_put(struct req *rq)
{
	const struct standing_target *t = rq->object;
	json_auto_t *fields = json_object();
	db_result_auto *r = NULL;

	if (t->id && rq->if_version < 0) {
		err_set(&rq->err, ERR_PRECONDITION, MSG_IF_MATCH_MISSING);
		return err_add_header(&rq->err, "If-Match", MSG_IF_MATCH_MISSING);
	}
	if (rq->if_version >= 0 && rq->if_version != t->version)
		return overtaken(rq);
	read_target(fields, rq, t->id > 0);
	if (!err_ok(&rq->err))
		return false;
	if (t->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	return db_run(&r, &rq->db, Q_target_save,
		      (const char *[]){ plan_param(rq), db_param_i64(&rq->arena, t->plugin_id), rq->arg[2],
					db_param_i64(&rq->arena, t->version), json_write(&rq->arena, fields) },
		      &rq->err) &&
	       written(rq, r, t->id ? 200 : 201);
}

bool target_api_withdraw(struct req *rq)
{
	const struct standing_target *t = rq->object;
	struct json_reader body = { rq->body, "#", &rq->err };
	const char *reason = NULL;
	db_result_auto *r = NULL;

	if (rq->if_version != t->version)
		return overtaken(rq);
	json_only(&body, "reason");
	json_text(&reason, &body, "reason", JSON_REQUIRED, TEXT_MAX);
	if (!err_ok(&rq->err))
		return false;
	if (t->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (t->withdrawn)
		return err_set(&rq->err, ERR_CONFLICT, MSG_WITHDRAWN_ALREADY);
	return db_run(&r, &rq->db, Q_target_withdraw,
		      (const char *[]){ db_param_i64(&rq->arena, t->id), db_param_i64(&rq->arena, t->version), reason },
		      &rq->err) &&
	       written(rq, r, 200);
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
