/*
 * The columns of one series, as the files that fill and read them share them.
 *
 * A row is 16 bytes.  `what`, from the highest bit: territory 8, organisation
 * 11, members 10, span 12 (with them, the figure: 41), source 8, state 2,
 * provisional 1, fictitious 1, high part of the value 11.  `when`: instant 51
 * (microseconds since 2000), low part of the value 13.  A value is a whole
 * number below 2^23, or the place of any other number in `wide`.
 *
 * Rows are in the order of figures, and of one figure the retained one comes
 * first.  Lists are sorted, so that this order says nothing of how rows came.
 */
#ifndef VIGIE_SERIES_COLUMNS_H
#define VIGIE_SERIES_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "observation.h"

struct column_row { uint64_t what, when; };

enum {
	TERRITORY_BITS = 8, ORGANISATION_BITS = 11, DIMS_BITS = 10, SPAN_BITS = 12, SOURCE_BITS = 8,
	FIGURE_SHIFT = 23,	/* what >> FIGURE_SHIFT is the figure */
	FIGURE_BITS = TERRITORY_BITS + ORGANISATION_BITS + DIMS_BITS + SPAN_BITS,
	VALUE_LOW_BITS = 13, VALUE_BITS = 24,
};

/* A list of names, sorted by columns_sort(). */
struct name_list {
	struct name { char *text; int64_t number, second; } *item;	/* owned, texts too */
	size_t count, room;
	uint16_t *slot;		/* owned; where a hash finds an item, from 1 */
	bool grown;		/* has items that are not in their place yet */
};

/* A source is a vintage and a rank: its own name decides nothing. */
enum { LIST_TERRITORY, LIST_ORGANISATION, LIST_DIMS, LIST_SPAN, LIST_SOURCE, LISTS };

/* Of what a set is: of all that was said, of what was published of figures or of totals, of what is invented. */
enum set_kind { SET_SAID, SET_FIGURES, SET_TOTALS, SET_INVENTED };

struct observation_set {
	int64_t series_id, plan_id;
	enum set_kind kind;
	int64_t publication;		/* of what is published: the last one that was read */
	char *snapshot;			/* owned; what was committed at the last load; NULL: nothing was read */
	struct name_list list[LISTS];	/* number: organisation, first day, rank; second: last day */
	struct column_row *row;		/* owned */
	size_t rows, sorted, room;	/* rows from `sorted` on are not in their place yet */
	double *wide;			/* owned */
	size_t wides, wide_room;
	int64_t *odd;			/* owned; batches read although their transaction seems to come */
	size_t odds;
	uint64_t loads;
	void *companion;		/* observation_companion() */
	void (*forget)(void *companion);
};

/* One observation as it is added.  Texts are copied. */
struct column_fact {
	const char *territory, *dims, *vintage;
	int64_t organisation, recorded_us;
	int32_t from_on, to_on;
	int rank;
	enum observation_state state;
	double value;
	bool provisional, fictitious;
};

/* False: one of the lists is full, or the instant is none of 2000 to 2071. */
bool columns_add(struct observation_set *set, const struct column_fact *fact);
/* Puts what was added in its place.  To be called before anything is read. */
void columns_sort(struct observation_set *set);
void columns_clear(struct observation_set *set);

#endif
