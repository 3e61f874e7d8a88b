/*
 * Trace: a formula run once with symbolic series, and the graph that comes out (graph.h).
 * Only the sandbox process includes this.  Everything that takes a lua_State may raise.
 *
 * A series in Lua is a userdata that names a node; operators and methods add nodes.  Equal nodes
 * are one.  The axes of each node are followed, so that a mistake is told on its own line.
 */
#ifndef VIGIE_PLUGIN_TRACE_H
#define VIGIE_PLUGIN_TRACE_H

#include "graph.h"
#include "run.h"

enum {
	AXES_TERRITORY = 1,
	AXES_DEPARTMENT = 2,
	AXES_ITEM = 4,
	AXES_PERIOD = 8,
	AXES_FIRST_DIM = 16,	/* and its doubles: the names of trace.dim */
	TRACE_DIMS_MAX = 20,
	TRACE_N_MAX = 120,	/* periods of a window or a lag */
	TRACE_POINTS_MIN = 3,	/* of a trend with its interval */
};

struct trace {
	const json_t *decl;		/* borrowed: the declared inputs, settled */
	const json_t *result;		/* borrowed: the result's own dimensions; NULL: none */
	json_t *nodes;			/* owned, as all that follows */
	json_t *place;			/* text of a node → its place */
	json_t *grown;			/* {"minors":["age"]}: dimensions that the graph was seen to use */
	json_t *reads;			/* {"level":true}: what a new trace may change */
	json_t *note;			/* NULL: none */
	int note_line;			/* where it was given */
	unsigned axes[GRAPH_NODES_MAX];
	bool mask[GRAPH_NODES_MAX];
	const char *dim[TRACE_DIMS_MAX];	/* static texts of the catalogue */
	int dims;
	int line;			/* told for every node; 0: the line that made it */
	bool again;			/* `grown` grew: the trace must be made again */
};

/* Starts a trace; `grown` and `reads` of an earlier attempt are kept. */
void trace_begin(struct trace *t, const json_t *decl, const json_t *result, int line);
void trace_end(struct trace *t);
struct trace *trace_of(lua_State *L);

/* Sets up the metatables of symbolic values.  Once a state. */
void trace_setup(lua_State *L);

/* Pushes the ctx of formula for r->cell. */
void trace_context(lua_State *L);

/* The graph of what formula returned at `index`.  Owned. */
json_t *trace_result(lua_State *L, int index);

/* ------------------------------------------------------------------ nodes: trace_node.c */

/* The place of a node; takes over `attributes` (an object, or NULL for none). */
int node_add(lua_State *L, const char *op, const int *arg, int args, json_t *attributes, unsigned axes,
	     bool mask);
int node_const(lua_State *L, double x);
/* The axes of two that meet; raises when neither holds the other. */
unsigned axes_meet(lua_State *L, int a, int b);
/* "territory × period × age" */
const char *axes_text(const struct trace *t, unsigned axes, char *out, size_t size);
/* The bit of a dimension or axis by its name; 0: there is no such name. */
unsigned axes_named(struct trace *t, const char *name);
/* True when an input that node `at` rests on could have that dimension; then the trace starts again. */
bool trace_grow(struct trace *t, int at, const char *dimension);

/* ------------------------------------------------------------------ values: trace_series.c, trace_options.c */

void push_series(lua_State *L, int node);
/* A series or a number at `index`, as a node; raises for `what` otherwise. */
int take_series(lua_State *L, int index, const char *what);
int take_mask(lua_State *L, int index, const char *what);
double take_number(lua_State *L, int index, const char *what);
/* A whole number from `least` to `most`. */
int take_count(lua_State *L, int index, const char *what, int least, int most);
/* Raises V255 when `what` was given more than `most` arguments. */
void take_no_more(lua_State *L, int most, const char *what);
/* A share from 0 to 1; V254 tells 0.75 to who wrote 75, else the usual one. */
double take_share(lua_State *L, int index, const char *what, const char *usual);
/*
 * The options of `what` into `to`: the table at `index`, its last argument, or nothing.  Raises for what is no table,
 * for a name that is not one of `known` (OPTIONS_… of classes.lua) and for a value that is none of the option.
 */
void take_options(lua_State *L, json_t *to, int index, const char *what, const char *const *known);
/* Raises V243: `what` expects `wanted`. */
int refuse(lua_State *L, const char *what, const char *wanted);

/* A frame over the rows of an input (trace_frame.c). */
void push_frame(lua_State *L, const char *input);
/* A window or a group that waits for its :sum() and the like (trace_group.c). */
void push_group(lua_State *L, int node, json_t *attributes, const char *op, unsigned axes);
const char *symbol_class(lua_State *L, int index);

#endif
