/*
 * Territory codes: which there are, and what was meant by others.
 */
#include "spec.h"
#include "territory.h"

IT(knows_the_nation_regions_and_departments)
{
	assert_string_equal(territory_level("FR"), "national");
	assert_string_equal(territory_level("REG-93"), "region");
	assert_string_equal(territory_level("01"), "department");
	assert_string_equal(territory_level("2A"), "department");
	assert_string_equal(territory_level("976"), "department");
}

IT(knows_no_other_spelling)
{
	static const char *const wrong[] = { "1", "20", "2a", "975", "00", "96", "REG-99", "fr", "", " 93", "93 " };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(territory_level(wrong[i]));
}

IT(guesses_what_was_meant)
{
	assert_string_equal(territory_meant("1"), "01");
	assert_string_equal(territory_meant("9"), "09");
	assert_string_equal(territory_meant("093"), "93");
	assert_string_equal(territory_meant("2a"), "2A");
	assert_string_equal(territory_meant(" 93 "), "93");
	assert_string_equal(territory_meant("fr"), "FR");
	assert_string_equal(territory_meant("France"), "FR");
	assert_string_equal(territory_meant("reg-84"), "REG-84");
	assert_string_equal(territory_meant("REG 84"), "REG-84");
	assert_string_equal(territory_meant("R84"), "REG-84");
}

IT(does_not_guess_without_a_clue)
{
	assert_null(territory_meant("20"));
	assert_null(territory_meant("975"));
	assert_null(territory_meant("Ain"));
	assert_null(territory_meant(""));
	assert_null(territory_meant("93 94"));
	assert_null(territory_meant("0"));
}

IT(tells_the_two_that_20_became)
{
	struct arena arena;
	struct err e;

	arena_init(&arena);
	err_init(&e, &arena);
	assert_false(territory_check(&e, "#/territory", "20"));
	assert_int_equal(e.first->msg, MSG_TERRITORY_CORSICA);
	assert_false(territory_check(&e, "#/territory", "1"));
	assert_int_equal(e.first->next->msg, MSG_TERRITORY_HINT);
	assert_false(territory_check(&e, "#/territory", "975"));
	assert_int_equal(e.last->msg, MSG_UNKNOWN_TERRITORY);
	assert_true(territory_check(&e, "#/territory", "93"));
	assert_int_equal(e.fault_count, 3);
	arena_free(&arena);
}

IT(finds_a_departement_by_its_code_or_its_name)
{
	assert_string_equal(territory_department_meant("1"), "01");
	assert_string_equal(territory_department_meant(" 2a "), "2A");
	assert_string_equal(territory_department_meant("SEINE SAINT DENIS"), "93");
	assert_string_equal(territory_department_meant("Val-d'Oise"), "95");
	assert_string_equal(territory_department_meant("Val-d’Oise"), "95");
	assert_string_equal(territory_department_meant("la réunion"), "974");
	assert_null(territory_department_meant("Seine"));
	assert_null(territory_department_meant("20"));
	assert_null(territory_department_meant("REG-84"));
	assert_null(territory_department_meant(""));
}

SPEC("territory codes",
     RUN(knows_the_nation_regions_and_departments),
     RUN(knows_no_other_spelling),
     RUN(guesses_what_was_meant),
     RUN(does_not_guess_without_a_clue),
     RUN(tells_the_two_that_20_became),
     RUN(finds_a_departement_by_its_code_or_its_name))
