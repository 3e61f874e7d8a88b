/*
 * Files in: a plan (plan/1), status reports or figures, from CSV or from the rows of a
 * spreadsheet.  A file is judged first: what is new, changed (old and new), the same, and
 * refused with the reason, cell by cell; that preview is a row, and nothing else is written.
 * Committing it writes all of it or nothing, and is refused (412) when another preview
 * would be made by then.
 *
 * An empty cell changes nothing; SHEET_ERASE (csv.h) erases.  Days are ISO, or in the
 * format declared for the file.  What exports show for withheld counts is left alone, so
 * that what was exported can be imported and changes nothing.
 *
 * A sheet with other columns than ours is read by a mapper, a plugin (`mapper=`): what it makes of
 * each line is figures, of several series at once, judged and committed like any other.
 *
 * Files out: the actions of a plan with their status, or the figures of a series as this
 * person may see them, as CSV, XLSX and ODS.  Each row of actions has its source, its date
 * and, where a title is illustrative, the notice that says so.
 */
#ifndef VIGIE_IMPORT_H
#define VIGIE_IMPORT_H

#include <stdbool.h>

struct config;
struct req;

enum { IMPORT_BYTES_MAX = 20 << 20, IMPORT_ROWS_MAX = 10000, EXPORT_ROWS_MAX = 100000 };

/* Handlers; routes.c says which address each answers. */
bool import_api_find_place(struct req *rq);	/* 404 for the plan, 403 for who imports nothing there */
bool import_api_post(struct req *rq);
bool import_api_list(struct req *rq);
bool import_api_get(struct req *rq);
bool import_api_commit(struct req *rq);
bool export_api_csv(struct req *rq);
bool export_api_xlsx(struct req *rq);
bool export_api_ods(struct req *rq);
bool export_api_package(struct req *rq);	/* all of it in a zip archive, described column by column */

/* `vigie import …`; the exit code. */
int import_cli(const struct config *config, int argc, char **argv);

#endif
