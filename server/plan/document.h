/*
 * Private to server/plan: reading a plan/1 document against what the database has.
 *
 * Both sides are the same JSON: the document that was given, and the plan as it
 * would be exported now.  What differs becomes the preview for people and the
 * rows to write; nothing here knows a database.
 */
#ifndef VIGIE_PLAN_DOCUMENT_H
#define VIGIE_PLAN_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "err.h"
#include "json.h"

/* What the document is compared with; borrowed. */
struct import_known {
	const json_t *plan;		/* as exported; NULL: the plan is new */
	const json_t *organisations;	/* by code: code, name_fr, name_en, kind */
	const json_t *territories;	/* by code: [level, parent or null] */
	bool zone_known;		/* the document's time zone exists */
	const char *today;		/* "2026-11-21" */
	enum lang lang;			/* of the warnings */
};

/* What an import would do; both owned (json_decref). */
struct import_result {
	json_t *preview;
	json_t *changes;
};

/*
 * Reads the whole document.  False when something is refused: every fault is in
 * *e, and the preview says the same; `changes` must then not be written.
 */
bool import_check(struct import_result *out, const json_t *document,
		  const struct import_known *known, struct err *e);

/* ---------------------------------------------------------------- one object (import_field_rules.c) */

enum field_kind {
	FIELD_TEXT, FIELD_TEXTS, FIELD_DAY, FIELD_WHOLE, FIELD_DECIMAL, FIELD_TRUTH, FIELD_CHOICE,
	FIELD_ORGANISATION, FIELD_ORGANISATIONS, FIELD_PARENT, FIELD_COUNTS,
	FIELD_IGNORED,			/* known by name, read elsewhere or not at all */
};

enum field_flags {
	FIELD_ERASABLE = 1,		/* null erases it */
	FIELD_NEEDED = 2,		/* a new object must have it */
	FIELD_NO_STATE = 4,		/* said with a change, never compared: reason */
};

struct field {
	const char *name;		/* NULL ends a table */
	enum field_kind kind;
	unsigned flags;
	double max;			/* characters, or the greatest number */
	const char *choices;		/* of FIELD_CHOICE; of FIELD_PARENT the list it points into */
	double min;			/* the least number */
};

/* The work in progress: what is known so far of both sides. */
struct import {
	struct err *e;
	const struct import_known *known;
	const json_t *document;		/* borrowed */
	json_t *organisations;		/* by code, those of the document included; owned */
	json_t *numbers;		/* "measures" → number → the merged object; owned */
	json_t *items, *warnings;	/* of the preview; owned */
	json_t *changes;		/* list name → rows; owned */
	const char *start_on, *end_on;	/* of the plan once read; NULL when faulty */
	int created, changed, same;
	bool told_of_status;
};

/*
 * Reads the fields of one object over `old` (NULL: it is new).  Each fault goes
 * to the error.  *merged is `old` with what is given put in (owned); *diff lists
 * {"field", "old", "new"} (owned), empty when nothing differs.
 */
void import_merge(struct import *im, const struct json_reader *r, const struct field *fields,
		  const json_t *old, json_t **merged, json_t **diff);

/* True when both mean the same: null is absence, 1 is 1.0, lists of codes have no order. */
bool import_same(const json_t *a, const json_t *b, enum field_kind kind);

/* A fault at `pointer` unless the organisation is known. */
bool import_organisation(struct import *im, const char *pointer, const char *code);

/* A text field of an object, or NULL. */
const char *import_text(const json_t *object, const char *field);

/* One more line of the preview: "new", "changed" (with its fields) or, counted only, the same. */
void import_item(struct import *im, const char *object, const char *number, const json_t *merged,
		 bool is_new, json_t *diff);

void import_warn(struct import *im, const char *pointer, enum msg msg, const char *a, const char *b,
		 const char *c);

/* Appends a row (taken over) to the rows of `list`. */
void import_row(struct import *im, const char *list, json_t *row);

/* ---------------------------------------------------------------- parts of actions (import_part_rules.c) */

/* Lead, co-leads and partners: one role each; what changes becomes rows of "assignments". */
void import_carriers(struct import *im, const struct json_reader *r, const char *object,
		     json_t *merged, const json_t *old, json_t *diff);
/* Milestones, budget lines, deployments: rows for what differs, lines in `diff`. */
void import_milestones(struct import *im, const struct json_reader *r, const json_t *merged,
		       const json_t *old, json_t *diff);
void import_budget(struct import *im, const struct json_reader *r, const json_t *merged,
		   const json_t *old, json_t *diff);
void import_deployments(struct import *im, const struct json_reader *r, const json_t *merged,
			const json_t *old, json_t *diff);
/* A due date that moves says why; the initial one stays. */
void import_due_dates(struct import *im, const struct json_reader *r, const json_t *merged,
		      const json_t *old, const char *reason);

#endif
