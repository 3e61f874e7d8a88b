/*
 * What was sent, as a document or as rows of texts.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "parts.h"
#include "territory.h"
#include "text.h"

/* ------------------------------------------------------------------ encodings */

/* Windows-1252 from 0x80 to 0x9f; 0: no character. */
static const unsigned short windows[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D,
	0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
	0x0178,
};

static char *put_character(char *to, unsigned c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3F));
	} else {
		*to++ = (char)(0xE0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	}
	return to;
}

/* What is not UTF-8 is what spreadsheets of Windows write by default. */
static bool to_utf8(const char **bytes, size_t *len, struct err *e)
{
	char *out, *to;

	if (text_utf8_valid(*bytes, *len))
		return true;
	out = to = arena_alloc(e->arena, *len * 3 + 1);
	for (size_t i = 0; i < *len; i++) {
		unsigned char b = (unsigned char)(*bytes)[i];
		unsigned c = b >= 0x80 && b < 0xA0 ? windows[b - 0x80] : b;

		if (!c)
			return err_set(e, ERR_INVALID, MSG_CSV_ENCODING);
		to = put_character(to, c);
	}
	*bytes = out;
	*len = (size_t)(to - out);
	return true;
}

/* ------------------------------------------------------------------ rows of JSON */

/* A cell of a spreadsheet as the text that it would be in CSV. */
static const char *cell_text(struct arena *a, const json_t *cell, const char *where, struct err *e)
{
	if (json_is_string(cell))
		return json_string_value(cell);
	if (!cell || json_is_null(cell))
		return "";
	if (json_is_boolean(cell))
		return json_is_true(cell) ? "true" : "false";
	if (json_is_integer(cell))
		return arena_printf(a, "%lld", (long long)json_integer_value(cell));
	if (json_is_real(cell))
		return arena_printf(a, "%.15g", json_real_value(cell));
	err_add(e, where, MSG_WANT_TEXT);
	return "";
}

static void read_cells(struct sheet *s, const char **cell, const json_t *row, int at, struct err *e)
{
	for (int i = 0; i < s->columns; i++)
		cell[(size_t)at * (size_t)s->columns + (size_t)i] =
			cell_text(e->arena, json_array_get(row, (size_t)i),
				  arena_printf(e->arena, "#/rows/%d/%d", at + 1, i), e);
}

static bool is_blank(const json_t *row)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(row, i, cell)
		if (!json_is_null(cell) && !(json_is_string(cell) && json_string_length(cell) == 0))
			return false;
	return true;
}

static bool read_columns(struct sheet *s, const json_t *names, struct err *e)
{
	const char **name = arena_alloc(e->arena, (json_array_size(names) + 1) * sizeof *name);
	size_t n = json_array_size(names);

	if (n == 0)
		return err_add(e, "#/rows", MSG_NO_ROWS);
	if (n > SHEET_COLUMNS_MAX)
		return err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMNS, arena_printf(e->arena, "%zu", n),
			       arena_printf(e->arena, "%d", SHEET_COLUMNS_MAX));
	for (size_t i = 0; i < n; i++)
		name[i] = cell_text(e->arena, json_array_get(names, i), sheet_at(e->arena, 1), e);
	*s = (struct sheet){ .columns = (int)n, .name = name };
	return true;
}

