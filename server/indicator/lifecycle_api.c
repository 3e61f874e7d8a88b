/*
 * The life of plugins over HTTP.  What runs a plugin waits for a place in the lab.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "http.h"
#include "id.h"
#include "json.h"
#include "lifecycle.h"
#include "plugin.h"
#include "protected.h"
#include "territory.h"

enum { CODE_MAX = 80, REASON_MAX = 1000, HASH_CHARS = 12 };

static struct lifecycle of_request(struct req *rq)
{
	return (struct lifecycle){ .db = &rq->db, .arena = &rq->arena, .lang = rq->lang,
				   .today = rq->app->config->today, .e = &rq->err };
}

/* ------------------------------------------------------------------ which plugin, and who may */

static bool find(struct req *rq, enum right right)
{
	struct standing *s = arena_alloc(&rq->arena, sizeof *s);
	struct lifecycle x = of_request(rq);

	rq->object = s;
	return lifecycle_find(s, &x, rq->arg[0], right);
}

bool lifecycle_api_find_writable(struct req *rq)
{
	return find(rq, RIGHT_WRITE);
}

static bool find_known(struct req *rq, enum right right)
{
	struct lifecycle x = of_request(rq);

	return find(rq, right) && lifecycle_known(&x, rq->object);
}

bool lifecycle_api_find_own(struct req *rq)
{
	return find_known(rq, RIGHT_WRITE);
}

bool lifecycle_api_find_judged(struct req *rq)
{
	return find_known(rq, RIGHT_JUDGE);
}

/* Nobody approves his own: that is said before anything else is looked at. */
bool lifecycle_api_find_approvable(struct req *rq)
{
	const struct standing *s;

	if (!lifecycle_api_find_judged(rq))
		return false;
	s = rq->object;
	return !s->mine || !s->draft.source || err_set(&rq->err, ERR_FORBIDDEN, MSG_OWN_DRAFT);
}

/* ------------------------------------------------------------------ the plugin as an answer */

/* A column of JSON; NULL: there is none. */
static bool column(json_t **out, const struct db_result *r, const char *name, struct err *e)
{
	const char *text = db_text(r, 0, db_column(r, name));

	return !text || json_parse_any(out, text, strlen(text), e);
}

/* The answer of plugin_get.sql with its method sheet, where something is published. */
static bool with_method(const char **body, const struct db_result *r, struct req *rq)
{
	json_auto_t *about = NULL, *graph = NULL, *alerts = NULL, *answer = NULL;
	const char *text = db_text(r, 0, db_column(r, "body")), *metadata = db_text(r, 0, db_column(r, "metadata"));
	double least = 0;

	if (metadata && !protected_least(&least, &rq->db, metadata, &rq->err))
		return false;
	if (!column(&about, r, "metadata", &rq->err) || !column(&graph, r, "graph", &rq->err) ||
	    !column(&alerts, r, "alerts", &rq->err) || !json_parse_any(&answer, text, strlen(text), &rq->err))
		return false;
	json_object_set_new(answer, "method",
			    about ? plugin_method(&rq->arena, about, graph, alerts, least, rq->lang) : json_array());
	*body = json_write(&rq->arena, answer);
	return true;
}

static bool read_plugin(const char **body, int64_t *version, struct req *rq)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_plugin_get, (const char *[]){ rq->arg[0], lang_code(rq->lang) }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[0]);
	*version = db_i64(r, 0, db_column(r, "version"));
	return with_method(body, r, rq);
}

/* The version for If-Match, the content for If-None-Match: each reader sees other drafts. */
static bool answer_plugin(struct req *rq, int status)
{
	const char *body;
	int64_t version;
	char hash[65];
	size_t len;

	if (!read_plugin(&body, &version, rq))
		return false;
	id_sha256(hash, body, strlen(body));
	http_etag_version(rq, version);
	len = strlen(rq->etag);
	snprintf(rq->etag + len - 1, sizeof rq->etag - len + 1, ".%.*s\"", HASH_CHARS, hash);
	return http_json(rq, status, body);
}

