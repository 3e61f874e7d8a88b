/*
 * Frames: what travels between the server and its sandbox.
 *
 * A frame is a kind (1 byte), a length (4 bytes, little endian) and that many bytes of JSON.
 * To the sandbox: one FRAME_JOB, then one FRAME_CELL a cell, then FRAME_END.
 * From it: describe  → FRAME_PART… (pieces of one JSON text), FRAME_END;
 *          compute, trace, call → one FRAME_CELL a cell, in order, FRAME_END;
 *          a failure → FRAME_FAULT in place of a cell or of the parts.
 * Nothing from the sandbox is longer than 64 KiB; the server stops reading at more.
 */
#ifndef VIGIE_PLUGIN_FRAME_H
#define VIGIE_PLUGIN_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEAD = 5, FRAME_OUT_MAX = 65536, FRAME_IN_MAX = 16 << 20 };

enum frame_kind {
	FRAME_JOB = 'j',
	FRAME_CELL = 'c',
	FRAME_PART = 'p',
	FRAME_FAULT = 'f',
	FRAME_END = 'z',
};

static inline void frame_head(unsigned char head[FRAME_HEAD], enum frame_kind kind, size_t len)
{
	head[0] = (unsigned char)kind;
	for (int i = 0; i < 4; i++)
		head[1 + i] = (unsigned char)(len >> (8 * i));
}

static inline size_t frame_len(const unsigned char head[FRAME_HEAD])
{
	return (size_t)head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16 |
	       (size_t)head[4] << 24;
}

#endif
