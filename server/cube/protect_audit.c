/*
 * The audit of totals: which may be shown.
 *
 * Every count is first proved open with all withheld that can be.  Then the totals
 * come back one by one, the weightiest first, each as long as every count is open
 * with it: none is withheld for the sake of one that weighs less.  The tables that
 * prove a count are kept, for only where the total that comes back contradicts them
 * are others looked for.
 *
 * A small count is proved at one go to all who report others: by tables in which no
 * count of theirs moves.  Where there are none, each of them has its own tables, for
 * they do not know each other's counts.  Where one of them has none even with all
 * withheld, by what was published earlier, by reasons of the rule that do not hold in
 * the true table, or because the search misses it, the count is proved to those who
 * only read, and no total comes back that has a part in it or in what is hidden with it.
 *
 * The search may miss some, and then withholds a total in vain: it errs on the side
 * of silence.
 */
#include <stdlib.h>
#include <string.h>

#include "protect_search.h"

enum {
	PATIENCE = 200000,	/* moves, at each stage, where the quick search finds nothing */
	OWNERS_MAX = 8,		/* that a proof of its own is looked for, where one for all of them is not found */
	EFFORT = 300000,	/* moves to show what could be withheld; then only what needs none is */
};

struct audit {
	struct protect_table *t;
	struct protect_search *search;
	struct arena *arena;
	struct protect_proof *proof;	/* of each cell and sum, one or for some owners one each */
	int32_t proofs, room;
	int32_t *owner, owners;		/* of the cells */
	int64_t patience, end;
	bool *within;			/* is a cell within the sum that comes back */
	bool *bare;			/* is a cell of what is not proved to every owner */
};

static void find_owners(struct audit *u)
{
	u->owner = arena_alloc(u->arena, ((size_t)u->t->cells + 1) * sizeof *u->owner);
	for (int32_t c = 0; c < u->t->cells; c++) {
		int32_t owner = u->t->cell[c].owner, i = 0;

		while (i < u->owners && u->owner[i] != owner)
			i++;
		if (i == u->owners && owner >= 0)
			u->owner[u->owners++] = owner;
	}
}

static void add_proof(struct audit *u, const struct protect_proof *p)
{
	if (u->proofs == u->room) {
		int32_t room = u->room ? 2 * u->room : u->t->cells + u->t->sums + 1;
		struct protect_proof *more = arena_alloc(u->arena, (size_t)room * sizeof *more);

		if (u->proofs)
			memcpy(more, u->proof, (size_t)u->proofs * sizeof *more);
		u->proof = more;
		u->room = room;
	}
	u->proof[u->proofs++] = *p;
}

/* Small counts of one owner must be open to each other one, too. */
static bool is_asked_of_each(const struct audit *u, const struct protect_proof *p)
{
	bool hidden = p->sum < 0 ? u->t->cell[p->cell].low == 1 : u->t->sum[p->sum].hidden;

	return hidden && protect_search_owner(u->search, p) >= 0 && protect_search_width(u->search, p) > 1;
}

/* For each other owner a proof of its own in place of one for all of them together: for each, or none is added. */
static bool prove_to_each(struct audit *u, const struct protect_proof *p)
{
	int32_t own = protect_search_owner(u->search, p), found = 0;
	struct protect_proof proof[OWNERS_MAX];

	if (u->owners < 3 || u->owners > OWNERS_MAX)
		return false;
	for (int32_t i = 0; i < u->owners; i++) {
		if (u->owner[i] == own)
			continue;
		proof[found] = (struct protect_proof){ .cell = p->cell, .sum = p->sum, .knows = u->owner[i] };
		if (!protect_search_prove(u->search, &proof[found++], -1, &u->patience))
			return false;
	}
	for (int32_t i = 0; i < found; i++)
		add_proof(u, &proof[i]);
	return true;
}

static bool *marks(const struct audit *u)
{
	return arena_alloc(u->arena, ((size_t)u->t->cells + 1) * sizeof(bool));
}

/* Is one of the cells marked?  Marks them all where `mark`. */
static bool any_marked(bool *marked, const int32_t *cell, int32_t cells, bool mark)
{
	bool any = false;

	for (int32_t i = 0; i < cells; i++) {
		any = any || marked[cell[i]];
		marked[cell[i]] = marked[cell[i]] || mark;
	}
	return any;
}

/* Keeps what is told of a count, or of a hidden sum, as it is now, and of all that is hidden with it. */
static void lay_bare(struct audit *u, const struct protect_proof *p)
{
	const struct protect_table *t = u->t;
	const int32_t *cell = p->sum < 0 ? &p->cell : t->sum[p->sum].cell;
	bool *own = marks(u);

	any_marked(own, cell, p->sum < 0 ? 1 : t->sum[p->sum].cells, true);
	any_marked(u->bare, cell, p->sum < 0 ? 1 : t->sum[p->sum].cells, true);
	for (int32_t s = 0; s < t->sums; s++)
		if (t->sum[s].hidden && any_marked(own, t->sum[s].whole, t->sum[s].wholes, false))
			any_marked(u->bare, t->sum[s].whole, t->sum[s].wholes, true);
}

