/*
 * Calling a rule with a report and a mapper with a sheet, as the server does with published ones.
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

static void compile(const char *source)
{
	struct finding f = { 0 };

	if (!plugin_check(&plugin, host, &arena, "essai.appel", source, strlen(source), &f))
		print_error("%s %s\n", finding_name(f.code), finding_cause(&arena, &f, LANG_EN));
	assert_int_equal(f.code, FINDING_NONE);
}

#define HEAD(kind)                                                                                 \
	"return " kind                                                                             \
	" { id = \"essai.appel\", api = 1, version = \"1.0.0\", name = { fr = \"Essai\" }, "       \
	"summary = { fr = \"Essai\" }, author = \"x\", owner = \"x\", "                            \
	"changelog = { { \"1.0.0\", \"2026-11-28\", fr = \"a\" } }, series = { "                   \
	"\"victims.identified\", \"shelter.requests\" }, "
#define RULE(body)                                                                                 \
	HEAD("rule")                                                                               \
	"validate = function(ctx) " body " end, tests = { { name = \"a\", period = \"2026-03\", "  \
	"given = { report = rows [[series | value]] }, expect = {} } } }"
#define MAPPER(body)                                                                               \
	HEAD("mapper")                                                                             \
	"columns = { \"Lieu\", \"Nombre\" }, row = function(ctx, r) " body " end, "                \
	"tests = { { name = \"a\", given = { sheet = rows [[Lieu | Nombre]] }, expect = {} } } }"

static const char report[] =
    "{\"period\":\"2026-03\", \"territory\":\"93\", \"organisation\":\"DGPN\", \"figures\":["
    "{\"period\":\"2026-03\", \"series\":\"victims.identified\", "
    "\"dims\":\"age=minor;sex=female\", \"state\":\"value\", \"value\":12},"
    "{\"period\":\"2026-03\", \"series\":\"victims.identified\", "
    "\"dims\":\"age=adult;sex=female\", \"state\":\"empty\"},"
    "{\"period\":\"2026-03\", \"series\":\"clients.fines\", \"dims\":\"\", \"state\":\"value\", "
    "\"value\":7},"
    "{\"period\":\"2026-02\", \"series\":\"victims.identified\", "
    "\"dims\":\"age=minor;sex=female\", \"state\":\"value\", \"value\":2},"
    "{\"period\":\"2025-03\", \"series\":\"victims.identified\", "
    "\"dims\":\"age=minor;sex=female\", \"state\":\"value\", \"value\":5},"
    "{\"period\":\"2025-02\", \"series\":\"victims.identified\", "
    "\"dims\":\"age=minor;sex=female\", \"state\":\"value\", \"value\":99}]}";

IT(shows_a_rule_one_senders_report_and_its_previous_ones)
{
	json_auto_t *given = json_loads(report, 0, NULL);
	struct plugin_remark *out;
	struct finding f = { 0 };
	size_t count;

	compile(RULE("local all, one = ctx.figures(), { age = 'minor', sex = 'female' } "
		     "local f = all[1] "
		     "return { stop('victims.identified', { fr = #all .. ' ' .. f.value .. ' ' .. "
		     "f.previous .. ' ' .. f.year_before"
		     " .. ' ' .. f.members.age .. ' ' .. all[2].state .. ' ' .. ctx.territory .. ' "
		     "' .. ctx.organisation .. ' ' .. ctx.period"
		     " .. ' ' .. ctx.value('victims.identified', one) .. ' ' .. "
		     "tostring(ctx.value('victims.identified'))"
		     " .. ' ' .. ctx.before(12, 'victims.identified', one), en = 'x' }, { sex = "
		     "'female', age = 'minor' }),"
		     " warn(f, { fr = 'y' }) }"));
	assert_true(plugin_validate(&out, &count, host, &arena, &plugin, given, &f));
	assert_int_equal(count, 2);
	assert_true(out[0].stops);
	assert_string_equal(out[0].about, "victims.identified");
	assert_string_equal(out[0].dims, "age=minor;sex=female");
	assert_string_equal(out[0].fr, "2 12 2 5 minor empty 93 DGPN 2026-03 12.0 nil 5.0");
	assert_string_equal(out[0].en, "x");
	assert_false(out[1].stops);
	assert_string_equal(out[1].dims, "age=minor;sex=female");
	assert_null(out[1].en);
	plugin_free(&plugin);
}

IT(lets_a_broken_or_slow_rule_say_why_and_nothing_else)
{
	json_auto_t *given = json_loads(report, 0, NULL);
	struct plugin_remark *out;
	struct finding f = { 0 };
	size_t count;
	int64_t began;

	compile(
	    RULE("if ctx.value('victims.identified', { age = 'minor' }) then return nil + 1 end"));
	assert_false(plugin_validate(&out, &count, host, &arena, &plugin, given, &f));
	assert_int_equal(count, 0);
	assert_int_equal(f.line, 1);
	plugin_free(&plugin);

	compile(RULE(
	    "if ctx.value('victims.identified', { age = 'minor' }) then while true do end end"));
	f = (struct finding) { 0 };
	began = clock_mono_ms();
	assert_false(plugin_validate(&out, &count, host, &arena, &plugin, given, &f));
	assert_true(f.code == V215 || f.code == V216 || f.code == V223);
	assert_true(clock_mono_ms() - began < 1000 * SLOWER);
	plugin_free(&plugin);
}

static json_t *sheet(const char *text)
{
	json_t *rows = json_loads(text, 0, NULL);

	assert_non_null(rows);
	return rows;
}

static const char *words(json_t *out, const char *list, size_t i)
{
	char *text = json_dumps(json_array_get(json_object_get(out, list), i),
				JSON_SORT_KEYS | JSON_COMPACT);
	const char *kept = text ? arena_strdup(&arena, text) : "";

	free(text);
	return kept;
}

IT(turns_the_rows_of_a_sheet_into_rows_of_ours)
{
	json_auto_t *rows =
	    sheet("[{\"line\":2, \"cells\":{\"Département\":\"Seine-Saint-Denis\", "
		  "\"Mois\":\"janvier 2026\", \"Demandes reçues\":12,"
		  "\"Personnes mises à l'abri\":9.0, \"Places ouvertes\":null, "
		  "\"Observations\":\"bien\"}},"
		  "{\"line\":5, \"cells\":{\"Département\":75, \"Mois\":\"2026-02-01\", \"Demandes "
		  "reçues\":\"1 000\","
		  "\"Personnes mises à l'abri\":\"\", \"Places ouvertes\":\"x\"}}]");
	struct plugin_sheet given = { .rows = rows };
	json_auto_t *out = NULL;
	struct finding f = { 0 };

	load("plugins/mappers", "association.shelter.lua");
	assert_true(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 2);
	assert_string_equal(
	    words(out, "rows", 0),
	    "{\"dims\":{},\"line\":2,\"period\":\"2026-01\",\"series\":\"shelter.requests\","
	    "\"territory\":\"93\",\"value\":12}");
	assert_int_equal(json_array_size(json_object_get(out, "remarks")), 1);
	assert_non_null(strstr(words(out, "remarks", 0), "\"column\":\"Places ouvertes\""));
	assert_non_null(strstr(words(out, "remarks", 0), "\"level\":\"stop\",\"line\":5}"));
	plugin_free(&plugin);
}

IT(tells_a_failure_at_its_line_and_goes_on)
{
	json_auto_t *rows =
	    sheet("[{\"line\":2, \"cells\":{\"Lieu\":\"93\", \"Nombre\":\"trois\"}},"
		  "{\"line\":3, \"cells\":{\"Lieu\":\"93\", \"Nombre\":\"3\"}}]");
	struct plugin_sheet given = { .rows = rows };
	json_auto_t *out = NULL;
	struct finding f = { 0 };

	compile(MAPPER("return { series = 'shelter.requests', territory = r.Lieu, period = "
		       "'2026-01', value = text.number(r.Nombre) + 0 }"));
	assert_true(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 1);
	assert_int_equal(json_array_size(json_object_get(out, "remarks")), 1);
	assert_non_null(strstr(words(out, "remarks", 0), "\"column\":null"));
	assert_non_null(strstr(words(out, "remarks", 0), "\"line\":2"));
	plugin_free(&plugin);
}

IT(names_the_column_that_the_sheet_does_not_have)
{
	json_auto_t *near = sheet("[{\"line\":2, \"cells\":{\"Lieux\":\"93\", \"Nombre\":\"3\"}}]");
	json_auto_t *far = sheet("[{\"line\":2, \"cells\":{\"Nombre\":\"3\"}}]");
	json_auto_t *none = json_array();
	struct plugin_sheet given = { .rows = near };
	json_auto_t *out = NULL;
	struct finding f = { 0 };

	compile(MAPPER("return nil"));
	assert_false(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(f.code, V350);
	assert_string_equal(f.arg[1], "Lieux");
	f = (struct finding) { 0 };
	given.rows = far;
	assert_false(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(f.code, V351);
	f = (struct finding) { 0 };
	given.rows = none;
	assert_true(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 0);
	plugin_free(&plugin);
}

/* Each line may give 200 rows: 27 KB of lines would make gigabytes of them. */
IT(stops_at_a_sheet_that_gives_more_than_can_be_judged)
{
	json_auto_t *rows = json_array();
	struct plugin_sheet given = { .rows = rows };
	json_auto_t *out = NULL;
	struct finding f = { 0 };

	for (int i = 0; i < 101; i++)
		json_array_append_new(rows, json_pack("{s:i, s:{s:s, s:s}}", "line", i + 2, "cells",
						      "Lieu", "93", "Nombre", "3"));
	compile(MAPPER("local all = {} for i = 1, 200 do all[i] = { series = 'shelter.requests', "
		       "territory = '93', period = '2026-01', value = i } end return all"));
	assert_false(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(f.code, V358);
	assert_string_equal(f.arg[0], "20000");
	json_array_remove(rows, 0);
	f = (struct finding) { 0 };
	assert_true(plugin_map(&out, host, &arena, &plugin, &given, &f));
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 20000);
	plugin_free(&plugin);
}

