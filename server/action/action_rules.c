/*
 * The rules of actions, purely: what may be declared, what may be moved.
 */
#include "action.h"

#include <string.h>

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static void check_progress(const struct action_state *s, struct err *e)
{
	if (is(s->status, "done") && s->progress != 100)
		err_add(e, "#/progress", MSG_DONE_IS_100);
	else if (s->status && s->progress == 100 && !is(s->status, "done"))
		err_add(e, "#/progress", MSG_100_IS_DONE);
	else if (is(s->status, "not_started") && s->progress > 0)
		err_add(e, "#/progress", MSG_NOT_STARTED_IS_0);
}

static void check_done_on(struct action_state *s, int32_t today, struct err *e)
{
	bool given = s->done_on != ACTION_NO_DAY;

	if (is(s->status, "done") && !given)
		s->done_on = today;
	else if (given && s->status && !is(s->status, "done"))
		err_add(e, "#/done_on", MSG_DONE_ON_ONLY);
	else if (given && s->done_on > today)
		err_add(e, "#/done_on", MSG_DONE_ON_FUTURE);
}

static void check_carried(const struct action_state *s, struct err *e)
{
	if (is(s->status, "carried_over") && !s->carried_plan)
		err_add(e, "#/carried_to", MSG_CARRIED_SAYS_WHERE);
	else if (s->status && s->carried_plan && !is(s->status, "carried_over"))
		err_add(e, "#/carried_to", MSG_CARRIED_ONLY);
}

bool action_state_check(struct action_state *s, unsigned unread, int32_t today, struct err *e)
{
	if (!(unread & ACTION_PROGRESS))
		check_progress(s, e);
	if (!(unread & (ACTION_CONFIDENCE | ACTION_COMMENT)) && s->confidence && !s->comment)
		err_add(e, "#/comment", MSG_CONFIDENCE_SAYS_WHY);
	if (!(unread & ACTION_REASON) && is(s->status, "dropped") && !s->reason)
		err_add(e, "#/reason", MSG_DROPPED_SAYS_WHY);
	if (!(unread & ACTION_DONE_ON))
		check_done_on(s, today, e);
	if (!(unread & ACTION_CARRIED_TO))
		check_carried(s, e);
	return err_ok(e);
}

bool action_dates_check(const struct action_dates *before, const struct action_dates *after,
			const char *reason, struct err *e)
{
	if (before->due_on != ACTION_NO_DAY && after->due_on != before->due_on && !reason)
		err_add(e, "#/reason", MSG_DUE_SAYS_WHY);
	if (after->due_on != ACTION_NO_DAY && after->start_on != ACTION_NO_DAY &&
	    after->due_on < after->start_on)
		err_add(e, after->due_on != before->due_on ? "#/due_on" : "#/start_on",
			MSG_DUE_BEFORE_START);
	return err_ok(e);
}
