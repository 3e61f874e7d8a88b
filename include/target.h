/*
 * Targets: how far an indicator came from its baseline towards its target, and whether that is
 * where it should be by now.  Pure numbers.
 *
 * Days are days since 1970-01-01; rates are percent of the way, 0 at the baseline, 100 at the target.
 */
#ifndef VIGIE_TARGET_H
#define VIGIE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum target_path {
	PATH_LINEAR,	/* the same share of the way every day */
	PATH_STEPPED,	/* what each step says from its day on */
};

struct target_step {
	int32_t day;
	double value;
};

struct target {
	double baseline, value;
	int32_t start_day, end_day;	/* of the baseline; when the target is due */
	enum target_path path;
	const struct target_step *step;	/* PATH_STEPPED: by day; borrowed */
	size_t steps;
};

/*
 * (now - baseline) / (target - baseline) in percent, as it is and within 0..100.  False when
 * baseline and target are equal at 12 digits: there is no way to go.
 */
bool target_rate(double *raw, double *clipped, const struct target *t, double now);

/* Where the path is on a day: the baseline before the start, the target from the end on. */
double target_expected(const struct target *t, int32_t day);

enum target_direction { DIRECTION_NONE, DIRECTION_UP, DIRECTION_DOWN };

/* From worst to best after the first, which is no judgement. */
enum target_status { TARGET_NONE, TARGET_OFF, TARGET_BEHIND, TARGET_ON_PATH, TARGET_REACHED };

/*
 * Ten points behind is where the State's own tool says "late" of a territory behind the median; twice that is another
 * matter; two keep a figure from changing back and forth.
 */
enum { TARGET_BEHIND_POINTS = 10, TARGET_OFF_POINTS = 20, TARGET_MARGIN_POINTS = 2 };

/* Points of the rate. */
struct target_bands {
	double behind;	/* further behind the path than this is TARGET_BEHIND */
	double off;	/* further than this is TARGET_OFF */
	double margin;	/* how much nearer than a band's edge before it is left for a better one */
};

/*
 * The judgement of `now` on `day`; `before` is the one told last, so that a figure that trembles at
 * an edge does not change colour each month: getting worse tells at once, getting better once it is
 * beyond the edge by the margin.  TARGET_REACHED is a fact and no judgement: it is told and untold at
 * once, and what follows it is judged afresh.  TARGET_NONE without a direction, when the target lies
 * against it, or when there is no way to go.
 */
enum target_status target_status(const struct target *t, enum target_direction direction, double now, int32_t day,
				 enum target_status before, const struct target_bands *bands);

#endif
