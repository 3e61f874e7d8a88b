/*
 * Description: the fields of a plugin, checked one by one, most useful finding first; those of an
 * indicator, and what all kinds have in common.
 */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "published.h"
#include "text.h"

#include "gen/plugin_options.inc"

static const char *const fields[] = { OPTIONS_Indicator, NULL };
static const char *const kinds[] = { VALUES_Indicator_kind, NULL };
static const char *const directions[] = { VALUES_Indicator_direction, NULL };
static const char *const frequencies[] = { VALUES_Indicator_frequency, NULL };
static const char *const levels[] = { VALUES_Indicator_levels, NULL };
static const char *const figures[] = { "value", "numerator", "denominator", "low", "high", NULL };

/* "plan.on_time": words of [a-z0-9_], starting with a letter, two or more, joined by points. */
bool description_id(const char *s)
{
	int words = 0;

	for (;; s++) {
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

		if (n == 0 || *s < 'a' || *s > 'z')
			return false;
		words++;
		s += n;
		if (*s != '.')
			return *s == '\0' && words >= 2;
	}
}

/* "1.0.0": three numbers without leading zeros. */
static bool is_version(const char *s)
{
	for (int i = 0; i < 3; i++) {
		size_t n = strspn(s, "0123456789");

		if (n == 0 || n > 5 || (n > 1 && *s == '0') || s[n] != (i < 2 ? '.' : '\0'))
			return false;
		s += n + 1;
	}
	return true;
}

static bool identity(struct check *c, const json_t *raw, const char *file)
{
	const char *id, *version;

	if (!check_text(c, raw, "", "id", true, 80))
		return false;
	id = json_string_value(json_object_get(raw, "id"));
	if (!description_id(id))
		return check_fail(c, "id", V307, id, NULL, NULL);
	if (strcmp(id, file) != 0)
		return check_fail(c, "id", V306, id, file, NULL);
	if (!check_whole(c, raw, "", "api", true, 1, 999))
		return false;
	if (json_integer_value(json_object_get(raw, "api")) != 1)
		return check_fail(c, "api", V324,
				  arena_printf(c->arena, "%lld",
					       json_integer_value(json_object_get(raw, "api"))),
				  NULL, NULL);
	if (!check_text(c, raw, "", "version", true, 20))
		return false;
	version = json_string_value(json_object_get(raw, "version"));
	return is_version(version) || check_fail(c, "version", V308, version, NULL, NULL);
}

static bool texts(struct check *c, const json_t *raw, const char *field, bool required)
{
	const json_t *v = json_object_get(raw, field);

	if (!v)
		return !required ||
		       check_fail(c, "", V303, field,
				  arena_printf(c->arena, "%s = { fr = \"…\" }", field), NULL);
	return check_texts(c, v, field);
}

static bool wording(struct check *c, const json_t *raw)
{
	const json_t *sources = json_object_get(raw, "sources");

	if (!texts(c, raw, "name", true) || !texts(c, raw, "summary", true) ||
	    !texts(c, raw, "limits", false) || !check_text(c, raw, "", "author", true, 200) ||
	    !check_text(c, raw, "", "owner", true, 200))
		return false;
	if (sources && !json_is_array(sources))
		return check_fail(c, "sources", V304, "sources", "@list", NULL);
	for (size_t i = 0; i < json_array_size(sources); i++) {
		if (!check_texts(c, json_array_get(sources, i), check_item(c, "sources", i)))
			return false;
	}
	return true;
}

bool description_named(struct check *c, const json_t *raw, const char *id)
{
	const json_t *params = json_object_get(raw, "params");

	return identity(c, raw, id) && wording(c, raw) && (!params || params_check(c, params));
}

static bool reading(struct check *c, const json_t *raw)
{
	const json_t *list = json_object_get(raw, "levels");

	if (!check_text(c, raw, "", "unit", true, 40))
		return false;
	if (!json_object_get(raw, "direction"))
		return check_fail(c, "", V309, NULL, NULL, NULL);
	if (!check_choice(c, raw, "", "direction", true, directions) ||
	    !check_choice(c, raw, "", "kind", true, kinds) ||
	    !check_choice(c, raw, "", "frequency", true, frequencies) ||
	    !check_whole(c, raw, "", "decimals", false, 0, 6))
		return false;
	if (!list)
		return check_fail(c, "", V303, "levels",
				  "levels = { \"national\", \"region\", \"department\" }", NULL);
	return check_choices(c, list, "levels", levels);
}

