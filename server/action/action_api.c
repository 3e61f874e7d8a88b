/*
 * Actions over HTTP: the list, one action, its description changed.
 */
#include <string.h>

#include "parts.h"
#include "territory.h"

#define TRUTH "true false"

static bool find(struct req *rq)
{
	struct action *a = arena_alloc(&rq->arena, sizeof *a);

	rq->object = a;
	return action_load(a, rq, rq->arg[1]);
}

bool action_api_find(struct req *rq)
{
	return find(rq);
}

bool action_api_find_reportable(struct req *rq)
{
	const struct action *a;

	if (!find(rq))
		return false;
	a = rq->object;
	return a->may_any || !req_has_role(rq, ROLE_CONTRIBUTOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

/* ------------------------------------------------------------------ reading */

static bool read_filters(json_t *filters, struct req *rq)
{
	filter_read(filters, rq, "measure", NULL);
	filter_read(filters, rq, "objective", NULL);
	filter_read(filters, rq, "lead", NULL);
	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	filter_read(filters, rq, "q", NULL);
	filter_read(filters, rq, "status", ACTION_STATUSES);
	filter_read(filters, rq, "confidence", ACTION_CONFIDENCES " none");
	filter_read(filters, rq, "late", TRUTH);
	filter_read(filters, rq, "blocked", TRUTH);
	filter_read(filters, rq, "stale", TRUTH);
	filter_read(filters, rq, "without", "lead cost");
	return err_ok(&rq->err);
}

bool action_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list list;
	const char *unknown;
	bool fine;

	fine = list_read(&list, rq, "number title measure lead start_on due_on progress status "
			 "confidence reported_at");
	if (!read_filters(filters, rq) || !fine)
		return false;
	if (http_cached(rq, "actions"))
		return true;
	if (!db_run(&r, &rq->db, Q_action_list,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), req_as_of(rq),
				      db_param_day(&rq->arena, rq->today), lang_code(rq->lang),
				      json_write(&rq->arena, filters), list_param(rq, &list) },
		    &rq->err))
		return false;
	/* a filter whose code exists nowhere is a mistake, not an empty list */
	unknown = db_text(r, 0, db_column(r, "unknown"));
	if (unknown)
		return err_add_param(&rq->err, arena_strdup(&rq->arena, unknown), MSG_UNKNOWN_CODE,
				     req_query(rq, unknown));
	return http_keep(rq, "actions", arena_strdup(&rq->arena, db_text(r, 0, db_column(r, "body"))));
}

bool action_api_get(struct req *rq)
{
	struct document d;

	return document_read(&d, rq, action_call(rq, rq->arg[1], true), rq->arg[1]) &&
	       document_answer(rq, 200, &d);
}
