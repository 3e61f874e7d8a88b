/*
 * Alerts, one period at a time.
 */
#include "alert.h"

static bool beyond(const struct alert_rule *rule, double value, double limit)
{
	return rule->below ? value < limit : value > limit;
}

/* What the counts say now. */
static enum alert_state judge(const struct alert *a, const struct alert_rule *rule)
{
	if (a->over_limit >= rule->for_periods)
		return ALERT_ALERT;
	if (a->known == ALERT_ALERT && a->calm < rule->resolve_periods)
		return ALERT_ALERT;
	if (a->over_limit > 0 || (rule->warns && a->over_warning >= rule->for_periods))
		return ALERT_WARNING;
	return ALERT_OK;
}

enum alert_state alert_step(struct alert *a, const struct alert_rule *rule, enum alert_news news, double value)
{
	bool limit = beyond(rule, value, rule->limit);

	if (news != NEWS_VALUE)
		return a->state = news == NEWS_ERROR ? ALERT_ERROR : ALERT_NO_DATA;
	a->over_limit = limit ? a->over_limit + 1 : 0;
	a->over_warning = limit || (rule->warns && beyond(rule, value, rule->warning)) ? a->over_warning + 1 : 0;
	a->calm = limit || beyond(rule, value, rule->resolve) ? 0 : a->calm + 1;
	a->known = judge(a, rule);
	return a->state = a->known;
}

const char *alert_name(enum alert_state state)
{
	static const char *const names[] = { "ok", "warning", "alert", "no_data", "error" };

	return names[state];
}
