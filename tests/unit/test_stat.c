/*
 * Statistics against values that others computed: R, scipy, tables and examples of the literature.
 *
 * "decimals": 60-digit decimal arithmetic in Python (exact sums of Poisson and binomial terms, the
 * series of the normal law), limits found by halving 150 times: nothing in common with the
 * continued fractions under test.  "printed": a table or an example of the literature.
 */
#include "spec.h"

#include <math.h>

#include "stat.h"

/* Equal but for `digits` significant digits. */
static void near_to(double got, double expected, int digits)
{
	double gap = fabs(got - expected), most = pow(10, -digits) * fmax(fabs(expected), 1e-300);

	if (!(gap <= most))
		print_error("%.17g is not %.17g\n", got, expected);
	assert_true(gap <= most);
}

/* ------------------------------------------------------------------ distributions */

IT(knows_quantiles_of_the_normal_law)
{
	near_to(stat_normal_quantile(0.975), 1.95996398454005, 14);		/* decimals */
	near_to(stat_normal_quantile(0.995), 2.57582930354890, 14);		/* decimals */
	near_to(stat_normal_quantile(0.999), 3.090232306167813, 14);		/* Python's statistics.NormalDist */
	near_to(stat_normal_quantile(1e-10), -6.361340902404056, 14);
	near_to(stat_normal_quantile(0.6), 0.2533471031357998, 14);
	near_to(stat_normal_below(1.95996398454005), 0.975, 14);
}

IT(knows_quantiles_of_student_where_they_have_a_closed_form)
{
	for (double p = 0.55; p < 0.999; p += 0.05) {
		near_to(stat_student_quantile(1, p), tan((p - 0.5) * acos(-1)), 11);
		near_to(stat_student_quantile(2, p), (2 * p - 1) * sqrt(1 / (2 * p * (1 - p))), 11);
		near_to(stat_student_quantile(2, 1 - p), -stat_student_quantile(2, p), 11);
	}
	/* printed: Fisher and Yates, Statistical Tables, table III */
	near_to(stat_student_quantile(10, 0.95), 1.812461, 6);
	near_to(stat_student_quantile(10, 0.975), 2.228139, 6);
	near_to(stat_student_quantile(30, 0.995), 2.749996, 6);
}

IT(inverts_gamma_and_beta)
{
	static const double shapes[] = { 0.5, 1, 2.5, 40, 1e4 };
	static const double shares[] = { 1e-6, 0.01, 0.5, 0.975, 0.999999 };

	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 5; k++) {
			double a = shapes[i], p = shares[k];

			near_to(stat_gamma_below(a, stat_gamma_quantile(a, p)), p, 9);
			near_to(stat_beta_below(a, 3, stat_beta_quantile(a, 3, p)), p, 9);
		}
	near_to(stat_gamma_below(1, 2), 1 - exp(-2), 14);	/* the exponential law */
	near_to(stat_beta_below(3, 1, 0.7), 0.343, 13);		/* x³ */
}

/* ------------------------------------------------------------------ samples */

IT(takes_quantiles_as_type_7_does)
{
	double x[] = { 4, 1, 3, 2 }, y[] = { 10, 20, 30, 40, 50 }, one[] = { 7 };

	near_to(stat_quantile(x, 4, 0.25), 1.75, 15);	/* R: quantile(1:4, .25) */
	near_to(stat_quantile(x, 4, 0.5), 2.5, 15);
	near_to(stat_quantile(y, 5, 0.9), 46, 15);	/* R: quantile(1:5 * 10, .9) */
	near_to(stat_quantile(y, 5, 0), 10, 15);
	near_to(stat_quantile(y, 5, 1), 50, 15);
	near_to(stat_quantile(one, 1, 0.3), 7, 15);
}

IT(adds_without_losing_the_small_ones)
{
	const double x[] = { 1, 1e100, 1, -1e100 }, tenths[] = { .1, .1, .1, .1, .1, .1, .1, .1, .1, .1 };

	assert_true(stat_sum(x, 4) == 2);	/* Neumaier's own example */
	assert_true(stat_sum(tenths, 10) == 1);
	assert_true(stat_sum(x, 0) == 0);
}

