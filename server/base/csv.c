/*
 * CSV in and out.
 */
#include "csv.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* What reading takes the apostrophe from, and writing puts one before. */
#define MARKED "=+-@\t\r'"

struct reader {
	const char *at, *end;
	char separator;
	int line;			/* of the next character */
	struct arena *arena;
	char *cell[SHEET_COLUMNS_MAX];
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
	const char *begin = r->at, *end;

	while (r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n')
		r->at++;
	end = r->at;
	while (begin < end && (*begin == ' ' || *begin == '\t'))
		begin++;
	while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*out = arena_memdup(r->arena, begin, (size_t)(end - begin));
}

static char *unmarked(char *text)
{
	return text[0] == '\'' && text[1] && strchr(MARKED, text[1]) ? text + 1 : text;
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
		if (r->cells < SHEET_COLUMNS_MAX)
			r->cell[r->cells] = unmarked(cell);
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
	for (int i = 0; i < r->cells && i < SHEET_COLUMNS_MAX; i++)
		if (r->cell[i][strspn(r->cell[i], " \t\r\n")])
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

/* ------------------------------------------------------------------ sheets */

const char *sheet_at(struct arena *a, int line)
{
	return arena_printf(a, "#/lines/%d", line);
}

int sheet_column(const struct sheet *s, const char *name)
{
	for (int i = 0; i < s->columns; i++)
		if (strcmp(s->name[i], name) == 0)
			return i;
	return -1;
}

void sheet_check_names(const struct sheet *s, struct err *e)
{
	for (int i = 0; i < s->columns; i++)
		if (*s->name[i] && sheet_column(s, s->name[i]) != i)
			err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMN_TWICE, s->name[i]);
}

/* What French headers call the columns. */
static const struct { const char *said, *meant; } french[] = {
	{ "avancement", "progress" }, { "commentaire", "comment" }, { "département", "territory" },
	{ "departement", "territory" }, { "mois", "period" }, { "motif", "reason" }, { "météo", "confidence" },
	{ "nombre", "value" }, { "numéro", "number" }, { "numero", "number" }, { "organisation", "organisation" },
	{ "période", "period" }, { "periode", "period" }, { "statut", "status" }, { "série", "series" },
	{ "serie", "series" }, { "territoire", "territory" }, { "valeur", "value" }, { "état", "state" },
};

const char *sheet_meant(struct arena *a, const char *name, const char *const *names)
{
	char *lower = arena_strdup(a, name);
	const char *meant = NULL;

	for (char *c = lower; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	for (size_t i = 0; !meant && i < sizeof french / sizeof *french; i++)
		if (strcmp(lower, french[i].said) == 0)
			meant = french[i].meant;
	for (size_t i = 0; meant && names[i]; i++)
		if (strcmp(names[i], meant) == 0)
			return meant;
	return text_nearest(lower, names);
}

bool sheet_unknown_column(const char *name, const char *const *names, struct err *e)
{
	const char *near = sheet_meant(e->arena, name, names), *where = sheet_at(e->arena, 1);
	char all[500];

	text_join(all, sizeof all, names);
	return near ? err_add(e, where, MSG_CSV_COLUMN_HINT, name, near) :
		      err_add(e, where, MSG_CSV_COLUMN, name, all);
}

struct growing {
	const char **cell;
	int *line, *cells;
	size_t room;
};

static void *grown(struct arena *a, const void *old, size_t used, size_t size)
{
	void *more = arena_alloc(a, size);

	if (used)
		memcpy(more, old, used);
	return more;
}

static void make_room(struct growing *g, struct arena *a, size_t columns, size_t rows)
{
	size_t room = g->room ? 2 * g->room : 1024;

	if (rows < g->room)
		return;
	g->cell = grown(a, g->cell, rows * columns * sizeof *g->cell, room * columns * sizeof *g->cell);
	g->line = grown(a, g->line, rows * sizeof *g->line, room * sizeof *g->line);
	g->cells = grown(a, g->cells, rows * sizeof *g->cells, room * sizeof *g->cells);
	g->room = room;
}

static bool read_names(struct sheet *out, struct reader *r, struct err *e)
{
	const char **names;

	if (!read_record(r))
		return err_add(e, sheet_at(e->arena, 1), MSG_CSV_QUOTE);
	if (r->cells > SHEET_COLUMNS_MAX)
		return err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMNS, arena_printf(e->arena, "%d", r->cells),
			       arena_printf(e->arena, "%d", SHEET_COLUMNS_MAX));
	names = arena_alloc(e->arena, (size_t)r->cells * sizeof *names);
	for (int i = 0; i < r->cells; i++)
		names[i] = r->cell[i] + strspn(r->cell[i], " ");
	*out = (struct sheet){ .columns = r->cells, .name = names };
	return true;
}

static bool read_rows(struct sheet *out, struct reader *r, int rows_max, struct err *e)
{
	size_t columns = (size_t)out->columns;
	struct growing g = { NULL, NULL, NULL, 0 };
	int n = 0;

	while (r->at < r->end) {
		int line = r->line;

		if (!read_record(r))
			return err_add(e, sheet_at(e->arena, line), MSG_CSV_QUOTE);
		if (is_blank(r))
			continue;
		if (n == rows_max)
			return err_set(e, ERR_TOO_LARGE, MSG_TOO_MANY_ROWS, arena_printf(e->arena, "%d", rows_max));
		make_room(&g, e->arena, columns, (size_t)n);
		for (size_t i = 0; i < columns; i++)
			g.cell[(size_t)n * columns + i] = (int)i < r->cells ? r->cell[i] : "";
		g.line[n] = line;
		g.cells[n++] = r->cells;
	}
	out->rows = n;
	out->cell = g.cell;
	out->line = g.line;
	out->cells = g.cells;
	return true;
}

bool csv_read(struct sheet *out, const char *bytes, size_t len, int rows_max, struct err *e)
{
	struct reader r = { .at = bytes, .end = bytes + len, .line = 1, .arena = e->arena };

	*out = (struct sheet){ 0 };
	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		r.at += 3;
	if (!text_utf8_valid(bytes, len) || memchr(bytes, '\0', len))
		return err_set(e, ERR_INVALID, MSG_CSV_ENCODING);
	if (r.at == r.end)
		return err_add(e, "#/lines/1", MSG_NO_ROWS);
	r.separator = separator_of(r.at, r.end);
	return read_names(out, &r, e) && read_rows(out, &r, rows_max, e);
}

/* ------------------------------------------------------------------ out */

void csv_open(struct csv *c, struct arena *a)
{
	*c = (struct csv){ .bytes = arena_alloc(a, 4096), .room = 4096, .arena = a };
}

static void put(struct csv *c, const char *bytes, size_t len)
{
	if (c->len + len > c->room) {
		c->room = 2 * (c->room + len);
		c->bytes = grown(c->arena, c->bytes, c->len, c->room);
	}
	memcpy(c->bytes + c->len, bytes, len);
	c->len += len;
}

static void begin_cell(struct csv *c)
{
	if (c->in_line)
		put(c, ",", 1);
	c->in_line = true;
}

static void put_quoted(struct csv *c, const char *text)
{
	for (const char *t = text; *t; t++)
		put(c, *t == '"' ? "\"\"" : t, *t == '"' ? 2 : 1);
	put(c, "\"", 1);
}

void csv_number(struct csv *c, const char *text)
{
	begin_cell(c);
	if (text)
		put(c, text, strlen(text));
}

void csv_text(struct csv *c, const char *text)
{
	bool marked = text && *text && strchr(MARKED, *text);
	size_t len = text ? strlen(text) : 0;

	begin_cell(c);
	if (!marked && (!len || (!strpbrk(text, ",;\"\r\n\t") && text[0] != ' ' && text[len - 1] != ' '))) {
		put(c, text ? text : "", len);
		return;
	}
	put(c, marked ? "\"'" : "\"", marked ? 2 : 1);
	put_quoted(c, text);
}

void csv_end_line(struct csv *c)
{
	put(c, "\r\n", 2);
	c->in_line = false;
}
