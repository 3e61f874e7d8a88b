/*
 * Describe: the constructors of the description, and the description as JSON.
 *
 * A table with only 1..n becomes an array, a table with names an object; both together an object
 * whose "#" is the array.  What a constructor made has "@": its mark; a function is {"@":"function"}.
 */
#include <string.h>

#include "fence.h"
#include "run.h"

enum { DEPTH_MAX = 12, NODES_MAX = 20000 };

void describe_tag_top(lua_State *L, const char *tag)
{
	char name[64] = "vigie.tag.";

	strncat(name, tag, sizeof name - strlen(name) - 1);
	if (luaL_newmetatable(L, name)) {
		lua_pushstring(L, tag);
		lua_setfield(L, -2, "tag");
	}
	lua_setmetatable(L, -2);
}

const char *describe_tag(lua_State *L, int index)
{
	const char *tag = NULL;

	if (lua_type(L, index) == LUA_TTABLE && luaL_getmetafield(L, index, "tag") != LUA_TNIL) {
		tag = lua_tostring(L, -1);	/* the registry keeps it alive */
		lua_pop(L, 1);
	}
	return tag;
}

/* A constructor's table: `field` = `value`, marked `tag`. */
static int made(lua_State *L, const char *tag, const char *field, const char *value)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	if (field) {
		lua_pushstring(L, value);
		lua_setfield(L, 1, field);
	}
	describe_tag_top(L, tag);
	return 1;
}

int api_indicator(lua_State *L)
{
	return made(L, "indicator", NULL, NULL);
}

int api_rule(lua_State *L)
{
	return made(L, "rule", NULL, NULL);
}

int api_alert(lua_State *L)
{
	return made(L, "alert", NULL, NULL);
}

int api_mapper(lua_State *L)
{
	return made(L, "mapper", NULL, NULL);
}

int api_param_integer(lua_State *L)
{
	return made(L, "param", "type", "integer");
}

int api_param_number(lua_State *L)
{
	return made(L, "param", "type", "number");
}

int api_param_boolean(lua_State *L)
{
	return made(L, "param", "type", "boolean");
}

int api_param_choice(lua_State *L)
{
	return made(L, "param", "type", "choice");
}

int api_param_departments(lua_State *L)
{
	return made(L, "param", "type", "departments");
}

int api_param_date(lua_State *L)
{
	return made(L, "param", "type", "date");
}

int api_actions(lua_State *L)
{
	return made(L, "input", "kind", "actions");
}

int api_blockers(lua_State *L)
{
	return made(L, "input", "kind", "blockers");
}

int api_cells(lua_State *L)
{
	return made(L, "input", "kind", "cells");
}

/* Upvalues: kind, id. */
static int named_input(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	lua_pushvalue(L, lua_upvalueindex(2));
	lua_setfield(L, 1, "id");
	return made(L, "input", "kind", lua_tostring(L, lua_upvalueindex(1)));
}

static int named(lua_State *L, const char *kind)
{
	luaL_checkstring(L, 1);
	lua_pushstring(L, kind);
	lua_pushvalue(L, 1);
	lua_pushcclosure(L, named_input, 2);
	return 1;
}

int api_series(lua_State *L)
{
	return named(L, "series");
}

int api_indicator_value(lua_State *L)
{
	return named(L, "indicator_value");
}

int api_reference(lua_State *L)
{
	return named(L, "reference");
}

int api_roster(lua_State *L)
{
	return named(L, "roster");
}

int api_ratio(lua_State *L)
{
	return made(L, "recipe", "recipe", "ratio");
}

int api_rate(lua_State *L)
{
	return made(L, "recipe", "recipe", "rate");
}

int api_share(lua_State *L)
{
	return made(L, "recipe", "recipe", "share");
}

int api_sum(lua_State *L)
{
	return made(L, "recipe", "recipe", "sum");
}

int api_change(lua_State *L)
{
	return made(L, "recipe", "recipe", "change");
}

int api_weighted_mean(lua_State *L)
{
	return made(L, "recipe", "recipe", "weighted_mean");
}

int api_delay(lua_State *L)
{
	return made(L, "recipe", "recipe", "delay");
}

