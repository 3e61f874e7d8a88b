/* Memory of one request. */
#include "spec.h"

#include <sanitizer/asan_interface.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

static struct arena a;

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

IT(takes_no_memory_before_it_is_used)
{
	assert_null(a.block);
}

IT(gives_zeroed_memory_aligned_for_anything)
{
	for (size_t size = 0; size < 200; size++) {
		unsigned char *p = arena_alloc(&a, size);

		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, size);
	}
}

IT(gives_zeroed_memory_again_after_a_reset)
{
	memset(arena_alloc(&a, 5000), 0xFF, 5000);
	arena_reset(&a);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(((unsigned char *)arena_alloc(&a, 1))[0], 0);
}

IT(keeps_objects_apart)
{
	char *one = arena_strdup(&a, "one");
	char *two = arena_strdup(&a, "two");

	memcpy(one, "ONE", 3);
	assert_string_equal(two, "two");
}

IT(serves_what_is_larger_than_a_block_and_goes_on_with_the_old_one)
{
	char *before = arena_strdup(&a, "before");
	struct arena_block *block = a.block;
	char *big = arena_alloc(&a, 1000000);

	memset(big, 'x', 1000000);
	assert_string_equal(before, "before");
	if (!getenv("ARENA_MALLOC"))
		assert_ptr_equal(a.block, block);
}

IT(reuses_its_block_after_a_reset)
{
	for (int i = 0; i < 1000; i++)
		arena_alloc(&a, 1000);
	arena_reset(&a);
	if (!getenv("ARENA_MALLOC"))
		assert_non_null(a.block);
	arena_reset(&a);
	arena_reset(&a);
	assert_string_equal(arena_strdup(&a, "still works"), "still works");
}

#if defined(__SANITIZE_ADDRESS__)
IT(forbids_the_use_of_what_a_reset_forgot)
{
	char *text = arena_strdup(&a, "forgotten");

	assert_false(__asan_address_is_poisoned(text));
	arena_reset(&a);
	assert_true(__asan_address_is_poisoned(text));
}
#define POISONED , EACH(forbids_the_use_of_what_a_reset_forgot)
#else
#define POISONED
#endif

IT(copies_text_and_keeps_null)
{
	char text[] = "copied";
	char *copy = arena_strdup(&a, text);

	text[0] = 'X';
	assert_string_equal(copy, "copied");
	assert_null(arena_strdup(&a, NULL));
}

IT(copies_bytes_with_a_nul_after_them)
{
	const char *copy = arena_memdup(&a, "ab\0cd", 5);

	assert_memory_equal(copy, "ab\0cd\0", 6);
	assert_string_equal(arena_memdup(&a, "", 0), "");
}

IT(formats_text_of_any_length)
{
	const char *text = arena_printf(&a, "%s-%d-%*s", "x", 42, 30000, "");

	assert_int_equal(strlen(text), 5 + 30000);
	assert_memory_equal(text, "x-42- ", 6);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

SPEC("memory of one request",
     EACH(takes_no_memory_before_it_is_used),
     EACH(gives_zeroed_memory_aligned_for_anything),
     EACH(gives_zeroed_memory_again_after_a_reset),
     EACH(keeps_objects_apart),
     EACH(serves_what_is_larger_than_a_block_and_goes_on_with_the_old_one),
     EACH(reuses_its_block_after_a_reset),
     EACH(copies_text_and_keeps_null),
     EACH(copies_bytes_with_a_nul_after_them),
     EACH(formats_text_of_any_length) POISONED)
