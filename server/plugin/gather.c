/*
 * Gather: figures of a fixture, aggregated as an input declares.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "column.h"
#include "gather.h"
#include "protect.h"
#include "published.h"

enum { TEXTS = DIMENSIONS_MAX + 2 };

struct row {
	const char *territory, *period;
	const char *rest;		/* organisation and members that are not declared dimensions */
	const char *dim[DIMENSIONS_MAX];
	size_t place;			/* in the table */
	double value;
	bool has;
	bool dropped;			/* told without its neighbours: not counted */
	const char *group;		/* see struct published_part */
};

struct gather {
	struct arena *arena;
	const json_t *input;
	const char *missing, *agg;
	const char *first;		/* period of the table; NULL: it has no row */
	struct row *row;		/* sorted by part, then period */
	size_t rows;
	size_t dims;			/* declared */
	bool whole;			/* figures of territories of every level, never added up */
	double least;			/* 0: exact */
	int64_t floor;			/* of a sensitive series */
	const char *way;		/* published_way() */
	struct published_part *part;	/* room for those of twelve months */
};

enum { YEAR = 12 };

static const char *cell_text(const json_t *table, const char *column, size_t row)
{
	const char *text = json_string_value(json_array_get(json_object_get(table, column), row));

	return text ? text : "";
}

static size_t table_height(const json_t *table)
{
	const char *key;
	json_t *column;

	json_object_foreach((json_t *)(uintptr_t)table, key, column)
		return json_array_size(column);
	return 0;
}

