/*
 * What each operator of a formula does to the cells.
 */
#include "spec.h"

#include "cube_text.h"

#define MONTHS "period: 2025-01 2025-02 2025-03 2025-04"

/* Which findings came of the graphs below. */
static bool told[FINDING_COUNT];
/* What the evaluations below may cost together; NULL: each its own. */
static struct graph_budget *budget;

/* The cells of the last node of `nodes` with `a` and `b` as inputs, or the finding's cause. */
static const char *eval(const char *nodes, const struct cube *a, const struct cube *b)
{
	json_t *json = json_loads(nodes, 0, NULL), *graph;
	struct graph_input in[] = { { .name = "a", .cube = a }, { .name = "b", .cube = b } };
	struct graph_data d = { .input = in, .inputs = b ? 2 : 1, .keep = true,
				.dims = (const char *const[]){ "age" }, .dims_count = 1, .budget = budget };
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
	if (!fine || !graph_eval(&result, &cube_arena, g, &d, &f)) {
		told[f.code] = true;
		return finding_cause(&cube_arena, &f, LANG_EN);
	}
	return cube_read(result.node[graph_nodes(g) - 1]);
}

#define NODES_A "[{\"op\":\"input\",\"name\":\"a\"},"
#define NODES_AB "[{\"op\":\"input\",\"name\":\"a\"},{\"op\":\"input\",\"name\":\"b\"},"

/* One operator on one input.  ' stands for ". */
struct one {
	const char *node, *cells, *result;
};

static void each(const char *axes, bool skip, const struct one *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct cube *a = cube_of(axes, cases[i].cells);
		char *nodes = arena_printf(&cube_arena, NODES_A "{%s,'args':[0]}]", cases[i].node);

		for (char *c = nodes; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		a->skip = skip;
		if (strcmp(eval(nodes, a, NULL), cases[i].result) != 0)
			print_error("%s of %s\n", cases[i].node, cases[i].cells);
		assert_string_equal(eval(nodes, a, NULL), cases[i].result);
	}
}
#define EACH(axes, skip, ...)                                                                      \
	each(axes, skip, (const struct one[]){ __VA_ARGS__ },                                      \
	     sizeof((const struct one[]){ __VA_ARGS__ }) / sizeof(struct one))

/* One operator on two inputs. */
static void pair(const char *node, const struct cube *a, const struct cube *b, const char *result)
{
	char *nodes = arena_printf(&cube_arena, NODES_AB "{%s,'args':[0,1]}]", node);
	const char *got;

	for (char *c = nodes; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	got = eval(nodes, a, b);
	if (strcmp(got, result) != 0)
		print_error("%s: %s\n", node, got);
	assert_string_equal(got, result);
}

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

IT(tells_a_quotient_by_zero_from_a_hole)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 0 - 5p");
	struct cube *b = cube_of("territory: FR; " MONTHS, "0 0 0 10c");

	assert_string_equal(eval(NODES_AB "{\"op\":\"div\",\"args\":[0,1]}]", a, b), "z z - 0.5pc");
}

IT(lets_the_graver_state_win_whatever_the_order)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "- / s 1");
	struct cube *b = cube_of("territory: FR; " MONTHS, "z - / s");

	assert_string_equal(eval(NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]", a, b), "z / s s");
	assert_string_equal(eval(NODES_AB "{\"op\":\"add\",\"args\":[1,0]}]", a, b), "z / s s");
}

IT(calculates_on_one_series)
{
	EACH("territory: FR; " MONTHS, false,
	     { "'op':'neg'", "1 0 - -2.5", "-1 0 - 2.5" },
	     { "'op':'abs'", "1 0 - -2.5", "1 0 - 2.5" },
	     { "'op':'sqrt'", "4 0 -1 -", "2 0 x -" },
	     { "'op':'log'", "1 0 -1 -", "0 x x -" },
	     { "'op':'clip','a':0,'b':10", "-3 5 12 -", "0 5 10 -" },
	     { "'op':'round','n':1", "1.25 -1.25 1.04 -", "1.3 -1.3 1 -" },
	     { "'op':'round'", "0.5 1.4999 -0.2 -", "1 1 0 -" },
	     { "'op':'between','a':1,'b':2", "1 2 2.5 -", "1 1 0 -" },
	     { "'op':'not'", "1 0 2 -", "0 1 0 -" },
	     { "'op':'is_missing'", "1 - z s", "0 1 1 s" },
	     { "'op':'is_missing'", "/ e 0 1p", "/ 1 0 0p" },
	     { "'op':'fill','x':7", "1 - z s", "1 7 7 s" },
	     { "'op':'fill','x':7", "/ 0 - 2", "/ 0 7 2" });
}

