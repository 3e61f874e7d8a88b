/* Observations in memory, beside what the database says of the same figures. */
#include "spec.h"

#include <string.h>

#include "clock.h"
#include "db.h"
#include "observation.h"
#include "raw.h"

static struct db *db;
static struct arena a;
static struct err e;
static struct db_session s;
static PGconn *pg;
static int64_t series_id;
static struct observations *all;
static struct observation_set *set;

static void say(PGconn *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(PGconn *to, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	raw_do(to, arena_vprintf(&a, format, args));
	va_end(args);
}

static PGconn *service(void)
{
	PGconn *c = raw_open(raw_url("TEST_DATABASE_URL"));

	raw_do(c, "select set_config('vigie.session', 'service', false)");
	return c;
}

static int fresh(void **state)
{
	static int made;
	struct db_config config = { raw_url("TEST_DATABASE_URL"), 1, 1000, 60000 };
	PGresult *r;

	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	if (!db_open(&db, &config, &e))
		return -1;
	s = (struct db_session){ .db = db, .context = "service", .request_id = "" };
	pg = service();
	r = raw_run(pg, arena_printf(&a,
		"insert into series (code, position, name_fr, name_en, unit, unit_fr, unit_en, whole,"
			" dimensions, level,"
		" by_organisation, by_plan, periodicity, irregular, over_territories, over_time, delay_days,"
			" sensitive,"
		" source_fr, source_en) values ('tried.s%d', 900, 'n', 'n', 'u', 'u', 'u', false, '[]', 'department',"
		" false, false, 'month', false, 'sum', 'sum', 0, false, 's', 's') returning id", ++made));
	series_id = atoll(PQgetvalue(r, 0, 0));
	PQclear(r);
	all = observations_open();
	return 0;
}

static int closed(void **state)
{
	(void)state;
	observations_close(all);
	PQfinish(pg);
	db_close(db);
	arena_free(&a);
	return 0;
}

/* One batch of one observation: `month` of 2025, `what` the columns after rank. */
static void observe(PGconn *to, const char *territory, int month, const char *dims, const char *at,
		    const char *vintage, int rank, const char *what)
{
	const char *from = arena_printf(&a, "date '2025-%02d-01'", month);

	say(to, "insert into figure (series_id, sensitive, territory, period, from_on, to_on, dims, known_from)"
		" values (%lld, false, '%s', '2025-%02d', %s, (%s + interval '1 month - 1 day')::date, '%s', '%s')"
		" on conflict do nothing", (long long)series_id, territory, month, from, from, dims, at);
	say(to, "with b as (insert into observation_batch (series_id, via, rows, added) values (%lld,"
		" 'command', 1, 1)"
		" returning id) insert into observation (figure_id, batch_id, recorded_at, vintage, rank,"
			" state, value, reason)"
		" select f.id, b.id, '%s', '%s', %d, %s from b, figure f where f.series_id = %lld and"
			" f.territory = '%s'"
		" and f.from_on = %s and f.dims = '%s'",
	    (long long)series_id, at, vintage, rank, what, (long long)series_id, territory, from, dims);
}

static void load(void)
{
	if (!observations_load(&set, all, &s, series_id, 0, &e))
		fail_msg("%s: %s", err_detail(&e, LANG_EN), e.cause);
}

/* What is known, as "01 2025-01 age=adult 12; …". */
static const char *known(struct observation_cursor c)
{
	const char *text = "";
	struct observation o;

	c.set = set;
	if (!c.as_of_us)
		c.as_of_us = INT64_MAX;
	while (observation_next(&o, &c))
		text = arena_printf(&a, "%s%s%s %.7s%s%s %s", text, *text ? "; " : "",
				    observation_territory(set, o.territory),
				    day_format(observation_span(set, o.span).from_on).text,
				    *observation_dims(set, o.dims) ? " " : "", observation_dims(set, o.dims),
				    o.state == OBSERVED_VALUE ? arena_printf(&a, "%.17g", o.value) :
				    o.state == OBSERVED_MISSING ? "missing" : "not_applicable");
	return text;
}

static int64_t instant(const char *text)
{
	int64_t us;

	assert_true(instant_parse(&us, text));
	return us;
}

#define JANUARY "2026-01-10T00:00:00Z"
#define FEBRUARY "2026-02-10T00:00:00Z"
#define MARCH "2026-03-10T00:00:00Z"

IT(gives_figures_in_one_order_however_they_came)
{
	observe(pg, "93", 2, "", JANUARY, "", 0, "'value', 3, null");
	observe(pg, "93", 1, "", JANUARY, "", 0, "'value', 0, null");
	observe(pg, "01", 1, "age=minor", JANUARY, "", 0, "'missing', null, 'absent'");
	observe(pg, "01", 1, "age=adult", JANUARY, "", 0, "'not_applicable', null, null");
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }),
			    "01 2025-01 age=adult not_applicable; 01 2025-01 age=minor missing; 93 2025-01 0;"
				" 93 2025-02 3");
}

