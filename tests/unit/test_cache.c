/*
 * The answer cache when many ask at once: what is missing is built by one of
 * them and waited for by the others.
 */
#include "spec.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "server/http/internal.h"

enum { READERS = 8, PLAN = 3 };

static struct answer_cache *cache;
static atomic_int built, failing;

struct reader { pthread_t thread; bool got; };

/* As a handler does it: asks, builds what is missing, keeps it unless that fails. */
static void *read_board(void *arg)
{
	struct reader *r = arg;
	struct building mine = { 0 };
	struct answer_view v;
	uint64_t generation;
	struct answer *a = cache_await(&v, cache, "board", PLAN, &generation, &mine);

	if (!a) {
		usleep(100000);
		if (atomic_fetch_sub(&failing, 1) <= 0) {
			atomic_fetch_add(&built, 1);
			a = cache_keep(&v, cache, "board", PLAN, generation, "{}", 2, "\"1\"");
		}
		cache_built(cache, &mine);
	}
	r->got = a && strcmp(v.bytes, "{}") == 0;
	if (a)
		answer_release(a);
	return NULL;
}

/* How many of eight readers at once got the answer. */
static int read_at_once(void)
{
	static struct reader readers[READERS];
	int got = 0;

	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_board, &readers[i]), 0);
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		got += readers[i].got;
	}
	return got;
}

static int start(void **state)
{
	(void)state;
	cache = cache_new(100, 1 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	cache_free(cache);
	return 0;
}

IT(builds_a_missing_answer_once_for_all_who_wait)
{
	atomic_store(&built, 0);
	assert_int_equal(read_at_once(), READERS);
	assert_int_equal(atomic_load(&built), 1);
	assert_int_equal(cache_stats(cache).hits, READERS - 1);
}

IT(builds_it_anew_after_a_change)
{
	cache_bump(cache, PLAN);
	atomic_store(&built, 0);
	assert_int_equal(read_at_once(), READERS);
	assert_int_equal(atomic_load(&built), 1);
}

IT(lets_another_reader_build_when_the_first_one_fails)
{
	cache_bump(cache, PLAN);
	atomic_store(&built, 0);
	atomic_store(&failing, 1);
	assert_int_equal(read_at_once(), READERS - 1);
	assert_int_equal(atomic_load(&built), 1);
	atomic_store(&failing, 0);
}

IT(never_gives_those_who_ask_after_a_change_what_was_begun_before_it)
{
	struct building before = { 0 }, after = { 0 };
	struct answer_view v;
	uint64_t old, new;

	cache_bump(cache, PLAN);
	assert_null(cache_await(&v, cache, "board", PLAN, &old, &before));
	cache_bump(cache, PLAN);
	assert_null(cache_await(&v, cache, "board", PLAN, &new, &after));
	assert_true(new != old);
	cache_built(cache, &before);
	cache_built(cache, &after);
}

IT(goes_and_builds_when_it_waited_long_enough)
{
	struct building slow = { 0 }, mine = { 0 };
	struct answer_view v;
	uint64_t generation;

	cache_bump(cache, PLAN);
	assert_null(cache_await(&v, cache, "board", PLAN, &generation, &slow));
	assert_null(cache_await(&v, cache, "board", PLAN, &generation, &mine));
	cache_built(cache, &slow);
	cache_built(cache, &mine);
}

IT(passes_on_what_it_does_not_keep_as_small_as_what_it_does)
{
	struct answer_view kept, passed;
	struct cache_stats before, after;
	struct answer *a, *b;
	static char json[20000];

	for (size_t i = 0; i < sizeof json; i++)
		json[i] = "{\"action\":12.345}, "[i * i % 19];
	a = cache_keep(&kept, cache, "large", PLAN, cache_generation(cache, PLAN), json, sizeof json, "\"1\"");
	before = cache_stats(cache);
	b = cache_pass(&passed, json, sizeof json, "\"2\"");
	after = cache_stats(cache);
	assert_int_equal(before.entries, after.entries);
	assert_int_equal(before.bytes, after.bytes);
	assert_true(passed.gzip_len > 0);
	assert_int_equal(passed.gzip_len, kept.gzip_len);
	assert_memory_equal(passed.gzip, kept.gzip, kept.gzip_len);
	assert_memory_equal(passed.bytes, json, sizeof json);
	assert_string_equal(passed.etag, "\"2\"");
	answer_release(a);
	answer_release(b);
}

SPEC_WITH("the answer cache", start, stop,
	  RUN(builds_a_missing_answer_once_for_all_who_wait),
	  RUN(builds_it_anew_after_a_change),
	  RUN(lets_another_reader_build_when_the_first_one_fails),
	  RUN(never_gives_those_who_ask_after_a_change_what_was_begun_before_it),
	  RUN(goes_and_builds_when_it_waited_long_enough),
	  RUN(passes_on_what_it_does_not_keep_as_small_as_what_it_does))
