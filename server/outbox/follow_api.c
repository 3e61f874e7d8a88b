/*
 * What one follows oneself: a measure, an action, a territory.
 */
#include <string.h>

#include "app.h"
#include "http.h"
#include "outbox.h"
#include "req.h"
#include "territory.h"
#include "text.h"

static const char *plan_param(struct req *rq)
{
	return db_param_i64(&rq->arena, rq->plan_id);
}

static bool answer(struct req *rq, const struct db_result *r)
{
	int n = db_column(r, "body");

	return http_json(rq, 200, arena_memdup(&rq->arena, db_text(r, 0, n), db_length(r, 0, n)));
}

bool follow_api_list(struct req *rq)
{
	db_result_auto *r = NULL;
	struct list l;

	return list_read(&l, rq, "kind") &&
	       db_run(&r, &rq->db, Q_follow_list, (const char *[]){
			plan_param(rq), lang_code(rq->lang), list_param(rq, &l) }, &rq->err) &&
	       answer(rq, r);
}

/* 404, with what a wrong code of a territory may have meant. */
static bool unknown(struct req *rq)
{
	const char *kind = rq->arg[1], *code = rq->arg[2], *meant = NULL;

	if (!text_in_list(kind, "measure action territory"))
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, kind);
	if (strcmp(kind, "territory") != 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, code);
	meant = territory_meant(code);
	return meant ? err_set(&rq->err, ERR_NOT_FOUND, MSG_TERRITORY_HINT, code, meant) :
		       err_set(&rq->err, ERR_NOT_FOUND, MSG_UNKNOWN_TERRITORY, code);
}

bool follow_api_get(struct req *rq)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_follow_get, (const char *[]){
			plan_param(rq), rq->arg[1], rq->arg[2], lang_code(rq->lang) }, &rq->err) &&
	       (db_rows(r) > 0 || unknown(rq)) && answer(rq, r);
}

static bool save(struct req *rq, bool followed)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_follow_save, (const char *[]){
			plan_param(rq), rq->arg[1], rq->arg[2], db_param_bool(followed) }, &rq->err) &&
	       follow_api_get(rq);
}

bool follow_api_put(struct req *rq)
{
	return save(rq, true);
}

bool follow_api_delete(struct req *rq)
{
	return save(rq, false);
}
