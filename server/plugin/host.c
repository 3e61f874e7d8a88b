/*
 * Host: starts the sandbox, feeds it, reads it, ends it.  Knows nothing of Lua nor of indicators.
 *
 * What the sandbox says is treated as a stranger's: every length is bounded, every JSON text is
 * parsed by the strict door, and the process is killed at the deadline whatever it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "frame.h"
#include "host.h"
#include "json.h"

struct plugin_host {
	_Atomic uint64_t runs, failures, kills, ms;
};

struct talk {
	const struct exchange *x;
	struct arena *arena;
	struct finding *f;
	pid_t pid;
	int to, from;			/* our ends of the pipes; -1: closed */
	char *out;			/* the frame being sent; from malloc */
	size_t out_len, out_at;
	size_t next;			/* next cell to send; SIZE_MAX: the job, one past: the end */
	unsigned char *in;		/* FRAME_HEAD + FRAME_OUT_MAX bytes; from malloc */
	size_t in_len, total;
	bool done;			/* FRAME_END was read */
};

void plugin_host_open(struct plugin_host **out)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		abort();
}

void plugin_host_close(struct plugin_host *h)
{
	free(h);
}

void plugin_counters(struct plugin_counters *out, struct plugin_host *h)
{
	*out = (struct plugin_counters){ .runs = atomic_load(&h->runs),
					 .failures = atomic_load(&h->failures),
					 .kills = atomic_load(&h->kills),
					 .ms = atomic_load(&h->ms) };
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Seconds of CPU the process may use: a little over the wall time, so that the deadline speaks first. */
static unsigned cpu_seconds(int wall_ms)
{
	return (unsigned)wall_ms / 1000 + 2;
}

static bool start(struct talk *t)
{
	extern char **environ;
	static char *const bare[] = { NULL };
	int down[2], up[2], rc;
	char seconds[16];
	char *argv[] = { (char[]){ "vigie" }, (char[]){ "sandbox" }, seconds, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;

#ifdef VIGIE_SANITIZED
	char *const *env = environ;	/* the sanitizer's options */
#else
	char *const *env = bare;
#endif
	(void)bare;
	snprintf(seconds, sizeof seconds, "%u", cpu_seconds(t->x->wall_ms));
	if (pipe2(down, O_CLOEXEC) != 0)
		return false;
	if (pipe2(up, O_CLOEXEC) != 0) {
		close(down[0]);
		close(down[1]);
		return false;
	}
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, down[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, up[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(&t->pid, "/proc/self/exe", &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	close(down[0]);
	close(up[1]);
	t->to = down[1];
	t->from = up[0];
	if (rc == 0) {
		fcntl(t->to, F_SETFL, O_NONBLOCK);
		fcntl(t->from, F_SETFL, O_NONBLOCK);
		return true;
	}
	t->pid = 0;
	errno = rc;
	return false;
}

/* Puts the next frame into t->out; false when all were sent. */
static bool next_frame(struct talk *t)
{
	const json_t *value = NULL;
	enum frame_kind kind = FRAME_END;
	char *text = NULL;
	size_t len = 0;

	if (t->next == SIZE_MAX) {
		value = t->x->job;
		kind = FRAME_JOB;
	} else if (t->next < json_array_size(t->x->cells)) {
		value = json_array_get(t->x->cells, t->next);
		kind = FRAME_CELL;
	} else if (t->next > json_array_size(t->x->cells)) {
		return false;
	}
	if (value) {
		text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
		if (!text)
			abort();
		len = strlen(text);
	}
	free(t->out);
	t->out = malloc(FRAME_HEAD + len);
	if (!t->out)
		abort();
	frame_head((unsigned char *)t->out, kind, len);
	if (len > 0)
		memcpy(t->out + FRAME_HEAD, text, len);
	free(text);
	t->out_len = FRAME_HEAD + len;
	t->out_at = 0;
	t->next++;
	return true;
}

/* Writes what the pipe takes.  A sandbox that no longer reads is not a failure by itself. */
static void feed(struct talk *t)
{
	for (;;) {
		ssize_t n;

		if (t->out_at == t->out_len && !next_frame(t)) {
			close_end(&t->to);
			return;
		}
		n = write(t->to, t->out + t->out_at, t->out_len - t->out_at);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				close_end(&t->to);
			return;
		}
		t->out_at += (size_t)n;
	}
}

static bool unreadable(struct talk *t)
{
	return finding_set(t->f, V225, 0);
}

/* One whole frame at t->in. */
static bool take_frame(struct talk *t, int kind, size_t len)
{
	const char *bytes = (const char *)t->in + FRAME_HEAD;
	json_t *value = NULL;
	struct err e;
	bool ok;

	if (kind == FRAME_END) {
		t->done = len == 0;
		return t->done || unreadable(t);
	}
	if (kind == FRAME_PART)
		return t->x->answer(t->x->to, kind, NULL, bytes, len, t->f);
	err_init(&e, t->arena);
	if ((kind != FRAME_CELL && kind != FRAME_FAULT) || !json_parse(&value, bytes, len, &e))
		return unreadable(t);
	ok = t->x->answer(t->x->to, kind, value, NULL, 0, t->f);
	json_decref(value);
	return ok;
}

/* Reads what is there; *open becomes false at the end of the pipe. */
static bool drain(struct talk *t, bool *open)
{
	ssize_t n = read(t->from, t->in + t->in_len, FRAME_HEAD + FRAME_OUT_MAX - t->in_len);

	if (n <= 0) {
		*open = n < 0 && (errno == EAGAIN || errno == EINTR);
		return true;
	}
	t->in_len += (size_t)n;
	t->total += (size_t)n;
	if (t->total > t->x->out_max)
		return unreadable(t);
	while (t->in_len >= FRAME_HEAD) {
		size_t len = frame_len(t->in);

		if (len > FRAME_OUT_MAX || t->done)
			return unreadable(t);
		if (t->in_len < FRAME_HEAD + len)
			break;
		if (!take_frame(t, t->in[0], len))
			return false;
		t->in_len -= FRAME_HEAD + len;
		memmove(t->in, t->in + FRAME_HEAD + len, t->in_len);
	}
	return true;
}

static bool too_late(struct talk *t)
{
	return finding_set(t->f, V223, 0, arena_printf(t->arena, "%d", t->x->wall_ms));
}

static bool converse(struct talk *t)
{
	int64_t end = clock_mono_ms() + t->x->wall_ms;
	bool open = true;

	while (open) {
		int64_t left = end - clock_mono_ms();
		struct pollfd p[2] = { { .fd = t->from, .events = POLLIN },
				       { .fd = t->to, .events = POLLOUT } };

		if (left <= 0)
			return too_late(t);
		if (poll(p, 2, (int)left) <= 0)
			continue;
		if (p[1].revents != 0)
			feed(t);
		if (p[0].revents != 0 && !drain(t, &open))
			return false;
	}
	return true;
}

/* The pipe is closed, so the process is ending; one that is not is killed. */
static void reap(pid_t pid, int *status)
{
	for (int tries = 0; tries < 200; tries++) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid || (got < 0 && errno != EINTR))
			return;
		poll(NULL, 0, 1);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
}

/* Waits for the process; tells why it died unless something better is known. */
static bool finish(struct talk *t, struct plugin_host *h, bool ok)
{
	int status = 0;

	if (!ok)
		kill(t->pid, SIGKILL);
	reap(t->pid, &status);
	if (WIFSIGNALED(status))
		atomic_fetch_add(&h->kills, 1);
	if (!ok || (t->done && WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return ok;
	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		return finding_set(t->f, V224, 0,
				   sig == SIGSYS	       ? "@syscall" :
				   sig == SIGXCPU || sig == SIGKILL ? "@cpu" :
								 "@crash");
	}
	return unreadable(t);
}

/* A sandbox that died early must not kill us with SIGPIPE, whatever the program does with it. */
static void pipe_signal(sigset_t *before, bool hold)
{
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, SIGPIPE);
	if (hold) {
		pthread_sigmask(SIG_BLOCK, &only, before);
		return;
	}
	if (!sigismember(before, SIGPIPE))
		sigtimedwait(&only, NULL, &(struct timespec){ 0, 0 });
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

bool host_exchange(struct plugin_host *h, struct arena *a, const struct exchange *x,
		   struct finding *f)
{
	struct talk t = { .x = x, .arena = a, .f = f, .to = -1, .from = -1, .next = SIZE_MAX };
	int64_t began = clock_mono_ms();
	sigset_t before;
	bool ok;

	pipe_signal(&before, true);
	t.in = malloc(FRAME_HEAD + FRAME_OUT_MAX);
	if (!t.in)
		abort();
	ok = start(&t);
	if (!ok)
		finding_set(f, V231, 0, arena_strdup(a, strerror(errno)));
	ok = ok && converse(&t);
	close_end(&t.to);
	if (t.pid > 0)
		ok = finish(&t, h, ok);
	close_end(&t.from);
	free(t.in);
	free(t.out);
	pipe_signal(&before, false);
	atomic_fetch_add(&h->runs, 1);
	atomic_fetch_add(&h->failures, ok ? 0 : 1);
	atomic_fetch_add(&h->ms, (uint64_t)(clock_mono_ms() - began));
	return ok;
}
