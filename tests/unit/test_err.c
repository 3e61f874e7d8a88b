/* Errors and the sentences that tell them. */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

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

IT(begins_with_all_well)
{
	assert_true(err_ok(&e));
	assert_int_equal(e.code, ERR_NONE);
	assert_null(e.first);
}

IT(returns_false_so_that_a_caller_can_return_it)
{
	assert_false(err_set(&e, ERR_FORBIDDEN, MSG_FORBIDDEN));
	assert_false(err_add(&e, "#/x", MSG_REQUIRED));
	assert_false(err_cause(&e, "why"));
}

IT(keeps_the_first_code_and_sentence)
{
	err_set(&e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	err_set(&e, ERR_BUSY, MSG_BUSY);
	err_add(&e, "#/x", MSG_REQUIRED);
	assert_int_equal(e.code, ERR_FORBIDDEN);
	assert_int_equal(e.msg, MSG_FORBIDDEN);
}

IT(collects_faults_in_the_order_they_were_found)
{
	err_add(&e, "#/progress", MSG_OUT_OF_RANGE, "0", "100");
	err_add(&e, "#/comment", MSG_EMPTY);
	assert_int_equal(e.code, ERR_INVALID);
	assert_string_equal(e.first->where, "#/progress");
	assert_string_equal(e.first->next->where, "#/comment");
	assert_null(e.first->next->next);
	assert_ptr_equal(e.last, e.first->next);
}

IT(tells_parameters_and_headers_from_fields)
{
	err_add_param(&e, "as_of", MSG_BAD_AS_OF, "x");
	err_add_header(&e, "If-Match", MSG_BAD_IF_MATCH);
	assert_int_equal(e.code, ERR_PARAMETER);
	assert_int_equal(e.first->at, FAULT_PARAMETER);
	assert_int_equal(e.last->at, FAULT_HEADER);
}

IT(copies_what_it_is_given)
{
	char where[] = "#/a", value[] = "7";

	err_add(&e, where, MSG_BAD_DATE, value);
	strcpy(where, "#/b");
	strcpy(value, "8");
	assert_string_equal(e.first->where, "#/a");
	assert_string_equal(e.first->arg[0], "7");
}

IT(stops_collecting_at_a_hundred_faults)
{
	for (int i = 0; i < 1000; i++)
		err_add(&e, "#/x", MSG_REQUIRED);
	assert_int_equal(e.fault_count, 100);
}

IT(words_itself_in_both_languages)
{
	err_set(&e, ERR_NOT_FOUND, MSG_NOT_FOUND, "7.2");
	assert_string_equal(err_detail(&e, LANG_FR), "Rien ici ne porte ce code : 7.2.");
	assert_string_equal(err_detail(&e, LANG_EN), "Nothing here has this code: 7.2.");
}

IT(words_a_fault_with_its_arguments)
{
	err_add(&e, "#/progress", MSG_OUT_OF_RANGE, "0", "100");
	assert_string_equal(fault_detail(&e, e.first, LANG_EN),
			    "The value must be a whole number between 0 and 100.");
}

IT(says_its_title_without_a_sentence)
{
	err_add(&e, "#/x", MSG_REQUIRED);
	assert_string_equal(err_detail(&e, LANG_EN), "A field is not acceptable");
}

IT(keeps_the_first_cause_and_cuts_a_long_one)
{
	char text[1000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	err_cause(&e, "%s", text);
	err_cause(&e, "second");
	assert_int_equal(strlen(e.cause), sizeof e.cause - 1);
	assert_int_equal(e.cause[0], 'x');
	assert_true(err_ok(&e));
}

IT(has_a_status_a_title_and_a_type_of_its_own_for_each_code)
{
	for (enum err_code i = ERR_NONE; i < ERR_COUNT; i++) {
		assert_in_range(err_status(i), 200, 599);
		assert_non_null(err_title(i, LANG_FR));
		assert_non_null(err_title(i, LANG_EN));
		for (enum err_code j = ERR_NONE; j < i; j++)
			assert_string_not_equal(err_type(i), err_type(j));
	}
}

/* Bit i is set when {i} is in the text. */
static unsigned arguments(const char *text)
{
	unsigned found = 0;

	for (; (text = strchr(text, '{')); text++)
		found |= 1u << (text[1] - '0');
	return found;
}

IT(asks_the_same_arguments_of_both_languages)
{
	static const struct { const char *fr, *en; } all[] = {
#define MSG(id, code, fr, en) { fr, en },
#include "msg.def"
#undef MSG
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(arguments(all[i].fr), arguments(all[i].en));
		assert_true(arguments(all[i].fr) < 1u << MSG_ARGS);
	}
}

IT(reads_a_missing_argument_as_empty_and_leaves_braces_of_an_argument_alone)
{
	const char *const none[MSG_ARGS] = { NULL };
	const char *const tricky[MSG_ARGS] = { "{1}", "x" };

	assert_string_equal(msg_text(&a, MSG_NOT_FOUND, LANG_EN, none), "Nothing here has this code: .");
	assert_string_equal(msg_text(&a, MSG_NOT_FOUND, LANG_EN, tricky),
			    "Nothing here has this code: {1}.");
}

IT(reads_an_argument_in_two_languages_in_the_one_that_is_asked_for)
{
	const char *const both[MSG_ARGS] = { msg_either(&a, "ici", "here") };
	const char *const one[MSG_ARGS] = { msg_either(&a, "ici", NULL) };

	assert_string_equal(msg_text(&a, MSG_NOT_FOUND, LANG_FR, both), "Rien ici ne porte ce code : ici.");
	assert_string_equal(msg_text(&a, MSG_NOT_FOUND, LANG_EN, both), "Nothing here has this code: here.");
	assert_string_equal(msg_text(&a, MSG_NOT_FOUND, LANG_EN, one), "Nothing here has this code: ici.");
}

IT(finds_a_message_by_its_code)
{
	assert_int_equal(msg_find("already_exists"), MSG_ALREADY_EXISTS);
	assert_int_equal(msg_find("no such code"), MSG_NONE);
	assert_string_equal(msg_code(MSG_REQUIRED), "required");
}

IT(names_the_languages)
{
	assert_string_equal(lang_code(LANG_FR), "fr");
	assert_string_equal(lang_code(LANG_EN), "en");
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

SPEC("errors",
     EACH(begins_with_all_well),
     EACH(returns_false_so_that_a_caller_can_return_it),
     EACH(keeps_the_first_code_and_sentence),
     EACH(collects_faults_in_the_order_they_were_found),
     EACH(tells_parameters_and_headers_from_fields),
     EACH(copies_what_it_is_given),
     EACH(stops_collecting_at_a_hundred_faults),
     EACH(words_itself_in_both_languages),
     EACH(words_a_fault_with_its_arguments),
     EACH(says_its_title_without_a_sentence),
     EACH(keeps_the_first_cause_and_cuts_a_long_one),
     EACH(has_a_status_a_title_and_a_type_of_its_own_for_each_code),
     EACH(asks_the_same_arguments_of_both_languages),
     EACH(reads_a_missing_argument_as_empty_and_leaves_braces_of_an_argument_alone),
     EACH(reads_an_argument_in_two_languages_in_the_one_that_is_asked_for),
     EACH(finds_a_message_by_its_code),
     EACH(names_the_languages))
