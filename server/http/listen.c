/*
 * Start and stop: CivetWeb with the options that were measured, its threads and
 * connections, and a stop that answers what is in flight.
 */
#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "internal.h"
#include "log.h"

enum { CACHE_ENTRIES = 2000 };

/* ------------------------------------------------------------------ threads and connections */

static void *init_thread(const struct mg_context *ctx, int type)
{
	struct http_server *s = mg_get_user_data(ctx);
	struct worker *w;

	if (type != 1)
		return NULL;
	w = calloc(1, sizeof *w);
	if (!w)
		abort();
	arena_init(&w->arena);
	pthread_mutex_init(&w->lock, NULL);
	w->watched = -1;
	pthread_mutex_lock(&s->workers_lock);
	w->next = s->workers;
	s->workers = w;
	pthread_mutex_unlock(&s->workers_lock);
	return w;
}

static int init_connection(const struct mg_connection *conn, void **data)
{
	struct http_server *s = mg_get_user_data(mg_get_context(conn));

	*data = NULL;
	atomic_fetch_add(&s->connections, 1);
	atomic_fetch_add(&s->accepted, 1);
	return 0;
}

static void connection_closed(const struct mg_connection *conn)
{
	struct http_server *s = mg_get_user_data(mg_get_context(conn));

	atomic_fetch_sub(&s->connections, 1);
}

/* ------------------------------------------------------------------ start and stop */

static const struct mg_callbacks callbacks = {
	.begin_request = server_begin_request,
	.http_error = server_http_error,
	.log_message = server_log_message,
	.init_thread = init_thread,
	.init_connection = init_connection,
	.connection_closed = connection_closed,
};

static struct mg_context *listen_on(struct http_server *s, int port)
{
	char listening[80], threads[16], request_ms[16];
	const char *options[] = {
		"listening_ports", listening, "num_threads", threads,
		"request_timeout_ms", request_ms, "keep_alive_timeout_ms", "5000",
		"tcp_nodelay", "1", "enable_keep_alive", "yes",
		"connection_queue", "1000", "listen_backlog", "2000",
		"decode_url", "no", "decode_query_string", "no",
		"access_control_allow_origin", "", "access_control_allow_methods", "",
		"access_control_allow_headers", "", "enable_directory_listing", "no", NULL,
	};

	snprintf(listening, sizeof listening, "%s:%d", s->config.address, port);
	snprintf(threads, sizeof threads, "%d", s->config.threads);
	snprintf(request_ms, sizeof request_ms, "%d", s->config.request_ms);
	return mg_start(&callbacks, s, options);
}

