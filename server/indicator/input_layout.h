/*
 * Layouts: where every part of a series counts for one input, whatever the level.
 *
 * A part is what one organisation of one territory told of one combination of members.  Its own periods, those of the
 * series, are put together to the periods of the stage; its combination goes to one row of cells, a row for each
 * combination of the dimensions kept apart.
 */
#ifndef VIGIE_INDICATOR_INPUT_LAYOUT_H
#define VIGIE_INDICATOR_INPUT_LAYOUT_H

#include "input.h"

enum over_parts { PARTS_SUM, PARTS_MEAN, PARTS_MIN, PARTS_MAX };
enum over_time { TIME_SUM, TIME_MEAN, TIME_LAST };

/* All borrowed from the arena of the stage. */
struct layout {
	struct arena *a;
	const struct input_stage *stage;
	const struct observation_set *set;
	const struct input_series *series;
	const json_t *input;
	const struct axis *dim[CUBE_AXES_MAX];	/* the dimensions kept apart, as the input names them */
	size_t dims, rows, periods;		/* cells of a territory: rows × periods of the stage */
	enum cube_missing missing;
	enum over_parts over_parts;
	enum over_time over_time;
	/* the series' own periods */
	int first_month, own;			/* month of the first; how many */
	int *own_at, own_count;			/* of each period: its first one; how many each has */
	int32_t *own_of_span;			/* -1: no whole period */
	bool *whole;				/* of each span: told of all the period, not of one of its days */
	/* combinations of members that the series uses */
	size_t combinations;
	int32_t *row_of[FORCES];		/* of each, by force; -1: not asked */
	int32_t *group;				/* `complete`: combinations that must be told together; NULL: none */
	int needed;				/* how many of them */
	/* territories and organisations of the set */
	int32_t *department_of;			/* -1: none; -2: the nation */
	enum force *force_of;
};

/* `dims` as input_series().  Where the stage has no period nothing is told but members. */
struct layout *input_layout(const struct input_stage *stage, const struct observation_set *set,
			    const struct input_series *series, const json_t *input, const char *const *dims);

/*
 * All that decides, beside its rows, what the cells of a territory are, the instant apart: two layouts of one set
 * with the same bytes lead to the same cells.  Borrowed from the arena of the stage.
 */
const void *input_layout_key(size_t *length, const struct layout *l);

/* From the first row on, with the vintage that the input asks for. */
struct observation_cursor input_cursor(const struct layout *l);

#endif
