/*
 * Declared done is not verified: a coordinator says, of the version that was looked at, what was found.
 */
#include <string.h>

#include "parts.h"

bool verification_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	return list_answer(rq, Q_verification_list, "-at", filters);
}

/* A finding is answered with the action, which it changes. */
bool verification_api_post(struct req *rq)
{
	const struct action *a = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	struct db_call current = action_call(rq, rq->arg[1], false);
	db_result_auto *kept = NULL;
	const char *remark = NULL;
	struct document now;
	bool verified = false;

	if (!precondition(rq, a->version, current))
		return false;
	json_only(&r, "verified remark");
	json_truth(&verified, &r, "verified", JSON_REQUIRED);
	json_text(&remark, &r, "remark", JSON_NULLABLE, ACTION_REASON_MAX);
	if (err_ok(&rq->err) && !verified && !remark)
		err_add(&rq->err, "#/remark", MSG_FINDING_SAYS_WHY);
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	if (strcmp(a->state.status, "done") != 0)
		return err_set(&rq->err, ERR_CONFLICT, MSG_NOT_DECLARED_DONE);
	if (!db_run(&kept, &rq->db, Q_verification_add,
		    (const char *[]){ db_param_i64(&rq->arena, a->id), db_param_i64(&rq->arena, a->version),
				      db_param_bool(verified), remark }, &rq->err) ||
	    !document_read(&now, rq, current, rq->arg[1]))
		return false;
	if (db_rows(kept) == 0)
		return overtaken(rq, &now);
	http_plan_changed(rq);
	return document_answer(rq, 201, &now);
}
