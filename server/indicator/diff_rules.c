/*
 * What differs: between two texts, line by line (E. Myers, "An O(ND) difference algorithm and its
 * variations", 1986), and between two lists of cells.
 */
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifecycle_rules.h"

enum { DIFFERENCES_MAX = 800, AROUND = 3, CHANGES_MAX = 200, KEY_ROOM = 256 };

/* ------------------------------------------------------------------ lines */

struct line {
	const char *at;
	size_t len;
};

struct lines {
	struct line *line;
	int count;
};

static struct lines split(struct arena *a, const char *text)
{
	struct lines out = { arena_alloc(a, (strlen(text) + 1) * sizeof(struct line)), 0 };

	while (*text) {
		size_t len = strcspn(text, "\n");

		out.line[out.count++] = (struct line){ text, len };
		text += len + (text[len] == '\n');
	}
	return out;
}

static bool equal(const struct line *x, const struct line *y)
{
	return x->len == y->len && memcmp(x->at, y->at, x->len) == 0;
}

/*
 * Marks in `gone` and `come` the lines that are in one text alone.  trace[d] is how far each diagonal
 * gets with d differences; it is walked back from the end.  False: more than DIFFERENCES_MAX.
 */
static bool compare(bool *gone, bool *come, struct arena *a, const struct lines *x, const struct lines *y)
{
	int n = x->count, m = y->count, max = n + m < DIFFERENCES_MAX ? n + m : DIFFERENCES_MAX, d, k;
	int **trace = arena_alloc(a, ((size_t)max + 1) * sizeof *trace);
	int *reach = arena_alloc(a, (2 * (size_t)max + 3) * sizeof *reach);

	memset(reach, 0, (2 * (size_t)max + 3) * sizeof *reach);
	reach += max + 1;
	for (d = 0; d <= max; d++) {
		trace[d] = arena_alloc(a, (2 * (size_t)d + 3) * sizeof **trace);
		memcpy(trace[d], reach - d - 1, (2 * (size_t)d + 3) * sizeof **trace);
		for (k = -d; k <= d; k += 2) {
			int i = k == -d || (k != d && reach[k - 1] < reach[k + 1]) ? reach[k + 1] : reach[k - 1] + 1;

			while (i < n && i - k < m && equal(&x->line[i], &y->line[i - k]))
				i++;
			reach[k] = i;
			if (i >= n && i - k >= m)
				goto found;
		}
	}
	return false;
found:
	for (int i = n, j = m; d > 0; d--) {
		const int *before = trace[d] + d + 1;
		bool down = (k = i - j) == -d || (k != d && before[k - 1] < before[k + 1]);
		int from = down ? before[k + 1] : before[k - 1];

		if (down)
			come[from - k - 1] = true;
		else
			gone[from] = true;
		i = from;
		j = from - (down ? k + 1 : k - 1);
	}
	return true;
}

struct hunks {
	json_t *list, *lines;	/* of the hunk that is open; NULL: none */
	int added, removed;
};

static void put(struct hunks *h, const char *op, const struct line *l)
{
	json_array_append_new(h->lines, json_pack("{s:s, s:s%}", "op", op, "text", l->at, l->len));
	h->added += *op == '+';
	h->removed += *op == '-';
}

/* True when a difference is near line i of the first text, which stands beside line j of the other. */
static bool near(const bool *gone, const bool *come, int n, int m, int i, int j, int around)
{
	for (int at = -around; at <= around; at++)
		if ((i + at >= 0 && i + at < n && gone[i + at]) || (j + at >= 0 && j + at < m && come[j + at]))
			return true;
	return false;
}

