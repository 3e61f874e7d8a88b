/*
 * vigie plugin: the analyst's commands.  None needs a server or a database.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "cli.h"
#include "text.h"

static const struct {
	struct plugin_command told;
	int (*run)(struct cli *c);
	bool needs;		/* an argument */
} commands[] = {
	{ { "new", { "ID [--recipe MODÈLE | --kind rule|mapper|alert]",
		     "ID [--recipe RECIPE | --kind rule|mapper|alert]" },
	    { "crée un indicateur à compléter, ou une règle, un lecteur, une alerte",
	      "makes an indicator to complete, or a rule, a reader, an alert" } }, cli_new, true },
	{ { "check", { "FICHIER", "FILE" },
	    { "relit le fichier, dit la première erreur", "reads the file, tells the first mistake" } },
	  cli_check, true },
	{ { "test", { "FICHIER", "FILE" }, { "relit, puis passe les tests", "reads it, then runs its tests" } },
	  cli_test, true },
	{ { "run", { "FICHIER --data [ENTRÉE=]TABLEAU… --period 2026-03 [--level national] [--territory 93]\n"
		     "                 [--as-of 2026-03-31] [--set parametre=valeur]…",
		     "FILE --data [INPUT=]TABLE… --period 2026-03 [--level national] [--territory 93]\n"
		     "                 [--as-of 2026-03-31] [--set parameter=value]…" },
	    { "calcule sur un tableau ; d’une règle : ce qu’elle dit ; d’un lecteur : les lignes qu’il donne",
	      "computes on a table; of a rule: what it says; of a mapper: the rows it gives" } }, cli_run, true },
	{ { "graph", { "FICHIER", "FILE" }, { "les étapes d’une formule", "the steps of a formula" } },
	  cli_graph, true },
	{ { "develop", { "FICHIER", "FILE" },
	    { "le code que son modèle résume", "the code that its recipe stands for" } }, cli_develop, true },
	{ { "list", { "", "" }, { "les plugins du dossier", "the plugins of the folder" } }, cli_list, false },
	{ { "docs", { "[ID]", "[ID]" },
	    { "les fiches méthodologiques, en Markdown", "the method sheets, as Markdown" } }, cli_docs, false },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const char *cli_say(const struct cli *c, const char *fr, const char *en)
{
	return c->lang == LANG_FR ? fr : en;
}

const char *cli_style(const struct cli *c, const char *style)
{
	return c->color ? style : "";
}

static void tell(FILE *out, const struct cli *c, const struct plugin_command *command)
{
	fprintf(out, "  vigie plugin %s%s%s\n      %s\n", command->name, *command->words[c->lang] ? " " : "",
		command->words[c->lang], command->about[c->lang]);
}

static int help(const struct cli *c, FILE *out)
{
	const struct plugin_command *command;

	fputs(cli_say(c, "Sur des fichiers, sans base de données :\n", "On files, without a database:\n"), out);
	for (int i = 0; i < COMMANDS; i++)
		tell(out, c, &commands[i].told);
	fputs(cli_say(c, "\nSur ce qui est publié, avec une base de données (DATABASE_URL) :\n",
		      "\nOn what is published, with a database (DATABASE_URL):\n"), out);
	for (size_t i = 0; (command = c->published(i)); i++)
		tell(out, c, command);
	fputs(cli_say(c,
		      "\n"
		      "  MODÈLE          ratio, rate, share, change, delay ou blank (un compte, en Lua)\n"
		      "  --dir DOSSIER   où sont les plugins (ceux de plugins/)\n"
		      "  --lang fr|en    langue des messages (fr)\n"
		      "  --json          pour un programme\n"
		      "\n"
		      "Fin : 0 tout va bien · 1 refusé, ou un test échoue · 2 relecture en échec · "
		      "64 commande mal écrite\n",
		      "\n"
		      "  RECIPE          ratio, rate, share, change, delay or blank (a count, in Lua)\n"
		      "  --dir FOLDER    where plugins are (those of plugins/)\n"
		      "  --lang fr|en    language of the messages (fr)\n"
		      "  --json          for a program\n"
		      "\n"
		      "Exit: 0 fine · 1 refused, or a test fails · 2 the check fails · 64 wrong command line\n"),
	      out);
	return CLI_USAGE;
}

void cli_unreadable(const struct cli *c, const char *path)
{
	fprintf(stderr, "%s: %s\n", path, cli_say(c, "ce fichier ne se lit pas", "this file cannot be read"));
}

const char *cli_folder(const struct cli *c, int i)
{
	static const char *const folders[] = { "plugins/indicators", "plugins/rules", "plugins/mappers",
					       "plugins/alerts", NULL };

	return !c->dir ? folders[i] : i == 0 ? c->dir : NULL;
}

static bool read_text(struct cli_file *out, const struct cli *c, const char *what)
{
	const struct plugin_text *t = c->texts;

	while (t && t->id && strcmp(t->id, what) != 0)
		t++;
	if (!t || !t->id)
		return false;
	*out = (struct cli_file){ .path = t->id, .id = t->id, .text = t->text, .len = t->len };
	return true;
}

bool cli_read(struct cli_file *out, struct cli *c, const char *what)
{
	size_t len = strlen(what);
	bool lua = len > 4 && strcmp(what + len - 4, ".lua") == 0;
	bool file = lua || strchr(what, '/') || access(what, R_OK) == 0;
	const char *slash;

	if (read_text(out, c, what))
		return true;
	out->path = file ? what : NULL;
	for (int i = 0; !out->path && cli_folder(c, i); i++) {
		const char *path = arena_printf(&c->arena, "%s/%s.lua", cli_folder(c, i), what);

		out->path = access(path, F_OK) == 0 ? path : NULL;
	}
	if (!out->path) {
		fprintf(stderr, "%s: %s\n", what,
			cli_say(c, "aucun plugin de ce nom ; vigie plugin list les montre tous",
				"no plugin of that name; vigie plugin list shows them all"));
		return false;
	}
	slash = strrchr(out->path, '/');
	slash = slash ? slash + 1 : out->path;
	out->id = arena_memdup(&c->arena, slash, strlen(slash) - (lua || !file ? 4 : 0));
	if (plugin_file_read(&out->text, &out->len, &c->arena, out->path))
		return true;
	cli_unreadable(c, out->path);
	return false;
}

/* The guilty line between its neighbours. */
static void excerpt(FILE *out, const struct cli *c, const struct cli_file *f, int line)
{
	for (int n = line > 1 ? line - 1 : 1; n <= line + 1; n++) {
		size_t len = 0;
		const char *text = source_text(f->text, f->len, n, &len);

		if (!text || !text_utf8_valid(text, len))
			continue;
		fprintf(out, "  %s%s%4d │ %.*s%s\n", cli_style(c, n == line ? "\033[1m" : "\033[2m"),
			n == line ? "→" : " ", n, (int)(len < 200 ? len : 200), text,
			cli_style(c, "\033[0m"));
	}
	fputc('\n', out);
}

void cli_finding(FILE *out, struct cli *c, const struct cli_file *f, const struct finding *finding)
{
	const char *detail = finding_detail(&c->arena, finding, c->lang);

	fprintf(out, "%s%s", cli_style(c, "\033[1;31m"), f->path);
	if (finding->line > 0)
		fprintf(out, ":%d", finding->line);
	fprintf(out, "%s  %s%s%s\n", cli_style(c, "\033[0m"), finding_name(finding->code),
		finding->where ? "  " : "", finding->where ? finding->where : "");
	fprintf(out, "  %s\n\n", finding_cause(&c->arena, finding, c->lang));
	if (finding->line > 0)
		excerpt(out, c, f, finding->line);
	fprintf(out, "  %s%s%s %s\n", cli_style(c, "\033[1;32m"), cli_say(c, "À faire :", "To do:"),
		cli_style(c, "\033[0m"), finding_remedy(&c->arena, finding, c->lang));
	if (detail)
		fprintf(out, "  %s%s %s%s\n", cli_style(c, "\033[2m"),
			cli_say(c, "Détail technique :", "Technical detail:"), detail,
			cli_style(c, "\033[0m"));
}

/* --name VALUE or --name=VALUE. */
static bool option(struct cli *c, int argc, char **argv, int *i)
{
	const struct {
		const char *name, **to;
	} texts[] = { { "--dir", &c->dir },	  { "--recipe", &c->recipe },
		      { "--kind", &c->kind },
		      { "--level", &c->level },	  { "--period", &c->period },
		      { "--data", NULL },	  { "--territory", &c->territory },
		      { "--as-of", &c->as_of },	  { "--set", NULL },
		      { "--lang", NULL } };
	const char *word = argv[*i], *equal = strchr(word, '='), *value = equal ? equal + 1 : NULL;
	size_t len = equal ? (size_t)(equal - word) : strlen(word);

	if (strcmp(word, "--json") == 0)
		return c->json = true;
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
		if (strlen(texts[k].name) != len || strncmp(texts[k].name, word, len) != 0)
			continue;
		if (!value && *i + 1 < argc)
			value = argv[++*i];
		if (!value)
			return false;
		if (texts[k].to) {
			*texts[k].to = value;
		} else if (strcmp(texts[k].name, "--set") == 0) {
			if (c->sets >= PLUGIN_PARAMS_MAX || !strchr(value, '='))
				return false;
			c->set[c->sets++] = value;
		} else if (strcmp(texts[k].name, "--data") == 0) {
			if (c->datas >= CLI_TABLES_MAX)
				return false;
			c->data[c->datas++] = value;
		} else {
			c->lang = strcmp(value, "en") == 0 ? LANG_EN : LANG_FR;
			return strcmp(value, "en") == 0 || strcmp(value, "fr") == 0;
		}
		return true;
	}
	return false;
}

