/*
 * Axes: ordered members, and the calendar of those that are periods.
 */
#include <stdio.h>
#include <string.h>

#include "cube.h"

bool axis_same(const struct axis *a, const struct axis *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || a->count != b->count || strcmp(a->name, b->name) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->member[i], b->member[i]) != 0)
			return false;
	return true;
}

int32_t axis_at(const struct axis *a, const char *member)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(a->member[middle], member);

		if (order == 0)
			return (int32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* ------------------------------------------------------------------ periods */

/* The number that the first `digits` characters of `text` write, or -1. */
static int digits_of(const char *text, int digits)
{
	int number = 0;

	for (int i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

/* First month and length in months of a period, or false. */
static bool period_parse(int *month, enum period_step *step, const char *text)
{
	int year = digits_of(text, 4), part;

	if (year < 0)
		return false;
	if (text[4] == '\0') {
		*month = year * 12, *step = STEP_YEAR;
		return true;
	}
	if (text[4] != '-')
		return false;
	if (text[5] == 'Q' && text[6] >= '1' && text[6] <= '4' && text[7] == '\0') {
		*month = year * 12 + (text[6] - '1') * 3, *step = STEP_QUARTER;
		return true;
	}
	part = digits_of(text + 5, 2);
	if (part < 1 || part > 12 || text[7] != '\0')
		return false;
	*month = year * 12 + part - 1, *step = STEP_MONTH;
	return true;
}

int period_month(const char *period)
{
	enum period_step step;
	int month;

	return period_parse(&month, &step, period) ? month : -1;
}

/* Proleptic Gregorian; years begin in March here, so that the leap day ends them. */
int32_t period_first_day(int month)
{
	int64_t months = (int64_t)month - 2, year = months / 12, of_year = months % 12;
	int64_t era = year / 400, of_era = year % 400;

	return (int32_t)(era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * of_year + 2) / 5 - 719468);
}

enum period_step period_length(const char *period)
{
	enum period_step step;
	int month;

	return period_parse(&month, &step, period) ? step : STEP_MONTH;
}

enum period_step period_step_named(const char *frequency)
{
	if (!frequency || strcmp(frequency, "month") == 0)
		return STEP_MONTH;
	return strcmp(frequency, "quarter") == 0 ? STEP_QUARTER : STEP_YEAR;
}

enum period_step axis_step(const struct axis *period)
{
	return period->count > 0 ? period_length(period->member[0]) : STEP_MONTH;
}

static const char *period_text(struct arena *a, int month, enum period_step step)
{
	if (step == STEP_YEAR)
		return arena_printf(a, "%04d", month / 12);
	if (step == STEP_QUARTER)
		return arena_printf(a, "%04d-Q%d", month / 12, month % 12 / 3 + 1);
	return arena_printf(a, "%04d-%02d", month / 12, month % 12 + 1);
}

const char *period_ending(struct arena *a, const char *period, enum period_step step)
{
	enum period_step own;
	int month;

	return period_parse(&month, &own, period) ? period_text(a, month + (int)own - 1, step) : period;
}

const struct axis *axis_periods(struct arena *a, enum period_step step, const char *last, size_t count)
{
	struct axis *axis = arena_alloc(a, sizeof *axis);
	const char **member = arena_alloc(a, count * sizeof *member);
	int month = period_month(last);
	int64_t first;

	if (month < 0)
		return NULL;
	month -= month % (int)step;
	first = month - ((int64_t)count - 1) * step;
	if (count > 0 && first < 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		member[i] = period_text(a, (int)first + (int)i * (int)step, step);
	*axis = (struct axis){ .kind = AXIS_PERIOD, .name = "period", .count = count, .member = member };
	return axis;
}
