/*
 * Monthly reports over HTTP.
 */
#include <string.h>

#include "app.h"
#include "campaign.h"
#include "campaign_rules.h"
#include "check_rules.h"
#include "clock.h"
#include "http.h"
#include "json.h"
#include "parts.h"
#include "req.h"
#include "territory.h"

/* ------------------------------------------------------------------ which report, who may */

static struct unit unit_of(const struct req *rq)
{
	return (struct unit) { rq->plan_id, rq->arg[1], rq->arg[2], rq->arg[3] };
}

static bool find(struct req *rq, struct report *r)
{
	const struct unit unit = unit_of(rq);
	const char *meant = territory_meant(rq->arg[2]);

	rq->object = r;
	if (!territory_level(rq->arg[2]) && meant)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_TERRITORY_HINT, rq->arg[2], meant);
	return report_find(r, &rq->db, &unit, &rq->err);
}

bool campaign_report_api_find(struct req *rq)
{
	struct report *r = arena_alloc(&rq->arena, sizeof *r);

	return find(rq, r) && (r->may_answer || r->may_judge ||
			       !req_has_role(rq, ROLE_CONTRIBUTOR | ROLE_COORDINATOR) ||
			       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE));
}

bool campaign_report_api_find_answerable(struct req *rq)
{
	struct report *r = arena_alloc(&rq->arena, sizeof *r);

	return find(rq, r) && (r->may_answer || err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE));
}

/* ------------------------------------------------------------------ answering */

static struct db_call report_call(struct req *rq)
{
	const char **params = arena_alloc(&rq->arena, 6 * sizeof *params);

	params[0] = db_param_i64(&rq->arena, rq->plan_id);
	params[1] = rq->arg[1];
	params[2] = rq->arg[2];
	params[3] = rq->arg[3];
	params[4] = lang_code(rq->lang);
	params[5] = db_param_day(&rq->arena, rq->today);
	return (struct db_call){ Q_campaign_report_get, params };
}

static bool read_report(struct db_result **out, struct req *rq)
{
	struct db_call call = report_call(rq);

	return db_run(out, &rq->db, call.query, call.params, &rq->err);
}

static bool answer(struct req *rq)
{
	db_result_auto *r = NULL;

	return read_report(&r, rq) && campaign_answer(rq, 200, r);
}

/* A coordinator reads exact figures beyond any scope of their own: kept before anything is shown.
 */
static bool opened(struct req *rq)
{
	const struct report *r = rq->object;
	db_result_auto *kept = NULL;

	return r->may_answer || db_run(&kept, &rq->db, Q_campaign_report_opened,
				       (const char *[]) { db_param_i64(&rq->arena, rq->plan_id),
							  rq->arg[1], rq->arg[2], rq->arg[3] },
				       &rq->err);
}

bool campaign_report_api_get(struct req *rq)
{
	return opened(rq) && answer(rq);
}

/* ------------------------------------------------------------------ writing */

typedef bool (*act)(struct req *rq, const struct report *r);

/* 412 with the report as it is unless If-Match names its version. */
static bool unmoved(struct req *rq, const struct report *r)
{
	db_result_auto *now = NULL;

	if (rq->if_version == r->version)
		return true;
	return read_report(&now, rq) && campaign_overtaken(rq, now);
}

/*
 * State, figures and observations together or not at all.  The answer is read before the commit, on
 * the same connection: who waits in vain for another one would be told of a fault by a server that
 * kept the report.
 */
static bool write_report(struct req *rq, act work)
{
	struct report *r = rq->object;
	db_result_auto *now = NULL;

	if (!opened(rq) || !db_begin(&rq->db, &rq->err))
		return false;
	if (!report_hold(r, &rq->db, &rq->err) || !unmoved(rq, r) || !work(rq, r) ||
	    !read_report(&now, rq)) {
		db_rollback(&rq->db);
		return false;
	}
	return db_commit(&rq->db, &rq->err) && campaign_answer(rq, 200, now);
}

static bool draft(struct req *rq, const struct report *r)
{
	if (!report_save_draft(&rq->db, r, rq->body, rq->today, &rq->err))
		return false;
	if (strcmp(r->state, "expected") == 0)
		http_plan_changed(rq);
	return true;
}

static bool submit(struct req *rq, const struct report *r)
{
	return report_submit(&rq->db, r, rq->today, &rq->err);
}

static bool nothing_new(struct req *rq, const struct report *r)
{
	return report_nothing_new(&rq->db, r, rq->today, &rq->err);
}

