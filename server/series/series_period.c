/*
 * Periods: years, quarters, months and days, and what people write instead.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "parts.h"

static int number(const char *text, int digits)
{
	int n = 0;

	for (int i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static int32_t first_of(int year, int month)
{
	char text[24];
	int32_t day = 0;

	snprintf(text, sizeof text, "%04d-%02d-01", year + (month - 1) / 12, (month - 1) % 12 + 1);
	return day_parse(&day, text) ? day : 0;
}

static bool months(struct series_period *out, char kind, int year, int month, int count)
{
	*out = (struct series_period){ kind, first_of(year, month), first_of(year, month + count) - 1 };
	return true;
}

bool series_period_read(struct series_period *out, const char *text)
{
	size_t len = strlen(text);
	int year = len >= 4 ? number(text, 4) : -1, month;
	int32_t day;

	if (year < 1900 || year > 2198)
		return false;
	if (len == 4)
		return months(out, 'y', year, 1, 12);
	if (text[4] != '-')
		return false;
	if (len == 7 && text[5] == 'Q')
		return text[6] >= '1' && text[6] <= '4' &&
		       months(out, 'q', year, (text[6] - '1') * 3 + 1, 3);
	if (len == 7) {
		month = number(text + 5, 2);
		return month >= 1 && month <= 12 && months(out, 'm', year, month, 1);
	}
	if (len != 10 || !day_parse(&day, text))
		return false;
	*out = (struct series_period){ 'd', day, day };
	return true;
}

/* The groups of digits of a text: 2 of "3/2026", 3 of "01/03/2026"; -1 when there are more than three. */
static int groups(int value[3], int digits[3], const char *text)
{
	int count = 0;

	while (*text) {
		int n = (int)strspn(text, "0123456789");

		if (n > 8 || (n && count == 3))
			return -1;
		if (n) {
			value[count] = number(text, n);
			digits[count++] = n;
			text += n;
		} else {
			text++;
		}
	}
	return count;
}

bool series_period_meant(char out[8], const char *text)
{
	bool quarter = strpbrk(text, "QqTt") != NULL;
	int value[3], digits[3], count = groups(value, digits, text), year, part;

	if (count == 1 && digits[0] == 6) {
		year = value[0] / 100;
		part = value[0] % 100;
	} else if (count == 2 && digits[0] == 4) {
		year = value[0];
		part = value[1];
	} else if (count == 2 && digits[1] == 4) {
		year = value[1];
		part = value[0];
	} else {
		return false;
	}
	if (year < 1900 || year > 2198 || part < 1 || part > (quarter ? 4 : 12))
		return false;
	snprintf(out, 8, quarter ? "%04u-Q%01u" : "%04u-%02u", (unsigned)year % 10000,
		 (unsigned)part % (quarter ? 10 : 100));
	return true;
}
