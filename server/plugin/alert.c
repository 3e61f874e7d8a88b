/*
 * Alerts: a description without a function.  Which indicator, beyond which limits, for how long; its
 * tests are rows of figures and the states that they must lead to.
 */
#include <string.h>

#include "alert.h"
#include "check.h"

#include "gen/plugin_options.inc"

enum { PERIODS_MAX = 36 };

static const char *const fields[] = { OPTIONS_Alert, NULL };
static const char *const levels[] = { VALUES_Alert_levels, NULL };
static const char *const states[] = { VALUES_AlertTest_expect, NULL };

/* ------------------------------------------------------------------ the description */

/* "plan.on_time@1": an indicator and its major version. */
static bool check_on(struct check *c, const json_t *raw)
{
	const char *on, *at;

	if (!check_text(c, raw, "", "on", true, 90))
		return false;
	on = json_string_value(json_object_get(raw, "on"));
	at = strchr(on, '@');
	if (!at || !description_id(arena_printf(c->arena, "%.*s", (int)(at - on), on)) || at[1] < '1' ||
	    at[1] > '9' || at[1 + strspn(at + 1, "0123456789")] != '\0')
		return check_fail(c, "on", V352, on, NULL, NULL);
	return true;
}

static bool check_number(struct check *c, const json_t *object, const char *base, const char *field)
{
	const json_t *v = json_object_get(object, field);
	const char *path = check_path(c, base, field);

	return !v || json_is_number(v) || check_fail(c, path, V304, path, "@number", NULL);
}

/* Which side is watched, and the limit; NULL: neither or both. */
static const json_t *limit_of(const json_t *when, bool *below)
{
	const json_t *over = json_object_get(when, "above"), *under = json_object_get(when, "below");

	*below = under != NULL;
	return over && under ? NULL : over ? over : under;
}

static bool beyond(bool below, const json_t *x, const json_t *limit)
{
	double value = json_number_value(x), edge = json_number_value(limit);

	return below ? value < edge : value > edge;
}

static bool check_when(struct check *c, const json_t *raw)
{
	static const char *const known[] = { OPTIONS_AlertLimits, NULL };
	const json_t *when = json_object_get(raw, "when"), *limit, *warning;
	bool below;

	if (!when)
		return check_fail(c, "", V303, "when", "when = { below = 50, warning = 60 }", NULL);
	if (!json_is_object(when) || !is_table(when))
		return check_fail(c, "when", V304, "when", "@table", NULL);
	if (!check_only(c, when, "when", known) || !check_number(c, when, "when", "above") ||
	    !check_number(c, when, "when", "below") || !check_number(c, when, "when", "warning"))
		return false;
	limit = limit_of(when, &below);
	if (!limit)
		return check_fail(c, "when", V353, NULL, NULL, NULL);
	warning = json_object_get(when, "warning");
	return !warning || beyond(!below, warning, limit) ||
	       check_fail(c, "when.warning", V354, "when.warning", below ? "@over" : "@under", NULL);
}

static bool check_resolve(struct check *c, const json_t *raw)
{
	static const char *const above[] = { "above", "for_periods", NULL };
	static const char *const below[] = { "below", "for_periods", NULL };
	const json_t *resolve = json_object_get(raw, "resolve"), *limit, *own;
	const char *side;
	bool watches_falls;

	if (!resolve)
		return true;
	limit = limit_of(json_object_get(raw, "when"), &watches_falls);
	side = watches_falls ? "above" : "below";
	if (!json_is_object(resolve) || !is_table(resolve))
		return check_fail(c, "resolve", V304, "resolve", "@table", NULL);
	if (!check_only(c, resolve, "resolve", watches_falls ? above : below) ||
	    !check_number(c, resolve, "resolve", side) ||
	    !check_whole(c, resolve, "resolve", "for_periods", false, 1, PERIODS_MAX))
		return false;
	own = json_object_get(resolve, side);
	return !own || !beyond(watches_falls, own, limit) ||
	       check_fail(c, check_path(c, "resolve", side), V354, check_path(c, "resolve", side),
			  watches_falls ? "@over" : "@under", NULL);
}

bool alert_check(struct check *c, json_t **about, const char *id, const json_t *raw)
{
	const json_t *list = json_object_get(raw, "levels");

	*about = NULL;
	if (!check_only(c, raw, "", fields) || !description_named(c, raw, id) ||
	    !check_on(c, raw) || !check_when(c, raw) ||
	    !check_whole(c, raw, "", "for_periods", false, 1, PERIODS_MAX) || !check_resolve(c, raw))
		return false;
	if (!list)
		return check_fail(c, "", V303, "levels", "levels = { \"national\" }", NULL);
	if (!check_choices(c, list, "levels", levels) || !description_changelog(c, raw))
		return false;
	*about = description_plain(raw);
	if (!json_object_get(*about, "for_periods"))
		json_object_set_new(*about, "for_periods", json_integer(1));
	return true;
}

