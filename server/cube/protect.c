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

int64_t protect_enough(const struct protect_parts *parts, int64_t floor)
{
	return parts->least + at_least(floor) - 1;
}

int64_t protect_total(int64_t total, const struct protect_parts *parts, int64_t floor)
{
	if (parts->count <= 1)
		return protect_count(total, floor);
	return parts->hidden > 0 && total < protect_enough(parts, floor) ? PROTECT_HIDDEN : rounded(total);
}

struct protect_share protect_others(const struct protect_share *share, int32_t shares, int32_t but)
{
	struct protect_share out = { .owner = -1 };

	for (int32_t i = 0; i < shares; i++) {
		if (i == but)
			continue;
		out.total += share[i].total;
		out.fixed += share[i].fixed;
		out.most += share[i].most;
		out.parts.count += share[i].parts.count;
		out.parts.hidden += share[i].parts.hidden;
		out.parts.least += share[i].parts.least;
	}
	return out;
}

/* How far it is below what would be shown; 0: it is shown. */
static int64_t lacks(struct protect_share s, int64_t floor)
{
	int64_t enough = protect_enough(&s.parts, floor);

	return s.parts.hidden > 0 && s.total < enough ? enough - s.total : 0;
}

static int64_t others_lack(const struct protect_share *share, int32_t shares, int32_t i, int64_t floor)
{
	return shares > 1 && share[i].owner >= 0 ? lacks(protect_others(share, shares, i), floor) : 0;
}

bool protect_is_cause(const struct protect_share *share, int32_t shares, int32_t i, int64_t floor)
{
	return others_lack(share, shares, i, floor) > 0;
}

int32_t protect_cause(const struct protect_share *share, int32_t shares, int64_t floor)
{
	int32_t cause = lacks(protect_others(share, shares, -1), floor) > 0 ? PROTECT_ALL : PROTECT_NO_CAUSE;
	int64_t most = 0;

	for (int32_t i = 0; i < shares; i++) {
		int64_t lack = others_lack(share, shares, i, floor);

		if (lack <= most)
			continue;
		most = lack;
		cause = i;
	}
	return cause;
}

int64_t protect_shared(const struct protect_share *share, int32_t shares, int64_t floor)
{
	struct protect_share all = protect_others(share, shares, -1);

	if (all.parts.count > 1 && protect_cause(share, shares, floor) != PROTECT_NO_CAUSE)
		return PROTECT_HIDDEN;
	return protect_total(all.total, &all.parts, floor);
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
	return parts->hidden > 0 && low < protect_enough(parts, floor) ? protect_enough(parts, floor) : low;
}

int64_t protect_total_high(int64_t shown, const struct protect_parts *parts, int64_t floor)
{
	return shown == PROTECT_HIDDEN ? protect_enough(parts, floor) - 1 : shown + PROTECT_BASE / 2;
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

double protect_shown_least(double least, double floor)
{
	return least > floor ? least + PROTECT_BASE / 2 : least;
}

double protect_least(double floor, double rule)
{
	double strictest = floor > rule ? floor : rule;

	return strictest > PROTECT_FLOOR ? strictest : PROTECT_FLOOR;
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
