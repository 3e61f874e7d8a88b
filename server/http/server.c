/*
 * The trampoline: every request goes through the same stages, in the order in
 * which refusals are told, and is answered, counted and logged in one place.
 */
#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "id.h"
#include "internal.h"
#include "json.h"
#include "log.h"

/* Longer than a statement may run (statement_timeout): then a write that was cut off is kept or never will be. */
enum { SETTLE_MS = 10000 };

/* ------------------------------------------------------------------ stages */

static bool stage_gate(struct exchange *x)
{
	x->refused = !gate_pass(x->info, x->worker, &x->rq.err);
	if (!x->refused)
		return true;
	if (x->rq.err.code == ERR_METHOD)
		x->allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
	return false;
}

static bool stage_method(struct exchange *x)
{
	struct req *rq = &x->rq;

	if (strcmp(rq->method, "OPTIONS") == 0) {
		x->done = true;
		return http_no_content(rq);
	}
	if (rq->route || (x->file && method_index(rq->method) == 0))
		return true;
	return err_set(&rq->err, ERR_METHOD, MSG_METHOD_NOT_ALLOWED, x->allow);
}

static bool stage_file(struct exchange *x)
{
	struct req *rq = &x->rq;
	const struct file *f = x->file;

	if (!f)
		return true;
	http_text(rq, 200, f->type, f->bytes, f->len);
	rq->answer_gzip = f->gzip;
	rq->answer_gzip_bytes = f->gzip_len;
	snprintf(rq->etag, sizeof rq->etag, "%s", f->etag);
	x->done = true;
	return true;
}

bool exchange_act(struct exchange *x)
{
	struct req *rq = &x->rq;

	x->find_due = false;
	return (rq->route->act(rq) && err_ok(&rq->err)) ||
	       (err_ok(&rq->err) ? err_set(&rq->err, ERR_INTERNAL, MSG_INTERNAL) : false);
}

/* The order of refusals of the interface: 400 401 404 405 403 415 413 400 428, then the handler's. */
static bool (*const stages[])(struct exchange *) = {
	stage_gate, request_framing, request_head, request_instants, access_identify, access_plan,
	request_plan_instants, stage_method,
	stage_file, access_allowed, request_media_type, request_size, request_body,
	request_conditions, idempotent_act,
};

static void run_stages(struct exchange *x)
{
	size_t count = sizeof stages / sizeof stages[0];

	for (size_t i = 0; i < count && !x->done; i++)
		if (!stages[i](x)) {
			access_find_late(x);
			if (err_ok(&x->rq.err))
				err_set(&x->rq.err, ERR_INTERNAL, MSG_INTERNAL);
			/* nothing is saved before the handler acts, nor by a read */
			if (x->rq.err.msg == MSG_DATABASE_UNSURE &&
			    (i < count - 1 || strcmp(x->rq.method, "GET") == 0))
				x->rq.err.msg = MSG_DATABASE_AWAY;
			return;
		}
}

/* ------------------------------------------------------------------ one request */

/* An unknown page is told as a page, to a person who follows a link. */
static bool answer_missing_page(struct exchange *x)
{
	const struct file *f = files_missing(x->server->files);
	struct req *rq = &x->rq;

	if (!f || rq->err.code != ERR_NOT_FOUND || x->pattern || !rq->path ||
	    strncmp(rq->path, "/api/", 5) == 0)
		return false;
	x->file = f;
	http_text(rq, 404, f->type, f->bytes, f->len);
	rq->answer_gzip = f->gzip;
	rq->answer_gzip_bytes = f->gzip_len;
	return true;
}

static void tell_change(struct http_server *s, int64_t plan_id)
{
	if (plan_id)
		cache_bump(s->cache, plan_id);
	else
		cache_bump_all(s->cache);
	if (s->config.changed)
		s->config.changed(s->app, plan_id);
}

/*
 * A write that was cut off may be kept after its answer, once the database comes to it: what is read
 * before is then old.  While that can be, and as long as the database does not answer, answers are
 * served as ever; all are thrown away, here and elsewhere, when it is over.
 */
