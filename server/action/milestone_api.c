/*
 * Milestones over HTTP.  Coordinators set them; who leads the action says when one is reached.
 */
#include <string.h>

#include "clock.h"
#include "parts.h"

#define FIELDS "title_fr title_en due_on done_on"

struct milestone {
	int64_t id, version;
	int32_t due_on;
	bool archived;
};

bool milestone_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	return filter_read(filters, rq, "done", "true false") &&
	       list_answer(rq, Q_milestone_list, "due_on", filters);
}

bool milestone_api_get(struct req *rq)
{
	return part_get(rq, Q_milestone_get);
}

bool milestone_api_find(struct req *rq)
{
	struct milestone *m = arena_alloc(&rq->arena, sizeof *m);
	db_result_auto *r = NULL;
	const char *due;

	if (!path_id(&m->id, rq, 2) ||
	    !db_run(&r, &rq->db, Q_milestone_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], rq->arg[2] },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	m->version = db_i64(r, 0, db_column(r, "version"));
	m->archived = db_bool(r, 0, db_column(r, "archived"));
	due = db_text(r, 0, db_column(r, "due_on"));
	if (!due || !day_parse(&m->due_on, due))
		m->due_on = DAY_NONE;
	rq->object = m;
	return db_bool(r, 0, db_column(r, "may")) || !req_has_role(rq, ROLE_CONTRIBUTOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

static void read_done_on(json_t *fields, struct req *rq, const struct json_reader *r)
{
	int32_t done_on;

	if (field_day(&done_on, fields, r, "done_on", JSON_NULLABLE) == JSON_GIVEN &&
	    done_on > rq->today)
		err_add(&rq->err, "#/done_on", MSG_DONE_ON_FUTURE);
}

bool milestone_api_post(struct req *rq)
{
	const struct action *a = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();
	const char *text;
	int32_t day;

	json_only(&r, FIELDS);
	field_text(&text, fields, &r, "title_fr", JSON_REQUIRED, ACTION_TITLE_MAX);
	field_text(&text, fields, &r, "title_en", JSON_NULLABLE, ACTION_TITLE_MAX);
	field_day(&day, fields, &r, "due_on", JSON_REQUIRED);
	read_done_on(fields, rq, &r);
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	return part_write(rq, (struct db_call){ Q_milestone_add,
			  (const char *[]){ db_param_i64(&rq->arena, a->id),
					    json_write(&rq->arena, fields) } },
			  Q_milestone_get, 0, 201);
}

/* Contributors who lead the action say that a milestone is reached; the rest is the coordinator's. */
static bool may_change(struct req *rq)
{
	const char *key;
	json_t *value;

	if (req_has_role(rq, ROLE_COORDINATOR))
		return true;
	json_object_foreach(rq->body, key, value)
		if (strcmp(key, "done_on") != 0)
			return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	return true;
}

bool milestone_api_patch(struct req *rq)
{
	const struct milestone *m = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();
	const char *text;
	int32_t day;

	if (!may_change(rq) ||
	    !precondition(rq, m->version, part_call(rq, Q_milestone_get, m->id, false)))
		return false;
	json_only(&r, FIELDS " reason initial_due_on");
	if (json_object_get(rq->body, "initial_due_on"))
		err_add(&rq->err, "#/initial_due_on", MSG_INITIAL_NEVER_MOVES);
	field_text(&text, fields, &r, "title_fr", 0, ACTION_TITLE_MAX);
	field_text(&text, fields, &r, "title_en", JSON_NULLABLE, ACTION_TITLE_MAX);
	read_done_on(fields, rq, &r);
	field_text(&text, fields, &r, "reason", JSON_NULLABLE, ACTION_REASON_MAX);
	if (field_day(&day, fields, &r, "due_on", 0) == JSON_GIVEN && day != m->due_on && !text)
		err_add(&rq->err, "#/reason", MSG_DUE_SAYS_WHY);
	if (!err_ok(&rq->err))
		return false;
	if (m->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (json_object_size(fields) == 0)
		return part_same(rq, Q_milestone_get, m->id);
	return part_write(rq, (struct db_call){ Q_milestone_save,
			  (const char *[]){ db_param_i64(&rq->arena, m->id),
					    db_param_i64(&rq->arena, m->version),
					    json_write(&rq->arena, fields) } },
			  Q_milestone_get, m->id, 200);
}
