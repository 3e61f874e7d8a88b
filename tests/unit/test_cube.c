/*
 * Cubes: axes, states, inputs made ready, groups.
 */
#include "spec.h"

#include "cube_text.h"

/* ------------------------------------------------------------------ axes */

IT(makes_periods_that_end_with_the_last_one)
{
	const struct axis *x = axis_periods(&cube_arena, STEP_MONTH, "2025-02", 4);

	assert_int_equal(x->count, 4);
	assert_string_equal(x->member[0], "2024-11");
	assert_string_equal(x->member[2], "2025-01");
	assert_int_equal(axis_step(x), STEP_MONTH);
	x = axis_periods(&cube_arena, STEP_QUARTER, "2025-02", 3);
	assert_string_equal(x->member[0], "2024-Q3");
	assert_string_equal(x->member[2], "2025-Q1");
	assert_int_equal(axis_step(x), STEP_QUARTER);
	x = axis_periods(&cube_arena, STEP_YEAR, "2025-Q3", 2);
	assert_string_equal(x->member[0], "2024");
	assert_int_equal(axis_step(x), STEP_YEAR);
	assert_null(axis_periods(&cube_arena, STEP_MONTH, "2025-13", 1));
	assert_null(axis_periods(&cube_arena, STEP_MONTH, "0000-01", 2));
}

IT(knows_the_calendar)
{
	static const char *const wrong[] = { "", "25", "2025-", "2025-0", "2025-00", "2025-Q0", "2025-Q5", "2025-1",
					     "2025x" };

	assert_int_equal(period_month("2025-03"), 2025 * 12 + 2);
	assert_int_equal(period_month("2025-Q2"), 2025 * 12 + 3);
	assert_int_equal(period_month("2025"), 2025 * 12);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(period_month(wrong[i]), -1);
	assert_int_equal(period_first_day(1970 * 12), 0);
	assert_int_equal(period_first_day(2024 * 12 + 2), 19783);	/* the day after 29 February */
	assert_int_equal(period_first_day(2000 * 12), 10957);
}

IT(finds_members)
{
	const struct axis *x = axis_of("age: adult minor unknown");

	assert_int_equal(axis_at(x, "adult"), 0);
	assert_int_equal(axis_at(x, "unknown"), 2);
	assert_int_equal(axis_at(x, "old"), -1);
	assert_true(axis_same(x, axis_of("age: adult minor unknown")));
	assert_false(axis_same(x, axis_of("age: adult minor")));
	assert_false(axis_same(x, axis_of("sex: adult minor unknown")));
}

IT(orders_axes_the_same_way_whatever_order_they_come_in)
{
	const struct cube *c = cube_of("period: 2025-01; sex: f m; territory: 01 02; age: a b c", "");

	assert_int_equal(cube_axis(c, "territory"), 0);
	assert_int_equal(cube_axis(c, "age"), 1);
	assert_int_equal(cube_axis(c, "sex"), 2);
	assert_int_equal(cube_axis(c, "period"), 3);
	assert_int_equal(cube_axis(c, "force"), -1);
	assert_int_equal(c->count, 12);
	assert_int_equal(cube_stride(c, 0), 6);
	assert_string_equal(cube_shape(&cube_arena, c), "territory × period × age × sex");
	assert_string_equal(cube_read(cube_of("period: 2025-01 2025-02", "")), "- -");
}

/* ------------------------------------------------------------------ states */

IT(names_states_and_reasons)
{
	assert_string_equal(state_name(STATE_VALUE | STATE_PROVISIONAL), "value");
	assert_null(state_reason(STATE_VALUE));
	assert_string_equal(state_name(STATE_EMPTY), "missing");
	assert_string_equal(state_reason(STATE_EMPTY), "not_reported");
	assert_string_equal(state_reason(STATE_COVERAGE_BELOW_MINIMUM | STATE_CARRIED), "coverage_below_minimum");
	assert_string_equal(state_name(STATE_NOT_APPLICABLE), "not_applicable");
	assert_null(state_reason(STATE_NOT_APPLICABLE));
	assert_string_equal(state_name(STATE_SUPPRESSED), "suppressed");
	assert_string_equal(state_reason(STATE_SUPPRESSED), "small_count");
	for (uint8_t s = STATE_NOT_REPORTED; s <= STATE_OTHER; s++)
		if (s != STATE_EMPTY)
			assert_int_equal(state_of_reason(state_reason(s)), s);
	assert_int_equal(state_of_reason("small_count"), STATE_VALUE);
	assert_int_equal(state_of_reason("bad_weather"), STATE_VALUE);
}

