/*
 * Arena: blocks in a list, newest first; an allocation is a step forward in one.
 *
 * Set ARENA_MALLOC=1 in the environment to give each allocation a block of its
 * own, so that valgrind and AddressSanitizer see the edges of every object.
 */
#include "arena.h"

#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;	/* bytes of `data` */
	alignas(max_align_t) unsigned char data[];
};

static const size_t ROOM = BLOCK_BYTES - sizeof(struct arena_block);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool one_by_one;		/* written once, by read_environment */

static void read_environment(void)
{
	const char *value = getenv("ARENA_MALLOC");

	one_by_one = value && strcmp(value, "1") == 0;
}

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "vigie: out of memory\n";

	fputs(text, stderr);
	abort();
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b;

	if (size > SIZE_MAX - sizeof *b)
		out_of_memory();
	b = malloc(sizeof *b + size);
	if (!b)
		out_of_memory();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	return b;
}

static void block_free(struct arena_block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	free(b);
}

void arena_init(struct arena *a)
{
	a->block = NULL;
}

void arena_reset(struct arena *a)
{
	struct arena_block *kept = NULL;

	while (a->block) {
		struct arena_block *b = a->block;

		a->block = b->next;
		if (!kept && b->size == ROOM)
			kept = b;
		else
			block_free(b);
	}
	if (kept) {
		kept->next = NULL;
		kept->used = 0;
		ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
		a->block = kept;
	}
}

void arena_free(struct arena *a)
{
	while (a->block) {
		struct arena_block *b = a->block;

		a->block = b->next;
		block_free(b);
	}
}

/* A block with `need` free bytes.  A big one goes behind the current one, whose rest stays usable. */
static struct arena_block *block_with(struct arena *a, size_t need)
{
	struct arena_block *b = a->block;

	pthread_once(&once, read_environment);
	if (!one_by_one && b && b->size - b->used >= need)
		return b;
	b = block_new(one_by_one || need > ROOM ? need : ROOM);
	if (a->block && b->size != ROOM) {
		b->next = a->block->next;
		a->block->next = b;
	} else {
		b->next = a->block;
		a->block = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b;
	unsigned char *at;
	size_t need;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	need = size ? (size + align - 1) / align * align : align;
	b = block_with(a, need);
	at = b->data + b->used;
	b->used += need;
	ASAN_UNPOISON_MEMORY_REGION(at, size ? size : 1);
	memset(at, 0, size ? size : 1);
	return at;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return text ? arena_memdup(a, text, strlen(text)) : NULL;
}

char *arena_memdup(struct arena *a, const char *bytes, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len < 0)
		abort();	/* only a wrong format can do that */
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(a, format, args);
	va_end(args);
	return text;
}
