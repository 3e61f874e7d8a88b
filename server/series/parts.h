/*
 * What the files of server/series share.
 */
#ifndef VIGIE_SERIES_PARTS_H
#define VIGIE_SERIES_PARTS_H

#include <jansson.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

struct db_result;
struct db_session;
struct sheet;

enum {
	BATCH_ROWS_MAX = 5000,		/* of one request */
	FILE_ROWS_MAX = 2000000,	/* of one file by command */
	CSV_ROWS_MAX = 100000,		/* of one answer */
};

/* A series as a read or a write must know it.  Texts and documents live as long as the arena given. */
struct series {
	int64_t id, plan_id;		/* plan 0: none */
	const char *code, *level, *periodicity;
	bool whole, sensitive, by_organisation, by_plan, irregular;
	bool archived;			/* its plan is: nothing may be written any more */
	const char *dimensions_text, *organisations_text;
	json_t *dimensions, *organisations;	/* owned (series_free); NULL until series_open */
};
/* Reads the documents of a series that series_find found. */
bool series_open(struct series *s, struct err *e);
void series_free(struct series *s);

/* ------------------------------------------------------------------ periods */

struct series_period {
	char kind;			/* 'y', 'q', 'm', 'd' */
	int32_t from_on, to_on;		/* its first and last day */
};

/* Reads "2026", "2026-Q1", "2026-03" or "2026-03-31". */
bool series_period_read(struct series_period *out, const char *text);
/* What was probably meant by a text that is no period, "2026-03" by "3/2026"; false when there is no telling. */
bool series_period_meant(char out[8], const char *text);

/* ------------------------------------------------------------------ CSV */

/* Rows as they came: objects as the JSON interface takes them, and the line each began on. */
struct series_lines {
	json_t *rows;			/* owned */
	const int *line;		/* borrowed from the arena; NULL: rows of a JSON body */
	const char *const *at;		/* borrowed; the pointer of each row, where it is not its place */
	const char *const *written;	/* borrowed; each value as its file says it; or NULL */
};

/*
 * Reads CSV (RFC 4180; also `;`, a byte order mark, decimal commas).  The first
 * line names the columns: those of the JSON rows, one for each dimension, and those
 * that only exports have, which are not read.  ERR_INVALID with a fault a line.
 */
bool series_csv_read(struct series_lines *out, const struct series *s, const char *bytes, size_t len,
		     int rows_max, struct err *e);
/* The same of a table that is read already; out->rows is owned whatever is returned. */
bool series_sheet_read(struct series_lines *out, const struct series *s, const struct sheet *sheet, struct err *e);

/* The columns that exports of the series have, then a line for each of the first `rows` of `r`.  Borrowed from *a. */
const char *series_csv_write(size_t *len, struct arena *a, const struct series *s,
			     const struct db_result *r, int rows);

/* The same for the rows of total_rows. */
const char *series_csv_totals(size_t *len, struct arena *a, const struct series *s,
			      const struct db_result *r);

/* ------------------------------------------------------------------ recording */

struct series_recorded { int64_t batch_id, added, revised, same; };

/* How a batch came, as the table observation_batch says it. */
#define VIA_API "api"
#define VIA_CSV "csv"
#define VIA_COMMAND "command"
#define VIA_SEED "seed"
#define VIA_DEMO "demo"
#define VIA_REPORT "report"

/* The series of that code; ERR_NOT_FOUND with the nearest one.  plan_id 0: none. */
bool series_find(struct series *out, struct db_session *s, const char *code, int64_t plan_id,
		 struct err *e);
/* The same, opened. */
bool series_load(struct series *out, struct db_session *s, const char *code, int64_t plan_id,
		 struct err *e);

/* Checks all rows, then writes all of them or nothing. */
bool series_record(struct series_recorded *out, struct db_session *s, const struct series *series,
		   const struct series_lines *lines, const char *via, int32_t today, struct err *e);

/* Writes rows that are checked already, in one transaction with whatever the session has open. */
bool series_write(struct series_recorded *out, struct db_session *s, const struct series *series,
		  const json_t *rows, const char *via, struct err *e);

/* ------------------------------------------------------------------ reading */

/* Which figures, and how; texts NULL for no condition. */
struct series_asked {
	const char *as_of, *filters;	/* instant; jsonb as observation_page */
	bool exact;
};

/* All figures asked, at most `max`; more is ERR_PARAMETER.  *out is owned (db_result_free). */
bool series_read(struct db_result **out, struct db_session *s, const struct series *series,
		 const struct series_asked *asked, int max, struct err *e);

/* ------------------------------------------------------------------ publications */

/* All published totals asked (as_of and filters alone), at most `max`; more is ERR_PARAMETER.  *out is owned. */
bool publication_totals(struct db_result **out, struct db_session *s, const struct series *series,
			const struct series_asked *asked, int max, struct err *e);

/* Keeps in the journal that somebody opens a sensitive series, once an hour. */
bool series_opened(struct db_session *s, const struct series *series, struct err *e);

#endif
