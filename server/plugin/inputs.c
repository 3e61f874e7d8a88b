/*
 * Inputs: what an indicator says it reads, checked against the catalogue of series and the
 * columns of each kind of row.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "column.h"
#include "graph.h"
#include "text.h"

#include "gen/plugin_options.inc"

enum { LOOKBACK_MAX = 120 };

static const char *const missing_modes[] = { VALUES_SeriesInput_missing, NULL };
static const char *const grains[] = { VALUES_SeriesInput_grain, NULL };

struct reading {
	struct check *c;
	const json_t *input;
	const char *name, *path;	/* of the input; "inputs.minors" */
	const json_t *params;
	const char *self;		/* id of the indicator */
};

static bool fail(struct reading *r, const char *field, enum finding_code code, const char *x,
		 const char *y, const char *z)
{
	return check_fail(r->c, *field ? check_path(r->c, r->path, field) : r->path, code, x, y, z);
}

/* `name` is one of `known`, or the finding `near` (with the nearest) or `none` (with them all). */
static bool named(struct reading *r, const char *field, const char *name, const char *const *known,
		  enum finding_code near, enum finding_code none)
{
	const char *like;

	for (size_t i = 0; known[i]; i++) {
		if (strcmp(known[i], name) == 0)
			return true;
	}
	like = text_nearest(name, known);
	return like ? fail(r, field, near, name, like, NULL) :
		      fail(r, field, none, name, join_names(r->c->arena, known), NULL);
}

/* ------------------------------------------------------------------ what several kinds share */

static bool columns_check(struct reading *r, const char *example)
{
	const json_t *list = json_object_get(r->input, "columns");
	const char *path = check_path(r->c, r->path, "columns");
	struct columns all;

	if (!list)
		return fail(r, "", V303, path, example, NULL);
	if (!json_is_array(list))
		return check_fail(r->c, path, V304, path, "@list", NULL);
	columns_of(&all, r->input);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i)), *near;

		if (!name)
			return check_fail(r->c, check_item(r->c, path, i), V304, path, "@text", NULL);
		if (!column_find(&all, name)) {
			near = text_nearest(name, all.name);
			return check_fail(r->c, check_item(r->c, path, i), V315, name,
					  near ? near : join_names(r->c->arena, all.name), NULL);
		}
		for (size_t k = 0; k < i; k++) {
			if (strcmp(name, json_string_value(json_array_get(list, k))) == 0)
				return check_fail(r->c, check_item(r->c, path, i), V325, path, name, NULL);
		}
	}
	return true;
}

static bool missing_check(struct reading *r)
{
	if (!json_object_get(r->input, "missing"))
		return fail(r, "", V316, r->name, NULL, NULL);
	return check_choice(r->c, r->input, r->path, "missing", true, missing_modes);
}

/* A number of periods, or the name of an integer parameter. */
static bool lookback_check(struct reading *r)
{
	const json_t *v = json_object_get(r->input, "lookback"), *def;
	const char *name = json_string_value(v), *type;

	if (!v)
		return true;
	if (json_is_integer(v) && json_integer_value(v) >= 1 && json_integer_value(v) <= LOOKBACK_MAX)
		return true;
	def = name ? json_object_get(r->params, name) : NULL;
	type = json_string_value(json_object_get(def, "type"));
	if (type && strcmp(type, "integer") == 0)
		return true;
	return fail(r, "lookback", V346, "lookback", r->name,
		    json_object_size(r->params) == 0 ? "@integer @from 1 @to 120" :
			    arena_printf(r->c->arena, "@integer @from 1 @to 120, %s",
					 join_keys(r->c->arena, r->params)));
}

/* ------------------------------------------------------------------ series */

static const struct series_def *series_of(struct reading *r)
{
	const char *id = json_string_value(json_object_get(r->input, "id"));

	if (!id)
		fail(r, "", V304, r->path, "@input", NULL);
	else if (named(r, "", id, catalogue_ids(), V340, V341))
		return catalogue_find(id);
	return NULL;
}

