/*
 * Publications over HTTP: the months that are frozen, and one more.
 */
#include <string.h>

#include "db.h"
#include "http.h"
#include "json.h"
#include "parts.h"
#include "req.h"
#include "series.h"

bool publication_api_list(struct req *rq)
{
	db_result_auto *r = NULL;
	struct list list;
	const char *body;

	if (!list_read(&list, rq, "-period"))
		return false;
	if (!list.descending)
		return err_add_param(&rq->err, "sort", MSG_BAD_CHOICE, "period", "-period");
	if (!db_run(&r, &rq->db, Q_publication_list,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), req_as_of(rq), list_param(rq, &list) },
		    &rq->err))
		return false;
	body = arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

bool publication_api_post(struct req *rq)
{
	struct json_reader reader = { rq->body, "#", &rq->err };
	struct publication_counts done;
	db_result_auto *r = NULL;
	const char *period = NULL;

	json_only(&reader, "period");
	json_text(&period, &reader, "period", JSON_REQUIRED, 40);
	if (!err_ok(&rq->err) ||
	    !publication_make(&done, &rq->db, rq->plan_id, period, rq->today, &rq->err))
		return false;
	http_plan_changed(rq);
	return db_run(&r, &rq->db, Q_publication_get, (const char *[]){ db_param_i64(&rq->arena, done.id) },
		      &rq->err) &&
	       http_json(rq, 201, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}
