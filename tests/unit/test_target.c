/*
 * Targets: the way gone, the path, the judgement that does not tremble.
 */
#include "spec.h"

#include <math.h>

#include "target.h"

enum { START = 19723, END = 20819 };	/* 2024-01-01 and 2027-01-01 */

static const struct target_bands bands = { .behind = 5, .off = 15, .margin = 2 };

static struct target linear(double baseline, double value)
{
	return (struct target){ .baseline = baseline, .value = value, .start_day = START, .end_day = END };
}

IT(measures_the_way_from_baseline_to_target)
{
	static const struct {
		double baseline, target, now, raw, clipped;
	} cases[] = {
		{ 0, 200, 50, 25, 25 },
		{ 100, 200, 150, 50, 50 },
		{ 100, 200, 80, -20, 0 },	/* further than at the start */
		{ 100, 200, 250, 150, 100 },	/* beyond */
		{ 40, 10, 25, 50, 50 },		/* a fall that is wanted */
		{ -10, 10, 0, 50, 50 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct target t = linear(cases[i].baseline, cases[i].target);
		double raw, clipped;

		assert_true(target_rate(&raw, &clipped, &t, cases[i].now));
		assert_true(raw == cases[i].raw);
		assert_true(clipped == cases[i].clipped);
	}
}

IT(has_no_rate_where_there_is_no_way_to_go)
{
	struct target t = linear(50, 50), close = linear(0.3, 0.1 + 0.2);
	double raw, clipped;

	assert_false(target_rate(&raw, &clipped, &t, 60));
	assert_false(target_rate(&raw, &clipped, &close, 60));
	assert_int_equal(target_status(&t, DIRECTION_UP, 60, START, TARGET_NONE, &bands), TARGET_NONE);
}

IT(follows_a_straight_path)
{
	struct target t = linear(100, 200);

	assert_true(target_expected(&t, START - 500) == 100);
	assert_true(target_expected(&t, START) == 100);
	assert_true(target_expected(&t, START + (END - START) / 2) == 150);
	assert_true(target_expected(&t, END) == 200);
	assert_true(target_expected(&t, END + 500) == 200);
}

IT(follows_steps)
{
	static const struct target_step steps[] = { { START + 300, 120 }, { START + 700, 180 } };
	struct target t = linear(100, 200);

	t.path = PATH_STEPPED;
	t.step = steps;
	t.steps = 2;
	assert_true(target_expected(&t, START) == 100);
	assert_true(target_expected(&t, START + 299) == 100);
	assert_true(target_expected(&t, START + 300) == 120);
	assert_true(target_expected(&t, START + 699) == 120);
	assert_true(target_expected(&t, END - 1) == 180);
	assert_true(target_expected(&t, END) == 200);
	t.steps = 0;
	assert_true(target_expected(&t, END - 1) == 100);
}

IT(judges_by_points_behind_the_path)
{
	static const struct {
		double now;
		enum target_status status;
	} cases[] = {	/* on the day when the path is at 150 of 100 to 200 */
		{ 150, TARGET_ON_PATH }, { 145, TARGET_ON_PATH }, { 144.9, TARGET_BEHIND }, { 135, TARGET_BEHIND },
		{ 134.9, TARGET_OFF }, { 90, TARGET_OFF }, { 190, TARGET_ON_PATH }, { 200, TARGET_REACHED },
	};
	struct target t = linear(100, 200);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(target_status(&t, DIRECTION_UP, cases[i].now, START + (END - START) / 2, TARGET_NONE,
					       &bands), cases[i].status);
}

IT(judges_a_wanted_fall_alike)
{
	struct target t = linear(200, 100);
	const int32_t half = START + (END - START) / 2;

	assert_int_equal(target_status(&t, DIRECTION_DOWN, 150, half, TARGET_NONE, &bands), TARGET_ON_PATH);
	assert_int_equal(target_status(&t, DIRECTION_DOWN, 160, half, TARGET_NONE, &bands), TARGET_BEHIND);
	assert_int_equal(target_status(&t, DIRECTION_DOWN, 180, half, TARGET_NONE, &bands), TARGET_OFF);
	assert_int_equal(target_status(&t, DIRECTION_DOWN, 100, half, TARGET_NONE, &bands), TARGET_REACHED);
}

IT(gives_no_colour_without_a_direction)
{
	struct target t = linear(100, 200);

	assert_int_equal(target_status(&t, DIRECTION_NONE, 250, END, TARGET_OFF, &bands), TARGET_NONE);
	/* a rise is wanted by the target and a fall by the indicator: nobody can tell what is good */
	assert_int_equal(target_status(&t, DIRECTION_DOWN, 150, START, TARGET_ON_PATH, &bands), TARGET_NONE);
}

IT(worsens_at_once_and_betters_beyond_the_margin)
{
	static const struct {
		double now;
		enum target_status status;
	} months[] = {	/* the path stays at 150: edges at 145 and 135 */
		{ 145.5, TARGET_ON_PATH }, { 144.5, TARGET_BEHIND }, { 145.5, TARGET_BEHIND }, { 146.9, TARGET_BEHIND },
		{ 147, TARGET_ON_PATH }, { 134, TARGET_OFF }, { 136, TARGET_OFF }, { 137, TARGET_BEHIND },
		{ 134, TARGET_OFF }, { 146, TARGET_BEHIND }, { 130, TARGET_OFF }, { 149, TARGET_ON_PATH },
	};
	struct target t = linear(100, 200);
	enum target_status status = TARGET_NONE;

	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		status = target_status(&t, DIRECTION_UP, months[i].now, START + (END - START) / 2, status, &bands);
		assert_int_equal(status, months[i].status);
	}
}

IT(tells_at_once_that_a_target_is_reached_and_that_it_is_no_more)
{
	static const struct {
		double now;
		enum target_status status;
	} months[] = {	/* the path ends at 200: edges at 195 and 185 */
		{ 186, TARGET_BEHIND }, { 200, TARGET_REACHED }, { 199, TARGET_ON_PATH }, { 200, TARGET_REACHED },
		{ 196, TARGET_ON_PATH }, { 194, TARGET_BEHIND }, { 196, TARGET_BEHIND }, { 200, TARGET_REACHED },
	};
	struct target t = linear(100, 200);
	enum target_status status = TARGET_NONE;

	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		status = target_status(&t, DIRECTION_UP, months[i].now, END, status, &bands);
		assert_int_equal(status, months[i].status);
	}
}

SPEC("targets",
     RUN(measures_the_way_from_baseline_to_target),
     RUN(has_no_rate_where_there_is_no_way_to_go),
     RUN(follows_a_straight_path),
     RUN(follows_steps),
     RUN(judges_by_points_behind_the_path),
     RUN(judges_a_wanted_fall_alike),
     RUN(gives_no_colour_without_a_direction),
     RUN(worsens_at_once_and_betters_beyond_the_margin),
     RUN(tells_at_once_that_a_target_is_reached_and_that_it_is_no_more))
