/*
 * vigie plugin run: computes cells from a table in a file, as fixtures are written.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "cli.h"
#include "clock.h"
#include "evaluate.h"
#include "gather.h"

/* What --data gives: the table of the inputs of that name or source; `name` "": of the one source there is. */
struct table {
	const char *name;
	struct cli_file file;
};

/* The territories of the tables that the level can tell apart; --territory names one. */
static json_t *territories(const struct cli *c, const json_t *tables)
{
	json_t *out = json_array(), *table;
	const char *name;

	if (c->territory || strcmp(c->level, "national") == 0) {
		json_array_append_new(out, json_string(c->territory ? c->territory : "FR"));
		return out;
	}
	json_object_foreach((json_t *)(uintptr_t)tables, name, table) {
		const json_t *given = json_object_get(table, "territory");

		for (size_t i = 0; i < json_array_size(given); i++) {
			const char *code = json_string_value(json_array_get(given, i));
			bool known = !code || !territory_known(code, c->level);

			for (size_t k = 0; k < json_array_size(out) && !known; k++)
				known = strcmp(json_string_value(json_array_get(out, k)), code) == 0;
			if (!known)
				json_array_append_new(out, json_string(code));
		}
	}
	return out;
}

/* "name=FILE", or "FILE". */
static bool table_read(struct table *out, struct cli *c, const char *given)
{
	size_t len = strcspn(given, "=");
	bool named = given[len] != '\0' && access(given, F_OK) != 0;

	out->name = named ? arena_memdup(&c->arena, given, len) : "";
	return cli_data(&out->file, c, named ? given + len + 1 : given);
}

static bool is_for(struct cli *c, const struct table *t, const char *name, const json_t *input)
{
	return !*t->name || strcmp(t->name, name) == 0 || strcmp(t->name, input_source(&c->arena, input)) == 0;
}

/* Each table has its inputs, and no input two tables. */
static bool tables_fit(struct cli *c, const struct plugin *p, const struct table *tables)
{
	json_auto_t *sources = json_object();
	bool used[CLI_TABLES_MAX] = { false }, fit = true;
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(p->about, "inputs"), name, input) {
		int given = 0;

		json_object_set_new(sources, input_source(&c->arena, input), json_true());
		for (int i = 0; i < c->datas; i++) {
			given += is_for(c, &tables[i], name, input);
			used[i] = used[i] || is_for(c, &tables[i], name, input);
		}
		fit = fit && given <= 1;
	}
	for (int i = 0; i < c->datas; i++)
		fit = fit && used[i] && (*tables[i].name || json_object_size(sources) == 1);
	if (!fit)
		fprintf(stderr, "%s%s%s%s%s\n", cli_say(c, "Ce plugin lit ", "This plugin reads "),
			join_keys(&c->arena, sources),
			cli_say(c, " : donnez à chacun un tableau au plus, --data ",
				": give each one table at most, --data "),
			json_object_iter_key(json_object_iter(sources)), cli_say(c, "=FICHIER.", "=FILE."));
	return fit;
}

/* The rows that every input is given, by its name. */
static json_t *tables_of(struct cli *c, const struct plugin *p, const struct table *tables, struct finding *f)
{
	json_t *out = json_object(), *input;
	const char *name;

	json_object_foreach(json_object_get(p->about, "inputs"), name, input) {
		json_t *read = NULL;

		for (int i = 0; i < c->datas && f->code == FINDING_NONE; i++) {
			const struct cli_file *file = &tables[i].file;
			struct check check = { .arena = &c->arena, .source = file->text, .len = file->len, .f = f };
			json_auto_t *rows = json_pack("{s:s, s:i}", "text", file->text, "line", 1);

			if (!is_for(c, &tables[i], name, input))
				continue;
			read = fixture_parse(&check, rows, input);
			if (!read)
				cli_finding(stderr, c, file, f);
		}
		json_object_set_new(out, name, read ? read : json_object());
	}
	return out;
}

