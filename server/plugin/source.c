/*
 * Source: on which line a field of the description is written.  Reads just enough of Lua's
 * grammar (names, quotes, comments, braces, blocks) to follow the tables of `indicator { … }`,
 * `rule { … }` and their kin.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

enum { DEPTH = 24, PATH = 240 };

enum token_kind { T_END, T_NAME, T_TEXT, T_NUMBER, T_SIGN };

struct scan {
	const char *at, *end;
	int line;
	enum token_kind token;
	const char *word;	/* the token's text */
	size_t len;
	int token_line;
	/* the tables that are open */
	int depth;
	struct {
		size_t path_len;	/* of the path before this table's key */
		int index;		/* positional elements so far */
		int parens;
	} open[DEPTH];
	char path[PATH];
	size_t path_len;
	const char *wanted;
	size_t best;		/* length of the longest prefix of `wanted` found */
	int found;
};

static void step(struct scan *s)
{
	if (*s->at++ == '\n')
		s->line++;
}

/* "[[" or "[==[": its level, or -1. */
static int long_level(const struct scan *s)
{
	const char *p = s->at + 1;
	int level = 0;

	if (s->at >= s->end || *s->at != '[')
		return -1;
	for (; p < s->end && *p == '='; p++)
		level++;
	return p < s->end && *p == '[' ? level : -1;
}

static void skip_long(struct scan *s, int level)
{
	while (s->at < s->end) {
		if (*s->at == ']') {
			const char *p = s->at + 1;
			int n = 0;

			for (; p < s->end && *p == '='; p++)
				n++;
			if (n == level && p < s->end && *p == ']') {
				s->at = p + 1;
				return;
			}
		}
		step(s);
	}
}

static void skip_blank(struct scan *s)
{
	while (s->at < s->end) {
		if (isspace((unsigned char)*s->at)) {
			step(s);
		} else if (s->end - s->at >= 2 && s->at[0] == '-' && s->at[1] == '-') {
			int level;

			s->at += 2;
			level = long_level(s);
			if (level >= 0)
				skip_long(s, level);
			while (level < 0 && s->at < s->end && *s->at != '\n')
				s->at++;
		} else {
			return;
		}
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void next(struct scan *s)
{
	skip_blank(s);
	s->word = s->at;
	s->token_line = s->line;
	s->token = T_END;
	if (s->at >= s->end)
		return;
	if (is_word(*s->at)) {
		s->token = isdigit((unsigned char)*s->at) ? T_NUMBER : T_NAME;
		while (s->at < s->end && (is_word(*s->at) || (s->token == T_NUMBER && *s->at == '.')))
			s->at++;
		s->len = (size_t)(s->at - s->word);
	} else if (*s->at == '"' || *s->at == '\'') {
		char quote = *s->at++;

		s->token = T_TEXT;
		s->word = s->at;
		while (s->at < s->end && *s->at != quote && *s->at != '\n')
			s->at += *s->at == '\\' && s->end - s->at > 1 ? 2 : 1;
		s->len = (size_t)(s->at - s->word);
		if (s->at < s->end)
			s->at++;
	} else if (long_level(s) >= 0) {
		s->token = T_TEXT;
		skip_long(s, long_level(s));
		s->len = 0;
	} else {
		s->token = T_SIGN;
		s->len = s->end - s->at >= 2 && s->at[1] == '=' && strchr("=~<>", *s->at) ? 2 : 1;
		s->at += s->len;
	}
}

static bool is(const struct scan *s, const char *word)
{
	return s->token != T_TEXT && s->len == strlen(word) && memcmp(s->word, word, s->len) == 0;
}

/* Skips a function's body up to its `end`; the token is `function`. */
static void skip_function(struct scan *s)
{
	int depth = 1;

	while (depth > 0 && (next(s), s->token != T_END)) {
		if (is(s, "function") || is(s, "if") || is(s, "do") || is(s, "repeat"))
			depth++;
		else if (is(s, "end") || is(s, "until"))
			depth--;
	}
}

/* A key was read: remembers its line when it leads to the wanted path. */
static void enter_key(struct scan *s, const char *key, size_t len, int line)
{
	size_t base = s->open[s->depth - 1].path_len, at = base;

	if (base + len + 2 > PATH)
		return;
	if (base > 0)
		s->path[at++] = '.';
	memcpy(s->path + at, key, len);
	s->path_len = at + len;
	s->path[s->path_len] = '\0';
	if (s->path_len > s->best && strncmp(s->wanted, s->path, s->path_len) == 0 &&
	    (s->wanted[s->path_len] == '.' || s->wanted[s->path_len] == '\0')) {
		s->best = s->path_len;
		s->found = line;
	}
}

static void open_table(struct scan *s)
{
	if (s->depth >= DEPTH)
		return;
	s->open[s->depth].path_len = s->path_len;
	s->open[s->depth].index = 0;
	s->open[s->depth].parens = 0;
	s->depth++;
}

/* At the start of an element: "name =", "[\"name\"] =", or the next position. */
static void element(struct scan *s)
{
	struct scan ahead = *s;
	char number[16];

	if (s->token == T_SIGN && *s->word == '[') {
		next(&ahead);
		if (ahead.token == T_TEXT) {
			enter_key(s, ahead.word, ahead.len, ahead.token_line);
			return;
		}
	}
	next(&ahead);
	if (s->token == T_NAME && ahead.token == T_SIGN && ahead.len == 1 && *ahead.word == '=') {
		enter_key(s, s->word, s->len, s->token_line);
		return;
	}
	snprintf(number, sizeof number, "%d", ++s->open[s->depth - 1].index);
	enter_key(s, number, strlen(number), s->token_line);
}

int source_line(const char *source, size_t len, const char *path)
{
	struct scan s = { .at = source, .end = source + len, .line = 1, .wanted = path };
	bool fresh = false, started = false, returned = false;

	while (next(&s), s.token != T_END) {
		if (!started) {
			started = is(&s, "indicator") ||
				  (returned && (is(&s, "rule") || is(&s, "mapper") || is(&s, "alert")));
			returned = is(&s, "return");
			if (started)
				s.found = s.token_line;
			continue;
		}
		if (fresh && !is(&s, "}") && s.depth > 0)
			element(&s);
		fresh = false;
		if (is(&s, "function")) {
			skip_function(&s);
		} else if (is(&s, "{")) {
			open_table(&s);
			fresh = true;
		} else if (is(&s, "}")) {
			if (s.depth <= 1)
				break;
			s.depth--;
		} else if (s.depth > 0 && (is(&s, "(") || is(&s, ")"))) {
			s.open[s.depth - 1].parens += *s.word == '(' ? 1 : -1;
		} else if (s.depth > 0 && (is(&s, ",") || is(&s, ";"))) {
			fresh = s.open[s.depth - 1].parens == 0;
		}
	}
	return s.found;
}

size_t source_tokens(struct token **out, struct arena *a, const char *source, size_t len)
{
	struct scan s = { .at = source, .end = source + len, .line = 1 };
	size_t n = 0;

	*out = arena_alloc(a, (len + 1) * sizeof **out);
	while (next(&s), s.token != T_END)
		(*out)[n++] = (struct token){ s.word, s.token == T_TEXT ? 0 : s.len, s.token_line,
					      s.token == T_NAME, s.token == T_TEXT || s.token == T_NUMBER };
	return n;
}

const char *source_text(const char *source, size_t source_len, int line, size_t *len)
{
	const char *at = source, *end = source + source_len, *stop;

	for (int n = 1; n < line; n++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	*len = (size_t)((stop ? stop : end) - at);
	return at < end ? at : NULL;
}
