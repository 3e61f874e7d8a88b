/*
 * Running a plugin over a batch of cells, as the worker does; periods and parameters.
 */
#include <jansson.h>

#include "clock.h"
#include "plugin_spec.h"

static struct plugin_host *host;
static struct arena arena;
static struct lua_file file;
static struct plugin plugin;

static void load(const char *folder, const char *name)
{
	struct finding f = { 0 };

	lua_file_read(&file, folder, name);
	assert_true(plugin_check(&plugin, host, &arena, file.id, file.text, file.len, &f));
}

/* `count` cells of plan.on_time: three actions due, the first `done` of them in time. */
static json_t *on_time_cells(int count, int done)
{
	json_t *cells = json_array();

	for (int i = 0; i < count; i++) {
		json_t *due = json_array(), *on = json_array();

		for (int k = 0; k < 3; k++) {
			json_array_append_new(due, json_string("2026-01-31"));
			json_array_append_new(on, k < done ? json_string("2026-01-31") : json_null());
		}
		json_array_append_new(cells,
				      json_pack("{s:s, s:s, s:s, s:{s:{s:o, s:o}}}", "territory", "93",
						"level", "department", "period", "2026-03", "rows",
						"actions", "initial_due_on", due, "done_on", on));
	}
	return cells;
}

IT(computes_every_cell_of_a_batch)
{
	json_auto_t *cells = on_time_cells(2000, 2);
	struct plugin_job job = { .cells = cells };
	struct finding f = { 0 };
	struct plugin_cell *out;
	int64_t began = clock_mono_ms();

	load("plugins/indicators", "plan.on_time.lua");
	assert_true(plugin_run(&out, host, &arena, &plugin, &job, &f));
	for (int i = 0; i < 2000; i++) {
		assert_int_equal(out[i].state, CELL_VALUE);
		assert_true(out[i].value > 66.6 && out[i].value < 66.7);
		assert_int_equal(out[i].has, HAS_NUMERATOR | HAS_DENOMINATOR);
		assert_true(out[i].numerator >= 2 && out[i].numerator <= 2);
	}
	print_message("2000 cells in %lld ms\n", (long long)(clock_mono_ms() - began));
	plugin_free(&plugin);
}

IT(computes_nothing_from_no_cell)
{
	json_auto_t *cells = json_array();
	struct plugin_job job = { .cells = cells };
	struct finding f = { 0 };
	struct plugin_cell *out;

	load("plugins/indicators", "plan.on_time.lua");
	assert_true(plugin_run(&out, host, &arena, &plugin, &job, &f));
	plugin_free(&plugin);
}

