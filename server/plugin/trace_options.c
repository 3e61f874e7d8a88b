/*
 * Options of operators, { coverage = 0.75 }: their names and words are those of classes.lua.  An option means the
 * same wherever it is given.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "trace.h"

#include "gen/plugin_options.inc"

enum kind { SHARE, WITHIN_SHARE, RATE, COUNT, PERIOD, TEXT, WORD };

static const struct {
	const char *name;
	enum kind kind;
	const char *usual;		/* of a share: told where it is none */
	const char *const *words;
} options[] = {
	{ "coverage", SHARE, "0.75", NULL },
	{ "level", WITHIN_SHARE, "0.95", NULL },
	{ "per", RATE, NULL, NULL },
	{ "points", COUNT, NULL, NULL },
	{ "min", COUNT, NULL, NULL },
	{ "from", PERIOD, NULL, NULL },
	{ "within", TEXT, NULL, NULL },
	{ "reset", WORD, NULL, (const char *const[]){ VALUES_CumsumOptions_reset, NULL } },
	{ "missing", WORD, NULL, (const char *const[]){ VALUES_ToOptions_missing, NULL } },
	{ "order", WORD, NULL, (const char *const[]){ VALUES_RankOptions_order, NULL } },
	{ "ties", WORD, NULL, (const char *const[]){ VALUES_RankOptions_ties, NULL } },
	{ "direction", WORD, NULL, (const char *const[]){ VALUES_ReachOptions_direction, NULL } },
};

enum { OPTIONS = sizeof options / sizeof *options };

void take_no_more(lua_State *L, int most, const char *what)
{
	/* a nil hides nothing of what follows it */
	for (int i = lua_gettop(L); i > most; i--)
		if (!lua_isnil(L, i))
			run_raise(L, V255, what, NULL, NULL);
}

/* `within`: neither 0 nor 1 */
static double share(lua_State *L, int index, const char *what, const char *usual, bool within)
{
	char given[32], meant[32];
	double x;

	if (lua_type(L, index) != LUA_TNUMBER || !isfinite(lua_tonumber(L, index)))
		refuse(L, what, "@share");
	x = lua_tonumber(L, index);
	if (within ? x > 0 && x < 1 : x >= 0 && x <= 1)
		return x;
	snprintf(given, sizeof given, "%.12g", x);
	snprintf(meant, sizeof meant, "%.12g", x / 100);
	run_raise(L, V254, what, given, x > 1 && (within ? x < 100 : x <= 100) ? meant : usual);
	return 0;
}

double take_share(lua_State *L, int index, const char *what, const char *usual)
{
	return share(L, index, what, usual, false);
}

/* A text that JSON can carry whole: one that it cannot would vanish with its option. */
static bool is_text(lua_State *L, int index)
{
	const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : NULL;

	return text && strlen(text) == lua_rawlen(L, index) && text_utf8_valid(text, strlen(text));
}

/* `"desc" | "asc"` */
static void word(lua_State *L, const char *name, const char *const *words)
{
	const char *given = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	char wanted[80] = "";
	size_t at = 0;

	for (int i = 0; words[i]; i++) {
		if (strcmp(given, words[i]) == 0)
			return;
		at += (size_t)snprintf(wanted + at, sizeof wanted - at, "%s\"%s\"", i > 0 ? " | " : "", words[i]);
	}
	refuse(L, name, wanted);
}

/* Raises unless the value on top is one of the option. */
static void judge(lua_State *L, size_t which)
{
	const char *name = options[which].name;

	switch (options[which].kind) {
	case SHARE:
	case WITHIN_SHARE:
		share(L, -1, name, options[which].usual, options[which].kind == WITHIN_SHARE);
		break;
	case RATE:
		if (take_number(L, -1, name) <= 0)
			refuse(L, name, "@above_zero");
		break;
	case COUNT:
		take_count(L, -1, name, TRACE_POINTS_MIN, TRACE_N_MAX);
		break;
	case PERIOD:		/* a day is looked at where it becomes a month */
		if (lua_type(L, -1) != LUA_TNUMBER &&
		    (lua_type(L, -1) != LUA_TSTRING || period_month(lua_tostring(L, -1)) < 0))
			refuse(L, name, "@period_or_day");
		break;
	case TEXT:
		if (!is_text(L, -1))
			refuse(L, name, "@text");
		break;
	case WORD:
		word(L, name, options[which].words);
	}
}

static void unknown(lua_State *L, const char *name, const char *what, const char *const *known)
{
	const char *near = text_nearest(name, known);
	char list[RUN_ARG_MAX];

	text_join(list, sizeof list, known);
	run_raise(L, near ? V205 : V206, name, what, near ? near : list);
}

/* The place of an option that is one of `known`. */
static size_t option(lua_State *L, const char *name, const char *what, const char *const *known)
{
	size_t which = 0;
	int i = 0;

	while (known[i] && strcmp(known[i], name) != 0)
		i++;
	while (which < OPTIONS && strcmp(options[which].name, name) != 0)
		which++;
	if (!known[i] || which == OPTIONS)
		unknown(L, name, what, known);
	return which;
}

/* "{ order = …, ties = … }" */
static int no_table(lua_State *L, const char *what, const char *const *known)
{
	char wanted[120] = "{ ";
	size_t at = 2;

	for (int i = 0; known[i] && at < sizeof wanted; i++)
		at += (size_t)snprintf(wanted + at, sizeof wanted - at, "%s%s = …", i > 0 ? ", " : "", known[i]);
	if (at < sizeof wanted)
		snprintf(wanted + at, sizeof wanted - at, " }");
	return refuse(L, what, wanted);
}

void take_options(lua_State *L, json_t *to, int index, const char *what, const char *const *known)
{
	take_no_more(L, index, what);
	if (lua_isnoneornil(L, index))
		return;
	if (lua_type(L, index) != LUA_TTABLE)
		no_table(L, what, known);
	lua_pushnil(L);
	while (lua_next(L, index)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "1";

		judge(L, option(L, name, what, known));
		json_object_set_new(to, name, lua_type(L, -1) == LUA_TSTRING ? json_string(lua_tostring(L, -1)) :
					      lua_isinteger(L, -1)	     ? json_integer(lua_tointeger(L, -1)) :
									       json_real(lua_tonumber(L, -1)));
		lua_pop(L, 1);
	}
}
