/*
 * Jail: gives up, for good, everything a computation does not need.
 */
#ifndef VIGIE_PLUGIN_JAIL_H
#define VIGIE_PLUGIN_JAIL_H

#include <stdbool.h>

/*
 * From here on this process may read descriptor 0, write descriptor 1, take memory (256 MiB),
 * read the clock and end; any other system call kills it.  All other descriptors are closed,
 * no file can grow, no process can start, `cpu_s` seconds of CPU at most, no core file, and it
 * dies with the thread that started it.  False when a step failed: end at once.
 * Built with sanitizers, memory limit and system call filter are left out (VIGIE_SANITIZED),
 * since the sanitizers need what they forbid.
 */
bool jail_enter(unsigned cpu_s);

#endif
