/*
 * What rules see of a report, and what their remarks forbid.
 */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "server/campaign/check_rules.h"

static struct arena a;
static struct err e;

#define CELLS                                                                                      \
	"[{\"series\":\"v.i\",\"dims\":\"age=adult;sex=male\",\"state\":\"expected\"},"            \
	"{\"series\":\"v.i\",\"dims\":\"age=minor;sex=female\",\"state\":\"expected\"},"           \
	"{\"series\":\"c.f\",\"dims\":\"\",\"state\":\"accepted\",\"answer\":\"value\",\"value\":" \
	"4}]"

static json_t *parsed(const char *text)
{
	json_t *out = json_loads(text, 0, NULL);

	assert_non_null(out);
	return out;
}

static const char *shown(const json_t *value)
{
	char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);
	const char *kept = arena_strdup(&a, text);

	free(text);
	return kept;
}

IT(shows_what_was_typed_over_what_stands)
{
	json_auto_t *cells = parsed(CELLS);
	json_auto_t *items = parsed("[{\"series\":\"v.i\",\"dims\":{\"sex\":\"female\",\"age\":"
				    "\"minor\"},\"typed\":\" 1 200,5 \"},"
				    "{\"series\":\"v.i\",\"dims\":{\"age\":\"adult\",\"sex\":"
				    "\"male\"},\"typed\":\"douze\"}]");
	json_auto_t *before = parsed("[{\"period\":\"2026-02\",\"series\":\"c.f\",\"dims\":\"\","
				     "\"state\":\"missing\",\"value\":null}]");
	json_auto_t *out = check_figures(&a, "2026-03", cells, items, before);

	assert_int_equal(json_array_size(out), 4);
	assert_string_equal(shown(json_array_get(out, 0)),
			    "{\"dims\":\"age=adult;sex=male\",\"period\":\"2026-03\",\"series\":"
			    "\"v.i\",\"state\":\"empty\"}");
	assert_string_equal(shown(json_array_get(out, 1)),
			    "{\"dims\":\"age=minor;sex=female\",\"period\":\"2026-03\","
			    "\"series\":\"v.i\",\"state\":\"value\",\"value\":1200.5}");
	assert_string_equal(shown(json_array_get(out, 2)),
			    "{\"dims\":\"\",\"period\":\"2026-03\",\"series\":\"c.f\","
			    "\"state\":\"value\",\"value\":4}");
	assert_string_equal(
	    shown(json_array_get(out, 3)),
	    "{\"dims\":\"\",\"period\":\"2026-02\",\"series\":\"c.f\",\"state\":\"missing\"}");
}

/* The dims at which a remark on `dims` of v.i is kept, or "". */
static const char *placed(const char *dims)
{
	json_auto_t *cells = parsed(CELLS), *findings = json_array();

	check_add(findings, cells,
		  &(struct check_remark) { "r", "1.0.0", "v.i", dims, true, "Non.", NULL });
	return json_array_size(findings) == 0
		   ? ""
		   : arena_strdup(&a, json_string_value(
					  json_object_get(json_array_get(findings, 0), "dims")));
}

IT(keeps_a_remark_at_the_first_figure_it_is_about)
{
	assert_string_equal(placed(""), "age=adult;sex=male");
	assert_string_equal(placed("sex=female"), "age=minor;sex=female");
	assert_string_equal(placed("age=minor;sex=female"), "age=minor;sex=female");
	assert_string_equal(placed("age=minor;sex=male"), "");
	assert_string_equal(placed("age=min"), "");
}

static const char *confirmed(const char *items, const char *findings)
{
	json_auto_t *cells = parsed(CELLS), *typed = parsed(items),
		    *said = findings ? parsed(findings) : NULL;
	const char *all = "";

	err_init(&e, &a);
	check_confirmed(cells, typed, said, &e);
	for (const struct fault *f = e.first; f; f = f->next)
		all = arena_printf(&a, "%s%s %s;", all, f->where, msg_code(f->msg));
	return all;
}

