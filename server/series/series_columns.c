/*
 * Columns of observations: added, sorted, read.
 */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

#define MASK(bits) ((UINT64_C(1) << (bits)) - 1)

enum { RADIX_BITS = 14, RADIX = 1 << RADIX_BITS };

static const int bits_of[LISTS] = { TERRITORY_BITS, ORGANISATION_BITS, DIMS_BITS, SPAN_BITS, SOURCE_BITS };
/* Where each number begins in `what`. */
static const int shift_of[LISTS] = { 56, 45, 35, 23, 15 };
static const int64_t since_2000_us = 10957 * 86400000000;

static void *grown(void *items, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 64;
	items = reallocarray(items, *room, size);
	if (!items)
		abort();
	return items;
}

/* ------------------------------------------------------------------ names */

static int compare_names(const struct name *a, const struct name *b)
{
	int texts = a->text && b->text ? strcmp(a->text, b->text) : 0;

	if (texts != 0)
		return texts;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->second < b->second ? -1 : a->second > b->second;
}

static size_t slot_of(const struct name *n, size_t slots)
{
	uint64_t h = (uint64_t)n->number * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)n->second;

	for (const char *c = n->text; c && *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 40) & (slots - 1);
}

static size_t slots_of(int list)
{
	return (size_t)2 << bits_of[list];
}

/* Where a name is, or the empty place where it belongs. */
static uint16_t *find_slot(const struct name_list *l, int list, const struct name *name)
{
	size_t slots = slots_of(list), at = slot_of(name, slots);

	while (l->slot[at] && compare_names(&l->item[l->slot[at] - 1], name) != 0)
		at = (at + 1) & (slots - 1);
	return &l->slot[at];
}

/* The number of a name, which is added when it is new; -1: the list is full. */
static int64_t name_number(struct name_list *l, int list, const struct name *name)
{
	uint16_t *slot;

	if (!l->slot && !(l->slot = calloc(slots_of(list), sizeof *l->slot)))
		abort();
	slot = find_slot(l, list, name);
	if (*slot)
		return *slot - 1;
	if (l->count >= MASK(bits_of[list]))
		return -1;
	l->item = grown(l->item, &l->room, l->count, sizeof *l->item);
	l->item[l->count] = *name;
	if (name->text && !(l->item[l->count].text = strdup(name->text)))
		abort();
	l->grown = true;
	*slot = (uint16_t)++l->count;
	return *slot - 1;
}

struct moved { struct name name; size_t from; };

static int compare_moved(const void *a, const void *b)
{
	return compare_names(&((const struct moved *)a)->name, &((const struct moved *)b)->name);
}

/* Sorts a list; to[old] is the new number of each name. */
static void sort_names(struct name_list *l, int list, uint64_t *to)
{
	struct moved *m = calloc(l->count + 1, sizeof *m);

	if (!m)
		abort();
	for (size_t i = 0; i < l->count; i++)
		m[i] = (struct moved){ l->item[i], i };
	qsort(m, l->count, sizeof *m, compare_moved);
	for (size_t i = 0; i < l->count; i++) {
		l->item[i] = m[i].name;
		to[m[i].from] = i;
	}
	memset(l->slot, 0, slots_of(list) * sizeof *l->slot);
	for (size_t i = 0; i < l->count; i++)
		*find_slot(l, list, &l->item[i]) = (uint16_t)(i + 1);
	l->grown = false;
	free(m);
}

/* New names move the numbers of those behind them; the order of rows that were in place stays. */
static void renumber(struct observation_set *set, int list)
{
	uint64_t *to = calloc((size_t)1 << bits_of[list], sizeof *to);
	uint64_t mask = MASK(bits_of[list]) << shift_of[list];

	if (!to)
		abort();
	sort_names(&set->list[list], list, to);
	for (size_t i = 0; i < set->rows; i++) {
		uint64_t *what = &set->row[i].what;

		*what = (*what & ~mask) | to[(*what & mask) >> shift_of[list]] << shift_of[list];
	}
	free(to);
}

/* ------------------------------------------------------------------ adding */

/* 24 bits: the number itself, or the place where it is kept. */
static uint64_t packed_value(struct observation_set *set, const struct column_fact *f)
{
	double v = f->state == OBSERVED_VALUE ? f->value : 0;

	if (v >= 0 && v < (1 << (VALUE_BITS - 1)) && v == (double)(uint32_t)v)
		return (uint64_t)v;
	set->wide = grown(set->wide, &set->wide_room, set->wides, sizeof *set->wide);
	set->wide[set->wides] = v;
	return UINT64_C(1) << (VALUE_BITS - 1) | set->wides++;
}

