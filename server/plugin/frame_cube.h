/*
 * Actions of fixtures as cubes, one a column.  Private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_FRAME_CUBE_H
#define VIGIE_PLUGIN_FRAME_CUBE_H

#include "column.h"
#include "graph.h"
#include "series_cube.h"

/* Writes one graph_input for each declared column to `out`; returns how many. */
size_t frame_cubes(struct graph_input *out, struct arena *a, const char *name, const json_t *input,
		   const json_t *table, const struct placing *at);

#endif
