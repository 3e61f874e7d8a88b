/*
 * Graphs put together by chance: whatever they ask, evaluation ends, says why it cannot, or gives
 * finite numbers, the same each time.  The seeds are fixed; a failing one is printed.
 */
#include "spec.h"

#include "cube_text.h"

struct chance {
	unsigned state;
};

static unsigned below(struct chance *c, unsigned n)
{
	c->state = c->state * 1664525 + 1013904223;
	return (c->state >> 8) % n;
}

static const char *one_of(struct chance *c, const char *const *list)
{
	unsigned n = 0;

	while (list[n])
		n++;
	return list[below(c, n)];
}
#define ONE_OF(c, ...) one_of(c, (const char *const[]){ __VA_ARGS__, NULL })

/* Arguments of each operator; the rest of its attributes is the same for all, and read where it is known. */
static const struct {
	const char *op;
	unsigned args;
} ops[] = {
	{ "const", 0 }, { "period_end", 0 }, { "input", 0 }, { "actions", 0 }, { "among", 0 }, { "add", 2 },
	{ "sub", 2 }, { "mul", 2 }, { "div", 2 }, { "neg", 1 }, { "abs", 1 }, { "sqrt", 1 }, { "log", 1 },
	{ "clip", 1 }, { "round", 1 },
	{ "choose", 3 }, { "ge", 2 }, { "eq", 2 }, { "between", 1 }, { "is_missing", 1 }, { "and", 2 }, { "not", 1 },
	{ "where", 2 }, { "fill", 1 }, { "carry", 1 }, { "coverage", 1 }, { "lag", 1 }, { "diff", 1 }, { "rolling", 1 },
	{ "cumsum", 1 }, { "to", 1 }, { "yoy", 1 }, { "pick", 1 }, { "by", 1 }, { "by", 2 }, { "rank", 1 },
	{ "share_of_total", 1 }, { "wilson", 2 }, { "poisson", 1 }, { "poisson", 2 }, { "rate_ratio", 2 },
	{ "rate_ratio", 4 }, { "theil_sen", 1 }, { "reach", 2 }, { "zscore", 1 }, { "mad", 1 }, { "funnel", 2 },
};

static json_t *any_dims(struct chance *c)
{
	json_t *dims = json_array();

	while (below(c, 2))
		json_array_append_new(dims, json_string(ONE_OF(c, "territory", "period", "age", "sex", "department",
							       "item", "measure", "quarter", "nothing")));
	return dims;
}

static const char *any_over(struct chance *c, const char *op, unsigned args)
{
	if (strcmp(op, "rolling") == 0 || strcmp(op, "to") == 0)
		return ONE_OF(c, "sum", "mean", "median", "max");
	return args == 2 ? "wmean" : ONE_OF(c, "sum", "mean", "median", "quantile", "min", "max", "count", "size",
					    "share", "first");
}

static json_t *any_node(struct chance *c, unsigned place)
{
	unsigned which = below(c, place < 4 ? 4 : sizeof ops / sizeof *ops), count = ops[which].args;
	json_t *args = json_array();
	json_t *node = json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:i, s:i, s:o, s:[s,s]}",
				 "op", ops[which].op, "name", ONE_OF(c, "a", "b", "c"), "input", "frame",
				 "column", ONE_OF(c, "status", "weight"), "over", any_over(c, ops[which].op, count),
				 "x", (double)below(c, 5) - 2, "a", -1.0, "b", 2.0, "n", (int)below(c, 15),
				 "points", (int)below(c, 9), "dims", any_dims(c), "list", "01", "75");
	json_t *words = json_pack("{s:s, s:s, s:s, s:s, s:s}", "part", ONE_OF(c, "value", "low", "high", "slope", "z"),
				  "period", ONE_OF(c, "quarter", "year"), "reset", ONE_OF(c, "year", "never"),
				  "order", ONE_OF(c, "asc", "desc"), "ties", ONE_OF(c, "min", "mean", "first"));

	json_object_update_new(node, words);
	for (unsigned i = 0; i < count; i++)
		json_array_append_new(args, json_integer(below(c, place)));
	json_object_set_new(node, "args", args);
	if (below(c, 2))
		json_object_set_new(node, "coverage", json_real(below(c, 5) / 4.0));
	if (below(c, 2))
		json_object_set_new(node, "within", json_string(ONE_OF(c, "territory", "period", "age", "sex")));
	json_object_set_new(node, "where", below(c, 2) ? json_pack("{s:s}", "age", "adult")
						       : json_pack("{s:[s,s]}", "age", "minor", "adult"));
	return node;
}

/* ------------------------------------------------------------------ inputs */

static void any_cells(struct chance *c, struct cube *cube)
{
	static const uint8_t states[] = { STATE_NOT_REPORTED, STATE_EMPTY, STATE_ZERO_DENOMINATOR, STATE_NOT_APPLICABLE,
					  STATE_SUPPRESSED };

	for (size_t i = 0; i < cube->count; i++)
		if (below(c, 4))
			cube_put(cube, i, below(c, 12), below(c, 5) ? 0 : STATE_PROVISIONAL);
		else
			cube_put_missing(cube, i, states[below(c, 5)]);
	cube->skip = below(c, 2);
}

struct world {
	struct graph_input in[5];
	struct graph_data d;
};

