/*
 * The audit of totals: looks, around the true table, for others that agree with
 * everything published.
 *
 * A count is moved by one; sums that no longer agree are mended by moving other
 * counts of theirs by one, those that mend most first.  Each success is another
 * possible table.  The search may miss some, and then withholds a total in vain: it
 * errs on the side of silence.
 */
#include <string.h>

#include "protect.h"

enum {
	MOVES_MAX = 24,		/* counts moved to make one step */
	TRIES = 12,		/* different ways to mend one step */
	BEST = 4,		/* mendings to choose from */
	LOOKED_AT = 96,		/* counts of a large sum that are considered */
	BROKEN_MAX = 512,
	GIVE_BACK = 100000,	/* steps tried, at most, to show again what was withheld */
	TRAIL_MAX = (MOVES_MAX + 1) * PROTECT_WIDTH,
};

struct move { int32_t cell; int by; };

struct search {
	struct protect_table *t;
	int64_t *x, *total;		/* the present table, and its sums */
	const int32_t **sums_of;	/* of each cell, `sums_of[c][0]` is how many */
	int8_t *way;			/* in which direction a cell moved in this step */
	struct move moved[MOVES_MAX + 1];
	int32_t moves;
	int32_t trail[TRAIL_MAX];	/* cells moved by the steps before, some more than once */
	int32_t trails;
	int32_t broken[BROKEN_MAX];	/* sums that no longer agree */
	int32_t breaks;
	int32_t held;			/* the sum that is itself being moved, or -1 */
	int held_by;
	int32_t age;			/* of the youngest cell that may move */
	int64_t steps;			/* tried so far */
};

static bool counts(const struct protect_sum *s)
{
	return !s->withheld;
}

static bool agrees(const struct search *f, int32_t sum, int64_t by)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int64_t total = f->total[sum] + by;

	return !counts(s) || (total >= s->low && total <= s->high);
}

/* ------------------------------------------------------------------ moving */

static void shift(struct search *f, int32_t cell, int by)
{
	const int32_t *sums = f->sums_of[cell];

	f->x[cell] += by;
	for (int32_t i = 1; i <= sums[0]; i++)
		f->total[sums[i]] += by;
}

/* Notes the sums of the cell that disagree and drops those mended; false when there are too many. */
static bool note_broken(struct search *f, int32_t cell)
{
	const int32_t *sums = f->sums_of[cell];
	int32_t kept = 0;

	for (int32_t i = 0; i < f->breaks; i++)
		if (!agrees(f, f->broken[i], 0))
			f->broken[kept++] = f->broken[i];
	f->breaks = kept;
	for (int32_t i = 1; i <= sums[0]; i++) {
		bool known = agrees(f, sums[i], 0);

		for (int32_t j = 0; j < kept && !known; j++)
			known = f->broken[j] == sums[i];
		if (known)
			continue;
		if (f->breaks == BROKEN_MAX)
			return false;
		f->broken[f->breaks++] = sums[i];
	}
	return true;
}

static bool may_move(const struct search *f, int32_t cell, int by)
{
	const struct protect_cell *c = &f->t->cell[cell];
	int64_t x = f->x[cell] + by;

	return x >= c->low && x <= c->high && f->way[cell] != -by && c->age >= f->age;
}

static bool move(struct search *f, int32_t cell, int by)
{
	if (f->moves > MOVES_MAX)
		return false;
	shift(f, cell, by);
	f->way[cell] = (int8_t)by;
	f->moved[f->moves++] = (struct move){ cell, by };
	return note_broken(f, cell);
}

static void forget(struct search *f)
{
	for (int32_t i = 0; i < f->moves; i++)
		f->way[f->moved[i].cell] = 0;
	f->moves = f->breaks = 0;
}

static void settle(struct search *f)
{
	for (int32_t i = 0; i < f->moves && f->trails < TRAIL_MAX; i++)
		f->trail[f->trails++] = f->moved[i].cell;
	forget(f);
}

