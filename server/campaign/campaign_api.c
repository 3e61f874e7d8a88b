/*
 * Campaigns and the roster over HTTP.
 */
#include <stdio.h>
#include <string.h>

#include "campaign.h"
#include "clock.h"
#include "http.h"
#include "id.h"
#include "json.h"
#include "parts.h"
#include "req.h"
#include "territory.h"

enum { HASH_CHARS = 12 };

/* ------------------------------------------------------------------ answering */

static const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

static const char *body_of(struct req *rq, const struct db_result *r)
{
	int body = db_column(r, "body");

	return arena_memdup(&rq->arena, db_text(r, 0, body), db_length(r, 0, body));
}

/* What is counted and what is asked changes without a new version: the ETag has a hash beside it.
 */
bool campaign_answer(struct req *rq, int status, const struct db_result *r)
{
	const char *body;
	char hash[65];
	size_t len;

	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->path);
	body = body_of(rq, r);
	id_sha256(hash, body, strlen(body));
	http_etag_version(rq, db_i64(r, 0, db_column(r, "version")));
	len = strlen(rq->etag);
	snprintf(rq->etag + len - 1, sizeof rq->etag - len + 1, ".%.*s\"", HASH_CHARS, hash);
	return http_json(rq, status, body);
}

static bool answer_list(struct req *rq, enum query query, const char *const *params,
			const char *what)
{
	db_result_auto *r = NULL;
	const char *body;

	if (!db_run(&r, &rq->db, query, params, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_CAMPAIGN, what);
	body = body_of(rq, r);
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

bool campaign_overtaken(struct req *rq, const struct db_result *now)
{
	err_set(&rq->err, ERR_CHANGED, MSG_CHANGED);
	rq->err.current = db_rows(now) > 0 ? body_of(rq, now) : NULL;
	return false;
}

/* ------------------------------------------------------------------ campaigns */

static bool read_campaign(struct db_result **out, struct req *rq, const char *period,
			  const char *as_of)
{
	return db_run(out, &rq->db, Q_campaign_get,
		      (const char *[]) { plan_param(rq), period, as_of, lang_code(rq->lang),
					 db_param_day(&rq->arena, rq->today) },
		      &rq->err);
}

bool campaign_api_find(struct req *rq)
{
	struct campaign *c = arena_alloc(&rq->arena, sizeof *c);

	rq->object = c;
	return campaign_find(c, &rq->db, rq->plan_id, rq->arg[1], &rq->err);
}

bool campaign_api_list(struct req *rq)
{
	struct list list;

	return list_read(&list, rq, "-period") &&
	       answer_list(rq, Q_campaign_list,
			   (const char *[]) { plan_param(rq), req_as_of(rq), list_param(rq, &list),
					      lang_code(rq->lang),
					      db_param_day(&rq->arena, rq->today) },
			   rq->arg[0]);
}

bool campaign_api_get(struct req *rq)
{
	db_result_auto *r = NULL;

	if (!read_campaign(&r, rq, rq->arg[1], req_as_of(rq)))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_CAMPAIGN, rq->arg[1]);
	return campaign_answer(rq, 200, r);
}

bool campaign_api_post(struct req *rq)
{
	const char *period = json_string_value(json_object_get(rq->body, "period"));
	db_result_auto *r = NULL;
	int64_t units;

	if (!campaign_open(&units, &rq->db, rq->plan_id, rq->body, &rq->err))
		return false;
	http_plan_changed(rq);
	http_location(rq, arena_printf(&rq->arena, "%s/%s", rq->path, period));
	return read_campaign(&r, rq, period, NULL) && campaign_answer(rq, 201, r);
}

/* Writes by `work` unless somebody was faster, then answers the campaign. */
static bool write_campaign(struct req *rq, bool (*work)(bool *moved, struct req *rq))
{
	const struct campaign *c = rq->object;
	bool moved = rq->if_version != c->version;
	db_result_auto *now = NULL;

	if (!moved && !work(&moved, rq))
		return false;
	if (!moved)
		http_plan_changed(rq);
	return read_campaign(&now, rq, rq->arg[1], NULL) &&
	       (moved ? campaign_overtaken(rq, now) : campaign_answer(rq, 200, now));
}

static bool change(bool *moved, struct req *rq)
{
	return campaign_change(moved, &rq->db, rq->object, rq->body, rq->today, &rq->err);
}

static bool close_it(bool *moved, struct req *rq)
{
	return campaign_close(moved, &rq->db, rq->object, rq->today, &rq->err);
}

bool campaign_api_patch(struct req *rq)
{
	return write_campaign(rq, change);
}

bool campaign_api_close(struct req *rq)
{
	struct json_reader body = { rq->body, "#", &rq->err };

	if (rq->body)
		json_only(&body, "");
	return err_ok(&rq->err) && write_campaign(rq, close_it);
}

bool campaign_api_reports(struct req *rq)
{
	json_auto_t *filters = json_object();
	struct list list;

	filter_read(filters, rq, "state", "expected draft submitted returned validated exempt");
	filter_read(filters, rq, "late", "true false");
	filter_read(filters, rq, "organisation", NULL);
	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	return err_ok(&rq->err) &&
	       list_read(&list, rq, "territory organisation state submitted_at") &&
	       answer_list(rq, Q_campaign_report_list,
			   (const char *[]) { plan_param(rq), rq->arg[1], req_as_of(rq),
					      json_write(&rq->arena, filters),
					      list_param(rq, &list), lang_code(rq->lang),
					      db_param_day(&rq->arena, rq->today) },
			   rq->arg[1]);
}

/* ------------------------------------------------------------------ the roster */

bool roster_api_list(struct req *rq)
{
	struct list list;

	return list_read(&list, rq, "organisation") &&
	       answer_list(rq, Q_roster_list,
			   (const char *[]) { plan_param(rq), req_as_of(rq), list_param(rq, &list),
					      lang_code(rq->lang) },
			   rq->arg[0]);
}

static bool answer_seat(struct req *rq, int status, int64_t id)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_roster_get,
		      (const char *[]) { plan_param(rq), db_param_i64(&rq->arena, id),
					 lang_code(rq->lang) },
		      &rq->err) &&
	       campaign_answer(rq, status, r);
}

