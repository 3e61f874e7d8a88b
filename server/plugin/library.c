/*
 * Library: Lua's functions, bounded.  Each is a closure whose first upvalue is Lua's own one.
 * A list as long as its author claims, a width, an address or an unordered walk never passes.
 */
#include <stdio.h>
#include <string.h>

#include "fence.h"
#include "run.h"

/* Calls Lua's own function with the arguments that are on the stack. */
static int own(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
}

static int too_long(lua_State *L, const char *name)
{
	char most[16];

	snprintf(most, sizeof most, "%d", RUN_LIST_MAX);
	return run_raise(L, V219, name, most, NULL);
}

/* Elements of the list at 1; ends the run when there are too many. */
static lua_Integer list_length(lua_State *L, const char *name)
{
	lua_Integer n;

	luaL_argexpected(L, lua_istable(L, 1) || lua_isuserdata(L, 1), 1, "table");
	n = luaL_len(L, 1);
	if (n > RUN_LIST_MAX)
		too_long(L, name);
	run_tick(L);
	return n;
}

int fence_insert(lua_State *L)
{
	list_length(L, "table.insert");
	return own(L);
}

int fence_remove(lua_State *L)
{
	list_length(L, "table.remove");
	return own(L);
}

int fence_sort(lua_State *L)
{
	list_length(L, "table.sort");
	return own(L);
}

/* The range i..j of concat and unpack, at arguments `i` and `i + 1`. */
static void bound_range(lua_State *L, int i, const char *name)
{
	lua_Integer n = list_length(L, name);
	lua_Integer first = luaL_optinteger(L, i, 1), last = luaL_optinteger(L, i + 1, n);

	if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= RUN_LIST_MAX)
		too_long(L, name);
}

int fence_concat(lua_State *L)
{
	bound_range(L, 3, "table.concat");
	return own(L);
}

int fence_unpack(lua_State *L)
{
	bound_range(L, 2, "table.unpack");
	return own(L);
}

/* Pushes the text of the value at `index`, never an address. */
static void push_text(lua_State *L, int index)
{
	switch (lua_type(L, index)) {
	case LUA_TNUMBER:
	case LUA_TSTRING:
		lua_pushvalue(L, index);
		lua_tostring(L, -1);
		break;
	case LUA_TBOOLEAN:
		lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
		break;
	case LUA_TUSERDATA:
		lua_pushliteral(L, "table");
		break;
	default:
		lua_pushstring(L, luaL_typename(L, index));
	}
}

int fence_tostring(lua_State *L)
{
	luaL_checkany(L, 1);
	push_text(L, 1);
	return 1;
}

int fence_format(lua_State *L)
{
	size_t len;
	const char *format = luaL_checklstring(L, 1, &len);
	int arg = 1;

	run_tick(L);
	for (const char *p = format; (p = memchr(p, '%', len - (size_t)(p - format))) != NULL;) {
		const char *at = p++;
		char shown[24];

		if (*p == '%') {
			p++;
			continue;
		}
		p += strspn(p, "-+ #0123456789.");
		if (p - at > 8 || !*p || !strchr("diuxXoceEfgGaAqs", *p)) {
			snprintf(shown, sizeof shown, "%.20s", at);
			return run_raise(L, V220, shown, NULL, NULL);
		}
		arg++;
		if (*p == 's' && lua_type(L, arg) != LUA_TSTRING && !lua_isnone(L, arg)) {
			push_text(L, arg);
			lua_replace(L, arg);
		}
	}
	return own(L);
}

int fence_tonumber(lua_State *L)
{
	return own(L);
}

int fence_select(lua_State *L)
{
	return own(L);
}

int fence_error(lua_State *L)
{
	char text[RUN_ARG_MAX];

	push_text(L, 1);
	snprintf(text, sizeof text, "%s", lua_tostring(L, -1));
	return run_raise(L, V221, text, NULL, NULL);
}

int fence_type(lua_State *L)
{
	luaL_checkany(L, 1);
	if (lua_type(L, 1) == LUA_TUSERDATA)
		lua_pushliteral(L, "table");
	else
		lua_pushstring(L, luaL_typename(L, 1));
	return 1;
}

