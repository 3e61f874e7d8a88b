/*
 * Alerts over HTTP.
 */
#include <string.h>

#include "db.h"
#include "http.h"
#include "indicator.h"
#include "json.h"
#include "req.h"
#include "territory.h"

static bool read_territory(struct req *rq)
{
	const char *code = req_query(rq, "territory");

	return !code || territory_check_param(&rq->err, "territory", code);
}

static bool answer(struct req *rq, const char *key, const struct db_result *r)
{
	return http_keep(rq, key, arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0)));
}

bool alert_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list list;

	list_read(&list, rq, "state id territory since");
	filter_read(filters, rq, "state", "ok warning alert no_data error");
	filter_read(filters, rq, "level", "national region department");
	filter_read(filters, rq, "indicator", NULL);
	filter_read(filters, rq, "territory", NULL);
	if (!read_territory(rq) || !err_ok(&rq->err))
		return false;
	return http_cached(rq, "alerts") ||
	       (db_run(&r, &rq->db, Q_alert_list,
		       (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), req_as_of(rq), lang_code(rq->lang),
					 json_write(&rq->arena, filters), list_param(rq, &list) }, &rq->err) &&
		answer(rq, "alerts", r));
}

bool alert_api_get(struct req *rq)
{
	json_auto_t *level = json_object();
	db_result_auto *r = NULL;

	filter_read(level, rq, "level", "national region department");
	if (!read_territory(rq) || !err_ok(&rq->err))
		return false;
	if (http_cached(rq, "alert"))
		return true;
	if (!db_run(&r, &rq->db, Q_alert_get,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], req_as_of(rq),
				      lang_code(rq->lang), req_query(rq, "level"), req_query(rq, "territory") },
		    &rq->err))
		return false;
	return db_rows(r) > 0 ? answer(rq, "alert", r) : err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
}
