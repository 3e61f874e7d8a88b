/*
 * What the files of server/outbox share.
 */
#ifndef VIGIE_OUTBOX_PARTS_H
#define VIGIE_OUTBOX_PARTS_H

#include <jansson.h>
#include <stdint.h>

#include "db.h"
#include "err.h"
#include "mail.h"

/* Where pages are found, and where the reader of a message says what he wants. */
const char *outbox_link(struct arena *a, const char *public_url, const char *page);

/* One message, before it is written.  Texts are borrowed from the arena. */
struct outbox_letter {
	const char *login, *name, *lang, *address, *message_id;
	const json_t *items;		/* borrowed: as mail_content gives them */
	const char *password_link;	/* NULL unless it is about that */
	int password_hours;		/* that the link counts */
};

/* Subject and body of a letter, in its language.  Borrowed from *a. */
struct outbox_words { const char *subject, *body; };
struct outbox_words outbox_write(struct arena *a, const struct outbox_letter *l, const char *public_url);

#endif
