/*
 * Looking for other tables that agree with all that is published: how the audit of
 * include/protect.h proves a count open.
 */
#ifndef VIGIE_PROTECT_SEARCH_H
#define VIGIE_PROTECT_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "protect.h"

struct protect_move { int32_t cell; int by; };

enum { KNOWS_NONE = -1, KNOWS_ALL = -2 };

/*
 * Of a cell, or of a sum (the other is -1): how two tables that prove it open differ from the true one.  `knows`: the
 * owner whose cells are the same in all three, KNOWS_NONE, or KNOWS_ALL: every cell that is not of the owner of what
 * is proved.
 */
struct protect_proof {
	int32_t cell, sum, knows;
	int32_t ups, moves, room;	/* moves to the first table, to both */
	struct protect_move *move;
};

struct protect_search;

/* Around the true table of *t (borrowed), with every sum shown.  Memory of *a. */
struct protect_search *protect_search_begin(struct protect_table *t, struct arena *a);

/* Whose cell it is, or whose all cells of the sum are; below 0: several owners', or nobody's. */
int32_t protect_search_owner(const struct protect_search *f, const struct protect_proof *p);

/* How far apart the tables must be. */
int64_t protect_search_width(const struct protect_search *f, const struct protect_proof *p);

/* A sum is withheld, or shown again, with its riders. */
void protect_search_withhold(struct protect_search *f, int32_t sum, bool withheld);

/* Would the sum still agree, were it different by that much? */
bool protect_search_agrees(const struct protect_search *f, int32_t sum, int64_t by);

/*
 * Looks for two tables as far apart as they must be; false when none is found, and
 * the proof stays as it was.  `sum`: where the proof disagrees with that one alone,
 * or its riders, its tables are mended first; else -1.  `patience`: moves that may be spent where the
 * quick search finds none; less what was spent.
 */
bool protect_search_prove(struct protect_search *f, struct protect_proof *p, int32_t sum, int64_t *patience);

/* How many moves were tried so far. */
int64_t protect_search_effort(const struct protect_search *f);

#endif
