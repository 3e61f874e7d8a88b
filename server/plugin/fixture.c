/*
 * Fixtures: rows [[ … ]], the small text tables of tests.  An empty cell is missing, 0 is zero;
 * the type of a column comes from the catalogue, never from its first row.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "clock.h"
#include "column.h"
#include "text.h"

enum { WIDTH_MAX = FIXTURE_WIDTH_MAX, ROWS_MAX = 2000 };

struct table {
	struct check *c;
	const json_t *input;
	struct columns all;
	int line;			/* in the source, of the line being read */
	const struct column *column[WIDTH_MAX];
	const char *written[WIDTH_MAX];	/* what the header calls each */
	size_t width;
	json_t *out;			/* owned by the caller once it is whole */
	json_t *seen;			/* owned: rows of a series, and the line of each */
};

static const struct column period_column = { "period", COLUMN_PERIOD, true, "" };

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

void fixture_split(struct fixture_line *out, struct arena *a, const char *from, size_t len)
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

static bool is_series(const struct table *t)
{
	return strcmp(json_string_value(json_object_get(t->input, "kind")), "series") == 0;
}

/* Are its territories départements, and called so? */
static bool by_department(const struct table *t)
{
	return is_series(t) || strcmp(json_string_value(json_object_get(t->input, "kind")), "reference") == 0;
}

static const struct column *header_column(const struct table *t, const char *name)
{
	const struct column *own = column_find(&t->all, strcmp(name, "department") == 0 ? "territory" : name);

	return own || strcmp(name, "period") != 0 ? own : &period_column;
}

static bool in_list(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
			return true;
	}
	return false;
}

/* Must the table have this column?  What the input never looks at may be left out. */
static bool needed(const struct table *t, const struct column *col)
{
	const struct series_def *series = catalogue_find(json_string_value(json_object_get(t->input, "id")));
	const json_t *columns = json_object_get(t->input, "columns");

	if (!is_series(t))
		return in_list(columns, col->name) && strcmp(col->name, "organisation") != 0;
	if (strcmp(col->name, "territory") == 0)
		return strcmp(series->level, "national") != 0;
	return in_list(columns, col->name) || in_list(json_object_get(t->input, "complete"), col->name) ||
	       json_object_get(json_object_get(t->input, "where"), col->name);
}

/* The names that authors write, of the columns expected or of all; ends with NULL. */
static void column_names(const char *names[COLUMN_COUNT_MAX + 1], const struct table *t, bool every)
{
	size_t n = 0;

	for (size_t i = 0; i < t->all.count; i++) {
		const char *name = t->all.at[i].name;

		if (every || needed(t, &t->all.at[i]))
			names[n++] = by_department(t) && strcmp(name, "territory") == 0 ? "department" : name;
	}
	names[n] = NULL;
}

static const char *expected_columns(const struct table *t)
{
	const char *names[COLUMN_COUNT_MAX + 1];

	column_names(names, t, false);
	return join_names(t->c->arena, names);
}

/* "period | value", of the columns expected. */
static const char *header_expected(const struct table *t)
{
	const char *names[COLUMN_COUNT_MAX + 1], *out = "";

	column_names(names, t, false);
	for (size_t i = 0; names[i]; i++)
		out = arena_printf(t->c->arena, "%s%s%s", out, i > 0 ? " | " : "", names[i]);
	return out;
}

/* What was meant by a header of that name, or which there are; cells of a table for a spreadsheet are one here. */
static bool no_column(struct table *t, const char *name, size_t width)
{
	static const char *const place[] = { "department", "territory", NULL };
	const char *names[COLUMN_COUNT_MAX + 1], *near;

	if (width == 1 && strpbrk(name, ";,\t"))
		return fail(t, V360, name, header_expected(t), NULL);
	column_names(names, t, true);
	near = text_nearest(name, names);
	near = near || !column_find(&t->all, "territory") ? near : text_nearest(name, place);
	return near ? fail(t, V330, name, near, NULL) :
		      fail(t, V315, name, join_names(t->c->arena, names), NULL);
}

static bool whole_header(struct table *t)
{
	for (size_t i = 0; i < t->all.count; i++) {
		const char *name = t->all.at[i].name;

		if (needed(t, &t->all.at[i]) && !json_object_get(t->out, name))
			return fail(t, V331,
				    is_series(t) && strcmp(name, "territory") == 0 ? "department" : name,
				    expected_columns(t), NULL);
	}
	return true;
}

