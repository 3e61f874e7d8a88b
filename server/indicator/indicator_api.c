/*
 * Indicators and plugins over HTTP.  Every answer is built by one query; none
 * computes an indicator.
 */
#include <string.h>

#include "db.h"
#include "http.h"
#include "indicator.h"
#include "indicator_api.h"
#include "indicator_rules.h"
#include "indicator_service.h"
#include "json.h"
#include "plugin.h"
#include "target_api.h"
#include "territory.h"

#define LEVELS "national, region, department"

bool indicator_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list list;
	const char *body;

	list_read(&list, rq, "id name frequency period");
	filter_read(filters, rq, "kind", "input output outcome impact context");
	filter_read(filters, rq, "frequency", "month quarter year");
	filter_read(filters, rq, "direction", "up down none");
	filter_read(filters, rq, "level", "national region department");
	filter_read(filters, rq, "stale", "true false");
	filter_read(filters, rq, "measure", NULL);
	if (!err_ok(&rq->err))
		return false;
	if (http_cached(rq, "indicators"))
		return true;
	if (!db_run(&r, &rq->db, Q_indicator_list,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), req_as_of(rq), lang_code(rq->lang),
				      json_write(&rq->arena, filters), list_param(rq, &list) }, &rq->err))
		return false;
	body = arena_strdup(&rq->arena, db_text(r, 0, 0));
	return target_beside_items(&body, rq) && http_keep(rq, "indicators", body);
}

/* ------------------------------------------------------------------ values */

bool indicator_api_period(struct req *rq, const char *name)
{
	const char *text = req_query(rq, name);

	return !text || period_frequency(text) || err_add_param(&rq->err, name, MSG_BAD_PERIOD, text);
}

bool indicator_api_territory(struct req *rq)
{
	const char *code = req_query(rq, "territory");

	return !code || territory_check_param(&rq->err, "territory", code);
}

/* The level asked for, else that of the territory, else the nation's; NULL is a fault. */
static const char *read_level(struct req *rq)
{
	const char *level = req_query(rq, "level"), *code = req_query(rq, "territory");
	const char *own = code ? territory_level(code) : NULL;

	if (!level)
		return own ? own : "national";
	if (strcmp(level, "national") != 0 && strcmp(level, "region") != 0 &&
	    strcmp(level, "department") != 0) {
		err_add_param(&rq->err, "level", MSG_BAD_CHOICE, level, LEVELS);
		return NULL;
	}
	if (own && strcmp(own, level) != 0) {
		err_add_param(&rq->err, "level", MSG_LEVEL_OF_TERRITORY, code, own);
		return NULL;
	}
	return level;
}

bool indicator_api_exact(bool *exact, struct req *rq)
{
	const char *text = req_query(rq, "exact");
	db_result_auto *r = NULL;

	*exact = text && strcmp(text, "true") == 0;
	if (text && !*exact && strcmp(text, "false") != 0)
		return err_add_param(&rq->err, "exact", MSG_BAD_CHOICE, text, "true, false");
	if (!*exact)
		return true;
	if (!req_has_role(rq, ROLE_ANALYST | ROLE_COORDINATOR))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	return db_run(&r, &rq->db, Q_indicator_opened,
		      (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1] }, &rq->err);
}

const char *indicator_api_audience(struct req *rq, const char *answer, bool exact)
{
	if (exact)
		return arena_printf(&rq->arena, "%s exact", answer);
	return req_has_role(rq, ROLE_CONTRIBUTOR) ?
	       arena_printf(&rq->arena, "%s %lld", answer, (long long)rq->user.id) : answer;
}

/* method=current: what was known at as_of, computed as today; else what was shown then. */
static bool read_method(bool *current, struct req *rq)
{
	const char *method = req_query(rq, "method");

	*current = method && strcmp(method, "current") == 0;
	if (method && !*current && strcmp(method, "shown") != 0)
		return err_add_param(&rq->err, "method", MSG_BAD_CHOICE, method, "current, shown");
	return !*current || req_as_of(rq) || err_add_param(&rq->err, "as_of", MSG_REQUIRED_PARAMETER);
}

