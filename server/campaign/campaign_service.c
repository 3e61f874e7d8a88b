/*
 * Campaigns: opened, changed, closed.
 */
#include <string.h>

#include "clock.h"
#include "json.h"
#include "parts.h"
#include "series.h"
#include "text.h"

#define KINDS "police gendarmerie justice state local association international other"

bool campaign_find(struct campaign *out, struct db_session *s, int64_t plan_id, const char *period,
		   struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_campaign_find,
		    (const char *[]) { db_param_i64(e->arena, plan_id), period }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NO_CAMPAIGN, period);
	*out = (struct campaign) {
		.id = db_i64(r, 0, db_column(r, "id")),
		.version = db_i64(r, 0, db_column(r, "version")),
		.plan_id = plan_id,
		.period = arena_strdup(e->arena, period),
		.closed = db_bool(r, 0, db_column(r, "closed")),
		.archived = db_bool(r, 0, db_column(r, "archived")),
	};
	return day_parse(&out->opens_on, db_text(r, 0, db_column(r, "opens_on"))) &&
	       day_parse(&out->due_on, db_text(r, 0, db_column(r, "due_on")));
}

/* ------------------------------------------------------------------ what is asked */

/* The kinds of one item, by default who counts such a series. */
static json_t *read_kinds(const struct json_reader *r, bool by_force)
{
	const json_t *given = NULL, *kind;
	json_t *kinds = json_array();
	size_t i;

	json_array_in(&given, r, "kinds", 0);
	json_array_foreach(given, i, kind)
	{
		if (!json_is_string(kind))
			err_add(r->e, json_pointer(r, "kinds"), MSG_WANT_TEXT);
		else if (!text_in_list(json_string_value(kind), KINDS))
			err_add(r->e, json_pointer(r, "kinds"), MSG_BAD_CHOICE,
				json_string_value(kind), KINDS);
		json_array_append(kinds, (json_t *)(uintptr_t)kind);
	}
	if (json_array_size(kinds) > 0)
		return kinds;
	json_array_append_new(kinds, json_string(by_force ? "police" : "association"));
	if (by_force)
		json_array_append_new(kinds, json_string("gendarmerie"));
	return kinds;
}

static void read_item(json_t *expects, const json_t *item, const json_t *known, const char *base,
		      struct err *e)
{
	struct json_reader r = { item, base, e };
	const char *code = NULL;
	json_t *kinds;

	if (!json_is_object(item)) {
		err_add(e, base, MSG_WANT_OBJECT);
		return;
	}
	json_only(&r, "id kinds");
	if (json_text(&code, &r, "id", JSON_REQUIRED, 80) != JSON_GIVEN)
		return;
	if (!json_object_get(known, code)) {
		err_add(e, json_pointer(&r, "id"), MSG_SERIES_NOT_ASKED, code);
		return;
	}
	kinds = read_kinds(&r, json_is_true(json_object_get(known, code)));
	json_array_append_new(expects, json_pack("{s:s, s:o}", "series", code, "kinds", kinds));
}

/* "series" of a body as the column `expects`; an owned array, NULL without the field. */
static bool read_series(json_t **out, struct db_session *s, const struct json_reader *r)
{
	const json_t *items = NULL, *item;
	json_auto_t *known = NULL;
	db_result_auto *q = NULL;
	struct err e;
	size_t i;

	*out = NULL;
	if (json_array_in(&items, r, "series", 0) != JSON_GIVEN)
		return true;
	if (json_array_size(items) == 0 || json_array_size(items) > SERIES_MAX) {
		err_add(r->e, "#/series", MSG_SERIES_NEEDED);
		return true;
	}
	/* faults of the body may be known already: the question must be asked all the same */
	err_init(&e, r->e->arena);
	if (!db_run(&q, s, Q_campaign_series, NULL, &e) ||
	    !json_parse(&known, db_text(q, 0, 0), strlen(db_text(q, 0, 0)), &e)) {
		*r->e = e;
		return false;
	}
	*out = json_array();
	json_array_foreach(items, i, item)
	    read_item(*out, item, known, arena_printf(r->e->arena, "#/series/%zu", i), r->e);
	return true;
}

/* ------------------------------------------------------------------ opening */

struct wish {
	const char *period, *opens_on, *due_on;
	json_t *expects;
	bool deployments;
};

static const char *read_day(const struct json_reader *r, const char *field)
{
	int32_t day;

	return json_day(&day, r, field, 0) == JSON_GIVEN
		   ? arena_strdup(r->e->arena, day_format(day).text)
		   : NULL;
}

static bool read_wish(struct wish *out, struct db_session *s, const json_t *body, struct err *e)
{
	struct json_reader r = { body, "#", e };

	*out = (struct wish) { .deployments = true };
	json_only(&r, "period opens_on due_on series deployments");
	if (json_text(&out->period, &r, "period", JSON_REQUIRED, 20) == JSON_GIVEN &&
	    !is_month(out->period))
		err_add(e, "#/period", MSG_PERIOD_WRONG, out->period, "2026-03");
	out->opens_on = read_day(&r, "opens_on");
	out->due_on = read_day(&r, "due_on");
	json_truth(&out->deployments, &r, "deployments", 0);
	return read_series(&out->expects, s, &r) && err_ok(e);
}