/* Does the row pass `where`?  A dimension that the table has not cannot refuse. */
static bool passes(const json_t *where, const json_t *table, size_t row)
{
	const char *key;
	json_t *members;

	json_object_foreach((json_t *)(uintptr_t)where, key, members) {
		const char *own = cell_text(table, key, row);
		bool found = false;

		for (size_t i = 0; i < json_array_size(members); i++)
			found = found || strcmp(json_string_value(json_array_get(members, i)), own) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* The row's identity, `but` left out, as a text. */
static const char *identity(struct arena *a, const json_t *table, size_t row, const char *but)
{
	const char *out = "", *key;
	json_t *column;

	json_object_foreach((json_t *)(uintptr_t)table, key, column) {
		if (strcmp(key, "value") != 0 && strcmp(key, but) != 0)
			out = arena_printf(a, "%s|%s=%s", out, key, cell_text(table, key, row));
	}
	return out;
}

/* How many members of `dimension` were told for each identity without it: {"…": 3}.  Owned. */
static json_t *told(struct arena *a, const json_t *table, const char *dimension)
{
	const json_t *values = json_object_get(table, "value");
	json_t *out = json_object();

	for (size_t r = 0; r < table_height(table); r++) {
		const char *who = identity(a, table, r, dimension);

		if (json_is_number(json_array_get(values, r)))
			json_object_set_new(out, who,
					    json_integer(json_integer_value(json_object_get(out, who)) + 1));
	}
	return out;
}

static int members_of(const char *dimension)
{
	int n = 1;

	for (const char *p = dimension_find(dimension)->words; *p; p++)
		n += *p == ' ';
	return n;
}

/* complete = { "age" }: takes away the figures whose neighbours were not all told. */
static void only_complete(struct gather *g, const json_t *table)
{
	const json_t *list = json_object_get(g->input, "complete");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *dimension = json_string_value(json_array_get(list, i));
		json_t *counts = told(g->arena, table, dimension);

		for (size_t k = 0; k < g->rows; k++) {
			const char *who = identity(g->arena, table, g->row[k].place, dimension);

			if (json_integer_value(json_object_get(counts, who)) >= members_of(dimension))
				continue;
			g->row[k].dropped = g->row[k].dropped || g->row[k].has;
			g->row[k].has = false;
		}
		json_decref(counts);
	}
}

static int by_part(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int order = strcmp(a->territory, b->territory);

	for (int i = 0; order == 0 && i < DIMENSIONS_MAX; i++)
		order = strcmp(a->dim[i], b->dim[i]);
	if (order == 0)
		order = strcmp(a->rest, b->rest);
	return order != 0 ? order : strcmp(a->period, b->period);
}

static bool same_part(const struct row *a, const struct row *b)
{
	for (int i = 0; i < DIMENSIONS_MAX; i++) {
		if (strcmp(a->dim[i], b->dim[i]) != 0)
			return false;
	}
	return strcmp(a->territory, b->territory) == 0 && strcmp(a->rest, b->rest) == 0;
}

/* What tells the part of a row apart from others beside territory and declared dimensions. */
static const char *rest_of(struct gather *g, const json_t *table, size_t r)
{
	const json_t *dims = json_object_get(g->input, "dims");
	const char *out = cell_text(table, "organisation", r), *key;
	json_t *column;

	json_object_foreach((json_t *)(uintptr_t)table, key, column) {
		bool declared = !dimension_find(key);

		for (size_t i = 0; i < json_array_size(dims); i++)
			declared = declared || strcmp(json_string_value(json_array_get(dims, i)), key) == 0;
		if (!declared)
			out = arena_printf(g->arena, "%s|%s", out, cell_text(table, key, r));
	}
	return out;
}

static void add_row(struct gather *g, const json_t *table, size_t r)
{
	const json_t *dims = json_object_get(g->input, "dims");
	const json_t *value = json_array_get(json_object_get(table, "value"), r);
	const json_t *year = json_array_get(json_object_get(table, "year"), r);
	const char *where = cell_text(table, "territory", r);
	struct row *to = &g->row[g->rows++];

	*to = (struct row){ .territory = *where ? where : "FR", .period = cell_text(table, "period", r),
			    .place = r, .value = json_number_value(value), .has = json_is_number(value),
			    .rest = rest_of(g, table, r), .group = cell_text(table, g->way ? g->way : "", r) };
	if (year)
		to->period = arena_printf(g->arena, "%04lld", (long long)json_number_value(year));
	for (size_t i = 0; i < DIMENSIONS_MAX; i++)
		to->dim[i] = i < json_array_size(dims) ?
				     cell_text(table, json_string_value(json_array_get(dims, i)), r) :
				     "";
	if (!g->first || strcmp(to->period, g->first) < 0)
		g->first = to->period;
}

struct gather *gather_open(struct arena *a, const json_t *input, const json_t *table, double least)
{
	struct gather *g = arena_alloc(a, sizeof *g);
	const char *missing = json_string_value(json_object_get(input, "missing"));
	const char *agg = json_string_value(json_object_get(input, "agg"));
	size_t height = table_height(table);

	*g = (struct gather){ .arena = a, .input = input, .missing = missing ? missing : "carry",
			      .agg = agg ? agg : "sum",
			      .dims = json_array_size(json_object_get(input, "dims")),
			      .whole = strcmp(json_string_value(json_object_get(input, "kind")),
					      "indicator_value") == 0,
			      .least = published_input(input) ? least : 0,
			      .floor = published_floor(input),
			      .way = published_way(input) };
	g->part = arena_alloc(a, (height * YEAR + 1) * sizeof *g->part);
	g->row = arena_alloc(a, (height + 1) * sizeof *g->row);
	for (size_t r = 0; r < height; r++) {
		if (passes(json_object_get(input, "where"), table, r))
			add_row(g, table, r);
	}
	only_complete(g, table);
	qsort(g->row, g->rows, sizeof *g->row, by_part);
	return g;
}

/* ------------------------------------------------------------------ one cell */

struct sum {
	double total, rest, least, most;	/* Neumaier's compensated sum */
	size_t n;
};

static void take(struct sum *s, double x)
{
	double t = s->total + x;
	double big = s->total < 0 ? -s->total : s->total, small = x < 0 ? -x : x;

	s->rest += big >= small ? (s->total - t) + x : (x - t) + s->total;
	s->total = t;
	s->least = s->n == 0 || x < s->least ? x : s->least;
	s->most = s->n == 0 || x > s->most ? x : s->most;
	s->n++;
}

static double aggregate(const struct sum *s, const char *agg)
{
	double total = s->total + s->rest;

	if (strcmp(agg, "mean") == 0)
		return s->n > 0 ? total / (double)s->n : 0;
	if (strcmp(agg, "min") == 0)
		return s->least;
	return strcmp(agg, "max") == 0 ? s->most : total;
}

/* The part whose rows start at g->row[from]: its row for `period`, or the last told before. */
static const struct row *of_part(const struct gather *g, size_t from, size_t to, const char *period,
				 bool carry)
{
	const struct row *found = NULL;

	for (size_t i = from; i < to; i++) {
		int order = strcmp(g->row[i].period, period);

		if (order > 0)
			break;
		if (order == 0 || (g->row[i].has && carry))
			found = g->row[i].has ? &g->row[i] : NULL;	/* what was emptied is not carried over */
	}
	return found;
}

/* The parts of one cell. */
struct cell {
	struct sum sum;
	bool hole, carried, zero;
	bool apart;			/* carried over, or without what was told alone: no published total */
	size_t parts;			/* in g->part, from where it was said */
};

static bool is_mine(const struct gather *g, const struct row *head, const char *territory, const char *level,
		    const char *const *members)
{
	bool mine = g->whole ? strcmp(territory, head->territory) == 0 :
			       territory_covers(territory, level, head->territory);

	for (size_t i = 0; i < g->dims && mine; i++)
		mine = strcmp(head->dim[i], members[i]) == 0;
	return mine;
}

static struct cell cell_of(const struct gather *g, const char *territory, const char *level, const char *period,
			   const char *const *members, struct published_part *part)
{
	bool carry = strcmp(g->missing, "carry") == 0;
	struct cell c = { .zero = strcmp(g->missing, "zero") == 0 && g->first && strcmp(period, g->first) >= 0 };

	for (size_t from = 0, to; from < g->rows; from = to) {
		const struct row *head = &g->row[from], *own;
		bool mine = is_mine(g, head, territory, level, members);

		for (to = from + 1; to < g->rows && same_part(head, &g->row[to]); to++)
			;
		for (size_t i = from; i < to && mine; i++)
			c.apart = c.apart || (g->row[i].dropped && strcmp(g->row[i].period, period) == 0);
		own = mine ? of_part(g, from, to, period, carry) : NULL;
		if (own) {
			take(&c.sum, own->value);
			part[c.parts++] = (struct published_part){ own->value, own->group };
			c.carried = c.carried || strcmp(own->period, period) != 0;
		} else if (mine && c.zero) {
			take(&c.sum, 0);
		}
		c.hole = c.hole || (mine && !own && !c.zero);
	}
	c.apart = c.apart || c.carried;
	return c;
}

/* The same as a publication shows it. */
static struct gathered shown(const struct gather *g, const struct cell *c)
{
	struct gathered out = { .has = true, .carried = c->carried };
	struct sum sum = { 0 };

	if (g->way && !c->apart) {
		out.hidden = !published_total(&out.value, g->part, c->parts, g->floor);
	} else {
		for (size_t i = 0; i < c->parts && !out.hidden; i++) {
			double one;

			out.hidden = !published_figure(&one, g->part[i].count, g->floor);
			take(&sum, one);
		}
		for (size_t i = c->parts; i < c->sum.n; i++)
			take(&sum, 0);
		out.value = aggregate(&sum, g->agg);
	}
	out.hidden = out.hidden || protect_small(out.value, protect_shown_least(g->least, (double)g->floor));
	return out;
}

struct gathered gather_cell(const struct gather *g, const char *territory, const char *level,
			    const char *period, const char *const *members)
{
	struct cell c = cell_of(g, territory, level, period, members, g->part);

	if (c.zero && c.sum.n == 0)
		return (struct gathered){ .has = true };
	if (c.sum.n == 0 || (c.hole && strcmp(g->missing, "na") == 0))
		return (struct gathered){ 0 };
	if (g->least > 0)
		return shown(g, &c);
	return (struct gathered){ .value = aggregate(&c.sum, g->agg), .has = true, .carried = c.carried };
}

struct gathered gather_year(const struct gather *g, const char *territory, const char *level,
			    const char *period, const char *const *members)
{
	struct cell year = { 0 };

	if (g->least <= 0 || !g->way || strlen(period) != strlen("2025-01"))
		return (struct gathered){ 0 };
	for (int i = 0; i < YEAR; i++) {
		struct cell c = cell_of(g, territory, level, period_shift(g->arena, period, -i), members,
					g->part + year.parts);

		if (c.sum.n == 0 || c.apart)
			return (struct gathered){ 0 };
		year.parts += c.parts;
	}
	return shown(g, &year);
}

/* ------------------------------------------------------------------ rows */

enum period_step gather_step(const json_t *input, const json_t *table, enum period_step otherwise)
{
	const struct series_def *s = catalogue_find(json_string_value(json_object_get(input, "id")));
	const char *kind = json_string_value(json_object_get(input, "kind"));
	const char *told = json_string_value(json_array_get(json_object_get(table, "period"), 0));

	if (strcmp(kind, "series") == 0 && s)
		return strcmp(s->periodicity, "month") == 0 ? STEP_MONTH : STEP_YEAR;
	if (strcmp(kind, "reference") == 0)
		return STEP_YEAR;
	if (strcmp(kind, "roster") == 0)
		return STEP_MONTH;
	return strcmp(kind, "indicator_value") == 0 && told ? period_length(told) : otherwise;
}

struct fill {
	struct arena *arena;
	const json_t *input;
	const struct gather *g;
	json_t *out;
	const char *member[DIMENSIONS_MAX];
	bool hidden;
};

static void put(struct fill *f, const char *column, json_t *v)
{
	json_array_append_new(json_object_get(f->out, column), v);
}

static void put_cell(struct fill *f, const char *territory, const char *level, const char *period)
{
	const json_t *dims = json_object_get(f->input, "dims");
	struct gathered one = gather_cell(f->g, territory, level, period, f->member);

	put(f, "territory", json_string(territory));
	if (json_object_get(f->out, "year"))
		put(f, "year", json_integer(atoi(period)));
	else
		put(f, "period", json_string(period));
	for (size_t i = 0; i < json_array_size(dims); i++)
		put(f, json_string_value(json_array_get(dims, i)), json_string(f->member[i]));
	put(f, "value", one.has && !one.hidden ? json_real(one.value) : json_null());
	f->hidden = f->hidden || one.hidden;
}

/* All combinations of members of the declared dimensions from the `depth`-th on. */
static void put_members(struct fill *f, size_t depth, const char *territory, const char *level,
			const char *period)
{
	const char *dimension =
		json_string_value(json_array_get(json_object_get(f->input, "dims"), depth));
	const json_t *only = dimension ? json_object_get(json_object_get(f->input, "where"), dimension) :
					 NULL;
	char *copy, *rest = NULL;

	if (!dimension) {
		put_cell(f, territory, level, period);
		return;
	}
	copy = arena_strdup(f->arena, dimension_find(dimension)->words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		bool wanted = !only;

		for (size_t i = 0; i < json_array_size(only); i++)
			wanted = wanted || strcmp(json_string_value(json_array_get(only, i)), word) == 0;
		f->member[depth] = word;
		if (wanted)
			put_members(f, depth + 1, territory, level, period);
	}
}

/* The input's own periods that a cell reads: how many, the last of them in *last. */
static int own_periods(const char **last, struct fill *f, const json_t *table, const struct want *w)
{
	enum period_step cell = period_length(w->period), own = gather_step(f->input, table, cell);
	size_t back = plugin_lookback(w->about, f->input, w->params);

	*last = period_ending(f->arena, w->period, own);
	return back > 0 ? (int)back : own < cell ? (int)cell / (int)own : 1;
}

/* One row a territory, period and member: a lattice whose missing figures are absent values. */
static void lattice(struct fill *f, const json_t *table, const struct want *w)
{
	bool fine = json_object_get(f->input, "grain") || json_object_get(f->input, "by");
	const char *at;
	int back = own_periods(&at, f, table, w);

	for (size_t i = 0; fine ? territory_department(i) != NULL : i == 0; i++) {
		const char *where = fine ? territory_department(i) : w->territory;

		if (fine && !territory_covers(w->territory, w->level, where))
			continue;
		for (int n = 1 - back; n <= 0; n++)
			put_members(f, 0, where, fine ? "department" : w->level,
				    period_shift(f->arena, at, n));
	}
}

static bool day_after(const json_t *v, int32_t day)
{
	return json_is_integer(v) && json_integer_value(v) > day;
}

/* Does all of the period lie between these days? */
static bool within(const char *period, int32_t first, int32_t last)
{
	int32_t from, to;

	return period_days(&from, &to, period) && from >= first && to <= last;
}

/* A list (roster, blockers, cells): the rows of this territory and period, known by then. */
static void listed(struct fill *f, const json_t *table, const struct want *w)
{
	const char *kind = json_string_value(json_object_get(f->input, "kind")), *key;
	bool blockers = strcmp(kind, "blockers") == 0, cells = strcmp(kind, "cells") == 0;
	const char *at;
	int back = own_periods(&at, f, table, w);
	json_t *column;
	int32_t first, last, day;

	if (!period_days(&first, &day, period_shift(f->arena, at, 1 - back)) || !period_days(&day, &last, w->period))
		return;

	for (size_t r = 0; r < table_height(table); r++) {
		const char *where = cell_text(table, "territory", r), *when = cell_text(table, "period", r);

		if ((*where && (cells ? strcmp(where, w->territory) != 0 :
					!territory_covers(w->territory, w->level, where))) ||
		    (*when && !within(when, first, last)) ||
		    (blockers &&
		     day_after(json_array_get(json_object_get(table, "opened_on"), r), w->as_of)))
			continue;
		json_object_foreach(f->out, key, column) {
			json_t *v = json_array_get(json_object_get(table, key), r);
			bool unknown = !v || (column_is_day(key) && strcmp(key, "due_on") != 0 &&
					      day_after(v, w->as_of));

			json_array_append_new(column, unknown ? json_null() : json_incref(v));
		}
	}
}

json_t *gather_rows(struct arena *a, const json_t *input, const json_t *table, const struct want *w)
{
	const json_t *columns = json_object_get(input, "columns");
	const char *kind = json_string_value(json_object_get(input, "kind"));
	struct fill f = { .arena = a, .input = input, .out = json_object() };

	if (strcmp(kind, "actions") == 0) {
		json_decref(f.out);
		return fixture_select(table, columns, w->territory, w->level, w->period);
	}
	for (size_t i = 0; i < json_array_size(columns); i++)
		json_object_set_new(f.out, json_string_value(json_array_get(columns, i)), json_array());
	if (strcmp(kind, "series") == 0 || strcmp(kind, "reference") == 0 ||
	    strcmp(kind, "indicator_value") == 0) {
		f.g = gather_open(a, input, table, w->least);
		lattice(&f, table, w);
		if (f.hidden)
			*w->hidden = true;
	} else {
		listed(&f, table, w);
	}
	return f.out;
}
