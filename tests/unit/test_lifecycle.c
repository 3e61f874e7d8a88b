/* What a new text of a plugin changes. */
#include "spec.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "plugin.h"
#include "server/indicator/lifecycle_rules.h"

static struct arena a;
static const char *what;

/* JSON with ' for ". */
static json_t *json(const char *text)
{
	char *copy = arena_strdup(&a, text);

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return json_loads(copy, 0, NULL);
}

static enum change between(const char *before, const char *after, bool recalculated)
{
	json_t *x = json(before), *y = json(after);
	enum change out;

	assert_non_null(x);
	assert_non_null(y);
	out = meaning_change(&what, &a, x, y, recalculated);
	json_decref(x);
	json_decref(y);
	return out;
}

IT(calls_texts_and_tests_a_patch)
{
	assert_int_equal(between("{'name':{'fr':'A'},'unit':'%'}", "{'name':{'fr':'B'},'unit':'%'}", false),
			 CHANGE_PATCH);
	assert_string_equal(what, "name");
	assert_int_equal(between("{'version':'1.0.0'}", "{'version':'1.0.1'}", false), CHANGE_NONE);
	assert_string_equal(what, "");
}

IT(calls_another_calculation_minor_and_another_meaning_major)
{
	assert_int_equal(between("{}", "{}", true), CHANGE_MINOR);
	assert_string_equal(what, "compute");
	assert_int_equal(between("{'unit':'%','direction':'up'}", "{'unit':'days','direction':'down'}", true),
			 CHANGE_MAJOR);
	assert_string_equal(what, "unit, direction");
	assert_int_equal(between("{'inputs':{'a':{'missing':'skip'}}}", "{'inputs':{'a':{'missing':'zero'}}}",
				 false), CHANGE_MAJOR);
	assert_int_equal(between("{'levels':['national','region']}", "{'levels':['national']}", false),
			 CHANGE_MAJOR);
	assert_int_equal(between("{'levels':['national']}", "{'levels':['region','national']}", false),
			 CHANGE_MINOR);
	assert_int_equal(between("{}", "{'confidentiality':{'min':10}}", false), CHANGE_MINOR);
}

IT(looks_into_parameters)
{
	assert_int_equal(between("{'params':{'n':{'type':'integer','default':3}}}",
				 "{'params':{'n':{'type':'integer','default':6}}}", false), CHANGE_MAJOR);
	assert_string_equal(what, "params.n");
	assert_int_equal(between("{'params':{'n':{'default':3,'label':{'fr':'A'}}}}",
				 "{'params':{'n':{'default':3,'label':{'fr':'B'}}}}", false), CHANGE_PATCH);
	assert_int_equal(between("{'params':{}}", "{'params':{'n':{'default':3}}}", false), CHANGE_MINOR);
	assert_int_equal(between("{'params':{'n':{'default':3}}}", "{'params':{}}", false), CHANGE_MAJOR);
}

IT(knows_how_much_a_version_rises)
{
	assert_int_equal(version_rise("1.2.3", "1.2.4"), CHANGE_PATCH);
	assert_int_equal(version_rise("1.2.3", "1.10.0"), CHANGE_MINOR);
	assert_int_equal(version_rise("9.9.9", "10.0.0"), CHANGE_MAJOR);
	assert_int_equal(version_rise("1.2.3", "1.2.3"), CHANGE_NONE);
	assert_int_equal(version_rise("2.0.0", "1.9.9"), CHANGE_NONE);
	assert_string_equal(version_least(&a, "1.2.3", CHANGE_MAJOR), "2.0.0");
	assert_string_equal(version_least(&a, "1.2.3", CHANGE_MINOR), "1.3.0");
	assert_string_equal(version_least(&a, "1.2.3", CHANGE_PATCH), "1.2.4");
}

