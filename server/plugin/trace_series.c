/*
 * Symbolic series: operators and the methods that look at one cell or along time.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fence.h"
#include "text.h"
#include "trace.h"

#include "gen/plugin_options.inc"

#define SERIES "vigie.series"

void push_series(lua_State *L, int node)
{
	int *to = lua_newuserdatauv(L, sizeof *to, 0);

	*to = node;
	luaL_setmetatable(L, SERIES);
}

int refuse(lua_State *L, const char *what, const char *wanted)
{
	return run_raise(L, V243, what, wanted, NULL);
}

/* "series", "group", "frame", or NULL for what is no symbol. */
const char *symbol_class(lua_State *L, int index)
{
	static const char *const classes[] = { "series", "group", "frame", NULL };
	char name[24];

	for (int i = 0; classes[i]; i++) {
		snprintf(name, sizeof name, "vigie.%s", classes[i]);
		if (luaL_testudata(L, index, name))
			return classes[i];
	}
	return NULL;
}

static int node_at(lua_State *L, int index, const char *what, const char *wanted)
{
	const char *class = symbol_class(L, index);

	if (class && strcmp(class, "series") == 0)
		return *(int *)lua_touserdata(L, index);
	if (class && strcmp(class, "group") == 0)
		return run_raise(L, V241, what, NULL, NULL);
	return refuse(L, what, wanted);
}

int take_series(lua_State *L, int index, const char *what)
{
	int node;

	if (lua_type(L, index) == LUA_TNUMBER)
		return node_const(L, lua_tonumber(L, index));
	node = node_at(L, index, what, "@series");
	return trace_of(L)->mask[node] ? run_raise(L, V237, what, NULL, NULL) : node;
}

int take_mask(lua_State *L, int index, const char *what)
{
	int node = node_at(L, index, what, "@mask");

	return trace_of(L)->mask[node] ? node : refuse(L, what, "@mask");
}

double take_number(lua_State *L, int index, const char *what)
{
	if (lua_type(L, index) != LUA_TNUMBER || !isfinite(lua_tonumber(L, index)))
		refuse(L, what, "@number");
	return lua_tonumber(L, index);
}

int take_count(lua_State *L, int index, const char *what, int least, int most)
{
	char wanted[40];
	int whole = 0;
	lua_Integer n = lua_tointegerx(L, index, &whole);

	snprintf(wanted, sizeof wanted, "%d … %d", least, most);
	if (lua_type(L, index) != LUA_TNUMBER || !whole || n < least || n > most)
		refuse(L, what, wanted);
	return (int)n;
}

/* The series (or, when `mask`, the mask) that a method is called on. */
static int self_of(lua_State *L, const char *name, bool mask)
{
	if (!symbol_class(L, 1))
		return run_raise(L, V248, name, NULL, NULL);
	return mask ? node_at(L, 1, name, "@series") : take_series(L, 1, name);
}

static int made(lua_State *L, const char *op, int self, json_t *attributes, bool mask)
{
	push_series(L, node_add(L, op, &self, 1, attributes, trace_of(L)->axes[self], mask));
	return 1;
}

static int pair(lua_State *L, const char *op, int a, int b, bool mask)
{
	unsigned axes = axes_meet(L, a, b);

	push_series(L, node_add(L, op, (const int[]){ a, b }, 2, NULL, axes, mask));
	return 1;
}

/* ------------------------------------------------------------------ operators */

/* Upvalue: the operator's name. */
static int arithmetic(lua_State *L)
{
	const char *op = lua_tostring(L, lua_upvalueindex(1));
	const char *sign = strcmp(op, "add") == 0 ? "+" : strcmp(op, "sub") == 0 ? "-" :
			   strcmp(op, "mul") == 0 ? "*" : "/";
	int a = take_series(L, 1, sign), b = take_series(L, 2, sign);

	if (*sign == '/' && lua_type(L, 2) == LUA_TNUMBER && fabs(lua_tonumber(L, 2)) <= 0)
		run_raise(L, V250, NULL, NULL, NULL);
	return pair(L, op, a, b, false);
}

static int negative(lua_State *L)
{
	return made(L, "neg", take_series(L, 1, "-"), NULL, false);
}

static int both(lua_State *L)
{
	const char *op = lua_tostring(L, lua_upvalueindex(1));
	const char *sign = strcmp(op, "and") == 0 ? "&" : "|";

	return pair(L, op, take_mask(L, 1, sign), take_mask(L, 2, sign), true);
}

static int opposite(lua_State *L)
{
	return made(L, "not", take_mask(L, 1, "~"), NULL, true);
}

static int compared(lua_State *L)
{
	return run_raise(L, V232, NULL, NULL, NULL);
}

static int equated(lua_State *L)
{
	return run_raise(L, V233, NULL, NULL, NULL);
}

