/* Which route a path names. */
#include "spec.h"

#include <string.h>

#include "server/http/internal.h"

static struct arena a;
static struct err e;
static struct router *r;
static const char *arg[ROUTE_ARGS];

static const struct route table[] = {
	{ .method = "GET", .path = "/api/v1/plans" },
	{ .method = "GET", .path = "/api/v1/plans/{plan}/actions/{number}" },
	{ .method = "PATCH", .path = "/api/v1/plans/{plan}/actions/{number}" },
	{ .method = "GET", .path = "/api/v1/people/{id}" },
	{ .method = "POST", .path = "/api/v1/people/me", .access = ACCESS_SIGNED_IN },
	{ .method = "POST", .path = "/api/v1/session", .access = ACCESS_OPEN },
	{ 0 }
};

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	return router_new(&r, table, &e) ? 0 : -1;
}

static int freed(void **state)
{
	(void)state;
	router_free(r);
	arena_free(&a);
	return 0;
}

static const struct pattern *match(const char *path)
{
	memset(arg, 0, sizeof arg);
	return router_match(r, &a, path, arg);
}

IT(matches_segment_by_segment_and_gives_the_arguments)
{
	const struct pattern *p = match("/api/v1/plans/ocrteh-2024-2026/actions/7.2");

	assert_non_null(p);
	assert_string_equal(arg[0], "ocrteh-2024-2026");
	assert_string_equal(arg[1], "7.2");
	assert_int_equal(p->plan_arg, 0);
	assert_non_null(p->route[method_index("PATCH")]);
	assert_null(p->route[method_index("POST")]);
}

IT(prefers_the_literal_segment)
{
	assert_string_equal(match("/api/v1/people/me")->path, "/api/v1/people/me");
	assert_string_equal(match("/api/v1/people/12")->path, "/api/v1/people/{id}");
}

IT(never_matches_a_prefix_a_longer_path_or_an_empty_segment)
{
	static const char *const none[] = { "/", "/api", "/api/v1", "/api/v1/plans/", "/api/v1/plansx",
					    "/api/v1/plans/x/actions", "/api/v1/plans/x/actions/",
					    "/api/v1/plans/x/actions/1/2", "/api/v1/plans//actions/1",
					    "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r" };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_null(match(none[i]));
}

IT(lists_the_methods_of_a_path)
{
	assert_string_equal(match("/api/v1/plans")->allow, "GET, HEAD, OPTIONS");
	assert_string_equal(match("/api/v1/plans/x/actions/1")->allow, "GET, HEAD, PATCH, OPTIONS");
	assert_string_equal(match("/api/v1/session")->allow, "POST, OPTIONS");
	assert_true(match("/api/v1/session")->open);
	assert_false(match("/api/v1/people/me")->open);
}

IT(takes_head_for_get_and_no_other_method)
{
	assert_int_equal(method_index("HEAD"), method_index("GET"));
	assert_int_equal(method_index("TRACE"), -1);
	assert_int_equal(method_index("get"), -1);
}

static void refuses(const struct route *routes)
{
	struct router *none = NULL;

	err_init(&e, &a);
	assert_false(router_new(&none, routes, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_non_null(strstr(e.cause, "route "));
}

IT(refuses_a_table_that_contradicts_itself)
{
	refuses((struct route[]){ { .method = "GET", .path = "/x" }, { .method = "GET", .path = "/x" }, { 0 } });
	refuses((struct route[]){ { .method = "GET", .path = "/{a}/{b}/{c}/{d}/{e}" }, { 0 } });
	refuses((struct route[]){ { .method = "GET", .path = "x" }, { 0 } });
	refuses((struct route[]){ { .method = "FETCH", .path = "/x" }, { 0 } });
}

SPEC_WITH("the router", fresh, freed,
	  RUN(matches_segment_by_segment_and_gives_the_arguments),
	  RUN(prefers_the_literal_segment),
	  RUN(never_matches_a_prefix_a_longer_path_or_an_empty_segment),
	  RUN(lists_the_methods_of_a_path),
	  RUN(takes_head_for_get_and_no_other_method),
	  RUN(refuses_a_table_that_contradicts_itself))
