/*
 * Observations in memory: every count ever recorded of a series, 16 bytes each.
 *
 * Workers compute indicators from these columns instead of asking the database
 * for sums.  They are loaded once, then brought up to date by what was
 * committed since: each batch carries its transaction, so that one that commits
 * late is neither missed nor taken twice.  Nothing here is filtered by person
 * but by row-level security: what is kept is for the context "service" alone.
 *
 * What is retained of a figure is what series.h says: a main source before a
 * secondary one, then the latest vintage, then what was recorded last.
 *
 * Not for several threads at once.
 */
#ifndef VIGIE_OBSERVATION_H
#define VIGIE_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "err.h"

/* All that one worker keeps.  Owned: observations_close(). */
struct observations;
struct observations *observations_open(void) __attribute__((returns_nonnull));
void observations_close(struct observations *all);

/* One series of one plan.  Borrowed from the observations; its texts until the next load. */
struct observation_set;

/*
 * Brings a series (of a plan, or of none: 0) to what is committed now.  *out is
 * borrowed from *all.  On failure nothing of it may be used before another load
 * succeeds, which then reads all of it again.  ERR_INTERNAL when it has more
 * territories (255), organisations (2,047), combinations of members (1,023),
 * spans of days (4,095) or pairs of source and vintage (255) than fit.
 */
bool observations_load(struct observation_set **out, struct observations *all, struct db_session *s,
		       int64_t series_id, int64_t plan_id, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/*
 * The same for a part of a series, for one question: what the person of *s may read of it.  What
 * was loaded of the series before is forgotten.  Beside the part there is, of whoever told something else
 * and of these members, one figure without a value: that they are heard of.
 */
struct observation_part {
	const char *territory;		/* and what lies within; NULL: everywhere */
	int32_t from_on, to_on;		/* spans that touch these days; DAY_NONE: from the beginning, to the end */
	const char *as_of;		/* what was said by this instant; NULL: by now */
	bool standing;			/* of each figure what was retained by then alone */
};
bool observations_read(struct observation_set **out, struct observations *all, struct db_session *s,
		       int64_t series_id, int64_t plan_id, const struct observation_part *part, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/*
 * What publications show of a sensitive series of a plan (series.h), brought to what is committed now, as
 * observations recorded when they were published: *figures in protected form, *totals of a territory with all that
 * lies within, of no organisation, over the month or the twelve months of their span; "" or one "dimension=member"
 * says what of.  Borrowed and failing as observations_load().
 */
bool observations_published(struct observation_set **figures, struct observation_set **totals,
			    struct observations *all, struct db_session *s, int64_t series_id, int64_t plan_id,
			    struct err *e) __attribute__((nonnull, warn_unused_result));

/*
 * A series as nobody reported it: invented figures, all marked fictitious, of the months that these days lie in and
 * that had ended by `today`; always the same ones (`vigie demo figures` makes them for a plan, with a seed of 1).
 * Nothing that was reported is read.  Empty where none are made: what is not counted by month and département.
 */
struct observation_days { int32_t from_on, to_on, today; };
bool observations_invent(struct observation_set **out, struct observations *all, struct db_session *s,
			 const char *code, int64_t plan_id, const struct observation_days *days, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* How much is kept, and how often loads changed something: the same number, the same figures. */
struct observation_size { size_t rows, bytes; uint64_t loads; };
struct observation_size observations_size(const struct observation_set *set);
struct observation_size observations_kept(const struct observations *all);	/* of all its sets together */

/*
 * What a reader made of the rows of a set and keeps beside it: given to `forget` when the rows are read anew or the
 * set is closed, never for rows that were added.  One a set; NULL: none.
 */
void *observation_companion(const struct observation_set *set);
void observation_set_companion(struct observation_set *set, void *companion, void (*forget)(void *companion));

/* The names behind the numbers of an observation, each list in a fixed order. */
struct observation_span { int32_t from_on, to_on; };	/* days since 1970-01-01 */
size_t observation_territories(const struct observation_set *set);
const char *observation_territory(const struct observation_set *set, size_t i);	/* "93" */
size_t observation_organisations(const struct observation_set *set);
int64_t observation_organisation(const struct observation_set *set, size_t i);	/* its id; 0: none */
size_t observation_dims_count(const struct observation_set *set);
const char *observation_dims(const struct observation_set *set, size_t i);	/* "age=minor;sex=female" */
size_t observation_spans(const struct observation_set *set);
struct observation_span observation_span(const struct observation_set *set, size_t i);

enum observation_state { OBSERVED_VALUE, OBSERVED_MISSING, OBSERVED_NOT_APPLICABLE,
			 OBSERVED_SUPPRESSED };	/* published as hidden */

struct observation {
	uint16_t territory, organisation, dims, span;	/* numbers in the lists above */
	enum observation_state state;
	bool provisional, fictitious;
	double value;			/* 0 unless OBSERVED_VALUE */
	int64_t recorded_us;
};

/* Which observation stands for a figure. */
enum observation_vintage {
	VINTAGE_RETAINED,		/* as above */
	VINTAGE_FIRST,			/* what was recorded first */
	VINTAGE_LAST,			/* what was recorded last, whatever its source */
	VINTAGE_NAMED,			/* of that vintage, the retained one */
};

struct observation_cursor {
	const struct observation_set *set;	/* borrowed; must not be loaded again meanwhile */
	int64_t as_of_us;			/* what was recorded later is not known; INT64_MAX: now */
	enum observation_vintage vintage;
	const char *name;			/* of VINTAGE_NAMED; borrowed */
	size_t at, end;				/* rows; begins at 0, ends with the last one: 0 */
};

/* The rows of a territory, for a cursor that is to read these alone.  Never none; they only get more between loads
 * that add to a set. */
struct observation_rows { size_t at, end; };
struct observation_rows observation_rows_of(const struct observation_set *set, size_t territory);

/*
 * The next figure that was known, by territory, organisation, members, span:
 * always in this order, whatever the order in which they were loaded.  False: no more.
 */
bool observation_next(struct observation *out, struct observation_cursor *c)
	__attribute__((nonnull, warn_unused_result));

#endif
