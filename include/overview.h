/*
 * Overviews: what committees look at across all that is recorded of a plan.
 * Reads alone; each answer is one document made by one query.
 */
#ifndef VIGIE_OVERVIEW_H
#define VIGIE_OVERVIEW_H

#include <stdbool.h>

#include "req.h"

bool overview_api_territory(struct req *rq);	/* GET /plans/{plan}/territories/{code} */
bool overview_api_comparison(struct req *rq);	/* GET /plans/{plan}/comparison */
bool overview_api_calendar(struct req *rq);	/* GET /plans/{plan}/calendar */
bool overview_api_calendar_feed(struct req *rq);	/* GET /calendar.ics */
bool overview_api_search(struct req *rq);	/* GET /plans/{plan}/search */

#endif