static int no_list(lua_State *L)
{
	return run_raise(L, V247, NULL, NULL, NULL);
}

static int no_operator(lua_State *L)
{
	return run_raise(L, V244, lua_tostring(L, lua_upvalueindex(1)), NULL, NULL);
}

/* ------------------------------------------------------------------ one cell */

int trace_clip(lua_State *L)
{
	int self = self_of(L, "clip", false);
	double a = take_number(L, 2, "clip"), b = take_number(L, 3, "clip");

	if (a > b)
		return refuse(L, "clip", "a ≤ b");
	return made(L, "clip", self, json_pack("{s:f, s:f}", "a", a, "b", b), false);
}

int trace_round(lua_State *L)
{
	int self = self_of(L, "round", false);
	int n = lua_isnoneornil(L, 2) ? 0 : take_count(L, 2, "round", 0, 9);

	return made(L, "round", self, json_pack("{s:i}", "n", n), false);
}

int trace_abs(lua_State *L)
{
	return made(L, "abs", self_of(L, "abs", false), NULL, false);
}

int trace_sqrt(lua_State *L)
{
	return made(L, "sqrt", self_of(L, "sqrt", false), NULL, false);
}

int trace_log(lua_State *L)
{
	return made(L, "log", self_of(L, "log", false), NULL, false);
}

static int compare(lua_State *L, const char *op)
{
	int self = self_of(L, op, false);

	return pair(L, op, self, take_series(L, 2, op), true);
}

int trace_ge(lua_State *L)
{
	return compare(L, "ge");
}

int trace_gt(lua_State *L)
{
	return compare(L, "gt");
}

int trace_le(lua_State *L)
{
	return compare(L, "le");
}

int trace_lt(lua_State *L)
{
	return compare(L, "lt");
}

/* Also against a text, for columns of words. */
int trace_eq(lua_State *L)
{
	int self, word;

	if (lua_type(L, 2) != LUA_TSTRING)
		return compare(L, "eq");
	self = self_of(L, "eq", false);
	word = node_add(L, "const", NULL, 0, json_pack("{s:s}", "x", lua_tostring(L, 2)), 0, false);
	return pair(L, "eq", self, word, true);
}

int trace_between(lua_State *L)
{
	int self = self_of(L, "between", false);
	double a = take_number(L, 2, "between"), b = take_number(L, 3, "between");

	if (a > b)
		return refuse(L, "between", "a ≤ b");
	return made(L, "between", self, json_pack("{s:f, s:f}", "a", a, "b", b), true);
}

int trace_is_missing(lua_State *L)
{
	return made(L, "is_missing", self_of(L, "is_missing", false), NULL, true);
}

int trace_where(lua_State *L)
{
	int self = self_of(L, "where", true), mask = take_mask(L, 2, "where");

	return pair(L, "where", self, mask, trace_of(L)->mask[self]);
}

int trace_fill(lua_State *L)
{
	int self = self_of(L, "fill", false);

	return made(L, "fill", self, json_pack("{s:f}", "x", take_number(L, 2, "fill")), false);
}

int trace_carry(lua_State *L)
{
	int self = self_of(L, "carry", false);

	return made(L, "carry", self, json_pack("{s:i}", "n", take_count(L, 2, "carry", 1, TRACE_N_MAX)), false);
}

int trace_coverage(lua_State *L)
{
	return made(L, "coverage", self_of(L, "coverage", false), NULL, false);
}

/* choose(mask, a, b) */
int trace_choose(lua_State *L)
{
	int mask, a, b;
	unsigned axes;

	if (!trace_of(L))
		return run_raise(L, V249, "choose", NULL, NULL);
	take_no_more(L, 3, "choose");
	mask = take_mask(L, 1, "choose");
	a = take_series(L, 2, "choose");
	b = take_series(L, 3, "choose");
	axes = axes_meet(L, a, b) | axes_meet(L, mask, a) | axes_meet(L, mask, b);
	push_series(L, node_add(L, "choose", (const int[]){ mask, a, b }, 3, NULL, axes, false));
	return 1;
}

/* ------------------------------------------------------------------ along time */

int trace_lag(lua_State *L)
{
	int self = self_of(L, "lag", true);

	return made(L, "lag", self, json_pack("{s:i}", "n", take_count(L, 2, "lag", 1, TRACE_N_MAX)),
		    trace_of(L)->mask[self]);
}

int trace_diff(lua_State *L)
{
	int self = self_of(L, "diff", false);
	int n = lua_isnoneornil(L, 2) ? 1 : take_count(L, 2, "diff", 1, TRACE_N_MAX);

	return made(L, "diff", self, json_pack("{s:i}", "n", n), false);
}

int trace_yoy(lua_State *L)
{
	return made(L, "yoy", self_of(L, "yoy", false), NULL, false);
}

