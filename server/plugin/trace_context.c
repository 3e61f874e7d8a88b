/*
 * The ctx of formula, and the graph of what formula returns.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "fence.h"
#include "text.h"
#include "trace.h"


static const char *const ctx_names[] = {
#define API_FORMULA_CTX(name) name,
#include "gen/plugin_api.inc"
	NULL
};

static const char *const plan_names[] = {
#define API_PLAN(name) name,
#include "gen/plugin_api.inc"
	NULL
};

/* The declared inputs that a formula can call by name. */
static const json_t *input_named(lua_State *L, const char *name)
{
	const json_t *decl = trace_of(L)->decl, *input = json_object_get(decl, name);
	char list[RUN_ARG_MAX] = "";
	const char *key;
	json_t *v;

	if (input)
		return input;
	json_object_foreach((json_t *)(uintptr_t)decl, key, v) {
		if (strlen(list) + strlen(key) + 3 < sizeof list) {
			strcat(list, *list ? ", " : "");
			strcat(list, key);
		}
	}
	run_raise(L, V230, name, list, NULL);
	return NULL;
}

static unsigned dims_of(struct trace *t, const json_t *list)
{
	unsigned axes = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		axes |= axes_named(t, json_string_value(json_array_get(list, i)));
	return axes;
}

/* ctx.series("minors") */
static int ctx_series(lua_State *L)
{
	struct trace *t = trace_of(L);
	const char *name = luaL_checkstring(L, 1);
	const json_t *input = input_named(L, name);
	const char *kind = json_string_value(json_object_get(input, "kind"));
	bool fine = json_object_get(input, "grain") || json_object_get(input, "by");
	unsigned axes = (fine ? AXES_DEPARTMENT : AXES_TERRITORY) | AXES_PERIOD;

	take_no_more(L, 1, "ctx.series");
	if (!text_in_list(kind, "series reference indicator_value"))
		return run_raise(L, V252, name, kind, NULL);
	axes |= dims_of(t, json_object_get(input, "dims")) | dims_of(t, json_object_get(t->grown, name));
	push_series(L, node_add(L, "input", NULL, 0, json_pack("{s:s}", "name", name), axes, false));
	return 1;
}

/* ctx.actions("actions"), or without a name when there is one */
static int ctx_actions(lua_State *L)
{
	const json_t *input;
	const char *name = luaL_optstring(L, 1, "actions");

	take_no_more(L, 1, "ctx.actions");
	input = input_named(L, name);
	if (strcmp(json_string_value(json_object_get(input, "kind")), "actions") != 0)
		return run_raise(L, V252, name, json_string_value(json_object_get(input, "kind")), NULL);
	push_frame(L, name);
	return 1;
}

static int ctx_const(lua_State *L)
{
	take_no_more(L, 1, "ctx.const");
	push_series(L, node_const(L, take_number(L, 1, "ctx.const")));
	return 1;
}

static int ctx_note(lua_State *L)
{
	const char *text = luaL_checkstring(L, 1);
	json_t *note = json_stringn(text, lua_rawlen(L, 1));

	if (!note || text_length(json_string_value(note)) > 300)
		return refuse(L, "ctx.note", "@text");
	take_no_more(L, 1, "ctx.note");
	json_decref(trace_of(L)->note);
	trace_of(L)->note = note;
	trace_of(L)->note_line = run_line(L);
	return 0;
}

/* ctx.territories():among{ "75", "92" } */
static int among(lua_State *L)
{
	json_t *list = json_array();
	int at = lua_gettop(L) >= 2 ? 2 : 1;
	bool fine = false;
	const char *key;
	json_t *input;

	take_no_more(L, at, "among");
	if (lua_isuserdata(L, at)) {
		frozen_values(L, at);
		lua_replace(L, at);
	}
	if (lua_type(L, at) != LUA_TTABLE)
		return refuse(L, "among", "@departments");
	for (lua_Integer i = 1; lua_rawgeti(L, at, i) != LUA_TNIL; i++) {
		if (lua_type(L, -1) != LUA_TSTRING)
			return refuse(L, "among", "@departments");
		json_array_append_new(list, json_string(lua_tostring(L, -1)));
		lua_pop(L, 1);
	}
	json_object_foreach((json_t *)(uintptr_t)trace_of(L)->decl, key, input)
		fine = fine || json_object_get(input, "grain") || json_object_get(input, "by");
	push_series(L, node_add(L, "among", NULL, 0, json_pack("{s:o}", "list", list),
				fine ? AXES_DEPARTMENT : AXES_TERRITORY, true));
	return 1;
}

