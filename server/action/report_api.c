/*
 * Status reports over HTTP: the only way to status, progress and confidence.
 */
#include <string.h>

#include "clock.h"
#include "parts.h"
#include "territory.h"
#include "text.h"

#define REPORT_FIELDS "status progress confidence comment reason done_on carried_to nothing_new territory organisation"

/* Whom a report speaks for: the action (deployment NULL) or one of its deployments. */
struct target {
	const struct action *action;
	struct deployment *deployment;
	const char *territory, *organisation;
	const struct action_state *state;	/* as it is now */
	int64_t version;
	struct db_call current;
};

/* ------------------------------------------------------------------ the target */

/* A text field looked at before the body is judged; NULL when it is no text. */
static const char *peek(const struct req *rq, const char *field)
{
	return json_string_value(json_object_get(rq->body, field));
}

static bool speaks_for_action(const struct req *rq)
{
	const json_t *t = json_object_get(rq->body, "territory");
	const json_t *o = json_object_get(rq->body, "organisation");

	return (!t || json_is_null(t)) && (!o || json_is_null(o));
}

static bool target_deployment(struct target *out, struct req *rq)
{
	struct deployment *d = arena_alloc(&rq->arena, sizeof *d);

	out->territory = peek(rq, "territory");
	out->organisation = peek(rq, "organisation");
	if (!out->territory || !out->organisation)
		return true;	/* told with the other faults of the body */
	if (!deployment_load(d, rq, out->action, out->territory, out->organisation))
		return false;
	if (d->place_known && d->organisation_known && !d->may)
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
	out->deployment = d;
	out->state = &d->state;
	out->version = d->version;
	out->current = deployment_call(rq, rq->arg[1], out->territory, out->organisation, false);
	return true;
}

/* 403 when the person may not speak for it. */
static bool target_find(struct target *out, struct req *rq)
{
	const struct action *a = rq->object;

	*out = (struct target){ .action = a, .state = &a->state, .version = a->version };
	if (!speaks_for_action(rq))
		return target_deployment(out, rq);
	out->current = action_call(rq, rq->arg[1], false);
	return a->may || err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

static void check_target(const struct target *t, const struct json_reader *r)
{
	const char *territory = NULL, *organisation = NULL;
	enum json_found a, b;

	if (!t->territory && !t->organisation && t->current.params)
		return;
	a = json_text(&territory, r, "territory", JSON_REQUIRED, 10);
	b = json_text(&organisation, r, "organisation", JSON_REQUIRED, 32);
	if (!t->deployment || a != JSON_GIVEN || b != JSON_GIVEN)
		return;
	territory_check(r->e, "#/territory", territory);
	if (!t->deployment->organisation_known)
		err_add(r->e, "#/organisation", MSG_UNKNOWN_ORGANISATION, organisation);
	if (t->deployment->place_known && t->deployment->organisation_known && !t->deployment->id)
		err_add(r->e, "#/territory", MSG_NO_DEPLOYMENT, territory, organisation);
}

/* ------------------------------------------------------------------ the state */

static bool is_plan_code(const char *text)
{
	return strlen(text) <= 63 && *text != '-' &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static bool is_number(const char *text)
{
	return strlen(text) <= 20 && *text != '.' &&
	       strspn(text, "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == strlen(text);
}

/* {"plan", "measure"}: the measure that takes over, in this plan or in another. */
static bool read_carried(struct action_state *s, const struct json_reader *r)
{
	const json_t *object = NULL;
	enum json_found found = json_object_in(&object, r, "carried_to", JSON_NULLABLE);
	struct json_reader inner = { object, "#/carried_to", r->e };

	if (found != JSON_GIVEN)
		return found != JSON_FAULT;
	json_only(&inner, "plan measure");
	if (json_text(&s->carried_plan, &inner, "plan", JSON_REQUIRED, 63) == JSON_GIVEN &&
	    !is_plan_code(s->carried_plan))
		err_add(r->e, "#/carried_to/plan", MSG_BAD_CODE, s->carried_plan);
	if (json_text(&s->carried_measure, &inner, "measure", JSON_REQUIRED, 20) == JSON_GIVEN &&
	    !is_number(s->carried_measure))
		err_add(r->e, "#/carried_to/measure", MSG_BAD_NUMBER, s->carried_measure);
	return s->carried_plan && s->carried_measure;
}

static unsigned unless(enum json_found found, unsigned field)
{
	return found == JSON_FAULT ? field : 0;
}

/* What is carried over goes to a measure that is there: its plan is loaded before. */
static void check_carried(struct req *rq, const struct action_state *s, struct err *e)
{
	db_result_auto *r = NULL;

	if (!err_ok(e) || !s->carried_plan || !s->carried_measure ||
	    !db_run(&r, &rq->db, Q_carried_find, (const char *[]){ s->carried_plan, s->carried_measure }, e))
		return;
	if (!db_bool(r, 0, 0))
		err_add(e, "#/carried_to/plan", MSG_NO_PLAN, s->carried_plan);
	else if (!db_bool(r, 0, 1))
		err_add(e, "#/carried_to/measure", MSG_NO_MEASURE, s->carried_plan, s->carried_measure);
}

/* A whole state: what is not said is not known, it is not what it was before. */
static void read_state(struct action_state *s, struct req *rq, const struct json_reader *r)
{
	int64_t progress = ACTION_NO_PROGRESS;
	unsigned unread = 0;

	*s = (struct action_state){ .done_on = ACTION_NO_DAY };
	json_choice(&s->status, r, "status", JSON_REQUIRED, ACTION_STATUSES);
	unread |= unless(json_whole(&progress, r, "progress", JSON_NULLABLE, 0, 100), ACTION_PROGRESS);
	unread |= unless(json_choice(&s->confidence, r, "confidence", JSON_NULLABLE,
				     ACTION_CONFIDENCES), ACTION_CONFIDENCE);
	unread |= unless(json_text(&s->comment, r, "comment", JSON_NULLABLE, ACTION_COMMENT_MAX),
			 ACTION_COMMENT);
	unread |= unless(json_text(&s->reason, r, "reason", JSON_NULLABLE, ACTION_REASON_MAX),
			 ACTION_REASON);
	unread |= unless(json_day(&s->done_on, r, "done_on", JSON_NULLABLE), ACTION_DONE_ON);
	if (!read_carried(s, r))
		unread |= ACTION_CARRIED_TO;
	s->progress = (int)progress;
	action_state_check(s, unread, rq->today, r->e);
	check_carried(rq, s, r->e);
}

/* "Nothing new" repeats the last state; nothing may be said beside it. */
static void read_nothing_new(struct action_state *s, const struct target *t,
			     const struct json_reader *r)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)r->object, key, value)
		if (text_in_list(key, "status progress confidence comment reason done_on carried_to"))
			err_add(r->e, json_pointer(r, key), MSG_NOTHING_NEW_ALONE);
	*s = *t->state;
}

