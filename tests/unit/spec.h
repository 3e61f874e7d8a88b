/*
 * Tests that read as a specification: IT(says_what_holds) { … }, then
 * SPEC("title", RUN(says_what_holds), …), which is the program's main.
 */
#ifndef VIGIE_SPEC_H
#define VIGIE_SPEC_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IT(name) static void name(void **state __attribute__((unused)))
#define RUN(name) cmocka_unit_test(name)
#define SPEC(title, ...) SPEC_WITH(title, NULL, NULL, __VA_ARGS__)

/* The same with a set-up before the first and a tear-down after the last. */
#define SPEC_WITH(title, set_up, tear_down, ...)                                                   \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = { __VA_ARGS__ };                                 \
                                                                                                   \
		return cmocka_run_group_tests_name(title, tests, set_up, tear_down);               \
	}

#endif
