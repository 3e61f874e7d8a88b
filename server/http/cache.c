/*
 * Answer cache: whole answers, compressed once, bound to their plan's
 * generation.  A change bumps the generation; what was kept before is then
 * never found again and leaves when room is needed.
 *
 * Entries are counted: one that is being sent stays until its last reader is
 * done, whatever happens to the cache.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "internal.h"

/* Whoever waited so long for an answer that another request builds goes and builds it, too. */
enum { BUCKETS = 1024, PLANS = 256, AWAIT_MS = 2000 };

struct answer {
	struct answer *next;		/* same bucket */
	struct answer *older, *newer;	/* by last use */
	atomic_int holders;		/* readers, and the cache itself */
	uint64_t hash, generation;
	int64_t plan_id;
	size_t len, gzip_len, weight;
	const char *key, *bytes;
	char *gzip;
	char etag[96];
	char room[];			/* key, then bytes */
};

struct answer_cache {
	pthread_mutex_t lock;
	pthread_cond_t built, changed;
	struct building *building;	/* what is missing and on its way */
	struct answer *bucket[BUCKETS];
	struct answer *newest, *oldest;
	size_t max_entries, max_bytes;
	struct cache_stats stats;
	_Atomic uint64_t epoch;			/* of all plans */
	_Atomic uint64_t generation[PLANS];	/* by plan id modulo PLANS: a shared slot only rebuilds more */
};

struct answer_cache *cache_new(size_t max_entries, size_t max_bytes)
{
	struct answer_cache *c = calloc(1, sizeof *c);
	pthread_condattr_t attr;

	if (!c)
		abort();
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->built, &attr);
	pthread_cond_init(&c->changed, &attr);
	pthread_condattr_destroy(&attr);
	c->max_entries = max_entries;
	c->max_bytes = max_bytes;
	return c;
}

static uint64_t hash_of(const char *key)
{
	uint64_t h = 14695981039346656037u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h;
}

uint64_t cache_generation(struct answer_cache *c, int64_t plan_id)
{
	return atomic_load(&c->epoch) + atomic_load(&c->generation[(uint64_t)plan_id % PLANS]);
}

