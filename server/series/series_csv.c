/*
 * Figures as tables of texts: CSV in and out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "db.h"
#include "json.h"
#include "series_rules.h"
#include "text.h"

#define FIXED "series territory organisation period from_on to_on value state reason qualifier source " \
	"vintage secondary provisional fictitious"
/* Only exports have these; an import does not read them. */
#define TOLD "retained revised recorded_at published_at"
/* Totals are only exported. */
#define TOTALS "series territory organisation period months value state reason received expected fictitious " \
	"published_at"

/* ------------------------------------------------------------------ header */

struct header {
	const char *name[SHEET_COLUMNS_MAX];	/* NULL: a column that is not read */
	bool dimension[SHEET_COLUMNS_MAX];
	const json_t *derived[SHEET_COLUMNS_MAX];	/* follows from the organisation: compared */
	int count;
};

/* These column names and the dimensions, NULL-terminated. */
static const char **column_names(struct arena *a, const struct series *s, const char *words)
{
	char *rest = arena_strdup(a, words);
	const char **names = arena_alloc(a, (SHEET_COLUMNS_MAX + json_array_size(s->dimensions)) * sizeof *names);
	const json_t *d;
	size_t i, n = 0;

	for (char *word; (word = strsep(&rest, " ")); )
		names[n++] = word;
	json_array_foreach(s->dimensions, i, d)
		names[n++] = json_string_value(json_object_get(d, "id"));
	return names;
}

static const json_t *dimension_named(const struct series *s, const char *name)
{
	const json_t *d;
	size_t i;

	json_array_foreach(s->dimensions, i, d)
		if (strcmp(json_string_value(json_object_get(d, "id")), name) == 0)
			return d;
	return NULL;
}

static bool read_header(struct header *h, const struct sheet *sheet, const struct series *s, struct err *e)
{
	const char **names = column_names(e->arena, s, FIXED " " TOLD);

	*h = (struct header){ .count = sheet->columns };
	sheet_check_names(sheet, e);
	for (int i = 0; i < sheet->columns; i++) {
		const char *name = sheet->name[i];
		const json_t *d = dimension_named(s, name);

		if (!d && !text_in_list(name, FIXED " " TOLD))
			sheet_unknown_column(name, names, e);
		h->dimension[i] = d != NULL;
		h->derived[i] = d && json_object_get(d, "derived") ? d : NULL;
		h->name[i] = h->derived[i] || text_in_list(name, TOLD) ? NULL : name;
	}
	for (size_t i = 0; i < 2; i++)
		if (sheet_column(sheet, i ? "period" : "territory") < 0)
			err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMN_MISSING, i ? "period" : "territory");
	return err_ok(e);
}

/* ------------------------------------------------------------------ rows */

/* "12", "12.5" or "12,5" as a number; anything else stays the text that it is, for the rules to name. */
static json_t *number_of(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text), *c = copy + (*copy == '-' || *copy == '+');
	size_t whole = strspn(c, "0123456789"), part = 0;

	if (c[whole] == ',')
		c[whole] = '.';
	if (c[whole] == '.')
		part = strspn(c + whole + 1, "0123456789");
	if (!whole || whole + part > 30 || (c[whole] && (!part || c[whole + 1 + part])))
		return json_string(text);
	return whole + part <= 17 && !part ? json_integer(strtoll(copy, NULL, 10)) :
					     json_real(strtod(copy, NULL));
}

static json_t *truth_of(const char *text)
{
	if (text_in_list(text, "true vrai oui yes 1 x"))
		return json_true();
	return text_in_list(text, "false faux non no 0") ? json_false() : json_string(text);
}

static void read_row(json_t *row, const struct header *h, const struct sheet *sheet, int at,
		     const struct series *s, struct err *e)
{
	json_t *dims = json_object();

	for (int i = 0; i < h->count; i++) {
		const char *name = h->name[i], *cell = sheet_cell(sheet, at, i);

		if (!name || !*cell)
			continue;
		if (h->dimension[i])
			json_object_set_new(dims, name, json_string(cell));
		else if (strcmp(name, "value") == 0)
			json_object_set_new(row, name, number_of(e->arena, cell));
		else if (text_in_list(name, "secondary provisional fictitious"))
			json_object_set_new(row, name, truth_of(cell));
		else if (strcmp(name, "series") != 0)
			json_object_set_new(row, name, json_string(cell));
		else if (strcmp(cell, s->code) != 0)
			err_add(e, sheet_at(e->arena, sheet->line[at]), MSG_CSV_SERIES, cell, s->code);
	}
	json_object_set_new(row, "dims", dims);
}