static bool dimension_known(struct reading *r, const char *field, const struct series_def *s,
			    const char *dimension)
{
	const struct dimension_def *dims[DIMENSIONS_MAX + 1];
	const char *names[DIMENSIONS_MAX + 1] = { NULL }, *near;
	int n = series_dimensions(dims, s);

	for (int i = 0; i < n; i++) {
		names[i] = dims[i]->id;
		if (strcmp(dims[i]->id, dimension) == 0)
			return true;
	}
	near = text_nearest(dimension, names);
	return fail(r, field, V342, s->id, dimension,
		    near ? near : n > 0 ? join_names(r->c->arena, names) : "–");
}

static bool member_known(struct reading *r, const char *field, const struct dimension_def *d,
			 const json_t *v)
{
	const char *word = json_string_value(v), *names[MEMBERS_MAX + 1] = { NULL }, *near;
	char *copy = arena_strdup(r->c->arena, d->words), *rest = NULL;
	size_t n = 0;

	if (!word)
		return fail(r, field, V304, check_path(r->c, r->path, field), "@text", NULL);
	if (text_in_list(word, d->words))
		return true;
	for (char *at = strtok_r(copy, " ", &rest); at && n < MEMBERS_MAX; at = strtok_r(NULL, " ", &rest))
		names[n++] = at;
	near = text_nearest(word, names);
	return fail(r, field, V343, d->id, word, near ? near : join_names(r->c->arena, names));
}

/* where = { age = "minor", sex = { "female", "male" } } */
static bool where_check(struct reading *r, const struct series_def *s)
{
	const json_t *where = json_object_get(r->input, "where");
	const char *key;
	json_t *v;

	if (where && (!json_is_object(where) || !is_table(where)))
		return fail(r, "where", V304, check_path(r->c, r->path, "where"), "@table", NULL);
	json_object_foreach((json_t *)(uintptr_t)where, key, v) {
		const char *at = arena_printf(r->c->arena, "where.%s", key);

		if (!dimension_known(r, at, s, key))
			return false;
		if (!json_is_array(v) && !member_known(r, at, dimension_find(key), v))
			return false;
		for (size_t i = 0; i < json_array_size(v); i++) {
			if (!member_known(r, at, dimension_find(key), json_array_get(v, i)))
				return false;
		}
	}
	return true;
}

/* dims and complete: lists of dimensions of the series. */
static bool dimensions_check(struct reading *r, const struct series_def *s, const char *field)
{
	const json_t *list = json_object_get(r->input, field);
	const char *path = check_path(r->c, r->path, field);

	if (!list || (json_is_object(list) && json_object_size(list) == 0))
		return true;
	if (!json_is_array(list))
		return check_fail(r->c, path, V304, path, "@list", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name)
			return check_fail(r->c, path, V304, path, "@text", NULL);
		if (!dimension_known(r, field, s, name))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(name, json_string_value(json_array_get(list, k))) == 0)
				return check_fail(r->c, path, V325, path, name, NULL);
		}
	}
	return true;
}

static bool series_check(struct reading *r)
{
	static const char *const known[] = { "kind", "id", OPTIONS_SeriesInput, NULL };
	static const char *const over[] = { VALUES_SeriesInput_agg, NULL };
	const struct series_def *s = series_of(r);

	return s && check_only(r->c, r->input, r->path, known) && where_check(r, s) &&
	       check_choice(r->c, r->input, r->path, "agg", false, over) &&
	       check_choice(r->c, r->input, r->path, "over_time", false, over) && missing_check(r) &&
	       lookback_check(r) && check_choice(r->c, r->input, r->path, "grain", false, grains) &&
	       dimensions_check(r, s, "dims") && dimensions_check(r, s, "complete") &&
	       check_text(r->c, r->input, r->path, "vintage", false, 40);
}

/* ------------------------------------------------------------------ the other kinds */

