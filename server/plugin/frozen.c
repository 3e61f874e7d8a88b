/*
 * Read-only views: ctx, its parts, and the rows of data.  A view is a userdata whose user value
 * is the table behind it; reading a name that is not there says which names are.
 */
#include "run.h"

enum { VALUES = 1, NAMES, LABEL, PARTS = LABEL };

#define VIEW "vigie.view"

void frozen_make(lua_State *L, int names, const char *label)
{
	int table = lua_gettop(L);

	names = names == 0 ? table : lua_absindex(L, names);
	lua_newuserdatauv(L, 0, PARTS);
	lua_pushvalue(L, table);
	lua_setiuservalue(L, -2, VALUES);
	lua_pushvalue(L, names);
	lua_setiuservalue(L, -2, NAMES);
	lua_pushstring(L, label);
	lua_setiuservalue(L, -2, LABEL);
	luaL_setmetatable(L, VIEW);
	lua_replace(L, table);
}

void frozen_values(lua_State *L, int view)
{
	if (luaL_testudata(L, view, VIEW))
		lua_getiuservalue(L, view, VALUES);
	else
		lua_pushnil(L);
}

static int read_field(lua_State *L)
{
	lua_getiuservalue(L, 1, VALUES);
	lua_pushvalue(L, 2);
	lua_rawget(L, -2);
	if (!lua_isnil(L, -1) || lua_type(L, 2) != LUA_TSTRING)
		return 1;
	lua_getiuservalue(L, 1, NAMES);
	lua_pushvalue(L, 2);
	lua_rawget(L, -2);
	if (lua_toboolean(L, -1)) {
		lua_pushnil(L);
		return 1;
	}
	lua_pop(L, 1);
	lua_getiuservalue(L, 1, LABEL);
	return fence_unknown(L, 2, -2, lua_tostring(L, -1));
}

static int refuse_write(lua_State *L)
{
	lua_getiuservalue(L, 1, LABEL);
	return run_raise(L, V207, lua_tostring(L, -1), NULL, NULL);
}

static int length(lua_State *L)
{
	lua_getiuservalue(L, 1, VALUES);
	lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
	return 1;
}

void frozen_setup(lua_State *L)
{
	static const luaL_Reg methods[] = { { "__index", read_field },
					    { "__newindex", refuse_write },
					    { "__len", length },
					    { NULL, NULL } };

	luaL_newmetatable(L, VIEW);
	luaL_setfuncs(L, methods, 0);
	lua_pushliteral(L, "table");
	lua_setfield(L, -2, "__name");
	lua_pop(L, 1);
}