/* {"rows": [[names…], [cells…], …]}: what the pages make of a spreadsheet. */
static bool read_rows(struct sheet *s, const json_t *rows, struct err *e)
{
	size_t n = json_array_size(rows);
	const char **cell;
	int *line, *cells;
	const json_t *row;
	size_t i;

	if (!read_columns(s, json_array_get(rows, 0), e))
		return false;
	if (n > IMPORT_ROWS_MAX + 1)
		return err_set(e, ERR_TOO_LARGE, MSG_TOO_MANY_ROWS, arena_printf(e->arena, "%d", IMPORT_ROWS_MAX));
	cell = arena_alloc(e->arena, n * (size_t)s->columns * sizeof *cell);
	line = arena_alloc(e->arena, n * sizeof *line);
	cells = arena_alloc(e->arena, n * sizeof *cells);
	json_array_foreach(rows, i, row) {
		if (!json_is_array(row))
			err_add(e, arena_printf(e->arena, "#/rows/%zu", i), MSG_WANT_ARRAY);
		if (i == 0 || is_blank(row))
			continue;
		line[s->rows] = (int)i + 1;
		cells[s->rows] = json_array_size(row) < (size_t)s->columns ? s->columns : (int)json_array_size(row);
		read_cells(s, cell, row, s->rows++, e);
	}
	s->cell = cell;
	s->line = line;
	s->cells = cells;
	return err_ok(e);
}

static const char *const lists[] = { "organisations", "objectives", "measures", "actions" };

static bool read_json(struct import_file *out, const char *bytes, size_t len, struct err *e)
{
	json_auto_t *body = NULL;
	struct json_reader r = { NULL, "#", e };
	const json_t *rows = NULL;

	if (!json_parse(&body, bytes, len, e))
		return false;
	if (json_object_get(body, "format")) {
		out->kind = "plan";
		out->document = json_incref(body);
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
			out->rows += (int)json_array_size(json_object_get(body, lists[i]));
		return out->rows <= IMPORT_ROWS_MAX ||
		       err_set(e, ERR_TOO_LARGE, MSG_TOO_MANY_ROWS, arena_printf(e->arena, "%d", IMPORT_ROWS_MAX));
	}
	r.object = body;
	json_only(&r, "rows");
	if (json_array_in(&rows, &r, "rows", JSON_REQUIRED) != JSON_GIVEN || !err_ok(e))
		return false;
	out->document = json_incref(body);	/* the texts of its cells live as long as it */
	return read_rows(&out->sheet, rows, e);
}

/* ------------------------------------------------------------------ what spreadsheets do to cells */

static const char *trimmed(struct arena *a, const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return text[len] ? arena_memdup(a, text, len) : text;
}

