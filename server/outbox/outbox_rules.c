/*
 * What becomes of a message after a try.
 */
#include "outbox_rules.h"

enum { TRIES_MAX = 15, LONGEST = 240 };

struct outbox_next outbox_after(enum mail_outcome outcome, int tries, int retry_s)
{
	int times = 1;

	switch (outcome) {
	case MAIL_SENT:
		return (struct outbox_next){ "sent", 0 };
	case MAIL_UNKNOWN:
		return (struct outbox_next){ "unknown", 0 };
	case MAIL_REFUSED:
		return (struct outbox_next){ "failed", 0 };
	case MAIL_LATER:
		break;
	}
	if (tries >= TRIES_MAX)
		return (struct outbox_next){ "failed", 0 };
	for (int i = 1; i < tries && times < LONGEST; i++)
		times *= 4;
	return (struct outbox_next){ "queued", retry_s * (times < LONGEST ? times : LONGEST) };
}

/* The server has timeout_s, the database as long again to hear of it. */
int outbox_try_s(int timeout_s)
{
	return 2 * timeout_s + 5;
}
