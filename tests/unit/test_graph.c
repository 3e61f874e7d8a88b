/*
 * What each operator of a formula does to the cells.
 */
#include "spec.h"

#include "cube_text.h"

#define MONTHS "period: 2025-01 2025-02 2025-03 2025-04"

/* The cells of the last node of `nodes` with `a` and `b` as inputs, or the finding's cause. */
static const char *eval(const char *nodes, const struct cube *a, const struct cube *b)
{
	json_t *json = json_loads(nodes, 0, NULL), *graph;
	struct graph_input in[] = { { "a", NULL, a }, { "b", NULL, b } };
	struct graph_data d = { .input = in, .inputs = b ? 2 : 1, .keep = true };
	struct finding f = { 0 };
	struct graph_result result;
	const struct graph *g;
	bool fine;

	assert_non_null(json);
	d.territory = a->axis[0];
	d.period = a->axis[a->axes - 1];
	graph = json_pack("{s:i, s:o, s:{s:i}}", "v", 1, "nodes", json, "out", "value",
			  (int)json_array_size(json) - 1);
	fine = graph_read(&g, &cube_arena, graph, &f);
	json_decref(graph);
	if (!fine || !graph_eval(&result, &cube_arena, g, &d, &f))
		return finding_cause(&cube_arena, &f, LANG_EN);
	return cube_read(result.node[graph_nodes(g) - 1]);
}

#define NODES_AB "[{\"op\":\"input\",\"name\":\"a\"},{\"op\":\"input\",\"name\":\"b\"},"

IT(calculates_cell_by_cell)
{
	static const struct {
		const char *op, *result;
	} cases[] = {
		{ "add", "3 4.5 - 7" }, { "sub", "-1 0.5 - -7" }, { "mul", "2 5 - 0" }, { "div", "0.5 1.25 - 0" },
		{ "ge", "0 1 - 0" }, { "gt", "0 1 - 0" }, { "le", "1 0 - 1" }, { "lt", "1 0 - 1" },
		{ "eq", "0 0 - 0" }, { "and", "1 1 - 0" }, { "or", "1 1 - 1" },
	};
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 2.5 - 0");
	struct cube *b = cube_of("territory: FR; " MONTHS, "2 2 3 7");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(eval(arena_printf(&cube_arena, NODES_AB "{\"op\":\"%s\",\"args\":[0,1]}]",
						      cases[i].op), a, b), cases[i].result);
}

IT(says_why_a_graph_cannot_be_read_or_evaluated)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 2 3 4"), *age = cube_of("age: adult minor", "1 2");
	const struct {
		const char *nodes, *says;
		const struct cube *b;
	} cases[] = {
		{ "[{\"op\":\"magic\"}]", "The stored calculation cannot be read: step 0, “magic”.", NULL },
		{ "[{\"op\":\"const\"}]", "The stored calculation cannot be read: step 0, “x”.", NULL },
		{ "[{\"op\":\"neg\",\"args\":[0]}]", "The stored calculation cannot be read: step 0, “args”.", NULL },
		{ "[{\"op\":\"input\",\"name\":\"c\"}]", "The calculation reads “c”, which it was not given.", NULL },
		{ NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]",
		  "The result is by territory × period × age; it must be by territory × period.", age },
		{ NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]",
		  "These two series do not go together: territory × period and department.",
		  cube_of("department: 01", "1") },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(eval(cases[i].nodes, a, cases[i].b), cases[i].says);
}

SPEC_WITH("formula graphs", cube_test_start, cube_test_end,
	  RUN(calculates_cell_by_cell),
	  RUN(says_why_a_graph_cannot_be_read_or_evaluated))