/* Line ends as they are kept: what a person typed has line feeds alone. */
static const char *without_returns(struct arena *a, const char *text)
{
	char *out, *to;

	if (!strchr(text, '\r'))
		return text;
	out = to = arena_strdup(a, text);
	for (const char *c = text; *c; c++)
		if (*c != '\r')
			*to++ = *c;
		else if (c[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	return out;
}

/* A day in the format that was declared for the file, as ISO; anything else stays for the rules to name. */
static const char *iso_day(struct arena *a, const char *text, const char *format)
{
	char iso[] = "0000-00-00";
	int to[3] = { 0 };
	int32_t day;

	if (!format || strlen(text) != strlen(format))
		return text;
	for (size_t i = 0; format[i]; i++) {
		const char *at = strchr("YMD", format[i]);
		static const int begin[3] = { 0, 5, 8 };

		if (!at && text[i] != format[i])
			return text;
		if (!at)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return text;
		iso[begin[at - "YMD"] + to[at - "YMD"]++] = text[i];
	}
	return day_parse(&day, iso) ? arena_strdup(a, iso) : text;
}

static const char *place_of(struct preview *p, const char *text, int line)
{
	const char *meant = *text && !territory_level(text) ? territory_meant(text) : NULL;

	if (meant)
		preview_warn(p, line, "territory", MSG_TERRITORY_MAPPED, text, meant);
	return meant ? meant : text;
}

/* Blanks around a cell are never meant. */
static void trim(struct sheet *s, struct arena *a)
{
	size_t n = (size_t)s->rows * (size_t)s->columns;
	const char **cell = arena_alloc(a, (n + 1) * sizeof *cell);

	for (size_t i = 0; i < n; i++)
		cell[i] = trimmed(a, s->cell[i]);
	s->cell = cell;
}

static void clean(struct sheet *s, struct preview *p, const char *format, struct arena *a)
{
	const char **cell = arena_alloc(a, ((size_t)s->rows * (size_t)s->columns + 1) * sizeof *cell);

	for (int i = 0; i < s->columns; i++) {
		bool free_text = text_in_list(s->name[i], "comment reason qualifier");
		bool day = text_in_list(s->name[i], "done_on from_on to_on");
		bool place = strcmp(s->name[i], "territory") == 0;

		for (int row = 0; row < s->rows; row++) {
			const char *text = sheet_cell(s, row, i);

			text = free_text ? without_returns(a, text) : trimmed(a, text);
			if (day)
				text = iso_day(a, text, format);
			else if (place)
				text = place_of(p, text, s->line[row]);
			cell[(size_t)row * (size_t)s->columns + (size_t)i] = text;
		}
	}
	s->cell = cell;
}

/* ------------------------------------------------------------------ what it is */

static const char *first_of(const struct sheet *s, const char *column)
{
	int at = sheet_column(s, column);

	for (int i = 0; at >= 0 && i < s->rows; i++)
		if (*sheet_cell(s, i, at))
			return sheet_cell(s, i, at);
	return NULL;
}

/* What the file holds cannot be told by its columns: those that were probably meant are. */
static bool no_kind(const struct sheet *s, struct err *e)
{
	static const char *const names[] = { "series", "territory", "organisation", "period", "value", "number",
					     "status", "progress", NULL };

	err_add_param(e, "kind", MSG_IMPORT_KIND);
	for (int i = 0; i < s->columns; i++) {
		const char *meant = sheet_meant(e->arena, s->name[i], names);

		if (meant && strcmp(meant, s->name[i]) != 0)
			err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMN_HINT, s->name[i], meant);
	}
	return false;
}

static bool find_kind(struct import_file *out, const struct import_asked *asked, struct err *e)
{
	if (out->kind && asked->mapper)
		return err_add_param(e, "mapper", MSG_MAPPER_NO_PLAN);
	if (out->kind)
		return !asked->kind || strcmp(asked->kind, out->kind) == 0 ||
		       err_add_param(e, "kind", MSG_IMPORT_OTHER_KIND, asked->kind, out->kind);
	if (asked->kind && strcmp(asked->kind, "plan") == 0)
		return err_add_param(e, "kind", MSG_IMPORT_NO_PLAN);
	out->mapper = asked->mapper;
	if (asked->mapper && asked->kind && strcmp(asked->kind, "figures") != 0)
		return err_add_param(e, "kind", MSG_IMPORT_OTHER_KIND, asked->kind, "figures");
	if (asked->mapper && asked->series)
		return err_add_param(e, "series", MSG_MAPPER_SERIES);
	out->kind = asked->mapper ? "figures" : asked->kind ? asked->kind :
		    sheet_column(&out->sheet, "period") >= 0 && sheet_column(&out->sheet, "value") >= 0 ? "figures" :
		    sheet_column(&out->sheet, "number") >= 0 ? "status" : NULL;
	if (!out->kind)
		return no_kind(&out->sheet, e);
	out->rows = out->sheet.rows;
	if (strcmp(out->kind, "figures") != 0 || out->mapper)
		return true;
	out->series = asked->series ? asked->series : first_of(&out->sheet, "series");
	return out->series || err_add_param(e, "series", MSG_IMPORT_SERIES);
}

static bool is_json(const char *bytes, size_t len)
{
	size_t i = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < len && strchr(" \t\r\n", bytes[i]) && bytes[i])
		i++;
	return i < len && bytes[i] == '{';
}

