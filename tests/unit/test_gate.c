/* What is refused before anything reads it; the framing checks are in tests/integration/http.test.mjs. */
#include "spec.h"

#include <civetweb.h>
#include <string.h>

#include "server/http/internal.h"

static struct arena a;
static struct err e;
static struct mg_request_info info;

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

static void request(const char *method, const char *version)
{
	memset(&info, 0, sizeof info);
	info.request_method = method;
	info.http_version = version;
	info.local_uri_raw = info.request_uri = "/";
}

static void header(const char *name, const char *value)
{
	info.http_headers[info.num_headers].name = name;
	info.http_headers[info.num_headers++].value = value;
}

static bool passes(void)
{
	err_init(&e, &a);
	return gate_fields(&info, &e);
}

/* A request that is fine but for one more header. */
static bool passes_with(const char *method, const char *name, const char *value)
{
	request(method, "1.1");
	header("Host", "127.0.0.1:8080");
	header(name, value);
	return passes();
}

IT(lets_ordinary_requests_through)
{
	assert_true(passes_with("GET", "Accept", "*/*"));
	assert_true(passes_with("POST", "Content-Length", "12"));
	assert_true(passes_with("POST", "Transfer-Encoding", "chunked"));
	assert_true(passes_with("DELETE", "Content-Length", "0"));
	assert_true(passes_with("OPTIONS", "Origin", "http://x"));
	assert_true(passes_with("PUT", "Expect", "100-continue"));
}

IT(refuses_lengths_that_two_readers_could_read_differently)
{
	static const char *const bad[] = { "", "+2", "-1", "0x2", "2abc", " 2", "2 ", "2,2", "1e3",
					   "1234567890", "٣" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(passes_with("POST", "Content-Length", bad[i]));
	assert_int_equal(e.code, ERR_SYNTAX);
}

IT(refuses_codings_other_than_chunked)
{
	static const char *const bad[] = { "identity", "gzip", "chunked, chunked", "gzip, chunked", "",
					   "chunked;q=1", " chunked" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(passes_with("POST", "Transfer-Encoding", bad[i]));
	request("POST", "1.0");
	header("Host", "x");
	header("Transfer-Encoding", "chunked");
	assert_false(passes());
	request("POST", "1.1");
	header("Host", "x");
	header("Transfer-Encoding", "chunked");
	header("Content-Length", "3");
	assert_false(passes());
}

IT(refuses_a_second_header_of_those_that_count_once)
{
	static const char *const names[] = { "content-length", "Host", "TRANSFER-ENCODING", "Origin",
					     "Cookie", "Authorization", "If-Match", "Content-Type" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		request("POST", "1.1");
		header("Host", "x");
		header(names[i], "2");
		header(names[i], "2");
		assert_false(passes());
	}
}

IT(wants_exactly_one_plain_host)
{
	request("GET", "1.1");
	assert_false(passes());
	header("Host", "");
	assert_false(passes());
	request("GET", "1.1");
	header("Host", "a b");
	assert_false(passes());
	request("GET", "1.1");
	header("Host", "a/b@c");
	assert_false(passes());
	request("GET", "1.1");
	header("Host", "[::1]:8080");
	assert_true(passes());
}

IT(refuses_bodies_where_none_belongs_and_upgrades)
{
	assert_false(passes_with("GET", "Content-Length", "3"));
	assert_false(passes_with("HEAD", "Transfer-Encoding", "chunked"));
	assert_false(passes_with("DELETE", "Content-Length", "1"));
	assert_false(passes_with("OPTIONS", "Content-Length", "1"));
	assert_false(passes_with("GET", "Upgrade", "websocket"));
	assert_false(passes_with("POST", "Expect", "200-ok"));
}

IT(refuses_other_methods_with_405_and_many_headers_with_431)
{
	assert_false(passes_with("TRACE", "Accept", "*/*"));
	assert_int_equal(e.code, ERR_METHOD);
	assert_false(passes_with("PROPFIND", "Accept", "*/*"));
	request("GET", "1.1");
	header("Host", "x");
	for (int i = 0; i < 62; i++)
		header("X", "y");
	assert_true(passes());
	header("X", "y");
	assert_false(passes());
	assert_int_equal(e.code, ERR_HEADERS);
}

IT(refuses_odd_characters_in_headers)
{
	assert_false(passes_with("GET", "X Y", "z"));
	assert_false(passes_with("GET", "X(", "z"));
	assert_false(passes_with("GET", "", "z"));
	assert_false(passes_with("GET", "X", "a\nb"));
	assert_false(passes_with("GET", "X", "a\x7f"));
	assert_true(passes_with("GET", "X", "a\tb é"));
}

SPEC_WITH("the gate", fresh, freed,
	  RUN(lets_ordinary_requests_through),
	  RUN(refuses_lengths_that_two_readers_could_read_differently),
	  RUN(refuses_codings_other_than_chunked),
	  RUN(refuses_a_second_header_of_those_that_count_once),
	  RUN(wants_exactly_one_plain_host),
	  RUN(refuses_bodies_where_none_belongs_and_upgrades),
	  RUN(refuses_other_methods_with_405_and_many_headers_with_431),
	  RUN(refuses_odd_characters_in_headers))
