/*
 * Invented figures: shapes that look like those of a real plan, of which nothing is true.
 *
 * Each number is a function of the seed and of what it counts, where and when, so that the same seed gives the same
 * figures on any machine and on any day.  Counts follow population, with a factor of each département; a season and a
 * slow rise; zeros; départements that stopped reporting or never did; reports that come late; figures revised later.
 */
#ifndef VIGIE_SERIES_INVENTED_H
#define VIGIE_SERIES_INVENTED_H

#include <stdbool.h>
#include <stdint.h>

#include "parts.h"

enum { INVENTED_PLACES_MAX = 120 };

/* How the figures of one series are made. */
struct invented_shape;
/* The i-th that there is, NULL past the last; that of a series, NULL when it has none. */
const struct invented_shape *invented_shape(size_t i);
const struct invented_shape *invented_shape_of(const char *code);
const char *invented_code(const struct invented_shape *shape);		/* of its series */
const char *invented_organisations(const struct invented_shape *shape);	/* who reports it; separated by blanks */

/* Months are counted from January 1970. */
int32_t invented_month(int32_t day);
void invented_month_text(char out[8], int32_t month);	/* "2026-03" */

/* The départements with their populations; codes are borrowed from e->arena. */
struct invented_places {
	struct invented_place { const char *code; double population; } place[INVENTED_PLACES_MAX];
	int count;
};
bool invented_places(struct invented_places *out, struct db_session *s, struct err *e);

/* One figure as it would have been reported.  Texts are borrowed from the arena and from what was asked. */
struct invented {
	const char *territory, *dims;
	int32_t month, from_on, to_on;
	double value;
	int64_t recorded_us;
	bool provisional;
};

/* What is to be made: the figures of one organisation.  All borrowed. */
struct invention {
	struct arena *arena;
	long seed;
	const struct invented_places *places;
	const struct invented_shape *shape;
	const struct series *series;	/* opened: its dimensions give the members */
	const char *organisation;
	int32_t first, last;		/* months, both included */
	int32_t present;		/* the last month that has ended; some fell silent a while before it */
	int64_t now_us;			/* nothing was reported later */
	bool (*take)(void *arg, const struct invented *figure);	/* false: stop */
	void *arg;
};

/* First all as they were reported, then what was revised, each by month, département and members.  False: stopped. */
bool invent(const struct invention *what);

#endif
