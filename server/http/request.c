/*
 * Reading one request: target, language, credentials, conditions, body.
 * Each function is one stage of the trampoline: false leaves the refusal in rq->err.
 */
#include <civetweb.h>
#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <strings.h>

#include "clock.h"
#include "internal.h"
#include "json.h"
#include "text.h"

enum { DISCARD_MAX = 64 * 1024 };

const char *header_value(const struct mg_request_info *info, const char *name)
{
	for (int i = 0; i < info->num_headers; i++)
		if (strcasecmp(info->http_headers[i].name, name) == 0)
			return info->http_headers[i].value;
	return NULL;
}

/*
 * X-Forwarded-For counts only when the peer is the configured proxy, and then
 * its last element alone: what is before it was written by the client.
 */
const char *client_address(struct arena *a, const struct mg_request_info *info,
			   const char *trusted_proxy)
{
	const char *forwarded = header_value(info, "X-Forwarded-For"), *last;
	size_t len;

	if (!*trusted_proxy || strcmp(info->remote_addr, trusted_proxy) != 0 || !forwarded)
		return info->remote_addr;
	last = strrchr(forwarded, ',');
	last = last ? last + 1 : forwarded;
	last += strspn(last, " \t");
	len = strspn(last, "0123456789abcdefABCDEF.:");
	return len && len < 46 && !last[len] ? arena_memdup(a, last, len) : info->remote_addr;
}

static void read_credentials(struct exchange *x)
{
	const char *authorization = header_value(x->info, "Authorization");

	x->cookie = cookie_value(&x->rq.arena, header_value(x->info, "Cookie"),
				 x->server->https ? "__Host-vigie" : "vigie");
	if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0)
		x->bearer = authorization + 7 + strspn(authorization + 7, " ");
}

/* For the list of a person's sessions; a name that nobody can read is none. */
static void read_agent(struct exchange *x)
{
	const char *agent = header_value(x->info, "User-Agent");

	if (agent && strlen(agent) <= 400 && text_utf8_valid(agent, strlen(agent)))
		x->rq.agent = agent;
}

static bool read_language(struct exchange *x)
{
	const char *asked = query_value(x->pairs, "lang");

	x->rq.lang = language_of(header_value(x->info, "Accept-Language"));
	if (!asked)
		return true;
	if (!text_in_list(asked, "fr en"))
		return err_add_param(&x->rq.err, "lang", MSG_BAD_CHOICE, asked, "fr, en");
	x->rq.lang = strcmp(asked, "en") == 0 ? LANG_EN : LANG_FR;
	return true;
}

/* What a path names: a route of the table, a method it lacks, a file, or nothing. */
static void find_target(struct exchange *x)
{
	const struct pattern *p = router_match(x->server->router, &x->rq.arena, x->rq.path, x->rq.arg);
	int m = method_index(x->rq.method);

	x->pattern = p;
	if (p && m >= 0 && p->route[m]) {
		x->rq.route = p->route[m];
		x->metric = METRIC_EXTRA + p->index[m];
	} else if (!p && strncmp(x->rq.path, "/api/", 5) != 0) {
		x->file = files_find(x->server->files, x->rq.path);
		x->metric = x->file ? METRIC_STATIC : METRIC_UNKNOWN;
	} else {
		x->metric = METRIC_UNKNOWN;
	}
	if (p)
		x->allow = p->allow;
	else if (x->file)
		x->allow = "GET, HEAD, OPTIONS";
}

bool request_head(struct exchange *x)
{
	struct req *rq = &x->rq;

	x->gzip_ok = accepts_gzip(header_value(x->info, "Accept-Encoding"));
	rq->lang = language_of(header_value(x->info, "Accept-Language"));
	/* An address that nobody writes by mistake ends the connection, like the gate's refusals. */
	x->refused = !path_decode(&rq->path, &rq->arena, x->info->local_uri_raw, &rq->err);
	if (x->refused)
		return false;
	find_target(x);
	if (x->file)
		return true;
	x->refused = !query_decode(&x->pairs, &rq->arena, x->info->query_string, &rq->err);
	if (x->refused)
		return false;
	rq->query = x->pairs;
	read_credentials(x);
	read_agent(x);
	if (rq->route && !query_check(x->pairs, rq->route, &rq->err))
		return false;
	return read_language(x);
}

