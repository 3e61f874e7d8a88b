/*
 * The gate: what CivetWeb's parser lets through and HTTP does not allow.
 *
 * A request that two readers could understand in two ways is refused before
 * anything else looks at it, and its connection ends.  Two kinds of checks:
 * fields (repeated lengths, bad hosts…) and framing, which compares where the
 * parser found things in its buffer with where they must be, and so sees what
 * the parser skipped: blank lines before the request, folded headers, headers
 * beyond its 64, bare line feeds, blanks before a colon.
 */
#include <civetweb.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

enum { HEADERS_MAX = 63 };

static bool bad(struct err *e, const char *what)
{
	return err_set(e, ERR_SYNTAX, MSG_BAD_REQUEST, what);
}

static bool is_token(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
			return false;
	return true;
}

static bool is_value(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

static bool is_length(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 9 && !text[digits];
}

static bool is_host(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 255 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == len;
}

/* Headers that mean something once only. */
static const char *const single[] = {
	"Authorization", "Content-Length", "Content-Type", "Cookie", "Expect", "Host",
	"Idempotency-Key", "If-Match", "If-None-Match", "Origin", "Transfer-Encoding",
	"X-CSRF-Token", NULL
};

static bool headers_single(const struct mg_request_info *info, struct err *e)
{
	for (int s = 0; single[s]; s++) {
		int seen = 0;

		for (int i = 0; i < info->num_headers; i++)
			seen += strcasecmp(info->http_headers[i].name, single[s]) == 0;
		if (seen > 1)
			return bad(e, single[s]);
	}
	return true;
}

static bool body_framing(const struct mg_request_info *info, struct err *e)
{
	const char *length = header_value(info, "Content-Length");
	const char *coding = header_value(info, "Transfer-Encoding");
	const char *expect = header_value(info, "Expect");
	const char *m = info->request_method;

	if (length && !is_length(length))
		return bad(e, "Content-Length");
	if (coding && (length || strcasecmp(coding, "chunked") != 0 ||
		       strcmp(info->http_version, "1.1") != 0))
		return bad(e, "Transfer-Encoding");
	if (expect && strcasecmp(expect, "100-continue") != 0)
		return bad(e, "Expect");
	if ((coding || (length && strspn(length, "0") != strlen(length))) &&
	    strcmp(m, "POST") != 0 && strcmp(m, "PUT") != 0 && strcmp(m, "PATCH") != 0)
		return bad(e, "Content-Length");
	return true;
}

bool gate_fields(const struct mg_request_info *info, struct err *e)
{
	const char *host;

	if (info->num_headers > HEADERS_MAX)
		return err_set(e, ERR_HEADERS, MSG_TOO_MANY_HEADERS);
	if (method_index(info->request_method) < 0 && strcmp(info->request_method, "OPTIONS") != 0)
		return err_set(e, ERR_METHOD, MSG_METHOD_NOT_ALLOWED,
			       "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
	for (int i = 0; i < info->num_headers; i++)
		if (!is_token(info->http_headers[i].name) || !is_value(info->http_headers[i].value))
			return bad(e, "header");
	if (!headers_single(info, e))
		return false;
	host = header_value(info, "Host");
	if (!host || !is_host(host))
		return bad(e, "Host");
	if (header_value(info, "Upgrade"))
		return bad(e, "Upgrade");
	return body_framing(info, e);
}

/*
 * One header line must begin where the line before it ended, after CR LF alone,
 * and the last must be followed by the blank line.
 */
static bool lines_contiguous(const struct mg_request_info *info)
{
	const char *version = info->http_version;
	const char *next = version + strlen(version) + 2;

	if (version[strlen(version) + 1])
		return false;
	for (int i = 0; i < info->num_headers; i++) {
		const char *name = info->http_headers[i].name, *value = info->http_headers[i].value;
		const char *colon = name + strlen(name), *end = value + strlen(value);

		if (name != next || (value > colon + 1 && !colon[1]) || end[1])
			return false;
		next = end + 2;
	}
	return info->num_headers == 0 || *next == '\r';
}

static bool request_line_exact(const struct mg_request_info *info)
{
	const char *uri = info->request_uri, *end = uri + strlen(uri);

	if (info->query_string)
		end = info->query_string + strlen(info->query_string);
	return uri == info->request_method + strlen(info->request_method) + 1 &&
	       info->http_version == end + 1 + strlen("HTTP/");
}

/*
 * True when the request begins where this worker's buffer begins.  White space
 * before a request would let the parser run on into bytes of an earlier
 * connection, somebody else's request among them.  The buffer itself is hidden;
 * its address is the lowest at which a request was ever seen, and it is
 * aligned as malloc aligns.
 */
static bool begins_at_base(const struct mg_request_info *info, struct worker *w)
{
	const char *at = info->request_method;

	if ((!w->base || (uintptr_t)at < (uintptr_t)w->base) && (uintptr_t)at % 16 == 0)
		w->base = at;
	return at == w->base;
}

bool gate_pass(const struct mg_request_info *info, struct worker *w, struct err *e)
{
	if (!begins_at_base(info, w))
		return bad(e, "request line");
	if (!gate_fields(info, e))
		return false;
	if (!request_line_exact(info) || info->local_uri_raw != info->request_uri)
		return bad(e, "request line");
	if (!lines_contiguous(info))
		return bad(e, "header");
	return true;
}
