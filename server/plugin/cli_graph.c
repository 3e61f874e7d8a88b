/*
 * vigie plugin graph and develop: what a formula calculates, step by step, and a recipe as code.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cli.h"
#include "graph.h"

/* Attributes that are neither arguments nor places: " n=12 over=sum". */
static void print_attributes(const json_t *node)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)node, key, v) {
		char *text;

		if (strcmp(key, "op") == 0 || strcmp(key, "args") == 0 || strcmp(key, "line") == 0)
			continue;
		text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
		printf(" %s=%s", key, text ? text : "");
		free(text);
	}
}

/* What the step gives to the result: " → value". */
static void print_use(const json_t *out, json_int_t place)
{
	const char *key, *name;
	json_t *v, *extra;

	json_object_foreach((json_t *)(uintptr_t)out, key, v) {
		if (json_is_integer(v) && json_integer_value(v) == place)
			printf("  → %s", key);
		json_object_foreach(v, name, extra) {
			if (json_integer_value(extra) == place)
				printf("  → extra.%s", name);
		}
	}
}

static void print_graph(const struct cli *c, const struct plugin *p)
{
	const json_t *nodes = json_object_get(p->graph, "nodes"), *out = json_object_get(p->graph, "out");

	printf("%s %s · %zu %s\n", p->id, p->version, json_array_size(nodes), cli_say(c, "étapes", "steps"));
	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i), *args = json_object_get(node, "args");

		printf("%4zu  %s", i, json_string_value(json_object_get(node, "op")));
		for (size_t k = 0; k < json_array_size(args); k++)
			printf(" #%lld", json_integer_value(json_array_get(args, k)));
		print_attributes(node);
		printf("%s", cli_style(c, "\033[2m"));
		print_use(out, (json_int_t)i);
		printf("   %s %lld%s\n", cli_say(c, "ligne", "line"),
		       json_integer_value(json_object_get(node, "line")), cli_style(c, "\033[0m"));
	}
}

static int no_formula(const struct cli *c, const struct plugin *p)
{
	fprintf(stderr, "%s: %s\n", p->id,
		cli_say(c, "ce plugin n’a pas de formule",
			"this plugin is not calculated by a formula"));
	return CLI_REFUSED;
}

int cli_graph(struct cli *c)
{
	struct cli_file file;
	struct plugin p;
	int code = cli_load(&p, &file, c);
	char *text;

	if (code != CLI_FINE)
		return code;
	if (!p.graph) {
		code = no_formula(c, &p);
	} else if (c->json) {
		text = json_dumps(p.graph, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
		puts(text);
		free(text);
	} else {
		print_graph(c, &p);
	}
	plugin_free(&p);
	return code;
}

int cli_develop(struct cli *c)
{
	struct cli_file file;
	struct plugin p;
	int code = cli_load(&p, &file, c);

	if (code != CLI_FINE)
		return code;
	if (p.developed) {
		printf("formula = %s,\n", p.developed);
	} else {
		fprintf(stderr, "%s: %s\n", p.id,
			cli_say(c, "ce plugin n’utilise pas de modèle", "this plugin uses no recipe"));
		code = CLI_REFUSED;
	}
	plugin_free(&p);
	return code;
}
