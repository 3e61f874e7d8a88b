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
#include "msg.h"

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

/* ------------------------------------------------------------------ between the files that write */

struct writer {
	struct arena *a;	/* borrowed */
	enum lang lang;
	const char *url;	/* where the pages are */
	const char *text;	/* so far */
};

#define SAY(w, ...) SAY_AT((w), __VA_ARGS__, NULL, NULL, NULL)
#define SAY_AT(w, msg, x, y, z, ...)                                                               \
	msg_text((w)->a, (msg), (w)->lang, (const char *const[MSG_ARGS]){ (x), (y), (z) })

/* A line more. */
void writer_add(struct writer *w, const char *indent, const char *line);
/* A text of an item, "" without one.  Borrowed from the item. */
const char *writer_field(const json_t *item, const char *name);
/* "2026-03-01" as "1er mars 2026".  Borrowed from the arena. */
const char *writer_day(const struct writer *w, const char *day);

/* What moved in what somebody follows, thing by thing: an item of the kind `followed`. */
void digest_write(struct writer *w, const json_t *item);

#endif
