/*
 * Actions: what a plan does, and what was declared of it.
 *
 * Status, progress and confidence change only by a status report, on the action
 * itself or on its deployment in one département by one organisation.  Reports
 * are never erased: a mistaken one is withdrawn, and the state goes back to the
 * latest report that stands.  Late, stale and blocked are derived, never typed.
 *
 * Where what is declared and what is derived disagree, both are shown:
 * `disagreement` of an action is null, or {codes, declared, derived, detail}:
 *
 *   done_but_deployments   declared done, a deployment is still open
 *   done_but_blocked       declared done, a blocker is open
 *   open_but_deployments   not declared done, every deployment is
 *   not_started_but_begun  declared not started, a deployment has begun
 *   progress_differs       10 points or more away from the mean of the deployments
 *                          that gave their progress
 *   secured_but_late       confidence secured, the due date has passed
 *   secured_but_blocked    confidence secured, a blocker is open
 *
 * Deployments dropped or carried over do not count.  SQL derives it
 * (action_disagreement), so that lists and documents agree.
 */
#ifndef VIGIE_ACTION_H
#define VIGIE_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct req;

#define ACTION_STATUSES "not_started in_progress done on_hold dropped carried_over"
#define ACTION_CONFIDENCES "secured achievable support_needed compromised"
#define ACTION_NO_DAY INT32_MIN		/* the same as DAY_NONE */
enum { ACTION_NO_PROGRESS = -1 };
enum { ACTION_TITLE_MAX = 300, ACTION_COMMENT_MAX = 4000, ACTION_REASON_MAX = 1000 };

/* What a report declares, and what an action or a deployment then keeps.  Texts are borrowed. */
struct action_state {
	const char *status;		/* one of ACTION_STATUSES; NULL: could not be read */
	int progress;			/* 0..100, whole; ACTION_NO_PROGRESS: not given, which is not 0 */
	const char *confidence;		/* one of ACTION_CONFIDENCES; NULL: not given */
	const char *comment, *reason;
	int32_t done_on;		/* ACTION_NO_DAY unless done */
	const char *carried_plan, *carried_measure;	/* where carried_over leads */
};

/* Fields that could not be read: their fault is told already, rules that need them stay silent. */
enum action_field {
	ACTION_PROGRESS = 1, ACTION_CONFIDENCE = 2, ACTION_COMMENT = 4, ACTION_REASON = 8,
	ACTION_DONE_ON = 16, ACTION_CARRIED_TO = 32,
};

/*
 * The rules of a declared state, each broken one a fault in *e:
 *   done <=> 100; not_started <=> 0 or nothing; a confidence has a comment;
 *   dropped has a reason; carried_over says where to, nothing else does;
 *   only what is done has a day, not after `today`, by default `today`.
 */
bool action_state_check(struct action_state *s, unsigned unread, int32_t today, struct err *e)
	__attribute__((nonnull));

/* What a change of the description starts from and leads to. */
struct action_dates {
	int32_t start_on, due_on;	/* ACTION_NO_DAY: none */
};

/* A moved due date needs a reason; none lies before the start. */
bool action_dates_check(const struct action_dates *before, const struct action_dates *after,
			const char *reason, struct err *e) __attribute__((nonnull(1, 2, 4)));

/* Handlers; routes.c says which address each answers. */
bool action_api_find(struct req *rq);		/* 404 */
bool action_api_find_reportable(struct req *rq);	/* 404, 403 when nothing of it is in scope */
bool action_api_list(struct req *rq);
bool action_api_get(struct req *rq);
bool action_api_patch(struct req *rq);

bool report_api_list(struct req *rq);
bool report_api_get(struct req *rq);
bool report_api_post(struct req *rq);
bool report_api_find_withdrawable(struct req *rq);
bool report_api_withdraw(struct req *rq);

bool milestone_api_list(struct req *rq);
bool milestone_api_get(struct req *rq);
bool milestone_api_post(struct req *rq);
bool milestone_api_find(struct req *rq);
bool milestone_api_patch(struct req *rq);

bool blocker_api_list(struct req *rq);
bool blocker_api_get(struct req *rq);
bool blocker_api_post(struct req *rq);
bool blocker_api_find(struct req *rq);
bool blocker_api_patch(struct req *rq);

bool evidence_api_list(struct req *rq);
bool evidence_api_get(struct req *rq);
bool evidence_api_find(struct req *rq);
bool evidence_api_post(struct req *rq);
bool evidence_api_file(struct req *rq);

bool verification_api_list(struct req *rq);	/* findings of coordinators on what was declared done */
bool verification_api_post(struct req *rq);

bool budget_api_list(struct req *rq);
bool budget_api_get(struct req *rq);
bool budget_api_find(struct req *rq);		/* 404 */
bool budget_api_post(struct req *rq);
bool budget_api_patch(struct req *rq);

bool deployment_api_list(struct req *rq);
bool deployment_api_get(struct req *rq);
bool deployment_api_put(struct req *rq);

#endif
