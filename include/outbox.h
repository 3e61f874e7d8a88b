/*
 * The outbox: what is to be told to people, gathered into one message each,
 * and sent by mail, at most once.
 *
 * Lines of the outbox are made by whoever has something to tell: reminders of
 * campaigns, digests of what people follow, passwords asked for.  The sender makes one message of all that
 * waits for a person.  It takes a message for a while, marks it when the mail
 * server is ready for its text, and keeps what the server said: a message found
 * marked after that while is `unknown`, since its sender is gone, and goes out
 * again only when a coordinator wants it, under the same Message-ID.  Any number
 * of servers may send from one database.
 *
 *	queued → sending → sent
 *	       ↘ dropped   → queued, later    (4xx, before the text or after)
 *	       ↘ failed    → failed           (5xx, or given up)
 *	                   → unknown → queued (on purpose)
 */
#ifndef VIGIE_OUTBOX_H
#define VIGIE_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct config;
struct req;
struct outbox_sender;

/*
 * Makes a sender; *out is NULL when no mail server is set.  Owned
 * (outbox_sender_close); `config` is borrowed.
 */
bool outbox_sender_open(struct outbox_sender **out, const struct config *config, struct err *e)
	__attribute__((nonnull, warn_unused_result));
void outbox_sender_close(struct outbox_sender *s);

/* Starts the thread that makes the reminders of the day and sends.  Nothing for NULL. */
bool outbox_sender_start(struct outbox_sender *s, struct err *e)
	__attribute__((nonnull(2), warn_unused_result));
/* Ends it: a message whose text is under way has a few seconds to be answered. */
void outbox_sender_stop(struct outbox_sender *s);

/* For /metrics; all zero for NULL. */
struct outbox_stats { uint64_t sent, later, failed, unknown; };
struct outbox_stats outbox_sender_stats(const struct outbox_sender *s);

/* Handlers; routes.c says which address each answers. */
bool outbox_api_list(struct req *rq);
bool outbox_api_again(struct req *rq);
bool outbox_api_choices(struct req *rq);
bool outbox_api_choose(struct req *rq);

/* What one follows in a plan: the list, one thing by {kind} and {code}, followed, followed no more. */
bool follow_api_list(struct req *rq);
bool follow_api_get(struct req *rq);
bool follow_api_put(struct req *rq);
bool follow_api_delete(struct req *rq);

/* `vigie outbox send [--once]`: a sender of its own; the exit code. */
int outbox_cli(const struct config *config, int argc, char **argv);

#endif
