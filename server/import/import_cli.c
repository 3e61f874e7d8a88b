/*
 * vigie import: a file judged and, unless something is refused, committed.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "command.h"
#include "db.h"
#include "id.h"
#include "indicator.h"
#include "parts.h"

enum { DEADLINE_MS = 120000, FAULTS_MAX = 100000 };

static const char usage[] =
	"usage: vigie import FILE [--plan CODE] [--kind plan|status|figures] [--series ID] [--date-format F]\n"
	"                    [--mapper ID [--organisation CODE]] [--dry-run] [--as LOGIN] [--json]\n";

enum option_key { O_AS = 256, O_DATE, O_DRY, O_JSON, O_KIND, O_MAPPER, O_ORGANISATION, O_PLAN, O_SERIES };

static const struct option options[] = {
	{ "as", 1, NULL, O_AS }, { "date-format", 1, NULL, O_DATE }, { "dry-run", 0, NULL, O_DRY },
	{ "json", 0, NULL, O_JSON }, { "kind", 1, NULL, O_KIND }, { "plan", 1, NULL, O_PLAN },
	{ "series", 1, NULL, O_SERIES }, { "mapper", 1, NULL, O_MAPPER }, { "organisation", 1, NULL, O_ORGANISATION },
	{ 0 },
};

struct cli {
	const struct config *config;
	const char *path, *plan, *login, *organisation;
	int64_t plan_id, id;
	struct import_asked asked;
	bool dry_run, json;
	enum lang lang;
	char *bytes;
	size_t len;
	struct arena arena;
	struct err e;
	struct db_session session;
};

static bool take(void *command, int key)
{
	struct cli *c = command;

	switch (key) {
	case O_AS: c->login = optarg; return true;
	case O_DATE: c->asked.date_format = optarg; return true;
	case O_DRY: c->dry_run = true; return true;
	case O_JSON: c->json = true; return true;
	case O_KIND: c->asked.kind = optarg; return true;
	case O_MAPPER: c->asked.mapper = optarg; return true;
	case O_ORGANISATION: c->organisation = optarg; return true;
	case O_PLAN: c->plan = optarg; return true;
	case O_SERIES: c->asked.series = optarg; return true;
	default: return false;
	}
}

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	const char *word[COMMAND_WORDS];
	int words;

	if (!command_read(word, &words, argc, argv, options, take, c) || words != 1)
		return false;
	c->path = word[0];
	return true;
}

static bool open_session(struct cli *c)
{
	return command_connect(&c->session, c->config, c->login, DEADLINE_MS, &c->arena, &c->e);
}

/* The plan named, that of the document, or the only one there is. */
static bool find_plan(struct cli *c, const struct import_file *f)
{
	bool whole = strcmp(f->kind, "plan") == 0;
	db_result_auto *r = NULL;

	if (whole)
		c->plan = json_string_value(json_object_get(f->document, "code"));
	if (!db_run(&r, &c->session, Q_series_plan,
		    (const char *[]){ whole && !c->plan ? "" : c->plan, c->login }, &c->e))
		return false;
	if (c->login && db_null(r, 0, 2))
		return err_set(&c->e, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, c->login);
	c->plan_id = db_i64(r, 0, 1) == 1 ? db_i64(r, 0, 0) : 0;
	if (whole || c->plan_id)
		return true;
	return c->plan ? err_set(&c->e, ERR_NOT_FOUND, MSG_NO_PLAN, c->plan) :
			 err_set(&c->e, ERR_PARAMETER, MSG_PLAN_NEEDED);
}

/* ------------------------------------------------------------------ what people read */

