/*
 * Fixtures: rows [[ … ]], the small text tables of tests.  An empty cell is missing, 0 is zero;
 * the type of a column comes from the catalogue, never from its first row.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "column.h"
#include "text.h"

enum { WIDTH_MAX = 40, ROWS_MAX = 2000 };

struct line {
	size_t cells;
	const char *cell[WIDTH_MAX];
};

struct table {
	struct check *c;
	int line;			/* in the source, of the line being read */
	const struct column *column[WIDTH_MAX];
	size_t width;
	json_t *out;			/* owned by the caller once it is whole */
};

static const struct column period_column = { "period", COLUMN_TEXT, true, "" };

static bool fail(struct table *t, enum finding_code code, const char *x, const char *y, const char *z)
{
	return finding_set(t->c->f, code, t->line, x, y, z);
}

static const char *trimmed(struct arena *a, const char *from, size_t len)
{
	while (len > 0 && strchr(" \t\r", *from)) {
		from++;
		len--;
	}
	while (len > 0 && strchr(" \t\r", from[len - 1]))
		len--;
	return arena_memdup(a, from, len);
}

static void split(struct line *out, struct arena *a, const char *from, size_t len)
{
	const char *end = from + len;

	out->cells = 0;
	for (;;) {
		const char *bar = memchr(from, '|', (size_t)(end - from));
		const char *stop = bar ? bar : end;

		if (out->cells < WIDTH_MAX)
			out->cell[out->cells] = trimmed(a, from, (size_t)(stop - from));
		out->cells++;
		if (!bar)
			return;
		from = bar + 1;
	}
}

static const struct column *header_column(const char *name)
{
	if (strcmp(name, "department") == 0)
		return column_find("territory");
	return strcmp(name, "period") == 0 ? &period_column : column_find(name);
}

static bool header(struct table *t, const struct line *l, const json_t *declared)
{
	if (l->cells > WIDTH_MAX)
		return fail(t, V318, "rows", "40", NULL);
	for (size_t i = 0; i < l->cells; i++) {
		const char *near;

		t->column[i] = header_column(l->cell[i]);
		if (!t->column[i]) {
			near = text_nearest(l->cell[i], column_names());
			return near ? fail(t, V330, l->cell[i], near, NULL) :
				      fail(t, V315, l->cell[i],
					   join_names(t->c->arena, column_names()), NULL);
		}
		if (json_object_get(t->out, t->column[i]->name))
			return fail(t, V325, "rows", l->cell[i], NULL);
		json_object_set_new(t->out, t->column[i]->name, json_array());
	}
	t->width = l->cells;
	for (size_t i = 0; i < json_array_size(declared); i++) {
		const char *name = json_string_value(json_array_get(declared, i));

		if (!json_object_get(t->out, name))
			return fail(t, V331, name, join_items(t->c->arena, declared), NULL);
	}
	return true;
}

static json_t *number_of(const char *text)
{
	char *end;
	double x;

	if (text[strspn(text, "-0123456789.eE+")] != '\0')
		return NULL;
	if (!strpbrk(text, ".eE")) {
		long long n = strtoll(text, &end, 10);

		return *end ? NULL : json_integer(n);
	}
	x = strtod(text, &end);
	return *end ? NULL : json_real(x);
}

/* The value of one cell; *expected says what it must be when it is not. */
static json_t *value_of(const struct column *col, const char *text, const char **expected)
{
	int32_t day;

	if (*text == '\0')
		return json_null();
	switch (col->type) {
	case COLUMN_NUMBER:
		*expected = "@number";
		return number_of(text);
	case COLUMN_DAY:
		*expected = "@day";
		return day_parse(&day, text) ? json_integer(day) : NULL;
	case COLUMN_BOOL:
		*expected = "@boolean";
		return strcmp(text, "true") == 0  ? json_true() :
		       strcmp(text, "false") == 0 ? json_false() :
						    NULL;
	default:
		*expected = *col->words ? col->words : "AAAA-MM";
		if (*col->words ? !text_in_list(text, col->words) :
				  col == &period_column && !period_frequency(text))
			return NULL;
		return json_string(text);
	}
}

static bool row(struct table *t, const struct line *l)
{
	if (l->cells != t->width)
		return fail(t, V333, arena_printf(t->c->arena, "%zu", l->cells),
			    arena_printf(t->c->arena, "%zu", t->width), NULL);
	for (size_t i = 0; i < t->width; i++) {
		const char *expected = NULL;
		json_t *v = value_of(t->column[i], l->cell[i], &expected);

		if (!v)
			return fail(t, V332, t->column[i]->name, l->cell[i], expected);
		json_array_append_new(json_object_get(t->out, t->column[i]->name), v);
	}
	return true;
}

/* The source line of the first line of the text: Lua drops a line break right after "[[". */
static int first_line(const struct check *c, const json_t *rows)
{
	int line = (int)json_integer_value(json_object_get(rows, "line"));
	size_t len, i;
	const char *text = line > 0 ? source_text(c->source, c->len, line, &len) : NULL;

	if (!text)
		return line;
	for (i = len; i > 0 && strchr(" \t\r", text[i - 1]); i--)
		;
	return i > 0 && text[i - 1] == '[' ? line + 1 : line;
}

json_t *fixture_parse(struct check *c, const json_t *rows, const json_t *declared)
{
	const char *at = json_string_value(json_object_get(rows, "text"));
	struct table t = { .c = c, .line = first_line(c, rows), .out = json_object() };
	bool ok = true;
	size_t n = 0;

	for (; ok && at && *at; t.line++) {
		size_t len = strcspn(at, "\n");
		struct line l;

		if (strspn(at, " \t\r") < len) {
			split(&l, c->arena, at, len);
			ok = t.width == 0 ? header(&t, &l, declared) : row(&t, &l);
			if (ok && ++n > ROWS_MAX)
				ok = fail(&t, V318, "rows", "2000", NULL);
		}
		at += len + (at[len] == '\n');
	}
	if (ok && t.width == 0)
		ok = fail(&t, V331, json_string_value(json_array_get(declared, 0)),
			  join_items(c->arena, declared), NULL);
	if (ok)
		return t.out;
	json_decref(t.out);
	return NULL;
}

json_t *fixture_select(const json_t *table, const json_t *declared, const char *territory,
		       const char *level, const char *period)
{
	const json_t *territories = json_object_get(table, "territory");
	const json_t *periods = json_object_get(table, "period");
	json_t *out = json_object(), *column;
	const char *key;
	size_t height = 0;

	json_object_foreach((json_t *)(uintptr_t)table, key, column)
		height = json_array_size(column);
	for (size_t i = 0; i < json_array_size(declared); i++)
		json_object_set_new(out, json_string_value(json_array_get(declared, i)), json_array());
	for (size_t r = 0; r < height; r++) {
		const char *at = json_string_value(json_array_get(territories, r));
		const char *when = json_string_value(json_array_get(periods, r));

		if ((at && !territory_covers(territory, level, at)) ||
		    (when && strcmp(when, period) != 0))
			continue;
		json_object_foreach(out, key, column)
			json_array_append(column, json_array_get(json_object_get(table, key), r));
	}
	return out;
}