IT(gives_reason_and_sentence_of_what_is_missing)
{
	json_auto_t *cells = json_loads(
		"[{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{\"actions\":"
		"{\"status\":[\"done\"],\"number\":[\"code\"]}}},"
		"{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{\"actions\":"
		"{\"status\":[\"done\"],\"number\":[\"sentence\"]}}},"
		"{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{\"actions\":"
		"{\"status\":[\"done\"],\"number\":[\"table\"]}}}]",
		0, NULL);
	struct plugin_job job = { .cells = cells };
	struct finding f = { 0 };
	struct plugin_cell *out;

	load("tests/plugin/good", "good.results.lua");
	assert_true(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_int_equal(out[0].state, CELL_MISSING);
	assert_string_equal(out[0].reason, "too_few_points");
	assert_null(out[0].sentence);
	assert_string_equal(out[1].reason, "other");
	assert_string_equal(out[1].sentence, "aucune donnée à cette date");
	assert_int_equal(out[2].has, HAS_NUMERATOR | HAS_DENOMINATOR | HAS_LOW | HAS_HIGH);
	assert_non_null(strstr(out[2].extra, "\"lead\":\"OCRTEH\""));
	plugin_free(&plugin);
}

IT(takes_parameters_and_refuses_unknown_ones)
{
	static const char cell[] = "[{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\","
				   "\"rows\":{\"actions\":{\"status\":[]}}}]";
	json_auto_t *cells = json_loads(cell, 0, NULL);
	json_auto_t *six = json_pack("{s:i, s:f}", "window", 6, "rate", 2.0);
	json_auto_t *typo = json_pack("{s:i}", "windw", 6);
	json_auto_t *large = json_pack("{s:i}", "window", 37);
	struct plugin_job job = { .cells = cells, .params = six };
	struct finding f = { 0 };
	struct plugin_cell *out;

	load("tests/plugin/good", "good.params.lua");
	assert_true(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_true(out[0].value > 11.9 && out[0].value < 12.1);
	job.params = typo;
	assert_false(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_int_equal(f.code, V601);
	f = (struct finding){ 0 };
	job.params = large;
	assert_false(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_int_equal(f.code, V602);
	plugin_free(&plugin);
}

IT(names_the_cell_that_failed)
{
	json_auto_t *cells = on_time_cells(3, 1);
	struct plugin_job job = { .cells = cells };
	struct finding f = { 0 };
	struct plugin_cell *out;

	json_object_set_new(json_array_get(cells, 1), "territory", json_string("2A"));
	json_array_set_new(json_object_get(json_object_get(json_object_get(json_array_get(cells, 1), "rows"),
							   "actions"),
					   "initial_due_on"),
			   0, json_string("soon"));
	load("plugins/indicators", "plan.on_time.lua");
	assert_false(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_int_equal(f.code, V209);
	assert_string_equal(f.where, "2A, 2026-03");
	assert_true(f.line > 0);
	plugin_free(&plugin);
}

IT(refuses_cells_it_cannot_read)
{
	static const char *const broken[] = {
		"[{\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{}}]",
		"[{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-13\",\"rows\":{\"actions\":"
		"{\"initial_due_on\":[],\"done_on\":[]}}}]",
		"[{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{\"actions\":"
		"{\"initial_due_on\":[]}}}]",
		"[{\"territory\":\"FR\",\"level\":\"national\",\"period\":\"2026-03\",\"rows\":{\"actions\":"
		"{\"initial_due_on\":[1,2],\"done_on\":[1]}}}]",
	};

	load("plugins/indicators", "plan.on_time.lua");
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		json_auto_t *cells = json_loads(broken[i], 0, NULL);
		struct plugin_job job = { .cells = cells };
		struct finding f = { 0 };
		struct plugin_cell *out;

		assert_false(plugin_run(&out, host, &arena, &plugin, &job, &f));
		assert_int_equal(f.code, V603);
	}
	plugin_free(&plugin);
}

IT(describes_the_plugin_as_data)
{
	load("tests/plugin/good", "good.params.lua");
	assert_string_equal(plugin.version, "1.2.3");
	assert_null(json_object_get(plugin.about, "compute"));
	assert_null(json_object_get(plugin.about, "tests"));
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(json_object_get(plugin.about, "params"), "side"), "type")),
			    "choice");
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(plugin.about, "changelog"), 1), "version")),
			    "1.0.0");
	plugin_free(&plugin);
}

IT(computes_nothing_from_an_alert)
{
	json_auto_t *cells = on_time_cells(1, 1);
	struct plugin_job job = { .cells = cells };
	struct finding f = { 0 };
	struct plugin_cell *out;

	load("plugins/alerts", "plan.on_time_low.lua");
	assert_int_equal(plugin.kind, PLUGIN_ALERT);
	assert_false(plugin_run(&out, host, &arena, &plugin, &job, &f));
	assert_int_equal(f.code, V604);
	plugin_free(&plugin);
}

IT(knows_the_days_of_a_period)
{
	int32_t first, last, expected;

	assert_true(period_days(&first, &last, "2024-02"));
	assert_true(day_parse(&expected, "2024-02-29"));
	assert_int_equal(last, expected);
	assert_true(period_days(&first, &last, "2026-Q4"));
	assert_true(day_parse(&expected, "2026-10-01"));
	assert_int_equal(first, expected);
	assert_int_equal(last - first, 91);
	assert_true(period_days(&first, &last, "2026"));
	assert_int_equal(last - first, 364);
	assert_string_equal(period_frequency("2026-Q1"), "quarter");
	assert_null(period_frequency("2026-Q5"));
	assert_null(period_frequency("2026-00"));
	assert_null(period_frequency("26-01"));
	assert_null(period_frequency("2026-1"));
	assert_null(period_frequency("2026-001"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(computes_every_cell_of_a_batch),
		RUN(computes_nothing_from_no_cell),
		RUN(gives_reason_and_sentence_of_what_is_missing),
		RUN(takes_parameters_and_refuses_unknown_ones),
		RUN(names_the_cell_that_failed),
		RUN(refuses_cells_it_cannot_read),
		RUN(describes_the_plugin_as_data),
		RUN(computes_nothing_from_an_alert),
		RUN(knows_the_days_of_a_period),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return sandbox_main(argc, argv);
	plugin_host_open(&host);
	arena_init(&arena);
	failed = cmocka_run_group_tests_name("plugin runs", tests, NULL, NULL);
	arena_free(&arena);
	plugin_host_close(host);
	return failed;
}