static bool confidentiality(struct check *c, const json_t *raw)
{
	static const char *const known[] = { OPTIONS_Confidentiality, NULL };
	static const char *const parts[] = { VALUES_Confidentiality_on, NULL };
	const json_t *v = json_object_get(raw, "confidentiality");

	if (!v)
		return true;
	if (!json_is_object(v) || !is_table(v))
		return check_fail(c, "confidentiality", V304, "confidentiality", "@table", NULL);
	if (!check_only(c, v, "confidentiality", known) ||
	    !check_whole(c, v, "confidentiality", "min", true, -1000000, 1000000))
		return false;
	if (json_integer_value(json_object_get(v, "min")) < 5)
		return check_fail(c, "confidentiality.min", V319, NULL, NULL, NULL);
	if (!json_object_get(v, "on"))
		return check_fail(c, "confidentiality", V303, "confidentiality.on",
				  "on = { \"numerator\", \"denominator\" }", NULL);
	return check_choices(c, json_object_get(v, "on"), "confidentiality.on", parts);
}

bool description_protects(struct check *c, const json_t *raw)
{
	const char *name;
	json_t *input;

	if (json_object_get(raw, "confidentiality"))
		return true;
	json_object_foreach(json_object_get(raw, "inputs"), name, input) {
		const char *id = json_string_value(json_object_get(input, "id"));

		if (published_input(input))
			return check_fail(c, check_path(c, "inputs", name), V359, id, NULL, NULL);
	}
	return true;
}

static bool checks(struct check *c, const json_t *raw)
{
	const json_t *v = json_object_get(raw, "checks");

	if (v && (!is_table(v) || json_object_size(v) > 0))
		return check_fail(c, "checks", V304, "checks", "@list", NULL);
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *one = json_array_get(v, i);
		const char *path = check_item(c, "checks", i);

		if (!is_tagged(one, "check"))
			return check_fail(c, path, V304, path, "@check", NULL);
		if (!check_choice(c, one, path, "field", true, figures))
			return false;
	}
	return true;
}

static bool presentation(struct check *c, const json_t *raw)
{
	static const char *const known[] = { OPTIONS_Chart, NULL };
	static const char *const shapes[] = { VALUES_Chart_kind, NULL };
	const json_t *chart = json_object_get(raw, "chart");

	if (!chart)
		return true;
	if (!json_is_object(chart) || !is_table(chart))
		return check_fail(c, "chart", V304, "chart", "@table", NULL);
	if (!check_only(c, chart, "chart", known) ||
	    !check_choice(c, chart, "chart", "kind", true, shapes))
		return false;
	if (json_object_get(chart, "map") && !json_is_boolean(json_object_get(chart, "map")))
		return check_fail(c, "chart.map", V304, "chart.map", "@boolean", NULL);
	return true;
}

static bool calculation(struct check *c, const json_t *raw)
{
	const json_t *compute = json_object_get(raw, "compute");
	const json_t *formula = json_object_get(raw, "formula");

	if (compute && formula)
		return check_fail(c, "formula", V311, NULL, NULL, NULL);
	if (!compute && !formula)
		return check_fail(c, "", V312, NULL, NULL, NULL);
	if (formula)
		return is_tagged(formula, "function") || is_tagged(formula, "recipe") ||
		       check_fail(c, "formula", V304, "formula", "@formula", NULL);
	return is_tagged(compute, "function") ||
	       check_fail(c, "compute", V304, "compute", "@function", NULL);
}

/* Does any input keep this dimension? */
static bool kept(const json_t *inputs, const char *dimension)
{
	const char *name;
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs, name, input) {
		const json_t *dims = json_object_get(input, "dims");

		for (size_t i = 0; i < json_array_size(dims); i++)
			if (strcmp(json_string_value(json_array_get(dims, i)), dimension) == 0)
				return true;
	}
	return false;
}

