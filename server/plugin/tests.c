/*
 * Tests of a plugin: their declarations, checked; and the cell each expectation stands for.
 */
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "clock.h"
#include "gather.h"
#include "published.h"
#include "text.h"

#include "gen/plugin_options.inc"

static const char *const levels[] = { VALUES_IndicatorTest_level, NULL };

static bool level_check(struct check *c, const json_t *about, const json_t *test, const char *path)
{
	const json_t *own = json_object_get(about, "levels");
	const char *level;

	if (!check_choice(c, test, path, "level", true, levels))
		return false;
	level = json_string_value(json_object_get(test, "level"));
	return plugin_has_level(about, level) ||
	       check_fail(c, check_path(c, path, "level"), V335, level, join_items(c->arena, own), NULL);
}

/* What the fixtures of each input are called, once each.  Owned: {"victims.identified": true}. */
static json_t *sources(struct check *c, const json_t *inputs)
{
	json_t *out = json_object(), *input;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)inputs, name, input)
		json_object_set_new(out, input_source(c->arena, input), json_true());
	return out;
}

/* One table for all the inputs that it feeds. */
static bool table_check(struct check *c, const json_t *inputs, const char *source, const json_t *rows,
			const char *path)
{
	json_t *input, *table;
	const char *name;

	if (!is_tagged(rows, "rows"))
		return check_fail(c, path, V304, path, "@rows", NULL);
	json_object_foreach((json_t *)(uintptr_t)inputs, name, input) {
		if (strcmp(input_source(c->arena, input), source) != 0 && strcmp(name, source) != 0)
			continue;
		table = fixture_parse(c, rows, input);
		if (!table)
			return false;
		json_decref(table);
	}
	return true;
}

static bool given_check(struct check *c, const json_t *about, const json_t *given, const char *path)
{
	const json_t *inputs = json_object_get(about, "inputs");
	json_auto_t *known = sources(c, inputs);
	const char *key;
	json_t *rows;

	if (!json_is_object(given) || !is_table(given))
		return check_fail(c, path, V304, path, "@table", NULL);
	json_object_foreach((json_t *)(uintptr_t)given, key, rows) {
		const char *at = check_path(c, path, key);

		if (!json_object_get(known, key) && !json_object_get(inputs, key))
			return check_fail(c, at, V334, key, join_keys(c->arena, known), NULL);
		if (!table_check(c, inputs, key, rows, at))
			return false;
	}
	return true;
}

static bool periods_check(struct check *c, const json_t *about, const json_t *list, const char *path)
{
	const char *frequency = json_string_value(json_object_get(about, "frequency"));

	if (list && !json_is_array(list))
		return check_fail(c, path, V304, path, "@list", NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *period = json_string_value(json_array_get(list, i));
		const char *own = period ? period_frequency(period) : NULL;

		if (!own || strcmp(own, frequency) != 0)
			return check_fail(c, path, V336, period ? period : "?", period_example(frequency),
					  NULL);
	}
	return true;
}

static bool numbers_check(struct check *c, const json_t *expect, const char *path)
{
	static const char *const names[] = { "value", "numerator", "denominator", "low", "high",
					     "tolerance" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const json_t *v = json_object_get(expect, names[i]);
		const char *at = check_path(c, path, names[i]);

		if (v && !json_is_number(v))
			return check_fail(c, at, V304, at, "@number", NULL);
	}
	return true;
}

/* Of a value beside the total: a member of each dimension of the result. */
static bool members_check(struct check *c, const json_t *dims, const json_t *expect, const char *path)
{
	size_t given = 0;

	for (size_t i = 0; i < json_array_size(dims); i++)
		given += json_object_get(expect, json_string_value(json_array_get(dims, i))) != NULL;
	for (size_t i = 0; given > 0 && i < json_array_size(dims); i++) {
		const char *name = json_string_value(json_array_get(dims, i)), *member;
		const struct dimension_def *def = dimension_find(name);

		if (!check_text(c, expect, path, name, true, 40))
			return false;
		member = json_string_value(json_object_get(expect, name));
		if (!text_in_list(member, def->words))
			return check_fail(c, check_path(c, path, name), V343, name, member, def->words);
	}
	return true;
}

