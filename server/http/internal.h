/*
 * What the files of server/http share.  CivetWeb is seen in events.c, gate.c, listen.c,
 * request.c, response.c, server.c and socket.c alone.
 */
#ifndef VIGIE_HTTP_INTERNAL_H
#define VIGIE_HTTP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "http.h"

struct mg_connection;
struct mg_context;
struct mg_request_info;

enum { SEGMENTS_MAX = 12, BODY_MAX_DEFAULT = 256 * 1024, GZIP_MIN_BYTES = 1400 };

/* ------------------------------------------------------------------ text being built */
struct buffer {
	struct arena *arena;
	char *bytes;		/* borrowed from the arena; NUL-terminated */
	size_t len, room;
};
void buffer_init(struct buffer *b, struct arena *a, size_t room);
void buffer_add(struct buffer *b, const char *bytes, size_t len);
void buffer_text(struct buffer *b, const char *text);
void buffer_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `text` as a JSON string, quotes included. */
void buffer_json(struct buffer *b, const char *text);

/* Gzip of `len` bytes, or NULL; owned (free). */
char *gzip_bytes(size_t *out_len, const char *bytes, size_t len, int level);

/* ------------------------------------------------------------------ routes */
enum { METHODS = 5 };
extern const char *const method_names[METHODS];	/* GET POST PUT PATCH DELETE */

/* One path of the table, with its methods. */
struct pattern {
	const char *path;
	const char *segment[SEGMENTS_MAX];	/* NULL: an argument */
	size_t segment_bytes[SEGMENTS_MAX];
	int count, args;
	int plan_arg;				/* which argument is {plan}; -1: none */
	const struct route *route[METHODS];
	int index[METHODS];			/* of the route in the table */
	bool open;				/* some method is open to all */
	char allow[64];				/* "GET, HEAD, POST, OPTIONS" */
};
struct router;
bool router_new(struct router **out, const struct route *routes, struct err *e);
void router_free(struct router *r);
/* The pattern that `path` (decoded) matches, its arguments in `arg`; NULL: none. */
const struct pattern *router_match(const struct router *r, struct arena *a, const char *path,
				   const char *arg[ROUTE_ARGS]);
/* The column of a method name; HEAD is GET's; -1: another. */
int method_index(const char *method);

/* ------------------------------------------------------------------ static files */
struct file {
	const char *path;	/* "/assets/home-1a2b.js" */
	const char *type;
	const char *bytes, *gzip;	/* gzip NULL: not worth it */
	size_t len, gzip_len;
	char etag[40];		/* with quotes */
	bool page, immutable;
};
struct files;
/* What `dir` holds now; an absent folder is an empty list. */
struct files *files_load(const char *dir);
void files_free(struct files *f);
const struct file *files_find(const struct files *f, const char *path);
/* The page shown for an unknown address, or NULL. */
const struct file *files_missing(const struct files *f);
/* True when the theme passes Trusted Types. */
bool files_trusted_types(const struct files *f);

/* ------------------------------------------------------------------ answer cache */
struct answer;
struct answer_cache *cache_new(size_t max_entries, size_t max_bytes);
void cache_free(struct answer_cache *c);
uint64_t cache_generation(struct answer_cache *c, int64_t plan_id);
void cache_bump(struct answer_cache *c, int64_t plan_id);
void cache_bump_all(struct answer_cache *c);
/* Waits until a plan's generation is not the one in `seen`, until *stop is set and cache_wake called, or for `ms`. */
void cache_await_change(struct answer_cache *c, const int64_t *plan_id, const uint64_t *seen, int count,
			int ms, const atomic_bool *stop);
void cache_wake(struct answer_cache *c);
struct answer_view { const char *bytes, *gzip, *etag; size_t len, gzip_len; };
struct building { struct building *next; const char *key; uint64_t hash, generation; bool claimed; };
/*
 * The answer kept under `key` for the plan's present generation, which is left
 * in *generation: shared, held until answer_release.  When it is missing one
 * caller gets NULL and builds it, in `mine` until cache_built; the others wait
 * for it.  `key` must live as long.
 */
