/* Days, instants and zones. */
#include "spec.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "server/base/zone.h"

static int32_t day(const char *text)
{
	int32_t d = DAY_NONE;

	assert_true(day_parse(&d, text));
	return d;
}

static int64_t instant(const char *text)
{
	int64_t us = 0;

	assert_true(instant_parse(&us, text));
	return us;
}

static int32_t offset(const char *zone, const char *at)
{
	return zone_offset_s(zone, instant(at) / 1000000);
}

IT(counts_days_from_1970)
{
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1970-01-02"), 1);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(day("2000-03-01"), 11017);
	assert_int_equal(day("2026-11-21"), 20778);
}

IT(reads_back_every_day_it_writes)
{
	int32_t first = day("1900-01-01"), last = day("2199-12-31");

	for (int32_t d = first; d <= last; d++)
		if (day(day_format(d).text) != d)
			fail_msg("day %d", d);
}

IT(refuses_days_that_do_not_exist)
{
	static const char *const bad[] = {
		"", "2026", "2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10",
		"2026-01-00", "2026-1-1", "2026-01-1", "26-01-01", "2026/01/01", "2026-01-01 ",
		" 2026-01-01", "2026-01-01T00:00:00Z", "1899-12-31", "2200-01-01", "+026-01-01",
		"2026-01-0x",
	};
	int32_t d = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (day_parse(&d, bad[i]))
			fail_msg("%s", bad[i]);
	assert_int_equal(d, 7);
	assert_true(day_parse(&d, "2024-02-29") && day_parse(&d, "2000-02-29"));
}

IT(reads_instants_with_fraction_and_offset)
{
	assert_int_equal(instant("1970-01-01T00:00:00Z"), 0);
	assert_int_equal(instant("1970-01-01T00:00:01.5Z"), 1500000);
	assert_int_equal(instant("1970-01-01T00:00:00.123456789Z"), 123456);
	assert_int_equal(instant("2026-06-01T10:00:00+02:00"), instant("2026-06-01T08:00:00Z"));
	assert_int_equal(instant("2026-06-01T10:00:00-05:30"), instant("2026-06-01T15:30:00Z"));
	assert_int_equal(instant("1969-12-31T23:59:59Z"), -1000000);
}

IT(refuses_instants_that_are_none)
{
	static const char *const bad[] = {
		"", "2026-06-01", "2026-06-01T10:00:00", "2026-06-01T10:00Z", "2026-06-01 10:00:00Z",
		"2026-06-31T10:00:00Z", "2026-06-01T24:00:00Z", "2026-06-01T10:60:00Z",
		"2026-06-01T10:00:60Z", "2026-06-01T10:00:00.Z", "2026-06-01T10:00:00z ",
		"2026-06-01T10:00:00+2", "2026-06-01T10:00:00+02:60", "2026-06-01T10:00:00+15:00",
		"2026-06-01T10:00:00+02:000", "2026-06-01T10:00:00ZZ", "2026-06-01T1x:00:00Z",
	};
	int64_t us;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (instant_parse(&us, bad[i]))
			fail_msg("%s", bad[i]);
}

IT(writes_instants_to_the_microsecond)
{
	assert_string_equal(instant_format(0).text, "1970-01-01T00:00:00.000000Z");
	assert_string_equal(instant_format(-1).text, "1969-12-31T23:59:59.999999Z");
	assert_string_equal(instant_format(instant("2026-11-21T16:02:11.123456Z")).text,
			    "2026-11-21T16:02:11.123456Z");
}

IT(writes_what_no_calendar_has_without_harm)
{
	assert_string_equal(day_format(DAY_NONE).text, "0000-00-00");
	assert_int_equal(strlen(instant_format(INT64_MAX).text), 27);
	assert_int_equal(strlen(instant_format(INT64_MIN).text), 27);
}

IT(knows_summer_and_winter_in_paris)
{
	assert_int_equal(offset("Europe/Paris", "2026-01-15T12:00:00Z"), 3600);
	assert_int_equal(offset("Europe/Paris", "2026-07-15T12:00:00Z"), 7200);
	assert_int_equal(offset("Europe/Paris", "2026-03-29T00:59:59Z"), 3600);
	assert_int_equal(offset("Europe/Paris", "2026-03-29T01:00:00Z"), 7200);
	assert_int_equal(offset("Europe/Paris", "2026-10-25T00:59:59Z"), 7200);
	assert_int_equal(offset("Europe/Paris", "2026-10-25T01:00:00Z"), 3600);
	assert_int_equal(offset("Europe/Paris", "1975-07-15T12:00:00Z"), 3600);
}

