/* The rules of monthly answers: numbers as typed, drafts, what is due of each figure. */
#include "spec.h"

#include <string.h>

#include "json.h"
#include "server/campaign/campaign_rules.h"

static struct arena a;
static struct err e;

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	return 0;
}

static int freed(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

/* ------------------------------------------------------------------ numbers */

static void reads_numbers_as_people_type_them(void **state)
{
	static const struct {
		const char *text;
		double value;
	} fine[] = {
		{ "0", 0 },
		{ "12", 12 },
		{ " 1 234 ", 1234 },
		{ "1\xe2\x80\xaf"
		  "234",
		  1234 },
		{ "1\xc2\xa0"
		  "234,5",
		  1234.5 },
		{ "3.25", 3.25 },
		{ "007", 7 },
	};
	static const char *const wrong[] = { "",   " ",	 "-1",	"+1",  "12 oops", "1,2,3",
					     "1.", ",5", "1e3", "0x1", "½",	  "inf" };
	double v;

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		assert_true(typed_number(&v, fine[i].text));
		assert_true(v == fine[i].value);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(typed_number(&v, wrong[i]));
	assert_false(typed_number(&v, "11111111111111111111111111111111111111111"));
}

static void knows_months(void **state)
{
	(void)state;
	assert_true(is_month("2026-03") && is_month("2000-12"));
	assert_false(is_month("2026-13") || is_month("2026-00") || is_month("2026-3") ||
		     is_month("1999-12") || is_month("2026-03-01") || is_month("") ||
		     is_month("2026/03"));
}

/* ------------------------------------------------------------------ answers */

static const char cells[] =
    "[{\"series\":\"a.b\",\"dims\":\"\",\"state\":\"expected\"},"
    "{\"series\":\"c.d\",\"dims\":\"age=minor;sex=female\",\"state\":\"returned\",\"answer\":"
    "\"value\",\"value\":9},"
    "{\"series\":\"e.f\",\"dims\":\"\",\"state\":\"accepted\",\"answer\":\"value\",\"value\":4}]";

/* The answers to what was typed as JSON text, or the first fault as "where code". */
static const char *answers(const char *typed)
{
	json_auto_t *asked = NULL, *items = NULL, *out = NULL;

	err_init(&e, &a);
	assert_true(json_parse_any(&asked, cells, sizeof cells - 1, &e));
	assert_true(json_parse_any(&items, typed, strlen(typed), &e));
	if (answers_read(&out, asked, items, &e))
		return json_write(&a, out);
	return arena_printf(&a, "%s %s", e.first->where, msg_code(e.first->msg));
}

static void takes_what_is_due_and_leaves_the_rest(void **state)
{
	(void)state;
	assert_string_equal(
	    answers("[{\"series\":\"a.b\",\"dims\":{},\"typed\":\"0\"},"
		    "{\"series\":\"c.d\",\"dims\":{\"sex\":\"female\",\"age\":\"minor\"},\"state\":"
		    "\"missing\","
		    "\"reason\":\"not_reported\"},{\"series\":\"x.y\",\"typed\":\"oops\"}]"),
	    "[{\"answer\":\"value\",\"value\":0.0,\"series\":\"a.b\",\"dims\":\"\"},"
	    "{\"answer\":\"missing\",\"reason\":\"not_reported\",\"series\":\"c.d\",\"dims\":\"age="
	    "minor;sex=female\"}]");
	assert_int_equal(e.fault_count, 0);
}

static void asks_for_each_figure_that_is_due(void **state)
{
	(void)state;
	assert_string_equal(answers("[]"), "#/figures/0/value required");
	assert_int_equal(e.fault_count, 2); /* not the one that stands */
	assert_string_equal(answers("[{\"series\":\"a.b\",\"typed\":\" \"}]"),
			    "#/figures/0/value required");
	assert_string_equal(answers("[{\"series\":\"a.b\",\"typed\":\"ten\"}]"),
			    "#/figures/0/value not_a_number");
	assert_string_equal(answers("[{\"series\":\"a.b\",\"typed\":\"1\",\"state\":\"missing\"}]"),
			    "#/figures/0/value value_and_state");
	assert_string_equal(answers("[{\"series\":\"a.b\",\"state\":\"missing\"}]"),
			    "#/figures/0/reason reason_needed");
}

static void lets_nobody_change_what_stands(void **state)
{
#define DUE                                                                                        \
	"{\"series\":\"a.b\",\"typed\":\"1\"},{\"series\":\"c.d\",\"dims\":{\"age\":\"minor\","    \
	"\"sex\":\"female\"},\"typed\":\"1\"}"
	(void)state;
	assert_string_equal(answers("[" DUE ",{\"series\":\"e.f\",\"typed\":\"5\"}]"),
			    "#/figures/2/value figure_stands");
	assert_string_equal(answers("[" DUE ",{\"series\":\"e.f\",\"state\":\"not_applicable\"}]"),
			    "#/figures/2/value figure_stands");
	answers("[" DUE ",{\"series\":\"e.f\",\"typed\":\"4\"}]");
	assert_true(err_ok(&e)); /* said again */
}

/* ------------------------------------------------------------------ drafts */

static const char *draft(const char *text)
{
	json_auto_t *body = NULL;

	err_init(&e, &a);
	assert_true(json_parse(&body, text, strlen(text), &e));
	return draft_check(body, &e)
		   ? ""
		   : arena_printf(&a, "%s %s", e.first->where, msg_code(e.first->msg));
}

static void keeps_drafts_as_typed(void **state)
{
	(void)state;
	assert_string_equal(draft("{\"figures\":[{\"series\":\"a.b\",\"typed\":\"12 "
				  "oops\"},{\"series\":\"a.b\",\"typed\":null}]}"),
			    "");
	assert_string_equal(draft("{\"figures\":[],\"comment\":null}"), "");
	assert_string_equal(draft("{\"comment\":\"x\"}"), "#/figures required");
	assert_string_equal(draft("{\"figures\":[3]}"), "#/figures/0 wrong_type");
	assert_string_equal(draft("{\"figures\":[{\"series\":\"a.b\",\"typed\":12}]}"),
			    "#/figures/0/typed wrong_type");
	assert_string_equal(draft("{\"figures\":[{\"series\":\"a.b\",\"dims\":{\"age\":3}}]}"),
			    "#/figures/0/dims wrong_type");
	assert_string_equal(draft("{\"figures\":[{\"series\":\"a.b\",\"state\":\"value\"}]}"),
			    "#/figures/0/state bad_choice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_numbers_as_people_type_them),     CASE(knows_months),
		CASE(takes_what_is_due_and_leaves_the_rest), CASE(asks_for_each_figure_that_is_due),
		CASE(lets_nobody_change_what_stands),	     CASE(keeps_drafts_as_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