struct answer *cache_await(struct answer_view *out, struct answer_cache *c, const char *key,
			   int64_t plan_id, uint64_t *generation, struct building *mine);
/* Ends a claim, whether an answer was kept or not; nothing without one. */
void cache_built(struct answer_cache *c, struct building *mine);
/* Keeps a copy, compressed once; the result is held as by cache_await. */
struct answer *cache_keep(struct answer_view *out, struct answer_cache *c, const char *key,
			  int64_t plan_id, uint64_t generation, const char *json, size_t len,
			  const char *etag);
/* A copy, compressed likewise, that nobody else is given; held as by cache_await. */
struct answer *cache_pass(struct answer_view *out, const char *json, size_t len, const char *etag);
void answer_release(void *answer);
struct cache_stats { uint64_t hits, misses, evictions; size_t entries, bytes; };
struct cache_stats cache_stats(struct answer_cache *c);

/* ------------------------------------------------------------------ metrics */
struct metrics;
enum { METRIC_STATIC, METRIC_UNKNOWN, METRIC_REFUSED, METRIC_EXTRA };	/* before the routes */
struct metrics *metrics_new(const struct route *routes);
void metrics_free(struct metrics *m);
void metrics_count(struct metrics *m, int row, int status, int64_t ns);
void metrics_source(struct metrics *m, const char *name, const char *kind, const char *help,
		    double (*value)(struct app *app));
struct http_server;
void metrics_write(struct buffer *out, struct http_server *s);

/* ------------------------------------------------------------------ one worker thread */
struct worker {
	struct arena arena;
	const char *base;	/* where requests begin in this worker's buffer; see gate.c */
	char *out;		/* the answer, head and body; owned */
	size_t out_room;
	pthread_mutex_t lock;	/* of the two fields below */
	int watched;		/* descriptor, -1: none */
	int watched_way;	/* SHUT_RD: what does not come; SHUT_RDWR: what is not taken, either */
	int64_t deadline_ms;
	struct worker *next;
};

/* ------------------------------------------------------------------ the server */
struct http_server {
	struct app *app;
	struct http_config config;	/* its texts are copies in `arena` */
	struct arena arena;		/* lives as long as the server */
	http_authenticate authenticate;
	const struct route *routes;
	struct router *router;
	struct files *files;
	struct answer_cache *cache;
	struct metrics *metrics;
	const char *openapi;
	size_t openapi_len;
	struct mg_context *mg;
	const char *page_policy;	/* Content-Security-Policy of pages */
	bool https;			/* public_url is https */
	int port, listening;		/* descriptor that accepts */
	atomic_bool ready, draining;
	atomic_int connections, in_flight;
	atomic_int streams;		/* that follow plans; see events.c */
	atomic_uint_fast64_t accepted, seen;
	_Atomic int64_t unsettled_ms;	/* until when a write that was cut off may still be kept; 0: none */
	pthread_mutex_t workers_lock;
	struct worker *workers;
	pthread_t watch;
	bool watching, watch_stop;
	pthread_mutex_t watch_lock;
	pthread_cond_t watch_wake;
};

/* One request and its answer, the HTTP side.  rq.http points back here. */
struct exchange {
	struct req rq;
	struct http_server *server;
	struct mg_connection *conn;
	const struct mg_request_info *info;
	struct worker *worker;
	const struct pattern *pattern;
	const struct file *file;
	const char *query_text;		/* raw, or NULL */
	const char *const *pairs;	/* all parameters, decoded */
	const char *cookie, *bearer;	/* the secrets, or NULL */
	const char *allow;		/* for 405 and OPTIONS */
	size_t body_bytes;		/* of Content-Length */
	bool head, gzip_ok, chunked, done;
	bool stream;			/* events follow the answer */
	bool sent;			/* the whole answer left */
	bool read_body;			/* a body is there, not read yet */
	bool find_due;			/* of an F_FIND_LATE route: it has not run */
	bool close;			/* the connection ends with this answer */
	bool refused;			/* by the gate */
	int metric;
	int64_t began_ns;
	int64_t changed[4];		/* plans changed by the handler */
	int changed_count;
	uint64_t generation;		/* of the plan when the cache was asked */
	bool generation_known;
	struct building building;	/* the answer that others wait for meanwhile */
	const char *cached;		/* "hit", "miss" or NULL, for the log */
};