/* The rows of every input for one cell. */
static json_t *rows_of(struct arena *a, const struct plugin *p, const json_t *tables, const struct want *w)
{
	json_t *out = json_object(), *input;
	const char *name;

	json_object_foreach(json_object_get(p->about, "inputs"), name, input)
		json_object_set_new(out, name, gather_rows(a, input, json_object_get(tables, name), w));
	return out;
}

/* The day until which the run knows. */
static int32_t known_day(const struct cli *c)
{
	int32_t from, last = 0, day;

	if (!period_days(&from, &last, c->period))
		return 0;
	return c->as_of && day_parse(&day, c->as_of) && day < last ? day : last;
}

/* The cells asked for, without rows when a formula computes them. */
static json_t *cells_of(struct cli *c, const struct plugin *p, const json_t *tables, const json_t *params)
{
	struct finding wrong = { 0 };		/* plugin_run() will tell it */
	struct check quiet = { .arena = &c->arena, .source = "", .f = &wrong };
	json_auto_t *resolved = params_resolve(&quiet, json_object_get(p->about, "params"), params, "params");
	json_auto_t *where = territories(c, tables);
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(where); i++) {
		const char *code = json_string_value(json_array_get(where, i));
		struct want w = { .territory = code, .level = c->level, .period = c->period, .as_of = known_day(c),
				  .about = p->about, .params = resolved };
		json_t *cell = json_pack("{s:s, s:s, s:s, s:s*}", "territory", code, "level", c->level,
					 "period", c->period, "as_of", c->as_of);

		if (!p->graph)
			json_object_set_new(cell, "rows", rows_of(&c->arena, p, tables, &w));
		json_array_append_new(out, cell);
	}
	return out;
}

/* A formula: traced with these parameters, evaluated on the tables. */
static bool evaluate_cells(struct plugin_cell **out, struct cli *c, const struct plugin *p,
			   const json_t *tables, const json_t *cells, const json_t *params, struct finding *f)
{
	const struct plugin_view view = { .level = c->level, .params = params, .as_of = known_day(c) };
	json_auto_t *graph = NULL;
	struct evaluation e = { .p = p, .tables = tables, .level = c->level, .first = c->period,
				.last = c->period, .home = c->territory ? c->territory : "FR" };

	*out = arena_alloc(&c->arena, (json_array_size(cells) + 1) * sizeof **out);
	if (!plugin_trace(&graph, c->host, &c->arena, p, &view, f))
		return false;
	e.graph = graph;
	if (!evaluate(&e, &c->arena, f))
		return false;
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const char *where = json_string_value(json_object_get(json_array_get(cells, i), "territory"));

		if (!evaluated_cell(&(*out)[i], &c->arena, &e, where, c->period, NULL, f))
			return false;
	}
	return true;
}

static json_t *cell_json(const struct plugin_cell *cell, const json_t *about)
{
	json_t *out = json_pack("{s:O, s:O, s:s}", "territory", json_object_get(about, "territory"),
				"period", json_object_get(about, "period"), "state",
				cell->state == CELL_VALUE   ? "value" :
				cell->state == CELL_MISSING ? "missing" :
							      "not_applicable");

	if (cell->state == CELL_VALUE)
		json_object_set_new(out, "value", json_real(cell->value));
	if (cell->has & HAS_NUMERATOR)
		json_object_set_new(out, "numerator", json_real(cell->numerator));
	if (cell->has & HAS_DENOMINATOR)
		json_object_set_new(out, "denominator", json_real(cell->denominator));
	if (cell->has & HAS_LOW)
		json_object_set_new(out, "low", json_real(cell->low));
	if (cell->has & HAS_HIGH)
		json_object_set_new(out, "high", json_real(cell->high));
	if (cell->extra)
		json_object_set_new(out, "extra", json_loads(cell->extra, 0, NULL));
	if (cell->reason)
		json_object_set_new(out, "reason", json_string(cell->reason));
	if (cell->sentence)
		json_object_set_new(out, "sentence", json_string(cell->sentence));
	return out;
}

