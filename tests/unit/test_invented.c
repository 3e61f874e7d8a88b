/*
 * The figures that vigie demo figures makes, all of them: 36 months of the départements of sql/seed, every series that
 * has a shape, with its members of the catalogue.
 */
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "server/series/invented.h"

enum { DEPARTMENTS = 101, MONTHS = 36, FIGURES_MAX = 300000,
       LAST = 56 * 12 + 9, FIRST = LAST - MONTHS + 1,	/* November 2023 to October 2026 */
       REPORTED = 29,		/* days after the last month, when they are made */
};

static const int64_t day_us = 86400000000;

static struct arena arena;
static json_t *catalogue;
static struct invented_places places;

/* One figure, with what it is of: places of `places`, shapes in their order. */
struct figure {
	int shape, place, month;
	bool gendarmerie, provisional, revised;
	const char *dims;
	double value;
	int64_t at;		/* since its period ended, in microseconds */
};
static struct figure *figures;
static size_t count;

/* ------------------------------------------------------------------ making all of them */

/* Texts of a figure are borrowed from `places`, so that looking at the address is enough. */
static int place_of(const char *code)
{
	static int i;

	for (int tried = 0; tried <= places.count; tried++, i = (i + 1) % places.count)
		if (places.place[i].code == code)
			return i;
	fail_msg("%s is no département of those given", code);
	return -1;
}

struct making { int shape; bool gendarmerie; int64_t now_us; };

static bool take(void *arg, const struct invented *f)
{
	const struct making *m = arg;
	int64_t ended = (f->to_on + 1) * day_us;

	assert_true(count < FIGURES_MAX);
	assert_true(f->recorded_us <= m->now_us && f->recorded_us > ended);
	assert_true(f->to_on - f->from_on >= 27 && f->to_on - f->from_on <= 30);
	assert_true(f->value >= 0 && f->value == (double)(int64_t)f->value);
	figures[count++] = (struct figure){
		.shape = m->shape, .place = place_of(f->territory), .month = f->month, .gendarmerie = m->gendarmerie,
		.provisional = f->provisional, .dims = f->dims, .value = f->value, .at = f->recorded_us - ended,
	};
	return true;
}

/* The dimensions of the catalogue that a series has, as series_load() gives them. */
static json_t *dimensions_of(const char *code)
{
	json_t *out = json_array(), *series, *name, *d;
	size_t i, j, k;

	json_array_foreach(json_object_get(catalogue, "series"), i, series)
		if (strcmp(json_string_value(json_object_get(series, "id")), code) == 0)
			json_array_foreach(json_object_get(series, "dimensions"), j, name)
				json_array_foreach(json_object_get(catalogue, "dimensions"), k, d)
					if (json_equal(json_object_get(d, "id"), name))
						json_array_append(out, d);
	return out;
}

/* All series, of so many months up to `last`, as they are REPORTED days after it has ended. */
static void make(long seed, int32_t months, int32_t last)
{
	count = 0;
	for (int i = 0; invented_shape((size_t)i); i++) {
		const struct invented_shape *shape = invented_shape((size_t)i);
		json_auto_t *dimensions = dimensions_of(invented_code(shape));
		struct series series = { .dimensions = dimensions };
		char *rest = arena_strdup(&arena, invented_organisations(shape));
		struct series_period ends;
		struct making m = { .shape = i };
		char period[8];

		invented_month_text(period, last);
		assert_true(series_period_read(&ends, period));
		m.now_us = (ends.to_on + 1 + REPORTED) * day_us;
		for (char *organisation; (organisation = strsep(&rest, " ")); ) {
			m.gendarmerie = strcmp(organisation, "DGGN") == 0;
			assert_true(invent(&(struct invention){
				.arena = &arena, .seed = seed, .places = &places, .shape = shape, .series = &series,
				.organisation = organisation, .first = last - months + 1, .last = last,
				.present = last, .now_us = m.now_us, .take = take, .arg = &m,
			}));
		}
	}
}