bool lifecycle_api_get(struct req *rq)
{
	return answer_plugin(rq, 200);
}

/* 412 with the plugin as it is now. */
static bool overtaken(struct req *rq, struct err *e)
{
	const char *body = NULL;
	int64_t version;
	struct err other;

	err_init(&other, &rq->arena);
	rq->err = other;
	if (!read_plugin(&body, &version, rq))
		return false;
	rq->err = *e;
	rq->err.current = body;
	return false;
}

static bool matches(struct req *rq)
{
	const struct standing *s = rq->object;
	struct err e;

	if (rq->if_version == s->version)
		return true;
	err_init(&e, &rq->arena);
	err_set(&e, ERR_CHANGED, MSG_CHANGED);
	return overtaken(rq, &e);
}

/* What a use case gave: the plugin, or 412 with it. */
static bool answer_kept(struct req *rq, bool ok, int status)
{
	struct err e = rq->err;

	if (ok)
		return answer_plugin(rq, status);
	return e.code == ERR_CHANGED ? overtaken(rq, &e) : false;
}

/* ------------------------------------------------------------------ the draft */

static bool good_code(const char *code)
{
	const char *dot = strchr(code, '.');
	size_t len = strlen(code);

	return dot && islower((unsigned char)*code) && !strstr(code, "..") && code[len - 1] != '.' && len <= CODE_MAX &&
	       code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0';
}

static bool read_source(const char **source, size_t *len, struct req *rq, const struct json_reader *r,
			unsigned flags)
{
	const json_t *value = json_object_get(rq->body, "source");

	if (!value && !(flags & JSON_REQUIRED))
		return true;
	if (!json_is_string(value))
		return err_add(&rq->err, json_pointer(r, "source"), value ? MSG_WANT_TEXT : MSG_REQUIRED);
	*source = json_string_value(value);
	*len = json_string_length(value);
	if (*len > PLUGIN_SOURCE_MAX || memchr(*source, '\0', *len))
		return err_add(&rq->err, json_pointer(r, "source"), MSG_TOO_LONG,
			       arena_printf(&rq->arena, "%zu", *len), "65536");
	return *len > 0 || err_add(&rq->err, json_pointer(r, "source"), MSG_EMPTY);
}

bool lifecycle_api_put(struct req *rq)
{
	const struct standing *s = rq->object;
	struct json_reader r = { rq->body, "#", &rq->err };
	struct lifecycle x = of_request(rq);
	const char *source = NULL;
	size_t len = 0;

	if (s->id && rq->if_version < 0 && (s->published.source || s->draft.source)) {
		err_set(&rq->err, ERR_PRECONDITION, MSG_IF_MATCH_MISSING);
		return err_add_header(&rq->err, "If-Match", MSG_IF_MATCH_MISSING);
	}
	if (rq->if_version >= 0 && !matches(rq))
		return false;
	json_only(&r, "source");
	read_source(&source, &len, rq, &r, JSON_REQUIRED);
	if (!s->id && !good_code(s->code))
		err_add(&rq->err, "#", MSG_PLUGIN_ID, s->code);
	return err_ok(&rq->err) && answer_kept(rq, lifecycle_save(&x, s, source, len), s->id ? 200 : 201);
}

/* ------------------------------------------------------------------ what runs a plugin */

/* The text asked about: in the body, else the draft, else what is published. */
static bool asked_text(struct text_of_plugin *out, struct req *rq, const struct json_reader *r)
{
	const struct standing *s = rq->object;
	char *sha256 = arena_alloc(&rq->arena, 65);

	*out = s->draft.source ? s->draft : s->published;
	if (!read_source(&out->source, &out->len, rq, r, 0) || !err_ok(&rq->err))
		return false;
	if (!out->source)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, s->code);
	id_sha256(sha256, out->source, out->len);
	out->sha256 = sha256;
	return true;
}

