/*
 * Kinds: the descriptions of rules and mappers, and the tables of their tests.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "clock.h"
#include "column.h"
#include "remark.h"
#include "text.h"

#include "gen/plugin_options.inc"

enum { SERIES_MAX = 60 };

const char *plugin_kind_name(enum plugin_kind kind)
{
	static const char *const names[] = { "indicator", "rule", "mapper", "alert" };

	return names[kind];
}

static bool is_word(const struct token *t, const char *word)
{
	return !t->literal && t->len == strlen(word) && memcmp(t->word, word, t->len) == 0;
}

enum plugin_kind plugin_kind_of(struct arena *a, const char *source, size_t len)
{
	struct token *at;
	size_t count = source_tokens(&at, a, source, len);

	for (size_t i = 0; i + 2 < count; i++) {
		if (!is_word(&at[i], "return") || !is_word(&at[i + 2], "{"))
			continue;
		for (int kind = PLUGIN_INDICATOR; kind <= PLUGIN_ALERT; kind++)
			if (is_word(&at[i + 1], plugin_kind_name((enum plugin_kind)kind)))
				return (enum plugin_kind)kind;
	}
	return PLUGIN_INDICATOR;
}

/* ------------------------------------------------------------------ descriptions */

static bool series_check(struct check *c, const json_t *raw)
{
	const json_t *list = json_object_get(raw, "series");

	if (!list)
		return check_fail(c, "", V303, "series", "series = { \"clients.fines\" }", NULL);
	if (!json_is_array(list))
		return check_fail(c, "series", V304, "series", "@list", NULL);
	if (json_array_size(list) > SERIES_MAX)
		return check_fail(c, "series", V318, "series", "60", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i)), *near;
		const char *path = check_item(c, "series", i);

		if (!id)
			return check_fail(c, path, V304, path, "@text", NULL);
		if (!catalogue_find(id)) {
			near = text_nearest(id, catalogue_ids());
			return near ? check_fail(c, path, V340, id, near, NULL)
				    : check_fail(c, path, V341, id,
						 join_names(c->arena, catalogue_ids()), NULL);
		}
		for (size_t k = 0; k < i; k++)
			if (strcmp(id, json_string_value(json_array_get(list, k))) == 0)
				return check_fail(c, path, V325, "series", id, NULL);
	}
	return true;
}

static bool columns_check(struct check *c, const json_t *raw)
{
	const json_t *list = json_object_get(raw, "columns");

	if (!list)
		return check_fail(c, "", V303, "columns", "columns = { \"Département\", \"Mois\" }",
				  NULL);
	if (!json_is_array(list))
		return check_fail(c, "columns", V304, "columns", "@list", NULL);
	if (json_array_size(list) > COLUMNS_MAX)
		return check_fail(c, "columns", V318, "columns", "40", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		const char *path = check_item(c, "columns", i);

		if (!name || !*name || !text_plain(name))
			return check_fail(c, path, V304, path, "@text", NULL);
		if (text_length(name) > COLUMN_CHARS)
			return check_fail(c, path, V323, path, "80", NULL);
		for (size_t k = 0; k < i; k++)
			if (strcmp(name, json_string_value(json_array_get(list, k))) == 0)
				return check_fail(c, path, V325, "columns", name, NULL);
	}
	return true;
}

static bool function_check(struct check *c, const json_t *raw, const char *field,
			   enum finding_code absent)
{
	const json_t *f = json_object_get(raw, field);

	if (!f)
		return check_fail(c, "", absent, NULL, NULL, NULL);
	return is_tagged(f, "function") || check_fail(c, field, V304, field, "@function", NULL);
}

bool kind_check(struct check *c, json_t **about, enum plugin_kind kind, const char *id,
		const json_t *raw)
{
	static const char *const rule[] = { OPTIONS_Rule, NULL };
	static const char *const mapper[] = { OPTIONS_Mapper, NULL };
	bool maps = kind == PLUGIN_MAPPER;

	*about = NULL;
	if (!check_only(c, raw, "", maps ? mapper : rule) || !description_named(c, raw, id) ||
	    (maps && !columns_check(c, raw)) || !series_check(c, raw) ||
	    !function_check(c, raw, maps ? "row" : "validate", maps ? V349 : V348) ||
	    !description_changelog(c, raw))
		return false;
	*about = description_plain(raw);
	return true;
}

/* ------------------------------------------------------------------ the table of a rule's test */

/* The series of the rule as an input whose rows are figures of reports.  Owned. */
static json_t *report_input(struct check *c, const json_t *about)
{
	const json_t *series = json_object_get(about, "series");
	char *words = arena_strdup(c->arena, "");

	for (size_t i = 0; i < json_array_size(series); i++)
		words = arena_printf(c->arena, "%s%s%s", words, i ? " " : "",
				     json_string_value(json_array_get(series, i)));
	return json_pack("{s:s, s:[s, s], s:O, s:s}", "kind", "report", "columns", "series",
			 "value", "series", series, "words", words);
}

