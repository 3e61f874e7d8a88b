/*
 * What the commands share: words and options, the language that they speak, one connection to the database in
 * somebody's name, the plan that is meant.
 */
#ifndef VIGIE_COMMAND_H
#define VIGIE_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "config.h"
#include "db.h"
#include "err.h"

struct option;

enum { COMMAND_WORDS = 2 };

/*
 * Reads what follows the command's name: `take` is told each option's key, its value in `optarg`, and says whether it
 * understands; what is neither an option nor its value is word[0] and on, borrowed from argv.  False when an option or
 * a word is not understood; the reason, where getopt_long tells one, is on standard error.
 */
bool command_read(const char *word[COMMAND_WORDS], int *words, int argc, char **argv, const struct option *options,
		  bool (*take)(void *command, int key), void *command);

/*
 * Reads the whole file `path` ("-": standard input).  *bytes, with a NUL after its *len bytes, is of the arena.  False:
 * it is not there, cannot be read, or has more than `max` bytes, a multiple of 1024, of which no more are read.
 */
bool command_file(char **bytes, size_t *len, const char *path, size_t max, struct arena *a, struct err *e);

/* The language that a command speaks, its refusals too: what was asked for, or that of LANG, French or English. */
enum lang command_lang(void);
/* Asks for one; before anything is said. */
void command_speak(enum lang lang);

/*
 * One connection, in the name of `login` (NULL: of nobody but the machine).  s->db is owned (db_close), NULL when this
 * fails; s->context is of the arena.  query_ms: the deadline of a query.
 */
bool command_connect(struct db_session *s, const struct config *config, const char *login, int query_ms,
		     struct arena *a, struct err *e);

/*
 * The plan that is named, or when `code` is NULL the only one; 0 when there are none or several.  ERR_NOT_FOUND for a
 * plan or a login that nobody has.
 */
bool command_plan(int64_t *plan_id, struct db_session *s, const char *code, const char *login, struct err *e);
/* The same for a command that needs one: ERR_PARAMETER instead of 0. */
bool command_one_plan(int64_t *plan_id, struct db_session *s, const char *code, const char *login, struct err *e);

/*
 * What --as-of gives (`text` NULL: nothing): an instant, or a day of `zone` that means its end.  *out: the instant as
 * queries want it, of the arena; NULL: now, which today means, too.  False: it is neither, or is to come.
 */
bool command_as_of(const char **out, const char *text, const char *zone, struct arena *a, struct err *e);

#endif
