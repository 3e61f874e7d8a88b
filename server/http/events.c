/*
 * Server-sent events: a page hears that a plan changed and asks again for what it shows.
 *
 * A stream keeps its worker thread until it ends, so that at most a quarter of
 * the threads follow plans; whoever comes then gets 503 and asks with once=true
 * now and then.  Events carry numbers only.  Whether the session still counts is
 * asked anew before each of them.
 */
#include <civetweb.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "internal.h"

enum {
	PLANS_MAX = 32,
	SPACING_MS = 250,	/* between two events: a burst of writes is one */
	HEARTBEAT_MS = 15000,	/* a comment, by which a reader who went away is noticed */
	LIFE_MS = 300000,	/* then the browser connects anew, perhaps to another server */
};

/* The plans that somebody follows, and the generation of each that was told last. */
struct following {
	int64_t plan_id[PLANS_MAX];
	uint64_t told[PLANS_MAX];
	int count;
};

static void follow_own_plans(struct following *f, const struct req *rq)
{
	*f = (struct following){ 0 };
	memset(f->told, 0xff, sizeof f->told);	/* no generation: each is told first */
	for (int i = 0; i < rq->user.grant_count && f->count < PLANS_MAX; i++) {
		const struct grant *g = &rq->user.grants[i];
		int known = 0;

		while (known < f->count && f->plan_id[known] != g->plan_id)
			known++;
		if (g->plan_id && known == f->count)
			f->plan_id[f->count++] = g->plan_id;
	}
}

static const char *plan_code(const struct req *rq, int64_t plan_id)
{
	for (int i = 0; i < rq->user.grant_count; i++)
		if (rq->user.grants[i].plan_id == plan_id)
			return rq->user.grants[i].plan;
	return NULL;
}

/* Adds an event for each plan whose generation is not the one told last. */
static void write_changes(struct buffer *b, struct following *f, const struct req *rq)
{
	struct answer_cache *cache = rq->http->server->cache;

	for (int i = 0; i < f->count; i++) {
		uint64_t now = cache_generation(cache, f->plan_id[i]);
		const char *code = plan_code(rq, f->plan_id[i]);

		if (now == f->told[i] || !code)
			continue;
		f->told[i] = now;
		buffer_text(b, "event: plan\ndata: {\"plan\":");
		buffer_json(b, code);
		buffer_format(b, ",\"version\":%llu}\n\n", (unsigned long long)now);
	}
}

static bool send_event(struct exchange *x, const char *bytes, size_t len)
{
	int written;

	watch_arm(x, SHUT_RDWR, x->server->config.request_ms);
	written = mg_write(x->conn, bytes, len);
	watch_disarm(x);
	return written == (int)len;
}

/* The person as he is now: signed out, disabled or without a right he hears nothing more. */
static bool still_counts(struct exchange *x)
{
	struct req *rq = &x->rq;
	int64_t id = rq->user.id;

	rq->user = (struct user){ .context = "", .csrf_token = "" };
	return x->server->authenticate(rq, x->bearer ? NULL : x->cookie, x->bearer) && rq->user.id == id;
}

static bool tell(struct exchange *x, struct following *f)
{
	struct buffer b;

	if (!still_counts(x))
		return false;
	buffer_init(&b, &x->rq.arena, 256);
	write_changes(&b, f, &x->rq);
	if (b.len == 0)
		buffer_text(&b, ":\n\n");
	return send_event(x, b.bytes, b.len);
}

void events_follow(struct exchange *x)
{
	struct http_server *s = x->server;
	struct following *f = x->rq.object;
	struct arena kept = x->rq.arena;
	int64_t end = clock_mono_ms() + LIFE_MS;

	/* What each event needs dies with it: a stream lasts long. */
	arena_init(&x->rq.arena);
	while (x->sent && clock_mono_ms() < end) {
		cache_await_change(s->cache, f->plan_id, f->told, f->count, HEARTBEAT_MS, &s->draining);
		if (atomic_load(&s->draining) || !tell(x, f))
			break;
		arena_reset(&x->rq.arena);
		nanosleep(&(struct timespec){ 0, SPACING_MS * 1000000L }, NULL);
	}
	err_init(&x->rq.err, &kept);	/* why it ended is nothing of the answer */
	arena_free(&x->rq.arena);
	x->rq.arena = kept;
	x->rq.user = (struct user){ .context = "", .csrf_token = "" };
	atomic_fetch_sub(&s->streams, 1);
}

/* A place among the streams, or none. */
static bool take_place(struct http_server *s)
{
	if (atomic_fetch_add(&s->streams, 1) < s->config.threads / 4)
		return true;
	atomic_fetch_sub(&s->streams, 1);
	return false;
}

bool events_answer(struct req *rq)
{
	struct exchange *x = rq->http;
	struct following *f = arena_alloc(&rq->arena, sizeof *f);
	const char *once = req_query(rq, "once");
	struct buffer b;

	if (once && strcmp(once, "true") != 0 && strcmp(once, "false") != 0)
		return err_add_param(&rq->err, "once", MSG_BAD_CHOICE, once, "true, false");
	x->stream = !x->head && !(once && strcmp(once, "true") == 0);
	if (x->stream && !take_place(x->server)) {
		x->stream = false;
		return err_set(&rq->err, ERR_BUSY, MSG_BUSY);
	}
	follow_own_plans(f, rq);
	rq->object = f;
	buffer_init(&b, &rq->arena, 512);
	buffer_text(&b, "retry: 3000\n\n");
	write_changes(&b, f, rq);
	return http_text(rq, 200, "text/event-stream; charset=utf-8", b.bytes, b.len);
}
