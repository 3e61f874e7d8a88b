/*
 * The states of an alert along the cells of its indicator: pure.
 */
#ifndef VIGIE_ALERT_RULES_H
#define VIGIE_ALERT_RULES_H

#include <stdbool.h>

#include "alert.h"

struct json_t;

/*
 * The states as alert_write.sql takes them, one a cell: [{"level", "territory", "period", "state",
 * "since", "value"}].  Owned (json_decref).  `cells` by territory, then period, oldest first; a cell
 * without a value is no data, whatever the reason.  `broken`: the indicator fails, so that the last
 * good value of each territory is none to judge by: its newest period is an error.
 */
struct json_t *alert_states(const struct alert_rule *rule, const struct json_t *cells, bool broken);

#endif
