/*
 * Log: one line, built in a buffer, written with one write(2).
 */
#include "log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

enum { LINE_BYTES = 4096 };

struct line {
	char bytes[LINE_BYTES];
	size_t used;
};

static enum log_level most_written = LOG_INFO;	/* set before any thread starts */

void log_open(enum log_level most)
{
	most_written = most;
}

/* Whole pieces only: a line that is too long loses its end, never half an escape. */
static bool put(struct line *l, const char *text, size_t len)
{
	if (l->used + len > sizeof l->bytes - 2)	/* room for `"` and line feed */
		return false;
	memcpy(l->bytes + l->used, text, len);
	l->used += len;
	return true;
}

static bool put_text(struct line *l, const char *text)
{
	return put(l, text, strlen(text));
}

static bool is_plain(const char *value)
{
	if (!*value)
		return false;
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\')
			return false;
	}
	return true;
}

/* Length of the UTF-8 sequence at `s` that may be shown as it is, 0 if it must be escaped. */
static size_t showable(const char *s)
{
	unsigned char c = (unsigned char)s[0];
	size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

	if (c < ' ' || c == 0x7F || strnlen(s, n) < n || !text_utf8_valid(s, n))
		return 0;
	if (c == 0xC2 && (unsigned char)s[1] < 0xA0)
		return 0;	/* C1 controls: a terminal may obey them */
	return n;
}

static void put_quoted(struct line *l, const char *value)
{
	char escape[5];

	put_text(l, "\"");
	while (*value) {
		size_t n = showable(value);
		bool fits;

		if (*value == '"' || *value == '\\') {
			snprintf(escape, sizeof escape, "\\%c", *value++);
			fits = put_text(l, escape);
		} else if (*value == '\n') {
			value++;
			fits = put_text(l, "\\n");
		} else if (n == 0) {
			snprintf(escape, sizeof escape, "\\x%02x", (unsigned char)*value++);
			fits = put_text(l, escape);
		} else {
			fits = put(l, value, n);
			value += n;
		}
		if (!fits)
			break;
	}
	l->bytes[l->used++] = '"';
}

static void put_pair(struct line *l, const char *key, const char *value)
{
	size_t start = l->used;

	if (!put_text(l, " ") || !put_text(l, key) || !put_text(l, "=")) {
		l->used = start;
		return;
	}
	if (!is_plain(value)) {
		if (l->used + 3 > sizeof l->bytes - 2)
			l->used = start;
		else
			put_quoted(l, value);
	} else if (!put_text(l, value)) {
		l->used = start;
	}
}

void log_pairs(enum log_level level, const char *event, const char *const *pairs)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	struct instant_text now = instant_format(clock_now_us());
	struct line l;
	ssize_t n;

	if (level > most_written)
		return;
	l.used = 0;
	put_text(&l, "time=");
	put_text(&l, now.text);
	put_pair(&l, "level", names[level]);
	put_pair(&l, "event", event);
	for (; pairs[0]; pairs += 2)
		if (pairs[1])
			put_pair(&l, pairs[0], pairs[1]);
	l.bytes[l.used++] = '\n';
	n = write(STDERR_FILENO, l.bytes, l.used);
	(void)n;	/* nowhere is left to tell that telling failed */
}
