/*
 * What the commands about series share.
 */
#ifndef VIGIE_SERIES_CLI_H
#define VIGIE_SERIES_CLI_H

#include "arena.h"
#include "command.h"
#include "config.h"
#include "db.h"
#include "err.h"
#include "parts.h"

struct series_cli {
	const struct config *config;
	const char *word[COMMAND_WORDS];	/* what is neither an option nor its value */
	int words;
	const char *login, *as_of, *from, *to, *plan, *series, *territory, *organisation, *period, *value,
		*missing, *vintage;
	long seed, scale, months, published;	/* of invented figures; how many of the last months are published */
	bool json, exact;
	json_t *dims;			/* owned */
	enum lang lang;
	struct arena arena;
	struct err e;
	struct db_session session;
	int64_t plan_id;		/* 0: none, or not known yet */
};

/* Reads the arguments; false when they are not understood.  Close in any case. */
bool series_cli_open(struct series_cli *c, const struct config *config, int argc, char **argv);
bool series_cli_connect(struct series_cli *c);
/* Finds the plan that is named, or the only one; 0 when there are several. */
bool series_cli_plan(struct series_cli *c);
/* Servers that have answers of the plan in memory drop them. */
void series_cli_tell(struct series_cli *c);
void series_cli_close(struct series_cli *c);

#endif
