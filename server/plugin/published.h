/*
 * Published: what a publication would show of the tables of a test, by the rules of protect.h, and the
 * attacks on it that the automatic tests make.  Private to server/plugin.
 *
 * A test with audience = "public" is evaluated on this.  It lacks two things that a real publication has: who
 * reports each figure, and the audit, which withholds further totals, for that wants all figures of a country.
 */
#ifndef VIGIE_PLUGIN_PUBLISHED_H
#define VIGIE_PLUGIN_PUBLISHED_H

#include <jansson.h>
#include <stdint.h>

#include "check.h"

/*
 * The smallest count that is shown of an indicator, by its own rule and the floors of its series; 0: it reads no
 * sensitive series itself.  (protected_least() of the server knows the indicators that it reads, too.)
 */
double published_least(const json_t *about);

/* Is it a sensitive series?  Else all of it is shown. */
bool published_input(const json_t *input);
/* Its floor; 0: all of it is shown. */
int64_t published_floor(const json_t *input);

/*
 * Totals are published over all figures, and by one dimension.  "": those of the input are over all;
 * "age": by that; NULL: neither, each figure is shown by itself.
 */
const char *published_way(const json_t *input);

struct published_part {
	double count;
	const char *group;		/* the member that its total is published by */
};

/* The sum of the totals, one a group, that the parts belong to, by the floor of their series.  False: one is hidden. */
bool published_total(double *out, const struct published_part *part, size_t parts, int64_t floor);
/* A figure by itself. */
bool published_figure(double *out, double count, int64_t floor);

/*
 * Changes the table of input `name` of a test into one of an attack.  All counts become the same, large enough to
 * be shown, but one of the expected cell.  Rows: the second of the first series is a little larger, so that the
 * difference to another of the series is small; series: the first of the second series is, so that that of two
 * series is; twice: everything is twice as much.  Hidden: the first of the first series is too small to be
 * shown; moved: it is one more.
 */
void published_attack(json_t *table, const json_t *about, const char *name, enum attack attack,
		      const json_t *expect);

#endif
