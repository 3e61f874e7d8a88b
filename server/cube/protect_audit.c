/*
 * The audit of totals: which may be shown.
 *
 * Every count is first proved open with all withheld that can be.  Then the totals
 * come back one by one, the weightiest first, each as long as every count is open
 * with it: none is withheld for the sake of one that weighs less.  The tables that
 * prove a count are kept, for only where the total that comes back contradicts them
 * are others looked for.
 *
 * The search may miss some, and then withholds a total in vain: it errs on the side
 * of silence.
 */
#include <stdlib.h>
#include <string.h>

#include "protect_search.h"

enum {
	PATIENCE = 200000,	/* moves, at each stage, where the quick search finds nothing */
	EFFORT = 300000,	/* moves to show what could be withheld; then only what needs none is */
};

struct audit {
	struct protect_table *t;
	struct protect_search *search;
	struct protect_proof *proof;	/* of each cell and sum */
	int32_t proofs;
	int64_t patience, end;
	bool *within;			/* is a cell within the sum that comes back */
};

/* Withholds everything that can be; how many counts are not proved open even so. */
static int32_t withhold_all(struct audit *u)
{
	int32_t unproved = 0, cells = u->t->cells;

	for (int32_t s = 0; s < u->t->sums; s++)
		if (!u->t->sum[s].hidden && !u->t->sum[s].settled)
			protect_search_withhold(u->search, s, true);
	u->patience = PATIENCE;
	for (int32_t i = 0; i < u->proofs; i++) {
		u->proof[i] = (struct protect_proof){ .cell = i < cells ? i : -1, .sum = i < cells ? -1 : i - cells };
		unproved += !protect_search_prove(u->search, &u->proof[i], -1, &u->patience);
	}
	return unproved;
}

/* Do both tables of the proof agree with the sum whose cells are marked? */
static bool still_proves(const struct audit *u, const struct protect_proof *p, int32_t sum)
{
	int64_t by[2] = { 0, 0 };

	for (int32_t i = 0; i < p->moves; i++)
		if (u->within[p->move[i].cell])
			by[i >= p->ups] += p->move[i].by;
	return protect_search_agrees(u->search, sum, by[0]) && protect_search_agrees(u->search, sum, by[1]);
}

/* Is every count open with the sum?  One that is not comes first the next time. */
static bool all_open(struct audit *u, int32_t sum)
{
	for (int32_t i = 0; i < u->proofs; i++) {
		struct protect_proof p = u->proof[i];

		if (still_proves(u, &p, sum) || (protect_search_effort(u->search) < u->end &&
		    protect_search_prove(u->search, &u->proof[i], sum, &u->patience)))
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

	u->within = arena_alloc(a, ((size_t)t->cells + 1) * sizeof *u->within);
	memset(u->within, 0, ((size_t)t->cells + 1) * sizeof *u->within);
	u->patience = PATIENCE;
	u->end = protect_search_effort(u->search) + EFFORT;
	for (int32_t s = 0; s < t->sums; s++)
		if (t->sum[s].withheld)
			rank[n++] = (struct rank){ s, t->sum[s].weight };
	qsort(rank, (size_t)n, sizeof *rank, by_weight);
	for (int32_t i = 0; i < n; i++)
		show_if_open(u, rank[i].sum);
}

int32_t protect_audit(struct protect_table *t, struct arena *a)
{
	struct audit u = { .t = t, .search = protect_search_begin(t, a), .proofs = t->cells + t->sums };
	int32_t unproved;

	u.proof = arena_alloc(a, ((size_t)u.proofs + 1) * sizeof *u.proof);
	unproved = withhold_all(&u);
	if (unproved == 0)
		give_back(&u, a);
	return unproved;
}
