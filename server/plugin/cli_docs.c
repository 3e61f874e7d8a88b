/*
 * vigie plugin docs: method sheets, made from what each file says of itself, as Markdown.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *in_lang(const struct cli *c, const json_t *texts)
{
	const char *own = json_string_value(json_object_get(texts, c->lang == LANG_FR ? "fr" : "en"));
	const char *french = json_string_value(json_object_get(texts, "fr"));

	return own ? own : french ? french : "";
}

static const char *text(const json_t *about, const char *field)
{
	const char *value = json_string_value(json_object_get(about, field));

	return value ? value : "–";
}

static void section(const struct cli *c, const char *title, const char *body)
{
	(void)c;
	if (*body)
		printf("\n### %s\n\n%s\n", title, body);
}

static void list_of_texts(const struct cli *c, const char *title, const json_t *list)
{
	if (json_array_size(list) > 0)
		printf("\n### %s\n\n", title);
	for (size_t i = 0; i < json_array_size(list); i++)
		printf("- %s\n", in_lang(c, json_array_get(list, i)));
}

static void changelog(const struct cli *c, const json_t *list)
{
	if (json_array_size(list) > 0)
		printf("\n### %s\n\n", cli_say(c, "Versions", "Versions"));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		printf("- %s (%s) %s\n", text(one, "version"), text(one, "on"), in_lang(c, one));
	}
}

/* What is told of an indicator and of an alert everywhere in the same words. */
static void method(struct cli *c, const struct plugin *p, const json_t *alerts)
{
	json_auto_t *sections = plugin_method(&c->arena, p->about, p->graph, alerts, PLUGIN_LEAST_OWN, c->lang);

	for (size_t i = 0; i < json_array_size(sections); i++) {
		const json_t *one = json_array_get(sections, i), *lines = json_object_get(one, "lines");

		printf("\n### %s\n\n", text(one, "title"));
		for (size_t k = 0; k < json_array_size(lines); k++)
			printf("- %s\n", json_string_value(json_array_get(lines, k)));
	}
}

static void names(const char *title, const json_t *list)
{
	if (json_array_size(list) > 0)
		printf("\n### %s\n\n", title);
	for (size_t i = 0; i < json_array_size(list); i++)
		printf("- `%s`\n", json_string_value(json_array_get(list, i)));
}

static const char *kind_word(const struct cli *c, enum plugin_kind kind)
{
	return kind == PLUGIN_RULE   ? cli_say(c, "règle de contrôle", "rule") :
	       kind == PLUGIN_MAPPER ? cli_say(c, "lecteur de tableau", "mapper") :
				       cli_say(c, "alerte", "alert");
}

/* In French what the fields of a description name in English. */
static const char *word(const struct cli *c, const char *name)
{
	static const char *const words[][2] = {
		{ "input", "moyens" }, { "output", "réalisation" }, { "outcome", "résultat" }, { "impact", "impact" },
		{ "context", "contexte" }, { "month", "mensuelle" }, { "quarter", "trimestrielle" },
		{ "year", "annuelle" }
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], name) == 0)
			return cli_say(c, words[i][1], name);
	return name;
}

static void sheet(struct cli *c, const struct plugin *p, const json_t *alerts)
{
	const json_t *about = p->about;

	printf("## %s\n\n", in_lang(c, json_object_get(about, "name")));
	if (p->kind == PLUGIN_INDICATOR)
		printf("`%s` · %s · %s · %s · %s\n", p->id, p->version, text(about, "unit"),
		       word(c, text(about, "kind")), word(c, text(about, "frequency")));
	else
		printf("`%s` · %s · %s\n", p->id, p->version, kind_word(c, p->kind));
	section(c, cli_say(c, "Définition", "Definition"), in_lang(c, json_object_get(about, "summary")));
	section(c, cli_say(c, "Limites", "Limits"), in_lang(c, json_object_get(about, "limits")));
	list_of_texts(c, cli_say(c, "Sources", "Sources"), json_object_get(about, "sources"));
	method(c, p, alerts);
	names(cli_say(c, "Colonnes lues", "Columns read"), json_object_get(about, "columns"));
	names(cli_say(c, "Séries", "Series"), json_object_get(about, "series"));
	printf("\n### %s\n\n%s · %s\n", cli_say(c, "Responsable", "Owner"), text(about, "owner"),
	       text(about, "author"));
	changelog(c, json_object_get(about, "changelog"));
	putchar('\n');
}

static int one(struct cli *c, const char *what, void *arg)
{
	struct finding f = { 0 };
	struct cli_file file;
	struct plugin p;

	if (!cli_read(&file, c, what))
		return CLI_REFUSED;
	if (!plugin_check(&p, c->host, &c->arena, file.id, file.text, file.len, &f)) {
		cli_finding(stderr, c, &file, &f);
		return CLI_CHECK;
	}
	sheet(c, &p, arg);
	plugin_free(&p);
	return CLI_FINE;
}

/* Alerts of the folders, for the sheets of what they watch; one that is broken is told with its own sheet. */
static int alert(struct cli *c, const char *what, void *arg)
{
	struct finding f = { 0 };
	struct cli_file file;
	struct plugin p;

	if (!cli_read(&file, c, what) || plugin_kind_of(&c->arena, file.text, file.len) != PLUGIN_ALERT ||
	    !plugin_check(&p, c->host, &c->arena, file.id, file.text, file.len, &f))
		return CLI_FINE;
	json_array_append((json_t *)arg, p.about);
	plugin_free(&p);
	return CLI_FINE;
}

/* One sheet, or those of the folders in the order of their names. */
int cli_docs(struct cli *c)
{
	json_auto_t *alerts = json_array();

	cli_each(c, alert, alerts);
	if (c->what)
		return one(c, c->what, alerts);
	printf("# %s\n\n", cli_say(c, "Fiches méthodologiques", "Method sheets"));
	return cli_each(c, one, alerts);
}
