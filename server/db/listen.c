/*
 * Listening: one thread with a connection of its own hears what others changed
 * and tells what we changed.
 *
 * Telling waits until 50 ms after the last time, so that many writes make one
 * NOTIFY a topic.  A connection that says nothing for two seconds is asked; one
 * that does not answer is replaced, and until then nothing cached is trusted.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"

enum {
	TOPICS_MAX = 128,	/* more at once become "*" */
	TOPIC_BYTES = 64,
	TELL_EVERY_MS = 50,
	ASK_AFTER_MS = 2000,
	ANSWER_MS = 2000,
	PAUSE_MIN_MS = 50,
	PAUSE_MAX_MS = 500,
};

struct topics {
	char text[TOPICS_MAX][TOPIC_BYTES];
	int count;
};

struct db_listener {
	char *url;			/* owned */
	void (*heard)(void *arg, const char *topic);
	void *arg;
	pthread_t thread;
	int wake;			/* eventfd; owned */
	atomic_bool stopping, connected;
	pthread_mutex_t lock;
	struct topics waiting;		/* guarded by `lock` */
	/* the thread's own */
	struct db_conn conn;
	struct topics sending;
	int64_t told_ms, seen_ms;
};

static void add(struct topics *t, const char *topic)
{
	for (int i = 0; i < t->count; i++)
		if (strcmp(t->text[i], topic) == 0 || strcmp(t->text[i], "*") == 0)
			return;
	if (t->count == TOPICS_MAX || strlen(topic) >= TOPIC_BYTES || strcmp(topic, "*") == 0) {
		t->count = 0;
		topic = "*";
	}
	snprintf(t->text[t->count++], TOPIC_BYTES, "%s", topic);
}

static void wake(struct db_listener *l)
{
	uint64_t one = 1;
	ssize_t n = write(l->wake, &one, sizeof one);

	(void)n;	/* full means that the thread is about to wake anyway */
}

void db_tell(struct db_listener *l, const char *topic)
{
	bool first;

	pthread_mutex_lock(&l->lock);
	first = l->waiting.count == 0;
	add(&l->waiting, topic);
	pthread_mutex_unlock(&l->lock);
	if (first)
		wake(l);
}

bool db_listening(const struct db_listener *l)
{
	return l->connected;
}

