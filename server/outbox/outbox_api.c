/*
 * What is told to the people of a plan and what became of it, for coordinators;
 * what one wants to be written oneself.
 */
#include <string.h>

#include "app.h"
#include "http.h"
#include "json.h"
#include "outbox.h"
#include "req.h"

static const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

static const char *text_of(struct req *rq, const struct db_result *r, const char *column)
{
	int n = db_column(r, column);

	return arena_memdup(&rq->arena, db_text(r, 0, n), db_length(r, 0, n));
}

/* ------------------------------------------------------------------ the board */

bool outbox_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list l;

	filter_read(filters, rq, "state",
		    "waiting no_address declined expired queued sending sent failed unknown dropped");
	return list_read(&l, rq, "-created_at") &&
	       db_run(&r, &rq->db, Q_outbox_list, (const char *[]){
			plan_param(rq), json_write(&rq->arena, filters), list_param(rq, &l) }, &rq->err) &&
	       http_json(rq, 200, text_of(rq, r, "body"));
}

static bool read_line(struct db_result **out, struct req *rq)
{
	const char *id = rq->arg[1];

	if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	return db_run(out, &rq->db, Q_outbox_get, (const char *[]){ plan_param(rq), id }, &rq->err) &&
	       (db_rows(*out) > 0 || err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id));
}

bool outbox_api_again(struct req *rq)
{
	db_result_auto *before = NULL, *again = NULL, *now = NULL;
	const char *state;

	if (!read_line(&before, rq))
		return false;
	state = db_text(before, 0, 1);
	if (!state)
		return err_set(&rq->err, ERR_CONFLICT, MSG_MAIL_NOT_AGAIN);
	if (!db_run(&again, &rq->db, Q_outbox_again, (const char *[]){ plan_param(rq), db_text(before, 0, 0) },
		    &rq->err))
		return false;
	if (db_rows(again) == 0)
		return err_set(&rq->err, ERR_CONFLICT, MSG_MAIL_NOT_AGAIN);
	return read_line(&now, rq) && http_json(rq, 200, text_of(rq, now, "body"));
}

/* ------------------------------------------------------------------ one's own choices */

bool outbox_api_choices(struct req *rq)
{
	json_auto_t *answer = NULL;
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_mailbox_read, (const char *[]){ db_param_i64(&rq->arena, rq->user.id) }, &rq->err) ||
	    !json_parse(&answer, db_text(r, 0, 0), db_length(r, 0, 0), &rq->err))
		return false;
	json_object_set_new(answer, "sends", json_boolean(*rq->app->config->smtp_url));
	return http_json(rq, 200, json_write(&rq->arena, answer));
}

bool outbox_api_choose(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	db_result_auto *chosen = NULL;
	const char *followed = NULL;
	bool reminders = false, given;

	json_only(&r, "reminders followed");
	given = json_truth(&reminders, &r, "reminders", 0) == JSON_GIVEN;
	json_choice(&followed, &r, "followed", 0, "never daily weekly");
	return err_ok(&rq->err) &&
	       db_run(&chosen, &rq->db, Q_mailbox_choose, (const char *[]){ db_param_i64(&rq->arena, rq->user.id),
			given ? db_param_bool(reminders) : NULL, followed }, &rq->err) &&
	       outbox_api_choices(rq);
}