IT(measures_spread)
{
	const double x[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	double mean, deviation, odd[] = { 1, 2, 3, 4, 100 };

	assert_true(stat_deviation(&mean, &deviation, x, 8));
	near_to(mean, 5, 15);
	near_to(deviation, sqrt(32.0 / 7), 15);
	assert_false(stat_deviation(&mean, &deviation, x, 1));
	near_to(stat_mad(odd, 5), 1.4826, 15);		/* R: mad(c(1:4, 100)) */
}

/* ------------------------------------------------------------------ counts */

IT(gives_wilson_intervals)
{
	static const struct {
		double k, n, level, low, high;
	} cases[] = {	/* printed: Newcombe, Stat. Med. 17, 1998, table I; more digits by decimals */
		{ 81, 263, 0.95, 0.255288519878274, 0.366209576982800 },	/* .2553 to .3662 */
		{ 15, 148, 0.95, 0.0623863995307363, 0.160487241723308 },	/* .0624 to .1605 */
		{ 0, 20, 0.95, 0, 0.161125158052819 },				/* .0000 to .1611 */
		{ 1, 29, 0.95, 0.00611321429276266, 0.171755218793203 },	/* .0061 to .1718 */
		{ 5, 5, 0.99, 0.429741678972991, 1 },
	};
	struct estimate e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(stat_wilson(&e, cases[i].k, cases[i].n, cases[i].level));
		near_to(e.value, cases[i].k / cases[i].n, 15);
		near_to(e.low, cases[i].low, 12);
		near_to(e.high, cases[i].high, 12);
	}
	assert_false(stat_wilson(&e, 0, 0, 0.95));
	assert_false(stat_wilson(&e, 6, 5, 0.95));
	assert_false(stat_wilson(&e, -1, 5, 0.95));
}

IT(gives_exact_poisson_intervals)
{
	static const struct {
		double k, level, low, high;
	} cases[] = {	/* decimals; 25 printed in GraphPad's note on Garwood's method: 17.38-34.92, 14.00-41.00 */
		{ 0, 0.95, 0, 3.68887945411394 },
		{ 1, 0.95, 0.0253178079842899, 5.57164339093890 },
		{ 10, 0.95, 4.79538869613243, 18.3903560420178 },
		{ 25, 0.90, 17.3821258417509, 34.9160801699241 },
		{ 25, 0.99, 13.9953744331867, 41.0004128513877 },
		{ 137, 0.95, 115.020534433799, 161.956404688073 },
		{ 1000, 0.998, 905.120790934977, 1101.62694387903 },
	};
	struct estimate e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(stat_poisson(&e, cases[i].k, cases[i].level));
		near_to(e.low, cases[i].low, 11);
		near_to(e.high, cases[i].high, 11);
	}
	assert_true(stat_poisson(&e, 1e6, 0.95));
	assert_true(e.low > 998000 && e.low < 998100 && e.high > 1001900 && e.high < 1002000);
	assert_false(stat_poisson(&e, -1, 0.95));
}

IT(compares_two_rates_exactly)
{
	static const struct {
		double a, b, pop_a, pop_b, level, value, low, high;
	} cases[] = {	/* the first is R's own example: poisson.test(c(11, 21), c(800, 3011)); all by decimals */
		{ 11, 21, 800, 3011, 0.95, 1.97148809523810, 0.858426403391640, 4.27726594365407 },
		{ 0, 4, 1, 1, 0.95, 0, 0, 1.51486685936587 },
		{ 30, 1, 2, 5, 0.9, 75, 14.8502200745409, 1509.66909004532 },
		{ 200, 180, 1000, 1100, 0.99, 1.22222222222222, 0.933394189355047, 1.60221365148801 },
	};
	struct estimate e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(stat_rate_ratio(&e, cases[i].a, cases[i].b, cases[i].pop_a, cases[i].pop_b,
					    cases[i].level));
		near_to(e.value, cases[i].value, 12);
		near_to(e.low, cases[i].low, 10);
		near_to(e.high, cases[i].high, 10);
	}
	assert_false(stat_rate_ratio(&e, 3, 0, 1, 1, 0.95));
	assert_false(stat_rate_ratio(&e, 3, 1, 0, 1, 0.95));
}

/* ------------------------------------------------------------------ trends */

IT(finds_the_slope_of_sen_s_own_example)
{
	const double t[] = { 1, 2, 3, 4, 10, 12, 18 }, y[] = { 9, 15, 19, 20, 45, 55, 78 };
	double work[21];
	struct estimate e;

	/* printed: Sen 1968, §6: 4, with 93 % limits 3.71 and 4.38 */
	assert_true(stat_theil_sen(&e, t, y, 7, 0.93, work));
	near_to(e.value, 4, 15);
	near_to(e.low, 26.0 / 7, 14);
	near_to(e.high, 35.0 / 8, 14);
}

