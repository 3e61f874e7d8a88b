/*
 * Remarks: warn and stop, and what validate and row return, checked and turned into JSON.  The
 * server checks it again.
 */
#include "remark.h"

#include <math.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "fence.h"
#include "run.h"
#include "text.h"

/* The name of the constructor that the function is, for messages. */
static bool fitting_text(lua_State *L, int index, const char *lang)
{
	const char *s;
	bool ok;

	lua_getfield(L, index, lang);
	s = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
	ok = s && *s && strlen(s) == lua_rawlen(L, -1) && text_utf8_valid(s, strlen(s)) &&
	     text_printable(s) && text_length(s) <= REMARK_CHARS;
	lua_pop(L, 1);
	return ok;
}

/* The texts at 2: French needed, English welcome, nothing else. */
static void check_texts_of(lua_State *L, const char *level)
{
	if (lua_type(L, 2) != LUA_TTABLE || !fitting_text(L, 2, "fr"))
		run_raise(L, V411, level, NULL, NULL);
	lua_pushnil(L);
	while (lua_next(L, 2)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != LUA_TSTRING ||
		    (strcmp(lua_tostring(L, -1), "fr") != 0 &&
		     strcmp(lua_tostring(L, -1), "en") != 0) ||
		    !fitting_text(L, 2, lua_tostring(L, -1)))
			run_raise(L, V411, level, NULL, NULL);
	}
}

/* Is the text at `index` one of `known`?  Otherwise the run ends with the nearest one. */
static void check_named(lua_State *L, int index, const json_t *known, const char *label)
{
	index = lua_absindex(L, index);
	lua_newtable(L);
	for (size_t i = 0; i < json_array_size(known); i++) {
		const char *name = json_string_value(json_array_get(known, i));

		if (strcmp(name, lua_tostring(L, index)) == 0) {
			lua_pop(L, 1);
			return;
		}
		lua_pushboolean(L, true);
		lua_setfield(L, -2, name);
	}
	fence_unknown(L, index, -1, label);
}

void remark_check_series(lua_State *L, int index)
{
	check_named(L, index, run_of(L)->series, "series");
}

/* Nobody types a derived dimension, so that no figure of a report has it. */
void remark_check_members(lua_State *L, int index, const char *series)
{
	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };
	const struct series_def *def = catalogue_find(series);
	const char *names[DIMENSIONS_MAX + 1];
	char list[RUN_ARG_MAX];
	int n = 0;

	index = lua_absindex(L, index);
	if (def)
		series_dimensions(dims, def);
	for (int i = 0; dims[i]; i++)
		if (!dims[i]->derived)
			names[n++] = dims[i]->id;
	names[n] = NULL;
	text_join(list, sizeof list, names);
	lua_pushnil(L);
	while (lua_next(L, index)) {
		const struct dimension_def *dim = NULL;

		for (int i = 0; dims[i] && lua_type(L, -2) == LUA_TSTRING; i++)
			if (!dims[i]->derived && strcmp(dims[i]->id, lua_tostring(L, -2)) == 0)
				dim = dims[i];
		if (!dim)
			run_raise(L, V342, series,
				  lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?",
				  n ? list : "@nothing");
		if (lua_type(L, -1) != LUA_TSTRING ||
		    !text_in_list(lua_tostring(L, -1), dim->words))
			run_raise(L, V343, dim->id,
				  lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?",
				  dim->words);
		lua_pop(L, 1);
	}
}

/* Replaces the figure at 1 by its series, and puts its members at 3. */
static void open_figure(lua_State *L)
{
	frozen_values(L, 1);
	lua_getfield(L, -1, "members");
	frozen_values(L, -1);
	lua_replace(L, 3);
	lua_pop(L, 1);
	lua_getfield(L, -1, "series");
	lua_replace(L, 1);
	lua_settop(L, 3);
}

static int remark(lua_State *L, const char *level)
{
	const struct run *r = run_of(L);

	lua_settop(L, 3);
	if (lua_isuserdata(L, 1) && r->series)
		open_figure(L);
	if (lua_type(L, 1) != LUA_TSTRING || (!lua_isnil(L, 3) && lua_type(L, 3) != LUA_TTABLE))
		run_raise(L, V412, level, NULL, NULL);
	check_texts_of(L, level);
	if (r->columns) {
		check_named(L, 1, r->columns, "columns");
	} else if (r->series) {
		remark_check_series(L, 1);
		if (!lua_isnil(L, 3))
			remark_check_members(L, 3, lua_tostring(L, 1));
	}
	lua_newtable(L);
	lua_pushstring(L, level);
	lua_setfield(L, -2, "level");
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "about");
	lua_pushvalue(L, 3);
	lua_setfield(L, -2, "members");
	for (int i = 0; i < 2; i++) {
		const char *lang = i == 0 ? "fr" : "en";

		lua_getfield(L, 2, lang);
		lua_setfield(L, -2, lang);
	}
	describe_tag_top(L, "remark");
	return 1;
}

