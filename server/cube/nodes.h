/*
 * Nodes of a graph as they are kept after reading; private to the module.
 */
#ifndef VIGIE_CUBE_NODES_H
#define VIGIE_CUBE_NODES_H

#include "graph.h"

/* name, arguments at least and at most, attributes that must be there, attributes that may */
#define GRAPH_OPS(X)                                                                               \
	X(INPUT, "input", 0, 0, "name", "")                                                        \
	X(CONST, "const", 0, 0, "x", "")                                                           \
	X(PERIOD_END, "period_end", 0, 0, "", "")                                                  \
	X(ADD, "add", 2, 2, "", "")                                                                \
	X(SUB, "sub", 2, 2, "", "")                                                                \
	X(MUL, "mul", 2, 2, "", "")                                                                \
	X(DIV, "div", 2, 2, "", "")                                                                \
	X(NEG, "neg", 1, 1, "", "")                                                                \
	X(ABS, "abs", 1, 1, "", "")                                                                \
	X(SQRT, "sqrt", 1, 1, "", "")                                                              \
	X(LOG, "log", 1, 1, "", "")                                                                \
	X(CLIP, "clip", 1, 1, "a b", "")                                                           \
	X(ROUND, "round", 1, 1, "", "n")                                                           \
	X(CHOOSE, "choose", 3, 3, "", "")                                                          \
	X(GE, "ge", 2, 2, "", "")                                                                  \
	X(GT, "gt", 2, 2, "", "")                                                                  \
	X(LE, "le", 2, 2, "", "")                                                                  \
	X(LT, "lt", 2, 2, "", "")                                                                  \
	X(EQ, "eq", 2, 2, "", "")                                                                  \
	X(BETWEEN, "between", 1, 1, "a b", "")                                                     \
	X(IS_MISSING, "is_missing", 1, 1, "", "")                                                  \
	X(AND, "and", 2, 2, "", "")                                                                \
	X(OR, "or", 2, 2, "", "")                                                                  \
	X(NOT, "not", 1, 1, "", "")                                                                \
	X(WHERE, "where", 2, 2, "", "")                                                            \
	X(FILL, "fill", 1, 1, "x", "")                                                             \
	X(CARRY, "carry", 1, 1, "n", "")                                                           \
	X(COVERAGE, "coverage", 1, 1, "", "")                                                      \
	X(LAG, "lag", 1, 1, "n", "")                                                               \
	X(DIFF, "diff", 1, 1, "n", "")                                                             \
	X(ROLLING, "rolling", 1, 1, "n over", "coverage")                                          \
	X(CUMSUM, "cumsum", 1, 1, "reset", "")                                                     \
	X(TO, "to", 1, 1, "period over", "missing")                                                \
	X(YOY, "yoy", 1, 1, "", "")                                                                \
	X(PICK, "pick", 1, 1, "where", "")                                                         \
	X(BY, "by", 1, 2, "dims over", "p")                                                        \
	X(RANK, "rank", 1, 1, "", "order ties within")                                             \
	X(SHARE_OF_TOTAL, "share_of_total", 1, 1, "", "within")                                    \
	X(WILSON, "wilson", 2, 2, "part", "level")                                                 \
	X(POISSON, "poisson", 1, 2, "part", "level per")                                           \
	X(RATE_RATIO, "rate_ratio", 2, 4, "part", "level")                                         \
	X(THEIL_SEN, "theil_sen", 1, 1, "n part", "level")                                         \
	X(REACH, "reach", 2, 2, "part", "points min level from direction")                         \
	X(ZSCORE, "zscore", 1, 1, "", "")                                                          \
	X(MAD, "mad", 1, 1, "", "")                                                                \
	X(FUNNEL, "funnel", 2, 2, "part", "level per")                                             \
	X(ACTIONS, "actions", 0, 0, "input column", "")                                            \
	X(AMONG, "among", 0, 0, "list", "")

enum graph_op {
#define X(op, ...) OP_##op,
	GRAPH_OPS(X)
#undef X
	OP_COUNT
};

enum { ARGS_MAX = 4, TREND_MAX = 120 };

/* In the order of their words in read.c. */
enum node_part { PART_VALUE, PART_LOW, PART_HIGH, PART_SLOPE, PART_Z };
enum node_ties { TIES_MIN, TIES_MAX, TIES_MEAN, TIES_FIRST };
/* After those of enum cube_over. */
enum { OVER_LAST = OVER_FIRST + 1 };

struct node_pick {
	const char *dim;
	const char *const *member;
	size_t members;
};

/* Attributes that an operator does not have are 0 or NULL. */
struct node {
	enum graph_op op;
	int line;
	int args, arg[ARGS_MAX];
	const char *name, *column;	/* input or actions; `name` is also the text of a const */
	const char *within;
	const char *from;
	double x, a, b, p, coverage, level, per;
	int n, points, min;
	int over, part, period, reset, order, ties, direction, missing;	/* places in the lists of words */
	const char *const *list;	/* dims, or list */
	size_t lists;
	struct node_pick *where;
	size_t wheres;
};

struct graph {
	struct node *node;
	size_t nodes;
	int value, numerator, denominator, low, high;	/* -1: not given */
	struct {
		const char *name;
		int node;
	} extra[GRAPH_EXTRAS_MAX];
	size_t extras;
	int *protects;
	size_t protects_count;
	const char *note;
};

const char *node_op_name(enum graph_op op);
/* How many months back any input is read, those that are read from their beginning aside. */
size_t graph_back(const struct graph *g);

#endif
