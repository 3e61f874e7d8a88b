/*
 * What one person must answer, in one answer.
 */
#include <string.h>

#include "campaign.h"
#include "http.h"
#include "parts.h"
#include "req.h"

bool task_api_list(struct req *rq)
{
	json_auto_t *asked = json_object();
	db_result_auto *r = NULL;
	const char *all, *body;

	if (!filter_read(asked, rq, "all", "true false"))
		return false;
	all = json_string_value(json_object_get(asked, "all"));
	if (!db_run(&r, &rq->db, Q_task_list,
		    (const char *[]) { db_param_i64(&rq->arena, rq->plan_id),
				       db_param_day(&rq->arena, rq->today), lang_code(rq->lang),
				       db_param_bool(all && strcmp(all, "true") == 0) },
		    &rq->err))
		return false;
	body = arena_strdup(&rq->arena, db_text(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}
