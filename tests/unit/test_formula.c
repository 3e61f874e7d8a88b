/*
 * Formulas as a whole: finer grains, actions, what they need, what they give.
 */
#include "spec.h"

#include "cube_text.h"

#define MONTHS "period: 2025-01 2025-02 2025-03 2025-04"
#define INPUT(name) "{'op':'input','name':'" name "'},"
#define ACTIONS(column) "{'op':'actions','input':'actions','column':'" column "'},"

/* ------------------------------------------------------------------ finer grains */

/* A graph over prepared inputs; the cells of the result's value, or the finding's cause. */
static const char *value_of(int node, const char *nodes, const struct graph_data *d)
{
	char *copy = arena_printf(&cube_arena, "{'v':1,'out':{'value':%d},'nodes':[%s]}", node, nodes);
	struct finding f = { 0 };
	struct graph_result result;
	const struct graph *g;
	json_t *json;
	bool fine;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = json_loads(copy, 0, NULL);
	assert_non_null(json);
	fine = graph_read(&g, &cube_arena, json, &f) && graph_eval(&result, &cube_arena, g, d, &f);
	json_decref(json);
	return fine ? cube_read(result.value) : finding_cause(&cube_arena, &f, LANG_EN);
}

static const struct axis_link *link_to(const struct axis *to, const int32_t *at)
{
	struct axis_link *link = arena_alloc(&cube_arena, sizeof *link);

	*link = (struct axis_link){ to, at };
	return link;
}

IT(reaches_territories_from_departments_only_by_by)
{
	static const int32_t at[] = { 0, 0, 1 };
	const struct axis *territory = axis_of("territory: R1 R2"), *period = axis_of("period: 2025-01 2025-02");
	struct axis *department = axis_of("department: 01 02 75");
	struct graph_input in[] = { { .name = "police" },
				    { .name = "people", .cube = cube_of("territory: R1 R2", "9 9") } };
	struct graph_data d = { .territory = territory, .period = period, .department = department, .input = in,
				.inputs = 2 };

	department->link = link_to(territory, at);
	department->links = 1;
	in[0].cube = cube_on((const struct axis *const[]){ department, period }, 2, "1 0  0 -  0 0");
	/* the share of départements that have one, those of a list exempted */
	assert_string_equal(value_of(4, INPUT("police") "{'op':'const','x':1},"
				     "{'op':'ge','args':[0,1]},{'op':'among','list':['75','93']},"
				     "{'op':'by','args':[2],'dims':['territory'],'over':'share'}", &d), "0.5 - 0 0");
	assert_string_equal(value_of(5, INPUT("police") "{'op':'const','x':1},"
				     "{'op':'ge','args':[0,1]},{'op':'among','list':['75','93']},"
				     "{'op':'or','args':[2,3]},"
				     "{'op':'by','args':[4],'dims':[],'over':'count'}", &d), "1 - 1 1");
	assert_string_equal(value_of(1, INPUT("police")
				     "{'op':'by','args':[0],'dims':['period'],'over':'max'}", &d), "1 - 1 -");
	assert_string_equal(value_of(2, INPUT("police")
				     INPUT("people") "{'op':'div','args':[0,1]}", &d),
			    "These two series do not go together: department × period and territory.");
	assert_string_equal(value_of(0, "{'op':'input','name':'police'}", &d),
			    "The result is by department × period; it must be by territory × period.");
}

/* Four actions of two measures in one territory. */
static struct graph_data actions(struct graph_input *in, const struct axis **item)
{
	static const int32_t nation[] = { 0, 0, 0, 0 }, measure[] = { 0, 0, 1, 1 };
	const struct axis *territory = axis_of("territory: FR"), *period = axis_of("period: 2026-03");
	struct axis *x = axis_of("item: 1.1 1.2 2.1 2.2");
	struct axis_link *links = arena_alloc(&cube_arena, 2 * sizeof *links);

	links[0] = (struct axis_link){ territory, nation };
	links[1] = (struct axis_link){ axis_of("measure: 1 2"), measure };
	x->link = links;
	x->links = 2;
	*item = x;
	for (size_t i = 0; i < 4; i++)
		in[i].name = "actions";
	return (struct graph_data){ .territory = territory, .period = period, .input = in, .inputs = 4 };
}