bool req_instant(int64_t *us, struct req *rq, const char *name)
{
	const char *text = req_query(rq, name);
	int64_t now = clock_now_us(), at;
	int32_t day;

	if (!text)
		return true;
	if (day_parse(&day, text)) {
		if (day > rq->today)
			return err_add_param(&rq->err, name, MSG_AS_OF_FUTURE);
		at = day_end_us(day, rq->zone);
		*us = day == rq->today || at >= now ? AS_OF_NOW : at;
		return true;
	}
	if (!instant_parse(&at, text))
		return err_add_param(&rq->err, name, MSG_BAD_AS_OF, text);
	if (at > now)
		return err_add_param(&rq->err, name, MSG_AS_OF_FUTURE);
	*us = at;
	return true;
}

static const char *instant_param(struct req *rq, int64_t us)
{
	return us == AS_OF_NOW ? NULL : arena_strdup(&rq->arena, instant_format(us).text);
}

const char *req_as_of(struct req *rq)
{
	return instant_param(rq, rq->as_of_us);
}

bool req_span(const char **since, const char **until, struct req *rq)
{
	int64_t from = INT64_MIN, to = AS_OF_NOW;

	if (!req_instant(&from, rq, "since") || !req_instant(&to, rq, "until"))
		return false;
	if (from == AS_OF_NOW)		/* the end of today: nothing is later than now */
		from = clock_now_us();
	if (from > to)
		return err_add_param(&rq->err, "since", MSG_SINCE_AFTER_UNTIL);
	*since = from == INT64_MIN ? NULL : instant_param(rq, from);
	*until = instant_param(rq, to);
	return true;
}

static bool read_instants(struct req *rq, const char *zone)
{
	rq->zone = zone;
	rq->today = clock_today(zone);
	rq->as_of_us = AS_OF_NOW;
	return !rq->route || !(rq->route->flags & F_AS_OF) || req_instant(&rq->as_of_us, rq, "as_of");
}

/*
 * A malformed as_of is told before anything is known of who asks, and so is one that is in the
 * future everywhere: days begin first on this zone's islands.
 */
bool request_instants(struct exchange *x)
{
	return read_instants(&x->rq, x->pattern && x->pattern->plan_arg >= 0 ? "Pacific/Kiritimati" :
			     x->server->config.time_zone);
}

/* The plan is known: its days are what today, and a day given as as_of, mean. */
bool request_plan_instants(struct exchange *x)
{
	struct req *rq = &x->rq;

	for (int i = 0; i < rq->user.grant_count; i++)
		if (rq->plan_id && rq->user.grants[i].plan_id == rq->plan_id)
			return read_instants(rq, rq->user.grants[i].zone);
	return read_instants(rq, x->server->config.time_zone);
}

/* Constant in time for equal lengths; a token's length is no secret. */
static bool same_secret(const char *given, const char *expected)
{
	size_t len = strlen(expected);

	return len > 0 && strlen(given) == len && sodium_memcmp(given, expected, len) == 0;
}

static bool same_site(const struct exchange *x)
{
	const char *origin = header_value(x->info, "Origin");
	const char *site = header_value(x->info, "Sec-Fetch-Site");

	if (site && strcmp(site, "same-origin") != 0)
		return false;
	return origin ? strcmp(origin, x->server->config.public_url) == 0 : site != NULL;
}

/* What says nothing of where it comes from is no browser. */
static bool not_elsewhere(const struct exchange *x)
{
	bool tells = header_value(x->info, "Origin") || header_value(x->info, "Sec-Fetch-Site");

	return !tells || same_site(x);
}