static int by_key(const void *x, const void *y)
{
	const struct figure *a = x, *b = y;

	if (a->shape != b->shape)
		return a->shape - b->shape;
	if (a->gendarmerie != b->gendarmerie)
		return a->gendarmerie - b->gendarmerie;
	if (a->place != b->place)
		return a->place - b->place;
	if (a->month != b->month)
		return a->month - b->month;
	if (strcmp(a->dims, b->dims) != 0)
		return strcmp(a->dims, b->dims);
	return (a->at > b->at) - (a->at < b->at);
}

static bool same_key(const struct figure *a, const struct figure *b)
{
	return a->shape == b->shape && a->gendarmerie == b->gendarmerie && a->place == b->place &&
	       a->month == b->month && strcmp(a->dims, b->dims) == 0;
}

/* In order, and those that correct another marked. */
static void sort(void)
{
	qsort(figures, count, sizeof *figures, by_key);
	for (size_t i = 1; i < count; i++)
		figures[i].revised = same_key(&figures[i - 1], &figures[i]);
}

static int shape_called(const char *code)
{
	for (int i = 0; invented_shape((size_t)i); i++)
		if (strcmp(invented_code(invented_shape((size_t)i)), code) == 0)
			return i;
	fail_msg("%s has no shape", code);
	return -1;
}

static int setup(void **state)
{
	json_auto_t *seed = json_load_file("sql/seed/departements.json", 0, NULL);
	json_t *d;
	size_t i;

	(void)state;
	arena_init(&arena);
	catalogue = json_load_file("plugins/series.json", 0, NULL);
	figures = calloc(FIGURES_MAX, sizeof *figures);
	assert_true(seed && catalogue && figures);
	json_array_foreach(json_object_get(seed, "departements"), i, d)
		places.place[places.count++] = (struct invented_place){
			arena_strdup(&arena, json_string_value(json_object_get(d, "code"))),
			json_number_value(json_object_get(d, "population")),
		};
	make(1, MONTHS, LAST);
	sort();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(catalogue);
	free(figures);
	arena_free(&arena);
	return 0;
}

/* ------------------------------------------------------------------ who reports */

/* Whether a service reported on a month, with any series: by place, force and month since the first. */
static bool reported[DEPARTMENTS][2][MONTHS];

static void look_who_reported(void)
{
	memset(reported, 0, sizeof reported);
	for (size_t i = 0; i < count; i++)
		if (strstr(invented_organisations(invented_shape((size_t)figures[i].shape)), "DGGN"))
			reported[figures[i].place][figures[i].gendarmerie][figures[i].month - FIRST] = true;
}

IT(covers_36_months_of_101_departements_by_police_and_gendarmerie)
{
	assert_int_equal(places.count, DEPARTMENTS);
	look_who_reported();
	for (int force = 0; force < 2; force++)
		for (int month = 0; month < MONTHS; month++) {
			int told = 0;

			for (int i = 0; i < DEPARTMENTS; i++)
				told += reported[i][force][month];
			if (told < 80 || told == DEPARTMENTS)
				fail_msg("month %d, force %d: %d départements", month, force, told);
		}
	/* as many as README.md says of them */
	assert_in_range(count, 185000, 195000);
}

IT(leaves_some_silent_for_good_some_since_five_months_some_in_august)
{
	int never = 0, stopped = 0, away = 0;

	look_who_reported();
	for (int i = 0; i < DEPARTMENTS; i++)
		for (int force = 0; force < 2; force++) {
			const bool *r = reported[i][force];
			int old = 0, august = 0, recent = 0;

			/* whatever was due five months ago has come, however late */
			for (int m = 0; m < MONTHS - 5; m++) {
				old += r[m];
				august += !r[m] && (FIRST + m) % 12 == 7;
			}
			for (int m = MONTHS - 5; m < MONTHS; m++)
				recent += r[m];
			if (old != 0 && old + august != MONTHS - 5)
				fail_msg("%s: a hole that nothing explains", places.place[i].code);
			never += old + recent == 0;
			stopped += old != 0 && recent == 0;
			away += old != 0 && august != 0;
		}
	assert_in_range(never, 2, 12);
	assert_in_range(stopped, 4, 20);
	assert_in_range(away, 8, 32);
}

/* ------------------------------------------------------------------ how much */

