/* Texts of a request: path, query, header values. */
#include "spec.h"

#include <string.h>

#include "server/http/internal.h"

static struct arena a;
static struct err e;

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int freed(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static const char *path(const char *raw)
{
	const char *out = NULL;

	err_init(&e, &a);
	return path_decode(&out, &a, raw, &e) ? out : NULL;
}

IT(decodes_a_path_once)
{
	assert_string_equal(path("/api/v1/plans/7.2"), "/api/v1/plans/7.2");
	assert_string_equal(path("/%41%c3%a9~_-"), "/Aé~_-");
	assert_string_equal(path("/%252e%252e/x"), "/%2e%2e/x");
}

IT(refuses_paths_that_could_be_read_in_two_ways)
{
	static const char *const bad[] = {
		"", "x", "/a//b", "/..", "/a/../b", "/./a", "/%2e%2e/a", "/a/%2e", "/a%00b", "/a%0d%0a",
		"/a%2fb", "/a%5cb", "/a\\b", "/a b", "/a%", "/a%4", "/a%zz", "/a;b", "/a?b", "/a#b", "/é",
		"/%c3%28", "/%ff", "/a:b", "/a%7f", "http://x/a", "/a\tb", "/.git",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_null(path(bad[i]));
		assert_int_equal(e.code, ERR_SYNTAX);
	}
}

static const char *const *query(const char *raw)
{
	const char *const *out = NULL;

	err_init(&e, &a);
	return query_decode(&out, &a, raw, &e) ? out : NULL;
}

IT(decodes_a_query)
{
	const char *const *q = query("q=a+b%26c&empty=&flag&e=%C3%A9");

	assert_string_equal(query_value(q, "q"), "a b&c");
	assert_string_equal(query_value(q, "empty"), "");
	assert_string_equal(query_value(q, "flag"), "");
	assert_string_equal(query_value(q, "e"), "é");
	assert_null(query_value(q, "b"));
	assert_null(query_value(query(NULL), "q"));
}

IT(refuses_queries_with_bad_escapes_or_too_many_parameters)
{
	char many[400] = "";

	assert_null(query("a=%"));
	assert_null(query("a=%0a"));
	assert_null(query("a=%00"));
	assert_null(query("a=%fe"));
	assert_null(query("%=1"));
	for (int i = 0; i < 41; i++)
		strcat(many, "a=1&");
	assert_null(query(many));
	assert_int_equal(e.code, ERR_PARAMETER);
}

static const struct route list = { .method = "GET", .path = "/x", .flags = F_LIST | F_AS_OF,
				   .query = "status late" };
static const struct route change = { .method = "PATCH", .path = "/x" };

IT(takes_the_parameters_of_the_route_and_names_the_nearest)
{
	assert_true(query_check(query("status=done&late=true&limit=5&cursor=x&sort=a&lang=en&as_of=x"),
				&list, &e));
	assert_false(query_check(query("statsu=done&blue=1"), &list, &e));
	assert_int_equal(e.code, ERR_PARAMETER);
	assert_int_equal(e.first->at, FAULT_PARAMETER);
	assert_string_equal(e.first->where, "statsu");
	assert_int_equal(e.first->msg, MSG_UNKNOWN_PARAMETER);
	assert_string_equal(e.first->arg[0], "status");
	assert_int_equal(e.first->next->msg, MSG_NO_PARAMETER);
}

IT(refuses_a_repeated_parameter_and_as_of_on_a_change)
{
	assert_false(query_check(query("late=1&late=2"), &list, &e));
	assert_int_equal(e.first->msg, MSG_REPEATED_PARAMETER);
	assert_false(query_check(query("as_of=2026-01-01"), &change, &e));
	assert_int_equal(e.first->msg, MSG_AS_OF_WRITE);
}

IT(compares_the_version_alone_in_if_match)
{
	static const char *const good[] = { "\"3\"", "\"3.20261121.fr\"", "\"3.20261121.fr.gz\"",
					    "W/\"3.20261121.en\"" };
	static const char *const bad[] = { "3", "*", "\"\"", "\"x3\"", "\"3", "\"3\", \"4\"", "\"3x\"",
					   "\"-3\"", "\"3.\"x", "\"h12ab.20261121.fr\"",
					   "\"99999999999999999999\"", "w/\"3\"" };
	int64_t version;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		version = 0;
		assert_true(if_match_parse(&version, good[i]));
		assert_int_equal(version, 3);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(if_match_parse(&version, bad[i]));
}

IT(finds_an_etag_in_if_none_match_weakly_and_compressed)
{
	assert_true(etag_listed("\"3.20261121.fr\"", "\"3.20261121.fr\""));
	assert_true(etag_listed("\"x\", W/\"3.20261121.fr.gz\"", "\"3.20261121.fr\""));
	assert_true(etag_listed("*", "\"3\""));
	assert_false(etag_listed("\"3.20261121.en\"", "\"3.20261121.fr\""));
	assert_false(etag_listed("\"33\"", "\"3\""));
	assert_false(etag_listed("3", "\"3\""));
	assert_false(etag_listed("\"3", "\"3\""));
	assert_false(etag_listed("", "\"3\""));
}

IT(answers_in_french_unless_english_is_wanted_more)
{
	assert_int_equal(language_of(NULL), LANG_FR);
	assert_int_equal(language_of("en"), LANG_EN);
	assert_int_equal(language_of("en-GB,en;q=0.9"), LANG_EN);
	assert_int_equal(language_of("fr;q=0.8, en;q=0.9"), LANG_EN);
	assert_int_equal(language_of("fr, en"), LANG_FR);
	assert_int_equal(language_of("de, es"), LANG_FR);
	assert_int_equal(language_of("english"), LANG_FR);
	assert_int_equal(language_of("en;q=0, fr;q=0"), LANG_FR);
	assert_int_equal(language_of(";;;,,,q=,en;q=abc"), LANG_FR);
}

IT(compresses_only_for_those_who_say_so)
{
	assert_true(accepts_gzip("gzip, deflate, br"));
	assert_true(accepts_gzip("br;q=1.0, gzip;q=0.8"));
	assert_false(accepts_gzip("gzip;q=0"));
	assert_false(accepts_gzip("identity"));
	assert_false(accepts_gzip("xgzip, gzipx"));
	assert_false(accepts_gzip(NULL));
}

IT(tells_less_only_to_those_who_ask_for_it)
{
	assert_true(prefers_minimal("return=minimal"));
	assert_true(prefers_minimal("respond-async, Return = \"minimal\" ; foo=bar"));
	assert_false(prefers_minimal("return=representation, return=minimal"));	/* the first one counts */
	assert_false(prefers_minimal("return=minimalist"));
	assert_false(prefers_minimal("returned=minimal, xreturn=minimal, return"));
	assert_false(prefers_minimal(",, ,"));
	assert_false(prefers_minimal(NULL));
}

IT(finds_its_own_cookie_alone)
{
	assert_string_equal(cookie_value(&a, "a=1; vigie=abc; b=2", "vigie"), "abc");
	assert_string_equal(cookie_value(&a, "vigie=abc", "vigie"), "abc");
	assert_null(cookie_value(&a, "xvigie=abc; vigiex=1; __Host-vigie=2", "vigie"));
	assert_null(cookie_value(&a, NULL, "vigie"));
}

SPEC_WITH("reading a request", fresh, freed,
	  RUN(decodes_a_path_once),
	  RUN(refuses_paths_that_could_be_read_in_two_ways),
	  RUN(decodes_a_query),
	  RUN(refuses_queries_with_bad_escapes_or_too_many_parameters),
	  RUN(takes_the_parameters_of_the_route_and_names_the_nearest),
	  RUN(refuses_a_repeated_parameter_and_as_of_on_a_change),
	  RUN(compares_the_version_alone_in_if_match),
	  RUN(finds_an_etag_in_if_none_match_weakly_and_compressed),
	  RUN(answers_in_french_unless_english_is_wanted_more),
	  RUN(compresses_only_for_those_who_say_so),
	  RUN(tells_less_only_to_those_who_ask_for_it),
	  RUN(finds_its_own_cookie_alone))
