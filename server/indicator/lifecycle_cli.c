/*
 * vigie plugin diff, import, export, review, approve, return, publish, deprecate, retire, explain: the use cases
 * of the interface, for the person that --as names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "command.h"
#include "explain_cli.h"
#include "explain_service.h"
#include "json.h"
#include "lifecycle.h"
#include "lifecycle_cli.h"

enum { DEADLINE_MS = 60000 };

#define EXPLAIN                                                                                                \
	"ID --territory 93 --period 2026-03 [--dims profession=police]\n"                                      \
	"                 [--as-of 2026-03-31] [--plan CODE] [--json]"

struct cli {
	const struct config *config;
	struct arena arena;
	struct err e;
	struct db_session session;
	struct lifecycle x;
	const char *what;		/* the argument: ID or FILE */
	const char *as, *plan, *territory, *period, *dims, *as_of, *out, *reason, *lang;
	bool json;
};

/* ------------------------------------------------------------------ files */

/* "x/plan.on_time.lua": its id. */
static const char *id_of(struct cli *c)
{
	const char *slash = strrchr(c->what, '/'), *name = slash ? slash + 1 : c->what;
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".lua") == 0 ? arena_memdup(&c->arena, name, len - 4) : name;
}

static bool read_text(char **text, size_t *len, struct cli *c)
{
	if (!command_file(text, len, c->what, PLUGIN_SOURCE_MAX, &c->arena, &c->e))
		return false;
	return *len == 0	       ? err_set(&c->e, ERR_INVALID, MSG_EMPTY) :
	       memchr(*text, '\0', *len) ? err_set(&c->e, ERR_INVALID, MSG_BAD_TEXT) :
					    true;
}

/* ------------------------------------------------------------------ use cases */

static bool find(struct standing *s, struct cli *c, enum right right)
{
	return lifecycle_find(s, &c->x, c->what, right) && lifecycle_known(&c->x, s);
}

static bool do_import(struct cli *c)
{
	const char *id = id_of(c);
	struct standing s;
	char *text;
	size_t len;

	return read_text(&text, &len, c) && lifecycle_find(&s, &c->x, id, RIGHT_WRITE) &&
	       lifecycle_save(&c->x, &s, text, len) && printf("%s: draft\n", id) > 0;
}

static bool do_export(struct cli *c)
{
	db_result_auto *r = NULL;
	const char *source;
	FILE *out = stdout;
	bool ok;

	if (!db_run(&r, &c->session, Q_plugin_source, (const char *[]){ c->what }, &c->e))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->e, ERR_NOT_FOUND, MSG_NOT_FOUND, c->what);
	source = db_text(r, 0, 0);
	if (c->out && !(out = fopen(c->out, "wbx")))
		return err_set(&c->e, ERR_CONFLICT, MSG_ALREADY_EXISTS);
	ok = fwrite(source, 1, db_length(r, 0, 0), out) == db_length(r, 0, 0);
	if (c->out)
		ok = fclose(out) == 0 && ok;
	return ok || err_set(&c->e, ERR_INTERNAL, MSG_INTERNAL);
}

static bool do_review(struct cli *c)
{
	struct standing s;

	return find(&s, c, RIGHT_WRITE) && lifecycle_review(&c->x, &s) && printf("%s: review\n", s.code) > 0;
}

static bool do_approve(struct cli *c)
{
	struct standing s;

	return find(&s, c, RIGHT_JUDGE) && lifecycle_approve(&c->x, &s) && printf("%s: approved\n", s.code) > 0;
}

static bool do_return(struct cli *c)
{
	struct standing s;

	return find(&s, c, RIGHT_JUDGE) && lifecycle_return(&c->x, &s, c->reason) && printf("%s: draft\n", s.code) > 0;
}

static bool do_publish(struct cli *c)
{
	struct standing s;

	return find(&s, c, RIGHT_WRITE) && lifecycle_publish(&c->x, &s) && printf("%s: published\n", s.code) > 0;
}

/* Who reads it is said first, on standard error. */
static bool end(struct cli *c, const char *state)
{
	struct standing s;

	if (!find(&s, c, RIGHT_JUDGE))
		return false;
	if (s.dependants)
		fprintf(stderr, "%s: %s\n", s.code, s.dependants);
	return lifecycle_end(&c->x, &s, state, c->reason) && printf("%s: %s\n", s.code, state) > 0;
}

static bool do_deprecate(struct cli *c)
{
	return end(c, "deprecated");
}

static bool do_retire(struct cli *c)
{
	return end(c, "retired");
}

/* ------------------------------------------------------------------ what is shown */

static const char *text_of(const json_t *item, const char *field)
{
	const char *text = json_string_value(json_object_get(item, field));

	return text ? text : "";
}

static bool show_json(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17));

	puts(text ? text : "null");
	free(text);
	return true;
}

bool lifecycle_cli_plan(int64_t *id, const char **zone, struct db_session *s, const char *code, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_plugin_plans, (const char *[]){ code }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NOT_FOUND, code ? code : "plan");
	if (db_rows(r) > 1)
		return err_set(e, ERR_PARAMETER, MSG_WHICH_PLAN);
	*id = db_i64(r, 0, 0);
	*zone = arena_strdup(e->arena, db_text(r, 0, db_column(r, "time_zone")));
	return true;
}

