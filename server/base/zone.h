/*
 * Time zones, read from the system's database (RFC 9636 files) without touching
 * the process-wide TZ, which other threads read.
 */
#ifndef VIGIE_ZONE_H
#define VIGIE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds to add to UTC in `zone` at the instant `utc` (seconds since 1970); unknown zone: 0. */
int32_t zone_offset_s(const char *zone, int64_t utc);

/* True when the system knows `zone`. */
bool zone_known(const char *zone);

#endif
