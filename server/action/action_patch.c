/*
 * The description of an action changed by a coordinator: titles, dates, weight,
 * deliverable, who carries it.  What is reported of it changes elsewhere.
 */
#include <string.h>

#include "clock.h"
#include "parts.h"
#include "text.h"

#define DESCRIBED "title_fr title_en weight start_on due_on deliverable_fr deliverable_en lead co_leads partners reason"
#define REPORTED "status progress confidence comment done_on carried_to reported_at reported_by"
#define STRUCTURE "number measure objective level origin"

enum { DELIVERABLE_MAX = 1000 };

struct change {
	json_t *fields, *carriers;	/* owned by the handler */
	struct action_dates dates;	/* as they will be */
	const char *reason;
};

/* ------------------------------------------------------------------ fields */

static void tell_each(const struct json_reader *r, const char *list, enum msg msg)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)r->object, key, value)
		if (text_in_list(key, list))
			err_add(r->e, json_pointer(r, key), msg);
}

static void check_names(const struct json_reader *r)
{
	json_only(r, DESCRIBED " " REPORTED " " STRUCTURE " initial_due_on title deliverable");
	tell_each(r, REPORTED, MSG_USE_STATUS_REPORT);
	tell_each(r, STRUCTURE, MSG_BY_IMPORT);
	tell_each(r, "initial_due_on", MSG_INITIAL_NEVER_MOVES);
	if (json_object_get(r->object, "title"))
		err_add(r->e, "#/title", MSG_UNKNOWN_FIELD, "title_fr");
	if (json_object_get(r->object, "deliverable"))
		err_add(r->e, "#/deliverable", MSG_UNKNOWN_FIELD, "deliverable_fr");
}

static void read_day(struct change *c, int32_t *day, const struct json_reader *r, const char *field)
{
	int32_t given;
	enum json_found found = field_day(&given, c->fields, r, field, JSON_NULLABLE);

	if (found == JSON_GIVEN || found == JSON_NULL_GIVEN)
		*day = given;
}

static void read_fields(struct change *c, const struct json_reader *r)
{
	const char *text;
	double weight;

	field_text(&text, c->fields, r, "title_fr", 0, ACTION_TITLE_MAX);
	field_text(&text, c->fields, r, "title_en", JSON_NULLABLE, ACTION_TITLE_MAX);
	field_text(&text, c->fields, r, "deliverable_fr", JSON_NULLABLE, DELIVERABLE_MAX);
	field_text(&text, c->fields, r, "deliverable_en", JSON_NULLABLE, DELIVERABLE_MAX);
	if (json_decimal(&weight, r, "weight", 0, 0.001, 1000) == JSON_GIVEN)
		json_object_set(c->fields, "weight", json_object_get(r->object, "weight"));
	read_day(c, &c->dates.start_on, r, "start_on");
	read_day(c, &c->dates.due_on, r, "due_on");
	field_text(&c->reason, c->fields, r, "reason", JSON_NULLABLE, ACTION_REASON_MAX);
}

/* ------------------------------------------------------------------ who carries it */

/* One role's codes; `seen` has those of the roles before. */
static void read_codes(json_t *codes, json_t *seen, const struct json_reader *r, const char *field,
		       const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *code = json_string_value(item);
		const char *pointer = json_is_array(json_object_get(r->object, field)) ?
			arena_printf(r->e->arena, "#/%s/%zu", field, i) :
			arena_printf(r->e->arena, "#/%s", field);

		if (!code)
			err_add(r->e, pointer, MSG_WANT_TEXT);
		else if (json_object_get(seen, code))
			err_add(r->e, pointer, MSG_TWO_ROLES, code);
		else if (json_object_set_new(seen, code, json_true()) == 0)
			json_array_append(codes, item);
	}
}

static void read_role(struct change *c, json_t *seen, const struct json_reader *r,
		      const char *field, const char *role)
{
	json_t *value = json_object_get(r->object, field), *codes = json_array();
	json_auto_t *list = NULL;

	if (!value) {
		json_decref(codes);
		return;
	}
	if (strcmp(role, "lead") == 0 && !json_is_array(value))
		list = json_is_null(value) ? json_array() : json_pack("[O]", value);
	else if (json_is_array(value) && strcmp(role, "lead") != 0)
		list = json_incref(value);
	else
		err_add(r->e, json_pointer(r, field), strcmp(role, "lead") == 0 ? MSG_WANT_TEXT :
			MSG_WANT_ARRAY);
	read_codes(codes, seen, r, field, list);
	json_object_set_new(c->carriers, role, codes);
}

static void read_carriers(struct change *c, struct req *rq, const struct json_reader *r)
{
	json_auto_t *seen = json_object(), *wanted = json_object();
	static const char *const fields[] = { "lead", "co_leads", "partners" };
	static const char *const roles[] = { "lead", "co_lead", "partner" };

	for (int i = 0; i < 3; i++) {
		read_role(c, seen, r, fields[i], roles[i]);
		if (json_object_get(c->carriers, roles[i]))
			json_object_set(wanted, fields[i], json_object_get(r->object, fields[i]));
	}
	organisations_check(rq, wanted);
}

/* ------------------------------------------------------------------ the change */

static bool save(struct req *rq, const struct action *a, const struct change *c)
{
	struct db_result *r[2] = { NULL, NULL };
	const char *params[] = { db_param_i64(&rq->arena, a->id), db_param_i64(&rq->arena, a->version),
				 db_param_day(&rq->arena, rq->today),
				 json_write(&rq->arena, c->fields), json_write(&rq->arena, c->carriers) };
	struct db_call calls[] = { { Q_action_save, params }, action_call(rq, rq->arg[1], false) };
	struct document d;
	bool fine;

	fine = db_run_all(r, &rq->db, calls, 2, &rq->err) && document_take(&d, rq, r[1]);
	if (fine && db_rows(r[0]) == 0) {
		fine = overtaken(rq, &d);
	} else if (fine) {
		http_plan_changed(rq);
		fine = document_answer(rq, 200, &d);
	}
	db_result_free(r[0]);
	db_result_free(r[1]);
	return fine;
}

/* Nothing to change: the action as it is, and no new version. */
static bool unchanged(struct req *rq)
{
	struct document d;

	return document_read(&d, rq, action_call(rq, rq->arg[1], false), rq->arg[1]) &&
	       document_answer(rq, 200, &d);
}

bool action_api_patch(struct req *rq)
{
	const struct action *a = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object(), *carriers = json_object();
	struct change c = { .fields = fields, .carriers = carriers, .dates = a->dates };

	if (!precondition(rq, a->version, action_call(rq, rq->arg[1], false)))
		return false;
	check_names(&r);
	read_fields(&c, &r);
	read_carriers(&c, rq, &r);
	action_dates_check(&a->dates, &c.dates, c.reason, &rq->err);
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	if (json_object_size(rq->body) == (json_object_get(rq->body, "reason") ? 1u : 0u))
		return unchanged(rq);
	return save(rq, a, &c);
}
