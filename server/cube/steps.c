/*
 * Steps: what each node of a graph was in one cell, as JSON.
 */
#include <jansson.h>
#include <string.h>

#include "graph.h"

enum { CELLS_MAX = 200 };

static json_t *state_json(const struct cube *c, size_t cell)
{
	uint8_t state = c->state[cell];
	json_t *out = json_pack("{s:s}", "state", state_name(state)), *flags = json_array();

	if ((state & STATE_MASK) == STATE_VALUE && c->label)
		json_object_set_new(out, "text", json_string(c->label->member[(size_t)c->value[cell]]));
	else if ((state & STATE_MASK) == STATE_VALUE)
		json_object_set_new(out, "value", json_real(c->value[cell]));
	else if (state_reason(state))
		json_object_set_new(out, "reason", json_string(state_reason(state)));
	if (state & STATE_PROVISIONAL)
		json_array_append_new(flags, json_string("provisional"));
	if (state & STATE_CARRIED)
		json_array_append_new(flags, json_string("carried"));
	json_object_set_new(out, "flags", flags);
	return out;
}

/* Does the cell belong to what is told?  Its members on the axes that are not fixed go to *at. */
static bool belongs(json_t *at, const struct cube *c, size_t cell, const struct graph_place *w, bool window)
{
	for (size_t i = 0; i < c->axes; i++) {
		size_t member = cell / cube_stride(c, i) % c->axis[i]->count;
		const char *name = c->axis[i]->member[member];
		const char *fixed = json_string_value(json_object_get(w->members, c->axis[i]->name));
		bool period = c->axis[i]->kind == AXIS_PERIOD;

		if (fixed ? strcmp(fixed, name) != 0 :
		    c->axis[i]->kind == AXIS_TERRITORY ? member != w->territory :
		    period ? !window && strcmp(name, w->period) != 0 :
		    c->axis[i]->kind == AXIS_DEPARTMENT ? w->place[member] != (int32_t)w->territory :
		    c->axis[i]->kind == AXIS_ITEM && c->axis[i]->link[0].at[member] != (int32_t)w->territory)
			return false;
		if (!fixed && c->axis[i]->kind != AXIS_TERRITORY && (!period || window))
			json_object_set_new(at, c->axis[i]->name, json_string(name));
	}
	return true;
}

static json_t *cells_json(const struct cube *c, const struct graph_place *w, bool window)
{
	json_t *out = json_array();

	for (size_t cell = 0; cell < c->count && json_array_size(out) < CELLS_MAX; cell++) {
		json_t *at = json_object(), *one;

		if (belongs(at, c, cell, w, window)) {
			one = state_json(c, cell);
			if (json_object_size(at) > 0)
				json_object_set(one, "at", at);
			json_array_append_new(out, one);
		}
		json_decref(at);
	}
	return out;
}

json_t *graph_steps(struct arena *a, const json_t *graph, const struct graph_result *g, const struct graph_place *at)
{
	const json_t *nodes = json_object_get(graph, "nodes");
	json_t *out = json_pack("{s:[], s:O}", "nodes", "out", json_object_get(graph, "out"));

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		json_t *node = json_copy(json_array_get(nodes, i));
		const char *op = json_string_value(json_object_get(node, "op"));

		if (g->node[i]) {
			json_object_set_new(node, "shape", json_string(cube_shape(a, g->node[i])));
			json_object_set_new(node, "cells",
					    cells_json(g->node[i], at, op && strcmp(op, "input") == 0));
		}
		json_array_append_new(json_object_get(out, "nodes"), node);
	}
	return out;
}