/* The lines of all hunks, as "-a+b c". */
static const char *told(const char *before, const char *after)
{
	json_t *diff = text_diff(&a, before, after), *hunks = json_object_get(diff, "hunks");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(hunks); i++) {
		json_t *hunk = json_array_get(hunks, i), *lines = json_object_get(hunk, "lines");

		out = arena_printf(&a, "%s@%d,%d", out, (int)json_integer_value(json_object_get(hunk, "before")),
				   (int)json_integer_value(json_object_get(hunk, "after")));
		for (size_t k = 0; k < json_array_size(lines); k++) {
			json_t *line = json_array_get(lines, k);

			out = arena_printf(&a, "%s%s%s", out, json_string_value(json_object_get(line, "op")),
					   json_string_value(json_object_get(line, "text")));
		}
	}
	json_decref(diff);
	return out;
}

IT(tells_the_lines_that_differ_with_those_around)
{
	assert_string_equal(told("a\nb\nc\n", "a\nb\nc\n"), "");
	assert_string_equal(told("", "a\nb\n"), "@1,1+a+b");
	assert_string_equal(told("a\nb\n", ""), "@1,1-a-b");
	assert_string_equal(told("a\nb\nc\n", "a\nx\nc\n"), "@1,1 a-b+x c");
	assert_string_equal(told("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nx\n9\n"),
			    "@6,6 6 7 8+x 9");
	assert_string_equal(told("a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\n8\nB\n"),
			    "@1,1-a+A 1 2 3@7,7 6 7 8-b+B");
}

/* Applied to the first text, the lines give the second, whatever the two are. */
IT(gives_a_difference_that_leads_from_one_text_to_the_other)
{
	static const char *const words[] = { "a\n", "b\n", "c\n", "d\n" };
	unsigned seed = 7;

	for (int round = 0; round < 300; round++) {
		char text[2][65] = { "", "" };
		json_t *diff;
		int kept = 0, added, removed;

		for (int t = 0; t < 2; t++)
			for (int i = 0; i < round % 30; i++) {
				seed = seed * 1103515245u + 12345u;
				strcat(text[t], words[(seed >> 16) % 4]);
			}
		diff = text_diff(&a, text[0], text[1]);
		added = (int)json_integer_value(json_object_get(diff, "added"));
		removed = (int)json_integer_value(json_object_get(diff, "removed"));
		kept = round % 30 - removed;
		assert_int_equal(kept + added, round % 30);
		assert_true(kept >= 0);
		assert_true((strcmp(text[0], text[1]) == 0) == (added == 0 && removed == 0));
		json_decref(diff);
	}
}

IT(gives_two_texts_whole_when_they_have_nothing_in_common)
{
	char *x = arena_alloc(&a, 9000), *y = arena_alloc(&a, 9000);
	json_t *diff;

	*x = *y = '\0';
	for (int i = 0; i < 900; i++) {
		snprintf(x + strlen(x), 9, "x%d\n", i);
		snprintf(y + strlen(y), 9, "y%d\n", i);
	}
	diff = text_diff(&a, x, y);
	assert_int_equal(json_integer_value(json_object_get(diff, "added")), 900);
	assert_int_equal(json_integer_value(json_object_get(diff, "removed")), 900);
	json_decref(diff);
}

static json_t *compared(const char *before, const char *after)
{
	json_t *x = json(before), *y = json(after);
	json_t *out = values_diff(x, y);

	json_decref(x);
	json_decref(y);
	return out;
}

#define CELL(territory, month, rest) \
	"{'level':'department','territory':'" territory "','period':'2026-" month "'," rest "}"
#define VALUE(territory, month, x) CELL(territory, month, "'state':'value','value':" x)

