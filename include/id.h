/*
 * Ids and secrets: random values and their hashes, all from libsodium.
 */
#ifndef VIGIE_ID_H
#define VIGIE_ID_H

#include <stddef.h>

/* Fills `out` with 16 random hex digits: a request id.  NUL-terminated. */
void id_request(char out[17]);

/* A secret: 32 random bytes as 43 characters of base64url, NUL-terminated. */
void id_secret(char out[44]);

/* SHA-256 of `len` bytes as 64 lower-case hex digits, NUL-terminated. */
void id_sha256(char out[65], const void *bytes, size_t len);

#endif
