/*
 * What `vigie user` and `vigie demo` share: arguments, the database, ways to tell.
 */
#ifndef VIGIE_USER_CLI_H
#define VIGIE_USER_CLI_H

#include "internal.h"

struct user_cli {
	const struct config *config;
	struct arena arena;
	struct err err;
	struct db_session db;
	enum lang lang;			/* of messages, by LANG */
	bool json;
	const char *word[4];		/* what is no option */
	int words;
	const char *as, *name, *speaks, *plan, *organisation, *territories, *out, *mail;
};

/* False after saying what was wrong: EXIT_USAGE. */
bool user_cli_parse(struct user_cli *c, int argc, char **argv);
/* Connects, and knows whom --as names.  False leaves the reason in c->err. */
bool user_cli_open(struct user_cli *c);
/* Closes all; `fine` false tells c->err.  The exit code. */
int user_cli_close(struct user_cli *c, bool fine);

const char *user_cli_say(const struct user_cli *c, const char *fr, const char *en);

#endif