/* dims=profession: the cells of each member instead of the totals; dims=profession=police: of this one. */
static bool read_members(const char **out, struct req *rq, const char *code)
{
	const char *asked = req_query(rq, "dims"), *known;
	json_auto_t *dims = NULL;
	db_result_auto *r = NULL;

	*out = NULL;
	if (!asked)
		return true;
	if (!db_run(&r, &rq->db, Q_indicator_members, (const char *[]){ code, lang_code(rq->lang) }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, code);
	if (!json_parse_any(&dims, db_text(r, 0, 0), db_length(r, 0, 0), &rq->err))
		return false;
	*out = indicator_asked_members(&known, &rq->arena, asked, dims);
	return *out || err_add_param(&rq->err, "dims", *known ? MSG_BAD_CHOICE : MSG_NO_DIMS, asked, known);
}

/* major=1: what was shown when that major version was in force last, which is what was known as of then. */
static bool read_major(const char **as_of, struct req *rq)
{
	const char *major = req_query(rq, "major");
	db_result_auto *r = NULL;

	*as_of = req_as_of(rq);
	if (!major)
		return true;
	if (!db_run(&r, &rq->db, Q_indicator_major, (const char *[]){ rq->arg[1], major, *as_of }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	*as_of = arena_strdup(&rq->arena, db_text(r, 0, 2));
	return db_bool(r, 0, 0) || err_add_param(&rq->err, "major", MSG_BAD_CHOICE, major, db_text(r, 0, 1));
}

bool indicator_api_get(struct req *rq)
{
	const char *level = read_level(rq), *key, *body, *members, *as_of;
	db_result_auto *r = NULL;
	bool fine = indicator_api_territory(rq), exact = false, current = false, major = req_query(rq, "major");

	fine = indicator_api_period(rq, "from") && fine;
	fine = indicator_api_period(rq, "to") && fine;
	fine = read_method(&current, rq) && fine;
	if (current && major)
		fine = err_add_param(&rq->err, "major", MSG_MAJOR_OR_METHOD);
	fine = read_major(&as_of, rq) && fine;
	if (!fine || !level || !read_members(&members, rq, rq->arg[1]) || !indicator_api_exact(&exact, rq))
		return false;
	key = indicator_api_audience(rq, "indicator", exact);
	if (http_cached(rq, key))
		return true;
	if (!indicator_values(&r, &rq->db, &(struct indicator_wanted){
			      .plan_id = rq->plan_id, .code = rq->arg[1], .lang = rq->lang, .as_of = as_of,
			      .level = level, .territory = req_query(rq, "territory"), .from = req_query(rq, "from"),
			      .to = req_query(rq, "to"), .exact = exact, .members = members }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
	body = arena_strdup(&rq->arena, db_text(r, 0, 0));
	return (!current || db_bool(r, 0, 1) || indicator_api_then(&body, rq, level)) &&
	       (members || major || target_beside_values(&body, rq, level)) && http_keep(rq, key, body);
}

/* ------------------------------------------------------------------ plugins */

static bool plain_answer(struct req *rq, const struct db_result *r)
{
	const char *body = arena_strdup(&rq->arena, db_text(r, 0, 0));

	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

bool indicator_api_plugins(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list list;

	list_read(&list, rq, "id name kind state published_at");
	filter_read(filters, rq, "kind", "indicator rule mapper alert");
	filter_read(filters, rq, "state", "draft review published deprecated retired quarantined");
	return err_ok(&rq->err) &&
	       db_run(&r, &rq->db, Q_plugin_list, (const char *[]){ lang_code(rq->lang),
		      json_write(&rq->arena, filters), list_param(rq, &list) }, &rq->err) &&
	       plain_answer(rq, r);
}
