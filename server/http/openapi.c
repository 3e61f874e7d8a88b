/*
 * openapi.json: made once, at start, from the table of routes and the schemas
 * that each feature keeps beside its code (server/<feature>/<name>.schema.json).
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "log.h"

static const struct { const char *path, *text; } schemas[] = {
#define SCHEMA(path, text) { path, text },
#include "gen/schemas.inc"
#undef SCHEMA
};

static json_t *schema_ref(const char *name)
{
	char ref[120];

	snprintf(ref, sizeof ref, "#/components/schemas/%s", name);
	return json_pack("{s:s}", "$ref", ref);
}

static json_t *content(const char *media_type, json_t *schema)
{
	return json_pack("{s:{s:o}}", media_type, "schema", schema);
}

/* The types that a route takes; the schema is that of the JSON among them. */
static json_t *contents(const char *media_types, json_t *schema)
{
	json_t *all = json_object();
	const char *c = media_types;

	for (size_t len; (len = strcspn(c, " ")); c += len + strspn(c + len, " ")) {
		char type[120];

		snprintf(type, sizeof type, "%.*s", (int)len, c);
		json_object_set_new(all, type, strcmp(type, "application/json") == 0 ?
				    json_pack("{s:O}", "schema", schema) : json_object());
	}
	json_decref(schema);
	return all;
}

/* A file that is not JSON is a fault of the build; the unit test of this file finds it. */
static json_t *all_schemas(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
		json_error_t error;
		json_t *one = json_loads(schemas[i].text, JSON_REJECT_DUPLICATES, &error);

		if (!one || json_object_update_missing(all, one) != 0) {
			log_event(LOG_ERROR, "schema", "file", schemas[i].path, "cause", error.text);
			abort();
		}
		json_decref(one);
	}
	return all;
}

static json_t *parameter(const char *in, const char *name, json_t *schema)
{
	return json_pack("{s:s, s:s, s:b, s:o}", "in", in, "name", name, "required",
			 strcmp(in, "path") == 0, "schema", schema);
}

static json_t *text_schema(void)
{
	return json_pack("{s:s}", "type", "string");
}

static void path_parameters(json_t *list, const char *path)
{
	for (const char *c = path; (c = strchr(c, '{')); ) {
		char name[40];

		snprintf(name, sizeof name, "%.*s", (int)strcspn(c + 1, "}"), c + 1);
		json_array_append_new(list, parameter("path", name, text_schema()));
		c++;
	}
}

static void query_parameters(json_t *list, const struct route *r)
{
	char words[512], *rest = words;

	snprintf(words, sizeof words, "%s", r->query ? r->query : "");
	for (char *word; (word = strsep(&rest, " ")); )
		if (*word)
			json_array_append_new(list, parameter("query", word, text_schema()));
	if (r->flags & F_AS_OF)
		json_array_append_new(list, parameter("query", "as_of", json_pack("{s:s, s:s}",
			"type", "string", "description", "an instant, or a day meaning its end")));
	if (r->flags & F_LIST) {
		json_array_append_new(list, parameter("query", "limit", json_pack(
			"{s:s, s:i, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", 200,
			"default", 50)));
		json_array_append_new(list, parameter("query", "cursor", text_schema()));
		json_array_append_new(list, parameter("query", "sort", text_schema()));
	}
	json_array_append_new(list, parameter("query", "lang", json_pack("{s:[s, s]}", "enum", "fr",
									 "en")));
	if (r->flags & (F_IF_MATCH | F_IF_MATCH_MAYBE))
		json_array_append_new(list, parameter("header", "If-Match", text_schema()));
	if (r->flags & F_IDEMPOTENT)
		json_array_append_new(list, parameter("header", "Idempotency-Key", json_pack(
			"{s:s, s:i, s:i}", "type", "string", "minLength", 1, "maxLength", 200)));
	if (r->flags & F_MINIMAL)
		json_array_append_new(list, parameter("header", "Prefer", json_pack("{s:s, s:s}",
			"type", "string", "description", "return=minimal (RFC 7240) may be answered with 204")));
}