IT(reads_months_and_departements_as_partners_write_them)
{
	static const char *const months[][2] = {
		{ "janvier 2026", "2026-01" },
		{ "Févr. 2026", "2026-02" },
		{ "AOÛT 2026", "2026-08" },
		{ "juil 2026", "2026-07" },
		{ "june 2026", "2026-06" },
		{ "déc. 2025", "2025-12" },
		{ "3/2026", "2026-03" },
		{ "2026-11", "2026-11" },
		{ "2026/1", "2026-01" },
		{ "15/04/2026", "2026-04" },
		{ "2026-05-31", "2026-05" },
		{ "jui 2026", "nil" },
		{ "13/2026", "nil" },
		{ "janvier", "nil" },
		{ "31/06/2026", "nil" },
		{ "ma 2026", "nil" },
		{ "", "nil" },
	};
	struct finding f = { 0 };

	compile(MAPPER("return warn('Lieu', { fr = tostring(ctx.month(r.Nombre)) .. ' ' .. "
		       "tostring(ctx.department(r.Lieu)) })"));
	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		json_auto_t *rows = json_pack("[{s:i, s:{s:s, s:s}}]", "line", 2, "cells", "Lieu",
					      "val d’oise", "Nombre", months[i][0]);
		struct plugin_sheet given = { .rows = rows };
		json_auto_t *out = NULL;
		const json_t *remark;

		assert_true(plugin_map(&out, host, &arena, &plugin, &given, &f));
		remark = json_array_get(json_object_get(out, "remarks"), 0);
		assert_string_equal(json_string_value(json_object_get(remark, "fr")),
				    arena_printf(&arena, "%s 95", months[i][1]));
	}
	plugin_free(&plugin);
}

