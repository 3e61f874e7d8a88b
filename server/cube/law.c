/*
 * Distributions: normal, gamma, beta, Student.
 */
#include <float.h>
#include <math.h>

#include "stat.h"

/* ------------------------------------------------------------------ normal */

static double polynomial(const double *c, int degree, double x)
{
	double y = c[degree];

	while (degree-- > 0)
		y = y * x + c[degree];
	return y;
}

double stat_normal_quantile(double p)
{
	static const double a[] = { 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
				    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
				    3.3430575583588128105e+4, 2.5090809287301226727e+3 };
	static const double b[] = { 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
				    5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
				    2.8729085735721942674e+4, 5.2264952788528545610e+3 };
	static const double c[] = { 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
				    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
				    2.27238449892691845833e-2, 7.74545014278341407640e-4 };
	static const double d[] = { 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
				    6.89767334985100004550e-1, 1.48103976427480074590e-1,
				    1.51986665636164571966e-2, 5.47593808499534494600e-4,
				    1.05075007164441684324e-9 };
	static const double e[] = { 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
				    2.96560571828504891230e-1, 2.65321895265761230930e-2,
				    1.24266094738807843860e-3, 2.71155556874348757815e-5,
				    2.01033439929228813265e-7 };
	static const double f[] = { 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
				    1.48753612908506148525e-2, 7.86869131145613259100e-4,
				    1.84631831751005468180e-5, 1.42151175831644588870e-7,
				    2.04426310338993978564e-15 };
	double q = p - 0.5, r;

	if (fabs(q) <= 0.425) {
		r = 0.180625 - q * q;
		return q * polynomial(a, 7, r) / polynomial(b, 7, r);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	r = r <= 5 ? polynomial(c, 7, r - 1.6) / polynomial(d, 7, r - 1.6)
		   : polynomial(e, 7, r - 5) / polynomial(f, 7, r - 5);
	return q < 0 ? -r : r;
}

double stat_normal_below(double x)
{
	return 0.5 * erfc(-x / sqrt(2));
}

/* ------------------------------------------------------------------ gamma */

/* log Γ(a), without the global sign of lgamma(). */
static double log_gamma(double a)
{
	int sign;

	return lgamma_r(a, &sign);
}

enum { TERMS = 100000 };

static const double TINY = 1e-300;

static double gamma_series(double a, double x)
{
	double term = 1 / a, sum = term;

	for (int i = 1; i < TERMS && term > sum * DBL_EPSILON / 4; i++) {
		term *= x / (a + i);
		sum += term;
	}
	return sum * exp(a * log(x) - x - log_gamma(a));
}

/* 1 - P(a, x), by Lentz's method. */
static double gamma_fraction(double a, double x)
{
	double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d, change = 0;

	for (int i = 1; i < TERMS && fabs(change - 1) > DBL_EPSILON; i++) {
		double an = -i * (i - a);

		b += 2;
		d = an * d + b;
		c = b + an / c;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = fabs(c) < TINY ? TINY : c;
		change = d * c;
		h *= change;
	}
	return h * exp(a * log(x) - x - log_gamma(a));
}

double stat_gamma_below(double a, double x)
{
	if (x <= 0)
		return 0;
	return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

/*
 * The x where `below` reaches p between two bounds: Newton's steps with the density, halving where
 * they would leave the bounds.
 */
static double invert(double (*below)(const double *law, double x), double (*density)(const double *law, double x),
		     const double *law, double p, double low, double high, double x)
{
	for (int i = 0; i < 200; i++) {
		double gap = below(law, x) - p, slope = density(law, x), next;

		if (gap == 0 || high - low <= DBL_EPSILON * fabs(x))
			break;
		if (gap > 0)
			high = x;
		else
			low = x;
		next = slope > 0 ? x - gap / slope : low;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - x) <= DBL_EPSILON * fabs(x))
			return next;
		x = next;
	}
	return x;
}

static double gamma_below(const double *law, double x)
{
	return stat_gamma_below(law[0], x);
}

static double gamma_density(const double *law, double x)
{
	return exp((law[0] - 1) * log(x) - x - log_gamma(law[0]));
}

double stat_gamma_quantile(double a, double p)
{
	/* Wilson and Hilferty's cube is near enough to begin with. */
	double z = stat_normal_quantile(p), c = 1 - 1 / (9 * a) + z / (3 * sqrt(a)), x = a * c * c * c, high;

	if (p <= 0)
		return 0;
	if (!(x > 0) || c <= 0)
		x = exp((log(p) + log_gamma(a + 1)) / a);	/* the first term of the series */
	for (high = x > a ? 2 * x : 2 * a; stat_gamma_below(a, high) < p;)
		high *= 2;
	return invert(gamma_below, gamma_density, &a, p, 0, high, x > 0 ? x : high / 2);
}

/* ------------------------------------------------------------------ beta */

static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), h, change = 0;

	d = 1 / (fabs(d) < TINY ? TINY : d);
	h = d;
	for (int m = 1; m < TERMS && fabs(change - 1) > DBL_EPSILON; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = fabs(c) < TINY ? TINY : c;
		change = d * c;
		h *= change;
	}
	return h;
}

double stat_beta_below(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

static double beta_below(const double *law, double x)
{
	return stat_beta_below(law[0], law[1], x);
}

static double beta_density(const double *law, double x)
{
	return exp(log_gamma(law[0] + law[1]) - log_gamma(law[0]) - log_gamma(law[1]) +
		   (law[0] - 1) * log(x) + (law[1] - 1) * log1p(-x));
}

double stat_beta_quantile(double a, double b, double p)
{
	const double law[] = { a, b };

	if (p <= 0 || p >= 1)
		return p <= 0 ? 0 : 1;
	return invert(beta_below, beta_density, law, p, 0, 1, a / (a + b));
}

double stat_student_quantile(double n, double p)
{
	double x;

	if (p == 0.5)
		return 0;
	/* 2·min(p, 1-p) = I_x(n/2, 1/2), x = n/(n + t²) */
	x = stat_beta_quantile(n / 2, 0.5, 2 * (p < 0.5 ? p : 1 - p));
	return (p < 0.5 ? -1 : 1) * sqrt(n * (1 - x) / x);
}