IT(keeps_numbers_that_are_not_small_and_whole)
{
	observe(pg, "01", 1, "", JANUARY, "", 0, "'value', 0.1, null");
	observe(pg, "02", 1, "", JANUARY, "", 0, "'value', 999999999999999, null");
	observe(pg, "03", 1, "", JANUARY, "", 0, "'value', 8388607, null");
	observe(pg, "04", 1, "", JANUARY, "", 0, "'value', 8388608, null");
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }),
			    "01 2025-01 0.10000000000000001; 02 2025-01 999999999999999; 03 2025-01 8388607; 04"
				" 2025-01 8388608");
}

IT(retains_main_before_secondary_then_the_latest_vintage_then_the_last_recorded)
{
	observe(pg, "01", 1, "", JANUARY, "2025", 0, "'value', 1, null");
	observe(pg, "01", 1, "", FEBRUARY, "2025", 0, "'value', 2, null");
	observe(pg, "01", 1, "", MARCH, "2026", -1, "'value', 3, null");
	observe(pg, "02", 1, "", MARCH, "2024", 0, "'value', 4, null");
	observe(pg, "02", 1, "", JANUARY, "2025", 0, "'value', 5, null");
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }), "01 2025-01 2; 02 2025-01 5");
	assert_string_equal(known((struct observation_cursor){ .vintage = VINTAGE_FIRST }), "01 2025-01 1; 02"
		" 2025-01 5");
	assert_string_equal(known((struct observation_cursor){ .vintage = VINTAGE_LAST }), "01 2025-01 3; 02"
		" 2025-01 4");
	assert_string_equal(known((struct observation_cursor){ .vintage = VINTAGE_NAMED, .name = "2024" }), "02"
		" 2025-01 4");
}

IT(says_what_was_known_at_an_instant)
{
	observe(pg, "01", 1, "", JANUARY, "", 0, "'value', 1, null");
	observe(pg, "01", 1, "", MARCH, "", 0, "'missing', null, 'withdrawn'");
	observe(pg, "02", 1, "", FEBRUARY, "", 0, "'value', 7, null");
	load();
	assert_string_equal(known((struct observation_cursor){ .as_of_us = instant(JANUARY) }), "01 2025-01 1");
	assert_string_equal(known((struct observation_cursor){ .as_of_us = instant(JANUARY) - 1 }), "");
	assert_string_equal(known((struct observation_cursor){ .as_of_us = instant(FEBRUARY) }), "01 2025-01 1;"
		" 02 2025-01 7");
	assert_string_equal(known((struct observation_cursor){ 0 }), "01 2025-01 missing; 02 2025-01 7");
}

IT(takes_increments_as_if_all_had_come_at_once)
{
	const char *now;

	observe(pg, "93", 3, "", JANUARY, "", 0, "'value', 1, null");
	observe(pg, "13", 3, "", JANUARY, "", 0, "'value', 2, null");
	load();
	load();
	assert_int_equal(observations_size(set).loads, 1);
	observe(pg, "13", 1, "", FEBRUARY, "", 0, "'value', 3, null");
	observe(pg, "93", 3, "", FEBRUARY, "", 0, "'value', 4, null");
	observe(pg, "01", 3, "sex=male", FEBRUARY, "", -1, "'value', 5, null");
	observe(pg, "93", 3, "", JANUARY, "2030", 0, "'value', 6, null");
	load();
	assert_int_equal(observations_size(set).loads, 2);
	assert_int_equal(observations_size(set).rows, 6);
	assert_int_equal(observations_kept(all).rows, 6);
	now = known((struct observation_cursor){ 0 });
	assert_string_equal(now, "01 2025-03 sex=male 5; 13 2025-01 3; 13 2025-03 2; 93 2025-03 6");
	observations_close(all);
	all = observations_open();
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }), now);
}

