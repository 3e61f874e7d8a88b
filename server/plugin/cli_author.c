/*
 * vigie plugin new, check, test, list.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "clock.h"
#include "text.h"

static const struct {
	const char *name, *text;
} recipes[] = {
#define RECIPE(name, text) { name, text },
#include "gen/recipes.inc"
#undef RECIPE
};

static void print_json(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17));

	puts(text);
	free(text);
	json_decref(value);
}

static json_t *findings_json(struct cli *c, const struct finding *f)
{
	json_t *list = json_array();

	if (f->code != FINDING_NONE)
		json_array_append_new(list, finding_json(&c->arena, f, c->lang));
	return list;
}

/* Copies the recipe, its marks filled. */
static void write_recipe(FILE *out, const char *text, const char *id)
{
	struct day_text today = day_format(clock_today("Europe/Paris"));

	while (*text) {
		const char *at = strchr(text, '@');

		if (!at) {
			fputs(text, out);
			return;
		}
		fwrite(text, 1, (size_t)(at - text), out);
		text = at + 1;
		if (strncmp(at, "@ID@", 4) == 0) {
			fputs(id, out);
			text = at + 4;
		} else if (strncmp(at, "@TODAY@", 7) == 0) {
			fputs(today.text, out);
			text = at + 7;
		} else {
			fputc('@', out);
		}
	}
}

static bool is_id(const char *id)
{
	return strchr(id, '.') && *id >= 'a' && *id <= 'z' &&
	       id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0' && strlen(id) <= 80 &&
	       !strstr(id, "..") && id[strlen(id) - 1] != '.';
}

/* The kind that was asked for, by its name; false: said on stderr. */
static bool kind_asked(enum plugin_kind *out, const struct cli *c)
{
	for (int kind = PLUGIN_INDICATOR; kind <= PLUGIN_ALERT; kind++)
		if (!c->kind || strcmp(c->kind, plugin_kind_name((enum plugin_kind)kind)) == 0) {
			*out = (enum plugin_kind)kind;
			return true;
		}
	fprintf(stderr, "%s « %s » : indicator, rule, mapper, alert.\n",
		cli_say(c, "Genre inconnu", "Unknown kind"), c->kind);
	return false;
}

int cli_new(struct cli *c)
{
	const char *text = NULL, *path;
	enum plugin_kind kind;
	FILE *out;

	if (!is_id(c->what)) {
		struct finding f = { .code = V307, .arg = { c->what } };

		fprintf(stderr, "%s %s\n", finding_cause(&c->arena, &f, c->lang),
			finding_remedy(&c->arena, &f, c->lang));
		return CLI_REFUSED;
	}
	if (!kind_asked(&kind, c))
		return CLI_USAGE;
	if (!c->recipe)
		c->recipe = kind == PLUGIN_INDICATOR ? "blank" : plugin_kind_name(kind);
	for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
		if (strcmp(recipes[i].name, c->recipe) == 0)
			text = recipes[i].text;
	}
	if (!text) {
		fprintf(stderr, "%s « %s » :", cli_say(c, "Modèle inconnu", "Unknown recipe"), c->recipe);
		for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
			fprintf(stderr, " %s", recipes[i].name);
		fputs(".\n", stderr);
		return CLI_USAGE;
	}
	kind = plugin_kind_of(&c->arena, text, strlen(text));
	path = arena_printf(&c->arena, "%s/%s.lua", cli_folder(c, c->dir ? 0 : (int)kind), c->what);
	out = fopen(path, "wx");
	if (!out) {
		fprintf(stderr, "%s: %s\n", path,
			errno == EEXIST ? cli_say(c, "ce fichier existe déjà, je n’y touche pas",
						  "this file exists already, left alone") :
					  strerror(errno));
		return CLI_REFUSED;
	}
	write_recipe(out, text, c->what);
	if (fclose(out) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return CLI_REFUSED;
	}
	printf("%s %s vigie plugin test %s\n", path,
	       cli_say(c, "est prêt. Modifiez-le, puis :", "is ready. Change it, then:"), path);
	return CLI_FINE;
}

