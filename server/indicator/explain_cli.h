/*
 * An explanation on a terminal.
 */
#ifndef VIGIE_EXPLAIN_CLI_H
#define VIGIE_EXPLAIN_CLI_H

#include "err.h"

struct json_t;

/* Prints what explain() gave: the value, what stands beside it, its steps, what it was given, what was shown before. */
void explain_show(const struct json_t *explanation, enum lang lang) __attribute__((nonnull));

/* Prints the line that says of a value, explained or computed, that some of the figures behind it are fictitious. */
void explain_show_fictitious(enum lang lang);

#endif
