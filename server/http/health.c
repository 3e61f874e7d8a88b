/*
 * The server's own routes: is it alive, can it work, what does it count, what
 * does its interface look like.
 */
#include "internal.h"

static bool alive(struct req *rq)
{
	return http_json(rq, 200, "{\"status\":\"ok\"}");
}

static bool ready(struct req *rq)
{
	struct http_server *s = rq->http->server;

	if (atomic_load(&s->draining))
		return err_set(&rq->err, ERR_BUSY, MSG_BUSY);
	if (!s->config.db || !db_ready(s->config.db, &rq->err))
		return err_set(&rq->err, ERR_BUSY, MSG_DATABASE_AWAY);
	return http_json(rq, 200, "{\"status\":\"ready\"}");
}

static bool metrics(struct req *rq)
{
	struct http_server *s = rq->http->server;
	struct buffer b;

	if (!s->config.metrics)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_SUCH_ROUTE);
	buffer_init(&b, &rq->arena, 16 * 1024);
	metrics_write(&b, s);
	return http_text(rq, 200, "text/plain; version=0.0.4; charset=utf-8", b.bytes, b.len);
}

static bool openapi(struct req *rq)
{
	struct http_server *s = rq->http->server;

	http_etag_content(rq, s->openapi, s->openapi_len);
	return http_text(rq, 200, NULL, s->openapi, s->openapi_len);
}

const struct route http_own_routes[] = {
	{ .method = "GET", .path = "/healthz", .act = alive, .access = ACCESS_OPEN,
	  .flags = F_NO_STORE, .answer = "Health", .status = 200,
	  .about = "Is the server alive" },
	{ .method = "GET", .path = "/readyz", .act = ready, .access = ACCESS_OPEN,
	  .flags = F_NO_STORE, .answer = "Health", .status = 200,
	  .about = "Can the server work: the database answers and its schema is the one built in" },
	{ .method = "GET", .path = "/metrics", .act = metrics, .access = ACCESS_LOOPBACK,
	  .flags = F_NO_STORE, .status = 200, .about = "Counters, for this machine only" },
	{ .method = "GET", .path = "/api/v1/openapi.json", .act = openapi, .access = ACCESS_OPEN,
	  .answer = "OpenApi", .status = 200, .about = "This description" },
	{ .method = "GET", .path = "/api/v1/events", .act = events_answer, .access = ACCESS_SIGNED_IN,
	  .flags = F_NO_STORE | F_PASSIVE, .query = "once", .status = 200,
	  .about = "Server-sent events: the version of each of one's plans, now and whenever it changes; "
		   "once=true tells the present ones and ends" },
	{ 0 }
};