void cache_wake(struct answer_cache *c)
{
	pthread_mutex_lock(&c->lock);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

/* Both counters only grow, so their sum never comes back to an earlier value. */
void cache_bump(struct answer_cache *c, int64_t plan_id)
{
	atomic_fetch_add(&c->generation[(uint64_t)plan_id % PLANS], 1);
	cache_wake(c);
}

void cache_bump_all(struct answer_cache *c)
{
	atomic_fetch_add(&c->epoch, 1);
	cache_wake(c);
}

static bool any_changed(struct answer_cache *c, const int64_t *plan_id, const uint64_t *seen, int count)
{
	for (int i = 0; i < count; i++)
		if (cache_generation(c, plan_id[i]) != seen[i])
			return true;
	return false;
}

void cache_await_change(struct answer_cache *c, const int64_t *plan_id, const uint64_t *seen, int count,
			int ms, const atomic_bool *stop)
{
	int64_t end_ms = clock_mono_ms() + ms;
	struct timespec end = { end_ms / 1000, end_ms % 1000 * 1000000 };
	bool waiting = true;

	pthread_mutex_lock(&c->lock);
	while (waiting && !atomic_load(stop) && !any_changed(c, plan_id, seen, count))
		waiting = pthread_cond_timedwait(&c->changed, &c->lock, &end) == 0;
	pthread_mutex_unlock(&c->lock);
}

void answer_release(void *owner)
{
	struct answer *a = owner;

	if (atomic_fetch_sub(&a->holders, 1) == 1) {
		free(a->gzip);
		free(a);
	}
}

static void use_list_remove(struct answer_cache *c, struct answer *a)
{
	*(a->newer ? &a->newer->older : &c->newest) = a->older;
	*(a->older ? &a->older->newer : &c->oldest) = a->newer;
}

static void use_list_front(struct answer_cache *c, struct answer *a)
{
	a->newer = NULL;
	a->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = a;
	c->newest = a;
}

static void drop(struct answer_cache *c, struct answer *a)
{
	struct answer **p = &c->bucket[a->hash % BUCKETS];

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	use_list_remove(c, a);
	c->stats.entries--;
	c->stats.bytes -= a->weight;
	answer_release(a);
}

static void view(struct answer_view *out, const struct answer *a)
{
	*out = (struct answer_view){ a->bytes, a->gzip, a->etag, a->len, a->gzip_len };
}

static struct answer *lookup(struct answer_cache *c, uint64_t hash, const char *key)
{
	for (struct answer *a = c->bucket[hash % BUCKETS]; a; a = a->next)
		if (a->hash == hash && strcmp(a->key, key) == 0)
			return a;
	return NULL;
}

/* Call with the lock held. */
static struct answer *find(struct answer_view *out, struct answer_cache *c, uint64_t hash,
			   const char *key, int64_t plan_id, uint64_t generation)
{
	struct answer *a = lookup(c, hash, key);

	if (a && (a->generation != generation || a->plan_id != plan_id)) {
		drop(c, a);
		a = NULL;
	}
	if (a) {
		atomic_fetch_add(&a->holders, 1);
		if (a != c->newest) {
			use_list_remove(c, a);
			use_list_front(c, a);
		}
		view(out, a);
	}
	return a;
}

static bool being_built(const struct answer_cache *c, uint64_t hash, const char *key,
			uint64_t generation)
{
	for (const struct building *b = c->building; b; b = b->next)
		if (b->hash == hash && b->generation == generation && strcmp(b->key, key) == 0)
			return true;
	return false;
}

/*
 * After a change every reader misses at once: were each to build the answer,
 * they would take all connections to the database for the same rows.
 */
struct answer *cache_await(struct answer_view *out, struct answer_cache *c, const char *key,
			   int64_t plan_id, uint64_t *generation, struct building *mine)
{
	int64_t end_ms = clock_mono_ms() + AWAIT_MS;
	struct timespec end = { end_ms / 1000, end_ms % 1000 * 1000000 };
	uint64_t hash = hash_of(key);
	bool waiting = true;
	struct answer *a;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		*generation = cache_generation(c, plan_id);
		a = find(out, c, hash, key, plan_id, *generation);
		if (a || !waiting || !being_built(c, hash, key, *generation))
			break;
		waiting = pthread_cond_timedwait(&c->built, &c->lock, &end) == 0;
	}
	if (a) {
		c->stats.hits++;
	} else {
		c->stats.misses++;
		*mine = (struct building){ c->building, key, hash, *generation, true };
		c->building = mine;
	}
	pthread_mutex_unlock(&c->lock);
	return a;
}

void cache_built(struct answer_cache *c, struct building *mine)
{
	struct building **p = &c->building;

	if (!mine->claimed)
		return;
	pthread_mutex_lock(&c->lock);
	while (*p != mine)
		p = &(*p)->next;
	*p = mine->next;
	mine->claimed = false;
	pthread_cond_broadcast(&c->built);
	pthread_mutex_unlock(&c->lock);
}

static struct answer *answer_new(const char *key, const char *json, size_t len, const char *etag)
{
	size_t key_bytes = strlen(key) + 1;
	struct answer *a = calloc(1, sizeof *a + key_bytes + len + 1);

	if (!a)
		abort();
	memcpy(a->room, key, key_bytes);
	memcpy(a->room + key_bytes, json, len);
	a->key = a->room;
	a->bytes = a->room + key_bytes;
	a->len = len;
	strncpy(a->etag, etag, sizeof a->etag - 1);
	if (len >= GZIP_MIN_BYTES)
		a->gzip = gzip_bytes(&a->gzip_len, json, len, 6);
	a->weight = sizeof *a + key_bytes + len + a->gzip_len;
	a->hash = hash_of(key);
	return a;
}