static void show(const struct cli *c, const struct plugin *p, const json_t *cells,
		 const struct plugin_cell *out)
{
	int decimals = (int)json_integer_value(json_object_get(p->about, "decimals"));
	const char *unit = json_string_value(json_object_get(p->about, "unit"));
	json_t *list = json_array();
	char *text;

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *about = json_array_get(cells, i);
		const char *where = json_string_value(json_object_get(about, "territory"));

		json_array_append_new(list, cell_json(&out[i], about));
		if (c->json)
			continue;
		if (out[i].state == CELL_VALUE)
			printf("%-8s %-8s %14.*f %s%s%s\n", where, c->period, decimals, out[i].value, unit,
			       out[i].extra ? "  " : "", out[i].extra ? out[i].extra : "");
		else
			printf("%-8s %-8s %14s %s\n", where, c->period, "–",
			       out[i].sentence ? out[i].sentence :
			       out[i].reason   ? out[i].reason :
						 "not_applicable");
	}
	if (c->json) {
		text = json_dumps(list, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
		puts(text);
		free(text);
	}
	json_decref(list);
}

/* A rule needs a month, an indicator a period, a mapper none: each line of its table has its own. */
static bool whole(const struct cli *c, const struct plugin *p)
{
	int32_t first, last;

	return p->kind == PLUGIN_MAPPER ||
	       (c->period && period_days(&first, &last, c->period) &&
		(p->kind != PLUGIN_RULE || strcmp(period_frequency(c->period), "month") == 0));
}

/* A table has no past: --as-of is the day until which an indicator looks, and only that. */
static bool day_fits(const struct cli *c, const struct plugin *p)
{
	int32_t day;

	if (!c->as_of || (p->kind == PLUGIN_INDICATOR && day_parse(&day, c->as_of)))
		return true;
	fprintf(stderr, "--as-of %s: %s\n", c->as_of,
		p->kind == PLUGIN_INDICATOR ?
			cli_say(c, "écrivez un jour, 2026-03-31", "write a day, 2026-03-31") :
			cli_say(c, "seul un indicateur regarde jusqu’à un jour",
				"only an indicator looks until a day"));
	return false;
}

static const char *const levels[] = { "national", "region", "department" };

/* The level that is asked for, that of the territory, or else the highest of the indicator's; NULL: none. */
static const char *level_of(const struct cli *c, const struct plugin *p)
{
	const char *level = c->level;

	for (int i = 0; i < 3 && !level; i++)
		if (c->territory ? territory_known(c->territory, levels[i]) : plugin_has_level(p->about, levels[i]))
			level = levels[i];
	return level;
}

static bool wrong(const char *option, const char *given, const char *said, const char *right)
{
	fprintf(stderr, "%s %s: %s %s\n", option, given, said, right);
	return false;
}

/* A territory of its level, which the indicator has. */
static bool territory_fits(struct cli *c, const struct plugin *p)
{
	const char *level = level_of(c, p);

	if (!level)
		return wrong("--territory", c->territory, cli_say(c, "territoire inconnu, écrivez", "unknown, write"),
			     "FR, REG-93, 01, 2A, 971");
	if (!plugin_has_level(p->about, level))
		return wrong(c->level ? "--level" : "--territory", c->level ? level : c->territory,
			     cli_say(c, "cet indicateur a les niveaux", "this indicator has the levels"),
			     join_items(&c->arena, json_object_get(p->about, "levels")));
	if (c->territory && !territory_known(c->territory, level))
		return wrong("--territory", c->territory,
			     cli_say(c, "pas un territoire de ce niveau ; il s’écrit",
				     "no territory of this level; it is written"),
			     strcmp(level, "national") == 0 ? "FR" :
			     strcmp(level, "region") == 0   ? "REG-93" :
							      "01, 2A, 971");
	c->level = level;
	return true;
}