static void remember_unsure(struct http_server *s, const struct req *rq)
{
	bool unsure = rq->err.msg == MSG_DATABASE_UNSURE;

	if (unsure || (rq->err.msg == MSG_DATABASE_AWAY && atomic_load(&s->unsettled_ms)))
		atomic_store(&s->unsettled_ms, clock_mono_ms() + SETTLE_MS);
}

static void settle(struct http_server *s)
{
	int64_t end = atomic_load(&s->unsettled_ms);

	if (end && clock_mono_ms() > end && atomic_compare_exchange_strong(&s->unsettled_ms, &end, 0))
		tell_change(s, 0);
}

static void tell_changes(struct exchange *x)
{
	struct http_server *s = x->server;
	int room = (int)(sizeof x->changed / sizeof x->changed[0]);

	remember_unsure(s, &x->rq);
	if (x->rq.err.msg == MSG_DATABASE_UNSURE && !x->changed_count)
		http_plan_changed(&x->rq);
	if (x->changed_count > room)
		cache_bump_all(s->cache);
	for (int i = 0; i < x->changed_count && i < room; i++)
		tell_change(s, x->changed[i] == EVERY_PLAN ? 0 : x->changed[i]);
}

static void log_exchange(const struct exchange *x, int64_t ns)
{
	static const char *const special[] = { "static", "unknown", "refused" };
	const struct req *rq = &x->rq;
	bool failed = rq->err.code != ERR_NONE;
	char user[24], status[8], ms[24], db_ms[24], trips[12];

	snprintf(user, sizeof user, "%lld", (long long)rq->user.id);
	snprintf(status, sizeof status, "%d", rq->status);
	snprintf(ms, sizeof ms, "%.3f", (double)ns / 1e6);
	snprintf(db_ms, sizeof db_ms, "%.3f", (double)rq->db.db_us / 1e3);
	snprintf(trips, sizeof trips, "%d", rq->db.round_trips);
	log_event(rq->status >= 500 && rq->status != 503 ? LOG_ERROR : LOG_INFO, "request",
		  "id", rq->id, "user", rq->user.id ? user : NULL, "method", x->refused ? NULL : rq->method,
		  "route", rq->route ? rq->route->path : special[x->metric < METRIC_EXTRA ? x->metric : 1],
		  "status", status, "ms", ms, "db_ms", rq->db.round_trips ? db_ms : NULL,
		  "trips", rq->db.round_trips ? trips : NULL, "cache", x->cached,
		  "type", failed ? err_type(rq->err.code) : NULL,
		  "code", failed && rq->err.msg ? msg_code(rq->err.msg) : NULL,
		  "cause", failed && rq->err.cause[0] ? rq->err.cause : NULL);
}

static void exchange_open(struct exchange *x, struct mg_connection *conn)
{
	const struct mg_request_info *info = mg_get_request_info(conn);
	struct worker *w = mg_get_thread_pointer(conn);

	memset(x, 0, sizeof *x);
	x->began_ns = clock_mono_ns();
	x->server = info->user_data;
	x->conn = conn;
	x->info = info;
	x->worker = w;
	x->metric = METRIC_UNKNOWN;
	x->query_text = info->query_string;
	x->head = strcmp(info->request_method, "HEAD") == 0;
	x->rq.app = x->server->app;
	x->rq.http = x;
	x->rq.arena = w->arena;
	x->rq.method = info->request_method;
	x->rq.status = 500;
	x->rq.user.context = "";
	x->rq.user.csrf_token = "";
	x->rq.as_of_us = AS_OF_NOW;
	x->rq.if_version = -1;
	id_request(x->rq.id);
	err_init(&x->rq.err, &x->rq.arena);
	x->rq.db = (struct db_session){ .db = x->server->config.db, .context = "",
					.request_id = x->rq.id };
	x->rq.address = client_address(&x->rq.arena, info, x->server->config.trusted_proxy);
}