static int next_of_list(lua_State *L)
{
	lua_Integer i = luaL_checkinteger(L, 2) + 1;

	lua_pushinteger(L, i);
	return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

int fence_ipairs(lua_State *L)
{
	luaL_argexpected(L, lua_istable(L, 1) || lua_isuserdata(L, 1), 1, "table");
	lua_pushcfunction(L, next_of_list);
	lua_pushvalue(L, 1);
	lua_pushinteger(L, 0);
	return 3;
}

/* Numbers first, then texts, then false and true. */
static int rank_of(int type)
{
	return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
}

static int key_before(lua_State *L)
{
	int a = lua_type(L, 1), b = lua_type(L, 2);
	struct run *r = run_of(L);

	if ((++r->steps & 1023) == 0)
		run_tick(L);
	if (a != b)
		lua_pushboolean(L, rank_of(a) < rank_of(b));
	else if (a == LUA_TBOOLEAN)
		lua_pushboolean(L, lua_toboolean(L, 1) < lua_toboolean(L, 2));
	else
		lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
	return 1;
}

/* Upvalues: the table, its sorted keys, how many were given. */
static int next_of_pairs(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));

	for (;;) {
		i++;
		lua_pushinteger(L, i);
		lua_replace(L, lua_upvalueindex(3));
		if (lua_rawgeti(L, lua_upvalueindex(2), i) == LUA_TNIL)
			return 1;
		lua_pushvalue(L, -1);
		if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
			return 2;
		lua_pop(L, 2);
	}
}

/* Lua's own table.sort comes from the registry, where fence.c keeps it. */
int fence_pairs(lua_State *L)
{
	lua_Integer n = 0;
	bool ordered = true;

	if (lua_isuserdata(L, 1)) {
		frozen_values(L, 1);
		lua_replace(L, 1);
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_next(L, 1)) {
		int type = lua_type(L, 3);

		lua_pop(L, 1);
		if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN)
			return run_raise(L, V226, NULL, NULL, NULL);
		n++;
		ordered = ordered && lua_isinteger(L, 3) && lua_tointeger(L, 3) == n;
		lua_pushvalue(L, 3);
		lua_rawseti(L, 2, n);
		if ((n & 1023) == 0)
			run_tick(L);
	}
	if (!ordered) {
		lua_getfield(L, LUA_REGISTRYINDEX, "vigie.sort");
		lua_pushvalue(L, 2);
		lua_pushcfunction(L, key_before);
		lua_call(L, 2, 0);
	}
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_of_pairs, 3);
	return 1;
}

/* ---- text.*: what mappers need, without patterns ---- */

int fence_text_trim(lua_State *L)
{
	size_t len, from = 0;
	const char *s = luaL_checklstring(L, 1, &len);

	while (from < len && strchr(" \t\r\n\v\f", s[from]) && s[from])
		from++;
	while (len > from && s[len - 1] && strchr(" \t\r\n\v\f", s[len - 1]))
		len--;
	lua_pushlstring(L, s + from, len - from);
	return 1;
}

int fence_text_split(lua_State *L)
{
	size_t len, width;
	const char *s = luaL_checklstring(L, 1, &len), *end = s + len;
	const char *sep = luaL_checklstring(L, 2, &width), *hit;
	lua_Integer n = 0;

	luaL_argcheck(L, width > 0, 2, "empty separator");
	lua_newtable(L);
	while ((hit = memmem(s, (size_t)(end - s), sep, width)) != NULL) {
		lua_pushlstring(L, s, (size_t)(hit - s));
		lua_rawseti(L, -2, ++n);
		if (n >= RUN_LIST_MAX)
			return too_long(L, "text.split");
		s = hit + width;
	}
	lua_pushlstring(L, s, (size_t)(end - s));
	lua_rawseti(L, -2, n + 1);
	run_tick(L);
	return 1;
}

int fence_text_find(lua_State *L)
{
	size_t len, width;
	const char *s = luaL_checklstring(L, 1, &len), *part = luaL_checklstring(L, 2, &width), *hit;
	lua_Integer from = luaL_optinteger(L, 3, 1);

	run_tick(L);
	if (from < 1)
		from = 1;
	hit = (lua_Unsigned)from > len + 1 ?
		      NULL :
		      memmem(s + from - 1, len - (size_t)from + 1, part, width);
	if (hit)
		lua_pushinteger(L, hit - s + 1);
	else
		lua_pushnil(L);
	return 1;
}

/* "1 234,5", "1 234.5", with plain, no-break or thin spaces between thousands. */
int fence_text_number(lua_State *L)
{
	size_t len;
	const char *s = luaL_checklstring(L, 1, &len);
	char clean[64];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == ' ')
			continue;
		if (len - i >= 2 && memcmp(s + i, "\xC2\xA0", 2) == 0) {
			i += 1;
			continue;
		}
		if (len - i >= 3 && memcmp(s + i, "\xE2\x80\xAF", 3) == 0) {
			i += 2;
			continue;
		}
		if (n >= sizeof clean - 1 || !s[i] || !strchr("0123456789,.+-eE", s[i])) {
			lua_pushnil(L);
			return 1;
		}
		clean[n++] = (char)(s[i] == ',' ? '.' : s[i]);
	}
	clean[n] = '\0';
	if (lua_stringtonumber(L, clean) == 0)
		lua_pushnil(L);
	return 1;
}
