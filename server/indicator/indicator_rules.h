/*
 * What a refresh computes and with which rows: pure.
 */
#ifndef VIGIE_INDICATOR_RULES_H
#define VIGIE_INDICATOR_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "msg.h"

struct json_t;

/* Days since 1970-01-01. */
struct indicator_period {
	char text[8];		/* "2026-03", "2026-Q1", "2026" */
	int32_t first, last;
};

/*
 * The periods of `frequency` ("month", "quarter", "year") from the one that
 * holds day `start` to the one that holds `today`, oldest first; none when
 * `start` is after `today`.  *out is borrowed from *a; the result is their number.
 */
size_t indicator_periods(struct indicator_period **out, struct arena *a, const char *frequency,
			 int32_t start, int32_t today);

/*
 * Must this period be computed?  Its rows are those known at its end (`end_us`,
 * microseconds), so it is settled once it was computed after that; a minute is
 * left for a change that was being kept at that instant.  `computed` are the
 * periods that the present version has values of, blank-separated;
 * `refreshed_us` is when it was last computed, 0: never.
 */
bool indicator_due(const struct indicator_period *p, int32_t today, const char *computed,
		   int64_t refreshed_us, int64_t end_us);

/*
 * The input rows of one cell as plugins take them: {"number": [...], ...} with
 * the columns of `declared`, from rows that are arrays in the order of
 * indicator_rows.sql.  Owned (json_decref).
 */
struct json_t *indicator_columns(const struct json_t *rows, const struct json_t *declared);

/* The place of a column in such a row, past its end when it has none; *text: it holds texts. */
size_t indicator_column(const char *name, bool *text);

/* Are too few of the units that are heard of there to call a figure final?  Under four fifths. */
bool indicator_incomplete(uint32_t received, uint32_t expected);

/* "age=minor;sex=female" as {"age": "minor", "sex": "female"}.  Owned. */
struct json_t *indicator_members(const char *dims);

/*
 * Members asked for, "profession" (each of them) or "profession=police", several with ";": as an array of PostgreSQL of
 * those that are fixed, "{profession=police}".  Borrowed from *a.  NULL: it names what is not among `dims`,
 * the dimensions of the indicator as indicator_dims() gives them, or the same twice; *known then lists what
 * can be asked for, "profession, profession=police, …".
 */
const char *indicator_asked_members(const char **known, struct arena *a, const char *asked,
				    const struct json_t *dims);
/* Is a cell, of "profession=police", one that was asked for? */
bool indicator_has_members(const char *dims, const char *asked);

/*
 * The sentence of a formula under the figures of a cell as it is shown: "{numerator} of {denominator}, {extra} %",
 * numbers written as the language does, rounded to `decimals`.  Borrowed from *a.  NULL: the cell has no
 * value, or not one of the figures that the sentence names.
 */
const char *indicator_note(struct arena *a, const char *sentence, const struct json_t *cell, int decimals,
			   enum lang lang);

/* Seconds before try number `attempts` (from 1): 2, 4, 8 … 300. */
int indicator_backoff_s(int attempts);

#endif
