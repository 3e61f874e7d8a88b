/*
 * One request, as handlers see it.  Handlers see no CivetWeb.
 */
#ifndef VIGIE_REQ_H
#define VIGIE_REQ_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "db.h"
#include "err.h"

struct app;
struct exchange;
struct route;
struct json_t;

enum role {
	ROLE_VIEWER = 1,
	ROLE_CONTRIBUTOR = 2,
	ROLE_ANALYST = 4,
	ROLE_COORDINATOR = 8,
	ROLE_ADMIN = 16,
};

/* A role with its scope, as GET /session shows it. */
struct grant {
	enum role role;
	int64_t plan_id;		/* 0: every plan (admin) */
	const char *plan;		/* plan code; NULL for admin */
	int64_t organisation_id;	/* 0: none */
	const char *organisation;	/* code, contributors only */
	const char *const *territories;	/* codes, NULL-terminated; empty: national */
	const char *zone;		/* of the plan, where its days end; NULL for admin */
};

/* Who is asking.  id 0: nobody is signed in.  Texts are borrowed from the request's arena. */
struct user {
	int64_t id;
	const char *login, *name;
	enum lang lang;			/* the person's choice */
	const char *context;		/* hex hash of the session or token; "" for nobody */
	const char *csrf_token;		/* "" with a token */
	bool by_cookie;			/* changes need Origin and X-CSRF-Token */
	bool read_only;			/* a token that may only read */
	const struct grant *grants;
	int grant_count;
};

enum { ROUTE_ARGS = 4 };

struct req {
	struct app *app;		/* services: configuration, database, caches; shared */
	struct exchange *http;		/* the HTTP side; NULL in a command */
	struct arena arena;		/* everything that dies with the request */
	const struct route *route;	/* NULL until found */
	const char *method;
	const char *path;		/* decoded once, checked */
	const char *arg[ROUTE_ARGS];	/* {path} arguments, decoded */
	const char *const *query;	/* name, value, name, value, …, NULL; decoded, checked against the route */
	struct json_t *body;		/* owned by the request; NULL without a JSON body */
	const char *raw_body;		/* other content types */
	size_t raw_body_bytes;
	struct user user;
	struct db_session db;		/* carries the person's context to every query */
	enum lang lang;			/* of this answer: ?lang=, else the person's, else Accept-Language */
	int64_t as_of_us;		/* instant; AS_OF_NOW without as_of */
	const char *zone;		/* where a day ends: the plan's, the server's without one */
	int32_t today;			/* in that zone, read once */
	int64_t if_version;		/* from If-Match; -1 when absent */
	const char *idempotency_key;	/* NULL without */
	bool minimal;			/* the client would rather be told that it is done than what there is now */
	const char *address;		/* the client's, through the trusted proxy if there is one */
	const char *agent;		/* what the browser calls itself; NULL without, or when unreadable */
	char id[17];
	int64_t plan_id;		/* of {plan}, found by the gate; 0 otherwise */
	void *object;			/* what route->find found; borrowed from the arena */
	struct err err;

	/* The answer: 500 until something better is known. */
	int status;
	const char *answer;		/* bytes; borrowed from the arena or from `answer_owner` */
	size_t answer_bytes;
	const char *answer_type;	/* content type; NULL: application/json; charset=utf-8 */
	const char *answer_gzip;	/* the same compressed, if a cache kept it */
	size_t answer_gzip_bytes;
	char etag[96];			/* with its quotes; "" for none */
	const char *location;
	const char *set_cookie;
	const char *disposition;	/* Content-Disposition; NULL without */
	const char *cache_control;	/* NULL: by the route */
	bool no_store;			/* shorthand for personal answers */
	void (*answer_release)(void *owner);
	void *answer_owner;
};

#define AS_OF_NOW INT64_MAX

/* The value of a query parameter, or NULL. */
const char *req_query(const struct req *rq, const char *name);

/* True when the person holds one of `roles` (bits) on the request's plan. */
bool req_has_role(const struct req *rq, unsigned roles);

/* as_of as a query parameter: NULL for now, else an instant as text. */
const char *req_as_of(struct req *rq);

/*
 * Reads the query parameter `name` as an instant, or as a day meaning its end;
 * *us stays untouched when it is absent.  ERR_PARAMETER when it is neither or
 * lies in the future; today means now (AS_OF_NOW).
 */
bool req_instant(int64_t *us, struct req *rq, const char *name)
	__attribute__((nonnull, warn_unused_result));

/*
 * Reads `since` and `until` as parameters of a query: NULL when absent, and for an
 * `until` that means now.  ERR_PARAMETER as req_instant, and when they are in the wrong order.
 */
bool req_span(const char **since, const char **until, struct req *rq)
	__attribute__((nonnull, warn_unused_result));

#endif