static int ctx_territories(lua_State *L)
{
	lua_newtable(L);
	lua_pushcfunction(L, among);
	lua_setfield(L, -2, "among");
	frozen_make(L, 0, "ctx.territories()");
	return 1;
}

static int ctx_rows(lua_State *L)
{
	return run_raise(L, V253, "ctx.rows", NULL, NULL);
}

/* ctx.level, ctx.as_of and ctx.plan are noted: another value is another trace. */
static int read_noted(lua_State *L)
{
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

	if (strcmp(name, "period_end") == 0) {
		push_series(L, node_add(L, "period_end", NULL, 0, NULL, AXES_PERIOD, false));
		return 1;
	}
	if (text_in_list(name, "level as_of plan"))
		json_object_set_new(trace_of(L)->reads, name, json_true());
	lua_pushvalue(L, 2);
	lua_gettable(L, lua_upvalueindex(1));
	return 1;
}

static int refuse_write(lua_State *L)
{
	return run_raise(L, V207, "ctx", NULL, NULL);
}

void trace_context(lua_State *L)
{
	static const luaL_Reg functions[] = { { "series", ctx_series },	    { "actions", ctx_actions },
					      { "const", ctx_const },	    { "note", ctx_note },
					      { "territories", ctx_territories }, { "rows", ctx_rows },
					      { "day", context_day },	    { NULL, NULL } };
	const json_t *cell = run_of(L)->cell;

	context_names(L, ctx_names);
	lua_newtable(L);
	luaL_setfuncs(L, functions, 0);
	context_value(L, json_object_get(cell, "level"));
	lua_setfield(L, -2, "level");
	context_value(L, json_object_get(cell, "as_of"));
	lua_setfield(L, -2, "as_of");
	context_object(L, json_object_get(cell, "params"), NULL, "ctx.params");
	lua_setfield(L, -2, "params");
	context_object(L, json_object_get(cell, "plan"), plan_names, "ctx.plan");
	lua_setfield(L, -2, "plan");
	frozen_make(L, -2, "ctx");
	lua_remove(L, -2);
	/* a view of the view, that notes what is read */
	lua_newuserdatauv(L, 0, 0);
	lua_newtable(L);
	lua_pushvalue(L, -3);
	lua_pushcclosure(L, read_noted, 1);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, refuse_write);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_remove(L, -2);
}

/* ------------------------------------------------------------------ result */

/* Only what the results rest on, in new places: place[old] is the new one, -1 for what is left out. */
static json_t *pruned(const struct trace *t, int *place, const json_t *out)
{
	size_t n = json_array_size(t->nodes);
	json_t *kept = json_array(), *v;
	const char *key;

	for (size_t i = 0; i < n; i++)
		place[i] = -1;
	json_object_foreach((json_t *)(uintptr_t)out, key, v) {
		json_t *extra;
		const char *name;

		if (json_is_integer(v))
			place[json_integer_value(v)] = 0;
		json_object_foreach(v, name, extra)
			place[json_integer_value(extra)] = 0;
	}
	for (size_t i = n; i-- > 0;) {
		const json_t *args = json_object_get(json_array_get(t->nodes, i), "args");

		for (size_t k = 0; place[i] == 0 && k < json_array_size(args); k++)
			place[json_integer_value(json_array_get(args, k))] = 0;
	}
	for (size_t i = 0; i < n; i++) {
		json_t *node = json_array_get(t->nodes, i), *args = json_object_get(node, "args");

		if (place[i] < 0)
			continue;
		place[i] = (int)json_array_size(kept);
		for (size_t k = 0; k < json_array_size(args); k++) {
			json_int_t at = json_integer_value(json_array_get(args, k));

			json_array_set_new(args, k, json_integer(place[at]));
		}
		json_array_append(kept, node);
	}
	return kept;
}

/* A count: figures of a sensitive series, added, narrowed or moved, never multiplied. */
static bool counts(const struct trace *t, const json_t *nodes, size_t at, const bool *count)
{
	static const char additive[] = "add sub neg abs where fill carry lag diff rolling cumsum to pick by choose";
	const json_t *node = json_array_get(nodes, at), *args = json_object_get(node, "args");
	const char *op = json_string_value(json_object_get(node, "op"));
	const char *name = json_string_value(json_object_get(node, "name"));
	const char *over = json_string_value(json_object_get(node, "over"));
	const struct series_def *series;

	if (strcmp(op, "input") == 0) {
		series = catalogue_find(json_string_value(json_object_get(json_object_get(t->decl, name), "id")));
		return series && series->sensitive;
	}
	if (!text_in_list(op, additive) || (over && !text_in_list(over, "sum max min last first")))
		return false;
	for (size_t i = 0; i < json_array_size(args); i++) {
		if (count[json_integer_value(json_array_get(args, i))])
			return true;
	}
	return false;
}

