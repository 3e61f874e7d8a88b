/*
 * iCalendar (RFC 5545): lines that end with CRLF, folded at 75 octets between
 * characters, texts with their commas, semicolons, backslashes and line ends escaped.
 */
#ifndef VIGIE_ICAL_H
#define VIGIE_ICAL_H

#include <stddef.h>

#include "arena.h"

struct ical {
	struct arena *arena;	/* borrowed */
	char *bytes;		/* borrowed from the arena; ends with NUL */
	size_t len, room;
};

void ical_begin(struct ical *c, struct arena *a);
/* `NAME:value`, the value as it is: days, instants, addresses. */
void ical_line(struct ical *c, const char *name, const char *value);
/* `NAME:text`, escaped. */
void ical_text(struct ical *c, const char *name, const char *text);

#endif