IT(goes_on_by_the_rule_after_the_last_change_of_the_file)
{
	assert_int_equal(offset("Europe/Paris", "2150-01-15T12:00:00Z"), 3600);
	assert_int_equal(offset("Europe/Paris", "2150-07-15T12:00:00Z"), 7200);
	assert_int_equal(offset("Europe/Paris", "2099-03-29T00:59:59Z"), 3600);
	assert_int_equal(offset("Europe/Paris", "2099-03-29T01:00:00Z"), 7200);
	assert_int_equal(offset("America/St_Johns", "2150-07-15T12:00:00Z"), -9000);
	assert_int_equal(offset("Pacific/Auckland", "2150-01-15T12:00:00Z"), 13 * 3600);
	assert_int_equal(offset("Pacific/Auckland", "2150-07-15T12:00:00Z"), 12 * 3600);
}

IT(knows_the_zones_overseas)
{
	assert_int_equal(offset("Indian/Reunion", "2026-07-15T12:00:00Z"), 4 * 3600);
	assert_int_equal(offset("America/Cayenne", "2026-07-15T12:00:00Z"), -3 * 3600);
	assert_int_equal(offset("Pacific/Marquesas", "2026-07-15T12:00:00Z"), -34200);
}

IT(counts_an_unknown_or_unsafe_zone_as_utc)
{
	static const char *const odd[] = { "", "Nowhere/Town", "../../etc/passwd", "/etc/passwd",
					   "Europe", "tzdata.zi", "Europe/Paris\n" };

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_int_equal(offset(odd[i], "2026-07-15T12:00:00Z"), 0);
}

IT(ends_the_day_at_local_midnight)
{
	assert_int_equal(day_end_us(day("2026-01-15"), "Europe/Paris"), instant("2026-01-15T23:00:00Z") - 1);
	assert_int_equal(day_end_us(day("2026-07-15"), "Europe/Paris"), instant("2026-07-15T22:00:00Z") - 1);
	assert_int_equal(day_end_us(day("2026-03-29"), "Europe/Paris"), instant("2026-03-29T22:00:00Z") - 1);
	assert_int_equal(day_end_us(day("2026-10-25"), "Europe/Paris"), instant("2026-10-25T23:00:00Z") - 1);
	assert_int_equal(day_end_us(day("2026-07-15"), "UTC"), instant("2026-07-16T00:00:00Z") - 1);
}

IT(ends_the_day_where_midnight_does_not_exist)
{
	/* in Beirut, summer 2021 began at 00:00, which became 01:00 */
	assert_int_equal(day_end_us(day("2021-03-27"), "Asia/Beirut"), instant("2021-03-27T22:00:00Z") - 1);
}

IT(says_today_in_the_zone_and_can_be_told_another)
{
	int64_t now = clock_now_us() / 1000000;
	int32_t today = clock_today("Pacific/Kiritimati");

	assert_in_range(today - (now + 14 * 3600) / 86400, 0, 1);
	clock_set_today(day("2026-11-21"));
	assert_int_equal(clock_today("Pacific/Kiritimati"), day("2026-11-21"));
	assert_int_equal(clock_today("Europe/Paris"), day("2026-11-21"));
	clock_set_today(DAY_NONE);
	assert_in_range(clock_today("UTC") - now / 86400, 0, 1);
}

IT(measures_durations_that_never_shrink)
{
	int64_t ms = clock_mono_ms(), ns = clock_mono_ns();

	usleep(20000);
	assert_in_range(clock_mono_ms() - ms, 19, 10000);
	assert_true(clock_mono_ns() - ns >= 19000000);
}

SPEC("the clock",
     RUN(counts_days_from_1970),
     RUN(reads_back_every_day_it_writes),
     RUN(refuses_days_that_do_not_exist),
     RUN(reads_instants_with_fraction_and_offset),
     RUN(refuses_instants_that_are_none),
     RUN(writes_instants_to_the_microsecond),
     RUN(writes_what_no_calendar_has_without_harm),
     RUN(knows_summer_and_winter_in_paris),
     RUN(goes_on_by_the_rule_after_the_last_change_of_the_file),
     RUN(knows_the_zones_overseas),
     RUN(counts_an_unknown_or_unsafe_zone_as_utc),
     RUN(ends_the_day_at_local_midnight),
     RUN(ends_the_day_where_midnight_does_not_exist),
     RUN(says_today_in_the_zone_and_can_be_told_another),
     RUN(measures_durations_that_never_shrink))
