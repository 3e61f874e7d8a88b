/*
 * What of a sensitive count is shown.
 */
#include "protect.h"

static int64_t at_least(int64_t floor)
{
	return floor < PROTECT_FLOOR_MIN ? PROTECT_FLOOR : floor;
}

static int64_t rounded(int64_t count)
{
	return (count + PROTECT_BASE / 2) / PROTECT_BASE * PROTECT_BASE;
}

int64_t protect_count(int64_t count, int64_t floor)
{
	if (count == 0)
		return 0;
	return count < at_least(floor) ? PROTECT_HIDDEN : rounded(count);
}

/* The least that is shown of a total with hidden parts. */
static int64_t enough(const struct protect_parts *parts, int64_t floor)
{
	return parts->least + at_least(floor) - 1;
}

int64_t protect_total(int64_t total, const struct protect_parts *parts, int64_t floor)
{
	if (parts->count <= 1)
		return protect_count(total, floor);
	return parts->hidden > 0 && total < enough(parts, floor) ? PROTECT_HIDDEN : rounded(total);
}

int64_t protect_low(int64_t shown, int64_t floor)
{
	int64_t low = shown - PROTECT_BASE / 2;

	if (shown == PROTECT_HIDDEN)
		return 1;
	return low < at_least(floor) ? at_least(floor) : low;
}

int64_t protect_high(int64_t shown, int64_t floor)
{
	return shown == PROTECT_HIDDEN ? at_least(floor) - 1 : shown + PROTECT_BASE / 2;
}

int64_t protect_total_low(int64_t shown, const struct protect_parts *parts, int64_t floor)
{
	int64_t low = shown - PROTECT_BASE / 2;

	if (shown == PROTECT_HIDDEN)
		return parts->least;
	return parts->hidden > 0 && low < enough(parts, floor) ? enough(parts, floor) : low;
}

int64_t protect_total_high(int64_t shown, const struct protect_parts *parts, int64_t floor)
{
	return shown == PROTECT_HIDDEN ? enough(parts, floor) - 1 : shown + PROTECT_BASE / 2;
}

bool protect_rate(double *out, int64_t numerator, int64_t complement, int64_t denominator)
{
	if (numerator < 0 || complement < 0 || denominator <= 0)
		return false;
	*out = numerator < denominator ? (double)numerator / (double)denominator : 1;
	return true;
}

bool protect_small(double count, double least)
{
	double size = count < 0 ? -count : count;

	return size > 0 && size < least;
}

bool protect_rests_on_small(const struct protect_counts *c, double least)
{
	bool small = (c->has_numerator && protect_small(c->numerator, least)) ||
		     (c->has_denominator && protect_small(c->denominator, least)) ||
		     (c->has_numerator && c->has_denominator && c->denominator > c->numerator &&
		      protect_small(c->denominator - c->numerator, least));

	for (size_t i = 0; i < c->mores && !small; i++)
		small = protect_small(c->more[i], least);
	return small;
}
