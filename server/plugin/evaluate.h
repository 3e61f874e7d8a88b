/*
 * Evaluate: a formula on fixtures, at one level.  Private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_EVALUATE_H
#define VIGIE_PLUGIN_EVALUATE_H

#include <jansson.h>

#include "check.h"
#include "graph.h"

struct evaluation {
	const struct plugin *p;
	const json_t *graph;		/* borrowed: as traced for this level and these parameters */
	const json_t *tables;		/* borrowed: {"minors": {"territory":[…],…}}, by input */
	const char *level;
	const char *first, *last;	/* periods wanted, of the indicator's frequency */
	const char *home;		/* the territory of rows that name none */
	double least;			/* 0: exact; else what is published, and counts below it hidden */
	bool keep;			/* the cells of every step, too */
	struct graph_budget *budget;	/* of several evaluations; NULL: each its own */
	/* filled by evaluate() */
	const struct axis *territory, *wanted, *department;
	struct graph_result result;	/* the total */
	struct graph_result member;	/* over the dimensions of the result too, where it has some */
};

/* Brings the tables to the level and evaluates.  All is borrowed from *a.  False: *f says why. */
bool evaluate(struct evaluation *e, struct arena *a, struct finding *f);

/*
 * One cell of the result, its declared checks made: that of the total, or with `members`
 * ({"profession": "police"}, more is ignored) one beside it.  False: *f says which does not hold.
 */
bool evaluated_cell(struct plugin_cell *out, struct arena *a, const struct evaluation *e,
		    const char *territory, const char *period, const json_t *members, struct finding *f);

/* The same for the same results, at 12 significant digits. */
uint64_t evaluated_hash(const struct evaluation *e);

#endif