static void show_hunks(const json_t *hunks)
{
	for (size_t i = 0; i < json_array_size(hunks); i++) {
		const json_t *hunk = json_array_get(hunks, i), *lines = json_object_get(hunk, "lines");

		printf("@@ -%lld +%lld @@\n", (long long)json_integer_value(json_object_get(hunk, "before")),
		       (long long)json_integer_value(json_object_get(hunk, "after")));
		for (size_t k = 0; k < json_array_size(lines); k++)
			printf("%s%s\n", text_of(json_array_get(lines, k), "op"),
			       text_of(json_array_get(lines, k), "text"));
	}
}

static const char *level_name(const struct cli *c, const char *level)
{
	return c->x.lang != LANG_FR ? level : strcmp(level, "department") == 0 ? "département" :
	       strcmp(level, "region") == 0 ? "région" : level;
}

static void show_values(const struct cli *c, const json_t *values)
{
	const json_t *levels = json_object_get(values, "levels");
	bool french = c->x.lang == LANG_FR;

	for (size_t i = 0; i < json_array_size(levels); i++) {
		const json_t *one = json_array_get(levels, i), *largest = json_object_get(one, "largest");
		long long changed = json_integer_value(json_object_get(one, "changed"));
		long long cells = json_integer_value(json_object_get(one, "cells"));
		long long territories = json_integer_value(json_object_get(one, "territories"));
		long long beside = json_integer_value(json_object_get(one, "beside"));

		printf("%-12s ", level_name(c, text_of(one, "level")));
		if (french)
			printf("%lld cellule%s sur %lld change%s, dans %lld territoire%s", changed,
			       changed > 1 ? "s" : "", cells, changed > 1 ? "nt" : "", territories,
			       territories > 1 ? "s" : "");
		else
			printf("%lld of %lld cells change%s, in %lld territor%s", changed, cells,
			       changed == 1 ? "s" : "", territories, territories == 1 ? "y" : "ies");
		if (json_is_number(largest))
			printf(french ? ", au plus %+.6g" : ", at most %+.6g", json_number_value(largest));
		if (beside > 0)
			printf(french ? " ; sans que la valeur change, d’autres chiffres : %lld" :
					"; other figures where the value stays: %lld", beside);
		putchar('\n');
	}
	if (json_object_get(values, "basis"))
		puts(text_of(values, "basis_text"));
}

static void show_left_behind(const struct cli *c, const json_t *codes)
{
	if (json_array_size(codes) == 0)
		return;
	fputs(c->x.lang == LANG_FR ? "restent à l’ancienne version majeure :" : "stay with the former major version:",
	      stdout);
	for (size_t i = 0; i < json_array_size(codes); i++)
		printf(" %s", json_string_value(json_array_get(codes, i)));
	putchar('\n');
}

static bool do_diff(struct cli *c)
{
	json_auto_t *diff = NULL;
	struct standing s;
	const char *zone;
	int64_t plan_id;

	if (!find(&s, c, RIGHT_JUDGE) || !lifecycle_cli_plan(&plan_id, &zone, &c->session, c->plan, &c->e) ||
	    !lifecycle_diff(&diff, &c->x, &s, plan_id))
		return false;
	if (c->json)
		return show_json(diff);
	show_left_behind(c, json_object_get(diff, "left_behind"));
	show_values(c, json_object_get(diff, "values"));
	show_hunks(json_object_get(json_object_get(diff, "text"), "hunks"));
	return true;
}

static bool lend(struct plugin_host **host, void *arg, struct err *e)
{
	(void)e;
	*host = ((struct cli *)arg)->x.host;
	return true;
}

static void take_back(void *arg)
{
	(void)arg;
}

static bool do_explain(struct cli *c)
{
	struct explain_asked q = {
		.db = &c->session, .code = c->what, .territory = c->territory, .period = c->period,
		.dims = c->dims ? c->dims : "", .fixed_day = c->config->today, .lang = c->x.lang,
		.enter = lend, .leave = take_back, .arg = c,
	};
	json_auto_t *e = NULL;
	const char *zone;

	if (!lifecycle_cli_plan(&q.plan_id, &zone, &c->session, c->plan, &c->e) ||
	    !command_as_of(&q.as_of, c->as_of, zone, &c->arena, &c->e))
		return false;
	q.today = c->config->today != DAY_NONE ? c->config->today : clock_today(zone);
	if (!period_days(&q.first, &q.last, c->period))
		return err_add_param(&c->e, "period", MSG_BAD_PERIOD, c->period);
	if (!explain(&e, &q, &c->e))
		return false;
	if (c->json)
		return show_json(e);
	explain_show(e, c->x.lang);
	return true;
}

/* ------------------------------------------------------------------ the command */

