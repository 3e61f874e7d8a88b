/*
 * Parameters: their declarations, and the values a run is given.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"

#include "gen/plugin_options.inc"

static bool is_number(const json_t *v)
{
	return json_is_integer(v) || json_is_real(v);
}

static bool is_day(int32_t *day, const json_t *v)
{
	return json_is_string(v) && day_parse(day, json_string_value(v));
}

/* The day of a parameter within its bounds, which were checked before. */
static bool day_within(int32_t *day, const json_t *def, const json_t *v)
{
	int32_t min, max;

	return is_day(day, v) && (!is_day(&min, json_object_get(def, "min")) || *day >= min) &&
	       (!is_day(&max, json_object_get(def, "max")) || *day <= max);
}

static bool within(const json_t *def, const json_t *v)
{
	const json_t *min = json_object_get(def, "min"), *max = json_object_get(def, "max");

	return (!min || json_number_value(v) >= json_number_value(min)) &&
	       (!max || json_number_value(v) <= json_number_value(max));
}

static bool department_list(const json_t *v)
{
	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *code = json_string_value(json_array_get(v, i));

		if (!code || !territory_known(code, "department"))
			return false;
	}
	return json_is_array(v) || (json_is_object(v) && json_object_size(v) == 0);
}

static bool one_of(const json_t *choices, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(choices); i++) {
		if (json_equal(json_array_get(choices, i), (json_t *)(uintptr_t)v))
			return true;
	}
	return false;
}

json_t *param_value(const json_t *def, const json_t *given)
{
	const char *type = json_string_value(json_object_get(def, "type"));
	json_t *v = (json_t *)(uintptr_t)given;
	int32_t day;

	if (strcmp(type, "integer") == 0)
		return json_is_integer(v) && within(def, v) ? json_incref(v) : NULL;
	if (strcmp(type, "number") == 0)
		return is_number(v) && within(def, v) ? json_incref(v) : NULL;
	if (strcmp(type, "boolean") == 0)
		return json_is_boolean(v) ? json_incref(v) : NULL;
	if (strcmp(type, "choice") == 0)
		return one_of(json_object_get(def, "choices"), v) ? json_incref(v) : NULL;
	if (strcmp(type, "departments") == 0)
		return !department_list(v) ? NULL : json_is_array(v) ? json_incref(v) : json_array();
	return day_within(&day, def, v) ? json_integer(day) : NULL;
}

static const char *bound(struct arena *a, const json_t *v)
{
	return !v ? NULL : json_is_string(v) ? json_string_value(v) : arena_printf(a, "%.12g", json_number_value(v));
}

static const char *between(struct arena *a, const json_t *def, const char *word)
{
	const char *min = bound(a, json_object_get(def, "min")), *max = bound(a, json_object_get(def, "max"));

	if (min && max)
		return arena_printf(a, "%s @from %s @to %s", word, min, max);
	return min ? arena_printf(a, "%s, @at_least %s", word, min) :
	       max ? arena_printf(a, "%s, @at_most %s", word, max) :
		     word;
}

const char *param_expected(struct arena *a, const json_t *def)
{
	const char *type = json_string_value(json_object_get(def, "type"));

	if (strcmp(type, "choice") == 0)
		return arena_printf(a, "@choices %s", join_items(a, json_object_get(def, "choices")));
	if (strcmp(type, "departments") == 0)
		return "@departments";
	if (strcmp(type, "date") == 0)
		return between(a, def, "@day");
	return strcmp(type, "integer") == 0 ? between(a, def, "@integer") :
	       strcmp(type, "number") == 0  ? between(a, def, "@number") :
					      "@boolean";
}

/* Every parameter with what it accepts, as an argument of a finding. */
static const char *all_expected(struct arena *a, const json_t *defs)
{
	const char *out = NULL, *key;
	json_t *def;

	json_object_foreach((json_t *)(uintptr_t)defs, key, def)
		out = arena_printf(a, "%s %s (%s)", out ? arena_printf(a, "%s,", out) : "@", key,
				   param_expected(a, def));
	return out ? out : "@none";
}

static bool is_bound(const json_t *v, const char *type)
{
	int32_t day;

	return strcmp(type, "date") == 0    ? is_day(&day, v) :
	       strcmp(type, "integer") == 0 ? json_is_integer(v) :
					      is_number(v);
}

static bool bounds(struct check *c, const json_t *def, const char *path, const char *type)
{
	static const char *const names[] = { "min", "max" };
	const char *what = strcmp(type, "date") == 0 ? "@day" : strcmp(type, "integer") == 0 ? "@integer" : "@number";

	for (int i = 0; i < 2; i++) {
		const json_t *v = json_object_get(def, names[i]);
		const char *at = check_path(c, path, names[i]);

		if (v && !is_bound(v, type))
			return check_fail(c, at, V304, at, what, NULL);
	}
	return true;
}