static void take_back(struct search *f)
{
	for (int32_t i = f->moves - 1; i >= 0; i--)
		shift(f, f->moved[i].cell, -f->moved[i].by);
	forget(f);
}

/* ------------------------------------------------------------------ mending */

/* How many sums a move would mend less those it would break. */
static int gain(const struct search *f, int32_t cell, int by)
{
	const int32_t *sums = f->sums_of[cell];
	int better = 0;

	for (int32_t i = 1; i <= sums[0]; i++) {
		/* the sum that is being moved may not be moved back */
		if (sums[i] == f->held && by == -f->held_by)
			return -1000;
		better += (int)agrees(f, sums[i], by) - (int)agrees(f, sums[i], 0);
	}
	return better;
}

static int32_t smallest_broken(const struct search *f)
{
	int32_t found = f->broken[0];

	for (int32_t i = 1; i < f->breaks; i++)
		if (f->t->sum[f->broken[i]].cells < f->t->sum[found].cells)
			found = f->broken[i];
	return found;
}

/* One of the counts of the sum whose moves mend most, the `nth` of the best; -1 for none. */
static int32_t best_mender(const struct search *f, int32_t sum, int by, unsigned nth)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int32_t stride = 1 + (s->cells - 1) / LOOKED_AT, chosen[BEST], found = 0;
	int gains[BEST];

	for (int32_t i = 0; i < s->cells; i += stride) {
		int32_t at = found, cell = s->cell[i];
		int g;

		if (!may_move(f, cell, by) || (g = gain(f, cell, by)) <= -1000)
			continue;
		while (at > 0 && gains[at - 1] < g)
			at--;
		if (at >= BEST)
			continue;
		if (found < BEST)
			found++;
		for (int32_t j = found - 1; j > at; j--) {
			gains[j] = gains[j - 1];
			chosen[j] = chosen[j - 1];
		}
		gains[at] = g;
		chosen[at] = cell;
	}
	return found > 0 ? chosen[nth % (unsigned)found] : -1;
}

/*
 * Moves one count by one and mends what that breaks; true when the table agrees
 * again.  The first try takes what mends most each time, later ones choose anew.
 */
static bool step_once(struct search *f, int32_t cell, int by, unsigned try)
{
	if (!may_move(f, cell, by) || !move(f, cell, by))
		return false;
	while (f->breaks > 0) {
		int32_t sum = smallest_broken(f), mender;
		int mend = f->total[sum] > f->t->sum[sum].high ? -1 : 1;

		mender = best_mender(f, sum, mend, try ? (try * 7 + (unsigned)f->moves * 5 * try) / 3 : 0);
		if (mender < 0 || !move(f, mender, mend))
			return false;
	}
	return true;
}

static bool step(struct search *f, int32_t cell, int by)
{
	for (unsigned try = 0; try < TRIES; try++) {
		f->steps++;
		if (step_once(f, cell, by, try)) {
			settle(f);
			return true;
		}
		take_back(f);
	}
	return false;
}

/* ------------------------------------------------------------------ one count */

static void restart(struct search *f)
{
	const struct protect_table *t = f->t;

	for (int32_t i = 0; i < f->trails; i++) {
		int32_t c = f->trail[i];

		if (f->x[c] != t->cell[c].count)
			shift(f, c, (int)(t->cell[c].count - f->x[c]));
	}
	f->trails = 0;
}

/* How far the cell moves that way, at most `far`. */
static int64_t reach_cell(struct search *f, int32_t cell, int by, int64_t far)
{
	int64_t done = 0;

	while (done < far && step(f, cell, by))
		done++;
	restart(f);
	return done;
}

/* The same of a sum, by whichever of its counts moves. */
static int64_t reach_sum(struct search *f, int32_t sum, int by, int64_t far)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int32_t stride = 1 + (s->cells - 1) / LOOKED_AT;
	int64_t done = 0;

	f->held = sum;
	f->held_by = by;
	for (int32_t i = 0; i < s->cells && done < far; i += stride)
		while (done < far && step(f, s->cell[i], by))
			done++;
	f->held = -1;
	restart(f);
	return done;
}