/* Does `work` in the lab, if there is a place. */
static bool in_lab(struct lifecycle *x, struct req *rq, bool (*work)(struct lifecycle *x, struct req *rq, void *arg),
		   void *arg)
{
	bool ok;

	if (!indicator_lab_enter(&x->host, rq->app->lab, &rq->err))
		return false;
	ok = work(x, rq, arg);
	indicator_lab_leave(rq->app->lab);
	return ok;
}

static bool answer_json(struct req *rq, json_t *value)
{
	const char *text = json_write(&rq->arena, value);

	json_decref(value);
	return http_json(rq, 200, text);
}

struct judging {
	struct text_of_plugin text;
	bool tests;
};

static bool do_judge(struct lifecycle *x, struct req *rq, void *arg)
{
	struct judging *what = arg;
	struct judgement j;
	bool ok = lifecycle_judge(&j, x, rq->object, &what->text, what->tests) &&
		  answer_json(rq, judgement_json(&j, x, rq->object, &what->text));

	judgement_free(&j);
	return ok;
}

static bool judge(struct req *rq, bool tests)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct lifecycle x = of_request(rq);
	struct judging what = { .tests = tests };

	json_only(&r, "source");
	return asked_text(&what.text, rq, &r) && in_lab(&x, rq, do_judge, &what);
}

bool lifecycle_api_check(struct req *rq)
{
	return judge(rq, false);
}

bool lifecycle_api_test(struct req *rq)
{
	return judge(rq, true);
}

/* The plan named, on which the person analyses or coordinates; else the first such. */
static bool plan_of(int64_t *out, struct req *rq, const char *code)
{
	for (int i = 0; i < rq->user.grant_count; i++) {
		const struct grant *g = &rq->user.grants[i];

		if ((g->role & (ROLE_ANALYST | ROLE_COORDINATOR)) && (!code || strcmp(code, g->plan) == 0)) {
			*out = g->plan_id;
			return true;
		}
	}
	return false;
}

struct running {
	struct text_of_plugin text;
	struct trial trial;
	const char *data;		/* as it was asked: of trial.data */
	struct plugin_step step;	/* `territory` NULL: no steps are asked for */
	bool published;			/* of what publications show */
};

static json_t *cells_json(const struct plugin *p, const struct standing *s, const struct running *what,
			  json_t *cells, const struct finding *f, struct lifecycle *x)
{
	json_t *found = f->code != FINDING_NONE ? finding_json(x->arena, f, x->lang) : json_null();
	json_t *out = json_pack("{s:s, s:s, s:O, s:O, s:O, s:O*, s:s, s:s, s:o, s:o}", "id", s->code, "version",
				p->version, "unit", json_object_get(p->about, "unit"), "decimals",
				json_object_get(p->about, "decimals"), "direction",
				json_object_get(p->about, "direction"), "chart", json_object_get(p->about, "chart"),
				"level", what->trial.level, "data", what->data, "cells",
				cells ? cells : json_array(), "finding", found);

	lifecycle_tell_basis(out, x, what->published);
	return out;
}

static bool says(const json_t *cell, const char *field, const char *text)
{
	const char *own = json_string_value(json_object_get(cell, field));

	return own && strcmp(own, text) == 0;
}

/* Is the total withheld of which steps are asked for?  Its reason is all that is told of it. */
static bool is_withheld(const json_t *cells, const struct plugin_step *of)
{
	bool withheld = false;

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);

		withheld = withheld || (!json_object_get(cell, "dims") && says(cell, "territory", of->territory) &&
					says(cell, "period", of->period) && says(cell, "state", "suppressed"));
	}
	return withheld;
}

