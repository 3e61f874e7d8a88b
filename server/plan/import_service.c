/*
 * Import and export of a plan: one transaction, under a lock of the plan's own,
 * so that what was compared is what is written over.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "document.h"
#include "patch.h"
#include "plan.h"

struct import_run {
	struct db_session *s;
	const char *code, *plan, *person;	/* ids as text; NULL while unknown */
	bool is_new;
	struct plan_patch *patch;	/* NULL: a whole file, with no version to keep to */
	struct err *e;
};

/* The lists that need the plan's id, in the order in which they refer to each other. */
static const struct { const char *list; enum query query; bool dated; } writes[] = {
	{ "objectives", Q_plan_import_objectives, false },
	{ "measures", Q_plan_import_measures, false },
	{ "actions", Q_plan_import_actions, false },
	{ "assignments", Q_plan_import_release, true },
	{ "assignments", Q_plan_import_assign, false },
	{ "milestones", Q_plan_import_milestones, false },
	{ "budget", Q_plan_import_budget, false },
	{ "deployments", Q_plan_import_deployments, false },
};

enum { WRITES = sizeof writes / sizeof *writes };

static void free_results(struct db_result **r, int count)
{
	for (int i = 0; i < count; i++)
		db_result_free(r[i]);
}

/* Parses JSON that the database wrote. */
static bool parsed(json_t **out, const char *text, struct err *e)
{
	return json_parse(out, text, strlen(text), e);
}

