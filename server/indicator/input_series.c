/*
 * Series: observations summed to the cells of a stage.
 *
 * Observations come by territory, organisation, members and span: one unit (a territory's
 * organisation) after the other, each laid out over the series' own periods, filled, and added
 * to the cells it counts in.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "input.h"

enum { DIMS_MAX = 8 };

/* Of a part in one of the series' own periods. */
enum heard { SILENT, TOLD, HIDDEN, EMPTY, NOT_APPLICABLE, CARRIED, FILLED };

struct cell_sum {
	double sum, rest, least, most;	/* Neumaier's compensated sum */
	uint32_t values, refused;
	unsigned flags;
	bool hole, empty, hidden, apart;
};

struct unit_cell {
	double value;
	uint8_t heard;
	bool provisional, whole;	/* whole: told of all the period, not of one of its days */
	bool apart;			/* told without its neighbours, or carried over */
};

struct gathering {
	const struct input_stage *st;
	const struct observation_set *set;
	const struct input_series *series;
	const json_t *input;
	struct arena *a;
	const struct axis *place;		/* territory or département */
	const struct axis *axis[CUBE_AXES_MAX];
	size_t axes, dim_cells;			/* combinations of the dimensions kept apart */
	bool fine;
	enum cube_missing missing;
	const char *agg;
	enum { TIME_SUM, TIME_MEAN, TIME_LAST } over_time;
	/* the series' own periods */
	int first_month, own;			/* month of the first; how many */
	int *own_at, own_count;			/* of each axis period: its first one; how many each has */
	int32_t *own_of_span;			/* -1: no whole period */
	int opens;				/* MISSING_ZERO: the first one with any figure; -1: none */
	/* members: of each combination that the series uses, by force */
	int32_t *cell_of[FORCES];		/* -1: not asked */
	int32_t *group;				/* `complete`: combinations that must be told together */
	int needed;				/* how many of them */
	/* territories and organisations of the set */
	int32_t *department_of;			/* -1: none; -2: the nation */
	enum force *force_of;
	/* one unit */
	struct unit_cell *cell;			/* combination × own period */
	bool *spoke;				/* combinations */
	struct cell_sum *sum;
	struct cover *cover;
	bool *got;				/* axis period: the unit reported */
	bool *applies;
};

/* ------------------------------------------------------------------ members */

/* The member of dimension `id` in "age=minor;sex=female", or NULL.  Borrowed from *a. */
static const char *member_of(struct arena *a, const char *dims, const char *id)
{
	size_t len = strlen(id);

	for (const char *p = dims; *p; ) {
		const char *end = strchrnul(p, ';');

		if (strncmp(p, id, len) == 0 && p[len] == '=')
			return arena_memdup(a, p + len + 1, (size_t)(end - p) - len - 1);
		p = *end ? end + 1 : end;
	}
	return NULL;
}

static const char *force_name(enum force f)
{
	return f == FORCE_POLICE ? "police" : f == FORCE_GENDARMERIE ? "gendarmerie" : NULL;
}

static const char *member(struct gathering *g, size_t combination, enum force force, const char *id)
{
	return strcmp(id, "force") == 0 ? force_name(force) :
					  member_of(g->a, observation_dims(g->set, combination), id);
}

bool input_lists(const json_t *members, const char *name)
{
	if (json_is_string(members))
		return strcmp(json_string_value(members), name) == 0;
	for (size_t i = 0; i < json_array_size(members); i++)
		if (strcmp(json_string_value(json_array_get(members, i)), name) == 0)
			return true;
	return false;
}

