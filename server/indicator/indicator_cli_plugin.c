/*
 * vigie plugin list, run, graph, develop and docs where there is a database: what is published, run
 * on the plan as it is.  Everything else of `vigie plugin` needs none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "command.h"
#include "explain_cli.h"
#include "finding.h"
#include "indicator.h"
#include "indicator_service.h"
#include "json.h"
#include "lifecycle_cli.h"
#include "observation.h"
#include "plugin.h"
#include "territory.h"

enum { DEADLINE_MS = 60000 };

#define RUN                                                                                                    \
	"ID [--level national|region|department] [--period 2026-03] [--territory 93]\n"                        \
	"                 [--as-of 2026-03-31] [--set window=6]… [--exact --as LOGIN] [--plan CODE]\n"          \
	"                 [--json] [--lang fr|en]"

struct cli {
	const struct config *config;
	struct arena arena;
	struct err e;
	struct indicator_work work;
	const char *id, *plan, *level, *period, *territory, *as_of, *login;
	const char *set[PLUGIN_PARAMS_MAX];	/* "window=6" */
	int sets;
	enum lang lang;
	bool json, exact;
	bool fictitious;	/* some figures that the indicator rests on are */
	int argc;
	char **argv;
};

/* Is argv[i] what the option before it is given? */
static bool is_value(char **argv, int i)
{
	const char *before = argv[i - 1];

	return i > 2 && strncmp(before, "--", 2) == 0 && !strchr(before, '=') && strcmp(before, "--json") != 0 &&
	       strcmp(before, "--exact") != 0;
}

/* True when the words ask for files: a path, a table, a folder. */
static bool of_files(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		size_t len = strlen(argv[i]);

		if (strncmp(argv[i], "--dir", 5) == 0 || strncmp(argv[i], "--data", 6) == 0)
			return true;
		if (argv[i][0] != '-' && !is_value(argv, i) &&
		    (strchr(argv[i], '/') || (len > 4 && strcmp(argv[i] + len - 4, ".lua") == 0)))
			return true;
	}
	return false;
}

static bool keep_setting(struct cli *c, const char *text)
{
	if (c->sets == PLUGIN_PARAMS_MAX || !strchr(text, '='))
		return false;
	c->set[c->sets++] = text;
	return true;
}

/* The usage that follows says which there are. */
static bool level_known(const struct cli *c)
{
	if (!c->level || strcmp(c->level, "national") == 0 || strcmp(c->level, "region") == 0 ||
	    strcmp(c->level, "department") == 0)
		return true;
	fprintf(stderr, "vigie: --level %s?\n", c->level);
	return false;
}

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	const struct { const char *name, **to; } options[] = {
		{ "--plan", &c->plan }, { "--level", &c->level }, { "--period", &c->period },
		{ "--territory", &c->territory }, { "--as-of", &c->as_of }, { "--as", &c->login } };
	const char *lang = NULL, *set;

	for (int i = 2; i < argc; i++) {
		const char *equal = strchr(argv[i], '='), **to = NULL;
		size_t len = equal ? (size_t)(equal - argv[i]) : strlen(argv[i]);

		for (size_t k = 0; k < sizeof options / sizeof options[0]; k++)
			if (strlen(options[k].name) == len && strncmp(options[k].name, argv[i], len) == 0)
				to = options[k].to;
		if (len == 6 && strncmp(argv[i], "--lang", 6) == 0)
			to = &lang;
		if (len == 5 && strncmp(argv[i], "--set", 5) == 0)
			to = &set;
		if (strcmp(argv[i], "--json") == 0)
			c->json = true;
		else if (strcmp(argv[i], "--exact") == 0)
			c->exact = true;
		else if (to && (equal || i + 1 < argc))
			*to = equal ? equal + 1 : argv[++i];
		else if (!to && argv[i][0] != '-' && !c->id)
			c->id = argv[i];
		else
			return false;
		if (to == &set && !keep_setting(c, set))
			return false;
	}
	if ((lang && strcmp(lang, "fr") != 0 && strcmp(lang, "en") != 0) || (c->exact && !c->login))
		return false;
	c->lang = lang && strcmp(lang, "en") == 0 ? LANG_EN : LANG_FR;
	if (lang)
		command_speak(c->lang);
	return level_known(c);
}