static bool header(struct table *t, const struct fixture_line *l)
{
	if (l->cells > WIDTH_MAX)
		return fail(t, V318, "rows", "40", NULL);
	for (size_t i = 0; i < l->cells; i++) {
		t->column[i] = header_column(t, l->cell[i]);
		t->written[i] = l->cell[i];
		if (!t->column[i])
			return no_column(t, l->cell[i], l->cells);
		if (json_object_get(t->out, t->column[i]->name))
			return fail(t, V325, "rows", l->cell[i], NULL);
		json_object_set_new(t->out, t->column[i]->name, json_array());
	}
	t->width = l->cells;
	return whole_header(t);
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
	case COLUMN_PERIOD:
		*expected = "2025-01, 2025-Q1, 2025";
		return period_frequency(text) ? json_string(text) : NULL;
	case COLUMN_PLACE:
		*expected = "75, 2A, 971, REG-93, FR";
		return territory_known(text, "national") || territory_known(text, "region") ||
				       territory_known(text, "department") ?
			       json_string(text) :
			       NULL;
	default:
		*expected = *col->words ? col->words : "@text";
		return *col->words && !text_in_list(text, col->words) ? NULL : json_string(text);
	}
}

/* A figure of a series is told once. */
static bool once(struct table *t, const struct fixture_line *l)
{
	char *key = arena_strdup(t->c->arena, "");
	const json_t *before;

	if (!is_series(t))
		return true;
	for (size_t i = 0; i < t->width; i++) {
		if (strcmp(t->column[i]->name, "value") != 0)
			key = arena_printf(t->c->arena, "%s|%s", key, l->cell[i]);
	}
	before = json_object_get(t->seen, key);
	if (before)
		return fail(t, V339, arena_printf(t->c->arena, "%lld", json_integer_value(before)), NULL, NULL);
	return json_object_set_new(t->seen, key, json_integer(t->line)) == 0;
}

/* A series has periods of its own length. */
static bool fitting_period(const struct table *t, const struct column *col, const char *text)
{
	const struct series_def *series = catalogue_find(json_string_value(json_object_get(t->input, "id")));

	return !series || !is_series(t) || strcmp(col->name, "period") != 0 || *text == '\0' ||
	       strcmp(period_frequency(text), series->periodicity) == 0;
}

static bool row(struct table *t, const struct fixture_line *l)
{
	if (l->cells != t->width)
		return fail(t, V333, arena_printf(t->c->arena, "%zu", l->cells),
			    arena_printf(t->c->arena, "%zu", t->width), NULL);
	if (!once(t, l))
		return false;
	for (size_t i = 0; i < t->width; i++) {
		const char *expected = NULL;
		json_t *v = value_of(t->column[i], l->cell[i], &expected);

		if (v && !fitting_period(t, t->column[i], l->cell[i])) {
			json_decref(v);
			v = NULL;
			expected = catalogue_find(json_string_value(json_object_get(t->input, "id")))
						   ->periodicity[0] == 'm' ? "2025-01" : "2025";
		}
		if (!v)
			return fail(t, V332, t->written[i], l->cell[i],
				    strcmp(t->written[i], "department") == 0 ? "75, 2A, 971" : expected);
		json_array_append_new(json_object_get(t->out, t->column[i]->name), v);
	}
	return true;
}

/* The source line of the first line of the text: Lua drops a line break right after "[[". */
int fixture_first_line(const struct check *c, const json_t *rows)
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

json_t *fixture_parse(struct check *c, const json_t *rows, const json_t *input)
{
	const char *at = json_string_value(json_object_get(rows, "text"));
	struct table t = { .c = c, .input = input, .line = fixture_first_line(c, rows), .out = json_object(),
			   .seen = json_object() };
	bool ok = true;
	size_t n = 0;

	columns_of(&t.all, input);
	for (; ok && at && *at; t.line++) {
		size_t len = strcspn(at, "\n");
		struct fixture_line l;

		if (strspn(at, " \t\r") < len) {
			fixture_split(&l, c->arena, at, len);
			ok = t.width == 0 ? header(&t, &l) : row(&t, &l);
			if (ok && ++n > ROWS_MAX)
				ok = fail(&t, V318, "rows", "2000", NULL);
		}
		at += len + (at[len] == '\n');
	}
	if (ok && t.width == 0)
		ok = fail(&t, V331, json_string_value(json_array_get(json_object_get(input, "columns"), 0)),
			  expected_columns(&t), NULL);
	json_decref(t.seen);
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