/* gate.c: true when the request may be read at all; see security notes there. */
bool gate_pass(const struct mg_request_info *info, struct worker *w, struct err *e);
/* The checks that need only the parsed fields. */
bool gate_fields(const struct mg_request_info *info, struct err *e);

/* request.c, query.c */
const char *header_value(const struct mg_request_info *info, const char *name);
bool path_decode(const char **out, struct arena *a, const char *raw, struct err *e);
bool query_decode(const char *const **out, struct arena *a, const char *raw, struct err *e);
bool query_check(const char *const *pairs, const struct route *route, struct err *e);
const char *query_value(const char *const *pairs, const char *name);
bool if_match_parse(int64_t *version, const char *value);
bool etag_listed(const char *list, const char *etag);
/* Does a Prefer header ask for return=minimal?  The first `return` counts (RFC 7240, section 2). */
bool prefers_minimal(const char *prefer);
enum lang language_of(const char *accept_language);
bool accepts_gzip(const char *accept_encoding);
const char *cookie_value(struct arena *a, const char *header, const char *name);
const char *client_address(struct arena *a, const struct mg_request_info *info,
			   const char *trusted_proxy);
bool request_framing(struct exchange *x);
bool request_head(struct exchange *x);
bool request_instants(struct exchange *x);
bool request_plan_instants(struct exchange *x);
bool request_origin(struct exchange *x);
bool request_media_type(struct exchange *x);
bool request_size(struct exchange *x);
bool request_body(struct exchange *x);
bool request_conditions(struct exchange *x);
void request_discard(struct exchange *x);

/* access.c */
bool access_identify(struct exchange *x);
bool access_plan(struct exchange *x);
bool access_allowed(struct exchange *x);
/*
 * The `find` of an F_FIND_LATE route, if it has not run and the handler neither: what it finds wrong
 * is told instead of a fault of the request that was found before, but not instead of a fault of
 * ours.  True when nothing is wrong.
 */
bool access_find_late(struct exchange *x);

/* idempotency.c: calls the handler once for a key; see there. */
bool idempotent_act(struct exchange *x);
/* server.c: calls the handler. */
bool exchange_act(struct exchange *x);
/* server.c: CivetWeb's callbacks. */
int server_begin_request(struct mg_connection *conn);
int server_http_error(struct mg_connection *conn, int status, const char *message);
int server_log_message(const struct mg_connection *conn, const char *message);

/* problem.c, response.c */
void problem_set(struct exchange *x);
void problem_write(struct buffer *out, const struct err *e, enum lang lang, const char *id);
void response_send(struct exchange *x);
void response_linger(struct exchange *x);

/* events.c: GET /api/v1/events, then what follows its answer until the stream ends. */
bool events_answer(struct req *rq);
void events_follow(struct exchange *x);

/* health.c, openapi.c: routes of the server itself, before the application's. */
extern const struct route http_own_routes[];
const char *openapi_build(size_t *len, struct arena *a, const struct route *routes);

/* socket.c */
bool address_loopback(const char *address);
int socket_listening(int port);
int socket_close_listening(int fd);
void socket_end_connections(int port);
/* The descriptor of the connection, or -1. */
int socket_of(const struct exchange *x);
void watch_start(struct http_server *s);
void watch_stop(struct http_server *s);
/* Between these two calls reading (SHUT_RD) or all of the connection (SHUT_RDWR) ends once `ms` have passed. */
void watch_arm(struct exchange *x, int way, int ms);
void watch_disarm(struct exchange *x);

#endif