static bool expect_check(struct check *c, const json_t *about, const json_t *test,
			 const json_t *expect, const char *path)
{
	const json_t *dims = json_object_get(about, "dims");
	static const char *const fixed[] = { OPTIONS_IndicatorExpect };
	static const char *const states[] = { VALUES_IndicatorExpect_state, NULL };
	enum { FIXED = sizeof fixed / sizeof *fixed };
	const char *known[FIXED + PLUGIN_DIMS_MAX + 1] = { OPTIONS_IndicatorExpect };
	const char *level = json_string_value(json_object_get(test, "level"));
	const char *frequency = json_string_value(json_object_get(about, "frequency"));
	const char *period, *territory, *own;

	for (size_t i = 0; i < json_array_size(dims); i++)
		known[FIXED + i] = json_string_value(json_array_get(dims, i));
	if (!json_is_object(expect) || !is_table(expect))
		return check_fail(c, path, V304, path, "@table", NULL);
	if (!check_only(c, expect, path, known) || !members_check(c, dims, expect, path) ||
	    !check_text(c, expect, path, "territory", true, 10) ||
	    !check_text(c, expect, path, "period", true, 10))
		return false;
	territory = json_string_value(json_object_get(expect, "territory"));
	period = json_string_value(json_object_get(expect, "period"));
	own = period_frequency(period);
	if (!territory_known(territory, level))
		return check_fail(c, check_path(c, path, "territory"), V337, territory, level,
				  strcmp(level, "national") == 0 ? "FR" :
				  strcmp(level, "region") == 0	 ? "REG-93" :
								   "01, 2A, 93, 971");
	if (!own || strcmp(own, frequency) != 0)
		return check_fail(c, check_path(c, path, "period"), V336, period,
				  period_example(frequency), NULL);
	return numbers_check(c, expect, path) &&
	       check_choice(c, expect, path, "state", false, states) &&
	       check_text(c, expect, path, "reason", false, 300);
}

static bool plan_check(struct check *c, const json_t *plan, const char *path)
{
	static const char *const known[] = { OPTIONS_TestPlan, NULL };
	int32_t day;

	if (!plan)
		return true;
	if (!json_is_object(plan))
		return check_fail(c, path, V304, path, "@table", NULL);
	for (int i = 0; i < 2; i++) {
		const char *text = json_string_value(json_object_get(plan, known[i]));

		if (json_object_get(plan, known[i]) && (!text || !day_parse(&day, text)))
			return check_fail(c, check_path(c, path, known[i]), V326, known[i],
					  text ? text : "?", NULL);
	}
	return check_only(c, plan, path, known) &&
	       check_whole(c, plan, path, "stale_after_days", false, 1, 1000);
}

static bool test_check(struct check *c, const json_t *about, const json_t *test, const char *path)
{
	static const char *const known[] = { OPTIONS_IndicatorTest, NULL };
	static const char *const audiences[] = { VALUES_IndicatorTest_audience, NULL };
	const json_t *expect = json_object_get(test, "expect");
	const char *as_of = json_string_value(json_object_get(test, "as_of"));
	const json_t *params = json_object_get(test, "params");
	json_t *resolved;
	int32_t day;

	if (!json_is_object(test) || !is_table(test))
		return check_fail(c, path, V304, path, "@table", NULL);
	if (!check_only(c, test, path, known) || !check_text(c, test, path, "name", true, 200) ||
	    !level_check(c, about, test, path) ||
	    !check_choice(c, test, path, "audience", false, audiences))
		return false;
	if (!periods_check(c, about, json_object_get(test, "periods"), check_path(c, path, "periods")))
		return false;
	if (json_object_get(test, "as_of") && (!as_of || !day_parse(&day, as_of)))
		return check_fail(c, check_path(c, path, "as_of"), V326, "as_of", as_of ? as_of : "?",
				  NULL);
	resolved = params_resolve(c, json_object_get(about, "params"), params,
				  check_path(c, path, "params"));
	if (!resolved)
		return false;
	json_decref(resolved);
	if (!json_object_get(test, "given"))
		return check_fail(c, path, V303, check_path(c, path, "given"),
				  "given = { actions = rows [[ … ]] }", NULL);
	if (!given_check(c, about, json_object_get(test, "given"), check_path(c, path, "given")) ||
	    !plan_check(c, json_object_get(test, "plan"), check_path(c, path, "plan")))
		return false;
	if (json_array_size(expect) == 0)
		return check_fail(c, path, V338, json_string_value(json_object_get(test, "name")), NULL,
				  NULL);
	for (size_t i = 0; i < json_array_size(expect); i++) {
		if (!expect_check(c, about, test, json_array_get(expect, i),
				  check_item(c, check_path(c, path, "expect"), i)))
			return false;
	}
	return true;
}