static bool wanted(struct gathering *g, size_t combination, enum force force)
{
	const char *id;
	json_t *members;

	json_object_foreach(json_object_get(g->input, "where"), id, members) {
		const char *own = member(g, combination, force, id);

		if (!own || !input_lists(members, own))
			return false;
	}
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const json_t *dimension(const struct input_series *s, const char *id)
{
	for (size_t i = 0; i < json_array_size(s->dimensions); i++) {
		const json_t *d = json_array_get(s->dimensions, i);

		if (strcmp(json_string_value(json_object_get(d, "id")), id) == 0)
			return d;
	}
	return NULL;
}

/* The members of a dimension that the input may show, in order. */
static const struct axis *dim_axis(struct gathering *g, const char *id)
{
	const json_t *members = json_object_get(dimension(g->series, id), "members");
	const json_t *only = json_object_get(json_object_get(g->input, "where"), id);
	const char **name = arena_alloc(g->a, (json_array_size(members) + 1) * sizeof *name);
	struct axis *out = arena_alloc(g->a, sizeof *out);

	*out = (struct axis){ .kind = AXIS_DIMENSION, .name = arena_strdup(g->a, id), .member = name };
	for (size_t i = 0; i < json_array_size(members); i++) {
		const char *m = json_string_value(json_object_get(json_array_get(members, i), "id"));

		if (!only || input_lists(only, m))
			name[out->count++] = arena_strdup(g->a, m);
	}
	qsort(name, out->count, sizeof *name, compare_texts);
	return out;
}

static int32_t cell_of(struct gathering *g, size_t combination, enum force force)
{
	int32_t cell = 0;

	if (!wanted(g, combination, force))
		return -1;
	for (size_t i = 1; i + 1 < g->axes; i++) {
		const char *m = member(g, combination, force, g->axis[i]->name);
		int32_t at = m ? axis_at(g->axis[i], m) : -1;

		if (at < 0)
			return -1;
		cell = cell * (int32_t)g->axis[i]->count + at;
	}
	return cell;
}

/* `complete`: combinations that differ in these dimensions alone belong together. */
static void make_groups(struct gathering *g)
{
	const json_t *complete = json_object_get(g->input, "complete");
	size_t n = observation_dims_count(g->set);

	if (json_array_size(complete) == 0)
		return;
	g->needed = 1;
	for (size_t i = 0; i < json_array_size(complete); i++)
		g->needed *= (int)json_array_size(json_object_get(
			dimension(g->series, json_string_value(json_array_get(complete, i))), "members"));
	g->group = arena_alloc(g->a, (n + 1) * sizeof *g->group);
	for (size_t x = 0; x < n; x++) {
		g->group[x] = (int32_t)x;
		for (size_t y = 0; y < x && g->group[x] == (int32_t)x; y++) {
			bool same = true;

			for (size_t i = 0; same && i < json_array_size(g->series->dimensions); i++) {
				const char *id = json_string_value(json_object_get(
					json_array_get(g->series->dimensions, i), "id"));
				const char *a = member(g, x, FORCE_NONE, id), *b = member(g, y, FORCE_NONE, id);

				same = input_lists(complete, id) || strcmp(a ? a : "", b ? b : "") == 0;
			}
			if (same)
				g->group[x] = g->group[y];
		}
	}
}

static void prepare_members(struct gathering *g)
{
	size_t n = observation_dims_count(g->set);

	for (int f = 0; f < FORCES; f++) {
		g->cell_of[f] = arena_alloc(g->a, (n + 1) * sizeof(int32_t));
		for (size_t c = 0; c < n; c++)
			g->cell_of[f][c] = cell_of(g, c, (enum force)f);
	}
	make_groups(g);
}

/* ------------------------------------------------------------------ periods */

/* Months from January of year 0. */
static int month_of(int32_t day)
{
	struct day_text text = day_format(day);

	text.text[7] = '\0';
	return period_month(text.text);
}

/* The own period that a span tells of: all of it, or one of its days. */
static int32_t own_of_span(const struct gathering *g, struct observation_span span, bool *whole)
{
	int step = (int)g->series->step, month = month_of(span.from_on), next = month_of(span.to_on + 1);

	*whole = month % step == 0 && next - month == step && month_of(span.from_on - 1) != month &&
		 month_of(span.to_on) != next;
	return *whole || span.from_on == span.to_on ? (month - g->first_month) / step : -1;
}

static void prepare_periods(struct gathering *g)
{
	int step = (int)g->series->step, axis = period_month(g->st->period->member[0]);
	int axis_months = (int)axis_step(g->st->period), first = axis;
	int end = axis + (int)g->st->period->count * axis_months;

	for (size_t i = 0; i < observation_spans(g->set); i++) {
		int month = month_of(observation_span(g->set, i).from_on);

		first = month < first ? month : first;
	}
	g->first_month = first / step * step;
	g->own = (end - g->first_month + step - 1) / step;
	g->own_count = axis_months > step ? axis_months / step : 1;
	g->own_at = arena_alloc(g->a, g->st->period->count * sizeof *g->own_at);
	for (size_t p = 0; p < g->st->period->count; p++)
		g->own_at[p] = (axis + (int)p * axis_months - g->first_month) / step;
}

/* ------------------------------------------------------------------ parts */

static struct unit_cell *cell_at(struct gathering *g, size_t combination, int own)
{
	return &g->cell[combination * (size_t)g->own + (size_t)own];
}

static bool answers(const struct unit_cell *c)
{
	return c->heard == TOLD || c->heard == HIDDEN;
}

/* `complete`: figures whose neighbours were not all told do not count. */
static void only_complete(struct gathering *g)
{
	size_t n = observation_dims_count(g->set);
	int *told = arena_alloc(g->a, (n + 1) * sizeof *told);

	for (int t = 0; g->group && t < g->own; t++) {
		memset(told, 0, n * sizeof *told);
		for (size_t c = 0; c < n; c++)
			told[g->group[c]] += answers(cell_at(g, c, t));
		for (size_t c = 0; c < n; c++)
			if (answers(cell_at(g, c, t)) && told[g->group[c]] < g->needed) {
				cell_at(g, c, t)->heard = EMPTY;
				cell_at(g, c, t)->apart = true;
			}
	}
}

/* Does to the holes of one part what the declaration says. */
static void fill_part(struct gathering *g, size_t combination)
{
	const struct unit_cell *last = NULL;

	for (int t = 0; t < g->own; t++) {
		struct unit_cell *c = cell_at(g, combination, t);

		if (answers(c) || c->heard == EMPTY || c->heard == NOT_APPLICABLE)
			last = answers(c) ? c : NULL;
		else if (g->missing == MISSING_CARRY && last)
			*c = (struct unit_cell){ .value = last->value, .provisional = last->provisional,
						 .heard = last->heard == TOLD ? CARRIED : HIDDEN, .apart = true };
		else if (g->missing == MISSING_ZERO && g->opens >= 0 && t >= g->opens)
			c->heard = FILLED;
	}
}

static void add_value(struct cell_sum *s, double x)
{
	double t = s->sum + x, big = s->sum < 0 ? -s->sum : s->sum, small = x < 0 ? -x : x;

	s->rest += big >= small ? (s->sum - t) + x : (x - t) + s->sum;
	s->sum = t;
	s->least = s->values == 0 || x < s->least ? x : s->least;
	s->most = s->values == 0 || x > s->most ? x : s->most;
	s->values++;
}

/* One part over one axis period: its own periods put together as `over_time` says. */
static struct cell_sum over_time(struct gathering *g, size_t combination, size_t p)
{
	bool last = g->over_time == TIME_LAST;
	struct cell_sum out = { 0 };

	for (int i = 0; i < g->own_count; i++) {
		const struct unit_cell *c = cell_at(g, combination, g->own_at[p] + i);
		bool value = c->heard == TOLD || c->heard == CARRIED || c->heard == FILLED;

		if ((value || c->heard == HIDDEN) && last)
			out = (struct cell_sum){ 0 };
		if (value)
			add_value(&out, c->value);
		else if (c->heard == HIDDEN)
			out.hidden = true;
		else if (c->heard == NOT_APPLICABLE)
			out.refused++;
		else
			out.hole = true;
		out.empty = out.empty || c->heard == EMPTY;
		out.apart = out.apart || c->apart;
		out.flags |= (c->heard == CARRIED ? STATE_CARRIED : 0u) |
			     (value && c->provisional ? STATE_PROVISIONAL : 0u);
		g->got[p] = g->got[p] || answers(c);
		g->applies[p] = g->applies[p] || c->heard != NOT_APPLICABLE;
	}
	if (last && (out.values || out.hidden))		/* the last one known is what the period ended with */
		out.hole = false;
	if (g->over_time == TIME_MEAN && out.values > 1)
		out = (struct cell_sum){ .sum = (out.sum + out.rest) / out.values, .values = 1, .flags = out.flags,
					 .hole = out.hole, .empty = out.empty, .hidden = out.hidden,
					 .apart = out.apart };
	return out;
}

static void add_part(struct gathering *g, size_t combination, int32_t cell, int32_t department)
{
	size_t periods = g->st->period->count;

	for (size_t p = 0; p < periods; p++) {
		struct cell_sum part = over_time(g, combination, p), *s;
		int32_t at = department < 0 ? (g->st->territory == g->st->places->national && !g->fine ? 0 : -1) :
			     g->fine ? department : g->st->place[(size_t)department * periods + p];

		if (at < 0)
			continue;
		s = &g->sum[((size_t)at * g->dim_cells + (size_t)cell) * periods + p];
		if (part.values)
			add_value(s, part.sum + part.rest);
		else if (part.refused && !part.hole)
			s->refused++;
		s->flags |= part.flags;
		s->hole = s->hole || part.hole;
		s->empty = s->empty || part.empty;
		s->hidden = s->hidden || part.hidden;
		s->apart = s->apart || part.apart;
	}
}

/* ------------------------------------------------------------------ units */

static void count_unit(struct gathering *g, int32_t department)
{
	size_t periods = g->st->period->count;

	for (size_t p = 0; p < periods; p++) {
		int32_t at = department < 0 ? (g->st->territory == g->st->places->national && !g->fine ? 0 : -1) :
			     g->fine ? department : g->st->place[(size_t)department * periods + p];

		if (at < 0 || !g->applies[p])
			continue;
		g->cover[(size_t)at * periods + p].expected++;
		g->cover[(size_t)at * periods + p].received += g->got[p];
	}
}

/* All that one organisation of one territory told. */
static void add_unit(struct gathering *g, size_t territory, size_t organisation)
{
	const int32_t *cells = g->cell_of[g->force_of[organisation]];
	size_t n = observation_dims_count(g->set), periods = g->st->period->count;
	bool asked = false;

	memset(g->got, 0, periods * sizeof *g->got);
	memset(g->applies, 0, periods * sizeof *g->applies);
	only_complete(g);
	for (size_t c = 0; c < n; c++) {
		if (!g->spoke[c] || cells[c] < 0)
			continue;
		fill_part(g, c);
		add_part(g, c, cells[c], g->department_of[territory]);
		asked = true;
	}
	if (asked)
		count_unit(g, g->department_of[territory]);
	memset(g->cell, 0, n * (size_t)g->own * sizeof *g->cell);
	memset(g->spoke, 0, n * sizeof *g->spoke);
}

static void take(struct gathering *g, const struct observation *o, bool whole)
{
	struct unit_cell *c = cell_at(g, o->dims, g->own_of_span[o->span]);

	g->spoke[o->dims] = true;
	if (c->heard != SILENT && c->whole && !whole)
		return;
	*c = (struct unit_cell){ .value = o->value, .provisional = o->provisional, .whole = whole,
				 .heard = o->state == OBSERVED_VALUE ? TOLD : o->state == OBSERVED_SUPPRESSED ? HIDDEN :
					  o->state == OBSERVED_MISSING ? EMPTY : NOT_APPLICABLE };
}

static const char *vintage_of(const json_t *input)
{
	return json_string_value(json_object_get(input, "vintage"));
}

bool input_retained(const json_t *input)
{
	const char *vintage = vintage_of(input);

	return !vintage || strcmp(vintage, "retained") == 0;
}

static struct observation_cursor cursor_of(const struct gathering *g)
{
	const char *vintage = vintage_of(g->input);
	struct observation_cursor c = { .set = g->set, .as_of_us = g->st->as_of_us };

	if (!input_retained(g->input)) {
		c.vintage = strcmp(vintage, "first") == 0 ? VINTAGE_FIRST :
			    strcmp(vintage, "last") == 0 ? VINTAGE_LAST : VINTAGE_NAMED;
		c.name = vintage;
	}
	return c;
}

/* A figure that counts somewhere: of a territory and of a period that are laid out. */
static bool counts(const struct gathering *g, const struct observation *o)
{
	int32_t own = g->own_of_span[o->span];

	return own >= 0 && own < g->own && g->department_of[o->territory] != -1;
}

/* The first own period in which anything asked was told. */
static void find_opening(struct gathering *g)
{
	struct observation_cursor c = cursor_of(g);
	struct observation o;

	g->opens = -1;
	while (observation_next(&o, &c))
		if (counts(g, &o) && g->cell_of[g->force_of[o.organisation]][o.dims] >= 0 &&
		    (g->opens < 0 || g->own_of_span[o.span] < g->opens))
			g->opens = g->own_of_span[o.span];
}

static void add_units(struct gathering *g, const bool *whole)
{
	struct observation_cursor c = cursor_of(g);
	struct observation o, unit = { .territory = UINT16_MAX };

	while (observation_next(&o, &c)) {
		if (!counts(g, &o))
			continue;
		if (unit.territory != UINT16_MAX &&
		    (o.territory != unit.territory || o.organisation != unit.organisation))
			add_unit(g, unit.territory, unit.organisation);
		unit = o;
		take(g, &o, whole[o.span]);
	}
	if (unit.territory != UINT16_MAX)
		add_unit(g, unit.territory, unit.organisation);
}

/* ------------------------------------------------------------------ the cube */

static double result(const struct gathering *g, const struct cell_sum *s)
{
	double sum = s->sum + s->rest;

	return strcmp(g->agg, "mean") == 0 ? sum / s->values : strcmp(g->agg, "min") == 0 ? s->least :
	       strcmp(g->agg, "max") == 0 ? s->most : sum;
}

static void put(struct gathering *g, struct cube *c, size_t at)
{
	const struct cell_sum *s = &g->sum[at];
	int own = g->own_at[at % g->st->period->count];
	bool holed = s->hole && g->missing == MISSING_NA;

	if (s->hidden && !holed)
		cube_put_missing(c, at, STATE_SUPPRESSED);
	else if (s->values && !holed)
		cube_put(c, at, result(g, s), s->flags);
	else if (!s->values && s->refused && !s->hole)
		cube_put_missing(c, at, STATE_NOT_APPLICABLE);
	else if (!s->values && !s->empty && g->missing == MISSING_ZERO && g->opens >= 0 && own >= g->opens)
		cube_put(c, at, 0, 0);
	else if (s->empty)
		cube_put_missing(c, at, STATE_EMPTY);
}

static const char *text_or(const json_t *o, const char *field, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(o, field));

	return text ? text : otherwise;
}