static int unknown(const struct cli *c, const char *word)
{
	fprintf(stderr, "vigie plugin: %s « %s »\n\n",
		cli_say(c, "je ne comprends pas", "I do not understand"), word);
	return help(c, stderr);
}

static int dispatch(struct cli *c, int argc, char **argv)
{
	if (argc < 2)
		return help(c, stderr);
	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0) {
			if (!option(c, argc, argv, &i))
				return unknown(c, argv[i < argc ? i : argc - 1]);
		} else if (c->what) {
			return unknown(c, argv[i]);
		} else {
			c->what = argv[i];
		}
	}
	for (int i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].told.name, argv[1]) == 0)
			return commands[i].needs && !c->what ? help(c, stderr) : commands[i].run(c);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		help(c, stdout);
		return CLI_FINE;
	}
	return unknown(c, argv[1]);
}

int plugin_cli(int argc, char **argv, const struct plugin_command *(*published)(size_t i),
	       const struct plugin_text *texts)
{
	struct cli c = { .lang = LANG_FR, .published = published, .texts = texts };
	int code;

	arena_init(&c.arena);
	plugin_host_open(&c.host);
	c.color = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) && !getenv("NO_COLOR");
	code = dispatch(&c, argc, argv);
	plugin_host_close(c.host);
	arena_free(&c.arena);
	return code;
}
