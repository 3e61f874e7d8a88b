/*
 * Tables of texts, and CSV: RFC 4180 and what spreadsheets make of it.
 *
 * A text that a spreadsheet would run (= + - @ or a tab first) is written with an
 * apostrophe before it; so is one that begins with an apostrophe, so that reading
 * takes away exactly what writing put there.
 */
#ifndef VIGIE_CSV_H
#define VIGIE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"

enum { SHEET_COLUMNS_MAX = 64 };

/* What a person writes in a cell to erase what is there; an empty cell changes nothing. */
#define SHEET_ERASE "#vide #empty"

/* Rows of cells under named columns.  Everything is borrowed from the arena that it was read into. */
struct sheet {
	int columns, rows;
	const char *const *name;	/* of each column */
	const char *const *cell;	/* rows x columns; "" where a row has none */
	const int *line;		/* of the file, from 1, where each row began */
	const int *cells;		/* how many each row really had */
};

static inline const char *sheet_cell(const struct sheet *s, int row, int column)
{
	return s->cell[(size_t)row * (size_t)s->columns + (size_t)column];
}

/* Number of the column of that name, or -1. */
int sheet_column(const struct sheet *s, const char *name);

/*
 * Reads CSV: separated by the one of , ; and tab that the first line has most of, with
 * or without a byte order mark.  Cells lose the blanks around them, but for those in
 * quotes; blank lines are no rows.  ERR_INVALID, told by line ("#/lines/3"), for a
 * quote that is not closed, no line at all, too many columns; for what is not UTF-8;
 * ERR_TOO_LARGE above `rows_max`.
 */
bool csv_read(struct sheet *out, const char *bytes, size_t len, int rows_max, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* A fault for a name that is there twice; for none else. */
void sheet_check_names(const struct sheet *s, struct err *e);

/* Which of `names` (NULL-terminated) was probably meant, in French too, or NULL. */
const char *sheet_meant(struct arena *a, const char *name, const char *const *names);

/* Fault: a column that is none of `names` (NULL-terminated), with the nearest or all of them. */
bool sheet_unknown_column(const char *name, const char *const *names, struct err *e);

/* Where line `line` is told of.  Borrowed from *a. */
const char *sheet_at(struct arena *a, int line);

/* CSV being written, CRLF after each line.  `bytes` is borrowed from the arena. */
struct csv { char *bytes; size_t len, room; struct arena *arena; bool in_line; };

void csv_open(struct csv *c, struct arena *a);
/* One more cell of the line; NULL is an empty one.  A number is left as it is. */
void csv_text(struct csv *c, const char *text);
void csv_number(struct csv *c, const char *text);
void csv_end_line(struct csv *c);

#endif
