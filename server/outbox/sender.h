/*
 * The sender without its thread, for the command line.
 */
#ifndef VIGIE_OUTBOX_SENDER_H
#define VIGIE_OUTBOX_SENDER_H

#include "outbox.h"

/* Makes the reminders of the day, sends all that is due.  False: the database was away. */
bool outbox_sender_once(struct outbox_sender *s) __attribute__((nonnull, warn_unused_result));

#endif
