/*
 * The smallest count that is shown: what the tests of a plugin show of fixtures by the floor of their series.
 */
#include "spec.h"

#include <jansson.h>
#include <string.h>

#include "arena.h"
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

SPEC_WITH("the smallest count that is shown", setup, teardown,
	  RUN(shows_a_figure_and_a_total_by_the_floor_of_their_series),
	  RUN(takes_the_stricter_of_a_rule_and_a_floor))
