/*
 * Result: what compute returned, checked and turned into JSON.  The server checks it again.
 */
#include <math.h>
#include <string.h>

#include "plugin.h"
#include "run.h"
#include "text.h"

#include "gen/plugin_options.inc"

const char *const result_fields[] = { OPTIONS_Result, NULL };

static const char *type_word(lua_State *L, int index)
{
	switch (lua_type(L, index)) {
	case LUA_TNIL:
	case LUA_TNONE:
		return "@nothing";
	case LUA_TNUMBER:
		return "@number";
	case LUA_TBOOLEAN:
		return "@boolean";
	case LUA_TSTRING:
		return "@text";
	case LUA_TFUNCTION:
		return "@function";
	default:
		return "@other";
	}
}

static json_t *number(lua_State *L, int index, const char *name, enum finding_code otherwise)
{
	double x;

	if (lua_type(L, index) != LUA_TNUMBER)
		run_raise(L, otherwise, name, NULL, NULL);
	x = lua_tonumber(L, index);
	if (!isfinite(x))
		run_raise(L, V403, name, NULL, NULL);
	return json_real(x);
}

static json_t *extras(lua_State *L, int index)
{
	json_t *out = json_object();
	int texts = 0;

	lua_pushnil(L);
	while (lua_next(L, index)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
		json_t *v = NULL;

		if (lua_type(L, -1) == LUA_TSTRING && texts++ == 0 && lua_rawlen(L, -1) <= 320)
			v = json_stringn(lua_tostring(L, -1), lua_rawlen(L, -1));
		else if (lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1)))
			v = json_real(lua_tonumber(L, -1));
		if (!v || *name == '?' || strlen(name) > 40 ||
		    (json_is_string(v) && (text_length(json_string_value(v)) > 80 ||
					   !text_printable(json_string_value(v)))) ||
		    json_object_set_new(out, name, v) != 0)
			run_raise(L, V406, name, NULL, NULL);
		lua_pop(L, 1);
	}
	if (json_object_size(out) > PLUGIN_EXTRAS_MAX)
		run_raise(L, V405, "5", NULL, NULL);
	return out;
}

/* protects = { a, b }: the counts that the value rests on. */
static json_t *counts(lua_State *L, int index)
{
	json_t *out = json_array();
	lua_Integer n = (lua_Integer)lua_rawlen(L, index);

	if (lua_type(L, index) != LUA_TTABLE)
		run_raise(L, V418, type_word(L, index), NULL, NULL);
	if (n > PLUGIN_PROTECTS_MAX)
		run_raise(L, V414, "protects", "20", NULL);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, index, i);
		json_array_append_new(out, number(L, lua_gettop(L), "protects", V407));
		lua_pop(L, 1);
	}
	return out;
}

/* The name of a field that does not exist, the first in alphabetical order, or NULL. */
static const char *stranger(lua_State *L, int index)
{
	const char *found = NULL;

	lua_pushnil(L);
	while (lua_next(L, index)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "1";
		bool known = false;

		for (int i = 0; result_fields[i]; i++)
			known = known || strcmp(result_fields[i], name) == 0;
		if (!known && (!found || strcmp(name, found) < 0))
			found = name;
		lua_pop(L, 1);
	}
	return found;
}

void result_only_fields(lua_State *L, int index)
{
	const char *unknown = stranger(L, index);
	char list[RUN_ARG_MAX];

	if (!unknown)
		return;
	text_join(list, sizeof list, result_fields);
	run_raise(L, V404, unknown, list, NULL);
}

json_t *result_value(lua_State *L, int index)
{
	const char *tag = describe_tag(L, index);
	json_t *out;

	if (lua_type(L, index) == LUA_TNIL)
		run_raise(L, V401, NULL, NULL, NULL);
	if (lua_type(L, index) == LUA_TNUMBER)
		return json_pack("{s:o}", "value", number(L, index, "value", V402));
	if (lua_type(L, index) != LUA_TTABLE)
		run_raise(L, V402, type_word(L, index), NULL, NULL);
	if (tag && strcmp(tag, "missing") == 0) {
		lua_getfield(L, index, "reason");
		out = json_stringn(lua_tostring(L, -1), lua_rawlen(L, -1));
		return json_pack("{s:o}", "missing", out ? out : json_string("?"));
	}
	result_only_fields(L, index);
	out = json_object();
	for (int i = 0; result_fields[i]; i++) {
		int type = lua_getfield(L, index, result_fields[i]);

		if (i == 0 && type == LUA_TNIL)
			run_raise(L, V407, "value", NULL, NULL);
		if (strcmp(result_fields[i], "extra") == 0 && type == LUA_TTABLE)
			json_object_set_new(out, "extra", extras(L, lua_gettop(L)));
		else if (strcmp(result_fields[i], "protects") == 0 && type != LUA_TNIL)
			json_object_set_new(out, "protects", counts(L, lua_gettop(L)));
		else if (type != LUA_TNIL)
			json_object_set_new(out, result_fields[i],
					    number(L, lua_gettop(L), result_fields[i], V407));
		lua_pop(L, 1);
	}
	return out;
}
