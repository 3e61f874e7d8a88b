/*
 * Clock: days and instants, and their texts.
 */
#include "clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "zone.h"

static const int64_t SECOND_US = 1000000;
static const int64_t DAY_S = 86400;

static _Atomic int32_t fixed_today = DAY_NONE;

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void clock_set_today(int32_t day)
{
	fixed_today = day;
}

bool clock_zone_known(const char *zone)
{
	return zone_known(zone);
}

int32_t clock_today(const char *zone)
{
	int32_t day = fixed_today;
	int64_t now;

	if (day != DAY_NONE)
		return day;
	now = floor_div(clock_now_us(), SECOND_US);
	return (int32_t)floor_div(now + zone_offset_s(zone, now), DAY_S);
}

int64_t clock_now_us(void)
{
	return nanoseconds(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
	return nanoseconds(CLOCK_MONOTONIC) / 1000000;
}

int64_t clock_mono_ns(void)
{
	return nanoseconds(CLOCK_MONOTONIC);
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* `count` digits exactly, as a number; -1 when something else is there. */
static int digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* Reads the ten characters of a day at `text`; what follows is not looked at. */
static bool read_day(int32_t *out, const char *text)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int year, month, day, last;

	if (strnlen(text, 10) < 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
	if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1)
		return false;
	last = lengths[month - 1] + (month == 2 && is_leap(year));
	if (day > last)
		return false;
	*out = (year - 1970) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477 +
	       before[month - 1] + (month > 2 && is_leap(year)) + day - 1;
	return true;
}

bool day_parse(int32_t *out, const char *text)
{
	return strnlen(text, 11) == 10 && read_day(out, text);
}

struct day_text day_format(int32_t day)
{
	int64_t seconds = (int64_t)day * DAY_S;
	struct day_text out;
	struct tm t;

	/* a day that read_day cannot give (DAY_NONE) shows as the far past rather than as a crash */
	if (!gmtime_r(&seconds, &t) || t.tm_year < -1900 || t.tm_year > 8099)
		return (struct day_text){ "0000-00-00" };
	strftime(out.text, sizeof out.text, "%Y-%m-%d", &t);
	return out;
}

/* Reads ".123456" if there: microseconds; further digits are dropped.  False without a digit. */
static bool read_fraction(int64_t *us, const char **at)
{
	int64_t unit = 100000;

	*us = 0;
	if (**at != '.')
		return true;
	(*at)++;
	if (digits(*at, 1) < 0)
		return false;
	for (; digits(*at, 1) >= 0; (*at)++, unit /= 10)
		*us += digits(*at, 1) * unit;
	return true;
}

/* Reads "Z", "+02:00" or "-05:00" and the end of the text: seconds. */
static bool read_offset(int64_t *out, const char *at)
{
	int hours, minutes;

	if (strcmp(at, "Z") == 0) {
		*out = 0;
		return true;
	}
	if ((at[0] != '+' && at[0] != '-') || strnlen(at, 7) != 6 || at[3] != ':')
		return false;
	hours = digits(at + 1, 2), minutes = digits(at + 4, 2);
	if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
		return false;
	*out = (at[0] == '-' ? -60 : 60) * (hours * 60 + minutes);
	return true;
}

bool instant_parse(int64_t *out, const char *text)
{
	int64_t fraction_us, offset_s;
	int hour, minute, second;
	const char *at;
	int32_t day;

	if (strnlen(text, 19) < 19 || !read_day(&day, text) || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':')
		return false;
	hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
		return false;
	at = text + 19;
	if (!read_fraction(&fraction_us, &at) || !read_offset(&offset_s, at))
		return false;
	*out = (day * DAY_S + hour * 3600 + minute * 60 + second - offset_s) * SECOND_US + fraction_us;
	return true;
}

struct instant_text instant_format(int64_t us)
{
	int64_t seconds = floor_div(us, SECOND_US);
	int64_t rest = (us % SECOND_US + SECOND_US) % SECOND_US;
	struct instant_text out;
	struct tm t;

	if (!gmtime_r(&seconds, &t) || t.tm_year < -1900 || t.tm_year > 8099)
		return (struct instant_text){ "0000-00-00T00:00:00.000000Z" };
	strftime(out.text, sizeof out.text, "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out.text + 19, sizeof out.text - 19, ".%06dZ", (int)rest);
	return out;
}

/*
 * Local midnight may fall twice (the clock goes back over it) or never (it goes
 * forward): the offsets of the day before and the day after give the two
 * candidates, and the later one that is right ends the day.
 */
int64_t day_end_us(int32_t day, const char *zone)
{
	int64_t local = ((int64_t)day + 1) * DAY_S;
	int64_t before = local - zone_offset_s(zone, local - DAY_S);
	int64_t after = local - zone_offset_s(zone, local + DAY_S);
	int64_t end = before;

	if (after + zone_offset_s(zone, after) == local)
		end = after;
	return end * SECOND_US - 1;
}