static bool param_check(struct check *c, const json_t *def, const char *path)
{
	static const char *const numeric[] = { "type", OPTIONS_NumberParam, NULL };
	static const char *const dated[] = { "type", OPTIONS_DateParam, NULL };
	static const char *const choice[] = { "type", OPTIONS_ChoiceParam, NULL };
	static const char *const plain[] = { "type", OPTIONS_BooleanParam, NULL };
	const char *type = json_string_value(json_object_get(def, "type"));
	bool number, words, date;
	json_t *v;

	if (!is_tagged(def, "param") || !type)
		return check_fail(c, path, V304, path, "@param", NULL);
	number = strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
	date = strcmp(type, "date") == 0;
	words = strcmp(type, "choice") == 0;
	if (!check_only(c, def, path, number ? numeric : date ? dated : words ? choice : plain) ||
	    ((number || date) && !bounds(c, def, path, type)))
		return false;
	if (words && json_array_size(json_object_get(def, "choices")) == 0)
		return check_fail(c, path, V303, check_path(c, path, "choices"),
				  "choices = { \"…\", \"…\" }", NULL);
	if (!json_object_get(def, "default"))
		return check_fail(c, path, V303, check_path(c, path, "default"), "default = …", NULL);
	v = param_value(def, json_object_get(def, "default"));
	if (!v)
		return check_fail(c, check_path(c, path, "default"), V317, path,
				  param_expected(c->arena, def), NULL);
	json_decref(v);
	return !json_object_get(def, "label") ||
	       check_texts(c, json_object_get(def, "label"), check_path(c, path, "label"));
}

bool params_check(struct check *c, const json_t *params)
{
	size_t choices = 0;
	const char *key;
	json_t *def;

	if (!is_table(params) || json_array_size(params) > 0)
		return check_fail(c, "params", V304, "params", "@table", NULL);
	if (json_object_size(params) > PLUGIN_PARAMS_MAX)
		return check_fail(c, "params", V318, "params", "20", NULL);
	json_object_foreach((json_t *)(uintptr_t)params, key, def) {
		const char *path = check_path(c, "params", key);

		if (!param_check(c, def, path))
			return false;
		choices += json_array_size(json_object_get(def, "choices"));
		if (choices > PLUGIN_CHOICES_MAX)
			return check_fail(c, check_path(c, path, "choices"), V318, "choices", "60", NULL);
	}
	return true;
}

json_t *params_resolve(struct check *c, const json_t *defs, const json_t *given, const char *path)
{
	json_t *out = json_object(), *def, *v;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)given, key, v) {
		if (json_object_get(defs, key))
			continue;
		check_fail(c, check_path(c, path, key), V601, key, all_expected(c->arena, defs), NULL);
		json_decref(out);
		return NULL;
	}
	json_object_foreach((json_t *)(uintptr_t)defs, key, def) {
		const json_t *own = json_object_get(given, key);

		v = param_value(def, own ? own : json_object_get(def, "default"));
		if (!v) {
			check_fail(c, check_path(c, path, key), V602, key,
				   param_expected(c->arena, def), NULL);
			json_decref(out);
			return NULL;
		}
		json_object_set_new(out, key, v);
	}
	return out;
}

/* ------------------------------------------------------------------ as a person types them */

/* The value of "name=text", read as its type wants; what is none stays a text, which params_resolve() tells. */
static json_t *typed(const json_t *def, const char *text)
{
	const char *type = json_string_value(json_object_get(def, "type"));
	json_t *out = NULL;

	if (type && strcmp(type, "departments") == 0) {
		out = json_array();
		while (*text) {
			size_t len = strcspn(text, ",");

			json_array_append_new(out, json_stringn(text, len));
			text += len + (text[len] == ',');
		}
		return out;
	}
	if (type && (strcmp(type, "choice") == 0 || strcmp(type, "date") == 0))
		return json_string(text);
	out = json_loads(text, JSON_DECODE_ANY, NULL);
	return out ? out : json_string(text);
}

json_t *plugin_settings(const json_t *about, const char *const *set, int count)
{
	json_t *out = json_object();

	for (int i = 0; i < count; i++) {
		size_t len = strcspn(set[i], "=");
		const json_t *def = json_object_getn(json_object_get(about, "params"), set[i], len);

		json_object_setn_new(out, set[i], len, typed(def, set[i] + len + (set[i][len] == '=')));
	}
	return out;
}
