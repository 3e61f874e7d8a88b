/*
 * Measures over HTTP: the list, one measure, its change.
 */
#include <string.h>

#include "answer.h"
#include "plan.h"

#define FIELDS "title_fr title_en origin basis flagship weight lead co_leads partners reason"

bool measure_api_find(struct req *rq)
{
	return find_version(rq, (struct db_call){ Q_measure_find,
			(const char *[]){ plan_param(rq), rq->arg[1] } }, rq->arg[1]);
}

bool measure_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	struct list list;

	list_read(&list, rq, "number title objective lead progress");
	filter_read(filters, rq, "objective", NULL);
	filter_read(filters, rq, "lead", NULL);
	filter_read(filters, rq, "without", "lead indicator cost");
	if (!err_ok(&rq->err))
		return false;
	return answer_list(rq, Q_measure_list, (const char *[]){ plan_param(rq), req_as_of(rq),
			today_param(rq), lang_code(rq->lang), json_write(&rq->arena, filters),
			list_param(rq, &list) });
}

static struct db_call get_call(struct req *rq, bool as_of)
{
	const char **params = arena_alloc(&rq->arena, 5 * sizeof *params);

	params[0] = plan_param(rq);
	params[1] = rq->arg[1];
	params[2] = as_of ? req_as_of(rq) : NULL;
	params[3] = today_param(rq);
	params[4] = lang_code(rq->lang);
	return (struct db_call){ Q_measure_get, params };
}

bool measure_api_get(struct req *rq)
{
	struct db_call call = get_call(rq, true);
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, call.query, call.params, &rq->err) &&
	       answer_versioned(rq, r, rq->arg[1]);
}

bool measure_api_patch(struct req *rq)
{
	const char *params[] = { plan_param(rq), rq->arg[1] };
	struct change change = { FIELDS, "measures", rq->arg[1], { Q_measure_find, params },
				 get_call(rq, false), rq->arg[1] };

	return change_begin(rq, change.get, rq->arg[1]) && change_write(rq, &change);
}