/* Of a series, all members together, by département. */
static void sum_up(double sum[DEPARTMENTS], const char *code)
{
	int shape = shape_called(code);

	memset(sum, 0, DEPARTMENTS * sizeof *sum);
	for (size_t i = 0; i < count; i++)
		if (figures[i].shape == shape && !figures[i].revised)
			sum[figures[i].place] += figures[i].value;
}

IT(follows_the_population_with_a_factor_of_each_departement)
{
	double sum[DEPARTMENTS], in_large = 0, in_small = 0, low = 1e9, high = 0;
	int large = 0;

	sum_up(sum, "training.participants");
	for (int i = 0; i < DEPARTMENTS; i++) {
		double people = places.place[i].population, rate = sum[i] / people;

		*(people > 1e6 ? &in_large : &in_small) += sum[i];
		if (people < 1e6 || rate == 0)
			continue;
		large++;
		low = rate < low ? rate : low;
		high = rate > high ? rate : high;
	}
	assert_true(in_large / large > 2 * in_small / (DEPARTMENTS - large));
	assert_true(high > 1.8 * low && high < 8 * low);
}

IT(counts_victims_with_zeros_and_a_third_of_minors)
{
	int victims = shape_called("victims.identified"), zeros = 0, of = 0;
	double minors = 0, known = 0;

	for (size_t i = 0; i < count; i++) {
		const struct figure *f = &figures[i];

		if (f->shape != victims || f->revised)
			continue;
		of++;
		zeros += f->value == 0;
		minors += strstr(f->dims, "age=minor") ? f->value : 0;
		known += strstr(f->dims, "age=unknown") ? 0 : f->value;
	}
	assert_in_range(zeros, of / 2, of - 2000);
	assert_true(minors / known > 0.3 && minors / known < 0.4);
}

/* The gendarmerie sees more than the police in the country, less in the towns. */
IT(shares_out_a_departement_between_police_and_gendarmerie)
{
	int hearings = shape_called("hearings.total");
	double sum[2][2] = { 0 };

	for (size_t i = 0; i < count; i++) {
		double people = places.place[figures[i].place].population;

		if (figures[i].shape == hearings && (people < 400000 || people > 1e6))
			sum[people > 1e6][figures[i].gendarmerie] += figures[i].value;
	}
	assert_true(sum[false][true] > 1.1 * sum[false][false]);
	assert_true(sum[true][false] > 1.5 * sum[true][true]);
}

IT(has_a_season_and_a_slow_rise)
{
	double of_month[12] = { 0 }, of_year[3] = { 0 };
	int hearings = shape_called("hearings.total");

	for (size_t i = 0; i < count; i++) {
		const struct figure *f = &figures[i];

		if (f->revised || f->shape != hearings)
			continue;
		of_month[f->month % 12] += f->value;
		of_year[(f->month - FIRST) / 12] += f->value;
	}
	/* May to July, November to January */
	assert_true(of_month[4] + of_month[5] + of_month[6] > 1.2 * (of_month[10] + of_month[11] + of_month[0]));
	assert_true(of_year[2] > of_year[0] && of_year[2] < 1.5 * of_year[0]);
}

/* Whatever is known on a day: of two counts that one is a part of, corrections included. */
IT(has_no_part_above_its_whole_on_any_day)
{
	static const char *const pairs[][2] = { { "shelter.placements", "shelter.requests" },
						{ "hearings.accompanied", "hearings.total" } };
	int compared = 0;

	for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
		int of_part = shape_called(pairs[p][0]), of_whole = shape_called(pairs[p][1]);

		for (size_t i = 0; i < count; i++) {
			struct figure key = figures[i];
			const struct figure *whole;

			if (key.shape != of_part)
				continue;
			key.shape = of_whole;	/* one report: they came at the same instant */
			whole = bsearch(&key, figures, count, sizeof *figures, by_key);
			if (!whole)
				fail_msg("%s without %s", pairs[p][0], pairs[p][1]);
			assert_true(whole->value >= key.value);
			compared++;
		}
	}
	assert_true(compared > 5000);
}

/* ------------------------------------------------------------------ when */

