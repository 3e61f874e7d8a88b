/*
 * Imports over HTTP: a file judged, read again, committed.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "http.h"
#include "id.h"
#include "parts.h"
#include "req.h"
#include "text.h"

enum { WRITERS = ROLE_CONTRIBUTOR | ROLE_COORDINATOR, FILE_NAME_MAX = 255 };

/* ------------------------------------------------------------------ which plan */

static const struct grant *grant_on(const struct req *rq, const char *plan)
{
	for (int i = 0; i < rq->user.grant_count; i++)
		if (rq->user.grants[i].plan && strcmp(rq->user.grants[i].plan, plan) == 0)
			return &rq->user.grants[i];
	return NULL;
}

static bool has_role_anywhere(const struct req *rq, unsigned roles)
{
	for (int i = 0; i < rq->user.grant_count; i++)
		if ((unsigned)rq->user.grants[i].role & roles)
			return true;
	return false;
}

/* The only plan that the person has a right on; several are none. */
static const char *only_plan(const struct req *rq)
{
	const char *code = NULL;

	for (int i = 0; i < rq->user.grant_count; i++) {
		const char *plan = rq->user.grants[i].plan;

		if (plan && code && strcmp(plan, code) != 0)
			return NULL;
		code = plan ? plan : code;
	}
	return code;
}

/* A plan that nobody here knows is one that a coordinator may begin by importing it. */
static bool take_plan(struct req *rq, const char *code, unsigned roles)
{
	const struct grant *g = grant_on(rq, code);

	rq->plan_id = g ? g->plan_id : 0;
	if (g ? req_has_role(rq, roles) : has_role_anywhere(rq, ROLE_COORDINATOR))
		return true;
	return g || has_role_anywhere(rq, ROLE_ADMIN) ? err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN) :
							err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, code);
}

bool import_api_find_place(struct req *rq)
{
	const char *code = req_query(rq, "plan"), *kind = req_query(rq, "kind");

	return !code || take_plan(rq, code, kind && strcmp(kind, "plan") == 0 ? ROLE_COORDINATOR : WRITERS);
}

/* The plan that the file is for: the one named, that of a plan/1 document, or the only one. */
static bool find_plan(const char **out, struct req *rq, const struct import_file *f)
{
	bool whole = strcmp(f->kind, "plan") == 0;
	const char *named = req_query(rq, "plan");
	const char *said = whole ? json_string_value(json_object_get(f->document, "code")) : NULL;

	*out = said ? said : named ? named : whole ? NULL : only_plan(rq);
	if (said && named && strcmp(said, named) != 0)
		return err_add(&rq->err, "#/code", MSG_IMPORT_OTHER_PLAN, said, named);
	if (whole && !has_role_anywhere(rq, ROLE_COORDINATOR))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	if (*out && !take_plan(rq, *out, whole ? ROLE_COORDINATOR : WRITERS))
		return false;
	if (whole)
		return true;
	if (!*out)
		return err_add_param(&rq->err, "plan", MSG_PLAN_NEEDED);
	return rq->plan_id || err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, *out);
}

/* ------------------------------------------------------------------ a file */

static bool check_file_name(struct req *rq, const char *name)
{
	if (!name)
		return true;
	if (!*name || !text_plain(name))
		err_add_param(&rq->err, "file_name", *name ? MSG_BAD_TEXT : MSG_EMPTY);
	else if (text_length(name) > FILE_NAME_MAX)
		err_add_param(&rq->err, "file_name", MSG_TOO_LONG,
			      arena_printf(&rq->arena, "%zu", text_length(name)), "255");
	return err_ok(&rq->err);
}

static bool answer(struct req *rq, int status, int64_t id)
{
	const char *body;

	if (!import_document(&body, &rq->db, id, &rq->err))
		return false;
	if (status == 201)
		http_location(rq, arena_printf(&rq->arena, "%s/%lld", rq->path, (long long)id));
	return http_json(rq, status, body);
}

/* The only organisation that the person answers for there; several are none. */
static const char *only_organisation(const struct req *rq)
{
	const char *code = NULL;

	for (int i = 0; i < rq->user.grant_count; i++) {
		const struct grant *g = &rq->user.grants[i];

		if (g->plan_id != rq->plan_id || !g->organisation)
			continue;
		if (code && strcmp(code, g->organisation) != 0)
			return NULL;
		code = g->organisation;
	}
	return code;
}

static bool map(struct req *rq, struct import_file *f, struct preview *p)
{
	const char *organisation = req_query(rq, "organisation");

	if (!f->mapper)
		return !organisation || err_add_param(&rq->err, "organisation", MSG_MAPPER_ORGANISATION);
	return import_map(f, p, &rq->db, &(struct import_mapping){ rq->app->lab,
			  organisation ? organisation : only_organisation(rq) }, &rq->err);
}

static bool propose(struct req *rq, struct import_file *f, struct preview *p)
{
	struct import_origin origin = { .file_name = req_query(rq, "file_name") };
	struct import_judged judged;
	char hash[65];
	int64_t id;
	bool ok;

	if (!find_plan(&origin.plan, rq, f) || !map(rq, f, p) ||
	    !import_judge(&judged, p, &rq->db, f, rq->plan_id, origin.plan, rq->today, &rq->err))
		return false;
	id_sha256(hash, rq->raw_body, rq->raw_body_bytes);
	origin.sha256 = hash;
	ok = import_propose(&id, &rq->db, f, &judged, rq->plan_id, &origin, &rq->err) && answer(rq, 201, id);
	import_judged_drop(&judged);
	return ok;
}

bool import_api_post(struct req *rq)
{
	const struct import_asked asked = { req_query(rq, "kind"), req_query(rq, "series"),
					    req_query(rq, "date_format"), req_query(rq, "mapper") };
	struct import_file file = { 0 };
	struct preview p;
	bool ok;

	preview_open(&p, &rq->arena, rq->lang);
	ok = check_file_name(rq, req_query(rq, "file_name")) &&
	     import_read(&file, &p, rq->raw_body, rq->raw_body_bytes, &asked, &rq->err) && propose(rq, &file, &p);
	preview_drop(&p);
	import_file_close(&file);
	return ok;
}

/* ------------------------------------------------------------------ what was proposed */

static bool path_id(int64_t *out, struct req *rq)
{
	const char *text = rq->arg[0];
	size_t len = strlen(text);

	if (len < 1 || len > 18 || strspn(text, "0123456789") != len)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, text);
	*out = strtoll(text, NULL, 10);
	return true;
}

bool import_api_get(struct req *rq)
{
	int64_t id;

	return path_id(&id, rq) && answer(rq, 200, id);
}

bool import_api_list(struct req *rq)
{
	db_result_auto *r = NULL;
	struct list list;

	if (!list_read(&list, rq, "-created_at"))
		return false;
	if (!db_run(&r, &rq->db, Q_import_list, (const char *[]){ list_param(rq, &list) }, &rq->err))
		return false;
	return http_json(rq, 200, arena_memdup(&rq->arena, db_text(r, 0, 0), db_length(r, 0, 0)));
}

bool import_api_commit(struct req *rq)
{
	struct import_done done;
	int64_t id;

	if (!path_id(&id, rq) || !import_commit(&done, &rq->db, id, rq->today, rq->lang, &rq->err))
		return false;
	if (done.wrote)
		http_plan_changed_id(rq, done.plan_id);
	return answer(rq, 200, id);
}