/* ------------------------------------------------------------------ a new report */

/*
 * Keeps a report and reads what it speaks for, in one round trip.  *kept is false when the write
 * found nothing to change; *now is what stands there, its body NULL when nothing does.
 */
static bool keep(bool *kept, struct document *now, struct req *rq, struct db_call write,
		 struct db_call read)
{
	struct db_result *r[2] = { NULL, NULL };
	struct db_call calls[] = { write, read };
	bool fine = db_run_all(r, &rq->db, calls, 2, &rq->err);

	*now = (struct document){ .body = NULL };
	*kept = fine && db_rows(r[0]) > 0;
	if (fine)
		document_take(now, rq, r[1]);
	if (*kept)
		http_location(rq, arena_printf(&rq->arena, "%s/%s", rq->path, db_text(r[0], 0, 0)));
	db_result_free(r[0]);
	db_result_free(r[1]);
	return fine && (!*kept || now->body);
}

static bool reported(struct req *rq, const struct document *now)
{
	http_plan_changed(rq);
	return document_answer(rq, 201, now);
}

/* The parameters of Q_report_save, borrowed from the request's arena. */
static struct db_call action_write(struct req *rq, int64_t version, const struct action_state *s,
				   bool nothing_new)
{
	const char **params = arena_alloc(&rq->arena, 5 * sizeof *params);

	params[0] = db_param_i64(&rq->arena, rq->plan_id);
	params[1] = rq->arg[1];
	params[2] = db_param_i64(&rq->arena, version);
	params[3] = state_param(rq, s);
	params[4] = db_param_bool(nothing_new);
	return (struct db_call){ Q_report_save, params };
}

static bool save(struct req *rq, const struct target *t, const struct action_state *s,
		 bool nothing_new)
{
	struct document now;
	bool kept, fine;

	if (t->deployment) {
		const char *params[] = { db_param_i64(&rq->arena, t->deployment->id),
					 db_param_i64(&rq->arena, t->version), state_param(rq, s),
					 db_param_bool(nothing_new) };

		fine = keep(&kept, &now, rq, (struct db_call){ Q_report_save_deployment, params }, t->current);
	} else {
		fine = keep(&kept, &now, rq, action_write(rq, t->version, s, nothing_new), t->current);
	}
	return fine && (kept ? reported(rq, &now) : now.body && overtaken(rq, &now));
}

/*
 * The short way, for a report of an action without a fault: one statement that sees for itself
 * whether the action is there, at the version that is named and this person's to report on.
 * False without an error: nothing was kept, and the long way will tell why.
 */
static bool report_at_once(struct req *rq)
{
	struct json_reader r = { rq->body, "#", NULL };
	struct action_state s;
	bool nothing_new = false, kept;
	struct document now;
	struct err faults;

	err_init(&faults, &rq->arena);
	r.e = &faults;
	json_only(&r, REPORT_FIELDS);
	json_truth(&nothing_new, &r, "nothing_new", 0);
	if (nothing_new || rq->if_version < 0 || !speaks_for_action(rq))
		return false;
	read_state(&s, rq, &r);
	return err_ok(&faults) &&
	       keep(&kept, &now, rq, action_write(rq, rq->if_version, &s, false),
		    action_call(rq, rq->arg[1], false)) &&
	       kept && reported(rq, &now);
}

bool report_api_post(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct action_state s = { .done_on = ACTION_NO_DAY };
	bool nothing_new = false;
	struct target t;

	if (report_at_once(rq))
		return true;
	if (!err_ok(&rq->err) || !action_api_find_reportable(rq) || !target_find(&t, rq))
		return false;
	if ((!t.deployment || t.deployment->id) && t.current.params &&
	    !precondition(rq, t.version, t.current))
		return false;
	json_only(&r, REPORT_FIELDS);
	check_target(&t, &r);
	json_truth(&nothing_new, &r, "nothing_new", 0);
	if (nothing_new)
		read_nothing_new(&s, &t, &r);
	else
		read_state(&s, rq, &r);
	return err_ok(&rq->err) && writable(rq, t.action) && save(rq, &t, &s, nothing_new);
}
