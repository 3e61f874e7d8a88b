/*
 * /session and /sessions: signing in and out, one's own sessions and password.
 */
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "id.h"
#include "internal.h"
#include "json.h"

enum { LOGIN_MAX = 200, SECRET_MAX = 200, TYPED_MAX = 1000 };

/* ------------------------------------------------------------------ the session as it is shown */

static const char *role_name(enum role role)
{
	switch (role) {
	case ROLE_VIEWER: return "viewer";
	case ROLE_CONTRIBUTOR: return "contributor";
	case ROLE_ANALYST: return "analyst";
	case ROLE_COORDINATOR: return "coordinator";
	case ROLE_ADMIN: return "admin";
	}
	return "";
}

static json_t *grant_json(const struct grant *g)
{
	json_t *territories = json_array();

	for (const char *const *t = g->territories; *t; t++)
		json_array_append_new(territories, json_string(*t));
	return json_pack("{s:s, s:s?, s:s?, s:o}", "role", role_name(g->role), "plan", g->plan,
			 "organisation", g->organisation, "territories", territories);
}

static bool answer_session(struct req *rq)
{
	const struct user *u = &rq->user;
	json_auto_t *answer = NULL, *grants = json_array();

	for (int i = 0; i < u->grant_count; i++)
		json_array_append_new(grants, grant_json(&u->grants[i]));
	if (u->id)
		answer = json_pack("{s:{s:I, s:s, s:s}, s:s, s:s, s:O}", "person", "id",
				   (json_int_t)u->id, "login", u->login, "name", u->name,
				   "csrf_token", u->csrf_token, "lang", lang_code(u->lang), "grants",
				   grants);
	else
		answer = json_pack("{s:n}", "person");
	return http_json(rq, 200, json_write(&rq->arena, answer));
}

bool user_api_session(struct req *rq)
{
	return answer_session(rq);
}

bool user_api_sign_in(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *login = NULL, *password = NULL;

	json_only(&r, "login password");
	json_text(&login, &r, "login", JSON_REQUIRED, LOGIN_MAX);
	json_text(&password, &r, "password", JSON_REQUIRED, TYPED_MAX);
	return err_ok(&rq->err) && user_sign_in(rq, login, password) && answer_session(rq);
}

bool user_api_set_session(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	db_result_auto *changed = NULL;
	const char *lang = NULL;

	json_only(&r, "lang");
	json_choice(&lang, &r, "lang", JSON_REQUIRED, "fr en");
	if (!err_ok(&rq->err) ||
	    !db_run(&changed, &rq->db, Q_person_set_lang, (const char *[]){
			db_param_i64(&rq->arena, rq->user.id), lang }, &rq->err))
		return false;
	rq->user.lang = strcmp(lang, "en") == 0 ? LANG_EN : LANG_FR;
	user_forget(rq->app);
	return answer_session(rq);
}

bool user_api_sign_out(struct req *rq)
{
	return user_sign_out(rq) && http_no_content(rq);
}

/* ------------------------------------------------------------------ sessions */

bool user_api_sessions(struct req *rq)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_session_list, NULL, &rq->err) &&
	       http_json(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

bool user_api_end_session(struct req *rq)
{
	const char *id = rq->arg[0];
	db_result_auto *r = NULL;

	if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	if (!db_run(&r, &rq->db, Q_session_end, (const char *[]){ id }, &rq->err))
		return false;
	if (db_null(r, 0, 0))
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	user_forget(rq->app);
	return http_no_content(rq);
}

/* ------------------------------------------------------------------ passwords */

bool user_api_change_password(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *current = NULL, *password = NULL;

	json_only(&r, "current password");
	json_text(&current, &r, "current", JSON_REQUIRED, TYPED_MAX);
	json_text(&password, &r, "password", JSON_REQUIRED, TYPED_MAX);
	return err_ok(&rq->err) && user_change_password(rq, current, password) && http_no_content(rq);
}

bool user_api_use_code(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *code = NULL, *password = NULL;

	json_only(&r, "code password");
	json_text(&code, &r, "code", JSON_REQUIRED, SECRET_MAX);
	json_text(&password, &r, "password", JSON_REQUIRED, TYPED_MAX);
	return err_ok(&rq->err) && user_use_code(rq, code, password) && http_no_content(rq);
}

/* ------------------------------------------------------------------ forgotten passwords */

bool user_api_links_offered(struct req *rq)
{
	return http_json(rq, 200, *rq->app->config->smtp_url ? "{\"offered\":true}" : "{\"offered\":false}");
}

/* Nothing of the answer, its time included, says whether there is such a person: who it is, is looked up later. */
bool user_api_ask_link(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *login = NULL;
	db_result_auto *kept = NULL;
	char hash[65];

	json_only(&r, "login");
	json_text(&login, &r, "login", JSON_REQUIRED, LOGIN_MAX);
	if (!err_ok(&rq->err))
		return false;
	if (!*rq->app->config->smtp_url)
		return err_set(&rq->err, ERR_NOT_READY, MSG_MAIL_OFF);
	login = login_lower(&rq->arena, login);
	id_sha256(hash, login, strlen(login));
	if (!db_run(&kept, &rq->db, Q_password_ask, (const char *[]){ hash, rq->address }, &rq->err))
		return false;
	rq->err.retry_after_s = (unsigned)db_i64(kept, 0, 0);
	return rq->err.retry_after_s ? err_set(&rq->err, ERR_TOO_MANY, MSG_TOO_MANY_LINKS) : http_no_content(rq);
}