/* The codes as an array of the seat; regions and FR stand for what lies within. */
static void read_territories(json_t *fields, struct req *rq, const struct json_reader *r)
{
	const json_t *given = NULL, *code;
	size_t i;

	if (json_array_in(&given, r, "territories", JSON_REQUIRED) != JSON_GIVEN)
		return;
	if (json_array_size(given) == 0)
		err_add(&rq->err, "#/territories", MSG_REQUIRED);
	json_array_foreach(given, i, code)
	{
		const char *where = arena_printf(&rq->arena, "#/territories/%zu", i);

		if (json_is_string(code))
			territory_check(&rq->err, where, json_string_value(code));
		else
			err_add(&rq->err, where, MSG_WANT_TEXT);
	}
	json_object_set(fields, "territories", (json_t *)(uintptr_t)given);
}

/* Codes become ids, or faults. */
static bool read_names(json_t *fields, struct req *rq, const struct json_reader *r)
{
	const char *organisation = NULL, *person = NULL;
	db_result_auto *names = NULL;
	struct err e;

	json_text(&organisation, r, "organisation", JSON_REQUIRED, 32);
	json_text(&person, r, "person", JSON_NULLABLE, 64);
	err_init(&e, &rq->arena); /* faults of the body may be known already */
	if (!db_run(&names, &rq->db, Q_roster_names, (const char *[]) { organisation, person },
		    &e)) {
		rq->err = e;
		return false;
	}
	if (organisation && db_null(names, 0, 0))
		err_add(&rq->err, "#/organisation", MSG_UNKNOWN_ORGANISATION, organisation);
	if (person && db_null(names, 0, 1))
		err_add(&rq->err, "#/person", MSG_UNKNOWN_PERSON, person);
	json_object_set_new(fields, "organisation", json_integer(db_i64(names, 0, 0)));
	json_object_set_new(fields, "person",
			    person ? json_integer(db_i64(names, 0, 1)) : json_null());
	return true;
}

