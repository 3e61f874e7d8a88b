/*
 * Rules of monthly answers.
 */
#include "campaign_rules.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { DIGITS_MAX = 40, PAIRS_MAX = 20, SERIES_CODE_MAX = 80 };

/* Bytes of a blank at the beginning of `c`: space, tab, no-break spaces; 0 for none. */
static size_t blank(const char *c)
{
	static const char *const blanks[] = { " ", "\t", "\xc2\xa0", "\xe2\x80\xaf",
					      "\xe2\x80\x89" };

	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
		if (strncmp(c, blanks[i], strlen(blanks[i])) == 0)
			return strlen(blanks[i]);
	return 0;
}

bool typed_number(double *out, const char *text)
{
	char digits[DIGITS_MAX + 1];
	size_t n = 0, step;
	bool point = false;

	for (const char *c = text; *c; c += step ? step : 1) {
		step = blank(c);
		if (step)
			continue;
		if (n == DIGITS_MAX)
			return false;
		if (*c >= '0' && *c <= '9') {
			digits[n++] = *c;
		} else if ((*c == ',' || *c == '.') && !point && n > 0) {
			digits[n++] = '.';
			point = true;
		} else {
			return false;
		}
	}
	digits[n] = '\0';
	if (n == 0 || digits[n - 1] == '.')
		return false;
	*out = strtod(digits, NULL);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *dims_text(struct arena *a, const json_t *dims)
{
	const char *pairs[PAIRS_MAX], *key, *text = "";
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)dims, key,
			    value) if (n < PAIRS_MAX && json_is_string(value)) pairs[n++] =
	    arena_printf(a, "%s=%s", key, json_string_value(value));
	qsort(pairs, n, sizeof *pairs, by_text);
	for (size_t i = 0; i < n; i++)
		text = i ? arena_printf(a, "%s;%s", text, pairs[i]) : pairs[i];
	return text;
}

bool is_month(const char *text)
{
	return strlen(text) == 7 && strncmp(text, "20", 2) == 0 &&
	       strspn(text, "0123456789") == 4 && text[4] == '-' &&
	       strspn(text + 5, "0123456789") == 2 && strcmp(text + 5, "01") >= 0 &&
	       strcmp(text + 5, "12") <= 0;
}

/* ------------------------------------------------------------------ one answer */

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

bool answer_read(json_t **out, const json_t *item, const char *base, struct err *e)
{
	const char *typed = text_in(item, "typed"), *state = text_in(item, "state"),
		   *reason = text_in(item, "reason");
	const char *where = arena_printf(e->arena, "%s/value", base);
	bool valued = typed && typed[strspn(typed, " \t")] != '\0';
	double value = 0;

	*out = NULL;
	if (valued && state)
		return err_add(e, where, MSG_VALUE_AND_STATE);
	if (valued && !typed_number(&value, typed))
		return err_add(e, where, MSG_NOT_A_NUMBER, typed);
	if (!valued && !state)
		return err_add(e, where, MSG_VALUE_NEEDED);
	if (!valued && strcmp(state, "missing") == 0 && !reason)
		return err_add(e, arena_printf(e->arena, "%s/reason", base), MSG_REASON_NEEDED);
	*out = valued ? json_pack("{s:s, s:f}", "answer", "value", "value", value)
	       : strcmp(state, "missing") == 0
		   ? json_pack("{s:s, s:s}", "answer", state, "reason", reason)
		   : json_pack("{s:s}", "answer", state);
	return true;
}

/* ------------------------------------------------------------------ all of them */

const json_t *item_of(struct arena *a, const json_t *items, const char *series,
			     const char *dims)
{
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item) if (strcmp(text_in(item, "series"), series) == 0 &&
					       strcmp(dims_text(a, json_object_get(item, "dims")),
						      dims) == 0) return item;
	return NULL;
}

bool figure_is_open(const json_t *cell)
{
	const char *state = text_in(cell, "state");

	return strcmp(state, "expected") == 0 || strcmp(state, "returned") == 0;
}

/* Does what was typed say what stands? */
static bool repeats(const json_t *cell, const json_t *answer)
{
	const char *before = text_in(cell, "reason"), *now = text_in(answer, "reason");

	return strcmp(text_in(cell, "answer"), text_in(answer, "answer")) == 0 &&
	       json_number_value(json_object_get(cell, "value")) ==
		   json_number_value(json_object_get(answer, "value")) &&
	       strcmp(before ? before : "", now ? now : "") == 0;
}

bool answers_read(json_t **out, const json_t *cells, const json_t *items, struct err *e)
{
	json_t *answers = json_array();
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell)
	{
		const char *series = text_in(cell, "series"), *dims = text_in(cell, "dims");
		const char *base = arena_printf(e->arena, "#/figures/%zu", i);
		const json_t *item = item_of(e->arena, items, series, dims);
		json_auto_t *answer = NULL, *nothing = json_object();

		if (!item && !figure_is_open(cell))
			continue;
		if (!answer_read(&answer, item ? item : nothing, base, e))
			continue;
		if (!figure_is_open(cell)) {
			if (!repeats(cell, answer))
				err_add(e, arena_printf(e->arena, "%s/value", base),
					MSG_FIGURE_STANDS);
			continue;
		}
		json_object_set_new(answer, "series", json_string(series));
		json_object_set_new(answer, "dims", json_string(dims));
		json_array_append(answers, answer);
	}
	if (!err_ok(e)) {
		json_decref(answers);
		return false;
	}
	*out = answers;
	return true;
}

/* ------------------------------------------------------------------ drafts */

static void check_item(const json_t *item, const char *base, struct err *e)
{
	struct json_reader r = { item, base, e };
	const char *text;
	const json_t *dims = NULL;
	const char *key;
	json_t *value;

	if (!json_is_object(item)) {
		err_add(e, base, MSG_WANT_OBJECT);
		return;
	}
	json_only(&r, "series dims typed state reason confirmed");
	json_text(&text, &r, "series", JSON_REQUIRED, SERIES_CODE_MAX);
	json_text(&text, &r, "typed", JSON_NULLABLE, TYPED_MAX);
	json_choice(&text, &r, "state", JSON_NULLABLE, "missing not_applicable");
	json_text(&text, &r, "reason", JSON_NULLABLE, MISSING_MAX);
	json_text(&text, &r, "confirmed", JSON_NULLABLE, REASON_MAX);
	if (json_object_in(&dims, &r, "dims", 0) != JSON_GIVEN)
		return;
	json_object_foreach((json_t *)(uintptr_t)dims, key, value) if (!json_is_string(value))
	    err_add(e, arena_printf(e->arena, "%s/dims", base), MSG_WANT_TEXT);
}

bool draft_check(const json_t *body, struct err *e)
{
	struct json_reader r = { body, "#", e };
	const json_t *figures = NULL, *item;
	const char *comment;
	size_t i;

	json_only(&r, "figures comment");
	json_array_in(&figures, &r, "figures", JSON_REQUIRED);
	json_text(&comment, &r, "comment", JSON_NULLABLE, COMMENT_MAX);
	if (json_array_size(figures) > ITEMS_MAX)
		return err_add(e, "#/figures", MSG_TOO_MANY_ROWS, "500");
	json_array_foreach(figures, i, item)
	    check_item(item, arena_printf(e->arena, "#/figures/%zu", i), e);
	return err_ok(e);
}
