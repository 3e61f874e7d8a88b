/*
 * Statistics of a sample: sums, quantiles, spread.
 */
#include <math.h>
#include <stdlib.h>

#include "stat.h"

double stat_sum(const double *x, size_t n)
{
	double sum = 0, rest = 0;

	for (size_t i = 0; i < n; i++) {
		double total = sum + x[i];

		rest += fabs(sum) >= fabs(x[i]) ? (sum - total) + x[i] : (x[i] - total) + sum;
		sum = total;
	}
	return sum + rest;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double stat_quantile(double *x, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t below;

	qsort(x, n, sizeof *x, ascending);
	if (!(at > 0))
		return x[0];
	below = (size_t)at;
	if (below + 1 >= n)
		return x[n - 1];
	return x[below] + (at - (double)below) * (x[below + 1] - x[below]);
}

bool stat_deviation(double *mean, double *deviation, const double *x, size_t n)
{
	double squares = 0, rest = 0;

	if (n < 2)
		return false;
	*mean = stat_sum(x, n) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double square = (x[i] - *mean) * (x[i] - *mean), total = squares + square;

		rest += squares >= square ? (squares - total) + square : (square - total) + squares;
		squares = total;
	}
	*deviation = sqrt((squares + rest) / (double)(n - 1));
	return true;
}

double stat_mad(double *x, size_t n)
{
	double median = stat_quantile(x, n, 0.5);

	for (size_t i = 0; i < n; i++)
		x[i] = fabs(x[i] - median);
	return 1.4826 * stat_quantile(x, n, 0.5);
}