#define BY_AGE "territory: 01 02; age: adult minor unknown; period: 2025-01 2025-02"

/* What is not applicable or withheld stays so: no operator makes a figure of it, and holes stay holes. */
IT(makes_no_figure_of_a_cell_without_one)
{
	EACH("territory: FR; " MONTHS, false,
	     { "'op':'neg'", "2 - / s", "-2 - / s" },
	     { "'op':'abs'", "2 - / s", "2 - / s" },
	     { "'op':'sqrt'", "4 - / s", "2 - / s" },
	     { "'op':'log'", "1 - / s", "0 - / s" },
	     { "'op':'clip','a':0,'b':10", "2 - / s", "2 - / s" },
	     { "'op':'round'", "2 - / s", "2 - / s" },
	     { "'op':'between','a':1,'b':2", "2 - / s", "1 - / s" },
	     { "'op':'not'", "0 - / s", "1 - / s" },
	     { "'op':'lag','n':1", "- / s 1", "- - / s" },
	     { "'op':'diff','n':1", "1 / s 2", "- / s s" },
	     { "'op':'carry','n':9", "5 / s -", "5 / s -" },
	     { "'op':'cumsum','reset':'never'", "1 / s 4", "1 1 s s" },
	     { "'op':'poisson','part':'value'", "2 - / s", "2 - / s" });
	EACH(BY_AGE, true,
	     { "'op':'by','dims':[],'over':'mean'", "1 s / 2 / -  3 4 / 5 / 6", "1 s 3 5" },
	     { "'op':'by','dims':[],'over':'max'", "1 s / 2 / -  3 4 / 5 / 6", "1 s 3 6" });
}

