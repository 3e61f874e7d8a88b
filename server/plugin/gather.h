/*
 * Gather: the figures of a fixture brought to what an input declares: its members, its
 * dimensions, its territories, and what it does with what is missing.
 *
 * A cell is the aggregate of its parts: one part for each département, organisation and hidden
 * member that the fixture ever speaks of.  "na": one part missing makes it missing; "skip": what
 * is there; "zero": a part is 0 from the first period of the fixture on; "carry": the last
 * figure of each part, marked.
 */
#ifndef VIGIE_PLUGIN_GATHER_H
#define VIGIE_PLUGIN_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "check.h"
#include "cube.h"

/* The cell that rows are wanted for. */
struct want {
	const char *territory, *level, *period;
	int32_t as_of;			/* day; what is known by then */
	const json_t *about, *params;	/* description; overrides of its parameters, or NULL */
	double least;			/* 0: exact; else as gather_open() */
	bool *hidden;			/* set when a figure is not shown; NULL with exact ones */
};

struct gather;

/*
 * Prepares a table of a series, of populations or of another indicator.  Borrowed from *a.  `least`: 0,
 * or of a sensitive series what is published is gathered, and counts below it are hidden.
 */
struct gather *gather_open(struct arena *a, const json_t *input, const json_t *table, double least);

struct gathered {
	double value;
	bool has;			/* false: not reported */
	bool carried;
	bool hidden;			/* there is one, and it is not shown */
};

/* The figure of `territory` and `period`; `members` has one text for each declared dimension. */
struct gathered gather_cell(const struct gather *g, const char *territory, const char *level,
			    const char *period, const char *const *members);

/* The sum over the twelve months that end with `period`, when it is published as such; else has is false. */
struct gathered gather_year(const struct gather *g, const char *territory, const char *level,
			    const char *period, const char *const *members);

/* The period `n` periods after (before when negative) one of the same length. */
const char *period_shift(struct arena *a, const char *period, int n);

/* The length of the periods that an input comes in, of which `table` may tell; of actions and the like `otherwise`. */
enum period_step gather_step(const json_t *input, const json_t *table, enum period_step otherwise);

/* The rows of one input for one cell, as struct plugin_job has them.  Owned. */
json_t *gather_rows(struct arena *a, const json_t *input, const json_t *table, const struct want *w);

#endif
