/*
 * The life of a plugin: what is refused, what is kept.
 */
#include "lifecycle.h"

#include <string.h>

#include "id.h"
#include "json.h"
#include "lifecycle_rules.h"
#include "text.h"

/* ------------------------------------------------------------------ how it stands */

static const char *copy(struct lifecycle *x, const struct db_result *r, const char *column)
{
	int at = db_column(r, column);

	return db_null(r, 0, at) ? NULL : arena_memdup(x->arena, db_text(r, 0, at), db_length(r, 0, at));
}

static struct text_of_plugin text_at(struct lifecycle *x, const struct db_result *r, const char *source,
				     const char *sha256)
{
	const char *text = copy(x, r, source);

	return (struct text_of_plugin){ text, copy(x, r, sha256), text ? strlen(text) : 0 };
}

static void read_standing(struct standing *s, struct lifecycle *x, const struct db_result *r)
{
	s->id = db_i64(r, 0, db_column(r, "id"));
	s->version = db_i64(r, 0, db_column(r, "version"));
	s->kind = copy(x, r, "kind");
	s->state = copy(x, r, "state");
	s->active = copy(x, r, "active");
	s->metadata = copy(x, r, "metadata");
	s->published = text_at(x, r, "source", "sha256");
	s->draft = text_at(x, r, "draft_source", "draft_sha256");
	s->draft_state = copy(x, r, "draft_state");
	s->mine = db_i64(r, 0, db_column(r, "draft_author")) == s->person;
	s->approved = !db_null(r, 0, db_column(r, "draft_approved_by"));
	s->writer = copy(x, r, "writer_name");
	s->taken = s->writer && db_i64(r, 0, db_column(r, "writer")) != s->person;
	s->versions = copy(x, r, "versions");
	s->dependants = copy(x, r, "dependants");
}