/* "age=minor;sex=female" of row `r`, in the order of the dimensions' names; NULL: one is missing,
 * or too many. */
static const char *row_dims(struct check *c, const json_t *table, size_t r,
			    const struct series_def *def)
{
	const struct dimension_def *dims[DIMENSIONS_MAX + 1];
	char *out = arena_strdup(c->arena, "");
	int n = series_dimensions(dims, def);

	for (int i = 1; i < n; i++) /* few enough */
		for (int k = i; k > 0 && strcmp(dims[k - 1]->id, dims[k]->id) > 0; k--) {
			const struct dimension_def *swap = dims[k];

			dims[k] = dims[k - 1];
			dims[k - 1] = swap;
		}
	for (int i = 0; i < n; i++) {
		const char *member =
		    json_string_value(json_array_get(json_object_get(table, dims[i]->id), r));

		if (dims[i]->derived)
			continue;
		if (!member) {
			finding_set(c->f, V343, 0, dims[i]->id, "@nothing", dims[i]->words);
			return NULL;
		}
		out =
		    arena_printf(c->arena, "%s%s%s=%s", out, *out ? ";" : "", dims[i]->id, member);
	}
	return out;
}

/* How many months `then` is before `now`; -1: it is after, or no month. */
static int months_before(const char *then, const char *now)
{
	int32_t first, last, from, to;

	if (!period_days(&first, &last, then) || !period_days(&from, &to, now) || first > from)
		return -1;
	return (atoi(now) - atoi(then)) * 12 + atoi(now + 5) - atoi(then + 5);
}

json_t *kind_figures(struct check *c, const json_t *about, const json_t *rows, const char *period)
{
	json_auto_t *input = report_input(c, about);
	json_auto_t *table = fixture_parse(c, rows, input);
	const json_t *periods = json_object_get(table, "period"),
		     *states = json_object_get(table, "state");
	json_t *out = json_array();

	for (size_t r = 0; table && r < json_array_size(json_object_get(table, "series")); r++) {
		const char *code =
		    json_string_value(json_array_get(json_object_get(table, "series"), r));
		const char *then = json_string_value(json_array_get(periods, r));
		const char *state = json_string_value(json_array_get(states, r));
		json_t *value = json_array_get(json_object_get(table, "value"), r);
		int ago = months_before(then ? then : period, period);
		const char *dims = code ? row_dims(c, table, r, catalogue_find(code)) : NULL;

		if (!code)
			finding_set(c->f, V332, 0, "series", "",
				    json_string_value(json_object_get(input, "words")));
		else if (ago < 0 || ago > BACK_MAX)
			finding_set(c->f, V336, 0, then, period);
		if (c->f->code != FINDING_NONE)
			break;
		json_array_append_new(out, json_pack("{s:i, s:s, s:s, s:s, s:O*}", "ago", ago,
						     "series", code, "dims", dims, "state",
						     state		     ? state
						     : json_is_number(value) ? "value"
									     : "empty",
						     "value",
						     state || json_is_null(value) ? NULL : value));
	}
	if (c->f->code == FINDING_NONE)
		return out;
	/* its words are those of the input and of the table, which end here */
	finding_keep(c->f, c->arena);
	json_decref(out);
	return NULL;
}

/* ------------------------------------------------------------------ the table of a mapper's test
 */

json_t *kind_sheet(struct check *c, const json_t *rows)
{
	const char *at = json_string_value(json_object_get(rows, "text"));
	struct fixture_line head = { 0 }, l;
	json_t *out = json_array();
	int line = fixture_first_line(c, rows), place = 0;

	for (; at && *at; line++) {
		size_t len = strcspn(at, "\n");

		if (strspn(at, " \t\r") < len) {
			json_t *cells;

			fixture_split(&l, c->arena, at, len);
			place++;
			if (l.cells > FIXTURE_WIDTH_MAX) {
				finding_set(c->f, V318, line, "rows", "40");
				break;
			}
			if (place == 1) {
				head = l;
			} else if (l.cells != head.cells) {
				finding_set(c->f, V333, line,
					    arena_printf(c->arena, "%zu", l.cells),
					    arena_printf(c->arena, "%zu", head.cells));
				break;
			} else {
				cells = json_object();
				for (size_t i = 0; i < l.cells; i++)
					json_object_set_new(cells, head.cell[i],
							    *l.cell[i] ? json_string(l.cell[i])
								       : json_null());
				json_array_append_new(
				    out, json_pack("{s:i, s:o}", "line", place, "cells", cells));
			}
		}
		at += len + (at[len] == '\n');
	}
	if (c->f->code == FINDING_NONE)
		return out;
	json_decref(out);
	return NULL;
}
