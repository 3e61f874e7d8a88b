/*
 * What may be declared of an action, and what may be moved.
 */
#include "spec.h"

#include <string.h>

#include "action.h"

enum { TODAY = 20778, YESTERDAY = TODAY - 1, TOMORROW = TODAY + 1 };	/* 2026-11-21 */

static struct arena arena;
static struct err e;

static struct action_state declared(const char *status, int progress)
{
	arena_reset(&arena);
	err_init(&e, &arena);
	return (struct action_state){ .status = status, .progress = progress,
				      .done_on = ACTION_NO_DAY };
}

static bool fine(struct action_state s)
{
	return action_state_check(&s, 0, TODAY, &e);
}

/* Exactly this fault. */
static void refused(struct action_state s, const char *where, enum msg msg)
{
	assert_false(fine(s));
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(e.fault_count, 1);
	assert_string_equal(e.first->where, where);
	assert_int_equal(e.first->msg, msg);
}

static const char *const statuses[] = { "not_started", "in_progress", "done", "on_hold", "dropped",
					"carried_over" };

/* A state of that status with nothing missing. */
static struct action_state whole(const char *status, int progress)
{
	struct action_state s = declared(status, progress);

	if (strcmp(status, "dropped") == 0)
		s.reason = "no money";
	if (strcmp(status, "carried_over") == 0) {
		s.carried_plan = "next-plan";
		s.carried_measure = "3";
	}
	return s;
}

/* ------------------------------------------------------------------ progress */

IT(takes_done_with_100_alone)
{
	assert_true(fine(declared("done", 100)));
	refused(declared("done", 99), "#/progress", MSG_DONE_IS_100);
	refused(declared("done", 0), "#/progress", MSG_DONE_IS_100);
	refused(declared("done", ACTION_NO_PROGRESS), "#/progress", MSG_DONE_IS_100);
}

IT(takes_100_with_done_alone)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (strcmp(statuses[i], "done") != 0)
			refused(whole(statuses[i], 100), "#/progress", MSG_100_IS_DONE);
}

IT(takes_not_started_with_0_or_nothing)
{
	assert_true(fine(declared("not_started", 0)));
	assert_true(fine(declared("not_started", ACTION_NO_PROGRESS)));
	refused(declared("not_started", 1), "#/progress", MSG_NOT_STARTED_IS_0);
	refused(declared("not_started", 99), "#/progress", MSG_NOT_STARTED_IS_0);
}

IT(takes_any_other_progress_for_what_is_neither)
{
	static const int values[] = { ACTION_NO_PROGRESS, 0, 1, 50, 99 };
	static const char *const open[] = { "in_progress", "on_hold", "dropped", "carried_over" };

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 5; j++)
			assert_true(fine(whole(open[i], values[j])));
}

/* ------------------------------------------------------------------ words */

IT(wants_a_comment_with_a_confidence)
{
	struct action_state s = declared("in_progress", 40);

	s.confidence = "secured";
	refused(s, "#/comment", MSG_CONFIDENCE_SAYS_WHY);
	s = declared("in_progress", 40);
	s.confidence = "secured";
	s.comment = "all is ready";
	assert_true(fine(s));
	s = declared("in_progress", 40);
	s.comment = "no confidence given";
	assert_true(fine(s));
}

IT(wants_a_reason_with_dropped_and_takes_one_with_others)
{
	struct action_state s = declared("dropped", 10);

	refused(s, "#/reason", MSG_DROPPED_SAYS_WHY);
	s = declared("on_hold", 10);
	s.reason = "waiting for the law";
	assert_true(fine(s));
}

IT(wants_to_know_where_carried_over_leads)
{
	refused(declared("carried_over", 10), "#/carried_to", MSG_CARRIED_SAYS_WHERE);
	assert_true(fine(whole("carried_over", 10)));
}

IT(takes_a_target_with_carried_over_alone)
{
	for (size_t i = 0; i + 1 < sizeof statuses / sizeof *statuses; i++) {
		struct action_state s = whole(statuses[i], i == 2 ? 100 : 0);

		s.carried_plan = "next-plan";
		refused(s, "#/carried_to", MSG_CARRIED_ONLY);
	}
}

/* ------------------------------------------------------------------ the day */

IT(says_today_when_done_gives_no_day)
{
	struct action_state s = declared("done", 100);

	assert_true(action_state_check(&s, 0, TODAY, &e));
	assert_int_equal(s.done_on, TODAY);
}

