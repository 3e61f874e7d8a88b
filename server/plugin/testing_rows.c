/*
 * The rows of a test as the automatic tests change them.
 */
#include <string.h>

#include "column.h"
#include "testing.h"
#include "text.h"

const json_t *testing_input(const struct plugin *p, const char *input)
{
	return json_object_get(json_object_get(p->about, "inputs"), input);
}

/* Is it a number that can be 0?  A year is one that says when. */
static bool may_be_zero(const struct columns *all, const char *name)
{
	const struct column *c = column_find(all, name);

	return c && c->type == COLUMN_NUMBER && strcmp(name, "year") != 0;
}

static json_t *column_varied(const struct columns *all, const char *name, const json_t *column, enum variant v)
{
	json_t *out = json_array();
	size_t n = v == EMPTY ? 0 : json_array_size(column);

	for (size_t i = 0; i < n; i++) {
		json_t *own = json_array_get(column, v == PERMUTED ? n - 1 - i : i);

		if (v == MISSING && column_is_optional(name))
			json_array_append_new(out, json_null());
		else if (v == ZERO && may_be_zero(all, name) && json_is_number(own))
			json_array_append_new(out, json_integer(0));
		else
			json_array_append(out, own);
	}
	return out;
}

json_t *testing_varied(const json_t *input, const json_t *table, enum variant v)
{
	json_t *out = json_object(), *column;
	struct columns all;
	const char *name;

	columns_of(&all, input);
	json_object_foreach((json_t *)(uintptr_t)table, name, column)
		json_object_set_new(out, name, column_varied(&all, name, column, v));
	return out;
}

/* A series always has its rows, one a period: with nothing told, their values are missing. */
static bool is_lattice(const json_t *input)
{
	return text_in_list(json_string_value(json_object_get(input, "kind")), "series reference indicator_value");
}

bool testing_keeps_rows(const struct plugin *p, const json_t *cell)
{
	const char *name;
	json_t *table;

	json_object_foreach(json_object_get(cell, "rows"), name, table)
		if (!is_lattice(testing_input(p, name)))
			return false;
	return true;
}

json_t *testing_varied_cell(const struct plugin *p, const json_t *cell, enum variant v, const char *only)
{
	json_t *out = json_copy((json_t *)(uintptr_t)cell), *rows = json_object(), *table;
	const char *name;

	json_object_foreach(json_object_get(cell, "rows"), name, table) {
		const json_t *input = testing_input(p, name);

		json_object_set_new(rows, name, only && strcmp(only, name) != 0 ? json_incref(table) :
				    testing_varied(input, table, v == EMPTY && is_lattice(input) ? MISSING : v));
	}
	json_object_set_new(out, "rows", rows);
	return out;
}
