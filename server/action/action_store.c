/*
 * Actions and their deployments in the database: loaded for a write, read as documents.
 */
#include <string.h>

#include "clock.h"
#include "parts.h"

/* ------------------------------------------------------------------ loading */

static const char *text_of(struct req *rq, const struct db_result *r, const char *column)
{
	return arena_strdup(&rq->arena, db_text(r, 0, db_column(r, column)));
}

static int32_t day_of(const struct db_result *r, const char *column)
{
	const char *text = db_text(r, 0, db_column(r, column));
	int32_t day = DAY_NONE;

	return text && day_parse(&day, text) ? day : DAY_NONE;
}

static void state_take(struct action_state *out, struct req *rq, const struct db_result *r)
{
	int progress = db_column(r, "progress");

	*out = (struct action_state){
		.status = text_of(rq, r, "status"),
		.progress = db_null(r, 0, progress) ? ACTION_NO_PROGRESS : (int)db_i64(r, 0, progress),
		.confidence = text_of(rq, r, "confidence"), .comment = text_of(rq, r, "comment"),
		.reason = text_of(rq, r, "reason"), .done_on = day_of(r, "done_on"),
		.carried_plan = text_of(rq, r, "carried_plan"),
		.carried_measure = text_of(rq, r, "carried_measure"),
	};
}

bool action_load(struct action *out, struct req *rq, const char *number)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_action_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), number }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, number);
	*out = (struct action){
		.id = db_i64(r, 0, db_column(r, "id")),
		.version = db_i64(r, 0, db_column(r, "version")),
		.national = strcmp(db_text(r, 0, db_column(r, "level")), "national") == 0,
		.archived = db_bool(r, 0, db_column(r, "archived")),
		.may = db_bool(r, 0, db_column(r, "may")),
		.may_any = db_bool(r, 0, db_column(r, "may_any")),
		.dates = { day_of(r, "start_on"), day_of(r, "due_on") },
	};
	state_take(&out->state, rq, r);
	return true;
}

bool deployment_load(struct deployment *out, struct req *rq, const struct action *a,
		     const char *territory, const char *organisation)
{
	db_result_auto *r = NULL;
	const char *level;

	if (!db_run(&r, &rq->db, Q_deployment_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id),
				      db_param_i64(&rq->arena, a->id), territory, organisation },
		    &rq->err))
		return false;
	level = db_text(r, 0, db_column(r, "level"));
	*out = (struct deployment){
		.id = db_i64(r, 0, db_column(r, "id")),
		.version = db_i64(r, 0, db_column(r, "version")),
		.place_known = level != NULL,
		.organisation_known = !db_null(r, 0, db_column(r, "organisation_id")),
		.is_department = level && strcmp(level, "department") == 0,
		.may = db_bool(r, 0, db_column(r, "may")),
	};
	state_take(&out->state, rq, r);
	return true;
}

/* ------------------------------------------------------------------ documents */

/* The sentence of each disagreement, in the answer's language. */
static const char *disagreement_texts(struct req *rq)
{
	static const enum msg all[] = {
		MSG_DONE_BUT_DEPLOYMENTS, MSG_DONE_BUT_BLOCKED, MSG_OPEN_BUT_DEPLOYMENTS,
		MSG_NOT_STARTED_BUT_BEGUN, MSG_PROGRESS_DIFFERS, MSG_SECURED_BUT_LATE,
		MSG_SECURED_BUT_BLOCKED,
	};
	static const char *const none[MSG_ARGS];
	json_auto_t *texts = json_object();

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		json_object_set_new(texts, msg_code(all[i]),
				    json_string(msg_text(&rq->arena, all[i], rq->lang, none)));
	return json_write(&rq->arena, texts);
}

static struct db_call call(struct req *rq, enum query query, const char *const *params, int count)
{
	const char **kept = arena_alloc(&rq->arena, (size_t)count * sizeof *kept);

	memcpy(kept, params, (size_t)count * sizeof *kept);
	return (struct db_call){ query, kept };
}

struct db_call action_call(struct req *rq, const char *number, bool as_of)
{
	const char *plan = db_param_i64(&rq->arena, rq->plan_id);
	const char *today = db_param_day(&rq->arena, rq->today);
	const char *instant = as_of ? req_as_of(rq) : NULL, *texts = disagreement_texts(rq);

	if (!instant)
		return call(rq, Q_action_get, (const char *[]){ plan, number, today, lang_code(rq->lang), texts }, 5);
	return call(rq, Q_action_get_at,
		    (const char *[]){ plan, number, instant, today, lang_code(rq->lang), texts }, 6);
}

struct db_call deployment_call(struct req *rq, const char *number, const char *territory,
			       const char *organisation, bool as_of)
{
	const char *params[] = { db_param_i64(&rq->arena, rq->plan_id), number, territory,
				 organisation, as_of ? req_as_of(rq) : NULL,
				 db_param_day(&rq->arena, rq->today), lang_code(rq->lang) };

	return call(rq, Q_deployment_get, params, 7);
}

bool document_take(struct document *out, struct req *rq, const struct db_result *r)
{
	int body;

	if (!r || db_rows(r) == 0)
		return false;
	body = db_column(r, "body");
	*out = (struct document){
		.version = db_i64(r, 0, db_column(r, "version")),
		.changes = db_i64(r, 0, db_column(r, "changes")),
		.body = arena_memdup(&rq->arena, db_text(r, 0, body), db_length(r, 0, body)),
	};
	return true;
}

bool document_read(struct document *out, struct req *rq, struct db_call one, const char *what)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, one.query, one.params, &rq->err))
		return false;
	return document_take(out, rq, r) ||
	       err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, what);
}

const char *state_param(struct req *rq, const struct action_state *s)
{
	json_auto_t *o = json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s?}", "status", s->status,
		"confidence", s->confidence, "comment", s->comment, "reason", s->reason,
		"carried_plan", s->carried_plan, "carried_measure", s->carried_measure);

	if (s->progress != ACTION_NO_PROGRESS)
		json_object_set_new(o, "progress", json_integer(s->progress));
	if (s->done_on != ACTION_NO_DAY)
		json_object_set_new(o, "done_on", json_string(day_format(s->done_on).text));
	return json_write(&rq->arena, o);
}