int api_warn(lua_State *L)
{
	return remark(L, "warn");
}

int api_stop(lua_State *L)
{
	return remark(L, "stop");
}

/* ------------------------------------------------------------------ what came back */

static json_t *text_field(lua_State *L, int index, const char *name)
{
	json_t *out = NULL;

	if (lua_getfield(L, index, name) == LUA_TSTRING)
		out = json_stringn(lua_tostring(L, -1), lua_rawlen(L, -1));
	lua_pop(L, 1);
	return out;
}

static json_t *remark_json(lua_State *L, int index)
{
	json_t *members = json_object();

	if (lua_getfield(L, index, "members") == LUA_TTABLE) {
		lua_pushnil(L);
		while (lua_next(L, -2)) {
			json_object_set_new(members, lua_tostring(L, -2),
					    json_string(lua_tostring(L, -1)));
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
	return json_pack("{s:o, s:o*, s:o, s:o, s:o*}", "level", text_field(L, index, "level"),
			 "about", text_field(L, index, "about"), "members", members, "fr",
			 text_field(L, index, "fr"), "en", text_field(L, index, "en"));
}

static const char *type_word(lua_State *L, int index)
{
	switch (lua_type(L, index)) {
	case LUA_TNUMBER:
		return "@number";
	case LUA_TSTRING:
		return "@text";
	case LUA_TBOOLEAN:
		return "@boolean";
	default:
		return "@other";
	}
}

static bool is_remark(lua_State *L, int index)
{
	const char *tag = describe_tag(L, index);

	return tag && strcmp(tag, "remark") == 0;
}

/* One thing or a list of them, each turned into JSON by `one`; more than `most` end the run. */
static json_t *returned(lua_State *L, int index, json_t *(*one)(lua_State *L, int index),
			const char *name, enum finding_code otherwise, int most)
{
	json_t *out = json_array();
	char text[16];
	lua_Integer n;

	if (lua_isnil(L, index))
		return out;
	if (lua_type(L, index) != LUA_TTABLE)
		run_raise(L, otherwise, type_word(L, index), NULL, NULL);
	n = (lua_Integer)lua_rawlen(L, index);
	if (is_remark(L, index) || (n == 0 && lua_getfield(L, index, "series") != LUA_TNIL)) {
		json_array_append_new(out, one(L, index));
		return out;
	}
	if (n > most) {
		lua_pushfstring(L, "%d", most);
		strcpy(text, lua_tostring(L, -1));
		run_raise(L, V414, name, text, NULL);
	}
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, index, i);
		json_array_append_new(out, one(L, lua_gettop(L)));
		lua_pop(L, 1);
	}
	return out;
}

static json_t *one_remark(lua_State *L, int index)
{
	if (!is_remark(L, index))
		run_raise(L, V413, type_word(L, index), NULL, NULL);
	return remark_json(L, index);
}

json_t *remarks_value(lua_State *L, int index)
{
	return returned(L, index, one_remark, "validate", V413, REMARKS_MAX);
}

/* ------------------------------------------------------------------ a row of ours */

static void wrong(lua_State *L, const char *field, int index, const char *want)
{
	const char *type = type_word(L, index);

	run_raise(L, V416, field,
		  lua_isnil(L, index)		      ? "@nothing"
		  : lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index)
		  : lua_type(L, index) == LUA_TNUMBER ? luaL_tolstring(L, index, NULL)
						      : type,
		  want);
}

/* The field as a text that `fits`; NULL when it is absent and may be. */
static json_t *row_text(lua_State *L, int row, const char *field, const char *want,
			bool (*fits)(const char *text, const struct series_def *def),
			const struct series_def *def)
{
	json_t *out;

	if (lua_getfield(L, row, field) != LUA_TSTRING || !fits(lua_tostring(L, -1), def))
		wrong(L, field, lua_gettop(L), want);
	out = json_string(lua_tostring(L, -1));
	lua_pop(L, 1);
	return out;
}