bool lifecycle_find(struct standing *out, struct lifecycle *x, const char *code, enum right right)
{
	db_result_auto *r = NULL;

	*out = (struct standing){ .code = code };
	if (!db_run(&r, x->db, Q_plugin_find, (const char *[]){ code }, x->e))
		return false;
	out->person = db_i64(r, 0, db_column(r, "person"));
	out->analyst = db_bool(r, 0, db_column(r, "analyst"));
	out->coordinator = db_bool(r, 0, db_column(r, "coordinator"));
	if (!out->analyst && !(right == RIGHT_JUDGE && out->coordinator))
		return err_set(x->e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	if (!db_null(r, 0, db_column(r, "id")))
		read_standing(out, x, r);
	return true;
}

bool lifecycle_known(struct lifecycle *x, const struct standing *s)
{
	return s->published.source || s->draft.source || err_set(x->e, ERR_NOT_FOUND, MSG_NOT_FOUND, s->code);
}

/* ------------------------------------------------------------------ the draft */

bool lifecycle_save(struct lifecycle *x, const struct standing *s, const char *source, size_t len)
{
	db_result_auto *r = NULL;
	char sha256[65];

	if (s->taken)
		return err_set(x->e, ERR_CONFLICT, MSG_DRAFT_TAKEN, s->writer);
	id_sha256(sha256, source, len);
	if (!db_run(&r, x->db, Q_plugin_draft_save,
		    (const char *[]){ s->code, db_param_i64(x->arena, s->version), source, sha256,
				      plugin_kind_name(plugin_kind_of(x->arena, source, len)) }, x->e))
		return false;
	return db_rows(r) > 0 || err_set(x->e, ERR_CHANGED, MSG_CHANGED);
}

/* ------------------------------------------------------------------ judging */

static bool refuse(struct judgement *j, enum msg msg, const char *a, const char *b, const char *c)
{
	return err_add(&j->refusals, "#/source", msg, a, b, c);
}

/* A number that rises enough for what the text changes. */
static bool judge_version(struct judgement *j, struct lifecycle *x, const struct standing *s,
			  const struct text_of_plugin *t)
{
	char before[65], after[65];
	json_auto_t *old = NULL;
	enum change change, rise;

	if (!s->active)
		return true;
	if (!json_parse(&old, s->metadata, strlen(s->metadata), x->e))
		return err_set(x->e, ERR_INTERNAL, MSG_INTERNAL);
	plugin_calculation(before, x->arena, s->published.source, s->published.len);
	plugin_calculation(after, x->arena, t->source, t->len);
	change = meaning_change(&j->fields, x->arena, old, j->plugin.about, strcmp(before, after) != 0);
	rise = version_rise(s->active, j->plugin.version);
	j->change = change_name(change);
	if (strcmp(t->sha256, s->published.sha256) == 0)
		refuse(j, MSG_SAME_TEXT, s->active, NULL, NULL);
	else if (text_in_list(j->plugin.version, s->versions))
		refuse(j, MSG_VERSION_TAKEN, j->plugin.version, version_least(x->arena, s->active,
			change > CHANGE_PATCH ? change : CHANGE_PATCH), NULL);
	else if (rise == CHANGE_NONE)
		refuse(j, MSG_VERSION_BELOW, j->plugin.version, s->active, NULL);
	else if (rise < change)
		refuse(j, change == CHANGE_MAJOR ? MSG_VERSION_MAJOR : MSG_VERSION_MINOR, j->fields,
		       version_least(x->arena, s->active, change), j->plugin.version);
	return true;
}

/* Sensitive inputs have a rule; nobody reads his own values, nor those of nothing, nor begins with what has ended. */
static bool judge_inputs(struct judgement *j, struct lifecycle *x, const struct standing *s)
{
	const char *metadata = json_write(x->arena, j->plugin.about);
	struct db_result *r[3] = { NULL };
	const struct db_call calls[] = { { Q_plugin_sensitive, (const char *[]){ metadata } },
					 { Q_plugin_ring, (const char *[]){ s->code, metadata } },
					 { Q_plugin_unread, (const char *[]){ s->code, metadata } } };
	bool ok = db_run_all(r, x->db, calls, 3, x->e);

	if (ok && db_rows(r[0]) > 0 && db_bool(r[0], 0, 1) && !json_object_get(j->plugin.about, "confidentiality"))
		refuse(j, MSG_SENSITIVE_RULE, db_text(r[0], 0, 0), NULL, NULL);
	if (ok && db_rows(r[1]) > 0)
		refuse(j, MSG_PLUGIN_RING, s->code, db_text(r[1], 0, 0), NULL);
	for (int i = 0; ok && i < db_rows(r[2]); i++)
		refuse(j, db_bool(r[2], i, 1) ? MSG_INPUT_RETIRED : MSG_INPUT_UNPUBLISHED,
		       db_text(r[2], i, 0), NULL, NULL);
	for (int i = 0; i < 3; i++)
		db_result_free(r[i]);
	return ok;
}

/* What was published stays of its kind; what an alert watches is there. */
static bool judge_kind(struct judgement *j, struct lifecycle *x, const struct standing *s)
{
	const char *on = json_string_value(json_object_get(j->plugin.about, "on"));
	const char *kind = plugin_kind_name(j->plugin.kind);
	db_result_auto *r = NULL;

	if (s->active && strcmp(s->kind, kind) != 0)
		refuse(j, MSG_PLUGIN_KIND, s->code, s->kind, kind);
	if (j->plugin.kind != PLUGIN_ALERT)
		return true;
	if (!db_run(&r, x->db, Q_alert_watched, (const char *[]){ on }, x->e))
		return false;
	return db_rows(r) > 0 || refuse(j, MSG_ALERT_ON, on, NULL, NULL) || true;
}

/* Nobody reviews a text that still says « À nommer »: what plugins/recipes leave to the author. */
static void judge_words(struct judgement *j, struct lifecycle *x)
{
	static const char *const fields[] = { "name", "summary", "author", "owner" };
	static const char *const starts[] = { "À nommer", "À décrire", "À remplir" };
	const char *left = "";

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const json_t *field = json_object_get(j->plugin.about, fields[i]);
		const char *text = json_string_value(json_is_object(field) ? json_object_get(field, "fr") : field);

		for (size_t k = 0; text && k < sizeof starts / sizeof *starts; k++)
			if (strncmp(text, starts[k], strlen(starts[k])) == 0)
				left = arena_printf(x->arena, "%s%s%s", left, *left ? ", " : "", fields[i]);
	}
	if (*left)
		refuse(j, MSG_UNFINISHED, left, NULL, NULL);
}

static const struct finding *first_failure(const struct judgement *j, const char **name)
{
	for (size_t i = 0; i < j->tests; i++)
		if (j->test[i].finding.code != FINDING_NONE) {
			*name = j->test[i].name;
			return &j->test[i].finding;
		}
	return NULL;
}