static bool actions_check(struct reading *r)
{
	static const char *const known[] = { "kind", OPTIONS_ActionsInput, NULL };

	return check_only(r->c, r->input, r->path, known) &&
	       columns_check(r, "columns = { \"status\", \"progress\" }") && missing_check(r) &&
	       check_choice(r->c, r->input, r->path, "grain", false, grains);
}

static bool blockers_check(struct reading *r)
{
	static const char *const known[] = { "kind", OPTIONS_BlockersInput, NULL };

	return check_only(r->c, r->input, r->path, known) &&
	       columns_check(r, "columns = { \"number\", \"opened_on\", \"closed_on\" }");
}

static bool cells_check(struct reading *r)
{
	static const char *const known[] = { "kind", NULL };

	return check_only(r->c, r->input, r->path, known);
}

static bool reference_check(struct reading *r)
{
	static const char *const known[] = { "kind", "id", OPTIONS_ReferenceInput, NULL };
	static const char *const ids[] = { "population", NULL };
	static const char *const years[] = { VALUES_ReferenceInput_year, NULL };
	const char *id = json_string_value(json_object_get(r->input, "id"));

	return named(r, "", id ? id : "?", ids, V344, V344) &&
	       check_only(r->c, r->input, r->path, known) &&
	       check_choice(r->c, r->input, r->path, "by", false, grains) &&
	       check_choice(r->c, r->input, r->path, "year", false, years);
}

static bool roster_check(struct reading *r)
{
	static const char *const known[] = { "kind", "id", OPTIONS_RosterInput, NULL };
	static const char *const ids[] = { "monthly_report", NULL };
	const char *id = json_string_value(json_object_get(r->input, "id"));

	return named(r, "", id ? id : "?", ids, V344, V344) &&
	       check_only(r->c, r->input, r->path, known) && lookback_check(r);
}

/* "plan.progress@2" */
static bool indicator_value_check(struct reading *r)
{
	static const char *const known[] = { "kind", "id", OPTIONS_IndicatorValueInput, NULL };
	const char *id = json_string_value(json_object_get(r->input, "id"));
	const char *at = id ? strchr(id, '@') : NULL, *name;
	size_t digits = at ? strspn(at + 1, "0123456789") : 0;

	if (!at || digits == 0 || digits > 4 || at[1 + digits] != '\0' || at == id)
		return fail(r, "", V345, id ? id : "?", NULL, NULL);
	name = arena_memdup(r->c->arena, id, (size_t)(at - id));
	if (!description_id(name))
		return fail(r, "", V345, id, NULL, NULL);
	if (strcmp(name, r->self) == 0)
		return fail(r, "", V347, id, NULL, NULL);
	return check_only(r->c, r->input, r->path, known) && missing_check(r) && lookback_check(r);
}

static bool input_check(struct reading *r)
{
	static const struct {
		const char *kind;
		bool (*check)(struct reading *r);
	} kinds[] = { { "actions", actions_check },	{ "series", series_check },
		      { "reference", reference_check }, { "roster", roster_check },
		      { "blockers", blockers_check },	{ "cells", cells_check },
		      { "indicator_value", indicator_value_check } };
	const char *kind = json_string_value(json_object_get(r->input, "kind"));

	for (size_t i = 0; kind && is_tagged(r->input, "input") && i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].check(r);
	}
	return fail(r, "", V304, r->path, "@input", NULL);
}

bool inputs_check(struct check *c, const json_t *raw)
{
	const json_t *inputs = json_object_get(raw, "inputs");
	const char *key;
	json_t *input;

	if (!inputs)
		return check_fail(c, "", V303, "inputs",
				  "inputs = { actions = actions { columns = { \"status\" }, missing = \"carry\" } }",
				  NULL);
	if (!json_is_object(inputs) || !is_table(inputs) || json_object_size(inputs) == 0)
		return check_fail(c, "inputs", V304, "inputs", "@table", NULL);
	json_object_foreach((json_t *)(uintptr_t)inputs, key, input) {
		struct reading r = { .c = c, .input = input, .name = key,
				     .path = check_path(c, "inputs", key),
				     .params = json_object_get(raw, "params"),
				     .self = json_string_value(json_object_get(raw, "id")) };

		if (!input_check(&r))
			return false;
	}
	return true;
}

