/*
 * A thread that does a little work, rests, and can be woken.
 */
#include "turns.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

void turns_open(struct turns *t, int (*take)(void *arg), void *arg)
{
	pthread_condattr_t attr;

	*t = (struct turns){ .take = take, .arg = arg };
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->wake, &attr);
	pthread_condattr_destroy(&attr);
}

void turns_close(struct turns *t)
{
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->lock);
}

void turns_rest(struct turns *t, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&t->lock);
	while (!t->woken && !t->stopping &&
	       pthread_cond_timedwait(&t->wake, &t->lock, &until) != ETIMEDOUT)
		;
	t->woken = false;
	pthread_mutex_unlock(&t->lock);
}

bool turns_stopping(struct turns *t)
{
	bool stop;

	pthread_mutex_lock(&t->lock);
	stop = t->stopping;
	pthread_mutex_unlock(&t->lock);
	return stop;
}

static void *take_turns(void *arg)
{
	struct turns *t = arg;

	while (!turns_stopping(t)) {
		int ms = t->take(t->arg);

		if (ms)
			turns_rest(t, ms);
	}
	return NULL;
}

bool turns_start(struct turns *t, struct err *e)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->thread, NULL, take_turns, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	t->running = rc == 0;
	if (rc == 0)
		return true;
	err_cause(e, "thread: %s", strerror(rc));
	return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
}

void turns_stop(struct turns *t)
{
	if (!t->running)
		return;
	pthread_mutex_lock(&t->lock);
	t->stopping = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	t->running = false;
}

void turns_wake(struct turns *t)
{
	pthread_mutex_lock(&t->lock);
	t->woken = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
}