static void judge_tests(struct judgement *j, struct lifecycle *x)
{
	const struct finding *failure;
	const char *name = "";

	if (!plugin_test(&j->test, &j->tests, x->host, x->arena, &j->plugin, &j->finding)) {
		j->tests = 0;
		refuse(j, MSG_PLUGIN_FINDING, finding_name(j->finding.code),
		       finding_cause(x->arena, &j->finding, x->lang), NULL);
		return;
	}
	for (size_t i = 0; i < j->tests; i++)
		j->failed += j->test[i].finding.code != FINDING_NONE;
	failure = first_failure(j, &name);
	if (failure)
		refuse(j, MSG_TEST_FAILS, name, finding_cause(x->arena, failure, x->lang), NULL);
}

bool lifecycle_judge(struct judgement *out, struct lifecycle *x, const struct standing *s,
		     const struct text_of_plugin *t, bool tests)
{
	*out = (struct judgement){ .fields = "" };
	err_init(&out->refusals, x->arena);
	out->read = plugin_check(&out->plugin, x->host, x->arena, s->code, t->source, t->len, &out->finding);
	if (!out->read)
		return refuse(out, MSG_PLUGIN_FINDING, finding_name(out->finding.code),
			      finding_cause(x->arena, &out->finding, x->lang), NULL) || true;
	if (tests)
		judge_tests(out, x);
	judge_words(out, x);
	return judge_version(out, x, s, t) && judge_inputs(out, x, s) && judge_kind(out, x, s);
}

void judgement_free(struct judgement *j)
{
	if (j->read)
		plugin_free(&j->plugin);
}

/* ------------------------------------------------------------------ what was found, as data */

static json_t *tests_json(const struct judgement *j, struct lifecycle *x)
{
	json_t *list = json_array();

	for (size_t i = 0; i < j->tests; i++) {
		const struct plugin_test *t = &j->test[i];
		bool failed = t->finding.code != FINDING_NONE;

		json_array_append_new(list, json_pack(
			"{s:s, s:b, s:s, s:o*}", "name", t->name, "automatic", t->automatic, "state",
			failed ? "failed" : t->skipped ? "skipped" : "passed", "finding",
			failed ? finding_json(x->arena, &t->finding, x->lang) : NULL));
	}
	return list;
}

static json_t *refusals_json(const struct err *e, enum lang lang)
{
	json_t *list = json_array();

	for (const struct fault *f = e->first; f; f = f->next)
		json_array_append_new(list, json_pack("{s:s, s:s}", "code", msg_code(f->msg), "detail",
						      fault_detail(e, f, lang)));
	return list;
}

json_t *judgement_json(const struct judgement *j, struct lifecycle *x, const struct standing *s,
		       const struct text_of_plugin *t)
{
	json_t *findings = json_array(), *out;

	if (j->finding.code != FINDING_NONE)
		json_array_append_new(findings, finding_json(x->arena, &j->finding, x->lang));
	out = json_pack("{s:s, s:s, s:b, s:b, s:s?, s:o, s:o, s:s?, s:s, s:O?, s:o, s:i}", "id", s->code, "sha256",
			 t->sha256, "readable", j->read, "ok", err_ok(&j->refusals), "version",
			 j->read ? j->plugin.version : NULL, "findings", findings, "refusals",
			 refusals_json(&j->refusals, x->lang), "change", j->change, "fields", j->fields,
			 "metadata", j->read ? j->plugin.about : NULL, "tests", tests_json(j, x), "failed",
			 (int)j->failed);
	if (j->read && j->plugin.rewritten)
		json_object_set_new(out, "developed", json_string(j->plugin.rewritten));
	return out;
}

/* ------------------------------------------------------------------ from one state to the next */

static bool kept(struct lifecycle *x, const struct db_result *r)
{
	return db_rows(r) > 0 || err_set(x->e, ERR_CHANGED, MSG_CHANGED);
}

static bool refused(struct lifecycle *x, const struct judgement *j)
{
	err_set_args(x->e, ERR_CONFLICT, j->refusals.first->msg, j->refusals.first->arg);
	for (const struct fault *f = j->refusals.first; f; f = f->next)
		err_add_args(x->e, f->at, f->where, f->msg, f->arg);
	return false;
}

static bool keep_review(struct lifecycle *x, const struct standing *s, const struct judgement *j)
{
	json_auto_t *tests = tests_json(j, x);
	db_result_auto *r = NULL;

	return db_run(&r, x->db, Q_plugin_draft_review,
		      (const char *[]){ db_param_i64(x->arena, s->id), db_param_i64(x->arena, s->version),
					json_write(x->arena, j->plugin.about), json_write(x->arena, tests),
					s->draft.sha256,
					j->plugin.graph ? json_write(x->arena, j->plugin.graph) : NULL,
					plugin_kind_name(j->plugin.kind) }, x->e) &&
	       kept(x, r);
}

