/*
 * Cubes: figures along named axes, each cell with its state.  Pure numbers: no Lua, SQL, HTTP, clock.
 *
 * A cell is a value, or missing for one of a closed list of reasons, or not applicable, or
 * suppressed; flags say that a value is provisional or carried.  Missing is a state, never NaN:
 * every double of a cube is finite, and 0 where there is no value.  9 bytes a cell.
 *
 * Results do not depend on the order in which rows arrived: members of an axis are in key order and
 * every sum runs along its axis, compensated (Neumaier, "Rundungsfehleranalyse einiger Verfahren
 * zur Summation endlicher Summen", ZAMM 54, 1974).
 */
#ifndef VIGIE_CUBE_H
#define VIGIE_CUBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* ------------------------------------------------------------------ axes */

/* Also the order of axes in every cube: cells of one period series are neighbours. */
enum axis_kind {
	AXIS_TERRITORY,		/* the territories of the level that is computed: "territory" */
	AXIS_DEPARTMENT,	/* départements below that level (grain = "department"): "department" */
	AXIS_ITEM,		/* rows of a frame, such as actions: "item" */
	AXIS_ORGANISATION,	/* "organisation" */
	AXIS_DIMENSION,		/* a dimension of the catalogue under its name: "age" */
	AXIS_PERIOD,		/* consecutive periods of one length: "period" */
};

/* How the members of an axis belong to those of a coarser one. */
struct axis_link {
	const struct axis *to;	/* borrowed */
	const int32_t *at;	/* for each member, its place in `to`; -1: nowhere.  Borrowed */
};

struct axis {
	enum axis_kind kind;
	const char *name;		/* borrowed */
	size_t count;
	const char *const *member;	/* texts in key order (strcmp), all different; borrowed */
	const struct axis_link *link;	/* what `by` may group by beyond the axis itself; borrowed */
	size_t links;
};

enum { CUBE_AXES_MAX = 8 };

/* True when both have the same kind, name and members. */
bool axis_same(const struct axis *a, const struct axis *b);

/* The place of `member`, or -1.  Logarithmic. */
int32_t axis_at(const struct axis *a, const char *member);

/* Length of the periods of an axis: by the text of a member, "2026-03", "2026-Q1" or "2026". */
enum period_step { STEP_MONTH = 1, STEP_QUARTER = 3, STEP_YEAR = 12 };
enum period_step period_length(const char *period);		/* of no period: a month */
enum period_step period_step_named(const char *frequency);	/* of "month", "quarter" or "year"; NULL: a month */
enum period_step axis_step(const struct axis *period);
/* The period of `step` that ends with `period`, or in which it ends.  Borrowed from *a. */
const char *period_ending(struct arena *a, const char *period, enum period_step step);

/* `count` periods of `step` that end with `last`, as an axis.  Borrowed from *a; NULL when `last` is none. */
const struct axis *axis_periods(struct arena *a, enum period_step step, const char *last, size_t count);

/* The number of months from January of year 0 to the first one of a period; -1 when the text is none. */
int period_month(const char *period);
/* The first day of a month counted so, as days since 1970-01-01. */
int32_t period_first_day(int month);

/* ------------------------------------------------------------------ cells */

/*
 * The state of a cell, in the low four bits of its byte.  Where cells meet (a sum, a quotient), the
 * highest number wins, so that the order of operands never matters.
 */
enum state {
	STATE_VALUE,
	STATE_NOT_REPORTED,
	STATE_EMPTY,			/* reported without a value: told as not_reported, never carried over */
	STATE_NOT_DUE_YET,
	STATE_TOO_FEW_POINTS,
	STATE_NO_TREND,
	STATE_COVERAGE_BELOW_MINIMUM,
	STATE_ZERO_DENOMINATOR,
	STATE_OUTSIDE_VALIDITY,		/* also: the logarithm of 0, a number too large */
	STATE_PLUGIN_FAILED,
	STATE_OTHER,			/* the plugin's own words, kept elsewhere */
	STATE_NOT_APPLICABLE = 14,	/* also what `where` refused */
	STATE_SUPPRESSED = 15,
	STATE_MASK = 15,
	STATE_PROVISIONAL = 0x10,	/* flags: those of all that a result rests on */
	STATE_CARRIED = 0x20,
	STATE_FLAGS = 0x30,
};

