/* What a refresh computes, and with which rows. */
#include "spec.h"

#include <jansson.h>

#include "clock.h"
#include "server/indicator/indicator_rules.h"

static struct arena a;
static struct indicator_period *p;

static int32_t day(const char *text)
{
	int32_t out = DAY_NONE;

	assert_true(day_parse(&out, text));
	return out;
}

static size_t periods(const char *frequency, const char *start, const char *today)
{
	return indicator_periods(&p, &a, frequency, day(start), day(today));
}

static void assert_period(size_t i, const char *text, const char *first, const char *last)
{
	assert_string_equal(p[i].text, text);
	assert_string_equal(day_format(p[i].first).text, first);
	assert_string_equal(day_format(p[i].last).text, last);
}

IT(counts_the_months_from_the_start_of_the_plan_to_the_present_one)
{
	assert_int_equal(periods("month", "2024-06-26", "2026-11-21"), 30);
	assert_period(0, "2024-06", "2024-06-01", "2024-06-30");
	assert_period(7, "2025-01", "2025-01-01", "2025-01-31");
	assert_period(29, "2026-11", "2026-11-01", "2026-11-30");
}

IT(knows_leap_years)
{
	assert_int_equal(periods("month", "2028-02-29", "2028-03-01"), 2);
	assert_period(0, "2028-02", "2028-02-01", "2028-02-29");
	assert_period(1, "2028-03", "2028-03-01", "2028-03-31");
	assert_int_equal(periods("month", "2100-02-28", "2100-03-01"), 2);
	assert_period(0, "2100-02", "2100-02-01", "2100-02-28");
}

IT(has_one_period_on_the_first_day_and_none_before_the_plan)
{
	assert_int_equal(periods("month", "2026-11-30", "2026-11-30"), 1);
	assert_int_equal(periods("month", "2026-12-01", "2026-11-30"), 0);
	assert_int_equal(periods("month", "2026-12-01", "2026-12-01"), 1);
}

IT(counts_quarters_and_years)
{
	assert_int_equal(periods("quarter", "2024-06-26", "2026-11-21"), 11);
	assert_period(0, "2024-Q2", "2024-04-01", "2024-06-30");
	assert_period(10, "2026-Q4", "2026-10-01", "2026-12-31");
	assert_int_equal(periods("year", "2024-06-26", "2026-11-21"), 3);
	assert_period(2, "2026", "2026-01-01", "2026-12-31");
}

/* The same days as the clock's, every month of two centuries. */
IT(agrees_with_the_calendar)
{
	size_t count = periods("month", "1900-01-01", "2198-12-31");
	char first[11];

	assert_int_equal(count, 299 * 12);
	for (size_t i = 0; i < count; i++) {
		snprintf(first, sizeof first, "%.7s-01", p[i].text);
		assert_int_equal(p[i].first, day(first));
		assert_true(i == 0 || p[i - 1].last + 1 == p[i].first);
	}
}

static bool due(const char *today, const char *computed, int64_t refreshed_us)
{
	const struct indicator_period march = { "2026-03", day("2026-03-01"), day("2026-03-31") };

	return indicator_due(&march, day(today), computed, refreshed_us,
			     day_end_us(march.last, "UTC"));
}

IT(computes_the_open_period_each_time_and_a_settled_one_never_again)
{
	int64_t after = day_end_us(day("2026-04-02"), "UTC"), before = day_end_us(day("2026-03-30"), "UTC");

	assert_true(due("2026-03-31", "2026-02 2026-03", after));
	assert_true(due("2026-04-01", "2026-02 2026-03", before));
	assert_false(due("2026-04-03", "2026-02 2026-03", after));
}

IT(computes_a_period_without_values_whenever_that_is)
{
	assert_true(due("2026-04-03", "2026-02 2026-04", day_end_us(day("2026-04-02"), "UTC")));
	assert_true(due("2026-04-03", "", 0));
}

IT(leaves_a_minute_for_what_was_being_kept_when_the_period_ended)
{
	int64_t end = day_end_us(day("2026-03-31"), "UTC");

	assert_true(due("2026-04-01", "2026-03", end + 59 * 1000000));
	assert_false(due("2026-04-01", "2026-03", end + 61 * 1000000));
}

/* The order of indicator_rows.sql. */
static const char rows_text[] =
	"[[\"7.2\",\"7\",\"2\",\"OCRTEH\",\"department\",\"93\",\"DGPN\",1,2.5,\"done\",100,null,"
	"19997,20543,20543,20500,20501,false,true,true,10,5,1],"
	"[\"7.3\",\"7\",\"2\",null,\"national\",\"FR\",null,1,2.5,\"in_progress\",40,null,"
	"null,20543,20543,null,null,true,false,false,null,null,null]]";

static void assert_columns(const char *declared, const char *wanted)
{
	json_auto_t *rows = json_loads(rows_text, 0, NULL), *names = json_loads(declared, 0, NULL);
	json_auto_t *out = indicator_columns(rows, names), *want = json_loads(wanted, 0, NULL);

	assert_non_null(want);
	assert_true(json_equal(out, want));
}

IT(gives_plugins_the_columns_they_declare_and_no_other)
{
	assert_columns("[\"number\",\"progress\",\"done_on\",\"reported_on\",\"blocked\"]",
		       "{\"number\":[\"7.2\",\"7.3\"],\"progress\":[100,40],\"done_on\":[20500,null],"
		       "\"reported_on\":[20501,null],\"blocked\":[false,true]}");
	assert_columns("[\"measure_weight\",\"budget_spent\",\"costed\",\"organisation\"]",
		       "{\"measure_weight\":[2.5,2.5],\"budget_spent\":[1,null],\"costed\":[true,false],"
		       "\"organisation\":[\"DGPN\",null]}");
}