IT(misses_nothing_that_commits_late_and_takes_nothing_twice)
{
	PGconn *slow = service();

	raw_do(slow, "begin");
	observe(slow, "01", 1, "", JANUARY, "", 0, "'value', 1, null");	/* its numbers are given, nobody sees it */
	observe(pg, "02", 1, "", JANUARY, "", 0, "'value', 2, null");
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }), "02 2025-01 2");
	observe(pg, "03", 1, "", JANUARY, "", 0, "'value', 3, null");
	load();
	raw_do(slow, "commit");
	load();
	assert_string_equal(known((struct observation_cursor){ 0 }), "01 2025-01 1; 02 2025-01 2; 03 2025-01 3");
	assert_int_equal(observations_size(set).rows, 3);
	load();
	assert_int_equal(observations_size(set).rows, 3);
	PQfinish(slow);
}

IT(takes_once_what_a_restored_dump_says_of_transactions_to_come)
{
	observe(pg, "01", 1, "", JANUARY, "", 0, "'value', 1, null");
	say(pg, "with b as (insert into observation_batch (series_id, via, rows, added, xid)"
		" values (%lld, 'command', 1, 1, '999999999999') returning id)"
		" insert into observation (figure_id, batch_id, recorded_at, state, value)"
		" select f.id, b.id, '" FEBRUARY "', 'value', 2 from b, figure f where f.series_id = %lld",
	    (long long)series_id, (long long)series_id);
	load();
	load();
	assert_int_equal(observations_size(set).rows, 2);
	observe(pg, "01", 1, "", MARCH, "", 0, "'value', 3, null");
	load();
	assert_int_equal(observations_size(set).rows, 3);
	assert_string_equal(known((struct observation_cursor){ 0 }), "01 2025-01 3");
}

IT(agrees_with_the_database_and_needs_sixteen_bytes_a_row)
{
	static const char at[][24] = { JANUARY, FEBRUARY, MARCH };
	PGresult *r;

	say(pg, "insert into figure (series_id, sensitive, territory, period, from_on, to_on, dims, known_from)"
		" select %lld, false, t.code, to_char(m, 'YYYY-MM'), m::date, (m + interval '1 month - 1"
			" day')::date, d, '" JANUARY "'"
		" from territory t, generate_series(timestamp '2024-01-01', '2025-12-01', '1 month') m,"
		" unnest(array['age=adult', 'age=minor', 'age=unknown']) d where t.level = 'department'",
	    (long long)series_id);
	for (int i = 0; i < 9; i++)
		say(pg, "with b as (insert into observation_batch (series_id, via, rows, added)"
			" values (%lld, 'command', 1, 3000) returning id)"
			" insert into observation (figure_id, batch_id, recorded_at, vintage, rank, state, value)"
			" select f.id, b.id, timestamptz '%s' + f.id %% 7 * interval '1 hour', (f.id %%"
				" 3)::text, -((f.id + %d) %% 2),"
			" 'value', f.id %% 97 * %d + 0.5 * (f.id %% 50 / 49)"
			" from b, figure f where f.series_id = %lld and (f.id + %d) %% 3 > 0",
		    (long long)series_id, at[i % 3], i, i + 1, (long long)series_id, i);
	load();
	r = raw_run(pg, arena_printf(&a,
		"select count(*), string_agg(concat_ws(' ', f.territory, f.period, f.dims,"
			" trim_scale((x.o).value)), '; '"
		" order by f.territory, f.dims, f.from_on) from figure f,"
		" lateral figure_said(f, '" FEBRUARY "', null, true) x where f.series_id = %lld",
			(long long)series_id));
	assert_true(atoi(PQgetvalue(r, 0, 0)) > 5000);
	assert_string_equal(known((struct observation_cursor){ .as_of_us = instant(FEBRUARY) }), PQgetvalue(r, 0, 1));
	PQclear(r);
	assert_true(observations_size(set).rows > 40000);
	assert_true(observations_size(set).bytes <= 16 * observations_size(set).rows + 8 * 2048);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, closed)

SPEC("observations in memory",
     EACH(gives_figures_in_one_order_however_they_came),
     EACH(keeps_numbers_that_are_not_small_and_whole),
     EACH(retains_main_before_secondary_then_the_latest_vintage_then_the_last_recorded),
     EACH(says_what_was_known_at_an_instant),
     EACH(takes_increments_as_if_all_had_come_at_once),
     EACH(misses_nothing_that_commits_late_and_takes_nothing_twice),
     EACH(takes_once_what_a_restored_dump_says_of_transactions_to_come),
     EACH(agrees_with_the_database_and_needs_sixteen_bytes_a_row))
