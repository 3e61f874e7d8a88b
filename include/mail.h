/*
 * Mail: one message as RFC 5322 wants it, handed to one server by SMTP.
 *
 * A door: it knows neither the database nor why a message is sent.  TLS is
 * required unless the server is on this machine.
 */
#ifndef VIGIE_MAIL_H
#define VIGIE_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * True for one plain address, such as c.martin@interieur.example: ASCII, no
 * name, no comment, nothing that could end a header.
 */
bool mail_address_valid(const char *address);

/* ------------------------------------------------------------------ writing */

/* Texts are borrowed, UTF-8; addresses are valid by mail_address_valid(). */
struct mail_text {
	const char *from, *to;		/* addresses */
	const char *from_name;
	const char *subject;		/* any text: what is no plain character becomes a blank */
	const char *message_id;		/* with its angle brackets */
	const char *choices_url;	/* where the reader says what he wants (List-Unsubscribe) */
	const char *lang;		/* "fr" or "en" */
	const char *body;		/* lines end with \n */
	int64_t at_us;			/* instant, microseconds since 1970 */
};

/*
 * The message with its headers, lines ended by CR LF and at most 78 characters
 * long, ASCII alone (quoted-printable), so that any server takes it.  Borrowed
 * from *a.
 */
const char *mail_write(struct arena *a, const struct mail_text *m)
	__attribute__((nonnull, returns_nonnull));

/* ------------------------------------------------------------------ sending */

/* Texts are borrowed; "" for what is not set. */
struct mail_server {
	const char *url;		/* smtp://host[:port], or smtps:// for TLS from the first byte */
	const char *user, *password;
	const char *ca_file;		/* certificates to trust; "": those of the system */
	int timeout_s;			/* of one message */
};

enum mail_outcome {
	MAIL_SENT,		/* the server has it */
	MAIL_LATER,		/* it surely has not; may be tried again */
	MAIL_REFUSED,		/* it surely has not, and another try would not change that */
	MAIL_UNKNOWN,		/* the text went out, no answer came back */
};

enum { MAIL_SAID = 300 };

/* What the sender is asked while a message goes out, on the same thread. */
struct mail_watch {
	bool (*mark)(void *arg);	/* the text would go out now; false: it must not */
	bool (*stop)(void *arg);	/* true: give up; asked about once a second */
	void *arg;
};

/*
 * Sends `text` (of mail_write) from and to these addresses.  `said` gets what
 * the server answered last, or what failed, for the coordinator; never a secret.
 * Thread-safe after mail_begin().
 */
enum mail_outcome mail_send(char said[MAIL_SAID], const struct mail_server *server, const char *from,
			    const char *to, const char *text, const struct mail_watch *watch)
	__attribute__((nonnull));

/* Once, before any thread; false when the library does not start.  mail_end() undoes it. */
bool mail_begin(void);
void mail_end(void);

#endif