bool columns_add(struct observation_set *set, const struct column_fact *f)
{
	const struct name names[LISTS] = {
		{ .text = (char *)(uintptr_t)f->territory }, { .number = f->organisation },
		{ .text = (char *)(uintptr_t)f->dims }, { .number = f->from_on, .second = f->to_on },
		{ .text = (char *)(uintptr_t)f->vintage, .number = f->rank },
	};
	int64_t at = f->recorded_us - since_2000_us;
	uint64_t what = 0, value;

	if (at < 0 || (uint64_t)at > MASK(51) || set->wides >= MASK(VALUE_BITS - 1))
		return false;
	for (int i = 0; i < LISTS; i++) {
		int64_t n = name_number(&set->list[i], i, &names[i]);

		if (n < 0)
			return false;
		what |= (uint64_t)n << shift_of[i];
	}
	value = packed_value(set, f);
	what |= (uint64_t)f->state << 13 | (uint64_t)f->provisional << 12 | (uint64_t)f->fictitious << 11;
	set->row = grown(set->row, &set->room, set->rows, sizeof *set->row);
	set->row[set->rows++] = (struct column_row){ what | value >> VALUE_LOW_BITS,
						     (uint64_t)at << VALUE_LOW_BITS |
						     (value & MASK(VALUE_LOW_BITS)) };
	return true;
}

/* ------------------------------------------------------------------ sorting */

/* Is `a` retained rather than `b`, both of one figure? */
static bool before(const struct observation_set *set, struct column_row a, struct column_row b)
{
	const struct name *source = set->list[LIST_SOURCE].item;
	const struct name *x = &source[a.what >> shift_of[LIST_SOURCE] & MASK(SOURCE_BITS)];
	const struct name *y = &source[b.what >> shift_of[LIST_SOURCE] & MASK(SOURCE_BITS)];
	int vintages;

	if (x->number != y->number)
		return x->number > y->number;
	vintages = x == y ? 0 : strcmp(x->text, y->text);
	if (vintages != 0)
		return vintages > 0;
	/* at the same instant what came later stands */
	return a.when >> VALUE_LOW_BITS >= b.when >> VALUE_LOW_BITS;
}

static void one_pass(struct column_row *to, const struct column_row *from, size_t n, int shift)
{
	size_t *start = calloc(RADIX + 1, sizeof *start);

	if (!start)
		abort();
	for (size_t i = 0; i < n; i++)
		start[(from[i].what >> shift & (RADIX - 1)) + 1]++;
	for (size_t i = 0; i < RADIX; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < n; i++)
		to[start[from[i].what >> shift & (RADIX - 1)]++] = from[i];
	free(start);
}

/* By figure, those of one figure as they came: three passes over the 41 bits of a figure. */
static void sort_rows(struct column_row *rows, size_t n)
{
	struct column_row *other = reallocarray(NULL, n + 1, sizeof *other);

	if (!other)
		abort();
	one_pass(other, rows, n, FIGURE_SHIFT);
	one_pass(rows, other, n, FIGURE_SHIFT + RADIX_BITS);
	one_pass(other, rows, n, FIGURE_SHIFT + 2 * RADIX_BITS);
	memcpy(rows, other, n * sizeof *rows);
	free(other);
}

/* Of each figure the retained row first.  Few rows each, nearly in order: by insertion. */
static void sort_figures(struct observation_set *set, struct column_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && rows[j].what >> FIGURE_SHIFT == rows[j - 1].what >> FIGURE_SHIFT &&
				   before(set, rows[j], rows[j - 1]); j--) {
			struct column_row held = rows[j];

			rows[j] = rows[j - 1];
			rows[j - 1] = held;
		}
}

/* Rows from `sorted` on into those before, from the end: both are in order. */
static void merge(struct observation_set *set)
{
	size_t added = set->rows - set->sorted, a = set->sorted, b = added, at = set->rows;
	struct column_row *new = reallocarray(NULL, added + 1, sizeof *new), *rows = set->row;

	if (!new)
		abort();
	memcpy(new, rows + a, added * sizeof *new);
	while (b > 0) {
		uint64_t x = a > 0 ? rows[a - 1].what >> FIGURE_SHIFT : 0, y = new[b - 1].what >> FIGURE_SHIFT;
		bool last = a == 0 || x < y || (x == y && before(set, rows[a - 1], new[b - 1]) &&
						!before(set, new[b - 1], rows[a - 1]));

		rows[--at] = last ? new[--b] : rows[--a];
	}
	free(new);
}

void columns_sort(struct observation_set *set)
{
	size_t added = set->rows - set->sorted;
	struct column_row *fit;

	for (int i = 0; i < LISTS; i++)
		if (set->list[i].grown)
			renumber(set, i);
	if (added == 0)
		return;
	sort_rows(set->row + set->sorted, added);
	sort_figures(set, set->row + set->sorted, added);
	merge(set);
	set->sorted = set->rows;
	fit = reallocarray(set->row, set->rows, sizeof *fit);	/* what growing took too much */
	if (fit) {
		set->row = fit;
		set->room = set->rows;
	}
}

