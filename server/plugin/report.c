/*
 * Report: the ctx of validate, built from the JSON of one sender's own report and its previous
 * ones: {"period", "territory", "organisation", "params", "figures": [{"ago", "series", "dims",
 * "state", "value", "reason"}]}, `ago` in months.
 */
#include <string.h>

#include "remark.h"
#include "run.h"

static const char *const ctx_names[] = {
#define API_VALIDATE_CTX(name) name,
#include "gen/plugin_api.inc"
	NULL
};

static const char *const figure_names[] = {
#define API_FIGURE(name) name,
#include "gen/plugin_api.inc"
	NULL
};

static const char *text_of(const json_t *figure, const char *name)
{
	const char *text = json_string_value(json_object_get(figure, name));

	return text ? text : "";
}

static json_int_t ago(const json_t *figure)
{
	return json_integer_value(json_object_get(figure, "ago"));
}

/* Is "age=minor" one of "age=minor;sex=female"? */
static bool has_member(const char *dims, const char *dim, const char *member)
{
	size_t width = strlen(dim), len = strlen(member);

	for (const char *at = dims; *at; at += *at == ';') {
		size_t n = strcspn(at, ";");

		if (n == width + 1 + len && memcmp(at, dim, width) == 0 && at[width] == '=' &&
		    memcmp(at + width + 1, member, len) == 0)
			return true;
		at += n;
	}
	return false;
}

/* Has the figure all the members of the table at `index`, if there is one? */
static bool fits(lua_State *L, int index, const json_t *figure)
{
	const char *dims = text_of(figure, "dims");
	bool ok = true;

	if (lua_isnil(L, index))
		return true;
	lua_pushnil(L);
	while (lua_next(L, index)) {
		ok = ok && has_member(dims, lua_tostring(L, -2), lua_tostring(L, -1));
		lua_pop(L, 1);
	}
	return ok;
}

/* The sum over what fits of the series at `series`, `months` ago; nil when one of these is not
 * known. */
static int sum(lua_State *L, int series, lua_Integer months)
{
	const json_t *figures = json_object_get(run_of(L)->cell, "figures");
	double total = 0;
	bool any = false, whole = true;

	lua_settop(L, series + 1);
	if (!lua_isnil(L, series + 1))
		luaL_checktype(L, series + 1, LUA_TTABLE);
	luaL_checktype(L, series, LUA_TSTRING);
	remark_check_series(L, series);
	if (!lua_isnil(L, series + 1))
		remark_check_members(L, series + 1, lua_tostring(L, series));
	for (size_t i = 0; i < json_array_size(figures); i++) {
		const json_t *figure = json_array_get(figures, i),
			     *value = json_object_get(figure, "value");

		if ((i & 1023) == 0)
			run_tick(L);
		if (ago(figure) != months ||
		    strcmp(text_of(figure, "series"), lua_tostring(L, series)) != 0 ||
		    !fits(L, series + 1, figure))
			continue;
		any = true;
		whole = whole && json_is_number(value);
		total += json_number_value(value);
	}
	if (any && whole)
		lua_pushnumber(L, total);
	else
		lua_pushnil(L);
	return 1;
}

static int ctx_value(lua_State *L)
{
	return sum(L, 1, 0);
}

static int ctx_before(lua_State *L)
{
	lua_Integer months = luaL_checkinteger(L, 1);

	luaL_argcheck(L, months >= 1 && months <= BACK_MAX, 1, "1 to 12 months");
	return sum(L, 2, months);
}

/* Where each figure is: {"0|clients.fines|": place in the list}. */
static json_t *places(const json_t *figures)
{
	json_t *out = json_object();
	char key[400];

	for (size_t i = 0; i < json_array_size(figures); i++) {
		const json_t *figure = json_array_get(figures, i);

		snprintf(key, sizeof key, "%d|%s|%s", (int)ago(figure), text_of(figure, "series"),
			 text_of(figure, "dims"));
		json_object_set_new(out, key, json_integer((json_int_t)i));
	}
	return out;
}