int cli_load(struct plugin *p, struct cli_file *file, struct cli *c)
{
	struct finding f = { 0 };

	if (!cli_read(file, c, c->what))
		return CLI_REFUSED;
	if (plugin_check(p, c->host, &c->arena, file->id, file->text, file->len, &f))
		return CLI_FINE;
	if (c->json)
		print_json(json_pack("{s:s, s:b, s:o}", "file", file->path, "ok", 0, "findings",
				     findings_json(c, &f)));
	else
		cli_finding(stderr, c, file, &f);
	return CLI_CHECK;
}

static const char *title(const struct cli *c, const struct plugin *p)
{
	const json_t *name = json_object_get(p->about, "name");
	const char *own = json_string_value(json_object_get(name, c->lang == LANG_FR ? "fr" : "en"));

	return own ? own : json_string_value(json_object_get(name, "fr"));
}

int cli_check(struct cli *c)
{
	struct cli_file file;
	struct plugin p;
	int code = cli_load(&p, &file, c);

	if (code != CLI_FINE)
		return code;
	if (c->json)
		print_json(json_pack("{s:s, s:b, s:[], s:O}", "file", file.path, "ok", 1, "findings",
				     plugin_kind_name(p.kind), p.about));
	else
		printf("%s✓%s %s %s · %s\n  %s %zu. %s vigie plugin test %s\n",
		       cli_style(c, "\033[1;32m"), cli_style(c, "\033[0m"), p.id, p.version,
		       title(c, &p), cli_say(c, "Tests déclarés :", "Declared tests:"),
		       json_array_size(p.tests), cli_say(c, "Pour les passer :", "To run them:"),
		       c->what);
	plugin_free(&p);
	return CLI_FINE;
}

static const char *test_title(const struct cli *c, const char *name)
{
	static const char *const titles[][3] = {
		{ "auto.repeated", "deux fois de suite, le même résultat", "twice in a row, the same result" },
		{ "auto.permuted", "l’ordre des lignes ne change rien", "the order of rows changes nothing" },
		{ "auto.empty", "aucune ligne : pas d’erreur", "no row: no error" },
		{ "auto.missing", "informations facultatives absentes : pas d’erreur",
		  "optional information missing: no error" },
		{ "auto.bounds", "paramètres à leurs bornes : pas d’erreur",
		  "parameters at their bounds: no error" },
		{ "auto.zero", "tous les nombres à 0 : pas d’erreur", "all numbers 0: no error" },
		{ "auto.alone", "un territoire seul, le même résultat", "one territory alone, the same result" },
		{ "auto.small", "forme publique : aucun petit effectif ne sort",
		  "public form: no small count comes out" },
		{ "auto.hidden", "forme publique : un effectif caché ne change rien",
		  "public form: a hidden count changes nothing" },
		{ "auto.sums", "le national est calculé sur des sommes", "national is calculated from sums" },
	};

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		if (strcmp(titles[i][0], name) == 0)
			return titles[i][c->lang == LANG_FR ? 1 : 2];
	}
	return name;
}

static void show_tests(struct cli *c, const struct cli_file *file, const struct plugin *p,
		       const struct plugin_test *tests, size_t count, size_t failed)
{
	size_t done = 0;

	printf("%s %s · %s\n", p->id, p->version, title(c, p));
	for (size_t i = 0; i < count; i++) {
		const struct plugin_test *t = &tests[i];
		bool ok = t->finding.code == FINDING_NONE;

		printf("  %s%s%s %s%s\n",
		       cli_style(c, t->skipped ? "\033[2m" : ok ? "\033[32m" : "\033[1;31m"),
		       t->skipped ? "–" : ok ? "✓" : "✗", cli_style(c, "\033[0m"),
		       t->automatic ? cli_say(c, "auto : ", "auto: ") : "",
		       test_title(c, t->name));
		if (!ok) {
			fputc('\n', stdout);
			cli_finding(stdout, c, file, &t->finding);
			fputc('\n', stdout);
		}
		done += t->skipped ? 0 : 1;
	}
	printf("%zu test%s, ", done, done > 1 ? "s" : "");
	if (failed > 0)
		printf("%zu %s.\n", failed, cli_say(c, "en échec", failed > 1 ? "fail" : "fails"));
	else
		printf("%s.\n", done > 1 ? cli_say(c, "tous passent", "all pass") : cli_say(c, "réussi", "passed"));
}