IT(comes_within_a_month_late_at_times_and_is_corrected_at_times)
{
	int reports = 0, late = 0, corrected = 0, first_late = 0;
	int64_t latest = 0;

	for (size_t i = 0; i < count; i++) {
		const struct figure *f = &figures[i];

		if (f->revised) {
			corrected++;
			assert_true(f->value > f[-1].value && f->at >= f[-1].at + 20 * day_us && !f->provisional);
			continue;
		}
		reports++;
		late += f->at > 32 * day_us;
		first_late += f->at > 32 * day_us && f->at < 60 * day_us;
		latest = f->at > latest ? f->at : latest;
	}
	assert_in_range(late, reports / 40, reports / 12);
	assert_int_equal(first_late, 0);
	assert_in_range(latest, 100 * day_us, 121 * day_us);
	assert_in_range(corrected, reports / 50, reports / 20);
}

/* The figures of the last 60 days may still move, those before have settled. */
IT(is_provisional_for_sixty_days)
{
	int64_t since_end[MONTHS] = { 0 };	/* of each month, until the day they are made */
	int provisional = 0;

	for (int m = 0; m < MONTHS; m++) {
		char first[8], last[8];
		struct series_period from, to;

		invented_month_text(first, FIRST + m);
		invented_month_text(last, LAST);
		assert_true(series_period_read(&from, first) && series_period_read(&to, last));
		since_end[m] = (to.to_on - from.to_on + REPORTED) * day_us;
	}
	for (size_t i = 0; i < count; i++) {
		const struct figure *f = &figures[i];
		bool young = since_end[f->month - FIRST] - f->at < 60 * day_us;

		if (f->provisional != (young && !f->revised))
			fail_msg("month %d, %s", f->month, places.place[f->place].code);
		provisional += f->provisional;
	}
	assert_in_range(provisional, 1000, count / 10);
}

/* ------------------------------------------------------------------ chance */

static uint64_t digest(void)
{
	uint64_t h = 0;

	for (size_t i = 0; i < count; i++) {
		const struct figure *f = &figures[i];
		const uint64_t of[] = { (uint64_t)f->shape, (uint64_t)f->place, (uint64_t)f->month, f->gendarmerie,
					f->provisional, (uint64_t)f->value, (uint64_t)f->at };

		for (size_t k = 0; k < sizeof of / sizeof *of; k++)
			h = (h ^ of[k]) * 1099511628211u + (h >> 32);
		for (const char *c = f->dims; *c; c++)
			h = (h ^ (unsigned char)*c) * 1099511628211u;
	}
	return h;
}

IT(is_the_same_from_a_seed_and_another_from_another)
{
	uint64_t first;
	size_t n;

	make(1, 3, LAST);
	first = digest();
	n = count;
	make(1, 3, LAST);
	assert_int_equal(count, n);
	assert_true(digest() == first);
	make(2, 3, LAST);
	assert_true(digest() != first);
}

/* Made up a month later, what both know is the same figure. */
IT(is_the_same_on_another_day)
{
	struct figure *before = calloc(FIGURES_MAX, sizeof *before);
	size_t n, same = 0;

	assert_non_null(before);
	make(1, 3, LAST);
	sort();
	memcpy(before, figures, count * sizeof *before);
	n = count;
	make(1, 4, LAST + 1);
	sort();
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = bsearch(&before[i], figures, count, sizeof *figures, by_key);

		if (!f)		/* of a service that has stopped since */
			continue;
		same++;
		assert_true(f->value == before[i].value && f->revised == before[i].revised);
	}
	assert_true(same > n * 9 / 10 && same < count);
	free(before);
}

SPEC_WITH("invented figures", setup, teardown,
	  RUN(covers_36_months_of_101_departements_by_police_and_gendarmerie),
	  RUN(leaves_some_silent_for_good_some_since_five_months_some_in_august),
	  RUN(follows_the_population_with_a_factor_of_each_departement),
	  RUN(counts_victims_with_zeros_and_a_third_of_minors),
	  RUN(shares_out_a_departement_between_police_and_gendarmerie),
	  RUN(has_a_season_and_a_slow_rise),
	  RUN(has_no_part_above_its_whole_on_any_day),
	  RUN(comes_within_a_month_late_at_times_and_is_corrected_at_times),
	  RUN(is_provisional_for_sixty_days),
	  RUN(is_the_same_from_a_seed_and_another_from_another),
	  RUN(is_the_same_on_another_day))
