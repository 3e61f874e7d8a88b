/*
 * Trends: Theil-Sen, and the day a line meets its goal.
 */
#include <math.h>
#include <stdlib.h>

#include "stat.h"

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The variance of Kendall's S: 18 times it, with ties of y taken off. */
static double kendall_variance(const double *y, size_t n)
{
	double m = (double)n, all = m * (m - 1) * (2 * m + 5);

	for (size_t i = 0; i < n; i++) {
		double ties = 0;
		bool counted = false;

		for (size_t k = 0; k < n; k++) {
			ties += y[k] == y[i];
			counted = counted || (k < i && y[k] == y[i]);
		}
		if (!counted)
			all -= ties * (ties - 1) * (2 * ties + 5);
	}
	return all / 18;
}

/* The slope of this rank, from 1; the extreme ones beyond. */
static double at_rank(const double *slope, size_t n, double rank)
{
	return slope[rank < 1 ? 0 : rank > (double)n ? n - 1 : (size_t)rank - 1];
}

bool stat_theil_sen(struct estimate *out, const double *t, const double *y, size_t n, double level, double *work)
{
	size_t pairs = 0;
	double half;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			work[pairs++] = (y[k] - y[i]) / (t[k] - t[i]);
	if (pairs == 0)
		return false;
	qsort(work, pairs, sizeof *work, ascending);
	half = stat_normal_quantile(0.5 + level / 2) * sqrt(kendall_variance(y, n));
	out->value = stat_quantile(work, pairs, 0.5);
	out->low = at_rank(work, pairs, floor(((double)pairs - half) / 2));
	out->high = at_rank(work, pairs, ceil(((double)pairs + half) / 2) + 1);
	return true;
}

/* ------------------------------------------------------------------ reach */

/* A least-squares line through the centre of the points. */
struct line {
	double t, y, slope;
	double spread;		/* Σ(t - mean)² */
	double variance;	/* of the residuals, n - 2 */
};

static struct line fit(const double *t, const double *y, size_t n)
{
	struct line l = { .t = stat_sum(t, n) / (double)n, .y = stat_sum(y, n) / (double)n };
	double cross = 0;

	for (size_t i = 0; i < n; i++) {
		l.spread += (t[i] - l.t) * (t[i] - l.t);
		cross += (t[i] - l.t) * (y[i] - l.y);
	}
	l.slope = cross / l.spread;
	for (size_t i = 0; i < n; i++) {
		double gap = y[i] - l.y - l.slope * (t[i] - l.t);

		l.variance += gap * gap;
	}
	l.variance /= (double)(n - 2);
	return l;
}

enum reach stat_reach(struct estimate *out, const double *t, const double *y, size_t n, double goal,
		      int direction, double level)
{
	struct line l;
	double q, g, rise, centre, half;

	if (n < 3)
		return REACH_TOO_FEW;
	l = fit(t, y, n);
	q = stat_student_quantile((double)(n - 2), 0.5 + level / 2);
	/* g >= 1 says that the interval of the slope holds 0 */
	g = q * q * l.variance / (l.slope * l.slope * l.spread);
	if (!(l.slope * direction > 0) || !(g < 1))
		return REACH_NO_TREND;
	rise = (goal - l.y) / l.slope;
	centre = rise / (1 - g);
	half = q * sqrt(l.variance) / (fabs(l.slope) * (1 - g)) *
	       sqrt((1 - g) / (double)n + rise * rise / l.spread);
	*out = (struct estimate){ l.t + rise, l.t + centre - half, l.t + centre + half };
	return REACH_DATE;
}
