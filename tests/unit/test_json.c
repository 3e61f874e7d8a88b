/*
 * JSON doors.  Whole documents are files: json/ok is read, json/bad is refused.
 */
#include "spec.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"

static struct arena a;
static struct err e;
static json_t *body;
static struct json_reader r;

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	body = NULL;
	return 0;
}

static int freed(void **state)
{
	(void)state;
	json_decref(body);
	arena_free(&a);
	return 0;
}

static bool parse(const char *text)
{
	return json_parse(&body, text, strlen(text), &e);
}

static void given(const char *text)
{
	assert_true(parse(text));
	r = (struct json_reader){ body, "#", &e };
}

/* The only fault so far is this one. */
static void assert_fault(const char *where, enum msg msg)
{
	assert_int_equal(e.code, ERR_INVALID);
	assert_non_null(e.first);
	assert_null(e.first->next);
	assert_string_equal(e.first->where, where);
	assert_int_equal(e.first->msg, msg);
}

/* Each file of `folder` in a buffer of just its size, so that a byte too far is seen. */
static int each_file(const char *folder, bool expected)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		FILE *file;
		char *bytes;
		json_t *root = NULL;
		size_t len;

		if (entry->d_name[0] == '.')
			continue;
		file = fopen(arena_printf(&a, "%s/%s", folder, entry->d_name), "rb");
		assert_non_null(file);
		fseek(file, 0, SEEK_END);
		len = (size_t)ftell(file);
		rewind(file);
		bytes = malloc(len ? len : 1);
		assert_non_null(bytes);
		assert_int_equal(fread(bytes, 1, len, file), len);
		fclose(file);
		err_init(&e, &a);
		if (json_parse(&root, bytes, len, &e) != expected)
			fail_msg("%s: %s", entry->d_name, err_detail(&e, LANG_EN));
		if (!expected)
			assert_int_equal(e.code, ERR_SYNTAX);
		json_decref(root);
		free(bytes);
		n++;
	}
	closedir(dir);
	return n;
}

IT(reads_every_good_document)
{
	assert_true(each_file("tests/unit/json/ok", true) >= 15);
}

IT(refuses_every_bad_document)
{
	assert_true(each_file("tests/unit/json/bad", false) >= 120);
}

static void *refuse_on_a_small_stack(void *arg)
{
	static char deep[100000];
	struct arena scratch;
	struct err why;
	json_t *root = NULL;

	memset(deep, '[', sizeof deep);
	arena_init(&scratch);
	err_init(&why, &scratch);
	*(bool *)arg = !json_parse(&root, deep, sizeof deep, &why) && why.msg == MSG_JSON_DEPTH;
	arena_free(&scratch);
	return NULL;
}

IT(survives_any_depth_on_the_stack_of_a_server_thread)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool refused = false;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 102400);
	assert_int_equal(pthread_create(&thread, &attr, refuse_on_a_small_stack, &refused), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
	assert_true(refused);
}

IT(says_line_and_column_of_what_is_malformed)
{
	assert_false(parse("{\n  \"a\": 1,\n  b: 2}"));
	assert_string_equal(err_detail(&e, LANG_EN), "Malformed JSON at line 3, column 3.");
}

IT(tells_a_repeated_key_an_empty_body_and_a_wrong_root_apart)
{
	assert_false(parse("{\"a\":1,\"a\":2}"));
	assert_int_equal(e.msg, MSG_JSON_DUPLICATE);
	err_init(&e, &a);
	assert_false(parse(" \n"));
	assert_int_equal(e.msg, MSG_BODY_MISSING);
	err_init(&e, &a);
	assert_false(parse("[1]"));
	assert_int_equal(e.msg, MSG_JSON_NOT_OBJECT);
}

IT(reads_a_list_as_the_root_of_a_file)
{
	assert_true(json_parse_any(&body, "[1,2]", 5, &e));
	assert_int_equal(json_array_size(body), 2);
}

IT(collects_all_faults_of_a_body)
{
	const char *text;
	int64_t number;
	bool truth;

	given("{\"comment\":\" \",\"progress\":101}");
	assert_int_equal(json_text(&text, &r, "comment", JSON_REQUIRED, 10), JSON_FAULT);
	assert_int_equal(json_whole(&number, &r, "progress", 0, 0, 100), JSON_FAULT);
	assert_int_equal(json_truth(&truth, &r, "late", JSON_REQUIRED), JSON_FAULT);
	assert_int_equal(e.fault_count, 3);
	assert_string_equal(e.last->where, "#/late");
	assert_int_equal(e.last->msg, MSG_REQUIRED);
}