static void walk(struct hunks *h, const struct lines *x, const struct lines *y, const bool *gone,
		 const bool *come)
{
	for (int i = 0, j = 0; i < x->count || j < y->count;) {
		if (!near(gone, come, x->count, y->count, i, j, AROUND)) {
			h->lines = NULL;
			i++;
			j++;
			continue;
		}
		if (!h->lines) {
			h->lines = json_array();
			json_array_append_new(h->list, json_pack("{s:i, s:i, s:o}", "before", i + 1, "after", j + 1,
								 "lines", h->lines));
		}
		if (i < x->count && gone[i])
			put(h, "-", &x->line[i++]);
		else if (j < y->count && come[j])
			put(h, "+", &y->line[j++]);
		else if (i < x->count && j++ < y->count)
			put(h, " ", &x->line[i++]);
		else
			return;
	}
}

json_t *text_diff(struct arena *a, const char *before, const char *after)
{
	struct lines x = split(a, before), y = split(a, after);
	bool *gone = arena_alloc(a, (size_t)x.count + 1), *come = arena_alloc(a, (size_t)y.count + 1);
	struct hunks h = { .list = json_array() };

	memset(gone, 0, (size_t)x.count + 1);
	memset(come, 0, (size_t)y.count + 1);
	if (!compare(gone, come, a, &x, &y)) {
		memset(gone, 1, (size_t)x.count);
		memset(come, 1, (size_t)y.count);
	}
	walk(&h, &x, &y, gone, come);
	return json_pack("{s:i, s:i, s:o}", "added", h.added, "removed", h.removed, "hunks", h.list);
}

/* ------------------------------------------------------------------ values */

static const char *text_of(const json_t *cell, const char *name)
{
	const char *text = json_string_value(json_object_get(cell, name));

	return text ? text : "";
}

static const char *key_of(char out[KEY_ROOM], const json_t *cell)
{
	const json_t *dims = json_object_get(cell, "dims"), *member;
	const char *dim;
	int len = snprintf(out, KEY_ROOM, "%s %s", text_of(cell, "territory"), text_of(cell, "period"));

	json_object_foreach((json_t *)(uintptr_t)dims, dim, member)
		if (len < KEY_ROOM)
			len += snprintf(out + len, (size_t)(KEY_ROOM - len), " %s", json_string_value(member));
	return out;
}

/* The same figure at twelve digits, the same text, or none on both sides. */
static bool same(const json_t *before, const json_t *after, const char *name)
{
	const json_t *x = json_object_get(before, name), *y = json_object_get(after, name);
	char dx[40], dy[40];

	if (!json_is_number(x) || !json_is_number(y))
		return (!x && !y) || json_equal(x, y);
	snprintf(dx, sizeof dx, "%.12g", json_number_value(x));
	snprintf(dy, sizeof dy, "%.12g", json_number_value(y));
	return strcmp(dx, dy) == 0;
}

static bool value_stays(const json_t *before, const json_t *after)
{
	return same(before, after, "state") && same(before, after, "value") && same(before, after, "reason");
}

/* What differs beside the value: ["numerator", "extra.rows"].  Owned. */
static json_t *beside(const json_t *before, const json_t *after)
{
	static const char *const figures[] = { "numerator", "denominator", "low", "high" };
	const json_t *then = json_object_get(before, "extra"), *now = json_object_get(after, "extra");
	json_auto_t *extras = then ? json_copy((json_t *)(uintptr_t)then) : json_object();
	json_t *out = json_array(), *any;
	const char *name;

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		if (!same(before, after, figures[i]))
			json_array_append_new(out, json_string(figures[i]));
	if (now)
		json_object_update(extras, (json_t *)(uintptr_t)now);
	json_object_foreach(extras, name, any)
		if (!same(then, now, name))
			json_array_append_new(out, json_sprintf("extra.%s", name));
	return out;
}

/* Is it a change of what is beside the value alone? */
static bool stays(const json_t *change)
{
	return json_is_true(json_object_get(change, "stays"));
}

static bool sized(const json_t *change)
{
	return json_is_number(json_object_get(change, "before")) &&
	       json_is_number(json_object_get(change, "after"));
}