IT(sums_up_what_becomes_of_the_values)
{
	json_t *d = compared("[" VALUE("93", "01", "10") "," VALUE("93", "02", "10") "," VALUE("75", "01", "5") ","
			     CELL("13", "01", "'state':'missing','reason':'not_reported'") "]",
			     "[" VALUE("93", "01", "11") "," VALUE("93", "02", "7.5") ","
			     VALUE("75", "01", "5.0000000000000001") "," VALUE("13", "01", "3") "]");
	json_t *level = json_array_get(json_object_get(d, "levels"), 2), *changes = json_object_get(d, "changes");

	assert_int_equal(json_integer_value(json_object_get(level, "cells")), 4);
	assert_int_equal(json_integer_value(json_object_get(level, "changed")), 3);
	assert_int_equal(json_integer_value(json_object_get(level, "territories")), 2);
	assert_true(json_real_value(json_object_get(level, "largest")) == -2.5);
	assert_int_equal(json_array_size(changes), 3);
	assert_string_equal(json_string_value(json_object_get(json_array_get(changes, 0), "period")), "2026-02");
	assert_true(json_is_null(json_object_get(json_array_get(changes, 2), "before")));
	json_decref(d);
}

IT(tells_of_other_figures_that_change_beside_the_value)
{
	json_t *d = compared("[" VALUE("93", "01", "10,'numerator':1,'low':8,'extra':{'rows':4,'lead':'x'}") ","
			     VALUE("75", "01", "5,'numerator':1") "," VALUE("13", "01", "7,'high':9") "]",
			     "[" VALUE("93", "01", "10,'numerator':2,'low':8,'extra':{'rows':5,'lead':'x'}") ","
			     VALUE("75", "01", "6,'numerator':2") ","
			     VALUE("13", "01", "7,'high':9.0000000000000001") "]");
	json_t *level = json_array_get(json_object_get(d, "levels"), 2), *changes = json_object_get(d, "changes");
	json_t *value = json_array_get(changes, 0), *others = json_array_get(changes, 1);
	char *told = json_dumps(json_object_get(others, "beside"), JSON_COMPACT);

	assert_int_equal(json_integer_value(json_object_get(level, "changed")), 1);
	assert_int_equal(json_integer_value(json_object_get(level, "beside")), 1);
	assert_true(json_real_value(json_object_get(level, "largest")) == 1);
	assert_int_equal(json_array_size(changes), 2);
	assert_true(json_is_false(json_object_get(value, "stays")));
	assert_true(json_is_true(json_object_get(others, "stays")));
	assert_string_equal(json_string_value(json_object_get(others, "territory")), "93");
	assert_string_equal(told, "[\"numerator\",\"extra.rows\"]");
	free(told);
	json_decref(d);
}

IT(compares_members_each_with_its_own_and_tells_those_that_are_no_more)
{
#define OF(age, x) CELL("93", "01", "'dims':{'age':'" age "'},'state':'value','value':" x)
	json_t *d = compared("[" OF("minor", "4") "," OF("adult", "9") "," VALUE("93", "01", "13") "]",
			     "[" VALUE("93", "01", "13") "," OF("adult", "10") "]");
	json_t *changes = json_object_get(d, "changes");
	json_t *grown = json_array_get(changes, 0), *gone = json_array_get(changes, 1);

	assert_int_equal(json_array_size(changes), 2);
	assert_string_equal(json_string_value(json_object_get(json_object_get(grown, "dims"), "age")), "adult");
	assert_true(json_number_value(json_object_get(grown, "after")) == 10);
	assert_string_equal(json_string_value(json_object_get(json_object_get(gone, "dims"), "age")), "minor");
	assert_true(json_is_null(json_object_get(gone, "after")));
	json_decref(d);
}

static const char *calculation(const char *source)
{
	char *out = arena_alloc(&a, 65);

	plugin_calculation(out, &a, source, strlen(source));
	return out;
}

#define SOURCE(helper, name, body, test)                                                                      \
	helper "return indicator { id = \"a.b\", name = { fr = \"" name "\" },\n"                              \
	       "  compute = function(ctx) " body " end,\n  tests = { { name = \"" test "\" } } }"
#define BODY "local x, y = 1, 2 if x then return x end return y"

