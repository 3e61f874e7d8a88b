/*
 * What a new text of a plugin changes: its meaning, its version number.
 */
#include "lifecycle_rules.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *change_name(enum change c)
{
	static const char *const names[] = { "none", "patch", "minor", "major" };

	return names[c];
}

/* ------------------------------------------------------------------ meaning */

struct meaning {
	struct arena *arena;
	enum change change;
	const char *what;
};

static void add(struct meaning *m, enum change c, const char *field)
{
	if (c < m->change)
		return;
	m->what = c > m->change || !*m->what ? arena_strdup(m->arena, field) :
					       arena_printf(m->arena, "%s, %s", m->what, field);
	m->change = c;
}

static bool same(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal((json_t *)(uintptr_t)a, (json_t *)(uintptr_t)b));
}

/* Without what is only said to people. */
static json_t *bare(const json_t *def)
{
	json_t *out = json_copy((json_t *)(uintptr_t)def);

	json_object_del(out, "label");
	json_object_del(out, "help");
	return out;
}

static enum change param_change(const json_t *before, const json_t *after)
{
	json_auto_t *x = bare(before), *y = bare(after);

	if (!same(json_object_get(x, "default"), json_object_get(y, "default")) ||
	    !same(json_object_get(x, "type"), json_object_get(y, "type")))
		return CHANGE_MAJOR;
	return !same(x, y) ? CHANGE_MINOR : same(before, after) ? CHANGE_NONE : CHANGE_PATCH;
}

static void params(struct meaning *m, const json_t *before, const json_t *after)
{
	const char *name;
	json_t *def;

	json_object_foreach((json_t *)(uintptr_t)before, name, def) {
		const json_t *now = json_object_get(after, name);
		enum change c = now ? param_change(def, now) : CHANGE_MAJOR;

		if (c != CHANGE_NONE)
			add(m, c, arena_printf(m->arena, "params.%s", name));
	}
	json_object_foreach((json_t *)(uintptr_t)after, name, def)
		if (!json_object_get(before, name))
			add(m, CHANGE_MINOR, arena_printf(m->arena, "params.%s", name));
}

static bool contains(const json_t *list, const json_t *one)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (same(json_array_get(list, i), one))
			return true;
	return false;
}

static enum change levels_change(const json_t *before, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(before); i++)
		if (!contains(after, json_array_get(before, i)))
			return CHANGE_MAJOR;
	return json_array_size(after) > json_array_size(before) ? CHANGE_MINOR : CHANGE_NONE;
}

/* What another value of a field makes of the text; a field that is not here is minor. */
static const struct {
	const char *field;
	enum change change;
} weights[] = {
	{ "unit", CHANGE_MAJOR },     { "direction", CHANGE_MAJOR }, { "kind", CHANGE_MAJOR },
	{ "frequency", CHANGE_MAJOR }, { "inputs", CHANGE_MAJOR },   { "name", CHANGE_PATCH },
	{ "summary", CHANGE_PATCH },  { "limits", CHANGE_PATCH },    { "sources", CHANGE_PATCH },
	{ "author", CHANGE_PATCH },   { "owner", CHANGE_PATCH },     { "changelog", CHANGE_PATCH },
	{ "chart", CHANGE_PATCH },    { "decimals", CHANGE_PATCH },  { "version", CHANGE_NONE },
	{ "id", CHANGE_NONE },	      { "api", CHANGE_NONE },
};

static enum change weight(const char *field)
{
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		if (strcmp(weights[i].field, field) == 0)
			return weights[i].change;
	return CHANGE_MINOR;
}

static void field(struct meaning *m, const char *name, const json_t *before, const json_t *after)
{
	enum change c = strcmp(name, "levels") == 0 ? levels_change(before, after) : weight(name);

	if (strcmp(name, "params") == 0)
		params(m, before, after);
	else if (!same(before, after) && c != CHANGE_NONE)
		add(m, c, name);
}

enum change meaning_change(const char **what, struct arena *a, const json_t *before, const json_t *after,
			   bool recalculated)
{
	struct meaning m = { a, CHANGE_NONE, "" };
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)before, name, value)
		field(&m, name, value, json_object_get(after, name));
	json_object_foreach((json_t *)(uintptr_t)after, name, value)
		if (!json_object_get(before, name))
			field(&m, name, NULL, value);
	if (recalculated)
		add(&m, CHANGE_MINOR, "compute");
	*what = m.what;
	return m.change;
}

/* ------------------------------------------------------------------ versions */

static void parts(long out[3], const char *version)
{
	char *at = (char *)(uintptr_t)version;

	for (int i = 0; i < 3; i++) {
		out[i] = strtol(at, &at, 10);
		at += *at == '.';
	}
}

enum change version_rise(const char *before, const char *after)
{
	long x[3], y[3];

	parts(x, before);
	parts(y, after);
	for (int i = 0; i < 3; i++)
		if (x[i] != y[i])
			return y[i] > x[i] ? (enum change)(CHANGE_MAJOR - i) : CHANGE_NONE;
	return CHANGE_NONE;
}

const char *version_least(struct arena *a, const char *before, enum change c)
{
	long x[3];

	parts(x, before);
	if (c == CHANGE_MAJOR)
		return arena_printf(a, "%ld.0.0", x[0] + 1);
	if (c == CHANGE_MINOR)
		return arena_printf(a, "%ld.%ld.0", x[0], x[1] + 1);
	return arena_printf(a, "%ld.%ld.%ld", x[0], x[1], x[2] + 1);
}
