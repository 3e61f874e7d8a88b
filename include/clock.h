/*
 * Clock: today, now, and how long something took.
 *
 * Days are days since 1970-01-01 in the plan's time zone; they have no time and
 * no zone of their own.  Tests and demonstrations set `today` in the
 * configuration; instants stay real, since what was recorded when is a fact.
 */
#ifndef VIGIE_CLOCK_H
#define VIGIE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_NONE INT32_MIN

/* A day as text, "2026-03-31". */
struct day_text { char text[11]; };

/* An instant as text, "2026-11-21T16:02:11.123456Z". */
struct instant_text { char text[28]; };

/* Fixes today to `day` for the whole process; DAY_NONE follows the real clock.  Before any thread. */
void clock_set_today(int32_t day);

/* Today in `zone` ("Europe/Paris"); an unknown zone counts as UTC. */
int32_t clock_today(const char *zone);

/* True when `zone` is known to the system: a setting that is not would move midnight unseen. */
bool clock_zone_known(const char *zone);

/* Microseconds since 1970-01-01 UTC, real. */
int64_t clock_now_us(void);

/* Milliseconds that only ever grow; for durations and deadlines. */
int64_t clock_mono_ms(void);
/* Nanoseconds that only ever grow; for measuring. */
int64_t clock_mono_ns(void);

/* Reads "2026-03-31"; false when it is not an existing day of the years 1900 to 2199. */
bool day_parse(int32_t *out, const char *text);
struct day_text day_format(int32_t day);

/* Reads "2026-03-31T10:00:00Z", with fraction or offset if given; microseconds UTC. */
bool instant_parse(int64_t *out, const char *text);
struct instant_text instant_format(int64_t us);

/* The last microsecond of `day` in `zone`. */
int64_t day_end_us(int32_t day, const char *zone);

#endif