static bool cell_is_safe(struct search *f, int32_t cell)
{
	const struct protect_cell *c = &f->t->cell[cell];
	int64_t wide = c->low > 1 ? 1 : c->high - 1, up;

	if (wide > PROTECT_WIDTH)
		wide = PROTECT_WIDTH;
	f->age = c->age - PROTECT_REACH;
	up = reach_cell(f, cell, 1, wide);
	return up >= wide || reach_cell(f, cell, -1, wide - up) >= wide - up;
}

static int32_t youngest(const struct protect_table *t, const struct protect_sum *s)
{
	int32_t age = INT32_MAX;

	for (int32_t i = 0; i < s->cells; i++)
		if (t->cell[s->cell[i]].age < age)
			age = t->cell[s->cell[i]].age;
	return age;
}

static bool sum_is_safe(struct search *f, int32_t sum)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int64_t wide = s->hidden && f->total[sum] < PROTECT_FLOOR ? s->high - s->low : 1, up;

	if (wide > PROTECT_WIDTH)
		wide = PROTECT_WIDTH;
	f->age = youngest(f->t, s) - PROTECT_REACH;
	up = reach_sum(f, sum, 1, wide);
	return up >= wide || reach_sum(f, sum, -1, wide - up) >= wide - up;
}

/* ------------------------------------------------------------------ withholding */

static bool open_to_choice(const struct protect_sum *s)
{
	return !s->hidden && !s->settled && !s->withheld;
}

/* The smaller of two sums that may be withheld; -1 for none. */
static int32_t smaller(const struct search *f, int32_t found, int32_t sum)
{
	const struct protect_sum *s = &f->t->sum[sum];

	return open_to_choice(s) && (found < 0 || s->cells < f->t->sum[found].cells) ? sum : found;
}

/*
 * Which total to withhold for a cell: one of its own, rather such as stands in its
 * way, else one of the cells that share a sum with it, since what is hidden by rule
 * says something too, else any.  The smallest; -1 for none.
 */
static int32_t culprit(const struct search *f, int32_t cell)
{
	const int32_t *sums = f->sums_of[cell];
	int32_t tight = -1, own = -1, near = -1;

	for (int32_t i = 1; i <= sums[0]; i++) {
		own = smaller(f, own, sums[i]);
		if (!agrees(f, sums[i], 1) || !agrees(f, sums[i], -1))
			tight = smaller(f, tight, sums[i]);
	}
	for (int32_t i = 1; i <= sums[0] && own < 0; i++) {
		const struct protect_sum *s = &f->t->sum[sums[i]];

		for (int32_t j = 0; counts(s) && j < s->cells; j++) {
			const int32_t *theirs = f->sums_of[s->cell[j]];

			for (int32_t k = 1; k <= theirs[0]; k++)
				near = smaller(f, near, theirs[k]);
		}
	}
	for (int32_t i = 0; i < f->t->sums && own < 0 && near < 0; i++)
		near = smaller(f, near, i);
	return tight >= 0 ? tight : own >= 0 ? own : near;
}

static bool withhold_for_cell(struct search *f, int32_t cell)
{
	int32_t sum = culprit(f, cell);

	if (sum >= 0)
		f->t->sum[sum].withheld = true;
	return sum >= 0;
}

static bool withhold_for_sum(struct search *f, int32_t sum)
{
	struct protect_sum *s = &f->t->sum[sum];

	if (open_to_choice(s)) {
		s->withheld = true;
		return true;
	}
	for (int32_t i = 0; i < s->cells; i++)
		if (withhold_for_cell(f, s->cell[i]))
			return true;
	return false;
}

/* ------------------------------------------------------------------ all of them */