/* The same of operators on two series, whichever of them has no figure; a true zero is one. */
IT(makes_no_figure_of_two_series_of_which_one_has_none)
{
	static const char axes[] = "territory: FR; period: 1 2 3 4 5 6 7 8 9";
	struct cube *k = cube_of(axes, "81 - / s 0  5 5 5 5"), *n = cube_of(axes, "263 9 9 9 10  - / s 0");
	static const struct {
		const char *node, *result;
	} cases[] = {
		{ "'op':'wilson','part':'value'", "0.307984790875 - / s 0 - / s z" },
		{ "'op':'wilson','part':'low'", "0.255288519878 - / s 0 - / s z" },
		{ "'op':'poisson','part':'value'", "0.307984790875 - / s 0 - / s z" },
		{ "'op':'rate_ratio','part':'value'", "0.307984790875 - / s 0 - / s z" },
		{ "'op':'div'", "0.307984790875 - / s 0 - / s z" },
		{ "'op':'add'", "344 - / s 10 - / s 5" },
		{ "'op':'ge'", "0 - / s 0 - / s 1" },
		{ "'op':'eq'", "0 - / s 0 - / s 0" },
		{ "'op':'and'", "1 - / s 0 - / s 0" },
		{ "'op':'or'", "1 - / s 1 - / s 1" },
		{ "'op':'where'", "81 - / s 0 / / s /" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		pair(cases[i].node, k, n, cases[i].result);
	k = cube_of("territory: 01 02 03 04 05; period: 1", "10 s / - 0");
	n = cube_of("territory: 01 02 03 04 05; period: 1", "100 100 100 100 100");
	pair("'op':'funnel','part':'z'", k, n, "s s / - s");
	k = cube_of(BY_AGE, "1 s / 0 / -  3 4 / 5 / 6");
	n = cube_of(BY_AGE, "1 1 1 1 1 1  3 1 s / 1 -");
	k->skip = true;
	pair("'op':'by','dims':[],'over':'wmean'", k, n, "1 s s 4");
}

/* Of a choice the mask and the side that it takes count; of the other side nothing is told. */
IT(makes_no_figure_of_a_choice_by_what_has_none)
{
	static const char axes[] = "territory: FR; period: 1 2 3 4 5 6 7 8";
	struct cube *a = cube_of(axes, "1 1 1 1 0 - / s"), *b = cube_of(axes, "5 - / s s 5 5 5");

	assert_string_equal(eval(NODES_AB "{\"op\":\"choose\",\"args\":[0,1,0]}]", a, b), "5 - / s 0 - / s");
	assert_string_equal(eval(NODES_AB "{\"op\":\"choose\",\"args\":[0,0,1]}]", a, b), "1 1 1 1 s - / s");
}

/* The same of what looks at several cells: one that is withheld hides the whole. */
IT(makes_no_figure_of_several_cells_of_which_one_is_withheld)
{
	struct cube *goal = cube_of("territory: FR", "100");

	EACH(BY_AGE, true,
	     { "'op':'by','dims':[],'over':'quantile','p':0.25", "1 s / 2 / -  3 4 / 5 / 6", "1 s 3 4.5" },
	     { "'op':'by','dims':[],'over':'quantile','p':0.25", "- - - / - /  / / / / 0 0", "- - 0 0" },
	     { "'op':'by','dims':[],'over':'count'", "1 s / 0 / -  0 1 / 1 / 0", "1 s 0 2" },
	     { "'op':'by','dims':[],'over':'size'", "1 s / 0 / -  0 1 / 1 / 0", "1 s 1 3" });
	EACH(BY_AGE, false,
	     { "'op':'by','dims':[],'over':'quantile','p':0.25", "1 s / 2 / -  3 4 / 5 / 6", "1 s 3 4.5" });
	EACH("territory: 01 02 03 04; period: 2025-01", false,
	     { "'op':'mad'", "1 s 2 3", "s" },
	     { "'op':'mad'", "1 / 2 3", "1.4826" },
	     { "'op':'mad'", "0 0 - 0", "0" });
	EACH("territory: FR; period: 2025-01 2025-02 2025-03 2025-04 2025-05 2025-06", false,
	     { "'op':'to','period':'quarter','over':'sum'", "1 s 3 4 / 6", "s 10" },
	     { "'op':'to','period':'quarter','over':'sum'", "- s 3 / / /", "s /" },
	     { "'op':'to','period':'quarter','over':'sum'", "0 0 0 - 5 6", "0 -" },
	     { "'op':'to','period':'quarter','over':'last'", "1 2 s - 5 6", "s -" },
	     { "'op':'to','period':'quarter','over':'mean','missing':'skip'", "1 s - 0 / -", "s 0" });
	EACH("territory: FR; period: 2023 2024 2025", false,
	     { "'op':'yoy'", "100 / 110", "- / /" },
	     { "'op':'yoy'", "100 s 110", "- s s" },
	     { "'op':'yoy'", "0 5 -", "- z -" });
	pair("'op':'reach','part':'value','points':4", cube_of("territory: FR; " MONTHS, "10 20 s 40"), goal,
	     "f f s s");
	pair("'op':'reach','part':'value','points':4,'min':3", cube_of("territory: FR; " MONTHS, "0 20 / 60"), goal,
	     "f f / 2");
}

IT(looks_back_in_time)
{
	EACH("territory: FR; " MONTHS, false,
	     { "'op':'lag','n':1", "1 2 z 4p", "- 1 2 z" },
	     { "'op':'diff','n':1", "1 3 - 4", "- 2 - -" },
	     { "'op':'carry','n':1", "5 - - 6", "5 5c - 6" },
	     { "'op':'carry','n':9", "5p - e -", "5p 5pc e -" },
	     { "'op':'carry','n':9", "z - 4 -", "z - 4 4c" });
	EACH("territory: 01 02; period: 2024-04 2024-05 2025-04", false,
	     { "'op':'lag','n':1", "1 2 3 4 5 6", "- 1 2 - 4 5" });
	EACH("territory: FR; period: 2023 2024 2025", false, { "'op':'yoy'", "100 0 110", "- -100 z" });
	EACH("territory: FR; period: 2024-Q1 2024-Q2 2024-Q3 2024-Q4 2025-Q1", false,
	     { "'op':'yoy'", "80 1 1 1 100", "- - - - 25" });
}

IT(rolls_windows_that_need_every_period)
{
	EACH("territory: FR; " MONTHS, false,
	     { "'op':'rolling','n':2,'over':'sum'", "1 2 3 4", "- 3 5 7" },
	     { "'op':'rolling','n':2,'over':'sum'", "1 - 3 4p", "- - - 7p" },
	     { "'op':'rolling','n':2,'over':'sum'", "1 / 3 s", "- 1 3 s" },
	     { "'op':'rolling','n':2,'over':'mean'", "1 / 3 s", "- 1 3 s" },
	     { "'op':'rolling','n':2,'over':'median'", "1 / 3 s", "- 1 3 s" },
	     { "'op':'rolling','n':2,'over':'max'", "1 / 3 s", "- 1 3 s" },
	     { "'op':'rolling','n':2,'over':'min'", "1 / 3 s", "- 1 3 s" },
	     { "'op':'rolling','n':2,'over':'mean'", "/ / s 4", "- / s s" },
	     { "'op':'rolling','n':3,'over':'mean'", "1 2 3 7", "- - 2 4" },
	     { "'op':'rolling','n':3,'over':'median'", "1 9 3 7", "- - 3 7" },
	     { "'op':'rolling','n':3,'over':'max'", "1 9 3 7", "- - 9 9" },
	     { "'op':'rolling','n':3,'over':'min'", "1 9 3 7", "- - 1 3" });
}

IT(rolls_windows_that_bear_holes)
{
	EACH("territory: FR; " MONTHS, true,
	     { "'op':'rolling','n':2,'over':'sum'", "1 - - 4", "1 1 - 4" },
	     { "'op':'rolling','n':4,'over':'sum','coverage':0.75", "1 - 3 4", "v v v 8" },
	     { "'op':'rolling','n':4,'over':'mean','coverage':0.5", "- - 3 5", "v v v 4" },
	     { "'op':'rolling','n':2,'over':'sum','coverage':1", "1 2 - 4", "v 3 v v" },
	     { "'op':'rolling','n':2,'over':'sum','coverage':0", "- - - 4", "v v v 4" });
}

IT(rolls_to_the_same_bits_with_and_without_flags)
{
	static const char *const ops[] = { "sum", "mean" };
	struct cube *plain = cube_of("territory: FR; period: 01 02 03 04 05 06 07 08 09 10", ""), *flagged;

	for (size_t i = 0; i < 10; i++)
		cube_put(plain, i, 0.1 * (double)(i * i) - 3e-9 * (double)i, 0);
	flagged = cube_of("territory: FR; period: 01 02 03 04 05 06 07 08 09 10", "");
	for (size_t i = 0; i < 10; i++)
		cube_put(flagged, i, plain->value[i], STATE_PROVISIONAL);
	for (size_t i = 0; i < 2; i++) {
		const char *nodes = arena_printf(&cube_arena, NODES_AB
			"{\"op\":\"rolling\",\"args\":[0],\"n\":7,\"over\":\"%s\"},"
			"{\"op\":\"rolling\",\"args\":[1],\"n\":7,\"over\":\"%s\"},"
			"{\"op\":\"sub\",\"args\":[2,3]}]", ops[i], ops[i]);

		assert_string_equal(eval(nodes, plain, flagged), "- - - - - - 0p 0p 0p 0p");
	}
}

IT(adds_up_from_the_start_or_from_each_january)
{
	EACH("territory: FR; period: 2024-11 2024-12 2025-01 2025-02", false,
	     { "'op':'cumsum','reset':'never'", "1 2 3 4", "1 3 6 10" },
	     { "'op':'cumsum','reset':'never'", "1 - 3 4", "1 - - -" },
	     { "'op':'cumsum','reset':'year'", "1 2 3 4", "- - 3 7" });
	EACH("territory: FR; period: 2024-11 2024-12 2025-01 2025-02", true,
	     { "'op':'cumsum','reset':'never'", "- 2 - 4", "- 2 2 6" });
}

/* What a mask asks of each period has no holes; those of the series stay such that its sums leave them out. */
IT(keeps_holes_that_sums_leave_out_under_a_mask)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 - 3 4");
	struct cube *mask = cube_of("territory: FR; " MONTHS, "0 1 1 1");

	a->skip = true;
	assert_string_equal(eval(NODES_AB "{\"op\":\"where\",\"args\":[0,1]},"
				 "{\"op\":\"cumsum\",\"reset\":\"never\",\"args\":[2]}]", a, mask), "/ - 3 7");
	a->skip = false;
	assert_string_equal(eval(NODES_AB "{\"op\":\"where\",\"args\":[0,1]},"
				 "{\"op\":\"cumsum\",\"reset\":\"never\",\"args\":[2]}]", a, mask), "/ - - -");
}

IT(goes_to_longer_periods)
{
	EACH("territory: FR; period: 2025-01 2025-02 2025-03 2025-04 2025-05 2025-06 2025-07", false,
	     { "'op':'to','period':'quarter','over':'sum'", "1 2 3 4 5 6 7", "6 15 -" },
	     { "'op':'to','period':'quarter','over':'last'", "1 2 3 4 - 6 7", "3 - -" },
	     { "'op':'to','period':'quarter','over':'mean'", "1 2 3 4 5 6p 7", "2 5p -" },
	     { "'op':'to','period':'quarter','over':'sum','missing':'skip'", "1 2 3 4 - 6 7", "6 10 7" },
	     { "'op':'to','period':'quarter','over':'last','missing':'skip'", "1 2 3 4 5 - -", "3 5 -" },
	     { "'op':'to','period':'year','over':'sum','missing':'skip'", "1 2 3 4 5 6 7", "28" });
	assert_string_equal(eval(NODES_A "{\"op\":\"to\",\"period\":\"quarter\",\"over\":\"sum\",\"args\":[0]}]",
				 cube_of("territory: FR; period: 2025", "1"), NULL),
			    "“to” cannot be calculated on a series by territory × period.");
}

IT(picks_members)
{
	EACH(BY_AGE, false,
	     { "'op':'pick','where':{'age':'minor'}", "1 2 3 4 5 6  7 8 9 10 11 12", "3 4 9 10" },
	     { "'op':'pick','where':{'age':['minor','adult']}", "1 2 3 4 5 6  7 8 9 s 11 12", "1 2 3 4 7 8 9 s" },
	     { "'op':'pick','where':{'age':'minors'}", "",
	       "“minors” is not a member of the dimension “age”." },
	     { "'op':'pick','where':{'sex':'female'}", "",
	       "The series has no dimension “sex”: it is by territory × period × age." });
}

IT(groups_dimensions_away)
{
	static const char cells[] = "1 2 3 4 5 6  7 8 9 - / 12";

	EACH(BY_AGE, false,
	     { "'op':'by','dims':[],'over':'sum'", cells, "9 12 16 -" },
	     { "'op':'by','dims':[],'over':'mean'", cells, "3 4 8 -" },
	     { "'op':'by','dims':[],'over':'size'", cells, "3 3 2 2" },
	     { "'op':'by','dims':['age'],'over':'sum'", cells, "1 2 3 4 5 6 7 8 9 - / 12" },
	     { "'op':'by','dims':['period'],'over':'sum'", cells, "25 -" },
	     { "'op':'by','dims':['period','age'],'over':'sum'", cells, "8 10 12 - 5 18" });
	EACH(BY_AGE, true,
	     { "'op':'by','dims':[],'over':'sum'", cells, "9 12 16 20" },
	     { "'op':'by','dims':[],'over':'sum'", "- - - - - -  / - / / / /", "- - / -" },
	     { "'op':'by','dims':[],'over':'sum'", "1 s - 2 - 1p  / - / / / 3", "1 s / 3" },
	     { "'op':'by','dims':[],'over':'median'", cells, "3 4 8 10" },
	     { "'op':'by','dims':[],'over':'quantile','p':0.25", cells, "2 3 7.5 9" },
	     { "'op':'by','dims':[],'over':'min'", cells, "1 2 7 8" },
	     { "'op':'by','dims':[],'over':'max'", cells, "5 6 9 12" },
	     { "'op':'by','dims':[],'over':'first'", "- 2 3 4 5 6  7 8 9 - / 12", "3 2 7 8" },
	     { "'op':'by','dims':[],'over':'count'", "1 0 1 0 0 0  1 1 - 1 / 0", "2 0 1 2" },
	     { "'op':'by','dims':[],'over':'share'", "1 0 1 0 0 0  1 1 - / - /", "0.666666666667 0 1 1" },
	     { "'op':'by','dims':[],'over':'share'", "/ / / / / /  / / / / / /", "z z z z" });
}

IT(ranks_and_shares_territories_of_a_period)
{
	EACH("territory: 01 02 03 04; period: 2025-01", false,
	     { "'op':'rank'", "5 9 5 1", "2 1 2 4" },
	     { "'op':'rank'", "5 - 0.3 s", "1 - 2 s" },
	     { "'op':'rank'", "5 / 0.3 9", "2 / 3 1" },
	     { "'op':'rank','order':'asc'", "5 9 5 1", "2 4 2 1" },
	     { "'op':'rank','ties':'max'", "5 9 5 1", "3 1 3 4" },
	     { "'op':'rank','ties':'mean'", "5 9 5 1", "2.5 1 2.5 4" },
	     { "'op':'rank','ties':'first'", "5 9 5 1", "2 1 3 4" },
	     { "'op':'share_of_total'", "1 2 5 /", "0.125 0.25 0.625 /" },
	     { "'op':'share_of_total'", "1 2 5 -", "- - - -" },
	     { "'op':'share_of_total'", "1 2 5 s", "s s s s" },
	     { "'op':'share_of_total'", "0 0 0 0", "z z z z" });
	EACH("territory: 01 02 03 04; period: 2025-01", true,
	     { "'op':'share_of_total'", "1 2 5 -", "0.125 0.25 0.625 -" });
	EACH("territory: 01 02; period: 2025-01 2025-02", false, { "'op':'rank'", "1 5 2 4", "2 1 1 2" });
	EACH("territory: 01 02; age: a m; period: 2025-01", false,
	     { "'op':'share_of_total'", "1 3 2 2", "0.25 0.75 0.5 0.5" },
	     { "'op':'share_of_total','within':'age'", "1 3 3 1", "0.25 0.75 0.75 0.25" },
	     { "'op':'share_of_total','within':'period'", "1 3 3 1", "0.125 0.375 0.375 0.125" },
	     { "'op':'rank','within':'sex'", "1 3 3 1",
	       "The series has no dimension “sex”: it is by territory × period × age." });
}

IT(measures_how_territories_differ)
{
	EACH("territory: 01 02 03 04; period: 2025-01", false,
	     { "'op':'zscore'", "1 2 3 -", "-1 0 1 -" },
	     { "'op':'zscore'", "1 2 s 3", "s s s s" },
	     { "'op':'zscore'", "1 - - -", "f - - -" },
	     { "'op':'zscore'", "1 1 1 1", "z z z z" },
	     { "'op':'mad'", "1 2 3 100", "1.4826" },
	     { "'op':'mad'", "- - - -", "f" });
}

IT(estimates_intervals_of_counts)
{
	struct cube *k = cube_of("territory: FR; " MONTHS, "81 0 - 5");
	struct cube *n = cube_of("territory: FR; " MONTHS, "263 0 3 2");

	assert_string_equal(eval(NODES_AB "{\"op\":\"wilson\",\"args\":[0,1],\"part\":\"low\"}]", k, n),
			    "0.255288519878 z - x");
	assert_string_equal(eval(NODES_AB "{\"op\":\"wilson\",\"args\":[0,1],\"part\":\"value\"}]", k, n),
			    "0.307984790875 z - x");
	assert_string_equal(eval(NODES_AB "{\"op\":\"poisson\",\"args\":[0,1],\"part\":\"value\",\"per\":100}]", k, n),
			    "30.7984790875 z - 250");
	assert_string_equal(eval(NODES_A "{\"op\":\"poisson\",\"args\":[0],\"part\":\"high\",\"level\":0.95}]",
				 cube_of("territory: FR; period: 2025-01 2025-02", "10 0"), NULL),
			    "18.390356042 3.68887945411");
	assert_string_equal(eval(NODES_AB "{\"op\":\"rate_ratio\",\"args\":[0,1],\"part\":\"value\"}]", k, n),
			    "0.307984790875 z - 2.5");
}

IT(draws_funnels_across_territories)
{
	static const char axes[] = "territory: 01 02 03 04; period: 2025-01";
	struct cube *k = cube_of(axes, "10 10 11 -"), *pop = cube_of(axes, "100 100 100 100");

	assert_string_equal(eval(NODES_AB "{\"op\":\"funnel\",\"args\":[0,1],\"part\":\"z\"}]", k, pop),
			    "-0.103695169473 -0.103695169473 0.207390338946 -");
	assert_string_equal(eval(NODES_AB "{\"op\":\"funnel\",\"args\":[0,1],\"part\":\"high\",\"per\":100}]",
				 cube_of(axes, "0 0 0 -"), pop), "f f f -");
}

IT(finds_trends_of_windows)
{
	EACH("territory: FR; period: 2025-01 2025-02 2025-03 2025-04 2025-05", false,
	     { "'op':'theil_sen','n':3,'part':'slope'", "1 3 5 - 7", "f f 2 f f" },
	     { "'op':'theil_sen','n':4,'part':'slope'", "1 3 5 - 9", "f f 2 2 2" },
	     { "'op':'theil_sen','n':4,'part':'low'", "1 3 5 s 9", "f f 2 s s" });
}

IT(says_when_a_goal_is_reached)
{
	struct cube *a = cube_of("territory: FR; period: 2025-01 2025-02 2025-03 2025-04 2025-05 2025-06",
				 "10 20 30 40 - 100"), *goal = cube_of("territory: FR", "100");
	static const char nodes[] = NODES_AB "{\"op\":\"reach\",\"args\":[0,1],\"part\":\"value\",\"points\":4%s}]";

	assert_string_equal(eval(arena_printf(&cube_arena, nodes, ""), a, goal), "f f 7 6 - 0");
	assert_string_equal(eval(arena_printf(&cube_arena, nodes, ",\"from\":\"2025-12\""), a, goal), "f f -2 -2 - -6");
	assert_string_equal(eval(arena_printf(&cube_arena, nodes, ",\"min\":4"), a, goal), "f f f 6 - 0");
	assert_string_equal(eval(arena_printf(&cube_arena, nodes, ""), cube_of("territory: FR; " MONTHS, "9 8 7 6"),
				 goal), "f f t t");
	assert_string_equal(eval(arena_printf(&cube_arena, nodes, ",\"direction\":\"down\""),
				 cube_of("territory: FR; " MONTHS, "109 108 107 106"), goal), "f f 7 6");
}

IT(says_why_a_graph_cannot_be_read_or_evaluated)
{
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 2 3 4"), *sex = cube_of("sex: female male", "1 2");
	struct cube *wide = cube_of("b: 1; c: 1; d: 1; e: 1; f: 1; g: 1; h: 1", "1");
	const struct {
		const char *nodes, *says;
		const struct cube *b;
	} cases[] = {
		{ "[{\"op\":\"magic\"}]", "The stored calculation cannot be read: step 0, “magic”.", NULL },
		{ "[{\"op\":\"const\"}]", "The stored calculation cannot be read: step 0, “x”.", NULL },
		{ NODES_A "{\"op\":\"theil_sen\",\"args\":[0],\"n\":500,\"part\":\"slope\"}]",
		  "The stored calculation cannot be read: step 1, “bounds”.", NULL },
		{ NODES_AB "{\"op\":\"wilson\",\"args\":[0,1],\"part\":\"low\",\"level\":1}]",
		  "The stored calculation cannot be read: step 2, “bounds”.", sex },
		{ NODES_A "{\"op\":\"rolling\",\"args\":[0],\"n\":3,\"over\":\"share\"}]",
		  "The stored calculation cannot be read: step 1, “over”.", NULL },
		{ NODES_A "{\"op\":\"lag\",\"args\":[0],\"n\":-1}]",
		  "The stored calculation cannot be read: step 1, “n”.", NULL },
		{ NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]",
		  "A series has too many dimensions: b × c × d × e × f × g × h.", wide },
		{ "[{\"op\":\"neg\",\"args\":[0]}]", "The stored calculation cannot be read: step 0, “args”.", NULL },
		{ NODES_A "{\"op\":\"lag\",\"args\":[0],\"n\":600},{\"op\":\"lag\",\"args\":[1],\"n\":1}]",
		  "The formula looks 601 periods back from the asked one; at most 600.", NULL },
		{ "[{\"op\":\"input\",\"name\":\"c\"}]", "The calculation reads “c”, which it was not given.", NULL },
		{ NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]",
		  "The result is by territory × period × sex; it must be by territory × period × age.", sex },
		{ NODES_AB "{\"op\":\"add\",\"args\":[0,1]}]",
		  "These two series do not go together: territory × period and department.",
		  cube_of("department: 01", "1") },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(eval(cases[i].nodes, a, cases[i].b), cases[i].says);
}

