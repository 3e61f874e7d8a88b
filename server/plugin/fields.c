/*
 * Fields: readers of the description, each with its finding.
 */
#include <string.h>

#include "check.h"
#include "text.h"

bool check_fail(struct check *c, const char *path, enum finding_code code, const char *x,
		const char *y, const char *z)
{
	return finding_set(c->f, code, source_line(c->source, c->len, path), x, y, z);
}

const char *check_path(struct check *c, const char *base, const char *field)
{
	return *base ? arena_printf(c->arena, "%s.%s", base, field) : field;
}

const char *check_item(struct check *c, const char *base, size_t index)
{
	return arena_printf(c->arena, "%s.%zu", base, index + 1);
}

bool is_tagged(const json_t *value, const char *tag)
{
	const char *own = json_string_value(json_object_get(value, "@"));

	return own && strcmp(own, tag) == 0;
}

bool is_table(const json_t *value)
{
	return json_is_array(value) || (json_is_object(value) && !is_tagged(value, "function") &&
					!is_tagged(value, "bad"));
}

const json_t *list_of(const json_t *value)
{
	const json_t *list = json_is_array(value) ? value : json_object_get(value, "#");

	/* An empty object counts as an empty list: its array functions answer 0 and NULL. */
	return list ? list : value;
}

const char *join_names(struct arena *a, const char *const *names)
{
	char *out = arena_alloc(a, 600);

	text_join(out, 600, names);
	return out;
}

const char *join_keys(struct arena *a, const json_t *object)
{
	const char *names[64], *key;
	size_t n = 0;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		if (n < 63 && *key != '@')
			names[n++] = key;
	}
	names[n] = NULL;
	return join_names(a, names);
}

const char *join_items(struct arena *a, const json_t *list)
{
	const char *names[64];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list) && n < 63; i++) {
		if (json_is_string(json_array_get(list, i)))
			names[n++] = json_string_value(json_array_get(list, i));
	}
	names[n] = NULL;
	return join_names(a, names);
}

/* Is it there because the constructor put it there: series "id" { … }, param.integer { … }, ratio { … }? */
static bool put_there(const json_t *object, const char *key)
{
	return strcmp(key, "#") == 0 || (is_tagged(object, "input") && text_in_list(key, "kind id")) ||
	       (is_tagged(object, "param") && strcmp(key, "type") == 0) ||
	       (is_tagged(object, "recipe") && strcmp(key, "recipe") == 0);
}

/* The fields that an author can write, ends with NULL. */
static const char *const *written(struct check *c, const json_t *object, const char *const *known)
{
	const char **out;
	size_t n = 0;

	while (known[n])
		n++;
	out = arena_alloc(c->arena, (n + 1) * sizeof *out);
	n = 0;
	for (size_t i = 0; known[i]; i++)
		if (!put_there(object, known[i]))
			out[n++] = known[i];
	out[n] = NULL;
	return out;
}

static bool unknown_field(struct check *c, const json_t *object, const char *base, const char *key,
			  const char *const *known)
{
	const char *const *names = written(c, object, known);
	const char *near = text_nearest(key, names);

	return check_fail(c, check_path(c, base, key), near ? V301 : V302, key,
			  near	 ? near :
			  *names ? join_names(c->arena, names) :
				   "@none", NULL);
}

bool check_only(struct check *c, const json_t *object, const char *base, const char *const *known)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		bool found = strcmp(key, "@") == 0;

		for (size_t i = 0; known[i] && !found; i++)
			found = strcmp(known[i], key) == 0;
		if (found)
			continue;
		return unknown_field(c, object, base, strcmp(key, "#") == 0 ? "1" : key, known);
	}
	return json_array_size(object) == 0 || unknown_field(c, object, base, "1", known);
}

bool check_text(struct check *c, const json_t *object, const char *base, const char *field,
		bool required, size_t max)
{
	const json_t *v = json_object_get(object, field);
	const char *path = check_path(c, base, field);

	if (!v)
		return !required || check_fail(c, base, V303, path,
					       arena_printf(c->arena, "%s = \"…\"", field), NULL);
	if (json_is_string(v) && json_string_length(v) == 0)
		return check_fail(c, path, V361, path, arena_printf(c->arena, "%s = \"…\"", field), NULL);
	if (!json_is_string(v) || !text_printable(json_string_value(v)))
		return check_fail(c, path, V304, path, "@text", NULL);
	if (text_length(json_string_value(v)) > max)
		return check_fail(c, path, V323, path, arena_printf(c->arena, "%zu", max), NULL);
	return true;
}

bool check_texts(struct check *c, const json_t *value, const char *path)
{
	static const char *const languages[] = { "fr", "en", NULL };

	if (!json_is_object(value) || !is_table(value))
		return check_fail(c, path, V304, path, "@texts", NULL);
	if (!check_only(c, value, path, languages))
		return false;
	/* "sources.1 = { … }" is nothing that one can write: there the field alone is told */
	if (!json_object_get(value, "fr") && !strchr(path, '.'))
		return check_fail(c, path, V310, path, NULL, NULL);
	return check_text(c, value, path, "fr", true, 1000) &&
	       check_text(c, value, path, "en", false, 1000);
}

bool check_word(struct check *c, const json_t *v, const char *path, const char *name,
		const char *const *choices)
{
	if (!json_is_string(v))
		return check_fail(c, path, V304, name, "@text", NULL);
	for (size_t i = 0; choices[i]; i++) {
		if (strcmp(choices[i], json_string_value(v)) == 0)
			return true;
	}
	return check_fail(c, path, V305, name, json_string_value(v), join_names(c->arena, choices));
}

bool check_choice(struct check *c, const json_t *object, const char *base, const char *field,
		  bool required, const char *const *choices)
{
	const json_t *v = json_object_get(object, field);
	const char *path = check_path(c, base, field);

	if (!v)
		return !required ||
		       check_fail(c, base, V303, path,
				  arena_printf(c->arena, "%s = \"%s\"", field, choices[0]), NULL);
	return check_word(c, v, path, path, choices);
}

bool check_choices(struct check *c, const json_t *list, const char *path, const char *const *choices)
{
	size_t n = json_array_size(list_of(list));
	const char *name = strrchr(path, '.') ? strrchr(path, '.') + 1 : path;

	if (is_table(list) && n == 0 && json_object_size(list) == 0)
		return check_fail(c, path, V361, path,
				  arena_printf(c->arena, "%s = { \"%s\" }", name, choices[0]), NULL);
	if (!is_table(list) || n == 0 || !json_is_array(list))
		return check_fail(c, path, V304, path, "@list", NULL);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		if (!check_word(c, v, check_item(c, path, i), path, choices))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (json_equal((json_t *)(uintptr_t)v, json_array_get(list, k)))
				return check_fail(c, check_item(c, path, i), V325, path,
						  json_string_value(v), NULL);
		}
	}
	return true;
}

bool check_whole(struct check *c, const json_t *object, const char *base, const char *field,
		 bool required, int min, int max)
{
	const json_t *v = json_object_get(object, field);
	const char *path = check_path(c, base, field);

	if (!v)
		return !required || check_fail(c, base, V303, path,
					       arena_printf(c->arena, "%s = %d", field, min), NULL);
	if (!json_is_integer(v))
		return check_fail(c, path, V304, path, "@integer", NULL);
	if (json_integer_value(v) < min || json_integer_value(v) > max)
		return check_fail(c, path, V322, path, arena_printf(c->arena, "%d", min),
				  arena_printf(c->arena, "%d", max));
	return true;
}
