/*
 * Fence: which names a plugin sees.  Lua's own libraries are opened, emptied in place (the string
 * metatable shares its table) and only the names of include/plugin_api.def are put behind
 * read-only tables; any other name ends the run with the nearest one that exists.
 */
#include <lualib.h>
#include <string.h>

#include "fence.h"
#include "run.h"
#include "text.h"
#include "trace.h"

static const struct {
	const char *lib, *name;
	lua_CFunction function;		/* NULL: Lua's own */
} members[] = {
#define API_KEPT(lib, name) { lib, name, NULL },
#define API_MEMBER(lib, name, function) { lib, name, function },
#include "gen/plugin_api.inc"
};

static const luaL_Reg globals[] = {
#define API_GLOBAL(name, function) { name, function },
#include "gen/plugin_api.inc"
};

enum { COUNT_MEMBERS = sizeof members / sizeof *members,
       COUNT_GLOBALS = sizeof globals / sizeof *globals };

int fence_unknown(lua_State *L, int key, int names, const char *label)
{
	const char *known[100], *near;
	const char *word = lua_type(L, key) == LUA_TSTRING ? lua_tostring(L, key) : "?";
	char list[RUN_ARG_MAX];
	size_t n = 0;

	names = lua_absindex(L, names);
	lua_pushnil(L);
	while (n < 99 && lua_next(L, names)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) == LUA_TSTRING)
			known[n++] = lua_tostring(L, -1);
	}
	known[n] = NULL;
	for (size_t i = 1; i < n; i++) {	/* a hash has no order; the message must have one */
		const char *k = known[i];
		size_t j = i;

		for (; j > 0 && strcmp(known[j - 1], k) > 0; j--)
			known[j] = known[j - 1];
		known[j] = k;
	}
	near = text_nearest(word, known);
	if (near)
		return run_raise(L, V205, word, label, near);
	text_join(list, sizeof list, known);
	return run_raise(L, V206, word, label, list);
}

/* Upvalues: names, label. */
static int unknown_member(lua_State *L)
{
	return fence_unknown(L, 2, lua_upvalueindex(1), lua_tostring(L, lua_upvalueindex(2)));
}

static int locked(lua_State *L)
{
	return run_raise(L, V207, lua_tostring(L, lua_upvalueindex(2)), NULL, NULL);
}

static int unknown_global(lua_State *L)
{
	static const char absent[] =
		"load loadstring loadfile dofile require package io os debug coroutine collectgarbage "
		"setmetatable getmetatable rawset rawget rawequal rawlen next pcall xpcall print _G utf8";
	const char *known[COUNT_GLOBALS + 6], *near;
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
	size_t n = 0;

	if (text_in_list(name, absent))
		return run_raise(L, V203, name, NULL, NULL);
	for (; n < COUNT_GLOBALS; n++)
		known[n] = globals[n].name;
	known[n++] = "math";
	known[n++] = "string";
	known[n++] = "table";
	known[n++] = "text";
	known[n++] = "stat";
	known[n] = NULL;
	near = text_nearest(name, known);
	return run_raise(L, near ? V201 : V202, name, near, NULL);
}

static int new_global(lua_State *L)
{
	return run_raise(L, V204, lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?", NULL, NULL);
}

/*
 * Pushes an empty table that reads through the one on top (which it replaces) and through
 * `missing` for what is not there either; writes go to `write`.
 */
static void shield(lua_State *L, const char *label, lua_CFunction missing, lua_CFunction write)
{
	int inside = lua_gettop(L);

	lua_newtable(L);
	lua_newtable(L);
	lua_pushvalue(L, inside);
	lua_setfield(L, -2, "__index");
	lua_pushvalue(L, inside);
	lua_pushstring(L, label);
	lua_pushcclosure(L, write, 2);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_newtable(L);
	lua_pushvalue(L, inside);
	lua_pushstring(L, label);
	lua_pushcclosure(L, missing, 2);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, inside);
	lua_replace(L, inside);
}

static void empty(lua_State *L, int table)
{
	lua_pushnil(L);
	while (lua_next(L, table)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		lua_pushnil(L);
		lua_rawset(L, table);
	}
}

/* Puts the members of `lib` allowed by the table above into inside[lib], and empties Lua's own. */
static void add_library(lua_State *L, int inside, const char *lib, lua_CFunction open)
{
	int own, kept;

	lua_newtable(L);
	kept = lua_gettop(L);
	if (open)
		luaL_requiref(L, lib, open, 0);
	else
		lua_newtable(L);
	own = lua_gettop(L);
	for (int i = 0; i < COUNT_MEMBERS; i++) {
		if (strcmp(members[i].lib, lib) != 0)
			continue;
		lua_getfield(L, own, members[i].name);
		if (members[i].function)
			lua_pushcclosure(L, members[i].function, 1);
		lua_setfield(L, kept, members[i].name);
	}
	if (open == luaopen_table) {	/* for pairs */
		lua_getfield(L, own, "sort");
		lua_setfield(L, LUA_REGISTRYINDEX, "vigie.sort");
	}
	empty(L, own);
	lua_settop(L, kept);
	shield(L, lib, unknown_member, locked);
	if (open == luaopen_string) {
		lua_pushliteral(L, "");
		lua_getmetatable(L, -1);
		lua_pushvalue(L, kept);
		lua_setfield(L, -2, "__index");
		lua_settop(L, kept);
	}
	lua_setfield(L, inside, lib);
}

void fence_build(lua_State *L)
{
	int inside, own;

	lua_newtable(L);
	inside = lua_gettop(L);
	luaL_requiref(L, "_G", luaopen_base, 0);
	own = lua_gettop(L);
	for (int i = 0; i < COUNT_GLOBALS; i++) {
		lua_getfield(L, own, globals[i].name);
		lua_pushcclosure(L, globals[i].func, 1);
		lua_setfield(L, inside, globals[i].name);
	}
	empty(L, own);
	lua_settop(L, inside);
	add_library(L, inside, "math", luaopen_math);
	add_library(L, inside, "string", luaopen_string);
	add_library(L, inside, "table", luaopen_table);
	add_library(L, inside, "text", NULL);
	add_library(L, inside, "param", NULL);
	add_library(L, inside, "check", NULL);
	add_library(L, inside, "stat", NULL);
	frozen_setup(L);
	trace_setup(L);
	shield(L, "", unknown_global, new_global);
	lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
	/* Nothing else may lead back to the libraries. */
	lua_pushnil(L);
	lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