static json_t *responses_of(const struct route *r)
{
	json_t *all = json_object(), *fine = json_pack("{s:s}", "description", r->about ? r->about : "");
	char status[8];

	if (r->answer)
		json_object_set_new(fine, "content", content("application/json", schema_ref(r->answer)));
	snprintf(status, sizeof status, "%d", r->status ? r->status : 200);
	json_object_set_new(all, status, fine);
	if (r->flags & F_MINIMAL)
		json_object_set_new(all, "204", json_pack("{s:s}", "description",
			"Done, as Prefer: return=minimal asked, and nothing more to tell; ETag names the version"));
	json_object_set_new(all, "default", json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
	return all;
}

static json_t *security_of(const struct route *r)
{
	if (r->access == ACCESS_OPEN || r->access == ACCESS_LOOPBACK)
		return json_array();
	return json_pack("[{s:[]}, {s:[]}]", "cookie", "bearer");
}

/* Who may call it, in a word of ours: security schemes know no roles. */
static json_t *access_of(const struct route *r)
{
	static const char *const names[] = {
		[ACCESS_OPEN] = "open", [ACCESS_SIGNED_IN] = "signed_in", [ACCESS_PLAN] = "plan",
		[ACCESS_REPORT] = "report", [ACCESS_ANALYSE] = "analyse",
		[ACCESS_COORDINATE] = "coordinate", [ACCESS_ADMIN] = "admin",
		[ACCESS_JOURNAL] = "journal", [ACCESS_LOOPBACK] = "loopback",
	};

	return json_string(names[r->access]);
}

static json_t *operation(const struct route *r)
{
	json_t *op = json_object(), *parameters = json_array();
	const char *type = r->media_type ? r->media_type : "application/json";

	path_parameters(parameters, r->path);
	query_parameters(parameters, r);
	json_object_set_new(op, "summary", json_string(r->about ? r->about : ""));
	json_object_set_new(op, "parameters", parameters);
	if (r->body || r->flags & F_BODY || r->media_type)
		json_object_set_new(op, "requestBody", json_pack("{s:b, s:o}", "required",
			(r->flags & F_BODY) != 0, "content", contents(type, r->body ?
			schema_ref(r->body) : json_object())));
	json_object_set_new(op, "responses", responses_of(r));
	json_object_set_new(op, "security", security_of(r));
	json_object_set_new(op, "x-access", access_of(r));
	return op;
}

static json_t *paths_of(const struct route *routes)
{
	json_t *paths = json_object();

	for (const struct route *r = routes; r->method; r++) {
		json_t *path = json_object_get(paths, r->path);
		char method[8] = "";

		for (size_t i = 0; i + 1 < sizeof method && r->method[i]; i++)
			method[i] = (char)(r->method[i] | 0x20);
		if (!path) {
			path = json_object();
			json_object_set_new(paths, r->path, path);
		}
		json_object_set_new(path, method, operation(r));
	}
	return paths;
}

const char *openapi_build(size_t *len, struct arena *a, const struct route *routes)
{
	json_t *doc = json_pack(
		"{s:s, s:{s:s, s:s, s:s}, s:o, s:{s:o, s:{s:{s:s, s:o}}, s:{s:{s:s, s:s}, s:{s:s, s:s, s:s}}}}",
		"openapi", "3.1.0",
		"info", "title", "Vigie", "version", "1",
			"description", "Follows a national plan: actions, reports, figures, decisions.",
		"paths", paths_of(routes),
		"components",
			"schemas", all_schemas(),
			"responses", "Problem", "description", "RFC 9457", "content",
				content("application/problem+json", schema_ref("Problem")),
			"securitySchemes",
				"bearer", "type", "http", "scheme", "bearer",
				"cookie", "type", "apiKey", "in", "cookie", "name", "vigie");
	char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	char *kept;

	if (!text)
		abort();
	*len = strlen(text);
	kept = arena_memdup(a, text, *len);
	free(text);
	json_decref(doc);
	return kept;
}