/* ------------------------------------------------------------------ as data */

static void default_text(json_t *input, const char *field, const char *text)
{
	if (!json_object_get(input, field))
		json_object_set_new(input, field, json_string(text));
}

/* {"age":"minor"} becomes {"age":["minor"]}. */
static void lists_of_members(json_t *where)
{
	const char *key;
	json_t *v;

	json_object_foreach(where, key, v) {
		if (json_is_string(v))
			json_object_set_new(where, key, json_pack("[O]", v));
	}
}

static void settle_series(json_t *input)
{
	const struct series_def *s = catalogue_find(json_string_value(json_object_get(input, "id")));
	const char *territories = strcmp(s->over_territories, "none") == 0 ? "last" : s->over_territories;
	const char *time = strcmp(s->over_time, "none") == 0 ? "last" : s->over_time;

	default_text(input, "agg", territories);
	default_text(input, "over_time", time);
	default_text(input, "vintage", "retained");
	if (!json_is_object(json_object_get(input, "where")))
		json_object_set_new(input, "where", json_object());
	lists_of_members(json_object_get(input, "where"));
	for (int i = 0; i < 2; i++) {
		const char *field = i == 0 ? "dims" : "complete";

		if (!json_is_array(json_object_get(input, field)))
			json_object_set_new(input, field, json_array());
	}
}

/* What rows of the input hold; a series has its declared dimensions only. */
static json_t *row_columns(const json_t *input)
{
	json_t *out = json_array();
	const json_t *dims = json_object_get(input, "dims");
	bool series = dims != NULL;
	struct columns all;

	columns_of(&all, input);
	for (size_t i = 0; i < all.count; i++) {
		const char *name = all.at[i].name;
		bool plain = strcmp(name, "territory") == 0 || strcmp(name, "period") == 0;
		bool wanted = !series || plain;

		for (size_t k = 0; k < json_array_size(dims) && !wanted; k++)
			wanted = strcmp(name, json_string_value(json_array_get(dims, k))) == 0;
		if (wanted || strcmp(name, "value") == 0)
			json_array_append_new(out, json_string(name));
	}
	return out;
}

void inputs_settle(json_t *about)
{
	const char *key;
	json_t *input;

	json_object_foreach(json_object_get(about, "inputs"), key, input) {
		if (strcmp(json_string_value(json_object_get(input, "kind")), "series") == 0)
			settle_series(input);
		if (!json_object_get(input, "columns"))
			json_object_set_new(input, "columns", row_columns(input));
	}
}

const char *input_source(struct arena *a, const json_t *input)
{
	const char *kind = json_string_value(json_object_get(input, "kind"));
	const char *id = json_string_value(json_object_get(input, "id"));

	return id ? arena_memdup(a, id, strcspn(id, "@")) : kind;
}

bool plugin_has_level(const json_t *about, const char *level)
{
	const json_t *levels = json_object_get(about, "levels");

	for (size_t i = 0; i < json_array_size(levels); i++)
		if (strcmp(json_string_value(json_array_get(levels, i)), level) == 0)
			return true;
	return false;
}

size_t plugin_lookback(const json_t *about, const json_t *input, const json_t *params)
{
	const json_t *v = json_object_get(input, "lookback"), *def, *given;
	json_auto_t *value = NULL;
	json_int_t n;

	if (!v)
		return 0;
	if (json_is_string(v)) {
		def = json_object_get(json_object_get(about, "params"), json_string_value(v));
		given = json_object_get(params, json_string_value(v));
		value = given ? param_value(def, given) : NULL;
		v = value ? value : json_object_get(def, "default");
	}
	n = json_integer_value(v);
	return n < 1 ? 1 : n > GRAPH_BACK_MAX ? GRAPH_BACK_MAX : (size_t)n;
}