static void index_sums(struct search *f, struct arena *a)
{
	const struct protect_table *t = f->t;
	int32_t *many = arena_alloc(a, ((size_t)t->cells + 1) * sizeof *many), **lists;

	memset(many, 0, ((size_t)t->cells + 1) * sizeof *many);
	for (int32_t s = 0; s < t->sums; s++)
		for (int32_t i = 0; i < t->sum[s].cells; i++)
			many[t->sum[s].cell[i]]++;
	lists = arena_alloc(a, ((size_t)t->cells + 1) * sizeof *lists);
	for (int32_t c = 0; c < t->cells; c++) {
		lists[c] = arena_alloc(a, ((size_t)many[c] + 1) * sizeof **lists);
		lists[c][0] = 0;
	}
	for (int32_t s = 0; s < t->sums; s++)
		for (int32_t i = 0; i < t->sum[s].cells; i++) {
			int32_t *list = lists[t->sum[s].cell[i]];

			list[++list[0]] = s;
		}
	f->sums_of = arena_alloc(a, ((size_t)t->cells + 1) * sizeof *f->sums_of);
	for (int32_t c = 0; c < t->cells; c++)
		f->sums_of[c] = lists[c];
}

static void begin(struct search *f, struct protect_table *t, struct arena *a)
{
	*f = (struct search){ .t = t, .held = -1 };
	f->x = arena_alloc(a, ((size_t)t->cells + 1) * sizeof *f->x);
	f->way = arena_alloc(a, (size_t)t->cells + 1);
	f->total = arena_alloc(a, ((size_t)t->sums + 1) * sizeof *f->total);
	memset(f->way, 0, (size_t)t->cells + 1);
	for (int32_t c = 0; c < t->cells; c++)
		f->x[c] = t->cell[c].count;
	for (int32_t s = 0; s < t->sums; s++) {
		f->total[s] = 0;
		for (int32_t i = 0; i < t->sum[s].cells; i++)
			f->total[s] += t->cell[t->sum[s].cell[i]].count;
	}
	index_sums(f, a);
}

static int32_t withhold(struct search *f)
{
	const struct protect_table *t = f->t;
	int32_t unproved = 0;

	for (int32_t c = 0; c < t->cells; c++)
		while (!cell_is_safe(f, c))
			if (!withhold_for_cell(f, c)) {
				unproved++;
				break;
			}
	for (int32_t s = 0; s < t->sums; s++)
		while (!sum_is_safe(f, s))
			if (!withhold_for_sum(f, s)) {
				unproved++;
				break;
			}
	return unproved;
}

static bool all_safe(struct search *f)
{
	for (int32_t c = 0; c < f->t->cells; c++)
		if (!cell_is_safe(f, c))
			return false;
	for (int32_t s = 0; s < f->t->sums; s++)
		if (!sum_is_safe(f, s))
			return false;
	return true;
}

/* The largest withheld sum that comes after `last` in the order of size, then number; -1 for none. */
static int32_t next_largest(const struct protect_table *t, int32_t last)
{
	int32_t found = -1;

	for (int32_t i = 0; i < t->sums; i++) {
		int32_t size = t->sum[i].cells;

		if (!t->sum[i].withheld ||
		    (last >= 0 && (size > t->sum[last].cells || (size == t->sum[last].cells && i <= last))))
			continue;
		if (found < 0 || size > t->sum[found].cells)
			found = i;
	}
	return found;
}

/* Withholding small totals for one count may have made others harmless: the largest are tried again. */
static void give_back(struct search *f)
{
	struct protect_table *t = f->t;
	int64_t end = f->steps + GIVE_BACK;

	for (int32_t i = next_largest(t, -1); i >= 0 && f->steps < end; i = next_largest(t, i)) {
		t->sum[i].withheld = false;
		t->sum[i].withheld = !all_safe(f);
	}
}

int32_t protect_audit(struct protect_table *t, struct arena *a)
{
	struct search *f = arena_alloc(a, sizeof *f);
	int32_t unproved;

	begin(f, t, a);
	unproved = withhold(f);
	if (unproved == 0)
		give_back(f);
	return unproved;
}
