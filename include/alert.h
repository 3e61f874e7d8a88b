/*
 * Alerts: the state of a watch on an indicator, period after period.  Pure.
 *
 * No data and an error are states of their own: silence is neither good news nor bad.  They keep
 * what was known, so that a hole neither raises an alert nor ends one.
 */
#ifndef VIGIE_ALERT_H
#define VIGIE_ALERT_H

#include <stdbool.h>

enum alert_state { ALERT_OK, ALERT_WARNING, ALERT_ALERT, ALERT_NO_DATA, ALERT_ERROR };

struct alert_rule {
	bool below;		/* false: watches for values above the limits; true: below */
	bool warns;		/* `warning` is given */
	double warning, limit;	/* beyond them, not at them */
	double resolve;		/* an alert lasts while values are beyond this; `limit` for none of its own */
	int for_periods;	/* periods in a row before it is raised, from 1 */
	int resolve_periods;	/* periods in a row before it ends, from 1 */
};

/* Kept between periods; all zero to start: ALERT_OK. */
struct alert {
	enum alert_state state;		/* as told */
	enum alert_state known;		/* the last one that rested on a value */
	int over_limit, over_warning, calm;	/* periods in a row */
};

enum alert_news { NEWS_VALUE, NEWS_NO_DATA, NEWS_ERROR };

/*
 * The next period.  A value beyond the limit that has not lasted yet is a warning.  Returns the new
 * state, also kept in *a.  Holes are skipped by the counts of periods in a row.
 */
enum alert_state alert_step(struct alert *a, const struct alert_rule *rule, enum alert_news news, double value);

/* "ok", "warning", "alert", "no_data", "error".  Static. */
const char *alert_name(enum alert_state state);

#endif
