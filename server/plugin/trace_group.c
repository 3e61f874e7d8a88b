/*
 * Symbolic windows and groups: what rolling and by start and :sum() and the like end; and the
 * methods that look across dimensions.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "fence.h"
#include "text.h"
#include "trace.h"

#include "gen/plugin_options.inc"

struct group {
	int node;
	unsigned axes;		/* of the result */
	bool window;		/* rolling; otherwise by */
	bool rows;		/* by over the rows of a frame */
};

void push_group(lua_State *L, int node, json_t *attributes, const char *op, unsigned axes)
{
	char *text = json_dumps(attributes, JSON_COMPACT | JSON_REAL_PRECISION(17));
	struct group *g = lua_newuserdatauv(L, sizeof *g, 1);

	*g = (struct group){ .node = node, .axes = axes, .window = strcmp(op, "rolling") == 0,
			     .rows = strcmp(op, "rows") == 0 };
	luaL_setmetatable(L, "vigie.group");
	lua_pushstring(L, text);
	lua_setiuservalue(L, -2, 1);
	free(text);
	json_decref(attributes);
}

/* The end of a window or group.  `extra` adds an argument node; -1: none. */
static int ended(lua_State *L, const char *over, int weight, json_t *more)
{
	struct group *g = lua_touserdata(L, 1);
	json_t *attributes;
	bool mask = trace_of(L)->mask[g->node];
	bool counts = text_in_list(over, "count share size");

	if (g->window ? !text_in_list(over, "sum mean median max min") : g->rows && !text_in_list(over, "count size"))
		return run_raise(L, V206, over, "@a_group",
				 g->window ? "sum, mean, median, max, min" : "count, size");
	if (counts && strcmp(over, "size") != 0 && !mask && !g->rows)
		return refuse(L, over, "@mask");
	if (mask && !counts)
		return run_raise(L, V237, over, NULL, NULL);
	lua_getiuservalue(L, 1, 1);
	attributes = json_loads(lua_tostring(L, -1), 0, NULL);
	json_object_set_new(attributes, "over", json_string(g->rows ? "size" : over));
	json_object_update(attributes, more);
	json_decref(more);
	push_series(L, node_add(L, g->window ? "rolling" : "by", (const int[]){ g->node, weight },
				weight >= 0 ? 2 : 1, attributes, g->axes, false));
	return 1;
}

static int end(lua_State *L, const char *over)
{
	const char *class = symbol_class(L, 1);

	if (!class || strcmp(class, "group") != 0)
		return run_raise(L, V248, over, NULL, NULL);
	return ended(L, over, -1, NULL);
}

int trace_sum(lua_State *L)
{
	return end(L, "sum");
}

int trace_mean(lua_State *L)
{
	return end(L, "mean");
}

int trace_median(lua_State *L)
{
	return end(L, "median");
}

int trace_min(lua_State *L)
{
	return end(L, "min");
}

int trace_max(lua_State *L)
{
	return end(L, "max");
}

int trace_count(lua_State *L)
{
	return end(L, "count");
}

int trace_size(lua_State *L)
{
	return end(L, "size");
}

int trace_share(lua_State *L)
{
	return end(L, "share");
}

int trace_first(lua_State *L)
{
	return end(L, "first");
}

int trace_quantile(lua_State *L)
{
	const char *class = symbol_class(L, 1);
	double p;

	if (!class || strcmp(class, "group") != 0)
		return run_raise(L, V248, "quantile", NULL, NULL);
	p = take_share(L, 2, "quantile", "0.5");
	return ended(L, "quantile", -1, json_pack("{s:f}", "p", p));
}

int trace_wmean(lua_State *L)
{
	const char *class = symbol_class(L, 1);
	struct group *g;
	int weight;

	if (!class || strcmp(class, "group") != 0)
		return run_raise(L, V248, "wmean", NULL, NULL);
	g = lua_touserdata(L, 1);
	weight = take_series(L, 2, "wmean");
	axes_meet(L, g->node, weight);
	return ended(L, "wmean", weight, NULL);
}

/* ------------------------------------------------------------------ dimensions */

static int self_of(lua_State *L, const char *name)
{
	const char *class = symbol_class(L, 1);

	if (!class || strcmp(class, "series") != 0)
		return run_raise(L, class ? V241 : V248, name, NULL, NULL);
	return *(int *)lua_touserdata(L, 1);
}

/* Raises: `name` is no dimension of the node; or starts again when an input has it. */
static int no_dimension(lua_State *L, int node, const char *name)
{
	struct trace *t = trace_of(L);
	char shape[120];

	(void)trace_grow(t, node, name);
	return run_raise(L, V240, name, axes_text(t, t->axes[node], shape, sizeof shape), NULL);
}