static bool fits_place(const char *text, const struct series_def *def)
{
	return territory_known(text, def->level);
}

static bool fits_period(const char *text, const struct series_def *def)
{
	const char *frequency = period_frequency(text);

	return frequency && strcmp(frequency, def->periodicity) == 0;
}

static bool fits_state(const char *text, const struct series_def *def)
{
	(void)def;
	return text_in_list(text, "missing not_applicable");
}

static bool fits_words(const char *text, const struct series_def *def)
{
	(void)def;
	return *text && text_utf8_valid(text, strlen(text)) && text_printable(text) &&
	       text_length(text) <= REMARK_CHARS;
}

/* Every field of the row is one of ours, or a dimension of its series; those become "dims". */
static json_t *row_dims(lua_State *L, int row, const struct series_def *def)
{
	static const char *const fixed[] = { "series", "territory", "organisation", "period",
					     "value",  "state",	    "reason",	    NULL };
	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };
	json_t *out = json_object();

	series_dimensions(dims, def);
	context_names(L, fixed);
	for (int i = 0; dims[i]; i++) {
		if (dims[i]->derived)
			continue;
		lua_pushboolean(L, true);
		lua_setfield(L, -2, dims[i]->id);
		if (lua_getfield(L, row, dims[i]->id) != LUA_TSTRING ||
		    !text_in_list(lua_tostring(L, -1), dims[i]->words))
			wrong(L, dims[i]->id, lua_gettop(L), dims[i]->words);
		json_object_set_new(out, dims[i]->id, json_string(lua_tostring(L, -1)));
		lua_pop(L, 1);
	}
	lua_pushnil(L);
	while (lua_next(L, row)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		if (lua_rawget(L, -3) == LUA_TNIL)
			fence_unknown(L, -2, -3, def->id);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return out;
}

/* The figure, or why there is none; an empty row says nothing of it. */
static bool row_answer(lua_State *L, int row, json_t *out)
{
	int value = lua_getfield(L, row, "value"), state = lua_getfield(L, row, "state");

	if (value == LUA_TNIL && state == LUA_TNIL)
		return false;
	if (state != LUA_TNIL) {
		json_object_set_new(
		    out, "state",
		    row_text(L, row, "state", "missing, not_applicable", fits_state, NULL));
		if (value != LUA_TNIL)
			wrong(L, "value", lua_gettop(L) - 1, "@nothing");
		if (lua_getfield(L, row, "reason") != LUA_TNIL)
			json_object_set_new(out, "reason",
					    row_text(L, row, "reason", "@text", fits_words, NULL));
		return true;
	}
	if (value != LUA_TNUMBER || !isfinite(lua_tonumber(L, -2)) || lua_tonumber(L, -2) < 0)
		wrong(L, "value", lua_gettop(L) - 1, "@positive");
	json_object_set_new(out, "value",
			    lua_isinteger(L, -2) ? json_integer(lua_tointeger(L, -2))
						 : json_real(lua_tonumber(L, -2)));
	return true;
}

static json_t *one_row(lua_State *L, int index)
{
	const struct series_def *def;
	json_t *out;
	int top = lua_gettop(L);

	if (is_remark(L, index))
		return remark_json(L, index);
	if (lua_type(L, index) != LUA_TTABLE)
		run_raise(L, V415, type_word(L, index), NULL, NULL);
	if (lua_getfield(L, index, "series") != LUA_TSTRING)
		wrong(L, "series", lua_gettop(L), "@a_series");
	remark_check_series(L, -1);
	def = catalogue_find(lua_tostring(L, -1));
	out = json_pack("{s:s, s:o}", "series", def->id, "dims", row_dims(L, index, def));
	json_object_set_new(out, "territory",
			    row_text(L, index, "territory", "@a_department", fits_place, def));
	json_object_set_new(
	    out, "period",
	    row_text(L, index, "period",
		     strcmp(def->periodicity, "month") == 0 ? "@a_month" : "@a_period", fits_period,
		     def));
	if (lua_getfield(L, index, "organisation") != LUA_TNIL)
		json_object_set_new(
		    out, "organisation",
		    row_text(L, index, "organisation", "@a_code", fits_words, NULL));
	if (!row_answer(L, index, out)) {
		json_decref(out);
		out = json_null();
	}
	lua_settop(L, top);
	return out;
}

json_t *rows_value(lua_State *L, int index)
{
	return returned(L, index, one_row, "row", V415, RETURNED_MAX);
}
