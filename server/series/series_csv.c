/*
 * CSV in and out: RFC 4180, and what spreadsheets make of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "json.h"
#include "parts.h"
#include "text.h"

#define FIXED "series territory organisation period from_on to_on value state reason qualifier source " \
	"vintage secondary provisional fictitious"
/* Only exports have these; an import does not read them. */
#define TOLD "retained revised recorded_at published_at"
/* Totals are only exported. */
#define TOTALS "series territory organisation period months value state reason received expected fictitious " \
	"published_at"

enum { CELLS_MAX = 64 };

struct reader {
	const char *at, *end;
	char separator;
	int line;			/* of the next character */
	struct arena *arena;
	char *cell[CELLS_MAX];
	int cells;
};

/* ------------------------------------------------------------------ cells */

/* A cell in quotes, two of which mean one; false when it is not closed or something follows it. */
static bool read_quoted(char **out, struct reader *r)
{
	const char *close = ++r->at;
	size_t n = 0;

	while (close < r->end && (*close != '"' || (close + 1 < r->end && close[1] == '"')))
		close += *close == '"' ? 2 : 1;
	if (close >= r->end)
		return false;
	*out = arena_alloc(r->arena, (size_t)(close - r->at) + 1);
	for (const char *c = r->at; c < close; c += *c == '"' ? 2 : 1) {
		(*out)[n++] = *c;
		r->line += *c == '\n';
	}
	r->at = close + 1;
	return r->at == r->end || *r->at == r->separator || *r->at == '\r' || *r->at == '\n';
}

static void read_plain(char **out, struct reader *r)
{
	const char *begin = r->at;

	while (r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n')
		r->at++;
	*out = arena_memdup(r->arena, begin, (size_t)(r->at - begin));
}

static char *trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	/* the mark that exports put before what a spreadsheet would run */
	return text[0] == '\'' && text[1] && strchr("=+-@", text[1]) ? text + 1 : text;
}

/* One record; false when a quote is wrong. */
static bool read_record(struct reader *r)
{
	for (r->cells = 0; ; r->at++) {
		char *cell = NULL;

		if (r->at < r->end && *r->at == '"') {
			if (!read_quoted(&cell, r))
				return false;
		} else {
			read_plain(&cell, r);
		}
		if (r->cells < CELLS_MAX)
			r->cell[r->cells] = trimmed(cell);
		r->cells++;
		if (r->at == r->end || *r->at != r->separator)
			break;
	}
	if (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end && *r->at == '\n')
		r->at++;
	r->line++;
	return true;
}

static bool is_blank(const struct reader *r)
{
	for (int i = 0; i < r->cells && i < CELLS_MAX; i++)
		if (*r->cell[i])
			return false;
	return true;
}

/* The one of , ; and tab that the first line has most of. */
static char separator_of(const char *bytes, const char *end)
{
	size_t count[3] = { 0 };
	char best = ',';

	for (const char *c = bytes; c < end && *c != '\n' && *c != '\r'; c++) {
		count[0] += *c == ',';
		count[1] += *c == ';';
		count[2] += *c == '\t';
	}
	if (count[1] > count[0])
		best = ';';
	return count[2] > count[0] && count[2] > count[1] ? '\t' : best;
}

/* ------------------------------------------------------------------ header */

struct header {
	const char *name[CELLS_MAX];	/* NULL: a column that is not read */
	bool dimension[CELLS_MAX];
	int count;
};

static const char *at_line(struct arena *a, int line)
{
	return arena_printf(a, "#/lines/%d", line);
}