static void prepare(struct gathering *g, const char *const *dims)
{
	const char *missing = text_or(g->input, "missing", "skip"), *over_time;

	g->missing = strcmp(missing, "na") == 0 ? MISSING_NA : strcmp(missing, "zero") == 0 ? MISSING_ZERO :
		     strcmp(missing, "carry") == 0 ? MISSING_CARRY : MISSING_SKIP;
	g->agg = text_or(g->input, "agg", g->series->over_territories);
	over_time = text_or(g->input, "over_time", strcmp(g->agg, "last") == 0 ? "last" : g->series->over_time);
	g->over_time = strcmp(over_time, "sum") == 0 ? TIME_SUM :
		       strcmp(over_time, "mean") == 0 ? TIME_MEAN : TIME_LAST;
	g->fine = json_object_get(g->input, "grain") != NULL;
	g->place = g->fine ? g->st->department : g->st->territory;
	g->axis[g->axes++] = g->place;
	g->dim_cells = 1;
	for (size_t i = 0; dims && dims[i] && g->axes < CUBE_AXES_MAX - 1; i++) {
		g->axis[g->axes] = dim_axis(g, dims[i]);
		g->dim_cells *= g->axis[g->axes++]->count;
	}
	g->axis[g->axes++] = g->st->period;
}