static double size_of(const json_t *change)
{
	return sized(change) ? json_number_value(json_object_get(change, "after")) -
			       json_number_value(json_object_get(change, "before")) : 0;
}

static int larger_first(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	double dx = fabs(size_of(x)), dy = fabs(size_of(y));
	char kx[KEY_ROOM], ky[KEY_ROOM];

	if (stays(x) != stays(y))
		return stays(x) ? 1 : -1;
	if (dx != dy)
		return dx < dy ? 1 : -1;
	return strcmp(key_of(kx, x), key_of(ky, y));
}

static json_t *figure(const json_t *cell)
{
	json_t *value = json_object_get(cell, "value");

	return value ? json_incref(value) : json_null();
}

/* NULL: nothing changes.  Owned. */
static json_t *change_of(const json_t *before, const json_t *after)
{
	const json_t *either = after ? after : before;
	json_t *dims = json_object_get(either, "dims");
	json_t *others = before && after ? beside(before, after) : json_array();
	bool kept = before && after && value_stays(before, after);

	if (kept && json_array_size(others) == 0) {
		json_decref(others);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:O*, s:o, s:o, s:b, s:o}", "level", text_of(either, "level"), "territory",
			 text_of(either, "territory"), "period", text_of(either, "period"), "dims", dims, "before",
			 figure(before), "after", figure(after), "stays", (int)kept, "beside", others);
}

static json_t *all_changes(const json_t *before, const json_t *after)
{
	json_auto_t *known = json_object();
	json_t *out = json_array(), *gone;
	const char *name;
	char key[KEY_ROOM];

	for (size_t i = 0; i < json_array_size(before); i++)
		json_object_set(known, key_of(key, json_array_get(before, i)), json_array_get(before, i));
	for (size_t i = 0; i < json_array_size(after); i++) {
		const json_t *now = json_array_get(after, i), *then = json_object_get(known, key_of(key, now));
		json_t *change = change_of(then, now);

		if (change)
			json_array_append_new(out, change);
		json_object_del(known, key);
	}
	json_object_foreach(known, name, gone)	/* a member, or a level, that is no more */
		json_array_append_new(out, change_of(gone, NULL));
	return out;
}

/* What the changes of one level come to. */
static json_t *level_of(const char *level, const json_t *cells, const json_t *changes)
{
	json_auto_t *territories = json_object();
	const json_t *largest = NULL;
	int count = 0, changed = 0, others = 0;

	for (size_t i = 0; i < json_array_size(cells); i++)
		count += strcmp(text_of(json_array_get(cells, i), "level"), level) == 0;
	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *one = json_array_get(changes, i);

		if (strcmp(text_of(one, "level"), level) != 0)
			continue;
		if (stays(one)) {
			others++;
			continue;
		}
		changed++;
		json_object_set_new(territories, text_of(one, "territory"), json_true());
		if (sized(one) && (!largest || fabs(size_of(one)) > fabs(size_of(largest))))
			largest = one;
	}
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:o}", "level", level, "cells", count, "changed", changed,
			 "beside", others, "territories", (int)json_object_size(territories), "largest",
			 largest ? json_real(size_of(largest)) : json_null());
}

json_t *values_diff(const json_t *before, const json_t *after)
{
	static const char *const levels[] = { "national", "region", "department" };
	json_auto_t *changes = all_changes(before, after);
	size_t count = json_array_size(changes);
	json_t **sorted = malloc((count + 1) * sizeof(json_t *)), *list = json_array(), *first = json_array();

	if (!sorted)
		abort();
	for (size_t i = 0; i < count; i++)
		sorted[i] = json_array_get(changes, i);
	qsort(sorted, count, sizeof(json_t *), larger_first);
	for (size_t i = 0; i < count && i < CHANGES_MAX; i++)
		json_array_append(first, sorted[i]);
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		json_array_append_new(list, level_of(levels[i], after, changes));
	free(sorted);
	return json_pack("{s:o, s:o}", "levels", list, "changes", first);
}
