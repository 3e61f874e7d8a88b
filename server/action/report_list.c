/*
 * The history of what was declared, and taking a mistake back.
 */
#include <string.h>

#include "parts.h"
#include "territory.h"

/* A report as its withdrawal must know it. */
struct report {
	int64_t id, action_id, deployment_id;
	const char *territory, *organisation;
	bool archived;
};

bool report_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	filter_read(filters, rq, "organisation", NULL);
	return err_ok(&rq->err) && list_answer(rq, Q_report_list, "-at", filters);
}

bool report_api_get(struct req *rq)
{
	return part_get(rq, Q_report_get);
}

bool report_api_find_withdrawable(struct req *rq)
{
	struct report *found = arena_alloc(&rq->arena, sizeof *found);
	db_result_auto *r = NULL;

	if (!path_id(&found->id, rq, 2) ||
	    !db_run(&r, &rq->db, Q_report_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], rq->arg[2] },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	found->action_id = db_i64(r, 0, db_column(r, "action_id"));
	found->deployment_id = db_i64(r, 0, db_column(r, "deployment_id"));
	found->territory = arena_strdup(&rq->arena, db_text(r, 0, db_column(r, "territory")));
	found->organisation = arena_strdup(&rq->arena, db_text(r, 0, db_column(r, "organisation")));
	found->archived = db_bool(r, 0, db_column(r, "archived"));
	rq->object = found;
	return db_bool(r, 0, db_column(r, "may")) || !req_has_role(rq, ROLE_CONTRIBUTOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

static bool withdraw(struct req *rq, const struct report *found, const char *reason)
{
	struct db_result *r[3] = { NULL, NULL, NULL };
	const char *held[] = { db_param_i64(&rq->arena, found->deployment_id ? found->deployment_id :
					    found->action_id) };
	const char *params[] = { db_param_i64(&rq->arena, found->id), reason };
	struct db_call calls[] = {
		{ found->deployment_id ? Q_deployment_lock : Q_action_lock, held },
		{ Q_report_withdraw, params },
		found->deployment_id ? deployment_call(rq, rq->arg[1], found->territory,
						       found->organisation, false) :
			action_call(rq, rq->arg[1], false) };
	struct document d;
	bool fine;

	fine = db_run_all(r, &rq->db, calls, 3, &rq->err) && document_take(&d, rq, r[2]);
	if (fine && db_rows(r[1]) == 0) {
		fine = err_set(&rq->err, ERR_CONFLICT, MSG_WITHDRAWN_ALREADY);
	} else if (fine) {
		http_plan_changed(rq);
		http_location(rq, arena_memdup(&rq->arena, rq->path,
					       strlen(rq->path) - strlen("/withdrawal")));
		fine = document_answer(rq, 201, &d);
	}
	for (int i = 0; i < 3; i++)
		db_result_free(r[i]);
	return fine;
}

bool report_api_withdraw(struct req *rq)
{
	const struct report *found = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *reason = NULL;

	json_only(&r, "reason");
	json_text(&reason, &r, "reason", JSON_REQUIRED, ACTION_REASON_MAX);
	if (!err_ok(&rq->err))
		return false;
	if (found->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	return withdraw(rq, found, reason);
}
