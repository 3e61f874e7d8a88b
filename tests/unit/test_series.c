/* Periods, members and rows of series; CSV as spreadsheets write it. */
#include "spec.h"

#include <string.h>

#include "json.h"
#include "server/series/series_rules.h"

static struct arena arena;
static struct err e;
static struct series series;

static json_t *doc(const char *text)
{
	json_t *out = json_loads(text, 0, NULL);

	assert_non_null(out);
	return out;
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	err_init(&e, &arena);
	series = (struct series){
		.id = 1, .plan_id = 1, .code = "victims.identified", .level = "department",
		.periodicity = "month", .whole = true, .by_organisation = true, .by_plan = true,
		.dimensions = doc("[{\"id\":\"sex\",\"members\":[{\"id\":\"female\"},{\"id\":\"male\"}]},"
				  "{\"id\":\"age\",\"members\":[{\"id\":\"minor\"},{\"id\":\"adult\"}]},"
				  "{\"id\":\"force\",\"derived\":\"organisation\",\"members\":[{\"id\":\"police\"}]}]"),
		.organisations = doc("{\"DGPN\":\"police\",\"DGGN\":\"gendarmerie\"}"),
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	series_free(&series);
	arena_free(&arena);
	return 0;
}

/* ------------------------------------------------------------------ periods */

IT(reads_periods_and_nothing_else)
{
	static const char *const bad[] = { "", "26", "2026-13", "2026-00", "2026-3", "2026-Q5", "2026-Q0",
		"2026-02-30", "2026/03", " 2026", "2026-03 ", "1899", "2026-", "2026-0x", "99999" };
	struct series_period p;

	assert_true(series_period_read(&p, "1970"));
	assert_int_equal(p.from_on, 0);
	assert_int_equal(p.to_on, 364);
	assert_true(series_period_read(&p, "1972-02"));
	assert_int_equal(p.kind, 'm');
	assert_int_equal(p.to_on - p.from_on, 28);
	assert_true(series_period_read(&p, "1970-Q4"));
	assert_int_equal(p.from_on, 273);
	assert_int_equal(p.to_on, 364);
	assert_true(series_period_read(&p, "1970-01-31"));
	assert_int_equal(p.from_on, 30);
	assert_int_equal(p.kind, 'd');
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(series_period_read(&p, bad[i]));
}

IT(guesses_the_period_that_was_meant)
{
	static const char *const pairs[][2] = {
		{ "2026-3", "2026-03" }, { "3/2026", "2026-03" }, { "2026/03", "2026-03" }, { "202603", "2026-03" },
		{ "2026-M03", "2026-03" }, { "T1 2026", "2026-Q1" }, { "2026Q4", "2026-Q4" }, { "2026 t2", "2026-Q2" },
	};
	static const char *const none[] = { "mars", "13/2026", "2026-Q7", "1/2/2026", "0/2026", "", "123456789012" };
	char meant[8];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		assert_true(series_period_meant(meant, pairs[i][0]));
		assert_string_equal(meant, pairs[i][1]);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(series_period_meant(meant, none[i]));
}

/* ------------------------------------------------------------------ rows */

IT(writes_members_in_one_order)
{
	json_auto_t *a = doc("{\"sex\":\"female\",\"age\":\"minor\"}");
	json_auto_t *b = doc("{\"age\":\"minor\",\"sex\":\"female\"}");

	assert_string_equal(series_dims(&series, a, "#/dims", &e), "age=minor;sex=female");
	assert_string_equal(series_dims(&series, b, "#/dims", &e), "age=minor;sex=female");
	assert_true(err_ok(&e));
}

/* Checks one row over a good one; the pointer of its first fault, NULL when it is good. */
static const char *fault_of(const char *change)
{
	json_auto_t *rows = doc("[{\"territory\":\"93\",\"organisation\":\"DGPN\",\"period\":\"1970-03\",\"value\":3,"
				"\"dims\":{\"age\":\"minor\",\"sex\":\"male\"}}]");
	json_auto_t *more = doc(change);
	struct series_lines lines = { .rows = rows };
	struct series_rights rights = { true, NULL };
	json_t *out = NULL;

	err_init(&e, &arena);
	json_object_update(json_array_get(rows, 0), more);
	if (series_rows_check(&out, &series, &rights, &lines, 400, &e)) {
		json_decref(out);
		return NULL;
	}
	assert_null(out);
	return e.first->where;
}

IT(names_the_field_at_fault)
{
	static const char *const cases[][2] = {
		{ "{\"value\":-1}", "#/rows/0/value" }, { "{\"value\":1.5}", "#/rows/0/value" },
		{ "{\"value\":1e15}", "#/rows/0/value" }, { "{\"value\":null}", "#/rows/0/value" },
		{ "{\"value\":true}", "#/rows/0/value" }, { "{\"value\":\"3\"}", "#/rows/0/value" },
		{ "{\"state\":\"missing\",\"reason\":\"x\"}", "#/rows/0/value" },
		{ "{\"value\":null,\"state\":\"missing\"}", "#/rows/0/reason" },
		{ "{\"period\":\"1971-03\"}", "#/rows/0/period" }, { "{\"period\":\"1970\"}", "#/rows/0/period" },
		{ "{\"from_on\":\"1970-05-01\"}", "#/rows/0/from_on" },
		{ "{\"territory\":\"FR\"}", "#/rows/0/territory" }, { "{\"territory\":\"2a\"}", "#/rows/0/territory" },
		{ "{\"organisation\":null}", "#/rows/0/organisation" },
		{ "{\"dims\":{\"age\":\"minor\"}}", "#/rows/0/dims/sex" },
		{ "{\"dims\":{\"age\":\"minor\",\"sex\":3}}", "#/rows/0/dims/sex" },
		{ "{\"dims\":[]}", "#/rows/0/dims" }, { "{\"secondary\":\"x\"}", "#/rows/0/secondary" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *where = fault_of(cases[i][0]);

		if (!where || strcmp(where, cases[i][1]) != 0)
			fail_msg("%s: %s", cases[i][0], where ? where : "no fault");
	}
	assert_null(fault_of("{\"value\":0}"));
	assert_null(fault_of("{\"value\":3.0}"));
	assert_null(fault_of("{\"value\":null,\"state\":\"not_applicable\"}"));
}

IT(refuses_what_is_out_of_scope_before_anything_else)
{
	json_auto_t *rows = doc("[{\"territory\":\"93\",\"organisation\":\"DGPN\",\"period\":\"x\"},"
				"{\"territory\":\"75\",\"organisation\":\"DGPN\"},"
				"{\"territory\":\"93\",\"organisation\":\"DGGN\"}]");
	json_auto_t *scope = doc("{\"DGPN\":[\"93\"]}");
	struct series_lines lines = { .rows = rows };
	struct series_rights rights = { false, scope };
	json_t *out = NULL;

	assert_false(series_rows_check(&out, &series, &rights, &lines, 400, &e));
	assert_int_equal(e.code, ERR_FORBIDDEN);
	assert_int_equal(e.fault_count, 2);
	assert_string_equal(e.first->where, "#/rows/1");
}

IT(marks_a_period_that_goes_on_as_provisional)
{
	json_auto_t *rows = doc("[{\"territory\":\"93\",\"organisation\":\"DGPN\",\"period\":\"1970-03\",\"value\":3,"
				"\"dims\":{\"age\":\"minor\",\"sex\":\"male\"}}]");
	struct series_lines lines = { .rows = rows };
	struct series_rights rights = { true, NULL };
	json_t *out = NULL;

	assert_true(series_rows_check(&out, &series, &rights, &lines, 70, &e));
	assert_true(json_is_true(json_object_get(json_array_get(out, 0), "provisional")));
	assert_string_equal(json_string_value(json_object_get(json_array_get(out, 0), "from_on")), "J2440647");
	json_decref(out);
}

/* ------------------------------------------------------------------ CSV */

static const json_t *csv_row(struct series_lines *out, const char *text, size_t i)
{
	err_init(&e, &arena);
	if (!series_csv_read(out, &series, text, strlen(text), 10, &e))
		return NULL;
	return json_array_get(out->rows, i);
}

IT(reads_what_spreadsheets_write)
{
	struct series_lines lines;
	const json_t *row = csv_row(&lines, "\xEF\xBB\xBF" "territory;period;value;age;sex;qualifier\r\n"
				    "2A;2026-03; 12,5 ;minor;female;\"a;\"\"b\"\"\nc\"\r\n"
				    ";;;;;\r\n01;2026-04;3;;;'=1\r\n", 0);

	assert_non_null(row);
	assert_int_equal(json_array_size(lines.rows), 2);
	assert_string_equal(json_string_value(json_object_get(row, "territory")), "2A");
	assert_true(json_real_value(json_object_get(row, "value")) == 12.5);
	assert_string_equal(json_string_value(json_object_get(row, "qualifier")), "a;\"b\"\nc");
	assert_string_equal(json_string_value(json_object_get(json_object_get(row, "dims"), "age")), "minor");
	assert_int_equal(lines.line[0], 2);
	assert_int_equal(lines.line[1], 5);
	row = json_array_get(lines.rows, 1);
	assert_string_equal(json_string_value(json_object_get(row, "territory")), "01");
	assert_string_equal(json_string_value(json_object_get(row, "qualifier")), "=1");
	assert_int_equal(json_integer_value(json_object_get(row, "value")), 3);
	json_decref(lines.rows);
}

IT(leaves_what_is_no_number_to_the_rules)
{
	static const char *const words[] = { "s", "1 234", "1.2.3", "0x10", "1e3", "nan", "-", "--1", "1,", "12a",
		"99999999999999999999999999999999999999" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct series_lines lines;
		const json_t *row = csv_row(&lines, arena_printf(&arena, "territory;period;value\n93;2026-03;%s\n",
								 words[i]), 0);

		assert_non_null(row);
		assert_string_equal(json_string_value(json_object_get(row, "value")), words[i]);
		json_decref(lines.rows);
	}
}

IT(refuses_csv_that_cannot_be_understood)
{
	static const struct { const char *text; enum msg msg; } cases[] = {
		{ "", MSG_NO_ROWS }, { "territory;periode\n", MSG_CSV_COLUMN_HINT },
		{ "territory;period;zzzzzzzz\n", MSG_CSV_COLUMN },
		{ "territory;territory;period\n", MSG_CSV_COLUMN_TWICE },
		{ "period\n", MSG_CSV_COLUMN_MISSING },
		{ "territory;period\n93\n", MSG_CSV_CELLS }, { "territory;period\n\"93;2026\n", MSG_CSV_QUOTE },
		{ "territory;period\n\"93\"x;2026\n", MSG_CSV_QUOTE },
		{ "series;territory;period\nother;93;2026\n", MSG_CSV_SERIES },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct series_lines lines;

		assert_null(csv_row(&lines, cases[i].text, 0));
		assert_null(lines.rows);
		assert_int_equal(e.first->msg, cases[i].msg);
	}
	assert_null(csv_row(&(struct series_lines){ 0 }, "territory;period\n\xE9;2026\n", 0));
	assert_int_equal(e.msg, MSG_CSV_ENCODING);
}

IT(counts_the_rows_of_a_file_before_it_keeps_them)
{
	struct series_lines lines;
	char text[400] = "territory;period\n";

	for (int i = 0; i < 11; i++)
		strcat(text, "93;2026-03\n");
	assert_null(csv_row(&lines, text, 0));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_periods_and_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(guesses_the_period_that_was_meant, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_members_in_one_order, setup, teardown),
		cmocka_unit_test_setup_teardown(names_the_field_at_fault, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_out_of_scope_before_anything_else, setup, teardown),
		cmocka_unit_test_setup_teardown(marks_a_period_that_goes_on_as_provisional, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_what_spreadsheets_write, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_what_is_no_number_to_the_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_csv_that_cannot_be_understood, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_the_rows_of_a_file_before_it_keeps_them, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