IT(keeps_a_day_that_is_given_up_to_today)
{
	struct action_state s = declared("done", 100);

	s.done_on = YESTERDAY;
	assert_true(action_state_check(&s, 0, TODAY, &e));
	assert_int_equal(s.done_on, YESTERDAY);
	s.done_on = TODAY;
	assert_true(action_state_check(&s, 0, TODAY, &e));
	s.done_on = TOMORROW;
	refused(s, "#/done_on", MSG_DONE_ON_FUTURE);
}

IT(takes_a_day_with_done_alone)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		struct action_state s = whole(statuses[i], 0);

		if (i == 2)
			continue;
		s.done_on = YESTERDAY;
		refused(s, "#/done_on", MSG_DONE_ON_ONLY);
	}
}

/* ------------------------------------------------------------------ many faults */

IT(tells_all_faults_at_once)
{
	struct action_state s = declared("dropped", 100);

	s.confidence = "secured";
	s.done_on = TOMORROW;
	s.carried_plan = "next-plan";
	assert_false(fine(s));
	assert_int_equal(e.fault_count, 5);
}

IT(stays_silent_on_fields_that_could_not_be_read)
{
	struct action_state s = declared("done", ACTION_NO_PROGRESS);

	assert_true(action_state_check(&s, ACTION_PROGRESS, TODAY, &e));
	s = declared("in_progress", 10);
	s.confidence = "secured";
	assert_true(action_state_check(&s, ACTION_COMMENT, TODAY, &e));
	s = declared("dropped", 10);
	assert_true(action_state_check(&s, ACTION_REASON, TODAY, &e));
	s = declared("carried_over", 10);
	assert_true(action_state_check(&s, ACTION_CARRIED_TO, TODAY, &e));
	s = declared("done", 100);
	assert_true(action_state_check(&s, ACTION_DONE_ON, TODAY, &e));
	assert_int_equal(s.done_on, ACTION_NO_DAY);
	s = declared(NULL, 100);
	s.done_on = TODAY;
	s.carried_plan = "next-plan";
	assert_true(action_state_check(&s, 0, TODAY, &e));
}

/* ------------------------------------------------------------------ dates */

static bool moves(int32_t start, int32_t from, int32_t to, const char *reason)
{
	declared("done", 0);
	return action_dates_check(&(struct action_dates){ start, from },
				  &(struct action_dates){ start, to }, reason, &e);
}

IT(wants_a_reason_for_a_moved_due_date)
{
	assert_false(moves(ACTION_NO_DAY, TODAY, TOMORROW, NULL));
	assert_string_equal(e.first->where, "#/reason");
	assert_false(moves(ACTION_NO_DAY, TODAY, ACTION_NO_DAY, NULL));
	assert_true(moves(ACTION_NO_DAY, TODAY, TOMORROW, "the law is late"));
	assert_true(moves(ACTION_NO_DAY, TODAY, TODAY, NULL));
	assert_true(moves(ACTION_NO_DAY, ACTION_NO_DAY, TODAY, NULL));
}

IT(wants_no_due_date_before_the_start)
{
	assert_true(moves(TODAY, TOMORROW, TODAY, "sooner"));
	assert_false(moves(TODAY, TOMORROW, YESTERDAY, "sooner"));
	assert_string_equal(e.first->where, "#/due_on");
	declared("done", 0);
	assert_false(action_dates_check(&(struct action_dates){ YESTERDAY, TODAY },
					&(struct action_dates){ TOMORROW, TODAY }, NULL, &e));
	assert_string_equal(e.first->where, "#/start_on");
}

SPEC("the rules of actions",
     RUN(takes_done_with_100_alone),
     RUN(takes_100_with_done_alone),
     RUN(takes_not_started_with_0_or_nothing),
     RUN(takes_any_other_progress_for_what_is_neither),
     RUN(wants_a_comment_with_a_confidence),
     RUN(wants_a_reason_with_dropped_and_takes_one_with_others),
     RUN(wants_to_know_where_carried_over_leads),
     RUN(takes_a_target_with_carried_over_alone),
     RUN(says_today_when_done_gives_no_day),
     RUN(keeps_a_day_that_is_given_up_to_today),
     RUN(takes_a_day_with_done_alone),
     RUN(tells_all_faults_at_once),
     RUN(stays_silent_on_fields_that_could_not_be_read),
     RUN(wants_a_reason_for_a_moved_due_date),
     RUN(wants_no_due_date_before_the_start))
