/*
 * Catalogue: the series that inputs may name, as built in from plugins/series.json, so that a
 * check needs neither server nor database.
 */
#ifndef VIGIE_PLUGIN_CATALOGUE_H
#define VIGIE_PLUGIN_CATALOGUE_H

#include <stdbool.h>

enum { DIMENSIONS_MAX = 6, MEMBERS_MAX = 16 };

struct dimension_def {
	const char *id;
	const char *words;			/* its members, blank-separated */
	const char *labels[2];			/* by enum lang: the same as people read them, separated by | */
	bool derived;				/* from the organisation: nobody types it */
};

struct series_def {
	const char *id;
	const char *name[2];			/* by enum lang */
	const char *level;			/* "national" or "department" */
	const char *periodicity;		/* "month" or "year" */
	const char *over_territories, *over_time;	/* "sum", "mean", "last" or "none" */
	bool sensitive;
	int floor;				/* of a sensitive one: the smallest count that is shown */
	const char *dims;				/* blank-separated */
};

/* The series of that id (static), or NULL; `id` may be NULL. */
const struct series_def *catalogue_find(const char *id);

/* All ids, NULL-terminated.  Static. */
const char *const *catalogue_ids(void);

/* The dimension of that id (static), or NULL. */
const struct dimension_def *dimension_find(const char *id);

/* The dimensions of the series, NULL-terminated; returns how many. */
int series_dimensions(const struct dimension_def *out[DIMENSIONS_MAX + 1], const struct series_def *s);

#endif
