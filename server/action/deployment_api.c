/*
 * Deployments over HTTP: an action in one département by one organisation.
 */
#include <string.h>

#include "parts.h"
#include "territory.h"

bool deployment_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	filter_read(filters, rq, "organisation", NULL);
	filter_read(filters, rq, "status", ACTION_STATUSES);
	return err_ok(&rq->err) &&
	       list_answer(rq, Q_deployment_list, "territory organisation status progress reported_at",
			   filters);
}

bool deployment_api_get(struct req *rq)
{
	const char *what = arena_printf(&rq->arena, "%s/%s", rq->arg[2], rq->arg[3]);
	struct document d;

	return document_read(&d, rq, deployment_call(rq, rq->arg[1], rq->arg[2], rq->arg[3], true), what) &&
	       document_answer(rq, 200, &d);
}

/* Both codes of the path exist, or 404 with what was probably meant. */
static bool codes_exist(struct req *rq, const struct deployment *d)
{
	const char *meant = territory_meant(rq->arg[2]);

	if (!d->place_known && meant)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_TERRITORY_HINT, rq->arg[2], meant);
	if (!d->place_known)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_UNKNOWN_TERRITORY, rq->arg[2]);
	return d->organisation_known ||
	       err_set(&rq->err, ERR_NOT_FOUND, MSG_UNKNOWN_ORGANISATION, rq->arg[3]);
}

bool deployment_api_put(struct req *rq)
{
	const struct action *a = rq->object;
	struct db_result *r[2] = { NULL, NULL };
	const char *params[] = { db_param_i64(&rq->arena, a->id), rq->arg[2], rq->arg[3] };
	struct db_call calls[] = { { Q_deployment_put, params },
		deployment_call(rq, rq->arg[1], rq->arg[2], rq->arg[3], false) };
	struct json_reader body = { rq->body, "#", &rq->err };
	struct deployment now;
	struct document d;
	bool fine;

	if (!deployment_load(&now, rq, a, rq->arg[2], rq->arg[3]) || !codes_exist(rq, &now))
		return false;
	if (rq->body)
		json_only(&body, "");
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	if (a->national || !now.is_department)
		return err_set(&rq->err, ERR_CONFLICT, MSG_NOT_DEPLOYED);
	fine = db_run_all(r, &rq->db, calls, 2, &rq->err) && document_take(&d, rq, r[1]);
	if (fine && db_rows(r[0]) > 0) {
		http_plan_changed(rq);
		http_location(rq, rq->path);
	}
	fine = fine && document_answer(rq, db_rows(r[0]) > 0 ? 201 : 200, &d);
	db_result_free(r[0]);
	db_result_free(r[1]);
	return fine;
}