static void exchange_count(const struct exchange *x)
{
	int64_t ns = clock_mono_ns() - x->began_ns;

	metrics_count(x->server->metrics, x->metric, x->rq.status, ns);
	log_exchange(x, ns);
}

static void exchange_close(struct exchange *x)
{
	struct req *rq = &x->rq;

	if (rq->answer_release)
		rq->answer_release(rq->answer_owner);
	db_rollback(&rq->db);
	json_decref(rq->body);
	arena_reset(&rq->arena);
	x->worker->arena = rq->arena;
}

int server_begin_request(struct mg_connection *conn)
{
	struct exchange x;
	int status;

	exchange_open(&x, conn);
	atomic_fetch_add(&x.server->seen, 1);
	atomic_fetch_add(&x.server->in_flight, 1);
	settle(x.server);
	if (!atomic_load(&x.server->ready)) {
		x.refused = true;
		err_set(&x.rq.err, ERR_BUSY, MSG_BUSY);
	} else {
		run_stages(&x);
	}
	cache_built(x.server->cache, &x.building);	/* also when it could not be built */
	if (x.refused)
		x.metric = METRIC_REFUSED;
	tell_changes(&x);	/* a change may be kept though its answer failed */
	if (x.rq.err.code != ERR_NONE && !answer_missing_page(&x))
		problem_set(&x);
	if (x.rq.err.code == ERR_FORBIDDEN && x.rq.user.id && x.server->config.refused)
		x.server->config.refused(&x.rq);
	response_send(&x);
	status = x.rq.status;
	exchange_count(&x);
	if (!x.stream)
		exchange_close(&x);
	atomic_fetch_sub(&x.server->in_flight, 1);
	if (x.stream) {		/* a stop does not wait for it */
		events_follow(&x);
		exchange_close(&x);
	}
	return status;
}

/* ------------------------------------------------------------------ CivetWeb's own refusals */

static enum err_code code_of(int status)
{
	return status == 413 ? ERR_HEADERS : status >= 500 && status != 505 ? ERR_INTERNAL : ERR_SYNTAX;
}

/* What its parser could not read: nothing of the request is known, not even its language. */
int server_http_error(struct mg_connection *conn, int status, const char *message)
{
	struct http_server *s = mg_get_user_data(mg_get_context(conn));
	struct worker *w = mg_get_thread_pointer(conn);
	struct arena a;
	struct buffer body, all;
	struct err e;
	char id[17];

	(void)message;
	atomic_fetch_add(&s->seen, 1);
	a = w->arena;
	err_init(&e, &a);
	id_request(id);
	if (code_of(status) == ERR_SYNTAX)
		err_set(&e, ERR_SYNTAX, MSG_BAD_REQUEST, "request line");
	else
		err_set(&e, code_of(status), code_of(status) == ERR_HEADERS ? MSG_TOO_MANY_HEADERS :
			MSG_INTERNAL);
	buffer_init(&body, &a, 512);
	problem_write(&body, &e, LANG_FR, id);
	buffer_init(&all, &a, 1024);
	buffer_format(&all, "HTTP/1.1 %d Refused\r\nX-Request-Id: %s\r\n"
		      "Content-Type: application/problem+json; charset=utf-8\r\n"
		      "Content-Length: %zu\r\nCache-Control: no-store\r\n"
		      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
		      "Connection: close\r\n\r\n%s", err_status(e.code), id, body.len, body.bytes);
	mg_disable_connection_keep_alive(conn);
	mg_write(conn, all.bytes, all.len);
	metrics_count(s->metrics, METRIC_REFUSED, err_status(e.code), 0);
	log_event(LOG_INFO, "request", "id", id, "route", "refused", "type", err_type(e.code));
	arena_reset(&a);
	w->arena = a;
	return 0;
}

/* CivetWeb's messages may quote what a client sent: they are for debugging alone. */
int server_log_message(const struct mg_connection *conn, const char *message)
{
	(void)conn;
	log_event(LOG_DEBUG, "civetweb", "message", message);
	return 1;
}
