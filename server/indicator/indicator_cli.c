/*
 * vigie compute: a worker of its own.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "db.h"
#include "indicator.h"
#include "log.h"

enum { CONNECT_MS = 2000 };

struct compute {
	struct indicator_worker *worker;
	struct db_listener *listener;
};

static void changed(void *arg, int64_t plan_id)
{
	struct compute *c = arg;
	char topic[32];

	snprintf(topic, sizeof topic, plan_id ? "plan:%lld" : "*", (long long)plan_id);
	db_tell(c->listener, topic);
}

static void heard(void *arg, const char *topic)
{
	struct compute *c = arg;

	if (strcmp(topic, "*") == 0 || strncmp(topic, "plan:", 5) == 0)
		indicator_worker_wake(c->worker);
}

/* Until all that waits is computed, and the servers can be told: what they keep would be old. */
static bool once_over(struct compute *c, struct err *e)
{
	int64_t end = clock_mono_ms() + CONNECT_MS;

	if (!indicator_worker_once(c->worker, e))
		return false;
	while (!db_listening(c->listener) && clock_mono_ms() < end)
		usleep(10000);
	return true;
}

/* Until SIGTERM or SIGINT. */
static bool until_told(struct compute *c, struct err *e)
{
	sigset_t ends;
	int number;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if (!indicator_worker_start(c->worker, e))
		return false;
	puts("ready: computing");
	fflush(stdout);
	sigwait(&ends, &number);
	indicator_worker_stop(c->worker);
	return true;
}

int indicator_cli_compute(const struct config *config, int argc, char **argv)
{
	bool once = argc == 2 && strcmp(argv[1], "--once") == 0, ok;
	struct compute c = { 0 };
	struct arena arena;
	struct err e;
	int code = 0;

	if (argc > 1 && !once) {
		fputs("vigie compute: only --once is expected\n", stderr);
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	arena_init(&arena);
	err_init(&e, &arena);
	ok = indicator_worker_open(&c.worker, config, changed, &c, &e) &&
	     db_listen(&c.listener, config->database_url, heard, &c, &e);
	if (ok)
		ok = once ? once_over(&c, &e) : until_told(&c, &e);
	if (!ok)
		code = app_complain(&e);
	db_listen_stop(c.listener);
	indicator_worker_close(c.worker);
	arena_free(&arena);
	return code;
}
