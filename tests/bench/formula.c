/*
 * P8: a formula over observations, by département and month, against the loop that one would write
 * for it in C.  Prints how many times a second for some seconds of processor time of one of the two.
 *
 *	formula first | next | cells | loop TIMES [SECONDS]
 *
 * The formula is the share of minors among those of known age, 101 départements × 36 months, of TIMES × 10,908
 * observations: by age, and with more than one of them by sex and organisation too.  `first` and `next` begin where a
 * worker does, from observations in memory (observation.h): they are laid out, filled, counted and summed into cells,
 * then the formula is evaluated; `first` of all of them, `next` after one département revised one figure, each in
 * turn, which is what a report costs (bringing it into the columns apart, which P11 measures).  `cells` is the formula
 * alone, over cells that nothing was summed into yet.  The loop reads the same figures as columns of rows
 * (département, period, age, value) and knows nothing of vintages, missing figures and cover.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "graph.h"
#include "plugin.h"
#include "server/indicator/input.h"
#include "server/series/columns.h"

enum { DEPARTMENTS = 101, AGES = 3, PERIODS = 36, CELLS = DEPARTMENTS * PERIODS, TIMES_MAX = 1000,
       MINOR = 1, UNKNOWN = 2 };

/* How many of what else figures are told by. */
struct breadth { size_t organisations, sexes, rows; };

/* The place of a row, from what changes least on. */
struct place { size_t department, organisation, age, sex, period; };

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);	/* what others do does not count */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct breadth breadth_of(size_t times)
{
	size_t sexes = times % 2 ? 1 : 2, organisations = times / sexes;

	return (struct breadth){ organisations, sexes, times * CELLS * AGES };
}

static struct place place_of(size_t row, struct breadth b)
{
	return (struct place){
		.period = row % PERIODS, .sex = row / PERIODS % b.sexes, .age = row / PERIODS / b.sexes % AGES,
		.organisation = row / PERIODS / b.sexes / AGES % b.organisations,
		.department = row / PERIODS / b.sexes / AGES / b.organisations,
	};
}

/* The figure of a row: small counts, the same in all. */
static double figure(size_t row)
{
	return (double)((row * 2654435761u >> 7) % 9);
}

/* ------------------------------------------------------------------ observations */

static const struct axis *axis_of(struct arena *a, enum axis_kind kind, const char *name, const char *prefix,
				  size_t count)
{
	struct axis *x = arena_alloc(a, sizeof *x);
	const char **member = arena_alloc(a, count * sizeof *member);

	for (size_t i = 0; i < count; i++)
		member[i] = arena_printf(a, "%s%03zu", prefix, i);
	*x = (struct axis){ .kind = kind, .name = name, .count = count, .member = member };
	return x;
}

/* What an indicator reads of a series, by département. */
struct reading {
	struct breadth breadth;
	const struct axis *department, *age, *sex, *period;
	struct input_places places;
	struct input_series series;
	json_t *dimensions, *declared;		/* owned */
	struct observation_set set;		/* owned: columns_clear() */
	const struct graph *graph;
	const struct cube *cells;		/* each observation one of them */
};

static json_t *dimension(const struct axis *x)
{
	json_t *members = json_array();

	for (size_t i = 0; i < x->count; i++)
		json_array_append_new(members, json_pack("{s:s}", "id", x->member[i]));
	return json_pack("{s:s, s:o}", "id", x->name, "members", members);
}

static struct input_places places_of(struct arena *a, const struct reading *r)
{
	size_t n = r->breadth.organisations;
	struct input_organisation *o = arena_alloc(a, n * sizeof *o);

	for (size_t i = 0; i < n; i++)
		o[i] = (struct input_organisation){ (int64_t)i + 1, i % 2 ? FORCE_GENDARMERIE : FORCE_POLICE, "" };
	return (struct input_places){
		.national = axis_of(a, AXIS_TERRITORY, "territory", "n", 1),
		.region = axis_of(a, AXIS_TERRITORY, "territory", "r", 1),
		.department = r->department, .organisation = o, .organisations = n,
	};
}