/* Exports say it, so files may: what they say must be so. */
static void check_derived(const struct header *h, const struct sheet *sheet, int at, const struct series *s,
			  struct err *e)
{
	int column = sheet_column(sheet, "organisation");
	const char *organisation = column < 0 ? NULL : sheet_cell(sheet, at, column);

	for (int i = 0; i < h->count; i++) {
		const char *cell = sheet_cell(sheet, at, i);

		if (h->derived[i] && *cell)
			series_derived(s, h->derived[i], organisation, cell,
				       arena_printf(e->arena, "%s/dims/%s", sheet_at(e->arena, sheet->line[at]),
						    sheet->name[i]), e);
	}
}

static bool wrong_count(const struct sheet *sheet, int row, struct err *e)
{
	return err_add(e, sheet_at(e->arena, sheet->line[row]), MSG_CSV_CELLS,
		       arena_printf(e->arena, "%d", sheet->cells[row]),
		       arena_printf(e->arena, "%d", sheet->columns));
}

bool series_sheet_read(struct series_lines *out, const struct series *s, const struct sheet *sheet, struct err *e)
{
	const char **written = arena_alloc(e->arena, ((size_t)sheet->rows + 1) * sizeof *written);
	int value = sheet_column(sheet, "value");
	struct header h;

	*out = (struct series_lines){ .rows = json_array(), .line = sheet->line, .written = written };
	if (!read_header(&h, sheet, s, e))
		return false;
	for (int i = 0; i < sheet->rows; i++) {
		json_t *row = json_object();

		json_array_append_new(out->rows, row);
		written[i] = value < 0 ? NULL : sheet_cell(sheet, i, value);
		if (sheet->cells[i] != sheet->columns) {
			wrong_count(sheet, i, e);
			continue;
		}
		read_row(row, &h, sheet, i, s, e);
		check_derived(&h, sheet, i, s, e);
	}
	return err_ok(e);
}

bool series_csv_read(struct series_lines *out, const struct series *s, const char *bytes, size_t len,
		     int rows_max, struct err *e)
{
	struct sheet sheet;

	*out = (struct series_lines){ 0 };
	if (!csv_read(&sheet, bytes, len, rows_max, e))
		return false;
	if (series_sheet_read(out, s, &sheet, e))
		return true;
	json_decref(out->rows);
	out->rows = NULL;
	return false;
}

/* ------------------------------------------------------------------ out */

/* The member of one dimension in "age=minor;sex=female". */
static const char *member_of(struct arena *a, const char *dims, const char *id)
{
	size_t len = strlen(id);

	for (const char *c = dims; *c; c += strcspn(c, ";"), c += *c == ';')
		if (strncmp(c, id, len) == 0 && c[len] == '=')
			return arena_memdup(a, c + len + 1, strcspn(c + len + 1, ";"));
	return "";
}

static void put_row(struct csv *c, const struct series *s, const char *const *names,
		    const struct db_result *r, int row)
{
	int dims = db_column(r, "dims");

	for (int i = 0; names[i]; i++) {
		const json_t *d = dimension_named(s, names[i]);
		const char *text;

		if (strcmp(names[i], "series") == 0)
			text = s->code;
		else if (d && !json_object_get(d, "derived"))
			text = member_of(c->arena, db_text(r, row, dims), names[i]);
		else
			text = db_text(r, row, db_column(r, names[i]));
		csv_text(c, text);
	}
	csv_end_line(c);
}

static const char *write_table(size_t *len, struct arena *a, const struct series *s, const char *const *names,
			       const struct db_result *r, int rows)
{
	struct csv c;

	csv_open(&c, a);
	for (int i = 0; names[i]; i++)
		csv_text(&c, names[i]);
	csv_end_line(&c);
	for (int i = 0; i < rows; i++)
		put_row(&c, s, names, r, i);
	*len = c.len;
	return c.bytes;
}

const char *series_csv_write(size_t *len, struct arena *a, const struct series *s,
			     const struct db_result *r, int rows)
{
	return write_table(len, a, s, column_names(a, s, FIXED " " TOLD), r, rows);
}

const char *series_csv_totals(size_t *len, struct arena *a, const struct series *s,
			      const struct db_result *r)
{
	return write_table(len, a, s, column_names(a, s, TOTALS), r, db_rows(r));
}