int trace_rolling(lua_State *L)
{
	int self = self_of(L, "rolling", false);
	json_t *attributes = json_pack("{s:i}", "n", take_count(L, 2, "rolling", 1, TRACE_N_MAX));

	take_options(L, attributes, 3, "rolling", (const char *const[]){ OPTIONS_RollingOptions, NULL });
	push_group(L, self, attributes, "rolling", trace_of(L)->axes[self]);
	return 1;
}

int trace_cumsum(lua_State *L)
{
	int self = self_of(L, "cumsum", false);
	json_t *attributes = json_object();

	take_options(L, attributes, 2, "cumsum", (const char *const[]){ OPTIONS_CumsumOptions, NULL });
	if (!json_object_get(attributes, "reset"))
		return refuse(L, "cumsum", "{ reset = \"year\" } | { reset = \"never\" }");
	return made(L, "cumsum", self, attributes, false);
}

/* :to("quarter", "sum", { missing = "skip" }) */
int trace_to(lua_State *L)
{
	int self = self_of(L, "to", false);
	const char *period = lua_tostring(L, 2), *over = lua_tostring(L, 3);
	json_t *attributes;

	if (!period || !text_in_list(period, "quarter year"))
		return refuse(L, "to", "\"quarter\" | \"year\"");
	if (!over || !text_in_list(over, "sum last mean"))
		return refuse(L, "to", "\"sum\" | \"last\" | \"mean\"");
	attributes = json_pack("{s:s, s:s}", "period", period, "over", over);
	take_options(L, attributes, 4, "to", (const char *const[]){ OPTIONS_ToOptions, NULL });
	return made(L, "to", self, attributes, false);
}

/* ------------------------------------------------------------------ metatables */

static int read_method(lua_State *L)
{
	lua_pushvalue(L, 2);
	lua_rawget(L, lua_upvalueindex(1));
	if (!lua_isnil(L, -1))
		return 1;
	return fence_unknown(L, 2, lua_upvalueindex(1), lua_tostring(L, lua_upvalueindex(2)));
}

static int refuse_write(lua_State *L)
{
	return run_raise(L, V207, "@a_series", NULL, NULL);
}

static const struct {
	const char *class, *name;
	lua_CFunction function;
	int most;		/* arguments, the series itself included; -1: any number */
} methods[] = {
#define API_METHOD(class, name, function, most) { class, name, function, most },
#include "gen/plugin_api.inc"
};

/* A method that reads all that it is given.  Upvalue: its place. */
static int called(lua_State *L)
{
	size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(1));

	if (methods[i].most >= 0)
		take_no_more(L, methods[i].most, methods[i].name);
	return methods[i].function(L);
}

static void add_operator(lua_State *L, const char *event, lua_CFunction f, const char *name)
{
	lua_pushstring(L, name);
	lua_pushcclosure(L, f, 1);
	lua_setfield(L, -2, event);
}

/* Nothing that Lua can do to a value passes a symbol unseen. */
static void make_class(lua_State *L, const char *class, const char *label)
{
	static const char *const foreign[][2] = { { "__mod", "%" },  { "__pow", "^" },	{ "__idiv", "//" },
						  { "__bxor", "~" }, { "__shl", "<<" }, { "__shr", ">>" } };
	char name[24];

	snprintf(name, sizeof name, "vigie.%s", class);
	luaL_newmetatable(L, name);
	lua_newtable(L);
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (strcmp(methods[i].class, class) != 0)
			continue;
		lua_pushinteger(L, (lua_Integer)i);
		lua_pushcclosure(L, called, 1);
		lua_setfield(L, -2, methods[i].name);
	}
	lua_pushstring(L, label);
	lua_pushcclosure(L, strcmp(class, "frame") == 0 ? trace_column : read_method, 2);
	lua_setfield(L, -2, "__index");
	add_operator(L, "__newindex", refuse_write, "");
	add_operator(L, "__add", arithmetic, "add");
	add_operator(L, "__sub", arithmetic, "sub");
	add_operator(L, "__mul", arithmetic, "mul");
	add_operator(L, "__div", arithmetic, "div");
	add_operator(L, "__unm", negative, "");
	add_operator(L, "__band", both, "and");
	add_operator(L, "__bor", both, "or");
	add_operator(L, "__bnot", opposite, "");
	add_operator(L, "__lt", compared, "");
	add_operator(L, "__le", compared, "");
	add_operator(L, "__eq", equated, "");
	add_operator(L, "__len", no_list, "");
	add_operator(L, "__call", no_list, "");
	add_operator(L, "__concat", no_list, "");
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		add_operator(L, foreign[i][0], no_operator, foreign[i][1]);
	lua_pop(L, 1);
}

void trace_setup(lua_State *L)
{
	make_class(L, "series", "@a_series");
	make_class(L, "group", "@a_group");
	make_class(L, "frame", "@a_frame");
}
