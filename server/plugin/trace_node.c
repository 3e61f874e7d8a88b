/*
 * Nodes: the calculation graph as it grows, each node once.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "trace.h"

void trace_begin(struct trace *t, const json_t *decl, const json_t *result, int line)
{
	json_t *grown = t->grown ? t->grown : json_object();
	json_t *reads = t->reads ? t->reads : json_object();

	json_decref(t->nodes);
	json_decref(t->place);
	json_decref(t->note);
	*t = (struct trace){ .decl = decl, .result = result, .nodes = json_array(), .place = json_object(),
			     .grown = grown, .reads = reads, .line = line };
}

void trace_end(struct trace *t)
{
	json_decref(t->nodes);
	json_decref(t->place);
	json_decref(t->grown);
	json_decref(t->reads);
	json_decref(t->note);
	*t = (struct trace){ 0 };
}

struct trace *trace_of(lua_State *L)
{
	return run_of(L)->trace;
}

int node_add(lua_State *L, const char *op, const int *arg, int args, json_t *attributes, unsigned axes,
	     bool mask)
{
	struct trace *t = trace_of(L);
	json_t *node = attributes ? attributes : json_object();
	size_t n = json_array_size(t->nodes);
	const json_t *known;
	char *key, most[16];

	json_object_set_new(node, "op", json_string(op));
	if (args > 0)
		json_object_set_new(node, "args", json_array());
	for (int i = 0; i < args; i++)
		json_array_append_new(json_object_get(node, "args"), json_integer(arg[i]));
	key = json_dumps(node, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
	known = key ? json_object_get(t->place, key) : NULL;
	if (known || !key) {
		free(key);
		json_decref(node);
		return known ? (int)json_integer_value(known) : refuse(L, op, "@number");
	}
	if (n >= GRAPH_NODES_MAX) {
		snprintf(most, sizeof most, "%d", GRAPH_NODES_MAX);
		return run_raise(L, V242, most, NULL, NULL);
	}
	json_object_set_new(t->place, key, json_integer((json_int_t)n));
	free(key);
	json_object_set_new(node, "line", json_integer(t->line > 0 ? t->line : run_line(L)));
	json_array_append_new(t->nodes, node);
	t->axes[n] = axes;
	t->mask[n] = mask;
	return (int)n;
}

int node_const(lua_State *L, double x)
{
	if (!isfinite(x))
		return run_raise(L, V403, "ctx.const", NULL, NULL);
	return node_add(L, "const", NULL, 0, json_pack("{s:f}", "x", x), 0, false);
}

const char *axes_text(const struct trace *t, unsigned axes, char *out, size_t size)
{
	static const struct {
		unsigned bit;
		const char *name;
	} fixed[] = { { AXES_TERRITORY, "territory" }, { AXES_DEPARTMENT, "department" },
		      { AXES_ITEM, "item" }, { AXES_PERIOD, "period" } };
	size_t at = 0;

	*out = '\0';
	for (int i = 0; i < 4 + t->dims; i++) {
		unsigned bit = i < 4 ? fixed[i].bit : (unsigned)AXES_FIRST_DIM << (i - 4);

		if (axes & bit && at < size)
			at += (size_t)snprintf(out + at, size - at, "%s%s", at > 0 ? " × " : "",
					       i < 4 ? fixed[i].name : t->dim[i - 4]);
	}
	if (*out == '\0')
		snprintf(out, size, "1");
	return out;
}

unsigned axes_named(struct trace *t, const char *name)
{
	const struct dimension_def *known;

	if (strcmp(name, "territory") == 0)
		return AXES_TERRITORY;
	if (strcmp(name, "department") == 0)
		return AXES_DEPARTMENT;
	if (strcmp(name, "period") == 0)
		return AXES_PERIOD;
	if (strcmp(name, "item") == 0)
		return AXES_ITEM;
	known = dimension_find(name);
	for (int i = 0; i < t->dims; i++) {
		if (strcmp(t->dim[i], name) == 0)
			return (unsigned)AXES_FIRST_DIM << i;
	}
	if (!known || t->dims >= TRACE_DIMS_MAX)
		return 0;
	t->dim[t->dims] = known->id;
	return (unsigned)AXES_FIRST_DIM << t->dims++;
}

unsigned axes_meet(lua_State *L, int a, int b)
{
	struct trace *t = trace_of(L);
	unsigned both = t->axes[a] | t->axes[b];
	char left[120], right[120];

	if (both != t->axes[a] && both != t->axes[b])
		run_raise(L, V702, axes_text(t, t->axes[a], left, sizeof left),
			  axes_text(t, t->axes[b], right, sizeof right), NULL);
	return both;
}

/* Marks the inputs under node `at` whose series has the dimension. */
static bool grow(struct trace *t, int at, const char *dimension, bool *seen)
{
	const json_t *node = json_array_get(t->nodes, (size_t)at), *args = json_object_get(node, "args");
	const char *name = json_string_value(json_object_get(node, "name"));
	const json_t *decl = name ? json_object_get(t->decl, name) : NULL;
	const struct series_def *series =
		catalogue_find(json_string_value(json_object_get(decl, "id")));
	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };
	bool found = false;

	if (seen[at])
		return false;
	seen[at] = true;
	if (series && !json_object_get(t->grown, name))
		json_object_set_new(t->grown, name, json_array());
	for (int i = 0; series && i < series_dimensions(dims, series); i++) {
		if (strcmp(dims[i]->id, dimension) != 0)
			continue;
		json_array_append_new(json_object_get(t->grown, name), json_string(dimension));
		found = true;
	}
	for (size_t i = 0; i < json_array_size(args); i++)
		found = grow(t, (int)json_integer_value(json_array_get(args, i)), dimension, seen) || found;
	return found;
}

bool trace_grow(struct trace *t, int at, const char *dimension)
{
	bool seen[GRAPH_NODES_MAX] = { false };

	t->again = grow(t, at, dimension, seen);
	return t->again;
}
