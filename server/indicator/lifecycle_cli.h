/*
 * vigie plugin, the part that works on what is published.
 */
#ifndef VIGIE_LIFECYCLE_CLI_H
#define VIGIE_LIFECYCLE_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <stdint.h>

struct config;
struct db_session;
struct err;
struct plugin_command;

/* The i-th of its subcommands, NULL past the last. */
const struct plugin_command *lifecycle_told(size_t i);
/* True for the words that lifecycle_cli() knows. */
bool lifecycle_command(const char *name);
/* The plan of that code, NULL: the only one there is, and its time zone, of e->arena. */
bool lifecycle_cli_plan(int64_t *id, const char **zone, struct db_session *s, const char *code, struct err *e);
/* argv[1] is one of them.  Returns the exit code. */
int lifecycle_cli(const struct config *config, int argc, char **argv);

#endif
