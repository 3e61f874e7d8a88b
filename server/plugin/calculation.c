/*
 * What a source calculates with, apart from what it says: the words of its helpers and of its
 * function, without comments, white space, texts nor tests.  Two sources with the same words
 * there calculate the same.
 */
#include <ctype.h>
#include <string.h>

#include "id.h"
#include "plugin.h"

struct words {
	const char *at, *end;
	const char *word;	/* the present one */
	size_t len;
	char *kept;		/* each word that counts, and a NUL after it */
	size_t kept_len;
	int braces, parens, blocks;
};

/* The end of a long bracket that begins at `p`, or NULL when none does. */
static const char *after_long(const char *p, const char *end)
{
	size_t level = 0;

	if (p >= end || *p != '[')
		return NULL;
	while (p + 1 + level < end && p[1 + level] == '=')
		level++;
	if (p + 1 + level >= end || p[1 + level] != '[')
		return NULL;
	for (p += 2 + level; p < end; p++) {
		size_t n = 0;

		while (*p == ']' && p + 1 + n < end && p[1 + n] == '=')
			n++;
		if (*p == ']' && n == level && p + 1 + n < end && p[1 + n] == ']')
			return p + 2 + n;
	}
	return end;
}

static void skip_blank(struct words *w)
{
	while (w->at < w->end) {
		const char *after;

		if (isspace((unsigned char)*w->at)) {
			w->at++;
		} else if (w->end - w->at >= 2 && w->at[0] == '-' && w->at[1] == '-') {
			after = after_long(w->at + 2, w->end);
			if (!after)
				after = memchr(w->at, '\n', (size_t)(w->end - w->at));
			w->at = after ? after : w->end;
		} else {
			return;
		}
	}
}

static const char *after_quote(const char *p, const char *end)
{
	char quote = *p++;

	while (p < end && *p != quote)
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : end;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static bool next(struct words *w)
{
	const char *after;

	skip_blank(w);
	w->word = w->at;
	if (w->at >= w->end)
		return false;
	after = after_long(w->at, w->end);
	if (after)
		w->at = after;
	else if (*w->at == '"' || *w->at == '\'')
		w->at = after_quote(w->at, w->end);
	else if (isalnum((unsigned char)*w->at) || *w->at == '_')
		while (w->at < w->end && is_word(*w->at))
			w->at++;
	else
		w->at++;
	w->len = (size_t)(w->at - w->word);
	return true;
}

static bool is(const struct words *w, const char *word)
{
	return strlen(word) == w->len && memcmp(w->word, word, w->len) == 0;
}

static void follow(struct words *w)
{
	if (is(w, "{"))
		w->braces++;
	else if (is(w, "}"))
		w->braces--;
	else if (is(w, "("))
		w->parens++;
	else if (is(w, ")"))
		w->parens--;
	else if (is(w, "function") || is(w, "if") || is(w, "do") || is(w, "repeat"))
		w->blocks++;
	else if (is(w, "end") || is(w, "until"))
		w->blocks--;
}

static void keep(struct words *w)
{
	memcpy(w->kept + w->kept_len, w->word, w->len);
	w->kept_len += w->len;
	w->kept[w->kept_len++] = '\0';
}

void plugin_calculation(char out[65], struct arena *a, const char *source, size_t len)
{
	struct words w = { .at = source, .end = source + len, .kept = arena_alloc(a, 2 * len + 1) };
	bool inside = false;	/* `return indicator {`, or of another kind, was met */
	bool field = false;	/* the next word may name a field */
	bool counts = true;	/* the present words are helpers or the function */

	while (next(&w)) {
		bool top = inside && w.braces == 1 && w.parens == 0 && w.blocks == 0;

		if (!inside && is(&w, "return") && w.blocks == 0 && w.braces == 0)
			counts = !(inside = true);
		else if (top && field)
			counts = is(&w, "compute") || is(&w, "formula") || is(&w, "validate") || is(&w, "row");
		field = (inside && w.braces == 0 && is(&w, "{")) || (top && (is(&w, ",") || is(&w, ";")));
		follow(&w);
		counts = counts && !field && !(inside && w.braces == 0);
		if (counts)
			keep(&w);
	}
	id_sha256(out, w.kept, w.kept_len);
}
