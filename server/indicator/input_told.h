/*
 * What territories told, summed to the cells of a layout and kept beside the series until they tell more.
 *
 * The cells of a territory depend on its rows and the layout alone, and rows only ever get more: those of a territory
 * that has as many as before are what they were.  A report is so paid for by the territory that it speaks of, whatever
 * the number of the others, and the levels of an indicator share the sums.
 */
#ifndef VIGIE_INDICATOR_INPUT_TOLD_H
#define VIGIE_INDICATOR_INPUT_TOLD_H

#include "input_layout.h"

/* What has been met in a cell. */
enum { SEEN_HOLE = 1, SEEN_EMPTY = 2, SEEN_HIDDEN = 4, SEEN_REFUSED = 8,
       SEEN_APART = 16 };	/* told without its neighbours, or carried over */

struct cell_sum {
	double sum, rest;		/* Neumaier's compensated sum; of PARTS_MIN and PARTS_MAX the value */
	uint32_t values;
	uint8_t seen, flags;		/* flags: of states, as cube.h has them */
};

/* Adds to the parts of a cell others that come after them. */
void cell_sum_add(struct cell_sum *to, const struct cell_sum *from, enum over_parts over);

struct told {
	struct cell_sum *sum;		/* rows × periods of the layout */
	struct cover *cover;		/* of each period: organisations that were heard of, and that answered */
};

struct telling;
/* Borrowed from the arena of the stage.  The set must not be loaded again meanwhile. */
struct telling *input_telling(const struct layout *l, struct observation_set *set);

/* The first own period in which anything asked was told, where holes are zeros from then on; -1: none. */
int input_opening(const struct telling *t);

/* What a territory of the set told, until the next call; NULL: it is none of the plan's. */
const struct told *input_told(struct telling *t, size_t territory);

#endif