IT(tells_absent_null_and_given_apart)
{
	int64_t n = 7;

	given("{\"a\":null,\"b\":1}");
	assert_int_equal(json_whole(&n, &r, "c", 0, 0, 9), JSON_ABSENT);
	assert_int_equal(json_whole(&n, &r, "a", JSON_NULLABLE, 0, 9), JSON_NULL_GIVEN);
	assert_int_equal(n, 7);
	assert_int_equal(json_whole(&n, &r, "b", 0, 0, 9), JSON_GIVEN);
	assert_int_equal(n, 1);
	assert_true(err_ok(&e));
	assert_int_equal(json_whole(&n, &r, "a", 0, 0, 9), JSON_FAULT);
	assert_fault("#/a", MSG_NOT_NULL);
}

IT(counts_the_length_of_a_text_in_characters)
{
	const char *text;

	given("{\"a\":\"éé😀\"}");
	assert_int_equal(json_text(&text, &r, "a", 0, 3), JSON_GIVEN);
	assert_string_equal(text, "éé😀");
	assert_int_equal(json_text(&text, &r, "a", 0, 2), JSON_FAULT);
	assert_fault("#/a", MSG_TOO_LONG);
	assert_string_equal(fault_detail(&e, e.first, LANG_EN), "Text too long: 3 characters, at most 2.");
}

IT(takes_white_space_for_no_text)
{
	static const char *const blank[] = { "", " ", "\\n\\t", "\u00A0", "\u202F \u3000" };
	const char *text;

	for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
		given(arena_printf(&a, "{\"a\":\"%s\"}", blank[i]));
		assert_int_equal(json_text(&text, &r, "a", 0, 10), JSON_FAULT);
		assert_fault("#/a", MSG_EMPTY);
		json_decref(body);
		err_init(&e, &a);
	}
	body = NULL;
}

IT(refuses_control_characters_in_a_text)
{
	const char *text;

	given("{\"a\":\"x\\u001b[31m\",\"b\":\"x\\ty\\nz\"}");
	assert_int_equal(json_text(&text, &r, "b", 0, 10), JSON_GIVEN);
	assert_int_equal(json_text(&text, &r, "a", 0, 10), JSON_FAULT);
	assert_fault("#/a", MSG_BAD_TEXT);
}

IT(reads_whole_numbers_from_their_least_to_their_most)
{
	int64_t n;

	given("{\"a\":-1,\"b\":0,\"c\":100,\"d\":101}");
	assert_int_equal(json_whole(&n, &r, "b", 0, 0, 100), JSON_GIVEN);
	assert_int_equal(json_whole(&n, &r, "c", 0, 0, 100), JSON_GIVEN);
	assert_int_equal(json_whole(&n, &r, "a", 0, 0, 100), JSON_FAULT);
	assert_int_equal(json_whole(&n, &r, "d", 0, 0, 100), JSON_FAULT);
	assert_int_equal(e.fault_count, 2);
	assert_int_equal(e.first->msg, MSG_OUT_OF_RANGE);
}

IT(does_not_take_a_real_for_a_whole_number)
{
	int64_t n;

	given("{\"a\":3.0,\"b\":\"3\"}");
	assert_int_equal(json_whole(&n, &r, "a", 0, 0, 100), JSON_FAULT);
	assert_fault("#/a", MSG_OUT_OF_RANGE);
	assert_int_equal(json_whole(&n, &r, "b", 0, 0, 100), JSON_FAULT);
	assert_string_equal(msg_code(e.last->msg), "wrong_type");
}

IT(reads_numbers_whole_or_not)
{
	double n;

	given("{\"a\":3,\"b\":2.5,\"c\":10.01,\"d\":true}");
	assert_int_equal(json_decimal(&n, &r, "a", 0, 0, 10), JSON_GIVEN);
	assert_true(fabs(n - 3) < 1e-9);
	assert_int_equal(json_decimal(&n, &r, "b", 0, 0, 10), JSON_GIVEN);
	assert_true(fabs(n - 2.5) < 1e-9);
	assert_int_equal(json_decimal(&n, &r, "c", 0, 0, 10), JSON_FAULT);
	assert_int_equal(e.first->msg, MSG_OUT_OF_RANGE_DECIMAL);
	assert_int_equal(json_decimal(&n, &r, "d", 0, 0, 10), JSON_FAULT);
	assert_int_equal(e.last->msg, MSG_WANT_NUMBER);
}