/* The first proof of a count. */
static bool prove_first(struct audit *u, struct protect_proof p)
{
	if (is_asked_of_each(u, &p)) {
		p.knows = KNOWS_ALL;
		if (protect_search_prove(u->search, &p, -1, &u->patience)) {
			add_proof(u, &p);
			return true;
		}
		if (prove_to_each(u, &p))
			return true;
		lay_bare(u, &p);
	}
	p.knows = KNOWS_NONE;
	add_proof(u, &p);
	return protect_search_prove(u->search, &u->proof[u->proofs - 1], -1, &u->patience);
}

/* Withholds everything that can be; how many counts are not proved open even so. */
static int32_t withhold_all(struct audit *u)
{
	int32_t unproved = 0;

	for (int32_t s = 0; s < u->t->sums; s += 1 + u->t->sum[s].riders)
		if (!u->t->sum[s].hidden && !u->t->sum[s].settled)
			protect_search_withhold(u->search, s, true);
	u->patience = PATIENCE;
	for (int32_t c = 0; c < u->t->cells; c++)
		unproved += !prove_first(u, (struct protect_proof){ .cell = c, .sum = -1 });
	for (int32_t s = 0; s < u->t->sums; s += 1 + u->t->sum[s].riders)
		unproved += !prove_first(u, (struct protect_proof){ .cell = -1, .sum = s });
	return unproved;
}

/* Do both tables of the proof agree with the sum whose cells are marked, or with `s`, its rider? */
static bool agree(const struct audit *u, const struct protect_proof *p, int32_t sum, int32_t s)
{
	const struct protect_table *t = u->t;
	int64_t by[2] = { 0, 0 };

	for (int32_t i = 0; i < p->moves; i++) {
		int32_t c = p->move[i].cell;

		if (u->within[c] && (s == sum || t->cell[c].owner != t->sum[s].without))
			by[i >= p->ups] += p->move[i].by;
	}
	return protect_search_agrees(u->search, s, by[0]) && protect_search_agrees(u->search, s, by[1]);
}

static bool still_proves(const struct audit *u, const struct protect_proof *p, int32_t sum)
{
	for (int32_t s = sum; s <= sum + u->t->sum[sum].riders; s++)
		if (!agree(u, p, sum, s))
			return false;
	return true;
}

/* Proves it anew with the sum, for all other owners at once or for each. */
static bool prove_again(struct audit *u, int32_t i, int32_t sum)
{
	if (protect_search_effort(u->search) >= u->end)
		return false;
	if (protect_search_prove(u->search, &u->proof[i], sum, &u->patience))
		return true;
	if (u->proof[i].knows != KNOWS_ALL || !prove_to_each(u, &u->proof[i]))
		return false;
	u->proof[i] = u->proof[--u->proofs];
	return true;
}

/* Is every count open with the sum?  One that is not comes first the next time. */
static bool all_open(struct audit *u, int32_t sum)
{
	for (int32_t i = 0; i < u->proofs; i++) {
		struct protect_proof p = u->proof[i];

		if (still_proves(u, &p, sum) || prove_again(u, i, sum))
			continue;
		u->proof[i] = u->proof[0];
		u->proof[0] = p;
		return false;
	}
	return true;
}

static void show_if_open(struct audit *u, int32_t sum)
{
	const struct protect_sum *s = &u->t->sum[sum];

	if (any_marked(u->bare, s->cell, s->cells, false))
		return;
	for (int32_t i = 0; i < s->cells; i++)
		u->within[s->cell[i]] = true;
	protect_search_withhold(u->search, sum, false);
	if (!all_open(u, sum))
		protect_search_withhold(u->search, sum, true);
	for (int32_t i = 0; i < s->cells; i++)
		u->within[s->cell[i]] = false;
}

struct rank { int32_t sum, weight; };

/* The weightiest first. */
static int by_weight(const void *a, const void *b)
{
	const struct rank *p = a, *q = b;

	if (p->weight != q->weight)
		return p->weight < q->weight ? 1 : -1;
	return (p->sum > q->sum) - (p->sum < q->sum);
}

static void give_back(struct audit *u, struct arena *a)
{
	struct protect_table *t = u->t;
	struct rank *rank = arena_alloc(a, ((size_t)t->sums + 1) * sizeof *rank);
	int32_t n = 0;

	u->within = marks(u);
	u->patience = PATIENCE;
	u->end = protect_search_effort(u->search) + EFFORT;
	for (int32_t s = 0; s < t->sums; s += 1 + t->sum[s].riders)
		if (t->sum[s].withheld)
			rank[n++] = (struct rank){ s, t->sum[s].weight };
	qsort(rank, (size_t)n, sizeof *rank, by_weight);
	for (int32_t i = 0; i < n; i++)
		show_if_open(u, rank[i].sum);
}

int32_t protect_audit(struct protect_table *t, struct arena *a)
{
	struct audit u = { .t = t, .search = protect_search_begin(t, a), .arena = a };
	int32_t unproved;

	find_owners(&u);
	u.bare = marks(&u);
	unproved = withhold_all(&u);
	if (unproved == 0)
		give_back(&u, a);
	return unproved;
}
