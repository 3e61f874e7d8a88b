/*
 * What answers say of figures that have a target: pure.
 */
#ifndef VIGIE_TARGET_RULES_H
#define VIGIE_TARGET_RULES_H

#include <stdbool.h>

#include "arena.h"

struct json_t;

/*
 * Tells each cell from the baseline's period on what its target says of it: "expected", the path at
 * the end of its period, and where there is a value "progress_rate" {"raw", "clipped"}, null when
 * baseline and target are equal, and "status", null where there is no judgement.  Nothing by one that was set for a
 * former method.
 *
 * `targets` as target_courses.sql gives them; `cells` by territory, then period, all of one indicator.
 * The status of a cell follows from the values before it, whichever cells are shown: a figure that
 * trembles at an edge does not change its colour each month.
 */
void target_tell(struct json_t *cells, const struct json_t *targets, struct arena *a);

/* The same for the items of a list of indicators, with "target" and "baseline" beside it, be it former or not. */
void target_tell_items(struct json_t *items, const struct json_t *targets, struct arena *a);

#endif
