/*
 * /metrics in Prometheus' text form: requests by route, method and status,
 * latency by route, what is in flight, and what other modules add.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "internal.h"

enum { SOURCES_MAX = 32, LIMITS = 11 };

static const int statuses[] = { 200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413,
				415, 422, 428, 429, 431, 500, 501, 503, 507, 0 };
enum { STATUSES = sizeof statuses / sizeof statuses[0] };	/* the last is any other */

static const int limits_us[LIMITS] = { 100, 250, 500, 1000, 2500, 5000, 10000, 50000, 250000,
				       1000000, 5000000 };

struct row {
	_Atomic uint64_t count[STATUSES];
	_Atomic uint64_t within[LIMITS + 1];
	_Atomic uint64_t total_us;
};

struct source {
	const char *name, *kind, *help;
	double (*value)(struct app *app);
};

struct metrics {
	const struct route *routes;
	int rows, sources;
	struct source source[SOURCES_MAX];
	struct row row[];
};

struct metrics *metrics_new(const struct route *routes)
{
	struct metrics *m;
	int rows = METRIC_EXTRA;

	for (const struct route *r = routes; r->method; r++)
		rows++;
	m = calloc(1, sizeof *m + (size_t)rows * sizeof m->row[0]);
	if (!m)
		abort();
	m->routes = routes;
	m->rows = rows;
	return m;
}

void metrics_free(struct metrics *m)
{
	free(m);
}

void metrics_source(struct metrics *m, const char *name, const char *kind, const char *help,
		    double (*value)(struct app *app))
{
	if (m->sources < SOURCES_MAX)
		m->source[m->sources++] = (struct source){ name, kind, help, value };
}

static void one_more(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

void metrics_count(struct metrics *m, int row, int status, int64_t ns)
{
	struct row *r = &m->row[row];
	int s = 0, b = 0;

	while (s < STATUSES - 1 && statuses[s] != status)
		s++;
	while (b < LIMITS && ns > (int64_t)limits_us[b] * 1000)
		b++;
	one_more(&r->count[s], 1);
	one_more(&r->within[b], 1);
	one_more(&r->total_us, (uint64_t)(ns / 1000));
}

static void write_labels(struct buffer *out, const struct metrics *m, int row)
{
	static const char *const special[] = { "static", "unknown", "refused" };

	if (row < METRIC_EXTRA)
		buffer_format(out, "route=\"%s\",method=\"any\"", special[row]);
	else
		buffer_format(out, "route=\"%s\",method=\"%s\"", m->routes[row - METRIC_EXTRA].path,
			      m->routes[row - METRIC_EXTRA].method);
}

static void write_requests(struct buffer *out, const struct metrics *m)
{
	buffer_text(out, "# HELP vigie_http_requests_total Requests answered.\n"
			 "# TYPE vigie_http_requests_total counter\n");
	for (int i = 0; i < m->rows; i++)
		for (int s = 0; s < STATUSES; s++) {
			uint64_t n = atomic_load(&m->row[i].count[s]);

			if (!n)
				continue;
			buffer_text(out, "vigie_http_requests_total{");
			write_labels(out, m, i);
			buffer_format(out, ",status=\"%d\"} %llu\n", statuses[s],
				      (unsigned long long)n);
		}
}

static void write_latency_of(struct buffer *out, const struct metrics *m, int row)
{
	const struct row *r = &m->row[row];
	uint64_t sum = 0;

	for (int b = 0; b <= LIMITS; b++) {
		sum += atomic_load(&r->within[b]);
		buffer_text(out, "vigie_http_seconds_bucket{");
		write_labels(out, m, row);
		if (b < LIMITS)
			buffer_format(out, ",le=\"%g\"} %llu\n", limits_us[b] / 1e6,
				      (unsigned long long)sum);
		else
			buffer_format(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)sum);
	}
	buffer_text(out, "vigie_http_seconds_sum{");
	write_labels(out, m, row);
	buffer_format(out, "} %g\nvigie_http_seconds_count{", (double)atomic_load(&r->total_us) / 1e6);
	write_labels(out, m, row);
	buffer_format(out, "} %llu\n", (unsigned long long)sum);
}

static void write_latency(struct buffer *out, const struct metrics *m)
{
	buffer_text(out, "# HELP vigie_http_seconds Time from request to answer.\n"
			 "# TYPE vigie_http_seconds histogram\n");
	for (int i = 0; i < m->rows; i++) {
		uint64_t seen = 0;

		for (int b = 0; b <= LIMITS; b++)
			seen += atomic_load(&m->row[i].within[b]);
		if (seen)
			write_latency_of(out, m, i);
	}
}

static void write_one(struct buffer *out, const char *name, const char *kind, const char *help,
		      double value)
{
	buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", name, help, name, kind, name, value);
}

static void write_own(struct buffer *out, struct http_server *s)
{
	struct cache_stats c = cache_stats(s->cache);

	write_one(out, "vigie_http_in_flight", "gauge", "Requests being answered.",
		  atomic_load(&s->in_flight));
	write_one(out, "vigie_http_connections", "gauge", "Connections open.",
		  atomic_load(&s->connections));
	write_one(out, "vigie_http_streams", "gauge", "Pages that follow their plans.",
		  atomic_load(&s->streams));
	write_one(out, "vigie_http_connections_total", "counter", "Connections accepted.",
		  (double)atomic_load(&s->accepted));
	write_one(out, "vigie_http_seen_total", "counter", "Requests read, refused ones included.",
		  (double)atomic_load(&s->seen));
	write_one(out, "vigie_cache_hits_total", "counter", "Answers found in the cache.", (double)c.hits);
	write_one(out, "vigie_cache_misses_total", "counter", "Answers built.", (double)c.misses);
	write_one(out, "vigie_cache_evictions_total", "counter", "Answers dropped for room.",
		  (double)c.evictions);
	write_one(out, "vigie_cache_entries", "gauge", "Answers kept.", (double)c.entries);
	write_one(out, "vigie_cache_bytes", "gauge", "Bytes of the answers kept.", (double)c.bytes);
}

static void write_pool(struct buffer *out, struct db *db)
{
	struct db_stats d = db_stats(db);

	write_one(out, "vigie_db_pool_size", "gauge", "Database connections at most.", d.size);
	write_one(out, "vigie_db_leased", "gauge", "Database connections in use.", d.leased);
	write_one(out, "vigie_db_idle", "gauge", "Database connections waiting.", d.idle);
	write_one(out, "vigie_db_waits_total", "counter", "Calls that waited for a connection.",
		  (double)d.waits);
	write_one(out, "vigie_db_timeouts_total", "counter", "Calls that waited in vain.",
		  (double)d.timeouts);
	write_one(out, "vigie_db_reconnects_total", "counter", "Connections made again.",
		  (double)d.reconnects);
	write_one(out, "vigie_db_queries_total", "counter", "Round trips.", (double)d.queries);
}

void metrics_write(struct buffer *out, struct http_server *s)
{
	const struct metrics *m = s->metrics;

	write_requests(out, m);
	write_latency(out, m);
	write_own(out, s);
	if (s->config.db)
		write_pool(out, s->config.db);
	for (int i = 0; i < m->sources; i++)
		write_one(out, m->source[i].name, m->source[i].kind, m->source[i].help,
			  m->source[i].value(s->app));
}
