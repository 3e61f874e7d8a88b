/*
 * Argon2id behind a gate: one hash takes 64 MiB, so that a crowd at the door
 * may not take all there is.
 */
#include <sodium.h>
#include <string.h>

#include "config.h"
#include "internal.h"

enum { RETRY_AFTER_S = 2 };

_Static_assert(HASH_BYTES >= crypto_pwhash_STRBYTES, "libsodium's hashes fit");

bool password_hash(char out[HASH_BYTES], const struct password_gate *g, const char *password,
		   struct err *e)
{
	if (crypto_pwhash_str_alg(out, password, strlen(password), (unsigned long long)g->passes,
				  (size_t)g->memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0)
		return true;
	err_cause(e, "no memory for a password hash");
	e->retry_after_s = RETRY_AFTER_S;
	return err_set(e, ERR_BUSY, MSG_BUSY);
}

bool password_gate_open(struct password_gate *g, const struct config *config, struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	*g = (struct password_gate){ .parallel = config->argon2_parallel, .queue = config->argon2_queue,
				     .memory_kib = config->argon2_memory, .passes = config->argon2_passes };
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->free, NULL);
	return password_hash(g->dummy, g, "nobody has this password", e);
}

void password_gate_close(struct password_gate *g)
{
	pthread_cond_destroy(&g->free);
	pthread_mutex_destroy(&g->lock);
}

bool password_gate_enter(struct password_gate *g, struct err *e)
{
	bool full;

	pthread_mutex_lock(&g->lock);
	full = g->busy >= g->parallel && g->waiting >= g->queue;
	if (!full) {
		g->waiting++;
		while (g->busy >= g->parallel)
			pthread_cond_wait(&g->free, &g->lock);
		g->waiting--;
		g->busy++;
	}
	pthread_mutex_unlock(&g->lock);
	if (!full)
		return true;
	e->retry_after_s = RETRY_AFTER_S;
	return err_set(e, ERR_BUSY, MSG_BUSY);
}

void password_gate_leave(struct password_gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->busy--;
	pthread_cond_signal(&g->free);
	pthread_mutex_unlock(&g->lock);
}

bool password_fits(const struct password_gate *g, const char *hash, const char *password)
{
	bool fits = crypto_pwhash_str_verify(hash ? hash : g->dummy, password, strlen(password)) == 0;

	return hash && fits;
}
