/*
 * The lab: where requests wait for a sandbox.  A few run at once, a few wait a little, the others
 * are told to come back, so that the threads that answer are never all taken by plugins.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "config.h"
#include "lifecycle.h"

enum { RETRY_AFTER_S = 3 };

struct indicator_lab {
	struct plugin_host *host;
	pthread_mutex_t lock;
	pthread_cond_t free;
	int64_t parallel, queue, wait_ms;
	int busy, waiting;	/* guarded by `lock` */
};

void indicator_lab_open(struct indicator_lab **out, const struct config *config)
{
	struct indicator_lab *lab = calloc(1, sizeof *lab);
	pthread_condattr_t attr;

	if (!lab)
		abort();
	plugin_host_open(&lab->host);
	lab->parallel = config->lab_parallel;
	lab->queue = config->lab_queue;
	lab->wait_ms = config->lab_wait_ms;
	pthread_mutex_init(&lab->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&lab->free, &attr);
	pthread_condattr_destroy(&attr);
	*out = lab;
}

void indicator_lab_close(struct indicator_lab *lab)
{
	if (!lab)
		return;
	plugin_host_close(lab->host);
	pthread_cond_destroy(&lab->free);
	pthread_mutex_destroy(&lab->lock);
	free(lab);
}

static struct timespec until(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return t;
}

bool indicator_lab_enter(struct plugin_host **host, struct indicator_lab *lab, struct err *e)
{
	struct timespec end = until(lab->wait_ms);
	bool ok;

	pthread_mutex_lock(&lab->lock);
	ok = lab->busy < lab->parallel || lab->waiting < lab->queue;
	if (ok) {
		lab->waiting++;
		while (lab->busy >= lab->parallel &&
		       pthread_cond_timedwait(&lab->free, &lab->lock, &end) != ETIMEDOUT)
			;
		lab->waiting--;
		ok = lab->busy < lab->parallel;
		lab->busy += ok;
	}
	pthread_mutex_unlock(&lab->lock);
	*host = lab->host;
	if (ok)
		return true;
	e->retry_after_s = RETRY_AFTER_S;
	return err_set(e, ERR_BUSY, MSG_LAB_BUSY);
}

bool indicator_lab_try(struct plugin_host **host, struct indicator_lab *lab)
{
	bool ok;

	pthread_mutex_lock(&lab->lock);
	ok = lab->busy < lab->parallel && lab->waiting == 0;
	lab->busy += ok;
	pthread_mutex_unlock(&lab->lock);
	*host = lab->host;
	return ok;
}

void indicator_lab_leave(struct indicator_lab *lab)
{
	pthread_mutex_lock(&lab->lock);
	lab->busy--;
	pthread_cond_signal(&lab->free);
	pthread_mutex_unlock(&lab->lock);
}
