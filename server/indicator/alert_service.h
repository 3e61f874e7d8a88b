/*
 * Judging the alerts of a plan after a refresh.
 */
#ifndef VIGIE_ALERT_SERVICE_H
#define VIGIE_ALERT_SERVICE_H

#include "indicator_refresh.h"

/*
 * Judges the alerts whose indicators moved, in the transaction of the refresh: what is told of a value
 * is kept with it.  False: the database failed.
 */
bool alerts_judge(struct refresh *r);

#endif