/* ------------------------------------------------------------------ list */

static const char *text_of(const json_t *item, const char *field)
{
	const char *text = json_string_value(json_object_get(item, field));

	return text ? text : "";
}

/* As list_param of a page that holds them all. */
#define EVERY "{\"sort\": \"id\", \"descending\": false, \"limit\": 100000}"

static bool list(struct cli *c, int *code)
{
	json_auto_t *body = NULL;
	db_result_auto *r = NULL;
	const json_t *items;

	*code = 0;
	if (!db_run(&r, &c->work.db, Q_plugin_list, (const char *[]){ lang_code(c->lang), "{}", EVERY }, &c->e) ||
	    !json_parse(&body, db_text(r, 0, 0), db_length(r, 0, 0), &c->e))
		return false;
	if (c->json) {
		puts(db_text(r, 0, 0));
		return true;
	}
	items = json_object_get(body, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *one = json_array_get(items, i);

		printf("%-28s %-8s %-12s %-9s %s\n", text_of(one, "id"), text_of(one, "version"),
		       text_of(one, "state"), text_of(one, "on_disk"), text_of(one, "name"));
	}
	return true;
}

/* ------------------------------------------------------------------ run */

static void show_cell(const json_t *cell, const json_t *about)
{
	const json_t *value = json_object_get(cell, "value"), *extra = json_object_get(cell, "extra");
	int decimals = (int)json_integer_value(json_object_get(about, "decimals"));
	const char *reason = text_of(cell, *text_of(cell, "reason_text") ? "reason_text" : "reason");
	const char *dims = text_of(cell, "dims");
	char *more = extra ? json_dumps(extra, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;

	if (value)
		printf("%-8s %-8s %14.*f %s%s%s%s%s\n", text_of(cell, "territory"), text_of(cell, "period"),
		       decimals, json_number_value(value), text_of(about, "unit"), *dims ? "  " : "", dims,
		       more ? "  " : "", more ? more : "");
	else
		printf("%-8s %-8s %14s %s%s%s\n", text_of(cell, "territory"), text_of(cell, "period"), "–", reason,
		       *dims ? "  " : "", dims);
	free(more);
}

/* The cells asked for: of the level, by default the nation's, or of the territory. */
static void show(const struct cli *c, const json_t *cells, const json_t *about)
{
	json_auto_t *kept = json_array();
	char *text;

	for (size_t i = 0; i < json_array_size(cells); i++) {
		json_t *cell = json_array_get(cells, i);
		const char *level = c->level ? c->level : c->territory ? NULL : "national";

		if ((level && strcmp(text_of(cell, "level"), level) != 0) ||
		    (c->territory && strcmp(text_of(cell, "territory"), c->territory) != 0))
			continue;
		json_object_set_new(cell, "fictitious", json_boolean(c->fictitious));
		json_array_append(kept, cell);
	}
	if (!c->json && c->fictitious)
		explain_show_fictitious(c->lang);
	for (size_t i = 0; !c->json && i < json_array_size(kept); i++)
		show_cell(json_array_get(kept, i), about);
	if (!c->json)
		return;
	text = json_dumps(kept, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	puts(text ? text : "[]");
	free(text);
}

/* A level of the indicator and a territory of that level, or neither: else no cell would be shown. */
static bool place_fits(struct cli *c, const json_t *about)
{
	const json_t *levels = json_object_get(about, "levels");
	const char *own = c->territory ? territory_level(c->territory) : NULL, *level = c->level ? c->level : own;
	const char *named = "";

	if (c->period && !period_frequency(c->period))
		return err_add_param(&c->e, "--period", MSG_BAD_PERIOD, c->period);
	if (c->territory && !territory_check_param(&c->e, "--territory", c->territory))
		return false;
	if (c->level && own && strcmp(own, c->level) != 0)
		return err_add_param(&c->e, "--territory", MSG_LEVEL_OF_TERRITORY, c->territory, own);
	for (size_t i = 0; i < json_array_size(levels); i++)
		named = arena_printf(&c->arena, "%s%s%s", named, i > 0 ? ", " : "",
				     json_string_value(json_array_get(levels, i)));
	return !level || plugin_has_level(about, level) ||
	       err_add_param(&c->e, c->level ? "--level" : "--territory", MSG_BAD_CHOICE, level, named);
}

/*
 * Whether the place that is asked for is one of the published text, and the parameters as --set gives them, read as it
 * declares them; NULL: none.  Owned.
 */
static bool settings(json_t **out, struct cli *c)
{
	json_auto_t *about = NULL;
	db_result_auto *r = NULL;

	*out = NULL;
	if (!db_run(&r, &c->work.db, Q_indicator_method, (const char *[]){ c->id }, &c->e))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->e, ERR_NOT_FOUND, MSG_NOT_FOUND, c->id);
	if (!json_parse_any(&about, db_text(r, 0, 3), db_length(r, 0, 3), &c->e) || !place_fits(c, about))
		return false;
	if (c->sets > 0)
		*out = plugin_settings(about, c->set, c->sets);
	return true;
}

/*
 * What rests on sensitive counts is computed on what is published of them.  The exact form is for somebody who may open
 * it, by name, and is in the journal before anything is computed, as with exact=true: no trace, no figure.
 */
static bool opened(struct indicator_asked *asked, struct cli *c)
{
	const char *const which[] = { db_param_i64(&c->arena, asked->plan_id), c->id };
	db_result_auto *r = NULL, *kept = NULL;

	if (!db_run(&r, &c->work.db, Q_indicator_opens, which, &c->e))
		return false;
	c->fictitious = db_rows(r) > 0 && db_bool(r, 0, db_column(r, "fictitious"));
	if (db_rows(r) == 0 || !db_bool(r, 0, db_column(r, "sensitive")))
		return true;
	asked->published = !c->exact;
	if (!c->exact)
		return true;
	if (!db_bool(r, 0, db_column(r, "allowed")))
		return err_set(&c->e, ERR_FORBIDDEN, MSG_EXACT_WHO, c->login);
	return db_run(&kept, &c->work.db, Q_indicator_opened, which, &c->e);
}

static const char *message(struct cli *c, enum msg msg)
{
	return msg_text(&c->arena, msg, c->lang, (const char *const[MSG_ARGS]){ c->id });
}

static bool run(struct cli *c, int *code)
{
	json_auto_t *cells = NULL, *about = NULL, *params = NULL;
	struct indicator_asked asked = { .from = c->period };
	struct finding f = { 0 };
	const char *zone;
	bool ok;

	if (!lifecycle_cli_plan(&asked.plan_id, &zone, &c->work.db, c->plan, &c->e) ||
	    !command_as_of(&asked.as_of, c->as_of, zone, &c->arena, &c->e) || !opened(&asked, c) ||
	    !settings(&params, c))
		return false;
	asked.params = params;
	ok = indicator_try(&cells, &about, &c->work, c->id, &asked, &f, &c->e);
	if (ok)
		show(c, cells, about);
	if (ok && asked.published)
		fprintf(stderr, "%s\n%s\n", message(c, MSG_BASIS_PUBLISHED), message(c, MSG_EXACT_AS));
	if (f.code == FINDING_NONE)
		return ok;
	*code = EXIT_REFUSED;
	fprintf(stderr, "%s:%d: %s  %s\n  %s\n  %s\n", c->id, f.line, finding_name(f.code),
		f.where ? f.where : "", finding_cause(&c->arena, &f, c->lang),
		finding_remedy(&c->arena, &f, c->lang));
	return true;
}

/* ------------------------------------------------------------------ graph, develop, docs */

/* What these words do with files, on the texts that are in force. */
static bool on_texts(struct cli *c, int *code)
{
	db_result_auto *r = NULL;
	struct plugin_text *texts;
	int n;

	if (!db_run(&r, &c->work.db, Q_plugin_texts, NULL, &c->e))
		return false;
	n = db_rows(r);
	texts = arena_alloc(&c->arena, ((size_t)n + 1) * sizeof *texts);
	for (int i = 0; i < n; i++)
		texts[i] = (struct plugin_text){ db_text(r, i, 0), db_text(r, i, 1), db_length(r, i, 1) };
	texts[n] = (struct plugin_text){ 0 };
	*code = plugin_cli(c->argc, c->argv, indicator_cli_told, texts);
	return true;
}

/* ------------------------------------------------------------------ the command */

static int with_database(struct cli *c, bool (*act)(struct cli *c, int *code))
{
	int code = 0;
	bool ok;

	arena_init(&c->arena);
	err_init(&c->e, &c->arena);
	plugin_host_open(&c->work.host);
	c->work.observed = observations_open();
	c->work.today = c->config->today;
	ok = command_connect(&c->work.db, c->config, c->login, DEADLINE_MS, &c->arena, &c->e) &&
	     act(c, &code);
	if (!ok)
		code = app_complain(&c->e);
	db_close(c->work.db.db);
	plugin_host_close(c->work.host);
	observations_close(c->work.observed);
	arena_free(&c->arena);
	return code;
}

static const struct {
	struct plugin_command told;
	bool (*act)(struct cli *c, int *code);
} own[] = {
	{ { "list", { "[--json]", "[--json]" },
	    { "les plugins publiés, leur état et celui de leur fichier",
	      "the published plugins, their state and that of their file" } }, list },
	{ { "run", { RUN, RUN },
	    { "calcule sur un plan, sans rien garder", "computes on a plan, and keeps nothing" } }, run },
	{ { "graph", { "ID", "ID" }, { "les étapes d’une formule", "the steps of a formula" } }, on_texts },
	{ { "develop", { "ID", "ID" },
	    { "le code que son modèle résume", "the code that its recipe stands for" } }, on_texts },
	{ { "docs", { "[ID]", "[ID]" },
	    { "les fiches méthodologiques, en Markdown", "the method sheets, as Markdown" } }, on_texts },
};

enum { OWN = sizeof own / sizeof *own };

const struct plugin_command *indicator_cli_told(size_t i)
{
	return i < OWN ? &own[i].told : lifecycle_told(i - OWN);
}

bool indicator_cli_published(const char *word)
{
	const struct plugin_command *command;

	for (size_t i = 0; (command = indicator_cli_told(i)); i++)
		if (strcmp(command->name, word) == 0)
			return true;
	return false;
}

int indicator_cli_plugin(const struct config *config, int argc, char **argv)
{
	struct cli c = { .config = config, .argc = argc, .argv = argv };
	size_t which = 0;

	if (argc > 1 && lifecycle_command(argv[1]))
		return lifecycle_cli(config, argc, argv);
	while (argc > 1 && which < OWN && strcmp(own[which].told.name, argv[1]) != 0)
		which++;
	if (!*config->database_url || argc < 2 || which == OWN || of_files(argc, argv))
		return plugin_cli(argc, argv, indicator_cli_told, NULL);
	if (own[which].act != on_texts &&
	    (!read_arguments(&c, argc, argv) || (own[which].act == run) != (c.id != NULL))) {
		fprintf(stderr, "usage: vigie plugin %s %s\n", own[which].told.name, own[which].told.words[LANG_EN]);
		return EXIT_USAGE;
	}
	return with_database(&c, own[which].act);
}