static void read_seat(json_t *fields, struct req *rq, const struct json_reader *r)
{
	const char *kind = "referent", *reason = NULL;
	int32_t from_on = rq->today, until_on = DAY_NONE;

	json_choice(&kind, r, "kind", 0, "referent deputy exempt");
	json_text(&reason, r, "reason", JSON_NULLABLE, REASON_MAX);
	json_day(&from_on, r, "from_on", 0);
	json_day(&until_on, r, "until_on", JSON_NULLABLE);
	if (until_on != DAY_NONE && until_on < from_on)
		err_add(&rq->err, "#/until_on", MSG_PERIODS_REVERSED);
	if (strcmp(kind, "exempt") == 0 && !reason)
		err_add(&rq->err, "#/reason", MSG_EXEMPT_SAYS_WHY);
	if (strcmp(kind, "exempt") == 0 && !json_is_null(json_object_get(fields, "person")))
		err_add(&rq->err, "#/person", MSG_NOT_ACCEPTED);
	if (strcmp(kind, "deputy") == 0 && json_is_null(json_object_get(fields, "person")))
		err_add(&rq->err, "#/person", MSG_REQUIRED);
	json_object_set_new(fields, "kind", json_string(kind));
	json_object_set_new(fields, "reason", reason ? json_string(reason) : json_null());
	json_object_set_new(fields, "from_on", json_string(day_format(from_on).text));
	json_object_set_new(fields, "until_on",
			    until_on == DAY_NONE ? json_null()
						 : json_string(day_format(until_on).text));
}

bool roster_api_post(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();
	db_result_auto *added = NULL;
	int64_t id;

	json_only(&r, "kind organisation territories person reason from_on until_on");
	if (!read_names(fields, rq, &r))
		return false;
	read_territories(fields, rq, &r);
	read_seat(fields, rq, &r);
	if (!err_ok(&rq->err) ||
	    !db_run(&added, &rq->db, Q_roster_add,
		    (const char *[]) { plan_param(rq), json_write(&rq->arena, fields) }, &rq->err))
		return false;
	id = db_i64(added, 0, 0);
	http_plan_changed(rq);
	http_location(rq, arena_printf(&rq->arena, "%s/%lld", rq->path, (long long)id));
	return answer_seat(rq, 201, id);
}

static bool read_seat_now(struct db_result **out, struct req *rq)
{
	return db_run(out, &rq->db, Q_roster_get,
		      (const char *[]) { plan_param(rq), rq->arg[1], lang_code(rq->lang) },
		      &rq->err);
}

bool roster_api_find(struct req *rq)
{
	size_t len = strlen(rq->arg[1]);
	db_result_auto *now = NULL;

	if (len < 1 || len > 18 || strspn(rq->arg[1], "0123456789") != len)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	return read_seat_now(&now, rq) &&
	       (db_rows(now) > 0 || err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]));
}

bool roster_api_patch(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	db_result_auto *now = NULL, *ended = NULL, *after = NULL;
	int32_t until_on = DAY_NONE;

	if (!read_seat_now(&now, rq))
		return false;
	if (rq->if_version != db_i64(now, 0, 0))
		return campaign_overtaken(rq, now);
	json_only(&r, "until_on");
	if (json_day(&until_on, &r, "until_on", JSON_NULLABLE) == JSON_ABSENT)
		err_add(&rq->err, "#/until_on", MSG_REQUIRED);
	if (!err_ok(&rq->err) ||
	    !db_run(&ended, &rq->db, Q_roster_end,
		    (const char *[]) { plan_param(rq), rq->arg[1],
				       db_param_i64(&rq->arena, rq->if_version),
				       db_param_day(&rq->arena, until_on) },
		    &rq->err) ||
	    !read_seat_now(&after, rq))
		return false;
	if (db_rows(ended) == 0)
		return campaign_overtaken(rq, after);
	http_plan_changed(rq);
	return campaign_answer(rq, 200, after);
}
