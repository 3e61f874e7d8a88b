/*
 * Statistics of small counts and short series, each by its published formula.
 *
 * Functions that can have no answer return false and leave *out untouched.  `level` is the
 * confidence of a two-sided interval: 0.95.  No state and no randomness: the same input gives the
 * same bits on one machine, and the same 12 digits on any.
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

/* The normal law's share below x. */
double stat_normal_below(double x);

/*
 * Share below x of the gamma law of shape a and scale 1, P(a, x): series where x < a + 1, Legendre's
 * continued fraction elsewhere (Abramowitz and Stegun 6.5.29 and 6.5.31).  2·x of it is chi-square
 * with 2·a degrees of freedom.
 */
double stat_gamma_below(double a, double x);
double stat_gamma_quantile(double a, double p);

/* The beta law's share below x, I_x(a, b), by its continued fraction (A&S 26.5.8), and its quantile. */
double stat_beta_below(double a, double b, double x);
double stat_beta_quantile(double a, double b, double p);

/* Quantile of Student's t with `n` degrees of freedom, through the beta law (A&S 26.7.1). */
double stat_student_quantile(double n, double p);

/* ------------------------------------------------------------------ samples */

/* Compensated sum (Neumaier 1974), in the order given. */
double stat_sum(const double *x, size_t n);

/* Type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", Am. Stat. 50, 1996; sorts `x`; n > 0. */
double stat_quantile(double *x, size_t n, double p);

/* Standard deviation with n - 1; false under two values. */
bool stat_deviation(double *mean, double *deviation, const double *x, size_t n);

/* 1.4826 × the median of |x - median|, as R's mad(): estimates a normal law's deviation; sorts `x`; n > 0. */
double stat_mad(double *x, size_t n);

/* ------------------------------------------------------------------ counts */

/*
 * A proportion k/n with Wilson's score interval: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
 * Wilson, J. Am. Stat. Assoc. 22, 1927.  False unless 0 <= k <= n and n > 0.
 */
bool stat_wilson(struct estimate *out, double k, double n, double level);

/*
 * A Poisson count with its exact interval: quantiles of chi-square with 2k and 2k + 2 degrees of
 * freedom, halved.  Garwood, Biometrika 28, 1936.  False when k < 0 or k > 1e8.
 */
bool stat_poisson(struct estimate *out, double k, double level);

/*
 * The ratio of two Poisson rates, (a/pop_a) / (b/pop_b), with the exact interval given their sum:
 * Clopper-Pearson limits p of a among a + b become p/(1-p) · pop_b/pop_a.  Przyborowski and Wilenski,
 * Biometrika 31, 1940; R's poisson.test().  False unless a >= 0, b > 0, a + b <= 1e8 and populations are
 * positive.
 */
bool stat_rate_ratio(struct estimate *out, double a, double b, double pop_a, double pop_b, double level);

/* ------------------------------------------------------------------ trends */

/*
 * The median of the slopes of all pairs of points (Theil 1950; Sen, J. Am. Stat. Assoc. 63, 1968) with
 * Sen's interval: of the N slopes in order those of rank (N - z·s)/2 and (N + z·s)/2 + 1, rounded
 * outwards, s² = n(n-1)(2n+5)/18 less the same over ties of y.  Times are all different.  `work` holds
 * n(n-1)/2 numbers.  Where the interval would reach beyond the slopes its limits are the extreme ones.
 * False under two points.
 */
bool stat_theil_sen(struct estimate *out, const double *t, const double *y, size_t n, double level, double *work);

enum reach { REACH_DATE, REACH_TOO_FEW, REACH_NO_TREND };

/*
 * When the least-squares line y = a + b·t meets `goal`: (goal - a)/b, with Fieller's limits (J. Roy.
 * Stat. Soc. B 16, 1954) from t quantiles with n - 2 degrees of freedom.  No trend when b's own
 * interval holds 0, or when b does not have the sign of `direction` (1 up, -1 down).
 */
enum reach stat_reach(struct estimate *out, const double *t, const double *y, size_t n, double goal,
		      int direction, double level);

/* ------------------------------------------------------------------ funnels */

/*
 * A funnel plot of rates with Spiegelhalter's overdispersion (Stat. Med. 24, 2005, §3 and A.1): the
 * target is Σk/Σpop; z = (k/pop - target) / sqrt(target/pop); φ is the mean of z² after a tenth of the
 * z at each end was drawn in to its quantile, and at least 1.
 */
struct funnel {
	double target, dispersion;	/* φ */
};

/* `work` holds n numbers.  False under two units, or when all counts are 0. */
bool stat_funnel(struct funnel *out, const double *k, const double *pop, size_t n, double *work);

/* z divided by sqrt(φ); limits target ∓ z_level · sqrt(φ·target/pop), not below 0.  pop > 0. */
double stat_funnel_z(const struct funnel *f, double k, double pop);
struct estimate stat_funnel_limits(const struct funnel *f, double pop, double level);

#endif
