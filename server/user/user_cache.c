/*
 * Who is signed in, remembered between requests: one block of memory a
 * session, in a table that is emptied whenever anything about people changes.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "internal.h"

enum { BUCKETS = 4096, ENTRIES_MAX = 20000, HASH_TEXT = 65 };

struct entry {
	struct entry *next;
	char hash[HASH_TEXT];
	int64_t until_ms;	/* on the clock that only grows */
	struct user user;	/* its texts follow in the same block */
};

struct session_cache {
	pthread_mutex_t lock;
	uint64_t mark;		/* grows with each drop */
	int count;
	struct entry *bucket[BUCKETS];
};

/* ------------------------------------------------------------------ copies */

/* Memory being filled from one end; `at` NULL only measures. */
struct block {
	char *at;
	size_t used;
};

static void *take(struct block *b, size_t size, size_t align)
{
	size_t from = (b->used + align - 1) / align * align;

	b->used = from + size;
	return b->at ? b->at + from : NULL;
}

static const char *take_text(struct block *b, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	char *to = text ? take(b, size, 1) : NULL;

	return to ? memcpy(to, text, size) : NULL;
}

static const char *const *take_list(struct block *b, const char *const *list)
{
	size_t n = 0;
	const char **to;

	while (list[n])
		n++;
	to = take(b, (n + 1) * sizeof *to, _Alignof(const char *));
	for (size_t i = 0; i < n; i++) {
		const char *text = take_text(b, list[i]);

		if (to)
			to[i] = text;
	}
	if (to)
		to[n] = NULL;
	return to;
}

/* Copies the texts of *u into the block; *out, when given, points at the copies. */
static void copy_user(struct block *b, struct user *out, const struct user *u)
{
	struct grant *grants = take(b, (size_t)u->grant_count * sizeof *grants, _Alignof(struct grant));
	struct user copy = *u;

	for (int i = 0; i < u->grant_count; i++) {
		struct grant g = u->grants[i];

		g.plan = take_text(b, g.plan);
		g.organisation = take_text(b, g.organisation);
		g.zone = take_text(b, g.zone);
		g.territories = take_list(b, g.territories);
		if (grants)
			grants[i] = g;
	}
	copy.login = take_text(b, u->login);
	copy.name = take_text(b, u->name);
	copy.context = take_text(b, u->context);
	copy.csrf_token = "";
	copy.grants = grants;
	if (b->at)
		*out = copy;
}

static size_t size_of(const struct user *u)
{
	struct block b = { NULL, 0 };

	copy_user(&b, NULL, u);
	return b.used;
}

/* ------------------------------------------------------------------ the table */

static struct entry **bucket_of(struct session_cache *c, const char *hash)
{
	unsigned n = 0;

	for (int i = 0; i < 3; i++)	/* the hash is random already */
		n = n * 64 + (unsigned char)hash[i * 2] % 16u * 4 + (unsigned char)hash[i * 2 + 1] % 4u;
	return &c->bucket[n % BUCKETS];
}

struct session_cache *session_cache_new(void)
{
	struct session_cache *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void empty(struct session_cache *c)
{
	for (int i = 0; i < BUCKETS && c->count; i++)
		while (c->bucket[i]) {
			struct entry *next = c->bucket[i]->next;

			free(c->bucket[i]);
			c->bucket[i] = next;
			c->count--;
		}
}

void session_cache_free(struct session_cache *c)
{
	if (!c)
		return;
	empty(c);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void session_cache_drop(struct session_cache *c)
{
	pthread_mutex_lock(&c->lock);
	c->mark++;
	empty(c);
	pthread_mutex_unlock(&c->lock);
}

uint64_t session_cache_mark(struct session_cache *c)
{
	uint64_t mark;

	pthread_mutex_lock(&c->lock);
	mark = c->mark;
	pthread_mutex_unlock(&c->lock);
	return mark;
}

/* The link that holds the entry of `hash`, or NULL. */
static struct entry **link_of(struct session_cache *c, const char *hash)
{
	for (struct entry **at = bucket_of(c, hash); *at; at = &(*at)->next)
		if (strcmp((*at)->hash, hash) == 0)
			return at;
	return NULL;
}

static void take_out(struct session_cache *c, struct entry **at)
{
	struct entry *gone = *at;

	*at = gone->next;
	free(gone);
	c->count--;
}

bool session_cache_find(struct user *out, struct session_cache *c, struct arena *a, const char *hash)
{
	struct entry **at;
	bool found = false;

	pthread_mutex_lock(&c->lock);
	at = link_of(c, hash);
	if (at && clock_mono_ms() >= (*at)->until_ms) {
		take_out(c, at);
	} else if (at) {
		struct block b = { arena_alloc(a, size_of(&(*at)->user)), 0 };

		copy_user(&b, out, &(*at)->user);
		found = true;
	}
	pthread_mutex_unlock(&c->lock);
	return found;
}

void session_cache_keep(struct session_cache *c, const char *hash, const struct user *user,
			int64_t ms, uint64_t mark)
{
	size_t head = (sizeof(struct entry) + 15) / 16 * 16;
	struct entry *new = calloc(1, head + size_of(user)), **at;
	struct block b = { (char *)new + head, 0 };

	if (!new)
		abort();
	copy_user(&b, &new->user, user);
	memcpy(new->hash, hash, HASH_TEXT);
	new->until_ms = clock_mono_ms() + ms;
	pthread_mutex_lock(&c->lock);
	if (c->mark != mark) {
		pthread_mutex_unlock(&c->lock);
		free(new);
		return;
	}
	if (c->count >= ENTRIES_MAX)
		empty(c);
	at = link_of(c, hash);
	if (at)
		take_out(c, at);
	at = bucket_of(c, hash);
	new->next = *at;
	*at = new;
	c->count++;
	pthread_mutex_unlock(&c->lock);
}
