/*
 * What the files of server/import share.
 */
#ifndef VIGIE_IMPORT_PARTS_H
#define VIGIE_IMPORT_PARTS_H

#include <jansson.h>
#include <stdint.h>

#include "csv.h"
#include "err.h"
#include "import.h"
#include "json.h"

struct db_session;
struct indicator_lab;

/* ------------------------------------------------------------------ a preview (import_preview.c) */

enum preview_state { PREVIEW_NEW, PREVIEW_CHANGED, PREVIEW_SAME, PREVIEW_REFUSED, PREVIEW_STATES };

/* Being built; rows are counted, those that are wholly the same are not listed. */
struct preview {
	json_t *items, *warnings;	/* owned */
	int rows[PREVIEW_STATES], cells[PREVIEW_STATES];
	enum lang lang;
	struct arena *arena;
};

void preview_open(struct preview *p, struct arena *a, enum lang lang);
void preview_drop(struct preview *p);

/* A row that begins: {"line", "object", "state", "cells"}, line 0 for what has none.  Owned. */
json_t *preview_row(int line, const char *object);
/* A cell of it.  `old` and `new` are taken over, NULL reads as null. */
void preview_cell(struct preview *p, json_t *row, const char *field, enum preview_state state, json_t *old,
		  json_t *new);
/* A refused cell; `given` is what it has, NULL for nothing. */
void preview_refuse(struct preview *p, json_t *row, const char *field, const char *given, const char *code,
		    const char *detail);
/* Ends the row, which it takes over. */
void preview_end(struct preview *p, json_t *row, bool is_new);

/* Puts the rows in the order of their lines, those of one line in the order that they came in. */
void preview_sort(struct preview *p);

/* What a reader of the preview must know beside it; `line` 0: of the whole file. */
void preview_warn(struct preview *p, int line, const char *field, enum msg msg, const char *a, const char *b);

/* Makes the document of it, for `plan` (code), and empties *p.  Owned. */
json_t *preview_close(struct preview *p, const char *plan);

/* ------------------------------------------------------------------ a file as read (import_read.c) */

struct import_asked {		/* texts NULL when not said */
	const char *kind, *series, *date_format, *mapper;
};

struct import_file {
	const char *kind;		/* "plan", "status", "figures" */
	const char *series;		/* of figures; NULL when a mapper read them: each row names its own */
	const char *mapper;		/* that is to read the sheet; NULL: none */
	int64_t mapper_version;		/* that read it; 0: none */
	json_t *document;		/* of a plan; owned */
	struct sheet sheet;		/* of the others; in the arena */
	int rows;			/* objects of a plan */
};

#define IMPORT_KINDS "plan status figures"
#define IMPORT_DATE_FORMATS "YYYY-MM-DD DD/MM/YYYY MM/DD/YYYY DD-MM-YYYY DD.MM.YYYY"

/*
 * Reads what was sent: a plan/1 document, {"rows": [[…], …]} whose first row names the
 * columns, or CSV in UTF-8 or Windows-1252.  Territories as spreadsheets leave them (1,
 * 2a) become codes, and *p says so; days in the declared format become ISO.  A sheet that a
 * mapper is to read (import_map) is left as it is.
 */
bool import_read(struct import_file *out, struct preview *p, const char *bytes, size_t len,
		 const struct import_asked *asked, struct err *e);
/* The rows to keep, as JSON text, and back.  *out as import_read. */
const char *import_content(struct arena *a, const struct import_file *f);
bool import_content_read(struct import_file *out, const char *kind, const char *series, const char *content,
			 struct err *e);
void import_file_close(struct import_file *f);

/* ------------------------------------------------------------------ a foreign spreadsheet (import_map.c) */

struct import_mapping {
	struct indicator_lab *lab;
	const char *organisation;	/* whose figures they are where the mapper names nobody; NULL: not said */
};

/*
 * Has f->mapper read the sheet: f->sheet becomes rows of figures, each with its `series`, under the line that
 * they come from, and *p is told what the mapper warns of and what it refuses, at its cell.  ERR_PARAMETER at
 * mapper for one that is not published or fails; ERR_INVALID for a column that is not in the sheet; ERR_TOO_LARGE
 * for more rows and remarks than a sheet may give (plugin.h); ERR_BUSY.
 */
bool import_map(struct import_file *f, struct preview *p, struct db_session *s, const struct import_mapping *how,
		struct err *e);

/* ------------------------------------------------------------------ status reports (import_status_rules.c) */

#define STATUS_FIELDS "status progress confidence comment reason done_on carried_plan carried_measure"

/* The keys of the rows, for import_states.sql.  Owned. */
json_t *status_keys(struct arena *a, const struct sheet *sheet);
/*
 * Judges each row against what stands where it points (`known`, as import_states.sql gives
 * it).  *writes (owned) gets the reports to keep.  False with faults of the header in *e.
 */
bool status_judge(json_t **writes, struct preview *p, const struct sheet *sheet, const json_t *known,
		  const char *today_text, int32_t today, struct err *e);

/* ------------------------------------------------------------------ the use case (import_service.c) */

/* What a file comes to.  Documents are owned (import_judged_drop). */
struct import_judged {
	json_t *preview;
	json_t *writes;			/* reports to keep, or figures: [{"series", "rows"}, …]; of a plan NULL */
	int refused;			/* cells */
	bool changes;
	char basis[65];			/* of what is new, changed and refused */
};

/* Judges a file against the plan as it is; writes nothing. */
bool import_judge(struct import_judged *out, struct preview *p, struct db_session *s, const struct import_file *f,
		  int64_t plan_id, const char *plan, int32_t today, struct err *e);
void import_judged_drop(struct import_judged *j);

struct import_origin { const char *plan, *file_name, *sha256; };

/* Reads, judges and keeps; *id is the import's. */
bool import_propose(int64_t *id, struct db_session *s, const struct import_file *f, struct import_judged *j,
		    int64_t plan_id, const struct import_origin *origin, struct err *e);

/* What a commit did. */
struct import_done { int64_t plan_id; bool wrote; };

/*
 * Writes an import, all of it or nothing; an open transaction of the session is joined.
 * ERR_NOT_FOUND; ERR_CONFLICT when it has refused cells, was committed, has expired, or
 * its plan is archived; ERR_CHANGED with the import as it would be now in e->current.
 */
bool import_commit(struct import_done *out, struct db_session *s, int64_t id, int32_t today, enum lang lang,
		   struct err *e);

/* The import as answers show it, borrowed from e->arena. */
bool import_document(const char **out, struct db_session *s, int64_t id, struct err *e);

#endif
