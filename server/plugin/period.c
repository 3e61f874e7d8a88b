/*
 * Periods: "2026-03", "2026-Q1", "2026" and their days.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "gather.h"
#include "plugin.h"

/* Year, first month and number of months; false when the text is no period. */
static bool parse(int *year, int *month, int *months, const char *p)
{
	size_t len = strlen(p);

	if (len < 4 || strspn(p, "0123456789") != 4)
		return false;
	*year = (p[0] - '0') * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
	if (*year < 1900 || *year > 2198)
		return false;
	if (len == 4) {
		*month = 1;
		*months = 12;
		return true;
	}
	if (len != 7 || p[4] != '-')
		return false;
	if (p[5] == 'Q' && p[6] >= '1' && p[6] <= '4') {
		*month = (p[6] - '1') * 3 + 1;
		*months = 3;
		return true;
	}
	if (strspn(p + 5, "0123456789") != 2)
		return false;
	*month = (p[5] - '0') * 10 + (p[6] - '0');
	*months = 1;
	return *month >= 1 && *month <= 12;
}

static int32_t first_of(int year, int month)
{
	char text[16];
	int32_t day = 0;

	snprintf(text, sizeof text, "%04d-%02d-01", year + (month - 1) / 12, (month - 1) % 12 + 1);
	return day_parse(&day, text) ? day : 0;
}

bool period_days(int32_t *first, int32_t *last, const char *period)
{
	int year, month, months;

	if (!parse(&year, &month, &months, period))
		return false;
	*first = first_of(year, month);
	*last = first_of(year, month + months) - 1;
	return true;
}

const char *period_frequency(const char *period)
{
	int year, month, months;

	if (!parse(&year, &month, &months, period))
		return NULL;
	return months == 1 ? "month" : months == 3 ? "quarter" : "year";
}

const char *period_example(const char *frequency)
{
	return strcmp(frequency, "month") == 0	 ? "2025-01" :
	       strcmp(frequency, "quarter") == 0 ? "2025-Q1" :
						   "2025";
}

const char *period_shift(struct arena *a, const char *period, int n)
{
	int year, month, months, at;

	if (!parse(&year, &month, &months, period))
		return period;
	at = year * 12 + month - 1 + n * months;
	year = at / 12;
	month = at % 12 + 1;
	if (months == 1)
		return arena_printf(a, "%04d-%02d", year, month);
	return months == 3 ? arena_printf(a, "%04d-Q%d", year, month / 3 + 1) :
			     arena_printf(a, "%04d", year);
}
