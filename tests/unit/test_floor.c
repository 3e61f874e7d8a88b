/*
 * The smallest count that is shown: what the tests of a plugin show of fixtures by the floor of their series, and the
 * number that a method sheet tells.
 */
#include "spec.h"

#include <jansson.h>
#include <string.h>

#include "plugin.h"
#include "server/plugin/published.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static json_t *json(const char *text)
{
	char *copy = arena_strdup(&arena, text);

	for (char *p = copy; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	return json_loads(copy, 0, NULL);
}

/* ------------------------------------------------------------------ fixtures */

IT(shows_a_figure_and_a_total_by_the_floor_of_their_series)
{
	static const struct published_part parts[] = { { 42, "" }, { 15, "" } }, more[] = { { 42, "" }, { 25, "" } };
	double out;

	assert_true(published_figure(&out, 15, 10) && out == 15);
	assert_false(published_figure(&out, 15, 20));
	assert_true(published_figure(&out, 21, 20) && out == 20);
	assert_true(published_figure(&out, 0, 20) && out == 0);
	assert_true(published_total(&out, parts, 2, 10) && out == 55);
	assert_false(published_total(&out, parts, 2, 20));	/* would tell the 15 */
	assert_true(published_total(&out, more, 2, 20) && out == 65);
}

IT(takes_the_stricter_of_a_rule_and_a_floor)
{
	const struct {
		const char *about;
		double least;
	} cases[] = {
		{ "{'inputs':{'v':{'kind':'series','id':'victims.identified'}}}", 10 },
		{ "{'inputs':{'v':{'kind':'series','id':'victims.identified'}},'confidentiality':{'min':5}}", 10 },
		{ "{'inputs':{'v':{'kind':'series','id':'victims.identified'}},'confidentiality':{'min':20}}", 20 },
		{ "{'inputs':{'v':{'kind':'series','id':'clients.fines'}},'confidentiality':{'min':20}}", 0 },
		{ "{'inputs':{}}", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *about = json(cases[i].about);

		assert_true(published_least(about) == cases[i].least);
		json_decref(about);
	}
}

/* ------------------------------------------------------------------ the sheet */

#define SERIES "'v':{'kind':'series','id':'victims.identified'}"
#define OTHER "'o':{'kind':'indicator_value','id':'essai.other@1'}"
#define RULE "'confidentiality':{'min':10,'on':['value']}"

/* What the method tells of confidentiality, its lines one after the other. */
static const char *told(const char *about, double least, enum lang lang)
{
	json_t *text = json(about), *method = plugin_method(&arena, text, NULL, NULL, least, lang), *line;
	const char *out = "";
	size_t i, k;
	json_t *section;

	json_array_foreach(method, i, section)
		if (strncmp(json_string_value(json_object_get(section, "title")), "Confiden", 8) == 0)
			json_array_foreach(json_object_get(section, "lines"), k, line)
				out = arena_printf(&arena, "%s%s\n", out, json_string_value(line));
	json_decref(method);
	json_decref(text);
	return out;
}

static bool says(const char *about, double least, const char *what)
{
	return strstr(told(about, least, LANG_FR), what) != NULL;
}

#define OWN "{'inputs':{" SERIES "}," RULE "}"
#define READS "{'inputs':{" OTHER "}}"
#define BOTH "{'inputs':{" SERIES "," OTHER "}," RULE "}"

IT(tells_the_number_that_is_in_force)
{
	assert_true(says(OWN, PLUGIN_LEAST_OWN, "un effectif de 1 à 9 ;"));
	assert_true(says(OWN, 20, "un effectif de 1 à 19 ;"));
	assert_true(says(READS, 20, "Protégé comme les indicateurs qu’il lit.\n"));
	assert_true(says(READS, 20, "un effectif de 1 à 19 ;"));
	assert_true(says(READS, 0, "Aucun effectif sensible"));
	assert_non_null(strstr(told(OWN, 25, LANG_EN), "does not see a count from 1 to 24;"));
}

/* A sheet made from a file alone: what the indicators that it reads ask for is not known. */
IT(tells_no_number_that_it_does_not_know)
{
	assert_string_equal(told(READS, PLUGIN_LEAST_OWN, LANG_FR), "Protégé comme les indicateurs qu’il lit.\n");
	assert_true(says(BOTH, PLUGIN_LEAST_OWN, "Au moins aussi protégé que les indicateurs qu’il lit.\n"));
	assert_string_equal(told("{'inputs':{}}", PLUGIN_LEAST_OWN, LANG_FR),
			    "Aucun effectif sensible : tout est montré à tous.\n");
}

/* Numerator, complement and denominator count whatever the file names. */
IT(tells_what_withholds_a_result_as_it_is)
{
	assert_true(says(OWN, 10, "l’un de ceux-ci l’est : le numérateur, le complément, le dénominateur, un autre"));
	assert_false(says(OWN, 10, "la valeur"));
}

SPEC_WITH("the smallest count that is shown", setup, teardown,
	  RUN(shows_a_figure_and_a_total_by_the_floor_of_their_series),
	  RUN(takes_the_stricter_of_a_rule_and_a_floor),
	  RUN(tells_the_number_that_is_in_force),
	  RUN(tells_no_number_that_it_does_not_know),
	  RUN(tells_what_withholds_a_result_as_it_is))
