/*
 * Graphs: a formula as data, traced once from its Lua and evaluated here for any level and period.
 *
 *   {"v":1,
 *    "nodes":[{"op":"input","name":"minors"},
 *             {"op":"rolling","args":[0],"n":12,"coverage":0.75,"over":"sum","line":9}, …],
 *    "out":{"value":5,"numerator":1,"denominator":3,"low":…,"high":…,"extra":{"slope":7}},
 *    "protects":[1,3], "note":"…{value}…"}
 *
 * `args` are places of earlier nodes.  The operators (attributes in braces, `?` may be left out):
 *
 *   input{name} const{x} period_end                  x: a number, or a text for eq; days since 1970-01-01
 *   add sub mul div [a,b] · neg abs sqrt log [a] · clip[s]{a,b} round[s]{n?} · choose[mask,a,b]
 *   ge gt le lt eq [a,b] · between[s]{a,b} · is_missing[s] · and or [m,m] not[m] · where[s,mask]
 *   fill[s]{x} · carry[s]{n} · coverage[s]
 *   lag[s]{n} diff[s]{n} · rolling[s]{n,coverage?,over: sum mean median max min}
 *   cumsum[s]{reset: year never} · to[s]{period: quarter year,over: sum last mean,missing?: na skip} · yoy[s]
 *   pick[s]{where:{dim: member or list}} · by[s] or [s,weight]{dims,over,p?} with over:
 *     sum mean median quantile min max count size share wmean first
 *   rank[s]{order?: desc asc,ties?: min max mean first,within?} · share_of_total[s]{within?}
 *   wilson[k,n]{part: value low high,level?} · poisson[k] or [k,pop]{part,level?,per?}
 *   rate_ratio[a,b] or [a,b,pop_a,pop_b]{part,level?} · theil_sen[s]{n,part: slope low high,level?}
 *   reach[s,goal]{part: value low high,points?,min?,level?,from?,direction?: up down}
 *   zscore[s] · mad[s] · funnel[k,pop]{part: z low high,level?,per?}
 *   actions{input,column} · among{list}
 *
 * Whole numbers go from 0 to 1200, windows of theil_sen and reach to 120; `level` lies within 0 and 1, `p`
 * and `coverage` from 0 to 1.  Left out: level 0.95 (reach 0.90, funnel 0.998), per 1, points 12, min three
 * quarters of points.  theil_sen, too, wants three quarters of its window.
 *
 * Meanings that the contract leaves to the engine:
 * - A series is repeated over the axes that only the other one has.  Otherwise equal axes must have
 *   equal members.  Two states meet as enum state says; 0 as divisor is zero_denominator.
 * - `pick` of one member drops the dimension; of several, narrows it to them.
 * - `by` keeps the period, and the territory that the operand has or leads to; its `dims` say what else
 *   is kept.  Dims that name period are the whole list: {"period"} alone puts all territories together.
 * - `within` ("territory" when left out) says which cells are compared, always of one period:
 *   those of one territory, or, for a series that has nothing below territories, all territories.
 * - rolling and `to` without coverage or missing of their own: every period is needed where the input is `na`,
 *   else at least one; what zero and carry leave unfilled is left out like what skip leaves out.
 * - `among`: a mask of the départements when an input has them as an axis, else of the territories.
 * - zscore, mad, funnel look across the territories (or départements, or items) of one period.
 * - reach: periods from the current one to the day the fitted line meets the goal, from `from` (a
 *   period) when given; once reached, the period in which it was.
 * Statistics and their formulas are in stat.h.
 */
#ifndef VIGIE_GRAPH_H
#define VIGIE_GRAPH_H

#include "cube.h"
#include "finding.h"

struct json_t;
struct graph;

/* BACK: months that all operators together look back, those that read all there is aside. */
enum { GRAPH_NODES_MAX = 500, GRAPH_EXTRAS_MAX = 5, GRAPH_BACK_MAX = 600 };

/* What evaluations may cost together, in figures read: four hundred millions take about a second. */
struct graph_budget {
	uint64_t most, left;
};
#define GRAPH_BUDGET UINT64_C(4000000000)

