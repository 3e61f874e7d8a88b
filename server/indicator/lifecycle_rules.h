/*
 * What a new text of a plugin changes, in its words, its meaning and its values: pure.
 */
#ifndef VIGIE_LIFECYCLE_RULES_H
#define VIGIE_LIFECYCLE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct json_t;

/* How much a text changes, or a version number rises; each includes those before it. */
enum change { CHANGE_NONE, CHANGE_PATCH, CHANGE_MINOR, CHANGE_MAJOR };

/* "none", "patch", "minor", "major".  Static. */
const char *change_name(enum change c);

/*
 * What follows from two descriptions (plugin.about): another unit, direction, kind, frequency, input,
 * default, or a level less is another meaning (major); what is added, or another calculation of the
 * same (`recalculated`), is minor; texts are a patch.  *what: the fields that make it so, joined by
 * ", ", borrowed from *a; "" for none.
 */
enum change meaning_change(const char **what, struct arena *a, const struct json_t *before,
			   const struct json_t *after, bool recalculated);

/* How much `after` rises above `before`, both "1.2.3"; CHANGE_NONE when it does not. */
enum change version_rise(const char *before, const char *after);
/* The least version that rises so much.  Borrowed from *a. */
const char *version_least(struct arena *a, const char *before, enum change c);

/*
 * The lines that differ, with three lines around: {"added","removed","hunks":[{"before","after",
 * "lines":[{"op":" +-","text"}]}]}, `before` and `after` the number of its first line in each
 * text.  Two texts too different to be compared line by line are given whole.  Owned.
 */
struct json_t *text_diff(struct arena *a, const char *before, const char *after);

/*
 * The steps that differ between two calculations (graph.h): {"before","after": how many steps each has, "changes":
 * [{"change","before","after"}]}.  A step is "added" or "removed", "changed" (it does the same with other
 * options), or "rewired" (the same, of other steps); one that only follows from an earlier one that differs is not
 * told.  Each is told as the graph has it, with its "step" from 1; of the result the op is "result" and the name
 * that of the figure.  Owned.
 */
struct json_t *graph_diff(struct arena *a, const struct json_t *before, const struct json_t *after);

/*
 * What becomes of the cells of an indicator, both lists as indicator_trial() gives them: {"levels":
 * [{"level","cells","changed","beside","territories","largest"}], "changes": [{"level","territory","period",
 * "before","after","stays","beside"}]}; the two hundred largest changes, largest first.  A value that appears or goes
 * is a change without a size.  Where the value stays, `stays`, other figures differ, named by `beside` as "low" or
 * "extra.NAME"; these come last, and levels count them apart.  Figures are compared at twelve digits.  Owned.
 */
struct json_t *values_diff(const struct json_t *before, const struct json_t *after);

#endif