/* 4 cells of the input; 3 read for each of the window's, and its 4.  A median copies and sorts what it reads. */
IT(ends_when_evaluations_cost_more_than_their_budget)
{
	const char *window = NODES_A "{\"op\":\"rolling\",\"args\":[0],\"n\":3,\"over\":\"sum\"}]";
	const char *median = NODES_A "{\"op\":\"rolling\",\"args\":[0],\"n\":3,\"over\":\"median\"}]";
	struct cube *a = cube_of("territory: FR; " MONTHS, "1 2 3 4");
	struct graph_budget few = { .most = 7000000, .left = 40 };

	budget = &few;
	assert_string_equal(eval(window, a, NULL), "- - 6 9");
	assert_int_equal(few.left, 40 - (1 + 4) - (4 * 3 + 4));
	assert_string_equal(eval(window, a, NULL), "The formula takes too many operations: more than 7 millions.");
	assert_int_equal(few.left, 0);
	few.left = 60;
	assert_string_equal(eval(median, a, NULL), "- - 2 3");
	assert_int_equal(few.left, 60 - (1 + 4) - (4 * 3 * 3 + 4));
	budget = NULL;
}

/* The other messages of the catalogue are reached in plugin/test_plugins.c. */
IT(reaches_every_message_about_graphs)
{
	for (int i = 1; i < FINDING_COUNT; i++) {
		const char *name = finding_name((enum finding_code)i);

		if (name[1] == '7' && !told[i])
			print_error("%s is never reached\n", name);
		assert_true(name[1] != '7' || told[i]);
	}
}