bool import_read(struct import_file *out, struct preview *p, const char *bytes, size_t len,
		 const struct import_asked *asked, struct err *e)
{
	*out = (struct import_file){ 0 };
	if (asked->kind && !text_in_list(asked->kind, IMPORT_KINDS))
		err_add_param(e, "kind", MSG_BAD_CHOICE, asked->kind, "plan, status, figures");
	if (asked->date_format && !text_in_list(asked->date_format, IMPORT_DATE_FORMATS))
		err_add_param(e, "date_format", MSG_BAD_CHOICE, asked->date_format,
			      "YYYY-MM-DD, DD/MM/YYYY, MM/DD/YYYY, DD-MM-YYYY, DD.MM.YYYY");
	if (!err_ok(e))
		return false;
	if (is_json(bytes, len)) {
		if (!read_json(out, bytes, len, e))
			return false;
	} else if (!to_utf8(&bytes, &len, e) || !csv_read(&out->sheet, bytes, len, IMPORT_ROWS_MAX, e)) {
		return false;
	}
	if (!find_kind(out, asked, e))
		return false;
	if (strcmp(out->kind, "plan") == 0)
		return true;
	if (out->mapper)
		trim(&out->sheet, e->arena);
	else
		clean(&out->sheet, p, asked->date_format, e->arena);
	return out->rows > 0 || err_add(e, "#/lines/1", MSG_NO_ROWS);
}

void import_file_close(struct import_file *f)
{
	json_decref(f->document);
	f->document = NULL;
}

/* ------------------------------------------------------------------ kept and read again */

const char *import_content(struct arena *a, const struct import_file *f)
{
	json_auto_t *o = NULL;
	json_t *rows;

	if (strcmp(f->kind, "plan") == 0)
		return json_write(a, f->document);
	o = json_pack("{s:[], s:[], s:[], s:[]}", "columns", "lines", "cells", "rows");
	for (int i = 0; i < f->sheet.columns; i++)
		json_array_append_new(json_object_get(o, "columns"), json_string(f->sheet.name[i]));
	rows = json_object_get(o, "rows");
	for (int i = 0; i < f->sheet.rows; i++) {
		json_t *row = json_array();

		for (int k = 0; k < f->sheet.columns; k++)
			json_array_append_new(row, json_string(sheet_cell(&f->sheet, i, k)));
		json_array_append_new(rows, row);
		json_array_append_new(json_object_get(o, "lines"), json_integer(f->sheet.line[i]));
		json_array_append_new(json_object_get(o, "cells"), json_integer(f->sheet.cells[i]));
	}
	return json_write(a, o);
}

bool import_content_read(struct import_file *out, const char *kind, const char *series, const char *content,
			 struct err *e)
{
	const json_t *rows, *names, *row;
	const char **name, **cell;
	int *line, *cells;
	size_t i;

	*out = (struct import_file){ .kind = kind, .series = series };
	if (!json_parse(&out->document, content, strlen(content), e))
		return false;
	if (strcmp(kind, "plan") == 0)
		return true;
	names = json_object_get(out->document, "columns");
	rows = json_object_get(out->document, "rows");
	name = arena_alloc(e->arena, json_array_size(names) * sizeof *name);
	cell = arena_alloc(e->arena, json_array_size(names) * json_array_size(rows) * sizeof *cell);
	line = arena_alloc(e->arena, json_array_size(rows) * sizeof *line);
	cells = arena_alloc(e->arena, json_array_size(rows) * sizeof *cells);
	for (i = 0; i < json_array_size(names); i++)
		name[i] = json_string_value(json_array_get(names, i));
	json_array_foreach(rows, i, row) {
		for (size_t k = 0; k < json_array_size(names); k++)
			cell[i * json_array_size(names) + k] = json_string_value(json_array_get(row, k));
		line[i] = (int)json_integer_value(json_array_get(json_object_get(out->document, "lines"), i));
		cells[i] = (int)json_integer_value(json_array_get(json_object_get(out->document, "cells"), i));
	}
	out->sheet = (struct sheet){ (int)json_array_size(names), (int)json_array_size(rows), name, cell, line, cells };
	return true;
}
