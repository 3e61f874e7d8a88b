/*
 * What a monthly answer must be before it is kept: pure.
 */
#ifndef VIGIE_CAMPAIGN_RULES_H
#define VIGIE_CAMPAIGN_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "arena.h"
#include "err.h"

enum { COMMENT_MAX = 4000, REASON_MAX = 1000, MISSING_MAX = 300, TYPED_MAX = 100, ITEMS_MAX = 500, SERIES_MAX = 60 };

/*
 * Reads a number as people type it: blanks of any kind between digits, a decimal comma or point, "1 234,5".
 * False for anything else, a sign and an empty text included.
 */
bool typed_number(double *out, const char *text);

/* {"sex":"female","age":"minor"} as "age=minor;sex=female"; "" for an empty object.  Borrowed from *a. */
const char *dims_text(struct arena *a, const json_t *dims);

/* "2026-03" of the years 2000 to 2099. */
bool is_month(const char *text);

/*
 * The figures to keep of what was typed: an owned array of {"series", "dims", "answer", "value", "reason"} for
 * each of `cells` (as campaign_report_find gives them) that is expected or was returned.  What was typed beside is
 * left out.  Faults point at the figure in the report, "#/figures/3/value": not a number, nothing given where an
 * answer is due, another answer than the one that stands.
 */
bool answers_read(json_t **out, const json_t *cells, const json_t *items, struct err *e);

/* The item of a draft that is about this figure, or NULL.  Borrowed from `items`. */
const json_t *item_of(struct arena *a, const json_t *items, const char *series, const char *dims);
/* Is it to be sent: expected, or returned? */
bool figure_is_open(const json_t *cell);

/* One answer: "typed" a number, else "state" missing with "reason" or not_applicable; `base` its pointer. */
bool answer_read(json_t **out, const json_t *item, const char *base, struct err *e);

/*
 * The body of a draft: {"figures": [{"series", "dims", "typed", "state", "reason", "confirmed"}], "comment"}, kept as
 * typed: a text that is no number is no fault yet; "confirmed" says why a figure that a rule stops is right.
 */
bool draft_check(const json_t *body, struct err *e);

#endif