static bool validate(struct req *rq, const struct report *r)
{
	return report_validate(&rq->db, r, rq->today, &rq->err);
}

static bool give_back(struct req *rq, const struct report *r)
{
	return report_return(&rq->db, r, rq->body, rq->today, &rq->err);
}

static bool revise(struct req *rq, const struct report *r)
{
	return report_revise(&rq->db, r, rq->body, rq->today, &rq->err);
}

static bool change(struct req *rq, act work)
{
	return write_report(rq, work) && (http_plan_changed(rq), true);
}

/* For acts that take nothing: an empty object, or no body. */
static bool change_bare(struct req *rq, act work)
{
	struct json_reader body = { rq->body, "#", &rq->err };

	if (rq->body)
		json_only(&body, "");
	return err_ok(&rq->err) && change(rq, work);
}

/* Does `work` once the rules were asked of `items`: before the transaction, whose connection waits for nobody. */
static bool checked(struct req *rq, const json_t *items, bool patient, bool (*work)(struct req *rq, act what), act what)
{
	const struct asking how = { &rq->db, rq->app->lab, &rq->arena, patient };
	struct report *r = rq->object;
	bool ok;

	report_check(r, &how, items);
	ok = work(rq, what);
	json_decref(r->findings);
	r->findings = NULL;
	return ok;
}

/* The draft is kept: no more is said than that where the client wants no more and no rule has a word to add. */
static bool kept_draft(struct req *rq, const struct db_result *kept, const struct db_result *now)
{
	if (db_bool(kept, 0, db_column(kept, "begun")))
		http_plan_changed(rq);
	if (now)
		return campaign_answer(rq, 200, now);
	http_etag_version(rq, db_i64(kept, 0, db_column(kept, "version")));
	return http_no_content(rq);
}

/*
 * Keeps a draft in one round trip, by a statement that sees for itself whether it may.  *kept is false when it may not,
 * or when there are rules that were not asked.
 */
static bool keep_at_once(bool *kept, struct req *rq, bool asked)
{
	const struct report *r = rq->object;
	const struct unit unit = unit_of(rq);
	const struct draft d = { rq->if_version, rq->body, asked, asked ? r->findings : NULL };
	struct db_result *got[3] = { NULL };
	const struct db_call calls[] = { report_lock(&rq->arena, &unit),
					 report_keep_draft(&rq->arena, &unit, &d, rq->today), report_call(rq) };
	bool quiet = rq->minimal && json_array_size(d.findings) == 0;
	bool fine = db_run_all(got, &rq->db, calls, quiet ? 2 : 3, &rq->err);

	*kept = fine && db_rows(got[1]) > 0;
	if (*kept)
		fine = kept_draft(rq, got[1], got[2]);
	for (int i = 0; i < 3; i++)
		db_result_free(got[i]);
	return fine;
}

/* What was not kept at once is looked into. */
static bool keep(struct req *rq, act what)
{
	bool kept;

	return keep_at_once(&kept, rq, true) && (kept || write_report(rq, what));
}

/* A draft is saved as it is typed: its rules wait for no place. */
bool campaign_report_api_draft(struct req *rq)
{
	struct err told;
	bool kept = false, right;

	err_init(&told, &rq->arena);
	right = draft_check(rq->body, &told);
	/* not for whoever wants the report told: it would be read in vain where there are rules */
	if (right && rq->minimal && !keep_at_once(&kept, rq, false))
		return false;
	if (kept)
		return true;
	if (!campaign_report_api_find_answerable(rq))
		return false;
	if (!right)
		return write_report(rq, draft);		/* which refuses it in its turn */
	return checked(rq, json_object_get(rq->body, "figures"), false, keep, draft);
}

bool campaign_report_api_submit(struct req *rq)
{
	const struct report *r = rq->object;
	json_auto_t *typed = r->draft ? json_loads(r->draft, 0, NULL) : NULL;

	return checked(rq, json_object_get(typed, "figures"), true, change_bare, submit);
}

bool campaign_report_api_nothing_new(struct req *rq)
{
	return change_bare(rq, nothing_new);
}

bool campaign_report_api_validate(struct req *rq)
{
	return change_bare(rq, validate);
}

bool campaign_report_api_return(struct req *rq)
{
	return change(rq, give_back);
}

bool campaign_report_api_revise(struct req *rq)
{
	json_auto_t *items = revised_items(rq->body);

	return checked(rq, items, true, change, revise);
}
