/*
 * What a graph needs of its inputs: how far back, and by which dimensions.
 */
#include <string.h>

#include "nodes.h"

/* ------------------------------------------------------------------ look-back */

static size_t plus(size_t a, size_t b)
{
	return a == GRAPH_ALL || b == GRAPH_ALL ? GRAPH_ALL : a + b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The length of the periods of each node: that of the inputs, until `to` makes it longer. */
static enum period_step *node_steps(struct arena *a, const struct graph *g, enum period_step step)
{
	enum period_step *of = arena_alloc(a, g->nodes * sizeof *of);

	for (size_t i = 0; i < g->nodes; i++) {
		const struct node *n = &g->node[i];

		of[i] = n->args || n->op != OP_CONST ? step : STEP_MONTH;
		for (int k = 0; k < n->args; k++)
			of[i] = (enum period_step)larger(of[i], of[n->arg[k]]);
		if (n->op == OP_TO)
			of[i] = n->period == 1 ? STEP_QUARTER : STEP_YEAR;
	}
	return of;
}

/* How many of its argument's periods before the present one the operator reads. */
static size_t reads_before(const struct node *n, enum period_step step)
{
	size_t parts = STEP_YEAR / (size_t)step;

	switch (n->op) {
	case OP_LAG:
	case OP_DIFF:
	case OP_CARRY:
		return (size_t)n->n;
	case OP_ROLLING:
	case OP_THEIL_SEN:
		return n->n > 0 ? (size_t)n->n - 1 : 0;
	case OP_YOY:
		return parts;
	case OP_CUMSUM:
		return n->reset == 1 ? parts - 1 : GRAPH_ALL;
	case OP_REACH:
		return GRAPH_ALL;	/* it may have been reached long ago */
	default:
		return 0;
	}
}

/* The need of an argument, in its periods, from that of the node, in its own. */
static size_t need_of_arg(size_t need, const struct node *n, enum period_step of, enum period_step arg)
{
	size_t parts = (size_t)of / (size_t)arg;

	if (n->op != OP_TO)
		return plus(need, reads_before(n, arg));
	return need == GRAPH_ALL ? GRAPH_ALL : need * parts + parts - 1;
}

/* Every node is wanted at every wanted period, since any of them can be explained.  `input` NULL: any. */
static size_t reach_back(const struct graph *g, const char *input, enum period_step step)
{
	struct arena a;
	enum period_step *of;
	size_t *need, most = 0;

	arena_init(&a);
	of = node_steps(&a, g, step);
	need = arena_alloc(&a, g->nodes * sizeof *need);
	for (size_t i = g->nodes; i-- > 0;) {
		const struct node *n = &g->node[i];

		for (int k = 0; k < n->args; k++)
			need[n->arg[k]] = larger(need[n->arg[k]], need_of_arg(need[i], n, of[i], of[n->arg[k]]));
		if ((n->op == OP_INPUT || n->op == OP_ACTIONS) &&
		    (input ? strcmp(n->name, input) == 0 : need[i] != GRAPH_ALL))
			most = larger(most, need[i]);
	}
	arena_free(&a);
	return most;
}

size_t graph_lookback(const struct graph *g, const char *input, enum period_step step)
{
	return reach_back(g, input, step);
}

size_t graph_back(const struct graph *g)
{
	return reach_back(g, NULL, STEP_MONTH);
}

/* ------------------------------------------------------------------ dimensions */

/* Does the node rest on the input? */
static bool *rests_on(struct arena *a, const struct graph *g, const char *input)
{
	bool *does = arena_alloc(a, g->nodes * sizeof *does);

	for (size_t i = 0; i < g->nodes; i++) {
		const struct node *n = &g->node[i];

		does[i] = (n->op == OP_INPUT || n->op == OP_ACTIONS) && strcmp(n->name, input) == 0;
		for (int k = 0; k < n->args; k++)
			does[i] = does[i] || does[n->arg[k]];
	}
	return does;
}

static void add(const char **list, size_t *count, const char *dim)
{
	static const char *const axes[] = { "territory", "period", "quarter", "year", "department", "item" };

	for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
		if (strcmp(axes[i], dim) == 0)
			return;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i], dim) == 0)
			return;
	list[(*count)++] = dim;
}

const char *const *graph_dims(struct arena *a, const struct graph *g, const char *input)
{
	const bool *does = rests_on(a, g, input);
	const char **list;
	size_t most = 1, count = 0;

	for (size_t i = 0; i < g->nodes; i++)
		most += g->node[i].lists + g->node[i].wheres + 1;
	list = arena_alloc(a, most * sizeof *list);
	for (size_t i = 0; i < g->nodes; i++) {
		const struct node *n = &g->node[i];

		if (!does[i])
			continue;
		for (size_t k = 0; n->op == OP_BY && k < n->lists; k++)
			add(list, &count, n->list[k]);
		for (size_t k = 0; k < n->wheres; k++)
			add(list, &count, n->where[k].dim);
		if (n->op == OP_RANK || n->op == OP_SHARE_OF_TOTAL)
			add(list, &count, n->within);
	}
	return list;
}