static void tests_json(struct cli *c, const struct plugin *p, const struct plugin_test *tests,
		       size_t count, size_t failed)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:s, s:b, s:b, s:b, s:o}", "name", tests[i].name,
						      "automatic", tests[i].automatic, "skipped",
						      tests[i].skipped, "ok",
						      tests[i].finding.code == FINDING_NONE, "findings",
						      findings_json(c, &tests[i].finding)));
	print_json(json_pack("{s:s, s:s, s:b, s:o}", "id", p->id, "version", p->version, "ok",
			     failed == 0, "tests", list));
}

int cli_test(struct cli *c)
{
	struct plugin_test *tests = NULL;
	struct finding f = { 0 };
	struct cli_file file;
	struct plugin p;
	size_t count = 0, failed = 0;
	int code = cli_load(&p, &file, c);

	if (code != CLI_FINE)
		return code;
	if (!plugin_test(&tests, &count, c->host, &c->arena, &p, &f)) {
		if (c->json)
			print_json(json_pack("{s:s, s:s, s:b, s:o}", "id", p.id, "version", p.version, "ok",
					     0, "findings", findings_json(c, &f)));
		else
			cli_finding(stderr, c, &file, &f);
		plugin_free(&p);
		return CLI_REFUSED;
	}
	for (size_t i = 0; i < count; i++)
		failed += tests[i].finding.code != FINDING_NONE;
	if (c->json)
		tests_json(c, &p, tests, count, failed);
	else
		show_tests(c, &file, &p, tests, count, failed);
	plugin_free(&p);
	return failed == 0 ? CLI_FINE : CLI_REFUSED;
}

static int is_plugin(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 4 && strcmp(d->d_name + len - 4, ".lua") == 0;
}

/* One line of the list. */
static int list_one(struct cli *c, const char *path, void *items)
{
	struct finding f = { 0 };
	struct cli_file file;
	struct plugin p;

	if (!cli_read(&file, c, path))
		return CLI_FINE;
	if (plugin_check(&p, c->host, &c->arena, file.id, file.text, file.len, &f)) {
		if (!c->json)
			printf("%s✓%s %-28s %-8s %s\n", cli_style(c, "\033[32m"), cli_style(c, "\033[0m"),
			       p.id, p.version, title(c, &p));
		json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", p.id, "kind",
						       plugin_kind_name(p.kind), "version", p.version, "name",
						       title(c, &p), "ok", 1));
		plugin_free(&p);
		return CLI_FINE;
	}
	if (!c->json)
		printf("%s✗%s %-28s %-8s %s\n", cli_style(c, "\033[1;31m"), cli_style(c, "\033[0m"), file.id,
		       finding_name(f.code), finding_cause(&c->arena, &f, c->lang));
	json_array_append_new(items, json_pack("{s:s, s:n, s:b, s:o}", "id", file.id, "version", "ok",
					       0, "findings", findings_json(c, &f)));
	return CLI_FINE;
}

int cli_each(struct cli *c, int (*each)(struct cli *c, const char *what, void *arg), void *arg)
{
	int code = CLI_FINE;

	for (const struct plugin_text *t = c->texts; t && t->id; t++) {
		int own = each(c, t->id, arg);

		code = code == CLI_FINE ? own : code;
	}
	for (int k = 0; !c->texts && cli_folder(c, k); k++) {
		const char *folder = cli_folder(c, k);
		struct dirent **found = NULL;
		int n = scandir(folder, &found, is_plugin, alphasort);

		if (n < 0) {
			fprintf(stderr, "%s: %s\n", folder, strerror(errno));
			return CLI_REFUSED;
		}
		for (int i = 0; i < n; i++) {
			int own = each(c, arena_printf(&c->arena, "%s/%s", folder, found[i]->d_name), arg);

			code = code == CLI_FINE ? own : code;
			free(found[i]);
		}
		free(found);
	}
	return code;
}

int cli_list(struct cli *c)
{
	json_auto_t *items = json_array();
	int code = cli_each(c, list_one, items);

	if (c->json && code == CLI_FINE)
		print_json(json_pack("{s:O, s:i}", "items", items, "total", (int)json_array_size(items)));
	return code;
}
