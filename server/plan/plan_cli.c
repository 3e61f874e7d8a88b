/*
 * vigie plan: the import, the export and the list of plans as commands.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "command.h"
#include "document.h"
#include "plan.h"

/* An import of ten thousand rows is one statement a table. */
enum { DEADLINE_MS = 60000, FAULTS_MAX = 100000, FILE_MAX = 64 << 20, VALUE_MAX = 120 };

struct cli {
	const struct config *config;
	const char *word[3];		/* what is neither an option nor its value */
	int words;
	bool dry_run, json, with_status;
	const char *login;
	enum lang lang;
	struct arena arena;
	struct err e;
	struct db_session session;
};

static const char usage[] =
	"usage: vigie plan import FILE [--dry-run] [--as LOGIN] [--json]\n"
	"       vigie plan export PLAN [--with-status]\n"
	"       vigie plan list [--json]\n";

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--dry-run") == 0)
			c->dry_run = true;
		else if (strcmp(argv[i], "--json") == 0)
			c->json = true;
		else if (strcmp(argv[i], "--with-status") == 0)
			c->with_status = true;
		else if (strcmp(argv[i], "--as") == 0 && i + 1 < argc)
			c->login = argv[++i];
		else if (strncmp(argv[i], "--as=", 5) == 0)
			c->login = argv[i] + 5;
		else if ((argv[i][0] == '-' && argv[i][1]) || c->words == 3)
			return false;
		else
			c->word[c->words++] = argv[i];
	}
	return c->words > 0;
}

static bool open_session(struct cli *c)
{
	return command_connect(&c->session, c->config, c->login, DEADLINE_MS, &c->arena, &c->e);
}

/* ---------------------------------------------------------------- import */

static bool read_document(json_t **out, struct cli *c, const char *path)
{
	char *bytes;
	size_t len;

	return command_file(&bytes, &len, path, FILE_MAX, &c->arena, &c->e) && json_parse(out, bytes, len, &c->e);
}

/* A value of the preview, short enough for a line. */
static const char *shown(struct cli *c, const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) :
			   !value || json_is_null(value) ? "–" : json_write(&c->arena, value);
	size_t len = strlen(text);

	if (len <= VALUE_MAX)
		return text;
	for (len = VALUE_MAX; ((unsigned char)text[len] & 0xC0) == 0x80; len--)
		;
	return arena_printf(&c->arena, "%.*s…", (int)len, text);
}

static void print_item(struct cli *c, const json_t *item)
{
	const json_t *fields = json_object_get(item, "fields"), *f;
	const char *title = import_text(item, "title");
	size_t i;

	printf("%c %-12s %-12s %s\n", strcmp(import_text(item, "state"), "new") == 0 ? '+' : '~',
	       import_text(item, "object"), import_text(item, "number"), title ? title : "");
	json_array_foreach(fields, i, f)
		printf("    %s: %s → %s\n", import_text(f, "field"),
		       shown(c, json_object_get(f, "old")), shown(c, json_object_get(f, "new")));
}

static void print_told(const json_t *list, const char *mark, FILE *out)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		fprintf(out, "%s %s: %s\n", mark, import_text(one, "pointer"), import_text(one, "detail"));
}

static void print_preview(struct cli *c, const struct plan_imported *done)
{
	const json_t *counts = json_object_get(done->preview, "counts"), *one;
	bool fr = c->lang == LANG_FR, refused = !err_ok(&c->e);
	size_t i;

	json_array_foreach(json_object_get(done->preview, "items"), i, one)
		print_item(c, one);
	print_told(json_object_get(done->preview, "warnings"), fr ? "attention" : "warning", stdout);
	fflush(stdout);
	print_told(json_object_get(done->preview, "refused"), fr ? "refusé" : "refused", stderr);
	printf(fr ? "%lld nouveaux, %lld modifiés, %lld identiques, %lld refusés. %s\n" :
	       "%lld new, %lld changed, %lld the same, %lld refused. %s\n",
	       (long long)json_integer_value(json_object_get(counts, "new")),
	       (long long)json_integer_value(json_object_get(counts, "changed")),
	       (long long)json_integer_value(json_object_get(counts, "same")),
	       (long long)json_integer_value(json_object_get(counts, "refused")),
	       done->wrote ? (fr ? "Enregistré." : "Saved.") :
	       refused || c->dry_run ? (fr ? "Rien n’a été enregistré." : "Nothing was saved.") :
	       (fr ? "Rien à enregistrer." : "Nothing to save."));
}

/* Servers that have answers of this plan in memory drop them. */
static void tell_servers(struct cli *c, int64_t plan_id)
{
	const char *topic = arena_printf(&c->arena, "plan:%lld", (long long)plan_id);
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->session, Q_db_notify, (const char *[]){ topic }, &c->e))
		app_complain(&c->e);
}

static int import(struct cli *c)
{
	struct plan_imported done = { NULL, 0, false };
	json_t *document = NULL;
	bool ok;
	int code = 0;

	c->e.fault_max = FAULTS_MAX;
	ok = read_document(&document, c, c->word[1]) && open_session(c) &&
	     plan_import(&done, &c->session, document, c->dry_run, c->lang, &c->e);
	if (done.preview && c->json)
		puts(json_write(&c->arena, done.preview));
	else if (done.preview)
		print_preview(c, &done);
	if (!ok)
		code = done.preview && c->e.first ? EXIT_REFUSED : app_complain(&c->e);
	else if (done.wrote)
		tell_servers(c, done.plan_id);
	json_decref(done.preview);
	json_decref(document);
	return code;
}

/* ---------------------------------------------------------------- export, list */

static int export(struct cli *c)
{
	const char *text;

	if (!open_session(c) ||
	    !plan_export(&text, &c->session, c->word[1], NULL, c->with_status, &c->e))
		return app_complain(&c->e);
	fputs(text, stdout);
	return 0;
}

static int list(struct cli *c)
{
	db_result_auto *r = NULL;

	if (!open_session(c) || !db_run(&r, &c->session, Q_plan_list_codes, NULL, &c->e))
		return app_complain(&c->e);
	if (c->json)
		printf("{\"items\":[");
	for (int i = 0; i < db_rows(r); i++) {
		if (c->json)
			printf("%s%s", i ? "," : "", db_text(r, i, 7));
		else
			printf("%-24s %s .. %s  %4s measures %5s actions  %s\n", db_text(r, i, 0),
			       db_text(r, i, 2), db_text(r, i, 3), db_text(r, i, 4),
			       db_text(r, i, 5), db_text(r, i, 1));
	}
	if (c->json)
		printf("],\"total\":%d,\"next_cursor\":null}\n", db_rows(r));
	return 0;
}

static const struct { const char *name; int words; int (*run)(struct cli *c); } verbs[] = {
	{ "import", 2, import }, { "export", 2, export }, { "list", 1, list },
};

int plan_cli(const struct config *config, int argc, char **argv)
{
	struct cli c = { .config = config, .lang = command_lang() };
	bool read = read_arguments(&c, argc, argv);
	int code = EXIT_USAGE;
	size_t i = 0;

	while (read && i < sizeof verbs / sizeof *verbs && strcmp(verbs[i].name, c.word[0]) != 0)
		i++;
	if (!read || i == sizeof verbs / sizeof *verbs || c.words != verbs[i].words) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	arena_init(&c.arena);
	err_init(&c.e, &c.arena);
	code = verbs[i].run(&c);
	db_close(c.session.db);
	arena_free(&c.arena);
	return code;
}