static const char *text_in(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static const char *shown(struct cli *c, const json_t *value)
{
	return json_is_string(value) ? json_string_value(value) :
	       !value || json_is_null(value) ? "–" : json_write(&c->arena, value);
}

static void print_row(struct cli *c, const json_t *row)
{
	const json_t *cell;
	size_t i;

	printf("%-8s %s%s%s %s %s %s\n", text_in(row, "state"),
	       json_is_integer(json_object_get(row, "line")) ? json_write(&c->arena, json_object_get(row, "line")) : "",
	       json_is_integer(json_object_get(row, "line")) ? ": " : "", text_in(row, "object"),
	       *text_in(row, "number") ? text_in(row, "number") : text_in(row, "period"), text_in(row, "territory"),
	       text_in(row, "organisation"));
	json_array_foreach(json_object_get(row, "cells"), i, cell)
		if (*text_in(cell, "detail"))
			printf("    %s: %s\n", text_in(cell, "field"), text_in(cell, "detail"));
		else if (strcmp(text_in(cell, "state"), "same") != 0)
			printf("    %s: %s → %s\n", text_in(cell, "field"), shown(c, json_object_get(cell, "old")),
			       shown(c, json_object_get(cell, "new")));
}

static void print_preview(struct cli *c, const struct import_judged *j, bool wrote)
{
	const json_t *counts = json_object_get(json_object_get(j->preview, "counts"), "rows"), *one;
	bool fr = c->lang == LANG_FR;
	size_t i;

	json_array_foreach(json_object_get(j->preview, "items"), i, one)
		print_row(c, one);
	json_array_foreach(json_object_get(j->preview, "warnings"), i, one)
		printf("%s %s\n", fr ? "attention :" : "warning:", text_in(one, "detail"));
	printf(fr ? "%lld nouvelles, %lld modifiées, %lld identiques, %lld refusées. %s\n" :
	       "%lld new, %lld changed, %lld the same, %lld refused. %s\n",
	       (long long)json_integer_value(json_object_get(counts, "new")),
	       (long long)json_integer_value(json_object_get(counts, "changed")),
	       (long long)json_integer_value(json_object_get(counts, "same")),
	       (long long)json_integer_value(json_object_get(counts, "refused")),
	       wrote ? (fr ? "Enregistré." : "Saved.") : (fr ? "Rien n’a été enregistré." : "Nothing was saved."));
}

/* ------------------------------------------------------------------ the work */

/* Servers that have answers of this plan in memory drop them. */
static void tell_servers(struct cli *c, int64_t plan_id)
{
	const char *topic = arena_printf(&c->arena, "plan:%lld", (long long)plan_id);
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->session, Q_db_notify, (const char *[]){ topic }, &c->e))
		app_complain(&c->e);
}

static bool commit(struct cli *c, const struct import_file *f, struct import_judged *j)
{
	struct import_done done;
	char hash[65];

	id_sha256(hash, c->bytes, c->len);
	if (!import_propose(&c->id, &c->session, f, j, c->plan_id,
			    &(struct import_origin){ .plan = c->plan, .sha256 = hash }, &c->e) ||
	    !import_commit(&done, &c->session, c->id, clock_today(c->config->time_zone), c->lang, &c->e))
		return false;
	if (done.wrote)
		tell_servers(c, done.plan_id);
	return true;
}

/* A lab of its own: the command is alone in it. */
static bool map(struct cli *c, struct import_file *f, struct preview *p)
{
	struct import_mapping how = { .organisation = c->organisation };
	bool ok;

	if (!f->mapper)
		return !c->organisation || err_add_param(&c->e, "organisation", MSG_MAPPER_ORGANISATION);
	indicator_lab_open(&how.lab, c->config);
	ok = import_map(f, p, &c->session, &how, &c->e);
	indicator_lab_close(how.lab);
	return ok;
}

static int judge(struct cli *c, struct import_file *f, struct preview *p)
{
	struct import_judged j;
	bool wrote, refused;

	if (!find_plan(c, f) || !map(c, f, p) || !import_judge(&j, p, &c->session, f, c->plan_id, c->plan,
					      clock_today(c->config->time_zone), &c->e))
		return app_complain(&c->e);
	refused = j.refused > 0;
	wrote = !refused && !c->dry_run && commit(c, f, &j);
	if (c->json)
		puts(json_write(&c->arena, j.preview));
	else
		print_preview(c, &j, wrote && j.changes);
	import_judged_drop(&j);
	return !err_ok(&c->e) ? app_complain(&c->e) : refused ? EXIT_REFUSED : 0;
}

static int run(struct cli *c)
{
	struct import_file file = { 0 };
	struct preview p;
	int code;

	c->e.fault_max = FAULTS_MAX;
	preview_open(&p, &c->arena, c->lang);
	if (command_file(&c->bytes, &c->len, c->path, IMPORT_BYTES_MAX, &c->arena, &c->e) &&
	    import_read(&file, &p, c->bytes, c->len, &c->asked, &c->e) && open_session(c))
		code = judge(c, &file, &p);
	else
		code = app_complain(&c->e);
	preview_drop(&p);
	import_file_close(&file);
	db_close(c->session.db);
	return code;
}

int import_cli(const struct config *config, int argc, char **argv)
{
	struct cli c = { .config = config, .lang = command_lang() };
	int code = EXIT_USAGE;

	if (!read_arguments(&c, argc, argv)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	arena_init(&c.arena);
	err_init(&c.e, &c.arena);
	code = run(&c);
	arena_free(&c.arena);
	return code;
}
