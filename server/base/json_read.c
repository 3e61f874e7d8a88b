/*
 * JSON readers: one field at a time, every fault told, nothing stops early.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "text.h"

/* More than any list of fields or choices has; longer lists lose their end. */
enum { WORDS_MAX = 64, LIST_BYTES = 600, QUOTE_MAX = 60 };

const char *json_pointer(const struct json_reader *r, const char *field)
{
	size_t base = strlen(r->base);
	char *pointer = arena_alloc(r->e->arena, base + 2 * strlen(field) + 2);
	char *to = stpcpy(stpcpy(pointer, r->base), "/");

	for (; *field; field++) {
		if (*field == '~')
			to = stpcpy(to, "~0");
		else if (*field == '/')
			to = stpcpy(to, "~1");
		else
			*to++ = *field;
	}
	*to = '\0';
	return pointer;
}

/* The blank-separated words of `list` as an array for text_nearest and text_join. */
static const char *const *words_of(struct arena *a, const char *list)
{
	const char **words = arena_alloc(a, (WORDS_MAX + 1) * sizeof *words);
	int n = 0;

	list += strspn(list, " ");
	while (*list && n < WORDS_MAX) {
		size_t len = strcspn(list, " ");

		words[n++] = arena_memdup(a, list, len);
		list += len + strspn(list + len, " ");
	}
	return words;
}

static const char *joined(struct arena *a, const char *const *words)
{
	char *out = arena_alloc(a, LIST_BYTES);

	text_join(out, LIST_BYTES, words);
	return out;
}

/* What a person typed, short enough to be repeated in a sentence. */
static const char *quoted(struct arena *a, const char *text)
{
	const char *at = text;

	for (int n = 0; *at && n < QUOTE_MAX; n++) {
		at++;
		while (((unsigned char)*at & 0xC0) == 0x80)
			at++;
	}
	if (!*at)
		return text;
	return arena_printf(a, "%.*s…", (int)(at - text), text);
}

void json_only(const struct json_reader *r, const char *known)
{
	struct arena *a = r->e->arena;
	const char *const *words = words_of(a, known);
	const char *key;
	json_t *value;

	/* jansson iterates over a non-const object only, but does not change it */
	json_object_foreach((json_t *)(uintptr_t)r->object, key, value) {
		const char *nearest;

		if (text_in_list(key, known))
			continue;
		nearest = text_nearest(key, words);
		if (nearest)
			err_add(r->e, json_pointer(r, key), MSG_UNKNOWN_FIELD, nearest);
		else
			err_add(r->e, json_pointer(r, key), MSG_UNKNOWN_FIELD_LIST,
				joined(a, words));
	}
}

static enum json_found fault(const struct json_reader *r, const char *field, enum msg msg)
{
	err_add(r->e, json_pointer(r, field), msg);
	return JSON_FAULT;
}

/* Absent and null, told in one place; JSON_GIVEN leaves the value in *out. */
static enum json_found find(const json_t **out, const struct json_reader *r, const char *field,
			    unsigned flags)
{
	const json_t *value = json_object_get(r->object, field);

	if (!value)
		return flags & JSON_REQUIRED ? fault(r, field, MSG_REQUIRED) : JSON_ABSENT;
	if (json_is_null(value))
		return flags & JSON_NULLABLE ? JSON_NULL_GIVEN : fault(r, field, MSG_NOT_NULL);
	*out = value;
	return JSON_GIVEN;
}

/* Blanks of every kind that a person can type: ASCII, no-break, thin, em, ideographic. */
static bool is_blank(const char *text)
{
	static const char *const wide[] = { "\u00A0", "\u2002", "\u2003", "\u2009",
					    "\u200B", "\u202F", "\u3000" };

	while (*text) {
		size_t n = strspn(text, " \t\n");

		for (size_t i = 0; n == 0 && i < sizeof wide / sizeof *wide; i++)
			if (strncmp(text, wide[i], strlen(wide[i])) == 0)
				n = strlen(wide[i]);
		if (n == 0)
			return false;
		text += n;
	}
	return true;
}