IT(weighs_actions_in_their_measures_and_measures_in_the_plan)
{
	const struct axis *item, *axis[2];
	struct graph_input in[4] = { 0 };
	struct graph_data d = actions(in, &item);
	struct cube *progress;

	axis[0] = item, axis[1] = d.period;
	in[0].column = "progress", in[0].cube = progress = cube_on(axis, 2, "50 100 0 -");
	in[1].column = "weight", in[1].cube = cube_on(axis, 2, "1 3 1 1");
	in[2].column = "measure_weight", in[2].cube = cube_on(axis, 2, "2 2 1 1");
	d.inputs = 3;
	progress->skip = true;
	assert_string_equal(value_of(5, ACTIONS("progress")
				     ACTIONS("weight")
				     ACTIONS("measure_weight")
				     "{'op':'by','args':[0,1],'dims':['measure'],'over':'wmean'},"
				     "{'op':'by','args':[2],'dims':['measure'],'over':'first'},"
				     "{'op':'by','args':[3,4],'dims':['territory'],'over':'wmean'}", &d),
			    "58.3333333333");	/* (2 × 87.5 + 0) / 3 */
	assert_string_equal(value_of(1, ACTIONS("progress")
				     "{'op':'by','args':[0],'dims':['lead'],'over':'sum'}", &d),
			    "The series has no dimension “lead”: it is by item × period.");
}

IT(compares_texts_and_dates_of_actions)
{
	const struct axis *item, *axis[2];
	struct graph_input in[4] = { 0 };
	struct graph_data d = actions(in, &item);
	struct cube *status;

	axis[0] = item, axis[1] = d.period;
	in[0].column = "status", in[0].cube = status = cube_on(axis, 2, "0 1 1 -");
	status->label = axis_of("text: done in_progress");
	status->skip = true;
	in[1].column = "done_on", in[1].cube = cube_on(axis, 2, "20500 - 20570 -");
	d.inputs = 2;
	assert_string_equal(value_of(3, ACTIONS("status")
				     "{'op':'const','x':'in_progress'},{'op':'eq','args':[0,1]},"
				     "{'op':'by','args':[2],'dims':[],'over':'count'}", &d), "2");
	assert_string_equal(value_of(3, ACTIONS("status")
				     "{'op':'const','x':'on_hold'},{'op':'eq','args':[0,1]},"
				     "{'op':'by','args':[2],'dims':[],'over':'count'}", &d), "0");
	/* 31 March 2026 is day 20543 */
	assert_string_equal(value_of(3, ACTIONS("done_on")
				     "{'op':'period_end'},{'op':'le','args':[0,1]},"
				     "{'op':'by','args':[2],'dims':[],'over':'size'}", &d), "2");
	assert_string_equal(value_of(2, ACTIONS("done_on")
				     "{'op':'period_end'},{'op':'by','args':[1],'dims':[],'over':'first'}", &d),
			    "20543");
	assert_string_equal(value_of(1, ACTIONS("status")
				     "{'op':'neg','args':[0]}", &d),
			    "“neg” cannot be calculated on a series by item × period.");
}

/* ------------------------------------------------------------------ needs and results */

static const struct graph *graph_of(const char *text)
{
	char *copy = arena_strdup(&cube_arena, text);
	struct finding f = { 0 };
	const struct graph *g;
	json_t *json;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = json_loads(copy, 0, NULL);
	assert_non_null(json);
	assert_true(graph_read(&g, &cube_arena, json, &f));
	json_decref(json);
	return g;
}

