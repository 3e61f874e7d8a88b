/*
 * JSON doors: the only way a body becomes data.
 *
 * Parsing checks the depth before jansson sees the text (its recursion would
 * overrun a worker's stack), refuses duplicate keys, NUL and anything but an
 * object.  Readers take one field each, tell every fault by JSON pointer and go
 * on, so that all faults of a body are known at once: read all fields, then
 * look at err_ok().
 */
#ifndef VIGIE_JSON_H
#define VIGIE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

enum { JSON_DEPTH_MAX = 32 };

/*
 * Parses `len` bytes into *out: an owned object (json_decref).  ERR_SYNTAX with
 * line and column on malformed text, depth over 32, a repeated key, invalid
 * UTF-8, NUL, or anything that is not an object.
 */
bool json_parse(json_t **out, const char *bytes, size_t len, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* The same for a document whose root may be an array, as files are. */
bool json_parse_any(json_t **out, const char *bytes, size_t len, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* What a field may be. */
enum json_flags {
	JSON_REQUIRED = 1,	/* absent is a fault */
	JSON_NULLABLE = 2,	/* null is allowed and means "erase" */
};

/* What a reader found. */
enum json_found { JSON_ABSENT, JSON_NULL_GIVEN, JSON_GIVEN, JSON_FAULT };

/*
 * One object being read.  `base` is the pointer of the object itself: "#" for
 * the body, "#/actions/3" deeper.  All readers below leave *out untouched
 * unless they return JSON_GIVEN; text results are borrowed from `object`.
 */
struct json_reader {
	const json_t *object;	/* borrowed */
	const char *base;	/* borrowed */
	struct err *e;		/* borrowed */
};

/* A fault for each key that is not among the blank-separated words of `known`; names the nearest. */
void json_only(const struct json_reader *r, const char *known);

/* Text of 1..`max` code points, printable, well-formed; white space alone is empty. */
enum json_found json_text(const char **out, const struct json_reader *r, const char *field,
			  unsigned flags, size_t max);

/* A whole number in min..max (3.0 is not one). */
enum json_found json_whole(int64_t *out, const struct json_reader *r, const char *field,
			   unsigned flags, int64_t min, int64_t max);

/* A number in min..max. */
enum json_found json_decimal(double *out, const struct json_reader *r, const char *field,
			     unsigned flags, double min, double max);

enum json_found json_truth(bool *out, const struct json_reader *r, const char *field, unsigned flags);

/* An existing day, "2026-03-31", as days since 1970-01-01. */
enum json_found json_day(int32_t *out, const struct json_reader *r, const char *field, unsigned flags);

/* One of the blank-separated words of `choices`. */
enum json_found json_choice(const char **out, const struct json_reader *r, const char *field,
			    unsigned flags, const char *choices);

/* An object or an array, borrowed. */
enum json_found json_object_in(const json_t **out, const struct json_reader *r, const char *field,
			       unsigned flags);
enum json_found json_array_in(const json_t **out, const struct json_reader *r, const char *field,
			      unsigned flags);

/* The pointer of `field` in this object, RFC 6901 escaped.  Borrowed from the error's arena. */
const char *json_pointer(const struct json_reader *r, const char *field);

/* The compact text of `value`, 17 digits for numbers.  Borrowed from *a. */
const char *json_write(struct arena *a, const json_t *value);

/* Scope-bound reference: `json_auto_t *o = …;` drops it at the end of the scope (jansson). */

#endif