static json_t *protects(const struct trace *t, const json_t *nodes)
{
	bool count[GRAPH_NODES_MAX] = { false };
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		count[i] = counts(t, nodes, i, count);
		if (count[i])
			json_array_append_new(out, json_integer((json_int_t)i));
	}
	return out;
}

/* Territories, periods and the declared dimensions of the result. */
static unsigned result_axes(struct trace *t)
{
	unsigned out = AXES_TERRITORY | AXES_PERIOD;

	for (size_t i = 0; i < json_array_size(t->result); i++)
		out |= axes_named(t, json_string_value(json_array_get(t->result, i)));
	return out;
}

/* The node of the value on top of the stack, of the result's axes at most; pops it.  "value" has all its dimensions. */
static json_t *part(lua_State *L, const char *name)
{
	struct trace *t = trace_of(L);
	unsigned wanted = result_axes(t), least = strcmp(name, "value") == 0 ? wanted : 0;
	char shape[120], declared[120];
	int node;

	if (lua_type(L, -1) != LUA_TNUMBER && !symbol_class(L, -1))
		run_raise(L, V407, name, NULL, NULL);
	node = take_series(L, -1, name);
	least &= ~(unsigned)(AXES_TERRITORY | AXES_PERIOD);
	if ((t->axes[node] & ~wanted) || (least & ~t->axes[node]))
		run_raise(L, V705, axes_text(t, t->axes[node], shape, sizeof shape),
			  axes_text(t, wanted, declared, sizeof declared), NULL);
	lua_pop(L, 1);
	return json_integer(node);
}

static json_t *extras(lua_State *L)
{
	json_t *out = json_object();

	if (lua_type(L, -1) != LUA_TTABLE)
		run_raise(L, V406, "extra", NULL, NULL);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";

		if (*name == '?' || strlen(name) > 40)
			run_raise(L, V406, name, NULL, NULL);
		json_object_set_new(out, name, part(L, name));
	}
	if (json_object_size(out) > GRAPH_EXTRAS_MAX)
		run_raise(L, V405, "5", NULL, NULL);
	lua_pop(L, 1);
	return out;
}

static json_t *outputs(lua_State *L, int index)
{
	json_t *out = json_object();

	if (lua_type(L, index) == LUA_TNUMBER || symbol_class(L, index)) {
		lua_pushvalue(L, index);
		json_object_set_new(out, "value", part(L, "value"));
		return out;
	}
	if (lua_type(L, index) != LUA_TTABLE || describe_tag(L, index))
		run_raise(L, V410, NULL, NULL, NULL);
	result_only_fields(L, index);
	for (const char *const *name = result_fields; *name; name++) {
		if (lua_getfield(L, index, *name) == LUA_TNIL) {
			if (name == result_fields)
				run_raise(L, V407, "value", NULL, NULL);
			lua_pop(L, 1);
		} else if (strcmp(*name, "extra") == 0) {
			json_object_set_new(out, "extra", extras(L));
		} else if (strcmp(*name, "protects") == 0) {
			run_raise(L, V417, NULL, NULL, NULL);
		} else {
			json_object_set_new(out, *name, part(L, *name));
		}
	}
	return out;
}

static void renumber(json_t *out, const int *place)
{
	const char *key;
	json_t *v;

	json_object_foreach(out, key, v) {
		if (json_is_integer(v))
			json_object_set_new(out, key, json_integer(place[json_integer_value(v)]));
		else
			renumber(v, place);
	}
}

json_t *trace_result(lua_State *L, int index)
{
	struct trace *t = trace_of(L);
	json_t *out = outputs(L, index), *nodes, *reads = json_array(), *v;
	int place[GRAPH_NODES_MAX];
	const char *key;

	nodes = pruned(t, place, out);
	renumber(out, place);
	json_object_foreach(t->reads, key, v)
		json_array_append_new(reads, json_string(key));
	return json_pack("{s:i, s:o, s:o, s:o, s:O*, s:i, s:o, s:O}", "v", 1, "nodes", nodes, "out", out, "protects",
			 protects(t, nodes), "note", t->note, "note_line", t->note_line, "reads", reads, "dims",
			 t->grown);
}