struct answer *cache_keep(struct answer_view *out, struct answer_cache *c, const char *key,
			  int64_t plan_id, uint64_t generation, const char *json, size_t len,
			  const char *etag)
{
	struct answer *a = answer_new(key, json, len, etag), *old;

	a->plan_id = plan_id;
	a->generation = generation;
	atomic_init(&a->holders, 2);
	view(out, a);
	pthread_mutex_lock(&c->lock);
	old = lookup(c, a->hash, key);
	if (old)
		drop(c, old);
	a->next = c->bucket[a->hash % BUCKETS];
	c->bucket[a->hash % BUCKETS] = a;
	use_list_front(c, a);
	c->stats.entries++;
	c->stats.bytes += a->weight;
	while (c->oldest != a &&
	       (c->stats.entries > c->max_entries || c->stats.bytes > c->max_bytes)) {
		drop(c, c->oldest);
		c->stats.evictions++;
	}
	pthread_mutex_unlock(&c->lock);
	return a;
}

struct answer *cache_pass(struct answer_view *out, const char *json, size_t len, const char *etag)
{
	struct answer *a = answer_new("", json, len, etag);

	atomic_init(&a->holders, 1);
	view(out, a);
	return a;
}

struct cache_stats cache_stats(struct answer_cache *c)
{
	struct cache_stats s;

	pthread_mutex_lock(&c->lock);
	s = c->stats;
	pthread_mutex_unlock(&c->lock);
	return s;
}

void cache_free(struct answer_cache *c)
{
	if (!c)
		return;
	while (c->oldest)
		drop(c, c->oldest);
	pthread_cond_destroy(&c->built);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ------------------------------------------------------------------ what handlers call */

/*
 * Everything that may make two answers differ; `audience` is the handler's part.
 * The separator is a character that no path or parameter can have.
 */
static const char *whole_key(struct req *rq, const char *audience)
{
	struct buffer b;

	buffer_init(&b, &rq->arena, 256);
	buffer_format(&b, "%s\x1f%s\x1f%d\x1f%s", rq->path, lang_code(rq->lang), (int)rq->today, audience);
	for (const char *const *q = rq->query; q && *q; q += 2)
		buffer_format(&b, "\x1f%s\x1f%s", q[0], q[1]);
	return b.bytes;
}

static void answer_from(struct req *rq, struct answer *a, const struct answer_view *v)
{
	rq->status = 200;
	rq->answer = v->bytes;
	rq->answer_bytes = v->len;
	rq->answer_gzip = v->gzip;
	rq->answer_gzip_bytes = v->gzip_len;
	rq->answer_type = NULL;
	memcpy(rq->etag, v->etag, strlen(v->etag) + 1);	/* of the same room */
	rq->answer_owner = a;
	rq->answer_release = answer_release;
}

bool http_cached(struct req *rq, const char *key)
{
	struct exchange *x = rq->http;
	struct answer_view v;
	struct answer *a;

	if (!x || !x->server->config.cache_mb ||
	    (x->server->config.hearing && !x->server->config.hearing(x->server->app)))
		return false;
	x->generation_known = true;
	cache_built(x->server->cache, &x->building);
	a = cache_await(&v, x->server->cache, whole_key(rq, key), rq->plan_id, &x->generation, &x->building);
	x->cached = a ? "hit" : "miss";
	if (!a)
		return false;
	answer_from(rq, a, &v);
	return true;
}

/* An answer built while the plan changed is sent, as small as any, but not kept. */
bool http_keep(struct req *rq, const char *key, const char *json)
{
	struct exchange *x = rq->http;
	size_t len = strlen(json);
	struct answer_view v;
	struct answer *a;

	http_etag_content(rq, json, len);
	if (!x || !x->generation_known)
		return http_json(rq, 200, json);
	if (x->generation != cache_generation(x->server->cache, rq->plan_id)) {
		a = cache_pass(&v, json, len, rq->etag);
	} else {
		a = cache_keep(&v, x->server->cache, whole_key(rq, key), rq->plan_id, x->generation, json, len,
			       rq->etag);
		cache_built(x->server->cache, &x->building);
	}
	answer_from(rq, a, &v);
	return true;
}

void http_plan_changed_id(struct req *rq, int64_t plan_id)
{
	struct exchange *x = rq->http;
	int room = (int)(sizeof x->changed / sizeof x->changed[0]);

	if (!x || !plan_id)
		return;
	if (x->changed_count < room)
		x->changed[x->changed_count] = plan_id;
	x->changed_count++;
}

void http_plan_changed(struct req *rq)
{
	http_plan_changed_id(rq, rq->plan_id);
}
