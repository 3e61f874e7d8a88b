/*
 * Time zones: each is read once from /usr/share/zoneinfo and kept.
 *
 * A file has a list of past changes and a rule for the future, such as
 * "CET-1CEST,M3.5.0,M10.5.0/3": the fifth (last) Sunday of March and of October.
 */
#include "zone.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES_MAX = 16, NAME_MAX_BYTES = 64, FILE_MAX = 64 * 1024, HEADER = 44 };

struct rule {
	int month, week, weekday;
	int32_t at_s;		/* seconds after local midnight */
};

struct zone {
	char name[NAME_MAX_BYTES];
	int64_t *change;	/* owned, never freed: instants of change, rising */
	int32_t *offset;	/* owned, never freed: offset from change[i] on */
	int count;
	int32_t first;		/* offset before the first change */
	bool has_rule, has_summer;
	int32_t winter, summer;	/* offsets of the rule */
	struct rule start, end;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones[ZONES_MAX];	/* guarded by `lock`; what it points at never changes */
static int zone_count;

static uint32_t big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big64(const unsigned char *p)
{
	return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
}

/* Reads "-1", "+5:30" or "3:00:00" as seconds. */
static bool read_hms(int32_t *out, const char **at)
{
	int32_t sign = 1, value = 0, unit = 3600;

	if (**at == '-' || **at == '+')
		sign = *(*at)++ == '-' ? -1 : 1;
	if (**at < '0' || **at > '9')
		return false;
	for (; unit; unit /= 60) {
		char *end;
		long n = strtol(*at, &end, 10);

		if (n < 0 || n > 167)
			return false;
		value += (int32_t)n * unit;
		*at = end;
		if (**at != ':' || (*at)[1] < '0' || (*at)[1] > '9')
			break;
		(*at)++;
	}
	*out = sign * value;
	return true;
}

static bool skip_name(const char **at)
{
	const char *start = *at;

	if (**at == '<') {
		*at = strchr(*at, '>');
		if (!*at)
			return false;
		(*at)++;
		return true;
	}
	while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z'))
		(*at)++;
	return *at > start;
}

static bool read_change(struct rule *r, const char **at)
{
	int used = 0;

	if (sscanf(*at, ",M%2d.%1d.%1d%n", &r->month, &r->week, &r->weekday, &used) != 3 || !used)
		return false;
	*at += used;
	r->at_s = 2 * 3600;
	if (**at != '/')
		return true;
	(*at)++;
	return read_hms(&r->at_s, at);
}

static void read_rule(struct zone *z, const char *at)
{
	int32_t west;

	if (!skip_name(&at) || !read_hms(&west, &at))
		return;
	z->winter = -west;
	z->has_rule = true;
	if (!*at || !skip_name(&at))
		return;
	z->summer = z->winter + 3600;
	if (*at && *at != ',') {
		if (!read_hms(&west, &at))
			return;
		z->summer = -west;
	}
	z->has_summer = read_change(&z->start, &at) && read_change(&z->end, &at);
}

/* The second half of the file (64-bit instants) into *z. */
static bool read_body(struct zone *z, const unsigned char *p, size_t left)
{
	uint32_t isut, isstd, leap, changes, types, chars;
	const unsigned char *kinds, *info;
	size_t size;

	if (left < HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	isut = big32(p + 20), isstd = big32(p + 24), leap = big32(p + 28);
	changes = big32(p + 32), types = big32(p + 36), chars = big32(p + 40);
	if ((isut | isstd | leap | changes | types | chars) > FILE_MAX || types == 0)
		return false;
	size = HEADER + changes * 9u + types * 6u + chars + leap * 12u + isstd + isut;
	if (size + 1 > left || p[size] != '\n')
		return false;
	kinds = p + HEADER + changes * 8u;
	info = kinds + changes;
	z->change = calloc(changes + 1, sizeof *z->change);
	z->offset = calloc(changes + 1, sizeof *z->offset);
	if (!z->change || !z->offset)
		abort();
	for (uint32_t i = 0; i < changes; i++) {
		if (kinds[i] >= types)
			return false;
		z->change[i] = big64(p + HEADER + 8u * i);
		z->offset[i] = (int32_t)big32(info + 6u * kinds[i]);
	}
	z->count = (int)changes;
	z->first = (int32_t)big32(info);
	/* the caller put a NUL after the file; the rule ends with a line feed, which stops every reader */
	read_rule(z, (const char *)p + size + 1);
	return true;
}

static bool read_file(struct zone *z, const unsigned char *p, size_t len)
{
	size_t skip;

	if (len < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	skip = HEADER + big32(p + 32) * 5ull + big32(p + 36) * 6ull + big32(p + 40) +
	       big32(p + 28) * 8ull + big32(p + 24) + big32(p + 20);
	return skip < len && read_body(z, p + skip, len - skip);
}

static bool safe_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

	return n && n < NAME_MAX_BYTES && !name[n] && name[0] != '/';
}

static void load(struct zone *z, const char *name)
{
	char path[NAME_MAX_BYTES + 32];
	unsigned char *bytes;
	size_t len = 0;
	FILE *file;

	snprintf(z->name, sizeof z->name, "%s", name);
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	file = fopen(path, "rbe");
	bytes = calloc(1, FILE_MAX + 1);
	if (!bytes)
		abort();
	if (file) {
		len = fread(bytes, 1, FILE_MAX, file);
		fclose(file);
	}
	if (!read_file(z, bytes, len))
		z->count = 0, z->first = 0, z->has_rule = false;
	free(bytes);
}

static const struct zone *find(const char *name)
{
	const struct zone *found = NULL;

	if (!safe_name(name))
		return NULL;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < zone_count && !found; i++)
		if (strcmp(zones[i]->name, name) == 0)
			found = zones[i];
	if (!found && zone_count < ZONES_MAX) {
		struct zone *z = calloc(1, sizeof *z);

		if (!z)
			abort();
		load(z, name);
		zones[zone_count++] = z;
		found = z;
	}
	pthread_mutex_unlock(&lock);
	return found;
}

/* Days since 1970-01-01 of the first day of a month (H. Hinnant's days_from_civil). */
static int64_t month_start(int64_t year, int month)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Local seconds since 1970 at which the rule applies in `year`. */
static int64_t rule_local_s(const struct rule *r, int64_t year)
{
	int64_t first = month_start(year, r->month);
	int64_t next = r->month == 12 ? month_start(year + 1, 1) : month_start(year, r->month + 1);
	int64_t weekday = ((first + 4) % 7 + 7) % 7;	/* 1970-01-01 was a Thursday */
	int64_t day = first + (r->weekday - weekday + 7) % 7 + 7 * (r->week - 1);

	while (day >= next)
		day -= 7;
	return day * 86400 + r->at_s;
}

static int32_t by_rule(const struct zone *z, int64_t utc)
{
	int64_t year = 1970 + (utc + z->winter) / 31556952;	/* right but for hours around new year */
	int64_t start = rule_local_s(&z->start, year) - z->winter;
	int64_t end = rule_local_s(&z->end, year) - z->summer;
	bool summer = start < end ? utc >= start && utc < end : utc >= start || utc < end;

	return summer ? z->summer : z->winter;
}

int32_t zone_offset_s(const char *zone, int64_t utc)
{
	const struct zone *z = find(zone);
	int low = 0, high;

	if (!z)
		return 0;
	if (z->has_rule && (z->count == 0 || utc >= z->change[z->count - 1]))
		return z->has_summer ? by_rule(z, utc) : z->winter;
	for (high = z->count; low < high;) {	/* the number of changes that are past */
		int middle = (low + high) / 2;

		if (z->change[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? z->offset[low - 1] : z->first;
}

bool zone_known(const char *zone)
{
	const struct zone *z = find(zone);

	return z && (z->count || z->has_rule);
}