static void any_world(struct world *w, struct chance *c)
{
	static const int32_t of[] = { 0, 0, 1, -1 }, measure[] = { 1, 0, 1, 0 };
	static const char *const dims[] = { "age", "sex" };
	const struct axis *territory = axis_of("territory: R1 R2"), *age = axis_of("age: adult minor unknown");
	const struct axis *sex = axis_of("sex: f m");
	const struct axis *periods = axis_periods(&cube_arena, STEP_MONTH, "2025-05", below(c, 20));
	struct axis *department = axis_of("department: 01 02 75 976"), *item = axis_of("item: 1 2 3 4");
	struct axis_link *link = arena_alloc(&cube_arena, 3 * sizeof *link);
	struct cube *cube[] = {
		cube_new(&cube_arena, (const struct axis *[]){ territory, periods, age }, 3),
		cube_new(&cube_arena, (const struct axis *[]){ department, periods, age, sex }, 4),
		cube_new(&cube_arena, (const struct axis *[]){ territory, periods }, 2),
		cube_new(&cube_arena, (const struct axis *[]){ item, periods }, 2),
		cube_new(&cube_arena, (const struct axis *[]){ item, periods }, 2),
	};

	link[0] = link[1] = (struct axis_link){ territory, of };
	link[2] = (struct axis_link){ axis_of("measure: 1 2"), measure };
	department->link = link, department->links = 1;
	item->link = link + 1, item->links = 2;
	for (size_t i = 0; i < 5; i++) {
		any_cells(c, cube[i]);
		w->in[i] = (struct graph_input){ .name = (const char *[]){ "a", "b", "c", "frame", "frame" }[i],
						 .column = i == 3 ? "status" : i == 4 ? "weight" : NULL,
						 .cube = cube[i] };
	}
	cube[3]->label = axis_of("text: done in_progress late x1 x2 x3 x4 x5 x6 x7 x8 x9");
	w->d = (struct graph_data){ .territory = territory, .period = periods, .department = department, .input = w->in,
				    .inputs = 5, .dims = dims, .dims_count = 2 };
}

/* ------------------------------------------------------------------ what must hold */

static void check_cells(const struct cube *c)
{
	for (size_t i = 0; i < c->count; i++) {
		bool value = (c->state[i] & STATE_MASK) == STATE_VALUE;

		assert_true(isfinite(c->value[i]));
		assert_true(value || c->value[i] == 0);
		assert_true(c->value[i] != 0 || !signbit(c->value[i]));
		assert_true(value || (c->state[i] & STATE_MASK) == STATE_NOT_APPLICABLE || state_reason(c->state[i]));
		if (c->label && value)
			assert_true(c->value[i] >= 0 && c->value[i] < (double)c->label->count);
	}
}

/* Evaluates with all nodes kept; false: *f says why not. */
static bool try_nodes(struct graph_result *out, const struct graph **g, const struct world *w, json_t *nodes,
		      struct finding *f)
{
	json_t *graph = json_pack("{s:i, s:O, s:{s:i}}", "v", 1, "nodes", nodes, "out", "value", 0);
	bool fine = graph_read(g, &cube_arena, graph, f) && graph_eval(out, &cube_arena, *g, &w->d, f);

	json_decref(graph);
	return fine;
}

/* Grows a graph by nodes that fit; returns how many did. */
static size_t grow(json_t *nodes, const struct world *w, struct chance *c)
{
	struct graph_result result;
	const struct graph *g;

	json_array_append_new(nodes, json_pack("{s:s, s:s}", "op", "input", "name", "a"));
	for (int tries = 0; tries < 40; tries++) {
		struct finding f = { 0 };

		json_array_append_new(nodes, any_node(c, (unsigned)json_array_size(nodes)));
		if (try_nodes(&result, &g, w, nodes, &f))
			continue;
		assert_true(f.code >= V701);
		assert_true(strlen(finding_cause(&cube_arena, &f, LANG_FR)) > 10);
		json_array_remove(nodes, json_array_size(nodes) - 1);
	}
	return json_array_size(nodes);
}

static size_t try_seed(unsigned seed)
{
	struct chance c = { seed };
	struct graph_result kept, plain;
	struct finding f = { 0 };
	json_t *nodes = json_array();
	const struct graph *g;
	struct world w;
	size_t count;

	any_world(&w, &c);
	w.d.keep = true;
	count = grow(nodes, &w, &c);
	assert_true(try_nodes(&kept, &g, &w, nodes, &f));
	for (size_t i = 0; i < count; i++)
		check_cells(kept.node[i]);
	w.d.keep = false;
	assert_true(try_nodes(&plain, &g, &w, nodes, &f));
	assert_memory_equal(kept.value->value, plain.value->value, kept.value->count * sizeof(double));
	assert_true(graph_lookback(g, "a", STEP_MONTH) >= graph_lookback(g, "nothing", STEP_MONTH));
	graph_dims(&cube_arena, g, "b");
	json_decref(nodes);
	return count;
}

IT(gives_finite_numbers_or_a_reason_whatever_the_graph)
{
	size_t nodes = 0;

	for (unsigned seed = 1; seed <= 150; seed++) {
		nodes += try_seed(seed);
		arena_reset(&cube_arena);
	}
	assert_true(nodes > 1500);	/* or little was tried */
}

SPEC_WITH("graphs by chance", cube_test_start, cube_test_end,
	  RUN(gives_finite_numbers_or_a_reason_whatever_the_graph))