IT(never_holds_what_is_not_a_finite_number)
{
	struct cube *c = cube_of("period: 2025-01 2025-02 2025-03", "");

	cube_put(c, 0, NAN, 0);
	cube_put(c, 1, -INFINITY, STATE_CARRIED);
	cube_put(c, 2, -0.0, STATE_CARRIED);
	assert_string_equal(cube_read(c), "x x 0c");
	assert_false(signbit(c->value[2]));
	assert_true(c->value[0] == 0);
}

/* ------------------------------------------------------------------ inputs */

IT(treats_holes_as_the_declaration_says)
{
	static const struct {
		enum cube_missing how;
		size_t first, last;
		const char *cells, *result;
		bool skip;
	} cases[] = {
		{ MISSING_NA, 0, 4, "1 - 3 e -", "1 - 3 e -", false },
		{ MISSING_SKIP, 0, 4, "1 - 3 e -", "1 - 3 e -", true },
		{ MISSING_ZERO, 0, 4, "1 - 3 e -", "1 0 3 e 0", true },
		{ MISSING_ZERO, 1, 3, "- - 3 z -", "- 0 3 z -", true },
		{ MISSING_CARRY, 0, 4, "1 - 3p - -", "1 1c 3p 3pc 3pc", true },
		{ MISSING_CARRY, 0, 3, "1 - - - -", "1 1c 1c 1c -", true },
		{ MISSING_CARRY, 0, 4, "1 e - 4 /", "1 e - 4 /", true },
		{ MISSING_CARRY, 0, 4, "- z - 4 -", "- z - 4 4c", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cube *c = cube_of("territory: FR; period: 1 2 3 4 5", cases[i].cells);

		cube_fill(c, cases[i].how, cases[i].first, cases[i].last);
		assert_string_equal(cube_read(c), cases[i].result);
		assert_int_equal(c->skip, cases[i].skip);
	}
}

IT(counts_a_cell_only_when_all_members_were_reported)
{
	static const char *const age[] = { "age" }, *const both[] = { "age", "sex" }, *const other[] = { "force" };
	struct cube *c = cube_of("territory: 01; age: adult minor; period: 2025-01 2025-02 2025-03", "1 - 3  4 5 /");

	cube_complete(c, age, 1);
	assert_string_equal(cube_read(c), "1 - 3 4 - /");
	c = cube_of("age: adult minor; sex: f m", "1 2 - 4");
	cube_complete(c, age, 1);
	assert_string_equal(cube_read(c), "- 2 - 4");
	c = cube_of("age: adult minor; sex: f m", "1 2 - 4");
	cube_complete(c, both, 2);
	assert_string_equal(cube_read(c), "- - - -");
	c = cube_of("age: adult minor", "1 -");
	cube_complete(c, other, 1);
	assert_string_equal(cube_read(c), "1 -");
}

/* ------------------------------------------------------------------ groups */

/* Départements 01 02 13 75 of the regions R1 (01, 13) and R2 (02); 75 is in none. */
static const struct axis *departments(const struct axis **regions)
{
	static const int32_t at[] = { 0, 1, 0, -1 };
	struct axis_link *link = arena_alloc(&cube_arena, sizeof *link);
	struct axis *x = axis_of("department: 01 02 13 75");

	*regions = axis_of("territory: R1 R2");
	*link = (struct axis_link){ *regions, at };
	x->link = link;
	x->links = 1;
	return x;
}

IT(brings_departments_to_their_regions)
{
	const struct axis *to[2], *from[2] = { departments(&to[0]), axis_of("period: 2025-01 2025-02") };
	struct cube *c = cube_on(from, 2, "1 2p  3 -  5 -  7 8"), *out;

	to[1] = from[1];
	c->skip = true;
	out = cube_group(&cube_arena, c, to, 2, OVER_SUM, 0, NULL);
	assert_string_equal(cube_shape(&cube_arena, out), "territory × period");
	assert_string_equal(cube_read(out), "6 2p 3 -");
	c->skip = false;
	assert_string_equal(cube_read(cube_group(&cube_arena, c, to, 2, OVER_SUM, 0, NULL)), "6 - 3 -");
	assert_null(cube_group(&cube_arena, out, from, 2, OVER_SUM, 0, NULL));
}

IT(counts_the_units_behind_a_sum)
{
	const struct axis *to[2], *from[3] = { departments(&to[0]), axis_of("age: adult minor"),
					       axis_of("period: 2025-01 2025-02") };
	struct cube *c = cube_on(from, 3, "1 2 - -  - - 4 -  / 1c / -  7 8 9 9"), *out;
	struct cover cover;

	to[1] = from[2];
	out = cube_group(&cube_arena, c, to, 2, OVER_SUM, 0, NULL);
	cover = cube_cover(out, 0);	/* R1 in January: 01 said something, 13 does not apply */
	assert_int_equal(cover.received, 1);
	assert_int_equal(cover.expected, 1);
	cover = cube_cover(out, 1);	/* in February 13 is carried: expected, not received */
	assert_int_equal(cover.received, 1);
	assert_int_equal(cover.expected, 2);
	cover = cube_cover(out, 3);
	assert_int_equal(cover.received, 0);
	assert_int_equal(cover.expected, 1);
	out = cube_group(&cube_arena, out, to, 1, OVER_SUM, 0, NULL);
	cover = cube_cover(out, 0);
	assert_int_equal(cover.received, 2);
	assert_int_equal(cover.expected, 3);
}

IT(weighs_means)
{
	const struct axis *period = axis_of("period: 2025-01 2025-02");
	struct cube *c = cube_of("age: a b c; period: 2025-01 2025-02", "1 2  3 4  5 -");
	const struct cube *weight = cube_of("age: a b c", "1 3 0"), *none = cube_of("age: a b c", "0 0 0");

	assert_string_equal(cube_read(cube_group(&cube_arena, c, &period, 1, OVER_WMEAN, 0, weight)), "2.5 -");
	c->skip = true;
	assert_string_equal(cube_read(cube_group(&cube_arena, c, &period, 1, OVER_WMEAN, 0, weight)), "2.5 3.5");
	assert_string_equal(cube_read(cube_group(&cube_arena, c, &period, 1, OVER_WMEAN, 0, none)), "z z");
	assert_null(cube_group(&cube_arena, c, &period, 1, OVER_WMEAN, 0, cube_of("sex: f m", "1 2")));
}

IT(adds_in_one_order_with_compensation)
{
	struct cube *c = cube_of("age: a b c d; period: 2025-01", "1 1e100 1 -1e100");
	const struct axis *period = c->axis[1];

	assert_string_equal(cube_read(cube_group(&cube_arena, c, &period, 1, OVER_SUM, 0, NULL)), "2");
	assert_string_equal(cube_read(cube_group(&cube_arena, c, &period, 1, OVER_MEAN, 0, NULL)), "0.5");
}

/* ------------------------------------------------------------------ comparing */

IT(compares_at_twelve_digits)
{
	assert_true(figure_same(0.1 + 0.2, 0.3));
	assert_true(figure_same(1e300, 1e300 * (1 + 1e-14)));
	assert_false(figure_same(1.00000000001, 1.00000000002));
	assert_true(figure_same(0.0, -0.0));
	assert_true(figure_round(123456789.123456789) == 123456789.123);
	assert_false(signbit(figure_round(-0.0)));
}

IT(hashes_what_is_told)
{
	const char *axes = "period: 2025-01 2025-02";
	uint64_t h = cube_hash(0, cube_of(axes, "0.3 -"));

	assert_true(h == cube_hash(0, cube_of(axes, "0.30000000000000004 -")));
	assert_true(h != cube_hash(0, cube_of(axes, "0.3 0")));
	assert_true(h != cube_hash(0, cube_of(axes, "0.3c -")));
	assert_true(h != cube_hash(1, cube_of(axes, "0.3 -")));
	assert_true(h != 0);
}

SPEC_WITH("cubes", cube_test_start, cube_test_end,
	  RUN(makes_periods_that_end_with_the_last_one),
	  RUN(knows_the_calendar),
	  RUN(finds_members),
	  RUN(orders_axes_the_same_way_whatever_order_they_come_in),
	  RUN(names_states_and_reasons),
	  RUN(never_holds_what_is_not_a_finite_number),
	  RUN(treats_holes_as_the_declaration_says),
	  RUN(counts_a_cell_only_when_all_members_were_reported),
	  RUN(brings_departments_to_their_regions),
	  RUN(counts_the_units_behind_a_sum),
	  RUN(weighs_means),
	  RUN(adds_in_one_order_with_compensation),
	  RUN(compares_at_twelve_digits),
	  RUN(hashes_what_is_told))