/* dims: the dimensions of the result, beside its total. */
static bool breakdown(struct check *c, const json_t *raw)
{
	const json_t *list = json_object_get(raw, "dims");

	if (!list)
		return true;
	if (!json_is_array(list))
		return check_fail(c, "dims", V304, "dims", "@list", NULL);
	if (json_object_get(raw, "compute"))
		return check_fail(c, "dims", V249, "dims", NULL, NULL);
	if (json_array_size(list) > PLUGIN_DIMS_MAX)
		return check_fail(c, "dims", V318, "dims", "2", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name)
			return check_fail(c, "dims", V304, "dims", "@text", NULL);
		if (!kept(json_object_get(raw, "inputs"), name))
			return check_fail(c, "dims", V356, name, NULL, NULL);
		if (i > 0 && strcmp(name, json_string_value(json_array_get(list, 0))) == 0)
			return check_fail(c, "dims", V325, "dims", name, NULL);
	}
	return true;
}

bool description_changelog(struct check *c, const json_t *raw)
{
	static const char *const known[] = { "#", "fr", "en", NULL };
	const json_t *v = json_object_get(raw, "changelog");
	const char *version = json_string_value(json_object_get(raw, "version"));
	bool told = false;

	if (!v)
		return check_fail(c, "", V303, "changelog", "@changelog", NULL);
	if (!json_is_array(v))
		return check_fail(c, "changelog", V304, "changelog", "@list", NULL);
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *one = json_array_get(v, i), *parts = json_object_get(one, "#");
		const char *path = check_item(c, "changelog", i);
		const char *at = json_string_value(json_array_get(parts, 0));
		const char *on = json_string_value(json_array_get(parts, 1));
		int32_t day;

		if (!at || !is_version(at))
			return check_fail(c, path, V308, at ? at : "?", NULL, NULL);
		if (!on || !day_parse(&day, on))
			return check_fail(c, path, V326, path, on ? on : "?", NULL);
		if (!check_only(c, one, path, known) || !check_text(c, one, path, "fr", true, 1000) ||
		    !check_text(c, one, path, "en", false, 1000))
			return false;
		told = told || strcmp(at, version) == 0;
	}
	return told || check_fail(c, "changelog", V321, version, NULL, NULL);
}

/* A copy without the marks of the constructors. */
static json_t *plain(const json_t *v)
{
	json_t *out, *part;
	const char *key;

	if (json_is_array(v)) {
		out = json_array();
		for (size_t i = 0; i < json_array_size(v); i++)
			json_array_append_new(out, plain(json_array_get(v, i)));
		return out;
	}
	if (!json_is_object(v))
		return json_deep_copy(v);
	out = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, part) {
		if (strcmp(key, "@") != 0)
			json_object_set_new(out, strcmp(key, "#") == 0 ? "items" : key, plain(part));
	}
	return out;
}

/* {"version","on","fr","en"} instead of positions. */
static json_t *plain_changelog(const json_t *v)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *one = json_array_get(v, i), *parts = json_object_get(one, "#");

		json_array_append_new(out, json_pack("{s:O, s:O, s:O, s:O*}", "version",
						     json_array_get(parts, 0), "on",
						     json_array_get(parts, 1), "fr",
						     json_object_get(one, "fr"), "en",
						     json_object_get(one, "en")));
	}
	return out;
}

json_t *description_plain(const json_t *raw)
{
	static const char *const left_out[] = { "compute", "formula", "validate", "row", "tests" };
	json_t *out = plain(raw);

	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		json_object_del(out, left_out[i]);
	json_object_set_new(out, "changelog", plain_changelog(json_object_get(raw, "changelog")));
	if (!json_object_get(raw, "params"))
		json_object_set_new(out, "params", json_object());
	return out;
}

bool description_check(struct check *c, json_t **about, const char *id, const json_t *raw)
{
	*about = NULL;
	if (!is_tagged(raw, "indicator"))
		return check_fail(c, "", V115, NULL, NULL, NULL);
	if (!check_only(c, raw, "", fields) || !description_named(c, raw, id) || !reading(c, raw) ||
	    !confidentiality(c, raw) || !inputs_check(c, raw) || !calculation(c, raw) || !breakdown(c, raw) ||
	    !checks(c, raw) || !presentation(c, raw) || !description_changelog(c, raw))
		return false;
	*about = description_plain(raw);
	inputs_settle(*about);
	if (!json_is_array(json_object_get(*about, "checks")))
		json_object_set_new(*about, "checks", json_array());
	if (!json_object_get(*about, "decimals"))
		json_object_set_new(*about, "decimals", json_integer(0));
	return true;
}
