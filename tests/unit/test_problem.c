/* Errors as RFC 9457 documents, and the description of the interface. */
#include "spec.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/http/internal.h"
#include "server/routes.h"

static struct arena a;
static struct err e;

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

static json_t *problem(enum lang lang)
{
	struct buffer b;
	json_t *doc;

	buffer_init(&b, &a, 64);
	problem_write(&b, &e, lang, "0123456789abcdef");
	doc = json_loads(b.bytes, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(doc);
	return doc;
}

static const char *text(const json_t *doc, const char *name)
{
	return json_string_value(json_object_get(doc, name));
}

IT(tells_type_title_status_detail_and_instance)
{
	json_t *doc;

	err_init(&e, &a);
	err_set(&e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	doc = problem(LANG_EN);
	assert_string_equal(text(doc, "type"), "/problems/forbidden");
	assert_string_equal(text(doc, "title"), "Not allowed");
	assert_int_equal(json_integer_value(json_object_get(doc, "status")), 403);
	assert_string_equal(text(doc, "detail"), "Your role does not allow it.");
	assert_string_equal(text(doc, "instance"), "/requests/0123456789abcdef");
	assert_string_equal(text(doc, "code"), "forbidden");
	assert_null(json_object_get(doc, "errors"));
	json_decref(doc);
	doc = problem(LANG_FR);
	assert_string_equal(text(doc, "detail"), "Votre rôle ne le permet pas.");
	json_decref(doc);
}

IT(lists_every_fault_with_where_it_is)
{
	json_t *doc, *errors;

	err_init(&e, &a);
	err_add(&e, "#/progress", MSG_OUT_OF_RANGE, "0", "100");
	err_add_param(&e, "as_of", MSG_BAD_AS_OF, "a\"b\\c\x01");
	err_add_header(&e, "If-Match", MSG_BAD_IF_MATCH);
	doc = problem(LANG_EN);
	errors = json_object_get(doc, "errors");
	assert_int_equal(json_array_size(errors), 3);
	assert_string_equal(text(json_array_get(errors, 0), "pointer"), "#/progress");
	assert_string_equal(text(json_array_get(errors, 0), "code"), "out_of_range");
	assert_string_equal(text(json_array_get(errors, 1), "parameter"), "as_of");
	assert_non_null(strstr(text(json_array_get(errors, 1), "detail"), "a\"b\\c"));
	assert_string_equal(text(json_array_get(errors, 2), "header"), "If-Match");
	assert_true(*text(doc, "detail"));
	json_decref(doc);
}

IT(carries_the_present_resource_as_it_is)
{
	json_t *doc;

	err_init(&e, &a);
	err_set(&e, ERR_CHANGED, MSG_CHANGED);
	e.current = "{\"version\":4,\"progress\":1.5}";
	doc = problem(LANG_FR);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(doc, "current"), "version")), 4);
	json_decref(doc);
}

IT(never_shows_the_cause)
{
	struct buffer b;

	err_init(&e, &a);
	err_set(&e, ERR_INTERNAL, MSG_INTERNAL);
	err_cause(&e, "relation \"person\" does not exist");
	buffer_init(&b, &a, 64);
	problem_write(&b, &e, LANG_FR, "0123456789abcdef");
	assert_null(strstr(b.bytes, "relation"));
}

IT(writes_json_strings_that_read_back)
{
	static const char odd[] = "\"\\/\b\f\n\r\t\x01\x1f é €";
	struct buffer b;
	json_t *back;

	buffer_init(&b, &a, 0);
	buffer_json(&b, odd);
	back = json_loads(b.bytes, JSON_DECODE_ANY, NULL);
	assert_non_null(back);
	assert_string_equal(json_string_value(back), odd);
	json_decref(back);
}

static json_t *described(const struct route *table)
{
	size_t len;
	const char *bytes = openapi_build(&len, &a, table);
	json_t *doc = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(doc);
	return doc;
}

IT(describes_each_route_of_the_table)
{
	static const struct route table[] = {
		{ .method = "GET", .path = "/api/v1/plans/{plan}/actions", .flags = F_LIST | F_AS_OF,
		  .query = "status late", .answer = "Health", .status = 200, .access = ACCESS_PLAN },
		{ .method = "POST", .path = "/api/v1/plans/{plan}/actions", .flags = F_BODY | F_IDEMPOTENT,
		  .body = "Fault", .answer = "Problem", .status = 201, .access = ACCESS_COORDINATE },
		{ 0 }
	};
	json_t *doc = described(table);
	json_t *path = json_object_get(json_object_get(doc, "paths"), "/api/v1/plans/{plan}/actions");
	json_t *get = json_object_get(path, "get"), *post = json_object_get(path, "post");

	assert_int_equal(json_array_size(json_object_get(get, "parameters")), 8);
	assert_int_equal(json_array_size(json_object_get(get, "security")), 2);
	assert_non_null(json_object_get(json_object_get(get, "responses"), "200"));
	assert_non_null(json_object_get(json_object_get(post, "responses"), "201"));
	assert_non_null(json_object_get(json_object_get(post, "responses"), "default"));
	assert_non_null(json_object_get(post, "requestBody"));
	json_decref(doc);
}

/* Every "$ref" below `node` names something that the document has. */
static void check_refs(const json_t *doc, json_t *node)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(node, key, value) {
		if (strcmp(key, "$ref") == 0) {
			char *rest = strdup(json_string_value(value) + 2), *at = rest;
			const json_t *target = doc;

			for (char *step; (step = strsep(&at, "/")); )
				target = json_object_get(target, step);
			if (!target)
				fail_msg("%s is nowhere", json_string_value(value));
			free(rest);
		}
		check_refs(doc, value);
	}
	json_array_foreach(node, i, value)
		check_refs(doc, value);
}

IT(has_every_schema_that_the_real_routes_name)
{
	json_t *own = described(http_own_routes), *all = described(routes);

	check_refs(own, own);
	check_refs(all, all);
	json_decref(own);
	json_decref(all);
}

SPEC_WITH("problems and the description of the interface", fresh, freed,
	  RUN(tells_type_title_status_detail_and_instance),
	  RUN(lists_every_fault_with_where_it_is),
	  RUN(carries_the_present_resource_as_it_is),
	  RUN(never_shows_the_cause),
	  RUN(writes_json_strings_that_read_back),
	  RUN(describes_each_route_of_the_table),
	  RUN(has_every_schema_that_the_real_routes_name))