/* Reads and checks a graph.  *out is borrowed from *a and keeps nothing of `json`.  False: *f says why. */
bool graph_read(const struct graph **out, struct arena *a, const struct json_t *json, struct finding *f)
	__attribute__((nonnull, warn_unused_result));

size_t graph_nodes(const struct graph *g);
/* The nodes whose cells are counts to protect. */
size_t graph_protects(const int **out, const struct graph *g);
/* The note's template, or NULL.  Borrowed from the graph. */
const char *graph_note(const struct graph *g);

/* ------------------------------------------------------------------ what it needs */

#define GRAPH_ALL SIZE_MAX

/*
 * How many periods of `step` (the length of the inputs' periods) before the first wanted one the
 * input is read for; GRAPH_ALL: all there are.  0 for an input that the graph does not read.
 */
size_t graph_lookback(const struct graph *g, const char *input, enum period_step step);

/* The dimensions of the input that the graph names (pick, by, within): NULL-terminated.  Borrowed from *a. */
const char *const *graph_dims(struct arena *a, const struct graph *g, const char *input);

/* ------------------------------------------------------------------ evaluation */

/* A series, or a column of a frame; aggregated to the level, or with a finer axis, by the host. */
struct graph_input {
	const char *name;
	const char *column;	/* NULL: a series */
	const struct cube *cube;	/* borrowed */
	/* Sums over twelve months that are published as such, over the same axes: a rolling sum of the input
	 * takes them where they have a value; NULL; borrowed. */
	const struct cube *year;
};

/*
 * What a graph is evaluated with.  Inputs stand on the axes given here: `period` reaches from the
 * look-back to the last wanted one, the same for all.  Empty axes (no member) serve to check shapes.
 */
struct graph_data {
	const struct axis *territory, *period;	/* borrowed */
	const struct axis *department;		/* NULL: no input has that grain; borrowed */
	const struct graph_input *input;	/* borrowed */
	size_t inputs;
	const struct axis *wanted;		/* periods of the result, in its own step; NULL: all; borrowed */
	const char *const *dims;		/* declared output dimensions; borrowed */
	size_t dims_count;
	bool all_dims;				/* the value must have every one of them */
	bool keep;				/* give the cells of every node too, for explanations */
	double least;				/* smaller counts that are protected become suppressed; 0: none */
	struct graph_budget *budget;		/* taken from; NULL: GRAPH_BUDGET for this one; borrowed */
};

/* Cubes over territory × output dims × wanted periods; NULL: the formula does not give it. */
struct graph_result {
	const struct cube *value, *numerator, *denominator, *low, *high;
	struct graph_extra {
		const char *name;
		const struct cube *cube;	/* texts when its `label` is set */
	} extra[GRAPH_EXTRAS_MAX];
	size_t extras;
	const struct cube **node;	/* of each node, in its own shape; NULL without `keep` */
};

/*
 * Evaluates.  Everything is borrowed from *a; the same input gives the same bits on one machine,
 * and the same 12 digits on any.  Each node takes 9 bytes a cell of its shape until *a is reset.
 * False: shapes or inputs do not fit, or it costs more than its budget (V710); *f says where and how.
 */
bool graph_eval(struct graph_result *out, struct arena *a, const struct graph *g, const struct graph_data *d,
		struct finding *f) __attribute__((nonnull, warn_unused_result));

/* ------------------------------------------------------------------ step by step */

/* A cell of the result. */
struct graph_place {
	size_t territory;		/* its member */
	const char *period;
	const int32_t *place;		/* of each département the member of its territory; borrowed */
	const struct json_t *members;	/* {"profession":"police"}; NULL: the total; borrowed */
};

/*
 * {"nodes":[…],"out":{…}}: the graph with what each node was for that cell, its "shape" and "cells" (200 at most), an
 * input in all periods.  `g` was evaluated with `keep`.  Owned.
 */
struct json_t *graph_steps(struct arena *a, const struct json_t *graph, const struct graph_result *g,
			   const struct graph_place *at);

#endif