static void prepare_places(struct gathering *g)
{
	g->department_of = arena_alloc(g->a, (observation_territories(g->set) + 1) * sizeof(int32_t));
	g->force_of = arena_alloc(g->a, (observation_organisations(g->set) + 1) * sizeof(enum force));
	for (size_t i = 0; i < observation_territories(g->set); i++) {
		const char *code = observation_territory(g->set, i);

		g->department_of[i] = strcmp(code, "FR") == 0 ? -2 : axis_at(g->st->places->department, code);
	}
	for (size_t i = 0; i < observation_organisations(g->set); i++) {
		const struct input_organisation *o =
			input_organisation(g->st->places, observation_organisation(g->set, i));

		g->force_of[i] = o ? o->force : FORCE_NONE;
	}
}

const struct cube *input_series(const struct input_stage *st, const struct observation_set *set,
				const struct input_series *series, const json_t *input,
				const char *const *dims, bool **apart)
{
	size_t spans = observation_spans(set), n = observation_dims_count(set), periods = st->period->count;
	struct gathering g = { .st = st, .set = set, .series = series, .input = input, .a = st->arena };
	bool *whole = arena_alloc(g.a, (spans + 1) * sizeof *whole);
	struct cube *c;

	prepare(&g, dims);
	c = cube_new(g.a, g.axis, g.axes);
	c->skip = g.missing != MISSING_NA;
	if (apart)
		*apart = arena_alloc(g.a, c->count + 1);
	c->cover = g.cover = arena_alloc(g.a, (g.place->count * periods + 1) * sizeof *g.cover);
	if (periods == 0)
		return c;
	prepare_periods(&g);
	prepare_places(&g);
	prepare_members(&g);
	g.own_of_span = arena_alloc(g.a, (spans + 1) * sizeof *g.own_of_span);
	for (size_t i = 0; i < spans; i++)
		g.own_of_span[i] = own_of_span(&g, observation_span(set, i), &whole[i]);
	g.cell = arena_alloc(g.a, (n * (size_t)g.own + 1) * sizeof *g.cell);
	g.spoke = arena_alloc(g.a, (n + 1) * sizeof *g.spoke);
	g.sum = arena_alloc(g.a, (c->count + 1) * sizeof *g.sum);
	g.got = arena_alloc(g.a, periods * sizeof *g.got);
	g.applies = arena_alloc(g.a, periods * sizeof *g.applies);
	if (g.missing == MISSING_ZERO)
		find_opening(&g);
	add_units(&g, whole);
	for (size_t i = 0; i < c->count; i++)
		put(&g, c, i);
	for (size_t i = 0; apart && i < c->count; i++)
		(*apart)[i] = g.sum[i].apart;
	return c;
}