IT(counts_ties_in_the_interval_of_the_slope)
{
	const double t[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, y[] = { 3, 4, 4, 5, 7, 6, 8, 8, 8, 10, 9, 12 };
	const double at[] = { 0, 1, 2.5, 3, 4.2, 5, 6.1, 7, 8.3, 9, 10.4, 11 };
	const double tied[] = { 1, 1, 2, 1, 2, 2, 2, 3, 1, 3, 3, 3 };
	double work[66];
	struct estimate e;

	assert_true(stat_theil_sen(&e, t, y, 12, 0.95, work));
	near_to(e.value, 0.6904761904761905, 14);
	near_to(e.low, 0.5555555555555556, 14);	/* ranks 18 and 49 of 66, s² = 208, exact fractions in Python */
	near_to(e.high, 1, 14);
	/* scipy 1.10.1, stats.theilslopes: rank 52 of 66; without the ties of y it would be 53, 0.3333… */
	assert_true(stat_theil_sen(&e, at, tied, 12, 0.99, work));
	near_to(e.value, 0.18874643874643873, 14);
	assert_true(e.low == 0);
	near_to(e.high, 0.32258064516129037, 14);
	assert_false(stat_theil_sen(&e, t, y, 1, 0.95, work));
}

IT(says_when_a_line_meets_its_goal)
{
	const double t[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
	const double y[] = { 10, 12, 13, 17, 18, 22, 23, 24, 29, 30, 33, 34 };
	const double flat[] = { 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2 };
	struct estimate e;

	/* R 4.2.2: where the limits of predict(lm(y ~ t), interval = "confidence", level = 0.9) meet 100 (uniroot) */
	assert_int_equal(stat_reach(&e, t, y, 12, 100, 1, 0.90), REACH_DATE);
	near_to(e.value, 39.730670762928824, 12);
	near_to(e.low, 37.7955905136265, 11);
	near_to(e.high, 41.90962607417797, 11);
	assert_int_equal(stat_reach(&e, t, y, 12, 100, -1, 0.90), REACH_NO_TREND);
	assert_int_equal(stat_reach(&e, t, flat, 12, 100, 1, 0.90), REACH_NO_TREND);
	assert_int_equal(stat_reach(&e, t, y, 2, 100, 1, 0.90), REACH_TOO_FEW);
}

IT(needs_no_residual_for_points_on_a_line)
{
	const double t[] = { 0, 1, 2, 3 }, y[] = { 0, 10, 20, 30 };
	struct estimate e;

	assert_int_equal(stat_reach(&e, t, y, 4, 100, 1, 0.90), REACH_DATE);
	assert_true(e.value == 10 && e.low == 10 && e.high == 10);
}

/* ------------------------------------------------------------------ funnels */

IT(widens_funnels_by_the_overdispersion)
{
	const double k[] = { 12, 30, 7, 55, 21, 90, 3, 18, 40, 9 };
	const double pop[] = { 1000, 1500, 900, 2100, 1600, 2500, 400, 1300, 1700, 800 };
	double work[10];
	struct funnel f;
	struct estimate limits;

	/* R 4.2.2: mean of z² between quantile(z, c(0.1, 0.9)) */
	assert_true(stat_funnel(&f, k, pop, 10, work));
	near_to(f.target, 0.020652173913043477, 14);
	near_to(f.dispersion, 3.068646798092864, 13);
	near_to(stat_funnel_z(&f, k[5], pop[5]), 3.048319855739064, 13);
	limits = stat_funnel_limits(&f, 2500, 0.998);
	near_to(limits.high - f.target, 3.090232306167813 * sqrt(f.dispersion * f.target / 2500), 10);
	assert_true(stat_funnel_limits(&f, 10, 0.998).low == 0);
}

IT(never_narrows_a_funnel)
{
	const double k[] = { 10, 10, 11 }, pop[] = { 100, 100, 100 }, none[] = { 0, 0, 0 };
	double work[3];
	struct funnel f;

	assert_true(stat_funnel(&f, k, pop, 3, work));
	assert_true(f.dispersion == 1);
	assert_false(stat_funnel(&f, k, pop, 1, work));
	assert_false(stat_funnel(&f, none, pop, 3, work));
}

SPEC("statistics",
     RUN(knows_quantiles_of_the_normal_law),
     RUN(knows_quantiles_of_student_where_they_have_a_closed_form),
     RUN(inverts_gamma_and_beta),
     RUN(takes_quantiles_as_type_7_does),
     RUN(adds_without_losing_the_small_ones),
     RUN(measures_spread),
     RUN(gives_wilson_intervals),
     RUN(gives_exact_poisson_intervals),
     RUN(compares_two_rates_exactly),
     RUN(finds_the_slope_of_sen_s_own_example),
     RUN(counts_ties_in_the_interval_of_the_slope),
     RUN(says_when_a_line_meets_its_goal),
     RUN(needs_no_residual_for_points_on_a_line),
     RUN(widens_funnels_by_the_overdispersion),
     RUN(never_narrows_a_funnel))