/* These column names and the dimensions, NULL-terminated. */
static const char **column_names(struct arena *a, const struct series *s, const char *words)
{
	char *rest = arena_strdup(a, words);
	const char **names = arena_alloc(a, (CELLS_MAX + json_array_size(s->dimensions)) * sizeof *names);
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

static bool unknown_column(const char *name, int line, const char *const *names, struct err *e)
{
	const char *near = text_nearest(name, names), *where = at_line(e->arena, line);
	char all[500];

	text_join(all, sizeof all, names);
	return near ? err_add(e, where, MSG_CSV_COLUMN_HINT, name, near) :
		      err_add(e, where, MSG_CSV_COLUMN, name, all);
}

static bool has_column(const struct header *h, const char *name)
{
	for (int i = 0; i < h->count; i++)
		if (h->name[i] && strcmp(h->name[i], name) == 0)
			return true;
	return false;
}

static bool read_header(struct header *h, struct reader *r, const struct series *s, struct err *e)
{
	const char **names = column_names(e->arena, s, FIXED " " TOLD);

	*h = (struct header){ .count = 0 };
	if (!read_record(r))
		return err_add(e, at_line(e->arena, 1), MSG_CSV_QUOTE);
	for (int i = 0; i < r->cells && i < CELLS_MAX; i++) {
		const char *name = r->cell[i];
		const json_t *d = dimension_named(s, name);

		if (*name && has_column(h, name))
			err_add(e, at_line(e->arena, 1), MSG_CSV_COLUMN_TWICE, name);
		else if (!d && !text_in_list(name, FIXED " " TOLD))
			unknown_column(name, 1, names, e);
		h->dimension[i] = d != NULL;
		h->name[i] = (d && json_object_get(d, "derived")) || text_in_list(name, TOLD) ? NULL : name;
		h->count = i + 1;
	}
	for (size_t i = 0; i < 2; i++)
		if (!has_column(h, i ? "period" : "territory"))
			err_add(e, at_line(e->arena, 1), MSG_CSV_COLUMN_MISSING, i ? "period" : "territory");
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

static void read_row(json_t *row, const struct header *h, const struct reader *r, const struct series *s,
		     int line, struct err *e)
{
	json_t *dims = json_object();

	for (int i = 0; i < h->count; i++) {
		const char *name = h->name[i], *cell = r->cell[i];

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
			err_add(e, at_line(e->arena, line), MSG_CSV_SERIES, cell, s->code);
	}
	json_object_set_new(row, "dims", dims);
}

static bool wrong_count(const struct reader *r, const struct header *h, int line, struct err *e)
{
	return err_add(e, at_line(e->arena, line), MSG_CSV_CELLS, arena_printf(e->arena, "%d", r->cells),
		       arena_printf(e->arena, "%d", h->count));
}

static bool too_many(int max, struct err *e)
{
	return err_set(e, ERR_TOO_LARGE, MSG_TOO_MANY_ROWS, arena_printf(e->arena, "%d", max));
}

static bool read_rows(struct series_lines *out, struct reader *r, const struct series *s, int rows_max,
		      struct err *e)
{
	size_t room = 1024, n = 0;
	struct header h;

	out->rows = json_array();
	out->line = arena_alloc(e->arena, room * sizeof *out->line);
	if (!read_header(&h, r, s, e))
		return false;
	while (r->at < r->end) {
		int line = r->line;
		json_t *row;

		if (!read_record(r))
			return err_add(e, at_line(e->arena, line), MSG_CSV_QUOTE);
		if (is_blank(r))
			continue;
		if (r->cells != h.count) {
			wrong_count(r, &h, line, e);
			continue;
		}
		if (n == (size_t)rows_max)
			return too_many(rows_max, e);
		if (n == room) {
			int *more = arena_alloc(e->arena, 2 * room * sizeof *more);

			memcpy(more, out->line, room * sizeof *more);
			out->line = more;
			room *= 2;
		}
		out->line[n++] = line;
		row = json_object();
		json_array_append_new(out->rows, row);
		read_row(row, &h, r, s, line, e);
	}
	return err_ok(e);
}

bool series_csv_read(struct series_lines *out, const struct series *s, const char *bytes, size_t len,
		     int rows_max, struct err *e)
{
	struct reader r = { .at = bytes, .end = bytes + len, .line = 1, .arena = e->arena };

	*out = (struct series_lines){ 0 };
	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		r.at += 3;
	if (!text_utf8_valid(bytes, len) || memchr(bytes, '\0', len))
		return err_set(e, ERR_INVALID, MSG_CSV_ENCODING);
	if (r.at == r.end)
		return err_add(e, "#/lines/1", MSG_NO_ROWS);
	r.separator = separator_of(r.at, r.end);
	if (read_rows(out, &r, s, rows_max, e))
		return true;
	json_decref(out->rows);
	out->rows = NULL;
	return false;
}

/* ------------------------------------------------------------------ out */

struct writer { char *bytes; size_t len, room; struct arena *arena; };

static void put(struct writer *w, const char *bytes, size_t len)
{
	if (w->len + len > w->room) {
		size_t room = 2 * (w->room + len);
		char *more = arena_alloc(w->arena, room);

		memcpy(more, w->bytes, w->len);
		w->bytes = more;
		w->room = room;
	}
	memcpy(w->bytes + w->len, bytes, len);
	w->len += len;
}

static void put_text(struct writer *w, const char *text)
{
	put(w, text, strlen(text));
}

/* A text that a spreadsheet would take for a formula gets an apostrophe before it. */
static void put_cell(struct writer *w, const char *text)
{
	bool formula = text && *text && strchr("=+-@\t\r", *text);

	if (!text)
		return;
	if (!formula && !strpbrk(text, ",;\"\r\n\t")) {
		put_text(w, text);
		return;
	}
	put_text(w, formula ? "\"'" : "\"");
	for (const char *c = text; *c; c++) {
		if (*c == '"')
			put(w, c, 1);
		put(w, c, 1);
	}
	put_text(w, "\"");
}

/* The member of one dimension in "age=minor;sex=female". */
static const char *member_of(struct arena *a, const char *dims, const char *id)
{
	size_t len = strlen(id);

	for (const char *c = dims; *c; c += strcspn(c, ";"), c += *c == ';')
		if (strncmp(c, id, len) == 0 && c[len] == '=')
			return arena_memdup(a, c + len + 1, strcspn(c + len + 1, ";"));
	return "";
}

static void put_row(struct writer *w, const struct series *s, const char *const *names,
		    const struct db_result *r, int row)
{
	int dims = db_column(r, "dims");

	for (int i = 0; names[i]; i++) {
		const json_t *d = dimension_named(s, names[i]);
		const char *text;

		if (strcmp(names[i], "series") == 0)
			text = s->code;
		else if (d && !json_object_get(d, "derived"))
			text = member_of(w->arena, db_text(r, row, dims), names[i]);
		else
			text = db_text(r, row, db_column(r, names[i]));
		if (i)
			put_text(w, ",");
		put_cell(w, text);
	}
	put_text(w, "\r\n");
}

static const char *write_table(size_t *len, struct arena *a, const struct series *s, const char *const *names,
			       const struct db_result *r)
{
	struct writer w = { arena_alloc(a, 4096), 0, 4096, a };

	for (int i = 0; names[i]; i++) {
		put_text(&w, i ? "," : "");
		put_text(&w, names[i]);
	}
	put_text(&w, "\r\n");
	for (int i = 0; i < db_rows(r); i++)
		put_row(&w, s, names, r, i);
	*len = w.len;
	return w.bytes;
}

const char *series_csv_write(size_t *len, struct arena *a, const struct series *s,
			     const struct db_result *r)
{
	return write_table(len, a, s, column_names(a, s, FIXED " " TOLD), r);
}

const char *series_csv_totals(size_t *len, struct arena *a, const struct series *s,
			      const struct db_result *r)
{
	return write_table(len, a, s, column_names(a, s, TOTALS), r);
}
