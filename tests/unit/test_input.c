/*
 * Series brought to cells: what is kept of territories between two calls is what a first call makes, whatever was
 * said in between.
 */
#include "spec.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cube_text.h"
#include "plugin.h"
#include "server/indicator/input.h"
#include "server/series/columns.h"

enum { ROUNDS = 40, FACTS_MAX = 40 * ROUNDS };

/* What an input declares beside its series. */
static const char *const declared[] = {
	"{}", "{'missing':'zero'}", "{'missing':'carry'}", "{'missing':'na'}", "{'agg':'mean'}", "{'agg':'min'}",
	"{'agg':'max','over_time':'last'}", "{'over_time':'mean'}", "{'complete':['age'],'missing':'skip'}",
	"{'where':{'age':['adult','minor']}}", "{'where':{'force':'police'},'missing':'zero'}",
	"{'vintage':'first'}", "{'vintage':'last','missing':'carry'}", "{'vintage':'2025'}",
	"{'grain':'department','missing':'zero'}",
};

static struct input_places places;
static json_t *dimensions;
static struct arena work;	/* of one round */
static struct column_fact fact[FACTS_MAX];
static size_t facts;
static unsigned seed;

static unsigned any(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static int start(void **state)
{
	static struct input_parent parent[] = {
		{ 0, 0, 0, DAY_NONE }, { 1, 0, 0, 20179 },	/* 02 leaves R1 with March 2025 */
		{ 1, 1, 20179, DAY_NONE }, { 2, 1, 0, DAY_NONE },
	};
	static struct input_organisation organisation[] = {
		{ 1, FORCE_POLICE, "DGPN" }, { 2, FORCE_GENDARMERIE, "DGGN" }, { 3, FORCE_NONE, "asso" },
	};

	cube_test_start(state);
	places = (struct input_places){
		.national = axis_of("territory: FR"), .region = axis_of("territory: R1 R2"),
		.department = axis_of("territory: 01 02 2A 75"), .parent = parent, .parents = 4,
		.organisation = organisation, .organisations = 3,
	};
	dimensions = json_pack("[{s:s, s:[{s:s}, {s:s}, {s:s}]}, {s:s, s:[{s:s}, {s:s}]}]", "id", "age", "members",
			       "id", "minor", "id", "adult", "id", "unknown", "id", "sex", "members", "id", "f",
			       "id", "m");
	seed = 7;
	arena_init(&work);
	return 0;
}

static int end(void **state)
{
	json_decref(dimensions);
	arena_free(&work);
	return cube_test_end(state);
}

/* ------------------------------------------------------------------ what is said */

/* A month of the first `months` from January 2025, at times a day or two months of it. */
static void span_of(struct column_fact *f, unsigned months)
{
	unsigned month = any(months), kind = any(12);
	char first[8], last[8];
	int32_t unused;

	snprintf(first, sizeof first, "%u-%02u", 2025 + month / 12, month % 12 + 1);
	month += kind == 1;
	snprintf(last, sizeof last, "%u-%02u", 2025 + month / 12, month % 12 + 1);
	assert_true(period_days(&f->from_on, &unused, first));
	assert_true(period_days(&unused, &f->to_on, last));
	if (kind == 0)
		f->to_on = f->from_on += (int32_t)any(28);
}

/* One more fact of a round; names are met one after the other, so that every list grows. */
static void say(size_t round, const char *territory)
{
	static const char *const members[] = { "age=adult;sex=f", "age=minor;sex=m", "age=adult;sex=m",
					       "age=minor;sex=f", "age=unknown;sex=f", "age=unknown;sex=m" };
	static const enum observation_state states[] = { OBSERVED_MISSING, OBSERVED_NOT_APPLICABLE,
							 OBSERVED_SUPPRESSED };
	unsigned known = 1 + (unsigned)round / 6, kind = any(10);
	struct column_fact f = {
		.territory = territory, .dims = members[any(known < 6 ? known : 6)],
		.vintage = any(3) ? "" : "2025", .rank = (int)any(2),
		.organisation = 1 + any(known < 4 ? known : 4),	/* 4: nobody knows it */
		.recorded_us = INT64_C(1764547200000000) + (int64_t)facts * 1000,
		.state = kind < 3 ? states[kind] : OBSERVED_VALUE,
		.value = kind < 3 ? 0 : any(2) ? any(40) : any(4000) / 7.0, .provisional = any(4) == 0,
	};

	span_of(&f, known + 3 < 18 ? known + 3 : 18);
	if (round == 30)	/* before all that was said so far */
		assert_true(period_days(&f.from_on, &f.to_on, "2024-11"));
	assert_true(facts < FACTS_MAX);
	fact[facts++] = f;
}

/* A report of one territory, or of several. */
static void say_round(size_t round)
{
	static const char *const codes[] = { "2A", "01", "FR", "75", "XX", "02" };
	const char *code = codes[any(round < 20 ? 3 : 6)];

	for (unsigned i = 1 + any(39); i > 0; i--)
		say(round, any(8) ? code : codes[any(round < 20 ? 3 : 6)]);
}

static void add(struct observation_set *set, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		assert_true(columns_add(set, &fact[i]));
	columns_sort(set);
}

/* ------------------------------------------------------------------ what is made of it */

struct made { const struct cube *cube; bool *apart; };

static struct made make(struct observation_set *set, const char *level, const struct axis *period, const json_t *input,
			const char *const *dims, int64_t as_of_us)
{
	const struct input_series series = { .code = "v", .over_territories = "sum", .over_time = "sum",
					     .step = STEP_MONTH, .dimensions = dimensions };
	const struct input_stage *st = input_stage(&work, &places, level, period, as_of_us);
	struct made m;

	m.cube = input_series(st, set, &series, input, dims, &m.apart);
	return m;
}

static void same(struct made a, struct made b)
{
	size_t units = a.cube->axis[0]->count * a.cube->axis[a.cube->axes - 1]->count;

	assert_int_equal(a.cube->count, b.cube->count);
	assert_memory_equal(a.cube->value, b.cube->value, a.cube->count * sizeof *a.cube->value);
	assert_memory_equal(a.cube->state, b.cube->state, a.cube->count);
	assert_memory_equal(a.apart, b.apart, a.cube->count);
	for (size_t i = 0; i < units; i++) {
		assert_int_equal(a.cube->cover[i].received, b.cube->cover[i].received);
		assert_int_equal(a.cube->cover[i].expected, b.cube->cover[i].expected);
	}
}

typedef void comparing(const char *level, const struct axis *period, const json_t *input, const char *const *dims);

/* All that inputs declare, at each level, by months and quarters, for some dimensions. */
static void each_input(comparing *compare)
{
	static const char *const levels[] = { "department", "region", "national" };
	static const char *const none[] = { NULL }, *const by_age[] = { "age", NULL },
			  *const by_both[] = { "age", "sex", NULL };
	static const char *const *const dims[] = { none, by_age, by_both };
	const struct axis *period[] = { axis_periods(&work, STEP_MONTH, "2026-03", 15),
					axis_periods(&work, STEP_QUARTER, "2026-Q1", 5) };

	for (size_t i = 0; i < sizeof declared / sizeof *declared; i++) {
		char *text = arena_strdup(&work, declared[i]);
		json_t *input;

		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		input = json_loads(text, 0, NULL);
		assert_non_null(input);
		for (size_t k = 0; k < 3 * 3 * 2; k++)
			compare(levels[k % 3], period[k / 9], input, dims[k / 3 % 3]);
		json_decref(input);
	}
}

static struct observation_set kept, anew;
static int64_t until;		/* of `kept`, what was said by then */

static void compare(const char *level, const struct axis *period, const json_t *input, const char *const *dims)
{
	same(make(&kept, level, period, input, dims, until), make(&anew, level, period, input, dims, INT64_MAX));
}

/* Compares what is made of `kept`, as of an instant, with the first `n` facts and nothing before. */
static void compare_all(int64_t as_of_us, size_t n)
{
	add(&anew, 0, n);
	until = as_of_us;
	each_input(compare);
	columns_clear(&anew);
}

IT(keeps_sums_that_are_those_that_are_made_anew)
{
	size_t before = 0;

	for (size_t round = 0; round < ROUNDS; round++) {
		say_round(round);
		add(&kept, before, facts);
		before = facts;
		compare_all(INT64_MAX, facts);
		if (round % 10 == 9)
			compare_all(fact[facts / 2 - 1].recorded_us, facts / 2);
		arena_reset(&work);
	}
	assert_true(kept.companion != NULL);
	columns_clear(&kept);
	assert_true(kept.companion == NULL);
}

SPEC_WITH("What territories told is kept", start, end, RUN(keeps_sums_that_are_those_that_are_made_anew))
