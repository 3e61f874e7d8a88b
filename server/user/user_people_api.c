/*
 * /people and /grants: accounts and rights, for administrators.
 */
#include <string.h>

#include "http.h"
#include "internal.h"
#include "json.h"
#include "mail.h"

enum { LOGIN_MAX = 64, MAIL_MAX = 254, NAME_MAX = 200, CODE_TEXT_MAX = 64, TERRITORIES_MAX = 200 };

struct person {
	int64_t id, version;
	const char *body;	/* its document */
};

/* 404 when nobody has the login. */
static bool person_read(struct person *out, struct req *rq, const char *login)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_person_read, (const char *[]){ login }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, login);
	*out = (struct person){ db_i64(r, 0, 0), db_i64(r, 0, 1),
				arena_strdup(&rq->arena, db_text(r, 0, 2)) };
	return true;
}

bool user_api_people(struct req *rq)
{
	json_auto_t *filters = json_object();
	db_result_auto *r = NULL;
	struct list l;

	filter_read(filters, rq, "q", NULL);
	filter_read(filters, rq, "plan", NULL);
	filter_read(filters, rq, "role", "viewer contributor analyst coordinator admin");
	filter_read(filters, rq, "disabled", "true false");
	return list_read(&l, rq, "login name") &&
	       db_run(&r, &rq->db, Q_person_page, (const char *[]){
			json_write(&rq->arena, filters), list_param(rq, &l) }, &rq->err) &&
	       http_json(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

bool user_api_person(struct req *rq)
{
	struct person p;

	if (!person_read(&p, rq, rq->arg[0]))
		return false;
	http_etag_version(rq, p.version);
	return http_json(rq, 200, p.body);
}

/* The one-time code in its link: shown in this answer and never again. */
static bool answer_code(struct req *rq, const char *login, const char *body)
{
	json_auto_t *person = json_loads(body, 0, NULL), *answer = NULL;
	char code[USER_CODE_CHARACTERS + 1];

	if (!user_make_code(code, &rq->db, login, &rq->err))
		return false;
	answer = json_pack("{s:O, s:s, s:s, s:i}", "person", person, "code", code, "link",
			   arena_printf(&rq->arena, "%s/sign-in.html?code=%s",
					http_public_url(rq->app->http), code),
			   "valid_hours", USER_CODE_HOURS);
	return http_json(rq, 201, json_write(&rq->arena, answer));
}

/* *given is true when the body has "mail"; *out is NULL when it is null. */
static void read_mail(const char **out, bool *given, const struct json_reader *r)
{
	enum json_found found = json_text(out, r, "mail", JSON_NULLABLE, MAIL_MAX);

	*given = found == JSON_GIVEN || found == JSON_NULL_GIVEN;
	if (found == JSON_GIVEN && !mail_address_valid(*out))
		err_add(r->e, "#/mail", MSG_MAIL_ADDRESS, *out);
}

bool user_api_add_person(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *login = NULL, *name = NULL, *lang = "fr", *mail = NULL;
	db_result_auto *added = NULL;
	struct person p;
	bool given;

	json_only(&r, "login name lang mail");
	json_text(&login, &r, "login", JSON_REQUIRED, LOGIN_MAX);
	json_text(&name, &r, "name", JSON_REQUIRED, NAME_MAX);
	json_choice(&lang, &r, "lang", 0, "fr en");
	read_mail(&mail, &given, &r);
	if (!err_ok(&rq->err) || !db_begin(&rq->db, &rq->err) ||
	    !db_run(&added, &rq->db, Q_person_add, (const char *[]){ login, name, lang, "f", mail }, &rq->err) ||
	    !person_read(&p, rq, login) || !answer_code(rq, login, p.body) ||
	    !db_commit(&rq->db, &rq->err))
		return false;
	http_location(rq, arena_printf(&rq->arena, "/api/v1/people/%s", login));
	http_etag_version(rq, p.version);
	return true;
}

bool user_api_new_code(struct req *rq)
{
	struct person p;

	return person_read(&p, rq, rq->arg[0]) && answer_code(rq, rq->arg[0], p.body);
}

bool user_api_change_person(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	const char *name = NULL, *lang = NULL, *mail = NULL;
	bool disabled = false, given, addressed;
	db_result_auto *changed = NULL;
	struct person p;

	if (!person_read(&p, rq, rq->arg[0]) || !http_if_match(rq, p.version, p.body))
		return false;
	json_only(&r, "name lang disabled mail");
	json_text(&name, &r, "name", 0, NAME_MAX);
	json_choice(&lang, &r, "lang", 0, "fr en");
	given = json_truth(&disabled, &r, "disabled", 0) == JSON_GIVEN;
	read_mail(&mail, &addressed, &r);
	if (!err_ok(&rq->err))
		return false;
	if (disabled && p.id == rq->user.id)
		return err_set(&rq->err, ERR_CONFLICT, MSG_NOT_ONESELF);
	if (!db_run(&changed, &rq->db, Q_person_change, (const char *[]){
			db_param_i64(&rq->arena, p.id), db_param_i64(&rq->arena, p.version), name, lang,
			given ? db_param_bool(disabled) : NULL, db_param_bool(addressed), mail }, &rq->err))
		return false;
	user_forget(rq->app);
	if (!person_read(&p, rq, rq->arg[0]))
		return false;
	if (db_rows(changed) == 0 && !http_if_match(rq, p.version, p.body))
		return false;
	http_etag_version(rq, p.version);
	return http_json(rq, 200, p.body);
}

/* ------------------------------------------------------------------ rights */

/* ["93", "75"] as "93,75"; NULL when it is absent or empty. */
static const char *read_territories(const struct json_reader *r)
{
	const json_t *list = NULL;
	const char *all = NULL;
	size_t i;
	json_t *one;

	if (json_array_in(&list, r, "territories", JSON_NULLABLE) != JSON_GIVEN)
		return NULL;
	json_array_foreach((json_t *)(uintptr_t)list, i, one) {
		const char *text = json_string_value(one);

		if (!text || i >= TERRITORIES_MAX)
			err_add(r->e, "#/territories", MSG_WANT_TEXT);
		else if (!*text || strspn(text, "0123456789ABCDEFGR-") != strlen(text))
			err_add(r->e, "#/territories", MSG_UNKNOWN_TERRITORY, text);
		else
			all = all ? arena_printf(r->e->arena, "%s,%s", all, text) : text;
	}
	return all;
}

static bool grant_read(int64_t *person_id, const char **role, const char **body, struct req *rq,
		       const char *id)
{
	db_result_auto *r = NULL;

	if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	if (!db_run(&r, &rq->db, Q_grant_read, (const char *[]){ id }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, id);
	*person_id = db_i64(r, 0, 0);
	*role = arena_strdup(&rq->arena, db_text(r, 0, 1));
	*body = arena_strdup(&rq->arena, db_text(r, 0, 2));
	return true;
}

bool user_api_add_grant(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct grant_wish w = { 0 };
	const char *login = NULL, *role, *body, *id;
	int64_t grant_id, person_id;

	json_only(&r, "person role plan organisation territories");
	json_text(&login, &r, "person", JSON_REQUIRED, LOGIN_MAX);
	json_choice(&w.role, &r, "role", JSON_REQUIRED, "viewer contributor analyst coordinator admin");
	json_text(&w.plan, &r, "plan", JSON_NULLABLE, CODE_TEXT_MAX);
	json_text(&w.organisation, &r, "organisation", JSON_NULLABLE, CODE_TEXT_MAX);
	w.territories = read_territories(&r);
	if (!err_ok(&rq->err) || !user_grant(&grant_id, &rq->db, login, &w, &rq->err))
		return false;
	user_forget(rq->app);
	id = db_param_i64(&rq->arena, grant_id);
	if (!grant_read(&person_id, &role, &body, rq, id))
		return false;
	http_location(rq, arena_printf(&rq->arena, "/api/v1/grants/%s", id));
	return http_json(rq, 201, body);
}

/* An administrator who gave up the only right to administer could not take it back. */
bool user_api_end_grant(struct req *rq)
{
	db_result_auto *r = NULL;
	const char *role, *body;
	int64_t person_id;

	if (!grant_read(&person_id, &role, &body, rq, rq->arg[0]))
		return false;
	if (person_id == rq->user.id && strcmp(role, "admin") == 0)
		return err_set(&rq->err, ERR_CONFLICT, MSG_NOT_ONESELF);
	if (!db_run(&r, &rq->db, Q_grant_end, (const char *[]){ rq->arg[0] }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[0]);
	user_forget(rq->app);
	return http_no_content(rq);
}
