/*
 * vigie outbox: a sender of its own, beside those of the servers or instead of them.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "sender.h"

/* The sender's thread works; this one waits for the signal to end. */
static bool send_on(struct outbox_sender *s, struct err *e)
{
	sigset_t ends;
	int signal_number;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if (!outbox_sender_start(s, e))
		return false;
	sigwait(&ends, &signal_number);
	outbox_sender_stop(s);
	return true;
}

static int send_all(const struct config *config, bool once)
{
	struct outbox_sender *s;
	struct outbox_stats n;
	struct arena arena;
	struct err e;
	int code = 0;

	arena_init(&arena);
	err_init(&e, &arena);
	signal(SIGPIPE, SIG_IGN);
	if (!outbox_sender_open(&s, config, &e) || !(once || send_on(s, &e)))
		code = app_complain(&e);
	else if (once && !outbox_sender_once(s))
		code = EXIT_NO_DATABASE;
	n = outbox_sender_stats(s);
	if (!code)
		printf("sent %llu, later %llu, failed %llu, unknown %llu\n", (unsigned long long)n.sent,
		       (unsigned long long)n.later, (unsigned long long)n.failed, (unsigned long long)n.unknown);
	outbox_sender_close(s);
	arena_free(&arena);
	return code;
}

int outbox_cli(const struct config *config, int argc, char **argv)
{
	bool once = argc == 3 && strcmp(argv[2], "--once") == 0;
	char message[400] = "";

	if (argc < 2 || strcmp(argv[1], "send") != 0 || (argc != 2 && !once)) {
		fputs("usage: vigie outbox send [--once]\n", stderr);
		return EXIT_USAGE;
	}
	if (!*config->smtp_url)
		snprintf(message, sizeof message, "smtp_url is not set: no mail can be sent");
	if (*message || !config_mail(config, message, sizeof message)) {
		fprintf(stderr, "vigie outbox: %s\n", message);
		return EXIT_USAGE;
	}
	return send_all(config, once);
}
