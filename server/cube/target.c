/*
 * Progress towards a target, and its judgement.
 */
#include "target.h"

#include "cube.h"

static bool has_way(const struct target *t)
{
	return !figure_same(t->baseline, t->value);
}

bool target_rate(double *raw, double *clipped, const struct target *t, double now)
{
	if (!has_way(t))
		return false;
	*raw = 100 * (now - t->baseline) / (t->value - t->baseline);
	*clipped = *raw < 0 ? 0 : *raw > 100 ? 100 : *raw;
	return true;
}

double target_expected(const struct target *t, int32_t day)
{
	double expected = t->baseline;

	if (day >= t->end_day)
		return t->value;
	if (day <= t->start_day && t->path == PATH_LINEAR)
		return t->baseline;
	if (t->path == PATH_LINEAR)
		return t->baseline + (t->value - t->baseline) * ((double)day - t->start_day) /
						((double)t->end_day - t->start_day);
	for (size_t i = 0; i < t->steps && t->step[i].day <= day; i++)
		expected = t->step[i].value;
	return expected;
}

/* The judgement of a gap to the path, in points; `margin` is what it takes to be in a better band. */
static enum target_status judge(double gap, const struct target_bands *bands, double margin)
{
	if (gap < -bands->off + margin)
		return TARGET_OFF;
	return gap < -bands->behind + margin ? TARGET_BEHIND : TARGET_ON_PATH;
}

enum target_status target_status(const struct target *t, enum target_direction direction, double now, int32_t day,
				 enum target_status before, const struct target_bands *bands)
{
	bool up = t->value > t->baseline;
	double rate = 0, expected = 0, clipped;
	enum target_status plain, careful;

	if (direction == DIRECTION_NONE || up != (direction == DIRECTION_UP) || !target_rate(&rate, &clipped, t, now))
		return TARGET_NONE;
	if (rate >= 100 || figure_same(rate, 100))
		return TARGET_REACHED;
	target_rate(&expected, &clipped, t, target_expected(t, day));
	plain = judge(rate - expected, bands, 0);
	careful = judge(rate - expected, bands, bands->margin);
	if (before == TARGET_NONE || before == TARGET_REACHED || plain <= before)
		return plain;
	return careful > before ? careful : before;
}
