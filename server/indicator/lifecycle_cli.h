/*
 * vigie plugin, the part that works on what is published.
 */
#ifndef VIGIE_LIFECYCLE_CLI_H
#define VIGIE_LIFECYCLE_CLI_H

#include <stdbool.h>

struct config;

/* True for the words that lifecycle_cli() knows. */
bool lifecycle_command(const char *name);
/* argv[1] is one of them.  Returns the exit code. */
int lifecycle_cli(const struct config *config, int argc, char **argv);

#endif
