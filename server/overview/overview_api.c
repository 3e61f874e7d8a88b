/*
 * Overviews over HTTP.  What rests on sensitive counts is shown as the reader may
 * see it, so that contributors do not share a kept answer.
 */
#include <string.h>

#include "db.h"
#include "http.h"
#include "indicator.h"
#include "json.h"
#include "overview.h"
#include "territory.h"
#include "text.h"

enum { PEERS_MAX = 5, WORDS_MAX = 200 };

static const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

static const char *today_param(struct req *rq)
{
	return db_param_day(&rq->arena, rq->today);
}

/* Answers the `body` of a query of one row, kept under `key`; 404 naming `what` without a row. */
static bool answer(struct req *rq, const char *key, enum query query, const char *const *params,
		   const char *what)
{
	db_result_auto *r = NULL;

	if (http_cached(rq, key))
		return true;
	if (!db_run(&r, &rq->db, query, params, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, what);
	return http_keep(rq, key, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

/* ------------------------------------------------------------------ one territory */

/* The query parameter peers, "92,94", as an array of the database; NULL is a fault. */
static const char *read_peers(struct req *rq)
{
	const char *text = req_query(rq, "peers");
	char *rest = text ? arena_strdup(&rq->arena, text) : NULL;
	const char *array = "";
	int n = 0;

	for (char *code; rest && (code = strsep(&rest, ",")); n++) {
		if (!territory_check_param(&rq->err, "peers", code))
			continue;
		if (n < PEERS_MAX)
			array = arena_printf(&rq->arena, "%s%s%s", array, *array ? "," : "", code);
	}
	if (n > PEERS_MAX)
		err_add_param(&rq->err, "peers", MSG_TOO_MANY_PLACES, arena_printf(&rq->arena, "%d", n),
			      arena_printf(&rq->arena, "%d", PEERS_MAX));
	return err_ok(&rq->err) ? arena_printf(&rq->arena, "{%s}", array) : NULL;
}

bool overview_api_territory(struct req *rq)
{
	const char *code = rq->arg[1], *meant, *peers = read_peers(rq);

	if (!peers)
		return false;
	if (!territory_level(code)) {
		meant = territory_meant(code);
		return meant ? err_set(&rq->err, ERR_NOT_FOUND, MSG_TERRITORY_HINT, code, meant) :
			       err_set(&rq->err, ERR_NOT_FOUND, MSG_UNKNOWN_TERRITORY, code);
	}
	return answer(rq, indicator_api_audience(rq, "territory", false), Q_territory_sheet,
		      (const char *[]){ plan_param(rq), code, req_as_of(rq), today_param(rq),
					lang_code(rq->lang), peers }, rq->arg[0]);
}

/* ------------------------------------------------------------------ all territories */

bool overview_api_comparison(struct req *rq)
{
	const char *level = req_query(rq, "level");

	if (!level)
		level = "department";
	if (!text_in_list(level, "department region"))
		return err_add_param(&rq->err, "level", MSG_BAD_CHOICE, level, "department, region");
	return answer(rq, indicator_api_audience(rq, "comparison", false), Q_comparison_get,
		      (const char *[]){ plan_param(rq), req_as_of(rq), today_param(rq),
					lang_code(rq->lang), level }, rq->arg[0]);
}

/* ------------------------------------------------------------------ what is due */

bool overview_api_calendar(struct req *rq)
{
	return answer(rq, "calendar", Q_calendar_get,
		      (const char *[]){ plan_param(rq), req_as_of(rq), today_param(rq),
					lang_code(rq->lang) }, rq->arg[0]);
}

/* ------------------------------------------------------------------ words */

#define KINDS "objective measure action comment blocker milestone evidence indicator territory organisation"

bool overview_api_search(struct req *rq)
{
	const char *words = req_query(rq, "q");
	json_auto_t *filters = json_object();
	struct list list;

	list_read(&list, rq, "-rank");
	filter_read(filters, rq, "kind", KINDS);
	if (!words || !words[strspn(words, " ")])
		err_add_param(&rq->err, "q", MSG_REQUIRED_PARAMETER);
	else if (text_length(words) > WORDS_MAX)
		err_add_param(&rq->err, "q", MSG_TOO_LONG,
			      arena_printf(&rq->arena, "%zu", text_length(words)),
			      arena_printf(&rq->arena, "%d", WORDS_MAX));
	if (!err_ok(&rq->err))
		return false;
	return answer(rq, "search", Q_search_page,
		      (const char *[]){ plan_param(rq), lang_code(rq->lang), words,
					list_param(rq, &list), req_query(rq, "kind") }, rq->arg[0]);
}
