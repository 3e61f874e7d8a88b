/*
 * Symbolic frames: ctx.actions(), whose columns are series over rows and periods.
 */
#include <string.h>

#include "column.h"
#include "fence.h"
#include "trace.h"

/* User values: the input's name; the node of a mask, or nil. */
enum { NAME = 1, MASK };

void push_frame(lua_State *L, const char *input)
{
	lua_newuserdatauv(L, 0, 2);
	luaL_setmetatable(L, "vigie.frame");
	lua_pushstring(L, input);
	lua_setiuservalue(L, -2, NAME);
}

/* The series of one column of the frame at 1, what its mask refuses left out. */
static int column_node(lua_State *L, const char *column)
{
	const json_t *input;
	struct columns all;
	const struct column *def;
	int node, mask;

	lua_getiuservalue(L, 1, NAME);
	input = json_object_get(trace_of(L)->decl, lua_tostring(L, -1));
	columns_of(&all, input);
	def = column_find(&all, column);
	node = node_add(L, "actions", NULL, 0,
			json_pack("{s:s, s:s}", "input", lua_tostring(L, -1), "column", column),
			AXES_ITEM | AXES_PERIOD, def && def->type == COLUMN_BOOL);
	lua_pop(L, 1);
	if (lua_getiuservalue(L, 1, MASK) == LUA_TNUMBER) {
		mask = (int)lua_tointeger(L, -1);
		node = node_add(L, "where", (const int[]){ node, mask }, 2, NULL,
				AXES_ITEM | AXES_PERIOD, trace_of(L)->mask[node]);
	}
	lua_pop(L, 1);
	return node;
}

/* A method, or a declared column.  Upvalues: the methods, the label. */
int trace_column(lua_State *L)
{
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
	const json_t *columns;

	lua_pushvalue(L, 2);
	lua_rawget(L, lua_upvalueindex(1));
	if (!lua_isnil(L, -1))
		return 1;
	lua_getiuservalue(L, 1, NAME);
	columns = json_object_get(json_object_get(trace_of(L)->decl, lua_tostring(L, -1)), "columns");
	lua_newtable(L);
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *column = json_string_value(json_array_get(columns, i));

		if (strcmp(column, name) == 0) {
			push_series(L, column_node(L, name));
			return 1;
		}
		lua_pushboolean(L, true);
		lua_setfield(L, -2, column);
	}
	return fence_unknown(L, 2, -1, "@a_frame");
}

int trace_frame_where(lua_State *L)
{
	int mask, before;

	if (!symbol_class(L, 1))
		return run_raise(L, V248, "where", NULL, NULL);
	mask = take_mask(L, 2, "where");
	if (lua_getiuservalue(L, 1, MASK) == LUA_TNUMBER) {
		before = (int)lua_tointeger(L, -1);
		mask = node_add(L, "and", (const int[]){ before, mask }, 2, NULL, axes_meet(L, before, mask),
				true);
	}
	lua_getiuservalue(L, 1, NAME);
	push_frame(L, lua_tostring(L, -1));
	lua_pushinteger(L, mask);
	lua_setiuservalue(L, -2, MASK);
	return 1;
}

/* Counts rows: the column that every row has stands for the row. */
int trace_rows_by(lua_State *L)
{
	const json_t *columns;
	const char *column;

	if (!symbol_class(L, 1))
		return run_raise(L, V248, "by", NULL, NULL);
	lua_getiuservalue(L, 1, NAME);
	columns = json_object_get(json_object_get(trace_of(L)->decl, lua_tostring(L, -1)), "columns");
	lua_pop(L, 1);
	column = json_string_value(json_array_get(columns, 0));
	for (size_t i = json_array_size(columns); i > 0; i--) {
		if (!column_is_optional(json_string_value(json_array_get(columns, i - 1))))
			column = json_string_value(json_array_get(columns, i - 1));
	}
	return trace_frame_by(L, column_node(L, column));
}
