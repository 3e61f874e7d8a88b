/* What is shown of small counts, and whether anything more can be worked out. */
#include "spec.h"

#include <string.h>

#include "protect.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* ------------------------------------------------------------------ counts and rates */

IT(hides_1_to_9_rounds_from_10_and_publishes_zero)
{
	assert_int_equal(protect_count(0, 10), 0);
	for (int64_t n = 1; n < 10; n++)
		assert_int_equal(protect_count(n, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_count(10, 10), 10);
	assert_int_equal(protect_count(12, 10), 10);
	assert_int_equal(protect_count(13, 10), 15);
	assert_int_equal(protect_count(4771, 10), 4770);
	assert_int_equal(protect_count(10, 11), PROTECT_HIDDEN);
	assert_int_equal(protect_count(11, 11), 10);
	assert_int_equal(protect_count(4, 5), PROTECT_HIDDEN);
	assert_int_equal(protect_count(5, 5), 5);
	assert_int_equal(protect_count(9, 2), PROTECT_HIDDEN);	/* no floor under 5 */
}

IT(says_what_a_shown_count_leaves_open)
{
	for (int64_t floor = 5; floor < 14; floor++)
		for (int64_t n = 1; n < 60; n++) {
			int64_t shown = protect_count(n, floor);

			assert_in_range(n, protect_low(shown, floor), protect_high(shown, floor));
			if (shown != PROTECT_HIDDEN)
				assert_int_equal(shown % PROTECT_BASE, 0);
		}
}

IT(asks_more_of_what_is_shown_where_a_rule_is_stricter_than_the_floor)
{
	for (int64_t floor = PROTECT_FLOOR_MIN; floor < 14; floor++)
		for (int64_t least = floor; least < 30; least++)
			for (int64_t n = 1; n < 60; n++) {
				int64_t shown = protect_count(n, floor);
				double wanted = protect_shown_least((double)least, (double)floor);

				if (n < least && shown != PROTECT_HIDDEN)
					assert_true(protect_small((double)shown, wanted));
				if (n >= least + PROTECT_BASE)	/* and not much more than that */
					assert_false(protect_small((double)shown, wanted));
			}
}

IT(hides_a_total_that_would_tell_its_parts)
{
	static const struct protect_parts nine = { 9, 9, 9 }, one_hidden = { 1, 1, 1 }, one = { 1, 0, 18 },
		none = { 0, 0, 0 }, two = { 2, 1, 19 }, shown = { 2, 0, 36 };

	assert_int_equal(protect_total(9, &nine, 10), PROTECT_HIDDEN);	/* nine ones */
	assert_int_equal(protect_total(17, &nine, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_total(18, &nine, 10), 20);
	assert_int_equal(protect_total(0, &none, 10), 0);
	assert_int_equal(protect_total(7, &one_hidden, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_total(21, &one, 10), 20);		/* a region of one département */
	assert_int_equal(protect_total(27, &two, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_total(28, &two, 10), 30);
	assert_int_equal(protect_total(38, &shown, 10), 40);
	assert_int_equal(protect_total_low(30, &two, 10), 28);
	assert_int_equal(protect_total_low(40, &shown, 10), 38);
	assert_int_equal(protect_total_low(PROTECT_HIDDEN, &nine, 10), 9);
	assert_int_equal(protect_total_high(PROTECT_HIDDEN, &nine, 10), 17);
}

IT(hides_a_total_that_would_tell_one_who_reports_what_the_others_do)
{
	/* 9 of one's own, and 1, or 40 and 1, of another's: the total of 10, or of 50, tells the 1 but for rounding */
	static const struct protect_share alone[] = { { 0, 9, { 1, 1, 1 }, 0, 9 }, { 1, 1, { 1, 1, 1 }, 0, 9 } },
		beside[] = { { 0, 9, { 1, 1, 1 }, 0, 9 }, { 1, 41, { 2, 1, 39 }, 0, 51 } },
		enough[] = { { 0, 41, { 1, 0, 38 }, 0, 42 }, { 1, 11, { 2, 2, 2 }, 0, 18 } },
		few[] = { { 0, 41, { 1, 0, 38 }, 0, 42 }, { 1, 10, { 2, 2, 2 }, 0, 18 } },
		large[] = { { 0, 41, { 1, 0, 38 }, 0, 42 }, { 1, 42, { 1, 0, 38 }, 0, 42 } },
		nobody[] = { { -1, 41, { 1, 0, 38 }, 0, 42 }, { -2, 10, { 2, 2, 2 }, 0, 18 } };

	assert_int_equal(protect_shared(alone, 2, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_shared(beside, 2, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_shared(few, 2, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_shared(enough, 2, 10), 50);
	assert_int_equal(protect_shared(large, 2, 10), 85);
	assert_int_equal(protect_shared(nobody, 2, 10), 50);		/* 51: 11 more than the least, as any total */
	assert_int_equal(protect_shared(alone, 1, 10), PROTECT_HIDDEN);
	assert_int_equal(protect_shared(NULL, 0, 10), 0);
	assert_int_equal(protect_others(few, 2, 0).total, 10);
	assert_int_equal(protect_others(few, 2, -1).parts.least, 40);
}

IT(hides_a_rate_with_any_of_its_three_counts)
{
	double rate = 0;

	assert_false(protect_rate(&rate, PROTECT_HIDDEN, 20, 25));
	assert_false(protect_rate(&rate, 20, PROTECT_HIDDEN, 25));	/* 3 adults beside 20 minors */
	assert_false(protect_rate(&rate, 0, PROTECT_HIDDEN, PROTECT_HIDDEN));
	assert_false(protect_rate(&rate, 0, 0, 0));
	assert_true(protect_rate(&rate, 15, 30, 45));
	assert_float_equal(rate, 1.0 / 3, 1e-12);
	assert_true(protect_rate(&rate, 20, 0, 20));
	assert_float_equal(rate, 1, 0);
	assert_true(protect_rate(&rate, 0, 20, 20));
	assert_float_equal(rate, 0, 0);
}

/* ------------------------------------------------------------------ the audit, against trying every table */

enum { CELLS = 4, SUMS = 6, RIDERS = 3, SUMS_MAX = SUMS * (1 + RIDERS), EVERY = 1 << CELLS };

static uint64_t seed;

static int random_below(int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((seed >> 33) % (uint64_t)n);
}

static const int32_t members[EVERY][CELLS] = {
	[3] = { 0, 1 }, [5] = { 0, 2 }, [9] = { 0, 3 }, [6] = { 1, 2 }, [10] = { 1, 3 }, [12] = { 2, 3 },
	[7] = { 0, 1, 2 }, [11] = { 0, 1, 3 }, [13] = { 0, 2, 3 }, [14] = { 1, 2, 3 }, [15] = { 0, 1, 2, 3 },
};

static void make_table(struct protect_table *t, struct protect_cell *cell, struct protect_sum *sum)
{
	static const int sets[] = { 3, 5, 9, 6, 10, 12, 7, 11, 13, 14, 15 };

	*t = (struct protect_table){ cell, sum, CELLS, SUMS };
	for (int i = 0; i < CELLS; i++) {
		int64_t count = 1 + random_below(random_below(2) ? 9 : 24), shown = protect_count(count, 10);

		cell[i] = (struct protect_cell){ count, protect_low(shown, 10), protect_high(shown, 10), 0, 0 };
	}
	for (int j = 0; j < SUMS; j++) {
		int set = sets[random_below((int)(sizeof sets / sizeof *sets))];
		int many = __builtin_popcount((unsigned)set);
		struct protect_parts parts = { many, 0, 0 };
		int64_t total = 0, shown;

		for (int i = 0; i < many; i++) {
			total += cell[members[set][i]].count;
			parts.least += cell[members[set][i]].low;
			parts.hidden += cell[members[set][i]].low == 1;
		}
		shown = protect_total(total, &parts, 10);
		sum[j] = (struct protect_sum){ .cell = members[set], .cells = many,
			.low = protect_total_low(shown, &parts, 10), .high = protect_total_high(shown, &parts, 10),
			.hidden = shown == PROTECT_HIDDEN };
	}
}

/* Totals of several owners that the rule hides: for any of its reasons, none of which is told. */
static struct {
	const struct protect_cell *cell;	/* as published */
	struct protect_sum sum[SUMS];
	int count;
	bool instead[SUMS_MAX];			/* what the audit is told of one in its place: that is not published */
} ruled;

static bool is_hidden(const struct protect_sum *s, const int64_t *x);

static bool agrees(const struct protect_table *t, const int64_t *x)
{
	for (int32_t j = 0; j < t->sums; j++) {
		const struct protect_sum *s = &t->sum[j];
		int64_t total = 0;

		for (int32_t i = 0; i < s->cells; i++)
			total += x[s->cell[i]];
		if (!s->withheld && !ruled.instead[j] && (total < s->low || total > s->high))
			return false;
	}
	for (int j = 0; j < ruled.count; j++)
		if (!is_hidden(&ruled.sum[j], x))
			return false;
	return true;
}

/* The least and the most of each cell over all tables that agree with what is published. */
static void bounds(int64_t least[CELLS], int64_t most[CELLS], const struct protect_table *t)
{
	const struct protect_cell *c = t->cell;
	int64_t x[CELLS];

	for (int i = 0; i < CELLS; i++) {
		least[i] = INT64_MAX;
		most[i] = 0;
	}
	for (x[0] = c[0].low; x[0] <= c[0].high; x[0]++)
		for (x[1] = c[1].low; x[1] <= c[1].high; x[1]++)
			for (x[2] = c[2].low; x[2] <= c[2].high; x[2]++)
				for (x[3] = c[3].low; x[3] <= c[3].high; x[3]++)
					for (int i = 0; agrees(t, x) && i < CELLS; i++) {
						least[i] = x[i] < least[i] ? x[i] : least[i];
						most[i] = x[i] > most[i] ? x[i] : most[i];
					}
}

IT(leaves_every_count_open_whatever_totals_are_published)
{
	int withheld = 0, shown = 0, narrow = 0;

	for (int round = 0; round < 400; round++) {
		struct protect_cell cell[CELLS];
		struct protect_sum sum[SUMS];
		struct protect_table t;
		int64_t least[CELLS], most[CELLS];

		make_table(&t, cell, sum);
		bounds(least, most, &t);
		for (int i = 0; i < CELLS; i++)
			narrow += cell[i].count < 10 && most[i] - least[i] < PROTECT_WIDTH;
		assert_int_equal(protect_audit(&t, &arena), 0);
		bounds(least, most, &t);
		for (int i = 0; i < CELLS; i++) {
			assert_in_range(cell[i].count, least[i], most[i]);
			assert_true(most[i] - least[i] >= (cell[i].count < 10 ? PROTECT_WIDTH : 1));
		}
		for (int j = 0; j < SUMS; j++) {
			assert_false(sum[j].hidden && sum[j].withheld);
			withheld += sum[j].withheld;
			shown += !sum[j].hidden && !sum[j].withheld;
		}
		arena_reset(&arena);
	}
	/* there was something to protect, and not everything was withheld for it */
	assert_true(narrow > 20);
	assert_true(withheld > 20);
	assert_true(2 * shown > withheld);
}

/* Are there two tables that far apart in the sum? */
static bool leaves_sum_open(const struct protect_table *t, const struct protect_sum *s, int64_t total)
{
	int64_t wide = s->hidden && total < PROTECT_FLOOR ? PROTECT_WIDTH : 1;
	struct protect_sum two[SUMS + 1];
	struct protect_table asked = { t->cell, two, t->cells, t->sums + 1 };

	if (s->hidden && wide > s->high - s->low)
		wide = s->high - s->low;
	memcpy(two, t->sum, sizeof *two * (size_t)t->sums);
	for (int64_t low = total - wide; low <= total; low++) {
		bool both = true;

		for (int64_t at = low; at <= low + wide; at += wide) {
			int64_t least[CELLS], most[CELLS];

			two[t->sums] = (struct protect_sum){ .cell = s->cell, .cells = s->cells,
							     .low = at, .high = at };
			bounds(least, most, &asked);
			both = both && most[0] > 0;
		}
		if (both)
			return true;
	}
	return false;
}

/* As the audit wants it: every count and every sum, whatever is published of it. */
static bool leaves_all_open(const struct protect_table *t)
{
	int64_t least[CELLS], most[CELLS];

	bounds(least, most, t);
	for (int i = 0; i < CELLS; i++)
		if (most[i] - least[i] < (t->cell[i].low > 1 ? 1 : PROTECT_WIDTH))
			return false;
	for (int32_t j = 0; j < t->sums; j++) {
		int64_t total = 0;

		for (int32_t i = 0; i < t->sum[j].cells; i++)
			total += t->cell[t->sum[j].cell[i]].count;
		if (!leaves_sum_open(t, &t->sum[j], total))
			return false;
	}
	return true;
}

static int32_t share_cells(struct protect_share *share, const struct protect_cell *cell, const struct protect_sum *s)
{
	int32_t shares = 0;

	for (int i = 0; i < s->cells; i++) {
		const struct protect_cell *c = &cell[s->cell[i]];

		if (shares == 0 || share[shares - 1].owner != c->owner)
			share[shares++] = (struct protect_share){ .owner = c->owner };
		share[shares - 1].total += c->count;
		share[shares - 1].most += c->high;
		share[shares - 1].parts.count++;
		share[shares - 1].parts.hidden += c->low == 1;
		share[shares - 1].parts.least += c->low;
	}
	return shares;
}

/* Would the rule hide the total, were the counts these? */
static bool is_hidden(const struct protect_sum *s, const int64_t *x)
{
	struct protect_cell cell[CELLS];
	struct protect_share share[CELLS];
	int32_t shares;

	for (int i = 0; i < CELLS; i++) {
		cell[i] = ruled.cell[i];
		cell[i].count = x[i];
	}
	shares = share_cells(share, cell, s);
	return protect_shared(share, shares, 10) == PROTECT_HIDDEN;
}

/* Leaves out the cells of an owner. */
static void take_others(struct protect_sum *s, const struct protect_table *t, int32_t owner)
{
	int32_t *mine = arena_alloc(&arena, CELLS * sizeof *mine), cells = 0;

	for (int k = 0; k < s->cells; k++)
		if (t->cell[s->cell[k]].owner != owner)
			mine[cells++] = s->cell[k];
	s->cell = mine;
	s->cells = cells;
}

/* What a total that is shown tells the owner of a share. */
static void add_rider(struct protect_table *t, struct protect_sum *parent, const struct protect_share *share,
		      int32_t shares, int32_t i)
{
	struct protect_share others = protect_others(share, shares, i);
	struct protect_sum *rider = &t->sum[t->sums];

	if (others.parts.hidden == 0)
		return;
	*rider = *parent;
	take_others(rider, t, share[i].owner);
	*rider = (struct protect_sum){ .cell = rider->cell, .cells = rider->cells, .without = share[i].owner,
				       .low = protect_enough(&others.parts, 10), .high = INT32_MAX };
	parent->riders++;
	t->sums++;
}

/* Another reason why a total is hidden. */
static void add_reason(struct protect_table *t, struct protect_sum *parent, const struct protect_sum *plain,
		       const struct protect_share *share, int32_t shares, int32_t i)
{
	struct protect_share others = protect_others(share, shares, i);
	struct protect_sum *rider = &t->sum[t->sums];

	*rider = (struct protect_sum){ .cell = plain->cell, .cells = plain->cells, .without = share[i].owner,
				       .low = others.parts.least, .high = protect_enough(&others.parts, 10) - 1 };
	take_others(rider, t, share[i].owner);
	ruled.instead[t->sums++] = true;
	parent->riders++;
}

/* The same with cells of several owners. */
static void make_shared_table(struct protect_table *t, struct protect_cell *cell, struct protect_sum *sum, int owners)
{
	struct protect_sum plain[SUMS];

	memset(&ruled, 0, sizeof ruled);
	ruled.cell = cell;
	make_table(t, cell, plain);
	for (int i = 0; i < CELLS; i++)
		cell[i].owner = i < owners ? i : owners - 1;
	t->sum = sum;
	t->sums = 0;
	for (int j = 0; j < SUMS; j++) {
		struct protect_share share[CELLS], all;
		struct protect_sum *parent = &sum[t->sums++];
		int32_t shares = share_cells(share, cell, &plain[j]);
		int64_t shown = protect_shared(share, shares, 10);
		bool told = shown != PROTECT_HIDDEN;
		int32_t cause = told ? PROTECT_ALL : protect_cause(share, shares, 10);

		all = protect_others(share, shares, cause);
		*parent = (struct protect_sum){ .cell = plain[j].cell, .cells = plain[j].cells, .hidden = !told,
			.whole = plain[j].cell, .wholes = plain[j].cells,
			.low = protect_total_low(shown, &all.parts, 10),
			.high = protect_total_high(shown, &all.parts, 10) };
		if (cause >= 0)
			take_others(parent, t, share[cause].owner);
		if (!told && shares > 1) {
			ruled.instead[t->sums - 1] = true;
			ruled.sum[ruled.count++] = plain[j];
		}
		for (int32_t i = 0; i < shares && !told; i++)
			if (i != cause && protect_is_cause(share, shares, i, 10))
				add_reason(t, parent, &plain[j], share, shares, i);
		for (int32_t i = 0; i < shares && shares > 1 && told; i++)
			add_rider(t, parent, share, shares, i);
	}
}

/* Counts from 1 to 9 of others that whoever knows all of one owner's finds within less than PROTECT_WIDTH. */
static int found_by_owners(const struct protect_table *t, int owners)
{
	int found = 0;

	for (int knows = 0; knows < owners; knows++) {
		struct protect_cell cell[CELLS];
		struct protect_table seen = { cell, t->sum, CELLS, t->sums };
		int64_t least[CELLS], most[CELLS];

		for (int i = 0; i < CELLS; i++) {
			cell[i] = t->cell[i];
			if (cell[i].owner == knows)
				cell[i].low = cell[i].high = cell[i].count;
		}
		bounds(least, most, &seen);
		for (int i = 0; i < CELLS; i++)
			found += cell[i].owner != knows && cell[i].count < 10 && most[i] - least[i] < PROTECT_WIDTH;
	}
	return found;
}

IT(leaves_small_counts_open_to_whoever_knows_those_of_one_owner)
{
	for (int owners = 2; owners <= 3; owners++) {
		int found = 0, shown = 0, withheld = 0, several = 0;

		for (int round = 0; round < 300; round++) {
			struct protect_cell cell[CELLS];
			struct protect_sum sum[SUMS_MAX];
			struct protect_table t;
			int64_t least[CELLS], most[CELLS];

			make_shared_table(&t, cell, sum, owners);
			found += found_by_owners(&t, owners);
			assert_int_equal(protect_audit(&t, &arena), 0);
			assert_int_equal(found_by_owners(&t, owners), 0);
			bounds(least, most, &t);
			for (int i = 0; i < CELLS; i++)
				assert_true(most[i] - least[i] >= (cell[i].count < 10 ? PROTECT_WIDTH : 1));
			for (int32_t j = 0; j < t.sums; j += 1 + sum[j].riders) {
				withheld += sum[j].withheld;
				shown += !sum[j].hidden && !sum[j].withheld;
				several += !sum[j].hidden && !sum[j].withheld && sum[j].riders > 0;
				for (int32_t r = j; r <= j + sum[j].riders; r++)
					assert_int_equal(sum[r].withheld, sum[j].withheld);
			}
			arena_reset(&arena);
		}
		/* they would find some where totals are only proved to others; not everything is withheld for it */
		assert_true(found > 20);
		assert_true(withheld > 20 && several > 20);
		assert_true(2 * shown > withheld);
	}
	memset(&ruled, 0, sizeof ruled);
}

IT(withholds_a_total_only_where_those_that_weigh_less_could_all_go_in_vain)
{
	int withheld = 0, in_vain = 0, lighter_shown = 0;

	for (int round = 0; round < 150; round++) {
		struct protect_cell cell[CELLS];
		struct protect_sum sum[SUMS];
		struct protect_table t;

		make_table(&t, cell, sum);
		for (int j = 0; j < SUMS; j++)
			sum[j].weight = (j * 5 + round) % SUMS;
		assert_int_equal(protect_audit(&t, &arena), 0);
		for (int j = 0; j < SUMS; j++) {
			struct protect_sum heavy[SUMS];
			struct protect_table without = { cell, heavy, CELLS, SUMS };

			if (!sum[j].withheld)
				continue;
			for (int i = 0; i < SUMS; i++) {
				heavy[i] = sum[i];
				heavy[i].withheld = !sum[i].hidden && i != j &&
					(sum[i].withheld || sum[i].weight < sum[j].weight);
				lighter_shown += heavy[i].withheld && !sum[i].withheld;
			}
			in_vain += leaves_all_open(&without);
			withheld++;
		}
		arena_reset(&arena);
	}
	assert_true(withheld > 20 && lighter_shown > 20);
	/* the search misses a table now and then, which errs on the side of silence */
	assert_true(20 * in_vain < withheld);
}

IT(withholds_nothing_that_was_published_and_says_when_that_is_too_late)
{
	static const int32_t both[] = { 0, 1 };
	struct protect_cell cell[] = { { 9, 1, 9, 0, 0 }, { 9, 1, 9, 0, 0 } };
	struct protect_sum sum[] = { { .cell = both, .cells = 2, .low = 18, .high = 22, .settled = true } };
	struct protect_table t = { cell, sum, 2, 1 };

	assert_int_equal(protect_audit(&t, &arena), 3);
	assert_false(sum[0].withheld);
	sum[0].settled = false;
	assert_int_equal(protect_audit(&t, &arena), 0);
	assert_true(sum[0].withheld);
}

IT(proves_a_count_without_what_later_publications_still_concern)
{
	static const int32_t both[] = { 0, 1 };

	/* what the elder loses the younger must gain, which proves it as long as the younger may move */
	for (int32_t age = PROTECT_REACH; age <= PROTECT_REACH + 1; age++) {
		struct protect_cell cell[] = { { 5, 1, 9, age, 0 }, { 5, 1, 9, 0, 0 } };
		struct protect_sum sum[] = { { .cell = both, .cells = 2, .low = 9, .high = 11 } };
		struct protect_table t = { cell, sum, 2, 1 };

		assert_int_equal(protect_audit(&t, &arena), 0);
		assert_int_equal(sum[0].withheld, age > PROTECT_REACH);
	}
}

IT(sees_the_small_count_behind_a_result_complement_and_named_ones_included)
{
	static const double small[] = { 40, -4 }, large[] = { 40, 0, -12 };

	assert_true(protect_rests_on_small(&(struct protect_counts){ true, true, 4, 200, NULL, 0 }, 10));
	assert_true(protect_rests_on_small(&(struct protect_counts){ true, true, 195, 200, NULL, 0 }, 10));
	assert_true(protect_rests_on_small(&(struct protect_counts){ false, true, 0, 9, NULL, 0 }, 10));
	assert_true(protect_rests_on_small(&(struct protect_counts){ false, false, 0, 0, small, 2 }, 10));
	assert_true(protect_rests_on_small(&(struct protect_counts){ true, true, 15, 15, small, 2 }, 10));
	assert_false(protect_rests_on_small(&(struct protect_counts){ true, true, 0, 200, large, 3 }, 10));
	assert_false(protect_rests_on_small(&(struct protect_counts){ true, true, 200, 200, NULL, 0 }, 10));
	assert_true(protect_rests_on_small(&(struct protect_counts){ true, true, 15, 200, NULL, 0 }, 20));
	assert_false(protect_rests_on_small(&(struct protect_counts){ false, false, 0, 0, NULL, 0 }, 10));
}

IT(takes_the_strictest_rule_and_never_less_than_the_usual_one)
{
	assert_true(protect_least(0, 0) == 10);
	assert_true(protect_least(10, 5) == 10);	/* a plugin lowers nothing */
	assert_true(protect_least(5, 5) == 10);
	assert_true(protect_least(10, 20) == 20);	/* it may tighten */
	assert_true(protect_least(20, 0) == 20);
	assert_true(protect_least(20, 12) == 20);
}

SPEC_WITH("protection of small counts", setup, teardown,
	  RUN(hides_1_to_9_rounds_from_10_and_publishes_zero),
	  RUN(says_what_a_shown_count_leaves_open),
	  RUN(asks_more_of_what_is_shown_where_a_rule_is_stricter_than_the_floor),
	  RUN(hides_a_total_that_would_tell_its_parts),
	  RUN(hides_a_total_that_would_tell_one_who_reports_what_the_others_do),
	  RUN(hides_a_rate_with_any_of_its_three_counts),
	  RUN(sees_the_small_count_behind_a_result_complement_and_named_ones_included),
	  RUN(takes_the_strictest_rule_and_never_less_than_the_usual_one),
	  RUN(leaves_every_count_open_whatever_totals_are_published),
	  RUN(leaves_small_counts_open_to_whoever_knows_those_of_one_owner),
	  RUN(withholds_a_total_only_where_those_that_weigh_less_could_all_go_in_vain),
	  RUN(withholds_nothing_that_was_published_and_says_when_that_is_too_late),
	  RUN(proves_a_count_without_what_later_publications_still_concern))