/*
 * A change signed in by cookie comes from our own pages: Origin (or what the
 * browser says of the site) and the token.  Signing in has no session yet, so
 * what the browser says of the site, if it does, must name ours.
 */
bool request_origin(struct exchange *x)
{
	struct req *rq = &x->rq;
	const char *token = header_value(x->info, "X-CSRF-Token");

	if (strcmp(rq->route->method, "GET") == 0)
		return true;
	if (rq->route->access == ACCESS_OPEN)
		return not_elsewhere(x) ||
		       err_set(&rq->err, ERR_FORBIDDEN, MSG_CROSS_SITE);
	if (!rq->user.by_cookie)
		return true;
	if (!same_site(x))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_CROSS_SITE);
	return (token && same_secret(token, rq->user.csrf_token)) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_CSRF);
}

static bool takes_body(const struct route *route)
{
	return strcmp(route->method, "GET") != 0 && strcmp(route->method, "DELETE") != 0;
}

static const char *media_type_of(const struct route *route)
{
	return route->media_type ? route->media_type : "application/json";
}

/* "application/json" or with "; charset=utf-8"; nothing else. */
static bool is_media_type(const char *given, const char *expected)
{
	size_t len = strlen(expected);

	if (strncasecmp(given, expected, len) != 0)
		return false;
	given += len + strspn(given + len, " \t");
	if (!*given)
		return true;
	if (*given++ != ';')
		return false;
	given += strspn(given, " \t");
	return strcasecmp(given, "charset=utf-8") == 0 || strcasecmp(given, "charset=\"utf-8\"") == 0;
}

/* A route may list several types, separated by blanks. */
static bool is_one_of(struct arena *a, const char *given, const char *expected)
{
	char *rest = arena_strdup(a, expected);

	for (char *type; (type = strsep(&rest, " ")); )
		if (*type && (strcmp(type, "*/*") == 0 || is_media_type(given, type)))
			return true;
	return false;
}

bool request_media_type(struct exchange *x)
{
	const struct route *route = x->rq.route;
	const char *given = header_value(x->info, "Content-Type");

	if (!takes_body(route))
		return true;
	if (header_value(x->info, "Content-Encoding"))
		return err_set(&x->rq.err, ERR_MEDIA_TYPE, MSG_MEDIA_TYPE, media_type_of(route));
	if (!x->read_body && (!(route->flags & F_BODY) || !given))
		return true;
	if (!given || !is_one_of(&x->rq.arena, given, media_type_of(route)))
		return err_set(&x->rq.err, ERR_MEDIA_TYPE, MSG_MEDIA_TYPE, media_type_of(route));
	return true;
}

/* What of a body is on its way, known before anything may refuse it. */
bool request_framing(struct exchange *x)
{
	const char *length = header_value(x->info, "Content-Length");

	x->chunked = header_value(x->info, "Transfer-Encoding") != NULL;
	x->body_bytes = length ? (size_t)strtoul(length, NULL, 10) : 0;
	x->read_body = x->chunked || x->body_bytes > 0;
	return true;
}

static size_t limit_of(const struct route *route)
{
	return route->body_max ? route->body_max : BODY_MAX_DEFAULT;
}

static bool too_large(struct exchange *x)
{
	return err_set(&x->rq.err, ERR_TOO_LARGE, MSG_BODY_TOO_LARGE,
		       text_limit(&x->rq.arena, limit_of(x->rq.route)));
}

bool request_size(struct exchange *x)
{
	return x->body_bytes <= limit_of(x->rq.route) || too_large(x);
}

static bool broken_body(struct exchange *x)
{
	x->close = true;
	return err_set(&x->rq.err, ERR_SYNTAX, MSG_BAD_REQUEST, "body");
}

/*
 * Reads the body to its end.  CivetWeb goes on reading as long as a byte comes
 * now and then, so the watch ends the reading at the deadline; the refusal can
 * still be written.
 */
