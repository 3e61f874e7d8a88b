/* Who is signed in, remembered between requests; and the form of API tokens. */
#include "spec.h"

#include <stdio.h>
#include <string.h>

#include "server/user/internal.h"

enum { THREADS = 4, ROUNDS = 4000, PEOPLE = 16 };

static struct session_cache *cache;
static struct arena a;

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	cache = session_cache_new();
	return 0;
}

static int freed(void **state)
{
	(void)state;
	session_cache_free(cache);
	arena_free(&a);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

/* 64 hex digits that differ for each n. */
static void hash_of(char out[65], int n)
{
	snprintf(out, 65, "%04x%060x", (unsigned)n * 2654435761u >> 16, (unsigned)n);
}

static const char *const places[] = { "93", "REG-84", NULL }, *const nowhere[] = { NULL };

/* A person whose every text tells the number. */
static void keep(int n, int64_t ms, uint64_t mark)
{
	char hash[65], login[20], name[20], plan[20];
	struct grant grants[] = {
		{ ROLE_CONTRIBUTOR, n, plan, 7, "DGPN", places, "Europe/Paris" },
		{ ROLE_ADMIN, 0, NULL, 0, NULL, nowhere, NULL },
	};
	struct user u = { .id = n, .login = login, .name = name, .context = hash, .csrf_token = "secret",
			  .grants = grants, .grant_count = n % 3 };

	hash_of(hash, n);
	snprintf(login, sizeof login, "login-%d", n);
	snprintf(name, sizeof name, "Name %d", n);
	snprintf(plan, sizeof plan, "plan-%d", n);
	session_cache_keep(cache, hash, &u, ms, mark);
	memset(login, 'x', sizeof login - 1);	/* what was given may go */
	memset(plan, 'x', sizeof plan - 1);
}

static bool find(struct user *out, int n, struct arena *arena)
{
	char hash[65];

	hash_of(hash, n);
	return session_cache_find(out, cache, arena, hash);
}

IT(gives_back_a_copy_of_all_that_it_was_given)
{
	struct user u = { 0 };

	keep(2, 60000, session_cache_mark(cache));
	assert_true(find(&u, 2, &a));
	session_cache_drop(cache);		/* the copy is the caller's own */
	assert_int_equal(u.id, 2);
	assert_string_equal(u.login, "login-2");
	assert_string_equal(u.name, "Name 2");
	assert_int_equal(strlen(u.context), 64);
	assert_string_equal(u.csrf_token, "");
	assert_int_equal(u.grant_count, 2);
	assert_int_equal(u.grants[0].role, ROLE_CONTRIBUTOR);
	assert_string_equal(u.grants[0].plan, "plan-2");
	assert_string_equal(u.grants[0].organisation, "DGPN");
	assert_string_equal(u.grants[0].zone, "Europe/Paris");
	assert_string_equal(u.grants[0].territories[1], "REG-84");
	assert_null(u.grants[0].territories[2]);
	assert_null(u.grants[1].plan);
	assert_null(u.grants[1].territories[0]);
}

IT(knows_nobody_else)
{
	struct user u;

	keep(1, 60000, session_cache_mark(cache));
	assert_false(find(&u, 2, &a));
}

IT(forgets_when_the_time_is_over)
{
	struct user u;

	keep(1, 0, session_cache_mark(cache));
	assert_false(find(&u, 1, &a));
	keep(1, 60000, session_cache_mark(cache));
	assert_true(find(&u, 1, &a));
}

IT(keeps_the_latest_of_two)
{
	struct user u;

	keep(1, 0, session_cache_mark(cache));
	keep(1, 60000, session_cache_mark(cache));
	keep(1, 0, session_cache_mark(cache));
	assert_false(find(&u, 1, &a));
}

/* Otherwise what was read just before a change would be remembered just after it. */
IT(does_not_keep_what_was_looked_up_before_everything_was_dropped)
{
	uint64_t mark = session_cache_mark(cache);
	struct user u;

	session_cache_drop(cache);
	keep(1, 60000, mark);
	assert_false(find(&u, 1, &a));
}

IT(stays_bounded)
{
	struct user u;

	for (int n = 0; n < 45000; n++)
		keep(n, 60000, session_cache_mark(cache));
	assert_true(find(&u, 44999, &a));
	assert_false(find(&u, 3, &a));
}

static void *crowd(void *arg)
{
	struct arena mine;
	struct user u;
	int found = 0;

	arena_init(&mine);
	for (int i = 0; i < ROUNDS; i++) {
		int n = (int)((size_t)(i * 7) + (size_t)(uintptr_t)arg) % PEOPLE;
		char login[20];

		keep(n, i % 5 ? 60000 : 0, session_cache_mark(cache));
		if (find(&u, n, &mine)) {
			snprintf(login, sizeof login, "login-%d", n);
			found += strcmp(u.login, login) == 0 && u.id == n ? 1 : -ROUNDS;
		}
		if (i % 100 == 0)
			session_cache_drop(cache);
		arena_reset(&mine);
	}
	arena_free(&mine);
	return (void *)(intptr_t)found;
}

IT(serves_many_threads_at_once)
{
	pthread_t threads[THREADS];
	void *found;

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd, (void *)(uintptr_t)i), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &found), 0);
		assert_in_range((intptr_t)found, 1, ROUNDS);
	}
}

/* ------------------------------------------------------------------ tokens */

IT(makes_tokens_that_tell_their_own_faults)
{
	char token[TOKEN_CHARACTERS + 1], other[TOKEN_CHARACTERS + 1];

	token_new(token);
	token_new(other);
	assert_string_not_equal(token, other);
	assert_int_equal(strlen(token), TOKEN_CHARACTERS);
	assert_memory_equal(token, "vigie_", 6);
	assert_true(token_well_formed(token));
	for (int i = 0; i < TOKEN_CHARACTERS; i++) {
		char was = token[i];

		token[i] = was == 'a' ? 'b' : 'a';
		assert_false(token_well_formed(token));
		token[i] = was;
	}
	token[TOKEN_CHARACTERS - 1] = 0;
	assert_false(token_well_formed(token));
	assert_false(token_well_formed(""));
}

SPEC("who is signed in",
     CASE(gives_back_a_copy_of_all_that_it_was_given),
     CASE(knows_nobody_else),
     CASE(forgets_when_the_time_is_over),
     CASE(keeps_the_latest_of_two),
     CASE(does_not_keep_what_was_looked_up_before_everything_was_dropped),
     CASE(stays_bounded),
     CASE(serves_many_threads_at_once),
     CASE(makes_tokens_that_tell_their_own_faults))