static bool start_listening(struct http_server *s, struct err *e)
{
	int last = s->config.port_search ? s->config.port + 50 : s->config.port;
	struct mg_server_port ports[1];

	mg_init_library(0);
	for (int port = s->config.port; port <= last && port <= 65535 && !s->mg; port++) {
		s->mg = listen_on(s, port);
		if (s->mg && port != s->config.port)
			fprintf(stderr, "port %d is taken: %d is used\n", s->config.port, port);
	}
	if (!s->mg || mg_get_server_ports(s->mg, 1, ports) != 1) {
		err_cause(e, "cannot listen on %s:%d", s->config.address, s->config.port);
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	s->port = ports[0].port;
	s->listening = socket_listening(s->port);
	return true;
}

/* ------------------------------------------------------------------ the whole */

#define POLICY                                                                                     \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "          \
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "               \
	"frame-ancestors 'none'"

/* The server's own routes, then the application's. */
static const struct route *all_routes(struct arena *a, const struct route *routes)
{
	struct route *all;
	size_t own = 0, count = 0;

	while (http_own_routes[own].method)
		own++;
	while (routes[count].method)
		count++;
	all = arena_alloc(a, (own + count + 1) * sizeof *all);
	memcpy(all, http_own_routes, own * sizeof *all);
	memcpy(all + own, routes, count * sizeof *all);
	return all;
}

static void copy_config(struct http_server *s, const struct http_config *c)
{
	s->config = *c;
	s->config.address = arena_strdup(&s->arena, c->address);
	s->config.public_url = arena_strdup(&s->arena, c->public_url);
	s->config.trusted_proxy = arena_strdup(&s->arena, c->trusted_proxy);
	s->config.web_dir = arena_strdup(&s->arena, c->web_dir);
	s->config.time_zone = arena_strdup(&s->arena, c->time_zone);
}

static struct http_server *server_new(struct app *app, const struct http_config *c,
				      const struct route *routes, http_authenticate authenticate)
{
	struct http_server *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	arena_init(&s->arena);
	copy_config(s, c);
	s->app = app;
	s->authenticate = authenticate;
	s->listening = -1;
	pthread_mutex_init(&s->workers_lock, NULL);
	pthread_mutex_init(&s->watch_lock, NULL);
	pthread_cond_init(&s->watch_wake, NULL);
	s->routes = all_routes(&s->arena, routes);
	s->cache = cache_new(CACHE_ENTRIES, (size_t)c->cache_mb << 20);
	s->metrics = metrics_new(s->routes);
	s->openapi = openapi_build(&s->openapi_len, &s->arena, s->routes);
	return s;
}

void http_close(struct http_server *s)
{
	for (struct worker *w = s->workers, *next; w; w = next) {
		next = w->next;
		arena_free(&w->arena);
		free(w->out);
		pthread_mutex_destroy(&w->lock);
		free(w);
	}
	router_free(s->router);
	files_free(s->files);
	cache_free(s->cache);
	metrics_free(s->metrics);
	pthread_mutex_destroy(&s->workers_lock);
	pthread_mutex_destroy(&s->watch_lock);
	pthread_cond_destroy(&s->watch_wake);
	arena_free(&s->arena);
	free(s);
}

bool http_open(struct http_server **out, struct app *app, const struct http_config *config,
	       const struct route *routes, http_authenticate authenticate, struct err *e)
{
	struct http_server *s = server_new(app, config, routes, authenticate);

	if (!router_new(&s->router, s->routes, e)) {
		http_close(s);
		return false;
	}
	s->files = files_load(s->config.web_dir);
	s->page_policy = files_trusted_types(s->files) ?
		POLICY "; require-trusted-types-for 'script'; trusted-types lit-html" : POLICY;
	*out = s;
	return true;
}

bool http_listen(struct http_server *s, struct err *e)
{
	if (!start_listening(s, e))
		return false;
	if (!*s->config.public_url)
		s->config.public_url = arena_printf(&s->arena, "http://%s:%d", s->config.address, s->port);
	s->https = strncmp(s->config.public_url, "https:", 6) == 0;
	watch_start(s);
	atomic_store(&s->ready, true);
	return true;
}

void http_stop(struct http_server *s, int drain_ms)
{
	int64_t end = clock_mono_ms() + drain_ms;
	int quiet = 0, wake;

	atomic_store(&s->draining, true);
	cache_wake(s->cache);
	wake = socket_close_listening(s->listening);
	/* Nothing in flight for a tenth of a second: what was being read is answered too. */
	while (clock_mono_ms() < end && quiet < 10) {
		quiet = atomic_load(&s->in_flight) ? 0 : quiet + 1;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	socket_end_connections(s->port);
	if (wake >= 0 && write(wake, "", 1) != 1)
		log_event(LOG_DEBUG, "stop", "cause", "the master thread wakes by itself");
	mg_stop(s->mg);
	if (wake >= 0)
		close(wake);
	s->mg = NULL;
	mg_exit_library();
	watch_stop(s);
}

const char *http_public_url(const struct http_server *s)
{
	return s->config.public_url;
}

int http_port(const struct http_server *s)
{
	return s->port;
}

void http_heard(struct http_server *s, const char *topic)
{
	if (strcmp(topic, "*") == 0)
		cache_bump_all(s->cache);
	else if (strncmp(topic, "plan:", 5) == 0)
		cache_bump(s->cache, strtoll(topic + 5, NULL, 10));
}

void http_metric(struct http_server *s, const char *name, const char *kind, const char *help,
		 double (*value)(struct app *app))
{
	metrics_source(s->metrics, name, kind, help, value);
}
