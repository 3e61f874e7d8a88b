/*
 * Ids and secrets, from libsodium.
 */
#include "id.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
	if (sodium_init() < 0)
		abort();	/* no source of randomness: nothing here may go on */
}

void id_request(char out[17])
{
	unsigned char bytes[8];

	pthread_once(&once, start);
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(out, 17, bytes, sizeof bytes);
}

void id_secret(char out[44])
{
	unsigned char bytes[32];

	pthread_once(&once, start);
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(out, 44, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof bytes);
}

void id_sha256(char out[65], const void *bytes, size_t len)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	pthread_once(&once, start);
	crypto_hash_sha256(hash, bytes, len);
	sodium_bin2hex(out, 65, hash, sizeof hash);
}
