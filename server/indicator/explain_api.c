/*
 * How a value came about, over HTTP.
 */
#include "app.h"
#include "explain_service.h"
#include "http.h"
#include "indicator_api.h"
#include "plugin.h"
#include "json.h"

static bool required(struct req *rq, const char *name)
{
	return req_query(rq, name) || err_add_param(&rq->err, name, MSG_REQUIRED_PARAMETER);
}

static bool enter(struct plugin_host **host, void *arg, struct err *e)
{
	return indicator_lab_enter(host, ((struct req *)arg)->app->lab, e);
}

static void leave(void *arg)
{
	indicator_lab_leave(((struct req *)arg)->app->lab);
}

bool indicator_api_explain(struct req *rq)
{
	const char *period = req_query(rq, "period"), *dims = req_query(rq, "dims"), *key;
	struct explain_asked q = {
		.db = &rq->db, .plan_id = rq->plan_id, .code = rq->arg[1], .territory = req_query(rq, "territory"),
		.period = period, .dims = dims ? dims : "", .as_of = req_as_of(rq), .today = rq->today,
		.fixed_day = rq->app->config->today, .lang = rq->lang, .enter = enter, .leave = leave, .arg = rq,
	};
	bool fine = required(rq, "territory") && indicator_api_territory(rq), ok;
	json_t *body = NULL;

	fine = required(rq, "period") && indicator_api_period(rq, "period") && fine;
	if (!fine || !period_days(&q.first, &q.last, period) || !indicator_api_exact(&q.exact, rq))
		return false;
	key = indicator_api_audience(rq, "explain", q.exact);
	if (http_cached(rq, key))
		return true;
	ok = explain(&body, &q, &rq->err) && http_keep(rq, key, json_write(&rq->arena, body));
	json_decref(body);
	return ok;
}