static bool read_bytes(struct exchange *x, struct buffer *b)
{
	size_t limit = limit_of(x->rq.route);
	char piece[4096];
	int n;

	for (;;) {
		size_t want = x->chunked ? sizeof piece : x->body_bytes - b->len;

		if (!want)
			return true;
		n = mg_read(x->conn, piece, want < sizeof piece ? want : sizeof piece);
		if (n < 0 || (n == 0 && !x->chunked))
			return broken_body(x);
		if (n == 0)
			return true;
		buffer_add(b, piece, (size_t)n);
		if (b->len > limit)
			return too_large(x);
	}
}

static bool takes_file(const struct route *route)
{
	return route->media_type && strcmp(route->media_type, "application/json") != 0;
}

static bool no_body(struct req *rq)
{
	return !(rq->route->flags & F_BODY) ||
	       err_set(&rq->err, ERR_SYNTAX, takes_file(rq->route) ? MSG_FILE_EMPTY : MSG_BODY_MISSING);
}

bool request_body(struct exchange *x)
{
	struct req *rq = &x->rq;
	struct buffer b;
	bool fine;

	if (!x->read_body)
		return no_body(rq);
	if (header_value(x->info, "Expect"))
		mg_write(x->conn, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	/* Where a chunked body ends is the parser's word alone: nothing may follow it. */
	x->close |= x->chunked;
	buffer_init(&b, &rq->arena, x->body_bytes + 1);
	watch_arm(x, SHUT_RD, x->server->config.request_ms);
	fine = read_bytes(x, &b);
	watch_disarm(x);
	if (!fine)
		return false;
	x->read_body = false;
	rq->raw_body = b.bytes;
	rq->raw_body_bytes = b.len;
	if (!b.len)
		return no_body(rq);
	if (takes_file(rq->route))
		return true;
	return json_parse(&rq->body, b.bytes, b.len, &rq->err);
}

/*
 * A small body that was refused unread is read to its end, so that the
 * connection may live on; anything else ends it.
 */
void request_discard(struct exchange *x)
{
	char piece[4096];
	size_t left = x->body_bytes;
	int n = 1;

	if (!x->read_body || x->refused || x->chunked || left > DISCARD_MAX ||
	    header_value(x->info, "Expect"))
		return;
	watch_arm(x, SHUT_RD, x->server->config.request_ms);
	while (left && n > 0) {
		n = mg_read(x->conn, piece, left < sizeof piece ? left : sizeof piece);
		left -= n > 0 ? (size_t)n : 0;
	}
	watch_disarm(x);
	x->read_body = left > 0;
}

static bool read_key(struct exchange *x)
{
	const char *key = header_value(x->info, "Idempotency-Key");
	size_t len;

	if (!key || !(x->rq.route->flags & F_IDEMPOTENT))
		return true;
	len = strlen(key);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)key[i] <= 0x20 || (unsigned char)key[i] >= 0x7f)
			len = 0;
	if (len < 1 || len > 200) {
		err_add_header(&x->rq.err, "Idempotency-Key", MSG_BAD_IDEMPOTENCY_KEY);
		return false;
	}
	x->rq.idempotency_key = key;
	return true;
}

/* 400 for a malformed header, 428 for a missing one. */
bool request_conditions(struct exchange *x)
{
	struct req *rq = &x->rq;
	const char *match = header_value(x->info, "If-Match");

	rq->if_version = -1;
	rq->minimal = rq->route->flags & F_MINIMAL && prefers_minimal(header_value(x->info, "Prefer"));
	if (!read_key(x))
		return false;
	if (match && (rq->route->flags & (F_IF_MATCH | F_IF_MATCH_MAYBE)) &&
	    !if_match_parse(&rq->if_version, match)) {
		err_add_header(&rq->err, "If-Match", MSG_BAD_IF_MATCH);
		return false;
	}
	if (!match && rq->route->flags & F_IF_MATCH) {
		err_set(&rq->err, ERR_PRECONDITION, MSG_IF_MATCH_MISSING);
		err_add_header(&rq->err, "If-Match", MSG_IF_MATCH_MISSING);
		return false;
	}
	return true;
}
