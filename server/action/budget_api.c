/*
 * What an action costs, over HTTP: lines by funding, amounts planned, committed and spent.  No amount planned is
 * “not costed”, which is not zero.  Coordinators write them; each version is kept.
 */
#include <string.h>

#include "parts.h"

#define AMOUNTS "planned committed spent"
enum { FUNDING_MAX = 200 };
static const double AMOUNT_MAX = 1e15;

struct line {
	int64_t id, version;
	bool archived;
};

bool budget_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	return list_answer(rq, Q_budget_list, "funding", filters);
}

bool budget_api_get(struct req *rq)
{
	return part_get(rq, Q_budget_get);
}

bool budget_api_find(struct req *rq)
{
	struct line *l = arena_alloc(&rq->arena, sizeof *l);
	db_result_auto *r = NULL;

	if (!path_id(&l->id, rq, 2) ||
	    !db_run(&r, &rq->db, Q_budget_find,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], rq->arg[2] },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	l->version = db_i64(r, 0, db_column(r, "version"));
	l->archived = db_bool(r, 0, db_column(r, "archived"));
	rq->object = l;
	return true;
}

/* One amount, null for “not known”. */
static void read_amount(json_t *fields, const struct json_reader *r, const char *field)
{
	double amount = 0;
	enum json_found found = json_decimal(&amount, r, field, JSON_NULLABLE, 0, AMOUNT_MAX);

	if (found == JSON_GIVEN)
		json_object_set_new(fields, field, json_real(amount));
	else if (found == JSON_NULL_GIVEN)
		json_object_set_new(fields, field, json_null());
}

static void read_amounts(json_t *fields, struct req *rq, const struct json_reader *r)
{
	const char *currency;

	read_amount(fields, r, "planned");
	read_amount(fields, r, "committed");
	read_amount(fields, r, "spent");
	if (field_text(&currency, fields, r, "currency", 0, 3) == JSON_GIVEN &&
	    (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3))
		err_add(&rq->err, "#/currency", MSG_BAD_CHOICE, currency, "EUR, USD…");
}

bool budget_api_post(struct req *rq)
{
	const struct action *a = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();
	const char *funding;

	json_only(&r, "funding currency " AMOUNTS);
	field_text(&funding, fields, &r, "funding", JSON_NULLABLE, FUNDING_MAX);
	read_amounts(fields, rq, &r);
	if (!err_ok(&rq->err) || !writable(rq, a))
		return false;
	return part_write(rq, (struct db_call){ Q_budget_add,
			  (const char *[]){ db_param_i64(&rq->arena, a->id), json_write(&rq->arena, fields) } },
			  Q_budget_get, 0, 201);
}

bool budget_api_patch(struct req *rq)
{
	const struct line *l = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	json_auto_t *fields = json_object();

	if (!precondition(rq, l->version, part_call(rq, Q_budget_get, l->id, false)))
		return false;
	json_only(&r, "currency " AMOUNTS);
	read_amounts(fields, rq, &r);
	if (!err_ok(&rq->err))
		return false;
	if (l->archived)
		return err_set(&rq->err, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (json_object_size(fields) == 0)
		return part_same(rq, Q_budget_get, l->id);
	return part_write(rq, (struct db_call){ Q_budget_save,
			  (const char *[]){ db_param_i64(&rq->arena, l->id), db_param_i64(&rq->arena, l->version),
					    json_write(&rq->arena, fields) } },
			  Q_budget_get, l->id, 200);
}
