/*
 * P8: a formula over a million observations, by département, against the loop that one would
 * write for it in C.  Prints how many times a second for two seconds of processor time of one of the two.
 *
 *	formula graph | loop [SECONDS]
 *
 * The formula is the share of minors among those of known age, 101 départements × 36 months, from
 * figures by age, sex, force and organisation.  The loop reads the same figures as columns of rows
 * (département, period, age, value) and knows nothing of missing cells.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "graph.h"

enum { DEPARTMENTS = 101, ORGANISATIONS = 16, AGES = 3, FORCES = 2, SEXES = 3, PERIODS = 36,
       ROWS = DEPARTMENTS * ORGANISATIONS * AGES * FORCES * SEXES * PERIODS, CELLS = DEPARTMENTS * PERIODS,
       MINOR = 1, UNKNOWN = 2 };

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);	/* what others do does not count */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The figure of a row: small counts, the same in both. */
static double figure(size_t row)
{
	return (double)((row * 2654435761u >> 7) % 9);
}

/* ------------------------------------------------------------------ the graph */

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

static struct cube *observations(struct arena *a)
{
	const struct axis *axis[] = {
		axis_of(a, AXIS_TERRITORY, "territory", "d", DEPARTMENTS),
		axis_of(a, AXIS_ORGANISATION, "organisation", "o", ORGANISATIONS),
		axis_of(a, AXIS_DIMENSION, "age", "age", AGES),
		axis_of(a, AXIS_DIMENSION, "force", "force", FORCES),
		axis_of(a, AXIS_DIMENSION, "sex", "sex", SEXES),
		axis_periods(a, STEP_MONTH, "2026-12", PERIODS),
	};
	struct cube *c = cube_new(a, axis, sizeof axis / sizeof *axis);

	for (size_t i = 0; i < c->count; i++)
		cube_put(c, i, figure(i), 0);
	return c;
}

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

static double evaluate(const struct graph *g, const struct cube *c)
{
	struct graph_input in = { .name = "victims", .cube = c };
	struct graph_data d = { .territory = c->axis[0], .period = c->axis[c->axes - 1], .input = &in, .inputs = 1 };
	struct graph_result r;
	struct finding f = { 0 };
	struct arena a;
	double first;

	arena_init(&a);
	if (!graph_eval(&r, &a, g, &d, &f))
		abort();
	first = r.value->value[0];
	arena_free(&a);
	return first;
}

/* ------------------------------------------------------------------ the loop */

struct columns {
	uint8_t *department, *age;
	uint16_t *period;
	double *value;
};

static struct columns columns_of(struct arena *a)
{
	struct columns c = { arena_alloc(a, ROWS), arena_alloc(a, ROWS), arena_alloc(a, ROWS * sizeof *c.period),
			     arena_alloc(a, ROWS * sizeof *c.value) };

	for (size_t i = 0; i < ROWS; i++) {
		c.department[i] = (uint8_t)(i / PERIODS / SEXES / FORCES / AGES / ORGANISATIONS);
		c.age[i] = (uint8_t)(i / PERIODS / SEXES / FORCES % AGES);
		c.period[i] = (uint16_t)(i % PERIODS);
		c.value[i] = figure(i);
	}
	return c;
}

static double loop(const struct columns *c)
{
	static double minors[CELLS], known[CELLS], share[CELLS];

	memset(minors, 0, sizeof minors);
	memset(known, 0, sizeof known);
	for (size_t i = 0; i < ROWS; i++) {
		size_t cell = (size_t)c->department[i] * PERIODS + c->period[i];

		if (c->age[i] == MINOR)
			minors[cell] += c->value[i];
		if (c->age[i] != UNKNOWN)
			known[cell] += c->value[i];
	}
	for (size_t cell = 0; cell < CELLS; cell++)
		share[cell] = 100 * minors[cell] / known[cell];
	return share[0];
}

int main(int argc, char **argv)
{
	bool graph = argc > 1 && strcmp(argv[1], "graph") == 0;
	double seconds = argc > 2 ? atof(argv[2]) : 2, begun, spent = 0, seen = 0;
	struct columns rows;
	struct arena a;
	const struct cube *c;
	const struct graph *g;
	long times = 0;

	arena_init(&a);
	c = observations(&a);
	g = formula(&a);
	rows = columns_of(&a);
	if (evaluate(g, c) != loop(&rows)) {
		fputs("the two do not agree\n", stderr);
		return 1;
	}
	for (begun = cpu_s(); spent < seconds; spent = cpu_s() - begun, times++)
		seen += graph ? evaluate(g, c) : loop(&rows);
	printf("%.2f\n", seen > 0 ? (double)times / spent : 0);
	arena_free(&a);
	return 0;
}
