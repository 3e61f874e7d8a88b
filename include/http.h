/*
 * HTTP: one table of routes, one trampoline, one way to answer.
 */
#ifndef VIGIE_HTTP_H
#define VIGIE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "req.h"

/* Who may call a route, before its handler runs. */
enum access {
	ACCESS_OPEN,		/* anybody */
	ACCESS_SIGNED_IN,	/* any account that can sign in */
	ACCESS_PLAN,		/* any grant on {plan} but admin's */
	ACCESS_REPORT,		/* contributor or coordinator of {plan}; the scope is checked by `find` */
	ACCESS_ANALYSE,		/* analyst or coordinator of {plan}, or of any plan without {plan} */
	ACCESS_COORDINATE,	/* coordinator of {plan} */
	ACCESS_ADMIN,		/* admin */
	ACCESS_JOURNAL,		/* admin or coordinator */
	ACCESS_LOOPBACK,	/* this machine only */
};

enum route_flags {
	F_BODY = 1,		/* a JSON object is required */
	F_IF_MATCH = 2,		/* 428 without If-Match */
	F_AS_OF = 4,		/* a read that takes as_of */
	F_LIST = 8,		/* limit, cursor, sort */
	F_NO_STORE = 16,	/* personal: Cache-Control: no-store */
	F_IDEMPOTENT = 32,	/* honours Idempotency-Key */
	F_IF_MATCH_MAYBE = 64,	/* If-Match is checked by the handler, which knows when it is needed */
	F_FIND_LATE = 128,	/* `find` runs when the request is refused or repeated; `act` sees to it */
	F_PASSIVE = 256,	/* a page asks by itself: that prolongs nobody's session */
	F_MINIMAL = 512,	/* honours Prefer: return=minimal (RFC 7240): 204 may be the answer */
};

struct route {
	const char *method;	/* "GET" (HEAD comes with it), "POST", … */
	const char *path;	/* "/api/v1/plans/{plan}/actions/{number}" */
	/*
	 * Finds what the path names and whether this person may touch it: 404,
	 * 403, before the body is read.  May be NULL.
	 */
	bool (*find)(struct req *rq);
	/* Does the work; false leaves the reason in rq->err. */
	bool (*act)(struct req *rq);
	enum access access;
	unsigned flags;
	const char *query;	/* blank-separated query parameters beside those of the flags */
	const char *body;	/* name of the body's schema, for openapi.json; NULL without */
	const char *answer;	/* name of the answer's schema; NULL: no content */
	int status;		/* of success */
	const char *about;	/* one sentence, English, for openapi.json */
	size_t body_max;	/* bytes; 0: 256 KiB */
	const char *media_type;	/* NULL: application/json */
};

/* Answers: each sets the answer and returns true, so that a handler is one sentence. */
bool http_json(struct req *rq, int status, const char *json);	/* borrowed until the request ends */
bool http_text(struct req *rq, int status, const char *type, const char *bytes, size_t len);
bool http_no_content(struct req *rq);

/* Sets the ETag `"version.day.lang"` of a versioned resource. */
void http_etag_version(struct req *rq, int64_t version);
/* Sets the ETag `"hash.day.lang"` of an answer known by its content. */
void http_etag_content(struct req *rq, const char *bytes, size_t len);
void http_location(struct req *rq, const char *path);

/*
 * 412 with the present resource unless If-Match names `version`.  `current` is
 * its JSON text, borrowed.
 */
bool http_if_match(struct req *rq, int64_t version, const char *current);

/*
 * Answer cache, bound to a plan's generation.  A handler asks first; on a miss
 * it builds the answer and keeps it, compressed once.
 */
struct answer_cache;
bool http_cached(struct req *rq, const char *key);		/* true: the answer is set */
bool http_keep(struct req *rq, const char *key, const char *json);	/* sets the answer too */
/*
 * The plan of the request changed: when the handler is done (after the commit of
 * an idempotent one), whether its answer succeeds or not, later reads are built
 * anew, other servers are told and the compute worker wakes.  The second form
 * names another plan, or every plan there is.
 */
enum { EVERY_PLAN = -1 };
void http_plan_changed(struct req *rq);
void http_plan_changed_id(struct req *rq, int64_t plan_id);

/* How a list is asked for. */
struct list {
	int limit;
	const char *sort;		/* one of the words offered */
	bool descending;
	const char *hash;		/* of all that must stay the same from page to page */
	const char *key, *id;		/* where the page before ended; NULL: the first page */
};

/* Reads limit, sort and cursor.  `sorts`: blank-separated, the first is the default ("-at" descends). */
bool list_read(struct list *out, struct req *rq, const char *sorts);
/* The same as the jsonb parameter of the query. */
const char *list_param(struct req *rq, const struct list *l);
/* Adds the query parameter `name` to *filters; ERR_PARAMETER unless one of `choices` (NULL: any text). */
bool filter_read(struct json_t *filters, struct req *rq, const char *name, const char *choices);

struct http_server;
struct http_config {
	const char *address;		/* "127.0.0.1" */
	int port;
	int threads;
	bool port_search;		/* the next free port when `port` is taken */
	const char *public_url;		/* "https://vigie.example"; "": http://address:port */
	const char *trusted_proxy;	/* address of the proxy, or "" */
	const char *web_dir;		/* built pages */
	const char *time_zone;		/* where a day ends */
	int request_ms;			/* deadline of headers, and of a body */
	bool metrics;			/* serves /metrics */
	int cache_mb;			/* for answers kept; 0: none is */
	struct db *db;			/* borrowed */
	/* A plan changed here (0: any may have): tell the others, wake the worker.  May be NULL. */
	void (*changed)(struct app *app, int64_t plan_id);
	/* A request by somebody was refused with 403.  May be NULL. */
	void (*refused)(struct req *rq);
	/* False while changes made elsewhere cannot be heard: nothing is cached.  May be NULL. */
	bool (*hearing)(struct app *app);
};

/* Who is asking, from cookie or token; sets rq->user.  False only when it could not be known. */
typedef bool (*http_authenticate)(struct req *rq, const char *cookie, const char *bearer);

/*
 * Makes the server: reads the built pages, checks the routes.  `routes` ends with
 * a NULL method; two equal routes or an argument too many are ERR_INTERNAL.
 * *out is owned (http_close).
 */
bool http_open(struct http_server **out, struct app *app, const struct http_config *config,
	       const struct route *routes, http_authenticate authenticate, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* Starts listening and answering.  ERR_INTERNAL when the port is taken. */
bool http_listen(struct http_server *server, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* The address that people use, and the port in use.  Borrowed from the server. */
const char *http_public_url(const struct http_server *server);
int http_port(const struct http_server *server);

/*
 * What another server changed, as the listener heard it: "plan:3" or "*".
 * Thread-safe; other topics are ignored.
 */
void http_heard(struct http_server *server, const char *topic);

/*
 * Adds a source to /metrics: `value` is called at each scrape.  `name`,
 * `kind` ("gauge" or "counter") and `help` are static.  Before the first request; at most 32.
 */
void http_metric(struct http_server *server, const char *name, const char *kind, const char *help,
		 double (*value)(struct app *app));

/* Stops accepting, answers what is in flight for at most `drain_ms`, then stops. */
void http_stop(struct http_server *server, int drain_ms);

/* Gives everything back.  Nobody may use the server any more: stop the listener first. */
void http_close(struct http_server *server);

#endif
