/*
 * Statistics of small counts and short series, each by its published formula.
 *
 * Functions that can have no answer return false and leave *out untouched.  `level` is the
 * confidence of a two-sided interval, 0.95.  No state, no randomness: same input, same bits.
 */
#ifndef VIGIE_STAT_H
#define VIGIE_STAT_H

#include <stdbool.h>
#include <stddef.h>

struct estimate {
	double value, low, high;
};

/* ------------------------------------------------------------------ distributions */

/* Quantile of the standard normal law: Wichura, algorithm AS 241 (PPND16), Appl. Statist. 37, 1988. */
double stat_normal_quantile(double p);

/* ------------------------------------------------------------------ samples */

/* Type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", Am. Stat. 50, 1996; sorts `x`; n > 0. */
double stat_quantile(double *x, size_t n, double p);

/* Compensated sum (Neumaier 1974), in the order given. */
double stat_sum(const double *x, size_t n);

#endif
