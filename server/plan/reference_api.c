/*
 * Reference lists over HTTP: territories and organisations.
 */
#include "answer.h"
#include "plan.h"
#include "territory.h"

#define KINDS "police gendarmerie justice state local association international other"

/* The day whose regions are asked for. */
static const char *as_of_day(struct req *rq)
{
	const char *as_of = req_as_of(rq);

	return as_of ? as_of : today_param(rq);
}

bool territory_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	const char *parent = req_query(rq, "parent");
	struct list list;

	list_read(&list, rq, "level code name population");
	filter_read(filters, rq, "level", "national region department");
	if (parent && territory_check_param(&rq->err, "parent", parent))
		filter_read(filters, rq, "parent", NULL);
	if (!err_ok(&rq->err))
		return false;
	return answer_list(rq, Q_territory_list, (const char *[]){ lang_code(rq->lang),
			json_write(&rq->arena, filters), list_param(rq, &list), as_of_day(rq) });
}

bool organisation_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	struct list list;

	list_read(&list, rq, "code name kind");
	filter_read(filters, rq, "kind", KINDS);
	if (!err_ok(&rq->err))
		return false;
	return answer_list(rq, Q_organisation_list, (const char *[]){ lang_code(rq->lang),
			json_write(&rq->arena, filters), list_param(rq, &list), req_as_of(rq) });
}