/* Runs a query of ours on the listener's connection; false when the connection is lost. */
static bool run(struct db_listener *l, enum query query, const char *const *params)
{
	const struct query_info *q = &query_table[query];
	int64_t deadline = clock_mono_ms() + ANSWER_MS;
	bool ok = true;
	PGresult *r;

	if (!PQsendQueryParams(l->conn.pg, q->text, q->params, NULL, params, NULL, NULL, 0))
		return false;
	do {
		if (conn_wait(l->conn.pg, deadline) != WAIT_READY)
			return false;
		r = PQgetResult(l->conn.pg);
		if (r && PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
			ok = false;
		PQclear(r);
	} while (r);
	l->seen_ms = clock_mono_ms();
	return ok;
}

static void hear(struct db_listener *l)
{
	PGnotify *n;

	while ((n = PQnotifies(l->conn.pg))) {
		l->seen_ms = clock_mono_ms();
		if (n->be_pid != PQbackendPID(l->conn.pg))	/* not what we told ourselves */
			l->heard(l->arg, n->extra);
		PQfreemem(n);
	}
}

/* Tells what waits.  What could not be told waits for the next connection. */
static bool tell(struct db_listener *l)
{
	bool ok = true;

	pthread_mutex_lock(&l->lock);
	for (int i = 0; i < l->waiting.count; i++)
		add(&l->sending, l->waiting.text[i]);
	l->waiting.count = 0;
	pthread_mutex_unlock(&l->lock);
	for (int i = 0; ok && i < l->sending.count; i++)
		ok = run(l, Q_db_notify, (const char *[]){ l->sending.text[i] });
	if (ok)
		l->sending.count = 0;
	l->told_ms = clock_mono_ms();
	return ok;
}

static bool waiting(struct db_listener *l)
{
	bool any;

	pthread_mutex_lock(&l->lock);
	any = l->waiting.count > 0 || l->sending.count > 0;
	pthread_mutex_unlock(&l->lock);
	return any;
}

/* Sleeps until something comes in, something is to be told, or `ms` passed. */
static void sleep_until(struct db_listener *l, int64_t ms)
{
	struct pollfd p[] = {
		{ .fd = l->wake, .events = POLLIN },
		{ .fd = l->conn.pg ? PQsocket(l->conn.pg) : -1, .events = POLLIN },
	};
	uint64_t count;

	if (ms < 0)
		ms = 0;
	if (poll(p, 2, (int)ms) > 0 && p[0].revents && read(l->wake, &count, sizeof count) < 0)
		return;
}

static bool connect_and_listen(struct db_listener *l)
{
	struct arena scratch;
	struct err e;

	arena_init(&scratch);
	err_init(&e, &scratch);
	l->conn.pg = conn_open(l->url, ANSWER_MS, &e);
	arena_free(&scratch);
	if (!l->conn.pg)
		return false;
	if (!run(l, Q_db_listen, NULL)) {
		conn_close(&l->conn);
		return false;
	}
	return true;
}

/* One turn while connected; false when the connection is lost. */
static bool turn(struct db_listener *l)
{
	int64_t now = clock_mono_ms(), ask_at = l->seen_ms + ASK_AFTER_MS, wake_at = ask_at;

	if (waiting(l) && l->told_ms + TELL_EVERY_MS < wake_at)
		wake_at = l->told_ms + TELL_EVERY_MS;
	if (wake_at > now)
		sleep_until(l, wake_at - now);
	if (l->stopping)
		return true;
	if (!PQconsumeInput(l->conn.pg) || PQstatus(l->conn.pg) != CONNECTION_OK)
		return false;
	hear(l);
	now = clock_mono_ms();
	if (waiting(l) && now >= l->told_ms + TELL_EVERY_MS && !tell(l))
		return false;
	if (now >= l->seen_ms + ASK_AFTER_MS && !run(l, Q_db_ping, NULL))
		return false;
	hear(l);
	return true;
}

static void *listen_thread(void *arg)
{
	struct db_listener *l = arg;
	int pause_ms = PAUSE_MIN_MS;

	while (!l->stopping) {
		if (!connect_and_listen(l)) {
			int64_t again = clock_mono_ms() + pause_ms;

			while (!l->stopping && clock_mono_ms() < again)
				sleep_until(l, again - clock_mono_ms());
			pause_ms = pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause_ms * 2;
			continue;
		}
		pause_ms = PAUSE_MIN_MS;
		l->heard(l->arg, "*");
		l->connected = true;
		while (!l->stopping && turn(l))
			;
		l->connected = false;
		if (l->stopping && waiting(l))
			tell(l);
		conn_close(&l->conn);
	}
	return NULL;
}

bool db_listen(struct db_listener **out, const char *url,
	       void (*heard)(void *arg, const char *topic), void *arg, struct err *e)
{
	struct db_listener *l;
	sigset_t all, before;
	int rc;

	if (!conn_url_valid(url, e))
		return false;
	l = calloc(1, sizeof *l);
	if (!l)
		abort();
	l->url = strdup(url);
	if (!l->url)
		abort();
	l->heard = heard;
	l->arg = arg;
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&l->lock, NULL);
	sigfillset(&all);	/* signals are for the main thread */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = l->wake < 0 ? errno : pthread_create(&l->thread, NULL, listen_thread, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		if (l->wake >= 0)
			close(l->wake);
		free(l->url);
		free(l);
		err_cause(e, "listener: %s", strerror(rc));
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	*out = l;
	return true;
}

void db_listen_stop(struct db_listener *l)
{
	if (!l)
		return;
	l->stopping = true;
	wake(l);
	pthread_join(l->thread, NULL);
	close(l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l->url);
	free(l);
}
