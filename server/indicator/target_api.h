/*
 * Targets beside the figures of an answer.
 */
#ifndef VIGIE_TARGET_API_H
#define VIGIE_TARGET_API_H

#include "req.h"

/*
 * Adds to the answer of one indicator ({"cells"}) the targets of its level and what they say of each
 * cell; *body is then borrowed from the request's arena.  An answer without targets stays as it is.
 */
bool target_beside_values(const char **body, struct req *rq, const char *level);

/* The same for a list of indicators ({"items"}), each with its latest national cell. */
bool target_beside_items(const char **body, struct req *rq);

#endif
