/*
 * What a plan lacks, over HTTP: measures and actions without lead, indicator or cost, silent départements; and which
 * indicators tell of a measure.
 */
#include <string.h>

#include "answer.h"
#include "plan.h"

bool plan_api_gaps(struct req *rq)
{
	db_result_auto *r = NULL;

	if (http_cached(rq, "gaps"))
		return true;
	if (!db_run(&r, &rq->db, Q_gap_get,
		    (const char *[]){ plan_param(rq), req_as_of(rq), today_param(rq), lang_code(rq->lang) }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[0]);
	return http_keep(rq, "gaps", arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

/* ------------------------------------------------------------------ indicators of a measure */

static bool answer_links(struct req *rq, const char *as_of)
{
	db_result_auto *r = NULL;
	const char *body;

	if (!db_run(&r, &rq->db, Q_measure_indicator_list, (const char *[]){ plan_param(rq), rq->arg[1], as_of },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	body = arena_strdup(&rq->arena, db_text(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

bool measure_api_indicators(struct req *rq)
{
	return answer_links(rq, req_as_of(rq));
}

static bool save_link(struct req *rq, bool linked)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_measure_indicator_save,
		    (const char *[]){ plan_param(rq), rq->arg[1], rq->arg[2], db_param_bool(linked) }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	if (db_bool(r, 0, 0))
		http_plan_changed(rq);
	return answer_links(rq, NULL);
}

bool measure_api_link(struct req *rq)
{
	return save_link(rq, true);
}

bool measure_api_unlink(struct req *rq)
{
	return save_link(rq, false);
}
