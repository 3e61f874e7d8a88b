/*
 * P11: the observations of a series of a plan into columns, as a worker loads them.  Prints how many times a second,
 * from an empty memory each time, for a second at least.
 *
 *	columns SERIES PLAN      ids; the database is TEST_DATABASE_URL
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "arena.h"
#include "db.h"
#include "observation.h"

enum { SECONDS = 1, QUERY_MS = 120000 };

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);	/* the database works, too */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool load(struct observation_size *out, struct db_session *s, int64_t series, int64_t plan, struct err *e)
{
	struct observations *all = observations_open();
	struct observation_set *set;
	bool ok = observations_load(&set, all, s, series, plan, e);

	if (ok)
		*out = observations_size(set);
	observations_close(all);
	return ok;
}

int main(int argc, char **argv)
{
	const struct db_config config = { .url = getenv("TEST_DATABASE_URL"), .pool_size = 1, .query_ms = QUERY_MS };
	struct observation_size size = { 0 };
	struct db_session s = { .context = "service", .request_id = "" };
	struct arena a;
	struct err e;
	double begun;
	long times = 0;
	bool ok = argc == 3;

	arena_init(&a);
	err_init(&e, &a);
	ok = ok && db_open(&s.db, &config, &e);
	for (begun = now_s(); ok && now_s() - begun < SECONDS; times++)
		ok = load(&size, &s, atoll(argv[1]), atoll(argv[2]), &e);
	if (ok)
		printf("%.3f %zu %zu\n", (double)times / (now_s() - begun), size.rows, size.bytes);
	else
		fprintf(stderr, "columns: %s\n", e.cause);
	db_close(s.db);
	arena_free(&a);
	return ok ? 0 : 1;
}
