/*
 * vigie plugin run, of a rule and of a mapper: what the one says of a report, what the other makes
 * of a table.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cli.h"

static void print(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17));

	puts(text);
	free(text);
}

/* The figures of the table as a report of this month and those before it.  Owned; NULL: *check->f
 * is set. */
static json_t *report_of(struct cli *c, struct check *check, const struct plugin *p,
			 const json_t *rows)
{
	json_t *figures = kind_figures(check, p->about, rows, c->period);

	return figures ? json_pack("{s:s, s:s, s:s, s:o}", "period", c->period, "territory",
				   c->territory ? c->territory : "75", "organisation", "",
				   "figures", figures)
		       : NULL;
}

static json_t *remark_json(const struct plugin_remark *r)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s?}", "level", r->stops ? "stop" : "warn",
			 "series", r->about, "dims", r->dims, "fr", r->fr, "en", r->en);
}

static bool validate(struct cli *c, struct check *check, const struct plugin *p, const json_t *rows)
{
	json_auto_t *report = report_of(c, check, p, rows), *list = json_array();
	struct plugin_remark *said;
	size_t count;

	if (!report || !plugin_validate(&said, &count, c->host, &c->arena, p, report, check->f))
		return false;
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(list, remark_json(&said[i]));
		if (!c->json)
			printf("%-5s %s%s%s  %s\n", said[i].stops ? "stop" : "warn", said[i].about,
			       *said[i].dims ? " " : "", said[i].dims,
			       c->lang == LANG_EN && said[i].en ? said[i].en : said[i].fr);
	}
	if (c->json)
		print(list);
	else if (count == 0)
		puts(cli_say(c, "Rien à dire de cette réponse.", "Nothing to say of this report."));
	return true;
}

static const char *text(const json_t *one, const char *field)
{
	const char *value = json_string_value(json_object_get(one, field));

	return value ? value : "";
}

static void show_row(const json_t *row)
{
	const json_t *value = json_object_get(row, "value");
	json_t *dims = json_object_get(row, "dims"), *member;
	const char *key;

	printf("%5lld  %-22s %-6s %-8s ", json_integer_value(json_object_get(row, "line")),
	       text(row, "series"), text(row, "territory"), text(row, "period"));
	if (value)
		printf("%12.10g", json_number_value(value));
	else
		printf("%12s", text(row, "state"));
	json_object_foreach(dims, key, member) printf("  %s=%s", key, json_string_value(member));
	if (*text(row, "organisation"))
		printf("  %s", text(row, "organisation"));
	putchar('\n');
}

static void show_remark(const struct cli *c, const json_t *one)
{
	const char *en = text(one, "en");

	printf("%5lld  %s%s%s : %s\n", json_integer_value(json_object_get(one, "line")),
	       text(one, "level"), *text(one, "column") ? " " : "", text(one, "column"),
	       c->lang == LANG_EN && *en ? en : text(one, "fr"));
}

static bool map(struct cli *c, struct check *check, const struct plugin *p, const json_t *table)
{
	json_auto_t *rows = kind_sheet(check, table), *out = NULL;
	json_auto_t *settings = plugin_settings(p->about, c->set, c->sets);
	const struct plugin_sheet sheet = { .rows = rows, .params = settings };
	const json_t *list;

	if (!rows || !plugin_map(&out, c->host, &c->arena, p, &sheet, check->f))
		return false;
	if (c->json) {
		print(out);
		return true;
	}
	list = json_object_get(out, "rows");
	for (size_t i = 0; i < json_array_size(list); i++)
		show_row(json_array_get(list, i));
	list = json_object_get(out, "remarks");
	for (size_t i = 0; i < json_array_size(list); i++)
		show_remark(c, json_array_get(list, i));
	printf("%zu %s, %zu %s\n", json_array_size(json_object_get(out, "rows")),
	       cli_say(c, "lignes", "rows"), json_array_size(list),
	       cli_say(c, "remarques. Rien n’est écrit.", "remarks. Nothing is written."));
	return true;
}

int cli_call(struct cli *c, const struct plugin *p, const struct cli_file *file)
{
	struct finding f = { 0 };
	struct check check = { .arena = &c->arena, .f = &f };
	json_auto_t *rows = NULL;
	struct cli_file data;
	bool ok;

	if (c->datas > 1) {
		fprintf(stderr, "--data %s: %s\n", c->data[1],
			cli_say(c, "une règle ou un lecteur lit un seul tableau",
				"a rule or a mapper reads one table"));
		return CLI_USAGE;
	}
	if (!cli_data(&data, c, c->data[0]))
		return CLI_REFUSED;
	check.source = data.text;
	check.len = data.len;
	rows = json_pack("{s:s, s:i}", "text", data.text, "line", 1);
	ok = rows &&
	     (p->kind == PLUGIN_RULE ? validate(c, &check, p, rows) : map(c, &check, p, rows));
	if (!ok)
		cli_finding(stderr, c, f.line > 0 ? &data : file, &f);
	return ok ? CLI_FINE : CLI_REFUSED;
}
