/*
 * A foreign spreadsheet, read by a mapper into rows of figures.  Its plugin runs in the lab, on
 * texts alone; what it cannot read is refused at its cell, and nothing is written.
 */
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "finding.h"
#include "indicator.h"
#include "parts.h"
#include "plugin.h"
#include "text.h"

enum { FIXED = 7 };

static const char *const fixed[FIXED] = { "series", "territory", "organisation", "period",
					  "value",  "state",	 "reason" };

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ------------------------------------------------------------------ the mapper */

static bool find_mapper(struct plugin *out, struct import_file *f, struct db_session *s,
			struct err *e)
{
	struct arena *a = e->arena;
	db_result_auto *r = NULL;
	const char *source, *known;

	if (!db_run(&r, s, Q_import_mapper, (const char *[]) { f->mapper }, e))
		return false;
	known = db_text(r, 0, db_column(r, "known"));
	if (db_null(r, 0, db_column(r, "version_id")))
		return err_add_param(e, "mapper", MSG_UNKNOWN_MAPPER, f->mapper,
				     known ? arena_strdup(a, known) : "–");
	source = arena_strdup(a, db_text(r, 0, db_column(r, "source")));
	f->mapper_version = db_i64(r, 0, db_column(r, "version_id"));
	*out =
	    (struct plugin) { .kind = PLUGIN_MAPPER,
			      .id = f->mapper,
			      .source = source,
			      .source_len = strlen(source),
			      .version = arena_strdup(a, db_text(r, 0, db_column(r, "version"))) };
	return json_parse(&out->about, db_text(r, 0, db_column(r, "metadata")),
			  db_length(r, 0, db_column(r, "metadata")), e);
}

/* The rows of the file as mappers see them.  Owned. */
static json_t *cells_of(const struct sheet *s)
{
	json_t *rows = json_array();

	for (int i = 0; i < s->rows; i++) {
		json_t *cells = json_object();

		for (int k = 0; k < s->columns; k++) {
			const char *text = sheet_cell(s, i, k);

			if (*s->name[k])
				json_object_set_new(cells, s->name[k],
						    *text ? json_string(text) : json_null());
		}
		json_array_append_new(rows,
				      json_pack("{s:i, s:o}", "line", s->line[i], "cells", cells));
	}
	return rows;
}

/* Why a file cannot be read at all: a column that is not there is told of its first line. */
static bool refuse(const struct finding *f, enum lang lang, struct err *e)
{
	const char *why = finding_cause(e->arena, f, lang),
		   *remedy = finding_remedy(e->arena, f, lang);

	why = arena_printf(e->arena, "%s %s", why, remedy);
	if (f->code == V358)
		return err_set(e, ERR_TOO_LARGE, MSG_MAPPER_SAYS, why);
	return f->code == V350 || f->code == V351
		   ? err_add(e, sheet_at(e->arena, 1), MSG_MAPPER_SAYS, why)
		   : err_add_param(e, "mapper", MSG_MAPPER_SAYS, why);
}

static bool ask(json_t **out, const struct plugin *p, const struct sheet *sheet,
		const struct import_mapping *how, enum lang lang, struct err *e)
{
	json_auto_t *rows = cells_of(sheet);
	struct plugin_host *host;
	struct finding f = { 0 };
	bool ok;

	if (!indicator_lab_enter(&host, how->lab, e))
		return false;
	ok = plugin_map(out, host, e->arena, p, &(struct plugin_sheet) { .rows = rows }, &f);
	indicator_lab_leave(how->lab);
	return ok || refuse(&f, lang, e);
}

/* ------------------------------------------------------------------ what it says */

static const char *given_at(const struct sheet *s, int line, const char *column)
{
	int at = column ? sheet_column(s, column) : -1;

	for (int i = 0; at >= 0 && i < s->rows; i++)
		if (s->line[i] == line)
			return sheet_cell(s, i, at);
	return NULL;
}