int api_missing(lua_State *L)
{
	if (lua_type(L, 1) != LUA_TSTRING || lua_rawlen(L, 1) == 0)
		return run_raise(L, V409, NULL, NULL, NULL);
	lua_newtable(L);
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "reason");
	describe_tag_top(L, "missing");
	return 1;
}

int api_rows(lua_State *L)
{
	lua_Debug ar;

	luaL_checkstring(L, 1);
	lua_newtable(L);
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "text");
	lua_getstack(L, 1, &ar);
	lua_getinfo(L, "l", &ar);
	lua_pushinteger(L, ar.currentline);
	lua_setfield(L, -2, "line");
	describe_tag_top(L, "rows");
	return 1;
}

static int make_check(lua_State *L, bool low, bool high)
{
	luaL_checkstring(L, 1);
	lua_newtable(L);
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "field");
	if (low) {
		lua_pushnumber(L, luaL_checknumber(L, 2));
		lua_setfield(L, -2, "min");
	}
	if (high) {
		lua_pushnumber(L, luaL_checknumber(L, low ? 3 : 2));
		lua_setfield(L, -2, "max");
	}
	describe_tag_top(L, "check");
	return 1;
}

int api_check_between(lua_State *L)
{
	return make_check(L, true, true);
}

int api_check_at_least(lua_State *L)
{
	return make_check(L, true, false);
}

int api_check_at_most(lua_State *L)
{
	return make_check(L, false, true);
}

static json_t *value(lua_State *L, int index, int depth, int *nodes);

/* {"@":"function","line":n} */
static json_t *function(lua_State *L, int index)
{
	lua_Debug ar;

	lua_pushvalue(L, index);
	lua_getinfo(L, ">S", &ar);
	return json_pack("{s:s, s:i}", "@", "function", "line", ar.linedefined);
}

static json_t *table(lua_State *L, int index, int depth, int *nodes)
{
	const char *tag = describe_tag(L, index);
	json_t *object = json_object(), *list = json_array();
	lua_Integer n = 0;

	while (lua_rawgeti(L, index, n + 1) != LUA_TNIL) {
		json_array_append_new(list, value(L, -1, depth + 1, nodes));
		lua_pop(L, 1);
		n++;
	}
	lua_pop(L, 1);
	if (tag)
		json_object_set_new(object, "@", json_string(tag));
	lua_pushnil(L);
	while (lua_next(L, index)) {
		bool listed = lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 &&
			      lua_tointeger(L, -2) <= n;

		if (!listed && lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "@") != 0)
			json_object_set_new(object, lua_tostring(L, -2),
					    value(L, -1, depth + 1, nodes));
		else if (!listed)
			json_object_set_new(object, "?", json_true());
		lua_pop(L, 1);
	}
	if (json_object_size(object) == 0 && n > 0) {
		json_decref(object);
		return list;
	}
	if (n > 0)
		json_object_set_new(object, "#", list);
	else
		json_decref(list);
	return object;
}

static json_t *value(lua_State *L, int index, int depth, int *nodes)
{
	json_t *out = NULL;
	size_t len;

	index = lua_absindex(L, index);
	if (depth > DEPTH_MAX || ++*nodes > NODES_MAX)
		run_raise(L, V225, NULL, NULL, NULL);
	luaL_checkstack(L, 8, NULL);
	switch (lua_type(L, index)) {
	case LUA_TBOOLEAN:
		return json_boolean(lua_toboolean(L, index));
	case LUA_TNUMBER:
		out = lua_isinteger(L, index) ? json_integer(lua_tointeger(L, index)) :
						json_real(lua_tonumber(L, index));
		break;			/* NULL for infinity and NaN */
	case LUA_TSTRING: {
		const char *s = lua_tolstring(L, index, &len);

		out = json_stringn(s, len);	/* NULL when it is not UTF-8 */
		break;
	}
	case LUA_TTABLE:
		return table(L, index, depth, nodes);
	case LUA_TFUNCTION:
		return function(L, index);
	default:
		break;
	}
	return out ? out : json_pack("{s:s}", "@", "bad");
}

json_t *describe_value(lua_State *L, int index)
{
	int nodes = 0;

	return value(L, index, 0, &nodes);
}
