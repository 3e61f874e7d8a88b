/*
 * Symbolic statistics: stat.wilson and the others.  Each gives its parts as a table of series.
 */
#include <stdio.h>
#include <string.h>

#include "fence.h"
#include "text.h"
#include "trace.h"

#include "gen/plugin_options.inc"

static const char *const level[] = { OPTIONS_LevelOptions, NULL };
static const char *const rate[] = { OPTIONS_RateOptions, NULL };
static const char *const reach[] = { OPTIONS_ReachOptions, NULL };

struct statistic {
	const char *op;
	int args;
	int arg[4];
	json_t *attributes;		/* owned */
	unsigned axes;
};

static void begin(lua_State *L, struct statistic *s, const char *op, int args)
{
	if (!trace_of(L))
		run_raise(L, V249, op, NULL, NULL);
	*s = (struct statistic){ .op = op, .args = args, .attributes = json_object() };
	for (int i = 0; i < args; i++)
		s->arg[i] = take_series(L, i + 1, op);
	s->axes = trace_of(L)->axes[s->arg[0]];
	for (int i = 1; i < args; i++)
		s->axes |= axes_meet(L, s->arg[0], s->arg[i]);
}

/* How many arguments from the first on are series or numbers, at most `most`. */
static int given(lua_State *L, int most)
{
	int n = 0;

	while (n < most && (lua_type(L, n + 1) == LUA_TNUMBER || symbol_class(L, n + 1)))
		n++;
	return n;
}

static int node_of(lua_State *L, const struct statistic *s, const char *part)
{
	json_t *attributes = json_copy(s->attributes);

	if (part)
		json_object_set_new(attributes, "part", json_string(part));
	return node_add(L, s->op, s->arg, s->args, attributes, s->axes, false);
}

/* Pushes a read-only table of the parts. */
static int parts(lua_State *L, struct statistic *s, const char *const *names)
{
	lua_newtable(L);
	for (int i = 0; names[i]; i++) {
		push_series(L, node_of(L, s, names[i]));
		lua_setfield(L, -2, names[i]);
	}
	json_decref(s->attributes);
	frozen_make(L, 0, s->op);
	return 1;
}

static const char *const estimate[] = { "value", "low", "high", NULL };

int trace_wilson(lua_State *L)
{
	struct statistic s;

	begin(L, &s, "wilson", 2);
	take_options(L, s.attributes, 3, s.op, level);
	return parts(L, &s, estimate);
}

int trace_poisson(lua_State *L)
{
	int n = given(L, 2);
	struct statistic s;

	begin(L, &s, "poisson", n > 0 ? n : 1);
	take_options(L, s.attributes, n < 2 && lua_isnil(L, 2) ? 3 : s.args + 1, s.op, rate);
	return parts(L, &s, estimate);
}

int trace_rate_ratio(lua_State *L)
{
	int n = given(L, 4);
	struct statistic s;

	begin(L, &s, "rate_ratio", n == 4 ? 4 : 2);
	take_options(L, s.attributes, s.args + 1, s.op, level);
	return parts(L, &s, estimate);
}

int trace_theil_sen(lua_State *L)
{
	static const char *const names[] = { "slope", "low", "high", NULL };
	struct statistic s;

	begin(L, &s, "theil_sen", 1);
	json_object_set_new(s.attributes, "n", json_integer(take_count(L, 2, "theil_sen", 2, TRACE_N_MAX)));
	take_options(L, s.attributes, 3, s.op, level);
	return parts(L, &s, names);
}

/* from = ctx.plan.end_on: a day stands for its month. */
static void month_of_day(lua_State *L, json_t *attributes)
{
	const json_t *from = json_object_get(attributes, "from");
	char text[16];
	int month;

	if (!from || json_is_string(from))
		return;
	if (!json_is_integer(from) || json_integer_value(from) < 0 || json_integer_value(from) > 80000)
		refuse(L, "from", "@day");
	/* not by the clock's functions: they may ask for the time zone, which the jail forbids */
	month = 1970 * 12 + (int)(json_integer_value(from) / 31);
	while (period_first_day(month + 1) <= json_integer_value(from))
		month++;
	snprintf(text, sizeof text, "%04d-%02d", month / 12, month % 12 + 1);
	json_object_set_new(attributes, "from", json_string(text));
}

int trace_reach(lua_State *L)
{
	struct statistic s;
	const json_t *points;
	char wanted[24];

	begin(L, &s, "reach", 2);
	take_options(L, s.attributes, 3, s.op, reach);
	points = json_object_get(s.attributes, "points");
	snprintf(wanted, sizeof wanted, "%d … %d", TRACE_POINTS_MIN, points ? (int)json_integer_value(points) : 12);
	if (json_integer_value(json_object_get(s.attributes, "min")) > (points ? json_integer_value(points) : 12))
		refuse(L, "min", wanted);
	month_of_day(L, s.attributes);
	return parts(L, &s, estimate);
}

int trace_funnel(lua_State *L)
{
	static const char *const names[] = { "z", "low", "high", NULL };
	struct statistic s;

	begin(L, &s, "funnel", 2);
	take_options(L, s.attributes, 3, s.op, rate);
	return parts(L, &s, names);
}

static int single(lua_State *L, const char *op)
{
	struct statistic s;

	begin(L, &s, op, 1);
	take_no_more(L, 1, op);
	push_series(L, node_of(L, &s, NULL));
	json_decref(s.attributes);
	return 1;
}

int trace_zscore(lua_State *L)
{
	return single(L, "zscore");
}

int trace_mad(lua_State *L)
{
	return single(L, "mad");
}
