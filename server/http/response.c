/*
 * The answer: head and body in one buffer and one write, since a second write
 * waits for the first one's acknowledgement.
 */
#include <civetweb.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "id.h"
#include "internal.h"

enum { LINGER_MS = 400, KEPT_BYTES = 64 * 1024 };

static const struct { int status; const char *text; } reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" },
	{ 304, "Not Modified" }, { 400, "Bad Request" }, { 401, "Unauthorized" },
	{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 409, "Conflict" }, { 412, "Precondition Failed" }, { 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" }, { 422, "Unprocessable Content" },
	{ 428, "Precondition Required" }, { 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
	{ 501, "Not Implemented" }, { 503, "Service Unavailable" }, { 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Answer";
}

/* ------------------------------------------------------------------ what handlers call */

bool http_json(struct req *rq, int status, const char *json)
{
	return http_text(rq, status, NULL, json, strlen(json));
}

bool http_text(struct req *rq, int status, const char *type, const char *bytes, size_t len)
{
	rq->status = status;
	rq->answer_type = type;
	rq->answer = bytes;
	rq->answer_bytes = len;
	return true;
}

bool http_no_content(struct req *rq)
{
	rq->status = 204;
	rq->answer = "";
	rq->answer_bytes = 0;
	return true;
}

static void set_etag(struct req *rq, const char *what)
{
	struct day_text day = day_format(rq->today);

	snprintf(rq->etag, sizeof rq->etag, "\"%.40s.%.4s%.2s%.2s.%s\"", what, day.text, day.text + 5,
		 day.text + 8, lang_code(rq->lang));
}

void http_etag_version(struct req *rq, int64_t version)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)version);
	set_etag(rq, text);
}

/* The letter in front keeps a hash from being read as a version by If-Match. */
void http_etag_content(struct req *rq, const char *bytes, size_t len)
{
	char hash[65], text[40];

	id_sha256(hash, bytes, len);
	snprintf(text, sizeof text, "h%.24s", hash);
	set_etag(rq, text);
}

void http_location(struct req *rq, const char *path)
{
	rq->location = arena_strdup(&rq->arena, path);
}

bool http_if_match(struct req *rq, int64_t version, const char *current)
{
	if (rq->if_version == version)
		return true;
	err_set(&rq->err, ERR_CHANGED, MSG_CHANGED);
	rq->err.current = current;
	return false;
}

/* ------------------------------------------------------------------ headers */

static const char *cache_control_of(const struct exchange *x)
{
	const struct req *rq = &x->rq;

	if (x->file && rq->status < 400)
		return x->file->immutable ? "public, max-age=31536000, immutable" : "no-cache";
	if (rq->status >= 400 || rq->no_store || (rq->route && rq->route->flags & F_NO_STORE))
		return "no-store";
	return rq->cache_control ? rq->cache_control : "private, no-cache";
}

static void write_date(struct buffer *b)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40];

	gmtime_r(&now, &tm);
	strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	buffer_text(b, text);
}

static void write_error_headers(struct buffer *b, const struct exchange *x)
{
	const struct req *rq = &x->rq;

	if (rq->status == 401)
		buffer_text(b, "WWW-Authenticate: Bearer realm=\"vigie\"\r\n");
	if (rq->status == 405 || x->rq.status == 204)
		if (x->allow)
			buffer_format(b, "Allow: %s\r\n", x->allow);
	if (rq->err.retry_after_s || rq->status == 503 || rq->status == 429)
		buffer_format(b, "Retry-After: %u\r\n",
			      rq->err.retry_after_s ? rq->err.retry_after_s : 1);
}

static void write_policy(struct buffer *b, const struct exchange *x)
{
	bool page = x->file && x->file->page;

	buffer_format(b, "Content-Security-Policy: %s\r\n", page ? x->server->page_policy :
		      "default-src 'none'; frame-ancestors 'none'");
	buffer_text(b, "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n");
	if (x->server->https)
		buffer_text(b, "Strict-Transport-Security: max-age=31536000\r\n");
}