void plugin_alert_rule(struct alert_rule *out, const json_t *about)
{
	const json_t *when = json_object_get(about, "when"), *resolve = json_object_get(about, "resolve");
	const json_t *own, *limit;

	limit = limit_of(when, &out->below);
	own = json_object_get(resolve, out->below ? "above" : "below");
	*out = (struct alert_rule){
		.below = out->below, .warns = json_object_get(when, "warning") != NULL,
		.warning = json_number_value(json_object_get(when, "warning")), .limit = json_number_value(limit),
		.resolve = json_number_value(own ? own : limit),
		.for_periods = (int)json_integer_value(json_object_get(about, "for_periods")),
		.resolve_periods = (int)json_integer_value(json_object_get(resolve, "for_periods")),
	};
	if (out->resolve_periods < 1)
		out->resolve_periods = 1;
}

/* ------------------------------------------------------------------ tests */

static bool test_check(struct check *c, const json_t *test, const char *path)
{
	static const char *const known[] = { OPTIONS_AlertTest, NULL };
	const json_t *values = list_of(json_object_get(test, "values"));
	const json_t *expect = list_of(json_object_get(test, "expect"));

	if (!check_only(c, test, path, known) || !check_text(c, test, path, "name", true, 200))
		return false;
	if (!json_is_array(values) || json_array_size(values) == 0)
		return check_fail(c, path, V303, check_path(c, path, "values"),
				  "values = { 70, 55, missing \"not_reported\" }", NULL);
	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *at = check_item(c, check_path(c, path, "values"), i);
		const json_t *v = json_array_get(values, i);

		if (!json_is_number(v) && !is_tagged(v, "missing"))
			return check_fail(c, at, V304, at, "@number", NULL);
	}
	if (json_array_size(expect) != json_array_size(values))
		return check_fail(c, check_path(c, path, "expect"), V355,
				  arena_printf(c->arena, "%zu", json_array_size(values)),
				  arena_printf(c->arena, "%zu", json_array_size(expect)), NULL);
	for (size_t i = 0; i < json_array_size(expect); i++) {
		const char *at = check_item(c, check_path(c, path, "expect"), i);

		if (!check_word(c, json_array_get(expect, i), at, at, states))
			return false;
	}
	return true;
}

bool alert_tests_check(struct check *c, const json_t *tests)
{
	size_t count = json_array_size(tests);

	if (count == 0)
		return check_fail(c, "tests", V320, NULL, NULL, NULL);
	if (count > PLUGIN_TESTS_MAX)
		return check_fail(c, "tests", V318, "tests", "50", NULL);
	for (size_t i = 0; i < count; i++) {
		const char *path = check_item(c, "tests", i);

		if (!is_table(json_array_get(tests, i)))
			return check_fail(c, path, V304, path, "@table", NULL);
		if (!test_check(c, json_array_get(tests, i), path))
			return false;
	}
	return true;
}

static void run_test(struct plugin_test *out, struct arena *a, const struct plugin *p, size_t place)
{
	const json_t *test = json_array_get(p->tests, place);
	const json_t *values = list_of(json_object_get(test, "values"));
	const json_t *expect = list_of(json_object_get(test, "expect"));
	struct alert_rule rule;
	struct alert state = { 0 };

	plugin_alert_rule(&rule, p->about);
	*out = (struct plugin_test){ .name = arena_strdup(a, json_string_value(json_object_get(test, "name"))) };
	for (size_t i = 0; i < json_array_size(values) && out->finding.code == FINDING_NONE; i++) {
		const json_t *v = json_array_get(values, i);
		enum alert_news news = json_is_number(v) ? NEWS_VALUE : NEWS_NO_DATA;
		const char *got = alert_name(alert_step(&state, &rule, news, json_number_value(v)));
		const char *wanted = json_string_value(json_array_get(expect, i));
		const char *path = arena_printf(a, "tests.%zu.expect", place + 1);

		if (strcmp(got, wanted) != 0)
			finding_set(&out->finding, V501, source_line(p->source, p->source_len, path),
				    arena_printf(a, "expect.%zu", i + 1), got, arena_strdup(a, wanted));
	}
}

void alert_test(struct plugin_test **out, size_t *count, struct arena *a, const struct plugin *p)
{
	*count = json_array_size(p->tests);
	*out = arena_alloc(a, (*count + 1) * sizeof **out);
	for (size_t i = 0; i < *count; i++)
		run_test(&(*out)[i], a, p, i);
}
