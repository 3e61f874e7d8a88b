/*
 * Sheet: the ctx of row, and the row of a foreign spreadsheet: {"line", "params", "cells": {"Mois":
 * "…"}}. Cells are texts; an empty one is nil.
 */
#include <ctype.h>
#include <string.h>

#include "clock.h"
#include "fence.h"
#include "run.h"
#include "territory.h"
#include "text.h"

static const char *const ctx_names[] = {
#define API_SHEET_CTX(name) name,
#include "gen/plugin_api.inc"
	NULL
};

static const char *optional_text(lua_State *L)
{
	return lua_isnoneornil(L, 1) ? "" : luaL_checkstring(L, 1);
}

static int ctx_department(lua_State *L)
{
	lua_pushstring(L, territory_department_meant(optional_text(L)));
	return 1;
}

/* The number of a month whose name starts as `word` does, three letters at least; 0: none. */
static int month_named(const char *word, size_t len)
{
	/* both languages, shortest first letters that tell a month from the others */
	static const char *const names[] = {
		"janvier january", "fevrier february",	"mars march",
		"avril april",	   "mai may",		"juin june",
		"juillet july",	   "aout august",	"septembre september",
		"octobre october", "novembre november", "decembre december"
	};

	for (int i = 0; i < 12 && len >= 3; i++)
		for (const char *at = names[i]; *at; at += strcspn(at, " "), at += *at == ' ')
			if (strcspn(at, " ") >= len && strncmp(at, word, len) == 0 &&
			    (len >= 4 || strncmp(word, "jui", 3) != 0))
				return i + 1;
	return 0;
}

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static int number(const char *s, size_t n)
{
	int out = 0;

	for (size_t i = 0; i < n; i++)
		out = out * 10 + s[i] - '0';
	return out;
}

/* "janvier 2026", "01 2026", "2026 01": year and month; false for anything else. */
static bool month_of(int *year, int *month, const char *folded)
{
	const char *second = strchr(folded, ' ');
	size_t first = second ? (size_t)(second - folded) : 0, last = second ? strlen(++second) : 0;

	if (!second || strchr(second, ' '))
		return false;
	if (first == 4 && digits(folded, 4) && (last == 1 || last == 2) && digits(second, last)) {
		*year = number(folded, 4);
		*month = number(second, last);
	} else if (last == 4 && digits(second, 4)) {
		*year = number(second, 4);
		*month = (first == 1 || first == 2) && digits(folded, first)
			     ? number(folded, first)
			     : month_named(folded, first);
	} else {
		return false;
	}
	return *month >= 1 && *month <= 12 && *year >= 1900 && *year <= 2199;
}

static int ctx_month(lua_State *L)
{
	const char *text = optional_text(L);
	char folded[32], out[11];
	int year = 0, month = 0;
	int32_t day;

	text_fold(folded, sizeof folded, text);
	if (month_of(&year, &month, folded)) {
		snprintf(out, sizeof out, "%04d-%02d", year, month);
		lua_pushstring(L, out);
	} else if (context_date(&day, out, text)) {
		lua_pushlstring(L, out, 7);
	} else {
		lua_pushnil(L);
	}
	return 1;
}

/* The row as a read-only table of its columns; ISO days stay texts. */
static void push_row(lua_State *L, const json_t *cells)
{
	const char *key;
	json_t *v;

	lua_newtable(L); /* which columns there are */
	lua_newtable(L);
	json_object_foreach((json_t *)(uintptr_t)cells, key, v)
	{
		lua_pushboolean(L, true);
		lua_setfield(L, -3, key);
		context_value(L, v);
		lua_setfield(L, -2, key);
	}
	frozen_make(L, -2, "@this_row");
	lua_remove(L, -2);
}

void sheet_push(lua_State *L)
{
	const json_t *cell = run_of(L)->cell;

	context_names(L, ctx_names);
	lua_newtable(L);
	context_value(L, json_object_get(cell, "line"));
	lua_setfield(L, -2, "line");
	context_object(L, json_object_get(cell, "params"), NULL, "ctx.params");
	lua_setfield(L, -2, "params");
	lua_pushcfunction(L, ctx_month);
	lua_setfield(L, -2, "month");
	lua_pushcfunction(L, ctx_department);
	lua_setfield(L, -2, "department");
	lua_pushcfunction(L, context_day);
	lua_setfield(L, -2, "day");
	frozen_make(L, -2, "ctx");
	lua_remove(L, -2);
	push_row(L, json_object_get(cell, "cells"));
}
