/*
 * Tables out: one sheet of texts, some columns of which are numbers, as CSV, XLSX or ODS.
 */
#ifndef VIGIE_IMPORT_EXPORT_H
#define VIGIE_IMPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

struct db_result;
struct req;

/* A table with what must be known beside it: pairs of texts, NULL-terminated. */
struct export_table {
	const char *name;		/* of its sheet */
	const struct sheet *sheet;
	const char *numbers;		/* blank-separated names of the columns that hold numbers */
	const char *about_name;
	const char *const *about;
};

/* True when the cell is a number and its column holds numbers. */
bool export_is_number(const struct export_table *t, int row, int column);

/* The rows of a query whose columns are those of the table; `names` is borrowed. */
void export_rows(struct sheet *out, struct arena *a, const struct db_result *r, const char *const *names, int columns);

/* Columns of the table of actions that hold numbers. */
#define EXPORT_ACTION_NUMBERS "progress"
/* The actions of the plan of the request with their status, `as_of` NULL: now; borrowed from the request. */
bool export_actions(struct sheet *out, struct req *rq, const char *as_of);

/* Bytes of a file, borrowed from e->arena. */
struct export_file { const char *bytes; size_t len; };

bool export_csv(struct export_file *out, const struct export_table *t, struct err *e);
/* Texts are typed as such, so that 01 and 2A stay what they are and nothing is a formula. */
bool export_xlsx(struct export_file *out, const struct export_table *t, struct err *e);
bool export_ods(struct export_file *out, const struct export_table *t, struct err *e);

/* A zip archive of files; the first may have to be stored as it is (OpenDocument says so). */
struct export_entry { const char *name; const char *bytes; size_t len; bool stored; };
bool export_zip(struct export_file *out, const struct export_entry *entries, int count, struct err *e);

#endif