IT(knows_two_sources_that_calculate_the_same)
{
	const char *one = calculation(SOURCE("", "A", BODY, "t"));
	const char *said = "local x, y = 1, 2\n -- said [[\nif x then return x end\n return  y";

	assert_string_equal(one, calculation(arena_printf(&a, SOURCE("", "B", "%s", "other"), said)));
	assert_string_equal(one, calculation(SOURCE("--[==[ long\n comment ]==]", "{ function", BODY, "return")));
	assert_string_not_equal(one, calculation(SOURCE("", "A", BODY " + 1", "t")));
	assert_string_not_equal(one, calculation(SOURCE("local z = 1 ", "A", BODY, "t")));
	assert_string_not_equal(calculation(SOURCE("", "A", "return \"a\"", "t")),
				calculation(SOURCE("", "A", "return \"a b\"", "t")));
}

/* "changed 3 4, removed 2 0": the changes with the steps before and after. */
static const char *steps_between(const char *before, const char *after)
{
	json_t *x = json(before), *y = json(after), *diff, *one;
	const char *out = "";
	size_t i;

	assert_non_null(x);
	assert_non_null(y);
	diff = graph_diff(&a, x, y);
	json_array_foreach(json_object_get(diff, "changes"), i, one)
		out = arena_printf(&a, "%s%s%s %d %d", out, i ? ", " : "",
				   json_string_value(json_object_get(one, "change")),
				   (int)json_integer_value(json_object_get(json_object_get(one, "before"), "step")),
				   (int)json_integer_value(json_object_get(json_object_get(one, "after"), "step")));
	json_decref(diff);
	json_decref(x);
	json_decref(y);
	return out;
}

#define INPUTS "{'op':'input','name':'a','line':7},{'op':'input','name':'b'},"
#define ROLLED(n) "{'op':'rolling','args':[0],'n':" #n ",'over':'sum'},"
#define SHARE(x) "{'op':'div','args':[" #x ",1]}"

IT(tells_which_steps_of_a_calculation_differ)
{
	const char *before = "{'nodes':[" INPUTS ROLLED(12) SHARE(2) "],'out':{'value':3,'numerator':2}}";

	assert_string_equal(steps_between(before, before), "");
	assert_string_equal(steps_between(before, "{'nodes':[{'op':'input','name':'a','line':9},"
						  "{'op':'input','name':'b'}," ROLLED(12) SHARE(2)
						  "],'out':{'value':3,'numerator':2}}"), "");
	/* what only follows from the changed step is not told */
	assert_string_equal(steps_between(before, "{'nodes':[" INPUTS ROLLED(6) SHARE(2)
						  "],'out':{'value':3,'numerator':2}}"), "changed 3 3");
	/* a step between, and a part of the result that is gone */
	assert_string_equal(steps_between(before, "{'nodes':[" INPUTS ROLLED(12) "{'op':'abs','args':[2]},"
						  SHARE(3) "],'out':{'value':4}}"),
			    "added 0 4, rewired 4 5, removed 6 0");
	assert_string_equal(steps_between(before, "{'nodes':[" INPUTS SHARE(0) "],'out':{'value':2,'numerator':0}}"),
			    "rewired 4 3, rewired 6 5, removed 3 0");
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

SPEC_WITH("what a new text of a plugin changes", NULL, close_arena,
	  RUN(calls_texts_and_tests_a_patch),
	  RUN(calls_another_calculation_minor_and_another_meaning_major),
	  RUN(looks_into_parameters),
	  RUN(knows_how_much_a_version_rises),
	  RUN(tells_the_lines_that_differ_with_those_around),
	  RUN(gives_a_difference_that_leads_from_one_text_to_the_other),
	  RUN(gives_two_texts_whole_when_they_have_nothing_in_common),
	  RUN(sums_up_what_becomes_of_the_values),
	  RUN(tells_of_other_figures_that_change_beside_the_value),
	  RUN(compares_members_each_with_its_own_and_tells_those_that_are_no_more),
	  RUN(tells_which_steps_of_a_calculation_differ),
	  RUN(knows_two_sources_that_calculate_the_same))
