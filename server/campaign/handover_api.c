/*
 * Hand-overs: the seats of one person go to another, with a dated trace.
 */
#include "campaign.h"
#include "clock.h"
#include "http.h"
#include "json.h"
#include "parts.h"
#include "req.h"

enum { LOGIN_MAX = 64 };

struct handover_wish {
	const char *from, *to, *on, *reason;
};

/* `says_why`: the reason is required; a preview needs none. */
static bool read_wish(struct handover_wish *out, const json_t *body, int32_t today, bool says_why, struct err *e)
{
	struct json_reader r = { body, "#", e };
	int32_t on = today;

	*out = (struct handover_wish) { 0 };
	json_only(&r, "from to on reason");
	json_text(&out->from, &r, "from", JSON_REQUIRED, LOGIN_MAX);
	json_text(&out->to, &r, "to", JSON_REQUIRED, LOGIN_MAX);
	json_day(&on, &r, "on", 0);
	json_text(&out->reason, &r, "reason", says_why ? JSON_REQUIRED : 0, REASON_MAX);
	out->on = db_param_day(e->arena, on);
	return err_ok(e);
}

/* Both people as parameters; faults by JSON pointer. */
static bool find_people(const char *id[2], struct db_session *s, const struct handover_wish *w, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_handover_people, (const char *[]) { w->from, w->to }, e))
		return false;
	if (db_null(r, 0, 0))
		err_add(e, "#/from", MSG_UNKNOWN_PERSON, w->from);
	if (db_null(r, 0, 1))
		err_add(e, "#/to", MSG_UNKNOWN_PERSON, w->to);
	else if (!db_null(r, 0, 0) && db_i64(r, 0, 0) == db_i64(r, 0, 1))
		err_add(e, "#/to", MSG_HANDOVER_ONESELF);
	for (int i = 0; i < 2; i++)
		id[i] = db_null(r, 0, i) ? NULL : db_param_i64(e->arena, db_i64(r, 0, i));
	return err_ok(e);
}

bool handover_add(int64_t *out, struct db_session *s, int64_t plan_id, const json_t *wish, int32_t today,
		  struct err *e)
{
	struct handover_wish w;
	db_result_auto *r = NULL;
	const char *person[2];

	if (!read_wish(&w, wish, today, true, e) || !find_people(person, s, &w, e) ||
	    !db_run(&r, s, Q_handover_add,
		    (const char *[]) { db_param_i64(e->arena, plan_id), person[0], person[1], w.on, w.reason }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_CONFLICT, MSG_HANDOVER_NOTHING, w.from);
	*out = db_i64(r, 0, 0);
	return true;
}

bool handover_read(const char **out, struct db_session *s, int64_t plan_id, int64_t id, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_handover_get,
		    (const char *[]) { db_param_i64(e->arena, plan_id), db_param_i64(e->arena, id) }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NOT_FOUND, db_param_i64(e->arena, id));
	*out = arena_memdup(e->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	return true;
}

bool handover_api_post(struct req *rq)
{
	const char *body;
	int64_t id;

	if (!handover_add(&id, &rq->db, rq->plan_id, rq->body, rq->today, &rq->err))
		return false;
	http_plan_changed(rq);
	return handover_read(&body, &rq->db, rq->plan_id, id, &rq->err) && http_json(rq, 201, body);
}

bool handover_api_preview(struct req *rq)
{
	struct handover_wish w;
	db_result_auto *r = NULL;
	const char *person[2];

	return read_wish(&w, rq->body, rq->today, false, &rq->err) && find_people(person, &rq->db, &w, &rq->err) &&
	       db_run(&r, &rq->db, Q_handover_preview,
		      (const char *[]) { db_param_i64(&rq->arena, rq->plan_id), person[0], person[1], w.on },
		      &rq->err) &&
	       http_json(rq, 200, arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0)));
}

bool handover_api_list(struct req *rq)
{
	db_result_auto *r = NULL;
	struct list l;

	return list_read(&l, rq, "-at") &&
	       db_run(&r, &rq->db, Q_handover_list,
		      (const char *[]) { db_param_i64(&rq->arena, rq->plan_id), list_param(rq, &l) }, &rq->err) &&
	       http_json(rq, 200, arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0)));
}
