/*
 * Context: the ctx of compute, built from the JSON of one cell.  Absent values are nil; a name
 * that is not in the contract ends the run with the nearest one.
 */
#include <string.h>

#include "clock.h"
#include "column.h"
#include "fence.h"
#include "run.h"
#include "text.h"


static const char *const ctx_names[] = {
#define API_CTX(name) name,
#include "gen/plugin_api.inc"
	NULL
};

static const char *const plan_names[] = {
#define API_PLAN(name) name,
#include "gen/plugin_api.inc"
	NULL
};

/* Pushes a JSON value; a day written as text becomes a whole number. */
static void push_json(lua_State *L, const json_t *v, bool day)
{
	int32_t number;

	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		if (day && day_parse(&number, json_string_value(v)))
			lua_pushinteger(L, number);
		else
			lua_pushlstring(L, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		lua_pushinteger(L, json_integer_value(v));
		break;
	case JSON_REAL:
		lua_pushnumber(L, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		lua_pushboolean(L, json_is_true(v));
		break;
	case JSON_ARRAY:
		lua_newtable(L);
		for (size_t i = 0; i < json_array_size(v); i++) {
			push_json(L, json_array_get(v, i), false);
			lua_rawseti(L, -2, (lua_Integer)i + 1);
		}
		frozen_make(L, 0, "@list_ro");
		break;
	default:
		lua_pushnil(L);
	}
}

/* Pushes a table whose keys are `names` (NULL: the keys of `object`), each true. */
static void push_names(lua_State *L, const char *const *names, const json_t *object)
{
	const char *key;
	json_t *v;

	lua_newtable(L);
	for (; names && *names; names++) {
		lua_pushboolean(L, true);
		lua_setfield(L, -2, *names);
	}
	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		if (!names) {
			lua_pushboolean(L, true);
			lua_setfield(L, -2, key);
		}
	}
}

/* Pushes `object` as a read-only table of `names` (NULL: its own keys). */
static void push_object(lua_State *L, const json_t *object, const char *const *names, bool day,
			const char *label)
{
	const char *key;
	json_t *v;

	push_names(L, names, object);
	lua_newtable(L);
	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		push_json(L, v, day);
		lua_setfield(L, -2, key);
	}
	frozen_make(L, -2, label);
	lua_remove(L, -2);
}

void context_names(lua_State *L, const char *const *names)
{
	push_names(L, names, NULL);
}

void context_value(lua_State *L, const json_t *v)
{
	push_json(L, v, false);
}

void context_object(lua_State *L, const json_t *object, const char *const *names, const char *label)
{
	push_object(L, object, names, true, label);
}

/* Pushes the list of rows of one input; `columns` are its declared columns. */
static void push_rows(lua_State *L, const json_t *data, const json_t *columns)
{
	size_t width = json_array_size(columns), height = 0;
	const json_t *column[COLUMN_COUNT_MAX];
	bool day[COLUMN_COUNT_MAX];
	int names;

	lua_newtable(L);
	names = lua_gettop(L);
	for (size_t c = 0; c < width && c < COLUMN_COUNT_MAX; c++) {
		const char *name = json_string_value(json_array_get(columns, c));

		column[c] = json_object_get(data, name);
		day[c] = column_is_day(name);
		if (json_array_size(column[c]) > height)
			height = json_array_size(column[c]);
		lua_pushboolean(L, true);
		lua_setfield(L, names, name);
	}
	lua_createtable(L, (int)height, 0);
	for (size_t r = 0; r < height; r++) {
		lua_createtable(L, 0, (int)width);
		for (size_t c = 0; c < width && c < COLUMN_COUNT_MAX; c++) {
			push_json(L, json_array_get(column[c], r), day[c]);
			lua_setfield(L, -2, json_string_value(json_array_get(columns, c)));
		}
		frozen_make(L, names, "@this_row");
		lua_rawseti(L, -2, (lua_Integer)r + 1);
	}
	frozen_make(L, 0, "@list_ro");
	lua_remove(L, names);
}

/* Upvalue 1: the lists made so far. */
static int ctx_rows(lua_State *L)
{
	struct run *r = run_of(L);
	const char *name = luaL_checkstring(L, 1), *key;
	const json_t *columns = json_object_get(r->inputs, name);
	char list[RUN_ARG_MAX] = "";
	json_t *v;

	if (!columns) {
		json_object_foreach((json_t *)(uintptr_t)r->inputs, key, v) {
			if (strlen(list) + strlen(key) + 3 < sizeof list) {
				strcat(list, *list ? ", " : "");
				strcat(list, key);
			}
		}
		return run_raise(L, V230, name, list, NULL);
	}
	if (lua_getfield(L, lua_upvalueindex(1), name) != LUA_TNIL)
		return 1;
	push_rows(L, json_object_get(json_object_get(r->cell, "rows"), name), columns);
	lua_pushvalue(L, -1);
	lua_setfield(L, lua_upvalueindex(1), name);
	return 1;
}

int context_day(lua_State *L)
{
	const char *text = luaL_checkstring(L, 1);
	int32_t day;

	if (!day_parse(&day, text))
		return run_raise(L, V229, text, NULL, NULL);
	lua_pushinteger(L, day);
	return 1;
}

bool context_date(int32_t *day, char iso[11], const char *s)
{
	size_t len = strlen(s);

	memset(iso, 0, 11);
	if (len != 10)
		return false;
	memcpy(iso, s, 10);
	if (s[2] == '/' && s[5] == '/') {
		memcpy(iso, s + 6, 4);
		memcpy(iso + 4, "-", 1);
		memcpy(iso + 5, s + 3, 2);
		memcpy(iso + 7, "-", 1);
		memcpy(iso + 8, s, 2);
	}
	return day_parse(day, iso);
}

int fence_text_date(lua_State *L)
{
	char iso[11];
	int32_t day;

	if (context_date(&day, iso, luaL_checkstring(L, 1)))
		lua_pushinteger(L, day);
	else
		lua_pushnil(L);
	return 1;
}

void context_push(lua_State *L)
{
	static const char *const plain[] = { "period", "period_start", "period_end", "territory",
					     "level", "as_of", NULL };
	const json_t *cell = run_of(L)->cell;

	push_names(L, ctx_names, NULL);
	lua_newtable(L);
	for (const char *const *name = plain; *name; name++) {
		push_json(L, json_object_get(cell, *name), false);
		lua_setfield(L, -2, *name);
	}
	push_object(L, json_object_get(cell, "params"), NULL, false, "ctx.params");
	lua_setfield(L, -2, "params");
	push_object(L, json_object_get(cell, "plan"), plan_names, true, "ctx.plan");
	lua_setfield(L, -2, "plan");
	lua_newtable(L);
	lua_pushcclosure(L, ctx_rows, 1);
	lua_setfield(L, -2, "rows");
	lua_pushcfunction(L, context_day);
	lua_setfield(L, -2, "day");
	frozen_make(L, -2, "ctx");
	lua_remove(L, -2);
}
