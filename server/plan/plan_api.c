/*
 * Plans over HTTP: the list, one plan, its change, its export, what moved in it,
 * and the home page's document.
 */
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "plan.h"

#define FIELDS "title_fr title_en lead start_on end_on stale_after_days expected origin_note_fr " \
	       "origin_note_en sources reason"
#define OBJECTS "plan objective measure action deployment milestone blocker evidence budget measure_link " \
		"status_report"

bool plan_api_list(struct req *rq)
{
	struct list list;

	return list_read(&list, rq, "start_on code title") &&
	       answer_list(rq, Q_plan_list, (const char *[]){ req_as_of(rq), today_param(rq),
				lang_code(rq->lang), list_param(rq, &list) });
}

/* Parameters of plan_get; `as_of` false after a write. */
static struct db_call get_call(struct req *rq, bool as_of)
{
	const char **params = arena_alloc(&rq->arena, 4 * sizeof *params);

	params[0] = plan_param(rq);
	params[1] = as_of ? req_as_of(rq) : NULL;
	params[2] = today_param(rq);
	params[3] = lang_code(rq->lang);
	return (struct db_call){ Q_plan_get, params };
}

bool plan_api_get(struct req *rq)
{
	struct db_call call = get_call(rq, true);
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, call.query, call.params, &rq->err) &&
	       answer_versioned(rq, r, rq->arg[0]);
}

bool plan_api_find(struct req *rq)
{
	return find_version(rq, (struct db_call){ Q_plan_find, (const char *[]){ plan_param(rq) } },
			    rq->arg[0]);
}

bool plan_api_patch(struct req *rq)
{
	const char *params[] = { plan_param(rq) };
	struct change change = { FIELDS, NULL, NULL, { Q_plan_find, params }, get_call(rq, false),
				 rq->arg[0] };

	return change_begin(rq, change.get, rq->arg[0]) && change_write(rq, &change);
}

bool plan_api_dashboard(struct req *rq)
{
	json_auto_t *asked = json_object();
	db_result_auto *r = NULL;
	const char *params[5], *brief;

	if (!filter_read(asked, rq, "brief", "true false"))
		return false;
	if (http_cached(rq, "dashboard"))
		return true;
	memcpy(params, get_call(rq, true).params, 4 * sizeof *params);
	brief = json_string_value(json_object_get(asked, "brief"));
	params[4] = db_param_bool(brief && strcmp(brief, "true") == 0);
	if (!db_run(&r, &rq->db, Q_dashboard_get, params, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[0]);
	return http_keep(rq, "dashboard", arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

/* A cursor of this list ends on an instant, a row of the journal and a place in it: "5678:1". */
static bool fits_changes(const struct list *l)
{
	size_t row = strspn(l->id, "0123456789"), place;
	int64_t at;

	if (!row || row > 18 || l->id[row] != ':' || !instant_parse(&at, l->key))
		return false;
	place = strspn(l->id + row + 1, "0123456789");
	return place && place <= 18 && !l->id[row + 1 + place];
}

bool plan_api_changes(struct req *rq)
{
	json_auto_t *filters = json_object();
	const char *since, *until;
	struct list list;

	if (!req_span(&since, &until, rq))
		return false;
	if (list_read(&list, rq, "-at") && list.id && !fits_changes(&list))
		err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
	filter_read(filters, rq, "object", OBJECTS);
	filter_read(filters, rq, "number", NULL);
	filter_read(filters, rq, "field", NULL);
	filter_read(filters, rq, "followed", "true false");
	if (!err_ok(&rq->err))
		return false;
	return answer_list(rq, Q_change_list, (const char *[]){ plan_param(rq),
			since, until, lang_code(rq->lang), json_write(&rq->arena, filters), list_param(rq, &list) });
}

bool plan_api_export(struct req *rq)
{
	json_auto_t *filters = json_object();
	const char *text, *with_status = req_query(rq, "with_status");

	if (!filter_read(filters, rq, "with_status", "true false"))
		return false;
	if (!plan_export(&text, &rq->db, rq->arg[0], req_as_of(rq),
			 with_status && strcmp(with_status, "true") == 0, &rq->err))
		return false;
	http_etag_content(rq, text, strlen(text));
	return http_json(rq, 200, text);
}
