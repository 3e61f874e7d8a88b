/*
 * What the handlers of indicators share.
 */
#ifndef VIGIE_INDICATOR_API_H
#define VIGIE_INDICATOR_API_H

#include "req.h"

/* The query parameter `name` is a period, or absent. */
bool indicator_api_period(struct req *rq, const char *name);
bool indicator_api_territory(struct req *rq);

/*
 * exact=true opens what is sensitive: for analysts and coordinators, else 403; and it is in the
 * journal before anything is shown.
 */
bool indicator_api_exact(bool *exact, struct req *rq);

/*
 * *body, the answer with the values that were shown, becomes the one with the cells of `level` computed
 * now from what was known at as_of; borrowed from the request's arena.  409 when today's method fails on it.
 */
bool indicator_api_then(const char **body, struct req *rq, const char *level);

#endif
