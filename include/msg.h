/*
 * Messages: every sentence that the server says to a person, in both languages.
 *
 * The catalogue is msg.def, one line a message.  A message has a stable code for
 * machines and up to three arguments, written {0}, {1}, {2}.
 */
#ifndef VIGIE_MSG_H
#define VIGIE_MSG_H

#include "arena.h"

enum lang { LANG_FR, LANG_EN };

#define MSG_ARGS 3

enum msg {
	MSG_NONE,
#define MSG(id, code, fr, en) id,
#include "msg.def"
#undef MSG
	MSG_COUNT
};

/* The message with its arguments put in; a missing argument reads as empty.  Borrowed from *a. */
const char *msg_text(struct arena *a, enum msg msg, enum lang lang, const char *const arg[MSG_ARGS]);

/*
 * An argument that reads otherwise in each language, such as a sentence that a plugin says; `en` NULL: as in French.
 * Borrowed from *a.
 */
const char *msg_either(struct arena *a, const char *fr, const char *en);

/* The stable code of a message, such as "out_of_range".  Static. */
const char *msg_code(enum msg msg);

/* The first message of that code, or MSG_NONE. */
enum msg msg_find(const char *code);

/* "fr" or "en".  Static. */
const char *lang_code(enum lang lang);

#endif