/* "value", "missing", "not_applicable" or "suppressed".  Static.  Flags are ignored. */
const char *state_name(uint8_t state);
/* The reason of a missing or suppressed cell ("zero_denominator", "small_count"), or NULL.  Static. */
const char *state_reason(uint8_t state);
/* The state of a missing reason's code, or STATE_VALUE when there is no such code. */
uint8_t state_of_reason(const char *reason);

/* ------------------------------------------------------------------ cubes */

/* Reporting units × periods behind a cell: of every period that its value rests on. */
struct cover {
	uint32_t received, expected;
};

struct cube {
	size_t axes;
	const struct axis *axis[CUBE_AXES_MAX];	/* by kind, then dimensions by name; borrowed */
	size_t count;		/* cells: the product of the axes; 1 without any */
	double *value;		/* row-major */
	uint8_t *state;		/* enum state | flags */
	struct cover *cover;	/* over the axes but the dimensions, row-major; NULL: each of its cells
				 * is one unit, received when any of its values is there; none expected
				 * of what nobody reports */
	bool skip;		/* sums leave out what is missing; otherwise one hole makes them missing */
	const struct axis *label;	/* texts: a value is a place in these members; NULL: numbers */
};

/* A cube over these axes in any order, every cell not reported.  Borrowed from *a, axes from the caller. */
struct cube *cube_new(struct arena *a, const struct axis *const *axis, size_t axes);

/* The place of axis `name` in the cube, or -1. */
int cube_axis(const struct cube *c, const char *name);

/* How far apart two neighbours along axis `i` are, in cells. */
size_t cube_stride(const struct cube *c, size_t i);

/* Sets one cell; a number that is not finite becomes outside validity. */
void cube_put(struct cube *c, size_t cell, double value, unsigned flags);
void cube_put_missing(struct cube *c, size_t cell, enum state state);

/* "territory × period × age", with the members where the axis was narrowed.  Borrowed from *a. */
const char *cube_shape(struct arena *a, const struct cube *c);

/* The units behind the cell: summed over what `cover` says.  */
struct cover cube_cover(const struct cube *c, size_t cell);
/* Of what two inputs say of one cell the smaller share, the first of equal ones; none expected says nothing. */
struct cover cube_worse(struct cover a, struct cover b);

/* ------------------------------------------------------------------ preparing inputs */

/* What an input's declaration says of holes. */
enum cube_missing { MISSING_NA, MISSING_SKIP, MISSING_ZERO, MISSING_CARRY };

/*
 * `complete = { dims }`: where one of the members of these dimensions was not reported, none of
 * them counts.  To be done on the finest grain, before sums.
 */
void cube_complete(struct cube *c, const char *const *dims, size_t count);

/*
 * Does to the holes what the declaration says, between the periods `first` (the first one in
 * which the series has any figure) and `last` (the one of as-of), both places on the period axis:
 * ZERO puts 0 where nothing was reported; CARRY repeats the last known value with the flag
 * `carried`, up to `last`, never over a cell that was emptied or has another reason.  Sets `skip`.
 */
void cube_fill(struct cube *c, enum cube_missing how, size_t first, size_t last);

enum cube_over { OVER_SUM, OVER_MEAN, OVER_MEDIAN, OVER_MIN, OVER_MAX, OVER_QUANTILE, OVER_COUNT, OVER_SIZE,
		 OVER_SHARE, OVER_WMEAN, OVER_FIRST };

/*
 * The cube over `to`: axes of the cube itself, or axes that one of its axes has a link to; what is
 * not named is grouped (`over`, with `p` for a quantile and `weight` for a weighted mean, of any
 * shape within that of `c`).  Counts units in `cover`.  This is how an input reaches the asked
 * level and how `by` works.  Borrowed from *a.  NULL when an axis of `to` cannot be reached.
 */
struct cube *cube_group(struct arena *a, const struct cube *c, const struct axis *const *to, size_t axes,
			enum cube_over over, double p, const struct cube *weight);

/* ------------------------------------------------------------------ comparing */

/* `x` at 12 significant digits; -0 becomes 0.  The same on every machine. */
double figure_round(double x);
/* Equal at 12 significant digits. */
bool figure_same(double x, double y);
/* FNV-1a of states and of values at 12 significant digits, continued from `seed` (0 to start). */
uint64_t cube_hash(uint64_t seed, const struct cube *c);

#endif
