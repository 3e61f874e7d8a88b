/*
 * Units behind a value: of all the periods that it rests on, and of nothing else.
 */
#include "spec.h"

#include "cube_text.h"

#define MONTHS "period: 2024-11 2024-12 2025-01 2025-02"
#define INPUT(name) "{'op':'input','name':'" name "'},"

/* "1/2 0/2 …": what is known of the units of each period. */
static struct cover *covers_of(const char *text)
{
	struct cover *out = arena_alloc(&cube_arena, (strlen(text) + 1) * sizeof *out);
	char *copy = arena_strdup(&cube_arena, text), *save = NULL;
	size_t n = 0;

	for (char *one = strtok_r(copy, " ", &save); one; one = strtok_r(NULL, " ", &save)) {
		out[n].received = (uint32_t)strtoul(one, &one, 10);
		out[n++].expected = (uint32_t)strtoul(one + 1, NULL, 10);
	}
	return out;
}

static struct graph_input input(const char *name, const struct axis *territory, const struct axis *period,
				const char *cells, const char *covers)
{
	struct cube *c = cube_on((const struct axis *const[]){ territory, period }, 2, cells);

	c->cover = covers_of(covers);
	c->skip = true;
	return (struct graph_input){ .name = name, .cube = c };
}

/* Series `s` in one territory, of two units that told nothing in January; `people`, which nobody reports. */
static const char *units_behind(int node, const char *nodes)
{
	const struct axis *territory = axis_of("territory: 93"), *period = axis_of(MONTHS);
	const struct graph_input in[] = {
		input("s", territory, period, "1 2 - 4", "2/2 1/2 0/2 2/2"),
		input("people", territory, period, "9 9 9 9", "0/0 0/0 0/0 0/0"),
		input("late", territory, period, "- - 3 4", "0/1 0/1 1/1 1/1"),
	};
	struct graph_data d = { .territory = territory, .period = period, .input = in, .inputs = 3 };
	char *copy = arena_printf(&cube_arena, "{'v':1,'out':{'value':%d},'nodes':[%s]}", node, nodes);
	struct finding f = { 0 };
	struct graph_result r;
	const struct graph *g;
	const char *text = "";
	json_t *json;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = json_loads(copy, 0, NULL);
	assert_non_null(json);
	if (!graph_read(&g, &cube_arena, json, &f) || !graph_eval(&r, &cube_arena, g, &d, &f))
		fail_msg("%s", finding_cause(&cube_arena, &f, LANG_EN));
	json_decref(json);
	for (size_t i = 0; i < r.value->count; i++) {
		struct cover c = cube_cover(r.value, i);

		text = arena_printf(&cube_arena, "%s%s%u/%u", text, *text ? " " : "", c.received, c.expected);
	}
	return text;
}

IT(counts_the_units_of_every_period_of_a_window)
{
	assert_string_equal(units_behind(1, INPUT("s") "{'op':'rolling','args':[0],'n':3,'over':'sum'}"),
			    "2/2 3/4 3/6 3/6");
	assert_string_equal(units_behind(1, INPUT("s") "{'op':'theil_sen','args':[0],'n':3,'part':'slope'}"),
			    "2/2 3/4 3/6 3/6");
	assert_string_equal(units_behind(2, INPUT("s") "{'op':'const','x':9},{'op':'reach','args':[0,1],'points':3,"
				     "'min':2,'part':'value','direction':'up'}"), "2/2 3/4 3/6 3/6");
}

IT(takes_the_smaller_share_of_the_two_periods_of_a_change)
{
	static const char *const change[] = { "'op':'diff','args':[0],'n':1", "'op':'yoy','args':[0]" };

	assert_string_equal(units_behind(2, INPUT("s") "{'op':'lag','args':[0],'n':1},{'op':'sub','args':[0,1]}"),
			    "2/2 1/2 0/2 0/2");
	assert_string_equal(units_behind(1, arena_printf(&cube_arena, INPUT("s") "{%s}", change[0])),
			    "2/2 1/2 0/2 0/2");
	assert_string_equal(units_behind(1, arena_printf(&cube_arena, INPUT("s") "{%s}", change[1])),
			    "2/2 1/2 0/2 2/2");
}

IT(counts_from_the_first_answer_where_a_sum_has_no_other_beginning)
{
	assert_string_equal(units_behind(1, INPUT("late") "{'op':'cumsum','args':[0],'reset':'never'}"),
			    "0/1 0/1 1/1 2/2");
	assert_string_equal(units_behind(1, INPUT("s") "{'op':'cumsum','args':[0],'reset':'never'}"),
			    "2/2 3/4 3/6 5/8");
	assert_string_equal(units_behind(1, INPUT("late") "{'op':'cumsum','args':[0],'reset':'year'}"),
			    "0/1 0/2 1/1 2/2");
}

IT(asks_nothing_of_periods_that_are_left_out)
{
	/* the months of 2025: nobody need tell what was before */
	assert_string_equal(units_behind(4, INPUT("s") "{'op':'period_end'},{'op':'const','x':20089},"
				     "{'op':'ge','args':[1,2]},{'op':'where','args':[0,3]}"), "0/0 0/0 0/2 2/2");
	assert_string_equal(units_behind(5, INPUT("s") "{'op':'period_end'},{'op':'const','x':20089},"
				     "{'op':'ge','args':[1,2]},{'op':'where','args':[0,3]},"
				     "{'op':'cumsum','args':[4],'reset':'never'}"), "0/0 0/0 0/2 2/4");
	/* what its own figures leave out was told all the same */
	assert_string_equal(units_behind(3, INPUT("s") "{'op':'const','x':3},{'op':'ge','args':[0,1]},"
				     "{'op':'where','args':[0,2]}"), "2/2 1/2 0/2 2/2");
}

IT(does_not_count_what_nobody_reports)
{
	assert_string_equal(units_behind(0, "{'op':'input','name':'people'}"), "0/0 0/0 0/0 0/0");
	assert_string_equal(units_behind(2, INPUT("people") INPUT("s") "{'op':'div','args':[1,0]}"),
			    "2/2 1/2 0/2 2/2");
	assert_string_equal(units_behind(2, INPUT("people") INPUT("s") "{'op':'mul','args':[0,1]}"),
			    "2/2 1/2 0/2 2/2");
	assert_string_equal(units_behind(3, INPUT("people") INPUT("s")
				     "{'op':'rolling','args':[0],'n':2,'over':'mean'},"
				     "{'op':'div','args':[2,1]}"), "2/2 1/2 0/2 2/2");
}

IT(keeps_the_units_of_a_spread)
{
	assert_string_equal(units_behind(1, INPUT("s") "{'op':'mad','args':[0]}"), "2/2 1/2 0/2 2/2");
}

SPEC_WITH("units behind a value", cube_test_start, cube_test_end,
	  RUN(counts_the_units_of_every_period_of_a_window),
	  RUN(takes_the_smaller_share_of_the_two_periods_of_a_change),
	  RUN(counts_from_the_first_answer_where_a_sum_has_no_other_beginning),
	  RUN(asks_nothing_of_periods_that_are_left_out),
	  RUN(does_not_count_what_nobody_reports),
	  RUN(keeps_the_units_of_a_spread))