SPEC_WITH("formula graphs", cube_test_start, cube_test_end,
	  RUN(calculates_cell_by_cell),
	  RUN(tells_a_quotient_by_zero_from_a_hole),
	  RUN(lets_the_graver_state_win_whatever_the_order),
	  RUN(calculates_on_one_series),
	  RUN(makes_no_figure_of_a_cell_without_one),
	  RUN(makes_no_figure_of_two_series_of_which_one_has_none),
	  RUN(makes_no_figure_of_a_choice_by_what_has_none),
	  RUN(makes_no_figure_of_several_cells_of_which_one_is_withheld),
	  RUN(looks_back_in_time),
	  RUN(rolls_windows_that_need_every_period),
	  RUN(rolls_windows_that_bear_holes),
	  RUN(rolls_to_the_same_bits_with_and_without_flags),
	  RUN(adds_up_from_the_start_or_from_each_january),
	  RUN(keeps_holes_that_sums_leave_out_under_a_mask),
	  RUN(goes_to_longer_periods),
	  RUN(picks_members),
	  RUN(groups_dimensions_away),
	  RUN(ranks_and_shares_territories_of_a_period),
	  RUN(measures_how_territories_differ),
	  RUN(estimates_intervals_of_counts),
	  RUN(draws_funnels_across_territories),
	  RUN(finds_trends_of_windows),
	  RUN(says_when_a_goal_is_reached),
	  RUN(ends_when_evaluations_cost_more_than_their_budget),
	  RUN(says_why_a_graph_cannot_be_read_or_evaluated),
	  RUN(reaches_every_message_about_graphs))
