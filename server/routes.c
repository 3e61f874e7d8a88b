/*
 * Every route there is.  Each feature declares its handlers in its public
 * header; here they are put together, nothing else.
 */
#include "routes.h"

#include "action.h"
#include "user.h"

#define PLAN "/api/v1/plans/{plan}"
#define ACTION PLAN "/actions/{number}"
#define EVIDENCE_TYPES "application/json application/octet-stream application/pdf image/png image/jpeg " \
	"application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.spreadsheet " \
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document " \
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet text/plain text/csv"
#define ACTION_FILTERS "measure objective status lead confidence late blocked stale territory q"

const struct route routes[] = {
	/* ---- people */
	{ "POST", "/api/v1/session", NULL, user_api_sign_in, ACCESS_OPEN, F_BODY | F_NO_STORE, NULL,
	  "SignIn", "Session", 200, "Signs in; the cookie is the session", 4096, NULL },
	{ "GET", "/api/v1/session", NULL, user_api_session, ACCESS_OPEN, F_NO_STORE, NULL,
	  NULL, "Session", 200, "Who is asking, with what rights", 0, NULL },
	{ "PATCH", "/api/v1/session", NULL, user_api_set_session, ACCESS_SIGNED_IN, F_BODY | F_NO_STORE,
	  NULL, "SessionChange", "Session", 200, "The person's language", 4096, NULL },
	{ "DELETE", "/api/v1/session", NULL, user_api_sign_out, ACCESS_SIGNED_IN, F_NO_STORE, NULL,
	  NULL, NULL, 204, "Signs out", 0, NULL },
	{ "PUT", "/api/v1/session/password", NULL, user_api_change_password, ACCESS_SIGNED_IN,
	  F_BODY | F_NO_STORE, NULL, "PasswordChange", NULL, 204,
	  "Changes one's own password and ends the other sessions", 4096, NULL },
	{ "POST", "/api/v1/session/password", NULL, user_api_use_code, ACCESS_OPEN, F_BODY | F_NO_STORE,
	  NULL, "PasswordByCode", NULL, 204, "Sets a password with a one-time code", 4096, NULL },
	{ "GET", "/api/v1/sessions", NULL, user_api_sessions, ACCESS_SIGNED_IN, F_NO_STORE, NULL,
	  NULL, "SessionList", 200, "One's own open sessions", 0, NULL },
	{ "DELETE", "/api/v1/sessions/{id}", NULL, user_api_end_session, ACCESS_SIGNED_IN, F_NO_STORE,
	  NULL, NULL, NULL, 204, "Ends one of one's own sessions", 0, NULL },
	{ "GET", "/api/v1/people", NULL, user_api_people, ACCESS_ADMIN, F_LIST | F_NO_STORE,
	  "q role plan disabled", NULL, "PersonList", 200, "Accounts", 0, NULL },
	{ "POST", "/api/v1/people", NULL, user_api_add_person, ACCESS_ADMIN, F_BODY | F_NO_STORE, NULL,
	  "NewPerson", "PasswordCode", 201, "Makes an account and its one-time link", 0, NULL },
	{ "GET", "/api/v1/people/{login}", NULL, user_api_person, ACCESS_ADMIN, F_NO_STORE, NULL,
	  NULL, "Account", 200, "One account", 0, NULL },
	{ "PATCH", "/api/v1/people/{login}", NULL, user_api_change_person, ACCESS_ADMIN,
	  F_BODY | F_IF_MATCH | F_NO_STORE, NULL, "PersonChange", "Account", 200,
	  "Renames, disables or enables an account", 0, NULL },
	{ "POST", "/api/v1/people/{login}/password-codes", NULL, user_api_new_code, ACCESS_ADMIN,
	  F_NO_STORE, NULL, NULL, "PasswordCode", 201,
	  "Makes a one-time link for a forgotten password; earlier ones no longer count", 0, NULL },
	{ "POST", "/api/v1/grants", NULL, user_api_add_grant, ACCESS_ADMIN, F_BODY | F_NO_STORE, NULL,
	  "NewGrant", "GivenGrant", 201, "Gives a right", 0, NULL },
	{ "DELETE", "/api/v1/grants/{id}", NULL, user_api_end_grant, ACCESS_ADMIN, F_NO_STORE, NULL,
	  NULL, NULL, 204, "Takes a right away", 0, NULL },
	{ "GET", "/api/v1/tokens", NULL, user_api_tokens, ACCESS_ADMIN, F_LIST | F_NO_STORE, "person",
	  NULL, "TokenList", 200, "API tokens", 0, NULL },
	{ "POST", "/api/v1/tokens", NULL, user_api_add_token, ACCESS_ADMIN, F_BODY | F_NO_STORE, NULL,
	  "NewToken", "GivenToken", 201, "Makes an API token, shown in this answer alone", 0, NULL },
	{ "DELETE", "/api/v1/tokens/{id}", NULL, user_api_end_token, ACCESS_ADMIN, F_NO_STORE, NULL,
	  NULL, NULL, 204, "Revokes an API token", 0, NULL },
	{ "GET", "/api/v1/journal", NULL, user_api_journal, ACCESS_JOURNAL, F_LIST | F_NO_STORE,
	  "plan person act object number since until", NULL, "Journal", 200,
	  "Every act, refused attempts included; coordinators see their plans", 0, NULL },
	/* ---- actions */
	{ "GET", PLAN "/actions", NULL, action_api_list, ACCESS_PLAN, F_LIST | F_AS_OF, ACTION_FILTERS,
	  NULL, "ActionList", 200, "Actions of the plan", 0, NULL },
	{ "GET", ACTION, NULL, action_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "Action", 200, "One action", 0, NULL },
	{ "PATCH", ACTION, action_api_find, action_api_patch, ACCESS_COORDINATE, F_BODY | F_IF_MATCH, NULL,
	  "ActionChange", "Action", 200, "Changes the description of an action, and who carries it", 0, NULL },
	{ "GET", ACTION "/status-reports", NULL, report_api_list, ACCESS_PLAN, F_LIST | F_AS_OF,
	  "territory organisation", NULL, "StatusReportList", 200, "What was declared, the latest first", 0, NULL },
	{ "POST", ACTION "/status-reports", action_api_find_reportable, report_api_post, ACCESS_REPORT,
	  F_BODY | F_IF_MATCH_MAYBE | F_IDEMPOTENT, NULL, "NewStatusReport", "Reported", 201,
	  "Declares where the action, or its deployment in one territory, stands", 0, NULL },
	{ "GET", ACTION "/status-reports/{id}", NULL, report_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "StatusReport", 200, "One status report", 0, NULL },
	{ "POST", ACTION "/status-reports/{id}/withdrawal", report_api_find_withdrawable, report_api_withdraw,
	  ACCESS_REPORT, F_BODY | F_IDEMPOTENT, NULL, "Withdrawal", "Reported", 201,
	  "Withdraws a mistaken report; the state is again that of the latest one that stands", 0, NULL },
	{ "GET", ACTION "/deployments", NULL, deployment_api_list, ACCESS_PLAN, F_LIST | F_AS_OF,
	  "territory organisation status", NULL, "DeploymentList", 200, "Where an action is deployed", 0, NULL },
	{ "GET", ACTION "/deployments/{territory}/{organisation}", NULL, deployment_api_get, ACCESS_PLAN,
	  F_AS_OF, NULL, NULL, "Deployment", 200, "One deployment", 0, NULL },
	{ "PUT", ACTION "/deployments/{territory}/{organisation}", action_api_find, deployment_api_put,
	  ACCESS_COORDINATE, 0, NULL, "Nothing", "Deployment", 200,
	  "Deploys an action in a territory by an organisation; 201 when it is new", 0, NULL },
	{ "GET", ACTION "/milestones", NULL, milestone_api_list, ACCESS_PLAN, F_LIST | F_AS_OF, "done",
	  NULL, "MilestoneList", 200, "Milestones of an action", 0, NULL },
	{ "POST", ACTION "/milestones", action_api_find, milestone_api_post, ACCESS_COORDINATE,
	  F_BODY | F_IDEMPOTENT, NULL, "NewMilestone", "Milestone", 201, "Adds a milestone", 0, NULL },
	{ "GET", ACTION "/milestones/{id}", NULL, milestone_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "Milestone", 200, "One milestone", 0, NULL },
	{ "PATCH", ACTION "/milestones/{id}", milestone_api_find, milestone_api_patch, ACCESS_REPORT,
	  F_BODY | F_IF_MATCH_MAYBE, NULL, "MilestoneChange", "Milestone", 200,
	  "Changes a milestone; who leads the action may say when it is reached", 0, NULL },
	{ "GET", ACTION "/blockers", NULL, blocker_api_list, ACCESS_PLAN, F_LIST | F_AS_OF,
	  "open kind territory organisation", NULL, "BlockerList", 200, "What stands in the way", 0, NULL },
	{ "POST", ACTION "/blockers", action_api_find_reportable, blocker_api_post, ACCESS_REPORT,
	  F_BODY | F_IDEMPOTENT, NULL, "NewBlocker", "Blocker", 201, "Opens a blocker", 0, NULL },
	{ "GET", ACTION "/blockers/{id}", NULL, blocker_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "Blocker", 200, "One blocker", 0, NULL },
	{ "PATCH", ACTION "/blockers/{id}", blocker_api_find, blocker_api_patch, ACCESS_REPORT,
	  F_BODY | F_IF_MATCH, NULL, "BlockerChange", "Blocker", 200,
	  "Changes a blocker, closes it with a reason, or opens it again", 0, NULL },
	{ "GET", ACTION "/evidence", NULL, evidence_api_list, ACCESS_PLAN, F_LIST | F_AS_OF, "kind",
	  NULL, "EvidenceList", 200, "Evidence of an action: links and files", 0, NULL },
	{ "POST", ACTION "/evidence", evidence_api_find, evidence_api_post, ACCESS_REPORT,
	  F_BODY | F_IDEMPOTENT, "file_name title", "NewEvidence", "Evidence", 201,
	  "Adds a link as JSON, or with file_name= a file as it is", 10485760, EVIDENCE_TYPES },
	{ "GET", ACTION "/evidence/{id}", NULL, evidence_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "Evidence", 200, "One piece of evidence, without its file", 0, NULL },
	{ "GET", ACTION "/evidence/{id}/file", NULL, evidence_api_file, ACCESS_PLAN, 0, NULL,
	  NULL, NULL, 200, "The file, to be saved", 0, NULL },
	{ 0 }
};
