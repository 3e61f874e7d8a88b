/*
 * A preview: what each cell of a file would do, in the same words for every kind of file.
 */
#include <stdlib.h>
#include <string.h>

#include "parts.h"

static const char *const words[PREVIEW_STATES] = { "new", "changed", "same", "refused" };

void preview_open(struct preview *p, struct arena *a, enum lang lang)
{
	*p = (struct preview){ .items = json_array(), .warnings = json_array(), .lang = lang, .arena = a };
}

void preview_drop(struct preview *p)
{
	json_decref(p->items);
	json_decref(p->warnings);
	p->items = p->warnings = NULL;
}

json_t *preview_row(int line, const char *object)
{
	return json_pack("{s:o, s:s, s:s, s:[]}", "line", line ? json_integer(line) : json_null(), "object", object,
			 "state", "same", "cells");
}

static json_t *or_null(json_t *value)
{
	return value ? value : json_null();
}

void preview_cell(struct preview *p, json_t *row, const char *field, enum preview_state state, json_t *old,
		  json_t *new)
{
	p->cells[state]++;
	json_array_append_new(json_object_get(row, "cells"),
			      json_pack("{s:s, s:s, s:o, s:o}", "field", field, "state", words[state],
					"old", or_null(old), "new", or_null(new)));
}

void preview_refuse(struct preview *p, json_t *row, const char *field, const char *given, const char *code,
		    const char *detail)
{
	p->cells[PREVIEW_REFUSED]++;
	json_array_append_new(json_object_get(row, "cells"),
			      json_pack("{s:s, s:s, s:o, s:s, s:s}", "field", field, "state", words[PREVIEW_REFUSED],
					"given", given ? json_string(given) : json_null(), "code", code,
					"detail", detail));
}

/* The worst that one of its cells is. */
static enum preview_state state_of(const json_t *row, bool is_new)
{
	enum preview_state state = is_new ? PREVIEW_NEW : PREVIEW_SAME;
	const json_t *cell;
	size_t i;

	json_array_foreach(json_object_get(row, "cells"), i, cell) {
		const char *word = json_string_value(json_object_get(cell, "state"));

		if (strcmp(word, words[PREVIEW_REFUSED]) == 0)
			return PREVIEW_REFUSED;
		if (!is_new && strcmp(word, words[PREVIEW_SAME]) != 0)
			state = PREVIEW_CHANGED;
	}
	return state;
}

void preview_end(struct preview *p, json_t *row, bool is_new)
{
	enum preview_state state = state_of(row, is_new);

	p->rows[state]++;
	json_object_set_new(row, "state", json_string(words[state]));
	if (state != PREVIEW_SAME)
		json_array_append(p->items, row);
	json_decref(row);
}

static int by_line(const void *a, const void *b)
{
	json_t *const *x = a, *const *y = b;
	json_int_t i = json_integer_value(json_object_get(*x, "line")),
		   k = json_integer_value(json_object_get(*y, "line"));

	return i != k ? (i > k) - (i < k)
		      : (json_integer_value(json_object_get(*x, "at")) >
			 json_integer_value(json_object_get(*y, "at"))) *
				2 -
			    1;
}

void preview_sort(struct preview *p)
{
	size_t n = json_array_size(p->items);
	json_t **item = arena_alloc(p->arena, (n + 1) * sizeof *item), *sorted = json_array();

	for (size_t i = 0; i < n; i++) {
		item[i] = json_array_get(p->items, i);
		json_object_set_new(item[i], "at", json_integer((json_int_t)i));
	}
	qsort(item, n, sizeof *item, by_line);
	for (size_t i = 0; i < n; i++) {
		json_object_del(item[i], "at");
		json_array_append(sorted, item[i]);
	}
	json_decref(p->items);
	p->items = sorted;
}

void preview_warn(struct preview *p, int line, const char *field, enum msg msg, const char *a, const char *b)
{
	json_array_append_new(p->warnings,
			      json_pack("{s:o, s:s?, s:s, s:s}", "line", line ? json_integer(line) : json_null(),
					"field", field, "code", msg_code(msg), "detail",
					msg_text(p->arena, msg, p->lang, (const char *const[MSG_ARGS]){ a, b })));
}

static json_t *counts(const int n[PREVIEW_STATES])
{
	json_t *o = json_object();

	for (int i = 0; i < PREVIEW_STATES; i++)
		json_object_set_new(o, words[i], json_integer(n[i]));
	return o;
}

json_t *preview_close(struct preview *p, const char *plan)
{
	json_t *done = json_pack("{s:s?, s:{s:o, s:o}, s:o, s:o}", "plan", plan, "counts", "rows", counts(p->rows),
				 "cells", counts(p->cells), "items", p->items, "warnings", p->warnings);

	p->items = p->warnings = NULL;
	return done;
}