IT(gives_empty_columns_where_there_is_no_row)
{
	json_auto_t *rows = json_array(), *names = json_loads("[\"number\",\"status\"]", 0, NULL);
	json_auto_t *out = indicator_columns(rows, names);

	assert_int_equal(json_object_size(out), 2);
	assert_int_equal(json_array_size(json_object_get(out, "status")), 0);
	assert_true(json_is_array(json_object_get(out, "status")));
}

IT(waits_twice_as_long_after_each_failure_up_to_five_minutes)
{
	assert_int_equal(indicator_backoff_s(1), 2);
	assert_int_equal(indicator_backoff_s(2), 4);
	assert_int_equal(indicator_backoff_s(8), 256);
	assert_int_equal(indicator_backoff_s(9), 300);
	assert_int_equal(indicator_backoff_s(100000), 300);
}

static const char *asked(const char *what, const char **known)
{
	json_auto_t *dims = json_loads("[{\"id\":\"age\",\"members\":[{\"id\":\"adult\"},{\"id\":\"minor\"}]},"
				       "{\"id\":\"sex\",\"members\":[{\"id\":\"male\"}]}]", 0, NULL);

	return indicator_asked_members(known, &a, what, dims);
}

IT(reads_which_members_are_asked_for)
{
	const char *known;

	assert_string_equal(asked("age", &known), "{}");
	assert_string_equal(asked("age=minor", &known), "{age=minor}");
	assert_string_equal(asked("sex=male;age=adult", &known), "{sex=male,age=adult}");
	assert_null(asked("", &known));
	assert_null(asked("force", &known));
	assert_null(asked("age=old", &known));
	assert_null(asked("age=minor,adult}", &known));
	assert_null(asked("age=minor;age=adult", &known));
	assert_string_equal(known, "age, age=adult, age=minor, sex, sex=male");
}

IT(tells_cells_of_members_from_totals)
{
	json_auto_t *members = indicator_members("age=minor;sex=male"), *none = indicator_members("");

	assert_int_equal(json_object_size(members), 2);
	assert_string_equal(json_string_value(json_object_get(members, "sex")), "male");
	assert_int_equal(json_object_size(none), 0);
	assert_true(indicator_has_members("age=minor;sex=male", "sex"));
	assert_true(indicator_has_members("age=minor;sex=male", "sex=male"));
	assert_false(indicator_has_members("age=minor;sex=male", "sex=mal"));
	assert_false(indicator_has_members("age=minor;sex=male", "sex=male;age=adult"));
	assert_false(indicator_has_members("", "sex"));
}

/* The sentence over one cell, ' standing for ". */
static const char *note(const char *sentence, const char *cell, int decimals, enum lang lang)
{
	char *text = arena_strdup(&a, cell);
	json_auto_t *json;
	const char *out;

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	out = indicator_note(&a, sentence, json, decimals, lang);
	return out ? out : "none";
}

IT(fills_the_sentence_of_a_formula_with_the_figures_shown)
{
	const char *cell = "{'state':'value','value':33.349,'numerator':1234567,'denominator':0,'low':-0.04,"
			   "'extra':{'unknown':-1200.5,'lead':'DGPN'}}";

	assert_string_equal(note("{numerator} / {denominator}", cell, 1, LANG_EN), "1,234,567 / 0");
	assert_string_equal(note("{numerator} ; {value} %.", cell, 1, LANG_FR), "1\u202F234\u202F567 ; 33,3 %.");
	assert_string_equal(note("{unknown}, {lead}, {low}", cell, 1, LANG_EN), "-1,200.5, DGPN, 0");
	assert_string_equal(note("{value}", cell, 0, LANG_EN), "33");
	assert_string_equal(note("{value}", "{'state':'value','value':100}", 2, LANG_EN), "100");
	assert_string_equal(note("rien à remplacer", cell, 1, LANG_FR), "rien à remplacer");
}

IT(leaves_a_sentence_out_that_lacks_a_figure)
{
	assert_string_equal(note("{high} and {value}", "{'state':'value','value':1}", 0, LANG_EN), "none");
	assert_string_equal(note("{flags}", "{'state':'value','value':1,'flags':[]}", 0, LANG_EN), "none");
	assert_string_equal(note("{value", "{'state':'value','value':1}", 0, LANG_EN), "none");
	assert_string_equal(note("plain", "{'state':'suppressed','reason':'small_count'}", 0, LANG_EN), "none");
	assert_null(indicator_note(&a, NULL, NULL, 0, LANG_EN));
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

SPEC_WITH("what a refresh computes", NULL, close_arena,
	  RUN(counts_the_months_from_the_start_of_the_plan_to_the_present_one),
	  RUN(knows_leap_years),
	  RUN(has_one_period_on_the_first_day_and_none_before_the_plan),
	  RUN(counts_quarters_and_years),
	  RUN(agrees_with_the_calendar),
	  RUN(computes_the_open_period_each_time_and_a_settled_one_never_again),
	  RUN(computes_a_period_without_values_whenever_that_is),
	  RUN(leaves_a_minute_for_what_was_being_kept_when_the_period_ended),
	  RUN(gives_plugins_the_columns_they_declare_and_no_other),
	  RUN(gives_empty_columns_where_there_is_no_row),
	  RUN(reads_which_members_are_asked_for),
	  RUN(tells_cells_of_members_from_totals),
	  RUN(fills_the_sentence_of_a_formula_with_the_figures_shown),
	  RUN(leaves_a_sentence_out_that_lacks_a_figure),
	  RUN(waits_twice_as_long_after_each_failure_up_to_five_minutes))
