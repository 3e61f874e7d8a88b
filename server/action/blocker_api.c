/*
 * Blockers over HTTP: what stands in the way of an action, or of it in one place.
 */
#include <string.h>

#include "clock.h"
#include "parts.h"
#include "territory.h"

#define KINDS "arbitration resource legal partner technical other"
#define FIELDS "kind title description decision_needed decision_from"

enum { DECISION_MAX = 1000 };

struct blocker {
	int64_t id, version;
	int32_t opened_on;
	bool closed, archived;
};

/* ------------------------------------------------------------------ reading */

bool blocker_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	filter_read(filters, rq, "open", "true false");
	filter_read(filters, rq, "kind", KINDS);
	filter_read(filters, rq, "organisation", NULL);
	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	return err_ok(&rq->err) && list_answer(rq, Q_blocker_list, "-opened_on", filters);
}

bool blocker_api_get(struct req *rq)
{
	return part_get(rq, Q_blocker_get);
}

bool blocker_api_find(struct req *rq)
{
	struct blocker *b = arena_alloc(&rq->arena, sizeof *b);
	db_result_auto *r = NULL;

	if (!path_id(&b->id, rq, 2) ||
	    !db_run(&r, &rq->db, Q_blocker_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], rq->arg[2] },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	b->version = db_i64(r, 0, db_column(r, "version"));
	b->closed = !db_null(r, 0, db_column(r, "closed_on"));
	b->archived = db_bool(r, 0, db_column(r, "archived"));
	if (!day_parse(&b->opened_on, db_text(r, 0, db_column(r, "opened_on"))))
		b->opened_on = DAY_NONE;
	rq->object = b;
	return db_bool(r, 0, db_column(r, "may")) || !req_has_role(rq, ROLE_CONTRIBUTOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

/* ------------------------------------------------------------------ opening */

/* Where the blocker stands, before the body is judged: 403 outside the person's scope. */
static bool in_scope(struct req *rq, const struct action *a, struct deployment *d)
{
	const char *territory = json_string_value(json_object_get(rq->body, "territory"));
	const char *organisation = json_string_value(json_object_get(rq->body, "organisation"));

	*d = (struct deployment){ .may = a->may };
	if (!territory && !organisation)
		return a->may || err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
	if (!territory || !organisation)
		return true;	/* told with the other faults of the body */
	if (!deployment_load(d, rq, a, territory, organisation))
		return false;
	return d->may || !d->place_known || !d->organisation_known ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

static void read_place(json_t *fields, struct req *rq, const struct json_reader *r,
		       const struct deployment *d)
{
	bool somewhere = json_is_string(json_object_get(rq->body, "territory")) ||
			 json_is_string(json_object_get(rq->body, "organisation"));
	unsigned flags = somewhere ? JSON_REQUIRED : JSON_NULLABLE;
	const char *territory, *organisation;
	enum json_found a = field_text(&territory, fields, r, "territory", flags, 10);
	enum json_found b = field_text(&organisation, fields, r, "organisation", flags, 32);

	if (a != JSON_GIVEN || b != JSON_GIVEN)
		return;
	territory_check(&rq->err, "#/territory", territory);
	if (!d->organisation_known)
		err_add(&rq->err, "#/organisation", MSG_UNKNOWN_ORGANISATION, organisation);
	if (d->place_known && d->organisation_known && !d->id)
		err_add(&rq->err, "#/territory", MSG_NO_DEPLOYMENT, territory, organisation);
}

static void read_words(json_t *fields, struct req *rq, const struct json_reader *r, unsigned flags)
{
	json_auto_t *wanted = json_object();
	const char *text, *kind = NULL;

	if (json_choice(&kind, r, "kind", flags, KINDS) == JSON_GIVEN)
		json_object_set_new(fields, "kind", json_string(kind));
	field_text(&text, fields, r, "title", flags, ACTION_TITLE_MAX);
	field_text(&text, fields, r, "description", JSON_NULLABLE, ACTION_COMMENT_MAX);
	field_text(&text, fields, r, "decision_needed", JSON_NULLABLE, DECISION_MAX);
	if (field_text(&text, fields, r, "decision_from", JSON_NULLABLE, 32) == JSON_GIVEN) {
		json_object_set_new(wanted, "decision_from", json_string(text));
		organisations_check(rq, wanted);
	}
}

bool blocker_api_post(struct req *rq)
{
	const struct action *a = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();
	struct deployment d;
	int32_t opened_on;

	if (!in_scope(rq, a, &d))
		return false;
	json_only(&r, FIELDS " opened_on territory organisation");
	read_words(fields, rq, &r, JSON_REQUIRED);
	read_place(fields, rq, &r, &d);
	if (field_day(&opened_on, fields, &r, "opened_on", 0) == JSON_ABSENT)
		json_object_set_new(fields, "opened_on", json_string(day_format(rq->today).text));
	else if (opened_on != DAY_NONE && opened_on > rq->today)
		err_add(&rq->err, "#/opened_on", MSG_AS_OF_FUTURE);
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	return part_write(rq, (struct db_call){ Q_blocker_add,
			  (const char *[]){ db_param_i64(&rq->arena, a->id),
					    json_write(&rq->arena, fields) } },
			  Q_blocker_get, 0, 201);
}

/* ------------------------------------------------------------------ changing, closing, opening again */

/* A reason closes it today or on the day given; without one it cannot be closed; null opens it again. */
static void read_closing(json_t *fields, struct req *rq, const struct json_reader *r,
			 const struct blocker *b)
{
	const char *why;
	int32_t day;
	enum json_found reason = field_text(&why, fields, r, "closed_reason", JSON_NULLABLE,
					    ACTION_REASON_MAX);
	enum json_found on = field_day(&day, fields, r, "closed_on", JSON_NULLABLE);

	if (reason == JSON_NULL_GIVEN || (on == JSON_NULL_GIVEN && reason == JSON_ABSENT)) {
		if (on == JSON_GIVEN)
			err_add(&rq->err, "#/closed_reason", MSG_CLOSED_SAYS_WHY);
		json_object_set_new(fields, "closed_reason", json_null());
		json_object_set_new(fields, "closed_on", json_null());
		return;
	}
	if (reason == JSON_GIVEN && on != JSON_GIVEN && !b->closed)
		json_object_set_new(fields, "closed_on", json_string(day_format(rq->today).text));
	if (on == JSON_GIVEN && reason == JSON_ABSENT && !b->closed)
		err_add(&rq->err, "#/closed_reason", MSG_CLOSED_SAYS_WHY);
	if (on == JSON_GIVEN && day > rq->today)
		err_add(&rq->err, "#/closed_on", MSG_AS_OF_FUTURE);
	if (on == JSON_GIVEN && day < b->opened_on)
		err_add(&rq->err, "#/closed_on", MSG_CLOSED_BEFORE_OPENED,
			arena_strdup(&rq->arena, day_format(b->opened_on).text));
}

bool blocker_api_patch(struct req *rq)
{
	const struct blocker *b = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();

	if (!precondition(rq, b->version, part_call(rq, Q_blocker_get, b->id, false)))
		return false;
	json_only(&r, FIELDS " closed_on closed_reason");
	read_words(fields, rq, &r, 0);
	read_closing(fields, rq, &r, b);
	if (!err_ok(&rq->err))
		return false;
	if (b->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (json_object_size(fields) == 0)
		return part_same(rq, Q_blocker_get, b->id);
	return part_write(rq, (struct db_call){ Q_blocker_save,
			  (const char *[]){ db_param_i64(&rq->arena, b->id),
					    db_param_i64(&rq->arena, b->version),
					    json_write(&rq->arena, fields) } },
			  Q_blocker_get, b->id, 200);
}