/* Remarks are in the order of the sheet: what stops one line is one refused row. */
static void take_remarks(struct preview *p, const struct sheet *s, const json_t *remarks)
{
	json_t *row = NULL;
	const json_t *one;
	int last = 0;
	size_t i;

	json_array_foreach(remarks, i, one) {
		int line = (int)json_integer_value(json_object_get(one, "line"));
		const char *column = text_in(one, "column"), *en = text_in(one, "en");
		const char *said = p->lang == LANG_EN && en ? en : text_in(one, "fr");

		if (strcmp(text_in(one, "level"), "stop") != 0) {
			preview_warn(p, line, column, MSG_MAPPER_SAYS, said, NULL);
			continue;
		}
		if (row && line != last)
			preview_end(p, row, false);
		if (!row || line != last)
			row = preview_row(line, "figure");
		last = line;
		preview_refuse(p, row, column ? column : "row", given_at(s, line, column),
			       msg_code(MSG_MAPPER_SAYS), said);
	}
	if (row)
		preview_end(p, row, false);
}

/* ------------------------------------------------------------------ the rows it makes */

/* The fixed columns, then each dimension that a row has. */
static void name_columns(struct sheet *out, const json_t *rows, struct arena *a)
{
	const char **name = arena_alloc(a, SHEET_COLUMNS_MAX * sizeof *name), *key;
	const json_t *row;
	json_t *member;
	size_t i;

	memcpy(name, fixed, sizeof fixed);
	*out = (struct sheet) { .columns = FIXED, .name = name };
	json_array_foreach(rows, i, row)
		json_object_foreach(json_object_get(row, "dims"), key, member)
			if (sheet_column(out, key) < 0 && out->columns < SHEET_COLUMNS_MAX)
				name[out->columns++] = arena_strdup(a, key);
}

static const char *number_text(struct arena *a, const json_t *v)
{
	return json_is_integer(v) ? arena_printf(a, "%lld", (long long)json_integer_value(v))
	       : json_is_real(v)  ? arena_printf(a, "%.17g", json_real_value(v))
				  : "";
}

static const char *cell_of(const json_t *row, const char *column, const char *organisation,
			   struct arena *a)
{
	const char *text = text_in(row, column);

	if (strcmp(column, "value") == 0)
		return number_text(a, json_object_get(row, "value"));
	if (!text)
		text = text_in(json_object_get(row, "dims"), column);
	if (!text && strcmp(column, "organisation") == 0)
		text = organisation;
	return text ? arena_strdup(a, text) : "";
}

static void take_rows(struct sheet *out, const json_t *rows, const char *organisation,
		      struct arena *a)
{
	size_t n = json_array_size(rows), columns, i;
	const char **cell;
	int *line, *cells;
	const json_t *row;

	name_columns(out, rows, a);
	columns = (size_t)out->columns;
	cell = arena_alloc(a, (n * columns + 1) * sizeof *cell);
	line = arena_alloc(a, (n + 1) * sizeof *line);
	cells = arena_alloc(a, (n + 1) * sizeof *cells);
	json_array_foreach(rows, i, row) {
		for (size_t k = 0; k < columns; k++)
			cell[i * columns + k] = cell_of(row, out->name[k], organisation, a);
		line[i] = (int)json_integer_value(json_object_get(row, "line"));
		cells[i] = out->columns;
	}
	out->rows = (int)n;
	out->cell = cell;
	out->line = line;
	out->cells = cells;
}

bool import_map(struct import_file *f, struct preview *p, struct db_session *s,
		const struct import_mapping *how, struct err *e)
{
	json_auto_t *about = NULL, *said = NULL;
	struct plugin mapper = { 0 };
	struct sheet sheet = f->sheet;
	bool ok = find_mapper(&mapper, f, s, e) && ask(&said, &mapper, &sheet, how, p->lang, e);

	about = mapper.about;
	if (!ok)
		return false;
	take_remarks(p, &sheet, json_object_get(said, "remarks"));
	take_rows(&f->sheet, json_object_get(said, "rows"), how->organisation, e->arena);
	return true;
}
