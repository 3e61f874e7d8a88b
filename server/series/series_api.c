/*
 * Series over HTTP: the catalogue, figures read and recorded.
 */
#include <string.h>

#include "clock.h"
#include "http.h"
#include "json.h"
#include "parts.h"
#include "req.h"
#include "series.h"
#include "territory.h"

#define LEVELS "national region department"

enum { READERS = ROLE_VIEWER | ROLE_CONTRIBUTOR | ROLE_ANALYST | ROLE_COORDINATOR };

bool series_api_list(struct req *rq)
{
	db_result_auto *r = NULL;
	const char *body;

	if (!db_run(&r, &rq->db, Q_series_list, (const char *[]){ lang_code(rq->lang) }, &rq->err))
		return false;
	body = arena_strdup(&rq->arena, db_text(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

/* ------------------------------------------------------------------ which series, which plan */

/* The plan that is named, or the only one that the person knows. */
static bool find_plan(struct req *rq)
{
	const char *code = req_query(rq, "plan");
	bool admin = false;

	for (int i = 0; i < rq->user.grant_count; i++) {
		const struct grant *g = &rq->user.grants[i];

		admin |= g->role == ROLE_ADMIN;
		if (!g->plan || (code && strcmp(g->plan, code) != 0) || g->plan_id == rq->plan_id)
			continue;
		if (rq->plan_id) {
			rq->plan_id = 0;
			return err_add_param(&rq->err, "plan", MSG_PLAN_NEEDED);
		}
		rq->plan_id = g->plan_id;
	}
	if (rq->plan_id || !code)
		return true;
	return admin ? err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN) :
		       err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, code);
}

bool series_api_find(struct req *rq)
{
	struct series *s = arena_alloc(&rq->arena, sizeof *s);

	if (!find_plan(rq))
		return false;
	rq->object = s;
	return series_find(s, &rq->db, rq->arg[0], rq->plan_id, &rq->err);
}

bool series_api_find_writable(struct req *rq)
{
	const struct series *s;

	if (!series_api_find(rq))
		return false;
	s = rq->object;
	if (!s->by_plan)
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_SERIES_PUBLISHED);
	return req_has_role(rq, ROLE_CONTRIBUTOR | ROLE_COORDINATOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
}

/* ------------------------------------------------------------------ reading */

/* A period as the day on which it begins or ends. */
static void read_bound(json_t *filters, struct req *rq, const char *name, bool end)
{
	const char *text = req_query(rq, name);
	struct series_period p;
	char meant[8];

	if (!text)
		return;
	if (series_period_read(&p, text))
		json_object_set_new(filters, name, json_string(day_format(end ? p.to_on : p.from_on).text));
	else if (series_period_meant(meant, text))
		err_add_param(&rq->err, name, MSG_PERIOD_HINT, text, meant);
	else
		err_add_param(&rq->err, name, MSG_PERIOD_WRONG, text, "2026-03");
}

static void read_filters(json_t *filters, struct req *rq, const struct series *s)
{
	const char *organisation = req_query(rq, "organisation");

	filter_read(filters, rq, "level", LEVELS);
	if (filter_read(filters, rq, "territory", NULL) && req_query(rq, "territory"))
		territory_check_param(&rq->err, "territory", req_query(rq, "territory"));
	if (filter_read(filters, rq, "organisation", NULL) && organisation &&
	    !json_object_get(s->organisations, organisation))
		err_add_param(&rq->err, "organisation", MSG_UNKNOWN_ORGANISATION, organisation);
	filter_read(filters, rq, "vintage", NULL);
	read_bound(filters, rq, "from", false);
	read_bound(filters, rq, "to", true);
}

/* Reads the question; false with 400, or 403 for who may not open what is withheld. */
static bool read_question(struct series_asked *out, struct req *rq)
{
	const char *exact = req_query(rq, "exact");
	const struct series *s = rq->object;
	json_auto_t *filters = json_object();

	read_filters(filters, rq, s);
	if (exact && strcmp(exact, "true") != 0 && strcmp(exact, "false") != 0)
		err_add_param(&rq->err, "exact", MSG_BAD_CHOICE, exact, "true, false");
	if (s->by_plan && !rq->plan_id)
		err_add_param(&rq->err, "plan", MSG_PLAN_NEEDED);
	if (!err_ok(&rq->err))
		return false;
	*out = (struct series_asked){ req_as_of(rq), json_write(&rq->arena, filters),
				      exact && strcmp(exact, "true") == 0 };
	if (!out->exact)
		return true;
	if (!req_has_role(rq, ROLE_ANALYST | ROLE_COORDINATOR))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	/* kept before anything is shown: no trace, no figure */
	return !s->sensitive || series_opened(&rq->db, s, &rq->err);
}

/* A person whose only grants are an administrator's reads no figure; the route says so too. */
static bool may_read(struct req *rq)
{
	const struct series *s = rq->object;

	return !s->by_plan || !rq->plan_id || req_has_role(rq, READERS) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
}

static const char *plan_param(struct req *rq, const struct series *s)
{
	return s->by_plan ? db_param_i64(&rq->arena, rq->plan_id) : NULL;
}

static bool answer_page(struct req *rq)
{
	const struct series *s = rq->object;
	struct series_asked asked;
	db_result_auto *r = NULL;
	struct list list;
	const char *body;

	if (!may_read(rq) || !list_read(&list, rq, "period") || !read_question(&asked, rq))
		return false;
	if (list.descending)
		return err_add_param(&rq->err, "sort", MSG_BAD_CHOICE, "-period", "period");
	if (!db_run(&r, &rq->db, Q_observation_page,
		    (const char *[]){ db_param_i64(&rq->arena, s->id), plan_param(rq, s), asked.as_of,
				      asked.filters, db_param_bool(asked.exact), list_param(rq, &list) },
		    &rq->err))
		return false;
	body = arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

static bool answer_csv(struct req *rq)
{
	const struct series *s = rq->object;
	struct series_asked asked;
	db_result_auto *r = NULL;
	const char *text;
	size_t len;

	if (!may_read(rq) || !read_question(&asked, rq) ||
	    !series_read(&r, &rq->db, s, &asked, CSV_ROWS_MAX, &rq->err))
		return false;
	text = series_csv_write(&len, &rq->arena, s, r, db_rows(r));
	http_etag_content(rq, text, len);
	return http_text(rq, 200, "text/csv; charset=utf-8", text, len);
}

/* ------------------------------------------------------------------ published totals */

static bool read_totals_question(struct series_asked *out, struct req *rq)
{
	json_auto_t *filters = json_object();

	read_filters(filters, rq, rq->object);
	filter_read(filters, rq, "months", "1 12");
	if (!rq->plan_id)
		err_add_param(&rq->err, "plan", MSG_PLAN_NEEDED);
	*out = (struct series_asked){ req_as_of(rq), json_write(&rq->arena, filters), false };
	return err_ok(&rq->err);
}

static bool answer_totals(struct req *rq)
{
	const struct series *s = rq->object;
	struct series_asked asked;
	db_result_auto *r = NULL;
	struct list list;
	const char *body;

	if (!may_read(rq) || !list_read(&list, rq, "period") || !read_totals_question(&asked, rq))
		return false;
	if (list.descending)
		return err_add_param(&rq->err, "sort", MSG_BAD_CHOICE, "-period", "period");
	if (!db_run(&r, &rq->db, Q_total_page,
		    (const char *[]){ db_param_i64(&rq->arena, s->id), db_param_i64(&rq->arena, rq->plan_id),
				      asked.as_of, asked.filters, list_param(rq, &list) }, &rq->err))
		return false;
	body = arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	http_etag_content(rq, body, strlen(body));
	return http_json(rq, 200, body);
}

static bool answer_totals_csv(struct req *rq)
{
	const struct series *s = rq->object;
	struct series_asked asked;
	db_result_auto *r = NULL;
	const char *text;
	size_t len;

	if (!may_read(rq) || !read_totals_question(&asked, rq) ||
	    !publication_totals(&r, &rq->db, s, &asked, CSV_ROWS_MAX, &rq->err))
		return false;
	text = series_csv_totals(&len, &rq->arena, s, r);
	http_etag_content(rq, text, len);
	return http_text(rq, 200, "text/csv; charset=utf-8", text, len);
}

/* ------------------------------------------------------------------ recording */

static bool record(struct req *rq, const struct series_lines *lines, const char *via)
{
	const struct series *s = rq->object;
	struct series_recorded done;

	if (json_array_size(lines->rows) > BATCH_ROWS_MAX)
		return err_add(&rq->err, "#/rows", MSG_TOO_MANY_ROWS, "5000");
	if (!series_record(&done, &rq->db, s, lines, via, rq->today, &rq->err))
		return false;
	if (done.added + done.revised > 0)
		http_plan_changed_id(rq, rq->plan_id);
	return http_json(rq, 201, arena_printf(&rq->arena,
		"{\"batch\":%lld,\"new\":%lld,\"revised\":%lld,\"same\":%lld}", (long long)done.batch_id,
		(long long)done.added, (long long)done.revised, (long long)done.same));
}

static bool take_rows(struct req *rq)
{
	struct json_reader reader = { rq->body, "#", &rq->err };
	const json_t *rows = NULL;
	struct series_lines lines = { 0 };

	json_only(&reader, "rows");
	json_array_in(&rows, &reader, "rows", JSON_REQUIRED);
	if (!err_ok(&rq->err))
		return false;
	lines.rows = (json_t *)(uintptr_t)rows;
	return record(rq, &lines, VIA_API);
}

static bool take_csv(struct req *rq)
{
	struct series_lines lines;
	bool ok;

	ok = series_csv_read(&lines, rq->object, rq->raw_body ? rq->raw_body : "", rq->raw_body_bytes,
			     BATCH_ROWS_MAX, &rq->err) && record(rq, &lines, VIA_CSV);
	json_decref(lines.rows);
	return ok;
}

/* ------------------------------------------------------------------ handlers */

/* With the documents of the series at hand; they are no memory of the request. */
static bool with_series(struct req *rq, bool (*work)(struct req *rq))
{
	struct series *s = rq->object;
	bool ok = series_open(s, &rq->err) && work(rq);

	series_free(s);
	return ok;
}

bool series_api_observations(struct req *rq)
{
	return with_series(rq, answer_page);
}

bool series_api_csv(struct req *rq)
{
	return with_series(rq, answer_csv);
}

bool series_api_post(struct req *rq)
{
	return with_series(rq, take_rows);
}

bool series_api_post_csv(struct req *rq)
{
	return with_series(rq, take_csv);
}

bool series_api_totals(struct req *rq)
{
	return with_series(rq, answer_totals);
}

bool series_api_totals_csv(struct req *rq)
{
	return with_series(rq, answer_totals_csv);
}