bool lifecycle_review(struct lifecycle *x, const struct standing *s)
{
	struct judgement j;
	bool ok;

	if (!s->draft.source)
		return err_set(x->e, ERR_CONFLICT, MSG_NO_DRAFT, s->code);
	if (!s->mine)
		return err_set(x->e, ERR_CONFLICT, MSG_DRAFT_TAKEN, s->writer);
	if (strcmp(s->draft_state, "draft") != 0)
		return err_set(x->e, ERR_CONFLICT, MSG_IN_REVIEW_ALREADY, s->code);
	ok = lifecycle_judge(&j, x, s, &s->draft, true) &&
	     (err_ok(&j.refusals) ? keep_review(x, s, &j) : refused(x, &j));
	judgement_free(&j);
	return ok;
}

bool lifecycle_approve(struct lifecycle *x, const struct standing *s)
{
	db_result_auto *r = NULL;

	if (s->mine && s->draft.source)
		return err_set(x->e, ERR_FORBIDDEN, MSG_OWN_DRAFT);
	if (!s->draft.source || strcmp(s->draft_state, "review") != 0)
		return err_set(x->e, ERR_CONFLICT, MSG_NOT_IN_REVIEW, s->code);
	if (s->approved)
		return err_set(x->e, ERR_CONFLICT, MSG_APPROVED_ALREADY, s->code);
	return db_run(&r, x->db, Q_plugin_draft_approve,
		      (const char *[]){ db_param_i64(x->arena, s->id), db_param_i64(x->arena, s->version) },
		      x->e) &&
	       kept(x, r);
}

bool lifecycle_return(struct lifecycle *x, const struct standing *s, const char *reason)
{
	db_result_auto *r = NULL;

	if (!s->draft.source || strcmp(s->draft_state, "review") != 0)
		return err_set(x->e, ERR_CONFLICT, MSG_NOT_IN_REVIEW, s->code);
	if (s->mine)
		return err_set(x->e, ERR_FORBIDDEN, MSG_OWN_DRAFT);
	return db_run(&r, x->db, Q_plugin_draft_return,
		      (const char *[]){ db_param_i64(x->arena, s->id), db_param_i64(x->arena, s->version), reason },
		      x->e) &&
	       (!db_null(r, 0, 0) || err_set(x->e, ERR_CHANGED, MSG_CHANGED));
}

static bool release(struct lifecycle *x, const struct standing *s, const char *version)
{
	const char *id = db_param_i64(x->arena, s->id), *read = db_param_i64(x->arena, s->version);
	struct db_result *r[2] = { NULL };
	const struct db_call calls[] = {
		{ Q_plugin_release, (const char *[]){ id, read } },
		{ Q_plugin_release_version, (const char *[]){ id, read, version } },
	};
	bool ok = db_run_all(r, x->db, calls, 2, x->e) && kept(x, r[1]);

	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

/* The other texts may have moved since the review: it is judged once more, tests included. */
bool lifecycle_publish(struct lifecycle *x, const struct standing *s)
{
	struct judgement j;
	bool ok;

	if (!s->draft.source || strcmp(s->draft_state, "review") != 0)
		return err_set(x->e, ERR_CONFLICT, MSG_NOT_IN_REVIEW, s->code);
	if (!s->approved)
		return err_set(x->e, ERR_CONFLICT, MSG_NOT_APPROVED, s->code);
	ok = lifecycle_judge(&j, x, s, &s->draft, true) &&
	     (err_ok(&j.refusals) ? release(x, s, j.plugin.version) : refused(x, &j));
	judgement_free(&j);
	return ok;
}

bool lifecycle_end(struct lifecycle *x, const struct standing *s, const char *state, const char *reason)
{
	bool retire = strcmp(state, "retired") == 0;
	db_result_auto *r = NULL;

	if (!text_in_list(s->state, retire ? "published deprecated quarantined" : "published quarantined"))
		return err_set(x->e, ERR_CONFLICT, MSG_PLUGIN_STATE, s->code, s->state);
	if (retire && s->dependants)
		return err_set(x->e, ERR_CONFLICT, MSG_HAS_DEPENDANTS, s->code, s->dependants);
	return db_run(&r, x->db, Q_plugin_end,
		      (const char *[]){ db_param_i64(x->arena, s->id), db_param_i64(x->arena, s->version), state,
					reason }, x->e) &&
	       kept(x, r);
}