/* A test with many rows is judged to its last one. */
IT(tests_every_row_that_a_test_gives)
{
	static const char head[] = HEAD("mapper") "columns = { \"Lieu\" }, row = function(ctx, r) "
		"if r.Lieu == \"z\" then return { series = \"shelter.requests\", territory = \"93\", "
		"period = \"2026-01\", value = 3 } end end, "
		"tests = { { name = \"a\", given = { sheet = rows [[Lieu\n";
	enum { MANY = 1100 };
	char *source = arena_alloc(&arena, sizeof head + 2 * MANY + 100);
	struct plugin_test *tests;
	struct finding f = { 0 };
	size_t count;

	strcpy(source, head);
	for (int i = 0; i < MANY; i++)
		strcat(source, i < MANY - 1 ? "a\n" : "z\n");
	strcat(source, "]] }, expect = {} } } }");
	compile(source);
	assert_true(plugin_test(&tests, &count, host, &arena, &plugin, &f));
	assert_int_equal(tests[0].finding.code, V512);
	plugin_free(&plugin);
}

IT(knows_the_kind_of_a_source_that_cannot_be_read_yet)
{
	static const char *const sources[] = { "return indicator { id = 3",
					       "local x = 1\nreturn rule { validate = function(",
					       "-- return rule {\nreturn mapper {", "return { }",
					       "" };
	static const enum plugin_kind kinds[] = { PLUGIN_INDICATOR, PLUGIN_RULE, PLUGIN_MAPPER,
						  PLUGIN_INDICATOR, PLUGIN_INDICATOR };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		assert_int_equal(plugin_kind_of(&arena, sources[i], strlen(sources[i])), kinds[i]);
}

IT(sees_a_change_of_what_a_rule_says)
{
	static const char one[] = RULE("return nil"), same[] = RULE("return --[[ rien ]]  nil"),
			  other[] = RULE("return {}");
	char a[65], b[65];

	plugin_calculation(a, &arena, one, sizeof one - 1);
	plugin_calculation(b, &arena, same, sizeof same - 1);
	assert_string_equal(a, b);
	plugin_calculation(b, &arena, other, sizeof other - 1);
	assert_string_not_equal(a, b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(shows_a_rule_one_senders_report_and_its_previous_ones),
		RUN(lets_a_broken_or_slow_rule_say_why_and_nothing_else),
		RUN(turns_the_rows_of_a_sheet_into_rows_of_ours),
		RUN(tells_a_failure_at_its_line_and_goes_on),
		RUN(names_the_column_that_the_sheet_does_not_have),
		RUN(stops_at_a_sheet_that_gives_more_than_can_be_judged),
		RUN(reads_months_and_departements_as_partners_write_them),
		RUN(tests_every_row_that_a_test_gives),
		RUN(knows_the_kind_of_a_source_that_cannot_be_read_yet),
		RUN(sees_a_change_of_what_a_rule_says),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return sandbox_main(argc, argv);
	plugin_host_open(&host);
	arena_init(&arena);
	failed = cmocka_run_group_tests_name("rules and mappers", tests, NULL, NULL);
	arena_free(&arena);
	plugin_host_close(host);
	return failed;
}
