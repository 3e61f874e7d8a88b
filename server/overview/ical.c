/*
 * iCalendar lines.
 */
#include "ical.h"

#include <string.h>

enum { FOLD = 75, ROOM = 16384 };

void ical_begin(struct ical *c, struct arena *a)
{
	*c = (struct ical){ .arena = a, .bytes = arena_alloc(a, ROOM), .room = ROOM };
	c->bytes[0] = 0;
}

static void put(struct ical *c, const char *bytes, size_t len)
{
	if (c->len + len + 1 > c->room) {
		size_t room = 2 * (c->len + len + 1);
		char *more = arena_alloc(c->arena, room);

		memcpy(more, c->bytes, c->len);
		c->bytes = more;
		c->room = room;
	}
	memcpy(c->bytes + c->len, bytes, len);
	c->len += len;
	c->bytes[c->len] = 0;
}

/* Octets of `text` that fit in `room`, no character cut. */
static size_t fitting(const char *text, size_t room)
{
	size_t len = strlen(text);

	if (len <= room)
		return len;
	while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80)
		room--;
	return room;
}

static void put_folded(struct ical *c, const char *line)
{
	size_t room = FOLD, part;

	for (; *line; line += part) {
		if (room != FOLD)
			put(c, "\r\n ", 3);
		part = fitting(line, room);
		put(c, line, part);
		room = FOLD - 1;	/* the blank that begins a line counts */
	}
	put(c, "\r\n", 2);
}

void ical_line(struct ical *c, const char *name, const char *value)
{
	put_folded(c, arena_printf(c->arena, "%s:%s", name, value));
}

void ical_text(struct ical *c, const char *name, const char *text)
{
	char *escaped = arena_alloc(c->arena, 2 * strlen(text) + 1), *to = escaped;

	for (; *text; text++) {
		if (*text == '\r')
			continue;
		if (strchr("\\;,\n", *text))
			*to++ = '\\';
		*to++ = *text == '\n' ? 'n' : *text;
	}
	*to = 0;
	ical_line(c, name, escaped);
}
