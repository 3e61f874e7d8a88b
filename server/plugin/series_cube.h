/*
 * Series of fixtures as cubes.  Private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_SERIES_CUBE_H
#define VIGIE_PLUGIN_SERIES_CUBE_H

#include <jansson.h>

#include "cube.h"

/* Where figures are put. */
struct placing {
	const struct axis *territory, *department, *period;
	const char *level;
	const char *home;		/* the territory of rows that name none */
	double least;			/* 0: exact; else what is published, and counts below it hidden */
};

/*
 * The cube of a series, reference or indicator_value.  *year: sums over twelve months that are published as such
 * (graph.h); NULL: exact.  Borrowed from *a.
 */
const struct cube *series_cube(const struct cube **year, struct arena *a, const json_t *input,
			       const json_t *table, const struct placing *at);

#endif
