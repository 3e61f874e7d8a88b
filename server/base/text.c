/*
 * Text: UTF-8, printable, nearest word.
 */
#include "text.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"

/* Longer words are compared with nothing: nobody mistypes 64 letters. */
enum { WORD_MAX = 64 };

/* Bytes of the well-formed sequence at `s`, 0 when there is none in `left` bytes. */
static size_t sequence_length(const unsigned char *s, size_t left)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3
		 : s[0] < 0xF5 ? 4 : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;	/* overlong, surrogate, above U+10FFFF */
	return n;
}

bool text_utf8_valid(const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;

	while (len) {
		size_t n = sequence_length(s, len);

		if (n == 0)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

size_t text_length(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	return n;
}

/* U+0080 to U+009F: what a terminal or an old reader takes for a command. */
static bool is_control(const char *c)
{
	return c[0] == '\xC2' && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] <= 0x9F;
}

/* U+202D, U+202E: letters after them are shown in another order than they are in. */
static bool is_override(const char *c)
{
	return strncmp(c, "\u202D", 3) == 0 || strncmp(c, "\u202E", 3) == 0;
}

bool text_printable(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F || is_control(text) || is_override(text))
			return false;
	}
	return true;
}

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: all that has to do with the direction of writing. */
static bool is_direction(const char *c)
{
	unsigned char last = (unsigned char)c[0] == 0xE2 && c[1] ? (unsigned char)c[2] : 0;

	return ((unsigned char)c[1] == 0x80 && (last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE))) ||
	       ((unsigned char)c[1] == 0x81 && last >= 0xA6 && last <= 0xA9);
}

bool text_plain(const char *text)
{
	if (!text_printable(text) || strpbrk(text, "\t\n"))
		return false;
	for (; *text; text++)
		if ((unsigned char)*text == 0xE2 && is_direction(text))
			return false;
	return true;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace, swap two neighbours; each costs one. */
static int distance(const char *a, const char *b)
{
	int row[3][WORD_MAX + 1];
	int *before = row[0], *above = row[1], *now = row[2];
	int n = (int)strlen(b);

	for (int j = 0; j <= n; j++)
		above[j] = j;
	for (int i = 1; a[i - 1]; i++) {
		int *spare = before;

		now[0] = i;
		for (int j = 1; j <= n; j++) {
			int cost = above[j - 1] + (a[i - 1] != b[j - 1]);

			cost = least(cost, least(above[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = least(cost, before[j - 2] + 1);
			now[j] = cost;
		}
		before = above;
		above = now;
		now = spare;
	}
	return above[n];
}

const char *text_nearest(const char *word, const char *const *known)
{
	size_t len = strlen(word);
	const char *nearest = NULL;
	int best = (int)(len / 3) + 1;

	if (len > WORD_MAX)
		return NULL;
	for (; *known; known++) {
		int d = strlen(*known) > WORD_MAX ? best : distance(word, *known);

		if (d < best) {
			best = d;
			nearest = *known;
		}
	}
	return nearest;
}

void text_join(char *out, size_t size, const char *const *known)
{
	size_t used = 0;

	if (size == 0)
		return;
	out[0] = '\0';
	for (; *known; known++) {
		const char *comma = used ? ", " : "";
		size_t need = strlen(comma) + strlen(*known);

		if (used + need + 1 > size)
			return;
		stpcpy(stpcpy(out + used, comma), *known);
		used += need;
	}
}

const char *text_limit(struct arena *a, size_t bytes)
{
	bool mega = bytes % (1 << 20) == 0;

	return arena_printf(a, "%zu %s", bytes >> (mega ? 20 : 10), mega ? "Mi" : "Ki");
}

bool text_in_list(const char *word, const char *list)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, " ");

		if (n && n == len && memcmp(list, word, n) == 0)
			return true;
		list += n + strspn(list + n, " ");
	}
	return false;
}

/* The letters of U+00C0 to U+00FF without their accents; a blank for what is no letter. */
static const char plain_letters[] = "aaaaaaaceeeeiiii nooooo ouuuuy saaaaaaaceeeeiiii nooooo ouuuuy y";

void text_fold(char *out, size_t size, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0;
	bool gap = false;

	for (; *s; s++) {
		char letter = ' ';

		if (isalnum(*s))
			letter = (char)tolower(*s);
		else if (*s == 0xC3 && s[1] >= 0x80 && s[1] <= 0xBF)
			letter = plain_letters[*++s - 0x80];
		if (letter == ' ') {
			gap = n > 0;
			continue;
		}
		if (n + gap + 1 >= size)
			break;
		if (gap)
			out[n++] = ' ';
		out[n++] = letter;
		gap = false;
	}
	out[n] = '\0';
}