static bool do_run(struct lifecycle *x, struct req *rq, void *arg)
{
	const struct standing *s = rq->object;
	struct running *what = arg;
	struct finding f = { 0 };
	json_t *cells = NULL, *steps = NULL;
	struct plugin p;
	bool ok;

	if (!plugin_check(&p, x->host, x->arena, s->code, what->text.source, what->text.len, &f))
		return answer_json(rq, json_pack("{s:s, s:n, s:s, s:s, s:[], s:o}", "id", s->code, "version", "level",
						 what->trial.level, "data", what->data,
						 "cells", "finding", finding_json(x->arena, &f, x->lang)));
	if (p.kind != PLUGIN_INDICATOR) {
		finding_set(&f, p.kind == PLUGIN_ALERT ? V604 : V605, 0,
			    json_string_value(json_object_get(p.about, "on")));
		ok = answer_json(rq, json_pack("{s:s, s:s, s:s, s:s, s:[], s:o}", "id", s->code, "version",
					       p.version, "level", what->trial.level, "data",
					       what->data, "cells", "finding",
					       finding_json(x->arena, &f, x->lang)));
		plugin_free(&p);
		return ok;
	}
	ok = what->trial.data == TRIAL_FIXTURES ? lifecycle_run_tests(&cells, x, &p, what->trial.level, &f) :
						  lifecycle_run_plan(&cells, &what->published, x, &p, &what->trial, &f);
	if (ok && what->step.territory && f.code == FINDING_NONE &&
	    !(what->published && is_withheld(cells, &what->step)))
		ok = lifecycle_steps(&steps, x, &p, &what->trial, &what->step, &f);
	ok = err_ok(&rq->err) && (ok || f.code != FINDING_NONE);
	if (ok) {
		json_t *body = cells_json(&p, s, what, cells, &f, x);

		if (steps)
			json_object_set(body, "calculation", steps);
		ok = answer_json(rq, body);
	} else {
		json_decref(cells);
	}
	json_decref(steps);
	plugin_free(&p);
	return ok;
}

static void read_bound(const char **out, struct req *rq, const struct json_reader *r, const char *field)
{
	if (json_text(out, r, field, 0, 10) == JSON_GIVEN && !period_frequency(*out))
		err_add(&rq->err, json_pointer(r, field), MSG_BAD_PERIOD, *out);
}

/* {"territory","period","test"}: of this cell every step is wanted, too. */
static void read_step(struct plugin_step *out, struct req *rq, const struct json_reader *outer)
{
	struct json_reader r = { NULL, json_pointer(outer, "steps"), &rq->err };

	if (json_object_in(&r.object, outer, "steps", 0) != JSON_GIVEN)
		return;
	json_only(&r, "territory period test");
	out->test = "";
	json_text(&out->test, &r, "test", 0, 200);
	if (json_text(&out->territory, &r, "territory", JSON_REQUIRED, 10) == JSON_GIVEN &&
	    !territory_level(out->territory))
		err_add(&rq->err, json_pointer(&r, "territory"), MSG_UNKNOWN_TERRITORY, out->territory);
	if (json_text(&out->period, &r, "period", JSON_REQUIRED, 10) == JSON_GIVEN && !period_frequency(out->period))
		err_add(&rq->err, json_pointer(&r, "period"), MSG_BAD_PERIOD, out->period);
}

/* Tests have a plan, periods and parameters of their own: those of the request would be ignored. */
static void refuse_with_tests(struct req *rq, const struct json_reader *r)
{
	static const char *const fields[] = { "plan", "from", "to", "params" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (json_object_get(r->object, fields[i]))
			err_add(&rq->err, json_pointer(r, fields[i]), MSG_TRIAL_OF_TESTS, fields[i]);
	}
}