bool tests_listed(struct check *c, const json_t *tests)
{
	if (tests && (!is_table(tests) || json_object_size(tests) > 0))
		return check_fail(c, "tests", V304, "tests", "@list", NULL);
	if (json_array_size(tests) == 0)
		return check_fail(c, "tests", V320, NULL, NULL, NULL);
	if (json_array_size(tests) > PLUGIN_TESTS_MAX)
		return check_fail(c, "tests", V318, "tests", "50", NULL);
	return true;
}

bool tests_check(struct check *c, const json_t *about, const json_t *tests)
{
	size_t expected = 0;

	if (!tests_listed(c, tests))
		return false;
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);
		const char *path = check_item(c, "tests", i);

		expected += json_array_size(json_object_get(test, "expect"));
		if (expected > PLUGIN_EXPECTS_MAX)
			return check_fail(c, check_path(c, path, "expect"), V318, "expect", "300", NULL);
		if (!test_check(c, about, test, path))
			return false;
	}
	return true;
}

json_t *given_rows(struct check *c, const json_t *given, const char *name, const json_t *input)
{
	const json_t *rows = json_object_get(given, input_source(c->arena, input));

	rows = rows ? rows : json_object_get(given, name);
	return rows ? fixture_parse(c, rows, input) : json_object();
}

int32_t test_as_of(const json_t *test, const char *period)
{
	const char *as_of = json_string_value(json_object_get(test, "as_of"));
	int32_t first, last, day;

	if (!period_days(&first, &last, period))
		return 0;
	return as_of && day_parse(&day, as_of) && day < last ? day : last;
}

bool test_is_public(const json_t *test)
{
	const char *audience = json_string_value(json_object_get(test, "audience"));

	return audience && strcmp(audience, "public") == 0;
}

const char *test_expected_state(const json_t *expect)
{
	const char *state = json_string_value(json_object_get(expect, "state"));

	return state ? state : json_object_get(expect, "reason") ? "missing" : "value";
}

const json_t *test_attacked(const struct plugin *p, size_t test, bool apart)
{
	const json_t *expect = json_object_get(json_array_get(p->tests, test), "expect"), *first = NULL;
	const char *dim = json_string_value(json_array_get(json_object_get(p->about, "dims"), 0));

	for (size_t i = 0; i < json_array_size(expect); i++) {
		const json_t *one = json_array_get(expect, i);

		if ((json_object_get(one, dim) != NULL) != apart)
			continue;
		if (strcmp(test_expected_state(one), "value") == 0)
			return one;
		first = first ? first : one;
	}
	return first;
}

json_t *test_cell(bool *hidden, struct check *c, const json_t *about, const json_t *test, size_t index,
		  const json_t *expect, const struct test_view *view)
{
	json_auto_t *params = params_resolve(c, json_object_get(about, "params"),
					     json_object_get(test, "params"), "params");
	struct want w = { .territory = json_string_value(json_object_get(expect, "territory")),
			  .level = json_string_value(json_object_get(test, "level")),
			  .period = json_string_value(json_object_get(expect, "period")),
			  .about = about,
			  .params = params,
			  .least = view->least,
			  .hidden = hidden };
	json_t *rows = json_object(), *input, *cell, *out = NULL;
	const char *name;

	*hidden = false;
	w.as_of = test_as_of(test, w.period);
	json_object_foreach(json_object_get(about, "inputs"), name, input) {
		json_t *table = given_rows(c, json_object_get(test, "given"), name, input);

		if (view->attack != NO_ATTACK)
			published_attack(table, about, name, view->attack, expect);
		json_object_set_new(rows, name, gather_rows(c->arena, input, table, &w));
		json_decref(table);
	}
	cell = json_pack("{s:s, s:s, s:s, s:O?, s:o}", "territory", w.territory, "level", w.level, "period",
			 w.period, "as_of", json_object_get(test, "as_of"), "rows", rows);
	if (params)
		out = cell_frame(c, about, check_item(c, "tests", index), cell, params,
				 json_object_get(test, "plan"));
	json_decref(cell);
	return out;
}