IT(reads_days_that_exist)
{
	int32_t day;

	given("{\"a\":\"2024-02-29\",\"b\":\"2023-02-29\",\"c\":20240229}");
	assert_int_equal(json_day(&day, &r, "a", 0), JSON_GIVEN);
	assert_string_equal(day_format(day).text, "2024-02-29");
	assert_int_equal(json_day(&day, &r, "b", 0), JSON_FAULT);
	assert_fault("#/b", MSG_BAD_DATE);
	assert_int_equal(json_day(&day, &r, "c", 0), JSON_FAULT);
	assert_int_equal(e.last->msg, MSG_WANT_DAY);
}

IT(reads_a_choice_and_lists_the_choices)
{
	const char *choice;

	given("{\"a\":\"done\",\"b\":\"finished\"}");
	assert_int_equal(json_choice(&choice, &r, "a", 0, "not_started done"), JSON_GIVEN);
	assert_string_equal(choice, "done");
	assert_int_equal(json_choice(&choice, &r, "b", 0, "not_started done"), JSON_FAULT);
	assert_fault("#/b", MSG_BAD_CHOICE);
	assert_string_equal(fault_detail(&e, e.first, LANG_EN),
			    "“finished” is not accepted. Possible values: not_started, done.");
}

IT(repeats_only_the_beginning_of_a_long_wrong_choice)
{
	const char *choice;
	char *text = arena_alloc(&a, 1000);

	memset(text, 'x', 999);
	given(arena_printf(&a, "{\"a\":\"%s\"}", text));
	assert_int_equal(json_choice(&choice, &r, "a", 0, "done"), JSON_FAULT);
	assert_true(strlen(fault_detail(&e, e.first, LANG_EN)) < 200);
}

IT(reads_truth_objects_and_arrays)
{
	const json_t *inner;
	bool truth = false;

	given("{\"t\":true,\"o\":{},\"l\":[]}");
	assert_int_equal(json_truth(&truth, &r, "t", 0), JSON_GIVEN);
	assert_true(truth);
	assert_int_equal(json_object_in(&inner, &r, "o", 0), JSON_GIVEN);
	assert_int_equal(json_array_in(&inner, &r, "l", 0), JSON_GIVEN);
	assert_int_equal(json_array_in(&inner, &r, "o", 0), JSON_FAULT);
	assert_int_equal(json_object_in(&inner, &r, "l", 0), JSON_FAULT);
	assert_int_equal(json_truth(&truth, &r, "o", 0), JSON_FAULT);
	assert_int_equal(e.fault_count, 3);
}

IT(names_the_field_an_unknown_one_was_meant_to_be)
{
	given("{\"progres\":1,\"xyz\":2,\"comment\":\"\"}");
	json_only(&r, "progress comment status");
	assert_int_equal(e.fault_count, 2);
	assert_string_equal(e.first->where, "#/progres");
	assert_string_equal(fault_detail(&e, e.first, LANG_EN), "Unknown field. Did you mean “progress”?");
	assert_string_equal(fault_detail(&e, e.last, LANG_EN),
			    "Unknown field. Accepted fields: progress, comment, status.");
}

IT(escapes_pointers)
{
	given("{}");
	assert_string_equal(json_pointer(&r, "a/b~c"), "#/a~1b~0c");
	r.base = "#/actions/3";
	assert_string_equal(json_pointer(&r, "x"), "#/actions/3/x");
}

IT(writes_compactly_and_loses_no_digit)
{
	given("{\"a\":[0.1,1,\"é\"],\"b\":null}");
	assert_string_equal(json_write(&a, body), "{\"a\":[0.10000000000000001,1,\"é\"],\"b\":null}");
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

SPEC("JSON",
     EACH(reads_every_good_document),
     EACH(refuses_every_bad_document),
     EACH(survives_any_depth_on_the_stack_of_a_server_thread),
     EACH(says_line_and_column_of_what_is_malformed),
     EACH(tells_a_repeated_key_an_empty_body_and_a_wrong_root_apart),
     EACH(reads_a_list_as_the_root_of_a_file),
     EACH(collects_all_faults_of_a_body),
     EACH(tells_absent_null_and_given_apart),
     EACH(counts_the_length_of_a_text_in_characters),
     EACH(takes_white_space_for_no_text),
     EACH(refuses_control_characters_in_a_text),
     EACH(reads_whole_numbers_from_their_least_to_their_most),
     EACH(does_not_take_a_real_for_a_whole_number),
     EACH(reads_numbers_whole_or_not),
     EACH(reads_days_that_exist),
     EACH(reads_a_choice_and_lists_the_choices),
     EACH(repeats_only_the_beginning_of_a_long_wrong_choice),
     EACH(reads_truth_objects_and_arrays),
     EACH(names_the_field_an_unknown_one_was_meant_to_be),
     EACH(escapes_pointers),
     EACH(writes_compactly_and_loses_no_digit))