void columns_clear(struct observation_set *set)
{
	for (int i = 0; i < LISTS; i++) {
		for (size_t k = 0; k < set->list[i].count; k++)
			free(set->list[i].item[k].text);
		free(set->list[i].item);
		free(set->list[i].slot);
		set->list[i] = (struct name_list){ 0 };
	}
	free(set->snapshot);
	free(set->row);
	free(set->wide);
	free(set->odd);
	if (set->companion)
		set->forget(set->companion);
	*set = (struct observation_set){ .series_id = set->series_id, .plan_id = set->plan_id,
					 .kind = set->kind, .loads = set->loads + 1 };
}

/* ------------------------------------------------------------------ reading */

static uint16_t part(uint64_t what, int list)
{
	return (uint16_t)(what >> shift_of[list] & MASK(bits_of[list]));
}

static int64_t recorded(struct column_row row)
{
	return (int64_t)(row.when >> VALUE_LOW_BITS) + since_2000_us;
}

static void unpack(struct observation *out, const struct observation_set *set, struct column_row row)
{
	uint64_t value = (row.what & MASK(VALUE_BITS - VALUE_LOW_BITS)) << VALUE_LOW_BITS |
			 (row.when & MASK(VALUE_LOW_BITS));
	bool wide = value >> (VALUE_BITS - 1);

	*out = (struct observation){
		.territory = part(row.what, LIST_TERRITORY), .organisation = part(row.what, LIST_ORGANISATION),
		.dims = part(row.what, LIST_DIMS), .span = part(row.what, LIST_SPAN),
		.state = (enum observation_state)(row.what >> 13 & 3),
		.provisional = row.what >> 12 & 1, .fictitious = row.what >> 11 & 1,
		.value = wide ? set->wide[value & MASK(VALUE_BITS - 1)] : (double)value,
		.recorded_us = recorded(row),
	};
}

/* Of two rows that may both stand, both known: does `b`, which comes after `a`, stand instead? */
static bool instead(const struct observation_cursor *c, struct column_row a, struct column_row b)
{
	if (c->vintage == VINTAGE_FIRST)
		return recorded(b) <= recorded(a);
	return c->vintage == VINTAGE_LAST && recorded(b) > recorded(a);
}

static bool fits(const struct observation_cursor *c, struct column_row row)
{
	const struct name *source = &c->set->list[LIST_SOURCE].item[part(row.what, LIST_SOURCE)];

	return recorded(row) <= c->as_of_us &&
	       (c->vintage != VINTAGE_NAMED || strcmp(source->text, c->name) == 0);
}

bool observation_next(struct observation *out, struct observation_cursor *c)
{
	const struct observation_set *set = c->set;
	size_t end = c->end ? c->end : set->rows;

	while (c->at < end) {
		uint64_t figure = set->row[c->at].what >> FIGURE_SHIFT;
		size_t stands = SIZE_MAX;

		for (; c->at < end && set->row[c->at].what >> FIGURE_SHIFT == figure; c->at++)
			if (fits(c, set->row[c->at]) &&
			    (stands == SIZE_MAX || instead(c, set->row[stands], set->row[c->at])))
				stands = c->at;
		if (stands != SIZE_MAX) {
			unpack(out, set, set->row[stands]);
			return true;
		}
	}
	return false;
}

/* The first row of a territory, or of those behind it. */
static size_t first_row(const struct observation_set *set, size_t territory)
{
	size_t low = 0, high = set->rows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (part(set->row[mid].what, LIST_TERRITORY) < territory)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct observation_rows observation_rows_of(const struct observation_set *set, size_t territory)
{
	return (struct observation_rows){ first_row(set, territory), first_row(set, territory + 1) };
}

void *observation_companion(const struct observation_set *set)
{
	return set->companion;
}

void observation_set_companion(struct observation_set *set, void *companion, void (*forget)(void *companion))
{
	set->companion = companion;
	set->forget = forget;
}

struct observation_size observations_size(const struct observation_set *set)
{
	return (struct observation_size){ set->rows, set->room * sizeof *set->row +
					  set->wide_room * sizeof *set->wide, set->loads };
}

size_t observation_territories(const struct observation_set *set)
{
	return set->list[LIST_TERRITORY].count;
}

const char *observation_territory(const struct observation_set *set, size_t i)
{
	return set->list[LIST_TERRITORY].item[i].text;
}

size_t observation_organisations(const struct observation_set *set)
{
	return set->list[LIST_ORGANISATION].count;
}

int64_t observation_organisation(const struct observation_set *set, size_t i)
{
	return set->list[LIST_ORGANISATION].item[i].number;
}

size_t observation_dims_count(const struct observation_set *set)
{
	return set->list[LIST_DIMS].count;
}

const char *observation_dims(const struct observation_set *set, size_t i)
{
	return set->list[LIST_DIMS].item[i].text;
}

size_t observation_spans(const struct observation_set *set)
{
	return set->list[LIST_SPAN].count;
}

struct observation_span observation_span(const struct observation_set *set, size_t i)
{
	const struct name *n = &set->list[LIST_SPAN].item[i];

	return (struct observation_span){ (int32_t)n->number, (int32_t)n->second };
}
