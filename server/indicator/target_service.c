/*
 * Targets: found, set, changed, withdrawn.
 */
#include "target_service.h"

#include <string.h>

#include "clock.h"
#include "id.h"
#include "json.h"
#include "plugin.h"
#include "territory.h"

enum { TEXT_MAX = 1000, STEPS_MAX = 60, PERIOD_MAX = 10 };
#define FIGURE_MAX 999999999999999.0

static const char *plan_param(const struct target_case *c)
{
	return db_param_i64(c->arena, c->plan_id);
}

/* ------------------------------------------------------------------ which one */

/* The territory exists and the indicator is computed there, or 404 with what would be right. */
static bool computed_there(const struct target_case *c, const char *levels)
{
	const char *level = territory_level(c->territory), *meant = territory_meant(c->territory);

	if (!level && meant)
		return err_set(c->e, ERR_NOT_FOUND, MSG_TERRITORY_HINT, c->territory, meant);
	if (!level)
		return err_set(c->e, ERR_NOT_FOUND, MSG_UNKNOWN_TERRITORY, c->territory);
	return (levels && strstr(levels, arena_printf(c->arena, "\"%s\"", level))) ||
	       err_set(c->e, ERR_NOT_FOUND, MSG_TARGET_LEVEL, c->code, level);
}

bool target_find(struct standing_target *out, const struct target_case *c)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, c->db, Q_target_find, (const char *[]){ plan_param(c), c->code, c->territory }, c->e))
		return false;
	if (db_rows(r) == 0)
		return err_set(c->e, ERR_NOT_FOUND, MSG_NOT_FOUND, c->code);
	*out = (struct standing_target){
		.plugin_id = db_i64(r, 0, db_column(r, "plugin_id")), .id = db_i64(r, 0, db_column(r, "id")),
		.version = db_i64(r, 0, db_column(r, "version")), .withdrawn = db_bool(r, 0, db_column(r, "withdrawn")),
		.archived = db_bool(r, 0, db_column(r, "archived")),
	};
	if (!db_bool(r, 0, db_column(r, "coordinates")))
		return err_set(c->e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	return computed_there(c, db_text(r, 0, db_column(r, "levels")));
}

/* out->body stays NULL when there is none. */
static bool read_now(struct target_text *out, const struct target_case *c, const char *as_of)
{
	db_result_auto *r = NULL;
	int column;

	if (!db_run(&r, c->db, Q_target_get, (const char *[]){ plan_param(c), c->code, c->territory, as_of }, c->e))
		return false;
	column = db_column(r, "body");
	if (db_rows(r) > 0)
		*out = (struct target_text){ arena_memdup(c->arena, db_text(r, 0, column), db_length(r, 0, column)),
					     db_i64(r, 0, db_column(r, "version")) };
	return true;
}

bool target_read(struct target_text *out, const struct target_case *c, const char *as_of)
{
	out->body = NULL;
	return read_now(out, c, as_of) &&
	       (out->body || err_set(c->e, ERR_NOT_FOUND, MSG_NO_TARGET, c->code, c->territory));
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

static void read_target(json_t *fields, const struct target_case *c, const json_t *body, bool changes)
{
	struct json_reader r = { body, "#", c->e };
	const char *source = NULL, *origin = "published", *reason = NULL;
	int32_t start, end;

	json_only(&r, "baseline target path steps source origin reason");
	start = read_point(fields, &r, "baseline", "baseline", "baseline_period");
	end = read_point(fields, &r, "target", "value", "period");
	if (start != DAY_NONE && end != DAY_NONE && end <= start)
		err_add(c->e, "#/target/period", MSG_TARGET_PERIODS);
	read_path(fields, &r, start, end);
	json_text(&source, &r, "source", JSON_REQUIRED, TEXT_MAX);
	json_choice(&origin, &r, "origin", 0, "published illustrative");
	json_text(&reason, &r, "reason", changes ? JSON_REQUIRED : JSON_NULLABLE, TEXT_MAX);
	json_object_set_new(fields, "source", source ? json_string(source) : json_null());
	json_object_set_new(fields, "origin", json_string(origin));
	json_object_set_new(fields, "reason", reason ? json_string(reason) : json_null());
}

/* ------------------------------------------------------------------ writing */

/* The target as it is now beside the refusal. */
static bool overtaken(const struct target_case *c)
{
	struct target_text now = { 0 };

	if (!read_now(&now, c, NULL))
		return false;
	err_set(c->e, ERR_CHANGED, MSG_CHANGED);
	c->e->current = now.body;
	return false;
}

bool target_save(const struct target_case *c, const struct standing_target *t, const json_t *body, int64_t version)
{
	json_auto_t *fields = json_object();
	db_result_auto *r = NULL;

	if (version != t->version)
		return overtaken(c);
	read_target(fields, c, body, t->id > 0);
	if (!err_ok(c->e))
		return false;
	if (t->archived)
		return err_set(c->e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	return db_run(&r, c->db, Q_target_save,
		      (const char *[]){ plan_param(c), db_param_i64(c->arena, t->plugin_id), c->territory,
					db_param_i64(c->arena, t->version), json_write(c->arena, fields) },
		      c->e) &&
	       (db_rows(r) > 0 || overtaken(c));
}

bool target_withdraw(const struct target_case *c, const struct standing_target *t, const json_t *body,
		     int64_t version)
{
	struct json_reader r = { body, "#", c->e };
	const char *reason = NULL;
	db_result_auto *done = NULL;

	if (version != t->version)
		return overtaken(c);
	json_only(&r, "reason");
	json_text(&reason, &r, "reason", JSON_REQUIRED, TEXT_MAX);
	if (!err_ok(c->e))
		return false;
	if (t->archived)
		return err_set(c->e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (t->withdrawn)
		return err_set(c->e, ERR_CONFLICT, MSG_WITHDRAWN_ALREADY);
	return db_run(&done, c->db, Q_target_withdraw,
		      (const char *[]){ db_param_i64(c->arena, t->id), db_param_i64(c->arena, t->version), reason },
		      c->e) &&
	       (db_rows(done) > 0 || overtaken(c));
}