/* What an indicator is computed for; another kind has no levels. */
static bool place_fits(struct cli *c, const struct plugin *p)
{
	const char *own = json_string_value(json_object_get(p->about, "frequency"));

	if (p->kind != PLUGIN_INDICATOR)
		return !c->level || wrong("--level", c->level, cli_say(c, "seul un indicateur a des niveaux",
								       "only an indicator has levels"), "");
	if (strcmp(period_frequency(c->period), own) != 0)
		return wrong("--period", c->period,
			     cli_say(c, "une période de cet indicateur s’écrit",
				     "a period of this indicator is written"), period_example(own));
	return territory_fits(c, p);
}

static int usage(const struct cli *c)
{
	if (c->datas > 0 && c->period) {
		fprintf(stderr, "--period %s: %s\n", c->period,
			cli_say(c, "écrivez 2026-03 pour un mois ; sauf pour une règle, 2026-Q1 ou 2026",
				"write 2026-03 for a month; but for a rule, 2026-Q1 or 2026"));
		return CLI_USAGE;
	}
	fputs(cli_say(c,
		      "Indiquez --data TABLEAU (un fichier écrit comme les tests) et, sauf pour un lecteur, "
		      "--period, par exemple --period 2026-03.\n",
		      "Give --data TABLE (a file written as tests are) and, but for a mapper, --period, "
		      "for example --period 2026-03.\n"),
	      stderr);
	return CLI_USAGE;
}

/* A table may come from anywhere, a pipe included: whoever names it is there to write to it. */
bool cli_data(struct cli_file *out, struct cli *c, const char *path)
{
	char *text = arena_alloc(&c->arena, PLUGIN_SOURCE_MAX + 2);
	FILE *in = fopen(path, "rb");
	bool ok = in != NULL;

	*out = (struct cli_file){ .path = path, .id = path, .text = text };
	if (in) {
		out->len = fread(text, 1, PLUGIN_SOURCE_MAX + 1, in);
		ok = !ferror(in);
		fclose(in);
	}
	if (!ok)
		cli_unreadable(c, path);
	return ok;
}

static int compute(struct cli *c, const struct plugin *p, const struct cli_file *file)
{
	struct table given[CLI_TABLES_MAX];
	struct finding f = { 0 };
	struct plugin_cell *out;
	json_auto_t *tables = NULL, *params = NULL, *cells = NULL;
	bool ok;

	for (int i = 0; i < c->datas; i++)
		if (!table_read(&given[i], c, c->data[i]))
			return CLI_REFUSED;
	if (!tables_fit(c, p, given))
		return CLI_USAGE;
	tables = tables_of(c, p, given, &f);
	if (f.code != FINDING_NONE)
		return CLI_REFUSED;
	params = plugin_settings(p->about, c->set, c->sets);
	cells = cells_of(c, p, tables, params);
	ok = p->graph ? evaluate_cells(&out, c, p, tables, cells, params, &f) :
			plugin_run(&out, c->host, &c->arena, p,
				   &(struct plugin_job){ .cells = cells, .params = params }, &f);
	if (ok)
		show(c, p, cells, out);
	else
		cli_finding(stderr, c, file, &f);
	return ok ? CLI_FINE : CLI_REFUSED;
}

int cli_run(struct cli *c)
{
	struct finding f = { 0 };
	struct cli_file file;
	struct plugin p;
	int code;

	if (c->datas == 0)
		return usage(c);
	if (!cli_read(&file, c, c->what))
		return CLI_REFUSED;
	if (!plugin_check(&p, c->host, &c->arena, file.id, file.text, file.len, &f)) {
		cli_finding(stderr, c, &file, &f);
		return CLI_CHECK;
	}
	if (p.kind == PLUGIN_ALERT) {
		finding_set(&f, V604, 0, json_string_value(json_object_get(p.about, "on")));
		cli_finding(stderr, c, &file, &f);
		plugin_free(&p);
		return CLI_REFUSED;
	}
	code = !day_fits(c, &p)		      ? CLI_USAGE :
	       !whole(c, &p)		      ? usage(c) :
	       !place_fits(c, &p)	      ? CLI_USAGE :
	       p.kind == PLUGIN_INDICATOR ? compute(c, &p, &file) :
					    cli_call(c, &p, &file);
	plugin_free(&p);
	return code;
}