static bool insert(int64_t *units, struct db_session *s, int64_t plan_id, const struct wish *w,
		   struct err *e)
{
	const char *plan = db_param_i64(e->arena, plan_id), *expects;
	db_result_auto *before = NULL, *r = NULL;

	if (!db_run(&before, s, Q_campaign_before, (const char *[]) { plan, w->period }, e))
		return false;
	expects = w->expects
		      ? json_write(e->arena, w->expects)
		      : arena_strdup(e->arena, db_text(before, 0, db_column(before, "expects")));
	if (!expects)
		return err_add(e, "#/series", MSG_SERIES_NEEDED);
	if (db_bool(before, 0, db_column(before, "archived")))
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (db_i64(before, 0, db_column(before, "units")) == 0)
		return err_set(e, ERR_CONFLICT, MSG_ROSTER_EMPTY, w->period);
	if (!db_run(&r, s, Q_campaign_open,
		    (const char *[]) { plan, w->period, w->opens_on, w->due_on, expects,
				       db_param_bool(w->deployments) },
		    e))
		return false;
	*units = db_i64(r, 0, db_column(r, "units"));
	return true;
}

bool campaign_open(int64_t *units, struct db_session *s, int64_t plan_id, const json_t *wish,
		   struct err *e)
{
	struct wish w;
	bool ok = read_wish(&w, s, wish, e) && insert(units, s, plan_id, &w, e);

	json_decref(w.expects);
	return ok;
}

/* ------------------------------------------------------------------ changing, closing */

static bool save(bool *moved, struct db_session *s, const struct campaign *c, const json_t *fields,
		 bool follow, struct err *e)
{
	const char *id = db_param_i64(e->arena, c->id);
	struct db_result *r[2] = { NULL, NULL };
	const struct db_call calls[] = {
		{ Q_campaign_save, (const char *[]) { id, db_param_i64(e->arena, c->version),
						      json_write(e->arena, fields) } },
		{ Q_campaign_follow, (const char *[]) { id } },
	};
	bool ok = db_run_all(r, s, calls, follow ? 2 : 1, e);

	*moved = ok && db_rows(r[0]) == 0;
	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

/* The same, and its month is published in the same transaction. */
static bool save_closed(bool *moved, struct db_session *s, const struct campaign *c, const json_t *fields, bool follow,
			int32_t today, struct err *e)
{
	struct publication_counts published;

	if (!db_begin(s, e))
		return false;
	if (save(moved, s, c, fields, follow, e) && !*moved &&
	    publication_ensure(&published, s, c->plan_id, c->period, today, e) && db_commit(s, e))
		return true;
	db_rollback(s);
	return err_ok(e);
}

/* A moved due day and a campaign opened again say why. */
static void read_change(json_t *fields, const struct campaign *c, const struct json_reader *r)
{
	int32_t opens_on = c->opens_on, due_on = c->due_on;
	const char *reason = NULL;
	bool closed = c->closed, deployments;

	if (json_day(&opens_on, r, "opens_on", 0) == JSON_GIVEN)
		json_object_set_new(fields, "opens_on", json_string(day_format(opens_on).text));
	if (json_day(&due_on, r, "due_on", 0) == JSON_GIVEN)
		json_object_set_new(fields, "due_on", json_string(day_format(due_on).text));
	if (json_truth(&deployments, r, "deployments", 0) == JSON_GIVEN)
		json_object_set_new(fields, "deployments", json_boolean(deployments));
	if (json_truth(&closed, r, "closed", 0) == JSON_GIVEN)
		json_object_set_new(fields, "closed", json_boolean(closed));
	if (json_text(&reason, r, "reason", JSON_NULLABLE, REASON_MAX) == JSON_GIVEN)
		json_object_set_new(fields, "reason", json_string(reason));
	if (!reason && (due_on != c->due_on || (c->closed && !closed)))
		err_add(r->e, "#/reason", MSG_CAMPAIGN_SAYS_WHY);
	if (due_on < opens_on)
		err_add(r->e, "#/due_on", MSG_PERIODS_REVERSED);
}

bool campaign_change(bool *moved, struct db_session *s, const struct campaign *c,
		     const json_t *wish, int32_t today, struct err *e)
{
	struct json_reader r = { wish, "#", e };
	json_auto_t *fields = json_object();
	json_t *expects = NULL;
	bool follow = false;

	*moved = false;
	json_only(&r, "opens_on due_on series deployments closed reason follow_roster");
	read_change(fields, c, &r);
	json_truth(&follow, &r, "follow_roster", 0);
	if (!read_series(&expects, s, &r))
		return false;
	if (expects)
		json_object_set_new(fields, "expects", expects);
	if (!err_ok(e))
		return false;
	if (c->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (!c->closed && json_is_true(json_object_get(fields, "closed")))
		return save_closed(moved, s, c, fields, follow, today, e);
	return save(moved, s, c, fields, follow, e);
}

bool campaign_close(bool *moved, struct db_session *s, const struct campaign *c, int32_t today, struct err *e)
{
	json_auto_t *fields = json_pack("{s:b}", "closed", 1);

	*moved = false;
	if (c->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (c->closed)
		return err_set(e, ERR_CONFLICT, MSG_CAMPAIGN_CLOSED);
	return save_closed(moved, s, c, fields, false, today, e);
}