static const struct {
	struct plugin_command told;
	bool (*run)(struct cli *c);
	bool acts;		/* needs --as */
} commands[] = {
	{ { "import", { "FICHIER.lua --as LOGIN", "FILE.lua --as LOGIN" },
	    { "en fait le brouillon du plugin de ce nom", "makes it the draft of the plugin of that name" } },
	  do_import, true },
	{ { "export", { "ID [--out FICHIER]", "ID [--out FILE]" },
	    { "écrit le texte publié", "writes the published text" } }, do_export, false },
	{ { "diff", { "ID --as LOGIN [--plan CODE] [--json]", "ID --as LOGIN [--plan CODE] [--json]" },
	    { "ce que le brouillon change : le texte, les valeurs", "what the draft changes: the text, the values" } },
	  do_diff, true },
	{ { "review", { "ID --as LOGIN", "ID --as LOGIN" },
	    { "demande la relecture du brouillon", "asks for the review of the draft" } }, do_review, true },
	{ { "approve", { "ID --as LOGIN", "ID --as LOGIN" },
	    { "approuve le brouillon de quelqu’un d’autre", "approves somebody else’s draft" } }, do_approve, true },
	{ { "return", { "ID --as LOGIN --reason TEXTE", "ID --as LOGIN --reason TEXT" },
	    { "le renvoie à son auteur, avec la raison", "sends it back to its author, with the reason" } },
	  do_return, true },
	{ { "publish", { "ID --as LOGIN", "ID --as LOGIN" },
	    { "publie le brouillon approuvé", "publishes the approved draft" } }, do_publish, true },
	{ { "deprecate", { "ID --as LOGIN [--reason TEXTE]", "ID --as LOGIN [--reason TEXT]" },
	    { "déconseille un plugin, qui calcule encore", "advises against a plugin, which still computes" } },
	  do_deprecate, true },
	{ { "retire", { "ID --as LOGIN [--reason TEXTE]", "ID --as LOGIN [--reason TEXT]" },
	    { "retire un plugin : ses valeurs restent, rien ne s’y ajoute",
	      "retires a plugin: its values stay, none is added" } }, do_retire, true },
	{ { "explain", { EXPLAIN, EXPLAIN },
	    { "d’où vient une valeur", "what a value comes from" } }, do_explain, false },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const struct plugin_command *lifecycle_told(size_t i)
{
	return i < COMMANDS ? &commands[i].told : NULL;
}

static int command_of(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].told.name, name) == 0)
			return i;
	return -1;
}

bool lifecycle_command(const char *name)
{
	return command_of(name) >= 0;
}

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	const struct { const char *name, **to; } options[] = {
		{ "--as", &c->as }, { "--plan", &c->plan }, { "--territory", &c->territory },
		{ "--period", &c->period }, { "--dims", &c->dims }, { "--as-of", &c->as_of }, { "--out", &c->out },
		{ "--reason", &c->reason }, { "--lang", &c->lang } };

	for (int i = 2; i < argc; i++) {
		const char *equal = strchr(argv[i], '='), **to = NULL;
		size_t len = equal ? (size_t)(equal - argv[i]) : strlen(argv[i]);

		for (size_t k = 0; k < sizeof options / sizeof options[0]; k++)
			if (strlen(options[k].name) == len && strncmp(options[k].name, argv[i], len) == 0)
				to = options[k].to;
		if (strcmp(argv[i], "--json") == 0)
			c->json = true;
		else if (to && (equal || i + 1 < argc))
			*to = equal ? equal + 1 : argv[++i];
		else if (!to && argv[i][0] != '-' && !c->what)
			c->what = argv[i];
		else
			return false;
	}
	return c->what && (!c->lang || strcmp(c->lang, "fr") == 0 || strcmp(c->lang, "en") == 0);
}

static int work(struct cli *c, int command)
{
	bool ok;

	arena_init(&c->arena);
	err_init(&c->e, &c->arena);
	c->x = (struct lifecycle){ .db = &c->session, .arena = &c->arena, .today = c->config->today, .e = &c->e,
				   .lang = c->lang && strcmp(c->lang, "en") == 0 ? LANG_EN : LANG_FR };
	if (c->lang)
		command_speak(c->x.lang);
	plugin_host_open(&c->x.host);
	ok = command_connect(&c->session, c->config, c->as, DEADLINE_MS, &c->arena, &c->e) &&
	     commands[command].run(c);
	command = ok ? 0 : app_complain(&c->e);
	db_close(c->session.db);
	plugin_host_close(c->x.host);
	arena_free(&c->arena);
	return command;
}

int lifecycle_cli(const struct config *config, int argc, char **argv)
{
	struct cli c = { .config = config };
	int command = command_of(argv[1]);

	if (read_arguments(&c, argc, argv) && (!commands[command].acts || c.as) &&
	    (commands[command].run != do_explain || (c.territory && c.period)) &&
	    (commands[command].run != do_return || (c.reason && *c.reason)))
		return work(&c, command);
	fprintf(stderr, "usage: vigie plugin %s %s\n", commands[command].told.name,
		commands[command].told.words[c.lang && strcmp(c.lang, "fr") == 0 ? LANG_FR : LANG_EN]);
	return EXIT_USAGE;
}