IT(deduces_how_far_back_inputs_are_read)
{
	static const struct {
		const char *ops;
		enum period_step step;
		size_t periods;
	} cases[] = {
		{ "{'op':'neg','args':[0]}", STEP_MONTH, 0 },
		{ "{'op':'rolling','args':[0],'n':12,'over':'sum'}", STEP_MONTH, 11 },
		{ "{'op':'rolling','args':[0],'n':12,'over':'sum'},{'op':'lag','args':[1],'n':12}", STEP_MONTH, 23 },
		{ "{'op':'rolling','args':[0],'n':3,'over':'sum'},{'op':'yoy','args':[1]}", STEP_MONTH, 14 },
		{ "{'op':'rolling','args':[0],'n':3,'over':'sum'},{'op':'yoy','args':[1]}", STEP_QUARTER, 6 },
		{ "{'op':'lag','args':[0],'n':5},{'op':'add','args':[0,1]}", STEP_MONTH, 5 },
		{ "{'op':'to','args':[0],'period':'quarter','over':'sum'}", STEP_MONTH, 2 },
		{ "{'op':'to','args':[0],'period':'quarter','over':'sum'},{'op':'lag','args':[1],'n':2}",
		  STEP_MONTH, 8 },
		{ "{'op':'to','args':[0],'period':'year','over':'sum'},{'op':'yoy','args':[1]}", STEP_QUARTER, 7 },
		{ "{'op':'cumsum','args':[0],'reset':'year'}", STEP_MONTH, 11 },
		{ "{'op':'cumsum','args':[0],'reset':'never'}", STEP_MONTH, GRAPH_ALL },
		{ "{'op':'theil_sen','args':[0],'n':12,'part':'slope'}", STEP_MONTH, 11 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct graph *g = graph_of(arena_printf(&cube_arena, "{'v':1,'out':{'value':1},'nodes':["
							      INPUT("a") "%s]}", cases[i].ops));

		assert_int_equal(graph_lookback(g, "a", cases[i].step), cases[i].periods);
		assert_int_equal(graph_lookback(g, "b", cases[i].step), 0);
	}
}

IT(names_the_dimensions_that_it_needs)
{
	const struct graph *g = graph_of("{'v':1,'out':{'value':5},'protects':[1,3],'note':'{value} %','nodes':["
					 INPUT("a") "{'op':'pick','args':[0],'where':{'age':'minor'}},"
					 INPUT("b") "{'op':'by','args':[2],'dims':['territory','sex'],'over':'sum'},"
					 "{'op':'by','args':[3],'dims':[],'over':'sum'},{'op':'add','args':[1,4]},"
					 "{'op':'share_of_total','args':[3],'within':'force'}]}");
	const char *const *dims = graph_dims(&cube_arena, g, "a");
	const int *protects;

	assert_string_equal(dims[0], "age");
	assert_null(dims[1]);
	dims = graph_dims(&cube_arena, g, "b");
	assert_string_equal(dims[0], "sex");
	assert_string_equal(dims[1], "force");
	assert_null(dims[2]);
	assert_int_equal(graph_protects(&protects, g), 2);
	assert_int_equal(protects[1], 3);
	assert_string_equal(graph_note(g), "{value} %");
	assert_int_equal(graph_nodes(g), 7);
}

IT(gives_the_wanted_periods_with_their_units)
{
	const struct graph *g = graph_of("{'v':1,'out':{'value':4,'numerator':1,'denominator':0,'extra':{'hundred':3}},"
					 "'nodes':[" INPUT("a") "{'op':'rolling','args':[0],'n':2,'over':'sum',"
					 "'coverage':0.5},{'op':'coverage','args':[1]},{'op':'const','x':100},"
					 "{'op':'mul','args':[1,3]}]}");
	struct cube *a = cube_of("territory: 01 02; " MONTHS, "1 2 - 4  - - - 8c");
	struct graph_input in = { .name = "a", .cube = a };
	struct graph_data d = { .territory = a->axis[0], .period = a->axis[1], .input = &in, .inputs = 1,
				.wanted = axis_of("period: 2025-03 2025-04 2025-05"), .keep = true };
	struct graph_result r;
	struct finding f = { 0 };
	struct cover cover;

	assert_true(graph_eval(&r, &cube_arena, g, &d, &f));
	assert_string_equal(cube_read(r.value), "200 400 - v 800c -");
	assert_string_equal(cube_read(r.numerator), "2 4 - v 8c -");
	assert_string_equal(cube_read(r.denominator), "- 4 - - 8c -");
	assert_null(r.low);
	assert_int_equal(r.extras, 1);
	assert_string_equal(r.extra[0].name, "hundred");
	assert_string_equal(cube_read(r.extra[0].cube), "100 100 100 100 100 100");
	assert_string_equal(cube_read(r.node[2]), "1 1 0.5 0.5 0 0 0 0");
	cover = cube_cover(r.value, 0);
	assert_int_equal(cover.received, 1);
	assert_int_equal(cover.expected, 2);
}

IT(checks_shapes_without_a_figure)
{
	struct cube *a = cube_of("territory:; age: adult minor; period:", "");
	struct graph_input in = { .name = "a", .cube = a };
	struct graph_data d = { .territory = a->axis[0], .period = a->axis[2], .input = &in, .inputs = 1 };

	assert_string_equal(value_of(2, INPUT("a")
				     "{'op':'by','args':[0],'dims':[],'over':'sum'},"
				     "{'op':'to','args':[1],'period':'quarter','over':'sum'}", &d), "");
	assert_string_equal(value_of(0, "{'op':'input','name':'a'}", &d),
			    "The result is by territory × period × age; it must be by territory × period.");
	assert_string_equal(value_of(3, INPUT("a")
				     "{'op':'pick','args':[0],'where':{'age':['adult']}},"
				     "{'op':'to','args':[1],'period':'year','over':'sum'},"
				     "{'op':'sub','args':[1,2]}", &d),
			    "These two series do not go together: territory × period and territory × year.");
}

/* A number that looks like any other, the same each time. */
static unsigned any(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

IT(gives_the_same_whether_picks_are_copied_or_not)
{
	static const char *const groups[] = { "'dims':[],'over':'sum'", "'dims':[],'over':'median'",
					      "'dims':['sex'],'over':'max'",
					      "'dims':['period'],'over':'share'", "'dims':['age'],'over':'mean'" };
	static const char nodes[] = "{'v':1,'out':{'value':2},'nodes':[" INPUT("a") "{'op':'pick','args':[0],"
		"'where':{'age':['minor','adult'],'organisation':'b'}},{'op':'by','args':[1],%s}]}";
	const struct axis *axis[] = { axis_of("territory: 01 02 03"), axis_of("organisation: a b"),
				      axis_of("age: adult minor unknown"), axis_of("sex: f m"), axis_of(MONTHS) };
	struct cube *a = cube_on(axis, 5, "");
	const char *const dims[] = { "age", "sex" };
	struct graph_input in = { .name = "a", .cube = a };
	struct graph_data d = { .territory = axis[0], .period = axis[4], .input = &in, .inputs = 1, .dims = dims,
				.dims_count = 2 };
	unsigned seed = 1;

	for (size_t i = 0; i < a->count; i++)
		if (any(&seed) % 4)
			cube_put(a, i, any(&seed) % 7, any(&seed) % 9 ? 0 : STATE_CARRIED);
	for (size_t i = 0; i < 2 * sizeof groups / sizeof *groups; i++) {
		const struct graph *g = graph_of(arena_printf(&cube_arena, nodes, groups[i / 2]));
		struct graph_result copied, fused;
		struct finding f = { 0 };

		a->skip = i % 2;
		d.keep = true;
		assert_true(graph_eval(&copied, &cube_arena, g, &d, &f));
		d.keep = false;
		assert_true(graph_eval(&fused, &cube_arena, g, &d, &f));
		assert_string_equal(cube_read(fused.value), cube_read(copied.value));
		for (size_t cell = 0; cell < fused.value->count; cell++) {
			struct cover x = cube_cover(fused.value, cell), y = cube_cover(copied.value, cell);

			assert_int_equal(x.received, y.received);
			assert_int_equal(x.expected, y.expected);
		}
	}
}

IT(gives_the_same_bits_twice)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "0.1 0.2 0.3 0.7");
	const struct graph *g = graph_of("{'v':1,'out':{'value':1},'nodes':[" INPUT("a")
					 "{'op':'rolling','args':[0],'n':3,'over':'mean'}]}");
	struct graph_input in = { .name = "a", .cube = a };
	struct graph_data d = { .territory = a->axis[0], .period = a->axis[1], .input = &in, .inputs = 1 };
	struct graph_result one, two;
	struct finding f = { 0 };

	assert_true(graph_eval(&one, &cube_arena, g, &d, &f));
	assert_true(graph_eval(&two, &cube_arena, g, &d, &f));
	assert_memory_equal(one.value->value, two.value->value, 4 * sizeof(double));
	assert_true(cube_hash(0, one.value) == cube_hash(0, two.value));
}

SPEC_WITH("formulas", cube_test_start, cube_test_end,
	  RUN(reaches_territories_from_departments_only_by_by),
	  RUN(weighs_actions_in_their_measures_and_measures_in_the_plan),
	  RUN(compares_texts_and_dates_of_actions),
	  RUN(deduces_how_far_back_inputs_are_read),
	  RUN(names_the_dimensions_that_it_needs),
	  RUN(gives_the_wanted_periods_with_their_units),
	  RUN(checks_shapes_without_a_figure),
	  RUN(gives_the_same_whether_picks_are_copied_or_not),
	  RUN(gives_the_same_bits_twice))