/* `bytes`: the body of a 200, even when none follows (HEAD). */
static void write_head(struct buffer *b, const struct exchange *x, size_t bytes, bool gzip)
{
	const struct req *rq = &x->rq;

	buffer_format(b, "HTTP/1.1 %d %s\r\n", rq->status, reason_of(rq->status));
	write_date(b);
	buffer_format(b, "X-Request-Id: %s\r\n", rq->id);
	if (rq->status != 204 && rq->status != 304)
		buffer_format(b, "Content-Type: %s\r\n",
			      rq->answer_type ? rq->answer_type : "application/json; charset=utf-8");
	if (rq->status != 204 && rq->status != 304 && !x->stream)
		buffer_format(b, "Content-Length: %zu\r\n", bytes);
	if (gzip && rq->status != 304)
		buffer_text(b, "Content-Encoding: gzip\r\n");
	if (rq->minimal && rq->status == 204)
		buffer_text(b, "Preference-Applied: return=minimal\r\n");
	if (rq->etag[0])
		buffer_format(b, "ETag: %.*s%s\"\r\n", (int)strlen(rq->etag) - 1, rq->etag,
			      gzip ? ".gz" : "");
	buffer_format(b, "Vary: Accept-Encoding%s\r\n",
		      x->file ? "" : ", Accept-Language, Cookie, Authorization");
	buffer_format(b, "Cache-Control: %s\r\n", cache_control_of(x));
	write_policy(b, x);
	if (rq->location)
		buffer_format(b, "Location: %s\r\n", rq->location);
	if (rq->disposition && rq->status < 400)
		buffer_format(b, "Content-Disposition: %s\r\n", rq->disposition);
	if (rq->set_cookie)
		buffer_format(b, "Set-Cookie: %s\r\n", rq->set_cookie);
	write_error_headers(b, x);
	if (x->close)
		buffer_text(b, "Connection: close\r\n");
	else if (strcmp(x->info->http_version, "1.0") == 0)
		buffer_text(b, "Connection: keep-alive\r\n");
	buffer_text(b, "\r\n");
}

/* ------------------------------------------------------------------ sending */

static bool not_modified(struct exchange *x)
{
	const char *list = x->refused ? NULL : header_value(x->info, "If-None-Match");

	return list && x->rq.status == 200 && x->rq.etag[0] &&
	       strcmp(method_names[0], x->head ? "GET" : x->rq.method) == 0 &&
	       etag_listed(list, x->rq.etag);
}

static bool client_closes(const struct mg_request_info *info)
{
	const char *connection = header_value(info, "Connection");

	if (connection)
		return strcasestr(connection, "keep-alive") == NULL;
	return strcmp(info->http_version, "1.0") == 0;
}

/* What is sent as the body, compressed when that is wanted and worth it. */
struct body { const char *bytes; size_t len; bool gzip; char *owned; };

static struct body body_of(struct exchange *x)
{
	const struct req *rq = &x->rq;
	struct body body = { rq->answer ? rq->answer : "", rq->answer ? rq->answer_bytes : 0, false, NULL };
	size_t len;

	if (!x->gzip_ok || rq->status == 204 || x->stream)
		return body;
	if (rq->answer_gzip)
		return (struct body){ rq->answer_gzip, rq->answer_gzip_bytes, true, NULL };
	/* what is kept was compressed when it was, if that was worth it */
	if (x->file || body.len < GZIP_MIN_BYTES || rq->answer_owner ||
	    (rq->answer_type && !strstr(rq->answer_type, "json") && !strstr(rq->answer_type, "text/")))
		return body;
	body.owned = gzip_bytes(&len, body.bytes, body.len, 1);
	if (body.owned)
		body = (struct body){ body.owned, len, true, body.owned };
	return body;
}

static void send_both(struct exchange *x, const struct buffer *head, const char *bytes, size_t len)
{
	struct worker *w = x->worker;
	size_t total = head->len + len;

	if (w->out_room < total) {
		free(w->out);
		w->out_room = total;
		w->out = malloc(total);
		if (!w->out)
			abort();
	}
	memcpy(w->out, head->bytes, head->len);
	memcpy(w->out + head->len, bytes, len);
	/* What exceeds the socket's buffer waits for a reader, who may be slow. */
	if (total > KEPT_BYTES)
		watch_arm(x, SHUT_RDWR, x->server->config.request_ms);
	x->sent = mg_write(x->conn, w->out, total) == (int)total;
	x->close |= !x->sent;
	if (total > KEPT_BYTES) {
		watch_disarm(x);
		free(w->out);
		w->out = NULL;
		w->out_room = 0;
	}
}

void response_send(struct exchange *x)
{
	struct body body;
	struct buffer head;

	request_discard(x);
	x->close |= x->refused || x->stream || client_closes(x->info) || atomic_load(&x->server->draining) ||
		    atomic_load(&x->server->connections) > x->server->config.threads * 3 / 4 ||
		    x->read_body;
	if (not_modified(x))
		x->rq.status = 304;
	body = body_of(x);
	buffer_init(&head, &x->rq.arena, 1024);
	write_head(&head, x, body.len, body.gzip);
	if (x->close)
		mg_disable_connection_keep_alive(x->conn);
	send_both(x, &head, body.bytes, x->head || x->rq.status == 304 ? 0 : body.len);
	free(body.owned);
	if (x->refused || x->read_body)
		response_linger(x);
}

/*
 * Closing with bytes unread makes the system reset the connection, and the
 * client may never see why it was refused: read on for a moment.
 */
void response_linger(struct exchange *x)
{
	int fd = socket_of(x);
	int64_t end = clock_mono_ms() + LINGER_MS;
	char piece[4096];

	if (fd < 0 || shutdown(fd, SHUT_WR) != 0)
		return;
	while (clock_mono_ms() < end) {
		ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return;
		if (n < 0)
			nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
}
