/*
 * Intervals of counts, and funnels.
 */
#include <math.h>

#include "stat.h"

/* Beyond it the fractions of the exact laws would not settle, and nobody counts so many. */
static const double COUNT_MAX = 1e8;

bool stat_wilson(struct estimate *out, double k, double n, double level)
{
	double z = stat_normal_quantile(0.5 + level / 2), p = k / n, middle, half;

	if (!(n > 0) || !(k >= 0 && k <= n))
		return false;
	middle = p + z * z / (2 * n);
	half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	out->value = p;
	out->low = k == 0 ? 0 : (middle - half) / (1 + z * z / n);
	out->high = k == n ? 1 : (middle + half) / (1 + z * z / n);
	return true;
}

bool stat_poisson(struct estimate *out, double k, double level)
{
	double tail = (1 - level) / 2;

	if (!(k >= 0 && k <= COUNT_MAX))
		return false;
	out->value = k;
	out->low = k == 0 ? 0 : stat_gamma_quantile(k, tail);
	out->high = stat_gamma_quantile(k + 1, 1 - tail);
	return true;
}

bool stat_rate_ratio(struct estimate *out, double a, double b, double pop_a, double pop_b, double level)
{
	double tail = (1 - level) / 2, scale = pop_b / pop_a, low, high;

	if (!(a >= 0 && b > 0 && pop_a > 0 && pop_b > 0 && a + b <= COUNT_MAX))
		return false;
	low = a == 0 ? 0 : stat_beta_quantile(a, b + 1, tail);
	high = stat_beta_quantile(a + 1, b, 1 - tail);
	out->value = a / b * scale;
	out->low = low / (1 - low) * scale;
	out->high = high / (1 - high) * scale;
	return true;
}

/* ------------------------------------------------------------------ funnels */

static double raw_z(double target, double k, double pop)
{
	return (k / pop - target) / sqrt(target / pop);
}

/* Draws the tenth at each end in to its quantile; `z` is sorted by the first quantile. */
static double dispersion(double *z, size_t n)
{
	double low = stat_quantile(z, n, 0.1), high = stat_quantile(z, n, 0.9);

	for (size_t i = 0; i < n; i++) {
		z[i] = z[i] < low ? low : z[i] > high ? high : z[i];
		z[i] *= z[i];
	}
	return stat_sum(z, n) / (double)n;
}

bool stat_funnel(struct funnel *out, const double *k, const double *pop, size_t n, double *work)
{
	double all = stat_sum(pop, n), target = stat_sum(k, n) / all;

	if (n < 2 || !(all > 0) || !(target > 0))
		return false;
	for (size_t i = 0; i < n; i++)
		work[i] = raw_z(target, k[i], pop[i]);
	out->target = target;
	out->dispersion = fmax(1, dispersion(work, n));
	return true;
}

double stat_funnel_z(const struct funnel *f, double k, double pop)
{
	return raw_z(f->target, k, pop) / sqrt(f->dispersion);
}

struct estimate stat_funnel_limits(const struct funnel *f, double pop, double level)
{
	double half = stat_normal_quantile(0.5 + level / 2) * sqrt(f->dispersion * f->target / pop);

	return (struct estimate){ f->target, fmax(0, f->target - half), f->target + half };
}