static void add_figure(struct reading *r, size_t row, int64_t recorded_us)
{
	struct place p = place_of(row, r->breadth);
	char dims[40];
	struct column_fact fact = {
		.territory = r->department->member[p.department], .dims = dims, .vintage = "",
		.organisation = (int64_t)p.organisation + 1, .recorded_us = recorded_us,
		.state = OBSERVED_VALUE, .value = figure(row),
	};

	snprintf(dims, sizeof dims, "age=%s;sex=%s", r->age->member[p.age], r->sex->member[p.sex]);
	if (!period_days(&fact.from_on, &fact.to_on, r->period->member[p.period]) || !columns_add(&r->set, &fact))
		abort();
}

static void fill_columns(struct reading *r)
{
	for (size_t row = 0; row < r->breadth.rows; row++)
		add_figure(r, row, INT64_C(1764547200000000));
	columns_sort(&r->set);
}

static const struct cube *cells_of(struct arena *a, const struct reading *r)
{
	const struct axis *axis[] = {
		r->department, axis_of(a, AXIS_ORGANISATION, "organisation", "o", r->breadth.organisations),
		r->age, r->sex, r->period,
	};
	struct cube *c = cube_new(a, axis, sizeof axis / sizeof *axis);

	for (size_t i = 0; i < c->count; i++)
		cube_put(c, i, figure(i), 0);
	return c;
}

/* ------------------------------------------------------------------ the formula */

static const struct graph *formula(struct arena *a)
{
	static const char text[] =
		"{\"v\":1,\"out\":{\"value\":7,\"numerator\":2,\"denominator\":4},\"nodes\":["
		"{\"op\":\"input\",\"name\":\"victims\"},"
		"{\"op\":\"pick\",\"args\":[0],\"where\":{\"age\":\"age001\"}},"
		"{\"op\":\"by\",\"args\":[1],\"dims\":[\"territory\"],\"over\":\"sum\"},"
		"{\"op\":\"pick\",\"args\":[0],\"where\":{\"age\":[\"age000\",\"age001\"]}},"
		"{\"op\":\"by\",\"args\":[3],\"dims\":[\"territory\"],\"over\":\"sum\"},"
		"{\"op\":\"const\",\"x\":100},{\"op\":\"mul\",\"args\":[5,2]},"
		"{\"op\":\"div\",\"args\":[6,4]}]}";
	const struct graph *g = NULL;
	struct finding f = { 0 };
	json_t *json = json_loads(text, 0, NULL);

	if (!json || !graph_read(&g, a, json, &f))
		abort();
	json_decref(json);
	return g;
}

static void open_reading(struct reading *r, struct arena *a, size_t times)
{
	*r = (struct reading){
		.breadth = breadth_of(times), .graph = formula(a),
		.period = axis_periods(a, STEP_MONTH, "2026-12", PERIODS),
		.department = axis_of(a, AXIS_TERRITORY, "territory", "d", DEPARTMENTS),
		.age = axis_of(a, AXIS_DIMENSION, "age", "age", AGES),
	};
	r->sex = axis_of(a, AXIS_DIMENSION, "sex", "sex", r->breadth.sexes);
	r->places = places_of(a, r);
	r->dimensions = json_pack("[o, o]", dimension(r->age), dimension(r->sex));
	r->declared = json_pack("{s:s, s:s}", "kind", "series", "id", "victims");
	r->series = (struct input_series){ .code = "victims", .over_territories = "sum", .over_time = "sum",
					   .step = STEP_MONTH, .by_plan = true, .dimensions = r->dimensions };
	fill_columns(r);
	r->cells = cells_of(a, r);
}

static void close_reading(struct reading *r)
{
	columns_clear(&r->set);
	json_decref(r->dimensions);
	json_decref(r->declared);
}

/* The shares; borrowed from *a. */
static const double *evaluate(struct arena *a, const struct reading *r, const struct cube *c)
{
	struct graph_input in = { .name = "victims", .cube = c };
	struct graph_data d = { .territory = c->axis[0], .period = c->axis[c->axes - 1], .input = &in, .inputs = 1 };
	struct graph_result out;
	struct finding f = { 0 };

	if (!graph_eval(&out, a, r->graph, &d, &f) || out.value->count != CELLS)
		abort();
	return out.value->value;
}

