/*
 * /tokens and /journal: keys for programs, and what everybody did.
 */
#include <string.h>

#include "clock.h"
#include "http.h"
#include "id.h"
#include "internal.h"
#include "json.h"

enum { LOGIN_MAX = 64, NAME_MAX = 100, DAYS_MAX = 365, DAYS_DEFAULT = 90, PREFIX_SHOWN = 12 };

/* Both lists are in the order of their ids: the cursor ends in one. */
static bool list_by_id(struct list *out, struct req *rq, const char *sorts)
{
	if (!list_read(out, rq, sorts))
		return false;
	return !out->id || (*out->id && strlen(out->id) <= 18 &&
			    strspn(out->id, "0123456789") == strlen(out->id)) ||
	       err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
}

bool user_api_tokens(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list l;

	filter_read(filters, rq, "person", NULL);
	return list_by_id(&l, rq, "-created_at") &&
	       db_run(&r, &rq->db, Q_token_page, (const char *[]){
			json_write(&rq->arena, filters), list_param(rq, &l) }, &rq->err) &&
	       http_json(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

static bool read_expiry(const char **out, const struct json_reader *r, struct req *rq)
{
	int32_t day = rq->today + DAYS_DEFAULT;
	int64_t us;

	json_day(&day, r, "expires_on", 0);
	if (day <= rq->today || day > rq->today + DAYS_MAX)
		return err_add(&rq->err, "#/expires_on", MSG_TOKEN_EXPIRY,
			       arena_strdup(&rq->arena, day_format(rq->today + 1).text),
			       arena_strdup(&rq->arena, day_format(rq->today + DAYS_MAX).text));
	/* Days may be those of a demonstration; a token lives in real time. */
	us = clock_now_us() + (int64_t)(day - rq->today) * 86400 * 1000000;
	*out = arena_strdup(&rq->arena, instant_format(us).text);
	return true;
}

bool user_api_add_token(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *login = NULL, *name = NULL, *expires = NULL;
	db_result_auto *added = NULL;
	json_auto_t *answer = NULL;
	char token[TOKEN_CHARACTERS + 1], hash[65];
	bool read_only = false;

	json_only(&r, "person name read_only expires_on");
	json_text(&login, &r, "person", JSON_REQUIRED, LOGIN_MAX);
	json_text(&name, &r, "name", JSON_REQUIRED, NAME_MAX);
	json_truth(&read_only, &r, "read_only", 0);
	read_expiry(&expires, &r, rq);
	if (!err_ok(&rq->err))
		return false;
	token_new(token);
	id_sha256(hash, token, TOKEN_CHARACTERS);
	if (!db_run(&added, &rq->db, Q_token_create, (const char *[]){
			login, hash, arena_memdup(&rq->arena, token, PREFIX_SHOWN), name,
			db_param_bool(read_only), expires }, &rq->err))
		return false;
	answer = json_pack("{s:I, s:s, s:s, s:s, s:b, s:s}", "id", (json_int_t)db_i64(added, 0, 0),
			   "token", token, "person", login, "name", name, "read_only", (int)read_only,
			   "expires_at", expires);
	return http_json(rq, 201, json_write(&rq->arena, answer));
}

bool user_api_end_token(struct req *rq)
{
	const char *id = rq->arg[0];
	db_result_auto *r = NULL;

	if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	if (!db_run(&r, &rq->db, Q_token_revoke, (const char *[]){ id }, &rq->err))
		return false;
	if (db_null(r, 0, 0))
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	user_forget(rq->app);
	return http_no_content(rq);
}

/* ------------------------------------------------------------------ the journal */

bool user_api_journal(struct req *rq)
{
	static const char *const names[] = { "plan", "person", "act", "object", "number" };
	json_auto_t *filters = json_object();
	const char *since, *until;
	db_result_auto *r = NULL;
	struct list l;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		filter_read(filters, rq, names[i], NULL);
	return req_span(&since, &until, rq) && list_by_id(&l, rq, "-at") &&
	       db_run(&r, &rq->db, Q_journal_page, (const char *[]){
			json_write(&rq->arena, filters), list_param(rq, &l), since, until }, &rq->err) &&
	       (!db_null(r, 0, 0) || err_add_param(&rq->err, "plan", MSG_NO_PLAN, req_query(rq, "plan"))) &&
	       http_json(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}