bool lifecycle_api_run(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct running what = { .trial = { .level = "national" }, .data = "fixtures" };
	const char *plan = NULL;
	struct lifecycle x = of_request(rq);

	json_only(&r, "source level from to params data plan steps");
	read_step(&what.step, rq, &r);
	json_choice(&what.trial.level, &r, "level", 0, "national region department");
	json_choice(&what.data, &r, "data", 0, "fixtures live synthetic");
	what.trial.data = strcmp(what.data, "live") == 0 ? TRIAL_LIVE :
			  strcmp(what.data, "synthetic") == 0 ? TRIAL_SYNTHETIC : TRIAL_FIXTURES;
	json_text(&plan, &r, "plan", 0, 80);
	read_bound(&what.trial.from, rq, &r, "from");
	read_bound(&what.trial.to, rq, &r, "to");
	if (what.trial.data == TRIAL_SYNTHETIC && !what.trial.from && !what.trial.to)
		what.trial.last = 13;	/* a year, and the open period of which nothing is known yet */
	json_object_in(&what.trial.params, &r, "params", 0);
	if (what.trial.data == TRIAL_FIXTURES)
		refuse_with_tests(rq, &r);
	else if (!plan_of(&what.trial.plan_id, rq, plan))
		err_add(&rq->err, "#/plan", MSG_NOT_FOUND, plan ? plan : "plan");
	return asked_text(&what.text, rq, &r) && in_lab(&x, rq, do_run, &what);
}

static bool do_diff(struct lifecycle *x, struct req *rq, void *arg)
{
	json_t *out;

	return lifecycle_diff(&out, x, rq->object, *(int64_t *)arg) && answer_json(rq, out);
}

bool lifecycle_api_diff(struct req *rq)
{
	const char *plan = req_query(rq, "plan");
	struct lifecycle x = of_request(rq);
	int64_t plan_id = 0;

	if (!plan_of(&plan_id, rq, plan))
		return err_add_param(&rq->err, "plan", MSG_NOT_FOUND, plan ? plan : "plan");
	return in_lab(&x, rq, do_diff, &plan_id);
}

/* ------------------------------------------------------------------ from one state to the next */

static bool do_review(struct lifecycle *x, struct req *rq, void *arg)
{
	(void)arg;
	return lifecycle_review(x, rq->object);
}

bool lifecycle_api_review(struct req *rq)
{
	struct lifecycle x = of_request(rq);

	return matches(rq) && answer_kept(rq, in_lab(&x, rq, do_review, NULL), 200);
}

bool lifecycle_api_approve(struct req *rq)
{
	struct lifecycle x = of_request(rq);

	return matches(rq) && answer_kept(rq, lifecycle_approve(&x, rq->object), 200);
}

bool lifecycle_api_return(struct req *rq)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct lifecycle x = of_request(rq);
	const char *reason = NULL;

	if (!matches(rq))
		return false;
	json_only(&r, "reason");
	json_text(&reason, &r, "reason", JSON_REQUIRED, REASON_MAX);
	return err_ok(&rq->err) && answer_kept(rq, lifecycle_return(&x, rq->object, reason), 200);
}

static bool do_publish(struct lifecycle *x, struct req *rq, void *arg)
{
	(void)arg;
	return lifecycle_publish(x, rq->object);
}

bool lifecycle_api_publish(struct req *rq)
{
	struct lifecycle x = of_request(rq);

	if (!matches(rq) || !answer_kept(rq, in_lab(&x, rq, do_publish, NULL), 200))
		return false;
	http_plan_changed_id(rq, EVERY_PLAN);
	return true;
}

static bool end(struct req *rq, const char *state)
{
	struct json_reader r = { rq->body, "#", &rq->err };
	struct lifecycle x = of_request(rq);
	const char *reason = NULL;

	if (!matches(rq))
		return false;
	json_only(&r, "reason");
	json_text(&reason, &r, "reason", 0, REASON_MAX);
	if (!err_ok(&rq->err) || !answer_kept(rq, lifecycle_end(&x, rq->object, state, reason), 200))
		return false;
	http_plan_changed_id(rq, EVERY_PLAN);
	return true;
}

bool lifecycle_api_deprecate(struct req *rq)
{
	return end(rq, "deprecated");
}

bool lifecycle_api_retire(struct req *rq)
{
	return end(rq, "retired");
}
