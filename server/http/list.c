/*
 * Lists: limit, sort, cursor and filters of the query, checked.
 *
 * A cursor is a hash of everything that must stay the same from page to page,
 * then where the last page ended, in hexadecimal.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "id.h"
#include "json.h"
#include "text.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200, HASH_CHARS = 16, FILTER_MAX = 300 };

static bool read_limit(struct list *out, struct req *rq)
{
	const char *text = req_query(rq, "limit");
	long n;

	out->limit = LIMIT_DEFAULT;
	if (!text)
		return true;
	n = strlen(text) <= 4 && *text && strspn(text, "0123456789") == strlen(text) ? atol(text) : 0;
	if (n < 1 || n > LIMIT_MAX)
		return err_add_param(&rq->err, "limit", MSG_OUT_OF_RANGE, "1", "200");
	out->limit = (int)n;
	return true;
}

/* The words of a blank-separated list, NULL-terminated, without their minus signs. */
static const char *const *words_of(struct arena *a, const char *list)
{
	const char **words = arena_alloc(a, (strlen(list) / 2 + 2) * sizeof *words);
	char *rest = arena_strdup(a, list);
	int n = 0;

	for (char *word; (word = strsep(&rest, " ")); )
		if (*word)
			words[n++] = word + (*word == '-');
	return words;
}

static bool read_sort(struct list *out, struct req *rq, const char *sorts)
{
	const char *const *words = words_of(&rq->arena, sorts);
	const char *asked = req_query(rq, "sort"), *near;
	char all[300];

	out->sort = words[0];
	out->descending = *sorts == '-';
	if (!asked)
		return true;
	out->descending = *asked == '-';
	asked += out->descending;
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], asked) == 0) {
			out->sort = words[i];
			return true;
		}
	near = text_nearest(asked, words);
	if (near)
		return err_add_param(&rq->err, "sort", MSG_UNKNOWN_SORT, asked, near);
	text_join(all, sizeof all, words);
	return err_add_param(&rq->err, "sort", MSG_BAD_CHOICE, asked, all);
}

/* Everything but the cursor and the page's size; two lists with the same hash have the same order. */
static const char *hash_of(const struct list *l, struct req *rq)
{
	char *text = arena_printf(&rq->arena, "%s\x1f%s\x1f%d", rq->path, l->sort, l->descending);
	char hex[65];

	for (const char *const *q = rq->query; q && *q; q += 2)
		if (strcmp(q[0], "cursor") != 0 && strcmp(q[0], "limit") != 0 && strcmp(q[0], "sort") != 0)
			text = arena_printf(&rq->arena, "%s\x1f%s\x1f%s", text, q[0], q[1]);
	id_sha256(hex, text, strlen(text));
	return arena_memdup(&rq->arena, hex, HASH_CHARS);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_cursor(struct list *out, struct req *rq)
{
	const char *text = req_query(rq, "cursor");
	size_t len = text ? strlen(text) : 0, n = 0;
	char *bytes, *separator;

	if (!text)
		return true;
	if (len <= HASH_CHARS || len % 2 || strncmp(text, out->hash, HASH_CHARS) != 0)
		return err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
	bytes = arena_alloc(&rq->arena, len / 2 + 1);
	for (text += HASH_CHARS; *text; text += 2) {
		int high = digit(text[0]), low = digit(text[1]);

		if (high < 0 || low < 0 || high + low == 0)
			return err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
		bytes[n++] = (char)(high * 16 + low);
	}
	separator = strrchr(bytes, '\x1f');
	if (!separator || !text_utf8_valid(bytes, n))
		return err_add_param(&rq->err, "cursor", MSG_BAD_CURSOR);
	*separator = '\0';
	out->key = bytes;
	out->id = separator + 1;
	return true;
}

bool list_read(struct list *out, struct req *rq, const char *sorts)
{
	*out = (struct list){ 0 };
	read_limit(out, rq);
	if (!read_sort(out, rq, sorts))
		return false;
	out->hash = hash_of(out, rq);
	read_cursor(out, rq);
	return err_ok(&rq->err);
}

const char *list_param(struct req *rq, const struct list *l)
{
	json_auto_t *o = json_pack("{s:s, s:b, s:i, s:s, s:s?, s:s?}", "sort", l->sort, "descending",
		l->descending, "limit", l->limit, "hash", l->hash, "key", l->key, "id", l->id);

	return json_write(&rq->arena, o);
}

bool filter_read(json_t *filters, struct req *rq, const char *name, const char *choices)
{
	const char *text = req_query(rq, name);
	char all[300];

	if (!text)
		return true;
	if (choices && !text_in_list(text, choices)) {
		text_join(all, sizeof all, words_of(&rq->arena, choices));
		return err_add_param(&rq->err, name, MSG_BAD_CHOICE, text, all);
	}
	if (!choices && text_length(text) > FILTER_MAX)
		return err_add_param(&rq->err, name, MSG_TOO_LONG,
				     arena_printf(&rq->arena, "%zu", text_length(text)), "300");
	json_object_set_new(filters, name, json_string(text));
	return true;
}
