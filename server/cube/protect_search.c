/*
 * A count is moved by one; sums that no longer agree are mended by moving other
 * counts of theirs by one, those that mend most first.  Each success is another
 * possible table.  A chain of moves fails when a sum cannot be mended, or when it
 * grows long; it is then begun anew with other choices.
 *
 * Where that does not help, and patience allows, the search wanders: sums are mended
 * in any order, a count may move back, though not at once, and sums that resist weigh
 * more and more (breakout local search, Morris 1993).
 */
#include <string.h>

#include "protect_search.h"

enum {
	CHAIN_MAX = 25,		/* counts moved to make one step */
	TRIES = 5,		/* different ways to mend one step */
	WANDER_MAX = 1500,	/* moves of one wandering */
	WANDERINGS = 3,		/* for one step */
	BACK_AFTER = 10,	/* moves, before a count may move back */
	GAIN = 8,		/* one sum nearer, in units of chance */
	NOISE = 3,		/* chance, at most, in sums */
	LOOKED_AT = 96,		/* counts of a large sum that are considered */
	BROKEN_MAX = 512,
	REFUSED = -1000000,
};

/* How far a sum may go down and up, and how much mending it weighs. */
struct slack { int32_t below, above, weight; };

struct protect_search {
	struct protect_table *t;
	struct arena *arena;
	int64_t *x;			/* the present table */
	struct slack *slack;		/* of its sums; without end where withheld, or where another stands in */
	struct slack *own;		/* of hidden sums and their riders */
	const int32_t **sums_of;	/* of each cell, `sums_of[c][0]` is how many */
	int8_t *way;			/* in which direction a cell moved in this step */
	int32_t *when;			/* and with which move */
	struct protect_move moved[WANDER_MAX];
	int32_t moves, moves_max;
	int32_t back_after;
	int32_t locked;			/* a cell that stays, or -1 */
	bool *touched;			/* moved by the steps before */
	int32_t *trail;			/* those cells */
	int32_t trails;
	struct protect_move *found;
	int32_t broken[BROKEN_MAX];	/* sums that no longer agree */
	int32_t breaks;
	int32_t held;			/* the sum that is itself being moved, or -1 */
	int held_by;
	int32_t age;			/* of the youngest cell that may move */
	int32_t owner, knows;		/* of what is proved; whose cells may not (KNOWS_…) */
	int32_t stands_for;		/* the owner that hidden sums stand in for */
	uint64_t chance;
	int64_t effort, patience;
};

/* as far as anybody goes */
enum { ENDLESS = INT32_MAX / 4 };
static const struct slack unbound = { ENDLESS, ENDLESS, 1 };

bool protect_search_agrees(const struct protect_search *f, int32_t sum, int64_t by)
{
	return f->slack[sum].below + by >= 0 && f->slack[sum].above - by >= 0;
}

/* ------------------------------------------------------------------ moving */

static void shift(struct protect_search *f, int32_t cell, int by)
{
	const int32_t *sums = f->sums_of[cell];

	f->x[cell] += by;
	for (int32_t i = 1; i <= sums[0]; i++) {
		f->slack[sums[i]].below += by;
		f->slack[sums[i]].above -= by;
	}
}

