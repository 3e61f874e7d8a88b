/*
 * Small counts in published figures: what of a sensitive count may be shown, and
 * the proof that nothing more can be worked out.  Pure: counts in, decisions out.
 *
 * A count below the floor of its series (10, never under 5) is hidden, a true zero
 * is not, and from the floor on it is rounded to base 5.  A total is rounded from
 * the true total, not from its rounded parts.  One with hidden parts is hidden as
 * long as it is less than floor - 1 above the least that its parts can add up to,
 * for it would tell them otherwise: nine hidden counts and a total of "1 to 9" are
 * nine ones.  A rate is hidden when its numerator, its complement or its
 * denominator is hidden, else computed from the rounded counts.
 *
 * Whoever reports knows the exact counts of an organisation, and has the total of all
 * but for a subtraction.  So the rule for totals holds for what the others of each
 * organisation add up to as well.
 *
 * Rounding alone is no proof: 12 shown as 10 beside a hidden 1 and their total of
 * 13 shown as 15 leave 3 and more.  So every total is audited before it is shown.
 * For each count, the audit looks for two other tables that agree with all that is
 * published, or was before, and differ there by PROTECT_WIDTH (by 1 from the floor
 * on).  Totals are withheld where it would find none, those that weigh least before
 * others.  Two such tables are a proof by themselves, however they were found: whoever
 * solves for the bounds of that count, by linear programming or otherwise, finds both.
 *
 * The tables that prove a count below the floor agree with the true one in all that
 * another organisation reports, so they prove it to whoever knows that, too.  Of larger
 * counts this is not asked: 41 of one's own and a total shown as 85 do tell that the
 * other is 42 where it is shown as 40, which gives nobody away.
 */
#ifndef VIGIE_PROTECT_H
#define VIGIE_PROTECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum {
	PROTECT_BASE = 5,
	PROTECT_FLOOR = 10,		/* of a series that names none */
	PROTECT_FLOOR_MIN = 5,
	PROTECT_WIDTH = 4,		/* between the bounds that can be found of a hidden count */
	PROTECT_REACH = 11,
	PROTECT_HIDDEN = -1,		/* in place of a count that is not shown */
};

/* What is shown of a count: 0, a multiple of PROTECT_BASE, or PROTECT_HIDDEN. */
int64_t protect_count(int64_t count, int64_t floor);

/* The parts of a total that are not zero: how many, how many of them hidden, and what their shown forms
 * add up to at least (protect_low). */
struct protect_parts { int64_t count, hidden, least; };

/* What is shown of a total.  With one part it is that part. */
int64_t protect_total(int64_t total, const struct protect_parts *parts, int64_t floor);

/* The least and the most that a shown form leaves open for a count that is not zero. */
int64_t protect_low(int64_t shown, int64_t floor);
int64_t protect_high(int64_t shown, int64_t floor);

/* What one organisation reports of a total; `owner` is its number, below 0: nobody in particular. */
struct protect_share {
	int32_t owner;
	int64_t total;
	struct protect_parts parts;
	int64_t fixed, most;		/* for the audit: what no longer moves; what the rest may add up to at most */
};

/* What all of them but one report (-1: all). */
struct protect_share protect_others(const struct protect_share *share, int32_t shares, int32_t but);

/*
 * Why the rule hides a total of several shares, which is not told: what the others of a share add up to is too little,
 * the number of that share, of several the one whose others lack most; or only what all of them do (PROTECT_ALL);
 * PROTECT_NO_CAUSE: it does not.  Tables in which a cause of the true one holds hide the total as well.
 */
enum { PROTECT_ALL = -1, PROTECT_NO_CAUSE = -2 };
int32_t protect_cause(const struct protect_share *share, int32_t shares, int64_t floor);
/* Is it one of the causes: that the others of share `i` add up to too little? */
bool protect_is_cause(const struct protect_share *share, int32_t shares, int32_t i, int64_t floor);

/* What is shown of a total by shares: hidden also when what the others of one organisation add up to is. */
int64_t protect_shared(const struct protect_share *share, int32_t shares, int64_t floor);

/* The least that a total shown in spite of hidden parts may be. */
int64_t protect_enough(const struct protect_parts *parts, int64_t floor);

/* What that leaves open for the total: one shown in spite of hidden parts is also as large as the rule wants it. */
int64_t protect_total_low(int64_t shown, const struct protect_parts *parts, int64_t floor);
int64_t protect_total_high(int64_t shown, const struct protect_parts *parts, int64_t floor);

/* A share of two shown counts, the first part of the second; false when it is hidden or the second is 0. */
bool protect_rate(double *out, int64_t numerator, int64_t complement, int64_t denominator);

/* A number shown that is as telling as a count below `least`: 0 is not, -3 is. */
bool protect_small(double count, double least);

/*
 * The least that a count must be shown as, so that what it was rounded from is not below `least`: 18 is shown as 20.
 * What the floor of its own series (0: it has none) keeps from view already needs no more.
 */
double protect_shown_least(double least, double floor);

/* The counts that a result rests on. */
struct protect_counts {
	bool has_numerator, has_denominator;
	double numerator, denominator;
	const double *more;		/* others that it names; borrowed */
	size_t mores;
};

/*
 * The smallest count that is shown of an indicator: the stricter of the strictest `floor` of the sensitive series that
 * it rests on and of the strictest `rule` of itself and of the indicators that it reads (0: none has one), never less
 * than PROTECT_FLOOR.
 */
double protect_least(double floor, double rule);

/* Is one of them small, or the complement?  3 minors of 3 are as telling as 3 of 200. */
bool protect_rests_on_small(const struct protect_counts *c, double least);

/* ------------------------------------------------------------------ the audit */

/*
 * A count that is not zero.  `low` and `high` are what is published of it.  The
 * tables that prove it open differ from the true one in cells that are at most
 * PROTECT_REACH younger than it alone, so that what is published of still younger
 * ones concerns it no more.
 */
struct protect_cell {
	int64_t count, low, high;
	int32_t age;			/* months before the last */
	int32_t owner;			/* who reports it and knows it; below 0: nobody who reads what is published */
};

/*
 * The total of two or more cells.  What is published of it: at least `low`, at
 * most `high`.  `hidden`: by rule, so that nothing can be withheld of it;
 * `settled`: nor of one published earlier.  `weight`: what weighs more is withheld
 * last.  `withheld` is the audit's answer.
 *
 * `riders` sums follow it, of which nothing is asked, each of its cells `without` those of one owner.  Those of a
 * total that is shown are shown and withheld with it: what it tells besides.  A hidden one says what one of the
 * reasons of the rule leaves open, a rider what another does, and stands in for it where a count of that owner, which
 * this reason does not concern, is proved.  `whole` are the cells of the total itself.
 */
struct protect_sum {
	const int32_t *cell;		/* numbers of cells, borrowed */
	int32_t cells;
	const int32_t *whole;		/* of one hidden by the rule; borrowed */
	int32_t wholes;
	int64_t low, high;
	int32_t weight, riders, without;
	bool hidden, settled, withheld;
};

struct protect_table {
	struct protect_cell *cell;
	struct protect_sum *sum;
	int32_t cells, sums;
};

/*
 * Marks the sums that must be withheld, and gives how many counts stay without a
 * proof although everything that could be withheld is: 0 unless those published
 * earlier already told too much.  Memory of *a; the same table gives the same
 * answer.
 */
int32_t protect_audit(struct protect_table *t, struct arena *a);

#endif