#define STOP(series, dims)                                                                         \
	"{\"series\":\"" series "\",\"dims\":\"" dims "\",\"level\":\"stop\",\"fr\":\"Non.\"}"
#define WARN(series, dims)                                                                         \
	"{\"series\":\"" series "\",\"dims\":\"" dims "\",\"level\":\"warn\",\"fr\":\"Tiens.\"}"

IT(asks_a_word_for_each_figure_that_is_stopped_and_due)
{
	assert_string_equal(confirmed("[]", "[" STOP("v.i", "age=minor;sex=female") "," STOP(
						"v.i", "age=minor;sex=female") "]"),
			    "#/figures/1/confirmed rule_stops;");
	assert_string_equal(confirmed("[]", "[" WARN("v.i", "age=minor;sex=female") "]"), "");
	assert_string_equal(confirmed("[]", "[" STOP("c.f", "") "]"), ""); /* accepted already */
	assert_string_equal(confirmed("[]", NULL), "");
	assert_string_equal(confirmed("[{\"series\":\"v.i\",\"dims\":{\"age\":\"minor\",\"sex\":"
				      "\"female\"},\"confirmed\":\"Vu.\"}]",
				      "[" STOP("v.i", "age=minor;sex=female") "," STOP(
					  "v.i", "age=adult;sex=male") "]"),
			    "#/figures/0/confirmed rule_stops;");
	assert_string_equal(fault_detail(&e, e.first, LANG_EN),
			    "Non. Correct the figure, or confirm it and say why it is right.");
}

static const char *attached(const char *findings)
{
	json_auto_t *answers =
	    parsed("[{\"series\":\"c.f\",\"dims\":\"\",\"answer\":\"value\",\"value\":3}]");
	json_auto_t *items = parsed("[{\"series\":\"c.f\",\"typed\":\"3\",\"confirmed\":\"Vu.\"}]");
	json_auto_t *said = findings ? parsed(findings) : NULL;

	check_attach(answers, items, said, &a);
	return shown(json_array_get(answers, 0));
}

IT(keeps_the_word_only_where_a_rule_stops_or_none_was_asked)
{
	assert_non_null(strstr(attached("[" STOP("c.f", "") "]"), "\"confirmed\":\"Vu.\""));
	assert_non_null(strstr(attached("[" STOP("c.f", "") "]"), "\"findings\":[{"));
	assert_null(strstr(attached("[" WARN("c.f", "") "]"), "confirmed"));
	assert_non_null(strstr(attached("[" WARN("v.i", "") "]"), "\"findings\":[]"));
	assert_non_null(strstr(attached(NULL), "\"confirmed\":\"Vu.\""));
	assert_null(strstr(attached(NULL), "findings"));
}

IT(reads_a_revision_as_one_item_whatever_it_holds)
{
	json_auto_t *body = parsed("{\"figure\":{\"series\":\"v.i\",\"dims\":{\"age\":\"minor\"}},"
				   "\"typed\":\"3\",\"missing_reason\":\"x\",\"confirmed\":4}");
	json_auto_t *wrong = parsed("{\"figure\":[]}");
	json_auto_t *one = revised_items(body), *none = revised_items(wrong),
		    *nothing = revised_items(NULL);

	assert_string_equal(
	    shown(one),
	    "[{\"dims\":{\"age\":\"minor\"},\"reason\":\"x\",\"series\":\"v.i\",\"typed\":\"3\"}]");
	assert_int_equal(json_array_size(none), 0);
	assert_int_equal(json_array_size(nothing), 0);
}

static int begin(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(shows_what_was_typed_over_what_stands),
		RUN(keeps_a_remark_at_the_first_figure_it_is_about),
		RUN(asks_a_word_for_each_figure_that_is_stopped_and_due),
		RUN(keeps_the_word_only_where_a_rule_stops_or_none_was_asked),
		RUN(reads_a_revision_as_one_item_whatever_it_holds),
	};

	return cmocka_run_group_tests_name("rules on reports", tests, begin, end);
}