static void push_then(lua_State *L, const json_t *figures, const json_t *places,
		      const json_t *figure, int months)
{
	const json_t *at;
	char key[400];

	snprintf(key, sizeof key, "%d|%s|%s", months, text_of(figure, "series"),
		 text_of(figure, "dims"));
	at = json_object_get(places, key);
	context_value(L, at ? json_object_get(
				  json_array_get(figures, (size_t)json_integer_value(at)), "value")
			    : NULL);
}

static void push_members(lua_State *L, const char *dims)
{
	lua_newtable(L);
	while (*dims) {
		size_t n = strcspn(dims, ";"), width = strcspn(dims, "=");

		if (width < n) {
			lua_pushlstring(L, dims, width);
			lua_pushlstring(L, dims + width + 1, n - width - 1);
			lua_rawset(L, -3);
		}
		dims += n + (dims[n] == ';');
	}
	frozen_make(L, 0, "members");
}

/* Pushes a figure; `names` is the place of what may be read of one. */
static void push_figure(lua_State *L, const json_t *figures, const json_t *places,
			const json_t *figure, int names)
{
	static const char *const plain[] = { "series", "state", "value", "reason" };

	lua_newtable(L);
	for (int i = 0; i < 4; i++) {
		context_value(L, json_object_get(figure, plain[i]));
		lua_setfield(L, -2, plain[i]);
	}
	push_members(L, text_of(figure, "dims"));
	lua_setfield(L, -2, "members");
	push_then(L, figures, places, figure, 1);
	lua_setfield(L, -2, "previous");
	push_then(L, figures, places, figure, BACK_MAX);
	lua_setfield(L, -2, "year_before");
	frozen_make(L, names, "@this_figure");
}

/* Upvalue 1: the list, once it was made. */
static int ctx_figures(lua_State *L)
{
	const struct run *r = run_of(L);
	const json_t *figures = json_object_get(r->cell, "figures");
	json_t *where;
	int names;

	lua_settop(L, 0);
	lua_pushvalue(L, lua_upvalueindex(1));
	if (!lua_isnil(L, 1))
		return 1;
	where = places(figures);
	context_names(L, figure_names);
	names = lua_gettop(L);
	lua_newtable(L);
	for (size_t i = 0; i < json_array_size(figures); i++) {
		const json_t *figure = json_array_get(figures, i);
		bool declared = false;

		for (size_t k = 0; k < json_array_size(r->series) && !declared; k++)
			declared = strcmp(json_string_value(json_array_get(r->series, k)),
					  text_of(figure, "series")) == 0;
		if (ago(figure) != 0 || !declared)
			continue;
		push_figure(L, figures, where, figure, names);
		lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	}
	json_decref(where);
	frozen_make(L, 0, "@list_ro");
	lua_pushvalue(L, -1);
	lua_replace(L, lua_upvalueindex(1));
	return 1;
}

void report_push(lua_State *L)
{
	static const char *const plain[] = { "period", "territory", "organisation" };
	const json_t *cell = run_of(L)->cell;

	context_names(L, ctx_names);
	lua_newtable(L);
	for (int i = 0; i < 3; i++) {
		context_value(L, json_object_get(cell, plain[i]));
		lua_setfield(L, -2, plain[i]);
	}
	context_object(L, json_object_get(cell, "params"), NULL, "ctx.params");
	lua_setfield(L, -2, "params");
	lua_pushcfunction(L, ctx_value);
	lua_setfield(L, -2, "value");
	lua_pushcfunction(L, ctx_before);
	lua_setfield(L, -2, "before");
	lua_pushnil(L);
	lua_pushcclosure(L, ctx_figures, 1);
	lua_setfield(L, -2, "figures");
	lua_pushcfunction(L, context_day);
	lua_setfield(L, -2, "day");
	frozen_make(L, -2, "ctx");
	lua_remove(L, -2);
}
