/*
 * Text being built in an arena, and compression.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "internal.h"

void buffer_init(struct buffer *b, struct arena *a, size_t room)
{
	b->arena = a;
	b->room = room < 64 ? 64 : room;
	b->bytes = arena_alloc(a, b->room);
	b->len = 0;
}

static void make_room(struct buffer *b, size_t more)
{
	size_t room = b->room;
	char *wider;

	if (b->len + more + 1 <= room)
		return;
	while (room < b->len + more + 1)
		room *= 2;
	wider = arena_alloc(b->arena, room);
	memcpy(wider, b->bytes, b->len);
	b->bytes = wider;
	b->room = room;
}

void buffer_add(struct buffer *b, const char *bytes, size_t len)
{
	make_room(b, len);
	memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
	b->bytes[b->len] = 0;
}

void buffer_text(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

void buffer_format(struct buffer *b, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n > 0) {
		make_room(b, (size_t)n);
		vsnprintf(b->bytes + b->len, (size_t)n + 1, format, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buffer_json(struct buffer *b, const char *text)
{
	buffer_add(b, "\"", 1);
	for (const char *c = text; *c; c++) {
		size_t plain = 0;

		while ((unsigned char)c[plain] >= 0x20 && c[plain] != '"' && c[plain] != '\\')
			plain++;
		buffer_add(b, c, plain);
		c += plain;
		if (!*c)
			break;
		if (*c == '"' || *c == '\\')
			buffer_add(b, (const char[]){ '\\', *c }, 2);
		else
			buffer_format(b, "\\u%04x", (unsigned)(unsigned char)*c);
	}
	buffer_add(b, "\"", 1);
}

char *gzip_bytes(size_t *out_len, const char *bytes, size_t len, int level)
{
	z_stream z = { 0 };
	char *out;
	size_t room;

	if (len > (1u << 30) || deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	room = deflateBound(&z, len);
	out = malloc(room);
	if (out) {
		z.next_in = (const Bytef *)bytes;
		z.avail_in = (uInt)len;
		z.next_out = (Bytef *)out;
		z.avail_out = (uInt)room;
		if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
			free(out);
			out = NULL;
		}
		*out_len = z.total_out;
	}
	deflateEnd(&z);
	return out;
}