/* Begins the plan, which its importer may then see, and gives its id. */
static bool begin_plan(struct import_run *run, const json_t *plan)
{
	const struct db_call calls[] = {
		{ Q_plan_import_plan, (const char *[]){ json_write(run->e->arena, plan),
							import_text(plan, "reason") } },
		{ Q_plan_import_begun, (const char *[]){ run->code } },
	};
	struct db_result *r[2] = { NULL, NULL };
	bool ok = db_run_all(r, run->s, calls, 2, run->e);

	if (ok && db_rows(r[1]) > 0)
		run->plan = arena_strdup(run->e->arena, db_text(r[1], 0, 0));
	else if (ok)
		ok = err_set(run->e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	free_results(r, 2);
	return ok;
}

static bool write_plan(struct import_run *run, const json_t *changes)
{
	const json_t *organisations = json_object_get(changes, "organisations");
	const json_t *plan = json_object_get(changes, "plan");
	struct arena *a = run->e->arena;
	db_result_auto *r = NULL, *named = NULL;

	if (organisations && !db_run(&named, run->s, Q_plan_import_organisations,
			(const char *[]){ json_write(a, organisations) }, run->e))
		return false;
	if (!plan)
		return true;
	if (run->is_new)
		return begin_plan(run, plan);
	return db_run(&r, run->s, Q_plan_import_change,
		      (const char *[]){ json_write(a, plan), import_text(plan, "reason") }, run->e);
}

static bool write_lists(struct import_run *run, const json_t *changes, const char *today)
{
	struct arena *a = run->e->arena;
	const char *params[WRITES + 1][3];
	struct db_call calls[WRITES + 1];
	struct db_result *r[WRITES + 1];
	int n = 0;

	for (int i = 0; i < WRITES; i++) {
		const json_t *list = json_object_get(changes, writes[i].list);

		if (!list)
			continue;
		params[n][0] = run->plan;
		params[n][1] = json_write(a, list);
		params[n][2] = writes[i].dated ? today : NULL;
		calls[n] = (struct db_call){ writes[i].query, params[n] };
		n++;
	}
	params[n][0] = run->plan;
	calls[n] = (struct db_call){ Q_plan_import_end, params[n] };
	n++;
	if (!db_run_all(r, run->s, calls, n, run->e))
		return false;
	free_results(r, n);
	return true;
}

/* What is there: everything the rules compare with.  *plan and *known are owned. */
static bool load(struct import_run *run, json_t **plan, json_t **known, bool *zone_known,
		 const json_t *document)
{
	const char *zone = import_text(document, "time_zone");
	struct plan_patch *patch = run->patch;
	const struct db_call calls[] = {
		{ Q_plan_import_begin, (const char *[]){ run->code, zone } },
		{ Q_plan_export, (const char *[]){ run->code, NULL, "f" } },
		{ patch ? patch->find : Q_db_ping, patch ? patch->params : NULL },
	};
	struct db_result *r[3];
	int count = patch ? 3 : 2;
	bool ok;

	if (!db_run_all(r, run->s, calls, count, run->e))
		return false;
	if (patch) {
		patch->overtaken = db_rows(r[2]) == 0 ||
				   db_i64(r[2], 0, db_column(r[2], "version")) != patch->version;
		patch->archived = db_rows(r[2]) > 0 && db_bool(r[2], 0, db_column(r[2], "archived"));
	}
	run->person = arena_strdup(run->e->arena, db_text(r[0], 0, 0));
	*zone_known = db_bool(r[0], 0, 1);
	ok = parsed(known, db_text(r[0], 0, 2), run->e);
	run->is_new = db_rows(r[1]) == 0;
	if (ok && !run->is_new) {
		run->plan = arena_strdup(run->e->arena, db_text(r[1], 0, 0));
		ok = parsed(plan, db_text(r[1], 0, 2), run->e);
	}
	free_results(r, count);
	if (ok && !run->person && strncmp(run->s->context, "service:", 8) == 0)
		return err_set(run->e, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, run->s->context + 8);
	return ok;
}

static const char *today_in(struct arena *a, const char *zone)
{
	struct day_text day = day_format(clock_today(zone ? zone : "Europe/Paris"));

	return arena_strdup(a, day.text);
}

/* Within the transaction. */
static bool import_in(struct plan_imported *out, struct import_run *run, const json_t *document,
		      bool dry_run, enum lang lang)
{
	struct import_result result = { NULL, NULL };
	struct import_known known = { .lang = lang };
	json_t *plan = NULL, *lists = NULL;
	bool ok;

	ok = load(run, &plan, &lists, &known.zone_known, document) &&
	     !(run->patch && run->patch->overtaken);
	if (ok) {
		known.plan = plan;
		known.organisations = json_object_get(lists, "organisations");
		known.territories = json_object_get(lists, "territories");
		known.today = today_in(run->e->arena, import_text(plan, "time_zone"));
		ok = import_check(&result, document, &known, run->e);
		out->preview = result.preview;
	}
	if (ok && run->patch && run->patch->archived)
		ok = err_set(run->e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	out->wrote = ok && !dry_run && json_object_size(result.changes) > 0;
	if (out->wrote)
		ok = write_plan(run, result.changes) && write_lists(run, result.changes, known.today);
	json_decref(result.changes);
	json_decref(plan);
	json_decref(lists);
	return ok;
}

static bool run_import(struct plan_imported *out, struct db_session *s, const json_t *document,
		       bool dry_run, enum lang lang, struct plan_patch *patch, struct err *e)
{
	const char *code = import_text(document, "code");
	struct import_run run = { .s = s, .code = code ? code : "", .patch = patch, .e = e };
	bool joined = s->tx != NULL, ok;

	*out = (struct plan_imported){ NULL, 0, false };
	if (!joined && !db_begin(s, e))
		return false;
	ok = import_in(out, &run, document, dry_run, lang);
	if (joined)
		;	/* whoever began it ends it */
	else if (ok && out->wrote)
		ok = db_commit(s, e);
	else
		db_rollback(s);
	out->wrote = out->wrote && ok;
	out->plan_id = run.plan && (out->wrote || !run.is_new) ? strtoll(run.plan, NULL, 10) : 0;
	return ok;
}

bool plan_import(struct plan_imported *out, struct db_session *s, const json_t *document,
		 bool dry_run, enum lang lang, struct err *e)
{
	return run_import(out, s, document, dry_run, lang, NULL, e);
}

/* Faults of the small document told as faults of the body that it was made from. */
static void move_faults(struct err *e, const char *base)
{
	size_t len = strlen(base);

	for (struct fault *f = e->first; f; f = f->next)
		if (strncmp(f->where, base, len) == 0 && f->where[len] == '/')
			f->where = arena_printf(e->arena, "#%s", f->where + len);
}

bool plan_patch(struct plan_patch *patch, struct db_session *s, const json_t *document,
		const char *base, enum lang lang, struct err *e)
{
	struct plan_imported done;
	bool ok = run_import(&done, s, document, patch->dry_run, lang, patch, e);

	patch->wrote = done.wrote;
	json_decref(done.preview);
	move_faults(e, base);
	return ok;
}

bool plan_export(const char **out, struct db_session *s, const char *code, const char *as_of,
		 bool with_status, struct err *e)
{
	db_result_auto *r = NULL;
	json_t *plan = NULL;
	char *text;

	if (!db_run(&r, s, Q_plan_export, (const char *[]){ code, as_of, db_param_bool(with_status) },
		    e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NO_PLAN, code);
	if (!parsed(&plan, db_text(r, 0, 2), e))
		return false;
	text = json_dumps(plan, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
	json_decref(plan);
	if (!text)
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	*out = arena_printf(e->arena, "%s\n", text);
	free(text);
	return true;
}
