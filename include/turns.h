/*
 * Turns: a thread that does a little work, rests, and can be woken.
 *
 * What it works at is the owner's; here are only starting, resting, waking and
 * stopping, which are easily written wrong.
 */
#ifndef VIGIE_TURNS_H
#define VIGIE_TURNS_H

#include <pthread.h>
#include <stdbool.h>

#include "err.h"

struct turns {
	/* One turn; gives how long to rest afterwards, in milliseconds, 0 for not at all. */
	int (*take)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool running;			/* of whoever starts and stops */
	bool woken, stopping;		/* guarded by `lock` */
};

/* Makes *t, which does nothing yet; `arg` is borrowed.  turns_close() after turns_stop(). */
void turns_open(struct turns *t, int (*take)(void *arg), void *arg) __attribute__((nonnull));
void turns_close(struct turns *t) __attribute__((nonnull));

/* Starts the thread; signals are for the main one. */
bool turns_start(struct turns *t, struct err *e) __attribute__((nonnull, warn_unused_result));
/* Lets the present turn end, then the thread.  Does nothing when it does not run. */
void turns_stop(struct turns *t) __attribute__((nonnull));

/* The rest ends now, or the next one does not begin.  Thread-safe. */
void turns_wake(struct turns *t) __attribute__((nonnull));

/* On the thread that takes the turns: waits, at most `ms`; whether it is to end. */
void turns_rest(struct turns *t, int ms) __attribute__((nonnull));
bool turns_stopping(struct turns *t) __attribute__((nonnull));

#endif
