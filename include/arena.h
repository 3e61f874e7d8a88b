/*
 * Arena: memory that lives as long as one request or one job.
 *
 * Everything a request allocates comes from its arena and dies with one reset,
 * so nothing between two requests can leak and no error path frees anything.
 * Running out of memory ends the process: what a client can cost is bounded
 * before it reaches an arena (bodies, pages of rows), so exhaustion is ours.
 */
#ifndef VIGIE_ARENA_H
#define VIGIE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block;	/* newest first; owned */
};

/* Makes *a empty.  No memory is taken before the first allocation. */
void arena_init(struct arena *a);

/* Forgets everything; keeps one 16 KiB block for the next use. */
void arena_reset(struct arena *a);

/* Gives all memory back to the system. */
void arena_free(struct arena *a);

/* `size` bytes, zeroed, aligned for any object.  Never NULL.  Borrowed from *a. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* A copy of `text`, NUL-terminated.  Borrowed from *a.  NULL stays NULL. */
char *arena_strdup(struct arena *a, const char *text);

/* A NUL-terminated copy of the `len` bytes at `bytes`.  Borrowed from *a. */
char *arena_memdup(struct arena *a, const char *bytes, size_t len)
	__attribute__((returns_nonnull));

/* Formatted text.  Borrowed from *a. */
char *arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* The same, from a va_list. */
char *arena_vprintf(struct arena *a, const char *format, va_list args)
	__attribute__((format(printf, 2, 0), returns_nonnull));

#endif
