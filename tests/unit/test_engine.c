/*
 * What the engine computes, as one number: every operator in each of its forms, every statistic, what is done to inputs
 * and what is hidden, over fixed figures.  Rounded to 12 significant digits, as values are compared when they are kept:
 * log, exp and lgamma of two machines may differ in the last bit; all else here is exact IEEE arithmetic.
 */
#include "spec.h"

#include <inttypes.h>

#include "cube_text.h"
#include "engine.h"
#include "protect.h"
#include "server/cube/nodes.h"
#include "stat.h"

/* ------------------------------------------------------------------ fixed figures */

static const uint8_t holes[] = { STATE_NOT_REPORTED, STATE_EMPTY, STATE_NOT_DUE_YET, STATE_NOT_APPLICABLE,
				 STATE_SUPPRESSED };

static unsigned next(unsigned *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Figures that no binary number holds exactly, so that another order of summing shows; `few`: counts, with holes. */
static struct cube *figures(const struct axis *const *axis, size_t axes, unsigned seed, bool few)
{
	struct cube *c = cube_new(&cube_arena, axis, axes);

	for (size_t i = 0; i < c->count; i++) {
		unsigned one = next(&seed), flags = next(&seed) % 5 ? 0 : STATE_PROVISIONAL;

		if (few && next(&seed) % 6 == 0)
			cube_put_missing(c, i, holes[one % 5]);
		else
			cube_put(c, i, few ? one % 40 : 100 + one % 100000 / 10.3, flags);
	}
	return c;
}

static struct graph_input in[7];
static struct graph_data world;

static int start(void **state)
{
	static const int32_t of[] = { 0, 0, 1, 2, 2, -1 }, measure[] = { 1, 0, 1, 0, 1 };
	static const char *const dims[] = { "age" };
	static const char *const names[] = { "k", "s", "people", "d", "year", "frame", "frame" };
	const struct axis_link *link;
	struct axis *department, *item;
	const struct axis *territory, *period, *age;

	cube_test_start(state);
	territory = axis_of("territory: R1 R2 R3 R4 R5"), age = axis_of("age: adult minor unknown");
	department = axis_of("department: 01 02 2A 75 93 976"), item = axis_of("item: 1 2 3 4 5");
	period = axis_periods(&cube_arena, STEP_MONTH, "2025-06", 30);
	link = memcpy(arena_alloc(&cube_arena, 2 * sizeof *link),
		      (struct axis_link[]){ { territory, of }, { axis_of("measure: 1 2"), measure } },
		      2 * sizeof *link);
	department->link = link, department->links = 1;
	item->link = link + 1, item->links = 1;
	for (size_t i = 0; i < 7; i++)
		in[i] = (struct graph_input){ .name = names[i],
					      .column = i == 5 ? "status" : i == 6 ? "weight" : NULL };
	for (unsigned i = 0; i < 2; i++) {
		struct cube *c = figures((const struct axis *const[]){ territory, age, period }, 3, i, true);

		c->skip = i;
		in[i].cube = c;
	}
	in[2].cube = figures((const struct axis *const[]){ territory, period }, 2, 2, false);
	in[3].cube = figures((const struct axis *const[]){ department, period }, 2, 3, true);
	in[4].cube = figures((const struct axis *const[]){ territory, period }, 2, 4, true);
	in[4].year = figures((const struct axis *const[]){ territory, period }, 2, 5, true);
	for (unsigned i = 5; i < 7; i++) {
		struct cube *c = cube_new(&cube_arena, (const struct axis *const[]){ item, period }, 2);

		for (size_t k = 0; k < c->count; k++)
			cube_put(c, k, (double)((k * i + k / 7) % 3), 0);
		c->label = i == 5 ? axis_of("text: done in_progress late") : NULL;
		in[i].cube = c;
	}
	world = (struct graph_data){ .territory = territory, .period = period, .department = department, .input = in,
				     .inputs = 7, .keep = true, .dims = dims, .dims_count = 1 };
	return 0;
}

/* ------------------------------------------------------------------ operators */

/*
 * What they rest on: counts 0 (by age) and 3 (in all), with `skip` 1 and 4, filled 11; people 2; a mask 7.
 * ' stands for ".
 */
#define BELOW \
	"{'op':'input','name':'k'}, {'op':'input','name':'s'}, {'op':'input','name':'people'}, " \
	"{'op':'by','args':[0],'dims':[],'over':'sum'}, " \
	"{'op':'by','args':[1],'dims':[],'over':'sum'}, {'op':'input','name':'d'}, " \
	"{'op':'const','x':20}, {'op':'ge','args':[4,6]}, " \
	"{'op':'actions','input':'frame','column':'status'}, " \
	"{'op':'actions','input':'frame','column':'weight'}, {'op':'input','name':'year'}, " \
	"{'op':'fill','args':[4],'x':7}, {'op':'period_end'}, " \
	"{'op':'cumsum','args':[2],'reset':'never'}, {'op':'const','x':400000.5}"

static const char *const nodes[] = {
	"'op':'add','args':[3,2]", "'op':'sub','args':[2,4]", "'op':'mul','args':[2,11]", "'op':'div','args':[2,4]",
	"'op':'div','args':[1,4]", "'op':'neg','args':[2]", "'op':'abs','args':[1]", "'op':'sqrt','args':[2]",
	"'op':'log','args':[4]", "'op':'clip','args':[2],'a':500,'b':7000.1", "'op':'round','args':[2],'n':1",
	"'op':'choose','args':[7,2,4]", "'op':'gt','args':[4,6]", "'op':'le','args':[3,6]",
	"'op':'lt','args':[11,6]", "'op':'eq','args':[4,6]", "'op':'between','args':[4],'a':10,'b':20",
	"'op':'is_missing','args':[3]", "'op':'and','args':[7,7]", "'op':'or','args':[7,7]",
	"'op':'not','args':[7]", "'op':'where','args':[2,7]", "'op':'carry','args':[3],'n':2",
	"'op':'coverage','args':[4]", "'op':'lag','args':[2],'n':5", "'op':'diff','args':[2],'n':3",
	"'op':'yoy','args':[2]", "'op':'yoy','args':[4]", "'op':'rolling','args':[2],'n':12,'over':'sum'",
	"'op':'rolling','args':[3],'n':6,'over':'sum','coverage':0.5",
	"'op':'rolling','args':[4],'n':6,'over':'mean'", "'op':'rolling','args':[4],'n':5,'over':'median'",
	"'op':'rolling','args':[2],'n':4,'over':'max'", "'op':'rolling','args':[4],'n':4,'over':'min'",
	"'op':'rolling','args':[10],'n':12,'over':'sum','coverage':0.75", "'op':'cumsum','args':[2],'reset':'year'",
	"'op':'cumsum','args':[4],'reset':'never'", "'op':'to','args':[2],'period':'quarter','over':'sum'",
	"'op':'to','args':[4],'period':'year','over':'last'",
	"'op':'to','args':[4],'period':'quarter','over':'mean','missing':'skip'",
	"'op':'pick','args':[0],'where':{'age':'minor'}",
	"'op':'pick','args':[1],'where':{'age':['minor','adult']}",
	"'op':'by','args':[2],'dims':['period'],'over':'sum'", "'op':'by','args':[1],'dims':['age'],'over':'mean'",
	"'op':'by','args':[2],'dims':['period'],'over':'mean'",
	"'op':'by','args':[2],'dims':['period'],'over':'median'",
	"'op':'by','args':[2],'dims':['period'],'over':'quantile','p':0.9",
	"'op':'by','args':[1],'dims':[],'over':'min'", "'op':'by','args':[1],'dims':[],'over':'max'",
	"'op':'by','args':[7],'dims':['period'],'over':'count'", "'op':'by','args':[5],'dims':[],'over':'size'",
	"'op':'by','args':[7],'dims':['period'],'over':'share'", "'op':'by','args':[5],'dims':[],'over':'median'",
	"'op':'by','args':[2,11],'dims':['period'],'over':'wmean'",
	"'op':'by','args':[9],'dims':['measure'],'over':'sum'",
	"'op':'by','args':[8],'dims':['measure'],'over':'first'", "'op':'rank','args':[4],'within':'period'",
	"'op':'rank','args':[4],'order':'asc','ties':'mean'", "'op':'rank','args':[4],'ties':'max'",
	"'op':'rank','args':[1],'ties':'first'", "'op':'share_of_total','args':[2]",
	"'op':'share_of_total','args':[1]", "'op':'wilson','args':[11,2],'part':'low'",
	"'op':'wilson','args':[11,2],'part':'high','level':0.9", "'op':'poisson','args':[4],'part':'low'",
	"'op':'poisson','args':[4,2],'part':'high','per':100000",
	"'op':'poisson','args':[4,2],'part':'value','per':1000", "'op':'rate_ratio','args':[11,4],'part':'low'",
	"'op':'rate_ratio','args':[11,4,2,2],'part':'high','level':0.9",
	"'op':'rate_ratio','args':[4,11],'part':'value'", "'op':'theil_sen','args':[2],'n':12,'part':'slope'",
	"'op':'theil_sen','args':[4],'n':9,'part':'low'",
	"'op':'theil_sen','args':[2],'n':24,'part':'high','level':0.8",
	"'op':'reach','args':[13,14],'part':'value','points':9,'direction':'up'",
	"'op':'reach','args':[13,14],'part':'low','points':12,'level':0.5,'direction':'up'",
	"'op':'reach','args':[13,14],'part':'high','min':5,'from':'2024-01','direction':'up'",
	"'op':'zscore','args':[2]", "'op':'mad','args':[2]", "'op':'funnel','args':[11,2],'part':'z'",
	"'op':'funnel','args':[11,2],'part':'low','per':100000",
	"'op':'funnel','args':[11,2],'part':'high','level':0.95", "'op':'among','list':['R2','93']",
};

static json_t *all_nodes(void)
{
	char *text = arena_printf(&cube_arena, "[%s", BELOW);
	json_t *json;

	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		text = arena_printf(&cube_arena, "%s, {%s}", text, nodes[i]);
	text = arena_printf(&cube_arena, "%s]", text);
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	return json_pack("{s:i, s:o, s:{s:i}, s:[i,i]}", "v", 1, "nodes", json, "out", "value", 3, "protects", 3, 4);
}

/* Has it a value somewhere?  What is missing everywhere would prove little. */
static bool says_something(const struct cube *c)
{
	for (size_t i = 0; i < c->count; i++)
		if ((c->state[i] & STATE_MASK) == STATE_VALUE)
			return true;
	return false;
}

static uint64_t operators(uint64_t digest)
{
	json_t *json = all_nodes();
	struct finding f = { 0 };
	struct graph_result result;
	const struct graph *g;
	bool used[OP_COUNT] = { false };
	bool fine = graph_read(&g, &cube_arena, json, &f) && graph_eval(&result, &cube_arena, g, &world, &f);

	json_decref(json);
	if (!fine)
		print_error("%s\n", finding_cause(&cube_arena, &f, LANG_EN));
	assert_true(fine);
	for (size_t i = 0; i < g->nodes; i++) {
		digest = cube_hash(digest, result.node[i]);
		if (!says_something(result.node[i]))
			fail_msg("node %zu, %s, has no value", i, node_op_name(g->node[i].op));
		used[g->node[i].op] = true;
	}
	digest = cube_hash(digest, result.value);
	for (int op = 0; op < OP_COUNT; op++)
		if (!used[op])
			fail_msg("the operator %s is new: add it to the nodes above", node_op_name((enum graph_op)op));
	return digest;
}

/* ------------------------------------------------------------------ inputs, statistics, protection */

static uint64_t number(uint64_t digest, double x)
{
	struct cube *c = cube_new(&cube_arena, NULL, 0);

	cube_put(c, 0, x, 0);
	return cube_hash(digest, c);
}

static uint64_t estimate(uint64_t digest, bool fine, struct estimate e)
{
	assert_true(fine);
	return number(number(number(digest, e.value), e.low), e.high);
}

static struct cube *copy(size_t input)
{
	const struct cube *from = in[input].cube;
	struct cube *c = cube_new(&cube_arena, from->axis, from->axes);

	memcpy(c->value, from->value, c->count * sizeof *c->value);
	memcpy(c->state, from->state, c->count);
	return c;
}

static uint64_t inputs(uint64_t digest)
{
	struct cube *complete = copy(0);

	for (int how = MISSING_NA; how <= MISSING_CARRY; how++) {
		struct cube *c = copy(1);

		cube_fill(c, (enum cube_missing)how, 3, 25);
		digest = cube_hash(digest, c);
	}
	cube_complete(complete, (const char *const[]){ "age" }, 1);
	digest = cube_hash(digest, complete);
	for (int over = OVER_SUM; over <= OVER_FIRST; over++) {
		const struct axis *const to[] = { world.territory, world.period };
		struct cube *c = cube_group(&cube_arena, in[3].cube, to, 2, (enum cube_over)over, 0.3,
					    over == OVER_WMEAN ? in[3].cube : NULL);

		digest = cube_hash(digest, c);
		for (size_t i = 0; i < c->count; i++)
			digest = number(number(digest, cube_cover(c, i).received), cube_cover(c, i).expected);
	}
	return digest;
}

static uint64_t statistics(uint64_t digest)
{
	static const double t[] = { 1, 2, 3, 5, 6, 8, 9, 12 }, y[] = { 3.1, 2.7, 4.4, 4.9, 4.4, 6.3, 7.1, 8.2 };
	static const double k[] = { 3, 11, 0, 25, 8, 40, 2, 17 }, pop[] = { 90, 210, 55, 300.5, 180, 260, 71, 190 };
	double x[8], work[28], mean, deviation;
	struct estimate e = { 0, 0, 0 };
	struct funnel f;

	for (double p = 0.001; p < 1; p += 0.0625) {
		digest = number(number(digest, stat_normal_quantile(p)), stat_normal_below(8 * p - 4));
		digest = number(number(digest, stat_gamma_below(5 * p, 3)), stat_gamma_quantile(40 * p, p));
		digest = number(number(digest, stat_beta_below(2.5, 7, p)), stat_beta_quantile(3, 50 * p, p));
		digest = number(digest, stat_student_quantile(1 + 30 * p, p));
	}
	digest = number(digest, stat_sum(y, 8));
	digest = number(digest, stat_quantile(memcpy(x, y, sizeof y), 8, 0.37));
	digest = number(digest, stat_mad(memcpy(x, y, sizeof y), 8));
	assert_true(stat_deviation(&mean, &deviation, y, 8));
	digest = number(number(digest, mean), deviation);
	for (size_t i = 0; i < 8; i++) {
		digest = estimate(digest, stat_wilson(&e, k[i], pop[i], 0.95), e);
		digest = estimate(digest, stat_poisson(&e, k[i], 0.95), e);
		digest = estimate(digest, stat_rate_ratio(&e, k[i], 7, pop[i], 100, 0.9), e);
	}
	digest = estimate(digest, stat_theil_sen(&e, t, y, 8, 0.95, work), e);
	digest = estimate(digest, stat_reach(&e, t, y, 8, 10, 1, 0.9) == REACH_DATE, e);
	assert_true(stat_funnel(&f, k, pop, 8, work));
	digest = number(number(digest, f.target), f.dispersion);
	for (size_t i = 0; i < 8; i++)
		digest = estimate(number(digest, stat_funnel_z(&f, k[i], pop[i])), true,
				  stat_funnel_limits(&f, pop[i], 0.998));
	return digest;
}

/* What is hidden of an indicator; what publications show of a count is kept with them. */
static uint64_t protection(uint64_t digest)
{
	for (int n = -12; n <= 12; n++) {
		const struct protect_counts counts = { .has_numerator = true, .numerator = n, .has_denominator = true,
						       .denominator = 15 };

		digest = number(digest, protect_small(n, 10));
		digest = number(digest, protect_rests_on_small(&counts, 10));
	}
	world.least = 10;
	return operators(digest);
}

IT(computes_what_its_number_says)
{
	uint64_t digest = operators(0);

	digest = protection(statistics(inputs(digest)));
	if (digest != ENGINE_DIGEST)
		fail_msg("the engine computes other figures than its number %d stands for: in include/engine.h raise "
			 "ENGINE to %d and put UINT64_C(0x%016" PRIx64 ") as ENGINE_DIGEST, or what is stored stays as "
			 "it was computed",
			 ENGINE, ENGINE + 1, digest);
}

SPEC_WITH("engine", start, cube_test_end, RUN(computes_what_its_number_says))
