/*
 * Pure rules of sending.
 */
#ifndef VIGIE_OUTBOX_RULES_H
#define VIGIE_OUTBOX_RULES_H

#include "mail.h"

/* What becomes of a message after its `tries`-th try (from 1): its state, and the seconds until the next one. */
struct outbox_next { const char *state; int wait_s; };

/* `retry_s` is the first wait; each is four times the one before, 240 times the first at most. */
struct outbox_next outbox_after(enum mail_outcome outcome, int tries, int retry_s);

/* Seconds after which a try that nobody ended is over, its sender gone. */
int outbox_try_s(int timeout_s);

#endif