/* Notes the sums of the cell that disagree and drops those mended; false when there are too many. */
static bool note_broken(struct protect_search *f, int32_t cell)
{
	const int32_t *sums = f->sums_of[cell];
	int32_t kept = 0;

	for (int32_t i = 0; i < f->breaks; i++)
		if (!protect_search_agrees(f, f->broken[i], 0))
			f->broken[kept++] = f->broken[i];
	f->breaks = kept;
	for (int32_t i = 1; i <= sums[0]; i++) {
		bool known = protect_search_agrees(f, sums[i], 0);

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

static bool is_known(const struct protect_search *f, int32_t owner)
{
	return owner >= 0 && owner != f->owner && (f->knows == KNOWS_ALL || f->knows == owner);
}

static bool may_move(const struct protect_search *f, int32_t cell, int by)
{
	const struct protect_cell *c = &f->t->cell[cell];
	int64_t x = f->x[cell] + by;

	return x >= c->low && x <= c->high && c->age >= f->age && cell != f->locked && !is_known(f, c->owner) &&
	       (f->way[cell] != -by || f->moves - f->when[cell] > f->back_after);
}

static bool move(struct protect_search *f, int32_t cell, int by)
{
	if (f->moves == f->moves_max)
		return false;
	shift(f, cell, by);
	f->way[cell] = by > 0 ? 1 : -1;
	f->when[cell] = f->moves;
	f->moved[f->moves++] = (struct protect_move){ cell, by };
	f->effort++;
	return note_broken(f, cell);
}

static void forget(struct protect_search *f)
{
	for (int32_t i = 0; i < f->moves; i++)
		f->way[f->moved[i].cell] = 0;
	f->moves = f->breaks = 0;
}

static void touch(struct protect_search *f, int32_t cell)
{
	if (f->touched[cell])
		return;
	f->touched[cell] = true;
	f->trail[f->trails++] = cell;
}

static void settle(struct protect_search *f)
{
	for (int32_t i = 0; i < f->moves; i++)
		touch(f, f->moved[i].cell);
	forget(f);
}

static void take_back(struct protect_search *f)
{
	for (int32_t i = f->moves - 1; i >= 0; i--)
		shift(f, f->moved[i].cell, -f->moved[i].by);
	forget(f);
}

/* ------------------------------------------------------------------ mending */

/* By how much a move brings the sums of a cell nearer to what is published, less by how much it leads away. */
static int gain(const struct protect_search *f, int32_t cell, int by)
{
	const int32_t *sums = f->sums_of[cell];
	int better = 0;

	for (int32_t i = 1; i <= sums[0]; i++) {
		const struct slack *s = &f->slack[sums[i]];

		/* the sum that is being moved may not be moved back */
		if (sums[i] == f->held && by == -f->held_by)
			return REFUSED;
		better += s->weight * (by > 0 ? (s->below < 0) - (s->above <= 0) : (s->above < 0) - (s->below <= 0));
	}
	return better;
}

/* The same numbers in every run. */
static int32_t chance(struct protect_search *f, int32_t below)
{
	f->chance = f->chance * 6364136223846793005u + 1442695040888963407u;
	return (int32_t)((f->chance >> 33) % (uint64_t)below);
}

static int32_t smallest_broken(const struct protect_search *f)
{
	int32_t found = f->broken[0];

	for (int32_t i = 1; i < f->breaks; i++)
		if (f->t->sum[f->broken[i]].cells < f->t->sum[found].cells)
			found = f->broken[i];
	return found;
}

/* The count of the sum whose move mends most, give or take `noise`, and how much; -1 for none. */
static int32_t best_mender(int *best, struct protect_search *f, int32_t sum, int by, int32_t noise)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int32_t stride = 1 + (s->cells - 1) / LOOKED_AT, chosen = -1;

	for (int32_t i = noise ? chance(f, stride) : 0; i < s->cells; i += stride) {
		int32_t cell = s->cell[i];
		int g;

		if (!may_move(f, cell, by) || (g = gain(f, cell, by)) == REFUSED)
			continue;
		g = g * GAIN + (noise ? chance(f, noise) : 0);
		if (chosen >= 0 && g <= *best)
			continue;
		*best = g;
		chosen = cell;
	}
	return chosen;
}

static void weigh_broken(struct protect_search *f)
{
	for (int32_t i = 0; i < f->breaks; i++)
		f->slack[f->broken[i]].weight++;
}

/* Until all sums agree; false when it gets stuck. */
static bool mend(struct protect_search *f, int32_t noise, bool wandering)
{
	while (f->breaks > 0) {
		int32_t sum = wandering ? f->broken[chance(f, f->breaks)] : smallest_broken(f), mender;
		int by = f->slack[sum].above < 0 ? -1 : 1, best = 0;

		mender = best_mender(&best, f, sum, by, noise);
		if (wandering && best < GAIN)
			weigh_broken(f);
		if (mender < 0 || !move(f, mender, by))
			return false;
	}
	return true;
}

/* What the present table is to become: a cell moves by that much, or else (-1) a sum that broke is mended. */
struct change { int32_t cell, sum; int by; };

static bool begin_change(struct protect_search *f, const struct change *c)
{
	if (c->cell >= 0)
		return may_move(f, c->cell, c->by) && move(f, c->cell, c->by);
	for (int32_t s = c->sum; s <= c->sum + f->t->sum[c->sum].riders && f->breaks < BROKEN_MAX; s++)
		if (!protect_search_agrees(f, s, 0))
			f->broken[f->breaks++] = s;
	return true;
}

static bool try_change(struct protect_search *f, const struct change *c, int32_t noise, bool wandering)
{
	int32_t locked = f->locked;
	bool done;

	f->moves_max = wandering ? WANDER_MAX : CHAIN_MAX;
	f->back_after = wandering ? BACK_AFTER : CHAIN_MAX;
	done = begin_change(f, c);
	if (c->cell >= 0)
		f->locked = c->cell;
	done = done && mend(f, noise, wandering);
	f->locked = locked;
	if (done)
		settle(f);
	else
		take_back(f);
	return done;
}

static bool wander(struct protect_search *f, const struct change *c)
{
	int64_t before = f->effort;
	bool done = try_change(f, c, GAIN, true);

	f->patience -= f->effort - before;
	for (int32_t i = 0; i < f->t->sums; i++)
		f->slack[i].weight = 1;
	return done;
}

/* True when the table agrees again.  The first try takes what mends most each time. */
static bool change(struct protect_search *f, const struct change *c)
{
	for (int32_t try = 0; try < TRIES; try++)
		if (try_change(f, c, try ? GAIN * (1 + try % NOISE) : 0, false))
			return true;
	for (int32_t try = 0; try < WANDERINGS && f->patience > 0; try++)
		if (wander(f, c))
			return true;
	return false;
}

static bool step(struct protect_search *f, int32_t cell, int by)
{
	return change(f, &(struct change){ cell, -1, by });
}

/* ------------------------------------------------------------------ one count */

/* Back to the true table; how it differed is added to what is found, and the number of that returned. */
static int32_t restart(struct protect_search *f, int32_t moves)
{
	for (int32_t i = 0; i < f->trails; i++) {
		int32_t c = f->trail[i];
		int by = (int)(f->x[c] - f->t->cell[c].count);

		f->touched[c] = false;
		if (by == 0)
			continue;
		f->found[moves++] = (struct protect_move){ c, by };
		shift(f, c, -by);
	}
	f->trails = 0;
	return moves;
}

/* How far the cell moves that way, at most `far`. */
static int64_t reach_cell(struct protect_search *f, int32_t cell, int by, int64_t far)
{
	int64_t done = 0;

	while (done < far && step(f, cell, by))
		done++;
	return done;
}

/* The same of a sum, by whichever of its counts moves. */
static int64_t reach_sum(struct protect_search *f, int32_t sum, int by, int64_t far)
{
	const struct protect_sum *s = &f->t->sum[sum];
	int32_t stride = 1 + (s->cells - 1) / LOOKED_AT;
	int64_t done = 0;

	f->held = sum;
	f->held_by = by;
	for (int32_t i = 0; i < s->cells && done < far; i += stride)
		while (done < far && protect_search_agrees(f, sum, by) && step(f, s->cell[i], by))
			done++;
	f->held = -1;
	return done;
}

static int64_t reach(struct protect_search *f, const struct protect_proof *p, int by, int64_t far)
{
	return p->sum < 0 ? reach_cell(f, p->cell, by, far) : reach_sum(f, p->sum, by, far);
}

static int32_t youngest(const struct protect_table *t, const struct protect_proof *p)
{
	int32_t age = INT32_MAX;

	if (p->sum < 0)
		return t->cell[p->cell].age;
	for (int32_t i = 0; i < t->sum[p->sum].cells; i++) {
		int32_t c = t->sum[p->sum].cell[i];

		age = t->cell[c].age < age ? t->cell[c].age : age;
	}
	return age;
}

int32_t protect_search_owner(const struct protect_search *f, const struct protect_proof *p)
{
	const struct protect_table *t = f->t;
	int32_t owner;

	if (p->sum < 0)
		return t->cell[p->cell].owner;
	owner = t->sum[p->sum].cells > 0 ? t->cell[t->sum[p->sum].cell[0]].owner : -1;
	for (int32_t i = 1; i < t->sum[p->sum].cells && owner >= 0; i++)
		if (t->cell[t->sum[p->sum].cell[i]].owner != owner)
			owner = -1;
	return owner;
}

/* (The low bound and the slack make the true total.) */
int64_t protect_search_width(const struct protect_search *f, const struct protect_proof *p)
{
	int64_t wide;

	if (p->sum < 0) {
		const struct protect_cell *c = &f->t->cell[p->cell];

		wide = c->low > 1 ? 1 : c->high - 1;
	} else {
		const struct protect_sum *s = &f->t->sum[p->sum];

		wide = s->hidden && s->low + f->own[p->sum].below < PROTECT_FLOOR ? s->high - s->low : 1;
	}
	return wide < PROTECT_WIDTH ? wide : PROTECT_WIDTH;
}

static void keep(struct protect_search *f, struct protect_proof *p, int32_t ups, int32_t moves)
{
	if (moves > p->room) {
		p->room = moves;
		p->move = arena_alloc(f->arena, (size_t)moves * sizeof *p->move);
	}
	if (moves > 0)
		memcpy(p->move, f->found, (size_t)moves * sizeof *p->move);
	p->ups = ups;
	p->moves = moves;
}

static bool prove(struct protect_search *f, struct protect_proof *p)
{
	int64_t wide = protect_search_width(f, p), up, down;
	int32_t ups, moves;

	up = reach(f, p, 1, wide);
	ups = restart(f, 0);
	down = up < wide ? reach(f, p, -1, wide - up) : 0;
	moves = restart(f, ups);
	if (up + down < wide)
		return false;
	keep(f, p, ups, moves);
	return true;
}

/* The sum and its riders? */
static bool all_agree(const struct protect_search *f, int32_t sum)
{
	for (int32_t s = sum; s <= sum + f->t->sum[sum].riders; s++)
		if (!protect_search_agrees(f, s, 0))
			return false;
	return true;
}

/* One of the tables of a proof made to agree with the sum. */
static bool repair_table(struct protect_search *f, const struct protect_proof *p, int32_t from, int32_t to, int32_t sum)
{
	for (int32_t i = from; i < to; i++) {
		shift(f, p->move[i].cell, p->move[i].by);
		touch(f, p->move[i].cell);
	}
	return all_agree(f, sum) || change(f, &(struct change){ -1, sum, 0 });
}

/* Both tables; what is proved stays where it is. */
static bool repair(struct protect_search *f, struct protect_proof *p, int32_t sum)
{
	int32_t ups, moves;
	bool done;

	f->locked = p->cell;
	f->held = p->sum;
	f->held_by = 1;
	done = repair_table(f, p, 0, p->ups, sum);
	ups = restart(f, 0);
	f->held_by = -1;
	done = done && repair_table(f, p, p->ups, p->moves, sum);
	moves = restart(f, ups);
	f->locked = f->held = -1;
	if (done)
		keep(f, p, ups, moves);
	return done;
}

/* A cell moved at one go, and the rest of the way to the other side. */
static bool leap(struct protect_search *f, struct protect_proof *p, int by)
{
	const struct protect_cell *c = &f->t->cell[p->cell];
	int64_t wide = protect_search_width(f, p), room = by > 0 ? c->high - c->count : c->count - c->low;
	int first = (int)(room < wide ? room : wide), rest = (int)wide - first;
	int32_t ups, moves;
	bool done;

	done = first == 0 || change(f, &(struct change){ p->cell, -1, by * first });
	ups = restart(f, 0);
	done = done && (rest == 0 || change(f, &(struct change){ p->cell, -1, -by * rest }));
	moves = restart(f, ups);
	if (done)
		keep(f, p, ups, moves);
	return done;
}

/* Of every hidden sum and its riders the one that counts of the owner are proved with. */
static void stand_in(struct protect_search *f, int32_t owner)
{
	if (owner == f->stands_for)
		return;
	f->stands_for = owner;
	for (int32_t s = 0; s < f->t->sums; s += 1 + f->t->sum[s].riders) {
		const struct protect_sum *sum = &f->t->sum[s];
		int32_t active = s;

		for (int32_t i = s + 1; sum->hidden && i <= s + sum->riders; i++)
			active = f->t->sum[i].without == owner ? i : active;
		for (int32_t i = s; sum->hidden && i <= s + sum->riders; i++)
			f->slack[i] = i == active ? f->own[i] : unbound;
	}
}

bool protect_search_prove(struct protect_search *f, struct protect_proof *p, int32_t sum, int64_t *patience)
{
	bool done;

	f->age = youngest(f->t, p) - PROTECT_REACH;
	f->owner = protect_search_owner(f, p);
	f->knows = p->knows;
	stand_in(f, f->owner);
	f->patience = 0;
	if ((sum >= 0 && repair(f, p, sum)) || prove(f, p))
		return true;
	if (*patience <= 0)
		return false;
	f->patience = *patience;
	done = sum >= 0 ? repair(f, p, sum) : p->sum >= 0 ? prove(f, p) : leap(f, p, 1) || leap(f, p, -1);
	*patience = f->patience;
	return done;
}

int64_t protect_search_effort(const struct protect_search *f)
{
	return f->effort;
}

/* ------------------------------------------------------------------ the table */

static void withhold(struct protect_search *f, int32_t sum, bool withheld)
{
	const struct protect_sum *s = &f->t->sum[sum];
	struct slack *slack = &f->slack[sum];
	int64_t total = 0;

	f->t->sum[sum].withheld = withheld;
	*slack = unbound;
	if (withheld)
		return;
	for (int32_t i = 0; i < s->cells; i++)
		total += f->x[s->cell[i]];
	if (total - s->low < ENDLESS)
		slack->below = (int32_t)(total - s->low);
	if (s->high - total < ENDLESS)
		slack->above = (int32_t)(s->high - total);
}

void protect_search_withhold(struct protect_search *f, int32_t sum, bool withheld)
{
	for (int32_t s = sum; s <= sum + f->t->sum[sum].riders; s++)
		withhold(f, s, withheld);
}

static void index_sums(struct protect_search *f, struct arena *a)
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

struct protect_search *protect_search_begin(struct protect_table *t, struct arena *a)
{
	struct protect_search *f = arena_alloc(a, sizeof *f);
	size_t cells = (size_t)t->cells + 1;

	*f = (struct protect_search){ .t = t, .arena = a, .held = -1, .locked = -1, .stands_for = KNOWS_ALL };
	f->x = arena_alloc(a, cells * sizeof *f->x);
	f->slack = arena_alloc(a, ((size_t)t->sums + 1) * sizeof *f->slack);
	f->way = arena_alloc(a, cells * sizeof *f->way);
	f->when = arena_alloc(a, cells * sizeof *f->when);
	f->touched = arena_alloc(a, cells * sizeof *f->touched);
	f->trail = arena_alloc(a, cells * sizeof *f->trail);
	f->found = arena_alloc(a, 2 * cells * sizeof *f->found);
	memset(f->way, 0, cells * sizeof *f->way);
	memset(f->touched, 0, cells * sizeof *f->touched);
	for (int32_t c = 0; c < t->cells; c++)
		f->x[c] = t->cell[c].count;
	f->own = arena_alloc(a, ((size_t)t->sums + 1) * sizeof *f->own);
	for (int32_t s = 0; s < t->sums; s++) {
		withhold(f, s, false);
		f->own[s] = f->slack[s];
	}
	index_sums(f, a);
	return f;
}