/* The axes left by :by() of the names that follow `first` on the stack; `dims` gets them. */
static unsigned by_axes(lua_State *L, int node, int first, json_t *dims)
{
	struct trace *t = trace_of(L);
	unsigned own = t->axes[node], leads = 0, out = 0;

	if (own & (AXES_DEPARTMENT | AXES_ITEM | AXES_TERRITORY))
		leads |= AXES_TERRITORY;
	if (own & AXES_ITEM)
		leads |= AXES_DEPARTMENT;
	for (int i = first; i <= lua_gettop(L); i++) {
		const char *name = lua_type(L, i) == LUA_TSTRING ? lua_tostring(L, i) : NULL;
		unsigned bit = name ? axes_named(t, name) : 0;

		if (!name)
			refuse(L, "by", "@text");
		if (!(bit & (own | leads)))
			no_dimension(L, node, name);
		out |= bit;
		json_array_append_new(dims, json_string(name));
	}
	return out & AXES_PERIOD ? out : out | (own & AXES_PERIOD) | (leads & AXES_TERRITORY);
}

int trace_by(lua_State *L)
{
	int self = self_of(L, "by");
	json_t *dims = json_array();
	unsigned axes = by_axes(L, self, 2, dims);

	push_group(L, self, json_pack("{s:o}", "dims", dims), "by", axes);
	return 1;
}

int trace_frame_by(lua_State *L, int node)
{
	json_t *dims = json_array();
	unsigned axes = by_axes(L, node, 2, dims);

	push_group(L, node, json_pack("{s:o}", "dims", dims), "rows", axes);
	return 1;
}

/* The members at the top of the stack, a text or a list of them, of dimension `d`. */
static json_t *members(lua_State *L, const char *dimension)
{
	const struct dimension_def *d = dimension_find(dimension);
	json_t *out = json_array();
	int n = lua_type(L, -1) == LUA_TTABLE ? (int)lua_rawlen(L, -1) : 1;

	for (int i = 1; i <= n; i++) {
		const char *word;

		if (lua_type(L, -1) == LUA_TTABLE)
			lua_rawgeti(L, -1, i);
		else
			lua_pushvalue(L, -1);
		word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
		if (d && !text_in_list(word, d->words))
			run_raise(L, V343, dimension, word, d->words);
		json_array_append_new(out, json_string(word));
		lua_pop(L, 1);
	}
	if (n < 1)
		refuse(L, "pick", "{ age = \"minor\" }");
	return out;
}

/* :pick{ age = "minor" }: one member drops the dimension, several keep it. */
int trace_pick(lua_State *L)
{
	struct trace *t = trace_of(L);
	int self = self_of(L, "pick");
	json_t *where = json_object();
	unsigned axes = t->axes[self];

	if (lua_type(L, 2) != LUA_TTABLE)
		return refuse(L, "pick", "{ age = \"minor\" }");
	lua_pushnil(L);
	while (lua_next(L, 2)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
		unsigned bit = axes_named(t, name);
		json_t *list;

		if (!(bit & t->axes[self]))
			return no_dimension(L, self, name);
		list = members(L, name);
		if (json_array_size(list) == 1)
			axes &= ~bit;
		json_object_set_new(where, name, list);
		lua_pop(L, 1);
	}
	if (json_object_size(where) == 0)
		return refuse(L, "pick", "{ age = \"minor\" }");
	push_series(L, node_add(L, "pick", &self, 1, json_pack("{s:o}", "where", where), axes, t->mask[self]));
	return 1;
}

static int across(lua_State *L, const char *op, const char *const *known)
{
	struct trace *t = trace_of(L);
	int self = self_of(L, op);
	json_t *attributes = json_object();
	const char *within;

	if (t->mask[self])
		return run_raise(L, V237, op, NULL, NULL);
	take_options(L, attributes, 2, op, known);
	within = json_string_value(json_object_get(attributes, "within"));
	if (within && strcmp(within, "territory") != 0 && !(axes_named(t, within) & t->axes[self]))
		return no_dimension(L, self, within);
	push_series(L, node_add(L, op, &self, 1, attributes, t->axes[self], false));
	return 1;
}

int trace_rank(lua_State *L)
{
	return across(L, "rank", (const char *const[]){ OPTIONS_RankOptions, NULL });
}

int trace_share_of_total(lua_State *L)
{
	return across(L, "share_of_total", (const char *const[]){ OPTIONS_ShareOfTotalOptions, NULL });
}