enum json_found json_text(const char **out, const struct json_reader *r, const char *field,
			  unsigned flags, size_t max)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);
	const char *text;
	size_t length;

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_string(value))
		return fault(r, field, MSG_WANT_TEXT);
	text = json_string_value(value);
	if (is_blank(text))
		return fault(r, field, MSG_EMPTY);
	if (!text_printable(text))
		return fault(r, field, MSG_BAD_TEXT);
	length = text_length(text);
	if (length > max) {
		err_add(r->e, json_pointer(r, field), MSG_TOO_LONG,
			arena_printf(r->e->arena, "%zu", length),
			arena_printf(r->e->arena, "%zu", max));
		return JSON_FAULT;
	}
	*out = text;
	return JSON_GIVEN;
}

enum json_found json_whole(int64_t *out, const struct json_reader *r, const char *field,
			   unsigned flags, int64_t min, int64_t max)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);
	int64_t number;

	if (found != JSON_GIVEN)
		return found;
	number = json_integer_value(value);	/* 0 when it is not a whole number */
	if (!json_is_integer(value) || number < min || number > max) {
		err_add(r->e, json_pointer(r, field),
			json_is_number(value) ? MSG_OUT_OF_RANGE : MSG_WANT_WHOLE,
			arena_printf(r->e->arena, "%lld", (long long)min),
			arena_printf(r->e->arena, "%lld", (long long)max));
		return JSON_FAULT;
	}
	*out = number;
	return JSON_GIVEN;
}

enum json_found json_decimal(double *out, const struct json_reader *r, const char *field,
			     unsigned flags, double min, double max)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);
	double number;

	if (found != JSON_GIVEN)
		return found;
	number = json_number_value(value);
	if (!json_is_number(value) || !isfinite(number) || number < min || number > max) {
		err_add(r->e, json_pointer(r, field),
			json_is_number(value) ? MSG_OUT_OF_RANGE_DECIMAL : MSG_WANT_NUMBER,
			arena_printf(r->e->arena, "%.15g", min),
			arena_printf(r->e->arena, "%.15g", max));
		return JSON_FAULT;
	}
	*out = number;
	return JSON_GIVEN;
}

enum json_found json_truth(bool *out, const struct json_reader *r, const char *field, unsigned flags)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_boolean(value))
		return fault(r, field, MSG_WANT_TRUTH);
	*out = json_is_true(value);
	return JSON_GIVEN;
}

enum json_found json_day(int32_t *out, const struct json_reader *r, const char *field, unsigned flags)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);
	int32_t day;

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_string(value))
		return fault(r, field, MSG_WANT_DAY);
	if (!day_parse(&day, json_string_value(value))) {
		err_add(r->e, json_pointer(r, field), MSG_BAD_DATE,
			quoted(r->e->arena, json_string_value(value)));
		return JSON_FAULT;
	}
	*out = day;
	return JSON_GIVEN;
}

enum json_found json_choice(const char **out, const struct json_reader *r, const char *field,
			    unsigned flags, const char *choices)
{
	struct arena *a = r->e->arena;
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);
	const char *text;

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_string(value))
		return fault(r, field, MSG_WANT_TEXT);
	text = json_string_value(value);
	if (!text_in_list(text, choices)) {
		err_add(r->e, json_pointer(r, field), MSG_BAD_CHOICE, quoted(a, text),
			joined(a, words_of(a, choices)));
		return JSON_FAULT;
	}
	*out = text;
	return JSON_GIVEN;
}

enum json_found json_object_in(const json_t **out, const struct json_reader *r, const char *field,
			       unsigned flags)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_object(value))
		return fault(r, field, MSG_WANT_OBJECT);
	*out = value;
	return JSON_GIVEN;
}

enum json_found json_array_in(const json_t **out, const struct json_reader *r, const char *field,
			      unsigned flags)
{
	const json_t *value;
	enum json_found found = find(&value, r, field, flags);

	if (found != JSON_GIVEN)
		return found;
	if (!json_is_array(value))
		return fault(r, field, MSG_WANT_ARRAY);
	*out = value;
	return JSON_GIVEN;
}
