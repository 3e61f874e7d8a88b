/*
 * Text: what a person typed, checked before anything keeps it.
 */
#ifndef VIGIE_TEXT_H
#define VIGIE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* True when the `len` bytes are well-formed UTF-8 (RFC 3629: no overlong form, no surrogate). */
bool text_utf8_valid(const char *bytes, size_t len);

/* Length of a valid UTF-8 text in code points. */
size_t text_length(const char *text);

/*
 * True when the text has no control character (U+0080 to U+009F included) but tab and line feed, and
 * no override of the direction of writing (U+202D, U+202E).
 */
bool text_printable(const char *text);

/* The same for a name or an address: no tab, no line feed, nothing that has to do with direction. */
bool text_plain(const char *text);

/*
 * The entry of `known` (NULL-terminated, shared) nearest to `word` by edit
 * distance (Damerau-Levenshtein, optimal string alignment), or NULL when even
 * the nearest is further than a third of the word's length.
 */
const char *text_nearest(const char *word, const char *const *known);

/* The words of `known` joined by ", " into `out`, cut at a whole word when `size` bytes are too few. */
void text_join(char *out, size_t size, const char *const *known);

/*
 * A Latin text as people compare names: small letters without accents, and one blank for any run of other
 * signs, none at the ends.  What does not fit into `size` bytes is left out.
 */
void text_fold(char *out, size_t size, const char *text);

/* "256 Ki" or "20 Mi" of a limit, a multiple of 1024 bytes: a sentence adds "o" in French and "B" in English. */
const char *text_limit(struct arena *a, size_t bytes);

/* True when `word` is one of the blank-separated words of `list`. */
bool text_in_list(const char *word, const char *list);

#endif