/* One département says the first of its figures again. */
static void revise(struct reading *r, size_t turn)
{
	size_t row = turn % DEPARTMENTS * (r->breadth.rows / DEPARTMENTS);

	add_figure(r, row, INT64_C(1764547200000000) + 1 + (int64_t)turn);
	columns_sort(&r->set);
}

static void forget_all(struct reading *r)
{
	if (r->set.companion)
		r->set.forget(r->set.companion);
	r->set.companion = NULL;
}

static const double *from_columns(struct arena *a, struct reading *r)
{
	const struct input_stage *st = input_stage(a, &r->places, "department", r->period, INT64_MAX);

	return evaluate(a, r, input_series(st, &r->set, &r->series, r->declared,
					   graph_dims(a, r->graph, "victims"), NULL));
}

static const double *from_cells(struct arena *a, const struct reading *r)
{
	return evaluate(a, r, r->cells);
}

/* ------------------------------------------------------------------ the loop */

struct columns {
	size_t rows;
	uint8_t *department, *age;
	uint16_t *period;
	double *value;
};

static struct columns columns_of(struct arena *a, struct breadth b)
{
	struct columns c = { b.rows, arena_alloc(a, b.rows), arena_alloc(a, b.rows),
			     arena_alloc(a, b.rows * sizeof *c.period), arena_alloc(a, b.rows * sizeof *c.value) };

	for (size_t i = 0; i < b.rows; i++) {
		struct place p = place_of(i, b);

		c.department[i] = (uint8_t)p.department;
		c.age[i] = (uint8_t)p.age;
		c.period[i] = (uint16_t)p.period;
		c.value[i] = figure(i);
	}
	return c;
}

static const double *loop(const struct columns *c)
{
	static double minors[CELLS], known[CELLS], share[CELLS];

	memset(minors, 0, sizeof minors);
	memset(known, 0, sizeof known);
	for (size_t i = 0; i < c->rows; i++) {
		size_t cell = (size_t)c->department[i] * PERIODS + c->period[i];

		if (c->age[i] == MINOR)
			minors[cell] += c->value[i];
		if (c->age[i] != UNKNOWN)
			known[cell] += c->value[i];
	}
	for (size_t cell = 0; cell < CELLS; cell++)
		share[cell] = known[cell] != 0 ? 100 * minors[cell] / known[cell] : 0;
	return share;
}

/* ------------------------------------------------------------------ both */

static const double *shares(const char *side, struct arena *a, struct reading *r, const struct columns *rows)
{
	return strcmp(side, "cells") == 0 ? from_cells(a, r) : strcmp(side, "loop") == 0 ? loop(rows) :
	       from_columns(a, r);
}

/* How many times a second, and the same shares as the loop. */
static bool measure(double *out, const char *side, double seconds, struct reading *r, const struct columns *rows)
{
	const double *expected = loop(rows);
	double spent = 0;
	bool same = true;
	struct arena a;
	size_t times = 0;

	for (; same && spent < seconds; times++) {
		double begun;

		if (strcmp(side, "first") == 0)
			forget_all(r);
		if (strcmp(side, "next") == 0)
			revise(r, times);
		begun = cpu_s();
		arena_init(&a);
		same = memcmp(shares(side, &a, r, rows), expected, CELLS * sizeof *expected) == 0;
		arena_free(&a);
		spent += cpu_s() - begun;
	}
	*out = (double)times / spent;
	return same;
}

int main(int argc, char **argv)
{
	size_t times = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	double rate = 0;
	struct reading r;
	struct columns rows;
	struct arena a;
	bool same;

	if (times < 1 || times > TIMES_MAX) {
		fputs("usage: formula first | next | cells | loop TIMES [SECONDS]\n", stderr);
		return 2;
	}
	arena_init(&a);
	open_reading(&r, &a, times);
	rows = columns_of(&a, r.breadth);
	same = measure(&rate, argv[1], argc > 3 ? strtod(argv[3], NULL) : 2, &r, &rows);
	if (same)
		printf("%.2f\n", rate);
	else
		fputs("the two do not agree\n", stderr);
	close_reading(&r);
	arena_free(&a);
	return same ? 0 : 1;
}
